//! `yinxiang status`: dates by the official calendar, who is late, what is open, what comes next.

use crate::command::{Ran, run, yinxiang};
use crate::project::{Outcome, broken, read, repository, small, write};
use serde_json::Value;
use std::fs;
use std::path::Path;
use yinxiang::audit::{Answer, CellRef, Code};
use yinxiang::definitions::calendar::Date;
use yinxiang::facts::{Observed, Origin, Replaced};
use yinxiang::views::status::{Party, PartyState, Status, StepState};

#[track_caller]
fn at(root: &Path, arguments: &[&str]) -> Ran {
    run(yinxiang().arg("status").args(arguments).arg("-C").arg(root))
}

#[track_caller]
fn json_at(root: &Path, arguments: &[&str], code: i32) -> Value {
    let ran = at(root, &[arguments, &["--json"]].concat());
    assert_eq!(ran.code, code, "{ran:?}");
    serde_json::from_str(&ran.stdout).expect("JSON")
}

fn day(text: &str) -> Date {
    Date::read(text).expect("a date")
}

/// The status of a project's newest period.
fn status(root: &Path, on: &str) -> Status {
    status_of(&Outcome::of(&read(root), None), on)
}

fn status_of(outcome: &Outcome, on: &str) -> Status {
    let assessment = outcome.scored();
    Status::of(&assessment.definitions, assessment.current().expect("a period"), &outcome.audit, day(on))
}

fn party<'a>(status: &'a Status, name: &str) -> &'a Party {
    status.parties.iter().find(|party| party.name == name).expect("a department")
}

fn list<'a>(value: &'a Value, key: &str) -> &'a [Value] {
    value[key].as_array().expect("a list")
}

#[test]
fn the_third_quarter_of_2022_is_due_on_the_fifth_working_day_after_national_day() {
    let status = json_at(&repository(""), &["2022Q3", "--on", "2022-10-13"], 0);
    assert_eq!((&status["period"], &status["due"]), (&"2022Q3".into(), &"2022-10-12".into()));
    let days: Vec<String> = list(&status, "steps")
        .iter()
        .map(|step| format!("{} {} {} {}", step["id"], step["from"], step["to"], step["state"]).replace('"', ""))
        .collect();
    assert_eq!(
        days,
        [
            "survey 2022-09-10 2022-09-30 past",
            "notice 2022-09-20 2022-09-20 past",
            "deliver 2022-10-12 2022-10-12 overdue",
            "check 2022-10-13 2022-10-13 today",
            "correct 2022-10-17 2022-10-17 upcoming",
            "trial 2022-10-18 2022-10-18 upcoming",
            "review 2022-10-20 2022-10-20 upcoming",
            "appeal 2022-10-21 2022-10-25 upcoming",
            "close 2022-10-26 2022-10-26 upcoming",
            "publish 2022-10-28 2022-10-28 upcoming",
            "assign 2022-10-31 2022-10-31 upcoming",
            "mend 2022-10-31 2022-12-31 upcoming",
            "look_back 2022-11-01 2022-12-31 upcoming",
        ]
    );
    assert_eq!(list(&status, "years_without_calendar").len(), 0);
    let states: Vec<&Value> = list(&status, "departments").iter().map(|party| &party["state"]).collect();
    assert_eq!(states.iter().filter(|state| **state == "arrived").count(), 11, "{states:?}");
    assert_eq!(states.iter().filter(|state| **state == "incomplete").count(), 1, "{states:?}");
}

#[test]
fn late_days_are_counted_up_to_the_day_that_is_asked_for() {
    let late = |on: &str| -> Vec<String> {
        let status = json_at(&repository(""), &["2022Q3", "--on", on], 0);
        let others = list(&status, "others").iter().filter(|other| other["late_days"] != 0);
        others.map(|other| format!("{} {}", other["unit"], other["late_days"]).replace('"', "")).collect()
    };
    assert_eq!(late("2022-10-12"), [""; 0]);
    assert_eq!(late("2022-10-13"), ["新安镇 1"]);
    // 15 and 16 October are a weekend.
    assert_eq!(late("2022-10-17"), ["钟管镇 3", "新安镇 1", "莫干山镇 2"]);
}

#[test]
fn of_a_period_without_a_folder_everything_is_outstanding_and_then_overdue() {
    let root = repository("");
    let status = json_at(&root, &["2022Q4", "--on", "2022-12-05"], 0);
    assert_eq!(status["due"], "2023-01-06");
    assert!(list(&status, "departments").iter().all(|party| party["state"] == "outstanding"));
    assert!(list(&status, "quality").iter().all(|row| row["marks"].is_null()));
    assert_eq!(status["years_without_calendar"], serde_json::json!([2023]));
    assert!(list(&status, "steps").iter().any(|step| step["id"] == "settle"), "half a year ends");
    let status = json_at(&root, &["2022Q4", "--on", "2023-01-10"], 0);
    for (party, row) in list(&status, "departments").iter().zip(list(&status, "quality")) {
        assert_eq!((&party["state"], &party["late_days"]), (&"overdue".into(), &2.into()));
        assert_eq!(row["marks"], 90.0);
    }
    let ran = at(&root, &["2022Q4", "--on", "2023-01-10"]);
    assert!(ran.stdout.contains("1. 催报(2023-01-06 截止,已迟 2 个工作日):县委老干部局、"), "{ran:?}");
}

#[test]
fn programs_find_the_same_keys_for_every_project() {
    let root = small();
    let status = json_at(root.path(), &["--on", "2024-07-10"], 0);
    let keys = |value: &Value| value.as_object().expect("an object").keys().cloned().collect::<Vec<_>>().join(" ");
    assert_eq!(
        keys(&status),
        "departments due later_arrivals on others period project quality steps todo unclaimed_files years_without_calendar"
    );
    assert_eq!(keys(&status["departments"][0]), "arrived_on files items_missing items_owed late_days name open state");
    assert_eq!(keys(&status["others"][0]), "arrived_on late_days table unit");
    assert_eq!(keys(&status["steps"][0]), "from gives id name offset state takes to who");
    assert_eq!(
        keys(&status["quality"][0]),
        "corrections errors late_days marks name on_time open_questions tables_owed"
    );
    assert_eq!(status["departments"][0]["files"][0], "data/2024Q2/民政局.csv");
    assert_eq!(status["steps"][1]["state"], "done", "everything came");
}

#[test]
fn a_project_without_timetable_and_marks_still_has_a_status() {
    let root = small();
    fs::remove_file(root.path().join("indicators/timetable.toml")).expect("removed");
    let status = json_at(root.path(), &["--on", "2024-07-10"], 0);
    assert_eq!((list(&status, "steps").len(), &status["quality"]), (0, &Value::Null));
    let ran = at(root.path(), &["--on", "2024-07-10"]);
    assert!(!ran.stdout.contains("时间表") && !ran.stdout.contains("质量分"), "{ran:?}");
    assert!(ran.stdout.contains("民政局") && ran.stdout.contains("材料齐全"), "{ran:?}");
    assert_eq!(run(yinxiang().arg("run").arg("-C").arg(root.path())).code, 0);
    let page = fs::read_to_string(root.path().join("reports/2024Q2/index.html")).expect("a page");
    assert!(!page.contains("各部门报送质量"));
}

#[test]
fn the_report_lists_marks_for_delivery_up_to_the_last_arrival() {
    let root = small();
    assert_eq!(run(yinxiang().arg("run").arg("-C").arg(root.path())).code, 0);
    let page = fs::read_to_string(root.path().join("reports/2024Q2/index.html")).expect("a page");
    let table = page.split("各部门报送质量").nth(1).expect("the table");
    assert!(table.contains("质量分") && table.contains("截至 2024-07-10"), "the cut-off is the last arrival");
}

#[test]
fn a_status_does_not_depend_on_anything_but_the_day() {
    let root = small();
    let once = at(root.path(), &["--on", "2024.7.10"]).stdout;
    assert_eq!(once, at(root.path(), &["2024Q2", "--on", "2024-07-10"]).stdout);
    assert_eq!(at(root.path(), &[]).code, 0, "today");
    assert!(!root.path().join("reports").exists(), "nothing is written");
}

#[test]
fn what_is_no_date_or_no_period_of_the_index_is_said() {
    let root = small();
    let ran = at(root.path(), &["--on", "2022-02-30"]);
    assert_eq!((ran.code, ran.stdout.as_str()), (2, ""), "{ran:?}");
    assert!(ran.stderr.contains("2022-10-12"), "{ran:?}");
    let ran = at(root.path(), &["2024H1"]);
    assert_eq!(ran.code, 1, "{ran:?}");
    assert!(ran.stdout.contains("data-missing") && ran.stdout.contains("frequency"), "{ran:?}");
}

#[test]
fn a_timetable_that_contradicts_the_day_files_are_due_is_found_when_it_loads() {
    let root = small();
    let text = "format = 1\n[[step]]\nid = \"a\"\nname = \"甲\"\nwho = \"甲\"\ndue = true\nat = { working_days = 6 }\n\
                [[step]]\nid = \"b\"\nname = \"乙\"\nwho = \"乙\"\nfrom = { working_days = 3 }\nto = { days = 0 }\n\
                [[step]]\nid = \"c\"\nname = \"丙\"\nwho = \"丙\"\nat = { days = 3 }\nmonths = [5]\n\
                [[step]]\nid = \"d\"\nname = \"丁\"\nwho = \"丁\"\nfrom = { days = -3 }\n\
                [[step]]\nid = \"d\"\nname = \"戊\"\nwho = \"戊\"\nat = { wrking_days = 3 }\ndue = true\n";
    write(root.path(), "indicators/timetable.toml", text);
    let outcome = Outcome::of(&read(root.path()), None);
    let mut found: Vec<String> = outcome
        .audit
        .diagnostics()
        .iter()
        .map(|found| format!("{} {}", found.place, found.code.id()).replace("indicators/timetable.toml:", ""))
        .collect();
    found.sort_by_key(|text| text.split(':').next().and_then(|line| line.parse::<u32>().ok()));
    assert_eq!(
        found,
        [
            "7:6 wrong-type",
            "12:8 wrong-type",
            "18:6 wrong-type",
            "19:10 wrong-type",
            "20:1 missing-key",
            "26:6 duplicate-code",
            "29:8 wrong-type",
            "30:7 wrong-type",
        ],
        "{}",
        outcome.findings()
    );
    assert!(outcome.findings().contains("与 [index] 的 due_working_days = 5 不一致,这里写的是 T+6"));
}

#[test]
fn marks_that_are_no_marks_are_found_when_they_load() {
    let root = small();
    let text = "format = 1\n[quality]\nfull = 100\nlate_day = -5\nerror = 3\nopen_question = 2\n";
    write(root.path(), "indicators/timetable.toml", text);
    let outcome = Outcome::of(&read(root.path()), None);
    assert_eq!(outcome.with_code(Code::WrongType).len(), 1, "{}", outcome.findings());
    assert_eq!(outcome.with_code(Code::MissingKey).len(), 1, "{}", outcome.findings());
}

#[test]
fn a_department_is_outstanding_before_the_day_and_overdue_after_it() {
    let root = broken("file-not-received");
    let before = status(root.path(), "2024-07-05");
    assert_eq!((party(&before, "教育局").state, party(&before, "教育局").late_days), (PartyState::Outstanding, 0));
    assert!(before.todo[0].starts_with("等报送(今日截止):教育局"), "{:?}", before.todo);
    // 6 and 7 July are a weekend, 8 July is a day off in the calendar of the project.
    let after = status(root.path(), "2024-07-09");
    assert_eq!((party(&after, "教育局").state, party(&after, "教育局").late_days), (PartyState::Overdue, 1));
    assert_eq!(after.steps[1].state, StepState::Overdue);
}

#[test]
fn refused_files_missing_files_and_files_of_nobody_are_told_apart() {
    let root = broken("file-not-received");
    write(root.path(), "data/2024Q2/教育局名单.csv", "乡镇,姓名,身份证号\n东乡,张三,330521190001010018\n");
    let arrivals = "报表,部门,乡镇,收到日期\n养老季报,民政局,,2024-07-05\n";
    write(root.path(), "data/2024Q2/arrivals.csv", arrivals);
    let refused = status(root.path(), "2024-07-10");
    assert_eq!(party(&refused, "教育局").state, PartyState::Refused, "{:?}", refused.todo);

    let root = broken("file-not-received");
    write(root.path(), "data/2024Q2/arrivals.csv", &format!("{arrivals}学员表,教育局,,2024-07-05\n"));
    let without_file = status(root.path(), "2024-07-10");
    assert_eq!(party(&without_file, "教育局").state, PartyState::NoFile, "{:?}", without_file.todo);
    assert!(without_file.todo[0].contains("找文件"), "{:?}", without_file.todo);

    let nobody = status(broken("personal-data").path(), "2024-07-10");
    assert_eq!(nobody.unclaimed, ["data/2024Q2/名单.csv"]);
    assert!(nobody.todo.iter().any(|sentence| sentence.contains("认文件")), "{:?}", nobody.todo);
}

#[test]
fn a_damaged_file_came_but_its_items_are_missing() {
    let status = status(broken("file-unreadable").path(), "2024-07-10");
    let party = party(&status, "教育局");
    assert_eq!((party.state, party.open.error_count, party.missing.len()), (PartyState::Incomplete, 1, 1));
}

#[test]
fn an_answered_question_is_not_open() {
    let root = broken("empty-ambiguous");
    let mut outcome = Outcome::of(&read(root.path()), None);
    let open = |outcome: &Outcome| party(&status_of(outcome, "2024-07-10"), "教育局").open.question_count;
    assert_eq!(open(&outcome), 1);
    let number = outcome.with_code(Code::EmptyAmbiguous)[0].number();
    outcome.audit.hear(vec![Answer { number, text: "0".to_owned(), ..Answer::default() }]);
    assert_eq!(open(&outcome), 0);
}

#[test]
fn every_file_that_a_later_version_replaced_is_one_correction() {
    let root = small();
    let mut outcome = Outcome::of(&read(root.path()), None);
    let assessment = outcome.assessment.as_mut().expect("an assessment");
    let measure = assessment.definitions.measures.iter().position(|measure| measure.name == "学员人数");
    let facts = &mut assessment.periods.last_mut().expect("a period").facts;
    let table = facts.readings.iter().position(|reading| reading.file.contains("教育局")).expect("a table");
    let origin = Origin { table: u32::try_from(table).expect("small"), cell: CellRef { row: 1, column: 1 } };
    for unit in 0..2 {
        let side = (Observed::Value(1.0), origin);
        let measure = measure.expect("a measure");
        facts.replaced.push(Replaced { measure, unit: Some(unit), before: side, after: side });
    }
    let status = status_of(&outcome, "2024-07-10");
    assert_eq!(party(&status, "教育局").correction_count, 1);
    let rows = status.quality.expect("marks");
    let names: Vec<&str> = rows.iter().map(|row| row.name.as_str()).collect();
    assert_eq!(names, ["民政局", "教育局", "统计局"], "in the order of the definitions");
    assert_eq!(rows[1].marks, Some(95.0));
}

#[test]
fn after_the_last_step_the_next_period_is_named() {
    let status = status(small().path(), "2024-10-01");
    assert!(status.is_over());
    assert!(status.todo.last().is_some_and(|last| last.contains("yinxiang status 2024Q3")), "{:?}", status.todo);
}
