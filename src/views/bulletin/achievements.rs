//! 主要成效 and 存在问题: one fact, one number, one place each.

use super::annexes::{GAPS, HEAT};
use super::context::{FIRST, Matter, numbered};
use super::sources::words;
use super::tables::RANKING;
use crate::definitions::decimal::plain;
use crate::views::chapters::gaps::Gaps;

/// Problems told.
const TOLD: usize = 4;

impl Matter<'_> {
    /// Gaps with their unit, indicator and place in the table: where the most is to do.
    fn gap_sentence(&self, row: usize, gaps: &Gaps) -> Option<String> {
        let indicator = &self.view.definitions.indicators[gaps.number];
        let (unit, header) = (&indicator.work_unit, format!("主要在哪些{}", self.view.definitions.index.unit_word));
        let verb = if gaps.units.iter().any(|(_, gap)| gap.is_reduction) { "须减少" } else { "还差" };
        let where_to: Vec<String> = gaps
            .units
            .iter()
            .take(FIRST)
            .filter_map(|(own, gap)| {
                Some(format!(
                    "{}（{verb}{}{unit}）",
                    self.unit(*own),
                    self.cite_among(GAPS, row, &header, &plain(gap.count, 0))?
                ))
            })
            .collect();
        let value = self.cite(GAPS, row, &format!("{}值", self.view.definitions.index.total_word));
        let value =
            value.map(|value| format!("{}为{value}{}，", self.view.definitions.index.total_word, indicator.unit));
        Some(format!(
            "{}。{}距目标{verb}{}{unit}，主要在{}",
            words(&indicator.name),
            value.unwrap_or_default(),
            self.cite(GAPS, row, "距目标还差")?,
            where_to.join("、")
        ))
    }

    pub(super) fn problems(&self) -> Vec<String> {
        let told = self.gaps.iter().enumerate().filter_map(|(row, gaps)| self.gap_sentence(row, gaps)).take(TOLD);
        numbered(told)
    }

    /// Indicators of the whole that rose most, else those that stand highest; then who rose most. What is still below the
    /// index as a whole is no achievement, however much it rose.
    pub(super) fn achievements(&self) -> Vec<String> {
        let view = self.view;
        let least = view.current.scores.element_total(0).map(|score| view.publish(score).steps());
        let is_above = |number: usize| {
            let score = view.current.scores.indicator_total(number).score;
            score.is_some_and(|score| least.is_none_or(|least| view.publish(score).steps() >= least))
        };
        let total = |number: usize| view.current.scores.indicator_total(number).score;
        let before = |number: usize| view.previous.and_then(|result| result.scores.indicator_total(number).score);
        let mut rows: Vec<(i64, usize, usize)> = view
            .indicators
            .iter()
            .enumerate()
            .filter_map(|(row, &number)| {
                let gained = if view.previous.is_some() {
                    view.change(total(number), before(number))?.steps()
                } else {
                    view.publish(total(number)?).steps()
                };
                (gained > 0 && is_above(number)).then_some((gained, row, number))
            })
            .collect();
        rows.sort_by_key(|(gained, row, _)| (-gained, *row));
        let told = |(_, row, number): (i64, usize, usize)| {
            let score = self.cite(HEAT, row, "得分")?;
            let change = self.change(HEAT, row, "环比").map(|change| format!("，环比{change}")).unwrap_or_default();
            let best = self.best(row, number).map(|best| format!("，{best}")).unwrap_or_default();
            let name = words(&view.definitions.indicators[number].name);
            Some(format!("{name}得分{score}{}{change}{best}", self.points()))
        };
        let mut told: Vec<String> = rows.into_iter().filter_map(told).take(FIRST).collect();
        told.extend(self.riser());
        numbered(told.into_iter())
    }

    /// Who has the highest score of an indicator, where few have it and the table names them.
    fn best(&self, row: usize, number: usize) -> Option<String> {
        let ends = self.view.extremes(|unit| self.view.current.scores.indicator(number, unit).score)?;
        let (score, units) = ends.best;
        let first = *units.first().filter(|_| units.len() <= FIRST)?;
        let header = &self.view.definitions.units.units[first].short;
        let score = self.cite_among(HEAT, row, header, &score.to_string())?;
        let names: Vec<String> = units.iter().map(|&unit| self.unit(unit)).collect();
        Some(format!("{}最高（{score}{}）", names.join("、"), self.points()))
    }

    fn riser(&self) -> Option<String> {
        let moved = self.ranked().filter(|(_, unit)| self.view.has_moved(*unit));
        let best = moved.filter_map(|(row, unit)| Some((self.view.final_change(unit)?, row, unit)));
        let (change, row, unit) = best.max_by_key(|(change, row, _)| (*change, std::cmp::Reverse(*row)))?;
        if change.steps() <= 0 {
            return None;
        }
        let places = self.view.places_gained(unit).filter(|places| *places > 0);
        let places = places.and_then(|_| self.cite(RANKING, row, "升降"));
        let places = places.map(|places| format!("，位次上升{places}位")).unwrap_or_default();
        Some(format!(
            "{}综合得分{}{}，环比{}{places}",
            self.unit(unit),
            self.cite(RANKING, row, "综合得分")?,
            self.points(),
            self.change(RANKING, row, "环比")?
        ))
    }
}
