//! What a period's material is owed by whom, and what came of it: files, dates, corrections.

use super::{Entry, Facts, PanelResult, Role, matrix, role, stem};
use crate::audit::{Audit, Diagnostic};
use crate::definitions::calendar::Date;
use crate::definitions::{Basis, ColumnKind, Definitions, Source, fold};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// A row of the table of arrivals: somebody wrote down that something came.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Arrival {
    /// Name of the table, as written.
    pub table: String,
    /// Position of the department that sent it, where named.
    pub department: Option<usize>,
    /// Position of the unit that sent it, where named.
    pub unit: Option<usize>,
    /// The day on which it came.
    pub arrived_on: Date,
}

/// What a department owes every period.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Owed {
    /// Positions of measures that an indicator uses, without those fixed for the year.
    pub measures: Vec<usize>,
    /// Positions of measures that an indicator uses and that are fixed for the year.
    pub frozen: Vec<usize>,
    /// Positions of surveys that feed an indicator.
    pub surveys: Vec<usize>,
    /// Positions of panels that feed an indicator.
    pub panels: Vec<usize>,
}

impl Owed {
    /// A department's position in, what it owes out.
    pub fn by(definitions: &Definitions, department: usize) -> Self {
        let is_used = |measure: usize| definitions.indicators.iter().any(|indicator| matrix::uses(indicator, measure));
        let theirs = definitions.measures.iter().enumerate().filter(|(_, measure)| measure.department == department);
        let (frozen, measures) = theirs
            .map(|(position, _)| position)
            .filter(|&measure| is_used(measure))
            .partition(|&measure| definitions.measures[measure].basis == Basis::Frozen);
        let feeds = |position: usize| {
            definitions
                .indicators
                .iter()
                .any(|indicator| matches!(indicator.source, Source::Survey { survey, .. } if survey == position))
        };
        let surveys = definitions.surveys.iter().enumerate().filter(|(_, survey)| survey.department == department);
        let surveys = surveys.map(|(position, _)| position).filter(|&survey| feeds(survey)).collect();
        let is_scored = |position: usize| {
            let is_it = |source: Source| matches!(source, Source::Panel { panel, .. } if panel == position);
            definitions.indicators.iter().any(|indicator| is_it(indicator.source))
        };
        let panels = definitions.panels.iter().enumerate().filter(|(_, panel)| panel.department == department);
        let panels = panels.map(|(position, _)| position).filter(|&panel| is_scored(panel)).collect();
        Owed { measures, frozen, surveys, panels }
    }

    /// Data items, surveys and panels owed this period.
    pub fn item_count(&self) -> usize {
        self.measures.len() + self.surveys.len() + self.panels.len()
    }
}

impl Facts {
    /// The day by which files are due.
    pub fn due(&self, definitions: &Definitions) -> Date {
        self.calendar.working_day_after(self.period.last_day(), definitions.index.due_working_days)
    }

    /// The rows of the table of arrivals, in its order.
    pub fn arrivals(&self, definitions: &Definitions) -> Vec<Arrival> {
        let Some(position) = definitions.tables.iter().position(|layout| layout.id == "arrivals") else {
            return Vec::new();
        };
        let layout = &definitions.tables[position];
        let rows = self.registers[position].iter().filter_map(|row| {
            let Entry::Date(arrived_on) = *row.first(layout, ColumnKind::Date) else { return None };
            let table = match row.first(layout, ColumnKind::Text) {
                Entry::Text(text) => text.clone(),
                _ => String::new(),
            };
            let department = match *row.first(layout, ColumnKind::Department) {
                Entry::Department(department) => Some(department),
                _ => None,
            };
            let unit = match *row.first(layout, ColumnKind::Unit) {
                Entry::Unit(unit) => Some(unit),
                _ => None,
            };
            Some(Arrival { table, department, unit, arrived_on })
        });
        rows.collect()
    }

    /// Whether a delivered table has a column for a measure.
    pub fn has_item(&self, measure: usize) -> bool {
        self.own(measure).origin.is_some()
            || (0..self.unit_count).any(|unit| self.observation(measure, unit).origin.is_some())
    }

    /// Files that came this period and the position of the department each is from, where it can be told: by the
    /// figures in it, else by its name. Small tables and yearly tables are not among them.
    pub fn files(&self, definitions: &Definitions, audit: &Audit) -> BTreeMap<Arc<str>, Option<usize>> {
        let mut files = BTreeMap::new();
        for reading in self.readings.iter().filter(|reading| !reading.is_frozen) {
            let known = files.entry(reading.file.clone()).or_insert(None);
            *known = known.or(reading.department);
        }
        let folder = format!("data/{}/", self.period);
        let surveys = self.surveys.iter().filter(|survey| survey.has_arrived);
        let surveys = surveys.map(|survey| Arc::from(survey.source.split(" › ").next().unwrap_or_default()));
        let panels = self.panels.iter().flat_map(PanelResult::files).map(Arc::from);
        let troubled = audit.diagnostics().iter().filter_map(|found| found.place.file.clone());
        for file in surveys.chain(panels).chain(self.refused.iter().cloned()).chain(troubled) {
            let is_lock = file.rsplit('/').next().is_some_and(|name| name.starts_with("~$"));
            let is_kept_by_hand = matches!(role(definitions, &file), Role::Register(_) | Role::Answers);
            if file.starts_with(&folder) && !is_lock && !is_kept_by_hand {
                files.entry(file).or_insert(None);
            }
        }
        for (file, department) in &mut files {
            *department = department.or_else(|| author(definitions, file));
        }
        files
    }

    /// Corrections by department: how many of its files a later version replaced, at least in part.
    pub fn correction_counts(&self, definitions: &Definitions) -> Vec<usize> {
        let mut replaced: BTreeSet<(usize, &str)> = BTreeSet::new();
        for value in &self.replaced {
            let file = &self.readings[value.before.1.table as usize].file;
            replaced.insert((definitions.measures[value.measure].department, file));
        }
        let count = |department: usize| replaced.iter().filter(|(of, _)| *of == department).count();
        (0..definitions.departments.len()).map(count).collect()
    }
}

/// The department a message is about: named in it, or the one whose file it is.
pub fn concerned(
    definitions: &Definitions,
    files: &BTreeMap<Arc<str>, Option<usize>>,
    found: &Diagnostic,
) -> Option<usize> {
    let named = found.department.as_deref();
    named
        .and_then(|name| definitions.departments.iter().position(|department| department.name == name))
        .or_else(|| files.get(found.place.file.as_ref()?).copied().flatten())
}

/// Who sent a file, told by its name alone: the department with the longest name or alias in it.
fn author(definitions: &Definitions, file: &str) -> Option<usize> {
    match role(definitions, file) {
        Role::Survey(survey) => return Some(definitions.surveys[survey].department),
        Role::Panel(panel) => return Some(definitions.panels[panel].department),
        _ => {}
    }
    let stem = fold(stem(file));
    let mut longest = (0, None);
    for (position, department) in definitions.departments.iter().enumerate() {
        for name in std::iter::once(&department.name).chain(&department.aliases) {
            let name = fold(name);
            if stem.contains(&name) && name.len() > longest.0 {
                longest = (name.len(), Some(position));
            }
        }
    }
    longest.1
}
