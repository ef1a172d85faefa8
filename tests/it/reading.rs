//! Department files as they really come: layouts, names, figures, versions and answers.

use crate::project::{Outcome, read, repository, small, write};
use std::path::Path;
use tempfile::TempDir;
use yinxiang::audit::Code;
use yinxiang::facts::Observed::{self, NotApplicable, NotReported, Value};
use yinxiang::facts::{Facts, Layout};

/// The small project with files of 2024Q2 replaced or added.
fn with(files: &[(&str, &str)]) -> TempDir {
    let root = small();
    for (name, text) in files {
        write(root.path(), &path(name), text);
    }
    root
}

fn path(name: &str) -> String {
    if name.contains('/') { name.to_owned() } else { format!("data/2024Q2/{name}") }
}

fn outcome(files: &[(&str, &str)]) -> Outcome {
    Outcome::of(&read(with(files).path()), None)
}

fn facts(outcome: &Outcome) -> &Facts {
    &outcome.scored().current().expect("a period").facts
}

/// A measure of all three units, by identifier.
fn column(outcome: &Outcome, id: &str) -> [Observed; 3] {
    let definitions = &outcome.scored().definitions;
    let measure = definitions.measures.iter().position(|measure| measure.id == id).expect("a measure");
    [0, 1, 2].map(|unit| facts(outcome).observation(measure, unit).observed)
}

/// Codes of everything noted but what the small project always has.
fn codes(outcome: &Outcome) -> Vec<Code> {
    let all = outcome.audit.diagnostics().iter().filter(|found| found.answer.is_none()).map(|found| found.code);
    all.filter(|code| *code != Code::FileLate).collect()
}

const LEARNERS: [Observed; 3] = [Value(60.0), Value(90.0), Value(84.0)];

#[test]
fn a_title_and_rows_of_keys_above_the_header_are_kept_and_who_signs_is_not() {
    let table = "2024年第二季度学员情况表,,\n填报单位(盖章):教育局,填报人:张三,填报日期:2024.7.3\n单位:人,,\n代码,学员人数,备注\n01,60,\n02,90,\n03,84,\n注:1.学员按人数计。,,\n";
    let outcome = outcome(&[("教育局.csv", table)]);
    assert_eq!(codes(&outcome), [], "{}", outcome.findings());
    assert_eq!(column(&outcome, "learners"), LEARNERS);
    let reading = facts(&outcome).readings.iter().find(|reading| reading.file.ends_with("教育局.csv")).expect("read");
    let meta: Vec<(&str, &str)> = reading.meta.iter().map(|(key, value)| (key.as_str(), value.as_str())).collect();
    assert_eq!(
        meta,
        [("表题", "2024年第二季度学员情况表"), ("填报单位", "教育局"), ("填报日期", "2024.7.3"), ("单位", "人")]
    );
    assert_eq!((reading.header, reading.unit_count, reading.layout), ((3, 3), 3, Layout::Wide));
}

#[test]
fn a_header_of_three_rows_is_joined() {
    let table = "乡镇,助餐,,适老化改造,\n,,,进度,\n,助餐村数,备注,改造户数,改造任务户数\n东乡,9,,9,20\n西乡,15,,19,40\n南镇,18,,不适用,不适用\n";
    let outcome = outcome(&[("民政局.csv", table)]);
    assert_eq!(codes(&outcome), [], "{}", outcome.findings());
    assert_eq!(column(&outcome, "homes"), [Value(9.0), Value(19.0), NotApplicable]);
}

#[test]
fn a_row_for_each_unit_and_item_says_the_same_as_a_wide_table() {
    let register = "format = 1\n[register]\nitem_columns = [\"数据项\"]\nvalue_columns = [\"数值\"]\n";
    let table = "乡镇,数据项,数值\n东乡,助餐村数,9\n东乡,改造户数,9\n东乡,改造任务户数,20\n西乡,助餐村数,15\n西乡,改造户数,19\n西乡,改造任务户数,40\n南镇,助餐村数,18\n南镇,改造户数,不适用\n南镇,改造任务户数,不适用\n南镇,步数,7\n";
    let outcome = outcome(&[("民政局.csv", table), ("indicators/long.toml", register)]);
    assert_eq!(codes(&outcome), [Code::ColumnUnmatched], "{}", outcome.findings());
    assert_eq!(column(&outcome, "homes"), [Value(9.0), Value(19.0), NotApplicable]);
    // A re-check found 14 where 15 was reported.
    assert_eq!(column(&outcome, "canteens"), [Value(9.0), Value(14.0), Value(18.0)]);
    let layouts: Vec<Layout> = facts(&outcome).readings.iter().map(|reading| reading.layout).collect();
    assert!(layouts.contains(&Layout::Long));
}

#[test]
fn villages_of_one_unit_are_added_up_whether_the_unit_is_repeated_or_left_blank() {
    let register = "format = 1\n[register]\ndetail_columns = [\"村\"]\n";
    let table = "乡镇,村,学员人数\n东乡,前村,20\n,后村,40\n西乡,大村,90\n南镇,新村,80\n南镇,老村,4\n合计,,234\n";
    let outcome = outcome(&[("教育局.csv", table), ("indicators/detail.toml", register)]);
    assert_eq!(codes(&outcome), [Code::RowsAdded], "{}", outcome.findings());
    assert_eq!(column(&outcome, "learners"), LEARNERS);
}

#[test]
fn subtotals_in_the_middle_are_no_units_and_are_checked_against_their_rows() {
    let register = "format = 1\n[register]\ntotal_rows = [\"小计\", \"乡小计\", \"平均\"]\n";
    let table = "乡镇,学员人数\n东乡,60\n西乡,90\n小计,150\n乡小计,150\n南镇,84\n合计,234\n平均,78\n";
    let sound = outcome(&[("教育局.csv", table), ("indicators/totals.toml", register)]);
    assert_eq!(codes(&sound), [], "{}", sound.findings());
    let checks = &facts(&sound).checks;
    let totals =
        checks.iter().find(|((_, check), tally)| *check == yinxiang::facts::Check::Totals && tally.tested_count == 4);
    assert!(totals.is_some(), "{checks:?}");
    let wrong = table.replace("平均,78", "平均,80").replace("小计,150\n乡", "小计,151\n乡");
    let outcome = outcome(&[("教育局.csv", &wrong), ("indicators/totals.toml", register)]);
    let cells: Vec<String> =
        outcome.with_code(Code::TotalMismatch).iter().map(|found| found.place.to_string()).collect();
    assert_eq!(cells, ["data/2024Q2/教育局.csv [B4]", "data/2024Q2/教育局.csv [B8]"], "{}", outcome.findings());
}

#[test]
fn a_cell_called_unit_above_the_header_is_not_taken_for_the_header() {
    let register = "format = 1\n[register]\nname_columns = [\"单位\"]\n";
    let table = "单位,人\n单位,学员人数\n东乡,60\n西乡,90\n南镇,84\n";
    let outcome = outcome(&[("教育局.csv", table), ("indicators/names.toml", register)]);
    assert_eq!(column(&outcome, "learners"), LEARNERS, "{}", outcome.findings());
}

const SHARE: &str =
    "format = 1\n[[measure]]\nid = \"attendance\"\nname = \"到课率\"\ndepartment = \"JY\"\nunit = \"%\"\nmax = 100\n";

fn attendance(cells: [&str; 3]) -> Outcome {
    let table = format!("代码,学员人数,到课率\n01,60,{}\n02,90,{}\n03,84,{}\n", cells[0], cells[1], cells[2]);
    outcome(&[("教育局.csv", &table), ("indicators/share.toml", SHARE)])
}

#[test]
fn percent_or_fraction_is_decided_for_the_column() {
    for (cells, expected, noted) in [
        (["85.3", "91", "88.05"], [85.3, 91.0, 88.05], vec![]),
        (["85.3%", "91％", "８８．０５％"], [85.3, 91.0, 88.05], vec![]),
        (["85.3%", "91", "88.05%↑"], [85.3, 91.0, 88.05], vec![]),
        (["0.853", "0.91", "1"], [85.3, 91.0, 100.0], vec![Code::PercentOrFraction]),
        // 0.7 × 100 in floating point is 70, but 0.57 × 100 is 56.99999999999999.
        (["0.57", "0.7", "0.29"], [57.0, 70.0, 29.0], vec![Code::PercentOrFraction]),
    ] {
        let outcome = attendance(cells);
        assert_eq!(column(&outcome, "attendance"), expected.map(Value), "{cells:?} {}", outcome.findings());
        assert_eq!(codes(&outcome), noted, "{cells:?}");
    }
    let mixed = attendance(["85.3", "0.91", "88%"]);
    assert_eq!(column(&mixed, "attendance"), [Value(85.3), NotReported, Value(88.0)]);
    assert_eq!(mixed.with_code(Code::PercentMixed)[0].place.to_string(), "data/2024Q2/教育局.csv [C3]");
}

#[test]
fn the_last_period_decides_what_the_column_alone_does_not() {
    let share = |q1: [&str; 3]| {
        let before = format!("代码,学员人数,到课率\n01,50,{}\n02,80,{}\n03,65,{}\n", q1[0], q1[1], q1[2]);
        let now = "代码,学员人数,到课率\n01,60,0.85\n02,90,0.91\n03,84,0.88\n";
        outcome(&[("data/2024Q1/教育局.csv", &before), ("教育局.csv", now), ("indicators/share.toml", SHARE)])
    };
    let fractions = share(["84", "90", "86"]);
    assert_eq!(column(&fractions, "attendance"), [Value(85.0), Value(91.0), Value(88.0)]);
    assert_eq!(codes(&fractions), [], "{}", fractions.findings());
    let percents = share(["0.8%", "0.9%", "0.9%"]);
    assert_eq!(column(&percents, "attendance"), [Value(0.85), Value(0.91), Value(0.88)]);
    assert_eq!(codes(&percents), [], "{}", percents.findings());
}

#[test]
fn an_answer_settles_a_question_and_what_it_says_is_used() {
    let table = "乡镇,助餐村数,改造户数,改造任务户数\n东乡,—,9,20\n西乡,15,19,40\n南镇,18,,不适用\n";
    let asked = outcome(&[("民政局.csv", table)]);
    let questions = asked.with_code(Code::EmptyAmbiguous);
    assert_eq!(questions.len(), 2, "{}", asked.findings());
    assert_eq!(column(&asked, "canteens")[0], NotReported);
    // One by its number, one by what it is about.
    let answers = format!(
        "编号,代码,乡镇,数据项,部门答复,答复人(岗位),答复日期,理由\n{},,,,0,养老科,2024-07-08,没有开办\n,empty-ambiguous,南镇,改造户数,不适用,养老科,2024-07-08,没有任务\n,,,,,,,\n",
        questions[0].number()
    );
    let answered = outcome(&[("民政局.csv", table), ("answers.csv", &answers)]);
    assert_eq!(codes(&answered), [], "{}", answered.findings());
    assert_eq!(column(&answered, "canteens")[0], Value(0.0));
    assert_eq!(column(&answered, "homes")[2], NotApplicable);
    assert_eq!(answered.audit.answers().map(|(_, count)| count).collect::<Vec<_>>(), [1, 1]);
    assert_eq!(answered.audit.tally().answered_count, 2);
}

#[test]
fn an_answer_without_who_when_and_why_is_not_taken() {
    let table = "乡镇,助餐村数,改造户数,改造任务户数\n东乡,—,9,20\n西乡,15,19,40\n南镇,18,不适用,不适用\n";
    let answers =
        "代码,乡镇,数据项,部门答复,答复人(岗位),答复日期,理由\nempty-ambiguous,东乡,助餐村数,0,,2024-07-08,\n";
    let outcome = outcome(&[("民政局.csv", table), ("answers.csv", answers)]);
    assert_eq!(codes(&outcome), [Code::AnswerUnclear, Code::EmptyAmbiguous], "{}", outcome.findings());
    assert!(outcome.findings().contains("没有写明答复人(岗位)、理由"));
}

#[test]
fn an_error_cannot_be_talked_away() {
    let table = "乡镇,助餐村数,改造户数,改造任务户数\n东乡,约9,9,20\n西乡,15,19,40\n南镇,18,不适用,不适用\n";
    let answers = "代码,乡镇,数据项,部门答复,答复人(岗位),答复日期,理由\nvalue-not-number,东乡,助餐村数,接受,养老科,2024-07-08,差不多\n";
    let outcome = outcome(&[("民政局.csv", table), ("answers.csv", answers)]);
    assert!(outcome.audit.has_errors());
    assert_eq!(outcome.with_code(Code::AnswerRefused).len(), 1, "{}", outcome.findings());
    assert_eq!(column(&outcome, "canteens")[0], NotReported);
}

#[test]
fn a_misspelt_unit_is_asked_about_and_its_row_is_used_once_answered() {
    let table = "乡镇,助餐村数,改造户数,改造任务户数\n东乡乡,9,9,20\n西乡,15,19,40\n南镇,18,不适用,不适用\n";
    let asked = outcome(&[("民政局.csv", table)]);
    assert_eq!(codes(&asked), [Code::UnitNearMiss], "{}", asked.findings());
    assert_eq!(column(&asked, "canteens")[0], NotReported);
    let number = asked.with_code(Code::UnitNearMiss)[0].number();
    for text in ["东乡", "是"] {
        let answers = format!("编号,部门答复,答复人(岗位),答复日期,理由\n{number},{text},养老科,2024-07-08,笔误\n");
        let answered = outcome(&[("民政局.csv", table), ("answers.csv", &answers)]);
        assert_eq!(codes(&answered), [], "{}", answered.findings());
        assert_eq!(column(&answered, "canteens")[0], Value(9.0));
    }
}

#[test]
fn the_later_version_counts_cell_by_cell_and_what_changed_is_listed() {
    let first = "填报日期:2024.7.3,\n代码,学员人数\n01,60\n02,约9\n03,84\n";
    let second = "填报日期:2024.7.5,\n代码,学员人数\n02,90\n03,83\n";
    // The name says nothing: the correction sorts before the first version.
    let outcome = outcome(&[("教育局.csv", first), ("教育局(更正).csv", second)]);
    assert_eq!(column(&outcome, "learners"), [Value(60.0), Value(90.0), Value(83.0)]);
    assert_eq!(
        codes(&outcome),
        [Code::VersionReplaced],
        "the mistake of the first version is mended: {}",
        outcome.findings()
    );
    let replaced: Vec<(Observed, Observed)> =
        facts(&outcome).replaced.iter().map(|change| (change.before.0, change.after.0)).collect();
    assert_eq!(replaced, [(NotReported, Value(90.0)), (Value(84.0), Value(83.0))]);
}

#[test]
fn arrivals_say_which_version_is_later_and_win_over_the_form() {
    let (first, second) = (
        "填报日期:2024.7.5,\n代码,学员人数\n01,61\n02,90\n03,84\n",
        "填报日期:2024.7.3,\n代码,学员人数\n01,60\n02,90\n03,84\n",
    );
    let arrivals = "报表,部门,乡镇,收到日期\n教育局一,教育局,,2024-07-03\n教育局二,教育局,,2024-07-04\n";
    let files =
        [("教育局.csv", "代码,备注\n"), ("教育局一.csv", first), ("教育局二.csv", second), ("arrivals.csv", arrivals)];
    assert_eq!(column(&outcome(&files), "learners")[0], Value(60.0));
}

#[test]
fn two_files_that_disagree_without_a_date_are_an_error_that_names_both() {
    let other = "代码,学员人数\n01,60\n02,90\n03,48\n";
    let outcome = outcome(&[("教育局补报.csv", other)]);
    let found = outcome.with_code(Code::VersionUndecided);
    assert_eq!(found.len(), 1, "{}", outcome.findings());
    assert!(found[0].message.contains("教育局.csv › B4"), "{}", found[0]);
    let same = "代码,学员人数\n01,60\n02,90\n03,84\n";
    assert_eq!(codes(&self::outcome(&[("教育局补报.csv", same)])), [Code::VersionReplaced]);
}

/// The shipped register of units, with the names and codes of domain.md §2.1.
#[test]
fn units_are_recognised_by_every_name_that_departments_use() {
    let project = read(&repository(""));
    let mut audit = yinxiang::audit::Audit::default();
    let definitions = yinxiang::definitions::parse(&project.definitions, &mut audit).expect("sound definitions");
    use yinxiang::definitions::Matched;
    let unit = |text: &str| match definitions.units.find(text) {
        Matched::Unit(unit) | Matched::Alias(unit) => definitions.units.units[unit].name.clone(),
        other => format!("{other:?}"),
    };
    for (text, name) in [
        ("武康", "武康街道"),
        ("武康街道办事处", "武康街道"),
        ("德清县武康街道", "武康街道"),
        ("浙江省湖州市德清县武康街道办事处", "武康街道"),
        ("武 康 街 道", "武康街道"),
        ("新市镇人民政府", "新市镇"),
        ("莫干山(镇)", "莫干山镇"),
        ("莫干山（镇）", "莫干山镇"),
        ("三合乡", "下渚湖街道"),
        ("筏头乡", "莫干山镇"),
        ("330521105", "莫干山镇"),
        ("330521202", "下渚湖街道"),
        ("330521003", "阜溪街道"),
    ] {
        assert_eq!(unit(text), name, "{text}");
    }
    assert_eq!(definitions.units.find("武康镇"), Matched::Ambiguous);
    assert_eq!(definitions.units.find("330521100"), Matched::Ambiguous);
    assert_eq!(definitions.units.find("县本级"), Matched::Own);
    assert_eq!(definitions.units.find("街道小计"), Matched::Total);
    let misspelt =
        |text: &str| definitions.units.misspelt(text).map(|unit| definitions.units.units[unit].name.as_str());
    assert_eq!(misspelt("下诸湖"), Some("下渚湖街道"));
    assert_eq!(misspelt("下诸湖街道"), Some("下渚湖街道"));
    assert_eq!(misspelt("临安区"), None);
    assert_eq!(misspelt("330521109"), None);
}

#[test]
fn a_code_that_directories_give_to_two_units_leaves_the_decision_to_the_name() {
    let root = with(&[]);
    let parties = std::fs::read_to_string(root.path().join("indicators/parties.toml")).expect("the register");
    let parties = parties.replace("name = \"西乡\"\n", "name = \"西乡\"\nold_codes = [\"01\"]\n");
    write(root.path(), "indicators/parties.toml", &parties);
    write(root.path(), "data/2024Q2/教育局.csv", "乡镇,代码,学员人数\n东乡,01,60\n西乡,01,90\n南镇,01,84\n");
    let outcome = Outcome::of(&read(root.path()), None);
    assert_eq!(column(&outcome, "learners"), [Value(60.0), Value(90.0), NotReported]);
    assert_eq!(codes(&outcome), [Code::AliasUsed, Code::UnitConflict], "{}", outcome.findings());
}

fn period_folder(root: &Path) -> std::path::PathBuf {
    root.join("data/2024Q2")
}

#[test]
fn merged_cells_of_a_workbook_mean_what_a_person_sees() {
    let root = with(&[]);
    std::fs::remove_file(period_folder(root.path()).join("教育局.csv")).expect("there");
    let mut book = rust_xlsxwriter::Workbook::new();
    let sheet = book.add_worksheet();
    let format = rust_xlsxwriter::Format::new();
    sheet.merge_range(0, 0, 0, 2, "2024年二季度学员情况表", &format).expect("a title");
    sheet.merge_range(1, 0, 2, 0, "乡镇", &format).expect("a header");
    sheet.merge_range(1, 1, 1, 2, "老年教育", &format).expect("a header");
    sheet.write(2, 1, "村名").expect("a cell");
    sheet.write(2, 2, "学员人数").expect("a cell");
    sheet.merge_range(3, 0, 4, 0, "东乡", &format).expect("a unit of two rows");
    for (row, name, count) in [(3, "前村", 20.0), (4, "后村", 40.0), (5, "大村", 90.0), (6, "新村", 84.0)] {
        sheet.write(row, 1, name).expect("a cell");
        sheet.write(row, 2, count).expect("a cell");
    }
    sheet.write(5, 0, "西乡").expect("a cell");
    sheet.write(6, 0, "南镇").expect("a cell");
    book.save(period_folder(root.path()).join("教育局.xlsx")).expect("a workbook");
    let outcome = Outcome::of(&read(root.path()), None);
    assert_eq!(column(&outcome, "learners"), LEARNERS, "{}", outcome.findings());
    assert_eq!(codes(&outcome), [Code::ColumnUnmatched, Code::RowsAdded], "{}", outcome.findings());
}
