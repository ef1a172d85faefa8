//! Cells as people write them, read as numbers, texts, dates and ticks.

mod number;

pub use number::{Reading, number};

use calamine::{ExcelDateTime, ExcelDateTimeType};
use unicode_normalization::UnicodeNormalization;

use super::RawValue;
use crate::definitions::calendar::Date;

/// Half-width, without blanks of any kind and without invisible marks.
pub(super) fn fold(text: &str) -> String {
    text.nfkc()
        .filter(|letter| !letter.is_whitespace() && !matches!(letter, '\u{200B}'..='\u{200F}' | '\u{FEFF}'))
        .collect()
}

/// A cell in, what a person sees in it out: numbers without needless digits, dates as `2022-10-08`, no outer blanks.
pub fn text(value: &RawValue) -> String {
    match value {
        RawValue::Empty => String::new(),
        // Spreadsheets show at most 15 significant digits: 0.3, not 0.30000000000000004.
        RawValue::Number(number) => match format!("{number:.14e}").parse::<f64>() {
            Ok(rounded) => (rounded + 0.0).to_string(),
            Err(_) => number.to_string(),
        },
        RawValue::Text(text) | RawValue::Error(text) => text.trim().to_owned(),
        RawValue::Date(year, month, day) => format!("{year:04}-{month:02}-{day:02}"),
    }
}

/// Moves the point two places to the right in decimal, so that 0.853 is 85.3 and not 85.30000000000001.
pub fn times_hundred(fraction: f64) -> f64 {
    let written = format!("{fraction:e}");
    let moved = written.split_once('e').and_then(|(digits, exponent)| {
        let exponent: i32 = exponent.parse().ok()?;
        format!("{digits}e{}", exponent + 2).parse::<f64>().ok()
    });
    moved.filter(|value| value.is_finite()).unwrap_or(fraction * 100.0)
}

/// A cell in, the day it names out: a date cell, `2022-10-08`, `2022.10.8`, `2022/10/8`, `2022年10月8日`, `20221008`
/// (perhaps followed by a time), or a serial number of the 1900 date system.
///
/// Serial numbers count from 1950 to 2099 only, so that a year (2022) or a count does not pass for a day.
pub fn date(value: &RawValue) -> Option<Date> {
    match value {
        RawValue::Date(year, month, day) => Date::new(*year, u32::from(*month), u32::from(*day)),
        RawValue::Number(number) => serial_date(*number).or_else(|| written_date(&number.to_string())),
        RawValue::Text(text) => {
            let text: String = text.nfkc().collect();
            let text = text.trim().trim_start_matches('\'');
            // Only a time of day has a colon; it stands after a blank or a T.
            let day = if text.contains(':') { text.split([' ', 'T']).next()? } else { text };
            let day = fold(day).replace('号', "日");
            written_date(&day).or_else(|| serial_date(day.parse().ok()?))
        }
        RawValue::Empty | RawValue::Error(_) => None,
    }
}

fn written_date(text: &str) -> Option<Date> {
    Date::read(text).filter(|date| (1900..=2099).contains(&date.year))
}

fn serial_date(serial: f64) -> Option<Date> {
    const FIRST: f64 = 18_264.0; // 1950-01-01
    const AFTER: f64 = 73_051.0; // 2100-01-01
    if !(FIRST..AFTER).contains(&serial) {
        return None;
    }
    let (year, month, day, ..) = ExcelDateTime::new(serial, ExcelDateTimeType::DateTime, false).to_ymd_hms_milli();
    Date::new(i32::from(year), u32::from(month), u32::from(day))
}

/// A cell in, whether it is ticked out: 是, √, 1, TRUE against 否, ×, 0, FALSE. `None` for an empty cell and all else.
pub fn flag(value: &RawValue) -> Option<bool> {
    match fold(&text(value)).to_uppercase().as_str() {
        "是" | "√" | "✓" | "✔" | "☑" | "1" | "TRUE" => Some(true),
        "否" | "×" | "✗" | "✘" | "✕" | "X" | "0" | "FALSE" => Some(false),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cell(text: &str) -> RawValue {
        RawValue::Text(text.into())
    }

    #[test]
    fn cells_read_as_a_person_sees_them() {
        assert_eq!(text(&RawValue::Number(300.0)), "300");
        assert_eq!(text(&RawValue::Number(0.1 + 0.2)), "0.3");
        assert_eq!(text(&RawValue::Number(-0.0)), "0");
        assert_eq!(text(&RawValue::Number(85.145)), "85.145");
        assert_eq!(text(&RawValue::Date(2022, 10, 8)), "2022-10-08");
        assert_eq!(text(&cell(" 武 康\u{3000}")), "武 康");
        assert_eq!(text(&RawValue::Error("#REF!".into())), "#REF!");
        assert_eq!(text(&RawValue::Empty), "");
    }

    #[test]
    fn all_spellings_of_a_day_are_one_day() {
        let day = Date::new(2022, 10, 8);
        for spelling in [
            "2022-10-08",
            "2022.10.8",
            "2022/10/8",
            "2022年10月8日",
            "2022 年 10 月 8 号",
            "20221008",
            "２０２２．１０．８",
            "2022-10-08 09:30:00",
            "2022-10-08T09:30:00",
            "44842",
            "'20221008",
        ] {
            assert_eq!(date(&cell(spelling)), day, "{spelling}");
        }
        for value in [RawValue::Date(2022, 10, 8), RawValue::Number(44842.0), RawValue::Number(44842.75)] {
            assert_eq!(date(&value), day, "{value:?}");
        }
        assert_eq!(date(&RawValue::Number(20_221_008.0)), day);
    }

    #[test]
    fn years_counts_and_impossible_days_are_no_dates() {
        for value in [
            RawValue::Number(2022.0),
            RawValue::Number(13.0),
            RawValue::Number(f64::NAN),
            RawValue::Number(1e300),
            RawValue::Date(1900, 2, 29),
            RawValue::Empty,
            cell("22.10.8"),
            cell("2022-02-30"),
            cell("三季度"),
            cell(":"),
        ] {
            assert_eq!(date(&value), None, "{value:?}");
        }
        assert_eq!(date(&RawValue::Number(18_264.0)), Date::new(1950, 1, 1));
        assert_eq!(date(&RawValue::Number(73_050.0)), Date::new(2099, 12, 31));
    }

    #[test]
    fn ticks_and_crosses_are_read_and_nothing_is_guessed() {
        for yes in [cell("是"), cell(" √ "), cell("TRUE"), cell("１"), RawValue::Number(1.0)] {
            assert_eq!(flag(&yes), Some(true), "{yes:?}");
        }
        for no in [cell("否"), cell("×"), cell("false"), cell("0"), RawValue::Number(0.0)] {
            assert_eq!(flag(&no), Some(false), "{no:?}");
        }
        for unclear in [RawValue::Empty, cell("空"), cell("无"), cell("是否"), RawValue::Number(2.0)] {
            assert_eq!(flag(&unclear), None, "{unclear:?}");
        }
    }
}
