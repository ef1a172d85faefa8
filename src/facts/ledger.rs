//! What is particular about a printed ledger that comes back: it says when it stood, and it has a sheet of counts.

use super::{Role, role};
use crate::definitions::Definitions;
use crate::definitions::calendar::Period;
use crate::definitions::standard::{LEDGER, LEDGER_COUNTS, LEDGER_EDITION};
use crate::extract::{RawTable, values};
use std::collections::BTreeMap;
use std::sync::Arc;

/// Rows above the header of a printed ledger.
const ROWS_ABOVE: usize = 6;

/// The period named above the header of each ledger among the tables: `台账期次:2024Q1`.
pub(super) fn editions(definitions: &Definitions, tables: &[RawTable]) -> BTreeMap<Arc<str>, Period> {
    let of = |table: &RawTable| {
        let Role::Register(layout) = role(definitions, &table.file) else { return None };
        if definitions.tables[layout].id != LEDGER {
            return None;
        }
        let cells = table.rows.iter().take(ROWS_ABOVE).flatten();
        let period = cells.map(values::text).find_map(|text| {
            let (_, rest) = text.split_once(LEDGER_EDITION)?;
            let rest = rest.trim_start_matches([':', '：', ' ']);
            let end = rest.find(|letter: char| !(letter.is_ascii_alphanumeric() || letter == '-'));
            rest[..end.unwrap_or(rest.len())].parse().ok()
        })?;
        Some((table.file.clone(), period))
    };
    tables.iter().filter_map(of).collect()
}

/// Whether a table is the sheet of counts of a ledger.
pub(super) fn is_count(definitions: &Definitions, layout: usize, table: &RawTable) -> bool {
    definitions.tables[layout].id == LEDGER && table.sheet.as_deref() == Some(LEDGER_COUNTS)
}
