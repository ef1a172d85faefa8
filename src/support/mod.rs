//! The loop: the ledger of problems, the support of weak units, money, reminders.
//!
//! Before the rules of a period [`ledger::advance`] takes over what is open and applies what people decided; after
//! them [`conclude`] opens what is new. Nothing else is kept from period to period.

pub mod commitments;
pub mod funds;
pub mod ledger;
pub mod list;
pub mod notices;

pub use funds::{FundSettlement, Money};
pub use ledger::Ledger;
pub use list::SupportList;
pub use notices::Notice;

use crate::audit::Audit;
use crate::definitions::Definitions;
use crate::rules::{Inputs, Settlement};

/// What a period leaves behind for the next one, and for its report.
#[derive(Clone, Debug, Default)]
pub struct Closing {
    /// All problems ever opened, with their state at the end of the period.
    pub ledger: Ledger,
    /// The support list.
    pub support: SupportList,
    /// Pools of money settled in the period, trial computations included.
    pub funds: Vec<FundSettlement>,
    /// Reminders, interviews, supervision.
    pub notices: Vec<Notice>,
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
    // Problems opened now receive money, so the ledger comes first and the money last.
    let ledger = ledger::open(definitions, inputs, settlement, ledger);
    let mut support = list::draw_up(definitions, inputs, settlement, &ledger, earlier);
    let funds = funds::settle(definitions, inputs, settlement, &ledger.items, &support, earlier, audit);
    list::grant(&mut support, &funds, earlier);
    let notices = notices::draw_up(definitions, inputs, settlement);
    Closing { ledger, support, funds, notices }
}
