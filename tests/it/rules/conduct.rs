//! Rules on conduct: data quality, incidents, visits, misreports.

use super::case::{Case, Seen};
use super::{Q2, Q3};
use yinxiang::audit::Code;

#[test]
fn r08_three_days_late_and_one_correction_cost_half_a_point() {
    let outcome = Case::new()
        .table(
            Q3,
            "arrivals",
            "报表名称,报送部门,镇街,收到日期\n探访登记表,,甲镇,2022-10-17\n季报表,测试局,,2022-10-20\n",
        )
        .event(Q3, ["1", "2022-09-05", "甲镇", "报送差错", "更正", "人月数更正"], &[])
        .run();
    let seen = Seen(&outcome);
    assert_eq!((seen.points("甲镇", "R08a"), seen.points("甲镇", "R08b")), ("0.30".into(), "0.20".into()));
    assert_eq!(seen.unit("甲镇").deduction.to_string(), "0.50");
}

#[test]
fn r10_what_was_found_and_mended_by_the_unit_itself_costs_half() {
    let outcome = Case::new()
        .event(Q3, ["1", "2022-07-05", "甲镇", "负面事件", "市级", "留样"], &[])
        .event(Q3, ["2", "2022-08-05", "甲镇", "有责投诉", "县级", "供餐"], &[("self_reported", "是")])
        .run();
    assert_eq!(Seen(&outcome).points("甲镇", "R10"), "0.75");
}

#[test]
fn r11_the_same_problem_within_two_quarters_counts_double() {
    let outcome = Case::new()
        .event(Q2, ["1", "2022-05-05", "甲镇", "暗访", "一般", "台账不全"], &[])
        .event(Q3, ["2", "2022-07-05", "甲镇", "暗访", "重大", "消防通道堵塞"], &[])
        .event(Q3, ["3", "2022-07-05", "甲镇", "暗访", "一般", "公示不全"], &[])
        .event(Q3, ["4", "2022-07-06", "甲镇", "暗访", "一般", "台账不全"], &[])
        .run();
    let seen = Seen(&outcome);
    let mut points: Vec<String> = seen.hits("甲镇", "R11").iter().map(|hit| hit.points.to_string()).collect();
    points.sort();
    assert_eq!(points, ["0.10", "0.20", "0.30"]);
    assert_eq!(seen.points("甲镇", "R11"), "0.60");
}

#[test]
fn r11_a_repeat_after_three_quarters_is_none() {
    let outcome = Case::over(&["2021Q4", "2022Q1", "2022Q2", "2022Q3"])
        .event("2021Q4", ["1", "2021-12-05", "甲镇", "暗访", "一般", "台账不全"], &[])
        .event(Q3, ["2", "2022-07-06", "甲镇", "暗访", "一般", "台账不全"], &[])
        .run();
    assert_eq!(Seen(&outcome).points("甲镇", "R11"), "0.10");
}

fn recheck(reported: &str, verified: &str, intent: &str) -> String {
    format!(
        "镇街,数据项,报送数,核实数,是否故意,复核单编号,审批\n甲镇,数据项a08,{reported},{verified},{intent},复核1号,联席会议\n"
    )
}

#[test]
fn r12_a_misreport_of_eight_percent_costs_half_a_point_and_the_verified_figure_counts() {
    let case = Case::new().set(Q3, "甲镇", &[("a08", "320")]);
    let outcome = case.clone().table(Q3, "rechecks", &recheck("320", "296", "否")).run();
    let seen = Seen(&outcome);
    assert_eq!(seen.points("甲镇", "R12"), "0.50");
    assert!(seen.reason("甲镇", "R12").contains("8.11"), "{}", seen.reason("甲镇", "R12"));
    let current = outcome.scored().current().expect("a quarter");
    let indicator = outcome.scored().definitions.indicators.iter().position(|it| it.code == "A08").expect("A08");
    assert!((current.matrix.cell(indicator, 0).value - 296.0).abs() < 1e-12);
    // Within the tolerance the figure is mended and nothing taken.
    let outcome = case.table(Q3, "rechecks", &recheck("320", "310", "否")).run();
    assert!(Seen(&outcome).hits("甲镇", "R12").is_empty());
}

#[test]
fn r12_exactly_twenty_percent_is_not_more_than_twenty() {
    let outcome =
        Case::new().set(Q3, "甲镇", &[("a08", "1.8")]).table(Q3, "rechecks", &recheck("1.8", "1.5", "否")).run();
    assert_eq!((Seen(&outcome).points("甲镇", "R12"), Seen(&outcome).unit("甲镇").is_vetoed), ("0.50".into(), false));
}

#[test]
fn r12_a_figure_is_verified_once_and_with_a_paper() {
    let two = format!("{}甲镇,数据项a08,95,60,否,复核2号,联席会议\n", recheck("95", "94", "否"));
    let outcome = Case::new().table(Q3, "rechecks", &two).try_run();
    assert_eq!(outcome.with_code(Code::EventDuplicate).len(), 1);
    assert!(Seen(&outcome).hits("甲镇", "R12").is_empty());
    let without = recheck("95", "60", "否").replace("复核1号", "");
    let outcome = Case::new().table(Q3, "rechecks", &without).try_run();
    assert_eq!(outcome.with_code(Code::ApprovalMissing).len(), 1);
    assert!(Seen(&outcome).hits("甲镇", "R1").is_empty());
}

#[test]
fn negative_points_are_refused_and_turn_no_rule_over() {
    let outcome = Case::new()
        .rules("CASE level WHEN '县级' THEN 0.3", "CASE level WHEN '县级' THEN -0.3")
        .event(Q3, ["1", "2022-07-05", "甲镇", "有责投诉", "县级", "供餐"], &[])
        .try_run();
    assert_eq!(outcome.with_code(Code::ExpressionInvalid).len(), 1);
    assert_eq!(Seen(&outcome).unit("甲镇").deduction.to_string(), "0.00");
}

#[test]
fn a_rule_counts_for_the_days_on_which_it_is_in_force() {
    let until = "id = \"R10\"\nvalid_to = \"2022-08-31\"";
    let outcome = Case::new()
        .rules("id = \"R10\"", until)
        .event(Q3, ["1", "2022-08-30", "甲镇", "有责投诉", "县级", "供餐"], &[])
        .event(Q3, ["2", "2022-09-02", "甲镇", "有责投诉", "县级", "停餐"], &[])
        .run();
    assert_eq!(Seen(&outcome).points("甲镇", "R10"), "0.30");
}

#[test]
fn r08_a_later_correction_of_a_table_that_came_in_time_is_not_late() {
    let arrivals = "报表名称,报送部门,镇街,收到日期\n探访登记表,,甲镇,2022-10-10\n探访登记表,,甲镇,2022-10-20\n";
    let outcome = Case::new().table(Q3, "arrivals", arrivals).run();
    assert_eq!(Seen(&outcome).points("甲镇", "R08"), "0.00");
}

#[test]
fn r12_intent_takes_two_points_voids_the_indicator_and_vetoes() {
    let outcome = Case::new().table(Q3, "rechecks", &recheck("95", "94", "是")).run();
    let seen = Seen(&outcome);
    assert_eq!(seen.points("甲镇", "R12"), "2.00");
    assert_eq!(seen.grade("甲镇"), "待提升(否决:V4)");
}

#[test]
fn dividing_by_zero_makes_no_condition_true_and_points_that_cannot_be_computed_are_told() {
    let trigger = "trigger = \"min_dimension >= 85 AND red_count = 0 AND missing_count = 0\"";
    let outcome = Case::new().rules(trigger, "trigger = \"min_dimension / red_count >= 85\"").run();
    assert_eq!(Seen(&outcome).points("甲镇", "R04"), "0.00");
    for points in ["1.0 / red_count", "CASE WHEN FALSE THEN 1.0 END", "1000000"] {
        let outcome = Case::new()
            .dimensions(Q3, "乙街道", [90.0; 5], 100.0)
            .rules("points = \"1.0\"", &format!("points = \"{points}\""))
            .try_run();
        assert_eq!(outcome.with_code(Code::ExpressionInvalid).len(), 1, "{points}: {}", outcome.findings());
    }
}
