//! Total rows against the sums of their rows: the cheapest proof that a table was read as its sender meant it.

use super::lines::{Line, Total};
use super::sheet::Sheet;
use crate::audit::{Audit, Code};
use crate::definitions::decimal::plain;
use crate::extract::values::{self, Reading};
use crate::facts::Check;

/// Rows with their lines, a column and its measure in; a warning for each total that does not agree, and the tally
/// of the check, out.
///
/// Whole numbers must add up exactly. Figures with decimals were rounded, so a sum may be off by half of their last
/// digit for each row. A total that includes the authority's own figure or leaves it out is right in both cases.
pub(super) fn check(
    sheet: &Sheet<'_>,
    rows: &[(usize, Line)],
    column: usize,
    measure: usize,
    audit: &mut Audit,
) -> Option<(Check, usize, usize)> {
    let definition = &sheet.definitions.measures[measure];
    let totals: Vec<(usize, Total)> = rows
        .iter()
        .filter_map(|&(row, line)| match line {
            Line::Total(total) => Some((row, total)),
            _ => None,
        })
        .collect();
    let (mut tested_count, mut found_count) = (0, 0);
    for (row, total) in totals {
        // Percentages do not add up; their total is a rate of its own.
        if !definition.is_additive() && total != Total::Mean {
            continue;
        }
        let Some(written) = number(sheet, row, column) else { continue };
        let Some(candidates) = candidates(sheet, rows, row, total, column) else { continue };
        tested_count += 1;
        let tolerance = sheet.definitions.checks.total_tolerance;
        if candidates.iter().any(|sum| (sum.value - written).abs() <= sum.allowance * tolerance + 1e-9 * written.abs())
        {
            continue;
        }
        found_count += 1;
        let name = values::text(sheet.value(row, sheet.header.unit_column()));
        let sum = plain(candidates[0].value, 4);
        let word = if total == Total::Mean { "平均" } else { "各行之和" };
        let message = format!("“{name}”行的“{}”是 {},{word}却是 {sum}", definition.name, plain(written, 4));
        audit.note(
            sheet
                .note(Code::TotalMismatch, sheet.place(row, column), message)
                .item(&definition.name)
                .found(plain(written, 4))
                .expected(sum)
                .help("核对合计行与各行:常见的是漏了一行、多算了一行,或者改了明细没有改合计"),
        );
    }
    (tested_count > 0).then_some((Check::Totals, tested_count, found_count))
}

/// A sum that a total row may mean, and how far rounding may move it.
struct Sum {
    value: f64,
    allowance: f64,
}

/// The sums that a total may mean, the likeliest first; `None` where a row cannot be read or there is none.
fn candidates(sheet: &Sheet<'_>, rows: &[(usize, Line)], row: usize, total: Total, column: usize) -> Option<Vec<Sum>> {
    let units = &sheet.definitions.units;
    let of = |wanted: &dyn Fn(Line) -> bool, rows: &[(usize, Line)]| -> Option<Sum> {
        let chosen: Vec<usize> = rows.iter().filter(|(_, line)| wanted(*line)).map(|&(row, _)| row).collect();
        let figures: Option<Vec<f64>> = chosen.iter().map(|&row| figure(sheet, row, column)).collect();
        let figures = figures.filter(|figures| !figures.is_empty())?;
        let allowance = if total == Total::Mean {
            half_of_last_digit(sheet, row, column)
        } else if figures.iter().all(|figure| figure.fract() == 0.0) {
            0.0
        } else {
            let half = chosen.iter().map(|&row| half_of_last_digit(sheet, row, column)).fold(f64::MAX, f64::min);
            half * figures.len() as f64
        };
        let sum: f64 = figures.iter().sum();
        Some(Sum { value: if total == Total::Mean { sum / figures.len() as f64 } else { sum }, allowance })
    };
    let is_unit = |line: Line| matches!(line, Line::Unit(_));
    let sums = match total {
        Total::All | Total::Mean => vec![of(&is_unit, rows), of(&|line| is_unit(line) || line == Line::Own, rows)],
        Total::Group(group) => {
            let name = &units.groups[group];
            vec![of(&|line| matches!(line, Line::Unit(unit) if units.units[unit].group == *name), rows)]
        }
        Total::Block => {
            let at = rows.iter().position(|&(other, _)| other == row)?;
            let is_total = |line: &(usize, Line)| matches!(line.1, Line::Total(_));
            let above = rows[..at].iter().rposition(is_total).map_or(0, |last| last + 1);
            let below = rows[at + 1..].iter().position(is_total).map_or(rows.len(), |next| at + 1 + next);
            vec![of(&|_| true, &rows[above..at]), of(&|_| true, &rows[at + 1..below])]
        }
    };
    let sums: Vec<Sum> = sums.into_iter().flatten().collect();
    (!sums.is_empty()).then_some(sums)
}

/// A figure that counts towards a sum: 不适用 counts as nothing, anything unclear makes the sum unknown.
fn figure(sheet: &Sheet<'_>, row: usize, column: usize) -> Option<f64> {
    match values::number(sheet.value(row, column), "") {
        Reading::NotApplicable => Some(0.0),
        _ => number(sheet, row, column),
    }
}

fn number(sheet: &Sheet<'_>, row: usize, column: usize) -> Option<f64> {
    let measure = sheet.columns.iter().find(|&&(at, _)| at == column).map(|&(_, measure)| measure)?;
    match values::number(sheet.value(row, column), &sheet.definitions.measures[measure].unit) {
        Reading::Number { value, .. } => Some(value),
        _ => None,
    }
}

fn half_of_last_digit(sheet: &Sheet<'_>, row: usize, column: usize) -> f64 {
    const MOST_DECIMALS: i32 = 9;
    let shown = number(sheet, row, column).map(|value| plain(value, MOST_DECIMALS as u8)).unwrap_or_default();
    let decimals = shown.split_once('.').map_or(0, |(_, fraction)| fraction.len());
    0.5 * 10f64.powi(-i32::try_from(decimals).unwrap_or(MOST_DECIMALS))
}
