//! Columns of the unit itself, and scores, values and measures by code.

use super::Settled;
use super::lines::published;
use super::sheet::{Getter, Sheet, flag, number, text};
use crate::facts::{CellState, Observed};

impl Sheet<'_> {
    /// How a column of units is read; `settled` holds what is known of them at this step.
    pub(super) fn of_unit<'s>(&'s self, name: &str, settled: &'s [Settled]) -> Option<Getter<'s>> {
        let (definitions, inputs, units) = (self.definitions, self.inputs, &self.units);
        let count = |list: &'s [u32]| number(move |unit| Some(f64::from(list[unit])));
        let grade = move |grade: Option<usize>| Some(definitions.grades[grade?].id.as_str().into());
        match name {
            "code" => text(move |unit| Some(definitions.units.units[unit].code.as_str().into())),
            "unit" => text(move |unit| Some(definitions.units.units[unit].name.as_str().into())),
            "group" => text(move |unit| Some(definitions.units.units[unit].group.as_str().into())),
            "period_part" => number(move |_| Some(f64::from(inputs.facts.period.part))),
            "base" => number(move |unit| Some(settled[unit].base?.value())),
            "coverage" => number(move |unit| Some(settled[unit].coverage.value())),
            "min_dimension" => number(move |unit| self.dimensions(unit)?.into_iter().reduce(f64::min)),
            "max_dimension" => number(move |unit| self.dimensions(unit)?.into_iter().reduce(f64::max)),
            "red_count" => count(&units.red),
            "new_red_count" => count(&units.new_red),
            "missing_count" => count(&units.missing),
            "gate_below_count" => count(&units.gates_below),
            "gate_missing_count" => count(&units.gates_missing),
            "gate_shortfall" => number(move |unit| units.gate_shortfall[unit]),
            "previous_base" => number(move |unit| Some(units.progress[unit]?.before.value())),
            "comparable_base" => number(move |unit| Some(units.progress[unit]?.now.value())),
            "rise" => number(move |unit| Some(units.progress[unit]?.rise().value())),
            "progress_rate" => number(move |unit| Some(units.progress[unit]?.rate(definitions)?.value())),
            "item_open_count" => count(&units.open_items),
            "item_overdue_count" => count(&units.overdue_items),
            "plan_progress" => number(move |unit| units.plan_progress[unit]),
            "recheck_tolerance" => number(move |_| Some(definitions.rules.recheck_tolerance)),
            "recheck_void" => number(move |_| Some(definitions.rules.recheck_void)),
            "is_vetoed" => flag(move |unit| Some(settled[unit].is_vetoed)),
            "bonus" => number(move |unit| Some(settled[unit].bonus.value())),
            "deduction" => number(move |unit| Some(settled[unit].deduction.value())),
            "final" => number(move |unit| Some(settled[unit].final_score?.value())),
            "grade" => text(move |unit| grade(settled[unit].grade_by_score)),
            "settled_grade" => text(move |unit| grade(settled[unit].grade)),
            "rank" => number(move |unit| Some(f64::from(settled[unit].rank?.place))),
            "group_rank" => number(move |unit| Some(f64::from(settled[unit].group_rank?.place))),
            "is_last_in_group" => flag(move |unit| {
                let rank = settled[unit].group_rank?;
                let group = &definitions.units.units[unit].group;
                let is_below = |other: usize| {
                    definitions.units.units[other].group == *group
                        && settled[other].group_rank.is_some_and(|other| other.place > rank.place)
                };
                Some(rank.of > 1 && rank.place > 1 && !(0..settled.len()).any(is_below))
            }),
            _ => self.by_code(name),
        }
    }

    /// Published scores of all elements right below the root; `None` where one has none.
    fn dimensions(&self, unit: usize) -> Option<Vec<f64>> {
        let elements = self.definitions.elements.iter().enumerate().filter(|(_, element)| element.parent == Some(0));
        let score =
            |(element, _)| Some(published(self.definitions, self.inputs.scores.element(element, unit)?).value());
        elements.map(score).collect()
    }

    fn by_code(&self, name: &str) -> Option<Getter<'_>> {
        let (definitions, inputs) = (self.definitions, self.inputs);
        let indicator = |code: &str| definitions.indicators.iter().position(|indicator| indicator.code == code);
        let publish = move |score: f64| published(definitions, score).value();
        if let Some(code) = name.strip_prefix("score_") {
            if let Some(element) = definitions.elements.iter().skip(1).position(|element| element.code == code) {
                return number(move |unit| inputs.scores.element(element + 1, unit).map(publish));
            }
            let indicator = indicator(code)?;
            return number(move |unit| inputs.scores.indicator(indicator, unit).score.map(publish));
        }
        if let Some(code) = name.strip_prefix("value_") {
            let indicator = indicator(code)?;
            return number(move |unit| {
                let cell = inputs.matrix.cell(indicator, unit);
                (cell.state == CellState::Reported).then_some(cell.value)
            });
        }
        let id = name.strip_prefix("measure_")?;
        let measure = definitions.measures.iter().position(|measure| measure.id == id)?;
        number(move |unit| match inputs.facts.observation(measure, unit).observed {
            Observed::Value(value) => Some(value),
            Observed::NotApplicable | Observed::NotReported => None,
        })
    }
}
