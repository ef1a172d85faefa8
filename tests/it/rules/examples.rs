//! The end-to-end example, and the worked examples that need the loop, over the shipped rules.

use super::case::{Case, Seen, position};
use super::{Q2, Q3};
use crate::project::Outcome;
use yinxiang::rules::Outcome as What;
use yinxiang::support::list::SupportEntry;

const ACTIONS: &str = "问题编号,日期,动作,办理单位,佐证材料编号,内容,核验方式,完成比例,实测值,结论,延期至,审批\n";
const PROBLEMS: &str = "镇街,问题来源,问题描述,问题等级,牵头责任单位,帮扶单位,交办日期,整改时限\n";

fn actions(rows: &[&str]) -> String {
    format!("{ACTIONS}{}\n", rows.join("\n"))
}

fn support<'a>(outcome: &'a Outcome, unit: &str) -> Option<&'a SupportEntry> {
    outcome.scored().current().expect("a quarter").closing.support.entry(position(unit))
}

fn notices(outcome: &Outcome, unit: &str) -> Vec<String> {
    let assessment = outcome.scored();
    let notices = &assessment.current().expect("a quarter").closing.notices;
    let own = notices.iter().filter(|notice| notice.unit == position(unit));
    own.map(|notice| notice.word(&assessment.definitions).to_owned()).collect()
}

/// The three townships of rules.md; 丁镇 and 戊街道 are there to be second in the projects.
fn three_townships() -> Case {
    let of_b = [92.10, 90.40, 91.75, 89.20, 92.60];
    let second_of_towns = [80.0, 82.0, 80.0, 90.0, 80.0];
    let second_of_streets = [88.0, 80.0, 88.0, 88.2, 91.6];
    let mut case = Case::new()
        .dimensions(Q2, "甲镇", [74.10, 82.15, 78.30, 91.00, 80.55], 94.2)
        .dimensions(Q3, "甲镇", [86.40, 82.15, 78.30, 91.00, 80.55], 94.2)
        .dimensions(Q2, "丙镇", [66.20, 77.05, 63.40, 58.90, 69.75], 95.0)
        .dimensions(Q3, "丙镇", [66.20, 71.05, 63.40, 58.90, 69.75], 95.0);
    for period in [Q2, Q3] {
        case = case
            .dimensions(period, "乙街道", of_b, 100.0)
            .dimensions(period, "丁镇", second_of_towns, 100.0)
            .dimensions(period, "戊街道", second_of_streets, 100.0);
    }
    case.event(Q3, ["1", "2022-07-11", "甲镇", "经验推广", "市级", "流动助餐"], &[])
        .event(Q3, ["2", "2022-08-03", "甲镇", "报送差错", "更正", "人月数更正"], &[])
        .event(Q3, ["3", "2022-09-02", "甲镇", "报送差错", "更正", "户数更正"], &[])
        .event(Q3, ["4", "2022-09-05", "甲镇", "暗访", "重大", "应急通道上锁"], &[])
        .event(Q3, ["5", "2022-09-05", "甲镇", "暗访", "一般", "公示过期"], &[])
        .table(
            Q3,
            "actions",
            &actions(&[
                "2022Q2-103-D01-01,2022-07-20,签收,丙镇,,,,,,,,",
                "2022Q2-103-D01-01,2022-09-15,进展,丙镇,,按计划推进,,80,,,,",
            ]),
        )
}

#[test]
fn the_end_to_end_example_comes_out_of_events_and_facts() {
    let outcome = three_townships().run();
    let seen = Seen(&outcome);
    assert_eq!(seen.figures("甲镇"), "基础 83.79 加 1.50 减 0.80 综合 84.49 良好(底线提示:A05)");
    let parts = ["R01", "R06", "R08", "R11", "R05"].map(|rule| seen.points("甲镇", rule));
    assert_eq!(parts, ["0.50", "1.00", "0.40", "0.40", "0.00"]);
    let reason = &seen.reason("甲镇", "R06");
    assert!(reason.contains("3.69") && reason.contains("18.54"), "{reason}");
    assert_eq!(seen.figures("乙街道"), "基础 91.31 加 1.20 减 0.00 综合 92.51 优秀");
    assert_eq!(["R04", "R05"].map(|rule| seen.points("乙街道", rule)), ["1.00", "0.20"]);
    assert_eq!(seen.figures("丙镇"), "基础 66.46 加 0.00 减 0.00 综合 66.46 待提升");
    // R18: A, C, D and E are below 70; D01 is red besides.
    let lines: Vec<&str> =
        support(&outcome, "丙镇").expect("on the list").lines.iter().map(|it| it.what.as_str()).collect();
    assert_eq!(lines, ["D01 指标D01", "A 老有所养", "C 老有所学", "D 老有所为", "E 老有所乐"]);
    let place = |unit: &str| seen.unit(unit).rank.expect("a rank").place;
    assert_eq!((place("乙街道"), place("丙镇")), (1, 6));
}

#[test]
fn r17_two_quarters_would_be_an_interview_and_a_plan_on_schedule_makes_it_a_reminder() {
    let outcome = three_townships().run();
    let before = &outcome.scored().periods[0].settlement.units[position("丙镇")];
    assert_eq!(before.final_score.map(|it| it.to_string()).as_deref(), Some("67.90"));
    assert_eq!(notices(&outcome, "丙镇"), ["提醒函"]);
    // Without progress the second quarter is an interview.
    let outcome = three_townships().table(Q3, "actions", ACTIONS).run();
    assert_eq!(notices(&outcome, "丙镇"), ["约谈"]);
}

#[test]
fn r17_nobody_is_called_in_for_being_last_among_the_good() {
    let mut case = Case::new();
    for (unit, _) in super::case::UNITS {
        case = case.dimensions(Q3, unit, [85.0; 5], 100.0);
    }
    let outcome = case.dimensions(Q3, "己镇", [82.0; 5], 100.0).run();
    assert_eq!(Seen(&outcome).unit("己镇").rank.map(|rank| rank.place), Some(6));
    assert!(notices(&outcome, "己镇").is_empty());
    // Last of the group and below 80 is a reminder.
    let outcome = Case::new().dimensions(Q3, "己镇", [78.0; 5], 100.0).run();
    assert_eq!(notices(&outcome, "己镇"), ["提醒函"]);
}

/// A08: 82.0 % in Q2 (48.00, red), 92.5 % in Q3 (90.00).
fn repaired() -> Case {
    Case::new().set(Q2, "甲镇", &[("a08", "82.0")]).set(Q3, "甲镇", &[("a08", "92.5")])
}

#[test]
fn r07_a_red_light_that_is_mended_and_closed_is_rewarded() {
    let closing = [
        "2022Q2-101-A08-01,2022-07-20,签收,甲镇,,,,,,,,",
        "2022Q2-101-A08-01,2022-08-10,进展,甲镇,,更换网关,,100,,,,",
        "2022Q2-101-A08-01,2022-09-08,申请销号,甲镇,照片1号,,,,,,,",
        "2022Q2-101-A08-01,2022-09-12,核验,测试局,验收单1号,,现场,,,通过,,",
    ];
    let outcome = repaired().table(Q3, "actions", &actions(&closing)).run();
    let seen = Seen(&outcome);
    assert_eq!(seen.points("甲镇", "R07"), "0.30");
    let current = outcome.scored().current().expect("a quarter");
    let item = current.closing.ledger.find("2022Q2-101-A08-01").expect("the problem");
    assert_eq!(item.closed_on.map(|day| day.to_string()).as_deref(), Some("2022-09-12"));
    // Not closed, not rewarded; cancelled as a data error, not rewarded either.
    assert_eq!(Seen(&repaired().run()).points("甲镇", "R07"), "0.00");
    let cancelled = actions(&["2022Q2-101-A08-01,2022-09-12,撤销,测试局,,数据差错,,,,,,联席会议"]);
    assert_eq!(Seen(&repaired().table(Q3, "actions", &cancelled).run()).points("甲镇", "R07"), "0.00");
}

fn overdue() -> Case {
    // Up to Friday 30 September 2022: six working days after the 22nd, twenty after the 1st (the 12th was a holiday).
    let rows = [
        "甲镇,自查,问题一,一般,甲镇,测试局,2022-06-01,2022-09-22",
        "甲镇,自查,问题二,一般,甲镇,测试局,2022-06-01,2022-09-22",
        "甲镇,自查,问题三,一般,甲镇,测试局,2022-06-01,2022-09-01",
    ];
    Case::new().table(Q2, "problems", &format!("{PROBLEMS}{}\n", rows.join("\n")))
}

#[test]
fn r09_two_problems_six_days_over_and_one_twenty_cost_one_point_two() {
    let outcome = overdue().run();
    let seen = Seen(&outcome);
    let mut points: Vec<String> = seen.hits("甲镇", "R09").iter().map(|hit| hit.points.to_string()).collect();
    points.sort();
    assert_eq!(points, ["0.30", "0.30", "0.60"]);
    assert_eq!(seen.unit("甲镇").deduction.to_string(), "1.20");
}

#[test]
fn r09_an_extension_approved_in_time_does_not_count_and_one_after_the_deadline_is_refused() {
    let extension = |day: &str| {
        actions(&[
            "2022Q2-101-自查-03,2022-07-04,签收,甲镇,,,,,,,,",
            &format!("2022Q2-101-自查-03,{day},延期,甲镇,,,,,,,2022-10-31,联席会议"),
        ])
    };
    let outcome = overdue().table(Q3, "actions", &extension("2022-08-30")).run();
    assert_eq!(Seen(&outcome).points("甲镇", "R09"), "0.60");
    let outcome = overdue().table(Q3, "actions", &extension("2022-09-05")).try_run();
    assert!(outcome.audit.has_errors(), "{}", outcome.findings());
    assert_eq!(Seen(&outcome).points("甲镇", "R09"), "1.20");
}

#[test]
fn edge_7_a_report_about_an_overdue_repair_counts_once_and_as_the_larger() {
    let about = [("item", "2022Q2-101-自查-03")];
    let outcome = overdue().event(Q3, ["1", "2022-09-20", "甲镇", "有责投诉", "县级", "问题三未修"], &about).run();
    let seen = Seen(&outcome);
    assert_eq!((seen.points("甲镇", "R09"), seen.points("甲镇", "R10")), ("1.20".into(), "0.00".into()));
    assert_eq!(seen.hits("甲镇", "R10")[0].outcome, What::Absorbed);
    let outcome = overdue().event(Q3, ["1", "2022-09-20", "甲镇", "有责投诉", "省级", "问题三未修"], &about).run();
    let seen = Seen(&outcome);
    assert_eq!((seen.points("甲镇", "R09"), seen.points("甲镇", "R10")), ("0.60".into(), "1.50".into()));
}

#[test]
fn r18_a_task_behind_its_due_progress_opens_a_problem_in_units_of_work() {
    // 60 households, 40 % due = 24, done 15: 62.5 % of due.
    let outcome = Case::over(&[Q2]).set(Q2, "丙镇", &[("homes_done", "15"), ("homes_due", "60")]).run();
    let current = outcome.scored().current().expect("a quarter");
    let indicator = outcome.scored().definitions.indicators.iter().position(|it| it.code == "A06").expect("A06");
    let score = current.scores.indicator(indicator, position("丙镇")).score.expect("a score");
    assert!((score - 25.0).abs() < 1e-9, "{score}");
    let item = current.closing.ledger.find("2022Q2-103-A06-01").expect("the problem");
    assert!(item.exit_test.contains("9月30日") && item.exit_test.contains("再完成30户"), "{}", item.exit_test);
    assert!(item.exit_test.contains("60户的75%即45户"), "{}", item.exit_test);
    assert_eq!(item.helper, "测试局");
}

#[test]
fn three_complaints_about_one_overdue_repair_are_three_complaints() {
    let about = [("item", "2022Q2-101-自查-03")];
    let mut case = overdue();
    for id in ["1", "2", "3"] {
        case = case.event(Q3, [id, "2022-09-20", "甲镇", "有责投诉", "县级", "问题三未修"], &about);
    }
    let outcome = case.run();
    let seen = Seen(&outcome);
    // 3 × 0.30 take more than the 0.60 of the repair itself; the other two repairs stay.
    assert_eq!((seen.points("甲镇", "R10"), seen.points("甲镇", "R09")), ("0.90".into(), "0.60".into()));
}

#[test]
fn an_event_about_a_problem_of_another_unit_is_refused() {
    let about = [("item", "2022Q2-101-自查-03")];
    let outcome = overdue().event(Q3, ["1", "2022-09-20", "丙镇", "有责投诉", "县级", "未修"], &about).try_run();
    assert_eq!(outcome.with_code(yinxiang::audit::Code::LedgerItemUnknown).len(), 1, "{}", outcome.findings());
}
