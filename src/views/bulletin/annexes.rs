//! What is annexed to the bulletin: the tables that its text is cited from, and the method.

use super::tables::unreported;
use super::tasks::Task;
use crate::audit::Audit;
use crate::definitions::Source;
use crate::rules::Adjustment;
use crate::support::list::{SupportEntry, SupportLine};
use crate::views::chapters::cells::{self, Layout};
use crate::views::chapters::certainty::Reach;
use crate::views::chapters::gaps::{self, gap_table};
use crate::views::chapters::{adjustments, certainty, closing, methods, quality, results};
use crate::views::comparison::Comparison;
use crate::views::document::{Annex, Block, Cell, Column, Inline, Light, Row, RowKind, Table};

pub(super) const SCALE: &str = "bulletin-scale";
pub(super) const HEAT: &str = "bulletin-heat";
pub(super) const GAPS: &str = "summary-gaps";
pub(super) const LINES: &str = "bulletin-lines";
pub(super) const ADJUSTMENTS: &str = "bulletin-adjustments";
pub(super) const QUALITY: &str = "quality-departments";

/// Units side by side in one table of all indicators; more make a second one.
const UNITS_ACROSS: usize = 14;

/// What was evaluated: numbers of units, indicators and answers. Rows in a fixed order.
pub(super) fn scale(view: &Comparison<'_>) -> Table {
    let index = &view.definitions.index;
    let asked = view.indicators.iter().filter(|number| is_asked(view, **number)).count();
    let respondents: u64 = view
        .current
        .facts
        .surveys
        .iter()
        .filter(|survey| survey.has_arrived)
        .map(|survey| u64::from(survey.respondent_count))
        .sum();
    let rows = [
        (format!("参评{}（个）", index.unit_word), view.unit_count()),
        ("部门数据指标（项）".to_owned(), view.indicators.len() - asked),
        ("满意度指标（项）".to_owned(), asked),
        ("指标合计（项）".to_owned(), view.indicators.len()),
        ("有效问卷（份）".to_owned(), usize::try_from(respondents).unwrap_or(usize::MAX)),
    ];
    let mut table = Table::new(SCALE, "评价规模", vec![Column::text("项目"), Column::number("数量")]);
    table.rows = rows.into_iter().map(|(what, count)| Row::new(vec![Cell::text(what), cells::count(count)])).collect();
    table
}

/// Whether an indicator comes from a questionnaire.
pub(super) fn is_asked(view: &Comparison<'_>, number: usize) -> bool {
    matches!(view.definitions.indicators[number].source, Source::Survey { .. })
}

/// Indicators by units, a table for every few units; the first begins with the whole.
pub(super) fn heat(view: &Comparison<'_>) -> Vec<Table> {
    let units: Vec<usize> = view.presented().collect();
    let mut chunks: Vec<&[usize]> = units.chunks(UNITS_ACROSS).collect();
    if chunks.is_empty() {
        chunks.push(&[]);
    }
    chunks.iter().enumerate().map(|(at, units)| heat_part(view, at, units)).collect()
}

fn heat_part(view: &Comparison<'_>, at: usize, units: &[usize]) -> Table {
    let indicator = |number: usize| &view.definitions.indicators[number];
    let total = |number: usize| view.current.scores.indicator_total(number);
    let before = |number: usize| view.previous.and_then(|result| result.scores.indicator_total(number).score);
    let word = &view.definitions.index.total_word;
    let mut layout = Layout::new().column(Column::text("指标"), |number: usize| {
        Cell::text(format!("{} {}", indicator(number).code, indicator(number).name))
    });
    if at == 0 {
        layout = layout
            .column(Column::number("值").under(word), |number| {
                cells::value(view, number, view.current.matrix.total(number))
            })
            .column(Column::number("得分").under(word), |number| score_and_light(view, total(number)))
            .column_if(view.previous.is_some(), Column::number("环比").under(word), move |number| {
                cells::change(view.change(total(number).score, before(number)))
            });
    }
    for &unit in units {
        layout = layout.column(Column::number(&view.definitions.units.units[unit].short), move |number| {
            score_and_light(view, view.current.scores.indicator(number, unit))
        });
    }
    let id = if at == 0 { HEAT.to_owned() } else { format!("{HEAT}-{}", at + 1) };
    let caption = if at == 0 { "指标得分与灯".to_owned() } else { format!("指标得分与灯（续{at}）") };
    let mut table = layout.without_sorting().table(id, caption, view.indicators.iter().copied());
    table.notes.push(legend());
    table
}

fn legend() -> String {
    Light::ALL.iter().map(|light| format!("{} {}", light.shape(), light.label())).collect::<Vec<_>>().join("，")
}

fn score_and_light(view: &Comparison<'_>, score: &crate::index::IndicatorScore) -> Cell {
    let light = Inline::Light(view.light(score));
    let mut cell = cells::score(view, score.score);
    if score.score.is_none() {
        cell.content.clear();
    }
    cell.content.push(light);
    cell
}

/// Survey results by unit: answers, and the value of every survey indicator.
pub(super) fn satisfaction(view: &Comparison<'_>) -> Option<Table> {
    let asked: Vec<usize> = view.indicators.iter().copied().filter(|&number| is_asked(view, number)).collect();
    if asked.is_empty() {
        return None;
    }
    let units: Vec<Option<usize>> = view.presented().map(Some).chain([None]).collect();
    let cell = |number: usize, unit: Option<usize>| match unit {
        Some(unit) => view.current.matrix.cell(number, unit),
        None => view.current.matrix.total(number),
    };
    let index = &view.definitions.index;
    let mut layout = Layout::new()
        .column(Column::text(&index.unit_word), |unit: Option<usize>| match unit {
            Some(unit) => Cell::text(&view.definitions.units.units[unit].name),
            None => Cell::text(&index.total_word),
        })
        .column(Column::number("有效样本"), |unit| {
            let shown = asked.iter().map(|&number| cell(number, unit)).filter(|cell| cells::is_shown(cell));
            shown.map(|cell| cell.respondent_count).max().map_or_else(cells::dash, |most| cells::count(most as usize))
        });
    for &number in &asked {
        let indicator = &view.definitions.indicators[number];
        let column = Column::number(format!("{} {}", indicator.code, indicator.name));
        layout = layout.column(column, move |unit| {
            let own = cell(number, unit);
            let mut shown = cells::value(view, number, own);
            if cells::is_shown(own) && own.respondent_count < index.caution_below {
                shown.content.push(Inline::text("*"));
            }
            let reach = certainty::reach(own).map(|reach| match reach {
                Reach::Half(text) => text,
                Reach::Ends(text) => format!("（{text}）"),
            });
            shown.content.push(Inline::text(reach.unwrap_or_default()));
            let against = unit.map_or("", |unit| certainty::placing(view, number, unit));
            if !matches!(against, "" | "不显著") {
                shown.content.push(Inline::text(format!(" {against}")));
            }
            shown
        });
    }
    let mut table = layout.without_sorting().table("bulletin-satisfaction", "满意度调查结果", units.into_iter());
    if let Some(row) = table.rows.last_mut() {
        row.kind = RowKind::Total;
    }
    table.notes = vec![
        format!(
            "有效样本是回答最多的一题的有效答卷数；* 有效答卷少于 {} 份，样本偏少，仅供参考；◇ 少于 {} 份，隐去。",
            index.caution_below, index.suppress_below
        ),
        format!(
            "± 是置信区间的半宽，括号里是置信区间的两端；好于、差于是与{}的差距显著，没有注明的差距不显著，不宜比较高低。",
            index.total_word
        ),
    ];
    let forms = view.definitions.surveys.iter().zip(&view.current.facts.surveys).filter(|(_, own)| own.has_arrived);
    let forms: Vec<String> = forms.map(|(about, own)| format!("{} {} 份", about.name, own.respondent_count)).collect();
    if forms.len() > 1 {
        table.notes.push(format!("有效问卷合计：{}；没有问到、说不清的题不计入这一题的有效答卷。", forms.join("，")));
    }
    Some(table)
}

/// Due, done and missing of each unit, task by task; the last row is the sum.
pub(super) fn tasks_by_unit(view: &Comparison<'_>, tasks: &[Task]) -> Option<Table> {
    if tasks.is_empty() {
        return None;
    }
    let units: Vec<Option<usize>> = view.presented().map(Some).chain([None]).collect();
    let index = &view.definitions.index;
    let mut layout = Layout::new().column(Column::text(&index.unit_word), |unit: Option<usize>| match unit {
        Some(unit) => Cell::text(&view.definitions.units.units[unit].name),
        None => Cell::text("合计"),
    });
    for task in tasks {
        let indicator = &view.definitions.indicators[task.number];
        let head = format!("{} {}（{}）", indicator.code, indicator.name, indicator.work_unit);
        let part = move |get: fn(&super::tasks::Standing) -> f64| {
            move |unit: Option<usize>| {
                let standing = unit.map_or(Some(task.whole()), |unit| task.units[unit]);
                match standing {
                    Some(standing) => cells::number(get(&standing), 0),
                    None if unit.is_some_and(|unit| task.is_owed(view, unit)) => Cell::text("未报"),
                    None => Cell::light(Light::NotApplicable),
                }
            }
        };
        layout = layout
            .column(Column::number("年度任务").under(&head), part(|standing| standing.task))
            .column(Column::number("应完成").under(&head), part(|standing| standing.due))
            .column(Column::number("实完成").under(&head), part(|standing| standing.done))
            .column(Column::number("缺口").under(&head), part(|standing| standing.gap));
    }
    let mut table = layout.without_sorting().table("bulletin-tasks", "实项目任务进度", units.into_iter());
    if let Some(row) = table.rows.last_mut() {
        row.kind = RowKind::Total;
    }
    table.notes.push(
        "应完成按序时进度折算并向上取整；缺口 = 应完成 − 实完成，超额的不抵减；○ 没有任务，未报 没有报送。".to_owned(),
    );
    table.notes.extend(unreported(view, tasks.iter()));
    Some(table)
}

/// Every adjustment of the period.
pub(super) fn adjustment_table(view: &Comparison<'_>) -> Option<Table> {
    let all: Vec<&Adjustment> = view.current.settlement.adjustments.iter().collect();
    let which: Vec<usize> = (0..all.len()).collect();
    (!which.is_empty()).then(|| adjustments::table(view, ADJUSTMENTS, "加减分明细", &which, true))
}

/// The support list, a row for each weak point.
pub(super) fn support_lines(view: &Comparison<'_>) -> Option<Table> {
    let entries = &view.current.closing.support.entries;
    let rows: Vec<(&SupportEntry, &SupportLine)> =
        entries.iter().flat_map(|entry| entry.lines.iter().map(move |line| (entry, line))).collect();
    (!rows.is_empty()).then(|| closing::lines(view, LINES, "补劣支持清单", &rows, true))
}

/// The dearest gaps.
pub(super) fn gap_rows(view: &Comparison<'_>) -> Option<(Vec<gaps::Gaps>, Table)> {
    let gaps = gaps::gaps(view);
    let table = (!gaps.is_empty()).then(|| gap_table(view, &gaps))?;
    Some((gaps, table))
}

/// All annexes in the order of reports.md §1.2.
pub(super) fn annexes(view: &Comparison<'_>, audit: &Audit, own: Tables) -> Vec<Annex> {
    let annex =
        |title: &str, is_landscape: bool, blocks: Vec<Block>| Annex { title: title.to_owned(), is_landscape, blocks };
    let mut annexes = vec![annex("评价结果表", true, vec![Block::Table(results::ranking(view))])];
    annexes.push(annex("指标热力表", true, own.heat.into_iter().map(Block::Table).collect()));
    if let Some(table) = own.adjustments {
        annexes.push(annex("加减分明细", true, vec![Block::Table(table)]));
    }
    let support: Vec<Block> = [own.lines, own.tasks, own.gaps].into_iter().flatten().map(Block::Table).collect();
    if !support.is_empty() {
        annexes.push(annex("补劣支持与差距清单", true, support));
    }
    if let Some(table) = own.satisfaction {
        annexes.push(annex("满意度调查结果", true, vec![Block::Table(table)]));
    }
    let steps = methods::steps(view).into_iter().enumerate();
    let mut method: Vec<Block> = steps.map(|(at, step)| Block::text(format!("{}. {step}", at + 1))).collect();
    method.extend([Block::Table(own.scale), Block::Table(methods::weights(view))]);
    annexes.push(annex("评价方法与口径说明", false, method));
    let mut notes = vec![Block::text(format!(
        "数据截止{}。错误的数据没有采用，警告和疑问由部门答复；逐条见数据质量回执。",
        view.current.facts.cut_off
    ))];
    notes.extend(
        [quality::by_department(view, audit), quality::delivery(view, audit)].into_iter().flatten().map(Block::Table),
    );
    annexes.push(annex("数据质量说明", false, notes));
    annexes
}

/// The tables that text and annexes share.
pub(super) struct Tables {
    pub(super) scale: Table,
    pub(super) heat: Vec<Table>,
    pub(super) adjustments: Option<Table>,
    pub(super) lines: Option<Table>,
    pub(super) tasks: Option<Table>,
    pub(super) gaps: Option<Table>,
    pub(super) satisfaction: Option<Table>,
}
