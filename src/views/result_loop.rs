//! The loop in `result.json`: support list, settlements of money, notices. Amounts are whole 分.

use super::PeriodResult;
use crate::definitions::Definitions;
use crate::rules::Adjustment;
use crate::support::funds::{Earmark, FundPart, FundSettlement};
use crate::support::list::{SupportEntry, SupportLine};
use serde_json::{Value, json};

/// Adjustments and effects by unit, so that each is looked at once.
pub(super) struct HitsByUnit<'a> {
    pub(super) adjustments: Vec<Vec<&'a Adjustment>>,
    pub(super) effects: Vec<Vec<&'a Adjustment>>,
}

impl<'a> HitsByUnit<'a> {
    pub(super) fn new(result: &'a PeriodResult) -> Self {
        let by_unit = |hits: &'a [Adjustment]| {
            let mut units = vec![Vec::new(); result.settlement.units.len()];
            for hit in hits {
                units[hit.unit].push(hit);
            }
            units
        };
        HitsByUnit {
            adjustments: by_unit(&result.settlement.adjustments),
            effects: by_unit(&result.settlement.effects),
        }
    }
}

/// The red list, best first.
pub(super) fn red_list(definitions: &Definitions, result: &PeriodResult) -> Value {
    let code = |unit: &usize| definitions.units.units[*unit].code.as_str();
    json!(result.settlement.red_list.iter().map(code).collect::<Vec<_>>())
}

/// The ledger in numbers and its problems; every column of a problem stands in `ledger.csv`.
pub(super) fn ledger(definitions: &Definitions, result: &PeriodResult) -> Value {
    let ledger = &result.closing.ledger;
    let (counts, carried) = (ledger.counts(), ledger.carried());
    let item = |item: &crate::support::ledger::Item| {
        json!({
            "id": item.id,
            "unit": definitions.units.units[item.unit].code,
            "indicator": item.indicator.map(|indicator| definitions.indicators[indicator].code.as_str()),
            "source": item.source,
            "severity": item.severity,
            "state": item.state.word(),
            "due_on": item.deadline().to_string(),
            "closed_on": item.closed_on.map(|day| day.to_string()),
            "overdue_days": item.overdue_days,
            "red_streak": item.red_streak,
        })
    };
    json!({
        "carried_over": { "problems": carried.problems, "closed": carried.closed, "overdue": carried.overdue,
                          "relapsed": carried.relapsed },
        "counts": { "carried": counts.carried, "added": counts.added, "closed": counts.closed,
                    "long_term": counts.long_term, "cancelled": counts.cancelled, "open": counts.open,
                    "overdue": counts.overdue, "relapsed": counts.relapsed },
        "items": ledger.items.iter().map(item).collect::<Vec<_>>(),
    })
}

/// The support list: entries in order, and who leaves it.
pub(super) fn support(definitions: &Definitions, result: &PeriodResult) -> Value {
    let list = &result.closing.support;
    let code = |unit: &usize| definitions.units.units[*unit].code.as_str();
    json!({
        "entries": list.entries.iter().map(|entry| support_entry(definitions, entry)).collect::<Vec<_>>(),
        "left": list.left.iter().map(code).collect::<Vec<_>>(),
    })
}

fn support_entry(definitions: &Definitions, entry: &SupportEntry) -> Value {
    let indicator = |indicator: &usize| definitions.indicators[*indicator].code.as_str();
    json!({
        "unit": definitions.units.units[entry.unit].code,
        "standing": entry.standing.id(),
        "standing_word": entry.standing.word(),
        "since": entry.since.to_string(),
        "former_red": entry.former_red.iter().map(indicator).collect::<Vec<_>>(),
        "lines": entry.lines.iter().map(|line| support_line(definitions, line)).collect::<Vec<_>>(),
    })
}

fn support_line(definitions: &Definitions, line: &SupportLine) -> Value {
    let gap = |gap: &crate::sensitivity::Gap| json!({ "count": gap.count, "reduction": gap.is_reduction, "unit": line.work_unit });
    let grants = line.grants.iter();
    let grant = |grant: &crate::support::list::Grant| json!({ "fund": grant.fund, "amount": grant.amount.fen(), "trial": grant.is_trial });
    json!({
        "rule": definitions.rules.rules[line.rule].id,
        "what": line.what,
        "reason": line.reason,
        "severity": line.severity,
        "score": line.score.map(crate::definitions::decimal::Published::value),
        "gap": line.gap.as_ref().map(gap),
        "weakest": line.weakest.iter().map(|&it| definitions.indicators[it].code.as_str()).collect::<Vec<_>>(),
        "helpers": line.helpers,
        "item": line.item,
        "due_on": line.due_on.to_string(),
        "exit_test": line.exit_test,
        "money": line.money().fen(),
        "grants": grants.map(grant).collect::<Vec<_>>(),
        "evidence": line.evidence,
    })
}

/// Settled pools, trial computations included.
pub(super) fn funds(definitions: &Definitions, result: &PeriodResult) -> Vec<Value> {
    result.closing.funds.iter().map(|fund| fund_settlement(definitions, fund)).collect()
}

fn fund_settlement(definitions: &Definitions, fund: &FundSettlement) -> Value {
    let part = |part: &FundPart| {
        json!({
            "unit": definitions.units.units[part.unit].code,
            "factor": part.factor,
            "grade": part.grade.map(|grade| definitions.grades[grade].name.as_str()),
            "vetoed": part.is_vetoed,
            "advance": part.advance.fen(),
            "entitlement": part.entitlement.fen(),
            "settled": part.settled.fen(),
            "withheld": part.withheld().fen(),
            "asked": part.asked.fen(),
            "extra": part.extra.fen(),
            "earmark": part.earmark.fen(),
            "total": part.total().fen(),
        })
    };
    let earmark = |earmark: &Earmark| {
        json!({
            "unit": definitions.units.units[earmark.unit].code,
            "item": earmark.item,
            "what": earmark.what,
            "amount": earmark.amount.fen(),
        })
    };
    json!({
        "id": fund.id,
        "name": fund.name,
        "rule": definitions.rules.rules[fund.rule].id,
        "span": fund.span.to_string(),
        "trial": fund.trial,
        "pool": fund.pool.fen(),
        "carried_in": fund.carried_in.fen(),
        "advance": fund.sum(|part| part.advance).fen(),
        "settled": fund.sum(|part| part.settled).fen(),
        "withheld": fund.withheld.fen(),
        "available": fund.available.fen(),
        "extra": fund.sum(|part| part.extra).fen(),
        "earmark": fund.earmark().fen(),
        "carried_out": fund.carried_out.fen(),
        "units": fund.parts.iter().map(part).collect::<Vec<_>>(),
        "earmarks": fund.earmarks.iter().map(earmark).collect::<Vec<_>>(),
        "evidence": fund.evidence,
        "note": fund.note,
        "source": fund.place.to_string(),
    })
}

/// Reminders, interviews, supervision.
pub(super) fn notices(definitions: &Definitions, result: &PeriodResult) -> Vec<Value> {
    let notice = |notice: &crate::support::Notice| {
        json!({
            "unit": definitions.units.units[notice.unit].code,
            "rule": definitions.rules.rules[notice.rule].id,
            "streak": notice.streak,
            "step": notice.word(definitions),
            "earned_step": notice.earned_word(definitions),
            "suspended": notice.is_suspended,
            "trial": notice.is_trial,
            "reason": notice.reason,
            "sentence": notice.sentence(definitions),
        })
    };
    result.closing.notices.iter().map(notice).collect()
}
