//! Reminders, interviews, supervision (提醒、约谈、督导): by level and persistence.

use crate::definitions::{Definitions, RuleKind};
use crate::rules::{Adjustment, Inputs, Outcome, Settlement};
use std::collections::BTreeMap;

/// What is sent to one unit by one rule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notice {
    /// Position of the interview rule.
    pub rule: usize,
    /// Position of the unit.
    pub unit: usize,
    /// For how many periods in a row, this one included, the unit has hit the rule.
    pub streak: u32,
    /// Position among [`crate::definitions::Rule::steps`] that the streak alone would give.
    pub earned_step: usize,
    /// Position of the step that is taken: one back where the next step is suspended.
    pub step: usize,
    /// Whether a plan on schedule suspends the next step.
    pub is_suspended: bool,
    /// Whether the rule is on trial (试运行): computed and shown, nothing is sent and nothing counts later.
    pub is_trial: bool,
    /// What hit the rule, in words.
    pub reason: String,
}

impl Notice {
    /// The step that is taken, such as 提醒函.
    pub fn word<'a>(&self, definitions: &'a Definitions) -> &'a str {
        step_word(definitions, self.rule, self.step)
    }

    /// The step that the streak alone would give, such as 约谈.
    pub fn earned_word<'a>(&self, definitions: &'a Definitions) -> &'a str {
        step_word(definitions, self.rule, self.earned_step)
    }

    /// One sentence: how often, what is sent, and why it is not more.
    pub fn sentence(&self, definitions: &Definitions) -> String {
        let (word, earned) = (self.word(definitions), self.earned_word(definitions));
        let times = if self.streak > 1 { format!("连续 {} 期", self.streak) } else { "本期".to_owned() };
        let trial = if self.is_trial { "(试运行,不发出)" } else { "" };
        match (self.is_suspended, self.step < self.earned_step) {
            (true, true) => format!("{times}触发,应为{earned};整改按计划进行,改为{word}{trial}"),
            _ => format!("{times}触发,{word}{trial}"),
        }
    }
}

fn step_word(definitions: &Definitions, rule: usize, step: usize) -> &str {
    definitions.rules.rules[rule].steps.get(step).map_or("", String::as_str)
}

/// The notices of a period, by unit, then by rule.
///
/// A rule on trial is shown from its first step and never gets beyond it, because its hits do not count as earlier ones.
pub(super) fn draw_up(definitions: &Definitions, inputs: &Inputs, settlement: &Settlement) -> Vec<Notice> {
    let rules = &definitions.rules.rules;
    let is_shown = |effect: &&Adjustment| {
        rules[effect.rule].kind == RuleKind::Interview && matches!(effect.outcome, Outcome::Counted | Outcome::Trial)
    };
    let streaks = earlier_streaks(definitions, inputs);
    let mut notices: BTreeMap<(usize, usize), Notice> = BTreeMap::new();
    for hit in settlement.effects.iter().filter(is_shown) {
        let key = (hit.unit, hit.rule);
        if let Some(known) = notices.get_mut(&key) {
            // Several rows of one table are one notice.
            known.reason = format!("{};{}", known.reason, hit.reason(definitions, inputs.facts));
            known.is_suspended |= hit.is_suspended;
            continue;
        }
        let notice = Notice {
            rule: hit.rule,
            unit: hit.unit,
            streak: 1 + streaks.get(&key).copied().unwrap_or(0),
            earned_step: 0,
            step: 0,
            is_suspended: hit.is_suspended,
            is_trial: hit.outcome == Outcome::Trial,
            reason: hit.reason(definitions, inputs.facts),
        };
        notices.insert(key, notice);
    }
    let mut notices: Vec<Notice> = notices.into_values().collect();
    for notice in &mut notices {
        notice.earned_step = step(notice.streak, rules[notice.rule].steps.len(), false);
        notice.step = step(notice.streak, rules[notice.rule].steps.len(), notice.is_suspended);
    }
    notices
}

/// For how many periods in a row right before this one a rule counted a hit for a unit, by unit and rule.
fn earlier_streaks(definitions: &Definitions, inputs: &Inputs) -> BTreeMap<(usize, usize), u32> {
    let mut streaks: BTreeMap<(usize, usize), u32> = BTreeMap::new();
    let mut expected = inputs.facts.period.previous();
    for (length, earlier) in (0..).zip(inputs.earlier.iter().rev()) {
        if earlier.period != expected {
            break;
        }
        let is_meant = |effect: &&Adjustment| {
            definitions.rules.rules[effect.rule].kind == RuleKind::Interview && effect.outcome == Outcome::Counted
        };
        for effect in earlier.settlement.effects.iter().filter(is_meant) {
            let streak = streaks.entry((effect.unit, effect.rule)).or_insert(0);
            // Only a row without a gap goes on; a second hit in the same period adds nothing.
            if *streak == length {
                *streak += 1;
            }
        }
        expected = expected.previous();
    }
    streaks
}

/// The step of a streak of 1 and more: the first for one, the last for good; suspended, one back.
fn step(streak: u32, step_count: usize, is_suspended: bool) -> usize {
    let last = step_count.saturating_sub(1);
    let earned = usize::try_from(streak).unwrap_or(usize::MAX).saturating_sub(1).min(last);
    if is_suspended { earned.saturating_sub(1) } else { earned }
}

#[cfg(test)]
mod tests {
    use super::step;

    #[test]
    fn one_two_three_periods_are_reminder_interview_supervision_and_it_stays_there() {
        let taken = |streak: u32| step(streak, 3, false);
        assert_eq!([taken(1), taken(2), taken(3), taken(4), taken(9)], [0, 1, 2, 2, 2]);
    }

    #[test]
    fn a_plan_on_schedule_holds_the_step_one_back_but_never_below_the_first() {
        // rules.md, R17: two quarters running, the plan at 80 %: sent as a reminder, no interview.
        let taken = |streak: u32| step(streak, 3, true);
        assert_eq!([taken(1), taken(2), taken(3), taken(4)], [0, 0, 1, 1]);
        assert_eq!(step(3, 1, true), 0);
    }
}
