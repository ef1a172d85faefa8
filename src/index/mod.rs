//! Matrix in, scores out: pure arithmetic in a fixed order, no files, no frames.

pub mod aggregate;
pub mod normalise;
pub mod uncertainty;
mod weigh;

use crate::definitions::calendar::Period;
use crate::definitions::{Basis, Child, Definitions, Indicator, MissingRule, Scoring};
use crate::facts::{Cell, CellState, Matrix};
use normalise::Column;
use weigh::Weights;

/// How an indicator's score of a unit came about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// From a reported value.
    Scored,
    /// Not reported, and the definition says that this scores nothing.
    Zeroed,
    /// Score of the last period, taken once (暂用上季).
    Carried,
    /// Not reported (未报): left out, its weight spread over its siblings.
    NotReported,
    /// 不适用: left out, its weight spread over its siblings.
    NotApplicable,
    /// Too few respondents to print or score.
    Suppressed,
    /// Denominator too small to score (样本偏少).
    TooSmall,
    /// No unit has it this period (整体缺数): left out for all.
    Dropped,
}

impl State {
    /// Whether the state is backed by data of this period, for coverage.
    pub fn is_usable(self) -> bool {
        matches!(self, State::Scored | State::Zeroed)
    }

    /// Whether the indicator counts among what this unit could have delivered.
    pub fn is_applicable(self) -> bool {
        !matches!(self, State::NotApplicable | State::Dropped)
    }
}

/// Score of one indicator for one unit.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct IndicatorScore {
    /// How it came about.
    pub state: State,
    /// Score on the scale of the index; `None` where the indicator is left out. Finite.
    pub score: Option<f64>,
    /// Effective weight in percent of the whole after what is left out was spread; 0 where it is left out.
    pub weight: f64,
}

/// All scores of a period. Units come in the order of the register.
#[derive(Clone, Debug)]
pub struct Scores {
    unit_count: usize,
    indicators: Vec<IndicatorScore>,
    totals: Vec<IndicatorScore>,
    elements: Vec<Option<f64>>,
    element_totals: Vec<Option<f64>>,
    /// Share of the applicable effective weight that is backed by data of this period, in percent, by unit.
    pub coverage: Vec<f64>,
    /// Effective weight of each indicator in percent when nothing is left out.
    pub nominal_weights: Vec<f64>,
}

impl Scores {
    /// Score of an indicator for a unit.
    pub fn indicator(&self, indicator: usize, unit: usize) -> &IndicatorScore {
        &self.indicators[indicator * self.unit_count + unit]
    }

    /// Score of an indicator for the whole.
    pub fn indicator_total(&self, indicator: usize) -> &IndicatorScore {
        &self.totals[indicator]
    }

    /// Score of an element for a unit; element 0 is the base score.
    pub fn element(&self, element: usize, unit: usize) -> Option<f64> {
        self.elements[element * self.unit_count + unit]
    }

    /// Score of an element for the whole.
    pub fn element_total(&self, element: usize) -> Option<f64> {
        self.element_totals[element]
    }

    /// Base score of a unit, in full precision.
    pub fn base(&self, unit: usize) -> Option<f64> {
        self.element(0, unit)
    }

    /// Base score of a unit over some of the indicators only, in full precision; their weights spread over the rest.
    pub fn base_over(&self, definitions: &Definitions, unit: usize, is_in: impl Fn(usize) -> bool) -> Option<f64> {
        element_scores(definitions, |indicator| self.indicator(indicator, unit).score.filter(|_| is_in(indicator)))[0]
    }

    /// Number of units.
    pub fn unit_count(&self) -> usize {
        self.unit_count
    }
}

/// Scores a period. `previous` are the scores of the period right before, for the carry rule.
pub fn score(definitions: &Definitions, matrix: &Matrix, period: Period, previous: Option<&Scores>) -> Scores {
    let unit_count = matrix.unit_count();
    let mut indicators = Vec::with_capacity(definitions.indicators.len() * unit_count);
    let mut totals = Vec::with_capacity(definitions.indicators.len());
    for (position, indicator) in definitions.indicators.iter().enumerate() {
        let cells = matrix.row(position);
        let scorings: Vec<_> = indicator.group_scoring.values().chain([&indicator.scoring]).collect();
        let column = Column::new(cells, &scorings);
        let is_dropped = is_missing_everywhere(cells);
        let start = indicators.len();
        for (unit, cell) in cells.iter().enumerate() {
            let group = &definitions.units.units[unit].group;
            let scoring = indicator.scoring_in(group);
            let before = previous.map(|scores| scores.indicator(position, unit));
            let before = before.filter(|_| may_carry(indicator, period));
            let value = |cell: &Cell| normalise::score(scoring, &definitions.index, cell.value, period.part, &column);
            indicators.push(judge(definitions, indicator, cell, is_dropped, before, value));
        }
        let before = previous.map(|scores| scores.indicator_total(position)).filter(|_| may_carry(indicator, period));
        let units = &indicators[start..];
        let whole = |cell: &Cell| match indicator.scoring {
            // The whole has no rank and no place between the extremes of its parts.
            Scoring::MinMax { .. } | Scoring::RankPoints { .. } => {
                mean_score(units).unwrap_or(definitions.index.scale.0)
            }
            _ => normalise::score(&indicator.scoring, &definitions.index, cell.value, period.part, &column),
        };
        totals.push(judge(definitions, indicator, matrix.total(position), is_dropped, before, whole));
    }
    combine(definitions, unit_count, indicators, totals)
}

fn is_missing_everywhere(cells: &[Cell]) -> bool {
    let mut applicable = cells.iter().filter(|cell| cell.state != CellState::NotApplicable).peekable();
    applicable.peek().is_some() && applicable.all(|cell| cell.state == CellState::NotReported)
}

/// Cumulative figures start anew with the year, so a score of the last period of the old year says nothing about them.
fn may_carry(indicator: &Indicator, period: Period) -> bool {
    let is_cumulative = indicator.basis == Basis::Ytd || matches!(indicator.scoring, Scoring::ProRata { .. });
    indicator.missing == MissingRule::Carry && !(period.starts_year() && is_cumulative)
}

fn judge(
    definitions: &Definitions,
    indicator: &Indicator,
    cell: &Cell,
    is_dropped: bool,
    before: Option<&IndicatorScore>,
    value: impl Fn(&Cell) -> f64,
) -> IndicatorScore {
    let of = |state: State, score: Option<f64>| IndicatorScore { state, score, weight: 0.0 };
    let carried_or = |state: State| match before {
        Some(before) if before.state == State::Scored => of(State::Carried, before.score),
        _ => of(state, None),
    };
    match cell.state {
        CellState::NotApplicable => of(State::NotApplicable, None),
        _ if is_dropped => of(State::Dropped, None),
        CellState::Reported if cell.is_void => of(State::Scored, Some(definitions.index.scale.0)),
        CellState::Reported => of(State::Scored, Some(value(cell))),
        CellState::Suppressed => of(State::Suppressed, None),
        CellState::TooSmall => carried_or(State::TooSmall),
        CellState::NotReported if indicator.missing == MissingRule::Zero => {
            of(State::Zeroed, Some(definitions.index.scale.0))
        }
        CellState::NotReported => carried_or(State::NotReported),
    }
}

fn mean_score(scores: &[IndicatorScore]) -> Option<f64> {
    let mut sum = 0.0;
    let mut count = 0.0;
    for score in scores.iter().filter_map(|score| score.score) {
        sum += score;
        count += 1.0;
    }
    (count > 0.0).then(|| sum / count)
}

fn combine(
    definitions: &Definitions,
    unit_count: usize,
    mut indicators: Vec<IndicatorScore>,
    mut totals: Vec<IndicatorScore>,
) -> Scores {
    let weights = Weights::new(definitions);
    let element_count = definitions.elements.len();
    let mut elements = vec![None; element_count * unit_count];
    let mut coverage = Vec::with_capacity(unit_count);
    let mut own: Vec<IndicatorScore> = Vec::with_capacity(definitions.indicators.len());
    for unit in 0..unit_count {
        own.clear();
        own.extend((0..definitions.indicators.len()).map(|indicator| indicators[indicator * unit_count + unit]));
        let effective = weights.effective(|indicator| own[indicator].score.is_some());
        for (element, score) in element_scores(definitions, |indicator| own[indicator].score).into_iter().enumerate() {
            elements[element * unit_count + unit] = score;
        }
        coverage.push(weights.coverage(&own));
        for (indicator, weight) in effective.into_iter().enumerate() {
            indicators[indicator * unit_count + unit].weight = weight;
        }
    }
    let element_totals = element_scores(definitions, |indicator| totals[indicator].score);
    let effective = weights.effective(|indicator| totals[indicator].score.is_some());
    for (total, weight) in totals.iter_mut().zip(effective) {
        total.weight = weight;
    }
    let nominal_weights = weights.effective(|_| true);
    Scores { unit_count, indicators, totals, elements, element_totals, coverage, nominal_weights }
}

/// Scores of all elements from the scores of the indicators, the root first; `None` where nothing below has a score.
///
/// What is left out has no part: its weight goes to its siblings. Formulas: [`aggregate::combine`].
pub fn element_scores(definitions: &Definitions, own: impl Fn(usize) -> Option<f64>) -> Vec<Option<f64>> {
    let mut scores: Vec<Option<f64>> = vec![None; definitions.elements.len()];
    // Parents stand before their children, so going backwards every child is ready when its parent is reached.
    for (position, element) in definitions.elements.iter().enumerate().rev() {
        let parts = element.children.iter().filter_map(|child| match *child {
            Child::Element(child) => Some((definitions.elements[child].weight, scores[child]?)),
            Child::Indicator(child) => Some((definitions.indicators[child].weight, own(child)?)),
        });
        scores[position] = aggregate::combine(element.aggregate, parts, definitions.index.scale);
    }
    scores
}
