//! What is counted and compared for each unit before any rule is applied.

use super::Inputs;
use crate::definitions::decimal::Published;
use crate::definitions::{Basis, Definitions, Direction, Indicator, Scoring};
use crate::facts::{Cell, CellState};
use crate::index::{Scores, State};
use rayon::prelude::*;
use std::collections::BTreeSet;

/// Indicator scores of a period as published, each rounded once, and their lights.
pub(super) struct Lights {
    yellow_min: f64,
    scores: Vec<Option<f64>>,
}

impl Lights {
    fn new(definitions: &Definitions, scores: &Scores) -> Self {
        let unit_count = scores.unit_count();
        let score = |at: usize| {
            let score = scores.indicator(at / unit_count, at % unit_count).score?;
            Some(published(definitions, score).value())
        };
        let scores = (0..definitions.indicators.len() * unit_count).into_par_iter().map(score).collect();
        Lights { yellow_min: definitions.index.yellow_min, scores }
    }

    /// The score of a line, indicator by indicator, as published; `None` where there is none.
    pub(super) fn score(&self, line: usize) -> Option<f64> {
        self.scores[line]
    }

    /// Whether the light of a line is red; `None` where there is no score.
    pub(super) fn is_red(&self, line: usize) -> Option<bool> {
        self.score(line).map(|score| score < self.yellow_min)
    }
}

/// Numbers of each unit, by unit.
pub(super) struct UnitLines {
    pub(super) lights: Lights,
    pub(super) before: Option<Lights>,
    pub(super) counts: Vec<Counts>,
    pub(super) open_items: Vec<u32>,
    pub(super) overdue_items: Vec<u32>,
    pub(super) plan_progress: Vec<Option<f64>>,
    pub(super) progress: Vec<Option<Progress>>,
}

/// What is counted for a unit over its indicators.
#[derive(Default)]
pub(super) struct Counts {
    pub(super) red: u32,
    pub(super) new_red: u32,
    pub(super) missing: u32,
    pub(super) gates_below: u32,
    pub(super) gates_missing: u32,
    pub(super) gate_shortfall: Option<f64>,
}

/// Base scores of two periods over the same indicators, published.
#[derive(Clone, Copy)]
pub(super) struct Progress {
    pub(super) before: Published,
    pub(super) now: Published,
}

impl Progress {
    pub(super) fn rise(self) -> Published {
        self.now.with_steps(self.now.steps() - self.before.steps())
    }

    /// Rise in percent of what was left to the top; `None` at the top.
    pub(super) fn rate(self, definitions: &Definitions) -> Option<Published> {
        let index = &definitions.index;
        let left = index.scale.1 - self.before.value();
        (left > 0.0).then(|| Published::round(self.rise().value() / left * 100.0, 2, index.rounding))
    }
}

/// A score as published.
pub(super) fn published(definitions: &Definitions, score: f64) -> Published {
    definitions.index.publish(score)
}

/// Whether a published indicator score shows a red light.
pub(super) fn is_red(definitions: &Definitions, scores: &Scores, indicator: usize, unit: usize) -> bool {
    let score = scores.indicator(indicator, unit).score;
    score.is_some_and(|score| definitions.index.is_red(score))
}

/// Whether an indicator applies to a unit and no data of this period backs it.
pub(super) fn is_missing(state: State) -> bool {
    state.is_applicable() && !state.is_usable()
}

/// Whether there is no figure of this period to hold against a floor, though the indicator applies; what scores 0 for
/// not being reported is not reported all the same.
pub(super) fn is_unreported(inputs: &Inputs, indicator: usize, unit: usize) -> bool {
    let state = inputs.scores.indicator(indicator, unit).state;
    state.is_applicable() && inputs.matrix.cell(indicator, unit).state != CellState::Reported
}

/// How far a value is beyond its floor, in the indicator's own unit; 0 or less where the floor is kept.
pub(super) fn shortfall(definitions: &Definitions, indicator: &Indicator, unit: usize, cell: &Cell) -> Option<f64> {
    if cell.state != CellState::Reported {
        return None;
    }
    let scoring = scoring(definitions, indicator, unit);
    let below = match *scoring {
        Scoring::Efficacy { floor, .. } => match scoring.direction()? {
            Direction::Higher => floor - cell.value,
            Direction::Lower => cell.value - floor,
        },
        Scoring::Band { floor_low, floor_high, .. } => (floor_low - cell.value).max(cell.value - floor_high),
        _ => return None,
    };
    Some(snapped(below))
}

/// How far a value misses its target, in the indicator's own unit.
pub(super) fn target_gap(definitions: &Definitions, indicator: &Indicator, unit: usize, cell: &Cell) -> Option<f64> {
    let scoring = scoring(definitions, indicator, unit);
    match (cell.state, scoring) {
        (CellState::Reported, Scoring::Efficacy { target, .. }) => Some(snapped(match scoring.direction()? {
            Direction::Higher => target - cell.value,
            Direction::Lower => cell.value - target,
        })),
        _ => None,
    }
}

/// Progress in percent of what is due by the end of the period.
pub(super) fn due_percent(
    definitions: &Definitions,
    indicator: &Indicator,
    unit: usize,
    cell: &Cell,
    part: u32,
) -> Option<f64> {
    let Scoring::ProRata { annual, path, .. } = scoring(definitions, indicator, unit) else { return None };
    let share = path.get(part.checked_sub(1)? as usize)?;
    let due = annual * share;
    (cell.state == CellState::Reported && due > 0.0).then(|| snapped(cell.value / due * 100.0))
}

fn scoring<'a>(definitions: &'a Definitions, indicator: &'a Indicator, unit: usize) -> &'a Scoring {
    indicator.scoring_in(&definitions.units.units[unit].group)
}

/// Binary noise below 1e-9 decides nothing.
fn snapped(value: f64) -> f64 {
    if value.abs() < 1e6 { (value * 1e9).round() / 1e9 } else { value }
}

impl UnitLines {
    /// Red now, and not red in the period right before. What had no score before is not new.
    pub(super) fn is_new_red(&self, line: usize) -> bool {
        let before = self.before.as_ref().and_then(|before| before.is_red(line));
        before == Some(false) && self.lights.is_red(line) == Some(true)
    }

    /// Counts over all indicators; progress only where a rule asks for it, because it scores everything twice.
    pub(super) fn new(definitions: &Definitions, inputs: &Inputs, used: &BTreeSet<String>) -> Self {
        let count = inputs.scores.unit_count();
        let zeros = || vec![0_u32; count];
        let mut lines = UnitLines {
            lights: Lights::new(definitions, inputs.scores),
            before: inputs.previous().map(|before| Lights::new(definitions, before.scores)),
            counts: Vec::new(),
            open_items: zeros(),
            overdue_items: zeros(),
            plan_progress: vec![None; count],
            progress: vec![None; count],
        };
        lines.counts = (0..count).into_par_iter().map(|unit| lines.counts(definitions, inputs, unit)).collect();
        let mut sums = vec![(0.0, 0.0); count];
        for item in inputs.items.iter().filter(|item| item.is_open) {
            lines.open_items[item.unit] += 1;
            lines.overdue_items[item.unit] += u32::from(item.overdue_days > 0);
            sums[item.unit].0 += item.progress.unwrap_or(0.0);
            sums[item.unit].1 += 1.0;
        }
        for (unit, (sum, items)) in sums.into_iter().enumerate().filter(|(_, (_, items))| *items > 0.0) {
            lines.plan_progress[unit] = Some(sum / items);
        }
        let compares = ["previous_base", "comparable_base", "rise", "progress_rate"];
        if compares.iter().any(|name| used.contains(*name)) {
            lines.progress = (0..count).into_par_iter().map(|unit| progress(definitions, inputs, unit)).collect();
        }
        lines
    }

    fn counts(&self, definitions: &Definitions, inputs: &Inputs, unit: usize) -> Counts {
        let mut counts = Counts::default();
        for (number, indicator) in definitions.indicators.iter().enumerate() {
            let line = number * inputs.scores.unit_count() + unit;
            counts.missing += u32::from(is_missing(inputs.scores.indicator(number, unit).state));
            counts.red += u32::from(self.lights.is_red(line) == Some(true));
            counts.new_red += u32::from(self.is_new_red(line));
            if indicator.gate {
                counts.gates_missing += u32::from(is_unreported(inputs, number, unit));
                let below = shortfall(definitions, indicator, unit, inputs.matrix.cell(number, unit));
                if let Some(below) = below.filter(|below| *below > 0.0) {
                    counts.gates_below += 1;
                    counts.gate_shortfall = Some(counts.gate_shortfall.unwrap_or(0.0).max(below));
                }
            }
        }
        counts
    }
}

/// Base of both periods over the indicators scored from data in both; `None` where too little is comparable.
///
/// In the first period of a year what is counted from the first of January is not compared (rules.md, R06).
fn progress(definitions: &Definitions, inputs: &Inputs, unit: usize) -> Option<Progress> {
    let before = inputs.previous()?.scores;
    let restarts = inputs.facts.period.starts_year();
    let is_common = |number: usize| {
        let indicator = &definitions.indicators[number];
        let is_cumulative = indicator.basis == Basis::Ytd || matches!(indicator.scoring, Scoring::ProRata { .. });
        let is_scored = |scores: &Scores| scores.indicator(number, unit).state.is_usable();
        is_scored(before) && is_scored(inputs.scores) && !(restarts && is_cumulative)
    };
    let mut share = 0.0;
    let mut whole = 0.0;
    for (number, weight) in inputs.scores.nominal_weights.iter().enumerate() {
        if inputs.scores.indicator(number, unit).state.is_applicable() {
            whole += weight;
            share += if is_common(number) { *weight } else { 0.0 };
        }
    }
    if whole <= 0.0 || snapped(share / whole * 100.0) < definitions.rules.comparable_share {
        return None;
    }
    Some(Progress {
        before: published(definitions, before.base_over(definitions, unit, is_common)?),
        now: published(definitions, inputs.scores.base_over(definitions, unit, is_common)?),
    })
}
