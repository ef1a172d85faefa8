//! `yinxiang survey plan`: the sample of a survey, and the workbook for those who carry it out.

use crate::cli::progress::Progress;
use crate::cli::terminal::{Painter, findings, findings_json, table};
use crate::cli::{Common, disk, load};
use anyhow::bail;
use clap::Args;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::process::ExitCode;
use yinxiang::audit::Audit;
use yinxiang::definitions::Definitions;
use yinxiang::facts::Observed;
use yinxiang::facts::survey::plan::Bound;
use yinxiang::views::PeriodResult;
use yinxiang::views::survey_plan::{
    Basis, DesignEffect, EffectSource, Goal, MOST_EFFECT, Plan, Terms, UnitPlan, observed_effect,
};
use yinxiang::workflow;

#[derive(Args)]
pub(crate) struct Options {
    /// 期次,如 2022Q4,可以是还没有数据的一期;不写则为 data/ 下最新的一期
    period: Option<String>,
    #[command(flatten)]
    common: Common,
    /// 哪份问卷(id 或名称);只有一份时不用写
    #[arg(long, value_name = "ID")]
    survey: Option<String>,
    /// 每个单位的误差不超过 ± 几个百分点,如 5
    #[arg(long, value_name = "POINTS", allow_negative_numbers = true)]
    margin: Option<f64>,
    /// 两个单位相差几个百分点要能辨别出来,如 10
    #[arg(long, value_name = "POINTS", allow_negative_numbers = true)]
    difference: Option<f64>,
    /// 每个单位就做这么多份,看能达到什么精度
    #[arg(long, value_name = "N")]
    interviews: Option<u32>,
    /// 预计的占比;0.5 最保守
    #[arg(long, value_name = "P", default_value_t = 0.5, allow_negative_numbers = true)]
    rate: f64,
    /// 有多大把握辨别出差异,0.5 到 1 之间
    #[arg(long, value_name = "P", default_value_t = 0.8, allow_negative_numbers = true)]
    power: f64,
    /// 置信水平;不写则照问卷定义
    #[arg(long, value_name = "P", allow_negative_numbers = true)]
    confidence: Option<f64>,
    /// 设计效应;不写则取上次答卷的,没有答卷则为 1.5
    #[arg(long, value_name = "X", allow_negative_numbers = true)]
    design_effect: Option<f64>,
    /// 联系的人里有多大比例会答完
    #[arg(long, value_name = "P", default_value_t = 1.0, allow_negative_numbers = true)]
    response_rate: f64,
    /// 每个单位至少几份;不写则为定义里的 `caution_below`
    #[arg(long, value_name = "N")]
    least: Option<u32>,
    /// 每个抽样单元(村、社区)访问几份
    #[arg(long, value_name = "N", default_value_t = 10)]
    take: u32,
    /// 写到哪里;默认是项目下的 reports/surveys/<期次>
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
}

/// Makes the plan, writes its workbook. Mistakes in the data block nothing.
pub(crate) fn run(options: &Options) -> anyhow::Result<ExitCode> {
    let goal = options.goal()?;
    options.check()?;
    let common = &options.common;
    let mut progress = Progress::start(common.quiet || common.json);
    progress.stage("读取文件");
    let loaded = load::load_open(&common.directory, options.period.as_deref())?;
    let period = loaded.period;
    let mut audit = Audit::default();
    let mut observer = |stage| progress.pipeline(stage);
    let assessment = workflow::compute(&loaded.project, period, &mut audit, &mut observer);
    let Some(assessment) = assessment else {
        progress.finish();
        if common.json {
            say!("{:#}", json!({ "period": period.to_string(), "findings": findings_json(&audit) }));
        } else {
            show!("{}", findings(&audit, &Painter::for_stdout(), common.quiet));
        }
        return Ok(ExitCode::from(1));
    };
    let definitions = &assessment.definitions;
    let survey = survey(definitions, options.survey.as_deref())?;
    let Some(result) = assessment.period(period) else {
        bail!("“{period}”与定义里的周期(frequency)不一致。请照 data/ 下文件夹的样子写期次");
    };
    let mut remarks = loaded.audit;
    let population = workflow::population(&loaded.project, definitions, survey, period, &mut remarks);
    let observed = || observed_effect(definitions, &assessment.periods, survey).unwrap_or(DesignEffect::ASSUMED);
    let asked = |value| DesignEffect { value, source: EffectSource::Asked };
    let terms = Terms {
        goal,
        rate: options.rate,
        power: options.power,
        confidence: options.confidence.unwrap_or(definitions.surveys[survey].design.confidence),
        design_effect: options.design_effect.map_or_else(observed, asked),
        response_rate: options.response_rate,
        least: options.least.unwrap_or(definitions.index.caution_below),
        take: options.take,
    };
    let clusters = clusters(definitions, survey, result);
    let basis = Basis { definitions, survey, period, population: population.as_ref(), clusters: &clusters };
    let Some(plan) = Plan::of(&basis, terms) else {
        bail!("要求太高,样本多得做不了。请放宽 --margin 或 --difference,或提高 --response-rate");
    };
    progress.stage("写出文件");
    let target = options.out.clone().unwrap_or_else(|| common.directory.join(format!("reports/surveys/{period}")));
    let file = target.join(plan.file_name());
    disk::write_over(&target, &BTreeMap::from([(plan.file_name(), plan.workbook()?)]))?;
    progress.finish();
    if common.json {
        let mut said = plan_json(&plan);
        said["file"] = json!(file.display().to_string());
        said["findings"] = findings_json(&remarks);
        say!("{said:#}");
    } else if !common.quiet {
        show!("{}", page(&plan, &remarks, &Painter::for_stdout()));
        say!("已写出:{}", file.display());
        let came = common.directory.join(format!("data/{period}/survey-{}.csv", plan.survey.id));
        say!("下一步:批准以后交调查单位;收回的答卷放到 {},再运行 yinxiang check {period}", came.display());
    }
    Ok(ExitCode::SUCCESS)
}

impl Options {
    fn goal(&self) -> anyhow::Result<Goal> {
        let share = |points: f64, option: &str| {
            if points > 0.0 && points < 100.0 {
                return Ok(points / 100.0);
            }
            bail!("{option} 应大于 0、小于 100(百分点),写的是 {points}。例如 {option} 5")
        };
        match (self.margin, self.difference, self.interviews) {
            (Some(points), None, None) => share(points, "--margin").map(Goal::Margin),
            (None, Some(points), None) => share(points, "--difference").map(Goal::Difference),
            (None, None, Some(0)) => bail!("--interviews 至少是 1。例如 --interviews 100"),
            (None, None, Some(interviews)) => Ok(Goal::Interviews(interviews)),
            (None, None, None) => bail!(
                "没有写要达到什么。请写一项:--margin 5(每个单位误差不超过 ±5 个百分点)、--difference 10(相差 10 个百分点\
                 能辨别)或 --interviews 100(每个单位 100 份)"
            ),
            _ => bail!("--margin、--difference、--interviews 只能写一项。请留下最要紧的一项"),
        }
    }

    fn check(&self) -> anyhow::Result<()> {
        let is_between = |value: f64, low: f64, high: f64| value > low && value < high;
        if !is_between(self.rate, 0.0, 1.0) {
            bail!("--rate 是占比,应大于 0、小于 1,写的是 {}。90% 请写 0.9", self.rate);
        }
        if !(self.power >= 0.5 && self.power < 1.0) {
            bail!("--power 应不小于 0.5、小于 1,写的是 {}。八成把握请写 0.8", self.power);
        }
        if let Some(confidence) = self.confidence.filter(|&value| !is_between(value, 0.0, 1.0)) {
            bail!("--confidence 应大于 0、小于 1,写的是 {confidence}。95% 请写 0.95");
        }
        if let Some(effect) = self.design_effect.filter(|&value| !(value > 0.0 && value <= MOST_EFFECT)) {
            bail!("--design-effect 应大于 0、不超过 {MOST_EFFECT},写的是 {effect}。按村访问的常在 1.5 到 2 之间");
        }
        if !(self.response_rate > 0.0 && self.response_rate <= 1.0) {
            bail!("--response-rate 应大于 0、不超过 1,写的是 {}。六成请写 0.6", self.response_rate);
        }
        if self.take == 0 {
            bail!("--take 至少是 1。例如 --take 10");
        }
        Ok(())
    }
}

/// The survey that somebody names, by identifier or name; the only one where nobody names any.
fn survey(definitions: &Definitions, name: Option<&str>) -> anyhow::Result<usize> {
    let surveys = &definitions.surveys;
    let listed: Vec<String> = surveys.iter().map(|survey| format!("{}({})", survey.id, survey.name)).collect();
    let listed = listed.join("、");
    match (name, surveys.len()) {
        (_, 0) => bail!("定义里没有问卷。请先在 indicators/ 里写 [[survey]],见手册“定义文件”一章"),
        (None, 1) => Ok(0),
        (None, count) => bail!("定义里有 {count} 份问卷,请用 --survey 写明是哪一份:{listed}"),
        (Some(name), _) => match surveys.iter().position(|survey| survey.id == name || survey.name == name) {
            Some(position) => Ok(position),
            None => bail!("没有“{name}”这份问卷。可写:{listed}"),
        },
    }
}

/// Clusters by unit, as far as the survey says which measure counts them.
fn clusters(definitions: &Definitions, survey: usize, result: &PeriodResult) -> Vec<Option<u32>> {
    let Some(measure) = definitions.surveys[survey].design.cluster_count else { return Vec::new() };
    let count = |unit: usize| match result.facts.observation(measure, unit).observed {
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "checked to be a small count")]
        Observed::Value(count) if (0.0..=1e9).contains(&count) => Some(count.round() as u32),
        _ => None,
    };
    (0..definitions.units.units.len()).map(count).collect()
}

/// The plan on a terminal.
fn page(plan: &Plan<'_>, remarks: &Audit, painter: &Painter) -> String {
    let index = &plan.definitions.index;
    let watermark = if index.watermark.is_empty() { String::new() } else { format!("({})", index.watermark) };
    let title = format!("{} {}抽样方案{watermark}", plan.period.title(), plan.survey.name);
    let mut text = findings(remarks, painter, false);
    text.push_str(&format!("{}\n{}\n", painter.strong(&title), plan.terms_line()));
    text.push_str(&table(&plan.table(), &[0], painter));
    for note in plan.notes() {
        text.push_str(&format!("· {note}\n"));
    }
    text
}

/// The plan for programs. Rates and margins are shares of 1.
fn plan_json(plan: &Plan<'_>) -> Value {
    let terms = &plan.terms;
    let goal = match terms.goal {
        Goal::Margin(margin) => json!({ "margin": margin }),
        Goal::Difference(difference) => json!({ "difference": difference }),
        Goal::Interviews(interviews) => json!({ "interviews": interviews }),
    };
    let (source, period) = match terms.design_effect.source {
        EffectSource::Asked => ("asked", None),
        EffectSource::Observed { period, .. } => ("observed", Some(period.to_string())),
        EffectSource::Assumed => ("assumed", None),
    };
    let classes = plan.classes();
    json!({
        "period": plan.period.to_string(),
        "survey": { "id": plan.survey.id, "name": plan.survey.name },
        "goal": goal,
        "rate": terms.rate,
        "power": terms.power,
        "confidence": terms.confidence,
        "design_effect": { "value": terms.design_effect.value, "source": source, "period": period },
        "response_rate": terms.response_rate,
        "least": terms.least,
        "take": terms.take,
        "population": plan.population,
        "interviews": plan.interview_count(),
        "contacts": plan.contact_count(),
        "units": plan.units.iter().map(|unit| unit_json(plan, unit, &classes)).collect::<Value>(),
        "notes": plan.notes(),
    })
}

fn unit_json(plan: &Plan<'_>, unit: &UnitPlan, classes: &[Vec<&str>]) -> Value {
    let definition = &plan.definitions.units.units[unit.unit];
    let bound = match unit.size.bound {
        Bound::Target => "target",
        Bound::Floor => "floor",
        Bound::Population => "population",
    };
    let quotas = unit.quotas.as_ref().map(|quotas| {
        let one = |(class, quota): (&Vec<&str>, &u32)| json!({ "class": class, "interviews": quota });
        classes.iter().zip(quotas).map(one).collect::<Value>()
    });
    let visits = unit
        .visits
        .map(|visits| json!({ "clusters": visits.clusters, "each": visits.each, "with_one_more": visits.fuller }));
    json!({
        "code": definition.code,
        "name": definition.name,
        "population": unit.population,
        "interviews": unit.size.interviews,
        "contacts": unit.size.contacts,
        "bound": bound,
        "margin_worst": unit.precision.worst_case,
        "margin": unit.precision.wald,
        "interval": [unit.precision.wilson_low, unit.precision.wilson_high],
        "detectable": unit.precision.detectable,
        "clusters": unit.clusters,
        "visits": visits,
        "quotas": quotas,
    })
}
