//! A respondent file in, the results of its survey out.

use super::encode::{Codebook, Column, Names};
use super::estimate::design::DesignError;
use super::estimates::{Basis, design};
use super::pool::{Wave, pool};
use super::say::Say;
use super::sums::Sums;
use super::table;
use super::tally::{Batch, Tally};
use super::weigh::{Weighed, weigh};
use super::{SurveyResult, encode, fieldwork, population};
use crate::audit::{Audit, Code, Place};
use crate::definitions::Definitions;
use crate::extract::RawTable;
use crate::facts::{Facts, Observed};
use rayon::prelude::*;

/// Reads a respondent file into the facts. `frozen` are the tables fixed for the year.
pub(in crate::facts) fn read(
    definitions: &Definitions,
    position: usize,
    delivered: &RawTable,
    frozen: &[&RawTable],
    previous: Option<&Facts>,
    facts: &mut Facts,
    audit: &mut Audit,
) {
    let survey = &definitions.surveys[position];
    let say = Say { definitions, survey };
    let Some((header_row, header)) = table::header(survey, delivered) else {
        let place = Place { sheet: delivered.sheet.clone(), ..Place::file(delivered.file.clone()) };
        return say.headless(&place, audit);
    };
    let file_place = table::place(delivered, &header, header_row, None);
    say.missing(&header, &file_place, audit);
    let rows = table::filled_rows(delivered, header_row);
    let columns = table::columns(delivered, &header, &rows);
    let mut codebook = Codebook::new(definitions, survey);
    let at = |row: usize, column: Column| table::place(delivered, &header, rows[row], Some(column));
    let batch = codebook.encode(&columns, &at, audit);
    say.out_of_turn(&codebook, &file_place, audit);
    let has_classes = encode::weighting_classes(survey).iter().all(|&class| header.classes[class].is_some());
    let source = match &delivered.sheet {
        Some(sheet) => format!("{} › {sheet}", delivered.file),
        None => delivered.file.to_string(),
    };
    let population = if has_classes { population::read(definitions, survey, frozen, audit) } else { None };
    let mut respondents = Kept { batch: &batch, names: codebook.names() };
    // The checks take longest; estimates need nothing of them.
    let (mut of_result, mut of_fieldwork) = (Audit::default(), Audit::default());
    let period = facts.period;
    let (result, fieldwork) = rayon::join(
        || settle(&say, facts, previous, population.as_ref(), &file_place, &mut respondents, &mut of_result),
        || {
            let read = fieldwork::Read { table: delivered, header: &header, rows: &rows, batch: &batch };
            fieldwork::check(&say, period, &read, &file_place, &mut of_fieldwork)
        },
    );
    audit.extend(of_result);
    if let Some(result) = result {
        audit.extend(of_fieldwork);
        facts.surveys[position] = SurveyResult { has_arrived: true, source, fieldwork, ..result };
    }
}

/// Whether a table holds respondents of a survey.
pub(in crate::facts) fn has_respondents(definitions: &Definitions, position: usize, delivered: &RawTable) -> bool {
    table::header(&definitions.surveys[position], delivered).is_some()
}

/// Respondents of a survey that came already: which of the two is right nobody knows, so it is an error.
pub(in crate::facts) fn note_second(
    definitions: &Definitions,
    position: usize,
    first: &str,
    place: &Place,
    audit: &mut Audit,
) {
    let survey = &definitions.surveys[position];
    let message = format!("“{}”的答卷不止一份,只用了 {first},这一份没有采用", survey.name);
    let help = "把全部答卷合成一个文件、一张工作表再报;旧的一份移出文件夹";
    Say { definitions, survey }.note(Code::VersionUndecided, place.clone(), message, &survey.name, help, audit);
}

/// Respondents that can be gone through more than once.
pub(super) trait Respondents {
    /// Hands over all of them, part by part, and gives the names of strata and clusters by their numbers; `None` where
    /// the file could not be read to its end, which is noted.
    fn pass(&mut self, take: &mut dyn FnMut(&Batch), audit: &mut Audit) -> Option<Names>;
}

/// The respondents of a file that was read whole.
struct Kept<'a> {
    batch: &'a Batch,
    names: Names,
}

impl Respondents for Kept<'_> {
    fn pass(&mut self, take: &mut dyn FnMut(&Batch), _: &mut Audit) -> Option<Names> {
        take(self.batch);
        Some(self.names.clone())
    }
}

/// Sums, weighs and estimates. `None` with a message where the weights are too large to be summed.
pub(super) fn settle(
    say: &Say<'_>,
    facts: &Facts,
    previous: Option<&Facts>,
    population: Option<&super::Population>,
    place: &Place,
    respondents: &mut dyn Respondents,
    audit: &mut Audit,
) -> Option<SurveyResult> {
    let Say { definitions, survey } = *say;
    let class_count =
        encode::weighting_classes(survey).iter().map(|&class| survey.classes[class].values.len()).product::<usize>();
    let class_count = u32::try_from(class_count).unwrap_or(u32::MAX);
    let mut tally = Tally::new(survey, class_count);
    let names = respondents.pass(&mut |batch| tally.add(batch), audit)?;
    let Some(mut sums) = tally.finish(&names.strata, &names.clusters) else {
        let message = "权数合计太大,无法精确相加,这份问卷没有采用".to_owned();
        let help = "把权数都除以同一个数(例如 1000)再报,估计值不变";
        say.note(Code::ValueOutOfRange, place.clone(), message, &survey.weight_column, help, audit);
        return None;
    };
    let unit_names: Vec<String> = definitions.units.units.iter().map(|unit| unit.name.clone()).collect();
    let suppress_below = definitions.index.suppress_below;
    let mut weighed =
        population.and_then(|population| match weigh(survey, &unit_names, &sums, population, suppress_below) {
            Ok(weighed) => Some(weighed),
            Err(unweighed) => {
                say.unmet(place, &unweighed, audit);
                None
            }
        });
    if let (Some(own), Some(multiple)) = (&mut weighed, survey.weighting.margins().and_then(|margins| margins.trim))
        && let Some(final_weights) = own.trim(&sums, multiple)
    {
        let mut tally = Tally::new(survey, class_count);
        let take = &mut |batch: &Batch| {
            let mut trimmed = batch.clone();
            for (row, weight) in trimmed.weights.iter_mut().enumerate() {
                let cell = batch.units[row] * class_count + batch.classes[row];
                *weight = final_weights.get(&(cell, *weight)).copied().unwrap_or(*weight);
            }
            tally.add(&trimmed);
        };
        // What is wrong with the file was told the first time.
        let names = respondents.pass(take, &mut Audit::default())?;
        sums = tally.finish(&names.strata, &names.clusters)?;
        weighed = weighed.map(Weighed::settled);
    }
    if let Some(weighed) = &weighed {
        say.joined(place, weighed, audit);
        say.unmet_units(place, &weighed.open_units(&weighed.unmet_units), audit);
        say.without_people(place, &weighed.open_units(&weighed.without_people), audit);
        if weighed.is_trim_refused {
            say.untrimmed(place, audit);
        }
    }
    let now = Wave { sums, weighed };
    say.not_asked(&now.sums, place, audit);
    let before = say.earlier(previous);
    let unit_count = definitions.units.units.len();
    let caution_below = definitions.index.caution_below;
    let answered = |sums: &Sums| sums.answered(survey, unit_count);
    let pooled =
        survey.pooling.and_then(|rule| pool(&now, before, rule, unit_count, caution_below, suppress_below, &answered));
    let (wave, closed) = pooled.as_ref().map_or((&now, &[][..]), |pooled| (&pooled.wave, &pooled.closed));
    let mut result = estimate(say, facts, wave, closed, population, place, audit);
    result.respondent_count = now.sums.respondents_of_units(definitions.index.suppress_below);
    result.is_pooled = pooled.is_some();
    let kept = survey.pooling.map_or(0, |rule| rule.periods.saturating_sub(1) as usize);
    result.waves = [now].into_iter().chain(before.iter().take(kept.saturating_sub(1)).cloned()).collect();
    Some(result)
}

fn estimate(
    say: &Say<'_>,
    facts: &Facts,
    Wave { sums, weighed }: &Wave,
    closed: &[Vec<bool>],
    population: Option<&super::Population>,
    place: &Place,
    audit: &mut Audit,
) -> SurveyResult {
    let Say { definitions, survey } = *say;
    let units = &definitions.units;
    let mut result = SurveyResult::empty(survey, units.units.len());
    let unit_codes: Vec<&str> = units.units.iter().map(|unit| unit.code.as_str()).collect();
    let counted = survey.design.cluster_count.filter(|_| survey.design.whole_clusters);
    let clusters = |unit: usize| match facts.observation(counted?, unit).observed {
        Observed::Value(count) => Some(count),
        Observed::NotApplicable | Observed::NotReported => None,
    };
    let mut made = design(survey, sums, &unit_codes, &clusters);
    if let Err(DesignError::PopulationTooSmall { stratum, sampled, population }) = made {
        let name = say.stratum(sums, stratum);
        let message = format!("“{name}”抽到 {sampled} 个抽样单元,登记的总数只有 {population} 个,没有作有限总体校正");
        let item = &survey.design.cluster_column;
        say.note(Code::ClusterCountSmall, place.clone(), message, item, "核对村(社区)总数和答卷里的名称", audit);
        made = design(survey, sums, &unit_codes, &|_| None);
    }
    // A cluster in two strata cannot be told apart from a slip of the pen: figures come without errors.
    if let Err(DesignError::ClusterInTwoStrata { cluster, .. }) = made {
        let name = sums.clusters.get(cluster as usize).map_or("", |name| name.rsplit('\u{1f}').next().unwrap_or(name));
        // Without the column all are in one cluster, and that it is missing was told.
        if !name.is_empty() {
            let message = format!("抽样单元“{name}”出现在两个层里,本期的估计值都推算不出误差");
            let item = &survey.design.stratum_column;
            say.note(Code::ClusterLonely, place.clone(), message, item, "一个抽样单元只能在一个层里", audit);
        }
    }
    let design = match made {
        Ok(design) => Some(design),
        Err(DesignError::NoGroups) => return result,
        Err(_) => None,
    };
    let group_of_unit = units
        .units
        .iter()
        .map(|unit| units.groups.iter().position(|group| *group == unit.group).unwrap_or(units.groups.len()))
        .collect();
    let basis = Basis {
        survey,
        sums,
        weighed: weighed.as_ref(),
        design,
        closed,
        suppress_below: definitions.index.suppress_below,
        group_of_unit,
        group_count: units.groups.len(),
    };
    let of_question = |question: usize| {
        let mut error = None;
        (basis.question(question, &mut error), error)
    };
    let made: Vec<_> = (0..survey.questions.len()).into_par_iter().with_max_len(1).map(of_question).collect();
    let (questions, errors): (Vec<_>, Vec<_>) = made.into_iter().unzip();
    result.questions = questions;
    if let Some(error) = errors.into_iter().flatten().next() {
        say.without_error(sums, error, place, audit);
    }
    result.fed = say.fed();
    if let Some(population) = population {
        for &question in &result.fed {
            result.questions[question].at_common_mix = basis.at_common_mix(question, population);
        }
    }
    if result.fed.len() > 1 && !sums.is_by_respondent {
        result.covariances = (0..units.units.len())
            .into_par_iter()
            .map(|unit| {
                let is_whole = result.fed.iter().all(|&question| result.questions[question].units[unit].is_some());
                if is_whole { basis.covariance(&result.fed, unit) } else { None }
            })
            .collect();
    }
    result
}
