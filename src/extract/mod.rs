//! Bytes of delivered files in, raw tables out: every cell knows its place, nothing is interpreted yet.

use std::sync::Arc;

pub use crate::audit::InputFile;

/// What stands in a cell before anybody says what it means.
#[derive(Clone, Debug, PartialEq)]
pub enum RawValue {
    /// Nothing, or blanks only.
    Empty,
    /// A number as the workbook stores it, or a plain decimal in a text file.
    Number(f64),
    /// Any other text, as written.
    Text(Box<str>),
    /// A date, in the workbook's own date type: year, month, day.
    Date(i32, u8, u8),
    /// A spreadsheet error such as `#DIV/0!`.
    Error(Box<str>),
}

/// One rectangular table: a sheet of a workbook, or a text file.
#[derive(Clone, Debug)]
pub struct RawTable {
    /// Path of the file.
    pub file: Arc<str>,
    /// Sheet name, where the file has sheets.
    pub sheet: Option<Arc<str>>,
    /// What was recognised, for receipts: `xlsx`, `csv (GB18030)` …
    pub recognised: &'static str,
    /// Zero-based row and column of `rows[0][0]` in the sheet.
    pub origin: (u32, u32),
    /// Cells by row; merged areas are filled with the value of their top-left cell.
    pub rows: Vec<Vec<RawValue>>,
}
