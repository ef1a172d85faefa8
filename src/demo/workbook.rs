//! Forms as workbooks, the way offices lay them out. The same form gives the same bytes.

#[cfg(test)]
mod tests;

use super::forms::{Cell, Form, Row};
use rust_xlsxwriter::{DocProperties, ExcelDateTime, Format, FormatAlign, Workbook, Worksheet, XlsxError};

/// Longest text a cell of a workbook takes.
const LONGEST_TEXT: usize = 32_000;

/// Why building cannot fail: callers keep to [`fits`].
const WITHIN_SHEET: &str = "texts, rows and columns stay within the limits of a sheet";

/// Whether a table of so many rows and columns can be a sheet at all, titles and notes included.
pub(super) fn fits(row_count: usize, column_count: usize) -> bool {
    row_count < 1_000_000 && column_count < 16_000
}

/// A form with a merged title, merged particulars and a header of two rows in which pairs share a heading.
pub(super) fn grouped(form: &Form) -> Vec<u8> {
    let mut sheet = Sheet::new("报送表");
    sheet.form(form, (0, 0), Heading::Grouped).expect(WITHIN_SHEET);
    bytes(vec![sheet.sheet]).expect(WITHIN_SHEET)
}

/// A form over two sheets with half of the columns each, with the units' codes.
pub(super) fn two_sheets(form: &Form) -> Vec<u8> {
    let half = form.columns.len().div_ceil(2);
    let mut sheets = Vec::new();
    for (name, from, to) in [("表一", 0, half), ("表二", half, form.columns.len())] {
        if from < to {
            let mut sheet = Sheet::new(name);
            sheet.form(&form.part(from, to), (0, 0), Heading::Coded).expect(WITHIN_SHEET);
            sheets.push(sheet.sheet);
        }
    }
    bytes(sheets).expect(WITHIN_SHEET)
}

/// A form that starts at C3, and a hidden sheet with somebody's working notes.
pub(super) fn shifted(form: &Form) -> Vec<u8> {
    let mut sheet = Sheet::new("上报");
    sheet.form(form, (2, 2), Heading::Plain).expect(WITHIN_SHEET);
    let mut hidden = Sheet::new("底稿");
    hidden.text(0, 0, "底稿:汇总过程,不上报").expect(WITHIN_SHEET);
    for (row, line) in (1..).zip(&form.rows) {
        hidden.text(row, 0, &line.name).expect(WITHIN_SHEET);
    }
    hidden.sheet.set_hidden(true);
    bytes(vec![sheet.sheet, hidden.sheet]).expect(WITHIN_SHEET)
}

/// A form with the units' codes and names and one header row.
pub(super) fn coded(form: &Form, sheet_name: &str) -> Vec<u8> {
    let mut sheet = Sheet::new(sheet_name);
    sheet.form(form, (0, 0), Heading::Coded).expect(WITHIN_SHEET);
    bytes(vec![sheet.sheet]).expect(WITHIN_SHEET)
}

/// A plain table: a header in the first row, rows below it.
pub(super) fn table(sheet_name: &str, header: &[String], rows: &[Vec<Cell>]) -> Vec<u8> {
    let mut sheet = Sheet::new(sheet_name);
    let mut fill = || -> Result<(), XlsxError> {
        for (column, text) in (0..).zip(header) {
            sheet.heading(0, column, text)?;
        }
        for (row, cells) in (1..).zip(rows) {
            for (column, cell) in (0..).zip(cells) {
                sheet.cell(row, column, cell)?;
            }
        }
        sheet.widths(0, header.len())
    };
    fill().expect(WITHIN_SHEET);
    bytes(vec![sheet.sheet]).expect(WITHIN_SHEET)
}

/// How the header of a form is laid out.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Heading {
    /// Two rows; neighbours share a merged heading.
    Grouped,
    /// One row, with the column of codes.
    Coded,
    /// One row, without codes.
    Plain,
}

struct Sheet {
    sheet: Worksheet,
    centred: Format,
    date: Format,
}

impl Sheet {
    fn new(name: &str) -> Self {
        let mut sheet = Worksheet::new();
        sheet.set_name(name).expect("sheet names are short and plain");
        let centred = Format::new().set_align(FormatAlign::Center).set_align(FormatAlign::VerticalCenter).set_bold();
        Sheet { sheet, centred, date: Format::new().set_num_format("yyyy-mm-dd") }
    }

    fn form(&mut self, form: &Form, corner: (u32, u16), heading: Heading) -> Result<(), XlsxError> {
        let (mut row, left) = corner;
        let mut fixed: Vec<&str> = Vec::new();
        fixed.extend(form.number_header.as_deref());
        if heading == Heading::Coded {
            fixed.extend(form.code_header.as_deref());
        }
        fixed.extend((!form.name_header.is_empty()).then_some(form.name_header.as_str()));
        let first = left + narrow(fixed.len());
        let end = first + narrow(form.columns.len());
        self.span((row, left), (row, end - 1), &form.title)?;
        row += 1;
        self.about(form, row, left, end)?;
        row += 1;
        let depth = u32::from(heading == Heading::Grouped);
        for (column, text) in (left..).zip(&fixed) {
            self.span((row, column), (row + depth, column), text)?;
        }
        let mut column = first;
        for group in form.columns.chunk_by(|one, next| heading == Heading::Grouped && one.0 == next.0) {
            let last = column + narrow(group.len()) - 1;
            if group.len() > 1 {
                self.span((row, column), (row, last), &group[0].0)?;
                for (column, (_, header)) in (column..).zip(group) {
                    self.heading(row + 1, column, header)?;
                }
            } else {
                self.span((row, column), (row + depth, column), &group[0].1)?;
            }
            column = last + 1;
        }
        row += depth + 1;
        for (number, line) in (1_u32..).zip(&form.rows) {
            self.row(form, line, Some(number), (row, left), heading)?;
            row += 1;
        }
        if let Some(total) = &form.total {
            self.row(form, total, None, (row, left), heading)?;
            row += 1;
        }
        self.text(row, left, &form.note)?;
        self.widths(left, usize::from(end - left))
    }

    /// The particulars, each merged over its share of the width.
    fn about(&mut self, form: &Form, row: u32, left: u16, end: u16) -> Result<(), XlsxError> {
        let count = narrow(form.about.len()).max(1);
        let width = ((end - left) / count).max(1);
        for (part, text) in (0..).zip(&form.about) {
            let from = left + part * width;
            let to = if part + 1 == count { (end - 1).max(from) } else { from + width - 1 };
            self.span((row, from), (row, to), text)?;
        }
        Ok(())
    }

    fn row(
        &mut self,
        form: &Form,
        line: &Row,
        number: Option<u32>,
        corner: (u32, u16),
        heading: Heading,
    ) -> Result<(), XlsxError> {
        let (row, mut column) = corner;
        if form.number_header.is_some() {
            if let Some(number) = number {
                self.sheet.write_number(row, column, number)?;
            }
            column += 1;
        }
        if heading == Heading::Coded && form.code_header.is_some() {
            self.text(row, column, &line.code)?;
            column += 1;
        }
        if !form.name_header.is_empty() {
            self.text(row, column, &line.name)?;
            column += 1;
        }
        for (column, cell) in (column..).zip(&line.cells) {
            self.cell(row, column, cell)?;
        }
        Ok(())
    }

    fn cell(&mut self, row: u32, column: u16, cell: &Cell) -> Result<(), XlsxError> {
        match cell {
            Cell::Empty => Ok(()),
            Cell::Number(number) => self.sheet.write_number(row, column, *number).map(|_| ()),
            Cell::Text(text) => self.text(row, column, text),
            Cell::Date(date) => {
                let (year, month, day) = (u16::try_from(date.year), u8::try_from(date.month), u8::try_from(date.day));
                let known = match (year, month, day) {
                    (Ok(year), Ok(month), Ok(day)) => ExcelDateTime::from_ymd(year, month, day).ok(),
                    _ => None,
                };
                match known {
                    Some(known) => self.sheet.write_datetime_with_format(row, column, &known, &self.date).map(|_| ()),
                    None => self.text(row, column, &date.to_string()),
                }
            }
        }
    }

    fn heading(&mut self, row: u32, column: u16, text: &str) -> Result<(), XlsxError> {
        self.sheet.write_string_with_format(row, column, clipped(text), &self.centred).map(|_| ())
    }

    fn text(&mut self, row: u32, column: u16, text: &str) -> Result<(), XlsxError> {
        if text.is_empty() { Ok(()) } else { self.sheet.write_string(row, column, clipped(text)).map(|_| ()) }
    }

    /// A heading over an area, merged where it is more than one cell.
    fn span(&mut self, from: (u32, u16), to: (u32, u16), text: &str) -> Result<(), XlsxError> {
        if from == to {
            return self.heading(from.0, from.1, text);
        }
        self.sheet.merge_range(from.0, from.1, to.0, to.1, &clipped(text), &self.centred).map(|_| ())
    }

    fn widths(&mut self, left: u16, count: usize) -> Result<(), XlsxError> {
        for column in left..left + narrow(count) {
            self.sheet.set_column_width(column, 16)?;
        }
        Ok(())
    }
}

fn narrow(count: usize) -> u16 {
    u16::try_from(count).expect("callers keep to the width of a sheet")
}

fn clipped(text: &str) -> String {
    text.chars().take(LONGEST_TEXT).collect()
}

/// The bytes of a workbook; its properties hold a fixed date, because the writer would put in the clock's.
fn bytes(sheets: Vec<Worksheet>) -> Result<Vec<u8>, XlsxError> {
    let mut workbook = Workbook::new();
    workbook.set_properties(&DocProperties::new().set_creation_datetime(&ExcelDateTime::from_ymd(2022, 1, 1)?));
    for sheet in sheets {
        workbook.push_worksheet(sheet);
    }
    workbook.save_to_buffer()
}
