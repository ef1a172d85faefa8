//! The edge of the program: arguments, files, the terminal. Only this folder and `main.rs` touch the world.

/// Prints a line; a reader that went away (`| head`) ends the program quietly.
macro_rules! say {
    ($($text:tt)*) => { $crate::cli::terminal::print(&format!("{}\n", format_args!($($text)*))) };
}

/// Prints text without adding a line break.
macro_rules! show {
    ($($text:tt)*) => { $crate::cli::terminal::print(&format!($($text)*)) };
}

mod check;
mod completions;
mod demo;
pub(crate) mod disk;
mod explain;
mod init;
mod load;
mod progress;
mod run;
mod schema;
mod status;
mod survey;
mod template;
mod terminal;
mod usage;

use clap::{Args, Parser, Subcommand};
use std::path::PathBuf;
use std::process::ExitCode;

#[derive(Parser)]
#[command(name = "yinxiang", version, about = "综合指数:从部门报表到得分、图表和报告", max_term_width = 100)]
#[command(after_help = "退出码:0 正常(含警告),1 材料有错误,2 用法不对或读写失败")]
pub(crate) struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// 计算一期并写出报告(reports/<期次>/)
    Run(run::Options),
    /// 只检查定义文件和数据,列出发现的问题,给每个部门写回执
    Check(check::Options),
    /// 看进度:收到了什么、谁迟了、哪些没改没答、接下来做什么
    Status(status::Options),
    /// 做填报模板:每个部门(自报的每个单位)一个工作簿
    Template(template::Options),
    /// 问卷调查:做抽样方案
    Survey(survey::Options),
    /// 说明一个得分是怎么来的,直到来源单元格
    Explain(explain::Options),

    /// 生成演示数据(模拟数据)
    Demo(demo::Options),
    /// 建立一个带注释、能直接运行的新项目
    Init(init::Options),
    /// 输出定义文件或结果文件的 JSON Schema
    Schema(schema::Options),
    /// 输出命令补全脚本
    Completions(completions::Options),
}

/// Where the project is and how much is said; the same for every command that reads a project.
#[derive(Args, Clone)]
pub(crate) struct Common {
    /// 项目文件夹
    #[arg(short = 'C', value_name = "DIR", default_value = ".")]
    pub(crate) directory: PathBuf,
    /// 以 JSON 输出,供别的程序读
    #[arg(long)]
    pub(crate) json: bool,
    /// 只输出错误
    #[arg(long, short)]
    pub(crate) quiet: bool,
}

/// The process's arguments in, its exit code out: 0 fine, 1 the material has errors; an error becomes 2.
pub(crate) fn run() -> anyhow::Result<ExitCode> {
    let arguments = match usage::parse() {
        Ok(arguments) => arguments,
        Err(code) => return Ok(code),
    };
    match arguments.command {
        Command::Run(options) => run::run(&options),
        Command::Check(options) => check::run(&options),
        Command::Status(options) => status::run(&options),
        Command::Template(options) => template::run(&options),
        Command::Survey(options) => survey::run(&options),
        Command::Explain(options) => explain::run(&options),
        Command::Demo(options) => demo::run(&options),
        Command::Init(options) => init::run(&options),
        Command::Schema(options) => schema::run(&options),
        Command::Completions(options) => completions::run(&options),
    }
}

/// The exit code for an audit.
fn exit_code(audit: &yinxiang::audit::Audit) -> ExitCode {
    if audit.has_errors() { ExitCode::from(1) } else { ExitCode::SUCCESS }
}
