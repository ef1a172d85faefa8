//! Forms that agree too well, and interviewers with too many of them.

use super::chance::{shuffled, strata};
use super::{Columns, InterviewerTest, distinct, judge};
use rayon::prelude::*;

/// Answers, of one byte each, that a word holds.
const ANSWERS_A_WORD: usize = 8;
/// Forms whose neighbours one thread looks for in a row.
const ROWS_AT_ONCE: usize = 64;

/// Parameters of the check.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct DuplicateRule {
    /// Two forms are close if at least this share of the questions agrees (Kuriakose & Robbins 2016: 0.85; 1: identical).
    pub close: f64,
    /// Close forms must agree in demographics as well, where recorded.
    pub same_demographics: bool,
    /// Permutations of the interviewers within units (999); Holm over k interviewers needs at least k / α.
    pub permutations: u32,
    /// Seed of the permutations.
    pub seed: u64,
    /// Family-wise error over interviewers.
    pub alpha: f64,
}

/// Identical forms of one unit and one interviewer (demographics included where the rule says so).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DuplicateGroup {
    /// The unit.
    pub unit: u32,
    /// The interviewer; None: unknown.
    pub interviewer: Option<u32>,
    /// Two rows or more, ascending.
    pub respondents: Vec<usize>,
}

/// The closest other form in the unit, if it is close.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Closest {
    /// Row of the respondent.
    pub respondent: usize,
    /// Row of the other; the first of several.
    pub other: usize,
    /// Share of the questions that agree.
    pub share: f64,
}

/// What the check found.
#[derive(Debug, Clone, PartialEq)]
pub struct Duplicates {
    /// Groups of identical forms, by unit, interviewer and first row.
    pub identical: Vec<DuplicateGroup>,
    /// Respondents with a close form in their unit: the maximum percent match of Kuriakose & Robbins.
    pub closest: Vec<Closest>,
    /// Pairs of forms of one unit.
    pub pairs: u64,
    /// Close ones among them.
    pub close_pairs: u64,
    /// Close pairs expected if answers were independent of each other and of the unit (shares of the whole). With few
    /// questions many; people who are content throughout make the observed number honestly larger.
    pub expected_if_independent: f64,
    /// Interviewers, ascending; the statistic is Σ 2 / (d + e) over close pairs of forms both theirs, d and e being the number
    /// of close forms each of the two has in the whole survey: agreement in a rare form weighs more.
    pub interviewers: Vec<InterviewerTest>,
}

/// The survey and a rule in; identical and close forms and interviewers with significantly many out.
///
/// A blank is an answer like another (who copies a form copies its blanks). Compared are forms of one unit. Interviewers are
/// tested against random assignment within units by permutation (p = (1 + reached) / (1 + permutations), one-sided, Holm):
/// not against independence, since honest people agree. The weight of a pair: a copied form is a frequent one in proportion
/// to its frequency, chance pairs occur in proportion to its square. Quadratic in respondents. None for uneven columns, a
/// survey without questions, or a `close` that is not in (0, 1].
pub fn duplicates(survey: &Columns, rule: &DuplicateRule) -> Option<Duplicates> {
    let all = survey.respondents()?;
    if survey.answers.is_empty() || !(rule.close > 0.0 && rule.close <= 1.0) {
        return None;
    }
    let forms = Forms::of(survey, rule, all);
    let everybody: Vec<usize> = (0..all).collect();
    let by_unit = strata(&survey.unit, &everybody);

    let neighbours = forms.neighbours(&survey.unit);
    let close = &neighbours.in_unit;
    let mut best: Vec<Option<Closest>> = vec![None; all];
    for pair in close {
        let share = pair.equal as f64 / survey.answers.len() as f64;
        for (respondent, other) in [(pair.one, pair.other), (pair.other, pair.one)] {
            if best[respondent].is_none_or(|known| known.share < share) {
                best[respondent] = Some(Closest { respondent, other, share });
            }
        }
    }
    let pairs = by_unit.iter().map(|unit| unit.len() as u64 * (unit.len() as u64 - 1) / 2).sum();
    Some(Duplicates {
        identical: forms.identical(survey),
        closest: best.into_iter().flatten().collect(),
        pairs,
        close_pairs: close.len() as u64,
        expected_if_independent: pairs as f64 * forms.chance_of_close(survey, rule),
        interviewers: judge(tests(survey, rule, &neighbours), rule.alpha),
    })
}

/// The forms, one row each.
struct Forms {
    rows: Vec<Vec<Option<u8>>>,
    /// The same, eight answers a word, with as many words each.
    packed: Vec<u64>,
    /// Demographics where they have to agree, else all 0.
    demographics: Vec<u32>,
    /// Equal answers that make a pair close.
    needed: usize,
}

struct Pair {
    one: usize,
    other: usize,
    equal: usize,
}

struct Neighbours {
    /// Close pairs of one unit, in order of rows.
    in_unit: Vec<Pair>,
    /// Close forms of each respondent in the whole survey.
    in_whole: Vec<u32>,
}

impl Forms {
    fn of(survey: &Columns, rule: &DuplicateRule, all: usize) -> Self {
        let row = |respondent: usize| survey.answers.iter().map(|column| column[respondent]).collect();
        let is_compared = rule.same_demographics && !survey.demographics.is_empty();
        let questions = survey.answers.len();
        let reaches = |equal: &usize| *equal as f64 >= rule.close * questions as f64 * (1.0 - 1e-12);
        let rows: Vec<Vec<Option<u8>>> = (0..all).map(row).collect();
        Self {
            packed: rows.iter().flat_map(|row| row.chunks(ANSWERS_A_WORD).map(packed)).collect(),
            rows,
            demographics: if is_compared { survey.demographics.clone() } else { vec![0; all] },
            needed: (0..=questions).find(reaches).unwrap_or(questions),
        }
    }

    /// Time grows with the square of the forms; rows are shared among threads and put together in their order.
    fn neighbours(&self, unit: &[u32]) -> Neighbours {
        let all = self.rows.len();
        let width = self.packed.len() / all.max(1);
        let questions = self.rows.first().map_or(0, Vec::len);
        let add = |mut found: Neighbours, one: usize| {
            let row = &self.packed[one * width..(one + 1) * width];
            let others = self.packed[(one + 1) * width..].chunks_exact(width.max(1));
            for (other, next) in (one + 1..).zip(others) {
                let different: u32 = row.iter().zip(next).map(|(a, b)| different(*a, *b)).sum();
                let equal = questions - different as usize;
                if equal < self.needed || self.demographics[one] != self.demographics[other] {
                    continue;
                }
                found.in_whole[one] += 1;
                found.in_whole[other] += 1;
                if unit[one] == unit[other] {
                    found.in_unit.push(Pair { one, other, equal });
                }
            }
            found
        };
        let none = || Neighbours { in_unit: Vec::new(), in_whole: vec![0; all] };
        (0..all).into_par_iter().with_min_len(ROWS_AT_ONCE).fold(none, add).reduce(none, |mut before, after| {
            before.in_unit.extend(after.in_unit);
            for (count, more) in before.in_whole.iter_mut().zip(after.in_whole) {
                *count += more;
            }
            before
        })
    }

    fn identical(&self, survey: &Columns) -> Vec<DuplicateGroup> {
        let key = |row: usize| (survey.unit[row], survey.interviewer_of(row), self.demographics[row], &self.rows[row]);
        let mut order: Vec<usize> = (0..self.rows.len()).collect();
        order.sort_by(|&a, &b| key(a).cmp(&key(b)).then(a.cmp(&b)));
        let mut groups: Vec<DuplicateGroup> = order
            .chunk_by(|&a, &b| key(a) == key(b))
            .filter(|group| group.len() > 1)
            .map(|group| DuplicateGroup {
                unit: survey.unit[group[0]],
                interviewer: survey.interviewer_of(group[0]),
                respondents: group.to_vec(),
            })
            .collect();
        groups.sort_by_key(|group| (group.unit, group.interviewer, group.respondents[0]));
        groups
    }

    /// P(two forms are close) from the whole's shares, questions (and demographics) independent: a Poisson binomial.
    fn chance_of_close(&self, survey: &Columns, rule: &DuplicateRule) -> f64 {
        let all = self.rows.len();
        if all == 0 {
            return 0.0;
        }
        let chance = |mut codes: Vec<u32>| {
            codes.sort_unstable();
            let square = |run: &[u32]| (run.len() as f64 / all as f64) * (run.len() as f64 / all as f64);
            codes.chunk_by(|a, b| a == b).map(square).sum::<f64>()
        };
        let mut equal = vec![1.0];
        for column in &survey.answers {
            let agrees = chance(column.iter().map(|answer| answer.map_or(256, u32::from)).collect());
            equal.push(0.0);
            for count in (0..equal.len()).rev() {
                let before = if count > 0 { equal[count - 1] } else { 0.0 };
                equal[count] = equal[count] * (1.0 - agrees) + before * agrees;
            }
        }
        let same_people = if rule.same_demographics { chance(self.demographics.clone()) } else { 1.0 };
        same_people * equal[self.needed.min(equal.len() - 1)..].iter().sum::<f64>()
    }
}

/// Answers as bytes of a word; blanks are equal to each other.
fn packed(answers: &[Option<u8>]) -> u64 {
    answers.iter().fold(0, |word, answer| word << u8::BITS | u64::from(answer.unwrap_or(u8::MAX)))
}

/// How many bytes of two words differ.
fn different(one: u64, other: u64) -> u32 {
    const LOW: u64 = 0x7F7F_7F7F_7F7F_7F7F;
    let bits = one ^ other;
    ((((bits & LOW) + LOW) | bits) & !LOW).count_ones()
}

/// The permutation test of all interviewers at once.
fn tests(survey: &Columns, rule: &DuplicateRule, neighbours: &Neighbours) -> Vec<InterviewerTest> {
    let names = distinct(survey.interviewer.iter().flatten().copied());
    let known: Vec<usize> = (0..survey.interviewer.len()).filter(|&row| survey.interviewer[row].is_some()).collect();
    let by_unit = strata(&survey.unit, &known);
    let rank = |name: Option<u32>| name.and_then(|name| names.binary_search(&name).ok()).unwrap_or(names.len());
    let ranks: Vec<usize> = survey.interviewer.iter().map(|&name| rank(name)).collect();
    // Pairs with an unknown interviewer never count: their rank lies beyond the names.
    let weighted: Vec<(usize, usize, f64)> = neighbours
        .in_unit
        .iter()
        .map(|pair| {
            let around = neighbours.in_whole[pair.one] + neighbours.in_whole[pair.other];
            (pair.one, pair.other, 2.0 / f64::from(around))
        })
        .filter(|&(one, other, _)| survey.interviewer_of(one).is_some() && survey.interviewer_of(other).is_some())
        .collect();
    let own = |ranks: &[usize]| {
        let mut sums = vec![0.0; names.len()];
        for &(one, other, weight) in weighted.iter().filter(|&&(one, other, _)| ranks[one] == ranks[other]) {
            debug_assert!(one < other);
            sums[ranks[one]] += weight;
        }
        sums
    };
    let observed = own(&ranks);
    let mut reached = vec![0_u32; names.len()];
    let mut total = vec![0.0; names.len()];
    let draw = |draw: u32| own(&shuffled(&ranks, &by_unit, rule.seed, u64::from(draw)));
    let draws: Vec<Vec<f64>> = (0..rule.permutations).into_par_iter().map(draw).collect();
    for sums in draws {
        for (index, sum) in sums.into_iter().enumerate() {
            reached[index] += u32::from(sum >= observed[index] * (1.0 - 1e-12));
            total[index] += sum;
        }
    }
    let test = |(index, &interviewer): (usize, &u32)| InterviewerTest {
        interviewer,
        interviews: u32::try_from(ranks.iter().filter(|&&rank| rank == index).count()).unwrap_or(u32::MAX),
        observed: observed[index],
        expected: total[index] / f64::from(rule.permutations.max(1)),
        p: f64::from(1 + reached[index]) / f64::from(rule.permutations.saturating_add(1)),
        adjusted: 1.0,
        stands_out: false,
    };
    names.iter().enumerate().map(test).collect()
}

#[cfg(test)]
mod tests_of_forms {
    use super::*;

    #[test]
    fn equal_answers_are_counted_across_words_and_threads_and_in_order() {
        const ALL: usize = 5 * ROWS_AT_ONCE;
        let row = |seed: usize| {
            (0..19).map(|at| ((seed * 31 + at * at) % 7 > 1).then_some(((seed + at) % 3) as u8)).collect()
        };
        let rows: Vec<Vec<Option<u8>>> = (0..ALL).map(row).collect();
        let column = |question: usize| rows.iter().map(|row| row[question]).collect();
        let unit: Vec<u32> = (0..ALL).map(|row| u32::from(row % 3 == 0)).collect();
        let survey = Columns { unit: unit.clone(), answers: (0..19).map(column).collect(), ..Columns::default() };
        let rule = DuplicateRule { close: 0.4, same_demographics: false, permutations: 0, seed: 1, alpha: 0.05 };
        let found = Forms::of(&survey, &rule, ALL).neighbours(&survey.unit);
        let (mut in_unit, mut in_whole) = (Vec::new(), vec![0; ALL]);
        for one in 0..ALL {
            for other in one + 1..ALL {
                let equal = (0..19).filter(|&at| rows[one][at] == rows[other][at]).count();
                if equal >= 8 {
                    in_whole[one] += 1;
                    in_whole[other] += 1;
                    in_unit.extend((unit[one] == unit[other]).then_some((one, other, equal)));
                }
            }
        }
        assert!(in_unit.len() > 1_000 && in_unit.len() < ALL * ALL / 4, "{}", in_unit.len());
        assert_eq!(found.in_unit.iter().map(|pair| (pair.one, pair.other, pair.equal)).collect::<Vec<_>>(), in_unit);
        assert_eq!(found.in_whole, in_whole);
    }

    #[test]
    fn identical_and_close_forms_are_found_within_a_unit() {
        let rows = [[1, 2, 3, 4], [1, 2, 3, 4], [1, 2, 3, 0], [0, 0, 0, 0], [1, 2, 3, 4]];
        let survey = Columns {
            unit: vec![1, 1, 1, 1, 2],
            answers: (0..4).map(|question| rows.iter().map(|row| Some(row[question])).collect()).collect(),
            interviewer: vec![Some(7); 5],
            demographics: vec![1, 1, 1, 2, 1],
            ..Columns::default()
        };
        let rule = |close| DuplicateRule { close, same_demographics: true, permutations: 19, seed: 1, alpha: 0.05 };
        let found = duplicates(&survey, &rule(1.0)).unwrap();
        assert_eq!(found.identical, [DuplicateGroup { unit: 1, interviewer: Some(7), respondents: vec![0, 1] }]);
        assert_eq!((found.pairs, found.close_pairs, found.closest.len()), (6, 1, 2));
        // Shares 4/5, 1/5 three times, then 3/5, 2/5; demographics 4/5, 1/5.
        let (most, last): (f64, f64) = (17.0 / 25.0, 13.0 / 25.0);
        assert!((found.expected_if_independent - 6.0 * most * most * most * last * most).abs() < 1e-13);
        let near = duplicates(&survey, &rule(0.75)).unwrap();
        assert_eq!((near.close_pairs, near.closest.len()), (3, 3));
        assert_eq!(near.closest[2], Closest { respondent: 2, other: 0, share: 0.75 });
        // One interviewer alone cannot stand out.
        assert!((near.interviewers[0].p - 1.0).abs() < 1e-15 && !near.interviewers[0].stands_out);
    }
}
