//! A department's table: which row is which unit, what each cell says, and what is wrong with it.

use super::columns::{Column, MeasureKeys, find_header};
use super::own_forms::OwnForms;
use super::{Facts, Layout, Observation, Observed, Origin, TableReading};
use crate::audit::{Audit, CellRef, Code, Diagnostic, Place};
use crate::definitions::decimal::plain;
use crate::definitions::forms::is_asked_of_units;
use crate::definitions::{Basis, Definitions, Matched};
use crate::extract::values::{self, Reading};
use crate::extract::{RawTable, RawValue};
use std::collections::BTreeSet;

/// Which measures came, and from which table.
pub(super) struct Seen {
    /// Position in the sources of the table that brought each measure.
    pub(super) measures: Vec<Option<u32>>,
    /// Which units came with a form of their own.
    pub(super) own_forms: OwnForms,
}

impl Seen {
    pub(super) fn new(measure_count: usize) -> Self {
        Seen { measures: vec![None; measure_count], own_forms: OwnForms::default() }
    }
}

/// Which line of a table a row is.
enum Line {
    Unit(usize),
    Own,
    Skip,
}

struct Sheet<'a> {
    definitions: &'a Definitions,
    table: &'a RawTable,
    source: u32,
}

impl Sheet<'_> {
    fn cell(&self, row: usize, column: usize) -> CellRef {
        let small = |number: usize| u32::try_from(number).unwrap_or(u32::MAX);
        CellRef {
            row: self.table.origin.0.saturating_add(small(row)),
            column: self.table.origin.1.saturating_add(small(column)),
        }
    }

    fn place(&self, row: usize, column: usize) -> Place {
        Place { cell: Some(self.cell(row, column)), ..self.whole() }
    }

    fn whole(&self) -> Place {
        Place { file: Some(self.table.file.clone()), sheet: self.table.sheet.clone(), cell: None, line: None }
    }

    fn department(&self, measure: usize) -> &str {
        &self.definitions.departments[self.definitions.measures[measure].department].name
    }

    fn value(&self, row: usize, column: usize) -> &RawValue {
        self.table.rows[row].get(column).unwrap_or(&RawValue::Empty)
    }
}

/// Reads one table into the facts. Frozen tables give the frozen measures and only those.
pub(super) fn read(
    definitions: &Definitions,
    table: &RawTable,
    is_frozen: bool,
    facts: &mut Facts,
    seen: &mut Seen,
    audit: &mut Audit,
) {
    let source = u32::try_from(facts.readings.len()).expect("a period has fewer than 2^32 tables");
    let sheet = Sheet { definitions, table, source };
    let keys = MeasureKeys::new(definitions);
    let Some(header) = find_header(definitions, &keys, table) else {
        if table.rows.iter().flatten().any(|cell| *cell != RawValue::Empty) {
            let names = definitions.units.name_columns.join("、");
            audit.note(
                Diagnostic::new(Code::HeaderNotFound, sheet.whole(), "没有找到表头:前 40 行里没有单位名称列")
                    .expected(names.clone())
                    .help(format!(
                        "表头行里写上单位列,例如“{}”;不是数据的工作表请删去",
                        names.split('、').next().unwrap_or("单位")
                    )),
            );
        }
        return;
    };
    let columns = accept_columns(&sheet, &header.columns, header.first_data_row, is_frozen, seen, audit);
    facts.readings.push(TableReading {
        file: table.file.clone(),
        sheet: table.sheet.clone(),
        recognised: table.recognised,
        department: columns.first().map(|&(_, measure)| definitions.measures[measure].department),
        meta: Vec::new(),
        header: (0, 0),
        layout: Layout::Wide,
        columns: Vec::new(),
        unit_count: 0,
        is_frozen,
    });
    let mut met: BTreeSet<usize> = BTreeSet::new();
    for row in header.first_data_row..table.rows.len() {
        let has_data = columns.iter().any(|&(column, _)| *sheet.value(row, column) != RawValue::Empty);
        let line = line(&sheet, row, header.name_column, header.code_column, has_data, audit);
        if let Line::Unit(unit) = line
            && !met.insert(unit)
        {
            let name = &definitions.units.units[unit].name;
            let place = sheet.place(row, header.name_column.or(header.code_column).unwrap_or(0));
            audit.note(
                file_note(
                    &sheet,
                    Code::UnitDuplicate,
                    place,
                    format!("“{name}”在这张表里出现了两次,后一行没有采用"),
                    &columns,
                )
                .unit(name)
                .help("合并成一行,或删去多余的一行"),
            );
            continue;
        }
        for &(column, measure) in &columns {
            let unit = match line {
                Line::Unit(unit) => Some(unit),
                Line::Own => None,
                Line::Skip => break,
            };
            let observed = observe(&sheet, row, column, measure, unit, audit);
            let origin = Some(Origin { table: source, cell: sheet.cell(row, column) });
            let observation = Observation { observed, origin };
            match unit {
                Some(unit) if facts.observation(measure, unit).origin.is_some() => {
                    note_twice(&sheet, sheet.place(row, column), measure, unit, audit);
                }
                Some(unit) => *facts.observation_mut(measure, unit) = observation,
                None => facts.own[measure] = observation,
            }
        }
    }
    if seen.own_forms.take(definitions, &columns, &met) {
        return;
    }
    if definitions.index.units_required && !columns.is_empty() {
        note_missing_units(&sheet, &met, &columns, audit);
    }
}

/// Keeps the columns this table may bring; notes the others.
fn accept_columns(
    sheet: &Sheet<'_>,
    columns: &[(usize, Column)],
    first_data_row: usize,
    is_frozen: bool,
    seen: &mut Seen,
    audit: &mut Audit,
) -> Vec<(usize, usize)> {
    let mut accepted: Vec<(usize, usize)> = Vec::new();
    for (column, matched) in columns {
        let header_row = first_data_row.saturating_sub(1);
        match matched {
            Column::Ignored => {}
            Column::Unmatched(header) => audit.note(
                Diagnostic::new(
                    Code::ColumnUnmatched,
                    sheet.place(header_row, *column),
                    format!("列“{header}”对不上任何数据项,没有采用"),
                )
                .found(header)
                .help(nearest_measures(sheet.definitions, header)),
            ),
            Column::Measure(measure) => {
                // A department may repeat a denominator that is fixed for the year; the fixed one counts.
                let measure_is_frozen = sheet.definitions.measures[*measure].basis == Basis::Frozen;
                if measure_is_frozen != is_frozen {
                    continue;
                }
                if seen.measures[*measure].is_some() && !is_asked_of_units(sheet.definitions, *measure) {
                    let name = &sheet.definitions.measures[*measure].name;
                    audit.note(
                        Diagnostic::new(
                            Code::ColumnDuplicate,
                            sheet.place(header_row, *column),
                            format!("数据项“{name}”报了两次,这一列没有采用"),
                        )
                        .department(sheet.department(*measure))
                        .item(name)
                        .help("同一数据项只在一张表的一列里报送,删去多余的"),
                    );
                    continue;
                }
                seen.measures[*measure] = Some(sheet.source);
                accepted.push((*column, *measure));
            }
        }
    }
    accepted
}

fn nearest_measures(definitions: &Definitions, header: &str) -> String {
    let mut scored: Vec<(f64, &str)> = definitions
        .measures
        .iter()
        .map(|measure| (strsim::normalized_damerau_levenshtein(header, &measure.name), measure.name.as_str()))
        .collect();
    scored.sort_by(|left, right| right.0.total_cmp(&left.0).then(left.1.cmp(right.1)));
    let near: Vec<&str> = scored.into_iter().filter(|(near, _)| *near >= 0.4).take(3).map(|(_, name)| name).collect();
    if near.is_empty() {
        "若是数据项,请改用模板里的列名;若不必报送,请删去这一列".to_owned()
    } else {
        format!("最接近的数据项:{};请改用模板里的列名,不必报送的列请删去", near.join("、"))
    }
}

/// A note that belongs to the department whose measures the table holds.
fn file_note(sheet: &Sheet<'_>, code: Code, place: Place, message: String, columns: &[(usize, usize)]) -> Diagnostic {
    let note = Diagnostic::new(code, place, message);
    match columns.first() {
        Some(&(_, measure)) => note.department(sheet.department(measure)),
        None => note,
    }
}

/// Which unit a row is about.
fn line(
    sheet: &Sheet<'_>,
    row: usize,
    name_column: Option<usize>,
    code_column: Option<usize>,
    has_data: bool,
    audit: &mut Audit,
) -> Line {
    let text = |column: Option<usize>| {
        column.map(|column| values::text(sheet.value(row, column)).trim().to_owned()).unwrap_or_default()
    };
    let (name, code) = (text(name_column), text(code_column));
    let find = |text: &str| (!text.is_empty()).then(|| sheet.definitions.units.find(text));
    let (by_name, by_code) = (find(&name), find(&code));
    let column = name_column.or(code_column).unwrap_or(0);
    let place = sheet.place(row, if by_name.is_some() { column } else { code_column.unwrap_or(column) });
    let unit_name = |unit: usize| sheet.definitions.units.units[unit].name.as_str();
    match (by_name, by_code) {
        (None, None) => Line::Skip,
        (Some(Matched::Total), _) | (None, Some(Matched::Total)) => Line::Skip,
        (Some(Matched::Own), _) | (None, Some(Matched::Own)) => Line::Own,
        (Some(Matched::Ambiguous), _) | (None, Some(Matched::Ambiguous)) => {
            let written = if name.is_empty() { &code } else { &name };
            audit.note(
                Diagnostic::new(Code::UnitAmbiguous, place, format!("“{written}”对应不止一个单位,这一行没有采用"))
                    .found(written)
                    .help("按现行名称分开填报"),
            );
            Line::Skip
        }
        (Some(Matched::Unit(unit)), Some(Matched::Unit(other))) if unit != other => {
            audit.note(
                Diagnostic::new(
                    Code::UnitConflict,
                    place,
                    format!("名称是“{name}”,代码 {code} 却是“{}”,这一行没有采用", unit_name(other)),
                )
                .unit(unit_name(unit))
                .found(format!("{name} {code}"))
                .expected(format!("{} {}", unit_name(unit), sheet.definitions.units.units[unit].code))
                .help("核对名称与代码"),
            );
            Line::Skip
        }
        (Some(Matched::Unit(unit)), _) => Line::Unit(unit),
        (Some(Matched::Alias(unit)), _) | (None, Some(Matched::Alias(unit))) => {
            let written = if name.is_empty() { &code } else { &name };
            audit.note(
                Diagnostic::new(Code::AliasUsed, place, format!("“{written}”已按“{}”归并", unit_name(unit)))
                    .unit(unit_name(unit))
                    .found(written)
                    .expected(unit_name(unit))
                    .help("不必改动;下次填报请用标准名称"),
            );
            Line::Unit(unit)
        }
        (_, Some(Matched::Unit(unit))) if name.is_empty() => Line::Unit(unit),
        (Some(Matched::Unknown(near)), _) | (None, Some(Matched::Unknown(near))) => {
            // Notes below the table stand in the first column without any figures.
            if has_data {
                let written = if name.is_empty() { &code } else { &name };
                let help = match near.first() {
                    Some(first) => format!("是否想写“{first}”?"),
                    None => "改成名册里的名称,或删去这一行".to_owned(),
                };
                audit.note(
                    Diagnostic::new(Code::UnitUnknown, place, format!("不认识“{written}”,这一行没有采用"))
                        .found(written)
                        .expected(near.join("、"))
                        .help(help),
                );
            }
            Line::Skip
        }
        (None, Some(Matched::Unit(unit))) => Line::Unit(unit),
    }
}

/// What a cell says about a measure.
fn observe(
    sheet: &Sheet<'_>,
    row: usize,
    column: usize,
    position: usize,
    unit: Option<usize>,
    audit: &mut Audit,
) -> Observed {
    let measure = &sheet.definitions.measures[position];
    let raw = sheet.value(row, column);
    // By far the most cells: no words are made for them.
    if let RawValue::Number(value) = *raw
        && (measure.min..=measure.max).contains(&value)
    {
        return Observed::Value(value);
    }
    let written = values::text(raw);
    let unit_name = unit.map_or_else(|| "本级".to_owned(), |unit| sheet.definitions.units.units[unit].name.clone());
    let mut note = |code: Code, message: String, expected: String, help: &str| {
        audit.note(
            Diagnostic::new(code, sheet.place(row, column), message)
                .department(sheet.department(position))
                .unit(unit_name.clone())
                .item(&measure.name)
                .found(written.clone())
                .expected(expected)
                .help(help),
        );
    };
    match values::number(raw, &measure.unit) {
        Reading::Number { value, percent } => {
            if percent && measure.unit != "%" {
                let expected = format!("以“{}”计的数", measure.unit);
                note(
                    Code::ValueNotNumber,
                    format!("“{}”应填数量,实为百分数 {written}", measure.name),
                    expected,
                    "填数量,不填百分比",
                );
                Observed::NotReported
            } else if value < measure.min || value > measure.max {
                let limit = |bound: f64| if bound.abs() >= f64::MAX { "不限".to_owned() } else { plain(bound, 4) };
                let allowed = format!("{}–{} {}", limit(measure.min), limit(measure.max), measure.unit);
                let message = format!("“{}”应为 {allowed},实为 {written}", measure.name);
                note(Code::ValueOutOfRange, message, allowed, "核对后改正;确属实情的,请分析人员调整定义里的允许范围");
                Observed::NotReported
            } else {
                Observed::Value(value)
            }
        }
        Reading::NotApplicable => {
            let allowed = sheet
                .definitions
                .indicators
                .iter()
                .any(|indicator| indicator.may_not_apply && super::matrix::uses(indicator, position));
            if allowed {
                return Observed::NotApplicable;
            }
            let message = format!("“{}”不允许填“{written}”,暂按未报处理", measure.name);
            note(Code::NotApplicableUnexpected, message, "数字".to_owned(), "确实没有的填 0,没有统计的请补报");
            Observed::NotReported
        }
        // An authority without figures of its own leaves its row empty.
        Reading::Empty if unit.is_none() => Observed::NotReported,
        unclear @ (Reading::Empty | Reading::Ambiguous(_)) => {
            let message = match unclear {
                Reading::Ambiguous(mark) => format!("“{mark}”含义不明(0、不适用还是未统计?),暂按未报处理"),
                _ => format!("“{unit_name}”的“{}”空着,暂按未报处理", measure.name),
            };
            note(
                Code::EmptyAmbiguous,
                message,
                "数字或“不适用”".to_owned(),
                "没有发生填 0,不存在填“不适用”,没有统计的请补报",
            );
            Observed::NotReported
        }
        Reading::Invalid(reason) => {
            let message = format!("“{}”应填数字,实为“{written}”({reason})", measure.name);
            note(Code::ValueNotNumber, message, format!("以“{}”计的数字", measure.unit), "改成数字后重新报送");
            Observed::NotReported
        }
    }
}

/// Two units' own forms, or a unit's and a department's, say something about the same figure.
fn note_twice(sheet: &Sheet<'_>, place: Place, measure: usize, unit: usize, audit: &mut Audit) {
    let (name, unit) = (&sheet.definitions.measures[measure].name, &sheet.definitions.units.units[unit].name);
    audit.note(
        Diagnostic::new(Code::ColumnDuplicate, place, format!("“{unit}”的“{name}”报了两次,这一个没有采用"))
            .department(sheet.department(measure))
            .unit(unit)
            .item(name)
            .help("由各单位自报的数据项只由本单位报一次,删去多余的"),
    );
}

fn note_missing_units(sheet: &Sheet<'_>, met: &BTreeSet<usize>, columns: &[(usize, usize)], audit: &mut Audit) {
    let units = &sheet.definitions.units.units;
    let missing: Vec<&str> =
        (0..units.len()).filter(|unit| !met.contains(unit)).map(|unit| units[unit].name.as_str()).collect();
    if missing.is_empty() {
        return;
    }
    let word = &sheet.definitions.index.unit_word;
    let shown = missing.iter().take(20).copied().collect::<Vec<_>>().join("、");
    let message = format!("应有 {} 个{word},缺 {} 个:{shown}", units.len(), missing.len());
    audit.note(
        file_note(sheet, Code::UnitMissing, sheet.whole(), message, columns)
            .found(format!("{} 个", met.len()))
            .expected(format!("{} 个", units.len()))
            .help("补齐缺少的行;不适用的也要列出并填“不适用”"),
    );
}
