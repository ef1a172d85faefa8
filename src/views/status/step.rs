//! The timetable on a day. Only dates are known; that a step was really done can be told for the delivery alone.

use crate::definitions::calendar::Date;
use crate::definitions::{Definitions, Offset};
use crate::facts::Facts;

/// Where a day stands to a step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StepState {
    /// Done: only of the delivery, when everything came.
    Done,
    /// Not done though its day is over: only of the delivery.
    Overdue,
    /// Its only or last day is the day asked for.
    Today,
    /// Its days have begun and are not over.
    Running,
    /// Its days are over; whether it was done is not tracked.
    Past,
    /// Its days have not begun.
    Upcoming,
}

impl StepState {
    /// The Chinese word.
    pub fn word(self) -> &'static str {
        match self {
            StepState::Done => "已完成",
            StepState::Overdue => "逾期",
            StepState::Today => "今日",
            StepState::Running => "进行中",
            StepState::Past => "日期已过",
            StepState::Upcoming => "未开始",
        }
    }

    /// The English word for programs.
    pub fn id(self) -> &'static str {
        match self {
            StepState::Done => "done",
            StepState::Overdue => "overdue",
            StepState::Today => "today",
            StepState::Running => "running",
            StepState::Past => "past",
            StepState::Upcoming => "upcoming",
        }
    }
}

/// A step with its dates.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StepLine {
    /// Identifier.
    pub id: String,
    /// Name.
    pub name: String,
    /// Who does it.
    pub who: String,
    /// Relative to the period: `T+5`.
    pub words: String,
    /// First day.
    pub from: Date,
    /// Last day.
    pub to: Date,
    /// Where the day stands to it.
    pub state: StepState,
    /// What goes in.
    pub takes: String,
    /// What comes out.
    pub gives: String,
    /// Whether its last day is a number of working days.
    pub counts_working_days: bool,
}

/// The steps of a period by date; those of the same dates in the order of the definitions.
pub(super) fn steps(definitions: &Definitions, facts: &Facts, on: Date, is_complete: bool) -> Vec<StepLine> {
    let line = |step: &crate::definitions::Step| {
        let (from, to) = step.days(facts.period, &facts.calendar)?;
        let state = match () {
            () if step.is_due && is_complete => StepState::Done,
            () if step.is_due && on > to => StepState::Overdue,
            () if on > to => StepState::Past,
            () if on == to => StepState::Today,
            () if on >= from => StepState::Running,
            () => StepState::Upcoming,
        };
        Some(StepLine {
            id: step.id.clone(),
            name: step.name.clone(),
            who: step.who.clone(),
            words: step.words(),
            from,
            to,
            state,
            takes: step.takes.clone(),
            gives: step.gives.clone(),
            counts_working_days: matches!(step.to, Offset::WorkingDays(_)),
        })
    };
    let mut lines: Vec<StepLine> = definitions.steps.iter().filter_map(line).collect();
    lines.sort_by_key(|line| (line.from, line.to));
    lines
}
