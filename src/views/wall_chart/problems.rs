//! Problems for the wall: what is overdue first, then the gravest, those of supported units before the rest; and what was
//! closed.

use super::short_day;
use crate::support::ledger::Item;
use crate::views::charts::{WallProblem, WallProblems};
use crate::views::comparison::Comparison;
use std::cmp::Reverse;

/// All problems that are open at the end of the period, and those closed in it.
pub(super) fn problems(view: &Comparison<'_>) -> WallProblems {
    let closing = &view.current.closing;
    // In the order of the support list: the units in most need come first.
    let supported: Vec<(&str, String)> = closing
        .support
        .entries
        .iter()
        .flat_map(|entry| &entry.lines)
        .filter_map(|line| Some((line.item.as_deref()?, line.gap_text())))
        .collect();
    let place = |item: &Item| supported.iter().position(|(id, _)| *id == item.id).unwrap_or(usize::MAX);
    let gap = |item: &Item| supported.iter().find(|(id, _)| *id == item.id).map(|(_, gap)| gap.as_str()).unwrap_or("");
    let mut open: Vec<&Item> = closing.ledger.items.iter().filter(|item| item.state.is_open()).collect();
    // The words of the shipped rules, the gravest first; a word of a project's own stands between.
    let gravity = |item: &Item| match item.severity.as_str() {
        "重大" => 0,
        "一般" => 2,
        _ => 1,
    };
    open.sort_by_key(|item| (!item.is_overdue(), gravity(item), place(item), item.deadline()));
    let mut closed: Vec<&Item> =
        closing.ledger.items.iter().filter(|item| item.is_closed_in(view.current.period)).collect();
    closed.sort_by_key(|item| Reverse(item.closed_on));
    WallProblems {
        open: open.into_iter().map(|item| problem(view, item, gap(item))).collect(),
        closed: closed.into_iter().map(|item| problem(view, item, "")).collect(),
    }
}

fn problem(view: &Comparison<'_>, item: &Item, gap: &str) -> WallProblem {
    let what = match item.indicator {
        Some(number) => {
            let indicator = &view.definitions.indicators[number];
            match gap {
                // It names the indicator itself, and says how far it is.
                "" if item.state.is_open() => format!("{} {}", indicator.code, opening(&view.description(item))),
                _ => format!("{} {}　{gap}", indicator.code, indicator.name),
            }
        }
        None => item.description.clone(),
    };
    let closed_on = item.closed_on.filter(|_| !item.state.is_open());
    WallProblem {
        id: item.id.clone(),
        unit: view.definitions.units.units[item.unit].name.clone(),
        what: what.trim().to_owned(),
        helper: item.helper.clone(),
        due: format!("{}前", short_day(view, item.deadline())),
        is_overdue: item.is_overdue(),
        closed_on: closed_on.map(|day| short_day(view, day)).unwrap_or_default(),
    }
}

/// The first two clauses of a description: what it is about and how far it got. The ledger has the rest.
fn opening(description: &str) -> &str {
    let ends = description.match_indices([',', '，']).map(|(end, _)| end).nth(1);
    &description[..ends.unwrap_or(description.len())]
}

#[cfg(test)]
mod tests {
    use super::opening;

    #[test]
    fn a_description_is_told_as_far_as_a_line_holds() {
        assert_eq!(opening("幸福感实际73.78分,底线75分,目标90分"), "幸福感实际73.78分,底线75分");
        assert_eq!(opening("照料中心应急通道上锁"), "照料中心应急通道上锁");
    }
}
