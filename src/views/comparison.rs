//! What a report is about: one period, the periods it is compared with, and the figures that comparing gives.

use super::document::Light;
use super::{Assessment, PeriodResult};
use crate::definitions::calendar::Date;
use crate::definitions::decimal::{Published, plain};
use crate::definitions::{Child, Definitions, Scoring};
use crate::facts::Cell;
use crate::index::{IndicatorScore, State};
use crate::rules::Inputs;
use crate::sensitivity::certainty::Certainty;
use crate::sensitivity::importance::{Importance, importance};
use crate::support::ledger::{self, Item, description_now};
use crate::support::list::{Standing, SupportEntry, is_mended};
use std::collections::BTreeSet;

/// Units with a section, a bar and a column of their own; the files for programs hold all of them.
pub(super) const MOST_UNITS: usize = 300;
/// Units times indicators up to which the page shows every figure from both sides.
const MOST_CELLS: usize = 3_000;

/// The current period with everything it is compared with. Units, elements and indicators are positions.
pub(super) struct Comparison<'a> {
    pub(super) assessment: &'a Assessment,
    pub(super) definitions: &'a Definitions,
    pub(super) current: &'a PeriodResult,
    /// The period right before, where it was computed.
    pub(super) previous: Option<&'a PeriodResult>,
    /// The same part of the year before, where there is one and it is not the period right before.
    pub(super) year_before: Option<&'a PeriodResult>,
    /// Elements right below the root.
    pub(super) elements: Vec<usize>,
    /// All elements but the root with their depth (1 for those right below it), from the top down.
    pub(super) tree: Vec<(usize, usize)>,
    /// Indicators in the order of the tree.
    pub(super) indicators: Vec<usize>,
    /// Units in ranking order.
    pub(super) ranking: Vec<usize>,
    /// Whether units are ranked in groups.
    pub(super) has_groups: bool,
    /// Whether there are bonus and deduction rules.
    pub(super) has_rules: bool,
    /// What respondents find important, where they were asked.
    pub(super) importance: Option<Importance>,
    /// Eight characters that stand for everything that was read; empty where nobody asked.
    pub(super) material_hash: String,
    anchors: Vec<Option<String>>,
    indicator_anchors: Vec<String>,
}

impl<'a> Comparison<'a> {
    pub(super) fn new(assessment: &'a Assessment, current: &'a PeriodResult) -> Self {
        let definitions = &assessment.definitions;
        let before = current.period.previous();
        let year_before = current.period.year_before();
        let (mut tree, mut indicators) = (Vec::new(), Vec::new());
        descend(definitions, 0, 0, &mut tree, &mut indicators);
        let ranking = current.settlement.ranking();
        let groups: BTreeSet<&str> = definitions.units.units.iter().map(|unit| unit.group.as_str()).collect();
        Comparison {
            assessment,
            definitions,
            current,
            previous: assessment.period(before),
            year_before: assessment.period(year_before).filter(|_| year_before != before),
            elements: tree.iter().filter(|(_, depth)| *depth == 1).map(|(element, _)| *element).collect(),
            tree,
            indicators,
            anchors: anchors(definitions, &ranking),
            indicator_anchors: indicator_anchors(definitions),
            ranking,
            has_groups: groups.len() > 1,
            has_rules: !definitions.rules.rules.is_empty(),
            importance: importance_of(definitions, current),
            material_hash: String::new(),
        }
    }

    /// How sure the order of the period is; known for the period asked for.
    pub(super) fn certainty(&self) -> Option<&'a Certainty> {
        let is_asked = self.assessment.current().is_some_and(|result| result.period == self.current.period);
        self.assessment.certainty.as_ref().filter(|_| is_asked)
    }

    /// Whether anything is scored; a project of commitments alone has no index.
    pub(super) fn has_index(&self) -> bool {
        !self.definitions.indicators.is_empty()
    }

    /// Number of units.
    pub(super) fn unit_count(&self) -> usize {
        self.definitions.units.units.len()
    }

    /// Units with a section, in register order.
    pub(super) fn presented(&self) -> impl Iterator<Item = usize> + '_ {
        (0..self.unit_count()).filter(|&unit| self.anchors[unit].is_some())
    }

    /// Anchor of a unit's section, where it has one.
    pub(super) fn anchor(&self, unit: usize) -> Option<&str> {
        self.anchors[unit].as_deref()
    }

    /// Anchor of an indicator's section.
    pub(super) fn indicator_anchor(&self, number: usize) -> &str {
        &self.indicator_anchors[number]
    }

    /// Whether units times indicators are so many that the page leaves what is also in indicators.csv to that file.
    pub(super) fn is_large(&self) -> bool {
        self.unit_count() * self.indicators.len() > MOST_CELLS
    }

    /// Words for this period and the one before, such as 本季 and 上季.
    pub(super) fn words(&self) -> (&'static str, &'static str) {
        self.current.period.frequency.words()
    }

    /// Which indicators keep a unit under watch on the support list, in words; empty for one that is not.
    pub(super) fn still_short(&self, entry: &SupportEntry) -> String {
        let exit = self.definitions.rules.support.exit_score;
        let is_short = |number: &usize| !is_mended(self.definitions, &self.current.scores, *number, entry.unit);
        let short = entry.former_red.iter().copied().filter(is_short);
        let short: Vec<&str> = short.map(|number| self.definitions.indicators[number].code.as_str()).collect();
        if matches!(entry.standing, Standing::Watched { .. }) && !short.is_empty() {
            format!("；原红灯指标 {} 还没有达到 {}{}", short.join("、"), plain(exit, 4), self.points())
        } else {
            String::new()
        }
    }

    /// Whether the indicator that a problem is about is red for its unit in this period.
    pub(super) fn is_red(&self, item: &Item) -> bool {
        item.indicator.is_some_and(|number| self.light(self.current.scores.indicator(number, item.unit)) == Light::Red)
    }

    /// Whether a problem is looked at once a year (长期坚持) and red all the same, so that no other was opened for it.
    pub(super) fn is_kept_red(&self, item: &Item) -> bool {
        item.state == ledger::State::LongTerm && self.is_red(item)
    }

    /// What is wrong in a problem of the ledger by the figures of this period, or as it was opened where they say nothing.
    pub(super) fn description(&self, item: &Item) -> String {
        let PeriodResult { facts, matrix, scores, .. } = self.current;
        let inputs = Inputs { facts, matrix, scores, items: &[], earlier: &[] };
        description_now(self.definitions, &inputs, item).unwrap_or_else(|| item.description.clone())
    }

    /// The last day of a step of the timetable; `None` where the timetable of the period has no such step.
    pub(super) fn last_day_of(&self, step: &str) -> Option<Date> {
        let step = self.definitions.steps.iter().find(|own| own.id == step)?;
        step.days(self.current.period, &self.current.facts.calendar).map(|(_, last)| last)
    }

    /// 分, or nothing for an index between 0 and 1.
    pub(super) fn points(&self) -> &'static str {
        let (low, high) = self.definitions.index.scale;
        if high - low > 1.0 { "分" } else { "" }
    }

    /// A score as published.
    pub(super) fn publish(&self, score: f64) -> Published {
        self.definitions.index.publish(score)
    }

    /// A score with two more decimals, so that what is made of it can be recomputed by hand.
    pub(super) fn publish_fine(&self, score: f64) -> Published {
        Published::round(score, self.definitions.index.decimals + 2, self.definitions.index.rounding)
    }

    /// Published score now minus the one of another period.
    pub(super) fn change(&self, now: Option<f64>, before: Option<f64>) -> Option<Published> {
        let now = self.publish(now?);
        Some(now.with_steps(now.steps() - self.publish(before?).steps()))
    }

    /// Final score of a unit minus the one of the period before.
    pub(super) fn final_change(&self, unit: usize) -> Option<Published> {
        let now = self.current.settlement.units[unit].final_score?;
        let before = self.previous?.settlement.units[unit].final_score?;
        Some(now.with_steps(now.steps() - before.steps()))
    }

    /// Whether a unit's change since the period before may be nothing but the error of interviewing some and not all.
    pub(super) fn is_steady(&self, unit: usize) -> bool {
        self.certainty().is_some_and(|certainty| certainty.moved[unit] == Some(false))
    }

    /// Whether a unit's change since the period before may be told as one: chance does not explain it, or nothing is left to
    /// chance.
    pub(super) fn has_moved(&self, unit: usize) -> bool {
        self.certainty().is_none_or(|certainty| certainty.moved[unit] == Some(true))
    }

    /// Places gained since the period before.
    pub(super) fn places_gained(&self, unit: usize) -> Option<i64> {
        let now = self.current.settlement.units[unit].rank?;
        let before = self.previous?.settlement.units[unit].rank?;
        Some(i64::from(before.place) - i64::from(now.place))
    }

    /// Traffic light of a score, or why there is none. The same borders everywhere.
    pub(super) fn light(&self, score: &IndicatorScore) -> Light {
        let index = &self.definitions.index;
        match (score.score.map(|score| self.publish(score).value()), score.state) {
            (_, State::Suppressed) => Light::Suppressed,
            (Some(score), _) if score >= index.green_min => Light::Green,
            (Some(score), _) if score >= index.yellow_min => Light::Yellow,
            (Some(_), _) => Light::Red,
            (None, State::NotApplicable) => Light::NotApplicable,
            (None, _) => Light::NotReported,
        }
    }

    /// Lights of all indicators of a unit.
    pub(super) fn unit_lights(&self, unit: usize) -> Lights {
        Lights::count(self.indicators.iter().map(|&number| self.light(self.current.scores.indicator(number, unit))))
    }

    /// Lights of all indicators of the whole.
    pub(super) fn total_lights(&self, result: &PeriodResult) -> Lights {
        let light = |&number: &usize| self.light(result.scores.indicator_total(number));
        Lights::count(self.indicators.iter().map(light))
    }

    /// Lights of all units for one indicator.
    pub(super) fn indicator_lights(&self, number: usize) -> Lights {
        Lights::count((0..self.unit_count()).map(|unit| self.light(self.current.scores.indicator(number, unit))))
    }

    /// The scoring of an indicator for a unit, or for the whole.
    pub(super) fn scoring(&self, number: usize, unit: Option<usize>) -> &'a Scoring {
        let indicator = &self.definitions.indicators[number];
        let group = unit.map(|unit| &self.definitions.units.units[unit].group);
        group.and_then(|group| indicator.group_scoring.get(group)).unwrap_or(&indicator.scoring)
    }

    /// The cell whose value belongs to a score: of the period before, where the score was carried.
    pub(super) fn value_cell(&self, number: usize, unit: usize) -> &'a Cell {
        let is_carried = self.current.scores.indicator(number, unit).state == State::Carried;
        let result = self.previous.filter(|_| is_carried).unwrap_or(self.current);
        result.matrix.cell(number, unit)
    }

    /// Mean score of an element over the units of the same group as `unit`, or over all where there are no groups.
    pub(super) fn peer_mean(&self, element: usize, unit: usize) -> Option<f64> {
        let units = &self.definitions.units.units;
        let peers = (0..self.unit_count()).filter(|&peer| units[peer].group == units[unit].group);
        let (mut sum, mut count) = (0.0, 0.0);
        for score in peers.filter_map(|peer| self.current.scores.element(element, peer)) {
            sum += score;
            count += 1.0;
        }
        (count > 0.0).then(|| sum / count)
    }

    /// What the mean of [`Self::peer_mean`] is called.
    pub(super) fn peer_word(&self) -> String {
        if self.has_groups { "组内平均".to_owned() } else { format!("{}平均", self.definitions.index.total_word) }
    }

    /// Highest and lowest published score of an element or indicator, each with the units that have it.
    pub(super) fn extremes(&self, score: impl Fn(usize) -> Option<f64>) -> Option<Extremes> {
        let scores: Vec<(usize, Published)> =
            (0..self.unit_count()).filter_map(|unit| score(unit).map(|score| (unit, self.publish(score)))).collect();
        let best = scores.iter().map(|(_, score)| *score).max()?;
        let worst = scores.iter().map(|(_, score)| *score).min()?;
        let with = |wanted: Published| {
            let holders = scores.iter().filter(|(_, score)| *score == wanted);
            (wanted, holders.map(|(unit, _)| *unit).collect())
        };
        Some(Extremes { best: with(best), worst: with(worst) })
    }
}

/// What respondents of a period find important beside its scores.
pub(super) fn importance_of(definitions: &Definitions, result: &PeriodResult) -> Option<Importance> {
    let is_ranked = |unit: usize| result.settlement.units[unit].rank.is_some();
    importance(definitions, &result.facts, &result.scores, is_ranked)
}

/// Highest and lowest score, with the units that have them.
pub(super) struct Extremes {
    pub(super) best: (Published, Vec<usize>),
    pub(super) worst: (Published, Vec<usize>),
}

/// How many lights of each kind.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Lights {
    pub(super) green: usize,
    pub(super) yellow: usize,
    pub(super) red: usize,
    pub(super) not_applicable: usize,
    pub(super) missing: usize,
    pub(super) suppressed: usize,
}

impl Lights {
    pub(super) fn count(lights: impl Iterator<Item = Light>) -> Self {
        let mut counts = Lights::default();
        for light in lights {
            match light {
                Light::Green => counts.green += 1,
                Light::Yellow => counts.yellow += 1,
                Light::Red => counts.red += 1,
                Light::NotApplicable => counts.not_applicable += 1,
                Light::NotReported => counts.missing += 1,
                Light::Suppressed => counts.suppressed += 1,
            }
        }
        counts
    }

    pub(super) fn plus(self, other: Lights) -> Lights {
        Lights {
            green: self.green + other.green,
            yellow: self.yellow + other.yellow,
            red: self.red + other.red,
            not_applicable: self.not_applicable + other.not_applicable,
            missing: self.missing + other.missing,
            suppressed: self.suppressed + other.suppressed,
        }
    }

    /// Indicators without a light.
    pub(super) fn none(self) -> usize {
        self.not_applicable + self.missing + self.suppressed
    }
}

fn descend(
    definitions: &Definitions,
    element: usize,
    depth: usize,
    tree: &mut Vec<(usize, usize)>,
    indicators: &mut Vec<usize>,
) {
    for child in &definitions.elements[element].children {
        match *child {
            Child::Element(child) => {
                tree.push((child, depth + 1));
                descend(definitions, child, depth + 1, tree, indicators);
            }
            Child::Indicator(child) => indicators.push(child),
        }
    }
}

/// An anchor for each of the first [`MOST_UNITS`] units of the ranking, made of its code and unique.
fn anchors(definitions: &Definitions, ranking: &[usize]) -> Vec<Option<String>> {
    let mut taken = BTreeSet::new();
    let mut anchors = vec![None; ranking.len()];
    for &unit in ranking.iter().take(MOST_UNITS) {
        anchors[unit] = Some(anchor("unit", &definitions.units.units[unit].code, unit, &mut taken));
    }
    anchors
}

fn indicator_anchors(definitions: &Definitions) -> Vec<String> {
    let mut taken = BTreeSet::new();
    let indicators = definitions.indicators.iter().enumerate();
    indicators.map(|(number, indicator)| anchor("indicator", &indicator.code, number, &mut taken)).collect()
}

fn anchor(kind: &str, code: &str, position: usize, taken: &mut BTreeSet<String>) -> String {
    let plain = |letter: char| if letter.is_ascii_alphanumeric() || letter == '_' { letter } else { '-' };
    let code: String = code.chars().map(plain).collect();
    let mut anchor = format!("{kind}-{code}");
    // Codes that differ in other letters only.
    if taken.contains(&anchor) {
        anchor = format!("{kind}-{code}--{}", position + 1);
    }
    taken.insert(anchor.clone());
    anchor
}
