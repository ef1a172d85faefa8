//! Several rows of one unit in a table: parts that are added up, or a mistake.

use super::lines::{Line, Rows};
use super::sheet::Sheet;
use crate::audit::{Audit, Code};
use std::collections::{BTreeMap, BTreeSet};

/// Several rows of one unit: parts of it where the table says so, else a mistake. Returns whether there are parts.
pub(super) fn settle(sheet: &Sheet<'_>, rows: &mut Rows, is_detail: bool, audit: &mut Audit) -> bool {
    let mut first_rows: BTreeMap<usize, usize> = BTreeMap::new();
    let mut refused = BTreeSet::new();
    let mut part_count = 0;
    let column = sheet.header.unit_column();
    let merged = sheet.merged_rows(column);
    let area = |row: usize| {
        let row = sheet.cell(row, column).row;
        let after = merged.partition_point(|(first, _)| *first <= row);
        merged[..after].last().filter(|(_, last)| row <= *last)
    };
    let mut own_row = None;
    for &(row, line) in rows.iter() {
        let unit = match line {
            Line::Unit(unit) => unit,
            Line::Own if is_detail || own_row.replace(row).is_none() => continue,
            Line::Own => {
                refused.insert(row);
                let place = sheet.place(row, column);
                audit.note(
                    sheet
                        .note(Code::UnitDuplicate, place, "本级的数写了两行,后一行没有采用")
                        .help("合并成一行,或删去多余的一行"),
                );
                continue;
            }
            Line::Total(_) => continue,
        };
        let Some(&first) = first_rows.get(&unit) else {
            first_rows.insert(unit, row);
            continue;
        };
        if is_detail || area(first).is_some() && area(first) == area(row) {
            part_count += 1;
            continue;
        }
        refused.insert(row);
        let name = &sheet.definitions.units.units[unit].name;
        audit.note(
            sheet
                .note(
                    Code::UnitDuplicate,
                    sheet.place(row, column),
                    format!("“{name}”在这张表里出现了两次,后一行没有采用"),
                )
                .unit(name)
                .found(name)
                .expected(format!("只在 {} 一行", sheet.cell(first, column)))
                .help("合并成一行,或删去多余的一行;按村(社区)分行填报的,加一列写明村(社区)"),
        );
    }
    rows.retain(|(row, _)| !refused.contains(row));
    if part_count > 0 {
        let message = format!(
            "同一单位分几行填报的,已按单位相加({} 行合并为 {} 个单位)",
            part_count + first_rows.len(),
            first_rows.len()
        );
        audit.note(sheet.note(Code::RowsAdded, sheet.whole(), message).help("不必改动;请在复述里核对相加后的数"));
    }
    is_detail || part_count > 0
}
