//! Seeded simulations: do the promises of the rank sets hold? (tests only)

use crate::facts::probability::multiplicity::Adjustment;
use crate::sensitivity::ranks::distribution::RankRange;
use crate::sensitivity::ranks::draws::{Draws, Factor};
use crate::sensitivity::ranks::estimates::{Covariance, Estimate};
use crate::sensitivity::ranks::oracle;
use crate::sensitivity::ranks::pairwise::Pairwise;
use crate::sensitivity::ranks::rank_sets::{JointIntervals, RankSetMethod, rank_sets};
use crate::sensitivity::ranks::studentised::{Scope, Steps, StudentisedDraws};

const SURVEYS: usize = 2_000;
const LEVEL: f64 = 0.05;

/// Calls `survey` with the estimates of each of the seeded surveys.
fn surveys(truth: &[f64], covariance: &Covariance, mut survey: impl FnMut(&[f64])) {
    let factor = Factor::of(covariance).unwrap();
    let mut estimates = vec![0.0; truth.len()];
    for number in 0..SURVEYS {
        factor.draw(11, number, &mut estimates);
        estimates.iter_mut().zip(truth).for_each(|(e, t)| *e += t);
        survey(&estimates);
    }
}

/// Lowest share of covering surveys that 95 % coverage allows, by three standard errors.
fn at_least() -> f64 {
    0.95 - 3.0 * (0.95 * 0.05 / SURVEYS as f64).sqrt()
}

/// Every rank that the truth allows (equal units share a range) is in the unit's set.
fn covers(sets: &[RankRange], truth: &[f64]) -> bool {
    sets.iter().zip(truth).all(|(set, t)| {
        let best = 1 + truth.iter().filter(|v| **v > *t).count();
        let worst = truth.len() - truth.iter().filter(|v| **v < *t).count();
        set.best <= best && worst <= set.worst
    })
}

/// Share of surveys in which all sets cover, per method.
fn coverages(truth: &[f64], covariance: &Covariance) -> Vec<f64> {
    let studentised = StudentisedDraws::new(covariance, Draws { seed: 5, count: 4_000 }).unwrap();
    let methods = [
        RankSetMethod::BonferroniAllPairs,
        RankSetMethod::HolmAllPairs,
        RankSetMethod::KleinWrightWieczorek(JointIntervals::Bonferroni),
        RankSetMethod::KleinWrightWieczorek(JointIntervals::Independent),
    ];
    let mut hits = vec![0_u32; methods.len() + 1];
    surveys(truth, covariance, |estimates| {
        for (hit, method) in hits.iter_mut().zip(methods) {
            *hit += u32::from(covers(&rank_sets(estimates, covariance, method, LEVEL).unwrap(), truth));
        }
        let sets = studentised.rank_sets(estimates, Scope::Simultaneous, Steps::StepDown, LEVEL).unwrap();
        hits[methods.len()] += u32::from(covers(&sets, truth));
    });
    hits.iter().map(|h| f64::from(*h) / SURVEYS as f64).collect()
}

#[test]
fn simultaneous_sets_of_thirteen_identical_units_cover_all_ranks() {
    let found = coverages(&[55.0; 13], &oracle::covariance("B"));
    assert!(found.iter().all(|c| *c >= at_least()), "{found:?}");
    // The studentised maximum uses its level up: it does not cover by being wide.
    assert!(found[4] <= 0.97, "{found:?}");
}

#[test]
fn simultaneous_sets_of_thirteen_different_units_cover_all_ranks() {
    let truth: Vec<f64> = oracle::estimates("B").iter().map(|e| e.value).collect();
    let found = coverages(&truth, &oracle::covariance("B"));
    assert!(found.iter().all(|c| *c >= at_least()), "{found:?}");
}

#[test]
fn unadjusted_comparisons_announce_a_false_difference_in_three_of_four_surveys() {
    let truth = [55.0; 13];
    let units = truth.map(|value| Estimate { value, standard_error: 2.5 });
    let covariance = Covariance::independent(&units).unwrap();
    let share = |adjustment: Adjustment| {
        let mut wrong = 0_u32;
        surveys(&truth, &covariance, |estimates| {
            let pairs = Pairwise::new(estimates, &covariance).unwrap();
            wrong += u32::from(pairs.comparisons().iter().any(|c| c.p_value(adjustment) <= LEVEL));
        });
        f64::from(wrong) / SURVEYS as f64
    };
    let unadjusted = share(Adjustment::Unadjusted);
    // Studentised range of 13 at 1.96 × sqrt 2, infinite df.
    assert!((unadjusted - 0.76).abs() < 0.03, "{unadjusted}");
    let holm = share(Adjustment::Holm);
    assert!(holm <= 1.0 - at_least(), "{holm}");
}
