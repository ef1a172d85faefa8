//! Projects as the rules see them: a composite of a project's indicators, its lead, its progress.

use super::lines::{due_percent, is_missing, is_red, published, target_gap};
use super::{Inputs, ranks};
use crate::definitions::decimal::Published;
use crate::definitions::{Definitions, Source};
use rayon::prelude::*;

/// One project of one unit.
#[derive(Clone, Copy, Default)]
pub(super) struct ProjectLine {
    /// Mean of the scores of the project's indicators, weighted by effective weight.
    pub(super) composite: Option<Published>,
    /// Place of the composite within the group.
    pub(super) group_place: Option<u32>,
    /// Points ahead of the second of the group; for others, points from the first (negative).
    pub(super) lead: Option<Published>,
    /// Least progress, in percent of what is due, of the indicators with a task by date.
    pub(super) due_percent_min: Option<f64>,
    /// Most that a survey indicator is below its target.
    pub(super) survey_gap: Option<f64>,
    pub(super) red_count: u32,
    pub(super) missing_count: u32,
}

/// All projects by all units, project by project.
pub(super) struct Projects {
    pub(super) lines: Vec<ProjectLine>,
}

impl Projects {
    pub(super) fn new(definitions: &Definitions, inputs: &Inputs) -> Self {
        let mut lines = Vec::new();
        for project in 0..definitions.projects.len() {
            let mut own: Vec<ProjectLine> = (0..inputs.scores.unit_count())
                .into_par_iter()
                .map(|unit| line(definitions, inputs, project, unit))
                .collect();
            place(definitions, &mut own);
            lines.extend(own);
        }
        Projects { lines }
    }
}

fn line(definitions: &Definitions, inputs: &Inputs, project: usize, unit: usize) -> ProjectLine {
    let mut line = ProjectLine::default();
    let (mut sum, mut weights) = (0.0, 0.0);
    for (number, indicator) in definitions.indicators.iter().enumerate() {
        if !indicator.projects.contains(&project) {
            continue;
        }
        let score = inputs.scores.indicator(number, unit);
        let cell = inputs.matrix.cell(number, unit);
        if let Some(points) = score.score {
            sum += points * score.weight;
            weights += score.weight;
        }
        line.red_count += u32::from(is_red(definitions, inputs.scores, number, unit));
        line.missing_count += u32::from(is_missing(score.state));
        if let Some(percent) = due_percent(definitions, indicator, unit, cell, inputs.facts.period.part) {
            line.due_percent_min = Some(line.due_percent_min.map_or(percent, |least| least.min(percent)));
        }
        if matches!(indicator.source, Source::Survey { .. })
            && let Some(gap) = target_gap(definitions, indicator, unit, cell)
        {
            line.survey_gap = Some(line.survey_gap.map_or(gap, |most| most.max(gap)));
        }
    }
    line.composite = (weights > 0.0).then(|| published(definitions, sum / weights));
    line
}

/// Places and leads within each group.
fn place(definitions: &Definitions, lines: &mut [ProjectLine]) {
    for group in &definitions.units.groups {
        let composites: Vec<Option<Published>> = lines
            .iter()
            .zip(&definitions.units.units)
            .map(|(line, unit)| line.composite.filter(|_| unit.group == *group))
            .collect();
        let mut sorted: Vec<Published> = composites.iter().flatten().copied().collect();
        sorted.sort_by(|one, other| other.cmp(one));
        for (line, rank) in lines.iter_mut().zip(ranks(&composites)) {
            let (Some(rank), Some(own), [first, second, ..]) = (rank, line.composite, &sorted[..]) else { continue };
            let rival = if rank.place == 1 { second } else { first };
            line.group_place = Some(rank.place);
            line.lead = Some(own.with_steps(own.steps() - rival.steps()));
        }
    }
}
