//! `result.json` and `manifest.json`: everything in full precision, and what it was made from.

mod analysis;
mod importance;
mod panels;

use super::csv::{sources, state_id, top_elements};
use super::{Assessment, PeriodResult};
use crate::definitions::Definitions;
use crate::definitions::decimal::Published;
use crate::facts::{CellState, Facts};
use crate::rules::{Adjustment, Rank};
use crate::sensitivity;
use crate::support::commitments::{Outcome, OwnerLine, Report, Verdict};
use serde::Serialize;
use serde_json::{Value, json};
use std::collections::BTreeMap;

fn pretty(value: &impl Serialize) -> Vec<u8> {
    let mut bytes = serde_json::to_vec_pretty(value).expect("finite numbers and strings serialise");
    bytes.push(b'\n');
    bytes
}

/// `result.json` of the current period, with the base scores of earlier ones.
pub(super) fn result(assessment: &Assessment, result: &PeriodResult) -> Vec<u8> {
    let definitions = &assessment.definitions;
    let index = &definitions.index;
    let hits = super::result_loop::HitsByUnit::new(result);
    let analysis = analysis::Analysis::new(assessment, result);
    let unit_count = definitions.units.units.len();
    let units: Vec<Value> =
        (0..unit_count).map(|unit| unit_result(definitions, result, unit, &hits, &analysis)).collect();
    let history: Vec<Value> = assessment.periods.iter().map(|period| history(definitions, period)).collect();
    let totals: Vec<Value> = definitions
        .indicators
        .iter()
        .enumerate()
        .map(|(number, indicator)| {
            let score = result.scores.indicator_total(number);
            let cell = result.matrix.total(number);
            let is_shown = matches!(cell.state, CellState::Reported | CellState::TooSmall);
            // The whole minus the other units would be what is withheld of one.
            let is_complete = result.matrix.row(number).iter().all(|cell| cell.state != CellState::Suppressed);
            json!({
                "indicator": indicator.code,
                "state": state_id(score.state),
                "numerator": (is_shown && is_complete).then_some(cell.numerator),
                "denominator": (is_shown && is_complete).then_some(cell.denominator),
                "value": is_shown.then_some(cell.value),
                "score": score.score,
                "effective_weight": result.scores.nominal_weights[number],
            })
        })
        .collect();
    pretty(&json!({
        "format": 1,
        "index": { "id": index.id, "name": index.name, "edition": index.edition, "illustrative": index.illustrative,
                   "disclaimer": index.disclaimer, "watermark": index.watermark, "scale": [index.scale.0, index.scale.1] },
        "period": result.period.to_string(),
        "draft": assessment.is_draft,
        "data_cut_off": result.facts.cut_off.to_string(),
        "total": { "base": result.scores.element_total(0), "elements": element_totals(definitions, result), "indicators": totals },
        "units": units,
        "panels": panels::panels(definitions, result),
        "importance": importance::importance(definitions, result),
        "history": history,
        "red_list": super::result_loop::red_list(definitions, result),
        "ledger": super::result_loop::ledger(definitions, result),
        "support": super::result_loop::support(definitions, result),
        "funds": super::result_loop::funds(definitions, result),
        "notices": super::result_loop::notices(definitions, result),
        "commitments": commitments(definitions, result),
    }))
}

fn element_totals(definitions: &Definitions, result: &PeriodResult) -> Value {
    let score =
        |element: usize| (definitions.elements[element].code.clone(), json!(result.scores.element_total(element)));
    Value::Object((1..definitions.elements.len()).map(score).collect())
}

fn rank(rank: Option<Rank>) -> Value {
    rank.map_or(Value::Null, |rank| json!({ "place": rank.place, "shared": rank.is_shared, "of": rank.of }))
}

fn figure(figure: Option<Published>) -> Value {
    figure.map_or(Value::Null, |figure| json!(figure.value()))
}

fn unit_result(
    definitions: &Definitions,
    result: &PeriodResult,
    unit: usize,
    hits: &super::result_loop::HitsByUnit<'_>,
    analysis: &analysis::Analysis<'_>,
) -> Value {
    let about = &definitions.units.units[unit];
    let settled = &result.settlement.units[unit];
    let elements = (1..definitions.elements.len())
        .map(|element| (definitions.elements[element].code.clone(), json!(result.scores.element(element, unit))))
        .collect();
    let indicators: Vec<Value> =
        (0..definitions.indicators.len()).map(|number| indicator_result(definitions, result, number, unit)).collect();
    let told = |hits: &[&Adjustment]| -> Vec<Value> {
        hits.iter().map(|hit| adjustment_result(definitions, &result.facts, hit)).collect()
    };
    let (adjustments, effects) = (told(&hits.adjustments[unit]), told(&hits.effects[unit]));
    json!({
        "code": about.code,
        "name": about.name,
        "group": about.group,
        "base_exact": result.scores.base(unit),
        "base": figure(settled.base),
        "bonus": settled.bonus.value(),
        "deduction": settled.deduction.value(),
        "final": figure(settled.final_score),
        "grade": settled.grade.map(|grade| definitions.grades[grade].name.as_str()),
        "rank": rank(settled.rank),
        "group_rank": rank(settled.group_rank),
        "grade_by_score": settled.grade_by_score.map(|grade| definitions.grades[grade].name.as_str()),
        "vetoed": settled.is_vetoed,
        "trial": settled.trial.value(),
        "objective": figure(settled.objective),
        "objective_rank": rank(settled.objective_rank),
        "coverage": settled.coverage.value(),
        "marks": settled.marks.iter().map(|mark| mark.sign()).collect::<Vec<_>>(),
        "elements": Value::Object(elements),
        "indicators": indicators,
        "adjustments": adjustments,
        "effects": effects,
        "contributions": analysis.contributions(unit),
        "change": analysis.change(unit),
        "ranks": analysis.ranks(unit),
        "certainty": analysis.certainty(unit),
    })
}

fn indicator_result(definitions: &Definitions, result: &PeriodResult, number: usize, unit: usize) -> Value {
    let indicator = &definitions.indicators[number];
    let cell = result.matrix.cell(number, unit);
    let score = result.scores.indicator(number, unit);
    let is_shown = matches!(cell.state, CellState::Reported | CellState::TooSmall);
    let (above, below) = sources(result, indicator.source, unit, cell);
    let gap = sensitivity::gap(definitions, number, unit, cell, score, result.period);
    json!({
        "indicator": indicator.code,
        "state": state_id(score.state),
        "numerator": is_shown.then_some(cell.numerator),
        "denominator": is_shown.then_some(cell.denominator),
        "value": is_shown.then_some(cell.value),
        "standard_error": cell.standard_error.filter(|_| is_shown),
        "interval": cell.interval.filter(|_| is_shown).map(|(low, high)| [low, high]),
        "respondents": (cell.respondent_count > 0).then_some(cell.respondent_count),
        "score": score.score,
        "effective_weight": score.weight,
        "numerator_source": above,
        "denominator_source": below,
        "gap": gap.map(|gap| json!({ "count": gap.count, "reduction": gap.is_reduction, "each": gap.each, "all": gap.all })),
    })
}

fn adjustment_result(definitions: &Definitions, facts: &Facts, adjustment: &Adjustment) -> Value {
    let place = adjustment.place(definitions, facts);
    let rule = &definitions.rules.rules[adjustment.rule];
    json!({
        "rule": rule.id,
        "name": rule.name,
        "kind": rule.kind,
        "points": adjustment.points.value(),
        "row_points": adjustment.row_points.value(),
        "outcome": adjustment.outcome.word(),
        "reason": adjustment.reason(definitions, facts),
        "evidence": adjustment.evidence(definitions, facts),
        "date": adjustment.date.to_string(),
        "source": place.map(ToString::to_string).unwrap_or_default(),
    })
}

fn history(definitions: &Definitions, result: &PeriodResult) -> Value {
    let elements = top_elements(definitions);
    let codes: BTreeMap<&str, Option<f64>> = elements
        .iter()
        .map(|&element| (definitions.elements[element].code.as_str(), result.scores.element_total(element)))
        .collect();
    let units: BTreeMap<&str, Value> = definitions
        .units
        .units
        .iter()
        .zip(&result.settlement.units)
        .map(|(unit, settled)| {
            let value = json!({ "base": figure(settled.base), "final": figure(settled.final_score), "rank": settled.rank.map(|rank| rank.place) });
            (unit.code.as_str(), value)
        })
        .collect();
    json!({ "period": result.period.to_string(), "total": result.scores.element_total(0), "elements": codes, "units": units })
}

/// The commitments of the period's year; null where there are none.
fn commitments(definitions: &Definitions, result: &PeriodResult) -> Value {
    let Some(year) = &result.commitments else { return Value::Null };
    let outcomes: Vec<Value> = year.outcomes.iter().map(|outcome| commitment(definitions, outcome)).collect();
    json!({
        "year": year.year,
        "over": year.is_over,
        "list": outcomes,
        "owners": year.owners.iter().map(owner).collect::<Vec<_>>(),
        "total": owner(&year.total),
    })
}

fn commitment(definitions: &Definitions, outcome: &Outcome) -> Value {
    let about = &definitions.commitments.list[outcome.commitment];
    let report = |report: &Report| {
        json!({ "date": report.date.to_string(), "value": report.value, "rank": report.rank, "situation": report.situation,
                "evidence": report.evidence, "self_rating": report.self_rating.map(Verdict::id),
                "source": report.place.to_string() })
    };
    let parts = outcome
        .parts
        .iter()
        .map(|part| json!({ "part": part.kind.id(), "points": part.points, "weight": part.weight }));
    let peers = &outcome.peers;
    json!({
        "id": about.id,
        "owner": about.owner.name,
        "department": about.owner.department.map(|department| definitions.departments[department].code.as_str()),
        "task": about.task,
        "target": about.target,
        "unit": about.unit,
        "direction": about.target.map(|_| about.direction),
        "rank_goal": about.rank.as_ref().map(|rank| json!({ "goal": rank.goal, "scope": rank.scope, "baseline": rank.baseline })),
        "mid_year": outcome.mid.as_ref().map(report),
        "year_end": outcome.end.as_ref().map(report),
        "mid_year_share": outcome.mid_share,
        "share": outcome.share,
        "rank_credit": outcome.rank_credit,
        "verdict": outcome.verdict.id(),
        "self_rated": outcome.is_self_rated,
        "pending": outcome.is_pending,
        "peers": { "count": peers.count, "excluded": peers.excluded_count, "mean": peers.mean, "trimmed_mean": peers.trimmed_mean },
        "parts": parts.collect::<Vec<_>>(),
        "score": outcome.score,
    })
}

fn owner(line: &OwnerLine) -> Value {
    let counts =
        Verdict::ALL.iter().zip(line.by_verdict).map(|(verdict, count)| (verdict.id().to_owned(), json!(count)));
    json!({ "owner": line.name, "count": line.count, "by_verdict": Value::Object(counts.collect()), "pending": line.pending_count,
            "scored": line.scored_count, "mean_score": line.mean_score })
}

/// `manifest.json`: version, edition, data cut-off, and the hash of every input and every output but the receipts.
pub(super) fn manifest(
    assessment: &Assessment,
    result: &PeriodResult,
    inputs: &BTreeMap<String, String>,
    rendered: &super::Rendered,
) -> Vec<u8> {
    let failed: BTreeMap<&str, &str> =
        rendered.failed.iter().map(|failed| (failed.product, failed.reason.as_str())).collect();
    let hashes: BTreeMap<&str, String> =
        rendered.files.iter().map(|(path, bytes)| (path.as_str(), crate::audit::hash(bytes))).collect();
    pretty(&json!({
        "format": 1,
        "program": env!("CARGO_PKG_NAME"),
        "version": env!("CARGO_PKG_VERSION"),
        "index": assessment.definitions.index.id,
        "edition": assessment.definitions.index.edition,
        "period": result.period.to_string(),
        "draft": assessment.is_draft,
        "seed": Value::Null,
        "data_cut_off": result.facts.cut_off.to_string(),
        "hash": "blake3",
        "inputs": inputs,
        "outputs": hashes,
        "failed": failed,
    }))
}

/// Eight characters that stand for everything that was read, for the small print.
pub(super) fn short_hash(inputs: &BTreeMap<String, String>) -> String {
    let all: String = inputs.iter().map(|(path, hash)| format!("{path} {hash}\n")).collect();
    crate::audit::hash(all.as_bytes()).chars().take(8).collect()
}
