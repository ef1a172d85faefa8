//! Expressions of rules, tried before there is any data: do they parse, do their columns exist, are they known by then.

use crate::audit::{Audit, Code, Diagnostic};
use crate::definitions::lenient::{Item, suggestion};
use crate::definitions::raw::RawRule;
use crate::definitions::{RuleColumn, RuleKind};
use polars::prelude::{AggExpr, Column, DataFrame, DataType, Expr, IntoLazy, NULL, Operator, PolarsResult, lit, when};

/// What an expression must give.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Wanted {
    Truth,
    Number,
    Text,
}

/// Checks one expression of a rule; every mistake is noted.
pub(super) fn check(
    item: &Item<RawRule>,
    key: &str,
    text: &str,
    wanted: Wanted,
    kind: RuleKind,
    columns: &[RuleColumn],
    audit: &mut Audit,
) {
    if !text.is_empty() && check_names(item, key, text, kind, columns, audit) {
        check_type(item, key, text, wanted, columns, audit);
    }
}

/// Whether an expression parses and uses only columns that exist and are known when the rule is applied.
fn check_names(
    item: &Item<RawRule>,
    key: &str,
    text: &str,
    kind: RuleKind,
    columns: &[RuleColumn],
    audit: &mut Audit,
) -> bool {
    let rule = item.value.id.as_deref().unwrap_or_default();
    let note = |message: String| Diagnostic::new(Code::ExpressionInvalid, item.place(key), message).item(rule);
    let Ok(expression) = polars::sql::sql_expr(text) else {
        audit.note(
            note(format!("规则 {rule} 的表达式读不懂"))
                .found(text)
                .help("按 SQL 表达式写,例如 type = '…' AND level = '…',或 CASE level WHEN '…' THEN 1.0 ELSE 0 END"),
        );
        return false;
    };
    let mut names: Vec<String> = expression.clone().meta().root_names().into_iter().map(|n| n.to_string()).collect();
    names.sort();
    names.dedup();
    let mut is_sound = true;
    for name in names {
        match columns.iter().find(|column| column.name == name) {
            None => {
                let known: Vec<&str> = columns.iter().map(|column| column.name.as_str()).collect();
                audit.note(
                    note(format!("规则 {rule} 的表达式用了没有的列“{name}”"))
                        .found(&name)
                        .expected(known.join("、"))
                        .help(suggestion(&name, &known)),
                );
                is_sound = false;
            }
            Some(column) if column.step > kind.step() => {
                let usable: Vec<&str> = columns
                    .iter()
                    .filter(|column| column.step <= kind.step())
                    .map(|column| column.name.as_str())
                    .collect();
                let kind = kind.word();
                audit.note(
                    Diagnostic::new(
                        Code::RuleCircular,
                        item.place(key),
                        format!("规则 {rule} 循环:{kind}要用“{name}”({}),而它要等{kind}之后才算得出", column.meaning),
                    )
                    .item(rule)
                    .found(&name)
                    .expected(usable.join("、"))
                    .help("改用这一步之前已有的数,例如用基础分 base 代替综合得分 final"),
                );
                is_sound = false;
            }
            Some(_) => {}
        }
    }
    if expression.into_iter().any(is_total) {
        audit.note(
            note(format!("规则 {rule} 的表达式用了合计类函数"))
                .found(text)
                .help("这里逐行计算,不能用 SUM、COUNT、MAX 一类函数;上限请写 cap,前几名请写 places"),
        );
        is_sound = false;
    }
    is_sound
}

/// An expression as rules evaluate it: SQL, in which dividing by zero gives nothing instead of infinity.
///
/// # Errors
/// If the text is no SQL expression.
pub fn expression(text: &str) -> PolarsResult<Expr> {
    let guard = |part: Expr| match part {
        Expr::BinaryExpr { left, op: Operator::TrueDivide, right } => {
            let divisor = when(right.as_ref().clone().eq(lit(0))).then(lit(NULL)).otherwise(right.as_ref().clone());
            Expr::BinaryExpr { left, op: Operator::TrueDivide, right: divisor.into() }
        }
        other => other,
    };
    Ok(polars::sql::sql_expr(text)?.map_expr(guard))
}

/// Whether a part looks at more than its own line. `IN (…)` bundles its list with an aggregate that looks at none.
fn is_total(part: &Expr) -> bool {
    match part {
        Expr::Agg(AggExpr::Implode { .. }) => false,
        Expr::Agg(_) | Expr::Len => true,
        _ => false,
    }
}

/// Tries the expression on a table without rows, so that 'text > 3' is found before there is any data.
fn check_type(item: &Item<RawRule>, key: &str, text: &str, wanted: Wanted, columns: &[RuleColumn], audit: &mut Audit) {
    let empty = columns.iter().map(|column| Column::new_empty(column.name.as_str().into(), &column.kind)).collect();
    let rule = item.value.id.as_deref().unwrap_or_default();
    let outcome = DataFrame::new(0, empty)
        .and_then(|frame| frame.lazy().select([expression(text)?.alias("result")]).collect())
        .and_then(|frame| Ok(frame.column("result")?.dtype().clone()));
    let (is_right, problem) = match (outcome, wanted) {
        (Ok(found), Wanted::Truth) => (found.is_bool(), "结果应为是或否"),
        (Ok(found), Wanted::Number) => (found.is_primitive_numeric(), "结果应为数字"),
        (Ok(found), Wanted::Text) => (found.is_string(), "结果应为文字"),
        (Err(_), _) => (false, "文字与数字不能直接比较或运算"),
    };
    if is_right {
        return;
    }
    let listed: Vec<String> =
        columns.iter().map(|column| format!("{}({})", column.name, chinese_type(&column.kind))).collect();
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
