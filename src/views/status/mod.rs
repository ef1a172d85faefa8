//! Where the work on a period stands on a day: what came from whom, what is late, what is open, what comes next.
//!
//! Nothing but the results, the findings and the day go in: the same day gives the same status.

mod party;
mod quality;
mod step;
mod todo;

pub use party::{Open, Party, PartyState};
pub use quality::QualityRow;
pub use step::{StepLine, StepState};

use super::PeriodResult;
use crate::audit::Audit;
use crate::definitions::Definitions;
use crate::definitions::calendar::{Date, Period};
use crate::facts::Arrival;
use std::collections::BTreeSet;

/// The status of a period on a day.
#[derive(Clone, Debug)]
pub struct Status {
    /// The period.
    pub period: Period,
    /// The day it is asked for.
    pub on: Date,
    /// The day by which files are due.
    pub due: Date,
    /// Departments that owe or sent something, in the order of the definitions.
    pub parties: Vec<Party>,
    /// Whether the project keeps a table of arrivals; without one nobody knows when something came.
    pub has_register: bool,
    /// Arrivals from units and rows that name no sender, up to the day, in register order. What units owe is not
    /// defined, so that who is missing cannot be told.
    pub others: Vec<OtherArrival>,
    /// Rows of the table of arrivals dated after the day: not there yet.
    pub later_arrival_count: usize,
    /// Files that came and whose sender cannot be told.
    pub unclaimed: Vec<String>,
    /// Open findings that are about no department: definitions, small tables.
    pub project: Open,
    /// The timetable by date; empty where the project has none.
    pub steps: Vec<StepLine>,
    /// How well departments delivered, in the order of the definitions; `None` where the project gives no marks.
    pub quality: Option<Vec<QualityRow>>,
    /// Years whose working days are guessed from the week, as no official calendar names any day of them.
    pub uncharted_years: Vec<i32>,
    /// What to do now, most urgent first, as sentences.
    pub todo: Vec<String>,
}

/// Something that came from a unit, or from nobody who is named.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OtherArrival {
    /// Name of the unit; empty where the row names no sender.
    pub unit: String,
    /// Name of the table, as written.
    pub table: String,
    /// The day on which it came.
    pub arrived_on: Date,
    /// Working days late.
    pub late_days: u32,
}

impl Status {
    /// Results and findings of a period and a day in, the status out.
    pub fn of(definitions: &Definitions, result: &PeriodResult, audit: &Audit, on: Date) -> Self {
        let facts = &result.facts;
        let due = facts.due(definitions);
        let all = facts.arrivals(definitions);
        let all_count = all.len();
        let arrived: Vec<Arrival> = all.iter().filter(|arrival| arrival.arrived_on <= on).cloned().collect();
        let files = facts.files(definitions, audit);
        let findings = party::open_by_department(definitions, &files, audit);
        let day = party::Day { on, due, all: &all, files: &files, findings: &findings };
        let parties = party::parties(definitions, facts, &day);
        let is_complete = !parties.is_empty() && parties.iter().all(|party| party.state == PartyState::Arrived);
        let steps = step::steps(definitions, facts, on, is_complete);
        let mut status = Status {
            period: result.period,
            on,
            due,
            has_register: definitions.tables.iter().any(|layout| layout.id == "arrivals"),
            others: others(definitions, result, &arrived, due),
            later_arrival_count: all_count - arrived.len(),
            unclaimed: files.iter().filter(|(_, by)| by.is_none()).map(|(file, _)| file.to_string()).collect(),
            project: findings.get(&None).copied().unwrap_or_default(),
            quality: definitions.quality.map(|marks| quality::rows(&parties, &marks)),
            uncharted_years: uncharted(definitions, result, due, &steps),
            parties,
            steps,
            todo: Vec::new(),
        };
        status.todo = todo::sentences(&status, result);
        status
    }

    /// How many parties are in a state.
    pub fn count(&self, state: PartyState) -> usize {
        self.parties.iter().filter(|party| party.state == state).count()
    }

    /// Whether every step of the timetable lies in the past.
    pub fn is_over(&self) -> bool {
        !self.steps.is_empty() && self.steps.iter().all(|step| step.to < self.on)
    }
}

fn others(definitions: &Definitions, result: &PeriodResult, arrived: &[Arrival], due: Date) -> Vec<OtherArrival> {
    let mut rows: Vec<&Arrival> = arrived.iter().filter(|arrival| arrival.department.is_none()).collect();
    rows.sort_by_key(|arrival| (arrival.unit.is_none(), arrival.unit, arrival.arrived_on));
    let line = |arrival: &Arrival| OtherArrival {
        unit: arrival.unit.map(|unit| definitions.units.units[unit].name.clone()).unwrap_or_default(),
        table: arrival.table.clone(),
        arrived_on: arrival.arrived_on,
        late_days: result.facts.calendar.working_days_late(due, arrival.arrived_on),
    };
    rows.into_iter().map(line).collect()
}

/// Years of dates counted in working days that the calendar says nothing about.
fn uncharted(definitions: &Definitions, result: &PeriodResult, due: Date, steps: &[StepLine]) -> Vec<i32> {
    let charted: BTreeSet<i32> = result.facts.calendar.named.keys().map(|date| date.year).collect();
    let counted = steps.iter().filter(|step| step.counts_working_days).map(|step| step.to.year);
    let files_are_owed = !definitions.measures.is_empty();
    let years: BTreeSet<i32> = counted.chain(files_are_owed.then_some(due.year)).collect();
    years.into_iter().filter(|year| !charted.contains(year)).collect()
}
