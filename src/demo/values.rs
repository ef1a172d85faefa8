//! The figures themselves: what a unit would report for a measure in a period.

use super::draws::Draws;
use super::targets::{Setting, nearest, value_for};
use super::traits::{Aspect, Traits};
use crate::definitions::calendar::Period;
use crate::definitions::{Basis, Definitions, DemoMishap, DemoScript, Indicator, Scoring, Source};

/// How a measure gets its value.
#[derive(Clone, Copy)]
enum Recipe {
    /// Large as the unit is large.
    Volume,
    /// As an indicator, by position, wants it: the numerator to its denominator.
    Numerator(usize, usize),
    /// As an indicator, by position, wants it.
    Single(usize),
}

/// Everything that decides the figures.
pub(super) struct Values<'a> {
    definitions: &'a Definitions,
    script: &'a DemoScript,
    draws: Draws,
    traits: Traits,
    recipes: Vec<Recipe>,
    scale: f64,
}

impl<'a> Values<'a> {
    pub(super) fn new(definitions: &'a Definitions, script: &'a DemoScript, draws: Draws, last: Period) -> Self {
        let codes = definitions.units.units.iter().map(|unit| unit.code.as_str());
        let frozen = definitions.measures.iter().filter(|measure| measure.basis == Basis::Frozen);
        let largest = frozen.map(|measure| measure.typical).fold(0.0, f64::max);
        // The largest of the figures fixed for the year is the population that the other sizes go with.
        let known = largest > 0.0 && script.population > 0.0;
        Values {
            definitions,
            script,
            draws,
            traits: Traits::new(draws, codes, last),
            recipes: recipes(definitions),
            scale: if known { script.population / largest } else { 1.0 },
        }
    }

    /// What stands in the files, before anybody misspells it. Cumulative figures never fall within a year.
    pub(super) fn reported(&self, measure: usize, unit: usize, period: Period) -> f64 {
        self.so_far(measure, period, |period| {
            let value = self.base(measure, unit, period);
            match self.factor(measure, unit, period) {
                None => value,
                // More than nothing has to be something.
                Some(factor) => ((if factor > 1.0 { value.max(1.0) } else { value }) * factor).round().max(0.0),
            }
        })
    }

    /// People of a unit, as the largest of the figures fixed for the year counts them; 0 where none is fixed.
    pub(super) fn people(&self, unit: usize, period: Period) -> f64 {
        let measures = self.definitions.measures.iter().enumerate();
        let frozen = measures.filter(|(_, measure)| measure.basis == Basis::Frozen && measure.typical > 0.0);
        let largest = frozen.max_by(|one, other| one.1.typical.total_cmp(&other.1.typical));
        largest.map_or(0.0, |(measure, _)| self.reported(measure, unit, period).round().max(0.0))
    }

    /// The score, in percent of the scale, that an indicator of a unit is made for.
    pub(super) fn quality(&self, indicator: &Indicator, unit: usize, period: Period) -> f64 {
        let swing = match (indicator.source, indicator.basis) {
            (Source::Survey { .. } | Source::Panel { .. }, _) => 2.5,
            (_, Basis::Period) => 3.0,
            (_, Basis::Ytd) => 2.5,
            (_, Basis::Point | Basis::Rolling12m | Basis::Frozen) => 1.2,
        };
        let aspect = Aspect { element: self.top_element(indicator), item: &indicator.code, swing };
        self.traits.quality(unit, period, &aspect)
    }

    /// The value an indicator of a unit is made for.
    pub(super) fn wanted(&self, indicator: &Indicator, unit: usize, period: Period, quality: f64) -> f64 {
        let group = &self.definitions.units.units[unit].group;
        let scoring = indicator.scoring_in(group);
        let usual = match indicator.source {
            Source::Ratio { numerator, denominator } => {
                let typical = |measure: usize| self.definitions.measures[measure].typical;
                typical(numerator) / typical(denominator).max(f64::MIN_POSITIVE) * indicator.scale
            }
            Source::Single { measure } => self.definitions.measures[measure].typical * indicator.scale,
            Source::Survey { .. } => 0.8 * indicator.scale,
            Source::Panel { panel, .. } => {
                let (low, high) = self.definitions.panels[panel].scale;
                (low + 0.8 * (high - low)) * indicator.scale
            }
        };
        let lean = self.draws.stream("lean", "", self.traits.code(unit), &indicator.code).uniform();
        value_for(scoring, quality, &Setting { index: &self.definitions.index, part: period.part, lean, usual })
    }

    fn top_element(&self, indicator: &Indicator) -> &str {
        let elements = &self.definitions.elements;
        let mut element = &elements[indicator.parent];
        while let Some(parent) = element.parent.filter(|&parent| elements[parent].parent.is_some()) {
            element = &elements[parent];
        }
        &element.code
    }

    /// Product of the scripted factors; `None` where the script says nothing.
    fn factor(&self, measure: usize, unit: usize, period: Period) -> Option<f64> {
        let when = self.when(measure, period);
        self.script
            .mishap
            .iter()
            .filter(|mishap| self.concerns(mishap, measure, Some(unit), &when))
            .filter_map(|mishap| mishap.factor)
            .reduce(|product, factor| product * factor)
            .filter(|factor| factor.is_finite())
    }

    /// What a script calls the time of a measure's figure: the year where it is fixed for the year.
    pub(super) fn when(&self, measure: usize, period: Period) -> String {
        let is_frozen = self.definitions.measures[measure].basis == Basis::Frozen;
        if is_frozen { period.year.to_string() } else { period.to_string() }
    }

    /// Whether a mishap is about a measure (and a unit, where one is given) in a period.
    pub(super) fn concerns(&self, mishap: &DemoMishap, measure: usize, unit: Option<usize>, when: &str) -> bool {
        let unit = unit.map(|unit| self.traits.code(unit));
        (mishap.period.is_empty() || mishap.period == when)
            && mishap.measure == self.definitions.measures[measure].id
            && unit.is_none_or(|code| mishap.unit.is_empty() || mishap.unit == code)
    }

    /// The largest of the year so far for a cumulative measure, and just the period's own for any other.
    fn so_far(&self, measure: usize, period: Period, of: impl Fn(Period) -> f64) -> f64 {
        match self.definitions.measures[measure].basis {
            Basis::Ytd => (1..=period.part).map(|part| of(Period { part, ..period })).fold(0.0, f64::max),
            Basis::Frozen => of(Period { part: 1, ..period }),
            Basis::Point | Basis::Period | Basis::Rolling12m => of(period),
        }
    }

    fn base(&self, measure: usize, unit: usize, period: Period) -> f64 {
        let value = self.so_far(measure, period, |period| match self.recipes[measure] {
            Recipe::Volume => self.volume(measure, unit, period),
            Recipe::Numerator(indicator, denominator) => self.numerator(indicator, measure, denominator, unit, period),
            Recipe::Single(indicator) => self.single(indicator, measure, unit, period),
        });
        let definition = &self.definitions.measures[measure];
        value.max(definition.min).min(definition.max)
    }

    /// `typical × size`, the same all year for what is registered, a little different each period for what flows.
    fn volume(&self, measure: usize, unit: usize, period: Period) -> f64 {
        let definition = &self.definitions.measures[measure];
        let code = self.traits.code(unit);
        let own = self.draws.stream("volume", "", code, &definition.id).between(0.9, 1.1);
        let year = self.draws.stream("volume", &period.year.to_string(), code, &definition.id).between(0.985, 1.015);
        let when = period.to_string();
        let flow = match definition.basis {
            Basis::Point | Basis::Frozen => 1.0,
            Basis::Ytd => f64::from(period.part) / f64::from(period.frequency.per_year()),
            Basis::Rolling12m => self.draws.stream("flow", &when, code, &definition.id).between(0.98, 1.02),
            Basis::Period => self.draws.stream("flow", &when, code, &definition.id).between(0.92, 1.08),
        };
        let value = definition.typical * self.scale * self.traits.size(unit) * own * year * flow;
        if definition.typical < 1.0 { (value * 1000.0).round() / 1000.0 } else { value.round().max(1.0) }
    }

    fn numerator(&self, indicator: usize, measure: usize, denominator: usize, unit: usize, period: Period) -> f64 {
        let indicator = &self.definitions.indicators[indicator];
        let below = self.base(denominator, unit, period);
        let count = |quality: f64| self.wanted(indicator, unit, period, quality) * below / indicator.scale;
        let wanted = count(self.quality(indicator, unit, period)).max(0.0);
        let best = count(100.0).max(0.0);
        let value = nearest(wanted, best, indicator.scoring.direction(), self.step(measure, unit));
        if indicator.unit == "%" { value.min(below) } else { value }
    }

    /// Hours and minutes are written with a decimal by some and without by others; everything else is counted.
    fn step(&self, measure: usize, unit: usize) -> f64 {
        let definition = &self.definitions.measures[measure];
        let is_time = definition.unit.ends_with('时') || definition.unit.ends_with("分钟");
        let is_exact = is_time && self.draws.stream("step", "", self.traits.code(unit), &definition.id).uniform() < 0.4;
        if is_exact { 0.1 } else { 1.0 }
    }

    fn single(&self, indicator: usize, measure: usize, unit: usize, period: Period) -> f64 {
        let indicator = &self.definitions.indicators[indicator];
        let value = |quality: f64| self.wanted(indicator, unit, period, quality) / indicator.scale;
        let range = (value(100.0) - value(60.0)).abs();
        let steps = [(50.0, 1.0), (5.0, 0.1), (0.5, 0.01)];
        let step = steps.iter().find(|(least, _)| range >= *least).map_or(0.0001, |(_, step)| *step);
        let value = nearest(value(self.quality(indicator, unit, period)), 0.0, None, step);
        let is_share = self.definitions.measures[measure].unit == "%";
        if is_share && !matches!(indicator.scoring, Scoring::ProRata { .. }) {
            value.clamp(0.0, 100.0)
        } else {
            value.max(0.0)
        }
    }
}

/// Each measure's recipe: the first indicator that it is the numerator of, unless its denominator would in turn
/// depend on it.
fn recipes(definitions: &Definitions) -> Vec<Recipe> {
    let mut recipes = vec![Recipe::Volume; definitions.measures.len()];
    for (position, indicator) in definitions.indicators.iter().enumerate() {
        match indicator.source {
            Source::Ratio { numerator, denominator } if matches!(recipes[numerator], Recipe::Volume) => {
                let mut ahead = denominator;
                while let Recipe::Numerator(_, next) = recipes[ahead] {
                    ahead = next;
                }
                if ahead != numerator {
                    recipes[numerator] = Recipe::Numerator(position, denominator);
                }
            }
            Source::Single { measure } if matches!(recipes[measure], Recipe::Volume) => {
                recipes[measure] = Recipe::Single(position);
            }
            Source::Ratio { .. } | Source::Single { .. } | Source::Survey { .. } | Source::Panel { .. } => {}
        }
    }
    recipes
}
