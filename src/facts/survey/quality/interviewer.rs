//! Do answers depend on who asks? Intraclass correlation and interviewers whose mean stands out.

use super::chance::{shuffled, strata};
use super::{Columns, InterviewerTest, distinct, judge};
use crate::facts::probability::distributions::f_upper;
use crate::facts::probability::normal;
use rayon::prelude::*;

/// Parameters of the check.
#[derive(Debug, Clone, PartialEq)]
pub struct EffectRule {
    /// Questions whose points are averaged per respondent, by index.
    pub questions: Vec<usize>,
    /// Points of each position; a position beyond (don't-know) has none.
    pub points: Vec<f64>,
    /// Fewest interviews of an interviewer for the test of the mean (10), whose tail is normal.
    pub fewest_interviews: u32,
    /// Permutations of the interviewers within units; 0: the F test alone.
    pub permutations: u32,
    /// Seed of the permutations.
    pub seed: u64,
    /// Family-wise error over interviewers.
    pub alpha: f64,
}

/// What the check found.
#[derive(Debug, Clone, PartialEq)]
pub struct InterviewerEffect {
    /// Intraclass correlation; may be slightly negative. 0.01–0.02 is usual (Groves 1989).
    pub correlation: f64,
    /// Average interviews per interviewer and unit, m0.
    pub interviews_each: f64,
    /// Variance ratio MSB / MSW.
    pub f: f64,
    /// P(F > f), answers taken as normal.
    pub p: f64,
    /// Share of permutations with a ratio as large, the observed one included; None without permutations.
    pub permutation_p: Option<f64>,
    /// Factor by which interviewers inflate the variance of a unit's mean, 1 + (m0 − 1) ρ, at least 1.
    pub design_effect: f64,
    /// Interviewers, ascending; the statistic is the mean deviation of their respondents from the unit's mean, in points,
    /// with expectation 0, tested two-sidedly against random assignment within units.
    pub interviewers: Vec<InterviewerTest>,
}

/// The survey and a rule in; the interviewer effect out.
///
/// One-way analysis of variance by interviewer within unit, pooled over units: ρ = (MSB − MSW) / (MSB + (m0 − 1) MSW) with
/// m0 = Σ (n − Σ m² / n) / Σ (K − 1), a unit having n interviews, m by each of its K interviewers (Searle, Casella et
/// al. 1992, 3.6). Units of one interviewer tell nothing and add only to MSW. Where interviewers keep to their villages, the effect of the village is in it too. None for uneven columns, or where
/// no unit has two interviewers or all answers within them agree.
pub fn interviewer_effect(survey: &Columns, rule: &EffectRule) -> Option<InterviewerEffect> {
    let all = survey.respondents()?;
    let scored: Vec<Scored> = (0..all)
        .filter_map(|respondent| {
            let interviewer = survey.interviewer_of(respondent)?;
            let columns = rule.questions.iter().filter_map(|&question| survey.answers.get(question));
            let points: Vec<f64> = columns
                .filter_map(|column| rule.points.get(usize::from(column[respondent]?)).copied())
                .filter(|points| points.is_finite())
                .collect();
            let mean = points.iter().sum::<f64>() / points.len() as f64;
            mean.is_finite().then_some(Scored { unit: survey.unit[respondent], interviewer, points: mean })
        })
        .collect();
    let units: Vec<u32> = scored.iter().map(|entry| entry.unit).collect();
    let positions: Vec<usize> = (0..scored.len()).collect();
    let by_unit = strata(&units, &positions);
    let labels: Vec<u32> = scored.iter().map(|entry| entry.interviewer).collect();
    let names = distinct(labels.iter().copied());
    let ranks: Vec<usize> = labels.iter().map(|label| names.binary_search(label).unwrap_or(0)).collect();
    let points = centred(&scored, &by_unit);

    let table = Variance::of(&points, &ranks, names.len(), &by_unit)?;
    let f = table.ratio();
    let permutation_p = (rule.permutations > 0).then(|| {
        let reaches = |draw: &u32| {
            let mixed = shuffled(&ranks, &by_unit, rule.seed, u64::from(*draw));
            // A hair below counts as reaching: equal sums in another order.
            Variance::of(&points, &mixed, names.len(), &by_unit).is_none_or(|other| other.ratio() >= f * (1.0 - 1e-12))
        };
        let reached = (0..rule.permutations).into_par_iter().filter(reaches).count();
        (1.0 + reached as f64) / (1.0 + f64::from(rule.permutations))
    });
    let correlation = (table.between - table.within) / (table.between + (table.each - 1.0) * table.within);
    let tests = names.iter().enumerate().filter_map(|(rank, &interviewer)| {
        let own = OwnDeviation::of(&points, &ranks, rank, &by_unit);
        let is_judged = own.interviews >= rule.fewest_interviews.max(1) && own.variance > 0.0;
        is_judged.then(|| InterviewerTest {
            interviewer,
            interviews: own.interviews,
            observed: own.sum / f64::from(own.interviews),
            expected: 0.0,
            p: (2.0 * normal::upper_tail(own.sum.abs() / libm::sqrt(own.variance))).min(1.0),
            adjusted: 1.0,
            stands_out: false,
        })
    });
    Some(InterviewerEffect {
        correlation,
        interviews_each: table.each,
        f,
        p: f_upper(f, table.between_degrees, table.within_degrees).unwrap_or(1.0),
        permutation_p,
        design_effect: (1.0 + (table.each - 1.0) * correlation).max(1.0),
        interviewers: judge(tests.collect(), rule.alpha),
    })
}

struct Scored {
    unit: u32,
    interviewer: u32,
    points: f64,
}

/// Points less the mean of their unit.
fn centred(scored: &[Scored], by_unit: &[Vec<usize>]) -> Vec<f64> {
    let mut points: Vec<f64> = scored.iter().map(|entry| entry.points).collect();
    for unit in by_unit {
        let mean = unit.iter().map(|&at| points[at]).sum::<f64>() / unit.len() as f64;
        for &at in unit {
            points[at] -= mean;
        }
    }
    points
}

/// Mean squares by interviewer within unit.
struct Variance {
    between: f64,
    within: f64,
    between_degrees: f64,
    within_degrees: f64,
    /// m0.
    each: f64,
}

impl Variance {
    /// `points` are centred within units.
    fn of(points: &[f64], ranks: &[usize], interviewers: usize, by_unit: &[Vec<usize>]) -> Option<Self> {
        let (mut between, mut total, mut between_degrees, mut groups, mut spread) = (0.0, 0.0, 0.0, 0.0, 0.0);
        for unit in by_unit {
            let (mut sums, mut counts) = (vec![0.0; interviewers], vec![0.0; interviewers]);
            for &at in unit {
                sums[ranks[at]] += points[at];
                counts[ranks[at]] += 1.0;
                total += points[at] * points[at];
            }
            let (mut squares, mut here) = (0.0, 0.0);
            for (sum, count) in sums.iter().zip(&counts).filter(|&(_, &count)| count > 0.0) {
                between += sum * sum / count;
                squares += count * count;
                here += 1.0;
            }
            groups += here;
            between_degrees += here - 1.0;
            spread += unit.len() as f64 - squares / unit.len() as f64;
        }
        let within_degrees = points.len() as f64 - groups;
        let within = (total - between) / within_degrees;
        let is_defined = between_degrees > 0.0 && within_degrees > 0.0 && within > 1e-12 * total;
        is_defined.then(|| Self {
            between: between / between_degrees,
            within,
            between_degrees,
            within_degrees,
            each: spread / between_degrees,
        })
    }

    fn ratio(&self) -> f64 {
        self.between / self.within
    }
}

/// An interviewer's sum of deviations and its variance under random assignment within units: n (N − n) / N · S².
struct OwnDeviation {
    interviews: u32,
    sum: f64,
    variance: f64,
}

impl OwnDeviation {
    fn of(points: &[f64], ranks: &[usize], rank: usize, by_unit: &[Vec<usize>]) -> Self {
        let mut own = Self { interviews: 0, sum: 0.0, variance: 0.0 };
        for unit in by_unit {
            let mine = unit.iter().filter(|&&at| ranks[at] == rank).count();
            // Alone in the unit: nobody to be compared with.
            if mine == 0 || mine == unit.len() {
                continue;
            }
            let (n, all) = (mine as f64, unit.len() as f64);
            let squares: f64 = unit.iter().map(|&at| points[at] * points[at]).sum();
            own.interviews += u32::try_from(mine).unwrap_or(u32::MAX);
            own.sum += unit.iter().filter(|&&at| ranks[at] == rank).map(|&at| points[at]).sum::<f64>();
            own.variance += n * (all - n) / all * squares / (all - 1.0);
        }
        own
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rule(permutations: u32) -> EffectRule {
        let points = (0..=20).map(f64::from).collect();
        EffectRule { questions: vec![0], points, fewest_interviews: 1, permutations, seed: 5, alpha: 0.05 }
    }

    #[test]
    fn the_analysis_of_variance_agrees_with_hand_calculation() {
        // Groups 6 8 4 5 3 4, 8 12 9 11 6 8, 13 9 11 8 7 12: SSB 84, SSW 68, F(2, 15) = 9.26 (Wikipedia's one-way example).
        let values = [6, 8, 4, 5, 3, 4, 8, 12, 9, 11, 6, 8, 13, 9, 11, 8, 7, 12];
        let survey = Columns {
            unit: vec![4; 18],
            answers: vec![values.into_iter().map(Some).collect()],
            interviewer: (0..18).map(|row| Some(row / 6)).collect(),
            ..Columns::default()
        };
        let found = interviewer_effect(&survey, &rule(999)).unwrap();
        let (between, within) = (42.0, 68.0 / 15.0);
        assert!((found.f - between / within).abs() < 1e-12);
        assert!((found.correlation - (between - within) / (between + 5.0 * within)).abs() < 1e-12);
        assert!((found.interviews_each - 6.0).abs() < 1e-12);
        assert_eq!(format!("{:.4}", found.p), "0.0024");
        let permuted = found.permutation_p.unwrap();
        assert!(permuted > 0.0 && permuted < 0.01, "{permuted}");
        // Mean 5 of the first against 8 in all; two-sided z = −18 / sqrt(6 · 12 / 18 · 152 / 17).
        assert!((found.interviewers[0].observed - (5.0 - 8.0)).abs() < 1e-12);
        assert!(
            (found.interviewers[0].p - 2.0 * normal::upper_tail(18.0 / libm::sqrt(4.0 * 152.0 / 17.0))).abs() < 1e-12
        );
    }

    #[test]
    fn differences_between_units_are_no_interviewer_effect() {
        let survey = Columns {
            unit: (0..40).map(|row| row / 20).collect(),
            answers: vec![(0..40_u8).map(|row| Some(row % 2 + 10 * (row / 20))).collect()],
            interviewer: (0..40).map(|row| Some(row / 2 % 2)).collect(),
            ..Columns::default()
        };
        let found = interviewer_effect(&survey, &rule(0)).unwrap();
        assert!(found.f.abs() < 1e-12 && found.correlation < 0.0);
        let alone = Columns { interviewer: survey.unit.iter().map(|&unit| Some(unit)).collect(), ..survey };
        assert_eq!(interviewer_effect(&alone, &rule(0)), None);
    }
}
