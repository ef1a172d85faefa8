//! How sure the published order is: intervals of final scores, tiers, ranges of ranks, and what respondents' figures allow
//! one to say. Only the error of interviewing some and not all is in it.

mod opinions;
mod simulate;

pub use opinions::{Opinion, Opinions, Placing, opinions};

use super::ranks::distribution::{RankDistribution, RankRange};
use super::ranks::estimates::{Covariance, Estimate};
use super::ranks::pairwise::Pairwise;
use super::ranks::rank_sets::{RankSetMethod, rank_sets};
use super::ranks::tiers::{Tier, tiers};
use crate::definitions::Definitions;
use crate::definitions::calendar::Period;
use crate::facts::probability::distributions::student_t_quantile;
use crate::facts::probability::multiplicity::Adjustment;
use crate::facts::probability::normal;
use crate::facts::{Facts, Matrix};
use crate::index::Scores;
use crate::index::uncertainty::{ScoreErrors, propagate};
use crate::rules::Settlement;

/// What the certainty of a period is computed from.
#[derive(Clone, Copy)]
pub struct Known<'a> {
    /// The definitions.
    pub definitions: &'a Definitions,
    /// What was observed.
    pub facts: &'a Facts,
    /// Indicators by units.
    pub matrix: &'a Matrix,
    /// Scores in full precision.
    pub scores: &'a Scores,
    /// Published figures.
    pub settlement: &'a Settlement,
    /// The period.
    pub period: Period,
    /// Scores of the period before, for what is carried.
    pub previous: Option<&'a Scores>,
}

/// The final score of a unit as an estimate.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct FinalScore {
    /// Standard error of the final score. Bonus and deduction are taken as they are.
    pub standard_error: f64,
    /// Lower and upper limit at the confidence of the surveys, on the scale of final scores.
    pub interval: (f64, f64),
    /// Whether it is from draws, because an estimate lies near a kink of its scoring.
    pub is_simulated: bool,
}

/// How sure the order of the units is.
#[derive(Clone, Debug)]
pub struct Certainty {
    /// By unit; `None` where nothing of its score is an estimate, or the error of an estimate is not known.
    pub finals: Vec<Option<FinalScore>>,
    /// Standard errors of all scores by the delta method.
    pub errors: ScoreErrors,
    /// Tiers of the ranked units, best first; empty where no score is an estimate.
    pub tiers: Vec<Tier>,
    /// Places that each unit may have, all units together at the confidence; `None` for units without a rank.
    pub ranks: Vec<Option<RankRange>>,
    /// Probability of each unit to be among the first three.
    pub top_three: Vec<Option<f64>>,
    /// Confidence of intervals and ranges.
    pub confidence: f64,
    /// What respondents say, by indicator made of a survey question.
    pub opinions: Vec<Opinions>,
    /// Whether the final score of each unit moved by more than the errors of both periods allow by chance; `None` where there
    /// is nothing to compare with, or the error of one of the periods is not known.
    pub moved: Vec<Option<bool>>,
}

impl Certainty {
    /// Position of the tier of a unit, where it has one.
    pub fn tier(&self, unit: usize) -> Option<usize> {
        self.tiers.iter().position(|tier| tier.units.contains(&unit))
    }
}

/// Ranked units up to which the exact distribution of ranks and all comparisons are computed: the cost grows with the cube.
const MOST_UNITS: usize = 300;

/// How sure the order of a period is; `None` where no score rests on an estimate with a standard error.
pub fn certainty(known: &Known<'_>, before: Option<&Known<'_>>) -> Option<Certainty> {
    let Known { definitions, facts, matrix, scores, settlement, period, .. } = *known;
    let errors = propagate(definitions, facts, matrix, scores, period);
    let unit_count = definitions.units.units.len();
    if unit_count > MOST_UNITS || (0..unit_count).all(|unit| errors.element(0, unit).is_none()) {
        return None;
    }
    let confidence = confidence(definitions);
    let finals = finals(known, &errors, confidence);
    let ranked: Vec<usize> = (0..unit_count).filter(|&unit| settlement.units[unit].rank.is_some()).collect();
    let estimates: Vec<Estimate> = ranked
        .iter()
        .filter_map(|&unit| {
            let value = settlement.units[unit].final_score?.value();
            // Whose error nobody knows is told apart from nobody.
            let unknown = errors.is_unknown(unit).then(|| bounds(definitions).1 - bounds(definitions).0);
            let stretched = || {
                let df = errors.element(0, unit).map_or(f64::INFINITY, |error| error.df);
                finals[unit].map_or(0.0, |own| own.standard_error * inflation(df, confidence).unwrap_or(1.0))
            };
            Some(Estimate { value, standard_error: unknown.unwrap_or_else(stretched) })
        })
        .collect();
    let mut own = Certainty {
        finals,
        errors,
        tiers: Vec::new(),
        ranks: vec![None; unit_count],
        top_three: vec![None; unit_count],
        confidence,
        opinions: opinions(known, before, confidence),
        moved: vec![None; unit_count],
    };
    if let Some(before) = before {
        own.moved = moved((known, &own.finals, &own.errors), before, confidence);
    }
    own.order(&ranked, &estimates);
    Some(own)
}

impl Certainty {
    fn order(&mut self, ranked: &[usize], estimates: &[Estimate]) {
        if ranked.len() != estimates.len() || ranked.is_empty() {
            return;
        }
        let values: Vec<f64> = estimates.iter().map(|estimate| estimate.value).collect();
        let compared = Covariance::independent(estimates).and_then(|own| Pairwise::new(&values, &own));
        if let Ok(compared) = compared {
            let level = 1.0 - self.confidence;
            let worse = |unit: usize, best: usize| compared.is_better(best, unit, Adjustment::Holm, level);
            // Whose error nobody knows opens no tier: nobody could be told apart from it.
            let is_known = |place: usize| !self.errors.is_unknown(ranked[place]);
            let scores: Vec<Option<f64>> =
                values.iter().enumerate().map(|(place, value)| is_known(place).then_some(*value)).collect();
            let found = tiers(&scores, worse);
            self.tiers = with_all(found.tiers, &found.without_estimate, &values);
            for unit in self.tiers.iter_mut().flat_map(|tier| &mut tier.units) {
                *unit = ranked[*unit];
            }
        }
        let sets = Covariance::independent(estimates)
            .and_then(|own| rank_sets(&values, &own, RankSetMethod::HolmAllPairs, 1.0 - self.confidence));
        for (&unit, set) in ranked.iter().zip(sets.into_iter().flatten()) {
            self.ranks[unit] = Some(set);
        }
        if let Ok(distribution) = RankDistribution::exact(estimates) {
            for (place, &unit) in ranked.iter().enumerate().filter(|(_, unit)| !self.errors.is_unknown(**unit)) {
                self.top_three[unit] = distribution.top(place, 3);
            }
        }
    }
}

/// Final scores as estimates: from draws near a kink, else by the delta method.
fn finals(known: &Known<'_>, errors: &ScoreErrors, confidence: f64) -> Vec<Option<FinalScore>> {
    let simulated = simulate::finals(known, errors, confidence);
    let final_score = |unit: usize| {
        let error = errors.element(0, unit).filter(|_| !errors.is_unknown(unit))?;
        let published = known.settlement.units[unit].final_score?.value();
        if let Some(simulated) = simulated.get(unit).copied().flatten() {
            return Some(simulated);
        }
        let half = normal::quantile(0.5 + confidence / 2.0)? * error.standard_error * inflation(error.df, confidence)?;
        let (low, high) = bounds(known.definitions);
        let interval = ((published - half).max(low), (published + half).min(high));
        Some(FinalScore { standard_error: error.standard_error, interval, is_simulated: false })
    };
    (0..known.definitions.units.units.len()).map(final_score).collect()
}

/// Periods ask other people, so that their errors are independent; where answers are pooled over both they are not, and less
/// is said to have moved than has. A period in which nothing of a unit's score is an estimate has no error.
fn moved(
    (now, finals_now, errors_now): (&Known<'_>, &[Option<FinalScore>], &ScoreErrors),
    before: &Known<'_>,
    confidence: f64,
) -> Vec<Option<bool>> {
    let earlier = propagate(before.definitions, before.facts, before.matrix, before.scores, before.period);
    let finals_before = finals(before, &earlier, confidence);
    let half = |finals: &[Option<FinalScore>], errors: &ScoreErrors, unit: usize| match finals[unit] {
        _ if errors.is_unknown(unit) => None,
        None => Some(0.0),
        Some(own) => {
            let stretch = inflation(errors.element(0, unit)?.df, confidence)?;
            Some(normal::quantile(0.5 + confidence / 2.0)? * own.standard_error * stretch)
        }
    };
    (0..now.definitions.units.units.len())
        .map(|unit| {
            let score = |known: &Known<'_>| Some(known.settlement.units[unit].final_score?.value());
            let change = score(now)? - score(before)?;
            let reach = libm::hypot(half(finals_now, errors_now, unit)?, half(&finals_before, &earlier, unit)?);
            Some(change.abs() > reach)
        })
        .collect()
}

/// Puts units without an estimate where their score stands, and counts the places anew.
fn with_all(mut tiers: Vec<Tier>, others: &[usize], values: &[f64]) -> Vec<Tier> {
    for &unit in others {
        let opens_above = |tier: &Tier| tier.units.first().is_some_and(|first| values[*first] >= values[unit]);
        let at = tiers.iter().rposition(opens_above).unwrap_or(0);
        match tiers.get_mut(at) {
            Some(tier) => tier.units.push(unit),
            None => tiers.push(Tier { first_place: 1, last_place: 1, units: vec![unit] }),
        }
    }
    let mut before = 0;
    for tier in &mut tiers {
        tier.units.sort_by(|one, other| values[*other].total_cmp(&values[*one]).then(one.cmp(other)));
        (tier.first_place, tier.last_place) = (before + 1, before + tier.units.len());
        before = tier.last_place;
    }
    tiers
}

/// t quantile / normal quantile: what few degrees of freedom add to an interval or to the distance that a difference needs;
/// `None` without any.
pub(super) fn inflation(df: f64, confidence: f64) -> Option<f64> {
    if df.is_infinite() {
        return Some(1.0);
    }
    let share = 0.5 + confidence / 2.0;
    Some(student_t_quantile(share, df)? / normal::quantile(share)?)
}

/// The lowest confidence that a survey asks for; what the field takes for granted where there is none.
fn confidence(definitions: &Definitions) -> f64 {
    let all = definitions.surveys.iter().map(|survey| survey.design.confidence);
    all.reduce(f64::min).unwrap_or(crate::definitions::SurveyDesign::CONFIDENCE)
}

fn bounds(definitions: &Definitions) -> (f64, f64) {
    definitions.rules.final_range.unwrap_or(definitions.index.scale)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tier(units: &[usize]) -> Tier {
        Tier { first_place: 0, last_place: 0, units: units.to_vec() }
    }

    #[test]
    fn who_cannot_be_compared_stands_where_the_score_is_and_moves_the_places_of_the_others() {
        let values = [90.0, 88.0, 70.0, 95.0, 80.0];
        let all = with_all(vec![tier(&[0, 1]), tier(&[2])], &[3, 4], &values);
        assert_eq!(all.iter().map(|tier| tier.units.clone()).collect::<Vec<_>>(), [vec![3, 0, 1, 4], vec![2]]);
        assert_eq!(all.iter().map(|tier| (tier.first_place, tier.last_place)).collect::<Vec<_>>(), [(1, 4), (5, 5)]);
        assert_eq!(with_all(Vec::new(), &[1, 0], &values)[0].units, [0, 1]);
    }

    #[test]
    fn few_degrees_of_freedom_stretch_as_student_says_and_many_do_not() {
        // t(0.975; 4) = 2.776445, z = 1.959964
        assert!((inflation(4.0, 0.95).expect("degrees") - 2.776_445_1 / 1.959_964_0).abs() < 1e-6);
        assert!(inflation(1e7, 0.95).is_some_and(|stretch| (stretch - 1.0).abs() < 1e-6));
        assert!(inflation(f64::INFINITY, 0.95).is_some_and(|stretch| stretch.to_bits() == 1.0_f64.to_bits()));
        assert_eq!(inflation(0.0, 0.95), None);
    }
}
