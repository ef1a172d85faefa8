//! A receipt as a workbook: what is wrong, where, what to do, and the sheets as they came with the cells marked.

use super::grids;
use super::sheets;
use super::{Outcome, Receipt};
use crate::audit::Severity;
use crate::extract::RawValue;
use rust_xlsxwriter::{
    Color, DocProperties, ExcelDateTime, Format, FormatAlign, FormatBorder, Workbook, Worksheet, XlsxError,
};
use unicode_width::UnicodeWidthStr;

/// UTF-16 units of a text; a cell takes 32,767.
const LONGEST_TEXT: usize = 32_000;

/// Takes a receipt, returns the workbook. The same receipt gives the same bytes.
pub(super) fn workbook(receipt: &Receipt<'_>) -> anyhow::Result<Vec<u8>> {
    let mut workbook = Workbook::new();
    let head = &receipt.head;
    // The writer would put in the clock's date.
    let properties = DocProperties::new()
        .set_title(plain(&format!("{} {}数据质量回执", receipt.name, head.period)))
        .set_creation_datetime(&ExcelDateTime::from_ymd(2022, 1, 1)?);
    workbook.set_properties(&properties);
    let mut sheets = vec![sheets::front(receipt)?, sheets::list(receipt)?, sheets::checks(receipt)?];
    sheets.push(grids::read_back(receipt)?);
    if !receipt.changes.is_empty() {
        sheets.push(sheets::changes(receipt)?);
    }
    for copy in &receipt.copies {
        sheets.push(grids::copy(receipt, copy)?);
    }
    for sheet in sheets {
        workbook.push_worksheet(sheet);
    }
    Ok(workbook.save_to_buffer()?)
}

/// A sheet being written. Texts are always written as texts, so that nothing from the material becomes a formula.
pub(super) struct Pen {
    pub(super) sheet: Worksheet,
}

impl Pen {
    /// An empty sheet for A4 paper with the receipt's name, watermark and page number at the edges.
    pub(super) fn new(receipt: &Receipt<'_>, name: &str) -> Result<Self, XlsxError> {
        let mut sheet = Worksheet::new();
        sheet.set_name(name)?;
        sheet.set_landscape().set_paper_size(9).set_print_fit_to_pages(1, 0).set_margins(0.5, 0.5, 0.7, 0.6, 0.3, 0.3);
        let head = &receipt.head;
        let [name, period, watermark] = [&receipt.name, &head.period, &head.watermark].map(|text| header_text(text));
        sheet.set_header(format!("&L{name} {period}&R{watermark}"));
        sheet.set_footer("&C&P / &N");
        Ok(Pen { sheet })
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
        if number.is_finite() {
            self.sheet.write_number_with_format(row, column, number, format)?;
            return Ok(());
        }
        self.text(row, column, &number.to_string(), format)
    }

    /// What stands in a delivered cell.
    pub(super) fn value(&mut self, row: u32, column: u16, value: &RawValue, format: &Format) -> Result<(), XlsxError> {
        match value {
            RawValue::Empty => self.text(row, column, "", format),
            RawValue::Number(number) => self.number(row, column, *number, format),
            other => self.text(row, column, &crate::extract::values::text(other), format),
        }
    }

    /// A text over several columns of a row that is as high as the text needs.
    pub(super) fn span(&mut self, row: u32, columns: (u16, u16), text: &str, format: &Format) -> Result<(), XlsxError> {
        self.sheet.merge_range(row, columns.0, row, columns.1, "", format)?;
        self.text(row, columns.0, text, format)
    }

    pub(super) fn widths(&mut self, widths: &[u16]) -> Result<(), XlsxError> {
        for (column, width) in (0..).zip(widths) {
            self.sheet.set_column_width(column, *width)?;
        }
        Ok(())
    }
}

/// How cells look.
pub(in crate::views) struct Look;

impl Look {
    pub(in crate::views) fn base() -> Format {
        Format::new().set_font_name("宋体").set_font_size(11).set_align(FormatAlign::VerticalCenter)
    }

    pub(in crate::views) fn title() -> Format {
        Look::base().set_font_name("黑体").set_font_size(16).set_align(FormatAlign::Center)
    }

    pub(in crate::views) fn remark() -> Format {
        Look::base().set_font_size(10).set_font_color(Color::RGB(0x56_60_70)).set_text_wrap()
    }

    pub(in crate::views) fn words() -> Format {
        Look::base().set_text_wrap()
    }

    pub(in crate::views) fn section() -> Format {
        Look::base().set_font_name("黑体").set_font_size(12).set_font_color(Color::RGB(0x1F_40_68))
    }

    pub(in crate::views) fn heading() -> Format {
        Look::boxed().set_bold().set_align(FormatAlign::Center).set_background_color(Color::RGB(0xE9_EE_F5))
    }

    pub(in crate::views) fn boxed() -> Format {
        Look::base().set_text_wrap().set_border(FormatBorder::Thin).set_border_color(Color::RGB(0xB0_B8_C4))
    }

    pub(in crate::views) fn figure() -> Format {
        Look::boxed().set_align(FormatAlign::Right)
    }

    /// A cell that the department fills in.
    pub(in crate::views) fn answer() -> Format {
        Look::boxed().set_unlocked().set_background_color(Color::RGB(0xFF_F7_CC))
    }

    pub(super) fn outcome(outcome: Outcome) -> Format {
        let colour = match outcome {
            Outcome::Accepted => 0xE2_F0_E6,
            Outcome::ToCorrect | Outcome::NotReceived => 0xFF_EB_C8,
            Outcome::Returned => 0xF8_D7_D4,
        };
        Look::base()
            .set_font_name("黑体")
            .set_font_size(22)
            .set_align(FormatAlign::Center)
            .set_background_color(Color::RGB(colour))
            .set_border(FormatBorder::Medium)
    }

    /// A marked cell: colour, and a border of its own for grey prints.
    pub(super) fn marked(format: Format, severity: Severity) -> Format {
        let (colour, border) = match severity {
            Severity::Error => (0xF8_C9_C4, FormatBorder::Thick),
            Severity::Warning => (0xFF_E3_A8, FormatBorder::MediumDashed),
            Severity::Question => (0xD2_E3_F6, FormatBorder::Double),
            Severity::Note => (0xE8_ED_E8, FormatBorder::Dotted),
        };
        format.set_background_color(Color::RGB(colour)).set_border(border).set_border_color(Color::RGB(0x40_40_40))
    }
}

/// A text as a page header can hold it: `&` begins a code there and is written twice. A header takes 255 characters.
pub(in crate::views) fn header_text(text: &str) -> String {
    const LONGEST: usize = 60;
    let mut length = 0;
    let fits = |letter: &char| {
        length += letter.len_utf16() + usize::from(*letter == '&');
        length <= LONGEST
    };
    text.chars().take_while(fits).collect::<String>().replace('&', "&&")
}

/// Height of a row in points for a text of a width in characters, broken into lines.
pub(in crate::views) fn height(text: &str, width: u16, points: f64) -> f64 {
    // Chinese characters are a little wider than two digits.
    let wide = |line: &str| (line.width() * 6).div_ceil(usize::from(width.max(1)) * 5);
    let lines: usize = text.lines().map(wide).sum();
    #[expect(clippy::cast_precision_loss, reason = "a few lines")]
    let height = lines.max(1) as f64 * points * 1.35 + 4.0;
    height.min(400.0)
}

/// Characters a column needs for a text, within limits.
pub(super) fn width(text: &str, least: u16, most: u16) -> u16 {
    let widest = text.lines().map(UnicodeWidthStr::width).max().unwrap_or(0);
    u16::try_from(widest + widest / 10 + 2).unwrap_or(most).clamp(least, most)
}

/// A text as a cell can hold it: not too long, without characters that XML forbids.
pub(in crate::views) fn plain(text: &str) -> String {
    let mut length = 0;
    text.chars()
        .map(|letter| match letter {
            '\n' | '\t' => letter,
            '\u{FFFE}' | '\u{FFFF}' => '\u{FFFD}',
            _ if letter.is_control() => '\u{FFFD}',
            _ => letter,
        })
        .take_while(|letter| {
            length += letter.len_utf16();
            length <= LONGEST_TEXT
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_header_is_cut_between_two_characters_and_never_in_an_escaped_one() {
        for before in 0..4 {
            let cut = header_text(&format!("{}{}", "局".repeat(before), "&".repeat(80)));
            assert_eq!(cut.matches('&').count() % 2, 0, "{cut}");
            assert!((59..=60).contains(&cut.chars().count()), "{cut}");
        }
        assert_eq!(header_text("甲&乙"), "甲&&乙");
    }
}
