//! Which rows of the small tables hit which rules, and what each hit is worth before caps.

use crate::audit::{Audit, Code, Diagnostic, Place};
use crate::definitions::calendar::Date;
use crate::definitions::decimal::Published;
use crate::definitions::{ColumnKind, Definitions, Rule, RuleKind, TableLayout, expression_columns};
use crate::facts::{Entry, Facts, RegisterRow};
use polars::prelude::{Column, DataFrame, DataType, IntoLazy, PolarsResult};
use std::collections::BTreeMap;

/// What became of a hit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It counts (perhaps cut by a cap).
    Counted,
    /// The same practice or event already counts, with at least as many points (并计入).
    Absorbed,
    /// Evidence or approval is missing (待核): it counts nothing yet.
    Pending,
    /// The rule has no legal basis or approval yet (试运行): it counts nothing.
    Trial,
}

impl Outcome {
    /// The printed word.
    pub fn word(self) -> &'static str {
        match self {
            Outcome::Counted => "计分",
            Outcome::Absorbed => "已并计",
            Outcome::Pending => "待核",
            Outcome::Trial => "试运行",
        }
    }
}

/// One rule's effect on one unit, with the evidence it rests on.
#[derive(Clone, Debug, PartialEq)]
pub struct Adjustment {
    /// Position of the rule.
    pub rule: usize,
    /// Position of the unit.
    pub unit: usize,
    /// Points that count after caps; 0 unless counted.
    pub points: Published,
    /// Points the row alone would give.
    pub row_points: Published,
    /// What became of it.
    pub outcome: Outcome,
    /// The row in words.
    pub reason: String,
    /// Evidence identifier; empty where there is none.
    pub evidence: String,
    /// Day of the event, or the last day of the period.
    pub date: Date,
    /// The value that may score once only.
    pub key: String,
    /// Where the row stands.
    pub place: Place,
}

struct Hit {
    row: usize,
    adjustment: Adjustment,
}

/// All hits of a period in rule order, then row order.
pub(super) fn find(
    definitions: &Definitions,
    facts: &Facts,
    earlier: &[&[Adjustment]],
    audit: &mut Audit,
) -> Vec<Adjustment> {
    let mut hits: Vec<Hit> = Vec::new();
    for (position, rule) in definitions.rules.rules.iter().enumerate() {
        let layout = &definitions.tables[rule.table];
        let rows = &facts.registers[rule.table];
        if rows.is_empty() {
            continue;
        }
        let worth = match evaluate(definitions, layout, rows, rule) {
            Ok(worth) => worth,
            Err(problem) => {
                audit.note(
                    Diagnostic::new(
                        Code::ExpressionInvalid,
                        Place::default(),
                        format!("规则 {} 的表达式算不出来", rule.id),
                    )
                    .item(&rule.id)
                    .found(problem.to_string())
                    .help("检查定义文件里这条规则的 trigger 和 points"),
                );
                continue;
            }
        };
        for (number, (row, worth)) in rows.iter().zip(worth).enumerate() {
            let (Some(worth), Entry::Unit(unit)) = (worth, row.first(layout, ColumnKind::Unit)) else { continue };
            let adjustment = adjustment(definitions, facts, position, *unit, row, worth, audit);
            hits.push(Hit { row: number, adjustment });
        }
    }
    absorb_repeats(definitions, &mut hits, earlier);
    absorb_double_deductions(definitions, facts, &mut hits);
    let nothing = |adjustment: &Adjustment| adjustment.points.with_steps(0);
    let settle = |hit: Hit| {
        let points =
            if hit.adjustment.outcome == Outcome::Counted { hit.adjustment.points } else { nothing(&hit.adjustment) };
        Adjustment { points, ..hit.adjustment }
    };
    hits.into_iter().map(settle).collect()
}

/// Points of each row for which the trigger is true. A missing operand makes a condition false.
fn evaluate(
    definitions: &Definitions,
    layout: &TableLayout,
    rows: &[RegisterRow],
    rule: &Rule,
) -> PolarsResult<Vec<Option<f64>>> {
    let frame = frame(definitions, layout, rows)?;
    let trigger = polars::sql::sql_expr(&rule.trigger)?.alias("hit");
    let points = polars::sql::sql_expr(&rule.points)?.cast(DataType::Float64).alias("points");
    let result = frame.lazy().with_columns([trigger, points]).collect()?;
    let hits = result.column("hit")?.bool()?;
    let points = result.column("points")?.f64()?;
    let worth = |(hit, points): (Option<bool>, Option<f64>)| {
        points.filter(|points| hit == Some(true) && points.is_finite() && points.abs() < 1e6)
    };
    Ok(hits.iter().zip(points.iter()).map(worth).collect())
}

/// A small table as a frame, with the columns that [`expression_columns`] promises.
fn frame(definitions: &Definitions, layout: &TableLayout, rows: &[RegisterRow]) -> PolarsResult<DataFrame> {
    let declared = layout.columns.len();
    let column = |(position, (name, kind)): (usize, (String, DataType))| {
        let name = name.as_str().into();
        if position >= declared {
            return Column::new(name, rows.iter().map(|row| row.computed[position - declared]).collect::<Vec<f64>>());
        }
        let entries = rows.iter().map(|row| &row.entries[position]);
        match kind {
            DataType::Boolean => {
                Column::new(name, entries.map(|entry| *entry == Entry::Flag(true)).collect::<Vec<_>>())
            }
            DataType::Float64 => Column::new(name, entries.map(number).collect::<Vec<_>>()),
            _ => Column::new(name, entries.map(|entry| text(definitions, entry)).collect::<Vec<_>>()),
        }
    };
    let columns = expression_columns(layout).into_iter().enumerate().map(column).collect();
    DataFrame::new(rows.len(), columns)
}

fn number(entry: &Entry) -> Option<f64> {
    match entry {
        Entry::Number(number) => Some(*number),
        _ => None,
    }
}

fn text(definitions: &Definitions, entry: &Entry) -> Option<String> {
    match entry {
        Entry::Empty => None,
        Entry::Text(text) => Some(text.clone()),
        Entry::Number(number) => Some(number.to_string()),
        Entry::Date(date) => Some(date.to_string()),
        Entry::Flag(flag) => Some(if *flag { "是" } else { "否" }.to_owned()),
        Entry::Unit(unit) => Some(definitions.units.units[*unit].name.clone()),
        Entry::Measure(measure) => Some(definitions.measures[*measure].name.clone()),
        Entry::Department(department) => Some(definitions.departments[*department].name.clone()),
    }
}

fn adjustment(
    definitions: &Definitions,
    facts: &Facts,
    position: usize,
    unit: usize,
    row: &RegisterRow,
    worth: f64,
    audit: &mut Audit,
) -> Adjustment {
    let index = &definitions.index;
    let rule = &definitions.rules.rules[position];
    let layout = &definitions.tables[rule.table];
    let entry_text = |id: &str| text(definitions, row.named(layout, id)).unwrap_or_default();
    let is_halved = rule.halved_by.as_ref().is_some_and(|id| *row.named(layout, id) == Entry::Flag(true));
    let worth = if is_halved { worth / 2.0 } else { worth };
    let points = Published::round(worth, index.decimals, index.rounding);
    let missing: Vec<&str> = layout
        .columns
        .iter()
        .filter(|column| rule.needs.contains(&column.id) && *row.named(layout, &column.id) == Entry::Empty)
        .map(|column| column.name.as_str())
        .collect();
    let outcome = if !missing.is_empty() {
        let unit_name = &definitions.units.units[unit].name;
        audit.note(
            Diagnostic::new(
                Code::EvidenceMissing,
                row.place.clone(),
                format!("“{unit_name}”的“{}”缺少{},列为待核,不计分", rule.name, missing.join("、")),
            )
            .unit(unit_name)
            .item(&rule.id)
            .expected(missing.join("、"))
            .help("补上后重新运行即计分"),
        );
        Outcome::Pending
    } else if rule.is_trial() {
        Outcome::Trial
    } else {
        Outcome::Counted
    };
    let mut reason: Vec<String> = layout
        .columns
        .iter()
        .zip(&row.entries)
        .filter(|(column, entry)| {
            **entry != Entry::Empty
                && matches!(column.kind, ColumnKind::Text | ColumnKind::Measure)
                && !rule.needs.contains(&column.id)
                && column.id != "evidence"
        })
        .filter_map(|(_, entry)| text(definitions, entry))
        .collect();
    for (id, value) in crate::definitions::computed_columns(layout).into_iter().zip(&row.computed) {
        match id {
            "late_days" => reason.push(format!("迟报 {value} 个工作日")),
            "error" => reason.push(format!("误差 {}%", crate::definitions::decimal::plain(value * 100.0, 2))),
            _ => {}
        }
    }
    if is_halved {
        reason.push("主动发现并整改,减半".to_owned());
    }
    let date = match row.first(layout, ColumnKind::Date) {
        Entry::Date(date) => *date,
        _ => facts.period.last_day(),
    };
    Adjustment {
        rule: position,
        unit,
        points,
        row_points: points,
        outcome,
        reason: reason.join(","),
        evidence: entry_text("evidence"),
        date,
        key: rule.once_per.as_ref().map(|id| entry_text(id)).unwrap_or_default(),
        place: row.place.clone(),
    }
}

/// Of several hits with one key only the highest counts, and none if the key counted not long ago.
fn absorb_repeats(definitions: &Definitions, hits: &mut [Hit], earlier: &[&[Adjustment]]) {
    let mut best: BTreeMap<(usize, usize, String), usize> = BTreeMap::new();
    for position in 0..hits.len() {
        let found = &hits[position].adjustment;
        let rule = &definitions.rules.rules[found.rule];
        if rule.once_per.is_none() || found.key.is_empty() || found.outcome != Outcome::Counted {
            continue;
        }
        let months = i64::from(rule.once_within_months);
        let is_recent = |other: &&Adjustment| {
            let since = (i64::from(found.date.year) - i64::from(other.date.year)) * 12 + i64::from(found.date.month)
                - i64::from(other.date.month);
            other.rule == found.rule
                && other.unit == found.unit
                && other.key == found.key
                && other.outcome == Outcome::Counted
                && since < months
        };
        if earlier.iter().flat_map(|period| period.iter()).any(|other| is_recent(&other)) {
            hits[position].adjustment.outcome = Outcome::Absorbed;
            continue;
        }
        let key = (found.rule, found.unit, found.key.clone());
        keep_the_larger(&mut best, key, position, hits);
    }
}

/// One event counts in one deduction rule only: the larger one.
fn absorb_double_deductions(definitions: &Definitions, facts: &Facts, hits: &mut [Hit]) {
    let mut best: BTreeMap<(usize, String), usize> = BTreeMap::new();
    for position in 0..hits.len() {
        let found = &hits[position].adjustment;
        let rule = &definitions.rules.rules[found.rule];
        if rule.kind != RuleKind::Deduction || found.outcome != Outcome::Counted {
            continue;
        }
        let layout = &definitions.tables[rule.table];
        let row = &facts.registers[rule.table][hits[position].row];
        let event = text(definitions, row.named(layout, "event_id")).unwrap_or_else(|| row.place.to_string());
        let key = (found.unit, event);
        keep_the_larger(&mut best, key, position, hits);
    }
}

/// Of the hits with one key, the first of the largest counts; the others are absorbed.
fn keep_the_larger<K: Ord>(best: &mut BTreeMap<K, usize>, key: K, position: usize, hits: &mut [Hit]) {
    let absorbed = match best.get(&key).copied() {
        Some(other) if hits[other].adjustment.points >= hits[position].adjustment.points => Some(position),
        other => {
            best.insert(key, position);
            other
        }
    };
    if let Some(absorbed) = absorbed {
        hits[absorbed].adjustment.outcome = Outcome::Absorbed;
    }
}
