//! Respondents of a file that was read cell by cell in, what the checks of the field work found out.
//!
//! Only such files, which are small: the checks compare respondents with one another and need all of them at once. A file
//! scanned in parts is not checked. Nothing is removed from the estimates, and no answer, name or other text of a
//! respondent is kept: rows of the file, counts and test statistics only.
//!
//! Looked at are questions that have a column of their own, stand in the file and are asked of everybody: who was skipped
//! by rule left nothing blank. Checks of position and points take the largest set of questions with one scale.

mod visits;

use super::quality::{
    Columns, DuplicateRule, Duplicates, EffectRule, InterviewerEffect, InterviewerTest, ItemNonresponse,
    NonresponseRule, Reference, Straightlining, StraightliningRule, TimeRule, TimeWarning, duplicates,
    impossible_times, interviewer_effect, item_nonresponse, straightlining,
};
use super::say::Say;
use super::table::{self, Header};
use super::tally::{BLANK, Batch};
use crate::audit::{Audit, Code, Place};
use crate::definitions::calendar::Period;
use crate::definitions::{Answer, AnswerKind, FieldworkTerms, MadeOf, Survey, fold};
use crate::extract::RawTable;
use std::collections::BTreeMap;

/// Share of equal answers from which two forms are close (Kuriakose & Robbins 2016).
pub const CLOSE: f64 = 0.85;
/// Permutations, as those with which `quality` was measured; more where many interviewers ask for them.
const PERMUTATIONS: u32 = 299;
const MOST_PERMUTATIONS: u32 = 2_000;
/// Forms compared pair by pair: time and memory grow with the square.
pub const MOST_COMPARED: usize = 5_000;
/// Interviews below which a mean has no normal tail (`quality::EffectRule`).
const FEWEST_INTERVIEWS: u32 = 10;
const SEED: u64 = 20_221_008;

/// Who asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Interviewer {
    /// Number or code, as written; `None` where what is written may be a person's name.
    pub code: Option<String>,
    /// One-based row in the file of their first interview used.
    pub first_row: u32,
    /// Their interviews used.
    pub interviews: u32,
}

/// What the checks found; a check that the columns do not allow is `None`.
#[derive(Clone, Debug, Default)]
pub struct Fieldwork {
    /// One-based row in the file of every respondent used, but for those of units with too few to be printed: findings name
    /// respondents by their position here.
    pub rows: Vec<u32>,
    /// Interviewers: findings name them by their position here.
    pub interviewers: Vec<Interviewer>,
    /// Questions looked at, as positions in the survey: findings name them by their position here.
    pub questions: Vec<usize>,
    /// Those of one scale, as positions in [`Fieldwork::questions`].
    pub block: Vec<usize>,
    /// Forms that are one position throughout.
    pub straightlining: Option<Straightlining>,
    /// Forms that agree too well.
    pub duplicates: Option<Duplicates>,
    /// Times at which interviews cannot have taken place.
    pub times: Option<Vec<TimeWarning>>,
    /// Respondents whose time could be read.
    pub timed_count: usize,
    /// Whether answers depend on who asks.
    pub effect: Option<InterviewerEffect>,
    /// Blanks and don't-knows.
    pub nonresponse: Option<ItemNonresponse>,
}

impl Fieldwork {
    /// Tests of interviewers, check by check.
    pub fn interviewer_tests(&self) -> [&[InterviewerTest]; 3] {
        [
            self.straightlining.as_ref().map_or(&[], |found| &found.interviewers),
            self.duplicates.as_ref().map_or(&[], |found| &found.interviewers),
            self.effect.as_ref().map_or(&[], |found| &found.interviewers),
        ]
    }

    /// How many interviewers and cells of questions stand out in checks that hold their family-wise error. Lists of single
    /// respondents are not counted: honest people are on them.
    pub fn suspect_count(&self) -> usize {
        let interviewers = self.interviewer_tests().into_iter().flatten().filter(|test| test.stands_out).count();
        let cells = self.nonresponse.iter().flat_map(|found| &found.cells).filter(|cell| cell.stands_out).count();
        interviewers + cells
    }
}

/// A file and the respondents of it that are used.
pub(super) struct Read<'a> {
    pub(super) table: &'a RawTable,
    pub(super) header: &'a Header,
    /// Filled rows of the table; the batch's rows are positions in it.
    pub(super) rows: &'a [usize],
    pub(super) batch: &'a Batch,
}

/// Makes the checks that the columns allow, and notes what stands out. `None` where there is nothing to look at.
pub(super) fn check(
    say: &Say<'_>,
    period: Period,
    read: &Read<'_>,
    place: &Place,
    audit: &mut Audit,
) -> Option<Fieldwork> {
    let Say { survey, .. } = *say;
    let terms = &survey.fieldwork;
    for (name, column) in [
        (&terms.interviewer_column, read.header.interviewer),
        (&terms.day_column, read.header.day),
        (&terms.start_column, read.header.start),
        (&terms.end_column, read.header.end),
    ] {
        if !name.is_empty() && column.is_none() {
            let message = format!("“{}”里没有“{name}”这一列,用到它的访问质量检查没有做", survey.name);
            say.note(Code::ItemNotReceived, place.clone(), message, name, "请调查单位补上这一列", audit);
        }
    }
    let open = open(&read.batch.units, say.definitions.index.suppress_below as usize);
    let used: Vec<usize> = open.iter().map(|&at| read.rows[read.batch.kept[at]]).collect();
    let questions = questions(survey, read.header);
    if used.is_empty() || questions.is_empty() {
        return None;
    }
    let first_day = visits::day_number(period.first_day())?;
    let visits = visits::read(read.table, read.header, &used, first_day);
    if let Some(visits) = visits.as_ref().filter(|visits| visits.unreadable_count > 0) {
        let count = visits.unreadable_count;
        let message = format!("“{}”有 {count} 格访问日期或时间看不懂,这些答卷没有检查访问时间", survey.name);
        let place = Place { cell: visits.cell(read.table), ..place.clone() };
        say.note(Code::DateInvalid, place, message, &terms.start_column, "日期写成 2022-10-08,时间写成 9:30", audit);
    }
    let (interviewer, interviewers) = interviewers(read, &used);
    let columns = Columns {
        unit: of_open(&read.batch.units, &open),
        answers: questions.iter().map(|&question| answers(&read.batch.answers[question], &open)).collect(),
        interviewer,
        visit: visits.as_ref().map(|visits| visits.visits.clone()).unwrap_or_default(),
        cluster: of_open(&read.batch.clusters, &open),
        demographics: Vec::new(),
    };
    let rows = used.iter().map(|&row| file_row(read.table, row)).collect();
    let found = Fieldwork { rows, interviewers, questions, ..Fieldwork::default() };
    let found = found.filled(survey, period, columns, visits.is_some_and(|visits| visits.has_days));
    let count = found.suspect_count();
    if count > 0 {
        let message = format!("“{}”的访问质量检查有 {count} 处需要复看,见报告“调查质量”一章", survey.name);
        let help = "请调查单位抽查录音或回访;检查只提示复看,没有剔除答卷";
        say.note(Code::FieldworkSuspect, place.clone(), message, &survey.name, help, audit);
    }
    Some(found)
}

impl Fieldwork {
    fn filled(mut self, survey: &Survey, period: Period, mut columns: Columns, has_days: bool) -> Self {
        let terms = &survey.fieldwork;
        let scale = |&question: &usize| &survey.questions[question].scale.answers[..];
        let least = terms.straight_items as usize;
        let has_interviewers = !self.interviewers.is_empty();
        self.block = largest_block(&self.questions.iter().map(scale).collect::<Vec<_>>());
        if self.block.len() >= least {
            let rule = StraightliningRule {
                block: self.block.clone(),
                fewest_answered: least,
                reference: Reference::Unit,
                alpha: terms.level,
            };
            self.straightlining = straightlining(&columns, &rule);
        }
        let permutations = permutations(self.interviewers.len(), terms);
        // With few questions all forms agree.
        if has_interviewers && self.questions.len() >= least && self.rows.len() <= MOST_COMPARED {
            let rule =
                DuplicateRule { close: CLOSE, same_demographics: false, permutations, seed: SEED, alpha: terms.level };
            self.duplicates = duplicates(&columns, &rule);
        }
        if has_interviewers {
            let scale = self.block.first().map_or(&[][..], |&first| scale(&self.questions[first]));
            let rule = EffectRule {
                questions: self.block.clone(),
                points: scale.iter().map(|answer| answer.points.unwrap_or(f64::NAN)).collect(),
                fewest_interviews: FEWEST_INTERVIEWS,
                permutations,
                seed: SEED,
                alpha: terms.level,
            };
            self.effect = interviewer_effect(&columns, &rule);
        }
        let rule = NonresponseRule {
            dont_know: self.questions.iter().map(|question| dont_know(scale(question))).collect(),
            blank_share: terms.blank_share,
            alpha: terms.level,
        };
        self.nonresponse = item_nonresponse(&columns, &rule);
        self.timed_count = columns.visit.iter().flatten().count();
        if self.timed_count > 0 {
            if !has_days {
                // Interviews of different days cannot overlap.
                columns.interviewer.clear();
            }
            self.times = impossible_times(&columns, &time_rule(terms, period));
        }
        self
    }
}

/// Questions with a column in the file that everybody is asked.
fn questions(survey: &Survey, header: &Header) -> Vec<usize> {
    let is_looked_at = |&question: &usize| {
        let own = &survey.questions[question];
        let is_column = !matches!(own.made_of, MadeOf::Items { .. }) && !own.scale.answers.is_empty();
        is_column && own.asked_if.is_none() && header.answers[question].is_some()
    };
    (0..survey.questions.len()).filter(is_looked_at).collect()
}

fn answers(column: &[u8], open: &[usize]) -> Vec<Option<u8>> {
    of_open(column, open).into_iter().map(|answer| (answer != BLANK).then_some(answer)).collect()
}

/// Respondents of units with at least `least` of them: of the others not even a check may tell anything.
fn open(units: &[u32], least: usize) -> Vec<usize> {
    let mut counts: BTreeMap<u32, usize> = BTreeMap::new();
    for &unit in units {
        *counts.entry(unit).or_default() += 1;
    }
    (0..units.len()).filter(|&at| counts[&units[at]] >= least).collect()
}

/// What a column says of the open respondents; a column that is not there stays empty.
fn of_open<T: Copy>(column: &[T], open: &[usize]) -> Vec<T> {
    open.iter().filter_map(|&at| column.get(at).copied()).collect()
}

/// Positions of the largest set of equal scales, the first of several.
fn largest_block(scales: &[&[Answer]]) -> Vec<usize> {
    let key = |scale: &[Answer]| -> Vec<(String, Option<u64>)> {
        scale.iter().map(|answer| (answer.code.clone(), answer.points.map(f64::to_bits))).collect()
    };
    let keys: Vec<_> = scales.iter().map(|scale| key(scale)).collect();
    let alike = |one: usize| -> Vec<usize> { (0..keys.len()).filter(|&other| keys[other] == keys[one]).collect() };
    let mut largest = Vec::new();
    for block in (0..keys.len()).map(alike) {
        if block.len() > largest.len() {
            largest = block;
        }
    }
    largest
}

/// The answer that means don't-know: the one that is said to, else the only one without points and without a meaning.
fn dont_know(scale: &[Answer]) -> Option<u8> {
    let said = scale.iter().position(|answer| answer.kind == Some(AnswerKind::DontKnow));
    let mut silent = (0..scale.len()).filter(|&at| scale[at].points.is_none() && scale[at].kind.is_none());
    let only = || silent.next().filter(|_| silent.next().is_none());
    said.or_else(only).and_then(|position| u8::try_from(position).ok())
}

/// Holm over k interviewers needs at least k / α permutations.
fn permutations(interviewer_count: usize, terms: &FieldworkTerms) -> u32 {
    let needed = interviewer_count as f64 / terms.level;
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "at most MOST_PERMUTATIONS")]
    let needed = needed.ceil().clamp(0.0, f64::from(MOST_PERMUTATIONS)) as u32;
    needed.max(PERMUTATIONS)
}

fn time_rule(terms: &FieldworkTerms, period: Period) -> TimeRule {
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "clamped")]
    let minutes = |minutes: f64| minutes.round().clamp(0.0, f64::from(u16::MAX)) as u16;
    TimeRule {
        shortest: minutes(terms.min_minutes),
        longest: minutes(terms.max_minutes),
        opens: minutes(terms.from_hour * 60.0),
        closes: minutes(terms.to_hour * 60.0),
        first_day: visits::day_number(period.first_day()).unwrap_or(i32::MIN),
        last_day: visits::day_number(period.last_day()).unwrap_or(i32::MAX),
        travel: 0,
    }
}

fn file_row(table: &RawTable, row: usize) -> u32 {
    table.origin.0.saturating_add(u32::try_from(row).unwrap_or(u32::MAX)).saturating_add(1)
}

/// Who asked each of the rows, and the list of them, in the order of what is written.
fn interviewers(read: &Read<'_>, used: &[usize]) -> (Vec<Option<u32>>, Vec<Interviewer>) {
    let Some(column) = read.header.interviewer else { return (Vec::new(), Vec::new()) };
    let texts = table::texts(read.table, used, column);
    let mut names: Vec<String> = texts.distinct.iter().map(|text| fold(text)).filter(|text| !text.is_empty()).collect();
    names.sort();
    names.dedup();
    let of_text = |text: &String| names.binary_search(&fold(text)).ok().and_then(|at| u32::try_from(at).ok());
    let numbers: Vec<Option<u32>> = texts.distinct.iter().map(of_text).collect();
    let by_row: Vec<Option<u32>> = texts.codes.iter().map(|&code| numbers[code as usize]).collect();
    let mut list: Vec<Interviewer> =
        names.iter().map(|name| Interviewer { code: code(name), first_row: u32::MAX, interviews: 0 }).collect();
    for (&row, number) in used.iter().zip(&by_row) {
        let Some(own) = number.and_then(|number| list.get_mut(number as usize)) else { continue };
        own.first_row = own.first_row.min(file_row(read.table, row));
        own.interviews += 1;
    }
    (by_row, list)
}

/// What is written for an interviewer, where it is a number or code and cannot be a name, an identity number or a telephone.
fn code(name: &str) -> Option<String> {
    const WORDS: [&str; 6] = ["访问员", "调查员", "督导员", "号", "组", "第"];
    const MOST_LETTERS: usize = 8;
    const MOST_DIGITS: usize = 6;
    let mut bare = name.to_owned();
    for word in WORDS {
        bare = bare.replace(word, "");
    }
    let digits = bare.bytes().filter(u8::is_ascii_digit).count();
    let is_code = bare.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.'));
    let is_short = (1..=MOST_LETTERS).contains(&bare.len()) && digits <= MOST_DIGITS;
    (is_code && is_short && (digits > 0 || bare.len() <= 2)).then(|| name.to_owned())
}

#[cfg(test)]
mod tests;
