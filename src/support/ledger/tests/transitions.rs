//! Every way from state to state, and every way that is closed.

use super::*;
use crate::support::ledger::Verb;
use proptest::prelude::*;

/// What is done in May 2022, complete enough to be taken where the state allows it.
const ROWS: [(Verb, &str, State); 9] = [
    (Verb::Assign, "2022-05-05,交办,,,,,,,,,", State::Assigned),
    (Verb::Accept, "2022-05-05,签收,东乡,,,,,,,,", State::Accepted),
    (Verb::Progress, "2022-05-05,进展,东乡,,换下8台,,60%,,,,", State::InProgress),
    (Verb::Extend, "2022-05-05,延期,,,,,,,,2022-08-31,纪要5号", State::Pending),
    (Verb::Request, "2022-05-05,申请销号,东乡,照片1号,,,,,,,", State::CloseRequested),
    (Verb::Verify, "2022-05-05,核验,民政局,验收单3号,,抽查,,,通过,,", State::Closed),
    (Verb::LongTerm, "2022-05-05,长期坚持,,,要两年,,,,,,纪要6号", State::LongTerm),
    (Verb::Cancel, "2022-05-05,撤销,,,数据有误,,,,,,纪要7号", State::Cancelled),
    (Verb::LookBack, "2022-05-05,回头看,民政局,,,,,,巩固,,", State::Consolidated),
];

const STATES: [State; 11] = [
    State::Pending,
    State::Assigned,
    State::Accepted,
    State::InProgress,
    State::CloseRequested,
    State::Returned,
    State::Closed,
    State::Consolidated,
    State::Relapsed,
    State::LongTerm,
    State::Cancelled,
];

#[test]
fn what_the_state_allows_is_done_and_all_else_is_an_error_that_changes_nothing() {
    for state in STATES {
        // A problem of that quarter is assigned by the program only after it.
        let mut before = item(state);
        before.opened_in = period(if state == State::Pending { "2022Q2" } else { "2022Q1" });
        let before = ledger("2022Q1", vec![before]);
        for (verb, row, reached) in ROWS {
            let (after, found) = act(&before, "2022Q2", Some(185), &format!("2022Q1-01-A1-01,{row}\n"));
            let (was, is) = (&before.items[0], &after.items[0]);
            if state.allows().contains(&verb) {
                assert_eq!(found, [], "{} {}", state.word(), verb.word());
                let reached = match (verb, state) {
                    (Verb::Extend, state) | (Verb::LookBack, state @ State::LongTerm) => state,
                    _ => reached,
                };
                assert_eq!(is.state, reached, "{} {}", state.word(), verb.word());
                assert_ne!(is, was);
            } else {
                assert_eq!(codes(&found), [Code::LedgerTransition], "{} {}", state.word(), verb.word());
                assert!(found[0].1.contains("data/2022Q2/actions.csv [A2]"), "{}", found[0].1);
                assert!(found[0].1.contains("建议:"), "{}", found[0].1);
                assert_eq!((is.state, &is.evidence, &is.note), (was.state, &was.evidence, &was.note));
            }
        }
    }
}

#[test]
fn a_returned_problem_is_worked_on_before_it_is_asked_to_be_closed_again() {
    let before = ledger("2022Q1", vec![item(State::CloseRequested)]);
    let rows = "2022Q1-01-A1-01,2022-05-05,核验,民政局,,佐证不全,抽查,,,退回,,\n";
    let (after, found) = act(&before, "2022Q2", Some(185), rows);
    assert_eq!((found, after.items[0].state), (vec![], State::Returned));
    assert_eq!(after.items[0].verdict, "退回(佐证不全)");
    let again = "2022Q1-01-A1-01,2022-05-06,申请销号,东乡,,,,,,,,\n";
    let (after, found) = act(&before, "2022Q2", Some(185), &format!("{rows}{again}"));
    assert_eq!((codes(&found), after.items[0].state), (vec![Code::LedgerTransition], State::Returned));
    let work = "2022Q1-01-A1-01,2022-05-06,进展,东乡,,,,,,,,\n";
    // All on one day, written in any order: what the state allows comes first.
    let (after, found) = act(&before, "2022Q2", Some(185), &format!("{again}{work}{rows}"));
    assert_eq!((found, after.items[0].state), (vec![], State::CloseRequested));
}

#[test]
fn a_problem_is_assigned_so_many_days_after_the_period_that_found_it() {
    let before = ledger("2022Q1", vec![item(State::Pending)]);
    let (after, found) = act(&before, "2022Q2", Some(160), "");
    assert_eq!((found, after.items[0].assigned_on), (vec![], Some(day("2022-04-18"))));
    assert_eq!(after.items[0].state, State::Assigned);
    // Nothing can be done before; somebody may assign it earlier, or put another day down.
    let (after, found) = act(&before, "2022Q2", Some(160), "2022Q1-01-A1-01,2022-04-17,签收,东乡,,,,,,,,\n");
    assert_eq!((codes(&found), after.items[0].accepted_on), (vec![Code::LedgerTransition], None));
    for assigned in ["2022-04-10", "2022-04-25"] {
        let row = format!("2022Q1-01-A1-01,{assigned},交办,,,,,,,,,\n");
        let (after, found) = act(&before, "2022Q2", Some(160), &row);
        assert_eq!((found, after.items[0].assigned_on), (vec![], Some(day(assigned))));
    }
}

#[test]
fn a_deadline_moves_only_before_it_has_passed_and_with_an_approval() {
    let before = ledger("2022Q1", vec![item(State::Accepted)]);
    let cases = [
        ("2022-06-30,延期,,,,,,,,2022-08-31,纪要5号", None),
        ("2022-06-30,延期,,,,,,,,2022-08-31,", Some(Code::ApprovalMissing)),
        ("2022-06-30,延期,,,,,,,,2022-06-30,纪要5号", Some(Code::RowInvalid)),
        ("2022-06-30,延期,,,,,,,,,纪要5号", Some(Code::RowInvalid)),
        ("2022-05-31,撤销,,,数据有误,,,,,,", Some(Code::ApprovalMissing)),
        ("2022-05-31,长期坚持,,,,,,,,,", Some(Code::ApprovalMissing)),
    ];
    for (row, expected) in cases {
        let (after, found) = act(&before, "2022Q2", Some(160), &format!("2022Q1-01-A1-01,{row}\n"));
        assert_eq!(codes(&found), Vec::from_iter(expected), "{row}");
        assert_eq!(after.items[0].extended_to.is_some(), expected.is_none(), "{row}");
    }
    let mut late = item(State::Accepted);
    late.due_on = day("2022-05-31");
    let row = "2022Q1-01-A1-01,2022-06-01,延期,,,,,,,,2022-08-31,纪要5号\n";
    let (after, found) = act(&ledger("2022Q1", vec![late]), "2022Q2", Some(160), row);
    assert_eq!((codes(&found), after.items[0].extended_to), (vec![Code::LedgerTransition], None));
    assert!(found[0].1.contains("时限 2022-05-31 已过"), "{}", found[0].1);
}

#[test]
fn assigning_anew_moves_no_deadline_that_has_passed() {
    let assign = |until: &str, on: &str| {
        let row = format!("2022Q1-01-A1-01,{on},交办,,,,,,,,{until},纪要5号\n");
        let mut of = item(State::Assigned);
        of.due_on = day("2022-05-31");
        let (after, found) = act(&ledger("2022Q1", vec![of]), "2022Q2", Some(160), &row);
        (after.items[0].due_on.to_string(), after.items[0].is_overdue(), codes(&found))
    };
    let refused = ("2022-05-31".to_owned(), true, vec![Code::LedgerTransition]);
    assert_eq!(assign("2022-08-31", "2022-06-01"), refused);
    assert_eq!(assign("2022-08-31", "2022-05-31"), ("2022-08-31".to_owned(), false, vec![]));
}

#[test]
fn rows_that_cannot_be_read_or_belong_elsewhere_are_told_and_the_others_are_taken() {
    let before = ledger("2022Q1", vec![item(State::Assigned)]);
    let rows = "2022Q1-01-A9-01,2022-05-05,签收,东乡,,,,,,,,\n\
                2022Q1-01-A1-01,2022-07-05,签收,东乡,,,,,,,,\n\
                2022Q1-01-A1-01,2022-05-05,收到,东乡,,,,,,,,\n\
                2022Q1-01-A1-01,2022-05-06,签收,东乡,,,,,,,,\n\
                2022Q1-01-A1-01,2022-05-07,进展,东乡,,,,0.6,,,,\n\
                2022Q1-01-A1-01,2022-05-08,核验,民政局,,,,,,合格,,\n";
    let (after, found) = act(&before, "2022Q2", Some(160), rows);
    let expected =
        [Code::LedgerItemUnknown, Code::EventOutsidePeriod, Code::RowInvalid, Code::RowInvalid, Code::RowInvalid];
    assert_eq!(codes(&found), expected, "{found:?}");
    assert_eq!((after.items[0].state, after.items[0].accepted_on), (State::Accepted, Some(day("2022-05-06"))));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn the_order_of_rows_does_not_matter(rows in Just((0..ROWS.len()).collect::<Vec<_>>()).prop_shuffle(), count in 1..7_usize) {
        let before = ledger("2022Q1", vec![item(State::Assigned)]);
        let text = |rows: &[usize]| -> String {
            rows.iter().map(|&row| format!("2022Q1-01-A1-01,{}\n", ROWS[row].1)).collect()
        };
        let mut sorted = rows[..count].to_vec();
        sorted.sort_unstable();
        let place_free = |mut ledger: Ledger| {
            ledger.items[0].place = crate::audit::Place::default();
            ledger
        };
        let (shuffled, found) = act(&before, "2022Q2", Some(185), &text(&rows[..count]));
        let (straight, expected) = act(&before, "2022Q2", Some(185), &text(&sorted));
        prop_assert_eq!(place_free(shuffled), place_free(straight));
        prop_assert_eq!(codes(&found), codes(&expected));
    }
}
