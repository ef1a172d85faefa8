//! Tags in, cells with places out: rows and columns that span, tables in tables, text between tables.

use crate::audit::CellRef;
use crate::extract::RawValue;
use crate::extract::limits::{Budget, LAST, MAX_FIELD};
use crate::extract::workbook::percent::percent;
use crate::extract::workbook::sheet::Sheet;

/// Tables in one another that are told apart; what lies deeper is text of the cell around it.
const DEEPEST: usize = 8;

/// Columns that the search for a free place may pass over, in all.
const MOST_STEPS: u64 = 50_000_000;

/// The widest and tallest cells that browsers know (HTML Living Standard, 4.9.11).
const MOST_COLUMNS: u32 = 1000;
const MOST_ROWS: u32 = 65_534;

/// A cell whose end is still to come.
struct Open {
    text: String,
    span: (u32, u32),
    /// `x:num`: the number behind what is shown.
    number: Option<String>,
}

/// A table whose end is still to come.
#[derive(Default)]
struct Table {
    /// The row below which this table's present row comes; none before the first.
    row: Option<u32>,
    column: u32,
    /// For each column, the row before which a cell from above ends.
    taken: Vec<u32>,
    cell: Option<Open>,
}

/// The page so far.
pub(super) struct Page<'a> {
    budget: &'a mut Budget,
    sheet: Sheet,
    tables: Vec<Table>,
    /// Tables that are too deep to be told apart.
    buried: usize,
    /// The next free row.
    next_row: u32,
    /// Text outside of all tables.
    line: String,
    /// Depth of elements that hold no content.
    aside: usize,
    steps: u64,
}

impl<'a> Page<'a> {
    pub(super) fn new(budget: &'a mut Budget) -> Self {
        Page {
            budget,
            sheet: Sheet::default(),
            tables: Vec::new(),
            buried: 0,
            next_row: 0,
            line: String::new(),
            aside: 0,
            steps: 0,
        }
    }

    /// A tag begins; false where the page is too large.
    #[must_use]
    pub(super) fn start(&mut self, name: &str, attribute: impl Fn(&str) -> Option<String>) -> bool {
        match name {
            "head" | "xml" | "style" | "script" | "title" => self.aside += 1,
            // A forgotten end of the head must not swallow the page.
            "body" => self.aside = 0,
            "table" if self.tables.len() >= DEEPEST => self.buried += 1,
            "table" => {
                let fits = self.end_line();
                self.tables.push(Table::default());
                return fits;
            }
            _ if self.buried > 0 => self.text(" "),
            "tr" => {
                let fits = self.end_cell();
                self.start_row();
                return fits;
            }
            "td" | "th" => {
                let fits = self.end_cell();
                let span = |name: &str, most: u32| {
                    let digits = attribute(name).unwrap_or_default();
                    let digits: String = digits.trim().chars().take_while(char::is_ascii_digit).collect();
                    if digits.is_empty() { 1 } else { digits.parse().unwrap_or(most).clamp(1, most) }
                };
                let span = (span("rowspan", MOST_ROWS), span("colspan", MOST_COLUMNS));
                if let Some(table) = self.tables.last_mut() {
                    table.cell = Some(Open { text: String::new(), span, number: attribute("x:num") });
                }
                return fits;
            }
            "br" | "p" | "div" | "li" | "h1" | "h2" | "h3" | "h4" => return self.break_line(),
            _ => {}
        }
        true
    }

    /// A tag ends; false where the page is too large.
    #[must_use]
    pub(super) fn end(&mut self, name: &str) -> bool {
        match name {
            "head" | "xml" | "style" | "script" | "title" => self.aside = self.aside.saturating_sub(1),
            "table" if self.buried > 0 => self.buried -= 1,
            _ if self.buried > 0 => {}
            "table" => {
                let fits = self.end_cell();
                self.tables.pop();
                return fits;
            }
            "td" | "th" | "tr" => return self.end_cell(),
            "p" | "div" | "li" | "h1" | "h2" | "h3" | "h4" => return self.break_line(),
            _ => {}
        }
        true
    }

    /// Text of the page: blanks of any number are one.
    pub(super) fn text(&mut self, text: &str) {
        if self.aside > 0 {
            return;
        }
        let into = match self.tables.last_mut() {
            None => &mut self.line,
            Some(Table { cell: Some(cell), .. }) => &mut cell.text,
            Some(_) => return,
        };
        for letter in text.chars() {
            if into.len() >= MAX_FIELD {
                return;
            }
            let is_blank = letter.is_ascii_whitespace() || letter == '\u{A0}';
            if !is_blank {
                into.push(letter);
            } else if !into.is_empty() && !into.ends_with([' ', '\n']) {
                into.push(' ');
            }
        }
    }

    fn break_line(&mut self) -> bool {
        match self.tables.last_mut() {
            None => return self.end_line(),
            Some(Table { cell: Some(cell), .. }) if !cell.text.is_empty() && cell.text.len() < MAX_FIELD => {
                while cell.text.ends_with(' ') {
                    cell.text.pop();
                }
                if !cell.text.ends_with('\n') {
                    cell.text.push('\n');
                }
            }
            Some(_) => {}
        }
        true
    }

    /// Text outside of tables stands in a row of its own.
    fn end_line(&mut self) -> bool {
        let line = std::mem::take(&mut self.line);
        if line.trim().is_empty() || self.next_row > LAST.0 || !self.tables.is_empty() {
            return true;
        }
        let place = CellRef { row: self.next_row, column: 0 };
        self.next_row += 1;
        self.sheet.push(place, RawValue::Text(line.trim().into()), self.budget)
    }

    fn start_row(&mut self) {
        if let Some(table) = self.tables.last_mut() {
            table.row = Some(self.next_row);
            table.column = 0;
            self.next_row = self.next_row.saturating_add(1);
        }
    }

    /// Puts the open cell into its place.
    fn end_cell(&mut self) -> bool {
        let Some(cell) = self.tables.last_mut().and_then(|table| table.cell.take()) else { return true };
        if self.tables.last().is_some_and(|table| table.row.is_none()) {
            self.start_row();
        }
        let Some(table) = self.tables.last_mut() else { return true };
        let row = table.row.unwrap_or_default();
        while table.taken.get(table.column as usize).is_some_and(|until| *until > row) {
            table.column += 1;
            self.steps += 1;
        }
        let (height, width) = cell.span;
        self.steps += u64::from(width);
        let start = CellRef { row, column: table.column };
        if row > LAST.0 || start.column > LAST.1 || self.steps > MOST_STEPS {
            return false;
        }
        let end = CellRef {
            row: row.saturating_add(height - 1).min(LAST.0),
            column: start.column.saturating_add(width - 1).min(LAST.1),
        };
        if height > 1 {
            let columns = (end.column + 1) as usize;
            if table.taken.len() < columns {
                table.taken.resize(columns, 0);
            }
            table.taken[start.column as usize..columns].fill(end.row + 1);
        }
        table.column = end.column + 1;
        if start != end {
            self.sheet.merges.push((start, end));
        }
        self.sheet.push(start, value(&cell), self.budget)
    }

    /// The cells of the page; `None` where the last of them did not fit.
    pub(super) fn finish(mut self) -> Option<Sheet> {
        let mut fits = true;
        while !self.tables.is_empty() {
            fits &= self.end_cell();
            self.tables.pop();
        }
        fits &= self.end_line();
        fits.then_some(self.sheet)
    }
}

/// What a cell shows, or the number behind it where Excel wrote it down.
fn value(cell: &Open) -> RawValue {
    let shown = cell.text.trim();
    if shown.is_empty() {
        return RawValue::Empty;
    }
    let number =
        cell.number.as_deref().and_then(|number| number.trim().parse::<f64>().ok()).filter(|number| number.is_finite());
    let is_figure =
        shown.chars().all(|letter| letter.is_ascii_digit() || matches!(letter, '-' | '.' | ',' | '%' | ' '));
    match number {
        Some(number) if is_figure && shown.ends_with('%') => RawValue::Text(percent(number).into()),
        Some(number) if is_figure && !shown[1..].contains('-') => RawValue::Number(number),
        _ => crate::extract::delimited::value(shown.as_bytes()),
    }
}
