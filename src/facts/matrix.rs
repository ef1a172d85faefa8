//! Facts as a matrix of indicators by units: values, what they are made of, and why there is none.

use super::panel::{PanelCell, PanelItemResult, agreement};
use super::{Facts, Observed};
use crate::definitions::{Definitions, Indicator, Panel, Source};

/// Why a cell has a value to score, or none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CellState {
    /// There is a value to score.
    Reported,
    /// 不适用.
    NotApplicable,
    /// 未报.
    NotReported,
    /// Too few respondents to print or score.
    Suppressed,
    /// Below the smallest denominator: printed, not scored.
    TooSmall,
}

/// One indicator of one unit. All numbers are finite.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Cell {
    /// Whether there is a value to score.
    pub state: CellState,
    /// Numerator; for a survey the weighted sum of points, for a panel the sum of the scores that were kept.
    pub numerator: f64,
    /// Denominator; for a survey the sum of weights, for a panel the number of scores kept, for a single measure 1.
    pub denominator: f64,
    /// `numerator / denominator × scale`; meaningful when reported or too small.
    pub value: f64,
    /// Standard error of the value, design-based; `None` where it is no estimate or the design allows none.
    pub standard_error: Option<f64>,
    /// Degrees of freedom of the standard error; 0 where it has none and so says nothing.
    pub df: u32,
    /// Confidence interval of the value; `None` where there is none.
    pub interval: Option<(f64, f64)>,
    /// Respondents with a valid answer, assessors with a valid score; 0 where it is neither survey nor panel.
    pub respondent_count: u32,
    /// Whether a re-check found a misreport so large that the indicator scores nothing.
    pub is_void: bool,
}

/// Indicators by units, and the whole. Every number in it is finite.
#[derive(Clone, Debug)]
pub struct Matrix {
    unit_count: usize,
    cells: Vec<Cell>,
    totals: Vec<Cell>,
}

impl Matrix {
    /// The cell of an indicator and a unit.
    pub fn cell(&self, indicator: usize, unit: usize) -> &Cell {
        &self.cells[indicator * self.unit_count + unit]
    }

    /// All units of an indicator.
    pub fn row(&self, indicator: usize) -> &[Cell] {
        &self.cells[indicator * self.unit_count..(indicator + 1) * self.unit_count]
    }

    /// The whole: ratio of sums over the units, all respondents together, or the mean of the units of a panel.
    pub fn total(&self, indicator: usize) -> &Cell {
        &self.totals[indicator]
    }

    /// The same figures but for the value of one cell: what would be if something else had been observed.
    pub fn set_value(&mut self, indicator: usize, unit: usize, value: f64) {
        if value.is_finite() {
            self.cells[indicator * self.unit_count + unit].value = value;
        }
    }

    /// Number of units.
    pub fn unit_count(&self) -> usize {
        self.unit_count
    }
}

const EMPTY: Cell = Cell {
    state: CellState::NotReported,
    numerator: 0.0,
    denominator: 0.0,
    value: 0.0,
    standard_error: None,
    df: 0,
    interval: None,
    respondent_count: 0,
    is_void: false,
};

/// Whether an indicator is made of a measure.
pub(super) fn uses(indicator: &Indicator, position: usize) -> bool {
    match indicator.source {
        Source::Ratio { numerator, denominator } => position == numerator || position == denominator,
        Source::Single { measure } => position == measure,
        Source::Survey { .. } | Source::Panel { .. } => false,
    }
}

impl Facts {
    /// The matrix that scores are computed from.
    pub fn matrix(&self, definitions: &Definitions) -> Matrix {
        let mut cells = Vec::with_capacity(definitions.indicators.len() * self.unit_count);
        let mut totals = Vec::with_capacity(definitions.indicators.len());
        for indicator in &definitions.indicators {
            let start = cells.len();
            cells.extend((0..self.unit_count).map(|unit| self.cell(definitions, indicator, unit)));
            totals.push(self.total(indicator, &cells[start..]));
        }
        Matrix { unit_count: self.unit_count, cells, totals }
    }

    fn is_void(&self, measure: usize, unit: usize) -> bool {
        self.rechecks.get(&(measure, unit)).is_some_and(|recheck| recheck.is_void)
    }

    fn cell(&self, definitions: &Definitions, indicator: &Indicator, unit: usize) -> Cell {
        match indicator.source {
            Source::Single { measure } => {
                let observation = self.observation(measure, unit);
                let is_void = self.is_void(measure, unit);
                match observation.observed {
                    Observed::Value(value) => Cell { is_void, ..made_of(indicator, value, 1.0) },
                    Observed::NotApplicable => Cell { state: CellState::NotApplicable, ..EMPTY },
                    Observed::NotReported => EMPTY,
                }
            }
            Source::Ratio { numerator, denominator } => {
                let (above, below) = (self.observation(numerator, unit), self.observation(denominator, unit));
                let is_void = self.is_void(numerator, unit) || self.is_void(denominator, unit);
                match (above.observed, below.observed) {
                    (Observed::NotApplicable, _) | (_, Observed::NotApplicable) => {
                        Cell { state: CellState::NotApplicable, ..EMPTY }
                    }
                    (Observed::Value(above), Observed::Value(below)) => {
                        Cell { is_void, ..made_of(indicator, above, below) }
                    }
                    _ => EMPTY,
                }
            }
            Source::Survey { survey, question } => {
                let result = &self.surveys[survey].questions[question];
                survey_cell(indicator, result.units[unit], self.surveys[survey].has_arrived)
            }
            Source::Panel { panel, item } => {
                panel_cell(indicator, &definitions.panels[panel], &self.panels[panel].items[item].units[unit])
            }
        }
    }

    fn total(&self, indicator: &Indicator, cells: &[Cell]) -> Cell {
        if let Source::Survey { survey, question } = indicator.source {
            let result = &self.surveys[survey].questions[question];
            return survey_cell(indicator, result.whole, self.surveys[survey].has_arrived);
        }
        if let Source::Panel { panel, item } = indicator.source {
            return panel_total(&self.panels[panel].items[item], cells);
        }
        let mut numerator = 0.0;
        let mut denominator = 0.0;
        let mut count = 0.0;
        for cell in cells.iter().filter(|cell| matches!(cell.state, CellState::Reported | CellState::TooSmall)) {
            numerator += cell.numerator;
            denominator += cell.denominator;
            count += 1.0;
        }
        if count == 0.0 {
            let all_not_applicable = cells.iter().all(|cell| cell.state == CellState::NotApplicable);
            let state = if all_not_applicable { CellState::NotApplicable } else { CellState::NotReported };
            return Cell { state, ..EMPTY };
        }
        made_of(indicator, numerator, denominator)
    }
}

/// A reported value; without a denominator to divide by, or below the smallest one, it is not scored.
fn made_of(indicator: &Indicator, numerator: f64, denominator: f64) -> Cell {
    let value = numerator / denominator * indicator.scale;
    if denominator == 0.0 || !value.is_finite() {
        return Cell { numerator, denominator, ..EMPTY };
    }
    let is_small = denominator < indicator.min_denominator && !matches!(indicator.source, Source::Single { .. });
    let state = if is_small { CellState::TooSmall } else { CellState::Reported };
    Cell { state, numerator, denominator, value, ..EMPTY }
}

fn survey_cell(indicator: &Indicator, result: Option<super::SurveyCell>, has_arrived: bool) -> Cell {
    let Some(result) = result else {
        // A survey that came and reached nobody here is a 不适用 where the definition knows that case.
        let state =
            if has_arrived && indicator.may_not_apply { CellState::NotApplicable } else { CellState::NotReported };
        return Cell { state, ..EMPTY };
    };
    let (numerator, denominator) = (result.points, result.weight);
    if result.is_suppressed {
        return Cell { state: CellState::Suppressed, ..EMPTY };
    }
    let value = numerator / denominator * indicator.scale;
    if !value.is_finite() {
        return EMPTY;
    }
    let is_small = f64::from(result.respondent_count) < indicator.min_denominator;
    let state = if is_small { CellState::TooSmall } else { CellState::Reported };
    let scaled = |number: f64| Some(number * indicator.scale).filter(|number| number.is_finite());
    Cell {
        state,
        numerator,
        denominator,
        value,
        standard_error: result.standard_error.and_then(scaled),
        df: result.estimate.map_or(0, |estimate| estimate.df),
        interval: result.interval.and_then(|(low, high)| Some((scaled(low)?, scaled(high)?))),
        respondent_count: result.respondent_count,
        is_void: false,
    }
}

fn panel_cell(indicator: &Indicator, panel: &Panel, cell: &PanelCell) -> Cell {
    let Some(mean) = cell.mean else { return EMPTY };
    let respondent_count = u32::try_from(cell.scores.len()).unwrap_or(u32::MAX);
    let least = f64::from(panel.min_assessors).max(indicator.min_denominator);
    let is_small = f64::from(respondent_count) < least;
    Cell {
        state: if is_small { CellState::TooSmall } else { CellState::Reported },
        numerator: mean.sum,
        denominator: agreement::count(mean.kept_count),
        value: mean.mean * indicator.scale,
        respondent_count,
        ..EMPTY
    }
}

/// The whole of a panel: the mean of the units that are scored, each counting once however many scored it; of those too
/// small to score where there are no others, and then not scored either. Sums over the units would weigh a unit by how
/// many of its assessors had to stand aside.
fn panel_total(result: &PanelItemResult, cells: &[Cell]) -> Cell {
    for state in [CellState::Reported, CellState::TooSmall] {
        let values: Vec<f64> = cells.iter().filter(|cell| cell.state == state).map(|cell| cell.value).collect();
        if values.is_empty() {
            continue;
        }
        let (numerator, denominator) = (values.iter().sum(), agreement::count(values.len()));
        let respondent_count = u32::try_from(result.assessor_count).unwrap_or(u32::MAX);
        let value = numerator / denominator;
        return Cell { state, numerator, denominator, value, respondent_count, ..EMPTY };
    }
    EMPTY
}
