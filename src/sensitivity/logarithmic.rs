//! A difference of geometric means taken apart, at the bottom of the scale too.

use super::difference::Branch;
use crate::index::aggregate::AT_BOTTOM;

/// What a child does to the score of its element.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Rise {
    /// Points of the element for each point of the child's difference.
    pub(super) slope: f64,
    /// Points of the element by the change of the child's weight.
    pub(super) weight: f64,
}

/// Logarithmic mean Divisia index over scores above `bottom`; the formula stands at [`super::difference()`].
///
/// Where a child stands at the bottom, the mean does too, and logarithms end. Putting a small `δ` in the place of a
/// height of zero and letting it vanish gives a limit that still adds up (B. W. Ang and N. Liu, Energy Policy 35 (2007)
/// 238–246, on zero values):
///
/// - both means at the bottom: nothing changed, every part is 0;
/// - one mean at the bottom: the whole difference belongs to the children that stand there, by their weights on that
///   side (their sum is `n`); a child that left the bottom gets `ΔX·w̄/n` for its score, and a changed weight counts
///   `|ΔX|·Δw/2`, less `|ΔX|·Δw/(2n)` for a child at the bottom (`/n` where it has a score on that side only).
pub(super) fn logarithmic(branches: &[Branch], bottom: f64) -> Vec<Rise> {
    let heights: Vec<Heights> = branches.iter().map(|branch| Heights::new(branch, bottom)).collect();
    let at_bottom = |height: &dyn Fn(&Heights) -> f64, weight: &dyn Fn(&Branch) -> f64| -> f64 {
        let pairs = branches.iter().zip(&heights);
        pairs.filter(|(_, heights)| height(heights) <= 0.0).map(|(branch, _)| weight(branch)).sum()
    };
    let now = at_bottom(&|heights| heights.now, &|branch| branch.now.weight);
    let before = at_bottom(&|heights| heights.before, &|branch| branch.before.weight);
    let mean = |height: &dyn Fn(&Heights) -> f64, weight: &dyn Fn(&Branch) -> f64| -> f64 {
        let terms = branches.iter().zip(&heights).filter(|(branch, _)| weight(branch) > 0.0);
        terms.map(|(branch, heights)| weight(branch) * libm::log(height(heights))).sum()
    };
    match (now > 0.0, before > 0.0) {
        (true, true) => vec![Rise::default(); branches.len()],
        (false, false) => {
            let now = mean(&|heights| heights.now, &|branch| branch.now.weight);
            let before = mean(&|heights| heights.before, &|branch| branch.before.weight);
            let means = Means { now, before };
            branches.iter().zip(&heights).map(|(branch, heights)| means.rise(branch, heights)).collect()
        }
        (false, true) => {
            let level = libm::exp(mean(&|heights| heights.now, &|branch| branch.now.weight));
            let limit =
                |(branch, heights): (&Branch, &Heights)| limit(branch, heights.now, heights.before, level, before);
            branches.iter().zip(&heights).map(limit).collect()
        }
        (true, false) => {
            let level = libm::exp(mean(&|heights| heights.before, &|branch| branch.before.weight));
            let limit = |(branch, heights): (&Branch, &Heights)| limit(branch, heights.before, heights.now, level, now);
            branches.iter().zip(&heights).map(limit).collect()
        }
    }
}

/// How far a child stands above the bottom of the scale on each side.
struct Heights {
    now: f64,
    before: f64,
}

impl Heights {
    fn new(branch: &Branch, bottom: f64) -> Self {
        let height = |score: f64| if score - bottom <= AT_BOTTOM { 0.0 } else { score - bottom };
        Heights { now: height(branch.now.score), before: height(branch.before.score) }
    }
}

/// Logarithms of the mean heights.
struct Means {
    now: f64,
    before: f64,
}

impl Means {
    fn rise(&self, branch: &Branch, heights: &Heights) -> Rise {
        let level = logarithmic_mean(self.now, self.before);
        let (now, before) = (libm::log(heights.now), libm::log(heights.before));
        let own = f64::midpoint(now, before);
        Rise {
            slope: level * branch.mean_weight() / logarithmic_mean(now, before),
            weight: level * (own - f64::midpoint(self.now, self.before)) * branch.weight_change(),
        }
    }
}

/// The limit where one side's mean is at the bottom: `level` is the other side's mean height, `share` the weight of the
/// children at the bottom, `above` and `below` the child's heights on the side with a mean and on the other one.
fn limit(branch: &Branch, above: f64, below: f64, level: f64, share: f64) -> Rise {
    let change = branch.weight_change();
    if below > 0.0 {
        return Rise { slope: 0.0, weight: level * change / 2.0 };
    }
    // A child without a weight on the side with a mean has its known score, at the bottom, on both.
    let (slope, pull) = if above > 0.0 { (level * branch.mean_weight() / (share * above), 0.5) } else { (0.0, 1.0) };
    Rise { slope, weight: level * change * (0.5 - pull / share) }
}

/// `(a − b)/(ln a − ln b)` of two positive numbers, and `a` where both are one; takes their logarithms.
fn logarithmic_mean(one: f64, other: f64) -> f64 {
    let (high, spread) = (libm::exp(one.max(other)), (one - other).abs());
    if spread > 0.0 { high * -libm::expm1(-spread) / spread } else { high }
}
