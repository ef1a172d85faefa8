//! What every indicator brings a unit, what it leaves open, and where the unit stands before its group.

use super::difference::{Difference, difference, profile};
use super::printed::{Points, print_parts};
use crate::definitions::{Aggregate, Definitions};
use crate::index::Scores;
use std::collections::BTreeMap;

/// Units times different peers up to which a group is compared; beyond it the advantage is left out.
///
/// Peers that have the same indicators count as one where every element is an arithmetic mean, so this is reached only
/// by large groups under geometric means or with gaps all over.
const MOST_COMPARISONS: usize = 1_000_000;

/// One indicator of a unit, in points of the base score.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Contribution {
    /// Position of the indicator; it has a score.
    pub indicator: usize,
    /// Points it brings, counted from the bottom of the scale.
    pub points: Points,
    /// Points that full marks for it would bring on top, if all indicators came to full marks together.
    pub shortfall: Points,
    /// Points of the unit's lead over the mean of its group that come from its score; negative where it holds back.
    pub advantage: Option<Points>,
}

/// Where a unit's lead over its group comes from, next to the scores.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Lead {
    /// Mean base score of the group in full precision; the unit counts among its group.
    pub group_mean: f64,
    /// Units of the group with a base score.
    pub unit_count: usize,
    /// What differing weights make (不适用、缺报 and what is withheld), over all indicators.
    pub weights: Points,
    /// Base score of the unit minus the mean of the group, both as published.
    pub total: Points,
}

/// The base score of a unit, taken apart.
#[derive(Clone, Debug, PartialEq)]
pub struct Contributions {
    /// Indicators with a score, in the order of the definitions. One that is withheld has no score, so no line.
    pub indicators: Vec<Contribution>,
    /// Base score counted from the bottom of the scale: the sum of `points`.
    pub above_bottom: Points,
    /// Full marks minus base score: the sum of `shortfall`.
    pub below_top: Points,
    /// Base score minus mean of the group: the sum of `advantage` and the weights. `None` for groups too large.
    pub lead: Option<Lead>,
}

/// Contributions by unit; `None` for units without a base score.
///
/// `points = difference(unit, all at the bottom)`, `shortfall = difference(all at the top, unit)`, `advantage` the mean
/// over the units of the group with a base score of `difference(unit, peer)`; see [`difference`]. Under arithmetic means
/// `points` is effective weight · (score − bottom) / 100; under a geometric one the points of an element fall to its
/// children by their weights, for each of them alone could pull it to the bottom.
pub fn contributions(definitions: &Definitions, scores: &Scores) -> Vec<Option<Contributions>> {
    let groups = groups(definitions, scores);
    let none = || (0..definitions.indicators.len()).map(|_| None).collect::<Vec<Option<f64>>>();
    let of = |unit: usize| {
        let own = if scores.base(unit).is_some() { profile(definitions, scores, unit) } else { none() };
        contribution(definitions, scores.base(unit)?, &own, groups.get(definitions.units.units[unit].group.as_str()))
    };
    (0..scores.unit_count()).map(of).collect()
}

fn contribution(
    definitions: &Definitions,
    base: f64,
    own: &[Option<f64>],
    group: Option<&Group>,
) -> Option<Contributions> {
    let index = &definitions.index;
    let (bottom, top) = index.scale;
    let all_at = |level: f64| -> Vec<Option<f64>> { own.iter().map(|score| score.map(|_| level)).collect() };
    let scored: Vec<usize> = (0..own.len()).filter(|&indicator| own[indicator].is_some()).collect();
    let steps = |value: f64| index.publish(value).steps();
    let printed = |difference: &Difference, steps: i64| {
        let exact: Vec<f64> = scored.iter().map(|&indicator| difference.parts[indicator].score).collect();
        let total = index.publish(base).with_steps(steps);
        (print_parts(&exact, total), Points { exact: difference.total, printed: total })
    };
    let (points, above_bottom) = printed(&difference(definitions, own, &all_at(bottom))?, steps(base) - steps(bottom));
    let (shortfall, below_top) = printed(&difference(definitions, &all_at(top), own)?, steps(top) - steps(base));
    let (advantage, lead) = match group.and_then(|group| group.lead(definitions, base, own, &scored)) {
        Some((advantage, lead)) => (Some(advantage), Some(lead)),
        None => (None, None),
    };
    let line = |position: usize| Contribution {
        indicator: scored[position],
        points: points[position],
        shortfall: shortfall[position],
        advantage: advantage.as_ref().map(|advantage| advantage[position]),
    };
    let indicators = (0..scored.len()).map(line).collect();
    Some(Contributions { indicators, above_bottom, below_top, lead })
}

/// Scores of the units of a group, those that behave alike together.
struct Group {
    unit_count: usize,
    mean: f64,
    /// How many units, and the mean score of each indicator over them.
    peers: Vec<(f64, Vec<Option<f64>>)>,
}

impl Group {
    /// Score parts of the indicators with a score, and the rest.
    fn lead(
        &self,
        definitions: &Definitions,
        base: f64,
        own: &[Option<f64>],
        scored: &[usize],
    ) -> Option<(Vec<Points>, Lead)> {
        if self.peers.len().saturating_mul(self.unit_count) > MOST_COMPARISONS {
            return None;
        }
        let count = self.peers.iter().map(|(count, _)| count).sum::<f64>();
        let mut sums = vec![0.0; own.len()];
        let mut weights = 0.0;
        for (times, peer) in &self.peers {
            let difference = difference(definitions, own, peer)?;
            for (sum, part) in sums.iter_mut().zip(&difference.parts) {
                *sum += times / count * part.score;
            }
            weights += times / count * difference.weight();
        }
        let index = &definitions.index;
        let (own_base, mean) = (index.publish(base), index.publish(self.mean));
        let printed = own_base.with_steps(own_base.steps() - mean.steps());
        let exact: Vec<f64> = scored.iter().map(|&indicator| sums[indicator]).chain([weights]).collect();
        let mut parts = print_parts(&exact, printed);
        let weights = parts.pop()?;
        let total = Points { exact: base - self.mean, printed };
        Some((parts, Lead { group_mean: self.mean, unit_count: self.unit_count, weights, total }))
    }
}

fn groups<'a>(definitions: &'a Definitions, scores: &Scores) -> BTreeMap<&'a str, Group> {
    let mut members: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    for (unit, about) in definitions.units.units.iter().enumerate().filter(|(unit, _)| scores.base(*unit).is_some()) {
        members.entry(about.group.as_str()).or_default().push(unit);
    }
    // Between given sets of indicators the parts are linear in the scores of arithmetic means, so that the mean over
    // the peers is the difference from their mean.
    let is_linear = definitions.elements.iter().all(|element| element.aggregate == Aggregate::Arithmetic);
    let group = |units: Vec<usize>| {
        let count = |number: usize| f64::from(u32::try_from(number).unwrap_or(u32::MAX));
        let mean = units.iter().filter_map(|&unit| scores.base(unit)).sum::<f64>() / count(units.len());
        let profiles = units.iter().map(|&unit| profile(definitions, scores, unit));
        let peers = if is_linear { alike(profiles) } else { profiles.map(|profile| (1.0, profile)).collect() };
        Group { unit_count: units.len(), mean, peers }
    };
    members.into_iter().map(|(name, units)| (name, group(units))).collect()
}

/// Mean profiles of those that have the same indicators.
fn alike(profiles: impl Iterator<Item = Vec<Option<f64>>>) -> Vec<(f64, Vec<Option<f64>>)> {
    let mut sums: BTreeMap<Vec<bool>, (f64, Vec<Option<f64>>)> = BTreeMap::new();
    for profile in profiles {
        let has: Vec<bool> = profile.iter().map(Option::is_some).collect();
        let zero = || (0.0, profile.iter().map(|score| score.map(|_| 0.0)).collect());
        let (count, sum) = sums.entry(has).or_insert_with(zero);
        *count += 1.0;
        for (sum, score) in sum.iter_mut().zip(&profile) {
            *sum = sum.zip(*score).map(|(sum, score)| sum + score);
        }
    }
    let mean =
        |(count, sum): (f64, Vec<Option<f64>>)| (count, sum.iter().map(|sum| sum.map(|sum| sum / count)).collect());
    sums.into_values().map(mean).collect()
}
