//! 答复: what departments said to questions and warnings, each with who, when and why.

use super::cells::{self, Layout};
use crate::audit::{Answer, Audit};
use crate::views::document::{Block, Cell, Column, Section};

/// All answers heard, those that settled nothing too; `None` where there are none.
pub(super) fn section(audit: &Audit) -> Option<Section> {
    let answers: Vec<(&Answer, usize)> = audit.answers().collect();
    if answers.is_empty() {
        return None;
    }
    let about = |answer: &Answer| {
        let parts = [&answer.number, &answer.id, &answer.file, &answer.sheet, &answer.cell, &answer.unit, &answer.item];
        parts.into_iter().filter(|part| !part.is_empty()).cloned().collect::<Vec<_>>().join(" ")
    };
    let settled = |answer: &Answer| {
        let found = audit.diagnostics().iter().find(|found| found.answer.as_deref() == Some(answer));
        found.map_or_else(String::new, |found| found.message.clone())
    };
    let table = Layout::new()
        .column(Column::text("针对"), |(answer, _): (&Answer, usize)| Cell::text(about(answer)))
        .column(Column::text("问题"), |(answer, _)| cells::words(&settled(answer)))
        .column(Column::text("答复"), |(answer, _)| Cell::text(&answer.text))
        .column(Column::text("答复人(岗位)"), |(answer, _)| Cell::text(&answer.by))
        .column(Column::text("日期"), |(answer, _)| Cell::text(&answer.on))
        .column(Column::text("理由"), |(answer, _)| Cell::text(&answer.reason))
        .column(Column::number("办结"), |(_, count)| cells::count(count))
        .table("answers", "各部门的答复（“办结”为 0 的没有对上任何问题，或针对的是错误）", answers.iter().copied());
    Some(Section::new("quality-answers", 2, "答复").unlisted().with(Block::Table(table)))
}
