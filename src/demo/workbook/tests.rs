use super::*;
use calamine::{Data, Reader, Xlsx};
use std::io::Cursor;

fn form() -> Form {
    let row = |code: &str, name: &str, cells: [f64; 3]| Row {
        code: code.to_owned(),
        name: name.to_owned(),
        cells: cells.map(Cell::Number).to_vec(),
    };
    let column = |heading: &str, header: &str| (heading.to_owned(), header.to_owned());
    Form {
        title: "报送表(模拟数据)".to_owned(),
        about: ["填报单位:甲局", "填报日期:2022.10.9", "计量单位:张"].map(str::to_owned).to_vec(),
        number_header: Some("序号".to_owned()),
        code_header: Some("代码".to_owned()),
        name_header: "单位名称".to_owned(),
        columns: vec![column("占比", "护理床位"), column("占比", "全部床位"), column("人数", "人数")],
        rows: vec![row("01", "甲", [1.0, 2.0, 3.0]), row("02", "乙", [4.0, 5.0, 6.5])],
        total: Some(row("", "合计", [5.0, 7.0, 9.5])),
        note: "注:模拟数据".to_owned(),
    }
}

fn open(bytes: Vec<u8>) -> Xlsx<Cursor<Vec<u8>>> {
    Xlsx::new(Cursor::new(bytes)).expect("a workbook")
}

#[test]
fn the_grouped_form_merges_its_title_and_the_headings_of_pairs() {
    let bytes = grouped(&form());
    assert_eq!(bytes, grouped(&form()), "the same form gives the same bytes");
    let mut workbook = open(bytes);
    let range = workbook.worksheet_range("报送表").expect("a sheet");
    let text = |row, column| range.get_value((row, column)).map(ToString::to_string).unwrap_or_default();
    assert_eq!((text(0, 0), text(2, 2), text(3, 3)), ("报送表(模拟数据)".into(), "占比".into(), "全部床位".into()));
    assert_eq!((text(2, 4), text(4, 1), text(6, 1)), ("人数".into(), "甲".into(), "合计".into()));
    assert_eq!(range.get_value((5, 4)), Some(&Data::Float(6.5)));
    assert_eq!(text(7, 0), "注:模拟数据");
    let merged = workbook.merge_cells_by_sheet_name("报送表").expect("merged areas");
    assert!(merged.iter().any(|area| area.start == (0, 0) && area.end == (0, 4)), "{merged:?}");
    assert!(merged.iter().any(|area| area.start == (2, 2) && area.end == (2, 3)), "{merged:?}");
    assert!(merged.iter().any(|area| area.start == (2, 1) && area.end == (3, 1)), "{merged:?}");
}

#[test]
fn two_sheets_share_the_columns_and_a_single_column_needs_only_one() {
    let mut workbook = open(two_sheets(&form()));
    assert_eq!(workbook.sheet_names(), ["表一", "表二"]);
    let second = workbook.worksheet_range("表二").expect("a sheet");
    assert_eq!(second.get_value((2, 3)).map(ToString::to_string).as_deref(), Some("人数"));
    assert_eq!(second.get_value((3, 1)).map(ToString::to_string).as_deref(), Some("01"));
    assert_eq!(open(two_sheets(&form().part(2, 3))).sheet_names(), ["表一"]);
}

#[test]
fn the_shifted_form_starts_at_c3_beside_a_hidden_sheet() {
    let mut workbook = open(shifted(&form()));
    let range = workbook.worksheet_range("上报").expect("a sheet");
    assert_eq!(range.start(), Some((2, 2)));
    let hidden = &workbook.sheets_metadata()[1];
    assert_eq!((hidden.name.as_str(), hidden.visible), ("底稿", calamine::SheetVisible::Hidden));
}
