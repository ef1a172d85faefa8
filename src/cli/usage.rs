//! Help and usage errors in Chinese.

use super::Arguments;
use clap::error::{ContextKind, ContextValue, ErrorKind};
use clap::{Arg, ArgAction, Command, CommandFactory, FromArgMatches};
use std::process::ExitCode;

const TEMPLATE: &str = "{about-with-newline}\n用法:{usage}\n\n{all-args}{after-help}";

/// The process's arguments, or the exit code where help was asked for (0) or the usage is wrong (2).
pub(super) fn parse() -> Result<Arguments, ExitCode> {
    let matches = command().try_get_matches().map_err(|error| explain(&error))?;
    Arguments::from_arg_matches(&matches).map_err(|error| explain(&error))
}

/// The command line with Chinese headings.
pub(super) fn command() -> Command {
    let command = chinese(Arguments::command()).subcommand_help_heading("命令").disable_help_subcommand(true);
    let command = command.disable_version_flag(true).arg(
        Arg::new("version").short('V').long("version").action(ArgAction::Version).help("显示版本").help_heading("选项"),
    );
    chinese_below(command)
}

/// The same for all commands below one.
fn chinese_below(mut command: Command) -> Command {
    let names: Vec<String> = command.get_subcommands().map(|sub| sub.get_name().to_owned()).collect();
    for name in names {
        let below = |sub| chinese_below(chinese(sub)).subcommand_help_heading("命令").disable_help_subcommand(true);
        command = command.mut_subcommand(name, below);
    }
    command
}

fn chinese(command: Command) -> Command {
    command
        .help_template(TEMPLATE)
        .disable_help_flag(true)
        .mut_args(|argument| {
            let heading = if argument.is_positional() { "参数" } else { "选项" };
            argument.help_heading(heading).hide_default_value(false)
        })
        .arg(Arg::new("help").short('h').long("help").action(ArgAction::Help).help("显示帮助").help_heading("选项"))
}

fn explain(error: &clap::Error) -> ExitCode {
    if matches!(error.kind(), ErrorKind::DisplayHelp | ErrorKind::DisplayVersion) {
        super::terminal::print(&error.render().to_string());
        return ExitCode::SUCCESS;
    }
    if error.kind() == ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand {
        eprintln!("{}", error.render());
        return ExitCode::from(2);
    }
    let text = |kind: ContextKind| match error.get(kind) {
        Some(ContextValue::String(text)) => text.clone(),
        Some(ContextValue::Strings(texts)) => texts.join("、"),
        _ => String::new(),
    };
    let argument = text(ContextKind::InvalidArg);
    let message = match error.kind() {
        ErrorKind::InvalidSubcommand => format!("没有“{}”这个命令", text(ContextKind::InvalidSubcommand)),
        ErrorKind::UnknownArgument => format!("不认识“{argument}”"),
        ErrorKind::InvalidValue | ErrorKind::ValueValidation => {
            format!("“{argument}”不能是“{}”", text(ContextKind::InvalidValue))
        }
        ErrorKind::MissingRequiredArgument => format!("缺少 {argument}"),
        ErrorKind::MissingSubcommand => "缺少命令".to_owned(),
        ErrorKind::ArgumentConflict => format!("“{argument}”写了两次,或与别的选项冲突"),
        _ => "命令写得不对".to_owned(),
    };
    let suggestions: Vec<String> = [
        ContextKind::SuggestedSubcommand,
        ContextKind::SuggestedArg,
        ContextKind::SuggestedValue,
        ContextKind::ValidValue,
        ContextKind::ValidSubcommand,
    ]
    .into_iter()
    .map(text)
    .filter(|text| !text.is_empty())
    .collect();
    let hint = suggestions.first().map(|first| format!("。可写:{first}")).unwrap_or_default();
    eprintln!("{message}{hint}。用 yinxiang --help 查看用法");
    ExitCode::from(2)
}
