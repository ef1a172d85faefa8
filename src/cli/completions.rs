//! `yinxiang completions`: completion scripts for shells.

use clap::Args;
use clap_complete::Shell;
use std::process::ExitCode;

#[derive(Args)]
pub(crate) struct Options {
    /// 命令行外壳:bash、zsh、fish、powershell、elvish
    shell: Shell,
}

/// Prints the script of a shell.
pub(crate) fn run(options: &Options) -> anyhow::Result<ExitCode> {
    let mut command = super::usage::command();
    let mut script = Vec::new();
    clap_complete::generate(options.shell, &mut command, "yinxiang", &mut script);
    show!("{}", String::from_utf8_lossy(&script));
    Ok(ExitCode::SUCCESS)
}
