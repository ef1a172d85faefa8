use super::*;
use crate::audit::{Audit, InputFile};
use calamine::{Reader, Xlsx};
use std::io::Cursor;

const TEXT: &str = r#"
format = 1
[index]
id = "x"
name = "=指数"
edition = "1"
illustrative = true
disclaimer = "测试用"
watermark = "模拟数据"
unit_word = "乡镇"
count_units = ["张"]
[register]
name_columns = ["乡镇"]
code_columns = ["代码"]
total_rows = ["合计"]
[[unit]]
code = "02"
name = "西乡"
[[unit]]
code = "01"
name = "东乡"
[[element]]
code = "A"
name = "甲"
weight = 1
[[department]]
code = "MZ"
name = "民政局"
aliases = ["民政"]
[[department]]
code = "TJ"
name = "统计局"
[[measure]]
id = "people"
name = "人口"
department = "TJ"
unit = "人"
basis = "frozen"
[[measure]]
id = "beds"
name = "=床位数"
department = "MZ"
unit = "张"
max = 500
calibre = "备案的床位。"
[[measure]]
id = "hours"
name = "开放时长(小时)"
department = "MZ"
unit = "小时"
[[measure]]
id = "rate"
name = "入住率"
department = "MZ"
unit = "%"
max = 100
[[indicator]]
code = "A1"
name = "床位"
element = "A"
weight = 1
numerator = "beds"
denominator = "people"
score = { goalposts = { lower = 0, upper = 1 } }
may_not_apply = true
na_note = "没有机构的不适用"
[[indicator]]
code = "A2"
name = "时长"
element = "A"
weight = 1
measure = "hours"
score = { goalposts = { lower = 0, upper = 1 } }
[[indicator]]
code = "A3"
name = "入住"
element = "A"
weight = 1
measure = "rate"
score = { goalposts = { lower = 0, upper = 1 } }
"#;

fn definitions(text: &str) -> Definitions {
    let file = InputFile { path: "indicators/a.toml".into(), bytes: text.as_bytes().into() };
    let mut audit = Audit::default();
    crate::definitions::parse(&[file], &mut audit).unwrap_or_else(|| panic!("{:?}", audit.diagnostics()))
}

fn period() -> Period {
    "2024Q3".parse().expect("a period")
}

fn made(text: &str) -> Vec<Template> {
    templates(&definitions(text), period(), &Known::default()).expect("small forms")
}

/// Texts of the sheet to fill in, by cell.
fn texts(template: &Template) -> impl Fn(u32, u32) -> String {
    let mut workbook = Xlsx::new(Cursor::new(template.bytes.clone())).expect("a workbook");
    let range = workbook.worksheet_range(sheet::NAME).expect("the sheet to fill in");
    move |row, column| range.get_value((row, column)).map(ToString::to_string).unwrap_or_default()
}

#[test]
fn a_form_has_its_units_in_code_order_and_the_headers_that_the_reader_knows() {
    let made = made(TEXT);
    assert_eq!(made.len(), 1, "who delivers only what is fixed for the year gets no form");
    assert_eq!(made[0].file_name, "民政局2024年第三季度报送表.xlsx");
    let text = texts(&made[0]);
    assert_eq!(text(0, 0), "=指数民政局2024年第三季度报送表(模拟数据)");
    let header: Vec<String> = (0..9).map(|column| text(5, column)).collect();
    // 开放时长(小时) would not be found again with a second unit behind it.
    let expected =
        ["代码", "乡镇", "=床位数\n(张)", "上期:=床位数", "开放时长(小时)", "上期:开放时长(小时)", "入住率\n(%)"];
    assert_eq!(header[..7], expected);
    assert_eq!(header[8], "人口\n(人)");
    assert_eq!([text(6, 0), text(6, 1), text(7, 1), text(8, 1)], ["01", "东乡", "西乡", "合计"]);
    assert!(text(9, 0).starts_with("注:") && text(13, 0).contains("测试用"), "{}", text(13, 0));
}

#[test]
fn what_stands_in_the_cells_is_what_is_known_and_the_sum_of_it() {
    let definitions = definitions(TEXT);
    let entered = |measure: usize, unit: usize| match (measure, unit) {
        (1, 0) => Observed::NotApplicable,
        (1, 1) => Observed::Value(7.0),
        (2, _) => Observed::Value(0.1),
        _ => Observed::NotReported,
    };
    let known = Known { entered: Some(&entered), ..Known::default() };
    let made = templates(&definitions, period(), &known).expect("small forms");
    let text = texts(&made[0]);
    assert_eq!([text(6, 2), text(7, 2), text(8, 2)], ["不适用", "7", "7"]);
    assert_eq!([text(6, 4), text(7, 4), text(8, 4)], ["0.1", "0.1", "0.2"]);
    assert_eq!([text(6, 6), text(8, 6)], ["", ""], "a sum of percentages means nothing");
}

#[test]
fn the_same_form_gives_the_same_bytes() {
    assert_eq!(made(TEXT)[0].bytes, made(TEXT)[0].bytes);
}

#[test]
fn names_of_files_are_fit_for_files_and_differ() {
    let text = TEXT.replace("name = \"统计局\"", "name = \".民/政局\"").replace(
        "id = \"hours\"\nname = \"开放时长(小时)\"\ndepartment = \"MZ\"",
        "id = \"hours\"\nname = \"开放时长(小时)\"\ndepartment = \"TJ\"",
    );
    let text = text.replace("name = \"民政局\"", "name = \"民_政局\"");
    let names: Vec<String> = made(&text).into_iter().map(|template| template.file_name).collect();
    assert_eq!(names, ["民_政局2024年第三季度报送表.xlsx", "民_政局(TJ)2024年第三季度报送表.xlsx"]);
}

#[test]
fn parties_are_found_by_code_name_and_other_names() {
    let definitions = definitions(TEXT);
    for (text, party) in
        [("MZ", Party::Department(0)), ("民政", Party::Department(0)), ("西乡", Party::Unit(1)), ("01", Party::Unit(0))]
    {
        assert_eq!(find_party(&definitions, text), Some(party), "{text}");
    }
    assert_eq!(find_party(&definitions, "教育局"), None);
}

#[test]
fn limits_are_said_in_words_and_checked_while_typing() {
    let definitions = definitions(TEXT);
    let words = |measure: usize| rules::Allowed::of(&definitions, measure).words();
    assert_eq!([words(1), words(2), words(3)], ["0–500 的整数", "0 及以上的数", "0–100 的数"]);
}
