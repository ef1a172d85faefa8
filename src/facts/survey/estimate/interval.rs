//! Confidence intervals of means and rates with the domain's degrees of freedom, as R survey 4.1-1.

use crate::facts::probability::distributions::{beta_quantile, student_t_quantile};
use crate::facts::probability::incomplete::deviance;
use crate::facts::survey::estimate::linearisation::Estimate;

/// How to make the interval of a rate (R: `svyciprop`). t is Student's quantile with the domain's degrees of freedom,
/// n the effective count p(1−p)/SE², SE the linearised standard error.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RateMethod {
    /// p ± t SE back from the log-odds, whose SE is SE / (p(1−p)). R's `xlogit` has this formula; R's `logit` fits the
    /// same model by iteration and agrees as far as that converges.
    Logit,
    /// All rates whose binomial deviance, scaled after Rao and Scott, is at most t² (R's `likelihood`):
    /// 2n (p ln(p/rate) + (1−p) ln((1−p)/(1−rate))) ≤ t² m/(m−1). The last factor, of m respondents, is the dispersion
    /// that R's profile divides by. R reads the limits off a spline, up to 1e-4 beside the root taken here.
    Likelihood,
    /// p ± t SE back from asin √p. An angle beyond 0 or π/2 is cut there, where R's sine would fold back.
    Asin,
    /// Beta quantiles with n t²₍respondents − 1₎ / t²₍df₎ (Korn and Graubard 1998; R's `beta`).
    Beta,
    /// p ± t SE, which may leave 0 to 1 (R's `mean`).
    Mean,
    /// Wilson (1927) with n and t: (p + t²/2n ± t √(p(1−p)/n + t²/4n²)) / (1 + t²/n). Not in R survey 4.1-1.
    Wilson,
}

/// A confidence interval.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Interval {
    /// Lower limit.
    pub low: f64,
    /// Upper limit.
    pub high: f64,
}

/// A confidence interval of a rate, with the formula it is from.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct RateInterval {
    /// The limits.
    pub interval: Interval,
    /// What was asked for, or `Wilson` with n = (Σw)²/Σw² where the standard error is 0 (every rate of 0 or 1).
    pub method: RateMethod,
}

/// Why there is no interval.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum IntervalError {
    /// The confidence level does not lie between 0 and 1.
    Level {
        /// The level.
        level: f64,
    },
    /// The domain has one PSU in each of its strata, so nothing says how far PSUs differ.
    NoDegreesOfFreedom,
    /// A rate lies outside 0 to 1.
    NotARate {
        /// The value.
        value: f64,
    },
    /// The numbers are too large (or too small) for floating point.
    NotFinite,
}

/// Takes an estimate and a confidence level (0.95), gives value ± t SE with Student's t of the domain's degrees of
/// freedom.
///
/// # Errors
/// [`IntervalError`]: level outside, no degrees of freedom.
pub fn mean_interval(estimate: &Estimate, level: f64) -> Result<Interval, IntervalError> {
    let t = student(estimate.df, level)?;
    finite(Interval {
        low: estimate.value - t * estimate.standard_error,
        high: estimate.value + t * estimate.standard_error,
    })
}

/// Takes the estimate of a mean of answers that are all alike, the lowest and highest value of an answer, and a confidence
/// level; gives the interval. Wilson's for a rate of 0 says that up to a share t²/(n + t²) of all people may answer
/// otherwise than everybody asked did, n being the effective count; they may answer anything in the range.
///
/// # Errors
/// [`IntervalError`]: level outside, no degrees of freedom, nobody counted.
pub fn constant_interval(
    estimate: &Estimate,
    (lowest, highest): (f64, f64),
    level: f64,
) -> Result<Interval, IntervalError> {
    let share = wilson(0.0, estimate.effective_count, student(estimate.df, level)?)?.high;
    let value = estimate.value;
    let low = value - share * (value - lowest).max(0.0);
    finite(Interval { low, high: value + share * (highest - value).max(0.0) })
}

/// Takes the estimate of a share (y of 0 and 1, x = 1), a method and a confidence level; gives the interval. With a
/// standard error of 0 no method but Wilson's says anything, and it takes the effective count of the weights, (Σw)²/Σw²:
/// for a rate of 0 the interval is [0, t²/(n + t²)].
///
/// # Errors
/// [`IntervalError`]: level outside, no degrees of freedom, not a rate.
pub fn rate_interval(estimate: &Estimate, method: RateMethod, level: f64) -> Result<RateInterval, IntervalError> {
    let rate = estimate.value;
    if !(0.0..=1.0).contains(&rate) {
        return Err(IntervalError::NotARate { value: rate });
    }
    let t = student(estimate.df, level)?;
    let error = estimate.standard_error;
    let spread = rate * (1.0 - rate);
    let effective = spread / error / error;
    if error == 0.0 || spread == 0.0 || !effective.is_finite() {
        let interval = wilson(rate, estimate.effective_count, t)?;
        return Ok(RateInterval { interval, method: RateMethod::Wilson });
    }
    let interval = match method {
        RateMethod::Logit => {
            let (logit, reach) = (libm::log(rate / (1.0 - rate)), t * error / spread);
            finite(Interval { low: expit(logit - reach), high: expit(logit + reach) })
        }
        RateMethod::Likelihood => {
            let count = f64::from(estimate.count.max(2));
            let reach = t * (count / (count - 1.0)).sqrt();
            finite(Interval { low: deviant(rate, effective, -reach), high: deviant(rate, effective, reach) })
        }
        RateMethod::Asin => {
            let (angle, reach) = (libm::asin(rate.sqrt()), t * error / (2.0 * spread.sqrt()));
            let back = |angle: f64| {
                let sine = libm::sin(angle.clamp(0.0, std::f64::consts::FRAC_PI_2));
                sine * sine
            };
            finite(Interval { low: back(angle - reach), high: back(angle + reach) })
        }
        RateMethod::Beta => {
            let ratio = student(estimate.count.saturating_sub(1), level)? / t;
            let count = effective * ratio * ratio;
            let (yes, no) = (count * rate, count * (1.0 - rate));
            let tail = 0.5 * (1.0 - level);
            let limit = |probability, a, b| beta_quantile(probability, a, b).ok_or(IntervalError::NotFinite);
            finite(Interval { low: limit(tail, yes, no + 1.0)?, high: limit(1.0 - tail, yes + 1.0, no)? })
        }
        RateMethod::Mean => finite(Interval { low: rate - t * error, high: rate + t * error }),
        RateMethod::Wilson => wilson(rate, effective, t),
    }?;
    Ok(RateInterval { interval, method })
}

/// Quantile of Student's t for an interval of a confidence level.
///
/// # Errors
/// [`IntervalError`]: level outside, no degrees of freedom.
pub fn student(df: u32, level: f64) -> Result<f64, IntervalError> {
    if !(level > 0.0 && level < 1.0) {
        return Err(IntervalError::Level { level });
    }
    if df == 0 {
        return Err(IntervalError::NoDegreesOfFreedom);
    }
    // The lower quantile: (1 − level)/2 has more digits than (1 + level)/2.
    let quantile = student_t_quantile(0.5 * (1.0 - level), f64::from(df));
    quantile.map(|quantile| -quantile).ok_or(IntervalError::NotFinite)
}

fn wilson(rate: f64, count: f64, t: f64) -> Result<Interval, IntervalError> {
    let share = t * t / count;
    let centre = rate + 0.5 * share;
    let reach = (share * rate * (1.0 - rate) + 0.25 * share * share).sqrt();
    // The lower limit by the product of the roots, rate² / (1 + share), so that small rates keep their digits.
    let upper = (centre + reach) / (1.0 + share);
    let low = if rate == 0.0 { 0.0 } else { rate * rate / (centre + reach) };
    finite(Interval { low, high: if rate < 1.0 { upper.min(1.0) } else { 1.0 } })
}

fn expit(logit: f64) -> f64 {
    1.0 / (1.0 + libm::exp(-logit))
}

/// The rate on the side of t's sign whose deviance from the given rate, 2n KL(rate, other), is t². The deviance is
/// convex in the log-odds, so Newton's method from outside comes down to it without overshooting.
fn deviant(rate: f64, count: f64, t: f64) -> f64 {
    let logit = libm::log(rate / (1.0 - rate));
    let target = t * t;
    let distance = |other: f64| {
        // Both terms are above 0 and keep their digits; the logarithms' sum would cancel.
        2.0 * count * (deviance(rate, expit(other)) + deviance(1.0 - rate, expit(-other)))
    };
    let mut step = t / (count * rate * (1.0 - rate)).sqrt();
    for _ in 0..60 {
        if distance(logit + step) >= target {
            break;
        }
        step *= 2.0;
    }
    let mut other = logit + step;
    for _ in 0..200 {
        let next = other - (distance(other) - target) / (2.0 * count * (expit(other) - rate));
        let settled = (next - other).abs() <= 1e-15 * other.abs().max(1.0);
        if !next.is_finite() {
            break;
        }
        other = next;
        if settled {
            break;
        }
    }
    expit(other)
}

fn finite(interval: Interval) -> Result<Interval, IntervalError> {
    if interval.low.is_finite() && interval.high.is_finite() { Ok(interval) } else { Err(IntervalError::NotFinite) }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::facts::probability::distributions::normal_quantile;
    use crate::facts::survey::estimate::oracle::{relative, table};

    const METHODS: [RateMethod; 6] = [
        RateMethod::Logit,
        RateMethod::Likelihood,
        RateMethod::Asin,
        RateMethod::Beta,
        RateMethod::Mean,
        RateMethod::Wilson,
    ];

    fn estimate(value: f64, standard_error: f64, df: u32, count: u32, effective_count: f64) -> Estimate {
        Estimate {
            value,
            standard_error,
            df,
            count,
            effective_count,
            weight: 1.0,
            design_effect: None,
            design_effect_replace: None,
            kish: 1.0,
        }
    }

    #[test]
    fn wilson_intervals_are_those_of_the_oracle() {
        let z = normal_quantile(0.975).unwrap();
        let rows = table("08_index_products/wilson_byar.csv");
        let rows: Vec<_> = rows.iter().filter(|row| row.text("kind") == "wilson").collect();
        assert!(!rows.is_empty());
        for row in rows {
            let count = row.number("n_or_denominator");
            let got = wilson(row.number("x") / count, count, z).unwrap();
            assert!((got.low - row.number("lo")).abs() < 1e-12 && (got.high - row.number("hi")).abs() < 1e-12);
        }
    }

    #[test]
    fn a_rate_of_zero_or_one_has_a_wilson_interval_by_the_effective_count_of_the_weights() {
        let t = student_t_quantile(0.975, 9.0).unwrap();
        let bound = t * t / (40.0 + t * t);
        for method in METHODS {
            let zero = rate_interval(&estimate(0.0, 0.0, 9, 60, 40.0), method, 0.95).unwrap();
            assert!(zero.method == RateMethod::Wilson && zero.interval.low == 0.0);
            assert!(relative(zero.interval.high, bound) < 1e-14);
            let one = rate_interval(&estimate(1.0, 0.0, 9, 60, 40.0), method, 0.95).unwrap().interval;
            assert!(one.high - 1.0 == 0.0 && relative(1.0 - one.low, bound) < 1e-14);
        }
    }

    #[test]
    fn an_interval_that_cannot_be_is_refused() {
        let good = estimate(0.5, 0.1, 5, 60, 40.0);
        assert_eq!(mean_interval(&good, 1.0), Err(IntervalError::Level { level: 1.0 }));
        assert_eq!(mean_interval(&Estimate { df: 0, ..good }, 0.95), Err(IntervalError::NoDegreesOfFreedom));
        let beyond = Estimate { value: 1.5, ..good };
        assert_eq!(rate_interval(&beyond, RateMethod::Logit, 0.95), Err(IntervalError::NotARate { value: 1.5 }));
    }

    proptest! {
        #[test]
        fn a_rate_lies_in_its_interval_and_that_in_zero_to_one(
            logit in -20.0..20.0_f64, error in 1e-4..3.0_f64, df in 1..3000_u32, level in 0.01..0.9999_f64,
        ) {
            let rate = expit(logit);
            let spread = rate * (1.0 - rate);
            let one = estimate(rate, error * spread, df, df + 2, f64::from(df));
            for method in METHODS {
                let Interval { low, high } = rate_interval(&one, method, level).unwrap().interval;
                let slack = 1e-12 * rate;
                prop_assert!(low <= rate + slack && rate <= high + slack, "{method:?} {low} {rate} {high}");
                prop_assert!(method == RateMethod::Mean || (0.0 <= low && high <= 1.0));
            }
        }
    }
}
