//! Published figures: rounded once, in decimal arithmetic.

/// How a published figure is rounded.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Rounding {
    /// Half away from zero, as a spreadsheet's ROUND does.
    HalfUp,
    /// Half to even, GB/T 8170—2008.
    HalfEven,
}

/// Finest grid a computed figure is trusted on; floats are snapped to it before they are rounded.
const SNAP: f64 = 1e9;
const SNAP_DECIMALS: u8 = 9;
/// Powers of ten by exponent, exact as whole numbers and as floats: a county's scores are rounded by the million.
const POWERS: [i64; SNAP_DECIMALS as usize + 1] =
    [1, 10, 100, 1_000, 10_000, 100_000, 1_000_000, 10_000_000, 100_000_000, 1_000_000_000];

/// A figure as published: a whole number of `10^-decimals`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Published {
    steps: i64,
    decimals: u8,
}

impl Published {
    /// Snaps `value` to 1e-9, then rounds it once to `decimals` (at most 9) decimals.
    ///
    /// # Panics
    /// If `value` is not finite or too large to publish (1e9 and more): no such score leaves the core.
    pub fn round(value: f64, decimals: u8, rounding: Rounding) -> Self {
        assert!(value.is_finite() && value.abs() < 1e9, "a published figure is finite and below 1e9");
        let decimals = decimals.min(SNAP_DECIMALS);
        #[expect(clippy::cast_possible_truncation, reason = "below 1e18 by the assertion above")]
        let snapped = (value * SNAP).round() as i64;
        let unit = POWERS[usize::from(SNAP_DECIMALS - decimals)];
        let (quotient, rest) = (snapped.abs() / unit, snapped.abs() % unit);
        let up = match (rest * 2).cmp(&unit) {
            std::cmp::Ordering::Greater => true,
            std::cmp::Ordering::Less => false,
            std::cmp::Ordering::Equal => rest > 0 && (rounding == Rounding::HalfUp || quotient % 2 == 1),
        };
        Published { steps: (quotient + i64::from(up)) * snapped.signum(), decimals }
    }

    /// A figure from whole steps of `10^-decimals`.
    pub fn of_steps(steps: i64, decimals: u8) -> Self {
        Published { steps, decimals: decimals.min(SNAP_DECIMALS) }
    }

    /// The same grid with other steps.
    #[must_use]
    pub fn with_steps(self, steps: i64) -> Self {
        Published { steps, ..self }
    }

    /// The figure as a float, for comparison with borders and for further arithmetic.
    pub fn value(self) -> f64 {
        #[expect(clippy::cast_precision_loss, reason = "below 2^53 for every score")]
        let (steps, unit) = (self.steps as f64, POWERS[usize::from(self.decimals)] as f64);
        steps / unit
    }

    /// Whole steps of `10^-decimals`.
    pub fn steps(self) -> i64 {
        self.steps
    }
}

impl std::fmt::Display for Published {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let unit = 10_i64.pow(u32::from(self.decimals));
        let sign = if self.steps < 0 { "-" } else { "" };
        let (whole, rest) = (self.steps.abs() / unit, self.steps.abs() % unit);
        if self.decimals == 0 {
            write!(formatter, "{sign}{whole}")
        } else {
            write!(formatter, "{sign}{whole}.{rest:0width$}", width = usize::from(self.decimals))
        }
    }
}

/// A number as text with at most `decimals` decimals, half-up, without trailing zeros: for values, not for scores.
pub fn plain(value: f64, decimals: u8) -> String {
    if value.abs() >= 1e9 {
        return format!("{value:.0}");
    }
    let text = Published::round(value, decimals, Rounding::HalfUp).to_string();
    if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.').to_owned() } else { text }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rounding_at_85_145_and_89_995_goes_up_in_decimal_arithmetic() {
        assert_eq!(Published::round(85.145, 2, Rounding::HalfUp).to_string(), "85.15");
        assert_eq!(Published::round(89.995, 2, Rounding::HalfUp).to_string(), "90.00");
        assert_eq!(Published::round(85.125, 2, Rounding::HalfUp).to_string(), "85.13");
        assert_eq!(Published::round(-0.005, 2, Rounding::HalfUp).to_string(), "-0.01");
    }

    #[test]
    fn half_even_is_the_national_rule_and_rounds_once() {
        assert_eq!(Published::round(85.125, 2, Rounding::HalfEven).to_string(), "85.12");
        assert_eq!(Published::round(85.145, 2, Rounding::HalfEven).to_string(), "85.14");
        assert_eq!(Published::round(12.1498, 1, Rounding::HalfEven).to_string(), "12.1");
        assert_eq!(Published::round(0.35, 1, Rounding::HalfEven).to_string(), "0.4");
        assert_eq!(Published::round(1.05, 1, Rounding::HalfEven).to_string(), "1.0");
    }

    #[test]
    fn plain_numbers_lose_their_trailing_zeros() {
        assert_eq!(plain(12.50, 2), "12.5");
        assert_eq!(plain(30.0, 2), "30");
        assert_eq!(plain(1200.0, 0), "1200");
    }
}
