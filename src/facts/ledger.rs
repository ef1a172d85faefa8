//! What is particular about a printed ledger that comes back: it says when it stood, cells are compared one by one, and it
//! has a sheet of counts.

use super::{Role, header_key, role};
use crate::definitions::calendar::Period;
use crate::definitions::standard::{LEDGER, LEDGER_COUNTS, LEDGER_EDITION};
use crate::definitions::{Definitions, TableLayout};
use crate::extract::{RawTable, values};
use std::collections::BTreeMap;
use std::sync::Arc;

/// Rows among which the header of a ledger is looked for.
const ROWS_TO_HEADER: usize = 40;

/// A sheet of a ledger: its file and its name.
pub type LedgerSheet = (Arc<str>, Option<Arc<str>>);

/// What a ledger that came back says about itself.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LedgerCopy {
    /// The period at whose end it stood; `None` where it does not say so.
    pub edition: Option<Period>,
    /// Zero-based column in the sheet of each column it has, by identifier. One that is not there was not changed.
    pub columns: BTreeMap<String, u32>,
}

/// What each ledger among the tables says about itself.
pub(super) fn copies(definitions: &Definitions, tables: &[RawTable]) -> BTreeMap<LedgerSheet, LedgerCopy> {
    let of = |table: &RawTable| {
        let Role::Register(position) = role(definitions, &table.file) else { return None };
        let layout = &definitions.tables[position];
        let is_read = layout.id == LEDGER && !is_count(definitions, position, table);
        is_read.then(|| ((table.file.clone(), table.sheet.clone()), copy(layout, table)))
    };
    tables.iter().filter_map(of).collect()
}

fn copy(layout: &TableLayout, table: &RawTable) -> LedgerCopy {
    let column = |text: &str| {
        let key = header_key(text);
        let names = |id: usize| {
            let column = &layout.columns[id];
            std::iter::once(&column.name).chain(&column.aliases).chain([&column.id])
        };
        let is_named = |id: &usize| names(*id).any(|name| header_key(name) == key);
        (0..layout.columns.len()).find(is_named).filter(|_| !key.is_empty())
    };
    let mut copy = LedgerCopy::default();
    for row in table.rows.iter().take(ROWS_TO_HEADER) {
        let texts: Vec<String> = row.iter().map(values::text).collect();
        copy.edition = copy.edition.or_else(|| texts.iter().find_map(|text| edition(text)));
        let mut columns: BTreeMap<String, u32> = BTreeMap::new();
        for (at, id) in (table.origin.1..).zip(texts.iter().map(|text| column(text))) {
            if let Some(id) = id {
                columns.entry(layout.columns[id].id.clone()).or_insert(at);
            }
        }
        if columns.contains_key("issue_id") && columns.len() >= 2 {
            copy.columns = columns;
            break;
        }
    }
    copy
}

/// `台账期次:2024Q1`, above the header.
fn edition(text: &str) -> Option<Period> {
    let (_, rest) = text.split_once(LEDGER_EDITION)?;
    let rest = rest.trim_start_matches([':', '\u{FF1A}', ' ']);
    let end = rest.find(|letter: char| !(letter.is_ascii_alphanumeric() || letter == '-'));
    rest[..end.unwrap_or(rest.len())].parse().ok()
}

/// Whether a table is the sheet of counts of a ledger.
pub(super) fn is_count(definitions: &Definitions, layout: usize, table: &RawTable) -> bool {
    definitions.tables[layout].id == LEDGER && table.sheet.as_deref() == Some(LEDGER_COUNTS)
}
