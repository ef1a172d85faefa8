//! Scoring turned round: which value would score so many points.

use crate::definitions::{Direction, Index, Scoring};

/// What else decides a value beside the wanted score.
pub(super) struct Setting<'a> {
    /// The index, for its scale.
    pub(super) index: &'a Index,
    /// One-based part of the year.
    pub(super) part: u32,
    /// In [0, 1): where inside a best range, and on which side of it.
    pub(super) lean: f64,
    /// A usual value, for methods that compare units and have no target.
    pub(super) usual: f64,
}

/// Units with a `lean` above this lie above a best range when they miss it, the others below.
const ABOVE_RANGE: f64 = 0.85;

/// The value that scores `quality` percent of the scale. Beyond 100 the value passes its target by the same slope.
pub(super) fn value_for(scoring: &Scoring, quality: f64, setting: &Setting<'_>) -> f64 {
    let index = setting.index;
    let share = quality / 100.0;
    let score = index.scale.0 + (index.scale.1 - index.scale.0) * share;
    // The inverse of the efficacy formula.
    let way = (score - index.at_floor) / (index.at_target - index.at_floor);
    let efficacy = |target: f64, floor: f64| floor + (target - floor) * way;
    let value = match scoring {
        Scoring::Efficacy { target, floor } => efficacy(*target, *floor),
        Scoring::ProRata { annual, path, target, floor } => {
            let part = setting.part.saturating_sub(1) as usize;
            let due = annual * path.get(part).or(path.last()).copied().unwrap_or(1.0);
            due * efficacy(*target, *floor) / 100.0
        }
        Scoring::Band { low, high, floor_low, floor_high } => {
            if score >= index.at_target {
                low + (high - low) * (0.15 + 0.7 * setting.lean)
            } else if setting.lean > ABOVE_RANGE {
                efficacy(*high, *floor_high)
            } else {
                efficacy(*low, *floor_low)
            }
        }
        Scoring::Goalposts { lower, upper, logarithm: false } => lower + (upper - lower) * share,
        Scoring::Goalposts { lower, upper, logarithm: true } => lower * libm::pow(upper / lower, share),
        Scoring::MinMax { direction } | Scoring::RankPoints { direction, .. } => {
            let better = if *direction == Direction::Higher { 1.0 } else { -1.0 };
            setting.usual * (1.0 + better * (share - 0.8))
        }
    };
    if value.is_finite() { value } else { setting.usual }
}

/// The multiple of `step` nearest to `wanted`. What lies beyond `best` scores no more than `best` does, so it counts
/// as `best`: of 0 and 1 done where 0.4 are due, 1 is the nearer.
pub(super) fn nearest(wanted: f64, best: f64, direction: Option<Direction>, step: f64) -> f64 {
    let count = (wanted / step).floor();
    let counted = |value: f64| match direction {
        Some(Direction::Higher) => value.min(best.max(wanted)),
        Some(Direction::Lower) => value.max(best.min(wanted)),
        None => value,
    };
    let (low, high) = (multiple(count, step), multiple(count + 1.0, step));
    if (counted(high) - wanted).abs() < (counted(low) - wanted).abs() { high } else { low }
}

/// `count × step` without the digits that binary fractions add: steps are 1, 0.1, 0.01 …
fn multiple(count: f64, step: f64) -> f64 {
    if step < 1.0 { count / (1.0 / step).round() } else { count * step }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::demo::tests::definitions;

    fn value(scoring: &Scoring, quality: f64, part: u32, lean: f64) -> f64 {
        let definitions = definitions();
        value_for(scoring, quality, &Setting { index: &definitions.index, part, lean, usual: 50.0 })
    }

    #[test]
    fn values_are_the_ones_that_the_published_examples_score() {
        let close = |left: f64, right: f64| assert!((left - right).abs() < 1e-9, "{left} {right}");
        close(value(&Scoring::Efficacy { target: 12.0, floor: 6.0 }, 60.0, 1, 0.0), 6.0);
        close(value(&Scoring::Efficacy { target: 10.0, floor: 30.0 }, 80.0, 1, 0.0), 20.0);
        // 60 households, 40 % due by the second quarter, 21 done: 75 points.
        let path = vec![0.1, 0.4, 0.75, 1.0];
        let pro_rata = Scoring::ProRata { annual: 100.0, path, target: 100.0, floor: 80.0 };
        close(value(&pro_rata, 75.0, 2, 0.0) * 60.0 / 100.0, 21.0);
        let band = Scoring::Band { low: 3.0, high: 9.0, floor_low: 1.0, floor_high: 15.0 };
        close(value(&band, 60.0 + 40.0 * 4.0 / 6.0, 1, 0.9), 11.0);
        close(value(&band, 80.0, 1, 0.1), 2.0);
        assert!((3.0..=9.0).contains(&value(&band, 104.0, 1, 0.9)));
        close(value(&Scoring::Goalposts { lower: 20.0, upper: 85.0, logarithm: false }, 80.0, 1, 0.0), 72.0);
        close(value(&Scoring::Goalposts { lower: 100.0, upper: 10_000.0, logarithm: true }, 50.0, 1, 0.0), 1000.0);
        close(value(&Scoring::MinMax { direction: Direction::Lower }, 90.0, 1, 0.0), 45.0);
    }

    #[test]
    fn the_nearest_count_is_judged_by_what_it_would_score() {
        let near = |wanted, best, direction, step| nearest(wanted, best, direction, step);
        assert!((near(0.32, 0.4, Some(Direction::Higher), 1.0) - 1.0).abs() < 1e-12);
        assert!((near(0.32, 9.0, Some(Direction::Higher), 1.0)).abs() < 1e-12);
        assert!((near(2.6, 0.9, Some(Direction::Lower), 1.0) - 3.0).abs() < 1e-12);
        assert!((near(1.2, 1.1, Some(Direction::Lower), 1.0) - 1.0).abs() < 1e-12);
        assert!((near(12.34, 50.0, None, 0.1) - 12.3).abs() < f64::EPSILON);
    }
}
