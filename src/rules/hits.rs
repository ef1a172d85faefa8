//! Which lines hit which rules.

use super::adjustment::Adjustment;
use super::details::{Details, details};
use super::sheet::Sheet;
use super::weighing::Weighing;
use super::{Settled, repeats};
use crate::audit::{Audit, Code, Diagnostic, Place};
use crate::definitions::calendar::Date;
use crate::definitions::{Rule, RuleKind, RuleStep, Scope, expression};
use polars::prelude::{IntoLazy, PolarsResult};
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

/// Whether a rule looks at this period: rows are judged by their own day, everything else by the last day of the period.
pub(super) fn is_in_force(rule: &Rule, last_day: Date) -> bool {
    matches!(rule.scope, Scope::Table(_)) || rule.is_valid_on(last_day)
}

/// Adds all hits of the rules applied at one step, settled among themselves; `matched` collects the rows that were hit.
pub(super) fn find(
    sheet: &Sheet,
    step: RuleStep,
    settled: &[Settled],
    matched: &mut Matched,
    hits: &mut Vec<Adjustment>,
    audit: &mut Audit,
) {
    let definitions = sheet.definitions;
    let today = sheet.inputs.facts.period.last_day();
    let mut scopes: BTreeMap<Scope, Vec<usize>> = BTreeMap::new();
    for (position, rule) in definitions.rules.rules.iter().enumerate() {
        let is_settled_elsewhere = rule.kind == RuleKind::Fund;
        if rule.kind.step() == step && is_in_force(rule, today) && !is_settled_elsewhere {
            scopes.entry(rule.scope).or_default().push(position);
        }
    }
    let mut found: Vec<Weighing> = Vec::new();
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
        let weighed: Vec<_> = rules
            .par_iter()
            .zip(triggers)
            .with_max_len(1)
            .map(|(&position, lines)| {
                let mut findings = Vec::new();
                let own = Weighing::new(sheet, position, lines, settled, &mut findings);
                (position, own, findings)
            })
            .collect();
        for (position, own, findings) in weighed {
            findings.into_iter().for_each(|finding| audit.note(finding));
            match own {
                Ok(own) => found.extend(own),
                Err(problem) => note_failure(&definitions.rules.rules[position], &problem.to_string(), audit),
            }
        }
    }
    found.sort_by_key(Weighing::position);
    let start = hits.len();
    hits.reserve(found.iter().map(Weighing::len).sum());
    found.iter_mut().for_each(|own| own.describe(hits));
    repeats::settle(sheet, &found, &mut hits[start..]);
}

/// The factor of every unit for each fund rule in force; 0 for a unit for which the trigger is not true.
pub(super) fn factors(sheet: &Sheet, settled: &[Settled], audit: &mut Audit) -> Vec<(usize, Vec<Option<f64>>)> {
    let today = sheet.inputs.facts.period.last_day();
    let mut factors = Vec::new();
    for (position, rule) in sheet.definitions.rules.rules.iter().enumerate() {
        if rule.kind != RuleKind::Fund || rule.scope != Scope::Unit || !rule.is_valid_on(today) {
            continue;
        }
        let partakers = triggers(sheet, rule.scope, &[position], settled);
        let values = Details::new(sheet, rule, None, settled).and_then(|details| details.numbers("points"));
        match partakers.and_then(|partakers| Ok((partakers, values?))) {
            Ok((partakers, mut values)) => {
                let mut partakes = vec![false; sheet.unit_count()];
                partakers.into_iter().flatten().for_each(|unit| partakes[unit] = true);
                for (value, _) in values.iter_mut().zip(partakes).filter(|(_, partakes)| !partakes) {
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
    let frame = sheet.frame(scope, &used, None, settled)?;
    let mut asked = Vec::with_capacity(rules.len());
    for position in rules {
        asked.push(expression(&rule(position).trigger)?.alias(format!("hit{position}")));
    }
    let truths = frame.lazy().select(asked).collect()?;
    let hit_lines = |position: &usize| {
        let truths = truths.column(&format!("hit{position}"))?.bool()?;
        // A constant condition comes back as one line.
        if truths.len() == 1 && height > 1 {
            return Ok(if truths.get(0) == Some(true) { (0..height).collect() } else { Vec::new() });
        }
        Ok(truths.iter().enumerate().filter(|(_, truth)| *truth == Some(true)).map(|(line, _)| line).collect())
    };
    rules.par_iter().with_max_len(1).map(hit_lines).collect()
}
