//! Encoded respondents in, exact sums out: whole numbers only, so that neither the order of rows nor threads matter.

use super::estimate::groups::GroupKey;
use super::sums::{CellWeight, LevelSum, Sums, Variable};
use crate::definitions::{MadeOf, Survey};
use rayon::prelude::*;
use std::collections::{BTreeMap, HashMap};
use std::hash::{BuildHasherDefault, Hasher};

/// The answer of somebody who gave none, and of somebody who was not asked.
pub(super) const BLANK: u8 = u8::MAX;
pub(super) const NOT_ASKED: u8 = u8::MAX - 1;

/// Weights are kept as whole millionths.
pub(super) const WEIGHT_STEP: f64 = 1e6;
/// Largest weight accepted: its square times ten million respondents is far below 2^127.
pub(super) const WEIGHT_MAX: f64 = 1e6;

/// Different weights that are kept apart for trimming and for the certificate.
const MOST_WEIGHTS: usize = 2_000_000;

/// Some respondents, column by column; all columns are equally long.
#[derive(Clone, Debug, Default)]
pub(super) struct Batch {
    /// Position of the unit.
    pub(super) units: Vec<u32>,
    /// Number of the stratum.
    pub(super) strata: Vec<u32>,
    /// Number of the cluster.
    pub(super) clusters: Vec<u32>,
    /// Class of respondents.
    pub(super) classes: Vec<u32>,
    /// Weight in millionths.
    pub(super) weights: Vec<i64>,
    /// Position of the answer in its scale, by question; empty for figures made of others and for columns that are not there.
    pub(super) answers: Vec<Vec<u8>>,
    /// Which of the encoded rows they are; empty where nobody asks.
    pub(super) kept: Vec<usize>,
}

/// What is being summed.
pub(super) struct Tally<'a> {
    survey: &'a Survey,
    class_count: u32,
    is_by_respondent: bool,
    numbers: HashMap<(u32, u32, u32), u32, BuildHasherDefault<Mixer>>,
    keys: Vec<(u32, u32, u32)>,
    everybody: Vec<LevelSum>,
    /// How many have which weight, by cell; given up where there are too many different ones.
    weights: Option<HashMap<(u32, i64), u32, BuildHasherDefault<Mixer>>>,
    figures: Vec<Figure>,
    /// All weights together: what guards the sums of a part against overflow.
    total: i128,
    groups: Vec<u32>,
}

/// The sums of one question by group and answer, or by group and value.
enum Figure {
    Column { answer_count: usize, sums: Vec<LevelSum> },
    Values { levels: BTreeMap<(u64, u64), u32>, sums: HashMap<(u32, u32), LevelSum, BuildHasherDefault<Mixer>> },
}

impl<'a> Tally<'a> {
    /// An empty tally. `class_count` is the number of classes of respondents, the one for nobody knows which included.
    pub(super) fn new(survey: &'a Survey, class_count: u32) -> Self {
        let figure = |question: &crate::definitions::Question| match question.made_of {
            MadeOf::Column => Figure::Column { answer_count: question.scale.answers.len(), sums: Vec::new() },
            MadeOf::Items { .. } | MadeOf::Ratio { .. } => {
                Figure::Values { levels: BTreeMap::new(), sums: HashMap::default() }
            }
        };
        Tally {
            survey,
            class_count,
            is_by_respondent: survey.design.cluster_column.is_empty(),
            numbers: HashMap::default(),
            keys: Vec::new(),
            everybody: Vec::new(),
            // Single weights are wanted by the certificate and by trimming only.
            weights: survey.weighting.margins().map(|_| HashMap::default()),
            figures: survey.questions.iter().map(figure).collect(),
            total: 0,
            groups: Vec::new(),
        }
    }

    /// Adds respondents. The strata and clusters of all batches must be numbered alike.
    pub(super) fn add(&mut self, batch: &Batch) {
        self.number(batch);
        for (&group, &weight) in self.groups.iter().zip(&batch.weights) {
            self.total += i128::from(weight);
            self.everybody[group as usize].add(weight);
        }
        self.note_weights(batch);
        let (groups, group_count, survey) = (&self.groups, self.keys.len(), self.survey);
        self.figures.par_iter_mut().enumerate().for_each(|(question, figure)| {
            match figure {
                Figure::Column { answer_count, sums } => {
                    sums.resize(group_count * *answer_count, LevelSum::default());
                    let rows = groups.iter().zip(&batch.answers[question]).zip(&batch.weights);
                    for ((&group, &answer), &weight) in rows {
                        // Blanks and those not asked lie behind every answer.
                        if (answer as usize) < *answer_count {
                            sums[group as usize * *answer_count + answer as usize].add(weight);
                        }
                    }
                }
                Figure::Values { levels, sums } => {
                    for (row, (&group, &weight)) in groups.iter().zip(&batch.weights).enumerate() {
                        let Some((y, x)) = value(survey, question, batch, row) else { continue };
                        let next = u32::try_from(levels.len()).expect("few values");
                        let level = *levels.entry((y.to_bits(), x.to_bits())).or_insert(next);
                        sums.entry((group, level)).or_default().add(weight);
                    }
                }
            }
        });
    }

    fn note_weights(&mut self, batch: &Batch) {
        let Some(weights) = &mut self.weights else { return };
        for (&group, &weight) in self.groups.iter().zip(&batch.weights) {
            *weights.entry((self.keys[group as usize].2, weight)).or_default() += 1;
        }
        if weights.len() > MOST_WEIGHTS {
            self.weights = None;
        }
    }

    fn number(&mut self, batch: &Batch) {
        self.groups.clear();
        self.groups.reserve(batch.units.len());
        let mut last: Option<((u32, u32, u32), u32)> = None;
        let rows = batch.strata.iter().zip(&batch.clusters).zip(&batch.units).zip(&batch.classes);
        for (((&stratum, &cluster), &unit), &class) in rows {
            let key = (stratum, cluster, unit * self.class_count + class);
            let group = match last {
                Some((known, group)) if known == key => group,
                _ => {
                    let next = u32::try_from(self.keys.len()).expect("groups number below 2^32");
                    let group = *self.numbers.entry(key).or_insert(next);
                    if group == next {
                        self.keys.push(key);
                        self.everybody.push(LevelSum::default());
                    }
                    group
                }
            };
            last = Some((key, group));
            self.groups.push(group);
        }
    }

    /// The sums, in an order that depends on names only: `strata` and `clusters` are those of the numbers. `None` where
    /// the weights together are too large to be summed exactly.
    pub(super) fn finish(self, strata: &[String], clusters: &[String]) -> Option<Sums> {
        if self.total > i128::from(i64::MAX) {
            return None;
        }
        let (strata, stratum_places) = sorted(strata);
        let (clusters, cluster_places) = sorted(clusters);
        let key = |&(stratum, cluster, domain): &(u32, u32, u32)| GroupKey {
            stratum: stratum_places[stratum as usize],
            cluster: cluster_places[cluster as usize],
            domain: domain / self.class_count,
            cell: domain,
        };
        let keys: Vec<GroupKey> = self.keys.iter().map(key).collect();
        let mut order: Vec<usize> = (0..keys.len()).collect();
        order.sort_by_key(|&group| keys[group]);
        let mut weights: Vec<((u32, i64), u32)> = self.weights.into_iter().flatten().collect();
        weights.sort_unstable();
        let variables = self.figures.into_iter().map(|figure| figure.finish(&order)).collect();
        Some(Sums {
            class_count: self.class_count,
            is_by_respondent: self.is_by_respondent,
            everybody: order.iter().map(|&group| self.everybody[group]).collect(),
            groups: order.iter().map(|&group| keys[group]).collect(),
            variables,
            weights: weights.into_iter().map(|((cell, weight), count)| CellWeight { cell, weight, count }).collect(),
            strata,
            clusters,
        })
    }
}

impl Figure {
    fn finish(self, order: &[usize]) -> Variable {
        match self {
            Figure::Column { answer_count, mut sums } => {
                sums.resize(order.len() * answer_count, LevelSum::default());
                let rows = order.iter().flat_map(|&group| &sums[group * answer_count..(group + 1) * answer_count]);
                Variable { values: Vec::new(), level_count: answer_count, sums: rows.copied().collect() }
            }
            Figure::Values { levels, sums } => {
                // Values in their own order, whatever order they came in.
                let mut values: Vec<((f64, f64), u32)> =
                    levels.iter().map(|(&(y, x), &level)| ((f64::from_bits(y), f64::from_bits(x)), level)).collect();
                values.sort_by(|one, other| one.0.0.total_cmp(&other.0.0).then(one.0.1.total_cmp(&other.0.1)));
                let mut rows = Vec::with_capacity(order.len() * values.len());
                for &group in order {
                    let group = u32::try_from(group).expect("groups number below 2^32");
                    rows.extend(
                        values.iter().map(|(_, level)| sums.get(&(group, *level)).copied().unwrap_or_default()),
                    );
                }
                let level_count = values.len();
                Variable { values: values.into_iter().map(|(value, _)| value).collect(), level_count, sums: rows }
            }
        }
    }
}

/// Names in order, and the place of each old number in it.
fn sorted(names: &[String]) -> (Vec<String>, Vec<u32>) {
    let mut order: Vec<usize> = (0..names.len()).collect();
    order.sort_by(|&one, &other| names[one].cmp(&names[other]));
    let mut places = vec![0; names.len()];
    for (place, &old) in order.iter().enumerate() {
        places[old] = u32::try_from(place).expect("names number below 2^32");
    }
    (order.into_iter().map(|old| names[old].clone()).collect(), places)
}

/// The value (y, x) of a figure made of several columns for one respondent; `None` where too little was answered.
fn value(survey: &Survey, question: usize, batch: &Batch, row: usize) -> Option<(f64, f64)> {
    let points = |question: usize| {
        let answer = *batch.answers[question].get(row)?;
        survey.questions[question].scale.answers.get(answer as usize)?.points
    };
    match &survey.questions[question].made_of {
        MadeOf::Column => None,
        MadeOf::Items { items, least } => {
            let mut sum = 0.0;
            let mut answered = 0_u32;
            for points in items.iter().filter_map(|&item| points(item)) {
                sum += points;
                answered += 1;
            }
            (answered >= *least).then(|| (sum / f64::from(answered), 1.0))
        }
        MadeOf::Ratio { over } => Some((points(question)?, points(*over)?)),
    }
}

/// Multiplies and folds: keys are small numbers of our own, nobody can choose them to collide.
#[derive(Default)]
pub(super) struct Mixer(u64);

impl Hasher for Mixer {
    fn finish(&self) -> u64 {
        self.0 ^ (self.0 >> 32)
    }

    fn write(&mut self, bytes: &[u8]) {
        for &byte in bytes {
            self.write_u32(u32::from(byte));
        }
    }

    fn write_i64(&mut self, number: i64) {
        self.0 = (self.0.rotate_left(23) ^ number.cast_unsigned()).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    }

    fn write_u32(&mut self, number: u32) {
        self.0 = (self.0.rotate_left(23) ^ u64::from(number)).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    }
}
