//! One line of the ranking: rank, name and group, the bar in its segments, the figures.

use super::axis::Axis;
use super::head::MARGIN;
use super::lettering::{Type, figure};
use super::ranking_bars::RankingRow;
use super::sheet::{Area, Sheet};
use crate::views::theme::palette::{Colour, Palette};

/// Width of the whole chart.
pub(super) const WIDTH: i32 = 1040;
pub(super) const NAME: Type = Type::new(14);
pub(super) const SMALL: Type = Type::new(12);
pub(super) const HEADING: Type = Type::new(12).quiet();
const VALUE: Type = Type::new(13).bold();

/// Columns of the table around the bars, as right or left edges.
pub(super) struct Columns {
    pub(super) rank: i32,
    pub(super) name: i32,
    pub(super) name_width: i32,
    pub(super) group: i32,
    pub(super) bars: (i32, i32),
    pub(super) base: i32,
    pub(super) bonus: i32,
    pub(super) deduction: i32,
    pub(super) grade: i32,
    pub(super) marks: i32,
    /// Whether base, bonus and deduction have columns.
    pub(super) is_adjusted: bool,
}

/// Where a row lies: its middle, half the height of its bar, and what it is printed on.
#[derive(Clone, Copy)]
pub(super) struct Line {
    pub(super) y: i32,
    pub(super) half: i32,
    pub(super) paper: Colour,
}

pub(super) fn background(palette: &Palette, number: usize) -> Colour {
    if number.is_multiple_of(2) { palette.band } else { palette.paper }
}

pub(super) fn draw_row(sheet: &mut Sheet, row: &RankingRow, line: Line, columns: &Columns, axis: &Axis) {
    let Line { y, half, paper } = line;
    sheet.text(columns.rank, y, &rank_text(row), SMALL.right());
    draw_name(sheet, row, y, columns);
    sheet.text(columns.group, y, &SMALL.fit(&row.group, columns.bars.0 - columns.group - 8), SMALL.quiet());

    let span = |from: f64, to: f64| {
        let (from, to) = (axis.at(from), axis.at(to));
        Area::new(from.min(to), y - half, from.max(to), y + half)
    };
    let top = row.base + row.bonus;
    let start = axis.low.max(0.0);
    sheet.fill(span(start, row.base.min(row.final_score.max(start.min(row.base)))), sheet.palette.main);
    if row.final_score > row.base {
        draw_bonus(sheet, span(row.base, row.final_score));
    }
    if row.final_score < top {
        draw_deduction(sheet, span(row.final_score, top));
    }
    let end = axis.at(row.final_score);
    sheet.line((end, y - half - 2), (end, y + half + 2), sheet.palette.ink, 2);
    let label = axis.at(row.final_score.max(top).max(start)) + 8;
    sheet.text_over(label, y, &figure(row.final_score, row.decimals), VALUE, paper);

    if columns.is_adjusted {
        draw_parts(sheet, row, y, columns);
    }
    sheet.text(columns.grade, y, &SMALL.fit(&row.grade, columns.marks - columns.grade), SMALL);
    sheet.text(columns.marks, y, &SMALL.fit(&row.marks, WIDTH - MARGIN - columns.marks), SMALL);
}

/// Base, bonus and deduction as figures.
fn draw_parts(sheet: &mut Sheet, row: &RankingRow, y: i32, columns: &Columns) {
    sheet.text(columns.base, y, &figure(row.base, row.decimals), SMALL.right());
    for (x, value, sign) in [(columns.bonus, row.bonus, "+"), (columns.deduction, row.deduction, "-")] {
        let text = figure(value, row.decimals);
        if value.abs() < 1e-9 {
            sheet.text(x, y, &text, HEADING.right());
        } else {
            sheet.text(x, y, &format!("{sign}{text}"), SMALL.right());
        }
    }
}

/// A long name goes into two smaller lines before it is cut.
fn draw_name(sheet: &mut Sheet, row: &RankingRow, y: i32, columns: &Columns) {
    if NAME.width(&row.name) <= columns.name_width {
        sheet.text(columns.name, y, &row.name, NAME);
        return;
    }
    let small = Type::new(11);
    let lines = small.wrap(&row.name, columns.name_width, 2);
    let first = if lines.len() > 1 { y - 6 } else { y };
    for (line, offset) in lines.iter().zip([0, 12]) {
        sheet.text(columns.name, first + offset, line, small);
    }
}

pub(super) fn draw_bonus(sheet: &mut Sheet, area: Area) {
    sheet.fill(area, sheet.palette.paper);
    sheet.hatch(area, sheet.palette.main, 4);
    sheet.outline(area, sheet.palette.main);
}

pub(super) fn draw_deduction(sheet: &mut Sheet, area: Area) {
    sheet.fill(area, sheet.palette.paper);
    sheet.dashed_outline(area, sheet.palette.other);
}

pub(super) fn rank_text(row: &RankingRow) -> String {
    match row.rank {
        Some(rank) if row.tie => format!("并列{rank}"),
        Some(rank) => rank.to_string(),
        None => "—".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn unranked_and_tied_units_are_told_apart() {
        let row = |rank, tie| RankingRow {
            rank,
            tie,
            name: "甲镇".to_owned(),
            group: String::new(),
            base: 80.0,
            bonus: 0.0,
            deduction: 0.0,
            final_score: 80.0,
            decimals: 2,
            grade: String::new(),
            marks: String::new(),
        };
        assert_eq!(
            [rank_text(&row(Some(3), true)), rank_text(&row(Some(4), false)), rank_text(&row(None, false))],
            ["并列3", "4", "—"]
        );
    }
}
