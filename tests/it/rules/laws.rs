//! What holds for any events and any scores.

use super::case::{Case, Seen, UNITS};
use proptest::prelude::*;

const KINDS: [(&str, &str); 10] = [
    ("经验推广", "国家级"),
    ("经验推广", "市级"),
    ("试点承接", "省级"),
    ("现场会", "市级"),
    ("报送差错", "缺报"),
    ("有责投诉", "县级"),
    ("负面事件", "省级"),
    ("暗访", "重大"),
    ("暗访", "一般"),
    ("挪用养老资金", "县级"),
];

fn events() -> impl Strategy<Value = Vec<(usize, usize, u32, u32, bool)>> {
    proptest::collection::vec((0..KINDS.len(), 0..UNITS.len(), 1..28_u32, 0..3_u32, any::<bool>()), 1..25)
}

fn with_events(events: &[(usize, usize, u32, u32, bool)]) -> Case {
    let mut case = Case::new();
    for (number, (kind, unit, day, practice, is_self_reported)) in events.iter().enumerate() {
        let (kind, level) = KINDS[*kind];
        let (id, date) = (format!("E{number}"), format!("2022-08-{day:02}"));
        let practice = format!("做法{practice}");
        let flag = if *is_self_reported { "是" } else { "" };
        let row = [id.as_str(), date.as_str(), UNITS[*unit].0, kind, level, practice.as_str()];
        case = case.event("2022Q3", row, &[("self_reported", flag)]);
    }
    case
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn no_order_of_events_changes_a_result(events in events()) {
        let one = with_events(&events).run();
        let other = with_events(&events).with_events_reversed("2022Q3").run();
        let settled = |outcome: &crate::project::Outcome| {
            outcome.scored().current().expect("a quarter").settlement.units.clone()
        };
        prop_assert_eq!(settled(&one), settled(&other));
    }

    #[test]
    fn the_parts_add_up_as_printed_and_the_caps_hold(events in events()) {
        let outcome = with_events(&events).run();
        let assessment = outcome.scored();
        let settlement = &assessment.current().expect("a quarter").settlement;
        for (number, unit) in settlement.units.iter().enumerate() {
            let (base, last) = (unit.base.expect("a base").steps(), unit.final_score.expect("a score").steps());
            prop_assert_eq!(base + unit.bonus.steps() - unit.deduction.steps(), last);
            prop_assert!(unit.bonus.steps() <= 500 && unit.deduction.steps() <= 800);
            let mut signed = 0;
            for (position, rule) in assessment.definitions.rules.rules.iter().enumerate() {
                let own: i64 = settlement
                    .adjustments
                    .iter()
                    .filter(|hit| hit.unit == number && hit.rule == position)
                    .map(|hit| hit.points.steps())
                    .sum();
                #[expect(clippy::cast_possible_truncation, reason = "caps are small")]
                let cap = rule.cap.map_or(i64::MAX, |cap| (cap * 100.0).round() as i64);
                prop_assert!(own <= cap, "{} gives {own}", rule.id);
                signed += if rule.kind.is_bonus() { own } else { -own };
            }
            prop_assert_eq!(signed, unit.bonus.steps() - unit.deduction.steps());
        }
    }

    #[test]
    fn a_unit_that_raises_one_score_never_loses_final_points(
        before in proptest::array::uniform5(30.0..100.0_f64),
        which in 0..5_usize,
        more in 0.0..30.0_f64,
        events in events(),
    ) {
        let mut after = before;
        after[which] = (after[which] + more).min(100.0);
        let last = |scores: [f64; 5]| {
            let case = with_events(&events).dimensions("2022Q3", "丁镇", scores.map(|score| score.max(40.0)), 100.0);
            let outcome = case.run();
            Seen(&outcome).unit("丁镇").final_score.expect("a score")
        };
        prop_assert!(last(after) >= last(before));
    }
}
