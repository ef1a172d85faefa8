//! Bytes of delivered files in, raw tables out: every cell knows its place, nothing is interpreted yet.

mod delimited;
mod format;
mod html;
mod limits;
mod parquet;
pub mod personal;
mod scanned;
pub mod values;
mod workbook;

use std::collections::BTreeMap;
use std::sync::Arc;

use rayon::prelude::*;

use crate::audit::{Audit, CellRef, Code, Diagnostic, Place};
use crate::definitions::calendar::Date;
use format::Format;

pub use crate::audit::InputFile;
pub use scanned::ScannedFile;

/// What stands in a cell before anybody says what it means.
#[derive(Clone, Debug, PartialEq)]
pub enum RawValue {
    /// Nothing, or blanks only.
    Empty,
    /// A number as the workbook stores it, or a plain decimal in a text file.
    Number(f64),
    /// Any other text, as written. A number with a percent format is the text that a person sees, in full: `85.3%`.
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

const SAVE_AS: &str = "请用 Excel 或 WPS 打开后另存为 .xlsx 再报送";

impl RawTable {
    /// The address in the sheet of a cell of the table.
    pub fn cell(&self, row: usize, column: usize) -> CellRef {
        let small = |number: usize| u32::try_from(number).unwrap_or(u32::MAX);
        CellRef { row: self.origin.0.saturating_add(small(row)), column: self.origin.1.saturating_add(small(column)) }
    }
}

/// Delivered files in, their tables out, in the order of the files and of the sheets in each.
///
/// What a file is, its bytes decide, not its name. Hidden and blank sheets are left out. A file that cannot be read is
/// noted as `file-unreadable` or `file-too-large`, an office lock file as `lock-file-skipped`; the others are read all the
/// same. Large files are read one after the other, so that the memory of one is enough for all.
pub fn read(files: &[InputFile], audit: &mut Audit) -> Vec<RawTable> {
    let light = |file: &InputFile| if is_heavy(file) { None } else { Some(read_file(file)) };
    let outcomes: Vec<Option<Outcome>> = files.par_iter().map(light).collect();
    let mut tables = Vec::new();
    for (file, outcome) in files.iter().zip(outcomes) {
        let outcome = outcome.unwrap_or_else(|| read_file(file));
        tables.extend(outcome.tables);
        audit.extend(outcome.audit);
    }
    tables
}

/// Whether a file is not to be read beside others. Department forms as they should be are not heavy.
fn is_heavy(file: &InputFile) -> bool {
    const BYTES: usize = 4 << 20;
    file.bytes.len() > BYTES
        || match format::recognise(&file.bytes) {
            Format::Workbook(kind) => workbook::is_heavy(&file.bytes, kind),
            Format::Html | Format::Parquet => true,
            Format::Empty | Format::Text | Format::Other { .. } => false,
        }
}

/// What one file gave.
#[derive(Default)]
struct Outcome {
    tables: Vec<RawTable>,
    audit: Audit,
}

impl Outcome {
    fn take(&mut self, place: Place, read: Result<RawTable, Fault>) {
        match read {
            Ok(table) => self.tables.push(table),
            Err(fault) => self.unreadable(place, fault),
        }
    }

    fn unreadable(&mut self, place: Place, fault: Fault) {
        let place = if fault.line > 0 { Place { line: Some((fault.line, 1)), ..place } } else { place };
        self.audit.note(Diagnostic::new(fault.code, place, fault.message).found(fault.recognised).help(fault.help));
    }
}

/// Why a file or sheet cannot be read, in the words of the clerk who sent it.
struct Fault {
    code: Code,
    message: String,
    recognised: String,
    help: String,
    /// One-based line of a text file; 0 where none is to blame.
    line: u32,
}

impl Fault {
    fn new(recognised: impl Into<String>, message: impl Into<String>) -> Self {
        Fault {
            code: Code::FileUnreadable,
            message: message.into(),
            recognised: recognised.into(),
            help: SAVE_AS.to_owned(),
            line: 0,
        }
    }

    fn too_large(recognised: impl Into<String>, message: impl Into<String>) -> Self {
        Fault { code: Code::FileTooLarge, ..Fault::new(recognised, message) }
    }

    fn line(mut self, line: usize) -> Self {
        self.line = u32::try_from(line).unwrap_or(u32::MAX);
        self
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
    let format = format::recognise(&file.bytes);
    let limit = if format == Format::Html { limits::MAX_PAGE } else { limits::MAX_FILE };
    if file.bytes.len() > limit {
        let message = format!("文件有 {} MB,超过 {} MB,没有读取", file.bytes.len() >> 20, limit >> 20);
        outcome.unreadable(place, Fault::too_large("太大的文件", message).help("请只保留要报的表格,另存后再报送"));
        return outcome;
    }
    match format {
        Format::Empty => outcome.unreadable(
            place,
            Fault::new("空文件", "文件是空的,没有任何内容").help("可能没有传完整,请重新导出后再报送"),
        ),
        Format::Workbook(kind) => workbook::read(file, kind, &mut outcome),
        Format::Html => outcome.take(place, html::read(file)),
        Format::Parquet => outcome.take(place, parquet::read(file)),
        Format::Text => outcome.take(place, delimited::read(file)),
        Format::Other { recognised, help } => outcome
            .unreadable(place, Fault::new(recognised, format!("文件是{recognised},不是表格,读不出数据")).help(help)),
    }
    outcome
}

fn raw_date(date: Date) -> RawValue {
    let part = |number| u8::try_from(number).expect("months and days of a checked date are small");
    RawValue::Date(date.year, part(date.month), part(date.day))
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
        read(&[file("data/表.xls", b"<?xml version=\"1.0\"?><Workbook/>")], &mut audit);
        assert!(audit.diagnostics()[1].help.contains("另存为 .xlsx"));
    }
}
