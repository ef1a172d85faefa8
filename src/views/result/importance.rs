//! Importance against performance, in `result.json`.

use super::super::PeriodResult;
use super::super::comparison::importance_of;
use super::{figure, rank};
use crate::definitions::{Child, Definitions};
use crate::sensitivity::importance::{Importance, Quadrant, Standing};
use serde_json::{Value, json};

/// Null where the importance of nothing is asked.
pub(super) fn importance(definitions: &Definitions, result: &PeriodResult) -> Value {
    let Some(own) = importance_of(definitions, result) else { return Value::Null };
    let aspects: Vec<Value> = own
        .aspects
        .iter()
        .zip(&own.whole)
        .map(|(aspect, total)| {
            let survey = &definitions.surveys[aspect.survey];
            let changed = own.reweighted.iter().flat_map(|own| &own.weights).find(|(part, ..)| *part == aspect.part);
            json!({
                "code": code(definitions, aspect.part),
                "survey": survey.id,
                "question": survey.questions[aspect.question].id,
                "weight": weight(definitions, aspect.part),
                "weight_by_importance": changed.map(|(.., after)| *after),
                "total": standing(&own, total.as_ref()),
            })
        })
        .collect();
    let units: Vec<Value> = definitions
        .units
        .units
        .iter()
        .enumerate()
        .map(|(unit, about)| {
            let other = own.reweighted.as_ref();
            json!({
                "unit": about.code,
                "aspects": own.units[unit].iter().map(|one| standing(&own, one.as_ref())).collect::<Vec<_>>(),
                "base_by_importance": figure(other.and_then(|other| other.bases[unit])),
                "base_rank": rank(other.and_then(|other| other.ranks_before[unit])),
                "base_rank_by_importance": rank(other.and_then(|other| other.ranks[unit])),
            })
        })
        .collect();
    json!({
        "most": own.most,
        "centre": { "importance": own.centre.0, "score": own.centre.1 },
        "aspects": aspects,
        "units": units,
    })
}

fn standing(own: &Importance, standing: Option<&Standing>) -> Value {
    let Some(standing) = standing else { return Value::Null };
    json!({
        "importance": standing.importance,
        "interval": standing.interval.map(|(low, high)| [low, high]),
        "respondents": standing.respondent_count,
        "score": standing.score,
        "quadrant": match own.quadrant(standing) {
            Quadrant::Improve => "improve",
            Quadrant::Keep => "keep",
            Quadrant::Later => "later",
            Quadrant::Hold => "hold",
        },
    })
}

fn code(definitions: &Definitions, part: Child) -> &str {
    match part {
        Child::Element(element) => &definitions.elements[element].code,
        Child::Indicator(indicator) => &definitions.indicators[indicator].code,
    }
}

fn weight(definitions: &Definitions, part: Child) -> f64 {
    match part {
        Child::Element(element) => definitions.elements[element].weight,
        Child::Indicator(indicator) => definitions.indicators[indicator].weight,
    }
}
