//! Counted work with a path through the year, project by project: done, due and the year's task of all units together.

use super::watermark;
use crate::definitions::{Indicator, Scoring, Source};
use crate::facts::CellState;
use crate::index::normalise;
use crate::views::bulletin::progress_light;
use crate::views::charts::{BulletRow, Progress, ProjectBullets};
use crate::views::comparison::Comparison;
use crate::views::document::Light;

/// Decimals of an amount that is no count of work.
const SHARE_DECIMALS: u8 = 2;

/// A bar for every indicator scored by due progress, under each of its projects; `None` where there is none.
pub(in crate::views) fn bullets(view: &Comparison<'_>) -> Option<ProjectBullets> {
    let definitions = view.definitions;
    let has_path =
        |number: usize| matches!(view.scoring(number, None), Scoring::ProRata { target, floor, .. } if target > floor);
    let tracked: Vec<usize> = view.indicators.iter().copied().filter(|&number| has_path(number)).collect();
    let belongs = |number: usize, project: usize| definitions.indicators[number].projects.contains(&project);
    let mut rows = Vec::new();
    for (position, project) in definitions.projects.iter().enumerate() {
        let of_project = tracked.iter().filter(|&&number| belongs(number, position));
        rows.extend(of_project.map(|&number| row(view, number, &project.name)));
    }
    let loose: Vec<usize> =
        tracked.iter().copied().filter(|&number| definitions.indicators[number].projects.is_empty()).collect();
    let heading = if rows.is_empty() { "" } else { "未列入项目的工作" };
    rows.extend(loose.into_iter().map(|number| row(view, number, heading)));
    let index = &definitions.index;
    (!rows.is_empty()).then(|| ProjectBullets {
        title: format!("{}{}项目进度", view.current.period.title(), index.total_word),
        note: format!(
            "条形为实完成占年度任务的比例，竖线为序时应完成。“还差”按各{}分别计算后相加，超额的不抵减；数据截止 {}。",
            index.unit_word, view.current.facts.cut_off
        ),
        watermark: watermark(view),
        rows,
    })
}

fn row(view: &Comparison<'_>, number: usize, project: &str) -> BulletRow {
    let indicator = &view.definitions.indicators[number];
    let is_counted = is_counted(indicator);
    let progress = if is_counted { counted(view, number) } else { as_a_share(view, number) };
    let known = progress.filter(|progress| progress.due > 0.0);
    BulletRow {
        project: project.to_owned(),
        name: format!("{} {}", indicator.code, indicator.name),
        unit: if is_counted { indicator.work_unit.clone() } else { indicator.unit.clone() },
        progress,
        decimals: if is_counted { 0 } else { SHARE_DECIMALS },
        light: match (progress, known) {
            (None, _) => Light::NotReported,
            (_, Some(known)) => progress_light(known.done / known.due * 100.0),
            (Some(_), None) => Light::NotApplicable,
        },
    }
}

/// Whether the numerator is work that can be counted, so that a gap is so many 户 or 人.
fn is_counted(indicator: &Indicator) -> bool {
    !indicator.work_unit.is_empty() && matches!(indicator.source, Source::Ratio { .. })
}

/// Rounded up to whole units of work; half a millionth is a rounding error of a share, not work.
fn whole(amount: f64) -> f64 {
    (amount - 5e-7).ceil().max(0.0)
}

/// Sums over the units that reported: `due = annual·path[q] · denominator/scale`, in units of work.
fn counted(view: &Comparison<'_>, number: usize) -> Option<Progress> {
    let indicator = &view.definitions.indicators[number];
    let mut sum: Option<Progress> = None;
    for unit in 0..view.unit_count() {
        let cell = view.current.matrix.cell(number, unit);
        let scoring = view.scoring(number, Some(unit));
        let Scoring::ProRata { annual, .. } = scoring else { continue };
        let Some(due) = normalise::due(scoring, view.current.period.part) else { continue };
        if !matches!(cell.state, CellState::Reported | CellState::TooSmall) {
            continue;
        }
        let amount = |share: f64| share * cell.denominator / indicator.scale;
        // Whole units of work, unit by unit, as in the bulletin and on the check-up sheets.
        let (due, year) = (whole(amount(due)), whole(amount(*annual)));
        let lacking = (due - cell.numerator).max(0.0);
        let before = sum.unwrap_or(Progress { done: 0.0, due: 0.0, year: 0.0, gap: 0.0 });
        sum = Some(Progress {
            done: before.done + cell.numerator,
            due: before.due + due,
            year: before.year + year,
            gap: before.gap + lacking,
        });
    }
    sum
}

/// The value of all units together against what is due, in the unit of the indicator.
fn as_a_share(view: &Comparison<'_>, number: usize) -> Option<Progress> {
    let cell = view.current.matrix.total(number);
    let scoring = view.scoring(number, None);
    let Scoring::ProRata { annual, .. } = scoring else { return None };
    let due = normalise::due(scoring, view.current.period.part)?;
    let is_known = matches!(cell.state, CellState::Reported | CellState::TooSmall);
    is_known.then_some(Progress { done: cell.value, due, year: *annual, gap: due - cell.value })
}
