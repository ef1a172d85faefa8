//! Rank intervals from tests and from joint confidence intervals, and comparison bars.

use crate::facts::probability::multiplicity::Adjustment;
use crate::facts::probability::normal::ppnd16;
use crate::sensitivity::ranks::distribution::RankRange;
use crate::sensitivity::ranks::estimates::{Covariance, Estimate, Unusable, check_estimates, check_probability};
use crate::sensitivity::ranks::pairwise::{Comparison, Pairwise};

/// How rank intervals are made, and what they promise.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RankSetMethod {
    /// Pairwise tests, each at the level: no promise for the interval.
    Unadjusted,
    /// Each unit's k - 1 comparisons by Bonferroni: the interval of *one* unit named beforehand covers its rank.
    BonferroniPerUnit,
    /// All k (k - 1) / 2 pairs by Bonferroni: all intervals cover at once.
    BonferroniAllPairs,
    /// All pairs by Holm: all intervals cover at once, never wider than Bonferroni's.
    HolmAllPairs,
    /// Confidence intervals of the values that hold jointly, compared for overlap: all intervals cover at once.
    ///
    /// Source: Klein, Wright & Wieczorek (2020), "A joint confidence region for an overall ranking of populations",
    /// JRSS C 69(3), 589-606.
    KleinWrightWieczorek(JointIntervals),
}

/// How k confidence intervals are made to hold jointly.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum JointIntervals {
    /// Each at `1 - level / k`; holds under any dependence.
    Bonferroni,
    /// Each at `(1 - level)^(1/k)`; exact for independent estimates (and conservative for normal ones, Šidák 1967).
    Independent,
}

/// Takes estimates, their covariance, a method and a level such as 0.05, gives an interval of ranks per unit.
///
/// `best = 1 + number of units significantly better`, `worst = k - number significantly worse`; the covariance between
/// units is used by the pairwise methods. Rank 1 is the largest value.
/// Source: Goldstein & Spiegelhalter (1996), JRSS A 159(3); Mogstad, Romano, Shaikh & Wilhelm (2024), "Inference for
/// ranks with applications to mobility across neighbourhoods and academic achievement across countries", Review of
/// Economic Studies 91(1), 476-518 (pairwise tests give rank sets that cover).
///
/// # Errors
/// [`Unusable`] for a value that is not finite, lists of different lengths, or a level that is no probability.
pub fn rank_sets(
    values: &[f64],
    covariance: &Covariance,
    method: RankSetMethod,
    level: f64,
) -> Result<Vec<RankRange>, Unusable> {
    check_probability(level)?;
    match method {
        RankSetMethod::KleinWrightWieczorek(joint) => joint_intervals(values, covariance, joint, level),
        RankSetMethod::Unadjusted => by_pairs(values, covariance, level, |c, _| c.test.p_value),
        RankSetMethod::BonferroniPerUnit => {
            by_pairs(values, covariance, level, |c, k| k.saturating_sub(1) as f64 * c.test.p_value)
        }
        RankSetMethod::BonferroniAllPairs => by_pairs(values, covariance, level, |c, _| c.bonferroni),
        RankSetMethod::HolmAllPairs => by_pairs(values, covariance, level, |c, _| c.p_value(Adjustment::Holm)),
    }
}

/// Every rank is possible for every unit.
pub(crate) fn everything(units: usize) -> Vec<RankRange> {
    vec![RankRange { best: 1, worst: units }; units]
}

fn by_pairs(
    values: &[f64],
    covariance: &Covariance,
    level: f64,
    p_value: impl Fn(&Comparison, usize) -> f64,
) -> Result<Vec<RankRange>, Unusable> {
    let pairs = Pairwise::new(values, covariance)?;
    let mut sets = everything(values.len());
    for comparison in pairs.comparisons() {
        if p_value(comparison, values.len()) > level {
            continue;
        }
        let ahead = comparison.test.difference > 0.0;
        let (better, worse) =
            if ahead { (comparison.first, comparison.second) } else { (comparison.second, comparison.first) };
        sets[better].worst -= 1;
        sets[worse].best += 1;
    }
    Ok(sets)
}

fn joint_intervals(
    values: &[f64],
    covariance: &Covariance,
    joint: JointIntervals,
    level: f64,
) -> Result<Vec<RankRange>, Unusable> {
    covariance.check_values(values)?;
    let units = values.len();
    let k = units.max(1) as f64;
    // The probability outside one interval; expm1 and log1p keep it for small levels.
    let outside = match joint {
        JointIntervals::Bonferroni => level / k,
        JointIntervals::Independent => -libm::expm1(libm::log1p(-level) / k),
    };
    let z = -ppnd16(0.5 * outside);
    let low: Vec<f64> = (0..units).map(|i| values[i] - z * covariance.standard_error(i)).collect();
    let high: Vec<f64> = (0..units).map(|i| values[i] + z * covariance.standard_error(i)).collect();
    let set = |i: usize| RankRange {
        best: 1 + low.iter().filter(|l| **l > high[i]).count(),
        worst: units - high.iter().filter(|h| **h < low[i]).count(),
    };
    Ok((0..units).map(set).collect())
}

/// A bar around an estimate, in its unit.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ComparisonBar {
    /// Lower end.
    pub low: f64,
    /// Upper end.
    pub high: f64,
}

/// For which standard errors comparison bars have the level.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BarWidth {
    /// Two units with equal standard errors: factor `z / sqrt 2` (1.39 at 5 %).
    EqualErrors,
    /// On average over all pairs of the units at hand: factor `z × mean of sqrt(se_i² + se_j²) / (se_i + se_j)`.
    AverageOverPairs,
}

/// Takes independent estimates, a bar width and a level such as 0.05, gives bars that two units may be compared by.
///
/// Two bars that do not overlap mean a difference significant at about the level, for one pair named beforehand (not
/// for all pairs at once). Pairs without any spread stay out of the average.
/// Source: Goldstein & Healy (1995), "The graphical presentation of a collection of means", JRSS A 158(1), 175-177.
///
/// # Errors
/// [`Unusable`] for a number that is not finite, a negative standard error, or a level that is no probability.
pub fn comparison_bars(estimates: &[Estimate], width: BarWidth, level: f64) -> Result<Vec<ComparisonBar>, Unusable> {
    check_probability(level)?;
    check_estimates(estimates)?;
    let equal = std::f64::consts::FRAC_1_SQRT_2;
    let share = match width {
        BarWidth::EqualErrors => equal,
        BarWidth::AverageOverPairs => {
            let (mut sum, mut pairs) = (0.0, 0.0);
            for (i, a) in estimates.iter().enumerate() {
                for b in &estimates[i + 1..] {
                    let (s, t) = (a.standard_error, b.standard_error);
                    if s + t > 0.0 {
                        sum += libm::hypot(s, t) / (s + t);
                        pairs += 1.0;
                    }
                }
            }
            if pairs > 0.0 { sum / pairs } else { equal }
        }
    };
    let factor = -ppnd16(0.5 * level) * share;
    let bar = |e: &Estimate| ComparisonBar {
        low: e.value - factor * e.standard_error,
        high: e.value + factor * e.standard_error,
    };
    Ok(estimates.iter().map(bar).collect())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::sensitivity::ranks::oracle::{self, Table};

    const METHODS: [(RankSetMethod, &str); 5] = [
        (RankSetMethod::Unadjusted, "pair_unadj"),
        (RankSetMethod::BonferroniPerUnit, "pair_bonf_k-1"),
        (RankSetMethod::BonferroniAllPairs, "pair_bonf_all"),
        (RankSetMethod::KleinWrightWieczorek(JointIntervals::Bonferroni), "kww_bonf"),
        (RankSetMethod::KleinWrightWieczorek(JointIntervals::Independent), "kww_indep"),
    ];

    #[test]
    fn rank_sets_are_the_oracles_in_both_designs() {
        for design in ["A", "B"] {
            let estimates = oracle::estimates(design);
            let values: Vec<f64> = estimates.iter().map(|e| e.value).collect();
            let table = Table::read(&format!("05_rank_uncertainty/{design}_rank_sets.csv"));
            for (method, name) in METHODS {
                let sets = rank_sets(&values, &oracle::covariance(design), method, 0.05).unwrap();
                for (row, set) in sets.iter().enumerate() {
                    let expected = RankRange {
                        best: table.whole(row, &format!("{name}_lo")),
                        worst: table.whole(row, &format!("{name}_hi")),
                    };
                    assert_eq!(*set, expected, "{design} {name} {row}");
                }
            }
            let bars = comparison_bars(&estimates, BarWidth::EqualErrors, 0.05).unwrap();
            for (row, bar) in bars.iter().enumerate() {
                assert!((bar.low - table.number(row, "goldstein_healy_lo")).abs() < 1e-10);
                assert!((bar.high - table.number(row, "goldstein_healy_hi")).abs() < 1e-10);
            }
        }
    }

    #[test]
    fn bars_of_equal_standard_errors_have_the_published_factor() {
        let units = vec![Estimate { value: 0.0, standard_error: 1.0 }; 5];
        for width in [BarWidth::EqualErrors, BarWidth::AverageOverPairs] {
            assert!(comparison_bars(&units, width, 0.05).unwrap().iter().all(|b| (b.high - 1.39).abs() < 0.005));
        }
        let uneven = [Estimate { value: 0.0, standard_error: 3.0 }, Estimate { value: 0.0, standard_error: 4.0 }];
        let bars = comparison_bars(&uneven, BarWidth::AverageOverPairs, 0.05).unwrap();
        // Then the two bars just touch at a difference of 1.96 × 5.
        assert!((bars[0].high + bars[1].high - 1.959_963_984_540_054 * 5.0).abs() < 1e-12);
    }

    #[test]
    fn known_scores_have_their_rank_and_equal_ones_share_a_range() {
        let values = [3.0, 5.0, 3.0];
        let units = values.map(|value| Estimate { value, standard_error: 0.0 });
        let covariance = Covariance::independent(&units).unwrap();
        for (method, _) in METHODS {
            let sets = rank_sets(&values, &covariance, method, 0.05).unwrap();
            let shared = RankRange { best: 2, worst: 3 };
            assert_eq!(sets, [shared, RankRange { best: 1, worst: 1 }, shared]);
            assert_eq!(rank_sets(&values, &covariance, method, 0.0), Err(Unusable::NotAProbability));
        }
    }

    proptest! {
        #[test]
        fn sets_hold_the_published_rank_and_grow_with_the_promise(
            units in prop::collection::vec((-5.0..5.0_f64, 0.1..2.0_f64), 1..20)
        ) {
            let estimates: Vec<_> = units.iter().map(|(value, se)| Estimate { value: *value, standard_error: *se }).collect();
            let values: Vec<f64> = units.iter().map(|u| u.0).collect();
            let covariance = Covariance::independent(&estimates).unwrap();
            let of = |m| rank_sets(&values, &covariance, m, 0.05).unwrap();
            let nested = [
                of(RankSetMethod::Unadjusted),
                of(RankSetMethod::BonferroniPerUnit),
                of(RankSetMethod::BonferroniAllPairs),
            ];
            let holm = of(RankSetMethod::HolmAllPairs);
            let within = |a: &RankRange, b: &RankRange| b.best <= a.best && a.worst <= b.worst;
            for (i, value) in values.iter().enumerate() {
                let rank = 1 + values.iter().filter(|v| **v > *value).count();
                prop_assert!(nested[0][i].best <= rank && rank <= nested[0][i].worst);
                prop_assert!(within(&nested[0][i], &nested[1][i]) && within(&nested[1][i], &nested[2][i]));
                prop_assert!(within(&holm[i], &nested[2][i]));
            }
        }
    }
}
