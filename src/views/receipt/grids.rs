//! The sheets of a receipt that are grids of values: the read-back, and the delivered sheets with marked cells.

use super::Receipt;
use super::copy::SheetCopy;
use super::line::{Line, sign};
use super::read_back::ReadValue;
use super::workbook::{Look, Pen, height, plain, width};
use crate::audit::{CellRef, Severity};
use crate::extract::{RawValue, values};
use rust_xlsxwriter::{Color, Format, FormatAlign, Note, ObjectMovement, Worksheet, XlsxError};
use std::collections::{BTreeMap, BTreeSet};

/// Rows whose texts decide how wide a column is.
const MEASURED_ROWS: usize = 300;

/// Widest text that makes a column wider.
const LONGEST_MEASURED: u16 = 28;

/// Columns of a sheet; a department with more data items than half of them has no such sheet.
const MOST_ITEMS: usize = 8_000;

/// The line under a read-back that the department signs.
pub(super) const SIGNATURE: &str =
    "以上识别结果是否准确：□ 是　□ 否　　　核对人（签字）：　　　　　　单位（盖章）：　　　　　　日期：";

/// 复述: the values as understood, with the cell of each.
pub(super) fn read_back(receipt: &Receipt<'_>) -> Result<Worksheet, XlsxError> {
    let mut pen = Pen::new(receipt, "复述")?;
    let read = &receipt.read_back;
    if read.items.is_empty() {
        pen.text(0, 0, receipt.nothing_to_read_back(), &Look::section())?;
        return Ok(pen.sheet);
    }
    pen.text(0, 0, "程序是这样读懂贵单位的数的，请核对", &Look::section())?;
    for (row, text) in (1..).zip([receipt.head.unit_word.as_str(), "计量单位", "用途", "来源", ""]) {
        pen.text(row, 0, text, &Look::heading())?;
    }
    pen.sheet.set_column_width(0, 16)?;
    let items = &read.items[..read.items.len().min(MOST_ITEMS)];
    for (number, item) in (0_u16..).zip(items) {
        let (left, right) = (1 + 2 * number, 2 + 2 * number);
        let unit = if item.is_fraction {
            format!("{}（原表填小数，已乘 100）", item.unit)
        } else {
            item.unit.clone()
        };
        let source = if item.source.is_empty() { "没有收到" } else { &item.source };
        for (row, text) in (1..).zip([item.name.as_str(), &unit, &item.uses, source]) {
            pen.span(row, (left, right), text, &Look::heading())?;
        }
        pen.text(5, left, "数值", &Look::heading())?;
        pen.text(5, right, "单元格", &Look::heading())?;
        pen.sheet.set_column_width(left, 10)?;
        pen.sheet.set_column_width(right, 7)?;
    }
    for (row, texts) in (1..).zip([
        items.iter().map(|item| item.name.as_str()).collect::<Vec<_>>(),
        items.iter().map(|item| item.unit.as_str()).collect(),
        items.iter().map(|item| item.uses.as_str()).collect(),
        items.iter().map(|item| item.source.as_str()).collect(),
    ]) {
        let tallest = texts.iter().map(|text| height(text, 16, 11.0)).fold(18.0, f64::max);
        pen.sheet.set_row_height(row, tallest)?;
    }
    let mut row = 6;
    for line in &read.rows {
        let name = if line.is_own { format!("{}（列示，不排名）", line.unit) } else { line.unit.clone() };
        pen.text(row, 0, &name, &Look::boxed().set_bold())?;
        for (number, value) in (0_u16..).zip(line.values.iter().take(MOST_ITEMS)) {
            read_value(&mut pen, row, 1 + 2 * number, value)?;
        }
        row += 1;
    }
    let mut notes = vec![
        "“未采用”：原表有这一格，但不是可用的数（见问题清单），按未报处理；“未报”：所有文件里都没有；“不适用”：本单位没有这回事。",
    ];
    if !receipt.changes.is_empty() {
        notes.push("带 ※ 的数经后一版更正，见“版本变化”。");
    }
    for note in notes {
        pen.text(row, 0, note, &Look::remark().unset_text_wrap())?;
        row += 1;
    }
    if read.left_out > 0 {
        pen.text(row, 0, &format!("还有 {} 个没有列出，见 indicators.csv。", read.left_out), &Look::base())?;
        row += 1;
    }
    pen.text(row + 1, 0, SIGNATURE, &Look::base().set_font_size(12).set_bold())?;
    pen.sheet.set_freeze_panes(6, 1)?;
    pen.sheet.set_repeat_rows(1, 5)?;
    Ok(pen.sheet)
}

fn read_value(pen: &mut Pen, row: u32, column: u16, value: &ReadValue) -> Result<(), XlsxError> {
    let format = match (value.number.is_some(), value.is_corrected) {
        (true, true) => Look::figure().set_num_format("General\" ※\""),
        (true, false) => Look::figure(),
        (false, _) => Look::boxed().set_align(FormatAlign::Center).set_font_color(Color::RGB(0x85_56_00)),
    };
    match value.number {
        Some(number) => pen.number(row, column, number, &format)?,
        None => pen.text(row, column, &value.words, &format)?,
    }
    let cell = value.cell.map(|cell| cell.to_string()).unwrap_or_default();
    let small = Look::boxed().set_font_size(9).set_font_color(Color::RGB(0x56_60_70)).set_align(FormatAlign::Center);
    pen.text(row, column + 1, &cell, &small)
}

/// A delivered sheet: its values at their addresses, its merged areas, and the marked cells with their comments.
pub(super) fn copy(receipt: &Receipt<'_>, copy: &SheetCopy<'_>) -> Result<Worksheet, XlsxError> {
    let mut pen = Pen::new(receipt, &copy.name)?;
    // Addresses are what the findings speak of.
    pen.sheet.set_print_headings(true).set_print_gridlines(true);
    let merges = copy.merges();
    let mut covered: BTreeSet<CellRef> = BTreeSet::new();
    let plain_cell = Look::base();
    for (&first, &last) in &merges {
        let format = Look::base().set_text_wrap().set_align(FormatAlign::Center);
        pen.sheet.merge_range(first.row, narrow(first.column), last.row, narrow(last.column), "", &format)?;
        for row in first.row..=last.row {
            covered.extend((first.column..=last.column).map(|column| CellRef { row, column }));
        }
        covered.remove(&first);
    }
    let mut widths: BTreeMap<u16, u16> = BTreeMap::new();
    let mut written: BTreeSet<CellRef> = BTreeSet::new();
    for (number, cells) in copy.table.rows[..copy.row_count].iter().enumerate() {
        for (column, value) in cells.iter().enumerate() {
            let Some(place) = copy.place(number, column) else { continue };
            let mark = copy.marks.get(&place);
            if covered.contains(&place) || *value == RawValue::Empty && mark.is_none() {
                continue;
            }
            let value = copy.value(place, value);
            let is_merged = merges.contains_key(&place);
            let shown = mark.map_or(String::new(), |mark| sign(mark.severity).to_owned()) + &values::text(&value);
            let wanted = width(&shown, 8, LONGEST_MEASURED + 1);
            // Longer texts are remarks, which run over the cells beside them.
            if number < MEASURED_ROWS && !is_merged && wanted <= LONGEST_MEASURED {
                let known = widths.entry(narrow(place.column)).or_insert(8);
                *known = wanted.max(*known);
            }
            let base = if is_merged {
                plain_cell.clone().set_text_wrap().set_align(FormatAlign::Center)
            } else {
                plain_cell.clone()
            };
            let format = mark.map_or_else(|| base.clone(), |mark| marked(base.clone(), mark.severity));
            pen.value(place.row, narrow(place.column), &value, &format)?;
            written.insert(place);
        }
    }
    for (&place, mark) in &copy.marks {
        let column = narrow(place.column);
        if !written.contains(&place) {
            pen.text(place.row, column, "", &marked(plain_cell.clone(), mark.severity))?;
        }
        let comments: Vec<String> =
            mark.findings.iter().map(|&number| Line::of(receipt.findings[number]).comment()).collect();
        pen.sheet.insert_note(place.row, column, &note(&comments.join("\n\n")))?;
    }
    for (column, width) in widths {
        pen.sheet.set_column_width(column, width)?;
    }
    if copy.left_out() > 0 {
        let last = copy.table.origin.0.saturating_add(u32::try_from(copy.row_count).unwrap_or(0));
        if last < 1_048_575 {
            let text = format!("还有 {} 行没有抄录（到此为止的 {} 行照抄）。", copy.left_out(), copy.row_count);
            pen.text(last + 1, 0, &text, &Look::section())?;
        }
    }
    Ok(pen.sheet)
}

/// A marked cell also shows a sign before its value, which stays what it is.
fn marked(format: Format, severity: Severity) -> Format {
    let format = Look::marked(format, severity);
    let sign = sign(severity);
    if sign.is_empty() {
        return format;
    }
    format.set_num_format(format!("\"{sign}\"General;\"{sign}\"-General;\"{sign}\"General;\"{sign}\"@"))
}

fn note(text: &str) -> Note {
    const WIDTH: u16 = 40;
    let points = height(text, WIDTH, 9.0);
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "between 0 and 400 points")]
    let pixels = (points * 4.0 / 3.0) as u32 + 12;
    Note::new(plain(text).chars().take(8_000).collect::<String>())
        .set_author("回执")
        .add_author_prefix(false)
        .set_width(300)
        .set_height(pixels)
        .set_font_name("宋体")
        .set_font_size(9)
        .set_object_movement(ObjectMovement::MoveButDontSizeWithCells)
}

fn narrow(column: u32) -> u16 {
    u16::try_from(column).expect("places stay within the columns of a sheet")
}
