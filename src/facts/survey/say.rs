//! What is said about a survey and its file, in the words of the analyst.

use super::encode::Codebook;
use super::estimate::design::DesignError;
use super::pool::Wave;
use super::sums::Sums;
use super::table::Header;
use super::weigh::{Unweighed, Weighed};
use crate::audit::{Audit, Code, Diagnostic, Place};
use crate::definitions::{Definitions, Source, Survey};
use crate::facts::Facts;

/// What is said about a survey.
#[derive(Clone, Copy)]
pub(super) struct Say<'a> {
    pub(super) definitions: &'a Definitions,
    pub(super) survey: &'a Survey,
}

impl Say<'_> {
    /// A file that cannot be read to its end.
    pub(super) fn unreadable(&self, place: &Place, error: &str, audit: &mut Audit) {
        let message = format!("文件读不出来:{}", error.lines().next().unwrap_or_default());
        let help = "请确认是 Parquet 或 UTF-8 的 CSV,第一行是列名,再重新导出";
        self.note(Code::FileUnreadable, place.clone(), message, &self.survey.name, help, audit);
    }

    /// A table without the column of the units.
    pub(super) fn headless(&self, place: &Place, audit: &mut Audit) {
        let message = format!("“{}”里没有“{}”这一列", self.survey.name, self.survey.unit_column);
        let help = "第一行写列名,每行一份答卷";
        self.note(Code::HeaderNotFound, place.clone(), message, &self.survey.unit_column, help, audit);
    }

    /// Declared columns that are not there.
    pub(super) fn missing(&self, header: &Header, place: &Place, audit: &mut Audit) {
        for name in header.missing(self.survey) {
            let message = format!("“{}”里没有“{name}”这一列", self.survey.name);
            let help = "请调查单位补上这一列;补报前,缺的题目按未报处理,缺权数按每份一票,缺抽样单元不推算误差";
            self.note(Code::ItemNotReceived, place.clone(), message, &name, help, audit);
        }
    }

    /// Answers of people who should not have been asked.
    pub(super) fn out_of_turn(&self, codebook: &Codebook<'_>, place: &Place, audit: &mut Audit) {
        for (&question, &count) in &codebook.out_of_turn {
            let id = &self.survey.questions[question].id;
            let message = format!("“{id}”按跳转规则不该问到的 {count} 份答卷有回答,未计入");
            self.note(Code::SkipIgnored, place.clone(), message, id, "核对访问时是否照跳转规则提问", audit);
        }
    }

    pub(super) fn note(&self, code: Code, place: Place, message: String, item: &str, help: &str, audit: &mut Audit) {
        audit.note(
            Diagnostic::new(code, place, message)
                .department(&self.definitions.departments[self.survey.department].name)
                .item(item)
                .help(help),
        );
    }

    /// The waves of the period before and of those that it kept.
    pub(super) fn earlier<'f>(&self, previous: Option<&'f Facts>) -> &'f [Wave] {
        let own = self.definitions.surveys.iter().position(|survey| survey.id == self.survey.id);
        match (previous, own) {
            (Some(previous), Some(own)) => &previous.surveys[own].waves,
            _ => &[],
        }
    }

    /// Questions that indicators are made of.
    pub(super) fn fed(&self) -> Vec<usize> {
        let own = self.definitions.surveys.iter().position(|survey| survey.id == self.survey.id);
        let mut fed: Vec<usize> = self
            .definitions
            .indicators
            .iter()
            .filter_map(|indicator| match indicator.source {
                Source::Survey { survey, question } if Some(survey) == own => Some(question),
                _ => None,
            })
            .collect();
        fed.sort_unstable();
        fed.dedup();
        fed
    }

    /// A stratum as people call it: the unit's name, or what the file says.
    pub(super) fn stratum(&self, sums: &Sums, stratum: u32) -> String {
        // A stratum of an earlier period has a mark before its name.
        let name = sums.strata.get(stratum as usize).map_or("", |name| name.rsplit('\u{1f}').next().unwrap_or(name));
        let unit = self.definitions.units.units.iter().find(|unit| unit.code == name);
        unit.map_or_else(|| name.to_owned(), |unit| unit.name.clone())
    }

    pub(super) fn not_asked(&self, sums: &Sums, place: &Place, audit: &mut Audit) {
        let may_be_empty = self.definitions.indicators.iter().any(|indicator| {
            indicator.may_not_apply
                && matches!(indicator.source, Source::Survey { survey, .. }
                    if self.definitions.surveys[survey].id == self.survey.id)
        });
        if may_be_empty {
            return;
        }
        let units = self.definitions.units.units.iter().enumerate();
        let nobody = units.filter(|(unit, _)| sums.groups.iter().all(|key| key.domain as usize != *unit));
        let names: Vec<&str> = nobody.map(|(_, unit)| unit.name.as_str()).collect();
        if !names.is_empty() {
            let message =
                format!("“{}”里 {} 个单位一份能用的答卷也没有:{}", self.survey.name, names.len(), names.join("、"));
            let help = "补做调查,或核对答卷里的单位名称;补报前这些单位按未报处理";
            self.note(Code::UnitNotAsked, place.clone(), message, &self.survey.unit_column, help, audit);
        }
    }

    /// Estimates that have no standard error, by the first reason met.
    pub(super) fn without_error(&self, sums: &Sums, error: DesignError, place: &Place, audit: &mut Audit) {
        let certainty = "在问卷定义里写 lonely_cluster = \"certainty\" 或 \"adjust\"、\"average\"、\"remove\"";
        let (message, help) = match error {
            DesignError::LonelyPsu { stratum } => {
                (format!("“{}”只抽到一个抽样单元,推算不出它的误差", self.stratum(sums, stratum)), certainty)
            }
            DesignError::OnlyLonelyStrata => (
                "有的单位每个层都只抽到一个抽样单元,没有别的层可以取平均,推算不出它的误差".to_owned(),
                "把 lonely_cluster = \"average\" 改成 \"certainty\"、\"adjust\" 或 \"remove\"",
            ),
            // Nobody gave a valid answer: told by the count of answers.
            DesignError::EmptyDomain => return,
            DesignError::ZeroWeight => {
                ("有的单位权数合计为 0,这些单位没有估计值".to_owned(), "核对权数列;权数应为正数")
            }
            _ => ("有的估计值推算不出误差,这些估计值不印置信区间".to_owned(), "核对权数和抽样单元两列"),
        };
        self.note(Code::ClusterLonely, place.clone(), message, &self.survey.design.cluster_column, help, audit);
    }

    pub(super) fn joined(&self, place: &Place, weighed: &Weighed, audit: &mut Audit) {
        let count = weighed.open_joins().count();
        if count == 0 {
            return;
        }
        let message = format!("加权时有 {count} 处答卷太少的类与相邻的类合并,见报告“调查质量”一章");
        let help = "下期在这些类里多访问几人;合并的类共用一个人口数";
        self.note(Code::ClassesJoined, place.clone(), message, &self.survey.name, help, audit);
    }

    pub(super) fn unmet(&self, place: &Place, unweighed: &Unweighed, audit: &mut Audit) {
        const SHOWN: usize = 5;
        let all: Vec<String> = unweighed.obstacles.iter().map(|obstacle| unweighed.words(obstacle)).collect();
        let shown = all.iter().take(SHOWN).cloned().collect::<Vec<_>>().join(";");
        let more = all.len().saturating_sub(SHOWN);
        let more = if more > 0 { format!("(另有 {more} 处)") } else { String::new() };
        let message = format!("“{}”的权数调整不到人口数,本期用设计权数:{shown}{more}", self.survey.name);
        let help = "核对人口表与答卷的类别;答卷太少的类可在 weighting 里提高 least,让它与相邻的类合并";
        self.note(Code::MarginUnmet, place.clone(), message, &self.survey.name, help, audit);
    }

    /// Units that are scaled to their people as a whole: [`Weighed::open_units`] of [`Weighed::unmet_units`].
    pub(super) fn unmet_units(&self, place: &Place, units: &[usize], audit: &mut Audit) {
        if units.is_empty() {
            return;
        }
        let message = format!(
            "“{}”有 {} 个单位的权数调整不到各类人数,这些单位用设计权数,只按总人数同比例调整:{}",
            self.survey.name,
            units.len(),
            self.names(units)
        );
        let help = "核对人口表里这些单位的人数与答卷的类别;答卷太少的类可在 weighting 里提高 least,让它与相邻的类合并";
        self.note(Code::MarginUnmet, place.clone(), message, &self.survey.name, help, audit);
    }

    /// Units with respondents that the population table lacks.
    pub(super) fn without_people(&self, place: &Place, units: &[usize], audit: &mut Audit) {
        if units.is_empty() {
            return;
        }
        let message = format!(
            "人口表里没有 {} 个单位的人数,“{}”里这些单位仍用设计权数,与其他单位的权数不可比:{}",
            units.len(),
            self.survey.name,
            self.names(units)
        );
        let help = "在人口表里补上这些单位的人数,每个单位每一类一行";
        self.note(Code::PopulationMissing, place.clone(), message, &self.survey.name, help, audit);
    }

    fn names(&self, units: &[usize]) -> String {
        let own = units.iter().filter_map(|&unit| self.definitions.units.units.get(unit));
        own.map(|unit| unit.name.as_str()).collect::<Vec<_>>().join("、")
    }

    /// Weights that could not be cut, because too many of them differ.
    pub(super) fn untrimmed(&self, place: &Place, audit: &mut Audit) {
        let message = format!("“{}”里不同的权数太多,没有截尾,用的是未截尾的权数", self.survey.name);
        let help = "权数保留两三位小数再报";
        self.note(Code::MarginUnmet, place.clone(), message, &self.survey.weight_column, help, audit);
    }
}
