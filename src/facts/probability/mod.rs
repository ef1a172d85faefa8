//! Distribution functions, their inverses, and p values of several tests: what intervals and comparisons rest on.

pub mod distributions;
pub(crate) mod incomplete;
pub mod multiplicity;
pub mod normal;
