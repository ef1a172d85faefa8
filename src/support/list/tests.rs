//! Money beside the lines, relapses and texts, with values built by hand.

use super::*;
use crate::audit::Place;
use crate::support::funds::Earmark;
use crate::support::ledger::Item;

fn period(text: &str) -> Period {
    text.parse().expect("a period")
}

fn line(subject: Subject, item: Option<&str>) -> SupportLine {
    SupportLine {
        rule: 0,
        what: "A1 指标一".to_owned(),
        subject,
        reason: String::new(),
        severity: String::new(),
        score: None,
        gap: Some(Gap { count: 30.0, is_reduction: false, each: 0.1, all: 3.0 }),
        work_unit: "户".to_owned(),
        weakest: Vec::new(),
        helpers: Vec::new(),
        item: item.map(str::to_owned),
        due_on: period("2022Q3").last_day(),
        exit_test: String::new(),
        grants: Vec::new(),
        evidence: String::new(),
    }
}

fn entry(unit: usize, lines: Vec<SupportLine>) -> SupportEntry {
    SupportEntry { unit, standing: Standing::General, since: period("2022Q2"), lines, former_red: BTreeSet::new() }
}

fn fund(id: &str, is_trial: bool, item: Option<&str>, fen: i64) -> FundSettlement {
    let earmark = Earmark {
        unit: 0,
        item: item.map(str::to_owned),
        line: item.is_none().then_some(0),
        subject: Subject::Element(1),
        what: "A1 指标一".to_owned(),
        amount: Money::of_fen(fen),
    };
    FundSettlement {
        id: id.to_owned(),
        name: String::new(),
        rule: 0,
        span: period("2022H1"),
        pool: Money::of_fen(fen),
        carried_in: Money::ZERO,
        parts: Vec::new(),
        withheld: Money::ZERO,
        available: Money::ZERO,
        earmarks: vec![earmark],
        carried_out: Money::ZERO,
        trial: if is_trial { vec!["试算".to_owned()] } else { Vec::new() },
        evidence: String::new(),
        note: String::new(),
        place: Place::default(),
    }
}

fn closing(funds: Vec<FundSettlement>) -> Closing {
    Closing { funds, ..Closing::default() }
}

#[test]
fn a_problem_shows_the_money_of_earlier_settlements_and_a_trial_counts_nothing() {
    let mut list = SupportList { entries: vec![entry(0, vec![line(Subject::Indicator(0), Some("i"))])], left: vec![] };
    let earlier = [
        closing(vec![fund("F0", true, Some("i"), 7), fund("F1", false, Some("i"), 500)]),
        closing(vec![fund("F2", false, Some("another"), 9)]),
    ];
    let now = [fund("F3", false, Some("i"), 40), fund("F4", true, Some("i"), 1)];
    grant(&mut list, &now, &earlier.iter().collect::<Vec<_>>());
    let line = &list.entries[0].lines[0];
    let grants: Vec<_> = line.grants.iter().map(|grant| (grant.fund.as_str(), grant.amount.fen())).collect();
    assert_eq!(grants, [("F1", 500), ("F3", 40), ("F4", 1)]);
    assert_eq!(line.money(), Money::of_fen(540));
}

#[test]
fn a_line_without_a_problem_shows_the_money_of_its_own_period_only() {
    let mut list = SupportList { entries: vec![entry(0, vec![line(Subject::Element(1), None)])], left: vec![] };
    let before = closing(vec![fund("F1", false, None, 500)]);
    grant(&mut list, &[fund("F2", false, None, 40)], &[&before]);
    assert_eq!(list.entries[0].lines[0].money(), Money::of_fen(40));
}

#[test]
fn a_relapse_counts_in_the_period_in_which_it_turned_out() {
    let item =
        |state: State| Item { state, ..Item::new("i".to_owned(), period("2022Q1"), 3, period("2022Q2").last_day()) };
    let ledger = |state: State| Ledger { items: vec![item(state)], ..Ledger::default() };
    let now = ledger(State::Relapsed);
    let units = |now: &Ledger, before: Option<&Ledger>| relapsed(now, before).into_iter().collect::<Vec<_>>();
    assert_eq!(units(&now, Some(&ledger(State::Closed))), [3]);
    assert_eq!(units(&now, None), [3]);
    assert_eq!(units(&now, Some(&now)), [0; 0], "known since the last period");
    assert_eq!(units(&ledger(State::Consolidated), Some(&ledger(State::Closed))), [0; 0]);
}

#[test]
fn a_red_light_that_was_withdrawn_asks_for_nothing_and_one_that_was_red_again_does() {
    let item = |state: State, unit: usize, indicator: usize| Item {
        state,
        indicator: Some(indicator),
        is_red_light: true,
        ..Item::new("i".to_owned(), period("2022Q1"), unit, period("2022Q2").last_day())
    };
    let items = vec![item(State::Cancelled, 3, 1), item(State::Cancelled, 3, 2), item(State::Closed, 3, 2)];
    let ledger = Ledger { items, ..Ledger::default() };
    assert!(is_withdrawn(&ledger, 3, 1));
    assert!(!is_withdrawn(&ledger, 3, 2), "another problem of it stood");
    assert!(!is_withdrawn(&ledger, 3, 4) && !is_withdrawn(&ledger, 2, 1), "nothing in the ledger is no withdrawal");
}

#[test]
fn the_gap_is_told_in_units_of_work() {
    let mut line = line(Subject::Indicator(0), None);
    // rules.md, R18: 30 more households.
    assert_eq!(line.gap_text(), "还差 30 户");
    line.gap = Some(Gap { count: 2.0, is_reduction: true, each: 0.1, all: 0.2 });
    assert_eq!(line.gap_text(), "须减少 2 户");
    line.gap = None;
    assert_eq!(line.gap_text(), "");
}
