//! A respondent file that was read cell by cell in, its columns out.

use super::encode::{Answers, Column, Columns, Texts, Weights};
use crate::audit::{CellRef, Place};
use crate::definitions::{MadeOf, Survey};
use crate::extract::{RawTable, RawValue, values};
use crate::facts::header_key;
use std::collections::HashMap;

/// Where the columns of a respondent file stand.
#[derive(Clone, Debug, Default)]
pub(super) struct Header {
    pub(super) unit: usize,
    pub(super) weight: Option<usize>,
    pub(super) stratum: Option<usize>,
    pub(super) cluster: Option<usize>,
    pub(super) classes: Vec<Option<usize>>,
    pub(super) answers: Vec<Option<usize>>,
    pub(super) interviewer: Option<usize>,
    pub(super) day: Option<usize>,
    pub(super) start: Option<usize>,
    pub(super) end: Option<usize>,
}

impl Header {
    /// Finds the columns by their names; `None` where the unit column is not among them.
    pub(super) fn find(survey: &Survey, names: &[String]) -> Option<Header> {
        let keys: Vec<String> = names.iter().map(|name| header_key(name)).collect();
        let find = |name: &str| {
            let key = header_key(name);
            if key.is_empty() { None } else { keys.iter().position(|known| *known == key) }
        };
        let terms = &survey.fieldwork;
        Some(Header {
            unit: find(&survey.unit_column)?,
            weight: find(&survey.weight_column),
            stratum: find(&survey.design.stratum_column),
            cluster: find(&survey.design.cluster_column),
            classes: survey.classes.iter().map(|class| find(&class.column)).collect(),
            answers: survey
                .questions
                .iter()
                .map(|question| find(&question.id).or_else(|| find(&question.text)))
                .collect(),
            interviewer: find(&terms.interviewer_column),
            day: find(&terms.day_column),
            start: find(&terms.start_column),
            end: find(&terms.end_column),
        })
    }

    /// Names of the declared columns that are not there: those that estimates need, then questions.
    pub(super) fn missing(&self, survey: &Survey) -> Vec<String> {
        let is_missing = |name: &String, found: Option<usize>| !name.is_empty() && found.is_none();
        let mut missing: Vec<String> = [
            (&survey.weight_column, self.weight),
            (&survey.design.stratum_column, self.stratum),
            (&survey.design.cluster_column, self.cluster),
        ]
        .into_iter()
        .filter(|(name, found)| is_missing(name, *found))
        .map(|(name, _)| name.clone())
        .collect();
        let classes = survey.classes.iter().zip(&self.classes).filter(|(_, found)| found.is_none());
        missing.extend(classes.map(|(class, _)| class.column.clone()));
        let is_column = |made_of: &MadeOf| !matches!(made_of, MadeOf::Items { .. });
        let questions = survey.questions.iter().zip(&self.answers);
        let questions = questions.filter(|(question, found)| is_column(&question.made_of) && found.is_none());
        missing.extend(questions.map(|(question, _)| question.id.clone()));
        missing
    }
}

/// The row of the header among the first rows of a table, and the columns in it.
pub(super) fn header(survey: &Survey, table: &RawTable) -> Option<(usize, Header)> {
    const FIRST_ROWS: usize = 40;
    table.rows.iter().take(FIRST_ROWS).enumerate().find_map(|(row, cells)| {
        let names: Vec<String> = cells.iter().map(values::text).collect();
        Some((row, Header::find(survey, &names)?))
    })
}

/// Rows below the header that hold anything.
pub(super) fn filled_rows(table: &RawTable, header: usize) -> Vec<usize> {
    let is_filled = |row: &usize| table.rows[*row].iter().any(|cell| *cell != RawValue::Empty);
    (header + 1..table.rows.len()).filter(is_filled).collect()
}

/// The columns of some rows of a table.
pub(super) fn columns(table: &RawTable, header: &Header, rows: &[usize]) -> Columns {
    let texts = |column: usize| texts(table, rows, column);
    Columns {
        row_count: rows.len(),
        units: texts(header.unit),
        strata: header.stratum.map(texts),
        clusters: header.cluster.map(texts),
        weights: header.weight.map(|column| Weights::Texts(texts(column))),
        classes: header.classes.iter().map(|column| column.map(texts)).collect(),
        answers: header.answers.iter().map(|column| column.map(|column| Answers::Texts(texts(column)))).collect(),
    }
}

/// The distinct texts of a column.
pub(super) fn texts(table: &RawTable, rows: &[usize], column: usize) -> Texts {
    let mut numbers: HashMap<String, u32> = HashMap::new();
    let mut texts = Texts { distinct: Vec::new(), codes: Vec::with_capacity(rows.len()) };
    for &row in rows {
        let text = table.rows[row].get(column).map(values::text).unwrap_or_default();
        let next = u32::try_from(texts.distinct.len()).expect("rows number below 2^32");
        let code = *numbers.entry(text).or_insert_with_key(|text| {
            texts.distinct.push(text.clone());
            next
        });
        texts.codes.push(code);
    }
    texts
}

/// The place of a cell of one of the rows.
pub(super) fn place(table: &RawTable, header: &Header, row: usize, column: Option<Column>) -> Place {
    let column = column.and_then(|column| match column {
        Column::Unit => Some(header.unit),
        Column::Stratum => header.stratum,
        Column::Cluster => header.cluster,
        Column::Weight => header.weight,
        Column::Class(class) => header.classes[class],
        Column::Answer(question) => header.answers[question],
    });
    Place {
        file: Some(table.file.clone()),
        sheet: table.sheet.clone(),
        cell: column.map(|column| CellRef {
            row: table.origin.0 + u32::try_from(row).unwrap_or(0),
            column: table.origin.1 + u32::try_from(column).unwrap_or(0),
        }),
        line: None,
    }
}
