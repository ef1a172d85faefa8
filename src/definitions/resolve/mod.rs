//! From what the files say to checked definitions: references, weights, parameters, expressions.
//!
//! Every mistake is noted; only then does [`parse`] decide whether there are definitions to go on with.

mod commitments;
mod expression;
mod hierarchy;
mod indicators;
mod panels;
mod parties;
mod persistence;
mod rulebook;
mod surveys;
mod tables;
mod timetable;

pub use expression::expression;
pub use tables::computed_columns;

use timetable::MOST_WORKING_DAYS;

use super::lenient::{Item, Sections, suggestion, texts};
use super::raw::{RawGrade, RawIndex, RawProject};
use super::{Aggregate, Definitions, DemoScript, Frequency, Grade, Index, Project, decimal::Rounding};
use crate::audit::{Audit, Code, Diagnostic, InputFile, Place};
use std::collections::BTreeMap;

/// Reads all definition files. `None` means the audit holds an error and says where.
pub fn parse(files: &[InputFile], audit: &mut Audit) -> Option<Definitions> {
    let mut own = Audit::default();
    if files.is_empty() {
        own.note(
            Diagnostic::new(Code::DefinitionsMissing, Place::file("indicators"), "indicators 文件夹里没有定义文件")
                .expected("*.toml")
                .help("放进 .toml 定义文件;可用 yinxiang init 生成一个完整的样例对照"),
        );
        audit.extend(own);
        return None;
    }
    let definitions = resolve(files, &mut own);
    let failed = own.has_errors();
    audit.extend(own);
    if failed { None } else { definitions }
}

fn resolve(files: &[InputFile], audit: &mut Audit) -> Option<Definitions> {
    let texts = texts(files, audit);
    let mut sections = Sections::read(&texts, audit);
    let index_items: Vec<Item<RawIndex>> = sections.take("index", audit);
    let raw_index = single(&index_items, "index", audit);

    let projects = projects(&sections.take("project", audit), audit);
    let departments = parties::departments(&sections.take("department", audit), audit);
    let (unit_items, element_items) = (sections.take("unit", audit), sections.take("element", audit));
    let indicator_items = sections.take("indicator", audit);
    let commitment_items = sections.take("commitment", audit);
    // A project of commitments alone scores no units.
    let scores_nothing = unit_items.is_empty() && element_items.is_empty() && indicator_items.is_empty();
    let has_index = !scores_nothing || commitment_items.is_empty();
    let units = parties::units(&sections.take("register", audit), &unit_items, has_index, audit);
    let checks = parties::checks(&sections.take("checks", audit), audit);
    let mut elements = hierarchy::elements(raw_index, &element_items, audit);
    let measures = indicators::measures(&sections.take("measure", audit), &departments, audit);
    let (survey_items, scale_items) = (sections.take("survey", audit), sections.take("scale", audit));
    let question_items = sections.take("question", audit);
    let forms = surveys::Sections { surveys: &survey_items, scales: &scale_items, questions: &question_items };
    let surveys = surveys::surveys(&forms, &departments, &measures, audit);
    let panels = panels::panels(&sections.take("panel", audit), &departments, &units, audit);
    let frequency = raw_index.and_then(|item| item.value.frequency).unwrap_or(Frequency::Quarter);
    let known = indicators::Known {
        departments: &departments,
        measures: &measures,
        surveys: &surveys,
        panels: &panels,
        projects: &projects,
        elements: &elements.list,
        groups: &units.groups,
        periods_per_year: frequency.per_year(),
    };
    let mut indicators = indicators::indicators(&indicator_items, &known, audit);
    surveys::check_references(&question_items, &indicators, &elements.list, audit);
    // Reports follow the hierarchy, whatever files the indicators stand in.
    indicators.sort_by_key(|indicator| indicator.parent);
    if has_index {
        hierarchy::attach(&mut elements, &indicator_items, &indicators, raw_index, audit);
    }
    let grades = grades(&sections.take("grade", audit), audit);
    let unit_word = raw_index.and_then(|item| item.value.unit_word.as_deref()).unwrap_or_default();
    let tables = tables::tables(&sections.take("table", audit), unit_word, audit);
    let rules = rulebook::Known {
        tables: &tables,
        grades: &grades,
        elements: &elements.list,
        indicators: &indicators,
        measures: &measures,
    };
    let rules = rulebook::rules(
        &sections.take("rules", audit),
        &sections.take("support", audit),
        &sections.take("rule", audit),
        &rules,
        audit,
    );
    let due = timetable::due_working_days(raw_index, audit);
    let steps = timetable::steps(&sections.take("step", audit), due, frequency, audit);
    let quality = timetable::quality(&sections.take("quality", audit), audit);
    let commitments =
        commitments::commitments(&sections.take("commitments", audit), &commitment_items, &departments, audit);
    let demo: Vec<Item<DemoScript>> = sections.take("demo", audit);
    let demo = demo.into_iter().next().map(|item| item.value);
    Some(Definitions {
        index: index(raw_index?, due, audit),
        elements: elements.list,
        indicators,
        measures,
        departments,
        projects,
        units,
        grades,
        surveys,
        panels,
        tables,
        checks,
        rules,
        steps,
        quality,
        commitments,
        demo,
    })
}

/// The only item of a section that must stand exactly once.
fn single<'a, T>(items: &'a [Item<T>], section: &str, audit: &mut Audit) -> Option<&'a Item<T>> {
    if let Some(second) = items.get(1) {
        audit.note(
            Diagnostic::new(Code::DuplicateCode, second.place(""), format!("[{section}] 只能有一个"))
                .help("删去多余的一个"),
        );
    }
    if items.is_empty() {
        audit.note(
            Diagnostic::new(Code::MissingKey, Place::default(), format!("所有定义文件里都没有 [{section}]"))
                .help("在 indicators/index.toml 里写上;可用 yinxiang init 生成一个完整的样例对照"),
        );
    }
    items.first()
}

/// The value of a key that must be there; its absence is noted once.
fn required<T: Clone + Default, R>(item: &Item<R>, key: &str, value: &Option<T>, audit: &mut Audit) -> T {
    if value.is_none() && !item.is_broken(key) {
        audit.note(
            Diagnostic::new(Code::MissingKey, item.place(""), format!("缺少必填的“{key}”"))
                .item(key)
                .expected(key)
                .help(format!("补上 {key} = …")),
        );
    }
    value.clone().unwrap_or_default()
}

/// Positions by code; a code used twice is noted.
#[derive(Default)]
struct Codes {
    positions: BTreeMap<String, usize>,
}

impl Codes {
    fn add<R>(&mut self, item: &Item<R>, key: &str, code: &str, audit: &mut Audit) {
        let position = self.positions.len();
        if code.is_empty() {
            // Already reported as missing; keeps positions in step with the list.
            self.positions.insert(format!("\u{0}{position}"), position);
        } else if let Some(&first) = self.positions.get(code) {
            audit.note(
                Diagnostic::new(
                    Code::DuplicateCode,
                    item.place(key),
                    format!("“{code}”定义了两次(第 {} 个已用)", first + 1),
                )
                .item(code)
                .found(code)
                .help("改用别的代码,或删去其中一个"),
            );
            self.positions.insert(format!("\u{0}{position}"), position);
        } else {
            self.positions.insert(code.to_owned(), position);
        }
    }

    fn find<R>(&self, item: &Item<R>, key: &str, code: &str, what: &str, audit: &mut Audit) -> Option<usize> {
        let found = self.positions.get(code).copied();
        if found.is_none() {
            let known: Vec<&str> =
                self.positions.keys().map(String::as_str).filter(|known| !known.starts_with('\u{0}')).collect();
            audit.note(unknown_reference(item.place(key), what, code, &known));
        }
        found
    }
}

fn codes<'a>(list: impl Iterator<Item = &'a str>) -> Codes {
    let mut positions = BTreeMap::new();
    for (position, code) in list.enumerate() {
        positions.entry(code.to_owned()).or_insert(position);
    }
    Codes { positions }
}

fn unknown_reference(place: Place, what: &str, code: &str, known: &[&str]) -> Diagnostic {
    Diagnostic::new(Code::UnknownReference, place, format!("没有定义过{what}“{code}”"))
        .item(code)
        .found(code)
        .expected(known.join("、"))
        .help(suggestion(code, known))
}

fn index(item: &Item<RawIndex>, due_working_days: u32, audit: &mut Audit) -> Index {
    let raw = &item.value;
    let scale = raw.scale.unwrap_or([0.0, 100.0]);
    let share = |part: f64| scale[0] + (scale[1] - scale[0]) * part;
    let is_small = |border: f64| border.abs() <= hierarchy::LARGEST;
    if !(is_small(scale[0]) && is_small(scale[1]) && scale[0] < scale[1]) {
        audit.note(
            Diagnostic::new(Code::ScoringParameters, item.place("scale"), "分制的最低分应小于最高分,都不超过一百万")
                .found(format!("{scale:?}"))
                .expected("[最低分, 最高分]")
                .help("例如 scale = [0, 100]"),
        );
    }
    if raw.decimals.is_some_and(|decimals| decimals > 6) {
        audit.note(
            Diagnostic::new(Code::WrongType, item.place("decimals"), "小数位数最多 6 位")
                .expected("0–6")
                .help("例如 decimals = 2"),
        );
    }
    let mut within = |key: &str, value: Option<f64>, low: f64, high: f64| {
        if let Some(value) = value.filter(|value| !(low..=high).contains(value)) {
            audit.note(
                Diagnostic::new(Code::ScoringParameters, item.place(key), format!("“{key}”应在 {low} 到 {high} 之间"))
                    .item(key)
                    .found(value.to_string())
                    .expected(format!("{low}–{high}"))
                    .help("改到范围之内"),
            );
        }
    };
    within("at_floor", raw.at_floor, scale[0], scale[1]);
    within("at_target", raw.at_target, scale[0], scale[1]);
    let correction_working_days = raw.correction_working_days.unwrap_or(due_working_days.saturating_add(3));
    // More than a year of working days is a slip of the finger, and nobody corrects before the figures are due.
    let is_sound = (due_working_days..=MOST_WORKING_DAYS).contains(&correction_working_days);
    if raw.correction_working_days.is_some() && !is_sound {
        audit.note(
            Diagnostic::new(
                Code::ScoringParameters,
                item.place("correction_working_days"),
                "更正截止不早于报送截止(due_working_days),也不超过期末后 250 个工作日",
            )
            .item("correction_working_days")
            .found(correction_working_days.to_string())
            .expected(format!("{due_working_days}–{MOST_WORKING_DAYS}"))
            .help("例如 correction_working_days = 8"),
        );
    }
    let text = |value: &Option<String>, default: &str| value.clone().unwrap_or_else(|| default.to_owned());
    let illustrative = raw.illustrative.unwrap_or(false);
    Index {
        id: required(item, "id", &raw.id, audit),
        name: required(item, "name", &raw.name, audit),
        edition: required(item, "edition", &raw.edition, audit),
        illustrative,
        disclaimer: text(&raw.disclaimer, ""),
        watermark: text(&raw.watermark, ""),
        unit_word: text(&raw.unit_word, "单位"),
        element_word: text(&raw.element_word, "维度"),
        total_word: text(&raw.total_word, "全部"),
        frequency: raw.frequency.unwrap_or(Frequency::Quarter),
        scale: (scale[0], scale[1]),
        decimals: raw.decimals.unwrap_or(2).min(6),
        rounding: raw.rounding.unwrap_or(Rounding::HalfUp),
        at_floor: raw.at_floor.unwrap_or(share(0.6)),
        at_target: raw.at_target.unwrap_or(scale[1]),
        green_min: raw.green_min.unwrap_or(share(0.9)),
        yellow_min: raw.yellow_min.unwrap_or(share(0.6)),
        count_units: raw.count_units.clone(),
        units_required: raw.units_required.unwrap_or(true),
        due_working_days,
        correction_working_days,
        suppress_below: raw.suppress_below.unwrap_or(10),
        caution_below: raw.caution_below.unwrap_or(30),
    }
}

fn projects(items: &[Item<RawProject>], audit: &mut Audit) -> Vec<Project> {
    let mut codes = Codes::default();
    let project = |item: &Item<RawProject>| {
        let code = required(item, "code", &item.value.code, audit);
        codes.add(item, "code", &code, audit);
        Project { code, name: required(item, "name", &item.value.name, audit) }
    };
    items.iter().map(project).collect()
}

fn grades(items: &[Item<RawGrade>], audit: &mut Audit) -> Vec<Grade> {
    let mut grades: Vec<Grade> = Vec::new();
    for item in items {
        let grade = Grade {
            id: required(item, "id", &item.value.id, audit),
            name: required(item, "name", &item.value.name, audit),
            min: required(item, "min", &item.value.min, audit),
        };
        // Also true for what is not finite.
        let is_small = grade.min.abs() <= hierarchy::LARGEST;
        if !is_small || grades.last().is_some_and(|above| above.min <= grade.min) {
            audit.note(
                Diagnostic::new(
                    Code::ScoringParameters,
                    item.place("min"),
                    "等次应从高到低排列,下限逐个减小、不超过一百万",
                )
                .item(&grade.name)
                .found(grade.min.to_string())
                .help("调整顺序或下限"),
            );
        }
        grades.push(grade);
    }
    grades
}

/// Aggregation of the root, where an element does not say otherwise.
fn root_aggregate(index: Option<&Item<RawIndex>>) -> Aggregate {
    index.and_then(|item| item.value.aggregate).unwrap_or(Aggregate::Arithmetic)
}
