//! All files of a report folder, by relative path.

use super::{Assessment, csv, result};
use crate::audit::{self, Audit};
use anyhow::Context;
use std::collections::BTreeMap;

/// Which files of the report folder are made.
#[derive(Clone, Debug, Default)]
pub struct Selection {
    /// Names of files or folders, such as `scores.csv` or `charts`; empty for all.
    pub only: Vec<String>,
}

impl Selection {
    /// Names that can be selected.
    pub const NAMES: &'static [&'static str] =
        &["scores.csv", "indicators.csv", "findings.csv", "result.json", "charts", "index.html"];

    fn wants(&self, name: &str) -> bool {
        self.only.is_empty() || self.only.iter().any(|wanted| wanted == name)
    }
}

/// Renders the report folder of the current period. `inputs` are the hashes of what was read, by path.
///
/// `manifest.json` is always among the files. Fails where a chart cannot be drawn, and says which.
pub fn render(
    assessment: &Assessment,
    audit: &Audit,
    inputs: &BTreeMap<String, String>,
    selection: &Selection,
) -> anyhow::Result<BTreeMap<String, Vec<u8>>> {
    let current = assessment.current().context("没有任何一期可以出报告")?;
    let mut files = BTreeMap::new();
    if selection.wants("scores.csv") {
        files.insert("scores.csv".to_owned(), csv::scores(assessment, current));
    }
    if selection.wants("indicators.csv") {
        files.insert("indicators.csv".to_owned(), csv::indicators(assessment, current));
    }
    if selection.wants("findings.csv") {
        files.insert("findings.csv".to_owned(), audit::to_csv(audit));
    }
    if selection.wants("result.json") {
        files.insert("result.json".to_owned(), result::result(assessment, current));
    }
    let manifest = result::manifest(assessment, current, inputs, &files);
    files.insert("manifest.json".to_owned(), manifest);
    Ok(files)
}
