//! Finding the header of a table: which rows it spans, which columns name the unit, which hold measures.

use crate::definitions::forms::LAST_PERIOD;
use crate::definitions::{Definitions, Matched, fold};
use crate::extract::{RawTable, RawValue, values};
use crate::facts::header_key;
use std::collections::{BTreeMap, BTreeSet};
use unicode_normalization::UnicodeNormalization;

/// What a column holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Column {
    /// A measure, by position.
    Measure(usize),
    /// A figure the program computes itself, or nothing to read.
    Ignored,
    /// The name of the measure, in a long table.
    Item,
    /// The value, in a long table.
    Value,
    /// The period of the row.
    Period,
    /// A date.
    Date,
    /// A part of the unit (a village), whose rows are added up.
    Detail,
    /// Nothing known; its header.
    Unmatched(String),
}

/// Where the header is and what its columns are; rows and columns are relative to the table.
#[derive(Debug)]
pub(super) struct Header {
    /// First row of the header.
    pub(super) first_row: usize,
    /// First row below the header.
    pub(super) first_data_row: usize,
    /// Column with the unit's name.
    pub(super) name_column: Option<usize>,
    /// Column with the unit's code.
    pub(super) code_column: Option<usize>,
    /// The other columns with a header.
    pub(super) columns: Vec<(usize, Column)>,
    /// Columns from the first to behind the last that has a header.
    pub(super) width: usize,
}

impl Header {
    /// The column that names the unit, or failing that its code.
    pub(super) fn unit_column(&self) -> usize {
        self.name_column.or(self.code_column).expect("a header is found by its unit column")
    }

    /// The columns of measure and value, where the table has a row for each unit and measure.
    pub(super) fn long(&self) -> Option<(usize, usize)> {
        self.find(&Column::Item).zip(self.find(&Column::Value))
    }

    /// The first column of a kind.
    pub(super) fn find(&self, kind: &Column) -> Option<usize> {
        self.columns.iter().find(|(_, column)| column == kind).map(|&(column, _)| column)
    }
}

/// Rows searched for a header, and rows a header may span.
const SEARCHED_ROWS: usize = 40;
const HEADER_ROWS: usize = 3;

/// Keys under which each column can stand in a header.
pub(super) struct ColumnKeys {
    keys: BTreeMap<String, Column>,
    units: Vec<String>,
    names: BTreeSet<String>,
    codes: BTreeSet<String>,
}

impl ColumnKeys {
    pub(super) fn new(definitions: &Definitions) -> Self {
        let register = &definitions.units;
        let mut keys = BTreeMap::new();
        let special = [
            (&register.ignored_columns, Column::Ignored),
            (&register.item_columns, Column::Item),
            (&register.value_columns, Column::Value),
            (&register.period_columns, Column::Period),
            (&register.date_columns, Column::Date),
            (&register.detail_columns, Column::Detail),
        ];
        for (words, column) in special {
            keys.extend(words.iter().map(|word| (header_key(word), column.clone())));
        }
        for indicator in &definitions.indicators {
            for text in [&indicator.name, &indicator.code, &indicator.id] {
                keys.insert(header_key(text), Column::Ignored);
            }
        }
        for (position, measure) in definitions.measures.iter().enumerate() {
            for text in measure.aliases.iter().chain([&measure.id, &measure.name]) {
                keys.insert(fold(text), Column::Measure(position));
            }
        }
        let units = definitions.measures.iter().map(|measure| fold(&measure.unit)).collect();
        let folded = |words: &[String]| words.iter().map(|word| header_key(word)).collect();
        ColumnKeys { keys, units, names: folded(&register.name_columns), codes: folded(&register.code_columns) }
    }

    /// The measure that a text names.
    pub(super) fn measure(&self, text: &str) -> Option<usize> {
        match self.column(text) {
            Some(Column::Measure(measure)) => Some(*measure),
            _ => None,
        }
    }

    /// What one header text names. A bracket at its end may hold the declared unit, and nothing else: 床位数(上年) and
    /// 床位数(百张) are other figures.
    fn column(&self, text: &str) -> Option<&Column> {
        if let Some(found) = self.keys.get(&fold(text)) {
            return Some(found);
        }
        let narrow: String = text.nfkc().filter(|letter| !letter.is_whitespace()).collect();
        let (name, bracket) = narrow.strip_suffix(')').and_then(|rest| rest.rsplit_once('('))?;
        match self.keys.get(&fold(name))? {
            Column::Measure(measure) if self.units[*measure] != fold(bracket) => None,
            found => Some(found),
        }
    }

    fn find(&self, parts: &[String]) -> Option<&Column> {
        let (leaf, above) = parts.split_last()?;
        let (joined, together) = (parts.join("-"), parts.concat());
        let found = [joined.as_str(), together.as_str(), leaf.as_str()].into_iter().find_map(|text| self.column(text));
        let heading = || above.iter().rev().find_map(|part| self.measure(part));
        let as_measure = |measure: usize| self.keys.values().find(|column| **column == Column::Measure(measure));
        match found {
            // 床位数 over 本期数: the heading says what it is.
            Some(Column::Value | Column::Item) => heading().and_then(as_measure).or(found),
            Some(_) => found,
            // Our forms repeat the figures of the last period beside the cells to fill in.
            None if header_key(leaf).starts_with(&header_key(LAST_PERIOD)) => Some(&Column::Ignored),
            None => {
                let measure = heading()?;
                let leaf = fold(leaf);
                if leaf == self.units[measure] || THIS_PERIOD.contains(&leaf.as_str()) {
                    as_measure(measure)
                } else {
                    OTHER_PERIODS.contains(&leaf.as_str()).then_some(&Column::Ignored)
                }
            }
        }
    }
}

/// What stands below the name of a measure where a form shows several periods.
const THIS_PERIOD: &[&str] = &["本期", "本期数", "本季", "本季度", "当季", "当期", "本月", "本年"];
const OTHER_PERIODS: &[&str] = &["上期", "上期数", "上季", "上季度", "去年同期", "上年同期", "同期", "上年", "上月"];

/// Finds the header: of the rows that hold a unit column, the one under which most columns are known.
pub(super) fn find_header(definitions: &Definitions, keys: &ColumnKeys, table: &RawTable) -> Option<Header> {
    let mut best: Option<(usize, Header)> = None;
    for first in 0..table.rows.len().min(SEARCHED_ROWS) {
        let Some(header) = header_at(definitions, keys, table, first) else { continue };
        let known = header.columns.iter().filter(|(_, column)| !matches!(column, Column::Unmatched(_))).count();
        if best.as_ref().is_none_or(|(most, _)| known > *most) {
            best = Some((known, header));
        }
    }
    best.map(|(_, header)| header)
}

/// The header that begins in a row, if that row holds a unit column.
fn header_at(definitions: &Definitions, keys: &ColumnKeys, table: &RawTable, first: usize) -> Option<Header> {
    let cells = &table.rows[first];
    let position = |list: &BTreeSet<String>| {
        cells.iter().position(|cell| match cell {
            RawValue::Text(text) => list.contains(&header_key(text)),
            _ => false,
        })
    };
    let (name_column, code_column) = (position(&keys.names), position(&keys.codes));
    let unit_column = name_column.or(code_column)?;
    // A title merged over the whole width repeats one text; a header has several.
    if cells.iter().filter(|cell| **cell != RawValue::Empty).count() < 2 {
        return None;
    }
    let head = &cells[unit_column];
    let mut last = first;
    while last + 1 < table.rows.len() && last + 1 < first + HEADER_ROWS {
        let next = table.rows[last + 1].get(unit_column).unwrap_or(&RawValue::Empty);
        let continues = next == head || (*next == RawValue::Empty && !has_numbers(&table.rows[last + 1]));
        if !continues || is_unit(definitions, next) || is_blank(&table.rows[last + 1]) {
            break;
        }
        last += 1;
    }
    let rows = &table.rows[first..=last];
    let width = rows.iter().map(|row| filled_width(row)).max().unwrap_or(0);
    let mut columns = Vec::new();
    let mut above = vec![String::new(); rows.len()];
    for column in 0..width {
        let mut parts: Vec<String> = Vec::new();
        let leaf = rows.last().and_then(|row| row.get(column)).unwrap_or(&RawValue::Empty);
        for (level, row) in rows.iter().enumerate() {
            let mut text = row.get(column).map(values::text).unwrap_or_default();
            // Text tables know no merged areas: a heading over several columns stands above the first of them.
            if text.is_empty() && level + 1 < rows.len() && *leaf != RawValue::Empty {
                text.clone_from(&above[level]);
            }
            above[level].clone_from(&text);
            if !text.is_empty() && parts.last() != Some(&text) {
                parts.push(text);
            }
        }
        if Some(column) == name_column || Some(column) == code_column || parts.is_empty() {
            continue;
        }
        let matched = keys.find(&parts).cloned().unwrap_or_else(|| Column::Unmatched(parts.join("-")));
        columns.push((column, matched));
    }
    Some(Header { first_row: first, first_data_row: last + 1, name_column, code_column, columns, width })
}

fn is_blank(row: &[RawValue]) -> bool {
    row.iter().all(|cell| *cell == RawValue::Empty)
}

fn filled_width(row: &[RawValue]) -> usize {
    row.iter().rposition(|cell| *cell != RawValue::Empty).map_or(0, |last| last + 1)
}

fn has_numbers(row: &[RawValue]) -> bool {
    row.iter().any(|cell| matches!(cell, RawValue::Number(_)))
}

fn is_unit(definitions: &Definitions, value: &RawValue) -> bool {
    let text = values::text(value);
    !text.is_empty() && !matches!(definitions.units.find(&text), Matched::Unknown)
}
