//! `yinxiang survey`: what belongs to a questionnaire before its answers come.

mod plan;

use clap::{Args, Subcommand};
use std::process::ExitCode;

#[derive(Args)]
pub(crate) struct Options {
    #[command(subcommand)]
    task: Task,
}

#[derive(Subcommand)]
enum Task {
    /// 做抽样方案:每个单位的样本量、配额和抽样单元个数,写成工作簿交调查单位
    Plan(plan::Options),
}

/// Runs one of the tasks about surveys.
pub(crate) fn run(options: &Options) -> anyhow::Result<ExitCode> {
    match &options.task {
        Task::Plan(options) => plan::run(options),
    }
}
