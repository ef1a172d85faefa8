//! Questionnaires, their scales and questions.

use super::{Codes, codes, required};
use crate::audit::{Audit, Code, Diagnostic};
use crate::definitions::lenient::Item;
use crate::definitions::raw::{RawQuestion, RawScale, RawSurvey};
use crate::definitions::{AnswerScale, Department, Question, Statistic, Survey};

pub(super) fn surveys(
    items: &[Item<RawSurvey>],
    scales: &[Item<RawScale>],
    questions: &[Item<RawQuestion>],
    departments: &[Department],
    audit: &mut Audit,
) -> Vec<Survey> {
    let department_codes = codes(departments.iter().map(|department| department.code.as_str()));
    let mut own = Codes::default();
    let mut list: Vec<Survey> = Vec::new();
    for item in items {
        let raw = &item.value;
        let id = required(item, "id", &raw.id, audit);
        own.add(item, "id", &id, audit);
        let department = required(item, "department", &raw.department, audit);
        let department = if department.is_empty() {
            None
        } else {
            department_codes.find(item, "department", &department, "部门", audit)
        };
        list.push(Survey {
            name: required(item, "name", &raw.name, audit),
            department: department.unwrap_or(0),
            unit_column: required(item, "unit_column", &raw.unit_column, audit),
            weight_column: raw.weight_column.clone().unwrap_or_default(),
            typical: raw.typical.unwrap_or(100.0),
            questions: Vec::new(),
            id,
        });
    }
    let mut scale_codes = Codes::default();
    for scale in scales {
        let id = required(scale, "id", &scale.value.id, audit);
        scale_codes.add(scale, "id", &id, audit);
        let usable = scale.value.answers.iter().any(|answer| answer.points.is_some_and(f64::is_finite));
        if !usable && !scale.is_broken("answers") {
            audit.note(
                Diagnostic::new(
                    Code::ScoringParameters,
                    scale.place("answers"),
                    format!("量表“{id}”没有任何带分值的答案"),
                )
                .item(&id)
                .help("至少一个答案写上 points"),
            );
        }
    }
    let mut question_codes = Codes::default();
    for item in questions {
        let raw = &item.value;
        let id = required(item, "id", &raw.id, audit);
        question_codes.add(item, "id", &id, audit);
        let survey = required(item, "survey", &raw.survey, audit);
        let scale = required(item, "scale", &raw.scale, audit);
        let survey = if survey.is_empty() { None } else { own.find(item, "survey", &survey, "问卷", audit) };
        let scale = if scale.is_empty() { None } else { scale_codes.find(item, "scale", &scale, "量表", audit) };
        if let (Some(survey), Some(scale)) = (survey, scale) {
            list[survey].questions.push(Question {
                id,
                text: raw.text.clone().unwrap_or_default(),
                scale: AnswerScale { answers: scales[scale].value.answers.clone() },
                statistic: raw.statistic.unwrap_or(Statistic::Mean),
            });
        }
    }
    list
}
