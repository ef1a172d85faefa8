//! Raw tables in, one tidy checked table out: every value knows its unit, its measure and the cell it came from.

mod answers;
mod arrivals;
mod department;
mod expected;
mod ledger;
mod matrix;
pub mod panel;
mod plausibility;
pub mod probability;
mod readings;
mod register_checks;
mod registers;
pub mod survey;

pub use arrivals::{Arrival, Owed, concerned};
pub use ledger::{LedgerCopy, LedgerSheet};
pub use matrix::{Cell, CellState, Matrix};
pub use panel::PanelResult;
pub use readings::{Check, CheckTally, Checks, Layout, ReadColumn, Replaced, TableReading};
pub use registers::{Entry, RegisterRow};
pub use survey::SurveyCell;

use crate::audit::{Audit, CellRef, Place};
use crate::definitions::calendar::{Date, Period, WorkCalendar};
use crate::definitions::forms::INSTRUCTIONS;
use crate::definitions::{Definitions, fold, panel_of_stem};
use crate::extract::{RawTable, ScannedFile, personal};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// What was observed for a unit and a measure.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Observed {
    /// A finite number; a real zero is a number.
    Value(f64),
    /// 不适用: the thing does not exist here.
    NotApplicable,
    /// 未报: nothing usable was delivered.
    NotReported,
}

/// A cell of a delivered table: position in [`Facts::readings`], row and column in the sheet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Origin {
    /// Position in [`Facts::readings`].
    pub table: u32,
    /// The cell.
    pub cell: CellRef,
}

/// One value with its origin.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Observation {
    /// The value or the kind of empty.
    pub observed: Observed,
    /// Where it stands; `None` where no delivered table has such a cell.
    pub origin: Option<Origin>,
}

/// Outcome of a re-check.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Recheck {
    /// The value as reported.
    pub reported: f64,
    /// Relative error, `|reported − verified| / verified`.
    pub error: f64,
    /// Whether the misreport was so large that the indicator scores nothing.
    pub is_void: bool,
}

const NOTHING: Observation = Observation { observed: Observed::NotReported, origin: None };

/// All facts of one period.
#[derive(Clone, Debug)]
pub struct Facts {
    /// The period.
    pub period: Period,
    /// Tables with figures, as they were understood; origins refer to them.
    pub readings: Vec<TableReading>,
    /// Values that later versions of a file replaced.
    pub replaced: Vec<Replaced>,
    /// Checks made on each department's figures.
    pub checks: Checks,
    /// Files refused for personal data: nothing of them may be copied or quoted.
    pub refused: BTreeSet<Arc<str>>,
    /// Rows of the small tables, in the order of [`Definitions::tables`].
    pub registers: Vec<Vec<RegisterRow>>,
    /// What each ledger that came back says about itself.
    pub ledger_copies: BTreeMap<LedgerSheet, LedgerCopy>,
    /// Survey results by survey, question and unit, then the whole; `None` where nobody answered.
    pub surveys: Vec<survey::SurveyResult>,
    /// Results of the panels, in the order of [`Definitions::panels`].
    pub panels: Vec<PanelResult>,
    /// Last day on which anything of this period arrived, or the period's last day.
    pub cut_off: Date,
    /// What re-checks found, by measure and unit.
    pub rechecks: BTreeMap<(usize, usize), Recheck>,
    /// Working days.
    pub calendar: WorkCalendar,
    unit_count: usize,
    observations: Vec<Observation>,
    own: Vec<Observation>,
}

impl Facts {
    /// The observation of a measure for a unit.
    pub fn observation(&self, measure: usize, unit: usize) -> &Observation {
        &self.observations[measure * self.unit_count + unit]
    }

    /// The authority's own figure for a measure: shown, never ranked.
    pub fn own(&self, measure: usize) -> &Observation {
        &self.own[measure]
    }

    /// The place of an origin.
    pub fn place(&self, origin: Origin) -> Place {
        let TableReading { file, sheet, .. } = &self.readings[origin.table as usize];
        Place { file: Some(file.clone()), sheet: sheet.clone(), cell: Some(origin.cell), line: None }
    }

    /// `file › sheet!cell`, as files for programs and `explain` print it.
    pub fn source_text(&self, origin: Origin) -> String {
        let TableReading { file, sheet, .. } = &self.readings[origin.table as usize];
        match sheet {
            Some(sheet) => format!("{file} › {sheet}!{}", origin.cell),
            None => format!("{file} › {}", origin.cell),
        }
    }

    /// The place of an origin that may not be known.
    fn place_of(&self, origin: Option<Origin>) -> Place {
        origin.map(|origin| self.place(origin)).unwrap_or_default()
    }

    /// Counts a check that was made on a department's figures.
    fn tally(&mut self, department: usize, check: Check, tested_count: usize, found_count: usize) {
        let tally = self.checks.entry((department, check)).or_default();
        tally.tested_count += tested_count;
        tally.found_count += found_count;
    }

    fn observation_mut(&mut self, measure: usize, unit: usize) -> &mut Observation {
        &mut self.observations[measure * self.unit_count + unit]
    }
}

/// What a delivered file is, told by its name alone: the small tables and surveys have fixed names.
pub(crate) enum Role {
    /// A small table, by position.
    Register(usize),
    /// A survey, by position.
    Survey(usize),
    /// Scores of a panel, by position.
    Panel(usize),
    /// Answers to questions and warnings.
    Answers,
    /// A department's table.
    Department,
}

fn stem(path: &str) -> &str {
    let name = path.rsplit('/').next().unwrap_or(path);
    name.rsplit_once('.').map_or(name, |(stem, _)| stem)
}

fn role(definitions: &Definitions, path: &str) -> Role {
    let stem = stem(path);
    if let Some(table) = definitions.tables.iter().position(|table| table.id == stem) {
        return Role::Register(table);
    }
    if stem == "answers" || stem.starts_with("answers-") || stem.starts_with("回执-") {
        return Role::Answers;
    }
    if let Some(panel) = panel_of_stem(&definitions.panels, stem) {
        return Role::Panel(panel);
    }
    let survey = definitions.surveys.iter().position(|survey| stem.strip_prefix("survey-") == Some(survey.id.as_str()));
    survey.map_or(Role::Department, Role::Survey)
}

/// What came for a period.
#[derive(Clone, Copy, Debug, Default)]
pub struct Material<'a> {
    /// Tables delivered for the period.
    pub delivered: &'a [RawTable],
    /// Respondent files too large to be read cell by cell.
    pub scanned: &'a [ScannedFile],
    /// Tables fixed for the year.
    pub frozen: &'a [RawTable],
}

/// Reads what came for one period and what is fixed for its year.
///
/// Always returns facts: what could not be used is noted in the audit and counts as not reported.
pub fn tidy(
    definitions: &Definitions,
    period: Period,
    material: &Material<'_>,
    previous: Option<&Facts>,
    audit: &mut Audit,
) -> Facts {
    let Material { delivered, scanned, frozen } = *material;
    let (unit_count, measure_count) = (definitions.units.units.len(), definitions.measures.len());
    let mut facts = Facts {
        period,
        readings: Vec::new(),
        replaced: Vec::new(),
        checks: Checks::new(),
        refused: refuse_personal_data(delivered.iter().chain(frozen), audit),
        registers: vec![Vec::new(); definitions.tables.len()],
        ledger_copies: ledger::copies(definitions, delivered),
        surveys: definitions.surveys.iter().map(|survey| survey::SurveyResult::empty(survey, unit_count)).collect(),
        panels: Vec::new(),
        cut_off: period.last_day(),
        rechecks: BTreeMap::new(),
        calendar: WorkCalendar::default(),
        unit_count,
        observations: vec![NOTHING; unit_count * measure_count],
        own: vec![NOTHING; measure_count],
    };
    let refused = facts.refused.clone();
    // The sheet that explains our forms comes back with them.
    let is_explanation = |table: &RawTable| table.sheet.as_deref() == Some(INSTRUCTIONS);
    let usable = |table: &&RawTable| !refused.contains(&table.file) && !is_explanation(table);
    let mut has_answers: BTreeMap<Arc<str>, bool> = BTreeMap::new();
    for table in delivered.iter().filter(usable) {
        if matches!(role(definitions, &table.file), Role::Answers) {
            let answers = answers::read(definitions, table, audit);
            *has_answers.entry(table.file.clone()).or_default() |= answers.is_some();
            audit.hear(answers.unwrap_or_default());
        }
    }
    for (file, _) in has_answers.iter().filter(|(_, has_answers)| !**has_answers) {
        answers::note_headless(file, audit);
    }
    let mut departments: Vec<(&RawTable, bool)> = Vec::new();
    let populations: Vec<&RawTable> =
        frozen.iter().filter(usable).filter(|table| is_population(definitions, table)).collect();
    for table in frozen.iter().filter(usable).filter(|table| !is_population(definitions, table)) {
        if stem(&table.file).ends_with("calendar") {
            registers::read_calendar(table, &mut facts.calendar, audit);
        } else {
            departments.push((table, true));
        }
    }
    let mut surveys: Vec<(usize, &RawTable)> = Vec::new();
    let mut scores = vec![panel::Gathered::default(); definitions.panels.len()];
    for table in delivered.iter().filter(usable) {
        match role(definitions, &table.file) {
            Role::Department => departments.push((table, false)),
            Role::Register(layout) if ledger::is_count(definitions, layout, table) => {}
            Role::Register(layout) => registers::read(definitions, layout, table, &mut facts, audit),
            Role::Survey(survey) => surveys.push((survey, table)),
            Role::Panel(panel) => panel::read(definitions, panel, table, &mut scores[panel], audit),
            Role::Answers => {}
        }
    }
    facts.panels = panel::settle(definitions, &scores, audit);
    let seen = department::read(definitions, period, &departments, previous, &mut facts, audit);
    // After the departments' tables: standard errors may need the number of villages.
    let mut read: BTreeMap<usize, Arc<str>> = BTreeMap::new();
    for (survey, table) in surveys {
        if let Some(first) = read.get(&survey).filter(|_| survey::has_respondents(definitions, survey, table)) {
            let place = Place { sheet: table.sheet.clone(), ..Place::file(table.file.clone()) };
            survey::note_second(definitions, survey, first, &place, audit);
            continue;
        }
        survey::read(definitions, survey, table, &populations, previous, &mut facts, audit);
        if facts.surveys[survey].has_arrived {
            read.insert(survey, table.file.clone());
        }
    }
    for file in scanned {
        match role(definitions, &file.path) {
            Role::Survey(survey) => {
                if let Some(first) = read.get(&survey) {
                    survey::note_second(definitions, survey, first, &Place::file(file.path.clone()), audit);
                    continue;
                }
                read.insert(survey, file.path.clone());
                survey::scan(definitions, survey, file, &populations, previous, &mut facts, audit);
            }
            Role::Register(_) | Role::Panel(_) | Role::Answers | Role::Department => {}
        }
    }
    plausibility::check(definitions, previous, &mut facts, audit);
    registers::finish(definitions, &mut facts, audit);
    expected::check_received(definitions, delivered, &seen, audit);
    expected::check_surveys(definitions, &facts, audit);
    panel::check_received(definitions, &facts.panels, audit);
    expected::check_late(definitions, &facts, audit);
    expected::check_ratios(definitions, &mut facts, audit);
    facts
}

/// Whether a table fixed for the year says how many people there are, for the weights of a survey.
fn is_population(definitions: &Definitions, table: &RawTable) -> bool {
    let mut names = definitions.surveys.iter().filter_map(|survey| survey.weighting.margins());
    names.any(|margins| survey::is_population(&table.file, &margins.population))
}

/// The people that a survey (by position) is weighted to, from the tables fixed for a year; `None` where it asks for none
/// or there is no such table.
pub fn population(
    definitions: &Definitions,
    survey: usize,
    frozen: &[RawTable],
    audit: &mut Audit,
) -> Option<survey::Population> {
    let refused = refuse_personal_data(frozen.iter(), audit);
    let usable: Vec<&RawTable> = frozen.iter().filter(|table| !refused.contains(&table.file)).collect();
    survey::read_present(definitions, &definitions.surveys[survey], &usable, audit)
}

/// Notes every file with personal data and returns their paths; nothing of them is read any further.
fn refuse_personal_data<'a>(tables: impl Iterator<Item = &'a RawTable>, audit: &mut Audit) -> BTreeSet<Arc<str>> {
    let mut refused = BTreeSet::new();
    for table in tables {
        let Some(hit) = personal::scan(table) else { continue };
        let place =
            Place { file: Some(table.file.clone()), sheet: table.sheet.clone(), cell: Some(hit.cell), line: None };
        audit.note(personal::refusal(place, hit.what));
        refused.insert(table.file.clone());
    }
    refused
}

/// A header text as it is compared: width folded, blanks and line breaks gone, a trailing unit in brackets gone.
pub(crate) fn header_key(text: &str) -> String {
    use unicode_normalization::UnicodeNormalization;
    let narrow: String = text.nfkc().filter(|letter| !letter.is_whitespace()).collect();
    match narrow.strip_suffix(')').and_then(|rest| rest.rsplit_once('(')) {
        Some((name, unit)) if !name.is_empty() && unit.chars().count() <= 6 => fold(name),
        _ => fold(&narrow),
    }
}
