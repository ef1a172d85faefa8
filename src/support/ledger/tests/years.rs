//! What becomes of problems over the periods after they were closed.

use super::*;

fn closed(indicator: Option<usize>) -> Ledger {
    let mut of = item(State::Closed);
    of.indicator = indicator;
    of.closed_on = of.left_on;
    ledger("2022Q2", vec![of])
}

/// States at the end of the quarters from 2022Q3 on, by how many of 200 devices are online.
fn course(before: Ledger, online: &[Option<u32>]) -> Vec<&'static str> {
    let mut now = before;
    let mut quarter = period("2022Q3");
    let mut words = Vec::new();
    for &online in online {
        (now, _) = act(&now, &quarter.to_string(), online, "");
        words.push(now.items[0].state.word());
        quarter = quarter.next();
    }
    words
}

#[test]
fn red_again_within_two_periods_is_a_relapse_and_not_red_until_then_holds() {
    let (fine, red) = (Some(185), Some(160));
    assert_eq!(course(closed(Some(0)), &[red, fine]), ["反弹", "反弹"]);
    assert_eq!(course(closed(Some(0)), &[fine, red]), ["已销号", "反弹"]);
    assert_eq!(course(closed(Some(0)), &[fine, fine, red]), ["已销号", "巩固", "巩固"]);
    // What no indicator measures is looked at on the spot.
    assert_eq!(course(closed(None), &[red, red, red]), ["已销号", "已销号", "已销号"]);
}

#[test]
fn nothing_holds_without_data_nor_while_it_is_red() {
    let (fine, red) = (Some(185), Some(160));
    assert_eq!(course(closed(Some(0)), &[None, None, None]), ["已销号"; 3]);
    assert_eq!(course(closed(Some(0)), &[None, None, fine, red]), ["已销号", "已销号", "巩固", "巩固"]);
    // Red when the time is over is a new problem and no relapse.
    assert_eq!(course(closed(Some(0)), &[None, None, red, fine]), ["已销号", "已销号", "已销号", "巩固"]);
    let mut of = item(State::LongTerm);
    of.left_on = Some(day("2022-06-20"));
    let before = ledger("2022Q2", vec![of]);
    let looked = |online: Option<u32>| {
        let (mut now, mut quarter) = (before.clone(), period("2022Q3"));
        for _ in 0..4 {
            (now, _) = act(&now, &quarter.to_string(), online, "");
            quarter = quarter.next();
        }
        now.items[0].looked_back_on.map(|day| day.to_string())
    };
    assert_eq!((looked(None), looked(fine)), (None, Some("2023-06-30".to_owned())));
}

#[test]
fn a_visit_may_find_it_holding_earlier_and_the_figures_still_decide() {
    let visit = "2022Q1-01-A1-01,2022-08-10,回头看,民政局,,,,,,巩固,,\n";
    let (held, found) = act(&closed(Some(0)), "2022Q3", Some(185), visit);
    assert_eq!(
        (found, held.items[0].state, held.items[0].looked_back_on),
        (vec![], State::Consolidated, Some(day("2022-08-10")))
    );
    let (after, _) = act(&held, "2022Q4", Some(160), "");
    assert_eq!((after.items[0].state, after.items[0].looked_back_on), (State::Relapsed, Some(day("2022-12-31"))));
}

#[test]
fn what_takes_years_is_looked_at_once_a_year() {
    let mut of = item(State::LongTerm);
    of.left_on = Some(day("2022-06-20"));
    let before = ledger("2022Q2", vec![of]);
    let (fine, red) = (Some(185), Some(160));
    assert_eq!(course(before.clone(), &[red, red, red, fine]), ["长期坚持"; 4]);
    assert_eq!(course(before.clone(), &[red, red, red, red]), ["长期坚持", "长期坚持", "长期坚持", "反弹"]);
    let red_later = [fine, fine, fine, fine, red, red, red, red];
    assert_eq!(course(before, &red_later)[6..], ["长期坚持", "反弹"]);
}

#[test]
fn a_missing_period_ends_no_problem() {
    let before = ledger("2022Q1", vec![item(State::Pending)]);
    let (after, _) = act(&before, "2022Q3", Some(160), "");
    assert_eq!((after.items[0].state, after.items[0].assigned_on), (State::Assigned, Some(day("2022-04-18"))));
    assert!(after.items[0].is_overdue());
}
