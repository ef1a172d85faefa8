//! What respondents find important beside how it scores: the points of an importance–performance chart (Martilla and
//! James 1977), and a set of weights made of the importance, for comparison only.

use crate::definitions::decimal::Published;
use crate::definitions::{Child, Definitions, Question};
use crate::facts::Facts;
use crate::facts::survey::SurveyCell;
use crate::index::{Scores, element_scores};
use crate::rules::{Rank, ranks};

/// Something whose importance is asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Aspect {
    /// The element or indicator.
    pub part: Child,
    /// Position of the survey.
    pub survey: usize,
    /// Position of the question in the survey.
    pub question: usize,
}

/// How important an aspect is to the respondents of a unit, and how it scores there.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Standing {
    /// Estimated importance, from 0 to [`Importance::most`].
    pub importance: f64,
    /// Confidence interval of the importance; `None` where the design tells none.
    pub interval: Option<(f64, f64)>,
    /// Valid answers.
    pub respondent_count: u32,
    /// Score of the element or indicator.
    pub score: f64,
}

/// Where an aspect lies: above or below the means of importance and of score.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Quadrant {
    /// Important, and scores low.
    Improve,
    /// Important, and scores high.
    Keep,
    /// Less important, and scores low.
    Later,
    /// Less important, and scores high.
    Hold,
}

/// Importance and performance of the aspects asked about, by unit and in the whole.
#[derive(Clone, Debug)]
pub struct Importance {
    /// What is asked about, in the order of the questions.
    pub aspects: Vec<Aspect>,
    /// The highest importance that can be given; 100 where questions have scales of their own.
    pub most: f64,
    /// By aspect, in the whole; `None` without an estimate or a score.
    pub whole: Vec<Option<Standing>>,
    /// By unit, then by aspect; what is withheld is `None`.
    pub units: Vec<Vec<Option<Standing>>>,
    /// Mean importance and mean score of the aspects in the whole: where the chart is divided, for all units alike.
    pub centre: (f64, f64),
    /// The index with weights made of the importance; `None` where no two siblings were asked about.
    pub reweighted: Option<Reweighted>,
}

/// Base scores and ranks with weights in proportion to the importance.
#[derive(Clone, Debug)]
pub struct Reweighted {
    /// What got another weight, with the weight it has and the one in proportion to its importance.
    pub weights: Vec<(Child, f64, f64)>,
    /// Published base score by unit.
    pub bases: Vec<Option<Published>>,
    /// Places by the base score as it is, of the units that are ranked.
    pub ranks_before: Vec<Option<Rank>>,
    /// Places of the same units by the base score with the other weights.
    pub ranks: Vec<Option<Rank>>,
}

impl Importance {
    /// Where a standing lies; on the line counts as above it.
    pub fn quadrant(&self, standing: &Standing) -> Quadrant {
        match (standing.importance >= self.centre.0, standing.score >= self.centre.1) {
            (true, false) => Quadrant::Improve,
            (true, true) => Quadrant::Keep,
            (false, false) => Quadrant::Later,
            (false, true) => Quadrant::Hold,
        }
    }
}

/// `None` where the importance of nothing is asked or known. `is_ranked` tells the units that have a place.
pub fn importance(
    definitions: &Definitions,
    facts: &Facts,
    scores: &Scores,
    is_ranked: impl Fn(usize) -> bool,
) -> Option<Importance> {
    let aspects = aspects(definitions);
    let question = |aspect: &Aspect| &definitions.surveys[aspect.survey].questions[aspect.question];
    let tops: Vec<f64> = aspects.iter().map(|aspect| top(question(aspect))).collect();
    let is_common = tops.windows(2).all(|pair| pair[0].total_cmp(&pair[1]).is_eq());
    let most = if is_common { *tops.first()? } else { 100.0 };
    let standing = |number: usize, cell: Option<&SurveyCell>, score: Option<f64>| {
        let cell = cell.filter(|cell| !cell.is_suppressed)?;
        let factor = if is_common { 1.0 } else { 100.0 / tops[number] };
        Some(Standing {
            importance: cell.estimate.as_ref()?.value * factor,
            interval: cell.interval.map(|(low, high)| (low * factor, high * factor)),
            respondent_count: cell.respondent_count,
            score: score?,
        })
    };
    let result = |aspect: &Aspect| facts.surveys.get(aspect.survey)?.questions.get(aspect.question);
    let of_unit = |unit: usize| {
        let one = |(number, aspect): (usize, &Aspect)| {
            let cell = result(aspect).and_then(|result| result.units.get(unit)?.as_ref());
            let score = match aspect.part {
                Child::Element(element) => scores.element(element, unit),
                Child::Indicator(indicator) => scores.indicator(indicator, unit).score,
            };
            standing(number, cell, score)
        };
        aspects.iter().enumerate().map(one).collect::<Vec<_>>()
    };
    let of_whole = |(number, aspect): (usize, &Aspect)| {
        let score = match aspect.part {
            Child::Element(element) => scores.element_total(element),
            Child::Indicator(indicator) => scores.indicator_total(indicator).score,
        };
        standing(number, result(aspect).and_then(|result| result.whole.as_ref()), score)
    };
    let whole: Vec<Option<Standing>> = aspects.iter().enumerate().map(of_whole).collect();
    let known: Vec<Standing> = whole.iter().copied().flatten().collect();
    #[expect(clippy::cast_precision_loss, reason = "few aspects")]
    let mean = |of: fn(&Standing) -> f64| known.iter().map(of).sum::<f64>() / known.len() as f64;
    let centre = (!known.is_empty()).then(|| (mean(|own| own.importance), mean(|own| own.score)))?;
    let reweighted = reweighted(definitions, scores, &aspects, &whole, is_ranked);
    let units = (0..scores.unit_count()).map(of_unit).collect();
    Some(Importance { aspects, most, whole, units, centre, reweighted })
}

/// The first question about each part.
fn aspects(definitions: &Definitions) -> Vec<Aspect> {
    let part = |code: &str| {
        let element = definitions.elements.iter().position(|element| element.code == code).map(Child::Element);
        let indicator = || definitions.indicators.iter().position(|own| own.code == code).map(Child::Indicator);
        element.or_else(indicator)
    };
    let mut aspects: Vec<Aspect> = Vec::new();
    for (survey, own) in definitions.surveys.iter().enumerate() {
        for (question, asked) in own.questions.iter().enumerate().filter(|(_, asked)| !asked.importance_of.is_empty()) {
            let found = part(&asked.importance_of);
            let is_new = |part: &Child| aspects.iter().all(|aspect| aspect.part != *part);
            aspects.extend(found.filter(is_new).map(|part| Aspect { part, survey, question }));
        }
    }
    aspects
}

fn top(question: &Question) -> f64 {
    if question.statistic.is_rate() {
        return 100.0;
    }
    let most = question.scale.answers.iter().filter_map(|answer| answer.points).fold(0.0, f64::max);
    if most > 0.0 { most } else { 100.0 }
}

/// Siblings that were asked about share the weight they have together in proportion to their importance.
fn reweighted(
    definitions: &Definitions,
    scores: &Scores,
    aspects: &[Aspect],
    whole: &[Option<Standing>],
    is_ranked: impl Fn(usize) -> bool,
) -> Option<Reweighted> {
    let importance = |child: &Child| {
        let place = aspects.iter().position(|aspect| aspect.part == *child)?;
        Some(whole[place]?.importance)
    };
    let mut changed = definitions.clone();
    let mut weights = Vec::new();
    for element in &definitions.elements {
        let weight = |child: &Child| match *child {
            Child::Element(child) => definitions.elements[child].weight,
            Child::Indicator(child) => definitions.indicators[child].weight,
        };
        let asked: Vec<(Child, f64, f64)> =
            element.children.iter().filter_map(|child| Some((*child, weight(child), importance(child)?))).collect();
        let (shared, all) = asked.iter().fold((0.0, 0.0), |sum, own| (sum.0 + own.1, sum.1 + own.2));
        if asked.len() < 2 || all <= 0.0 {
            continue;
        }
        for (child, before, importance) in asked {
            let own = shared * importance / all;
            match child {
                Child::Element(child) => changed.elements[child].weight = own,
                Child::Indicator(child) => changed.indicators[child].weight = own,
            }
            weights.push((child, before, own));
        }
    }
    let base = |definitions: &Definitions, unit: usize| {
        let score = element_scores(definitions, |indicator| scores.indicator(indicator, unit).score)[0]?;
        Some(definitions.index.publish(score))
    };
    let bases = |definitions: &Definitions| -> Vec<Option<Published>> {
        (0..scores.unit_count()).map(|unit| base(definitions, unit)).collect()
    };
    let ranked = |bases: &[Option<Published>]| {
        let own: Vec<_> = bases.iter().enumerate().map(|(unit, base)| base.filter(|_| is_ranked(unit))).collect();
        ranks(&own)
    };
    let after = bases(&changed);
    (!weights.is_empty()).then(|| Reweighted {
        ranks_before: ranked(&bases(definitions)),
        ranks: ranked(&after),
        bases: after,
        weights,
    })
}
