//! Respondents in, weighted sums by unit and answer out.
//!
//! Weights are summed as fixed-point integers, so the result does not depend on the order of rows or on threads.

use super::{Facts, header_key};
use crate::audit::{Audit, CellRef, Code, Diagnostic, Place};
use crate::definitions::{Definitions, Matched, Question, Statistic, Survey, fold};
use crate::extract::values::{self, Reading};
use crate::extract::{RawTable, RawValue};
use polars::prelude::{Column, DataFrame, IntoLazy, PolarsResult, SortMultipleOptions, col, len};
use std::collections::BTreeMap;

/// Valid answers of some respondents to one question.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct SurveyCell {
    /// Respondents with a valid answer.
    pub respondent_count: u32,
    /// Sum of their weights.
    pub weight: f64,
    /// Sum of weight × points.
    pub points: f64,
    /// Whether so few answered that neither figure nor count may be printed or scored.
    pub is_suppressed: bool,
}

/// One question.
#[derive(Clone, Debug)]
pub struct QuestionResult {
    /// By unit; `None` where nobody gave a valid answer.
    pub units: Vec<Option<SurveyCell>>,
    /// All respondents together.
    pub whole: Option<SurveyCell>,
}

/// One survey.
#[derive(Clone, Debug)]
pub struct SurveyResult {
    /// Whether a file of it came.
    pub has_arrived: bool,
    /// File (and sheet) it was read from.
    pub source: String,
    /// Respondents whose unit was recognised.
    pub respondent_count: u32,
    /// Its questions, in order.
    pub questions: Vec<QuestionResult>,
}

impl SurveyResult {
    pub(super) fn empty(survey: &Survey, unit_count: usize) -> Self {
        let question = QuestionResult { units: vec![None; unit_count], whole: None };
        SurveyResult {
            has_arrived: false,
            source: String::new(),
            respondent_count: 0,
            questions: vec![question; survey.questions.len()],
        }
    }
}

/// Weights are kept as whole millionths.
const WEIGHT_STEP: f64 = 1e6;
/// Largest weight accepted: with it, 2^63 is not reached before 9 million respondents.
const WEIGHT_MAX: f64 = 1e6;

/// Reads a respondent file into the facts.
pub(super) fn read(definitions: &Definitions, position: usize, table: &RawTable, facts: &mut Facts, audit: &mut Audit) {
    let survey = &definitions.surveys[position];
    let place = |row: usize, column: Option<usize>| Place {
        file: Some(table.file.clone()),
        sheet: table.sheet.clone(),
        cell: column.map(|column| CellRef {
            row: table.origin.0 + u32::try_from(row).unwrap_or(0),
            column: table.origin.1 + u32::try_from(column).unwrap_or(0),
        }),
        line: None,
    };
    let department = &definitions.departments[survey.department].name;
    let find = |row: &[RawValue], name: &str| {
        row.iter().position(|cell| !name.is_empty() && header_key(&values::text(cell)) == header_key(name))
    };
    let header = table.rows.iter().take(40).position(|row| find(row, &survey.unit_column).is_some());
    let Some(header) = header else {
        audit.note(
            Diagnostic::new(
                Code::HeaderNotFound,
                place(0, None),
                format!("“{}”里没有“{}”这一列", survey.name, survey.unit_column),
            )
            .department(department)
            .expected(&survey.unit_column)
            .help("第一行写列名,每行一份答卷"),
        );
        return;
    };
    let names = &table.rows[header];
    let unit_column = find(names, &survey.unit_column).expect("the header row holds the unit column");
    let weight_column = find(names, &survey.weight_column);
    let mut respondents = Respondents::default();
    for row in header + 1..table.rows.len() {
        let cells = &table.rows[row];
        let unit_text = cells.get(unit_column).map(values::text).unwrap_or_default();
        if unit_text.trim().is_empty() && cells.iter().all(|cell| *cell == RawValue::Empty) {
            continue;
        }
        let unit = match definitions.units.find(&unit_text) {
            Matched::Unit(unit) | Matched::Alias(unit) => unit,
            other => {
                let is_unknown = other == Matched::Unknown;
                let near = if is_unknown { definitions.units.nearest(&unit_text) } else { Vec::new() };
                audit.note(
                    Diagnostic::new(
                        Code::UnitUnknown,
                        place(row, Some(unit_column)),
                        format!("不认识“{unit_text}”,这份答卷没有采用"),
                    )
                    .department(department)
                    .found(unit_text)
                    .expected(near.join("、"))
                    .help("改成名册里的名称"),
                );
                continue;
            }
        };
        let weight = match weight_column.map(|column| (column, cells.get(column).unwrap_or(&RawValue::Empty))) {
            None => 1.0,
            Some((column, cell)) => match values::number(cell, "") {
                Reading::Number { value, .. } if value > 0.0 && value <= WEIGHT_MAX => value,
                _ => {
                    audit.note(
                        Diagnostic::new(
                            Code::ValueNotNumber,
                            place(row, Some(column)),
                            "权数应为大于 0 的数,这份答卷没有采用",
                        )
                        .department(department)
                        .item(&survey.weight_column)
                        .found(values::text(cell))
                        .expected("> 0")
                        .help("改正权数后重新报送"),
                    );
                    continue;
                }
            },
        };
        respondents.rows.push(row);
        respondents.units.push(u32::try_from(unit).expect("units number below 2^32"));
        #[expect(clippy::cast_possible_truncation, reason = "at most 1e12")]
        respondents.weights.push((weight * WEIGHT_STEP).round() as i64);
    }
    let result = &mut facts.surveys[position];
    result.has_arrived = true;
    result.source = match &table.sheet {
        Some(sheet) => format!("{} › {sheet}", table.file),
        None => table.file.to_string(),
    };
    result.respondent_count = u32::try_from(respondents.rows.len()).unwrap_or(u32::MAX);
    for (number, question) in survey.questions.iter().enumerate() {
        let Some(column) = find(names, &question.id).or_else(|| find(names, &question.text)) else {
            audit.note(
                Diagnostic::new(
                    Code::ItemNotReceived,
                    place(header, None),
                    format!("“{}”里没有题目“{}”这一列", survey.name, question.id),
                )
                .department(department)
                .item(&question.id)
                .help("请调查单位补上这一列;补报前按未报处理"),
            );
            continue;
        };
        let answers = answers(question, table, column, &respondents, &place, department, audit);
        let sums = sums_by_answer(&respondents, answers).expect("summing integers by integers does not fail");
        result.questions[number] = combine(question, &sums, definitions);
    }
}

#[derive(Default)]
struct Respondents {
    rows: Vec<usize>,
    units: Vec<u32>,
    weights: Vec<i64>,
}

/// The position of each respondent's answer in the scale; `None` where there is none.
fn answers(
    question: &Question,
    table: &RawTable,
    column: usize,
    respondents: &Respondents,
    place: &dyn Fn(usize, Option<usize>) -> Place,
    department: &str,
    audit: &mut Audit,
) -> Vec<Option<u32>> {
    let mut keys: BTreeMap<String, u32> = BTreeMap::new();
    for (position, answer) in question.scale.answers.iter().enumerate() {
        let position = u32::try_from(position).expect("a scale has few answers");
        keys.insert(fold(&answer.word), position);
        keys.insert(fold(&answer.code), position);
    }
    let read = |&row: &usize| {
        let text = table.rows[row].get(column).map(values::text).unwrap_or_default();
        let key = fold(&text);
        if key.is_empty() {
            return None;
        }
        let found = keys.get(&key).copied();
        if found.is_none() {
            let allowed: Vec<String> =
                question.scale.answers.iter().map(|answer| format!("{} {}", answer.code, answer.word)).collect();
            audit.note(
                Diagnostic::new(
                    Code::AnswerInvalid,
                    place(row, Some(column)),
                    format!("“{text}”不是“{}”的选项,未计入", question.id),
                )
                .department(department)
                .item(&question.id)
                .found(text)
                .expected(allowed.join("、"))
                .help("改成选项的代码或文字"),
            );
        }
        found
    };
    respondents.rows.iter().map(read).collect()
}

/// Count and weight by unit and answer, in that order.
struct AnswerSum {
    unit: u32,
    answer: u32,
    count: u32,
    weight: i64,
}

fn sums_by_answer(respondents: &Respondents, answers: Vec<Option<u32>>) -> PolarsResult<Vec<AnswerSum>> {
    let frame = DataFrame::new(
        answers.len(),
        vec![
            Column::new("unit".into(), &respondents.units),
            Column::new("answer".into(), answers),
            Column::new("weight".into(), &respondents.weights),
        ],
    )?;
    let sums = frame
        .lazy()
        .filter(col("answer").is_not_null())
        .group_by([col("unit"), col("answer")])
        .agg([len().alias("count"), col("weight").sum()])
        .sort(["unit", "answer"], SortMultipleOptions::default())
        .collect()?;
    let (units, answers) = (sums.column("unit")?.u32()?, sums.column("answer")?.u32()?);
    let (counts, weights) = (sums.column("count")?.u32()?, sums.column("weight")?.i64()?);
    let rows = units.into_no_null_iter().zip(answers.into_no_null_iter());
    let rest = counts.into_no_null_iter().zip(weights.into_no_null_iter());
    Ok(rows.zip(rest).map(|((unit, answer), (count, weight))| AnswerSum { unit, answer, count, weight }).collect())
}

fn combine(question: &Question, sums: &[AnswerSum], definitions: &Definitions) -> QuestionResult {
    let answers = &question.scale.answers;
    let best = answers.iter().filter_map(|answer| answer.points).fold(f64::MIN, f64::max);
    let points = |answer: u32| {
        let points = answers[answer as usize].points?;
        Some(match question.statistic {
            Statistic::Mean => points,
            Statistic::Share => {
                if points >= best / 2.0 {
                    100.0
                } else {
                    0.0
                }
            }
        })
    };
    let mut units: Vec<Option<SurveyCell>> = vec![None; definitions.units.units.len()];
    let mut whole: Option<SurveyCell> = None;
    for sum in sums {
        let Some(points) = points(sum.answer) else { continue };
        #[expect(clippy::cast_precision_loss, reason = "below 2^53 up to 9 billion units of weight")]
        let weight = sum.weight as f64 / WEIGHT_STEP;
        for cell in [&mut units[sum.unit as usize], &mut whole] {
            let cell = cell.get_or_insert_default();
            cell.respondent_count += sum.count;
            cell.weight += weight;
            cell.points += weight * points;
        }
    }
    for cell in units.iter_mut().chain([&mut whole]).flatten() {
        cell.is_suppressed = cell.respondent_count < definitions.index.suppress_below;
    }
    QuestionResult { units, whole }
}
