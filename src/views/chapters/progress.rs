//! 项目进度 and 调查结果: two chapters of a picture with its numbers.

use super::cells::{self, Layout};
use super::{certainty, picture};
use crate::definitions::Source;
use crate::definitions::decimal::{Published, Rounding};
use crate::views::charts::{BulletRow, Progress, ProjectBullets};
use crate::views::comparison::Comparison;
use crate::views::document::{Block, Cell, Column, Section, Table, Tone};
use crate::views::figures::Pictures;
use crate::views::figures::bullets::bullets;

/// Counted work against what is due by now; `None` where nothing has a path through the year.
pub(super) fn projects(view: &Comparison<'_>, pictures: &Pictures) -> Option<Section> {
    let svg = pictures.charts.get("bullets")?;
    let figure = bullets(view)?;
    let is_behind = |row: &&BulletRow| row.progress.is_some_and(|progress| progress.done < progress.due);
    let mut behind: Vec<&str> = figure.rows.iter().filter(is_behind).map(|row| row.name.as_str()).collect();
    behind.dedup();
    let finding = if behind.is_empty() {
        "都达到了序时进度".to_owned()
    } else {
        format!("{}项落后于序时：{}", behind.len(), behind.join("、"))
    };
    let alt = format!("各项工作实完成与序时应完成的条形图，共{}项，{finding}。", figure.rows.len());
    let section = Section::new("projects", 1, "项目进度").with(picture("chart-bullets", svg, alt));
    Some(section.with(Block::Table(progress(&figure, &view.definitions.index.unit_word))))
}

/// The numbers of the chart.
fn progress(figure: &ProjectBullets, unit_word: &str) -> Table {
    let amount = |row: &BulletRow, of: fn(&Progress) -> f64| {
        row.progress.as_ref().map_or_else(cells::dash, |progress| {
            let value = of(progress);
            let rounded = Published::round(value, row.decimals, Rounding::HalfUp);
            Cell::number(rounded.to_string(), value)
        })
    };
    let share = |row: &BulletRow| {
        let known = row.progress.filter(|progress| progress.due > 0.0);
        known.map_or_else(cells::dash, |progress| {
            let share = progress.done / progress.due * 100.0;
            Cell::number(format!("{}%", Published::round(share, 1, Rounding::HalfUp)), share)
        })
    };
    let mut table = Layout::new()
        .column(Column::text("项目"), |row: &BulletRow| cells::words(&row.project))
        .column(Column::text("工作"), |row| Cell::text(&row.name))
        .column(Column::number("年度任务"), move |row| amount(row, |progress| progress.year))
        .column(Column::number("序时应完成"), move |row| amount(row, |progress| progress.due))
        .column(Column::number("实完成"), move |row| amount(row, |progress| progress.done).tone(Tone::Leading))
        .column(Column::number("完成序时"), share)
        .column(Column::text("单位"), |row| cells::words(&row.unit))
        .column(Column::sign("序时灯"), |row| Cell::light(row.light))
        .column(Column::number("还差"), move |row| amount(row, |progress| progress.gap.max(0.0)))
        .table("projects-all", "项目进度（与图相同）", figure.rows.iter());
    table.row_header = 1;
    table.notes.push(format!(
        "序时应完成是到期末应完成的数；完成序时 = 实完成 ÷ 序时应完成；序时灯 100%及以上 ●，80%–100% ▲，80%以下 ■，与按得分亮的指标灯不同。“还差”按各{unit_word}分别计算后相加，超额的不抵减。"
    ));
    table
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
            .column(Column::text("置信区间").under(head), move |unit| {
                Cell::text(certainty::interval(view.current.matrix.cell(number, unit)))
            })
            .column(Column::text(format!("与{}", view.definitions.index.total_word)).under(head), move |unit| {
                Cell::text(certainty::placing(view, number, unit))
            })
            .column(Column::number("样本").under(head), move |unit| {
                let cell = view.current.matrix.cell(number, unit);
                if cells::is_shown(cell) { cells::count(cell.respondent_count as usize) } else { cells::dash() }
            });
    }
    let mut table = layout.table("opinions-all", "调查结果", view.presented());
    table.notes.push("样本是有效答卷数；答卷太少的隐去。".to_owned());
    table.notes.push(format!(
        "好于、差于是与{}相比差距显著（按多重比较校正）；不显著的不宜比较高低；样本偏少的不比较。",
        view.definitions.index.total_word
    ));
    table
}
