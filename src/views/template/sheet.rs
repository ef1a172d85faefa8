//! The sheet to fill in: title, particulars, header, a row for each unit, sums, and what to mind.

use super::layout::{Column, Layout, Purpose, lines_in};
use super::rules::{Allowed, NOT_APPLICABLE};
use super::{Known, styles};
use crate::audit::CellRef;
use crate::definitions::calendar::Period;
use crate::definitions::forms::{Form, Party, STAMP_LABEL, stamp};
use crate::definitions::{Definitions, Measure};
use crate::facts::Observed;
use rust_xlsxwriter::{Format, Formula, Note, ProtectionOptions, Worksheet, XlsxError};

/// Name of the sheet to fill in.
pub(super) const NAME: &str = "报送表";
/// Rows of title and particulars above the header.
const HEADER_ROW: u32 = 5;
/// Columns that title and particulars take at least.
const LEAST_COLUMNS: usize = 6;
/// Letters that a landscape page of A4 holds in a size that can be read.
const PAGE_WIDTH: f64 = 190.0;
/// Width of columns beside the table.
const SPARE_WIDTH: f64 = 11.0;
/// A4, as workbooks number paper.
const A4: u8 = 9;
/// Height of a line of text, in points.
const LINE_HEIGHT: f64 = 14.5;
/// Longest text of a cell or a note.
const LONGEST_TEXT: usize = 2_000;

pub(super) fn form(
    definitions: &Definitions,
    period: Period,
    form: &Form,
    known: &Known<'_>,
) -> Result<Worksheet, XlsxError> {
    let layout = Layout::of(definitions, form);
    let mut writer = Writer {
        definitions,
        period,
        form,
        known,
        end: narrow((layout.fixed_count() + layout.columns.len()).max(LEAST_COLUMNS))? - 1,
        layout,
        sheet: Worksheet::new(),
    };
    writer.sheet.set_name(NAME)?;
    writer.above()?;
    writer.header()?;
    writer.rows()?;
    let last_row = writer.below()?;
    writer.page(last_row)?;
    Ok(writer.sheet)
}

struct Writer<'a> {
    definitions: &'a Definitions,
    period: Period,
    form: &'a Form,
    known: &'a Known<'a>,
    layout: Layout,
    /// The last column.
    end: u16,
    sheet: Worksheet,
}

impl Writer<'_> {
    fn measure(&self, column: &Column) -> &Measure {
        &self.definitions.measures[column.measure]
    }

    fn first_row(&self) -> u32 {
        HEADER_ROW + 1
    }

    /// The row below the units.
    fn end_row(&self) -> Result<u32, XlsxError> {
        let count = self.form.units(self.definitions).len();
        u32::try_from(count).map(|count| self.first_row() + count).map_err(|_| XlsxError::RowColumnLimitError)
    }

    /// Column on the sheet of a column of figures.
    fn column(&self, position: usize) -> Result<u16, XlsxError> {
        narrow(self.layout.fixed_count() + position)
    }

    fn text(&mut self, row: u32, column: u16, text: &str, format: &Format) -> Result<(), XlsxError> {
        self.sheet.write_string_with_format(row, column, clipped(text), format).map(|_| ())
    }

    /// A text over several columns of a row.
    fn span(&mut self, row: u32, from: u16, to: u16, text: &str, format: &Format) -> Result<(), XlsxError> {
        if from == to {
            return self.text(row, from, text, format);
        }
        self.sheet.merge_range(row, from, row, to, &clipped(text), format).map(|_| ())
    }

    /// Title and particulars, in pairs of a label and what it says.
    fn above(&mut self) -> Result<(), XlsxError> {
        let index = &self.definitions.index;
        let party = self.form.party.name(self.definitions).to_owned();
        let mark = if index.watermark.is_empty() { String::new() } else { format!("({})", index.watermark) };
        let title = format!("{}{party}{}报送表{mark}", index.name, self.period.title());
        let end = self.end;
        let title_end = self.first_page_end();
        self.span(0, 0, title_end, &title, &styles::title())?;
        let mut counted: Vec<&str> = Vec::new();
        for measure in self.form.asked.iter().chain(&self.form.fixed) {
            let unit = self.definitions.measures[*measure].unit.as_str();
            if !unit.is_empty() && !counted.contains(&unit) {
                counted.push(unit);
            }
        }
        let (label, said, blank) = (styles::label(), styles::said(), styles::blank());
        self.text(1, 0, "填报单位:", &label)?;
        self.span(1, 1, end, &party, &said)?;
        self.text(2, 0, "填报日期:", &label)?;
        self.span(2, 1, 2, "", &blank)?;
        self.text(2, 3, "填报人:", &label)?;
        self.span(2, 4, 5, "", &blank)?;
        self.text(3, 0, "计量单位:", &label)?;
        self.span(3, 1, 2, &counted.join("、"), &said)?;
        self.text(3, 3, "审核人:", &label)?;
        self.span(3, 4, 5, "", &blank)?;
        self.text(4, 0, &format!("{STAMP_LABEL}:"), &label)?;
        self.span(4, 1, end, &stamp(self.definitions, self.period, self.form), &said)?;
        // The title is half as large again as what is below it.
        self.sheet.set_row_height(0, height_of(lines_in(&title, self.width_to(title_end) / 1.5)) * 1.5)?;
        for row in 1..HEADER_ROW {
            self.sheet.set_row_height(row, 19)?;
        }
        Ok(())
    }

    fn header(&mut self) -> Result<(), XlsxError> {
        let layout = self.layout.clone();
        let given = styles::given_header();
        let names = layout.code_header.iter().chain([&layout.name_header]);
        for ((column, name), width) in (0..).zip(names).zip(&layout.fixed_widths) {
            self.text(HEADER_ROW, column, name, &given)?;
            self.sheet.set_column_width(column, *width)?;
        }
        for (position, column) in layout.columns.iter().enumerate() {
            let at = self.column(position)?;
            let format = if column.purpose == Purpose::Input { styles::header() } else { styles::given_header() };
            self.text(HEADER_ROW, at, &column.header, &format)?;
            self.sheet.set_column_width(at, column.width)?;
            if column.purpose != Purpose::Last {
                self.sheet.insert_note(HEADER_ROW, at, &self.note(column))?;
            }
        }
        for column in narrow(layout.fixed_count() + layout.columns.len())?..=self.end {
            self.sheet.set_column_width(column, SPARE_WIDTH)?;
        }
        self.sheet.set_row_height(HEADER_ROW, height_of(layout.header_lines) + 3.0).map(|_| ())
    }

    /// What counts, beside the header.
    fn note(&self, column: &Column) -> Note {
        let measure = self.measure(column);
        let allowed = Allowed::of(self.definitions, column.measure);
        let mut lines = vec![measure.name.clone()];
        if !measure.calibre.is_empty() {
            lines.push(format!("口径:{}", measure.calibre));
        }
        lines.push(format!("时期:{}", measure.basis.words()));
        if column.purpose == Purpose::Fixed {
            lines.push("年内固定的数,已填好,不用报。".to_owned());
        } else {
            lines.push(format!("允许:{}", allowed.words()));
            match allowed.not_applicable.as_deref() {
                Some("") => lines.push(format!("可以填“{NOT_APPLICABLE}”。")),
                Some(when) => lines.push(format!("可以填“{NOT_APPLICABLE}”:{when}。")),
                None => lines.push(format!("不能填“{NOT_APPLICABLE}”。")),
            }
        }
        let text = clipped(&lines.join("\n"));
        // 260 pixels hold about 34 letters.
        let height = u32::try_from(lines_in(&text, 34.0)).unwrap_or(u32::MAX).min(30) * 20 + 16;
        Note::new(text).add_author_prefix(false).set_author("").set_font_size(10).set_width(260).set_height(height)
    }

    fn rows(&mut self) -> Result<(), XlsxError> {
        let named = styles::named();
        for (row, unit) in (self.first_row()..).zip(self.form.units(self.definitions)) {
            let definition = &self.definitions.units.units[unit];
            let code = self.layout.code_header.is_some().then_some(&definition.code);
            for (column, text) in (0..).zip(code.into_iter().chain([&definition.name])) {
                self.text(row, column, text, &named)?;
            }
            self.sheet.set_row_height(row, 19)?;
        }
        let columns = self.layout.columns.clone();
        for (position, column) in columns.iter().enumerate() {
            let at = self.column(position)?;
            self.figures(column, at)?;
        }
        Ok(())
    }

    /// The cells of a column, and its sum where there is a row of sums.
    fn figures(&mut self, column: &Column, at: u16) -> Result<(), XlsxError> {
        let allowed = Allowed::of(self.definitions, column.measure);
        let number = styles::number(allowed.is_whole);
        let format = if column.purpose == Purpose::Input { styles::input(number) } else { styles::given(number) };
        let (first, end) = (self.first_row(), self.end_row()?);
        let mut sum: Option<f64> = None;
        for (row, unit) in (first..).zip(self.form.units(self.definitions)) {
            let observed = match column.purpose {
                Purpose::Input => self.known.entered(column.measure, unit),
                Purpose::Last => Known::of(self.known.previous, column.measure, unit),
                Purpose::Fixed => Known::of(self.known.fixed, column.measure, unit),
            };
            match observed {
                Observed::Value(value) => {
                    sum = Some(sum.unwrap_or(0.0) + value);
                    self.sheet.write_number_with_format(row, at, value, &format)?;
                }
                Observed::NotApplicable => self.text(row, at, NOT_APPLICABLE, &format)?,
                Observed::NotReported => {
                    self.sheet.write_blank(row, at, &format)?;
                }
            }
        }
        if column.purpose == Purpose::Input && end > first {
            let cell = CellRef { row: first, column: u32::from(at) }.to_string();
            let check = allowed.validation(self.measure(column), &cell)?;
            self.sheet.add_data_validation(first, at, end - 1, at, &check)?;
        }
        if self.total_name().is_some() {
            self.sum(column, at, sum, &styles::sum(number))?;
        }
        Ok(())
    }

    /// The name of the row of sums: a department's form has one, where the definitions know how it is called.
    fn total_name(&self) -> Option<String> {
        let is_department = matches!(self.form.party, Party::Department(_));
        self.definitions.units.total_rows.first().filter(|_| is_department).cloned()
    }

    fn sum(&mut self, column: &Column, at: u16, sum: Option<f64>, format: &Format) -> Result<(), XlsxError> {
        let (first, end) = (self.first_row(), self.end_row()?);
        // A sum of percentages means nothing.
        if matches!(self.measure(column).unit.as_str(), "" | "%") {
            return self.sheet.write_blank(end, at, format).map(|_| ());
        }
        let name = |row: u32| CellRef { row, column: u32::from(at) };
        let range = format!("{}:{}", name(first), name(end - 1));
        // Nothing filled in is no sum, which is not the same as a sum of 0.
        let shown = sum.map(|sum| ((sum * 1e6).round() / 1e6).to_string()).unwrap_or_default();
        let formula = Formula::new(format!("=IF(COUNT({range})=0,\"\",SUM({range}))")).set_result(shown);
        self.sheet.write_formula_with_format(end, at, formula, format).map(|_| ())
    }

    /// The row of sums and what to mind; the last row.
    fn below(&mut self) -> Result<u32, XlsxError> {
        let mut row = self.end_row()?;
        if let Some(total) = self.total_name() {
            let named = styles::named();
            for column in 0..narrow(self.layout.fixed_count())? {
                let is_name = usize::from(column) + 1 == self.layout.fixed_count();
                self.text(row, column, if is_name { &total } else { "" }, &named)?;
            }
            self.sheet.set_row_height(row, 19)?;
            row += 1;
        }
        // Each note stands in the first cell alone: a row with figures would be taken for a unit.
        for note in notes(self.definitions) {
            self.text(row, 0, &note, &styles::plain())?;
            row += 1;
        }
        Ok(row - 1)
    }

    /// Width of everything up to and with a column.
    fn width_to(&self, column: u16) -> f64 {
        let widths = self.layout.fixed_widths.iter().copied();
        let widths = widths.chain(self.layout.columns.iter().map(|column| column.width));
        widths.chain(std::iter::repeat(SPARE_WIDTH)).take(usize::from(column) + 1).sum()
    }

    /// Pages side by side that the table takes.
    fn pages(&self) -> u16 {
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a small positive count")]
        let pages = (self.width_to(self.end) / PAGE_WIDTH).ceil().max(1.0) as u16;
        pages
    }

    /// The last column that surely stands on the first page: a title over more of them would be cut.
    fn first_page_end(&self) -> u16 {
        let most = self.width_to(self.end) / f64::from(self.pages());
        (0..=self.end).rev().find(|&column| self.width_to(column) <= most + 0.5).unwrap_or(self.end)
    }

    fn page(&mut self, last_row: u32) -> Result<(), XlsxError> {
        let pages = self.pages();
        let (end, fixed) = (self.end, narrow(self.layout.fixed_count())?);
        let watermark = self.definitions.index.watermark.replace('&', "&&");
        let stamp = stamp(self.definitions, self.period, self.form).replace('&', "&&");
        let sheet = &mut self.sheet;
        sheet
            .set_landscape()
            .set_paper_size(A4)
            .set_print_fit_to_pages(pages, 0)
            .set_margins(0.5, 0.5, 0.6, 0.6, 0.3, 0.3);
        sheet.set_print_area(0, 0, last_row, end)?;
        sheet.set_repeat_rows(HEADER_ROW, HEADER_ROW)?;
        sheet.set_repeat_columns(0, fixed - 1)?;
        sheet.set_header(format!("&R&10{watermark}")).set_footer(format!("&L&9 {stamp}&R&9 第 &P 页,共 &N 页"));
        sheet.set_freeze_panes(HEADER_ROW + 1, fixed)?;
        sheet.set_selection(HEADER_ROW + 1, fixed, HEADER_ROW + 1, fixed)?;
        let options = ProtectionOptions { format_columns: true, format_rows: true, ..ProtectionOptions::new() };
        sheet.protect_with_options(&options);
        Ok(())
    }
}

fn notes(definitions: &Definitions) -> Vec<String> {
    let mut notes = vec![
        "注:1. 只填黄色格,灰色格已锁定。口径见批注和“填报说明”。".to_owned(),
        format!("2. 没有发生填 0;没有这回事、且允许的,填“{NOT_APPLICABLE}”。"),
        "3. 没有统计的先空着,会来询问。不要填“—”“/”“无”。".to_owned(),
        "4. 只报汇总数,不附名单。".to_owned(),
    ];
    let index = &definitions.index;
    if index.illustrative && !index.disclaimer.is_empty() {
        notes.push(format!("5. {}。", index.disclaimer.trim_end_matches('。')));
    }
    notes
}

pub(super) fn narrow(count: usize) -> Result<u16, XlsxError> {
    u16::try_from(count).map_err(|_| XlsxError::RowColumnLimitError)
}

/// A text that a cell takes.
pub(super) fn clipped(text: &str) -> String {
    text.chars().take(LONGEST_TEXT).collect()
}

/// Height of a row of so many lines.
pub(super) fn height_of(lines: usize) -> f64 {
    (f64::from(u32::try_from(lines).unwrap_or(u32::MAX)) * LINE_HEIGHT + 5.0).min(400.0)
}
