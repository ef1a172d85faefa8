//! What stands above the header: keys and values such as 填报日期, and the periods that the title names.

use crate::audit::CellRef;
use crate::definitions::calendar::{Date, Period};
use crate::extract::{RawTable, RawValue, personal, values};
use std::collections::{BTreeMap, BTreeSet};
use unicode_normalization::UnicodeNormalization;

/// What stands above the header of a table.
#[derive(Clone, Debug, Default)]
pub(super) struct Meta {
    /// Keys and values in order; the title under 表题. Never who signed, nor a telephone number.
    pub(super) entries: Vec<(String, String)>,
    /// The day on which the form was filled in.
    pub(super) filled_on: Option<Date>,
}

/// Longest text above a header that is kept: titles are short, instructions are not.
const LONGEST: usize = 120;

/// Rows above the header in, their keys and values out.
pub(super) fn read(table: &RawTable, header_row: usize) -> Meta {
    let mut meta = Meta::default();
    let above = RawTable {
        file: table.file.clone(),
        sheet: None,
        recognised: table.recognised,
        origin: table.origin,
        rows: table.rows[..header_row].to_vec(),
        short_rows: BTreeMap::new(),
        merges: Vec::new(),
    };
    let signed: BTreeSet<CellRef> = personal::signature_cells(&above).into_iter().collect();
    for (number, row) in table.rows[..header_row].iter().enumerate() {
        let mut last = "";
        let mut waiting: Option<String> = None;
        for (column, cell) in row.iter().enumerate() {
            let written = values::text(cell);
            // A merged area repeats its text.
            if written.is_empty() || written == last && matches!(cell, RawValue::Text(_)) {
                continue;
            }
            let is_signed = signed.contains(&table.cell(number, column));
            let shown = if is_signed { personal::without_signature(&written) } else { written };
            take(&mut meta, &mut waiting, cell, &shown);
            last = match cell {
                RawValue::Text(text) => text.trim(),
                _ => "",
            };
        }
    }
    meta.entries.retain(|(key, _)| !personal::is_signature_word(key));
    meta
}

fn take(meta: &mut Meta, waiting: &mut Option<String>, cell: &RawValue, shown: &str) {
    let narrow: String = shown.nfkc().collect();
    let pairs = if matches!(cell, RawValue::Text(_)) { pairs(&narrow) } else { Vec::new() };
    match (pairs.is_empty(), waiting.take()) {
        (false, _) => {
            for (key, value) in pairs {
                let key = trimmed_key(&key);
                if value.is_empty() {
                    *waiting = Some(key);
                } else {
                    add(meta, key, &value, None);
                }
            }
        }
        (true, Some(key)) => add(meta, key, shown, Some(cell)),
        (true, None) if matches!(cell, RawValue::Text(_)) && narrow.chars().count() <= LONGEST => {
            meta.entries.push(("表题".to_owned(), narrow.trim().to_owned()));
        }
        (true, None) => {}
    }
}

/// 填报单位:民政局 填报时间:2022.10.8 in one cell is two pairs; a text without a colon is none.
fn pairs(text: &str) -> Vec<(String, String)> {
    let mut pairs: Vec<(String, String)> = Vec::new();
    let mut before: Vec<&str> = Vec::new();
    for part in text.split_whitespace() {
        match (part.split_once(':'), pairs.last_mut()) {
            (Some((key, value)), _) => {
                before.push(key);
                pairs.push((before.concat(), value.to_owned()));
                before.clear();
            }
            (None, Some((_, value))) => {
                value.push_str(if value.is_empty() { "" } else { " " });
                value.push_str(part);
            }
            (None, None) => before.push(part),
        }
    }
    pairs
}

/// 填报单位(盖章) is 填报单位.
fn trimmed_key(key: &str) -> String {
    let key: String = key.split_whitespace().collect();
    key.split('(').next().unwrap_or_default().to_owned()
}

fn add(meta: &mut Meta, key: String, value: &str, cell: Option<&RawValue>) {
    // 数据截止日期 says nothing about when the form was filled in.
    if (key.contains("日期") || key.contains("时间")) && !key.contains("截止") {
        let date = cell.map_or_else(|| values::date(&RawValue::Text(value.into())), values::date);
        meta.filled_on = meta.filled_on.or(date);
    }
    if value.chars().count() <= LONGEST {
        meta.entries.push((key, value.to_owned()));
    }
}

/// A stretch of days that a text names.
type Span = (Date, Date);

/// Whether a table says that it is about another period: the periods it names, none of which fits.
///
/// A period fits if it lies within the named stretch (2022年1-9月 holds the third quarter) or holds it (2022年9月).
pub(super) fn other_period(meta: &Meta, period: Period) -> Option<String> {
    let about = meta.entries.iter().filter(|(key, _)| {
        key == "表题" || ["期", "季度", "年度"].iter().any(|word| key.contains(word)) && !key.contains("日期")
    });
    let named: Vec<(String, Span)> = about.flat_map(|(_, text)| mentions(text, period.year)).collect();
    if named.is_empty() || named.iter().any(|(_, span)| fits(*span, period)) {
        return None;
    }
    let words: BTreeSet<String> = named.into_iter().map(|(words, _)| words).collect();
    Some(words.into_iter().collect::<Vec<_>>().join("、"))
}

/// Whether a cell of a period column names this period; `None` where it names none that is understood.
pub(super) fn is_period(text: &str, period: Period) -> Option<bool> {
    if let Ok(named) = text.trim().parse::<Period>() {
        return Some(fits((named.first_day(), named.last_day()), period));
    }
    let named = mentions(text, period.year);
    (!named.is_empty()).then(|| named.iter().any(|(_, span)| fits(*span, period)))
}

fn fits((first, last): Span, period: Period) -> bool {
    let (start, end) = (period.first_day(), period.last_day());
    first <= start && end <= last || start <= first && last <= end
}

/// The periods that a text names, as written: 2022年三季度, 2022Q3, 2022年1-9月, 2022年上半年, 2022年.
fn mentions(text: &str, year: i32) -> Vec<(String, Span)> {
    let letters = without_blanks(text);
    let mut found = Vec::new();
    let mut at = 0;
    while at < letters.len() {
        let is_year = letters.len() > at + 4
            && letters[at..at + 4].iter().all(char::is_ascii_digit)
            && letters[at] == '2'
            && (at == 0 || !letters[at - 1].is_ascii_digit());
        let is_quarter = !is_year && (at == 0 || letters[at - 1] != '年') && is_quarter_word(&letters[at..]);
        let read = if is_year {
            mention(&letters[at..])
        } else {
            // 二季度报送表 without a year is about this one.
            is_quarter
                .then(|| part_of_year(&letters[at..]))
                .flatten()
                .and_then(|(length, months)| Some((length, months_of(year, months)?)))
        };
        match read {
            Some((length, span)) => {
                found.push((letters[at..at + length].iter().collect(), span));
                at += length;
            }
            None => at += 1,
        }
    }
    found
}

/// The letters of a text without blanks, except that 附件2 2022年 stays two numbers.
fn without_blanks(text: &str) -> Vec<char> {
    const BREAK: char = '\u{1F}';
    let mut letters: Vec<char> = Vec::new();
    let mut has_blank = false;
    for letter in text.nfkc() {
        if letter.is_whitespace() {
            has_blank = true;
            continue;
        }
        if has_blank && letter.is_ascii_digit() && letters.last().is_some_and(char::is_ascii_digit) {
            letters.push(BREAK);
        }
        has_blank = false;
        letters.push(letter);
    }
    chinese_years(letters)
}

/// 二〇二二年 is 2022年.
fn chinese_years(mut letters: Vec<char>) -> Vec<char> {
    let digit = |letter: char| match letter {
        '〇' | '○' | '零' => Some('0'),
        _ => "一二三四五六七八九"
            .chars()
            .position(|numeral| numeral == letter)
            .and_then(|at| char::from_digit(at as u32 + 1, 10)),
    };
    for at in 0..letters.len().saturating_sub(4) {
        let digits: Vec<char> = letters[at..at + 4].iter().filter_map(|letter| digit(*letter)).collect();
        if letters[at + 4] == '年' && digits.len() == 4 {
            letters[at..at + 4].copy_from_slice(&digits);
        }
    }
    letters
}

/// 二季度, 第三季度.
fn is_quarter_word(letters: &[char]) -> bool {
    let skip = usize::from(letters.first() == Some(&'第'));
    matches!(letters.get(skip), Some('一' | '二' | '三' | '四')) && letters.get(skip + 1) == Some(&'季')
}

/// One mention at the start of a text: its length in letters, and the stretch it names.
fn mention(letters: &[char]) -> Option<(usize, Span)> {
    let year: i32 = letters[..4].iter().collect::<String>().parse().ok()?;
    let rest = &letters[4..];
    match rest.first()? {
        'Q' | 'q' | 'H' | 'h' => {
            let text: String = letters.iter().take(6).collect();
            // 2022Q30 is no quarter.
            let period: Period = if rest.get(2).is_some_and(char::is_ascii_digit) { None } else { text.parse().ok() }?;
            Some((6, (period.first_day(), period.last_day())))
        }
        '年' => {
            let (length, months) = part_of_year(&rest[1..])?;
            Some((5 + length, months_of(year, months)?))
        }
        '-' => {
            let text: String = letters.iter().take(7).collect();
            let is_day = matches!(rest.get(3), Some('-' | '0'..='9'));
            let period: Period = if is_day { None } else { text.parse().ok() }?;
            Some((7, (period.first_day(), period.last_day())))
        }
        _ => None,
    }
}

fn months_of(year: i32, (first, last): (u32, u32)) -> Option<Span> {
    let end = (28..=31).rev().find_map(|day| Date::new(year, last, day))?;
    Some((Date::new(year, first, 1)?, end))
}

/// What follows the year: a quarter, a half, months, or nothing; `None` for a day.
fn part_of_year(rest: &[char]) -> Option<(usize, (u32, u32))> {
    let skip = usize::from(rest.first() == Some(&'第'));
    let quarter = match rest.get(skip) {
        Some('一' | '1') => Some(1),
        Some('二' | '2') => Some(2),
        Some('三' | '3') => Some(3),
        Some('四' | '4') => Some(4),
        _ => None,
    };
    if let (Some(quarter), Some('季')) = (quarter, rest.get(skip + 1)) {
        let length = skip + 2 + usize::from(rest.get(skip + 2) == Some(&'度'));
        return Some((length, (quarter * 3 - 2, quarter * 3)));
    }
    match rest {
        ['上', '半', '年', ..] => return Some((3, (1, 6))),
        ['下', '半', '年', ..] => return Some((3, (7, 12))),
        _ => {}
    }
    let digits = |from: usize| rest[from..].iter().take_while(|letter| letter.is_ascii_digit()).count();
    let number = |from: usize, length: usize| rest[from..from + length].iter().collect::<String>().parse().ok();
    let first_length = digits(0);
    if first_length == 0 {
        return Some((0, (1, 12)));
    }
    let first: u32 = number(0, first_length)?;
    let first_month = usize::from(rest.get(first_length) == Some(&'月'));
    let dash = first_length + first_month;
    if matches!(rest.get(dash), Some('-' | '—' | '~' | '至' | '到')) {
        let second_length = digits(dash + 1);
        let last: u32 = number(dash + 1, second_length)?;
        let after = dash + 1 + second_length;
        return (rest.get(after) == Some(&'月') && first <= last).then_some((after + 1, (first, last)));
    }
    let is_month = first_month == 1 && digits(first_length + 1) == 0;
    is_month.then_some((first_length + 1, (first, first)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(text: &str) -> Vec<String> {
        mentions(text, 2022).into_iter().map(|(words, (first, last))| format!("{words} {first} {last}")).collect()
    }

    #[test]
    fn periods_are_found_in_titles_as_people_write_them() {
        for (text, found) in [
            ("县民政局2022年第三季度报送表", "2022年第三季度 2022-07-01 2022-09-30"),
            ("2022年三季度", "2022年三季度 2022-07-01 2022-09-30"),
            ("２０２２年３季度", "2022年3季度 2022-07-01 2022-09-30"),
            ("附件2 2022年1-9月情况", "2022年1-9月 2022-01-01 2022-09-30"),
            ("2022年1月至9月", "2022年1月至9月 2022-01-01 2022-09-30"),
            ("2022年9月报表", "2022年9月 2022-09-01 2022-09-30"),
            ("2022年上半年", "2022年上半年 2022-01-01 2022-06-30"),
            ("2022Q3 数据", "2022Q3 2022-07-01 2022-09-30"),
            ("2022-09 数据", "2022-09 2022-09-01 2022-09-30"),
            ("2022年度任务", "2022年 2022-01-01 2022-12-31"),
            ("二季度报送表", "二季度 2022-04-01 2022-06-30"),
            ("二〇二二年第二季度", "2022年第二季度 2022-04-01 2022-06-30"),
        ] {
            assert_eq!(names(text), [found], "{text}");
        }
        for text in ["2022年10月8日", "20221008", "2022-10-08", "12022年", "2022Q5", "2022年13月"] {
            assert!(names(text).is_empty(), "{text}: {:?}", names(text));
        }
    }

    #[test]
    fn a_table_of_another_quarter_is_told_from_one_that_holds_this_quarter() {
        let period: Period = "2022Q3".parse().expect("a period");
        let about = |title: &str| Meta { entries: vec![("表题".to_owned(), title.to_owned())], ..Meta::default() };
        for fitting in ["2022年三季度(2021年三季度为同期)", "2022年1-9月", "2022年9月", "2022年任务", "情况表"]
        {
            assert_eq!(other_period(&about(fitting), period), None, "{fitting}");
        }
        assert_eq!(other_period(&about("2022年二季度"), period).as_deref(), Some("2022年二季度"));
        assert_eq!(is_period("2022Q3", period), Some(true));
        assert_eq!(is_period("2022年二季度", period), Some(false));
        assert_eq!(is_period("三季度", period), Some(true));
        assert_eq!(is_period("本季", period), None);
    }

    #[test]
    fn keys_and_values_are_kept_and_signatures_are_not() {
        let text = |text: &str| if text.is_empty() { RawValue::Empty } else { RawValue::Text(text.into()) };
        let table = RawTable {
            file: "data/表.xlsx".into(),
            sheet: None,
            recognised: "xlsx",
            origin: (0, 0),
            rows: vec![
                vec![text("情况表"), text("情况表"), text("情况表")],
                vec![
                    text("填报单位(盖章):民政局"),
                    text("填报人:张三"),
                    text("填报时间:"),
                    RawValue::Date(2022, 10, 8),
                ],
                vec![text("电话:"), text("13800000000"), text("")],
            ],
            short_rows: BTreeMap::new(),
            merges: Vec::new(),
        };
        let meta = read(&table, 3);
        let entries: Vec<(&str, &str)> =
            meta.entries.iter().map(|(key, value)| (key.as_str(), value.as_str())).collect();
        assert_eq!(entries, [("表题", "情况表"), ("填报单位", "民政局"), ("填报时间", "2022-10-08")]);
        assert_eq!(meta.filled_on, Date::new(2022, 10, 8));
    }

    #[test]
    fn several_pairs_in_one_cell_are_taken_apart_and_names_and_numbers_left_out() {
        let text = "填报单位：民政局  填报人：张三 电话：13800000000 填报时间：2022.10.8";
        let table = RawTable {
            file: "data/表.xlsx".into(),
            sheet: None,
            recognised: "xlsx",
            origin: (0, 0),
            rows: vec![vec![RawValue::Text(text.into())], vec![RawValue::Text("填报人张三".into())]],
            short_rows: BTreeMap::new(),
            merges: Vec::new(),
        };
        let meta = read(&table, 2);
        let all = format!("{:?}", meta.entries);
        assert!(!all.contains("张三") && !all.contains("138"), "{all}");
        assert!(all.contains("(\"填报单位\", \"民政局\")") && meta.filled_on == Date::new(2022, 10, 8), "{all}");
    }
}
