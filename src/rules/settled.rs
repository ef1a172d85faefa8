//! The result of the rules, unit by unit.

use super::{Adjustment, Rank};
use crate::definitions::Definitions;
use crate::definitions::decimal::Published;
use crate::index::Scores;
use std::borrow::Cow;

/// What is printed beside a rank or a grade.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Mark {
    /// One-vote veto, with the item of the closed list: ※.
    Vetoed(String),
    /// A grade cap lowered the grade (限级), with what it rests on.
    Capped(String),
    /// A grade cap was hit and the grade was no higher anyway.
    Noticed(String),
    /// A bottom-line indicator was not reported; it caps nothing.
    GateMissing(String),
    /// Coverage below the border for a plain rank: △.
    LowCoverage,
    /// Coverage below the border for any rank.
    Unranked,
}

impl Mark {
    /// The sign as printed in tables and files.
    pub fn sign(&self) -> Cow<'static, str> {
        match self {
            Mark::Vetoed(label) if label.is_empty() => "※否决".into(),
            Mark::Vetoed(label) => format!("※否决:{label}").into(),
            Mark::Capped(label) => format!("限级:{label}").into(),
            Mark::Noticed(label) => format!("底线提示:{label}").into(),
            Mark::GateMissing(label) => format!("底线缺报:{label}").into(),
            Mark::LowCoverage => "△".into(),
            Mark::Unranked => "不排名".into(),
        }
    }

    /// What stands in brackets behind the grade; `None` for marks of the rank.
    pub fn beside_grade(&self) -> Option<String> {
        match self {
            Mark::LowCoverage | Mark::Unranked => None,
            Mark::Vetoed(_) => Some(self.sign().trim_start_matches('※').to_owned()),
            _ => Some(self.sign().into_owned()),
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
    /// What rules on trial would give or take; counts nothing.
    pub trial: Published,
    /// Final score.
    pub final_score: Option<Published>,
    /// Position of the grade by the final score.
    pub grade_by_score: Option<usize>,
    /// Position of the grade after grade caps and veto.
    pub grade: Option<usize>,
    /// Whether it is vetoed: the lowest grade, no awards.
    pub is_vetoed: bool,
    /// Rank among all units.
    pub rank: Option<Rank>,
    /// Rank within the group.
    pub group_rank: Option<Rank>,
    /// Base score on objective indicators alone (no opinions of respondents or assessors).
    pub objective: Option<Published>,
    /// Rank on objective indicators alone.
    pub objective_rank: Option<Rank>,
    /// Coverage in percent, two decimals.
    pub coverage: Published,
    /// Signs printed beside the score.
    pub marks: Vec<Mark>,
}

impl Settled {
    /// The grade as printed: the word and, in brackets, what capped or vetoed it; empty without a grade.
    pub fn grade_text(&self, definitions: &Definitions) -> String {
        let Some(grade) = self.grade else { return String::new() };
        let notes: Vec<String> = self.marks.iter().filter_map(Mark::beside_grade).collect();
        let word = &definitions.grades[grade].name;
        if notes.is_empty() { word.clone() } else { format!("{word}({})", notes.join(",")) }
    }

    /// Whether it may be praised and paid extra: neither vetoed nor capped.
    pub fn may_be_awarded(&self) -> bool {
        !self.is_vetoed && !self.marks.iter().any(|mark| matches!(mark, Mark::Capped(_)))
    }
}

/// All units, settled, and every adjustment with its evidence.
#[derive(Clone, Debug)]
pub struct Settlement {
    /// By unit.
    pub units: Vec<Settled>,
    /// Everything that gave or took points, or would have.
    pub adjustments: Vec<Adjustment>,
    /// Hits of rules without points: vetoes, grade caps, reminders, support.
    pub effects: Vec<Adjustment>,
    /// Units on the red list (红榜), best first; ties at the last place all enter.
    pub red_list: Vec<usize>,
    /// Factors of each fund rule: position of the rule, then by unit; `None` where an operand is missing.
    pub factors: Vec<(usize, Vec<Option<f64>>)>,
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

/// Units before any rule: base score and coverage as published.
pub(super) fn from_base(definitions: &Definitions, scores: &Scores) -> Vec<Settled> {
    let index = &definitions.index;
    let zero = Published::of_steps(0, index.decimals);
    let publish = |value: f64| index.publish(value);
    let settled = |unit: usize| Settled {
        base: scores.base(unit).map(publish),
        bonus: zero,
        deduction: zero,
        trial: zero,
        final_score: None,
        grade_by_score: None,
        grade: None,
        is_vetoed: false,
        rank: None,
        group_rank: None,
        objective: None,
        objective_rank: None,
        coverage: Published::round(scores.coverage[unit], 2, index.rounding),
        marks: Vec::new(),
    };
    (0..scores.unit_count()).map(settled).collect()
}
