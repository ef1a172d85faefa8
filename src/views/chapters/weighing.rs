//! What a reader may weigh anew: the elements right below the root, with the adjustments as they are.

use crate::definitions::decimal::Rounding;
use crate::definitions::{Aggregate, Child};
use crate::views::comparison::Comparison;
use crate::views::document::{Weighed, Weighing};

/// `None` where there is nothing to weigh: fewer than two elements, or indicators right below the root.
pub(super) fn weighing(view: &Comparison<'_>) -> Option<Weighing> {
    let root = view.definitions.elements.first().filter(|_| view.has_index())?;
    let elements: Vec<usize> = root
        .children
        .iter()
        .filter_map(|child| match *child {
            Child::Element(element) => Some(element),
            Child::Indicator(_) => None,
        })
        .collect();
    if elements.len() < 2 || elements.len() != root.children.len() {
        return None;
    }
    let index = &view.definitions.index;
    let unit = |&unit: &usize| {
        let settled = &view.current.settlement.units[unit];
        let base = settled.base?;
        let adjustment = settled.final_score.map_or(0, |final_score| final_score.steps() - base.steps());
        Some(Weighed {
            name: view.definitions.units.units[unit].name.clone(),
            anchor: view.anchor(unit).unwrap_or_default().to_owned(),
            scores: elements.iter().map(|&element| view.current.scores.element(element, unit)).collect(),
            adjustment,
            published: settled.final_score.map(|score| score.steps()),
            place: settled.rank.map(|rank| rank.place),
        })
    };
    let about = |&element: &usize| {
        let element = &view.definitions.elements[element];
        (element.name.clone(), element.weight)
    };
    Some(Weighing {
        after: "results".to_owned(),
        element_word: index.element_word.clone(),
        unit_word: index.unit_word.clone(),
        decimals: index.decimals,
        half_even: index.rounding == Rounding::HalfEven,
        geometric: root.aggregate == Aggregate::Geometric,
        bottom: index.scale.0,
        range: view.definitions.rules.final_range,
        elements: elements.iter().map(about).collect(),
        units: view.ranking.iter().filter_map(unit).collect(),
    })
}
