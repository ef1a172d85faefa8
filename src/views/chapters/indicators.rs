//! 指标一览: one row per indicator.

use super::cells::{self, Layout};
use crate::views::comparison::Comparison;
use crate::views::document::{Block, Cell, Column, Section, Tone};

pub(super) fn chapter(view: &Comparison<'_>) -> Section {
    let index = &view.definitions.index;
    let indicator = |number: usize| &view.definitions.indicators[number];
    let total = |number: usize| view.current.scores.indicator_total(number);
    let lights = |number: usize| view.indicator_lights(number);
    let end = |number: usize, is_best: bool| {
        let ends = view.extremes(|unit| view.current.scores.indicator(number, unit).score);
        ends.map_or_else(cells::dash, |ends| cells::extreme(view, if is_best { ends.best } else { ends.worst }))
    };
    let element = |number: usize| Cell::text(&view.definitions.elements[indicator(number).parent].name);
    let mut layout = Layout::new()
        .column(Column::text("代码").sortable(), |number: usize| Cell::text(&indicator(number).code))
        .column(Column::text("指标"), |number| Cell::link(view.indicator_anchor(number), &indicator(number).name))
        .column(Column::text(&index.element_word), element);
    let filter = layout.last();
    layout = layout
        .column(Column::number("权重%"), |number| cells::number(view.current.scores.nominal_weights[number], 4))
        .column(Column::text("负责部门"), |number| {
            Cell::text(&view.definitions.departments[indicator(number).department].name)
        })
        .column(Column::number("值").under(&index.total_word), |number| {
            cells::value(view, number, view.current.matrix.total(number))
        })
        .column(Column::number("得分").under(&index.total_word), |number| {
            cells::score(view, total(number).score).tone(Tone::Leading)
        })
        .column(Column::sign("灯").under(&index.total_word), |number| Cell::light(view.light(total(number))))
        .column(Column::text("得分最高"), move |number| end(number, true))
        .column(Column::text("得分最低"), move |number| end(number, false))
        .column(Column::number("●").under(format!("{}数", index.unit_word)), |number| {
            cells::count(lights(number).green)
        })
        .column(Column::number("▲").under(format!("{}数", index.unit_word)), |number| {
            cells::count(lights(number).yellow)
        })
        .column(Column::number("■").under(format!("{}数", index.unit_word)), |number| {
            cells::count(lights(number).red)
        })
        .column(Column::number("无灯").under(format!("{}数", index.unit_word)), |number| {
            cells::count(lights(number).none())
        });
    let mut table = layout.table("indicators-all", "指标一览", view.indicators.iter().copied());
    table.row_header = 1;
    table.filter = Some(filter);
    table.notes = vec![
        "权重是无缺数时占基础分的百分比。● 绿灯，▲ 黄灯，■ 红灯，无灯：不适用、未报或隐去。".to_owned(),
        format!(
            "{}值由各{}分子之和与分母之和算出；赋分方法和目标见“方法说明”一章。",
            index.total_word, index.unit_word
        ),
    ];
    Section::new("indicators", 1, "指标一览").with(Block::Table(table))
}
