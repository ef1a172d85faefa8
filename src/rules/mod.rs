//! Scores, facts and events in, settled scores out: bonus, deduction, final score, grade, caps, veto, rank, and what
//! follows, each with its evidence.
//!
//! The steps and their order are those of [`RuleStep`]: an expression may only use what is known before its own step.

mod adjustment;
mod caps;
mod columns;
mod grades;
mod hits;
mod items;
mod lines;
mod projects;
mod rank;
mod repeats;
mod settled;
mod sheet;
mod unit_columns;
mod wording;

pub use adjustment::{Adjustment, Outcome, Subject};
pub use caps::largest_remainder;
pub use items::ItemFact;
pub use rank::{Rank, ranks};
pub use settled::{Mark, Settled, Settlement};

use crate::audit::{Audit, Code, Diagnostic};
use crate::definitions::calendar::Period;
use crate::definitions::decimal::Published;
use crate::definitions::{ColumnKind, Definitions, RuleKind, RuleStep};
use crate::facts::{Entry, Facts, Matrix};
use crate::index::Scores;
use sheet::Sheet;
use std::collections::BTreeSet;

/// What the rules are applied to.
#[derive(Clone, Copy, Debug)]
pub struct Inputs<'a> {
    /// Facts of the period.
    pub facts: &'a Facts,
    /// Indicators by units.
    pub matrix: &'a Matrix,
    /// Scores of the period.
    pub scores: &'a Scores,
    /// Problems opened in earlier periods, in the order of opening.
    pub items: &'a [ItemFact],
    /// Earlier periods, oldest first.
    pub earlier: &'a [Earlier<'a>],
}

/// What is known of an earlier period.
#[derive(Clone, Copy, Debug)]
pub struct Earlier<'a> {
    /// The period.
    pub period: Period,
    /// Its scores.
    pub scores: &'a Scores,
    /// How it was settled.
    pub settlement: &'a Settlement,
}

impl<'a> Inputs<'a> {
    /// The period right before, where it was computed.
    pub fn previous(&self) -> Option<&Earlier<'a>> {
        self.earlier.last().filter(|earlier| earlier.period == self.facts.period.previous())
    }

    /// For how many periods in a row, up to this one, an indicator has been red for a unit.
    pub fn red_streak(&self, definitions: &Definitions, indicator: usize, unit: usize) -> u32 {
        if !lines::is_red(definitions, self.scores, indicator, unit) {
            return 0;
        }
        let mut streak = 1;
        let mut expected = self.facts.period.previous();
        for earlier in self.earlier.iter().rev() {
            if earlier.period != expected || !lines::is_red(definitions, earlier.scores, indicator, unit) {
                break;
            }
            streak += 1;
            expected = expected.previous();
        }
        streak
    }
}

/// Applies the rules to a period, in the order of application.
pub fn apply(definitions: &Definitions, inputs: &Inputs, audit: &mut Audit) -> Settlement {
    let used = hits::names(definitions.rules.rules.iter().flat_map(hits::expressions));
    let sheet = Sheet::new(definitions, inputs, &used);
    let mut matched: hits::Matched = inputs.facts.registers.iter().map(|rows| vec![false; rows.len()]).collect();
    let mut units = settled::from_base(definitions, inputs.scores);
    note_incomparable(&sheet, &used, audit);

    let mut effects = hits::find(&sheet, RuleStep::Veto, &units, &mut matched, audit);
    grades::note_vetoes(&effects, &mut units);

    let mut adjustments = hits::find(&sheet, RuleStep::Bonus, &units, &mut matched, audit);
    let by_unit = positions(&adjustments, 0, units.len());
    for (settled, own) in units.iter_mut().zip(&by_unit) {
        let total = caps::limit(definitions, RuleKind::is_bonus, &mut adjustments, own, None);
        settled.bonus = settled.bonus.with_steps(total);
    }
    let bonus_count = adjustments.len();
    adjustments.extend(hits::find(&sheet, RuleStep::Deduction, &units, &mut matched, audit));
    let deductions = positions(&adjustments, bonus_count, units.len());
    for (unit, settled) in units.iter_mut().enumerate() {
        let own: Vec<usize> = by_unit[unit].iter().chain(&deductions[unit]).copied().collect();
        settle_final(definitions, settled, &mut adjustments, &own);
    }

    effects.extend(hits::find(&sheet, RuleStep::Cap, &units, &mut matched, audit));
    grades::settle(definitions, inputs, &effects, &mut units);
    rank::assign(definitions, inputs.scores, &mut units);
    effects.extend(hits::find(&sheet, RuleStep::Consequence, &units, &mut matched, audit));
    note_unmatched(&sheet, &matched, audit);
    note_unknown_items(&sheet, audit);
    let red_list = rank::red_list(definitions, &units);
    let factors = hits::factors(&sheet, &units, audit);
    Settlement { units, adjustments, effects, red_list, factors }
}

/// Positions of adjustments from `start` on, by unit.
fn positions(adjustments: &[Adjustment], start: usize, unit_count: usize) -> Vec<Vec<usize>> {
    let mut by_unit: Vec<Vec<usize>> = vec![Vec::new(); unit_count];
    for (position, adjustment) in adjustments.iter().enumerate().skip(start) {
        by_unit[adjustment.unit].push(position);
    }
    by_unit
}

/// Deductions never take more than there is, and what a border of the range cuts is cut from what is printed as bonus
/// or deduction, so that the sum holds as printed.
fn settle_final(definitions: &Definitions, settled: &mut Settled, adjustments: &mut [Adjustment], own: &[usize]) {
    let index = &definitions.index;
    let publish = |value: f64| Published::round(value, index.decimals, index.rounding);
    let is_deduction = |kind: RuleKind| kind == RuleKind::Deduction;
    let mut bonus = settled.bonus.steps();
    let available = settled.base.map(|base| base.steps().max(0) + bonus);
    let mut deduction = caps::limit(definitions, is_deduction, adjustments, own, available);
    if let (Some(base), Some((low, high))) = (settled.base, definitions.rules.final_range) {
        let sum = base.steps() + bonus - deduction;
        let above = (sum - publish(high).steps()).min(bonus).max(0);
        let below = (publish(low).steps() - sum).min(deduction).max(0);
        if above > 0 {
            bonus = caps::limit(definitions, RuleKind::is_bonus, adjustments, own, Some(bonus - above));
        }
        if below > 0 {
            deduction = caps::limit(definitions, is_deduction, adjustments, own, Some(deduction - below));
        }
    }
    settled.bonus = settled.bonus.with_steps(bonus);
    settled.deduction = settled.deduction.with_steps(deduction);
    settled.final_score = settled.base.map(|base| base.with_steps(base.steps() + bonus - deduction));
    settled.grade_by_score =
        settled.final_score.and_then(|score| definitions.grades.iter().position(|grade| score >= publish(grade.min)));
    settled.grade = settled.grade_by_score;
    settled.trial = settled.bonus.with_steps(trial(definitions, adjustments, own));
}

/// What the rules on trial would give or take, each within its own cap.
fn trial(definitions: &Definitions, adjustments: &[Adjustment], own: &[usize]) -> i64 {
    let index = &definitions.index;
    let mut groups: std::collections::BTreeMap<usize, (i64, i64, bool)> = std::collections::BTreeMap::new();
    for hit in own.iter().map(|&position| &adjustments[position]).filter(|hit| hit.outcome == Outcome::Trial) {
        let rule = &definitions.rules.rules[hit.rule];
        let cap = rule.cap.map_or(i64::MAX, |cap| Published::round(cap, index.decimals, index.rounding).steps());
        let group = groups.entry(rule.cap_position).or_insert((0, cap, rule.kind.is_bonus()));
        *group = (group.0 + hit.row_points.steps(), group.1.min(cap), group.2);
    }
    groups.into_values().map(|(sum, cap, is_bonus)| if is_bonus { sum.min(cap) } else { -sum.min(cap) }).sum()
}

/// Where no unit can be compared with the last period, the rules on progress are off, and the reader is told why.
fn note_incomparable(sheet: &Sheet, used: &BTreeSet<String>, audit: &mut Audit) {
    let asks = used.contains("progress_rate") || used.contains("rise");
    if !asks || sheet.inputs.previous().is_none() || sheet.units.progress.iter().any(Option::is_some) {
        return;
    }
    let share = crate::definitions::decimal::plain(sheet.definitions.rules.comparable_share, 2);
    audit.note(
        Diagnostic::new(Code::ProgressIncomparable, crate::audit::Place::default(), "口径调整,本季不评进步奖")
            .found(format!("没有一个{}与上期可比的权重达到 {share}%", sheet.definitions.index.unit_word))
            .help("年初累计指标重新起算、指标或口径调整后都会这样;下一期自动恢复"),
    );
}

/// An event that no rule looks at was written down for nothing: a wrong type or level.
fn note_unmatched(sheet: &Sheet, matched: &hits::Matched, audit: &mut Audit) {
    let definitions = sheet.definitions;
    for (table, layout) in definitions.tables.iter().enumerate().filter(|(_, layout)| layout.within_period) {
        let rules: Vec<&str> = definitions
            .rules
            .rules
            .iter()
            .filter(|rule| rule.scope == crate::definitions::Scope::Table(table))
            .map(|rule| rule.name.as_str())
            .collect();
        if rules.is_empty() {
            continue;
        }
        for (line, row) in sheet.inputs.facts.registers[table].iter().enumerate() {
            if matched[table][line] {
                continue;
            }
            let texts: Vec<String> = layout
                .columns
                .iter()
                .zip(&row.entries)
                .filter(|(column, entry)| column.kind == ColumnKind::Text && **entry != Entry::Empty)
                .take(4)
                .map(|(column, entry)| format!("{} {}", column.name, sheet.words(entry).unwrap_or_default()))
                .collect();
            audit.note(
                Diagnostic::new(
                    Code::EventUnmatched,
                    row.place.clone(),
                    format!("“{}”的这一行没有规则认领,既不加分也不扣分", layout.name),
                )
                .found(texts.join(","))
                .expected(rules.join("、"))
                .help("核对类型和级别的写法,与规则里的一致;不计分的事项请从表里移出"),
            );
        }
    }
}

/// An event may name the problem of the ledger that it is about: one that there is, of the same unit.
fn note_unknown_items(sheet: &Sheet, audit: &mut Audit) {
    let definitions = sheet.definitions;
    for (table, layout) in definitions.tables.iter().enumerate().filter(|(_, layout)| layout.within_period) {
        for row in &sheet.inputs.facts.registers[table] {
            let (Entry::Text(item), Entry::Unit(unit)) =
                (row.named(layout, "item"), row.first(layout, ColumnKind::Unit))
            else {
                continue;
            };
            let found = sheet.inputs.items.iter().find(|known| known.item == *item);
            if found.is_some_and(|known| known.unit == *unit) {
                continue;
            }
            let own: Vec<&str> = sheet
                .inputs
                .items
                .iter()
                .filter(|known| known.unit == *unit)
                .map(|known| known.item.as_str())
                .collect();
            let name = &definitions.units.units[*unit].name;
            audit.note(
                Diagnostic::new(
                    Code::LedgerItemUnknown,
                    row.place.clone(),
                    format!("“{}”的这一行关联的问题“{item}”不是台账里“{name}”的问题", layout.name),
                )
                .unit(name)
                .item(item)
                .found(item)
                .expected(if own.is_empty() {
                    "这个单位没有问题在台账里".to_owned()
                } else {
                    own.join("、")
                })
                .help("照台账抄写问题编号;与台账无关的事项,这一格空着"),
            );
        }
    }
}
