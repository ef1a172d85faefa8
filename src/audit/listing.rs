//! Diagnostics as a list: counts, and `findings.csv`.

use super::{Audit, Diagnostic, Severity};

/// How many messages of each severity there are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// Errors.
    pub error_count: usize,
    /// Warnings.
    pub warning_count: usize,
    /// Questions.
    pub question_count: usize,
    /// Notes.
    pub note_count: usize,
    /// Questions, warnings and notes that somebody answered; the counts above leave them out.
    pub answered_count: usize,
}

impl Audit {
    /// Counts by severity.
    pub fn tally(&self) -> Tally {
        let mut tally = Tally::default();
        for diagnostic in self.diagnostics() {
            match diagnostic.severity() {
                _ if diagnostic.answer.is_some() => tally.answered_count += 1,
                Severity::Error => tally.error_count += 1,
                Severity::Warning => tally.warning_count += 1,
                Severity::Question => tally.question_count += 1,
                Severity::Note => tally.note_count += 1,
            }
        }
        tally
    }
}

/// The audit as `findings.csv`: UTF-8 with BOM, one row a message, never capped.
pub fn to_csv(audit: &Audit) -> Vec<u8> {
    let mut writer = csv::WriterBuilder::new().from_writer(b"\xEF\xBB\xBF".to_vec());
    let header =
        ["severity", "id", "department", "file", "sheet", "cell", "line", "unit", "item", "found", "expected", "help"];
    writer.write_record(header).expect("writing to memory succeeds");
    for diagnostic in audit.diagnostics() {
        let place = &diagnostic.place;
        let record = [
            diagnostic.severity().id().to_owned(),
            diagnostic.code.id().to_owned(),
            diagnostic.department.clone().unwrap_or_default(),
            place.file.as_deref().unwrap_or_default().to_owned(),
            place.sheet.as_deref().unwrap_or_default().to_owned(),
            place.cell.map(|cell| cell.to_string()).unwrap_or_default(),
            place.line.map(|(line, _)| line.to_string()).unwrap_or_default(),
            diagnostic.unit.clone().unwrap_or_default(),
            diagnostic.item.clone().unwrap_or_default(),
            diagnostic.found.clone(),
            diagnostic.expected.clone(),
            remedy(diagnostic),
        ];
        writer.write_record(record).expect("writing to memory succeeds");
    }
    writer.into_inner().expect("flushing to memory succeeds")
}

/// What to do: the message with its help, or what was answered to it.
fn remedy(diagnostic: &Diagnostic) -> String {
    let message = &diagnostic.message;
    match &diagnostic.answer {
        Some(answer) => format!("{message};已答复:{}({},{},{})", answer.text, answer.by, answer.on, answer.reason),
        None if diagnostic.help.is_empty() => message.clone(),
        None => format!("{message};{}", diagnostic.help),
    }
}
