//! The four tables of the body.

use super::tasks::{Task, composite, dearest_gap};
use crate::definitions::RuleKind;
use crate::definitions::decimal::{Published, Rounding, plain};
use crate::index::State;
use crate::rules::Mark;
use crate::views::chapters::cells::{self, Layout};
use crate::views::chapters::elements::element_name;
use crate::views::comparison::{Comparison, Lights};
use crate::views::document::{Cell, Column, Light, Row, RowKind, Table};

/// Ids of the tables, for citations.
pub(super) const ELEMENTS: &str = "bulletin-elements";
pub(super) const RANKING: &str = "bulletin-ranking";
pub(super) const PROJECTS: &str = "bulletin-projects";
pub(super) const CLOSURE: &str = "bulletin-closure";

/// 表1: the whole by elements. The last row is the whole.
pub(super) fn elements(view: &Comparison<'_>) -> Table {
    let index = &view.definitions.index;
    let scores = &view.current.scores;
    let before = |element: usize| view.previous.and_then(|result| result.scores.element_total(element));
    let year_before = |element: usize| view.year_before.and_then(|result| result.scores.element_total(element));
    let lights = |element: usize| {
        let own = view.indicators.iter().filter(|number| is_below(view, **number, element));
        Lights::count(own.map(|&number| view.light(scores.indicator_total(number))))
    };
    let (now, last) = view.words();
    let mut rows = view.tree.clone();
    rows.push((0, 0));
    let mut table = Layout::new()
        .column(Column::text(&index.element_word), |(element, depth): (usize, usize)| match element {
            0 => Cell::text(format!("{}指数", index.total_word)),
            _ => Cell::text(element_name(view, element, depth)),
        })
        .column(Column::number("权重"), |(element, _)| match element {
            0 => Cell::default(),
            _ => cells::number(view.definitions.elements[element].weight, 4),
        })
        .column(Column::number(now), |(element, _)| cells::score(view, scores.element_total(element)))
        .column_if(view.previous.is_some(), Column::number(last), move |(element, _)| {
            cells::score(view, before(element))
        })
        .column_if(view.previous.is_some(), Column::number("环比"), move |(element, _)| {
            cells::change(view.change(scores.element_total(element), before(element)))
        })
        .column_if(view.year_before.is_some(), Column::number("同比"), move |(element, _)| {
            cells::change(view.change(scores.element_total(element), year_before(element)))
        })
        .column(Column::number("绿●"), move |(element, _)| cells::count(lights(element).green))
        .column(Column::number("黄▲"), move |(element, _)| cells::count(lights(element).yellow))
        .column(Column::number("红■"), move |(element, _)| cells::count(lights(element).red))
        .column(Column::number("无灯"), move |(element, _)| cells::count(lights(element).none()))
        .table(ELEMENTS, format!("表1　{}总指数", index.total_word), rows.into_iter());
    if let Some(row) = table.rows.last_mut() {
        row.kind = RowKind::Total;
    }
    table.notes.push(format!(
        "{}得分由各{}分子之和与分母之和算出；环比、同比是与{last}、上年同期得分之差，单位：分。",
        index.total_word, index.unit_word
    ));
    table
}

/// Whether an indicator stands below an element; all stand below the root.
fn is_below(view: &Comparison<'_>, number: usize, element: usize) -> bool {
    let mut at = Some(view.definitions.indicators[number].parent);
    while let Some(parent) = at {
        if parent == element {
            return true;
        }
        at = view.definitions.elements[parent].parent;
    }
    false
}

/// 表2: base, bonus, deduction, final score, in ranking order.
pub(super) fn ranking(view: &Comparison<'_>) -> Table {
    let index = &view.definitions.index;
    let settled = |unit: usize| &view.current.settlement.units[unit];
    let has_grades = !view.definitions.grades.is_empty();
    // What stands in brackets behind the grade is not said twice.
    let remarks = move |unit: usize| {
        let marks = settled(unit).marks.iter().filter(|mark| !has_grades || mark.beside_grade().is_none());
        marks.map(Mark::sign).collect::<Vec<_>>().join(" ")
    };
    let has_remarks = (0..view.unit_count()).any(|unit| !remarks(unit).is_empty());
    let mut layout = Layout::new()
        .column(Column::number("位次"), move |unit| cells::rank(settled(unit).rank))
        .column_if(view.has_groups, Column::number("组内"), move |unit| cells::rank(settled(unit).group_rank))
        .column(Column::text(&index.unit_word), |unit| Cell::text(&view.definitions.units.units[unit].name));
    let name = layout.last();
    layout = layout
        .column_if(view.has_rules, Column::number("基础分"), move |unit| cells::figure(settled(unit).base))
        .column_if(view.has_rules, Column::number("加分"), move |unit| {
            cells::amount(RuleKind::Bonus, settled(unit).bonus)
        })
        .column_if(view.has_rules, Column::number("扣分"), move |unit| {
            cells::amount(RuleKind::Deduction, settled(unit).deduction)
        })
        .column(Column::number("综合得分"), move |unit| cells::figure(settled(unit).final_score))
        .column_if(has_grades, Column::text("等次"), |unit| cells::words(&settled(unit).grade_text(view.definitions)))
        .column_if(view.previous.is_some(), Column::number("环比"), |unit| cells::change(view.final_change(unit)))
        .column_if(view.previous.is_some(), Column::number("升降"), |unit| cells::tested_places(view, unit))
        .column_if(has_remarks, Column::text("备注"), move |unit| Cell::text(remarks(unit)));
    let caption = format!("表2　{}综合得分", index.unit_word);
    let mut table = layout.without_sorting().table(RANKING, caption, view.ranking.iter().copied());
    table.row_header = name;
    for (row, &unit) in table.rows.iter_mut().zip(&view.ranking) {
        if settled(unit).rank.is_none() {
            row.kind = RowKind::Muted;
        }
    }
    if view.has_rules {
        table.notes.push("综合得分 = 基础分 + 加分 − 扣分；位次、等次按公布的得分，相同的并列。".to_owned());
    }
    table.notes.extend(cells::tested_places_note(view));
    table.notes.extend(explained(view));
    table.notes.extend(zeroed(view));
    table
}

/// Who scored nothing for what was not delivered: a reader would take the fall for one of the work.
fn zeroed(view: &Comparison<'_>) -> Option<String> {
    const NAMED: usize = 6;
    let is_zeroed = |number: &usize, unit: usize| {
        let score = view.current.scores.indicator(*number, unit);
        score.state == State::Zeroed && score.weight > 0.0
    };
    let blanks: Vec<(usize, Vec<&str>)> = view
        .ranking
        .iter()
        .map(|&unit| {
            let own = view.indicators.iter().filter(|number| is_zeroed(number, unit));
            (unit, own.map(|&number| view.definitions.indicators[number].code.as_str()).collect())
        })
        .filter(|(_, codes): &(usize, Vec<&str>)| !codes.is_empty())
        .collect();
    let name = |(unit, codes): &(usize, Vec<&str>)| {
        format!("{} {}", view.definitions.units.units[*unit].name, codes.join("、"))
    };
    let named: Vec<String> = blanks.iter().take(NAMED).map(name).collect();
    let others = if blanks.len() > NAMED { "等" } else { "" };
    (!named.is_empty()).then(|| format!("没有报送、按最低分计的指标：{}{others}；补报后重新计分。", named.join("；")))
}

/// The marks that occur, in words.
fn explained(view: &Comparison<'_>) -> Option<String> {
    let word = |mark: &Mark| match mark {
        Mark::Vetoed(_) => "否决：一票否决，不评优",
        Mark::Capped(_) => "限级：未达底线，等次降到所限一级",
        Mark::Noticed(_) => "底线提示：未达底线，等次未因此下调",
        Mark::GateMissing(_) => "底线缺报：底线指标没有报送",
        Mark::LowCoverage => "△ 数据覆盖率偏低，位次仅供参考",
        Mark::Unranked => "不排名：数据覆盖率太低",
    };
    let mut told: Vec<&str> = Vec::new();
    for mark in view.current.settlement.units.iter().flat_map(|settled| &settled.marks) {
        if !told.contains(&word(mark)) {
            told.push(word(mark));
        }
    }
    (!told.is_empty()).then(|| format!("{}。", told.join("；")))
}

/// 表3: a row for each task with dates; a project without one has its score and the gap that is worth most.
pub(super) fn projects(view: &Comparison<'_>, tasks: &[Task]) -> Option<Table> {
    let index = &view.definitions.index;
    let heads = [
        Column::text("项目"),
        Column::text("牵头单位"),
        Column::number("年度任务"),
        Column::number("应完成"),
        Column::number("实完成"),
        Column::number("完成率"),
        Column::sign("灯"),
        Column::number("项目得分"),
        Column::text("缺口"),
        Column::text(format!("滞后{}", index.unit_word)),
    ];
    let mut table = Table::new(PROJECTS, "表3　实项目进展", heads.to_vec());
    for (project, about) in view.definitions.projects.iter().enumerate() {
        let score = composite(view, project);
        let own: Vec<&Task> = tasks.iter().filter(|task| task.project == Some(project)).collect();
        for task in &own {
            let code = &view.definitions.indicators[task.number].code;
            let name = if own.len() > 1 { format!("{}（{code}）", about.name) } else { about.name.clone() };
            table.rows.push(task_row(view, task, &name, score));
        }
        if own.is_empty() && (score.is_some() || dearest_gap(view, project).is_some()) {
            table.rows.push(score_row(view, project, &about.name, score));
        }
    }
    table.notes = vec![
        format!("应完成是到期末的序时任务；缺口按各{}分别计算后相加，超额的不抵减。", index.unit_word),
        format!(
            "灯：有年度任务的看完成率（实完成 ÷ 应完成，100%及以上 ●，80%–100% ▲，80%以下 ■），其余看项目得分（{}及以上 ●，{}及以上 ▲，以下 ■）。",
            plain(index.green_min, 4),
            plain(index.yellow_min, 4)
        ),
        "项目得分是所属指标得分按权重的平均；没有年度任务的项目，缺口一栏列最值得补的一项指标离目标的差距。".to_owned(),
    ];
    table.notes.extend(unreported(view, tasks.iter().filter(|task| task.project.is_some())));
    (!table.rows.is_empty()).then_some(table)
}

/// Who reported nothing of a task, which is therefore in no sum.
pub(super) fn unreported<'t>(view: &Comparison<'_>, tasks: impl Iterator<Item = &'t Task>) -> Option<String> {
    let of_task = |task: &Task| {
        let units: Vec<&str> = view
            .presented()
            .filter(|unit| task.is_owed(view, *unit))
            .map(|unit| view.definitions.units.units[unit].name.as_str())
            .collect();
        (!units.is_empty()).then(|| format!("{} {}", view.definitions.indicators[task.number].code, units.join("、")))
    };
    let told: Vec<String> = tasks.filter_map(of_task).collect();
    (!told.is_empty()).then(|| format!("没有报送、不在合计里的：{}。", told.join("；")))
}

/// Light of progress in time, by the percentage as it is printed, with one decimal: reports.md §4.
pub(in crate::views) fn progress_light(percent: f64) -> Light {
    match Published::round(percent, 1, Rounding::HalfUp).value() {
        100.0.. => Light::Green,
        80.0..100.0 => Light::Yellow,
        _ => Light::Red,
    }
}

fn task_row(view: &Comparison<'_>, task: &Task, name: &str, score: Option<f64>) -> Row {
    let indicator = &view.definitions.indicators[task.number];
    let whole = task.whole();
    let percent = (whole.due > 0.0).then(|| whole.done / whole.due * 100.0);
    let behind: Vec<String> = task
        .behind()
        .iter()
        .take(4)
        .map(|(unit, gap)| format!("{}（{}）", view.definitions.units.units[*unit].short, plain(*gap, 0)))
        .collect();
    let more = if task.behind().len() > 4 { format!("等{}个", task.behind().len()) } else { String::new() };
    let gap = if whole.gap > 0.0 { format!("{}{}", plain(whole.gap, 0), indicator.work_unit) } else { String::new() };
    Row::new(vec![
        Cell::text(name),
        Cell::text(&view.definitions.departments[indicator.department].name),
        cells::number(whole.task, 0),
        cells::number(whole.due, 0),
        cells::number(whole.done, 0),
        percent.map_or_else(cells::dash, |percent| Cell::number(format!("{percent:.1}%"), percent)),
        percent.map_or_else(cells::dash, |percent| Cell::light(progress_light(percent))),
        cells::score(view, score),
        cells::words(&gap),
        cells::words(&format!("{}{more}", behind.join("、"))),
    ])
}

fn score_row(view: &Comparison<'_>, project: usize, name: &str, score: Option<f64>) -> Row {
    let gap = dearest_gap(view, project).map(|(number, count)| {
        let indicator = &view.definitions.indicators[number];
        (number, format!("{}{}（{}）", plain(count, 0), indicator.work_unit, indicator.code))
    });
    let lead = view.indicators.iter().find(|number| view.definitions.indicators[**number].projects.contains(&project));
    let lead = gap.as_ref().map(|(number, _)| *number).or(lead.copied());
    let lead =
        lead.map(|number| view.definitions.departments[view.definitions.indicators[number].department].name.as_str());
    let index = &view.definitions.index;
    let light = score.map(|score| match view.publish(score).value() {
        score if score >= index.green_min => Light::Green,
        score if score >= index.yellow_min => Light::Yellow,
        _ => Light::Red,
    });
    let mut cells = vec![Cell::text(name), cells::words(lead.unwrap_or_default())];
    cells.extend((0..4).map(|_| cells::dash()));
    cells.push(light.map_or_else(cells::dash, Cell::light));
    cells.push(cells::score(view, score));
    cells.push(cells::words(&gap.map(|(_, text)| text).unwrap_or_default()));
    cells.push(cells::dash());
    Row::new(cells)
}

/// 表4: what became of the problems of the period before; one row. `None` before there is any.
pub(super) fn closure(view: &Comparison<'_>) -> Option<Table> {
    let ledger = &view.current.closing.ledger;
    if view.previous.is_none() || ledger.items.is_empty() {
        return None;
    }
    let carried = ledger.carried();
    let count = |count: u32| cells::count(count as usize);
    let last = view.words().1;
    let heads =
        [format!("{last}问题"), "已销号".into(), "整改中".into(), "逾期".into(), "长期坚持".into(), "撤销".into()];
    let mut columns: Vec<Column> = heads.into_iter().map(Column::number).collect();
    columns.extend([Column::number("反弹"), Column::number("销号率")]);
    let mut table = Table::new(CLOSURE, format!("表4　{last}问题整改销号"), columns);
    table.rows.push(Row::new(vec![
        count(carried.problems),
        count(carried.closed),
        count(carried.in_time),
        count(carried.overdue),
        count(carried.long_term),
        count(carried.cancelled),
        count(carried.relapsed),
        carried.rate().map_or_else(cells::dash, cells::percent),
    ]));
    table.notes.push(format!(
        "{last}问题 = 已销号 + 整改中 + 逾期 + 长期坚持 + 撤销；反弹是以前销号、本期回头看又亮红灯的，不在其中；销号率 = 已销号 ÷ {last}问题。"
    ));
    Some(table)
}
