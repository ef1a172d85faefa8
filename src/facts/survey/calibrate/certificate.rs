//! What calibration did, as plain data that somebody prints: margins asked and reached, and the spread of weights.

use crate::facts::survey::calibrate::join::Join;
use crate::facts::survey::calibrate::trim::{Trimmed, WeightRow};
use crate::facts::survey::calibrate::{Factors, Margin, Place, relative_gap};

/// A class of a margin: asked for and reached.
#[derive(Clone, Debug, PartialEq)]
pub struct MarginLine {
    /// The margin.
    pub margin: String,
    /// Position in its totals.
    pub class: u32,
    /// Population.
    pub asked: f64,
    /// Σ final weight.
    pub reached: f64,
    /// |reached − asked| / asked.
    pub relative_gap: f64,
}

/// How unequal weights are.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Spread {
    /// Smallest.
    pub min: f64,
    /// Median over respondents (the mean of the middle two of an even number).
    pub median: f64,
    /// Largest.
    pub max: f64,
    /// Largest / median; `None` unless the median is above 0.
    pub max_to_median: Option<f64>,
    /// n Σw² / (Σw)² (Kish 1965): what unequal weights cost in variance; `None` unless Σw is above 0.
    pub kish_design_effect: Option<f64>,
}

/// All of it.
#[derive(Clone, Debug, PartialEq)]
pub struct Certificate {
    /// Every class that has a total, margins in order.
    pub margins: Vec<MarginLine>,
    /// The class farthest off and by how much (relative); `None` without classes.
    pub worst: Option<WorstGap>,
    /// Rounds or Newton steps.
    pub rounds: u32,
    /// Smallest factor of a cell with respondents.
    pub least_factor: f64,
    /// Largest factor of a cell with respondents.
    pub largest_factor: f64,
    /// Of the design weights.
    pub before: Spread,
    /// Of the final weights.
    pub after: Spread,
    /// Classes joined, with the reason.
    pub joins: Vec<Join>,
    /// Respondents whose weight was cut.
    pub respondents_trimmed: u32,
}

/// The class farthest from its population.
#[derive(Clone, Debug, PartialEq)]
pub struct WorstGap {
    /// Where.
    pub place: Place,
    /// |reached − asked| / asked.
    pub relative_gap: f64,
}

/// Rows of equal weights → their spread. `None` without respondents or when a weight or their sum is not finite.
#[must_use]
pub fn spread(rows: &[WeightRow]) -> Option<Spread> {
    let mut sorted: Vec<WeightRow> = rows.iter().filter(|row| row.count > 0).copied().collect();
    sorted.sort_by(|a, b| a.weight.total_cmp(&b.weight));
    let (min, max) = (sorted.first()?.weight, sorted.last()?.weight);
    let respondents: u64 = sorted.iter().map(|row| u64::from(row.count)).sum();
    let nth = |rank: u64| {
        let mut passed = 0_u64;
        sorted.iter().find_map(|row| {
            passed += u64::from(row.count);
            (passed > rank).then_some(row.weight)
        })
    };
    let median = f64::midpoint(nth((respondents - 1) / 2)?, nth(respondents / 2)?);
    let sum: f64 = sorted.iter().map(|row| row.weight * f64::from(row.count)).sum();
    let squares: f64 = sorted.iter().map(|row| row.weight * row.weight * f64::from(row.count)).sum();
    let finite = |value: f64| value.is_finite().then_some(value);
    if [min, median, max, sum, squares].iter().any(|value| !value.is_finite()) {
        return None;
    }
    let max_to_median = if median > 0.0 { finite(max / median) } else { None };
    let kish_design_effect = if sum > 0.0 { finite(respondents as f64 * squares / (sum * sum)) } else { None };
    Some(Spread { min, median, max, max_to_median, kish_design_effect })
}

/// Design weights by row, factors and margins (joined, if they were), joins, trimmed weights (rows in the same order)
/// → the certificate. `None` without respondents, when lengths differ, a cell has no factor, or a number is not finite.
#[must_use]
pub fn certificate(
    rows: &[WeightRow],
    factors: &Factors,
    margins: &[Margin],
    joins: &[Join],
    trimmed: Option<&Trimmed>,
) -> Option<Certificate> {
    if trimmed.is_some_and(|trimmed| trimmed.weights.len() != rows.len()) {
        return None;
    }
    let mut finals = Vec::with_capacity(rows.len());
    let mut by_cell = vec![0.0; factors.by_cell.len()];
    let (mut least_factor, mut largest_factor) = (f64::INFINITY, f64::NEG_INFINITY);
    for (at, row) in rows.iter().enumerate() {
        let factor = *factors.by_cell.get(row.cell as usize)?;
        let weight = trimmed.map_or(row.weight * factor, |trimmed| trimmed.weights[at]);
        finals.push(WeightRow { weight, ..*row });
        by_cell[row.cell as usize] += weight * f64::from(row.count);
        if row.count > 0 {
            least_factor = least_factor.min(factor);
            largest_factor = largest_factor.max(factor);
        }
    }
    let mut lines = Vec::new();
    for margin in margins {
        for ((class, total), reached) in (0..).zip(&margin.totals).zip(margin.sums(&by_cell)) {
            if let &Some(asked) = total {
                let relative_gap = relative_gap(asked, reached);
                lines.push(MarginLine { margin: margin.name.clone(), class, asked, reached, relative_gap });
            }
        }
    }
    let numbers = lines.iter().flat_map(|line| [line.asked, line.reached, line.relative_gap]);
    if !numbers.chain([least_factor, largest_factor]).all(f64::is_finite) {
        return None;
    }
    let mut worst: Option<&MarginLine> = None;
    for line in &lines {
        if worst.is_none_or(|worst| line.relative_gap > worst.relative_gap) {
            worst = Some(line);
        }
    }
    let worst = worst.map(|line| WorstGap {
        place: Place::Class { margin: line.margin.clone(), class: line.class },
        relative_gap: line.relative_gap,
    });
    Some(Certificate {
        worst,
        rounds: factors.rounds,
        least_factor,
        largest_factor,
        before: spread(rows)?,
        after: spread(&finals)?,
        joins: joins.to_vec(),
        respondents_trimmed: trimmed.map_or(0, |trimmed| trimmed.respondents_cut),
        margins: lines,
    })
}

#[cfg(test)]
mod tests {
    use super::{certificate, spread};
    use crate::facts::survey::calibrate::oracle::{Survey, Table, parameters};
    use crate::facts::survey::calibrate::postrake::rake;
    use crate::facts::survey::calibrate::trim::{Cut, Limits, WeightRow, trim};

    fn rows(survey: &Survey, factors: Option<&[f64]>) -> Vec<WeightRow> {
        let scale = |cell: u32| factors.map_or(1.0, |factors| factors[cell as usize]);
        let pairs = survey.weight.iter().zip(&survey.cell);
        pairs.map(|(&weight, &cell)| WeightRow { weight: weight * scale(cell), cell, count: 1 }).collect()
    }

    #[test]
    fn a_certificate_shows_what_raking_met_and_what_trimming_undid() {
        let survey = Survey::read();
        let raked = rake(survey.cells(), &survey.margins, 1e-13, 500).unwrap();
        let design = rows(&survey, None);
        let met = certificate(&design, &raked, &survey.margins, &[], None).unwrap();
        assert_eq!(met.margins.len(), 18);
        assert!(met.worst.unwrap().relative_gap < 1e-12);
        let [_, _, upper] = parameters();
        // The oracle's upper limit is three medians of the raked weights.
        assert!((met.after.median * 3.0 / upper - 1.0).abs() < 1e-10);
        let limits = Limits { lower: None, upper: Some(upper) };
        let trimmed = trim(&rows(&survey, Some(&raked.by_cell)), limits, Cut::UntilNoneIsOutside).unwrap();
        let after = certificate(&design, &raked, &survey.margins, &[], Some(&trimmed)).unwrap();
        assert!(after.respondents_trimmed > 0 && after.worst.unwrap().relative_gap > 1e-3);
        assert!(after.after.max <= upper && after.after.kish_design_effect < met.after.kish_design_effect);
    }

    #[test]
    fn kish_design_effects_are_those_of_r() {
        let survey = Survey::read();
        let table = Table::read("02_survey/r_means.csv");
        let (designs, variables, levels) = (table.text("design"), table.text("variable"), table.text("level"));
        let expected = table.numbers("kish_deff");
        let q1 = survey.variable("q1");
        let row = (0..expected.len())
            .find(|&i| designs[i] == "C_weights_only" && variables[i] == "q1" && levels[i] == "all")
            .unwrap();
        let answered: Vec<_> =
            rows(&survey, None).into_iter().zip(q1).filter(|(_, q)| q.is_some()).map(|(row, _)| row).collect();
        let ours = spread(&answered).unwrap().kish_design_effect.unwrap();
        assert!((ours / expected[row] - 1.0).abs() < 1e-12);
    }

    #[test]
    fn the_median_counts_respondents_and_not_rows() {
        let row = |weight, count| WeightRow { weight, cell: 0, count };
        assert_eq!(spread(&[row(9.0, 1), row(1.0, 3)]).map(|s| s.median), Some(1.0));
        assert_eq!(spread(&[row(9.0, 2), row(1.0, 2), row(99.0, 0)]).map(|s| (s.median, s.max)), Some((5.0, 9.0)));
        assert_eq!(spread(&[row(0.0, 2)]).map(|s| s.max_to_median), Some(None));
        assert_eq!(spread(&[row(f64::NAN, 2)]), None);
        assert_eq!(spread(&[]), None);
    }
}
