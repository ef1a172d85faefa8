//! Scores of all indicators (指标得分): a row a unit, a column an indicator, with the sign of the light in every cell.

use super::frame::{Frame, TOP};
use super::grid::color;
use crate::views::comparison::Comparison;
use crate::views::document::Light;
use crate::views::receipt::Look;
use rust_xlsxwriter::{
    ConditionalFormatFormula, Format, FormatAlign, FormatBorder, Formula, Worksheet, XlsxError, utility,
};

/// Columns before the scores: place, unit.
const LEFT: u16 = 2;

pub(super) fn sheet(view: &Comparison<'_>) -> Result<Worksheet, XlsxError> {
    let index = &view.definitions.index;
    let longest = view.definitions.units.units.iter().map(|unit| unit.name.chars().count()).max().unwrap_or(0);
    let mut widths = vec![6, u16::try_from(longest * 2 + 3).unwrap_or(30).clamp(10, 30)];
    widths.extend(view.indicators.iter().map(|_| 8));
    let title = format!("{}指标得分", view.current.period.title());
    let mut frame = Frame::new(view, "指标得分", &title, widths)?;
    head(&mut frame, view)?;
    let first = TOP + 3;
    let mut row = first;
    let figure = format(view, "");
    for &unit in &view.ranking {
        let place = view.current.settlement.units[unit].rank.map(|rank| f64::from(rank.place));
        match place {
            Some(place) => frame.number(row, 0, place, &Look::figure())?,
            None => frame.text(row, 0, "—", &figure)?,
        }
        frame.text(row, 1, &view.definitions.units.units[unit].name, &Look::boxed())?;
        for (column, &number) in (LEFT..).zip(&view.indicators) {
            let score = view.current.scores.indicator(number, unit);
            let light = view.light(score);
            match score.score {
                Some(score) if light != Light::Suppressed => {
                    frame.number(row, column, view.publish(score).value(), &format(view, light.shape()))?;
                }
                _ => frame.text(row, column, light.shape(), &figure)?,
            }
        }
        row += 1;
    }
    let last_column = LEFT + u16::try_from(view.indicators.len()).unwrap_or(0);
    if row > first {
        lights(&mut frame, view, (first, row - 1), last_column - 1)?;
        frame.sheet.autofilter(first - 1, 0, row - 1, last_column - 1)?;
    }
    frame.head(TOP, first - 1, LEFT)?;
    frame.sheet.set_repeat_columns(0, LEFT - 1)?;
    let [green, yellow] = [index.green_min, index.yellow_min].map(|border| view.publish(border).to_string());
    let notes = [
        format!(
            "● 绿灯：{green} 及以上；▲ 黄灯：{yellow} 及以上、低于 {green}；■ 红灯：低于 {yellow}。记号和底色随格内的数变。"
        ),
        "○ 不适用，— 未报或整体缺数，◇ 隐去。".to_owned(),
    ];
    let last = frame.notes(row + 1, notes.iter().map(String::as_str))?;
    frame.done(last)
}

/// Three rows of heads: the element, the code, the name.
fn head(frame: &mut Frame, view: &Comparison<'_>) -> Result<(), XlsxError> {
    let heading = Look::heading();
    let index = &view.definitions.index;
    for (column, name) in [(0, "位次"), (1, index.unit_word.as_str())] {
        frame.sheet.merge_range(TOP, column, TOP + 1, column, "", &heading)?;
        frame.text(TOP, column, name, &heading)?;
        frame.text(TOP + 2, column, "", &heading)?;
    }
    let indicator = |number: usize| &view.definitions.indicators[number];
    let mut column = LEFT;
    for part in view.indicators.chunk_by(|&left, &right| indicator(left).parent == indicator(right).parent) {
        let next = column + u16::try_from(part.len()).unwrap_or(1);
        if next > column + 1 {
            frame.sheet.merge_range(TOP, column, TOP, next - 1, "", &heading)?;
        }
        frame.text(TOP, column, &view.definitions.elements[indicator(part[0]).parent].name, &heading)?;
        for (column, &number) in (column..).zip(part) {
            frame.text(TOP + 1, column, &indicator(number).code, &heading)?;
            frame.text(TOP + 2, column, &indicator(number).name, &heading.clone().set_font_size(9))?;
        }
        column = next;
    }
    let names = (LEFT..).zip(&view.indicators).map(|(column, &number)| (column, indicator(number).name.as_str()));
    frame.fit_row(TOP + 2, names)
}

/// A score with a sign behind it.
fn format(view: &Comparison<'_>, sign: &str) -> Format {
    let decimals = "0".repeat(usize::from(view.definitions.index.decimals));
    let number = if decimals.is_empty() { "0".to_owned() } else { format!("0.{decimals}") };
    let number = if sign.is_empty() { number } else { format!("{number}\"{sign}\"") };
    Look::figure().set_align(FormatAlign::Right).set_num_format(number)
}

/// Lights that follow the figures: colour for the screen; sign, weight and border for a print in black.
fn lights(frame: &mut Frame, view: &Comparison<'_>, rows: (u32, u32), last: u16) -> Result<(), XlsxError> {
    let index = &view.definitions.index;
    let cell = utility::row_col_to_cell(rows.0, LEFT);
    let number = |sign: Light| {
        let decimals = "0".repeat(usize::from(index.decimals));
        let number = if decimals.is_empty() { "0".to_owned() } else { format!("0.{decimals}") };
        Format::new().set_num_format(format!("{number}\"{}\"", sign.shape()))
    };
    let (green, yellow) = (index.green_min, index.yellow_min);
    let red = number(Light::Red)
        .set_bold()
        .set_font_color(color(frame.palette.ink))
        .set_background_color(color(frame.palette.red_pale))
        .set_border(FormatBorder::Thin)
        .set_border_color(color(frame.palette.ink));
    let rules = [
        (format!("=AND(ISNUMBER({cell}),{cell}<{yellow})"), red),
        (
            format!("=AND(ISNUMBER({cell}),{cell}>={yellow},{cell}<{green})"),
            number(Light::Yellow).set_italic().set_background_color(color(frame.palette.yellow_pale)),
        ),
        (
            format!("=AND(ISNUMBER({cell}),{cell}>={green})"),
            number(Light::Green).set_background_color(color(frame.palette.green_pale)),
        ),
    ];
    for (rule, format) in rules {
        let condition = ConditionalFormatFormula::new().set_rule(Formula::new(rule)).set_format(format);
        frame.sheet.add_conditional_format(rows.0, LEFT, rows.1, last, &condition)?;
    }
    Ok(())
}
