//! The ledger of problems as files: `ledger.csv` for programs, `ledger.xlsx` to read, to fill in and to give back.
//!
//! The same ledger gives the same bytes. Texts are always written as texts, so nothing from the material becomes a formula.

mod counts;
mod guide;
mod lines;

use super::csv as files;
use super::receipt::{Look, header_text, plain};
use crate::definitions::calendar::Period;
use crate::definitions::standard::LEDGER_COLUMNS;
use crate::definitions::{Definitions, Index};
use crate::support::Ledger;
use crate::support::ledger::{Cell, cells};
use rust_xlsxwriter::{DocProperties, ExcelDateTime, Format, Workbook, Worksheet, XlsxError};

/// `ledger.csv`: one row a problem in the order of opening, identifiers as header, UTF-8 with BOM.
pub(super) fn csv(definitions: &Definitions, ledger: &Ledger) -> Vec<u8> {
    let mut writer = files::writer();
    files::write(&mut writer, LEDGER_COLUMNS.map(|(id, _)| id));
    for (position, item) in ledger.items.iter().enumerate() {
        let texts = cells(definitions, item, position).map(|cell| cell.text());
        files::write(&mut writer, texts.iter().map(String::as_str));
    }
    files::finish(writer)
}

/// `ledger.xlsx`: the sheet of problems, the sheet of counts and the sheet that explains both.
pub(super) fn workbook(definitions: &Definitions, period: Period, ledger: &Ledger) -> Result<Vec<u8>, XlsxError> {
    let mut workbook = Workbook::new();
    let title = format!("{}整改销号台账({})", definitions.index.name, period.title());
    // The writer would put in the clock's date.
    let properties =
        DocProperties::new().set_title(plain(&title)).set_creation_datetime(&ExcelDateTime::from_ymd(2022, 1, 1)?);
    workbook.set_properties(&properties);
    workbook.push_worksheet(lines::sheet(definitions, period, ledger, &title)?);
    workbook.push_worksheet(counts::sheet(definitions, period, ledger)?);
    workbook.push_worksheet(guide::sheet(definitions, period)?);
    workbook.save_to_buffer()
}

/// Watermark and disclaimer in one line; empty where the project has neither.
fn mark(index: &Index) -> String {
    let said =
        [index.watermark.as_str(), if index.illustrative { index.disclaimer.trim_end_matches('。') } else { "" }];
    said.into_iter().filter(|text| !text.is_empty()).collect::<Vec<_>>().join(" · ")
}

/// An empty landscape sheet of A4 with name, watermark and page number at the edges.
fn page(definitions: &Definitions, period: Period, name: &str) -> Result<Worksheet, XlsxError> {
    let mut sheet = Worksheet::new();
    sheet.set_name(name)?;
    sheet.set_landscape().set_print_fit_to_pages(1, 0).set_margins(0.4, 0.4, 0.7, 0.6, 0.3, 0.3);
    let [index, watermark] = [&definitions.index.name, &definitions.index.watermark].map(|text| header_text(text));
    sheet.set_header(format!("&L{index} {period}&R{watermark}")).set_footer("&C&P / &N");
    Ok(sheet)
}

fn write(sheet: &mut Worksheet, row: u32, column: u16, cell: &Cell, format: &Format) -> Result<(), XlsxError> {
    match cell {
        Cell::Text(text) if text.is_empty() => sheet.write_blank(row, column, format)?,
        Cell::Text(text) => sheet.write_string_with_format(row, column, plain(text), format)?,
        Cell::Number(number) => sheet.write_number_with_format(row, column, *number, format)?,
        Cell::Date(day) => {
            let small = |number: u32| u8::try_from(number).expect("months and days are small");
            let year = u16::try_from(day.year).expect("a year near ours");
            let day = ExcelDateTime::from_ymd(year, small(day.month), small(day.day))?;
            sheet.write_datetime_with_format(row, column, &day, &format.clone().set_num_format("yyyy-mm-dd"))?
        }
    };
    Ok(())
}

/// A line over the whole width of a sheet.
fn span(sheet: &mut Worksheet, row: u32, last: u16, text: &str, format: &Format) -> Result<(), XlsxError> {
    sheet.merge_range(row, 0, row, last, "", format)?;
    write(sheet, row, 0, &Cell::Text(text.to_owned()), format)
}

/// A cell that people leave alone.
fn given() -> Format {
    Look::boxed().set_align(rust_xlsxwriter::FormatAlign::Top)
}

/// A cell that people fill in.
fn asked() -> Format {
    Look::answer().set_align(rust_xlsxwriter::FormatAlign::Top)
}
