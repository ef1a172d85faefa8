//! 维度与趋势: the elements of the whole, their course, and all indicators at a glance.

use super::cells::{self, Layout};
use super::picture;
use crate::definitions::decimal::plain;
use crate::views::comparison::{Comparison, MOST_UNITS};
use crate::views::document::{Block, Cell, Column, Inline, Row, RowKind, Section, Table, Tone};
use crate::views::figures::{Pictures, trend_periods};

pub(super) fn chapter(view: &Comparison<'_>, pictures: &Pictures) -> Section {
    let index = &view.definitions.index;
    let mut section = Section::new("elements", 1, format!("{}与趋势", index.element_word));
    section = section.with(Block::Table(element_table(view)));
    if let Some(svg) = pictures.charts.get("trend").filter(|_| trend_periods(view).len() > 1) {
        let alt = format!(
            "各{}得分最近几期的折线：{}一条线，各{}从最低到最高一条带。",
            index.element_word, index.total_word, index.unit_word
        );
        section = section.with(picture("chart-trend", svg, alt));
        section = section
            .with(Block::Fold { summary: "走势图的数字".into(), blocks: vec![Block::Table(trend_table(view))] });
    }
    if let Some(svg) = pictures.charts.get("heatmap") {
        let alt = format!("指标乘{}的格子图，格内是得分和灯；数字见下面折叠的表。", index.unit_word);
        section = section.with(picture("chart-heatmap", svg, alt));
        section = section
            .with(Block::Fold { summary: "热力图的数字".into(), blocks: vec![Block::Table(heat_table(view))] });
    }
    section
}

/// Name of an element, set in by its depth.
pub(in crate::views) fn element_name(view: &Comparison<'_>, element: usize, depth: usize) -> String {
    format!("{}{}", "\u{3000}".repeat(depth.saturating_sub(1)), view.definitions.elements[element].name)
}

pub(in crate::views) fn element_table(view: &Comparison<'_>) -> Table {
    let index = &view.definitions.index;
    let scores = &view.current.scores;
    let before = |element: usize| view.previous.and_then(|result| result.scores.element_total(element));
    let year_before = |element: usize| view.year_before.and_then(|result| result.scores.element_total(element));
    let end = |element: usize, is_best: bool| {
        let ends = view.extremes(|unit| scores.element(element, unit));
        ends.map_or_else(cells::dash, |ends| cells::extreme(view, if is_best { ends.best } else { ends.worst }))
    };
    let (now, last) = view.words();
    let mut rows = view.tree.clone();
    rows.push((0, 0));
    let mut table = Layout::new()
        .column(Column::text(&index.element_word), |(element, depth): (usize, usize)| match element {
            0 => Cell::text("基础分"),
            _ => Cell::text(element_name(view, element, depth)),
        })
        .column(Column::number("权重"), |(element, _)| match element {
            0 => Cell::default(),
            _ => cells::number(view.definitions.elements[element].weight, 4),
        })
        .column(Column::number(now), |(element, _)| {
            cells::score(view, scores.element_total(element)).tone(Tone::Leading)
        })
        .column_if(view.previous.is_some(), Column::number(last), move |(element, _)| {
            cells::score(view, before(element))
        })
        .column_if(view.previous.is_some(), Column::number("环比"), move |(element, _)| {
            cells::change(view.change(scores.element_total(element), before(element)))
        })
        .column_if(view.year_before.is_some(), Column::number("同比"), move |(element, _)| {
            cells::change(view.change(scores.element_total(element), year_before(element)))
        })
        .column(Column::text(format!("最高的{}", index.unit_word)), move |(element, _)| end(element, true))
        .column(Column::text(format!("最低的{}", index.unit_word)), move |(element, _)| end(element, false))
        .table("elements-total", format!("{}各{}得分", index.total_word, index.element_word), rows.into_iter());
    if let Some(row) = table.rows.last_mut() {
        row.kind = RowKind::Total;
    }
    table.notes.push(format!(
        "{}得分由各{}分子之和与分母之和算出，不是各{}得分的平均。",
        index.total_word, index.unit_word, index.unit_word
    ));
    table
}

pub(in crate::views) fn trend_table(view: &Comparison<'_>) -> Table {
    let mut elements = vec![(0, 0)];
    elements.extend(&view.tree);
    let mut layout = Layout::new().column(Column::text(&view.definitions.index.element_word), |(element, depth)| {
        Cell::text(if element == 0 { "基础分".to_owned() } else { element_name(view, element, depth) })
    });
    for result in trend_periods(view) {
        layout = layout.column(Column::number(result.period.to_string()), move |(element, _)| {
            cells::score(view, result.scores.element_total(element))
        });
    }
    layout.table("trend-numbers", format!("{}得分走势", view.definitions.index.total_word), elements.into_iter())
}

/// Units in rows, so that the table grows downwards with their number.
fn heat_table(view: &Comparison<'_>) -> Table {
    let mut layout =
        Layout::new().column(Column::text(&view.definitions.index.unit_word), |unit| cells::unit(view, unit));
    for &number in &view.indicators {
        let indicator = &view.definitions.indicators[number];
        let head = &view.definitions.elements[indicator.parent].name;
        let column = Column::number(&indicator.code).under(head);
        layout = layout.column(column, move |unit| {
            let score = view.current.scores.indicator(number, unit);
            match score.score {
                Some(score_now) if !view.is_large() => Cell {
                    content: vec![
                        Inline::link(view.indicator_anchor(number), view.publish(score_now).to_string()),
                        Inline::Light(view.light(score)),
                    ],
                    ..cells::score(view, score.score)
                },
                Some(_) => score_and_light(view, score),
                None => Cell::light(view.light(score)),
            }
        });
    }
    let mut table = layout.table("heatmap-numbers", "指标得分与灯", view.presented());
    table.notes.push("○ 不适用，— 未报或整体缺数，◇ 隐去。指标名称见“指标一览”一章。".to_owned());
    if view.unit_count() > MOST_UNITS {
        table.notes.push(format!("只列前 {MOST_UNITS} 位，其余见 indicators.csv。"));
    }
    table
}

fn score_and_light(view: &Comparison<'_>, score: &crate::index::IndicatorScore) -> Cell {
    let mut cell = cells::score(view, score.score);
    cell.content.push(Inline::Light(view.light(score)));
    cell
}

/// A row that says what the rows below it belong to.
pub(super) fn heading_row(title: &str, weight: f64, width: usize) -> Row {
    let mut cells = vec![Cell::text(""), Cell::text(format!("{title}（权重 {}）", plain(weight, 4)))];
    cells.resize(width, Cell::default());
    Row::new(cells).kind(RowKind::Group)
}
