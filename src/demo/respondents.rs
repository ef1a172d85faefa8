//! Whom the surveys of a project ask, how many of them, and what they should answer on the whole.

use super::draws::Draws;
use super::people;
use super::sample::Place;
use super::surveys::{self, Panel};
use super::values::Values;
use crate::definitions::calendar::{Date, Period};
use crate::definitions::{Definitions, Indicator, MadeOf, Question, Source, Survey};
use std::collections::BTreeMap;

/// Villages of a unit where no measure counts them.
const VILLAGES: usize = 12;
/// How far fewer people than departments say that a service is there.
const FELT: (f64, f64) = (0.78, 0.98);
/// How important people find things, as shares of the best answer: between things, and between units.
const IMPORTANT: (f64, f64) = (0.72, 0.9);
const IMPORTANT_HERE: f64 = 0.04;

/// The file of a survey: extension and bytes.
pub(super) fn file(
    definitions: &Definitions,
    values: &Values<'_>,
    draws: Draws,
    position: usize,
    period: Period,
) -> (&'static str, Vec<u8>) {
    let survey = &definitions.surveys[position];
    let when = period.to_string();
    let aims: Vec<Aim<'_>> = (0..survey.questions.len()).map(|question| aim(definitions, position, question)).collect();
    let wanted = |question: usize, unit: usize| {
        let code = &definitions.units.units[unit].code;
        let value = |indicator| values.wanted(indicator, unit, period, values.quality(indicator, unit, period));
        let own = &survey.questions[question];
        match aims[question] {
            Aim::Feeds(indicator) => value(indicator) / indicator.scale,
            Aim::Echoes(indicator) => {
                let felt = draws.stream("felt", "", code, &own.id).between(FELT.0, FELT.1);
                (if own.statistic.is_rate() { value(indicator) } else { most(own) * 0.9 }) * felt
            }
            Aim::Weighs => {
                let all = draws.stream("important", "", "", &own.id).between(IMPORTANT.0, IMPORTANT.1);
                let here = draws.stream("important", "", code, &own.id).between(-IMPORTANT_HERE, IMPORTANT_HERE);
                (all + here) * if own.statistic.is_rate() { 100.0 } else { most(own) }
            }
            Aim::Nothing => 0.8 * most(own),
        }
    };
    let units = places(definitions, values, survey, period);
    let counts = counts(definitions, draws, survey, &when, &aims);
    let month = Date { day: 1, ..period.last_day() };
    let panel = Panel { survey, draws, when: &when, month, units: &units, counts: &counts, wanted: &wanted };
    surveys::file(&panel, position % 3)
}

/// The tables of people by class that surveys are weighted by, for the year of a period, unless there are some already.
pub(super) fn population_files(
    definitions: &Definitions,
    values: &Values<'_>,
    draws: Draws,
    period: Period,
    files: &mut BTreeMap<String, Vec<u8>>,
) {
    for survey in &definitions.surveys {
        let Some(margins) = survey.weighting.margins() else { continue };
        let path = format!("data/frozen/{}-{}.csv", period.year, margins.population);
        files.entry(path).or_insert_with(|| {
            let places = places(definitions, values, survey, period);
            let units: Vec<(&str, &str, f64)> =
                places.iter().map(|place| (place.code, place.name, place.people)).collect();
            people::table(draws, survey, &units)
        });
    }
}

/// What a question is to bring out.
#[derive(Clone, Copy)]
enum Aim<'a> {
    /// The value of an indicator.
    Feeds(&'a Indicator),
    /// Somewhat less than what departments report.
    Echoes(&'a Indicator),
    /// How important something is.
    Weighs,
    /// Nothing in particular.
    Nothing,
}

fn aim(definitions: &Definitions, survey: usize, question: usize) -> Aim<'_> {
    let questions = &definitions.surveys[survey].questions;
    let feeds = |question: usize| {
        let source = Source::Survey { survey, question };
        definitions.indicators.iter().find(|indicator| indicator.source == source)
    };
    let made_of = |whole: &Question| matches!(&whole.made_of, MadeOf::Items { items, .. } if items.contains(&question));
    let wholes = (0..questions.len()).filter(|&whole| made_of(&questions[whole]));
    if let Some(indicator) = feeds(question).or_else(|| wholes.into_iter().find_map(feeds)) {
        return Aim::Feeds(indicator);
    }
    let own = &questions[question];
    let same = definitions.indicators.iter().find(|indicator| indicator.code == own.compares_with);
    match same.filter(|indicator| indicator.unit == "%") {
        Some(indicator) => Aim::Echoes(indicator),
        None if own.importance_of.is_empty() => Aim::Nothing,
        None => Aim::Weighs,
    }
}

fn most(question: &Question) -> f64 {
    question.scale.answers.iter().filter_map(|answer| answer.points).fold(0.0, f64::max)
}

/// Where people live and how many of them.
fn places<'a>(definitions: &'a Definitions, values: &Values<'_>, survey: &Survey, period: Period) -> Vec<Place<'a>> {
    let villages = |unit: usize| match survey.design.cluster_count {
        // A mistyped size must not fill the memory.
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "clamped to small counts")]
        Some(measure) => values.reported(measure, unit, period).round().clamp(1.0, 1e4) as usize,
        None => VILLAGES,
    };
    let place = |(unit, own): (usize, &'a crate::definitions::Unit)| Place {
        code: &own.code,
        name: &own.name,
        short: if own.short.is_empty() { &own.name } else { &own.short },
        people: values.people(unit, period),
        village_count: villages(unit),
    };
    definitions.units.units.iter().enumerate().map(place).collect()
}

/// Respondents of each unit.
fn counts(definitions: &Definitions, draws: Draws, survey: &Survey, when: &str, aims: &[Aim<'_>]) -> Vec<usize> {
    let feeds = || aims.iter().filter_map(|aim| if let Aim::Feeds(indicator) = aim { Some(indicator) } else { None });
    let may_be_empty = feeds().count() > 0 && feeds().all(|indicator| indicator.may_not_apply);
    let count = |code: &str| {
        let is_absent = draws.stream("nobody", "", code, &survey.id).uniform() < 0.06;
        if may_be_empty && is_absent {
            return 0;
        }
        let count = survey.typical * draws.stream("count", when, code, &survey.id).between(0.9, 1.1);
        // A mistyped size must not fill the memory.
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "clamped to small counts")]
        let count = count.round().clamp(0.0, 1e6) as usize;
        count
    };
    definitions.units.units.iter().map(|unit| count(&unit.code)).collect()
}
