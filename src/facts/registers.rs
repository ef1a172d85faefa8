//! The small tables people keep: events, arrivals, re-checks, and the working-day calendar.

use super::{Facts, Observed, Recheck, header_key, register_checks};
use crate::audit::{Audit, CellRef, Code, Diagnostic, Place};
use crate::definitions::calendar::{Date, WorkCalendar};
use crate::definitions::{ColumnKind, Definitions, Matched, TableColumn, TableLayout, computed_columns, fold};
use crate::extract::values::{self, Reading};
use crate::extract::{RawTable, RawValue};
use std::collections::BTreeMap;

/// What stands in a cell of a small table, by the kind of its column.
#[derive(Clone, Debug, PartialEq)]
pub enum Entry {
    /// Nothing.
    Empty,
    /// Text.
    Text(String),
    /// A finite number.
    Number(f64),
    /// A date.
    Date(Date),
    /// 是 or 否.
    Flag(bool),
    /// Position of a unit.
    Unit(usize),
    /// Position of a measure.
    Measure(usize),
    /// Position of a department.
    Department(usize),
}

/// One row of a small table.
#[derive(Clone, Debug, PartialEq)]
pub struct RegisterRow {
    /// Values in the order of the declared columns.
    pub entries: Vec<Entry>,
    /// Values of the computed columns, in the order of [`computed_columns`].
    pub computed: Vec<f64>,
    /// The row's first cell.
    pub place: Place,
}

impl RegisterRow {
    /// The entry of the first column of a kind.
    pub fn first(&self, layout: &TableLayout, kind: ColumnKind) -> &Entry {
        let column = layout.columns.iter().position(|column| column.kind == kind);
        column.map_or(&Entry::Empty, |column| &self.entries[column])
    }

    /// The entry of a column by identifier.
    pub fn named(&self, layout: &TableLayout, id: &str) -> &Entry {
        let column = layout.columns.iter().position(|column| column.id == id);
        column.map_or(&Entry::Empty, |column| &self.entries[column])
    }
}

/// Reads a small table into the facts; rows with mistakes are noted and left out.
pub(super) fn read(definitions: &Definitions, position: usize, table: &RawTable, facts: &mut Facts, audit: &mut Audit) {
    let layout = &definitions.tables[position];
    let place = |row: usize, column: usize| Place {
        file: Some(table.file.clone()),
        sheet: table.sheet.clone(),
        cell: Some(CellRef {
            row: table.origin.0 + u32::try_from(row).unwrap_or(u32::MAX - table.origin.0),
            column: table.origin.1 + u32::try_from(column).unwrap_or(u32::MAX - table.origin.1),
        }),
        line: None,
    };
    let matched = |cell: &RawValue| {
        let key = header_key(&values::text(cell));
        layout.columns.iter().position(|column| {
            !key.is_empty()
                && (std::iter::once(&column.name).chain(&column.aliases).chain([&column.id]))
                    .any(|name| header_key(name) == key)
        })
    };
    let wanted = layout.columns.iter().filter(|column| column.required).count().max(1);
    let header = table.rows.iter().take(40).position(|row| {
        row.iter().filter_map(matched).filter(|&column| layout.columns[column].required).count() * 2 >= wanted
            && row.iter().filter_map(matched).count() >= 2
    });
    let Some(header) = header else {
        if table.rows.iter().flatten().any(|cell| *cell != RawValue::Empty) {
            let names: Vec<&str> = layout.columns.iter().map(|column| column.name.as_str()).collect();
            audit.note(
                Diagnostic::new(
                    Code::HeaderNotFound,
                    Place { cell: None, ..place(0, 0) },
                    format!("“{}”里没有找到表头", layout.name),
                )
                .expected(names.join("、"))
                .help("第一行写上列名"),
            );
        }
        return;
    };
    let mut columns: Vec<Option<usize>> = vec![None; layout.columns.len()];
    for (column, cell) in table.rows[header].iter().enumerate() {
        match matched(cell) {
            Some(found) => columns[found] = columns[found].or(Some(column)),
            None if *cell == RawValue::Empty => {}
            None => {
                let header_text = values::text(cell);
                if !definitions.units.ignored_columns.iter().any(|word| header_key(word) == header_key(&header_text)) {
                    audit.note(
                        Diagnostic::new(
                            Code::ColumnUnmatched,
                            place(header, column),
                            format!("“{}”没有“{header_text}”这一列,没有采用", layout.name),
                        )
                        .found(header_text)
                        .help("不必登记的列请删去;要用的列先写进定义文件的 [[table]]"),
                    );
                }
            }
        }
    }
    for row in header + 1..table.rows.len() {
        if table.rows[row].iter().all(|cell| *cell == RawValue::Empty) {
            continue;
        }
        let mut entries = Vec::with_capacity(columns.len());
        let mut is_sound = true;
        for (column, found) in layout.columns.iter().zip(&columns) {
            let cell = found.and_then(|found| table.rows[row].get(found)).unwrap_or(&RawValue::Empty);
            match entry(definitions, column, cell) {
                Ok(entry) => entries.push(entry),
                Err(problem) => {
                    is_sound = false;
                    let at = place(row, found.unwrap_or(0));
                    audit.note(
                        Diagnostic::new(
                            Code::RowInvalid,
                            at,
                            format!("“{}”的“{}”{}", layout.name, column.name, problem.message),
                        )
                        .item(&column.name)
                        .found(values::text(cell))
                        .expected(problem.expected)
                        .help("改正这一行;整行没有采用"),
                    );
                }
            }
        }
        if is_sound {
            is_sound = register_checks::check_date(layout, &entries, facts.period, &place(row, 0), audit);
        }
        if is_sound {
            facts.registers[position].push(RegisterRow { entries, computed: Vec::new(), place: place(row, 0) });
        }
    }
}

struct Problem {
    message: String,
    expected: String,
}

fn entry(definitions: &Definitions, column: &TableColumn, cell: &RawValue) -> Result<Entry, Problem> {
    let text = values::text(cell).trim().to_owned();
    let problem = |message: String, expected: &str| Err(Problem { message, expected: expected.to_owned() });
    if text.is_empty() {
        return if column.required {
            problem("必须填写,不能空着".to_owned(), "非空")
        } else {
            Ok(Entry::Empty)
        };
    }
    match column.kind {
        ColumnKind::Text => Ok(Entry::Text(text)),
        ColumnKind::Number => match values::number(cell, "") {
            Reading::Number { value, percent } => Ok(Entry::Number(if percent { value / 100.0 } else { value })),
            _ => problem(format!("应为数字,实为“{text}”"), "数字"),
        },
        ColumnKind::Date => match values::date(cell) {
            Some(date) => Ok(Entry::Date(date)),
            None => problem(format!("应为日期,实为“{text}”"), "2022-10-08 一类的日期"),
        },
        ColumnKind::Flag => match values::flag(cell) {
            Some(flag) => Ok(Entry::Flag(flag)),
            None => problem(format!("应填是或否,实为“{text}”"), "是、否"),
        },
        ColumnKind::Unit => match definitions.units.find(&text) {
            Matched::Unit(unit) | Matched::Alias(unit) => Ok(Entry::Unit(unit)),
            Matched::Ambiguous => problem(format!("“{text}”对应不止一个单位"), "现行名称"),
            Matched::Unknown => problem(format!("不认识“{text}”"), &definitions.units.nearest(&text).join("、")),
            Matched::Total | Matched::Own => problem(format!("“{text}”不是被评价单位"), "名册里的名称"),
        },
        ColumnKind::Measure => {
            let key = header_key(&text);
            let found = definitions.measures.iter().position(|measure| {
                [&measure.id, &measure.name].into_iter().chain(&measure.aliases).any(|name| header_key(name) == key)
            });
            found.map_or_else(
                || problem(format!("不认识数据项“{text}”"), "定义文件里的数据项"),
                |found| Ok(Entry::Measure(found)),
            )
        }
        ColumnKind::Department => {
            let key = fold(&text);
            let found = definitions.departments.iter().position(|department| {
                [&department.code, &department.name]
                    .into_iter()
                    .chain(&department.aliases)
                    .any(|name| fold(name) == key)
            });
            found.map_or_else(
                || problem(format!("不认识部门“{text}”"), "定义文件里的部门"),
                |found| Ok(Entry::Department(found)),
            )
        }
    }
}

/// Fills the computed columns once everything is read, applies the re-checks and finds the data cut-off.
pub(super) fn finish(definitions: &Definitions, facts: &mut Facts, audit: &mut Audit) {
    for (position, layout) in definitions.tables.iter().enumerate() {
        let mut rows = std::mem::take(&mut facts.registers[position]);
        register_checks::drop_duplicates(layout, &mut rows, audit);
        if layout.id == "rechecks" {
            register_checks::drop_unapproved(layout, &mut rows, audit);
            register_checks::drop_verified_twice(layout, &mut rows, audit);
        }
        let first = if computed_columns(layout).contains(&"late_days") {
            register_checks::first_arrivals(layout, &rows)
        } else {
            BTreeMap::new()
        };
        for row in &mut rows {
            row.computed = computed_columns(layout)
                .into_iter()
                .map(|id| match id {
                    "late_days" => late_days(definitions, facts, row, layout, &first),
                    "error" => apply_recheck(definitions, facts, row, layout, audit),
                    other => unreachable!("{other} is computed nowhere"),
                })
                .collect();
            if layout.id == "arrivals"
                && let Entry::Date(date) = row.first(layout, ColumnKind::Date)
            {
                facts.cut_off = facts.cut_off.max(*date);
            }
        }
        facts.registers[position] = rows;
    }
}

fn late_days(
    definitions: &Definitions,
    facts: &Facts,
    row: &RegisterRow,
    layout: &TableLayout,
    first: &BTreeMap<String, Date>,
) -> f64 {
    let due = facts.calendar.working_day_after(facts.period.last_day(), definitions.index.due_working_days);
    match row.first(layout, ColumnKind::Date) {
        Entry::Date(date) if first.get(&register_checks::arrival_key(layout, row)).is_some_and(|day| day < date) => 0.0,
        Entry::Date(date) => f64::from(facts.calendar.working_days_late(due, *date)),
        _ => 0.0,
    }
}

/// Puts the verified value in the place of the reported one; returns the relative error.
fn apply_recheck(
    definitions: &Definitions,
    facts: &mut Facts,
    row: &RegisterRow,
    layout: &TableLayout,
    audit: &mut Audit,
) -> f64 {
    let (Entry::Unit(unit), Entry::Measure(measure), Entry::Number(verified)) = (
        row.first(layout, ColumnKind::Unit).clone(),
        row.first(layout, ColumnKind::Measure).clone(),
        row.named(layout, "verified").clone(),
    ) else {
        return 0.0;
    };
    let observation = facts.observation_mut(measure, unit);
    let Observed::Value(found) = observation.observed else {
        let measure = &definitions.measures[measure].name;
        audit.note(
            Diagnostic::new(
                Code::OverrideUnmatched,
                row.place.clone(),
                format!("复核的“{measure}”没有报送值可对照,没有采用"),
            )
            .unit(&definitions.units.units[unit].name)
            .item(measure)
            .help("核对单位和数据项"),
        );
        return 0.0;
    };
    let reported = match row.named(layout, "reported") {
        Entry::Number(reported) => *reported,
        _ => found,
    };
    let error =
        if verified == 0.0 { f64::from(u8::from(reported != 0.0)) } else { ((reported - verified) / verified).abs() };
    // Borders are decided without binary noise: 1.8 against 1.5 is 20 % and not more.
    let error = if error < 1e6 { (error * 1e9).round() / 1e9 } else { error };
    let is_intended = *row.named(layout, "intent") == Entry::Flag(true);
    observation.observed = Observed::Value(verified);
    let is_void = is_intended || error > definitions.rules.recheck_void;
    facts.rechecks.insert((measure, unit), Recheck { reported, error, is_void });
    error
}

/// Reads the official calendar: a date column and a column that says 休 or 班.
pub(super) fn read_calendar(table: &RawTable, calendar: &mut WorkCalendar, audit: &mut Audit) {
    for (row, cells) in table.rows.iter().enumerate() {
        let Some((column, date)) =
            cells.iter().enumerate().find_map(|(column, cell)| Some((column, values::date(cell)?)))
        else {
            continue;
        };
        let words: Vec<String> = cells.iter().skip(column + 1).map(values::text).collect();
        let is_working = words.iter().find_map(|word| match word.trim() {
            "休" | "放假" | "休息" => Some(false),
            "班" | "上班" | "补班" => Some(true),
            _ => None,
        });
        match is_working {
            Some(is_working) => {
                calendar.named.insert(date, is_working);
            }
            None => audit.note(
                Diagnostic::new(
                    Code::RowInvalid,
                    Place {
                        file: Some(table.file.clone()),
                        sheet: table.sheet.clone(),
                        cell: Some(CellRef {
                            row: table.origin.0 + u32::try_from(row).unwrap_or(0),
                            column: table.origin.1,
                        }),
                        line: None,
                    },
                    format!("工作日历的 {date} 没有写明休或班"),
                )
                .found(words.join(" "))
                .expected("休、班")
                .help("日期后写“休”或“班”"),
            ),
        }
    }
}
