use rust_xlsxwriter::{ExcelDateTime, Format, Workbook};

use super::*;
use crate::audit::{Audit, Code};

fn read_bytes(bytes: &[u8]) -> (Vec<RawTable>, Audit) {
    let mut audit = Audit::default();
    let file = InputFile { path: "data/2022Q3/甲局.xlsx".into(), bytes: bytes.into() };
    (super::super::read(&[file], &mut audit), audit)
}

fn save(mut book: Workbook) -> Vec<u8> {
    book.save_to_buffer().expect("the workbook is sound")
}

fn text(text: &str) -> RawValue {
    RawValue::Text(text.into())
}

fn small_book() -> Workbook {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    sheet.set_name("养老").expect("a sheet name");
    sheet.write(2, 2, "乡镇").expect("in range");
    sheet.write(2, 3, "人数").expect("in range");
    sheet.write(3, 2, "武康街道").expect("in range");
    sheet.write(3, 3, 300).expect("in range");
    book
}

#[test]
fn a_table_that_starts_at_c3_keeps_its_addresses() {
    let (tables, audit) = read_bytes(&save(small_book()));
    assert_eq!(audit.diagnostics(), []);
    assert_eq!(tables.len(), 1);
    assert_eq!((tables[0].origin, tables[0].recognised), ((2, 2), "xlsx"));
    assert_eq!(tables[0].sheet.as_deref(), Some("养老"));
    assert_eq!(tables[0].rows, [[text("乡镇"), text("人数")], [text("武康街道"), RawValue::Number(300.0)]]);
}

#[test]
fn merged_headers_are_filled_with_their_top_left_value() {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    let plain = Format::new();
    sheet.merge_range(0, 0, 1, 0, "乡镇", &plain).expect("in range");
    sheet.merge_range(0, 1, 0, 2, "老年教育", &plain).expect("in range");
    sheet.write(1, 1, "学员").expect("in range");
    sheet.write(1, 2, "课时").expect("in range");
    // An area that reaches beyond the filled cells is cut.
    sheet.merge_range(2, 0, 5, 9, "合计", &plain).expect("in range");
    let (tables, _) = read_bytes(&save(book));
    assert_eq!(tables[0].rows[0], [text("乡镇"), text("老年教育"), text("老年教育")]);
    assert_eq!(tables[0].rows[1], [text("乡镇"), text("学员"), text("课时")]);
    assert_eq!(tables[0].rows[2], [text("合计"), text("合计"), text("合计")]);
    assert_eq!(tables[0].rows.len(), 3);
}

#[test]
fn hidden_and_blank_sheets_are_left_out() {
    let mut book = small_book();
    book.add_worksheet().set_name("空白").expect("a sheet name");
    for (name, very) in [("底稿", false), ("深藏", true)] {
        let hidden = book.add_worksheet();
        hidden.set_name(name).expect("a sheet name");
        hidden.write(0, 0, "秘密").expect("in range");
        if very {
            hidden.set_very_hidden(true);
        } else {
            hidden.set_hidden(true);
        }
    }
    let second = book.add_worksheet();
    second.set_name("助餐").expect("a sheet name");
    second.write(0, 0, 1).expect("in range");
    let own = book.add_worksheet();
    own.set_name("_清单").expect("a sheet name").write(0, 0, "甲").expect("in range");
    own.set_hidden(true);
    book.add_worksheet().set_name("藏空").expect("a sheet name").set_hidden(true);
    let (tables, audit) = read_bytes(&save(book));
    let names: Vec<_> = tables.iter().filter_map(|table| table.sheet.as_deref()).collect();
    assert_eq!(names, ["养老", "助餐"]);
    let noted = audit.diagnostics().iter().map(|found| (found.code, found.place.sheet.as_deref()));
    assert!(noted.eq([(Code::SheetHidden, Some("底稿")), (Code::SheetHidden, Some("深藏"))]));
}

#[test]
fn a_workbook_without_content_is_unreadable() {
    let mut book = Workbook::new();
    book.add_worksheet();
    let (tables, audit) = read_bytes(&save(book));
    assert!(tables.is_empty());
    assert_eq!(audit.diagnostics()[0].code, Code::FileUnreadable);
    assert!(audit.diagnostics()[0].help.contains("隐藏"));
}

#[test]
fn cells_keep_their_kind() {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    let date = Format::new().set_num_format("yyyy-mm-dd");
    let time = Format::new().set_num_format("hh:mm");
    sheet.write(0, 0, 0.853).expect("in range");
    sheet.write(0, 1, true).expect("in range");
    let moment = ExcelDateTime::from_ymd(2022, 10, 8).expect("a date");
    sheet.write_datetime_with_format(0, 2, &moment, &date).expect("in range");
    sheet.write_number_with_format(0, 3, 0.5, &time).expect("in range");
    sheet.write(0, 4, " \u{3000}").expect("in range");
    sheet.write_formula(0, 5, rust_xlsxwriter::Formula::new("1/0").set_result("#DIV/0!")).expect("in range");
    sheet.write(0, 6, "85%").expect("in range");
    let (tables, _) = read_bytes(&save(book));
    assert_eq!(
        tables[0].rows[0],
        [
            RawValue::Number(0.853),
            text("TRUE"),
            RawValue::Date(2022, 10, 8),
            text("12:00:00"),
            RawValue::Empty,
            RawValue::Error("#DIV/0!".into()),
            text("85%"),
        ]
    );
}

#[test]
fn half_a_workbook_is_unreadable_and_says_what_it_was() {
    let bytes = save(small_book());
    let (tables, audit) = read_bytes(&bytes[..bytes.len() / 2]);
    assert!(tables.is_empty());
    let found = &audit.diagnostics()[0];
    assert_eq!(found.code, Code::FileUnreadable);
    assert_eq!(found.message, "文件是 xlsx 工作簿,但内容不完整或已损坏,读不出来");
    assert_eq!(found.found, "xlsx");
    assert!(found.help.contains("另存为 .xlsx"));
}

#[test]
fn a_stray_cell_in_the_last_corner_spoils_its_sheet_only() {
    let mut book = small_book();
    let stray = book.add_worksheet();
    stray.set_name("散").expect("a sheet name");
    stray.write(0, 0, 1).expect("in range");
    stray.write(1_048_575, 16_383, 1).expect("in range");
    let (tables, audit) = read_bytes(&save(book));
    assert_eq!(tables.len(), 1);
    let found = &audit.diagnostics()[0];
    assert_eq!((found.code, found.place.sheet.as_deref()), (Code::FileTooLarge, Some("散")));
    assert!(found.message.contains("XFD1048576"), "{}", found.message);
}

#[test]
fn a_stray_blank_cell_costs_nothing() {
    let mut book = small_book();
    let sheet = book.worksheet_from_index(0).expect("the first sheet");
    sheet.write_blank(1_048_575, 16_383, &Format::new().set_bold()).expect("in range");
    let (tables, audit) = read_bytes(&save(book));
    assert_eq!(tables[0].rows.len(), 2);
    assert_eq!(audit.diagnostics(), []);
}

#[test]
fn every_cut_and_every_changed_byte_is_survived() {
    let bytes = save(small_book());
    for step in 0..200 {
        let at = bytes.len() * step / 200;
        let mut changed = bytes.clone();
        changed[at] ^= 0x55;
        for damaged in [&bytes[..at], &changed] {
            // Either it is read or it is explained.
            let (tables, audit) = read_bytes(damaged);
            assert!(!tables.is_empty() || audit.has_errors(), "byte {at}");
        }
    }
}

#[test]
fn an_old_workbook_cut_short_and_a_word_file_are_told_apart() {
    let mut compound = b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1".to_vec();
    let (_, audit) = read_bytes(&compound);
    assert!(audit.diagnostics()[0].message.contains("xls 工作簿"), "{}", audit.diagnostics()[0].message);
    compound.extend("WordDocument".encode_utf16().flat_map(u16::to_le_bytes));
    let (_, audit) = read_bytes(&compound);
    assert!(audit.diagnostics()[0].message.contains("Word"));
}

#[test]
fn a_number_with_a_percent_format_is_what_a_person_sees() {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    for (row, format) in [(0, "0%"), (1, "0.00%"), (2, "0.0"), (3, "0\"%\"")] {
        sheet.write_number_with_format(row, 0, 0.285, &Format::new().set_num_format(format)).expect("in range");
    }
    let (tables, _) = read_bytes(&save(book));
    let values: Vec<_> = tables[0].rows.iter().map(|row| row[0].clone()).collect();
    assert_eq!(values, [text("28.5%"), text("28.5%"), RawValue::Number(0.285), RawValue::Number(0.285)]);
}

#[test]
fn hidden_rows_and_columns_are_read_and_noted_where_they_hold_cells() {
    let mut book = small_book();
    let sheet = book.worksheet_from_index(0).expect("the first sheet");
    sheet.set_row_hidden(3).expect("in range");
    sheet.set_column_hidden(3).expect("in range");
    sheet.set_row_hidden(40).expect("in range");
    sheet.set_column_range_hidden(10, 16_383).expect("in range");
    let (tables, audit) = read_bytes(&save(book));
    assert_eq!(tables[0].rows.len(), 2);
    let found = &audit.diagnostics()[0];
    assert_eq!((found.code, audit.diagnostics().len()), (Code::CellsHidden, 1));
    assert_eq!(found.message, "有隐藏的 1 行(第 4 行)、1 列(D 列),已照常读取");
}

#[test]
fn a_hidden_list_of_people_sends_the_whole_file_back_and_is_not_quoted() {
    // Invented: a province, a birthday and a check digit, but nobody's number.
    const NUMBER: &str = "330521190001010011";
    let number = (0..10).map(|last| format!("{}{last}", &NUMBER[..17])).chain([format!("{}X", &NUMBER[..17])]);
    for sheet in ["名单", "_名单"] {
        let mut book = small_book();
        let hidden = book.add_worksheet();
        hidden.set_name(sheet).expect("a sheet name").set_hidden(true);
        for (row, number) in (0..).zip(number.clone()) {
            hidden.write(row, 1, number).expect("in range");
        }
        let (tables, audit) = read_bytes(&save(book));
        assert!(tables.is_empty());
        let found = audit.diagnostics();
        assert_eq!((found.len(), found[0].code, found[0].place.sheet.as_deref()), (1, Code::PersonalData, Some(sheet)));
        assert!(found[0].message.contains("整份退回"), "{}", found[0].message);
        assert!(!format!("{found:?}").contains("33052119"), "{found:?}");
    }
}
