//! Confidence sets for ranks from the maximum of studentised differences (Mogstad, Romano, Shaikh & Wilhelm).

use crate::sensitivity::ranks::distribution::RankRange;
use crate::sensitivity::ranks::draws::{Draws, Factor, check_draws};
use crate::sensitivity::ranks::estimates::{Covariance, Unusable, check_lengths, check_number, check_probability};
use crate::sensitivity::ranks::rank_sets::everything;

/// Which ranks a confidence set has to cover with its probability.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scope {
    /// The rank of each unit for itself.
    Marginal,
    /// The ranks of all units at once.
    Simultaneous,
}

/// How often the critical value is taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Steps {
    /// Once, over all differences.
    Single,
    /// Again over the differences not yet found significant, until no more are found: narrower sets, same promise.
    StepDown,
}

/// Seeded draws of the estimates' errors, with the standard errors of all differences; used for any number of sets.
#[derive(Debug, Clone)]
pub struct StudentisedDraws {
    units: usize,
    /// One draw after the other, a number per unit.
    errors: Vec<f64>,
    /// Standard error of i minus j, row-major; 0 for known differences.
    spreads: Vec<f64>,
}

/// An ordered pair: is `better` significantly better than `worse`?
#[derive(Debug, Clone, Copy)]
struct Pair {
    better: usize,
    worse: usize,
    spread: f64,
}

/// Numbers kept at most (400 MB).
const MOST_NUMBERS: usize = 50_000_000;

impl StudentisedDraws {
    /// Takes the covariance of the estimates and the draws, gives draws of their errors from N(0, covariance).
    ///
    /// A covariance of less than full rank (known scores, perfectly correlated units) is fine. Keeps draws × units
    /// numbers, at most 50 million. 10,000 draws give the 95 % critical value to about 0.01; use 100,000 for print.
    ///
    /// # Errors
    /// [`Unusable`] for a covariance that is not positive semidefinite, no draws, or more than can be kept.
    pub fn new(covariance: &Covariance, draws: Draws) -> Result<Self, Unusable> {
        check_draws(draws)?;
        let units = covariance.units();
        let numbers = draws.count.checked_mul(units).filter(|n| *n <= MOST_NUMBERS);
        let mut errors = vec![0.0; numbers.ok_or(Unusable::DrawsOutOfRange)?];
        let factor = Factor::of(covariance)?;
        for (number, row) in errors.chunks_exact_mut(units.max(1)).enumerate() {
            factor.draw(draws.seed, number, row);
        }
        let spread = |i: usize, j: usize| covariance.difference_variance(i, j).sqrt();
        let spreads = (0..units).flat_map(|i| (0..units).map(move |j| spread(i, j))).collect();
        Ok(Self { units, errors, spreads })
    }

    /// Takes the estimates, the scope, the steps and a level such as 0.05, gives a set of ranks per unit.
    ///
    /// Two-sided: difference i - j is significant when `(v_i - v_j) / se_ij` exceeds the `1 - level` quantile (order
    /// statistic number `ceil((1 - level) × draws)`) of `max (e_i - e_j) / se_ij` over the ordered pairs in question:
    /// all of them (simultaneous) or those with the unit, either way round (marginal). `best = 1 + number
    /// significantly better`, `worst = k - number significantly worse`. Known differences (se 0) are certain and stay
    /// out of the maximum. Every step uses the same draws, so that step-down sets never are wider than single-step ones.
    /// Source: Mogstad, Romano, Shaikh & Wilhelm (2024), Review of Economic Studies 91(1), 476-518
    /// (R package csranks, `csranks(cstype = "two-sided")`).
    ///
    /// # Errors
    /// [`Unusable`] for a value that is not finite, lists of different lengths, or a level that is no probability.
    pub fn rank_sets(
        &self,
        values: &[f64],
        scope: Scope,
        steps: Steps,
        level: f64,
    ) -> Result<Vec<RankRange>, Unusable> {
        check_probability(level)?;
        check_lengths(self.units, values.len())?;
        values.iter().enumerate().try_for_each(|(unit, v)| check_number(*v, unit))?;
        let mut sets = everything(self.units);
        match scope {
            Scope::Simultaneous => {
                for pair in self.significant(values, None, steps, level) {
                    sets[pair.better].worst -= 1;
                    sets[pair.worse].best += 1;
                }
            }
            Scope::Marginal => {
                for (unit, set) in sets.iter_mut().enumerate() {
                    for pair in self.significant(values, Some(unit), steps, level) {
                        if pair.better == unit {
                            set.worst -= 1;
                        } else {
                            set.best += 1;
                        }
                    }
                }
            }
        }
        Ok(sets)
    }

    /// The ordered pairs (with this unit, if any) whose first unit is significantly better.
    fn significant(&self, values: &[f64], unit: Option<usize>, steps: Steps, level: f64) -> Vec<Pair> {
        let mut found = Vec::new();
        let mut open = Vec::new();
        for better in 0..self.units {
            for worse in 0..self.units {
                let asked = unit.is_none_or(|u| u == better || u == worse);
                if better == worse || !asked {
                    continue;
                }
                let spread = self.spreads[better * self.units + worse];
                let pair = Pair { better, worse, spread };
                if spread > 0.0 {
                    open.push(pair);
                } else if values[better] > values[worse] {
                    found.push(pair);
                }
            }
        }
        while !open.is_empty() {
            let critical = self.critical_value(&open, level);
            let beyond = |p: &Pair| values[p.better] - values[p.worse] > critical * p.spread;
            let before = open.len();
            found.extend(open.iter().copied().filter(beyond));
            open.retain(|p| !beyond(p));
            if open.len() == before || steps == Steps::Single {
                break;
            }
        }
        found
    }

    /// Quantile of the largest studentised error over the pairs.
    fn critical_value(&self, pairs: &[Pair], level: f64) -> f64 {
        let scaled: Vec<(&Pair, f64)> = pairs.iter().map(|p| (p, 1.0 / p.spread)).collect();
        let largest = |draw: &[f64]| {
            let mut largest = f64::NEG_INFINITY;
            for (pair, scale) in &scaled {
                let error = (draw[pair.better] - draw[pair.worse]) * scale;
                // Not f64::max: its care for NaN costs more than the rest of the loop.
                if error > largest {
                    largest = error;
                }
            }
            largest
        };
        let mut maxima: Vec<f64> = self.errors.chunks_exact(self.units).map(largest).collect();
        let count = maxima.len();
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "between 0 and the count")]
        let exceeding = (level * count as f64 * (1.0 + 1e-12)) as usize;
        let position = count.saturating_sub(exceeding + 1);
        let (_, critical, _) = maxima.select_nth_unstable_by(position, f64::total_cmp);
        *critical
    }
}

/// Takes simultaneous step-down sets and a number of places, tells per unit whether it may be among that many best.
///
/// True where `best <= places`: the set of these units holds all of the `places` truly best with the sets' coverage.
/// Source: Mogstad, Romano, Shaikh & Wilhelm (2024) (projection set; csranks `cstaubest`).
pub fn may_be_among_best(sets: &[RankRange], places: usize) -> Vec<bool> {
    sets.iter().map(|set| set.best <= places).collect()
}

/// Takes simultaneous step-down sets and a number of places, tells per unit whether it may be among that many worst.
///
/// True where `worst >= k - places + 1` (csranks `cstauworst`).
pub fn may_be_among_worst(sets: &[RankRange], places: usize) -> Vec<bool> {
    sets.iter().map(|set| set.worst + places > sets.len()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sensitivity::ranks::estimates::Estimate;
    use crate::sensitivity::ranks::oracle::{self, Table};
    use crate::sensitivity::ranks::rank_sets::{RankSetMethod, rank_sets};

    const DESIGNS: [&str; 2] = ["A", "B"];

    fn values(design: &str) -> Vec<f64> {
        oracle::estimates(design).iter().map(|e| e.value).collect()
    }

    fn drawn(design: &str) -> StudentisedDraws {
        StudentisedDraws::new(&oracle::covariance(design), Draws { seed: 1, count: 100_000 }).unwrap()
    }

    /// The sets csranks gave with its three seeds: lo and hi of one township.
    fn csranks(table: &Table, design: &str, simultaneous: &str, steps: &str, unit: usize) -> Vec<[usize; 2]> {
        let key = [design, simultaneous, steps, &format!("T{:02}", unit + 1)];
        let columns = ["design", "simultaneous", "stepdown", "township"].map(|c| table.column(c));
        let rows = (0..table.rows.len()).filter(|r| columns.iter().zip(key).all(|(c, k)| table.rows[*r][*c] == k));
        rows.map(|r| [table.whole(r, "lo"), table.whole(r, "hi")]).collect()
    }

    #[test]
    fn rank_sets_are_those_of_csranks_and_within_its_seeds_where_these_disagree() {
        let table = Table::read("05_rank_uncertainty/csranks_out.csv");
        let mut disagreeing = 0;
        for design in DESIGNS {
            let draws = drawn(design);
            for (scope, simultaneous) in [(Scope::Simultaneous, "TRUE"), (Scope::Marginal, "FALSE")] {
                for (steps, stepdown) in [(Steps::StepDown, "TRUE"), (Steps::Single, "FALSE")] {
                    let sets = draws.rank_sets(&values(design), scope, steps, 0.05).unwrap();
                    for (unit, set) in sets.iter().enumerate() {
                        let seeds = csranks(&table, design, simultaneous, stepdown, unit);
                        assert_eq!(seeds.len(), 3);
                        disagreeing += usize::from(seeds.iter().any(|s| *s != seeds[0]));
                        for (side, got) in [set.best, set.worst].into_iter().enumerate() {
                            let low = seeds.iter().map(|s| s[side]).min().unwrap();
                            let high = seeds.iter().map(|s| s[side]).max().unwrap();
                            assert!(
                                (low..=high).contains(&got),
                                "{design} {scope:?} {steps:?} {unit}: {set:?} {seeds:?}"
                            );
                        }
                    }
                }
            }
        }
        assert_eq!(disagreeing, 4);
    }

    #[test]
    fn the_best_three_and_worst_three_are_those_of_csranks() {
        let table = Table::read("05_rank_uncertainty/csranks_out.csv");
        for design in DESIGNS {
            let sets = drawn(design).rank_sets(&values(design), Scope::Simultaneous, Steps::StepDown, 0.05).unwrap();
            let (best, worst) = (may_be_among_best(&sets, 3), may_be_among_worst(&sets, 3));
            for unit in 0..13 {
                for seed in csranks(&table, design, "NA", "TRUE", unit) {
                    assert_eq!([usize::from(best[unit]), usize::from(worst[unit])], seed, "{design} {unit}");
                }
            }
        }
    }

    #[test]
    fn two_units_need_the_normal_critical_value() {
        let units = [Estimate { value: 0.0, standard_error: 3.0 }, Estimate { value: 0.0, standard_error: 4.0 }];
        let covariance = Covariance::independent(&units).unwrap();
        let draws = StudentisedDraws::new(&covariance, Draws { seed: 9, count: 200_000 }).unwrap();
        let pairs = [Pair { better: 0, worse: 1, spread: 5.0 }, Pair { better: 1, worse: 0, spread: 5.0 }];
        // Standard error of the order statistic: sqrt(.95 × .05 / 200000) / (2 phi(1.96)) = 0.0042.
        assert!((draws.critical_value(&pairs, 0.05) - 1.959_964).abs() < 3.0 * 0.0042);
    }

    #[test]
    fn sets_are_nested_and_lie_within_those_of_bonferroni() {
        let within =
            |a: &[RankRange], b: &[RankRange]| a.iter().zip(b).all(|(a, b)| b.best <= a.best && a.worst <= b.worst);
        for design in DESIGNS {
            let (draws, values) = (drawn(design), values(design));
            let of = |scope, steps| draws.rank_sets(&values, scope, steps, 0.05).unwrap();
            let single = of(Scope::Simultaneous, Steps::Single);
            assert!(within(&of(Scope::Simultaneous, Steps::StepDown), &single));
            assert!(within(&of(Scope::Marginal, Steps::StepDown), &of(Scope::Marginal, Steps::Single)));
            assert!(within(&of(Scope::Marginal, Steps::Single), &single));
            let bonferroni =
                rank_sets(&values, &oracle::covariance(design), RankSetMethod::BonferroniAllPairs, 0.05).unwrap();
            assert!(within(&single, &bonferroni));
        }
    }

    #[test]
    fn known_scores_and_no_units_work() {
        let units = [(3.0, 0.0), (5.0, 0.0), (3.0, 0.0), (4.9, 0.4)]
            .map(|(value, standard_error)| Estimate { value, standard_error });
        let covariance = Covariance::independent(&units).unwrap();
        let draws = StudentisedDraws::new(&covariance, Draws { seed: 1, count: 2_000 }).unwrap();
        for scope in [Scope::Simultaneous, Scope::Marginal] {
            for steps in [Steps::StepDown, Steps::Single] {
                let sets = draws.rank_sets(&units.map(|u| u.value), scope, steps, 0.05).unwrap();
                let expected = [[3, 4], [1, 2], [3, 4], [1, 2]].map(|[best, worst]| RankRange { best, worst });
                assert_eq!(sets, expected);
            }
        }
        let none = Covariance::from_rows(&[]).unwrap();
        let draws = StudentisedDraws::new(&none, Draws { seed: 1, count: 10 }).unwrap();
        assert_eq!(draws.rank_sets(&[], Scope::Simultaneous, Steps::StepDown, 0.05), Ok(vec![]));
        assert!(draws.rank_sets(&[1.0], Scope::Simultaneous, Steps::StepDown, 0.05).is_err());
        assert_eq!(
            StudentisedDraws::new(&covariance, Draws { seed: 1, count: 50_000_000 }).unwrap_err(),
            Unusable::DrawsOutOfRange
        );
    }
}
