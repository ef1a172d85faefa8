//! Departments' tables in, observations out: which row is which unit, what each cell says, and what is wrong with it.

mod cells;
mod columns;
mod lines;
mod meta;
mod oddities;
mod parts;
mod reader;
mod shares;
mod sheet;
mod totals;
mod versions;

use super::{Check, Facts, Layout, TableReading};
use crate::audit::{Audit, Code, Diagnostic};
use crate::definitions::calendar::Period;
use crate::definitions::forms::{self, StampVerdict, is_asked_of_units};
use crate::definitions::{Basis, Definitions};
use crate::extract::{RawTable, RawValue};
use columns::{Column, ColumnKeys, find_header};
use reader::Reader;
use sheet::Sheet;
use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};
use versions::{Clashes, Version, is_decided, versions};

/// Which measures came, and from which tables.
pub(super) struct Seen {
    /// Positions in the readings of the tables that brought each measure.
    pub(super) measures: Vec<Vec<u32>>,
    /// Measures and units that a question is about: not read, but not missing either.
    doubtful: BTreeSet<(usize, usize)>,
}

/// Reads all tables of departments into the facts: `true` marks those fixed for the year.
pub(super) fn read(
    definitions: &Definitions,
    period: Period,
    tables: &[(&RawTable, bool)],
    previous: Option<&Facts>,
    facts: &mut Facts,
    audit: &mut Audit,
) -> Seen {
    let keys = ColumnKeys::new(definitions);
    let mut sheets: Vec<(Sheet<'_>, Audit)> = Vec::new();
    for &(table, is_frozen) in tables {
        let mut own = audit.fork();
        match understand(definitions, period, &keys, table, is_frozen, facts, &mut own) {
            Some(sheet) => sheets.push((sheet, own)),
            None => audit.extend(own),
        }
    }
    let days = versions(definitions, facts, &sheets.iter().map(|(sheet, _)| sheet).collect::<Vec<_>>());
    for (&source, version) in &days {
        facts.readings[source as usize].version_day = version.0;
    }
    // What is fixed for the year first, then the latest first, so that a value that is already there is the one that counts.
    let mut order: Vec<usize> = (0..sheets.len()).collect();
    order.sort_by_key(|&position| {
        let sheet = &sheets[position].0;
        (!sheet.is_frozen, Reverse(days[&sheet.source]), position)
    });
    let mut seen = Seen { measures: vec![Vec::new(); definitions.measures.len()], doubtful: BTreeSet::new() };
    let mut clashes = Clashes::default();
    for position in order {
        let (sheet, own) = &mut sheets[position];
        let mut reader = Reader { sheet, period, previous, facts, seen: &mut seen, clashes: &mut clashes, audit: own };
        reader.read(&keys);
    }
    for (sheet, own) in &mut sheets {
        let replaced_by = replacement(definitions, sheet, &days, facts);
        facts.readings[sheet.source as usize].replaced_by = replaced_by;
        let own = std::mem::take(own);
        // What was wrong with an earlier version does not matter once everything came again.
        if replaced_by.is_some() {
            audit.extend(own.silenced());
            continue;
        }
        audit.extend(own);
        for &(measure, check, tested, found) in &sheet.tallies {
            facts.tally(definitions.measures[measure].department, check, tested, found);
        }
    }
    let by_source = sheets.iter().map(|(sheet, _)| (sheet.source, sheet)).collect();
    clashes.note(&by_source, &days, facts, audit);
    note_missing_units(definitions, &by_source, &seen, facts, audit);
    seen
}

/// Finds the header of a table and says which period it is about; `None` where it cannot be used.
fn understand<'a>(
    definitions: &'a Definitions,
    period: Period,
    keys: &ColumnKeys,
    table: &'a RawTable,
    is_frozen: bool,
    facts: &mut Facts,
    audit: &mut Audit,
) -> Option<Sheet<'a>> {
    let whole = crate::audit::Place { sheet: table.sheet.clone(), ..crate::audit::Place::file(table.file.clone()) };
    let Some(header) = find_header(definitions, keys, table) else {
        if table.rows.iter().flatten().any(|cell| *cell != RawValue::Empty) {
            let names = definitions.units.name_columns.join("、");
            let first = definitions.units.name_columns.first().map_or("单位", String::as_str);
            audit.note(
                Diagnostic::new(Code::HeaderNotFound, whole, "没有找到表头:前 40 行里没有单位名称列")
                    .expected(names.clone())
                    .help(format!("表头行里写上单位列,例如“{first}”;不是数据的工作表请删去")),
            );
        }
        return None;
    };
    let meta = meta::read(table, header.first_row);
    let source = u32::try_from(facts.readings.len()).expect("a period has fewer than 2^32 tables");
    let mut sheet = Sheet {
        definitions,
        table,
        header,
        meta,
        source,
        is_frozen,
        columns: Vec::new(),
        tallies: Vec::new(),
        figure_count: 0,
        clash_counts: BTreeMap::new(),
    };
    sheet.columns = wanted_columns(&sheet);
    if !is_frozen && let Some(named) = meta::other_period(&sheet.meta, period) {
        let message = format!("表里写的是“{named}”,不是 {},整张表没有采用", period.title());
        audit.note(
            sheet
                .note(Code::PeriodWrong, sheet.whole(), message)
                .found(named)
                .expected(period.title())
                .help("拿错了期次的请换成本期的表;只是标题没有改的,改正标题后重新报送"),
        );
        return None;
    }
    check_stamp(&sheet, period, audit);
    let rows = |row: usize| sheet.cell(row, 0).row;
    facts.readings.push(TableReading {
        file: table.file.clone(),
        sheet: table.sheet.clone(),
        recognised: table.recognised,
        department: sheet.columns.first().map(|&(_, measure)| definitions.measures[measure].department),
        meta: sheet.meta.entries.clone(),
        header: (rows(sheet.header.first_row), rows(sheet.header.first_data_row.saturating_sub(1))),
        layout: if sheet.header.long().is_some() { Layout::Long } else { Layout::Wide },
        columns: Vec::new(),
        unit_count: 0,
        is_frozen,
        version_day: None,
        replaced_by: None,
    });
    Some(sheet)
}

/// Whether a form of ours is the one that was sent out for this period.
fn check_stamp(sheet: &Sheet<'_>, period: Period, audit: &mut Audit) {
    let Some((_, stamp)) = sheet.meta.entries.iter().find(|(key, _)| key == forms::STAMP_LABEL) else { return };
    let reason = match forms::check_stamp(sheet.definitions, period, stamp) {
        StampVerdict::Current => return,
        StampVerdict::OtherPeriod => "是别的期次的模板",
        StampVerdict::Outdated => "是改动以前的模板,口径、数据项或单位可能已变",
        StampVerdict::Unknown => "不是本程序写的版本号",
    };
    audit.note(
        sheet
            .note(Code::TemplateOutdated, sheet.whole(), format!("模板版本“{stamp}”{reason}"))
            .found(stamp)
            .expected(format!("yinxiang template {period} 写出的模板"))
            .help("请用本期的模板重新填报;数确实按现在的口径统计的,请答复说明"),
    );
}

/// Columns with measures that this table may bring: the frozen ones from frozen tables only.
fn wanted_columns(sheet: &Sheet<'_>) -> Vec<(usize, usize)> {
    let is_wanted = |measure: usize| (sheet.definitions.measures[measure].basis == Basis::Frozen) == sheet.is_frozen;
    let mut columns: Vec<(usize, usize)> = Vec::new();
    for (column, kind) in &sheet.header.columns {
        if let Column::Measure(measure) = *kind
            && is_wanted(measure)
            && !columns.iter().any(|&(_, other)| other == measure)
        {
            columns.push((*column, measure));
        }
    }
    columns
}

/// The later table that brought every figure of a table again, for every unit; `None` where a figure of it is used.
fn replacement(
    definitions: &Definitions,
    sheet: &Sheet<'_>,
    days: &BTreeMap<u32, Version>,
    facts: &Facts,
) -> Option<u32> {
    let is_later = |table: u32| {
        facts.readings[table as usize].file != sheet.table.file && is_decided(days[&sheet.source], days[&table])
    };
    let later: Vec<u32> = sheet.clash_counts.keys().copied().filter(|&table| is_later(table)).collect();
    let replaced_count: usize = later.iter().map(|table| sheet.clash_counts[table]).sum();
    let is_elsewhere = |measure: usize| {
        let origin = |unit: usize| facts.observation(measure, unit).origin;
        (0..definitions.units.units.len()).all(|unit| origin(unit).is_some_and(|origin| origin.table != sheet.source))
    };
    let has_all_elsewhere = sheet.columns.iter().all(|&(_, measure)| is_elsewhere(measure));
    let is_replaced = sheet.figure_count > 0 && replaced_count == sheet.figure_count && has_all_elsewhere;
    later.last().copied().filter(|_| is_replaced)
}

/// Units that stand in no table of a measure that came: one message for all measures that lack the same units.
fn note_missing_units(
    definitions: &Definitions,
    sheets: &BTreeMap<u32, &Sheet<'_>>,
    seen: &Seen,
    facts: &mut Facts,
    audit: &mut Audit,
) {
    if !definitions.index.units_required {
        return;
    }
    let units = &definitions.units.units;
    let mut missing: BTreeMap<(u32, Vec<usize>), Vec<usize>> = BTreeMap::new();
    for (measure, tables) in seen.measures.iter().enumerate() {
        let Some(&latest) = tables.first() else { continue };
        let absent: Vec<usize> = (0..units.len())
            .filter(|&unit| {
                facts.observation(measure, unit).origin.is_none() && !seen.doubtful.contains(&(measure, unit))
            })
            .collect();
        let department = definitions.measures[measure].department;
        facts.tally(department, Check::Complete, units.len(), absent.len());
        if !absent.is_empty() {
            missing.entry((latest, absent)).or_default().push(measure);
        }
    }
    let word = &definitions.index.unit_word;
    let of_units: BTreeMap<Vec<usize>, Vec<usize>> =
        split_off(&mut missing, |measure| is_asked_of_units(definitions, measure));
    for (absent, measures) in of_units {
        note_missing_forms(definitions, &absent, &measures, audit);
    }
    for ((table, absent), measures) in missing {
        let sheet = sheets[&table];
        let shown: Vec<&str> = absent.iter().take(20).map(|&unit| units[unit].name.as_str()).collect();
        let items: Vec<&str> = measures.iter().map(|&measure| definitions.measures[measure].name.as_str()).collect();
        let message = format!("应有 {} 个{word},缺 {} 个:{}", units.len(), absent.len(), shown.join("、"));
        audit.note(
            sheet
                .note(Code::UnitMissing, sheet.whole(), message)
                .department(sheet.department(measures[0]))
                .item(items.join("、"))
                .found(format!("{} 个", units.len() - absent.len()))
                .expected(format!("{} 个", units.len()))
                .help("补齐缺少的行;不适用的也要列出并填“不适用”"),
        );
    }
}

/// Takes the measures that fulfil a condition out of the list, by the units they lack.
fn split_off(
    missing: &mut BTreeMap<(u32, Vec<usize>), Vec<usize>>,
    is_wanted: impl Fn(usize) -> bool,
) -> BTreeMap<Vec<usize>, Vec<usize>> {
    let mut wanted: BTreeMap<Vec<usize>, Vec<usize>> = BTreeMap::new();
    for ((_, absent), measures) in missing.iter_mut() {
        let taken: Vec<usize> = measures.extract_if(.., |measure| is_wanted(*measure)).collect();
        if !taken.is_empty() {
            wanted.entry(absent.clone()).or_default().extend(taken);
        }
    }
    missing.retain(|_, measures| !measures.is_empty());
    wanted
}

/// Units that did not send their own forms: a file that did not come, like that of a department.
fn note_missing_forms(definitions: &Definitions, absent: &[usize], measures: &[usize], audit: &mut Audit) {
    let word = &definitions.index.unit_word;
    let units: Vec<&str> = absent.iter().take(20).map(|&unit| definitions.units.units[unit].name.as_str()).collect();
    let items: Vec<&str> = measures.iter().map(|&measure| definitions.measures[measure].name.as_str()).collect();
    let count = definitions.units.units.len();
    let message = format!("由{word}自报的“{}”,缺 {} 个{word}:{}", items.join("、"), absent.len(), units.join("、"));
    audit.note(
        Diagnostic::new(Code::FileNotReceived, crate::audit::Place::default(), message)
            .item(items.join("、"))
            .found(format!("{} 个", count - absent.len()))
            .expected(format!("{count} 个"))
            .help(format!("请这些{word}报送自己的表;不适用的也要填“不适用”")),
    );
}
