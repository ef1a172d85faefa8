//! A delivered table whose header was found, with what is needed to say where something stands in it.

use super::columns::Header;
use super::meta::Meta;
use crate::audit::{CellRef, Code, Diagnostic, Place};
use crate::definitions::Definitions;
use crate::extract::{RawTable, RawValue};
use crate::facts::Check;
use std::collections::BTreeMap;

/// A table and what its header and the rows above it say.
pub(super) struct Sheet<'a> {
    pub(super) definitions: &'a Definitions,
    pub(super) table: &'a RawTable,
    pub(super) header: Header,
    pub(super) meta: Meta,
    /// Position in the readings.
    pub(super) source: u32,
    /// Whether it comes from `data/frozen`.
    pub(super) is_frozen: bool,
    /// Columns that are read, with their measures; in a long table the value column has all of them.
    pub(super) columns: Vec<(usize, usize)>,
    /// What the checks of its figures came to: measure, check, tested, found.
    pub(super) tallies: Vec<(usize, Check, usize, usize)>,
    /// Figures read, and how many of them a later table replaced, by that table.
    pub(super) figure_count: usize,
    pub(super) clash_counts: BTreeMap<u32, usize>,
}

impl Sheet<'_> {
    /// The address in the sheet of a cell of the table.
    pub(super) fn cell(&self, row: usize, column: usize) -> CellRef {
        self.table.cell(row, column)
    }

    /// The place of a cell of the table.
    pub(super) fn place(&self, row: usize, column: usize) -> Place {
        Place { cell: Some(self.cell(row, column)), ..self.whole() }
    }

    /// The place of the table.
    pub(super) fn whole(&self) -> Place {
        Place { file: Some(self.table.file.clone()), sheet: self.table.sheet.clone(), cell: None, line: None }
    }

    /// What stands in a cell of the table.
    pub(super) fn value(&self, row: usize, column: usize) -> &RawValue {
        self.table.rows[row].get(column).unwrap_or(&RawValue::Empty)
    }

    /// The department that delivers a measure.
    pub(super) fn department(&self, measure: usize) -> &str {
        &self.definitions.departments[self.definitions.measures[measure].department].name
    }

    /// A message that belongs to the department whose measures the table holds.
    pub(super) fn note(&self, code: Code, place: Place, message: impl Into<String>) -> Diagnostic {
        let note = Diagnostic::new(code, place, message);
        match self.columns.first() {
            Some(&(_, measure)) => note.department(self.department(measure)),
            None => note,
        }
    }

    /// Merged areas of a column over several rows: first and last row of the table, in order.
    pub(super) fn merged_rows(&self, column: usize) -> Vec<(u32, u32)> {
        let column = self.cell(0, column).column;
        let merges = self.table.merges.iter().filter(|(first, last)| (first.column..=last.column).contains(&column));
        let mut rows: Vec<(u32, u32)> = merges.map(|(first, last)| (first.row, last.row)).collect();
        rows.sort_unstable();
        rows
    }
}
