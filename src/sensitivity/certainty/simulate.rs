//! Final scores by draws of what respondents might have said, for units whose estimates lie near a kink of the scoring.

use super::{FinalScore, Known, bounds, inflation};
use crate::index::uncertainty::{ScoreErrors, value_covariance};
use crate::index::{self};
use crate::sensitivity::ranks::draws::Factor;
use crate::sensitivity::ranks::estimates::Covariance;

/// Draws: their standard error of a standard error is 1.6 %, far below what is printed.
const DRAWS: usize = 2_000;
/// Part of the method, so that the same project gives the same figures.
const SEED: u64 = 20_220_930;

/// Standard errors and intervals by unit; `None` for units that the delta method serves.
///
/// Every draw moves the values of all units together and scores the period anew, because with relative scoring a unit's
/// score depends on the others. What rules give or take stays as it is.
pub(super) fn finals(known: &Known<'_>, errors: &ScoreErrors, confidence: f64) -> Vec<Option<FinalScore>> {
    let Known { definitions, facts, matrix, scores, settlement, period, previous } = *known;
    let unit_count = definitions.units.units.len();
    let is_near = |unit: usize| errors.element(0, unit).is_some_and(|error| error.is_near_kink);
    if !(0..unit_count).any(is_near) {
        return vec![None; unit_count];
    }
    let parts: Vec<Option<(Vec<usize>, Factor)>> = (0..unit_count)
        .map(|unit| {
            let (indicators, rows) = value_covariance(definitions, facts, matrix, scores, period, unit);
            let factor = Covariance::from_rows(&rows).and_then(|covariance| Factor::of(&covariance)).ok()?;
            Some((indicators, factor))
        })
        .collect();
    let mut drawn: Vec<Vec<f64>> = vec![Vec::with_capacity(DRAWS); unit_count];
    let mut moved = matrix.clone();
    for number in 0..DRAWS {
        for (unit, part) in parts.iter().enumerate() {
            let Some((indicators, factor)) = part else { continue };
            let mut values = vec![0.0; indicators.len()];
            // A stream of its own for every unit and draw.
            factor.draw(SEED.wrapping_add(unit as u64), number, &mut values);
            for (&indicator, value) in indicators.iter().zip(values) {
                moved.set_value(indicator, unit, matrix.cell(indicator, unit).value + value);
            }
        }
        let rescored = index::score(definitions, &moved, period, previous);
        for (unit, drawn) in drawn.iter_mut().enumerate() {
            drawn.extend(rescored.base(unit));
        }
    }
    (0..unit_count)
        .map(|unit| {
            let (base, published) = (scores.base(unit)?, settlement.units[unit].final_score?.value());
            // Without a factor nothing was moved: the delta method serves.
            if !is_near(unit) || errors.is_unknown(unit) || parts[unit].is_none() || drawn[unit].len() != DRAWS {
                return None;
            }
            let stretch = inflation(errors.element(0, unit)?.df, confidence)?;
            Some(summary(&mut drawn[unit], (base, published), (confidence, stretch), bounds(definitions)))
        })
        .collect()
}

/// Spread and percentiles of the draws, shifted by what the rules gave and took, and stretched from the base score
/// outwards: few degrees of freedom make the spread itself unsure.
fn summary(
    drawn: &mut [f64],
    (base, published): (f64, f64),
    (confidence, stretch): (f64, f64),
    (low, high): (f64, f64),
) -> FinalScore {
    drawn.sort_by(f64::total_cmp);
    #[expect(clippy::cast_precision_loss, reason = "a few thousand draws")]
    let count = drawn.len() as f64;
    let mean = drawn.iter().sum::<f64>() / count;
    let variance = drawn.iter().map(|value| (value - mean) * (value - mean)).sum::<f64>() / (count - 1.0);
    let at = |share: f64| {
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a place among the draws")]
        let place = ((count * share).ceil() as usize).clamp(1, drawn.len());
        (published + (drawn[place - 1] - base) * stretch).clamp(low, high)
    };
    let tail = (1.0 - confidence) / 2.0;
    FinalScore { standard_error: variance.sqrt(), interval: (at(tail), at(1.0 - tail)), is_simulated: true }
}
