//! The ledger of problems over four quarters: `tests/projects/ledger`, as printed, as replayed, as edited and read back.

mod red_lights;
mod returned;

use crate::project::{Outcome, read, repository};
use calamine::{Data, Reader, Xlsx};
use proptest::prelude::*;
use rust_xlsxwriter::Workbook;
use std::collections::BTreeMap;
use std::io::{Cursor, Read as _};
use yinxiang::audit::{Code, InputFile, Severity};
use yinxiang::definitions::calendar::Period;
use yinxiang::support::ledger::Counts;
use yinxiang::views::{Selection, render};
use yinxiang::workflow::Project;

fn project() -> Project {
    read(&repository("tests/projects/ledger"))
}

fn period(text: &str) -> Period {
    text.parse().expect("a period")
}

fn outcome(project: &Project, name: &str) -> Outcome {
    let outcome = Outcome::of(project, Some(period(name)));
    let errors = outcome.audit.diagnostics().iter().filter(|found| found.severity() == Severity::Error).count();
    assert_eq!(errors, 0, "{}", outcome.findings());
    outcome
}

fn files(outcome: &Outcome) -> BTreeMap<String, Vec<u8>> {
    let selection = Selection { only: vec!["ledger.csv".to_owned(), "ledger.xlsx".to_owned()] };
    render(outcome.scored(), &outcome.audit, &BTreeMap::new(), &selection).expect("files").files
}

/// Rows of `ledger.csv`, by the number of the problem and then by column.
fn printed(outcome: &Outcome) -> Vec<BTreeMap<String, String>> {
    let bytes = files(outcome).remove("ledger.csv").expect("ledger.csv");
    let text = String::from_utf8(bytes).expect("UTF-8");
    let mut reader = csv::Reader::from_reader(text.strip_prefix('\u{FEFF}').expect("a BOM").as_bytes());
    let header: Vec<String> = reader.headers().expect("a header").iter().map(str::to_owned).collect();
    let record = |record: csv::StringRecord| header.iter().cloned().zip(record.iter().map(str::to_owned)).collect();
    reader.records().map(|found| record(found.expect("a record"))).collect()
}

/// A table of a period, in the place of another of its name.
fn put(project: &mut Project, name: &str, file: &str, bytes: Vec<u8>) {
    let path = format!("data/{name}/{file}");
    let files = project.periods.get_mut(&period(name)).expect("a period");
    files.retain(|known| *known.path != *path);
    files.push(InputFile { path: path.into(), bytes: bytes.into() });
}

fn take(project: &mut Project, name: &str, file: &str) -> String {
    let path = format!("data/{name}/{file}");
    let files = project.periods.get_mut(&period(name)).expect("a period");
    let at = files.iter().position(|known| *known.path == *path).expect("the file");
    String::from_utf8(files.remove(at).bytes.to_vec()).expect("UTF-8")
}

#[test]
fn four_quarters_come_out_as_worked_by_hand() {
    // Number, state, working days overdue, quarters red, look-back, rules, in the order of opening.
    let quarters: [(&str, &[&str]); 4] = [
        ("2022Q1", &["2022Q1-01-A1-01 待交办 0 1  R18", "2022Q1-03-A1-01 待交办 0 1  R18"]),
        (
            "2022Q2",
            &[
                // 82.0 % → 92.5 % and closed: R07.
                "2022Q1-01-A1-01 已销号 0 1  R18、R07",
                "2022Q1-03-A1-01 整改中 0 2  R18",
                // Due on 20 June; 21–24 and 27–30 June are working days.
                "2022Q2-02-暗访-01 已签收 8 0  R09",
                "2022Q2-01-A2-01 待交办 0 1  R18",
                "2022Q2-02-A2-01 待交办 0 1  R18",
            ],
        ),
        (
            "2022Q3",
            &[
                "2022Q1-01-A1-01 反弹 0 1 2022-09-30/反弹 R18、R07",
                "2022Q1-03-A1-01 整改中 0 2  R18",
                "2022Q2-02-暗访-01 已销号 19 0  R09",
                "2022Q2-01-A2-01 已销号 0 1  R18、R07",
                "2022Q2-02-A2-01 撤销 0 1  R18",
                "2022Q3-01-A1-02 待交办 0 1  R18",
            ],
        ),
        (
            "2022Q4",
            &[
                "2022Q1-01-A1-01 反弹 0 1 2022-09-30/反弹 R18、R07",
                // Extended to 30 September; on 8 and 9 October people worked, and 10–14 and 17 are working days.
                "2022Q1-03-A1-01 长期坚持 8 2  R18、R09",
                "2022Q2-02-暗访-01 已销号 19 0  R09",
                "2022Q2-01-A2-01 巩固 0 1 2022-12-20/巩固 R18、R07",
                "2022Q2-02-A2-01 撤销 0 1  R18",
                "2022Q3-01-A1-02 整改中 0 1  R18",
            ],
        ),
    ];
    for (name, expected) in quarters {
        let columns = ["issue_id", "state", "overdue_days", "red_streak", "look_back", "rule_hits"];
        let lines: Vec<String> = printed(&outcome(&project(), name))
            .iter()
            .map(|row| columns.map(|id| row[id].as_str()).join(" "))
            .collect();
        assert_eq!(lines, expected, "{name}");
    }
}

#[test]
fn what_was_done_stands_in_the_line_of_the_problem() {
    let rows = printed(&outcome(&project(), "2022Q4"));
    let line =
        |row: usize, columns: &[&str]| -> Vec<String> { columns.iter().map(|&id| rows[row][id].clone()).collect() };
    assert_eq!(rows[0].len(), 28);
    let columns =
        ["assigned_on", "accepted_on", "due_on", "progress", "close_requested_on", "verified", "verdict", "closed_on"];
    let closed = [
        "2022-04-18",
        "2022-04-20",
        "2022-06-30",
        "2022-06-12:100%,补齐清单",
        "2022-06-20",
        "民政局//2022-06-28",
        "通过(本期得分90.00)",
        "2022-06-28",
    ];
    assert_eq!(line(0, &columns), closed);
    assert_eq!(line(0, &["evidence_ids"]), ["照片1号、清单2号、验收单3号"]);
    assert_eq!(line(1, &["extended_to"]), ["2022-09-30(联席会议纪要5号,2022-06-20)"]);
    assert_eq!(
        line(2, &["source", "indicator", "owner", "helper", "leader_post"]),
        ["暗访", "", "西乡", "民政局", "副乡长"]
    );
    // Red a second time and still open: the rule's 较重.
    assert_eq!([line(0, &["severity"]), line(1, &["severity"])], [["一般"], ["较重"]]);
    assert_eq!(line(4, &["note"]), ["2022-07-25 撤销(联席会议纪要7号):部门表里少填一行"]);
    // A relapse has a new serial and the old number in the note, and the old line the new one.
    assert_eq!(line(5, &["issue_id", "note"]), ["2022Q3-01-A1-02", "反弹,原问题编号 2022Q1-01-A1-01"]);
    assert_eq!(line(0, &["note"]), ["反弹,新问题编号 2022Q3-01-A1-02"]);
}

#[test]
fn rules_md_r18_opens_an_item_that_says_what_is_to_be_done_by_when() {
    let rows = printed(&outcome(&project(), "2022Q2"));
    let row = rows.iter().find(|row| row["issue_id"] == "2022Q2-01-A2-01").expect("the problem of R18");
    let expected = "改造完成率应完成24户,实完成15户,为应达进度的62.5%,底线为应达进度的80%,目标100%,得分25.00分,还差9户";
    assert_eq!(row["description"], expected);
    let exit = "到2022年9月30日完成应达进度的100%(60户的75%即45户),再完成30户";
    assert!(row["exit_test"].starts_with(exit) && row["exit_test"].contains("75分以上"), "{}", row["exit_test"]);
    assert_eq!([&row["helper"], &row["source"], &row["due_on"]], ["民政局", "指数红灯", "2022-09-30"]);
}

#[test]
fn the_numbers_of_every_quarter_close() {
    let outcome = outcome(&project(), "2022Q4");
    let closes = |counts: &Counts| {
        counts.carried + counts.added == counts.closed + counts.cancelled + counts.long_term + counts.open
    };
    let mut before = Counts::default();
    for result in &outcome.scored().periods {
        let ledger = &result.closing.ledger;
        let all = ledger.counts();
        assert!(closes(&all), "{all:?}");
        assert_eq!(all.carried, before.open, "{}", result.period);
        let groups = ledger.counts_by_unit().into_values().chain(ledger.counts_by_helper().into_values());
        assert!(groups.into_iter().all(|counts| closes(&counts)));
        let added: u32 = ledger.counts_by_unit().values().map(|counts| counts.added).sum();
        assert_eq!(added, all.added);
        before = all;
    }
    let third = &outcome.scored().periods[2].closing.ledger;
    let expected =
        Counts { carried: 4, added: 1, closed: 2, long_term: 0, cancelled: 1, open: 2, overdue: 0, relapsed: 1 };
    assert_eq!(third.counts(), expected);
    assert_eq!(third.counts().rate().map(|rate| rate.to_string()), Some("40.0".to_owned()));
    let frequency = third.period.expect("a period").frequency;
    assert_eq!(third.carried().sentence(frequency), "上季度4项问题,销号2项,逾期0项,反弹1项");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(6))]

    #[test]
    fn replaying_the_quarters_gives_the_same_ledger_whatever_the_order_of_the_rows(seed in any::<u64>()) {
        let mut shuffled = project();
        for name in ["2022Q2", "2022Q3", "2022Q4"] {
            let text = take(&mut shuffled, name, "actions.csv");
            let (header, rows) = text.split_once('\n').expect("a header");
            let mut rows: Vec<&str> = rows.lines().collect();
            rows.sort_by_key(|row| row.bytes().fold(seed, |sum, byte| (sum ^ u64::from(byte)).wrapping_mul(0x0100_0000_01B3)));
            put(&mut shuffled, name, "actions.csv", format!("{header}\n{}\n", rows.join("\n")).into_bytes());
        }
        let (replayed, straight) = (outcome(&shuffled, "2022Q4"), outcome(&project(), "2022Q4"));
        prop_assert_eq!(&files(&replayed)["ledger.csv"], &files(&straight)["ledger.csv"]);
        prop_assert_eq!(&files(&replayed)["ledger.xlsx"], &files(&straight)["ledger.xlsx"]);
    }
}

/// A printed workbook with some cells written over, as an office writes it: problem, header, text.
fn edited(book: &[u8], edits: &[Edit]) -> Vec<u8> {
    rewritten(book, edits, &[])
}

/// The same without the rows of some problems.
fn rewritten(book: &[u8], edits: &[Edit], gone: &[&str]) -> Vec<u8> {
    let mut reader: Xlsx<_> = Xlsx::new(Cursor::new(book.to_vec())).expect("a workbook");
    let range = reader.worksheet_range("台账").expect("the ledger");
    let cell = |row: usize, column: usize| range.get_value((row as u32, column as u32)).cloned().unwrap_or_default();
    let (height, width) = range.end().map(|(row, column)| (row as usize + 1, column as usize + 1)).expect("cells");
    let find = |wanted: &str, cells: &dyn Fn(usize) -> Data, count: usize| {
        (0..count)
            .find(|&at| matches!(cells(at), Data::String(text) if text == wanted))
            .unwrap_or_else(|| panic!("{wanted} is not there"))
    };
    let mut book = Workbook::new();
    let sheet = book.add_worksheet().set_name("台账").expect("a name");
    let is_gone = |row: &usize| matches!(cell(*row, 1), Data::String(id) if gone.contains(&id.as_str()));
    for row in (0..height).filter(|row| !is_gone(row)) {
        for column in 0..width {
            let (row_at, column_at) = (row as u32, column as u16);
            match cell(row, column) {
                Data::Empty => {}
                Data::DateTime(day) => {
                    let (year, month, date, ..) = day.to_ymd_hms_milli();
                    sheet.write(row_at, column_at, format!("{year}/{month}/{date}")).expect("in range");
                }
                Data::Float(number) => drop(sheet.write(row_at, column_at, number).expect("in range")),
                other => drop(sheet.write(row_at, column_at, other.to_string()).expect("in range")),
            }
        }
    }
    for (problem, header, text) in edits {
        let row = find(problem, &|row| cell(row, 1), height);
        let column = find(header, &|column| cell(2, column), width);
        sheet.write(row as u32, column as u16, *text).expect("in range");
    }
    book.save_to_buffer().expect("a sound workbook")
}

/// A problem, a header, and what is written over the cell.
type Edit = (&'static str, &'static str, &'static str);

const FIRST: &str = "2022Q1-01-A1-01";
const SECOND: &str = "2022Q1-03-A1-01";

/// The second quarter with nothing but an edited ledger of the first.
fn with_edits(edits: &[Edit]) -> Outcome {
    let mut project = project();
    drop(take(&mut project, "2022Q2", "actions.csv"));
    let book = files(&outcome(&project, "2022Q1")).remove("ledger.xlsx").expect("a workbook");
    put(&mut project, "2022Q2", "ledger.xlsx", edited(&book, edits));
    Outcome::of(&project, Some(period("2022Q2")))
}

#[test]
fn cells_filled_in_by_hand_are_what_was_done() {
    let outcome = with_edits(&[
        (FIRST, "签收日期", "2022-04-20"),
        (FIRST, "进展", "2022-05-10:60%，换下8台"),
        (FIRST, "整改措施", "更换旧设备"),
        (FIRST, "责任领导(职务)", "副乡长"),
        (FIRST, "佐证材料编号", "照片1号,验收单3号"),
        (FIRST, "申请销号日期", "2022年6月20日"),
        (FIRST, "核验单位/方式/日期", "民政局/现场抽查/2022-06-28"),
        (FIRST, "核验结论", "通过"),
        (SECOND, "签收日期", "2022-04-22"),
        (SECOND, "批准延期至", "2022-09-30(联席会议纪要5号,2022-06-20)"),
    ]);
    assert!(!outcome.audit.has_errors(), "{}", outcome.findings());
    let rows = printed(&outcome);
    let columns = ["state", "measures", "leader_post", "evidence_ids", "closed_on", "verified", "verdict", "progress"];
    let expected = [
        "已销号",
        "更换旧设备",
        "副乡长",
        "照片1号、验收单3号",
        "2022-06-28",
        "民政局/现场抽查/2022-06-28",
        "通过(本期得分90.00)",
        "2022-05-10:60%,换下8台",
    ];
    assert_eq!(columns.map(|id| rows[0][id].as_str()), expected);
    assert_eq!(
        ["state", "extended_to"].map(|id| rows[1][id].as_str()),
        ["已签收", "2022-09-30(联席会议纪要5号,2022-06-20)"]
    );
}

#[test]
fn what_the_program_computes_is_not_taken_from_hand() {
    let plain = with_edits(&[]);
    let outcome = with_edits(&[
        (FIRST, "状态", "已销号"),
        (FIRST, "销号日期", "2022-06-01"),
        (SECOND, "整改时限", "2022-12-31"),
        (SECOND, "连续红灯季数", "0"),
        (SECOND, "交办日期", "2022-04-20"),
    ]);
    let told = outcome.with_code(Code::LedgerComputed);
    let said: Vec<&str> = told.iter().map(|found| found.message.as_str()).collect();
    assert_eq!(said.len(), 4, "{}", outcome.findings());
    let places: Vec<String> = told.iter().map(|found| found.place.to_string()).collect();
    let cells = ["V4", "W4", "O5", "Z5"].map(|cell| format!("data/2022Q2/ledger.xlsx [台账!{cell}]"));
    assert_eq!(places, cells);
    assert!(!outcome.audit.has_errors(), "{}", outcome.findings());
    let (before, after) = (printed(&plain), printed(&outcome));
    assert_eq!(before[0], after[0]);
    assert_eq!((after[1]["assigned_on"].as_str(), &after[1]["due_on"]), ("2022-04-20", &before[1]["due_on"]));
}

#[test]
fn a_row_with_one_mistake_is_not_applied_by_half() {
    let plain = with_edits(&[]);
    let mistakes: [(Code, &[Edit]); 6] = [
        (Code::LedgerTransition, &[(FIRST, "申请销号日期", "2022-06-20")]),
        (Code::EventOutsidePeriod, &[(FIRST, "申请销号日期", "2022-07-20")]),
        (Code::RowInvalid, &[(FIRST, "核验结论", "通过")]),
        (Code::RowInvalid, &[(FIRST, "进展", "做了一些")]),
        (Code::ApprovalMissing, &[(FIRST, "批准延期至", "2022-09-30")]),
        (Code::RowInvalid, &[(FIRST, "核验单位/方式/日期", "民政局")]),
    ];
    for (code, mistake) in mistakes {
        let sound = [(FIRST, "签收日期", "2022-04-20"), (FIRST, "整改措施", "更换旧设备")];
        let other = [(SECOND, "签收日期", "2022-04-22")];
        let edits: Vec<_> = sound.iter().chain(mistake).chain(&other).copied().collect();
        let outcome = with_edits(&edits);
        assert_eq!(outcome.with_code(code).len(), 1, "{mistake:?}\n{}", outcome.findings());
        let (before, after) = (printed(&plain), printed(&outcome));
        assert_eq!(before[0], after[0], "{mistake:?}");
        assert_eq!(after[1]["accepted_on"], "2022-04-22");
    }
}

#[test]
fn the_workbook_holds_no_formula_and_no_clock() {
    let mut project = project();
    let text =
        take(&mut project, "2022Q2", "problems.csv").replace("助餐点消防通道被占", "=HYPERLINK(\"\"http://x\"\")");
    put(&mut project, "2022Q2", "problems.csv", text.replace(",=H", ",\"=H").replace("\"\")", "\"\")\"").into_bytes());
    let outcome = outcome(&project, "2022Q2");
    let rendered = files(&outcome);
    assert_eq!(rendered, files(&outcome));
    assert_eq!(printed(&outcome)[2]["description"], "'=HYPERLINK(\"http://x\")");
    let mut archive = zip::ZipArchive::new(Cursor::new(&rendered["ledger.xlsx"])).expect("an archive");
    for sheet in 1..=3 {
        let name = format!("xl/worksheets/sheet{sheet}.xml");
        let mut text = String::new();
        archive.by_name(&name).expect("a part").read_to_string(&mut text).expect("XML");
        assert!(!text.contains("<f>"), "{name}");
    }
    // Nor does the quote that keeps it from being a formula look like a change when it comes back.
    put(&mut project, "2022Q3", "ledger.csv", rendered["ledger.csv"].clone());
    let later = Outcome::of(&project, Some(period("2022Q3")));
    assert_eq!(later.with_code(Code::LedgerComputed).len(), 0, "{}", later.findings());
}

#[test]
fn the_workbook_shows_problems_counts_and_how_to_fill_it_in() {
    let rendered = files(&outcome(&project(), "2022Q3"));
    let mut reader: Xlsx<_> = Xlsx::new(Cursor::new(rendered["ledger.xlsx"].clone())).expect("a workbook");
    assert_eq!(reader.sheet_names(), ["台账", "进度", "填报说明"]);
    let sheet = |reader: &mut Xlsx<Cursor<Vec<u8>>>, name: &str| -> Vec<Vec<String>> {
        let range = reader.worksheet_range(name).expect("a sheet");
        range.rows().map(|row| row.iter().map(ToString::to_string).collect()).collect()
    };
    let lines = sheet(&mut reader, "台账");
    assert!(lines[1][0].contains("台账期次:2022Q3") && lines[1][0].contains("模拟数据"), "{}", lines[1][0]);
    assert_eq!(lines[2][..6], ["序号", "问题编号", "乡镇", "问题来源", "指标", "问题描述"]);
    assert_eq!((lines[2].len(), lines.len()), (28, 3 + 6));
    let counts = sheet(&mut reader, "进度");
    let total = counts.iter().find(|row| row[0] == "合计").expect("a line of sums");
    assert_eq!(total[1..], ["4", "1", "2", "0", "1", "2", "0", "1", "40"]);
    let unit = counts.iter().find(|row| row[0] == "东乡").expect("a unit");
    assert_eq!(unit[1..], ["1", "1", "1", "0", "0", "1", "0", "1", "50"]);
}
