//! Clean and falsified surveys, simulated: false alarms and power of the checks. The table in [`super`] holds the rates.

use super::*;
use crate::facts::probability::normal::quantile as normal_quantile;
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;

const SURVEYS: u64 = 300;
const UNITS: u32 = 13;
const EACH: u32 = 100;
const INTERVIEWERS: u32 = 12;
const DONT_KNOW: u8 = 5;

struct Draws(ChaCha8Rng);

impl Draws {
    fn uniform(&mut self) -> f64 {
        ((self.0.next_u64() >> 11) as f64 + 0.5) / (1_u64 << 53) as f64
    }

    fn normal(&mut self) -> f64 {
        normal_quantile(self.uniform()).unwrap()
    }

    fn below(&mut self, end: usize) -> usize {
        usize::try_from((u128::from(self.0.next_u64()) * end as u128) >> 64).unwrap()
    }
}

fn draws(seed: u64, survey: u64) -> Draws {
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    rng.set_stream(survey);
    Draws(rng)
}

/// 54/38/5/2/1 % over the positions 0 … 4 by a normal scale: half its variance is the person's, units differ by 0.15.
fn clean(number: u64) -> Columns {
    let mut draw = draws(2024, number);
    let cuts = [0.54, 0.92, 0.97, 0.99].map(|share| normal_quantile(share).unwrap());
    let mut survey = Columns { answers: vec![Vec::new(); 6], ..Columns::default() };
    let mut clock = [[0_u16; INTERVIEWERS as usize]; UNITS as usize];
    for unit in 0..UNITS {
        let level = 0.15 * draw.normal();
        for _ in 0..EACH {
            let person = libm::sqrt(0.5 - 0.15 * 0.15) * draw.normal() + level;
            for column in &mut survey.answers {
                let value = person + libm::sqrt(0.5) * draw.normal();
                let position = u8::try_from(cuts.iter().filter(|&&cut| value > cut).count()).unwrap();
                let fate = draw.uniform();
                column.push(if fate < 0.02 { None } else { Some(if fate < 0.05 { DONT_KNOW } else { position }) });
            }
            let interviewer = (unit + 3 * u32::try_from(draw.below(4)).unwrap()) % INTERVIEWERS;
            // Interviews of 12 minutes in the median (3 – 48 at ±4 s), one after the other, 12 a day.
            let turn = &mut clock[unit as usize][interviewer as usize];
            let minutes = libm::round(12.0 * libm::exp(0.35 * draw.normal())).clamp(1.0, 55.0);
            let start = 540 + 60 * (*turn % 8);
            survey.visit.push(Some(Visit {
                day: i32::from(*turn / 8) + 10 * i32::try_from(unit).unwrap(),
                start,
                end: start + format!("{minutes}").parse::<u16>().unwrap(),
            }));
            *turn += 1;
            survey.unit.push(unit);
            survey.interviewer.push(Some(interviewer));
            survey.cluster.push(unit);
            survey.demographics.push(u32::try_from(draw.below(8)).unwrap());
        }
    }
    survey
}

fn straight_rule() -> StraightliningRule {
    StraightliningRule { block: (0..6).collect(), fewest_answered: 5, reference: Reference::Unit, alpha: 0.05 }
}

fn duplicate_rule() -> DuplicateRule {
    DuplicateRule { close: 0.85, same_demographics: false, permutations: 299, seed: 11, alpha: 0.05 }
}

fn effect_rule(permutations: u32) -> EffectRule {
    let points = vec![100.0, 80.0, 60.0, 30.0, 0.0];
    EffectRule { questions: (0..6).collect(), points, fewest_interviews: 10, permutations, seed: 12, alpha: 0.05 }
}

fn blank_rule() -> NonresponseRule {
    NonresponseRule { dont_know: vec![Some(DONT_KNOW); 6], blank_share: 0.3, alpha: 0.05 }
}

fn time_rule() -> TimeRule {
    TimeRule { shortest: 5, longest: 60, opens: 480, closes: 1200, first_day: 0, last_day: 200, travel: 10 }
}

/// Of the simulated clean surveys: how many had a flag of a test, how many respondents were listed.
#[derive(Default, Clone, Copy)]
struct Alarms {
    surveys: u32,
    people: usize,
}

impl Alarms {
    fn add(&mut self, is_flagged: bool, people: usize) {
        self.surveys += u32::from(is_flagged);
        self.people += people;
    }

    fn survey_percent(self) -> f64 {
        100.0 * f64::from(self.surveys) / SURVEYS as f64
    }

    fn people_percent(self) -> f64 {
        100.0 * self.people as f64 / (SURVEYS as f64 * f64::from(UNITS * EACH))
    }
}

fn any(tests: &[InterviewerTest]) -> bool {
    tests.iter().any(|test| test.stands_out)
}

fn flagged(tests: &[InterviewerTest]) -> Vec<u32> {
    tests.iter().filter(|test| test.stands_out).map(|test| test.interviewer).collect()
}

#[test]
fn false_alarms_on_clean_surveys_are_those_of_the_table() {
    let [mut straight, mut copies, mut times, mut fisher, mut permuted, mut means, mut blanks] = [Alarms::default(); 7];
    for number in 0..SURVEYS {
        let survey = clean(number);
        let found = straightlining(&survey, &straight_rule()).unwrap();
        straight.add(any(&found.interviewers), found.respondents.len());
        let found = duplicates(&survey, &duplicate_rule()).unwrap();
        copies.add(any(&found.interviewers), found.closest.len());
        let mut found = impossible_times(&survey, &time_rule()).unwrap();
        found.dedup_by_key(|warning| warning.respondent);
        times.add(false, found.len());
        let found = interviewer_effect(&survey, &effect_rule(199)).unwrap();
        fisher.add(found.p <= 0.05, 0);
        permuted.add(found.permutation_p.unwrap() <= 0.05, 0);
        means.add(any(&found.interviewers), 0);
        let found = item_nonresponse(&survey, &blank_rule()).unwrap();
        blanks.add(found.cells.iter().any(|cell| cell.stands_out), found.respondents.len());
    }
    let tests = [straight, copies, fisher, permuted, means, blanks].map(Alarms::survey_percent);
    // 5 % and three standard errors of 300 surveys.
    let most = 5.0 + 300.0 * libm::sqrt(0.05 * 0.95 / SURVEYS as f64);
    assert!(tests.iter().all(|&percent| percent <= most), "{tests:?}");
    let [in_straight, in_copies, in_times, in_blanks] = [straight, copies, times, blanks].map(Alarms::people_percent);
    assert_table(&[
        format!("straight-lining | {:.1} % | {in_straight:.1} %", tests[0]),
        format!("duplicates (6 of 6 alike) | {:.1} % | {in_copies:.1} %", tests[1]),
        format!("times | – | {in_times:.1} %"),
        format!("interviewer effect, F | {:.1} % | –", tests[2]),
        format!("interviewer effect, permutation | {:.1} % | –", tests[3]),
        format!("interviewer's mean | {:.1} % | –", tests[4]),
        format!("item non-response | {:.1} % | {in_blanks:.1} %", tests[5]),
    ]);
}

/// The tables in the module's documentation have these rows.
fn assert_table(rows: &[String]) {
    let missing: Vec<&String> =
        rows.iter().filter(|row| !include_str!("mod.rs").contains(&format!("//! | {row} |\n"))).collect();
    assert!(missing.is_empty(), "{missing:#?}");
}

/// Rows of one interviewer.
fn rows_of(survey: &Columns, interviewer: u32) -> Vec<usize> {
    (0..survey.unit.len()).filter(|&row| survey.interviewer[row] == Some(interviewer)).collect()
}

/// Replaces a share of an interviewer's forms by copies of another of theirs in the same unit.
fn copy_forms(survey: &mut Columns, interviewer: u32, share: f64, draw: &mut Draws) {
    let rows = rows_of(survey, interviewer);
    for &row in &rows {
        let sources: Vec<usize> =
            rows.iter().copied().filter(|&other| other != row && survey.unit[other] == survey.unit[row]).collect();
        if sources.is_empty() || draw.uniform() >= share {
            continue;
        }
        let source = sources[draw.below(sources.len())];
        for column in &mut survey.answers {
            column[row] = column[source];
        }
    }
}

/// Copied forms: in how many of 40 surveys interviewer 4 stands out.
fn copies_found(share: f64) -> usize {
    let is_found = |number: &u64| {
        let mut survey = clean(1000 + number);
        copy_forms(&mut survey, 4, share, &mut draws(77, *number));
        flagged(&duplicates(&survey, &duplicate_rule()).unwrap().interviewers).contains(&4)
    };
    (0..FALSIFIED).filter(is_found).count()
}

const FALSIFIED: u64 = 40;

#[test]
fn copied_forms_are_found_as_often_as_the_table_says() {
    assert_table(
        &[0.2, 0.1].map(|share| format!("copies {:.0} % of the forms | {}", 100.0 * share, copies_found(share))),
    );
}

#[test]
fn other_falsification_is_found_as_often_as_the_table_says() {
    let [mut straight, mut fisher, mut mean, mut blanks] = [0; 4];
    for number in 0..FALSIFIED {
        let mut draw = draws(78, number);
        let honest = clean(1000 + number);

        let mut survey = honest.clone();
        for &row in rows_of(&honest, 7).iter().step_by(3) {
            let first = survey.answers[0][row].or(Some(0));
            survey.answers.iter_mut().for_each(|column| column[row] = first);
        }
        straight += u32::from(flagged(&straightlining(&survey, &straight_rule()).unwrap().interviewers).contains(&7));

        let mut survey = honest.clone();
        for row in rows_of(&honest, 2) {
            for column in &mut survey.answers {
                column[row] = if draw.uniform() < 0.4 { Some(0) } else { column[row] };
            }
        }
        let effect = interviewer_effect(&survey, &effect_rule(0)).unwrap();
        fisher += u32::from(effect.p <= 0.05);
        mean += u32::from(flagged(&effect.interviewers).contains(&2));

        let mut survey = honest;
        for row in (500..600).step_by(7) {
            survey.answers[3][row] = None;
        }
        let cells = item_nonresponse(&survey, &blank_rule()).unwrap().cells;
        blanks += u32::from(cells.iter().any(|cell| cell.stands_out && (cell.unit, cell.question) == (5, 3)));
    }
    assert_table(&[
        format!("fills every third form with one position | {straight}"),
        format!("turns 40 % of the answers into the best: F | {fisher}"),
        format!("turns 40 % of the answers into the best: mean | {mean}"),
        format!("a unit leaves one question blank in 15 more of 100 | {blanks}"),
    ]);
}
