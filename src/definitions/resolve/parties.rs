//! Who delivers and who is scored: departments and units.

use super::{Codes, required};
use crate::audit::{Audit, Code, Diagnostic};
use crate::definitions::lenient::Item;
use crate::definitions::raw::{RawChecks, RawDepartment, RawRegister, RawUnit};
use crate::definitions::units::fold;
use crate::definitions::{CheckLimits, Department, Unit, UnitRegister};
use std::collections::BTreeMap;

pub(super) fn departments(items: &[Item<RawDepartment>], audit: &mut Audit) -> Vec<Department> {
    let mut codes = Codes::default();
    let mut list = Vec::new();
    for item in items {
        let code = required(item, "code", &item.value.code, audit);
        codes.add(item, "code", &code, audit);
        let name = required(item, "name", &item.value.name, audit);
        list.push(Department { code, name, aliases: item.value.aliases.clone() });
    }
    list
}

/// Limits of the plausibility checks; what is not written keeps its default.
pub(super) fn checks(items: &[Item<RawChecks>], audit: &mut Audit) -> CheckLimits {
    let mut limits = CheckLimits::default();
    let Some(item) = items.first() else { return limits };
    let raw = &item.value;
    let mut take = |key: &str, written: Option<f64>, most: f64, limit: &mut f64| match written {
        Some(value) if (0.0..=most).contains(&value) => *limit = value,
        Some(value) => audit.note(
            Diagnostic::new(Code::ScoringParameters, item.place(key), format!("“{key}”应在 0 到 {most} 之间"))
                .item(key)
                .found(value.to_string())
                .expected(format!("0–{most}"))
                .help("改到范围之内"),
        ),
        None => {}
    };
    take("total_tolerance", raw.total_tolerance, 1e6, &mut limits.total_tolerance);
    take("change_factor", raw.change_factor, 1e6, &mut limits.change_factor);
    take("change_floor", raw.change_floor, 1e6, &mut limits.change_floor);
    take("frozen_tolerance", raw.frozen_tolerance, 1e6, &mut limits.frozen_tolerance);
    take("round_share", raw.round_share, 1.0, &mut limits.round_share);
    match raw.least_count {
        Some(0) => audit.note(
            Diagnostic::new(Code::ScoringParameters, item.place("least_count"), "“least_count”至少是 1")
                .item("least_count")
                .found("0")
                .expected("≥ 1")
                .help("不想做这些检查的,写一个大数"),
        ),
        Some(count) => limits.least_count = count as usize,
        None => {}
    }
    limits
}

/// The register of units; there must be one unless nothing is scored.
pub(super) fn units(
    register: &[Item<RawRegister>],
    items: &[Item<RawUnit>],
    must_be: bool,
    audit: &mut Audit,
) -> UnitRegister {
    let mut list = UnitRegister::default();
    for part in register {
        let raw = part.value.clone();
        list.own_rows.extend(raw.own_rows);
        list.total_rows.extend(raw.total_rows);
        list.ambiguous.extend(raw.ambiguous);
        list.prefixes.extend(raw.prefixes);
        list.suffixes.extend(raw.suffixes);
        list.name_columns.extend(raw.name_columns);
        list.code_columns.extend(raw.code_columns);
        list.ignored_columns.extend(raw.ignored_columns);
        list.item_columns.extend(raw.item_columns);
        list.value_columns.extend(raw.value_columns);
        list.period_columns.extend(raw.period_columns);
        list.date_columns.extend(raw.date_columns);
        list.detail_columns.extend(raw.detail_columns);
    }
    let mut codes = Codes::default();
    let mut named: BTreeMap<String, String> = BTreeMap::new();
    for item in items {
        let raw = &item.value;
        let code = required(item, "code", &raw.code, audit);
        let name = required(item, "name", &raw.name, audit);
        codes.add(item, "code", &code, audit);
        for (key, alias) in std::iter::once(("name", &name)).chain(raw.aliases.iter().map(|alias| ("aliases", alias))) {
            if let Some(other) = named.insert(fold(alias), code.clone()).filter(|other| *other != code) {
                audit.note(
                    Diagnostic::new(
                        Code::DuplicateCode,
                        item.place(key),
                        format!("“{alias}”同时是 {other} 和 {code} 的名称"),
                    )
                    .found(alias)
                    .help("名称和别名不能指向两个单位;真有歧义的写进 [register] 的 ambiguous"),
                );
            }
        }
        let group = raw.group.clone().unwrap_or_default();
        if !group.is_empty() && !list.groups.contains(&group) {
            list.groups.push(group.clone());
        }
        list.units.push(Unit {
            short: raw.short.clone().unwrap_or_else(|| name.clone()),
            tile: raw.tile.map(|[row, column]| (row, column)),
            aliases: raw.aliases.clone(),
            old_codes: raw.old_codes.clone(),
            code,
            name,
            group,
        });
    }
    if must_be && items.is_empty() {
        audit.note(
            Diagnostic::new(Code::MissingKey, crate::audit::Place::default(), "没有定义任何被评价单位")
                .expected("[[unit]]")
                .help("在定义文件里写上 [[unit]]"),
        );
    }
    list.units.sort_by(|left, right| left.code.cmp(&right.code));
    list.index();
    list
}
