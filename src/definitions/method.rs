//! How values become scores and scores become one: the choices, with their parameters.

use serde::{Deserialize, Serialize};

/// How the children of an element are combined.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Aggregate {
    /// Weighted arithmetic mean: full compensation.
    Arithmetic,
    /// Weighted geometric mean: weak children pull harder.
    Geometric,
}

/// Which way is better.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Direction {
    /// More is better.
    Higher,
    /// Less is better.
    Lower,
}

/// What happens to an indicator that was not reported for a unit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum MissingRule {
    /// Take the score of the last period once (暂用上季), then drop.
    Carry,
    /// Score nothing.
    Zero,
    /// Leave it out and spread its weight.
    Drop,
}

/// How a value becomes a score. `x` is the value of the indicator.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub enum Scoring {
    /// 功效系数法: `at_floor + (at_target − at_floor)·(x − floor)/(target − floor)`, clamped to the scale.
    Efficacy {
        /// 满意值: the value that scores `at_target`.
        target: f64,
        /// 不允许值: the value that scores `at_floor`. Below the target when more is better, above it otherwise.
        floor: f64,
    },
    /// 序时赋分: efficacy on `100·x/(annual·path[q])`, the percentage of what is due by the end of the period.
    ProRata {
        /// What is due in the whole year, in the unit of the indicator.
        annual: f64,
        /// Share of the year's task due by the end of each period of the year.
        path: Vec<f64>,
        /// Percentage of the due progress that scores `at_target`.
        target: f64,
        /// Percentage of the due progress that scores `at_floor`.
        floor: f64,
    },
    /// 区间最优: the top of the scale on `[low, high]`, falling to `at_floor` at the outer borders and on.
    Band {
        /// Lower end of the best range.
        low: f64,
        /// Upper end of the best range.
        high: f64,
        /// Value below the range that scores `at_floor`.
        floor_low: f64,
        /// Value above the range that scores `at_floor`.
        floor_high: f64,
    },
    /// Goalposts: 0 of the scale at `lower`, all of it at `upper`, clamped.
    Goalposts {
        /// Value that scores the bottom of the scale.
        lower: f64,
        /// Value that scores the top of the scale.
        upper: f64,
        /// Take natural logarithms of value and goalposts first.
        #[serde(default)]
        logarithm: bool,
    },
    /// 极差标准化: goalposts at the smallest and largest value of the ranked units of the period.
    MinMax {
        /// Which way is better.
        direction: Direction,
    },
    /// 排序赋分: the best unit scores the top, the last of n scores `last`, evenly in between; ties share the best rank.
    RankPoints {
        /// Which way is better.
        direction: Direction,
        /// Score of the last rank.
        last: f64,
    },
}

impl Scoring {
    /// Whether more is better; `None` for a best range.
    pub fn direction(&self) -> Option<Direction> {
        let higher = match self {
            Scoring::Efficacy { target, floor } | Scoring::ProRata { target, floor, .. } => target > floor,
            Scoring::Goalposts { lower, upper, .. } => upper > lower,
            Scoring::MinMax { direction } | Scoring::RankPoints { direction, .. } => *direction == Direction::Higher,
            Scoring::Band { .. } => return None,
        };
        Some(if higher { Direction::Higher } else { Direction::Lower })
    }
}
