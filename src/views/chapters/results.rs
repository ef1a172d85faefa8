//! 评价结果: the ranking, as a table and as pictures.

use super::cells::{self, Layout};
use super::certainty;
use super::wording::rank_borders;
use super::{moves, picture};
use crate::definitions::RuleKind;

use crate::views::comparison::{Comparison, MOST_UNITS};
use crate::views::document::{Block, Cell, Column, RowKind, Section, Table, Tone};
use crate::views::figures::Pictures;

pub(super) fn chapter(view: &Comparison<'_>, pictures: &Pictures) -> Section {
    let index = &view.definitions.index;
    let mut section = Section::new("results", 1, "评价结果").with(Block::Table(ranking(view)));
    if let Some(svg) = pictures.charts.get("ranking") {
        let bars = if view.has_rules { "，分基础分、加分、扣分三段" } else { "" };
        let alt = format!("各{}综合得分的横条图，从高到低{bars}；数字与上表相同。", index.unit_word);
        section = section.with(picture("chart-ranking", svg, alt));
    }
    if let Some(svg) = pictures.charts.get("tiles") {
        let alt = format!("各{}按大致方位排成的方格，格内是综合得分和等次；数字与上表相同。", index.unit_word);
        section = section.with(picture("chart-tiles", svg, alt));
    }
    section.blocks.extend(moves::blocks(view, pictures));
    section
}

pub(in crate::views) fn ranking(view: &Comparison<'_>) -> Table {
    let index = &view.definitions.index;
    let settled = |unit: usize| &view.current.settlement.units[unit];
    let group = |unit: usize| cells::words(&view.definitions.units.units[unit].group);
    let last = view.words().1;
    let has_marks = view.current.settlement.units.iter().any(|settled| !settled.marks.is_empty());
    let has_trial = view.current.settlement.units.iter().any(|settled| settled.trial.steps() != 0);
    let is_estimate = view.certainty().is_some();
    let has_objective = view.current.settlement.units.iter().any(|settled| settled.objective_rank.is_some());
    let mut layout = Layout::new()
        .column(Column::number("位次"), move |unit| cells::rank(settled(unit).rank))
        .column_if(view.has_groups, Column::number("组内"), move |unit| cells::rank(settled(unit).group_rank))
        .column(Column::text(&index.unit_word), |unit| cells::unit(view, unit));
    let name = layout.last();
    layout = layout.column_if(view.has_groups, Column::text("分组"), group);
    let filter = view.has_groups.then(|| layout.last());
    layout = layout
        .column_if(view.has_rules, Column::number("基础分"), move |unit| cells::figure(settled(unit).base))
        .column_if(view.has_rules, Column::number("加分"), move |unit| {
            cells::amount(RuleKind::Bonus, settled(unit).bonus)
        })
        .column_if(view.has_rules, Column::number("扣分"), move |unit| {
            cells::amount(RuleKind::Deduction, settled(unit).deduction)
        })
        .column_if(has_trial, Column::number("试运行"), move |unit| cells::change(Some(settled(unit).trial)))
        .column(Column::number("综合得分"), move |unit| {
            cells::figure(settled(unit).final_score).tone(Tone::Leading)
        })
        .column_if(is_estimate, Column::number("±"), |unit| certainty::margin(view, unit))
        .column_if(is_estimate, Column::number("可能位次"), |unit| certainty::range(view, unit))
        .column_if(is_estimate, Column::text("差距不显著的档"), |unit| certainty::tier(view, unit))
        .column_if(!view.definitions.grades.is_empty(), Column::text("等次"), |unit| grade(view, unit))
        .column_if(has_objective, Column::number("客观位次"), move |unit| cells::rank(settled(unit).objective_rank))
        .column_if(view.previous.is_some(), Column::number("升降"), |unit| cells::tested_places(view, unit))
        .column_if(view.previous.is_some(), Column::number(format!("比{last}")), |unit| {
            cells::change(view.final_change(unit))
        });
    for &element in &view.elements {
        let column =
            Column::number(&view.definitions.elements[element].short).under(format!("{}得分", index.element_word));
        layout = layout.column(column, move |unit| cells::score(view, view.current.scores.element(element, unit)));
    }
    layout = layout.column(Column::number("覆盖率"), move |unit| cells::percent(settled(unit).coverage)).column_if(
        has_marks,
        Column::text("备注"),
        |unit| marks(view, unit),
    );
    let mut table = layout.table("ranking", caption(view), view.ranking.iter().copied());
    table.row_header = name;
    table.filter = filter;
    for (row, &unit) in table.rows.iter_mut().zip(&view.ranking) {
        if settled(unit).rank.is_none() {
            row.kind = RowKind::Muted;
        }
    }
    table.notes = notes(view);
    table
}

fn caption(view: &Comparison<'_>) -> String {
    format!("{}{}综合得分", view.current.period.title(), view.definitions.index.unit_word)
}

fn grade(view: &Comparison<'_>, unit: usize) -> Cell {
    cells::words(&view.current.settlement.units[unit].grade_text(view.definitions))
}

fn marks(view: &Comparison<'_>, unit: usize) -> Cell {
    let marks = view.current.settlement.units[unit].marks.iter().map(|mark| mark.sign());
    Cell::text(marks.collect::<Vec<_>>().join(" "))
}

fn notes(view: &Comparison<'_>) -> Vec<String> {
    let index = &view.definitions.index;
    let mut notes = Vec::new();
    if view.has_rules {
        notes.push("综合得分 = 基础分 + 加分 − 扣分。".to_owned());
    }
    notes.push(format!("位次、等次按公布的{}位小数计算，得分相同的并列，其后的位次顺延。", index.decimals));
    notes.extend(certainty::tiers_text(view).map(|told| format!("{told}。")));
    notes.extend(certainty::note(view));
    notes.extend(cells::tested_places_note(view));
    notes.push(format!("覆盖率是有本期数据的权重占适用权重的比例{}。", rank_borders(view.definitions)));
    if view.current.settlement.units.iter().any(|settled| settled.objective_rank.is_some()) {
        notes.push("客观位次只看计数得来的指标（不含满意度和联合考评）的基础分，供对照，不作评定。".to_owned());
    }
    if view.current.settlement.units.iter().any(|settled| settled.trial.steps() != 0) {
        notes.push("试运行一栏是还没有依据或批准的规则，只列示，不计入综合得分。".to_owned());
    }
    if view.previous.is_some() {
        notes.push(format!("升降是位次与{}相比：↑ 上升，↓ 下降，— 不变。", view.words().1));
    }
    let names: Vec<String> = view
        .elements
        .iter()
        .map(|&element| &view.definitions.elements[element])
        .filter(|element| element.short != element.name)
        .map(|element| format!("{} {}", element.short, element.name))
        .collect();
    if !names.is_empty() {
        notes.push(format!("{}：{}。", index.element_word, names.join("，")));
    }
    if view.unit_count() > MOST_UNITS {
        notes.push(format!("只有前 {MOST_UNITS} 位有单独的小节和图，其余见 scores.csv。"));
    }
    notes
}
