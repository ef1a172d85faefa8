//! Did a unit change between two quarters?

use crate::facts::probability::multiplicity::{Adjustment, adjusted};
use crate::sensitivity::ranks::difference::DifferenceTest;
use crate::sensitivity::ranks::estimates::{Estimate, Unusable, check_estimate, check_lengths, check_probability};

/// What a test says about a change.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Direction {
    /// Significantly larger than before.
    Up,
    /// Significantly smaller than before.
    Down,
    /// The data do not tell (which does not mean that nothing changed).
    NotSignificant,
}

/// The change of one unit.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Change {
    /// Now minus before, its standard error, z and p.
    pub test: DifferenceTest,
    /// p value adjusted by Holm over the units tested.
    pub p_holm: f64,
    /// The decision at the level.
    pub direction: Direction,
}

/// Takes the units' estimates now and before and a level such as 0.05, gives the change of each unit.
///
/// `d = now - before`, `se = sqrt(se_now² + se_before²)` (the two quarters' samples are independent), two-sided normal
/// p, adjusted by Holm over the units that have both estimates: the chance of any false change is at most the level.
/// None for a unit without an estimate now or before; those do not count as tests.
/// Source: Kish (1965), Survey Sampling (difference of independent means); Holm (1979), Scand. J. Statist. 6(2), 65-70.
///
/// # Errors
/// [`Unusable`] for a number that is not finite, a negative standard error, lists of different lengths, or a level that
/// is no probability.
pub fn changes(
    now: &[Option<Estimate>],
    before: &[Option<Estimate>],
    level: f64,
) -> Result<Vec<Option<Change>>, Unusable> {
    check_probability(level)?;
    check_lengths(now.len(), before.len())?;
    let mut tests = Vec::with_capacity(now.len());
    for (unit, pair) in now.iter().zip(before).enumerate() {
        let (Some(a), Some(b)) = pair else {
            tests.push(None);
            continue;
        };
        check_estimate(a, unit)?;
        check_estimate(b, unit)?;
        let variance = a.standard_error * a.standard_error + b.standard_error * b.standard_error;
        tests.push(Some(DifferenceTest::new(a.value - b.value, variance, variance)));
    }
    Ok(decisions(&tests, level))
}

/// Adjusts by Holm over the tests there are and decides each.
pub(crate) fn decisions(tests: &[Option<DifferenceTest>], level: f64) -> Vec<Option<Change>> {
    let p: Vec<f64> = tests.iter().flatten().map(|t| t.p_value).collect();
    let mut holm = adjusted(&p, Adjustment::Holm).into_iter();
    let mut decide = |test: &DifferenceTest| {
        let p_holm = holm.next()?;
        let direction = if p_holm > level {
            Direction::NotSignificant
        } else if test.difference > 0.0 {
            Direction::Up
        } else {
            Direction::Down
        };
        Some(Change { test: *test, p_holm, direction })
    };
    tests.iter().map(|test| test.as_ref().and_then(&mut decide)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[expect(clippy::unnecessary_wraps, reason = "the lists have units without an estimate")]
    fn estimate(value: f64, standard_error: f64) -> Option<Estimate> {
        Some(Estimate { value, standard_error })
    }

    #[test]
    fn a_change_of_two_standard_errors_stands_alone_but_not_among_three_units() {
        let d = 2.1 * 5.0;
        let alone = changes(&[estimate(60.0 + d, 3.0)], &[estimate(60.0, 4.0)], 0.05).unwrap();
        let one = alone[0].unwrap();
        assert_eq!(one.direction, Direction::Up);
        assert!((one.test.standard_error - 5.0).abs() < 1e-15 && (one.test.z.unwrap() - 2.1).abs() < 1e-14);
        // scipy: 2 * norm.sf(2.1)
        assert!((one.test.p_value - 0.035_728_841_125_633_09).abs() < 1e-15);
        let now = [estimate(60.0 + d, 3.0), estimate(50.0, 3.0), None, estimate(30.0, 3.0)];
        let before = [estimate(60.0, 4.0), estimate(50.0, 4.0), estimate(1.0, 1.0), estimate(80.0, 4.0)];
        let many = changes(&now, &before, 0.05).unwrap();
        assert_eq!(many[0].unwrap().direction, Direction::NotSignificant);
        assert!((many[0].unwrap().p_holm - 2.0 * 0.035_728_841_125_633_09).abs() < 1e-15);
        assert_eq!(many[1].unwrap().direction, Direction::NotSignificant);
        assert_eq!(many[2], None);
        assert_eq!(many[3].unwrap().direction, Direction::Down);
    }

    #[test]
    fn known_scores_that_differ_have_changed() {
        let now = [estimate(3.0, 0.0), estimate(3.0, 0.0)];
        let found = changes(&now, &[estimate(2.0, 0.0), estimate(3.0, 0.0)], 0.05).unwrap();
        assert_eq!(found[0].unwrap().direction, Direction::Up);
        assert_eq!(found[1].unwrap().direction, Direction::NotSignificant);
        assert_eq!(found[0].unwrap().test.z, None);
    }

    #[test]
    fn unusable_input_is_named() {
        let one = [estimate(1.0, 1.0)];
        assert_eq!(changes(&one, &[], 0.05), Err(Unusable::LengthsDiffer { expected: 1, found: 0 }));
        assert_eq!(changes(&one, &one, 1.0), Err(Unusable::NotAProbability));
        assert_eq!(changes(&one, &[estimate(1.0, f64::INFINITY)], 0.05), Err(Unusable::NotFinite { unit: 0 }));
        assert_eq!(changes(&[estimate(1.0, -1.0)], &one, 0.05), Err(Unusable::OutOfRange { unit: 0 }));
    }
}
