//! People by unit and class, fixed for the year: what the weights of a survey are adjusted to.

use super::encode::weighting_classes;
use crate::audit::{Audit, CellRef, Code, Diagnostic, Place};
use crate::definitions::{Definitions, Matched, Survey, fold};
use crate::extract::RawTable;
use crate::extract::values::{self, Reading};
use crate::facts::header_key;

/// Headers of the column that holds the number of people.
const PEOPLE: [&str; 4] = ["人数", "人口数", "常住人口", "老年人口"];

/// People by calibration cell (unit × classes + class); `None` where the table says nothing.
#[derive(Clone, Debug, PartialEq)]
pub struct Population {
    /// Path of the table.
    pub source: String,
    /// By cell.
    pub people: Vec<Option<f64>>,
}

/// Reads the table that a survey asks for, from the tables fixed for the year; `None` with a message where there is none.
pub(super) fn read(
    definitions: &Definitions,
    survey: &Survey,
    frozen: &[&RawTable],
    audit: &mut Audit,
) -> Option<Population> {
    let margins = survey.weighting.margins()?;
    let population = read_present(definitions, survey, frozen, audit);
    if population.is_none() {
        audit.note(
            Diagnostic::new(
                Code::PopulationMissing,
                Place::file(format!("data/frozen/<年份>-{}.csv", margins.population)),
                format!("“{}”要按人口加权,没有找到人口表,本期用设计权数", survey.name),
            )
            .department(&definitions.departments[survey.department].name)
            .expected(format!("{}、{}、人数", survey.unit_column, headers(survey).join("、")))
            .help("请统计部门提供分类人口数,每个单位每一类一行"),
        );
    }
    population
}

/// The same; where there is no such table, nothing is said.
pub(in crate::facts) fn read_present(
    definitions: &Definitions,
    survey: &Survey,
    frozen: &[&RawTable],
    audit: &mut Audit,
) -> Option<Population> {
    let margins = survey.weighting.margins()?;
    let table = frozen.iter().find(|table| is_population(&table.file, &margins.population))?;
    Some(Reader { definitions, survey, table }.read(audit))
}

impl Population {
    /// The classes that make up the cells of a unit, in their order: header and values of each. The last one changes
    /// fastest from cell to cell.
    pub fn classes(survey: &Survey) -> Vec<(&str, &[String])> {
        let of = |class: usize| (survey.classes[class].column.as_str(), survey.classes[class].values.as_slice());
        weighting_classes(survey).into_iter().map(of).collect()
    }
}

/// Whether a frozen file is a population table of that name.
pub(crate) fn is_population(path: &str, name: &str) -> bool {
    let file = path.rsplit('/').next().unwrap_or(path);
    let stem = file.rsplit_once('.').map_or(file, |(stem, _)| stem);
    !name.is_empty() && stem.strip_suffix(name).is_some_and(|rest| rest.ends_with('-'))
}

fn headers(survey: &Survey) -> Vec<&str> {
    weighting_classes(survey).into_iter().map(|class| survey.classes[class].column.as_str()).collect()
}

struct Reader<'a> {
    definitions: &'a Definitions,
    survey: &'a Survey,
    table: &'a RawTable,
}

impl Reader<'_> {
    fn place(&self, row: usize, column: usize) -> Place {
        let small = |number: usize| u32::try_from(number).unwrap_or(0);
        Place {
            file: Some(self.table.file.clone()),
            sheet: self.table.sheet.clone(),
            cell: Some(CellRef { row: self.table.origin.0 + small(row), column: self.table.origin.1 + small(column) }),
            line: None,
        }
    }

    fn read(&self, audit: &mut Audit) -> Population {
        let by = weighting_classes(self.survey);
        let class_count: usize = by.iter().map(|&class| self.survey.classes[class].values.len()).product();
        let mut people = vec![None; self.definitions.units.units.len() * class_count];
        let source = self.table.file.to_string();
        let columns = self.table.rows.iter().take(40).enumerate().find_map(|(row, cells)| {
            let keys: Vec<String> = cells.iter().map(|cell| header_key(&values::text(cell))).collect();
            let find = |name: &str| keys.iter().position(|key| *key == header_key(name));
            let classes: Option<Vec<usize>> = headers(self.survey).into_iter().map(find).collect();
            let people = PEOPLE.into_iter().find_map(find)?;
            Some((row, find(&self.survey.unit_column)?, classes?, people))
        });
        let Some((header, unit_column, class_columns, people_column)) = columns else {
            audit.note(
                Diagnostic::new(Code::HeaderNotFound, self.place(0, 0), "人口表里没有找到表头")
                    .expected(format!("{}、{}、人数", self.survey.unit_column, headers(self.survey).join("、")))
                    .help("第一行写列名,每个单位每一类一行"),
            );
            return Population { source, people };
        };
        for (row, cells) in self.table.rows.iter().enumerate().skip(header + 1) {
            let text = |column: usize| cells.get(column).map(values::text).unwrap_or_default();
            let unit = match self.definitions.units.find(&text(unit_column)) {
                Matched::Unit(unit) | Matched::Alias(unit) => unit,
                // Sums and notes below the rows.
                _ if text(people_column).trim().is_empty() => continue,
                Matched::Total | Matched::Own => continue,
                _ => {
                    let message = "人口表里不认识这个单位,这一行没有采用";
                    self.note(row, unit_column, message, &text(unit_column), "名册里的名称", audit);
                    continue;
                }
            };
            let mut class = 0;
            let mut is_known = true;
            for (&position, &column) in by.iter().zip(&class_columns) {
                let values = &self.survey.classes[position].values;
                match values.iter().position(|value| fold(value) == fold(&text(column))) {
                    Some(value) => class = class * values.len() + value,
                    None => {
                        let message = "人口表里的类别与问卷定义不一致,这一行没有采用";
                        self.note(row, column, message, &text(column), &values.join("、"), audit);
                        is_known = false;
                    }
                }
            }
            let number = cells.get(people_column).map(|cell| values::number(cell, ""));
            match number {
                Some(Reading::Number { value, .. }) if (0.0..=MOST_PEOPLE).contains(&value) => {
                    if is_known {
                        *people[unit * class_count + class].get_or_insert(0.0) += value;
                    }
                }
                _ => self.note(
                    row,
                    people_column,
                    "人数应为不小于 0 的数,这一行没有采用",
                    &text(people_column),
                    "≥ 0",
                    audit,
                ),
            }
        }
        Population { source, people }
    }

    fn note(&self, row: usize, column: usize, message: &str, found: &str, expected: &str, audit: &mut Audit) {
        audit.note(
            Diagnostic::new(Code::PopulationMissing, self.place(row, column), message)
                .found(found)
                .expected(expected)
                .help("改正人口表后重新运行"),
        );
    }
}

/// More people than live anywhere.
const MOST_PEOPLE: f64 = 1e10;
