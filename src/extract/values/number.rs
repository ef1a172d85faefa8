//! One cell as a figure: full-width digits, thousands separators, units, percent signs, and the many ways of nothing.

use super::{fold, text};
use crate::extract::RawValue;

/// What a cell says where a figure is expected.
#[derive(Clone, Debug, PartialEq)]
pub enum Reading {
    /// A figure; always finite.
    Number {
        /// Its value as written, in the declared unit: 85 for `85%`.
        value: f64,
        /// Whether a percent sign followed it.
        percent: bool,
    },
    /// Nothing stands there.
    Empty,
    /// 不适用 or 不涉及.
    NotApplicable,
    /// A mark that may mean zero, missing or not applicable, such as `—`, `/`, `无`, `#DIV/0!`: as written.
    Ambiguous(String),
    /// No figure; the Chinese words go on after the name of the cell: 是估计数或范围,请填确切的数.
    Invalid(String),
}

/// Marks of nothing, in capitals, beside those that are made of strokes only.
const MARKS: &[&str] = &["无", "空", "未统计", "暂无", "无数据", "未报", "缺报", "N/A", "NA", "#N/A", "#DIV/0!"];

/// A cell and the declared unit of its measure in (may be empty), the figure in that unit out.
///
/// Understands `８５．３％`, `1,234`, `1，234`, `300人` where the unit is 人, `3.2万` (32000, or 3.2 where the unit is
/// 万元), `85.3%↑`, and numbers typed as text. An estimate, range, fraction or number in another unit is no figure.
pub fn number(value: &RawValue, unit: &str) -> Reading {
    match value {
        RawValue::Empty => Reading::Empty,
        RawValue::Number(value) if value.is_finite() => Reading::Number { value: value + 0.0, percent: false },
        RawValue::Number(_) => Reading::Invalid("不是有限的数".to_owned()),
        RawValue::Date(..) => {
            Reading::Invalid(format!("是日期 {},不是数字;如本应是数字,请把单元格格式改为“常规”", text(value)))
        }
        RawValue::Error(error) if MARKS.contains(&&**error) => Reading::Ambiguous(error.to_string()),
        RawValue::Error(error) => Reading::Invalid(format!("公式出错({error}),没有算出结果")),
        RawValue::Text(original) => read_text(original, unit),
    }
}

/// A mark of a footnote right behind a digit, such as 10① or 249²: folding would make a digit of it.
fn footnote_mark(text: &str) -> Option<char> {
    let is_mark = |letter: char| matches!(letter, '\u{B2}' | '\u{B3}' | '\u{B9}' | '\u{2070}'..='\u{2089}' | '\u{2460}'..='\u{24FF}' | '\u{2776}'..='\u{2793}');
    let letters = text.chars().zip(text.chars().skip(1));
    letters.filter(|(before, _)| before.is_numeric()).map(|(_, letter)| letter).find(|letter| is_mark(*letter))
}

fn read_text(original: &str, unit: &str) -> Reading {
    if let Some(mark) = footnote_mark(original) {
        return Reading::Invalid(format!("数字后面带有注码“{mark}”,请去掉"));
    }
    let folded = fold(original);
    let content = folded.trim_start_matches(['\'', '’', '‘']);
    if content.is_empty() {
        return Reading::Empty;
    }
    if matches!(content, "不适用" | "不涉及") {
        return Reading::NotApplicable;
    }
    if MARKS.contains(&content.to_uppercase().as_str()) || content.chars().all(is_stroke) {
        return Reading::Ambiguous(original.trim().to_owned());
    }
    let figure = content.trim_end_matches(['↑', '↓', '⬆', '⬇', '▲', '▼', '△', '▽']);
    let percentage = figure.strip_suffix('%');
    let read = match percentage {
        Some(digits) => plain(digits).and_then(|digits| scaled(&digits, 0)),
        None => in_unit(figure, &fold(unit)),
    };
    match read {
        Some(value) => Reading::Number { value, percent: percentage.is_some() },
        None => Reading::Invalid(explain(figure, &fold(unit))),
    }
}

/// Dashes in all their lengths, slashes and dots.
fn is_stroke(letter: char) -> bool {
    matches!(
        letter,
        '-' | '\u{2010}'..='\u{2015}' | '\u{2212}' | '\u{2500}' | '\u{2501}' | 'ー' | '一' | '/' | '\\' | '.'
    )
}

/// `3.2万人` in the unit 人 is 32000; `3.2万` in the unit 万元 is 3.2.
fn in_unit(figure: &str, unit: &str) -> Option<f64> {
    let (unit_exponent, base) = split_multiple(unit, |unit, multiple| unit.strip_prefix(multiple));
    let (rest, named_base) = match figure.strip_suffix(base) {
        Some(rest) if !base.is_empty() => (rest, true),
        _ => (figure, false),
    };
    let (exponent, digits) = split_multiple(rest, |rest, multiple| rest.strip_suffix(multiple));
    let bare = !named_base && digits.len() == rest.len();
    scaled(&plain(digits)?, if bare { 0 } else { exponent - unit_exponent })
}

/// Takes 万, 亿 or 万亿 off a text; the power of ten and what is left.
fn split_multiple<'a>(text: &'a str, strip: impl Fn(&'a str, &str) -> Option<&'a str>) -> (i32, &'a str) {
    [("万亿", 12), ("亿", 8), ("万", 4)]
        .into_iter()
        .find_map(|(multiple, exponent)| strip(text, multiple).map(|rest| (exponent, rest)))
        .unwrap_or((0, text))
}

/// `-1,234.5` in, `-1234.5` out; `None` for anything that is not one plain decimal.
fn plain(text: &str) -> Option<String> {
    let (sign, digits) = match text.strip_prefix(['-', '\u{2212}', '–']) {
        Some(rest) => ("-", rest),
        None => ("", text.strip_prefix('+').unwrap_or(text)),
    };
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    let is_digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    let mut groups = whole.split(',');
    let first = groups.next().unwrap_or_default();
    let grouped = whole.contains(',');
    let sound = is_digits(first)
        && is_digits(fraction)
        && (!grouped || (1..=3).contains(&first.len()))
        && groups.all(|group| group.len() == 3 && is_digits(group))
        && !(first.is_empty() && fraction.is_empty());
    sound.then(|| format!("{sign}{}.{fraction}", whole.replace(',', "")))
}

/// Moves the point while the number is still decimal, so that 1.13万 is 11300 and not 11299.999….
fn scaled(digits: &str, exponent: i32) -> Option<f64> {
    let value: f64 = format!("{digits}e{exponent}").parse().ok()?;
    value.is_finite().then_some(value + 0.0)
}

fn explain(figure: &str, unit: &str) -> String {
    const ESTIMATES: &[&str] =
        &["约", "近", "左右", "上下", "以上", "以下", "余", "多", "超", "不足", "大概", "几", "≈", ">", "<", "≥", "≤"];
    let has_digit = figure.bytes().any(|byte| byte.is_ascii_digit());
    let start = figure.find(|letter: char| letter.is_ascii_digit()).unwrap_or(figure.len());
    let after_number =
        figure[start..].trim_start_matches(|letter: char| letter.is_ascii_digit() || matches!(letter, '.' | ','));
    if figure.starts_with('#') && figure.is_ascii() {
        format!("公式出错({figure}),没有算出结果")
    } else if !has_digit {
        "不是数字".to_owned()
    } else if ESTIMATES.iter().any(|word| figure.contains(word)) {
        "是估计数或范围,请填确切的数".to_owned()
    } else if after_number.starts_with(['-', '~', '至', '到', '—', '–', '～']) {
        "是一个区间,请填一个确切的数".to_owned()
    } else if after_number.starts_with('/') && after_number[1..].bytes().all(|byte| byte.is_ascii_digit()) {
        "写成了分数,请填算好的数".to_owned()
    } else if after_number.starts_with(['e', 'E']) {
        "是科学计数法,后面的位数可能已丢失,请把单元格格式改为“常规”后重新填写".to_owned()
    } else if after_number.is_empty() && figure.contains(',') {
        "里的逗号不在千分位上,看不出是多少".to_owned()
    } else if start == 0 && !after_number.is_empty() && after_number.chars().count() <= 6 {
        if unit.is_empty() {
            format!("的数字后面带有“{after_number}”,请只填数字")
        } else {
            format!("的数字后面带有“{after_number}”,这项数据的单位是“{unit}”,请按此单位只填数字")
        }
    } else if after_number.is_empty() && start == 0 {
        "的数字太大或写法不对".to_owned()
    } else {
        "不是数字".to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn read(text: &str, unit: &str) -> Reading {
        number(&RawValue::Text(text.into()), unit)
    }

    fn figure(value: f64) -> Reading {
        Reading::Number { value, percent: false }
    }

    #[test]
    fn numbers_are_read_as_departments_write_them() {
        for (text, unit, value) in [
            ("300", "", 300.0),
            ("１，２３４．５", "", 1234.5),
            ("1,234", "", 1234.0),
            ("1，234，567", "", 1_234_567.0),
            (" 1 234\u{3000}", "", 1234.0),
            ("'85.3", "", 85.3),
            ("-0.5", "", -0.5),
            ("－3", "", -3.0),
            ("+3", "", 3.0),
            (".5", "", 0.5),
            ("007", "", 7.0),
            ("85.3↑", "", 85.3),
            ("300人", "人", 300.0),
            ("12 户", "户", 12.0),
            ("32张/千人", "张/千人", 32.0),
            ("500ｍ2", "㎡", 500.0),
        ] {
            assert_eq!(read(text, unit), figure(value), "{text}");
        }
        assert_eq!(number(&RawValue::Number(85.3), "%"), figure(85.3));
    }

    #[test]
    fn ten_thousands_are_moved_into_the_declared_unit() {
        for (text, unit, value) in [
            ("3.2万", "", 32_000.0),
            ("1.13万", "人", 11_300.0),
            ("3.2万人", "人", 32_000.0),
            ("1.5亿元", "元", 150_000_000.0),
            ("3.2万", "万元", 3.2),
            ("3.2万元", "万元", 3.2),
            ("3.2", "万元", 3.2),
            ("32000元", "万元", 3.2),
            ("1.2亿元", "万元", 12_000.0),
            ("2万亿", "亿元", 20_000.0),
        ] {
            assert_eq!(read(text, unit), figure(value), "{text} in {unit}");
        }
    }

    #[test]
    fn a_percent_sign_is_kept_in_mind() {
        for text in ["85.3%", "８５．３％", "85.3 %", "85.3%↑"] {
            assert_eq!(read(text, "%"), Reading::Number { value: 85.3, percent: true }, "{text}");
        }
        assert!(matches!(read("%", "%"), Reading::Invalid(_)));
    }

    #[test]
    fn nothing_has_three_meanings() {
        for text in ["", "  ", "\u{3000}", "'", "\u{200B}"] {
            assert_eq!(read(text, ""), Reading::Empty, "{text:?}");
        }
        assert_eq!(number(&RawValue::Empty, ""), Reading::Empty);
        for text in ["不适用", "不涉及", " 不 适 用 "] {
            assert_eq!(read(text, ""), Reading::NotApplicable, "{text}");
        }
        for text in ["—", "——", "－", "-", "--", "/", "／", "\\", "无", "空", "未统计", "N/A", "n/a", "#N/A", "#DIV/0!"]
        {
            assert_eq!(read(text, "人"), Reading::Ambiguous(text.to_owned()), "{text}");
        }
        for error in ["#DIV/0!", "#N/A"] {
            assert_eq!(number(&RawValue::Error(error.into()), ""), Reading::Ambiguous(error.to_owned()));
        }
    }

    #[test]
    fn what_is_no_figure_is_explained() {
        for (text, unit, why) in [
            ("约300", "", "估计数"),
            ("300余人", "人", "估计数"),
            ("≥80%", "%", "估计数"),
            ("3-5", "", "区间"),
            ("3～5", "", "区间"),
            ("3/5", "", "分数"),
            ("1.2E+05", "", "科学计数法"),
            ("1,23", "", "千分位"),
            ("1234,567", "", "千分位"),
            ("300户", "人", "单位是“人”"),
            ("300人", "", "请只填数字"),
            ("三百", "", "不是数字"),
            ("NaN", "", "不是数字"),
            ("inf", "", "不是数字"),
            ("#REF!", "", "#REF!"),
            ("1.2.3", "", "写法不对"),
        ] {
            let Reading::Invalid(explanation) = read(text, unit) else { panic!("{text} was read") };
            assert!(explanation.contains(why), "{text}: {explanation}");
        }
        assert!(matches!(read(&"9".repeat(400), ""), Reading::Invalid(_)));
        assert!(matches!(number(&RawValue::Number(f64::NAN), ""), Reading::Invalid(_)));
        assert!(matches!(number(&RawValue::Error("#REF!".into()), ""), Reading::Invalid(_)));
        let Reading::Invalid(explanation) = number(&RawValue::Date(2022, 10, 8), "") else { panic!("a date was read") };
        assert!(explanation.contains("2022-10-08"));
    }

    fn is_finite(reading: &Reading) -> bool {
        !matches!(reading, Reading::Number { value, .. } if !value.is_finite())
    }

    proptest! {
        #[test]
        fn no_text_panics_or_gives_an_endless_number(text in any::<String>(), unit in any::<String>()) {
            prop_assert!(is_finite(&read(&text, &unit)));
        }

        #[test]
        fn no_mixture_of_number_parts_panics_or_gives_an_endless_number(
            parts in prop::collection::vec(
                prop::sample::select(vec![
                    "9", "0", "1", ".", ",", "，", "-", "－", "+", "%", "％", "万", "亿", "人", "元", "↑", "约", "e", "E",
                    "inf", "NaN", "/", "/", "—", "'", " ", "\u{3000}", "㎡", "#", "999999999999999999999", "至",
                ]),
                0..40,
            ),
            unit in prop::sample::select(vec!["", "人", "%", "万元", "亿", "张/千人", "㎡"]),
        ) {
            prop_assert!(is_finite(&read(&parts.concat(), unit)));
        }
    }
}
