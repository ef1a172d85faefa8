//! Personal data in delivered tables: found before any message quotes a cell, so that nothing of it gets into a report.

mod signature;

pub use signature::{signature_cells, without_signature};

use super::values::fold;
use super::{RawTable, RawValue};
use crate::audit::{CellRef, Code, Diagnostic, Place};
use crate::definitions::calendar::Date;

/// Where personal data stands, and what kind; never the data itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PersonalHit {
    /// The head of the column, or the first cell with such a value.
    pub cell: CellRef,
    /// What it is, in Chinese: 姓名, 身份证号, 手机号 …
    pub what: &'static str,
}

/// What a column head promises.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Name,
    Identity,
    Mobile,
    Phone,
    Address,
    Householder,
}

/// Ends of column heads: 老人姓名 and 本人身份证号码 count as well.
const HEADS: &[(Kind, &[&str])] = &[
    (Kind::Name, &["姓名"]),
    (Kind::Identity, &["身份证", "身份证号", "身份证号码", "身份号码", "证件号", "证件号码"]),
    (Kind::Mobile, &["手机", "手机号", "手机号码", "移动电话"]),
    (Kind::Phone, &["联系电话", "联系方式", "电话", "电话号码"]),
    (Kind::Address, &["住址", "家庭地址", "居住地址", "户籍地址"]),
    (Kind::Householder, &["户主"]),
];

/// Who signs a form; in their rows telephone numbers are expected.
const SIGNATORIES: &[&str] = &["填报人", "填表人", "制表人", "审核人", "负责人", "联系人", "经办人", "报送人"];

/// A form is signed by three people at most, so more labelled numbers are a list of people.
const SIGNATURE_NUMBERS: usize = 3;

impl Kind {
    fn what(self) -> &'static str {
        match self {
            Kind::Name => "姓名",
            Kind::Identity => "身份证号",
            Kind::Mobile => "手机号",
            Kind::Phone => "联系电话",
            Kind::Address => "住址",
            Kind::Householder => "户主",
        }
    }

    /// Whether a cell below the head holds such data; a mere count of people with a telephone does not.
    fn is_borne_out_by(self, value: &RawValue) -> bool {
        let text = match value {
            RawValue::Text(text) => fold(text),
            RawValue::Number(number) if matches!(self, Kind::Identity | Kind::Mobile | Kind::Phone) => {
                number.to_string()
            }
            _ => return false,
        };
        let digit_count = text.bytes().filter(u8::is_ascii_digit).count();
        match self {
            Kind::Identity => digit_count >= 6,
            Kind::Mobile | Kind::Phone => digit_count >= 7,
            Kind::Address => head(value).is_none() && text.chars().filter(|letter| is_han(*letter)).count() >= 2,
            Kind::Name | Kind::Householder => {
                let limit = if text.is_ascii() { 20 } else { 6 };
                let is_letter = |letter: char| letter.is_alphabetic() || matches!(letter, '*' | '·' | '•' | '×' | '○');
                head(value).is_none() && (1..=limit).contains(&text.chars().count()) && text.chars().all(is_letter)
            }
        }
    }
}

fn is_han(letter: char) -> bool {
    matches!(letter, '\u{3400}'..='\u{9FFF}' | '\u{20000}'..='\u{3FFFF}')
}

/// Where personal data stands and what it is in, the finding that sends the whole file back out; it quotes nothing.
pub fn refusal(place: Place, what: &str) -> Diagnostic {
    Diagnostic::new(Code::PersonalData, place, format!("文件含有个人信息({what}),整份退回,内容未读取、未保存"))
        .found(what)
        .expected("只报汇总数")
        .help("删去姓名、证件号码、电话、住址等列,只报各单位的汇总数后重新报送")
}

/// A table in, the first sign of personal data out: a column of names, numbers or addresses, or a value that is a
/// mainland identity number or mobile number. Telephone numbers in the signature block of a form are expected.
pub fn scan(table: &RawTable) -> Option<PersonalHit> {
    let hit = |row: usize, column: usize, what| {
        let place = |origin: u32, index: usize| origin.saturating_add(u32::try_from(index).unwrap_or(u32::MAX));
        Some(PersonalHit {
            cell: CellRef { row: place(table.origin.0, row), column: place(table.origin.1, column) },
            what,
        })
    };
    let mut signature_count = 0;
    let mut first_value = None;
    for (row, cells) in table.rows.iter().enumerate() {
        for (column, cell) in cells.iter().enumerate() {
            if let Some(kind) = head(cell) {
                if heads_a_column(table, row, column, kind) {
                    return hit(row, column, kind.what());
                }
            } else if first_value.is_none() {
                let found = personal_value(cell);
                let expected = found == Some(Kind::Mobile) && is_signature_number(table, row, column);
                // A merged area repeats its value.
                signature_count += usize::from(expected && (column == 0 || cells[column - 1] != *cell));
                if let Some(kind) = found.filter(|_| !expected || signature_count > SIGNATURE_NUMBERS) {
                    first_value = Some((row, column, kind));
                }
            }
        }
    }
    first_value.and_then(|(row, column, kind)| hit(row, column, kind.what()))
}

/// What kind of personal column a cell would head, if it heads one.
fn head(value: &RawValue) -> Option<Kind> {
    const LONGEST_BYTES: usize = 64;
    let RawValue::Text(text) = value else { return None };
    // Most cells of a large table are no heads; look before folding.
    if text.len() > LONGEST_BYTES || !text.contains(['名', '证', '码', '号', '机', '话', '式', '址', '主']) {
        return None;
    }
    let folded = fold(text);
    let bare = folded.trim_matches('*');
    let bare = bare.split_once('(').map_or(bare, |(before, _)| before).trim_end_matches('*');
    let is_instruction =
        bare.contains(['不', '勿', '禁', '免', ':']) || SIGNATORIES.iter().any(|who| bare.starts_with(who));
    if is_instruction || bare.chars().count() > 8 {
        return None;
    }
    HEADS.iter().find(|(_, ends)| ends.iter().any(|end| bare.ends_with(end))).map(|(kind, _)| *kind)
}

fn heads_a_column(table: &RawTable, row: usize, column: usize, kind: Kind) -> bool {
    let below = || table.rows[row + 1..].iter().filter_map(move |cells| cells.get(column));
    let is_number = |cell: &RawValue| Kind::Phone.is_borne_out_by(cell);
    // Figures of seven digits stand below a signature block too.
    let is_telephone = |cell: &RawValue| {
        personal_value(cell) == Some(Kind::Mobile) || matches!(cell, RawValue::Text(_)) && is_number(cell)
    };
    if matches!(kind, Kind::Mobile | Kind::Phone) && is_signature_row(table, row) {
        let beside = table.rows[row][column + 1..].iter().any(is_number);
        // 填报人 | 联系电话 over 张三 | 138…, with the table still to come.
        let alone_below = below().next().is_some_and(is_number)
            && !below().skip(1).any(is_telephone)
            && table.rows.get(row + 2..).is_some_and(|rest| rest.iter().flatten().any(|cell| *cell != RawValue::Empty));
        if beside || alone_below {
            return false;
        }
    }
    let this = &table.rows[row][column];
    below().any(|cell| cell != this && kind.is_borne_out_by(cell))
}

/// Whether the mobile number in a cell belongs to the people who sign the form.
fn is_signature_number(table: &RawTable, row: usize, column: usize) -> bool {
    if is_signature_row(table, row) && table.rows[row][..=column].iter().any(is_signature_label) {
        return true;
    }
    let is_mobile = |row: usize| {
        table.rows.get(row).and_then(|cells| cells.get(column)).and_then(personal_value) == Some(Kind::Mobile)
    };
    row > 0
        && is_signature_row(table, row - 1)
        && table.rows[row - 1].get(column).is_some_and(is_signature_label)
        && !holds_figures(&table.rows[row])
        && !is_mobile(row + 1)
}

/// Whether a row holds nothing but who signs the form: labels, names and telephone numbers.
pub fn signs(table: &RawTable, row: usize) -> bool {
    is_signature_row(table, row)
}

/// A row of labels, names and telephone numbers, without figures and without heads of other personal columns.
fn is_signature_row(table: &RawTable, row: usize) -> bool {
    let cells = &table.rows[row];
    let other_head = |cell: &RawValue| head(cell).is_some_and(|kind| !matches!(kind, Kind::Mobile | Kind::Phone));
    cells.iter().any(is_signature_label) && !holds_figures(cells) && !cells.iter().any(other_head)
}

fn holds_figures(cells: &[RawValue]) -> bool {
    cells.iter().any(|cell| matches!(cell, RawValue::Number(number) if *number < 1e6))
}

/// 填报人：张三, 单位负责人, 联系电话：
fn is_signature_label(value: &RawValue) -> bool {
    const LONGEST: usize = 80;
    let RawValue::Text(text) = value else { return false };
    if text.chars().count() > LONGEST {
        return false;
    }
    if matches!(head(value), Some(Kind::Mobile | Kind::Phone)) {
        return true;
    }
    let folded = fold(text);
    SIGNATORIES.iter().any(|who| folded.contains(who))
        || ["电话:", "手机:", "手机号:", "手机号码:", "联系方式:"].iter().any(|label| folded.contains(label))
}

/// Whether a label above a table is about who signs it: 填报人, 审核人, 联系电话.
pub fn is_signature_word(label: &str) -> bool {
    let folded = fold(label);
    SIGNATORIES.iter().any(|who| folded.contains(who))
        || ["电话", "手机", "联系方式"].iter().any(|word| folded.contains(word))
}

/// Whether a cell holds an identity or a mobile number, alone or inside a text.
fn personal_value(value: &RawValue) -> Option<Kind> {
    match value {
        // Amounts may have 11 digits too, but round ones: 15000000000 元.
        RawValue::Number(number) if number.fract().abs() > 0.0 || *number % 10_000.0 < 1.0 && *number < 1e12 => None,
        RawValue::Number(number) if (1e10..1e15).contains(number) => personal_digits(&format!("{number:.0}"), false),
        // A spreadsheet keeps 15 digits of an identity number, so its check digit is lost.
        RawValue::Number(number) if (1e17..1e18).contains(number) => {
            is_identity_start(&format!("{number:.0}")).then_some(Kind::Identity)
        }
        RawValue::Text(text) => {
            let is_digit = |letter: &char| matches!(letter, '0'..='9' | '０'..='９');
            if text.len() < 11 || text.chars().filter(is_digit).count() < 11 {
                return None;
            }
            let wide: String = unicode_normalization::UnicodeNormalization::nfkc(&**text).collect();
            let joined: String = fold(&wide).chars().filter(|letter| !matches!(letter, '-' | '\'' | '+')).collect();
            personal_runs(&joined).or_else(|| personal_runs(&wide))
        }
        _ => None,
    }
}

/// Looks at every run of digits in a text.
fn personal_runs(text: &str) -> Option<Kind> {
    let mut rest = text;
    while let Some(start) = rest.find(|letter: char| letter.is_ascii_digit()) {
        let before = rest[..start].chars().next_back();
        let run = &rest[start..];
        let length = run.find(|letter: char| !letter.is_ascii_digit()).unwrap_or(run.len());
        let (digits, after) = run.split_at(length);
        // Codes (MA13812345678) and decimals (13812345678.5) are other things.
        let part_of_more = before.is_some_and(|letter| letter.is_ascii_alphabetic() || letter == '.')
            || after.strip_prefix('.').is_some_and(|after| after.starts_with(|letter: char| letter.is_ascii_digit()));
        if !part_of_more && let Some(kind) = personal_digits(digits, after.starts_with(['X', 'x'])) {
            return Some(kind);
        }
        rest = after;
    }
    None
}

fn personal_digits(digits: &str, check_letter: bool) -> Option<Kind> {
    let mobile = |digits: &str| digits.len() == 11 && digits.starts_with('1') && digits.as_bytes()[1] >= b'3';
    match digits.len() {
        11 => (mobile(digits) && !check_letter).then_some(Kind::Mobile),
        13 => digits.strip_prefix("86").is_some_and(mobile).then_some(Kind::Mobile),
        15 => (is_province(digits) && is_day(&format!("19{}", &digits[6..12]))).then_some(Kind::Identity),
        17 => (check_letter && is_identity_start(digits)).then_some(Kind::Identity),
        18 => (is_identity_start(digits) && check_digit(digits) == digits.as_bytes()[17]).then_some(Kind::Identity),
        _ => None,
    }
}

/// The check character of an identity number (GB 11643—1999, ISO 7064 MOD 11-2).
fn check_digit(digits: &str) -> u8 {
    const WEIGHTS: [u32; 17] = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
    let sum: u32 = digits.bytes().zip(WEIGHTS).map(|(digit, weight)| u32::from(digit - b'0') * weight).sum();
    b"10X98765432"[(sum % 11) as usize]
}

/// Province and birthday of an 18-character identity number; receipts and credit codes rarely have both.
fn is_identity_start(digits: &str) -> bool {
    is_province(digits) && is_day(&digits[6..14])
}

/// First two digits of GB/T 2260 codes.
fn is_province(digits: &str) -> bool {
    matches!(digits[..2].parse(), Ok(11..=15 | 21..=23 | 31..=37 | 41..=46 | 50..=54 | 61..=65 | 71 | 81..=83))
}

fn is_day(digits: &str) -> bool {
    Date::read(digits).is_some_and(|date| (1900..=2099).contains(&date.year))
}

#[cfg(test)]
mod tests;
