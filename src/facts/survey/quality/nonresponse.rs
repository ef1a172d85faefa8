//! Questions left blank or answered don't-know, by unit, and respondents whose form is mostly blank.

use super::chance::{Stratum, at_least};
use super::{Columns, distinct};
use crate::facts::probability::multiplicity::{Adjustment, adjusted};
use crate::facts::probability::normal;

/// Parameters of the check.
#[derive(Debug, Clone, PartialEq)]
pub struct NonresponseRule {
    /// Per question the position that means don't-know; None or missing: there is none.
    pub dont_know: Vec<Option<u8>>,
    /// A respondent with a larger share of blanks is listed.
    pub blank_share: f64,
    /// Family-wise error over units × questions × kinds; intervals have confidence 1 − α.
    pub alpha: f64,
}

/// The kind of answer missing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Missing {
    /// No answer, of all asked.
    Blank,
    /// Don't-know, of all who answered.
    DontKnow,
}

/// One question in one unit.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ItemCell {
    /// The unit.
    pub unit: u32,
    /// Index of the question.
    pub question: usize,
    /// The kind.
    pub missing: Missing,
    /// How many.
    pub count: u32,
    /// Of how many.
    pub base: u32,
    /// Lower end of Wilson's interval of the share.
    pub low: f64,
    /// Upper end of it.
    pub high: f64,
    /// Share in the whole.
    pub whole: f64,
    /// Fisher's exact test against the whole, one-sided (more than the whole).
    pub p: f64,
    /// The same after Holm over all cells.
    pub adjusted: f64,
    /// adjusted ≤ α.
    pub stands_out: bool,
}

/// A respondent with too many blanks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MostlyBlank {
    /// Row of the respondent.
    pub respondent: usize,
    /// Blank questions.
    pub blanks: usize,
    /// Questions.
    pub questions: usize,
}

/// What the check found.
#[derive(Debug, Clone, PartialEq)]
pub struct ItemNonresponse {
    /// By question, kind and unit.
    pub cells: Vec<ItemCell>,
    /// Respondents in order.
    pub respondents: Vec<MostlyBlank>,
}

/// The survey and a rule in; shares of blanks and don't-knows per question and unit out, those above the whole marked.
///
/// Cells without a base (a question nobody in the unit answered, for don't-know) are left out. None for uneven columns or α
/// outside (0, 1).
pub fn item_nonresponse(survey: &Columns, rule: &NonresponseRule) -> Option<ItemNonresponse> {
    let all = survey.respondents()?;
    let z = normal::quantile(1.0 - rule.alpha / 2.0)?;
    let units = distinct(survey.unit.iter().copied());
    let mut cells = Vec::new();
    for (question, column) in survey.answers.iter().enumerate() {
        let dont_know = rule.dont_know.get(question).copied().flatten();
        let kinds = [Some(Missing::Blank), dont_know.map(|_| Missing::DontKnow)];
        for missing in kinds.into_iter().flatten() {
            let in_base = |answer: &Option<u8>| missing == Missing::Blank || answer.is_some();
            let is_missing =
                |answer: &Option<u8>| if missing == Missing::Blank { answer.is_none() } else { *answer == dont_know };
            let mut base = vec![0_u32; units.len()];
            let mut count = vec![0_u32; units.len()];
            for (answer, unit) in column.iter().zip(&survey.unit) {
                let Ok(index) = units.binary_search(unit) else { continue };
                base[index] += u32::from(in_base(answer));
                count[index] += u32::from(in_base(answer) && is_missing(answer));
            }
            let (people, marked) = (base.iter().sum(), count.iter().sum());
            for (index, &unit) in units.iter().enumerate().filter(|&(index, _)| base[index] > 0) {
                let (low, high) = wilson(count[index], base[index], z);
                cells.push(ItemCell {
                    unit,
                    question,
                    missing,
                    count: count[index],
                    base: base[index],
                    low,
                    high,
                    whole: f64::from(marked) / f64::from(people),
                    p: at_least(count[index], &[Stratum { all: people, marked, group: base[index] }]),
                    adjusted: 1.0,
                    stands_out: false,
                });
            }
        }
    }
    let p: Vec<f64> = cells.iter().map(|cell| cell.p).collect();
    for (cell, corrected) in cells.iter_mut().zip(adjusted(&p, Adjustment::Holm)) {
        cell.adjusted = corrected;
        cell.stands_out = corrected <= rule.alpha;
    }
    let questions = survey.answers.len();
    let respondents = (0..all)
        .map(|respondent| {
            let blanks = survey.answers.iter().filter(|column| column[respondent].is_none()).count();
            MostlyBlank { respondent, blanks, questions }
        })
        .filter(|entry| entry.blanks as f64 > rule.blank_share * questions as f64)
        .collect();
    Some(ItemNonresponse { cells, respondents })
}

/// Wilson's (1927) interval of a share; `base` > 0.
fn wilson(count: u32, base: u32, z: f64) -> (f64, f64) {
    let (n, share) = (f64::from(base), f64::from(count) / f64::from(base));
    let centre = share + z * z / (2.0 * n);
    let half = z * libm::sqrt(share * (1.0 - share) / n + z * z / (4.0 * n * n));
    let scale = 1.0 + z * z / n;
    (((centre - half) / scale).max(0.0), ((centre + half) / scale).min(1.0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_unit_that_leaves_a_question_blank_stands_out() {
        let blank = |respondent: usize| if respondent < 20 { None } else { Some(u8::from(respondent % 50 == 49)) };
        let survey = Columns {
            unit: (0..200).map(|respondent| respondent / 100).collect(),
            answers: vec![(0..200).map(blank).collect(), vec![Some(0); 200]],
            ..Columns::default()
        };
        let rule = NonresponseRule { dont_know: vec![Some(1)], blank_share: 0.4, alpha: 0.05 };
        let found = item_nonresponse(&survey, &rule).unwrap();
        assert_eq!(found.cells.len(), 6);
        let first = found.cells[0];
        assert_eq!((first.count, first.base, first.missing, first.stands_out), (20, 100, Missing::Blank, true));
        // Wilson for 20 of 100 at 95 %: 13.34 – 28.88.
        assert_eq!(format!("{:.4} {:.4}", first.low, first.high), "0.1334 0.2888");
        assert!(found.cells[1..].iter().all(|cell| !cell.stands_out));
        assert_eq!((found.cells[2].count, found.cells[2].base), (2, 80));
        assert_eq!(found.respondents.len(), 20);
    }
}
