//! `yinxiang check`: definitions and data only, with a receipt for each department.

use super::disk::{self, Others};
use super::progress::Progress;
use super::terminal::{Painter, findings, findings_json, receipt_lines};
use super::{Common, exit_code, load};
use anyhow::bail;
use clap::Args;
use serde_json::json;
use std::path::PathBuf;
use std::process::ExitCode;
use yinxiang::audit::Audit;
use yinxiang::definitions::{Definitions, fold};
use yinxiang::views::receipt::receipts;
use yinxiang::workflow::compute;

#[derive(Args)]
pub(crate) struct Options {
    /// 期次,如 2022Q3;不写则为 data/ 下最新的一期
    period: Option<String>,
    #[command(flatten)]
    common: Common,
    /// 回执写到哪里;默认是项目下的 reports/<期次>/receipts
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
    /// 只看、只写一个部门(全称、简称或代码)
    #[arg(long, value_name = "NAME")]
    department: Option<String>,
}

/// Reads and checks a period, says what is wrong and writes the receipts; a report stays as it is.
pub(crate) fn run(options: &Options) -> anyhow::Result<ExitCode> {
    let common = &options.common;
    let mut progress = Progress::start(common.quiet || common.json);
    progress.stage("读取文件");
    let loaded = load::load(&common.directory, options.period.as_deref())?;
    let mut audit = loaded.audit;
    let mut observer = |stage| progress.pipeline(stage);
    let assessment = compute(&loaded.project, loaded.period, &mut audit, &mut observer);
    let only = match (&options.department, &assessment) {
        (Some(name), Some(assessment)) => Some(department(&assessment.definitions, name)?),
        _ => None,
    };
    let is_asked = |result: &yinxiang::views::PeriodResult| result.period == loaded.period;
    let wanted = assessment.as_ref().filter(|assessment| assessment.current().is_some_and(is_asked));
    let hashes = load::input_hashes(&loaded.project);
    let all = wanted.and_then(|assessment| receipts(assessment, &audit, &hashes));
    let mut folder = None;
    let mut failure = None;
    if let Some(all) = &all {
        progress.stage("生成回执");
        let files = all.render(only)?;
        progress.stage("写出文件");
        let others = if only.is_some() { Others::Keep } else { Others::Replace };
        let written = match &options.out {
            Some(out) => disk::write_receipts(out, &files, others).map(|()| out.clone()),
            None => {
                let report = common.directory.join("reports").join(loaded.period.to_string());
                disk::write_receipts_of_report(&report, &files, others)
            }
        };
        // What was found is said even where the receipts cannot be written.
        match written {
            Ok(path) => folder = Some(path),
            Err(error) => failure = Some(error),
        }
    }
    progress.finish();
    let shown = match (&all, only) {
        (Some(all), Some(only)) => {
            let mut own = Audit::default();
            let found = all.of(only).map(|receipt| receipt.findings.as_slice()).unwrap_or_default();
            found.iter().for_each(|found| own.note((*found).clone()));
            own
        }
        _ => audit.clone(),
    };
    if common.json {
        let summary = json!({
            "period": loaded.period.to_string(),
            "receipts": folder.as_ref().map(|folder| folder.display().to_string()),
            "findings": findings_json(&shown),
        });
        say!("{summary:#}");
    } else {
        let painter = Painter::for_stdout();
        show!("{}", findings(&shown, &painter, common.quiet));
        if !common.quiet {
            if let Some(all) = &all {
                show!("{}", receipt_lines(all, only, &painter));
            }
            if let Some(folder) = &folder {
                say!("回执:{}", folder.display());
            }
            let verdict = match (shown.has_errors(), only) {
                (true, _) => "有错误,改正后再运行",
                (false, None) => "可以运行 yinxiang run",
                (false, Some(_)) => "这个部门没有错误",
            };
            say!("{} 检查完毕:{verdict}", loaded.period);
        }
    }
    failure.map_or_else(|| Ok(exit_code(&shown)), Err)
}

/// The department that is called so: its name, an alias or its code.
fn department(definitions: &Definitions, name: &str) -> anyhow::Result<usize> {
    let wanted = fold(name);
    let is_called = |text: &String| fold(text) == wanted;
    let found = definitions
        .departments
        .iter()
        .position(|department| is_called(&department.name) || is_called(&department.code))
        .or_else(|| definitions.departments.iter().position(|department| department.aliases.iter().any(is_called)));
    let Some(found) = found else {
        let names: Vec<&str> = definitions.departments.iter().map(|department| department.name.as_str()).collect();
        bail!("没有“{name}”这个部门。可写:{}", names.join("、"));
    };
    Ok(found)
}
