//! How much work is left to the targets, of one unit and of all together.

use super::cells::{self, Layout};
use super::wording::{gap_phrase, target_and_floor};
use crate::definitions::decimal::plain;
use crate::sensitivity::{self, Gap};
use crate::views::comparison::Comparison;
use crate::views::document::{Cell, Column, Table, Tone};

/// Rows of the table of all units together.
const MOST_GAPS: usize = 6;

/// An indicator's gaps of all units together.
pub(in crate::views) struct Gaps {
    /// Position of the indicator.
    pub(in crate::views) number: usize,
    /// Units of work of all units together.
    pub(in crate::views) count: f64,
    /// Points of all units together.
    worth: f64,
    /// Units with a gap, largest first.
    pub(in crate::views) units: Vec<(usize, Gap)>,
}

/// Indicators with work to do, by what all of it is worth.
pub(in crate::views) fn gaps(view: &Comparison<'_>) -> Vec<Gaps> {
    let of = |&number: &usize| {
        let mut units: Vec<(usize, Gap)> =
            (0..view.unit_count()).filter_map(|unit| Some((unit, unit_gap(view, number, unit)?))).collect();
        units.sort_by(|(_, left), (_, right)| right.count.total_cmp(&left.count));
        let count = units.iter().map(|(_, gap)| gap.count).sum();
        let worth = units.iter().map(|(_, gap)| gap.all).sum();
        (!units.is_empty()).then_some(Gaps { number, count, worth, units })
    };
    let mut gaps: Vec<Gaps> = view.indicators.iter().filter_map(of).collect();
    gaps.sort_by(|left, right| right.worth.total_cmp(&left.worth));
    gaps.truncate(MOST_GAPS);
    gaps
}

/// The gap of an indicator of a unit in units of work.
pub(in crate::views) fn unit_gap(view: &Comparison<'_>, number: usize, unit: usize) -> Option<Gap> {
    let current = view.current;
    let (cell, score) = (current.matrix.cell(number, unit), current.scores.indicator(number, unit));
    sensitivity::gap(view.definitions, number, unit, cell, score, current.period)
}

/// The dearest gaps of all units together; `None` where there is no work to do.
pub(super) fn table(view: &Comparison<'_>) -> Option<Table> {
    let gaps = gaps(view);
    (!gaps.is_empty()).then(|| gap_table(view, &gaps))
}

pub(in crate::views) fn gap_table(view: &Comparison<'_>, gaps: &[Gaps]) -> Table {
    let index = &view.definitions.index;
    let definition = |gaps: &Gaps| &view.definitions.indicators[gaps.number];
    let where_to = |gaps: &Gaps| {
        let part = |(unit, gap): &(usize, Gap)| {
            format!("{}（{}）", view.definitions.units.units[*unit].name, plain(gap.count, 0))
        };
        let first: Vec<String> = gaps.units.iter().take(3).map(part).collect();
        let more = if gaps.units.len() > 3 { format!("等{}个", gaps.units.len()) } else { String::new() };
        Cell::text(format!("{}{more}", first.join("、")))
    };
    let whole = |gaps: &Gaps| Gap {
        count: gaps.count,
        is_reduction: gaps.units.iter().any(|(_, gap)| gap.is_reduction),
        each: 0.0,
        all: gaps.worth,
    };
    let mut table = Layout::new()
        .column(Column::text("指标"), |gaps: &Gaps| {
            Cell::text(format!("{} {}", definition(gaps).code, definition(gaps).name))
        })
        .column(Column::number(format!("{}值", index.total_word)), |gaps| {
            cells::value(view, gaps.number, view.current.matrix.total(gaps.number))
        })
        .column(Column::number("目标"), |gaps| {
            cells::words(&target_and_floor(view.scoring(gaps.number, None), view.current.period.part).0)
        })
        .column(Column::sign("灯"), |gaps| Cell::light(view.light(view.current.scores.indicator_total(gaps.number))))
        .column(Column::number("距目标还差"), |gaps| {
            Cell::number(gap_phrase(&whole(gaps), &definition(gaps).work_unit), gaps.count).tone(Tone::Leading)
        })
        .column(Column::text(format!("主要在哪些{}", index.unit_word)), where_to)
        .column(Column::text("帮扶部门"), |gaps| {
            cells::words(&view.definitions.departments[definition(gaps).department].name)
        })
        .table("summary-gaps", "还差多少（按涉及的分值从多到少）", gaps.iter());
    table.notes.push(format!(
        "差距按各{}分别计算后相加，已超过目标的不抵减；各项值多少分见各{}的体检单。",
        index.unit_word, index.unit_word
    ));
    table
}
