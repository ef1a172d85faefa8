//! How the problems stand in numbers: carried over, new, closed, overdue, come back.

use super::state::State;
use super::{Item, Ledger, lies_in};
use crate::definitions::calendar::{Frequency, Period};
use crate::definitions::decimal::{Published, Rounding};
use std::collections::BTreeMap;

/// Problems of a period in numbers.
///
/// `carried + added − closed − cancelled − long_term = open`, always.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// 上季结转: open at the end of the period before, what that period's figures opened included.
    pub carried: u32,
    /// 本季新增: opened in the period, by hand or by its figures.
    pub added: u32,
    /// 已销号 within the period.
    pub closed: u32,
    /// Put off for the cycle (长期坚持) within the period.
    pub long_term: u32,
    /// 撤销 within the period.
    pub cancelled: u32,
    /// Still open at the end of the period.
    pub open: u32,
    /// 逾期: open and past the deadline at the end of the period.
    pub overdue: u32,
    /// 反弹 found in the period.
    pub relapsed: u32,
}

impl Counts {
    /// 销号率 in percent, one decimal: `closed / (carried + added)`; `None` where there was nothing to close.
    pub fn rate(&self) -> Option<Published> {
        rate(self.closed, self.carried + self.added)
    }

    fn count(&mut self, item: &Item, period: Period) {
        let is_new = item.opened_in == period;
        let has_left = item.left_in(period);
        let was_there = !is_new && (item.state.is_open() || has_left);
        self.carried += u32::from(was_there);
        self.added += u32::from(is_new);
        self.closed += u32::from(item.is_closed_in(period));
        self.long_term += u32::from(has_left && item.closed_on.is_none() && item.state != State::Cancelled);
        self.cancelled += u32::from(has_left && item.state == State::Cancelled);
        self.open += u32::from(item.state.is_open());
        self.overdue += u32::from(item.is_overdue());
        self.relapsed += u32::from(has_relapsed_in(item, period));
    }
}

/// What became of the problems of the period before: what a report opens with.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Carried {
    /// Open at the end of the period before, what its figures opened included: 上季度N项问题.
    pub problems: u32,
    /// Closed within the period: 销号M项.
    pub closed: u32,
    /// Still open and in time: 整改中.
    pub in_time: u32,
    /// Still open and past the deadline: 逾期K项.
    pub overdue: u32,
    /// Put off for the cycle within the period.
    pub long_term: u32,
    /// Cancelled within the period.
    pub cancelled: u32,
    /// Closed problems, of whatever age, that came back within the period: 反弹J项.
    pub relapsed: u32,
}

impl Carried {
    /// Share of them that was closed, in percent, one decimal; `None` where there were none.
    pub fn rate(&self) -> Option<Published> {
        rate(self.closed, self.problems)
    }

    /// The sentence a report opens with: 上季度N项问题,销号M项,逾期K项,反弹J项.
    pub fn sentence(&self, frequency: Frequency) -> String {
        let Carried { problems, closed, overdue, relapsed, .. } = self;
        let before = match frequency {
            Frequency::Quarter => "上季度",
            Frequency::Year => "上年度",
            Frequency::Month => "上月",
            Frequency::Half => "上个半年",
        };
        format!("{before}{problems}项问题,销号{closed}项,逾期{overdue}项,反弹{relapsed}项")
    }
}

impl Ledger {
    /// Problems that came back within the period, in the order of opening.
    pub fn relapsed_items(&self) -> impl Iterator<Item = &Item> {
        self.items.iter().filter(|item| self.period.is_some_and(|period| has_relapsed_in(item, period)))
    }

    /// All problems in numbers.
    pub fn counts(&self) -> Counts {
        self.count(|_| true)
    }

    /// The problems of each unit in numbers, by position; units without any are left out.
    pub fn counts_by_unit(&self) -> BTreeMap<usize, Counts> {
        self.count_by(|item| item.unit)
    }

    /// The problems that each helper helps with in numbers, by name as written; nobody is the empty name.
    pub fn counts_by_helper(&self) -> BTreeMap<String, Counts> {
        self.count_by(|item| item.helper.clone())
    }

    /// What became of the problems of the period before.
    pub fn carried(&self) -> Carried {
        let Some(period) = self.period else { return Carried::default() };
        let counts = self.count(|item| item.opened_in < period);
        Carried {
            problems: counts.carried,
            closed: counts.closed,
            in_time: counts.open - counts.overdue,
            overdue: counts.overdue,
            long_term: counts.long_term,
            cancelled: counts.cancelled,
            relapsed: self.counts().relapsed,
        }
    }

    fn count(&self, is_counted: impl Fn(&Item) -> bool) -> Counts {
        let mut counts = Counts::default();
        if let Some(period) = self.period {
            self.items.iter().filter(|item| is_counted(item)).for_each(|item| counts.count(item, period));
        }
        counts
    }

    fn count_by<K: Ord>(&self, key: impl Fn(&Item) -> K) -> BTreeMap<K, Counts> {
        let mut all: BTreeMap<K, Counts> = BTreeMap::new();
        let Some(period) = self.period else { return all };
        let concerns = |item: &Item| {
            let is_of_now = item.state.is_open() || item.left_in(period) || item.opened_in == period;
            is_of_now || has_relapsed_in(item, period)
        };
        for item in self.items.iter().filter(|item| concerns(item)) {
            all.entry(key(item)).or_default().count(item, period);
        }
        all
    }
}

fn has_relapsed_in(item: &Item, period: Period) -> bool {
    item.state == State::Relapsed && item.looked_back_on.is_some_and(|day| lies_in(day, period))
}

fn rate(part: u32, whole: u32) -> Option<Published> {
    (whole > 0).then(|| Published::round(f64::from(part) / f64::from(whole) * 100.0, 1, Rounding::HalfUp))
}
