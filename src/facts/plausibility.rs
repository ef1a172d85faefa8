//! Figures that can be read and yet are hardly true: against the last period, against each other. Nothing is changed.

use super::{Check, Facts, Observed, Origin};
use crate::audit::{Audit, Code, Diagnostic, Place};
use crate::definitions::decimal::plain;
use crate::definitions::{Basis, Definitions, Source};

/// Makes the checks and counts them by department. `previous` are the facts of the period before, where there are any.
pub(super) fn check(definitions: &Definitions, previous: Option<&Facts>, facts: &mut Facts, audit: &mut Audit) {
    for measure in 0..definitions.measures.len() {
        if definitions.measures[measure].basis == Basis::Frozen {
            continue;
        }
        let column = Column::new(definitions, facts, measure);
        if column.figures.is_empty() {
            continue;
        }
        if let Some(previous) = previous {
            let pairs = column.pairs(previous);
            column.decrease(&pairs, facts, audit);
            column.repetition(&pairs, facts, audit);
            column.change(&pairs, facts, audit);
        }
        column.rounding(facts, audit);
        column.ranks(facts, audit);
    }
    if let Some(previous) = previous {
        repeated_tables(definitions, previous, facts, audit);
    }
    for indicator in 0..definitions.indicators.len() {
        at_limit(definitions, indicator, facts, audit);
        small_denominators(definitions, indicator, facts, audit);
    }
}

/// A reported figure of a unit and where it stands.
#[derive(Clone, Copy)]
struct Figure {
    unit: usize,
    value: f64,
    origin: Option<Origin>,
}

fn figures(facts: &Facts, measure: usize) -> Vec<Figure> {
    let figure = |unit: usize| {
        let observation = facts.observation(measure, unit);
        match observation.observed {
            Observed::Value(value) => Some(Figure { unit, value, origin: observation.origin }),
            _ => None,
        }
    };
    (0..facts.unit_count).filter_map(figure).collect()
}

/// A figure and the one of the period before.
type Pair = (Figure, f64);

/// The figures of one measure.
struct Column<'a> {
    definitions: &'a Definitions,
    measure: usize,
    figures: Vec<Figure>,
}

impl<'a> Column<'a> {
    fn new(definitions: &'a Definitions, facts: &Facts, measure: usize) -> Self {
        Column { definitions, measure, figures: figures(facts, measure) }
    }

    fn pairs(&self, previous: &Facts) -> Vec<Pair> {
        let before = |figure: &Figure| match previous.observation(self.measure, figure.unit).observed {
            Observed::Value(value) => Some((*figure, value)),
            _ => None,
        };
        self.figures.iter().filter_map(before).collect()
    }

    fn note(&self, code: Code, place: Place, message: String) -> Diagnostic {
        let measure = &self.definitions.measures[self.measure];
        let department = &self.definitions.departments[measure.department].name;
        Diagnostic::new(code, place, message).department(department).item(&measure.name)
    }

    fn tally(&self, facts: &mut Facts, check: Check, tested: usize, found: usize) {
        facts.tally(self.definitions.measures[self.measure].department, check, tested, found);
    }

    fn is_long_enough(&self, count: usize) -> bool {
        count >= self.definitions.checks.least_count
    }

    /// Whether the figures cover a stretch of time, so that they hardly stay the same.
    fn is_flow(&self) -> bool {
        matches!(self.definitions.measures[self.measure].basis, Basis::Period | Basis::Ytd | Basis::Rolling12m)
    }

    /// Cumulative figures that fell within a year.
    fn decrease(&self, pairs: &[Pair], facts: &mut Facts, audit: &mut Audit) {
        let definition = &self.definitions.measures[self.measure];
        if definition.basis != Basis::Ytd || facts.period.starts_year() {
            return;
        }
        let fallen: Vec<&Pair> = pairs.iter().filter(|(figure, before)| figure.value < *before).collect();
        for (figure, before) in &fallen {
            let (now, before) = (plain(figure.value, 4), plain(*before, 4));
            let message = format!("“{}”是年初累计数,上期 {before},本期反而是 {now}", definition.name);
            audit.note(
                self.note(Code::CumulativeDecrease, facts.place_of(figure.origin), message)
                    .unit(&self.definitions.units.units[figure.unit].name)
                    .found(now)
                    .expected(format!("≥ {before}"))
                    .help("核对是不是填了当季数;上期多报的请说明"),
            );
        }
        self.tally(facts, Check::CumulativeDoesNotFall, pairs.len(), fallen.len());
    }

    /// A column of figures over a stretch of time that is the same as last time, to the last digit.
    fn repetition(&self, pairs: &[Pair], facts: &mut Facts, audit: &mut Audit) {
        let definition = &self.definitions.measures[self.measure];
        if !self.is_flow() || !self.is_long_enough(pairs.len()) {
            return;
        }
        let is_repeated = pairs.iter().all(is_same) && pairs.iter().any(|(figure, _)| figure.value != 0.0);
        if is_repeated {
            let message = format!("“{}”这一列 {} 个数与上期完全相同,像是照抄", definition.name, pairs.len());
            let place = facts.place_of(pairs[0].0.origin);
            audit.note(
                self.note(Code::PeriodRepeated, place, message).help("核对是不是用了上期的表;确实没有变化的请说明"),
            );
        }
        self.tally(facts, Check::NotRepeated, 1, usize::from(is_repeated));
    }

    /// Changes that are far from those of the other units.
    ///
    /// With `r = ln((x + ½)/(x₀ + ½))`, a change is unusual where `|r − median r|` exceeds `change_factor` times the
    /// largest of: the robust standard deviation `1.4826·MAD(r)`; `ln(1 + change_floor)`; for counts the standard
    /// deviation of a log ratio of Poisson counts, `√(1/(x + 1) + 1/(x₀ + 1))`. Hampel's identifier, see Davies and
    /// Gather, The identification of multiple outliers, JASA 88 (1993).
    fn change(&self, pairs: &[Pair], facts: &mut Facts, audit: &mut Audit) {
        const TO_STANDARD_DEVIATION: f64 = 1.4826;
        let pairs: Vec<&Pair> = pairs.iter().filter(|(figure, before)| figure.value >= 0.0 && *before >= 0.0).collect();
        if !self.is_long_enough(pairs.len()) {
            return;
        }
        let limits = &self.definitions.checks;
        let ratios: Vec<f64> =
            pairs.iter().map(|(figure, before)| libm::log((figure.value + 0.5) / (before + 0.5))).collect();
        let middle = median(ratios.clone());
        let spread = TO_STANDARD_DEVIATION * median(ratios.iter().map(|ratio| (ratio - middle).abs()).collect());
        let floor = libm::log(1.0 + limits.change_floor);
        let mut found_count = 0;
        for ((figure, before), ratio) in pairs.iter().copied().zip(&ratios) {
            let is_count = figure.value.fract() == 0.0 && before.fract() == 0.0;
            let chance = if is_count { libm::sqrt(1.0 / (figure.value + 1.0) + 1.0 / (before + 1.0)) } else { 0.0 };
            if (ratio - middle).abs() <= limits.change_factor * spread.max(floor).max(chance) {
                continue;
            }
            found_count += 1;
            let definition = &self.definitions.measures[self.measure];
            let (now, before) = (plain(figure.value, 4), plain(*before, 4));
            let usual = plain((libm::exp(middle) - 1.0) * 100.0, 1);
            let message =
                format!("“{}”上期 {before},本期 {now},与其他单位的变动(一般 {usual}%)相差很大", definition.name);
            audit.note(
                self.note(Code::ChangeUnusual, facts.place_of(figure.origin), message)
                    .unit(&self.definitions.units.units[figure.unit].name)
                    .found(now)
                    .expected(format!("接近 {before}"))
                    .help("核对有没有多写、少写一位,口径有没有变;属实的请说明原因"),
            );
        }
        self.tally(facts, Check::UsualChange, pairs.len(), found_count);
    }

    /// A column that is 1 to n in some order was pasted from a list of places.
    fn ranks(&self, facts: &Facts, audit: &mut Audit) {
        let mut values: Vec<f64> = self.figures.iter().map(|figure| figure.value).collect();
        values.sort_by(f64::total_cmp);
        let is_place = |(position, value): (usize, &f64)| (value - (position + 1) as f64).abs() < f64::EPSILON;
        if !self.is_long_enough(values.len()) || !values.iter().enumerate().all(is_place) {
            return;
        }
        let definition = &self.definitions.measures[self.measure];
        let message = format!("“{}”这一列正好是 1 到 {},像是位次,不是数据", definition.name, values.len());
        let place = facts.place_of(self.figures[0].origin);
        audit.note(self.note(Code::RankColumn, place, message).help("核对是不是贴错了列;属实的请说明"));
    }

    /// A column of multiples of five was guessed, not counted.
    fn rounding(&self, facts: &Facts, audit: &mut Audit) {
        let values: Vec<f64> = self.figures.iter().map(|figure| figure.value).filter(|value| *value != 0.0).collect();
        let are_all_equal = values.windows(2).all(|pair| pair[0].to_bits() == pair[1].to_bits());
        if !self.is_long_enough(values.len()) || are_all_equal {
            return;
        }
        let round_count = values.iter().filter(|value| **value % 5.0 == 0.0).count();
        if round_count as f64 <= self.definitions.checks.round_share * values.len() as f64 {
            return;
        }
        let definition = &self.definitions.measures[self.measure];
        let message =
            format!("“{}”这一列 {} 个数里有 {round_count} 个是 5 的倍数,像是估计数", definition.name, values.len());
        let place = facts.place_of(self.figures[0].origin);
        audit.note(self.note(Code::RoundedValues, place, message).help("核对是不是按实际台账统计;属实的请说明"));
    }
}

/// To the last digit: what is compared was written down, not computed.
fn is_same((figure, before): &Pair) -> bool {
    figure.value.to_bits() == before.to_bits()
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    let half = values.len() / 2;
    if values.len() % 2 == 1 { values[half] } else { (values[half - 1] + values[half]) / 2.0 }
}

/// Figures of a day may stay as they are, but hardly all columns of a table at once.
fn repeated_tables(definitions: &Definitions, previous: &Facts, facts: &mut Facts, audit: &mut Audit) {
    for position in 0..facts.readings.len() {
        let reading = &facts.readings[position];
        let Some(department) = reading.department.filter(|_| !reading.is_frozen && reading.replaced_by.is_none())
        else {
            continue;
        };
        let columns: Vec<Column<'_>> =
            reading.columns.iter().map(|column| Column::new(definitions, facts, column.measure)).collect();
        let has_flow = columns.iter().any(Column::is_flow);
        let pairs: Vec<Vec<Pair>> = columns.iter().map(|column| column.pairs(previous)).collect();
        if has_flow || columns.len() < 2 || pairs.iter().any(|pairs| pairs.len() < definitions.checks.least_count) {
            continue;
        }
        let is_repeated = pairs.iter().flatten().all(is_same);
        if is_repeated {
            let message = format!("这张表的 {} 列与上期完全相同,像是照抄", columns.len());
            let place = facts.place_of(pairs[0][0].0.origin);
            audit.note(
                columns[0]
                    .note(Code::PeriodRepeated, Place { cell: None, ..place }, message)
                    .help("核对是不是用了上期的表;确实没有变化的请说明"),
            );
        }
        facts.tally(department, Check::NotRepeated, 1, usize::from(is_repeated));
    }
}

/// An indicator on which every unit has all it can have says nothing any more, or was filled in by rote.
fn at_limit(definitions: &Definitions, position: usize, facts: &Facts, audit: &mut Audit) {
    const FULL: f64 = 100.0;
    let indicator = &definitions.indicators[position];
    if indicator.unit != "%" {
        return;
    }
    let (measure, values): (usize, Vec<f64>) = match indicator.source {
        Source::Single { measure } => (measure, figures(facts, measure).iter().map(|figure| figure.value).collect()),
        Source::Ratio { numerator, denominator } => {
            let value = |unit: usize| match (
                facts.observation(numerator, unit).observed,
                facts.observation(denominator, unit).observed,
            ) {
                (Observed::Value(above), Observed::Value(below)) if below > 0.0 => {
                    Some(above / below * indicator.scale)
                }
                _ => None,
            };
            (numerator, (0..facts.unit_count).filter_map(value).collect())
        }
        Source::Survey { .. } | Source::Panel { .. } => return,
    };
    if values.len() < definitions.checks.least_count || values.iter().any(|value| *value != FULL) {
        return;
    }
    let column = Column::new(definitions, facts, measure);
    let message = format!("“{}”所有单位都是 100%", indicator.name);
    let place = facts.place_of(column.figures.first().and_then(|figure| figure.origin));
    audit
        .note(column.note(Code::AllAtLimit, place, message).help("核对是不是逐个统计的;属实的请说明,指标已拉不开差距"));
}

/// Denominators below which an indicator is shown and not scored.
fn small_denominators(definitions: &Definitions, position: usize, facts: &Facts, audit: &mut Audit) {
    let indicator = &definitions.indicators[position];
    let Source::Ratio { denominator, .. } = indicator.source else { return };
    let column = Column::new(definitions, facts, denominator);
    for figure in column.figures.iter().filter(|figure| figure.value > 0.0 && figure.value < indicator.min_denominator)
    {
        let least = plain(indicator.min_denominator, 4);
        let message = format!("“{}”的分母只有 {},少于 {least},只列示、不评分", indicator.name, plain(figure.value, 4));
        audit.note(
            column
                .note(Code::DenominatorSmall, facts.place_of(figure.origin), message)
                .unit(&definitions.units.units[figure.unit].name)
                .found(plain(figure.value, 4))
                .expected(format!("≥ {least}"))
                .help("核对分母;属实的不必改,本期得分按暂用上季或不计处理"),
        );
    }
}
