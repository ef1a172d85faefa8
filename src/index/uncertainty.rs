//! From the standard errors of estimates to those of scores: the delta method, through scoring and every mean above it.

use super::normalise::{self, Column};
use super::{Scores, State, element_scores};
use crate::definitions::calendar::Period;
use crate::definitions::{Definitions, Index, Scoring, Source};
use crate::facts::{Cell, Facts, Matrix};
use std::collections::BTreeMap;

/// Standard errors of scores that come from interviewing some and not all. Other errors are not in them.
#[derive(Clone, Debug)]
pub struct ScoreErrors {
    unit_count: usize,
    indicators: Vec<Option<ScoreError>>,
    elements: Vec<Option<ScoreError>>,
    unknown: Vec<bool>,
}

/// The standard error of one score.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ScoreError {
    /// By the delta method.
    pub standard_error: f64,
    /// Degrees of freedom (Satterthwaite 1946): v² / Σ v_s² / df_s over the surveys s with their parts v_s of the variance v.
    pub df: f64,
    /// Whether an estimate lies within three standard errors of a kink of its scoring, so that only simulation tells.
    pub is_near_kink: bool,
}

impl ScoreErrors {
    /// Of the score of an indicator for a unit; `None` where it is no estimate or the design allows none.
    pub fn indicator(&self, indicator: usize, unit: usize) -> Option<ScoreError> {
        self.indicators[indicator * self.unit_count + unit]
    }

    /// Of the score of an element for a unit; element 0 is the base score. `None` where nothing below it is an estimate.
    pub fn element(&self, element: usize, unit: usize) -> Option<ScoreError> {
        self.elements[element * self.unit_count + unit]
    }

    /// Whether the base score of a unit rests on an estimate whose error nobody knows: by this design, or carried from an
    /// earlier period.
    pub fn is_unknown(&self, unit: usize) -> bool {
        self.unknown[unit]
    }
}

/// How many standard errors a kink must be away for the delta method to hold.
const KINK_DISTANCE: f64 = 3.0;
/// Step of the numerical derivative of a mean with respect to a score: exact for arithmetic means.
const STEP: f64 = 1e-3;

/// An indicator of a unit that is an estimate.
struct Uncertain {
    indicator: usize,
    survey: usize,
    question: usize,
    /// d score / d value.
    slope: f64,
    /// Standard error of the value.
    error: f64,
    df: u32,
    scale: f64,
    is_near_kink: bool,
}

/// Standard errors of all scores of a period.
///
/// Var(S) = Σ_i Σ_j g_i f_i′ Cov(x_i, x_j) f_j′ g_j, where g_i = ∂S/∂score_i and f′ is the slope of the scoring. Estimates of
/// one survey in one unit share their respondents: their covariance comes from the design; where the design does not tell
/// (each respondent its own sampling unit) they are taken to move together, which makes the error too large, never too
/// small. Different surveys are independent. OECD/JRC Handbook on Constructing Composite Indicators (2008), step 7.
pub fn propagate(
    definitions: &Definitions,
    facts: &Facts,
    matrix: &Matrix,
    scores: &Scores,
    period: Period,
) -> ScoreErrors {
    let unit_count = matrix.unit_count();
    let columns: Vec<Column> = definitions
        .indicators
        .iter()
        .enumerate()
        .map(|(position, indicator)| {
            let scorings: Vec<_> = indicator.group_scoring.values().chain([&indicator.scoring]).collect();
            Column::new(matrix.row(position), &scorings)
        })
        .collect();
    let mut errors = ScoreErrors {
        unit_count,
        indicators: vec![None; definitions.indicators.len() * unit_count],
        elements: vec![None; definitions.elements.len() * unit_count],
        unknown: (0..unit_count).map(|unit| is_unknown(definitions, matrix, scores, unit)).collect(),
    };
    for unit in 0..unit_count {
        let uncertain = uncertain(definitions, matrix, scores, period, unit, &columns);
        if uncertain.is_empty() {
            continue;
        }
        for one in &uncertain {
            errors.indicators[one.indicator * unit_count + unit] = Some(ScoreError {
                standard_error: (one.slope * one.error).abs(),
                df: f64::from(one.df),
                is_near_kink: one.is_near_kink,
            });
        }
        let covariance = |one: &Uncertain, other: &Uncertain| covariance(facts, unit, one, other);
        let gradients: Vec<Vec<f64>> =
            uncertain.iter().map(|one| gradient(definitions, scores, unit, one.indicator)).collect();
        for element in 0..definitions.elements.len() {
            // By survey: its part of the variance, and the fewest degrees of freedom among its estimates.
            let mut parts: BTreeMap<usize, (f64, u32)> = BTreeMap::new();
            let mut is_near_kink = false;
            for (one, own) in uncertain.iter().zip(&gradients) {
                let own_weight = own[element] * one.slope;
                is_near_kink |= one.is_near_kink && own[element].abs() > 0.0;
                let part = parts.entry(one.survey).or_insert((0.0, one.df));
                part.1 = part.1.min(one.df);
                for (other, its) in uncertain.iter().zip(&gradients) {
                    part.0 += own_weight * covariance(one, other) * its[element] * other.slope;
                }
            }
            let variance: f64 = parts.values().map(|part| part.0).sum();
            let is_touched = gradients.iter().any(|own| own[element].abs() > 0.0);
            if is_touched && variance.is_finite() {
                let standard_error = variance.max(0.0).sqrt();
                let df = satterthwaite(variance, parts.values().copied());
                errors.elements[element * unit_count + unit] = Some(ScoreError { standard_error, df, is_near_kink });
            }
        }
    }
    errors
}

fn satterthwaite(variance: f64, parts: impl Iterator<Item = (f64, u32)> + Clone) -> f64 {
    let spread: f64 = parts.clone().map(|(part, df)| part * part / f64::from(df)).sum();
    let df = variance * variance / spread;
    // Without any variance all parts say the same.
    if df.is_finite() { df.max(1.0) } else { parts.map(|(_, df)| f64::from(df)).fold(f64::INFINITY, f64::min) }
}

fn is_unknown(definitions: &Definitions, matrix: &Matrix, scores: &Scores, unit: usize) -> bool {
    definitions.indicators.iter().enumerate().any(|(position, indicator)| {
        let score = scores.indicator(position, unit);
        let cell = matrix.cell(position, unit);
        let is_asked = matches!(indicator.source, Source::Survey { .. }) && score.weight > 0.0;
        let has_error = cell.standard_error.is_some() && cell.df > 0;
        is_asked
            && match score.state {
                State::Scored => !cell.is_void && !has_error,
                State::Carried => true,
                _ => false,
            }
    })
}

fn uncertain(
    definitions: &Definitions,
    matrix: &Matrix,
    scores: &Scores,
    period: Period,
    unit: usize,
    columns: &[Column],
) -> Vec<Uncertain> {
    let mut list = Vec::new();
    for (position, indicator) in definitions.indicators.iter().enumerate() {
        let Source::Survey { survey, question } = indicator.source else { continue };
        let cell: &Cell = matrix.cell(position, unit);
        let (Some(error), State::Scored) = (cell.standard_error, scores.indicator(position, unit).state) else {
            continue;
        };
        if cell.df == 0 {
            continue;
        }
        let scoring = indicator.scoring_in(&definitions.units.units[unit].group);
        let score = |value: f64| normalise::score(scoring, &definitions.index, value, period.part, &columns[position]);
        // Small against the error, so that the slope is the one where the estimate stands.
        let step = (error * 1e-3).max(cell.value.abs() * 1e-9).max(f64::MIN_POSITIVE);
        let slope = (score(cell.value + step) - score(cell.value - step)) / (2.0 * step);
        let is_near_kink = match kinks(scoring, &definitions.index, period.part) {
            None => true,
            Some(kinks) => kinks.iter().any(|kink| (cell.value - kink).abs() <= KINK_DISTANCE * error),
        };
        if slope.is_finite() {
            let scale = indicator.scale;
            let df = cell.df;
            list.push(Uncertain { indicator: position, survey, question, slope, error, df, scale, is_near_kink });
        }
    }
    list
}

/// Values at which the slope of a scoring changes; `None` where they depend on the other units.
fn kinks(scoring: &Scoring, index: &Index, part: u32) -> Option<Vec<f64>> {
    // Where the line through (floor, at_floor) and (target, at_target) meets a score.
    let meets = |score: f64, target: f64, floor: f64| {
        floor + (target - floor) * (score - index.at_floor) / (index.at_target - index.at_floor)
    };
    let (bottom, top) = index.scale;
    Some(match scoring {
        Scoring::Efficacy { target, floor } => vec![meets(bottom, *target, *floor), meets(top, *target, *floor)],
        Scoring::ProRata { target, floor, .. } => {
            let due = normalise::due(scoring, part)? / 100.0;
            vec![meets(bottom, *target, *floor) * due, meets(top, *target, *floor) * due]
        }
        Scoring::Band { low, high, floor_low, floor_high } => {
            vec![*low, *high, meets(bottom, *low, *floor_low), meets(bottom, *high, *floor_high)]
        }
        Scoring::Goalposts { lower, upper, .. } => vec![*lower, *upper],
        Scoring::MinMax { .. } | Scoring::RankPoints { .. } => return None,
    })
}

/// d element score / d score of the indicator, by element.
fn gradient(definitions: &Definitions, scores: &Scores, unit: usize, indicator: usize) -> Vec<f64> {
    let moved = |by: f64| {
        element_scores(definitions, |other| {
            let score = scores.indicator(other, unit).score;
            if other == indicator { score.map(|score| score + by) } else { score }
        })
    };
    let slope = |(up, down): (Option<f64>, Option<f64>)| match (up, down) {
        (Some(up), Some(down)) => (up - down) / (2.0 * STEP),
        _ => 0.0,
    };
    moved(STEP).into_iter().zip(moved(-STEP)).map(slope).collect()
}

fn covariance(facts: &Facts, unit: usize, one: &Uncertain, other: &Uncertain) -> f64 {
    // Rounding leaves a little covariance with an estimate that does not vary.
    if one.survey != other.survey || one.error <= 0.0 || other.error <= 0.0 {
        return 0.0;
    }
    if one.question == other.question {
        return one.error * other.error;
    }
    let survey = &facts.surveys[one.survey];
    let place = |question: usize| survey.fed.iter().position(|fed| *fed == question);
    let known = survey.covariances.get(unit).and_then(Option::as_ref);
    match (known, place(one.question), place(other.question)) {
        (Some(matrix), Some(row), Some(column)) => matrix[row][column] * one.scale * other.scale,
        _ => one.error * other.error * (one.slope * other.slope).signum(),
    }
}

/// The covariance matrix of the values of the survey indicators of a unit, with the indicators it is about: what draws
/// are made from.
pub fn value_covariance(
    definitions: &Definitions,
    facts: &Facts,
    matrix: &Matrix,
    scores: &Scores,
    period: Period,
    unit: usize,
) -> (Vec<usize>, Vec<Vec<f64>>) {
    let columns: Vec<Column> = definitions
        .indicators
        .iter()
        .enumerate()
        .map(|(position, indicator)| Column::new(matrix.row(position), &[&indicator.scoring]))
        .collect();
    let uncertain = uncertain(definitions, matrix, scores, period, unit, &columns);
    let rows = uncertain
        .iter()
        .map(|one| uncertain.iter().map(|other| covariance(facts, unit, one, other)).collect())
        .collect();
    (uncertain.iter().map(|one| one.indicator).collect(), rows)
}
