//! Texts of the delivered columns in, encoded respondents out: every distinct text is looked up once.

use super::lookup::Note;
use super::tally::{BLANK, Batch, Mixer, NOT_ASKED};
use crate::audit::{Audit, Place};
use crate::definitions::{Definitions, Survey, fold};
use rayon::prelude::*;
use std::collections::{BTreeMap, HashMap};
use std::hash::BuildHasherDefault;

/// A column as its distinct texts and, by row, which of them stands there.
#[derive(Clone, Debug, Default)]
pub(super) struct Texts {
    pub(super) distinct: Vec<String>,
    pub(super) codes: Vec<u32>,
}

/// A column of answers: texts, or small whole numbers as a typed file holds them ([`BLANK`] for none).
#[derive(Clone, Debug)]
pub(super) enum Answers {
    Texts(Texts),
    Numbers(Vec<u8>),
}

/// The weight column: numbers as a typed file holds them, or texts.
#[derive(Clone, Debug)]
pub(super) enum Weights {
    Texts(Texts),
    Numbers(Vec<f64>),
}

/// Some rows of a respondent file, column by column; `None` for a column that is not there or not wanted.
#[derive(Clone, Debug, Default)]
pub(super) struct Columns {
    pub(super) row_count: usize,
    pub(super) units: Texts,
    pub(super) strata: Option<Texts>,
    pub(super) clusters: Option<Texts>,
    pub(super) weights: Option<Weights>,
    /// In the order of the survey's classes.
    pub(super) classes: Vec<Option<Texts>>,
    /// In the order of the survey's questions.
    pub(super) answers: Vec<Option<Answers>>,
}

/// Which column a message is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Column {
    Unit,
    Stratum,
    Cluster,
    Weight,
    Class(usize),
    Answer(usize),
}

/// Names of strata and clusters, by number.
#[derive(Clone, Debug, Default)]
pub(super) struct Names {
    pub(super) strata: Vec<String>,
    pub(super) clusters: Vec<String>,
}

/// Numbers given to names, in the order in which they came.
#[derive(Default)]
struct Numbered {
    numbers: HashMap<String, u32>,
    names: Vec<String>,
}

impl Numbered {
    fn number(&mut self, name: String) -> u32 {
        let next = u32::try_from(self.names.len()).expect("names number below 2^32");
        match self.numbers.entry(name) {
            std::collections::hash_map::Entry::Occupied(known) => *known.get(),
            std::collections::hash_map::Entry::Vacant(entry) => {
                self.names.push(entry.key().clone());
                *entry.insert(next)
            }
        }
    }
}

/// How texts are turned into numbers, the same for all parts of a file.
pub(super) struct Codebook<'a> {
    definitions: &'a Definitions,
    survey: &'a Survey,
    /// Positions in the survey's classes of those that weights are adjusted by.
    by: Vec<usize>,
    strata: Numbered,
    clusters: Numbered,
    /// Number of the stratum that each unit is, where units are the strata.
    stratum_of_unit: Vec<u32>,
    /// Respondents who answered though they should not have been asked, by question.
    pub(super) out_of_turn: BTreeMap<usize, usize>,
}

/// A number that is no answer of the scale, until it is told.
pub(super) const OFF_SCALE: u8 = NOT_ASKED - 1;

/// A row that cannot be used.
pub(super) const UNUSED: u32 = u32::MAX;

impl<'a> Codebook<'a> {
    pub(super) fn new(definitions: &'a Definitions, survey: &'a Survey) -> Self {
        Codebook {
            definitions,
            survey,
            by: weighting_classes(survey),
            strata: Numbered::default(),
            clusters: Numbered::default(),
            stratum_of_unit: vec![UNUSED; definitions.units.units.len()],
            out_of_turn: BTreeMap::new(),
        }
    }

    /// Names of the strata and of the clusters, by their numbers.
    pub(super) fn names(&self) -> Names {
        Names { strata: self.strata.names.clone(), clusters: self.clusters.names.clone() }
    }

    /// The respondents of some rows that can be used; what is wrong with the others is noted.
    pub(super) fn encode(
        &mut self,
        columns: &Columns,
        place: &(dyn Fn(usize, Column) -> Place + Sync),
        audit: &mut Audit,
    ) -> Batch {
        let note = Note { definitions: self.definitions, survey: self.survey, place };
        let units = note.looked_up(&columns.units, Column::Unit, audit, |text| note.unit(text));
        let mut classes = vec![0; columns.row_count];
        for &position in &self.by {
            let values = &self.survey.classes[position].values;
            let find = |text: &str| values.iter().position(|value| fold(value) == fold(text)).map(small);
            let Some(texts) = columns.classes.get(position).and_then(Option::as_ref) else { continue };
            let codes = note.looked_up(texts, Column::Class(position), audit, |text| {
                find(text).ok_or_else(|| note.class(position, text))
            });
            let width = small(values.len());
            for (class, code) in classes.iter_mut().zip(codes) {
                *class = if code == UNUSED || *class == UNUSED { UNUSED } else { *class * width + code };
            }
        }
        let weights = note.weights(columns, audit);
        let strata = self.strata(columns, &units, &note, audit);
        let clusters = self.clusters(columns, &units, &note, audit);
        let is_used = |row: usize| {
            [&units, &classes, &strata, &clusters].iter().all(|codes| codes[row] != UNUSED) && weights[row] > 0
        };
        let kept: Vec<usize> = (0..columns.row_count).filter(|&row| is_used(row)).collect();
        let is_whole = kept.len() == columns.row_count;
        let read: Vec<(Vec<u8>, Audit)> = self
            .survey
            .questions
            .par_iter()
            .enumerate()
            .map(|(number, question)| {
                let mut own = Audit::default();
                let all = match columns.answers.get(number).and_then(Option::as_ref) {
                    Some(answers) => note.answers(number, question, answers, &mut own),
                    None => return (vec![BLANK; kept.len()], own),
                };
                (if is_whole { all } else { kept.iter().map(|&row| all[row]).collect() }, own)
            })
            .collect();
        let mut answers: Vec<Vec<u8>> = Vec::with_capacity(read.len());
        for (own, notes) in read {
            answers.push(own);
            audit.extend(notes);
        }
        self.skip(columns, &mut answers);
        let keep = |codes: Vec<u32>| if is_whole { codes } else { kept.iter().map(|&row| codes[row]).collect() };
        Batch {
            weights: if is_whole { weights } else { kept.iter().map(|&row| weights[row]).collect() },
            units: keep(units),
            strata: keep(strata),
            clusters: keep(clusters),
            classes: keep(classes),
            answers,
            kept,
        }
    }

    fn strata(&mut self, columns: &Columns, units: &[u32], note: &Note<'_>, audit: &mut Audit) -> Vec<u32> {
        match &columns.strata {
            // The unit is the stratum: its code sorts strata as the register sorts units.
            None => units
                .iter()
                .map(|&unit| match unit {
                    UNUSED => UNUSED,
                    unit => {
                        let number = &mut self.stratum_of_unit[unit as usize];
                        if *number == UNUSED {
                            *number = self.strata.number(self.definitions.units.units[unit as usize].code.clone());
                        }
                        *number
                    }
                })
                .collect(),
            Some(texts) => {
                let codes = note.looked_up(texts, Column::Stratum, audit, |text| note.name(Column::Stratum, text));
                let numbers: Vec<u32> = texts.distinct.iter().map(|text| self.strata.number(fold(text))).collect();
                codes.iter().zip(&texts.codes).map(|(&code, &text)| used(code, numbers[text as usize])).collect()
            }
        }
    }

    /// Clusters belong to a unit: villages of two units may have the same name.
    fn clusters(&mut self, columns: &Columns, units: &[u32], note: &Note<'_>, audit: &mut Audit) -> Vec<u32> {
        let Some(texts) = &columns.clusters else {
            self.clusters.number(String::new());
            return vec![0; columns.row_count];
        };
        let codes = note.looked_up(texts, Column::Cluster, audit, |text| note.name(Column::Cluster, text));
        let mut here: HashMap<(u32, u32), u32, BuildHasherDefault<Mixer>> = HashMap::default();
        let mut last = ((UNUSED, UNUSED), UNUSED);
        let mut numbers = Vec::with_capacity(codes.len());
        for ((&code, &text), &unit) in codes.iter().zip(&texts.codes).zip(units) {
            if code == UNUSED || unit == UNUSED {
                numbers.push(UNUSED);
                continue;
            }
            if last.0 != (unit, text) {
                let number = *here.entry((unit, text)).or_insert_with(|| {
                    let unit = &self.definitions.units.units[unit as usize].code;
                    self.clusters.number(format!("{unit}\u{1f}{}", fold(&texts.distinct[text as usize])))
                });
                last = ((unit, text), number);
            }
            numbers.push(last.1);
        }
        numbers
    }

    /// Applies the skip rules: who was not asked has no answer. Without the column that decides, nobody knows.
    fn skip(&mut self, columns: &Columns, answers: &mut [Vec<u8>]) {
        for (number, question) in self.survey.questions.iter().enumerate() {
            let Some(rule) = &question.asked_if else { continue };
            if columns.answers[rule.question].is_none() {
                continue;
            }
            let decides = &self.survey.questions[rule.question].scale.answers;
            let asked: Vec<bool> = decides.iter().map(|answer| rule.answers.contains(&answer.code)).collect();
            let is_asked: Vec<bool> = answers[rule.question]
                .iter()
                .map(|&answer| asked.get(answer as usize).copied().unwrap_or(false))
                .collect();
            let mut out_of_turn = 0;
            for (answer, is_asked) in answers[number].iter_mut().zip(is_asked) {
                if !is_asked {
                    out_of_turn += usize::from(*answer < NOT_ASKED);
                    *answer = NOT_ASKED;
                }
            }
            if out_of_turn > 0 {
                *self.out_of_turn.entry(number).or_default() += out_of_turn;
            }
        }
    }
}

/// Positions in the survey's classes of those that weights are adjusted by.
pub(super) fn weighting_classes(survey: &Survey) -> Vec<usize> {
    let by = survey.weighting.margins().into_iter().flat_map(|margins| &margins.by);
    by.filter_map(|id| survey.classes.iter().position(|class| class.id == *id)).collect()
}

fn used(code: u32, number: u32) -> u32 {
    if code == UNUSED { UNUSED } else { number }
}

pub(super) fn small(number: usize) -> u32 {
    u32::try_from(number).expect("few")
}
