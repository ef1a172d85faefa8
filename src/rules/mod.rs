//! Scores and events in, settled scores out: bonus, deduction, caps, final score, grade, ranks.
//!
//! Every amount is a whole number of published steps from here on, so that base + bonus − deduction = final as printed.

mod caps;
mod hits;
mod rank;

pub use caps::largest_remainder;
pub use hits::{Adjustment, Outcome};
pub use rank::{Rank, ranks};

use crate::audit::Audit;
use crate::definitions::Definitions;
use crate::definitions::RuleKind;
use crate::definitions::decimal::Published;
use crate::facts::Facts;
use crate::index::Scores;

/// A printed sign beside a score.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Mark {
    /// Coverage below the border for a plain rank: △.
    LowCoverage,
    /// Coverage below the border for any rank.
    Unranked,
}

impl Mark {
    /// The sign as printed.
    pub fn sign(self) -> &'static str {
        match self {
            Mark::LowCoverage => "△",
            Mark::Unranked => "不排名",
        }
    }
}

/// One unit, settled. Amounts are published figures.
#[derive(Clone, Debug, PartialEq)]
pub struct Settled {
    /// Base score; `None` where nothing could be scored.
    pub base: Option<Published>,
    /// Total bonus after all caps.
    pub bonus: Published,
    /// Total deduction after all caps.
    pub deduction: Published,
    /// Final score.
    pub final_score: Option<Published>,
    /// Position of the grade.
    pub grade: Option<usize>,
    /// Rank among all units.
    pub rank: Option<Rank>,
    /// Rank within the group.
    pub group_rank: Option<Rank>,
    /// Coverage in percent, two decimals.
    pub coverage: Published,
    /// Signs printed beside the score.
    pub marks: Vec<Mark>,
}

/// All units, settled, and every adjustment with its evidence.
#[derive(Clone, Debug)]
pub struct Settlement {
    /// By unit.
    pub units: Vec<Settled>,
    /// Everything that gave or took points, or would have.
    pub adjustments: Vec<Adjustment>,
}

impl Settlement {
    /// Units in ranking order: ranked ones by rank, then the others, ties in register order.
    pub fn ranking(&self) -> Vec<usize> {
        let mut order: Vec<usize> = (0..self.units.len()).collect();
        order.sort_by_key(|&unit| {
            let settled = &self.units[unit];
            (
                settled.rank.map_or(u32::MAX, |rank| rank.place),
                settled.final_score.map_or(i64::MAX, |score| -score.steps()),
            )
        });
        order
    }
}

/// Applies the rules to a period. `earlier` are the adjustments of earlier periods, newest last.
pub fn apply(
    definitions: &Definitions,
    scores: &Scores,
    facts: &Facts,
    earlier: &[&[Adjustment]],
    audit: &mut Audit,
) -> Settlement {
    let index = &definitions.index;
    let publish = |value: f64| Published::round(value, index.decimals, index.rounding);
    let mut adjustments = hits::find(definitions, facts, earlier, audit);
    let mut units = Vec::with_capacity(scores.unit_count());
    let mut by_unit: Vec<Vec<usize>> = vec![Vec::new(); scores.unit_count()];
    for (position, adjustment) in adjustments.iter().enumerate() {
        by_unit[adjustment.unit].push(position);
    }
    for (unit, own) in by_unit.iter().enumerate() {
        let base = scores.base(unit).map(publish);
        let mut bonus = caps::limit(definitions, RuleKind::Bonus, &mut adjustments, own, None);
        let available = base.map(|base| base.steps().max(0) + bonus);
        let mut deduction = caps::limit(definitions, RuleKind::Deduction, &mut adjustments, own, available);
        // Where a border of the range binds, what is printed as bonus or deduction is cut, so that the sum still holds.
        if let (Some(base), Some((low, high))) = (base, definitions.rules.final_range) {
            let sum = base.steps() + bonus - deduction;
            let above = (sum - publish(high).steps()).min(bonus).max(0);
            let below = (publish(low).steps() - sum).min(deduction).max(0);
            let bonus_limit = (above > 0).then_some(bonus - above);
            let deduction_limit = (below > 0).then_some(deduction - below);
            if bonus_limit.is_some() {
                bonus = caps::limit(definitions, RuleKind::Bonus, &mut adjustments, own, bonus_limit);
            }
            if deduction_limit.is_some() {
                deduction = caps::limit(definitions, RuleKind::Deduction, &mut adjustments, own, deduction_limit);
            }
        }
        let final_score = base.map(|base| Published::of_steps(base.steps() + bonus - deduction, index.decimals));
        let coverage = Published::round(scores.coverage[unit], 2, index.rounding);
        let grade =
            final_score.and_then(|score| definitions.grades.iter().position(|grade| score >= publish(grade.min)));
        let below = |border: f64| coverage < Published::round(border, 2, index.rounding);
        let mark = if base.is_none() || below(index.rank_coverage) {
            Some(Mark::Unranked)
        } else if below(index.flag_coverage) {
            Some(Mark::LowCoverage)
        } else {
            None
        };
        units.push(Settled {
            base,
            bonus: Published::of_steps(bonus, index.decimals),
            deduction: Published::of_steps(deduction, index.decimals),
            final_score,
            grade,
            rank: None,
            group_rank: None,
            coverage,
            marks: mark.into_iter().collect(),
        });
    }
    rank::assign(definitions, &mut units);
    Settlement { units, adjustments }
}
