//! From several scores to one.

use crate::definitions::Aggregate;

/// Height above the bottom of the scale up to which a score counts as standing there: what rounding leaves of a mean of
/// scores that all do.
pub const AT_BOTTOM: f64 = 1e-12;

/// Weighted mean of `(weight, score)` parts; `None` where there is no part with a weight.
pub fn combine(aggregate: Aggregate, parts: impl Iterator<Item = (f64, f64)>, scale: (f64, f64)) -> Option<f64> {
    match aggregate {
        Aggregate::Arithmetic => arithmetic(parts),
        Aggregate::Geometric => geometric(parts, scale.0),
    }
}

/// `Σ w·s / Σ w`.
pub fn arithmetic(parts: impl Iterator<Item = (f64, f64)>) -> Option<f64> {
    let mut sum = 0.0;
    let mut weights = 0.0;
    for (weight, score) in parts {
        sum += weight * score;
        weights += weight;
    }
    (weights > 0.0).then(|| sum / weights)
}

/// `exp(Σ w·ln(s − bottom) / Σ w) + bottom`; the bottom of the scale if any part with a weight stands there.
pub fn geometric(parts: impl Iterator<Item = (f64, f64)>, bottom: f64) -> Option<f64> {
    let mut sum = 0.0;
    let mut weights = 0.0;
    let mut is_zero = false;
    for (weight, score) in parts.filter(|(weight, _)| *weight > 0.0) {
        if score - bottom <= AT_BOTTOM {
            is_zero = true;
        } else {
            sum += weight * libm::log(score - bottom);
        }
        weights += weight;
    }
    let mean = || if is_zero { bottom } else { libm::exp(sum / weights) + bottom };
    (weights > 0.0).then(mean)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn close(left: Option<f64>, right: f64, tolerance: f64) -> bool {
        left.is_some_and(|left| (left - right).abs() <= tolerance)
    }

    #[test]
    fn arithmetic_of_five_dimensions_is_85_12_and_geometric_83_1756() {
        let weights = [30.0, 24.0, 16.0, 14.0, 16.0];
        let scores = [98.0, 96.0, 90.0, 52.0, 68.75];
        let parts = || weights.into_iter().zip(scores);
        assert!(close(arithmetic(parts()), 85.12, 1e-9));
        assert!(close(geometric(parts(), 0.0), 83.1756, 5e-5));
    }

    #[test]
    fn the_bottom_of_the_scale_pulls_a_geometric_mean_to_the_bottom() {
        assert!(close(geometric([(1.0, 0.0), (1.0, 100.0)].into_iter(), 0.0), 0.0, 0.0));
        assert!(close(geometric([(0.0, 0.0), (1.0, 100.0)].into_iter(), 0.0), 100.0, 1e-9));
    }

    #[test]
    fn a_mean_of_scores_at_the_bottom_stands_there_whatever_rounding_leaves() {
        // 40·0.1 and 40·0.7 over 0.1 + 0.7 and the like come to 40.000000000000007.
        let means = (1..100).filter_map(|tenths| {
            let weight = f64::from(tenths) / 10.0;
            let mean = arithmetic([(weight, 40.0), (0.7, 40.0), (1.1, 40.0)].into_iter())?;
            geometric([(1.0, mean), (99.0, 100.0)].into_iter(), 40.0)
        });
        let means: Vec<f64> = means.collect();
        assert!(means.len() == 99 && means.iter().all(|mean| close(Some(*mean), 40.0, 0.0)), "{means:?}");
    }

    #[test]
    fn nothing_to_combine_is_no_score() {
        assert_eq!(arithmetic(std::iter::empty()), None);
        assert_eq!(geometric([(0.0, 50.0)].into_iter(), 0.0), None);
    }
}
