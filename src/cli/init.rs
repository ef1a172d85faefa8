//! `yinxiang init`: an annotated starter project that runs.

use super::disk;
use clap::Args;
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::process::ExitCode;

#[derive(Args)]
pub(crate) struct Options {
    /// 新项目的文件夹,须是空的或不存在
    directory: PathBuf,
}

/// Paths below `examples/starter` in, paths and texts out.
macro_rules! starter {
    ($($path:literal,)+) => {
        &[$(($path, include_str!(concat!("../../examples/starter/", $path))),)+]
    };
}

/// Files of the starter project; `examples/starter` is that project, so what `init` writes is what the tests run.
const STARTER: &[(&str, &str)] = starter![
    "README.md",
    "data/2024Q3/events.csv",
    "data/2024Q3/survey-satisfaction.csv",
    "data/2024Q3/教育局.csv",
    "data/2024Q3/民政局.csv",
    "data/2024Q4/events.csv",
    "data/2024Q4/survey-satisfaction.csv",
    "data/2024Q4/教育局.csv",
    "data/2024Q4/民政局.csv",
    "data/frozen/2024.csv",
    "indicators/index.toml",
    "indicators/measures.toml",
    "indicators/rules.toml",
];

/// Writes the starter project and says what to do next.
pub(crate) fn run(options: &Options) -> anyhow::Result<ExitCode> {
    let mut files: BTreeMap<String, Vec<u8>> =
        STARTER.iter().map(|(path, text)| ((*path).to_owned(), text.as_bytes().to_vec())).collect();
    files.insert("docs/definitions.schema.json".to_owned(), yinxiang::definitions::schema().into_bytes());
    disk::write_new(&options.directory, &files)?;
    let directory = options.directory.display();
    say!("已建立项目:{directory}");
    say!("下一步:yinxiang run -C {directory}");
    Ok(ExitCode::SUCCESS)
}
