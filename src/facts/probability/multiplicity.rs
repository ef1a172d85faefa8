//! Adjusted p values for several tests at once.

/// How p values are adjusted for the number of tests.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Adjustment {
    /// Each test for itself.
    Unadjusted,
    /// Any false finding has at most the level as probability: `m p`.
    Bonferroni,
    /// The same promise, never less powerful: `max over j <= i of (m - j + 1) p_(j)`.
    /// Holm (1979), "A simple sequentially rejective multiple test procedure", Scand. J. Statist. 6(2), 65-70.
    Holm,
    /// The expected share of false findings is at most the level: `min over j >= i of (m / j) p_(j)`.
    /// Benjamini & Hochberg (1995), JRSS B 57(1), 289-300.
    BenjaminiHochberg,
}

/// Takes p values and an adjustment, gives the adjusted p values in the same order, each between 0 and 1.
///
/// A finding holds at a level when its adjusted p value is at most the level. Formulas as R's `p.adjust`; a p value
/// outside 0 to 1 is moved to the nearer end and a missing one (NaN) counts as 1.
pub fn adjusted(p_values: &[f64], adjustment: Adjustment) -> Vec<f64> {
    let p: Vec<f64> = p_values.iter().map(|p| if p.is_nan() { 1.0 } else { p.clamp(0.0, 1.0) }).collect();
    let tests = p.len() as f64;
    let mut order: Vec<usize> = (0..p.len()).collect();
    order.sort_by(|a, b| p[*a].total_cmp(&p[*b]));
    let mut result = p.clone();
    match adjustment {
        Adjustment::Unadjusted => {}
        Adjustment::Bonferroni => result.iter_mut().for_each(|p| *p = (tests * *p).min(1.0)),
        Adjustment::Holm => {
            let mut largest = 0.0_f64;
            for (before, test) in order.iter().enumerate() {
                largest = largest.max((tests - before as f64) * p[*test]).min(1.0);
                result[*test] = largest;
            }
        }
        Adjustment::BenjaminiHochberg => {
            let mut smallest = 1.0_f64;
            for (before, test) in order.iter().enumerate().rev() {
                smallest = smallest.min(tests / (before + 1) as f64 * p[*test]);
                result[*test] = smallest;
            }
        }
    }
    result
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn three_tests_worked_by_hand() {
        let p = [0.04, 0.01, 0.03];
        let close = |a: Vec<f64>, b: [f64; 3]| a.iter().zip(b).all(|(x, y)| (x - y).abs() < 1e-15);
        assert!(close(adjusted(&p, Adjustment::Bonferroni), [0.12, 0.03, 0.09]));
        assert!(close(adjusted(&p, Adjustment::Holm), [0.06, 0.03, 0.06]));
        assert!(close(adjusted(&p, Adjustment::BenjaminiHochberg), [0.04, 0.03, 0.04]));
        assert!(close(adjusted(&[f64::NAN, -1.0, 2.0], Adjustment::Holm), [1.0, 0.0, 1.0]));
        assert!(adjusted(&[], Adjustment::Holm).is_empty());
    }

    proptest! {
        #[test]
        fn holm_lies_between_none_and_bonferroni_and_above_benjamini_hochberg(
            p in prop::collection::vec(0.0..1.0_f64, 1..40)
        ) {
            let of = |a| adjusted(&p, a);
            let (b, h, f) = (of(Adjustment::Bonferroni), of(Adjustment::Holm), of(Adjustment::BenjaminiHochberg));
            for i in 0..p.len() {
                prop_assert!(p[i] <= f[i] + 1e-15 && f[i] <= h[i] + 1e-15 && h[i] <= b[i] + 1e-15 && b[i] <= 1.0);
            }
        }
    }
}
