//! `yinxiang check`: definitions and data only.

use super::progress::Progress;
use super::terminal::{Painter, findings, findings_json};
use super::{Common, exit_code, load};
use clap::Args;
use serde_json::json;
use std::process::ExitCode;
use yinxiang::workflow::compute;

#[derive(Args)]
pub(crate) struct Options {
    /// 期次,如 2022Q3;不写则为 data/ 下最新的一期
    period: Option<String>,
    #[command(flatten)]
    common: Common,
}

/// Reads and checks a period and says what is wrong; writes nothing.
pub(crate) fn run(options: &Options) -> anyhow::Result<ExitCode> {
    let common = &options.common;
    let mut progress = Progress::start(common.quiet || common.json);
    progress.stage("读取文件");
    let loaded = load::load(&common.directory, options.period.as_deref())?;
    let mut audit = loaded.audit;
    let mut observer = |stage| progress.pipeline(stage);
    compute(&loaded.project, loaded.period, &mut audit, &mut observer);
    progress.finish();
    if common.json {
        let summary = json!({ "period": loaded.period.to_string(), "findings": findings_json(&audit) });
        say!("{summary:#}");
    } else {
        show!("{}", findings(&audit, &Painter::for_stdout(), common.quiet));
        if !common.quiet {
            let verdict = if audit.has_errors() { "有错误,改正后再运行" } else { "可以运行 yinxiang run" };
            say!("{} 检查完毕:{verdict}", loaded.period);
        }
    }
    Ok(exit_code(&audit))
}
