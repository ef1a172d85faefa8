//! Respondent files too large to be read cell by cell: looked at lazily, column by column and part by part.

use super::{RawTable, RawValue};
use polars::prelude::LazyFrame;
use std::sync::Arc;

/// A file that is scanned and not read: Parquet, or CSV in UTF-8.
#[derive(Clone)]
pub struct ScannedFile {
    /// Path relative to the project folder, with `/`.
    pub path: Arc<str>,
    /// The file, unread.
    pub frame: LazyFrame,
    /// BLAKE3 hash of its bytes.
    pub hash: String,
}

impl std::fmt::Debug for ScannedFile {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter
            .debug_struct("ScannedFile")
            .field("path", &self.path)
            .field("hash", &self.hash)
            .finish_non_exhaustive()
    }
}

impl ScannedFile {
    /// The names of its columns and its first rows as a table, to be looked at like any other; an error text where it
    /// cannot be read.
    pub fn head(&self, row_count: u32) -> Result<RawTable, String> {
        let frame = self.frame.clone().limit(row_count).collect().map_err(|error| error.to_string())?;
        let mut rows: Vec<Vec<RawValue>> =
            vec![frame.columns().iter().map(|column| super::parquet::text(column.name())).collect()];
        rows.resize_with(frame.height() + 1, || Vec::with_capacity(frame.width()));
        for column in frame.columns() {
            let series = column.as_materialized_series();
            for (row, value) in series.iter().enumerate() {
                rows[row + 1].push(super::parquet::cell(value));
            }
        }
        Ok(RawTable {
            file: self.path.clone(),
            sheet: None,
            recognised: "scanned",
            origin: (0, 0),
            rows,
            short_rows: std::collections::BTreeMap::new(),
            merges: Vec::new(),
        })
    }
}
