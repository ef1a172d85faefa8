//! What calibration explains of a variable: the fitted values whose residuals carry the standard error.
//!
//! A calibrated estimate has the variance of Σ w e, e = u − fit(cell), where u is the linearised variable (of a
//! domain's ratio: (y − R x) / Σ w x inside the domain, 0 outside and where the answer is missing) and the fit a
//! regression on the auxiliary variables (Deville & Särndal 1992, 3.4; Särndal, Swensson & Wretman 1992, 6.6). All
//! respondents of a cell have the same auxiliary variables, so Σ a u and Σ a by cell are enough, with regression
//! weights a. The scores by cluster are then Σ w u − Σ over cells of (Σ w of the cluster in the cell) × fit(cell).
//!
//! Which a? Post-stratified: design or calibrated weights, the same inside a post-stratum. R's `calibrate`: design
//! weights. R's `rake`: a = 1 (it projects on plain means), and only ten times over the margins: [`alternate`].

use crate::facts::survey::calibrate::Margin;
use crate::facts::survey::calibrate::solve::{Cholesky, combination, cross_products};

/// The regression, prepared once for the regression weights; then any number of variables can be fitted.
#[derive(Clone, Debug)]
pub struct Regression {
    way: Way,
    cells: usize,
}

#[derive(Clone, Debug)]
enum Way {
    Means { strata: Margin, masses: Vec<f64> },
    Columns { columns: Vec<Vec<f64>>, factors: Cholesky },
}

impl Regression {
    /// Post-strata and Σ a by cell → the regression whose fit is the mean of the post-stratum, Σ a u / Σ a.
    ///
    /// `None` when a mass is negative or not finite, or the lengths differ.
    #[must_use]
    pub fn on_post_strata(strata: &Margin, masses: &[f64]) -> Option<Self> {
        let fits = strata.class_of_cell.len() == masses.len() && usable(masses);
        let sums = strata.sums(masses);
        fits.then(|| Self { way: Way::Means { strata: strata.clone(), masses: sums }, cells: masses.len() })
    }

    /// Margins and Σ a by cell → least squares on the indicators of all classes (collinear ones are left out).
    ///
    /// `None` when a mass is negative or not finite, or the lengths differ.
    #[must_use]
    pub fn on_margins(margins: &[Margin], masses: &[f64]) -> Option<Self> {
        Self::on_columns(&indicators(margins), masses)
    }

    /// Columns of auxiliary variables by cell and Σ a by cell → least squares on them, by normal equations and
    /// Cholesky with pivoting. A constant must be among them or a combination of them, as in R.
    ///
    /// `None` when a value is not finite, a mass negative, or the lengths differ.
    #[must_use]
    pub fn on_columns(columns: &[Vec<f64>], masses: &[f64]) -> Option<Self> {
        if !usable(masses) || columns.iter().any(|column| column.len() != masses.len()) {
            return None;
        }
        let factors = Cholesky::of(&cross_products(columns, masses), columns.len())?;
        Some(Self { way: Way::Columns { columns: columns.to_vec(), factors }, cells: masses.len() })
    }

    /// Σ a u by cell → fitted value by cell (0 in a post-stratum without mass). `None` when the length differs or a
    /// value is not finite.
    #[must_use]
    pub fn fitted(&self, sums: &[f64]) -> Option<Vec<f64>> {
        if sums.len() != self.cells {
            return None;
        }
        let fitted = match &self.way {
            Way::Means { strata, masses } => by_class(strata, &means(&strata.sums(sums), masses)),
            Way::Columns { columns, factors } => {
                let right: Vec<f64> =
                    columns.iter().map(|column| column.iter().zip(sums).map(|(x, sum)| x * sum).sum()).collect();
                combination(columns, &factors.solve(&right), self.cells)
            }
        };
        fitted.iter().all(|value| value.is_finite()).then_some(fitted)
    }
}

/// Σ a u and Σ a by cell, margins, rounds → fitted values by projecting over the margins in turn.
///
/// R's `rake` does ten rounds with a = 1. The limit is [`Regression::on_margins`]. `None` as there.
#[must_use]
pub fn alternate(sums: &[f64], masses: &[f64], margins: &[Margin], rounds: u32) -> Option<Vec<f64>> {
    let fits = margins.iter().all(|margin| margin.class_of_cell.len() == masses.len());
    if !fits || sums.len() != masses.len() || !usable(masses) {
        return None;
    }
    let mut fitted = vec![0.0; sums.len()];
    for _ in 0..rounds {
        for margin in margins {
            let rest: Vec<f64> =
                sums.iter().zip(masses).zip(&fitted).map(|((sum, mass), fit)| sum - mass * fit).collect();
            let step = by_class(margin, &means(&margin.sums(&rest), &margin.sums(masses)));
            for (fit, step) in fitted.iter_mut().zip(step) {
                *fit += step;
            }
        }
    }
    fitted.iter().all(|value| value.is_finite()).then_some(fitted)
}

/// Margins → one 0/1 column by cell for every class that has a total, margins in order.
#[must_use]
pub fn indicators(margins: &[Margin]) -> Vec<Vec<f64>> {
    let mut columns = Vec::new();
    for margin in margins {
        for (class, total) in (0_u32..).zip(&margin.totals) {
            if total.is_some() {
                let is_of = |&of: &u32| f64::from(u8::from(of == class));
                columns.push(margin.class_of_cell.iter().map(is_of).collect());
            }
        }
    }
    columns
}

fn usable(masses: &[f64]) -> bool {
    masses.iter().all(|&mass| mass >= 0.0 && mass.is_finite())
}

fn means(sums: &[f64], masses: &[f64]) -> Vec<f64> {
    sums.iter().zip(masses).map(|(sum, &mass)| if mass > 0.0 { sum / mass } else { 0.0 }).collect()
}

fn by_class(margin: &Margin, values: &[f64]) -> Vec<f64> {
    margin.class_of_cell.iter().map(|&class| values.get(class as usize).copied().unwrap_or(0.0)).collect()
}

#[cfg(test)]
#[path = "fit_tests.rs"]
mod tests;
