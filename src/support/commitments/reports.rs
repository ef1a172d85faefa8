//! Rows of the small tables in, the report of each stage and the peer scores of each commitment out.

use super::Verdict;
use crate::audit::{Audit, Code, Diagnostic, Place};
use crate::definitions::calendar::{Date, Period};
use crate::definitions::standard::commitments::{REPORTS, SCORES};
use crate::definitions::{Commitment, Definitions, Owner, TableLayout, fold};
use crate::extract::RawValue;
use crate::extract::values::{self, Reading};
use crate::facts::{Entry, Facts, RegisterRow};
use std::collections::BTreeSet;

/// Largest rank that is no slip of the finger.
const LAST_RANK: f64 = 100_000.0;

/// When in the year a report is due.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Stage {
    /// 年中.
    Mid,
    /// 年底.
    End,
}

impl Stage {
    /// The printed word.
    pub fn word(self) -> &'static str {
        match self {
            Stage::Mid => "年中",
            Stage::End => "年底",
        }
    }

    fn read(text: &str) -> Option<Self> {
        match text.trim() {
            "年中" | "半年" | "上半年" | "中期" => Some(Stage::Mid),
            "年底" | "年末" | "年终" | "全年" => Some(Stage::End),
            _ => None,
        }
    }
}

/// One report on one commitment.
#[derive(Clone, Debug, PartialEq)]
pub struct Report {
    /// Mid-year or year-end.
    pub stage: Stage,
    /// Its day.
    pub date: Date,
    /// The value reached, 0 or more, in the unit of the target.
    pub value: Option<f64>,
    /// The rank reached.
    pub rank: Option<u32>,
    /// How things stand, in words; empty where nothing is said.
    pub situation: String,
    /// Number of the evidence; empty where none is named.
    pub evidence: String,
    /// The owner's own word.
    pub self_rating: Option<Verdict>,
    /// Period in whose folder it came.
    pub period: Period,
    /// The row.
    pub place: Place,
}

/// What was heard of a commitment in its year so far.
#[derive(Clone, Debug, Default)]
pub(super) struct Heard {
    pub(super) mid: Option<Report>,
    pub(super) end: Option<Report>,
    /// Peer scores that count, in the order of the rows.
    pub(super) scores: Vec<f64>,
    /// Scores of the owner's own staff.
    pub(super) own_count: usize,
    assessors: BTreeSet<String>,
}

/// A small table and the rows of one period in it.
struct Rows<'a> {
    definitions: &'a Definitions,
    layout: &'a TableLayout,
    period: Period,
}

/// What was heard of every commitment, by position, in the year of the last facts. Mistakes in rows of the last facts are
/// noted in `audit`; those of earlier periods were noted in their time.
pub(super) fn hear(definitions: &Definitions, facts: &[&Facts], audit: &mut Audit) -> Vec<Heard> {
    let mut heard = vec![Heard::default(); definitions.commitments.list.len()];
    let Some(last) = facts.last() else { return heard };
    let positions = |id: &str| definitions.tables.iter().position(|table| table.id == id);
    for facts in facts.iter().filter(|facts| facts.period.year == last.period.year) {
        let mut told_before = Audit::default();
        let audit = if facts.period == last.period { &mut *audit } else { &mut told_before };
        for (id, take) in [(REPORTS, take_report as Take), (SCORES, take_score as Take)] {
            let Some(position) = positions(id) else { continue };
            let rows = Rows { definitions, layout: &definitions.tables[position], period: facts.period };
            for row in &facts.registers[position] {
                if let Some(commitment) = rows.commitment(row, audit) {
                    take(&rows, row, commitment, &mut heard[commitment], audit);
                }
            }
        }
    }
    heard
}

type Take = fn(&Rows<'_>, &RegisterRow, usize, &mut Heard, &mut Audit);

/// Keeps a report, unless a newer one of the same stage is there.
fn take_report(rows: &Rows<'_>, row: &RegisterRow, commitment: usize, heard: &mut Heard, audit: &mut Audit) {
    let about = &rows.definitions.commitments.list[commitment];
    let Some(report) = rows.report(row, about, audit) else { return };
    if report.stage == Stage::End && report.evidence.is_empty() {
        let message = format!("承诺“{}”的年底汇报没有佐证材料编号,列为待核,不计分", about.id);
        let note = rows.about(Code::EvidenceMissing, row, about, message);
        audit.note(note.expected("佐证材料编号").help("补上佐证材料编号;补齐以前不算完成,也不计分"));
    }
    let kept = if report.stage == Stage::Mid { &mut heard.mid } else { &mut heard.end };
    if let Some(other) = kept {
        let newest = other.date.max(report.date);
        let message = format!("承诺“{}”有两份{}汇报,以 {newest} 的为准", about.id, report.stage.word());
        let note = rows.about(Code::VersionReplaced, row, about, message);
        audit.note(
            note.found(format!("{}、{}", other.date, report.date)).help("日期相同的以后登记的为准;登记错了的请删去"),
        );
        if other.date > report.date {
            return;
        }
    }
    *kept = Some(report);
}

/// Counts a peer score once for every assessor, and none of the owner's own staff.
fn take_score(rows: &Rows<'_>, row: &RegisterRow, commitment: usize, heard: &mut Heard, audit: &mut Audit) {
    let about = &rows.definitions.commitments.list[commitment];
    let (assessor, unit) = (rows.text(row, "assessor"), rows.text(row, "assessor_unit"));
    // What stands there may be a name, so it is never quoted.
    if !assessor.chars().all(|letter| letter.is_ascii_alphanumeric() || matches!(letter, '-' | '_')) {
        let note =
            rows.about(Code::RowInvalid, row, about, "评分人代码只能用英文字母、数字和短横,不能写姓名".to_owned());
        audit.note(note.expected("如 P01").help("给每位评分人编一个代码,对照表不要放进数据文件夹;这一行没有采用"));
        return;
    }
    let text = rows.text(row, "score");
    let Some(points) = rows.number(row, "score", "分").filter(|points| (0.0..=100.0).contains(points)) else {
        let message = format!("给承诺“{}”的分值应是 0–100 的数,实为“{text}”", about.id);
        audit.note(
            rows.about(Code::RowInvalid, row, about, message)
                .found(text)
                .expected("0–100")
                .help("改正这一行;整行没有采用"),
        );
        return;
    };
    if !heard.assessors.insert(fold(&assessor)) {
        let message = format!("评分人 {assessor} 给承诺“{}”评了不止一次,只算最先登记的一次", about.id);
        audit.note(
            rows.about(Code::RowInvalid, row, about, message)
                .found(assessor)
                .expected("每人每项一行")
                .help("每人对每项承诺一年只评一次,删去多余的一行"),
        );
    } else if is_own(rows.definitions, &about.owner, &unit) {
        heard.own_count += 1;
        let message = format!("评分人 {assessor} 是承诺“{}”的承诺单位自己的人,分值不计", about.id);
        let note = rows.about(Code::OwnScoreExcluded, row, about, message);
        audit.note(note.found(unit).help("不必处理;所在单位写错了的请改正"));
    } else {
        heard.scores.push(points);
    }
}

fn is_own(definitions: &Definitions, owner: &Owner, unit: &str) -> bool {
    let is_named = |name: &String| fold(name) == fold(unit);
    let department = owner.department.map(|department| &definitions.departments[department]);
    is_named(&owner.name)
        || department.is_some_and(|department| is_named(&department.code) || department.aliases.iter().any(is_named))
}

impl Rows<'_> {
    fn text(&self, row: &RegisterRow, column: &str) -> String {
        match row.named(self.layout, column) {
            Entry::Text(text) => text.clone(),
            Entry::Date(date) => date.to_string(),
            Entry::Number(number) => values::text(&RawValue::Number(*number)),
            _ => String::new(),
        }
    }

    /// A figure in a unit; `None` where there is none, or where what stands there is no figure in that unit.
    fn number(&self, row: &RegisterRow, column: &str, unit: &str) -> Option<f64> {
        let text = self.text(row, column);
        let cell = text.parse().map_or_else(|_| RawValue::Text(text.as_str().into()), RawValue::Number);
        match values::number(&cell, unit) {
            Reading::Number { value, percent } if !percent || unit.starts_with('%') => Some(value),
            _ => None,
        }
    }

    /// The commitment a row is about: one there is, of the year of the period.
    fn commitment(&self, row: &RegisterRow, audit: &mut Audit) -> Option<usize> {
        let list = &self.definitions.commitments.list;
        let id = self.text(row, "commitment");
        let of_year = || {
            let ids = list.iter().filter(|commitment| commitment.year == self.period.year);
            ids.map(|commitment| commitment.id.as_str()).collect::<Vec<_>>().join("、")
        };
        let exactly = || list.iter().position(|commitment| commitment.id == id);
        let find = || exactly().or_else(|| list.iter().position(|commitment| fold(&commitment.id) == fold(&id)));
        let note = |message: String, help: &str| {
            Diagnostic::new(Code::RowInvalid, row.place.clone(), message).found(&id).expected(of_year()).help(help)
        };
        let Some(found) = find() else {
            let message = format!("“{}”里的承诺事项编号“{id}”没有定义过", self.layout.name);
            audit.note(note(message, "核对编号;新的承诺先写进定义文件的 [[commitment]]。这一行没有采用"));
            return None;
        };
        let year = list[found].year;
        if year != self.period.year {
            let message = format!("承诺“{id}”是 {year} 年的,登记在了 {} 的文件夹里", self.period);
            let help = format!("放进 {year} 年的期次;编号写错了的请改正。这一行没有采用");
            audit.note(note(message, &help).item(&list[found].task));
            return None;
        }
        Some(found)
    }

    /// The report in a row; a row with mistakes is noted and gives none.
    fn report(&self, row: &RegisterRow, about: &Commitment, audit: &mut Audit) -> Option<Report> {
        let wrong = |what: &str, found: &str, expected: &str| {
            let message = format!("承诺“{}”的{what}", about.id);
            let note = self.about(Code::RowInvalid, row, about, message);
            note.found(found).expected(expected).help("改正这一行;整行没有采用")
        };
        let count = audit.diagnostics().len();
        let stage = self.text(row, "stage");
        let stage_read = Stage::read(&stage);
        if stage_read.is_none() {
            audit.note(wrong(&format!("阶段应是年中或年底,实为“{stage}”"), &stage, "年中、年底"));
        }
        let value_text = self.text(row, "value");
        let value = self.number(row, "value", &about.unit).filter(|value| *value >= 0.0);
        if !value_text.is_empty() && value.is_none() {
            let what = format!("完成值应是不小于 0 的数,实为“{value_text}”");
            let unit =
                if about.unit.is_empty() { "数字".to_owned() } else { format!("以“{}”计的数", about.unit) };
            audit.note(wrong(&what, &value_text, &unit));
        }
        let rank_text = self.text(row, "rank");
        let rank = self.number(row, "rank", "名").and_then(whole);
        if !rank_text.is_empty() && rank.is_none() {
            audit.note(wrong(&format!("排名应是从 1 起的整数,实为“{rank_text}”"), &rank_text, "1、2、3 …"));
        }
        let own_text = self.text(row, "self_rating");
        let self_rating = Verdict::ALL[..3].iter().copied().find(|verdict| verdict.word() == own_text);
        if !own_text.is_empty() && self_rating.is_none() {
            let what = format!("自评应是完成、基本完成或未完成,实为“{own_text}”");
            audit.note(wrong(&what, &own_text, "完成、基本完成、未完成"));
        }
        let says_something = match about.target {
            Some(_) => value.is_some(),
            None => (about.rank.is_some() && rank.is_some()) || self_rating.is_some(),
        };
        if stage_read == Some(Stage::End) && !says_something && audit.diagnostics().len() == count {
            let (what, expected) = match (about.target, &about.rank) {
                (Some(_), _) => ("年底汇报没有写完成值", "完成值"),
                (None, Some(_)) => ("年底汇报没有写排名,也没有自评", "排名或自评"),
                (None, None) => ("年底汇报没有自评", "自评"),
            };
            audit.note(wrong(what, "", expected));
        }
        let Entry::Date(date) = *row.named(self.layout, "date") else { return None };
        (audit.diagnostics().len() == count).then_some(())?;
        Some(Report {
            stage: stage_read?,
            date,
            value,
            rank,
            situation: self.text(row, "situation"),
            evidence: self.text(row, "evidence"),
            self_rating,
            period: self.period,
            place: row.place.clone(),
        })
    }

    fn about(&self, code: Code, row: &RegisterRow, commitment: &Commitment, message: String) -> Diagnostic {
        let note = Diagnostic::new(code, row.place.clone(), message).item(&commitment.task);
        match commitment.owner.department {
            Some(department) => note.department(&self.definitions.departments[department].name),
            None => note,
        }
    }
}

fn whole(rank: f64) -> Option<u32> {
    let is_rank = rank.fract().abs() < 1e-9 && (1.0..=LAST_RANK).contains(&rank);
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a whole number within the borders")]
    is_rank.then_some(rank as u32)
}
