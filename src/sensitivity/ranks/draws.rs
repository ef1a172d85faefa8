//! Seeded draws from a multivariate normal distribution, and rank distributions from them.

use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;

use crate::facts::probability::normal::ppnd16;
use crate::sensitivity::ranks::distribution::RankDistribution;
use crate::sensitivity::ranks::estimates::{Covariance, Unusable};

/// How many random draws, and from which seed.
///
/// Draw number d comes from stream d of `ChaCha8` with this seed: it does not depend on the other draws or on threads.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Draws {
    /// Seed of the generator.
    pub seed: u64,
    /// Number of draws, 1 to 100,000,000.
    pub count: usize,
}

const MOST_DRAWS: usize = 100_000_000;

/// A correlation matrix whose remaining variance is below this is used up (its rank is reached).
const USED_UP: f64 = 1e-10;
/// A covariance left over beside used-up variances: the matrix is no covariance.
const LEFT_OVER: f64 = 1e-7;

/// A factor `L` with `L L' = V`, one row per unit, as many columns as the rank of V.
#[derive(Debug, Clone)]
pub(crate) struct Factor {
    units: usize,
    /// Row-major with `units` columns; unused ones are 0.
    cells: Vec<f64>,
    columns: usize,
}

impl Factor {
    /// Pivoted Cholesky factor of a positive *semi*definite matrix, on the scale of correlations so that units of very
    /// different variance are all kept. Source: Higham (2002), Accuracy and Stability of Numerical Algorithms, 10.3.
    pub(crate) fn of(covariance: &Covariance) -> Result<Self, Unusable> {
        let units = covariance.units();
        let se: Vec<f64> = (0..units).map(|i| covariance.standard_error(i)).collect();
        let mut rest = vec![0.0; units * units];
        for i in 0..units {
            for j in 0..units {
                let scale = se[i] * se[j];
                if i == j && se[i] > 0.0 {
                    rest[i * units + j] = 1.0;
                } else if scale > 0.0 {
                    rest[i * units + j] = covariance.at(i, j) / scale;
                }
            }
        }
        let mut factor = Self { units, cells: vec![0.0; units * units], columns: 0 };
        for column in 0..units {
            let diagonal = |i: usize| rest[i * units + i];
            let Some(pivot) = (0..units).reduce(|a, b| if diagonal(b) > diagonal(a) { b } else { a }) else { break };
            if diagonal(pivot) <= USED_UP {
                break;
            }
            let root = diagonal(pivot).sqrt();
            let step: Vec<f64> = (0..units).map(|i| rest[i * units + pivot] / root).collect();
            for i in 0..units {
                factor.cells[i * units + column] = step[i] * se[i];
                for j in 0..units {
                    rest[i * units + j] -= step[i] * step[j];
                }
            }
            // What the pivot explained is exactly 0 from now on.
            for i in 0..units {
                rest[i * units + pivot] = 0.0;
                rest[pivot * units + i] = 0.0;
            }
            factor.columns = column + 1;
        }
        if rest.iter().any(|v| v.abs() > LEFT_OVER) { Err(Unusable::NotPositiveSemidefinite) } else { Ok(factor) }
    }

    /// Draw number `number`, with mean 0, into `into` (one number per unit).
    pub(crate) fn draw(&self, seed: u64, number: usize, into: &mut [f64]) {
        let mut generator = ChaCha8Rng::seed_from_u64(seed);
        generator.set_stream(number as u64);
        into.fill(0.0);
        for column in 0..self.columns {
            // The middle of one of 2^53 equal steps: never 0, never 1.
            let uniform = ((generator.next_u64() >> 11) as f64 + 0.5) * (1.0 / 9_007_199_254_740_992.0);
            let z = ppnd16(uniform);
            for (unit, value) in into.iter_mut().enumerate() {
                *value += self.cells[unit * self.units + column] * z;
            }
        }
    }
}

pub(crate) fn check_draws(draws: Draws) -> Result<(), Unusable> {
    if (1..=MOST_DRAWS).contains(&draws.count) { Ok(()) } else { Err(Unusable::DrawsOutOfRange) }
}

impl RankDistribution {
    /// Takes estimates, their covariance and the draws, gives the share of draws in which each unit has each rank.
    ///
    /// For estimates that are *not* independent, where no exact integral of moderate size is at hand. Standard error of
    /// a cell: `sqrt(p (1 - p) / draws)`. Equal values in a draw (known scores) share their places evenly.
    ///
    /// # Errors
    /// [`Unusable`] for a value that is not finite, a covariance that does not fit or is not positive semidefinite, or
    /// a number of draws outside 1 to 100 million.
    pub fn simulated(values: &[f64], covariance: &Covariance, draws: Draws) -> Result<Self, Unusable> {
        covariance.check_values(values)?;
        check_draws(draws)?;
        let factor = Factor::of(covariance)?;
        let units = values.len();
        let mut counts = vec![vec![0.0; units]; units];
        let mut drawn = vec![0.0; units];
        let mut order: Vec<usize> = (0..units).collect();
        for number in 0..draws.count {
            factor.draw(draws.seed, number, &mut drawn);
            drawn.iter_mut().zip(values).for_each(|(d, v)| *d += v);
            order.sort_by(|a, b| drawn[*b].total_cmp(&drawn[*a]));
            let mut place = 0;
            for tied in order.chunk_by(|a, b| drawn[*a] <= drawn[*b]) {
                for unit in tied {
                    counts[*unit][place..place + tied.len()].iter_mut().for_each(|c| *c += 1.0 / tied.len() as f64);
                }
                place += tied.len();
            }
        }
        counts.iter_mut().flatten().for_each(|c| *c /= draws.count as f64);
        Ok(Self::from_probabilities(counts))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sensitivity::ranks::estimates::Estimate;
    use crate::sensitivity::ranks::oracle::{self, Table};

    fn matrix(rows: &[&[f64]]) -> Covariance {
        Covariance::from_rows(&rows.iter().map(|r| r.to_vec()).collect::<Vec<_>>()).unwrap()
    }

    #[test]
    fn the_factor_times_itself_is_the_covariance_whatever_its_rank() {
        let full = oracle::covariance("B");
        let singular = matrix(&[&[4.0, 2.0, 0.0, 6.0], &[2.0, 1.0, 0.0, 3.0], &[0.0; 4], &[6.0, 3.0, 0.0, 10.0]]);
        let uneven = matrix(&[&[1e12, 0.5, 0.0], &[0.5, 1e-12, 0.0], &[0.0, 0.0, 1.0]]);
        for (covariance, rank) in [(full, 13), (singular, 2), (uneven, 3)] {
            let factor = Factor::of(&covariance).unwrap();
            assert_eq!(factor.columns, rank);
            let k = covariance.units();
            for i in 0..k {
                for j in 0..k {
                    let row = |u: usize| &factor.cells[u * k..(u + 1) * k];
                    let product: f64 = row(i).iter().zip(row(j)).map(|(a, b)| a * b).sum();
                    let scale = covariance.standard_error(i) * covariance.standard_error(j);
                    assert!((product - covariance.at(i, j)).abs() <= 1e-14 * scale, "{i} {j}");
                }
            }
        }
    }

    #[test]
    fn a_matrix_with_a_negative_eigenvalue_is_refused() {
        let covariance = matrix(&[&[1.0, 0.9, -0.9], &[0.9, 1.0, 0.9], &[-0.9, 0.9, 1.0]]);
        assert_eq!(Factor::of(&covariance).unwrap_err(), Unusable::NotPositiveSemidefinite);
    }

    #[test]
    fn draw_seven_is_the_same_alone_and_after_others() {
        let factor = Factor::of(&oracle::covariance("B")).unwrap();
        let (mut alone, mut after) = (vec![0.0; 13], vec![0.0; 13]);
        factor.draw(1, 7, &mut alone);
        for number in 0..8 {
            factor.draw(1, number, &mut after);
        }
        assert_eq!(alone, after);
        factor.draw(2, 7, &mut after);
        assert_ne!(alone, after);
    }

    #[test]
    fn a_simulated_distribution_agrees_with_the_oracles_draws_from_correlated_estimates() {
        let values: Vec<f64> = oracle::estimates("B").iter().map(|e| e.value).collect();
        let draws = Draws { seed: 20_260_405, count: 200_000 };
        let d = RankDistribution::simulated(&values, &oracle::covariance("B"), draws).unwrap();
        let table = Table::read("05_rank_uncertainty/B_rank_distribution_mc4e6.csv");
        for unit in 0..13 {
            for rank in 1..=13 {
                let p = table.number(unit, &format!("P_rank_{rank}"));
                // 4.5 standard errors of both simulations: 169 cells, all within with probability 0.999.
                let error = (p * (1.0 - p) * (1.0 / 200_000.0 + 1.0 / 4e6)).sqrt();
                let got = d.probability(unit, rank).unwrap();
                assert!((got - p).abs() <= 4.5 * error + 1e-5, "{unit} {rank}: {got} {p}");
            }
        }
    }

    #[test]
    fn equal_known_scores_share_places_in_a_simulation_as_in_the_exact_distribution() {
        let units =
            [(3.0, 0.0), (3.0, 0.0), (5.0, 0.0)].map(|(value, standard_error)| Estimate { value, standard_error });
        let covariance = Covariance::independent(&units).unwrap();
        let draws = Draws { seed: 1, count: 16 };
        let d = RankDistribution::simulated(&[3.0, 3.0, 5.0], &covariance, draws).unwrap();
        assert_eq!(d, RankDistribution::exact(&units).unwrap());
        let none = Draws { seed: 1, count: 0 };
        assert_eq!(RankDistribution::simulated(&[3.0, 3.0, 5.0], &covariance, none), Err(Unusable::DrawsOutOfRange));
    }
}
