//! `yinxiang run`: the whole pipeline for a period.

use super::disk::{self, Others};
use super::progress::Progress;
use super::terminal::{Painter, findings, ranking};
use super::{Common, exit_code, load};
use anyhow::bail;
use clap::Args;
use serde_json::json;
use std::path::PathBuf;
use std::process::ExitCode;
use yinxiang::views::receipt::receipts;
use yinxiang::views::{Failed, Selection, render};
use yinxiang::workflow::compute;

#[derive(Args)]
pub(crate) struct Options {
    /// 期次,如 2022Q3;不写则为 data/ 下最新的一期
    period: Option<String>,
    #[command(flatten)]
    common: Common,
    /// 报告写到哪里;默认是项目下的 reports/<期次>
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
    /// 材料有错误时也出报告(试算,加水印)
    #[arg(long)]
    draft: bool,
    /// 只出指定的文件,如 scores.csv、charts;可写多个,逗号隔开
    #[arg(long, value_name = "NAME", value_delimiter = ',')]
    only: Vec<String>,
    /// 列出每一步用时
    #[arg(long)]
    timings: bool,
}

/// Computes a period and writes its report folder; with errors in the material nothing is written unless it is a draft.
pub(crate) fn run(options: &Options) -> anyhow::Result<ExitCode> {
    if let Some(unknown) = options.only.iter().find(|name| !Selection::NAMES.contains(&name.as_str())) {
        bail!("--only 不认识“{unknown}”。可写:{}", Selection::NAMES.join("、"));
    }
    let common = &options.common;
    let mut progress = Progress::start(common.quiet || common.json);
    progress.stage("读取文件");
    let loaded = load::load(&common.directory, options.period.as_deref())?;
    let mut audit = loaded.audit;
    let mut observer = |stage| progress.pipeline(stage);
    let assessment = compute(&loaded.project, loaded.period, &mut audit, &mut observer);
    let target =
        options.out.clone().unwrap_or_else(|| common.directory.join("reports").join(loaded.period.to_string()));
    let wanted = assessment
        .as_ref()
        .filter(|assessment| assessment.current().is_some_and(|result| result.period == loaded.period));
    let hashes = load::input_hashes(&loaded.project);
    let selection = Selection { only: options.only.clone() };
    let mut is_written = false;
    let mut receipts_at = None;
    let mut failed: Vec<Failed> = Vec::new();
    if let Some(assessment) = wanted.filter(|_| options.draft || !audit.has_errors()) {
        progress.stage("生成报告");
        let rendered = render(assessment, &audit, &hashes, &selection)?;
        progress.stage("写出文件");
        disk::write_bundle(&target, &rendered.files)?;
        failed = rendered.failed;
        is_written = true;
    } else if let Some(receipts) =
        wanted.filter(|_| selection.wants("receipts")).and_then(|assessment| receipts(assessment, &audit, &hashes))
    {
        progress.stage("生成回执");
        let files = receipts.render(None)?;
        receipts_at = Some(disk::write_receipts_of_report(&target, &files, Others::Replace)?);
    }
    let timings = progress.finish();
    let page = target.join("index.html");
    let shown = if page.is_file() { page } else { target };
    if common.json {
        let units = wanted.map(super::terminal::ranking_json);
        let summary = json!({
            "period": loaded.period.to_string(),
            "report": is_written.then(|| shown.display().to_string()),
            "receipts": receipts_at.as_ref().map(|path| path.display().to_string()),
            "draft": is_written && audit.has_errors(),
            "failed": failed.iter().map(|failed| json!({ "product": failed.product, "reason": failed.reason })).collect::<Vec<_>>(),
            "units": units,
            "findings": super::terminal::findings_json(&audit),
        });
        say!("{summary:#}");
        return Ok(if failed.is_empty() { exit_code(&audit) } else { ExitCode::from(1) });
    }
    let painter = Painter::for_stdout();
    if let Some(assessment) = wanted.filter(|_| is_written && !common.quiet) {
        show!("{}", ranking(assessment, &painter));
    }
    show!("{}", findings(&audit, &painter, common.quiet));
    if options.timings {
        for (stage, seconds) in timings {
            say!("{seconds:>8.3} 秒  {stage}");
        }
    }
    match (is_written, audit.has_errors()) {
        (true, true) => say!("材料有错误,这是试算(已加水印):{}", shown.display()),
        (true, false) if !common.quiet => say!("报告:{}", shown.display()),
        (true, false) => {}
        (false, _) => {
            if let Some(path) = &receipts_at {
                say!("回执:{}", path.display());
            }
            eprintln!("材料有错误,没有出报告(上一次的报告没有改动)。改正后再运行;要先看试算,加 --draft");
        }
    }
    for Failed { product, reason } in &failed {
        eprintln!("{product} 没有出来,其余照出:{reason}");
    }
    Ok(if failed.is_empty() { exit_code(&audit) } else { ExitCode::from(1) })
}
