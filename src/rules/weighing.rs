//! What each line that hit a rule is worth before caps, and the adjustment it makes.
//!
//! Lines are weighed and put in order first, while they are small, and only then put into words.

use super::Settled;
use super::adjustment::{Adjustment, Outcome, Subject, Treatment};
use super::details::{Details, Texts};
use super::rows::Rows;
use super::sheet::Sheet;
use super::wording::Wording;
use crate::audit::{Code, Diagnostic, Place};
use crate::definitions::calendar::Date;
use crate::definitions::decimal::Published;
use crate::definitions::{Rule, RuleKind, Scope};
use polars::prelude::PolarsResult;
use rayon::prelude::*;
use std::borrow::Cow;
use std::cmp::{Ordering, Reverse};

/// Lines that one thread weighs in a row.
const CHUNK: usize = 4096;

/// A line that hit, weighed.
struct Weighed {
    /// Position among the lines that hit.
    number: usize,
    unit: usize,
    date: Date,
    worth: Published,
    outcome: Outcome,
    treatment: Treatment,
    /// What may score once only, or makes a repeat.
    key: Box<str>,
}

/// The lines that hit one rule, weighed, in an order that no order of rows changes.
pub(super) struct Weighing<'a> {
    words: Words<'a>,
    weighed: Vec<Weighed>,
}

impl<'a> Weighing<'a> {
    /// Weighs the lines that hit the rule at `position`; `None` where none did.
    pub(super) fn new(
        sheet: &'a Sheet<'a>,
        position: usize,
        lines: Vec<usize>,
        settled: &'a [Settled],
        findings: &mut Vec<Diagnostic>,
    ) -> PolarsResult<Option<Self>> {
        if lines.is_empty() {
            return Ok(None);
        }
        let rule = &sheet.definitions.rules.rules[position];
        let details = Details::new(sheet, rule, Some(&lines), settled)?;
        let (points, orders) = (details.numbers("points")?, details.numbers("order_by")?);
        let words = Words {
            sheet,
            position,
            rule,
            lines,
            rows: Rows::of(sheet, rule),
            labels: details.texts("label")?,
            matters: details.texts("dedup_key")?,
            severities: details.texts("severity")?,
            suspended: details.truths("suspended_when")?,
            wording: Wording::new(sheet, rule, settled),
        };
        // Each line by itself, put together in the order of the lines.
        let weigh_chunk = |(chunk, part): (usize, &[usize])| {
            let mut noted = Vec::new();
            let weigh = |(number, &line): (usize, &usize)| {
                let number = chunk * CHUNK + number;
                weigh(sheet, rule, words.rows.as_ref(), number, line, points[number], &mut noted)
            };
            let mut weighed: Vec<Weighed> = Vec::with_capacity(part.len());
            weighed.extend(part.iter().enumerate().filter_map(weigh));
            (weighed, noted)
        };
        let chunks: Vec<_> = words.lines.par_chunks(CHUNK).enumerate().map(weigh_chunk).collect();
        let mut weighed: Vec<Weighed> = Vec::with_capacity(words.lines.len());
        for (part, noted) in chunks {
            weighed.extend(part);
            findings.extend(noted);
        }
        if !rule.places.is_empty() {
            give_places(sheet, rule, &mut weighed, &orders);
        }
        // By date, points and unit, then by everything else that tells two hits apart.
        weighed.par_sort_by_key(|line| (line.date, Reverse(line.worth), line.unit));
        let is_tied =
            |one: &Weighed, other: &Weighed| (one.date, one.worth, one.unit) == (other.date, other.worth, other.unit);
        weighed.par_chunk_by_mut(is_tied).for_each(|tied| tied.sort_by(|one, other| words.compare(one, other)));
        Ok(Some(Weighing { words, weighed }))
    }

    /// Position of the rule.
    pub(super) fn position(&self) -> usize {
        self.words.position
    }

    /// Number of hits.
    pub(super) fn len(&self) -> usize {
        self.weighed.len()
    }

    /// The matter of a hit, which counts in one deduction rule only; empty where there is none.
    pub(super) fn matter(&self, at: usize) -> Cow<'_, str> {
        self.words.matter(&self.weighed[at])
    }

    /// The rule.
    pub(super) fn rule(&self) -> &'a Rule {
        self.words.rule
    }

    /// Adds the adjustments that the lines make, in their order.
    pub(super) fn describe(&mut self, hits: &mut Vec<Adjustment>) {
        let adjustment = |line: &mut Weighed| {
            let key = std::mem::take(&mut line.key);
            self.words.adjustment(line, key)
        };
        hits.par_extend(self.weighed.par_iter_mut().map(adjustment));
    }
}

/// What a line is worth; `None` where it names no unit, is not in force, or has no points.
fn weigh(
    sheet: &Sheet,
    rule: &Rule,
    rows: Option<&Rows>,
    number: usize,
    line: usize,
    points: Option<f64>,
    findings: &mut Vec<Diagnostic>,
) -> Option<Weighed> {
    let unit = match rows {
        Some(rows) => rows.unit(line)?,
        None => sheet.unit(rule.scope, line)?,
    };
    let needs_points = rule.kind.has_points() && rule.places.is_empty();
    let worth = points.or((!needs_points).then_some(0.0)).filter(|worth| worth.abs() < 1e6);
    let Some(mut worth) = worth else {
        findings.push(without_points(sheet, rule, unit, line, points));
        return None;
    };
    let mut outcome = if rule.is_trial() { Outcome::Trial } else { Outcome::Counted };
    let mut date = sheet.inputs.facts.period.last_day();
    let mut treatment = Treatment::default();
    if let Some(rows) = rows {
        date = rows.date(line).unwrap_or(date);
        if let Some(missing) = rows.without_evidence(rule, unit, line) {
            findings.push(missing);
            outcome = Outcome::Pending;
        }
        treatment.is_halved = rows.is_halved(line);
        worth = if treatment.is_halved { worth / 2.0 } else { worth };
    }
    if !rule.is_valid_on(date) {
        return None;
    }
    if worth < 0.0 {
        findings.push(negative(rule, worth, place(sheet, rule, line)));
        return None;
    }
    let worth = sheet.definitions.index.publish(worth);
    let key = rows.map(|rows| rows.key(line)).unwrap_or_default();
    Some(Weighed { number, unit, date, worth, outcome, treatment, key })
}

/// What adjustments are put into words with.
struct Words<'a> {
    sheet: &'a Sheet<'a>,
    position: usize,
    rule: &'a Rule,
    lines: Vec<usize>,
    rows: Option<Rows<'a>>,
    labels: Texts,
    matters: Texts,
    severities: Texts,
    suspended: Vec<bool>,
    wording: Wording<'a>,
}

impl Words<'_> {
    /// Which of two hits that are alike in date, points and unit comes first.
    fn compare(&self, one: &Weighed, other: &Weighed) -> Ordering {
        let about = |line: &Weighed| (self.subject(line), self.matter(line));
        let (definitions, facts) = (self.sheet.definitions, self.sheet.inputs.facts);
        let printed = |line: &Weighed| {
            let hit = self.adjustment(line, Box::default());
            (hit.reason(definitions, facts), hit.evidence(definitions, facts).into_owned())
        };
        about(one).cmp(&about(other)).then_with(|| printed(one).cmp(&printed(other)))
    }

    fn subject(&self, weighed: &Weighed) -> Subject {
        subject(self.sheet, self.rule.scope, self.lines[weighed.number])
    }

    fn matter(&self, weighed: &Weighed) -> Cow<'_, str> {
        let given = self.matters.get(weighed.number);
        // Only deductions look at the matter: one event counts in one of them.
        match &self.rows {
            Some(rows) if given.is_empty() && self.rule.kind == RuleKind::Deduction => {
                rows.matter(self.lines[weighed.number])
            }
            _ => given.into(),
        }
    }

    fn adjustment(&self, weighed: &Weighed, key: Box<str>) -> Adjustment {
        let (number, line) = (weighed.number, self.lines[weighed.number]);
        let rows = self.rows.as_ref();
        Adjustment {
            rule: self.position,
            unit: weighed.unit,
            subject: self.subject(weighed),
            row: rows.map(|_| line),
            points: weighed.worth,
            row_points: weighed.worth,
            outcome: weighed.outcome,
            words: if rows.is_some() { Box::default() } else { self.wording.reason(line).into() },
            treatment: weighed.treatment,
            label: self.labels.get(number).into(),
            date: weighed.date,
            key,
            severity: self.severities.get(number).into(),
            is_suspended: self.suspended[number],
        }
    }
}

/// Points by place over all units: ties share the better place, and the places they fill are not given again.
fn give_places(sheet: &Sheet, rule: &Rule, weighed: &mut [Weighed], orders: &[Option<f64>]) {
    let publish = |value: f64| sheet.definitions.index.publish(value);
    let order = |line: &Weighed| orders[line.number].filter(|it| it.abs() < 1e9).map(publish);
    let worth: Vec<Option<Published>> = weighed.iter().map(order).collect();
    for (line, rank) in weighed.iter_mut().zip(super::ranks(&worth)) {
        let place = rank.and_then(|rank| usize::try_from(rank.place).ok()).unwrap_or(usize::MAX);
        if let Some(points) = place.checked_sub(1).and_then(|place| rule.places.get(place)) {
            line.worth = publish(*points);
            line.treatment.place = Some(place);
        } else {
            line.worth = line.worth.with_steps(0);
            if line.outcome == Outcome::Counted {
                line.outcome = Outcome::Outplaced;
            }
        }
    }
}

/// Where a line stands; nowhere for what is computed from scores.
fn place(sheet: &Sheet, rule: &Rule, line: usize) -> Place {
    match rule.scope {
        Scope::Table(table) => sheet.inputs.facts.registers[table][line].place.clone(),
        _ => Place::default(),
    }
}

/// The condition holds and the points cannot be computed: an empty operand, a division by zero, a figure out of all
/// bounds. Nobody would miss what is silently left out.
fn without_points(sheet: &Sheet, rule: &Rule, unit: usize, line: usize, found: Option<f64>) -> Diagnostic {
    let unit = &sheet.definitions.units.units[unit].name;
    let found = found.map_or_else(|| "空(缺数或除以 0)".to_owned(), |found| found.to_string());
    Diagnostic::new(
        Code::ExpressionInvalid,
        place(sheet, rule, line),
        format!("规则 {} 的条件成立,“{unit}”的分值却算不出来,没有计分", rule.id),
    )
    .unit(unit)
    .item(&rule.id)
    .found(found)
    .expected("0 到一百万之间的数")
    .help("检查这条规则的 points:除数可能为 0,所用的数可能为空;可用 COALESCE(x, 0) 给出缺省值")
}

/// Bonus and deduction are both written as positive points; a sign the wrong way round would turn a rule over.
fn negative(rule: &Rule, worth: f64, place: Place) -> Diagnostic {
    Diagnostic::new(Code::ExpressionInvalid, place, format!("规则 {} 算出负的分值 {worth},这一项没有计", rule.id))
        .item(&rule.id)
        .found(worth.to_string())
        .expected("不小于 0 的分值")
        .help("扣分也写正数;检查 points 里的正负号")
}

fn subject(sheet: &Sheet, scope: Scope, line: usize) -> Subject {
    match scope {
        Scope::Table(_) => Subject::Row,
        Scope::Unit => Subject::Unit,
        Scope::Element => Subject::Element(sheet.part(scope, line)),
        Scope::Indicator => Subject::Indicator(sheet.part(scope, line)),
        Scope::Project => Subject::Project(sheet.part(scope, line)),
        Scope::Item => Subject::Item(sheet.inputs.items[line].item.clone()),
    }
}
