//! What all sheets share: title, the line that says what they are, paper, and texts that stay texts.

use crate::views::comparison::Comparison;
use crate::views::figures::watermark;
use crate::views::receipt::{Look, header_text, height, plain};
use crate::views::theme::palette::Palette;
use rust_xlsxwriter::{Format, Worksheet, XlsxError};
use unicode_width::UnicodeWidthStr;

/// A4, and A3 for what is too wide for it.
const PAPER: u8 = 9;
const LARGE_PAPER: u8 = 8;
/// Characters across a sheet of A4 beyond which nobody could read it.
const MOST_ON_A4: u16 = 220;
/// The same for A3; what is wider takes several sheets.
const MOST_ON_A3: u16 = 420;
/// Rows above every header: title, what the sheet is, an empty one.
pub(super) const TOP: u32 = 3;
/// Columns over which the title stands, so that it is seen without scrolling.
const TITLE_WIDTH: u16 = 96;
/// Widest column in characters.
const WIDEST: u16 = 44;

/// A sheet being written. Texts are always written as texts, so that nothing from the material becomes a formula.
pub(super) struct Frame {
    pub(super) sheet: Worksheet,
    pub(super) palette: Palette,
    widths: Vec<u16>,
}

impl Frame {
    /// A landscape sheet with title, edition, data cut-off, disclaimer and watermark on top.
    pub(super) fn new(view: &Comparison<'_>, name: &str, title: &str, widths: Vec<u16>) -> Result<Self, XlsxError> {
        let mut sheet = Worksheet::new();
        sheet.set_name(name)?;
        let across = widths.iter().fold(0_u16, |sum, width| sum.saturating_add(*width));
        let is_large = across > MOST_ON_A4;
        sheet
            .set_landscape()
            .set_paper_size(if is_large { LARGE_PAPER } else { PAPER })
            .set_print_fit_to_pages(across.div_ceil(MOST_ON_A3).max(1), 0);
        sheet.set_margins(0.4, 0.4, 0.7, 0.6, 0.3, 0.3).set_print_center_horizontally(true);
        let index = &view.definitions.index;
        let [left, right] = [index.name.clone(), watermark(view)].map(|text| header_text(&text));
        sheet.set_header(format!("&L{left} {}&R{right}", view.current.period)).set_footer("&C&P / &N");
        for (column, width) in (0..).zip(&widths) {
            sheet.set_column_width(column, *width)?;
        }
        let mut frame = Frame { sheet, palette: view.assessment.theme.palette, widths };
        let (last, width) = frame.title_span();
        frame.span(0, last, title, &Look::title())?;
        frame.sheet.set_row_height(0, 28)?;
        let said = about(view);
        frame.span(1, last, &said, &Look::remark())?;
        frame.sheet.set_row_height(1, height(&said, width, 10.0))?;
        Ok(frame)
    }

    fn title_span(&self) -> (u16, u16) {
        let (mut last, mut width) = (0, 0);
        for (column, own) in (0..).zip(&self.widths) {
            (last, width) = (column, width + own);
            if width >= TITLE_WIDTH {
                break;
            }
        }
        (last, width)
    }

    /// A text over the first columns of a row.
    pub(super) fn span(&mut self, row: u32, last: u16, text: &str, format: &Format) -> Result<(), XlsxError> {
        if last > 0 {
            self.sheet.merge_range(row, 0, row, last, "", format)?;
        }
        self.text(row, 0, text, format)
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

    /// Makes a row as high as its texts need in their columns.
    pub(super) fn fit_row<'a>(
        &mut self,
        row: u32,
        texts: impl Iterator<Item = (u16, &'a str)>,
    ) -> Result<(), XlsxError> {
        let width = |column: u16| self.widths.get(usize::from(column)).copied().unwrap_or(10);
        let highest = texts.map(|(column, text)| height(text, width(column), 11.0)).fold(18.0, f64::max);
        self.sheet.set_row_height(row, highest)?;
        Ok(())
    }

    /// Remarks below a table, over the whole of its first columns.
    pub(super) fn notes<'a>(&mut self, row: u32, notes: impl Iterator<Item = &'a str>) -> Result<u32, XlsxError> {
        let (last, width) = self.title_span();
        let mut row = row;
        for note in notes {
            self.span(row, last, note, &Look::remark())?;
            self.sheet.set_row_height(row, height(note, width, 10.0))?;
            row += 1;
        }
        Ok(row)
    }

    /// Frozen and printed again on every page: the header and the first columns.
    pub(super) fn head(&mut self, first: u32, last: u32, columns: u16) -> Result<(), XlsxError> {
        self.sheet.set_freeze_panes(last + 1, columns)?;
        self.sheet.set_repeat_rows(first, last)?;
        Ok(())
    }

    /// The sheet, printed up to this row.
    pub(super) fn done(mut self, last_row: u32) -> Result<Worksheet, XlsxError> {
        let last = u16::try_from(self.widths.len()).unwrap_or(u16::MAX).saturating_sub(1);
        self.sheet.set_print_area(0, 0, last_row.max(1), last)?;
        Ok(self.sheet)
    }
}

/// Edition, data cut-off, disclaimer and watermark in one line.
fn about(view: &Comparison<'_>) -> String {
    let index = &view.definitions.index;
    let mut said = vec![
        view.current.period.title(),
        format!("版本 {}", index.edition),
        format!("数据截止 {}", view.current.facts.cut_off),
    ];
    if !view.material_hash.is_empty() {
        said.push(format!("材料校验值 {}", view.material_hash));
    }
    if index.illustrative {
        said.push(index.disclaimer.trim_end_matches('。').to_owned());
    }
    said.push(watermark(view));
    said.retain(|part| !part.is_empty());
    said.join(" · ")
}

/// Characters a column needs for texts, where the longest ones break into lines.
pub(super) fn width_for<'a>(header: &str, texts: impl Iterator<Item = &'a str>) -> u16 {
    let longest = texts.map(UnicodeWidthStr::width_cjk).max().unwrap_or(0);
    let head = header.width_cjk();
    let head = if head > 10 { head.div_ceil(2).max(8) } else { head };
    let widest = longest.max(head);
    u16::try_from(widest + widest / 10 + 3).unwrap_or(WIDEST).clamp(6, WIDEST)
}
