//! Who signed a form: expected in it, and left out of every copy.

use super::{
    Kind, RawTable, RawValue, SIGNATORIES, fold, head, holds_figures, is_han, is_signature_label, personal_value,
};
use crate::audit::CellRef;
use std::collections::BTreeSet;

/// What stands in a copy in the place of a name or number.
const BLANK: &str = "＊＊";

/// Labels of telephone numbers.
const PHONES: [&str; 7] = ["电话", "联系电话", "手机", "手机号", "手机号码", "联系方式", "移动电话"];

/// Most characters of a name written right behind its label: 填报人张三.
const LONGEST_NAME: usize = 4;

/// A table in, the cells out that hold names or telephone numbers of those who sign it, in reading order. A copy shows
/// them as [`without_signature`] writes them.
pub fn signature_cells(table: &RawTable) -> Vec<CellRef> {
    let mut found = BTreeSet::new();
    for row in 0..table.rows.len() {
        let cells = &table.rows[row];
        if cells.iter().any(is_signature_label) && !holds_figures(cells) {
            row_cells(table, row, &mut found);
        }
    }
    let place = |origin: u32, index: usize| origin.saturating_add(u32::try_from(index).unwrap_or(u32::MAX));
    let cell = |(row, column)| CellRef { row: place(table.origin.0, row), column: place(table.origin.1, column) };
    found.into_iter().map(cell).collect()
}

/// The text of such a cell in, the same with its labels and without names and numbers out: `填报人：＊＊`.
pub fn without_signature(text: &str) -> String {
    if labels(text).is_empty() {
        // A name beside or below its label, or 填报人张三 without any mark between.
        let trimmed = text.trim_start();
        let label = SIGNATORIES.iter().chain(&PHONES).filter(|label| trimmed.starts_with(**label));
        return match label.max_by_key(|label| label.len()) {
            Some(label) => format!("{label}{BLANK}"),
            None => BLANK.to_owned(),
        };
    }
    let mut blanked = String::new();
    let mut rest_starts = 0;
    let found = labels(text);
    for (number, label) in found.iter().enumerate() {
        blanked.push_str(&text[rest_starts..label.value]);
        let end = found.get(number + 1).map_or(text.len(), |next| next.start);
        let value = &text[label.value..end];
        if label.is_signature && !value.trim().is_empty() {
            blanked.push_str(BLANK);
            let spaces = value.len() - value.trim_end().len();
            blanked.push_str(&value[value.len() - spaces..]);
        } else {
            blanked.push_str(value);
        }
        rest_starts = end;
    }
    blanked
}

/// The cells of one row of labels, and below it, as positions in the table.
fn row_cells(table: &RawTable, row: usize, found: &mut BTreeSet<(usize, usize)>) {
    let cells = &table.rows[row];
    let is_heading = table.rows.get(row + 1).is_some_and(|next| holds_figures(next));
    for (column, cell) in cells.iter().enumerate() {
        if personal_value(cell) == Some(Kind::Mobile) {
            found.insert((row, column));
        }
        let RawValue::Text(text) = cell else { continue };
        if !is_signature_label(cell) {
            continue;
        }
        if without_signature(text) != **text && (!labels(text).is_empty() || is_joined_name(text, is_heading)) {
            found.insert((row, column));
        } else if is_bare(text) && !beside(cells, row, column, is_heading, found) {
            below(table, row, column, is_heading, found);
        }
    }
}

/// 填报人：, 单位负责人, 联系电话 with nothing behind it.
fn is_bare(text: &str) -> bool {
    let folded = fold(text);
    let bare = folded.trim_end_matches([':', '：']);
    SIGNATORIES.iter().chain(&PHONES).any(|label| bare.ends_with(label) || bare.ends_with(&format!("{label}(签字)")))
}

/// 填报人张三, but not 负责人数 in a heading of figures.
fn is_joined_name(text: &str, is_heading: bool) -> bool {
    let folded = fold(text);
    let rest = SIGNATORIES.iter().find_map(|label| folded.strip_prefix(label));
    !is_heading
        && rest.is_some_and(|rest| {
            let count = rest.chars().count();
            let is_number = rest.bytes().filter(u8::is_ascii_digit).count() >= 7;
            is_number || (2..=LONGEST_NAME).contains(&count) && rest.chars().all(is_han) && !is_word(rest)
        })
}

/// Words that follow a label and are no names.
fn is_word(text: &str) -> bool {
    ["签字", "签名", "签章", "盖章", "意见", "电话", "手机", "单位", "人数", "职务"]
        .iter()
        .any(|word| text.contains(word))
}

/// Marks the value right of a bare label; whether there is one.
fn beside(
    cells: &[RawValue],
    row: usize,
    column: usize,
    is_heading: bool,
    found: &mut BTreeSet<(usize, usize)>,
) -> bool {
    let label = &cells[column];
    let has_colon = matches!(label, RawValue::Text(text) if text.trim_end().ends_with([':', '：']));
    // A merged area repeats its value.
    let next = (column + 1..cells.len()).find(|&at| cells[at] != *label && cells[at] != RawValue::Empty);
    let Some(first) = next.filter(|&at| !is_signature_label(&cells[at]) && !is_other_label(&cells[at])) else {
        return false;
    };
    if !(has_colon || !is_heading && is_signature(&cells[first])) {
        return false;
    }
    found.extend((first..cells.len()).take_while(|&at| cells[at] == cells[first]).map(|at| (row, at)));
    true
}

/// Marks what stands below a bare label: one cell, or a whole column of names above which it is the heading.
fn below(table: &RawTable, row: usize, column: usize, is_heading: bool, found: &mut BTreeSet<(usize, usize)>) {
    let reach = if is_heading { table.rows.len() } else { (row + 2).min(table.rows.len()) };
    for at in row + 1..reach {
        if table.rows[at].get(column).is_some_and(is_signature) {
            found.insert((at, column));
        }
    }
}

/// 填报时间：…, 单位：人
fn is_other_label(value: &RawValue) -> bool {
    matches!(value, RawValue::Text(text) if text.contains([':', '：']))
}

/// Whether a cell can be a person's name or telephone number.
fn is_signature(value: &RawValue) -> bool {
    match value {
        RawValue::Number(number) => *number >= 1e6 && number.fract().abs() < f64::EPSILON,
        RawValue::Text(text) => {
            let folded = fold(text);
            let is_number = folded.bytes().filter(u8::is_ascii_digit).count() >= 7;
            let is_name = (2..=LONGEST_NAME).contains(&folded.chars().count())
                && folded.chars().all(|letter| is_han(letter) || matches!(letter, '·' | '*'))
                && head(value).is_none()
                && !is_word(&folded);
            is_number || is_name
        }
        _ => false,
    }
}

/// A label with its colon inside a text: where it starts, where its value starts, and whether that is a signature.
struct Label {
    start: usize,
    value: usize,
    is_signature: bool,
}

fn labels(text: &str) -> Vec<Label> {
    let mut found: Vec<Label> = Vec::new();
    for (at, colon) in text.char_indices().filter(|(_, letter)| matches!(letter, ':' | '：')) {
        let from = found.last().map_or(0, |label: &Label| label.value);
        let before = &text[from..at];
        let bare = before.trim_end();
        // 填报人（签字）：
        let word = bare.rsplit_once(['(', '（']).map_or(bare, |(word, _)| word).trim_end();
        let known = SIGNATORIES.iter().chain(&PHONES).filter(|label| word.ends_with(**label)).max_by_key(|l| l.len());
        let is_break = |letter: char| letter.is_whitespace() || matches!(letter, '、' | ',' | '，' | ';' | '；' | '|');
        let start = match (word.rfind(is_break), known) {
            (Some(at), _) => at + word[at..].chars().next().map_or(0, char::len_utf8),
            (None, Some(known)) if !found.is_empty() => word.len() - known.len(),
            (None, _) => 0,
        };
        // 8:30 is no label.
        if word[start..].chars().any(is_han) {
            found.push(Label { start: from + start, value: at + colon.len_utf8(), is_signature: known.is_some() });
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::super::tests::table;
    use super::*;
    use crate::audit::CellRef;

    fn found(rows: &[&str]) -> Vec<String> {
        signature_cells(&table(rows)).iter().map(CellRef::to_string).collect()
    }

    #[test]
    fn a_name_behind_its_label_is_blanked_and_the_label_stays() {
        for (text, blanked) in [
            ("填报人：张三", "填报人：＊＊"),
            (
                "填报单位：民政局 填报人：张三  电话：13812345678 填报时间：2022.10.8",
                "填报单位：民政局 填报人：＊＊  电话：＊＊ 填报时间：2022.10.8",
            ),
            ("填报人：张三联系电话：0572-8062345", "填报人：＊＊联系电话：＊＊"),
            ("单位负责人（签字）：王五", "单位负责人（签字）：＊＊"),
            ("审核人:", "审核人:"),
            ("填报人张三", "填报人＊＊"),
            ("张三", "＊＊"),
            ("13812345678", "＊＊"),
        ] {
            assert_eq!(without_signature(text), blanked);
        }
    }

    #[test]
    fn names_and_numbers_are_found_beside_inside_and_below_their_labels() {
        // The table starts at B3.
        let body = ["镇|床位|人数|备注", "甲|3|4|", "乙|7|8|"];
        for (block, cells) in [
            ("填报单位：民政局|填报人：张三|电话：13812345678|填报时间：2022.10.8", &["C3", "D3"][..]),
            ("填报人|张三|联系电话|13812345678", &["C3", "E3"]),
            ("填报人：|张三|填报时间：2022.10.8|", &["C3"]),
            ("填报人：|填报人：|张三|张三", &["D3", "E3"]),
            ("单位负责人：王五|审核人：李四|填报人张三|13812345678", &["B3", "C3", "D3", "E3"]),
            ("填报单位：民政局|填报日期|2022.10.8|", &[]),
        ] {
            assert_eq!(found(&[&[block], &body[..]].concat()), cells, "{block}");
        }
        assert_eq!(found(&[&body[..], &["审核人：李四|填报人|张三|"]].concat()), ["B6", "D6"]);
        assert_eq!(found(&[&["填报人|联系电话", "张三|13812345678"], &body[..]].concat()), ["B4", "C4"]);
    }

    #[test]
    fn headings_and_figures_are_no_signatures() {
        assert_eq!(found(&["镇|负责人数|床位", "甲|3|4"]), [""; 0]);
        assert_eq!(found(&["机构|负责人|床位数", "甲院|张三|30", "乙院|李四|40"]), ["C4", "C5"]);
        assert_eq!(found(&["镇|数", "甲|3", "说明：联系人数不含兼职|"]), [""; 0]);
    }
}
