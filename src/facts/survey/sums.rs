//! What one pass over the respondents leaves: from these sums follows every estimate, and no respondent is kept.

use super::estimate::design::Group;
use super::estimate::groups::{Everybody, GroupKey, Moments};
use super::tally::WEIGHT_STEP;
use crate::definitions::{MadeOf, Question, Survey};
use std::collections::BTreeMap;

/// How many, with what weight (millionths), and the sum of the squares of the weights.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct LevelSum {
    /// Respondents.
    pub count: u32,
    /// Σ w, in millionths.
    pub weight: i64,
    /// Σ w², in millionths of millionths.
    pub square: i128,
}

impl LevelSum {
    #[inline]
    pub(super) fn add(&mut self, weight: i64) {
        self.count = self.count.saturating_add(1);
        self.weight = self.weight.wrapping_add(weight);
        self.square = self.square.wrapping_add(i128::from(weight) * i128::from(weight));
    }

    /// Σ w.
    #[expect(clippy::cast_precision_loss, reason = "below 2^53 millionths up to 9 billion units of weight")]
    pub fn weight(&self) -> f64 {
        self.weight as f64 / WEIGHT_STEP
    }

    /// Σ w².
    #[expect(clippy::cast_precision_loss, reason = "a sum of squares is as exact as a float")]
    pub fn square(&self) -> f64 {
        self.square as f64 / (WEIGHT_STEP * WEIGHT_STEP)
    }
}

/// The sums of one question.
#[derive(Clone, Debug, PartialEq)]
pub struct Variable {
    /// Values (y, x) of a figure made of several columns; empty for a column, whose levels are the answers of its scale.
    pub values: Vec<(f64, f64)>,
    /// Levels a group.
    pub level_count: usize,
    /// By group, then level.
    pub sums: Vec<LevelSum>,
}

impl Variable {
    /// The sums of a group, by level.
    pub fn of(&self, group: usize) -> &[LevelSum] {
        &self.sums[group * self.level_count..(group + 1) * self.level_count]
    }

    /// What a level is worth: y and x of the estimate Σ w y / Σ w x; `None` where it does not count.
    pub fn worth(&self, question: &Question, level: usize) -> Option<(f64, f64)> {
        match question.made_of {
            MadeOf::Column => Some((question.worth(level)?, 1.0)),
            MadeOf::Items { .. } | MadeOf::Ratio { .. } => self.values.get(level).copied(),
        }
    }
}

/// How many respondents of a cell have one and the same weight.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CellWeight {
    /// Calibration cell.
    pub cell: u32,
    /// The weight, in millionths.
    pub weight: i64,
    /// Respondents.
    pub count: u32,
}

/// The sums of a survey.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Sums {
    /// Classes of respondents; the cell of a group is its unit × classes + its class.
    pub class_count: u32,
    /// Whether each respondent is a sampling unit of its own.
    pub is_by_respondent: bool,
    /// The groups, in order.
    pub groups: Vec<GroupKey>,
    /// Everybody in each group, whether they answered or not.
    pub everybody: Vec<LevelSum>,
    /// By question.
    pub variables: Vec<Variable>,
    /// The weights by cell, in order; empty where too many differ.
    pub weights: Vec<CellWeight>,
    /// Names of the strata, in order.
    pub strata: Vec<String>,
    /// Names of the clusters, in order.
    pub clusters: Vec<String>,
}

impl Sums {
    /// Respondents of the units that have at least `least`: a total from which those of the others cannot be told.
    pub fn respondents_of_units(&self, least: u32) -> u32 {
        self.by_unit().into_values().filter(|count| *count >= least).fold(0, u32::saturating_add)
    }

    /// By unit: whether it has respondents, but fewer than `least`.
    pub(super) fn closed_units(&self, unit_count: usize, least: u32) -> Vec<bool> {
        let counts = self.by_unit();
        (0..unit_count)
            .map(|unit| u32::try_from(unit).is_ok_and(|unit| counts.get(&unit).is_some_and(|count| *count < least)))
            .collect()
    }

    fn by_unit(&self) -> BTreeMap<u32, u32> {
        let mut counts = BTreeMap::new();
        for (key, sum) in self.groups.iter().zip(&self.everybody) {
            let own: &mut u32 = counts.entry(key.domain).or_default();
            *own = own.saturating_add(sum.count);
        }
        counts
    }

    /// The groups with the sums over everybody in them, as a design takes them.
    pub fn design_groups(&self) -> Vec<Group> {
        let everybody = |sum: &LevelSum| Everybody { count: sum.count, weight: sum.weight(), square: sum.square() };
        self.groups.iter().zip(&self.everybody).map(|(&key, sum)| Group { key, everybody: everybody(sum) }).collect()
    }

    /// Valid answers by question and unit.
    pub(super) fn answered(&self, survey: &Survey, unit_count: usize) -> Vec<Vec<u32>> {
        let of_question = |(position, question): (usize, &Question)| {
            let mut counts = vec![0_u32; unit_count];
            for (key, sums) in self.groups.iter().zip(self.moments(position, question)) {
                if let Some(count) = counts.get_mut(key.domain as usize) {
                    *count = count.saturating_add(sums.count);
                }
            }
            counts
        };
        survey.questions.iter().enumerate().map(of_question).collect()
    }

    /// The sums of one question by group.
    pub fn moments(&self, position: usize, question: &Question) -> Vec<Moments> {
        let variable = &self.variables[position];
        let worth: Vec<Option<(f64, f64)>> =
            (0..variable.level_count).map(|level| variable.worth(question, level)).collect();
        (0..self.groups.len())
            .map(|group| {
                let mut sums = Moments::default();
                for (level, worth) in variable.of(group).iter().zip(&worth) {
                    if let Some((y, x)) = *worth
                        && level.count > 0
                    {
                        add(&mut sums, level, y, x);
                    }
                }
                sums
            })
            .collect()
    }
}

fn add(sums: &mut Moments, level: &LevelSum, y: f64, x: f64) {
    let (weight, square) = (level.weight(), level.square());
    sums.count = sums.count.saturating_add(level.count);
    sums.weight += weight;
    sums.x += weight * x;
    sums.y += weight * y;
    sums.xx += weight * x * x;
    sums.xy += weight * x * y;
    sums.yy += weight * y * y;
    sums.square += square;
    sums.square_x += square * x;
    sums.square_y += square * y;
    sums.square_xx += square * x * x;
    sums.square_xy += square * x * y;
    sums.square_yy += square * y * y;
}
