//! Ledgers that come back as they were, and with rows left out.

use super::{files, outcome, period, printed, project, put, rewritten};
use crate::project::Outcome;
use std::collections::BTreeMap;
use yinxiang::audit::Code;

/// The ledger of a quarter as printed, and its open problems.
fn ledger(name: &str) -> (String, Vec<BTreeMap<String, String>>) {
    let outcome = outcome(&project(), name);
    let text = files(&outcome).remove("ledger.csv").expect("a ledger");
    let is_open = |row: &BTreeMap<String, String>| {
        !["已销号", "长期坚持", "撤销", "巩固", "反弹"].contains(&row["state"].as_str())
    };
    let open = printed(&outcome).into_iter().filter(is_open).collect();
    (String::from_utf8(text).expect("UTF-8"), open)
}

/// A file, and which lines of a ledger stay in it.
type Part<'a> = (&'a str, &'a dyn Fn(&str) -> bool);

/// A quarter with parts of a printed ledger.
fn with(name: &str, text: &str, parts: &[Part<'_>]) -> Outcome {
    let mut returned = project();
    for (file, stays) in parts {
        let rows: Vec<&str> = text.lines().filter(|line| !line.contains("2022Q") || stays(line)).collect();
        put(&mut returned, name, file, rows.join("\n").into_bytes());
    }
    Outcome::of(&returned, Some(period(name)))
}

#[test]
fn a_row_deleted_from_a_returned_ledger_is_told_and_the_problem_stays() {
    let (text, open) = ledger("2022Q2");
    let of_unit = |unit: &str| open.iter().filter(|row| row["unit"] == unit).count();
    let gone = open.iter().rev().find(|row| of_unit(&row["unit"]) > 1).expect("a unit with two open problems");
    let (id, unit) = (&gone["issue_id"], &gone["unit"]);
    let outcome = with("2022Q3", &text, &[("ledger.csv", &|line| !line.contains(id.as_str()))]);
    let told = outcome.with_code(Code::LedgerComputed);
    let [told] = told[..] else { panic!("{}", outcome.findings()) };
    assert!(told.found == format!("没有 {id}") && told.message.contains("少了 1 个"), "{told:?}");
    assert!(printed(&outcome).iter().any(|row| row["issue_id"] == *id));

    // The rest of the unit is gone too: who sends back other rows has deleted nothing. That the file was read as a ledger shows
    // in the cell that was written over.
    let changed = text.replacen("红灯", "绿灯", 1);
    let others = with("2022Q3", &changed, &[("ledger.csv", &|line| !line.contains(unit.as_str()))]);
    let told = others.with_code(Code::LedgerComputed);
    assert!(told.len() == 1 && told[0].found.contains("绿灯"), "{}", others.findings());

    // Two files that together hold all.
    let whole = with(
        "2022Q3",
        &text,
        &[("ledger.csv", &|line| !line.contains(id.as_str())), ("ledger.tsv", &|line| line.contains(id.as_str()))],
    );
    assert!(whole.with_code(Code::LedgerComputed).is_empty(), "{}", whole.findings());
}

#[test]
fn what_was_closed_since_an_old_edition_was_printed_is_not_missed() {
    let (_, open) = ledger("2022Q2");
    let (_, later) = ledger("2022Q3");
    let ids = |rows: &[BTreeMap<String, String>]| rows.iter().map(|row| row["issue_id"].clone()).collect::<Vec<_>>();
    let still = ids(&later);
    let (open, closed): (Vec<String>, Vec<String>) = ids(&open).into_iter().partition(|id| still.contains(id));
    assert!(!closed.is_empty() && !open.is_empty(), "some were closed in the third quarter, and some were not");
    let returned = |gone: &[String]| {
        let book = files(&outcome(&project(), "2022Q2")).remove("ledger.xlsx").expect("a workbook");
        let gone: Vec<&str> = gone.iter().map(String::as_str).collect();
        let mut returned = project();
        put(&mut returned, "2022Q4", "ledger.xlsx", rewritten(&book, &[], &gone));
        Outcome::of(&returned, Some(period("2022Q4")))
    };
    let outcome = returned(&closed);
    assert!(outcome.with_code(Code::LedgerComputed).is_empty(), "{}", outcome.findings());
}

#[test]
fn a_ledger_that_comes_back_as_it_was_changes_nothing() {
    let plain = project();
    let mut returned = project();
    for (from, to) in [("2022Q1", "2022Q2"), ("2022Q2", "2022Q3"), ("2022Q3", "2022Q4")] {
        let printed = files(&outcome(&plain, from));
        let file = if from == "2022Q2" { "ledger.csv" } else { "ledger.xlsx" };
        put(&mut returned, to, file, printed[file].clone());
    }
    let (before, after) = (outcome(&plain, "2022Q4"), outcome(&returned, "2022Q4"));
    assert_eq!(before.findings(), after.findings());
    assert_eq!(files(&before)["ledger.csv"], files(&after)["ledger.csv"]);
    // One of the end of this quarter belongs into the next.
    let own = files(&outcome(&plain, "2022Q4")).remove("ledger.xlsx").expect("a workbook");
    put(&mut returned, "2022Q4", "ledger.xlsx", own);
    let early = Outcome::of(&returned, Some(period("2022Q4")));
    assert_eq!(early.with_code(Code::PeriodWrong).len(), 1, "{}", early.findings());
    assert!(early.with_code(Code::PeriodWrong)[0].help.contains("data/2023Q1/"), "{}", early.findings());
    assert_eq!(files(&before)["ledger.csv"], files(&early)["ledger.csv"]);
    // One that is two quarters old is compared with what it was printed from.
    let old = files(&outcome(&plain, "2022Q2")).remove("ledger.xlsx").expect("a workbook");
    put(&mut returned, "2022Q4", "ledger.xlsx", old);
    let after = outcome(&returned, "2022Q4");
    assert_eq!(before.findings(), after.findings());
    assert_eq!(files(&before)["ledger.csv"], files(&after)["ledger.csv"]);
}
