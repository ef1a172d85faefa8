//! Side two: what to do by when and with whose help, tasks of the year, adjustments with their evidence, objections.

use crate::definitions::decimal::plain;
use crate::support::ledger::{Item, State};
use crate::views::bulletin::{Standing, progress_light, tasks};
use crate::views::chapters::cells::{self, Layout};
use crate::views::chapters::{adjustments, gaps};
use crate::views::comparison::Comparison;
use crate::views::document::{Cell, Column, Light, Table, Tone};
use crate::views::pdf::table_data;
use serde_json::{Value, json};

/// Problems listed; the ledger has all.
const MOST_ITEMS: usize = 12;
/// Adjustments listed; the report has all.
const MOST_ADJUSTMENTS: usize = 14;

pub(super) fn side(view: &Comparison<'_>, unit: usize) -> Value {
    let period = view.current.period;
    let is_own =
        |item: &&Item| item.unit == unit && (item.state.is_open() || item.left_in(period) || view.is_kept_red(item));
    let mut items: Vec<&Item> = view.current.closing.ledger.items.iter().filter(is_own).collect();
    // What is still to be done first.
    items.sort_by_key(|item| !item.state.is_open());
    let listed = &items[..items.len().min(MOST_ITEMS)];
    let adjusted = adjustments::of_unit(view, unit);
    let shown = &adjusted[..adjusted.len().min(MOST_ADJUSTMENTS)];
    let entry = view.current.closing.support.entry(unit);
    // Townships object when the trial score is told to them; without a timetable, as long as departments may correct.
    let correction_days = view.definitions.index.correction_working_days;
    let objection_due = view
        .last_day_of("appeal")
        .unwrap_or_else(|| view.current.facts.calendar.working_day_after(period.last_day(), correction_days));
    json!({
        "items": (!items.is_empty()).then(|| table_data(&issues(view, listed))),
        "more_items": items.len() - listed.len(),
        "tasks": task_table(view, unit).map(|table| table_data(&table)),
        "support": entry.map(|entry| format!("{}{}", entry.standing.word(), view.still_short(entry))),
        "adjustments": (!shown.is_empty()).then(|| table_data(&own_adjustments(view, shown))),
        "more_adjustments": adjusted.len() - shown.len(),
        "objection_due": objection_due.chinese(),
    })
}

/// The problems: state of affairs, measures, help, deadline, exit test, room for a signature.
fn issues(view: &Comparison<'_>, items: &[&Item]) -> Table {
    let period = view.current.period;
    let light = |item: &Item| match item.indicator {
        Some(number) => Cell::light(view.light(view.current.scores.indicator(number, item.unit))),
        None => cells::dash(),
    };
    let what = |item: &Item| match item.indicator {
        Some(number) => {
            let indicator = &view.definitions.indicators[number];
            let description = view.description(item);
            let told = description.strip_prefix(indicator.name.as_str()).unwrap_or(&description);
            format!("{} {}：{told}", indicator.code, indicator.name)
        }
        None => item.description.clone(),
    };
    let gap = |item: &Item| {
        let gap = item.indicator.filter(|_| !item.left_in(period)).and_then(|number| {
            let gap = gaps::unit_gap(view, number, item.unit)?;
            Some(format!("{}{}", plain(gap.count, 0), view.definitions.indicators[number].work_unit))
        });
        cells::words(&gap.unwrap_or_default())
    };
    let due = |item: &Item| {
        if item.state == State::LongTerm {
            return Cell::text("每年回头看");
        }
        let late =
            if item.is_overdue() { format!("（逾期{}个工作日）", item.overdue_days) } else { String::new() };
        Cell::text(format!("{}{late}", item.deadline()))
    };
    let number = |at: usize| Cell::text((at + 1).to_string());
    let has_measures = items.iter().any(|item| !item.measures.is_empty());
    Layout::new()
        .column(Column::sign("序号"), number)
        .column(Column::text("问题编号"), |at: usize| Cell::text(&items[at].id))
        .column(Column::text("问题（实际、底线、目标）"), |at| Cell::text(what(items[at])))
        .column(Column::number("缺口"), |at| gap(items[at]))
        .column(Column::sign("灯"), |at| light(items[at]))
        .column(Column::number("连红"), |at| cells::streak(view, items[at]))
        .column_if(has_measures, Column::text("整改措施"), |at| cells::words(&items[at].measures))
        .column(Column::text("帮扶部门"), |at| cells::words(&items[at].helper))
        .column(Column::text("时限"), |at| due(items[at]))
        .column(Column::text("销号标准"), |at| {
            if items[at].state == State::LongTerm { cells::dash() } else { cells::words(&items[at].exit_test) }
        })
        .column(Column::text("状态"), |at| Cell::text(items[at].state.word()))
        .column(Column::text("签收"), |_| Cell::default())
        .table("own-issues", "", 0..items.len())
}

/// Tasks of the year in counted work.
fn task_table(view: &Comparison<'_>, unit: usize) -> Option<Table> {
    // What was not reported is a task all the same.
    let own: Vec<(usize, Option<usize>, Option<Standing>)> = tasks(view)
        .iter()
        .filter(|task| task.units[unit].is_some() || task.is_owed(view, unit))
        .map(|task| (task.number, task.project, task.units[unit]))
        .collect();
    let amount = |standing: Option<Standing>, of: fn(&Standing) -> f64| {
        standing.map_or_else(cells::dash, |standing| cells::number(of(&standing), 0))
    };
    let percent = |standing: &Standing| (standing.due > 0.0).then(|| standing.done / standing.due * 100.0);
    let mut table = Layout::new()
        .column(Column::text("项目"), |at: usize| {
            cells::words(own[at].1.map(|project| view.definitions.projects[project].name.as_str()).unwrap_or_default())
        })
        .column(Column::text("任务"), |at| Cell::text(&view.definitions.indicators[own[at].0].name))
        .column(Column::number("年度任务"), |at| amount(own[at].2, |own| own.task))
        .column(Column::number("应完成"), |at| amount(own[at].2, |own| own.due))
        .column(Column::number("实完成"), |at| match own[at].2 {
            Some(standing) => cells::number(standing.done, 0),
            None => Cell::text("未报"),
        })
        .column(Column::number("缺口"), |at| {
            let Some(standing) = own[at].2.filter(|standing| standing.gap > 0.0) else { return cells::dash() };
            let unit = &view.definitions.indicators[own[at].0].work_unit;
            Cell::text(format!("{}{unit}", plain(standing.gap, 0))).tone(Tone::Leading)
        })
        .column(Column::sign("序时灯"), |at| {
            let light = |standing| percent(&standing).map_or(Light::NotApplicable, progress_light);
            Cell::light(own[at].2.map_or(Light::NotReported, light))
        })
        .table("own-tasks", "", 0..own.len());
    table
        .notes
        .push("序时灯：实完成 ÷ 应完成，100%及以上 ●，80%–100% ▲，80%以下 ■；与正面按得分亮的指标灯不同。".to_owned());
    (!own.is_empty()).then_some(table)
}

/// Adjustments with their evidence, without the columns that a leaf has no room for.
fn own_adjustments(view: &Comparison<'_>, which: &[usize]) -> Table {
    let mut table = adjustments::table(view, "own-adjustments", "", which, false);
    table.notes.clear();
    let keep = ["规则", "计分", "处理", "事由", "佐证", "日期"];
    let kept: Vec<bool> = table.columns.iter().map(|column| keep.contains(&column.header.as_str())).collect();
    let mut at = kept.iter();
    table.columns.retain(|_| *at.next().expect("as many as columns"));
    for row in &mut table.rows {
        let mut at = kept.iter();
        row.cells.retain(|_| *at.next().expect("as many as cells"));
    }
    table
}
