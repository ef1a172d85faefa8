//! Where and when the respondents of a unit were asked: villages, interviewers, days and hours.

use super::draws::Draws;
use crate::definitions::calendar::Date;

/// A unit as a survey meets it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Place<'a> {
    /// Code.
    pub(super) code: &'a str,
    /// Name, as the file writes it.
    pub(super) name: &'a str,
    /// Short name, of which villages are named.
    pub(super) short: &'a str,
    /// People who could be asked; 0 where nobody knows.
    pub(super) people: f64,
    /// Villages.
    pub(super) village_count: usize,
}

/// Share of the villages that are visited, and how many at least.
const VISITED: f64 = 0.4;
const LEAST_VISITED: usize = 4;
/// How much larger some villages are than others.
const SIZES: (f64, f64) = (0.75, 1.3);

/// The village of each respondent of a unit, and how large it is, 1 for an average one.
#[derive(Clone, Debug)]
pub(super) struct Villages {
    /// Number of the village, from 1, by respondent.
    pub(super) numbers: Vec<usize>,
    /// Size by respondent; 1 on average over the respondents.
    pub(super) sizes: Vec<f64>,
}

/// Chooses villages and spreads `count` respondents over them as evenly as possible.
pub(super) fn villages(draws: Draws, when: &str, place: &Place<'_>, survey: &str, count: usize) -> Villages {
    let all = place.village_count.max(1);
    #[expect(clippy::cast_precision_loss, clippy::cast_possible_truncation, clippy::cast_sign_loss)]
    let wanted = (all as f64 * VISITED).round() as usize;
    let visited = wanted.max(LEAST_VISITED).min(all).min(count.max(1));
    let mut stream = draws.stream("visited", when, place.code, survey);
    let mut pool: Vec<usize> = (1..=all).collect();
    for place in 0..visited {
        pool.swap(place, place + stream.below(all - place));
    }
    pool.truncate(visited);
    pool.sort_unstable();
    let numbers: Vec<usize> = (0..count).map(|number| pool[number * visited / count.max(1)]).collect();
    let size = |number: &usize| draws.stream("village", "", place.code, &number.to_string()).between(SIZES.0, SIZES.1);
    let sizes: Vec<f64> = numbers.iter().map(size).collect();
    #[expect(clippy::cast_precision_loss, reason = "counts of respondents are far below 2^53")]
    let mean = (sizes.iter().sum::<f64>() / count.max(1) as f64).max(f64::MIN_POSITIVE);
    Villages { numbers, sizes: sizes.into_iter().map(|size| size / mean).collect() }
}

/// When and by whom a respondent was asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Visit {
    /// Number of the interviewer, from 1.
    pub(super) interviewer: usize,
    pub(super) day: Date,
    /// Minutes since midnight.
    pub(super) start: usize,
    pub(super) end: usize,
}

/// Interviews one interviewer can do in a month with ease.
const LOAD: usize = 100;
/// First and last minute of a working day.
const HOURS: (usize, usize) = (8 * 60 + 30, 17 * 60 + 30);

/// Interviewers who work in a unit with so many respondents.
pub(super) fn interviewer_count(count: usize) -> usize {
    if count == 0 { 0 } else { count.div_ceil(LOAD).max(2) }
}

/// When and by whom the respondents of a unit were asked, in their order: its interviewers go from village to village
/// together, and none of them is at two places at once. `first` is the number of the first of them.
pub(super) fn visits(
    draws: Draws,
    when: &str,
    code: &str,
    survey: &str,
    month: Date,
    first: usize,
    count: usize,
) -> Vec<Visit> {
    let mut stream = draws.stream("visit", when, code, survey);
    let team = interviewer_count(count).max(1);
    let start = working(month.plus(i64::try_from(stream.below(5)).unwrap_or(0)));
    let mut clocks = vec![(start, HOURS.0); team];
    let visit = |number: usize| {
        let (day, clock) = &mut clocks[number % team];
        let from = *clock + stream.below(9);
        let until = from + 8 + stream.below(18);
        let (start, end) = if until > HOURS.1 {
            *day = working(day.next());
            (HOURS.0 + from % 5, HOURS.0 + from % 5 + until - from)
        } else {
            (from, until)
        };
        *clock = end + 2;
        Visit { interviewer: first + number % team, day: *day, start, end }
    };
    (0..count).map(visit).collect()
}

/// The day, or the Monday after a weekend.
fn working(mut day: Date) -> Date {
    while matches!(day.weekday_word(), "星期六" | "星期日") {
        day = day.next();
    }
    day
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeMap;

    const PLACE: Place<'_> = Place { code: "U1", name: "甲镇", short: "甲", people: 9000.0, village_count: 12 };

    #[test]
    fn some_villages_are_visited_and_respondents_spread_evenly_over_them() {
        let villages = villages(Draws::new(5), "2022Q3", &PLACE, "general", 103);
        let mut counts: BTreeMap<usize, usize> = BTreeMap::new();
        for number in &villages.numbers {
            *counts.entry(*number).or_default() += 1;
        }
        assert_eq!(counts.len(), 5);
        assert!(counts.keys().all(|number| (1..=12).contains(number)), "{counts:?}");
        assert!(counts.values().all(|count| (20..=21).contains(count)), "{counts:?}");
        assert!((villages.sizes.iter().sum::<f64>() - 103.0).abs() < 1e-9);
    }

    #[test]
    fn no_interviewer_is_at_two_places_at_once_or_works_at_night() {
        let month = Date::new(2022, 9, 1).expect("a day");
        let visits = visits(Draws::new(5), "2022Q3", "U1", "general", month, 7, 230);
        let mut last: BTreeMap<usize, (i64, usize)> = BTreeMap::new();
        for visit in &visits {
            assert!((8..=25).contains(&(visit.end - visit.start)), "{visit:?}");
            assert!(visit.start >= HOURS.0 && visit.end <= HOURS.1 && visit.day.month == 9, "{visit:?}");
            assert!(!matches!(visit.day.weekday_word(), "星期六" | "星期日"));
            let from = (visit.day.number(), visit.start);
            let before = last.insert(visit.interviewer, (visit.day.number(), visit.end));
            assert!(before.is_none_or(|before| before < from), "{visit:?} {before:?}");
        }
        assert_eq!(last.keys().copied().collect::<Vec<_>>(), [7, 8, 9]);
    }
}
