//! The z test of one difference.

use crate::facts::probability::normal;
use crate::sensitivity::ranks::estimates::ROUNDING;

/// The test of a difference against 0.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct DifferenceTest {
    /// First minus second (now minus before, unit minus whole).
    pub difference: f64,
    /// Standard error of the difference.
    pub standard_error: f64,
    /// `difference / standard_error`; None where the standard error is 0 (both sides are known).
    pub z: Option<f64>,
    /// Two-sided p value, `2 (1 - Phi(|z|))`. With standard error 0: 1 for no difference, else 0.
    pub p_value: f64,
}

impl DifferenceTest {
    /// `scale` is the sum of the variances that went into `variance`; beside it 1e-14 is rounding.
    pub(crate) fn new(difference: f64, variance: f64, scale: f64) -> Self {
        let variance = if variance <= ROUNDING * scale { 0.0 } else { variance };
        let standard_error = variance.sqrt();
        if standard_error > 0.0 {
            let z = difference / standard_error;
            return Self { difference, standard_error, z: Some(z), p_value: normal::two_sided(z) };
        }
        let p_value = if difference.abs() > 0.0 { 0.0 } else { 1.0 };
        Self { difference, standard_error: 0.0, z: None, p_value }
    }
}
