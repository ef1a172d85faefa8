//! Laws of a difference taken apart, over hierarchies of every shape.

use super::{Difference, difference};
use crate::audit::{Audit, InputFile};
use crate::definitions::{Aggregate, Child, Definitions, Element, Indicator, parse};
use crate::index::element_scores;
use proptest::prelude::*;

const TEXT: &str = r#"
format = 1
[index]
id = "tree"
name = "树"
edition = "1"
[[department]]
code = "D"
name = "部门"
[register]
name_columns = ["单位"]
[[unit]]
code = "1"
name = "甲"
[[element]]
code = "A"
name = "维度"
weight = 1
[[measure]]
id = "m"
name = "数"
department = "D"
[[indicator]]
code = "A1"
name = "指标"
element = "A"
weight = 1
measure = "m"
score = { goalposts = { lower = 0, upper = 100 } }
"#;

/// A node above the indicators: which earlier one it hangs on, its weight, whether its mean is geometric.
type Node = (usize, f64, bool);

/// Definitions with the hierarchy asked for; indicators hang on any node.
fn definitions(bottom: f64, nodes: &[Node], leaves: &[(usize, f64)]) -> Definitions {
    let mut audit = Audit::default();
    let file = InputFile { path: "indicators/tree.toml".into(), bytes: TEXT.as_bytes().into() };
    let mut definitions = parse(&[file], &mut audit).expect("sound definitions");
    let (element, indicator) = (definitions.elements[1].clone(), definitions.indicators[0].clone());
    let mean = |is_geometric| if is_geometric { Aggregate::Geometric } else { Aggregate::Arithmetic };
    let mut elements: Vec<Element> = Vec::new();
    for (position, (parent, weight, is_geometric)) in nodes.iter().enumerate() {
        let parent = (position > 0).then(|| parent % position);
        if let Some(parent) = parent {
            elements[parent].children.push(Child::Element(position));
        }
        let (weight, aggregate) = (*weight, mean(*is_geometric));
        elements.push(Element { parent, weight, aggregate, children: Vec::new(), ..element.clone() });
    }
    let mut indicators: Vec<Indicator> = Vec::new();
    for (position, (parent, weight)) in leaves.iter().enumerate() {
        let parent = parent % elements.len();
        elements[parent].children.push(Child::Indicator(position));
        indicators.push(Indicator { parent, weight: *weight, ..indicator.clone() });
    }
    definitions.index.scale = (bottom, 100.0);
    Definitions { elements, indicators, ..definitions }
}

fn any_definitions(may_be_geometric: bool) -> impl Strategy<Value = Definitions> {
    let node = (any::<usize>(), 0.1..10.0_f64, prop::bool::weighted(if may_be_geometric { 0.5 } else { 0.0 }));
    let leaf = (any::<usize>(), prop_oneof![9 => 0.1..10.0_f64, 1 => Just(0.0)]);
    let bottom = prop::sample::select(vec![0.0, 40.0]);
    (bottom, prop::collection::vec(node, 1..7), prop::collection::vec(leaf, 9))
        .prop_map(|(bottom, nodes, leaves)| definitions(bottom, &nodes, &leaves))
}

/// Scores, the bottom of the scale and next to nothing above it among them, and indicators left out.
fn any_scores() -> impl Strategy<Value = Vec<Option<f64>>> {
    let score = prop_oneof![
        2 => Just(None),
        2 => Just(Some(0.0)),
        1 => Just(Some(1e-9)),
        1 => Just(Some(1.0)),
        6 => (0.0..=1.0_f64).prop_map(Some),
    ];
    prop::collection::vec(score, 9)
}

/// From shares of the scale to scores.
fn on_scale(definitions: &Definitions, shares: &[Option<f64>]) -> Vec<Option<f64>> {
    let (bottom, top) = definitions.index.scale;
    shares.iter().map(|share| share.map(|share| bottom + share * (top - bottom))).collect()
}

fn base(definitions: &Definitions, scores: &[Option<f64>]) -> Option<f64> {
    element_scores(definitions, |indicator| scores[indicator])[0]
}

fn sum(difference: &Difference) -> f64 {
    difference.parts.iter().map(|part| part.score + part.weight).sum()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn parts_add_up_to_the_difference_and_change_their_signs_with_the_sides(
        definitions in any_definitions(true),
        now in any_scores(),
        before in any_scores(),
    ) {
        let (now, before) = (on_scale(&definitions, &now), on_scale(&definitions, &before));
        let ahead = difference(&definitions, &now, &before);
        let expected = base(&definitions, &now).zip(base(&definitions, &before)).map(|(now, before)| now - before);
        prop_assert_eq!(ahead.is_some(), expected.is_some());
        let (Some(ahead), Some(expected)) = (ahead, expected) else { return Ok(()) };
        prop_assert!(ahead.parts.iter().all(|part| part.score.is_finite() && part.weight.is_finite()), "{:?}", ahead);
        prop_assert!((ahead.total - expected).abs() < 1e-12);
        prop_assert!((sum(&ahead) - expected).abs() < 1e-9, "{:?}", ahead);
        let back = difference(&definitions, &before, &now).expect("both have a base score");
        for (one, other) in ahead.parts.iter().zip(&back.parts) {
            prop_assert!((one.score + other.score).abs() < 1e-9 && (one.weight + other.weight).abs() < 1e-9);
        }
    }

    #[test]
    fn where_nothing_changed_every_part_is_nothing(definitions in any_definitions(true), scores in any_scores()) {
        let scores = on_scale(&definitions, &scores);
        if let Some(difference) = difference(&definitions, &scores, &scores) {
            prop_assert!(difference.parts.iter().all(|part| part.score.abs() < 1e-12 && part.weight.abs() < 1e-12));
        }
    }

    #[test]
    fn under_arithmetic_means_with_the_same_weights_a_part_is_weight_times_change(
        definitions in any_definitions(false),
        now in any_scores(),
        shift in prop::collection::vec(0.0..1.0_f64, 9),
    ) {
        let before: Vec<Option<f64>> = now.iter().zip(shift).map(|(now, shift)| now.map(|_| shift)).collect();
        let (now, before) = (on_scale(&definitions, &now), on_scale(&definitions, &before));
        let Some(difference) = difference(&definitions, &now, &before) else { return Ok(()) };
        // The weight is what one more point of the indicator adds to the base score.
        for (indicator, part) in difference.parts.iter().enumerate() {
            let mut raised = before.clone();
            raised[indicator] = now[indicator];
            let alone = base(&definitions, &raised).expect("a base") - base(&definitions, &before).expect("a base");
            prop_assert!((part.score - alone).abs() < 1e-9 && part.weight.abs() < 1e-12, "{:?} {}", part, alone);
        }
    }

    #[test]
    fn only_what_changed_has_a_score_part(
        definitions in any_definitions(true),
        now in any_scores(),
        indicator in 0_usize..9,
        other in 0.0..1.0_f64,
    ) {
        let mut before = now.clone();
        before[indicator] = before[indicator].map(|_| other);
        let (now, before) = (on_scale(&definitions, &now), on_scale(&definitions, &before));
        let Some(difference) = difference(&definitions, &now, &before) else { return Ok(()) };
        for (position, part) in difference.parts.iter().enumerate().filter(|(position, _)| *position != indicator) {
            prop_assert!(part.score.abs() < 1e-9 && part.weight.abs() < 1e-9, "{} {:?}", position, part);
        }
    }
}

/// One element with two indicators of weight 3 and 1.
fn two(is_geometric: bool) -> Definitions {
    definitions(0.0, &[(0, 1.0, is_geometric)], &[(0, 3.0), (0, 1.0)])
}

#[test]
fn an_indicator_that_comes_back_is_worth_its_distance_from_the_mean() {
    // Before: 80 alone. Now 80·3/4 + 40·1/4 = 70. The second brings (40 − 75)·1/4, the first gives way: (80 − 75)·(−1/4).
    let parts = difference(&two(false), &[Some(80.0), Some(40.0)], &[Some(80.0), None]).expect("base scores");
    assert!((parts.total + 10.0).abs() < 1e-12);
    assert!((parts.parts[0].weight + 1.25).abs() < 1e-12 && (parts.parts[1].weight + 8.75).abs() < 1e-12);
    assert!(parts.score().abs() < 1e-12);
}

#[test]
fn a_geometric_mean_divides_its_difference_by_logarithms() {
    // 40^(3/4)·20^(1/4) = 33.6359, twice that for 80 and 40; both doubled, so 3 to 1.
    let parts = difference(&two(true), &[Some(80.0), Some(40.0)], &[Some(40.0), Some(20.0)]).expect("base scores");
    assert!((parts.total - 33.635_856_6).abs() < 1e-6);
    assert!((parts.parts[0].score - 0.75 * parts.total).abs() < 1e-9);
    assert!((parts.parts[1].score - 0.25 * parts.total).abs() < 1e-9);
}

#[test]
fn what_pulls_a_geometric_mean_to_the_bottom_has_the_whole_difference() {
    let parts = difference(&two(true), &[Some(60.0), Some(0.0)], &[Some(80.0), Some(40.0)]).expect("base scores");
    let before = libm::pow(80.0, 0.75) * libm::pow(40.0, 0.25);
    assert!((parts.total + before).abs() < 1e-9);
    assert!(parts.parts[0].score.abs() < 1e-12 && (parts.parts[1].score + before).abs() < 1e-9);
}
