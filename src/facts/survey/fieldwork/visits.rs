//! Cells of days and times of day in, visits in minutes out.

use crate::audit::CellRef;
use crate::definitions::calendar::Date;
use crate::extract::{RawTable, RawValue, values};
use crate::facts::survey::quality::Visit;
use crate::facts::survey::table::Header;
use unicode_normalization::UnicodeNormalization;

/// When interviews took place, and what could not be read.
#[derive(Clone, Debug, Default)]
pub(super) struct Visits {
    /// By row in the order asked for; `None`: not recorded, or not readable.
    pub(super) visits: Vec<Option<Visit>>,
    /// Whether days were recorded: without them only hours and durations mean anything.
    pub(super) has_days: bool,
    /// Filled cells that are no day or no time.
    pub(super) unreadable_count: usize,
    /// The first of them, by row and column of the table.
    pub(super) first_unreadable: Option<(usize, usize)>,
}

impl Visits {
    /// The place of the first cell that could not be read.
    pub(super) fn cell(&self, table: &RawTable) -> Option<CellRef> {
        let (row, column) = self.first_unreadable?;
        let shifted = |origin: u32, index: usize| origin.saturating_add(u32::try_from(index).unwrap_or(u32::MAX));
        Some(CellRef { row: shifted(table.origin.0, row), column: shifted(table.origin.1, column) })
    }
}

/// The visits of some rows of a table; `None` unless both start and end were recorded. Where no column of days is
/// declared, a day that stands before the start (`2022-10-08 9:30`) counts; else `default_day` does.
pub(super) fn read(table: &RawTable, header: &Header, rows: &[usize], default_day: i32) -> Option<Visits> {
    let (start, end) = (header.start?, header.end?);
    let day_column = header.day.unwrap_or(start);
    let empty = RawValue::Empty;
    let at = |row: usize, column: usize| table.rows[row].get(column).unwrap_or(&empty);
    let dates: Vec<Option<i32>> = rows.iter().map(|&row| day(at(row, day_column))).collect();
    let has_days = header.day.is_some() || dates.iter().any(Option::is_some);
    let mut all = Visits { has_days, ..Visits::default() };
    for (&row, &date) in rows.iter().zip(&dates) {
        let mut time = |column: usize| {
            let read = minutes(at(row, column));
            all.note(read.is_none() && *at(row, column) != RawValue::Empty, row, column);
            read
        };
        let (start, end) = (time(start), time(end));
        if let Some(column) = header.day {
            all.note(date.is_none() && *at(row, column) != RawValue::Empty, row, column);
        }
        let date = if has_days { date } else { Some(default_day) };
        let visit = start.zip(end).zip(date).map(|((start, end), day)| Visit { day, start, end });
        all.visits.push(visit);
    }
    Some(all)
}

impl Visits {
    fn note(&mut self, is_unreadable: bool, row: usize, column: usize) {
        if is_unreadable {
            self.unreadable_count += 1;
            self.first_unreadable = self.first_unreadable.or(Some((row, column)));
        }
    }
}

fn day(value: &RawValue) -> Option<i32> {
    values::date(value).and_then(day_number)
}

/// The number of a day, as [`Visit::day`] counts.
pub(super) fn day_number(date: Date) -> Option<i32> {
    i32::try_from(date.number()).ok()
}

const MINUTES_A_DAY: f64 = 1440.0;

/// A cell in, minutes since midnight out (0–1440): `9:30`, `09:30:15` (seconds dropped), `9时30分`, `上午9点`, `2:30 PM`, each
/// perhaps after a day; the fraction of a day that a spreadsheet stores, alone or behind the number of a day. A whole number is none: 9 or 930 could be
/// anything.
pub(super) fn minutes(value: &RawValue) -> Option<u16> {
    match value {
        RawValue::Number(number) => fraction(*number),
        RawValue::Text(text) => written(text),
        RawValue::Empty | RawValue::Date(..) | RawValue::Error(_) => None,
    }
}

fn fraction(number: f64) -> Option<u16> {
    let is_moment = (0.0..1.0).contains(&number) || values::date(&RawValue::Number(number)).is_some();
    // A day without a time, or a date written as 20221008, has no fraction.
    if !is_moment || number >= 1.0 && number.fract() <= 0.0 {
        return None;
    }
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "between 0 and 1440")]
    let minutes = (number.fract() * MINUTES_A_DAY).round() as u16;
    Some(minutes)
}

fn written(text: &str) -> Option<u16> {
    let text: String = text.nfkc().collect::<String>().trim().to_uppercase();
    if let Ok(number) = text.parse::<f64>() {
        return fraction(number);
    }
    let afternoon = ["下午", "PM", "晚上"].iter().any(|word| text.contains(word));
    let morning = ["上午", "AM", "早上"].iter().any(|word| text.contains(word));
    let mut text = text;
    for word in ["上午", "下午", "早上", "晚上", "AM", "PM"] {
        text = text.replace(word, " ");
    }
    let text = text.replace(['时', '点'], ":").replace(['分', '秒'], ":");
    // Only the last piece with a colon is a time: a day may stand before it.
    let time = text.split([' ', 'T']).rfind(|part| part.contains(':'))?;
    let mut parts = time.trim_end_matches(':').split(':');
    let number = |part: &str, most: u16| {
        let is_short = (1..=2).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_digit());
        part.parse::<u16>().ok().filter(|&number| is_short && number <= most)
    };
    let hour = number(parts.next()?, 24)?;
    let minute = parts.next().map_or(Some(0), |part| number(part, 59))?;
    let is_sound = parts.next().is_none_or(|second| second.parse::<f64>().is_ok_and(|s| (0.0..60.0).contains(&s)));
    if !is_sound || parts.next().is_some() || (hour == 24 && minute > 0) {
        return None;
    }
    let hour = match hour {
        12 if morning => 0,
        1..12 if afternoon => hour + 12,
        _ => hour,
    };
    Some(hour * 60 + minute)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(text: &str) -> RawValue {
        RawValue::Text(text.into())
    }

    #[test]
    fn all_spellings_of_a_time_are_one_time() {
        let half_past_nine = [
            text("9:30"),
            text("09:30"),
            text("09:30:15"),
            text("９：３０"),
            text("9时30分"),
            text("9点30"),
            text("上午9:30"),
            text("9:30 am"),
            text("2022-10-08 09:30"),
            text("2022-10-08T09:30:00"),
            text("0.395833333333333"),
            RawValue::Number(9.5 / 24.0),
            RawValue::Number(44842.0 + 9.5 / 24.0),
        ];
        for value in half_past_nine {
            assert_eq!(minutes(&value), Some(570), "{value:?}");
        }
        assert_eq!(minutes(&text("下午2点")), Some(840));
        assert_eq!(minutes(&text("12:05 PM")), Some(725));
        assert_eq!(minutes(&text("24:00")), Some(1440));
        assert_eq!(minutes(&RawValue::Number(0.0)), Some(0));
    }

    #[test]
    fn what_could_be_anything_is_no_time() {
        for value in [
            text("上午"),
            text("25:00"),
            text("9:75"),
            text("9:3:4:5"),
            text("24:30"),
            text("九点半"),
            text(":"),
            text("9"),
            text("930"),
            RawValue::Number(9.0),
            RawValue::Number(930.0),
            RawValue::Number(20_221_008.0),
            RawValue::Number(f64::NAN),
            RawValue::Date(2022, 10, 8),
            RawValue::Empty,
        ] {
            assert_eq!(minutes(&value), None, "{value:?}");
        }
    }
}
