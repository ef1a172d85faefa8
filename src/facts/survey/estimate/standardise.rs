//! Direct standardisation: a domain's mean as it would be with a given mix of classes (age × sex).
//!
//! With R(c) = Σ w y / Σ w x of class c and shares s(c), the standardised value is Σ s(c) R(c) / Σ s(c) over the classes
//! with Σ w x > 0. Linearised (Särndal, Swensson & Wretman 1992, 5.5), with S = Σ s(c) of these and X(c) = Σ w x of
//! class c: z = (s(c) / S) w (y − R(c) x) / X(c) for a respondent of class c. So the score of cluster k is
//! Σ over c of (s(c) / S) (Y(k, c) − R(c) X(k, c)) / X(c), and sums by cluster and class are enough. This is the
//! variance of the post-stratified mean with the shares as totals.

use crate::facts::survey::estimate::between::{NoVariance, between_clusters};

/// Sums over a domain's respondents of one cluster and one class.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ClassSums {
    /// Cluster, numbered over the whole sample.
    pub cluster: u32,
    /// Class: a position in the shares.
    pub class: u32,
    /// Σ w x; of a mean or a share x = 1.
    pub x: f64,
    /// Σ w y
    pub y: f64,
}

/// A standardised value.
#[derive(Clone, Debug, PartialEq)]
pub struct Standardised {
    /// Σ s(c) R(c) / Σ s(c).
    pub value: f64,
    /// Linearised score of every cluster that has respondents, by cluster number; the variance is that of their total.
    pub scores: Vec<ClusterScore>,
    /// R(c) by class; `None` for an empty class.
    pub by_class: Vec<Option<f64>>,
    /// Classes with a share and without respondents: dropped from both sums.
    pub empty: Vec<u32>,
    /// Classes with respondents and share 0: they do not count.
    pub without_share: Vec<u32>,
    /// Σ of the shares that are present / Σ of all: how much of the standard mix the value speaks for.
    pub covered: f64,
}

/// The linearised score of one cluster.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ClusterScore {
    /// The cluster.
    pub cluster: u32,
    /// Σ z of its respondents.
    pub score: f64,
}

/// Why there is no standardised value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NotStandardised {
    /// A share or sum that is negative or not finite, or a class out of range.
    NotUsable,
    /// No class has both respondents and a share.
    NoClassPresent,
}

/// Sums by cluster and class of one domain (any order; the same pair may occur again), shares by class (any scale) →
/// the standardised value with its scores.
///
/// # Errors
/// [`NotStandardised`].
pub fn standardise(sums: &[ClassSums], shares: &[f64]) -> Result<Standardised, NotStandardised> {
    let mut x = vec![0.0; shares.len()];
    let mut y = vec![0.0; shares.len()];
    for row in sums {
        let at = row.class as usize;
        if at >= shares.len() || row.x < 0.0 {
            return Err(NotStandardised::NotUsable);
        }
        x[at] += row.x;
        y[at] += row.y;
    }
    let usable = shares.iter().all(|&share| share >= 0.0) && (shares.iter().chain(&x).chain(&y)).all(|v| v.is_finite());
    if !usable {
        return Err(NotStandardised::NotUsable);
    }
    let by_class: Vec<Option<f64>> = (x.iter().zip(&y)).map(|(&x, &y)| (x > 0.0).then(|| y / x)).collect();
    let (mut present, mut value, mut all) = (0.0, 0.0, 0.0);
    let (mut empty, mut without_share) = (Vec::new(), Vec::new());
    for ((class, &share), ratio) in (0..).zip(shares).zip(&by_class) {
        all += share;
        match ratio {
            Some(ratio) if share > 0.0 => {
                present += share;
                value += share * ratio;
            }
            Some(_) => without_share.push(class),
            None if share > 0.0 => empty.push(class),
            None => {}
        }
    }
    if present <= 0.0 {
        return Err(NotStandardised::NoClassPresent);
    }
    value /= present;
    let scores = scores(sums, |class| {
        let ratio = by_class.get(class).copied().flatten()?;
        Some(Slope { ratio, per_unit: shares.get(class)? / present / x.get(class)? })
    });
    let covered = present / all;
    if !(value.is_finite() && covered.is_finite() && scores.iter().all(|score| score.score.is_finite())) {
        return Err(NotStandardised::NotUsable);
    }
    Ok(Standardised { value, scores, by_class, empty, without_share, covered })
}

struct Slope {
    ratio: f64,
    /// (s(c) / S) / X(c)
    per_unit: f64,
}

fn scores(sums: &[ClassSums], of_class: impl Fn(usize) -> Option<Slope>) -> Vec<ClusterScore> {
    let mut rows: Vec<&ClassSums> = sums.iter().collect();
    rows.sort_by_key(|row| (row.cluster, row.class));
    let mut scores: Vec<ClusterScore> = Vec::new();
    for row in rows {
        let Some(slope) = of_class(row.class as usize) else { continue };
        let score = slope.per_unit * (row.y - slope.ratio * row.x);
        match scores.last_mut() {
            Some(last) if last.cluster == row.cluster => last.score += score,
            _ => scores.push(ClusterScore { cluster: row.cluster, score }),
        }
    }
    scores
}

impl Standardised {
    /// Stratum of every cluster of the sample, by cluster number → the variance of the value.
    ///
    /// # Errors
    /// [`NoVariance`]: a stratum with one cluster, or a cluster without a stratum.
    pub fn variance(&self, stratum_of_cluster: &[u32]) -> Result<f64, NoVariance> {
        let mut dense = vec![0.0; stratum_of_cluster.len()];
        for score in &self.scores {
            *dense.get_mut(score.cluster as usize).ok_or(NoVariance::NotUsable)? += score.score;
        }
        between_clusters(stratum_of_cluster, &dense)
    }
}

#[cfg(test)]
mod tests {
    use super::{ClassSums, NotStandardised, standardise};
    use crate::facts::survey::calibrate::fit::Regression;
    use crate::facts::survey::calibrate::oracle::{Survey, Table};
    use crate::facts::survey::calibrate::postrake::post_stratify;
    use crate::facts::survey::calibrate::{Cells, Margin};
    use crate::facts::survey::estimate::between::between_clusters;
    use proptest::prelude::*;

    /// Classes age × sex: the cells run over them inside every township.
    const CLASSES: u32 = 6;

    fn of_township(survey: &Survey, township: u32) -> Vec<ClassSums> {
        let values = survey.variable("sat100");
        (0..values.len())
            .filter(|&i| survey.township[i] == township)
            .filter_map(|i| {
                let y = survey.weight[i] * values[i]?;
                Some(ClassSums { cluster: survey.village[i], class: survey.cell[i] % CLASSES, x: survey.weight[i], y })
            })
            .collect()
    }

    fn shares(survey: &Survey) -> Vec<f64> {
        let mut shares = vec![0.0; CLASSES as usize];
        for (cell, people) in survey.population.iter().enumerate() {
            shares[cell % CLASSES as usize] += people;
        }
        shares
    }

    #[test]
    fn standardised_means_are_those_of_r() {
        let survey = Survey::read();
        let table = Table::read("02_survey/r_standardised_sat100.csv");
        let (means, present) = (table.numbers("standardised_mean"), table.numbers("cells_present"));
        let mut farthest = 0.0_f64;
        for (township, (mean, present)) in (0..).zip(means.iter().zip(&present)) {
            let ours = standardise(&of_township(&survey, township), &shares(&survey)).unwrap();
            farthest = farthest.max((ours.value / mean - 1.0).abs());
            assert!((ours.by_class.iter().flatten().count() as f64 - present).abs() < 0.5);
            assert_eq!(ours.empty.is_empty(), *present > 5.5);
        }
        assert!(farthest < 1e-12, "{farthest:e}");
    }

    #[test]
    fn the_variance_is_that_of_the_post_stratified_mean_with_the_shares_as_totals() {
        let survey = Survey::read();
        let (shares, township) = (shares(&survey), 2);
        let sums = of_township(&survey, township);
        let ours = standardise(&sums, &shares).unwrap().variance(&survey.township_of_village).unwrap();
        let mut weights = vec![0.0; shares.len()];
        let mut counts = vec![0; shares.len()];
        for row in &sums {
            weights[row.class as usize] += row.x;
            counts[row.class as usize] += 1;
        }
        let strata = Margin::of_cells("class", &shares.iter().copied().map(Some).collect::<Vec<_>>());
        let g = post_stratify(Cells { weights: &weights, counts: &counts }, &strata).unwrap().by_cell;
        let total: f64 = sums.iter().map(|row| g[row.class as usize] * row.x).sum();
        let mean = sums.iter().map(|row| g[row.class as usize] * row.y).sum::<f64>() / total;
        let mut wu = vec![0.0; shares.len()];
        for row in &sums {
            wu[row.class as usize] += (row.y - mean * row.x) / total;
        }
        let fitted = Regression::on_post_strata(&strata, &weights).unwrap().fitted(&wu).unwrap();
        let mut scores = vec![0.0; survey.township_of_village.len()];
        for row in &sums {
            let class = row.class as usize;
            scores[row.cluster as usize] += g[class] * ((row.y - mean * row.x) / total - fitted[class] * row.x);
        }
        let theirs = between_clusters(&survey.township_of_village, &scores).unwrap();
        assert!((ours / theirs - 1.0).abs() < 1e-12, "{ours} {theirs}");
    }

    #[test]
    fn an_empty_class_drops_out_of_both_sums_and_is_reported() {
        let row = |cluster, class, x, y| ClassSums { cluster, class, x, y };
        let sums = [row(0, 0, 2.0, 4.0), row(1, 0, 2.0, 8.0), row(1, 2, 1.0, 9.0), row(0, 3, 1.0, 1.0)];
        let ours = standardise(&sums, &[0.3, 0.5, 0.2, 0.0]).unwrap();
        assert!((ours.value - (0.3 * 3.0 + 0.2 * 9.0) / 0.5).abs() < 1e-14);
        assert_eq!((ours.empty.clone(), ours.without_share.clone()), (vec![1], vec![3]));
        assert!((ours.covered - 0.5).abs() < 1e-14);
    }

    #[test]
    fn what_cannot_be_standardised_is_an_error() {
        let row = |class, x| ClassSums { cluster: 0, class, x, y: 1.0 };
        assert_eq!(standardise(&[], &[1.0]), Err(NotStandardised::NoClassPresent));
        assert_eq!(standardise(&[row(0, 1.0)], &[0.0]), Err(NotStandardised::NoClassPresent));
        assert_eq!(standardise(&[row(1, 1.0)], &[1.0]), Err(NotStandardised::NotUsable));
        assert_eq!(standardise(&[row(0, f64::NAN)], &[1.0]), Err(NotStandardised::NotUsable));
        assert_eq!(standardise(&[row(0, 1.0)], &[f64::INFINITY]), Err(NotStandardised::NotUsable));
        assert!(standardise(&[row(0, 1.0)], &[1.0]).unwrap().variance(&[]).is_err());
    }

    proptest! {
        #[test]
        fn scores_are_the_derivative_of_the_value_by_each_cluster_s_weight(
            cells in prop::collection::vec((0_u32..6, 0_u32..4, 1.0_f64..9.0, 0.0_f64..50.0), 8..30),
            shares in prop::collection::vec(0.1_f64..1.0, 4),
        ) {
            let sums: Vec<_> =
                cells.iter().map(|&(cluster, class, x, y)| ClassSums { cluster, class, x, y }).collect();
            let ours = standardise(&sums, &shares).unwrap();
            prop_assert!(ours.scores.iter().map(|s| s.score).sum::<f64>().abs() < 1e-10);
            for score in &ours.scores {
                let step = 1e-5;
                let at = |scale: f64| {
                    let moved: Vec<_> = sums.iter().map(|&row| {
                        let scale = if row.cluster == score.cluster { scale } else { 1.0 };
                        ClassSums { x: row.x * scale, y: row.y * scale, ..row }
                    }).collect();
                    standardise(&moved, &shares).unwrap().value
                };
                let slope = (at(1.0 + step) - at(1.0 - step)) / (2.0 * step);
                prop_assert!((slope - score.score).abs() < 1e-6 * (1.0 + score.score.abs()), "{slope} {}", score.score);
            }
        }
    }
}
