//! The rows of the table of pools: read, checked, and every mistake told.

use super::Money;
use crate::audit::{Audit, Code, Diagnostic, Place};
use crate::definitions::calendar::Period;
use crate::definitions::{Definitions, RuleKind, TableLayout, fold};
use crate::extract::RawValue;
use crate::extract::values;
use crate::facts::{Entry, RegisterRow};
use crate::rules::{Inputs, Settlement};
use crate::support::Closing;
use std::collections::BTreeMap;

/// A pool to be settled.
#[derive(Clone, Debug)]
pub(super) struct Pool {
    pub(super) id: String,
    pub(super) name: String,
    pub(super) rule: usize,
    pub(super) amount: Money,
    pub(super) span: Period,
    pub(super) evidence: String,
    pub(super) note: String,
    pub(super) trial: Vec<String>,
    pub(super) place: Place,
}

impl Pool {
    /// Whether a period lies within the span.
    pub(super) fn contains(&self, period: Period) -> bool {
        contains(self.span, period)
    }
}

fn contains(span: Period, period: Period) -> bool {
    span.first_day() <= period.first_day() && period.last_day() <= span.last_day()
}

/// The pools of a period whose rows are sound, in row order; every mistake of the others is noted.
pub(super) fn pools(
    definitions: &Definitions,
    inputs: &Inputs,
    settlement: &Settlement,
    earlier: &[&Closing],
    audit: &mut Audit,
) -> Vec<Pool> {
    let Some(table) = definitions.tables.iter().position(|table| table.id == "funds") else { return Vec::new() };
    let reader = Reader { definitions, layout: &definitions.tables[table], settlement, period: inputs.facts.period };
    let mut settled = settled_before(inputs, earlier);
    let mut pools = Vec::new();
    for row in &inputs.facts.registers[table] {
        let Some(pool) = reader.read(row, audit) else { continue };
        let key = (pool.id.clone(), pool.span.to_string());
        if let Some(when) = settled.get(&key) {
            let message = format!("“{}”的资金 {} {when},没有再算一次", reader.layout.name, pool.id);
            audit.note(
                Diagnostic::new(Code::FundInvalid, pool.place.clone(), message)
                    .item(&pool.name)
                    .found(pool.id)
                    .expected("一笔资金一个编号,一个结算期间只清算一次")
                    .help("重复登记的删去;是另一笔资金的,改用不同的编号"),
            );
            continue;
        }
        if pool.trial.is_empty() {
            settled.insert(key, format!("已登记在 {}", pool.place));
        }
        pools.push(pool);
    }
    pools
}

/// Identifiers and spans of what was settled for good, with when, in words.
fn settled_before(inputs: &Inputs, earlier: &[&Closing]) -> BTreeMap<(String, String), String> {
    let closings = inputs.earlier.iter().zip(earlier);
    let funds = closings.flat_map(|(about, closing)| closing.funds.iter().map(|fund| (about.period, fund)));
    funds
        .filter(|(_, fund)| !fund.is_trial())
        .map(|(period, fund)| ((fund.id.clone(), fund.span.to_string()), format!("已在{}清算", period.title())))
        .collect()
}

struct Reader<'a> {
    definitions: &'a Definitions,
    layout: &'a TableLayout,
    settlement: &'a Settlement,
    period: Period,
}

impl Reader<'_> {
    fn read(&self, row: &RegisterRow, audit: &mut Audit) -> Option<Pool> {
        let text = |id: &str| match row.named(self.layout, id) {
            Entry::Text(text) => text.clone(),
            // A project may have declared the column a number; it reads as a spreadsheet shows it.
            Entry::Number(number) => values::text(&RawValue::Number(*number)),
            _ => String::new(),
        };
        let (id, name) = (text("id"), text("name"));
        let rule = self.rule(&text("rule"), row, audit);
        let amount = self.amount(&text("amount"), row, audit);
        let span = self.span(&text("span"), row, audit);
        let (rule, amount, span) = (rule?, amount?, span?);
        let mut pool = Pool {
            id,
            name,
            rule,
            amount,
            span,
            evidence: text("evidence"),
            note: text("note"),
            trial: Vec::new(),
            place: row.place.clone(),
        };
        if span.last_day() > self.period.last_day() {
            pool.trial.push(format!("结算期间到 {} 为止,尚未结束", span.last_day()));
        }
        if self.definitions.rules.rules[rule].is_trial() {
            pool.trial.push("清算规则试运行".to_owned());
        }
        if pool.evidence.is_empty() {
            pool.trial.push("缺依据文件,待核".to_owned());
            let column = self.column("evidence");
            audit.note(
                Diagnostic::new(
                    Code::EvidenceMissing,
                    row.place.clone(),
                    format!("“{}”没有写{column},列为待核,只作试算", pool.name),
                )
                .item(&pool.name)
                .expected(column)
                .help("补上资金文件的文号,重新运行即作正式清算"),
            );
        }
        Some(pool)
    }

    /// Header of a column.
    fn column<'s>(&'s self, id: &'s str) -> &'s str {
        self.layout.columns.iter().find(|column| column.id == id).map_or(id, |column| column.name.as_str())
    }

    fn complain(&self, column: &str, row: &RegisterRow, audit: &mut Audit, what: &str, found: &str, expected: &str) {
        let name = self.column(column);
        let actual = if found.is_empty() { String::new() } else { format!(",实为“{found}”") };
        audit.note(
            Diagnostic::new(
                Code::FundInvalid,
                row.place.clone(),
                format!("“{}”的“{name}”{what}{actual},这笔资金没有清算", self.layout.name),
            )
            .item(name)
            .found(found)
            .expected(expected)
            .help("改正这一行后重新运行"),
        );
    }

    fn rule(&self, text: &str, row: &RegisterRow, audit: &mut Audit) -> Option<usize> {
        let rules = &self.definitions.rules.rules;
        let in_force: Vec<usize> = self.settlement.factors.iter().map(|(rule, _)| *rule).collect();
        if let [only] = in_force[..]
            && text.is_empty()
        {
            return Some(only);
        }
        let named = |&&rule: &&usize| fold(&rules[rule].id) == fold(text);
        if let Some(&rule) = in_force.iter().find(named) {
            return Some(rule);
        }
        let known: Vec<&str> = in_force.iter().map(|&rule| rules[rule].id.as_str()).collect();
        let is_out_of_force = rules.iter().any(|rule| rule.kind == RuleKind::Fund && fold(&rule.id) == fold(text));
        let what = match (text.is_empty(), known.is_empty()) {
            (_, true) => "无从对应:本期没有可用的资金清算规则",
            (true, false) => "没有写,而资金清算规则不止一条",
            (false, false) if is_out_of_force => "所指的规则本期不在有效期内,或者算不出来",
            (false, false) => "不是资金清算规则的编号",
        };
        self.complain("rule", row, audit, what, text, &known.join("、"));
        None
    }

    fn amount(&self, text: &str, row: &RegisterRow, audit: &mut Audit) -> Option<Money> {
        let amount = Money::read(text).and_then(|amount| match amount {
            Money::ZERO => Err("应为大于 0 的数"),
            amount => Ok(amount),
        });
        amount
            .map_err(|what| self.complain("amount", row, audit, what, text, "以万元计的金额,至多 6 位小数(精确到分)"))
            .ok()
    }

    fn span(&self, text: &str, row: &RegisterRow, audit: &mut Audit) -> Option<Period> {
        let expected = format!("包含 {} 的一段,如 {} 或 {}", self.period, self.period, self.period.year);
        match fold(text).parse::<Period>() {
            Ok(span) if contains(span, self.period) => Some(span),
            Ok(_) => {
                self.complain("span", row, audit, &format!("不包含{}", self.period.title()), text, &expected);
                None
            }
            Err(()) => {
                self.complain("span", row, audit, "看不出是哪一段时间", text, &expected);
                None
            }
        }
    }
}
