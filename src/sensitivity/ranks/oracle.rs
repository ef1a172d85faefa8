//! Reads the oracle CSV files for tests; the only place that knows where they lie.

use crate::sensitivity::ranks::estimates::{Covariance, Estimate};

/// Folder of the oracle files.
pub(crate) const ORACLES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/oracles");

/// A CSV file: its header and its rows of text.
pub(crate) struct Table {
    pub(crate) header: Vec<String>,
    pub(crate) rows: Vec<Vec<String>>,
}

impl Table {
    pub(crate) fn read(path: &str) -> Self {
        let mut reader = csv::Reader::from_path(format!("{ORACLES}/{path}")).expect("the oracle file is there");
        let header = reader.headers().expect("the oracle file has a header").iter().map(str::to_owned).collect();
        let rows =
            reader.records().map(|r| r.expect("an oracle row is CSV").iter().map(str::to_owned).collect()).collect();
        Self { header, rows }
    }

    pub(crate) fn column(&self, name: &str) -> usize {
        self.header.iter().position(|h| h == name).expect("the oracle file has this column")
    }

    pub(crate) fn number(&self, row: usize, name: &str) -> f64 {
        self.rows[row][self.column(name)].parse().expect("the oracle cell is a number")
    }

    pub(crate) fn whole(&self, row: usize, name: &str) -> usize {
        self.rows[row][self.column(name)].parse().expect("the oracle cell is a whole number")
    }

    /// The numbers of one row after its label.
    pub(crate) fn numbers(&self, row: usize) -> Vec<f64> {
        self.rows[row][1..].iter().map(|v| v.parse().expect("the oracle cell is a number")).collect()
    }
}

/// Township means of `sat100` in design "A" or "B".
pub(crate) fn estimates(design: &str) -> Vec<Estimate> {
    let table = Table::read(&format!("05_rank_uncertainty/{design}_input.csv"));
    (0..table.rows.len())
        .map(|r| Estimate { value: table.number(r, "mean"), standard_error: table.number(r, "se") })
        .collect()
}

/// Covariance of these means in design "A" or "B", rows in the order of [`estimates`].
pub(crate) fn covariance(design: &str) -> Covariance {
    let suffix = if design == "B" { "_designB" } else { "" };
    let table = Table::read(&format!("02_survey/r_vcov_sat100_township{suffix}.csv"));
    let rows: Vec<Vec<f64>> = (0..table.rows.len()).map(|r| table.numbers(r)).collect();
    Covariance::from_rows(&rows).expect("the oracle's covariance is usable")
}
