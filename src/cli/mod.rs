//! The edge of the program: arguments, files, the terminal. Only this folder and `main.rs` touch the world.

pub(crate) mod disk;

use anyhow::Context;
use clap::Parser;
use disk::{newest_period, read_project, write_bundle};
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::process::ExitCode;
use yinxiang::audit::{self, Audit, Code, Diagnostic, Place};

#[derive(Parser)]
#[command(name = "yinxiang", version, about = "综合指数:从部门报表到得分、图表和报告")]
enum Command {
    /// 计算一期并写出报告
    Run {
        /// 期次,如 2022Q3;不写则为 data/ 下最新的一期
        period: Option<String>,
        /// 项目文件夹
        #[arg(short = 'C', value_name = "DIR", default_value = ".")]
        directory: PathBuf,
        /// 报告写到哪里;默认是项目下的 reports/<期次>
        #[arg(long, value_name = "DIR")]
        out: Option<PathBuf>,
    },
}

/// The process's arguments in, its exit code out: 0 fine, 1 the material has errors; an error becomes 2.
pub(crate) fn run() -> anyhow::Result<ExitCode> {
    let Command::Run { period, directory, out } = Command::parse();
    let project = read_project(&directory, period.as_deref())?;
    let period = match period {
        Some(period) => period,
        None => newest_period(&project).context("data 文件夹里还没有任何一期的数据,例如 data/2022Q3")?,
    };
    let mut audit = Audit::default();
    for file in &project.unreadable {
        audit.note(Diagnostic::new(Code::FileUnreadable, Place::file(file.path.as_str()), &file.reason));
    }
    let target = out.unwrap_or_else(|| directory.join("reports").join(&period));
    write_bundle(&target, &BTreeMap::from([("findings.csv".to_owned(), audit::to_csv(&audit))]))?;
    let file_count = project.definitions.len() + project.frozen.len() + project.periods.values().flatten().count();
    println!("读到 {file_count} 个文件;结果在 {}", target.display());
    Ok(if audit.has_errors() { ExitCode::from(1) } else { ExitCode::SUCCESS })
}
