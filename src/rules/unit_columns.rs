//! Columns of the unit itself, and scores, values and measures by code.

use super::Settled;
use super::lines::{Counts, published};
use super::sheet::{Getter, Sheet, flag, number, text};
use crate::facts::{CellState, Observed};
use std::collections::BTreeMap;

impl Sheet<'_> {
    /// How a column of units is read; `settled` holds what is known of them at this step.
    pub(super) fn of_unit<'s>(&'s self, name: &str, settled: &'s [Settled]) -> Option<Getter<'s>> {
        let (definitions, inputs, units) = (self.definitions, self.inputs, &self.units);
        let listed = |list: &'s [u32]| number(move |unit| Some(f64::from(list[unit])));
        let count = |read: fn(&Counts) -> u32| number(move |unit| Some(f64::from(read(&units.counts[unit]))));
        let grade = move |grade: Option<usize>| Some(definitions.grades[grade?].id.as_str().into());
        match name {
            "code" => text(move |unit| Some(definitions.units.units[unit].code.as_str().into())),
            "unit" => text(move |unit| Some(definitions.units.units[unit].name.as_str().into())),
            "group" => text(move |unit| Some(definitions.units.units[unit].group.as_str().into())),
            "period_part" => number(move |_| Some(f64::from(inputs.facts.period.part))),
            "base" => number(move |unit| Some(settled[unit].base?.value())),
            "coverage" => number(move |unit| Some(settled[unit].coverage.value())),
            "min_dimension" => self.over_dimensions(f64::min),
            "max_dimension" => self.over_dimensions(f64::max),
            "red_count" => count(|counts| counts.red),
            "new_red_count" => count(|counts| counts.new_red),
            "missing_count" => count(|counts| counts.missing),
            "gate_below_count" => count(|counts| counts.gates_below),
            "gate_missing_count" => count(|counts| counts.gates_missing),
            "gate_shortfall" => number(move |unit| units.counts[unit].gate_shortfall),
            "previous_base" => number(move |unit| Some(units.progress[unit]?.before.value())),
            "comparable_base" => number(move |unit| Some(units.progress[unit]?.now.value())),
            "rise" => number(move |unit| Some(units.progress[unit]?.rise().value())),
            "progress_rate" => number(move |unit| Some(units.progress[unit]?.rate(definitions)?.value())),
            "item_open_count" => listed(&units.open_items),
            "item_overdue_count" => listed(&units.overdue_items),
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
            "is_last_in_group" => self.is_last_in_group(settled),
            _ => self.by_code(name),
        }
    }

    /// The least or the most of the published scores of all elements right below the root; `None` where one has none.
    fn over_dimensions(&self, pick: fn(f64, f64) -> f64) -> Option<Getter<'_>> {
        let elements = self.definitions.elements.iter().enumerate();
        let dimensions: Vec<usize> =
            elements.filter(|(_, element)| element.parent == Some(0)).map(|(position, _)| position).collect();
        let score = |dimension: usize, unit: usize| {
            Some(published(self.definitions, self.inputs.scores.element(dimension, unit)?).value())
        };
        number(move |unit| {
            let (first, others) = dimensions.split_first()?;
            others.iter().try_fold(score(*first, unit)?, |picked, other| Some(pick(picked, score(*other, unit)?)))
        })
    }

    /// Whether nobody of the group has a later place, and somebody an earlier one.
    fn is_last_in_group<'s>(&'s self, settled: &'s [Settled]) -> Option<Getter<'s>> {
        let units = &self.definitions.units.units;
        let mut last_places: BTreeMap<&str, u32> = BTreeMap::new();
        for (unit, settled) in units.iter().zip(settled) {
            let last = last_places.entry(&unit.group).or_default();
            *last = settled.group_rank.map_or(*last, |rank| rank.place.max(*last));
        }
        flag(move |unit| {
            let rank = settled[unit].group_rank?;
            Some(rank.of > 1 && rank.place > 1 && last_places.get(&*units[unit].group) == Some(&rank.place))
        })
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
