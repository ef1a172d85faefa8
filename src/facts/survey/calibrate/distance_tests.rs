use super::{Distance, calibrate};
use crate::facts::survey::calibrate::fit::indicators;
use crate::facts::survey::calibrate::oracle::{Survey, parameters};
use crate::facts::survey::calibrate::{Cells, Factors, Obstacle};
use proptest::prelude::*;

fn of_survey(survey: &Survey, distance: Distance) -> Result<Factors, Vec<Obstacle>> {
    let totals: Vec<f64> = survey.margins.iter().flat_map(|margin| margin.totals.iter().flatten().copied()).collect();
    calibrate(survey.cells(), &indicators(&survey.margins), &totals, distance, 1e-13, 50)
}

fn agrees(distance: Distance, column: &str, tolerance: f64) {
    let survey = Survey::read();
    let factors = of_survey(&survey, distance).unwrap();
    let farthest = Survey::farthest(&survey.weights(&factors.by_cell), column);
    assert!(farthest < tolerance, "{farthest:e}");
}

#[test]
fn greg_weights_are_those_of_r() {
    agrees(Distance::Linear, "greg_linear", 1e-9);
}

#[test]
fn raking_by_newton_gives_the_weights_of_r() {
    agrees(Distance::Raking, "calibrate_raking", 1e-8);
}

#[test]
fn logit_weights_are_those_of_r() {
    let [lower, upper, _] = parameters();
    agrees(Distance::Logit { lower, upper }, "calibrate_logit", 1e-8);
}

#[test]
fn bounds_that_are_too_narrow_end_with_the_worst_column() {
    let found = of_survey(&Survey::read(), Distance::Logit { lower: 0.9, upper: 1.1 }).unwrap_err();
    assert!(matches!(found[..], [Obstacle::NotConverged { relative_gap, .. }] if relative_gap > 0.01), "{found:?}");
    let found = of_survey(&Survey::read(), Distance::Logit { lower: 1.1, upper: 1.2 }).unwrap_err();
    assert_eq!(found, [Obstacle::BoundsExcludeOne { lower: 1.1, upper: 1.2 }]);
}

#[test]
fn contradicting_totals_of_collinear_columns_are_not_met() {
    let columns = vec![vec![1.0, 1.0], vec![1.0, 0.0], vec![0.0, 1.0]];
    let cells = Cells { weights: &[5.0, 5.0], counts: &[1, 1] };
    for distance in [Distance::Linear, Distance::Raking, Distance::Logit { lower: 0.1, upper: 9.0 }] {
        assert!(calibrate(cells, &columns, &[12.0, 4.0, 8.0], distance, 1e-12, 50).is_ok());
        let found = calibrate(cells, &columns, &[13.0, 4.0, 8.0], distance, 1e-12, 50).unwrap_err();
        assert!(matches!(found[..], [Obstacle::NotConverged { relative_gap, .. }] if relative_gap > 0.01));
    }
}

#[test]
fn unusable_columns_are_reported() {
    let cells = Cells { weights: &[5.0, 5.0], counts: &[1, 1] };
    assert!(calibrate(cells, &[vec![1.0, f64::NAN]], &[1.0], Distance::Linear, 1e-9, 9).is_err());
    assert!(calibrate(cells, &[vec![1.0]], &[1.0], Distance::Linear, 1e-9, 9).is_err());
    assert!(calibrate(cells, &[vec![1.0, 1.0]], &[f64::INFINITY], Distance::Raking, 1e-9, 9).is_err());
}

#[test]
fn weights_of_one_reach_a_population_and_an_absurd_one_is_reported() {
    let cells = Cells { weights: &[5.0, 5.0], counts: &[5, 5] };
    let reach = |total| calibrate(cells, &[vec![1.0, 1.0]], &[total], Distance::Raking, 1e-12, 200);
    assert!(reach(1e5).unwrap().by_cell.iter().all(|g| (g / 1e4 - 1.0).abs() < 1e-11));
    assert!(matches!(reach(1e300).unwrap_err()[..], [Obstacle::NotConverged { .. }]));
}

proptest! {
    #[test]
    fn logit_factors_stay_in_their_bounds_and_totals_are_met(
        weights in prop::collection::vec(1.0_f64..100.0, 12),
        tilt in prop::collection::vec(0.6_f64..1.6, 12),
        size in prop::collection::vec(-3.0_f64..3.0, 12),
    ) {
        let columns = vec![vec![1.0; 12], size];
        let totals: Vec<f64> = columns.iter()
            .map(|x| x.iter().zip(&weights).zip(&tilt).map(|((x, w), t)| x * w * t).sum()).collect();
        let cells = Cells { weights: &weights, counts: &[1; 12] };
        let logit = Distance::Logit { lower: 0.3, upper: 2.5 };
        for distance in [Distance::Linear, Distance::Raking, logit] {
            let factors = calibrate(cells, &columns, &totals, distance, 1e-10, 100).unwrap();
            prop_assert!(factors.worst_gap <= 1e-10);
            prop_assert!(distance == Distance::Linear || factors.by_cell.iter().all(|&g| g > 0.0));
            prop_assert!(distance != logit || factors.by_cell.iter().all(|&g| (0.3..=2.5).contains(&g)));
        }
    }

    #[test]
    fn the_order_of_cells_does_not_matter(
        weights in prop::collection::vec(1.0_f64..100.0, 12),
        order in Just((0..12_usize).collect::<Vec<_>>()).prop_shuffle(),
    ) {
        let columns: Vec<Vec<f64>> =
            vec![vec![1.0; 12], (0..12).map(|c| f64::from(c % 3)).collect(), (0..12).map(|c| f64::from(c / 6)).collect()];
        let sum = weights.iter().sum::<f64>();
        let totals: Vec<f64> = [1.1, 1.2, 0.55].into_iter().map(|share| share * sum).collect();
        let moved: Vec<f64> = order.iter().map(|&c| weights[c]).collect();
        let shuffled: Vec<Vec<f64>> =
            columns.iter().map(|column| order.iter().map(|&c| column[c]).collect()).collect();
        let solve = |weights: &[f64], columns: &[Vec<f64>]| {
            calibrate(Cells { weights, counts: &[1; 12] }, columns, &totals, Distance::Raking, 1e-12, 100)
        };
        // Totals chosen without regard to the weights may be out of reach; then both orders say so.
        match (solve(&weights, &columns), solve(&moved, &shuffled)) {
            (Ok(one), Ok(other)) => {
                for (at, &c) in order.iter().enumerate() {
                    prop_assert!((other.by_cell[at] / one.by_cell[c] - 1.0).abs() < 1e-8);
                }
            }
            (one, other) => prop_assert!(one.is_err() && other.is_err()),
        }
    }

    #[test]
    fn no_number_that_is_not_finite_leaves(
        weights in prop::collection::vec(prop::num::f64::ANY, 4),
        column in prop::collection::vec(prop::num::f64::ANY, 4),
        total in prop::num::f64::ANY, counts in prop::collection::vec(0_u32..3, 4),
    ) {
        for distance in [Distance::Linear, Distance::Raking, Distance::Logit { lower: 0.5, upper: 2.0 }] {
            let cells = Cells { weights: &weights, counts: &counts };
            match calibrate(cells, &[vec![1.0; 4], column.clone()], &[10.0, total], distance, 1e-9, 20) {
                Ok(factors) => prop_assert!(factors.by_cell.iter().all(|g| g.is_finite()), "{factors:?}"),
                Err(found) => {
                    let text = format!("{found:?}");
                    prop_assert!(!text.contains("NaN") && !text.contains("inf"), "{text}");
                }
            }
        }
    }
}
