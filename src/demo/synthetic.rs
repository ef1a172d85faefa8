//! A complete project of any size: definitions and data about nothing in particular, to measure speed and memory.

mod definitions;

use super::draws::Draws;
use super::sample::Place;
use super::surveys::{self, Panel};
use super::traits::Traits;
use crate::definitions::calendar::{Date, Frequency, Period};
use crate::definitions::{Answer, AnswerScale, Question, Statistic, Survey};
use std::collections::BTreeMap;
use std::fmt::Write;

/// How large a synthetic project is. A count of 0 means 1, except for respondents.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Size {
    /// Units.
    pub unit_count: usize,
    /// Indicators of one measure each.
    pub indicator_count: usize,
    /// Quarters, the first of them 2022Q1.
    pub period_count: usize,
    /// Respondents per unit and quarter; 0 for a project without a survey.
    pub respondent_count: usize,
}

/// Indicators under one element.
const ELEMENT_SIZE: usize = 10;
const GROUPS: [&str; 4] = ["甲组", "乙组", "丙组", "丁组"];
const FIRST: Period = Period { year: 2022, part: 1, frequency: Frequency::Quarter };

/// Target and floor of the survey indicator.
const SATISFACTION: (f64, f64) = (90.0, 75.0);
/// Code, word and points of the survey's answers.
const ANSWERS: [(&str, &str, Option<f64>); 6] = [
    ("1", "很满意", Some(100.0)),
    ("2", "比较满意", Some(80.0)),
    ("3", "一般", Some(60.0)),
    ("4", "不太满意", Some(30.0)),
    ("5", "很不满意", Some(0.0)),
    ("9", "说不清", None),
];

/// A size and a seed in, a whole project out, by path: definition files under `indicators/`, and under
/// `data/<period>/` one table of all measures and, where there are respondents, `survey-general.csv`.
///
/// Units are coded `U000001` on, indicators `I001` on with measures `m001` on. The same size and seed give the same
/// bytes, and a unit's figures do not depend on the number of indicators, periods or respondents.
pub fn synthetic_project(size: &Size, seed: u64) -> BTreeMap<String, Vec<u8>> {
    let size = Size {
        unit_count: size.unit_count.max(1),
        indicator_count: size.indicator_count.max(1),
        period_count: size.period_count.max(1),
        ..*size
    };
    let draws = Draws::new(seed);
    let mut files = BTreeMap::new();
    files.insert("indicators/index.toml".to_owned(), definitions::index(&size).into_bytes());
    files.insert("indicators/measures.toml".to_owned(), definitions::measures(&size).into_bytes());
    files.insert("indicators/units.toml".to_owned(), definitions::units(&size).into_bytes());
    let codes: Vec<String> = (1..=size.unit_count).map(|number| format!("U{number:06}")).collect();
    // Levels hold in the first period, so that further periods change nothing in it.
    let traits = Traits::new(draws, codes.iter().map(String::as_str), FIRST);
    for period in std::iter::successors(Some(FIRST), |period| Some(period.next())).take(size.period_count) {
        files.insert(format!("data/{period}/data.csv"), data(&size, draws, &traits, period).into_bytes());
        if size.respondent_count > 0 {
            files.insert(format!("data/{period}/survey-general.csv"), survey_file(&size, draws, &traits, period));
        }
    }
    files
}

/// The table of all measures of a period. An indicator's place in the two sequences of a unit is its number, so its
/// values stay when indicators are added behind it.
fn data(size: &Size, draws: Draws, traits: &Traits, period: Period) -> String {
    let when = period.to_string();
    let mut text = String::with_capacity(size.unit_count * (24 + 5 * size.indicator_count));
    text += "\u{feff}单位代码,单位名称";
    for number in 1..=size.indicator_count {
        write!(text, ",数据{number:03}").expect("a text takes every number");
    }
    text += "\r\n";
    for unit in 0..size.unit_count {
        let code = traits.code(unit);
        let mut own = draws.stream("own", "", code, "");
        let mut chance = draws.stream("chance", &when, code, "");
        let level = traits.level(unit, period);
        write!(text, "{code},单位{:06}", unit + 1).expect("a text takes every number");
        for number in 1..=size.indicator_count {
            let quality = level + 8.0 * own.bell() + 3.0 * chance.bell();
            let (target, floor) = definitions::goal(number);
            let value = floor + (target - floor) * (quality - 60.0) / 40.0;
            #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "small and not negative")]
            let tenths = (value.max(0.0) * 10.0).round() as u32;
            write!(text, ",{}.{}", tenths / 10, tenths % 10).expect("a text takes every number");
        }
        text += "\r\n";
    }
    text
}

fn survey_file(size: &Size, draws: Draws, traits: &Traits, period: Period) -> Vec<u8> {
    let answer = |(code, word, points): (&str, &str, Option<f64>)| Answer {
        code: code.into(),
        word: word.into(),
        points,
        kind: None,
    };
    let survey = Survey {
        id: "general".to_owned(),
        name: "满意度调查".to_owned(),
        department: 0,
        unit_column: "单位名称".to_owned(),
        weight_column: "权重".to_owned(),
        typical: 0.0,
        questions: vec![Question {
            id: "q1".to_owned(),
            text: String::new(),
            scale: AnswerScale { answers: ANSWERS.map(answer).to_vec() },
            statistic: Statistic::Mean,
            ..Question::default()
        }],
        ..Survey::default()
    };
    let names: Vec<String> = (1..=size.unit_count).map(|number| format!("单位{number:06}")).collect();
    let place = |(unit, name)| {
        let name = String::as_str(name);
        Place { code: traits.code(unit), name, short: name, people: 0.0, village_count: 1 }
    };
    let units: Vec<Place<'_>> = names.iter().enumerate().map(place).collect();
    let (target, floor) = SATISFACTION;
    let wanted = |_: usize, unit: usize| floor + (target - floor) * (traits.level(unit, period) - 60.0) / 40.0;
    let counts = vec![size.respondent_count; size.unit_count];
    let when = period.to_string();
    let month = Date { day: 1, ..period.last_day() };
    let panel = Panel { survey: &survey, draws, when: &when, month, units: &units, counts: &counts, wanted: &wanted };
    surveys::file(&panel, 0).1
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::audit::{Audit, InputFile};

    const SMALL: Size = Size { unit_count: 30, indicator_count: 12, period_count: 2, respondent_count: 11 };

    fn text(files: &BTreeMap<String, Vec<u8>>, path: &str) -> String {
        String::from_utf8(files[path].clone()).expect("UTF-8")
    }

    #[test]
    fn the_definitions_are_sound_and_as_large_as_asked_for() {
        let files = synthetic_project(&SMALL, 1);
        let definitions: Vec<InputFile> = files
            .iter()
            .filter(|(path, _)| path.starts_with("indicators/"))
            .map(|(path, bytes)| InputFile { path: path.as_str().into(), bytes: bytes.as_slice().into() })
            .collect();
        let mut audit = Audit::default();
        let definitions = crate::definitions::parse(&definitions, &mut audit).expect("sound definitions");
        assert!(audit.diagnostics().is_empty(), "{:?}", audit.diagnostics());
        assert_eq!((definitions.units.units.len(), definitions.units.groups.len()), (30, 4));
        assert_eq!((definitions.indicators.len(), definitions.measures.len()), (13, 12));
        assert_eq!(definitions.elements.len(), 1 + 2 + 1);
        assert!(definitions.index.units_required);
    }

    #[test]
    fn every_period_has_a_table_of_all_units_and_measures_and_all_respondents() {
        let files = synthetic_project(&SMALL, 1);
        let paths: Vec<&str> = files.keys().map(String::as_str).filter(|path| path.starts_with("data/")).collect();
        assert_eq!(
            paths,
            [
                "data/2022Q1/data.csv",
                "data/2022Q1/survey-general.csv",
                "data/2022Q2/data.csv",
                "data/2022Q2/survey-general.csv"
            ]
        );
        let table = text(&files, "data/2022Q2/data.csv");
        assert_eq!(table.lines().count(), 31);
        assert!(table.lines().all(|line| line.split(',').count() == 14));
        assert_eq!(text(&files, "data/2022Q1/survey-general.csv").lines().count(), 1 + 30 * 11);
    }

    #[test]
    fn more_indicators_and_periods_leave_the_values_there_were() {
        let small = text(&synthetic_project(&SMALL, 1), "data/2022Q1/data.csv");
        let larger = Size { indicator_count: 25, period_count: 5, respondent_count: 0, ..SMALL };
        let larger = text(&synthetic_project(&larger, 1), "data/2022Q1/data.csv");
        assert!(small.lines().zip(larger.lines()).all(|(small, larger)| larger.starts_with(small)));
        assert_eq!(small, text(&synthetic_project(&SMALL, 1), "data/2022Q1/data.csv"));
        assert_ne!(small, text(&synthetic_project(&SMALL, 2), "data/2022Q1/data.csv"));
    }

    #[test]
    fn a_size_of_nothing_is_still_a_project() {
        let files =
            synthetic_project(&Size { unit_count: 0, indicator_count: 0, period_count: 0, respondent_count: 0 }, 1);
        assert_eq!(files.len(), 4);
        assert_eq!(text(&files, "data/2022Q1/data.csv").lines().count(), 2);
    }
}
