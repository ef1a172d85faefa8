//! The lines a rule looks at, column by column: what [`crate::definitions::columns`] promises, computed on demand.

use super::lines::UnitLines;
use super::projects::Projects;
use super::{Inputs, ItemFact, Settled};
use crate::definitions::{ColumnKind, Definitions, Scope};
use crate::facts::Entry;
use polars::prelude::{Column, DataFrame, PolarsResult};
use rayon::prelude::*;
use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

/// How one column is read, line by line.
pub(super) enum Getter<'a> {
    Number(Box<dyn Fn(usize) -> Option<f64> + Send + Sync + 'a>),
    Text(Box<dyn Fn(usize) -> Option<Cow<'a, str>> + Send + Sync + 'a>),
    Flag(Box<dyn Fn(usize) -> Option<bool> + Send + Sync + 'a>),
}

/// Everything columns are computed from.
pub(super) struct Sheet<'a> {
    pub(super) definitions: &'a Definitions,
    pub(super) inputs: &'a Inputs<'a>,
    pub(super) units: UnitLines,
    pub(super) projects: Option<Projects>,
    pub(super) latest_items: BTreeMap<(usize, usize), &'a ItemFact>,
}

/// A column of numbers.
pub(super) fn number<'a>(read: impl Fn(usize) -> Option<f64> + Send + Sync + 'a) -> Option<Getter<'a>> {
    Some(Getter::Number(Box::new(read)))
}

/// A column of texts.
pub(super) fn text<'a>(read: impl Fn(usize) -> Option<Cow<'a, str>> + Send + Sync + 'a) -> Option<Getter<'a>> {
    Some(Getter::Text(Box::new(read)))
}

/// A column of truths.
pub(super) fn flag<'a>(read: impl Fn(usize) -> Option<bool> + Send + Sync + 'a) -> Option<Getter<'a>> {
    Some(Getter::Flag(Box::new(read)))
}

impl<'a> Sheet<'a> {
    /// `used` are the names of all columns that any rule uses.
    pub(super) fn new(definitions: &'a Definitions, inputs: &'a Inputs<'a>, used: &BTreeSet<String>) -> Self {
        let has_projects = definitions.rules.rules.iter().any(|rule| rule.scope == Scope::Project);
        // The ledger is in the order of opening, so the last one stays; one that is still open speaks for the indicator.
        let open_last =
            inputs.items.iter().filter(|item| !item.is_open).chain(inputs.items.iter().filter(|it| it.is_open));
        let items = open_last.filter_map(|item| Some(((item.indicator?, item.unit), item)));
        Sheet {
            definitions,
            inputs,
            units: UnitLines::new(definitions, inputs, used),
            projects: has_projects.then(|| Projects::new(definitions, inputs)),
            latest_items: items.collect(),
        }
    }

    pub(super) fn unit_count(&self) -> usize {
        self.inputs.scores.unit_count()
    }

    /// Number of lines of a scope.
    pub(super) fn height(&self, scope: Scope) -> usize {
        match scope {
            Scope::Table(table) => self.inputs.facts.registers[table].len(),
            Scope::Unit => self.unit_count(),
            Scope::Element => (self.definitions.elements.len() - 1) * self.unit_count(),
            Scope::Indicator => self.definitions.indicators.len() * self.unit_count(),
            Scope::Project => self.definitions.projects.len() * self.unit_count(),
            Scope::Item => self.inputs.items.len(),
        }
    }

    /// The unit of a line; `None` for a row of a small table that names none.
    pub(super) fn unit(&self, scope: Scope, line: usize) -> Option<usize> {
        match scope {
            Scope::Table(table) => {
                let layout = &self.definitions.tables[table];
                let row = &self.inputs.facts.registers[table][line];
                match row.first(layout, ColumnKind::Unit) {
                    Entry::Unit(unit) => Some(*unit),
                    _ => None,
                }
            }
            Scope::Item => Some(self.inputs.items[line].unit),
            Scope::Unit | Scope::Element | Scope::Indicator | Scope::Project => Some(line % self.unit_count()),
        }
    }

    /// The element, indicator or project of a line.
    pub(super) fn part(&self, scope: Scope, line: usize) -> usize {
        let part = line / self.unit_count();
        if scope == Scope::Element { part + 1 } else { part }
    }

    /// Columns of some lines as a frame; a name that is nowhere is left out, and the expression then says so.
    pub(super) fn frame(
        &self,
        scope: Scope,
        names: &BTreeSet<String>,
        lines: &[usize],
        settled: &[Settled],
    ) -> PolarsResult<DataFrame> {
        let column = |name: &String| {
            let getter = self.getter(scope, name, settled)?;
            let name = name.as_str().into();
            let lines = lines.iter();
            Some(match getter {
                Getter::Number(read) => Column::new(name, lines.map(|&line| read(line)).collect::<Vec<_>>()),
                Getter::Flag(read) => Column::new(name, lines.map(|&line| read(line)).collect::<Vec<_>>()),
                Getter::Text(read) => {
                    let texts: Vec<Option<Cow<str>>> = lines.map(|&line| read(line)).collect();
                    Column::new(name, texts)
                }
            })
        };
        // Collected in the order of the names, whichever is ready first.
        let columns = names.par_iter().filter_map(column).collect();
        DataFrame::new(lines.len(), columns)
    }

    /// How a column is read: the scope's own first, then the unit's.
    pub(super) fn getter<'s>(&'s self, scope: Scope, name: &str, settled: &'s [Settled]) -> Option<Getter<'s>> {
        let own = match scope {
            Scope::Table(table) => self.of_table(table, name),
            Scope::Unit => None,
            Scope::Element => self.of_element(name),
            Scope::Indicator => self.of_indicator(name),
            Scope::Project => self.of_project(name),
            Scope::Item => self.of_item(name),
        };
        if own.is_some() {
            return own;
        }
        Some(match self.of_unit(name, settled)? {
            Getter::Number(read) => Getter::Number(Box::new(move |line| read(self.unit(scope, line)?))),
            Getter::Text(read) => Getter::Text(Box::new(move |line| read(self.unit(scope, line)?))),
            Getter::Flag(read) => Getter::Flag(Box::new(move |line| read(self.unit(scope, line)?))),
        })
    }
}
