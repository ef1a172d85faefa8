//! The workbook: samples, quotas, clusters, explanations.

use super::page::Page;
use super::{Plan, notes, quotas, sample, visits};
use crate::views::receipt::{Look, plain};
use rust_xlsxwriter::{DocProperties, ExcelDateTime, FormatAlign, Workbook, Worksheet, XlsxError};

pub(super) fn bytes(plan: &Plan<'_>) -> Result<Vec<u8>, XlsxError> {
    let mut workbook = Workbook::new();
    // The writer would put in the clock's date.
    let made = ExcelDateTime::from_ymd(2022, 1, 1)?;
    let title = plain(&format!("{}{}抽样方案", plan.survey.name, plan.period.title()));
    workbook.set_properties(&DocProperties::new().set_title(title).set_creation_datetime(&made));
    workbook.push_worksheet(sample::sheet(plan)?);
    workbook.push_worksheet(quotas::sheet(plan)?);
    workbook.push_worksheet(visits::sheet(plan)?);
    workbook.push_worksheet(explanations(plan)?);
    workbook.save_to_buffer()
}

/// The sheet that says what was assumed, how it was reckoned and what the law wants.
fn explanations(plan: &Plan<'_>) -> Result<Worksheet, XlsxError> {
    let mut page = Page::new(plan, "说明", vec![6, 90], true)?;
    let terms = plan.terms_line();
    let mut row = page.title(plan, 0, "说明", &terms)?;
    for (heading, sentences) in [("一、请先看", plan.notes()), ("二、怎样算的、怎样执行", notes::explanations(plan))]
    {
        page.sentence(row, heading, &Look::section(), 14.0)?;
        row += 1;
        for (number, sentence) in (1..).zip(&sentences) {
            page.text(row, 0, &format!("{number}."), &Look::words().set_align(FormatAlign::Top))?;
            page.text(row, 1, sentence, &Look::words().set_align(FormatAlign::Top))?;
            page.sheet.set_row_height(row, crate::views::receipt::height(sentence, 88, 11.5))?;
            row += 1;
        }
    }
    page.sheet.set_print_area(0, 0, row, 1)?;
    Ok(page.sheet)
}
