//! Why a unit's score is what it is and why it moved: parts that add up as printed.

use super::cells::{self, Layout};
use crate::definitions::decimal::Published;
use crate::sensitivity::{self, Change, Contributions};
use crate::views::PeriodResult;
use crate::views::comparison::Comparison;
use crate::views::document::{Cell, Column, RowKind, Table, Tone};

/// What moved the final score since the period before, largest first; `None` without one.
pub(super) fn since_last(view: &Comparison<'_>, unit: usize, anchor: &str) -> Option<Table> {
    since(view, unit, &format!("{anchor}-change"), view.previous?, view.words().1)
}

/// The same against the same part of the year before.
pub(super) fn since_last_year(view: &Comparison<'_>, unit: usize, anchor: &str) -> Option<Table> {
    since(view, unit, &format!("{anchor}-year-change"), view.year_before?, "上年同期")
}

/// One line of the reasons.
struct Reason {
    name: String,
    /// Score before and now, for an indicator.
    scores: Option<(f64, f64)>,
    points: Published,
}

fn since(view: &Comparison<'_>, unit: usize, id: &str, before: &PeriodResult, than: &str) -> Option<Table> {
    let change: Change = sensitivity::change(view.definitions, &view.current.as_earlier(), &before.as_earlier(), unit)?;
    let mut rows: Vec<Reason> = change
        .indicators
        .iter()
        .filter(|part| part.points.printed.steps() != 0)
        .map(|part| {
            let about = &view.definitions.indicators[part.indicator];
            let name = format!("{} {}", about.code, about.name);
            Reason { name, scores: Some((part.before, part.now)), points: part.points.printed }
        })
        .collect();
    rows.sort_by_key(|reason| std::cmp::Reverse(reason.points.steps().abs()));
    let others =
        [("权重分摊（不适用、缺数有变）", change.weights.printed), ("加分", change.bonus), ("扣分", change.deduction)];
    let others = others.into_iter().filter(|(_, points)| points.steps() != 0);
    rows.extend(others.map(|(name, points)| Reason { name: name.to_owned(), scores: None, points }));
    rows.push(Reason { name: "合计".to_owned(), scores: None, points: change.total });
    let score = |at: usize, is_now: bool| {
        let scores = rows[at].scores.map(|(before, now)| if is_now { now } else { before });
        cells::score(view, scores)
    };
    let mut table = Layout::new()
        .column(Column::text("原因"), |at: usize| Cell::text(&rows[at].name))
        .column(Column::number(format!("{than}得分")), |at| score(at, false))
        .column(Column::number(format!("{}得分", view.words().0)), |at| score(at, true))
        .column(Column::number("影响综合得分"), |at| cells::change(Some(rows[at].points)).tone(Tone::Leading))
        .without_sorting()
        .table(id, format!("综合得分比{than}变化的原因"), 0..rows.len());
    if let Some(total) = table.rows.last_mut() {
        total.kind = RowKind::Total;
    }
    Some(table)
}

/// What each indicator brings, what it still lacks, where it stands against the group; columns add up to their last row.
pub(super) fn contributions(view: &Comparison<'_>, of: Option<&Contributions>, anchor: &str) -> Option<Table> {
    let of = of?;
    let name = |number: usize| {
        let about = &view.definitions.indicators[number];
        format!("{} {}", about.code, about.name)
    };
    let lead = of.lead.as_ref();
    let weights = lead.filter(|lead| lead.weights.printed.steps() != 0);
    // Indicators, then the weights where they differ, then the sum.
    let rows: Vec<Option<usize>> = (0..of.indicators.len()).map(Some).chain(weights.map(|_| None)).collect();
    let last = rows.len();
    let part = |at: usize| rows.get(at).copied().flatten().map(|line| &of.indicators[line]);
    let mut table = Layout::new()
        .column(Column::text("指标"), |at: usize| match (at == last, part(at)) {
            (true, _) => Cell::text("合计"),
            (false, Some(part)) => Cell::text(name(part.indicator)),
            (false, None) => Cell::text("权重分摊不同"),
        })
        .column(Column::number("得分贡献"), |at| match (at == last, part(at)) {
            (true, _) => cells::figure(Some(of.above_bottom.printed)),
            (false, part) => cells::figure(part.map(|part| part.points.printed)),
        })
        .column(Column::number("距满分"), |at| match (at == last, part(at)) {
            (true, _) => cells::figure(Some(of.below_top.printed)),
            (false, part) => cells::figure(part.map(|part| part.shortfall.printed)),
        })
        .column_if(lead.is_some(), Column::number(format!("比{}", view.peer_word())), |at| {
            match (at == last, part(at)) {
                (true, _) => cells::change(lead.map(|lead| lead.total.printed)),
                (false, Some(part)) => cells::change(part.advantage.map(|points| points.printed)),
                (false, None) => cells::change(weights.map(|lead| lead.weights.printed)),
            }
        })
        .without_sorting()
        .table(format!("{anchor}-contributions"), "基础分由哪些指标构成", 0..=last);
    if let Some(total) = table.rows.last_mut() {
        total.kind = RowKind::Total;
    }
    table.notes.push("各栏按公布的位数分摊，相加正好等于合计。".to_owned());
    Some(table)
}
