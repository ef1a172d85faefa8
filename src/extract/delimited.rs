//! Text tables: encoding, separator, and rows that keep the number a person sees in a spreadsheet.

use std::borrow::Cow;
use std::collections::BTreeMap;

use encoding_rs::{Encoding, GB18030, UTF_16BE, UTF_16LE};

use super::limits::{MAX_CELLS, MAX_FIELD, MAX_TEXT};
use super::{Fault, InputFile, RawTable, RawValue};

/// How many lines at the top decide what separates the columns.
const SAMPLE_LINES: usize = 20;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Charset {
    Utf8,
    Utf16,
    Gb18030,
}

/// A text file in, its table out.
pub(super) fn read(file: &InputFile) -> Result<RawTable, Fault> {
    let (text, charset) = decode(&file.bytes)?;
    // DOS programs end a file with Ctrl-Z.
    let text = text.trim_end_matches('\u{1A}');
    if text.bytes().any(|byte| byte < 0x20 && !matches!(byte, b'\t' | b'\n' | b'\r' | 0x0B | 0x0C)) {
        return Err(Fault::new("二进制文件", "文件既不是工作簿,也不是文本表格,读不出来"));
    }
    if text.trim().is_empty() {
        return Err(Fault::new("空文件", "文件是空的,没有任何内容").help("可能没有传完整,请重新导出后再报送"));
    }
    let separator = separator(text);
    let recognised = match (separator, charset) {
        (b'\t', Charset::Utf8) => "tsv (UTF-8)",
        (b'\t', Charset::Utf16) => "tsv (UTF-16)",
        (b'\t', Charset::Gb18030) => "tsv (GB18030)",
        (_, Charset::Utf8) => "csv (UTF-8)",
        (_, Charset::Utf16) => "csv (UTF-16)",
        (_, Charset::Gb18030) => "csv (GB18030)",
    };
    let rows = rows(text, separator).map_err(|trouble| trouble.fault(recognised))?;
    Ok(RawTable {
        file: file.path.clone(),
        sheet: None,
        recognised,
        origin: (0, 0),
        rows: rows.cells,
        short_rows: rows.short,
        merges: Vec::new(),
    })
}

/// Byte order mark first, then strict UTF-8, else GB18030: GBK texts are almost never valid UTF-8 by accident.
fn decode(bytes: &[u8]) -> Result<(Cow<'_, str>, Charset), Fault> {
    if let Some((encoding, length)) = Encoding::for_bom(bytes) {
        let charset = if encoding == UTF_16LE || encoding == UTF_16BE { Charset::Utf16 } else { Charset::Utf8 };
        let (text, broken) = encoding.decode_without_bom_handling(&bytes[length..]);
        let name = if charset == Charset::Utf16 { "UTF-16 文本" } else { "UTF-8 文本" };
        return if broken { Err(undecodable(name)) } else { Ok((text, charset)) };
    }
    if let Ok(text) = std::str::from_utf8(bytes)
        && !text.contains('\0')
    {
        return Ok((Cow::Borrowed(text), Charset::Utf8));
    }
    if let Some(text) = unmarked_utf_16(bytes) {
        return Ok((text.into(), Charset::Utf16));
    }
    // NUL never stands in GB18030 text; saying "binary" is truer than "wrong encoding".
    if bytes.contains(&0) {
        return Err(Fault::new("二进制文件", "文件既不是工作簿,也不是文本表格,读不出来"));
    }
    let (text, broken) = GB18030.decode_without_bom_handling(bytes);
    if broken { Err(undecodable("文本或其他文件")) } else { Ok((text, Charset::Gb18030)) }
}

/// UTF-16 without its mark: NUL bytes, and nothing but letters that stand in tables once they are read that way.
fn unmarked_utf_16(bytes: &[u8]) -> Option<String> {
    if !bytes.contains(&0) || !bytes.len().is_multiple_of(2) {
        return None;
    }
    let is_usual = |letter: char| matches!(letter, ' '..='~' | '\t' | '\r' | '\n' | '\u{A0}'..='\u{FF}' | '\u{2000}'..='\u{9FFF}' | '\u{FF00}'..='\u{FFEF}');
    [UTF_16LE, UTF_16BE].into_iter().find_map(|encoding| {
        let (text, broken) = encoding.decode_without_bom_handling(bytes);
        let is_table = !broken && text.contains('\n') && text.contains([',', '\t', ';']) && text.chars().all(is_usual);
        is_table.then(|| text.into_owned())
    })
}

fn undecodable(recognised: &str) -> Fault {
    Fault::new(recognised, "文字编码认不出来,或者文件没有传完整")
}

/// The separator: whichever of comma, tab and semicolon the first lines have most of, the comma where it is even.
fn separator(text: &str) -> u8 {
    let (mut commas, mut tabs, mut semicolons) = (0usize, 0usize, 0usize);
    let mut quoted = false;
    for byte in text.lines().take(SAMPLE_LINES).flat_map(str::bytes) {
        match byte {
            b'"' => quoted = !quoted,
            b',' if !quoted => commas += 1,
            b'\t' if !quoted => tabs += 1,
            b';' if !quoted => semicolons += 1,
            _ => {}
        }
    }
    if tabs > commas && tabs >= semicolons {
        b'\t'
    } else if semicolons > commas {
        b';'
    } else {
        b','
    }
}

/// What keeps a text from being a table; lines are one-based.
#[derive(Debug, PartialEq, Eq)]
enum Trouble {
    /// One row is so long that padding the others would fill the memory.
    EndlessRow { line: usize },
    /// A cell is longer than any program writes.
    EndlessField { line: usize },
    /// The text ends inside of quotes.
    OpenQuote { line: usize },
    /// More cells or text than memory is planned for.
    TooLarge,
}

impl Trouble {
    fn fault(&self, recognised: &str) -> Fault {
        const QUOTE: &str = "请检查这一行起是否少了一个引号(\"),改好后再报送";
        match self {
            Trouble::EndlessRow { line } => Fault::new(recognised, "表格里有一行的列数远多于其他行,没有读取")
                .help("请检查是否缺了引号或换行,改好后再报送")
                .line(*line),
            Trouble::EndlessField { line } => {
                Fault::new(recognised, "表格里有一格的内容长得不正常,多半是引号没有成对,没有读取")
                    .help(QUOTE)
                    .line(*line)
            }
            Trouble::OpenQuote { line } => {
                Fault::new(recognised, "有一格的引号只有开头没有结尾,后面的行都被当成了这一格,没有读取")
                    .help(QUOTE)
                    .line(*line)
            }
            Trouble::TooLarge => Fault::too_large(recognised, "表格太大(超过六百万格,或者文字总量过大),没有读取")
                .help("请只保留要报的列和行,再报送"),
        }
    }
}

/// Looks at a text before the CSV reader does, which holds a whole record in memory, be it the whole file.
fn weigh(text: &str, separator: u8) -> Result<(), Trouble> {
    let (mut border_count, mut line, mut since) = (0u64, 1usize, 0usize);
    for (at, byte) in text.bytes().enumerate() {
        if byte == separator || byte == b'\n' || byte == b'\r' {
            border_count += 1;
            line += usize::from(byte == b'\n');
            since = at + 1;
        } else if at - since > MAX_FIELD {
            return Err(Trouble::EndlessField { line });
        }
    }
    if border_count > 2 * MAX_CELLS { Err(Trouble::TooLarge) } else { Ok(()) }
}

/// Rows of equal width, blank lines included.
struct Rows {
    cells: Vec<Vec<RawValue>>,
    /// Rows that were shorter than the widest, with how many cells they had.
    short: BTreeMap<u32, u32>,
}

fn rows(text: &str, separator: u8) -> Result<Rows, Trouble> {
    weigh(text, separator)?;
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .delimiter(separator)
        .buffer_capacity(1 << 16)
        .from_reader(text.as_bytes());
    let mut record = csv::ByteRecord::new();
    let mut rows: Vec<Vec<RawValue>> = Vec::new();
    let (mut width, mut cell_count, mut text_size) = (0usize, 0usize, 0usize);
    let (mut end, mut widest_line, mut last_line) = (0usize, 1, 1);
    // Reading from memory cannot fail, and ragged rows are allowed.
    while reader.read_byte_record(&mut record).unwrap_or(false) {
        let blank_count = blank_lines(text.as_bytes(), end);
        // A blank line is padded later: it costs a row and a cell.
        cell_count += blank_count;
        if (cell_count + rows.len() + blank_count) as u64 > MAX_CELLS {
            return Err(Trouble::TooLarge);
        }
        rows.extend(std::iter::repeat_with(Vec::new).take(blank_count));
        end = usize::try_from(reader.position().byte()).unwrap_or(text.len());
        last_line = rows.len() + 1;
        if record.len() > width {
            (width, widest_line) = (record.len(), last_line);
        }
        cell_count += record.len();
        text_size += record.as_slice().len();
        if cell_count as u64 + rows.len() as u64 > MAX_CELLS || text_size > MAX_TEXT {
            return Err(Trouble::TooLarge);
        }
        if record.iter().any(|field| field.len() > MAX_FIELD) {
            return Err(Trouble::EndlessField { line: last_line });
        }
        // Collected without being told the number, one cell would take the room of four.
        let mut row = Vec::with_capacity(record.len());
        row.extend(record.iter().map(value));
        rows.push(row);
    }
    let is_open = rows
        .last()
        .and_then(|row| row.last())
        .is_some_and(|last| matches!(last, RawValue::Text(text) if text.contains('\n')))
        && is_inside_quotes(&text[..end.min(text.len())], separator);
    if is_open {
        return Err(Trouble::OpenQuote { line: last_line });
    }
    let padded = rows.len().saturating_mul(width);
    if padded as u64 > MAX_CELLS {
        return Err(Trouble::EndlessRow { line: widest_line });
    }
    let mut short = BTreeMap::new();
    for (number, row) in rows.iter_mut().enumerate() {
        if row.len() < width {
            let small = |count: usize| u32::try_from(count).unwrap_or(u32::MAX);
            short.insert(small(number), small(row.len()));
            row.reserve_exact(width - row.len());
            row.resize(width, RawValue::Empty);
        }
    }
    Ok(Rows { cells: rows, short })
}

/// Whether a text ends inside of quotes, by the rules of the CSV reader: they open a field only at its start.
fn is_inside_quotes(text: &str, separator: u8) -> bool {
    #[derive(PartialEq)]
    enum State {
        Start,
        Plain,
        Quoted,
        /// A quote inside of quotes: their end, or one of two that stand for one.
        Quote,
    }
    let mut state = State::Start;
    for byte in text.bytes() {
        state = match (state, byte) {
            (State::Start | State::Quote, b'"') => State::Quoted,
            (State::Quoted, b'"') => State::Quote,
            (State::Quoted, _) => State::Quoted,
            (_, byte) if byte == separator || matches!(byte, b'\n' | b'\r') => State::Start,
            _ => State::Plain,
        };
    }
    state == State::Quoted
}

/// Blank lines at `start`, where the last record ended; the CSV reader passes over them, but people count them.
fn blank_lines(text: &[u8], start: usize) -> usize {
    let mut rest = text.get(start..).unwrap_or_default();
    if start > 0 && text.get(start - 1) == Some(&b'\r') {
        rest = rest.strip_prefix(b"\n").unwrap_or(rest);
    }
    let mut count = 0;
    while let Some(after) =
        rest.strip_prefix(b"\r\n").or_else(|| rest.strip_prefix(b"\n")).or_else(|| rest.strip_prefix(b"\r"))
    {
        rest = after;
        count += 1;
    }
    count
}

pub(super) fn value(field: &[u8]) -> RawValue {
    if let Some(number) = plain_decimal(field) {
        return RawValue::Number(number);
    }
    let text = std::str::from_utf8(field).expect("fields of UTF-8 text are cut at ASCII separators");
    if text.trim().is_empty() { RawValue::Empty } else { RawValue::Text(text.into()) }
}

/// `-12.50` in, its value out. Anything whose spelling would be lost (007, 1e3, more than 15 digits) stays text.
fn plain_decimal(field: &[u8]) -> Option<f64> {
    const POWERS: [f64; 16] = [1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15];
    let (negative, digits) = match field.split_first()? {
        (b'-', rest) => (true, rest),
        _ => (false, field),
    };
    // 15 digits, a zero before the point, and the point.
    if digits.len() > 17 {
        return None;
    }
    let (mut mantissa, mut significant_count, mut point) = (0u64, 0usize, None);
    for (index, &byte) in digits.iter().enumerate() {
        match byte {
            b'0'..=b'9' => {
                mantissa = mantissa * 10 + u64::from(byte - b'0');
                significant_count += usize::from(mantissa > 0);
            }
            b'.' if point.is_none() && index > 0 => point = Some(index),
            _ => return None,
        }
    }
    let whole_count = point.unwrap_or(digits.len());
    let fraction_count = point.map_or(0, |index| digits.len() - index - 1);
    let leading_zero = whole_count > 1 && digits[0] == b'0';
    if whole_count == 0 || leading_zero || significant_count > 15 || point.is_some() && fraction_count == 0 {
        return None;
    }
    // Both operands are exact, so the quotient is the nearest number to what is written.
    let value = mantissa as f64 / POWERS.get(fraction_count)?;
    Some(if negative && mantissa > 0 { -value } else { value })
}

#[cfg(test)]
mod tests;
