//! How sure the order of units is whose estimates carry standard errors.

pub mod change;
pub mod difference;
pub mod distribution;
pub mod draws;
pub mod estimates;
pub mod funnel;
#[cfg(test)]
mod oracle;
pub mod pairwise;
mod rank_quadrature;
pub mod rank_sets;
#[cfg(test)]
mod simulation;
pub mod studentised;
pub mod tiers;
