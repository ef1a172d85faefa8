//! 数据质量回执: what a department is told about the files it sent. Plain data first, then three dialects of it.

mod copy;
mod findings;
mod grids;
mod line;
mod naming;
mod page;
mod read_back;
mod received;
mod sheets;
mod versions;
mod workbook;

pub use copy::{Mark, SheetCopy};
pub use read_back::{ReadBack, ReadItem, ReadRow, ReadValue};
pub use received::{ReceivedFile, ReceivedTable, Standing};
pub(super) use workbook::{Look, header_text, height, plain};

use super::document::punctuation;
use super::owners::Owners;
use super::theme::palette::Palette;
use super::{Assessment, PeriodResult, pdf};
use crate::audit::{Audit, Code, Diagnostic, Severity, Tally};
use crate::definitions::calendar::Date;
use crate::facts::{Check, CheckTally, Owed};
use anyhow::Context;
use naming::FileNames;
use std::collections::BTreeMap;

/// What becomes of a department's material.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// 通过: no error, nothing missing, and no question without an answer.
    Accepted,
    /// 需更正: errors, missing items, or questions without an answer.
    ToCorrect,
    /// 退回: a file cannot be read, is too large, or holds personal data.
    Returned,
    /// 未收到: nothing came of what is owed.
    NotReceived,
}

impl Outcome {
    /// The Chinese word.
    pub fn word(self) -> &'static str {
        match self {
            Outcome::Accepted => "通过",
            Outcome::ToCorrect => "需更正",
            Outcome::Returned => "退回",
            Outcome::NotReceived => "未收到",
        }
    }

    /// The English word in files for programs.
    pub fn id(self) -> &'static str {
        match self {
            Outcome::Accepted => "accepted",
            Outcome::ToCorrect => "to_correct",
            Outcome::Returned => "returned",
            Outcome::NotReceived => "not_received",
        }
    }
}

/// What is the same in all receipts of a period.
#[derive(Clone, Debug)]
pub struct Head {
    /// Name of the index.
    pub index: String,
    /// `2022年第三季度`.
    pub period: String,
    /// Watermark words; empty for none.
    pub watermark: String,
    /// Sentence of an illustration; empty for none.
    pub disclaimer: String,
    /// What one unit is called.
    pub unit_word: String,
    /// Day by which files are due.
    pub due: Date,
    /// Day by which corrections are due.
    pub correction_due: Date,
    /// Whether the material of the whole period holds errors, so that no final report can be made yet.
    pub is_draft: bool,
    /// Edition of the definitions.
    pub edition: String,
    /// Colours of what is printed.
    pub palette: Palette,
}

/// A value that a later version of a file replaced, in words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// Name of the unit.
    pub unit: String,
    /// Name of the measure with its unit.
    pub item: String,
    /// What the earlier version says, and where.
    pub before: (String, String),
    /// What counts, and where.
    pub after: (String, String),
}

/// One department's receipt.
#[derive(Clone, Debug)]
pub struct Receipt<'a> {
    /// Position of the department.
    pub department: usize,
    /// Its name.
    pub name: String,
    /// Name of the receipt's files, without extension.
    pub stem: String,
    /// What is the same for all.
    pub head: Head,
    /// What becomes of the material.
    pub outcome: Outcome,
    /// Open findings by severity, and how many somebody answered.
    pub tally: Tally,
    /// Files that came, in the order in which they were read.
    pub files: Vec<ReceivedFile>,
    /// Findings, worst first.
    pub findings: Vec<&'a Diagnostic>,
    /// Checks that were made.
    pub checks: Vec<(Check, CheckTally)>,
    /// The figures as they were understood.
    pub read_back: ReadBack,
    /// What later versions changed.
    pub changes: Vec<Change>,
    /// The department's own sheets.
    pub copies: Vec<SheetCopy<'a>>,
}

impl Receipt<'_> {
    /// What stands in place of the figures read back where none are owed.
    fn nothing_to_read_back(&self) -> &'static str {
        if self.files.is_empty() {
            "没有要贵单位报送的数据项。"
        } else {
            "没有要贵单位按表报送的数据项；收到的见“收到的文件”。"
        }
    }

    /// What the department has to do, by when, in one sentence.
    pub fn task(&self) -> String {
        let due = self.head.correction_due;
        let open = |severity: Severity| self.open_count(severity);
        let mut parts = Vec::new();
        match self.outcome {
            Outcome::NotReceived => return format!("还没有收到贵单位的数据，请尽快报送，最迟 {due}。"),
            Outcome::Returned => parts.push("有文件退回，请按“问题清单”改正后重新报送整份文件".to_owned()),
            Outcome::ToCorrect if open(Severity::Error) > 0 => {
                parts.push(format!("请改正 {} 个错误，重新报送整份表（原来的文件不必删除）", open(Severity::Error)));
            }
            Outcome::ToCorrect | Outcome::Accepted => {}
        }
        if open(Severity::Question) > 0 {
            parts.push(format!("请在“部门答复”一栏答复 {} 个疑问", open(Severity::Question)));
        }
        if open(Severity::Warning) > 0 {
            parts.push(format!("请核实 {} 个警告，有误的改正，属实的答复“属实”并写明理由", open(Severity::Warning)));
        }
        if !self.read_back.items.is_empty() {
            parts.push("请核对“复述”，确认识别结果".to_owned());
        }
        if parts.is_empty() {
            return "不必答复。".to_owned();
        }
        if self.outcome == Outcome::Accepted {
            return format!("{}。", parts.join("；"));
        }
        format!("{}。截止日期 {due}。", parts.join("；"))
    }

    /// Findings of a severity that nobody answered.
    pub fn open_count(&self, severity: Severity) -> usize {
        self.findings.iter().filter(|found| found.severity() == severity && found.answer.is_none()).count()
    }
}

/// All receipts of a period.
#[derive(Clone, Debug)]
pub struct Receipts<'a> {
    /// In the order of the departments in the definitions.
    pub receipts: Vec<Receipt<'a>>,
    /// All findings with the department that each belongs to, in the order in which they were noted.
    findings: Vec<(&'a Diagnostic, Option<usize>)>,
    period: String,
    is_draft: bool,
}

/// An assessment and its audit in, a receipt for each department out that owes something, sent something or is
/// concerned by a finding. `inputs` are the hashes of what was read, by path.
pub fn receipts<'a>(
    assessment: &'a Assessment,
    audit: &'a Audit,
    inputs: &BTreeMap<String, String>,
) -> Option<Receipts<'a>> {
    let current = assessment.current()?;
    let owners = Owners::new(assessment, current);
    let findings: Vec<(&Diagnostic, Option<usize>)> =
        audit.diagnostics().iter().map(|found| (found, owners.of_finding(found))).collect();
    let head = head(assessment, current);
    let mut names = FileNames::default();
    let receipt = |department: usize| {
        let mut own: Vec<&Diagnostic> =
            findings.iter().filter(|(_, owner)| *owner == Some(department)).map(|(found, _)| *found).collect();
        own.sort_by_key(|found| (found.severity(), &found.place));
        let files = received::files(assessment, current, &owners, &own, inputs, department);
        let owes = Owed::by(&assessment.definitions, department).item_count() > 0;
        if !owes && files.is_empty() && own.is_empty() {
            return None;
        }
        let name = &assessment.definitions.departments[department].name;
        Some(Receipt {
            department,
            name: name.clone(),
            stem: names.of(name),
            head: head.clone(),
            outcome: outcome(&own, owes && files.is_empty()),
            tally: tally(&own),
            checks: current
                .facts
                .checks
                .iter()
                .filter(|((of, _), tally)| *of == department && tally.tested_count > 0)
                .map(|((_, check), tally)| (*check, *tally))
                .collect(),
            read_back: read_back::read_back(assessment, current, department),
            changes: read_back::changes(assessment, current, department),
            copies: copy::copies(assessment, current, &owners, &own, department),
            files,
            findings: own,
        })
    };
    let receipts = (0..assessment.definitions.departments.len()).filter_map(receipt).collect();
    Some(Receipts { receipts, findings, period: current.period.to_string(), is_draft: assessment.is_draft })
}

impl Receipts<'_> {
    /// The receipt of one department.
    pub fn of(&self, department: usize) -> Option<&Receipt<'_>> {
        self.receipts.iter().find(|receipt| receipt.department == department)
    }

    /// The files of the folder `receipts/` by name: a workbook, a page and the sheets to sign for each department, or for one of them,
    /// and `findings.json` about all. The same material gives the same bytes.
    pub fn render(&self, department: Option<usize>) -> anyhow::Result<BTreeMap<String, Vec<u8>>> {
        let wanted: Vec<&Receipt<'_>> =
            self.receipts.iter().filter(|receipt| department.is_none_or(|only| receipt.department == only)).collect();
        let written = |receipt: &&Receipt<'_>| -> anyhow::Result<[(String, Vec<u8>); 3]> {
            let stem = &receipt.stem;
            let failed = || format!("“{}”的回执写不出来", receipt.name);
            let page = page::page(receipt).with_context(failed)?;
            let paper = page::paper(receipt).with_context(failed)?;
            let workbook = workbook::workbook(receipt).with_context(failed)?;
            Ok([
                (format!("{stem}.html"), page.into_bytes()),
                (format!("{stem}.pdf"), paper),
                (format!("{stem}.xlsx"), workbook),
            ])
        };
        let pairs: Vec<[(String, Vec<u8>); 3]> =
            pdf::side_by_side(&wanted, written).into_iter().collect::<anyhow::Result<_>>()?;
        let mut files: BTreeMap<String, Vec<u8>> = pairs.into_iter().flatten().collect();
        files.insert("findings.json".to_owned(), findings::json(self));
        Ok(files)
    }
}

fn head(assessment: &Assessment, current: &PeriodResult) -> Head {
    let index = &assessment.definitions.index;
    let day = |n| current.facts.calendar.working_day_after(current.period.last_day(), n);
    let mut disclaimer = index.disclaimer.clone();
    punctuation::words(&mut disclaimer);
    Head {
        index: index.name.clone(),
        period: current.period.title(),
        watermark: index.watermark.clone(),
        disclaimer,
        unit_word: index.unit_word.clone(),
        due: day(index.due_working_days),
        correction_due: day(index.correction_working_days),
        is_draft: assessment.is_draft,
        edition: index.edition.clone(),
        palette: assessment.theme.palette,
    }
}

fn outcome(findings: &[&Diagnostic], is_missing: bool) -> Outcome {
    let is_open = |found: &&&Diagnostic| match found.severity() {
        Severity::Error => true,
        Severity::Question => found.answer.is_none(),
        // What is owed and did not come has to come, unless somebody said why not.
        Severity::Warning => found.code == Code::ItemNotReceived && found.answer.is_none(),
        Severity::Note => false,
    };
    if findings.iter().any(|found| found.code.loses_file()) {
        Outcome::Returned
    } else if is_missing {
        Outcome::NotReceived
    } else if findings.iter().any(|found| is_open(&found)) {
        Outcome::ToCorrect
    } else {
        Outcome::Accepted
    }
}

fn tally(findings: &[&Diagnostic]) -> Tally {
    let mut audit = Audit::default();
    findings.iter().for_each(|found| audit.note((*found).clone()));
    audit.tally()
}
