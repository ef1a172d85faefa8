//! What hits do to one another: the same matter once, a practice once a year, a repeat doubled, only the best win.

use super::adjustment::{Adjustment, Outcome};
use super::sheet::Sheet;
use crate::definitions::calendar::Date;
use crate::definitions::decimal::Published;
use crate::definitions::{Rule, RuleKind};
use rayon::prelude::*;
use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

/// Puts hits in an order that no order of rows changes, and settles them among themselves.
pub(super) fn settle(sheet: &Sheet, hits: &mut [Adjustment]) {
    sort(hits);
    multiply_repeats(sheet, hits);
    absorb_repeats(sheet, hits);
    absorb_double_deductions(sheet, hits);
    for hit in hits.iter_mut().filter(|hit| hit.outcome != Outcome::Counted) {
        hit.points = hit.points.with_steps(0);
    }
}

/// By rule, date, points, unit, then everything else that tells two hits apart.
fn sort(hits: &mut [Adjustment]) {
    let mut order: Vec<usize> = (0..hits.len()).collect();
    order.par_sort_by(|&one, &other| {
        let (one, other) = (&hits[one], &hits[other]);
        (one.rule, one.date, Reverse(one.row_points), one.unit)
            .cmp(&(other.rule, other.date, Reverse(other.row_points), other.unit))
            .then_with(|| one.subject.cmp(&other.subject))
            .then_with(|| (&one.matter, &one.reason).cmp(&(&other.matter, &other.reason)))
            .then_with(|| one.evidence.cmp(&other.evidence))
    });
    // A hit is large: each is moved once along the cycles of the order instead of at every step of the sorting.
    for start in 0..order.len() {
        let mut at = start;
        while order[at] != start {
            let from = order[at];
            hits.swap(at, from);
            order[at] = at;
            at = from;
        }
        order[at] = at;
    }
}

/// The same problem again within some periods multiplies the points (R11).
fn multiply_repeats(sheet: &Sheet, hits: &mut [Adjustment]) {
    let definitions = sheet.definitions;
    let mut seen: BTreeSet<(usize, usize, String)> = BTreeSet::new();
    let repeating: BTreeSet<usize> =
        hits.iter().map(|hit| hit.rule).filter(|&rule| definitions.rules.rules[rule].repeat_per.is_some()).collect();
    for &rule in &repeating {
        let mut first = sheet.inputs.facts.period;
        for _ in 0..definitions.rules.rules[rule].repeat_within_periods {
            first = first.previous();
        }
        let earlier = sheet.inputs.earlier.iter().filter(|earlier| earlier.period >= first);
        for hit in earlier.flat_map(|earlier| &earlier.settlement.adjustments) {
            if hit.rule == rule && matches!(hit.outcome, Outcome::Counted | Outcome::Absorbed) {
                seen.insert((rule, hit.unit, hit.key.clone()));
            }
        }
    }
    for hit in hits.iter_mut().filter(|hit| repeating.contains(&hit.rule) && !hit.key.is_empty()) {
        let rule = &definitions.rules.rules[hit.rule];
        let key = (hit.rule, hit.unit, hit.key.clone());
        if seen.contains(&key) {
            let index = &definitions.index;
            hit.row_points = index.publish(hit.row_points.value() * rule.repeat_factor);
            hit.points = hit.row_points;
            hit.reason.push_str(&format!(",同一问题再次出现,按 {} 倍计", rule.repeat_factor));
        }
        if hit.outcome != Outcome::Pending {
            seen.insert(key);
        }
    }
}

/// Of several hits with one key only the highest counts, and none if the key counted not long ago.
fn absorb_repeats(sheet: &Sheet, hits: &mut [Adjustment]) {
    let rules = &sheet.definitions.rules.rules;
    let mut latest: BTreeMap<(usize, usize, &str), Date> = BTreeMap::new();
    for hit in sheet.inputs.earlier.iter().flat_map(|earlier| &earlier.settlement.adjustments) {
        if hit.outcome == Outcome::Counted && rules[hit.rule].once_per.is_some() {
            let date = latest.entry((hit.rule, hit.unit, &hit.key)).or_insert(hit.date);
            *date = hit.date.max(*date);
        }
    }
    let mut best: BTreeMap<(usize, usize, &str), usize> = BTreeMap::new();
    let mut absorbed: Vec<usize> = Vec::new();
    for (position, found) in hits.iter().enumerate() {
        let rule = &rules[found.rule];
        if rule.once_per.is_none() || found.key.is_empty() || found.outcome != Outcome::Counted {
            continue;
        }
        let is_recent = |before: &Date| {
            let months = (i64::from(found.date.year) - i64::from(before.year)) * 12 + i64::from(found.date.month)
                - i64::from(before.month);
            months < i64::from(rule.once_within_months)
        };
        let key = (found.rule, found.unit, found.key.as_str());
        if latest.get(&key).is_some_and(is_recent) {
            absorbed.push(position);
        } else {
            absorbed.extend(keep_the_larger(&mut best, key, position, hits));
        }
    }
    for position in absorbed {
        hits[position].outcome = Outcome::Absorbed;
    }
}

/// One matter counts in one deduction rule only: the one that takes more for it.
fn absorb_double_deductions(sheet: &Sheet, hits: &mut [Adjustment]) {
    let is_meant = |hit: &Adjustment| {
        let rule = &sheet.definitions.rules.rules[hit.rule];
        rule.kind == RuleKind::Deduction && hit.outcome == Outcome::Counted && !hit.matter.is_empty()
    };
    let mut totals: BTreeMap<(usize, &str), BTreeMap<usize, i64>> = BTreeMap::new();
    for hit in hits.iter().filter(|hit| is_meant(hit)) {
        *totals.entry((hit.unit, &hit.matter)).or_default().entry(hit.rule).or_default() += hit.points.steps();
    }
    totals.retain(|_, rules| rules.len() > 1);
    let absorbed: Vec<usize> = hits
        .iter()
        .enumerate()
        .filter(|(_, hit)| is_meant(hit))
        .filter(|(_, hit)| {
            let rules = totals.get(&(hit.unit, hit.matter.as_str()));
            // Of equals the earlier rule counts.
            rules
                .and_then(|rules| rules.iter().max_by_key(|(rule, total)| (**total, Reverse(**rule))))
                .is_some_and(|(rule, _)| *rule != hit.rule)
        })
        .map(|(position, _)| position)
        .collect();
    for position in absorbed {
        hits[position].outcome = Outcome::Absorbed;
    }
}

/// Of the hits with one key, the first of the largest counts; returns the other, which is absorbed.
fn keep_the_larger<K: Ord>(
    best: &mut BTreeMap<K, usize>,
    key: K,
    position: usize,
    hits: &[Adjustment],
) -> Option<usize> {
    match best.get(&key).copied() {
        Some(other) if hits[other].points >= hits[position].points => Some(position),
        other => {
            best.insert(key, position);
            other
        }
    }
}

/// Points by place over all units: ties share the better place, and the places they fill are not given again.
pub(super) fn give_places(sheet: &Sheet, rule: &Rule, hits: &mut [Adjustment], order: &[Option<f64>]) {
    let index = &sheet.definitions.index;
    let publish = |value: f64| index.publish(value);
    let worth: Vec<Option<Published>> =
        order.iter().map(|value| value.filter(|it| it.abs() < 1e9).map(publish)).collect();
    for (hit, rank) in hits.iter_mut().zip(super::ranks(&worth)) {
        let place = rank.and_then(|rank| usize::try_from(rank.place).ok()).unwrap_or(usize::MAX);
        match place.checked_sub(1).and_then(|place| rule.places.get(place)) {
            Some(points) => {
                hit.points = publish(*points);
                hit.reason.push_str(&format!(",第 {place} 名"));
            }
            None if hit.outcome == Outcome::Counted => {
                hit.points = hit.points.with_steps(0);
                hit.outcome = Outcome::Outplaced;
            }
            None => hit.points = hit.points.with_steps(0),
        }
        hit.row_points = hit.points;
    }
}
