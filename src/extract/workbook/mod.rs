//! Workbooks: every visible sheet becomes a table whose cells keep their addresses; hidden ones are searched for personal
//! data only.

mod archive;
mod compound;
mod details;
mod notes;
mod opendocument;
pub(super) mod percent;
mod records;
pub(super) mod sheet;

use std::collections::BTreeSet;
use std::io::Cursor;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use calamine::{
    Data, DataRef, Error, Reader, SheetType, SheetVisible, Sheets, Xls, XlsError, Xlsb, XlsbError, Xlsx, XlsxError,
};

use super::format::{WorkbookKind, contains};
use super::limits::{Budget, MAX_FILLED};
use super::{Fault, InputFile, Outcome, RawTable, RawValue, personal, raw_date};
use crate::audit::{CellRef, Code, Diagnostic, Place};
use crate::definitions::calendar::Date;
use sheet::{Oddities, Sheet, assemble, too_large};

/// Cells of all sheets that are looked at, blank ones included: as many as fit into `archive::MAX_UNPACKED` once.
const MAX_VISITS: u64 = archive::MAX_UNPACKED / 4;

type Book<'a> = Sheets<Cursor<&'a [u8]>>;

/// A sheet that is read, or why it is not.
struct Read {
    name: String,
    is_visible: bool,
    oddities: Oddities,
    content: Result<Sheet, Fault>,
}

/// Reads all visible sheets of a workbook into the outcome.
pub(super) fn read(file: &InputFile, kind: WorkbookKind, outcome: &mut Outcome) {
    // calamine slices records of damaged files without looking at their length; that must not end a whole run.
    let attempt = catch_unwind(AssertUnwindSafe(|| {
        let mut outcome = Outcome::default();
        read_sheets(file, kind, &mut outcome).map(|()| outcome)
    }));
    match attempt {
        Ok(Ok(read)) => {
            outcome.tables.extend(read.tables);
            outcome.audit.extend(read.audit);
        }
        Ok(Err(fault)) => outcome.unreadable(Place::file(file.path.clone()), fault),
        Err(_) => outcome.unreadable(Place::file(file.path.clone()), damaged_as(kind.name())),
    }
}

/// Whether a workbook is large enough that it should not be read beside others.
pub(super) fn is_heavy(bytes: &[u8], kind: WorkbookKind) -> bool {
    const UNPACKED: u64 = 16 << 20;
    match kind {
        // A bomb is found again, and refused, when it is read.
        WorkbookKind::Xlsx => archive::open(bytes, UNPACKED, "").is_err(),
        WorkbookKind::Xlsb | WorkbookKind::Xls | WorkbookKind::Ods => true,
    }
}

fn read_sheets(file: &InputFile, kind: WorkbookKind, outcome: &mut Outcome) -> Result<(), Fault> {
    let mut budget = Budget::new(MAX_FILLED);
    let (sheets, linked) = match kind {
        WorkbookKind::Xls => read_old(&file.bytes, &mut budget)?,
        WorkbookKind::Ods => {
            let Some(mut archive) = archive::open(&file.bytes, archive::MAX_UNPACKED, kind.name())? else {
                return Err(damaged_as(kind.name()));
            };
            let (sheets, linked) = opendocument::read(&mut archive, &mut budget)?;
            let read = |read: opendocument::Read| Read {
                name: read.name,
                is_visible: read.is_visible,
                oddities: read.oddities,
                content: Ok(read.sheet),
            };
            (sheets.into_iter().map(read).collect(), linked)
        }
        WorkbookKind::Xlsx | WorkbookKind::Xlsb => read_packed(&file.bytes, kind, &mut budget)?,
    };
    let place = Place::file(file.path.clone());
    if linked {
        outcome.audit.note(
            Diagnostic::new(Code::ExternalLink, place.clone(), "工作簿的公式引用了别的文件,数值是上次保存时的")
                .help("请核对数值是否为最新;最好把这些公式改成数值(选择性粘贴“值”)再报送"),
        );
    }
    let (mut is_blank, mut is_personal) = (true, false);
    for read in sheets {
        // Line breaks in a name would break messages, and it goes into no path.
        let name: Arc<str> = read.name.replace(char::is_control, " ").into();
        let place = Place { sheet: Some(name.clone()), ..place.clone() };
        let table = |area: sheet::Area| {
            area.into_table(RawTable {
                file: file.path.clone(),
                sheet: Some(name.clone()),
                recognised: kind.name(),
                origin: (0, 0),
                rows: Vec::new(),
                short_rows: std::collections::BTreeMap::new(),
                merges: Vec::new(),
            })
        };
        if !read.is_visible {
            let hidden = match read.content.and_then(|sheet| assemble(sheet, kind.name(), &mut budget)) {
                Ok(None) => continue,
                Ok(Some(area)) => table(area),
                // Nobody knows what is in it.
                Err(fault) => {
                    outcome.unreadable(place, fault);
                    continue;
                }
            };
            if let Some(hit) = personal::scan(&hidden) {
                is_personal = true;
                outcome.audit.note(personal::refusal(Place { cell: Some(hit.cell), ..place }, hit.what));
            } else if !is_programs_own(&name) {
                outcome.audit.note(
                    Diagnostic::new(Code::SheetHidden, place, "这张工作表是隐藏的,里面的内容没有读取")
                        .help("里面如有要报的数据,请取消隐藏后再报送;没有的不必处理"),
                );
            }
            continue;
        }
        let area = read.content.and_then(|sheet| assemble(sheet, kind.name(), &mut budget));
        notes::formulas(&read.oddities, &place, &mut outcome.audit);
        match area {
            Ok(None) => {}
            Ok(Some(area)) => {
                is_blank = false;
                notes::hidden_cells(&area, &read.oddities, &place, &mut outcome.audit);
                outcome.tables.push(table(area));
            }
            Err(fault) => {
                is_blank = false;
                outcome.unreadable(place, fault);
            }
        }
    }
    if is_personal {
        // The file is refused as a whole; what is personal in its other sheets is told along with it.
        for table in outcome.tables.drain(..) {
            if let Some(hit) = personal::scan(&table) {
                let place = Place { sheet: table.sheet, cell: Some(hit.cell), ..place.clone() };
                outcome.audit.note(personal::refusal(place, hit.what));
            }
        }
    } else if is_blank {
        let fault = Fault::new(kind.name(), "工作簿里看得见的工作表都是空的")
            .help("数据如在隐藏的工作表里请取消隐藏;公式如没有算出结果,请用 Excel 或 WPS 打开并保存后再报送");
        outcome.unreadable(place, fault);
    }
    Ok(())
}

/// Sheets that our own templates hide: lists for drop-downs, the stamp of the version.
fn is_programs_own(name: &str) -> bool {
    name.starts_with('_')
}

/// What a format gave: its sheets, and whether its formulas refer to other files.
type Sheetful = (Vec<Read>, bool);

/// .xlsx and .xlsb.
fn read_packed(bytes: &[u8], kind: WorkbookKind, budget: &mut Budget) -> Result<Sheetful, Fault> {
    let mut details = details::Details::default();
    if let Some(mut archive) = archive::open(bytes, archive::MAX_UNPACKED, kind.name())? {
        details = details::look(&mut archive, kind.name())?;
    }
    let failed = |error: Error| explain(&error, bytes, kind);
    let cursor = Cursor::new(bytes);
    let mut book: Book<'_> = match kind {
        WorkbookKind::Xlsb => Sheets::Xlsb(Xlsb::new(cursor).map_err(|error| failed(error.into()))?),
        _ => Sheets::Xlsx(Xlsx::new(cursor).map_err(|error| failed(error.into()))?),
    };
    if repeats_a_name(book.sheets_metadata()) {
        return Err(damaged_as(kind.name()));
    }
    let (mut sheets, mut visits) = (Vec::new(), MAX_VISITS);
    for (name, is_visible) in sheet_names(&book) {
        let content = match &mut book {
            Sheets::Xlsx(xlsx) => read_xlsx(xlsx, &name, &mut visits, budget),
            Sheets::Xlsb(xlsb) => read_xlsb(xlsb, &name, &mut visits, budget),
            Sheets::Xls(_) | Sheets::Ods(_) => unreachable!("opened above as one of the two"),
        };
        let content = match content {
            Ok(Some(sheet)) => Ok(sheet),
            Ok(None) => Err(too_large(kind.name())),
            Err(error) => Err(failed(error)),
        };
        let oddities = details.sheets.remove(&name).unwrap_or_default();
        sheets.push(Read { name, is_visible, oddities, content });
    }
    Ok((sheets, details.linked))
}

/// Whether two sheets have one name, which no spreadsheet program allows: the first would be read for both.
fn repeats_a_name(sheets: &[calamine::Sheet]) -> bool {
    let mut names = BTreeSet::new();
    !sheets.iter().all(|sheet| names.insert(&*sheet.name))
}

/// Names of the worksheets, and whether they can be seen.
fn sheet_names(book: &Book<'_>) -> Vec<(String, bool)> {
    let worksheets = book.sheets_metadata().iter().filter(|sheet| sheet.typ == SheetType::WorkSheet);
    worksheets.map(|sheet| (sheet.name.clone(), sheet.visible == SheetVisible::Visible)).collect()
}

/// `None` where the budget is spent. Cell by cell, because a range would be as large as the furthest cell, be it blank.
fn read_xlsx(
    xlsx: &mut Xlsx<Cursor<&[u8]>>,
    name: &str,
    visits: &mut u64,
    budget: &mut Budget,
) -> Result<Option<Sheet>, Error> {
    let mut sheet = Sheet::default();
    let mut reader = match xlsx.worksheet_cells_reader(name) {
        Ok(reader) => reader,
        Err(XlsxError::NotAWorksheet(_)) => return Ok(Some(sheet)),
        Err(error) => return Err(error.into()),
    };
    let percentages = percent::styles(reader.styles());
    while let Some((cell, style)) = reader.next_cell_with_style_id()? {
        let (row, column) = cell.get_position();
        let is_percent = percentages.get(style) == Some(&true);
        *visits = visits.saturating_sub(1);
        if *visits == 0 || !sheet.push(CellRef { row, column }, raw_ref(cell.get_value(), is_percent), budget) {
            return Ok(None);
        }
    }
    drop(reader);
    let merges = xlsx.merge_cells_by_sheet_name(name)?;
    sheet.merges = merges.iter().map(|area| (cell_ref(area.start), cell_ref(area.end))).collect();
    Ok(Some(sheet))
}

fn read_xlsb(
    xlsb: &mut Xlsb<Cursor<&[u8]>>,
    name: &str,
    visits: &mut u64,
    budget: &mut Budget,
) -> Result<Option<Sheet>, Error> {
    let mut sheet = Sheet::default();
    let mut reader = xlsb.worksheet_cells_reader(name)?;
    while let Some(cell) = reader.next_cell()? {
        let (row, column) = cell.get_position();
        *visits = visits.saturating_sub(1);
        if *visits == 0 || !sheet.push(CellRef { row, column }, raw_ref(cell.get_value(), false), budget) {
            return Ok(None);
        }
    }
    Ok(Some(sheet))
}

/// .xls: nothing is handed to calamine that its records have not been counted of.
fn read_old(bytes: &[u8], budget: &mut Budget) -> Result<Sheetful, Fault> {
    let kind = WorkbookKind::Xls;
    let survey = match records::survey(bytes) {
        Ok(survey) if survey.locked => return Err(locked()),
        Ok(survey) => survey,
        Err(records::Refusal::TooLarge) => {
            return Err(Fault::too_large(kind.name(), "工作表的内容范围太大,没有读取")
                .help("很可能有多余的内容落在最末行或最右列:删掉数据以外的行和列,另存为 .xlsx 后再报送"));
        }
        Err(records::Refusal::Damaged) => return Err(told_apart(bytes, kind)),
    };
    let mut xls = Xls::new(Cursor::new(bytes)).map_err(|error| explain(&error.into(), bytes, kind))?;
    if repeats_a_name(xls.sheets_metadata()) {
        return Err(damaged_as(kind.name()));
    }
    let none = BTreeSet::new();
    let mut sheets = Vec::new();
    let metadata: Vec<_> = xls.sheets_metadata().to_vec();
    for (position, metadata) in metadata.into_iter().enumerate() {
        if metadata.typ != SheetType::WorkSheet {
            continue;
        }
        let name = metadata.name;
        let mut sheet = Sheet::default();
        let range = xls.worksheet_range(&name).map_err(|error| explain(&error.into(), bytes, kind))?;
        let percentages = survey.percent.get(position).unwrap_or(&none);
        let (top, left) = range.start().unwrap_or_default();
        let mut fits = true;
        for (row, column, data) in range.used_cells() {
            // used_cells counts from the corner of the range; sheets have fewer than 2^32 rows.
            let index = |start: u32, offset: usize| start.saturating_add(u32::try_from(offset).unwrap_or(u32::MAX));
            let place = CellRef { row: index(top, row), column: index(left, column) };
            fits &= sheet.push(place, shown(raw(data.clone()), percentages.contains(&place)), budget);
        }
        let merges = xls.merge_cells_by_sheet_name(&name).unwrap_or_default();
        sheet.merges = merges.iter().map(|area| (cell_ref(area.start), cell_ref(area.end))).collect();
        let content = if fits { Ok(sheet) } else { Err(too_large(kind.name())) };
        let is_visible = metadata.visible == SheetVisible::Visible;
        sheets.push(Read { name, is_visible, oddities: Oddities::default(), content });
    }
    Ok((sheets, survey.linked))
}

fn cell_ref((row, column): (u32, u32)) -> CellRef {
    CellRef { row, column }
}

fn explain(error: &Error, bytes: &[u8], kind: WorkbookKind) -> Fault {
    let is_locked = matches!(
        error,
        Error::Xlsx(XlsxError::Password) | Error::Xlsb(XlsbError::Password) | Error::Xls(XlsError::Password)
    );
    if is_locked { locked() } else { told_apart(bytes, kind) }
}

/// A container without a readable workbook: it may be encrypted, or another program's.
fn told_apart(bytes: &[u8], kind: WorkbookKind) -> Fault {
    let stream = |name: &str| contains(bytes, &name.encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<u8>>());
    if kind == WorkbookKind::Xls && stream("EncryptedPackage") {
        locked()
    } else if kind == WorkbookKind::Xls && stream("WordDocument") {
        Fault::new(" Word 文档", "文件是 Word 文档,不是表格").help("请把其中的表格用 Excel 或 WPS 做成 .xlsx 再报送")
    } else {
        damaged_as(kind.name())
    }
}

fn locked() -> Fault {
    Fault::new("加密的工作簿", "工作簿设了打开密码,读不出来").help("请取消密码后另存为 .xlsx 再报送")
}

fn damaged_as(name: &str) -> Fault {
    Fault::new(name, format!("文件是 {name} 工作簿,但内容不完整或已损坏,读不出来"))
}

/// The value of a cell, with the percent sign that its format shows.
fn shown(value: RawValue, is_percent: bool) -> RawValue {
    match value {
        RawValue::Number(number) if is_percent => RawValue::Text(percent::percent(number).into()),
        value => value,
    }
}

fn raw_ref(data: &DataRef<'_>, is_percent: bool) -> RawValue {
    match data {
        // Most texts are shared; they are copied once, not twice.
        DataRef::SharedString(text) if text.trim().is_empty() => RawValue::Empty,
        DataRef::SharedString(text) => RawValue::Text((*text).into()),
        data => shown(raw(data.clone().into()), is_percent),
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
            Some(date) => raw_date(date),
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

#[cfg(test)]
mod tests;
