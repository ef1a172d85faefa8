//! Settlements with problems and closings built by hand.

use super::*;
use crate::audit::InputFile;
use crate::definitions::calendar::Date;
use crate::support::ledger::State;
use crate::support::list::{Standing, SupportEntry, SupportLine};
use proptest::prelude::*;

const DEFINITIONS: &str = r#"
format = 1
[index]
id = "t"
name = "测"
edition = "1"
[[department]]
code = "D"
name = "部门"
[[unit]]
code = "01"
name = "甲"
[[unit]]
code = "02"
name = "乙"
[[unit]]
code = "03"
name = "丙"
[[element]]
code = "A"
name = "养"
weight = 100
[[measure]]
id = "a"
name = "数一"
department = "D"
[[measure]]
id = "b"
name = "数二"
department = "D"
[[indicator]]
code = "A1"
name = "指标一"
element = "A"
weight = 50
measure = "a"
score = { goalposts = { lower = 0, upper = 100 } }
[[indicator]]
code = "A2"
name = "指标二"
element = "A"
weight = 50
measure = "b"
score = { goalposts = { lower = 0, upper = 100 } }
"#;

fn definitions() -> Definitions {
    let file = InputFile { path: "indicators/t.toml".into(), bytes: DEFINITIONS.as_bytes().into() };
    let mut audit = Audit::default();
    crate::definitions::parse(&[file], &mut audit).unwrap_or_else(|| panic!("{:?}", audit.diagnostics()))
}

fn day() -> Date {
    Date::new(2022, 9, 30).expect("a day")
}

fn period(text: &str) -> Period {
    text.parse().expect("a period")
}

fn terms() -> FundTerms {
    FundTerms { advance: 0.6, grade_shares: vec![1.0, 1.0, 0.8, 0.5], veto_share: 0.0, earmark: 0.5, extra: 0.1 }
}

fn pool(fen: i64) -> Pool {
    Pool {
        id: "F1".to_owned(),
        name: "专项资金".to_owned(),
        rule: 0,
        amount: Money::of_fen(fen),
        span: period("2022H1"),
        evidence: "示例〔2022〕1号".to_owned(),
        note: String::new(),
        trial: Vec::new(),
        place: Place::default(),
    }
}

/// A unit by its factor, the position of its grade and whether it may be paid extra.
fn basis(factor: f64, grade: usize, may_ask: bool) -> Basis {
    let steps = Published::round(factor, 9, Rounding::HalfUp).steps();
    let claim = Claim { factor: steps, share: Share::of(terms().grade_shares[grade]), may_ask };
    Basis { factor, grade: Some(grade), is_vetoed: false, claim }
}

fn item(id: &str, unit: usize, indicator: Option<usize>) -> Item {
    Item { indicator, ..Item::new(id.to_owned(), period("2022Q2"), unit, day()) }
}

fn line(subject: Subject) -> SupportLine {
    SupportLine {
        rule: 0,
        what: format!("{subject:?}"),
        subject,
        reason: String::new(),
        severity: String::new(),
        score: None,
        gap: None,
        work_unit: String::new(),
        weakest: Vec::new(),
        helpers: Vec::new(),
        item: None,
        due_on: day(),
        exit_test: String::new(),
        grants: Vec::new(),
        evidence: String::new(),
    }
}

fn entry(unit: usize, lines: Vec<SupportLine>) -> SupportEntry {
    let former_red = std::collections::BTreeSet::new();
    SupportEntry { unit, standing: Standing::Key, since: period("2022Q2"), lines, former_red }
}

fn list(entries: Vec<SupportEntry>) -> SupportList {
    SupportList { entries, left: Vec::new() }
}

/// What the parts of a settlement add up to.
fn sum(fund: &FundSettlement) -> Money {
    fund.sum(|part| part.advance + part.settled + part.extra) + fund.earmark() + fund.carried_out
}

#[test]
fn r16_ends_with_52_30_and_18_and_the_earmark_of_2_is_for_the_problem_of_the_weak_unit() {
    // rules.md, R16: 甲 优秀, 乙 良好, 丙 待提升; pool 100.00 万元.
    let bases = [basis(50.0, 0, true), basis(30.0, 1, false), basis(20.0, 3, false)];
    let items = [item("2022Q2-03-A1-01", 2, Some(0))];
    let targets = targets(&definitions(), &items, &list(vec![entry(2, vec![line(Subject::Indicator(0))])]));
    let fund = settle_pool(pool(100_000_000), &terms(), &bases, targets, Money::ZERO);
    let of =
        |column: fn(&FundPart) -> Money| fund.parts.iter().map(|part| column(part).to_string()).collect::<Vec<_>>();
    assert_eq!(of(|part| part.advance), ["30.00", "18.00", "12.00"]);
    assert_eq!(of(|part| part.settled), ["20.00", "12.00", "4.00"]);
    assert_eq!(of(FundPart::withheld), ["0.00", "0.00", "4.00"]);
    assert_eq!(of(|part| part.asked), ["5.00", "0.00", "0.00"]);
    assert_eq!(of(|part| part.extra), ["2.00", "0.00", "0.00"]);
    assert_eq!(of(|part| part.earmark), ["0.00", "0.00", "2.00"]);
    assert_eq!(of(FundPart::total), ["52.00", "30.00", "18.00"]);
    assert_eq!(fund.earmarks[0].item.as_deref(), Some("2022Q2-03-A1-01"));
    assert_eq!(fund.carried_out, Money::ZERO);
    assert_eq!(sum(&fund), fund.pool);
}

#[test]
fn without_a_weak_unit_the_earmark_is_carried_to_the_next_settlement_and_no_further() {
    let bases = [basis(50.0, 0, true), basis(50.0, 2, false)];
    let first = settle_pool(pool(100_000_000), &terms(), &bases, Vec::new(), Money::ZERO);
    // Withheld 20 % of 20.00; 2.00 of it paid as extra.
    assert_eq!((first.withheld.fen(), first.carried_out.fen()), (4_000_000, 2_000_000));
    let closing = |funds: Vec<FundSettlement>| Closing { funds, ..Closing::default() };
    let trial = FundSettlement { trial: vec!["试算".to_owned()], ..first.clone() };
    let (one, two) = (closing(vec![first.clone()]), closing(vec![trial.clone()]));
    assert_eq!(carried(0, &[&one, &two], &[]).fen(), 2_000_000);
    assert_eq!(carried(1, &[&one, &two], &[]), Money::ZERO, "another rule");
    assert_eq!(carried(0, &[&one], &[trial]).fen(), 2_000_000, "a trial computation takes nothing away");
    assert_eq!(carried(0, &[&one], std::slice::from_ref(&first)), Money::ZERO, "the first of a period takes it");
    let items = [item("a", 1, Some(0))];
    let found = targets(&definitions(), &items, &list(vec![entry(1, Vec::new())]));
    let next = settle_pool(pool(100_000_000), &terms(), &bases, found, carried(0, &[&one], &[]));
    assert_eq!((next.carried_in.fen(), next.earmark().fen()), (2_000_000, 4_000_000));
    let three = closing(vec![next]);
    assert_eq!(carried(0, &[&one, &two, &three], &[]), Money::ZERO);
}

#[test]
fn money_goes_to_open_indicator_problems_of_units_on_the_list_in_equal_parts() {
    let mut items = vec![
        item("open", 0, Some(0)),
        item("visit", 0, None),
        item("closed", 0, Some(1)),
        item("not on the list", 1, Some(0)),
        item("second", 2, Some(1)),
    ];
    items[2].state = State::Closed;
    let list = list(vec![entry(2, Vec::new()), entry(0, vec![line(Subject::Element(1))])]);
    let (parts, left) = divide(Money::of_fen(5), targets(&definitions(), &items, &list));
    let parts: Vec<_> = parts.iter().map(|part| (part.item.as_deref(), part.unit, part.amount.fen())).collect();
    assert_eq!(parts, [(Some("open"), 0, 3), (Some("second"), 2, 2)]);
    assert_eq!(left, Money::ZERO);
}

#[test]
fn without_an_open_problem_money_goes_to_the_lines_of_the_list() {
    let lines = vec![line(Subject::Element(1)), line(Subject::Row)];
    let list = list(vec![entry(1, lines), entry(0, Vec::new())]);
    let found = targets(&definitions(), &[item("visit", 1, None)], &list);
    let found: Vec<_> = found.into_iter().map(|target| (target.unit, target.item, target.subject)).collect();
    assert_eq!(found, [(1, None, Subject::Element(1)), (1, None, Subject::Row)]);
}

proptest! {
    #[test]
    fn every_settlement_adds_up_to_pool_and_carried_in(
        fen in 1_i64..1_000_000_000_000_000,
        carried_in in 0_i64..1_000_000_000_000,
        units in proptest::collection::vec((0.0_f64..1e6, 0_usize..4, any::<bool>()), 1..15),
        target_count in 0_usize..5,
    ) {
        prop_assume!(units.iter().any(|(factor, ..)| *factor > 1e-6));
        let bases: Vec<Basis> =
            units.iter().map(|&(factor, grade, may_ask)| basis(factor, grade, may_ask && grade == 0)).collect();
        let lines = (0..target_count).map(|element| line(Subject::Element(element))).collect();
        let targets = targets(&definitions(), &[], &list(vec![entry(0, lines)]));
        let fund = settle_pool(pool(fen), &terms(), &bases, targets, Money::of_fen(carried_in));
        prop_assert_eq!(sum(&fund), fund.pool + fund.carried_in);
        prop_assert_eq!(fund.sum(FundPart::total) + fund.carried_out, fund.pool + fund.carried_in);
        for part in &fund.parts {
            prop_assert!(part.advance.min(part.settled).min(part.extra).min(part.earmark) >= Money::ZERO);
        }
        prop_assert_eq!(fund.carried_out > Money::ZERO, target_count == 0 && fund.withheld + fund.carried_in > fund.sum(|part| part.extra));
    }
}
