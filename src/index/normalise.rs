//! From value to score: one function a method, each with its formula.

use crate::definitions::{Direction, Index, Scoring};
use crate::facts::{Cell, CellState};

/// Reported values of all units of one indicator, sorted, for methods that compare units.
#[derive(Clone, Debug)]
pub struct Column {
    sorted: Vec<f64>,
}

impl Column {
    /// Takes the reported values; none for methods that look at one unit at a time.
    pub fn new(cells: &[Cell], scorings: &[&Scoring]) -> Self {
        let compares = |scoring: &&Scoring| matches!(scoring, Scoring::MinMax { .. } | Scoring::RankPoints { .. });
        if !scorings.iter().any(compares) {
            return Column { sorted: Vec::new() };
        }
        let reported = cells.iter().filter(|cell| cell.state == CellState::Reported);
        let mut sorted: Vec<f64> = reported.map(|cell| cell.value).collect();
        sorted.sort_by(f64::total_cmp);
        Column { sorted }
    }
}

/// Score of a value by its method, on the scale of the index. `part` is the one-based part of the year.
pub fn score(scoring: &Scoring, index: &Index, value: f64, part: u32, column: &Column) -> f64 {
    let (bottom, top) = index.scale;
    let raw = match scoring {
        Scoring::Efficacy { target, floor } => efficacy(value, *target, *floor, index.at_target, index.at_floor),
        Scoring::ProRata { target, floor, .. } => {
            let due = due(scoring, part).expect("a pro-rata method has a path");
            efficacy(value / due * 100.0, *target, *floor, index.at_target, index.at_floor)
        }
        Scoring::Band { low, high, floor_low, floor_high } => {
            if value < *low {
                efficacy(value, *low, *floor_low, index.at_target, index.at_floor)
            } else if value > *high {
                efficacy(value, *high, *floor_high, index.at_target, index.at_floor)
            } else {
                index.at_target
            }
        }
        Scoring::Goalposts { lower, upper, logarithm } => {
            bottom + (top - bottom) * goalposts(value, *lower, *upper, *logarithm)
        }
        Scoring::MinMax { direction } => bottom + (top - bottom) * min_max(value, column, *direction),
        Scoring::RankPoints { direction, last } => rank_points(value, column, *direction, top, *last),
    };
    raw.clamp(bottom, top)
}

/// What is due by the end of a part of the year, in the unit of the indicator; `None` for other methods.
pub fn due(scoring: &Scoring, part: u32) -> Option<f64> {
    let Scoring::ProRata { annual, path, .. } = scoring else { return None };
    let share = path.get(part as usize - 1).expect("checked definitions have a path for every part of the year");
    Some(annual * share)
}

/// 功效系数: `at_floor + (at_target − at_floor)·(x − floor)/(target − floor)`, not clamped.
///
/// Goes on below the floor with the same slope, as the classic method does.
pub fn efficacy(value: f64, target: f64, floor: f64, at_target: f64, at_floor: f64) -> f64 {
    at_floor + (at_target - at_floor) * ((value - floor) / (target - floor))
}

/// Share of the way from `lower` to `upper`, in [0, 1]; on logarithms where asked for.
///
/// `(x − lower)/(upper − lower)`; UNDP Human Development Report, technical note 1.
pub fn goalposts(value: f64, lower: f64, upper: f64, logarithm: bool) -> f64 {
    let (value, lower, upper) = if logarithm {
        if value <= 0.0 {
            return 0.0;
        }
        (libm::log(value), libm::log(lower), libm::log(upper))
    } else {
        (value, lower, upper)
    };
    ((value - lower) / (upper - lower)).clamp(0.0, 1.0)
}

/// Share of the way from the worst to the best reported value, in [0, 1]; 1 where all are equal.
///
/// OECD/JRC Handbook on Constructing Composite Indicators (2008), step 5.
pub fn min_max(value: f64, column: &Column, direction: Direction) -> f64 {
    let (Some(first), Some(last)) = (column.sorted.first(), column.sorted.last()) else { return 1.0 };
    // Halves, because the distance of two huge figures is beyond f64; halving is exact.
    let range = last / 2.0 - first / 2.0;
    if range <= 0.0 {
        return 1.0;
    }
    let share = ((value / 2.0 - first / 2.0) / range).clamp(0.0, 1.0);
    if direction == Direction::Higher { share } else { 1.0 - share }
}

/// 排序赋分: `top − (top − last)·(r − 1)/(n − 1)`, ties share the best rank (1, 1, 3); `top` for a single unit.
pub fn rank_points(value: f64, column: &Column, direction: Direction, top: f64, last: f64) -> f64 {
    let better = match direction {
        Direction::Higher => column.sorted.len() - column.sorted.partition_point(|other| *other <= value),
        Direction::Lower => column.sorted.partition_point(|other| *other < value),
    };
    let others = column.sorted.len().saturating_sub(1);
    if others == 0 {
        return top;
    }
    #[expect(clippy::cast_precision_loss, reason = "counts of units are far below 2^53")]
    let share = better as f64 / others as f64;
    top - (top - last) * share
}
