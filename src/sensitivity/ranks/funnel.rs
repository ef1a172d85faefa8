//! Does a unit differ from the whole it is part of?

use crate::sensitivity::ranks::change::{Direction, decisions};
use crate::sensitivity::ranks::difference::DifferenceTest;
use crate::sensitivity::ranks::estimates::{Estimate, ROUNDING, Unusable, check_estimate, check_probability};

/// A unit of the whole.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Part {
    /// Its estimate.
    pub estimate: Estimate,
    /// Its share of the whole's weight, 0 to 1.
    pub weight_share: f64,
}

/// Where a unit lies against the whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Side {
    /// Significantly above the whole.
    Above,
    /// Significantly below the whole.
    Below,
    /// The data do not tell.
    NotSignificant,
}

/// The difference of one unit from the whole.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct FromWhole {
    /// Unit minus whole, its standard error, z and p.
    pub test: DifferenceTest,
    /// p value adjusted by Holm over the units tested.
    pub p_holm: f64,
    /// The decision at the level.
    pub side: Side,
}

/// Takes the units, gives the estimate of the whole that they make up; None without units or weight.
///
/// `value = sum s_i v_i / sum s_i`, `se = sqrt(sum s_i² var_i) / sum s_i` for independently sampled units; units
/// without an estimate (None) stay out.
/// Source: Cochran (1977), Sampling Techniques, 5.3-5.4 (stratified mean).
///
/// # Errors
/// [`Unusable`] for a number that is not finite, a negative standard error, or a share outside 0 to 1.
pub fn whole_of_parts(parts: &[Option<Part>]) -> Result<Option<Estimate>, Unusable> {
    check_parts(parts)?;
    let (mut weight, mut value, mut variance) = (0.0, 0.0, 0.0);
    for part in parts.iter().flatten() {
        let spread = part.weight_share * part.estimate.standard_error;
        weight += part.weight_share;
        value += part.weight_share * part.estimate.value;
        variance += spread * spread;
    }
    if weight < f64::MIN_POSITIVE {
        return Ok(None);
    }
    Ok(Some(Estimate { value: value / weight, standard_error: variance.sqrt() / weight }))
}

/// Takes the units, the whole and a level such as 0.05, gives the difference of each unit from the whole.
///
/// The unit is part of the whole, hence `var(d) = var_i + var_whole - 2 cov` with `cov = share_i × var_i` for
/// independently sampled units (the whole is `share_i × unit i` plus others); two-sided normal p, adjusted by Holm over
/// the units that have an estimate. With the whole of [`whole_of_parts`] this is
/// `(1 - s_i)² var_i + sum over others of s_j² var_j`. None for a unit without an estimate. A unit that is the whole
/// (share 1) does not differ from it.
/// Source: Spiegelhalter (2005), "Funnel plots for comparing institutional performance", Statist. Med. 24(8),
/// 1185-1202 (the question); the variance is elementary.
///
/// # Errors
/// [`Unusable`] as [`whole_of_parts`]; for a level that is no probability (a fault of the whole is reported as unit
/// number `parts.len()`); and, as out of range, where the whole's standard error is so small that the variance were
/// negative: the unit is no part of it with that share.
pub fn differences_from_whole(
    parts: &[Option<Part>],
    whole: &Estimate,
    level: f64,
) -> Result<Vec<Option<FromWhole>>, Unusable> {
    check_probability(level)?;
    check_parts(parts)?;
    check_estimate(whole, parts.len())?;
    let var_whole = whole.standard_error * whole.standard_error;
    let mut tests = Vec::with_capacity(parts.len());
    for (unit, part) in parts.iter().enumerate() {
        let Some(part) = part else {
            tests.push(None);
            continue;
        };
        let var = part.estimate.standard_error * part.estimate.standard_error;
        let (sum, covariance) = (var + var_whole, part.weight_share * var);
        let variance = sum - 2.0 * covariance;
        if variance < -ROUNDING * sum {
            return Err(Unusable::OutOfRange { unit });
        }
        tests.push(Some(DifferenceTest::new(part.estimate.value - whole.value, variance, sum)));
    }
    let named = decisions(&tests, level)
        .into_iter()
        .map(|decision| decision.map(|d| FromWhole { test: d.test, p_holm: d.p_holm, side: side(d.direction) }));
    Ok(named.collect())
}

fn side(direction: Direction) -> Side {
    match direction {
        Direction::Up => Side::Above,
        Direction::Down => Side::Below,
        Direction::NotSignificant => Side::NotSignificant,
    }
}

fn check_parts(parts: &[Option<Part>]) -> Result<(), Unusable> {
    for (unit, part) in parts.iter().enumerate() {
        let Some(part) = part else { continue };
        check_estimate(&part.estimate, unit)?;
        if !(0.0..=1.0).contains(&part.weight_share) {
            return Err(Unusable::OutOfRange { unit });
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[expect(clippy::unnecessary_wraps, reason = "the lists have units without an estimate")]
    fn part(value: f64, standard_error: f64, weight_share: f64) -> Option<Part> {
        Some(Part { estimate: Estimate { value, standard_error }, weight_share })
    }

    #[test]
    fn two_halves_differ_from_their_mean_by_half_their_difference() {
        let parts = [part(60.0, 3.0, 0.5), part(40.0, 4.0, 0.5), None];
        let whole = whole_of_parts(&parts).unwrap().unwrap();
        assert!((whole.value - 50.0).abs() < 1e-13 && (whole.standard_error - 2.5).abs() < 1e-15);
        let found = differences_from_whole(&parts, &whole, 0.05).unwrap();
        // d = (a - b) / 2, so its z is that of a - b: 20 / 5.
        for (unit, side) in [(0, Side::Above), (1, Side::Below)] {
            let d = found[unit].unwrap();
            assert!((d.test.standard_error - 2.5).abs() < 1e-14);
            assert!((d.test.z.unwrap().abs() - 4.0).abs() < 1e-13);
            assert_eq!(d.side, side);
        }
        assert_eq!(found[2], None);
    }

    #[test]
    fn a_unit_that_is_the_whole_does_not_differ_from_it() {
        let parts = [part(60.0, 3.0, 1.0)];
        let whole = whole_of_parts(&parts).unwrap().unwrap();
        let d = differences_from_whole(&parts, &whole, 0.05).unwrap()[0].unwrap();
        assert!(d.test.z.is_none() && d.side == Side::NotSignificant);
    }

    #[test]
    fn unusable_input_is_named() {
        let whole = Estimate { value: 50.0, standard_error: 0.1 };
        assert_eq!(
            differences_from_whole(&[part(50.0, 3.0, 0.9)], &whole, 0.05),
            Err(Unusable::OutOfRange { unit: 0 })
        );
        assert_eq!(whole_of_parts(&[part(50.0, 3.0, 1.1)]), Err(Unusable::OutOfRange { unit: 0 }));
        assert_eq!(whole_of_parts(&[None]), Ok(None));
        assert_eq!(whole_of_parts(&[part(50.0, 3.0, 0.0)]), Ok(None));
    }

    proptest! {
        #[test]
        fn the_variance_is_that_of_the_sum_written_out(
            units in prop::collection::vec((0.0..100.0_f64, 0.1..5.0_f64, 0.05..1.0_f64), 2..20)
        ) {
            let total: f64 = units.iter().map(|u| u.2).sum();
            let parts: Vec<_> = units.iter().map(|(v, se, w)| part(*v, *se, w / total)).collect();
            let whole = whole_of_parts(&parts).unwrap().unwrap();
            let found = differences_from_whole(&parts, &whole, 0.05).unwrap();
            for (i, difference) in found.iter().enumerate() {
                let term = |(j, (_, se, w)): (usize, &(f64, f64, f64))| {
                    let coefficient = f64::from(u8::from(i == j)) - w / total;
                    coefficient * coefficient * se * se
                };
                let variance: f64 = units.iter().enumerate().map(term).sum();
                let se = difference.unwrap().test.standard_error;
                prop_assert!((se * se - variance).abs() < 1e-12 * (1.0 + variance));
            }
        }
    }
}
