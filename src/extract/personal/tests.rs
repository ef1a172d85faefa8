use super::*;

/// Rows of cells separated by `|`; what parses as a number is one.
pub(super) fn table(rows: &[&str]) -> RawTable {
    let cell = |text: &str| match (text.trim(), text.trim().parse()) {
        ("", _) => RawValue::Empty,
        (_, Ok(number)) if text.trim().len() <= 15 => RawValue::Number(number),
        (text, _) => RawValue::Text(text.into()),
    };
    RawTable {
        file: "data/表.xlsx".into(),
        sheet: None,
        recognised: "xlsx",
        origin: (2, 1),
        rows: rows.iter().map(|row| row.split('|').map(cell).collect()).collect(),
        short_rows: std::collections::BTreeMap::new(),
        merges: Vec::new(),
    }
}

fn found(rows: &[&str]) -> Option<(String, &'static str)> {
    scan(&table(rows)).map(|hit| (hit.cell.to_string(), hit.what))
}

fn hit(cell: &str, what: &'static str) -> Option<(String, &'static str)> {
    Some((cell.to_owned(), what))
}

#[test]
fn personal_columns_are_found_at_their_heads() {
    assert_eq!(found(&["镇|姓名|数", "甲|张三|1"]), hit("C3", "姓名"));
    assert_eq!(found(&["镇|老人姓名（必填）", "甲|李**"]), hit("C3", "姓名"));
    assert_eq!(found(&["身份证号", "330521********1234"]), hit("B3", "身份证号"));
    assert_eq!(found(&["户 主|人数", "王五|3"]), hit("B3", "户主"));
    assert_eq!(found(&["序号|家庭住址", "1|武康街道1号"]), hit("C3", "住址"));
    assert_eq!(found(&["机构|联系电话", "甲院|0572-8062345", "乙院|0572-8062346"]), hit("C3", "联系电话"));
    assert_eq!(found(&["标题|标题", "镇|手机号", "镇|手机号", "甲|138****5678"]), hit("C4", "手机号"));
}

#[test]
fn words_in_heads_of_figures_are_not_personal() {
    assert_eq!(found(&["镇|姓名核对率|手机号登记数|住址变更数", "甲|98|300|2"]), None);
    assert_eq!(found(&["镇|电话|入户", "甲|120|80"]), None);
    assert_eq!(found(&["镇|姓名|数", "甲||1"]), None);
    assert_eq!(found(&["填表说明", "不得填写姓名", "按镇填写"]), None);
    assert_eq!(found(&["编号|方式", "1|电话", "2|入户"]), None);
}

#[test]
fn identity_numbers_are_found_anywhere() {
    for value in [
        "11010519491231002X",
        "11010519491231002x",
        "110105 19491231 002X",
        "'11010519491231002X",
        "１１０１０５１９４９１２３１００２Ｘ",
        "张三(11010519491231002X)",
        "330521194001010010",
        "330521400101123",
    ] {
        assert_eq!(found(&["镇|备注", &format!("甲|{value}")]), hit("C4", "身份证号"), "{value}");
    }
    let mut numbers = table(&["镇|备注"]);
    numbers.rows.push(vec![RawValue::Empty, RawValue::Number(330_521_194_001_011_000.0)]);
    assert_eq!(scan(&numbers).map(|hit| hit.what), Some("身份证号"));
}

#[test]
fn long_numbers_that_are_no_identity_numbers_pass() {
    // A wrong check digit, an impossible birthday, a credit code, a project number.
    for value in
        ["330521194001010018", "330521209913310019", "12330521MB0X12345Q", "202210080000000001", "1234567890123456"]
    {
        assert_eq!(found(&["镇|编号", &format!("甲|{value}")]), None, "{value}");
    }
}

#[test]
fn mobile_numbers_are_found_as_texts_and_as_numbers() {
    for value in [
        "13812345678",
        "138 1234 5678",
        "+86 138-1234-5678",
        "8613812345678",
        "李四13812345678",
        "１３８１２３４５６７８",
    ] {
        assert_eq!(found(&["镇|备注", &format!("甲|{value}")]), hit("C4", "手机号"), "{value}");
    }
    for value in ["12012345678", "15000000000", "13812345678.5", "MA13812345678", "0572-8062345", "138123456789"] {
        assert_eq!(found(&["镇|备注", &format!("甲|{value}")]), None, "{value}");
    }
}

#[test]
fn the_signature_block_may_hold_telephone_numbers() {
    let body = ["镇|床位|人数|备注", "甲|3|4|", "乙|1234567|12345678|"];
    for block in [
        "填报单位：民政局|填报人：张三|电话：13812345678|填报时间：2022.10.8",
        "填报人|张三|联系电话|13812345678",
        "填报人：张三 联系电话：13812345678",
        "单位负责人：王五|审核人：李四|填报人：张三|13812345678",
        "联系电话|13812345678||",
        "填报人|张三|电话|0572-8062345",
    ] {
        assert_eq!(found(&[&[block], &body[..]].concat()), None, "{block}");
        assert_eq!(found(&[&body[..], &[block]].concat()), None, "{block} at the foot");
    }
    assert_eq!(found(&[&["填报人|联系电话", "张三|13812345678"], &body[..]].concat()), None);
}

#[test]
fn a_list_of_people_is_no_signature_block() {
    assert_eq!(
        found(&["机构|负责人|联系电话", "甲院|张三|13812345678", "乙院|李四|13912345678"]),
        hit("D3", "联系电话")
    );
    assert_eq!(found(&["姓名|张三|联系电话|13812345678"]), hit("E3", "手机号"));
    assert_eq!(found(&["填报人|张三|身份证|11010519491231002X"]), hit("E3", "身份证号"));
    assert_eq!(found(&["镇|数|说明", "甲|3|负责人13812345678"]), hit("D4", "手机号"));
    let many = ["联系人：甲 13812345671", "联系人：乙 13812345672", "联系人：丙 13812345673", "联系人：丁 13812345674"];
    assert_eq!(found(&many), hit("B6", "手机号"));
}
