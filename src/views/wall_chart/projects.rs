//! Projects by units: work that is due by now, or the score of a project that has none.

use super::{score_light, work_light};
use crate::definitions::decimal::plain;
use crate::facts::CellState;
use crate::views::bulletin::{Task, composite, tasks};
use crate::views::charts::{MatrixCell, MatrixColumn, MatrixRow, SupportMatrix};
use crate::views::comparison::Comparison;

/// What a column is made of.
enum Source {
    Task(Task),
    Score(usize),
}

/// A column for every task of a project, in the order of the projects; units in register order.
pub(super) fn matrix(view: &Comparison<'_>) -> SupportMatrix {
    let mut columns = Vec::new();
    let mut all: Vec<Task> = tasks(view).into_iter().filter(|task| task.project.is_some()).collect();
    for (project, about) in view.definitions.projects.iter().enumerate() {
        let (own, others): (Vec<Task>, Vec<Task>) = all.into_iter().partition(|task| task.project == Some(project));
        all = others;
        let is_one = own.len() == 1;
        if own.is_empty()
            && let Some(score) = composite(view, project)
        {
            let score = view.publish(score);
            let column = MatrixColumn {
                name: about.name.clone(),
                unit: String::new(),
                decimals: 0,
                score: Some((score, score_light(view, score))),
            };
            columns.push((column, Source::Score(project)));
        }
        for task in own {
            let indicator = &view.definitions.indicators[task.number];
            let name = if is_one { about.name.clone() } else { format!("{} {}", about.name, indicator.code) };
            let column = MatrixColumn { name, unit: indicator.work_unit.clone(), decimals: 0, score: None };
            columns.push((column, Source::Task(task)));
        }
    }
    let row = |unit: usize| MatrixRow {
        name: view.definitions.units.units[unit].short.clone(),
        cells: columns.iter().map(|(_, source)| cell(view, source, unit)).collect(),
    };
    let rows = (0..view.unit_count()).map(row).collect();
    let has_scores = columns.iter().any(|(column, _)| column.score.is_some());
    SupportMatrix {
        title: String::new(),
        note: if has_scores { score_rule(view) } else { String::new() },
        watermark: String::new(),
        total_word: view.definitions.index.total_word.clone(),
        columns: columns.iter().map(|(column, _)| column.clone()).collect(),
        rows,
    }
}

/// What the light of a column of scores looks at: not what those of work do.
fn score_rule(view: &Comparison<'_>) -> String {
    let index = &view.definitions.index;
    let (green, yellow) = (plain(index.green_min, 4), plain(index.yellow_min, 4));
    format!("项目得分 {green}及以上 ●，{yellow}及以上 ▲，{yellow}以下 ■")
}

fn cell(view: &Comparison<'_>, source: &Source, unit: usize) -> MatrixCell {
    match source {
        Source::Task(task) => match task.units[unit] {
            Some(own) => MatrixCell::Work { done: own.done, due: own.due, light: work_light(own.done, own.due) },
            None if view.current.matrix.cell(task.number, unit).state == CellState::NotApplicable => {
                MatrixCell::NotApplicable
            }
            None => MatrixCell::NotReported,
        },
        Source::Score(project) => score(view, *project, unit),
    }
}

/// Mean of the scores of a project's indicators in a unit by effective weight, as [`composite`] does for the whole.
fn score(view: &Comparison<'_>, project: usize, unit: usize) -> MatrixCell {
    let own = view.indicators.iter().filter(|number| view.definitions.indicators[**number].projects.contains(&project));
    let (mut sum, mut weights, mut applies) = (0.0, 0.0, false);
    for &number in own {
        let own = view.current.scores.indicator(number, unit);
        applies |= view.current.matrix.cell(number, unit).state != CellState::NotApplicable;
        if let Some(score) = own.score {
            sum += score * own.weight;
            weights += own.weight;
        }
    }
    if weights > 0.0 {
        let score = view.publish(sum / weights);
        return MatrixCell::Score { score, light: score_light(view, score) };
    }
    if applies { MatrixCell::NotReported } else { MatrixCell::NotApplicable }
}
