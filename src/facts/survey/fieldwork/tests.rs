use super::{Fieldwork, code, dont_know, largest_block};
use crate::audit::{Audit, Code, InputFile};
use crate::definitions::{Answer, AnswerKind};
use crate::facts::survey::SurveyResult;
use crate::facts::survey::quality::TimeProblem;
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
suppress_below = 2
caution_below = 3
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
[[indicator]]
code = "A1"
id = "content"
name = "满意度"
element = "A"
weight = 100
unit = "分"
question = "q0"
score = { efficacy = { target = 90, floor = 60 } }
missing = "drop"
department = "D"
[[survey]]
id = "s"
name = "访问"
department = "D"
unit_column = "片区"
fieldwork = { interviewer_column = "访问员", day_column = "日期", start_column = "开始", end_column = "结束" }
[[scale]]
id = "three"
answers = [
  { code = "1", word = "满意", points = 100 },
  { code = "2", word = "一般", points = 50 },
  { code = "3", word = "不满意", points = 0 },
  { code = "9", word = "说不清" },
]
QUESTIONS
[register]
name_columns = ["片区"]
[[unit]]
code = "x1"
name = "东片区"
[[unit]]
code = "x2"
name = "西片区"
"#;

/// The survey of a file of which `header` and `body` are given, and what was said about it.
fn surveyed(header: &str, body: &str) -> (SurveyResult, Audit) {
    let question = |number: usize| {
        format!("[[question]]\nid = \"q{number}\"\nsurvey = \"s\"\ntext = \"题 {number}\"\nscale = \"three\"\n")
    };
    let questions: String = (0..6).map(question).collect();
    let file = |path: &str, text: String| InputFile { path: path.into(), bytes: text.into_bytes().into() };
    let definitions = vec![file("indicators/index.toml", DEFINITIONS.replace("QUESTIONS", &questions))];
    let files = vec![file("data/2022Q3/survey-s.csv", format!("{header}\n{body}"))];
    let periods = BTreeMap::from([("2022Q3".parse().expect("a period"), files)]);
    let project = Project { definitions, periods, ..Project::default() };
    let mut audit = Audit::default();
    let assessment = compute(&project, "2022Q3".parse().expect("a period"), &mut audit, &mut |_| {});
    let said: Vec<String> = audit.diagnostics().iter().map(ToString::to_string).collect();
    let assessment = assessment.unwrap_or_else(|| panic!("{said:?}"));
    (assessment.current().expect("a period").facts.surveys[0].clone(), audit)
}

const HEADER: &str = "片区,访问员,日期,开始,结束,q0,q1,q2,q3,q4,q5";

/// Forms that differ: answers 1 to 3 by a fixed rule, three interviewers in turn, one interview an hour.
fn honest(row: usize) -> [String; 6] {
    std::array::from_fn(|question| ((row * (2 * question + 1) + row / 3 + row / 7 * question) % 3 + 1).to_string())
}

fn form(row: usize, answers: &[String; 6]) -> String {
    let unit = if row < 45 { "东片区" } else { "西片区" };
    let (day, hour) = (1 + row / 27, 8 + row / 3 % 9);
    format!("{unit},{}号,2022-08-{day:02},{hour}:05,{hour:02}:25,{}\n", row % 3 + 1, answers.join(","))
}

fn found(result: &SurveyResult) -> &Fieldwork {
    result.fieldwork.as_ref().expect("something to look at")
}

fn count(audit: &Audit, code: Code) -> usize {
    audit.diagnostics().iter().filter(|found| found.code == code).count()
}

#[test]
fn honest_forms_are_checked_and_nothing_stands_out() {
    let body: String = (0..90).map(|row| form(row, &honest(row))).collect();
    let (result, audit) = surveyed(HEADER, &body);
    let own = found(&result);
    assert_eq!((own.rows.len(), own.rows[0], own.questions.len(), own.block.len()), (90, 2, 6, 6));
    assert_eq!((own.timed_count, own.times.as_deref()), (90, Some(&[][..])));
    assert!(own.straightlining.is_some() && own.duplicates.is_some() && own.effect.is_some());
    assert_eq!((own.suspect_count(), count(&audit, Code::FieldworkSuspect)), (0, 0));
    let interviewers: Vec<(Option<&str>, u32, u32)> =
        own.interviewers.iter().map(|own| (own.code.as_deref(), own.first_row, own.interviews)).collect();
    assert_eq!(interviewers, [(Some("1号"), 2, 30), (Some("2号"), 3, 30), (Some("3号"), 4, 30)]);
}

#[test]
fn an_interviewer_who_fills_forms_with_one_answer_is_asked_about_once_and_no_estimate_changes() {
    let straight = |row: usize| {
        if row % 3 == 1 && row.is_multiple_of(2) { [const { "1" }; 6].map(str::to_owned) } else { honest(row) }
    };
    let body: String = (0..90).map(|row| form(row, &straight(row))).collect();
    let (result, audit) = surveyed(HEADER, &body);
    let own = found(&result);
    let of_second = |tests: &[super::InterviewerTest]| -> Vec<u32> {
        tests.iter().filter(|test| test.stands_out).map(|test| test.interviewer).collect()
    };
    assert_eq!(of_second(&own.straightlining.as_ref().expect("a block").interviewers), [1]);
    assert_eq!(count(&audit, Code::FieldworkSuspect), 1);
    assert_eq!(result.respondent_count, 90);
    assert_eq!(result.questions[0].whole.expect("answers").respondent_count, 90);
}

#[test]
fn times_are_named_by_row_and_those_that_cannot_be_read_are_one_message() {
    let mut body: String = (0..12).map(|row| form(row, &honest(row))).collect();
    // Rows 14 to 18 of the file: another interview at that time; too short; another year; not readable, twice.
    for (start, end, day) in [
        ("8:10", "8:30", "2022-08-01"),
        ("18:00", "18:01", "2022-08-02"),
        ("9:00", "9:20", "2021-08-02"),
        ("九点", "9:20", "2022-08-02"),
        ("9:00", "9:20", "八月初"),
    ] {
        writeln!(body, "东片区,1号,{day},{start},{end},1,2,3,1,2,3").expect("a String grows");
    }
    let (result, audit) = surveyed(HEADER, &body);
    let own = found(&result);
    let named: Vec<(u32, TimeProblem)> =
        own.times.iter().flatten().map(|warning| (own.rows[warning.respondent], warning.problem)).collect();
    let wanted = [
        (14, TimeProblem::Overlaps { other: 0 }),
        (15, TimeProblem::TooShort { minutes: 1 }),
        (16, TimeProblem::OutsideDates),
    ];
    assert_eq!(named, wanted);
    assert_eq!((own.timed_count, own.rows.len()), (15, 17));
    let said: Vec<&crate::audit::Diagnostic> =
        audit.diagnostics().iter().filter(|found| found.code == Code::DateInvalid).collect();
    assert_eq!(said.len(), 1);
    assert!(said[0].message.contains(" 2 格") && said[0].found.is_empty(), "{}", said[0]);
    assert_eq!(said[0].place.cell.map(|cell| cell.to_string()).as_deref(), Some("D17"));
}

#[test]
fn a_declared_column_that_is_not_there_is_told_and_only_its_checks_are_missing() {
    let body: String = (0..12).map(|row| format!("东片区,{}\n", honest(row).join(","))).collect();
    let (result, audit) = surveyed("片区,q0,q1,q2,q3,q4,q5", &body);
    let own = found(&result);
    assert!(own.straightlining.is_some() && own.nonresponse.is_some());
    assert!(own.duplicates.is_none() && own.effect.is_none() && own.times.is_none());
    let told = audit.diagnostics().iter().filter(|found| found.code == Code::ItemNotReceived);
    let items: Vec<&str> = told.filter_map(|found| found.item.as_deref()).collect();
    assert_eq!(items, ["访问员", "日期", "开始", "结束"]);
}

#[test]
fn what_may_be_a_name_or_a_number_of_a_person_is_not_kept() {
    for fine in ["3", "F03", "A", "访问员12", "第2组5号", "x-7"] {
        assert_eq!(code(fine).as_deref(), Some(fine));
    }
    for personal in ["张三", "访问员李四", "ZhangSan", "Li Si", "19000101", "1380000", "张三3"] {
        assert_eq!(code(personal), None, "{personal}");
    }
}

#[test]
fn the_largest_set_of_one_scale_and_its_dont_know_are_found() {
    let answer = |code: &str, points, kind| Answer { code: code.to_owned(), word: code.to_owned(), points, kind };
    let scale = [answer("1", Some(100.0), None), answer("2", Some(0.0), None), answer("9", None, None)];
    let said = [answer("1", Some(100.0), None), answer("8", None, None), answer("9", None, Some(AnswerKind::DontKnow))];
    let open = [answer("1", Some(100.0), None), answer("7", None, None), answer("9", None, None)];
    assert_eq!(largest_block(&[&scale[..], &said, &open, &said]), [1, 3]);
    assert_eq!(largest_block(&[]), Vec::<usize>::new());
    assert_eq!([dont_know(&scale), dont_know(&said), dont_know(&open)], [Some(2), Some(2), None]);
}
