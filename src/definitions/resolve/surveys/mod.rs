//! Questionnaires: who is asked, how they are chosen and weighted.

mod questions;

use super::{Codes, codes, required, unknown_reference};
use crate::audit::{Audit, Code, Diagnostic};
use crate::definitions::lenient::Item;
use crate::definitions::raw::{RawQuestion, RawScale, RawSurvey};
use crate::definitions::{
    Department, Element, FieldworkTerms, Indicator, Measure, Survey, SurveyDesign, Weighting, fold,
};

/// The sections that questionnaires are made of.
pub(super) struct Sections<'a> {
    pub(super) surveys: &'a [Item<RawSurvey>],
    pub(super) scales: &'a [Item<RawScale>],
    pub(super) questions: &'a [Item<RawQuestion>],
}

pub(super) fn surveys(
    sections: &Sections<'_>,
    departments: &[Department],
    measures: &[Measure],
    audit: &mut Audit,
) -> Vec<Survey> {
    let department_codes = codes(departments.iter().map(|department| department.code.as_str()));
    let mut own = Codes::default();
    let mut list: Vec<Survey> = Vec::new();
    for item in sections.surveys {
        let raw = &item.value;
        let id = required(item, "id", &raw.id, audit);
        own.add(item, "id", &id, audit);
        let department = required(item, "department", &raw.department, audit);
        let department = if department.is_empty() {
            None
        } else {
            department_codes.find(item, "department", &department, "部门", audit)
        };
        check_classes(item, audit);
        list.push(Survey {
            name: required(item, "name", &raw.name, audit),
            department: department.unwrap_or(0),
            unit_column: required(item, "unit_column", &raw.unit_column, audit),
            weight_column: raw.weight_column.clone().unwrap_or_default(),
            typical: raw.typical.unwrap_or(100.0),
            form: raw.form.clone().unwrap_or_default(),
            design: design(item, measures, audit),
            classes: raw.classes.clone(),
            weighting: weighting(item, audit),
            pooling: pooling(item, audit),
            fieldwork: fieldwork(item, audit),
            questions: Vec::new(),
            id,
        });
    }
    questions::questions(sections, &own, &mut list, audit);
    list
}

/// What refers to indicators and elements, which are read after the questionnaires.
pub(super) fn check_references(
    items: &[Item<RawQuestion>],
    indicators: &[Indicator],
    elements: &[Element],
    audit: &mut Audit,
) {
    let indicators: Vec<&str> = indicators.iter().map(|indicator| indicator.code.as_str()).collect();
    let all: Vec<&str> =
        elements.iter().map(|element| element.code.as_str()).chain(indicators.iter().copied()).collect();
    for item in items {
        for (key, code, known, what) in [
            ("compares_with", &item.value.compares_with, &indicators, "指标"),
            ("importance_of", &item.value.importance_of, &all, "层级或指标"),
        ] {
            let Some(code) = code else { continue };
            if !known.contains(&code.as_str()) {
                audit.note(unknown_reference(item.place(key), what, code, known));
            }
        }
    }
}

fn wrong(item: &Item<RawSurvey>, key: &str, message: String, expected: &str, help: &str, audit: &mut Audit) {
    audit.note(
        Diagnostic::new(Code::ScoringParameters, item.place(key), message)
            .item(item.value.id.as_deref().unwrap_or_default())
            .expected(expected)
            .help(help),
    );
}

fn check_classes(item: &Item<RawSurvey>, audit: &mut Audit) {
    for class in &item.value.classes {
        let mut seen: Vec<String> = class.values.iter().map(|value| fold(value)).collect();
        seen.sort();
        let has_twice = seen.windows(2).any(|pair| pair[0] == pair[1]);
        if class.values.is_empty() || has_twice || class.column.trim().is_empty() {
            let message = format!("受访者类别“{}”没有写清", class.id);
            let help = "例如 { id = \"sex\", column = \"性别\", values = [\"男\", \"女\"] }";
            wrong(item, "classes", message, "有表头,至少一类,各类不重复", help, audit);
        }
    }
}

fn design(item: &Item<RawSurvey>, measures: &[Measure], audit: &mut Audit) -> SurveyDesign {
    let raw = &item.value;
    let confidence = raw.confidence.unwrap_or(SurveyDesign::CONFIDENCE);
    let is_usable = confidence.is_finite() && (0.5..=0.9999).contains(&confidence);
    if !is_usable {
        let message = format!("置信水平 confidence 应在 0.5 与 0.9999 之间,实为 {confidence}");
        wrong(item, "confidence", message, "0.5–0.9999", "通常写 0.95", audit);
    }
    let cluster_count = raw.cluster_count.as_ref().and_then(|id| {
        codes(measures.iter().map(|measure| measure.id.as_str())).find(item, "cluster_count", id, "数据项", audit)
    });
    if cluster_count.is_some() && raw.cluster_column.is_none() {
        let message = "写了 cluster_count,却没有 cluster_column".to_owned();
        wrong(item, "cluster_count", message, "cluster_column", "写上村(社区)列的表头", audit);
    }
    let whole_clusters = raw.whole_clusters.unwrap_or_default();
    if whole_clusters && cluster_count.is_none() {
        let message = "写了 whole_clusters = true,却没有 cluster_count".to_owned();
        wrong(item, "whole_clusters", message, "cluster_count", "写上村(社区)总数的数据项", audit);
    }
    SurveyDesign {
        stratum_column: raw.stratum_column.clone().unwrap_or_default(),
        cluster_column: raw.cluster_column.clone().unwrap_or_default(),
        cluster_count,
        whole_clusters,
        lonely_cluster: raw.lonely_cluster.unwrap_or_default(),
        confidence: if is_usable { confidence } else { SurveyDesign::CONFIDENCE },
        rate_interval: raw.rate_interval.unwrap_or_default(),
    }
}

fn weighting(item: &Item<RawSurvey>, audit: &mut Audit) -> Weighting {
    let raw = &item.value;
    let weighting = raw.weighting.clone().unwrap_or_default();
    let Some(margins) = weighting.margins() else { return weighting };
    let known: Vec<&str> = raw.classes.iter().map(|class| class.id.as_str()).collect();
    for id in &margins.by {
        if !known.contains(&id.as_str()) {
            audit.note(unknown_reference(item.place("weighting"), "受访者类别", id, &known));
        }
    }
    if margins.by.is_empty() || margins.population.trim().is_empty() {
        let message = "weighting 没有写清按哪些类、用哪张人口表".to_owned();
        let help = "例如 weighting = { post-stratify = { by = [\"age\", \"sex\"], population = \"population\" } }";
        wrong(item, "weighting", message, "by 至少一类,population 为表名", help, audit);
    }
    if margins.trim.is_some_and(|trim| !trim.is_finite() || trim <= 1.0) {
        let message = "trim(权数最多为中位数的几倍)应大于 1".to_owned();
        wrong(item, "weighting", message, "> 1", "通常写 3 到 5;不要截尾就不写", audit);
    }
    let is_known = |id: &String| known.contains(&id.as_str());
    if margins.by.iter().all(is_known) && !margins.by.is_empty() { weighting } else { Weighting::Design }
}

fn pooling(item: &Item<RawSurvey>, audit: &mut Audit) -> Option<crate::definitions::Pooling> {
    let pooling = item.value.pooling?;
    if !(2..=8).contains(&pooling.periods) {
        let message = format!("pooling.periods(连同本期共几期)应在 2 与 8 之间,实为 {}", pooling.periods);
        wrong(item, "pooling", message, "2–8", "不合并就不写 pooling", audit);
        return None;
    }
    Some(pooling)
}

fn fieldwork(item: &Item<RawSurvey>, audit: &mut Audit) -> FieldworkTerms {
    let terms = item.value.fieldwork.clone().unwrap_or_default();
    let is_share = |value: f64| (0.0..=1.0).contains(&value);
    let is_sound = terms.min_minutes >= 0.0
        && terms.min_minutes < terms.max_minutes
        && terms.from_hour < terms.to_hour
        && (0.0..=24.0).contains(&terms.from_hour)
        && (0.0..=24.0).contains(&terms.to_hour)
        && is_share(terms.blank_share)
        && terms.level > 0.0
        && terms.level <= 0.5
        && terms.straight_items >= 2;
    if is_sound {
        return terms;
    }
    let message = "访问质量检查的界限有误".to_owned();
    let expected = "min_minutes < max_minutes,from_hour < to_hour,blank_share 0–1,level 0–0.5,straight_items ≥ 2";
    wrong(item, "fieldwork", message, expected, "对照手册“定义文件 › 问卷”改", audit);
    FieldworkTerms {
        interviewer_column: terms.interviewer_column,
        day_column: terms.day_column,
        start_column: terms.start_column,
        end_column: terms.end_column,
        ..FieldworkTerms::default()
    }
}
