//! Layouts of the small tables whose meaning the program knows; a project may declare one of the same id to rename
//! its columns.

pub(crate) mod commitments;
mod funds;
mod ledger;

pub use ledger::{ACTION_WORDS, ACTIONS, LEDGER, LEDGER_COLUMNS, LEDGER_COUNTS, LEDGER_EDITION, PROBLEMS};

use super::{ColumnKind, TableColumn, TableLayout};

/// All of them. `unit_word` is what one unit is called: the header of its column.
pub(super) fn layouts(unit_word: &str) -> Vec<TableLayout> {
    let mut layouts = commitments::layouts();
    layouts.push(funds::layout());
    layouts.extend(ledger::layouts(unit_word));
    layouts
}

/// Whether a small table is one of them.
pub(crate) fn knows(id: &str) -> bool {
    layouts("").iter().any(|layout| layout.id == id)
}

/// A column: identifier, header, other headers, what stands in it, whether it may not be empty.
fn column(id: &str, name: &str, aliases: &[&str], kind: ColumnKind, required: bool) -> TableColumn {
    TableColumn {
        id: id.to_owned(),
        name: name.to_owned(),
        aliases: aliases.iter().map(|&alias| alias.to_owned()).collect(),
        kind,
        required,
    }
}
