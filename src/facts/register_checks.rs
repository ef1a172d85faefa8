//! What rows of the small tables must keep beyond the content of each cell.

use super::registers::{Entry, RegisterRow};
use crate::audit::{Audit, Code, Diagnostic, Place};
use crate::definitions::calendar::{Date, Period};
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

/// What changes reported figures must say on which paper and who approved it; other rows are noted and left out.
pub(super) fn drop_unapproved(layout: &TableLayout, rows: &mut Vec<RegisterRow>, audit: &mut Audit) {
    let column = |id: &str| layout.columns.iter().position(|column| column.id == id);
    let needed: Vec<usize> = ["evidence", "approved_by"].into_iter().filter_map(column).collect();
    rows.retain(|row| {
        let missing: Vec<&str> = needed
            .iter()
            .filter(|&&column| row.entries[column] == Entry::Empty)
            .map(|&column| layout.columns[column].name.as_str())
            .collect();
        if !missing.is_empty() {
            let missing = missing.join("、");
            audit.note(
                Diagnostic::new(
                    Code::ApprovalMissing,
                    row.place.clone(),
                    format!("“{}”的这一行没有写{missing},报送数没有改动", layout.name),
                )
                .item(&missing)
                .expected("复核单的编号,批准的单位或会议")
                .help(format!("补上{missing}后重新运行")),
            );
        }
        missing.is_empty()
    });
}

/// One figure is verified once: a second row about it is noted and left out.
pub(super) fn drop_verified_twice(layout: &TableLayout, rows: &mut Vec<RegisterRow>, audit: &mut Audit) {
    let mut first: BTreeMap<(usize, usize), Place> = BTreeMap::new();
    rows.retain(|row| {
        let (Entry::Unit(unit), Entry::Measure(measure)) =
            (row.first(layout, ColumnKind::Unit), row.first(layout, ColumnKind::Measure))
        else {
            return true;
        };
        let Some(place) = first.get(&(*measure, *unit)) else {
            first.insert((*measure, *unit), row.place.clone());
            return true;
        };
        audit.note(
            Diagnostic::new(
                Code::EventDuplicate,
                row.place.clone(),
                format!("“{}”里同一个数复核了两次(前一次在 {place}),这一行没有采用", layout.name),
            )
            .expected("每个数一行")
            .help("只留下最后认定的一行"),
        );
        false
    });
}

/// The first day on which each table of each sender arrived: a correction that comes later is not late again.
pub(super) fn first_arrivals(layout: &TableLayout, rows: &[RegisterRow]) -> BTreeMap<String, Date> {
    let mut first: BTreeMap<String, Date> = BTreeMap::new();
    for row in rows {
        if let Entry::Date(date) = row.first(layout, ColumnKind::Date) {
            let day = first.entry(arrival_key(layout, row)).or_insert(*date);
            *day = (*day).min(*date);
        }
    }
    first
}

/// Everything in a row of arrivals but its date.
pub(super) fn arrival_key(layout: &TableLayout, row: &RegisterRow) -> String {
    let parts = layout.columns.iter().zip(&row.entries).filter(|(column, _)| column.kind != ColumnKind::Date);
    parts.map(|(_, entry)| format!("{entry:?}")).collect::<Vec<_>>().join("|")
}
