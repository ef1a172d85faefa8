//! `yinxiang demo`: synthetic data, for the project at hand or of any size.

use super::disk;
use anyhow::{Context, bail};
use clap::Args;
use polars::prelude::{Column, DataFrame, ParquetCompression, ParquetWriter};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use yinxiang::audit::Audit;
use yinxiang::demo::{Crowd, CrowdPart, Size, project_data, synthetic_project};

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
    /// 与 --units 同用:每单位多少份问卷;单独用:造一份共这么多行的大问卷(Parquet,测速用),须与 --out 同用
    #[arg(long, value_name = "N", default_value_t = 0)]
    respondents: usize,
}

/// Writes a project with one large survey.
fn crowd(options: &Options, out: &Path) -> anyhow::Result<ExitCode> {
    const UNITS: usize = 13;
    const QUESTIONS: usize = 20;
    const PART: usize = 1_000_000;
    let crowd = Crowd { respondent_count: options.respondents, unit_count: UNITS, question_count: QUESTIONS };
    let files = crowd.definitions().into_iter().map(|(path, text)| (path, text.into_bytes())).collect();
    disk::write_new(out, &files)?;
    let path = out.join("data/2022Q1/survey-general.parquet");
    let first = frame(crowd.part(options.seed, 0, PART))?;
    let mut writer = ParquetWriter::new(disk::create(&path)?)
        .with_compression(ParquetCompression::Snappy)
        .set_parallel(false)
        .batched(first.schema())?;
    writer.write_batch(&first)?;
    for start in (PART..options.respondents).step_by(PART) {
        writer.write_batch(&frame(crowd.part(options.seed, start, PART))?)?;
    }
    writer.finish()?;
    say!("已写出 {} 份答卷(模拟数据):{}", options.respondents, path.display());
    Ok(ExitCode::SUCCESS)
}

fn frame(part: CrowdPart) -> anyhow::Result<DataFrame> {
    let height = part.units.len();
    let mut columns = vec![
        Column::new("单位名称".into(), part.units),
        Column::new("村".into(), part.villages),
        Column::new("权重".into(), part.weights),
    ];
    let answers = part.answers.into_iter().enumerate();
    columns.extend(answers.map(|(number, codes)| Column::new(format!("q{:02}", number + 1).into(), codes)));
    Ok(DataFrame::new(height, columns)?)
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
    if options.respondents > 0 {
        let out = options.out.as_ref().context("--respondents 须与 --out 同用")?;
        return crowd(options, out);
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
