//! The official arrangement of days off and make-up working days, for the calendars among the invented files.
//!
//! National facts: notices of the General Office of the State Council on the arrangement of some holidays,
//! 国办发明电〔2020〕27号 for 2021 and 国办发明电〔2021〕11号 for 2022.

use crate::definitions::calendar::Date;

/// A holiday: first and last day off (month, day), and the weekend days worked for it.
struct Holiday {
    year: i32,
    name: &'static str,
    from: (u32, u32),
    to: (u32, u32),
    worked: &'static [(u32, u32)],
}

const fn holiday(
    year: i32,
    name: &'static str,
    from: (u32, u32),
    to: (u32, u32),
    worked: &'static [(u32, u32)],
) -> Holiday {
    Holiday { year, name, from, to, worked }
}

const HOLIDAYS: &[Holiday] = &[
    holiday(2021, "元旦", (1, 1), (1, 3), &[]),
    holiday(2021, "春节", (2, 11), (2, 17), &[(2, 7), (2, 20)]),
    holiday(2021, "清明节", (4, 3), (4, 5), &[]),
    holiday(2021, "劳动节", (5, 1), (5, 5), &[(4, 25), (5, 8)]),
    holiday(2021, "端午节", (6, 12), (6, 14), &[]),
    holiday(2021, "中秋节", (9, 19), (9, 21), &[(9, 18)]),
    holiday(2021, "国庆节", (10, 1), (10, 7), &[(9, 26), (10, 9)]),
    holiday(2022, "元旦", (1, 1), (1, 3), &[]),
    holiday(2022, "春节", (1, 31), (2, 6), &[(1, 29), (1, 30)]),
    holiday(2022, "清明节", (4, 3), (4, 5), &[(4, 2)]),
    holiday(2022, "劳动节", (4, 30), (5, 4), &[(4, 24), (5, 7)]),
    holiday(2022, "端午节", (6, 3), (6, 5), &[]),
    holiday(2022, "中秋节", (9, 10), (9, 12), &[]),
    holiday(2022, "国庆节", (10, 1), (10, 7), &[(10, 8), (10, 9)]),
];

/// The days a year's arrangement names, in order: the day, whether people work on it, and why. Empty for a year that
/// is not in the table.
pub(super) fn named_days(year: i32) -> Vec<(Date, bool, String)> {
    let mut days = Vec::new();
    for holiday in HOLIDAYS.iter().filter(|holiday| holiday.year == year) {
        let date = |(month, day)| Date { year, month, day };
        let mut day = date(holiday.from);
        while day <= date(holiday.to) {
            days.push((day, false, holiday.name.to_owned()));
            day = day.next();
        }
        days.extend(holiday.worked.iter().map(|&worked| (date(worked), true, format!("{}调休上班", holiday.name))));
    }
    days.sort();
    days
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::definitions::calendar::WorkCalendar;

    #[test]
    fn make_up_days_are_weekend_days_and_every_block_holds_a_weekday_or_a_feast() {
        let weekdays_only = WorkCalendar::default();
        for year in [2021, 2022] {
            let days = named_days(year);
            assert!(days.iter().filter(|day| day.1).all(|day| !weekdays_only.is_working(day.0)), "{year}");
            assert!(days.windows(2).all(|pair| pair[0].0 < pair[1].0), "{year}");
        }
        assert_eq!(named_days(2021).iter().filter(|day| !day.1).count(), 3 + 7 + 3 + 5 + 3 + 3 + 7);
        assert_eq!(named_days(2022).iter().filter(|day| day.1).count(), 7);
        assert!(named_days(2035).is_empty());
    }

    #[test]
    fn the_fifth_working_day_after_each_quarter_is_where_the_calendar_puts_it() {
        let mut calendar = WorkCalendar::default();
        for year in [2021, 2022] {
            calendar.named.extend(named_days(year).into_iter().map(|day| (day.0, day.1)));
        }
        let due = |year, month, day| calendar.working_day_after(Date { year, month, day }, 5).to_string();
        assert_eq!(due(2021, 9, 30), "2021-10-13");
        assert_eq!(due(2021, 12, 31), "2022-01-10");
        assert_eq!(due(2022, 3, 31), "2022-04-08");
        assert_eq!(due(2022, 6, 30), "2022-07-07");
        assert_eq!(due(2022, 9, 30), "2022-10-12");
    }
}
