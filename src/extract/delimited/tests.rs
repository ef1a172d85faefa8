use super::*;

fn table(bytes: &[u8]) -> RawTable {
    match read(&InputFile { path: "data/表.csv".into(), bytes: bytes.into() }) {
        Ok(table) => table,
        Err(fault) => panic!("{}", fault.message),
    }
}

fn fault(bytes: &[u8]) -> Fault {
    read(&InputFile { path: "data/表.csv".into(), bytes: bytes.into() }).expect_err("the file is refused")
}

fn text(text: &str) -> RawValue {
    RawValue::Text(text.into())
}

#[test]
fn the_same_table_in_five_encodings_is_the_same_table() {
    let source = "乡镇,人数\r\n武康街道,300\r\n";
    let (gbk, ..) = GB18030.encode(source);
    let utf16 = |to_bytes: fn(u16) -> [u8; 2]| -> Vec<u8> {
        "\u{FEFF}".encode_utf16().chain(source.encode_utf16()).flat_map(to_bytes).collect()
    };
    let expected = vec![vec![text("乡镇"), text("人数")], vec![text("武康街道"), RawValue::Number(300.0)]];
    for (bytes, recognised) in [
        (source.as_bytes().to_vec(), "csv (UTF-8)"),
        ([b"\xEF\xBB\xBF", source.as_bytes()].concat(), "csv (UTF-8)"),
        (gbk.to_vec(), "csv (GB18030)"),
        (utf16(u16::to_le_bytes), "csv (UTF-16)"),
        (utf16(u16::to_be_bytes), "csv (UTF-16)"),
    ] {
        let table = table(&bytes);
        assert_eq!((table.rows, table.recognised), (expected.clone(), recognised));
    }
}

#[test]
fn gbk_bytes_that_look_like_a_byte_order_mark_are_not_silently_utf_16() {
    // FF FE is no GB18030 text; it may only be refused or read as UTF-16 with an even length.
    assert!(fault(b"\xFF\xFEa").message.contains("编码"));
    assert!(fault(b"\xCE\xE4\xBF").message.contains("没有传完整"));
}

#[test]
fn binary_junk_and_blank_text_are_refused() {
    assert!(fault(b"a,b\x00c").message.contains("文本表格"));
    assert!(fault(b"\x80\x00\xFF\x01").message.contains("文本表格"));
    assert!(fault(b"a\x01b").message.contains("文本表格"));
    assert!(fault("\u{3000}\n \n".as_bytes()).message.contains("空"));
}

#[test]
fn ragged_rows_are_padded_and_blank_lines_keep_their_numbers() {
    for line_end in ["\n", "\r\n", "\r"] {
        let source = ["", "标题", "", "", "a,b,c", "\"多\n行\",2", "", "1"].join(line_end);
        let rows = table(source.as_bytes()).rows;
        assert_eq!(rows.len(), 8, "{line_end:?}");
        assert!(rows.iter().all(|row| row.len() == 3), "{line_end:?}");
        assert_eq!(rows[1], [text("标题"), RawValue::Empty, RawValue::Empty]);
        assert_eq!(rows[4], [text("a"), text("b"), text("c")]);
        assert_eq!(rows[5][1], RawValue::Number(2.0));
        assert_eq!(rows[7][0], RawValue::Number(1.0));
        assert_eq!(rows[6], [RawValue::Empty, RawValue::Empty, RawValue::Empty]);
    }
}

#[test]
fn tabs_and_semicolons_separate_where_they_prevail() {
    assert_eq!(table("a\tb,c\td\n1\t2\t3\n".as_bytes()).rows[0], [text("a"), text("b,c"), text("d")]);
    assert_eq!(table(b"a;b;c\n1;2;3\n").rows[1][2], RawValue::Number(3.0));
    assert_eq!(table(b"\"a;b;c\",d\n").rows[0], [text("a;b;c"), text("d")]);
    assert_eq!(table(b"a\tb\n").recognised, "tsv (UTF-8)");
}

#[test]
fn only_plain_decimals_become_numbers() {
    for (field, number) in [
        ("0", 0.0),
        ("-12.50", -12.5),
        ("0.1", 0.1),
        ("85.145", 85.145),
        ("123456789012345", 123_456_789_012_345.0),
        ("0.00123", 0.00123),
    ] {
        assert_eq!(value(field.as_bytes()), RawValue::Number(number), "{field}");
    }
    for field in
        ["007", "1e3", "1,234", ".5", "5.", "-", "+1", "1234567890123456", "330521195001011234", "1.2.3", "85%", " 1"]
    {
        assert_eq!(value(field.as_bytes()), text(field), "{field}");
    }
    assert_eq!(value(b" \t"), RawValue::Empty);
    assert_eq!(value("\u{3000}".as_bytes()), RawValue::Empty);
}

#[test]
fn a_quote_that_never_ends_is_named_with_its_line() {
    for (source, line) in [("a,b\n1,2\n3,\"4\n5,6\n", 3), ("a,\"b\n", 1), ("a\n\n\"x\"\"y\n", 3)] {
        let found = fault(source.as_bytes());
        assert!(found.message.contains("引号") && found.line == line, "{source}: {}", found.line);
    }
    // Quotes in the middle of a field and around line breaks are no trouble.
    assert_eq!(table(b"5\" pipe,1\n\"a\nb\",2\n").rows.len(), 2);
    assert_eq!(table(b"1,\"a\nb\"").rows[0][1], text("a\nb"));
    assert!(fault(format!("a,b\n1,{}\n", "x".repeat(200_000)).as_bytes()).message.contains("长得不正常"));
}

#[test]
fn one_endless_row_does_not_fill_the_memory() {
    let source = format!("{}\n{}", ",".repeat(30_000), "1\n".repeat(1_000));
    let found = fault(source.as_bytes());
    assert!(found.message.contains("列数") && found.line == 1);
    assert_eq!(fault(",".repeat(7_000_000).as_bytes()).code, crate::audit::Code::FileTooLarge);
}

#[test]
fn millions_of_blank_lines_between_two_rows_are_refused_before_they_are_kept() {
    for count in [4_000_000, 11_000_000, 40_000_000] {
        let source = [&b"a,b\n"[..], &b"\n".repeat(count), b"c,d\n"].concat();
        assert_eq!(fault(&source).code, crate::audit::Code::FileTooLarge, "{count}");
    }
    assert_eq!(table(&[&b"a,b\n"[..], &b"\n".repeat(1_000), b"c,d\n"].concat()).rows.len(), 1_002);
}
