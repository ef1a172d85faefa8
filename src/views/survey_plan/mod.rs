//! The plan of a survey: what it has to achieve in, the sample of every unit with its quotas and visits out, as a table
//! for the screen and as a workbook for those who carry it out. The same plan gives the same bytes.

mod effect;
mod notes;
mod page;
mod quotas;
mod sample;
#[cfg(test)]
mod tests;
mod visits;
mod workbook;

pub use effect::{DesignEffect, EffectSource, observed_effect};

use crate::definitions::calendar::Period;
use crate::definitions::decimal::{Published, Rounding};
use crate::definitions::{Definitions, Survey};
use crate::facts::survey::Population;
use crate::facts::survey::plan::{
    Design, Precision, QuotaFault, Size, Target, Visits, given_size, precision, quotas, sample_size, visits,
};

/// What every unit's sample has to achieve. Margins and differences are shares of 1.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Goal {
    /// Half the width of a rate's interval.
    Margin(f64),
    /// The difference of two units' rates that is found with the power asked for.
    Difference(f64),
    /// So many interviews.
    Interviews(u32),
}

/// The terms of a plan.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Terms {
    /// What the sample of a unit has to achieve.
    pub goal: Goal,
    /// The rate expected, between 0 and 1; 0.5 is the worst case.
    pub rate: f64,
    /// How surely a difference is found, 0.5 … 1, exclusive of 1.
    pub power: f64,
    /// Confidence level, between 0 and 1.
    pub confidence: f64,
    /// Variance relative to simple random sampling, above 0 and at most [`MOST_EFFECT`], and where it comes from.
    pub design_effect: DesignEffect,
    /// Share of the people contacted who answer, above 0 and at most 1.
    pub response_rate: f64,
    /// Fewest interviews in a unit; not looked at where their number is given.
    pub least: u32,
    /// Interviews wanted in each cluster.
    pub take: u32,
}

/// The largest design effect that a plan is made with.
pub const MOST_EFFECT: f64 = 100.0;

/// The sample of one unit.
#[derive(Clone, Debug, PartialEq)]
pub struct UnitPlan {
    /// Position of the unit.
    pub unit: usize,
    /// People in the frame; `None` where nobody knows.
    pub population: Option<u32>,
    /// The sample.
    pub size: Size,
    /// What it achieves.
    pub precision: Precision,
    /// Interviews by class, in the order of [`Plan::classes`]; `None` where the people of no class are known, or with the
    /// reason in `fault`.
    pub quotas: Option<Vec<u32>>,
    /// Why the fewest interviews per class could not be kept; the quotas are in proportion to people then.
    pub fault: Option<QuotaFault>,
    /// Clusters that the unit has; `None` where nobody knows.
    pub clusters: Option<u32>,
    /// Clusters to draw; `None` where the unit has none.
    pub visits: Option<Visits>,
}

/// The plan of a survey.
#[derive(Clone, Debug)]
pub struct Plan<'a> {
    /// What it was made with.
    pub definitions: &'a Definitions,
    /// The survey.
    pub survey: &'a Survey,
    /// The period.
    pub period: Period,
    /// The terms.
    pub terms: Terms,
    /// Path of the table of people; `None` where there is none.
    pub population: Option<String>,
    /// The units, in the order of the register.
    pub units: Vec<UnitPlan>,
}

/// What a plan is made from.
#[derive(Clone, Copy, Debug)]
pub struct Basis<'a> {
    /// The definitions.
    pub definitions: &'a Definitions,
    /// Position of the survey.
    pub survey: usize,
    /// The period.
    pub period: Period,
    /// People by unit and class, where they are known.
    pub population: Option<&'a Population>,
    /// Clusters by unit, where they are known; empty where nobody knows.
    pub clusters: &'a [Option<u32>],
}

impl<'a> Plan<'a> {
    /// What is known and the terms in, the plan out: for each unit the sample (finite population where its people are
    /// known), quotas in proportion to people with at least the `least` of the weighting in a class, and the clusters to
    /// visit. `None` where a term is outside of its range or a sample exceeds four thousand million.
    pub fn of(basis: &Basis<'a>, terms: Terms) -> Option<Self> {
        if terms.take == 0 || terms.design_effect.value > MOST_EFFECT {
            return None;
        }
        let survey = &basis.definitions.surveys[basis.survey];
        let unit_count = basis.definitions.units.units.len();
        let units: Option<Vec<UnitPlan>> = (0..unit_count).map(|unit| unit_plan(basis, survey, &terms, unit)).collect();
        Some(Plan {
            definitions: basis.definitions,
            survey,
            period: basis.period,
            terms,
            population: basis.population.map(|population| population.source.clone()),
            units: units?,
        })
    }

    /// The classes of quotas, each as its values of every kind: `["60–69岁", "男"]`.
    pub fn classes(&self) -> Vec<Vec<&'a str>> {
        let mut classes = vec![Vec::new()];
        for (_, values) in Population::classes(self.survey) {
            let longer = |class: &Vec<&'a str>| -> Vec<Vec<&'a str>> {
                values.iter().map(|value| [&class[..], &[value.as_str()]].concat()).collect()
            };
            classes = classes.iter().flat_map(longer).collect();
        }
        classes.retain(|class| !class.is_empty());
        classes
    }

    /// What the clusters are called: the header of their column.
    pub fn cluster_word(&self) -> &'a str {
        let column = self.survey.design.cluster_column.as_str();
        if column.is_empty() { "抽样单元" } else { column }
    }

    /// Interviews in all units.
    pub fn interview_count(&self) -> u64 {
        self.units.iter().map(|unit| u64::from(unit.size.interviews)).sum()
    }

    /// People to contact in all units.
    pub fn contact_count(&self) -> u64 {
        self.units.iter().map(|unit| u64::from(unit.size.contacts)).sum()
    }

    /// Name of the workbook, fit for any file system.
    pub fn file_name(&self) -> String {
        format!("{}.xlsx", super::template::file_stem(&self.survey.name, self.period, "抽样方案"))
    }

    /// The workbook for those who carry the survey out.
    ///
    /// # Errors
    /// The survey has more classes or the register more units than a sheet can hold.
    pub fn workbook(&self) -> anyhow::Result<Vec<u8>> {
        use anyhow::Context;
        workbook::bytes(self).context("抽样方案没有做成:一张工作表放不下这么多单位或类别")
    }

    /// The table for the screen: a header, a row for each unit, and the sums.
    pub fn table(&self) -> Vec<Vec<String>> {
        let word = self.cluster_word();
        let has_people = self.units.iter().any(|unit| unit.population.is_some());
        let has_contacts = self.terms.response_rate < 1.0;
        let is_worst = self.is_worst_case();
        let mut header = vec![self.definitions.index.unit_word.clone()];
        header.extend(has_people.then(|| "人口数".to_owned()));
        header.push("样本量".to_owned());
        header.extend(has_contacts.then(|| "需联系".to_owned()));
        header.push("最大误差±".to_owned());
        header.extend((!is_worst).then(|| format!("误差±(占比{})", percent(self.terms.rate))));
        header.extend(["可辨差异".to_owned(), word.to_owned(), "每个访问".to_owned()]);
        let mut rows = vec![header];
        for plan in &self.units {
            let mut row = vec![self.definitions.units.units[plan.unit].name.clone()];
            row.extend(has_people.then(|| known(plan.population)));
            row.push(plan.size.interviews.to_string());
            row.extend(has_contacts.then(|| plan.size.contacts.to_string()));
            row.push(points(plan.precision.worst_case).to_string());
            row.extend((!is_worst).then(|| points(plan.precision.wald).to_string()));
            row.push(points(plan.precision.detectable).to_string());
            row.push(plan.visits.map_or_else(|| "—".to_owned(), |visits| visits.clusters.to_string()));
            row.push(plan.visits.map_or_else(|| "—".to_owned(), each));
            rows.push(row);
        }
        let mut sums = vec![self.definitions.index.total_word.clone()];
        sums.extend(has_people.then(|| self.people().map_or_else(|| "—".to_owned(), |people| people.to_string())));
        sums.push(self.interview_count().to_string());
        sums.extend(has_contacts.then(|| self.contact_count().to_string()));
        sums.extend(vec![String::new(); if is_worst { 2 } else { 3 }]);
        sums.extend([self.cluster_draw_count().to_string(), String::new()]);
        rows.push(sums);
        rows
    }

    /// What the reader has to know, a sentence each: what is missing, what was assumed, what the law wants.
    pub fn notes(&self) -> Vec<String> {
        notes::notes(self)
    }

    /// What was asked for, in one line.
    pub fn terms_line(&self) -> String {
        notes::terms_line(self)
    }

    /// People in all units; `None` unless those of every unit are known.
    fn people(&self) -> Option<u64> {
        self.units.iter().map(|unit| unit.population.map(u64::from)).sum()
    }

    fn cluster_draw_count(&self) -> u64 {
        self.units.iter().filter_map(|unit| unit.visits).map(|visits| u64::from(visits.clusters)).sum()
    }

    fn is_worst_case(&self) -> bool {
        (self.terms.rate - 0.5).abs() < 1e-9
    }
}

fn unit_plan(basis: &Basis<'_>, survey: &Survey, terms: &Terms, unit: usize) -> Option<UnitPlan> {
    let people = basis.population.map(|population| people_of(population, survey, unit)).unwrap_or_default();
    let known: u64 = people.iter().map(|&count| u64::from(count)).sum();
    let population = u32::try_from(known).ok().filter(|&count| count > 0);
    let design = Design { confidence: terms.confidence, design_effect: terms.design_effect.value, population };
    let Terms { rate: proportion, response_rate, least, .. } = *terms;
    let sized = |target: &Target| sample_size(target, &design, response_rate, least.max(1));
    let size = match terms.goal {
        Goal::Margin(margin) => sized(&Target::Rate { proportion, margin }),
        Goal::Difference(difference) => sized(&Target::Difference { proportion, difference, power: Some(terms.power) }),
        Goal::Interviews(interviews) => given_size(interviews, population, response_rate),
    }?;
    let precision = precision(size.interviews, proportion, Some(terms.power), &design)?;
    let least = survey.weighting.margins().map_or(0, |margins| margins.least);
    let (made, fault) = match quotas(size.interviews, &people, least) {
        Ok(made) => (Some(made), None),
        Err(fault) => (quotas(size.interviews, &people, 0).ok(), Some(fault)),
    };
    let has_people = population.is_some();
    let clusters = basis.clusters.get(unit).copied().flatten();
    Some(UnitPlan {
        unit,
        population,
        size,
        precision,
        quotas: made.filter(|_| has_people),
        fault: fault.filter(|_| has_people),
        clusters,
        visits: visits(size.interviews, terms.take, clusters),
    })
}

/// Whole people of a unit by class; a class of which the table says nothing has none.
fn people_of(population: &Population, survey: &Survey, unit: usize) -> Vec<u32> {
    let classes: usize = Population::classes(survey).iter().map(|(_, values)| values.len()).product();
    let cells = population.people.get(unit * classes..(unit + 1) * classes).unwrap_or_default();
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "clamped to the range of u32")]
    let whole = |people: f64| people.round().clamp(0.0, f64::from(u32::MAX)) as u32;
    cells.iter().map(|people| whole(people.unwrap_or(0.0))).collect()
}

/// A share of 1 as percentage points with one decimal.
fn points(share: f64) -> Published {
    Published::round(share * 100.0, 1, Rounding::HalfUp)
}

/// `90%`
fn percent(share: f64) -> String {
    format!("{}%", crate::definitions::decimal::plain(share * 100.0, 2))
}

fn known(count: Option<u32>) -> String {
    count.map_or_else(|| "—".to_owned(), |count| count.to_string())
}

/// Interviews in a cluster: `10`, or `9–10` where some have one more.
fn each(visits: Visits) -> String {
    if visits.fuller == 0 { visits.each.to_string() } else { format!("{}–{}", visits.each, visits.each + 1) }
}
