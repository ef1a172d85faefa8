//! Problems of the ledger as the rules see them.

/// A problem opened in an earlier period (整改台账), with what happened to it up to the end of this period.
///
/// The ledger itself is kept by `support`; rules take its lines as facts.
#[derive(Clone, Debug, PartialEq)]
pub struct ItemFact {
    /// Its identifier, such as `2022Q2-102-A06-01`.
    pub item: String,
    /// Position of the unit.
    pub unit: usize,
    /// Position of the indicator; `None` for a problem that is none of an indicator.
    pub indicator: Option<usize>,
    /// Where it came from, as printed (指数红灯、暗访 …).
    pub source: String,
    /// Severity, as printed.
    pub severity: String,
    /// State at the end of the period, as printed (整改中、已销号 …).
    pub state: String,
    /// Working days past the deadline, at the end of the period or at closing; 0 if closed in an earlier period.
    pub overdue_days: u32,
    /// Latest noted progress in percent.
    pub progress: Option<f64>,
    /// Whether it is still open at the end of the period.
    pub is_open: bool,
    /// Whether it was closed within the period.
    pub is_closed_now: bool,
}
