//! Bytes of delivered files in, raw tables out: every cell knows its place, nothing is interpreted yet.

mod delimited;
mod format;
pub mod personal;
pub mod values;
mod workbook;

use std::collections::BTreeMap;
use std::sync::Arc;

use rayon::prelude::*;

use crate::audit::{Audit, CellRef, Code, Diagnostic, Place};
use format::Format;

pub use crate::audit::InputFile;

/// What stands in a cell before anybody says what it means.
#[derive(Clone, Debug, PartialEq)]
pub enum RawValue {
    /// Nothing, or blanks only.
    Empty,
    /// A number as the workbook stores it, or a plain decimal in a text file.
    Number(f64),
    /// Any other text, as written.
    Text(Box<str>),
    /// A date, in the workbook's own date type: year, month, day.
    Date(i32, u8, u8),
    /// A spreadsheet error such as `#DIV/0!`.
    Error(Box<str>),
}

/// One rectangular table: a sheet of a workbook, or a text file.
#[derive(Clone, Debug)]
pub struct RawTable {
    /// Path of the file.
    pub file: Arc<str>,
    /// Sheet name, where the file has sheets.
    pub sheet: Option<Arc<str>>,
    /// What was recognised, for receipts: `xlsx`, `csv (GB18030)` …
    pub recognised: &'static str,
    /// Zero-based row and column of `rows[0][0]` in the sheet.
    pub origin: (u32, u32),
    /// Cells by row; merged areas are filled with the value of their top-left cell.
    pub rows: Vec<Vec<RawValue>>,
    /// Rows of a text file that had fewer cells than its widest, with how many they had.
    pub short_rows: BTreeMap<u32, u32>,
    /// Merged areas in the sheet, first and last cell of each.
    pub merges: Vec<(CellRef, CellRef)>,
}

/// Tables with more cells than this are refused: a stray cell in the last row of a sheet would fill the memory.
const MAX_CELLS: u64 = 20_000_000;

const SAVE_AS: &str = "请用 Excel 或 WPS 打开后另存为 .xlsx 再报送";

/// Delivered files in, their tables out, in the order of the files and of the sheets in each.
///
/// What a file is, its bytes decide, not its name. Hidden and blank sheets are left out. A file that cannot be read is
/// noted as `file-unreadable`, an office lock file as `lock-file-skipped`; the others are read all the same.
pub fn read(files: &[InputFile], audit: &mut Audit) -> Vec<RawTable> {
    let outcomes: Vec<Outcome> = files.par_iter().map(read_file).collect();
    let mut tables = Vec::new();
    for outcome in outcomes {
        tables.extend(outcome.tables);
        audit.extend(outcome.audit);
    }
    tables
}

/// What one file gave.
#[derive(Default)]
struct Outcome {
    tables: Vec<RawTable>,
    audit: Audit,
}

impl Outcome {
    fn unreadable(&mut self, place: Place, fault: Fault) {
        self.audit
            .note(Diagnostic::new(Code::FileUnreadable, place, fault.message).found(fault.recognised).help(fault.help));
    }
}

/// Why a file or sheet cannot be read, in the words of the clerk who sent it.
struct Fault {
    message: String,
    recognised: String,
    help: String,
}

impl Fault {
    fn new(recognised: impl Into<String>, message: impl Into<String>) -> Self {
        Fault { message: message.into(), recognised: recognised.into(), help: SAVE_AS.to_owned() }
    }

    fn help(mut self, help: &str) -> Self {
        help.clone_into(&mut self.help);
        self
    }
}

fn read_file(file: &InputFile) -> Outcome {
    let mut outcome = Outcome::default();
    let name = file.path.rsplit('/').next().unwrap_or_default();
    if name.starts_with("~$") || name.starts_with(".~lock.") {
        outcome.audit.note(
            Diagnostic::new(
                Code::LockFileSkipped,
                Place::file(file.path.clone()),
                "这是办公软件打开文件时留下的锁文件,已跳过",
            )
            .help("关闭正在打开的表格后它会自己消失,也可以直接删除"),
        );
        return outcome;
    }
    let place = Place::file(file.path.clone());
    match format::recognise(&file.bytes) {
        Format::Empty => outcome.unreadable(
            place,
            Fault::new("空文件", "文件是空的,没有任何内容").help("可能没有传完整,请重新导出后再报送"),
        ),
        Format::Workbook(kind) => workbook::read(file, kind, &mut outcome),
        Format::Text => match delimited::read(file) {
            Ok(table) => outcome.tables.push(table),
            Err(fault) => outcome.unreadable(place, fault),
        },
        Format::Other { recognised, help } => outcome
            .unreadable(place, Fault::new(recognised, format!("文件是{recognised},不是表格,读不出数据")).help(help)),
    }
    outcome
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(path: &str, bytes: &[u8]) -> InputFile {
        InputFile { path: path.into(), bytes: bytes.into() }
    }

    #[test]
    fn a_bad_file_does_not_stop_the_others_and_order_is_kept() {
        let files = [
            file("data/b.csv", "镇,数\n甲,1\n".as_bytes()),
            file("data/空.xlsx", b""),
            file("data/~$b.xlsx", b"\x05owner"),
            file("data/a.csv", b"x,y\n"),
            file("data/junk.xlsx", &[0, 1, 2, 3, 0xFF, 0xFE, 0, 0]),
        ];
        let mut audit = Audit::default();
        let tables = read(&files, &mut audit);
        let paths: Vec<&str> = tables.iter().map(|table| &*table.file).collect();
        assert_eq!(paths, ["data/b.csv", "data/a.csv"]);
        let notes: Vec<(Code, String)> =
            audit.diagnostics().iter().map(|found| (found.code, found.place.to_string())).collect();
        assert_eq!(
            notes,
            [
                (Code::FileUnreadable, "data/空.xlsx".to_owned()),
                (Code::LockFileSkipped, "data/~$b.xlsx".to_owned()),
                (Code::FileUnreadable, "data/junk.xlsx".to_owned()),
            ]
        );
    }

    #[test]
    fn an_unreadable_file_is_explained_and_its_cure_named() {
        let mut audit = Audit::default();
        read(&[file("data/表.xls", b"%PDF-1.7 ...")], &mut audit);
        let found = &audit.diagnostics()[0];
        assert_eq!(found.message, "文件是 PDF 文档,不是表格,读不出数据");
        assert!(found.help.contains("xlsx"), "{}", found.help);
        read(&[file("data/表.xls", b"<html><table><tr><td>1</td></tr></table></html>")], &mut audit);
        assert!(audit.diagnostics()[1].help.contains("另存为 .xlsx"));
    }
}
