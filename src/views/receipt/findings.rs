//! `findings.json`: everything about the findings of a period, for programs.

use super::Receipts;
use crate::audit::{Diagnostic, Tally};
use serde_json::{Value, json};

/// All findings with every field, and a tally for each department.
pub(super) fn json(receipts: &Receipts<'_>) -> Vec<u8> {
    let name = |department: usize| receipts.of(department).map(|receipt| receipt.name.as_str());
    let findings: Vec<Value> =
        receipts.findings.iter().map(|(found, owner)| finding(found, owner.and_then(name))).collect();
    let departments: Vec<Value> = receipts
        .receipts
        .iter()
        .map(|receipt| {
            json!({
                "department": receipt.name,
                "result": receipt.outcome.id(),
                "correction_due": receipt.head.correction_due.to_string(),
                "files": receipt.files.iter().map(|file| &file.path).collect::<Vec<_>>(),
                "open": tally(receipt.tally),
                "answered": receipt.tally.answered_count,
                "receipt": format!("{}.xlsx", receipt.stem),
            })
        })
        .collect();
    let mut bytes = serde_json::to_vec_pretty(&json!({
        "format": 1,
        "period": receipts.period,
        "has_errors": receipts.is_draft,
        "departments": departments,
        "findings": findings,
    }))
    .expect("strings and counts serialise");
    bytes.push(b'\n');
    bytes
}

fn tally(tally: Tally) -> Value {
    json!({
        "error": tally.error_count,
        "warning": tally.warning_count,
        "question": tally.question_count,
        "note": tally.note_count,
    })
}

fn finding(found: &Diagnostic, department: Option<&str>) -> Value {
    let place = &found.place;
    let answer = found
        .answer
        .as_deref()
        .map(|answer| json!({ "text": answer.text, "by": answer.by, "on": answer.on, "reason": answer.reason }));
    json!({
        "number": found.number(),
        "severity": found.severity().id(),
        "id": found.code.id(),
        "department": found.department.as_deref().or(department),
        "file": place.file.as_deref(),
        "sheet": place.sheet.as_deref(),
        "cell": place.cell.map(|cell| cell.to_string()),
        "line": place.line.map(|(line, _)| line),
        "unit": found.unit,
        "item": found.item,
        "message": found.message,
        "found": found.found,
        "expected": found.expected,
        "help": found.help,
        "answer": answer,
    })
}
