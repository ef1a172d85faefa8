//! How scores move when something moves. So far: what one more unit of work is worth.

mod worth;

pub use worth::{Gap, gap};
