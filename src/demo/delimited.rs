//! Forms and tables as text files, in the encodings that offices send.

use super::forms::{Cell, Form};
use crate::definitions::decimal::plain;
use encoding_rs::GB18030;

/// How the text is encoded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Encoding {
    /// UTF-8 with a byte order mark, as spreadsheets want it.
    Utf8Bom,
    /// GB18030, the superset of GBK that Chinese systems call ANSI.
    Gb18030,
}

/// A form as CSV in GB18030: title line first, then header, rows and sums.
pub(super) fn titled(form: &Form) -> Vec<u8> {
    let (header, rows) = lines(form);
    let title = vec![form.title.clone()];
    write(std::iter::once(title).chain(std::iter::once(header)).chain(rows), Encoding::Gb18030)
}

/// A form as CSV in UTF-8: header and rows, nothing else.
pub(super) fn bare(form: &Form) -> Vec<u8> {
    let (header, rows) = lines(form);
    write(std::iter::once(header).chain(rows), Encoding::Utf8Bom)
}

/// A plain table as CSV.
pub(super) fn table(header: &[String], rows: impl IntoIterator<Item = Vec<Cell>>, encoding: Encoding) -> Vec<u8> {
    let rows = rows.into_iter().map(|row| row.iter().map(text).collect());
    write(std::iter::once(header.to_vec()).chain(rows), encoding)
}

fn lines(form: &Form) -> (Vec<String>, Vec<Vec<String>>) {
    let fixed = if form.name_header.is_empty() { &form.code_header } else { &Some(form.name_header.clone()) };
    let header = fixed.iter().cloned().chain(form.columns.iter().map(|(_, header)| header.clone())).collect();
    let mut rows = Vec::with_capacity(form.rows.len() + 1);
    for row in form.rows.iter().chain(&form.total) {
        let unit = fixed.as_ref().map(|_| if form.name_header.is_empty() { &row.code } else { &row.name });
        rows.push(unit.into_iter().cloned().chain(row.cells.iter().map(text)).collect());
    }
    (header, rows)
}

fn text(cell: &Cell) -> String {
    match cell {
        Cell::Empty => String::new(),
        Cell::Number(number) => plain(*number, 4),
        Cell::Text(text) => text.clone(),
        Cell::Date(date) => date.to_string(),
    }
}

fn write(records: impl Iterator<Item = Vec<String>>, encoding: Encoding) -> Vec<u8> {
    let start = if encoding == Encoding::Utf8Bom { "\u{feff}".as_bytes().to_vec() } else { Vec::new() };
    let mut writer = csv::WriterBuilder::new().flexible(true).terminator(csv::Terminator::CRLF).from_writer(start);
    for record in records {
        writer.write_record(&record).expect("memory takes every record");
    }
    let bytes = writer.into_inner().expect("memory takes every record");
    match encoding {
        Encoding::Utf8Bom => bytes,
        Encoding::Gb18030 => {
            let text = String::from_utf8(bytes).expect("records of text are text");
            // GB18030 holds all of Unicode, so nothing is replaced.
            GB18030.encode(&text).0.into_owned()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tables_are_written_with_windows_line_ends_in_the_asked_encoding() {
        let header = ["镇".to_owned(), "数".to_owned()];
        let rows = [vec![Cell::Text("甲,乙".into()), Cell::Number(3.5)], vec![Cell::Empty, Cell::Number(4000.0)]];
        let expected = "镇,数\r\n\"甲,乙\",3.5\r\n,4000\r\n";
        let utf8 = table(&header, rows.clone(), Encoding::Utf8Bom);
        assert_eq!(utf8, format!("\u{feff}{expected}").into_bytes());
        let gbk = table(&header, rows, Encoding::Gb18030);
        assert_eq!(gbk[..3], [0xd5, 0xf2, b',']);
        let (decoded, had_errors) = GB18030.decode_without_bom_handling(&gbk);
        assert_eq!((&*decoded, had_errors), (expected, false));
    }
}
