//! Normal, Student t, beta, chi-square and F: distribution functions and quantiles, to 1e-12 relative.
//! Everything returned is finite; `None` says that an argument lies outside.

use std::f64::consts::FRAC_1_SQRT_2;

use crate::facts::probability::incomplete::{Place, Tails, beta_logit, beta_place, beta_tails, gamma_tails};

/// Takes z (infinite too), gives P(Z ≤ z) of the standard normal distribution.
pub fn normal_cdf(z: f64) -> Option<f64> {
    (!z.is_nan()).then(|| 0.5 * libm::erfc(-z * FRAC_1_SQRT_2))
}

/// Takes a probability between 0 and 1 (both excluded), gives the standard normal quantile (Wichura 1988, AS 241).
pub fn normal_quantile(probability: f64) -> Option<f64> {
    if !is_open(probability) {
        return None;
    }
    let q = probability - 0.5;
    if q.abs() <= 0.425 {
        let r = 0.180_625 - q * q;
        return Some(q * polynomial(&CENTRE_TOP, r) / polynomial(&CENTRE_BOTTOM, r));
    }
    let tail = if q < 0.0 { probability } else { 1.0 - probability };
    let r = (-libm::log(tail)).sqrt();
    let size = if r <= 5.0 {
        polynomial(&MIDDLE_TOP, r - 1.6) / polynomial(&MIDDLE_BOTTOM, r - 1.6)
    } else {
        polynomial(&FAR_TOP, r - 5.0) / polynomial(&FAR_BOTTOM, r - 5.0)
    };
    Some(if q < 0.0 { -size } else { size })
}

/// Takes t and real degrees of freedom above 0, gives P(T ≤ t).
pub fn student_t_cdf(t: f64, df: f64) -> Option<f64> {
    if t.is_nan() || !is_df(df) {
        return None;
    }
    // 1 / (1 + t²/df) and its rest, written so that a large t does not overflow.
    let root = t.abs() / df.sqrt();
    let place = if root > 1.0 {
        let inverse = (1.0 / root) * (1.0 / root);
        Place { x: inverse / (1.0 + inverse), rest: 1.0 / (1.0 + inverse) }
    } else {
        Place { x: 1.0 / (1.0 + root * root), rest: root * root / (1.0 + root * root) }
    };
    let tails = beta_tails(place, 0.5 * df, 0.5)?;
    Some(if t <= 0.0 { 0.5 * tails.lower } else { 0.5 + 0.5 * tails.upper })
}

/// Takes a probability between 0 and 1 (both excluded) and real degrees of freedom above 0, gives Student's quantile.
pub fn student_t_quantile(probability: f64, df: f64) -> Option<f64> {
    if !is_open(probability) || !is_df(df) {
        return None;
    }
    let centre = probability - 0.5;
    if centre == 0.0 {
        return Some(0.0);
    }
    let tail = if probability < 0.5 { probability } else { 1.0 - probability };
    // For x of I_x(df/2, 1/2) = 2 tail, t = √(df (1−x)/x).
    let tails = Tails { lower: 2.0 * tail, upper: 2.0 * centre.abs() };
    let size = df.sqrt() * libm::exp(-0.5 * beta_logit(tails, 0.5 * df, 0.5)?);
    let quantile = if probability < 0.5 { -size } else { size };
    quantile.is_finite().then_some(quantile)
}

/// Takes x from 0 to 1 and a, b > 0, gives the regularised incomplete beta function `I_x(a, b)`.
pub fn beta_cdf(x: f64, a: f64, b: f64) -> Option<f64> {
    beta_tails(Place { x, rest: 1.0 - x }, a, b).map(|tails| tails.lower)
}

/// Takes a probability between 0 and 1 (both excluded) and a, b > 0, gives x with `I_x(a, b) = probability`.
pub fn beta_quantile(probability: f64, a: f64, b: f64) -> Option<f64> {
    beta_place(Tails { lower: probability, upper: 1.0 - probability }, a, b).map(|place| place.x)
}

/// Takes x ≥ 0 and real degrees of freedom above 0, gives P(χ² > x).
pub fn chi_square_upper(x: f64, df: f64) -> Option<f64> {
    is_df(df).then(|| gamma_tails(0.5 * x, 0.5 * df))?.map(|tails| tails.upper)
}

/// Takes x ≥ 0 and real degrees of freedom above 0 of numerator and denominator, gives P(F > x).
pub fn f_upper(x: f64, numerator_df: f64, denominator_df: f64) -> Option<f64> {
    if !(x >= 0.0 && x.is_finite() && is_df(numerator_df) && is_df(denominator_df)) {
        return None;
    }
    let ratio = x * (numerator_df / denominator_df);
    if !ratio.is_finite() {
        return None;
    }
    let place = if ratio > 1.0 {
        let inverse = 1.0 / ratio;
        Place { x: inverse / (1.0 + inverse), rest: 1.0 / (1.0 + inverse) }
    } else {
        Place { x: 1.0 / (1.0 + ratio), rest: ratio / (1.0 + ratio) }
    };
    beta_tails(place, 0.5 * denominator_df, 0.5 * numerator_df).map(|tails| tails.lower)
}

fn is_open(probability: f64) -> bool {
    probability > 0.0 && probability < 1.0
}

fn is_df(df: f64) -> bool {
    (1e-3..=1e10).contains(&df)
}

/// Coefficients from the highest power down.
fn polynomial(coefficients: &[f64; 8], x: f64) -> f64 {
    coefficients.iter().fold(0.0, |sum, coefficient| sum * x + coefficient)
}

const CENTRE_TOP: [f64; 8] = [
    2.509_080_928_730_122_6e3,
    3.343_057_558_358_813e4,
    6.726_577_092_700_87e4,
    4.592_195_393_154_987e4,
    1.373_169_376_550_946e4,
    1.971_590_950_306_551_3e3,
    1.331_416_678_917_843_8e2,
    3.387_132_872_796_366_5,
];
const CENTRE_BOTTOM: [f64; 8] = [
    5.226_495_278_852_854e3,
    2.872_908_573_572_194_3e4,
    3.930_789_580_009_271e4,
    2.121_379_430_158_659_7e4,
    5.394_196_021_424_751e3,
    6.871_870_074_920_579e2,
    4.231_333_070_160_091e1,
    1.0,
];
const MIDDLE_TOP: [f64; 8] = [
    7.745_450_142_783_414e-4,
    2.272_384_498_926_918_4e-2,
    2.417_807_251_774_506e-1,
    1.270_458_252_452_368_4,
    3.647_848_324_763_204_5,
    5.769_497_221_460_691,
    4.630_337_846_156_546,
    1.423_437_110_749_683_5,
];
const MIDDLE_BOTTOM: [f64; 8] = [
    1.050_750_071_644_416_9e-9,
    5.475_938_084_995_345e-4,
    1.519_866_656_361_645_7e-2,
    1.481_039_764_274_800_8e-1,
    6.897_673_349_851e-1,
    1.676_384_830_183_803_8,
    2.053_191_626_637_759,
    1.0,
];
const FAR_TOP: [f64; 8] = [
    2.010_334_399_292_288_1e-7,
    2.711_555_568_743_487_6e-5,
    1.242_660_947_388_078_4e-3,
    2.653_218_952_657_612_4e-2,
    2.965_605_718_285_048_7e-1,
    1.784_826_539_917_291_3,
    5.463_784_911_164_114,
    6.657_904_643_501_103,
];
const FAR_BOTTOM: [f64; 8] = [
    2.044_263_103_389_939_8e-15,
    1.421_511_758_316_446e-7,
    1.846_318_317_510_054_8e-5,
    7.868_691_311_456_133e-4,
    1.487_536_129_085_061_5e-2,
    1.369_298_809_227_358e-1,
    5.998_322_065_558_88e-1,
    1.0,
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::facts::survey::estimate::oracle::{Row, Worst, read_table, relative};

    /// Values of `tests/oracles/distributions.csv`: mpmath 1.3.0 at 40 digits, quantiles by Newton's method on its functions.
    fn value(row: &Row) -> f64 {
        let at = |column| row.number(column);
        match row.text("function") {
            "normal_cdf" => normal_cdf(at("x")),
            "normal_quantile" => normal_quantile(at("x")),
            "student_t_cdf" => student_t_cdf(at("x"), at("a")),
            "student_t_quantile" => student_t_quantile(at("x"), at("a")),
            "beta_cdf" => beta_cdf(at("x"), at("a"), at("b")),
            "beta_quantile" => beta_quantile(at("x"), at("a"), at("b")),
            "chi_square_upper" => chi_square_upper(at("x"), at("a")),
            "f_upper" => f_upper(at("x"), at("a"), at("b")),
            name => panic!("{name}"),
        }
        .unwrap()
    }

    #[test]
    fn functions_agree_with_forty_digits_to_1e_12() {
        let rows = read_table(include_bytes!("../../../tests/oracles/distributions.csv"));
        assert!(rows.len() > 400);
        let mut worst = std::collections::BTreeMap::<&str, Worst>::new();
        for row in &rows {
            let label = || format!("{} {} {} {}", row.text("x"), row.text("a"), row.text("b"), row.text("value"));
            worst.entry(row.text("function")).or_default().see(relative(value(row), row.number("value")), label);
        }
        assert!(worst.values().all(|worst| worst.difference < 1e-12), "{worst:#?}");
    }

    #[test]
    fn arguments_outside_give_nothing() {
        for bad in [f64::NAN, f64::INFINITY, -1.0, 0.0, 1.0] {
            assert_eq!(normal_quantile(bad), None);
            assert_eq!(student_t_quantile(bad, 5.0), None);
            assert_eq!(beta_quantile(bad, 2.0, 3.0), None);
        }
        for bad in [f64::NAN, f64::INFINITY, -1.0, 0.0] {
            assert_eq!(student_t_cdf(1.0, bad), None);
            assert_eq!(beta_cdf(0.5, bad, 1.0), None);
            assert_eq!(chi_square_upper(1.0, bad), None);
            assert_eq!(f_upper(1.0, bad, 1.0), None);
        }
        assert_eq!(normal_cdf(f64::NAN), None);
        assert_eq!(normal_cdf(f64::NEG_INFINITY), Some(0.0));
        assert_eq!(student_t_cdf(f64::INFINITY, 3.0), Some(1.0));
    }
}
