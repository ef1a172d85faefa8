//! Checks of the field work: what deserves a second look, with the number that chance would give. Nothing is removed.
//!
//! A check of one respondent (all answers alike, a form blank) is a list, no accusation: honest people do this. A check of
//! an interviewer or a unit is a test that holds its family-wise error at α over all interviewers or cells (Holm 1979).
//!
//! Measured on 300 clean surveys (13 units × 100 respondents, 12 interviewers of whom 4 work in each unit, 6 questions
//! 54/38/5/2/1 % with correlation 0.5 within a person, 2 % blank, 3 % don't know; `simulation.rs`), α = 0.05:
//!
//! | check | clean surveys with a test's flag | respondents listed |
//! |---|---|---|
//! | straight-lining | 3.0 % | 16.2 % |
//! | duplicates (6 of 6 alike) | 3.7 % | 37.6 % |
//! | times | – | 0.3 % |
//! | interviewer effect, F | 5.3 % | – |
//! | interviewer effect, permutation | 4.7 % | – |
//! | interviewer's mean | 5.3 % | – |
//! | item non-response | 2.7 % | 0.6 % |
//!
//! With so few questions honest forms agree: the lists of straight-lining and duplicate respondents say little, the tests of
//! interviewers are what to look at. These stand out, in so many of 40 falsified surveys of the same kind (about 108
//! interviews by the one interviewer who falsifies):
//!
//! | an interviewer … | found |
//! |---|---|
//! | copies 20 % of the forms | 40 |
//! | copies 10 % of the forms | 32 |
//! | fills every third form with one position | 40 |
//! | turns 40 % of the answers into the best: F | 13 |
//! | turns 40 % of the answers into the best: mean | 33 |
//! | a unit leaves one question blank in 15 more of 100 | 40 |

mod chance;
mod duplicates;
mod false_alarms;
mod interviewer;
mod nonresponse;
#[cfg(test)]
mod simulation;
mod straightlining;
mod times;

pub use duplicates::{Closest, DuplicateGroup, DuplicateRule, Duplicates, duplicates};
pub use false_alarms::{FALSE_ALARMS, FalseAlarms};
pub use interviewer::{EffectRule, InterviewerEffect, interviewer_effect};
pub use nonresponse::{ItemCell, ItemNonresponse, Missing, MostlyBlank, NonresponseRule, item_nonresponse};
pub use straightlining::{Straightliner, Straightlining, StraightliningRule, straightlining};
pub use times::{TimeProblem, TimeRule, TimeWarning, impossible_times};

use crate::facts::probability::multiplicity::{Adjustment, adjusted};

/// Start and end of an interview.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Visit {
    /// Day number of any calendar.
    pub day: i32,
    /// Minutes since midnight.
    pub start: u16,
    /// Minutes since midnight of the same day.
    pub end: u16,
}

/// The survey in columns. Columns of respondents have one entry each; an optional column is empty where it was not recorded.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Columns {
    /// Unit of each respondent.
    pub unit: Vec<u32>,
    /// Per question the respondents' positions in the scale (don't-know being a position); None: blank.
    pub answers: Vec<Vec<Option<u8>>>,
    /// Who asked; None: unknown.
    pub interviewer: Vec<Option<u32>>,
    /// When; None: not recorded.
    pub visit: Vec<Option<Visit>>,
    /// Cluster (village) of each respondent.
    pub cluster: Vec<u32>,
    /// Class of age, sex and whatever else is known, as one code.
    pub demographics: Vec<u32>,
}

impl Columns {
    /// Respondents, where all columns recorded are of one length; None otherwise.
    pub fn respondents(&self) -> Option<usize> {
        let all = self.unit.len();
        let fits = |len: usize| len == 0 || len == all;
        let optional = [self.interviewer.len(), self.visit.len(), self.cluster.len(), self.demographics.len()];
        (self.answers.iter().all(|column| column.len() == all) && optional.into_iter().all(fits)).then_some(all)
    }

    fn interviewer_of(&self, respondent: usize) -> Option<u32> {
        self.interviewer.get(respondent).copied().flatten()
    }
}

/// With whom an interviewer's or a unit's people are compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reference {
    /// The people of the same unit: fair where units differ, blind where a unit has one interviewer only.
    Unit,
    /// All people.
    Whole,
}

/// An interviewer's number against the one chance would give.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct InterviewerTest {
    /// Who.
    pub interviewer: u32,
    /// Interviews in the test.
    pub interviews: u32,
    /// The statistic (see the check).
    pub observed: f64,
    /// Its expectation if the interviews had been handed out by chance within the reference.
    pub expected: f64,
    /// p-value.
    pub p: f64,
    /// The same after Holm over all interviewers tested.
    pub adjusted: f64,
    /// adjusted ≤ α.
    pub stands_out: bool,
}

/// The values that occur, ascending.
fn distinct(values: impl Iterator<Item = u32>) -> Vec<u32> {
    let mut found: Vec<u32> = values.collect();
    found.sort_unstable();
    found.dedup();
    found
}

/// Fills `adjusted` and `stands_out`.
fn judge(mut tests: Vec<InterviewerTest>, alpha: f64) -> Vec<InterviewerTest> {
    let p: Vec<f64> = tests.iter().map(|test| test.p).collect();
    for (test, corrected) in tests.iter_mut().zip(adjusted(&p, Adjustment::Holm)) {
        test.adjusted = corrected;
        test.stands_out = corrected <= alpha;
    }
    tests
}
