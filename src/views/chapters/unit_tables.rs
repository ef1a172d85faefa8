//! The tables in the section of a unit.

use super::cells::{self, Layout};
use super::elements::{element_name, heading_row};
use super::gaps::unit_gap;
use super::wording::{gap_phrase, target_and_floor};
use crate::definitions::Source;
use crate::definitions::decimal::plain;
use crate::index::State;
use crate::views::comparison::Comparison;
use crate::views::csv::sources as places;
use crate::views::derivation::state_word;
use crate::views::document::{Cell, Column, Row, RowKind, Table, Tone};

/// The unit's elements next to its peers, the best and its own last period.
pub(in crate::views) fn elements(view: &Comparison<'_>, unit: usize, anchor: &str) -> Table {
    let scores = &view.current.scores;
    let before = |element: usize| view.previous.and_then(|result| result.scores.element(element, unit));
    let best = |element: usize| view.extremes(|peer| scores.element(element, peer)).map(|ends| ends.best.0);
    let mut rows = view.tree.clone();
    rows.push((0, 0));
    let mut table = Layout::new()
        .column(Column::text(&view.definitions.index.element_word), |(element, depth): (usize, usize)| {
            Cell::text(if element == 0 { "基础分".to_owned() } else { element_name(view, element, depth) })
        })
        .column(Column::number("权重"), |(element, _)| match element {
            0 => Cell::default(),
            _ => cells::number(view.definitions.elements[element].weight, 4),
        })
        .column(Column::number("得分"), |(element, _)| {
            cells::fine_score(view, scores.element(element, unit)).tone(Tone::Leading)
        })
        .column(Column::number(view.peer_word()), |(element, _)| cells::score(view, view.peer_mean(element, unit)))
        .column(Column::number(format!("{}最好", view.definitions.index.total_word)), move |(element, _)| {
            cells::figure(best(element))
        })
        .column_if(view.previous.is_some(), Column::number(view.words().1), move |(element, _)| {
            cells::score(view, before(element))
        })
        .without_sorting()
        .table(format!("{anchor}-elements"), format!("{}得分", view.definitions.index.element_word), rows.into_iter());
    if let Some(row) = table.rows.last_mut() {
        row.kind = RowKind::Total;
    }
    table
}

/// Indicators with work to do, dearest first.
pub(in crate::views) fn gaps(view: &Comparison<'_>, unit: usize, anchor: &str, numbers: &[usize]) -> Table {
    let mut gaps: Vec<_> = numbers.iter().filter_map(|&number| Some((number, unit_gap(view, number, unit)?))).collect();
    gaps.sort_by(|(_, left), (_, right)| right.all.total_cmp(&left.all));
    let indicator = |number: usize| &view.definitions.indicators[number];
    let mut table = Layout::new()
        .column(Column::text("指标"), |at: usize| {
            let indicator = indicator(gaps[at].0);
            Cell::text(format!("{} {}", indicator.code, indicator.name))
        })
        .column(Column::number("现值"), |at| {
            cells::value(view, gaps[at].0, view.current.matrix.cell(gaps[at].0, unit))
        })
        .column(Column::number("目标"), |at| target_cell(view, gaps[at].0, unit))
        .column(Column::number("差距"), |at| {
            let (number, gap) = &gaps[at];
            Cell::number(gap_phrase(gap, &indicator(*number).work_unit), gap.count).tone(Tone::Leading)
        })
        .column(Column::number("每完成1个加"), |at| cells::fine_score(view, Some(gaps[at].1.each)))
        .column(Column::number("全部补齐加"), |at| cells::score(view, Some(gaps[at].1.all)))
        .column(Column::text("帮扶部门"), |at| {
            cells::words(&view.definitions.departments[indicator(gaps[at].0).department].name)
        })
        .table(format!("{anchor}-gaps"), "距目标的差距（按分值从多到少）", 0..gaps.len());
    let points = if view.points().is_empty() { String::new() } else { format!("（{}）", view.points()) };
    table.notes.push(format!(
        "“每完成1个加”“全部补齐加”：多完成一个计量单位、补齐全部差距，基础分可提高多少{points}；按现有权重估算，到目标为止。"
    ));
    table
}

fn target_cell(view: &Comparison<'_>, number: usize, unit: usize) -> Cell {
    cells::words(&target_and_floor(view.scoring(number, Some(unit)), view.current.period.part).0)
}

/// Every indicator: value, what it is made of, target, score, weight. Rows of an element follow its heading.
pub(super) fn indicators(view: &Comparison<'_>, unit: usize, anchor: &str) -> Table {
    let current = view.current;
    let indicator = |number: usize| &view.definitions.indicators[number];
    let score = |number: usize| current.scores.indicator(number, unit);
    let part = current.period.part;
    let before = |number: usize| view.previous.and_then(|result| result.scores.indicator(number, unit).score);
    let mut layout = Layout::new()
        .column(Column::text("代码"), |number: usize| Cell::text(&indicator(number).code))
        .column(Column::text("指标"), |number| Cell::link(view.indicator_anchor(number), &indicator(number).name))
        .column(Column::number("值"), |number| {
            let cell = cells::value(view, number, view.value_cell(number, unit));
            if score(number).state == State::Carried { cell.tone(Tone::Muted) } else { cell }
        })
        .column(Column::number("分子"), |number| part_cell(view, number, unit, true))
        .column(Column::number("分母"), |number| part_cell(view, number, unit, false))
        .column(Column::number("目标"), |number| target_cell(view, number, unit))
        .column(Column::number("底线"), |number| {
            cells::words(&target_and_floor(view.scoring(number, Some(unit)), part).1)
        })
        .column(Column::number("得分"), |number| cells::fine_score(view, score(number).score).tone(Tone::Leading))
        .column(Column::sign("灯"), |number| Cell::light(view.light(score(number))))
        .column(Column::number("权重%"), |number| cells::number(score(number).weight, 4))
        .column_if(view.previous.is_some(), Column::number(format!("{}得分", view.words().1)), move |number| {
            cells::score(view, before(number))
        })
        .column(Column::text("状态"), |number| state(view, number, unit));
    // Figures of one element are compared with each other, so sorting stays inside; the code is enough of a name.
    let width = layout.last() + 1;
    layout = layout.without_sorting();
    let mut table = layout.table(format!("{anchor}-indicators"), "全部指标", view.indicators.iter().copied());
    table.row_header = 1;
    table.rows = with_headings(view, std::mem::take(&mut table.rows), width);
    table.notes = vec![
        "权重是不适用、缺数的指标让出后分摊的结果，占基础分的百分比；各级都用加权算术平均时，基础分 = Σ 得分 × 权重 ÷ 100。".to_owned(),
        "○ 不适用，— 未报或没有，◇ 隐去；灰色的值是暂用的上一期数。点指标名称可看口径和出处；鼠标停在分子、分母上可见出处，打印件见下面的数据来源。".to_owned(),
    ];
    table
}

fn with_headings(view: &Comparison<'_>, rows: Vec<Row>, width: usize) -> Vec<Row> {
    let mut parent = None;
    let mut all = Vec::with_capacity(rows.len() + view.tree.len());
    for (row, &number) in rows.into_iter().zip(&view.indicators) {
        let element = view.definitions.indicators[number].parent;
        if parent != Some(element) && element != 0 {
            let about = &view.definitions.elements[element];
            all.push(heading_row(&about.name, about.weight, width));
        }
        parent = Some(element);
        all.push(row);
    }
    all
}

/// Numerator or denominator with its place; of a survey the weighted sums, of a panel sum and number of the kept scores.
pub(super) fn part_cell(view: &Comparison<'_>, number: usize, unit: usize, is_numerator: bool) -> Cell {
    let source = view.definitions.indicators[number].source;
    let cell = view.current.matrix.cell(number, unit);
    if !cells::is_shown(cell) || (!is_numerator && matches!(source, Source::Single { .. })) {
        return cells::dash();
    }
    let (above, below) = places(view.current, source, unit, cell);
    let is_survey = matches!(source, Source::Survey { .. } | Source::Panel { .. });
    let (value, place) = match (is_numerator, is_survey) {
        (true, _) => (cell.numerator, above),
        (false, true) => (cell.denominator, above),
        (false, false) => (cell.denominator, below),
    };
    let shown = Cell::number(plain(value, 4), value);
    if place.is_empty() { shown } else { shown.source(place) }
}

fn state(view: &Comparison<'_>, number: usize, unit: usize) -> Cell {
    let score = view.current.scores.indicator(number, unit);
    if score.state == State::Scored {
        Cell::default()
    } else {
        Cell::text(state_word(score.state, view.current.period))
    }
}

/// Where every figure comes from, in words, for paper.
pub(super) fn sources(view: &Comparison<'_>, unit: usize, anchor: &str) -> Table {
    let place = |number: usize| {
        let source = view.definitions.indicators[number].source;
        places(view.current, source, unit, view.current.matrix.cell(number, unit))
    };
    Layout::new()
        .column(Column::text("代码"), |number: usize| Cell::text(&view.definitions.indicators[number].code))
        .column(Column::text("分子或数据"), |number| cells::words(&place(number).0))
        .column(Column::text("分母"), |number| cells::words(&place(number).1))
        .table(format!("{anchor}-sources"), "数据来源：文件 › 工作表!单元格", view.indicators.iter().copied())
}
