//! Exact parts as printed: rounded so that what is printed adds up.

use crate::definitions::decimal::Published;

/// Points in full precision and as printed.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Points {
    /// In full precision. Finite.
    pub exact: f64,
    /// Rounded together with the others of its sum, so that the printed parts add up to the printed sum. Less than one
    /// step from `exact`, unless the sum itself was printed further away.
    pub printed: Published,
}

/// Prints parts so that they add up to `total`: whole steps downwards, then the largest remainders get one more.
///
/// Parts of nothing stay nothing, ties go to the earlier part. Where the parts do not come to the total by more than
/// rounding explains, the rest goes round again.
pub fn print_parts(exact: &[f64], total: Published) -> Vec<Points> {
    let unit = total.with_steps(1).value();
    // Floats are trusted to 1e-9, as everywhere before rounding.
    let snapped: Vec<f64> = exact.iter().map(|part| (part * 1e9).round() / 1e9 / unit).collect();
    let mut steps: Vec<i64> = snapped.iter().map(|part| whole(part.floor())).collect();
    let mut order: Vec<usize> = (0..exact.len()).filter(|&part| snapped[part].abs() > 1e-6).collect();
    if order.is_empty() {
        order.extend(0..exact.len().min(1));
    }
    let remainder = |part: usize| snapped[part] - snapped[part].floor();
    order.sort_by(|&one, &other| remainder(other).total_cmp(&remainder(one)));
    let left = total.steps() - steps.iter().sum::<i64>();
    let turns = usize::try_from(left.unsigned_abs()).unwrap_or(usize::MAX);
    if left >= 0 {
        order.iter().cycle().take(turns).for_each(|&part| steps[part] += 1);
    } else {
        order.iter().rev().cycle().take(turns).for_each(|&part| steps[part] -= 1);
    }
    exact.iter().zip(steps).map(|(&exact, steps)| Points { exact, printed: total.with_steps(steps) }).collect()
}

fn whole(number: f64) -> i64 {
    #[expect(clippy::cast_possible_truncation, reason = "points of a score are far from the ends of the integers")]
    let whole = number as i64;
    whole
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::definitions::decimal::Rounding;
    use proptest::prelude::*;

    fn published(value: f64) -> Published {
        Published::round(value, 2, Rounding::HalfUp)
    }

    fn texts(parts: &[Points]) -> Vec<String> {
        parts.iter().map(|part| part.printed.to_string()).collect()
    }

    #[test]
    fn three_thirds_of_a_point_print_as_34_33_33() {
        assert_eq!(texts(&print_parts(&[1.0 / 3.0; 3], published(1.0))), ["0.34", "0.33", "0.33"]);
    }

    #[test]
    fn what_did_not_move_prints_as_nothing_whatever_is_left_over() {
        let parts = [0.0, -1e-15, 0.004, 0.004];
        assert_eq!(texts(&print_parts(&parts, published(0.01))), ["0.00", "0.00", "0.01", "0.00"]);
    }

    #[test]
    fn losses_and_gains_print_to_their_sum() {
        // 1.124 − 1.904 + 0.337 − 0.006 = −0.449
        let parts = [1.124, -1.904, 0.337, -0.006];
        assert_eq!(texts(&print_parts(&parts, published(-0.45))), ["1.12", "-1.90", "0.34", "-0.01"]);
    }

    proptest! {
        #[test]
        fn printed_parts_add_up_to_the_printed_difference_and_stay_within_a_step(
            before in 0.0..100.0_f64,
            parts in proptest::collection::vec(prop_oneof![Just(0.0), -5.0..5.0_f64], 1..40),
        ) {
            let now = before + parts.iter().sum::<f64>();
            let total = published(0.0).with_steps(published(now).steps() - published(before).steps());
            let printed = print_parts(&parts, total);
            prop_assert_eq!(printed.iter().map(|part| part.printed.steps()).sum::<i64>(), total.steps());
            for part in printed {
                prop_assert!((part.printed.value() - part.exact).abs() < 0.01 + 1e-9, "{:?}", part);
            }
        }
    }
}
