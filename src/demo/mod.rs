//! Synthetic projects of any size from a seed, as bytes: what departments, surveyors and clerks would send.
//!
//! Nothing here knows a particular index: units, measures, targets, tables and mishaps all come from the definitions.
//! Every random number belongs to the seed, its purpose, period, unit and measure, so no value depends on the order in
//! which files are made or on which other files are made.

mod crowd;
mod delimited;
mod draws;
mod forms;
mod holidays;
mod panels;
mod people;
mod registers;
mod respondents;
mod sample;
mod spelling;
mod surveys;
mod synthetic;
mod targets;
#[cfg(test)]
mod tests;
mod traits;
mod values;
mod workbook;

pub use crowd::{Crowd, CrowdPart};
pub use synthetic::{Size, synthetic_project};

use crate::definitions::calendar::Period;
use crate::definitions::{Definitions, DemoScript};
use draws::Draws;
use forms::{Clerk, Form};
use std::collections::BTreeMap;
use values::Values;

/// Checked definitions and a seed in, the files under `data/` out, by path: one form per department, survey, panel, small
/// table and period, and the tables fixed for each year.
///
/// Periods, sizes, scripted rows and mishaps come from [`Definitions::demo`]; without a script, or with periods that
/// cannot be read or lie in the wrong order, there are no files. The same definitions and seed give the same bytes.
pub fn project_data(definitions: &Definitions, seed: u64) -> BTreeMap<String, Vec<u8>> {
    let mut files = BTreeMap::new();
    let Some(script) = &definitions.demo else { return files };
    let periods = periods(script);
    let Some(&last) = periods.last() else { return files };
    let draws = Draws::new(seed);
    let values = Values::new(definitions, script, draws, last);
    let clerk = Clerk { definitions, values: &values, mishaps: &script.mishap, draws };
    for &period in &periods {
        let folder = format!("data/{period}");
        for (style, (name, form)) in department_forms(&clerk, period) {
            let (extension, bytes) = written(&form, style);
            files.insert(format!("{folder}/{name}{}.{extension}", period.title()), bytes);
        }
        for (position, survey) in definitions.surveys.iter().enumerate() {
            let (extension, bytes) = respondents::file(definitions, &values, draws, position, period);
            files.insert(format!("{folder}/survey-{}.{extension}", survey.id), bytes);
        }
        for (position, panel) in definitions.panels.iter().enumerate() {
            let bytes = panels::file(definitions, &values, draws, position, period);
            files.insert(format!("{folder}/panel-{}.csv", panel.id), bytes);
        }
        for (name, bytes) in registers::files(definitions, &script.row, &values, period) {
            files.insert(format!("{folder}/{name}"), bytes);
        }
        frozen_files(&clerk, period, &mut files);
        respondents::population_files(definitions, &values, draws, period, &mut files);
    }
    files
}

/// The periods of a script, in order.
fn periods(script: &DemoScript) -> Vec<Period> {
    let (Ok(first), Ok(last)) = (script.first.parse::<Period>(), script.last.parse::<Period>()) else {
        return Vec::new();
    };
    if first.frequency != last.frequency {
        return Vec::new();
    }
    std::iter::successors(Some(first), |period| Some(period.next())).take_while(|period| *period <= last).collect()
}

/// Forms of the departments that deliver anything, each with its place among them and its name for a file.
fn department_forms(clerk: &Clerk<'_>, period: Period) -> Vec<(usize, (String, Form))> {
    let departments = &clerk.definitions.departments;
    let senders = (0..departments.len()).filter(|&department| !clerk.columns(department).is_empty());
    let mut taken: Vec<&str> = Vec::new();
    let mut forms = Vec::new();
    for (style, department) in senders.enumerate() {
        let Some(form) = clerk.form(department, period) else { continue };
        let department = &departments[department];
        let is_taken = taken.contains(&department.name.as_str());
        taken.push(&department.name);
        let name = if is_taken { format!("{}{}", department.name, department.code) } else { department.name.clone() };
        let forbidden = |letter: char| "/\\:*?\"<>|".contains(letter) || letter.is_control();
        forms.push((style, (name.replace(forbidden, "-"), form)));
    }
    forms
}

/// A form in the layout of the `style`-th department: extension and bytes.
fn written(form: &Form, style: usize) -> (&'static str, Vec<u8>) {
    // Title, particulars, header, sums and note stand above and below the rows.
    let fits = workbook::fits(form.rows.len() + 16, form.columns.len() + 8);
    match style % 5 {
        0 if fits => ("xlsx", workbook::grouped(form)),
        1 if fits => ("xlsx", workbook::two_sheets(form)),
        2 => ("csv", delimited::titled(form)),
        4 if fits => ("xlsx", workbook::shifted(form)),
        _ => ("csv", delimited::bare(form)),
    }
}

/// The tables fixed for the year of a period, unless an earlier period of the year has made them.
fn frozen_files(clerk: &Clerk<'_>, period: Period, files: &mut BTreeMap<String, Vec<u8>>) {
    let year = period.year;
    let path = format!("data/frozen/{year}.xlsx");
    if !files.contains_key(&path)
        && let Some(form) = clerk.frozen_form(Period { part: 1, ..period })
    {
        if workbook::fits(form.rows.len() + 16, form.columns.len() + 8) {
            files.insert(path, workbook::coded(&form, "年内固定数"));
        } else {
            files.insert(format!("data/frozen/{year}.csv"), delimited::bare(&form));
        }
    }
    // What is due after the year's end is due in the next year.
    for year in [year, period.last_day().next().year] {
        if let Some(bytes) = registers::calendar(year) {
            files.insert(format!("data/frozen/{year}-calendar.csv"), bytes);
        }
    }
}
