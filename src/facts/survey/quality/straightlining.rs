//! Respondents with one and the same position on a whole block of questions, and interviewers with too many of them.

use super::chance::{Stratum, at_least};
use super::{Columns, InterviewerTest, Reference, distinct, judge};

/// Parameters of the check.
#[derive(Debug, Clone, PartialEq)]
pub struct StraightliningRule {
    /// Questions of one scale, by index.
    pub block: Vec<usize>,
    /// Fewest answered questions of the block for a respondent to count (5).
    pub fewest_answered: usize,
    /// With whom interviewers are compared.
    pub reference: Reference,
    /// Family-wise error over interviewers.
    pub alpha: f64,
}

/// A respondent with the same position throughout.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Straightliner {
    /// Row of the respondent.
    pub respondent: usize,
    /// The position.
    pub position: u8,
    /// Questions of the block answered.
    pub answered: usize,
}

/// What the check found.
#[derive(Debug, Clone, PartialEq)]
pub struct Straightlining {
    /// Respondents with enough answers to be judged.
    pub eligible: u32,
    /// Those with one position throughout, in order.
    pub respondents: Vec<Straightliner>,
    /// How many there would be if a person's answers were independent of each other (shares of the whole). People who are
    /// content are so throughout: the observed number is honestly larger.
    pub expected_if_independent: f64,
    /// Interviewers, ascending; the statistic is the number of their straight-lining respondents.
    pub interviewers: Vec<InterviewerTest>,
}

/// The survey and a rule in; straight-lining respondents and interviewers with significantly many out.
///
/// Interviewers are compared with the observed number in the reference, not with independence: the stratified exact test of
/// Fisher, one-sided, Holm over interviewers. Block indices beyond the questions are skipped. None for uneven columns.
pub fn straightlining(survey: &Columns, rule: &StraightliningRule) -> Option<Straightlining> {
    let all = survey.respondents()?;
    let block: Vec<&Vec<Option<u8>>> = rule.block.iter().filter_map(|&question| survey.answers.get(question)).collect();
    let answers = |respondent: usize| block.iter().filter_map(move |column| column[respondent]);
    let least = rule.fewest_answered.max(1);
    let eligible: Vec<bool> = (0..all).map(|respondent| answers(respondent).count() >= least).collect();
    let respondents: Vec<Straightliner> = (0..all)
        .filter(|&respondent| eligible[respondent])
        .filter_map(|respondent| {
            let position = answers(respondent).next()?;
            let is_straight = answers(respondent).all(|other| other == position);
            is_straight.then(|| Straightliner { respondent, position, answered: answers(respondent).count() })
        })
        .collect();
    let mut straight = vec![false; all];
    for entry in &respondents {
        straight[entry.respondent] = true;
    }

    let positions = distinct(block.iter().flat_map(|column| column.iter().flatten().map(|&p| u32::from(p))));
    let share = |column: &[Option<u8>], position: u32| {
        let given = column.iter().flatten().count().max(1);
        column.iter().flatten().filter(|&&p| u32::from(p) == position).count() as f64 / given as f64
    };
    let shares: Vec<Vec<f64>> =
        positions.iter().map(|&position| block.iter().map(|column| share(column, position)).collect()).collect();
    let by_chance = |respondent: usize| {
        let alike = |of_position: &Vec<f64>| {
            let answered = block.iter().zip(of_position).filter(|(column, _)| column[respondent].is_some());
            answered.map(|(_, share)| share).product::<f64>()
        };
        shares.iter().map(alike).sum::<f64>()
    };
    let expected_if_independent = (0..all).filter(|&respondent| eligible[respondent]).map(by_chance).sum();

    let judged: Vec<usize> = (0..all).filter(|&r| eligible[r] && survey.interviewer_of(r).is_some()).collect();
    let unit = |respondent: usize| if rule.reference == Reference::Unit { survey.unit[respondent] } else { 0 };
    let units = distinct(judged.iter().map(|&respondent| unit(respondent)));
    let tests = distinct(judged.iter().filter_map(|&respondent| survey.interviewer_of(respondent)))
        .into_iter()
        .map(|interviewer| {
            let mut strata = vec![Stratum { all: 0, marked: 0, group: 0 }; units.len()];
            let mut observed = 0;
            for &respondent in &judged {
                let Ok(index) = units.binary_search(&unit(respondent)) else { continue };
                let is_own = survey.interviewer_of(respondent) == Some(interviewer);
                strata[index].all += 1;
                strata[index].marked += u32::from(straight[respondent]);
                strata[index].group += u32::from(is_own);
                observed += u32::from(is_own && straight[respondent]);
            }
            InterviewerTest {
                interviewer,
                interviews: strata.iter().map(|stratum| stratum.group).sum(),
                observed: f64::from(observed),
                expected: strata.iter().map(Stratum::expected).sum(),
                p: at_least(observed, &strata),
                adjusted: 1.0,
                stands_out: false,
            }
        })
        .collect();
    let eligible = u32::try_from(eligible.iter().filter(|&&is| is).count()).unwrap_or(u32::MAX);
    Some(Straightlining { eligible, respondents, expected_if_independent, interviewers: judge(tests, rule.alpha) })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn enough_equal_answers_are_listed_and_blanks_do_not_count() {
        let row = |answers: [Option<u8>; 3]| answers;
        let rows = [row([Some(1), Some(1), Some(1)]), row([Some(2), None, Some(2)]), row([Some(0), Some(0), Some(1)])];
        let answers = (0..3).map(|question| rows.iter().map(|row| row[question]).collect()).collect();
        let survey = Columns { unit: vec![1; 3], answers, ..Columns::default() };
        let rule = |fewest_answered| StraightliningRule {
            block: vec![0, 1, 2, 9],
            fewest_answered,
            reference: Reference::Whole,
            alpha: 0.05,
        };
        let found = straightlining(&survey, &rule(3)).unwrap();
        assert_eq!(found.respondents, [Straightliner { respondent: 0, position: 1, answered: 3 }]);
        // Shares 1/3, 1/3, 1/3; 1/2, 1/2, 0; 0, 2/3, 1/3 of positions 0, 1, 2: two eligible at 1/3 · 1/2 · 2/3.
        assert!((found.expected_if_independent - 2.0 / 9.0).abs() < 1e-14);
        assert_eq!((found.eligible, found.interviewers.len()), (2, 0));
        assert_eq!(straightlining(&survey, &rule(2)).unwrap().respondents.len(), 2);
    }
}
