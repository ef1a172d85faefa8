//! Scales and questions.

use super::super::{Codes, codes, required, unknown_reference};
use super::Sections;
use crate::audit::{Audit, Code, Diagnostic};
use crate::definitions::lenient::Item;
use crate::definitions::raw::{RawQuestion, RawScale};
use crate::definitions::{AnswerScale, AskedIf, MadeOf, Question, Statistic, Survey};

/// Puts the questions into their questionnaires.
pub(super) fn questions(sections: &Sections<'_>, surveys: &Codes, list: &mut [Survey], audit: &mut Audit) {
    let scales = scales(sections.scales, audit);
    let mut own = Codes::default();
    let mut placed: Vec<(&Item<RawQuestion>, usize)> = Vec::new();
    for item in sections.questions {
        let raw = &item.value;
        let id = required(item, "id", &raw.id, audit);
        own.add(item, "id", &id, audit);
        let survey = required(item, "survey", &raw.survey, audit);
        let survey = if survey.is_empty() { None } else { surveys.find(item, "survey", &survey, "问卷", audit) };
        let scale = if raw.items.is_empty() {
            let scale = required(item, "scale", &raw.scale, audit);
            if scale.is_empty() { None } else { scales.find(item, "scale", &scale, "量表", audit) }
        } else {
            None
        };
        let answers = scale.map(|scale| sections.scales[scale].value.answers.clone());
        let (Some(survey), Some(answers)) = (survey, answers.or_else(|| (!raw.items.is_empty()).then(Vec::new))) else {
            continue;
        };
        placed.push((item, survey));
        list[survey].questions.push(Question {
            id,
            text: raw.text.clone().unwrap_or_default(),
            scale: AnswerScale { answers },
            statistic: raw.statistic.unwrap_or(Statistic::Mean),
            good: raw.good.clone(),
            made_of: MadeOf::Column,
            asked_if: None,
            compares_with: raw.compares_with.clone().unwrap_or_default(),
            importance_of: raw.importance_of.clone().unwrap_or_default(),
        });
    }
    let mut places = vec![0; list.len()];
    for (item, survey) in placed {
        let position = places[survey];
        places[survey] += 1;
        let (made_of, asked_if) = links(item, position, &list[survey].questions, audit);
        list[survey].questions[position].made_of = made_of;
        list[survey].questions[position].asked_if = asked_if;
    }
}

fn scales(scales: &[Item<RawScale>], audit: &mut Audit) -> Codes {
    let mut own = Codes::default();
    for scale in scales {
        let id = required(scale, "id", &scale.value.id, audit);
        own.add(scale, "id", &id, audit);
        let answers = &scale.value.answers;
        let is_usable = |points: f64| points.is_finite() && points.abs() <= MOST_POINTS;
        let has_points = answers.iter().any(|answer| answer.points.is_some());
        let all_usable = answers.iter().filter_map(|answer| answer.points).all(is_usable);
        if (has_points && all_usable && answers.len() <= MOST_ANSWERS) || scale.is_broken("answers") {
            continue;
        }
        let message = if !has_points {
            format!("量表“{id}”没有任何带分值的答案")
        } else if all_usable {
            format!("量表“{id}”的答案超过 {MOST_ANSWERS} 个")
        } else {
            format!("量表“{id}”有分值过大或不是数")
        };
        audit.note(
            Diagnostic::new(Code::ScoringParameters, scale.place("answers"), message)
                .item(&id)
                .help("至少一个答案写上 points,绝对值不超过一百万;答案不超过 100 个"),
        );
    }
    own
}

/// Points are summed as fixed-point integers; beyond this they might overflow.
const MOST_POINTS: f64 = 1e6;
/// Answers are kept as one byte each.
const MOST_ANSWERS: usize = 100;

/// What a question is made of and who is asked it.
fn links(
    item: &Item<RawQuestion>,
    position: usize,
    questions: &[Question],
    audit: &mut Audit,
) -> (MadeOf, Option<AskedIf>) {
    let raw = &item.value;
    let known = codes(questions.iter().map(|question| question.id.as_str()));
    let find = |key: &str, id: &str, audit: &mut Audit| {
        let found = known.find(item, key, id, "同一问卷的题目", audit)?;
        // A figure made of others is no column that could be looked at.
        let is_column = found != position && !questions[found].scale.answers.is_empty();
        if !is_column {
            let ids: Vec<&str> = questions.iter().map(|question| question.id.as_str()).collect();
            audit.note(unknown_reference(item.place(key), "可引用的题目", id, &ids));
        }
        is_column.then_some(found)
    };
    let wrong = |key: &str, message: &str, help: &str, audit: &mut Audit| {
        audit.note(
            Diagnostic::new(Code::ScoringParameters, item.place(key), message)
                .item(raw.id.as_deref().unwrap_or_default())
                .help(help),
        );
    };
    let made_of = if !raw.items.is_empty() {
        let items: Vec<usize> = raw.items.iter().filter_map(|id| find("items", id, audit)).collect();
        let least = raw.min_answered.unwrap_or(1);
        if least == 0 || least as usize > raw.items.len() {
            wrong("min_answered", "至少答几题(min_answered)应在 1 与题数之间", "改成不超过 items 个数的整数", audit);
        }
        MadeOf::Items { items, least: least.max(1) }
    } else if let (Statistic::Ratio, Some(over)) = (questions[position].statistic, &raw.over) {
        find("over", over, audit).map_or(MadeOf::Column, |over| MadeOf::Ratio { over })
    } else {
        if questions[position].statistic == Statistic::Ratio || raw.over.is_some() {
            wrong("over", "比值要同时写 statistic = \"ratio\" 和 over", "两样都写,或都不写", audit);
        }
        MadeOf::Column
    };
    check_codes(item, "good", &raw.good, &questions[position], audit);
    let asked_if = raw.asked_if.as_ref().and_then(|id| {
        let question = find("asked_if", id, audit)?;
        check_codes(item, "asked_answers", &raw.asked_answers, &questions[question], audit);
        if raw.asked_answers.is_empty() {
            wrong(
                "asked_if",
                "写了 asked_if,没有写哪些答案(asked_answers)",
                "列出答案的代码,例如 [\"1\", \"2\"]",
                audit,
            );
        }
        Some(AskedIf { question, answers: raw.asked_answers.clone() })
    });
    (made_of, asked_if)
}

fn check_codes(item: &Item<RawQuestion>, key: &str, named: &[String], question: &Question, audit: &mut Audit) {
    let known: Vec<&str> = question.scale.answers.iter().map(|answer| answer.code.as_str()).collect();
    for code in named.iter().filter(|code| !known.contains(&code.as_str())) {
        audit.note(unknown_reference(item.place(key), "答案代码", code, &known));
    }
}
