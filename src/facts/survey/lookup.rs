//! Looks up the texts of a respondent file: units, classes, weights and answers, and says what cannot be used.

use super::encode::{Answers, Column, Columns, OFF_SCALE, Texts, UNUSED, Weights, small};
use super::tally::{BLANK, WEIGHT_MAX, WEIGHT_STEP};
use crate::audit::{Audit, Code, Diagnostic, Place};
use crate::definitions::{Answer, Definitions, Matched, Question, Survey, fold};
use crate::extract::RawValue;
use crate::extract::values::{self, Reading};

/// What is said about a text that cannot be used.
pub(super) struct Complaint {
    code: Code,
    message: String,
    expected: String,
    help: String,
}

/// Looks texts up and notes what cannot be used.
pub(super) struct Note<'a> {
    pub(super) definitions: &'a Definitions,
    pub(super) survey: &'a Survey,
    pub(super) place: &'a (dyn Fn(usize, Column) -> Place + Sync),
}

impl Note<'_> {
    fn header(&self, column: Column) -> &str {
        match column {
            Column::Unit => &self.survey.unit_column,
            Column::Stratum => &self.survey.design.stratum_column,
            Column::Cluster => &self.survey.design.cluster_column,
            Column::Weight => &self.survey.weight_column,
            Column::Class(position) => &self.survey.classes[position].column,
            Column::Answer(question) => &self.survey.questions[question].id,
        }
    }

    fn note(&self, row: usize, column: Column, text: &str, complaint: &Complaint, audit: &mut Audit) {
        audit.note(
            Diagnostic::new(complaint.code, (self.place)(row, column), complaint.message.clone())
                .department(&self.definitions.departments[self.survey.department].name)
                .item(self.header(column))
                .found(text)
                .expected(&complaint.expected)
                .help(&complaint.help),
        );
    }

    /// By row the code of its text; [`UNUSED`] with a message where the text cannot be used.
    pub(super) fn looked_up(
        &self,
        texts: &Texts,
        column: Column,
        audit: &mut Audit,
        find: impl Fn(&str) -> Result<u32, Complaint>,
    ) -> Vec<u32> {
        let found: Vec<Result<u32, Complaint>> = texts.distinct.iter().map(|text| find(text)).collect();
        if found.iter().any(Result::is_err) {
            for (row, &code) in texts.codes.iter().enumerate() {
                if let Err(complaint) = &found[code as usize] {
                    self.note(row, column, &texts.distinct[code as usize], complaint, audit);
                }
            }
        }
        let codes: Vec<u32> = found.into_iter().map(|found| found.unwrap_or(UNUSED)).collect();
        texts.codes.iter().map(|&code| codes[code as usize]).collect()
    }

    pub(super) fn unit(&self, text: &str) -> Result<u32, Complaint> {
        match self.definitions.units.find(text) {
            Matched::Unit(unit) | Matched::Alias(unit) => Ok(small(unit)),
            other => {
                let is_unknown = other == Matched::Unknown;
                let near = if is_unknown { self.definitions.units.nearest(text) } else { Vec::new() };
                Err(Complaint {
                    code: Code::UnitUnknown,
                    message: format!("不认识“{text}”,这份答卷没有采用"),
                    expected: near.join("、"),
                    help: "改成名册里的名称".to_owned(),
                })
            }
        }
    }

    pub(super) fn class(&self, position: usize, text: &str) -> Complaint {
        let class = &self.survey.classes[position];
        Complaint {
            code: Code::AnswerInvalid,
            message: format!("“{text}”不是“{}”的一类,加权要用到它,这份答卷没有采用", class.column),
            expected: class.values.join("、"),
            help: "改成定义里的写法".to_owned(),
        }
    }

    pub(super) fn name(&self, column: Column, text: &str) -> Result<u32, Complaint> {
        if !text.trim().is_empty() {
            return Ok(0);
        }
        Err(Complaint {
            code: Code::AnswerInvalid,
            message: format!("“{}”是空的,推算误差要用到它,这份答卷没有采用", self.header(column)),
            expected: "名称或编号".to_owned(),
            help: "请调查单位补上".to_owned(),
        })
    }

    /// Weights in millionths by row; 0 with a message where there is none that can be used.
    pub(super) fn weights(&self, columns: &Columns, audit: &mut Audit) -> Vec<i64> {
        #[expect(clippy::cast_possible_truncation, reason = "at most 1e12")]
        let fixed = |weight: f64| (weight * WEIGHT_STEP).round() as i64;
        let is_usable = |weight: f64| weight > 0.0 && weight <= WEIGHT_MAX && fixed(weight) > 0;
        let complaint = Complaint {
            code: Code::ValueNotNumber,
            message: format!("权数应大于 0、不超过 {WEIGHT_MAX},这份答卷没有采用"),
            expected: "> 0".to_owned(),
            help: "改正权数后重新报送".to_owned(),
        };
        match &columns.weights {
            None => vec![fixed(1.0); columns.row_count],
            Some(Weights::Numbers(numbers)) => numbers
                .iter()
                .enumerate()
                .map(|(row, &weight)| {
                    if is_usable(weight) {
                        return fixed(weight);
                    }
                    self.note(row, Column::Weight, &weight.to_string(), &complaint, audit);
                    0
                })
                .collect(),
            Some(Weights::Texts(texts)) => {
                let read = |text: &String| match values::number(&RawValue::Text(text.as_str().into()), "") {
                    Reading::Number { value, .. } if is_usable(value) => fixed(value),
                    _ => 0,
                };
                let read: Vec<i64> = texts.distinct.iter().map(read).collect();
                let weights: Vec<i64> = texts.codes.iter().map(|&code| read[code as usize]).collect();
                for (row, _) in weights.iter().enumerate().filter(|(_, weight)| **weight == 0) {
                    self.note(row, Column::Weight, &texts.distinct[texts.codes[row] as usize], &complaint, audit);
                }
                weights
            }
        }
    }

    /// Positions of the answers in the scale, by row.
    pub(super) fn answers(&self, number: usize, question: &Question, answers: &Answers, audit: &mut Audit) -> Vec<u8> {
        let scale = &question.scale.answers;
        let option = |answer: &Answer| format!("{} {}", answer.code, answer.word);
        let find = |text: &str| {
            let key = fold(text);
            if key.is_empty() {
                return Ok(u32::from(BLANK));
            }
            let found = scale.iter().position(|answer| fold(&answer.code) == key || fold(&answer.word) == key);
            found.map(small).ok_or_else(|| Complaint {
                code: Code::AnswerInvalid,
                message: format!("“{text}”不是“{}”的选项,未计入", question.id),
                expected: scale.iter().map(option).collect::<Vec<_>>().join("、"),
                help: "改成选项的代码或文字".to_owned(),
            })
        };
        let column = Column::Answer(number);
        let code = |code: u32| u8::try_from(code).unwrap_or(BLANK);
        match answers {
            Answers::Texts(texts) => self.looked_up(texts, column, audit, find).into_iter().map(code).collect(),
            Answers::Numbers(numbers) => {
                let found: Vec<Result<u32, Complaint>> =
                    (0..BLANK).map(|number| find(&number.to_string())).chain([Ok(u32::from(BLANK))]).collect();
                let mut table = [BLANK; 256];
                for (slot, found) in table.iter_mut().zip(&found) {
                    *slot = found.as_ref().map_or(OFF_SCALE, |&found| code(found));
                }
                let mut codes: Vec<u8> = numbers.iter().map(|&number| table[number as usize]).collect();
                for (row, answer) in codes.iter_mut().enumerate().filter(|(_, answer)| **answer == OFF_SCALE) {
                    if let Err(complaint) = &found[numbers[row] as usize] {
                        self.note(row, column, &numbers[row].to_string(), complaint, audit);
                    }
                    *answer = BLANK;
                }
                codes
            }
        }
    }
}
