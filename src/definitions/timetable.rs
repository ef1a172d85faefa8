//! The timetable of a period as data: steps, who does them, and their days relative to the period.

use super::calendar::{Date, Period, WorkCalendar};

/// A day relative to a period, whose last day is T.
///
/// The source table marks working days (WD) for the delivery only. Everything after T is a working day here: the later
/// steps are office work as well, and with calendar days T+6 (checking) would come before T+5 WD (delivery).
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Offset {
    /// The n-th working day after T.
    WorkingDays(u32),
    /// Calendar days from T, 0 or negative.
    Days(i64),
    /// Calendar days after the period's first day.
    StartDays(i64),
    /// Calendar days from the last day of the next period, 0 or negative.
    NextDays(i64),
}

impl Offset {
    /// The day it means for a period.
    pub fn day(self, period: Period, calendar: &WorkCalendar) -> Date {
        match self {
            Offset::WorkingDays(n) => calendar.working_day_after(period.last_day(), n),
            Offset::Days(days) => period.last_day().plus(days),
            Offset::StartDays(days) => period.first_day().plus(days),
            Offset::NextDays(days) => period.next().last_day().plus(days),
        }
    }

    /// How people write it: `T+5`, `T-10`, `期初+30`, `下期T`.
    pub fn words(self) -> String {
        let (base, days) = match self {
            Offset::WorkingDays(n) => ("T", i64::from(n)),
            Offset::Days(days) => ("T", days),
            Offset::StartDays(days) => ("期初", days),
            Offset::NextDays(days) => ("下期T", days),
        };
        if days == 0 { base.to_owned() } else { format!("{base}{days:+}") }
    }
}

/// A step of the work on one period.
#[derive(Clone, Debug)]
pub struct Step {
    /// Identifier, ASCII.
    pub id: String,
    /// Name, as printed.
    pub name: String,
    /// Who does it.
    pub who: String,
    /// First day.
    pub from: Offset,
    /// Last day.
    pub to: Offset,
    /// Whether its last day is the day by which files are due.
    pub is_due: bool,
    /// Months at whose end a period must end to have this step; empty for every period.
    pub months: Vec<u32>,
    /// What goes in.
    pub takes: String,
    /// What comes out.
    pub gives: String,
}

impl Step {
    /// First and last day for a period; `None` where the period has no such step.
    pub fn days(&self, period: Period, calendar: &WorkCalendar) -> Option<(Date, Date)> {
        let is_due = self.months.is_empty() || self.months.contains(&period.last_day().month);
        is_due.then(|| (self.from.day(period, calendar), self.to.day(period, calendar)))
    }

    /// `T+5`, `T-20..T`.
    pub fn words(&self) -> String {
        if self.from == self.to { self.to.words() } else { format!("{}..{}", self.from.words(), self.to.words()) }
    }
}

/// What a department's delivery is worth: full marks less so much for each fault, never below 0.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct QualityMarks {
    /// Full marks.
    pub full: f64,
    /// Off for each working day late.
    pub late_day: f64,
    /// Off for each error.
    pub error: f64,
    /// Off for each question without an answer.
    pub open_question: f64,
    /// Off for each correction.
    pub correction: f64,
}

#[cfg(test)]
mod tests {
    use super::*;

    /// National Day 2022: off 1–7 October, make-up work on Saturday 8 and Sunday 9.
    fn national_day() -> WorkCalendar {
        let mut calendar = WorkCalendar::default();
        calendar.named.extend((1..=9).map(|day| (Date { year: 2022, month: 10, day }, day > 7)));
        calendar
    }

    #[test]
    fn after_the_period_working_days_count_and_before_it_calendar_days() {
        let period: Period = "2022Q3".parse().expect("a period");
        let day = |offset: Offset| offset.day(period, &national_day()).to_string();
        assert_eq!(day(Offset::WorkingDays(5)), "2022-10-12");
        assert_eq!(day(Offset::WorkingDays(6)), "2022-10-13");
        assert_eq!(day(Offset::Days(-20)), "2022-09-10");
        assert_eq!(day(Offset::StartDays(0)), "2022-07-01");
        assert_eq!(day(Offset::NextDays(0)), "2022-12-31");
        let words = [Offset::WorkingDays(5), Offset::Days(-10), Offset::Days(0), Offset::NextDays(0)];
        assert_eq!(words.map(Offset::words), ["T+5", "T-10", "T", "下期T"]);
    }

    #[test]
    fn a_step_of_half_a_year_is_no_step_of_every_quarter() {
        let at = Offset::WorkingDays(19);
        let step = Step {
            id: String::new(),
            name: String::new(),
            who: String::new(),
            from: at,
            to: Offset::NextDays(0),
            is_due: false,
            months: vec![6, 12],
            takes: String::new(),
            gives: String::new(),
        };
        let has = |text: &str| step.days(text.parse().expect("a period"), &WorkCalendar::default()).is_some();
        assert_eq!(["2022Q1", "2022Q2", "2022Q3", "2022Q4", "2022"].map(has), [false, true, false, true, true]);
        assert_eq!(step.words(), "T+19..下期T");
    }
}
