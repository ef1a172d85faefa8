//! Estimates with standard errors, their covariance, and what makes them unusable.

/// An estimate and its standard error, in the same unit.
///
/// A standard error of 0 is a known score (a census, an administrative count).
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Estimate {
    /// The published value.
    pub value: f64,
    /// Its standard error, at least 0.
    pub standard_error: f64,
}

/// Why a calculation on estimates gave nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unusable {
    /// Two lists that go together differ in length.
    LengthsDiffer {
        /// Entries of the first list.
        expected: usize,
        /// Entries of the other list.
        found: usize,
    },
    /// A number of this unit is not finite, or beyond 1e100.
    NotFinite {
        /// Position in the list.
        unit: usize,
    },
    /// A standard error, a variance or a weight share of this unit is below 0 (a share: or above 1).
    OutOfRange {
        /// Position in the list.
        unit: usize,
    },
    /// The covariance of first with second differs from that of second with first.
    NotSymmetric {
        /// Row.
        first: usize,
        /// Column.
        second: usize,
    },
    /// The covariance of two units is larger than their standard errors allow.
    CorrelationAboveOne {
        /// Row.
        first: usize,
        /// Column.
        second: usize,
    },
    /// No random vector has this covariance: some combination of the units would have a negative variance.
    NotPositiveSemidefinite,
    /// A significance level or a coverage has to lie strictly between 0 and 1.
    NotAProbability,
    /// No draws were asked for, or more than can be kept.
    DrawsOutOfRange,
}

/// Largest magnitude of a value or a standard error: squares, sums and quotients of such numbers stay finite.
pub(crate) const LARGEST: f64 = 1e100;

/// Below this share of the sum of its parts a variance of a difference is rounding, hence 0.
pub(crate) const ROUNDING: f64 = 1e-14;

pub(crate) fn check_number(value: f64, unit: usize) -> Result<(), Unusable> {
    if value.is_finite() && value.abs() <= LARGEST { Ok(()) } else { Err(Unusable::NotFinite { unit }) }
}

pub(crate) fn check_estimate(estimate: &Estimate, unit: usize) -> Result<(), Unusable> {
    check_number(estimate.value, unit)?;
    check_number(estimate.standard_error, unit)?;
    if estimate.standard_error < 0.0 { Err(Unusable::OutOfRange { unit }) } else { Ok(()) }
}

pub(crate) fn check_estimates(estimates: &[Estimate]) -> Result<(), Unusable> {
    estimates.iter().enumerate().try_for_each(|(unit, e)| check_estimate(e, unit))
}

pub(crate) fn check_probability(p: f64) -> Result<(), Unusable> {
    if p > 0.0 && p < 1.0 { Ok(()) } else { Err(Unusable::NotAProbability) }
}

pub(crate) fn check_lengths(expected: usize, found: usize) -> Result<(), Unusable> {
    if expected == found { Ok(()) } else { Err(Unusable::LengthsDiffer { expected, found }) }
}

/// A checked covariance matrix of the estimates of some units, in their squared unit.
#[derive(Debug, Clone, PartialEq)]
pub struct Covariance {
    units: usize,
    cells: Vec<f64>,
}

impl Covariance {
    /// Takes the rows of a covariance matrix, gives it checked and made symmetric as `(V + V') / 2`.
    ///
    /// Variances of 0 are welcome. Whether every combination of units has a variance of at least 0 is found out when it
    /// is drawn from.
    ///
    /// # Errors
    /// [`Unusable`] when it is not square, not finite, has a negative variance, is not symmetric within 1e-9 of the two
    /// standard errors, or has a correlation beyond 1 by more than 1e-9.
    pub fn from_rows(rows: &[Vec<f64>]) -> Result<Self, Unusable> {
        let units = rows.len();
        let mut cells = Vec::with_capacity(units * units);
        for (i, row) in rows.iter().enumerate() {
            check_lengths(units, row.len())?;
            if row.iter().any(|v| !v.is_finite() || v.abs() > LARGEST * LARGEST) {
                return Err(Unusable::NotFinite { unit: i });
            }
            if row[i] < 0.0 {
                return Err(Unusable::OutOfRange { unit: i });
            }
        }
        for (i, row) in rows.iter().enumerate() {
            for (j, value) in row.iter().enumerate() {
                let mirrored = rows[j][i];
                let scale = row[i].sqrt() * rows[j][j].sqrt();
                if (value - mirrored).abs() > 1e-9 * scale {
                    return Err(Unusable::NotSymmetric { first: i, second: j });
                }
                if value.abs() > scale * (1.0 + 1e-9) {
                    return Err(Unusable::CorrelationAboveOne { first: i, second: j });
                }
                cells.push(0.5 * (value + mirrored));
            }
        }
        Ok(Self { units, cells })
    }

    /// Takes estimates of units that were sampled independently, gives their diagonal covariance matrix.
    ///
    /// # Errors
    /// [`Unusable`] for a number that is not finite and for a negative standard error.
    pub fn independent(estimates: &[Estimate]) -> Result<Self, Unusable> {
        check_estimates(estimates)?;
        let units = estimates.len();
        let mut cells = vec![0.0; units * units];
        for (i, estimate) in estimates.iter().enumerate() {
            cells[i * units + i] = estimate.standard_error * estimate.standard_error;
        }
        Ok(Self { units, cells })
    }

    /// Number of units.
    pub fn units(&self) -> usize {
        self.units
    }

    /// Takes two units, gives the covariance of their estimates; None for a unit that is not there.
    pub fn get(&self, first: usize, second: usize) -> Option<f64> {
        if first < self.units && second < self.units { Some(self.at(first, second)) } else { None }
    }

    pub(crate) fn at(&self, i: usize, j: usize) -> f64 {
        self.cells[i * self.units + j]
    }

    pub(crate) fn standard_error(&self, unit: usize) -> f64 {
        self.at(unit, unit).sqrt()
    }

    /// `var_i + var_j - 2 cov_ij`, 0 where that is only rounding.
    pub(crate) fn difference_variance(&self, i: usize, j: usize) -> f64 {
        let sum = self.at(i, i) + self.at(j, j);
        let variance = sum - 2.0 * self.at(i, j);
        if variance <= ROUNDING * sum { 0.0 } else { variance }
    }

    pub(crate) fn check_values(&self, values: &[f64]) -> Result<(), Unusable> {
        check_lengths(self.units, values.len())?;
        values.iter().enumerate().try_for_each(|(unit, v)| check_number(*v, unit))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_matrix_that_is_no_covariance_is_refused_with_its_place() {
        let rows = |v: [[f64; 2]; 2]| v.iter().map(|r| r.to_vec()).collect::<Vec<_>>();
        let of = |v| Covariance::from_rows(&rows(v));
        assert_eq!(of([[1.0, 0.5], [0.4, 1.0]]), Err(Unusable::NotSymmetric { first: 0, second: 1 }));
        assert_eq!(of([[1.0, 1.1], [1.1, 1.0]]), Err(Unusable::CorrelationAboveOne { first: 0, second: 1 }));
        assert_eq!(of([[1.0, 0.1], [0.1, 0.0]]), Err(Unusable::CorrelationAboveOne { first: 0, second: 1 }));
        assert_eq!(of([[1.0, 0.0], [0.0, -1.0]]), Err(Unusable::OutOfRange { unit: 1 }));
        assert_eq!(of([[1.0, f64::NAN], [0.0, 1.0]]), Err(Unusable::NotFinite { unit: 0 }));
        let ragged = Covariance::from_rows(&[vec![1.0], vec![0.0, 1.0]]);
        assert_eq!(ragged, Err(Unusable::LengthsDiffer { expected: 2, found: 1 }));
        assert!(of([[1.0, 1.0], [1.0, 1.0]]).is_ok_and(|c| c.difference_variance(0, 1).to_bits() == 0));
    }
}
