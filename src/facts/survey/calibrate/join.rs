//! Joining classes that cannot stand alone (too few respondents, no population) by an order given as data.

use crate::facts::survey::calibrate::Margin;

/// One line of the order of joining: when `class` cannot stand alone it is joined with `with`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Neighbour {
    /// The class in need.
    pub class: u32,
    /// Whom it joins.
    pub with: u32,
}

/// Why a class, or the classes joined so far, cannot stand alone.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Reason {
    /// It has a population and nobody answered.
    NoRespondents {
        /// Its population.
        total: f64,
    },
    /// Fewer respondents than asked for.
    TooFew {
        /// How many answered.
        respondents: u32,
        /// How many were asked for.
        least: u32,
    },
    /// People answered and its population is 0 or unknown.
    NoTotal {
        /// How many answered.
        respondents: u32,
    },
}

/// A joining that was done.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Join {
    /// The class in need, as in the order of joining.
    pub class: u32,
    /// Whom it joined.
    pub with: u32,
    /// Why, at that moment (classes joined before are counted together).
    pub reason: Reason,
}

/// A class (lowest number of those joined) that is still in need because the order of joining has no line for it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Unmet {
    /// The class.
    pub class: u32,
    /// What it lacks.
    pub reason: Reason,
}

/// What joining leaves.
#[derive(Clone, Debug, PartialEq)]
pub struct Joined {
    /// The margin with joined classes: they have the lowest number among them and the sum of their totals; the other
    /// numbers have no cell and no total (`None`).
    pub margin: Margin,
    /// Lowest number joined with, for every class of the margin before.
    pub class_of_class: Vec<u32>,
    /// What was joined, in the order it happened.
    pub joins: Vec<Join>,
    /// What could not be helped.
    pub unmet: Vec<Unmet>,
}

/// A margin, respondents by cell, the least number of respondents in a class (at least 1 is meant by 0) and the order
/// of joining → the margin with classes joined until each can stand alone or no line is left for it.
///
/// The order is gone through from the top again and again until nothing changes. A line applies when the classes
/// joined with `class` are in need together and `with` is not yet among them; lines that name a class out of range are
/// passed over. A class with neither population nor respondents needs nothing.
#[must_use]
pub fn join(margin: &Margin, counts: &[u32], least: u32, order: &[Neighbour]) -> Joined {
    let respondents = margin.respondents(counts);
    let mut groups = Groups { lowest: (0..).zip(&margin.totals).map(|(class, _)| class).collect() };
    let mut joins = Vec::new();
    loop {
        let before = joins.len();
        for &Neighbour { class, with } in order {
            let (Some(group), Some(other)) = (groups.of(class), groups.of(with)) else { continue };
            if group == other {
                continue;
            }
            if let Some(reason) = groups.need(group, &margin.totals, &respondents, least) {
                groups.merge(group, other);
                joins.push(Join { class, with, reason });
            }
        }
        if joins.len() == before {
            break;
        }
    }
    let mut totals = vec![None; margin.totals.len()];
    let mut unmet = Vec::new();
    for class in (0..).zip(&groups.lowest).filter(|&(class, &lowest)| class == lowest).map(|(class, _)| class) {
        if let Some(total) = totals.get_mut(class as usize) {
            *total = groups.total(class, &margin.totals);
        }
        if let Some(reason) = groups.need(class, &margin.totals, &respondents, least) {
            unmet.push(Unmet { class, reason });
        }
    }
    // A class out of range stays as it is: post-stratifying reports it.
    let class_of_cell = margin.class_of_cell.iter().map(|&class| groups.of(class).unwrap_or(class)).collect();
    let margin = Margin { name: margin.name.clone(), class_of_cell, totals };
    Joined { margin, class_of_class: groups.lowest, joins, unmet }
}

struct Groups {
    /// Lowest class of the group, by class.
    lowest: Vec<u32>,
}

impl Groups {
    fn of(&self, class: u32) -> Option<u32> {
        self.lowest.get(class as usize).copied()
    }

    fn merge(&mut self, one: u32, other: u32) {
        let (from, to) = (one.max(other), one.min(other));
        for lowest in self.lowest.iter_mut().filter(|lowest| **lowest == from) {
            *lowest = to;
        }
    }

    /// The sum of the totals that are known; `None` where none is.
    fn total(&self, group: u32, totals: &[Option<f64>]) -> Option<f64> {
        let known = || (self.lowest.iter().zip(totals)).filter(|&(&g, _)| g == group).filter_map(|(_, &total)| total);
        known().next().map(|_| known().sum())
    }

    fn need(&self, group: u32, totals: &[Option<f64>], respondents: &[u32], least: u32) -> Option<Reason> {
        let total = self.total(group, totals).filter(|&total| total > 0.0);
        let respondents = (self.lowest.iter().zip(respondents))
            .filter(|&(&g, _)| g == group)
            .fold(0_u32, |sum, (_, &count)| sum.saturating_add(count));
        match total {
            None => (respondents > 0).then_some(Reason::NoTotal { respondents }),
            Some(total) if respondents == 0 => Some(Reason::NoRespondents { total }),
            Some(_) => (respondents < least).then_some(Reason::TooFew { respondents, least }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Join, Neighbour, Reason, Unmet, join};
    use crate::facts::survey::calibrate::postrake::post_stratify;
    use crate::facts::survey::calibrate::{Cells, Margin};

    fn line(class: u32, with: u32) -> Neighbour {
        Neighbour { class, with }
    }

    fn ages(totals: &[Option<f64>]) -> Margin {
        Margin::of_cells("age", totals)
    }

    #[test]
    fn an_empty_class_shares_one_total_with_its_neighbour() {
        let margin = ages(&[Some(100.0), Some(50.0), Some(25.0)]);
        let counts = [4, 5, 0];
        let joined = join(&margin, &counts, 1, &[line(2, 1)]);
        let reason = Reason::NoRespondents { total: 25.0 };
        assert_eq!(joined.joins, [Join { class: 2, with: 1, reason }]);
        assert_eq!(joined.margin.totals, [Some(100.0), Some(75.0), None]);
        assert_eq!(joined.class_of_class, [0, 1, 1]);
        let factors = post_stratify(Cells { weights: &[40.0, 50.0, 0.0], counts: &counts }, &joined.margin).unwrap();
        assert!((factors.by_cell[1] - 1.5).abs() < 1e-15 && (factors.by_cell[0] - 2.5).abs() < 1e-15);
    }

    #[test]
    fn a_chain_goes_on_until_there_are_enough() {
        let margin = ages(&[Some(10.0), Some(10.0), Some(10.0), Some(10.0)]);
        let order = [line(2, 1), line(1, 0), line(3, 2)];
        let joined = join(&margin, &[9, 2, 1, 30], 5, &order);
        let few = |respondents| Reason::TooFew { respondents, least: 5 };
        assert_eq!(
            joined.joins,
            [Join { class: 2, with: 1, reason: few(1) }, Join { class: 1, with: 0, reason: few(3) }]
        );
        assert_eq!(joined.margin.totals, [Some(30.0), None, None, Some(10.0)]);
        assert_eq!(joined.unmet, []);
    }

    #[test]
    fn respondents_without_population_join_too_and_what_has_no_line_is_reported() {
        let margin = ages(&[Some(10.0), None, Some(0.0), Some(0.0)]);
        let joined = join(&margin, &[3, 2, 1, 0], 1, &[line(1, 0), line(9, 0), line(1, 9)]);
        assert_eq!(joined.joins, [Join { class: 1, with: 0, reason: Reason::NoTotal { respondents: 2 } }]);
        assert_eq!(joined.unmet, [Unmet { class: 2, reason: Reason::NoTotal { respondents: 1 } }]);
        assert_eq!(joined.margin.class_of_cell, [0, 0, 2, 3]);
    }
}
