//! A delivered table whose header was found, with what is needed to say where something stands in it.

use super::columns::Header;
use super::meta::Meta;
use crate::audit::{CellRef, Code, Diagnostic, Place};
use crate::definitions::Definitions;
use crate::extract::{RawTable, RawValue};

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
}

impl Sheet<'_> {
    /// The address in the sheet of a cell of the table.
    pub(super) fn cell(&self, row: usize, column: usize) -> CellRef {
        let small = |number: usize| u32::try_from(number).unwrap_or(u32::MAX);
        CellRef {
            row: self.table.origin.0.saturating_add(small(row)),
            column: self.table.origin.1.saturating_add(small(column)),
        }
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

    /// Whether two rows lie in one merged area of a column.
    pub(super) fn is_merged(&self, above: usize, below: usize, column: usize) -> bool {
        let (above, below) = (self.cell(above, column), self.cell(below, column));
        let holds = |first: CellRef, last: CellRef, cell: CellRef| {
            (first.row..=last.row).contains(&cell.row) && (first.column..=last.column).contains(&cell.column)
        };
        self.table.merges.iter().any(|&(first, last)| holds(first, last, above) && holds(first, last, below))
    }
}
