//! Invented assessors: each has a leaning of his own, and none scores the own unit.

use super::delimited::{self, Encoding};
use super::draws::Draws;
use super::forms::Cell;
use super::values::Values;
use crate::definitions::calendar::Period;
use crate::definitions::{Definitions, Panel, Source};

/// How far assessors lean to the mild or strict side, and how far single scores stray, as shares of the scale.
const LEANING: f64 = 0.02;
const STRAY: f64 = 0.03;
/// Share of scores that nobody gives.
const FORGOTTEN: f64 = 0.01;

/// The file of a panel, one row a score.
pub(super) fn file(
    definitions: &Definitions,
    values: &Values<'_>,
    draws: Draws,
    position: usize,
    period: Period,
) -> Vec<u8> {
    let panel = &definitions.panels[position];
    let unit_header = definitions.units.name_columns.first().map_or("被评单位", String::as_str);
    let header = ["评委代码", "评委单位", unit_header, "项目", "分值"].map(str::to_owned);
    let mut rows = Vec::new();
    for assessor in &panel.assessors {
        let leaning = draws.stream("leaning", "", &assessor.code, &panel.id).bell() * LEANING;
        let sender = assessor.department.map(|department| definitions.departments[department].name.clone());
        for (unit, about) in definitions.units.units.iter().enumerate().filter(|(unit, _)| assessor.unit != Some(*unit))
        {
            let mut stream = draws.stream(&assessor.code, &period.to_string(), &about.code, &panel.id);
            for (item, name) in panel.items.iter().enumerate() {
                let stray = leaning + stream.bell() * STRAY;
                if stream.uniform() < FORGOTTEN {
                    continue;
                }
                let wanted = wanted(definitions, values, position, item, unit, period);
                rows.push(vec![
                    Cell::Text(assessor.code.clone()),
                    sender.clone().map_or(Cell::Empty, Cell::Text),
                    Cell::Text(about.name.clone()),
                    Cell::Text(name.name.clone()),
                    Cell::Number(score(panel, wanted, stray)),
                ]);
            }
        }
    }
    delimited::table(&header, rows, Encoding::Utf8Bom)
}

/// The mean an item of a unit is made for.
fn wanted(
    definitions: &Definitions,
    values: &Values<'_>,
    panel: usize,
    item: usize,
    unit: usize,
    period: Period,
) -> f64 {
    let (low, high) = definitions.panels[panel].scale;
    let fed = definitions.indicators.iter().find(|indicator| indicator.source == Source::Panel { panel, item });
    fed.map_or(low + 0.8 * (high - low), |indicator| {
        values.wanted(indicator, unit, period, values.quality(indicator, unit, period)) / indicator.scale
    })
}

/// A score as an assessor writes it: whole points, or tenths on a short scale.
fn score(panel: &Panel, wanted: f64, stray: f64) -> f64 {
    const SHORT: f64 = 20.0;
    let (low, high) = panel.scale;
    let steps = if high - low > SHORT { 1.0 } else { 10.0 };
    (((wanted + stray * (high - low)) * steps).round() / steps).clamp(low, high)
}
