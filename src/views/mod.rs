//! An assessment in, files as bytes out.

mod bulletin;
mod bundle;
mod chapters;
pub mod charts;
mod checkup;
mod comparison;
mod csv;
mod derivation;
pub mod document;
pub mod docx;
mod figures;
pub mod html;
mod ledger;
mod owners;
mod parquet;
mod pdf;
pub mod receipt;
mod result;
mod result_loop;
pub mod status;
pub mod survey_plan;
mod tables;
mod template;
pub mod theme;
mod wall_chart;

pub use bundle::{Failed, Rendered, Selection, render};
pub use derivation::{Derivation, Line, derive};
pub use template::{Known, Template, find_party, templates};

use crate::definitions::Definitions;
use crate::definitions::calendar::Period;
use crate::extract::RawTable;
use crate::facts::{Facts, Matrix};
use crate::index::Scores;
use crate::rules::{Earlier, Settlement};
use crate::sensitivity::certainty::Certainty;
use crate::support::Closing;
use crate::support::commitments::CommitmentYear;

/// All results of a run.
#[derive(Debug)]
pub struct Assessment {
    /// The definitions everything was computed with.
    pub definitions: Definitions,
    /// Results by period, the one asked for last. Never empty for a project with data.
    pub periods: Vec<PeriodResult>,
    /// How sure the order of the current period is; `None` where nothing rests on an estimate with a standard error.
    pub certainty: Option<Certainty>,
    /// The tables delivered for the current period, for receipts; without files refused for personal data.
    pub delivered: Vec<RawTable>,
    /// How its reports look and speak.
    pub theme: theme::Theme,
    /// Whether the material holds errors, so that this is a trial computation (试算) and no final report.
    pub is_draft: bool,
}

impl Assessment {
    /// The period asked for.
    pub fn current(&self) -> Option<&PeriodResult> {
        self.periods.last()
    }

    /// The result of another period, where it was computed.
    pub fn period(&self, period: Period) -> Option<&PeriodResult> {
        self.periods.iter().find(|result| result.period == period)
    }
}

/// Everything about one period.
#[derive(Debug)]
pub struct PeriodResult {
    /// The period.
    pub period: Period,
    /// What was observed.
    pub facts: Facts,
    /// Indicators by units.
    pub matrix: Matrix,
    /// Scores in full precision.
    pub scores: Scores,
    /// Published figures.
    pub settlement: Settlement,
    /// The loop: ledger, support, money.
    pub closing: Closing,
    /// Commitments of the period's year, where there are any.
    pub commitments: Option<CommitmentYear>,
}

impl PeriodResult {
    /// What later periods need to know of it.
    pub fn as_earlier(&self) -> Earlier<'_> {
        Earlier { period: self.period, scores: &self.scores, settlement: &self.settlement }
    }
}
