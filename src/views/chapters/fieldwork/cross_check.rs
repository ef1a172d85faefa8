//! 部门报数与群众回答: the value that a department reports beside what people say about the same thing.

use super::{Arrived, interval_cell, open, value};
use crate::definitions::{Indicator, Question, Source};
use crate::facts::SurveyCell;
use crate::views::chapters::cells::{self, Layout};
use crate::views::comparison::Comparison;
use crate::views::document::{Block, Cell, Column, Tone};

/// Lines printed; the gaps beyond are smaller.
const MOST_LINES: usize = 100;

#[derive(Clone, Copy)]
struct Line<'a> {
    question: &'a Question,
    indicator: &'a Indicator,
    unit: usize,
    reported: f64,
    said: SurveyCell,
    value: f64,
}

impl Line<'_> {
    fn gap(&self) -> f64 {
        self.reported - self.value
    }

    fn is_outside(&self) -> bool {
        self.said.interval.is_some_and(|(low, high)| self.reported < low || self.reported > high)
    }
}

pub(super) fn blocks(view: &Comparison<'_>, own: Arrived<'_>) -> Vec<Block> {
    let mut lines = lines(view, own);
    if lines.is_empty() {
        return Vec::new();
    }
    // Stable: equal gaps stay in the order of questions and units.
    lines.sort_by(|one, other| other.gap().abs().total_cmp(&one.gap().abs()));
    let index = &view.definitions.index;
    let percent = |value: f64| Cell::number(cells::with_unit(value, "%"), value);
    let remark = |line: &Line<'_>| {
        let few = (line.said.respondent_count < index.caution_below).then_some("样本偏少");
        let outside = line.is_outside().then_some("报数在区间之外");
        outside.into_iter().chain(few).collect::<Vec<_>>().join("；")
    };
    let mut table = Layout::new()
        .column(Column::text(&index.unit_word), |line: &Line<'_>| cells::unit(view, line.unit))
        .column(Column::text("指标"), |line| Cell::text(format!("{} {}", line.indicator.code, line.indicator.name)))
        .column(Column::number("部门报数"), move |line| percent(line.reported))
        .column(Column::text("题目"), |line| Cell::text(super::question_name(line.question)))
        .column(Column::number("群众回答"), move |line| percent(line.value))
        .column(Column::text(own.interval_head()), |line| interval_cell(Some(line.said)))
        .column(Column::number("有效答卷"), |line| cells::count(line.said.respondent_count as usize))
        .column(Column::number("相差（百分点）"), |line| {
            let cell = cells::number(line.gap(), 2);
            if line.is_outside() { cell.tone(Tone::Leading) } else { cell }
        })
        .column(Column::text("说明"), move |line| cells::words(&remark(line)))
        .table(
            own.anchor("cross-check"),
            format!("{}：部门报数与群众回答", own.survey.name),
            lines.iter().take(MOST_LINES),
        );
    let marked = lines.iter().filter(|line| line.is_outside()).count();
    table.notes.push(
        "相差 = 部门报数 − 群众回答，按大小列出。两者的对象、口径和时点不同，相差大只说明需要核对，不说明哪一个不对。"
            .to_owned(),
    );
    if lines.len() > MOST_LINES {
        table.notes.push(format!("共 {} 行，这里列出相差最大的 {MOST_LINES} 行。", lines.len()));
    }
    let text = format!("部门报数与群众回答对照 {} 处，其中报数在置信区间之外的 {marked} 处。", lines.len());
    vec![Block::text(text), Block::Table(table)]
}

/// Pairs of percentages, both of which may be printed.
fn lines<'a>(view: &Comparison<'a>, own: Arrived<'a>) -> Vec<Line<'a>> {
    let indicators = &view.definitions.indicators;
    let mut lines = Vec::new();
    for row in own.rows().filter(|row| !row.question.compares_with.is_empty() && row.question.statistic.is_rate()) {
        let code = &row.question.compares_with;
        let Some(number) = indicators.iter().position(|indicator| indicator.code == *code) else { continue };
        let indicator = &indicators[number];
        if matches!(indicator.source, Source::Survey { .. }) || !indicator.unit.starts_with('%') {
            continue;
        }
        for (unit, said) in row.result.units.iter().enumerate() {
            let reported = view.current.matrix.cell(number, unit);
            let Some(said) = open(*said).filter(|_| cells::is_shown(reported)) else { continue };
            let Some(value) = value(said) else { continue };
            lines.push(Line { question: row.question, indicator, unit, reported: reported.value, said, value });
        }
    }
    lines
}
