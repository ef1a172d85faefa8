//! How every delivered table was understood: what a receipt tells its sender.

use super::{Observed, Origin};
use crate::definitions::calendar::Date;
use std::collections::BTreeMap;
use std::sync::Arc;

/// How one delivered table was understood.
#[derive(Clone, Debug)]
pub struct TableReading {
    /// Path of the file.
    pub file: Arc<str>,
    /// Sheet, where the file has sheets.
    pub sheet: Option<Arc<str>>,
    /// What was recognised: `xlsx`, `csv (GB18030)` …
    pub recognised: &'static str,
    /// Position of the department whose measures it holds.
    pub department: Option<usize>,
    /// What stands above the header, such as (填报日期, 2022.10.8); never who signed or a telephone number.
    pub meta: Vec<(String, String)>,
    /// First and last row of the header, zero-based in the sheet.
    pub header: (u32, u32),
    /// How rows and columns are laid out.
    pub layout: Layout,
    /// Columns that were read: zero-based column in the sheet and the measure.
    pub columns: Vec<ReadColumn>,
    /// How many different units have a row.
    pub unit_count: usize,
    /// Whether it comes from `data/frozen`.
    pub is_frozen: bool,
    /// The day by which its version is told: received, else filled in; `None` where neither is known.
    pub version_day: Option<Date>,
    /// Position of the later reading that brought all of its figures again; `None` for a table that is used.
    pub replaced_by: Option<u32>,
}

/// How the rows and columns of a table are laid out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Layout {
    /// A row a unit, a column a measure.
    Wide,
    /// A row for each unit and measure, with a column for the value.
    Long,
}

/// A column that was read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ReadColumn {
    /// Zero-based column in the sheet.
    pub column: u32,
    /// Position of the measure.
    pub measure: usize,
    /// Whether its figures were fractions (0.853) and were read as percent (85.3).
    pub is_fraction: bool,
}

/// A value that a later version of a department's file replaced.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Replaced {
    /// Position of the measure.
    pub measure: usize,
    /// Position of the unit; `None` for the authority's own figure.
    pub unit: Option<usize>,
    /// What the earlier version says.
    pub before: (Observed, Origin),
    /// What counts.
    pub after: (Observed, Origin),
}

/// A check that was made on a department's figures.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Check {
    /// Every unit has its row.
    Complete,
    /// Every figure is a number within its range.
    Readable,
    /// Total rows agree with the sums.
    Totals,
    /// Numerators do not exceed denominators.
    NumeratorWithinDenominator,
    /// Cumulative figures do not fall.
    CumulativeDoesNotFall,
    /// No column merely repeats the last period.
    NotRepeated,
    /// Changes since the last period are usual.
    UsualChange,
    /// Denominators agree with the table fixed for the year.
    FrozenAgrees,
}

impl Check {
    /// The Chinese words in a receipt.
    pub fn words(self) -> &'static str {
        match self {
            Check::Complete => "单位齐全",
            Check::Readable => "数值可读、在允许范围内",
            Check::Totals => "合计一致",
            Check::NumeratorWithinDenominator => "分子不大于分母",
            Check::CumulativeDoesNotFall => "累计数不倒退",
            Check::NotRepeated => "与上期不雷同",
            Check::UsualChange => "与上期相比变动正常",
            Check::FrozenAgrees => "分母与年内固定数一致",
        }
    }
}

/// How often a check was made and how often it found something.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct CheckTally {
    /// Cells, rows or columns tested.
    pub tested_count: usize,
    /// How many of them gave a finding.
    pub found_count: usize,
}

/// Checks by department and kind.
pub type Checks = BTreeMap<(usize, Check), CheckTally>;
