//! What is odd about the columns and rows of a table, beside its figures.

use super::cells::{At, message_at};
use super::columns::Column;
use super::lines::{Line, Lines};
use super::reader::{Reader, extra_cell, is_frozen, nearest_measures};
use super::sheet::Sheet;
use crate::audit::Code;
use crate::definitions::Basis;
use crate::definitions::decimal::plain;
use crate::extract::values::Reading;
use crate::extract::{RawValue, values};
use crate::facts::{Check, Observed};

impl Reader<'_, '_> {
    /// Notes columns that are not read, and why.
    pub(super) fn note_columns(&mut self) {
        let sheet = &*self.sheet;
        let row = sheet.header.first_data_row.saturating_sub(1);
        for (column, kind) in &sheet.header.columns {
            match kind {
                Column::Unmatched(header) => self.audit.note(
                    sheet
                        .note(
                            Code::ColumnUnmatched,
                            sheet.place(row, *column),
                            format!("列“{header}”对不上任何数据项,没有采用"),
                        )
                        .found(header)
                        .help(nearest_measures(sheet.definitions, header)),
                ),
                Column::Measure(measure) if is_second(sheet, *column, *measure) => {
                    let name = &sheet.definitions.measures[*measure].name;
                    self.audit.note(
                        sheet
                            .note(
                                Code::ColumnDuplicate,
                                sheet.place(row, *column),
                                format!("数据项“{name}”在这张表里有两列,这一列没有采用"),
                            )
                            .item(name)
                            .help("同一数据项只在一列里报送,删去多余的"),
                    );
                }
                Column::Measure(measure) if sheet.is_frozen && !is_frozen(sheet, *measure) => {
                    let name = &sheet.definitions.measures[*measure].name;
                    self.audit.note(
                        sheet
                            .note(
                                Code::ColumnUnmatched,
                                sheet.place(row, *column),
                                format!("“{name}”每期报送,不是年内固定的数,没有采用"),
                            )
                            .found(name)
                            .help("放到那一期的文件夹里"),
                    );
                }
                Column::Item | Column::Value if sheet.header.long().is_none() => {
                    let header = values::text(sheet.value(row, *column));
                    self.audit.note(
                        sheet
                            .note(
                                Code::ColumnUnmatched,
                                sheet.place(row, *column),
                                format!("列“{header}”没有采用:看不出它是哪一个数据项"),
                            )
                            .found(header)
                            .help("列名写数据项的名称;一行一个数据项的长表,要有数据项和数值两列"),
                    );
                }
                _ => {}
            }
        }
    }

    /// A department may repeat a figure that is fixed for the year; the fixed one counts, and both should agree.
    pub(super) fn compare_frozen(&mut self, lines: &Lines) {
        let sheet = &*self.sheet;
        let measures = &sheet.definitions.measures;
        let tolerance = sheet.definitions.checks.frozen_tolerance;
        let repeated: Vec<(usize, usize)> = (sheet.header.columns.iter())
            .filter_map(|(column, kind)| match kind {
                Column::Measure(measure) if measures[*measure].basis == Basis::Frozen => Some((*column, *measure)),
                _ => None,
            })
            .collect();
        let (mut tested_count, mut found_count) = (0, 0);
        for (column, measure) in repeated {
            for &(row, line) in lines.rows.iter() {
                let Line::Unit(unit) = line else { continue };
                let Observed::Value(fixed) = self.facts.observation(measure, unit).observed else { continue };
                let Reading::Number { value, .. } = values::number(sheet.value(row, column), &measures[measure].unit)
                else {
                    continue;
                };
                tested_count += 1;
                if (value - fixed).abs() <= tolerance * fixed.abs() {
                    continue;
                }
                found_count += 1;
                let at = At { row, column, measure, unit: Some(unit) };
                let (fixed, written) = (plain(fixed, 4), plain(value, 4));
                let message = format!("“{}”填的是 {written},年内固定数是 {fixed},以固定数为准", measures[measure].name);
                let mut note = message_at(sheet, at, Code::FrozenMismatch, message).expected(fixed);
                note.department = sheet.columns.first().map(|&(_, own)| sheet.department(own).to_owned());
                self.audit.note(note.help("核对口径(户籍还是常住、哪一天的数);固定数确有错误的请报牵头单位"));
            }
        }
        if let Some(&(_, own)) = sheet.columns.first()
            && tested_count > 0
        {
            self.tally(own, Check::FrozenAgrees, tested_count, found_count);
        }
    }

    /// Rows that are longer or shorter than the header: somebody lost or gained a separator.
    pub(super) fn note_ragged(&mut self, lines: &Lines) {
        let sheet = &*self.sheet;
        let width = sheet.header.width;
        for &(row, _) in lines.rows.iter() {
            if let Some(extra) = extra_cell(sheet, row) {
                let place = sheet.place(row, extra);
                let found = values::text(sheet.value(row, extra));
                self.audit.note(if sheet.table.sheet.is_none() {
                    sheet
                        .note(
                            Code::RowShifted,
                            place,
                            format!("这一行比表头的 {width} 格多,多出“{found}”,整行没有采用"),
                        )
                        .found(found)
                        .expected(format!("{width} 格"))
                        .help("多半是 1,234 这样的数没有加引号,后面的数都错了位;改成 1234 后重新报送")
                } else {
                    sheet
                        .note(Code::ExtraCell, place, "这一格在表头之外,没有采用")
                        .found(found)
                        .help("多余的删去;如果整行右移了,请移回来")
                });
            }
            let short = sheet.table.short_rows.get(&u32::try_from(row).unwrap_or(u32::MAX));
            for missing in short.map_or(width, |&short| short as usize)..width {
                self.audit.note(
                    sheet
                        .note(Code::MissingCell, sheet.place(row, missing), "这一行的格数比表头少,缺这一格")
                        .expected(format!("{width} 格"))
                        .help("补齐缺的格子;如果漏了分隔符,整行会错位"),
                );
            }
            for (column, kind) in &sheet.header.columns {
                let cell = sheet.value(row, *column);
                if *kind == Column::Date && *cell != RawValue::Empty && values::date(cell).is_none() {
                    self.audit.note(
                        sheet
                            .note(
                                Code::DateInvalid,
                                sheet.place(row, *column),
                                format!("“{}”不是日期", values::text(cell)),
                            )
                            .found(values::text(cell))
                            .expected("2022-10-08 一类的日期")
                            .help("改成真实存在的日期;不影响计算"),
                    );
                }
            }
        }
    }
}

/// Whether a column repeats a measure that an earlier column of the table holds.
fn is_second(sheet: &Sheet<'_>, column: usize, measure: usize) -> bool {
    sheet.columns.iter().any(|&(other, wanted)| wanted == measure && other < column)
}
