//! Scores, facts and events in, settled scores out: bonus, deduction, final score, grade, caps, veto, rank, and what
//! follows, each with its evidence.
//!
//! The steps and their order are those of [`RuleStep`]: an expression may only use what is known before its own step.

mod adjustment;
mod caps;
mod columns;
mod details;
mod grades;
mod hits;
mod items;
mod lines;
mod overlooked;
mod projects;
mod rank;
mod repeats;
mod rows;
mod settled;
mod sheet;
mod unit_columns;
mod weighing;
mod wording;

pub use adjustment::{Adjustment, Outcome, Subject};
pub use caps::largest_remainder;
pub use items::ItemFact;
pub use rank::{Rank, ranks};
pub use settled::{Mark, Settled, Settlement};

use crate::audit::Audit;
use crate::definitions::calendar::Period;
use crate::definitions::{Definitions, RuleKind, RuleStep};
use crate::facts::{Facts, Matrix};
use crate::index::Scores;
use caps::Amount;
use sheet::Sheet;
use std::collections::BTreeMap;

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
    overlooked::note_incomparable(&sheet, &used, audit);

    let mut effects = Vec::new();
    hits::find(&sheet, RuleStep::Veto, &units, &mut matched, &mut effects, audit);
    grades::note_vetoes(&effects, &mut units);

    let mut adjustments = Vec::new();
    hits::find(&sheet, RuleStep::Bonus, &units, &mut matched, &mut adjustments, audit);
    caps::by_unit(&mut adjustments, &mut units, |settled, own| {
        let total = caps::limit(definitions, RuleKind::is_bonus, own, None);
        settled.bonus = settled.bonus.with_steps(total);
    });
    hits::find(&sheet, RuleStep::Deduction, &units, &mut matched, &mut adjustments, audit);
    caps::by_unit(&mut adjustments, &mut units, |settled, own| settle_final(definitions, settled, own));

    hits::find(&sheet, RuleStep::Cap, &units, &mut matched, &mut effects, audit);
    grades::settle(definitions, inputs, &effects, &mut units);
    rank::assign(definitions, inputs.scores, &mut units);
    hits::find(&sheet, RuleStep::Consequence, &units, &mut matched, &mut effects, audit);
    overlooked::note_unmatched(&sheet, &matched, audit);
    overlooked::note_unknown_items(&sheet, audit);
    let red_list = rank::red_list(definitions, &units);
    let factors = hits::factors(&sheet, &units, audit);
    Settlement { units, adjustments, effects, red_list, factors }
}

/// Deductions never take more than there is, and what a border of the range cuts is cut from what is printed as bonus
/// or deduction, so that the sum holds as printed.
fn settle_final(definitions: &Definitions, settled: &mut Settled, own: &mut [Amount]) {
    let index = &definitions.index;
    let publish = |value: f64| index.publish(value);
    let is_deduction = |kind: RuleKind| kind == RuleKind::Deduction;
    let mut bonus = settled.bonus.steps();
    let available = settled.base.map(|base| base.steps().max(0) + bonus);
    let mut deduction = caps::limit(definitions, is_deduction, own, available);
    if let (Some(base), Some((low, high))) = (settled.base, definitions.rules.final_range) {
        let sum = base.steps() + bonus - deduction;
        let above = (sum - publish(high).steps()).min(bonus).max(0);
        let below = (publish(low).steps() - sum).min(deduction).max(0);
        if above > 0 {
            bonus = caps::limit(definitions, RuleKind::is_bonus, own, Some(bonus - above));
        }
        if below > 0 {
            deduction = caps::limit(definitions, is_deduction, own, Some(deduction - below));
        }
    }
    settled.bonus = settled.bonus.with_steps(bonus);
    settled.deduction = settled.deduction.with_steps(deduction);
    settled.final_score = settled.base.map(|base| base.with_steps(base.steps() + bonus - deduction));
    settled.grade_by_score =
        settled.final_score.and_then(|score| definitions.grades.iter().position(|grade| score >= publish(grade.min)));
    settled.grade = settled.grade_by_score;
    settled.trial = settled.bonus.with_steps(trial(definitions, own));
}

/// What the rules on trial would give or take, each within its own cap.
fn trial(definitions: &Definitions, own: &[Amount]) -> i64 {
    let index = &definitions.index;
    let mut groups: BTreeMap<usize, (i64, i64, bool)> = BTreeMap::new();
    for hit in own.iter().filter(|hit| hit.outcome == Outcome::Trial) {
        let rule = &definitions.rules.rules[hit.rule];
        let cap = rule.cap.map_or(i64::MAX, |cap| index.publish(cap).steps());
        let group = groups.entry(rule.cap_position).or_insert((0, cap, rule.kind.is_bonus()));
        *group = (group.0 + hit.row_points.steps(), group.1.min(cap), group.2);
    }
    groups.into_values().map(|(sum, cap, is_bonus)| if is_bonus { sum.min(cap) } else { -sum.min(cap) }).sum()
}
