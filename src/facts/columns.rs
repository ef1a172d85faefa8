//! Finding the header of a table: which rows it spans, which columns name the unit, which hold measures.

use super::header_key;
use crate::definitions::forms::LAST_PERIOD;
use crate::definitions::{Definitions, Matched};
use crate::extract::{RawTable, RawValue, values};
use std::collections::BTreeMap;

/// A column that was matched or not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Column {
    /// Holds a measure, by position.
    Measure(usize),
    /// Repeats a figure the program computes itself, or carries nothing to read.
    Ignored,
    /// Matches nothing; its header.
    Unmatched(String),
}

/// Where the header is and what its columns are.
#[derive(Debug)]
pub(super) struct Header {
    /// First row below the header, relative to the table.
    pub(super) first_data_row: usize,
    /// Column with the unit's name.
    pub(super) name_column: Option<usize>,
    /// Column with the unit's code.
    pub(super) code_column: Option<usize>,
    /// The other columns with a header.
    pub(super) columns: Vec<(usize, Column)>,
}

/// Rows searched for a header, and rows a header may span.
const SEARCHED_ROWS: usize = 40;
const HEADER_ROWS: usize = 3;

/// Keys under which each measure can stand in a header.
pub(super) struct MeasureKeys {
    keys: BTreeMap<String, Column>,
}

impl MeasureKeys {
    pub(super) fn new(definitions: &Definitions) -> Self {
        let mut keys = BTreeMap::new();
        for word in &definitions.units.ignored_columns {
            keys.insert(header_key(word), Column::Ignored);
        }
        for indicator in &definitions.indicators {
            for text in [&indicator.name, &indicator.code, &indicator.id] {
                keys.insert(header_key(text), Column::Ignored);
            }
        }
        for (position, measure) in definitions.measures.iter().enumerate() {
            for text in measure.aliases.iter().chain([&measure.id, &measure.name]) {
                keys.insert(header_key(text), Column::Measure(position));
            }
        }
        MeasureKeys { keys }
    }

    fn find(&self, parts: &[String]) -> Option<&Column> {
        let leaf = parts.last()?;
        // Our forms repeat the figures of the last period beside the cells to fill in.
        if header_key(leaf).starts_with(&header_key(LAST_PERIOD)) {
            return Some(&Column::Ignored);
        }
        let joined = parts.join("-");
        let together = parts.concat();
        [joined.as_str(), together.as_str(), leaf.as_str()]
            .into_iter()
            .find_map(|text| self.keys.get(&header_key(text)))
    }
}

/// Finds the header. `None` where no row holds a unit column.
pub(super) fn find_header(definitions: &Definitions, keys: &MeasureKeys, table: &RawTable) -> Option<Header> {
    let register = &definitions.units;
    let is_one_of = |list: &[String], value: &RawValue| {
        let key = header_key(&values::text(value));
        !key.is_empty() && list.iter().any(|word| header_key(word) == key)
    };
    let mut found = None;
    for (row, cells) in table.rows.iter().enumerate().take(SEARCHED_ROWS) {
        let filled = cells.iter().filter(|cell| **cell != RawValue::Empty).count();
        let name = cells.iter().position(|cell| is_one_of(&register.name_columns, cell));
        let code = cells.iter().position(|cell| is_one_of(&register.code_columns, cell));
        // A title merged over the whole width repeats one text; a header has several.
        if (name.is_some() || code.is_some()) && filled >= 2 {
            found = Some((row, name, code));
            break;
        }
    }
    let (first, name_column, code_column) = found?;
    let unit_column = name_column.or(code_column)?;
    let head = &table.rows[first][unit_column];
    let mut last = first;
    while last + 1 < table.rows.len() && last + 1 < first + HEADER_ROWS {
        let next = table.rows[last + 1].get(unit_column).unwrap_or(&RawValue::Empty);
        let continues = next == head || (*next == RawValue::Empty && !has_numbers(&table.rows[last + 1]));
        if !continues || is_unit(definitions, next) {
            break;
        }
        last += 1;
    }
    let width = table.rows[first..=last].iter().map(Vec::len).max().unwrap_or(0);
    let mut columns = Vec::new();
    for column in 0..width {
        if Some(column) == name_column || Some(column) == code_column {
            continue;
        }
        let mut parts: Vec<String> = Vec::new();
        for row in &table.rows[first..=last] {
            let text = row.get(column).map(values::text).unwrap_or_default().trim().to_owned();
            if !text.is_empty() && parts.last() != Some(&text) {
                parts.push(text);
            }
        }
        if parts.is_empty() {
            continue;
        }
        let matched = keys.find(&parts).cloned().unwrap_or_else(|| Column::Unmatched(parts.join("-")));
        columns.push((column, matched));
    }
    Some(Header { first_data_row: last + 1, name_column, code_column, columns })
}

fn has_numbers(row: &[RawValue]) -> bool {
    row.iter().any(|cell| matches!(cell, RawValue::Number(_)))
}

fn is_unit(definitions: &Definitions, value: &RawValue) -> bool {
    let text = values::text(value);
    !text.is_empty() && !matches!(definitions.units.find(&text), Matched::Unknown(_))
}
