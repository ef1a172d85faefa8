//! Panels of assessors: items, scale, trimming, who is expected.

use super::{Codes, codes, required, unknown_reference};
use crate::audit::{Audit, Code, Diagnostic};
use crate::definitions::lenient::Item;
use crate::definitions::raw_panel::{RawAssessorTable, RawPanel};
use crate::definitions::{
    Assessor, Department, Matched, Panel, PanelItem, UnitRegister, assessor_key, is_assessor_code,
};

/// Half of the scores dropped at each end would leave none.
const TRIM_BELOW: f64 = 0.5;

pub(super) fn panels(
    items: &[Item<RawPanel>],
    departments: &[Department],
    units: &UnitRegister,
    audit: &mut Audit,
) -> Vec<Panel> {
    let department_codes = codes(departments.iter().map(|department| department.code.as_str()));
    let mut own = Codes::default();
    let mut list = Vec::new();
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
        let assessors = assessors(item, &id, departments, &department_codes, units, audit);
        list.push(Panel {
            name: required(item, "name", &raw.name, audit),
            department: department.unwrap_or(0),
            items: panel_items(item, &id, audit),
            scale: scale(item, &id, audit),
            trim: trim(item, &id, audit),
            min_assessors: min_assessors(item, &id, assessors.len(), audit),
            assessors,
            id,
        });
    }
    list
}

fn wrong(item: &Item<RawPanel>, key: &str, id: &str, problem: &str) -> Diagnostic {
    Diagnostic::new(Code::ScoringParameters, item.place(key), format!("联合考评“{id}”的 {key} 有误:{problem}")).item(id)
}

fn missing(item: &Item<RawPanel>, key: &str, id: &str, problem: &str, example: &str, audit: &mut Audit) {
    if !item.is_broken(key) {
        audit.note(
            Diagnostic::new(Code::MissingKey, item.place(key), format!("联合考评“{id}”{problem}"))
                .item(key)
                .expected(key)
                .help(format!("例如 {example}")),
        );
    }
}

fn twice(item: &Item<RawPanel>, key: &str, id: &str, what: &str, code: &str) -> Diagnostic {
    Diagnostic::new(Code::DuplicateCode, item.place(key), format!("联合考评“{id}”的{what}“{code}”写了两次"))
        .item(code)
        .found(code)
        .help("改用别的代码,或删去其中一个")
}

fn panel_items(item: &Item<RawPanel>, id: &str, audit: &mut Audit) -> Vec<PanelItem> {
    let mut list: Vec<PanelItem> = Vec::new();
    for raw in &item.value.items {
        let (Some(code), Some(name)) = (&raw.id, &raw.name) else {
            missing(item, "items", id, "有一个项目没写全", "items = [{ id = \"order\", name = \"现场秩序\" }]", audit);
            continue;
        };
        if list.iter().any(|other| other.id == *code || other.name == *name) {
            audit.note(twice(item, "items", id, "项目", code));
            continue;
        }
        list.push(PanelItem { id: code.clone(), name: name.clone() });
    }
    if item.value.items.is_empty() {
        missing(item, "items", id, "没有写打分的项目", "items = [{ id = \"order\", name = \"现场秩序\" }]", audit);
    }
    list
}

fn scale(item: &Item<RawPanel>, id: &str, audit: &mut Audit) -> (f64, f64) {
    let [low, high] = item.value.scale.unwrap_or([0.0, 100.0]);
    let is_small = |border: f64| border.abs() <= super::hierarchy::LARGEST;
    if !(is_small(low) && is_small(high) && low < high) {
        audit.note(
            wrong(item, "scale", id, "最低分应小于最高分,都不超过一百万")
                .found(format!("{low}、{high}"))
                .expected("[最低分, 最高分]")
                .help("例如 scale = [0, 100]"),
        );
    }
    (low, high)
}

fn trim(item: &Item<RawPanel>, id: &str, audit: &mut Audit) -> f64 {
    let trim = item.value.trim.unwrap_or(0.0);
    if !(0.0..TRIM_BELOW).contains(&trim) {
        audit.note(
            wrong(item, "trim", id, "两端各去掉的比例应不小于 0、小于 0.5")
                .found(trim.to_string())
                .expected("0–0.5")
                .help("例如 trim = 0.1 即两端各去掉 10%;不去掉的,删去这一项"),
        );
    }
    trim
}

fn min_assessors(item: &Item<RawPanel>, id: &str, expected: usize, audit: &mut Audit) -> u32 {
    let least = item.value.min_assessors.unwrap_or(1);
    let is_possible = expected == 0 || usize::try_from(least).is_ok_and(|least| least <= expected);
    if least == 0 || !is_possible {
        audit.note(
            wrong(item, "min_assessors", id, "至少为 1,不超过应到评委数")
                .found(least.to_string())
                .expected(format!("1–{}", expected.max(1)))
                .help("例如 min_assessors = 3"),
        );
    }
    least
}

fn assessors(
    item: &Item<RawPanel>,
    id: &str,
    departments: &[Department],
    department_codes: &Codes,
    units: &UnitRegister,
    audit: &mut Audit,
) -> Vec<Assessor> {
    const EXAMPLE: &str = "assessors = [\"MZ-1\", { code = \"JY-1\", department = \"JY\" }]";
    let mut list: Vec<Assessor> = Vec::new();
    for raw in &item.value.assessors {
        let RawAssessorTable { code, department, unit } = raw.table();
        let Some(code) = code else {
            missing(item, "assessors", id, "有一名评委没写代码", EXAMPLE, audit);
            continue;
        };
        if !is_assessor_code(&code) {
            // Perhaps a name: it is not quoted.
            audit.note(
                wrong(item, "assessors", id, "评委写代码,不写姓名;代码里要有字母或数字")
                    .expected("MZ-1 一类的代码")
                    .help("把姓名换成代码,对照表由组织部门另存"),
            );
            continue;
        }
        if list.iter().any(|other| assessor_key(&other.code) == assessor_key(&code)) {
            audit.note(twice(item, "assessors", id, "评委", &code));
            continue;
        }
        let department = department.and_then(|code| department_codes.find(item, "assessors", &code, "部门", audit));
        let unit = match unit {
            Some(text) => own_unit(item, &text, units, audit),
            // Where departments are scored themselves, an assessor belongs to the one that sent him.
            None => department.and_then(|department| match units.find(&departments[department].name) {
                Matched::Unit(unit) | Matched::Alias(unit) => Some(unit),
                _ => None,
            }),
        };
        list.push(Assessor { code, department, unit });
    }
    if item.value.assessors.is_empty() {
        missing(item, "assessors", id, "没有写应到的评委", EXAMPLE, audit);
    }
    list
}

fn own_unit(item: &Item<RawPanel>, text: &str, units: &UnitRegister, audit: &mut Audit) -> Option<usize> {
    match units.find(text) {
        Matched::Unit(unit) | Matched::Alias(unit) => Some(unit),
        _ => {
            let names: Vec<&str> = units.units.iter().map(|unit| unit.name.as_str()).collect();
            audit.note(unknown_reference(item.place("assessors"), "单位", text, &names));
            None
        }
    }
}
