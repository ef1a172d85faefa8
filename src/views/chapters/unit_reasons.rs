//! Why a unit's score is what it is, and why it moved: sums that close as printed.

use super::cells::{self, Layout};
use crate::definitions::decimal::Published;
use crate::sensitivity::{self, Change, Contributions};
use crate::views::PeriodResult;
use crate::views::comparison::Comparison;
use crate::views::document::{Block, Cell, Column, Row, RowKind, Table};

/// 得分变化原因 against the period before, and folded against the same period of the year before.
pub(super) fn changes(view: &Comparison<'_>, unit: usize, anchor: &str) -> Vec<Block> {
    let last = view.words().1;
    let of = |before: Option<&PeriodResult>, word: &str, id: &str| {
        let before = before?;
        let change = sensitivity::change(view.definitions, &view.current.as_earlier(), &before.as_earlier(), unit)?;
        Some(Block::Table(change_table(view, unit, before, &change, (word, &format!("{anchor}-{id}")))))
    };
    let mut blocks: Vec<Block> = of(view.previous, last, "change").into_iter().collect();
    if let Some(table) = of(view.year_before, "上年同期", "year-change") {
        blocks.push(Block::Fold { summary: "与上年同期相比的得分变化原因".into(), blocks: vec![table] });
    }
    blocks
}

fn change_table(
    view: &Comparison<'_>,
    unit: usize,
    before: &PeriodResult,
    change: &Change,
    (word, id): (&str, &str),
) -> Table {
    let columns = [
        Column::text("原因"),
        Column::number(format!("{word}得分")),
        Column::number(format!("{}得分", view.words().0)),
        Column::number("影响综合得分"),
    ];
    let mut table = Table::new(id, format!("得分变化原因（与{word}相比）"), columns.to_vec());
    for column in &mut table.columns {
        column.sortable = false;
    }
    let mut parts: Vec<_> = change.indicators.iter().filter(|part| part.points.printed.steps() != 0).collect();
    parts.sort_by_key(|part| std::cmp::Reverse(part.points.printed.steps().abs()));
    let still = change.indicators.len() - parts.len();
    for part in parts {
        let about = &view.definitions.indicators[part.indicator];
        table.rows.push(Row::new(vec![
            Cell::link(view.indicator_anchor(part.indicator), format!("{} {}", about.code, about.name)),
            cells::score(view, Some(part.before)),
            cells::score(view, Some(part.now)),
            cells::change(Some(part.points.printed)),
        ]));
    }
    let (own, former) = (&view.current.settlement.units[unit], &before.settlement.units[unit]);
    let mut line = |name: &str, before: Cell, now: Cell, points: Published| {
        table.rows.push(Row::new(vec![Cell::text(name), before, now, cells::change(Some(points))]));
    };
    line("权重分摊", cells::dash(), cells::dash(), change.weights.printed);
    if view.has_rules {
        line("加分", cells::figure(Some(former.bonus)), cells::figure(Some(own.bonus)), change.bonus);
        line("扣分", cells::figure(Some(former.deduction)), cells::figure(Some(own.deduction)), change.deduction);
    }
    line("综合得分", cells::figure(former.final_score), cells::figure(own.final_score), change.total);
    if let Some(row) = table.rows.last_mut() {
        row.kind = RowKind::Total;
    }
    let still = if still > 0 { format!("另有 {still} 项指标没有影响。") } else { String::new() };
    table.notes.push(format!(
        "各行“影响综合得分”相加等于综合得分的变化（按公布的小数）；权重分摊是指标不适用、缺数或恢复使权重重新分摊的影响。{still}"
    ));
    let rules: Vec<String> = change
        .rules
        .iter()
        .map(|part| format!("{} {}", view.definitions.rules.rules[part.rule].name, cells::signed(part.points)))
        .collect();
    if !rules.is_empty() {
        table.notes.push(format!("加减分的变化：{}。", rules.join("，")));
    }
    table
}

/// What every indicator brings, what it lacks to full marks, and what it makes of the lead over the peers.
pub(super) fn contributions(view: &Comparison<'_>, unit: usize, anchor: &str, parts: &Contributions) -> Block {
    let lead = parts.lead.as_ref();
    let mut table = Layout::new()
        .column(Column::text("指标"), |at: usize| {
            let number = parts.indicators[at].indicator;
            let about = &view.definitions.indicators[number];
            Cell::link(view.indicator_anchor(number), format!("{} {}", about.code, about.name))
        })
        .column(Column::number("得分"), |at| {
            cells::score(view, view.current.scores.indicator(parts.indicators[at].indicator, unit).score)
        })
        .column(Column::number("得分贡献"), |at| cells::figure(Some(parts.indicators[at].points.printed)))
        .column(Column::number("距满分"), |at| cells::figure(Some(parts.indicators[at].shortfall.printed)))
        .column_if(lead.is_some(), Column::number(format!("比{}", view.peer_word())), |at| {
            cells::change(parts.indicators[at].advantage.map(|points| points.printed))
        })
        .table(format!("{anchor}-parts"), "得分构成", 0..parts.indicators.len());
    let row = |name: &str, points: Option<Published>, lacking: Option<Published>, ahead: Option<Published>| {
        let mut cells = vec![Cell::text(name), Cell::default(), cells::figure(points), cells::figure(lacking)];
        if lead.is_some() {
            cells.push(cells::change(ahead));
        }
        Row::new(cells).kind(RowKind::Total)
    };
    if let Some(lead) = lead {
        table.rows.push(row("权重不同的影响", None, None, Some(lead.weights.printed)));
    }
    let (above, below) = (parts.above_bottom.printed, parts.below_top.printed);
    table.rows.push(row("合计", Some(above), Some(below), lead.map(|lead| lead.total.printed)));
    let mean =
        lead.map(|lead| format!("{} {}（{} 个）", view.peer_word(), view.publish(lead.group_mean), lead.unit_count));
    table.notes.push(format!(
        "得分贡献合计是基础分（从最低分起算），距满分合计是满分减基础分{}；都按公布的小数相加。",
        mean.map(|mean| format!("，比平均合计是基础分减{mean}")).unwrap_or_default()
    ));
    Block::Fold {
        summary: "得分构成：每项贡献多少、距满分多少、比平均高低多少".into(),
        blocks: vec![Block::Table(table)],
    }
}
