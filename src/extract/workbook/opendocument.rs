//! OpenDocument spreadsheets, read cell by cell: calamine lays out repeated rows before anybody can look at their number,
//! and tells neither of merged cells nor of percent formats.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader};

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};

use super::archive::{self, Archive};
use super::details::attribute;
use super::percent::percent;
use super::sheet::{Oddities, Sheet, too_large};
use crate::audit::CellRef;
use crate::definitions::calendar::Date;
use crate::extract::limits::{Budget, LAST, MAX_FIELD};
use crate::extract::{Fault, RawValue};

const NAME: &str = "ods";

/// Elements in one another that a table needs; deeper ones are an attack.
const DEEPEST: usize = 256;

/// A sheet as it stands in the document.
pub(super) struct Read {
    pub(super) name: String,
    pub(super) is_visible: bool,
    pub(super) sheet: Sheet,
    pub(super) oddities: Oddities,
}

/// All sheets of a document, and whether it refers to other files.
pub(super) fn read(archive: &mut Archive<'_>, budget: &mut Budget) -> Result<(Vec<Read>, bool), Fault> {
    let manifest = archive::text(archive, "META-INF/manifest.xml").unwrap_or_default();
    if manifest.contains("encryption-data") {
        return Err(super::locked());
    }
    let part = archive.by_name("content.xml").map_err(|_| super::damaged_as(NAME))?;
    let mut document = Document::new(budget);
    document.read(Reader::from_reader(BufReader::new(part)))?;
    Ok((document.sheets, document.linked))
}

/// Where the next cell goes, and what is known of it.
#[derive(Default)]
struct Cell {
    value: Option<RawValue>,
    is_percent: bool,
    is_error: bool,
    has_formula: bool,
    text: String,
    paragraph_count: usize,
    repeat: u32,
    span: (u32, u32),
}

struct Document<'a> {
    budget: &'a mut Budget,
    sheets: Vec<Read>,
    linked: bool,
    /// Display of the table styles.
    hidden_styles: BTreeMap<String, bool>,
    style: String,
    row: u32,
    column: u32,
    row_repeat: u32,
    column_place: u32,
    /// Cells of the present row: column, how often, value. The row may be repeated as well.
    cells: Vec<(u32, u32, RawValue)>,
    cell: Option<Cell>,
    /// Depth of elements whose text is no cell content: notes, pictures.
    aside: usize,
}

impl<'a> Document<'a> {
    fn new(budget: &'a mut Budget) -> Self {
        Document {
            budget,
            sheets: Vec::new(),
            linked: false,
            hidden_styles: BTreeMap::new(),
            style: String::new(),
            row: 0,
            column: 0,
            row_repeat: 1,
            column_place: 0,
            cells: Vec::new(),
            cell: None,
            aside: 0,
        }
    }

    fn read<R: BufRead>(&mut self, mut reader: Reader<R>) -> Result<(), Fault> {
        let mut buffer = Vec::new();
        let mut depth = 0usize;
        loop {
            match reader.read_event_into(&mut buffer).map_err(|_| super::damaged_as(NAME))? {
                Event::Start(start) => {
                    depth += 1;
                    if depth > DEEPEST {
                        return Err(super::damaged_as(NAME));
                    }
                    self.start(&start);
                }
                Event::Empty(start) => {
                    self.start(&start);
                    self.end(start.local_name().as_ref())?;
                }
                Event::End(end) => {
                    depth = depth.saturating_sub(1);
                    self.end(end.local_name().as_ref())?;
                }
                Event::Text(text) => self.text(&text),
                Event::GeneralRef(reference) => {
                    let name = format!("&{};", &*reference);
                    if let Ok(letter) = quick_xml::escape::unescape(&name) {
                        self.text(&letter);
                    }
                }
                Event::Eof if depth == 0 => return Ok(()),
                Event::Eof => return Err(super::damaged_as(NAME)),
                _ => {}
            }
            buffer.clear();
        }
    }

    fn text(&mut self, text: &str) {
        if let Some(cell) = self.cell.as_mut().filter(|cell| self.aside == 0 && cell.paragraph_count > 0) {
            let left = MAX_FIELD.saturating_sub(cell.text.len());
            cell.text.push_str(&text[..text.floor_char_boundary(left)]);
        }
    }

    fn start(&mut self, start: &BytesStart<'_>) {
        let number = |name: &str| attribute(start, name).and_then(|text| text.parse::<u32>().ok());
        match start.local_name().as_ref() {
            "style" => self.style = attribute(start, "name").unwrap_or_default(),
            "table-properties" if attribute(start, "display").as_deref() == Some("false") => {
                self.hidden_styles.insert(self.style.clone(), true);
            }
            "table" if self.cell.is_none() => {
                let style = attribute(start, "style-name").unwrap_or_default();
                self.sheets.push(Read {
                    name: attribute(start, "name").unwrap_or_default(),
                    is_visible: !self.hidden_styles.contains_key(&style),
                    sheet: Sheet::default(),
                    oddities: Oddities::default(),
                });
                (self.row, self.column_place) = (0, 0);
            }
            "table-source" => self.linked = true,
            "table-column" => {
                let repeat = number("number-columns-repeated").unwrap_or(1).max(1);
                let next = self.column_place.saturating_add(repeat).min(LAST.1 + 1);
                if is_hidden(start)
                    && let Some(read) = self.sheets.last_mut()
                    && next > self.column_place
                {
                    read.oddities.columns.push((self.column_place, next - 1));
                }
                self.column_place = next;
            }
            "table-row" => {
                self.column = 0;
                self.row_repeat = number("number-rows-repeated").unwrap_or(1).max(1);
                if is_hidden(start)
                    && let Some(read) = self.sheets.last_mut()
                {
                    read.oddities.rows.push((self.row, self.row.saturating_add(self.row_repeat - 1).min(LAST.0)));
                }
            }
            "table-cell" | "covered-table-cell" if self.cell.is_none() => self.cell = Some(self.cell_of(start)),
            "annotation" | "shapes" | "frame" | "custom-shape" => self.aside += 1,
            "p" => {
                if let Some(cell) = self.cell.as_mut().filter(|_| self.aside == 0) {
                    if cell.paragraph_count > 0 {
                        cell.text.push('\n');
                    }
                    cell.paragraph_count += 1;
                }
            }
            "s" => {
                let count = usize::try_from(number("c").unwrap_or(1)).unwrap_or(1).min(MAX_FIELD);
                self.text(&" ".repeat(count));
            }
            "tab" => self.text("\t"),
            "line-break" => self.text("\n"),
            _ => {}
        }
    }

    fn cell_of(&mut self, start: &BytesStart<'_>) -> Cell {
        let mut cell = Cell { repeat: 1, span: (1, 1), ..Cell::default() };
        let (mut kind, mut value, mut day, mut time, mut truth, mut text) = (None, None, None, None, None, None);
        for attribute in start.attributes().with_checks(false).flatten() {
            let content = quick_xml::escape::unescape(&attribute.value).unwrap_or_default();
            let number = || content.parse::<u32>().unwrap_or(1).max(1);
            match attribute.key.as_ref() {
                "office:value-type" => kind = Some(content.to_string()),
                // Of LibreOffice's own namespace, whose prefix differs.
                key if key.ends_with(":value-type") => cell.is_error = content == "error",
                "office:value" => value = content.parse::<f64>().ok(),
                "office:date-value" => day = Some(content.to_string()),
                "office:time-value" => time = Some(content.to_string()),
                "office:boolean-value" => truth = Some(content.to_string()),
                "office:string-value" => text = Some(content.to_string()),
                "table:formula" => {
                    cell.has_formula = true;
                    self.linked |= content.contains("file:");
                }
                "table:number-columns-repeated" => cell.repeat = number(),
                "table:number-columns-spanned" => cell.span.1 = number(),
                "table:number-rows-spanned" => cell.span.0 = number(),
                _ => {}
            }
        }
        cell.is_percent = kind.as_deref() == Some("percentage");
        cell.value = match kind.as_deref() {
            Some("float" | "percentage" | "currency") => value.map(RawValue::Number),
            Some("date") => day.map(|day| match day.split('T').next().and_then(Date::read) {
                Some(date) => super::raw_date(date),
                None => RawValue::Text(day.into()),
            }),
            Some("time") => time.map(|time| RawValue::Text(clock(&time).into())),
            Some("boolean") => truth.map(|truth| RawValue::Text(truth.to_uppercase().into())),
            Some("string") if !cell.is_error => text.map(|text| RawValue::Text(text.into())),
            _ => None,
        };
        cell
    }

    fn end(&mut self, name: &str) -> Result<(), Fault> {
        match name {
            "table-cell" | "covered-table-cell" => {
                if let Some(cell) = self.cell.take() {
                    self.place(cell);
                }
            }
            "table-row" if self.cell.is_none() => return self.end_row(),
            "annotation" | "shapes" | "frame" | "custom-shape" => self.aside = self.aside.saturating_sub(1),
            _ => {}
        }
        Ok(())
    }

    /// Puts a cell that is read into its row.
    fn place(&mut self, cell: Cell) {
        let repeat = cell.repeat.min((LAST.1 + 1).saturating_sub(self.column));
        let start = CellRef { row: self.row, column: self.column };
        let is_uncomputed = cell.has_formula && cell.value.is_none() && cell.paragraph_count == 0;
        if cell.span != (1, 1)
            && let Some(read) = self.sheets.last_mut()
        {
            let end = CellRef {
                row: start.row.saturating_add(cell.span.0 - 1).min(LAST.0),
                column: start.column.saturating_add(cell.span.1 - 1).min(LAST.1),
            };
            read.sheet.merges.push((start, end));
        }
        let value = match cell.value {
            Some(RawValue::Number(value)) if !value.is_finite() => RawValue::Error("#NUM!".into()),
            Some(RawValue::Number(value)) if cell.is_percent => RawValue::Text(percent(value).into()),
            Some(RawValue::Text(text)) if text.trim().is_empty() => RawValue::Empty,
            Some(value) => value,
            None if cell.text.trim().is_empty() => RawValue::Empty,
            None if cell.is_error => RawValue::Error(cell.text.trim().into()),
            None => RawValue::Text(cell.text.into()),
        };
        if is_uncomputed && let Some(read) = self.sheets.last_mut() {
            read.oddities.formulas.push(start);
        }
        if value != RawValue::Empty {
            self.cells.push((self.column, repeat, value));
        }
        self.column += repeat;
    }

    fn end_row(&mut self) -> Result<(), Fault> {
        let repeat = self.row_repeat.min((LAST.0 + 1).saturating_sub(self.row));
        let cells = std::mem::take(&mut self.cells);
        if let Some(read) = self.sheets.last_mut().filter(|_| !cells.is_empty()) {
            for row in self.row..self.row + repeat {
                for (first, count, value) in &cells {
                    for column in *first..*first + *count {
                        if !read.sheet.push(CellRef { row, column }, value.clone(), self.budget) {
                            return Err(too_large(NAME));
                        }
                    }
                }
            }
        }
        self.row += repeat;
        self.row_repeat = 1;
        Ok(())
    }
}

fn is_hidden(start: &BytesStart<'_>) -> bool {
    attribute(start, "visibility").is_some_and(|visibility| visibility != "visible")
}

/// `PT08H30M00S` in, `08:30:00` out.
fn clock(time: &str) -> String {
    let digits = |end: char| {
        let before = time.split(end).next().unwrap_or_default();
        let digits = before.rsplit(|letter: char| !letter.is_ascii_digit()).next().unwrap_or_default();
        digits.parse::<u32>().unwrap_or(0)
    };
    if time.starts_with("PT") {
        format!("{:02}:{:02}:{:02}", digits('H'), digits('M'), digits('S').min(59))
    } else {
        time.to_owned()
    }
}
