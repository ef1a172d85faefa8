//! Parquet: column names as the first row, then the values, every one in its place.

use std::io::Cursor;
use std::panic::{AssertUnwindSafe, catch_unwind};

use polars::io::SerReader;
use polars::prelude::{AnyValue, DataFrame, ParallelStrategy, ParquetReader};

use super::limits::{Budget, MAX_CELLS};
use super::{Fault, InputFile, RawTable, RawValue};
use crate::definitions::calendar::Date;

const NAME: &str = "parquet";

/// Bytes of all pages together once they are unpacked.
const MAX_UNPACKED: u64 = 96 << 20;

/// A Parquet file in, its table out.
pub(super) fn read(file: &InputFile) -> Result<RawTable, Fault> {
    // Polars takes what a damaged file says of itself for granted in places.
    let frame = catch_unwind(AssertUnwindSafe(|| frame(&file.bytes))).unwrap_or_else(|_| Err(damaged()))?;
    let table = catch_unwind(AssertUnwindSafe(|| rows(&frame))).unwrap_or_else(|_| Err(damaged()))?;
    Ok(RawTable {
        file: file.path.clone(),
        sheet: None,
        recognised: NAME,
        origin: (0, 0),
        rows: table,
        short_rows: std::collections::BTreeMap::new(),
        merges: Vec::new(),
    })
}

fn damaged() -> Fault {
    Fault::new(NAME, "文件是 Parquet 数据,但内容不完整或已损坏,读不出来").help("请重新导出,或改存为 .csv 再报送")
}

fn too_large() -> Fault {
    Fault::too_large(NAME, "Parquet 数据太大,没有读取").help("请只保留要报的列和行,重新导出后再报送")
}

fn frame(bytes: &[u8]) -> Result<DataFrame, Fault> {
    // Lists and structs hold more values than rows; no department sends them.
    let mut reader = ParquetReader::new(Cursor::new(bytes)).read_parallel(ParallelStrategy::None);
    let metadata = reader.get_metadata().map_err(|_| damaged())?.clone();
    let (row_count, column_count) = (metadata.num_rows as u64, metadata.schema_descr.columns().len() as u64);
    if row_count.saturating_mul(column_count) > MAX_CELLS {
        return Err(too_large());
    }
    let mut unpacked = 0u64;
    for group in &metadata.row_groups {
        if group.num_rows() as u64 > row_count {
            return Err(damaged());
        }
        for column in group.parquet_columns() {
            let claimed = u64::try_from(column.uncompressed_size()).map_err(|_| damaged())?;
            let range = column.byte_range();
            let chunk = bytes.get(
                usize::try_from(range.start).map_err(|_| damaged())?
                    ..usize::try_from(range.end).map_err(|_| damaged())?,
            );
            let real = pages(chunk.ok_or_else(damaged)?).ok_or_else(damaged)?;
            unpacked = unpacked.saturating_add(claimed.max(real));
        }
    }
    if unpacked > MAX_UNPACKED {
        return Err(too_large());
    }
    reader.finish().map_err(|_| damaged())
}

/// What the pages of a column say they unpack to, together; Polars reserves that much.
fn pages(mut chunk: &[u8]) -> Option<u64> {
    let mut sum = 0u64;
    while !chunk.is_empty() {
        let mut header = Compact { bytes: chunk };
        let (mut unpacked, mut packed) = (None, None);
        let mut field = 0i16;
        while let Some(kind) = header.field(&mut field)? {
            match field {
                2 => unpacked = Some(header.zigzag()?),
                3 => packed = Some(header.zigzag()?),
                _ => header.skip(kind, 0)?,
            }
        }
        sum = sum.saturating_add(u64::try_from(unpacked?).ok()?);
        chunk = header.bytes.get(usize::try_from(packed?).ok()?..)?;
    }
    Some(sum)
}

/// The compact protocol of Thrift, as far as one must know it to pass over fields.
struct Compact<'a> {
    bytes: &'a [u8],
}

impl Compact<'_> {
    fn byte(&mut self) -> Option<u8> {
        let (&byte, rest) = self.bytes.split_first()?;
        self.bytes = rest;
        Some(byte)
    }

    fn varint(&mut self) -> Option<u64> {
        let mut value = 0u64;
        for shift in (0..64).step_by(7) {
            let byte = self.byte()?;
            value |= u64::from(byte & 0x7F).checked_shl(shift)?;
            if byte < 0x80 {
                return Some(value);
            }
        }
        None
    }

    fn zigzag(&mut self) -> Option<i64> {
        let value = self.varint()?;
        Some((value >> 1) as i64 ^ -((value & 1) as i64))
    }

    /// The kind of the next field, whose number is written to `number`; `Some(None)` at the end of the struct.
    fn field(&mut self, number: &mut i16) -> Option<Option<u8>> {
        let head = self.byte()?;
        if head == 0 {
            return Some(None);
        }
        *number = match head >> 4 {
            0 => i16::try_from(self.zigzag()?).ok()?,
            step => number.checked_add(i16::from(step))?,
        };
        Some(Some(head & 0x0F))
    }

    fn skip(&mut self, kind: u8, depth: usize) -> Option<()> {
        const DEEPEST: usize = 16;
        if depth > DEEPEST {
            return None;
        }
        match kind {
            1 | 2 => {}
            3 => drop(self.byte()?),
            4..=6 => drop(self.varint()?),
            7 => self.pass(8)?,
            8 => {
                let length = usize::try_from(self.varint()?).ok()?;
                self.pass(length)?;
            }
            9 | 10 => {
                let head = self.byte()?;
                let count = if head >> 4 == 15 { self.varint()? } else { u64::from(head >> 4) };
                for _ in 0..count {
                    match head & 0x0F {
                        1 | 2 => drop(self.byte()?),
                        kind => self.skip(kind, depth + 1)?,
                    }
                }
            }
            12 => {
                let mut number = 0;
                while let Some(kind) = self.field(&mut number)? {
                    self.skip(kind, depth + 1)?;
                }
            }
            _ => return None,
        }
        Some(())
    }

    fn pass(&mut self, length: usize) -> Option<()> {
        self.bytes = self.bytes.get(length..)?;
        Some(())
    }
}

fn rows(frame: &DataFrame) -> Result<Vec<Vec<RawValue>>, Fault> {
    let mut budget = Budget::new(MAX_CELLS);
    let width = frame.width();
    let mut rows: Vec<Vec<RawValue>> = Vec::with_capacity(frame.height() + 1);
    rows.push(frame.columns().iter().map(|column| text(column.name())).collect());
    rows.resize_with(frame.height() + 1, || Vec::with_capacity(width));
    for column in frame.columns() {
        let series = column.as_materialized_series();
        for (row, value) in series.iter().enumerate() {
            let value = cell(value);
            if value != RawValue::Empty && !budget.takes(&value) {
                return Err(too_large());
            }
            rows[row + 1].push(value);
        }
    }
    Ok(rows)
}

pub(super) fn text(text: &str) -> RawValue {
    if text.trim().is_empty() { RawValue::Empty } else { RawValue::Text(text.into()) }
}

pub(super) fn cell(value: AnyValue<'_>) -> RawValue {
    // Strings of every kind, those of a dictionary included.
    if let Some(string) = value.get_str() {
        return text(string);
    }
    match value {
        AnyValue::Null => RawValue::Empty,
        AnyValue::Boolean(value) => RawValue::Text(if value { "TRUE".into() } else { "FALSE".into() }),
        AnyValue::Date(_) | AnyValue::Datetime(..) | AnyValue::DatetimeOwned(..) => day(&value),
        value => match value.extract::<f64>() {
            Some(number) if number.is_finite() => number_or_digits(&value, number),
            Some(_) => RawValue::Error("#NUM!".into()),
            None => text(&value.to_string()),
        },
    }
}

/// Whole numbers of more than 15 digits stay digits, as in text tables.
fn number_or_digits(value: &AnyValue<'_>, number: f64) -> RawValue {
    const MOST: f64 = 1e15;
    let is_whole = matches!(value, AnyValue::Int64(_) | AnyValue::UInt64(_));
    if is_whole && number.abs() >= MOST { text(&value.to_string()) } else { RawValue::Number(number) }
}

/// Polars writes days as `2022-10-08`, with a time perhaps.
fn day(value: &AnyValue<'_>) -> RawValue {
    let shown = value.to_string();
    match shown.split([' ', 'T']).next().and_then(Date::read) {
        Some(date) => super::raw_date(date),
        None => text(&shown),
    }
}
