//! Measures and the indicators made of them.

use super::hierarchy::check_weight;
use super::{Codes, codes, required, unknown_reference};
use crate::audit::{Audit, Code, Diagnostic};
use crate::definitions::lenient::Item;
use crate::definitions::raw::{RawIndicator, RawMeasure};
use crate::definitions::{
    Basis, Department, Element, Indicator, Measure, MissingRule, Panel, Project, Scoring, Source, Survey,
};

/// What indicators may refer to.
pub(super) struct Known<'a> {
    pub(super) departments: &'a [Department],
    pub(super) measures: &'a [Measure],
    pub(super) surveys: &'a [Survey],
    pub(super) panels: &'a [Panel],
    pub(super) projects: &'a [Project],
    pub(super) elements: &'a [Element],
    pub(super) groups: &'a [String],
    pub(super) periods_per_year: u32,
}

pub(super) fn measures(items: &[Item<RawMeasure>], departments: &[Department], audit: &mut Audit) -> Vec<Measure> {
    let known = codes(departments.iter().map(|department| department.code.as_str()));
    let mut own = Codes::default();
    let mut list = Vec::new();
    for item in items {
        let raw = &item.value;
        let id = required(item, "id", &raw.id, audit);
        own.add(item, "id", &id, audit);
        let code = required(item, "department", &raw.department, audit);
        let department =
            if code.is_empty() { None } else { known.find(item, "department", &code, "部门", audit) }.unwrap_or(0);
        let (min, max) = (raw.min.unwrap_or(0.0), raw.max.unwrap_or(f64::MAX));
        if min > max {
            audit.note(
                Diagnostic::new(
                    Code::ScoringParameters,
                    item.place("min"),
                    format!("允许的最小值 {min} 大于最大值 {max}"),
                )
                .item(&id)
                .found(format!("{min} > {max}"))
                .help("不写 min 即从 0 起,不写 max 即不限"),
            );
        }
        list.push(Measure {
            name: required(item, "name", &raw.name, audit),
            aliases: raw.aliases.clone(),
            department,
            unit: raw.unit.clone().unwrap_or_default(),
            calibre: raw.calibre.clone().unwrap_or_default(),
            basis: raw.basis.unwrap_or(Basis::Point),
            min,
            max,
            typical: raw.typical.unwrap_or(100.0),
            id,
        });
    }
    list
}

pub(super) fn indicators(items: &[Item<RawIndicator>], known: &Known<'_>, audit: &mut Audit) -> Vec<Indicator> {
    let mut own = Codes::default();
    items
        .iter()
        .map(|item| {
            let code = required(item, "code", &item.value.code, audit);
            own.add(item, "code", &code, audit);
            indicator(item, code, known, audit)
        })
        .collect()
}

fn indicator(item: &Item<RawIndicator>, code: String, known: &Known<'_>, audit: &mut Audit) -> Indicator {
    let raw = &item.value;
    let name = required(item, "name", &raw.name, audit);
    let weight = required(item, "weight", &raw.weight, audit);
    check_weight(item, weight, audit);
    let element_code = required(item, "element", &raw.element, audit);
    let elements = codes(known.elements.iter().map(|element| element.code.as_str()));
    let parent = if element_code.is_empty() {
        0
    } else {
        elements.find(item, "element", &element_code, "层级", audit).unwrap_or(0)
    };
    let source = source(item, known, audit);
    let scoring = scoring(item, known, audit);
    for (group, scoring) in &raw.group_score {
        if !known.groups.contains(group) {
            let groups: Vec<&str> = known.groups.iter().map(String::as_str).collect();
            audit.note(unknown_reference(item.place("group_score"), "分组", group, &groups));
        }
        check_scoring(item, "group_score", scoring, known.periods_per_year, audit);
    }
    let project_codes = codes(known.projects.iter().map(|project| project.code.as_str()));
    let projects = raw
        .projects
        .iter()
        .filter_map(|project| project_codes.find(item, "projects", project, "项目", audit))
        .collect();
    let default_department = match source {
        Some(Source::Ratio { numerator, .. }) => known.measures[numerator].department,
        Some(Source::Single { measure }) => known.measures[measure].department,
        Some(Source::Survey { survey, .. }) => known.surveys[survey].department,
        Some(Source::Panel { panel, .. }) => known.panels[panel].department,
        None => 0,
    };
    let department_codes = codes(known.departments.iter().map(|department| department.code.as_str()));
    let department = raw
        .department
        .as_ref()
        .and_then(|code| department_codes.find(item, "department", code, "部门", audit))
        .unwrap_or(default_department);
    let scale = raw.scale.unwrap_or(1.0);
    if !scale.is_finite() || scale <= 0.0 {
        audit.note(
            Diagnostic::new(Code::ScoringParameters, item.place("scale"), format!("“{code}”的 scale 应大于 0"))
                .item(&name)
                .found(scale.to_string())
                .expected("> 0")
                .help("百分比写 scale = 100,每千人写 scale = 1000,不写即 1"),
        );
    }
    Indicator {
        id: raw.id.clone().unwrap_or_else(|| code.clone()),
        parent,
        weight,
        unit: raw.unit.clone().unwrap_or_default(),
        source: source.unwrap_or(Source::Single { measure: 0 }),
        scale,
        basis: raw.basis.unwrap_or(Basis::Point),
        scoring: scoring.unwrap_or(Scoring::Efficacy { target: 1.0, floor: 0.0 }),
        group_scoring: raw.group_score.clone(),
        min_denominator: raw.min_denominator.unwrap_or(0.0),
        may_not_apply: raw.may_not_apply.unwrap_or(false),
        na_note: raw.na_note.clone().unwrap_or_default(),
        missing: raw.missing.unwrap_or(MissingRule::Drop),
        gate: raw.gate.unwrap_or(false),
        projects,
        department,
        reported_by: raw.reported_by.unwrap_or_default(),
        work_unit: raw.work_unit.clone().unwrap_or_default(),
        policy: raw.policy.clone().unwrap_or_default(),
        code,
        name,
    }
}

fn source(item: &Item<RawIndicator>, known: &Known<'_>, audit: &mut Audit) -> Option<Source> {
    let raw = &item.value;
    let measures = codes(known.measures.iter().map(|measure| measure.id.as_str()));
    let mut measure = |key: &str, id: &String| measures.find(item, key, id, "数据项", audit);
    match (&raw.numerator, &raw.denominator, &raw.measure, &raw.question, &raw.panel, &raw.item) {
        (Some(numerator), Some(denominator), None, None, None, None) => {
            let numerator = measure("numerator", numerator);
            let denominator = measure("denominator", denominator);
            Some(Source::Ratio { numerator: numerator?, denominator: denominator? })
        }
        (None, None, Some(id), None, None, None) => Some(Source::Single { measure: measure("measure", id)? }),
        (None, None, None, None, Some(panel), Some(id)) => panel_source(item, panel, id, known, audit),
        (None, None, None, Some(id), None, None) => {
            let found = known.surveys.iter().enumerate().find_map(|(survey, form)| {
                let question = form.questions.iter().position(|question| question.id == *id)?;
                Some(Source::Survey { survey, question })
            });
            if found.is_none() {
                let ids: Vec<&str> = known
                    .surveys
                    .iter()
                    .flat_map(|form| &form.questions)
                    .map(|question| question.id.as_str())
                    .collect();
                audit.note(unknown_reference(item.place("question"), "题目", id, &ids));
            }
            found
        }
        _ => {
            let keys = ["numerator", "denominator", "measure", "question", "panel", "item"];
            if !keys.iter().any(|key| item.is_broken(key)) {
                let code = raw.code.as_deref().unwrap_or_default();
                audit.note(
                    Diagnostic::new(Code::MissingKey, item.place(""), format!("“{code}”没有说清数据从哪里来"))
                        .item(code)
                        .expected("numerator + denominator、measure、question 或 panel + item 四者之一")
                        .help("写 numerator 和 denominator(比率)、measure(单个数据项)、question(问卷题目)或 panel 和 item(联合考评),只写一种"),
                );
            }
            None
        }
    }
}

fn panel_source(
    item: &Item<RawIndicator>,
    panel: &str,
    id: &str,
    known: &Known<'_>,
    audit: &mut Audit,
) -> Option<Source> {
    let panel =
        codes(known.panels.iter().map(|panel| panel.id.as_str())).find(item, "panel", panel, "联合考评", audit)?;
    let items = codes(known.panels[panel].items.iter().map(|item| item.id.as_str()));
    Some(Source::Panel { panel, item: items.find(item, "item", id, "考评项目", audit)? })
}

fn scoring(item: &Item<RawIndicator>, known: &Known<'_>, audit: &mut Audit) -> Option<Scoring> {
    let Some(scoring) = &item.value.score else {
        if !item.is_broken("score") {
            audit.note(
                Diagnostic::new(Code::MissingKey, item.place(""), "缺少必填的“score”")
                    .item("score")
                    .expected("efficacy、pro-rata、band、goalposts、min-max、rank-points 之一")
                    .help("例如 score = { efficacy = { target = 95, floor = 80 } }"),
            );
        }
        return None;
    };
    check_scoring(item, "score", scoring, known.periods_per_year, audit);
    Some(scoring.clone())
}

fn check_scoring(item: &Item<RawIndicator>, key: &str, scoring: &Scoring, periods: u32, audit: &mut Audit) {
    let mut problems: Vec<String> = Vec::new();
    let mut finite = |name: &str, value: f64| {
        // Distances of two parameters must not overflow.
        if !value.is_finite() || value.abs() > 1e15 {
            problems.push(format!("{name} 应为有限数,绝对值不超过 1e15"));
        }
    };
    match scoring {
        Scoring::Efficacy { target, floor } => {
            finite("target", *target);
            finite("floor", *floor);
            if (target - floor).abs() < f64::EPSILON {
                problems.push(format!("target 与 floor 相等({target}),无法折算"));
            }
        }
        Scoring::ProRata { annual, path, target, floor } => {
            finite("annual", *annual);
            finite("target", *target);
            finite("floor", *floor);
            if *annual <= 0.0 {
                problems.push(format!("annual 应大于 0,实为 {annual}"));
            }
            if target <= floor {
                problems.push(format!("target({target})应大于 floor({floor})"));
            }
            if path.len() != periods as usize {
                problems.push(format!("path 应有 {periods} 个数(每期一个),实有 {} 个", path.len()));
            }
            let rising = path.windows(2).all(|pair| pair[0] <= pair[1]);
            if path.first().is_some_and(|first| *first <= 0.0) || !rising || path.iter().any(|share| !share.is_finite())
            {
                problems.push("path 应从大于 0 的数开始、逐期不减".to_owned());
            }
        }
        Scoring::Band { low, high, floor_low, floor_high } => {
            finite("low", *low);
            finite("high", *high);
            finite("floor_low", *floor_low);
            finite("floor_high", *floor_high);
            if !(floor_low < low && low <= high && high < floor_high) {
                problems.push(format!(
                    "应有 floor_low < low ≤ high < floor_high,实为 {floor_low}、{low}、{high}、{floor_high}"
                ));
            }
        }
        Scoring::Goalposts { lower, upper, logarithm } => {
            finite("lower", *lower);
            finite("upper", *upper);
            if (upper - lower).abs() < f64::EPSILON {
                problems.push(format!("lower 与 upper 相等({lower}),无法折算"));
            }
            if *logarithm && (*lower <= 0.0 || *upper <= 0.0) {
                problems.push("取对数时 lower、upper 都应大于 0".to_owned());
            }
        }
        Scoring::MinMax { .. } => {}
        Scoring::RankPoints { last, .. } => finite("last", *last),
    }
    let code = item.value.code.as_deref().unwrap_or_default();
    for problem in problems {
        audit.note(
            Diagnostic::new(Code::ScoringParameters, item.place(key), format!("“{code}”的赋分参数有误:{problem}"))
                .item(code)
                .found(problem)
                .help("对照手册“定义文件 › 赋分方法”改参数"),
        );
    }
}
