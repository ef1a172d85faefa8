//! 数据质量: what is wrong with the material by department, what came, what was carried, left out or withheld.

use super::answers;
use super::cells::{self, Layout};
use crate::audit::{Audit, Diagnostic, Severity};
use crate::definitions::decimal::plain;
use crate::facts::CellState;
use crate::index::State;
use crate::views::comparison::Comparison;
use crate::views::derivation::state_word;
use crate::views::document::{Block, Cell, Column, Section, Table};
use crate::views::owners::Owners;
use crate::views::status::{QualityRow, Status};
use std::collections::{BTreeMap, BTreeSet};

/// Rows printed for a department; `findings.csv` has them all.
const MOST_FINDINGS: usize = 30;
/// Rows of the list of unusual figures; `indicators.csv` has them all.
const MOST_STATES: usize = 200;

pub(super) fn chapter(view: &Comparison<'_>, audit: &Audit) -> Vec<Section> {
    let tally = audit.tally();
    let mut chapter = Section::new("quality", 1, "数据质量").with(Block::text(format!(
        "本期材料共发现错误 {} 个、警告 {} 个、疑问 {} 个、提示 {} 个。有错误的数据没有采用；其余不影响出报告，请有关部门核实。",
        tally.error_count, tally.warning_count, tally.question_count, tally.note_count
    )));
    if let Some(table) = by_department(view, audit) {
        chapter = chapter.with(Block::Table(table));
    }
    if let Some(table) = delivery(view, audit) {
        chapter = chapter.with(Block::Table(table));
    }
    let mut sections = vec![chapter];
    let tables: Vec<Block> = grouped(view, audit)
        .into_iter()
        .enumerate()
        .map(|(number, (department, findings))| Block::Table(findings_table(number, department, &findings)))
        .collect();
    if !tables.is_empty() {
        sections.push(Section { blocks: tables, ..Section::new("quality-findings", 2, "问题清单").unlisted() });
    }
    sections.extend(answers::section(audit));
    if view.has_index() {
        sections.push(treatment(view));
    }
    let sources = sources(view);
    if view.has_index() || !sources.rows.is_empty() {
        sections.push(Section::new("quality-sources", 2, "收到的表").unlisted().with(Block::Table(sources)));
    }
    sections
}

/// Whose findings those of no department are.
pub(in crate::views) const NOBODY: &str = "不分部门";

/// Findings by department in the order of the definitions, worst first; those of nobody come last.
fn grouped<'a>(view: &'a Comparison<'_>, audit: &'a Audit) -> Vec<(&'a str, Vec<&'a Diagnostic>)> {
    // As the receipts do: who delivered a file answers for what was found in it.
    let owners = Owners::new(view.assessment, view.current);
    let mut by_name: BTreeMap<&str, Vec<&Diagnostic>> = BTreeMap::new();
    for finding in audit.diagnostics().iter().filter(|finding| finding.answer.is_none()) {
        let owner = || Some(view.definitions.departments[owners.of_finding(finding)?].name.as_str());
        by_name.entry(finding.department.as_deref().or_else(owner).unwrap_or(NOBODY)).or_default().push(finding);
    }
    let mut order: Vec<&str> = view.definitions.departments.iter().map(|department| department.name.as_str()).collect();
    let others: Vec<&str> = by_name.keys().copied().filter(|name| !order.contains(name) && *name != NOBODY).collect();
    order.extend(others);
    order.push(NOBODY);
    let mut groups = Vec::new();
    for name in order {
        if let Some(mut findings) = by_name.remove(name) {
            findings.sort_by_key(|finding| finding.severity());
            groups.push((name, findings));
        }
    }
    groups
}

pub(in crate::views) fn by_department(view: &Comparison<'_>, audit: &Audit) -> Option<Table> {
    let groups = grouped(view, audit);
    let of = |at: usize, severity: Severity| {
        cells::count(groups[at].1.iter().filter(|finding| finding.severity() == severity).count())
    };
    (!groups.is_empty()).then(|| {
        Layout::new()
            .column(Column::text("部门"), |at: usize| Cell::link(format!("findings-{}", at + 1), groups[at].0))
            .column(Column::number("错误"), |at| of(at, Severity::Error))
            .column(Column::number("警告"), |at| of(at, Severity::Warning))
            .column(Column::number("疑问"), |at| of(at, Severity::Question))
            .column(Column::number("提示"), |at| of(at, Severity::Note))
            .table("quality-departments", "各部门材料问题数", 0..groups.len())
    })
}

/// How well departments delivered, as of the last day on which anything came: a report reads no clock.
pub(in crate::views) fn delivery(view: &Comparison<'_>, audit: &Audit) -> Option<Table> {
    let on = view.current.facts.cut_off;
    let rows = Status::of(view.definitions, view.current, audit, on).quality?;
    let rule = view.definitions.quality.as_ref()?;
    let mut table = Layout::new()
        .column(Column::text("部门"), |row: &QualityRow| Cell::text(&row.name))
        .column(Column::number("应报表"), |row| cells::count(row.owed_tables))
        .column(Column::number("按时"), |row| cells::count(row.on_time_count))
        .column(Column::number("迟报天数"), |row| cells::count(row.late_days as usize))
        .column(Column::number("错误数"), |row| cells::count(row.error_count))
        .column(Column::number("更正次数"), |row| cells::count(row.correction_count))
        .column(Column::number("疑问未复"), |row| cells::count(row.open_question_count))
        .column(Column::number("质量分"), |row| row.marks.map_or_else(cells::dash, |marks| cells::number(marks, 2)))
        .without_sorting()
        .table("quality-delivery", "各部门报送质量", rows.iter());
    table.notes.push(format!(
        "截至 {on}，按部门次序列出，不排名。质量分 = {} − 迟报工作日 × {} − 错误 × {} − 未复疑问 × {} − 更正 × {}，最低 0 分。\
         应报表按收到登记表里的张数计，至少一张；没有登记收到日期的不计按时，也不计迟报。",
        plain(rule.full, 2),
        plain(rule.late_day, 2),
        plain(rule.error, 2),
        plain(rule.open_question, 2),
        plain(rule.correction, 2),
    ));
    (!rows.is_empty()).then_some(table)
}

fn findings_table(number: usize, department: &str, findings: &[&Diagnostic]) -> Table {
    let shown = &findings[..findings.len().min(MOST_FINDINGS)];
    let optional = |text: &Option<String>| cells::words(text.as_deref().unwrap_or_default());
    let mut table = Layout::new()
        .column(Column::text("级别"), |finding: &Diagnostic| Cell::text(finding.severity().word()))
        .column(Column::text("位置"), |finding| cells::words(&finding.place.to_string()))
        .column(Column::text("单位"), move |finding| optional(&finding.unit))
        .column(Column::text("问题"), |finding| Cell::text(&finding.message))
        .column(Column::text("建议"), |finding| cells::words(&finding.help))
        .column(Column::text("编号"), |finding| Cell {
            content: vec![crate::views::document::Inline::Code(finding.code.id().to_owned())],
            ..Cell::default()
        })
        .table(
            format!("findings-{}", number + 1),
            format!("{department}：{} 个", findings.len()),
            shown.iter().copied(),
        );
    table.row_header = 3;
    if findings.len() > shown.len() {
        table.notes.push(format!("共 {} 个，这里列出前 {} 个，其余见 findings.csv。", findings.len(), shown.len()));
    }
    table
}

/// What became of figures that were not simply reported.
fn treatment(view: &Comparison<'_>) -> Section {
    let mut section = Section::new("quality-treatment", 2, "缺数的处理").unlisted();
    let unusual: Vec<(usize, usize)> = (0..view.unit_count())
        .flat_map(|unit| view.indicators.iter().map(move |&number| (unit, number)))
        .filter(|&(unit, number)| is_unusual(view, unit, number))
        .collect();
    if unusual.is_empty() {
        return section.with(Block::text("各项数据齐全，没有暂用、隐去或整体缺数的情况。"));
    }
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    for &(unit, number) in &unusual {
        *counts.entry(state_text(view, unit, number)).or_default() += 1;
    }
    let parts: Vec<String> = counts.iter().map(|(word, count)| format!("{word} {count} 个")).collect();
    section = section.with(Block::text(format!("指标数据中：{}。", parts.join("；"))));
    let indicator = |number: usize| &view.definitions.indicators[number];
    let mut table = Layout::new()
        .column(Column::text(&view.definitions.index.unit_word), |(unit, _): (usize, usize)| cells::unit(view, unit))
        .column(Column::text("指标"), |(_, number)| {
            Cell::text(format!("{} {}", indicator(number).code, indicator(number).name))
        })
        .column(Column::text("处理"), |(unit, number)| Cell::text(state_text(view, unit, number)))
        .column(Column::number("采用的得分"), |(unit, number)| {
            cells::score(view, view.current.scores.indicator(number, unit).score)
        })
        .column(Column::text("负责部门"), |(_, number)| {
            Cell::text(&view.definitions.departments[indicator(number).department].name)
        })
        .table("treatment", "暂用、隐去、未评分的数据", unusual.iter().copied().take(MOST_STATES));
    if unusual.len() > MOST_STATES {
        table.notes.push(format!("共 {} 个，这里列出前 {MOST_STATES} 个，其余见 indicators.csv。", unusual.len()));
    }
    section.with(Block::Table(table))
}

/// What does not apply is no lack; what all lack is said once, in the summary.
fn is_unusual(view: &Comparison<'_>, unit: usize, number: usize) -> bool {
    let state = view.current.scores.indicator(number, unit).state;
    !matches!(state, State::Scored | State::NotApplicable | State::Dropped)
}

fn state_text(view: &Comparison<'_>, unit: usize, number: usize) -> String {
    let score = view.current.scores.indicator(number, unit);
    let word = state_word(score.state, view.current.period);
    let is_small = view.current.matrix.cell(number, unit).state == CellState::TooSmall;
    if is_small && score.state == State::Carried { format!("样本偏少，{word}") } else { word }
}

/// Files and sheets that figures were taken from.
fn sources(view: &Comparison<'_>) -> Table {
    let facts = &view.current.facts;
    let mut received: BTreeSet<(&str, &str)> =
        facts.readings.iter().map(|table| (&*table.file, table.sheet.as_deref().unwrap_or_default())).collect();
    received
        .extend(facts.surveys.iter().filter(|survey| survey.has_arrived).map(|survey| (survey.source.as_str(), "")));
    received.extend(facts.panels.iter().flat_map(|panel| &panel.sources).map(|source| (source.as_str(), "")));
    let registers = facts.registers.iter().flatten();
    received.extend(
        registers.filter_map(|row| Some((row.place.file.as_deref()?, row.place.sheet.as_deref().unwrap_or_default()))),
    );
    let mut table = Layout::new()
        .column(Column::text("文件"), |(file, _): (&str, &str)| Cell::text(file))
        .column(Column::text("工作表"), |(_, sheet)| cells::words(sheet))
        .table("received", "采用了数据的文件", received.iter().copied());
    table.notes.push("全部输入文件及校验值见 manifest.json。".to_owned());
    table
}
