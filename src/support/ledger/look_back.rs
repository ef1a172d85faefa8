//! What became of problems that were closed: 巩固, or 反弹 where the indicator is red again too soon.

use super::closing::{is_measured, is_red};
use super::deed::Bench;
use super::state::{State, Verdict};
use super::{Item, period_of, periods_between};

/// Looks at every closed problem of an indicator with the scores of the period.
///
/// Red by data of the period, within `relapse_periods` periods after the closing: 反弹. Measured and not red when that time
/// is over: 巩固; what is not measured, or red only then, stays closed. What is kept up for years (长期坚持) is looked at
/// once a year.
pub(super) fn at_end(bench: &Bench, items: &mut [Item]) {
    let period = bench.facts.period;
    let terms = &bench.definitions.rules.support;
    for item in items {
        let (Some(indicator), Some(left_on)) = (item.indicator, item.left_on) else { continue };
        let since = |day| periods_between(period_of(day, period), period);
        let is_red = || is_red(bench.definitions, bench.scores, indicator, item.unit);
        // Without data nothing is known to hold.
        let holds = || is_measured(bench.scores, indicator, item.unit) && !is_red();
        let verdict = match item.state {
            State::Closed | State::Consolidated
                if (1..=terms.relapse_periods).contains(&since(left_on)) && is_red() =>
            {
                Verdict::Relapse
            }
            State::Closed if since(left_on) >= terms.relapse_periods && holds() => Verdict::Hold,
            State::LongTerm => {
                if since(item.looked_back_on.unwrap_or(left_on)) < period.frequency.per_year() {
                    continue;
                }
                if is_red() {
                    Verdict::Relapse
                } else if holds() {
                    Verdict::Hold
                } else {
                    continue;
                }
            }
            _ => continue,
        };
        item.looked_back_on = Some(period.last_day());
        verdict.word().clone_into(&mut item.look_back);
        item.state = match (verdict, item.state) {
            (Verdict::Relapse, _) => State::Relapsed,
            (_, State::LongTerm) => State::LongTerm,
            _ => State::Consolidated,
        };
    }
}
