use proptest::prelude::*;

use super::*;
use crate::facts::probability::normal;
use crate::sensitivity::ranks::oracle::{self, Table};

fn estimate(value: f64, standard_error: f64) -> Estimate {
    Estimate { value, standard_error }
}

fn exact(list: &[(f64, f64)]) -> RankDistribution {
    let estimates: Vec<Estimate> = list.iter().map(|(v, se)| estimate(*v, *se)).collect();
    RankDistribution::exact(&estimates).unwrap()
}

fn worst_sum_error(d: &RankDistribution) -> f64 {
    let k = d.units();
    let mut worst = 0.0_f64;
    for i in 0..k {
        let row: f64 = d.row(i).unwrap().iter().sum();
        let column: f64 = (0..k).map(|u| d.probability(u, i + 1).unwrap()).sum();
        worst = worst.max((row - 1.0).abs()).max((column - 1.0).abs());
    }
    worst
}

#[test]
fn the_distribution_agrees_with_the_oracles_exact_one_and_its_four_million_draws() {
    let d = RankDistribution::exact(&oracle::estimates("A")).unwrap();
    let table = Table::read("05_rank_uncertainty/A_rank_distribution_exact.csv");
    let drawn = Table::read("05_rank_uncertainty/A_rank_distribution_mc4e6.csv");
    for unit in 0..13 {
        let drawn_row = drawn.numbers(unit);
        for (r, b) in table.numbers(unit).iter().enumerate() {
            let a = d.probability(unit, r + 1).unwrap();
            assert!((a - b).abs() < 1e-10, "unit {unit} rank {r}: {a} {b}");
            assert!((a - drawn_row[r]).abs() < 1e-3, "unit {unit} rank {r}: {a} {}", drawn_row[r]);
        }
        assert!((d.top(unit, 3).unwrap() - drawn.number(unit, "P_top3")).abs() < 1e-3);
        assert!((d.bottom(unit, 3).unwrap() - drawn.number(unit, "P_bottom3")).abs() < 1e-3);
        assert_eq!(d.median_rank(unit), Some(drawn.whole(unit, "q50")));
        let range = RankRange { best: drawn.whole(unit, "q2.5"), worst: drawn.whole(unit, "q97.5") };
        assert_eq!(d.central_range(unit, 0.95), Some(range));
    }
}

#[test]
fn expected_ranks_agree_with_the_oracles() {
    let d = RankDistribution::exact(&oracle::estimates("A")).unwrap();
    let table = Table::read("05_rank_uncertainty/A_rank_sets.csv");
    for unit in 0..13 {
        let expected = table.number(unit, "expected_rank_exact");
        assert!((d.expected_rank(unit).unwrap() - expected).abs() < 1e-10);
    }
}

#[test]
fn two_units_change_places_with_the_probability_that_their_difference_changes_sign() {
    for (difference, first, second) in [(0.0, 1.0, 1.0), (2.0, 1.0, 1000.0), (3.0, 1e-6, 1.0), (40.0, 1.0, 1.0)] {
        let d = exact(&[(50.0 + difference, first), (50.0, second)]);
        let p = normal::cdf(difference / (first * first + second * second).sqrt());
        assert!((d.probability(0, 1).unwrap() - p).abs() < 1e-13, "{difference} {first} {second}");
    }
}

#[test]
fn identical_units_hold_every_place_equally_often() {
    for k in [1_usize, 2, 13, 200] {
        let d = exact(&vec![(50.0, 2.5); k]);
        for unit in [0, k / 2, k - 1] {
            for p in d.row(unit).unwrap() {
                assert!((p * k as f64 - 1.0).abs() < 1e-10, "{k}: {p}");
            }
        }
    }
}

#[test]
fn known_scores_hold_their_places_and_equal_ones_share_them_evenly() {
    let d = exact(&[(3.0, 0.0), (5.0, 0.0), (3.0, 0.0), (1.0, 0.0)]);
    let expected = [[0.0, 0.5, 0.5, 0.0], [1.0, 0.0, 0.0, 0.0], [0.0, 0.5, 0.5, 0.0], [0.0, 0.0, 0.0, 1.0]];
    for (unit, row) in expected.iter().enumerate() {
        for (p, e) in d.row(unit).unwrap().iter().zip(row) {
            assert!((p - e).abs() < 1e-15);
        }
    }
}

#[test]
fn a_known_score_beside_uncertain_ones_is_passed_with_their_tail_probabilities() {
    let d = exact(&[(1.0, 0.0), (0.0, 1.0), (0.0, 2.0), (-7.0, 0.0)]);
    let (p, q) = (normal::upper_tail(1.0), normal::upper_tail(0.5));
    for (rank, expected) in [(1, (1.0 - p) * (1.0 - q)), (2, p * (1.0 - q) + q * (1.0 - p)), (3, p * q), (4, 0.0)] {
        assert!((d.probability(0, rank).unwrap() - expected).abs() < 1e-15);
    }
    // The unit with se 2 is last when it falls below the known -7.
    assert!((d.probability(2, 4).unwrap() - normal::cdf(-3.5)).abs() < 1e-13);
    assert!(worst_sum_error(&d) < 1e-13);
}

#[test]
fn a_vanishing_standard_error_tends_to_the_known_score() {
    let known = exact(&[(1.0, 0.0), (0.0, 1.0), (0.4, 3.0), (2.0, 0.0)]);
    for small in [1e-9, 1e-30, 1e-99] {
        let nearly = exact(&[(1.0, small), (0.0, 1.0), (0.4, 3.0), (2.0, small)]);
        assert!(worst_sum_error(&nearly) < 1e-12, "{small}");
        for unit in 0..4 {
            for (a, b) in nearly.row(unit).unwrap().iter().zip(known.row(unit).unwrap()) {
                assert!((a - b).abs() < 1e-8, "{small} {a} {b}");
            }
        }
    }
}

#[test]
fn two_hundred_units_of_every_size_and_distance_sum_to_one() {
    let mixed = (0..200_u32).map(|i| {
        let x = f64::from(i * 7919 % 200) / 200.0;
        (100.0 * x, libm::exp10(3.0 * f64::from(i % 10) / 9.0 - 2.0))
    });
    assert!(worst_sum_error(&exact(&mixed.collect::<Vec<_>>())) < 1e-11);
    let near = (0..200).map(|i| (40.0 + 0.15 * f64::from(i), 1.5 + 0.01 * f64::from(i)));
    assert!(worst_sum_error(&exact(&near.collect::<Vec<_>>())) < 1e-12);
    let apart: Vec<_> = (0..200).map(|i| (1e6 * f64::from(i), 1.0)).collect();
    let d = exact(&apart);
    assert!(worst_sum_error(&d) < 1e-13);
    assert!((d.probability(199, 1).unwrap() - 1.0).abs() < 1e-13);
    assert_eq!(d.central_range(0, 0.95), Some(RankRange { best: 200, worst: 200 }));
}

#[test]
fn large_values_with_small_spreads_keep_their_order_uncertain() {
    // The standard errors are below the spacing of f64 at 1e9; their ratio to the differences still counts.
    let d = exact(&[(1e9, 1e-8), (1e9, 1e-9), (1e9 - 1.0, 1e-8)]);
    assert!((d.probability(0, 1).unwrap() - 0.5).abs() < 1e-12);
    assert!(worst_sum_error(&d) < 1e-12);
}

#[test]
fn what_is_not_there_gives_nothing() {
    assert_eq!(RankDistribution::exact(&[]).unwrap().units(), 0);
    assert_eq!(RankDistribution::exact(&[estimate(f64::NAN, 1.0)]), Err(Unusable::NotFinite { unit: 0 }));
    assert_eq!(RankDistribution::exact(&[estimate(1.0, -1.0)]), Err(Unusable::OutOfRange { unit: 0 }));
    let d = exact(&[(0.0, 1.0), (1.0, 1.0)]);
    assert_eq!(d.probability(0, 0), None);
    assert_eq!(d.probability(0, 3), None);
    assert_eq!(d.expected_rank(2), None);
    assert_eq!(d.rank_quantile(0, f64::NAN), None);
    assert_eq!(d.central_range(0, 1.0), None);
    assert!((d.top(0, 99).unwrap() - 1.0).abs() < 1e-13);
}

proptest! {
    #[test]
    fn rows_and_columns_sum_to_one(
        units in prop::collection::vec((prop_oneof![-3.0..3.0_f64, -300.0..300.0_f64, Just(1.0)], prop_oneof![Just(None), (-1.5..1.5_f64).prop_map(Some)]), 1..30)
    ) {
        let list: Vec<_> = units.iter().map(|(v, e)| (*v, e.map_or(0.0, libm::exp10))).collect();
        let d = exact(&list);
        prop_assert!(worst_sum_error(&d) < 1e-12, "{:e}", worst_sum_error(&d));
        let expected: f64 = (0..d.units()).map(|u| d.expected_rank(u).unwrap()).sum();
        let k = d.units() as f64;
        prop_assert!((expected - 0.5 * k * (k + 1.0)).abs() < 1e-9);
    }

    #[test]
    fn expected_rank_is_one_plus_the_probabilities_that_others_are_better(
        units in prop::collection::vec((-3.0..3.0_f64, -1.5..1.5_f64), 1..20)
    ) {
        let list: Vec<_> = units.iter().map(|(v, e)| (*v, libm::exp10(*e))).collect();
        let d = exact(&list);
        for (i, (v, s)) in list.iter().enumerate() {
            let others = list.iter().enumerate().filter(|(j, _)| *j != i);
            let better: f64 = others.map(|(_, (w, t))| normal::cdf((w - v) / (s * s + t * t).sqrt())).sum();
            prop_assert!((d.expected_rank(i).unwrap() - 1.0 - better).abs() < 1e-11);
        }
    }

    #[test]
    fn shifting_and_scaling_all_estimates_changes_nothing(
        units in prop::collection::vec((-3.0..3.0_f64, 0.1..2.0_f64), 2..12), shift in -100.0..100.0_f64, power in -20..20_i32
    ) {
        let scale = libm::exp2(f64::from(power));
        let moved: Vec<_> = units.iter().map(|(v, s)| ((v + shift) * scale, s * scale)).collect();
        let (a, b) = (exact(&units), exact(&moved));
        for unit in 0..units.len() {
            for (p, q) in a.row(unit).unwrap().iter().zip(b.row(unit).unwrap()) {
                prop_assert!((p - q).abs() < 1e-11);
            }
        }
    }
}
