//! What rows of the small tables must keep beyond the content of each cell.

use super::registers::{Entry, RegisterRow};
use crate::audit::{Audit, Code, Diagnostic, Place};
use crate::definitions::calendar::Period;
use crate::definitions::{ColumnKind, TableLayout};
use std::collections::BTreeMap;

/// Whether the date of a row lies within the period, where it must; a wrong one is noted.
pub(super) fn check_date(
    layout: &TableLayout,
    entries: &[Entry],
    period: Period,
    place: &Place,
    audit: &mut Audit,
) -> bool {
    let dates = layout.columns.iter().zip(entries).find(|(column, _)| column.kind == ColumnKind::Date);
    let Some((column, Entry::Date(date))) = dates.filter(|_| layout.within_period) else { return true };
    if (period.first_day()..=period.last_day()).contains(date) {
        return true;
    }
    audit.note(
        Diagnostic::new(
            Code::EventOutsidePeriod,
            place.clone(),
            format!("“{}”的“{}”不在{}之内,这一行没有采用", layout.name, column.name, period.title()),
        )
        .item(&column.name)
        .found(date.to_string())
        .expected(format!("{} 至 {}", period.first_day(), period.last_day()))
        .help("日期写错的改正;别的期次的事项移到那一期的文件夹里登记"),
    );
    false
}

/// One event has one number: rows with the number of an earlier row are noted and left out.
pub(super) fn drop_duplicates(layout: &TableLayout, rows: &mut Vec<RegisterRow>, audit: &mut Audit) {
    let Some(column) = layout.columns.iter().position(|column| column.id == "event_id") else { return };
    let mut first: BTreeMap<String, Place> = BTreeMap::new();
    rows.retain(|row| {
        let Entry::Text(id) = &row.entries[column] else { return true };
        let Some(place) = first.get(id) else {
            first.insert(id.clone(), row.place.clone());
            return true;
        };
        audit.note(
            Diagnostic::new(
                Code::EventDuplicate,
                row.place.clone(),
                format!("“{}”的“{}”{id} 已经登记过,这一行没有采用", layout.name, layout.columns[column].name),
            )
            .item(id)
            .found(format!("前一次在 {place}"))
            .expected("每件事一个编号")
            .help("重复登记的删去一行;是两件事的,改用不同的编号"),
        );
        false
    });
}

/// What changes reported figures must say who approved it; other rows are noted and left out.
pub(super) fn drop_unapproved(layout: &TableLayout, rows: &mut Vec<RegisterRow>, audit: &mut Audit) {
    let Some(column) = layout.columns.iter().position(|column| column.id == "approved_by") else { return };
    rows.retain(|row| {
        let is_approved = row.entries[column] != Entry::Empty;
        if !is_approved {
            audit.note(
                Diagnostic::new(
                    Code::ApprovalMissing,
                    row.place.clone(),
                    format!("“{}”的这一行没有写由谁批准,报送数没有改动", layout.name),
                )
                .item(&layout.columns[column].name)
                .expected("批准的单位或会议")
                .help(format!("在“{}”一列写明批准的单位或会议", layout.columns[column].name)),
            );
        }
        is_approved
    });
}
