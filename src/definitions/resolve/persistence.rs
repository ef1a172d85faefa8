//! Reminders and interviews look at a level that is kept or missed, never at a place among others alone.

use crate::audit::{Audit, Code, Diagnostic};
use crate::definitions::RuleKind;
use crate::definitions::lenient::Item;
use crate::definitions::raw::RawRule;
use polars::prelude::{Expr, Operator};

/// Columns that say where a unit stands among the others, and nothing of how good it is.
const PLACES: [&str; 5] = ["rank", "group_rank", "is_last_in_group", "group_place", "lead"];
/// Columns that say what a line is, not how it stands.
const IDENTITIES: [&str; 8] = ["code", "unit", "group", "period_part", "element", "level", "indicator", "project"];

/// What a condition rests on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Ground {
    /// It is or may be met whatever the unit does.
    Nothing,
    /// It can be met by a place among the others alone.
    Place,
    /// It takes something of the unit's own to be met.
    Level,
}

/// Notes an interview rule that a place alone can set off: somebody is always last, also where all are good.
pub(super) fn check(item: &Item<RawRule>, trigger: &str, audit: &mut Audit) {
    let raw = &item.value;
    let Some(ground) = polars::sql::sql_expr(trigger).ok().map(|expression| ground(&expression)) else { return };
    let is_by_place = ground == Ground::Place || ground == Ground::Nothing && !raw.places.is_empty();
    if raw.kind != Some(RuleKind::Interview) || !is_by_place {
        return;
    }
    let rule = raw.id.as_deref().unwrap_or_default();
    audit.note(
        Diagnostic::new(
            Code::InterviewByRank,
            item.place("trigger"),
            format!("提醒约谈规则 {rule} 只凭排名就能触发:总有人是末位,得分都高时也一样"),
        )
        .item(rule)
        .found(trigger)
        .expected("每种触发情形都含得分、红灯一类的绝对条件")
        .help("给排名加上得分条件,例如 is_last_in_group AND final < 80"),
    );
}

/// AND takes both, so the firmer ground counts; OR takes either, so the weaker one does.
fn ground(expression: &Expr) -> Ground {
    if let Expr::BinaryExpr { left, op, right } = expression {
        let (left, right) = (ground(left), ground(right));
        match op {
            Operator::And | Operator::LogicalAnd => {
                return match (left, right) {
                    (Ground::Level, _) | (_, Ground::Level) => Ground::Level,
                    (Ground::Nothing, Ground::Nothing) => Ground::Nothing,
                    _ => Ground::Place,
                };
            }
            Operator::Or | Operator::LogicalOr => {
                return match (left, right) {
                    (Ground::Place, _) | (_, Ground::Place) => Ground::Place,
                    (Ground::Nothing, _) | (_, Ground::Nothing) => Ground::Nothing,
                    _ => Ground::Level,
                };
            }
            _ => {}
        }
    }
    let names = expression.clone().meta().root_names();
    let is_among = |list: &[&str]| names.iter().any(|name| list.contains(&name.as_str()));
    if names.iter().any(|name| !PLACES.contains(&name.as_str()) && !IDENTITIES.contains(&name.as_str())) {
        Ground::Level
    } else if is_among(&PLACES) {
        Ground::Place
    } else {
        Ground::Nothing
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_alone_is_no_ground_however_it_is_written() {
        let of = |text: &str| ground(&polars::sql::sql_expr(text).expect("an expression"));
        for text in [
            "is_last_in_group",
            "rank > 10",
            "NOT (group_rank < 5)",
            "final < 70 OR is_last_in_group",
            "is_last_in_group AND period_part = 4",
            "(rank = 13 AND \"group\" = '一组') OR (final < 70 AND red_count > 2)",
        ] {
            assert_eq!(of(text), Ground::Place, "{text}");
        }
        for text in [
            "final < 70 OR (is_last_in_group AND final < 80)",
            "is_last_in_group AND red_count > 0",
            "base < 60",
            "rank > 10 AND (score_A < 60 OR min_dimension < 50)",
        ] {
            assert_eq!(of(text), Ground::Level, "{text}");
        }
        assert_eq!(of("TRUE"), Ground::Nothing);
        assert_eq!(of("final < 70 OR period_part = 4"), Ground::Nothing);
    }
}
