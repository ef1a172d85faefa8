//! 下步工作要求: what, who, by when.

use super::annexes::{LINES, QUALITY};
use super::context::{FIRST, Matter, numbered};
use super::sources::words;
use super::tables::CLOSURE;
use crate::views::chapters::quality::NOBODY;

impl Matter<'_> {
    /// The support lines with counted work: row in the table, unit, indicator's position in it.
    fn task_of_unit(&self, number: usize, unit: usize) -> Option<(usize, String, String)> {
        let entries = &self.view.current.closing.support.entries;
        let lines = entries.iter().flat_map(|entry| entry.lines.iter().map(move |line| (entry.unit, line)));
        let code = &self.view.definitions.indicators[number].code;
        let (row, (_, line)) = lines
            .enumerate()
            .find(|(_, (own, line))| *own == unit && line.gap.is_some() && line.what.split(' ').next() == Some(code))?;
        let count = self.cite(LINES, row, "差距")?;
        Some((row, count, words(&line.due_on.chinese())))
    }

    /// Who is to do what by when: the units of the dearest gaps that stand on the support list.
    fn asked(&self) -> Vec<String> {
        let mut asked = Vec::new();
        for gaps in self.gaps {
            let indicator = &self.view.definitions.indicators[gaps.number];
            for (unit, _) in &gaps.units {
                let Some((_, count, due)) = self.task_of_unit(gaps.number, *unit) else { continue };
                let department = words(&self.view.definitions.departments[indicator.department].name);
                asked.push(format!(
                    "请{}于{due}前在“{}”上{}{count}{}，{department}跟踪指导，验收合格后销号",
                    self.unit(*unit),
                    words(&indicator.name),
                    if gaps.units.iter().any(|(_, gap)| gap.is_reduction) { "再减少" } else { "再完成" },
                    indicator.work_unit
                ));
            }
        }
        asked
    }

    pub(super) fn asks(&self) -> Option<String> {
        self.asked().into_iter().next()
    }

    pub(super) fn demands(&self) -> Vec<String> {
        let mut demands: Vec<String> = self.asked().into_iter().take(FIRST).collect();
        let carried = self.view.current.closing.ledger.carried();
        if let Some(count) = self.cite(CLOSURE, 0, "逾期").filter(|_| carried.overdue > 0) {
            demands.push(format!("逾期的{count}项问题，请责任单位说明原因，按批准的时限完成整改，帮扶部门逐项核验"));
        }
        demands.extend(self.missing_demand());
        demands.extend(self.data_demand());
        numbered(demands.into_iter())
    }

    /// What nobody has this period, asked of the departments that deliver it.
    fn missing_demand(&self) -> Option<String> {
        let missing: Vec<String> = self
            .missing()
            .into_iter()
            .map(|number| {
                let department = self.view.definitions.indicators[number].department;
                format!("{}的“{}”", words(&self.view.definitions.departments[department].name), self.named(number))
            })
            .collect();
        (!missing.is_empty()).then(|| format!("整体缺数、本期没有计入的指标，请补报：{}", missing.join("、")))
    }

    /// Answers that departments owe, by the next day of delivery: those with most questions by name.
    fn data_demand(&self) -> Option<String> {
        let view = self.view;
        let table = self.sources.table(QUALITY)?;
        let question = self.sources.column(QUALITY, "疑问")?;
        let count = |row: &usize| table.rows[*row].cells[question].sort_key.unwrap_or_default();
        let is_department = |row: &usize| table.rows[*row].cells[0].shown() != NOBODY;
        let mut asked: Vec<usize> =
            (0..table.rows.len()).filter(|row| count(row) > 0.0 && is_department(row)).collect();
        asked.sort_by(|left, right| count(right).total_cmp(&count(left)).then(left.cmp(right)));
        let named = |row: &usize| {
            Some(format!("{}{}项", words(&table.rows[*row].cells[0].shown()), self.cite(QUALITY, *row, "疑问")?))
        };
        let names: Vec<String> = asked.iter().take(FIRST).filter_map(named).collect();
        if names.is_empty() {
            return None;
        }
        let others = if asked.len() > names.len() { "等" } else { "" };
        let due = view
            .current
            .facts
            .calendar
            .working_day_after(view.current.period.next().last_day(), view.definitions.index.due_working_days);
        Some(format!(
            "请有数据疑问的部门（{}{others}）核对答复，尚未答复的于{}前随下一期数据一并报送",
            names.join("、"),
            words(&due.chinese())
        ))
    }
}
