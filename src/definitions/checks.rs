//! Limits of the plausibility checks on delivered figures. All of them are policy, so all stand in the definitions.

/// When a figure is read but somebody should look at it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct CheckLimits {
    /// Most that a total row may differ from the sum of its rows, in halves of the last digit for each row summed.
    pub total_tolerance: f64,
    /// Changes since the last period beyond this many robust standard deviations are unusual.
    pub change_factor: f64,
    /// Relative change below which nothing is unusual, and the least spread that is assumed.
    pub change_floor: f64,
    /// Relative difference from the figure fixed for the year that is still tolerated.
    pub frozen_tolerance: f64,
    /// Share of a column's figures that may be multiples of 5.
    pub round_share: f64,
    /// Figures from which on a column is tested for multiples of 5, repetition and unusual change.
    pub least_count: usize,
}

impl Default for CheckLimits {
    fn default() -> Self {
        CheckLimits {
            total_tolerance: 1.0,
            change_factor: 3.0,
            change_floor: 0.10,
            frozen_tolerance: 0.05,
            round_share: 0.8,
            least_count: 8,
        }
    }
}
