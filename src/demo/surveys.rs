//! Invented respondents: one a row, without names, whose answers add up to what the unit is like.

use super::delimited::{self, Encoding};
use super::draws::{Draws, Stream};
use super::forms::Cell;
use super::sample::{self, Place, Visit};
use super::{people, workbook};
use crate::definitions::calendar::Date;
use crate::definitions::{Answer, Question, Statistic, Survey, Weighting};

/// One respondent.
struct Respondent {
    unit: usize,
    weight: f64,
    /// Number of the village, from 1.
    village: usize,
    visit: Visit,
    /// Age band, sex and whatever else is asked for.
    classes: Vec<String>,
    /// Position of the answer to each question; `None` where it was left blank.
    answers: Vec<Option<usize>>,
}

/// What decides the answers.
pub(super) struct Panel<'a> {
    pub(super) survey: &'a Survey,
    pub(super) draws: Draws,
    pub(super) when: &'a str,
    /// First day of the month in which people are asked.
    pub(super) month: Date,
    /// Where people are asked.
    pub(super) units: &'a [Place<'a>],
    /// Respondents of each unit.
    pub(super) counts: &'a [usize],
    /// What the statistic of a question (by position) should be for a unit: mean points, or a share in percent.
    pub(super) wanted: &'a dyn Fn(usize, usize) -> f64,
}

/// Shares of respondents who leave a question blank, and who choose each answer that is worth no points.
const BLANK: f64 = 0.02;
const UNDECIDED: f64 = 0.04;

const AGES: [(&str, f64); 4] = [("60-64岁", 0.28), ("65-69岁", 0.3), ("70-79岁", 0.3), ("80岁及以上", 0.12)];

/// Shares of the variance of an answer that lie between villages, between classes and between people whatever they are
/// asked; with some 20 respondents a village the first makes the variance half as large again.
const ALIKE: [f64; 3] = [0.035, 0.02, 0.2];

impl Panel<'_> {
    /// All respondents, unit by unit.
    fn respondents(&self) -> impl Iterator<Item = Respondent> {
        (0..self.counts.len()).flat_map(|unit| self.respondents_of(unit))
    }

    fn is_clustered(&self) -> bool {
        !self.survey.design.cluster_column.is_empty()
    }

    fn respondents_of(&self, unit: usize) -> Vec<Respondent> {
        let (place, count) = (&self.units[unit], self.counts[unit]);
        let survey = self.survey;
        let villages = sample::villages(self.draws, self.when, place, &survey.id, count);
        let cells = self.cells(place, count);
        let people = People { code: place.code, villages: &villages.numbers, cells: &cells };
        let answers = self.all_answers(unit, &people);
        let before = self.counts[..unit].iter().map(|&count| sample::interviewer_count(count)).sum::<usize>();
        let visits = sample::visits(self.draws, self.when, place.code, &survey.id, self.month, before + 1, count);
        let mut stream = self.draws.stream("respondent", self.when, place.code, &survey.id);
        let is_weighted = place.people > 0.0 && (self.is_clustered() || survey.weighting != Weighting::Design);
        let respondent = |number: usize| {
            let mut weight = stream.between(0.6, 1.6);
            if is_weighted {
                // Everybody stands for as many people as the village has more than respondents.
                #[expect(clippy::cast_precision_loss, reason = "counts of respondents are far below 2^53")]
                let each = place.people / count as f64;
                weight = (each * villages.sizes[number]).max(0.01);
            }
            let (age, sex) = (age(stream.uniform()), if stream.uniform() < 0.54 { "女" } else { "男" });
            let classes =
                if survey.classes.is_empty() { vec![age, sex] } else { people::values(&survey.classes, cells[number]) };
            Respondent {
                unit,
                weight: (weight * 100.0).round() / 100.0,
                village: villages.numbers[number],
                visit: visits[number],
                classes: classes.into_iter().map(str::to_owned).collect(),
                answers: answers.iter().map(|answers| answers[number]).collect(),
            }
        };
        (0..count).map(respondent).collect()
    }

    /// The class of every respondent of a unit, in any order.
    fn cells(&self, place: &Place<'_>, count: usize) -> Vec<usize> {
        if self.survey.classes.is_empty() {
            return vec![0; count];
        }
        let people = people::cells(self.draws, &self.survey.classes, place.code, place.people.max(1e4));
        let mut cells = people::reached(self.draws, &people, place.code, count);
        let mut stream = self.draws.stream("class", self.when, place.code, &self.survey.id);
        for last in (1..cells.len()).rev() {
            cells.swap(last, stream.below(last + 1));
        }
        cells
    }

    /// The answers to every question, without those that the skip rules leave out.
    fn all_answers(&self, unit: usize, people: &People<'_>) -> Vec<Vec<Option<usize>>> {
        let questions = &self.survey.questions;
        let mut answers: Vec<Vec<Option<usize>>> =
            (0..questions.len()).map(|question| self.answers(question, unit, people)).collect();
        for (position, question) in questions.iter().enumerate() {
            let Some(rule) = &question.asked_if else { continue };
            let codes = &questions[rule.question].scale.answers;
            let is_asked = |answer: &Option<usize>| answer.is_some_and(|own| rule.answers.contains(&codes[own].code));
            let asked: Vec<bool> = answers[rule.question].iter().map(is_asked).collect();
            for (answer, _) in answers[position].iter_mut().zip(asked).filter(|(_, is_asked)| !is_asked) {
                *answer = None;
            }
        }
        answers
    }

    /// The place of every respondent among those of the unit, from those who answer best to those who answer worst.
    fn places(&self, question: &Question, people: &People<'_>, stream: &mut Stream) -> Vec<usize> {
        let count = people.cells.len();
        let mut order: Vec<usize> = (0..count).collect();
        if !self.is_clustered() {
            for last in (1..count).rev() {
                order.swap(last, stream.below(last + 1));
            }
            return order;
        }
        let draw = |purpose: &str, number: usize| {
            self.draws.stream(purpose, "", people.code, &format!("{}/{number}", question.id)).bell()
        };
        let mut moods = self.draws.stream("mood", self.when, people.code, &self.survey.id);
        let [village, class, person] = ALIKE;
        let leaning = |number: usize| {
            village.sqrt() * draw("village mood", people.villages[number])
                + class.sqrt() * draw("class mood", people.cells[number])
                + person.sqrt() * moods.bell()
                + (1.0 - village - class - person).sqrt() * stream.bell()
        };
        let leanings: Vec<f64> = (0..count).map(leaning).collect();
        order.sort_by(|&one, &other| leanings[other].total_cmp(&leanings[one]).then(one.cmp(&other)));
        let mut places = vec![0; count];
        for (place, number) in order.into_iter().enumerate() {
            places[number] = place;
        }
        places
    }

    fn answers(&self, question: usize, unit: usize, people: &People<'_>) -> Vec<Option<usize>> {
        let definition = &self.survey.questions[question];
        let count = people.cells.len();
        if definition.scale.answers.is_empty() {
            return vec![None; count];
        }
        let shares = shares(definition, (self.wanted)(question, unit));
        let undecided: Vec<usize> = (0..definition.scale.answers.len())
            .filter(|&answer| definition.scale.answers[answer].points.is_none())
            .collect();
        let mut stream = self.draws.stream("answer", self.when, people.code, &definition.id);
        self.places(definition, people, &mut stream)
            .into_iter()
            .map(|place| {
                // Evenly spread places keep the result near what is wanted however few respondents there are.
                #[expect(clippy::cast_precision_loss, reason = "counts of respondents are far below 2^53")]
                let mut place = (place as f64 + stream.uniform()) / count as f64;
                let mood = stream.uniform() - BLANK;
                if mood < 0.0 {
                    return None;
                }
                #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "small and not negative")]
                if let Some(&answer) = undecided.get((mood / UNDECIDED) as usize) {
                    return Some(answer);
                }
                let mut chosen = None;
                for &(answer, share) in &shares {
                    chosen = Some(answer);
                    place -= share;
                    if place < 0.0 {
                        break;
                    }
                }
                chosen
            })
            .collect()
    }
}

/// The respondents of a unit: the village and class of each.
struct People<'a> {
    code: &'a str,
    villages: &'a [usize],
    cells: &'a [usize],
}

/// The age group at a place in [0, 1) of all ages.
fn age(mut place: f64) -> &'static str {
    for (name, share) in AGES {
        place -= share;
        if place < 0.0 {
            return name;
        }
    }
    AGES[0].0
}

/// Shares of the answers worth points, so that the statistic of the question comes to `wanted`.
///
/// `share ∝ exp(θ·worth)` with θ by bisection: the most even distribution with that mean.
fn shares(question: &Question, wanted: f64) -> Vec<(usize, f64)> {
    let worth_points = |(position, answer): (usize, &Answer)| answer.points.map(|points| (position, points));
    let points: Vec<(usize, f64)> = question.scale.answers.iter().enumerate().filter_map(worth_points).collect();
    let best = points.iter().map(|point| point.1).fold(f64::MIN, f64::max);
    let worst = points.iter().map(|point| point.1).fold(f64::MAX, f64::min);
    let range = (best - worst).max(f64::MIN_POSITIVE);
    let (worth, wanted): (Vec<f64>, f64) = match question.statistic {
        Statistic::Mean | Statistic::Ratio => {
            (points.iter().map(|point| (point.1 - worst) / range).collect(), (wanted - worst) / range)
        }
        Statistic::Share | Statistic::TopTwo | Statistic::Awareness => {
            (points.iter().map(|point| f64::from(u8::from(point.1 >= best / 2.0))).collect(), wanted / 100.0)
        }
    };
    // The very best and worst cannot be reached but by everybody answering alike.
    let wanted = wanted.clamp(0.02, 0.99);
    let tilted = |tilt: f64| {
        let raw: Vec<f64> = worth.iter().map(|worth| libm::exp(tilt * worth)).collect();
        let sum: f64 = raw.iter().sum();
        raw.into_iter().map(|share| share / sum).collect::<Vec<f64>>()
    };
    let (mut low, mut high) = (-50.0, 50.0);
    for _ in 0..60 {
        let middle = f64::midpoint(low, high);
        let mean: f64 = tilted(middle).iter().zip(&worth).map(|(share, worth)| share * worth).sum();
        if mean < wanted { low = middle } else { high = middle }
    }
    points.iter().map(|point| point.0).zip(tilted(low)).collect()
}

/// The file of a survey: its extension and bytes. `style` 0 is CSV with codes, 1 a workbook with words, 2 CSV in
/// GB18030 with codes.
pub(super) fn file(panel: &Panel<'_>, style: usize) -> (&'static str, Vec<u8>) {
    let survey = panel.survey;
    let header = header(survey);
    let is_workbook = style == 1 && workbook::fits(panel.counts.iter().sum(), header.len());
    let rows = panel.respondents().enumerate().map(|(number, respondent)| {
        #[expect(clippy::cast_precision_loss, reason = "counts of respondents are far below 2^53")]
        let number = (number + 1) as f64;
        let place = &panel.units[respondent.unit];
        let mut row = vec![Cell::Number(number), Cell::Text(place.name.to_owned())];
        if !survey.design.stratum_column.is_empty() {
            row.push(Cell::Text(format!("{}第{}层", place.short, respondent.village % 2 + 1)));
        }
        if panel.is_clustered() {
            row.push(Cell::Text(format!("{}第{}村", place.short, respondent.village)));
        }
        if !survey.weight_column.is_empty() {
            row.push(Cell::Number(respondent.weight));
        }
        row.extend(respondent.classes.into_iter().map(Cell::Text));
        row.extend(visit_cells(survey, &respondent.visit));
        row.extend(respondent.answers.iter().zip(&survey.questions).filter(|(_, question)| is_column(question)).map(
            |(answer, question)| {
                let Some(answer) = answer.map(|answer| &question.scale.answers[answer]) else { return Cell::Empty };
                Cell::Text(if is_workbook { answer.word.clone() } else { answer.code.clone() })
            },
        ));
        row
    });
    if is_workbook {
        return ("xlsx", workbook::table("答卷", &header, &rows.collect::<Vec<_>>()));
    }
    let encoding = if style == 2 { Encoding::Gb18030 } else { Encoding::Utf8Bom };
    ("csv", delimited::table(&header, rows, encoding))
}

fn is_column(question: &Question) -> bool {
    !question.scale.answers.is_empty()
}

fn header(survey: &Survey) -> Vec<String> {
    let (design, terms) = (&survey.design, &survey.fieldwork);
    let mut header = vec!["序号".to_owned(), survey.unit_column.clone()];
    let is_named = |name: &&String| !name.is_empty();
    header.extend(
        [&design.stratum_column, &design.cluster_column, &survey.weight_column].into_iter().filter(is_named).cloned(),
    );
    if survey.classes.is_empty() {
        header.extend(["年龄段".to_owned(), "性别".to_owned()]);
    }
    header.extend(survey.classes.iter().map(|class| class.column.clone()));
    let visits = [&terms.interviewer_column, &terms.day_column, &terms.start_column, &terms.end_column];
    header.extend(visits.into_iter().filter(is_named).cloned());
    header.extend(survey.questions.iter().filter(|question| is_column(question)).map(|question| question.id.clone()));
    header
}

/// Interviewer, day, start and end, where they are asked for.
fn visit_cells(survey: &Survey, visit: &Visit) -> Vec<Cell> {
    let terms = &survey.fieldwork;
    let clock = |minutes: usize| Cell::Text(format!("{:02}:{:02}", minutes / 60, minutes % 60));
    [
        (&terms.interviewer_column, Cell::Text(format!("F{:02}", visit.interviewer))),
        (&terms.day_column, Cell::Date(visit.day)),
        (&terms.start_column, clock(visit.start)),
        (&terms.end_column, clock(visit.end)),
    ]
    .into_iter()
    .filter(|(name, _)| !name.is_empty())
    .map(|(_, cell)| cell)
    .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::definitions::AnswerScale;

    fn question(statistic: Statistic) -> Question {
        let answer =
            |code: &str, points| Answer { code: code.to_owned(), word: format!("{code}号"), points, kind: None };
        let points = [Some(100.0), Some(80.0), Some(60.0), Some(30.0), Some(0.0), None];
        let answers = points.into_iter().zip(["1", "2", "3", "4", "5", "9"]).map(|(points, code)| answer(code, points));
        Question {
            id: "q1".into(),
            scale: AnswerScale { answers: answers.collect() },
            statistic,
            ..Question::default()
        }
    }

    #[test]
    fn shares_have_the_wanted_mean_or_the_wanted_share_of_good_answers() {
        let points = [100.0, 80.0, 60.0, 30.0, 0.0];
        let mean: f64 =
            shares(&question(Statistic::Mean), 87.0).iter().map(|(answer, share)| points[*answer] * share).sum();
        assert!((mean - 87.0).abs() < 1e-6, "{mean}");
        let good: f64 =
            shares(&question(Statistic::Share), 90.0).iter().filter(|share| share.0 < 3).map(|share| share.1).sum();
        assert!((good - 0.9).abs() < 1e-6, "{good}");
    }

    #[test]
    fn answers_come_out_as_wanted_with_a_few_blanks_and_undecided() {
        let survey = Survey {
            id: "general".into(),
            name: String::new(),
            department: 0,
            unit_column: "镇".into(),
            weight_column: "权重".into(),
            typical: 500.0,
            questions: vec![question(Statistic::Mean)],
            ..Survey::default()
        };
        let place = |code, name, short| Place { code, name, short, people: 9000.0, village_count: 12 };
        let units = [place("U1", "甲镇", "甲"), place("U2", "乙镇", "乙")];
        let panel = Panel {
            survey: &survey,
            draws: Draws::new(5),
            when: "2022Q3",
            month: Date::new(2022, 9, 1).expect("a day"),
            units: &units,
            counts: &[0, 500],
            wanted: &|_, _| 84.0,
        };
        let respondents: Vec<Respondent> = panel.respondents().collect();
        assert_eq!(respondents.len(), 500);
        let points = [100.0, 80.0, 60.0, 30.0, 0.0];
        let scored: Vec<f64> = respondents
            .iter()
            .filter_map(|one| one.answers[0])
            .filter_map(|answer| points.get(answer).copied())
            .collect();
        let mean = scored.iter().sum::<f64>() / f64::from(u32::try_from(scored.len()).expect("few"));
        assert!((mean - 84.0).abs() < 1.0, "{mean}");
        let undecided = respondents.iter().filter(|one| one.answers[0] == Some(5)).count();
        let blank = respondents.iter().filter(|one| one.answers[0].is_none()).count();
        assert!((8..=36).contains(&undecided) && (2..=22).contains(&blank), "{undecided} {blank}");
        let (extension, bytes) = file(&panel, 0);
        let text = String::from_utf8(bytes).expect("UTF-8");
        assert_eq!((extension, text.lines().count()), ("csv", 501));
        assert!(text.starts_with("\u{feff}序号,镇,权重,年龄段,性别,q1\r\n1,乙镇,"), "{text:.80}");
    }
}
