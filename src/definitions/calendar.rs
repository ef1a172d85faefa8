//! Periods of a year, dates and working days.

use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

/// How often an index is computed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Frequency {
    /// Once a year: `2022`.
    Year,
    /// Twice a year: `2022H1`.
    Half,
    /// Four times a year: `2022Q3`.
    Quarter,
    /// Every month: `2022-07`.
    Month,
}

impl Frequency {
    /// Periods in a year.
    pub fn per_year(self) -> u32 {
        match self {
            Frequency::Year => 1,
            Frequency::Half => 2,
            Frequency::Quarter => 4,
            Frequency::Month => 12,
        }
    }

    /// What people call a period and the one before it.
    pub fn words(self) -> (&'static str, &'static str) {
        match self {
            Frequency::Year => ("本年", "上年"),
            Frequency::Half => ("本期", "上期"),
            Frequency::Quarter => ("本季", "上季"),
            Frequency::Month => ("本月", "上月"),
        }
    }
}

/// A stretch of the calendar for which the index is computed. Orders by year, then part.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Period {
    /// Calendar year.
    pub year: i32,
    /// One-based part of the year.
    pub part: u32,
    /// Length.
    pub frequency: Frequency,
}

impl Period {
    /// The period before this one.
    #[must_use]
    pub fn previous(self) -> Self {
        if self.part > 1 {
            Period { part: self.part - 1, ..self }
        } else {
            Period { year: self.year - 1, part: self.frequency.per_year(), ..self }
        }
    }

    /// The period after this one.
    #[must_use]
    pub fn next(self) -> Self {
        if self.part < self.frequency.per_year() {
            Period { part: self.part + 1, ..self }
        } else {
            Period { year: self.year + 1, part: 1, ..self }
        }
    }

    /// The same part of the year before.
    #[must_use]
    pub fn year_before(self) -> Self {
        Period { year: self.year - 1, ..self }
    }

    /// Whether the year begins with this period, so that cumulative figures start anew.
    pub fn starts_year(self) -> bool {
        self.part == 1
    }

    /// First day.
    pub fn first_day(self) -> Date {
        let months = 12 / self.frequency.per_year();
        Date { year: self.year, month: (self.part - 1) * months + 1, day: 1 }
    }

    /// Last day.
    pub fn last_day(self) -> Date {
        let months = 12 / self.frequency.per_year();
        let month = self.part * months;
        Date { year: self.year, month, day: days_in_month(self.year, month) }
    }

    /// As a Chinese title: `2022年第三季度`.
    pub fn title(self) -> String {
        const NUMERALS: [&str; 4] = ["一", "二", "三", "四"];
        let year = self.year;
        match self.frequency {
            Frequency::Year => format!("{year}年"),
            Frequency::Half => format!("{year}年{}半年", if self.part == 1 { "上" } else { "下" }),
            Frequency::Quarter => format!("{year}年第{}季度", NUMERALS[self.part as usize - 1]),
            Frequency::Month => format!("{year}年{}月", self.part),
        }
    }
}

impl Ord for Period {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        (self.year, self.last_day(), self.part).cmp(&(other.year, other.last_day(), other.part))
    }
}

impl PartialOrd for Period {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl fmt::Display for Period {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.frequency {
            Frequency::Year => write!(formatter, "{}", self.year),
            Frequency::Half => write!(formatter, "{}H{}", self.year, self.part),
            Frequency::Quarter => write!(formatter, "{}Q{}", self.year, self.part),
            Frequency::Month => write!(formatter, "{}-{:02}", self.year, self.part),
        }
    }
}

/// Reads `2022Q3`, `2022H1`, `2022`, `2022-07`.
impl FromStr for Period {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        let (year, rest) = text.split_at_checked(4).ok_or(())?;
        if !year.bytes().all(|digit| digit.is_ascii_digit()) {
            return Err(());
        }
        let year = year.parse().map_err(|_| ())?;
        let (frequency, part) = match rest.split_at_checked(1) {
            None if rest.is_empty() => (Frequency::Year, "1"),
            // A letter of several bytes follows.
            None => return Err(()),
            Some(("Q" | "q", part)) if part.len() == 1 => (Frequency::Quarter, part),
            Some(("H" | "h", part)) if part.len() == 1 => (Frequency::Half, part),
            Some(("-", part)) if part.len() == 2 => (Frequency::Month, part),
            Some(_) => return Err(()),
        };
        if !part.bytes().all(|digit| digit.is_ascii_digit()) {
            return Err(());
        }
        let part = part.parse().map_err(|_| ())?;
        if part == 0 || part > frequency.per_year() {
            return Err(());
        }
        Ok(Period { year, part, frequency })
    }
}

/// A calendar day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Date {
    /// Year.
    pub year: i32,
    /// Month, 1–12.
    pub month: u32,
    /// Day, 1–31.
    pub day: u32,
}

impl fmt::Display for Date {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{:04}-{:02}-{:02}", self.year, self.month, self.day)
    }
}

fn days_in_month(year: i32, month: u32) -> u32 {
    match month {
        2 if year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

impl Date {
    /// A date, where there is such a day.
    pub fn new(year: i32, month: u32, day: u32) -> Option<Self> {
        ((1..=12).contains(&month) && day >= 1 && day <= days_in_month(year, month)).then_some(Date {
            year,
            month,
            day,
        })
    }

    /// Reads `2022-10-08`, `2022.10.8`, `2022/10/8`, `2022年10月8日`, `20221008`.
    pub fn read(text: &str) -> Option<Self> {
        let text = text.trim();
        if text.len() == 8 && text.bytes().all(|digit| digit.is_ascii_digit()) {
            return Date::new(text[..4].parse().ok()?, text[4..6].parse().ok()?, text[6..].parse().ok()?);
        }
        let parts: Vec<&str> = text.split(['-', '.', '/', '年', '月', '日']).filter(|part| !part.is_empty()).collect();
        let [year, month, day] = parts[..] else { return None };
        Date::new(year.parse().ok()?, month.parse().ok()?, day.parse().ok()?)
    }

    /// `2022年10月26日`, as official papers write it.
    pub fn chinese(self) -> String {
        format!("{}年{}月{}日", self.year, self.month, self.day)
    }

    /// Days since 0000-03-01 in the proleptic Gregorian calendar; only differences mean anything.
    pub fn number(self) -> i64 {
        // Counting from March puts the leap day at the end of the year.
        let (year, month) = if self.month > 2 { (self.year, self.month - 3) } else { (self.year - 1, self.month + 9) };
        let year = i64::from(year);
        let day_of_year = (153 * i64::from(month) + 2) / 5 + i64::from(self.day) - 1;
        365 * year + year.div_euclid(4) - year.div_euclid(100) + year.div_euclid(400) + day_of_year
    }

    /// The day with a [`Date::number`].
    pub fn from_number(number: i64) -> Self {
        const DAYS_PER_ERA: i64 = 146_097;
        let era = number.div_euclid(DAYS_PER_ERA);
        let day_of_era = number.rem_euclid(DAYS_PER_ERA);
        let year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
        let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
        let month = (5 * day_of_year + 2) / 153;
        let day = day_of_year - (153 * month + 2) / 5 + 1;
        let year = era * 400 + year_of_era + i64::from(month >= 10);
        let month = if month < 10 { month + 3 } else { month - 9 };
        let small = |number: i64| u32::try_from(number).expect("months and days are small and positive");
        Date { year: i32::try_from(year).expect("a year near ours"), month: small(month), day: small(day) }
    }

    /// So many calendar days later, or earlier where negative.
    #[must_use]
    pub fn plus(self, days: i64) -> Self {
        Date::from_number(self.number() + days)
    }

    /// 星期一 … 星期日.
    pub fn weekday_word(self) -> &'static str {
        const WORDS: [&str; 7] = ["星期六", "星期日", "星期一", "星期二", "星期三", "星期四", "星期五"];
        WORDS[usize::try_from(self.days_since_saturday()).expect("a remainder of 7 is not negative")]
    }

    /// The next day.
    #[must_use]
    pub fn next(self) -> Self {
        if self.day < days_in_month(self.year, self.month) {
            Date { day: self.day + 1, ..self }
        } else if self.month < 12 {
            Date { month: self.month + 1, day: 1, ..self }
        } else {
            Date { year: self.year + 1, month: 1, day: 1 }
        }
    }

    fn days_since_saturday(self) -> i64 {
        // 2000-01-01 was a Saturday.
        let saturday = Date { year: 2000, month: 1, day: 1 };
        (self.number() - saturday.number()).rem_euclid(7)
    }

    fn is_weekend(self) -> bool {
        self.days_since_saturday() < 2
    }
}

/// Working days: Monday to Friday, except where the official calendar says otherwise.
#[derive(Clone, Debug, Default)]
pub struct WorkCalendar {
    /// Days named by the official calendar: `true` for a working day, `false` for a day off.
    pub named: BTreeMap<Date, bool>,
}

impl WorkCalendar {
    /// Whether people work on that day.
    pub fn is_working(&self, date: Date) -> bool {
        self.named.get(&date).copied().unwrap_or_else(|| !date.is_weekend())
    }

    /// The n-th working day after `date`.
    pub fn working_day_after(&self, date: Date, n: u32) -> Date {
        let mut day = date;
        let mut left = n;
        while left > 0 {
            day = day.next();
            left -= u32::from(self.is_working(day));
        }
        day
    }

    /// Working days after `due` up to and including `arrived`; 0 where it arrived in time.
    pub fn working_days_late(&self, due: Date, arrived: Date) -> u32 {
        let mut day = due;
        let mut late = 0;
        while day < arrived {
            day = day.next();
            late += u32::from(self.is_working(day));
        }
        late
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn periods_read_print_and_follow_each_other() {
        for text in ["2022Q3", "2022H1", "2022", "2022-07"] {
            let period: Period = text.parse().expect("a period");
            assert_eq!(period.to_string(), text);
            assert_eq!(period.next().previous(), period);
            assert!(period < period.next());
        }
        for text in ["2022Q5", "2022Q0", "22Q1", "2022-13", "2022Q+", "2022年二季度", "frozen", ""] {
            assert!(text.parse::<Period>().is_err(), "{text}");
        }
    }

    #[test]
    fn five_spellings_of_a_date_are_one_date() {
        let date = Date::new(2022, 10, 8);
        for text in ["2022-10-08", "2022.10.8", "2022/10/8", "2022年10月8日", "20221008"] {
            assert_eq!(Date::read(text), date, "{text}");
        }
        assert_eq!(Date::read("2022-02-29"), None);
    }

    #[test]
    fn counting_days_forth_and_back_gives_the_same_day() {
        let mut date = Date { year: 1999, month: 12, day: 30 };
        for days in 0..1500 {
            assert_eq!(Date::from_number(date.number()), date);
            assert_eq!(date.plus(-days).plus(days), date);
            date = date.next();
        }
        assert_eq!(Date { year: 2022, month: 10, day: 12 }.weekday_word(), "星期三");
        assert_eq!(Date { year: 2022, month: 10, day: 9 }.weekday_word(), "星期日");
    }

    #[test]
    fn working_days_skip_weekends_and_follow_the_official_calendar() {
        let mut calendar = WorkCalendar::default();
        let day = |month, day| Date { year: 2022, month, day };
        // National Day 2022: off 1–7 October, make-up work on Saturday 8 and Sunday 9.
        for holiday in 1..=7 {
            calendar.named.insert(day(10, holiday), false);
        }
        calendar.named.insert(day(10, 8), true);
        calendar.named.insert(day(10, 9), true);
        assert_eq!(calendar.working_day_after(day(9, 30), 5), day(10, 12));
        assert_eq!(calendar.working_days_late(day(10, 12), day(10, 17)), 3);
        assert_eq!(WorkCalendar::default().working_day_after(day(9, 30), 5), day(10, 7));
    }
}
