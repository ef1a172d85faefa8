//! What is weak at one unit, line by line.

use super::SupportLine;
use crate::audit::Place;
use crate::definitions::calendar::{Date, Period};
use crate::definitions::decimal::{Published, plain};
use crate::definitions::{Child, ColumnKind, Definitions, Scope};
use crate::facts::{Entry, RegisterRow};
use crate::rules::{Adjustment, Inputs, Subject};
use crate::sensitivity;
use crate::support::ledger::{Item, Ledger};
use std::collections::{BTreeMap, BTreeSet};

/// What lines are made from.
pub(super) struct Lines<'a> {
    definitions: &'a Definitions,
    inputs: &'a Inputs<'a>,
    by_id: BTreeMap<&'a str, &'a Item>,
    /// The open problem of an indicator of a unit: the latest of those a red light opened, else of the others.
    of_indicator: BTreeMap<(usize, usize), &'a Item>,
    /// The open problem that a rule opened for a row of this period.
    of_row: BTreeMap<(usize, usize), &'a Item>,
}

impl<'a> Lines<'a> {
    /// Of a period, with the ledger at the end of it.
    pub(super) fn new(definitions: &'a Definitions, inputs: &'a Inputs<'a>, ledger: &'a Ledger) -> Self {
        let by_id = ledger.items.iter().map(|item| (item.id.as_str(), item)).collect();
        let mut of_indicator: BTreeMap<(usize, usize), &Item> = BTreeMap::new();
        let mut of_row = BTreeMap::new();
        for item in ledger.open_items() {
            if let Some(indicator) = item.indicator {
                let known = of_indicator.entry((item.unit, indicator)).or_insert(item);
                if item.is_red_light || !known.is_red_light {
                    *known = item;
                }
            }
            if let Some(origin) = item.opened_by.filter(|_| item.opened_in == inputs.facts.period) {
                of_row.insert(origin, item);
            }
        }
        Lines { definitions, inputs, by_id, of_indicator, of_row }
    }

    /// The lines of one unit from its hits: one per subject, the first rule that found it; rows each on their own.
    pub(super) fn of_unit(&self, unit: usize, hits: &[&Adjustment]) -> Vec<SupportLine> {
        // Rows have a place each; everything else stands nowhere.
        let mut found: BTreeSet<(&Subject, Option<&Place>)> = BTreeSet::new();
        let place = |hit: &Adjustment| hit.place(self.definitions, self.inputs.facts);
        let new = hits.iter().filter(|hit| found.insert((&hit.subject, place(hit))));
        let mut lines: Vec<SupportLine> = new.map(|hit| self.line(unit, hit)).collect();
        lines.sort_by_key(|line| order(&line.subject));
        lines
    }

    fn line(&self, unit: usize, hit: &Adjustment) -> SupportLine {
        let (definitions, period) = (self.definitions, self.inputs.facts.period);
        let item = self.item(unit, hit);
        let due_on = item.map_or_else(|| self.usual_deadline(), |item| item.extended_to.unwrap_or(item.due_on));
        let mut gap = None;
        let mut work_unit = String::new();
        if let Subject::Indicator(indicator) = hit.subject {
            let cell = self.inputs.matrix.cell(indicator, unit);
            let score = self.inputs.scores.indicator(indicator, unit);
            gap = sensitivity::gap(definitions, indicator, unit, cell, score, period_due(period, due_on));
            work_unit.clone_from(&definitions.indicators[indicator].work_unit);
        }
        let weakest = self.weakest(unit, &hit.subject);
        let exit_test = item.map(|item| item.exit_test.clone()).filter(|test| !test.is_empty());
        SupportLine {
            rule: hit.rule,
            what: self.words(hit),
            reason: hit.reason(definitions, self.inputs.facts),
            severity: hit.severity.to_string(),
            score: self.score(unit, &hit.subject),
            gap,
            work_unit,
            helpers: self.helpers(hit, &weakest),
            weakest,
            item: item.map(|item| item.id.clone()),
            due_on,
            exit_test: exit_test.unwrap_or_else(|| self.usual_test(hit)),
            grants: Vec::new(),
            evidence: hit.evidence(definitions, self.inputs.facts).into_owned(),
            subject: hit.subject.clone(),
        }
    }

    /// The problem that a line is about: that of the indicator, whenever it was opened; of a row the one that it opened,
    /// or the open one that it names.
    fn item(&self, unit: usize, hit: &Adjustment) -> Option<&'a Item> {
        match &hit.subject {
            Subject::Indicator(indicator) => self.of_indicator.get(&(unit, *indicator)).copied(),
            Subject::Item(id) => self.by_id.get(id.as_str()).copied(),
            Subject::Row if !hit.severity.is_empty() => {
                let opened = self.of_row.get(&(hit.rule, hit.row?)).copied();
                opened.or_else(|| self.named(hit)).filter(|item| item.unit == unit)
            }
            Subject::Row | Subject::Unit | Subject::Element(_) | Subject::Project(_) => None,
        }
    }

    /// The open problem that a row names.
    fn named(&self, hit: &Adjustment) -> Option<&'a Item> {
        let (table, row) = self.row(hit)?;
        let Entry::Text(id) = row.named(&self.definitions.tables[table], "item") else { return None };
        self.by_id.get(id.as_str()).copied().filter(|item| item.state.is_open())
    }

    fn usual_deadline(&self) -> Date {
        let periods = self.definitions.rules.support.due_periods;
        (0..periods).fold(self.inputs.facts.period, |period, _| period.next()).last_day()
    }

    fn usual_test(&self, hit: &Adjustment) -> String {
        let support = &self.definitions.rules.support;
        match hit.subject {
            Subject::Indicator(_) => format!("指标得分达到 {} 分,并经核验", plain(support.exit_score, 2)),
            Subject::Row | Subject::Item(_) => "整改到位,并经核验".to_owned(),
            Subject::Unit | Subject::Element(_) | Subject::Project(_) => {
                let rule = &self.definitions.rules.rules[hit.rule];
                format!("连续 {} 期不再触发“{}”", support.exit_periods, rule.name)
            }
        }
    }

    fn words(&self, hit: &Adjustment) -> String {
        let definitions = self.definitions;
        match &hit.subject {
            Subject::Indicator(indicator) => {
                let about = &definitions.indicators[*indicator];
                format!("{} {}", about.code, about.name)
            }
            Subject::Element(element) => {
                let about = &definitions.elements[*element];
                format!("{} {}", about.code, about.name)
            }
            Subject::Project(project) => {
                let about = &definitions.projects[*project];
                format!("{} {}", about.code, about.name)
            }
            Subject::Item(id) => id.clone(),
            Subject::Unit => hit.reason(definitions, self.inputs.facts),
            Subject::Row => self
                .row_words(hit)
                .filter(|words| !words.is_empty())
                .unwrap_or_else(|| hit.reason(definitions, self.inputs.facts)),
        }
    }

    /// The row a hit is about, with the position of its table.
    fn row(&self, hit: &Adjustment) -> Option<(usize, &RegisterRow)> {
        let Scope::Table(table) = self.definitions.rules.rules[hit.rule].scope else { return None };
        let row = self.inputs.facts.registers[table].get(hit.row?)?;
        Some((table, row))
    }

    /// What a row says, without numbers of files and who wrote or verified it.
    fn row_words(&self, hit: &Adjustment) -> Option<String> {
        const BESIDE: [&str; 5] = ["event_id", "evidence", "verified_by", "approved_by", "item"];
        let (table, row) = self.row(hit)?;
        let columns = self.definitions.tables[table].columns.iter().zip(&row.entries);
        let texts = columns.filter_map(|(column, entry)| match entry {
            Entry::Text(text) if !BESIDE.contains(&column.id.as_str()) => Some(text.as_str()),
            _ => None,
        });
        Some(texts.collect::<Vec<_>>().join(","))
    }

    fn score(&self, unit: usize, subject: &Subject) -> Option<Published> {
        let score = match subject {
            Subject::Indicator(indicator) => self.inputs.scores.indicator(*indicator, unit).score,
            Subject::Element(element) => self.inputs.scores.element(*element, unit),
            Subject::Unit => self.inputs.scores.base(unit),
            Subject::Project(_) | Subject::Item(_) | Subject::Row => None,
        };
        score.map(|score| self.publish(score))
    }

    fn publish(&self, score: f64) -> Published {
        self.definitions.index.publish(score)
    }

    /// The weakest of the indicators a subject is made of, lowest first: the red ones; where none is red, the lowest.
    fn weakest(&self, unit: usize, subject: &Subject) -> Vec<usize> {
        let definitions = self.definitions;
        let concerned: Vec<usize> = match subject {
            Subject::Indicator(indicator) => return vec![*indicator],
            Subject::Row => return Vec::new(),
            Subject::Item(id) => {
                let item = self.by_id.get(id.as_str());
                return item.and_then(|item| item.indicator).into_iter().collect();
            }
            Subject::Element(element) => below(definitions, *element),
            Subject::Unit => (0..definitions.indicators.len()).collect(),
            Subject::Project(project) => (0..definitions.indicators.len())
                .filter(|&indicator| definitions.indicators[indicator].projects.contains(project))
                .collect(),
        };
        let score = |&indicator: &usize| {
            let score = self.inputs.scores.indicator(indicator, unit).score?;
            Some((self.publish(score), indicator))
        };
        let mut scored: Vec<(Published, usize)> = concerned.iter().filter_map(score).collect();
        scored.sort();
        let lowest = scored.first().map(|(score, _)| *score);
        let is_red = |score: Published| score.value() < definitions.index.yellow_min;
        scored.retain(|(score, _)| is_red(*score) || Some(*score) == lowest);
        scored.into_iter().map(|(_, indicator)| indicator).collect()
    }

    /// Who helps: who verified a row, else the department it names; otherwise who answers for the weakest indicators.
    fn helpers(&self, hit: &Adjustment, weakest: &[usize]) -> Vec<String> {
        let definitions = self.definitions;
        let mut helpers: Vec<String> = Vec::new();
        if let Some((table, row)) = self.row(hit) {
            let layout = &definitions.tables[table];
            match (row.named(layout, "verified_by"), row.first(layout, ColumnKind::Department)) {
                (Entry::Text(name), _) => helpers.push(name.clone()),
                (Entry::Department(department), _) | (_, Entry::Department(department)) => {
                    helpers.push(definitions.departments[*department].name.clone());
                }
                _ => {}
            }
        }
        for &indicator in weakest {
            let name = &definitions.departments[definitions.helper(indicator)].name;
            if !helpers.contains(name) {
                helpers.push(name.clone());
            }
        }
        helpers
    }
}

/// All indicators below an element.
fn below(definitions: &Definitions, element: usize) -> Vec<usize> {
    let below = |child: &Child| match child {
        Child::Indicator(indicator) => vec![*indicator],
        Child::Element(element) => below(definitions, *element),
    };
    definitions.elements[element].children.iter().flat_map(below).collect()
}

/// Indicators first, then elements and projects, then everything else in the order in which it was found.
fn order(subject: &Subject) -> (u8, usize) {
    match subject {
        Subject::Indicator(indicator) => (0, *indicator),
        Subject::Element(element) => (1, *element),
        Subject::Project(project) => (2, *project),
        Subject::Item(_) | Subject::Unit | Subject::Row => (3, 0),
    }
}

/// The period by whose end the work is due: that of the deadline, but no earlier than this one and within the year,
/// because tasks start anew with it.
fn period_due(period: Period, due_on: Date) -> Period {
    let mut due = period;
    while due.last_day() < due_on && !due.next().starts_year() {
        due = due.next();
    }
    due
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn work_is_due_by_the_end_of_the_deadlines_period_but_never_in_the_next_year() {
        let due = |period: &str, day: &str| {
            period_due(period.parse().expect("a period"), Date::read(day).expect("a day")).to_string()
        };
        assert_eq!(due("2022Q2", "2022-09-30"), "2022Q3");
        assert_eq!(due("2022Q2", "2022-12-31"), "2022Q4");
        assert_eq!(due("2022Q2", "2022-03-31"), "2022Q2", "overdue");
        assert_eq!(due("2022Q4", "2023-03-31"), "2022Q4");
        assert_eq!(due("2022", "2023-12-31"), "2022");
    }
}
