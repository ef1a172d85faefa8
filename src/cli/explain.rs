//! `yinxiang explain`: how a score came about, down to the cells it was read from.

use super::{Common, load};
use anyhow::{Context, bail};
use clap::Args;
use serde_json::json;
use std::process::ExitCode;
use yinxiang::definitions::{Definitions, Matched};
use yinxiang::views::{Derivation, derive};
use yinxiang::workflow::compute;

#[derive(Args)]
pub(crate) struct Options {
    /// 单位的名称、短名或代码
    unit: String,
    /// 指标的代码、标识或名称;不写则说明综合得分
    indicator: Option<String>,
    /// 期次,如 2022Q3;不写则为 data/ 下最新的一期
    #[arg(long, value_name = "PERIOD")]
    period: Option<String>,
    #[command(flatten)]
    common: Common,
}

/// Prints the derivation; findings about the material do not stop it.
pub(crate) fn run(options: &Options) -> anyhow::Result<ExitCode> {
    let common = &options.common;
    let loaded = load::load(&common.directory, options.period.as_deref())?;
    let mut audit = loaded.audit;
    let Some(assessment) = compute(&loaded.project, loaded.period, &mut audit, &mut |_| {}) else {
        show!("{}", super::terminal::findings(&audit, &super::terminal::Painter::for_stdout(), common.quiet));
        return Ok(ExitCode::from(1));
    };
    let definitions = &assessment.definitions;
    let unit = unit(definitions, &options.unit)?;
    let indicator = options.indicator.as_ref().map(|text| indicator(definitions, text)).transpose()?;
    let result = assessment.period(loaded.period).with_context(|| format!("没有 {} 这一期的数据", loaded.period))?;
    let Derivation { title, lines } = derive(definitions, result, unit, indicator);
    if common.json {
        let lines: Vec<_> = lines.iter().map(|line| json!({ "label": line.label, "text": line.text })).collect();
        say!("{:#}", json!({ "title": title, "period": result.period.to_string(), "lines": lines }));
    } else {
        say!("{title}");
        for line in lines {
            say!("  {}:{}", line.label, line.text);
        }
    }
    Ok(ExitCode::SUCCESS)
}

fn unit(definitions: &Definitions, text: &str) -> anyhow::Result<usize> {
    match definitions.units.find(text) {
        Matched::Unit(unit) | Matched::Alias(unit) => Ok(unit),
        _ => {
            let near = definitions.units.nearest(text);
            if !near.is_empty() {
                bail!("没有叫“{text}”的{}。是否想写:{}", definitions.index.unit_word, near.join("、"))
            }
            let names: Vec<&str> = definitions.units.units.iter().take(40).map(|unit| unit.name.as_str()).collect();
            bail!("没有叫“{text}”的{}。可写:{}", definitions.index.unit_word, names.join("、"))
        }
    }
}

fn indicator(definitions: &Definitions, text: &str) -> anyhow::Result<usize> {
    let found = definitions.indicators.iter().position(|indicator| {
        indicator.code.eq_ignore_ascii_case(text) || indicator.id == text || indicator.name == text
    });
    found.with_context(|| {
        let codes: Vec<&str> = definitions.indicators.iter().map(|indicator| indicator.code.as_str()).collect();
        format!("没有指标“{text}”。可写代码:{}", codes.join("、"))
    })
}
