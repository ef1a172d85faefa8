//! The forms that departments fill in: which columns, which rows, and what stands in every cell.

use super::draws::Draws;
use super::spelling::{full_width, shortened, with_commas};
use super::values::Values;
use crate::definitions::calendar::{Date, Period};
use crate::definitions::decimal::plain;
use crate::definitions::{Basis, Definitions, DemoMishap, Matched, Source, fold};
use std::collections::BTreeSet;

/// What stands in a cell of a form.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Cell {
    /// Nothing.
    Empty,
    /// A number.
    Number(f64),
    /// Text.
    Text(String),
    /// A day.
    Date(Date),
}

/// A form with its figures, before it is a file of any kind.
#[derive(Clone, Debug)]
pub(super) struct Form {
    /// Line above the table.
    pub(super) title: String,
    /// Who, when, in which units: three cells below the title.
    pub(super) about: Vec<String>,
    /// Header of the running number, where the definitions know such a column.
    pub(super) number_header: Option<String>,
    /// Header of the column of unit codes, where there is one.
    pub(super) code_header: Option<String>,
    /// Header of the column of unit names.
    pub(super) name_header: String,
    /// Columns with figures: a heading that neighbours share, and the header.
    pub(super) columns: Vec<(String, String)>,
    /// Units in code order.
    pub(super) rows: Vec<Row>,
    /// The row of sums, where the definitions know such a row.
    pub(super) total: Option<Row>,
    /// Line below the table.
    pub(super) note: String,
}

/// A row of a form.
#[derive(Clone, Debug)]
pub(super) struct Row {
    /// Code of the unit.
    pub(super) code: String,
    /// Name of the unit, as this department writes it.
    pub(super) name: String,
    /// Figures.
    pub(super) cells: Vec<Cell>,
}

impl Form {
    /// The same form with the columns from `from` up to and without `to`.
    pub(super) fn part(&self, from: usize, to: usize) -> Form {
        let row = |row: &Row| Row { cells: row.cells[from..to].to_vec(), ..row.clone() };
        Form {
            columns: self.columns[from..to].to_vec(),
            rows: self.rows.iter().map(row).collect(),
            total: self.total.as_ref().map(row),
            ..self.clone()
        }
    }
}

/// Oddities per period over all files: units under another of their names, figures in full-width digits.
const ALIAS_COUNT: usize = 3;
const FULL_WIDTH_COUNT: usize = 4;

/// The line below every table.
const NOTE: &str = "注:本表为模拟数据,不代表实际情况。";

/// Fills in forms.
pub(super) struct Clerk<'a> {
    pub(super) definitions: &'a Definitions,
    pub(super) values: &'a Values<'a>,
    pub(super) mishaps: &'a [DemoMishap],
    pub(super) draws: Draws,
}

impl Clerk<'_> {
    /// The measures a department delivers every period, pairs of one indicator side by side, each with the
    /// indicator's name.
    pub(super) fn columns(&self, department: usize) -> Vec<(usize, String)> {
        let measures = &self.definitions.measures;
        let mut columns: Vec<(usize, String)> = Vec::new();
        let mut add = |measure: usize, heading: String| {
            let delivered = measures[measure].department == department && measures[measure].basis != Basis::Frozen;
            if delivered && !columns.iter().any(|(other, _)| *other == measure) {
                columns.push((measure, heading));
            }
        };
        for indicator in &self.definitions.indicators {
            let heading = || shortened(&indicator.name);
            match indicator.source {
                Source::Ratio { numerator, denominator } => {
                    add(numerator, heading());
                    add(denominator, heading());
                }
                Source::Single { measure } => add(measure, heading()),
                Source::Survey { .. } | Source::Panel { .. } => {}
            }
        }
        for (position, measure) in measures.iter().enumerate() {
            add(position, measure.name.clone());
        }
        columns
    }

    /// The form of a department for a period; `None` where it has nothing to deliver.
    pub(super) fn form(&self, department: usize, period: Period) -> Option<Form> {
        let when = period.to_string();
        let mut columns = self.columns(department);
        columns.retain(|(measure, _)| !self.is_left_out(*measure, &when));
        if columns.is_empty() {
            return None;
        }
        let name = &self.definitions.departments[department].name;
        let index = &self.definitions.index.name;
        let title = format!("{index}{name}{}报送表(模拟数据)", period.title());
        let mut filled_in = period.last_day();
        for _ in 0..9 {
            filled_in = filled_in.next();
        }
        let day = format!("{}.{}.{}", filled_in.year, filled_in.month, filled_in.day);
        Some(self.fill(title, vec![format!("填报单位:{name}"), format!("填报日期:{day}")], &columns, period))
    }

    /// The form with the figures that are fixed for the year; `None` where there are none.
    pub(super) fn frozen_form(&self, year_start: Period) -> Option<Form> {
        let year = year_start.year;
        let when = year.to_string();
        let measures = self.definitions.measures.iter().enumerate();
        let frozen = measures.filter(|(_, measure)| measure.basis == Basis::Frozen);
        let columns: Vec<(usize, String)> = frozen
            .filter(|(position, _)| !self.is_left_out(*position, &when))
            .map(|(position, measure)| (position, measure.name.clone()))
            .collect();
        let title = format!("{}{year}年度固定数(模拟数据)", self.definitions.index.name);
        let about = vec![format!("年度:{year}年"), "口径:年内不变".to_owned()];
        (!columns.is_empty()).then(|| self.fill(title, about, &columns, year_start))
    }

    fn is_left_out(&self, measure: usize, when: &str) -> bool {
        let column = |mishap: &&DemoMishap| mishap.unit.is_empty() && mishap.cell.is_empty() && mishap.factor.is_none();
        self.mishaps.iter().filter(column).any(|mishap| self.values.concerns(mishap, measure, None, when))
    }

    fn fill(&self, title: String, mut about: Vec<String>, columns: &[(usize, String)], period: Period) -> Form {
        let definitions = self.definitions;
        let register = &definitions.units;
        let measures = &definitions.measures;
        let mut counted: Vec<&str> = Vec::new();
        for (measure, _) in columns {
            let unit = measures[*measure].unit.as_str();
            if !unit.is_empty() && !counted.contains(&unit) {
                counted.push(unit);
            }
        }
        about.push(format!("计量单位:{}", counted.join("、")));
        let odd = self.oddities(period);
        let mut sums = vec![0.0; columns.len()];
        let rows = register.units.iter().enumerate().map(|(unit, definition)| {
            let cells = columns.iter().enumerate().map(|(column, (measure, _))| {
                let (cell, counted) = self.cell(*measure, unit, period);
                sums[column] += counted;
                match cell {
                    Cell::Number(number) if odd.full_width.contains(&(*measure, unit)) => {
                        Cell::Text(full_width(&plain(number, 4)))
                    }
                    cell => cell,
                }
            });
            let cells: Vec<Cell> = cells.collect();
            let alias = columns.first().and_then(|(measure, _)| self.alias(&odd, measures[*measure].department, unit));
            Row { code: definition.code.clone(), name: alias.unwrap_or(&definition.name).to_owned(), cells }
        });
        let rows: Vec<Row> = rows.collect();
        let total =
            register.total_rows.first().map(|name| Row {
                code: String::new(),
                name: name.clone(),
                cells: columns
                    .iter()
                    .zip(&sums)
                    // A sum of percentages means nothing.
                    .map(|((measure, _), sum)| {
                        if measures[*measure].unit == "%" {
                            Cell::Empty
                        } else {
                            Cell::Number((sum * 1e4).round() / 1e4)
                        }
                    })
                    .collect(),
            });
        Form {
            title,
            about,
            number_header: register.ignored_columns.iter().find(|header| header.as_str() == "序号").cloned(),
            code_header: register.code_columns.first().cloned(),
            name_header: register.name_columns.first().cloned().unwrap_or_default(),
            columns: columns
                .iter()
                .map(|(measure, heading)| (heading.clone(), measures[*measure].name.clone()))
                .collect(),
            rows,
            total,
            note: NOTE.to_owned(),
        }
    }

    /// What stands in a cell, and what it adds to the row of sums.
    fn cell(&self, measure: usize, unit: usize, period: Period) -> (Cell, f64) {
        let value = self.values.reported(measure, unit, period);
        let when = self.values.when(measure, period);
        let scripted = self
            .mishaps
            .iter()
            .find(|mishap| mishap.factor.is_none() && self.values.concerns(mishap, measure, Some(unit), &when));
        let Some(mishap) = scripted else { return (Cell::Number(value), value) };
        let number = plain(value, 4);
        let text = mishap
            .cell
            .replace("{fullwidth}", &full_width(&number))
            .replace("{unit}", &format!("{number}{}", self.definitions.measures[measure].unit))
            .replace("{comma}", &with_commas(&number))
            .replace("{empty}", "");
        let is_number = ["{fullwidth}", "{unit}", "{comma}"].iter().any(|spelling| mishap.cell.contains(spelling));
        (if text.is_empty() { Cell::Empty } else { Cell::Text(text) }, if is_number { value } else { 0.0 })
    }

    /// Which cells and rows of a period are written in an odd way.
    fn oddities(&self, period: Period) -> Oddities {
        let when = period.to_string();
        let unit_count = self.definitions.units.units.len();
        let measures: Vec<usize> = (0..self.definitions.departments.len())
            .flat_map(|department| self.columns(department))
            .map(|(m, _)| m)
            .collect();
        let mut odd = Oddities::default();
        let mut stream = self.draws.stream("full-width", &when, "", "");
        for _ in 0..FULL_WIDTH_COUNT.min(measures.len()) {
            odd.full_width.insert((measures[stream.below(measures.len())], stream.below(unit_count)));
        }
        let senders: Vec<usize> = (0..self.definitions.departments.len())
            .filter(|&department| !self.columns(department).is_empty())
            .collect();
        let mut stream = self.draws.stream("alias", &when, "", "");
        for _ in 0..ALIAS_COUNT.min(senders.len()) {
            odd.aliases.insert((senders[stream.below(senders.len())], stream.below(unit_count)));
        }
        odd
    }

    /// Another name for a unit in a department's file, where chance wants one and there is one that is understood.
    fn alias(&self, odd: &Oddities, department: usize, unit: usize) -> Option<&str> {
        if !odd.aliases.contains(&(department, unit)) {
            return None;
        }
        let register = &self.definitions.units;
        let definition = &register.units[unit];
        let mut names = std::iter::once(&definition.short).chain(&definition.aliases);
        let is_understood =
            |name: &str| matches!(register.find(name), Matched::Unit(found) | Matched::Alias(found) if found == unit);
        names.find(|name| fold(name) != fold(&definition.name) && is_understood(name)).map(String::as_str)
    }
}

#[derive(Default)]
struct Oddities {
    full_width: BTreeSet<(usize, usize)>,
    aliases: BTreeSet<(usize, usize)>,
}
