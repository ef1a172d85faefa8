//! 以奖代补资金: every settlement, unit by unit, and what is earmarked for which problem.

use super::cells::{self, Layout};
use crate::support::{FundSettlement, Money};
use crate::views::comparison::Comparison;
use crate::views::document::{Block, Cell, Column, RowKind, Section, Table};

/// A section per settlement of the period.
pub(super) fn sections(view: &Comparison<'_>) -> Vec<Section> {
    view.current.closing.funds.iter().enumerate().map(|(number, fund)| section(view, number, fund)).collect()
}

fn section(view: &Comparison<'_>, number: usize, fund: &FundSettlement) -> Section {
    let trial = if fund.is_trial() { "（试算）" } else { "" };
    let title = format!("{}清算 {}{trial}", fund.name, fund.span.title());
    let mut section = Section::new(format!("closing-fund-{number}"), 2, title);
    if fund.is_trial() {
        section = section.with(Block::info(format!("试算，还不拨付：{}。", fund.trial.join("；"))));
    }
    section = section.with(Block::Table(parts(view, number, fund)));
    if !fund.earmarks.is_empty() {
        section = section.with(Block::Table(earmarks(view, number, fund)));
    }
    section
}

fn amount(amount: Money) -> Cell {
    #[expect(clippy::cast_precision_loss, reason = "only to sort by")]
    let fen = amount.fen() as f64;
    if amount == Money::ZERO { cells::dash() } else { Cell::number(amount.to_string(), fen / 1e6) }
}

fn parts(view: &Comparison<'_>, number: usize, fund: &FundSettlement) -> Table {
    let grades = &view.definitions.grades;
    let part = |at: usize| fund.parts.get(at);
    let column = |get: fn(&crate::support::funds::FundPart) -> Money| {
        move |at: usize| amount(part(at).map_or_else(|| fund.sum(get), get))
    };
    let grade = |at: usize| match part(at) {
        Some(part) if part.is_vetoed => Cell::text("否决"),
        Some(part) => cells::words(part.grade.map_or("", |grade| grades[grade].name.as_str())),
        None => Cell::text(""),
    };
    let mut table = Layout::new()
        .column(Column::text(&view.definitions.index.unit_word), |at: usize| match part(at) {
            Some(part) => cells::unit(view, part.unit),
            None => Cell::text("合计"),
        })
        .column(Column::text("等次"), grade)
        .column(Column::number("预拨"), column(|part| part.advance))
        .column(Column::number("清算"), column(|part| part.settled))
        .column(Column::number("扣留"), column(|part| part.withheld()))
        .column(Column::number("奖励"), column(|part| part.extra))
        .column(Column::number("定向补劣"), column(|part| part.earmark))
        .column(Column::number("合计"), column(|part| part.total()))
        .without_sorting()
        .table(format!("closing-fund-{number}-parts"), "各家应得（万元）", 0..=fund.parts.len());
    table.row_header = 0;
    if let Some(total) = table.rows.last_mut() {
        total.kind = RowKind::Total;
    }
    let mut note = format!("资金池 {} 万元", fund.pool);
    if fund.carried_in != Money::ZERO {
        note.push_str(&format!("，上次结转 {} 万元", fund.carried_in));
    }
    note.push_str("；预拨 + 清算 + 奖励 + 定向补劣");
    if fund.carried_out != Money::ZERO {
        note.push_str(&format!(" + 结转下次 {} 万元", fund.carried_out));
    }
    note.push_str(" = 资金池与结转之和，精确到分。定向补劣在问题销号后拨付。");
    table.notes.push(note);
    if !fund.evidence.is_empty() {
        table.notes.push(format!("依据：{}。", fund.evidence));
    }
    table
}

fn earmarks(view: &Comparison<'_>, number: usize, fund: &FundSettlement) -> Table {
    let earmark = |at: usize| &fund.earmarks[at];
    Layout::new()
        .column(Column::text(&view.definitions.index.unit_word), |at: usize| cells::unit(view, earmark(at).unit))
        .column(Column::text("用于"), |at| Cell::text(&earmark(at).what))
        .column(Column::text("问题编号"), |at| cells::words(earmark(at).item.as_deref().unwrap_or_default()))
        .column(Column::number("金额（万元）"), |at| amount(earmark(at).amount))
        .table(format!("closing-fund-{number}-earmarks"), "定向补劣资金用于哪些问题", 0..fund.earmarks.len())
}
