//! 复述: the figures of a department as they were understood, and what later versions changed.

use super::Change;
use crate::audit::CellRef;
use crate::definitions::decimal::plain;
use crate::definitions::{Definitions, Direction, Source};
use crate::facts::{Facts, Observation, Observed};
use crate::views::{Assessment, PeriodResult};
use std::collections::BTreeSet;

/// Units read back in a receipt; a county has a few dozen.
pub(super) const MOST_UNITS: usize = 20_000;

/// A row a unit, a column a measure.
#[derive(Clone, Debug, Default)]
pub struct ReadBack {
    /// What the columns are.
    pub items: Vec<ReadItem>,
    /// The values.
    pub rows: Vec<ReadRow>,
    /// Units that are not listed, because there are too many.
    pub left_out: usize,
}

/// A measure.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReadItem {
    /// Its name.
    pub name: String,
    /// Its unit.
    pub unit: String,
    /// What it is used for: `A06 分子（越高越好）`.
    pub uses: String,
    /// Files and sheets it was read from; empty where nothing came.
    pub source: String,
    /// Whether fractions were read as percent.
    pub is_fraction: bool,
}

/// A unit with a value for each measure.
#[derive(Clone, Debug, PartialEq)]
pub struct ReadRow {
    /// Name of the unit.
    pub unit: String,
    /// Whether it is the authority's own row.
    pub is_own: bool,
    /// One value for each item.
    pub values: Vec<ReadValue>,
}

/// A value as understood.
#[derive(Clone, Debug, PartialEq)]
pub struct ReadValue {
    /// The figure, or which kind of empty it is.
    pub words: String,
    /// The figure, where it is one.
    pub number: Option<f64>,
    /// Cell it was read from.
    pub cell: Option<CellRef>,
    /// `file › sheet!cell`; empty where it stands nowhere.
    pub source: String,
    /// Whether a later version changed it.
    pub is_corrected: bool,
}

/// What was understood of a department's figures.
pub(super) fn read_back(assessment: &Assessment, current: &PeriodResult, department: usize) -> ReadBack {
    let (definitions, facts) = (&assessment.definitions, &current.facts);
    let measures: Vec<usize> = (0..definitions.measures.len())
        .filter(|&measure| definitions.measures[measure].department == department)
        .collect();
    let items = measures.iter().map(|&measure| item(definitions, facts, measure)).collect();
    if measures.is_empty() {
        return ReadBack::default();
    }
    let units = &definitions.units.units;
    let replaced: BTreeSet<(usize, Option<usize>)> =
        facts.replaced.iter().map(|change| (change.measure, change.unit)).collect();
    let corrected = |measure: usize, unit: Option<usize>| replaced.contains(&(measure, unit));
    let mut rows: Vec<ReadRow> = (0..units.len().min(MOST_UNITS))
        .map(|unit| ReadRow {
            unit: units[unit].name.clone(),
            is_own: false,
            values: measures
                .iter()
                .map(|&measure| value(facts, facts.observation(measure, unit), corrected(measure, Some(unit))))
                .collect(),
        })
        .collect();
    if measures.iter().any(|&measure| facts.own(measure).origin.is_some()) {
        rows.push(ReadRow {
            unit: definitions.units.own_rows.first().cloned().unwrap_or_else(|| "本级".to_owned()),
            is_own: true,
            values: measures
                .iter()
                .map(|&measure| value(facts, facts.own(measure), corrected(measure, None)))
                .collect(),
        });
    }
    ReadBack { items, rows, left_out: units.len().saturating_sub(MOST_UNITS) }
}

fn item(definitions: &Definitions, facts: &Facts, measure: usize) -> ReadItem {
    let about = &definitions.measures[measure];
    let mut sources: Vec<String> = Vec::new();
    let mut is_fraction = false;
    for unit in 0..definitions.units.units.len() {
        let Some(origin) = facts.observation(measure, unit).origin else { continue };
        let Some(reading) = facts.readings.get(origin.table as usize) else { continue };
        let name = reading.file.rsplit('/').next().unwrap_or_default();
        let source = match &reading.sheet {
            Some(sheet) => format!("{name} › {sheet}"),
            None => name.to_owned(),
        };
        if !sources.contains(&source) {
            sources.push(source);
            is_fraction |= reading.columns.iter().any(|column| column.measure == measure && column.is_fraction);
        }
    }
    ReadItem {
        name: about.name.clone(),
        unit: about.unit.clone(),
        uses: uses(definitions, measure),
        source: sources.join("；"),
        is_fraction,
    }
}

/// `A06 分子（越高越好）；A07 分母`.
fn uses(definitions: &Definitions, measure: usize) -> String {
    let mut uses = Vec::new();
    for indicator in &definitions.indicators {
        let role = match indicator.source {
            Source::Ratio { numerator, .. } if numerator == measure => "分子",
            Source::Ratio { denominator, .. } if denominator == measure => "分母",
            Source::Single { measure: single } if single == measure => "指标值",
            _ => continue,
        };
        let direction = match indicator.scoring.direction() {
            _ if role == "分母" => "",
            Some(Direction::Higher) => "（越高越好）",
            Some(Direction::Lower) => "（越低越好）",
            None => "（适中为好）",
        };
        uses.push(format!("{} {role}{direction}", indicator.code));
    }
    uses.join("；")
}

fn value(facts: &Facts, observation: &Observation, is_corrected: bool) -> ReadValue {
    let number = match observation.observed {
        Observed::Value(value) => Some(value),
        Observed::NotApplicable | Observed::NotReported => None,
    };
    ReadValue {
        words: words(observation.observed, observation.origin.is_some()),
        number,
        cell: observation.origin.map(|origin| origin.cell),
        source: observation.origin.map(|origin| facts.source_text(origin)).unwrap_or_default(),
        is_corrected,
    }
}

fn words(observed: Observed, has_cell: bool) -> String {
    match observed {
        Observed::Value(value) => plain(value, 4),
        Observed::NotApplicable => "不适用".to_owned(),
        Observed::NotReported if has_cell => "未采用".to_owned(),
        Observed::NotReported => "未报".to_owned(),
    }
}

/// What later versions of a department's files changed.
pub(super) fn changes(assessment: &Assessment, current: &PeriodResult, department: usize) -> Vec<Change> {
    let (definitions, facts) = (&assessment.definitions, &current.facts);
    let own = facts.replaced.iter().filter(|change| definitions.measures[change.measure].department == department);
    let change = |change: &crate::facts::Replaced| {
        let measure = &definitions.measures[change.measure];
        let unit = change.unit.map(|unit| definitions.units.units[unit].name.clone());
        Change {
            unit: unit.or_else(|| definitions.units.own_rows.first().cloned()).unwrap_or_else(|| "本级".to_owned()),
            item: if measure.unit.is_empty() {
                measure.name.clone()
            } else {
                format!("{}（{}）", measure.name, measure.unit)
            },
            before: (words(change.before.0, true), facts.source_text(change.before.1)),
            after: (words(change.after.0, true), facts.source_text(change.after.1)),
        }
    };
    own.map(change).collect()
}
