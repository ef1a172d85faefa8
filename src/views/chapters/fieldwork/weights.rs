//! The certificate of weighting: margins met to what, factors, the spread of weights, classes joined and why.

use super::Arrived;
use crate::definitions::PoolWhen;
use crate::definitions::decimal::plain;
use crate::facts::survey::Weighed;
use crate::facts::survey::calibrate::Place;
use crate::facts::survey::calibrate::certificate::{Certificate, MarginLine, Spread};
use crate::facts::survey::calibrate::join::{Join, Reason};
use crate::views::chapters::cells::{self, Layout};
use crate::views::comparison::Comparison;
use crate::views::document::{Block, Cell, Column, Table};

/// Lines of classes and joinings that are printed.
const MOST_LINES: usize = 300;

pub(super) fn blocks(_: &Comparison<'_>, own: Arrived<'_>) -> Vec<Block> {
    let mut blocks: Vec<Block> = pooled(own).into_iter().collect();
    blocks.extend(weighting(own));
    blocks
}

/// Whether answers of earlier periods are in the estimates.
fn pooled(own: Arrived<'_>) -> Option<Block> {
    if !own.result.is_pooled {
        return None;
    }
    let text = match own.survey.pooling.map(|rule| rule.when) {
        Some(PoolWhen::Small) => "答卷少的单位，本期与前几期的答卷合并计算；收到的份数只是本期的。",
        Some(PoolWhen::Always) | None => "本期与前几期的答卷合并计算；收到的份数只是本期的。",
    };
    Some(Block::text(text))
}

fn weighting(own: Arrived<'_>) -> Vec<Block> {
    if own.survey.weighting.margins().is_none() {
        let weights =
            if own.survey.weight_column.is_empty() { "每份答卷权数相同" } else { "用答卷自带的权数" };
        return vec![Block::text(format!("{weights}，没有按人口数调整。"))];
    }
    let Some(weighed) = own.result.weighed() else {
        return vec![Block::warning("权数没有调整到人口数，用的是设计权数；原因见“数据质量”一章。")];
    };
    let Some(certificate) = &weighed.certificate else {
        return vec![Block::text("权数已调整到人口数；不同的权数太多，没有逐一列出。")];
    };
    let mut blocks = vec![Block::text(sentence(weighed, certificate)), Block::Table(spread(own, certificate))];
    if let Some(table) = joins(own, weighed) {
        blocks.push(Block::Table(table));
    }
    let table = classes(own, weighed, certificate);
    if !table.rows.is_empty() {
        blocks.push(Block::Fold {
            summary: "各类人数与加权后的人数".into(), blocks: vec![Block::Table(table)]
        });
    }
    blocks
}

fn sentence(weighed: &Weighed, certificate: &Certificate) -> String {
    let names: Vec<&str> = weighed.margins.iter().map(|margin| margin.name.as_str()).collect();
    let worst = certificate.worst.as_ref().map_or_else(String::new, |worst| {
        let class = match &worst.place {
            Place::Class { margin, class } => {
                let position = names.iter().position(|name| name == margin);
                position.map_or_else(String::new, |at| format!("（{}）", weighed.class_name(at, *class)))
            }
            Place::Column { .. } => String::new(),
        };
        let class = if is_met(worst.relative_gap) { String::new() } else { class };
        format!("，各类人数与人口数最多相差{}{class}", gap(worst.relative_gap))
    });
    let joined = match weighed.open_joins().count() {
        0 => "没有合并的类".to_owned(),
        count => format!("合并 {count} 处答卷太少的类"),
    };
    let trimmed = match certificate.respondents_trimmed {
        0 => "没有截尾".to_owned(),
        count => format!("截尾 {count} 份答卷，截尾后各类人数不再严格相符"),
    };
    format!(
        "权数按{}调整到人口数{worst}。调整系数 {}–{}；{joined}；{trimmed}。",
        names.join("、"),
        plain(certificate.least_factor, 4),
        plain(certificate.largest_factor, 4)
    )
}

/// Rounding of sums, no gap.
const MET: f64 = 1e-9;

fn is_met(gap: f64) -> bool {
    gap < MET
}

fn gap(gap: f64) -> String {
    if is_met(gap) { "不到千万分之一".to_owned() } else { format!(" {}%", plain(gap * 100.0, 6)) }
}

fn spread(own: Arrived<'_>, certificate: &Certificate) -> Table {
    let rows = [("设计权数", certificate.before), ("最终权数", certificate.after)];
    let optional = |value: Option<f64>| value.map_or_else(cells::dash, |value| cells::number(value, 3));
    let mut table = Layout::new()
        .column(Column::text("权数"), |(name, _): (&str, Spread)| Cell::text(name))
        .column(Column::number("最小"), |(_, spread)| cells::number(spread.min, 4))
        .column(Column::number("中位数"), |(_, spread)| cells::number(spread.median, 4))
        .column(Column::number("最大"), |(_, spread)| cells::number(spread.max, 4))
        .column(Column::number("最大与中位数之比"), move |(_, spread)| optional(spread.max_to_median))
        .column(Column::number("权数的设计效应"), move |(_, spread)| optional(spread.kish_design_effect))
        .without_sorting()
        .table(own.anchor("weights"), format!("{}：权数的分布", own.survey.name), rows.into_iter());
    table.notes.push("权数的设计效应（基什）：权数不等使方差大了几倍。".to_owned());
    table
}

fn joins(own: Arrived<'_>, weighed: &Weighed) -> Option<Table> {
    let name = |margin: usize, class: u32| {
        weighed.class_names.get(margin).and_then(|names| names.get(class as usize)).map_or("", String::as_str)
    };
    let rows: Vec<(usize, Join)> = weighed.open_joins().take(MOST_LINES).collect();
    if rows.is_empty() {
        return None;
    }
    let mut table = Layout::new()
        .column(Column::text("类"), |(margin, join): (usize, Join)| Cell::text(name(margin, join.class)))
        .column(Column::text("并入"), |(margin, join)| Cell::text(name(margin, join.with)))
        .column(Column::text("原因"), |(_, join)| Cell::text(reason(join.reason)))
        .table(own.anchor("joins"), format!("{}：加权时合并的类", own.survey.name), rows.iter().copied());
    cut(&mut table, weighed.open_joins().count());
    Some(table)
}

/// Without the number of respondents: it is below what may be printed.
fn reason(reason: Reason) -> String {
    match reason {
        Reason::NoRespondents { .. } => "没有答卷".to_owned(),
        Reason::TooFew { least, .. } => format!("答卷不足 {least} 份"),
        Reason::NoTotal { .. } => "人口表里没有人数".to_owned(),
    }
}

fn classes(own: Arrived<'_>, weighed: &Weighed, certificate: &Certificate) -> Table {
    let class = |line: &MarginLine| {
        let margin = weighed.margins.iter().position(|margin| margin.name == line.margin);
        margin.map_or_else(String::new, |margin| weighed.class_name(margin, line.class))
    };
    let mut table = Layout::new()
        .column(Column::text("按"), |line: &MarginLine| Cell::text(&line.margin))
        .column(Column::text("类"), |line| Cell::text(class(line)))
        .column(Column::number("人口数"), |line| cells::number(line.asked, 2))
        .column(Column::number("加权后"), |line| cells::number(line.reached, 2))
        .column(Column::number("相差"), |line| {
            let shown =
                if is_met(line.relative_gap) { "0".to_owned() } else { gap(line.relative_gap).trim().to_owned() };
            Cell::number(shown, line.relative_gap)
        })
        .table(
            own.anchor("classes"),
            format!("{}：各类人数与加权后的人数", own.survey.name),
            certificate.margins.iter().take(MOST_LINES),
        );
    cut(&mut table, certificate.margins.len());
    table
}

fn cut(table: &mut Table, count: usize) {
    if count > MOST_LINES {
        table.notes.push(format!("共 {count} 行，这里列出前 {MOST_LINES} 行。"));
    }
}
