//! From the ledger of the last period to that of this one, but for what the rules will open.

use super::actions::{self, Written};
use super::deed::{Bench, Deed};
use super::state::State;
use super::{Item, Ledger, edited, look_back, problems};
use crate::audit::{Audit, Diagnostic};
use crate::definitions::Definitions;
use crate::definitions::calendar::Date;
use crate::facts::Facts;
use crate::index::Scores;
use std::collections::{BTreeMap, BTreeSet};

/// Takes over the ledger of the last period and applies what people decided in this one.
///
/// `earlier` are the ledgers of earlier periods, oldest first; a printed ledger that comes back is compared with the one it
/// was printed from. What is wrong is noted with its place, and a row that is wrong changes nothing.
pub fn advance(
    definitions: &Definitions,
    facts: &Facts,
    scores: &Scores,
    earlier: &[&Ledger],
    audit: &mut Audit,
) -> Ledger {
    let bench = Bench { definitions, facts, scores };
    let mut items = earlier.last().map(|ledger| ledger.items.clone()).unwrap_or_default();
    let opened = problems::open(&bench, audit);
    items.extend(opened);
    let ids: BTreeMap<&str, usize> =
        items.iter().enumerate().map(|(position, item)| (item.id.as_str(), position)).collect();
    let mut written = actions::read(&bench, &items, &ids, audit);
    written.extend(edited::read(&bench, &items, &ids, earlier, audit));
    drop(ids);
    let mut by_item: BTreeMap<usize, Vec<Written>> = BTreeMap::new();
    for row in written {
        by_item.entry(row.item).or_default().push(row);
    }
    for (position, item) in items.iter_mut().enumerate() {
        if let Some(rows) = by_item.get(&position) {
            settle(&bench, item, rows, audit);
        } else if item.state == State::Pending {
            assign_by(&bench, item, facts.period.last_day());
        }
        if item.state.is_open() {
            item.count_overdue(&facts.calendar, facts.period.last_day());
        }
    }
    look_back::at_end(&bench, &mut items);
    Ledger { period: Some(facts.period), items }
}

/// Applies all rows about one problem; a row with a mistake is left out whole, and the rest is done anew without it.
fn settle(bench: &Bench, item: &mut Item, rows: &[Written], audit: &mut Audit) {
    let mut left_out: BTreeSet<usize> = BTreeSet::new();
    loop {
        let mut next = item.clone();
        match run(bench, &mut next, rows, &left_out) {
            Ok(()) => {
                *item = next;
                return;
            }
            Err((row, problem)) => {
                audit.note(*problem);
                left_out.insert(row);
            }
        }
    }
}

fn run(
    bench: &Bench,
    item: &mut Item,
    rows: &[Written],
    left_out: &BTreeSet<usize>,
) -> Result<(), (usize, Box<Diagnostic>)> {
    let taken = || rows.iter().enumerate().filter(|(row, _)| !left_out.contains(row));
    for (_, row) in taken() {
        for (field, text) in &row.edits {
            field.of_item(item).clone_from(text);
            item.place = row.place.clone();
        }
        for id in &row.evidence {
            if !item.evidence.contains(id) {
                item.evidence.push(id.clone());
            }
        }
    }
    let mut waiting: Vec<(usize, &Deed)> =
        taken().flat_map(|(row, written)| written.deeds.iter().map(move |deed| (row, deed))).collect();
    waiting.sort_by(|left, right| left.1.key().cmp(&right.1.key()));
    while let Some(&(_, first)) = waiting.first() {
        assign_by(bench, item, first.date);
        // Of what was done on one day, what the state allows comes first.
        let same_day = waiting.iter().take_while(|(_, deed)| deed.date == first.date);
        let allowed = same_day.map(|(_, deed)| deed.verb).position(|verb| item.state.allows().contains(&verb));
        let (row, deed) = waiting.remove(allowed.unwrap_or(0));
        bench.apply(item, deed).map_err(|problem| (row, problem))?;
    }
    assign_by(bench, item, bench.facts.period.last_day());
    Ok(())
}

/// A problem is assigned so many days after the end of the period that found it, if nobody did it before.
fn assign_by(bench: &Bench, item: &mut Item, day: Date) {
    let assigned = item.opened_in.last_day().plus(i64::from(bench.definitions.rules.support.assign_days));
    if item.state == State::Pending && assigned <= day {
        item.assigned_on = Some(assigned);
        item.state = State::Assigned;
    }
}
