//! 调查质量: how sure the estimates are, how weights were adjusted, what of the field work deserves a second look, and what
//! departments report beside what people say. For the analyst; nothing withheld is printed.

mod checks;
mod common_mix;
mod cross_check;
#[cfg(test)]
mod tests;
mod weights;

use super::cells::{self, Layout};
use crate::definitions::decimal::plain;
use crate::definitions::{Question, Statistic, Survey};
use crate::facts::SurveyCell;
use crate::facts::survey::{QuestionResult, SurveyResult};
use crate::views::comparison::Comparison;
use crate::views::document::{Block, Cell, Column, Section, Table};

/// One survey that came.
#[derive(Clone, Copy)]
struct Arrived<'a> {
    /// Position in the definitions, from which anchors are made.
    number: usize,
    survey: &'a Survey,
    result: &'a SurveyResult,
}

/// Empty where no survey came.
pub(super) fn chapter(view: &Comparison<'_>) -> Vec<Section> {
    let arrived: Vec<Arrived<'_>> = view
        .definitions
        .surveys
        .iter()
        .zip(&view.current.facts.surveys)
        .enumerate()
        .map(|(number, (survey, result))| Arrived { number, survey, result })
        .filter(|own| own.result.has_arrived && !own.survey.questions.is_empty())
        .collect();
    if arrived.is_empty() {
        return Vec::new();
    }
    let mut sections = vec![Section::new("survey-quality", 1, "调查质量").with(Block::text(
        "本章供分析人员核对：估计值有多准，权数怎样调整，访问有没有需要复看之处，部门报数与群众回答相差多少。检查只提示复看，没有剔除任何答卷。",
    ))];
    for own in arrived {
        let mut section = Section::new(own.anchor("quality"), 2, &own.survey.name).unlisted();
        section = section.with(Block::Table(estimates(view, own)));
        section.blocks.extend(weights::blocks(view, own));
        section.blocks.extend(common_mix::blocks(view, own));
        section.blocks.extend(checks::blocks(view, own));
        section.blocks.extend(cross_check::blocks(view, own));
        sections.push(section);
    }
    sections
}

impl Arrived<'_> {
    fn anchor(&self, what: &str) -> String {
        format!("survey-{}-{what}", self.number + 1)
    }

    /// What a column of intervals is called: `95%置信区间`.
    fn interval_head(&self) -> String {
        format!("{}%置信区间", plain(self.survey.design.confidence * 100.0, 2))
    }
}

/// The estimates of the whole.
fn estimates(view: &Comparison<'_>, own: Arrived<'_>) -> Table {
    let index = &view.definitions.index;
    let estimate = |row: Row<'_>| open(row.result.whole)?.estimate;
    let optional =
        |value: Option<f64>, decimals| value.map_or_else(cells::dash, |value| cells::number(value, decimals));
    let mut table = Layout::new()
        .column(Column::text("题目"), |row: Row<'_>| Cell::text(question_name(row.question)))
        .column(Column::number("有效答卷"), |row| match row.result.whole {
            Some(cell) if cell.is_suppressed => Cell::text("隐去"),
            Some(cell) => cells::count(cell.respondent_count as usize),
            None => cells::dash(),
        })
        .column(Column::number("估计值"), |row| value_cell(row.question, row.result.whole))
        .column(Column::number("标准误"), move |row| {
            optional(open(row.result.whole).and_then(|own| own.standard_error), 2)
        })
        .column(Column::text(own.interval_head()), |row| interval_cell(row.result.whole))
        .column(Column::number("设计效应"), move |row| optional(estimate(row).and_then(|own| own.design_effect), 2))
        .column(Column::number("有效样本量"), move |row| optional(estimate(row).map(|own| own.effective_count), 1))
        .column(Column::number("自由度"), move |row| optional(estimate(row).map(|own| f64::from(own.df)), 0))
        .column(Column::text("说明"), |row| cells::words(&remarks(view, row.result)))
        .without_sorting()
        .table(own.anchor("estimates"), format!("{}：{}各题的估计", own.survey.name, index.total_word), own.rows());
    table.notes.push(
        "标准误按抽样设计推算。设计效应是与同样多人的简单随机抽样相比，方差大了几倍；有效样本量只扣除权数不等的损失（基什）。".to_owned(),
    );
    table
}

#[derive(Clone, Copy)]
struct Row<'a> {
    question: &'a Question,
    result: &'a QuestionResult,
}

impl<'a> Arrived<'a> {
    fn rows(&self) -> impl Iterator<Item = Row<'a>> {
        let pairs = self.survey.questions.iter().zip(&self.result.questions);
        pairs.map(|(question, result)| Row { question, result })
    }
}

/// The cell, where it may be printed.
fn open(cell: Option<SurveyCell>) -> Option<SurveyCell> {
    cell.filter(|cell| !cell.is_suppressed)
}

fn question_name(question: &Question) -> String {
    if question.text.is_empty() { question.id.clone() } else { format!("{} {}", question.id, question.text) }
}

/// The estimate, or the plain ratio where the design allows no estimate.
fn value(cell: SurveyCell) -> Option<f64> {
    let ratio = || (cell.weight > 0.0).then(|| cell.points / cell.weight);
    cell.estimate.map(|estimate| estimate.value).or_else(ratio).filter(|value| value.is_finite())
}

fn value_cell(question: &Question, cell: Option<SurveyCell>) -> Cell {
    let unit = match question.statistic {
        Statistic::Share | Statistic::TopTwo | Statistic::Awareness => "%",
        Statistic::Mean => "分",
        Statistic::Ratio => "",
    };
    let Some(value) = open(cell).and_then(value) else { return cells::dash() };
    Cell::number(plain(value, 2) + unit, value)
}

fn interval_cell(cell: Option<SurveyCell>) -> Cell {
    let interval = open(cell).and_then(|cell| cell.interval);
    interval.map_or_else(cells::dash, |(low, high)| Cell::text(format!("{}–{}", plain(low, 2), plain(high, 2))))
}

fn remarks(view: &Comparison<'_>, result: &QuestionResult) -> String {
    let index = &view.definitions.index;
    let mut parts = Vec::new();
    if let Some(cell) = open(result.whole) {
        if cell.respondent_count < index.caution_below {
            parts.push("样本偏少".to_owned());
        }
        if cell.estimate.is_none() {
            parts.push("推算不出误差".to_owned());
        }
    }
    if result.withheld_count > 0 {
        parts.push(format!("样本不足的 {} 个{}隐去，未并入", result.withheld_count, index.unit_word));
    }
    parts.join("；")
}
