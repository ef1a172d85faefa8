//! The support list (补劣支持清单): which units are supported, why, by whom, until when, with what money.

mod lines;
mod standing;

pub use standing::Standing;

use super::Closing;
use super::funds::{FundSettlement, Money};
use super::ledger::{Ledger, State};
use crate::definitions::calendar::{Date, Period};
use crate::definitions::decimal::Published;
use crate::definitions::{Definitions, RuleKind};
use crate::index::{Scores, State as ScoreState};
use crate::rules::{Adjustment, Inputs, Outcome, Settlement, Subject};
use crate::sensitivity::Gap;
use lines::Lines;
use std::collections::{BTreeMap, BTreeSet};

/// The support list of a period.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct SupportList {
    /// One entry per unit: 重点帮扶 first, then 一般帮扶, both lowest base first, then 观察期 in register order.
    pub entries: Vec<SupportEntry>,
    /// Units that leave the list with this period (退出帮扶), in register order.
    pub left: Vec<usize>,
}

/// One unit on the support list.
#[derive(Clone, Debug, PartialEq)]
pub struct SupportEntry {
    /// Position of the unit.
    pub unit: usize,
    /// 重点帮扶, 一般帮扶 or 观察期.
    pub standing: Standing,
    /// First period of its present stay on the list.
    pub since: Period,
    /// What is weak: indicators, then elements, then everything else. Empty for a unit under watch.
    pub lines: Vec<SupportLine>,
    /// Indicators that were red at any time of its stay: all must reach the exit score before it leaves.
    pub former_red: BTreeSet<usize>,
}

/// One weak point of a unit.
#[derive(Clone, Debug, PartialEq)]
pub struct SupportLine {
    /// Position of the rule that found it.
    pub rule: usize,
    /// What it is about.
    pub subject: Subject,
    /// The same in words: code and name, or what the row says.
    pub what: String,
    /// How it was found, in words.
    pub reason: String,
    /// Severity; empty where it opens no problem.
    pub severity: String,
    /// Published score of the indicator, element or project; `None` where there is none.
    pub score: Option<Published>,
    /// Work still to do until the deadline, for an indicator that is counted.
    pub gap: Option<Gap>,
    /// Noun for one unit of that work; empty where there is none.
    pub work_unit: String,
    /// Weakest indicators below an element, lowest first; the indicator itself for an indicator.
    pub weakest: Vec<usize>,
    /// Helping departments, by name, most concerned first.
    pub helpers: Vec<String>,
    /// The open problem in the ledger, be it from this period or an earlier one.
    pub item: Option<String>,
    /// Deadline.
    pub due_on: Date,
    /// What must be reached.
    pub exit_test: String,
    /// Money earmarked for it, oldest first.
    pub grants: Vec<Grant>,
    /// Evidence identifier of a row; empty where there is none.
    pub evidence: String,
}

/// Money earmarked for one line, by one settlement.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Grant {
    /// Identifier of the pool.
    pub fund: String,
    /// How much, paid on closure.
    pub amount: Money,
    /// Whether it is only a trial computation.
    pub is_trial: bool,
}

impl SupportList {
    /// The entry of a unit.
    pub fn entry(&self, unit: usize) -> Option<&SupportEntry> {
        self.entries.iter().find(|entry| entry.unit == unit)
    }

    /// How many units are 重点帮扶.
    pub fn key_count(&self) -> usize {
        self.entries.iter().filter(|entry| entry.standing == Standing::Key).count()
    }
}

impl SupportLine {
    /// Money granted for good so far.
    pub fn money(&self) -> Money {
        self.grants.iter().filter(|grant| !grant.is_trial).map(|grant| grant.amount).sum()
    }

    /// `还差 30 户`, or `须减少 3 例` where less is better; empty where the gap is not counted.
    pub fn gap_text(&self) -> String {
        let Some(gap) = &self.gap else { return String::new() };
        let verb = if gap.is_reduction { "须减少" } else { "还差" };
        format!("{verb} {} {}", crate::definitions::decimal::plain(gap.count, 0), self.work_unit)
    }
}

/// Draws up the list of a period from what the support rules hit; money comes later, with [`grant`].
///
/// `ledger` is the ledger at the end of the period; `earlier` are the closings of earlier periods, oldest first, in
/// the order of [`Inputs::earlier`].
pub(super) fn draw_up(
    definitions: &Definitions,
    inputs: &Inputs,
    settlement: &Settlement,
    ledger: &Ledger,
    earlier: &[&Closing],
) -> SupportList {
    let follows = inputs.previous().is_some();
    let mut hits: BTreeMap<usize, Vec<&Adjustment>> = BTreeMap::new();
    for effect in &settlement.effects {
        let is_support = definitions.rules.rules[effect.rule].kind == RuleKind::Support;
        if is_support && effect.outcome == Outcome::Counted {
            hits.entry(effect.unit).or_default().push(effect);
        }
    }
    let bases = hits.keys().map(|&unit| (unit, settlement.units[unit].base.map(Published::steps))).collect();
    let before = earlier.last().copied();
    let mut stays: BTreeMap<usize, &SupportEntry> = BTreeMap::new();
    stays.extend(before.iter().flat_map(|closing| &closing.support.entries).map(|entry| (entry.unit, entry)));
    let lines = Lines::new(definitions, inputs, ledger);
    let mut list = SupportList::default();
    for (place, unit) in standing::lowest_first(bases).into_iter().enumerate() {
        let lines = lines.of_unit(unit, &hits[&unit]);
        let stay = stays.remove(&unit);
        let mut former_red = stay.map(|entry| entry.former_red.clone()).unwrap_or_default();
        former_red.extend(lines.iter().filter_map(|line| match line.subject {
            Subject::Indicator(indicator) => Some(indicator),
            _ => None,
        }));
        list.entries.push(SupportEntry {
            unit,
            standing: if place < definitions.rules.support.key_count { Standing::Key } else { Standing::General },
            since: stay.map_or(inputs.facts.period, |entry| entry.since),
            lines,
            former_red,
        });
    }
    let relapsed = relapsed(ledger, before.map(|closing| &closing.ledger));
    for (unit, entry) in stays {
        let mut entry = entry.clone();
        entry.former_red.retain(|&indicator| !is_withdrawn(ledger, unit, indicator));
        let mended = |&indicator: &usize| is_mended(definitions, inputs.scores, indicator, unit);
        let is_calm = entry.former_red.iter().all(mended) && !relapsed.contains(&unit);
        let needed = definitions.rules.support.exit_periods;
        match standing::after(entry.standing.calm_periods(), follows, is_calm, needed) {
            Some(standing) => list.entries.push(SupportEntry { standing, lines: Vec::new(), ..entry }),
            None => list.left.push(unit),
        }
    }
    list
}

/// Whether an indicator that was red has a score of this period's own data that reaches the exit score.
///
/// One that does not apply any more asks nothing; one that is missing, carried or left out proves nothing.
pub fn is_mended(definitions: &Definitions, scores: &Scores, indicator: usize, unit: usize) -> bool {
    let score = scores.indicator(indicator, unit);
    let published = score.score.map(|it| definitions.index.publish(it).value());
    score.state == ScoreState::NotApplicable
        || score.state.is_usable() && published.is_some_and(|it| it >= definitions.rules.support.exit_score)
}

/// Whether the problems of an indicator were all withdrawn (撤销): the figures were wrong, and it was never red.
fn is_withdrawn(ledger: &Ledger, unit: usize, indicator: usize) -> bool {
    let mut own = ledger
        .items
        .iter()
        .filter(|item| item.is_red_light && item.unit == unit && item.indicator == Some(indicator))
        .peekable();
    own.peek().is_some() && own.all(|item| item.state == State::Cancelled)
}

/// Units of which a problem has turned out to be back (反弹) since the last period.
fn relapsed(ledger: &Ledger, before: Option<&Ledger>) -> BTreeSet<usize> {
    let of = |ledger: &Ledger| -> BTreeMap<String, usize> {
        let items = ledger.items.iter().filter(|item| item.state == State::Relapsed);
        items.map(|item| (item.id.clone(), item.unit)).collect()
    };
    let known = before.map(of).unwrap_or_default();
    of(ledger).into_iter().filter(|(id, _)| !known.contains_key(id)).map(|(_, unit)| unit).collect()
}

/// Writes beside each line what settlements earmarked for it: for a problem in the ledger those of earlier periods too.
pub(super) fn grant(list: &mut SupportList, funds: &[FundSettlement], earlier: &[&Closing]) {
    let mut by_item: BTreeMap<&str, Vec<Grant>> = BTreeMap::new();
    // Lines have no name that lasts beyond their period.
    let mut by_line: BTreeMap<(usize, usize), Vec<Grant>> = BTreeMap::new();
    let before = earlier.iter().flat_map(|closing| &closing.funds).filter(|fund| !fund.is_trial());
    for (fund, is_now) in before.map(|fund| (fund, false)).chain(funds.iter().map(|fund| (fund, true))) {
        for earmark in &fund.earmarks {
            let grant = Grant { fund: fund.id.clone(), amount: earmark.amount, is_trial: fund.is_trial() };
            match (&earmark.item, earmark.line) {
                (Some(item), _) => by_item.entry(item).or_default().push(grant),
                (None, Some(line)) if is_now => by_line.entry((earmark.unit, line)).or_default().push(grant),
                _ => {}
            }
        }
    }
    for entry in &mut list.entries {
        for (position, line) in entry.lines.iter_mut().enumerate() {
            let grants = match &line.item {
                Some(item) => by_item.get(item.as_str()),
                None => by_line.get(&(entry.unit, position)),
            };
            line.grants = grants.cloned().unwrap_or_default();
        }
    }
}

#[cfg(test)]
mod tests;
