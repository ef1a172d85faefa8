//! The panels of a period as they stand in `result.json`.

use crate::definitions::{Definitions, Panel};
use crate::facts::panel::agreement::NoAgreement;
use crate::facts::panel::{PanelItemResult, PanelResult};
use crate::views::PeriodResult;
use serde_json::{Value, json};

/// All panels, those of which nothing came too.
pub(super) fn panels(definitions: &Definitions, result: &PeriodResult) -> Vec<Value> {
    let panels = definitions.panels.iter().zip(&result.facts.panels);
    panels.map(|(panel, result)| one(definitions, panel, result)).collect()
}

fn one(definitions: &Definitions, panel: &Panel, result: &PanelResult) -> Value {
    let items: Vec<Value> = panel
        .items
        .iter()
        .zip(&result.items)
        .map(|(item, result)| {
            let units = definitions.units.units.iter().zip(&result.units);
            let units: Vec<Value> = units
                .map(|(unit, cell)| {
                    json!({
                        "code": unit.code,
                        "mean": cell.mean.map(|mean| mean.mean),
                        "assessors": cell.scores.len(),
                        "trimmed_each_end": cell.mean.map(|mean| mean.trimmed_count),
                        "excluded": cell.excluded_count,
                        "too_few": !cell.scores.is_empty() && cell.scores.len() < panel.min_assessors as usize,
                    })
                })
                .collect();
            json!({ "id": item.id, "name": item.name, "units": units, "agreement": agreement(result) })
        })
        .collect();
    let assessors: Vec<Value> = panel
        .assessors
        .iter()
        .zip(&result.assessors)
        .map(|(assessor, result)| {
            let department = assessor.department.map(|department| definitions.departments[department].name.as_str());
            json!({
                "code": assessor.code,
                "department": department,
                "given": result.given_count,
                "expected": result.expected_count,
                "missing": result.missing_count,
                "excluded": result.excluded_count,
                "severity": result.severity.map(|severity| severity.points),
                "severity_cells": result.severity.map_or(0, |severity| severity.cell_count),
            })
        })
        .collect();
    json!({
        "id": panel.id,
        "name": panel.name,
        "department": definitions.departments[panel.department].name,
        "scale": [panel.scale.0, panel.scale.1],
        "trim": panel.trim,
        "min_assessors": panel.min_assessors,
        "sources": result.sources,
        "items": items,
        "assessors": assessors,
    })
}

fn agreement(result: &PanelItemResult) -> Value {
    let concordance = result.concordance.ok();
    let correlation = result.correlation.ok();
    json!({
        "assessors": result.assessor_count,
        "units": result.block_unit_count,
        "kendall_w": concordance.map(|found| found.w),
        "chi_square": concordance.map(|found| found.chi_square),
        "degrees_of_freedom": concordance.map(|found| found.freedom),
        "p": concordance.map(|found| found.p),
        "no_kendall_w": result.concordance.err().map(reason),
        "icc_2_1": correlation.map(|found| found.single),
        "icc_2_k": correlation.map(|found| found.mean),
        "no_icc": result.correlation.err().map(reason),
    })
}

fn reason(reason: NoAgreement) -> &'static str {
    match reason {
        NoAgreement::NoBlock => "no_complete_block",
        NoAgreement::NoSpread => "no_spread",
    }
}
