//! Why a published final score is not what it was in another period.

use super::difference::{difference, profile};
use super::printed::{Points, print_parts};
use crate::definitions::Definitions;
use crate::definitions::calendar::Period;
use crate::definitions::decimal::Published;
use crate::index::State;
use crate::rules::{Adjustment, Earlier, Outcome, Rank};
use std::collections::{BTreeMap, BTreeSet};

/// An indicator with a score in both periods.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct IndicatorChange {
    /// Position of the indicator.
    pub indicator: usize,
    /// Points of the final score that the change of its score makes.
    pub points: Points,
    /// Score now, in full precision.
    pub now: f64,
    /// Score before, in full precision.
    pub before: f64,
}

/// What a change of weight makes, indicator by indicator: the inside of one printed line.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct WeightChange {
    /// Position of the indicator.
    pub indicator: usize,
    /// Points of the final score, in full precision.
    pub points: f64,
    /// Effective weight now in percent; 0 where it is left out.
    pub now: f64,
    /// Effective weight before in percent; 0 where it was left out.
    pub before: f64,
}

/// What a rule counted in the two periods, as it moves the final score: deductions are negative.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct RuleChange {
    /// Position of the rule.
    pub rule: usize,
    /// Now minus before.
    pub points: Published,
    /// Now, after all caps.
    pub now: Published,
    /// Before, after all caps.
    pub before: Published,
}

/// The change of a final score; its printed parts add up to it.
///
/// `total = Σ indicators + weights + bonus + deduction`, in whole steps of the published figure. What a cap cut is cut
/// from the points of the rules it cut, so that nothing is left over beside them.
#[derive(Clone, Debug, PartialEq)]
pub struct Change {
    /// The earlier period.
    pub from: Period,
    /// The later period.
    pub to: Period,
    /// Published final score now minus before.
    pub total: Published,
    /// Published base score now minus before: indicators and weights.
    pub base: Published,
    /// Indicators with a score in both periods, in the order of the definitions.
    pub indicators: Vec<IndicatorChange>,
    /// 权重变化: weights spread anew because indicators came or went, in one line.
    pub weights: Points,
    /// The inside of that line: who moved it. Indicators withheld in one of the periods have no line.
    pub weight_details: Vec<WeightChange>,
    /// Bonus now minus before.
    pub bonus: Published,
    /// Deduction before minus now: as it moves the final score.
    pub deduction: Published,
    /// Rules that counted in one of the periods and did not count the same in both, in the order of the definitions.
    pub rules: Vec<RuleChange>,
}

/// Takes the change of a unit's published final score between two periods apart; `None` where one has no score.
///
/// The base score by [`difference`], printed by largest remainder; bonus and deduction as published. An indicator that
/// is withheld (隐去) in one of the periods has no score there: it is part of the weights, without a line of its own.
pub fn change(definitions: &Definitions, now: &Earlier<'_>, before: &Earlier<'_>, unit: usize) -> Option<Change> {
    let is_own = |hit: &Adjustment| hit.unit == unit;
    let counted = [now, before].map(|side| counted(definitions, side, is_own).remove(&unit).unwrap_or_default());
    taken_apart(definitions, now, before, unit, counted)
}

/// [`change`] of every unit.
pub fn changes(definitions: &Definitions, now: &Earlier<'_>, before: &Earlier<'_>) -> Vec<Option<Change>> {
    let mut sides = [now, before].map(|side| counted(definitions, side, |_| true));
    let mut of = |unit: usize| {
        let own = sides.each_mut().map(|side| side.remove(&unit).unwrap_or_default());
        taken_apart(definitions, now, before, unit, own)
    };
    (0..now.settlement.units.len()).map(&mut of).collect()
}

/// Steps that each rule counts, deductions negative.
type StepsByRule = BTreeMap<usize, i64>;

fn counted(
    definitions: &Definitions,
    side: &Earlier<'_>,
    is_wanted: impl Fn(&Adjustment) -> bool,
) -> BTreeMap<usize, StepsByRule> {
    let mut units: BTreeMap<usize, StepsByRule> = BTreeMap::new();
    let hits = side.settlement.adjustments.iter().filter(|hit| hit.outcome == Outcome::Counted && is_wanted(hit));
    for hit in hits {
        let is_bonus = definitions.rules.rules[hit.rule].kind.is_bonus();
        let steps = if is_bonus { hit.points.steps() } else { -hit.points.steps() };
        *units.entry(hit.unit).or_default().entry(hit.rule).or_default() += steps;
    }
    units
}

fn taken_apart(
    definitions: &Definitions,
    now: &Earlier<'_>,
    before: &Earlier<'_>,
    unit: usize,
    [counted_now, counted_before]: [StepsByRule; 2],
) -> Option<Change> {
    let (settled, former) = (&now.settlement.units[unit], &before.settlement.units[unit]);
    let (score, former_score) = (settled.final_score?, former.final_score?);
    let minus = |one: Published, other: Published| one.with_steps(one.steps() - other.steps());
    let base = minus(settled.base?, former.base?);
    let own = (profile(definitions, now.scores, unit), profile(definitions, before.scores, unit));
    let difference = difference(definitions, &own.0, &own.1)?;
    let both: Vec<(usize, f64, f64)> = (own.0.iter().zip(&own.1).enumerate())
        .filter_map(|(indicator, (now, before))| Some((indicator, (*now)?, (*before)?)))
        .collect();
    let exact: Vec<f64> = both.iter().map(|&(indicator, ..)| difference.parts[indicator].score).collect();
    let exact: Vec<f64> = exact.into_iter().chain([difference.weight()]).collect();
    let mut printed = print_parts(&exact, base);
    let weights = printed.pop()?;
    let line = |(&(indicator, now, before), points)| IndicatorChange { indicator, points, now, before };
    let indicators = both.iter().zip(printed).map(line).collect();
    let is_withheld = |indicator: usize| {
        [now, before].iter().any(|side| side.scores.indicator(indicator, unit).state == State::Suppressed)
    };
    let detail = |indicator: usize| WeightChange {
        indicator,
        points: difference.parts[indicator].weight,
        now: now.scores.indicator(indicator, unit).weight,
        before: before.scores.indicator(indicator, unit).weight,
    };
    let weight_details = (0..definitions.indicators.len())
        .filter(|&indicator| difference.parts[indicator].weight.abs() > 1e-12 && !is_withheld(indicator))
        .map(detail)
        .collect();
    Some(Change {
        from: before.period,
        to: now.period,
        total: minus(score, former_score),
        base,
        indicators,
        weights,
        weight_details,
        bonus: minus(settled.bonus, former.bonus),
        deduction: minus(former.deduction, settled.deduction),
        rules: rule_changes(&counted_now, &counted_before, score),
    })
}

fn rule_changes(now: &StepsByRule, before: &StepsByRule, grid: Published) -> Vec<RuleChange> {
    let of = |rule: usize| {
        let [now, before] = [now, before].map(|side| side.get(&rule).copied().unwrap_or(0));
        RuleChange {
            rule,
            points: grid.with_steps(now - before),
            now: grid.with_steps(now),
            before: grid.with_steps(before),
        }
    };
    let rules: BTreeSet<usize> = now.keys().chain(before.keys()).copied().collect();
    rules.into_iter().map(of).filter(|change| change.points.steps() != 0).collect()
}

/// A unit's places in one period.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Standing {
    /// The period.
    pub period: Period,
    /// Published final score.
    pub final_score: Option<Published>,
    /// Place among all units; `None` where it was not ranked.
    pub rank: Option<Rank>,
    /// Place in its group.
    pub group_rank: Option<Rank>,
}

/// A unit's places by period, in the order given.
pub fn standings(periods: &[Earlier<'_>], unit: usize) -> Vec<Standing> {
    let of = |period: &Earlier<'_>| {
        let settled = &period.settlement.units[unit];
        Standing {
            period: period.period,
            final_score: settled.final_score,
            rank: settled.rank,
            group_rank: settled.group_rank,
        }
    };
    periods.iter().map(of).collect()
}
