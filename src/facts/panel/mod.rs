//! Scores of assessors in (联合考评), one trimmed mean for each item and unit out, and how far the assessors agree.
//!
//! Everything is settled after all files are read and in the order of the definitions, so that the order of rows and
//! files changes nothing.

pub mod agreement;
mod reader;
mod settle;

pub(super) use reader::{Gathered, read};
pub(super) use settle::settle;

use crate::audit::{Audit, Code, Diagnostic, Place};
use crate::definitions::{Definitions, Source};
use agreement::{Concordance, Correlation, NoAgreement, Severity, TrimmedMean};

/// What assessors gave one unit for one item.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct PanelCell {
    /// Valid scores in ascending order, so that none tells whose it is.
    pub scores: Vec<f64>,
    /// Their trimmed mean; `None` without any score.
    pub mean: Option<TrimmedMean>,
    /// Scores left out because assessors may not score their own unit.
    pub excluded_count: usize,
}

/// One item of a panel.
#[derive(Clone, Debug, PartialEq)]
pub struct PanelItemResult {
    /// By unit.
    pub units: Vec<PanelCell>,
    /// Assessors with at least one valid score.
    pub assessor_count: usize,
    /// Units that all of these assessors scored: agreement is measured over them.
    pub block_unit_count: usize,
    /// Kendall's W over these units and assessors, or why there is none.
    pub concordance: Result<Concordance, NoAgreement>,
    /// Intraclass correlations over these units and assessors, or why there are none.
    pub correlation: Result<Correlation, NoAgreement>,
}

/// One expected assessor.
#[derive(Clone, Debug, PartialEq)]
pub struct AssessorResult {
    /// Valid scores.
    pub given_count: usize,
    /// Scores that were due: every item of every unit but the own one.
    pub expected_count: usize,
    /// Scores that were due and of which nothing came; a score that was sent back is not among them.
    pub missing_count: usize,
    /// Scores for the own unit, left out.
    pub excluded_count: usize,
    /// How mild or strict the assessor is over all items; `None` where nobody scored the same.
    pub severity: Option<Severity>,
}

/// One panel.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct PanelResult {
    /// Files and sheets with scores, in order; empty where nothing came.
    pub sources: Vec<String>,
    /// By item.
    pub items: Vec<PanelItemResult>,
    /// By expected assessor.
    pub assessors: Vec<AssessorResult>,
}

impl PanelResult {
    /// Whether any table of it came.
    pub fn has_arrived(&self) -> bool {
        !self.sources.is_empty()
    }

    /// Files it was read from, each once.
    pub fn files(&self) -> impl Iterator<Item = &str> {
        self.sources.iter().map(|source| source.split(" › ").next().unwrap_or_default())
    }

    /// Files and sheets with the number of valid scores of a cell: `data/2024Q2/panel-visit.csv (n=5)`; empty without any.
    pub fn source_text(&self, item: usize, unit: usize) -> String {
        match self.items[item].units[unit].scores.len() {
            0 => String::new(),
            count => format!("{} (n={count})", self.sources.join("、")),
        }
    }
}

/// Notes panels that feed an indicator and of which no file came.
pub(super) fn check_received(definitions: &Definitions, panels: &[PanelResult], audit: &mut Audit) {
    for (position, panel) in definitions.panels.iter().enumerate() {
        let feeds = |source: Source| matches!(source, Source::Panel { panel, .. } if panel == position);
        let is_wanted = definitions.indicators.iter().any(|indicator| feeds(indicator.source));
        if !is_wanted || panels[position].has_arrived() {
            continue;
        }
        audit.note(
            Diagnostic::new(Code::FileNotReceived, Place::default(), format!("没有收到“{}”的评分文件", panel.name))
                .department(&definitions.departments[panel.department].name)
                .item(&panel.name)
                .expected(format!("panel-{}.*", panel.id))
                .help("请组织考评的部门报送;报送前这些项目按未报处理"),
        );
    }
}
