//! Standard competition ranks on published figures.

use super::{Mark, Settled};
use crate::definitions::decimal::Published;
use crate::definitions::{Definitions, Indicator};
use crate::index::Scores;
use rayon::prelude::*;
use std::cmp::Reverse;
use std::collections::BTreeMap;

/// A place in a ranking.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rank {
    /// One-based place; ties share the best one (1, 1, 3).
    pub place: u32,
    /// Whether others share it (并列).
    pub is_shared: bool,
    /// How many are ranked.
    pub of: u32,
}

/// Ranks published scores, highest first; `None` stays unranked.
pub fn ranks(scores: &[Option<Published>]) -> Vec<Option<Rank>> {
    let ranked = scores.iter().enumerate().filter_map(|(position, score)| Some(((*score)?, position)));
    let mut sorted: Vec<(Published, usize)> = ranked.collect();
    sorted.par_sort_unstable_by_key(|&(score, position)| (Reverse(score), position));
    let count = |number: usize| u32::try_from(number).unwrap_or(u32::MAX);
    let of = count(sorted.len());
    let mut ranks = vec![None; scores.len()];
    let mut before = 0;
    for tied in sorted.chunk_by(|one, other| one.0 == other.0) {
        for &(_, position) in tied {
            ranks[position] = Some(Rank { place: count(before + 1), is_shared: tied.len() > 1, of });
        }
        before += tied.len();
    }
    ranks
}

/// Fills rank, group rank and rank on objective indicators of the units that may be ranked.
pub(super) fn assign(definitions: &Definitions, scores: &Scores, units: &mut [Settled]) {
    let may_rank = |settled: &Settled| !settled.marks.contains(&Mark::Unranked);
    assign_objective(definitions, scores, units);
    let all: Vec<Option<Published>> =
        units.iter().map(|settled| settled.final_score.filter(|_| may_rank(settled))).collect();
    for (settled, rank) in units.iter_mut().zip(ranks(&all)) {
        settled.rank = rank;
    }
    let mut members: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    for (position, unit) in definitions.units.units.iter().enumerate() {
        members.entry(&unit.group).or_default().push(position);
    }
    for own in definitions.units.groups.iter().filter_map(|group| members.get(group.as_str())) {
        let scores: Vec<Option<Published>> = own.iter().map(|&unit| all[unit]).collect();
        for (&unit, rank) in own.iter().zip(ranks(&scores)) {
            units[unit].group_rank = rank;
        }
    }
}

/// Ranks on what is counted alone: opinions of respondents and assessors left out.
///
/// Nothing is filled where every indicator is of one sort, for it would say the same twice.
fn assign_objective(definitions: &Definitions, scores: &Scores, units: &mut [Settled]) {
    let is_objective: Vec<bool> = definitions.indicators.iter().map(Indicator::is_objective).collect();
    if is_objective.iter().all(|is_objective| *is_objective) {
        return;
    }
    units.par_iter_mut().enumerate().for_each(|(unit, settled)| {
        let score = scores.base_over(definitions, unit, |indicator| is_objective[indicator]);
        settled.objective = score.map(|score| super::lines::published(definitions, score));
    });
    let ranked: Vec<Option<Published>> =
        units.iter().map(|settled| settled.objective.filter(|_| !settled.marks.contains(&Mark::Unranked))).collect();
    for (settled, rank) in units.iter_mut().zip(ranks(&ranked)) {
        settled.objective_rank = rank;
    }
}

/// The red list: the best by final score among the best grade without cap or veto; ties at the last place all enter.
pub(super) fn red_list(definitions: &Definitions, units: &[Settled]) -> Vec<usize> {
    let wanted = definitions.rules.red_list_count;
    let mut list: Vec<usize> = (0..units.len())
        .filter(|&unit| units[unit].grade == Some(0) && units[unit].rank.is_some() && units[unit].may_be_awarded())
        .collect();
    list.sort_by_key(|&unit| Reverse(units[unit].final_score));
    let border = wanted.checked_sub(1).and_then(|last| list.get(last)).map(|&last| units[last].final_score);
    match border {
        Some(border) => list.retain(|&unit| units[unit].final_score >= border),
        None if wanted == 0 => list.clear(),
        None => {}
    }
    list
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::definitions::decimal::Rounding;

    #[test]
    fn ties_share_the_best_rank_and_the_next_rank_is_skipped() {
        let score = |value: f64| Some(Published::round(value, 2, Rounding::HalfUp));
        let places: Vec<_> = ranks(&[score(90.0), score(92.5), None, score(92.5), score(60.0)])
            .into_iter()
            .map(|rank| rank.map(|rank| (rank.place, rank.is_shared, rank.of)))
            .collect();
        assert_eq!(places, [Some((3, false, 4)), Some((1, true, 4)), None, Some((1, true, 4)), Some((4, false, 4))]);
    }

    #[test]
    fn figures_that_print_alike_are_tied() {
        let score = |value: f64| Some(Published::round(value, 2, Rounding::HalfUp));
        let ranks = ranks(&[score(84.494_9), score(84.490_1)]);
        assert!(ranks.iter().flatten().all(|rank| rank.place == 1 && rank.is_shared));
    }
}
