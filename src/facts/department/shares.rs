//! Percent or fraction: decided for a whole column of a measure in percent, never cell by cell.

use super::cells::{At, message_at};
use super::lines::Line;
use super::sheet::Sheet;
use crate::audit::{Audit, Code};
use crate::definitions::decimal::plain;
use crate::extract::values::{self, Reading};
use crate::facts::{Facts, Observed};
use std::collections::BTreeSet;

/// How a cell's figure is to be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Share {
    /// In the declared unit.
    AsWritten,
    /// As a fraction of one: 0.853 is 85.3 %.
    Fraction,
    /// Not at all: it is written in another way than the rest of its column.
    Unusable,
}

/// How a column is to be read.
#[derive(Clone, Debug, Default)]
pub(super) struct ColumnShare {
    /// Whether its plain figures are fractions.
    pub(super) is_fraction: bool,
    /// Rows that are written in the other way.
    odd: BTreeSet<usize>,
}

impl ColumnShare {
    /// How the figure in a row is to be read.
    pub(super) fn of(&self, row: usize) -> Share {
        if self.odd.contains(&row) {
            Share::Unusable
        } else if self.is_fraction {
            Share::Fraction
        } else {
            Share::AsWritten
        }
    }
}

/// One figure of a column in percent.
struct Figure {
    at: At,
    value: f64,
    has_sign: bool,
}

impl Figure {
    /// Strictly between 0 and 1 without a percent sign: a fraction, or a very small percentage.
    fn is_below_one(&self) -> bool {
        !self.has_sign && self.value > 0.0 && self.value < 1.0
    }

    fn is_percent(&self) -> bool {
        self.has_sign || self.value > 1.0
    }
}

/// A column and the rows it is read in, in; how it is to be read, out.
///
/// Mixed columns give an error for each cell of the smaller part. A column of nothing but figures below one is read as
/// fractions; where the last period does not bear that out, it is asked about.
pub(super) fn decide(
    sheet: &Sheet<'_>,
    column: usize,
    rows: &[(usize, Line, usize)],
    previous: Option<&Facts>,
    audit: &mut Audit,
) -> ColumnShare {
    let figures: Vec<Figure> =
        rows.iter().filter_map(|&(row, line, measure)| figure(sheet, row, column, line, measure)).collect();
    let below_count = figures.iter().filter(|figure| figure.is_below_one()).count();
    let percent_count = figures.iter().filter(|figure| figure.is_percent()).count();
    // Nothing but 0 and 1 may be whole percents or wholes.
    let ones = figures.iter().filter(|figure| !figure.has_sign && figure.value > 0.0).count();
    if below_count == 0 && (percent_count > 0 || ones == 0) || sheet.is_frozen && percent_count > 0 {
        return ColumnShare::default();
    }
    let is_fraction = below_count > percent_count;
    if percent_count > 0 {
        // Rates as small as that occur; a unit that had one before may have one again.
        let was_small = |figure: &Figure| {
            let before =
                previous.zip(figure.at.unit).map(|(facts, unit)| facts.observation(figure.at.measure, unit).observed);
            matches!(before, Some(Observed::Value(value)) if value < 2.0)
        };
        let odd = figures.iter().filter(|figure| if is_fraction { figure.is_percent() } else { figure.is_below_one() });
        let odd: Vec<&Figure> = odd.filter(|figure| is_fraction || !was_small(figure)).collect();
        for figure in &odd {
            let (this, rest) = if is_fraction { ("百分数", "小数") } else { ("小数", "百分数") };
            let written = values::text(sheet.value(figure.at.row, column));
            let message = format!("同一列里别处写的是{rest},这一格“{written}”像是{this},没有采用");
            let note = message_at(sheet, figure.at, Code::PercentMixed, message);
            audit.note(note.expected(format!("与同列一致的{rest}")).help("同一列统一写成百分数,例如 85.3"));
        }
        return ColumnShare { is_fraction, odd: odd.iter().map(|figure| figure.at.row).collect() };
    }
    let first = figures.iter().find(|figure| figure.value > 0.0).expect("a figure that is not 0");
    ColumnShare {
        is_fraction: is_fraction_for_sure(&figures, previous).unwrap_or_else(|| ask(sheet, first, audit)),
        ..ColumnShare::default()
    }
}

fn figure(sheet: &Sheet<'_>, row: usize, column: usize, line: Line, measure: usize) -> Option<Figure> {
    let unit = match line {
        Line::Unit(unit) => Some(unit),
        Line::Own => None,
        Line::Total(_) => return None,
    };
    let raw = sheet.value(row, column);
    let Reading::Number { value, percent } = values::number(raw, "%") else { return None };
    Some(Figure { at: At { row, column, measure, unit }, value, has_sign: percent })
}

/// The last period decides where one reading is ten times nearer to it than the other.
fn is_fraction_for_sure(figures: &[Figure], previous: Option<&Facts>) -> Option<bool> {
    let previous = previous?;
    let mut distances: Vec<f64> = Vec::new();
    for figure in figures.iter().filter(|figure| figure.value > 0.0) {
        let Some(unit) = figure.at.unit else { continue };
        if let Observed::Value(before) = previous.observation(figure.at.measure, unit).observed
            && before > 0.0
        {
            distances.push(libm::log10(before / figure.value));
        }
    }
    distances.sort_by(f64::total_cmp);
    // Between 0 (the same) and 2 (a hundred times as much) the middle is undecided.
    match *distances.get(distances.len() / 2)? {
        distance if distance >= 1.5 => Some(true),
        distance if distance <= 0.5 => Some(false),
        _ => None,
    }
}

fn ask(sheet: &Sheet<'_>, first: &Figure, audit: &mut Audit) -> bool {
    let measure = &sheet.definitions.measures[first.at.measure];
    let written = values::text(sheet.value(first.at.row, first.at.column));
    let read = plain(values::times_hundred(first.value), 4);
    let message = format!("“{}”以 % 计,这一列却都不大于 1,暂按小数读({written} 读作 {read}%)", measure.name);
    let mut question = message_at(sheet, first.at, Code::PercentOrFraction, message)
        .expected("百分数,例如 85.3")
        .help(format!("答复填“小数”({written} 即 {read}%)或“百分数”({written} 即 {written}%);下次请填百分数"));
    question.unit = None;
    let Some(answer) = audit.ask(question) else { return true };
    match answer.text.trim() {
        "小数" | "比例" | "是" => true,
        "百分数" | "百分比" | "%" => false,
        _ => {
            crate::facts::answers::unclear(&answer, "“小数”或“百分数”", audit);
            true
        }
    }
}
