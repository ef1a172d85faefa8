use super::{post_stratify, rake};
use crate::facts::survey::calibrate::oracle::Survey;
use crate::facts::survey::calibrate::{Cells, Margin, Obstacle};
use proptest::prelude::*;

#[test]
fn raked_weights_are_those_of_r() {
    let survey = Survey::read();
    let raked = rake(survey.cells(), &survey.margins, 1e-13, 500).unwrap();
    let farthest = Survey::farthest(&survey.weights(&raked.by_cell), "raked");
    assert!(farthest < 1e-8, "{farthest:e}");
}

#[test]
fn post_stratified_weights_are_those_of_r() {
    let survey = Survey::read();
    let strata = survey.township_age();
    let factors = post_stratify(survey.cells(), &strata).unwrap();
    let farthest = Survey::farthest(&survey.weights(&factors.by_cell), "poststratified_township_age");
    assert!(farthest < 1e-12, "{farthest:e}");
}

fn two_by_two(counts: &[u32]) -> (Vec<f64>, Margin) {
    let totals = vec![Some(40.0), Some(60.0)];
    let margin = Margin { name: "sex".to_owned(), class_of_cell: vec![0, 0, 1, 1], totals };
    (counts.iter().map(|&count| 10.0 * f64::from(count)).collect(), margin)
}

#[test]
fn an_empty_class_is_reported_and_not_divided_by() {
    let (weights, margin) = two_by_two(&[1, 2, 0, 0]);
    let found = post_stratify(Cells { weights: &weights, counts: &[1, 2, 0, 0] }, &margin).unwrap_err();
    assert_eq!(found, [Obstacle::EmptyClass { margin: "sex".to_owned(), class: 1, total: 60.0 }]);
}

#[test]
fn respondents_in_a_class_without_population_are_reported() {
    for total in [None, Some(0.0)] {
        let (weights, mut margin) = two_by_two(&[1, 2, 3, 4]);
        margin.totals[1] = total;
        let found = rake(Cells { weights: &weights, counts: &[1, 2, 3, 4] }, &[margin], 1e-9, 9).unwrap_err();
        let margin = "sex".to_owned();
        assert_eq!(found, [Obstacle::RespondentsWithoutTotal { margin, class: 1, respondents: 7, total }]);
    }
}

#[test]
fn margins_with_different_sums_are_reported_and_can_be_scaled() {
    let (weights, first) = two_by_two(&[1, 2, 3, 4]);
    let cells = Cells { weights: &weights, counts: &[1, 2, 3, 4] };
    let totals = vec![Some(50.0), Some(51.0)];
    let other = Margin { name: "age".to_owned(), class_of_cell: vec![0, 1, 0, 1], totals };
    let found = rake(cells, &[first.clone(), other.clone()], 1e-9, 100).unwrap_err();
    let (name, age) = ("sex".to_owned(), "age".to_owned());
    assert_eq!(found, [Obstacle::SumsDiffer { first: name, first_sum: 100.0, other: age, other_sum: 101.0 }]);
    assert!(rake(cells, &[first, other.scaled_to(100.0).unwrap()], 1e-9, 100).is_ok());
}

#[test]
fn contradicting_margins_end_with_the_worst_class() {
    // Nobody in cells 1 and 2: both margins must then ask for the same, and do not.
    let (weights, first) = two_by_two(&[3, 0, 0, 3]);
    let totals = vec![Some(50.0), Some(50.0)];
    let other = Margin { name: "age".to_owned(), class_of_cell: vec![0, 1, 0, 1], totals };
    let found = rake(Cells { weights: &weights, counts: &[3, 0, 0, 3] }, &[first, other], 1e-9, 20).unwrap_err();
    let [Obstacle::NotConverged { rounds: 20, asked, reached, relative_gap, .. }] = found[..] else {
        panic!("{found:?}");
    };
    // 40 and 60 by sex against 50 and 50 by age: whoever is scaled last is met, the other is off by 10.
    assert!((asked - 40.0).abs() + (reached - 50.0).abs() < 1e-12);
    assert!((relative_gap - 0.25).abs() < 1e-12);
}

#[test]
fn unusable_input_never_leaves_as_nan() {
    let (_, margin) = two_by_two(&[1; 4]);
    for weights in [vec![f64::NAN; 4], vec![-1.0; 4], vec![f64::INFINITY; 4], vec![0.0; 4], vec![1.0; 3], vec![]] {
        assert!(rake(Cells { weights: &weights, counts: &[1; 4] }, std::slice::from_ref(&margin), 1e-9, 9).is_err());
    }
}

proptest! {
    #[test]
    fn margins_are_met_factors_are_positive_and_the_order_of_cells_does_not_matter(
        weights in prop::collection::vec(0.5_f64..200.0, 24),
        tilt in prop::collection::vec(0.2_f64..5.0, 24),
        order in Just((0..24_usize).collect::<Vec<_>>()).prop_shuffle(),
    ) {
        let classes = [(0..24).map(|c| c / 6).collect::<Vec<u32>>(), (0..24).map(|c| c % 6 / 2).collect(), (0..24).map(|c| c % 2).collect()];
        let margins: Vec<Margin> = classes.iter().map(|class_of_cell| {
            let empty = Margin { name: String::new(), class_of_cell: class_of_cell.clone(), totals: vec![None; 6] };
            let truth: Vec<f64> = weights.iter().zip(&tilt).map(|(w, t)| w * t).collect();
            let totals = empty.sums(&truth).into_iter().map(|sum| (sum > 0.0).then_some(sum)).collect();
            Margin { totals, ..empty }
        }).collect();
        let counts = [1; 24];
        let raked = rake(Cells { weights: &weights, counts: &counts }, &margins, 1e-12, 2000).unwrap();
        prop_assert!(raked.by_cell.iter().all(|&g| g > 0.0));
        prop_assert!(raked.worst_gap <= 1e-12);
        let shuffled: Vec<Margin> = margins.iter().map(|margin| {
            Margin { class_of_cell: order.iter().map(|&c| margin.class_of_cell[c]).collect(), ..margin.clone() }
        }).collect();
        let moved: Vec<f64> = order.iter().map(|&c| weights[c]).collect();
        let again = rake(Cells { weights: &moved, counts: &counts }, &shuffled, 1e-12, 2000).unwrap();
        for (at, &c) in order.iter().enumerate() {
            prop_assert!((again.by_cell[at] / raked.by_cell[c] - 1.0).abs() < 1e-9);
        }
    }

    #[test]
    fn no_number_that_is_not_finite_leaves(
        weights in prop::collection::vec(prop::num::f64::ANY, 4),
        totals in prop::collection::vec(prop::option::of(prop::num::f64::ANY), 2),
        counts in prop::collection::vec(0_u32..3, 4), plain in any::<bool>(),
    ) {
        let weights: Vec<f64> =
            if plain { counts.iter().map(|&count| f64::from(count)).collect() } else { weights };
        let margin = Margin { name: String::new(), class_of_cell: vec![0, 0, 1, 1], totals };
        let other = Margin { class_of_cell: vec![0, 1, 0, 1], ..margin.clone() };
        match rake(Cells { weights: &weights, counts: &counts }, &[margin, other], 1e-9, 20) {
            Ok(factors) => prop_assert!(factors.by_cell.iter().all(|g| g.is_finite()), "{factors:?}"),
            Err(found) => {
                let text = format!("{found:?}");
                prop_assert!(!text.contains("NaN") && !text.contains("inf"), "{text}");
            }
        }
    }
}
