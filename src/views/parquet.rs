//! `scores.parquet`: the rows of `scores.csv` with their types, for statistics programs.

use super::csv::top_elements;
use super::{Assessment, PeriodResult};
use crate::definitions::decimal::Published;
use crate::rules::Settled;
use anyhow::Context;
use polars::prelude::{Column, DataFrame, IntoColumn, NamedFrom, ParquetCompression, ParquetWriter, Series};

/// Rows of a row group: the same file for any number of threads.
const ROW_GROUP: usize = 100_000;

/// The scores of a period, one row a unit in register order; columns as in `scores.csv`, null where there is nothing.
///
/// Scores and coverage are floats of the published figures, places whole numbers, `illustrative` true or false, all else
/// text. Fails where two columns have one name, which checked definitions rule out.
pub(super) fn scores(assessment: &Assessment, result: &PeriodResult) -> anyhow::Result<Vec<u8>> {
    let mut frame = frame(assessment, result)?;
    let mut bytes = Vec::new();
    ParquetWriter::new(&mut bytes)
        // Read by every program since the beginning of the format.
        .with_compression(ParquetCompression::Snappy)
        .with_row_group_size(Some(ROW_GROUP))
        .set_parallel(false)
        .finish(&mut frame)
        .context("scores.parquet 写不出来")?;
    Ok(bytes)
}

fn frame(assessment: &Assessment, result: &PeriodResult) -> anyhow::Result<DataFrame> {
    let definitions = &assessment.definitions;
    let (about, settled) = (&definitions.units.units, &result.settlement.units);
    let count = about.len();
    let figures = |name: &str, of: &dyn Fn(&Settled) -> Option<Published>| {
        let values: Vec<Option<f64>> = settled.iter().map(|unit| of(unit).map(Published::value)).collect();
        Series::new(name.into(), values).into_column()
    };
    let places = |name: &str, of: &dyn Fn(&Settled) -> Option<u32>| {
        Series::new(name.into(), settled.iter().map(of).collect::<Vec<_>>()).into_column()
    };
    let texts = |name: &str, texts: Vec<String>| Series::new(name.into(), texts).into_column();
    let grade = |unit: &Settled| unit.grade.map(|grade| definitions.grades[grade].name.clone());
    let marks = |unit: &Settled| unit.marks.iter().map(|mark| mark.sign()).collect::<Vec<_>>().join(" ");
    let mut columns: Vec<Column> = vec![
        texts("period", vec![result.period.to_string(); count]),
        texts("code", about.iter().map(|unit| unit.code.clone()).collect()),
        texts("name", about.iter().map(|unit| unit.name.clone()).collect()),
        texts("group", about.iter().map(|unit| unit.group.clone()).collect()),
        figures("base", &|unit| unit.base),
        figures("bonus", &|unit| Some(unit.bonus)),
        figures("deduction", &|unit| Some(unit.deduction)),
        figures("final", &|unit| unit.final_score),
        Series::new("grade".into(), settled.iter().map(grade).collect::<Vec<_>>()).into_column(),
        places("rank", &|unit| unit.rank.map(|rank| rank.place)),
        places("group_rank", &|unit| unit.group_rank.map(|rank| rank.place)),
        figures("coverage", &|unit| Some(unit.coverage)),
        texts("marks", settled.iter().map(marks).collect()),
        Series::new("illustrative".into(), vec![definitions.index.illustrative; count]).into_column(),
    ];
    for element in top_elements(definitions) {
        let score = |unit: usize| result.scores.element(element, unit);
        let scores: Vec<Option<f64>> =
            (0..count).map(|unit| score(unit).map(|score| definitions.index.publish(score).value())).collect();
        columns.push(Series::new(definitions.elements[element].code.as_str().into(), scores).into_column());
    }
    DataFrame::new(count, columns).context("scores.parquet 的列不成表")
}
