//! A department's own sheets as delivered, with the cells marked that findings are about.

use super::naming::SheetNames;
use crate::audit::{CellRef, Diagnostic, Severity};
use crate::definitions::panel_of_stem;
use crate::extract::personal::{signature_cells, without_signature};
use crate::extract::values;
use crate::extract::{RawTable, RawValue};
use crate::views::owners::{Owners, is_reply};
use crate::views::{Assessment, PeriodResult};
use std::collections::{BTreeMap, BTreeSet};

/// Rows of a copy.
pub(super) const MOST_ROWS: usize = 20_000;
/// Cells of a copy; a very wide sheet has fewer rows.
const MOST_CELLS: usize = 400_000;
/// Names of a workbook's own sheets, which no copy may take.
pub(super) const OWN_SHEETS: [&str; 5] = ["回执", "问题清单", "通过的检查", "复述", "版本变化"];

/// What is wrong with a cell.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mark {
    /// The worst of the findings.
    pub severity: Severity,
    /// Positions in [`super::Receipt::findings`].
    pub findings: Vec<usize>,
}

/// A delivered table and what is to be seen in its copy.
#[derive(Clone, Debug)]
pub struct SheetCopy<'a> {
    /// `file › sheet`.
    pub title: String,
    /// Name of the copy's sheet.
    pub name: String,
    /// The table.
    pub table: &'a RawTable,
    /// Rows that are copied, from the first.
    pub row_count: usize,
    /// Marked cells.
    pub marks: BTreeMap<CellRef, Mark>,
    /// Cells with the names and numbers of those who sign.
    signatures: BTreeSet<CellRef>,
}

impl SheetCopy<'_> {
    /// Rows that are not copied, because there are too many.
    pub fn left_out(&self) -> usize {
        self.table.rows.len() - self.row_count
    }

    /// Place in the sheet of a position in the table; `None` beyond the last row and column a sheet can have.
    pub(super) fn place(&self, row: usize, column: usize) -> Option<CellRef> {
        let at = |origin: u32, index: usize| origin.checked_add(u32::try_from(index).ok()?);
        let place = CellRef { row: at(self.table.origin.0, row)?, column: at(self.table.origin.1, column)? };
        (place.row < 1_048_576 && place.column < 16_384).then_some(place)
    }

    /// What stands in a cell of the copy.
    pub(super) fn value(&self, place: CellRef, value: &RawValue) -> RawValue {
        if self.signatures.contains(&place) {
            RawValue::Text(without_signature(&values::text(value)).into())
        } else {
            value.clone()
        }
    }

    /// Merged areas of more than one cell that lie in the copied rows and do not overlap, by their first cell.
    pub(super) fn merges(&self) -> BTreeMap<CellRef, CellRef> {
        const LARGEST: u64 = 100_000;
        let end = u64::from(self.table.origin.0) + self.row_count as u64;
        let mut taken: BTreeSet<(u32, u32)> = BTreeSet::new();
        let mut merges = BTreeMap::new();
        for &(first, last) in &self.table.merges {
            let size = u64::from(last.row.saturating_sub(first.row) + 1)
                * u64::from(last.column.saturating_sub(first.column) + 1);
            let is_sound = first.row <= last.row
                && first.column <= last.column
                && (2..=LARGEST).contains(&size)
                && u64::from(last.row) < end.max(1)
                && last.row < 1_048_576
                && last.column < 16_384;
            let cells =
                || (first.row..=last.row).flat_map(|row| (first.column..=last.column).map(move |column| (row, column)));
            if is_sound && taken.len() < MOST_CELLS && !cells().any(|cell| taken.contains(&cell)) {
                taken.extend(cells());
                merges.insert(first, last);
            }
        }
        merges
    }

    /// Every cell of the merged areas with the first cell of its area, the only one to be seen.
    pub(super) fn covered(&self) -> BTreeMap<CellRef, CellRef> {
        let mut covered = BTreeMap::new();
        for (first, last) in self.merges() {
            for row in first.row..=last.row {
                covered.extend((first.column..=last.column).map(|column| (CellRef { row, column }, first)));
            }
        }
        covered
    }
}

/// The copies of a department's tables. Answers to questionnaires and scores of assessors are individual and are not
/// copied.
pub(super) fn copies<'a>(
    assessment: &'a Assessment,
    current: &PeriodResult,
    owners: &Owners<'_>,
    findings: &[&Diagnostic],
    department: usize,
) -> Vec<SheetCopy<'a>> {
    let is_own = |table: &&RawTable| {
        let is_read = current.facts.readings.iter().any(|reading| reading.file == table.file);
        let is_survey = current.facts.surveys.iter().any(|survey| survey.source.starts_with(&*table.file));
        owners.of_table(&table.file, table.sheet.as_deref()) == Some(department)
            && (is_read || !is_survey && !is_answers(assessment, &table.file))
            && !is_reply(&table.file)
            && !current.facts.refused.contains(&table.file)
    };
    let mut names = SheetNames::default();
    for own in OWN_SHEETS {
        names.of(own);
    }
    let copy = |table: &'a RawTable| {
        let file = table.file.rsplit('/').next().unwrap_or_default();
        let stem = file.rsplit_once('.').map_or(file, |(stem, _)| stem);
        let widest = table.rows.iter().map(Vec::len).max().unwrap_or(0).max(1);
        let mut copy = SheetCopy {
            title: match &table.sheet {
                Some(sheet) => format!("{file} › {sheet}"),
                None => file.to_owned(),
            },
            name: names.of(&format!("原表 {}", table.sheet.as_deref().unwrap_or(stem))),
            table,
            row_count: table.rows.len().min(MOST_ROWS).min(MOST_CELLS / widest),
            marks: BTreeMap::new(),
            signatures: signature_cells(table).into_iter().collect(),
        };
        mark(&mut copy, findings);
        copy
    };
    assessment.delivered.iter().filter(is_own).map(copy).collect()
}

/// Whether a file holds answers to a questionnaire or scores of a panel, even where none could be read.
fn is_answers(assessment: &Assessment, file: &str) -> bool {
    let name = file.rsplit('/').next().unwrap_or(file);
    let stem = name.rsplit_once('.').map_or(name, |(stem, _)| stem);
    panel_of_stem(&assessment.definitions.panels, stem).is_some()
        || assessment.definitions.surveys.iter().any(|survey| stem.strip_prefix("survey-") == Some(&survey.id))
}

/// Marks the cells that findings point at; in a merged area that is its first cell, the only one to be seen.
fn mark(copy: &mut SheetCopy<'_>, findings: &[&Diagnostic]) {
    let covered = copy.covered();
    let end = u64::from(copy.table.origin.0) + copy.row_count as u64;
    for (number, found) in findings.iter().enumerate() {
        let is_here = found.place.file.as_deref() == Some(&*copy.table.file)
            && found.place.sheet.as_deref() == copy.table.sheet.as_deref();
        let Some(cell) = found.place.cell.filter(|_| is_here) else { continue };
        if u64::from(cell.row) >= end || cell.column >= 16_384 {
            continue;
        }
        let shown = covered.get(&cell).copied().unwrap_or(cell);
        let mark = copy.marks.entry(shown).or_insert_with(|| Mark { severity: found.severity(), findings: Vec::new() });
        mark.severity = mark.severity.min(found.severity());
        mark.findings.push(number);
    }
}
