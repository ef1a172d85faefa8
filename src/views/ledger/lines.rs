//! The sheet of problems: 28 columns, the yellow ones to fill in.

use super::{asked, given, mark, page, span, write};
use crate::definitions::Definitions;
use crate::definitions::calendar::{Date, Period};
use crate::definitions::standard::{LEDGER_COLUMNS, LEDGER_EDITION};
use crate::support::Ledger;
use crate::support::ledger::{Cell, cells};
use crate::views::receipt::{Look, height};
use rust_xlsxwriter::{
    DataValidation, DataValidationErrorStyle, DataValidationRule, ExcelDateTime, ProtectionOptions, Worksheet,
    XlsxError,
};

/// Name of the sheet.
pub(super) const NAME: &str = "台账";
const HEADER_ROW: u32 = 2;
/// A3: 28 columns are too many for a page half as large.
const A3: u8 = 8;

/// Width of each column in characters.
const WIDTHS: [u16; 28] =
    [5, 25, 12, 10, 18, 34, 8, 24, 34, 14, 14, 14, 12, 12, 12, 20, 24, 18, 12, 24, 18, 12, 10, 8, 18, 8, 12, 24];

/// Columns that people fill in.
const ASKED: [&str; 14] = [
    "measures",
    "owner",
    "helper",
    "leader_post",
    "assigned_on",
    "accepted_on",
    "extended_to",
    "progress",
    "evidence_ids",
    "close_requested_on",
    "verified",
    "verdict",
    "look_back",
    "note",
];

pub(super) fn sheet(
    definitions: &Definitions,
    period: Period,
    ledger: &Ledger,
    title: &str,
) -> Result<Worksheet, XlsxError> {
    let mut sheet = page(definitions, period, NAME)?;
    // On one page the letters would be too small to read.
    sheet.set_paper_size(A3).set_print_fit_to_pages(2, 0);
    let last = 27;
    for (column, width) in (0..).zip(WIDTHS) {
        sheet.set_column_width(column, width)?;
    }
    // The title stands over the first columns, where it is seen without scrolling.
    span(&mut sheet, 0, 8, title, &Look::title())?;
    sheet.set_row_height(0, 28)?;
    let said =
        [format!("{LEDGER_EDITION}:{period}"), ledger.carried().sentence(period.frequency), mark(&definitions.index)];
    let said: Vec<&str> = said.iter().map(String::as_str).filter(|text| !text.is_empty()).collect();
    span(&mut sheet, 1, 8, &said.join("  "), &Look::remark())?;
    let heading = Look::heading();
    let unit_word = &definitions.index.unit_word;
    for (column, (id, name)) in (0..).zip(LEDGER_COLUMNS) {
        let name = if id == "unit" && !unit_word.is_empty() { unit_word } else { name };
        write(&mut sheet, HEADER_ROW, column, &Cell::Text(name.to_owned()), &heading)?;
    }
    sheet.set_row_height(HEADER_ROW, 34)?;
    let (given, asked) = (given(), asked());
    let mut row = HEADER_ROW;
    for (position, item) in ledger.items.iter().enumerate() {
        row += 1;
        let mut highest = 18.0_f64;
        let line = cells(definitions, item, position);
        for ((column, cell), ((id, _), width)) in (0..).zip(&line).zip(LEDGER_COLUMNS.iter().zip(WIDTHS)) {
            write(&mut sheet, row, column, cell, if ASKED.contains(id) { &asked } else { &given })?;
            highest = highest.max(height(&cell.text(), width, 11.0));
        }
        sheet.set_row_height(row, highest)?;
    }
    if row > HEADER_ROW {
        validations(&mut sheet, period, row)?;
        sheet.autofilter(HEADER_ROW, 0, row, last)?;
    }
    sheet.set_repeat_rows(HEADER_ROW, HEADER_ROW)?;
    sheet.set_repeat_columns(0, 2)?;
    sheet.set_freeze_panes(HEADER_ROW + 1, 3)?;
    let options = ProtectionOptions {
        format_columns: true,
        format_rows: true,
        use_autofilter: true,
        sort: true,
        ..ProtectionOptions::new()
    };
    sheet.protect_with_options(&options);
    Ok(sheet)
}

/// What may be entered: days of the next period, and the two verdicts.
fn validations(sheet: &mut Worksheet, period: Period, last_row: u32) -> Result<(), XlsxError> {
    let next = period.next();
    let (first_day, last_day) = (next.first_day(), next.last_day());
    let message = format!("填 {first_day} 至 {last_day} 之间的日期;更早的登记已经定了");
    for (column, (id, _)) in (0..).zip(LEDGER_COLUMNS) {
        let check = match id {
            "assigned_on" | "accepted_on" | "close_requested_on" => DataValidation::new()
                .allow_date(DataValidationRule::Between(excel(first_day)?, excel(last_day)?))
                .set_error_style(DataValidationErrorStyle::Warning)
                .set_error_message(&message)?,
            // A reason or a measured value may stand in brackets behind the word.
            "verdict" => {
                DataValidation::new().allow_list_strings(&["通过", "退回(写明原因)"])?.show_error_message(false)
            }
            _ => continue,
        };
        sheet.add_data_validation(HEADER_ROW + 1, column, last_row, column, &check)?;
    }
    Ok(())
}

fn excel(day: Date) -> Result<ExcelDateTime, XlsxError> {
    let small = |number: u32| u8::try_from(number).expect("months and days are small");
    ExcelDateTime::from_ymd(u16::try_from(day.year).expect("a year near ours"), small(day.month), small(day.day))
}
