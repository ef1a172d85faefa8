//! Tasks of the year in counted work: what was due by now, what is done, what is missing, of each unit and of all.

use crate::definitions::Scoring;
use crate::facts::CellState;
use crate::index::normalise;
use crate::sensitivity::Gap;
use crate::views::chapters::gaps::unit_gap;
use crate::views::comparison::Comparison;

/// Half a millionth of a unit of work is a rounding error of a share, not work.
const DUST: f64 = 5e-7;

/// An indicator with a task for the year that is due step by step.
pub(in crate::views) struct Task {
    /// Position of the indicator.
    pub(in crate::views) number: usize,
    /// Position of the project it belongs to, where it does.
    pub(in crate::views) project: Option<usize>,
    /// By unit, in register order; `None` where a unit has no such task or no figure.
    pub(in crate::views) units: Vec<Option<Standing>>,
}

/// Counted work of one unit, or of all. Whole numbers.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(in crate::views) struct Standing {
    /// Task of the year: the yearly share of those it is counted over, rounded up.
    pub(in crate::views) task: f64,
    /// Due by the end of the period, rounded up to whole units of work.
    pub(in crate::views) due: f64,
    /// Done.
    pub(in crate::views) done: f64,
    /// Missing; done beyond what is due makes up for nobody else's gap.
    pub(in crate::views) gap: f64,
}

impl Task {
    /// All units together.
    pub(in crate::views) fn whole(&self) -> Standing {
        let mut sum = Standing::default();
        for unit in self.units.iter().flatten() {
            sum.task += unit.task;
            sum.due += unit.due;
            sum.done += unit.done;
            sum.gap += unit.gap;
        }
        sum
    }

    /// Whether a unit owes a figure: it has the task all the same.
    pub(in crate::views) fn is_owed(&self, view: &Comparison<'_>, unit: usize) -> bool {
        view.current.matrix.cell(self.number, unit).state == CellState::NotReported
    }

    /// Units with something missing, most first; those with as much in register order.
    pub(in crate::views) fn behind(&self) -> Vec<(usize, f64)> {
        let missing = |(unit, standing): (usize, &Option<Standing>)| Some((unit, standing.as_ref()?.gap));
        let mut behind: Vec<(usize, f64)> =
            self.units.iter().enumerate().filter_map(missing).filter(|(_, gap)| *gap > 0.0).collect();
        behind.sort_by(|(_, left), (_, right)| right.total_cmp(left));
        behind
    }
}

/// All tasks in the order of the projects, then of the indicators.
pub(in crate::views) fn tasks(view: &Comparison<'_>) -> Vec<Task> {
    let task = |&number: &usize| {
        let indicator = &view.definitions.indicators[number];
        let units: Vec<Option<Standing>> = (0..view.unit_count()).map(|unit| standing(view, number, unit)).collect();
        let project = indicator.projects.first().copied();
        let is_task = matches!(indicator.scoring, Scoring::ProRata { .. }) && !indicator.work_unit.is_empty();
        (is_task && units.iter().any(Option::is_some)).then_some(Task { number, project, units })
    };
    let mut tasks: Vec<Task> = view.indicators.iter().filter_map(task).collect();
    tasks.sort_by_key(|task| task.project.unwrap_or(usize::MAX));
    tasks
}

fn standing(view: &Comparison<'_>, number: usize, unit: usize) -> Option<Standing> {
    let cell = view.current.matrix.cell(number, unit);
    let due = normalise::due(view.scoring(number, Some(unit)), view.current.period.part)?;
    if cell.state != CellState::Reported || cell.is_void {
        return None;
    }
    let Scoring::ProRata { annual, .. } = view.scoring(number, Some(unit)) else { return None };
    let whole =
        |share: f64| (cell.denominator * share / view.definitions.indicators[number].scale - DUST).ceil().max(0.0);
    let due = whole(due);
    Some(Standing { task: whole(*annual), due, done: cell.numerator, gap: (due - cell.numerator).max(0.0) })
}

/// The indicator of a project whose gaps of all units together are worth most, with the number of units of work and the
/// units concerned.
pub(super) fn dearest_gap(view: &Comparison<'_>, project: usize) -> Option<(usize, f64)> {
    let of = |&number: &usize| {
        let gaps: Vec<Gap> = (0..view.unit_count()).filter_map(|unit| unit_gap(view, number, unit)).collect();
        let worth: f64 = gaps.iter().map(|gap| gap.all).sum();
        (!gaps.is_empty()).then(|| (number, gaps.iter().map(|gap| gap.count).sum::<f64>(), worth))
    };
    let own = view.indicators.iter().filter(|number| view.definitions.indicators[**number].projects.contains(&project));
    let best = own.filter_map(of).max_by(|(_, _, left), (_, _, right)| left.total_cmp(right));
    best.map(|(number, count, _)| (number, count))
}

/// Score of a project over all units together: mean of its indicators' scores by effective weight.
pub(in crate::views) fn composite(view: &Comparison<'_>, project: usize) -> Option<f64> {
    let (mut sum, mut weights) = (0.0, 0.0);
    for &number in &view.indicators {
        let total = view.current.scores.indicator_total(number);
        if let Some(score) = total.score.filter(|_| view.definitions.indicators[number].projects.contains(&project)) {
            sum += score * total.weight;
            weights += total.weight;
        }
    }
    (weights > 0.0).then(|| sum / weights)
}
