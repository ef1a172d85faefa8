//! `yinxiang status`: what has come, what is late, what is open, what comes next.

mod layout;

use super::progress::Progress;
use super::terminal::{Painter, findings, findings_json};
use super::{Common, exit_code, load};
use anyhow::anyhow;
use clap::Args;
use serde_json::{Value, json};
use std::process::ExitCode;
use std::time::{SystemTime, UNIX_EPOCH};
use yinxiang::definitions::calendar::Date;
use yinxiang::views::status::{Open, OtherArrival, Party, QualityRow, Status, StepLine};
use yinxiang::workflow::compute;

#[derive(Args)]
pub(crate) struct Options {
    /// 期次,如 2022Q4,还没有数据的也可以;不写则为 data/ 下最新的一期
    period: Option<String>,
    #[command(flatten)]
    common: Common,
    /// 看哪一天的情况,如 2022-10-12;不写则为今天(北京时间)
    #[arg(long, value_name = "DATE")]
    on: Option<String>,
}

/// Says where the work on a period stands; writes nothing.
pub(crate) fn run(options: &Options) -> anyhow::Result<ExitCode> {
    let on = match &options.on {
        Some(text) => Date::read(text).ok_or_else(|| anyhow!("“{text}”不是日期。请写成 2022-10-12"))?,
        None => today(),
    };
    let common = &options.common;
    let mut progress = Progress::start(common.quiet || common.json);
    progress.stage("读取文件");
    let mut loaded = load::load(&common.directory, options.period.as_deref())?;
    // A period without a folder is one of which nothing has come yet.
    loaded.project.periods.entry(loaded.period).or_default();
    let mut audit = loaded.audit;
    let mut observer = |stage| progress.pipeline(stage);
    let assessment = compute(&loaded.project, loaded.period, &mut audit, &mut observer);
    progress.finish();
    let painter = Painter::for_stdout();
    let current = assessment.as_ref().and_then(|assessment| Some((assessment, assessment.period(loaded.period)?)));
    let Some((assessment, result)) = current else {
        // The definitions are broken or of another frequency: there is nothing to tell a status from.
        if common.json {
            say!("{:#}", json!({ "period": loaded.period.to_string(), "findings": findings_json(&audit) }));
        } else {
            show!("{}", findings(&audit, &painter, common.quiet));
        }
        return Ok(ExitCode::from(1));
    };
    let definitions = &assessment.definitions;
    let status = Status::of(definitions, result, &audit, on);
    if common.json {
        say!("{:#}", status_json(&status));
    } else if common.quiet {
        show!("{}", layout::todo(&status, &painter));
    } else {
        show!("{}", layout::page(definitions, &status, &painter));
    }
    Ok(exit_code(&audit))
}

/// The day in China, whose hours have been those of UTC+8 since 1991.
fn today() -> Date {
    const EPOCH: Date = Date { year: 1970, month: 1, day: 1 };
    const HOURS_AHEAD: u64 = 8;
    let seconds = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs());
    let days = (seconds + HOURS_AHEAD * 3600) / 86_400;
    EPOCH.plus(i64::try_from(days).unwrap_or(0))
}

/// The status for programs.
fn status_json(status: &Status) -> Value {
    json!({
        "period": status.period.to_string(),
        "on": status.on.to_string(),
        "due": status.due.to_string(),
        "departments": status.parties.iter().map(party_json).collect::<Value>(),
        "others": status.others.iter().map(other_json).collect::<Value>(),
        "later_arrivals": status.later_arrival_count,
        "unclaimed_files": status.unclaimed,
        "project": open_json(&status.project),
        "steps": status.steps.iter().map(step_json).collect::<Value>(),
        "quality": status.quality.as_ref().map(|rows| rows.iter().map(quality_json).collect::<Value>()),
        "years_without_calendar": status.uncharted_years,
        "todo": status.todo,
    })
}

fn open_json(open: &Open) -> Value {
    json!({ "errors": open.error_count, "questions": open.question_count, "warnings": open.warning_count })
}

fn party_json(party: &Party) -> Value {
    json!({
        "name": party.name,
        "state": party.state.id(),
        "items_owed": party.item_count,
        "items_missing": party.missing,
        "arrived_on": party.arrived_on.map(|date| date.to_string()),
        "late_days": party.late_days,
        "open": open_json(&party.open),
        "files": party.files,
    })
}

fn other_json(other: &OtherArrival) -> Value {
    json!({
        "unit": (!other.unit.is_empty()).then_some(&other.unit),
        "table": other.table,
        "arrived_on": other.arrived_on.to_string(),
        "late_days": other.late_days,
    })
}

fn step_json(step: &StepLine) -> Value {
    json!({
        "id": step.id,
        "name": step.name,
        "who": step.who,
        "offset": step.words,
        "from": step.from.to_string(),
        "to": step.to.to_string(),
        "state": step.state.id(),
        "takes": step.takes,
        "gives": step.gives,
    })
}

fn quality_json(row: &QualityRow) -> Value {
    json!({
        "name": row.name,
        "tables_owed": row.owed_tables,
        "on_time": row.on_time_count,
        "late_days": row.late_days,
        "errors": row.error_count,
        "corrections": row.correction_count,
        "open_questions": row.open_question_count,
        "marks": row.marks,
    })
}
