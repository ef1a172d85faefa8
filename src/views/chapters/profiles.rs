//! A section for each indicator: what it is, and every unit's figure down to the cell it came from.

use super::cells::{self, Layout};
use super::unit_tables;
use super::wording::target_and_floor;
use crate::definitions::decimal::plain;
use crate::views::comparison::Comparison;
use crate::views::csv::sources as places;
use crate::views::derivation::{formula, missing_word};
use crate::views::document::{Block, Cell, Column, Inline, RowKind, Section, Table, Tone};
use crate::views::figures::trend_periods;

/// Rows (indicators × units) up to which indicators have sections; the files for programs hold all.
const MOST_ROWS: usize = 3_000;

/// Anchor of an indicator's section; `None` where there are too many for a page.
pub(super) fn anchor(view: &Comparison<'_>, number: usize) -> Option<String> {
    let rows = view.indicators.len() * view.presented().count();
    let code = &view.definitions.indicators[number].code;
    let is_plain = code.chars().all(|letter| letter.is_ascii_alphanumeric() || letter == '-' || letter == '_');
    // Two codes that differ in other letters only would share an anchor.
    let name = if is_plain { code.clone() } else { format!("number-{number}") };
    (rows <= MOST_ROWS).then(|| format!("indicator-{name}"))
}

/// The sections, in the order of the tree; none where there are too many for a page.
pub(super) fn sections(view: &Comparison<'_>) -> Vec<Section> {
    view.indicators.iter().filter_map(|&number| section(view, number)).collect()
}

fn section(view: &Comparison<'_>, number: usize) -> Option<Section> {
    let anchor = anchor(view, number)?;
    let indicator = &view.definitions.indicators[number];
    let part = view.current.period.part;
    let (target, floor) = target_and_floor(view.scoring(number, None), part);
    let mut facts = vec![
        format!("算法：{}", formula(view.definitions, view.scoring(number, None), part)),
        format!("负责部门：{}", view.definitions.departments[indicator.department].name),
        format!("权重：占基础分 {}%", plain(view.current.scores.nominal_weights[number], 4)),
    ];
    if !target.is_empty() {
        facts.push(format!("目标 {target}{}，底线 {floor}{}", indicator.unit, indicator.unit));
    }
    facts.push(format!("缺数：{}", missing_word(indicator.missing)));
    let items = facts.into_iter().map(|fact| vec![Inline::text(fact)]).collect();
    let title = format!("{} {}", indicator.code, indicator.name);
    let section = Section::new(&anchor, 2, title).unlisted().with(Block::List { ordered: false, items });
    let mut blocks = vec![Block::Table(units(view, number, &anchor))];
    blocks.extend(course(view, number, &anchor).map(Block::Table));
    Some(
        section
            .with(Block::Fold { summary: format!("各{}的数和出处", view.definitions.index.unit_word), blocks }),
    )
}

fn units(view: &Comparison<'_>, number: usize, anchor: &str) -> Table {
    let source = view.definitions.indicators[number].source;
    let score = |unit: usize| view.current.scores.indicator(number, unit);
    let place = move |unit: usize| {
        let (above, below) = places(view.current, source, unit, view.current.matrix.cell(number, unit));
        let both: Vec<String> = [above, below].into_iter().filter(|place| !place.is_empty()).collect();
        cells::words(&both.join("；"))
    };
    let mut table = Layout::new()
        .column(Column::text(&view.definitions.index.unit_word), |unit: usize| cells::unit(view, unit))
        .column(Column::number("值"), |unit| cells::value(view, number, view.value_cell(number, unit)))
        .column(Column::number("分子"), |unit| unit_tables::part_cell(view, number, unit, true))
        .column(Column::number("分母"), |unit| unit_tables::part_cell(view, number, unit, false))
        .column(Column::number("得分"), |unit| cells::fine_score(view, score(unit).score).tone(Tone::Leading))
        .column(Column::sign("灯"), |unit| Cell::light(view.light(score(unit))))
        .column(Column::text("状态"), |unit| unit_tables::state(view, number, unit))
        .column(Column::text("出处"), place)
        .table(format!("{anchor}-units"), "", view.presented());
    table.caption = format!("{}：各{}", view.definitions.indicators[number].name, view.definitions.index.unit_word);
    table
}

/// The whole over the last periods; `None` in the first one.
fn course(view: &Comparison<'_>, number: usize, anchor: &str) -> Option<Table> {
    let periods = trend_periods(view);
    if periods.len() < 2 {
        return None;
    }
    let mut table = Layout::new()
        .column(Column::text("期次"), |at: usize| Cell::text(periods[at].period.to_string()))
        .column(Column::number("值"), |at| cells::value(view, number, periods[at].matrix.total(number)))
        .column(Column::number("得分"), |at| cells::score(view, periods[at].scores.indicator_total(number).score))
        .without_sorting()
        .table(format!("{anchor}-course"), format!("{}最近几期", view.definitions.index.total_word), 0..periods.len());
    if let Some(row) = table.rows.last_mut() {
        row.kind = RowKind::Total;
    }
    Some(table)
}
