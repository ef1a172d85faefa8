//! What only rows of a small table have: their own unit and day, evidence, a key, a matter.

use super::columns::words;
use super::sheet::Sheet;
use crate::audit::{Code, Diagnostic};
use crate::definitions::calendar::Date;
use crate::definitions::{ColumnKind, Definitions, Rule, Scope};
use crate::facts::{Entry, RegisterRow};
use std::borrow::Cow;

/// The rows that a rule looks at, with the positions of the columns that matter to it.
pub(super) struct Rows<'a> {
    definitions: &'a Definitions,
    rows: &'a [RegisterRow],
    unit: Option<usize>,
    date: Option<usize>,
    /// What may score once only, or makes a repeat.
    key: Option<usize>,
    event: Option<usize>,
    halved: Option<usize>,
    /// What counts nothing while it is empty, with the names of the columns.
    needed: Vec<(usize, &'a str)>,
}

impl<'a> Rows<'a> {
    /// `None` for a rule that looks at no small table.
    pub(super) fn of(sheet: &Sheet<'a>, rule: &Rule) -> Option<Self> {
        let Scope::Table(table) = rule.scope else { return None };
        let columns = &sheet.definitions.tables[table].columns;
        let named = |id: &str| columns.iter().position(|column| column.id == id);
        let first = |kind: ColumnKind| columns.iter().position(|column| column.kind == kind);
        let is_needed = |at: &usize| rule.needs.contains(&columns[*at].id);
        Some(Rows {
            definitions: sheet.definitions,
            rows: &sheet.inputs.facts.registers[table],
            unit: first(ColumnKind::Unit),
            date: first(ColumnKind::Date),
            key: rule.once_per.as_deref().or(rule.repeat_per.as_deref()).and_then(named),
            event: named("event_id"),
            halved: rule.halved_by.as_deref().and_then(named),
            needed: (0..columns.len()).filter(is_needed).map(|at| (at, columns[at].name.as_str())).collect(),
        })
    }

    fn entry(&self, line: usize, column: Option<usize>) -> &'a Entry {
        column.map_or(&Entry::Empty, |column| &self.rows[line].entries[column])
    }

    fn text(&self, line: usize, column: Option<usize>) -> Cow<'a, str> {
        words(self.definitions, self.entry(line, column)).unwrap_or_default()
    }

    pub(super) fn unit(&self, line: usize) -> Option<usize> {
        match self.entry(line, self.unit) {
            Entry::Unit(unit) => Some(*unit),
            _ => None,
        }
    }

    pub(super) fn date(&self, line: usize) -> Option<Date> {
        match self.entry(line, self.date) {
            Entry::Date(date) => Some(*date),
            _ => None,
        }
    }

    pub(super) fn key(&self, line: usize) -> Box<str> {
        self.text(line, self.key).into()
    }

    /// The number of the event; a row without one is a matter of its own.
    pub(super) fn matter(&self, line: usize) -> Cow<'a, str> {
        let event = self.text(line, self.event);
        if event.is_empty() { self.rows[line].place.to_string().into() } else { event }
    }

    pub(super) fn is_halved(&self, line: usize) -> bool {
        *self.entry(line, self.halved) == Entry::Flag(true)
    }

    /// What is said of a row that lacks evidence, verification or approval.
    pub(super) fn without_evidence(&self, rule: &Rule, unit: usize, line: usize) -> Option<Diagnostic> {
        let row = &self.rows[line];
        if self.needed.iter().all(|(column, _)| row.entries[*column] != Entry::Empty) {
            return None;
        }
        let is_empty = |(column, name): &(usize, &'a str)| (row.entries[*column] == Entry::Empty).then_some(*name);
        let missing = self.needed.iter().filter_map(is_empty).collect::<Vec<_>>().join("、");
        let unit_name = &self.definitions.units.units[unit].name;
        let message = format!("“{unit_name}”的“{}”缺少{missing},列为待核,不计分", rule.name);
        Some(
            Diagnostic::new(Code::EvidenceMissing, row.place.clone(), message)
                .unit(unit_name)
                .item(&rule.id)
                .expected(missing)
                .help("补上后重新运行即计分"),
        )
    }
}
