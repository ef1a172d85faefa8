//! `yinxiang template`: the forms of a period, one workbook for each party that owes figures.

use super::progress::Progress;
use super::terminal::{Painter, findings, findings_json};
use super::{Common, disk, load};
use anyhow::bail;
use clap::Args;
use serde_json::json;
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::process::ExitCode;
use yinxiang::audit::{Audit, Code, Diagnostic, Place};
use yinxiang::definitions::Definitions;
use yinxiang::definitions::calendar::Frequency;
use yinxiang::definitions::forms::{Form, Party, forms};
use yinxiang::facts::{Facts, Observed};
use yinxiang::views::{Known, Template, find_party, templates};
use yinxiang::workflow::compute;

#[derive(Args)]
pub(crate) struct Options {
    /// 期次,如 2022Q4;可以是还没有数据的一期
    period: String,
    #[command(flatten)]
    common: Common,
    /// 写到哪里;默认是项目下的 reports/templates/<期次>
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
    /// 只做一家的:部门或自报单位的名称、简称或代码
    #[arg(long, value_name = "NAME")]
    department: Option<String>,
    /// 已有同名而内容不同的文件时也覆盖
    #[arg(long)]
    force: bool,
}

/// Writes the forms of a period. Mistakes in the data of earlier periods leave figures blank and block nothing.
pub(crate) fn run(options: &Options) -> anyhow::Result<ExitCode> {
    let common = &options.common;
    let mut progress = Progress::start(common.quiet || common.json);
    progress.stage("读取文件");
    let loaded = load::load_before(&common.directory, &options.period)?;
    let period = loaded.period;
    let mut audit = Audit::default();
    let mut observer = |stage| progress.pipeline(stage);
    let Some(assessment) = compute(&loaded.project, period, &mut audit, &mut observer) else {
        progress.finish();
        show!("{}", findings(&audit, &Painter::for_stdout(), false));
        return Ok(ExitCode::from(1));
    };
    let definitions = &assessment.definitions;
    if definitions.index.frequency != period.frequency {
        let example = example_of(definitions.index.frequency);
        bail!("“{period}”与定义里的周期(frequency)不一致。期次请写成 {example} 这样");
    }
    let of = |wanted| assessment.period(wanted).map(|result| &result.facts);
    let known = Known { previous: of(period.previous()), fixed: of(period), entered: None };
    let party = options.department.as_deref().map(|name| party(definitions, name)).transpose()?;
    progress.stage("生成模板");
    let mut made = templates(definitions, period, &known)?;
    made.retain(|template| party.is_none_or(|party| template.party == party));
    let files: BTreeMap<String, Vec<u8>> =
        made.iter().map(|template| (template.file_name.clone(), template.bytes.clone())).collect();
    let target = options.out.clone().unwrap_or_else(|| common.directory.join(format!("reports/templates/{period}")));
    progress.stage("写出文件");
    disk::write_fresh(&target, &files, options.force)?;
    progress.finish();
    let remarks = remarks(&loaded.audit, &audit, definitions, &known, &made);
    if common.json {
        let listed: Vec<_> = made.iter().map(|template| listed(definitions, template, &target)).collect();
        say!("{:#}", json!({ "period": period.to_string(), "files": listed, "findings": findings_json(&remarks) }));
        return Ok(ExitCode::SUCCESS);
    }
    if common.quiet {
        return Ok(ExitCode::SUCCESS);
    }
    show!("{}", findings(&remarks, &Painter::for_stdout(), false));
    for template in &made {
        say!("{}", template.file_name);
    }
    let of_units = made.iter().filter(|template| matches!(template.party, Party::Unit(_))).count();
    let word = &definitions.index.unit_word;
    say!("已写出 {} 个模板(部门 {} 个,{word} {of_units} 个):{}", made.len(), made.len() - of_units, target.display());
    say!(
        "下一步:发给各家填报;收回的放进 {},再运行 yinxiang check {period}",
        common.directory.join(format!("data/{period}")).display()
    );
    Ok(ExitCode::SUCCESS)
}

fn example_of(frequency: Frequency) -> &'static str {
    match frequency {
        Frequency::Year => "2022",
        Frequency::Half => "2022H1",
        Frequency::Quarter => "2022Q4",
        Frequency::Month => "2022-07",
    }
}

/// The party that somebody names, if anything is asked of it.
fn party(definitions: &Definitions, name: &str) -> anyhow::Result<Party> {
    let asked = forms(definitions);
    let names: Vec<&str> = asked.iter().map(|form| form.party.name(definitions)).collect();
    let Some(party) = find_party(definitions, name) else {
        bail!("不认识“{name}”。要填报的有:{}", names.join("、"));
    };
    if !asked.iter().any(|form| form.party == party) {
        bail!("“{}”没有要填报的数据项。要填报的有:{}", party.name(definitions), names.join("、"));
    }
    Ok(party)
}

/// What the sender should know: files and periods with mistakes, and figures fixed for the year that are not there yet.
fn remarks(loaded: &Audit, audit: &Audit, definitions: &Definitions, known: &Known<'_>, made: &[Template]) -> Audit {
    let mut remarks = Audit::default();
    let concerns = |found: &&Diagnostic| {
        let is_frozen = found.place.file.as_deref().is_some_and(|file| file.starts_with("data/frozen/"));
        is_frozen || found.code == Code::EarlierPeriod
    };
    let of_program = loaded.diagnostics().iter().chain(audit.diagnostics().iter().filter(concerns));
    of_program.for_each(|found| remarks.note(found.clone()));
    let wanted = forms(definitions).into_iter().filter(|form| made.iter().any(|template| template.party == form.party));
    let missing = without_figures(definitions, known.fixed, wanted);
    if !missing.is_empty() {
        remarks.note(
            Diagnostic::new(
                Code::ItemNotReceived,
                Place::default(),
                format!("年内固定的数还没有,模板里先空着:{}", missing.join("、")),
            )
            .item(missing.join("、"))
            .help("放进 data/frozen/<年份>.* 的表里,再做一次模板(加 --force)"),
        );
    }
    remarks
}

/// Names of the measures fixed for the year of which no unit has a figure.
fn without_figures(definitions: &Definitions, fixed: Option<&Facts>, forms: impl Iterator<Item = Form>) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    for measure in forms.flat_map(|form| form.fixed) {
        let name = &definitions.measures[measure].name;
        let has_figure = fixed.is_some_and(|facts| {
            (0..definitions.units.units.len())
                .any(|unit| facts.observation(measure, unit).observed != Observed::NotReported)
        });
        if !has_figure && !names.contains(name) {
            names.push(name.clone());
        }
    }
    names
}

fn listed(definitions: &Definitions, template: &Template, target: &std::path::Path) -> serde_json::Value {
    let kind = if matches!(template.party, Party::Unit(_)) { "unit" } else { "department" };
    json!({
        "party": kind,
        "code": template.party.code(definitions),
        "name": template.party.name(definitions),
        "file": target.join(&template.file_name).display().to_string(),
    })
}
