//! What the text templates can say: names as words, numbers as citations of cells.

use super::annexes::SCALE;
use super::sources::{Sources, Spot, cited, numbers, words};
use super::tables::{CLOSURE, ELEMENTS, PROJECTS, RANKING};
use super::tasks::Task;
use crate::definitions::decimal::plain;
use crate::index::State;
use crate::support::ledger::Item;
use crate::support::list::Standing;
use crate::views::chapters::certainty;
use crate::views::chapters::gaps::Gaps;
use crate::views::chapters::wording::numeral;
use crate::views::comparison::Comparison;
use serde_json::{Value, json};

/// Names listed for one thing.
pub(super) const FIRST: usize = 3;
const RISERS: usize = 2;

/// What a text is written from.
pub(super) struct Matter<'a> {
    pub(super) view: &'a Comparison<'a>,
    pub(super) sources: &'a Sources,
    pub(super) tasks: &'a [Task],
    pub(super) gaps: &'a [Gaps],
}

impl Matter<'_> {
    pub(super) fn cite(&self, table: &str, row: usize, header: &str) -> Option<String> {
        let column = self.sources.column(table, header)?;
        self.sources.cite(Spot { table, row, column })
    }

    /// A number that stands somewhere in a cell, as printed there.
    pub(super) fn cite_among(&self, table: &str, row: usize, header: &str, number: &str) -> Option<String> {
        let column = self.sources.column(table, header)?;
        let cell = self.sources.table(table)?.rows.get(row)?.cells.get(column)?.shown();
        numbers(&cell).iter().any(|own| own == number).then(|| cited(Spot { table, row, column }, number))
    }

    pub(super) fn unit(&self, unit: usize) -> String {
        words(&self.view.definitions.units.units[unit].name)
    }

    pub(super) fn points(&self) -> &'static str {
        self.view.points()
    }

    /// Everything the templates may use.
    pub(super) fn context(&self) -> Value {
        let view = self.view;
        let index = &view.definitions.index;
        json!({
            "period": words(&view.current.period.title()),
            "index": words(&index.name),
            "unit_word": index.unit_word,
            "element_word": index.element_word,
            "total_word": index.total_word,
            "points": view.points(),
            "last": view.words().1,
            "cut_off": words(&view.current.facts.cut_off.chinese()),
            "date": words(&view.last_day_of("publish").unwrap_or(view.current.facts.cut_off).chinese()),
            "tables": { "elements": words("表1"), "ranking": words("表2"), "projects": words("表3"), "closure": words("表4") },
            "scale": self.scale(),
            "total": self.total(),
            "leaders": self.leaders(),
            "leaders_word": self.leaders_word(),
            "tiers": certainty::tiers_text(view).map(|told| words(&told)),
            "risers": self.movers(true),
            "fallers": self.movers(false),
            "steady": self.steady(),
            "needy": self.needy(),
            "vetoed": self.vetoed(),
            "closure": self.closure(),
            "lagging": self.lagging(),
            "asks": self.asks(),
            "project_lines": self.project_lines(),
            "achievements": self.achievements(),
            "problems": self.problems(),
            "demands": self.demands(),
        })
    }

    fn scale(&self) -> Value {
        let at = |row| self.cite(SCALE, row, "数量");
        let is_asked = |row: usize| {
            let table = self.sources.table(SCALE);
            table.and_then(|table| table.rows.get(row)?.cells.get(1)?.sort_key).is_some_and(|count| count > 0.0)
        };
        json!({ "units": at(0), "counted": at(1), "asked": at(2).filter(|_| is_asked(2)), "indicators": at(3),
                "respondents": at(4).filter(|_| is_asked(4)) })
    }

    fn total(&self) -> Option<Value> {
        let view = self.view;
        let now = view.words().0;
        let row = view.tree.len();
        let own = self.cite(ELEMENTS, row, now)?;
        let scores: Vec<(usize, i64)> = view
            .tree
            .iter()
            .enumerate()
            .filter(|(_, (_, depth))| *depth == 1)
            .filter_map(|(at, (element, _))| {
                Some((at, view.publish(view.current.scores.element_total(*element)?).steps()))
            })
            .collect();
        let end = |at: Option<&(usize, i64)>| {
            let (row, _) = *at?;
            let name = &view.definitions.elements[view.tree[row].0].name;
            Some(json!({ "name": words(name), "score": self.cite(ELEMENTS, row, now)? }))
        };
        let (best, worst) =
            (scores.iter().max_by_key(|(_, score)| *score), scores.iter().min_by_key(|(_, score)| *score));
        let differ = best.map(|(_, score)| score) != worst.map(|(_, score)| score);
        let lights = view.total_lights(view.current);
        Some(json!({
            "now": own,
            "change": self.change(ELEMENTS, row, "环比"),
            "year_change": self.change(ELEMENTS, row, "同比"),
            "best": if differ { end(best) } else { None },
            "worst": if differ { end(worst) } else { None },
            "green": self.cite(ELEMENTS, row, "绿●"),
            "yellow": self.cite(ELEMENTS, row, "黄▲"),
            "red": self.cite(ELEMENTS, row, "红■"),
            "none": self.cite(ELEMENTS, row, "无灯").filter(|_| lights.none() > 0),
            "missing": self.missing().into_iter().map(|number| self.named(number)).collect::<Vec<_>>(),
        }))
    }

    /// Indicators that no unit has this period.
    pub(super) fn missing(&self) -> Vec<usize> {
        let is_missing = |number: &usize| {
            let state = |unit: usize| self.view.current.scores.indicator(*number, unit).state;
            (0..self.view.unit_count()).any(|unit| state(unit) == State::Dropped)
        };
        self.view.indicators.iter().copied().filter(is_missing).collect()
    }

    /// Code and name of an indicator.
    pub(super) fn named(&self, number: usize) -> String {
        let indicator = &self.view.definitions.indicators[number];
        words(&format!("{} {}", indicator.code, indicator.name))
    }

    /// `提高1.24分`, `回落0.30分`, `持平`.
    pub(super) fn change(&self, table: &str, row: usize, header: &str) -> Option<String> {
        let column = self.sources.column(table, header)?;
        let change = self.sources.table(table)?.rows.get(row)?.cells.get(column)?.sort_key?;
        let size = self.sources.cite(Spot { table, row, column })?;
        Some(if change > 0.0 {
            format!("提高{size}{}", self.points())
        } else if change < 0.0 {
            format!("回落{size}{}", self.points())
        } else {
            "持平".to_owned()
        })
    }

    /// Rows of the ranking with their units.
    pub(super) fn ranked(&self) -> impl Iterator<Item = (usize, usize)> + '_ {
        self.view.ranking.iter().copied().enumerate()
    }

    fn leader_rows(&self) -> Vec<(usize, usize)> {
        let place = |unit: usize| self.view.current.settlement.units[unit].rank.map(|rank| rank.place);
        self.ranked().filter(|(_, unit)| place(*unit).is_some_and(|place| place as usize <= FIRST)).collect()
    }

    fn leaders(&self) -> Vec<String> {
        let told = |(row, unit): (usize, usize)| {
            Some(format!("{}（{}{}）", self.unit(unit), self.cite(RANKING, row, "综合得分")?, self.points()))
        };
        self.leader_rows().into_iter().take(FIRST + 2).filter_map(told).collect()
    }

    fn leaders_word(&self) -> String {
        match self.leader_rows().len() {
            1 => "第一位".to_owned(),
            count if count <= FIRST => format!("前{}位", numeral(count)),
            _ => format!("前{}位（含并列）", numeral(FIRST)),
        }
    }

    /// Who moved most since the last period, up or down.
    fn movers(&self, is_up: bool) -> Vec<String> {
        let sign = if is_up { 1 } else { -1 };
        let mut moved: Vec<(i64, usize, usize)> = self
            .ranked()
            .filter(|(_, unit)| self.view.has_moved(*unit))
            .filter_map(|(row, unit)| Some((self.view.final_change(unit)?.steps() * sign, row, unit)))
            .filter(|(steps, _, _)| *steps > 0)
            .collect();
        moved.sort_by_key(|(steps, row, _)| (-steps, *row));
        let told = |(_, row, unit): (i64, usize, usize)| {
            Some(format!("{}（{}）", self.unit(unit), self.change(RANKING, row, "环比")?))
        };
        moved.into_iter().take(RISERS).filter_map(told).collect()
    }

    /// Whose changes chance explains, where these are most of those that no name was given to; `None` where too many moved to
    /// say so.
    fn steady(&self) -> Option<String> {
        let view = self.view;
        let changed = |unit: &usize| view.final_change(*unit).is_some_and(|change| change.steps() != 0);
        let (moved, others): (Vec<usize>, Vec<usize>) =
            (0..view.unit_count()).filter(changed).partition(|&unit| view.has_moved(unit));
        let up = moved.iter().filter(|&&unit| view.final_change(unit).is_some_and(|change| change.steps() > 0)).count();
        let are_named = up <= RISERS && moved.len() - up <= RISERS;
        let is_steady = !others.is_empty() && others.iter().all(|&unit| view.is_steady(unit));
        let who =
            if moved.is_empty() { format!("各{}", view.definitions.index.unit_word) } else { "其余".to_owned() };
        (are_named && is_steady).then_some(who)
    }

    fn needy(&self) -> Vec<String> {
        let entries = &self.view.current.closing.support.entries;
        let key = entries.iter().filter(|entry| entry.standing == Standing::Key);
        key.take(FIRST).map(|entry| self.unit(entry.unit)).collect()
    }

    fn vetoed(&self) -> Vec<String> {
        let settled = &self.view.current.settlement.units;
        (0..settled.len()).filter(|&unit| settled[unit].is_vetoed).map(|unit| self.unit(unit)).collect()
    }

    fn closure(&self) -> Option<Value> {
        let last = self.view.words().1;
        let at = |header: &str| self.cite(CLOSURE, 0, header);
        let carried = self.view.current.closing.ledger.carried();
        let mut parts = vec![
            format!("{last}交办问题{}项，已销号{}项", at(&format!("{last}问题"))?, at("已销号")?),
            format!("整改中{}项", at("整改中")?),
            format!("逾期{}项", at("逾期")?),
        ];
        for (header, count) in [("长期坚持", carried.long_term), ("撤销", carried.cancelled)] {
            parts.extend(at(header).filter(|_| count > 0).map(|count| format!("{header}{count}项")));
        }
        parts.extend(at("销号率").map(|rate| format!("销号率{rate}%")));
        let relapsed = at("反弹")?;
        let relapsed =
            if carried.relapsed > 0 { format!("；回头看发现反弹{relapsed}项") } else { String::new() };
        let ledger = &self.view.current.closing.ledger;
        let told = |item: &Item| {
            let about = item.indicator.map(|number| self.named(number));
            format!("{}{}", self.unit(item.unit), about.map(|about| format!("“{about}”")).unwrap_or_default())
        };
        let mut relapses: Vec<String> = ledger.relapsed_items().map(told).collect();
        relapses.dedup();
        if relapses.len() > FIRST {
            relapses.truncate(FIRST);
            relapses[FIRST - 1].push('等');
        }
        let mut overdue: Vec<String> = Vec::new();
        for item in ledger.open_items().filter(|item| item.is_overdue()) {
            let name = self.unit(item.unit);
            if !overdue.contains(&name) {
                overdue.push(name);
            }
        }
        overdue.truncate(FIRST + 2);
        Some(json!({ "sentence": format!("{}{relapsed}", parts.join("，")), "overdue_names": overdue,
                    "relapses": relapses }))
    }

    /// Rows of the table of projects that stand for tasks, in its order.
    fn task_rows(&self) -> Vec<(usize, &Task)> {
        let Some(table) = self.sources.table(PROJECTS) else { return Vec::new() };
        let Some(due) = self.sources.column(PROJECTS, "应完成") else { return Vec::new() };
        let rows = table.rows.iter().enumerate().filter(|(_, row)| row.cells[due].sort_key.is_some());
        rows.map(|(row, _)| row).zip(self.tasks.iter().filter(|task| task.project.is_some())).collect()
    }

    fn task_sentence(&self, row: usize, task: &Task, named: usize) -> Option<String> {
        let indicator = &self.view.definitions.indicators[task.number];
        let unit = &indicator.work_unit;
        let project =
            task.project.map(|project| self.view.definitions.projects[project].name.as_str()).unwrap_or_default();
        let done = format!(
            "{}“{}”应完成{}{unit}，实完成{}{unit}",
            words(project),
            words(&indicator.name),
            self.cite(PROJECTS, row, "应完成")?,
            self.cite(PROJECTS, row, "实完成")?
        );
        if task.whole().gap <= 0.0 {
            return Some(format!("{done}，达到序时进度"));
        }
        let behind = format!("滞后{}", self.view.definitions.index.unit_word);
        let where_to: Vec<String> = task
            .behind()
            .iter()
            .take(named)
            .filter_map(|(own, gap)| {
                let short = words(&self.view.definitions.units.units[*own].short);
                Some(format!("{short}（差{}{unit}）", self.cite_among(PROJECTS, row, &behind, &plain(*gap, 0))?))
            })
            .collect();
        let where_to =
            if where_to.is_empty() { String::new() } else { format!("，主要在{}", where_to.join("、")) };
        Some(format!("{done}，距序时进度还差{}{unit}{where_to}", self.cite(PROJECTS, row, "缺口")?))
    }

    /// The task that lags most, in units of work.
    fn lagging(&self) -> Option<String> {
        let share = |task: &Task| {
            let whole = task.whole();
            if whole.due > 0.0 { whole.gap / whole.due } else { 0.0 }
        };
        let worst = self.task_rows().into_iter().filter(|(_, task)| share(task) > 0.0);
        let (row, task) = worst.max_by(|(_, left), (_, right)| share(left).total_cmp(&share(right)))?;
        self.task_sentence(row, task, 2)
    }

    fn project_lines(&self) -> Vec<String> {
        let tasks = self.task_rows();
        let Some(table) = self.sources.table(PROJECTS) else { return Vec::new() };
        let line = |row: usize| {
            if let Some((_, task)) = tasks.iter().find(|(own, _)| *own == row) {
                return self.task_sentence(row, task, FIRST);
            }
            let name = words(&table.rows[row].cells[0].shown());
            let score = self.cite(PROJECTS, row, "项目得分")?;
            Some(format!("{name}所属指标平均得分{score}{}", self.points()))
        };
        let tasks_first = (0..table.rows.len()).filter_map(line);
        tasks_first.collect()
    }
}

/// `（一）…`, `（二）…`.
pub(super) fn numbered(items: impl Iterator<Item = String>) -> Vec<String> {
    items.enumerate().map(|(at, item)| format!("（{}）{item}", numeral(at + 1))).collect()
}
