//! Where scores come from and why they moved, in `result.json`: contributions, changes and places by period.
//!
//! What is withheld (隐去) has no score, so it has no line here either; its weight is spread and told as one figure.

use super::super::{Assessment, PeriodResult};
use super::{figure, rank};
use crate::definitions::Definitions;
use crate::definitions::calendar::Period;
use crate::rules::Earlier;
use crate::sensitivity::certainty::Certainty;
use crate::sensitivity::{self, Change, Contribution, Contributions, Points, Standing};
use serde_json::{Value, json};

/// Everything of the current period, computed once for all units.
pub(super) struct Analysis<'a> {
    definitions: &'a Definitions,
    contributions: Vec<Option<Contributions>>,
    previous: Vec<Option<Change>>,
    year_before: Vec<Option<Change>>,
    periods: Vec<Earlier<'a>>,
    certainty: Option<&'a Certainty>,
}

impl<'a> Analysis<'a> {
    pub(super) fn new(assessment: &'a Assessment, result: &'a PeriodResult) -> Self {
        let definitions = &assessment.definitions;
        let previous = result.period.previous();
        // In a yearly index both are the same.
        let year_before = Some(result.period.year_before()).filter(|period| *period != previous);
        let since = |period: Option<Period>| match period.and_then(|period| assessment.period(period)) {
            Some(before) => sensitivity::changes(definitions, &result.as_earlier(), &before.as_earlier()),
            None => vec![None; result.settlement.units.len()],
        };
        Analysis {
            definitions,
            contributions: sensitivity::contributions(definitions, &result.scores),
            previous: since(Some(previous)),
            year_before: since(year_before),
            periods: assessment.periods.iter().map(PeriodResult::as_earlier).collect(),
            certainty: assessment.certainty.as_ref(),
        }
    }

    /// How sure a unit's final score and place are; null where no score rests on an estimate.
    pub(super) fn certainty(&self, unit: usize) -> Value {
        let Some(all) = self.certainty else { return Value::Null };
        let own = all.finals[unit];
        let tier = all.tier(unit).map(|tier| [all.tiers[tier].first_place, all.tiers[tier].last_place]);
        json!({
            "standard_error": own.map(|own| own.standard_error),
            "interval": own.map(|own| [own.interval.0, own.interval.1]),
            "simulated": own.map(|own| own.is_simulated),
            "confidence": all.confidence,
            "tier": tier,
            "rank_range": all.ranks[unit].map(|range| [range.best, range.worst]),
            "top_three": all.top_three[unit],
        })
    }

    /// Contributions of a unit's indicators; null where it has no base score.
    pub(super) fn contributions(&self, unit: usize) -> Value {
        let Some(own) = &self.contributions[unit] else { return Value::Null };
        let line = |line: &Contribution| {
            json!({
                "indicator": self.definitions.indicators[line.indicator].code,
                "points": points(line.points),
                "shortfall": points(line.shortfall),
                "advantage": line.advantage.map(points),
            })
        };
        json!({
            "above_bottom": points(own.above_bottom),
            "below_top": points(own.below_top),
            "group": own.lead.map(|lead| json!({ "mean": lead.group_mean, "units": lead.unit_count,
                                                  "lead": points(lead.total), "weights": points(lead.weights) })),
            "indicators": own.indicators.iter().map(line).collect::<Vec<_>>(),
        })
    }

    /// Changes of a unit's final score since the period before and since the same part of the year before.
    pub(super) fn change(&self, unit: usize) -> Value {
        let told = |changes: &[Option<Change>]| changes[unit].as_ref().map(|change| self.told(change));
        json!({ "previous": told(&self.previous), "year_before": told(&self.year_before) })
    }

    /// Places of a unit by period, oldest first.
    pub(super) fn ranks(&self, unit: usize) -> Vec<Value> {
        let told = |standing: &Standing| {
            json!({ "period": standing.period.to_string(), "final": figure(standing.final_score),
                    "rank": rank(standing.rank), "group_rank": rank(standing.group_rank) })
        };
        sensitivity::standings(&self.periods, unit).iter().map(told).collect()
    }

    fn told(&self, change: &Change) -> Value {
        let code = |indicator: usize| self.definitions.indicators[indicator].code.as_str();
        let indicators = change.indicators.iter().map(|line| {
            json!({ "indicator": code(line.indicator), "points": points(line.points), "score": line.now,
                    "score_before": line.before })
        });
        let details = change.weight_details.iter().map(|line| {
            json!({ "indicator": code(line.indicator), "points": line.points, "effective_weight": line.now,
                    "effective_weight_before": line.before })
        });
        let rules = change.rules.iter().map(|line| {
            json!({ "rule": self.definitions.rules.rules[line.rule].id, "points": line.points.value(),
                    "now": line.now.value(), "before": line.before.value() })
        });
        json!({
            "from": change.from.to_string(),
            "total": change.total.value(),
            "base": change.base.value(),
            "bonus": change.bonus.value(),
            "deduction": change.deduction.value(),
            "indicators": indicators.collect::<Vec<_>>(),
            "weights": { "points": points(change.weights), "indicators": details.collect::<Vec<_>>() },
            "rules": rules.collect::<Vec<_>>(),
        })
    }
}

/// In full precision, and as printed among the others of its sum.
fn points(points: Points) -> Value {
    json!({ "exact": points.exact, "printed": points.printed.value() })
}
