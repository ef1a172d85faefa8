//! The gap to the target in units of work, and what closing it is worth.

use crate::definitions::calendar::Period;
use crate::definitions::{Definitions, Scoring, Source};
use crate::facts::{Cell, CellState};
use crate::index::{IndicatorScore, State, normalise};

/// What is still to do for the full score of one indicator.
#[derive(Clone, Debug, PartialEq)]
pub struct Gap {
    /// Whole units of work still to do (or, where less is better, to avoid).
    pub count: f64,
    /// Whether less is better, so that the count is to be avoided rather than done.
    pub is_reduction: bool,
    /// Points of the whole index that one unit of work is worth, until the target is reached.
    pub each: f64,
    /// Points of the whole index that closing the gap is worth.
    pub all: f64,
}

/// The gap of an indicator of a unit; `None` where it is not counted work, is not scored or has reached its target.
///
/// Counted work is what has a `work_unit`: a count among others (of a task, of persons, of sites) or a count alone, scored by
/// a target or a best range; methods that compare units with each other have no target of their own.
///
/// `each = slope·scale/denominator · effective weight/100` with the slope of the scoring method per unit of value;
/// the effective weight is the one after re-spreading. Limited by what the score can still gain. Right under arithmetic
/// means; under a geometric one the effective weight only says how much the element listens to the indicator.
pub fn gap(
    definitions: &Definitions,
    indicator: usize,
    unit: usize,
    cell: &Cell,
    score: &IndicatorScore,
    period: Period,
) -> Option<Gap> {
    let definition = &definitions.indicators[indicator];
    if definition.work_unit.is_empty()
        || score.state != State::Scored
        || cell.state != CellState::Reported
        || cell.is_void
        || !matches!(definition.source, Source::Ratio { .. } | Source::Single { .. })
    {
        return None;
    }
    let group = &definitions.units.units[unit].group;
    let scoring = definition.scoring_in(group);
    let index = &definitions.index;
    let points = index.at_target - index.at_floor;
    let mut full = index.at_target;
    let (target, slope) = match scoring {
        Scoring::Efficacy { target, floor } => (*target, points / (target - floor)),
        Scoring::ProRata { target, floor, .. } => {
            let due = normalise::due(scoring, period.part)?;
            (target / 100.0 * due, points / (target - floor) * 100.0 / due)
        }
        Scoring::Band { low, floor_low, .. } if cell.value < *low => (*low, points / (low - floor_low)),
        Scoring::Band { high, floor_high, .. } if cell.value > *high => (*high, points / (high - floor_high)),
        Scoring::Goalposts { lower, upper, logarithm: false } => {
            full = index.scale.1;
            (*upper, (index.scale.1 - index.scale.0) / (upper - lower))
        }
        _ => return None,
    };
    let distance = (target - cell.value) * cell.denominator / definition.scale;
    let is_reduction = slope < 0.0;
    let open = if is_reduction { -distance } else { distance };
    // Half a millionth of a unit of work is a rounding error of the ratio, not work.
    let count = (open - 5e-7).ceil();
    if count <= 0.0 {
        return None;
    }
    let each = slope.abs() * definition.scale / cell.denominator * score.weight / 100.0;
    let room = (full - score.score?) * score.weight / 100.0;
    let all = (each * count).min(room);
    Some(Gap { count, is_reduction, each: each.min(all), all })
}
