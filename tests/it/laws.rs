//! What holds for every input.

use crate::direct::{AS_IT_IS, Branch, Direct, cells, current};
use crate::project::{Outcome, read, small};
use proptest::prelude::*;
use std::fmt::Write as _;
use yinxiang::definitions::decimal::{Published, Rounding};
use yinxiang::index::State;
use yinxiang::rules::ranks;
use yinxiang::views::Assessment;

const CASES: u32 = 24;

/// Methods for which more is never worse.
const RISING: [&str; 6] = [
    AS_IT_IS,
    "{ efficacy = { target = 90, floor = 60 } }",
    "{ pro-rata = { annual = 120, path = [0.2, 0.4, 0.8, 1.0], target = 100, floor = 80 } }",
    "{ goalposts = { lower = 1, upper = 90, logarithm = true } }",
    "{ min-max = { direction = \"higher\" } }",
    "{ rank-points = { direction = \"higher\", last = 60 } }",
];

/// Methods for which less is better, or too much is too much.
const OTHERS: [&str; 4] = [
    "{ efficacy = { target = 1, floor = 4 } }",
    "{ band = { low = 3, high = 9, floor_low = 1, floor_high = 15 } }",
    "{ min-max = { direction = \"lower\" } }",
    "{ rank-points = { direction = \"lower\", last = 0 } }",
];

const BRANCHES: [Branch<'_>; 2] = [("A", 3.0, &[("A1", 1.0), ("A2", 2.5)]), ("B", 2.0, &[("B1", 1.0)])];

fn any_method() -> impl Strategy<Value = &'static str> {
    prop::sample::select([&RISING[..], &OTHERS[..]].concat())
}

/// Figures as they are delivered, and any other that a file may hold.
fn any_figure() -> impl Strategy<Value = f64> {
    use prop::num::f64::{NEGATIVE, NORMAL, POSITIVE, SUBNORMAL, ZERO};
    prop_oneof![3 => 0.0..200.0, 1 => POSITIVE | NEGATIVE | NORMAL | SUBNORMAL | ZERO]
}

/// Four units by three indicators.
fn any_rows<T: std::fmt::Debug>(figure: impl Strategy<Value = T>) -> impl Strategy<Value = Vec<Vec<T>>> {
    prop::collection::vec(prop::collection::vec(figure, 3), 4)
}

fn score(method: &str, aggregate: &str, rows: &[Vec<f64>]) -> Assessment {
    let rows: Vec<Vec<String>> = rows.iter().map(|row| cells(row)).collect();
    let keys = format!("score = {method}\nmissing = \"drop\"");
    let outcome =
        Direct::new(&format!("aggregate = \"{aggregate}\""), 4, &BRANCHES, &keys).period("2022Q2", &rows).outcome();
    assert!(outcome.assessment.is_some(), "{}", outcome.findings());
    outcome.assessment.expect("checked above")
}

fn bases(assessment: &Assessment) -> Vec<Option<f64>> {
    (0..4).map(|unit| current(assessment).scores.base(unit)).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: CASES, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn scores_of_any_figures_stay_on_the_scale(
        method in any_method(),
        aggregate in prop::sample::select(vec!["arithmetic", "geometric"]),
        rows in any_rows(any_figure()),
    ) {
        let assessment = score(method, aggregate, &rows);
        let result = current(&assessment);
        let on_scale = |score: f64| score.is_finite() && (-1e-9..=100.0 + 1e-9).contains(&score);
        for unit in 0..4 {
            for indicator in 0..3 {
                prop_assert!(result.scores.indicator(indicator, unit).score.is_none_or(on_scale));
            }
            for element in 0..3 {
                prop_assert!(result.scores.element(element, unit).is_none_or(on_scale));
            }
            prop_assert!(on_scale(result.scores.coverage[unit]));
        }
        prop_assert!((0..3).all(|element| result.scores.element_total(element).is_none_or(on_scale)));
        prop_assert!((0..3).all(|indicator| result.matrix.total(indicator).value.is_finite()));
    }

    #[test]
    fn units_that_change_places_change_scores(
        method in any_method(),
        rows in any_rows(0.0..200.0),
        shift in 1_usize..4,
    ) {
        let before = bases(&score(method, "arithmetic", &rows));
        let mut turned = rows.clone();
        turned.rotate_left(shift);
        let mut expected = before.clone();
        expected.rotate_left(shift);
        prop_assert_eq!(bases(&score(method, "arithmetic", &turned)), expected);
    }

    #[test]
    fn more_of_what_is_good_never_lowers_the_base(
        method in prop::sample::select(RISING.to_vec()),
        aggregate in prop::sample::select(vec!["arithmetic", "geometric"]),
        rows in any_rows(0.0..120.0),
        unit in 0_usize..4,
        indicator in 0_usize..3,
        more in 0.0..80.0,
    ) {
        let before = bases(&score(method, aggregate, &rows))[unit];
        let mut raised = rows.clone();
        raised[unit][indicator] += more;
        let after = bases(&score(method, aggregate, &raised))[unit];
        prop_assert!(after.expect("a base") >= before.expect("a base") - 1e-9, "{before:?} {after:?}");
    }

    #[test]
    fn weights_of_what_is_left_add_up_to_100_and_coverage_is_a_share(
        rows in any_rows(prop::sample::select(vec!["50", "0", "不适用", "未报"])),
        weights in prop::collection::vec(0.1..10.0, 3),
    ) {
        let inner = [("A1", weights[0]), ("A2", weights[1])];
        let other = [("B1", weights[2])];
        let branches: [Branch<'_>; 2] = [("A", 3.0, &inner), ("B", 2.0, &other)];
        let rows: Vec<Vec<String>> =
            rows.iter().map(|row| row.iter().map(|cell| (*cell).to_owned()).collect()).collect();
        let keys = format!("score = {AS_IT_IS}\nmay_not_apply = true\nmissing = \"drop\"");
        let outcome = Direct::new("", 4, &branches, &keys).period("2022Q2", &rows).outcome();
        let scores = &current(outcome.scored()).scores;
        for (unit, row) in rows.iter().enumerate() {
            let sum: f64 = (0..3).map(|indicator| scores.indicator(indicator, unit).weight).sum();
            let has_score = row.iter().any(|cell| cell == "50" || cell == "0");
            prop_assert!((sum - if has_score { 100.0 } else { 0.0 }).abs() < 1e-9, "{sum} {row:?}");
            prop_assert_eq!(scores.base(unit).is_some(), has_score);
            let coverage = scores.coverage[unit];
            prop_assert!((0.0..=100.0 + 1e-9).contains(&coverage), "{coverage}");
            let is_whole = row.iter().all(|cell| cell != "未报") && has_score;
            prop_assert!(!is_whole || (coverage - 100.0).abs() < 1e-9, "{coverage} {row:?}");
        }
    }

    #[test]
    fn a_score_is_carried_once_and_only_from_a_reported_one(reported in prop::collection::vec(any::<bool>(), 4)) {
        let branch: [Branch<'_>; 1] = [("A", 1.0, &[("A1", 1.0)])];
        let mut project = Direct::new("", 2, &branch, &format!("score = {AS_IT_IS}\nmissing = \"carry\""));
        for (quarter, reported) in reported.iter().enumerate() {
            let cell = if *reported { "70" } else { "未报" };
            // The other unit keeps the indicator from being dropped for all.
            project = project.period(&format!("2022Q{}", quarter + 1), &[vec![cell.to_owned()], cells(&[50.0])]);
        }
        let outcome = project.outcome();
        let periods = &outcome.scored().periods;
        for (quarter, result) in periods.iter().enumerate() {
            let score = result.scores.indicator(0, 0);
            let expected = match (reported[quarter], quarter > 0 && reported[quarter - 1]) {
                (true, _) => State::Scored,
                (false, true) => State::Carried,
                (false, false) => State::NotReported,
            };
            prop_assert_eq!(score.state, expected, "quarter {} of {:?}", quarter + 1, &reported);
            prop_assert_eq!(score.score.is_some(), expected != State::NotReported);
            prop_assert!(expected == State::Scored || result.scores.coverage[0].abs() < 1e-9);
        }
    }

    #[test]
    fn a_rank_counts_the_better_ones_whatever_the_order(
        steps in prop::collection::vec(prop::option::of(0_i64..12), 1..14),
        shift in 0_usize..14,
    ) {
        let scores: Vec<Option<Published>> =
            steps.iter().map(|steps| steps.map(|steps| Published::of_steps(steps, 2))).collect();
        let places = ranks(&scores);
        for (score, rank) in scores.iter().zip(&places) {
            let better = scores.iter().flatten().filter(|other| Some(**other) > *score).count();
            prop_assert_eq!(score.is_some(), rank.is_some());
            prop_assert!(rank.is_none_or(|rank| rank.place as usize == better + 1));
        }
        let mut turned = scores.clone();
        turned.rotate_left(shift % scores.len());
        let mut expected = places.clone();
        expected.rotate_left(shift % scores.len());
        prop_assert_eq!(ranks(&turned), expected);
    }

    #[test]
    fn base_plus_bonus_minus_deduction_is_the_final_score_as_printed(
        base in 0.0..100.0,
        events in prop::collection::vec((any::<bool>(), 0.0..6.0), 0..8),
        caps in (0.0..10.0, 0.0..10.0, 0.0..4.0),
        range in prop::option::of((0.0..20.0, 80.0..110.0)),
    ) {
        let (bonus_cap, deduction_cap, rule_cap): (f64, f64, f64) = caps;
        let range = range.map(|(low, high)| format!("final_range = [{low}, {high}]\n")).unwrap_or_default();
        let rule = |id: &str, kind: &str| format!(
            "[[rule]]\nid = \"{id}\"\nname = \"{id}\"\nkind = \"{kind}\"\ntable = \"events\"\ntrigger = \"type = '{id}'\"\n\
             points = \"points\"\ncap = {rule_cap}\nlegal_basis = \"示例\"\napproved_by = \"示例\"\n"
        );
        let sections = format!(
            "[rules]\nbonus_cap = {bonus_cap}\ndeduction_cap = {deduction_cap}\n{range}[[table]]\nid = \"events\"\nname = \"事项\"\ncolumns = [\n\
             {{ id = \"unit\", name = \"单位\", kind = \"unit\", required = true }},\n\
             {{ id = \"type\", name = \"类型\", kind = \"text\", required = true }},\n\
             {{ id = \"points\", name = \"分值\", kind = \"number\", required = true }},\n]\n{}{}",
            rule("加", "bonus"),
            rule("减", "deduction"),
        );
        let mut table = "单位,类型,分值\n".to_owned();
        for (is_bonus, points) in &events {
            let _ = writeln!(table, "单位000,{},{points}", if *is_bonus { "加" } else { "减" });
        }
        let branch: [Branch<'_>; 1] = [("A", 1.0, &[("A1", 1.0)])];
        let outcome = Direct::new("", 1, &branch, &format!("score = {AS_IT_IS}"))
            .and(&sections)
            .period("2022Q2", &[cells(&[base])])
            .file("events.csv", &table)
            .outcome();
        let settlement = &current(outcome.scored()).settlement;
        let unit = &settlement.units[0];
        let (start, end) = (unit.base.expect("a base").steps(), unit.final_score.expect("a final score").steps());
        prop_assert_eq!(start + unit.bonus.steps() - unit.deduction.steps(), end);
        prop_assert!(unit.bonus.value() <= bonus_cap.min(rule_cap) + 0.005 && unit.bonus.steps() >= 0);
        prop_assert!(unit.deduction.value() <= deduction_cap.min(rule_cap) + 0.005 && unit.deduction.steps() >= 0);
        prop_assert_eq!(settlement.adjustments.len(), events.len());
        let of = |id: &str| -> i64 {
            let rules = &outcome.scored().definitions.rules.rules;
            let own = settlement.adjustments.iter().filter(|one| rules[one.rule].id == id);
            own.map(|one| one.points.steps()).sum()
        };
        prop_assert_eq!((of("加"), of("减")), (unit.bonus.steps(), unit.deduction.steps()));
    }
}

/// Byte ranges of the numbers in a definition file that stand outside quotes and comments.
fn numbers(text: &str) -> Vec<std::ops::Range<usize>> {
    let mut found: Vec<std::ops::Range<usize>> = Vec::new();
    let (mut is_quoted, mut is_comment, mut before) = (false, false, ' ');
    for (at, letter) in text.char_indices() {
        match letter {
            '"' if !is_comment => is_quoted = !is_quoted,
            '#' if !is_quoted => is_comment = true,
            '\n' => is_comment = false,
            '0'..='9' | '.' if !is_quoted && !is_comment => match found.last_mut() {
                Some(last) if last.end == at => last.end = at + 1,
                _ if before.is_alphanumeric() || before == '_' => {}
                _ => found.push(at..at + 1),
            },
            _ => {}
        }
        before = letter;
    }
    found
}

#[test]
fn no_number_in_a_definition_file_makes_the_program_panic_or_leave_the_scale() {
    let root = small();
    let project = read(root.path());
    let mut tried_count = 0;
    for (file, original) in project.definitions.iter().enumerate() {
        let text = std::str::from_utf8(&original.bytes).expect("UTF-8");
        for (number, range) in numbers(text).into_iter().enumerate() {
            // Every number in turn, with the extremes in turn; all pairs would take a minute.
            for extreme in ["nan", "inf", "-1", "1e300", "0", "-inf", "1e-300"].iter().skip(number % 2).step_by(2) {
                let changed = format!("{}{extreme}{}", &text[..range.start], &text[range.end..]);
                let mut project = project.clone();
                project.definitions[file].bytes = changed.clone().into_bytes().into();
                let outcome = Outcome::of(&project, None);
                tried_count += 1;
                let Some(assessment) = &outcome.assessment else {
                    assert!(outcome.audit.has_errors(), "no result and no reason:\n{changed}");
                    continue;
                };
                let (low, high) = assessment.definitions.index.scale;
                for unit in 0..3 {
                    let base = current(assessment).scores.base(unit);
                    assert!(base.is_none_or(|base| (low - 1e-6..=high + 1e-6).contains(&base)), "{base:?}\n{changed}");
                }
            }
        }
    }
    assert!(tried_count > 150, "{tried_count} numbers were tried");
}

#[test]
fn a_border_of_the_range_cuts_the_bonus_that_is_printed() {
    let score = |value: f64| Published::round(value, 2, Rounding::HalfUp).to_string();
    let sections = "[rules]\nfinal_range = [0, 100]\n[[table]]\nid = \"events\"\nname = \"事项\"\ncolumns = [\n{ id = \"unit\", name = \"单位\", kind = \"unit\", required = true },\n{ id = \"type\", name = \"类型\", kind = \"text\", required = true },\n]\n[[rule]]\nid = \"R\"\nname = \"R\"\nkind = \"bonus\"\ntable = \"events\"\ntrigger = \"type = '加'\"\npoints = \"3.0\"\n";
    let branch: [Branch<'_>; 1] = [("A", 1.0, &[("A1", 1.0)])];
    let outcome = Direct::new("", 1, &branch, &format!("score = {AS_IT_IS}"))
        .and(sections)
        .period("2022Q2", &[cells(&[98.5])])
        .file("events.csv", "单位,类型\n单位000,加\n")
        .outcome();
    let unit = &current(outcome.scored()).settlement.units[0];
    assert_eq!(unit.bonus.to_string(), score(1.5));
    assert_eq!(unit.final_score.map(|score| score.to_string()), Some(score(100.0)));
}
