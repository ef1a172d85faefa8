//! 群众看重什么: importance as respondents tell it beside the scores, and the index with weights made of it.

use super::cells::{self, Layout};
use super::picture;
use crate::definitions::decimal::{Published, Rounding, plain};
use crate::sensitivity::importance::{Aspect, Importance, Quadrant, Reweighted, Standing};
use crate::views::comparison::Comparison;
use crate::views::document::{Block, Cell, Column, Section, Table, Tone};
use crate::views::figures::Pictures;
use crate::views::figures::quadrants::{field_word, part_name};

type Line<'a> = (&'a Aspect, &'a Option<Standing>);

/// `None` where the importance of nothing is asked.
pub(super) fn chapter(view: &Comparison<'_>, pictures: &Pictures) -> Option<Section> {
    let own = view.importance.as_ref()?;
    let svg = pictures.charts.get("importance")?;
    let index = &view.definitions.index;
    let total = &index.total_word;
    let mut section = Section::new("importance", 1, "群众看重什么").with(Block::text(format!(
        "{}。把受访者认为的重要程度与得分画在一起：看重而得分低的，优先改进。",
        finding(view, own)
    )));
    let alt = format!("{total}重要程度与得分的四象限图；数字与表相同。");
    let table = standings(view, own, &own.whole, "importance-all", &format!("{total}重要程度与得分"));
    section = section.with(picture("chart-importance", svg, alt)).with(Block::Table(table));
    if let Some(reweighted) = &own.reweighted {
        let blocks = vec![
            Block::text(format!(
                "按重要程度分配权重，只作对照，不影响公布的得分：同一上级内被问到的各项，把合计权重按{total}重要程度之比重新分配；重要程度相差不大时，权重接近平均分配。"
            )),
            Block::Table(weights(view, reweighted)),
            Block::Table(ranks(view, reweighted)),
        ];
        section = section.with(Block::Fold { summary: "如果按群众看重的程度定权重".into(), blocks });
    }
    Some(section)
}

/// The chart of a unit with its numbers; empty where nothing may be printed.
pub(super) fn of_unit(view: &Comparison<'_>, pictures: &Pictures, unit: usize, anchor: &str) -> Option<Block> {
    let own = view.importance.as_ref()?;
    let svg = pictures.quadrants.get(&unit)?;
    let name = &view.definitions.units.units[unit].name;
    let alt = format!("{name}重要程度与得分的四象限图；数字与表相同。");
    let table = standings(view, own, &own.units[unit], &format!("{anchor}-importance"), "群众看重什么");
    Some(Block::Beside(vec![Block::Table(table), picture(format!("{anchor}-quadrants"), svg, alt)]))
}

fn finding(view: &Comparison<'_>, own: &Importance) -> String {
    let named = |wanted: Quadrant| {
        let names: Vec<String> = own
            .aspects
            .iter()
            .zip(&own.whole)
            .filter(|(_, standing)| standing.is_some_and(|standing| own.quadrant(&standing) == wanted))
            .map(|(aspect, _)| part_name(view, aspect.part))
            .collect();
        names.join("、")
    };
    let first = named(Quadrant::Improve);
    let total = &view.definitions.index.total_word;
    if first.is_empty() {
        format!("{total}没有看重而得分低于平均的方面")
    } else {
        format!("{total}看重而得分低于平均的：{first}")
    }
}

fn standings(
    view: &Comparison<'_>,
    own: &Importance,
    standings: &[Option<Standing>],
    id: &str,
    caption: &str,
) -> Table {
    let caution = view.definitions.index.caution_below;
    let mut table = Layout::new()
        .column(Column::text("方面"), |(aspect, _): Line<'_>| Cell::text(part_name(view, aspect.part)))
        .column(Column::number("重要程度"), |(_, standing)| {
            standing.map_or_else(cells::dash, |own| cells::number(own.importance, 1).tone(Tone::Leading))
        })
        .column(Column::text("置信区间"), |(_, standing)| {
            let interval = standing.and_then(|own| own.interval);
            Cell::text(
                interval.map_or_else(String::new, |(low, high)| format!("[{}, {}]", plain(low, 1), plain(high, 1))),
            )
        })
        .column(Column::number("样本"), |(_, standing)| {
            let few = |own: Standing| if own.respondent_count < caution { "*" } else { "" };
            standing.map_or_else(cells::dash, |own| {
                Cell::number(format!("{}{}", own.respondent_count, few(own)), f64::from(own.respondent_count))
            })
        })
        .column(Column::number("得分"), |(_, standing)| cells::score(view, standing.map(|own| own.score)))
        .column(Column::text("位置"), |(_, standing)| {
            Cell::text(standing.map_or("—", |standing| field_word(own.quadrant(&standing))))
        })
        .table(id, caption, own.aspects.iter().zip(standings));
    let total = &view.definitions.index.total_word;
    table.notes.push(format!(
        "位置以{total}各方面的平均为界：重要程度 {}，得分 {}。",
        Published::round(own.centre.0, 1, Rounding::HalfUp),
        view.publish(own.centre.1)
    ));
    if standings.iter().flatten().any(|own| own.respondent_count < caution) {
        table.notes.push("* 样本偏少，仅供参考。".to_owned());
    }
    if standings.iter().any(Option::is_none) {
        table.notes.push("没有数字的，是答卷太少而隐去，或没有得分。".to_owned());
    }
    table
}

fn weights(view: &Comparison<'_>, own: &Reweighted) -> Table {
    Layout::new()
        .column(Column::text("方面"), |line: &(crate::definitions::Child, f64, f64)| {
            Cell::text(part_name(view, line.0))
        })
        .column(Column::number("现行权重"), |line| cells::number(line.1, 2))
        .column(Column::number("按重要程度"), |line| cells::number(line.2, 2))
        .column(Column::number("相差"), |line| {
            cells::change(Some(Published::round(line.2 - line.1, 2, Rounding::HalfUp)))
        })
        .table("importance-weights", "两套权重", own.weights.iter())
}

fn ranks(view: &Comparison<'_>, own: &Reweighted) -> Table {
    let places = |unit: usize| {
        let (before, after) = (own.ranks_before[unit]?, own.ranks[unit]?);
        Some(i64::from(before.place) - i64::from(after.place))
    };
    let mut table = Layout::new()
        .column(Column::text(&view.definitions.index.unit_word), |unit| cells::unit(view, unit))
        .column(Column::number("基础分"), |unit| cells::figure(view.current.settlement.units[unit].base))
        .column(Column::number("按重要程度的基础分"), |unit| cells::figure(own.bases[unit]))
        .column(Column::number("基础分位次"), |unit| cells::rank(own.ranks_before[unit]))
        .column(Column::number("按重要程度的位次"), |unit| cells::rank(own.ranks[unit]))
        .column(Column::number("位次变化"), |unit| cells::places(places(unit)))
        .table("importance-ranks", "两套权重下的基础分与位次", view.presented());
    table.notes.push("只比较基础分，不含加减分；位次是参加排名的各单位按基础分排的。".to_owned());
    table
}
