//! How a unit stands on the support list, and when it leaves it.

/// How a unit stands on the support list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// 重点帮扶: one of the lowest by base score.
    Key,
    /// 一般帮扶.
    General,
    /// 观察期: nothing weak was found, and it has not yet kept that up for long enough to leave.
    Watched {
        /// Periods in a row in which nothing was weak, all former red indicators were mended and nothing relapsed.
        calm: u32,
        /// Periods in a row that it takes.
        needed: u32,
    },
}

impl Standing {
    /// The printed word, with how far the watch has come.
    pub fn word(self) -> String {
        match self {
            Standing::Key => "重点帮扶".to_owned(),
            Standing::General => "一般帮扶".to_owned(),
            Standing::Watched { calm: 0, needed } => format!("观察期(尚未达到退出标准,须连续 {needed} 期)"),
            Standing::Watched { calm, needed } => format!("观察期(第 {calm} 期,共 {needed} 期)"),
        }
    }

    /// The word for programs.
    pub fn id(self) -> &'static str {
        match self {
            Standing::Key => "key",
            Standing::General => "general",
            Standing::Watched { .. } => "watched",
        }
    }

    /// Calm periods so far.
    pub(super) fn calm_periods(self) -> u32 {
        match self {
            Standing::Watched { calm, .. } => calm,
            Standing::Key | Standing::General => 0,
        }
    }
}

/// The order in which weak units are supported: lowest base first, without a base last, ties in register order.
///
/// The first `key_count` of it are 重点帮扶, so that a tie at the border never makes them more.
pub(super) fn lowest_first(mut bases: Vec<(usize, Option<i64>)>) -> Vec<usize> {
    bases.sort_by_key(|&(unit, base)| (base.is_none(), base, unit));
    bases.into_iter().map(|(unit, _)| unit).collect()
}

/// What becomes of a unit of the list of which nothing was found weak; `None` where it leaves.
///
/// `follows` says whether its last standing is that of the period right before: only then do periods come in a row.
pub(super) fn after(calm_before: u32, follows: bool, is_calm: bool, needed: u32) -> Option<Standing> {
    let calm = match (is_calm, follows) {
        (true, true) => calm_before + 1,
        (true, false) => 1,
        (false, _) => 0,
    };
    (calm < needed).then_some(Standing::Watched { calm, needed })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_lowest_base_comes_first_ties_in_register_order_and_unrated_units_last() {
        let bases = vec![(0, None), (1, Some(6646)), (2, Some(7000)), (3, Some(6646)), (4, Some(5990))];
        assert_eq!(lowest_first(bases), [4, 1, 3, 2, 0]);
    }

    #[test]
    fn a_unit_leaves_after_two_calm_periods_in_a_row_and_not_after_one() {
        let watched = |calm: u32| Some(Standing::Watched { calm, needed: 2 });
        assert_eq!(after(0, true, true, 2), watched(1));
        assert_eq!(after(1, true, true, 2), None);
        // A relapse or a former red below the exit score starts the count anew.
        assert_eq!(after(1, true, false, 2), watched(0));
        assert_eq!(after(0, true, false, 2), watched(0));
        // A period that was not computed breaks the row.
        assert_eq!(after(1, false, true, 2), watched(1));
        assert_eq!(after(0, true, true, 1), None);
        assert_eq!(watched(1).map(Standing::word).as_deref(), Some("观察期(第 1 期,共 2 期)"));
    }
}
