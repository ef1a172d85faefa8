//! Sums and weights in, estimates with standard errors and intervals out: by unit, by group of units, and together.

use super::estimate::design::{Design, DesignError, LonelyPsu, Psu, StratumPopulation};
use super::estimate::groups::{GroupKey, Moments};
use super::estimate::interval::{RateMethod, constant_interval, mean_interval, rate_interval, student};
use super::estimate::linearisation::{Asked, Calibration, Estimate};
use super::sums::Sums;
use super::weigh::Weighed;
use super::{QuestionResult, SurveyCell};
use crate::definitions::{LonelyCluster, MadeOf, Question, RateInterval, Survey};

/// Everything that estimates of a survey rest on.
pub(super) struct Basis<'a> {
    pub(super) survey: &'a Survey,
    pub(super) sums: &'a Sums,
    pub(super) weighed: Option<&'a Weighed>,
    /// `None` where the sample cannot be what the definition says: figures come without errors.
    pub(super) design: Option<Design>,
    /// By question and unit what must not be printed however many answered; empty where that is nothing.
    pub(super) closed: &'a [Vec<bool>],
    /// Respondents below which nothing of a unit is printed.
    pub(super) suppress_below: u32,
    /// Group of each unit, and how many groups there are.
    pub(super) group_of_unit: Vec<usize>,
    pub(super) group_count: usize,
}

/// The design of a survey. `clusters` says how many clusters each unit has, where that is known and wanted.
pub(super) fn design(
    survey: &Survey,
    sums: &Sums,
    unit_codes: &[&str],
    clusters: &dyn Fn(usize) -> Option<f64>,
) -> Result<Design, DesignError> {
    let psu = if sums.is_by_respondent { Psu::Respondent } else { Psu::Cluster };
    let lonely = match survey.design.lonely_cluster {
        LonelyCluster::Fail => LonelyPsu::Fail,
        LonelyCluster::Remove => LonelyPsu::Remove,
        LonelyCluster::Certainty => LonelyPsu::Certainty,
        LonelyCluster::Adjust => LonelyPsu::Adjust,
        LonelyCluster::Average => LonelyPsu::Average,
    };
    let is_by_unit = survey.design.stratum_column.is_empty();
    let populations: Vec<StratumPopulation> = sums
        .strata
        .iter()
        .zip(0..)
        .map(|(name, stratum)| {
            let unit = unit_codes.iter().position(|code| is_by_unit && code == name);
            #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "checked to be a small count")]
            let population =
                unit.and_then(clusters).filter(|count| (1.0..=1e9).contains(count)).map(|count| count.round() as u32);
            StratumPopulation { stratum, population }
        })
        .collect();
    let groups = sums.design_groups();
    Design::new(psu, lonely, &groups, &populations)
}

impl Basis<'_> {
    /// The result of one question; the error of the first estimate that has no standard error is kept.
    pub(super) fn question(&self, position: usize, error: &mut Option<DesignError>) -> QuestionResult {
        let question = &self.survey.questions[position];
        let variable = self.sums.moments(position, question);
        let mut cell =
            |is_in: &dyn Fn(&GroupKey) -> bool, closed: bool| self.cell(question, &variable, is_in, closed, error);
        let unit_count = self.group_of_unit.len();
        let mut of_unit =
            |unit: usize| cell(&|key: &GroupKey| key.domain as usize == unit, self.is_closed(position, unit));
        let units: Vec<Option<SurveyCell>> = (0..unit_count).map(&mut of_unit).collect();
        // What is withheld of a unit must not come out as the difference of a total and the units that are printed.
        let is_open = |key: &GroupKey| !units[key.domain as usize].is_some_and(|cell| cell.is_suppressed);
        let whole = cell(&is_open, false);
        let groups = (0..self.group_count)
            .map(|group| {
                let is_in = |key: &GroupKey| self.group_of_unit[key.domain as usize] == group && is_open(key);
                cell(&is_in, false)
            })
            .collect();
        let withheld_count = units.iter().flatten().filter(|cell| cell.is_suppressed).count();
        let levels = self.levels(position, &is_open);
        QuestionResult { units, groups, whole, withheld_count, levels, at_common_mix: Vec::new() }
    }

    /// Whether the figure of a unit must not be printed however many answered.
    pub(super) fn is_closed(&self, position: usize, unit: usize) -> bool {
        self.closed.get(position).is_some_and(|units| units[unit])
    }

    fn cell(
        &self,
        question: &Question,
        variable: &[Moments],
        is_in: &dyn Fn(&GroupKey) -> bool,
        is_closed: bool,
        error: &mut Option<DesignError>,
    ) -> Option<SurveyCell> {
        let mut own = SurveyCell::default();
        for (key, sums) in self.sums.groups.iter().zip(variable).filter(|(key, _)| is_in(key)) {
            let factor = self.weighed.map_or(1.0, |weighed| weighed.factors.by_cell[key.cell as usize]);
            own.respondent_count = own.respondent_count.saturating_add(sums.count);
            own.weight += factor * sums.x;
            own.points += factor * sums.y;
        }
        if own.respondent_count == 0 {
            return None;
        }
        own.is_suppressed = is_closed || own.respondent_count < self.suppress_below;
        // Of what is withheld not even the trouble with it is told.
        if own.is_suppressed {
            return Some(own);
        }
        match self.estimate(variable, is_in) {
            Some(Ok(estimate)) => {
                own.estimate = Some(estimate);
                own.interval = self.interval(question, &estimate);
                own.standard_error = self.standard_error(&estimate, own.interval);
            }
            Some(Err(why)) => *error = error.or(Some(why)),
            None => {}
        }
        Some(own)
    }

    fn estimate(
        &self,
        variable: &[Moments],
        domain: &dyn Fn(&GroupKey) -> bool,
    ) -> Option<Result<Estimate, DesignError>> {
        let design = self.design.as_ref()?;
        Some(self.with_calibration(|calibration| design.ratio(&Asked { variable, domain, calibration })))
    }

    fn with_calibration<T>(&self, run: impl Fn(Option<&Calibration<'_>>) -> T) -> T {
        match self.weighed {
            None => run(None),
            Some(weighed) => {
                let fit = |sums: &[f64], weights: &[f64]| weighed.fitted(sums, weights);
                run(Some(&Calibration { factors: &weighed.factors.by_cell, fit: &fit }))
            }
        }
    }

    /// Lower and upper limit, on the scale of the figure.
    fn interval(&self, question: &Question, estimate: &Estimate) -> Option<(f64, f64)> {
        let confidence = self.survey.design.confidence;
        if !question.statistic.is_rate() {
            if is_constant(estimate) {
                let range = self.range(question)?;
                let interval = constant_interval(estimate, range, confidence).ok()?;
                return Some((interval.low, interval.high));
            }
            let interval = mean_interval(estimate, confidence).ok()?;
            return Some((interval.low, interval.high));
        }
        // A rate is kept in percent; its intervals are made for shares.
        let share = estimate.value / 100.0;
        // Everybody said yes, and rounding left a little more.
        let value = if (share - share.clamp(0.0, 1.0)).abs() < 1e-9 { share.clamp(0.0, 1.0) } else { share };
        let share = Estimate { value, standard_error: estimate.standard_error / 100.0, ..*estimate };
        let method = match self.survey.design.rate_interval {
            RateInterval::Wilson => RateMethod::Wilson,
            RateInterval::Beta => RateMethod::Beta,
            RateInterval::Logit | RateInterval::Xlogit => RateMethod::Logit,
            RateInterval::Likelihood => RateMethod::Likelihood,
            RateInterval::Asin => RateMethod::Asin,
            RateInterval::Mean => RateMethod::Mean,
        };
        let interval = rate_interval(&share, method, confidence).ok()?.interval;
        Some((interval.low * 100.0, interval.high * 100.0))
    }

    /// The estimate's own, or half the interval over its quantile where all answers are alike: an error of 0 would say that
    /// nobody else can think otherwise.
    fn standard_error(&self, estimate: &Estimate, interval: Option<(f64, f64)>) -> Option<f64> {
        if !is_constant(estimate) {
            return Some(estimate.standard_error);
        }
        let (low, high) = interval?;
        let t = student(estimate.df, self.survey.design.confidence).ok()?;
        Some((high - low) / (2.0 * t)).filter(|error| *error > 0.0)
    }

    /// Lowest and highest value that a respondent's answers can have; `None` where they know no bounds.
    fn range(&self, question: &Question) -> Option<(f64, f64)> {
        let worths: Vec<f64> = match &question.made_of {
            MadeOf::Column => (0..question.scale.answers.len()).filter_map(|level| question.worth(level)).collect(),
            MadeOf::Items { items, .. } => {
                let answers = items.iter().flat_map(|&item| &self.survey.questions[item].scale.answers);
                answers.filter_map(|answer| answer.points).collect()
            }
            MadeOf::Ratio { .. } => Vec::new(),
        };
        let lowest = worths.iter().copied().reduce(f64::min)?;
        Some((lowest, worths.iter().copied().fold(lowest, f64::max)))
    }

    /// Covariances of the estimates of several questions in one unit; `None` where the sums do not tell.
    pub(super) fn covariance(&self, positions: &[usize], unit: usize) -> Option<Vec<Vec<f64>>> {
        let variables: Vec<Vec<Moments>> =
            positions.iter().map(|&position| self.sums.moments(position, &self.survey.questions[position])).collect();
        let domain = |key: &GroupKey| key.domain as usize == unit;
        let design = self.design.as_ref()?;
        self.with_calibration(|calibration| {
            let asked: Vec<Asked<'_>> =
                variables.iter().map(|variable| Asked { variable, domain: &domain, calibration }).collect();
            design.covariance(&asked).ok()
        })
    }

    /// Weighted shares of the answers, in percent of those who gave one, over everybody that may be printed.
    fn levels(&self, position: usize, is_open: &dyn Fn(&GroupKey) -> bool) -> Vec<f64> {
        let variable = &self.sums.variables[position];
        let mut sums = vec![0.0; self.survey.questions[position].scale.answers.len()];
        if sums.len() != variable.level_count {
            return Vec::new();
        }
        for (group, key) in self.sums.groups.iter().enumerate().filter(|(_, key)| is_open(key)) {
            let factor = self.weighed.map_or(1.0, |weighed| weighed.factors.by_cell[key.cell as usize]);
            for (sum, level) in sums.iter_mut().zip(variable.of(group)) {
                *sum += factor * level.weight();
            }
        }
        let all: f64 = sums.iter().sum();
        if all > 0.0 { sums.into_iter().map(|sum| sum / all * 100.0).collect() } else { Vec::new() }
    }
}

/// Whether all answers are alike. Where all people were asked the error is 0 and no less true for it: answers differ, and a
/// sample drawn with replacement would err.
fn is_constant(estimate: &Estimate) -> bool {
    estimate.standard_error == 0.0 && estimate.design_effect_replace.is_none()
}
