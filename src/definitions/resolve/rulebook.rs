//! Rules and the terms they share; every mistake is noted with the line it stands in.

use super::expression::{self, Wanted};
use super::hierarchy::LARGEST;
use super::{Codes, codes, required, unknown_reference};
use crate::audit::{Audit, Code, Diagnostic};
use crate::definitions::calendar::Date;
use crate::definitions::lenient::Item;
use crate::definitions::raw::{RawRule, RawRules, RawSupport};
use crate::definitions::{
    ColumnKind, Element, FundTerms, Grade, Indicator, Measure, Rule, RuleBook, RuleKind, Scope, SupportTerms,
    TableLayout, Vocabulary, columns,
};

/// What rules may refer to.
pub(super) struct Known<'a> {
    pub(super) tables: &'a [TableLayout],
    pub(super) grades: &'a [Grade],
    pub(super) elements: &'a [Element],
    pub(super) indicators: &'a [Indicator],
    pub(super) measures: &'a [Measure],
}

pub(super) fn rules(
    caps: &[Item<RawRules>],
    support: &[Item<RawSupport>],
    items: &[Item<RawRule>],
    known: &Known,
    audit: &mut Audit,
) -> RuleBook {
    let raw = caps.first().map(|item| item.value.clone()).unwrap_or_default();
    let mut own = Codes::default();
    let mut list = Vec::new();
    let mut groups: Vec<String> = Vec::new();
    for item in items {
        let id = required(item, "id", &item.value.id, audit);
        own.add(item, "id", &id, audit);
        if let Some(scope) = scope(item, known, audit) {
            let group = item.value.cap_group.clone().unwrap_or_else(|| id.clone());
            let cap_position = groups.iter().position(|known| *known == group).unwrap_or(list.len());
            groups.push(group);
            list.push(Rule { cap_position, ..rule(item, id, scope, known, audit) });
        }
    }
    if let Some(item) = caps.first() {
        check_caps(item, audit);
    }
    RuleBook {
        bonus_cap: raw.bonus_cap,
        deduction_cap: raw.deduction_cap,
        final_range: raw.final_range.map(|[low, high]| (low, high)),
        comparable_share: raw.comparable_share.unwrap_or(90.0),
        red_list_count: raw.red_list_count,
        recheck_tolerance: raw.recheck_tolerance.unwrap_or(0.05),
        recheck_void: raw.recheck_void.unwrap_or(0.20),
        rules: list,
        support: support.first().map(|item| support_terms(item, audit)).unwrap_or_default(),
    }
}

/// Caps are amounts, and the range of the final score is a range.
fn check_caps(item: &Item<RawRules>, audit: &mut Audit) {
    let raw = &item.value;
    let amounts = [
        ("bonus_cap", raw.bonus_cap),
        ("deduction_cap", raw.deduction_cap),
        ("comparable_share", raw.comparable_share),
    ];
    for (key, cap) in amounts {
        check_amount(item, key, cap, audit);
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

fn check_amount<R>(item: &Item<R>, key: &str, cap: Option<f64>, audit: &mut Audit) {
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

fn check_share<R>(item: &Item<R>, key: &str, share: f64, audit: &mut Audit) -> f64 {
    if !(0.0..=1.0).contains(&share) {
        audit.note(
            Diagnostic::new(Code::ScoringParameters, item.place(key), format!("“{key}”里的比例应在 0 到 1 之间"))
                .item(key)
                .found(share.to_string())
                .expected("0–1")
                .help("六成写 0.6"),
        );
    }
    share
}

fn support_terms(item: &Item<RawSupport>, audit: &mut Audit) -> SupportTerms {
    let (raw, usual) = (&item.value, SupportTerms::default());
    check_amount(item, "exit_score", raw.exit_score, audit);
    let mut number = |key: &str, value: Option<u32>, usual: u32, least: u32, most: u32| {
        let value = value.unwrap_or(usual);
        if !(least..=most).contains(&value) {
            audit.note(
                Diagnostic::new(
                    Code::ScoringParameters,
                    item.place(key),
                    format!("“{key}”应在 {least} 到 {most} 之间"),
                )
                .item(key)
                .found(value.to_string())
                .expected(format!("{least}–{most}"))
                .help("改到范围之内"),
            );
        }
        value.clamp(least, most)
    };
    SupportTerms {
        key_count: raw.key_count.unwrap_or(usual.key_count),
        exit_score: raw.exit_score.unwrap_or(usual.exit_score),
        exit_periods: number("exit_periods", raw.exit_periods, usual.exit_periods, 1, 100),
        relapse_periods: number("relapse_periods", raw.relapse_periods, usual.relapse_periods, 0, 100),
        assign_days: number("assign_days", raw.assign_days, usual.assign_days, 0, 366),
        due_periods: number("due_periods", raw.due_periods, usual.due_periods, 1, 100),
    }
}

/// What a rule looks at: a small table or `per`, one of the two.
fn scope(item: &Item<RawRule>, known: &Known, audit: &mut Audit) -> Option<Scope> {
    let raw = &item.value;
    match (&raw.table, raw.per) {
        (Some(table), None) => {
            let tables = codes(known.tables.iter().map(|table| table.id.as_str()));
            let table = tables.find(item, "table", table, "小表", audit)?;
            let layout = &known.tables[table];
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
            Some(Scope::Table(table))
        }
        (None, Some(per)) => Some(per.into()),
        (Some(_), Some(_)) => {
            audit.note(
                Diagnostic::new(Code::WrongType, item.place("per"), "table 和 per 只能写一个")
                    .item("per")
                    .help("看小表的规则写 table,看得分的规则写 per"),
            );
            None
        }
        (None, None) => {
            if !item.is_broken("per") && !item.is_broken("table") {
                required::<String, _>(item, "table", &None, audit);
            }
            None
        }
    }
}

fn rule(item: &Item<RawRule>, id: String, scope: Scope, known: &Known, audit: &mut Audit) -> Rule {
    let raw = &item.value;
    let vocabulary = Vocabulary {
        tables: known.tables,
        elements: known.elements,
        indicators: known.indicators,
        measures: known.measures,
    };
    let columns = columns(vocabulary, scope);
    let kind = raw.kind.unwrap_or_else(|| {
        required::<String, _>(item, "kind", &None, audit);
        RuleKind::Bonus
    });
    check_amount(item, "cap", raw.cap, audit);
    check_amount(item, "repeat_factor", raw.repeat_factor, audit);
    for place in &raw.places {
        check_amount(item, "places", Some(*place), audit);
    }
    let trigger = required(item, "trigger", &raw.trigger, audit);
    let needs_points = (kind.has_points() && raw.places.is_empty()) || kind == RuleKind::Fund;
    let points = if needs_points {
        required(item, "points", &raw.points, audit)
    } else {
        raw.points.clone().unwrap_or_default()
    };
    let order_by = if raw.places.is_empty() {
        raw.order_by.clone().unwrap_or_default()
    } else {
        required(item, "order_by", &raw.order_by, audit)
    };
    let text = |value: &Option<String>| value.clone().unwrap_or_default();
    let (label, dedup_key) = (text(&raw.label), text(&raw.dedup_key));
    let (suspended_when, severity) = (text(&raw.suspended_when), text(&raw.severity));
    for (key, text, wanted) in [
        ("trigger", &trigger, Wanted::Truth),
        ("points", &points, Wanted::Number),
        ("order_by", &order_by, Wanted::Number),
        ("label", &label, Wanted::Text),
        ("dedup_key", &dedup_key, Wanted::Text),
        ("suspended_when", &suspended_when, Wanted::Truth),
        ("severity", &severity, Wanted::Text),
    ] {
        expression::check(item, key, text, wanted, kind, &columns, audit);
    }
    super::persistence::check(item, &trigger, audit);
    if kind == RuleKind::Fund && scope != Scope::Unit {
        audit.note(
            Diagnostic::new(Code::WrongType, item.place("per"), format!("资金清算规则 {id} 应逐个看单位"))
                .item("per")
                .expected("per = \"unit\"")
                .help("写 per = \"unit\";各单位的分配因素写在 points"),
        );
    }
    let declared: Vec<&str> = match scope {
        Scope::Table(table) => known.tables[table].columns.iter().map(|column| column.id.as_str()).collect(),
        _ => Vec::new(),
    };
    let once = [("once_per", &raw.once_per), ("repeat_per", &raw.repeat_per), ("halved_by", &raw.halved_by)];
    let named = once.into_iter().filter_map(|(key, name)| Some((key, name.as_ref()?)));
    for (key, name) in named.chain(raw.needs.iter().map(|name| ("needs", name))) {
        if !declared.contains(&name.as_str()) {
            audit.note(unknown_reference(item.place(key), "列", name, &declared));
        }
    }
    Rule {
        name: required(item, "name", &raw.name, audit),
        kind,
        scope,
        trigger,
        points,
        places: raw.places.clone(),
        order_by,
        cap: raw.cap,
        cap_position: 0,
        once_per: raw.once_per.clone(),
        once_within_months: raw.once_within_months.unwrap_or(0),
        repeat_per: raw.repeat_per.clone(),
        repeat_within_periods: raw.repeat_within_periods.unwrap_or(0),
        repeat_factor: raw.repeat_factor.unwrap_or(1.0),
        halved_by: raw.halved_by.clone(),
        needs: raw.needs.clone(),
        dedup_key,
        label,
        limit: limit(item, kind, known, audit),
        rank: raw.rank,
        steps: steps(item, kind, audit),
        suspended_when,
        severity,
        fund: fund(item, kind, known, audit),
        valid: (day(item, "valid_from", &raw.valid_from, audit), day(item, "valid_to", &raw.valid_to, audit)),
        legal_basis: text(&raw.legal_basis),
        approved_by: text(&raw.approved_by),
        note: text(&raw.note),
        on_trial: raw.trial,
        id,
    }
}

/// The highest grade of a grade cap; a cap that neither limits nor marks does nothing.
fn limit(item: &Item<RawRule>, kind: RuleKind, known: &Known, audit: &mut Audit) -> Option<usize> {
    let raw = &item.value;
    if kind == RuleKind::GradeCap && raw.limit.is_none() && raw.rank.is_none() {
        required::<String, _>(item, "limit", &None, audit);
    }
    let grades = codes(known.grades.iter().map(|grade| grade.id.as_str()));
    raw.limit.as_ref().and_then(|limit| grades.find(item, "limit", limit, "等次", audit))
}

fn steps(item: &Item<RawRule>, kind: RuleKind, audit: &mut Audit) -> Vec<String> {
    let steps = &item.value.steps;
    if kind == RuleKind::Interview && steps.is_empty() {
        required::<String, _>(item, "steps", &None, audit);
    }
    steps.clone()
}

fn fund(item: &Item<RawRule>, kind: RuleKind, known: &Known, audit: &mut Audit) -> Option<FundTerms> {
    let Some(raw) = &item.value.fund else {
        if kind == RuleKind::Fund {
            required::<String, _>(item, "fund", &None, audit);
        }
        return None;
    };
    let grades = codes(known.grades.iter().map(|grade| grade.id.as_str()));
    for id in raw.grade_shares.keys() {
        grades.find(item, "fund", id, "等次", audit);
    }
    let share = |id: &str| raw.grade_shares.get(id).copied();
    let missing: Vec<&str> =
        known.grades.iter().filter(|grade| share(&grade.id).is_none()).map(|grade| grade.name.as_str()).collect();
    if !missing.is_empty() {
        audit.note(
            Diagnostic::new(
                Code::MissingKey,
                item.place("fund"),
                format!("没有写等次“{}”的结算比例", missing.join("、")),
            )
            .item("grade_shares")
            .expected("每个等次一个比例")
            .help("例如 grade_shares = { excellent = 1.0, good = 1.0, pass = 0.8, weak = 0.5 }"),
        );
    }
    let mut checked = |share: f64| check_share(item, "fund", share, audit);
    Some(FundTerms {
        advance: checked(raw.advance.unwrap_or(0.6)),
        grade_shares: known.grades.iter().map(|grade| checked(share(&grade.id).unwrap_or(1.0))).collect(),
        veto_share: checked(raw.veto_share),
        earmark: checked(raw.earmark.unwrap_or(0.5)),
        extra: checked(raw.extra),
    })
}

fn day(item: &Item<RawRule>, key: &str, text: &Option<String>, audit: &mut Audit) -> Option<Date> {
    let text = text.as_ref()?;
    let day = Date::read(text);
    if day.is_none() {
        audit.note(
            Diagnostic::new(Code::WrongType, item.place(key), format!("“{key}”应为日期"))
                .item(key)
                .found(text)
                .expected("2022-10-08 一类的日期")
                .help("例如 valid_from = \"2022-01-01\""),
        );
    }
    day
}
