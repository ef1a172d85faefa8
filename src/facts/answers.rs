//! Tables of answers in, answers out: what departments and the lead office say to questions and warnings.

use super::header_key;
use crate::audit::{Answer, Audit, CellRef, Code, Diagnostic, Place};
use crate::definitions::Definitions;
use crate::extract::{RawTable, values};

/// What a column of the table of answers holds; the receipts' lists of findings have the same headers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Column {
    Number,
    Id,
    File,
    Sheet,
    Cell,
    Unit,
    Item,
    Text,
    By,
    On,
    Reason,
}

const HEADERS: &[(Column, &[&str])] = &[
    (Column::Number, &["编号", "问题编号"]),
    (Column::Id, &["代码", "问题代码"]),
    (Column::File, &["文件", "文件名"]),
    (Column::Sheet, &["工作表"]),
    (Column::Cell, &["单元格"]),
    (Column::Item, &["数据项"]),
    (Column::Text, &["部门答复", "答复"]),
    (Column::By, &["答复人(岗位)", "答复人", "答复岗位"]),
    (Column::On, &["答复日期", "日期"]),
    (Column::Reason, &["理由", "答复理由", "说明"]),
];

/// Reads a table of answers; rows without an answer are open and passed over, incomplete ones are noted.
///
/// `None` where the table has no such header; a receipt that comes back has other sheets beside its list.
pub(super) fn read(definitions: &Definitions, table: &RawTable, audit: &mut Audit) -> Option<Vec<Answer>> {
    let (header, columns) = find_header(definitions, table)?;
    let mut answers = Vec::new();
    for row in header + 1..table.rows.len() {
        let text = |wanted: Column| {
            let column = columns.iter().find(|(column, _)| *column == wanted).map(|&(_, at)| at);
            column.and_then(|at| table.rows[row].get(at)).map(values::text).unwrap_or_default()
        };
        let column = columns.iter().find(|(column, _)| *column == Column::Text).map_or(0, |&(_, at)| at);
        let answer = Answer {
            number: text(Column::Number),
            id: text(Column::Id),
            file: file_name(&text(Column::File)),
            sheet: text(Column::Sheet),
            cell: text(Column::Cell),
            unit: text(Column::Unit),
            item: text(Column::Item),
            text: text(Column::Text),
            by: text(Column::By),
            on: text(Column::On),
            reason: text(Column::Reason),
            place: place(table, row, column),
        };
        if answer.text.is_empty() {
            continue;
        }
        let absent: Vec<&str> = [("答复人(岗位)", &answer.by), ("答复日期", &answer.on), ("理由", &answer.reason)]
            .into_iter()
            .filter(|(_, written)| written.is_empty())
            .map(|(name, _)| name)
            .collect();
        if absent.is_empty() {
            answers.push(answer);
        } else {
            let message = format!("答复“{}”没有写明{},没有采用", answer.text, absent.join("、"));
            audit.note(
                Diagnostic::new(Code::AnswerUnclear, answer.place, message)
                    .found(answer.text)
                    .expected("答复、答复人(岗位)、答复日期、理由")
                    .help("补全这几格;答复人写岗位,不写姓名"),
            );
        }
    }
    Some(answers)
}

/// A file of answers without a single list of them.
pub(super) fn note_headless(file: &std::sync::Arc<str>, audit: &mut Audit) {
    audit.note(
        Diagnostic::new(Code::HeaderNotFound, Place::file(file.clone()), "答复表里没有找到表头")
            .expected("编号、部门答复、答复人(岗位)、答复日期、理由")
            .help("第一行写上列名;也可以直接用回执里的“问题清单”填写"),
    );
}

fn find_header(definitions: &Definitions, table: &RawTable) -> Option<(usize, Vec<(Column, usize)>)> {
    const SEARCHED_ROWS: usize = 40;
    table.rows.iter().take(SEARCHED_ROWS).enumerate().find_map(|(row, cells)| {
        let columns: Vec<(Column, usize)> = cells
            .iter()
            .enumerate()
            .filter_map(|(at, cell)| Some((column(definitions, &values::text(cell))?, at)))
            .collect();
        let has = |wanted: Column| columns.iter().any(|(column, _)| *column == wanted);
        (has(Column::Text) && columns.len() >= 2).then_some((row, columns))
    })
}

fn column(definitions: &Definitions, header: &str) -> Option<Column> {
    let key = crate::definitions::fold(header);
    let is = |word: &str| crate::definitions::fold(word) == key;
    let found = HEADERS.iter().find(|(_, words)| words.iter().any(|word| is(word))).map(|(column, _)| *column);
    let names = &definitions.units.name_columns;
    let names_units =
        || is(&definitions.index.unit_word) || names.iter().any(|name| header_key(name) == header_key(header));
    found.or_else(|| (!header.is_empty() && names_units()).then_some(Column::Unit))
}

fn file_name(path: &str) -> String {
    path.rsplit(['/', '\\']).next().unwrap_or(path).to_owned()
}

fn place(table: &RawTable, row: usize, column: usize) -> Place {
    let small = |number: usize| u32::try_from(number).unwrap_or(u32::MAX);
    let cell = CellRef {
        row: table.origin.0.saturating_add(small(row)),
        column: table.origin.1.saturating_add(small(column)),
    };
    Place { file: Some(table.file.clone()), sheet: table.sheet.clone(), cell: Some(cell), line: None }
}

/// Notes an answer that met its question and says nothing that fits it; the question stays open.
pub(super) fn unclear(answer: &Answer, expected: &str, audit: &mut Audit) {
    audit.reopen(answer);
    audit.note(
        Diagnostic::new(Code::AnswerUnclear, answer.place.clone(), format!("答复“{}”看不懂,没有采用", answer.text))
            .found(answer.text.clone())
            .expected(expected)
            .help("照问题的建议填写"),
    );
}
