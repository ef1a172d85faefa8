//! What calibration takes and what it may answer: cells, margins, and the reasons why a margin cannot be met.
//!
//! Respondents of one cell share one calibration factor g, so everything here works on sums by cell; the final weight
//! of a respondent is design weight × g\[cell\].

pub mod certificate;
pub mod distance;
pub mod fit;
pub mod join;
#[cfg(test)]
pub(crate) mod oracle;
pub mod postrake;
mod solve;
pub mod trim;

/// Σ design weight and number of respondents by calibration cell; both slices have one entry a cell.
#[derive(Clone, Copy, Debug)]
pub struct Cells<'a> {
    /// Σ design weight by cell; 0 where nobody answered.
    pub weights: &'a [f64],
    /// Respondents by cell.
    pub counts: &'a [u32],
}

/// One way to divide the cells into classes, with the population of every class.
#[derive(Clone, Debug, PartialEq)]
pub struct Margin {
    /// What a reader calls it ("age", "township").
    pub name: String,
    /// Class of every cell: a position in `totals`.
    pub class_of_cell: Vec<u32>,
    /// Population of every class; `None` where no total is known.
    pub totals: Vec<Option<f64>>,
}

/// Calibration factors by cell, with what it took to find them.
#[derive(Clone, Debug, PartialEq)]
pub struct Factors {
    /// g by cell. A cell without respondents has 1 unless the distance gives it another value; it weighs nothing.
    pub by_cell: Vec<f64>,
    /// Rounds (raking) or Newton steps (calibration) until the worst gap was within the tolerance.
    pub rounds: u32,
    /// Worst |reached − asked| / asked over all classes (columns: / (1 + |asked|), as R's `calibrate`).
    pub worst_gap: f64,
}

/// Where something was asked for: a class of a margin, or a column of the auxiliary variables.
#[derive(Clone, Debug, PartialEq)]
pub enum Place {
    /// A class of a margin.
    Class {
        /// The margin's name.
        margin: String,
        /// Position in its totals.
        class: u32,
    },
    /// A column of `calibrate`.
    Column {
        /// Position among the columns.
        column: u32,
    },
}

/// Why factors cannot be given. All that is found is listed, so one round of repair is enough.
#[derive(Clone, Debug, PartialEq)]
pub enum Obstacle {
    /// Slices of different length, a class out of range, or no cell at all.
    ShapesDiffer {
        /// Entries asked for (or classes there are).
        expected: usize,
        /// Entries there are (or the class named).
        found: usize,
    },
    /// A weight, total or bound that is negative, infinite or not a number; or weight without respondents.
    ValueNotUsable {
        /// Where, by position in its list.
        position: usize,
    },
    /// A class has a population and nobody answered: no factor can reach the total. Join it with a neighbour.
    EmptyClass {
        /// Margin.
        margin: String,
        /// Class.
        class: u32,
        /// Its population.
        total: f64,
    },
    /// People answered in a class whose population is 0 or unknown: their weight would become 0.
    RespondentsWithoutTotal {
        /// Margin.
        margin: String,
        /// Class.
        class: u32,
        /// How many answered.
        respondents: u32,
        /// `None`: no total known; `Some(0.0)`: nobody lives there.
        total: Option<f64>,
    },
    /// Two margins sum to different populations by more than the tolerance, so both cannot be met.
    SumsDiffer {
        /// The first margin.
        first: String,
        /// Its sum.
        first_sum: f64,
        /// The other margin.
        other: String,
        /// Its sum.
        other_sum: f64,
    },
    /// The margins contradict each other or the bounds: the worst gap stayed above the tolerance.
    NotConverged {
        /// Rounds done.
        rounds: u32,
        /// Where the worst gap was.
        place: Place,
        /// Asked for there.
        asked: f64,
        /// Reached there.
        reached: f64,
        /// |reached − asked| / asked (columns: / (1 + |asked|)).
        relative_gap: f64,
    },
    /// Logit bounds must enclose 1: 0 ≤ lower < 1 < upper.
    BoundsExcludeOne {
        /// Lower bound.
        lower: f64,
        /// Upper bound.
        upper: f64,
    },
}

impl Margin {
    /// A total by cell → the margin in which every cell is its own class (full post-stratification).
    #[must_use]
    pub fn of_cells(name: &str, totals: &[Option<f64>]) -> Self {
        let class_of_cell = (0..u32::try_from(totals.len()).unwrap_or(u32::MAX)).collect();
        Self { name: name.to_owned(), class_of_cell, totals: totals.to_vec() }
    }

    /// Values by cell → their sums by class, in the order of the cells; what is out of range is left out.
    #[must_use]
    pub fn sums(&self, by_cell: &[f64]) -> Vec<f64> {
        let mut sums = vec![0.0; self.totals.len()];
        for (&class, &value) in self.class_of_cell.iter().zip(by_cell) {
            if let Some(sum) = sums.get_mut(class as usize) {
                *sum += value;
            }
        }
        sums
    }

    /// Respondents by cell → respondents by class.
    #[must_use]
    pub fn respondents(&self, counts: &[u32]) -> Vec<u32> {
        let mut sums = vec![0_u32; self.totals.len()];
        for (&class, &count) in self.class_of_cell.iter().zip(counts) {
            if let Some(sum) = sums.get_mut(class as usize) {
                *sum = sum.saturating_add(count);
            }
        }
        sums
    }

    /// What a margin within units asks of one of them, its classes numbered from 0. Every unit has the same number of
    /// cells and of classes, one unit after the other.
    pub(crate) fn of_unit(&self, unit: usize, cells_of_unit: usize) -> Self {
        let size = self.totals.len() / (self.class_of_cell.len() / cells_of_unit).max(1);
        let first = u32::try_from(unit * size).unwrap_or(u32::MAX);
        let classes = &self.class_of_cell[unit * cells_of_unit..][..cells_of_unit];
        Self {
            name: self.name.clone(),
            class_of_cell: classes.iter().map(|class| class.saturating_sub(first)).collect(),
            totals: self.totals[unit * size..][..size].to_vec(),
        }
    }

    /// The sum of the totals that are known.
    #[must_use]
    pub fn population(&self) -> f64 {
        self.totals.iter().flatten().sum()
    }

    /// The same shares with another sum: for margins from sources that differ. `None` unless both sums are above 0.
    #[must_use]
    pub fn scaled_to(&self, sum: f64) -> Option<Self> {
        let scale = sum / self.population();
        let totals: Vec<_> = self.totals.iter().map(|total| total.map(|total| total * scale)).collect();
        (scale > 0.0 && totals.iter().flatten().all(|total| total.is_finite())).then(|| Self { totals, ..self.clone() })
    }

    fn obstacles(&self, cells: Cells<'_>) -> Vec<Obstacle> {
        let mut found = Vec::new();
        if self.class_of_cell.len() != cells.weights.len() {
            found.push(Obstacle::ShapesDiffer { expected: cells.weights.len(), found: self.class_of_cell.len() });
        }
        for &class in self.class_of_cell.iter().filter(|&&class| class as usize >= self.totals.len()) {
            found.push(Obstacle::ShapesDiffer { expected: self.totals.len(), found: class as usize });
        }
        if self.totals.iter().flatten().all(|total| total.is_finite()) && !self.population().is_finite() {
            found.push(Obstacle::ValueNotUsable { position: 0 });
        }
        let respondents = self.respondents(cells.counts);
        for ((class, &total), respondents) in (0..).zip(&self.totals).zip(respondents) {
            let margin = || self.name.clone();
            match total {
                Some(total) if !(total >= 0.0 && total.is_finite()) => {
                    found.push(Obstacle::ValueNotUsable { position: class as usize });
                }
                Some(total) if total > 0.0 && respondents == 0 => {
                    found.push(Obstacle::EmptyClass { margin: margin(), class, total });
                }
                None | Some(0.0) if respondents > 0 => {
                    found.push(Obstacle::RespondentsWithoutTotal { margin: margin(), class, respondents, total });
                }
                _ => {}
            }
        }
        found
    }
}

/// Cells and margins → everything that stands in the way, in the order of the margins; empty when nothing does.
///
/// Of two margins the relative difference of the sums is compared with `tolerance`: with a larger one raking cannot
/// end, with a smaller one it can.
#[must_use]
pub fn obstacles(cells: Cells<'_>, margins: &[Margin], tolerance: f64) -> Vec<Obstacle> {
    let mut found = cell_obstacles(cells);
    for margin in margins {
        found.extend(margin.obstacles(cells));
    }
    if let Some((first, others)) = margins.split_first() {
        let first_sum = first.population();
        for other in others {
            let other_sum = other.population();
            let finite = first_sum.is_finite() && other_sum.is_finite(); // otherwise reported above
            if finite && (other_sum - first_sum).abs() > tolerance * first_sum {
                let (first, other) = (first.name.clone(), other.name.clone());
                found.push(Obstacle::SumsDiffer { first, first_sum, other, other_sum });
            }
        }
    }
    found
}

/// Cells → what is wrong with them by themselves.
pub(crate) fn cell_obstacles(cells: Cells<'_>) -> Vec<Obstacle> {
    let mut found = Vec::new();
    if cells.weights.is_empty() || cells.counts.len() != cells.weights.len() {
        found.push(Obstacle::ShapesDiffer { expected: cells.counts.len().max(1), found: cells.weights.len() });
    }
    for (position, (&weight, &count)) in cells.weights.iter().zip(cells.counts).enumerate() {
        let usable = weight.is_finite() && if count == 0 { weight.abs() <= 0.0 } else { weight > 0.0 };
        if !usable {
            found.push(Obstacle::ValueNotUsable { position });
        }
    }
    found
}

/// Asked and reached → |reached − asked| / asked; 0 where nothing was asked and nothing reached.
pub(crate) fn relative_gap(asked: f64, reached: f64) -> f64 {
    let gap = (reached - asked).abs();
    if gap <= 0.0 { 0.0 } else { (gap / asked.abs().max(f64::MIN_POSITIVE)).min(f64::MAX) }
}
