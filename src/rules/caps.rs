//! Caps: first each rule's own, then the total; what is cut is cut pro rata.

use super::Settled;
use super::adjustment::{Adjustment, Outcome};
use crate::definitions::decimal::Published;
use crate::definitions::{Definitions, Rule, RuleKind};
use rayon::prelude::*;

/// Splits `total` in proportion to `parts`, in whole steps that add up exactly.
///
/// Each part gets the whole steps of its share; what is left goes one step each to the largest remainders, ties to
/// the earlier part. All zero where the parts add up to nothing.
pub fn largest_remainder(parts: &[i64], total: i64) -> Vec<i64> {
    let sum: i128 = parts.iter().map(|&part| i128::from(part)).sum();
    if sum == 0 {
        return vec![0; parts.len()];
    }
    let exact = |part: i64| i128::from(part) * i128::from(total);
    let narrow = |number: i128| i64::try_from(number).expect("a share is not larger than its total");
    let mut shares: Vec<i64> = parts.iter().map(|&part| narrow(exact(part).div_euclid(sum))).collect();
    let mut order: Vec<usize> = (0..parts.len()).collect();
    order.sort_by_key(|&part| std::cmp::Reverse(exact(parts[part]).rem_euclid(sum)));
    let left = total - shares.iter().sum::<i64>();
    for &part in order.iter().take(usize::try_from(left).unwrap_or(0)) {
        shares[part] += 1;
    }
    shares
}

/// An adjustment of a unit as far as caps look at it.
pub(super) struct Amount {
    pub(super) rule: usize,
    pub(super) outcome: Outcome,
    pub(super) points: Published,
    pub(super) row_points: Published,
}

/// Settles each unit by `settle`, which may cut the points of the unit's amounts; they come in the order of the
/// adjustments.
pub(super) fn by_unit(
    adjustments: &mut [Adjustment],
    units: &mut [Settled],
    settle: impl Fn(&mut Settled, &mut [Amount]) + Sync,
) {
    let unit_of: Vec<usize> = adjustments.par_iter().map(|hit| hit.unit).collect();
    let mut sizes = vec![0; units.len()];
    for &unit in &unit_of {
        sizes[unit] += 1;
    }
    // All amounts in one list, those of a unit side by side.
    let ends = sizes.iter().scan(0, |end, size| {
        *end += size;
        Some(*end)
    });
    let mut next: Vec<usize> = ends.zip(&sizes).map(|(end, size)| end - size).collect();
    let mut order = vec![0; adjustments.len()];
    let mut slots = Vec::with_capacity(adjustments.len());
    for (position, unit) in unit_of.into_iter().enumerate() {
        order[next[unit]] = position;
        slots.push(next[unit]);
        next[unit] += 1;
    }
    let amount = |&position: &usize| {
        let Adjustment { rule, outcome, points, row_points, .. } = adjustments[position];
        Amount { rule, outcome, points, row_points }
    };
    let mut amounts: Vec<Amount> = order.par_iter().map(amount).collect();
    let mut rest = amounts.as_mut_slice();
    let mut lists = Vec::with_capacity(units.len());
    for size in sizes {
        let (own, others) = rest.split_at_mut(size);
        lists.push(own);
        rest = others;
    }
    units.par_iter_mut().zip(lists).for_each(|(settled, own)| settle(settled, own));
    adjustments.par_iter_mut().zip(slots).for_each(|(hit, slot)| hit.points = amounts[slot].points);
}

/// Applies rule caps and the total cap to a unit's amounts of some kinds; returns the total in steps.
///
/// `available` is a further limit: deductions never take more than there is.
pub(super) fn limit(
    definitions: &Definitions,
    is_of_kind: impl Fn(RuleKind) -> bool,
    own: &mut [Amount],
    available: Option<i64>,
) -> i64 {
    let index = &definitions.index;
    let rules = &definitions.rules;
    let steps = |value: f64| index.publish(value).steps();
    let rule = |amount: &Amount| -> &Rule { &rules.rules[amount.rule] };
    let is_counted = |at: &usize| own[*at].outcome == Outcome::Counted && is_of_kind(rule(&own[*at]).kind);
    let counted: Vec<usize> = (0..own.len()).filter(is_counted).collect();
    if counted.is_empty() {
        return 0;
    }
    let mut grouped = counted.clone();
    grouped.sort_by_key(|&at| (rule(&own[at]).cap_position, at));
    let mut rest = grouped.as_slice();
    while let Some(&first) = rest.first() {
        let group = rule(&own[first]).cap_position;
        let (members, others) = rest.split_at(rest.partition_point(|&at| rule(&own[at]).cap_position == group));
        let caps = members.iter().filter_map(|&member| rule(&own[member]).cap);
        if let Some(cap) = caps.reduce(f64::min) {
            cut(own, members, steps(cap));
        }
        rest = others;
    }
    let total = if is_of_kind(RuleKind::Bonus) { rules.bonus_cap } else { rules.deduction_cap };
    if let Some(total) = total {
        cut(own, &counted, steps(total));
    }
    if let Some(available) = available {
        cut(own, &counted, available);
    }
    counted.iter().map(|&at| own[at].points.steps()).sum()
}

fn cut(own: &mut [Amount], members: &[usize], cap: i64) {
    let part = |&member: &usize| own[member].points.steps();
    if members.iter().map(part).sum::<i64>() <= cap {
        return;
    }
    let parts: Vec<i64> = members.iter().map(part).collect();
    for (&member, share) in members.iter().zip(largest_remainder(&parts, cap)) {
        own[member].points = own[member].points.with_steps(share);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn seven_points_under_a_cap_of_five_are_cut_pro_rata_and_add_up() {
        assert_eq!(largest_remainder(&[200, 80, 90, 100, 60, 170], 500), [143, 57, 64, 72, 43, 121]);
        assert_eq!(largest_remainder(&[1, 1, 1], 100), [34, 33, 33]);
        assert_eq!(largest_remainder(&[0, 0], 0), [0, 0]);
    }

    proptest! {
        #[test]
        fn shares_always_add_up_to_the_total(
            parts in proptest::collection::vec(0_i64..1_000_000, 1..20),
            total in 0_i64..1_000_000,
        ) {
            let shares = largest_remainder(&parts, total);
            let expected = if parts.iter().all(|&part| part == 0) { 0 } else { total };
            prop_assert_eq!(shares.iter().sum::<i64>(), expected);
            prop_assert!(shares.iter().all(|&share| share >= 0));
        }
    }
}
