//! Planning the sample of a unit: how many interviews, in which classes, in which clusters.

mod clusters;
mod quota;
mod visits;

pub use clusters::{ClusterDraw, ClusterShare, Selection, clusters};
pub use quota::{QuotaFault, quotas};
pub use visits::{Visits, visits};

use crate::facts::probability::normal;

/// What the sample has to achieve in one unit. Rates and margins are shares of 1, means in points of the scale.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Target {
    /// Half the width of a rate's interval.
    Rate {
        /// The rate expected; 0.5 is the worst case.
        proportion: f64,
        /// At most this ±.
        margin: f64,
    },
    /// Half the width of a mean's interval.
    Mean {
        /// Standard deviation of the answers' points.
        sd: f64,
        /// At most this ±.
        margin: f64,
    },
    /// A difference of two units' rates that becomes significant.
    Difference {
        /// The rate expected in both.
        proportion: f64,
        /// The difference of the two rates.
        difference: f64,
        /// How surely (0.5 … 1, exclusive of 1). None: the observed difference just reaches significance, which is a power
        /// of one half.
        power: Option<f64>,
    },
}

/// How the unit is sampled.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Design {
    /// Confidence level of intervals, as a share (0.95).
    pub confidence: f64,
    /// Design effect: variance relative to simple random sampling; 1.5–2 for villages as clusters.
    pub design_effect: f64,
    /// People in the frame; None: no finite population correction.
    pub population: Option<u32>,
}

impl Default for Design {
    fn default() -> Self {
        Self { confidence: 0.95, design_effect: 1.0, population: None }
    }
}

/// What limits the number of interviews.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Bound {
    /// The target.
    Target,
    /// The floor; the target would need fewer.
    Floor,
    /// Everybody is asked; the target or the floor would need more.
    Population,
}

/// The sample of a unit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Size {
    /// Completed interviews.
    pub interviews: u32,
    /// People to contact so that so many answer, at most the population.
    pub contacts: u32,
    /// Which condition set the number.
    pub bound: Bound,
}

/// A target, a design, the share of people contacted who answer and the fewest interviews allowed in; the sample size out.
///
/// n0 = deff · z² · V / margin² with V = p(1 − p), sd² or, for a difference of two units, 2p(1 − p) and z + z(power) for z
/// (Fleiss, Levin & Paik 2003, §4.2, with equal rates). Finite population: rate n0 / (1 + (n0 − 1) / N), the inverse of
/// (N − n) / (N − 1) (Cochran 1977, 4.2); mean n0 / (1 + n0 / N) (Cochran 4.7). Rounded up, at least `floor`, at most N.
/// None where a parameter is outside its range or the number exceeds `u32`.
pub fn sample_size(target: &Target, design: &Design, response_rate: f64, floor: u32) -> Option<Size> {
    let z = design.z()?;
    let is_rate = |p: f64| p > 0.0 && p < 1.0;
    let is_margin = |margin: f64| margin.is_finite() && margin > 0.0;
    let (variance, margin, z) = match *target {
        Target::Rate { proportion, margin } if is_rate(proportion) => (proportion * (1.0 - proportion), margin, z),
        Target::Mean { sd, margin } if sd.is_finite() && sd > 0.0 => (sd * sd, margin, z),
        Target::Difference { proportion, difference, power } if is_rate(proportion) => {
            let z_power = match power {
                Some(power) if power < 0.5 => return None,
                Some(power) => normal::quantile(power)?,
                None => 0.0,
            };
            (2.0 * proportion * (1.0 - proportion), difference, z + z_power)
        }
        _ => return None,
    };
    if !(is_margin(margin) && response_rate > 0.0 && response_rate <= 1.0) {
        return None;
    }
    let infinite = design.design_effect * z * z * variance / (margin * margin);
    let needed = match design.population.map(f64::from) {
        None => infinite,
        Some(people) if matches!(target, Target::Mean { .. }) => infinite / (1.0 + infinite / people),
        Some(people) => infinite * people / (people - 1.0 + infinite),
    };
    let wanted = whole(needed)?;
    let most = design.population.unwrap_or(u32::MAX);
    let (interviews, bound) = match wanted.max(floor) {
        more if more > most => (most, Bound::Population),
        _ if wanted < floor => (floor, Bound::Floor),
        _ => (wanted, Bound::Target),
    };
    let contacts = whole(f64::from(interviews) / response_rate)?.min(most);
    Some(Size { interviews, contacts, bound })
}

/// A number of interviews that is given, the people in the frame and the share of people contacted who answer in; the sample
/// out, at most everybody. None for no interviews, no people, or a share outside of (0, 1].
pub fn given_size(interviews: u32, population: Option<u32>, response_rate: f64) -> Option<Size> {
    let most = population.unwrap_or(u32::MAX);
    if interviews == 0 || most == 0 || !(response_rate > 0.0 && response_rate <= 1.0) {
        return None;
    }
    let bound = if interviews > most { Bound::Population } else { Bound::Target };
    let interviews = interviews.min(most);
    let contacts = whole(f64::from(interviews) / response_rate)?.min(most);
    Some(Size { interviews, contacts, bound })
}

/// What a number of interviews achieves.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Precision {
    /// ± of a rate of one half.
    pub worst_case: f64,
    /// ± of the rate given (Wald).
    pub wald: f64,
    /// Lower end of Wilson's interval at the rate given.
    pub wilson_low: f64,
    /// Upper end of it.
    pub wilson_high: f64,
    /// Smallest difference of two such units that is significant.
    pub detectable: f64,
}

/// Interviews, the rate expected and, for the difference, a power in (see [`Target::Difference`]); the precision out.
///
/// All with an effective n of n / (deff · fpc), fpc = (N − n) / (N − 1). A unit asked completely has no sampling error: all margins
/// are 0. None for 0 interviews, more than the population, or parameters outside their range.
pub fn precision(interviews: u32, proportion: f64, power: Option<f64>, design: &Design) -> Option<Precision> {
    let z = design.z()?;
    let z_power = match power {
        Some(power) if power < 0.5 => return None,
        Some(power) => normal::quantile(power)?,
        None => 0.0,
    };
    let inverse = design.variance_of_mean(interviews)?;
    if !(proportion > 0.0 && proportion < 1.0) {
        return None;
    }
    let variance = proportion * (1.0 - proportion) * inverse;
    let centre = (proportion + z * z * inverse / 2.0) / (1.0 + z * z * inverse);
    let half = z * libm::sqrt(variance + z * z * inverse * inverse / 4.0) / (1.0 + z * z * inverse);
    // A design effect near the largest float would overflow here.
    (variance.is_finite() && half.is_finite()).then(|| Precision {
        worst_case: z * libm::sqrt(0.25 * inverse),
        wald: z * libm::sqrt(variance),
        wilson_low: (centre - half).max(0.0),
        wilson_high: (centre + half).min(1.0),
        detectable: (z + z_power) * libm::sqrt(2.0 * variance),
    })
}

/// Interviews and the answers' standard deviation in; ± of the mean out (normal; deff · (1 − n / N) · sd² / n). None as in
/// [`precision`].
pub fn mean_margin(interviews: u32, sd: f64, design: &Design) -> Option<f64> {
    let z = design.z()?;
    design.variance_of_mean(interviews)?;
    let n = f64::from(interviews);
    let left = design.population.map_or(1.0, |people| 1.0 - n / f64::from(people));
    let margin = z * sd * libm::sqrt(design.design_effect * left / n);
    (sd >= 0.0 && margin.is_finite()).then_some(margin)
}

impl Design {
    fn z(&self) -> Option<f64> {
        let is_valid = self.design_effect.is_finite() && self.design_effect > 0.0 && self.population != Some(0);
        if !(is_valid && self.confidence > 0.0) {
            return None;
        }
        normal::quantile(0.5 + self.confidence / 2.0)
    }

    /// deff · fpc / n, the variance of a mean whose variable has variance 1.
    fn variance_of_mean(&self, interviews: u32) -> Option<f64> {
        let left = match self.population {
            None => 1.0,
            Some(people) if interviews > people => return None,
            Some(1) => 0.0,
            Some(people) => f64::from(people - interviews) / f64::from(people - 1),
        };
        (interviews > 0).then(|| self.design_effect * left / f64::from(interviews))
    }
}

/// The next whole number; a hair above one (1e−9 of it, rounding of the formula) counts as that one.
fn whole(value: f64) -> Option<u32> {
    let up = libm::ceil(value * (1.0 - 1e-9));
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "checked to lie in the range of u32")]
    (up >= 0.0 && up <= f64::from(u32::MAX)).then_some(up as u32)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn points(share: f64) -> String {
        format!("{:.1}", 100.0 * share)
    }

    #[test]
    fn the_table_of_the_domain_notes_comes_out_to_its_printed_digits() {
        let rows = [
            (30, "17.9", "10.7", "74.4", "96.5", None),
            (50, "13.9", "8.3", "78.6", "95.7", None),
            (100, "9.8", "5.9", "82.6", "94.5", Some("8.3")),
            (150, "8.0", "4.8", "84.2", "93.8", Some("6.8")),
            (200, "6.9", "4.2", "85.1", "93.4", Some("5.9")),
            (400, "4.9", "2.9", "86.7", "92.6", Some("4.2")),
        ];
        for (n, worst, wald, low, high, detectable) in rows {
            let found = precision(n, 0.9, None, &Design::default()).unwrap();
            assert_eq!([points(found.worst_case), points(found.wald)], [worst, wald], "{n}");
            assert_eq!([points(found.wilson_low), points(found.wilson_high)], [low, high], "{n}");
            if let Some(difference) = detectable {
                assert_eq!(points(found.detectable), difference, "{n}");
            }
        }
    }

    #[test]
    fn the_finite_population_of_the_domain_notes_changes_the_margin_by_0_994() {
        let design = Design { population: Some(8000), ..Design::default() };
        let ratio = precision(100, 0.9, None, &design).unwrap().wald
            / precision(100, 0.9, None, &Design::default()).unwrap().wald;
        assert_eq!(format!("{ratio:.3}"), "0.994");
    }

    #[test]
    fn textbook_sizes_come_out() {
        let size = |target, design: Design| sample_size(&target, &design, 1.0, 1).unwrap().interviews;
        // 1.96² · 0.25 / 0.05² = 384.1; Cochran's 385 and 370 of 10 000.
        let worst = Target::Rate { proportion: 0.5, margin: 0.05 };
        assert_eq!(size(worst, Design::default()), 385);
        assert_eq!(size(worst, Design { population: Some(10_000), ..Design::default() }), 370);
        assert_eq!(size(worst, Design { design_effect: 2.0, ..Design::default() }), 769);
        // (1.96 + 0.8416)² · 2 · 0.09 / 0.1² = 141.3.
        let with_power = Target::Difference { proportion: 0.9, difference: 0.1, power: Some(0.8) };
        assert_eq!(size(with_power, Design::default()), 142);
        // (1.96 · 21.4 / 4)² = 109.95.
        assert_eq!(size(Target::Mean { sd: 21.4, margin: 4.0 }, Design::default()), 110);
    }

    #[test]
    fn the_size_is_the_smallest_that_holds_the_margin() {
        for population in [None, Some(300), Some(8000)] {
            for design_effect in [1.0, 1.7] {
                let design = Design { confidence: 0.9, design_effect, population };
                for margin in [0.02, 0.05, 0.083] {
                    let rate = Target::Rate { proportion: 0.9, margin };
                    let n = sample_size(&rate, &design, 1.0, 1).unwrap().interviews;
                    let wald = |n| precision(n, 0.9, None, &design).unwrap().wald;
                    assert!(wald(n) <= margin * (1.0 + 1e-9) && wald(n - 1) > margin, "{n}");
                    let difference = Target::Difference { proportion: 0.9, difference: margin, power: Some(0.8) };
                    let n = sample_size(&difference, &design, 1.0, 1).unwrap().interviews;
                    let seen = |n| precision(n, 0.9, Some(0.8), &design).unwrap().detectable;
                    assert!(seen(n) <= margin * (1.0 + 1e-9) && seen(n - 1) > margin, "{n}");
                    let mean = Target::Mean { sd: 20.0, margin: 100.0 * margin };
                    let n = sample_size(&mean, &design, 1.0, 1).unwrap().interviews;
                    let half = |n| mean_margin(n, 20.0, &design).unwrap();
                    assert!(half(n) <= 100.0 * margin * (1.0 + 1e-9) && half(n - 1) > 100.0 * margin, "{n}");
                }
            }
        }
    }

    #[test]
    fn floor_population_and_response_bound_the_size() {
        let target = Target::Rate { proportion: 0.5, margin: 0.1 };
        let design = |population| Design { population, ..Design::default() };
        let plain = sample_size(&target, &design(None), 0.6, 30).unwrap();
        assert_eq!(plain, Size { interviews: 97, contacts: 162, bound: Bound::Target });
        let floor = sample_size(&target, &design(Some(500)), 0.6, 200).unwrap();
        assert_eq!(floor, Size { interviews: 200, contacts: 334, bound: Bound::Floor });
        let small = sample_size(&target, &design(Some(40)), 0.5, 60).unwrap();
        assert_eq!(small, Size { interviews: 40, contacts: 40, bound: Bound::Population });
        let given = |interviews, population| given_size(interviews, population, 0.6);
        assert_eq!(given(97, None), Some(plain));
        assert_eq!(given(60, Some(40)), Some(small));
        assert_eq!((given(0, None), given(5, Some(0)), given_size(5, None, 1.1)), (None, None, None));
    }

    #[test]
    fn parameters_outside_their_range_give_nothing() {
        let design = Design::default();
        for bad in [f64::NAN, 0.0, -1.0, f64::INFINITY] {
            assert_eq!(sample_size(&Target::Rate { proportion: 0.5, margin: bad }, &design, 1.0, 1), None);
            assert_eq!(sample_size(&Target::Rate { proportion: bad, margin: 0.1 }, &design, 1.0, 1), None);
            assert_eq!(sample_size(&Target::Mean { sd: bad, margin: 0.1 }, &design, 1.0, 1), None);
            assert_eq!(sample_size(&Target::Mean { sd: 1.0, margin: 0.1 }, &design, bad, 1), None);
            assert_eq!(precision(100, bad, None, &design), None);
            assert_eq!(precision(100, 0.5, None, &Design { design_effect: bad, ..design }), None);
            assert_eq!(precision(100, 0.5, None, &Design { confidence: bad, ..design }), None);
        }
        assert_eq!(sample_size(&Target::Mean { sd: 1e200, margin: 1e-200 }, &design, 1.0, 1), None);
        assert_eq!(precision(0, 0.5, None, &design), None);
        assert_eq!(precision(5, 0.5, None, &Design { population: Some(4), ..design }), None);
        assert_eq!(mean_margin(5, f64::NAN, &design), None);
    }
}
