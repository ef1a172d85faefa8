//! 加减分明细: what every rule gave or took, and on which evidence.

use super::cells::{self, Layout};
use crate::definitions::RuleKind;
use crate::rules::{Adjustment, Outcome};
use crate::views::comparison::Comparison;
use crate::views::document::{Block, Cell, Column, RowKind, Section, Table};
use std::borrow::Cow;

pub(super) fn chapter(view: &Comparison<'_>) -> Section {
    let all: Vec<usize> = (0..view.current.settlement.adjustments.len()).collect();
    let mut section = Section::new("adjustments", 1, "加减分明细");
    if all.is_empty() {
        section = section.with(Block::text("本期没有触发任何加减分规则。"));
    } else {
        let count = |outcome: Outcome| {
            view.current.settlement.adjustments.iter().filter(|adjustment| adjustment.outcome == outcome).count()
        };
        let parts: Vec<String> =
            [Outcome::Counted, Outcome::Absorbed, Outcome::Pending, Outcome::Trial, Outcome::Outplaced]
                .into_iter()
                .map(|outcome| (outcome, count(outcome)))
                .filter(|(_, count)| *count > 0)
                .map(|(outcome, count)| format!("{}{count}项", outcome.word()))
                .collect();
        section = section.with(Block::text(format!("共{}项：{}。", all.len(), parts.join("、"))));
        section = section.with(Block::Table(table(view, "adjustments-all", "加减分明细", &all, true)));
    }
    let is_told = |effect: &&Adjustment| {
        matches!(view.definitions.rules.rules[effect.rule].kind, RuleKind::Veto | RuleKind::GradeCap)
    };
    let effects: Vec<&Adjustment> = view.current.settlement.effects.iter().filter(is_told).collect();
    if effects.is_empty() { section } else { section.with(Block::Table(caps(view, &effects))) }
}

/// Vetoes and grade caps: they change grade or rank and no score.
fn caps(view: &Comparison<'_>, effects: &[&Adjustment]) -> Table {
    let rule = |effect: &Adjustment| &view.definitions.rules.rules[effect.rule];
    let mut table = Layout::new()
        .column(Column::text(&view.definitions.index.unit_word), |at: usize| cells::unit(view, effects[at].unit))
        .column(Column::text("规则"), |at| Cell::text(format!("{} {}", rule(effects[at]).id, rule(effects[at]).name)))
        .column(Column::text("类别"), |at| Cell::text(rule(effects[at]).kind.word()))
        .column(Column::text("处理"), |at| match effects[at].outcome {
            Outcome::Counted => Cell::text("有效"),
            other => Cell::text(other.word()),
        })
        .column(Column::text("等次"), |at| {
            cells::words(&view.current.settlement.units[effects[at].unit].grade_text(view.definitions))
        })
        .column(Column::text("事由"), |at| cells::words(&reason(view, effects[at])))
        .column(Column::text("佐证"), |at| cells::words(&evidence(view, effects[at])))
        .table("adjustments-caps", "限级与否决（不改得分）", 0..effects.len());
    for (row, effect) in table.rows.iter_mut().zip(effects) {
        if effect.outcome != Outcome::Counted {
            row.kind = RowKind::Muted;
        }
    }
    table
}

/// Positions of the adjustments of a unit.
pub(in crate::views) fn of_unit(view: &Comparison<'_>, unit: usize) -> Vec<usize> {
    let all = view.current.settlement.adjustments.iter().enumerate();
    all.filter(|(_, adjustment)| adjustment.unit == unit).map(|(at, _)| at).collect()
}

/// A row for each of the given adjustments; what counts nothing is pale.
pub(in crate::views) fn table(
    view: &Comparison<'_>,
    id: &str,
    caption: &str,
    which: &[usize],
    with_unit: bool,
) -> Table {
    let adjustment = |at: usize| &view.current.settlement.adjustments[at];
    let rule = |at: usize| &view.definitions.rules.rules[adjustment(at).rule];
    let mut table = Layout::new()
        .column_if(with_unit, Column::text(&view.definitions.index.unit_word), |at: usize| {
            cells::unit(view, adjustment(at).unit)
        })
        .column(Column::text("规则"), |at| Cell::text(format!("{} {}", rule(at).id, rule(at).name)))
        .column(Column::text("类别"), |at| Cell::text(rule(at).kind.word()))
        .column(Column::number("计分"), |at| cells::amount(rule(at).kind, adjustment(at).points))
        .column(Column::number("单项分值"), |at| cells::figure(Some(adjustment(at).row_points)))
        .column(Column::text("处理"), |at| Cell::text(adjustment(at).outcome.word()))
        .column(Column::text("事由"), |at| cells::words(&reason(view, adjustment(at))))
        .column(Column::text("佐证"), |at| cells::words(&evidence(view, adjustment(at))))
        .column(Column::text("日期"), |at| Cell::text(adjustment(at).date.to_string()))
        .column(Column::text("出处"), |at| cells::words(&place(view, adjustment(at))))
        .table(id, caption, which.iter().copied());
    for (row, &at) in table.rows.iter_mut().zip(which) {
        if adjustment(at).outcome != Outcome::Counted {
            row.kind = RowKind::Muted;
        }
    }
    table.notes = notes(which.iter().map(|&at| adjustment(at)));
    table
}

fn reason(view: &Comparison<'_>, adjustment: &Adjustment) -> String {
    adjustment.reason(view.definitions, &view.current.facts)
}

fn evidence<'a>(view: &Comparison<'a>, adjustment: &Adjustment) -> Cow<'a, str> {
    adjustment.evidence(view.definitions, &view.current.facts)
}

/// The place without its folders: the file names of one period differ.
fn place(view: &Comparison<'_>, adjustment: &Adjustment) -> String {
    let place = adjustment.place(view.definitions, &view.current.facts).map(ToString::to_string).unwrap_or_default();
    place.rsplit('/').next().unwrap_or_default().to_owned()
}

fn notes<'a>(adjustments: impl Iterator<Item = &'a Adjustment>) -> Vec<String> {
    let mut notes = vec!["“计分”是受各级上限限制后的分值，“单项分值”是这一项单独的分值。".to_owned()];
    let outcomes: Vec<Outcome> = adjustments.map(|adjustment| adjustment.outcome).collect();
    for (outcome, text) in [
        (Outcome::Absorbed, "已并计：同一做法或事件已按较高的一项计分。"),
        (Outcome::Pending, "待核：缺佐证、核实或审批，补齐前不计分。"),
        (Outcome::Trial, "试运行：规则还没有依据或批准，只试算、不计分。"),
        (Outcome::Outplaced, "未入前列：达到条件，但只奖前几名。"),
    ] {
        if outcomes.contains(&outcome) {
            notes.push(text.to_owned());
        }
    }
    notes
}
