//! When a department sends a correction, both files stay and the later one counts.

use super::sheet::Sheet;
use crate::audit::{Audit, Code};
use crate::definitions::calendar::Date;
use crate::definitions::{ColumnKind, Definitions, fold};
use crate::facts::{Entry, Facts, Observed, Origin, Replaced, stem};
use std::collections::BTreeMap;

/// By what the version of a table is told: the later one counts.
pub(super) type Version = (Option<Date>, Option<Date>);

/// The version of each table, by its position in the readings.
///
/// Days are compared with their like: where every table of a department was registered as received, the days of receipt
/// decide, and the days on the forms where those are the same; else the days on the forms alone.
pub(super) fn versions(definitions: &Definitions, facts: &Facts, sheets: &[&Sheet<'_>]) -> BTreeMap<u32, Version> {
    let department = |sheet: &Sheet<'_>| facts.readings[sheet.source as usize].department;
    let received: Vec<Option<Date>> =
        sheets.iter().map(|sheet| received(definitions, facts, &sheet.table.file)).collect();
    let is_registered = |wanted: Option<usize>| {
        let mut theirs =
            sheets.iter().zip(&received).filter(|(sheet, _)| department(sheet) == wanted && !sheet.is_frozen);
        theirs.all(|(_, received)| received.is_some())
    };
    let version = |(sheet, received): (&&Sheet<'_>, &Option<Date>)| {
        let filled_on = sheet.meta.filled_on;
        let version = if is_registered(department(sheet)) { (*received, filled_on) } else { (filled_on, None) };
        (sheet.source, version)
    };
    sheets.iter().zip(&received).map(version).collect()
}

/// The day on which `arrivals` has a file as received: by its name, with or without its ending.
fn received(definitions: &Definitions, facts: &Facts, path: &str) -> Option<Date> {
    let layout_position = definitions.tables.iter().position(|table| table.id == "arrivals")?;
    let layout = &definitions.tables[layout_position];
    let name = fold(path.rsplit('/').next().unwrap_or(path));
    let stem = fold(stem(path));
    let rows = facts.registers[layout_position].iter();
    let days = rows.filter_map(|row| {
        let named = ["file", "table"].iter().any(|column| match row.named(layout, column) {
            Entry::Text(text) => [&name, &stem].contains(&&fold(text)),
            _ => false,
        });
        match row.first(layout, ColumnKind::Date) {
            Entry::Date(date) if named => Some(*date),
            _ => None,
        }
    });
    days.max()
}

/// Figures that two tables bring for the same measure.
#[derive(Debug, Default)]
pub(super) struct Clash {
    /// How many cells both have.
    shared_count: usize,
    /// The first cells that differ: the one that is not used and the one that is.
    first_difference: Option<(Origin, Origin)>,
    difference_count: usize,
}

/// Clashes by measure, table that is not used and table that is.
#[derive(Debug, Default)]
pub(super) struct Clashes {
    found: BTreeMap<(usize, u32, u32), Clash>,
}

impl Clashes {
    /// Records that a cell was read before; later versions are read first.
    pub(super) fn add(
        &mut self,
        (measure, unit): (usize, Option<usize>),
        before: (Observed, Origin),
        after: (Observed, Origin),
        facts: &mut Facts,
    ) {
        let clash = self.found.entry((measure, before.1.table, after.1.table)).or_default();
        clash.shared_count += 1;
        if before.0 != after.0 {
            clash.difference_count += 1;
            clash.first_difference.get_or_insert((before.1, after.1));
            facts.replaced.push(Replaced { measure, unit, before, after });
        }
    }

    /// Says which file replaced which, and which tables cannot both be right.
    pub(super) fn note(
        self,
        sheets: &BTreeMap<u32, &Sheet<'_>>,
        days: &BTreeMap<u32, Version>,
        facts: &mut Facts,
        audit: &mut Audit,
    ) {
        let mut replaced: BTreeMap<(u32, u32), (usize, usize)> = BTreeMap::new();
        for ((measure, before, after), clash) in self.found {
            let (sheet, other) = (sheets[&before], sheets[&after]);
            let name = &sheet.definitions.measures[measure].name;
            let in_same_file = sheet.table.file == other.table.file;
            let is_decided = !in_same_file && is_decided(days[&before], days[&after]);
            if !is_decided {
                // What did not follow from a rule must not be told as a correction.
                facts.replaced.retain(|change| {
                    (change.measure, change.before.1.table, change.after.1.table) != (measure, before, after)
                });
            }
            match clash.first_difference.filter(|_| !is_decided) {
                Some((mine, theirs)) if in_same_file => {
                    let message = format!("数据项“{name}”在同一文件里报了两次,数还不一样,这一处没有采用");
                    let note = sheet.note(Code::ColumnDuplicate, facts.place(mine), message).item(name);
                    let help = "同一数据项只在一张表的一列里报送,删去多余的";
                    audit.note(note.expected(format!("只在 {} 一处", facts.source_text(theirs))).help(help));
                }
                Some((mine, theirs)) => {
                    let count = clash.difference_count;
                    let message = format!(
                        "“{name}”与 {} 有 {count} 处不一样,看不出哪一份在后,这一份没有采用",
                        facts.source_text(theirs)
                    );
                    let note = sheet.note(Code::VersionUndecided, facts.place(mine), message).item(name);
                    let expected = "收到登记(arrivals)里有两份文件各自的收到日期,或表头上有不同的填报日期";
                    let help = "更正件请写上新的填报日期,或在收到登记里按文件名登记收到日期;送错的一份请移走";
                    audit.note(note.expected(expected).help(help));
                }
                None if in_same_file => {}
                None => {
                    let counts = replaced.entry((before, after)).or_default();
                    counts.0 += clash.shared_count;
                    counts.1 += clash.difference_count;
                }
            }
        }
        for ((before, after), (shared, different)) in replaced {
            let (sheet, other) = (sheets[&before], sheets[&after]);
            let later = &other.table.file;
            let message = if is_decided(days[&before], days[&after]) {
                format!("有更晚的一份 {later}:重复的 {shared} 个数以后者为准,其中 {different} 个有变化")
            } else {
                format!("与 {later} 重复 {shared} 个数,完全一样,只用一份")
            };
            let help = "两份文件都请保留;变化的数列在回执的“版本变化”里";
            audit.note(sheet.note(Code::VersionReplaced, sheet.whole(), message).help(help));
        }
    }
}

/// Whether it is clear which of two tables came later.
pub(super) fn is_decided(one: Version, other: Version) -> bool {
    one.0.is_some() && other.0.is_some() && one != other
}
