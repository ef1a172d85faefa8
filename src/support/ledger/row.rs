//! A problem as a line of the printed ledger: 28 columns in the order of [`LEDGER_COLUMNS`].

use super::{Item, ProgressNote, wording};
use crate::definitions::Definitions;
use crate::definitions::calendar::Date;
use crate::definitions::decimal::plain;
use crate::definitions::standard::LEDGER_COLUMNS;

/// What stands in a cell of the ledger.
#[derive(Clone, Debug, PartialEq)]
pub enum Cell {
    /// A text, perhaps empty.
    Text(String),
    /// A day.
    Date(Date),
    /// A count.
    Number(u32),
}

impl Cell {
    /// The cell as text: days as `2022-09-30`.
    pub fn text(&self) -> String {
        match self {
            Cell::Text(text) => text.clone(),
            Cell::Date(day) => day.to_string(),
            Cell::Number(number) => number.to_string(),
        }
    }
}

/// The cells of a problem that stands in line `position` (from 0) of the ledger.
pub fn cells(definitions: &Definitions, item: &Item, position: usize) -> [Cell; 28] {
    LEDGER_COLUMNS.map(|(id, _)| cell(definitions, item, position, id))
}

/// The cell of one column, by identifier.
pub(super) fn cell(definitions: &Definitions, item: &Item, position: usize, column: &str) -> Cell {
    let words = |text: &str| Cell::Text(text.to_owned());
    let day = |day: Option<Date>| day.map_or_else(|| Cell::Text(String::new()), Cell::Date);
    match column {
        "seq" => Cell::Number(u32::try_from(position + 1).unwrap_or(u32::MAX)),
        "issue_id" => words(&item.id),
        "unit" => words(&definitions.units.units[item.unit].name),
        "source" => words(&item.source),
        "indicator" => Cell::Text(
            item.indicator.map_or_else(String::new, |it| wording::indicator_text(&definitions.indicators[it])),
        ),
        "description" => words(&item.description),
        "severity" => words(&item.severity),
        "measures" => words(&item.measures),
        "exit_test" => words(&item.exit_test),
        "owner" => words(&item.owner),
        "helper" => words(&item.helper),
        "leader_post" => words(&item.leader_post),
        "assigned_on" => day(item.assigned_on),
        "accepted_on" => day(item.accepted_on),
        "due_on" => Cell::Date(item.due_on),
        "extended_to" => {
            Cell::Text(item.extended_to.map_or_else(String::new, |until| format!("{until}({})", item.extension)))
        }
        "progress" => Cell::Text(item.progress.as_ref().map_or_else(String::new, progress)),
        "evidence_ids" => Cell::Text(item.evidence.join("、")),
        "close_requested_on" => day(item.close_requested_on),
        "verified" => Cell::Text(
            item.verified_on.map_or_else(String::new, |on| format!("{}/{}/{on}", item.verified_by, item.verified_how)),
        ),
        "verdict" => words(&item.verdict),
        "closed_on" => day(item.closed_on),
        "state" => words(item.state.word()),
        "overdue_days" => Cell::Number(item.overdue_days),
        "look_back" => {
            Cell::Text(item.looked_back_on.map_or_else(String::new, |on| format!("{on}/{}", item.look_back)))
        }
        "red_streak" => Cell::Number(item.red_streak),
        "rule_hits" => Cell::Text(item.rule_hits.join("、")),
        "note" => words(&item.note),
        other => unreachable!("{other} is no column of the ledger"),
    }
}

/// `2022-08-15:60%,已完成18户`
fn progress(note: &ProgressNote) -> String {
    let percent = note.percent.map_or_else(String::new, |percent| format!("{}%", plain(percent, 2)));
    let comma = if percent.is_empty() || note.text.is_empty() { "" } else { "," };
    format!("{}:{percent}{comma}{}", note.on, note.text)
}
