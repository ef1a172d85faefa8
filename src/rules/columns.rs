//! How each column of a rule's lines is read.

use super::lines::{self, published};
use super::sheet::{Getter, Sheet, flag, number, text};
use crate::definitions::{ColumnKind, Definitions, Scope, computed_columns};
use crate::facts::{CellState, Entry};
use crate::index::Scores;
use std::borrow::Cow;

impl Sheet<'_> {
    pub(super) fn of_table(&self, table: usize, name: &str) -> Option<Getter<'_>> {
        let layout = &self.definitions.tables[table];
        let rows = &self.inputs.facts.registers[table];
        if let Some(computed) = computed_columns(layout).iter().position(|id| *id == name) {
            return number(move |line| Some(rows[line].computed[computed]));
        }
        let column = layout.columns.iter().position(|column| column.id == name)?;
        let entry = move |line: usize| &rows[line].entries[column];
        match layout.columns[column].kind {
            ColumnKind::Number => number(move |line| match entry(line) {
                Entry::Number(number) => Some(*number),
                _ => None,
            }),
            ColumnKind::Flag => flag(move |line| Some(*entry(line) == Entry::Flag(true))),
            ColumnKind::Text | ColumnKind::Date | ColumnKind::Unit | ColumnKind::Measure | ColumnKind::Department => {
                text(move |line| words(self.definitions, entry(line)))
            }
        }
    }

    pub(super) fn of_element(&self, name: &str) -> Option<Getter<'_>> {
        let definitions = self.definitions;
        let score = move |scores: &Scores, line: usize| {
            let (element, unit) = (self.part(Scope::Element, line), line % self.unit_count());
            Some(published(definitions, scores.element(element, unit)?).value())
        };
        match name {
            "element" => {
                text(move |line| Some(definitions.elements[self.part(Scope::Element, line)].code.as_str().into()))
            }
            "level" => number(move |line| {
                let mut level = 0.0;
                let mut element = self.part(Scope::Element, line);
                while let Some(parent) = definitions.elements[element].parent {
                    level += 1.0;
                    element = parent;
                }
                Some(level)
            }),
            "score" => number(move |line| score(self.inputs.scores, line)),
            "previous_score" => number(move |line| score(self.inputs.previous()?.scores, line)),
            _ => None,
        }
    }

    pub(super) fn of_indicator(&self, name: &str) -> Option<Getter<'_>> {
        let (definitions, inputs) = (self.definitions, self.inputs);
        let at = move |line: usize| (line / self.unit_count(), line % self.unit_count());
        let about = move |line: usize| &definitions.indicators[at(line).0];
        let cell = move |line: usize| inputs.matrix.cell(at(line).0, at(line).1);
        match name {
            "indicator" => text(move |line| Some(about(line).code.as_str().into())),
            "element" => text(move |line| Some(definitions.elements[about(line).parent].code.as_str().into())),
            "score" => number(move |line| self.units.lights.score(line)),
            "previous_score" => number(move |line| self.units.before.as_ref()?.score(line)),
            "value" => number(move |line| (cell(line).state == CellState::Reported).then(|| cell(line).value)),
            "shortfall" => number(move |line| lines::shortfall(definitions, about(line), at(line).1, cell(line))),
            "due_percent" => number(move |line| {
                lines::due_percent(definitions, about(line), at(line).1, cell(line), inputs.facts.period.part)
            }),
            "weight" => number(move |line| Some(inputs.scores.indicator(at(line).0, at(line).1).weight)),
            "is_gate" => flag(move |line| Some(about(line).gate)),
            "is_red" => flag(move |line| self.units.lights.is_red(line)),
            "is_new_red" => flag(move |line| Some(self.units.is_new_red(line))),
            "is_missing" => {
                flag(move |line| Some(lines::is_missing(inputs.scores.indicator(at(line).0, at(line).1).state)))
            }
            "red_streak" => number(move |line| Some(f64::from(inputs.red_streak(definitions, at(line).0, at(line).1)))),
            "item_state" => text(move |line| Some((*self.latest_items.get(line)?)?.state.as_str().into())),
            _ => None,
        }
    }

    pub(super) fn of_project(&self, name: &str) -> Option<Getter<'_>> {
        let projects = self.projects.as_ref()?;
        let line = move |line: usize| &projects.lines[line];
        match name {
            "project" => text(move |number| {
                Some(self.definitions.projects[self.part(Scope::Project, number)].code.as_str().into())
            }),
            "composite" => number(move |number| line(number).composite.map(|score| score.value())),
            "group_place" => number(move |number| line(number).group_place.map(f64::from)),
            "lead" => number(move |number| line(number).lead.map(|lead| lead.value())),
            "due_percent_min" => number(move |number| line(number).due_percent_min),
            "survey_gap" => number(move |number| line(number).survey_gap),
            "project_red_count" => number(move |number| Some(f64::from(line(number).red_count))),
            "project_missing_count" => number(move |number| Some(f64::from(line(number).missing_count))),
            _ => None,
        }
    }

    pub(super) fn of_item(&self, name: &str) -> Option<Getter<'_>> {
        let item = move |line: usize| &self.inputs.items[line];
        match name {
            "item" => text(move |line| Some(item(line).item.as_str().into())),
            "indicator" => {
                text(move |line| Some(self.definitions.indicators[item(line).indicator?].code.as_str().into()))
            }
            "source" => text(move |line| Some(item(line).source.as_str().into())),
            "severity" => text(move |line| Some(item(line).severity.as_str().into())),
            "state" => text(move |line| Some(item(line).state.as_str().into())),
            "overdue_days" => number(move |line| Some(f64::from(item(line).overdue_days))),
            "progress" => number(move |line| item(line).progress),
            "is_open" => flag(move |line| Some(item(line).is_open)),
            "is_closed_now" => flag(move |line| Some(item(line).is_closed_now)),
            _ => None,
        }
    }
}

/// An entry of a small table in words; `None` where it is empty.
pub(super) fn words<'s>(definitions: &'s Definitions, entry: &'s Entry) -> Option<Cow<'s, str>> {
    match entry {
        Entry::Empty => None,
        Entry::Text(text) => Some(text.as_str().into()),
        Entry::Number(number) => Some(number.to_string().into()),
        Entry::Date(date) => Some(date.to_string().into()),
        Entry::Flag(flag) => Some(if *flag { "是" } else { "否" }.into()),
        Entry::Unit(unit) => Some(definitions.units.units[*unit].name.as_str().into()),
        Entry::Measure(measure) => Some(definitions.measures[*measure].name.as_str().into()),
        Entry::Department(department) => Some(definitions.departments[*department].name.as_str().into()),
    }
}
