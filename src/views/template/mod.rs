//! The forms that are sent out: what a party is asked for in, a workbook to fill in out. The same form gives the same bytes.

mod instructions;
mod layout;
mod rules;
mod sheet;
mod styles;
#[cfg(test)]
mod tests;

use crate::definitions::calendar::Period;
use crate::definitions::forms::{Form, Party, forms};
use crate::definitions::{Definitions, fold};
use crate::facts::{Facts, Observed};
use anyhow::Context;
use rust_xlsxwriter::{DocProperties, ExcelDateTime, Workbook, XlsxError};
use std::collections::BTreeMap;

/// What is known when the forms are made; without any of it the forms are blank.
#[derive(Clone, Copy, Default)]
pub struct Known<'a> {
    /// Facts of the period before: each figure stands beside the cell to fill in.
    pub previous: Option<&'a Facts>,
    /// Facts that hold the figures fixed for the year.
    pub fixed: Option<&'a Facts>,
    /// What stands in the cells to fill in, by measure and unit; `None` for empty cells, as sent out.
    pub entered: Option<&'a dyn Fn(usize, usize) -> Observed>,
}

impl Known<'_> {
    fn of(facts: Option<&Facts>, measure: usize, unit: usize) -> Observed {
        facts.map_or(Observed::NotReported, |facts| facts.observation(measure, unit).observed)
    }

    fn entered(&self, measure: usize, unit: usize) -> Observed {
        self.entered.map_or(Observed::NotReported, |entered| entered(measure, unit))
    }
}

/// A workbook with its name.
#[derive(Clone, Debug)]
pub struct Template {
    /// Who it is for.
    pub party: Party,
    /// Name of the file, fit for any file system.
    pub file_name: String,
    /// The workbook.
    pub bytes: Vec<u8>,
}

/// One workbook for each party that owes anything in the period, in the order of [`forms`].
///
/// # Errors
/// A form has more rows or columns than a sheet can hold.
pub fn templates(definitions: &Definitions, period: Period, known: &Known<'_>) -> anyhow::Result<Vec<Template>> {
    let mut taken: BTreeMap<String, usize> = BTreeMap::new();
    let mut templates = Vec::new();
    for form in forms(definitions) {
        let name = form.party.name(definitions);
        let mut stem = file_stem(name, period, KIND);
        // Two parties of one name would overwrite each other's file.
        let count = taken.entry(stem.to_lowercase()).or_insert(0);
        *count += 1;
        if *count > 1 {
            stem = file_stem(&format!("{name}({})", form.party.code(definitions)), period, KIND);
        }
        let bytes = workbook(definitions, period, &form, known)
            .with_context(|| format!("“{name}”的模板没有做成:一张工作表放不下这么多单位或数据项"))?;
        templates.push(Template { party: form.party, file_name: format!("{stem}.xlsx"), bytes });
    }
    Ok(templates)
}

/// The party of a form by what people call it: code, name or another name of a department or unit.
pub fn find_party(definitions: &Definitions, text: &str) -> Option<Party> {
    use crate::definitions::Matched;
    let key = fold(text);
    let department = definitions.departments.iter().position(|department| {
        let names = [&department.code, &department.name].into_iter().chain(&department.aliases);
        names.into_iter().any(|name| fold(name) == key)
    });
    department.map(Party::Department).or_else(|| match definitions.units.find(text) {
        Matched::Unit(unit) | Matched::Alias(unit) => Some(Party::Unit(unit)),
        _ => None,
    })
}

/// What the files are called.
const KIND: &str = "报送表";
/// Longest name of a party or survey in a file name.
const LONGEST_NAME: usize = 60;

/// The stem of a file about a party or survey in a period, fit for any file system.
pub(super) fn file_stem(party: &str, period: Period, kind: &str) -> String {
    let is_unfit = |letter: char| letter.is_control() || r#"\/:*?"<>|"#.contains(letter);
    let fit: String = party.chars().map(|letter| if is_unfit(letter) { '_' } else { letter }).collect();
    let name: String = fit.trim().chars().take(LONGEST_NAME).collect();
    // A leading dot hides a file, ~ marks an office's lock file, and neither would be read.
    let name = name.trim_start_matches(['.', '~', '$', ' ']);
    format!("{}{}{kind}", if name.is_empty() { "_" } else { name }, period.title())
}

fn workbook(definitions: &Definitions, period: Period, form: &Form, known: &Known<'_>) -> Result<Vec<u8>, XlsxError> {
    let mut workbook = Workbook::new();
    // The writer would put in the clock's time.
    let made = ExcelDateTime::from_ymd(2022, 1, 1)?;
    workbook.set_properties(&DocProperties::new().set_creation_datetime(&made));
    workbook.push_worksheet(sheet::form(definitions, period, form, known)?);
    workbook.push_worksheet(instructions::sheet(definitions, period, form)?);
    workbook.save_to_buffer()
}
