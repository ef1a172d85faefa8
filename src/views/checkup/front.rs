//! Side one: scores, the way from indicators to the base score, what moved it, what closing a gap is worth.

use crate::definitions::decimal::{Published, plain};
use crate::definitions::{Aggregate, Source};
use crate::sensitivity;
use crate::views::chapters::cells::{self, Layout};
use crate::views::chapters::certainty::{self, Reach};
use crate::views::chapters::unit_tables;
use crate::views::chapters::units;
use crate::views::chapters::wording::target_and_floor;
use crate::views::comparison::Comparison;
use crate::views::document::{Cell, Column, Table};
use crate::views::pdf::{inline_data, table_data};
use serde_json::{Value, json};

/// Name of the picture of the unit against its peers.
pub(super) const DOTS: &str = "dots.svg";
/// Indicators named among the reasons of a change.
const REASONS: usize = 10;
/// Gaps listed.
const GAPS: usize = 4;

pub(super) fn side(view: &Comparison<'_>, unit: usize, has_dots: bool) -> Value {
    let cards: Vec<Value> = units::cards(view, unit)
        .iter()
        .map(|card| json!({ "label": card.label, "value": inline_data(&card.value), "note": card.note }))
        .collect();
    let mut elements = unit_tables::elements(view, unit, "own");
    elements.caption = String::new();
    let middle = view.indicators.len().div_ceil(2);
    let (left, right) = view.indicators.split_at(middle);
    let parts = [left, right].map(|numbers| table_data(&indicators(view, unit, numbers)));
    json!({
        "cards": cards,
        "elements": table_data(&elements),
        "dots": has_dots.then_some(DOTS),
        "formula": formula(view, unit),
        "indicators": parts,
        "reasons_title": format!("综合得分比{}变化的原因", view.words().1),
        "reasons": reasons(view, unit),
        "strengths": points(units::strongest(view, unit)),
        "weaknesses": points(units::weakest(view, unit)),
        "gaps": gaps(view, unit).map(|table| table_data(&table)),
        "satisfaction": satisfaction(view, unit),
        "remarks": points(units::remarks(view, unit)),
    })
}

fn points(items: Vec<Vec<crate::views::document::Inline>>) -> Vec<Value> {
    items.iter().map(|item| inline_data(item)).collect()
}

/// The base score as a sum that a pocket calculator can follow; `None` where it is no weighted mean.
fn formula(view: &Comparison<'_>, unit: usize) -> Option<String> {
    let scores = &view.current.scores;
    let base = view.current.settlement.units[unit].base?;
    if view.definitions.elements[0].aggregate != Aggregate::Arithmetic {
        return None;
    }
    let own: Vec<(f64, f64)> = view
        .elements
        .iter()
        .filter_map(|&element| Some((view.definitions.elements[element].weight, scores.element(element, unit)?)))
        .collect();
    let weights: f64 = own.iter().map(|(weight, _)| weight).sum();
    let parts: Vec<String> =
        own.iter().map(|(weight, score)| format!("{}×{}", plain(*weight, 4), view.publish_fine(*score))).collect();
    (!parts.is_empty()).then(|| format!("基础分 =（{}）÷ {} = {base}", parts.join(" + "), plain(weights, 4)))
}

/// A row for each indicator: value, target, score, light, weight after re-spreading.
fn indicators(view: &Comparison<'_>, unit: usize, numbers: &[usize]) -> Table {
    let indicator = |number: usize| &view.definitions.indicators[number];
    let score = |number: usize| view.current.scores.indicator(number, unit);
    let part = view.current.period.part;
    Layout::new()
        .column(Column::text("指标"), |number: usize| {
            Cell::text(format!("{} {}", indicator(number).code, indicator(number).name))
        })
        .column(Column::number("值"), |number| cells::value(view, number, view.value_cell(number, unit)))
        .column(Column::number("目标"), |number| {
            cells::words(&target_and_floor(view.scoring(number, Some(unit)), part).0)
        })
        .column(Column::number("得分"), |number| cells::fine_score(view, score(number).score))
        .column(Column::sign("灯"), |number| Cell::light(view.light(score(number))))
        .column(Column::number("权重%"), |number| cells::number(score(number).weight, 4))
        .table("own-indicators", "", numbers.iter().copied())
}

/// The dearest gaps: what one more unit of work is worth, and all of it.
fn gaps(view: &Comparison<'_>, unit: usize) -> Option<Table> {
    let numbers: Vec<usize> = view
        .indicators
        .iter()
        .copied()
        .filter(|&number| crate::views::chapters::gaps::unit_gap(view, number, unit).is_some())
        .collect();
    let mut table = unit_tables::gaps(view, unit, "own", &numbers);
    table.rows.truncate(GAPS);
    table.caption = String::new();
    table.notes.clear();
    (!table.rows.is_empty()).then_some(table)
}

/// What moved the final score since the last period, largest first; the parts add up to the change.
fn reasons(view: &Comparison<'_>, unit: usize) -> Vec<String> {
    let now = view.current.as_earlier();
    let change =
        view.previous.and_then(|before| sensitivity::change(view.definitions, &now, &before.as_earlier(), unit));
    let Some(change) = change else { return Vec::new() };
    let mut parts: Vec<(String, Published)> = change
        .indicators
        .iter()
        .map(|part| (view.definitions.indicators[part.indicator].code.clone(), part.points.printed))
        .filter(|(_, points)| points.steps() != 0)
        .collect();
    parts.sort_by_key(|(_, points)| std::cmp::Reverse(points.steps().abs()));
    let rest: i64 = parts.iter().skip(REASONS).map(|(_, points)| points.steps()).sum();
    parts.truncate(REASONS);
    let rest = change.total.with_steps(rest);
    let others =
        [("其余指标", rest), ("权重分摊", change.weights.printed), ("加分", change.bonus), ("扣分", change.deduction)];
    parts.extend(
        others.into_iter().filter(|(_, points)| points.steps() != 0).map(|(name, points)| (name.to_owned(), points)),
    );
    let mut told = vec![format!("合计 {}：", cells::signed(change.total))];
    told.extend(parts.into_iter().map(|(name, points)| format!("{name} {}", cells::signed(points))));
    told
}

/// What respondents say, in one line for each questionnaire indicator.
fn satisfaction(view: &Comparison<'_>, unit: usize) -> Vec<String> {
    let caution = view.definitions.index.caution_below;
    let line = |&number: &usize| {
        let indicator = &view.definitions.indicators[number];
        let cell = view.current.matrix.cell(number, unit);
        if !matches!(indicator.source, Source::Survey { .. }) || !cells::is_shown(cell) {
            return None;
        }
        let value = cells::value_text(view, number, cell);
        let few = if cell.respondent_count < caution { "，样本偏少，仅供参考" } else { "" };
        let reach = certainty::reach(cell).map(|(Reach::Half(text) | Reach::Ends(text))| format!("，{text}"));
        let reach = reach.unwrap_or_default();
        let against = match certainty::placing(view, number, unit) {
            "" => String::new(),
            "不显著" => format!("，与{}差距不显著", view.definitions.index.total_word),
            word => format!("，{word}{}", view.definitions.index.total_word),
        };
        Some(format!("{} {value}（n={}{reach}{against}{few}）", indicator.name, cell.respondent_count))
    };
    view.indicators.iter().filter_map(line).collect()
}
