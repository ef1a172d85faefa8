//! A sheet of the plan being written. Texts are always written as texts, so that nothing from the material becomes a formula.

use super::Plan;
use crate::views::receipt::{Look, header_text, height, plain};
use rust_xlsxwriter::{Format, FormatAlign, Worksheet, XlsxError};

/// A4, as workbooks number paper.
const A4: u8 = 9;

pub(super) struct Page {
    pub(super) sheet: Worksheet,
    widths: Vec<u16>,
}

impl Page {
    /// An empty sheet for A4 with the survey, the watermark and page numbers at its edges; `widths` in characters.
    pub(super) fn new(plan: &Plan<'_>, name: &str, widths: Vec<u16>, is_upright: bool) -> Result<Self, XlsxError> {
        let mut sheet = Worksheet::new();
        sheet.set_name(name)?;
        if !is_upright {
            sheet.set_landscape();
        }
        sheet.set_paper_size(A4).set_print_fit_to_pages(1, 0).set_margins(0.5, 0.5, 0.7, 0.6, 0.3, 0.3);
        sheet.set_print_center_horizontally(true);
        let [survey, watermark] = [&plan.survey.name, &plan.definitions.index.watermark].map(|text| header_text(text));
        sheet.set_header(format!("&L{survey} {}&R{watermark}", plan.period)).set_footer("&C&P / &N");
        for (column, width) in (0..).zip(&widths) {
            sheet.set_column_width(column, *width)?;
        }
        Ok(Page { sheet, widths })
    }

    /// The last column.
    pub(super) fn last(&self) -> u16 {
        u16::try_from(self.widths.len()).unwrap_or(u16::MAX).saturating_sub(1)
    }

    pub(super) fn text(&mut self, row: u32, column: u16, text: &str, format: &Format) -> Result<(), XlsxError> {
        if text.is_empty() {
            self.sheet.write_blank(row, column, format)?;
        } else {
            self.sheet.write_string_with_format(row, column, plain(text), format)?;
        }
        Ok(())
    }

    pub(super) fn number(&mut self, row: u32, column: u16, number: f64, format: &Format) -> Result<(), XlsxError> {
        self.sheet.write_number_with_format(row, column, number, format)?;
        Ok(())
    }

    /// The name of a unit, at the head of a row of ordinary height.
    pub(super) fn name(&mut self, row: u32, name: &str, format: &Format) -> Result<(), XlsxError> {
        self.sheet.set_row_height(row, 19)?;
        self.text(row, 0, name, format)
    }

    /// A number that may not be known.
    pub(super) fn count(&mut self, row: u32, column: u16, count: Option<u32>) -> Result<(), XlsxError> {
        match count {
            Some(count) => self.number(row, column, f64::from(count), &whole()),
            None => self.text(row, column, "—", &Look::figure()),
        }
    }

    /// A text over several columns of a row.
    pub(super) fn span(&mut self, row: u32, from: u16, to: u16, text: &str, format: &Format) -> Result<(), XlsxError> {
        if from < to {
            self.sheet.merge_range(row, from, row, to, "", format)?;
        }
        self.text(row, from, text, format)
    }

    /// A sentence over the whole width, in a row as high as it needs.
    pub(super) fn sentence(&mut self, row: u32, text: &str, format: &Format, points: f64) -> Result<(), XlsxError> {
        self.span(row, 0, self.last(), text, format)?;
        let width = self.widths.iter().fold(0_u16, |sum, width| sum.saturating_add(*width));
        self.sheet.set_row_height(row, height(text, width, points))?;
        Ok(())
    }

    /// Title and what the sheet is about, from `row`; the next free row.
    pub(super) fn title(&mut self, plan: &Plan<'_>, row: u32, kind: &str, about: &str) -> Result<u32, XlsxError> {
        let index = &plan.definitions.index;
        let mark = if index.watermark.is_empty() { String::new() } else { format!("({})", index.watermark) };
        let title = format!("{}{}抽样方案:{kind}{mark}", plan.survey.name, plan.period.title());
        self.sentence(row, &title, &Look::title().set_text_wrap(), 17.0)?;
        let mut said = vec![about];
        let disclaimer = index.disclaimer.trim_end_matches('。');
        said.extend((index.illustrative && !disclaimer.is_empty()).then_some(disclaimer));
        self.sentence(row + 1, &said.join(" · "), &Look::remark(), 10.0)?;
        Ok(row + 2)
    }

    /// A row of headings, as high as the longest needs.
    pub(super) fn headings(&mut self, row: u32, headings: &[String]) -> Result<(), XlsxError> {
        let mut highest = 20.0_f64;
        for (column, heading) in (0..).zip(headings) {
            self.text(row, column, heading, &Look::heading())?;
            let width = self.widths.get(usize::from(column)).copied().unwrap_or(10);
            highest = highest.max(height(heading, width.saturating_sub(1), 11.0));
        }
        self.sheet.set_row_height(row, highest)?;
        Ok(())
    }

    /// The sheet, with the rows of the header and the first column kept in view, printed up to a row.
    pub(super) fn done(mut self, header: (u32, u32), last_row: u32) -> Result<Worksheet, XlsxError> {
        let last = self.last();
        self.sheet.set_freeze_panes(header.1 + 1, 1)?;
        self.sheet.set_repeat_rows(header.0, header.1)?;
        self.sheet.set_print_area(0, 0, last_row, last)?;
        Ok(self.sheet)
    }
}

/// A count.
pub(super) fn whole() -> Format {
    Look::figure().set_num_format("#,##0")
}

/// Percentage points with one decimal.
pub(super) fn tenths() -> Format {
    Look::figure().set_num_format("0.0")
}

/// A sum.
pub(super) fn sum() -> Format {
    whole().set_bold()
}

/// A name or word in a cell.
pub(super) fn word() -> Format {
    Look::boxed().set_align(FormatAlign::Left).set_indent(1)
}

/// Characters that a column needs for its texts.
pub(super) fn width_of<'a>(texts: impl Iterator<Item = &'a str>, least: u16, most: u16) -> u16 {
    let longest = texts.map(unicode_width::UnicodeWidthStr::width).max().unwrap_or(0);
    u16::try_from(longest + longest / 10 + 2).unwrap_or(most).clamp(least, most)
}

/// Characters that the column of units needs.
pub(super) fn unit_width(plan: &Plan<'_>) -> u16 {
    let index = &plan.definitions.index;
    let names = plan.definitions.units.units.iter().map(|unit| unit.name.as_str());
    width_of(names.chain([index.unit_word.as_str(), index.total_word.as_str()]), 12, 30)
}

/// What stands below a table: short remarks.
pub(super) fn remarks(page: &mut Page, row: u32, remarks: &[String]) -> Result<u32, XlsxError> {
    let mut row = row;
    for remark in remarks {
        page.sentence(row, remark, &Look::remark(), 10.0)?;
        row += 1;
    }
    Ok(row)
}
