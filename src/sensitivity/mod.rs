//! How scores move when something moves: where a difference comes from, and what one more unit of work is worth.

pub mod certainty;
mod change;
mod contributions;
mod difference;
pub mod importance;
mod logarithmic;
mod printed;
pub mod ranks;
#[cfg(test)]
mod tests;
mod worth;

pub use change::{Change, IndicatorChange, RuleChange, Standing, WeightChange, change, changes, standings};
pub use contributions::{Contribution, Contributions, Lead, contributions};
pub use difference::{Difference, Part, difference, profile};
pub use printed::{Points, print_parts};
pub use worth::{Gap, gap};
