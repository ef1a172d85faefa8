//! What the rules found becomes problems of the ledger, each one once.

use super::problems::id_part;
use super::state::State;
use super::{Item, Ledger, wording};
use crate::definitions::{ColumnKind, Definitions, RuleKind, Scope, Source};
use crate::facts::{Entry, RegisterRow};
use crate::rules::{Adjustment, Inputs, Outcome, Settlement, Subject};
use std::collections::BTreeMap;

/// Where a red light comes from.
const RED_LIGHT: &str = "指数红灯";
/// Where a red light of an opinion survey comes from.
const SURVEY: &str = "满意度";

/// Opens what the rules found: a problem for every hit of a support rule that states a severity.
///
/// A problem that is open already is not opened twice: its red streak goes on. What came back (反弹) is opened anew with
/// the next serial and the old number in the note.
pub fn open(definitions: &Definitions, inputs: &Inputs, settlement: &Settlement, ledger: Ledger) -> Ledger {
    let mut opening = Opening::new(definitions, inputs, ledger);
    let hits = settlement.effects.iter().filter(|hit| {
        let rule = &definitions.rules.rules[hit.rule];
        rule.kind == RuleKind::Support && hit.outcome == Outcome::Counted && !hit.severity.is_empty()
    });
    for hit in hits {
        match hit.subject {
            Subject::Indicator(indicator) => opening.red_light(hit, indicator),
            Subject::Row => opening.row(hit),
            Subject::Unit | Subject::Element(_) | Subject::Project(_) | Subject::Item(_) => {}
        }
    }
    opening.reopen_the_rest();
    opening.refresh_exit_tests();
    opening.streaks();
    opening.rule_hits(settlement);
    opening.ledger
}

struct Opening<'a> {
    definitions: &'a Definitions,
    inputs: &'a Inputs<'a>,
    ledger: Ledger,
    /// Problems of an indicator of a unit, in the order of opening.
    lines: BTreeMap<(usize, usize), Vec<usize>>,
    by_id: BTreeMap<String, usize>,
    /// Serial that follows the last one given, by what stands before it and where the search began.
    serials: BTreeMap<(String, u32), u32>,
}

impl<'a> Opening<'a> {
    fn new(definitions: &'a Definitions, inputs: &'a Inputs<'a>, mut ledger: Ledger) -> Self {
        ledger.period = Some(inputs.facts.period);
        let mut lines: BTreeMap<(usize, usize), Vec<usize>> = BTreeMap::new();
        for (position, item) in ledger.items.iter().enumerate() {
            if let Some(indicator) = item.indicator {
                lines.entry((indicator, item.unit)).or_default().push(position);
            }
        }
        let by_id = ledger.items.iter().enumerate().map(|(position, item)| (item.id.clone(), position)).collect();
        Opening { definitions, inputs, ledger, lines, by_id, serials: BTreeMap::new() }
    }

    /// A free number: the period, the unit and what it is about, from a serial on.
    fn id(&mut self, unit: usize, about: &str, least: u32) -> String {
        let code = &self.definitions.units.units[unit].code;
        let prefix = format!("{}-{code}-{about}", self.inputs.facts.period);
        let next = self.serials.entry((prefix.clone(), least)).or_insert(least);
        loop {
            let id = format!("{prefix}-{next:02}");
            *next += 1;
            if !self.by_id.contains_key(&id) {
                return id;
            }
        }
    }

    fn add(&mut self, item: Item) {
        let position = self.ledger.items.len();
        self.by_id.insert(item.id.clone(), position);
        if let Some(indicator) = item.indicator {
            self.lines.entry((indicator, item.unit)).or_default().push(position);
        }
        self.ledger.items.push(item);
    }

    /// A new problem with what all have in common.
    fn item(&mut self, unit: usize, about: &str, least: u32) -> Item {
        let period = self.inputs.facts.period;
        let due_on = wording::deadline(self.definitions, period).last_day();
        let mut item = Item::new(self.id(unit, about, least), period, unit, due_on);
        item.owner.clone_from(&self.definitions.units.units[unit].name);
        item
    }

    fn of_indicator(&mut self, indicator: usize, unit: usize, severity: &str, least: u32) -> Item {
        let definition = &self.definitions.indicators[indicator];
        let mut item = self.item(unit, &definition.code, least);
        let is_survey = matches!(definition.source, Source::Survey { .. });
        item.source = if is_survey { SURVEY } else { RED_LIGHT }.to_owned();
        item.indicator = Some(indicator);
        item.is_red_light = true;
        item.description = wording::description(self.definitions, self.inputs, indicator, unit);
        severity.clone_into(&mut item.severity);
        item.exit_test = wording::exit_test(self.definitions, self.inputs, indicator, unit, item.due_on);
        item.helper = wording::helper(self.definitions, indicator);
        item
    }

    /// An indicator is red. A carried score says nothing new about it.
    ///
    /// What people wrote down about the indicator, with a deadline of their own, stands beside it and in place of nothing.
    fn red_light(&mut self, hit: &Adjustment, indicator: usize) {
        let known = self.lines.get(&(indicator, hit.unit)).map(Vec::as_slice).unwrap_or_default();
        let is_known = |item: &Item| {
            let is_mended_now = item.state == State::Closed && item.left_in(self.inputs.facts.period);
            item.is_red_light && (item.state.is_open() || item.state == State::LongTerm || is_mended_now)
        };
        if !self.inputs.scores.indicator(indicator, hit.unit).state.is_usable() {
            return;
        }
        // While it is open and red, it grows as severe as the rule says now.
        let grows = |item: &Item| item.state.is_open() && item.is_red_light;
        for &position in known {
            if grows(&self.ledger.items[position]) {
                self.ledger.items[position].severity = hit.severity.to_string();
            }
        }
        if known.iter().any(|&position| is_known(&self.ledger.items[position])) {
            return;
        }
        let old = known.iter().rev().copied().find(|&position| came_back(&self.ledger.items[position]));
        match old {
            Some(old) => self.reopen(old, &hit.severity),
            None => {
                let item = self.of_indicator(indicator, hit.unit, &hit.severity, 1);
                self.add(item);
            }
        }
    }

    /// Opens a problem that came back, with the next serial.
    fn reopen(&mut self, old: usize, severity: &str) {
        let before = self.ledger.items[old].clone();
        let (least, old_id) = (before.serial() + 1, before.id.clone());
        let mut item = match before.indicator.filter(|&indicator| self.is_red(indicator, before.unit)) {
            Some(indicator) => self.of_indicator(indicator, before.unit, severity, least),
            None => {
                // Seen on the spot: what was wrong then is wrong again.
                let head = format!("{}-{}-", before.opened_in, self.definitions.units.units[before.unit].code);
                let tail = before.id.strip_prefix(&head).and_then(|rest| rest.rsplit_once('-'));
                let mut item = self.item(before.unit, tail.map_or("", |(about, _)| about), least);
                item.source.clone_from(&before.source);
                item.indicator = before.indicator;
                item.is_red_light = before.is_red_light;
                item.description = format!("回头看发现反弹:{}", before.description);
                severity.clone_into(&mut item.severity);
                item.exit_test.clone_from(&before.exit_test);
                item.helper.clone_from(&before.helper);
                item
            }
        };
        item.owner.clone_from(&before.owner);
        item.leader_post.clone_from(&before.leader_post);
        item.reopens.clone_from(&old_id);
        item.add_note(&format!("反弹,原问题编号 {old_id}"));
        let new_id = item.id.clone();
        self.add(item);
        self.link(old, &new_id);
    }

    /// The exit test of an open red light names the deadline of now and what is missing now, so that ledger, support list and
    /// sheets ask for one thing; people cannot write it.
    fn refresh_exit_tests(&mut self) {
        for item in &mut self.ledger.items {
            let now = wording::exit_test_now(self.definitions, self.inputs, item);
            if let Some(now) = now.or_else(|| wording::exit_test_moved(item)) {
                item.exit_test = now;
            }
        }
    }

    fn link(&mut self, old: usize, new_id: &str) {
        let before = &mut self.ledger.items[old];
        new_id.clone_into(&mut before.reopened_as);
        before.add_note(&format!("反弹,新问题编号 {new_id}"));
    }

    fn is_red(&self, indicator: usize, unit: usize) -> bool {
        super::closing::is_red(self.definitions, self.inputs.scores, indicator, unit)
    }

    /// What came back and no rule opened anew: seen on the spot, or no rule looks at it.
    fn reopen_the_rest(&mut self) {
        for old in 0..self.ledger.items.len() {
            let item = &self.ledger.items[old];
            if !came_back(item) {
                continue;
            }
            let known = item.indicator.and_then(|indicator| self.lines.get(&(indicator, item.unit)));
            let is_same = |other: &Item| other.state.is_open() && (other.is_red_light || !item.is_red_light);
            let open = known.into_iter().flatten().find(|&&other| is_same(&self.ledger.items[other]));
            if let Some(new_id) = open.map(|&other| self.ledger.items[other].id.clone()) {
                self.link(old, &new_id);
            } else {
                let severity = item.severity.clone();
                self.reopen(old, &severity);
            }
        }
    }

    /// A row of a small table, such as what an unannounced visit found. One that names an open problem of the unit is about
    /// that one.
    fn row(&mut self, hit: &Adjustment) {
        let rule = &self.definitions.rules.rules[hit.rule];
        let Scope::Table(table) = rule.scope else { return };
        let layout = &self.definitions.tables[table];
        let row = hit.row.and_then(|row| self.inputs.facts.registers[table].get(row));
        let text = |row: &RegisterRow, id: &str| match row.named(layout, id) {
            Entry::Text(text) => Some(text.clone()),
            _ => None,
        };
        let named = row.and_then(|row| text(row, "item")).and_then(|id| self.by_id.get(&id).copied());
        if let Some(known) = named.map(|known| &mut self.ledger.items[known])
            && known.state.is_open()
            && known.unit == hit.unit
        {
            if !known.rule_hits.contains(&rule.id) {
                known.rule_hits.push(rule.id.clone());
            }
            return;
        }
        let mut item = self.item(hit.unit, &id_part(&rule.id), 1);
        item.opened_by = hit.row.map(|row| (hit.rule, row));
        item.rule_hits.push(rule.id.clone());
        let named = row.and_then(|row| text(row, "source").or_else(|| text(row, "type")));
        item.source = named.unwrap_or_else(|| rule.name.clone());
        let evidence = hit.evidence(self.definitions, self.inputs.facts);
        let paper = if evidence.is_empty() { String::new() } else { format!("(材料 {evidence})") };
        item.description = format!("{} {}{paper}", hit.date, hit.reason(self.definitions, self.inputs.facts));
        item.severity = hit.severity.to_string();
        item.exit_test = wording::plain_exit_test(self.definitions, None);
        if let Some(Entry::Department(department)) = row.map(|row| row.first(layout, ColumnKind::Department)) {
            item.helper.clone_from(&self.definitions.departments[*department].name);
        }
        self.add(item);
    }

    /// For how many periods in a row each open problem's indicator has been red.
    fn streaks(&mut self) {
        for item in self.ledger.items.iter_mut().filter(|item| item.state.is_open()) {
            let Some(indicator) = item.indicator else { continue };
            let streak = self.inputs.red_streak(self.definitions, indicator, item.unit);
            // Mended and not yet closed, it still says how long it was red.
            if streak > 0 {
                item.red_streak = streak;
            }
        }
    }

    /// The rules of this period that are about a problem.
    fn rule_hits(&mut self, settlement: &Settlement) {
        let period = self.inputs.facts.period;
        for hit in settlement.adjustments.iter().chain(&settlement.effects) {
            let rule = &self.definitions.rules.rules[hit.rule];
            let is_about_it = rule.kind.has_points() || rule.kind == RuleKind::Support;
            if hit.outcome != Outcome::Counted || !is_about_it {
                continue;
            }
            let position = match &hit.subject {
                Subject::Item(id) => self.by_id.get(id).copied(),
                Subject::Indicator(indicator) => {
                    let known = self.lines.get(&(*indicator, hit.unit)).map(Vec::as_slice).unwrap_or_default();
                    let is_of_now = |item: &Item| item.state.is_open() || item.left_in(period);
                    let find = |is_red_light: bool| {
                        let fits = |item: &Item| item.is_red_light == is_red_light && is_of_now(item);
                        known.iter().rev().copied().find(|&position| fits(&self.ledger.items[position]))
                    };
                    find(true).or_else(|| find(false))
                }
                _ => None,
            };
            let Some(position) = position else { continue };
            let item = &mut self.ledger.items[position];
            if !item.rule_hits.contains(&rule.id) {
                item.rule_hits.push(rule.id.clone());
            }
        }
    }
}

/// Whether a closed problem came back and was not opened anew yet.
fn came_back(item: &Item) -> bool {
    item.state == State::Relapsed && item.reopened_as.is_empty()
}
