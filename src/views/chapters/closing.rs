//! 整改与支持: what became of last period's problems, what is open, who is supported, who gets what.

use super::cells::{self, Layout};
use super::money;
use crate::support::Money;
use crate::support::ledger::{Counts, Item};
use crate::support::list::{Standing, SupportEntry, SupportLine};
use crate::views::comparison::{Comparison, MOST_UNITS};
use crate::views::document::{Block, Cell, Column, Inline, RowKind, Section, Table, Tone};

/// The sentence a report opens with; `None` before there is any problem.
pub(super) fn opening(view: &Comparison<'_>) -> Option<String> {
    let ledger = &view.current.closing.ledger;
    if view.previous.is_none() || ledger.items.is_empty() {
        return None;
    }
    let carried = ledger.carried();
    let rate = carried.rate().map(|rate| format!("，销号率{rate}%")).unwrap_or_default();
    Some(format!("{}{rate}。", carried.sentence(view.current.period.frequency).replace(',', "，")))
}

/// The chapter with its sections; empty where the project has no rules of support, interview or fund, and no problems.
pub(super) fn chapter(view: &Comparison<'_>) -> Vec<Section> {
    let closing = &view.current.closing;
    let has_list = !closing.support.entries.is_empty() || !closing.support.left.is_empty();
    let red_list = view.definitions.rules.red_list_count > 0;
    let is_empty = closing.ledger.items.is_empty() && closing.notices.is_empty() && closing.funds.is_empty();
    if is_empty && !has_list && !red_list {
        return Vec::new();
    }
    let mut chapter = Section::new("closing", 1, "整改与支持").on_new_page();
    if let Some(sentence) = opening(view) {
        chapter = chapter.with(Block::Paragraph(vec![Inline::strong(sentence)]));
    }
    if red_list {
        chapter = chapter.with(Block::Paragraph(praise(view)));
    }
    let mut sections = vec![chapter];
    if !closing.ledger.items.is_empty() {
        sections.push(ledger(view));
    }
    if has_list {
        sections.push(support(view));
    }
    if !closing.notices.is_empty() {
        sections.push(notices(view));
    }
    sections.extend(money::sections(view));
    sections
}

/// The red list, or that there is none.
fn praise(view: &Comparison<'_>) -> Vec<Inline> {
    let list = &view.current.settlement.red_list;
    let name = |&unit: &usize| {
        let settled = &view.current.settlement.units[unit];
        let score = settled.final_score.map(|score| score.to_string()).unwrap_or_default();
        format!("{}（{score}）", view.definitions.units.units[unit].name)
    };
    let names =
        if list.is_empty() { "本期无".to_owned() } else { list.iter().map(name).collect::<Vec<_>>().join("、") };
    vec![Inline::strong("红榜："), Inline::text(format!("{names}。"))]
}

fn ledger(view: &Comparison<'_>) -> Section {
    let ledger = &view.current.closing.ledger;
    let period = view.current.period;
    let current: Vec<&Item> = ledger
        .items
        .iter()
        .filter(|item| item.state.is_open() || item.left_in(period) || is_fresh(view, item))
        .collect();
    let mut section = Section::new("closing-ledger", 2, "整改台账");
    if view.unit_count() <= MOST_UNITS {
        section = section.with(Block::Table(counts(view)));
    }
    section
        .with(Block::Table(items(view, "closing-items", "本期在办和办结的问题", &current, true)))
        .with(Block::text("全部问题和各列见同一文件夹的 ledger.xlsx；改好后放进下一期的数据文件夹，程序读回。"))
}

/// Found or come back in this period.
fn is_fresh(view: &Comparison<'_>, item: &Item) -> bool {
    item.opened_in == view.current.period || item.looked_back_on == Some(view.current.period.last_day())
}

fn counts(view: &Comparison<'_>) -> Table {
    let ledger = &view.current.closing.ledger;
    let (this, last) = view.words();
    let mut rows: Vec<(Option<usize>, Counts)> =
        ledger.counts_by_unit().into_iter().map(|(unit, counts)| (Some(unit), counts)).collect();
    rows.push((None, ledger.counts()));
    let number = |count: u32| cells::count(count as usize);
    let mut table = Layout::new()
        .column(Column::text(&view.definitions.index.unit_word), |at: usize| match rows[at].0 {
            Some(unit) => cells::unit(view, unit),
            None => Cell::text("合计"),
        })
        .column(Column::number(format!("{last}结转")), |at| number(rows[at].1.carried))
        .column(Column::number(format!("{this}新增")), |at| number(rows[at].1.added))
        .column(Column::number("销号"), |at| number(rows[at].1.closed))
        .column(Column::number("长期坚持"), |at| number(rows[at].1.long_term))
        .column(Column::number("撤销"), |at| number(rows[at].1.cancelled))
        .column(Column::number("期末在办"), |at| number(rows[at].1.open))
        .column(Column::number("其中逾期"), |at| number(rows[at].1.overdue))
        .column(Column::number("反弹"), |at| number(rows[at].1.relapsed))
        .column(Column::number("销号率（含新增）"), |at| {
            rows[at].1.rate().map_or_else(cells::dash, cells::percent)
        })
        .without_sorting()
        .table("closing-counts", "整改进度", 0..rows.len());
    table.row_header = 0;
    table.notes.push("结转 + 新增 − 销号 − 长期坚持 − 撤销 = 期末在办；销号率（含新增）= 销号 ÷（结转 + 新增），上面一句的销号率只算结转的。".to_owned());
    if let Some(total) = table.rows.last_mut() {
        total.kind = RowKind::Total;
    }
    table
}

/// Problems, one a row; overdue ones stand out.
pub(in crate::views) fn items(
    view: &Comparison<'_>,
    id: &str,
    caption: &str,
    which: &[&Item],
    with_unit: bool,
) -> Table {
    let what = |item: &Item| match item.indicator {
        Some(number) => {
            let indicator = &view.definitions.indicators[number];
            format!("{} {}", indicator.code, indicator.name)
        }
        None => item.description.clone(),
    };
    let progress = |item: &Item| {
        let percent = item.progress.as_ref().and_then(|note| note.percent);
        percent.map_or_else(cells::dash, |percent| Cell::number(format!("{percent:.0}%"), percent))
    };
    let due = |item: &Item| {
        let extended = if item.extended_to.is_some() { "（延期）" } else { "" };
        Cell::text(format!("{}{extended}", item.deadline()))
    };
    let overdue = |item: &Item| match item.overdue_days {
        0 => cells::dash(),
        days => Cell::number(format!("{days} 个工作日"), f64::from(days)).tone(Tone::Leading),
    };
    let mut table = Layout::new()
        .column(Column::text("问题编号"), |item: &Item| Cell::text(&item.id))
        .column_if(with_unit, Column::text(&view.definitions.index.unit_word), |item| cells::unit(view, item.unit))
        .column(Column::text("问题"), |item| Cell::text(what(item)))
        .column(Column::text("等级"), |item| cells::words(&item.severity))
        .column(Column::text("状态"), |item| Cell::text(item.state.word()))
        .column(Column::text("时限"), due)
        .column(Column::number("逾期"), overdue)
        .column(Column::number("进展"), progress)
        .column(Column::number("连续红灯期数"), |item| cells::streak(view, item))
        .column(Column::text("销号标准"), |item| cells::words(&item.exit_test))
        .table(id, caption, which.iter().copied());
    table.row_header = 0;
    for (row, item) in table.rows.iter_mut().zip(which) {
        if !item.state.is_open() {
            row.kind = RowKind::Muted;
        }
    }
    table
}

fn support(view: &Comparison<'_>) -> Section {
    let list = &view.current.closing.support;
    let names = |wanted: fn(Standing) -> bool| {
        let units: Vec<&str> = list
            .entries
            .iter()
            .filter(|entry| wanted(entry.standing))
            .map(|entry| view.definitions.units.units[entry.unit].name.as_str())
            .collect();
        (!units.is_empty()).then(|| units.join("、"))
    };
    let parts = [
        ("重点帮扶", names(|standing| standing == Standing::Key)),
        ("一般帮扶", names(|standing| standing == Standing::General)),
        ("观察期", names(|standing| matches!(standing, Standing::Watched { .. }))),
        ("本期退出", {
            let left: Vec<&str> =
                list.left.iter().map(|&unit| view.definitions.units.units[unit].name.as_str()).collect();
            (!left.is_empty()).then(|| left.join("、"))
        }),
    ];
    let points = parts.into_iter().filter_map(|(word, names)| {
        Some(vec![Inline::strong(format!("{word}：")), Inline::text(format!("{}。", names?))])
    });
    let rows: Vec<(&SupportEntry, &SupportLine)> =
        list.entries.iter().flat_map(|entry| entry.lines.iter().map(move |line| (entry, line))).collect();
    let mut section = Section::new("closing-support", 2, "补劣支持清单")
        .with(Block::List { ordered: false, items: points.collect() });
    if !rows.is_empty() {
        section = section.with(Block::Table(lines(view, "closing-lines", "帮扶事项", &rows, true)));
    }
    section
}

/// Weak points with who helps, until when, with what money.
pub(in crate::views) fn lines(
    view: &Comparison<'_>,
    id: &str,
    caption: &str,
    rows: &[(&SupportEntry, &SupportLine)],
    with_unit: bool,
) -> Table {
    let line = |at: usize| rows[at].1;
    let money = |at: usize| {
        let trial: Money = line(at).grants.iter().filter(|grant| grant.is_trial).map(|grant| grant.amount).sum();
        let granted = line(at).money();
        let parts = [(granted, ""), (trial, "（试算）")].into_iter().filter(|(amount, _)| *amount != Money::ZERO);
        cells::words(&parts.map(|(amount, note)| format!("{}{note}", amount.yuan())).collect::<Vec<_>>().join("；"))
    };
    let mut table = Layout::new()
        .column_if(with_unit, Column::text(&view.definitions.index.unit_word), |at: usize| {
            cells::unit(view, rows[at].0.unit)
        })
        .column_if(with_unit, Column::text("帮扶"), |at| Cell::text(rows[at].0.standing.word()))
        .column(Column::text("短板"), |at| Cell::text(&line(at).what))
        .column(Column::number("得分"), |at| cells::figure(line(at).score))
        .column(Column::text("差距"), |at| cells::words(&line(at).gap_text()))
        .column(Column::text("帮扶部门"), |at| cells::words(&line(at).helpers.join("、")))
        .column(Column::text("时限"), |at| Cell::text(line(at).due_on.to_string()))
        .column(Column::text("退出标准"), |at| cells::words(&line(at).exit_test))
        .column(Column::text("补劣资金（元）"), money)
        .column(Column::text("问题编号"), |at| cells::words(line(at).item.as_deref().unwrap_or_default()))
        .table(id, caption, 0..rows.len());
    table.notes.push("补劣资金在问题销号后拨付。".to_owned());
    table
}

/// Who is supported, for the summary: key units by name with their red lights, the others counted; `None` without a list.
pub(super) fn listed(view: &Comparison<'_>) -> Option<String> {
    let entries = &view.current.closing.support.entries;
    let named = |entry: &SupportEntry| {
        let red = view.unit_lights(entry.unit).red;
        let name = &view.definitions.units.units[entry.unit].name;
        if red > 0 { format!("{name}（红灯{red}项）") } else { name.clone() }
    };
    let of = |standing: Standing| entries.iter().filter(move |entry| entry.standing == standing);
    let key: Vec<String> = of(Standing::Key).map(named).collect();
    if key.is_empty() {
        return None;
    }
    let others = of(Standing::General).count();
    let more = if others > 0 { format!("；一般帮扶{others}个") } else { String::new() };
    Some(format!("重点帮扶{}{more}，见“整改与支持”一章。", key.join("、")))
}

fn notices(view: &Comparison<'_>) -> Section {
    let notices = &view.current.closing.notices;
    let rule = |at: usize| &view.definitions.rules.rules[notices[at].rule];
    let mut table = Layout::new()
        .column(Column::text(&view.definitions.index.unit_word), |at: usize| cells::unit(view, notices[at].unit))
        .column(Column::text("采取"), |at| Cell::text(notices[at].word(view.definitions)).tone(Tone::Leading))
        .column(Column::number("连续期数"), |at| cells::count(notices[at].streak as usize))
        .column(Column::text("说明"), |at| Cell::text(notices[at].sentence(view.definitions)))
        .column(Column::text("触发"), |at| cells::words(&notices[at].reason))
        .column(Column::text("依据"), |at| cells::words(&rule(at).legal_basis))
        .table("closing-notices", "提醒、约谈与督导", 0..notices.len());
    table.notes.push("看绝对水平和持续时间，不单凭排名；由批准的单位决定后执行。".to_owned());
    Section::new("closing-interviews", 2, "提醒、约谈与督导").with(Block::Table(table))
}

/// What a unit's own section says of the loop: its weak points with help, and its problems.
pub(super) fn of_unit(view: &Comparison<'_>, unit: usize, anchor: &str) -> Vec<Block> {
    let closing = &view.current.closing;
    let mut blocks = Vec::new();
    if let Some(entry) = closing.support.entry(unit).filter(|entry| !entry.lines.is_empty()) {
        let rows: Vec<(&SupportEntry, &SupportLine)> = entry.lines.iter().map(|line| (entry, line)).collect();
        let caption = format!("补劣支持：{}", entry.standing.word());
        blocks.push(Block::Table(lines(view, &format!("{anchor}-support"), &caption, &rows, false)));
    }
    let period = view.current.period;
    let is_own = |item: &&Item| item.unit == unit && (item.state.is_open() || item.left_in(period));
    let own: Vec<&Item> = closing.ledger.items.iter().filter(is_own).collect();
    if !own.is_empty() {
        blocks.push(Block::Table(items(view, &format!("{anchor}-items"), "整改台账", &own, false)));
    }
    blocks
}
