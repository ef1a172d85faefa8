//! The small tables that people keep, from the rows of the script, and the calendar of working days.

use super::delimited::{self, Encoding};
use super::forms::Cell;
use super::holidays;
use super::values::Values;
use super::workbook;
use crate::definitions::calendar::{Date, Period};
use crate::definitions::{ColumnKind, Definitions, DemoRow, Matched, TableLayout, fold, standard};
use std::collections::BTreeMap;

/// The small tables of a period that the script has rows for: file name and bytes.
pub(super) fn files(
    definitions: &Definitions,
    rows: &[DemoRow],
    values: &Values<'_>,
    period: Period,
) -> BTreeMap<String, Vec<u8>> {
    let when = period.to_string();
    let mut files = BTreeMap::new();
    for (position, layout) in definitions.tables.iter().enumerate() {
        let wanted = rows.iter().filter(|row| row.period == when && row.table == layout.id);
        let cells: Vec<Vec<Cell>> = wanted.map(|row| cells(definitions, layout, row, values, period)).collect();
        if cells.is_empty() {
            continue;
        }
        let header: Vec<String> = layout.columns.iter().map(|column| column.name.clone()).collect();
        // Every other kind of declared table is kept in a workbook; those that the program brings along stay text.
        let is_odd = position % 2 == 1 && !standard::knows(&layout.id);
        let (extension, bytes) = if is_odd && workbook::fits(cells.len(), header.len()) {
            ("xlsx", workbook::table("登记表", &header, &cells))
        } else {
            ("csv", delimited::table(&header, cells, Encoding::Utf8Bom))
        };
        files.insert(format!("{}.{extension}", layout.id), bytes);
    }
    files
}

/// A scripted row in the order of the columns. A number written `x0.93` is that multiple of what was reported, and the
/// column `reported` then holds the reported figure itself.
fn cells(
    definitions: &Definitions,
    layout: &TableLayout,
    row: &DemoRow,
    values: &Values<'_>,
    period: Period,
) -> Vec<Cell> {
    let written = |kind: ColumnKind| {
        let column = layout.columns.iter().find(|column| column.kind == kind)?;
        row.values.get(&column.id)
    };
    let unit = written(ColumnKind::Unit).and_then(|text| match definitions.units.find(text) {
        Matched::Unit(unit) | Matched::Alias(unit) => Some(unit),
        Matched::Total | Matched::Own | Matched::Ambiguous | Matched::Unknown => None,
    });
    let measure = written(ColumnKind::Measure).and_then(|text| {
        let is_named = |name: &String| fold(name) == fold(text);
        definitions.measures.iter().position(|measure| {
            is_named(&measure.id) || is_named(&measure.name) || measure.aliases.iter().any(is_named)
        })
    });
    let reported = unit.zip(measure).map(|(unit, measure)| values.reported(measure, unit, period));
    let factor = |text: &String| text.strip_prefix('x').and_then(|factor| factor.parse::<f64>().ok());
    let has_factor = row.values.values().any(|text| factor(text).is_some());
    layout
        .columns
        .iter()
        .map(|column| match (row.values.get(&column.id), column.kind) {
            (None, ColumnKind::Number) if has_factor && column.id == "reported" => {
                reported.map_or(Cell::Empty, Cell::Number)
            }
            (None, _) => Cell::Empty,
            (Some(text), ColumnKind::Number) => match (factor(text), reported, text.parse::<f64>()) {
                (Some(factor), Some(reported), _) => Cell::Number((reported * factor).round()),
                (_, _, Ok(number)) if number.is_finite() => Cell::Number(number),
                _ => Cell::Text(text.clone()),
            },
            (Some(text), ColumnKind::Date) => Date::read(text).map_or_else(|| Cell::Text(text.clone()), Cell::Date),
            (Some(text), ColumnKind::Department) => {
                let named = definitions.departments.iter().find(|department| department.code == *text);
                Cell::Text(named.map_or_else(|| text.clone(), |department| department.name.clone()))
            }
            (Some(text), ColumnKind::Text | ColumnKind::Flag | ColumnKind::Unit | ColumnKind::Measure) => {
                Cell::Text(text.clone())
            }
        })
        .collect()
}

/// The calendar of a year as CSV: the days that the official arrangement names. `None` for a year whose arrangement is
/// not known here.
pub(super) fn calendar(year: i32) -> Option<Vec<u8>> {
    let days = holidays::named_days(year);
    if days.is_empty() {
        return None;
    }
    let header = ["日期", "安排", "说明"].map(str::to_owned);
    let rows: Vec<Vec<Cell>> = days
        .into_iter()
        .map(|(date, is_working, why)| {
            let word = if is_working { "班" } else { "休" };
            vec![Cell::Date(date), Cell::Text(word.to_owned()), Cell::Text(why)]
        })
        .collect();
    Some(delimited::table(&header, rows, Encoding::Utf8Bom))
}
