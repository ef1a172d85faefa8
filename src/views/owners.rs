//! Which department a table or a finding belongs to.

use crate::audit::Diagnostic;
use crate::definitions::{Definitions, fold, panel_of_stem};
use crate::views::{Assessment, PeriodResult};
use std::collections::BTreeMap;

/// Whether a file holds answers to findings, such as a receipt that came back, and no figures.
pub(super) fn is_reply(file: &str) -> bool {
    let name = file.rsplit('/').next().unwrap_or(file);
    let stem = name.rsplit_once('.').map_or(name, |(stem, _)| stem);
    stem == "answers" || stem.starts_with("answers-") || stem.starts_with("回执-")
}

/// Departments by table and file.
pub(super) struct Owners<'a> {
    definitions: &'a Definitions,
    by_table: BTreeMap<(&'a str, &'a str), usize>,
    by_file: BTreeMap<&'a str, usize>,
}

impl<'a> Owners<'a> {
    pub(super) fn new(assessment: &'a Assessment, current: &'a PeriodResult) -> Self {
        let mut owners =
            Owners { definitions: &assessment.definitions, by_table: BTreeMap::new(), by_file: BTreeMap::new() };
        for reading in &current.facts.readings {
            let Some(department) = reading.department else { continue };
            let sheet = reading.sheet.as_deref().unwrap_or_default();
            owners.by_table.entry((&reading.file, sheet)).or_insert(department);
            owners.by_file.entry(&reading.file).or_insert(department);
        }
        owners
    }

    /// The department of a delivered table: by its figures, else by those of its file, else by the file's name.
    pub(super) fn of_table(&self, file: &str, sheet: Option<&str>) -> Option<usize> {
        self.by_table
            .get(&(file, sheet.unwrap_or_default()))
            .or_else(|| self.by_file.get(file))
            .copied()
            .or_else(|| self.of_name(file))
    }

    /// The department that a finding names, or whose file it is about.
    pub(super) fn of_finding(&self, found: &Diagnostic) -> Option<usize> {
        match &found.department {
            Some(name) => self.definitions.departments.iter().position(|department| department.name == *name),
            None => {
                let file = found.place.file.as_deref()?;
                self.of_table(file, found.place.sheet.as_deref())
            }
        }
    }

    /// The department whose name or alias stands in the name of a delivered file, the longest where several do.
    fn of_name(&self, file: &str) -> Option<usize> {
        // A definition file may be named after a department as well.
        let name = file.strip_prefix("data/")?.rsplit_once('/')?.1;
        let stem = name.rsplit_once('.').map_or(name, |(stem, _)| stem);
        if let Some(id) = stem.strip_prefix("survey-") {
            return self.definitions.surveys.iter().find(|survey| survey.id == id).map(|survey| survey.department);
        }
        if let Some(panel) = panel_of_stem(&self.definitions.panels, stem) {
            return Some(self.definitions.panels[panel].department);
        }
        if self.definitions.tables.iter().any(|table| table.id == stem) {
            return None;
        }
        let stem = fold(stem);
        let mut best: Option<(usize, usize)> = None;
        for (position, department) in self.definitions.departments.iter().enumerate() {
            for name in std::iter::once(&department.name).chain(&department.aliases) {
                let name = fold(name);
                let is_longer = best.is_none_or(|(length, _)| name.len() > length);
                if !name.is_empty() && is_longer && stem.contains(&name) {
                    best = Some((name.len(), position));
                }
            }
        }
        best.map(|(_, position)| position)
    }
}
