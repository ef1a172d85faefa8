//! The head of a receipt: which files came, in which version, and how each was recognised.

use super::versions::{Version, versions};
use crate::audit::{Code, Diagnostic};
use crate::definitions::calendar::Date;
use crate::definitions::{Definitions, fold};
use crate::facts::{Entry, Facts, Layout, PanelResult, TableReading};
use crate::views::owners::{Owners, is_reply};
use crate::views::{Assessment, PeriodResult};
use std::collections::BTreeMap;

/// Digits of a file's hash that people compare.
const HASH_DIGITS: usize = 8;

/// What a file counts for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// Its figures count.
    Used,
    /// A later version replaced some of its figures.
    PartlyReplaced,
    /// Later versions replaced all of its figures.
    Replaced,
    /// Nothing of it is used: personal data, unreadable, too large, no header, or another period.
    Unused,
}

impl Standing {
    /// The Chinese words.
    pub fn words(self) -> &'static str {
        match self {
            Standing::Used => "采用",
            Standing::PartlyReplaced => "部分数据被后一版取代",
            Standing::Replaced => "已被后一版取代",
            Standing::Unused => "未采用",
        }
    }
}

/// One file of a department.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReceivedFile {
    /// Path in the project.
    pub path: String,
    /// Name without its folders.
    pub name: String,
    /// 1 for the first file with these figures, 2 for its correction … A file that corrects no other is a first one,
    /// such as each of the forms that different units sent.
    pub version: usize,
    /// What it counts for.
    pub standing: Standing,
    /// First digits of its hash; empty where the caller knows none.
    pub hash: String,
    /// Day on which it came, where the register of arrivals says.
    pub received_on: Option<Date>,
    /// Its tables that belong to the department.
    pub tables: Vec<ReceivedTable>,
}

/// How one table of a file was recognised.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReceivedTable {
    /// Sheet; empty where the file has none.
    pub sheet: String,
    /// `xlsx`, `csv (GB18030)` …
    pub recognised: String,
    /// Why nothing of it was read; empty where it was, or where it holds nothing to read.
    pub unused_because: String,
    /// `第3–5行`; empty where nothing was read.
    pub header: String,
    /// How it is laid out; empty where nothing was read.
    pub layout: String,
    /// `13/13`; empty where nothing was read.
    pub rows: String,
    /// Names of the columns that were read.
    pub columns: Vec<String>,
    /// Names of the columns whose fractions were read as percent.
    pub fractions: Vec<String>,
    /// What stands above the header, such as (填报日期, 2022.10.8).
    pub meta: Vec<(String, String)>,
}

/// A department's files in the order in which they were read, those that could not be read last.
pub(super) fn files(
    assessment: &Assessment,
    current: &PeriodResult,
    owners: &Owners<'_>,
    findings: &[&Diagnostic],
    inputs: &BTreeMap<String, String>,
    department: usize,
) -> Vec<ReceivedFile> {
    let (definitions, facts) = (&assessment.definitions, &current.facts);
    let mut paths: Vec<&str> = Vec::new();
    let mut add = |path| {
        if !paths.contains(&path) {
            paths.push(path);
        }
    };
    for reading in facts.readings.iter().filter(|reading| reading.department == Some(department)) {
        add(&*reading.file);
    }
    for table in assessment.delivered.iter().filter(|table| !is_reply(&table.file)) {
        if owners.of_table(&table.file, table.sheet.as_deref()) == Some(department) {
            add(&*table.file);
        }
    }
    for found in findings.iter().filter(|found| found.code.loses_file()) {
        found.place.file.as_deref().into_iter().for_each(&mut add);
    }
    let versions = versions(&facts.readings, &facts.replaced, definitions.units.units.len(), department);
    let dates = Arrivals::new(definitions, facts, department);
    let file = |path: &&str| {
        let path = *path;
        let name = path.rsplit('/').next().unwrap_or(path);
        let is_survey = facts.surveys.iter().any(|survey| survey.source.starts_with(path));
        let is_panel = facts.panels.iter().flat_map(PanelResult::files).any(|file| file == path);
        let unread = if is_survey || is_panel { Standing::Used } else { Standing::Unused };
        let version = versions.get(path).copied().unwrap_or(Version { number: 1, standing: unread });
        ReceivedFile {
            path: path.to_owned(),
            name: name.to_owned(),
            version: version.number,
            standing: version.standing,
            hash: inputs.get(path).map(|hash| hash.chars().take(HASH_DIGITS).collect()).unwrap_or_default(),
            received_on: dates.of(name, paths.len()),
            tables: tables(assessment, facts, owners, findings, path, department),
        }
    };
    paths.iter().map(file).collect()
}

fn tables(
    assessment: &Assessment,
    facts: &Facts,
    owners: &Owners<'_>,
    findings: &[&Diagnostic],
    path: &str,
    department: usize,
) -> Vec<ReceivedTable> {
    let definitions = &assessment.definitions;
    let mut tables = Vec::new();
    for reading in facts.readings.iter().filter(|reading| &*reading.file == path) {
        if reading.department == Some(department) {
            tables.push(read_table(definitions, reading));
        }
    }
    for table in assessment.delivered.iter().filter(|table| &*table.file == path) {
        let is_read = facts.readings.iter().any(|reading| reading.file == table.file && reading.sheet == table.sheet);
        if !is_read && owners.of_table(path, table.sheet.as_deref()) == Some(department) {
            tables.push(ReceivedTable {
                sheet: table.sheet.as_deref().unwrap_or_default().to_owned(),
                recognised: table.recognised.to_owned(),
                unused_because: unused_because(findings, path, table.sheet.as_deref()),
                header: String::new(),
                layout: String::new(),
                rows: String::new(),
                columns: Vec::new(),
                fractions: Vec::new(),
                meta: Vec::new(),
            });
        }
    }
    tables
}

/// Why nothing of a sheet was read, where a finding says it.
fn unused_because(findings: &[&Diagnostic], path: &str, sheet: Option<&str>) -> String {
    let reason = |found: &&Diagnostic| {
        let is_here = found.place.sheet.as_deref() == sheet;
        match found.code {
            _ if found.place.file.as_deref() != Some(path) => None,
            Code::PersonalData => Some("文件含有个人信息，没有读取".to_owned()),
            Code::PeriodWrong if is_here => Some(format!("表里写的期次是“{}”，不是本期，整张表没有采用", found.found)),
            Code::HeaderNotFound if is_here => Some("没有找到表头".to_owned()),
            _ => None,
        }
    };
    findings.iter().find_map(reason).unwrap_or_default()
}

fn read_table(definitions: &Definitions, reading: &TableReading) -> ReceivedTable {
    let (first, last) = (u64::from(reading.header.0) + 1, u64::from(reading.header.1) + 1);
    let names = |is_wanted: fn(bool) -> bool| {
        let wanted = reading.columns.iter().filter(|column| is_wanted(column.is_fraction));
        wanted.map(|column| definitions.measures[column.measure].name.clone()).collect()
    };
    ReceivedTable {
        sheet: reading.sheet.as_deref().unwrap_or_default().to_owned(),
        recognised: reading.recognised.to_owned(),
        unused_because: String::new(),
        header: if first == last { format!("第{first}行") } else { format!("第{first}–{last}行") },
        layout: match reading.layout {
            Layout::Wide => format!("一行一个{}", definitions.index.unit_word),
            Layout::Long => format!("一行一个{}的一个数据项", definitions.index.unit_word),
        },
        rows: format!("{}/{}", reading.unit_count, definitions.units.units.len()),
        columns: names(|_| true),
        fractions: names(|is_fraction| is_fraction),
        meta: reading.meta.clone(),
    }
}

/// What the register of arrivals says about a department: names of tables and days.
struct Arrivals(Vec<(String, Date)>);

impl Arrivals {
    fn new(definitions: &Definitions, facts: &Facts, department: usize) -> Self {
        let Some(position) = definitions.tables.iter().position(|table| table.id == "arrivals") else {
            return Arrivals(Vec::new());
        };
        let rows = facts.registers.get(position).map(Vec::as_slice).unwrap_or_default();
        let own = rows.iter().filter(|row| row.entries.contains(&Entry::Department(department)));
        let arrival = |row: &crate::facts::RegisterRow| {
            let date = row.entries.iter().find_map(|entry| match entry {
                Entry::Date(date) => Some(*date),
                _ => None,
            })?;
            let name = row.entries.iter().find_map(|entry| match entry {
                Entry::Text(text) => Some(fold(text)),
                _ => None,
            });
            Some((name.unwrap_or_default(), date))
        };
        Arrivals(own.filter_map(arrival).collect())
    }

    /// The day of the row that names the file, or of the only row where the department sent a single file.
    fn of(&self, name: &str, file_count: usize) -> Option<Date> {
        let stem = fold(name.rsplit_once('.').map_or(name, |(stem, _)| stem));
        let named = self.0.iter().find(|(table, _)| {
            !table.is_empty()
                && (stem.contains(table.as_str()) || table.contains(stem.as_str()) || fold(name) == *table)
        });
        let only = (self.0.len() == 1 && file_count == 1).then(|| &self.0[0]);
        named.or(only).map(|(_, date)| *date)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_arrival_belongs_to_the_file_it_names() {
        let day = |day| Date { year: 2022, month: 10, day };
        let arrivals = Arrivals(vec![("适老化改造进度表".to_owned(), day(8)), ("助餐".to_owned(), day(9))]);
        assert_eq!(arrivals.of("三季度适老化改造进度表.xlsx", 2), Some(day(8)));
        assert_eq!(arrivals.of("县民政局.xlsx", 1), None);
        assert_eq!(Arrivals(vec![("表".to_owned(), day(8))]).of("县民政局.xlsx", 1), Some(day(8)));
    }
}
