//! All files of a report folder, by relative path. Products are made next to each other; one that fails is named and
//! takes no other along.

use super::bulletin::bulletin;
use super::charts::png;
use super::comparison::Comparison;
use super::figures::{self, Pictures};
use super::{
    Assessment, chapters, checkup, csv, docx, html, ledger, parquet, pdf, receipt, result, tables, wall_chart,
};
use crate::audit::{self, Audit};
use anyhow::Context;
use rayon::prelude::*;
use std::collections::BTreeMap;

/// Products that are typeset.
const PAPER: [&str; 4] = ["bulletin", "checkup", "wall-chart", "receipts"];
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
        "scores.parquet",
        "indicators.csv",
        "findings.csv",
        "ledger.csv",
        "ledger.xlsx",
        "tables.xlsx",
        "result.json",
        "charts",
        "index.html",
        "bulletin",
        "checkup",
        "receipts",
        "wall-chart",
    ];

    /// Whether a file or folder is made.
    pub fn wants(&self, name: &str) -> bool {
        self.only.is_empty() || self.only.iter().any(|wanted| wanted == name)
    }
}

/// A report folder.
#[derive(Clone, Debug, Default)]
pub struct Rendered {
    /// Files by relative path.
    pub files: BTreeMap<String, Vec<u8>>,
    /// Products that could not be made, in a fixed order.
    pub failed: Vec<Failed>,
}

/// A product that could not be made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failed {
    /// Its name, as in [`Selection::NAMES`].
    pub product: &'static str,
    /// Why, in Chinese.
    pub reason: String,
}

type Files = Vec<(String, Vec<u8>)>;

/// What all products are made from.
struct Maker<'a> {
    assessment: &'a Assessment,
    view: &'a Comparison<'a>,
    pictures: &'a Pictures,
    audit: &'a Audit,
    inputs: &'a BTreeMap<String, String>,
}

/// Renders the report folder of the current period. `inputs` are the hashes of what was read, by path.
///
/// `manifest.json` is always among the files. Fails only where there is no period to report on.
pub fn render(
    assessment: &Assessment,
    audit: &Audit,
    inputs: &BTreeMap<String, String>,
    selection: &Selection,
) -> anyhow::Result<Rendered> {
    let current = assessment.current().context("没有任何一期可以出报告")?;
    let mut view = Comparison::new(assessment, current);
    view.material_hash = result::short_hash(inputs);
    let pictured = ["charts", "index.html", "bulletin", "checkup"].iter().any(|name| selection.wants(name));
    let pictures = if pictured {
        figures::draw(&view, &assessment.theme.palette, selection.wants("index.html") || selection.wants("checkup"))
    } else {
        Pictures::default()
    };
    let maker = Maker { assessment, view: &view, pictures: &pictures, audit, inputs };
    let names: Vec<&'static str> = Selection::NAMES.iter().copied().filter(|name| selection.wants(name)).collect();
    // Paper is set on threads of its own, after the rest, which takes the most memory: see `pdf::side_by_side`.
    let (paper, rest): (Vec<&'static str>, Vec<&'static str>) =
        names.into_iter().partition(|name| PAPER.contains(name));
    let mut made: Vec<(&'static str, anyhow::Result<Files>)> =
        rest.into_par_iter().map(|name| (name, maker.make(name))).collect();
    let set = pdf::side_by_side(&paper, |name| maker.make(name));
    made.extend(paper.into_iter().zip(set));
    let mut rendered = Rendered::default();
    let mut receipts = Vec::new();
    if !pictures.failed.is_empty() {
        rendered.failed.push(Failed { product: "charts", reason: pictures.failed.join("；") });
    }
    for (product, made) in made {
        match made {
            Ok(files) if product == "receipts" => receipts = files,
            Ok(files) => rendered.files.extend(files),
            Err(error) => rendered.failed.push(Failed { product, reason: format!("{error:#}") }),
        }
    }
    // Receipts are written anew by every check and are no part of the report that the manifest vouches for.
    let manifest = result::manifest(assessment, current, inputs, &rendered);
    rendered.files.insert("manifest.json".to_owned(), manifest);
    rendered.files.extend(receipts);
    Ok(rendered)
}

impl Maker<'_> {
    fn make(&self, name: &str) -> anyhow::Result<Files> {
        let (assessment, view, current) = (self.assessment, self.view, self.view.current);
        let one = |bytes: Vec<u8>| Ok(vec![(name.to_owned(), bytes)]);
        match name {
            "scores.csv" => one(csv::scores(assessment, current)),
            "scores.parquet" => one(parquet::scores(assessment, current)?),
            "indicators.csv" => one(csv::indicators(assessment, current)),
            "findings.csv" => one(audit::to_csv(self.audit)),
            "ledger.csv" => one(ledger::csv(&assessment.definitions, &current.closing.ledger)),
            "ledger.xlsx" => one(ledger::workbook(&assessment.definitions, current.period, &current.closing.ledger)?),
            "tables.xlsx" if !view.has_index() => Ok(Vec::new()),
            "tables.xlsx" => one(tables::workbook(view)?),
            "result.json" => one(result::result(assessment, current)),
            "charts" => chart_files(self.pictures),
            "index.html" => {
                let trial = view.has_index().then(|| chapters::trial::trial(view)).flatten();
                let theme = &assessment.theme;
                let dress = html::Dress { palette: Some(&theme.palette), logo: theme.logo.as_ref(), trial };
                let document = chapters::document(view, self.pictures, self.audit);
                one(html::render_dressed(&document, &dress)?.into_bytes())
            }
            "bulletin" => self.bulletin(),
            "checkup" => checkup::sheets(view, self.pictures, &self.view.material_hash),
            "receipts" => self.receipts(),
            "wall-chart" => self.wall_chart(),
            _ => unreachable!("every name that can be selected is made"),
        }
    }

    /// `2022Q3_…通报_代拟稿_r1.docx` is what people name it; a folder of one period has plain names.
    fn bulletin(&self) -> anyhow::Result<Files> {
        if !self.view.has_index() {
            return Ok(Vec::new());
        }
        let texts = &self.assessment.theme.texts;
        let paper = bulletin(self.view, self.pictures, self.audit, texts, &self.view.material_hash)?;
        Ok(vec![
            ("bulletin.docx".to_owned(), docx::official(&paper, &self.assessment.theme.palette)?),
            ("bulletin.pdf".to_owned(), pdf::official(&paper, &self.assessment.theme.palette)?),
        ])
    }

    fn wall_chart(&self) -> anyhow::Result<Files> {
        if !self.view.has_index() {
            return Ok(Vec::new());
        }
        let svg = wall_chart::wall_chart(self.view, &self.view.material_hash)?;
        let pdf = wall_chart::as_pdf(self.view, &svg)?;
        Ok(vec![("wall-chart.svg".to_owned(), svg.into_bytes()), ("wall-chart.pdf".to_owned(), pdf)])
    }

    fn receipts(&self) -> anyhow::Result<Files> {
        let Some(receipts) = receipt::receipts(self.assessment, self.audit, self.inputs) else { return Ok(Vec::new()) };
        Ok(receipts.render(None)?.into_iter().map(|(name, bytes)| (format!("receipts/{name}"), bytes)).collect())
    }
}

fn chart_files(pictures: &Pictures) -> anyhow::Result<Files> {
    let both = |(name, svg): (&&str, &String)| {
        let pixels = png(svg, PNG_SCALE).with_context(|| format!("图 charts/{name}.png 画不出来"))?;
        Ok([(format!("charts/{name}.svg"), svg.clone().into_bytes()), (format!("charts/{name}.png"), pixels)])
    };
    let pairs: Vec<[(String, Vec<u8>); 2]> = pictures.charts.par_iter().map(both).collect::<anyhow::Result<_>>()?;
    Ok(pairs.into_iter().flatten().collect())
}
