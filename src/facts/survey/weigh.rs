//! Design weights and population in, calibration factors and a certificate out.

use super::calibrate::certificate::Certificate;
use super::calibrate::fit::Regression;
use super::calibrate::join::{Join, Neighbour, join};
use super::calibrate::postrake::{post_stratify, rake};
use super::calibrate::trim::{Limits, WeightRow, trim_by_unit};
use super::calibrate::{Cells, Factors, Margin, Obstacle};
use super::encode::weighting_classes;
use super::population::Population;
use super::sums::Sums;
use super::tally::WEIGHT_STEP;
use crate::definitions::{Survey, Weighting};
use std::collections::HashMap;

/// Adjusted weights: factors by cell, and what they know of the population.
#[derive(Clone, Debug)]
pub struct Weighed {
    /// By cell: adjusted weight / design weight.
    pub factors: Factors,
    /// The margins that were met, cells joined.
    pub margins: Vec<Margin>,
    /// What was joined, and the classes it is about: names by margin and class.
    pub joins: Vec<Join>,
    /// By join: position of the margin that it is about.
    pub join_margins: Vec<usize>,
    /// What one may print about it; `None` where too many weights differ.
    pub certificate: Option<Certificate>,
    /// Names of the classes of each margin, by class number.
    pub class_names: Vec<Vec<String>>,
    /// By unit: whether it has too few respondents to be printed.
    pub(super) closed: Vec<bool>,
    /// Units whose margins cannot be met: one factor scales their design weights to their people.
    pub unmet_units: Vec<usize>,
    /// Units with respondents that the population table lacks: they keep their design weights.
    pub without_people: Vec<usize>,
    /// Whether trimming was asked for and could not be done: too many weights differ.
    pub is_trim_refused: bool,
    /// Whether the variance regresses on all margins at once (raking) or on the cells of one (post-stratification).
    is_raked: bool,
}

/// Why there are no adjusted weights.
#[derive(Clone, Debug)]
pub(super) struct Unweighed {
    /// What stands in the way.
    pub obstacles: Vec<Obstacle>,
    /// Names of the classes of each margin, by margin name and class number.
    pub class_names: Vec<(String, Vec<String>)>,
}

/// Gap that raking may leave, relative, and its most rounds.
const TOLERANCE: f64 = 1e-12;
const MOST_ROUNDS: u32 = 2_000;

/// Adjusts the weights of a survey to a population.
pub(super) fn weigh(
    survey: &Survey,
    unit_names: &[String],
    sums: &Sums,
    population: &Population,
    suppress_below: u32,
) -> Result<Weighed, Unweighed> {
    let by = weighting_classes(survey);
    let sizes: Vec<usize> = by.iter().map(|&class| survey.classes[class].values.len()).collect();
    let (weights, counts) = cells(sums, unit_names.len());
    let cells = Cells { weights: &weights, counts: &counts };
    let least = survey.weighting.margins().map_or(1, |margins| margins.least).max(1);
    let (people, without_people) = usable_people(sums.class_count as usize, population, &weights, &counts);
    let is_raked = matches!(survey.weighting, Weighting::Rake(_)) && by.len() > 1;
    let mut margins = Vec::new();
    let (mut joins, mut join_margins) = (Vec::new(), Vec::new());
    let mut class_names = Vec::new();
    let values = |class: usize| &survey.classes[by[class]].values;
    if is_raked {
        for class in 0..by.len() {
            let margin = marginal(&survey.classes[by[class]].column, &people, &sizes, class, unit_names.len());
            let order = neighbours(unit_names.len(), &[sizes[class]]);
            let joined = join(&margin, &counts, least, &order);
            join_margins.resize(join_margins.len() + joined.joins.len(), class);
            joins.extend(joined.joins);
            margins.push(joined.margin);
            let names =
                unit_names.iter().flat_map(|unit| values(class).iter().map(move |value| format!("{unit} {value}")));
            class_names.push(names.collect());
        }
    } else {
        let name = by.iter().map(|&class| survey.classes[class].column.as_str()).collect::<Vec<_>>().join("×");
        let margin = Margin::of_cells(&name, &people);
        let joined = join(&margin, &counts, least, &neighbours(unit_names.len(), &sizes));
        join_margins.resize(joined.joins.len(), 0);
        joins.extend(joined.joins);
        margins.push(joined.margin);
        class_names.push(cross_names(survey, &by, unit_names));
    }
    let class_count = sums.class_count as usize;
    let result = adjust(is_raked, cells, &margins).map(|factors| (factors, Vec::new())).or_else(|obstacles| {
        let (factors, failing) = adjust_by_unit(is_raked, cells, &margins, &people, class_count);
        let has_respondents = |unit: usize| counts[unit * class_count..][..class_count].iter().any(|&count| count > 0);
        let mut asked = (0..unit_names.len()).filter(|unit| has_respondents(*unit) && !without_people.contains(unit));
        if asked.all(|unit| failing.contains(&unit)) { Err(obstacles) } else { Ok((factors, failing)) }
    });
    match result {
        Ok((factors, failing)) => {
            let mut weighed = Weighed {
                factors,
                margins,
                joins,
                join_margins,
                certificate: None,
                class_names,
                closed: sums.closed_units(unit_names.len(), suppress_below),
                unmet_units: Vec::new(),
                without_people,
                is_trim_refused: false,
                is_raked,
            };
            weighed.lump(&failing, unit_names, &weights);
            weighed.certificate = weighed.certify(&rows(sums), None);
            Ok(weighed)
        }
        Err(obstacles) => {
            let names = margins.iter().map(|margin| margin.name.clone()).zip(class_names).collect();
            Err(Unweighed { obstacles, class_names: names })
        }
    }
}

fn adjust(is_raked: bool, cells: Cells<'_>, margins: &[Margin]) -> Result<Factors, Vec<Obstacle>> {
    if is_raked { rake(cells, margins, TOLERANCE, MOST_ROUNDS) } else { post_stratify(cells, &margins[0]) }
}

/// Adjusts every unit by itself: the factors, and the units whose margins cannot be met. These get one factor, their
/// people by the sum of their weights.
fn adjust_by_unit(
    is_raked: bool,
    cells: Cells<'_>,
    margins: &[Margin],
    people: &[Option<f64>],
    class_count: usize,
) -> (Factors, Vec<usize>) {
    let mut all = Factors { by_cell: Vec::with_capacity(people.len()), rounds: 0, worst_gap: 0.0 };
    let mut failing = Vec::new();
    let sums = cells.weights.chunks(class_count).zip(cells.counts.chunks(class_count));
    for (unit, ((weights, counts), people)) in sums.zip(people.chunks(class_count)).enumerate() {
        let own: Vec<Margin> = margins.iter().map(|margin| margin.of_unit(unit, class_count)).collect();
        match adjust(is_raked, Cells { weights, counts }, &own) {
            Ok(factors) => {
                all.by_cell.extend(factors.by_cell);
                all.rounds = all.rounds.max(factors.rounds);
                all.worst_gap = all.worst_gap.max(factors.worst_gap);
            }
            Err(_) => {
                let factor = people.iter().flatten().sum::<f64>() / weights.iter().sum::<f64>();
                let factor = if factor > 0.0 && factor.is_finite() { factor } else { 1.0 };
                all.by_cell.extend(std::iter::repeat_n(factor, weights.len()));
                failing.push(unit);
            }
        }
    }
    (all, failing)
}

impl Weighed {
    /// Units whose margins cannot be met are one class in every margin: all that is known of them is their people.
    fn lump(&mut self, failing: &[usize], unit_names: &[String], weights: &[f64]) {
        if failing.is_empty() {
            return;
        }
        let unit_count = unit_names.len();
        let class_count = self.factors.by_cell.len() / unit_count;
        for &unit in failing {
            let cells = unit * class_count..(unit + 1) * class_count;
            let reached = self.factors.by_cell[cells.start] * weights[cells.clone()].iter().sum::<f64>();
            for (margin, names) in self.margins.iter_mut().zip(&mut self.class_names) {
                let size = margin.totals.len() / unit_count;
                let first = unit * size;
                margin.class_of_cell[cells.clone()].fill(u32::try_from(first).unwrap_or(u32::MAX));
                margin.totals[first..first + size].fill(None);
                margin.totals[first] = (reached > 0.0).then_some(reached);
                names[first].clone_from(&unit_names[unit]);
            }
        }
        let sizes: Vec<usize> = self.margins.iter().map(|margin| margin.totals.len() / unit_count).collect();
        let all = self.joins.iter().copied().zip(self.join_margins.iter().copied());
        let (joins, join_margins): (Vec<Join>, Vec<usize>) =
            all.filter(|(join, margin)| !failing.contains(&(join.class as usize / sizes[*margin]))).unzip();
        self.joins = joins;
        self.join_margins = join_margins;
        let is_told = |unit: &usize| !self.without_people.contains(unit);
        self.unmet_units = failing.iter().copied().filter(is_told).collect();
    }

    /// Name of a class of a margin, those joined with it included: `东片区 男`, `东片区 男 60–69、东片区 男 70–79`.
    pub fn class_name(&self, margin: usize, class: u32) -> String {
        let own = || self.joins.iter().zip(&self.join_margins).filter(|(_, of)| **of == margin).map(|(join, _)| join);
        let mut members = vec![class];
        loop {
            let known = members.len();
            for join in own() {
                match (members.contains(&join.class), members.contains(&join.with)) {
                    (true, false) => members.push(join.with),
                    (false, true) => members.push(join.class),
                    _ => {}
                }
            }
            if members.len() == known {
                break;
            }
        }
        members.sort_unstable();
        let names = self.class_names.get(margin);
        let name = |class: &u32| names.and_then(|names| names.get(*class as usize)).map_or("", String::as_str);
        members.iter().map(name).collect::<Vec<_>>().join("、")
    }

    /// Trims the adjusted weights of each unit at a multiple of the median of all. Gives the new weight (millionths) by
    /// cell and design weight; `None` where there is nothing to trim or too many weights differ.
    pub(super) fn trim(&mut self, sums: &Sums, multiple: f64) -> Option<HashMap<(u32, i64), i64>> {
        self.is_trim_refused = sums.weights.is_empty() && !sums.groups.is_empty();
        let rows = rows(sums);
        let adjusted: Vec<WeightRow> = rows
            .iter()
            .map(|row| WeightRow { weight: row.weight * self.factors.by_cell[row.cell as usize], ..*row })
            .collect();
        let upper = multiple * super::calibrate::certificate::spread(&self.open_rows(&adjusted))?.median;
        let limits = Limits { lower: None, upper: Some(upper) };
        let trimmed = trim_by_unit(&adjusted, limits, sums.class_count);
        if trimmed.respondents_cut == 0 {
            return None;
        }
        self.certificate = self.certify(&rows, Some(&trimmed));
        #[expect(clippy::cast_possible_truncation, reason = "weights of a population are far below 2^63 millionths")]
        let fixed = |weight: f64| ((weight * WEIGHT_STEP).round() as i64).max(1);
        let pairs = sums.weights.iter().zip(&trimmed.weights);
        Some(pairs.map(|(row, &weight)| ((row.cell, row.weight), fixed(weight))).collect())
    }

    /// Takes the cells of another wave behind its own ones.
    pub(super) fn extend(&mut self, other: &Weighed) {
        self.factors.by_cell.extend_from_slice(&other.factors.by_cell);
        for (own, margin) in self.margins.iter_mut().zip(&other.margins) {
            let above = u32::try_from(own.totals.len()).unwrap_or(u32::MAX);
            own.class_of_cell.extend(margin.class_of_cell.iter().map(|class| class + above));
            own.totals.extend_from_slice(&margin.totals);
        }
    }

    /// After trimming, respondents carry their final weights.
    pub(super) fn settled(mut self) -> Self {
        self.factors.by_cell.fill(1.0);
        self
    }

    /// The fitted value by cell of the regression of u on what the weights know, from Σ w u and Σ w with adjusted weights.
    ///
    /// Raking regresses with design weights, as R's `calibrate`; in post-strata both give the same.
    pub fn fitted(&self, sums: &[f64], weights: &[f64]) -> Vec<f64> {
        let design = |values: &[f64]| -> Vec<f64> {
            values.iter().zip(&self.factors.by_cell).map(|(value, factor)| value / factor).collect()
        };
        let fitted = if self.is_raked {
            Regression::on_margins(&self.margins, &design(weights)).and_then(|fit| fit.fitted(&design(sums)))
        } else {
            Regression::on_post_strata(&self.margins[0], weights).and_then(|fit| fit.fitted(sums))
        };
        // Without a fit the adjustment is taken to explain nothing, which makes standard errors too large, never too small.
        fitted.unwrap_or_else(|| vec![0.0; sums.len()])
    }
}

fn rows(sums: &Sums) -> Vec<WeightRow> {
    #[expect(clippy::cast_precision_loss, reason = "at most 1e12 millionths")]
    let weight = |weight: i64| weight as f64 / WEIGHT_STEP;
    sums.weights.iter().map(|row| WeightRow { weight: weight(row.weight), cell: row.cell, count: row.count }).collect()
}

fn cells(sums: &Sums, unit_count: usize) -> (Vec<f64>, Vec<u32>) {
    let cell_count = unit_count * sums.class_count as usize;
    let (mut weights, mut counts) = (vec![0.0; cell_count], vec![0; cell_count]);
    for (key, sum) in sums.groups.iter().zip(&sums.everybody) {
        weights[key.cell as usize] += sum.weight();
        counts[key.cell as usize] += sum.count;
    }
    (weights, counts)
}

/// People by cell, and the units with respondents that the table lacks: they keep their design weights. A unit where
/// nobody answered asks for nothing.
fn usable_people(
    class_count: usize,
    population: &Population,
    weights: &[f64],
    counts: &[u32],
) -> (Vec<Option<f64>>, Vec<usize>) {
    let mut people = population.people.clone();
    let mut lacking = Vec::new();
    for (unit, people) in people.chunks_mut(class_count).enumerate() {
        let range = unit * class_count..(unit + 1) * class_count;
        if counts[range.clone()].iter().all(|&count| count == 0) {
            people.fill(None);
        } else if people.iter().flatten().sum::<f64>() <= 0.0 {
            lacking.push(unit);
            for (people, &weight) in people.iter_mut().zip(&weights[range]) {
                *people = (weight > 0.0).then_some(weight);
            }
        }
    }
    (people, lacking)
}

/// The margin of one class within every unit.
fn marginal(name: &str, people: &[Option<f64>], sizes: &[usize], class: usize, unit_count: usize) -> Margin {
    let class_count: usize = sizes.iter().product();
    let behind: usize = sizes[class + 1..].iter().product();
    let mut totals = vec![None; unit_count * sizes[class]];
    let mut class_of_cell = Vec::with_capacity(people.len());
    for (cell, people) in people.iter().enumerate() {
        let place = cell / class_count * sizes[class] + cell % class_count / behind % sizes[class];
        class_of_cell.push(u32::try_from(place).unwrap_or(u32::MAX));
        if let Some(people) = people {
            *totals[place].get_or_insert(0.0) += people;
        }
    }
    Margin { name: name.to_owned(), class_of_cell, totals }
}

/// Who joins whom within a unit: the neighbours in the first class first, then in the next ones.
fn neighbours(unit_count: usize, sizes: &[usize]) -> Vec<Neighbour> {
    let class_count: usize = sizes.iter().product();
    let small = |number: usize| u32::try_from(number).unwrap_or(u32::MAX);
    let mut order = Vec::new();
    for class in 0..sizes.len() {
        let behind: usize = sizes[class + 1..].iter().product();
        for unit in 0..unit_count {
            for cell in 0..class_count {
                let place = cell / behind % sizes[class];
                let own = unit * class_count + cell;
                if place + 1 < sizes[class] {
                    order.push(Neighbour { class: small(own), with: small(own + behind) });
                }
                if place > 0 {
                    order.push(Neighbour { class: small(own), with: small(own - behind) });
                }
            }
        }
    }
    order
}

fn cross_names(survey: &Survey, by: &[usize], unit_names: &[String]) -> Vec<String> {
    let mut names = unit_names.to_vec();
    for &class in by {
        let values = &survey.classes[class].values;
        names = names.iter().flat_map(|name| values.iter().map(move |value| format!("{name} {value}"))).collect();
    }
    names
}

impl Unweighed {
    /// An obstacle as the analyst reads it.
    pub(super) fn words(&self, obstacle: &Obstacle) -> String {
        let class = |margin: &str, class: u32| {
            let names = self.class_names.iter().find(|(name, _)| name == margin).map(|(_, names)| names);
            names.and_then(|names| names.get(class as usize)).map_or(margin, String::as_str).to_owned()
        };
        match obstacle {
            Obstacle::EmptyClass { margin, class: number, total } => {
                format!("{}有 {total:.0} 人,没有一份答卷", class(margin, *number))
            }
            Obstacle::RespondentsWithoutTotal { margin, class: number, respondents, .. } => {
                format!("{}有 {respondents} 份答卷,人口表里没有人数", class(margin, *number))
            }
            Obstacle::SumsDiffer { first, first_sum, other, other_sum } => {
                format!("{first}合计 {first_sum:.0} 人,{other}合计 {other_sum:.0} 人,两者不等")
            }
            Obstacle::NotConverged { rounds, .. } => format!("迭代 {rounds} 轮仍不能同时满足各类人数"),
            Obstacle::ShapesDiffer { .. } | Obstacle::ValueNotUsable { .. } | Obstacle::BoundsExcludeOne { .. } => {
                "人口数或权数不能用".to_owned()
            }
        }
    }
}

#[cfg(test)]
mod tests;
