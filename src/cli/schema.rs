//! `yinxiang schema`: JSON Schemas, of the definition files for editors and of `result.json` for programs.

use clap::Args;
use std::process::ExitCode;

/// A test holds it equal to what is written.
const RESULT: &str = include_str!("../../docs/result.schema.json");

/// What `schema` takes.
#[derive(Args)]
pub(crate) struct Options {
    /// 结果文件 result.json 的,不是定义文件的
    #[arg(long)]
    result: bool,
}

/// Prints the schema.
pub(crate) fn run(options: &Options) -> anyhow::Result<ExitCode> {
    let definitions = || yinxiang::definitions::schema();
    show!("{}", if options.result { RESULT.to_owned() } else { definitions() });
    Ok(ExitCode::SUCCESS)
}
