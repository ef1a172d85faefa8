//! The worked examples of the rules, by their ids, and the laws of the settlement.

mod case;
mod conduct;
mod examples;
mod laws;

use case::{Case, Seen};
use yinxiang::audit::Code;
use yinxiang::rules::Outcome as What;

const Q2: &str = "2022Q2";
const Q3: &str = "2022Q3";

#[test]
fn r01_a_practice_counts_at_its_highest_level_and_another_practice_beside_it() {
    let outcome = Case::new()
        .event(Q3, ["1", "2022-07-05", "甲镇", "经验推广", "省级", "流动助餐"], &[])
        .event(Q3, ["2", "2022-07-20", "甲镇", "经验推广", "市级", "流动助餐"], &[])
        .event(Q3, ["3", "2022-09-01", "甲镇", "经验推广", "市级", "邻里课堂"], &[])
        .run();
    let seen = Seen(&outcome);
    assert_eq!(seen.points("甲镇", "R01"), "1.50");
    assert_eq!(seen.hits("甲镇", "R01").iter().filter(|hit| hit.outcome == What::Absorbed).count(), 1);
}

#[test]
fn r01_the_same_practice_does_not_count_again_within_twelve_months() {
    let outcome = Case::new()
        .event(Q2, ["1", "2022-05-05", "甲镇", "经验推广", "市级", "流动助餐"], &[])
        .event(Q3, ["2", "2022-07-20", "甲镇", "经验推广", "省级", "流动助餐"], &[])
        .run();
    assert_eq!(Seen(&outcome).points("甲镇", "R01"), "0.00");
}

#[test]
fn r02_a_provincial_pilot_fills_the_cap_and_a_city_pilot_adds_nothing() {
    let outcome = Case::new()
        .event(Q3, ["1", "2022-07-05", "乙街道", "试点验收", "省级", "智慧养老"], &[])
        .event(Q3, ["2", "2022-08-05", "乙街道", "试点承接", "市级", "时间银行"], &[])
        .run();
    assert_eq!(Seen(&outcome).points("乙街道", "R02"), "0.80");
}

#[test]
fn r03_over_delivery_needs_no_red_light_and_enough_satisfaction() {
    // P3: A06 at 112 % of due (84 of 75), A07 93 % against 95; P6: C04 at 121 % of due, C05 red.
    let strong = [("homes_done", "84"), ("c04", "90.75"), ("c05", "50")];
    let outcome = Case::new().set(Q3, "甲镇", &strong).satisfied("甲镇", 93).run();
    assert_eq!(Seen(&outcome).points("甲镇", "R03"), "0.30");
    // Six points below the target are too many.
    let outcome = Case::new().set(Q3, "甲镇", &strong).satisfied("甲镇", 89).run();
    assert_eq!(Seen(&outcome).points("甲镇", "R03"), "0.00");
    // Projects without an annual task show their composite only: all of P1 is above everybody's, and R03 is silent.
    let outcome = Case::new().set(Q3, "甲镇", &[("b01", "100")]).run();
    assert_eq!(Seen(&outcome).points("甲镇", "R03"), "0.00");
}

#[test]
fn r04_balance_is_rewarded_and_a_like_mean_with_a_weak_dimension_is_not() {
    let outcome = Case::new()
        .dimensions(Q3, "乙街道", [92.10, 90.40, 91.75, 89.20, 92.60], 100.0)
        .dimensions(Q3, "甲镇", [98.0, 96.0, 90.0, 52.0, 68.75], 100.0)
        .run();
    let seen = Seen(&outcome);
    assert_eq!((seen.points("乙街道", "R04"), seen.points("甲镇", "R04")), ("1.00".into(), "0.00".into()));
    assert_eq!(seen.unit("甲镇").base.map(|base| base.to_string()).as_deref(), Some("85.12"));
}

#[test]
fn r04_no_red_light_counts_only_where_nothing_is_missing() {
    let all_high = [92.0, 92.0, 92.0, 92.0, 92.0];
    let outcome = Case::new().dimensions(Q3, "甲镇", all_high, 100.0).set(Q3, "甲镇", &[("c05", "")]).try_run();
    let seen = Seen(&outcome);
    assert_eq!(seen.points("甲镇", "R04"), "0.00");
    let outcome = Case::new().dimensions(Q3, "甲镇", all_high, 100.0).set(Q3, "甲镇", &[("c05", "不适用")]).run();
    assert_eq!(Seen(&outcome).points("甲镇", "R04"), "1.00");
}

#[test]
fn r05_a_lead_of_two_points_within_the_group_is_rewarded_and_a_smaller_one_is_not() {
    let outcome = Case::new()
        .set(Q3, "甲镇", &[("d01", "94.1"), ("e01", "96.0")])
        .set(Q3, "丙镇", &[("d01", "92.8"), ("e01", "91.5")])
        // The other group does not matter.
        .set(Q3, "乙街道", &[("d01", "99"), ("e01", "80")])
        .set(Q3, "戊街道", &[("d01", "98"), ("e01", "80")])
        .run();
    let seen = Seen(&outcome);
    assert_eq!(seen.points("甲镇", "R05"), "0.20");
    assert_eq!(seen.points("乙街道", "R05"), "0.00");
}

fn flat(score: f64) -> [f64; 5] {
    [score; 5]
}

#[test]
fn r06_the_two_highest_progress_rates_of_the_county_win() {
    let outcome = Case::new()
        .dimensions(Q2, "丁镇", flat(62.40), 100.0)
        .dimensions(Q3, "丁镇", flat(70.10), 100.0)
        .dimensions(Q2, "戊街道", flat(90.20), 100.0)
        .dimensions(Q3, "戊街道", flat(92.00), 100.0)
        .dimensions(Q2, "己镇", flat(78.00), 100.0)
        .dimensions(Q3, "己镇", flat(81.50), 100.0)
        .run();
    let seen = Seen(&outcome);
    let points = ["丁镇", "戊街道", "己镇", "甲镇"].map(|unit| seen.points(unit, "R06"));
    assert_eq!(points, ["1.00", "0.60", "0.00", "0.00"]);
    let reason = &seen.reason("丁镇", "R06");
    assert!(reason.contains("7.7") && reason.contains("20.48"), "{reason}");
    assert!(seen.reason("戊街道", "R06").contains("18.37"));
    assert!(seen.reason("己镇", "R06").contains("15.91"));
    assert_eq!(seen.hits("己镇", "R06")[0].outcome, What::Outplaced);
}

#[test]
fn r06_tied_firsts_both_get_the_first_award_and_there_is_no_second() {
    let mut case = Case::new();
    for unit in ["甲镇", "丙镇"] {
        case = case.dimensions(Q2, unit, flat(70.0), 100.0).dimensions(Q3, unit, flat(80.0), 100.0);
    }
    case = case.dimensions(Q2, "丁镇", flat(80.0), 100.0).dimensions(Q3, "丁镇", flat(84.0), 100.0);
    let outcome = case.run();
    let seen = Seen(&outcome);
    assert_eq!(["甲镇", "丙镇", "丁镇"].map(|unit| seen.points(unit, "R06")), ["1.00", "1.00", "0.00"]);
}

#[test]
fn r06_a_vetoed_unit_and_a_new_red_light_are_out() {
    let rising =
        |case: Case, unit: &str| case.dimensions(Q2, unit, flat(70.0), 100.0).dimensions(Q3, unit, flat(80.0), 100.0);
    let case = rising(rising(Case::new(), "甲镇"), "丙镇")
        .event(Q3, ["1", "2022-07-05", "甲镇", "挪用养老资金", "县级", "专户"], &[])
        .set(Q3, "丙镇", &[("c05", "50")]);
    let outcome = case.run();
    assert_eq!(["甲镇", "丙镇"].map(|unit| Seen(&outcome).points(unit, "R06")), ["0.00", "0.00"]);
}

#[test]
fn edge_5_without_a_comparable_base_nobody_gets_the_progress_award_and_the_reader_is_told() {
    // More than everything must be comparable, so nothing is: as after a change of the framework.
    let outcome = Case::new()
        .rules("comparable_share = 90", "comparable_share = 100.5")
        .dimensions(Q2, "甲镇", flat(70.0), 100.0)
        .run();
    assert!(Seen(&outcome).hits("甲镇", "R06").is_empty());
    let found = outcome.with_code(Code::ProgressIncomparable);
    assert_eq!(found.len(), 1);
    assert_eq!(found[0].message, "口径调整,本季不评进步奖");
}

fn of_b() -> Case {
    // 乙街道 of the end-to-end example: R04 and a lead of 街道组 in one project.
    Case::new()
        .dimensions(Q2, "乙街道", [92.10, 90.40, 91.75, 89.20, 92.60], 100.0)
        .dimensions(Q3, "乙街道", [92.10, 90.40, 91.75, 89.20, 92.60], 100.0)
        .dimensions(Q3, "戊街道", [88.0, 80.0, 88.0, 88.2, 91.6], 100.0)
        .dimensions(Q2, "戊街道", [88.0, 80.0, 88.0, 88.2, 91.6], 100.0)
}

#[test]
fn r13_a_veto_lowers_the_grade_and_nothing_else() {
    let sound = of_b().run();
    assert_eq!(Seen(&sound).figures("乙街道"), "基础 91.31 加 1.20 减 0.00 综合 92.51 优秀");
    let outcome = of_b().event(Q3, ["1", "2022-07-05", "乙街道", "挪用养老资金", "县级", "专户"], &[]).run();
    let seen = Seen(&outcome);
    assert_eq!(seen.figures("乙街道"), "基础 91.31 加 1.20 减 0.00 综合 92.51 待提升(否决:V3)");
    let unit = seen.unit("乙街道");
    assert_eq!(unit.rank.map(|rank| rank.place), Some(1));
    assert_eq!(unit.marks[0].sign(), "※否决:V3");
    assert!(!outcome.scored().current().expect("a quarter").settlement.red_list.contains(&case::position("乙街道")));
    assert!(sound.scored().current().expect("a quarter").settlement.red_list.contains(&case::position("乙街道")));
}

#[test]
fn r13_a_veto_without_an_approved_basis_is_on_trial() {
    let outcome = of_b()
        .rules("kind = \"veto\"\ntable = \"events\"", "kind = \"veto\"\ntrial = true\ntable = \"events\"")
        .event(Q3, ["1", "2022-07-05", "乙街道", "挪用养老资金", "县级", "专户"], &[])
        .run();
    assert_eq!(Seen(&outcome).grade("乙街道"), "优秀");
    assert_eq!(Seen(&outcome).hits("乙街道", "R13")[0].outcome, What::Trial);
}

#[test]
fn r14_a_gate_below_its_floor_caps_the_grade_and_not_the_score() {
    let outcome = Case::new()
        .rules("points = \"0.2\"", "points = \"0.0\"")
        .dimensions(Q3, "乙街道", [90.72, 91.0, 92.0, 92.0, 92.85], 94.2)
        .dimensions(Q2, "乙街道", [90.72, 91.0, 92.0, 92.0, 92.85], 94.2)
        .run();
    let seen = Seen(&outcome);
    let indicator = outcome.scored().definitions.indicators.iter().position(|it| it.code == "A05").expect("A05");
    let scores = &outcome.scored().current().expect("a quarter").scores;
    let score = scores.indicator(indicator, case::position("乙街道")).score.expect("a score");
    assert!((score - 53.6).abs() < 1e-9);
    assert_eq!(seen.figures("乙街道"), "基础 91.51 加 0.00 减 0.00 综合 91.51 良好(限级:A05)");
    assert_eq!(seen.points("乙街道", "R04"), "0.00");
}

#[test]
fn r14_more_than_five_below_caps_at_pass_and_a_missing_gate_caps_nothing() {
    let high = [91.0, 96.0, 97.0, 97.0, 97.0];
    let outcome = Case::new().dimensions(Q3, "甲镇", high, 89.9).dimensions(Q3, "丙镇", high, 90.0).run();
    let seen = Seen(&outcome);
    assert_eq!((seen.grade("甲镇"), seen.grade("丙镇")), ("合格(限级:A05)".into(), "良好(限级:A05)".into()));
    let outcome = Case::new().dimensions(Q3, "甲镇", flat(95.0), 100.0).set(Q3, "甲镇", &[("a05", "")]).try_run();
    let grade = Seen(&outcome).grade("甲镇");
    assert!(grade.starts_with("优秀(底线缺报:A05"), "{grade}");
}

#[test]
fn r15_low_coverage_flags_the_rank_or_leaves_it_out() {
    // Coverage goes by effective weight: dimension B, 24 of 100, is missing; then E, 16 of 100.
    let outcome = Case::new().set(Q3, "甲镇", &[("b01", "")]).set(Q3, "丙镇", &[("e01", "")]).try_run();
    let seen = Seen(&outcome);
    assert_eq!((seen.unit("甲镇").coverage.to_string(), seen.unit("甲镇").rank), ("76.00".into(), None));
    assert_eq!(seen.unit("丙镇").coverage.to_string(), "84.00");
    assert!(seen.unit("丙镇").rank.is_some());
    assert_eq!(seen.unit("丙镇").marks[0].sign(), "△");
}

#[test]
fn edge_1_bonuses_above_the_total_cap_are_reduced_pro_rata_and_both_numbers_stay() {
    let outcome = Case::new()
        .event(Q3, ["1", "2022-07-05", "甲镇", "经验推广", "国家级", "流动助餐"], &[])
        .event(Q3, ["2", "2022-07-06", "甲镇", "试点承接", "省级", "智慧养老"], &[])
        .dimensions(Q2, "甲镇", flat(80.0), 100.0)
        .dimensions(Q3, "甲镇", flat(90.0), 100.0)
        .set(Q3, "甲镇", &[("homes_done", "90"), ("c04", "90")])
        .run();
    let seen = Seen(&outcome);
    // R01 2.00, R02 0.80, R03 0.30 twice, R04 1.00, R05 0.20 three times, R06 1.00 make 6.00; of each 5/6 the floor,
    // and the four steps left go to the largest remainders: R01, R02 and two of R05.
    let rules = ["R01", "R02", "R03", "R04", "R05", "R06"];
    let cut: Vec<String> = rules.map(|rule| seen.points("甲镇", rule)).into();
    assert_eq!(cut, ["1.67", "0.67", "0.50", "0.83", "0.50", "0.83"]);
    assert_eq!(seen.unit("甲镇").bonus.to_string(), "5.00");
    let own: i64 = rules.iter().flat_map(|rule| seen.hits("甲镇", rule)).map(|hit| hit.row_points.steps()).sum();
    assert_eq!(own, 600);
}

#[test]
fn edge_2_ties_at_the_third_place_of_the_red_list_all_enter() {
    let mut case = Case::new();
    for (unit, score) in [("甲镇", 95.0), ("乙街道", 94.0), ("丙镇", 93.0), ("丁镇", 93.0), ("己镇", 92.0)] {
        case = case.dimensions(Q2, unit, flat(score), 100.0).dimensions(Q3, unit, flat(score), 100.0);
    }
    let outcome = case.run();
    let list = &outcome.scored().current().expect("a quarter").settlement.red_list;
    let expected = ["甲镇", "乙街道", "丙镇", "丁镇"].map(case::position);
    assert_eq!(list.iter().copied().collect::<std::collections::BTreeSet<_>>(), expected.into());
}

#[test]
fn edge_8_grades_go_by_the_rounded_final_score() {
    let outcome = Case::new()
        .dimensions(Q3, "甲镇", [89.995, 89.995, 89.995, 89.995, 89.995], 100.0)
        .dimensions(Q3, "丙镇", flat(89.99), 100.0)
        .rules("points = \"1.0\"", "points = \"0.0\"")
        .rules("points = \"0.2\"", "points = \"0.0\"")
        .rules("places = [1.0, 0.6]", "places = [0.0]")
        .run();
    let seen = Seen(&outcome);
    assert_eq!(seen.figures("甲镇"), "基础 90.00 加 0.00 减 0.00 综合 90.00 优秀");
    assert_eq!(seen.grade("丙镇"), "良好");
}

#[test]
fn edge_10_what_nobody_reported_is_dropped_for_all_and_costs_nobody_coverage() {
    let mut case = Case::new();
    for (unit, _) in case::UNITS {
        case = case.set(Q3, unit, &[("e01", "")]);
    }
    let outcome = case.try_run();
    assert!(case::UNITS.iter().all(|(unit, _)| Seen(&outcome).unit(unit).coverage.to_string() == "100.00"));
    assert_eq!(outcome.with_code(Code::IndicatorDropped).len(), 1);
}

#[test]
fn nothing_counts_without_evidence_and_approval() {
    let event = ["1", "2022-07-05", "甲镇", "经验推广", "省级", "流动助餐"];
    for missing in ["evidence", "approved_by"] {
        let outcome = Case::new().event(Q3, event, &[(missing, "")]).run();
        let seen = Seen(&outcome);
        assert_eq!(seen.hits("甲镇", "R01")[0].outcome, What::Pending);
        assert_eq!(seen.unit("甲镇").bonus.to_string(), "0.00");
        assert_eq!(outcome.with_code(Code::EvidenceMissing).len(), 1);
    }
}

#[test]
fn the_rank_on_objective_indicators_stands_beside_the_final_rank() {
    let outcome = Case::new().satisfied("甲镇", 85).with_survey_weight(40).run();
    let seen = Seen(&outcome);
    // A: 0.4·80 + 0.2·100 + 0.4·60 = 76, B to E 80: 78.80; without the survey (0.4·80 + 0.2·100)/0.6 = 86.67: 82.00.
    let unit = seen.unit("甲镇");
    let texts = (unit.base.map(|it| it.to_string()), unit.objective.map(|it| it.to_string()));
    assert_eq!(texts, (Some("78.80".into()), Some("82.00".into())));
    assert_eq!(unit.rank.map(|rank| rank.place), Some(6));
    assert_eq!(unit.objective_rank.map(|rank| rank.place), Some(1));
}
