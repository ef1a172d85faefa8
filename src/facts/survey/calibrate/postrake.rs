//! Post-stratification and raking (iterative proportional fitting) on cells.

use crate::facts::survey::calibrate::{Cells, Factors, Margin, Obstacle, Place, obstacles, relative_gap};

/// Cells and one margin (post-strata with their populations) → g = total / Σ design weight of the post-stratum.
///
/// The same as R's `postStratify`. Post-strata without a total and without respondents are passed over.
///
/// # Errors
/// All [`Obstacle`]s: empty post-strata, respondents in a post-stratum without population, unusable input. Join
/// post-strata first ([`crate::facts::survey::calibrate::join::join`]) where these occur.
pub fn post_stratify(cells: Cells<'_>, strata: &Margin) -> Result<Factors, Vec<Obstacle>> {
    let found = obstacles(cells, std::slice::from_ref(strata), 0.0);
    if !found.is_empty() {
        return Err(found);
    }
    let mut by_cell = vec![1.0; cells.weights.len()];
    scale(&mut by_cell, cells.weights, strata);
    ended(cells.weights, std::slice::from_ref(strata), by_cell, 1, f64::INFINITY)
}

/// Cells and margins → factors under which every class of every margin has its population, by iterative proportional
/// fitting from the design weights (Deming & Stephan 1940), margins in the order given.
///
/// `tolerance`: largest relative gap of any class at the end of a round, e.g. 1e-12 (about 1e-14 is the best that sums
/// in double precision can do). `most_rounds`: a round scales every margin once. The limit does not depend on the
/// order of the margins and is the calibration with the raking distance (Deville & Särndal 1992).
///
/// # Errors
/// All [`Obstacle`]s; among them [`Obstacle::NotConverged`] with the class that is farthest off.
pub fn rake(cells: Cells<'_>, margins: &[Margin], tolerance: f64, most_rounds: u32) -> Result<Factors, Vec<Obstacle>> {
    let found = obstacles(cells, margins, tolerance);
    if !found.is_empty() {
        return Err(found);
    }
    let mut by_cell = vec![1.0; cells.weights.len()];
    let mut rounds = 0;
    while rounds < most_rounds {
        rounds += 1;
        for margin in margins {
            scale(&mut by_cell, cells.weights, margin);
        }
        if worst(cells.weights, margins, &by_cell).is_none_or(|worst| worst.relative_gap <= tolerance) {
            break;
        }
    }
    ended(cells.weights, margins, by_cell, rounds, tolerance)
}

/// One step of the fitting: every class's factors × total / sum. A class that weighs nothing is left as it is.
fn scale(factors: &mut [f64], weights: &[f64], margin: &Margin) {
    let reached = margin.sums(&products(factors, weights));
    let steps: Vec<f64> = (margin.totals.iter().zip(&reached))
        .map(|(total, &reached)| match total {
            Some(total) if reached > 0.0 => total / reached,
            _ => 1.0,
        })
        .collect();
    for (factor, &class) in factors.iter_mut().zip(&margin.class_of_cell) {
        *factor *= steps.get(class as usize).copied().unwrap_or(1.0);
    }
}

struct Worst {
    place: Place,
    asked: f64,
    reached: f64,
    relative_gap: f64,
}

fn worst(weights: &[f64], margins: &[Margin], factors: &[f64]) -> Option<Worst> {
    let products = products(factors, weights);
    let mut worst: Option<Worst> = None;
    for margin in margins {
        for ((class, &total), reached) in (0..).zip(&margin.totals).zip(margin.sums(&products)) {
            let asked = total.unwrap_or(0.0);
            let relative_gap = relative_gap(asked, reached);
            // `!(a <= b)` would also take NaN; overflow is caught where the factors are looked at.
            if worst.as_ref().is_none_or(|worst| relative_gap > worst.relative_gap) {
                let place = Place::Class { margin: margin.name.clone(), class };
                worst = Some(Worst { place, asked, reached, relative_gap });
            }
        }
    }
    worst
}

fn ended(
    weights: &[f64],
    margins: &[Margin],
    mut by_cell: Vec<f64>,
    rounds: u32,
    tolerance: f64,
) -> Result<Factors, Vec<Obstacle>> {
    // Where margins contradict each other, the factor of a cell without people grows beyond all bounds and says nothing.
    for (factor, _) in by_cell.iter_mut().zip(weights).filter(|(factor, weight)| **weight <= 0.0 && !factor.is_finite())
    {
        *factor = 1.0;
    }
    if let Some(position) = by_cell.iter().position(|factor| !factor.is_finite()) {
        return Err(vec![Obstacle::ValueNotUsable { position }]);
    }
    match worst(weights, margins, &by_cell) {
        None => Ok(Factors { by_cell, rounds, worst_gap: 0.0 }),
        Some(worst) if worst.relative_gap <= tolerance => {
            Ok(Factors { by_cell, rounds, worst_gap: worst.relative_gap })
        }
        Some(Worst { place, asked, reached, relative_gap }) => {
            Err(vec![Obstacle::NotConverged { rounds, place, asked, reached, relative_gap }])
        }
    }
}

fn products(factors: &[f64], weights: &[f64]) -> Vec<f64> {
    factors.iter().zip(weights).map(|(factor, weight)| factor * weight).collect()
}

#[cfg(test)]
#[path = "postrake_tests.rs"]
mod tests;
