//! `yinxiang schema`: the JSON Schema of the definition files, for editors.

use std::process::ExitCode;

/// Prints the schema.
pub(crate) fn run() -> anyhow::Result<ExitCode> {
    show!("{}", yinxiang::definitions::schema());
    Ok(ExitCode::SUCCESS)
}
