//! The sheet of quotas: units by classes, with the header that the law wants of a survey form.

use super::page::{Page, remarks, sum, unit_width, whole, width_of, word};
use super::sample::large;
use super::{Plan, notes};
use crate::facts::survey::Population;
use crate::views::receipt::Look;
use rust_xlsxwriter::{FormatAlign, Worksheet, XlsxError};

/// Columns that the sheet has at least, so that title and form header have room.
const LEAST_COLUMNS: usize = 7;
/// Columns over which the form header stands.
const FORM_COLUMNS: u16 = 3;
/// Rows of the form header.
const FORM_ROWS: u32 = 4;

pub(super) fn sheet(plan: &Plan<'_>) -> Result<Worksheet, XlsxError> {
    let has_quotas = plan.units.iter().any(|unit| unit.quotas.is_some());
    let classes = if has_quotas { plan.classes() } else { Vec::new() };
    let mut widths = vec![unit_width(plan)];
    widths.extend(classes.iter().map(|class| width_of(class.last().copied().into_iter(), 9, 16)));
    widths.push(11);
    widths.resize(widths.len().max(LEAST_COLUMNS), 11);
    let mut page = Page::new(plan, "配额", widths, false)?;
    form(&mut page, plan)?;
    let header_row = page.title(plan, FORM_ROWS, "配额", "各类完成的有效答卷数(份)")?;
    let header_end = headings(&mut page, plan, header_row, classes.len())?;
    let sum_column = u16::try_from(classes.len() + 1).map_err(|_| XlsxError::RowColumnLimitError)?;
    let mut sums = vec![0_u64; classes.len()];
    let mut row = header_end + 1;
    for unit in &plan.units {
        page.name(row, &plan.definitions.units.units[unit.unit].name, &word())?;
        for (position, column) in (0..classes.len()).zip(1..) {
            let quota = unit.quotas.as_ref().and_then(|quotas| quotas.get(position).copied());
            sums[position] += u64::from(quota.unwrap_or(0));
            page.count(row, column, quota)?;
        }
        page.number(row, sum_column, f64::from(unit.size.interviews), &whole())?;
        row += 1;
    }
    page.name(row, &plan.definitions.index.total_word, &word().set_bold())?;
    let is_whole = plan.units.iter().all(|unit| unit.quotas.is_some());
    for (count, column) in sums.iter().zip(1..) {
        if is_whole {
            page.number(row, column, large(*count), &sum())?;
        } else {
            page.text(row, column, "—", &Look::figure())?;
        }
    }
    page.number(row, sum_column, large(plan.interview_count()), &sum())?;
    let mut said: Vec<String> = notes::population(plan).into_iter().chain(notes::quotas(plan)).collect();
    if let Some(source) = &plan.population {
        said.push(format!("人口数:{source}。"));
    }
    said.push(notes::law().to_owned());
    let end = remarks(&mut page, row + 1, &said)?;
    page.done((header_row, header_end), end - 1)
}

/// 表号、制定机关、批准文号、有效期 at the top right.
fn form(page: &mut Page, plan: &Plan<'_>) -> Result<(), XlsxError> {
    let form = &plan.survey.form;
    let lines = [
        ("表  号", &form.number),
        ("制定机关", &form.issued_by),
        ("批准文号", &form.approval),
        ("有效期至", &form.valid_until),
    ];
    let last = page.last();
    let first = last.saturating_sub(FORM_COLUMNS - 1);
    let format = Look::base().set_font_size(10).set_align(FormatAlign::Left);
    for (row, (label, said)) in (0..FORM_ROWS).zip(lines) {
        let said = if said.trim().is_empty() { "(待填)" } else { said.as_str() };
        page.span(row, first, last, &format!("{label}:{said}"), &format)?;
    }
    Ok(())
}

/// A row of headings for each kind of class, values of the outer ones over those of the inner ones; the last row.
fn headings(page: &mut Page, plan: &Plan<'_>, row: u32, class_count: usize) -> Result<u32, XlsxError> {
    let narrow = |count: usize| u16::try_from(count).map_err(|_| XlsxError::RowColumnLimitError);
    let kinds = if class_count == 0 { Vec::new() } else { Population::classes(plan.survey) };
    let levels = u32::try_from(kinds.len()).unwrap_or(u32::MAX).max(1);
    let end = row + levels - 1;
    let heading = Look::heading();
    let sum_column = narrow(class_count + 1)?;
    for (column, text) in [(0, plan.definitions.index.unit_word.as_str()), (sum_column, "合计")] {
        if end > row {
            page.sheet.merge_range(row, column, end, column, "", &heading)?;
        }
        page.text(row, column, text, &heading)?;
    }
    let mut span = class_count;
    for (level, (_, values)) in (row..).zip(&kinds) {
        span /= values.len().max(1);
        let repeated = values.iter().cycle().take(class_count.checked_div(span).unwrap_or(0));
        for (position, value) in repeated.enumerate() {
            let from = narrow(1 + position * span)?;
            page.span(level, from, narrow((position + 1) * span)?, value, &heading)?;
        }
        page.sheet.set_row_height(level, 20)?;
    }
    Ok(end)
}
