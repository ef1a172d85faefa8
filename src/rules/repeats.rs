//! What hits do to one another: the same matter once, a practice once a year, a repeat doubled, only the best win.

use super::adjustment::{Adjustment, Outcome};
use super::sheet::Sheet;
use super::weighing::Weighing;
use crate::definitions::calendar::{Date, Period};
use crate::definitions::{Rule, RuleKind};
use rayon::prelude::*;
use std::borrow::Cow;
use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

/// Settles hits, which are in the order of [`super::weighing`], among themselves.
///
/// `found` is what they were made of, in the same order.
pub(super) fn settle(sheet: &Sheet, found: &[Weighing], hits: &mut [Adjustment]) {
    multiply_repeats(sheet, found, hits);
    absorb_repeats(sheet, found, hits);
    absorb_double_deductions(sheet, found, hits);
    hits.par_iter_mut().filter(|hit| hit.outcome != Outcome::Counted).for_each(|hit| {
        hit.points = hit.points.with_steps(0);
    });
}

/// Rule, unit and key: what is the same again.
type Key<'a> = (usize, usize, &'a str);

fn key(hit: &Adjustment) -> Key<'_> {
    (hit.rule, hit.unit, &hit.key)
}

/// A hit: its position, and what it was made of with the position in it.
type Found<'f, 'a> = (usize, &'f Weighing<'a>, usize);

/// The hits of the rules that are meant, in their order.
fn of_rules<'f, 'a: 'f>(
    found: &'f [Weighing<'a>],
    is_meant: impl Fn(&Rule) -> bool,
) -> impl Iterator<Item = Found<'f, 'a>> {
    let starts = found.iter().scan(0, |end, own| {
        let start = *end;
        *end += own.len();
        Some((start, own))
    });
    let meant = starts.filter(move |(_, own)| is_meant(own.rule()));
    meant.flat_map(|(start, own)| (0..own.len()).map(move |at| (start + at, own, at)))
}

/// Hits that have a key, put together by key, those of one key in the order of the hits.
fn by_key(hits: &[Adjustment], positions: impl Iterator<Item = usize>) -> Vec<(Key<'_>, usize)> {
    let meant = positions.map(|position| (position, &hits[position])).filter(|(_, hit)| !hit.key.is_empty());
    let mut keys: Vec<(Key<'_>, usize)> = meant.map(|(position, hit)| (key(hit), position)).collect();
    keys.par_sort_unstable();
    keys
}

/// The same problem again within some periods multiplies the points (R11).
fn multiply_repeats(sheet: &Sheet, found: &[Weighing], hits: &mut [Adjustment]) {
    let (rules, index) = (&sheet.definitions.rules.rules, &sheet.definitions.index);
    let repeats = |hit: &Adjustment| rules[hit.rule].repeat_per.is_some();
    let keys = by_key(hits, of_rules(found, |rule| rule.repeat_per.is_some()).map(|(position, ..)| position));
    if keys.is_empty() {
        return;
    }
    let mut seen: BTreeSet<Key<'_>> = BTreeSet::new();
    for earlier in sheet.inputs.earlier {
        let is_near = |rule: usize| earlier.period >= first_period(sheet, &rules[rule]);
        let near: Vec<bool> = (0..rules.len()).map(is_near).collect();
        let is_meant = |hit: &&Adjustment| {
            repeats(hit) && near[hit.rule] && matches!(hit.outcome, Outcome::Counted | Outcome::Absorbed)
        };
        seen.extend(earlier.settlement.adjustments.iter().filter(is_meant).map(key));
    }
    let mut again: Vec<usize> = Vec::new();
    for same in keys.chunk_by(|one, other| one.0 == other.0) {
        let mut is_seen = seen.contains(&same[0].0);
        for &(_, position) in same {
            if is_seen {
                again.push(position);
            }
            is_seen |= hits[position].outcome != Outcome::Pending;
        }
    }
    for position in again {
        let hit = &mut hits[position];
        let factor = rules[hit.rule].repeat_factor;
        hit.row_points = index.publish(hit.row_points.value() * factor);
        hit.points = hit.row_points;
        hit.treatment.is_repeated = true;
    }
}

/// The first period in which a problem still makes one of today a repeat.
fn first_period(sheet: &Sheet, rule: &Rule) -> Period {
    (0..rule.repeat_within_periods).fold(sheet.inputs.facts.period, |period, _| period.previous())
}

/// Of several hits with one key only the highest counts, and none if the key counted not long ago.
fn absorb_repeats(sheet: &Sheet, found: &[Weighing], hits: &mut [Adjustment]) {
    let rules = &sheet.definitions.rules.rules;
    let is_meant = |hit: &Adjustment| rules[hit.rule].once_per.is_some() && hit.outcome == Outcome::Counted;
    let once = of_rules(found, |rule| rule.once_per.is_some()).map(|(position, ..)| position);
    let keys = by_key(hits, once.filter(|&position| is_meant(&hits[position])));
    if keys.is_empty() {
        return;
    }
    let mut latest: BTreeMap<Key<'_>, Date> = BTreeMap::new();
    for hit in sheet.inputs.earlier.iter().flat_map(|earlier| &earlier.settlement.adjustments) {
        if is_meant(hit) {
            let date = latest.entry(key(hit)).or_insert(hit.date);
            *date = hit.date.max(*date);
        }
    }
    let mut absorbed: Vec<usize> = Vec::new();
    for same in keys.chunk_by(|one, other| one.0 == other.0) {
        let before = latest.get(&same[0].0);
        let mut best: Option<usize> = None;
        for &(_, position) in same {
            let hit = &hits[position];
            let is_recent = |before: &Date| {
                let months = (i64::from(hit.date.year) - i64::from(before.year)) * 12 + i64::from(hit.date.month)
                    - i64::from(before.month);
                months < i64::from(rules[hit.rule].once_within_months)
            };
            if before.is_some_and(is_recent) {
                absorbed.push(position);
                continue;
            }
            // Of equals the first counts.
            match best {
                Some(other) if hits[other].points >= hit.points => absorbed.push(position),
                _ => absorbed.extend(best.replace(position)),
            }
        }
    }
    for position in absorbed {
        hits[position].outcome = Outcome::Absorbed;
    }
}

/// Unit, matter, rule and position of a hit.
type Matter<'a> = (usize, Cow<'a, str>, usize, usize);

/// One matter counts in one deduction rule only: the one that takes more for it.
fn absorb_double_deductions(sheet: &Sheet, found: &[Weighing], hits: &mut [Adjustment]) {
    let is_deduction = |rule: &Rule| rule.kind == RuleKind::Deduction;
    if found.iter().filter(|own| is_deduction(own.rule())).count() < 2 {
        return;
    }
    let counted = || of_rules(found, is_deduction).filter(|&(position, ..)| hits[position].outcome == Outcome::Counted);
    // Only a unit that two rules take from can be concerned.
    let mut rule_of: Vec<Option<usize>> = vec![None; sheet.unit_count()];
    let mut is_concerned = vec![false; sheet.unit_count()];
    for hit in counted().map(|(position, ..)| &hits[position]) {
        is_concerned[hit.unit] |= *rule_of[hit.unit].get_or_insert(hit.rule) != hit.rule;
    }
    let concerned = counted().filter(|&(position, ..)| is_concerned[hits[position].unit]);
    let mut matters: Vec<Matter> = concerned
        .map(|(position, own, at)| (hits[position].unit, own.matter(at), hits[position].rule, position))
        .filter(|(_, matter, ..)| !matter.is_empty())
        .collect();
    matters.par_sort_unstable();
    let mut absorbed: Vec<usize> = Vec::new();
    for same in matters.chunk_by(|one, other| (one.0, &one.1) == (other.0, &other.1)) {
        let by_rule = same.chunk_by(|one, other| one.2 == other.2);
        let total = |own: &[Matter]| own.iter().map(|one| hits[one.3].points.steps()).sum::<i64>();
        // Of equals the earlier rule counts.
        let most = by_rule.map(|own| (total(own), Reverse(own[0].2))).max();
        absorbed.extend(same.iter().filter(|one| most.is_some_and(|(_, rule)| rule.0 != one.2)).map(|one| one.3));
    }
    for position in absorbed {
        hits[position].outcome = Outcome::Absorbed;
    }
}
