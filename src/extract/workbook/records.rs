//! The records of an .xls workbook ([MS-XLS] 2.3), counted before calamine reads them, and the percent formats that it
//! does not tell of.

use std::collections::BTreeSet;

use super::compound;
use crate::audit::CellRef;
use crate::extract::limits::MAX_TEXT;

/// Cells of all sheets together, blank ones between others included: calamine lays out every sheet twice.
const MAX_CELLS: u64 = 2_000_000;

/// Texts in the table of strings.
const MAX_STRINGS: usize = 2_000_000;

/// What was seen in a workbook.
#[derive(Debug, Default)]
pub(super) struct Survey {
    /// Whether the workbook is encrypted.
    pub(super) locked: bool,
    /// Whether it refers to other files.
    pub(super) linked: bool,
    /// Cells with a percent format, by sheet in the order of the workbook.
    pub(super) percent: Vec<BTreeSet<CellRef>>,
}

/// Why a workbook is not handed on.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Refusal {
    /// Its container or its records contradict themselves.
    Damaged,
    /// Its sheets would be laid out larger than memory.
    TooLarge,
}

struct Records<'a> {
    stream: &'a [u8],
}

impl<'a> Iterator for Records<'a> {
    type Item = (u16, &'a [u8]);

    fn next(&mut self) -> Option<Self::Item> {
        let (kind, length) = (short(self.stream, 0)?, usize::from(short(self.stream, 2)?));
        let data = self.stream.get(4..4 + length)?;
        self.stream = &self.stream[4 + length..];
        Some((kind, data))
    }
}

fn short(bytes: &[u8], at: usize) -> Option<u16> {
    Some(u16::from_le_bytes(bytes.get(at..at + 2)?.try_into().ok()?))
}

fn long(bytes: &[u8], at: usize) -> Option<u32> {
    Some(u32::from_le_bytes(bytes.get(at..at + 4)?.try_into().ok()?))
}

/// An .xls file in, what calamine would have to hold out.
pub(super) fn survey(bytes: &[u8]) -> Result<Survey, Refusal> {
    let stream = compound::workbook(bytes).ok_or(Refusal::Damaged)?;
    let mut survey = Survey::default();
    let (mut sheets, mut percent_formats, mut percent_styles) = (Vec::new(), BTreeSet::from([9, 10]), Vec::new());
    let mut strings = Vec::new();
    for (kind, data) in (Records { stream: &stream }) {
        match kind {
            0x000A => break,
            0x002F => survey.locked = true,
            0x0085 => sheets.extend(long(data, 0)),
            // A supporting workbook that is neither this one nor a list of add-in functions.
            0x01AE => survey.linked |= !matches!(short(data, 2), Some(0x0401 | 0x3A01)),
            0x041E if is_percent(data.get(2..).unwrap_or_default()) => percent_formats.extend(short(data, 0)),
            0x00E0 => percent_styles.extend(short(data, 2).map(|format| percent_formats.contains(&format))),
            0x00FC => strings = lengths(&stream, data),
            _ => {}
        }
    }
    // calamine holds every string.
    if strings.len() >= MAX_STRINGS {
        return Err(Refusal::TooLarge);
    }
    if sheets.iter().collect::<BTreeSet<_>>().len() < sheets.len() {
        return Err(Refusal::Damaged);
    }
    let (mut cell_count, mut text, mut visited) = (0u64, 0usize, 0usize);
    for start in sheets {
        let Some(records) = usize::try_from(start).ok().and_then(|start| stream.get(start..)) else {
            return Err(Refusal::Damaged);
        };
        let mut sheet = SheetSurvey::default();
        for (kind, data) in (Records { stream: records }) {
            // Sheets stand one after the other; those that share their records would be read again and again.
            visited += 4 + data.len();
            if visited > stream.len() {
                return Err(Refusal::Damaged);
            }
            match kind {
                0x000A => break,
                0x0200 => sheet.claim(data)?,
                0x00FD => {
                    text += long(data, 6).and_then(|index| strings.get(usize::try_from(index).ok()?)).unwrap_or(&0);
                    sheet.cell(data, &percent_styles);
                }
                0x0203 | 0x0204 | 0x0205 | 0x00D6 | 0x027E | 0x0006 => sheet.cell(data, &percent_styles),
                0x00BD => sheet.several(data, &percent_styles),
                _ => {}
            }
        }
        cell_count = cell_count.saturating_add(sheet.area());
        if cell_count > MAX_CELLS || text > MAX_TEXT {
            return Err(Refusal::TooLarge);
        }
        survey.percent.push(sheet.percent);
    }
    Ok(survey)
}

/// Whether a number format, as a text with its length before it, shows a percent sign.
fn is_percent(format: &[u8]) -> bool {
    // One or two bytes a letter; a percent sign is the same in both.
    let mut quoted = false;
    format.iter().skip(3).filter(|byte| **byte != 0).any(|byte| {
        quoted ^= *byte == b'"';
        *byte == b'%' && !quoted
    })
}

/// About how long each shared string is, at most; the table goes on in the records after it.
fn lengths(stream: &[u8], data: &[u8]) -> Vec<usize> {
    let start = data.as_ptr() as usize - stream.as_ptr() as usize;
    let rest = &stream[start + data.len()..];
    let mut table = data.get(8..).unwrap_or_default().to_vec();
    let mut breaks = Vec::new();
    for (_, more) in (Records { stream: rest }).take_while(|(kind, _)| *kind == 0x003C) {
        breaks.push(table.len());
        table.extend_from_slice(more);
    }
    let mut lengths = Vec::new();
    let mut at = 0;
    while let (Some(letters), Some(&flags)) = (short(&table, at), table.get(at + 2)) {
        if lengths.len() == MAX_STRINGS {
            break;
        }
        let letters = usize::from(letters);
        at += 3;
        let mut after = 0;
        if flags & 8 != 0 {
            after += 4 * usize::from(short(&table, at).unwrap_or(0));
            at += 2;
        }
        if flags & 4 != 0 {
            after += usize::try_from(long(&table, at).unwrap_or(0)).unwrap_or(usize::MAX / 4);
            at += 4;
        }
        let size = letters * if flags & 1 == 0 { 1 } else { 2 };
        // Where a string goes on in the next record, a byte of flags stands between.
        let before = |end: usize| breaks.partition_point(|border| *border < end);
        let between = before(at.saturating_add(size)).saturating_sub(before(at + 1));
        at = at.saturating_add(size + between).saturating_add(after);
        lengths.push(letters * 3);
    }
    lengths
}

#[derive(Default)]
struct SheetSurvey {
    count: u64,
    first: Option<CellRef>,
    last: Option<CellRef>,
    percent: BTreeSet<CellRef>,
}

impl SheetSurvey {
    /// calamine reserves memory for what the sheet claims to hold.
    fn claim(&mut self, data: &[u8]) -> Result<(), Refusal> {
        let (first_row, end_row, first_column, end_column) = if data.len() == 10 {
            let at = |at| short(data, at).map(u32::from);
            (at(0), at(2), short(data, 4), short(data, 6))
        } else {
            (long(data, 0), long(data, 4), short(data, 8), short(data, 10))
        };
        let (Some(first_row), Some(end_row)) = (first_row, end_row) else { return Err(Refusal::Damaged) };
        let (first_column, end_column) = (first_column.unwrap_or(0), end_column.unwrap_or(0));
        if end_row > 65_536 || end_row > 0 && first_row > end_row {
            return Err(Refusal::Damaged);
        }
        let first_column = if first_column > 0xFF || first_column > end_column { 0 } else { first_column };
        let claim = u64::from(end_row.saturating_sub(first_row)) * u64::from(end_column - first_column);
        // Blank formatted cells count in the claim, but take no more than its reservation.
        if claim > 3 * MAX_CELLS { Err(Refusal::TooLarge) } else { Ok(()) }
    }

    fn place(&mut self, row: u16, column: u32) -> CellRef {
        let place = CellRef { row: row.into(), column };
        let (first, last) = (self.first.unwrap_or(place), self.last.unwrap_or(place));
        self.first = Some(CellRef { row: first.row.min(place.row), column: first.column.min(place.column) });
        self.last = Some(CellRef { row: last.row.max(place.row), column: last.column.max(place.column) });
        self.count += 1;
        place
    }

    fn cell(&mut self, data: &[u8], percent: &[bool]) {
        let (Some(row), Some(column), Some(style)) = (short(data, 0), short(data, 2), short(data, 4)) else { return };
        let place = self.place(row, column.into());
        if percent.get(usize::from(style)) == Some(&true) {
            self.percent.insert(place);
        }
    }

    fn several(&mut self, data: &[u8], percent: &[bool]) {
        let (Some(row), Some(first)) = (short(data, 0), short(data, 2)) else { return };
        let styles = data.get(4..data.len().saturating_sub(2)).unwrap_or_default().chunks_exact(6);
        for (column, style) in (u32::from(first)..).zip(styles) {
            let place = self.place(row, column);
            if percent.get(usize::from(u16::from_le_bytes([style[0], style[1]]))) == Some(&true) {
                self.percent.insert(place);
            }
        }
    }

    fn area(&self) -> u64 {
        let (Some(first), Some(last)) = (self.first, self.last) else { return 0 };
        let area = u64::from(last.row - first.row + 1) * u64::from(last.column - first.column + 1);
        area.max(self.count)
    }
}
