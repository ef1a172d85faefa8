//! Which lines hit which rules, and what each hit is worth before caps.

use super::adjustment::{Adjustment, Outcome, Subject};
use super::sheet::Sheet;
use super::wording::Wording;
use super::{Settled, repeats};
use crate::audit::{Audit, Code, Diagnostic, Place};
use crate::definitions::decimal::Published;
use crate::definitions::{ColumnKind, Rule, RuleKind, RuleStep, Scope, expression};
use crate::facts::Entry;
use polars::prelude::{DataFrame, DataType, IntoLazy, PolarsResult};
use rayon::prelude::*;
use std::collections::{BTreeMap, BTreeSet};

/// Which rows of which small table some rule was hit by.
pub(super) type Matched = Vec<Vec<bool>>;

/// Names of the columns that expressions use.
pub(super) fn names<'a>(texts: impl Iterator<Item = &'a String>) -> BTreeSet<String> {
    let expressions = texts.filter_map(|text| expression(text).ok());
    expressions.flat_map(|parsed| parsed.meta().root_names()).map(|name| name.to_string()).collect()
}

/// All expressions of a rule.
pub(super) fn expressions(rule: &Rule) -> impl Iterator<Item = &String> {
    std::iter::once(&rule.trigger).chain(details(rule).into_iter().map(|(_, text)| text))
}

fn details(rule: &Rule) -> [(&'static str, &String); 6] {
    [
        ("points", &rule.points),
        ("order_by", &rule.order_by),
        ("label", &rule.label),
        ("dedup_key", &rule.dedup_key),
        ("suspended_when", &rule.suspended_when),
        ("severity", &rule.severity),
    ]
}

/// All hits of the rules applied at one step, settled among themselves; `matched` collects the rows that were hit.
pub(super) fn find(
    sheet: &Sheet,
    step: RuleStep,
    settled: &[Settled],
    matched: &mut Matched,
    audit: &mut Audit,
) -> Vec<Adjustment> {
    let definitions = sheet.definitions;
    let today = sheet.inputs.facts.period.last_day();
    let mut scopes: BTreeMap<Scope, Vec<usize>> = BTreeMap::new();
    for (position, rule) in definitions.rules.rules.iter().enumerate() {
        let is_settled_elsewhere = rule.kind == RuleKind::Fund;
        // Rows are judged by their own day, everything else by the last day of the period.
        let is_in_force = matches!(rule.scope, Scope::Table(_)) || rule.is_valid_on(today);
        if rule.kind.step() == step && is_in_force && !is_settled_elsewhere {
            scopes.entry(rule.scope).or_default().push(position);
        }
    }
    let mut hits: Vec<Adjustment> = Vec::new();
    for (scope, rules) in scopes {
        let triggers = match triggers(sheet, scope, &rules, settled) {
            Ok(triggers) => triggers,
            Err(problem) => {
                for &position in &rules {
                    note_failure(&definitions.rules.rules[position], &problem.to_string(), audit);
                }
                continue;
            }
        };
        if let Scope::Table(table) = scope {
            for &line in triggers.iter().flatten() {
                matched[table][line] = true;
            }
        }
        // Each rule by itself; what they found is put together in the order of the rules.
        let described: Vec<_> = rules
            .par_iter()
            .zip(triggers.par_iter())
            .map(|(&position, lines)| {
                let mut findings = Vec::new();
                let found = describe(sheet, position, lines, settled, &mut findings);
                (position, found, findings)
            })
            .collect();
        for (position, found, findings) in described {
            findings.into_iter().for_each(|finding| audit.note(finding));
            match found {
                Ok(found) => hits.extend(found),
                Err(problem) => note_failure(&definitions.rules.rules[position], &problem.to_string(), audit),
            }
        }
    }
    repeats::settle(sheet, &mut hits);
    hits
}

/// The factor of every unit for each fund rule in force; 0 for a unit for which the trigger is not true.
pub(super) fn factors(sheet: &Sheet, settled: &[Settled], audit: &mut Audit) -> Vec<(usize, Vec<Option<f64>>)> {
    let today = sheet.inputs.facts.period.last_day();
    let mut factors = Vec::new();
    for (position, rule) in sheet.definitions.rules.rules.iter().enumerate() {
        if rule.kind != RuleKind::Fund || rule.scope != Scope::Unit || !rule.is_valid_on(today) {
            continue;
        }
        let lines: Vec<usize> = (0..sheet.height(rule.scope)).collect();
        let partakers = triggers(sheet, rule.scope, &[position], settled);
        let values = Details::new(sheet, rule, &lines, settled).and_then(|details| details.numbers("points"));
        match partakers.and_then(|partakers| Ok((partakers, values?))) {
            Ok((partakers, mut values)) => {
                let own: BTreeSet<usize> = partakers.into_iter().flatten().collect();
                for (_, value) in values.iter_mut().enumerate().filter(|(unit, _)| !own.contains(unit)) {
                    *value = Some(0.0);
                }
                factors.push((position, values));
            }
            Err(problem) => note_failure(rule, &problem.to_string(), audit),
        }
    }
    factors
}

/// Expressions are checked when the definition loads; what fails here failed on the data alone.
fn note_failure(rule: &Rule, problem: &str, audit: &mut Audit) {
    audit.note(
        Diagnostic::new(Code::ExpressionInvalid, Place::default(), format!("规则 {} 的表达式算不出来", rule.id))
            .item(&rule.id)
            .found(problem)
            .help("检查定义文件里这条规则的各个表达式"),
    );
}

/// The lines that hit each of some rules of one scope.
fn triggers(sheet: &Sheet, scope: Scope, rules: &[usize], settled: &[Settled]) -> PolarsResult<Vec<Vec<usize>>> {
    let height = sheet.height(scope);
    if height == 0 {
        return Ok(vec![Vec::new(); rules.len()]);
    }
    let rule = |&position: &usize| &sheet.definitions.rules.rules[position];
    let used = names(rules.iter().map(|position| &rule(position).trigger));
    let lines: Vec<usize> = (0..height).collect();
    let frame = sheet.frame(scope, &used, &lines, settled)?;
    let mut asked = Vec::with_capacity(rules.len());
    for position in rules {
        asked.push(expression(&rule(position).trigger)?.alias(format!("hit{position}")));
    }
    let truths = frame.lazy().select(asked).collect()?;
    let hit_lines = |position: &usize| {
        let truths = truths.column(&format!("hit{position}"))?.bool()?;
        // A constant condition comes back as one line.
        if truths.len() == 1 && height > 1 {
            return Ok(if truths.get(0) == Some(true) { lines.clone() } else { Vec::new() });
        }
        Ok(truths.iter().enumerate().filter(|(_, truth)| *truth == Some(true)).map(|(line, _)| line).collect())
    };
    rules.iter().map(hit_lines).collect()
}

/// Values of a rule's other expressions on the lines it hit.
struct Details {
    frame: DataFrame,
    height: usize,
}

impl Details {
    fn new(sheet: &Sheet, rule: &Rule, lines: &[usize], settled: &[Settled]) -> PolarsResult<Self> {
        let used = names(details(rule).into_iter().map(|(_, text)| text));
        let frame = sheet.frame(rule.scope, &used, lines, settled)?;
        let mut asked = Vec::new();
        for (key, text) in details(rule).into_iter().filter(|(_, text)| !text.is_empty()) {
            let expression = expression(text)?.alias(format!("\u{1}{key}"));
            let is_number = matches!(key, "points" | "order_by");
            asked.push(if is_number { expression.cast(DataType::Float64) } else { expression });
        }
        Ok(Details { frame: frame.lazy().with_columns(asked).collect()?, height: lines.len() })
    }

    fn numbers(&self, key: &str) -> PolarsResult<Vec<Option<f64>>> {
        match self.frame.column(&format!("\u{1}{key}")) {
            Ok(column) => Ok(column.f64()?.iter().map(|number| number.filter(|it| it.is_finite())).collect()),
            Err(_) => Ok(vec![None; self.height]),
        }
    }

    fn texts(&self, key: &str) -> PolarsResult<Vec<String>> {
        match self.frame.column(&format!("\u{1}{key}")) {
            Ok(column) => Ok(column.str()?.iter().map(|text| text.unwrap_or_default().to_owned()).collect()),
            Err(_) => Ok(vec![String::new(); self.height]),
        }
    }

    fn truths(&self, key: &str) -> PolarsResult<Vec<bool>> {
        match self.frame.column(&format!("\u{1}{key}")) {
            Ok(column) => Ok(column.bool()?.iter().map(|truth| truth == Some(true)).collect()),
            Err(_) => Ok(vec![false; self.height]),
        }
    }
}

/// The adjustments that the hit lines of one rule make.
fn describe(
    sheet: &Sheet,
    position: usize,
    lines: &[usize],
    settled: &[Settled],
    findings: &mut Vec<Diagnostic>,
) -> PolarsResult<Vec<Adjustment>> {
    if lines.is_empty() {
        return Ok(Vec::new());
    }
    let definitions = sheet.definitions;
    let rule = &definitions.rules.rules[position];
    let details = Details::new(sheet, rule, lines, settled)?;
    let (points, labels) = (details.numbers("points")?, details.texts("label")?);
    let (matters, severities) = (details.texts("dedup_key")?, details.texts("severity")?);
    let suspended = details.truths("suspended_when")?;
    let orders = details.numbers("order_by")?;
    let words = Wording::new(sheet, rule, settled);
    let zero = Published::of_steps(0, definitions.index.decimals);
    let needs_points = rule.kind.has_points() && rule.places.is_empty();
    let describe_line = |(number, &line): (usize, &usize)| {
        let mut findings = Vec::new();
        let hit = (|| {
            let unit = sheet.unit(rule.scope, line)?;
            let worth = points[number].or((!needs_points).then_some(0.0)).filter(|worth| worth.abs() < 1e6);
            let Some(worth) = worth else {
                findings.push(without_points(sheet, rule, unit, line, points[number]));
                return None;
            };
            let mut hit = Adjustment {
                rule: position,
                unit,
                subject: subject(sheet, rule.scope, line),
                row: matches!(rule.scope, Scope::Table(_)).then_some(line),
                points: zero,
                row_points: zero,
                outcome: if rule.is_trial() { Outcome::Trial } else { Outcome::Counted },
                reason: words.reason(line),
                label: labels[number].clone(),
                evidence: String::new(),
                date: sheet.inputs.facts.period.last_day(),
                key: String::new(),
                matter: matters[number].clone(),
                severity: severities[number].clone(),
                is_suspended: suspended[number],
                place: Place::default(),
            };
            let worth = match rule.scope {
                Scope::Table(table) => of_row(sheet, rule, table, line, worth, &mut hit, &mut findings),
                _ => worth,
            };
            if worth < 0.0 && rule.is_valid_on(hit.date) {
                findings.push(negative(rule, worth, hit.place.clone()));
            }
            if worth < 0.0 || !rule.is_valid_on(hit.date) {
                return None;
            }
            hit.row_points = definitions.index.publish(worth);
            hit.points = hit.row_points;
            Some(hit)
        })();
        (hit, findings)
    };
    // Each line by itself, put together in the order of the lines.
    let described: Vec<_> = lines.par_iter().enumerate().map(describe_line).collect();
    let mut hits = Vec::with_capacity(lines.len());
    let mut ordered: Vec<Option<f64>> = Vec::new();
    for (number, (hit, noted)) in described.into_iter().enumerate() {
        findings.extend(noted);
        if let Some(hit) = hit {
            hits.push(hit);
            ordered.push(orders[number]);
        }
    }
    if !rule.places.is_empty() {
        repeats::give_places(sheet, rule, &mut hits, &ordered);
    }
    Ok(hits)
}

/// The condition holds and the points cannot be computed: an empty operand, a division by zero, a figure out of all
/// bounds. Nobody would miss what is silently left out.
fn without_points(sheet: &Sheet, rule: &Rule, unit: usize, line: usize, found: Option<f64>) -> Diagnostic {
    let place = match rule.scope {
        Scope::Table(table) => sheet.inputs.facts.registers[table][line].place.clone(),
        _ => Place::default(),
    };
    let unit = &sheet.definitions.units.units[unit].name;
    let found = found.map_or_else(|| "空(缺数或除以 0)".to_owned(), |found| found.to_string());
    Diagnostic::new(
        Code::ExpressionInvalid,
        place,
        format!("规则 {} 的条件成立,“{unit}”的分值却算不出来,没有计分", rule.id),
    )
    .unit(unit)
    .item(&rule.id)
    .found(found)
    .expected("0 到一百万之间的数")
    .help("检查这条规则的 points:除数可能为 0,所用的数可能为空;可用 COALESCE(x, 0) 给出缺省值")
}

/// Bonus and deduction are both written as positive points; a sign the wrong way round would turn a rule over.
fn negative(rule: &Rule, worth: f64, place: Place) -> Diagnostic {
    Diagnostic::new(Code::ExpressionInvalid, place, format!("规则 {} 算出负的分值 {worth},这一项没有计", rule.id))
        .item(&rule.id)
        .found(worth.to_string())
        .expected("不小于 0 的分值")
        .help("扣分也写正数;检查 points 里的正负号")
}

fn subject(sheet: &Sheet, scope: Scope, line: usize) -> Subject {
    match scope {
        Scope::Table(_) => Subject::Row,
        Scope::Unit => Subject::Unit,
        Scope::Element => Subject::Element(sheet.part(scope, line)),
        Scope::Indicator => Subject::Indicator(sheet.part(scope, line)),
        Scope::Project => Subject::Project(sheet.part(scope, line)),
        Scope::Item => Subject::Item(sheet.inputs.items[line].item.clone()),
    }
}

/// What only a row of a small table has: evidence, date, key, place; returns what the row is worth.
fn of_row(
    sheet: &Sheet,
    rule: &Rule,
    table: usize,
    line: usize,
    worth: f64,
    hit: &mut Adjustment,
    findings: &mut Vec<Diagnostic>,
) -> f64 {
    let definitions = sheet.definitions;
    let layout = &definitions.tables[table];
    let row = &sheet.inputs.facts.registers[table][line];
    let entry_text = |id: &str| sheet.words(row.named(layout, id)).unwrap_or_default().into_owned();
    hit.evidence = entry_text("evidence");
    hit.place = row.place.clone();
    hit.key = rule.once_per.as_ref().or(rule.repeat_per.as_ref()).map(|id| entry_text(id)).unwrap_or_default();
    // Only deductions look at the matter: one event counts in one of them.
    if rule.kind == RuleKind::Deduction && hit.matter.is_empty() {
        hit.matter = entry_text("event_id");
        if hit.matter.is_empty() {
            hit.matter = row.place.to_string();
        }
    }
    if let Entry::Date(date) = row.first(layout, ColumnKind::Date) {
        hit.date = *date;
    }
    let missing: Vec<&str> = layout
        .columns
        .iter()
        .filter(|column| rule.needs.contains(&column.id) && *row.named(layout, &column.id) == Entry::Empty)
        .map(|column| column.name.as_str())
        .collect();
    if !missing.is_empty() {
        let unit_name = &definitions.units.units[hit.unit].name;
        findings.push(
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
        hit.outcome = Outcome::Pending;
    }
    if rule.halved_by.as_ref().is_some_and(|id| *row.named(layout, id) == Entry::Flag(true)) {
        hit.reason.push_str(",主动发现并整改,减半");
        return worth / 2.0;
    }
    worth
}
