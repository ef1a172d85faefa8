//! Sums by group in, design-based estimates out: means, shares, ratios and totals with standard errors and intervals.

pub mod between;
#[cfg(test)]
mod coverage;
pub mod design;
pub mod groups;
pub mod interval;
pub mod jackknife;
pub mod linearisation;
#[cfg(test)]
pub(crate) mod oracle;
pub mod quantile;
pub mod standardise;
#[cfg(test)]
mod tests;
#[cfg(test)]
mod tests_designs;
mod variance;
