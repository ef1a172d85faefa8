//! How many clusters (villages) of a unit are visited and how many interviews are made in each, without knowing which.

/// Clusters to draw in a unit and the interviews in them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Visits {
    /// Clusters to draw.
    pub clusters: u32,
    /// Clusters with one interview more than the others.
    pub fuller: u32,
    /// Interviews in each of the others.
    pub each: u32,
}

/// Interviews in all, interviews wanted per cluster and the clusters there are (`None`: not known) in; the visits out.
///
/// Clusters: interviews / `take`, rounded half up as in [`clusters`](super::clusters), at least two, because one cluster tells nothing about
/// the sampling error, at most one per interview and at most those there are. Interviews are spread evenly (± 1), which
/// with a draw in proportion to size gives every person the same chance. `None` for no interviews, `take` 0 or no cluster.
pub fn visits(interviews: u32, take: u32, available: Option<u32>) -> Option<Visits> {
    if interviews == 0 || take == 0 {
        return None;
    }
    let wanted = (u64::from(interviews) + u64::from(take) / 2) / u64::from(take);
    let wanted = u32::try_from(wanted).unwrap_or(u32::MAX).max(2);
    let clusters = wanted.min(interviews).min(available.unwrap_or(u32::MAX));
    let each = interviews.checked_div(clusters)?;
    Some(Visits { clusters, fuller: interviews % clusters, each })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hundred_interviews_at_ten_each_are_ten_villages() {
        assert_eq!(visits(100, 10, Some(16)), Some(Visits { clusters: 10, fuller: 0, each: 10 }));
        assert_eq!(visits(97, 10, None), Some(Visits { clusters: 10, fuller: 7, each: 9 }));
        assert_eq!(visits(94, 10, None), Some(Visits { clusters: 9, fuller: 4, each: 10 }));
    }

    #[test]
    fn with_few_villages_each_takes_more() {
        assert_eq!(visits(100, 10, Some(6)), Some(Visits { clusters: 6, fuller: 4, each: 16 }));
    }

    #[test]
    fn a_unit_has_two_villages_wherever_it_can() {
        assert_eq!(visits(8, 10, Some(5)), Some(Visits { clusters: 2, fuller: 0, each: 4 }));
        assert_eq!(visits(8, 10, Some(1)), Some(Visits { clusters: 1, fuller: 0, each: 8 }));
        assert_eq!(visits(1, 10, None), Some(Visits { clusters: 1, fuller: 0, each: 1 }));
    }

    #[test]
    fn nothing_to_ask_or_nowhere_to_go_is_no_visit() {
        assert_eq!(visits(0, 10, None), None);
        assert_eq!(visits(10, 0, None), None);
        assert_eq!(visits(10, 10, Some(0)), None);
    }

    #[test]
    fn all_interviews_are_made() {
        for interviews in 1..300 {
            for take in [1, 7, 10, 400] {
                for available in [None, Some(1), Some(9)] {
                    let made = visits(interviews, take, available).expect("a cluster");
                    assert_eq!(made.clusters * made.each + made.fuller, interviews);
                    assert!(made.fuller < made.clusters && made.each > 0);
                }
            }
        }
    }
}
