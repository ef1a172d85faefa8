//! Interviews over classes (age × sex) in proportion to their people.

/// Why there are no quotas.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum QuotaFault {
    /// More interviews than people.
    TooFewPeople {
        /// People in all classes.
        people: u64,
    },
    /// The minima of the classes together exceed the interviews.
    MinimumTooHigh {
        /// Interviews the minima need.
        needed: u64,
    },
}

/// Interviews in all, people per class and the fewest interviews per class in; interviews per class out, in sum `interviews`.
///
/// A class without people gets none, one with fewer people than the minimum gets all of them. Classes whose proportional
/// share is below their minimum get the minimum; the others share the rest in proportion to people by largest remainder
/// (Hamilton; ties: first in order). Never more than the people of a class. All in whole numbers.
///
/// # Errors
/// [`QuotaFault`] where the sum cannot be met.
pub fn quotas(interviews: u32, people: &[u32], minimum: u32) -> Result<Vec<u32>, QuotaFault> {
    let least: Vec<u32> = people.iter().map(|&count| count.min(minimum)).collect();
    let total = sum(people);
    if u64::from(interviews) > total {
        return Err(QuotaFault::TooFewPeople { people: total });
    }
    if sum(&least) > u64::from(interviews) {
        return Err(QuotaFault::MinimumTooHigh { needed: sum(&least) });
    }
    // Taking out a class at its minimum lowers the shares of the others, so this repeats until none falls below.
    let mut at_minimum = vec![false; people.len()];
    loop {
        let pick = |wanted: bool, from: &[u32]| -> Vec<u32> {
            from.iter().zip(&at_minimum).map(|(&count, &fixed)| if fixed == wanted { count } else { 0 }).collect()
        };
        let rest = u64::from(interviews) - sum(&pick(true, &least));
        let open = pick(false, people);
        let open_total = u128::from(sum(&open));
        let falls_below =
            |class: usize| u128::from(rest) * u128::from(open[class]) < u128::from(least[class]) * open_total;
        let below: Vec<usize> = (0..people.len()).filter(|&class| !at_minimum[class] && falls_below(class)).collect();
        if below.is_empty() {
            let shared = largest_remainder(rest, &open);
            return Ok((0..people.len()).map(|c| if at_minimum[c] { least[c] } else { shared[c] }).collect());
        }
        for class in below {
            at_minimum[class] = true;
        }
    }
}

/// `seats` over `sizes` by largest remainder; all 0 where the sizes are.
pub(super) fn largest_remainder(seats: u64, sizes: &[u32]) -> Vec<u32> {
    let total = sum(sizes);
    if total == 0 {
        return vec![0; sizes.len()];
    }
    let share = |size: u32| u128::from(seats) * u128::from(size);
    let floor = |size: u32| u32::try_from(share(size) / u128::from(total)).unwrap_or(u32::MAX);
    let mut given: Vec<u32> = sizes.iter().map(|&size| floor(size)).collect();
    let mut order: Vec<usize> = (0..sizes.len()).collect();
    order.sort_by_key(|&class| std::cmp::Reverse(share(sizes[class]) % u128::from(total)));
    let left = seats.saturating_sub(sum(&given));
    for (class, _) in order.into_iter().zip(0..left) {
        given[class] += 1;
    }
    given
}

pub(super) fn sum(counts: &[u32]) -> u64 {
    counts.iter().map(|&count| u64::from(count)).sum()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn hamiltons_method_gives_the_textbook_seats() {
        // Hare quota, 100 000 votes, 10 seats.
        assert_eq!(largest_remainder(10, &[47_000, 16_000, 15_800, 12_000, 6_100, 3_100]), [5, 2, 1, 1, 1, 0]);
    }

    #[test]
    fn a_small_class_gets_the_minimum_at_the_cost_of_the_others() {
        assert_eq!(quotas(100, &[4000, 3900, 2000, 50, 3, 0], 5), Ok(vec![37, 36, 19, 5, 3, 0]));
    }

    #[test]
    fn what_cannot_be_met_is_refused() {
        assert_eq!(quotas(10, &[50, 50, 50], 4), Err(QuotaFault::MinimumTooHigh { needed: 12 }));
        assert_eq!(quotas(10, &[4, 5], 0), Err(QuotaFault::TooFewPeople { people: 9 }));
        assert_eq!(quotas(0, &[], 3), Ok(vec![]));
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn quotas_are_exact_bounded_and_near_proportional(
            people in proptest::collection::vec(prop_oneof![0_u32..5, 0_u32..3000], 1..14), n in 0_u32..400, minimum in 0_u32..8,
        ) {
            let total = sum(&people);
            let Ok(given) = quotas(n, &people, minimum) else { return Ok(()) };
            prop_assert_eq!(sum(&given), u64::from(n));
            let no_minimum = quotas(n, &people, 0).unwrap();
            for (class, &count) in people.iter().enumerate() {
                prop_assert!(given[class] <= count && given[class] >= count.min(minimum));
                let share = f64::from(n) * f64::from(count) / (total.max(1) as f64);
                prop_assert!((f64::from(no_minimum[class]) - share).abs() < 1.0);
            }
        }
    }
}
