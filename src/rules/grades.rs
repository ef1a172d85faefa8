//! Grade caps and vetoes: they change the grade and the awards, never the arithmetic.

use super::adjustment::{Adjustment, Outcome};
use super::{Inputs, Mark, Settled};
use crate::definitions::{Definitions, RankMark, RuleKind};

/// Vetoes are known before the first bonus; what they do to the grade comes last.
pub(super) fn note_vetoes(effects: &[Adjustment], units: &mut [Settled]) {
    for effect in effects.iter().filter(|effect| effect.outcome == Outcome::Counted) {
        units[effect.unit].is_vetoed = true;
    }
}

/// Applies grade caps, then vetoes, and writes the marks.
pub(super) fn settle(definitions: &Definitions, inputs: &Inputs, effects: &[Adjustment], units: &mut [Settled]) {
    let counted = |kind: RuleKind| {
        let is_of_kind = move |effect: &&Adjustment| definitions.rules.rules[effect.rule].kind == kind;
        effects.iter().filter(|effect| effect.outcome == Outcome::Counted).filter(is_of_kind)
    };
    for effect in counted(RuleKind::GradeCap) {
        let rule = &definitions.rules.rules[effect.rule];
        let settled = &mut units[effect.unit];
        if let (Some(limit), Some(grade)) = (rule.limit, settled.grade_by_score) {
            let label = if effect.label.is_empty() { rule.id.clone() } else { effect.label.to_string() };
            let mark = if grade < limit { Mark::Capped(label) } else { Mark::Noticed(label) };
            settled.grade = settled.grade.map(|grade| grade.max(limit));
            if !settled.marks.contains(&mark) {
                settled.marks.push(mark);
            }
        }
        match rule.rank {
            Some(RankMark::LeaveOut) => settled.marks.push(Mark::Unranked),
            Some(RankMark::Flag) => settled.marks.push(Mark::LowCoverage),
            None => {}
        }
    }
    // A gate that caps is not noticed besides.
    for settled in units.iter_mut() {
        let capped: Vec<Mark> = settled.marks.iter().filter(|mark| matches!(mark, Mark::Capped(_))).cloned().collect();
        settled.marks.retain(|mark| match mark {
            Mark::Noticed(label) => !capped.contains(&Mark::Capped(label.clone())),
            _ => true,
        });
    }
    let lowest = definitions.grades.len().checked_sub(1);
    for effect in counted(RuleKind::Veto) {
        let settled = &mut units[effect.unit];
        settled.grade = settled.grade.and(lowest);
        let mark = Mark::Vetoed(effect.label.to_string());
        if !settled.marks.contains(&mark) {
            settled.marks.push(mark);
        }
    }
    for (unit, settled) in units.iter_mut().enumerate() {
        if settled.base.is_none() {
            settled.marks.push(Mark::Unranked);
        }
        if settled.marks.contains(&Mark::Unranked) {
            settled.marks.retain(|mark| *mark != Mark::LowCoverage && *mark != Mark::Unranked);
            settled.marks.push(Mark::Unranked);
        }
        for (number, indicator) in definitions.indicators.iter().enumerate().filter(|(_, it)| it.gate) {
            if super::lines::is_unreported(inputs, number, unit) {
                settled.marks.push(Mark::GateMissing(indicator.code.clone()));
            }
        }
    }
}
