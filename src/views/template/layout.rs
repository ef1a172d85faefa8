//! Where everything stands in a form: columns with their headers and widths.

use crate::definitions::forms::{Form, LAST_PERIOD};
use crate::definitions::{Definitions, Measure};
use crate::facts::header_key;
use unicode_width::UnicodeWidthStr;

/// What a column of figures is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Purpose {
    /// To be filled in.
    Input,
    /// The figure of the last period.
    Last,
    /// Fixed for the year.
    Fixed,
}

/// A column of figures.
#[derive(Clone, Debug)]
pub(super) struct Column {
    /// Position of the measure.
    pub(super) measure: usize,
    /// What it is for.
    pub(super) purpose: Purpose,
    /// Its header.
    pub(super) header: String,
    /// Its width in the letters of a spreadsheet.
    pub(super) width: f64,
}

/// The columns of a form.
#[derive(Clone, Debug)]
pub(super) struct Layout {
    /// Header of the column of unit codes, where the definitions know such a column.
    pub(super) code_header: Option<String>,
    /// Header of the column of unit names.
    pub(super) name_header: String,
    /// Widths of the columns in front of the figures.
    pub(super) fixed_widths: Vec<f64>,
    /// The columns of figures.
    pub(super) columns: Vec<Column>,
    /// Lines that the tallest header takes.
    pub(super) header_lines: usize,
}

/// Narrowest and widest column of figures.
const NARROWEST: f64 = 11.0;
const WIDEST: f64 = 20.0;
/// Lines that a header should not pass.
const HEADER_LINES: usize = 4;

/// Width of a text on the page: a Chinese letter is as wide as two digits. What a spreadsheet finds out by itself is
/// too narrow, because it counts letters.
#[expect(clippy::cast_precision_loss, reason = "texts are shorter than 2^52 letters")]
pub(super) fn width_of(text: &str) -> f64 {
    text.lines().map(UnicodeWidthStr::width).max().unwrap_or(0) as f64
}

/// Lines that a text takes in a column.
pub(super) fn lines_in(text: &str, width: f64) -> usize {
    // A line of two-column letters may leave one place empty at its end, and the cell has a margin.
    let usable = (width - 2.0).max(2.0);
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a small positive count")]
    let lines = |line: &str| (width_of(line) / usable).ceil().max(1.0) as usize;
    text.lines().map(lines).sum::<usize>().max(1)
}

impl Layout {
    pub(super) fn of(definitions: &Definitions, form: &Form) -> Self {
        let register = &definitions.units;
        let code_header = register.code_columns.first().cloned();
        let name_header = register.name_columns.first().unwrap_or(&definitions.index.unit_word).clone();
        let units = &register.units[form.units(definitions)];
        let widest = |texts: &mut dyn Iterator<Item = &str>| texts.map(width_of).fold(8.0, f64::max).min(40.0) + 2.0;
        let mut fixed_widths = Vec::new();
        if let Some(header) = &code_header {
            let codes = units.iter().map(|unit| unit.code.as_str());
            // The labels above the table stand in the first column.
            fixed_widths.push(widest(&mut codes.chain([header.as_str(), "填报单位:"])));
        }
        let names = units.iter().map(|unit| unit.name.as_str());
        fixed_widths.push(widest(&mut names.chain([name_header.as_str(), "填报单位:"])));
        let mut columns = Vec::new();
        let mut add = |measure: usize, purpose: Purpose| {
            let definition = &definitions.measures[measure];
            let header = match purpose {
                Purpose::Last => format!("{LAST_PERIOD}{}", definition.name),
                Purpose::Input | Purpose::Fixed => header_of(definition),
            };
            let mut width = NARROWEST;
            while lines_in(&header, width) > HEADER_LINES && width < WIDEST {
                width += 1.0;
            }
            columns.push(Column { measure, purpose, header, width });
        };
        for &measure in &form.asked {
            add(measure, Purpose::Input);
            add(measure, Purpose::Last);
        }
        for &measure in &form.fixed {
            add(measure, Purpose::Fixed);
        }
        let header_lines = columns.iter().map(|column| lines_in(&column.header, column.width)).max().unwrap_or(1);
        Layout { code_header, name_header, fixed_widths, columns, header_lines }
    }

    /// Columns in front of the figures.
    pub(super) fn fixed_count(&self) -> usize {
        self.fixed_widths.len()
    }
}

/// The name with the unit of measurement behind it, where the reader takes that for the name.
fn header_of(measure: &Measure) -> String {
    let with_unit = format!("{}\n({})", measure.name, measure.unit);
    let is_same = !measure.unit.is_empty() && header_key(&with_unit) == header_key(&measure.name);
    if is_same { with_unit } else { measure.name.clone() }
}
