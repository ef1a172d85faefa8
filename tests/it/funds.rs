//! From figures to money, support and reminders: `tests/projects/funds`, read back from `result.json`.

use crate::command::{read_json, run, yinxiang};
use crate::project::{laid, repository, write};
use serde_json::Value;
use std::path::Path;
use tempfile::TempDir;

/// The project, to be changed.
fn project() -> TempDir {
    laid("tests/projects/funds")
}

/// `result.json` of a period; the run has no error.
#[track_caller]
fn result(root: &Path, period: &str) -> Value {
    let out = root.join("out").join(period);
    let ran = run(yinxiang()
        .args(["run", period, "--only", "result.json,findings.csv", "-C"])
        .arg(root)
        .arg("--out")
        .arg(&out));
    assert_eq!(ran.code, 0, "{ran:?}");
    read_json(&out.join("result.json"))
}

/// Codes of the findings of the run before.
fn findings(root: &Path, period: &str) -> Vec<String> {
    let text = std::fs::read_to_string(root.join("out").join(period).join("findings.csv")).expect("findings");
    text.lines().skip(1).filter_map(|line| line.split(',').nth(1)).map(str::to_owned).collect()
}

fn list<'a>(value: &'a Value, key: &str) -> &'a Vec<Value> {
    value[key].as_array().unwrap_or_else(|| panic!("{key} in {value}"))
}

/// One column over the units of the only settlement, in 万元 (rules.md prints them so).
fn column(result: &Value, key: &str) -> Vec<f64> {
    let units = list(&result["funds"][0], "units");
    units.iter().map(|unit| unit[key].as_f64().expect("an amount") / 1e6).collect()
}

/// What the rounds of R16 add up to.
fn assert_adds_up(fund: &Value) {
    let of = |key: &str| fund[key].as_i64().expect("an amount in 分");
    assert_eq!(
        of("advance") + of("settled") + of("extra") + of("earmark") + of("carried_out"),
        of("pool") + of("carried_in"),
        "{fund}"
    );
}

/// Replaces text in a file of the project; it must be there.
fn change(root: &Path, path: &str, from: &str, to: &str) {
    let text = std::fs::read_to_string(root.join(path)).expect("a file");
    assert!(text.contains(from), "{path} has no {from}");
    write(root, path, &text.replace(from, to));
}

/// Figures of a quarter: care, homes done and culture of the third unit; the other two do well.
fn quarter(root: &Path, period: &str, due: u32, third: (f64, u32, f64)) {
    let (care, homes, culture) = third;
    let care =
        format!("镇街,照料分,改造户数,改造任务户数\n甲镇,95,{due},60\n乙街道,82,{due},60\n丙镇,{care},{homes},60\n");
    write(root, &format!("data/{period}/民政局.csv"), &care);
    write(
        root,
        &format!("data/{period}/文化局.csv"),
        &format!("镇街,文化分\n甲镇,94.5\n乙街道,84.5\n丙镇,{culture}\n"),
    );
}

#[test]
fn the_table_of_r16_comes_out_of_the_figures_to_the_fen() {
    // rules.md, R16: pool 100.00 万元, factors 50/30/20, grades 优秀/良好/待提升.
    let root = project();
    let result = result(root.path(), "2022Q2");
    assert_eq!(findings(root.path(), "2022Q2"), [""; 0]);
    let grades: Vec<_> = list(&result, "units").iter().map(|unit| unit["grade"].as_str().expect("a grade")).collect();
    assert_eq!(grades, ["优秀", "良好", "待提升"]);
    assert_eq!(column(&result, "advance"), [30.0, 18.0, 12.0]);
    assert_eq!(column(&result, "settled"), [20.0, 12.0, 4.0]);
    assert_eq!(column(&result, "withheld"), [0.0, 0.0, 4.0]);
    assert_eq!(column(&result, "asked"), [5.0, 0.0, 0.0]);
    assert_eq!(column(&result, "extra"), [2.0, 0.0, 0.0]);
    assert_eq!(column(&result, "earmark"), [0.0, 0.0, 2.0]);
    assert_eq!(column(&result, "total"), [52.0, 30.0, 18.0]);
    let fund = &result["funds"][0];
    assert_eq!((fund["available"].as_i64(), list(fund, "trial").len()), (Some(2_000_000), 0));
    assert_adds_up(fund);
    let earmarked: i64 = list(fund, "earmarks").iter().map(|part| part["amount"].as_i64().expect("an amount")).sum();
    assert_eq!(earmarked, 2_000_000);
    assert!(list(fund, "earmarks").iter().all(|part| part["unit"] == "03"), "{fund}");
}

#[test]
fn within_its_span_a_settlement_is_a_trial_and_pays_nothing() {
    let root = project();
    let result = result(root.path(), "2022Q1");
    let fund = &result["funds"][0];
    assert_eq!(fund["trial"][0], "结算期间到 2022-06-30 为止,尚未结束");
    assert_adds_up(fund);
    for line in list(&result["support"]["entries"][0], "lines") {
        assert_eq!(line["money"], 0, "{line}");
    }
}

#[test]
fn a_veto_takes_the_settlement_and_a_veto_earlier_in_the_span_the_extra() {
    let vetoed = |period: &str, unit: &str, day: &str| {
        let root = project();
        let head = "编号,日期,镇街,类型,级别,事由,核实单位,佐证";
        write(
            root.path(),
            &format!("data/{period}/events.csv"),
            &format!("{head}\nE1,{day},{unit},否决,,挪用资金,民政局,调查1\n"),
        );
        result(root.path(), "2022Q2")
    };
    let now = vetoed("2022Q2", "乙街道", "2022-05-10");
    assert_eq!(column(&now, "settled"), [20.0, 0.0, 4.0]);
    // 16.00 are withheld, 8.00 are there for extra: the 5.00 asked are paid in full, the rest is earmarked.
    assert_eq!(column(&now, "extra"), [5.0, 0.0, 0.0]);
    assert_eq!(now["funds"][0]["earmark"], 11_000_000);
    assert_adds_up(&now["funds"][0]);
    let before = vetoed("2022Q1", "甲镇", "2022-02-10");
    assert_eq!(column(&before, "settled"), [20.0, 12.0, 4.0]);
    assert_eq!(column(&before, "extra"), [0.0, 0.0, 0.0]);
    assert_eq!(before["funds"][0]["earmark"], 4_000_000);
}

#[test]
fn without_its_paper_a_settlement_is_a_trial_and_without_a_factor_there_is_none() {
    let root = project();
    change(root.path(), "data/2022Q2/funds.csv", "示例〔2022〕1号", "");
    let unproven = result(root.path(), "2022Q2");
    assert_eq!(list(&unproven["funds"][0], "trial"), &["缺依据文件,待核"]);
    assert_eq!(findings(root.path(), "2022Q2"), ["evidence-missing"]);
    let root = project();
    change(root.path(), "data/frozen/2022.csv", "丙镇,2000,200", "丙镇,,200");
    let unknown = result(root.path(), "2022Q2");
    assert_eq!(list(&unknown, "funds").len(), 0);
    assert!(findings(root.path(), "2022Q2").contains(&"fund-unsettled".to_owned()));
}

#[test]
fn what_finds_no_weak_unit_is_carried_to_the_next_settlement() {
    let root = project();
    let root = root.path();
    // 丙镇 合格 (74.00), nothing red, no dimension below 70: 20 % of 8.00 is withheld, half of it is there for extra.
    quarter(root, "2022Q1", 12, (60.0, 12, 72.0));
    quarter(root, "2022Q2", 24, (60.0, 24, 72.0));
    quarter(root, "2022Q3", 45, (60.0, 45, 72.0));
    quarter(root, "2022Q4", 60, (50.0, 60, 60.0));
    let row = "资金编号,资金名称,总额(万元),结算期间,依据文件\nF2022-2,下半年资金,50,2022H2,示例〔2022〕2号\n";
    write(root, "data/2022Q4/funds.csv", row);
    let first = result(root, "2022Q2");
    assert_eq!(first["funds"][0]["withheld"], 1_600_000);
    assert_eq!((&first["funds"][0]["earmark"], &first["funds"][0]["carried_out"]), (&0.into(), &800_000.into()));
    assert_adds_up(&first["funds"][0]);
    let second = result(root, "2022Q4");
    assert_eq!(second["funds"][0]["carried_in"], 800_000);
    assert_eq!(second["funds"][0]["carried_out"], 0);
    // 丙镇 待提升: half of 4.00 withheld, 1.00 of it earmarked, and what was carried.
    assert_eq!(second["funds"][0]["earmark"], 1_800_000);
    assert_adds_up(&second["funds"][0]);
}

#[test]
fn two_quarters_below_70_are_an_interview_and_a_plan_on_schedule_makes_it_a_reminder() {
    // rules.md, R17: 丙镇 67.90, then 66.46.
    let root = project();
    let first = result(root.path(), "2022Q1");
    assert_eq!((&first["notices"][0]["step"], &first["notices"][0]["streak"]), (&"提醒函".into(), &1.into()));
    let second = result(root.path(), "2022Q2");
    let notices = list(&second, "notices");
    assert_eq!(notices.len(), 1, "the other last of its group is above 80: {notices:?}");
    assert_eq!((&notices[0]["unit"], &notices[0]["step"]), (&"03".into(), &"约谈".into()));
    // What the plan says stands in the ledger; here any condition does.
    change(root.path(), "indicators/rules.toml", "plan_progress >= 80", "base > 66");
    let suspended = &result(root.path(), "2022Q2")["notices"][0];
    assert_eq!((&suspended["earned_step"], &suspended["step"]), (&"约谈".into(), &"提醒函".into()));
    assert_eq!(suspended["sentence"], "连续 2 期触发,应为约谈;整改按计划进行,改为提醒函");
}

#[test]
fn a_rule_without_a_basis_is_shown_on_trial_and_its_hits_do_not_add_up() {
    let root = project();
    change(
        root.path(),
        "indicators/rules.toml",
        "suspended_when = \"plan_progress >= 80\"\nlegal_basis = \"示例\"",
        "suspended_when = \"plan_progress >= 80\"",
    );
    let notice = &result(root.path(), "2022Q2")["notices"][0];
    assert_eq!((&notice["trial"], &notice["streak"], &notice["step"]), (&true.into(), &1.into(), &"提醒函".into()));
    assert!(notice["sentence"].as_str().expect("a sentence").contains("试运行"), "{notice}");
}

#[test]
fn a_red_indicator_is_a_line_with_the_work_left_the_helper_and_the_deadline() {
    // rules.md, R18: 丙镇 Q2, A06: 60 households, 15 done, score 25.00; 75 % of 60 by 30 September, 30 more to do.
    let root = project();
    let head = "编号,日期,镇街,类型,级别,事由,核实单位,佐证";
    let row = "E1,2022-05-10,丙镇,暗访,重大,消防通道堵塞,应急管理局,照片1";
    write(root.path(), "data/2022Q2/events.csv", &format!("{head}\n{row}\n"));
    let result = result(root.path(), "2022Q2");
    let entries = list(&result["support"], "entries");
    assert_eq!(entries.len(), 1);
    assert_eq!((&entries[0]["unit"], &entries[0]["standing_word"]), (&"03".into(), &"重点帮扶".into()));
    assert_eq!(entries[0]["former_red"], serde_json::json!(["A06", "B01"]));
    let lines = list(&entries[0], "lines");
    let whats: Vec<_> = lines.iter().map(|line| line["what"].as_str().expect("words")).collect();
    assert_eq!(whats, ["A06 适老化改造完成率", "A 养", "暗访,重大,消防通道堵塞"]);
    assert_eq!((&lines[0]["score"], &lines[0]["gap"]["count"]), (&25.0.into(), &30.0.into()));
    assert_eq!((&lines[0]["helpers"], &lines[0]["due_on"]), (&serde_json::json!(["民政局"]), &"2022-09-30".into()));
    assert_eq!((&lines[1]["weakest"], &lines[1]["item"]), (&serde_json::json!(["A06"]), &Value::Null));
    assert_eq!(lines[2]["helpers"], serde_json::json!(["应急管理局"]));
}

#[test]
fn at_most_so_many_units_are_key_the_lowest_base_first() {
    let root = project();
    // 甲镇 50.00 and 乙街道 50.00 are tied below 丙镇; with one place 甲镇 has it by register order.
    write(
        root.path(),
        "data/2022Q2/民政局.csv",
        "镇街,照料分,改造户数,改造任务户数\n甲镇,50,24,60\n乙街道,50,24,60\n丙镇,70,15,60\n",
    );
    write(root.path(), "data/2022Q2/文化局.csv", "镇街,文化分\n甲镇,30\n乙街道,30\n丙镇,80.92\n");
    let result = result(root.path(), "2022Q2");
    let entries = list(&result["support"], "entries").iter();
    let order: Vec<_> = entries
        .map(|entry| (entry["unit"].as_str().expect("a code"), entry["standing"].as_str().expect("a word")))
        .collect();
    assert_eq!(order, [("01", "key"), ("02", "general"), ("03", "general")]);
}

#[test]
fn a_unit_leaves_the_list_after_two_quarters_and_is_under_watch_until_then() {
    let root = project();
    let root = root.path();
    quarter(root, "2022Q3", 45, (80.0, 45, 90.0));
    quarter(root, "2022Q4", 60, (80.0, 60, 90.0));
    let third = &result(root, "2022Q3")["support"];
    assert_eq!(third["entries"][0]["standing_word"], "观察期(第 1 期,共 2 期)");
    assert_eq!((&third["entries"][0]["since"], list(third, "left").len()), (&"2022Q1".into(), 0));
    let fourth = &result(root, "2022Q4")["support"];
    assert_eq!((list(fourth, "entries").len(), &fourth["left"]), (0, &serde_json::json!(["03"])));
    // Not weak, but what was red before is below the exit score of 75: the watch does not begin.
    quarter(root, "2022Q3", 45, (80.0, 45, 72.0));
    let third = &result(root, "2022Q3")["support"];
    assert_eq!(third["entries"][0]["standing_word"], "观察期(尚未达到退出标准,须连续 2 期)");
    let fourth = &result(root, "2022Q4")["support"];
    assert_eq!(fourth["entries"][0]["standing_word"], "观察期(第 1 期,共 2 期)");
}

#[test]
fn the_project_says_that_its_figures_are_invented() {
    let text = std::fs::read_to_string(repository("tests/projects/funds/indicators/index.toml")).expect("definitions");
    assert!(text.contains("模拟数据"));
}
