//! What of the weighting may be printed: units with too few respondents leave no trace in it.

use super::calibrate::certificate::{Certificate, certificate};
use super::calibrate::join::Join;
use super::calibrate::trim::{Trimmed, WeightRow};
use super::weigh::Weighed;

impl Weighed {
    /// Joinings of units that may be printed, each with the position of its margin.
    pub fn open_joins(&self) -> impl Iterator<Item = (usize, Join)> {
        let all = self.join_margins.iter().copied().zip(self.joins.iter().copied());
        all.filter(|(margin, join)| !self.is_closed_class(*margin, join.class))
    }

    /// Of some units those that may be named.
    pub(super) fn open_units(&self, units: &[usize]) -> Vec<usize> {
        let is_open = |unit: &usize| !self.closed.get(*unit).copied().unwrap_or_default();
        units.iter().copied().filter(is_open).collect()
    }

    /// The rows of units that may be printed.
    pub(super) fn open_rows(&self, rows: &[WeightRow]) -> Vec<WeightRow> {
        rows.iter().filter(|row| !self.is_closed_cell(row.cell)).copied().collect()
    }

    pub(super) fn certify(&self, rows: &[WeightRow], trimmed: Option<&Trimmed>) -> Option<Certificate> {
        let trimmed = trimmed.map(|trimmed| {
            let own = || rows.iter().enumerate().filter(|(_, row)| !self.is_closed_cell(row.cell));
            Trimmed {
                weights: own().map(|(at, _)| trimmed.weights[at]).collect(),
                cut: own().map(|(at, _)| trimmed.cut[at]).collect(),
                respondents_cut: own().filter(|(at, _)| trimmed.cut[*at]).map(|(_, row)| row.count).sum(),
                ..*trimmed
            }
        });
        let mut margins = self.margins.clone();
        for (position, margin) in margins.iter_mut().enumerate() {
            for (class, total) in (0..).zip(&mut margin.totals) {
                if self.is_closed_class(position, class) {
                    *total = None;
                }
            }
        }
        let joins: Vec<Join> = self.open_joins().map(|(_, join)| join).collect();
        certificate(&self.open_rows(rows), &self.factors, &margins, &joins, trimmed.as_ref())
    }

    fn is_closed_cell(&self, cell: u32) -> bool {
        let per_unit = self.factors.by_cell.len() / self.closed.len().max(1);
        self.closed.get(cell as usize / per_unit.max(1)).copied().unwrap_or_default()
    }

    /// Classes of a margin are numbered unit by unit.
    fn is_closed_class(&self, margin: usize, class: u32) -> bool {
        let count = self.class_names.get(margin).map_or(0, Vec::len);
        let per_unit = count / self.closed.len().max(1);
        self.closed.get(class as usize / per_unit.max(1)).copied().unwrap_or_default()
    }
}
