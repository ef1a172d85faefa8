//! The lines a rule looks at, column by column: what [`crate::definitions::columns`] promises, computed on demand.

use super::lines::UnitLines;
use super::projects::Projects;
use super::{Inputs, ItemFact, Settled, hits};
use crate::definitions::{ColumnKind, Definitions, Scope};
use crate::facts::Entry;
use polars::prelude::{
    BooleanChunked, Column, DataFrame, Float64Chunked, IdxSize, IntoColumn, NewChunkedArray, PolarsResult,
    StringChunkedBuilder,
};
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
    /// The problem that speaks for an indicator of a unit, line by line; nothing where there are no problems at all.
    pub(super) latest_items: Vec<Option<&'a ItemFact>>,
    /// Columns of all lines of a scope that the triggers look at and no step changes.
    columns: BTreeMap<(Scope, String), Column>,
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
        let mut sheet = Sheet {
            definitions,
            inputs,
            units: UnitLines::new(definitions, inputs, used),
            projects: has_projects.then(|| Projects::new(definitions, inputs)),
            latest_items: latest_items(definitions, inputs),
            columns: BTreeMap::new(),
        };
        let in_force =
            definitions.rules.rules.iter().filter(|rule| hits::is_in_force(rule, inputs.facts.period.last_day()));
        let asked = in_force
            .flat_map(|rule| hits::names([&rule.trigger].into_iter()).into_iter().map(|name| (rule.scope, name)));
        let asked: BTreeSet<(Scope, String)> = asked.collect();
        let column = |(scope, name): (Scope, String)| {
            let column = filled(&name, &sheet.own(scope, &name)?, 0..sheet.height(scope));
            Some(((scope, name), column))
        };
        // Some columns are a hundred times as long as others: each is a task of its own.
        let columns = Vec::from_iter(asked).into_par_iter().with_max_len(1).filter_map(column).collect();
        sheet.columns = columns;
        sheet
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

    /// Columns of some lines, or of all, as a frame; a name that is nowhere is left out, and the expression then says so.
    pub(super) fn frame(
        &self,
        scope: Scope,
        names: &BTreeSet<String>,
        lines: Option<&[usize]>,
        settled: &[Settled],
    ) -> PolarsResult<DataFrame> {
        let indices: Vec<IdxSize> = lines.unwrap_or_default().iter().filter_map(|&line| line.try_into().ok()).collect();
        let column = |name: &String| {
            if let Some(known) = self.columns.get(&(scope, name.clone())) {
                return Some(if lines.is_some() { known.take_slice(&indices) } else { Ok(known.clone()) });
            }
            let getter = self.getter(scope, name, settled)?;
            Some(Ok(match lines {
                Some(lines) => filled(name, &getter, lines.iter().copied()),
                None => filled(name, &getter, 0..self.height(scope)),
            }))
        };
        // Collected in the order of the names, whichever is ready first.
        let columns: PolarsResult<Vec<Column>> =
            Vec::from_iter(names).into_par_iter().with_max_len(1).filter_map(column).collect();
        DataFrame::new(lines.map_or_else(|| self.height(scope), <[usize]>::len), columns?)
    }

    /// A column of the scope itself; the steps do not change it.
    fn own(&self, scope: Scope, name: &str) -> Option<Getter<'_>> {
        match scope {
            Scope::Table(table) => self.of_table(table, name),
            Scope::Unit => None,
            Scope::Element => self.of_element(name),
            Scope::Indicator => self.of_indicator(name),
            Scope::Project => self.of_project(name),
            Scope::Item => self.of_item(name),
        }
    }

    /// How a column is read: the scope's own first, then the unit's.
    pub(super) fn getter<'s>(&'s self, scope: Scope, name: &str, settled: &'s [Settled]) -> Option<Getter<'s>> {
        let own = self.own(scope, name);
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

/// The ledger is in the order of opening, so the last one stays; one that is still open speaks for the indicator.
fn latest_items<'a>(definitions: &Definitions, inputs: &'a Inputs) -> Vec<Option<&'a ItemFact>> {
    if inputs.items.is_empty() {
        return Vec::new();
    }
    let unit_count = inputs.scores.unit_count();
    let mut latest = vec![None; definitions.indicators.len() * unit_count];
    let open_last = inputs.items.iter().filter(|item| !item.is_open).chain(inputs.items.iter().filter(|it| it.is_open));
    for item in open_last {
        if let Some(indicator) = item.indicator {
            latest[indicator * unit_count + item.unit] = Some(item);
        }
    }
    latest
}

/// A column of lines, in their order.
fn filled(name: &str, getter: &Getter, lines: impl ExactSizeIterator<Item = usize>) -> Column {
    match getter {
        Getter::Number(read) => Float64Chunked::from_iter_options(name.into(), lines.map(read)).into_column(),
        Getter::Flag(read) => BooleanChunked::from_iter_options(name.into(), lines.map(read)).into_column(),
        Getter::Text(read) => {
            let mut texts = StringChunkedBuilder::new(name.into(), lines.len());
            lines.for_each(|line| texts.append_option(read(line)));
            texts.finish().into_column()
        }
    }
}
