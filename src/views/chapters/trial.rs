//! What the page needs to try other weights: scores of the parts of the base score, unit by unit.

use crate::definitions::decimal::Rounding;
use crate::definitions::{Aggregate, Child};
use crate::rules::Mark;
use crate::views::comparison::{Comparison, MOST_UNITS};
use serde_json::{Value, json};

/// Parts of the base score that still make a row of sliders.
const MOST_PARTS: usize = 30;

/// Weights and scores of the root's children in full precision, amounts in steps of the published figure; `None` where
/// there is nothing to weigh or too much of it.
pub(in crate::views) fn trial(view: &Comparison<'_>) -> Option<Value> {
    let definitions = view.definitions;
    let index = &definitions.index;
    let root = definitions.elements.first()?;
    let count = root.children.len();
    if !(2..=MOST_PARTS).contains(&count) || view.unit_count() > MOST_UNITS {
        return None;
    }
    let part = |child: &Child| match *child {
        Child::Element(at) => {
            json!({ "name": definitions.elements[at].name, "weight": definitions.elements[at].weight })
        }
        Child::Indicator(at) => {
            json!({ "name": definitions.indicators[at].name, "weight": definitions.indicators[at].weight })
        }
    };
    let unit = |unit: usize| {
        let score = |child: &Child| match *child {
            Child::Element(at) => view.current.scores.element(at, unit),
            Child::Indicator(at) => view.current.scores.indicator(at, unit).score,
        };
        let (about, settled) = (&definitions.units.units[unit], &view.current.settlement.units[unit]);
        json!({
            "name": about.name,
            "anchor": view.anchor(unit),
            "parts": root.children.iter().map(score).collect::<Vec<_>>(),
            "bonus": settled.bonus.steps(),
            "deduction": settled.deduction.steps(),
            "base": settled.base.map(|base| base.to_string()),
            "final": settled.final_score.map(|score| score.to_string()),
            "rank": settled.rank.map(|rank| rank.place),
            "may_rank": !settled.marks.contains(&Mark::Unranked),
        })
    };
    let range = definitions.rules.final_range.filter(|_| view.has_rules);
    Some(json!({
        "after": "results",
        "unit_word": index.unit_word,
        "decimals": index.decimals,
        "half_even": index.rounding == Rounding::HalfEven,
        "geometric": root.aggregate == Aggregate::Geometric,
        "bottom": index.scale.0,
        "range": range.map(|(low, high)| [view.publish(low).steps(), view.publish(high).steps()]),
        "parts": root.children.iter().map(part).collect::<Vec<_>>(),
        "units": view.ranking.iter().map(|&at| unit(at)).collect::<Vec<_>>(),
    }))
}
