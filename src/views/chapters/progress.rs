//! 项目进度 and 调查结果: two chapters of a picture with its numbers.

use super::cells::{self, Layout};
use super::picture;
use crate::definitions::Source;
use crate::definitions::decimal::plain;
use crate::views::bulletin::{progress_light, tasks};
use crate::views::comparison::Comparison;
use crate::views::document::{Block, Cell, Column, Section, Table, Tone};
use crate::views::figures::Pictures;

/// Counted work against what is due by now; `None` where nothing has a path through the year.
pub(super) fn projects(view: &Comparison<'_>, pictures: &Pictures) -> Option<Section> {
    let svg = pictures.charts.get("bullets")?;
    let tasks = tasks(view);
    let behind: Vec<String> = tasks
        .iter()
        .filter(|task| task.whole().done < task.whole().due)
        .map(|task| view.definitions.indicators[task.number].name.clone())
        .collect();
    let finding = if behind.is_empty() {
        "都达到了序时进度".to_owned()
    } else {
        format!("{}项落后于序时：{}", behind.len(), behind.join("、"))
    };
    let alt = format!("各项工作实完成与应完成的条形图；有年度任务的{}项中，{finding}。", tasks.len());
    let section = Section::new("projects", 1, "项目进度").with(picture("chart-bullets", svg, alt));
    if tasks.is_empty() {
        return Some(section);
    }
    let project = |at: usize| {
        let project = tasks[at].project.map(|project| view.definitions.projects[project].name.as_str());
        cells::words(project.unwrap_or_default())
    };
    let percent = |at: usize| {
        let whole = tasks[at].whole();
        (whole.due > 0.0).then(|| whole.done / whole.due * 100.0)
    };
    let indicator = |at: usize| &view.definitions.indicators[tasks[at].number];
    let lagging = |at: usize| {
        let behind = tasks[at].behind();
        let named: Vec<String> = behind
            .iter()
            .map(|(unit, gap)| format!("{}（{}）", view.definitions.units.units[*unit].short, plain(*gap, 0)))
            .collect();
        cells::words(&named.join("、"))
    };
    let mut table = Layout::new()
        .column(Column::text("项目"), project)
        .column(Column::text("工作"), |at| {
            let name = format!("{} {}", indicator(at).code, indicator(at).name);
            Cell::link(view.indicator_anchor(tasks[at].number), name)
        })
        .column(Column::number("年度任务"), |at| cells::number(tasks[at].whole().task, 0))
        .column(Column::number("应完成"), |at| cells::number(tasks[at].whole().due, 0))
        .column(Column::number("实完成"), |at| cells::number(tasks[at].whole().done, 0).tone(Tone::Leading))
        .column(Column::number("完成率"), move |at| {
            percent(at).map_or_else(cells::dash, |percent| Cell::number(format!("{percent:.1}%"), percent))
        })
        .column(Column::sign("灯"), move |at| {
            percent(at).map_or_else(cells::dash, |percent| Cell::light(progress_light(percent)))
        })
        .column(Column::text("计量单位"), |at| cells::words(&indicator(at).work_unit))
        .column(Column::number("还差"), |at| cells::number(tasks[at].whole().gap, 0))
        .column(Column::text(format!("滞后的{}", view.definitions.index.unit_word)), lagging)
        .table("projects-all", "年度任务进度", 0..tasks.len());
    table.row_header = 1;
    table.notes.push(format!(
        "应完成是到期末的序时任务；“还差”按各{}分别计算后相加，超额的不抵减。完成率 = 实完成 ÷ 应完成。",
        view.definitions.index.unit_word
    ));
    Some(section.with(Block::Table(table)))
}

/// What respondents say; `None` where no survey feeds an indicator.
pub(super) fn opinions(view: &Comparison<'_>, pictures: &Pictures) -> Option<Section> {
    let svg = pictures.charts.get("satisfaction")?;
    let asked: Vec<usize> = view
        .indicators
        .iter()
        .copied()
        .filter(|&number| matches!(view.definitions.indicators[number].source, Source::Survey { .. }))
        .collect();
    let told: Vec<String> = asked.iter().map(|&number| finding(view, number)).collect();
    let alt = format!("各{}调查结果的点图。{}", view.definitions.index.unit_word, told.concat());
    Some(
        Section::new("opinions", 1, "调查结果")
            .with(picture("chart-satisfaction", svg, alt))
            .with(Block::Fold { summary: "点图的数字".into(), blocks: vec![Block::Table(answers(view, &asked))] }),
    )
}

fn finding(view: &Comparison<'_>, number: usize) -> String {
    let name = &view.definitions.indicators[number].name;
    let mut shown: Vec<(usize, f64)> = view
        .presented()
        .map(|unit| (unit, view.current.matrix.cell(number, unit)))
        .filter(|(_, cell)| cells::is_shown(cell))
        .map(|(unit, cell)| (unit, cell.value))
        .collect();
    shown.sort_by(|left, right| right.1.total_cmp(&left.1));
    let of = |(unit, _): &(usize, f64)| {
        let text = cells::value_text(view, number, view.current.matrix.cell(number, *unit));
        format!("{} {text}", view.definitions.units.units[*unit].short)
    };
    match (shown.first(), shown.last()) {
        (Some(best), Some(worst)) if shown.len() > 1 => format!("{name}：最高 {}，最低 {}。", of(best), of(worst)),
        _ => format!("{name}：没有可比的结果。"),
    }
}

fn answers(view: &Comparison<'_>, asked: &[usize]) -> Table {
    let mut layout =
        Layout::new().column(Column::text(&view.definitions.index.unit_word), |unit| cells::unit(view, unit));
    for &number in asked {
        let head = &view.definitions.indicators[number].name;
        layout = layout
            .column(Column::number("值").under(head), move |unit| {
                cells::value(view, number, view.current.matrix.cell(number, unit))
            })
            .column(Column::number("样本").under(head), move |unit| {
                let cell = view.current.matrix.cell(number, unit);
                if cells::is_shown(cell) { cells::count(cell.respondent_count as usize) } else { cells::dash() }
            });
    }
    let mut table = layout.table("opinions-all", "调查结果", view.presented());
    table.notes.push("样本是有效答卷数；答卷太少的隐去。".to_owned());
    table
}
