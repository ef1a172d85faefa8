//! A table of scores in, each score with its assessor, unit and item out.
//!
//! One row a score (assessor, unit, item, score), or one row an assessor and unit with a column for each item.

use crate::audit::{Audit, Code, Diagnostic, Place};
use crate::definitions::{Definitions, Matched, Panel, assessor_key, fold, is_assessor_code};
use crate::extract::{RawTable, RawValue, values};
use crate::facts::header_key;
use std::collections::{BTreeMap, BTreeSet};

/// What came for one panel, before anything is judged.
#[derive(Clone, Debug, Default)]
pub(in crate::facts) struct Gathered {
    /// Files and sheets.
    pub(super) sources: BTreeSet<String>,
    /// The file to point at where something is missing.
    pub(super) first_file: Option<Place>,
    /// The file an assessor's scores stand in.
    pub(super) files: BTreeMap<usize, Place>,
    /// What stands for an assessor, unit and item; more than one entry where it was written twice.
    pub(super) scores: BTreeMap<Key, Vec<Written>>,
    /// Units that files say assessors belong to.
    pub(super) own_units: BTreeSet<(usize, usize)>,
}

/// Positions of assessor, unit and item.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Key {
    pub(super) assessor: usize,
    pub(super) unit: usize,
    pub(super) item: usize,
}

/// One cell with a score.
#[derive(Clone, Debug)]
pub(super) struct Written {
    pub(super) value: RawValue,
    pub(super) place: Place,
}

/// What a column holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Column {
    Assessor,
    AssessorUnit,
    Unit,
    Item,
    Score,
    /// The scores of one item.
    ItemScores(usize),
}

const HEADERS: &[(Column, &[&str])] = &[
    (Column::Assessor, &["评委代码", "评委编号", "评委", "assessor"]),
    (Column::AssessorUnit, &["评委单位", "评委所在单位", "评委部门", "assessor_unit"]),
    (Column::Unit, &["被评单位", "被考评单位", "unit"]),
    (Column::Item, &["项目", "考评项目", "评分项目", "item"]),
    (Column::Score, &["分值", "得分", "评分", "打分", "分数", "score"]),
];

/// Columns that hold nothing to read in such a table.
const PASSED_OVER: &[&str] = &["备注", "序号"];

struct Reader<'a> {
    definitions: &'a Definitions,
    panel: &'a Panel,
    table: &'a RawTable,
    columns: Vec<(Column, usize)>,
}

/// Reads a table of scores; rows that cannot be understood are noted and left out.
pub(in crate::facts) fn read(
    definitions: &Definitions,
    position: usize,
    table: &RawTable,
    gathered: &mut Gathered,
    audit: &mut Audit,
) {
    let panel = &definitions.panels[position];
    let mut reader = Reader { definitions, panel, table, columns: Vec::new() };
    let Some(header) = reader.find_header() else {
        if table.rows.iter().flatten().any(|cell| *cell != RawValue::Empty) {
            audit.note(
                Diagnostic::new(
                    Code::HeaderNotFound,
                    Place { cell: None, ..reader.place(0, 0) },
                    format!("“{}”里没有找到表头", panel.name),
                )
                .department(&definitions.departments[panel.department].name)
                .expected("评委代码、被评单位、项目、分值")
                .help("第一行写列名;也可以一行一名评委的一个单位,每个项目一列"),
            );
        }
        return;
    };
    reader.note_unmatched(header, audit);
    let source = match &table.sheet {
        Some(sheet) => format!("{} › {sheet}", table.file),
        None => table.file.to_string(),
    };
    gathered.sources.insert(source);
    let place = Place { cell: None, ..reader.place(header, 0) };
    if gathered.first_file.as_ref().is_none_or(|first| place < *first) {
        gathered.first_file = Some(place);
    }
    for row in header + 1..table.rows.len() {
        if table.rows[row].iter().any(|cell| *cell != RawValue::Empty)
            && let Err(problem) = reader.row(row, gathered)
        {
            audit.note(*problem);
        }
    }
}

impl Reader<'_> {
    fn place(&self, row: usize, column: usize) -> Place {
        Place {
            file: Some(self.table.file.clone()),
            sheet: self.table.sheet.clone(),
            cell: Some(self.table.cell(row, column)),
            line: None,
        }
    }

    /// The first row that names assessor, unit and scores; keeps its columns.
    fn find_header(&mut self) -> Option<usize> {
        const SEARCHED_ROWS: usize = 40;
        for (row, cells) in self.table.rows.iter().take(SEARCHED_ROWS).enumerate() {
            let mut columns: Vec<(Column, usize)> = Vec::new();
            for (at, cell) in cells.iter().enumerate() {
                if let Some(column) = self.column(&values::text(cell))
                    && columns.iter().all(|(other, _)| *other != column)
                {
                    columns.push((column, at));
                }
            }
            let has = |wanted: Column| columns.iter().any(|(column, _)| *column == wanted);
            let is_wide = columns.iter().any(|(column, _)| matches!(column, Column::ItemScores(_)));
            // A matrix has its units in the first column, whatever stands above them.
            let is_first_free = cells.first().is_some_and(|cell| !self.is_passed_over(&values::text(cell)))
                && columns.iter().all(|(_, at)| *at != 0);
            if is_wide && !has(Column::Unit) && is_first_free {
                columns.push((Column::Unit, 0));
            }
            let has = |wanted: Column| columns.iter().any(|(column, _)| *column == wanted);
            if has(Column::Assessor) && has(Column::Unit) && (is_wide || has(Column::Item) && has(Column::Score)) {
                self.columns = columns;
                return Some(row);
            }
        }
        None
    }

    fn column(&self, header: &str) -> Option<Column> {
        let key = header_key(header);
        if key.is_empty() {
            return None;
        }
        if let Some(item) = self.item(header) {
            return Some(Column::ItemScores(item));
        }
        let found = HEADERS.iter().find(|(_, words)| words.iter().any(|word| header_key(word) == key));
        found.map(|(column, _)| *column).or_else(|| {
            let units = &self.definitions.units;
            let names = units.name_columns.iter().chain(&units.code_columns).chain([&self.definitions.index.unit_word]);
            names.into_iter().any(|name| header_key(name) == key).then_some(Column::Unit)
        })
    }

    fn item(&self, text: &str) -> Option<usize> {
        let key = header_key(text);
        self.panel.items.iter().position(|item| header_key(&item.id) == key || header_key(&item.name) == key)
    }

    fn note_unmatched(&self, header: usize, audit: &mut Audit) {
        for (at, cell) in self.table.rows[header].iter().enumerate() {
            let text = values::text(cell);
            let is_read = self.columns.iter().any(|(_, column)| *column == at);
            if is_read || text.is_empty() || self.is_passed_over(&text) {
                continue;
            }
            let items: Vec<&str> = self.panel.items.iter().map(|item| item.name.as_str()).collect();
            audit.note(
                Diagnostic::new(
                    Code::ColumnUnmatched,
                    self.place(header, at),
                    format!("“{}”没有“{text}”这一列或这个项目,没有采用", self.panel.name),
                )
                .department(&self.definitions.departments[self.panel.department].name)
                .found(text)
                .expected(items.join("、"))
                .help("改成定义文件里的项目名称;不必报的列删去"),
            );
        }
    }

    /// Whether a column with this header holds nothing to read.
    fn is_passed_over(&self, header: &str) -> bool {
        let ignored = self.definitions.units.ignored_columns.iter().map(String::as_str);
        let key = header_key(header);
        PASSED_OVER.iter().copied().chain(ignored).any(|word| header_key(word) == key)
    }

    fn at(&self, wanted: Column) -> Option<usize> {
        self.columns.iter().find(|(column, _)| *column == wanted).map(|(_, at)| *at)
    }

    fn value(&self, row: usize, at: usize) -> &RawValue {
        self.table.rows[row].get(at).unwrap_or(&RawValue::Empty)
    }

    fn text(&self, row: usize, wanted: Column) -> String {
        self.at(wanted).map(|at| values::text(self.value(row, at))).unwrap_or_default()
    }

    fn problem(&self, code: Code, row: usize, wanted: Column, message: &str) -> Diagnostic {
        let place = self.place(row, self.at(wanted).unwrap_or(0));
        Diagnostic::new(code, place, format!("“{}”里{message},这一行没有采用", self.panel.name))
            .department(&self.definitions.departments[self.panel.department].name)
    }

    fn row(&self, row: usize, gathered: &mut Gathered) -> Result<(), Box<Diagnostic>> {
        let assessor = self.assessor(row)?;
        let own_unit = self.own_unit(row, assessor)?;
        let unit = self.unit(row)?;
        let mut add = |item: usize, at: usize| {
            let written = Written { value: self.value(row, at).clone(), place: self.place(row, at) };
            gathered.scores.entry(Key { assessor, unit, item }).or_default().push(written);
        };
        let is_wide = self.at(Column::Item).is_none();
        if let (Some(_), Some(at)) = (self.at(Column::Item), self.at(Column::Score)) {
            let text = self.text(row, Column::Item);
            let Some(item) = self.item(&text) else {
                let names: Vec<&str> = self.panel.items.iter().map(|item| item.name.as_str()).collect();
                let message = if text.is_empty() {
                    "有一行没有写项目".to_owned()
                } else {
                    format!("不认识项目“{text}”")
                };
                return Err(Box::new(
                    self.problem(Code::RowInvalid, row, Column::Item, &message)
                        .found(text)
                        .expected(names.join("、"))
                        .help("写项目的名称或英文标识"),
                ));
            };
            add(item, at);
        }
        for (column, at) in &self.columns {
            if let Column::ItemScores(item) = column
                && is_wide
            {
                add(*item, *at);
            }
        }
        let place = Place { cell: None, ..self.place(row, 0) };
        let file = gathered.files.entry(assessor).or_insert_with(|| place.clone());
        *file = place.min(file.clone());
        gathered.own_units.extend(own_unit.map(|unit| (assessor, unit)));
        Ok(())
    }

    fn assessor(&self, row: usize) -> Result<usize, Box<Diagnostic>> {
        let text = self.text(row, Column::Assessor);
        let key = assessor_key(&text);
        let found = self.panel.assessors.iter().position(|assessor| assessor_key(&assessor.code) == key);
        found.ok_or_else(|| {
            let codes: Vec<&str> = self.panel.assessors.iter().map(|assessor| assessor.code.as_str()).collect();
            // What is no code may be somebody's name: it is not quoted.
            let (message, quoted) = if text.is_empty() {
                ("有一行没有写评委代码".to_owned(), "")
            } else if is_assessor_code(&text) {
                (format!("评委“{text}”不在应到的评委里"), text.as_str())
            } else {
                ("有一行的评委不是代码".to_owned(), "")
            };
            Box::new(
                self.problem(Code::RowInvalid, row, Column::Assessor, &message)
                    .found(quoted)
                    .expected(codes.join("、"))
                    .help("评委写代码,不写姓名;增加评委的,先写进定义文件的 assessors"),
            )
        })
    }

    /// The unit an assessor belongs to as the row says it; a department is no unit, and says nothing new.
    fn own_unit(&self, row: usize, assessor: usize) -> Result<Option<usize>, Box<Diagnostic>> {
        let text = self.text(row, Column::AssessorUnit);
        if text.is_empty() {
            return Ok(None);
        }
        if let Matched::Unit(unit) | Matched::Alias(unit) = self.definitions.units.find(&text) {
            return Ok(Some(unit));
        }
        let key = fold(&text);
        let departments = &self.definitions.departments;
        let department = departments.iter().position(|department| {
            let names = [&department.code, &department.name].into_iter().chain(&department.aliases);
            names.into_iter().any(|name| fold(name) == key)
        });
        let expected = self.panel.assessors[assessor].department;
        match department {
            Some(found) if expected.is_none_or(|expected| expected == found) => Ok(None),
            _ => {
                let problem = if department.is_some() {
                    "与定义里的部门不符"
                } else {
                    "不是名册里的单位或部门"
                };
                let code = &self.panel.assessors[assessor].code;
                let message = format!("评委“{code}”的单位“{text}”{problem}");
                let expected = expected.map(|expected| departments[expected].name.clone());
                Err(Box::new(
                    self.problem(Code::RowInvalid, row, Column::AssessorUnit, &message)
                        .found(text)
                        .expected(expected.unwrap_or_else(|| "单位或部门的名称".to_owned()))
                        .help("核对评委代码和评委单位;本单位的分要剔除,所以必须认得出"),
                ))
            }
        }
    }

    fn unit(&self, row: usize) -> Result<usize, Box<Diagnostic>> {
        let text = self.text(row, Column::Unit);
        if text.is_empty() {
            let problem = self.problem(Code::UnitBlank, row, Column::Unit, "有一行没有写被评单位");
            return Err(Box::new(problem.expected("名册里的名称").help("补上单位名称,或删去这一行")));
        }
        let units = &self.definitions.units;
        let (code, message, expected) = match units.find(&text) {
            Matched::Unit(unit) | Matched::Alias(unit) => return Ok(unit),
            Matched::Ambiguous => (Code::UnitAmbiguous, "对应不止一个单位", "现行名称".to_owned()),
            Matched::Total | Matched::Own => (Code::UnitUnknown, "不是被评单位", "名册里的名称".to_owned()),
            Matched::Unknown => (Code::UnitUnknown, "不在名册里", units.nearest(&text).join("、")),
        };
        let problem = self.problem(code, row, Column::Unit, &format!("“{text}”{message}"));
        Err(Box::new(problem.found(text).expected(expected).help("改成名册里的名称;合计、平均的行删去")))
    }
}
