//! The design effect that a plan reckons with.

use crate::definitions::Definitions;
use crate::definitions::calendar::Period;
use crate::facts::Observed;
use crate::views::PeriodResult;

/// A design effect and where it comes from.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct DesignEffect {
    /// Variance relative to simple random sampling.
    pub value: f64,
    /// Where it comes from.
    pub source: EffectSource,
}

/// Where a design effect comes from.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum EffectSource {
    /// Somebody asked for it.
    Asked,
    /// The median of what the survey showed.
    Observed {
        /// In this period.
        period: Period,
        /// Over so many estimates.
        estimate_count: usize,
        /// Before it was raised to 1.
        median: f64,
    },
    /// Nobody knows; a usual value.
    Assumed,
}

impl DesignEffect {
    /// What villages as clusters usually cost where nothing is known: 1.5–2 (Kish 1965, ch. 5; the lower end).
    pub const ASSUMED: DesignEffect = DesignEffect { value: 1.5, source: EffectSource::Assumed };
}

/// The results of the periods, oldest first, and a survey (by position) in; out comes the median design effect over all units
/// and questions of the last period that has any, at least 1: below it is the luck of few clusters. `None` without data.
///
/// Of an estimate the effect against sampling without replacement counts, and where weights are no numbers of people, so
/// that there is none, the one against sampling with replacement. The correction for the share f of a unit's clusters that was
/// visited is taken out, effect / (1 − f): it made the last errors small, but is no property of the people asked. Estimates
/// without degrees of freedom, those that are withheld, and units whose clusters were all visited do not count.
pub fn observed_effect(definitions: &Definitions, results: &[PeriodResult], survey: usize) -> Option<DesignEffect> {
    results.iter().rev().find_map(|result| {
        let questions = &result.facts.surveys.get(survey)?.questions;
        let left = clusters_left(definitions, result, survey);
        let cells = questions.iter().flat_map(|question| question.units.iter().zip(&left));
        let mut effects: Vec<f64> = cells
            .filter_map(|(cell, &left)| Some((cell.as_ref().filter(|cell| !cell.is_suppressed)?.estimate?, left)))
            .filter(|(estimate, left)| estimate.df > 0 && *left > 0.0)
            .filter_map(|(estimate, left)| Some(estimate.design_effect.or(estimate.design_effect_replace)? / left))
            .collect();
        let median = median(&mut effects)?;
        let source = EffectSource::Observed { period: result.period, estimate_count: effects.len(), median };
        Some(DesignEffect { value: median.clamp(1.0, super::MOST_EFFECT), source })
    })
}

/// The share of a unit's clusters that was not visited, by unit; 1 where the errors were not corrected for it: units are no
/// strata, nobody counted the clusters, or the answers name more of them than there are.
fn clusters_left(definitions: &Definitions, result: &PeriodResult, survey: usize) -> Vec<f64> {
    let design = &definitions.surveys[survey].design;
    let uncorrected = vec![1.0; definitions.units.units.len()];
    let is_corrected = design.whole_clusters && design.stratum_column.is_empty();
    let Some(measure) = design.cluster_count.filter(|_| is_corrected) else { return uncorrected };
    let visited = |unit: usize| {
        let questions = result.facts.surveys[survey].questions.iter();
        let estimates = questions.filter_map(|question| (*question.units.get(unit)?)?.estimate);
        // Degrees of freedom in a stratum: its clusters less one.
        f64::from(estimates.map(|estimate| estimate.df).max().map_or(0, |df| df.saturating_add(1)))
    };
    let left = |unit: usize| match result.facts.observation(measure, unit).observed {
        Observed::Value(count) if count >= 1.0 => 1.0 - visited(unit) / count,
        _ => 1.0,
    };
    let left: Vec<f64> = (0..uncorrected.len()).map(left).collect();
    if left.iter().any(|&share| share < 0.0) { uncorrected } else { left }
}

fn median(values: &mut [f64]) -> Option<f64> {
    values.sort_by(f64::total_cmp);
    let upper = *values.get(values.len() / 2)?;
    Some(if values.len() % 2 == 1 { upper } else { f64::midpoint(values[values.len() / 2 - 1], upper) })
}

#[cfg(test)]
mod tests {
    use super::median;

    #[test]
    fn the_median_of_an_even_number_is_the_middle_of_two() {
        assert_eq!(median(&mut [3.0, 1.0, 2.0]), Some(2.0));
        assert_eq!(median(&mut [4.0, 1.0, 2.0, 3.0]), Some(2.5));
        assert_eq!(median(&mut []), None);
    }
}
