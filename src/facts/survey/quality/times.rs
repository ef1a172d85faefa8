//! Interviews at times when they cannot have taken place.

use super::{Columns, Visit};

/// Parameters of the check. Minutes; hours of work in minutes since midnight; days in the calendar of [`Visit::day`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TimeRule {
    /// Shortest credible duration.
    pub shortest: u16,
    /// Longest credible duration.
    pub longest: u16,
    /// Work does not begin before.
    pub opens: u16,
    /// Work has ended by.
    pub closes: u16,
    /// First day of field work.
    pub first_day: i32,
    /// Last day of field work.
    pub last_day: i32,
    /// Shortest way between two clusters.
    pub travel: u16,
}

/// What is wrong with a time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TimeProblem {
    /// The end lies before the start.
    EndBeforeStart,
    /// Shorter than credible.
    TooShort {
        /// Its duration.
        minutes: u16,
    },
    /// Longer than credible.
    TooLong {
        /// Its duration.
        minutes: u16,
    },
    /// Starts before work opens or ends after it closes.
    OutsideHours,
    /// Before the first or after the last day.
    OutsideDates,
    /// The same interviewer was in another interview when this one started.
    Overlaps {
        /// The earlier interview.
        other: usize,
    },
    /// The same interviewer came from another cluster faster than the way allows.
    NoTravel {
        /// The earlier interview.
        other: usize,
        /// Minutes between its end and this start.
        minutes: u16,
    },
}

/// A respondent's problem; one respondent may have several.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TimeWarning {
    /// Row of the respondent.
    pub respondent: usize,
    /// What is wrong.
    pub problem: TimeProblem,
}

/// The survey and a rule in; impossible times out, by respondent. Respondents without a recorded time are skipped, and those
/// whose end lies before the start in all comparisons. An interview is compared with the one of the same interviewer and day
/// that, of those started before, ends last. None for uneven columns.
pub fn impossible_times(survey: &Columns, rule: &TimeRule) -> Option<Vec<TimeWarning>> {
    let all = survey.respondents()?;
    let visits: Vec<(usize, Visit)> = (0..all)
        .filter_map(|respondent| Some((respondent, survey.visit.get(respondent).copied().flatten()?)))
        .collect();
    let mut warnings = Vec::new();
    for &(respondent, visit) in &visits {
        let mut warn = |problem| warnings.push(TimeWarning { respondent, problem });
        match visit.end.checked_sub(visit.start) {
            None => warn(TimeProblem::EndBeforeStart),
            Some(minutes) if minutes < rule.shortest => warn(TimeProblem::TooShort { minutes }),
            Some(minutes) if minutes > rule.longest => warn(TimeProblem::TooLong { minutes }),
            Some(_) => {}
        }
        if visit.start.min(visit.end) < rule.opens || visit.start.max(visit.end) > rule.closes {
            warn(TimeProblem::OutsideHours);
        }
        if visit.day < rule.first_day || visit.day > rule.last_day {
            warn(TimeProblem::OutsideDates);
        }
    }

    let mut turns: Vec<(u32, Visit, usize)> = visits
        .into_iter()
        .filter(|(_, visit)| visit.end >= visit.start)
        .filter_map(|(respondent, visit)| Some((survey.interviewer_of(respondent)?, visit, respondent)))
        .collect();
    turns.sort_by_key(|&(interviewer, visit, respondent)| (interviewer, visit.day, visit.start, visit.end, respondent));
    for day in turns.chunk_by(|a, b| (a.0, a.1.day) == (b.0, b.1.day)) {
        let mut last = day[0];
        for &turn in &day[1..] {
            let (other, respondent) = (last.2, turn.2);
            let is_elsewhere = survey.cluster.get(other) != survey.cluster.get(respondent);
            let problem = match turn.1.start.checked_sub(last.1.end) {
                None => Some(TimeProblem::Overlaps { other }),
                Some(minutes) if is_elsewhere && minutes < rule.travel => {
                    Some(TimeProblem::NoTravel { other, minutes })
                }
                Some(_) => None,
            };
            warnings.extend(problem.map(|problem| TimeWarning { respondent, problem }));
            if turn.1.end >= last.1.end {
                last = turn;
            }
        }
    }
    warnings.sort_by_key(|warning| warning.respondent);
    Some(warnings)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_impossible_time_is_named_and_a_possible_one_is_not() {
        let visit = |day, start, end| Some(Visit { day, start, end });
        let survey = Columns {
            unit: vec![1; 10],
            interviewer: [1, 1, 1, 1, 2, 2, 2, 2, 2, 3].map(Some).to_vec(),
            visit: vec![
                visit(5, 600, 620),
                visit(5, 610, 630),
                visit(5, 640, 655),
                None,
                visit(5, 700, 690),
                visit(5, 700, 702),
                visit(5, 710, 1000),
                visit(5, 300, 320),
                visit(99, 600, 620),
                visit(5, 600, 620),
            ],
            cluster: vec![1, 1, 2, 1, 1, 1, 1, 1, 1, 1],
            ..Columns::default()
        };
        let rule =
            TimeRule { shortest: 5, longest: 120, opens: 480, closes: 1200, first_day: 1, last_day: 30, travel: 15 };
        let found: Vec<(usize, TimeProblem)> =
            impossible_times(&survey, &rule).unwrap().into_iter().map(|w| (w.respondent, w.problem)).collect();
        let wanted = [
            (1, TimeProblem::Overlaps { other: 0 }),
            (2, TimeProblem::NoTravel { other: 1, minutes: 10 }),
            (4, TimeProblem::EndBeforeStart),
            (5, TimeProblem::TooShort { minutes: 2 }),
            (6, TimeProblem::TooLong { minutes: 290 }),
            (7, TimeProblem::OutsideHours),
            (8, TimeProblem::OutsideDates),
        ];
        assert_eq!(found, wanted);
    }
}
