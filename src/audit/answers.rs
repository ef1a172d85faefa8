//! Answers that somebody gave to findings, and the findings they settle.

use super::{Audit, Code, Diagnostic, Place, Severity};
use std::sync::Arc;

/// What somebody answered to a finding: a row of `answers.*`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Answer {
    /// [`Diagnostic::number`] of the finding; empty where the row names it by place or by unit and item.
    pub number: String,
    /// Identifier of the kind of finding; empty for any.
    pub id: String,
    /// Name of the file, without its folders; empty for any.
    pub file: String,
    /// Sheet; empty for any.
    pub sheet: String,
    /// Cell such as `F7`; empty for any.
    pub cell: String,
    /// Name of the unit; empty for any.
    pub unit: String,
    /// Name of the measure or indicator; empty for any.
    pub item: String,
    /// The answer itself: 接受, 0, 不适用, a name …
    pub text: String,
    /// Who answered, by role (no person's name).
    pub by: String,
    /// When, as written.
    pub on: String,
    /// Why.
    pub reason: String,
    /// Where the answer stands.
    pub place: Place,
}

impl Answer {
    /// Whether this answer is about a finding. A row that names nothing is about nothing.
    fn concerns(&self, found: &Diagnostic, number: &str) -> bool {
        if !self.number.is_empty() {
            return self.number.eq_ignore_ascii_case(number);
        }
        let file = found.place.file.as_deref().unwrap_or_default();
        let file = file.rsplit('/').next().unwrap_or(file);
        let cell = found.place.cell.map(|cell| cell.to_string()).unwrap_or_default();
        let pairs = [
            (self.file.as_str(), file),
            (&self.sheet, found.place.sheet.as_deref().unwrap_or_default()),
            (&self.cell, &cell),
            (&self.unit, found.unit.as_deref().unwrap_or_default()),
            (&self.item, found.item.as_deref().unwrap_or_default()),
        ];
        let [file_given, _, cell_given, unit_given, item_given] = pairs.map(|(wanted, _)| !wanted.is_empty());
        // Less than that would settle whatever else is asked about the file or the unit.
        let is_specific =
            file_given && cell_given || unit_given && item_given || !self.id.is_empty() && (unit_given || item_given);
        let is_same = |wanted: &str, found: &str| wanted.is_empty() || wanted.eq_ignore_ascii_case(found);
        is_specific && is_same(&self.id, found.code.id()) && pairs.iter().all(|(wanted, found)| is_same(wanted, found))
    }
}

/// An answer, and whether it met a finding it may settle, or only an error, which nobody can talk away.
#[derive(Clone, Debug)]
pub(super) struct Heard {
    answer: Arc<Answer>,
    settled_count: usize,
    met_an_error: bool,
    is_unclear: bool,
}

impl Heard {
    fn new(answer: Arc<Answer>) -> Self {
        Heard { answer, settled_count: 0, met_an_error: false, is_unclear: false }
    }

    fn is(&self, other: &Heard) -> bool {
        Arc::ptr_eq(&self.answer, &other.answer)
    }
}

impl Audit {
    /// Takes in answers; findings noted before and after are settled by them.
    pub fn hear(&mut self, answers: Vec<Answer>) {
        self.answers.extend(answers.into_iter().map(|answer| Heard::new(Arc::new(answer))));
        self.settle_all();
    }

    /// All answers taken in, each with how many findings it settled.
    pub fn answers(&self) -> impl Iterator<Item = (&Answer, usize)> {
        self.answers.iter().map(|heard| (&*heard.answer, heard.settled_count))
    }

    /// Notes a question or warning and says what was answered to it, if anything.
    pub fn ask(&mut self, diagnostic: Diagnostic) -> Option<Arc<Answer>> {
        self.note(diagnostic);
        self.diagnostics.last().and_then(|found| found.answer.clone())
    }

    /// Attaches the answer that concerns a finding, the latest where there are several. Errors stay open whatever is
    /// answered.
    pub(super) fn settle(&mut self, found: &mut Diagnostic) {
        let number = found.number();
        for heard in &mut self.answers {
            if !heard.answer.concerns(found, &number) {
                continue;
            }
            if found.severity() == Severity::Error {
                heard.met_an_error = true;
                continue;
            }
            heard.settled_count += 1;
            if found.answer.as_ref().is_none_or(|other| other.on <= heard.answer.on) {
                found.answer = Some(heard.answer.clone());
            }
        }
    }

    /// Opens the finding again that an answer was attached to, because it says nothing that fits.
    pub fn reopen(&mut self, answer: &Answer) {
        let is_it = |found: &&mut Diagnostic| found.answer.as_deref() == Some(answer);
        if let Some(found) = self.diagnostics.iter_mut().rev().find(is_it) {
            found.answer = None;
        }
        if let Some(heard) = self.answers.iter_mut().find(|heard| *heard.answer == *answer) {
            heard.settled_count = heard.settled_count.saturating_sub(1);
            heard.is_unclear = true;
        }
    }

    /// Attaches answers to what was noted before they were heard.
    fn settle_all(&mut self) {
        let mut diagnostics = std::mem::take(&mut self.diagnostics);
        for found in diagnostics.iter_mut().filter(|found| found.answer.is_none()) {
            self.settle(found);
        }
        self.diagnostics = diagnostics;
    }

    /// An empty audit that knows the same answers; what it finds comes back with [`Audit::extend`].
    #[must_use]
    pub fn fork(&self) -> Audit {
        Audit {
            diagnostics: Vec::new(),
            answers: self.answers.iter().map(|heard| Heard::new(heard.answer.clone())).collect(),
        }
    }

    /// The same audit without its messages: what is left is which answers met one.
    #[must_use]
    pub fn silenced(mut self) -> Audit {
        self.diagnostics.clear();
        self
    }

    /// Appends the messages and answers of another audit; answers of a fork are counted, not repeated.
    pub fn extend(&mut self, other: Audit) {
        let has_news = other.answers.iter().any(|heard| !self.answers.iter().any(|own| own.is(heard)));
        if has_news {
            // What was noted before these answers were heard; what comes with them has met them already.
            self.answers.extend(other.answers);
            self.settle_all();
            self.diagnostics.extend(other.diagnostics);
            return;
        }
        self.diagnostics.extend(other.diagnostics);
        // A fork has the same answers in the same order.
        for (own, heard) in self.answers.iter_mut().zip(other.answers) {
            own.settled_count += heard.settled_count;
            own.met_an_error |= heard.met_an_error;
            own.is_unclear |= heard.is_unclear;
        }
    }

    /// Notes answers that settled nothing; called once everything else is noted.
    pub fn note_unused_answers(&mut self) {
        let unused: Vec<Heard> =
            self.answers.iter().filter(|heard| heard.settled_count == 0 && !heard.is_unclear).cloned().collect();
        for Heard { answer, met_an_error, .. } in unused {
            let note = if met_an_error {
                Diagnostic::new(
                    Code::AnswerRefused,
                    answer.place.clone(),
                    format!("答复“{}”针对的是一个错误,错误不能靠答复放行", answer.text),
                )
                .help("请报送部门改正原表后重新报送")
            } else {
                Diagnostic::new(
                    Code::AnswerUnmatched,
                    answer.place.clone(),
                    format!("答复“{}”没有对上任何一条疑问或警告,没有采用", answer.text),
                )
                .help("核对编号(或文件、单元格、单位、数据项);问题已经改正的,删去这一行")
            };
            self.note(note.found(answer.text.clone()));
        }
    }
}
