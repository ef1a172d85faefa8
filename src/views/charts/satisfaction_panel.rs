//! One panel of the survey chart: the units as rows, the whole as a band behind them.

use super::axis::Axis;
use super::lettering::{Type, figure};
use super::satisfaction_dots::{Estimate, Opinion, SatisfactionDots, SatisfactionPanel, SatisfactionRow};
use super::sheet::{Area, Point, Sheet};

const ROW: i32 = 22;
const TITLE: Type = Type::new(14).bold();
const NAME: Type = Type::new(12);
const SMALL_NAME: Type = Type::new(10);
const HEADING: Type = Type::new(11).quiet();
const VALUE: Type = Type::new(12);
const SILENT: Type = Type::new(11).quiet();
/// Room for the sign of few answers behind a figure.
const SIGN: i32 = 12;

/// Where the columns of a panel end.
struct Columns {
    name_width: i32,
    plot: (i32, i32),
    value: i32,
    respondents: i32,
}

/// The name of a panel in lines as wide as the panel.
pub(super) fn title_lines(panel: &SatisfactionPanel, width: i32) -> Vec<String> {
    TITLE.wrap(&panel.name, width, 2)
}

/// Draws a panel from the top of `area` down; the names of the panels in one row take `lines` lines. Returns its lower
/// edge.
pub(super) fn draw(
    sheet: &mut Sheet,
    panel: &SatisfactionPanel,
    chart: &SatisfactionDots,
    area: Area,
    (axis, lines): (Axis, i32),
) -> i32 {
    for (line, y) in title_lines(panel, area.right - area.left).iter().zip((area.top + 10..).step_by(18)) {
        sheet.text(area.left, y, line, TITLE);
    }
    let columns = columns(panel, chart.decimals, area);
    let axis = axis.over(columns.plot.0, columns.plot.1);
    let head = area.top + 18 * lines + 12;
    let top = head + 12;
    let bottom = top + ROW * i32::try_from(panel.rows.len()).unwrap_or(0);
    let unit = if panel.unit.is_empty() { "结果".to_owned() } else { format!("结果/{}", panel.unit) };
    sheet.text(columns.value, head, &HEADING.fit(&unit, 52), HEADING.right());
    sheet.text(columns.respondents, head, "样本", HEADING.right());
    for (number, y) in (0..panel.rows.len()).zip((top..).step_by(ROW.unsigned_abs() as usize)) {
        if number % 2 == 0 {
            sheet.fill(Area::new(area.left - 6, y, area.right + 6, y + ROW), sheet.palette.band);
        }
    }
    draw_total(sheet, panel, chart, &axis, (head, top, bottom));
    for (row, y) in panel.sorted().into_iter().zip((top + ROW / 2..).step_by(ROW.unsigned_abs() as usize)) {
        draw_row(sheet, row, chart.decimals, (y, area.left), &columns, &axis);
    }
    bottom + 22
}

fn columns(panel: &SatisfactionPanel, decimals: u8, area: Area) -> Columns {
    let widest = |texts: Vec<String>, least: i32| VALUE.widest(texts.iter().map(String::as_str)).max(least);
    let estimates: Vec<Estimate> = panel.rows.iter().filter_map(SatisfactionRow::estimate).collect();
    let counts = widest(estimates.iter().map(|estimate| estimate.respondents.to_string()).collect(), 26);
    let values = widest(estimates.iter().map(|estimate| figure(estimate.value, decimals)).collect(), 44);
    let most = (area.right - area.left) * 3 / 10;
    let name_width = NAME.widest(panel.rows.iter().map(|row| row.name.as_str())).clamp(30, most);
    let respondents = area.right;
    let value = respondents - counts - 10 - SIGN;
    Columns { name_width, plot: (area.left + name_width + 16, value - values - 16), value, respondents }
}

/// Ticks, the band and the line of the whole, and its figure above the rows.
fn draw_total(
    sheet: &mut Sheet,
    panel: &SatisfactionPanel,
    chart: &SatisfactionDots,
    axis: &Axis,
    (head, top, bottom): (i32, i32, i32),
) {
    if let Some((low, high)) = panel.total.and_then(|total| total.interval) {
        sheet.fill(Area::new(axis.at(low), top, axis.at(high).max(axis.at(low) + 1), bottom), sheet.palette.main_pale);
    }
    for (value, label) in axis.ticks() {
        let x = axis.at(value);
        sheet.line((x, top), (x, bottom + 3), sheet.palette.hairline, 1);
        sheet.text(x, bottom + 12, &label, HEADING.centred());
    }
    let Some(total) = panel.total else { return };
    let x = axis.at(total.value);
    sheet.dashes((x, top - 3), (x, bottom), sheet.palette.ink);
    let ends = (axis.at(axis.low), axis.at(axis.high));
    let text = HEADING.fit(&format!("{} {}", chart.total_word, figure(total.value, chart.decimals)), ends.1 - ends.0);
    let half = HEADING.width(&text) / 2 + 1;
    sheet.text(x.clamp(ends.0 + half, (ends.1 - half).max(ends.0 + half)), head, &text, HEADING.centred());
}

fn draw_row(sheet: &mut Sheet, row: &SatisfactionRow, decimals: u8, (y, left): Point, columns: &Columns, axis: &Axis) {
    draw_name(sheet, &row.name, (left, y), columns.name_width);
    let Opinion::Given { estimate, is_small, differs } = row.opinion else {
        let words = if row.opinion == Opinion::Suppressed { "样本太少，不公布" } else { "本期没有数据" };
        let (from, to) = columns.plot;
        sheet.dashes((from, y), (to, y), sheet.palette.hairline);
        let kind = SILENT.centred();
        let paper = sheet.palette.paper;
        sheet.text_over(i32::midpoint(from, to), y, &kind.fit(words, to - from), kind, paper);
        sheet.text(columns.value, y, "—", SILENT.right());
        sheet.text(columns.respondents, y, "—", SILENT.right());
        return;
    };
    if let Some((low, high)) = estimate.interval {
        draw_interval(sheet, (axis.at(low), axis.at(high)), y);
    }
    // Without an interval nothing can be compared and all points look alike.
    dot(sheet, (axis.at(estimate.value), y), differs.unwrap_or(estimate.interval.is_none()));
    sheet.text(columns.value, y, &figure(estimate.value, decimals), VALUE.right());
    if is_small {
        sheet.text(columns.value + 2, y, "*", VALUE);
    }
    sheet.text(columns.respondents, y, &estimate.respondents.to_string(), VALUE.right().quiet());
}

/// A long name goes into two smaller lines before it is cut.
fn draw_name(sheet: &mut Sheet, name: &str, (x, y): Point, width: i32) {
    if NAME.width(name) <= width {
        sheet.text(x, y, name, NAME);
        return;
    }
    let lines = SMALL_NAME.wrap(name, width, 2);
    let first = if lines.len() > 1 { y - 5 } else { y };
    for (line, offset) in lines.iter().zip([0, 10]) {
        sheet.text(x, first + offset, line, SMALL_NAME);
    }
}

/// A point: filled, or hollow where it cannot be told from the whole.
pub(super) fn dot(sheet: &mut Sheet, at: Point, is_filled: bool) {
    if is_filled {
        sheet.disc(at, 5, sheet.palette.main);
    } else {
        sheet.disc(at, 5, sheet.palette.paper);
        sheet.ring(at, 4, sheet.palette.main, 2);
    }
}

/// A line with a stroke across each end.
pub(super) fn draw_interval(sheet: &mut Sheet, (low, high): (i32, i32), y: i32) {
    let colour = sheet.palette.main;
    sheet.line((low, y), (high, y), colour, 2);
    for x in [low, high] {
        sheet.line((x, y - 4), (x, y + 4), colour, 2);
    }
}
