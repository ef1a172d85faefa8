use crate::audit::{Audit, InputFile};
use crate::views::Assessment;
use crate::views::chapters::sample::{self, document, shown, table, tables};
use crate::views::comparison::Comparison;
use crate::views::document::{Document, Table};
use crate::views::html;
use crate::workflow::{Project, compute};
use std::collections::BTreeMap;
use std::fmt::Write as _;

const DEFINITIONS: &str = r#"
format = 1
[index]
id = "t"
name = "试验指数"
edition = "1"
unit_word = "片区"
element_word = "方面"
total_word = "全域"
frequency = "quarter"
scale = [0, 100]
decimals = 2
aggregate = "arithmetic"
suppress_below = 10
caution_below = 30
[[grade]]
id = "a"
name = "甲等"
min = 0
[[department]]
code = "D"
name = "调查队"
[[element]]
code = "A"
name = "照护"
weight = 100
[[measure]]
id = "done"
name = "完成户数"
department = "D"
unit = "户"
[[measure]]
id = "planned"
name = "任务户数"
department = "D"
unit = "户"
[[indicator]]
code = "A1"
id = "done_rate"
name = "完成率"
element = "A"
weight = 100
unit = "%"
numerator = "done"
denominator = "planned"
scale = 100
basis = "point"
score = { efficacy = { target = 80, floor = 40 } }
missing = "drop"
department = "D"
[[survey]]
id = "s"
name = "入户访问"
department = "D"
unit_column = "片区"
classes = [{ id = "sex", column = "性别", values = ["男", "女"] }]
weighting = { post-stratify = { by = ["sex"], population = "population", least = 5 } }
fieldwork = { interviewer_column = "访问员", day_column = "日期", start_column = "开始", end_column = "结束" }
[[scale]]
id = "three"
answers = [
  { code = "1", word = "有", points = 100 },
  { code = "2", word = "一半", points = 40 },
  { code = "3", word = "没有", points = 0 },
]
[[question]]
id = "q0"
survey = "s"
text = "您家改造过吗?"
scale = "three"
statistic = "share"
compares_with = "A1"
QUESTIONS
[register]
name_columns = ["片区"]
[[unit]]
code = "x1"
name = "东片区"
[[unit]]
code = "x2"
name = "西片区"
[[unit]]
code = "x3"
name = "南片区"
"#;

/// 60 interviews in the first unit (a third by somebody whose code may be a name and whose forms are one answer), 20 in the
/// second, 3 of them with women and 8 with a question left blank, 7 in the third, which is too few to be printed.
fn answers() -> String {
    let mut text = String::from("片区,性别,访问员,日期,开始,结束,q0,q1,q2,q3,q4,q5\n");
    for row in 0..87_usize {
        let unit = ["东片区", "西片区", "南片区"][usize::from(row >= 60) + usize::from(row >= 80)];
        let is_woman = row == 81 || row.is_multiple_of(2) && row < 66;
        let sex = if is_woman { "女" } else { "男" };
        let (day, hour) = (1 + row / 27, 8 + row / 3 % 9);
        let who = ["王五", "2号", "3号"][row % 3];
        let answer = |question: usize| {
            let honest = (row * (2 * question + 1) + row / 3 + row / 7 * question) % 3 + 1;
            let is_copied = row.is_multiple_of(3) && row < 60;
            if (72..80).contains(&row) && question == 2 {
                String::new()
            } else {
                if is_copied { 1 } else { honest }.to_string()
            }
        };
        let answers: Vec<String> = (0..6).map(answer).collect();
        let end = if row == 4 { "8:00" } else { "23:50" };
        let end = if row == 4 || row == 5 { end.to_owned() } else { format!("{hour}:25") };
        writeln!(text, "{unit},{sex},{who},2022-08-{day:02},{hour}:05,{end},{}", answers.join(",")).expect("grows");
    }
    text
}

fn assessment() -> (Assessment, Audit) {
    let question = |number: usize| {
        format!("[[question]]\nid = \"q{number}\"\nsurvey = \"s\"\ntext = \"题 {number}\"\nscale = \"three\"\n")
    };
    let questions: String = (1..6).map(question).collect();
    let file = |path: &str, text: String| InputFile { path: path.into(), bytes: text.into_bytes().into() };
    let people =
        "片区,性别,人数\n东片区,男,900\n东片区,女,1100\n西片区,男,500\n西片区,女,400\n南片区,男,80\n南片区,女,70\n";
    let done = "片区,完成户数,任务户数\n东片区,99,100\n西片区,40,100\n南片区,90,100\n";
    let files = vec![file("data/2022Q3/survey-s.csv", answers()), file("data/2022Q3/调查队.csv", done.to_owned())];
    let project = Project {
        definitions: vec![file("indicators/index.toml", DEFINITIONS.replace("QUESTIONS", &questions))],
        frozen: vec![file("data/frozen/2022-population.csv", people.to_owned())],
        periods: BTreeMap::from([("2022Q3".parse().expect("a period"), files)]),
        ..Project::default()
    };
    let mut audit = Audit::default();
    let assessment = compute(&project, "2022Q3".parse().expect("a period"), &mut audit, &mut |_| {});
    let said: Vec<String> = audit.diagnostics().iter().map(ToString::to_string).collect();
    (assessment.unwrap_or_else(|| panic!("{said:?}")), audit)
}

fn column(table: &Table, header: &str) -> Vec<String> {
    table.rows.iter().map(|row| shown(table, &row.cells, header)).collect()
}

fn page(document: &Document) -> String {
    html::render(document).expect("the report keeps the promises of a document")
}

#[test]
fn a_project_whose_surveys_did_not_come_has_no_chapter() {
    let (mut assessment, audit) = sample::assessment();
    assert!(document(&assessment, &audit).sections.iter().any(|section| section.id == "survey-quality"));
    for result in &mut assessment.periods {
        result.facts.surveys[0].has_arrived = false;
    }
    assert!(document(&assessment, &audit).sections.iter().all(|section| !section.id.starts_with("survey-")));
}

#[test]
fn estimates_of_the_whole_leave_out_what_is_withheld_and_say_so() {
    let (assessment, audit) = assessment();
    let document = document(&assessment, &audit);
    let own = table(&document, "survey-1-estimates");
    // 60 and 20 interviews, 8 with a blank; 7 of the third unit are withheld.
    assert_eq!(column(own, "有效答卷"), ["80", "80", "72", "80", "80", "80"]);
    assert!(column(own, "说明").iter().all(|note| note == "样本不足的 1 个片区隐去，未并入"));
    assert!(own.rows.iter().all(|row| ["标准误", "设计效应"].iter().all(|head| shown(own, &row.cells, head) != "—")));
    let section = document.sections.iter().find(|section| section.id == "survey-1-quality").expect("a section");
    let of_section: Vec<String> = tables(&document)
        .into_iter()
        .filter(|table| table.id.starts_with("survey-1-"))
        .flat_map(|table| &table.rows)
        .filter(|row| row.cells[0].shown() == "南片区")
        .flat_map(|row| row.cells.iter().map(crate::views::document::Cell::shown))
        .collect();
    assert_eq!(of_section, Vec::<String>::new(), "nothing of the unit that is withheld");
    assert!(!section.blocks.is_empty());
}

#[test]
fn the_certificate_says_what_was_met_and_what_was_joined() {
    let (assessment, audit) = assessment();
    let document = document(&assessment, &audit);
    let joins = table(&document, "survey-1-joins");
    let first: Vec<String> = joins.rows[0].cells.iter().map(crate::views::document::Cell::shown).collect();
    // Three interviews: their number is not printed.
    assert_eq!(first, ["西片区 女", "西片区 男", "答卷不足 5 份"]);
    let classes = table(&document, "survey-1-classes");
    assert_eq!(column(classes, "类"), ["东片区 男", "东片区 女", "西片区 男、西片区 女"]);
    assert_eq!(column(classes, "人口数"), ["900", "1100", "900"]);
    assert_eq!(column(classes, "加权后"), column(classes, "人口数"));
    let weights = table(&document, "survey-1-weights");
    assert_eq!(shown(weights, &weights.rows[0].cells, "权数的设计效应"), "1");
    assert!(page(&document).contains("权数按性别调整到人口数，各类人数与人口数最多相差不到千万分之一"));
}

#[test]
fn what_stands_out_is_named_by_code_or_row_and_nobody_by_name() {
    let (assessment, audit) = assessment();
    let document = document(&assessment, &audit);
    let own = table(&document, "survey-1-interviewers");
    let straight = own.rows.iter().filter(|row| shown(own, &row.cells, "检查") == "一答到底");
    let names: Vec<String> = straight.map(|row| shown(own, &row.cells, "访问员")).collect();
    assert_eq!(names, ["第 2 行答卷的访问员"]);
    // Whose forms are better than those of their colleagues shifts the mean of these too.
    assert!(column(own, "访问员").contains(&"2号".to_owned()));
    let listed = table(&document, "survey-1-respondents");
    let rows = |what: &str| {
        let row = listed.rows.iter().find(|row| shown(listed, &row.cells, "情况") == what).expect("listed");
        shown(listed, &row.cells, "行号")
    };
    assert_eq!([rows("结束早于开始"), rows("不在 7–21 点之间")], ["6", "7"]);
    let page = page(&document);
    assert!(!page.contains("王五") && page.contains("需要复看"));
    assert!(["作假", "造假", "伪造", "弄虚"].iter().all(|word| !page.contains(word)));
}

#[test]
fn every_check_says_how_often_clean_surveys_have_it() {
    let (assessment, audit) = assessment();
    let document = document(&assessment, &audit);
    let own = table(&document, "survey-1-checks");
    assert_eq!(column(own, "检查"), ["一答到底", "答卷雷同", "访问时间", "访问员之间", "漏答和说不清"]);
    let rates = column(own, "正常调查也会有");
    for (rate, of) in ["3%", "3.7%", "0.3%", "4.7%", "2.7%"].iter().zip(&rates) {
        assert!(of.contains(rate), "{of}");
    }
    // 1 − 0.97 · 0.963 · 0.947 · 0.973
    assert!(own.notes[0].contains("约有 14%"), "{}", own.notes[0]);
}

#[test]
fn reports_stand_beside_answers_and_only_gaps_outside_the_interval_are_marked() {
    let (assessment, audit) = assessment();
    let document = document(&assessment, &audit);
    let own = table(&document, "survey-1-cross-check");
    assert_eq!(column(own, "片区"), ["东片区", "西片区"]);
    assert_eq!(column(own, "部门报数"), ["99%", "40%"]);
    assert_eq!(column(own, "说明"), ["报数在区间之外", "样本偏少"]);
    let gaps: Vec<f64> = own.rows.iter().filter_map(|row| row.cells[7].sort_key).collect();
    assert!(gaps.len() == 2 && gaps[0].abs() > gaps[1].abs(), "{gaps:?}");
}

#[test]
fn a_page_without_an_index_says_nothing_of_scores_and_leads_nowhere_missing() {
    let (mut assessment, _) = assessment();
    assessment.definitions.indicators.clear();
    let view = Comparison::new(&assessment, assessment.current().expect("a period"));
    let sections = super::chapter(&view);
    let text = format!("{sections:?}");
    assert!(text.contains("survey-1-missing") && !text.contains("综合得分") && !text.contains("Link"));
}
