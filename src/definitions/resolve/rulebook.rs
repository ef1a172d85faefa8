//! Small tables and the rules over them; expressions are parsed here, before there is any data.

use super::hierarchy::LARGEST;
use super::{Codes, codes, required, unknown_reference};
use crate::audit::{Audit, Code, Diagnostic};
use crate::definitions::lenient::{Item, suggestion};
use crate::definitions::standard;
use crate::definitions::raw::{RawRule, RawRules, RawTableLayout};
use crate::definitions::{ColumnKind, Rule, RuleBook, RuleKind, TableColumn, TableLayout};
use polars::prelude::{Column, DataFrame, DataType, Expr, IntoLazy};

pub(super) fn tables(items: &[Item<RawTableLayout>], audit: &mut Audit) -> Vec<TableLayout> {
    let mut own = Codes::default();
    let mut list = Vec::new();
    for item in items {
        let id = required(item, "id", &item.value.id, audit);
        own.add(item, "id", &id, audit);
        let name = required(item, "name", &item.value.name, audit);
        let mut columns: Vec<TableColumn> = Vec::new();
        for raw in &item.value.columns {
            let (Some(id), Some(name), Some(kind)) = (&raw.id, &raw.name, raw.kind) else {
                audit.note(
                    Diagnostic::new(Code::MissingKey, item.place("columns"), format!("小表“{name}”有一列没写全"))
                        .expected("id、name、kind")
                        .help("每列写 { id = \"…\", name = \"表头\", kind = \"text\" }"),
                );
                continue;
            };
            if columns.iter().any(|column| column.id == *id) {
                audit.note(
                    Diagnostic::new(
                        Code::DuplicateCode,
                        item.place("columns"),
                        format!("小表“{name}”的列“{id}”写了两次"),
                    )
                    .found(id)
                    .help("改用别的 id,或删去其中一列"),
                );
                continue;
            }
            columns.push(TableColumn {
                id: id.clone(),
                name: name.clone(),
                aliases: raw.aliases.clone(),
                kind,
                required: raw.required,
            });
        }
        list.push(TableLayout { id, name, columns });
    }
    for layout in standard::layouts() {
        if list.iter().all(|table| table.id != layout.id) {
            list.push(layout);
        }
    }
    list
}

/// Identifiers of the columns the program computes for a table beside the declared ones.
pub fn computed_columns(table: &TableLayout) -> Vec<&'static str> {
    let has = |kind: ColumnKind| table.columns.iter().any(|column| column.kind == kind);
    match table.id.as_str() {
        "arrivals" if has(ColumnKind::Date) => vec!["late_days"],
        "rechecks" if has(ColumnKind::Number) => vec!["error"],
        _ => Vec::new(),
    }
}

pub(super) fn rules(
    caps: &[Item<RawRules>],
    items: &[Item<RawRule>],
    tables: &[TableLayout],
    audit: &mut Audit,
) -> RuleBook {
    let raw = caps.first().map(|item| item.value.clone()).unwrap_or_default();
    let table_codes = codes(tables.iter().map(|table| table.id.as_str()));
    let mut own = Codes::default();
    let mut list = Vec::new();
    for item in items {
        let id = required(item, "id", &item.value.id, audit);
        own.add(item, "id", &id, audit);
        let table = required(item, "table", &item.value.table, audit);
        let table = if table.is_empty() { None } else { table_codes.find(item, "table", &table, "小表", audit) };
        if let Some(table) = table {
            list.push(rule(item, id, table, &tables[table], audit));
        }
    }
    if let Some(item) = caps.first() {
        check_caps(item, audit);
    }
    RuleBook {
        bonus_cap: raw.bonus_cap,
        deduction_cap: raw.deduction_cap,
        final_range: raw.final_range.map(|[low, high]| (low, high)),
        recheck_tolerance: raw.recheck_tolerance.unwrap_or(0.05),
        recheck_void: raw.recheck_void.unwrap_or(0.20),
        rules: list,
    }
}

/// Caps are amounts, and the range of the final score is a range.
fn check_caps(item: &Item<RawRules>, audit: &mut Audit) {
    let raw = &item.value;
    for (key, cap) in [("bonus_cap", raw.bonus_cap), ("deduction_cap", raw.deduction_cap)] {
        check_cap(item, key, cap, audit);
    }
    if let Some([low, high]) = raw.final_range
        && !(low.abs() <= LARGEST && high.abs() <= LARGEST && low < high)
    {
        audit.note(
            Diagnostic::new(Code::ScoringParameters, item.place("final_range"), "综合得分的下限应小于上限")
                .found(format!("{low}、{high}"))
                .expected("[下限, 上限]")
                .help("例如 final_range = [0, 105]"),
        );
    }
}

fn check_cap<R>(item: &Item<R>, key: &str, cap: Option<f64>, audit: &mut Audit) {
    if let Some(cap) = cap.filter(|cap| !(0.0..=LARGEST).contains(cap)) {
        audit.note(
            Diagnostic::new(Code::ScoringParameters, item.place(key), format!("“{key}”应为不小于 0 的分值,实为 {cap}"))
                .item(key)
                .found(cap.to_string())
                .expected(format!("0–{LARGEST}"))
                .help("不设上限的,删去这一项"),
        );
    }
}

fn rule(item: &Item<RawRule>, id: String, table: usize, layout: &TableLayout, audit: &mut Audit) -> Rule {
    let raw = &item.value;
    let mut columns: Vec<&str> = layout.columns.iter().map(|column| column.id.as_str()).collect();
    columns.extend(computed_columns(layout));
    check_cap(item, "cap", raw.cap, audit);
    let trigger = required(item, "trigger", &raw.trigger, audit);
    let points = required(item, "points", &raw.points, audit);
    for (key, text, wanted) in [("trigger", &trigger, DataType::Boolean), ("points", &points, DataType::Float64)] {
        if !text.is_empty() && check_names(item, key, text, &columns, audit) {
            check_type(item, key, text, &wanted, layout, audit);
        }
    }
    let named = |key: &str, name: &String, audit: &mut Audit| {
        if !columns.contains(&name.as_str()) {
            audit.note(unknown_reference(item.place(key), "列", name, &columns));
        }
    };
    for name in raw.once_per.iter() {
        named("once_per", name, audit);
    }
    for name in raw.halved_by.iter() {
        named("halved_by", name, audit);
    }
    for name in &raw.needs {
        named("needs", name, audit);
    }
    if !layout.columns.iter().any(|column| column.kind == ColumnKind::Unit) {
        audit.note(
            Diagnostic::new(
                Code::MissingKey,
                item.place("table"),
                format!("小表“{}”没有单位列,规则无从落到单位", layout.name),
            )
            .expected("kind = \"unit\" 的一列")
            .help("在这张小表的 columns 里加上 { id = \"unit\", name = \"…\", kind = \"unit\" }"),
        );
    }
    Rule {
        name: required(item, "name", &raw.name, audit),
        kind: raw.kind.unwrap_or_else(|| {
            required::<String, _>(item, "kind", &None, audit);
            RuleKind::Bonus
        }),
        table,
        trigger,
        points,
        cap: raw.cap,
        cap_group: raw.cap_group.clone().unwrap_or_else(|| id.clone()),
        once_per: raw.once_per.clone(),
        once_within_months: raw.once_within_months.unwrap_or(0),
        halved_by: raw.halved_by.clone(),
        needs: raw.needs.clone(),
        legal_basis: raw.legal_basis.clone().unwrap_or_default(),
        approved_by: raw.approved_by.clone().unwrap_or_default(),
        id,
    }
}

/// Columns of a table as rules see them: name and type, declared first, then computed.
pub fn expression_columns(layout: &TableLayout) -> Vec<(String, DataType)> {
    let declared = layout.columns.iter().map(|column| {
        let kind = match column.kind {
            ColumnKind::Number => DataType::Float64,
            ColumnKind::Flag => DataType::Boolean,
            ColumnKind::Text | ColumnKind::Date | ColumnKind::Unit | ColumnKind::Measure | ColumnKind::Department => {
                DataType::String
            }
        };
        (column.id.clone(), kind)
    });
    declared.chain(computed_columns(layout).into_iter().map(|id| (id.to_owned(), DataType::Float64))).collect()
}

/// Tries the expression on a table without rows, so that 'text > 3' is found before there is any data.
fn check_type(item: &Item<RawRule>, key: &str, text: &str, wanted: &DataType, layout: &TableLayout, audit: &mut Audit) {
    let columns = expression_columns(layout);
    let empty = columns.iter().map(|(name, kind)| Column::new_empty(name.as_str().into(), kind)).collect();
    let rule = item.value.id.as_deref().unwrap_or_default();
    let outcome = DataFrame::new(0, empty)
        .and_then(|frame| frame.lazy().select([polars::sql::sql_expr(text)?.alias("result")]).collect())
        .and_then(|frame| Ok(frame.column("result")?.dtype().clone()));
    let is_right =
        |found: &DataType| if *wanted == DataType::Boolean { found.is_bool() } else { found.is_primitive_numeric() };
    let problem = match outcome {
        Ok(found) if is_right(&found) => return,
        Ok(_) if *wanted == DataType::Boolean => "结果应为是或否".to_owned(),
        Ok(_) => "结果应为数字".to_owned(),
        Err(_) => "文字与数字不能直接比较或运算".to_owned(),
    };
    let listed: Vec<String> = columns.iter().map(|(name, kind)| format!("{name}({})", chinese_type(kind))).collect();
    audit.note(
        Diagnostic::new(Code::ExpressionInvalid, item.place(key), format!("规则 {rule} 的表达式类型不对:{problem}"))
            .item(rule)
            .found(text)
            .expected(listed.join("、"))
            .help("文字用单引号,数字不用引号"),
    );
}

fn chinese_type(kind: &DataType) -> &'static str {
    match kind {
        DataType::Boolean => "是否",
        DataType::String => "文字",
        _ => "数字",
    }
}

/// Whether an expression parses and uses only columns there are.
fn check_names(item: &Item<RawRule>, key: &str, text: &str, columns: &[&str], audit: &mut Audit) -> bool {
    let rule = item.value.id.as_deref().unwrap_or_default();
    let expression: Expr = match polars::sql::sql_expr(text) {
        Ok(expression) => expression,
        Err(_) => {
            audit.note(
                Diagnostic::new(Code::ExpressionInvalid, item.place(key), format!("规则 {rule} 的表达式读不懂"))
                    .item(rule)
                    .found(text)
                    .help("按 SQL 表达式写,例如 type = '…' AND level = '…',或 CASE level WHEN '…' THEN 1.0 ELSE 0 END"),
            );
            return false;
        }
    };
    let mut unknown: Vec<String> = expression
        .clone()
        .meta()
        .root_names()
        .into_iter()
        .map(|name| name.to_string())
        .filter(|name| !columns.contains(&name.as_str()))
        .collect();
    unknown.sort();
    unknown.dedup();
    let mut is_sound = unknown.is_empty();
    for name in unknown {
        audit.note(
            Diagnostic::new(
                Code::ExpressionInvalid,
                item.place(key),
                format!("规则 {rule} 的表达式用了没有的列“{name}”"),
            )
            .item(rule)
            .found(&name)
            .expected(columns.join("、"))
            .help(suggestion(&name, columns)),
        );
    }
    if expression.into_iter().any(|part| matches!(part, Expr::Agg(_) | Expr::Len)) {
        audit.note(
            Diagnostic::new(Code::ExpressionInvalid, item.place(key), format!("规则 {rule} 的表达式用了合计类函数"))
                .item(rule)
                .found(text)
                .help("这里逐行计算,不能用 SUM、COUNT、MAX 一类函数;上限请写 cap"),
        );
        is_sound = false;
    }
    is_sound
}
