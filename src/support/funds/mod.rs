//! Settlement of pools of money (以奖代补): advance, settlement by grade, extra for the best, earmark for the weak.

mod money;
mod register;
mod split;

pub use money::Money;

use super::Closing;
use super::ledger::Item;
use super::list::SupportList;
use crate::audit::{Audit, Code, Diagnostic, Place};
use crate::definitions::calendar::Period;
use crate::definitions::decimal::{Published, Rounding};
use crate::definitions::{Definitions, FundTerms};
use crate::rules::{Inputs, Settlement, Subject};
use money::Share;
use register::Pool;
use split::{Claim, apportion};
use std::collections::BTreeSet;

/// A settled pool. `advance + settled + extra + earmark + carried out = pool + carried in`, in whole 分.
#[derive(Clone, Debug, PartialEq)]
pub struct FundSettlement {
    /// Identifier (资金编号).
    pub id: String,
    /// Name, as printed.
    pub name: String,
    /// Position of the fund rule.
    pub rule: usize,
    /// What it is settled for: a year, half a year or a shorter period.
    pub span: Period,
    /// The pool.
    pub pool: Money,
    /// What earlier settlements by the same rule carried over for want of a weak unit; it adds to the earmark.
    pub carried_in: Money,
    /// By unit, in register order.
    pub parts: Vec<FundPart>,
    /// Entitlements that were not paid out, over all units.
    pub withheld: Money,
    /// How much of it was there for extra.
    pub available: Money,
    /// The earmark, by problem or, where no problem is open, by line of the support list.
    pub earmarks: Vec<Earmark>,
    /// The earmark that found no weak unit: carried to the next settlement by the same rule.
    pub carried_out: Money,
    /// Why it is a trial computation (试算) and pays nothing yet, in Chinese; empty where it is final.
    pub trial: Vec<String>,
    /// The paper it rests on; empty where it is missing.
    pub evidence: String,
    /// Remark of whoever wrote the row.
    pub note: String,
    /// Where the row stands.
    pub place: Place,
}

/// What one unit gets of a pool.
#[derive(Clone, Debug, PartialEq)]
pub struct FundPart {
    /// Position of the unit.
    pub unit: usize,
    /// Its factor.
    pub factor: f64,
    /// Position of the grade it was settled by; `None` only where its factor is 0 or it is vetoed.
    pub grade: Option<usize>,
    /// Whether it was settled by the share of a vetoed unit.
    pub is_vetoed: bool,
    /// Paid in advance (预拨).
    pub advance: Money,
    /// What it would be settled with at the full share.
    pub entitlement: Money,
    /// What it is settled with (清算).
    pub settled: Money,
    /// What it might ask for as extra.
    pub asked: Money,
    /// What it gets as extra (追加).
    pub extra: Money,
    /// What is earmarked for its problems (定向补劣), paid when they are closed.
    pub earmark: Money,
}

impl FundPart {
    /// Withheld of its entitlement (扣留).
    pub fn withheld(&self) -> Money {
        self.entitlement - self.settled
    }

    /// Everything it gets, what is paid on closure included.
    pub fn total(&self) -> Money {
        self.advance + self.settled + self.extra + self.earmark
    }
}

/// Money earmarked for one problem of one unit.
#[derive(Clone, Debug, PartialEq)]
pub struct Earmark {
    /// Position of the unit.
    pub unit: usize,
    /// The problem in the ledger; `None` where the money goes to a line that has none.
    pub item: Option<String>,
    /// Position of the line in the unit's entry on the support list; `None` where the money goes to a problem.
    pub line: Option<usize>,
    /// What it is about.
    pub subject: Subject,
    /// The same in words.
    pub what: String,
    /// How much, paid on closure.
    pub amount: Money,
}

impl FundSettlement {
    /// Whether it is a trial computation that pays nothing yet.
    pub fn is_trial(&self) -> bool {
        !self.trial.is_empty()
    }

    /// The sum of one column over all units.
    pub fn sum(&self, column: impl Fn(&FundPart) -> Money) -> Money {
        self.parts.iter().map(column).sum()
    }

    /// The whole earmark that was divided.
    pub fn earmark(&self) -> Money {
        self.earmarks.iter().map(|earmark| earmark.amount).sum()
    }
}

/// Settles the pools registered in a period. `items` is the ledger at the end of it, `list` its support list.
///
/// A row with mistakes, and a pool of which a unit's factor or grade is unknown, is noted and not settled at all.
pub(super) fn settle(
    definitions: &Definitions,
    inputs: &Inputs,
    settlement: &Settlement,
    items: &[Item],
    list: &SupportList,
    earlier: &[&Closing],
    audit: &mut Audit,
) -> Vec<FundSettlement> {
    let mut settled: Vec<FundSettlement> = Vec::new();
    for pool in register::pools(definitions, inputs, settlement, earlier, audit) {
        let terms = definitions.rules.rules[pool.rule].fund.as_ref().expect("a fund rule has its terms");
        let Some(bases) = bases(definitions, inputs, settlement, &pool, terms, audit) else { continue };
        let targets = targets(definitions, items, list);
        let carried_in = carried(pool.rule, earlier, &settled);
        settled.push(settle_pool(pool, terms, &bases, targets, carried_in));
    }
    settled
}

/// A unit's claim and what it rests on.
struct Basis {
    factor: f64,
    grade: Option<usize>,
    is_vetoed: bool,
    claim: Claim,
}

/// The claims of all units; `None`, with a finding, where one is unknown that money depends on.
fn bases(
    definitions: &Definitions,
    inputs: &Inputs,
    settlement: &Settlement,
    pool: &Pool,
    terms: &FundTerms,
    audit: &mut Audit,
) -> Option<Vec<Basis>> {
    let (_, factors) = settlement.factors.iter().find(|(rule, _)| *rule == pool.rule)?;
    let (mut without_factor, mut without_grade) = (Vec::new(), Vec::new());
    let mut bases = Vec::with_capacity(factors.len());
    for (unit, (factor, settled)) in factors.iter().zip(&settlement.units).enumerate() {
        let name = definitions.units.units[unit].name.as_str();
        // What is negative or too large for the grid of billionths is no factor either.
        let Some(factor) = factor.filter(|factor| (0.0..1e9).contains(factor)) else {
            without_factor.push(name);
            continue;
        };
        let steps = Published::round(factor, 9, Rounding::HalfUp).steps();
        let share =
            if settled.is_vetoed { Some(terms.veto_share) } else { settled.grade.map(|it| terms.grade_shares[it]) };
        if share.is_none() && steps > 0 {
            without_grade.push(name);
        }
        let was_vetoed = inputs.earlier.iter().any(|earlier| {
            pool.contains(earlier.period) && earlier.settlement.units.get(unit).is_some_and(|unit| unit.is_vetoed)
        });
        let may_ask = settled.grade == Some(0) && settled.rank.is_some() && settled.may_be_awarded() && !was_vetoed;
        let claim = Claim { factor: steps, share: Share::of(share.unwrap_or(0.0)), may_ask };
        bases.push(Basis { factor, grade: settled.grade, is_vetoed: settled.is_vetoed, claim });
    }
    let word = &definitions.index.unit_word;
    let rule = &definitions.rules.rules[pool.rule].id;
    let mut note = |problem: String, found: String, help: &str| {
        let message = format!("“{}”暂不清算:{problem}", pool.name);
        audit.note(
            Diagnostic::new(Code::FundUnsettled, pool.place.clone(), message).item(&pool.name).found(found).help(help),
        );
    };
    if !without_factor.is_empty() {
        let names = without_factor.join("、");
        let help = "补报分配因素用到的数据项后重新运行;不参与这笔资金的,因素应算得 0";
        note(format!("按规则 {rule} 算不出{names}的分配因素(缺数、为负或过大)"), names, help);
    }
    if !without_grade.is_empty() {
        let names = without_grade.join("、");
        note(format!("{names}没有等次,无从按等次结算"), names, "补报数据、有了得分和等次后重新运行");
    }
    if bases.len() == factors.len() && bases.iter().all(|basis| basis.claim.factor == 0) {
        let problem = format!("所有{word}的分配因素都是 0");
        note(problem, "0".to_owned(), "核对规则里分配因素的写法(points)");
        return None;
    }
    (bases.len() == factors.len() && without_grade.is_empty()).then_some(bases)
}

fn settle_pool(
    pool: Pool,
    terms: &FundTerms,
    bases: &[Basis],
    targets: Vec<Earmark>,
    carried_in: Money,
) -> FundSettlement {
    let claims: Vec<Claim> = bases.iter().map(|basis| basis.claim).collect();
    let split = split::split(pool.amount, terms, &claims);
    let (earmarks, carried_out) = divide(split.earmark + carried_in, targets);
    let mut earmarked = vec![Money::ZERO; bases.len()];
    for earmark in &earmarks {
        earmarked[earmark.unit] = earmarked[earmark.unit] + earmark.amount;
    }
    let part = |(unit, (basis, portion)): (usize, (&Basis, &split::Portion))| FundPart {
        unit,
        factor: basis.factor,
        grade: basis.grade,
        is_vetoed: basis.is_vetoed,
        advance: portion.advance,
        entitlement: portion.entitlement,
        settled: portion.settled,
        asked: portion.asked,
        extra: portion.extra,
        earmark: earmarked[unit],
    };
    FundSettlement {
        parts: bases.iter().zip(&split.portions).enumerate().map(part).collect(),
        id: pool.id,
        name: pool.name,
        rule: pool.rule,
        span: pool.span,
        pool: pool.amount,
        carried_in,
        withheld: split.withheld,
        available: split.available,
        earmarks,
        carried_out,
        trial: pool.trial,
        evidence: pool.evidence,
        note: pool.note,
        place: pool.place,
    }
}

/// Divides an earmark in equal parts, the odd 分 to the first; with nothing to divide it over, all of it is left.
fn divide(earmark: Money, mut targets: Vec<Earmark>) -> (Vec<Earmark>, Money) {
    if targets.is_empty() {
        return (targets, earmark);
    }
    let amounts = apportion(&vec![1; targets.len()], earmark);
    for (target, amount) in targets.iter_mut().zip(amounts) {
        target.amount = amount;
    }
    targets.retain(|target| target.amount > Money::ZERO);
    (targets, Money::ZERO)
}

/// What an earmark is divided over: open indicator problems of the units on the support list, in the order of opening;
/// where there is none, the lines of the list.
fn targets(definitions: &Definitions, items: &[Item], list: &SupportList) -> Vec<Earmark> {
    let listed: BTreeSet<usize> = list.entries.iter().map(|entry| entry.unit).collect();
    let of_item = |item: &Item| {
        let indicator = item.indicator.filter(|_| item.state.is_open() && listed.contains(&item.unit))?;
        let about = &definitions.indicators[indicator];
        Some(Earmark {
            unit: item.unit,
            item: Some(item.id.clone()),
            line: None,
            subject: Subject::Indicator(indicator),
            what: format!("{} {}", about.code, about.name),
            amount: Money::ZERO,
        })
    };
    let problems: Vec<Earmark> = items.iter().filter_map(of_item).collect();
    if !problems.is_empty() {
        return problems;
    }
    let lines = list.entries.iter().flat_map(|entry| entry.lines.iter().enumerate().map(|line| (entry.unit, line)));
    lines
        .map(|(unit, (position, line))| Earmark {
            unit,
            item: line.item.clone(),
            line: Some(position),
            subject: line.subject.clone(),
            what: line.what.clone(),
            amount: Money::ZERO,
        })
        .collect()
}

/// What final settlements by a rule have carried over and none has taken up; the first settlement of a period takes it.
fn carried(rule: usize, earlier: &[&Closing], now: &[FundSettlement]) -> Money {
    let of_rule = |fund: &&FundSettlement| fund.rule == rule && !fund.is_trial();
    let left = |fund: &FundSettlement| fund.carried_out - fund.carried_in;
    let before: Money = earlier.iter().flat_map(|closing| &closing.funds).filter(of_rule).map(left).sum();
    if now.iter().filter(of_rule).count() == 0 { before } else { Money::ZERO }
}

#[cfg(test)]
mod tests;
