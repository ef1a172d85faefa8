//! Departments: what each owes, what came, how late, and what is open.

use crate::audit::{Audit, Code, Severity};
use crate::definitions::Definitions;
use crate::definitions::calendar::Date;
use crate::facts::{Arrival, Facts, Owed, concerned};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// Whether what a department owes has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PartyState {
    /// All of it came.
    Arrived,
    /// Something came; data items are missing in it.
    Incomplete,
    /// Only refused files came (personal data).
    Refused,
    /// Somebody wrote down that it came, but no file is in the folder.
    NoFile,
    /// Nothing came, and it is not due yet.
    Outstanding,
    /// Nothing came, and it is overdue.
    Overdue,
}

impl PartyState {
    /// The Chinese word.
    pub fn word(self) -> &'static str {
        match self {
            PartyState::Arrived => "已到",
            PartyState::Incomplete => "缺项",
            PartyState::Refused => "已退回",
            PartyState::NoFile => "未见文件",
            PartyState::Outstanding => "未到",
            PartyState::Overdue => "逾期未到",
        }
    }

    /// The English word for programs.
    pub fn id(self) -> &'static str {
        match self {
            PartyState::Arrived => "arrived",
            PartyState::Incomplete => "incomplete",
            PartyState::Refused => "refused",
            PartyState::NoFile => "no-file",
            PartyState::Outstanding => "outstanding",
            PartyState::Overdue => "overdue",
        }
    }
}

/// Findings that nobody has answered. That something has not come is told by the state and the missing items, so
/// messages that only say so are not counted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Open {
    /// Errors.
    pub error_count: usize,
    /// Questions.
    pub question_count: usize,
    /// Warnings.
    pub warning_count: usize,
}

/// One department.
#[derive(Clone, Debug)]
pub struct Party {
    /// Name, as printed.
    pub name: String,
    /// Whether what it owes has come.
    pub state: PartyState,
    /// Data items, surveys and panels it owes every period.
    pub item_count: usize,
    /// Those of them, and of the yearly ones, that no table has.
    pub missing: Vec<String>,
    /// Tables it owes: those written down in the table of arrivals, at least one where it owes anything.
    pub owed_tables: usize,
    /// Tables that came by the day they were due.
    pub on_time_count: usize,
    /// The last day on which something came, where written down.
    pub arrived_on: Option<Date>,
    /// Working days late: over all tables that came, or up to the day asked where nothing came.
    pub late_days: u32,
    /// Open findings.
    pub open: Open,
    /// Files of it that a later version replaced.
    pub correction_count: usize,
    /// Its files.
    pub files: Vec<String>,
}

/// What the status of all departments is told from.
pub(super) struct Day<'a> {
    pub(super) on: Date,
    pub(super) due: Date,
    pub(super) all: &'a [Arrival],
    pub(super) files: &'a BTreeMap<Arc<str>, Option<usize>>,
    pub(super) findings: &'a BTreeMap<Option<usize>, Open>,
}

/// Unanswered findings by department; those of nobody under `None`.
pub(super) fn open_by_department(
    definitions: &Definitions,
    files: &BTreeMap<Arc<str>, Option<usize>>,
    audit: &Audit,
) -> BTreeMap<Option<usize>, Open> {
    let says_only_what_is_missing =
        |code: Code| matches!(code, Code::FileNotReceived | Code::ItemNotReceived | Code::IndicatorDropped);
    let mut by_department: BTreeMap<Option<usize>, Open> = BTreeMap::new();
    for found in audit.diagnostics() {
        if found.answer.is_some() || says_only_what_is_missing(found.code) {
            continue;
        }
        let open = by_department.entry(concerned(definitions, files, found)).or_default();
        match found.severity() {
            Severity::Error => open.error_count += 1,
            Severity::Question => open.question_count += 1,
            Severity::Warning => open.warning_count += 1,
            Severity::Note => {}
        }
    }
    by_department
}

/// All departments that owe something, sent something or have something to mend.
pub(super) fn parties(definitions: &Definitions, facts: &Facts, day: &Day<'_>) -> Vec<Party> {
    let corrections = facts.correction_counts(definitions);
    let party = |department: usize| {
        let owed = Owed::by(definitions, department);
        let (arrived, later): (Vec<&Arrival>, Vec<&Arrival>) = day
            .all
            .iter()
            .filter(|arrival| arrival.department == Some(department))
            .partition(|arrival| arrival.arrived_on <= day.on);
        let is_theirs = |by: &Option<usize>| *by == Some(department);
        let files: Vec<&Arc<str>> = day.files.iter().filter(|(_, by)| is_theirs(by)).map(|(file, _)| file).collect();
        // A file counts as there from the day written down; where none is, from the beginning.
        let is_present = !arrived.is_empty() || (!files.is_empty() && later.is_empty());
        let open = day.findings.get(&Some(department)).copied().filter(|_| later.is_empty() || is_present);
        let open = open.unwrap_or_default();
        let missing = missing(definitions, facts, &owed, is_present);
        let tables: BTreeSet<&str> = arrived.iter().chain(&later).map(|arrival| arrival.table.as_str()).collect();
        if owed.item_count() == 0
            && tables.is_empty()
            && files.is_empty()
            && missing.is_empty()
            && open == Open::default()
        {
            return None;
        }
        let is_refused = !files.is_empty() && files.iter().all(|file| facts.refused.contains(*file));
        let state = if owed.item_count() == 0 {
            if missing.is_empty() { PartyState::Arrived } else { PartyState::Incomplete }
        } else if !is_present {
            if day.on > day.due { PartyState::Overdue } else { PartyState::Outstanding }
        } else if is_refused {
            PartyState::Refused
        } else if files.is_empty() {
            PartyState::NoFile
        } else if missing.is_empty() {
            PartyState::Arrived
        } else {
            PartyState::Incomplete
        };
        let late = |date: Date| facts.calendar.working_days_late(day.due, date);
        let late_days = if state == PartyState::Overdue {
            late(day.on)
        } else {
            arrived.iter().map(|arrival| late(arrival.arrived_on)).sum()
        };
        Some(Party {
            name: definitions.departments[department].name.clone(),
            state,
            item_count: owed.item_count(),
            missing,
            owed_tables: tables.len().max(usize::from(owed.item_count() > 0)),
            on_time_count: arrived.iter().filter(|arrival| arrival.arrived_on <= day.due).count(),
            arrived_on: arrived.iter().map(|arrival| arrival.arrived_on).max(),
            late_days,
            open,
            correction_count: corrections[department],
            files: files.into_iter().map(ToString::to_string).collect(),
        })
    };
    (0..definitions.departments.len()).filter_map(party).collect()
}

/// Names of what is owed and in no table; all of it where nothing has come yet.
fn missing(definitions: &Definitions, facts: &Facts, owed: &Owed, is_present: bool) -> Vec<String> {
    let lacks = |measure: &&usize| !facts.has_item(**measure);
    let frozen = owed.frozen.iter().filter(lacks);
    let measures = owed.measures.iter().filter(|measure| !is_present || lacks(measure));
    let measures = measures.chain(frozen).map(|&measure| &definitions.measures[measure].name);
    let surveys = owed.surveys.iter().filter(|&&survey| !is_present || !facts.surveys[survey].has_arrived);
    let surveys = surveys.map(|&survey| &definitions.surveys[survey].name);
    let panels = owed.panels.iter().filter(|&&panel| !is_present || !facts.panels[panel].has_arrived());
    let panels = panels.map(|&panel| &definitions.panels[panel].name);
    measures.chain(surveys).chain(panels).cloned().collect()
}
