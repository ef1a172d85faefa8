//! What the invented units are like: how large, how good, and which way they go.

use super::draws::Draws;
use crate::definitions::calendar::Period;

/// Size and quality of every unit.
pub(super) struct Traits {
    draws: Draws,
    units: Vec<UnitTraits>,
    last: Period,
}

struct UnitTraits {
    code: String,
    size: f64,
    level: f64,
    /// Points a year.
    trend: f64,
}

/// What a quality is asked for.
pub(super) struct Aspect<'a> {
    /// Code of the element right below the root.
    pub(super) element: &'a str,
    /// Code of the indicator.
    pub(super) item: &'a str,
    /// Deviation of the change from period to period, in points.
    pub(super) swing: f64,
}

/// Smallest and largest unit, as multiples of an average one.
const SIZES: (f64, f64) = (0.5, 1.8);

/// Level by the unit's place in the order of units (0 the worst, 1 the best): most in the middle, a few at the ends.
const LEVELS: [(f64, f64); 7] =
    [(0.0, 65.0), (0.1, 73.0), (0.25, 79.0), (0.5, 84.5), (0.75, 89.0), (0.9, 94.5), (1.0, 100.0)];

/// How far the dimensions of a unit lie from its level, and its indicators from their dimension.
const DIMENSION_SPREAD: f64 = 4.0;
const INDICATOR_SPREAD: f64 = 6.5;

impl Traits {
    /// Traits for units by their codes. `last` is the period in which the levels hold; trends lead up to it.
    pub(super) fn new<'a>(draws: Draws, codes: impl Iterator<Item = &'a str>, last: Period) -> Self {
        let mut units: Vec<UnitTraits> = Vec::new();
        let mut places: Vec<(f64, usize)> = Vec::new();
        for (position, code) in codes.enumerate() {
            let mut stream = draws.stream("unit", "", code, "");
            places.push((stream.uniform(), position));
            let size = SIZES.0 * libm::pow(SIZES.1 / SIZES.0, stream.uniform());
            units.push(UnitTraits { code: code.to_owned(), size, level: 0.0, trend: stream.between(-2.0, 5.0) });
        }
        // Spreading the places evenly gives every grade its units even where there are few.
        places.sort_by(|left, right| left.0.total_cmp(&right.0).then(left.1.cmp(&right.1)));
        for (place, (_, position)) in places.iter().enumerate() {
            #[expect(clippy::cast_precision_loss, reason = "counts of units are far below 2^53")]
            let share = (place as f64 + 0.5) / places.len() as f64;
            units[*position].level = level(share);
        }
        Traits { draws, units, last }
    }

    /// Size of a unit, 1 for an average one.
    pub(super) fn size(&self, unit: usize) -> f64 {
        self.units[unit].size
    }

    /// Code of a unit.
    pub(super) fn code(&self, unit: usize) -> &str {
        &self.units[unit].code
    }

    /// Level of a unit in a period, before dimensions, indicators and chance.
    pub(super) fn level(&self, unit: usize, period: Period) -> f64 {
        let unit = &self.units[unit];
        let at =
            |period: Period| f64::from(period.year) + f64::from(period.part) / f64::from(period.frequency.per_year());
        unit.level + unit.trend * (at(period) - at(self.last))
    }

    /// The score an indicator of a unit should have, in percent of the scale: mostly 60–100, and beyond 100 where the
    /// target is passed.
    pub(super) fn quality(&self, unit: usize, period: Period, aspect: &Aspect<'_>) -> f64 {
        let code = self.code(unit);
        let dimension = self.draws.stream("dimension", "", code, aspect.element).bell() * DIMENSION_SPREAD;
        let indicator = self.draws.stream("indicator", "", code, aspect.item).bell() * INDICATOR_SPREAD;
        let chance = self.draws.stream("chance", &period.to_string(), code, aspect.item).bell() * aspect.swing;
        self.level(unit, period) + dimension + indicator + chance
    }
}

fn level(share: f64) -> f64 {
    let mut before = LEVELS[0];
    for point in LEVELS {
        if share <= point.0 {
            let width = (point.0 - before.0).max(f64::MIN_POSITIVE);
            return before.1 + (point.1 - before.1) * (share - before.0) / width;
        }
        before = point;
    }
    before.1
}

#[cfg(test)]
mod tests {
    use super::*;

    fn period(text: &str) -> Period {
        text.parse().expect("a period")
    }

    #[test]
    fn levels_cover_the_whole_range_however_few_units_there_are() {
        let codes: Vec<String> = (0..13).map(|number| format!("U{number}")).collect();
        let traits = Traits::new(Draws::new(3), codes.iter().map(String::as_str), period("2022Q3"));
        let mut levels: Vec<f64> = (0..13).map(|unit| traits.level(unit, period("2022Q3"))).collect();
        levels.sort_by(f64::total_cmp);
        assert!(levels[0] < 72.0 && levels[12] > 94.0, "{levels:?}");
        assert!((levels[6] - 84.5).abs() < 1e-9, "{levels:?}");
        assert!((0..13).all(|unit| (0.5..1.8).contains(&traits.size(unit))));
    }

    #[test]
    fn a_units_quality_does_not_depend_on_which_period_was_asked_first() {
        let traits = Traits::new(Draws::new(3), ["甲", "乙"].into_iter(), period("2022Q3"));
        let aspect = Aspect { element: "A", item: "A01", swing: 2.0 };
        let late = traits.quality(1, period("2022Q3"), &aspect);
        let early = traits.quality(1, period("2021Q3"), &aspect);
        assert!((late - early).abs() > 1e-9);
        assert_eq!(late.to_bits(), traits.quality(1, period("2022Q3"), &aspect).to_bits());
    }

    #[test]
    fn the_level_is_linear_between_its_points_and_flat_beyond_them() {
        assert!((level(0.5) - 84.5).abs() < 1e-12);
        assert!((level(0.05) - 69.0).abs() < 1e-12);
        assert!((level(0.0) - 65.0).abs() < 1e-12 && (level(1.0) - 100.0).abs() < 1e-12);
    }
}
