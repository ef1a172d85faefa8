//! What respondents say: a panel for every indicator that rests on a survey question.
//!
//! The panels are not averaged: a mean of different questions, scales and samples has no respondents of its own and
//! so no interval.

use super::watermark;
use crate::definitions::Source;
use crate::facts::{Cell, CellState};
use crate::views::chapters::certainty;
use crate::views::charts::{Estimate, Opinion, SatisfactionDots, SatisfactionPanel, SatisfactionRow};
use crate::views::comparison::{Comparison, MOST_UNITS};

/// The panels in the order of the indicators; `None` where no survey feeds one.
pub(super) fn satisfaction(view: &Comparison<'_>) -> Option<SatisfactionDots> {
    let definitions = view.definitions;
    let is_asked = |&&number: &&usize| matches!(definitions.indicators[number].source, Source::Survey { .. });
    let panels: Vec<SatisfactionPanel> =
        view.indicators.iter().filter(is_asked).map(|&number| panel(view, number)).collect();
    (!panels.is_empty()).then(|| SatisfactionDots {
        title: format!("{}问卷调查结果", view.current.period.title()),
        note: "每个调查指标一幅，从高到低排列；样本是有效答卷数。".to_owned(),
        watermark: watermark(view),
        total_word: definitions.index.total_word.clone(),
        panels,
        decimals: definitions.index.decimals,
    })
}

fn panel(view: &Comparison<'_>, number: usize) -> SatisfactionPanel {
    let indicator = &view.definitions.indicators[number];
    let row = |unit: usize| SatisfactionRow {
        name: view.definitions.units.units[unit].short.clone(),
        opinion: opinion(view, view.current.matrix.cell(number, unit), certainty::differs(view, number, unit)),
    };
    let total = match opinion(view, view.current.matrix.total(number), None) {
        Opinion::Given { estimate, .. } => Some(estimate),
        Opinion::Suppressed | Opinion::Missing => None,
    };
    SatisfactionPanel {
        name: format!("{} {}", indicator.code, indicator.name),
        unit: indicator.unit.clone(),
        total,
        rows: view.presented().take(MOST_UNITS).map(row).collect(),
    }
}

fn opinion(view: &Comparison<'_>, cell: &Cell, differs: Option<bool>) -> Opinion {
    match cell.state {
        CellState::Reported | CellState::TooSmall => Opinion::Given {
            estimate: Estimate { value: cell.value, interval: cell.interval, respondents: cell.respondent_count },
            is_small: cell.state == CellState::TooSmall || cell.respondent_count < view.definitions.index.caution_below,
            differs,
        },
        CellState::Suppressed => Opinion::Suppressed,
        CellState::NotApplicable | CellState::NotReported => Opinion::Missing,
    }
}
