//! All files of a report folder, by relative path.

use super::charts::png;
use super::comparison::Comparison;
use super::figures::{self, Pictures};
use super::{Assessment, chapters, csv, html, ledger, receipt, result, tables};
use crate::audit::{self, Audit};
use anyhow::Context;
use rayon::prelude::*;
use std::collections::BTreeMap;

/// Pixels of a PNG for each pixel of its SVG, enough for print.
const PNG_SCALE: f32 = 2.0;

/// Which files of the report folder are made.
#[derive(Clone, Debug, Default)]
pub struct Selection {
    /// Names of files or folders, such as `scores.csv` or `charts`; empty for all.
    pub only: Vec<String>,
}

impl Selection {
    /// Names that can be selected.
    pub const NAMES: &'static [&'static str] = &[
        "scores.csv",
        "indicators.csv",
        "findings.csv",
        "ledger.csv",
        "ledger.xlsx",
        "tables.xlsx",
        "result.json",
        "charts",
        "index.html",
        "receipts",
    ];

    /// Whether a file or folder is made.
    pub fn wants(&self, name: &str) -> bool {
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
    if selection.wants("ledger.csv") {
        files.insert("ledger.csv".to_owned(), ledger::csv(&assessment.definitions, &current.closing.ledger));
    }
    if selection.wants("ledger.xlsx") {
        let book = ledger::workbook(&assessment.definitions, current.period, &current.closing.ledger);
        files.insert("ledger.xlsx".to_owned(), book.context("ledger.xlsx 写不出来")?);
    }
    if selection.wants("tables.xlsx") && !assessment.definitions.indicators.is_empty() {
        let book = tables::workbook(&Comparison::new(assessment, current)).context("tables.xlsx 写不出来")?;
        files.insert("tables.xlsx".to_owned(), book);
    }
    if selection.wants("result.json") {
        files.insert("result.json".to_owned(), result::result(assessment, current));
    }
    if selection.wants("charts") || selection.wants("index.html") {
        files.extend(pictures_and_page(assessment, audit, selection)?);
    }
    // Receipts are written anew by every check and are no part of the report that the manifest vouches for.
    let manifest = result::manifest(assessment, current, inputs, &files);
    files.insert("manifest.json".to_owned(), manifest);
    if selection.wants("receipts")
        && let Some(receipts) = receipt::receipts(assessment, audit, inputs)
    {
        files.extend(receipts.render(None)?.into_iter().map(|(name, bytes)| (format!("receipts/{name}"), bytes)));
    }
    Ok(files)
}

/// The charts and the page with them; rasterising takes longest, so it runs next to everything else.
fn pictures_and_page(
    assessment: &Assessment,
    audit: &Audit,
    selection: &Selection,
) -> anyhow::Result<BTreeMap<String, Vec<u8>>> {
    let current = assessment.current().context("没有任何一期可以出报告")?;
    let view = Comparison::new(assessment, current);
    let pictures = figures::draw(&view, selection.wants("index.html"))?;
    let charts = || if selection.wants("charts") { chart_files(&pictures) } else { Ok(BTreeMap::new()) };
    let page = || -> anyhow::Result<Option<String>> {
        let wanted = selection.wants("index.html");
        wanted.then(|| html::render(&chapters::document(&view, &pictures, audit))).transpose()
    };
    let (charts, page) = rayon::join(charts, page);
    let mut files = charts?;
    if let Some(page) = page.context("index.html 写不出来")? {
        files.insert("index.html".to_owned(), page.into_bytes());
    }
    Ok(files)
}

fn chart_files(pictures: &Pictures) -> anyhow::Result<BTreeMap<String, Vec<u8>>> {
    let both = |(name, svg): (&&str, &String)| {
        let pixels = png(svg, PNG_SCALE).with_context(|| format!("图 charts/{name}.png 画不出来"))?;
        Ok([(format!("charts/{name}.svg"), svg.clone().into_bytes()), (format!("charts/{name}.png"), pixels)])
    };
    let pairs: Vec<[(String, Vec<u8>); 2]> = pictures.charts.par_iter().map(both).collect::<anyhow::Result<_>>()?;
    Ok(pairs.into_iter().flatten().collect())
}
