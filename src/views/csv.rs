//! `scores.csv` and `indicators.csv`: UTF-8 with BOM, empty where there is nothing.

use super::{Assessment, PeriodResult};
use crate::audit::defused;
use crate::definitions::decimal::{Published, plain};
use crate::definitions::{Definitions, Source};
use crate::facts::{Cell, CellState};
use crate::index::State;
use ::csv::{Writer, WriterBuilder};

pub(super) fn writer() -> Writer<Vec<u8>> {
    WriterBuilder::new().from_writer(b"\xEF\xBB\xBF".to_vec())
}

pub(super) fn finish(writer: Writer<Vec<u8>>) -> Vec<u8> {
    writer.into_inner().expect("flushing to memory succeeds")
}

pub(super) fn write<'a>(writer: &mut Writer<Vec<u8>>, record: impl IntoIterator<Item = &'a str>) {
    let record = record.into_iter().map(|text| defused(text).into_owned());
    writer.write_record(record).expect("records written to memory have one length");
}

/// `scores.csv` of a period: one row a unit in register order.
pub(super) fn scores(assessment: &Assessment, result: &PeriodResult) -> Vec<u8> {
    let definitions = &assessment.definitions;
    let mut writer = writer();
    let fixed = [
        "period",
        "code",
        "name",
        "group",
        "base",
        "bonus",
        "deduction",
        "final",
        "grade",
        "rank",
        "group_rank",
        "coverage",
        "marks",
        "illustrative",
    ];
    let elements = top_elements(definitions);
    write(
        &mut writer,
        fixed.into_iter().chain(elements.iter().map(|&element| definitions.elements[element].code.as_str())),
    );
    let period = result.period.to_string();
    let text = |figure: Option<Published>| figure.map(|figure| figure.to_string()).unwrap_or_default();
    for (position, unit) in definitions.units.units.iter().enumerate() {
        let settled = &result.settlement.units[position];
        let mut record: Vec<String> = vec![
            period.clone(),
            unit.code.clone(),
            unit.name.clone(),
            unit.group.clone(),
            text(settled.base),
            settled.bonus.to_string(),
            settled.deduction.to_string(),
            text(settled.final_score),
            settled.grade.map(|grade| definitions.grades[grade].name.clone()).unwrap_or_default(),
            settled.rank.map(|rank| rank.place.to_string()).unwrap_or_default(),
            settled.group_rank.map(|rank| rank.place.to_string()).unwrap_or_default(),
            settled.coverage.to_string(),
            settled.marks.iter().map(|mark| mark.sign()).collect::<Vec<_>>().join(" "),
            definitions.index.illustrative.to_string(),
        ];
        record.extend(elements.iter().map(|&element| {
            let score = result.scores.element(element, position);
            text(score.map(|score| definitions.index.publish(score)))
        }));
        write(&mut writer, record.iter().map(String::as_str));
    }
    finish(writer)
}

/// Elements right below the root.
pub(super) fn top_elements(definitions: &Definitions) -> Vec<usize> {
    (0..definitions.elements.len()).filter(|&element| definitions.elements[element].parent == Some(0)).collect()
}

/// The English word for a state, in files for programs.
pub(super) fn state_id(state: State) -> &'static str {
    match state {
        State::Scored => "reported",
        State::Zeroed => "not_reported_zero",
        State::Carried => "carried_forward",
        State::NotReported => "not_reported",
        State::NotApplicable => "not_applicable",
        State::Suppressed => "suppressed",
        State::TooSmall => "too_small",
        State::Dropped => "missing_for_all",
    }
}

/// `indicators.csv` of a period: one row a unit and indicator.
pub(super) fn indicators(assessment: &Assessment, result: &PeriodResult) -> Vec<u8> {
    let definitions = &assessment.definitions;
    let mut writer = writer();
    let header = [
        "period",
        "code",
        "name",
        "indicator",
        "state",
        "numerator",
        "denominator",
        "value",
        "standard_error",
        "score",
        "light",
        "numerator_source",
        "denominator_source",
        "illustrative",
    ];
    write(&mut writer, header);
    let period = result.period.to_string();
    let illustrative = definitions.index.illustrative.to_string();
    for (position, unit) in definitions.units.units.iter().enumerate() {
        for (number, indicator) in definitions.indicators.iter().enumerate() {
            let cell = result.matrix.cell(number, position);
            let score = result.scores.indicator(number, position);
            let is_shown = matches!(cell.state, CellState::Reported | CellState::TooSmall);
            let figure = |value: f64, decimals: u8| if is_shown { plain(value, decimals) } else { String::new() };
            let published = score.score.map(|score| Published::round(score, 4, definitions.index.rounding));
            let (above, below) = sources(result, indicator.source, position, cell);
            let denominator = if matches!(indicator.source, Source::Single { .. }) {
                String::new()
            } else {
                figure(cell.denominator, 4)
            };
            let record = [
                period.as_str(),
                &unit.code,
                &unit.name,
                &indicator.code,
                state_id(score.state),
                &figure(cell.numerator, 4),
                &denominator,
                &figure(cell.value, 6),
                &cell.standard_error.map(|error| figure(error, 6)).unwrap_or_default(),
                &published.map(|score| score.to_string()).unwrap_or_default(),
                light_id(definitions, score.score),
                &above,
                &below,
                &illustrative,
            ];
            write(&mut writer, record);
        }
    }
    finish(writer)
}

fn light_id(definitions: &Definitions, score: Option<f64>) -> &'static str {
    let index = &definitions.index;
    // As published, like every border.
    match score.map(|score| index.publish(score).value()) {
        None => "",
        Some(score) if score >= definitions.index.green_min => "green",
        Some(score) if score >= definitions.index.yellow_min => "yellow",
        Some(_) => "red",
    }
}

/// Where numerator and denominator come from: `file › sheet!cell`, or the survey file and its number of answers, which
/// is withheld with the figure, or the files of a panel and how many assessors scored.
pub(super) fn sources(result: &PeriodResult, source: Source, unit: usize, cell: &Cell) -> (String, String) {
    let of = |measure: usize| {
        let origin = result.facts.observation(measure, unit).origin;
        origin.map(|origin| result.facts.source_text(origin)).unwrap_or_default()
    };
    match source {
        Source::Ratio { numerator, denominator } => (of(numerator), of(denominator)),
        Source::Single { measure } => (of(measure), String::new()),
        Source::Survey { survey, question } => {
            let survey = &result.facts.surveys[survey];
            let text = survey.questions[question].units[unit]
                .map(|answers| match cell.state {
                    CellState::Suppressed => survey.source.clone(),
                    _ => format!("{} (n={})", survey.source, answers.respondent_count),
                })
                .unwrap_or_default();
            (text, String::new())
        }
        Source::Panel { panel, item } => (result.facts.panels[panel].source_text(item, unit), String::new()),
    }
}
