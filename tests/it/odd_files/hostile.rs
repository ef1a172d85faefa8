//! Files that mean harm. Each is refused with a finding, beside a sound file that is read all the same.

use std::io::{Cursor, Write};

use yinxiang::audit::{Audit, Code, InputFile};
use yinxiang::extract;
use zip::write::SimpleFileOptions;

/// Reads a bad file beside a good one; the findings about the bad one.
#[track_caller]
fn refused(name: &str, bytes: &[u8]) -> Vec<(Code, String)> {
    let file = |path: &str, bytes: &[u8]| InputFile { path: path.into(), bytes: bytes.into() };
    let files = [file(name, bytes), file("data/好.csv", "镇,数\n甲,1\n".as_bytes())];
    let mut audit = Audit::default();
    let tables = extract::read(&files, &mut audit);
    assert_eq!(tables.iter().map(|table| &*table.file).collect::<Vec<_>>(), ["data/好.csv"], "{name}");
    let found = audit.diagnostics().iter().inspect(|found| assert_eq!(found.place.file.as_deref(), Some(name)));
    found.map(|found| (found.code, found.message.clone())).collect()
}

#[track_caller]
fn is_refused_as(code: Code, name: &str, bytes: &[u8]) {
    let found = refused(name, bytes);
    assert!(found.len() == 1 && found[0].0 == code, "{name}: {found:?}");
}

/// An archive of parts, each given as a beginning, something repeated, and an end.
fn packed(parts: &[(&str, &str, &str, usize, &str)]) -> Vec<u8> {
    let mut archive = zip::ZipWriter::new(Cursor::default());
    for (name, start, repeated, count, end) in parts {
        archive.start_file(*name, SimpleFileOptions::default()).expect("a part");
        archive.write_all(start.as_bytes()).expect("a part");
        let chunk = repeated.repeat(1000);
        for _ in 0..count / 1000 {
            archive.write_all(chunk.as_bytes()).expect("a part");
        }
        archive.write_all(end.as_bytes()).expect("a part");
    }
    archive.finish().expect("an archive").into_inner()
}

const TYPES: (&str, &str, &str, usize, &str) = ("[Content_Types].xml", "<Types/>", "", 0, "");
const WORKBOOK: (&str, &str, &str, usize, &str) = (
    "xl/workbook.xml",
    "<workbook xmlns:r=\"r\"><sheets><sheet name=\"a\" sheetId=\"1\" r:id=\"rId1\"/></sheets></workbook>",
    "",
    0,
    "",
);
const RELATIONS: (&str, &str, &str, usize, &str) = (
    "xl/_rels/workbook.xml.rels",
    "<Relationships><Relationship Id=\"rId1\" Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet\" Target=\"worksheets/sheet1.xml\"/></Relationships>",
    "",
    0,
    "",
);
const ROOT: (&str, &str, &str, usize, &str) = (
    "_rels/.rels",
    "<Relationships><Relationship Id=\"rId1\" Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument\" Target=\"xl/workbook.xml\"/></Relationships>",
    "",
    0,
    "",
);

/// A workbook with one sheet and one more part.
fn workbook(sheet: (&str, &str, usize, &str), other: Option<(&str, &str, &str, usize, &str)>) -> Vec<u8> {
    let sheet = ("xl/worksheets/sheet1.xml", sheet.0, sheet.1, sheet.2, sheet.3);
    let parts: Vec<_> = [TYPES, ROOT, WORKBOOK, RELATIONS, sheet].into_iter().chain(other).collect();
    packed(&parts)
}

const SHEET: &str = "<worksheet><sheetData>";
const SHEET_END: &str = "</sheetData></worksheet>";
const CELL: (&str, &str, usize, &str) =
    (SHEET, "", 0, "<row r=\"1\"><c r=\"A1\"><v>1</v></c></row></sheetData></worksheet>");

#[test]
fn archives_that_unpack_without_end_are_refused() {
    let blanks = workbook((SHEET, "                                ", 9_000_000, SHEET_END), None);
    assert!(blanks.len() < 1 << 20);
    is_refused_as(Code::FileTooLarge, "data/空格.xlsx", &blanks);
    let strings = ("xl/sharedStrings.xml", "<sst>", "<si><t>a</t></si>", 3_000_000, "</sst>");
    is_refused_as(Code::FileTooLarge, "data/字符串.xlsx", &workbook(CELL, Some(strings)));
    let styles =
        ("xl/styles.xml", "<styleSheet><cellXfs>", "<xf numFmtId=\"0\"/>", 2_000_000, "</cellXfs></styleSheet>");
    is_refused_as(Code::FileTooLarge, "data/样式.xlsx", &workbook(CELL, Some(styles)));
}

#[test]
fn an_archive_of_very_many_parts_is_refused() {
    let names: Vec<String> = (0..10_500).map(|number| format!("xl/{number}.xml")).collect();
    let parts: Vec<_> =
        [TYPES, WORKBOOK].into_iter().chain(names.iter().map(|name| (name.as_str(), "", "", 0, ""))).collect();
    is_refused_as(Code::FileTooLarge, "data/多.xlsx", &packed(&parts));
}

#[test]
fn one_long_text_in_very_many_cells_is_refused() {
    let long = "长".repeat(10_000);
    let strings = ("xl/sharedStrings.xml", "<sst><si><t>", long.as_str(), 0, "");
    let strings = (strings.0, format!("<sst><si><t>{long}</t></si></sst>"));
    let other = (strings.0, strings.1.as_str(), "", 0, "");
    let sheet = (SHEET, "<row><c t=\"s\"><v>0</v></c></row>", 100_000, SHEET_END);
    is_refused_as(Code::FileTooLarge, "data/长.xlsx", &workbook(sheet, Some(other)));
}

#[test]
fn a_table_of_strings_that_claims_too_many_is_refused() {
    let strings = ("xl/sharedStrings.xml", "<sst uniqueCount=\"99999999999\"></sst>", "", 0, "");
    is_refused_as(Code::FileUnreadable, "data/声称.xlsx", &workbook(CELL, Some(strings)));
}

#[test]
fn a_million_blank_rows_cost_nothing() {
    let rows = workbook((SHEET, "<row s=\"1\" customFormat=\"1\"><c s=\"1\"/></row>", 1_048_000, SHEET_END), None);
    let found = refused("data/空行.xlsx", &rows);
    assert!(found.len() == 1 && found[0].1.contains("都是空的"), "{found:?}");
}

#[test]
fn very_many_sheets_in_one_part_are_refused() {
    let sheet = ("xl/worksheets/sheet1.xml", SHEET, "<row><c/></row>", 1_000_000, SHEET_END);
    let start = "<workbook xmlns:r=\"r\"><sheets>";
    let same_part = (WORKBOOK.0, start, "<sheet name=\"a\" r:id=\"rId1\"/>", 100_000, "</sheets></workbook>");
    is_refused_as(Code::FileUnreadable, "data/同表.xlsx", &packed(&[TYPES, ROOT, same_part, RELATIONS, sheet]));
}

#[test]
fn old_workbooks_whose_sheets_share_their_records_are_refused() {
    let sound = std::fs::read(crate::project::repository("tests/odd/files/xlwt.xls")).expect("an odd file");
    // The sheets of the second BOUNDSHEET record begin where those of the first do.
    let places: Vec<usize> = (0..sound.len() - 8)
        .filter(|at| {
            sound[*at..at + 2] == [0x85, 0]
                && (8..80).contains(&sound[at + 2])
                && [sound[at + 3], sound[at + 9]] == [0, 0]
        })
        .collect();
    assert!(places.len() > 1, "{places:?}");
    let mut shared = sound.clone();
    for place in &places[1..] {
        shared.copy_within(places[0] + 4..places[0] + 8, place + 4);
    }
    let found = refused("data/同处.xls", &shared);
    assert_eq!(found[0].0, Code::FileUnreadable, "{found:?}");
}

#[test]
fn elements_without_end_in_one_another_are_refused() {
    let deep = workbook((SHEET, "<row><c>", 100_000, SHEET_END), None);
    is_refused_as(Code::FileUnreadable, "data/深.xlsx", &deep);
}

#[test]
fn an_open_document_that_repeats_a_row_a_million_times_is_refused() {
    let content = "<office:document-content xmlns:office=\"o\" xmlns:table=\"t\" xmlns:text=\"x\"><office:body>\
        <office:spreadsheet><table:table table:name=\"a\"><table:table-row table:number-rows-repeated=\"1048576\">\
        <table:table-cell office:value-type=\"float\" office:value=\"1\" table:number-columns-repeated=\"16384\"/>\
        </table:table-row></table:table></office:spreadsheet></office:body></office:document-content>";
    let mime = ("mimetype", "application/vnd.oasis.opendocument.spreadsheet", "", 0, "");
    let bytes = packed(&[mime, ("content.xml", content, "", 0, ""), ("META-INF/manifest.xml", "<m/>", "", 0, "")]);
    is_refused_as(Code::FileTooLarge, "data/重复.ods", &bytes);
}

#[test]
fn old_workbooks_with_far_cells_or_wild_claims_are_refused() {
    let sound = std::fs::read(crate::project::repository("tests/odd/files/xlwt.xls")).expect("an odd file");
    let far = std::fs::read(crate::project::repository("tests/odd/files/stray-cell.xls")).expect("an odd file");
    is_refused_as(Code::FileTooLarge, "data/散.xls", &far);
    // The DIMENSIONS record of the first sheet claims 2^32 rows.
    let at = sound.windows(4).position(|window| window == [0x00, 0x02, 14, 0]).expect("a DIMENSIONS record");
    let mut claims = sound.clone();
    claims[at + 8..at + 12].fill(0xFF);
    is_refused_as(Code::FileUnreadable, "data/声称.xls", &claims);
    // Every sector of the directory follows itself.
    let mut circle = sound.clone();
    let directory = u32::from_le_bytes(sound[48..52].try_into().expect("four bytes")) as usize;
    let table = 512 * (1 + u32::from_le_bytes(sound[76..80].try_into().expect("four bytes")) as usize);
    circle[table + 4 * directory..][..4].copy_from_slice(&sound[48..52]);
    is_refused_as(Code::FileUnreadable, "data/圈.xls", &circle);
}

#[test]
fn text_files_that_never_end_a_line_or_a_field_are_refused() {
    is_refused_as(Code::FileTooLarge, "data/逗号.csv", &b",".repeat(20_000_000));
    is_refused_as(Code::FileUnreadable, "data/一格.csv", &b"x".repeat(20_000_000));
    is_refused_as(Code::FileTooLarge, "data/空行.csv", &[&b"1\n"[..], &b"\n".repeat(20_000_000), b"2\n"].concat());
    is_refused_as(Code::FileUnreadable, "data/引号.csv", "镇,数\n甲,\"1\n乙,2\n".as_bytes());
    is_refused_as(Code::FileUnreadable, "data/零.csv", b"a,b\n1,\0\n");
    is_refused_as(Code::FileTooLarge, "data/大.csv", &b"1\n".repeat(33 << 20));
}

#[test]
fn parquet_that_lies_is_refused() {
    let sound = std::fs::read(crate::project::repository("tests/odd/files/pyarrow.parquet")).expect("an odd file");
    for length in [4, 11, 12, sound.len() / 2, sound.len() - 1] {
        is_refused_as(Code::FileUnreadable, "data/断.parquet", &sound[..length]);
    }
    // Any damage is read or explained, and nothing panics.
    for at in (0..sound.len()).step_by(7) {
        let mut damaged = sound.clone();
        damaged[at] ^= 0x5A;
        let file = InputFile { path: "data/坏.parquet".into(), bytes: damaged.into() };
        let mut audit = Audit::default();
        let tables = extract::read(&[file], &mut audit);
        assert!(!tables.is_empty() || audit.has_errors(), "byte {at}");
    }
}

#[test]
fn every_odd_file_cut_short_or_changed_is_read_or_explained() {
    for (name, bytes) in super::files(&crate::project::repository("tests/odd/files")) {
        let mut files = Vec::new();
        for step in 0..24 {
            let at = bytes.len() * step / 24;
            let mut changed = bytes.clone();
            changed[at] ^= 0x41;
            for bytes in [bytes[..at].to_vec(), changed] {
                files.push(InputFile { path: format!("data/{step}-{name}").into(), bytes: bytes.into() });
            }
        }
        let mut audit = Audit::default();
        let tables = extract::read(&files, &mut audit);
        for file in &files {
            let is_known = tables.iter().any(|table| table.file == file.path)
                || audit.diagnostics().iter().any(|found| found.place.file.as_ref() == Some(&file.path));
            assert!(is_known, "{}", file.path);
        }
    }
}
