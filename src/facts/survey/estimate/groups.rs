//! What one pass over the respondents leaves: sums by stratum, cluster, domain and calibration cell.

/// A group of respondents that every formula treats alike.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct GroupKey {
    /// Stratum of the design.
    pub stratum: u32,
    /// Cluster (primary sampling unit); numbered over the whole sample, so a cluster has one stratum.
    pub cluster: u32,
    /// What estimates are asked for (a scored unit, or a finer class): a caller's number.
    pub domain: u32,
    /// Calibration cell: respondents of one cell have the same auxiliary variables, so one calibration factor.
    pub cell: u32,
}

/// Everybody in a group, whether they answered or not. Weights are design weights, before calibration.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Everybody {
    /// Respondents.
    pub count: u32,
    /// Σ w
    pub weight: f64,
    /// Σ w²
    pub square: f64,
}

/// Those in a group with a valid value of one variable. A variable is a pair (y, x) and its estimate the ratio
/// Σ w y / Σ w x; of a mean or a share x = 1. Weights are design weights, before calibration.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Moments {
    /// Respondents with a valid value.
    pub count: u32,
    /// Σ w x
    pub x: f64,
    /// Σ w y
    pub y: f64,
    /// Σ w x²
    pub xx: f64,
    /// Σ w x y
    pub xy: f64,
    /// Σ w y²
    pub yy: f64,
    /// Σ w²
    pub square: f64,
    /// Σ w² x
    pub square_x: f64,
    /// Σ w² y
    pub square_y: f64,
    /// Σ w² x²
    pub square_xx: f64,
    /// Σ w² x y
    pub square_xy: f64,
    /// Σ w² y²
    pub square_yy: f64,
    /// Σ w over those with a valid value
    pub weight: f64,
}
