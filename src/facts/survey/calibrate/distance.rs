//! Calibration to totals of auxiliary variables by a distance function (Deville & Särndal 1992), on cells.

use crate::facts::survey::calibrate::solve::{Cholesky, combination, cross_products};
use crate::facts::survey::calibrate::{Cells, Factors, Obstacle, Place, cell_obstacles};

/// How far a factor may go from 1, and at what price.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Distance {
    /// g = 1 + u: generalised regression (GREG). One step; factors may be negative.
    Linear,
    /// g = exp(u): factors are positive; the limit of raking.
    Raking,
    /// g between bounds: (L(U−1) + U(1−L)e^{Au}) / (U−1 + (1−L)e^{Au}), A = (U−L)/((1−L)(U−1)).
    Logit {
        /// L, 0 ≤ L < 1.
        lower: f64,
        /// U > 1.
        upper: f64,
    },
}

/// g and dg/du.
struct Slope {
    factor: f64,
    slope: f64,
}

impl Distance {
    fn at(self, u: f64) -> Slope {
        match self {
            Self::Linear => Slope { factor: 1.0 + u, slope: 1.0 },
            Self::Raking => Slope { factor: libm::exp(u), slope: libm::exp(u) },
            Self::Logit { lower, upper } => {
                let a = (upper - lower) / ((1.0 - lower) * (upper - 1.0));
                // Written with e^{−|Au|}, so that it cannot overflow.
                let power = libm::exp(-(a * u).abs());
                let (low, high) = if u > 0.0 { (power, 1.0) } else { (1.0, power) };
                let below = (upper - 1.0) * low;
                let above = (1.0 - lower) * high;
                let sum = below + above;
                let factor = (lower * below + upper * above) / sum;
                Slope { factor, slope: a * (upper - lower) * (below / sum) * (above / sum) }
            }
        }
    }
}

/// Cells, auxiliary variables (one column by cell each) and their totals → factors with Σ g W x = totals, closest to 1
/// by the distance, by Newton's method with step halving. The same as R's `calibrate`.
///
/// `tolerance`: largest |reached − asked| / (1 + |asked|) of any column (R's rule). Collinear columns are allowed.
///
/// # Errors
/// [`Obstacle`]s; [`Obstacle::NotConverged`] names the column farthest off, also where the bounds are too narrow.
pub fn calibrate(
    cells: Cells<'_>,
    columns: &[Vec<f64>],
    totals: &[f64],
    distance: Distance,
    tolerance: f64,
    most_rounds: u32,
) -> Result<Factors, Vec<Obstacle>> {
    let found = input_obstacles(cells, columns, totals, distance);
    if !found.is_empty() {
        return Err(found);
    }
    let problem = Problem { weights: cells.weights, columns, totals, distance };
    let mut state = problem.at(vec![0.0; columns.len()]);
    // Sums that overflow; from here on only finite states are taken.
    if let Some(position) = state.reached.iter().position(|sum| !sum.is_finite()) {
        return Err(vec![Obstacle::ValueNotUsable { position }]);
    }
    let mut rounds = 0;
    while rounds < most_rounds && state.worst_gap(totals) > tolerance {
        rounds += 1;
        match problem.step(&state) {
            Some(next) => state = next,
            None => break,
        }
    }
    let worst_gap = state.worst_gap(totals);
    if worst_gap <= tolerance {
        return Ok(Factors { by_cell: state.factors, rounds, worst_gap });
    }
    Err(vec![state.not_converged(totals, rounds)])
}

fn input_obstacles(cells: Cells<'_>, columns: &[Vec<f64>], totals: &[f64], distance: Distance) -> Vec<Obstacle> {
    let mut found = cell_obstacles(cells);
    if columns.len() != totals.len() {
        found.push(Obstacle::ShapesDiffer { expected: columns.len(), found: totals.len() });
    }
    for column in columns.iter().filter(|column| column.len() != cells.weights.len()) {
        found.push(Obstacle::ShapesDiffer { expected: cells.weights.len(), found: column.len() });
    }
    for (position, total) in totals.iter().enumerate() {
        let values = columns.get(position).map_or(&[][..], Vec::as_slice);
        if !total.is_finite() || values.iter().any(|x| !x.is_finite()) {
            found.push(Obstacle::ValueNotUsable { position });
        }
    }
    if let Distance::Logit { lower, upper } = distance {
        if !(lower.is_finite() && upper.is_finite()) {
            found.push(Obstacle::ValueNotUsable { position: 0 });
        } else if !(0.0..1.0).contains(&lower) || upper <= 1.0 {
            found.push(Obstacle::BoundsExcludeOne { lower, upper });
        }
    }
    found
}

struct Problem<'a> {
    weights: &'a [f64],
    columns: &'a [Vec<f64>],
    totals: &'a [f64],
    distance: Distance,
}

struct State {
    multipliers: Vec<f64>,
    factors: Vec<f64>,
    /// W × dg/du by cell.
    slopes: Vec<f64>,
    reached: Vec<f64>,
}

impl Problem<'_> {
    fn at(&self, multipliers: Vec<f64>) -> State {
        let scores = combination(self.columns, &multipliers, self.weights.len());
        let points: Vec<Slope> = scores.into_iter().map(|score| self.distance.at(score)).collect();
        let factors: Vec<f64> = points.iter().map(|point| point.factor).collect();
        let slopes = points.iter().zip(self.weights).map(|(point, weight)| point.slope * weight).collect();
        let reached = (self.columns.iter())
            .map(|column| column.iter().zip(&factors).zip(self.weights).map(|((x, g), w)| x * g * w).sum())
            .collect();
        State { multipliers, factors, slopes, reached }
    }

    /// One Newton step, halved until the squared gaps fall (the direction descends on them); `None` when they do not.
    fn step(&self, state: &State) -> Option<State> {
        let gaps: Vec<f64> = self.totals.iter().zip(&state.reached).map(|(asked, reached)| asked - reached).collect();
        let direction = Cholesky::of(&cross_products(self.columns, &state.slopes), self.columns.len())?.solve(&gaps);
        let before = state.squares(self.totals);
        let mut length = 1.0;
        for _ in 0..40 {
            let moved = state.multipliers.iter().zip(&direction).map(|(b, d)| b + length * d).collect();
            let next = self.at(moved);
            let finite = next.factors.iter().chain(&next.slopes).chain(&next.reached).all(|value| value.is_finite());
            if finite && next.squares(self.totals) < before {
                return Some(next);
            }
            length /= 2.0;
        }
        None
    }
}

impl State {
    fn gaps<'a>(&'a self, totals: &'a [f64]) -> impl Iterator<Item = f64> + 'a {
        totals
            .iter()
            .zip(&self.reached)
            .map(|(asked, reached)| ((reached - asked).abs() / (1.0 + asked.abs())).min(f64::MAX))
    }

    fn squares(&self, totals: &[f64]) -> f64 {
        self.gaps(totals).map(|gap| gap * gap).sum()
    }

    fn worst_gap(&self, totals: &[f64]) -> f64 {
        self.gaps(totals).fold(0.0, f64::max)
    }

    fn not_converged(&self, totals: &[f64], rounds: u32) -> Obstacle {
        let relative_gap = self.worst_gap(totals);
        let at = self.gaps(totals).position(|gap| gap >= relative_gap).unwrap_or(0);
        let place = Place::Column { column: u32::try_from(at).unwrap_or(u32::MAX) };
        let (asked, reached) = (totals.get(at).copied(), self.reached.get(at).copied());
        Obstacle::NotConverged {
            rounds,
            place,
            asked: asked.unwrap_or(0.0),
            reached: reached.unwrap_or(0.0),
            relative_gap,
        }
    }
}

#[cfg(test)]
#[path = "distance_tests.rs"]
mod tests;
