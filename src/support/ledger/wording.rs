//! A problem in words and figures: what was measured, how far it is from the target, and what must be reached.

use super::{Item, period_of};
use crate::definitions::calendar::{Date, Period};
use crate::definitions::decimal::plain;
use crate::definitions::{Definitions, Direction, Indicator, Scoring, Source};
use crate::facts::{Cell, CellState};
use crate::index::normalise;
use crate::rules::Inputs;
use crate::sensitivity::gap;

/// Code and name, as the ledger prints an indicator.
pub(super) fn indicator_text(indicator: &Indicator) -> String {
    format!("{} {}", indicator.code, indicator.name)
}

/// Who helps with an indicator's problem.
pub(super) fn helper(definitions: &Definitions, indicator: usize) -> String {
    definitions.departments[definitions.helper(indicator)].name.clone()
}

/// The period by whose end a problem found in `found` is to be mended.
pub(super) fn deadline(definitions: &Definitions, found: Period) -> Period {
    (0..definitions.rules.support.due_periods).fold(found, |period, _| period.next())
}

/// What closes a problem for which nothing more exact was said.
pub(super) fn plain_exit_test(definitions: &Definitions, indicator: Option<usize>) -> String {
    indicator.map_or_else(
        || "整改到位,附佐证材料,经核验通过".to_owned(),
        |indicator| format!("{}{}", definitions.indicators[indicator].name, exit_score(definitions)),
    )
}

fn exit_score(definitions: &Definitions) -> String {
    format!("得分达到{}分以上可销号,须附佐证材料、经核验通过", plain(definitions.rules.support.exit_score, 2))
}

/// `2022年9月30日`: a problem may be read years after it was written down.
fn day_text(day: Date) -> String {
    format!("{}年{}月{}日", day.year, day.month, day.day)
}

fn scoring<'a>(definitions: &'a Definitions, indicator: &'a Indicator, unit: usize) -> &'a Scoring {
    indicator.scoring_in(&definitions.units.units[unit].group)
}

/// A value with its unit.
fn with_unit(value: f64, indicator: &Indicator) -> String {
    format!("{}{}", plain(value, 2), indicator.unit)
}

/// Whole units of work, never a fraction of one by a rounding error of the ratio.
fn whole(count: f64) -> f64 {
    (count - 5e-7).ceil()
}

/// One indicator of one unit with everything its words are made of.
struct Case<'a> {
    definitions: &'a Definitions,
    inputs: &'a Inputs<'a>,
    indicator: &'a Indicator,
    position: usize,
    unit: usize,
    cell: &'a Cell,
    scoring: &'a Scoring,
}

impl<'a> Case<'a> {
    fn new(definitions: &'a Definitions, inputs: &'a Inputs<'a>, position: usize, unit: usize) -> Self {
        let indicator = &definitions.indicators[position];
        let cell = inputs.matrix.cell(position, unit);
        Case { definitions, inputs, indicator, position, unit, cell, scoring: scoring(definitions, indicator, unit) }
    }

    fn score_text(&self) -> String {
        let index = &self.definitions.index;
        let score = self.inputs.scores.indicator(self.position, self.unit).score;
        let text = |score| format!("得分{}分", index.publish(score));
        score.map(text).unwrap_or_default()
    }

    /// Numerator that a value needs, in units of work; `None` where the indicator does not count work.
    fn work(&self, value: f64) -> Option<f64> {
        let is_counted = !self.indicator.work_unit.is_empty() && matches!(self.indicator.source, Source::Ratio { .. });
        is_counted.then(|| value * self.cell.denominator / self.indicator.scale)
    }

    fn counted(&self, count: f64) -> String {
        format!("{}{}", plain(count, 2), self.indicator.work_unit)
    }

    /// Floor and target in words; empty for methods that have none.
    fn borders(&self) -> String {
        let unit = |value: f64| with_unit(value, self.indicator);
        match *self.scoring {
            Scoring::Efficacy { target, floor } => format!("底线{},目标{}", unit(floor), unit(target)),
            Scoring::ProRata { target, floor, .. } => {
                format!("底线为应达进度的{}%,目标{}%", plain(floor, 2), plain(target, 2))
            }
            Scoring::Band { low, high, floor_low, floor_high } => {
                format!("底线{}或{},适宜{}至{}", unit(floor_low), unit(floor_high), unit(low), unit(high))
            }
            Scoring::Goalposts { upper, .. } => format!("目标{}", unit(upper)),
            Scoring::MinMax { .. } | Scoring::RankPoints { .. } => "按各单位相互比较赋分".to_owned(),
        }
    }

    /// What is still to be done now, in units of work or in the unit of the indicator.
    fn gap(&self) -> String {
        let score = self.inputs.scores.indicator(self.position, self.unit);
        let period = self.inputs.facts.period;
        if let Some(work) = gap(self.definitions, self.position, self.unit, self.cell, score, period) {
            let to = if work.is_reduction { "须减少" } else { "还差" };
            return format!("{to}{}", self.counted(work.count));
        }
        match (self.target(period), self.scoring.direction()) {
            (Some(target), direction) if !self.has_reached(target) => {
                let to = if direction == Some(Direction::Lower) { "须降低" } else { "还差" };
                // The difference of two percentages is in percentage points.
                let unit = if self.indicator.unit == "%" { "个百分点" } else { &self.indicator.unit };
                format!("{to}{}{unit}", plain((target - self.cell.value).abs(), 2))
            }
            _ => String::new(),
        }
    }

    /// The value that is enough at the end of a period.
    fn target(&self, period: Period) -> Option<f64> {
        match *self.scoring {
            Scoring::Efficacy { target, .. } => Some(target),
            Scoring::ProRata { target, .. } => Some(target / 100.0 * normalise::due(self.scoring, period.part)?),
            Scoring::Band { low, .. } if self.cell.value < low => Some(low),
            Scoring::Band { high, .. } => Some(high),
            Scoring::Goalposts { lower, upper, logarithm: false } => {
                let index = &self.definitions.index;
                let (bottom, top) = index.scale;
                let share = (self.definitions.rules.support.exit_score - bottom) / (top - bottom);
                Some(lower + (upper - lower) * share)
            }
            _ => None,
        }
    }

    /// Whether the value is on the good side of what is enough.
    fn has_reached(&self, target: f64) -> bool {
        let value = self.cell.value;
        match (self.scoring, self.scoring.direction()) {
            (Scoring::Band { low, high, .. }, _) => (*low - 1e-9..=*high + 1e-9).contains(&value),
            (_, Some(Direction::Lower)) => value <= target + 1e-9,
            _ => value >= target - 1e-9,
        }
    }

    /// `应完成24户,实完成15户,为应达进度的62.5%`
    fn progress(&self) -> Option<String> {
        let due = normalise::due(self.scoring, self.inputs.facts.period.part)?;
        let share = (due > 0.0).then(|| format!(",为应达进度的{}%", plain(self.cell.value / due * 100.0, 2)))?;
        Some(match self.work(due) {
            Some(work) => {
                format!("应完成{},实完成{}{share}", self.counted(whole(work)), self.counted(self.cell.numerator))
            }
            None => {
                format!(
                    "应达{},实为{}{share}",
                    with_unit(due, self.indicator),
                    with_unit(self.cell.value, self.indicator)
                )
            }
        })
    }

    fn description(&self) -> String {
        if self.cell.state != CellState::Reported || self.cell.is_void {
            let why = if self.cell.is_void { "数据失实,按最低分计" } else { "没有报送,按最低分计" };
            return format!("{}{}", self.indicator.name, [why, &self.borders()].join(","));
        }
        let actual = self.progress().unwrap_or_else(|| format!("实际{}", with_unit(self.cell.value, self.indicator)));
        let parts = [actual, self.borders(), self.score_text(), self.gap()];
        let parts: Vec<String> = parts.into_iter().filter(|part| !part.is_empty()).collect();
        format!("{}{}", self.indicator.name, parts.join(","))
    }

    /// By when, up to what, how many units of work more.
    fn exit_test(&self, until: Date) -> String {
        let now = self.inputs.facts.period;
        let day = day_text(until);
        let is_late = until < now.last_day();
        // What should have been done is due as of now.
        let (start, by) =
            if is_late { (format!("时限{day}已过:"), now) } else { (format!("到{day}"), period_of(until, now)) };
        let exit = exit_score(self.definitions);
        if self.cell.state != CellState::Reported || self.cell.is_void {
            return format!("{start}如实报送{},{exit}", self.indicator.name);
        }
        let is_new_task = matches!(self.scoring, Scoring::ProRata { .. }) && by.year != now.year;
        if is_new_task {
            return format!("{start}完成新年度任务的序时进度,{exit}");
        }
        let Some(target) = self.target(by) else { return format!("{start}{}{exit}", self.indicator.name) };
        // What is enough already, for this day too, asks for no more work.
        let more = self.work(target).filter(|_| !self.has_reached(target)).map(|work| {
            let distance = work - self.cell.numerator;
            let verb = if distance < 0.0 { "减少" } else { "再完成" };
            format!(",{verb}{}", self.counted(whole(distance.abs())))
        });
        let more = more.unwrap_or_default();
        let reach = match *self.scoring {
            Scoring::ProRata { target: share, .. } => {
                let of = self.work(target).map_or_else(
                    || format!("({})", with_unit(target, self.indicator)),
                    |work| {
                        let whole = self.counted(whole(work));
                        let all = self.counted(self.cell.denominator);
                        format!("({all}的{}即{whole})", with_unit(target, self.indicator))
                    },
                );
                format!("完成应达进度的{}%{of}", plain(share, 2))
            }
            _ => format!("{}达到{}", self.indicator.name, with_unit(target, self.indicator)),
        };
        format!("{start}{reach}{more};{exit}")
    }
}

/// What is wrong with an indicator of a unit: actual value, floor, target, score, gap.
pub(super) fn description(definitions: &Definitions, inputs: &Inputs, indicator: usize, unit: usize) -> String {
    Case::new(definitions, inputs, indicator, unit).description()
}

/// What closes the problem of an indicator of a unit by a day, so that anybody can measure it.
pub(super) fn exit_test(
    definitions: &Definitions,
    inputs: &Inputs,
    indicator: usize,
    unit: usize,
    until: Date,
) -> String {
    Case::new(definitions, inputs, indicator, unit).exit_test(until)
}

/// The same for a problem with the figures of this period, so that it agrees with what is still missing now; `None` for
/// a problem that is not open, that no red light opened, or of which nothing was measured in this period.
pub(super) fn exit_test_now(definitions: &Definitions, inputs: &Inputs, item: &Item) -> Option<String> {
    let indicator = measured_now(inputs, item).filter(|_| item.state.is_open())?;
    Some(exit_test(definitions, inputs, indicator, item.unit, item.deadline()))
}

/// The same of which nothing was measured in this period, with the day that is the deadline now; `None` where it names it.
pub(super) fn exit_test_moved(item: &Item) -> Option<String> {
    let (day, rest) = item.exit_test.split_once('日').filter(|_| item.is_red_light && item.state.is_open())?;
    let now = format!("到{}", day_text(item.deadline()));
    (day.starts_with('到') && format!("{day}日") != now).then(|| format!("{now}{rest}"))
}

/// How a red light stands by the figures of this period, whatever they were when the problem was opened; `None` for one of
/// which nothing was measured in this period.
pub fn description_now(definitions: &Definitions, inputs: &Inputs, item: &Item) -> Option<String> {
    let indicator = measured_now(inputs, item)?;
    Some(description(definitions, inputs, indicator, item.unit))
}

fn measured_now(inputs: &Inputs, item: &Item) -> Option<usize> {
    let indicator = item.indicator.filter(|_| item.is_red_light)?;
    inputs.scores.indicator(indicator, item.unit).state.is_usable().then_some(indicator)
}
