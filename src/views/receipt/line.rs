//! One finding in the words of a receipt.

use crate::audit::{CellRef, Diagnostic, Severity};

/// What a receipt says about a finding, field by field; empty where there is nothing.
pub(super) struct Line {
    pub(super) number: String,
    pub(super) severity: Severity,
    pub(super) id: &'static str,
    pub(super) file: String,
    pub(super) sheet: String,
    pub(super) cell: String,
    pub(super) place: String,
    pub(super) unit: String,
    pub(super) item: String,
    pub(super) found: String,
    pub(super) message: String,
    pub(super) expected: String,
    pub(super) help: String,
    pub(super) answer: [String; 4],
}

/// Heads of the four columns of an answer, in the order of [`Line::answer`].
pub(super) const ANSWER: [&str; 4] = ["部门答复", "答复人（岗位）", "答复日期", "理由"];

impl Line {
    pub(super) fn of(found: &Diagnostic) -> Self {
        let text = |value: &Option<String>| value.clone().unwrap_or_default();
        let file = found.place.file.as_deref().unwrap_or_default();
        let answer = found.answer.as_deref();
        Line {
            number: found.number(),
            severity: found.severity(),
            id: found.code.id(),
            file: file.rsplit('/').next().unwrap_or(file).to_owned(),
            sheet: found.place.sheet.as_deref().unwrap_or_default().to_owned(),
            cell: found.place.cell.map(|cell| cell.to_string()).unwrap_or_default(),
            place: found.place.cell.map(position).unwrap_or_default(),
            unit: text(&found.unit),
            item: text(&found.item),
            found: found.found.clone(),
            message: found.message.clone(),
            expected: found.expected.clone(),
            help: found.help.clone(),
            answer: answer.map_or_else(Default::default, |answer| {
                [answer.text.clone(), answer.by.clone(), answer.on.clone(), answer.reason.clone()]
            }),
        }
    }

    /// Message, what is allowed and what to do, as a comment on a cell says it.
    pub(super) fn comment(&self) -> String {
        let mut text = format!("【{}】{}", self.severity.word(), self.message);
        for (label, part) in [("允许", &self.expected), ("建议", &self.help), ("答复", &self.answer[0])] {
            if !part.is_empty() {
                text.push_str(&format!("\n{label}：{part}"));
            }
        }
        text.push_str(&format!("\n编号：{}", self.number));
        text
    }
}

/// `第3行F列`.
pub(super) fn position(cell: CellRef) -> String {
    format!("第{}行{}列", u64::from(cell.row) + 1, letters(cell.column))
}

/// `F`.
pub(super) fn letters(column: u32) -> String {
    CellRef { row: 0, column }.to_string().trim_end_matches('1').to_owned()
}

/// The sign of a severity that survives a grey print.
pub(super) fn sign(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "【错】",
        Severity::Warning => "【警】",
        Severity::Question => "【疑】",
        Severity::Note => "",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::audit::{Code, Place};

    #[test]
    fn a_comment_says_what_is_wrong_what_is_allowed_and_what_to_do() {
        let place = Place { cell: Some(CellRef { row: 6, column: 5 }), ..Place::file("data/2022Q3/表.xlsx") };
        let found = Diagnostic::new(Code::ValueOutOfRange, place, "太大").expected("0–100 %").help("改正");
        let line = Line::of(&found);
        assert_eq!((line.file.as_str(), line.cell.as_str(), line.place.as_str()), ("表.xlsx", "F7", "第7行F列"));
        assert_eq!(line.comment(), format!("【错误】太大\n允许：0–100 %\n建议：改正\n编号：{}", found.number()));
        assert_eq!(letters(27), "AB");
    }
}
