//! Which unit each row of a table is about, and what is odd about the rows.

use super::columns::Column;
use super::sheet::Sheet;
use super::{meta, parts};
use crate::audit::{Audit, Code, Diagnostic};
use crate::definitions::calendar::Period;
use crate::definitions::{Matched, UnitRegister};
use crate::extract::{RawValue, personal, values};
use crate::facts::header_key;
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

/// What a row is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Line {
    /// A unit, by position.
    Unit(usize),
    /// The authority's own figures.
    Own,
    /// A row of sums or means.
    Total(Total),
}

/// Over what a total row runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Total {
    /// All units.
    All,
    /// The units of a group, by position.
    Group(usize),
    /// The rows next to it: a bare 小计.
    Block,
    /// All units, as a mean.
    Mean,
}

/// Rows of a table with what each is about.
pub(super) type Rows = Vec<(usize, Line)>;

/// The rows of a table that say something, in order.
pub(super) struct Lines {
    /// Row of the table and what it is about.
    pub(super) rows: Rc<Rows>,
    /// Units that a question is about: their rows are not used, but they are not missing either.
    pub(super) doubtful: BTreeSet<usize>,
    /// Whether a row with figures could not be used, so that sums over the table mean nothing.
    pub(super) has_unread: bool,
    /// Whether several rows of one unit are parts of it that are added up.
    pub(super) is_detail: bool,
}

/// Reads the unit of every row below the header.
pub(super) fn lines(sheet: &Sheet<'_>, period: Period, audit: &mut Audit) -> Lines {
    let mut reader = Reader {
        sheet,
        period,
        detail: sheet.header.find(&Column::Detail),
        period_column: sheet.header.find(&Column::Period),
        known: BTreeMap::new(),
        doubtful: BTreeSet::new(),
        above: None,
        unknown_count: 0,
        words: (sheet.header.columns.iter())
            .filter(|(_, column)| matches!(column, Column::Detail | Column::Ignored | Column::Unmatched(_)))
            .map(|&(column, _)| column)
            .collect(),
    };
    let mut rows = Vec::new();
    let mut has_unread = false;
    for row in sheet.header.first_data_row..sheet.table.rows.len() {
        match reader.line(row, audit) {
            Some(line) => rows.push((row, line)),
            None => has_unread |= reader.is_unread(row),
        }
    }
    note_blank_rows(sheet, &rows, audit);
    let mut is_detail = reader.detail.is_some();
    if sheet.header.long().is_none() {
        is_detail = parts::settle(sheet, &mut rows, is_detail, audit);
    }
    Lines { rows: Rc::new(rows), doubtful: reader.doubtful, has_unread, is_detail }
}

struct Reader<'a> {
    sheet: &'a Sheet<'a>,
    period: Period,
    detail: Option<usize>,
    period_column: Option<usize>,
    /// What texts that are no plain names were found to mean: each is asked about or noted once.
    known: BTreeMap<String, Option<Line>>,
    doubtful: BTreeSet<usize>,
    above: Option<Line>,
    unknown_count: usize,
    /// Columns of words: neither units nor figures.
    words: Vec<usize>,
}

/// Names for which the nearest are sought; a table with more of them is about other things.
const MOST_SUGGESTIONS: usize = 200;

impl Reader<'_> {
    fn text(&self, row: usize, column: Option<usize>) -> String {
        column.map(|column| values::text(self.sheet.value(row, column))).unwrap_or_default()
    }

    /// Whether a row that is about no unit has figures that should have been used.
    fn is_unread(&self, row: usize) -> bool {
        let name = self.text(row, self.sheet.header.name_column);
        self.has_data(row)
            && !personal::signs(self.sheet.table, row)
            && !self.is_heading(row, &name)
            && self.labelled_total(row).is_none()
    }

    fn has_data(&self, row: usize) -> bool {
        self.sheet.columns.iter().any(|&(column, _)| *self.sheet.value(row, column) != RawValue::Empty)
    }

    fn line(&mut self, row: usize, audit: &mut Audit) -> Option<Line> {
        let header = &self.sheet.header;
        let (name, code) = (self.text(row, header.name_column), self.text(row, header.code_column));
        if self.is_heading(row, &name) {
            return None;
        }
        let line = if let Some(total) = self.labelled_total(row) {
            // A sum over villages is no village; one over the table may stand in any column of words.
            (name.is_empty() && code.is_empty()).then_some(Line::Total(total))
        } else if name.is_empty() && code.is_empty() {
            self.without_unit(row, audit)
        } else {
            let line = self.named(row, &name, &code, audit);
            self.above = line;
            line
        };
        // Whatever is wrong with the unit, a wrong period is said too.
        let is_of_period = matches!(line, Some(Line::Total(_))) || self.is_of_period(row, audit);
        line.filter(|_| is_of_period)
    }

    /// A row without a unit: a village of the unit above, a note, a blank line, or figures that nobody owns.
    fn without_unit(&self, row: usize, audit: &mut Audit) -> Option<Line> {
        if !self.has_data(row) || personal::signs(self.sheet.table, row) {
            return None;
        }
        if self.detail.is_some_and(|detail| *self.sheet.value(row, detail) != RawValue::Empty) && self.above.is_some() {
            return self.above;
        }
        let place = self.sheet.place(row, self.sheet.header.unit_column());
        audit.note(
            self.sheet
                .note(Code::UnitBlank, place, "这一行有数,却没有写单位名称,没有采用")
                .expected("名册里的名称")
                .help("补上单位名称;不要的行整行删去;一个单位分几行的,每行都写上单位名称"),
        );
        None
    }

    /// The word for a sum in a column that holds neither units nor figures: a village called 小计.
    fn labelled_total(&self, row: usize) -> Option<Total> {
        let register = &self.sheet.definitions.units;
        self.words.iter().find_map(|&column| match self.sheet.value(row, column) {
            RawValue::Text(text) if register.find(text) == Matched::Total => Some(total(register, text)),
            _ => None,
        })
    }

    /// Rows that repeat the header, number the columns (甲 乙 1 2) or head a section (one text over the whole width).
    fn is_heading(&self, row: usize, name: &str) -> bool {
        const COLUMN_NUMBERS: [&str; 4] = ["甲", "乙", "丙", "丁"];
        let cells = &self.sheet.table.rows[row];
        let first = cells.iter().find(|cell| **cell != RawValue::Empty);
        let is_one_text = || {
            let mut filled = cells.iter().filter(|cell| **cell != RawValue::Empty);
            matches!(first, Some(RawValue::Text(_)))
                && cells.len() > 1
                && filled.clone().count() > 1
                && filled.all(|cell| Some(cell) == first)
        };
        let repeats = |name: &str| {
            let register = &self.sheet.definitions.units;
            register.name_columns.iter().chain(&register.code_columns).any(|word| header_key(word) == header_key(name))
        };
        COLUMN_NUMBERS.contains(&name) || !name.is_empty() && repeats(name) || is_one_text()
    }

    fn named(&mut self, row: usize, name: &str, code: &str, audit: &mut Audit) -> Option<Line> {
        let register = &self.sheet.definitions.units;
        let find = |text: &str| (!text.is_empty()).then(|| register.find(text));
        let (by_name, by_code) = (find(name), find(code));
        match (by_name, by_code) {
            // By far the most rows.
            (Some(Matched::Unit(unit)), Some(Matched::Unit(other))) if unit == other => Some(Line::Unit(unit)),
            (Some(Matched::Unit(unit)), None) | (None, Some(Matched::Unit(unit))) => Some(Line::Unit(unit)),
            (Some(Matched::Total), _) | (None, Some(Matched::Total)) => Some(Line::Total(total(register, name))),
            (Some(Matched::Own), _) | (None, Some(Matched::Own)) => Some(Line::Own),
            (by_name, by_code) => {
                let key = format!("{name}\u{1F}{code}");
                if let Some(&line) = self.known.get(&key) {
                    return line;
                }
                let line = self.odd(row, (name, by_name), (code, by_code), audit);
                // An unknown text without figures may be a note below the table; the next one may have figures.
                if line.is_some() || self.has_data(row) {
                    self.known.insert(key, line);
                }
                line
            }
        }
    }

    /// A row whose name or code is an alias, ambiguous, unknown, or at odds with the other.
    fn odd(
        &mut self,
        row: usize,
        (name, by_name): (&str, Option<Matched>),
        (code, by_code): (&str, Option<Matched>),
        audit: &mut Audit,
    ) -> Option<Line> {
        let sheet = self.sheet;
        let register = &sheet.definitions.units;
        let written = if by_name.is_some() { name } else { code };
        let column = if by_name.is_some() { sheet.header.name_column } else { sheet.header.code_column };
        let place = sheet.place(row, column.unwrap_or_else(|| sheet.header.unit_column()));
        let unit_name = |unit: usize| register.units[unit].name.as_str();
        if let (Some(Matched::Unit(unit) | Matched::Alias(unit)), Some(Matched::Unit(other) | Matched::Alias(other))) =
            (&by_name, &by_code)
            && unit != other
        {
            // Some directories give one code to two units; there the name decides.
            if register.units[*unit].old_codes.iter().any(|old| old == code) {
                audit.note(alias_note(sheet, place, &format!("{name} {code}"), unit_name(*unit)));
                return Some(Line::Unit(*unit));
            }
            let message = format!("名称是“{name}”,代码 {code} 却是“{}”,这一行没有采用", unit_name(*other));
            audit.note(
                sheet
                    .note(Code::UnitConflict, place, message)
                    .unit(unit_name(*unit))
                    .found(format!("{name} {code}"))
                    .expected(format!("{} {}", unit_name(*unit), register.units[*unit].code))
                    .help("核对名称与代码"),
            );
            self.doubtful.extend([*unit, *other]);
            return None;
        }
        match by_name.or(by_code)? {
            Matched::Unit(unit) => Some(Line::Unit(unit)),
            Matched::Alias(unit) => {
                audit.note(alias_note(sheet, place, written, unit_name(unit)));
                Some(Line::Unit(unit))
            }
            Matched::Ambiguous => {
                audit.note(
                    sheet
                        .note(Code::UnitAmbiguous, place, format!("“{written}”对应不止一个单位,这一行没有采用"))
                        .found(written)
                        .help("按现行名称分开填报"),
                );
                None
            }
            Matched::Unknown => self.unknown(row, written, audit),
            Matched::Total | Matched::Own => None,
        }
    }

    /// A name that nobody knows: a misspelt one is asked about, any other is an error.
    fn unknown(&mut self, row: usize, written: &str, audit: &mut Audit) -> Option<Line> {
        let sheet = self.sheet;
        // Notes below the table stand in the first column without any figures; those who sign are nobody's unit.
        if !self.has_data(row) || personal::signs(sheet.table, row) {
            return None;
        }
        self.unknown_count += 1;
        if self.unknown_count > MOST_SUGGESTIONS {
            let place = sheet.place(row, sheet.header.unit_column());
            let note = sheet.note(Code::UnitUnknown, place, format!("不认识“{written}”,这一行没有采用"));
            audit.note(note.found(written).help("改成名册里的名称,或删去这一行"));
            return None;
        }
        let register = &sheet.definitions.units;
        let near = register.nearest(written);
        let place = sheet.place(row, sheet.header.unit_column());
        let Some(suggested) = register.misspelt(written) else {
            let message = format!("不认识“{written}”,这一行没有采用");
            let help = if near.is_empty() {
                "改成名册里的名称,或删去这一行".to_owned()
            } else {
                format!("是否想写“{}”?", near[0])
            };
            let note =
                sheet.note(Code::UnitUnknown, place, message).found(written).expected(near.join("、")).help(help);
            audit.note(note);
            return None;
        };
        let first = &register.units[suggested].name;
        let question = sheet
            .note(Code::UnitNearMiss, place, format!("不认识“{written}”,是否就是“{first}”?答复之前这一行不采用"))
            .unit(first)
            .found(written)
            .expected(near.join("、"))
            .help(format!("是的,在答复里填“{first}”(或“是”);下次请用名册里的名称"));
        let answer = audit.ask(question);
        let unit = match &answer {
            None => None,
            Some(answer) if values::flag(&RawValue::Text(answer.text.as_str().into())) == Some(true) => Some(suggested),
            Some(answer) => match register.find(&answer.text) {
                Matched::Unit(unit) | Matched::Alias(unit) => Some(unit),
                _ => {
                    crate::facts::answers::unclear(answer, "一个单位的名称,或“是”", audit);
                    None
                }
            },
        };
        if unit.is_none() {
            self.doubtful.insert(suggested);
        }
        unit.map(Line::Unit)
    }

    /// Whether the row's own period, where it names one, is the one asked for.
    fn is_of_period(&self, row: usize, audit: &mut Audit) -> bool {
        let Some(column) = self.period_column else { return true };
        let text = values::text(self.sheet.value(row, column));
        if text.is_empty() || !self.has_data(row) || meta::is_period(&text, self.period) == Some(true) {
            return true;
        }
        audit.note(
            self.sheet
                .note(
                    Code::PeriodWrong,
                    self.sheet.place(row, column),
                    format!("这一行写的期次是“{text}”,不是 {},没有采用", self.period),
                )
                .found(text)
                .expected(self.period.to_string())
                .help("核对期次;别的期次的数放到那一期的文件夹里"),
        );
        false
    }
}

fn alias_note(sheet: &Sheet<'_>, place: crate::audit::Place, written: &str, name: &str) -> Diagnostic {
    sheet
        .note(Code::AliasUsed, place, format!("“{written}”已按“{name}”归并"))
        .unit(name)
        .found(written)
        .expected(name)
        .help("不必改动;下次填报请用标准名称")
}

fn total(register: &UnitRegister, name: &str) -> Total {
    if name.contains("平均") {
        return Total::Mean;
    }
    let groups: Vec<usize> =
        (0..register.groups.len()).filter(|&group| name.contains(register.groups[group].as_str())).collect();
    match groups[..] {
        [group] => Total::Group(group),
        _ if name.trim() == "小计" => Total::Block,
        _ => Total::All,
    }
}

/// One message for the blank lines between rows of figures: rows below one are easily overlooked.
fn note_blank_rows(sheet: &Sheet<'_>, rows: &[(usize, Line)], audit: &mut Audit) {
    let Some(&(last, _)) = rows.last() else { return };
    let is_blank = |row: &usize| sheet.table.rows[*row].iter().all(|cell| *cell == RawValue::Empty);
    let blank: Vec<usize> = (sheet.header.first_data_row..last).filter(is_blank).collect();
    let Some(&first) = blank.first() else { return };
    let place = sheet.place(first, sheet.header.unit_column());
    audit.note(
        sheet
            .note(Code::RowBlank, place, format!("数据中间有 {} 个空行,已跳过", blank.len()))
            .help("请核对有没有漏填一行;不必要的空行删去"),
    );
}
