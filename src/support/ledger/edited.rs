//! The printed ledger as it comes back: cells that somebody changed are what somebody did.

use super::actions::{Field, Written, measured, outside, papers, percent, text, unknown, unreadable};
use super::deed::{Bench, Deed};
use super::state::{Verb, Verdict};
use super::{Item, Ledger, lies_in, row};
use crate::audit::{Audit, Code, Diagnostic, Place};
use crate::definitions::TableLayout;
use crate::definitions::calendar::{Date, Period};
use crate::definitions::standard::{LEDGER, LEDGER_COLUMNS};
use crate::facts::{Entry, LedgerCopy, RegisterRow};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use unicode_normalization::UnicodeNormalization;

/// Columns that come from what is done and measured: a change by hand is told and not taken.
const COMPUTED: [&str; 13] = [
    "seq",
    "unit",
    "source",
    "indicator",
    "description",
    "severity",
    "exit_test",
    "due_on",
    "closed_on",
    "state",
    "overdue_days",
    "red_streak",
    "rule_hits",
];

/// Reads the ledgers that came back; `ids` are positions of problems by number.
pub(super) fn read(
    bench: &Bench,
    items: &[Item],
    ids: &BTreeMap<&str, usize>,
    earlier: &[&Ledger],
    audit: &mut Audit,
) -> Vec<Written> {
    let mut list = Vec::new();
    // Lines of the ledgers that rows were printed from, by number of the problem.
    let mut lines: BTreeMap<usize, BTreeMap<&str, usize>> = BTreeMap::new();
    let mut seen: BTreeSet<usize> = BTreeSet::new();
    let mut ahead: BTreeSet<Arc<str>> = BTreeSet::new();
    let mut returned = Returned::default();
    for (layout, rows) in bench.definitions.tables.iter().zip(&bench.facts.registers) {
        if layout.id != LEDGER {
            continue;
        }
        for row in rows {
            let Some(copy) = copy_of(bench, row) else { continue };
            if let Some(named) = copy.edition.filter(|named| *named >= bench.facts.period) {
                let file = row.place.file.clone().unwrap_or_default();
                if ahead.insert(file.clone()) {
                    audit.note(too_new(bench, &file, named));
                }
                continue;
            }
            let id = text(row, layout, "issue_id");
            let Some(&position) = ids.get(id.as_str()) else {
                audit.note(unknown(&id, ids, &row.place));
                continue;
            };
            returned.files.extend(row.place.file.clone());
            returned.items.insert(position);
            if !seen.insert(position) {
                audit.note(twice(&id, row));
                continue;
            }
            let named = copy.edition.and_then(|named| earlier.iter().position(|ledger| ledger.period == Some(named)));
            let printed = named.or(earlier.len().checked_sub(1)).and_then(|of| {
                let known = lines.entry(of).or_insert_with(|| earlier[of].lines());
                let line = *known.get(id.as_str())?;
                returned.editions.insert(of);
                Some((&earlier[of].items[line], line))
            });
            // Opened after the ledger was printed, or by hand in this very period.
            let (printed, line) = printed.unwrap_or((&items[position], position));
            let line = Line { bench, layout, row, copy, printed, line };
            match line.written(position, audit) {
                Ok(written) => list.extend(written),
                Err(problem) => audit.note(*problem),
            }
        }
    }
    returned.lost(items, ids, earlier).into_iter().for_each(|problem| audit.note(problem));
    list
}

/// What came back of printed ledgers, all files together: positions of problems.
#[derive(Default)]
struct Returned {
    files: BTreeSet<Arc<str>>,
    /// In a row that came back.
    items: BTreeSet<usize>,
    /// Ledgers that rows were printed from, as positions among the earlier ones.
    editions: BTreeSet<usize>,
}

impl Returned {
    /// Problems still open that no row speaks of, though others of their unit came back: rows deleted by hand. Who sends back
    /// the rows of one unit or of one helper has deleted nothing.
    fn lost(&self, items: &[Item], ids: &BTreeMap<&str, usize>, earlier: &[&Ledger]) -> Option<Diagnostic> {
        const NAMED: usize = 10;
        let printed = self.editions.iter().flat_map(|&edition| &earlier[edition].items);
        let printed: BTreeSet<usize> = printed.filter_map(|item| ids.get(item.id.as_str()).copied()).collect();
        let came: Vec<&Item> = self.items.iter().map(|&position| &items[position]).collect();
        let is_of_one_helper = came.windows(2).all(|pair| pair[0].helper == pair[1].helper);
        let units: BTreeSet<usize> = came.iter().map(|item| item.unit).collect();
        let missing = printed.difference(&self.items).map(|&position| &items[position]);
        let lost: Vec<&str> = missing
            .filter(|item| item.state.is_open() && units.contains(&item.unit))
            .filter(|item| !is_of_one_helper || came.iter().any(|other| other.helper == item.helper))
            .map(|item| item.id.as_str())
            .collect();
        if lost.is_empty() {
            return None;
        }
        let others = if lost.len() > NAMED { "等" } else { "" };
        let file = self.files.first().cloned().unwrap_or_default();
        let message = format!("送回的台账少了 {} 个还没有销号的问题,台账里照旧保留", lost.len());
        Some(
            Diagnostic::new(Code::LedgerComputed, Place::file(file), message)
                .found(format!("没有 {}{others}", lost[..lost.len().min(NAMED)].join("、")))
                .expected("每个没有销号的问题一行")
                .help("误删的不必补;问题是数据有误造成的,登记“撤销”并写明审批"),
        )
    }
}

/// What the ledger in which a row stands says about itself.
fn copy_of<'a>(bench: &Bench<'a>, row: &RegisterRow) -> Option<&'a LedgerCopy> {
    bench.facts.ledger_copies.get(&(row.place.file.clone()?, row.place.sheet.clone()))
}

/// A ledger that stood at the end of this period, or later, holds what is still to be computed.
fn too_new(bench: &Bench, file: &Arc<str>, named: Period) -> Diagnostic {
    let now = bench.facts.period;
    Diagnostic::new(
        Code::PeriodWrong,
        Place::file(file.clone()),
        format!("这是 {named} 期末的台账,放在 {now} 的文件夹里,整份没有采用"),
    )
    .found(named.to_string())
    .expected(format!("{} 期末的台账", now.previous()))
    .help(format!("把它放进 data/{}/;本期办理的事填在上一期的台账里,或登记在 actions 表里", named.next()))
}

fn twice(id: &str, row: &RegisterRow) -> Diagnostic {
    Diagnostic::new(Code::EventDuplicate, row.place.clone(), format!("台账里“{id}”出现了两次,后一行没有采用"))
        .item(id)
        .found(id)
        .expected("每个问题一行")
        .help("删去重复的一行")
}

/// A text as it is compared: width, blanks and the quote that keeps it from being a formula do not matter.
fn bare(text: &str) -> String {
    let folded: String = text.nfkc().filter(|letter| !letter.is_whitespace()).collect();
    folded.trim_start_matches('\'').to_owned()
}

/// A row that came back beside the line that was printed.
struct Line<'a> {
    bench: &'a Bench<'a>,
    layout: &'a TableLayout,
    row: &'a RegisterRow,
    copy: &'a LedgerCopy,
    printed: &'a Item,
    line: usize,
}

type Outcome<T> = Result<T, Box<Diagnostic>>;

impl Line<'_> {
    fn found(&self, id: &str) -> String {
        match self.row.named(self.layout, id) {
            Entry::Text(text) => text.trim().to_owned(),
            Entry::Date(date) => date.to_string(),
            Entry::Number(number) => number.to_string(),
            _ => String::new(),
        }
    }

    /// What stands in a cell, if it is not what was printed there.
    fn changed(&self, id: &str) -> Option<String> {
        let found = self.found(id);
        let printed = row::cell(self.bench.definitions, self.printed, self.line, id).text();
        (self.copy.columns.contains_key(id) && bare(&found) != bare(&printed)).then_some(found)
    }

    /// The cell of a column in this row.
    fn place(&self, id: &str) -> Place {
        let mut place = self.row.place.clone();
        if let (Some(cell), Some(column)) = (&mut place.cell, self.copy.columns.get(id)) {
            cell.column = *column;
        }
        place
    }

    fn header<'s>(&'s self, id: &'s str) -> &'s str {
        self.layout.columns.iter().find(|column| column.id == id).map_or(id, |column| column.name.as_str())
    }

    fn bad(&self, id: &str, problem: &str, found: &str, expected: &str) -> Box<Diagnostic> {
        Box::new(unreadable(&self.place(id), self.header(id), problem, found, expected).item(&self.printed.id))
    }

    /// A changed cell that holds a day of the period.
    fn day(&self, id: &str, day: Option<Date>, found: &str, expected: &str) -> Outcome<Date> {
        let Some(day) = day else { return Err(self.bad(id, "看不出日期", found, expected)) };
        if !lies_in(day, self.bench.facts.period) {
            return Err(Box::new(outside(self.bench, &self.printed.id, self.header(id), day, &self.place(id))));
        }
        Ok(day)
    }

    /// Everything the row says anew; `None` where it says nothing.
    fn written(&self, position: usize, audit: &mut Audit) -> Outcome<Option<Written>> {
        let mut edits = Vec::new();
        let mut deeds = Vec::new();
        let mut told = Vec::new();
        for (id, _) in LEDGER_COLUMNS {
            let Some(found) = self.changed(id) else { continue };
            if let Some(field) = Field::of(id) {
                edits.push((field, found));
            } else if COMPUTED.contains(&id) || found.is_empty() {
                told.push((id, found));
            } else if let Some(deed) = self.deed(id, &found)? {
                deeds.push(deed);
            }
        }
        let evidence = self.changed("evidence_ids").map(|found| papers(&found)).unwrap_or_default();
        if !evidence.is_empty() && self.printed.evidence.iter().any(|id| !evidence.contains(id)) {
            told.push(("evidence_ids", self.found("evidence_ids")));
        }
        // The verdict stands beside who verified, and one of them alone is no verification.
        if self.changed("verdict").is_some_and(|found| !found.is_empty()) && self.changed("verified").is_none() {
            let expected = "核验单位/核验方式/2022-09-20";
            return Err(self.bad("verdict", "写了结论,没有写核验的单位、方式和日期", &self.found("verdict"), expected));
        }
        // What is new in the row was given with what was done in it.
        let is_new = |id: &&String| !self.printed.evidence.contains(id);
        let new: Vec<String> = evidence.iter().filter(is_new).cloned().collect();
        for deed in deeds.iter_mut().filter(|deed| matches!(deed.verb, Verb::Progress | Verb::Request | Verb::Verify)) {
            deed.evidence.clone_from(&new);
        }
        for (id, found) in told {
            audit.note(self.computed(id, found));
        }
        if edits.is_empty() && deeds.is_empty() && evidence.is_empty() {
            return Ok(None);
        }
        Ok(Some(Written { item: position, edits, evidence, deeds, place: self.row.place.clone() }))
    }

    fn computed(&self, id: &str, found: String) -> Diagnostic {
        let header = self.header(id);
        let printed = row::cell(self.bench.definitions, self.printed, self.line, id).text();
        let (what, help) = match id {
            "state" => ("由办理的动作得出", "撤销、长期坚持等登记在 actions 表里"),
            "closed_on" => ("由核验通过的日期得出", "填写核验单位/方式/日期和核验结论"),
            "due_on" => ("不能直接改", "延期填写“批准延期至”,写明日期、审批和批准日期"),
            "evidence_ids" => ("登记过的不能删去", "新的编号已加上;原来的编号留着"),
            _ if found.is_empty() => ("登记过的不能删去", "登记错了的,改正当初登记的那一行"),
            _ => ("由程序算出", "这一列不用填;要改的是数据或动作"),
        };
        Diagnostic::new(
            Code::LedgerComputed,
            self.place(id),
            format!("{}的“{header}”{what},手工改动没有采用", self.printed.id),
        )
        .unit(&self.bench.definitions.units.units[self.printed.unit].name)
        .item(&self.printed.id)
        .found(found)
        .expected(printed)
        .help(help)
    }

    /// What a changed cell says was done.
    fn deed(&self, id: &str, found: &str) -> Outcome<Option<Deed>> {
        let place = || self.place(id);
        let simple = |verb: Verb| {
            let day = self.day(id, Date::read(found), found, "2022-09-20")?;
            Ok(Some(Deed::new(day, verb, place())))
        };
        match id {
            "assigned_on" => simple(Verb::Assign),
            "accepted_on" => simple(Verb::Accept),
            "close_requested_on" => simple(Verb::Request),
            "extended_to" => self.extension(found).map(Some),
            "progress" => self.progress(found).map(Some),
            "verified" => self.verification(found).map(Some),
            "look_back" => {
                let expected = "2022-09-20/巩固";
                let folded: String = found.nfkc().collect();
                let (day, verdict) = folded.rsplit_once('/').unwrap_or((folded.as_str(), ""));
                let day = self.day(id, Date::read(day), found, expected)?;
                let verdict = Verdict::read(verdict.trim());
                Ok(Some(Deed { verdict, ..Deed::new(day, Verb::LookBack, place()) }))
            }
            // Read beside what they belong to.
            _ => Ok(None),
        }
    }

    /// `2022-10-31(联席会议纪要5号,2022-09-20)`: until when, who approved it, and when.
    fn extension(&self, found: &str) -> Outcome<Deed> {
        let expected = "2022-10-31(审批单位或文号,2022-09-20)";
        let folded: String = found.nfkc().collect();
        let (until, rest) = folded.split_once('(').unwrap_or((folded.as_str(), ""));
        let Some(until) = Date::read(until) else {
            return Err(self.bad("extended_to", "看不出日期", found, expected));
        };
        let rest = rest.trim_end().trim_end_matches(')');
        let Some((approved_by, day)) = rest.rsplit_once(',') else {
            let message = format!("{}:延期没有写明由谁、在哪一天批准,这一行没有采用", self.printed.id);
            let refusal = Diagnostic::new(Code::ApprovalMissing, self.place("extended_to"), message);
            return Err(Box::new(
                refusal.item(&self.printed.id).found(found).expected(expected).help(format!("写成 {expected}")),
            ));
        };
        let day = self.day("extended_to", Date::read(day), found, expected)?;
        let approved_by = approved_by.trim().to_owned();
        Ok(Deed { until: Some(until), approved_by, ..Deed::new(day, Verb::Extend, self.place("extended_to")) })
    }

    /// `2022-08-15:60%,已完成18户`: the day, how far, and what.
    fn progress(&self, found: &str) -> Outcome<Deed> {
        let expected = "2022-08-15:60%,已完成18户";
        let folded: String = found.nfkc().collect();
        let (day, rest) = folded.split_once(':').unwrap_or((folded.as_str(), ""));
        let day = self.day("progress", Date::read(day), found, expected)?;
        let (done, content) = match rest.split_once('%') {
            Some((done, content)) if done.trim().parse::<f64>().is_ok() => {
                (done.trim(), content.trim_start_matches([',', '、', ' ']))
            }
            _ => ("", rest),
        };
        let read = if done.is_empty() { Ok(None) } else { percent(&format!("{done}%")) };
        let percent = read.map_err(|problem| self.bad("progress", &problem, found, expected))?;
        let content = content.trim().to_owned();
        Ok(Deed { percent, content, ..Deed::new(day, Verb::Progress, self.place("progress")) })
    }

    /// `县民政局/现场抽查/2022-09-20` beside 通过(实测92.5) or 退回(原因).
    fn verification(&self, found: &str) -> Outcome<Deed> {
        let expected = "核验单位/核验方式/2022-09-20";
        let folded: String = found.nfkc().collect();
        let mut parts = folded.splitn(3, '/');
        let mut part = || parts.next().unwrap_or_default().trim().to_owned();
        let (by, how, day) = (part(), part(), part());
        let day = self.day("verified", Date::read(&day), found, expected)?;
        let said: String = self.found("verdict").nfkc().collect();
        let (word, inside) = said.split_once('(').unwrap_or((said.as_str(), ""));
        let inside = inside.trim_end().trim_end_matches(')').trim();
        let Some(verdict) = Verdict::read(word.trim()) else {
            return Err(self.bad("verdict", &format!("看不懂“{said}”"), &said, "通过、通过(实测92.5)、退回(原因)"));
        };
        let mut deed = Deed { verdict: Some(verdict), by, how, ..Deed::new(day, Verb::Verify, self.place("verified")) };
        match inside.strip_prefix("实测") {
            Some(value) if verdict == Verdict::Pass => {
                deed.measured = measured(self.bench, self.printed, value.trim_start_matches(':'))
                    .map_err(|problem| self.bad("verdict", &problem, &said, "通过(实测92.5)"))?;
            }
            _ => inside.clone_into(&mut deed.content),
        }
        Ok(deed)
    }
}
