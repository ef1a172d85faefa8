//! Tables of the report as sheets: the same words and figures, and the figures as numbers.

use super::frame::{Frame, TOP, width_for};
use super::printed::format_of;
use crate::views::comparison::Comparison;
use crate::views::document::{Align, Cell, Column, Row, RowKind, Table, Tone};
use crate::views::receipt::Look;
use crate::views::theme::palette::{Colour, Palette};
use rust_xlsxwriter::{Color, Format, FormatAlign, FormatBorder, Note, Worksheet, XlsxError};

/// Where a table came to stand on its sheet.
pub(super) struct Placed {
    pub(super) first_row: u32,
    /// Last row with a value; before `first_row` where there is none.
    pub(super) last_row: u32,
}

/// A sheet of one table. `after` may add what the table itself does not have, before the sheet is closed.
pub(super) fn sheet(
    view: &Comparison<'_>,
    name: &str,
    table: &Table,
    after: impl FnOnce(&mut Frame, &Placed) -> Result<(), XlsxError>,
) -> Result<Worksheet, XlsxError> {
    let title = format!("{}（{}）", table.caption, view.current.period.title());
    let title = if table.caption.contains(&view.current.period.title()) { &table.caption } else { &title };
    let mut frame = Frame::new(view, name, title, widths(table))?;
    let first = head(&mut frame, TOP, &table.columns)?;
    let mut row = first;
    for own in &table.rows {
        line(&mut frame, row, table, own)?;
        row += 1;
    }
    let placed = Placed { first_row: first, last_row: row.saturating_sub(1) };
    let last_column = u16::try_from(table.columns.len()).unwrap_or(u16::MAX).saturating_sub(1);
    if !table.rows.is_empty() {
        frame.sheet.autofilter(first - 1, 0, placed.last_row, last_column)?;
    }
    let columns = u16::try_from(table.row_header + 1).unwrap_or(1).min(4);
    frame.head(TOP, first - 1, columns)?;
    after(&mut frame, &placed)?;
    let last = frame.notes(row + 1, table.notes.iter().map(String::as_str))?;
    frame.done(last)
}

fn widths(table: &Table) -> Vec<u16> {
    let column = |(at, column): (usize, &Column)| {
        let rows = table.rows.iter().filter(|row| row.kind != RowKind::Group);
        let texts: Vec<String> = rows.filter_map(|row| row.cells.get(at)).map(Cell::shown).collect();
        width_for(&column.header, texts.iter().map(String::as_str))
    };
    table.columns.iter().enumerate().map(column).collect()
}

/// Writes one or two rows of heads and returns the row below them.
fn head(frame: &mut Frame, row: u32, columns: &[Column]) -> Result<u32, XlsxError> {
    let heading = Look::heading();
    let has_groups = columns.iter().any(|column| column.group.is_some());
    let bottom = if has_groups { row + 1 } else { row };
    let mut at = 0_u16;
    for part in columns.chunk_by(|left, right| left.group.is_some() && left.group == right.group) {
        let next = at + u16::try_from(part.len()).unwrap_or(1);
        if let Some(group) = &part[0].group {
            if next > at + 1 {
                frame.sheet.merge_range(row, at, row, next - 1, "", &heading)?;
            }
            frame.text(row, at, group, &heading)?;
            for (column, own) in (at..).zip(part) {
                frame.text(bottom, column, &own.header, &heading)?;
            }
        } else {
            if has_groups {
                frame.sheet.merge_range(row, at, bottom, at, "", &heading)?;
            }
            frame.text(row, at, &part[0].header, &heading)?;
        }
        at = next;
    }
    let names = (0..).zip(columns).map(|(column, own)| (column, own.header.as_str()));
    frame.fit_row(bottom, names)?;
    Ok(bottom + 1)
}

fn line(frame: &mut Frame, row: u32, table: &Table, own: &Row) -> Result<(), XlsxError> {
    let last = u16::try_from(table.columns.len()).unwrap_or(u16::MAX).saturating_sub(1);
    if own.kind == RowKind::Group {
        let text: String = own.cells.iter().map(Cell::shown).collect();
        let format = Look::boxed().set_bold().set_background_color(color(frame.palette.band));
        return frame.span(row, last, &text, &format);
    }
    let texts: Vec<String> = own.cells.iter().map(Cell::shown).collect();
    for ((column, cell), (text, of)) in (0..).zip(&own.cells).zip(texts.iter().zip(&table.columns)) {
        let format = look(&frame.palette, own.kind, cell, of.align);
        match cell.sort_key.and_then(|value| Some((value, format_of(text, value)?))) {
            Some((value, number)) => frame.number(row, column, value, &format.set_num_format(number))?,
            None => frame.text(row, column, text, &format)?,
        }
        if let Some(source) = &cell.source {
            frame.sheet.insert_note(row, column, &Note::new(source).add_author_prefix(false))?;
        }
    }
    frame.fit_row(row, (0..).zip(texts.iter().map(String::as_str)))
}

fn look(palette: &Palette, kind: RowKind, cell: &Cell, align: Align) -> Format {
    let format = match align {
        Align::Left => Look::boxed().set_indent(1),
        Align::Right => Look::figure(),
        Align::Centre => Look::boxed().set_align(FormatAlign::Center),
    };
    let format = match (kind, cell.tone) {
        (RowKind::Muted, _) | (_, Some(Tone::Muted)) => format.set_font_color(color(palette.quiet)),
        (_, Some(Tone::Leading)) => format.set_bold(),
        (_, Some(Tone::Good)) => format.set_background_color(color(palette.green_pale)),
        (_, Some(Tone::Middle)) => format.set_background_color(color(palette.yellow_pale)),
        (_, Some(Tone::Poor)) => format.set_background_color(color(palette.red_pale)).set_bold(),
        (_, None) => format,
    };
    if kind == RowKind::Total { format.set_bold().set_border_top(FormatBorder::Double) } else { format }
}

/// A colour of the house as the workbook knows it.
pub(super) fn color(own: Colour) -> Color {
    Color::RGB(u32::from(own.0) << 16 | u32::from(own.1) << 8 | u32::from(own.2))
}
