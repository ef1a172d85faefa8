//! `yinxiang demo`: synthetic data, for the project at hand or of any size.

use super::disk;
use anyhow::{Context, bail};
use clap::Args;
use std::path::PathBuf;
use std::process::ExitCode;
use yinxiang::audit::Audit;
use yinxiang::demo::{Size, project_data, synthetic_project};

#[derive(Args)]
pub(crate) struct Options {
    /// 随机种子:同一种子总是同样的数据
    #[arg(long, default_value_t = 7)]
    seed: u64,
    /// 项目文件夹:按它的定义造 data/
    #[arg(short = 'C', value_name = "DIR", default_value = ".")]
    directory: PathBuf,
    /// 写到另一个文件夹(连同定义);须是空的或不存在
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
    /// 另造一个有这么多单位的项目(测速用),须与 --out 同用
    #[arg(long, value_name = "N", requires = "out")]
    units: Option<usize>,
    /// 另造的项目有多少指标
    #[arg(long, value_name = "N", default_value_t = 36)]
    indicators: usize,
    /// 另造的项目有多少期
    #[arg(long, value_name = "N", default_value_t = 1)]
    periods: usize,
    /// 另造的项目每单位多少份问卷
    #[arg(long, value_name = "N", default_value_t = 0)]
    respondents: usize,
}

/// Writes synthetic data; an existing file is replaced only where it would be the same path of the demonstration.
pub(crate) fn run(options: &Options) -> anyhow::Result<ExitCode> {
    if let Some(unit_count) = options.units {
        let out = options.out.as_ref().context("--units 须与 --out 同用")?;
        let size = Size {
            unit_count,
            indicator_count: options.indicators,
            period_count: options.periods,
            respondent_count: options.respondents,
        };
        let files = synthetic_project(&size, options.seed);
        disk::write_new(out, &files)?;
        say!("已写出 {} 个文件(模拟数据):{}", files.len(), out.display());
        return Ok(ExitCode::SUCCESS);
    }
    let definition_files = disk::read_definitions(&options.directory)?;
    let mut audit = Audit::default();
    let Some(definitions) = yinxiang::definitions::parse(&definition_files, &mut audit) else {
        show!("{}", super::terminal::findings(&audit, &super::terminal::Painter::for_stdout(), false));
        return Ok(ExitCode::from(1));
    };
    if definitions.demo.is_none() {
        bail!("定义文件里没有 [demo] 一节,不知道造哪几期。请写上 [demo],或用 --units 另造一个项目");
    }
    let mut files = project_data(&definitions, options.seed);
    let target = match &options.out {
        Some(out) => {
            files.extend(definition_files.iter().map(|file| (file.path.to_string(), file.bytes.to_vec())));
            disk::write_new(out, &files)?;
            out
        }
        None => {
            disk::write_over(&options.directory, &files)?;
            &options.directory
        }
    };
    say!("已写出 {} 个文件(模拟数据):{}", files.len(), target.join("data").display());
    Ok(ExitCode::SUCCESS)
}
