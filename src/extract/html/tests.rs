use encoding_rs::GBK;

use super::*;
use crate::audit::CellRef;
use crate::extract::RawValue;

fn table(bytes: &[u8]) -> RawTable {
    match read(&InputFile { path: "data/表.xls".into(), bytes: bytes.into() }) {
        Ok(table) => table,
        Err(fault) => panic!("{}", fault.message),
    }
}

fn fault(bytes: &[u8]) -> Fault {
    read(&InputFile { path: "data/表.xls".into(), bytes: bytes.into() }).expect_err("the page is refused")
}

fn text(text: &str) -> RawValue {
    RawValue::Text(text.into())
}

const EXPORT: &str = "<html xmlns:o=\"urn:schemas-microsoft-com:office:office\" xmlns:x=\"urn:schemas-microsoft-com:office:excel\">\
    <head><meta http-equiv=Content-Type content=\"text/html; charset=gb2312\"><title>不要</title>\
    <style>td { mso-number-format:\"\\@\" }</style><!--[if gte mso 9]><xml><x:Name>表</x:Name></xml><![endif]--></head>\
    <body><h3>附件2&nbsp;床位</h3><table border=1><tr><th rowspan=2>镇<br>街</th><th colspan=2>床位</th></tr>\
    <tr><th>护理型</th><th>合计</th></tr><tr><td>甲&amp;乙</td><td x:num=\"0.853\">85%</td><td x:num>1,234</td></tr>\
    <tr><td> 丙\n 镇 <td>007<td>&#20113;</table></body></html>";

#[test]
fn what_web_systems_hand_out_is_a_table() {
    let (gbk, ..) = GBK.encode(EXPORT);
    for (bytes, recognised) in [(gbk.to_vec(), "html (GB18030)"), (EXPORT.as_bytes().to_vec(), "html (UTF-8)")] {
        let table = table(&bytes);
        assert_eq!(table.recognised, recognised);
        assert_eq!(table.rows[0], [text("附件2 床位"), RawValue::Empty, RawValue::Empty]);
        assert_eq!(table.rows[1], [text("镇\n街"), text("床位"), text("床位")]);
        assert_eq!(table.rows[2], [text("镇\n街"), text("护理型"), text("合计")]);
        assert_eq!(table.rows[3], [text("甲&乙"), text("85.3%"), text("1,234")]);
        assert_eq!(table.rows[4], [text("丙 镇"), text("007"), text("云")]);
        let place = |row, column| CellRef { row, column };
        assert_eq!(table.merges, [(place(1, 0), place(2, 0)), (place(1, 1), place(1, 2))]);
    }
}

#[test]
fn tables_in_tables_and_tables_below_each_other_are_read_downwards() {
    let page = "<table><tr><td><table><tr><td>a<td>1</table></td></tr></table>text<table><tr><td>b<td>2</table>";
    let rows = table(page.as_bytes()).rows;
    let filled: Vec<_> = rows.iter().filter(|row| row[0] != RawValue::Empty).map(|row| row[0].clone()).collect();
    assert_eq!(filled, [text("a"), text("text"), text("b")]);
}

#[test]
fn a_page_in_utf_16_and_one_that_lies_about_its_encoding_are_read() {
    let page = "<table><tr><td>武康</table>";
    let utf16: Vec<u8> = "\u{FEFF}".encode_utf16().chain(page.encode_utf16()).flat_map(u16::to_le_bytes).collect();
    assert_eq!(table(&utf16).recognised, "html (UTF-16)");
    let (gbk, ..) = GBK.encode("<meta charset=utf-8><table><tr><td>武康</table>");
    assert_eq!((table(&gbk).recognised, &table(&gbk).rows[0][0]), ("html (GB18030)", &text("武康")));
}

#[test]
fn endless_spans_and_depths_cost_nothing() {
    let rows = table(b"<table><tr><td colspan=999999999 rowspan=999999999>a<td>b<tr><td>c</table>").rows;
    assert_eq!((rows.len(), rows[0].len()), (2, 1001));
    for tag in ["<table><tr><td>", "<div>", "<td>", "<b>", "<table>"] {
        let page = format!("<table><tr><td>x</td></tr>{}", tag.repeat(1_000_000));
        // Read or explained.
        let _ = read(&InputFile { path: "data/表.xls".into(), bytes: page.as_bytes().into() });
    }
    let wide = "<tr>".to_owned() + &"<td rowspan=65534 colspan=1000>x".repeat(20);
    assert!(fault(format!("<table>{wide}{}", "<tr><td>y".repeat(10_000)).as_bytes()).message.contains("太多"));
}

#[test]
fn a_page_without_a_table_says_where_the_data_may_be() {
    assert!(fault(b"<html><head></head><frameset><frame src=x></frameset></html>").help.contains("文件夹"));
}
