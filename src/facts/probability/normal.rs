//! The standard normal distribution: distribution function, upper tail, density and quantile.

#![expect(clippy::excessive_precision, reason = "coefficients and test values are kept as printed")]

use std::f64::consts::{FRAC_1_SQRT_2, PI};

/// Takes a value, gives the probability of a standard normal variable at or below it.
///
/// `cdf(x) = erfc(-x / sqrt 2) / 2`; relative error about 1e-15 for |x| < 8 and about 1e-13 at x = -30, because
/// rounding x / sqrt 2 is enlarged by x². A missing number (NaN) tells nothing and gives one half.
/// Source: Abramowitz and Stegun (1964), 26.2.29; `erfc` of libm.
pub fn cdf(x: f64) -> f64 {
    upper_tail(-x)
}

/// Takes a value, gives the probability of a standard normal variable above it.
///
/// `erfc(x / sqrt 2) / 2`, exact to the last digits where `1 - cdf(x)` would have lost them all. NaN gives one half.
/// Source: Abramowitz and Stegun (1964), 26.2.29.
pub fn upper_tail(x: f64) -> f64 {
    if x.is_nan() {
        return 0.5;
    }
    0.5 * libm::erfc(x * FRAC_1_SQRT_2)
}

/// Takes a value, gives the two-sided p value `2 P(Z > |x|)` of a standard normal test statistic.
///
/// Between 0 and 1; NaN gives 1.
pub fn two_sided(x: f64) -> f64 {
    2.0 * upper_tail(x.abs())
}

/// Takes a value, gives the standard normal density `exp(-x²/2) / sqrt(2 pi)` there; NaN gives 0.
///
/// Source: Abramowitz and Stegun (1964), 26.2.1.
pub fn density(x: f64) -> f64 {
    if x.is_nan() {
        return 0.0;
    }
    libm::exp(-0.5 * x * x) / (2.0 * PI).sqrt()
}

/// Takes a probability strictly between 0 and 1, gives the value a standard normal variable stays below with it.
///
/// None at 0, 1, outside and for NaN. Three rational approximations (around one half, tails, far tails) with relative
/// error about 1e-16, so a Newton step could only add the rounding of `cdf`.
/// Source: Wichura, M. J. (1988), Algorithm AS 241, `PPND16`, Applied Statistics 37(3), 477-484.
pub fn quantile(probability: f64) -> Option<f64> {
    if probability > 0.0 && probability < 1.0 { Some(ppnd16(probability)) } else { None }
}

/// [`quantile`] for a probability known to lie strictly between 0 and 1.
pub(crate) fn ppnd16(p: f64) -> f64 {
    let q = p - 0.5;
    if q.abs() <= 0.425 {
        let r = 0.180_625 - q * q;
        return q * ratio(&CENTRE, r);
    }
    let r = (-libm::log(if q < 0.0 { p } else { 1.0 - p })).sqrt();
    let x = if r <= 5.0 { ratio(&TAIL, r - 1.6) } else { ratio(&FAR_TAIL, r - 5.0) };
    if q < 0.0 { -x } else { x }
}

/// A ratio of two polynomials of degree 7, constant terms first.
struct Ratio {
    above: [f64; 8],
    below: [f64; 8],
}

fn ratio(ratio: &Ratio, x: f64) -> f64 {
    let horner = |c: &[f64; 8]| c.iter().rev().fold(0.0, |sum, a| sum * x + a);
    horner(&ratio.above) / horner(&ratio.below)
}

const CENTRE: Ratio = Ratio {
    above: [
        3.387_132_872_796_366_608,
        1.331_416_678_917_843_774_5e2,
        1.971_590_950_306_551_442_7e3,
        1.373_169_376_550_946_112_5e4,
        4.592_195_393_154_987_145_7e4,
        6.726_577_092_700_870_085_3e4,
        3.343_057_558_358_812_810_5e4,
        2.509_080_928_730_122_672_7e3,
    ],
    below: [
        1.0,
        4.231_333_070_160_091_125_2e1,
        6.871_870_074_920_579_083e2,
        5.394_196_021_424_751_107_7e3,
        2.121_379_430_158_659_586_7e4,
        3.930_789_580_009_271_061e4,
        2.872_908_573_572_194_267_4e4,
        5.226_495_278_852_854_561e3,
    ],
};

const TAIL: Ratio = Ratio {
    above: [
        1.423_437_110_749_683_577_34,
        4.630_337_846_156_545_295_9,
        5.769_497_221_460_691_405_5,
        3.647_848_324_763_204_605_04,
        1.270_458_252_452_368_382_58,
        2.417_807_251_774_506_117_7e-1,
        2.272_384_498_926_918_458_33e-2,
        7.745_450_142_783_414_076_4e-4,
    ],
    below: [
        1.0,
        2.053_191_626_637_758_821_87,
        1.676_384_830_183_803_849_4,
        6.897_673_349_851_000_045_5e-1,
        1.481_039_764_274_800_745_9e-1,
        1.519_866_656_361_645_719_66e-2,
        5.475_938_084_995_344_946e-4,
        1.050_750_071_644_416_843_24e-9,
    ],
};

const FAR_TAIL: Ratio = Ratio {
    above: [
        6.657_904_643_501_103_777_2,
        5.463_784_911_164_114_369_9,
        1.784_826_539_917_291_335_8,
        2.965_605_718_285_048_912_3e-1,
        2.653_218_952_657_612_309_3e-2,
        1.242_660_947_388_078_438_6e-3,
        2.711_555_568_743_487_578_15e-5,
        2.010_334_399_292_288_132_65e-7,
    ],
    below: [
        1.0,
        5.998_322_065_558_879_376_9e-1,
        1.369_298_809_227_358_053_1e-1,
        1.487_536_129_085_061_485_25e-2,
        7.868_691_311_456_132_591e-4,
        1.846_318_317_510_054_681_8e-5,
        1.421_511_758_316_445_888_7e-7,
        2.044_263_103_389_939_785_64e-15,
    ],
};

#[cfg(test)]
mod tests {
    use super::*;

    // mpmath 1.3, 40 digits.
    const QUANTILES: [(f64, f64); 11] = [
        (0.975, 1.959_963_984_540_053_855_6),
        (0.9, 1.281_551_565_544_600_593_5),
        (0.25, -0.674_489_750_196_081_743_2),
        (0.425, -0.189_118_426_272_792_518_44),
        (0.075, -1.439_531_470_938_455_934_9),
        (0.001, -3.090_232_306_167_813_535_4),
        (1e-10, -6.361_340_902_404_056_199_1),
        (1e-20, -9.262_340_089_798_407_579_6),
        (1e-100, -21.273_453_560_965_324_294),
        (1e-300, -37.047_096_299_361_199_237),
        (0.999_615_384_615_384_6, 3.363_635_456_210_878_297_6),
    ];

    #[test]
    fn quantiles_agree_with_forty_digit_arithmetic() {
        for (p, x) in QUANTILES {
            let got = quantile(p).unwrap();
            assert!((got - x).abs() <= 1e-15 * x.abs().max(1.0), "p {p}: {got} {x}");
        }
        assert!(quantile(0.5).unwrap().abs() < 1e-300);
    }

    #[test]
    fn tails_agree_with_forty_digit_arithmetic() {
        let points = [
            (1.0, 0.158_655_253_931_457_051_41, 0.241_970_724_519_143_349_8),
            (1.96, 0.024_997_895_148_220_436_213, 0.058_440_944_333_451_464_389),
            (5.0, 2.866_515_718_791_939_116_7e-7, 1.486_719_514_734_297_707_9e-6),
            (10.0, 7.619_853_024_160_526_066e-24, 7.694_598_626_706_419_346_3e-23),
            (30.0, 4.906_713_927_148_187_059_5e-198, 1.473_646_134_878_547_519e-196),
        ];
        for (x, tail, height) in points {
            let relative = 1e-15 * (1.0 + x * x);
            assert!((upper_tail(x) / tail - 1.0).abs() <= relative, "{x}");
            assert!((cdf(-x) / tail - 1.0).abs() <= relative, "{x}");
            assert!((density(x) / height - 1.0).abs() <= relative, "{x}");
            assert!((two_sided(-x) / (2.0 * tail) - 1.0).abs() <= relative, "{x}");
        }
    }

    #[test]
    fn the_quantile_undoes_the_distribution_function() {
        for step in 1..2000 {
            let p = f64::from(step) / 2000.0;
            assert!((cdf(quantile(p).unwrap()) - p).abs() <= 1e-15, "{p}");
        }
    }

    #[test]
    fn no_input_gives_nan_or_infinity() {
        for x in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY, f64::MAX, 0.0, -0.0] {
            for value in [cdf(x), upper_tail(x), density(x), two_sided(x)] {
                assert!((0.0..=1.0).contains(&value), "{x}: {value}");
            }
            assert!(quantile(x).is_none());
        }
        assert!(quantile(1.0).is_none());
        assert!(quantile(f64::MIN_POSITIVE).unwrap().is_finite());
    }
}
