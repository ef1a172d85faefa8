//! Workbooks: every visible sheet becomes a table whose cells keep their addresses.

use std::collections::BTreeMap;
use std::io::Cursor;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use calamine::{
    Data, Dimensions, Error, Ods, OdsError, Reader, SheetType, SheetVisible, Sheets, Xls, XlsError, Xlsb, XlsbError,
    Xlsx, XlsxError,
};

use super::format::{WorkbookKind, contains};
use super::{Fault, InputFile, MAX_CELLS, Outcome, RawTable, RawValue};
use crate::audit::{CellRef, Place};
use crate::definitions::calendar::Date;

type Book<'a> = Sheets<Cursor<&'a [u8]>>;

/// The filled cells of a sheet with their absolute places.
#[derive(Default)]
struct Sheet {
    cells: Vec<(CellRef, RawValue)>,
    merges: Vec<Dimensions>,
}

/// Reads all visible sheets of a workbook into the outcome.
pub(super) fn read(file: &InputFile, kind: WorkbookKind, outcome: &mut Outcome) {
    let place = Place::file(file.path.clone());
    if kind == WorkbookKind::Xls && declares_impossible_size(&file.bytes) {
        outcome.unreadable(place, damaged(kind));
        return;
    }
    // calamine slices records of damaged .xls files without looking at their length; that must not end a whole run.
    let attempt = catch_unwind(AssertUnwindSafe(|| {
        let mut outcome = Outcome::default();
        read_sheets(file, kind, &mut outcome).map(|()| outcome)
    }));
    match attempt {
        Ok(Ok(read)) => {
            outcome.tables.extend(read.tables);
            outcome.audit.extend(read.audit);
        }
        Ok(Err(fault)) => outcome.unreadable(place, fault),
        Err(_) => outcome.unreadable(place, damaged(kind)),
    }
}

/// Whether a DIMENSIONS record of an .xls file ([MS-XLS] 2.4.90) claims more cells than any sheet can have.
///
/// calamine reserves memory for that claim, and a failed allocation cannot be caught. Records that happen to be split
/// between sectors are missed.
fn declares_impossible_size(bytes: &[u8]) -> bool {
    let short = |at: usize| u64::from(bytes[at]) | u64::from(bytes[at + 1]) << 8;
    let long = |at: usize| short(at) | short(at + 2) << 16;
    (0..bytes.len().saturating_sub(16)).any(|at| {
        let (first_row, end_row, columns_at) = match bytes[at..at + 4] {
            [0x00, 0x02, 10, 0] => (short(at + 4), short(at + 6), at + 8),
            [0x00, 0x02, 14 | 16, 0] => (long(at + 4), long(at + 8), at + 12),
            _ => return false,
        };
        let end_column = short(columns_at + 2);
        end_row > 0 && end_column > 0 && (first_row > end_row || (end_row - first_row) * end_column > MAX_CELLS)
    })
}

fn read_sheets(file: &InputFile, kind: WorkbookKind, outcome: &mut Outcome) -> Result<(), Fault> {
    let mut book = open(&file.bytes, kind).map_err(|error| explain(&error, &file.bytes, kind))?;
    let names: Vec<String> = book
        .sheets_metadata()
        .iter()
        .filter(|sheet| sheet.visible == SheetVisible::Visible && sheet.typ == SheetType::WorkSheet)
        .map(|sheet| sheet.name.clone())
        .collect();
    for name in names {
        let sheet_name: Arc<str> = name.as_str().into();
        let place = Place { sheet: Some(sheet_name.clone()), ..Place::file(file.path.clone()) };
        match read_sheet(&mut book, &name) {
            Ok(sheet) => match assemble(sheet) {
                Ok(None) => {}
                Ok(Some(area)) => outcome.tables.push(RawTable {
                    file: file.path.clone(),
                    sheet: Some(sheet_name),
                    recognised: kind.name(),
                    origin: (area.first.row, area.first.column),
                    rows: area.rows,
                    short_rows: BTreeMap::new(),
                    merges: area.merges,
                }),
                Err(Huge { first, last }) => outcome.unreadable(
                    place,
                    Fault::new(kind.name(), format!("工作表的内容从 {first} 一直到 {last},范围太大,没有读取"))
                        .help("很可能有多余的内容落在最末行或最右列:删掉数据以外的行和列,另存后再报送"),
                ),
            },
            Err(error) => outcome.unreadable(place, explain(&error, &file.bytes, kind)),
        }
    }
    if outcome.tables.is_empty() && outcome.audit.diagnostics().is_empty() {
        return Err(Fault::new(kind.name(), "工作簿里看得见的工作表都是空的")
            .help("数据如在隐藏的工作表里请取消隐藏;公式如没有算出结果,请用 Excel 或 WPS 打开并保存后再报送"));
    }
    Ok(())
}

fn open(bytes: &[u8], kind: WorkbookKind) -> Result<Book<'_>, Error> {
    let cursor = Cursor::new(bytes);
    Ok(match kind {
        WorkbookKind::Xlsx => Sheets::Xlsx(Xlsx::new(cursor)?),
        WorkbookKind::Xlsb => Sheets::Xlsb(Xlsb::new(cursor)?),
        WorkbookKind::Xls => Sheets::Xls(Xls::new(cursor)?),
        WorkbookKind::Ods => Sheets::Ods(Ods::new(cursor)?),
    })
}

fn explain(error: &Error, bytes: &[u8], kind: WorkbookKind) -> Fault {
    let stream = |name: &str| contains(bytes, &name.encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<u8>>());
    let locked = matches!(
        error,
        Error::Xlsx(XlsxError::Password)
            | Error::Xlsb(XlsbError::Password)
            | Error::Xls(XlsError::Password)
            | Error::Ods(OdsError::Password)
    );
    if locked || kind == WorkbookKind::Xls && stream("EncryptedPackage") {
        Fault::new("加密的工作簿", "工作簿设了打开密码,读不出来").help("请取消密码后另存为 .xlsx 再报送")
    } else if kind == WorkbookKind::Xls && stream("WordDocument") {
        Fault::new(" Word 文档", "文件是 Word 文档,不是表格").help("请把其中的表格用 Excel 或 WPS 做成 .xlsx 再报送")
    } else {
        damaged(kind)
    }
}

fn damaged(kind: WorkbookKind) -> Fault {
    Fault::new(kind.name(), format!("文件是 {} 工作簿,但内容不完整或已损坏,读不出来", kind.name()))
}

fn read_sheet(book: &mut Book<'_>, name: &str) -> Result<Sheet, Error> {
    let mut sheet = Sheet::default();
    match book {
        // Cell by cell, because a range would be as large as the furthest cell, be it blank.
        Sheets::Xlsx(xlsx) => {
            let mut reader = match xlsx.worksheet_cells_reader(name) {
                Ok(reader) => reader,
                Err(XlsxError::NotAWorksheet(_)) => return Ok(sheet),
                Err(error) => return Err(error.into()),
            };
            while let Some(cell) = reader.next_cell()? {
                sheet.push(cell.get_position(), cell.get_value().clone().into());
            }
            drop(reader);
            sheet.merges = xlsx.merge_cells_by_sheet_name(name)?;
        }
        Sheets::Xlsb(xlsb) => {
            let mut reader = xlsb.worksheet_cells_reader(name)?;
            while let Some(cell) = reader.next_cell()? {
                sheet.push(cell.get_position(), cell.get_value().clone().into());
            }
        }
        Sheets::Xls(xls) => {
            sheet.push_range(&xls.worksheet_range(name)?);
            sheet.merges = xls.merge_cells_by_sheet_name(name)?;
        }
        Sheets::Ods(ods) => sheet.push_range(&ods.worksheet_range(name)?),
    }
    Ok(sheet)
}

impl Sheet {
    fn push(&mut self, (row, column): (u32, u32), data: Data) {
        let value = raw(data);
        if value != RawValue::Empty {
            self.cells.push((CellRef { row, column }, value));
        }
    }

    fn push_range(&mut self, range: &calamine::Range<Data>) {
        let Some((top, left)) = range.start() else { return };
        for (row, column, data) in range.used_cells() {
            // used_cells counts from the corner of the range; sheets have fewer than 2^32 rows.
            let (row, column) = (u32::try_from(row).unwrap_or(u32::MAX), u32::try_from(column).unwrap_or(u32::MAX));
            self.push((top.saturating_add(row), left.saturating_add(column)), data.clone());
        }
    }
}

fn raw(data: Data) -> RawValue {
    match data {
        Data::Empty => RawValue::Empty,
        Data::Int(value) => RawValue::Number(value as f64),
        Data::Float(value) if value.is_finite() => RawValue::Number(value),
        Data::Float(_) => RawValue::Error("#NUM!".into()),
        Data::Bool(value) => RawValue::Text(if value { "TRUE".into() } else { "FALSE".into() }),
        Data::Error(error) => RawValue::Error(error.to_string().into()),
        Data::String(text) | Data::DurationIso(text) if text.trim().is_empty() => RawValue::Empty,
        Data::String(text) | Data::DurationIso(text) => RawValue::Text(text.into()),
        Data::DateTimeIso(text) => match text.split('T').next().and_then(Date::read) {
            Some(date) => raw_date(date.year, date.month, date.day),
            None => RawValue::Text(text.into()),
        },
        Data::DateTime(moment) => {
            let (year, month, day, hour, minute, second, _) = moment.to_ymd_hms_milli();
            // A time of day without a date must not pass for a small number.
            if moment.is_duration() || moment.as_f64() < 1.0 {
                RawValue::Text(format!("{hour:02}:{minute:02}:{second:02}").into())
            } else {
                RawValue::Date(i32::from(year), month, day)
            }
        }
    }
}

fn raw_date(year: i32, month: u32, day: u32) -> RawValue {
    let part = |number| u8::try_from(number).expect("months and days of a checked date are small");
    RawValue::Date(year, part(month), part(day))
}

/// A used range that would not fit into memory.
struct Huge {
    first: CellRef,
    last: CellRef,
}

/// The used range of a sheet.
struct Area {
    first: CellRef,
    rows: Vec<Vec<RawValue>>,
    merges: Vec<(CellRef, CellRef)>,
}

/// Filled cells in, the rectangle around them out; `None` where nothing is filled.
fn assemble(sheet: Sheet) -> Result<Option<Area>, Huge> {
    let Some(&(mut first, _)) = sheet.cells.first() else { return Ok(None) };
    let mut last = first;
    for (place, _) in &sheet.cells {
        first = CellRef { row: first.row.min(place.row), column: first.column.min(place.column) };
        last = CellRef { row: last.row.max(place.row), column: last.column.max(place.column) };
    }
    let height = u64::from(last.row - first.row) + 1;
    let width = u64::from(last.column - first.column) + 1;
    if height.saturating_mul(width) > MAX_CELLS {
        return Err(Huge { first, last });
    }
    let index = |row: u32, column: u32| ((row - first.row) as usize, (column - first.column) as usize);
    let blank_row = vec![RawValue::Empty; usize::try_from(width).expect("the width is below the limit")];
    let mut rows = vec![blank_row; usize::try_from(height).expect("the height is below the limit")];
    for (place, value) in sheet.cells {
        let (row, column) = index(place.row, place.column);
        rows[row][column] = value;
    }
    // Merged areas do not overlap in a sound file; the budget keeps an unsound one from costing more than one pass.
    let mut budget = height * width;
    let mut merges = Vec::new();
    for area in sheet.merges {
        let (top, left) = area.start;
        let (bottom, right) = (area.end.0.min(last.row), area.end.1.min(last.column));
        if top < first.row || left < first.column || top > bottom || left > right {
            continue;
        }
        let cost = u64::from(bottom - top + 1) * u64::from(right - left + 1);
        if cost > budget {
            break;
        }
        budget -= cost;
        let (row, column) = index(top, left);
        let (end_row, end_column) = index(bottom, right);
        let value = rows[row][column].clone();
        for cells in &mut rows[row..=end_row] {
            cells[column..=end_column].fill(value.clone());
        }
        merges.push((CellRef { row: top, column: left }, CellRef { row: bottom, column: right }));
    }
    Ok(Some(Area { first, rows, merges }))
}

#[cfg(test)]
mod tests;
