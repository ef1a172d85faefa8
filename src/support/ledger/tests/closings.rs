//! Closing takes a measured value or verified evidence, and somebody who does not rectify.

use super::*;

/// Verifies in May 2022, with what stands in the columns of who, evidence and measured value.
fn verify(of: &Item, online: Option<u32>, by: &str, evidence: &str, measured: &str) -> (Item, Vec<(Code, String)>) {
    let row = format!("{},2022-05-05,核验,{by},{evidence},,抽查,,{measured},通过,,\n", of.id);
    let (mut after, found) = act(&ledger("2022Q1", vec![of.clone()]), "2022Q2", online, &row);
    (after.items.remove(0), found)
}

#[test]
fn closing_is_refused_without_proof_and_to_those_who_rectify() {
    let mut of = item(State::CloseRequested);
    of.owner = "东乡、设备公司".to_owned();
    let cases = [
        // Score of 92.5 %: 90.00 (rules.md R07).
        (Some(185), "民政局", "验收单3号", "", None),
        (Some(185), "", "验收单3号", "", Some("没有写明由谁核验")),
        (Some(185), "东乡", "验收单3号", "", Some("就是整改单位")),
        (Some(185), "东乡人民政府", "验收单3号", "", Some("就是整改单位")),
        (Some(185), "东乡民政办", "验收单3号", "", Some("就是整改单位")),
        (Some(185), "民政局、东乡", "验收单3号", "", Some("就是整改单位")),
        (Some(185), "设备公司", "验收单3号", "", Some("就是整改单位")),
        // Neither a department nor the helper.
        (Some(185), "西乡", "验收单3号", "", Some("不是已知的部门")),
        (Some(185), "张三", "验收单3号", "", Some("可以是:民政局")),
        (Some(185), "民政局、张三", "验收单3号", "", Some("核验的“张三”不是已知的部门")),
        (Some(185), "请东乡农办", "验收单3号", "", Some("就是整改单位")),
        (Some(185), "民政局", "", "", Some("没有佐证材料")),
        // 88 % scores 72.00.
        (Some(176), "民政局", "验收单3号", "95", Some("本期得分 72.00,没有达到销号标准")),
        (None, "民政局", "验收单3号", "", Some("也没有实测值")),
        (None, "民政局", "验收单3号", "88", Some("只合 72.00 分")),
        (None, "民政局", "验收单3号", "88%", Some("只合 72.00 分")),
        (None, "民政局", "验收单3号", "92.5%", None),
    ];
    for (online, by, evidence, measured, refusal) in cases {
        let (after, found) = verify(&of, online, by, evidence, measured);
        let case = format!("{online:?} {by} {evidence} {measured}: {found:?}");
        match refusal {
            None => {
                assert_eq!((codes(&found), after.state), (vec![], State::Closed), "{case}");
                assert_eq!(after.closed_on, Some(day("2022-05-05")));
            }
            Some(words) => {
                assert_eq!(codes(&found), [Code::LedgerClosing], "{case}");
                assert!(found[0].1.contains(words) && found[0].1.contains("[A2]"), "{case}");
                let unchanged = (after.state, after.closed_on, after.evidence.len(), after.verified_by.as_str());
                assert_eq!(unchanged, (State::CloseRequested, None, 0, ""), "{case}");
            }
        }
    }
}

#[test]
fn a_helper_that_is_no_department_may_verify_and_who_asked_may_not() {
    let mut of = item(State::CloseRequested);
    of.helper = "第三方机构".to_owned();
    assert_eq!(verify(&of, Some(185), "第三方机构", "单1", "").0.state, State::Closed);
    assert_eq!(verify(&of, Some(185), "民政局", "单1", "").0.state, State::Closed);
    of.helper = "请东乡农办".to_owned();
    assert_eq!(codes(&verify(&of, Some(185), "请东乡农办", "单1", "").1), [Code::LedgerClosing]);
    let of = item(State::InProgress);
    let rows =
        format!("{0},2022-05-05,申请销号,民政局,照片1号,,,,,,,\n{0},2022-05-06,核验,民政局,,,,,,通过,,\n", of.id);
    let (after, found) = act(&ledger("2022Q1", vec![of]), "2022Q2", Some(185), &rows);
    assert_eq!((codes(&found), after.items[0].state), (vec![Code::LedgerClosing], State::CloseRequested));
    assert!(found[0].1.contains("就是申请销号的单位"), "{}", found[0].1);
}

#[test]
fn evidence_counts_if_it_was_given_after_the_problem_was_returned() {
    let of = item(State::InProgress);
    let course = |again: &str, last: &str| {
        let rows = [
            "05,申请销号,东乡,照片1号,,,,,,,".to_owned(),
            "06,核验,民政局,,不实,,,,退回,,".to_owned(),
            format!("07,进展,东乡,{again},,,,,,,"),
            "08,申请销号,东乡,,,,,,,,".to_owned(),
            format!("09,核验,民政局,{last},,,,,通过,,"),
        ];
        let rows: String = rows.iter().map(|row| format!("{},2022-05-{row}\n", of.id)).collect();
        let (after, found) = act(&ledger("2022Q1", vec![of.clone()]), "2022Q2", Some(185), &rows);
        (after.items[0].state, found)
    };
    let (state, found) = course("", "");
    assert_eq!((state, codes(&found)), (State::CloseRequested, vec![Code::LedgerClosing]));
    assert!(found[0].1.contains("退回以后没有新的佐证材料"), "{}", found[0].1);
    for (again, last) in [("清单2号", ""), ("", "验收单3号"), ("照片1号", "")] {
        assert_eq!(course(again, last), (State::Closed, vec![]), "{again} {last}");
    }
}

#[test]
fn no_value_is_typed_in_for_what_counts_zero_because_it_was_not_reported() {
    let index = INDEX.replacen("missing = \"drop\"", "missing = \"zero\"", 1);
    let definitions = definitions_of(&index);
    let before = ledger("2022Q1", vec![item(State::CloseRequested)]);
    let actions = format!("{HEADER}2022Q1-01-A1-01,2022-05-05,核验,民政局,单1,,抽查,,95,通过,,\n");
    let outcome = |own: &str| {
        let figures = format!("乡镇,在线设备数,设备数\n东乡,{own}\n西乡,190,200\n南镇,190,200\n");
        let tables = [("actions", actions.as_str()), ("民政局", figures.as_str())];
        let (facts, scores) = quarter(&definitions, "2022Q2", None, &tables);
        let mut audit = Audit::default();
        let after = advance(&definitions, &facts, &scores, &[&before], &mut audit);
        let found = audit.diagnostics().iter().map(|found| (found.code, found.to_string())).collect::<Vec<_>>();
        (after.items[0].state, found)
    };
    let (state, found) = outcome(",");
    assert_eq!((state, codes(&found)), (State::CloseRequested, vec![Code::LedgerClosing]));
    assert!(found[0].1.contains("本期没有报送,计 0 分"), "{}", found[0].1);
    assert_eq!(outcome("185,200"), (State::Closed, vec![]));
}

#[test]
fn what_the_closing_rests_on_stands_beside_the_verdict() {
    let of = item(State::CloseRequested);
    assert_eq!(verify(&of, Some(185), "民政局", "单1", "").0.verdict, "通过(本期得分90.00)");
    assert_eq!(verify(&of, None, "民政局", "单1", "92.5").0.verdict, "通过(实测92.5,得分90.00)");
}

#[test]
fn a_problem_of_no_indicator_closes_on_verified_evidence() {
    let mut of = item(State::CloseRequested);
    of.indicator = None;
    assert_eq!(verify(&of, Some(100), "民政局", "单1", "").0.state, State::Closed);
    assert_eq!(codes(&verify(&of, Some(100), "民政局", "", "").1), [Code::LedgerClosing]);
    // What was handed in before counts.
    of.evidence.push("照片1号".to_owned());
    assert_eq!(verify(&of, Some(100), "民政局", "", "").0.state, State::Closed);
}

#[test]
fn working_days_past_the_deadline_follow_the_official_calendar() {
    let mut of = item(State::CloseRequested);
    of.due_on = day("2022-09-30");
    let before = ledger("2022Q3", vec![of]);
    // National Day 2022: off 1–7 October, make-up work on Saturday 8 and Sunday 9.
    for (closed, late) in [("2022-10-07", 0), ("2022-10-08", 1), ("2022-10-09", 2), ("2022-10-17", 8)] {
        let row = format!("2022Q1-01-A1-01,{closed},核验,民政局,单1,,,,92.5,通过,,\n");
        let (after, found) = act(&before, "2022Q4", None, &row);
        assert_eq!((found, after.items[0].overdue_days), (vec![], late), "{closed}");
        assert!(!after.items[0].is_overdue());
        let facts = after.facts();
        assert_eq!((facts[0].overdue_days, facts[0].is_closed_now, facts[0].is_open), (late, true, false));
        // A later period does not count it again.
        let (later, _) = act(&after, "2023Q1", None, "");
        assert_eq!((later.facts()[0].overdue_days, later.items[0].overdue_days), (0, late));
    }
    let (after, _) = act(&before, "2022Q4", None, "");
    assert!(after.items[0].is_overdue());
    // 92 days of the quarter, 27 of them Saturdays and Sundays, 5 working days off, 2 days off worked.
    assert_eq!(after.items[0].overdue_days, 92 - 27 - 5 + 2);
}

#[test]
fn an_extended_deadline_is_the_deadline() {
    let mut of = item(State::Accepted);
    of.extended_to = Some(day("2022-09-30"));
    let before = ledger("2022Q2", vec![of]);
    let (after, _) = act(&before, "2022Q3", None, "");
    assert_eq!((after.items[0].overdue_days, after.items[0].is_overdue()), (0, false));
}
