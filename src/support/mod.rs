//! The loop: the ledger of problems, the support of weak units, money, reminders.
//!
//! Before the rules of a period [`ledger::advance`] takes over what is open and applies what people decided; after
//! them [`conclude`] opens what is new. Nothing else is kept from period to period.

pub mod ledger;

pub use ledger::Ledger;

use crate::audit::Audit;
use crate::definitions::Definitions;
use crate::rules::{Inputs, Settlement};

/// What a period leaves behind for the next one, and for its report.
#[derive(Clone, Debug, Default)]
pub struct Closing {
    /// All problems ever opened, with their state at the end of the period.
    pub ledger: Ledger,
}

/// Draws the consequences of a settled period. `ledger` is what [`ledger::advance`] gave; `earlier` are the closings
/// of earlier periods, oldest first.
pub fn conclude(
    definitions: &Definitions,
    inputs: &Inputs,
    settlement: &Settlement,
    ledger: Ledger,
    earlier: &[&Closing],
    audit: &mut Audit,
) -> Closing {
    let _ = (earlier, &audit);
    Closing { ledger: ledger::open(definitions, inputs, settlement, ledger) }
}
