//! The marks of each department for its delivery.

use super::party::{Party, PartyState};
use crate::definitions::QualityMarks;

/// How well a department delivered. Rows stand in the order of the definitions and are not ranked.
#[derive(Clone, Debug, PartialEq)]
pub struct QualityRow {
    /// Name of the department.
    pub name: String,
    /// Tables it owes: those written down in the table of arrivals, at least one.
    pub owed_tables: usize,
    /// Tables that came by the day they were due.
    pub on_time_count: usize,
    /// Working days late, over all tables.
    pub late_days: u32,
    /// Errors in its newest files.
    pub error_count: usize,
    /// Files of it that a later version replaced. Until periods can be locked, every correction counts.
    pub correction_count: usize,
    /// Questions without an answer.
    pub open_question_count: usize,
    /// Full marks less the deductions, at least 0; `None` as long as nothing came and it is not due.
    pub marks: Option<f64>,
}

/// Departments that owe tables in, their marks out; the lead department is one of them like everybody else.
///
/// `full − late_day × days − error × errors − open_question × questions − correction × corrections`, at least 0.
pub(super) fn rows(parties: &[Party], rule: &QualityMarks) -> Vec<QualityRow> {
    let row = |party: &Party| {
        #[expect(clippy::cast_precision_loss, reason = "counts are far below 2^53")]
        let times = |each: f64, count: usize| each * count as f64;
        let marks = rule.full
            - rule.late_day * f64::from(party.late_days)
            - times(rule.error, party.open.error_count)
            - times(rule.open_question, party.open.question_count)
            - times(rule.correction, party.correction_count);
        QualityRow {
            name: party.name.clone(),
            owed_tables: party.owed_tables,
            on_time_count: party.on_time_count,
            late_days: party.late_days,
            error_count: party.open.error_count,
            correction_count: party.correction_count,
            open_question_count: party.open.question_count,
            marks: (party.state != PartyState::Outstanding).then_some(marks.max(0.0)),
        }
    };
    parties.iter().filter(|party| party.owed_tables > 0).map(row).collect()
}

#[cfg(test)]
mod tests {
    use super::super::party::Open;
    use super::*;

    #[test]
    fn every_fault_costs_and_nobody_falls_below_0() {
        let rule = QualityMarks { full: 100.0, late_day: 5.0, error: 3.0, open_question: 2.0, correction: 5.0 };
        let party = |late_days, error_count| Party {
            name: String::new(),
            state: PartyState::Arrived,
            item_count: 1,
            missing: Vec::new(),
            owed_tables: 1,
            on_time_count: 0,
            arrived_on: None,
            late_days,
            open: Open { error_count, question_count: 1, warning_count: 7 },
            correction_count: 1,
            files: Vec::new(),
        };
        let early = Party { state: PartyState::Outstanding, ..party(0, 0) };
        let rows = rows(&[party(2, 3), party(30, 0), early], &rule);
        let marks: Vec<Option<String>> = rows.iter().map(|row| row.marks.map(|marks| marks.to_string())).collect();
        // 100 − 5·2 − 3·3 − 2·1 − 5·1
        assert_eq!(marks, [Some("74".to_owned()), Some("0".to_owned()), None]);
    }
}
