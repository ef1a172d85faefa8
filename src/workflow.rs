//! The whole pipeline on one screen: a project in, an assessment out. A run is a fold over the periods.

use crate::audit::{Audit, Code, Diagnostic, InputFile, Place};
use crate::definitions::calendar::Period;
use crate::definitions::{self, Definitions};
use crate::extract::{self, RawTable, ScannedFile};
use crate::facts;
use crate::index;
use crate::rules::{self, Earlier, Inputs};
use crate::sensitivity::certainty::{Certainty, Known, certainty};
use crate::support::commitments;
use crate::support::{self, Closing};
use crate::views::{Assessment, PeriodResult, theme};
use std::collections::BTreeMap;

/// Everything a run reads: bytes, and large respondent files unread.
#[derive(Clone, Debug, Default)]
pub struct Project {
    /// `indicators/*.toml`.
    pub definitions: Vec<InputFile>,
    /// `report/*`: how reports look and speak, where a project has it.
    pub report: Vec<InputFile>,
    /// `data/frozen/*`: what is fixed for a year.
    pub frozen: Vec<InputFile>,
    /// `data/<period>/*`, by period.
    pub periods: BTreeMap<Period, Vec<InputFile>>,
    /// Respondent files of `data/<period>/` too large to be read cell by cell, by period.
    pub scanned: BTreeMap<Period, Vec<ScannedFile>>,
}

/// A step of the pipeline, for whoever shows progress.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// Reading definitions.
    Definitions,
    /// Unpacking and reading files.
    Extract,
    /// Tidying, scoring and settling a period.
    Score(Period),
}

/// Runs every stage for all periods up to `asked`. `None` means the audit holds an error and says where.
///
/// An assessment may come together with errors in the audit: what could not be used counts as not reported. Findings
/// about earlier periods are summed up in one message a period.
pub fn compute(
    project: &Project,
    asked: Period,
    audit: &mut Audit,
    observer: &mut dyn FnMut(Stage),
) -> Option<Assessment> {
    observer(Stage::Definitions);
    let definitions = definitions::parse(&project.definitions, audit)?;
    check_frequency(&definitions, project, asked, audit);
    observer(Stage::Extract);
    let mut tables = read(project, asked, audit);
    let mut results: Vec<PeriodResult> = Vec::new();
    let mut kept: Vec<RawTable> = Vec::new();
    for &period in project.periods.keys().filter(|period| is_wanted(&definitions, **period, asked)) {
        observer(Stage::Score(period));
        let delivered = tables.periods.remove(&period).unwrap_or_default();
        let mut findings = delivered.findings;
        let frozen: Vec<RawTable> =
            tables.frozen.iter().filter(|table| is_of_year(table, period.year)).cloned().collect();
        let scanned = project.scanned.get(&period).map_or(&[][..], Vec::as_slice);
        let material = facts::Material { delivered: &delivered.tables, scanned, frozen: &frozen };
        let result = assess(&definitions, period, &material, &results, &mut findings);
        if period == asked {
            kept = delivered.tables;
            kept.retain(|table| !result.facts.refused.contains(&table.file));
        }
        results.push(result);
        if period == asked {
            audit.extend(findings);
        } else {
            note_earlier(period, &findings, audit);
        }
    }
    audit.note_unused_answers();
    let theme = theme::parse(&project.report, audit);
    let certainty = certainty_of(&definitions, &results);
    Some(Assessment { definitions, periods: results, certainty, delivered: kept, theme, is_draft: audit.has_errors() })
}

/// How sure the order of the last period is.
fn certainty_of(definitions: &Definitions, results: &[PeriodResult]) -> Option<Certainty> {
    let before = |place: usize| place.checked_sub(1).map(|place| &results[place]);
    let known = |place: usize| {
        let result = &results[place];
        let previous = before(place).filter(|earlier| earlier.period == result.period.previous());
        Known {
            definitions,
            facts: &result.facts,
            matrix: &result.matrix,
            scores: &result.scores,
            settlement: &result.settlement,
            period: result.period,
            previous: previous.map(|earlier| &earlier.scores),
        }
    };
    let last = results.len().checked_sub(1)?;
    let now = known(last);
    let earlier = now.previous.map(|_| known(last - 1));
    certainty(&now, earlier.as_ref())
}

/// The people that a survey (by position) is weighted to in a period's year, as far as `data/frozen` knows them; mistakes
/// in the table are noted. `None` where there is no table.
pub fn population(
    project: &Project,
    definitions: &Definitions,
    survey: usize,
    period: Period,
    audit: &mut Audit,
) -> Option<facts::survey::Population> {
    let margins = definitions.surveys[survey].weighting.margins()?;
    let is_wanted = |file: &&InputFile| facts::survey::is_population(&file.path, &margins.population);
    let files: Vec<InputFile> = project.frozen.iter().filter(is_wanted).cloned().collect();
    let mut tables = extract::read(&files, audit);
    tables.retain(|table| is_of_year(table, period.year));
    facts::population(definitions, survey, &tables, audit)
}

fn assess(
    definitions: &Definitions,
    period: Period,
    material: &facts::Material<'_>,
    earlier: &[PeriodResult],
    audit: &mut Audit,
) -> PeriodResult {
    let previous = earlier.last().filter(|result| result.period == period.previous());
    let facts = facts::tidy(definitions, period, material, previous.map(|result| &result.facts), audit);
    let matrix = facts.matrix(definitions);
    let scores = index::score(definitions, &matrix, period, previous.map(|result| &result.scores));
    note_dropped(definitions, &scores, audit);
    // A period without data does not end a problem.
    let ledgers: Vec<&support::Ledger> = earlier.iter().map(|result| &result.closing.ledger).collect();
    let ledger = support::ledger::advance(definitions, &facts, &scores, &ledgers, audit);
    let items = ledger.facts();
    let history: Vec<Earlier> = earlier.iter().map(PeriodResult::as_earlier).collect();
    let inputs = Inputs { facts: &facts, matrix: &matrix, scores: &scores, items: &items, earlier: &history };
    let settlement = rules::apply(definitions, &inputs, audit);
    let closings: Vec<&Closing> = earlier.iter().map(|result| &result.closing).collect();
    let closing = support::conclude(definitions, &inputs, &settlement, ledger, &closings, audit);
    let so_far: Vec<&facts::Facts> = earlier.iter().map(|result| &result.facts).chain([&facts]).collect();
    let commitments = commitments::settle(definitions, &so_far, audit);
    PeriodResult { period, facts, matrix, scores, settlement, closing, commitments }
}

#[derive(Default)]
struct Delivered {
    tables: Vec<RawTable>,
    findings: Audit,
}

struct Tables {
    frozen: Vec<RawTable>,
    periods: BTreeMap<Period, Delivered>,
}

fn read(project: &Project, asked: Period, audit: &mut Audit) -> Tables {
    let frozen = extract::read(&project.frozen, audit);
    let mut periods = BTreeMap::new();
    for (&period, files) in project.periods.range(..=asked) {
        let mut findings = Audit::default();
        let tables = extract::read(files, &mut findings);
        periods.insert(period, Delivered { tables, findings });
    }
    Tables { frozen, periods }
}

/// Periods of another length in `data/` belong to another index.
fn is_wanted(definitions: &Definitions, period: Period, asked: Period) -> bool {
    period <= asked && period.frequency == definitions.index.frequency
}

fn check_frequency(definitions: &Definitions, project: &Project, asked: Period, audit: &mut Audit) {
    if !project.periods.contains_key(&asked) || asked.frequency != definitions.index.frequency {
        audit.note(
            Diagnostic::new(
                Code::DataMissing,
                Place::file(format!("data/{asked}")),
                format!("没有 {asked} 这一期的数据"),
            )
            .found(project.periods.keys().map(ToString::to_string).collect::<Vec<_>>().join("、"))
            .expected(asked.to_string())
            .help("把各部门的文件放进 data/<期次>/ 再运行;期次的写法要与定义里的周期(frequency)一致"),
        );
    }
}

fn is_of_year(table: &RawTable, year: i32) -> bool {
    let name = table.file.rsplit('/').next().unwrap_or_default();
    let year = year.to_string();
    // Deadlines of the last period fall into the next year, so calendars of all years are read.
    name.starts_with(&year) || name.contains("calendar")
}

fn note_dropped(definitions: &Definitions, scores: &index::Scores, audit: &mut Audit) {
    for (position, indicator) in definitions.indicators.iter().enumerate() {
        if scores.indicator_total(position).state == index::State::Dropped {
            let department = &definitions.departments[indicator.department].name;
            audit.note(
                Diagnostic::new(
                    Code::IndicatorDropped,
                    Place::default(),
                    format!("“{}”整体缺数,本期对所有单位都不计", indicator.name),
                )
                .department(department)
                .item(&indicator.name)
                .help("权重已在同一上级内分摊,任何单位的覆盖率不受影响;补报后重新运行即可"),
            );
        }
    }
}

fn note_earlier(period: Period, findings: &Audit, audit: &mut Audit) {
    let tally = findings.tally();
    if tally.error_count > 0 {
        audit.note(
            Diagnostic::new(
                Code::EarlierPeriod,
                Place::file(format!("data/{period}")),
                format!("{period} 的材料有 {} 个错误,趋势和结转按能用的部分计算", tally.error_count),
            )
            .help(format!("运行 yinxiang check {period} 查看")),
        );
    }
}
