//! Who delivers and who is scored: departments and units.

use super::{Codes, required};
use crate::audit::{Audit, Code, Diagnostic};
use crate::definitions::lenient::Item;
use crate::definitions::raw::{RawDepartment, RawRegister, RawUnit};
use crate::definitions::units::fold;
use crate::definitions::{Department, Unit, UnitRegister};
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

pub(super) fn units(register: &[Item<RawRegister>], items: &[Item<RawUnit>], audit: &mut Audit) -> UnitRegister {
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
    if items.is_empty() {
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
