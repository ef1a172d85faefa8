//! Which clusters (villages) are visited, and how many interviews in each.

use super::quota::{largest_remainder, sum};
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;

/// How clusters are chosen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Selection {
    /// Systematic sampling with probability proportional to size; the start is drawn.
    Systematic {
        /// Seed of the draw.
        seed: u64,
        /// Stream of the draw (number of the unit), so that units are drawn independently.
        stream: u64,
    },
    /// Takes by largest remainder of size: no chance, hence no inclusion probabilities; small clusters are never visited.
    Proportional,
}

/// A cluster visited.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ClusterShare {
    /// Index of the cluster.
    pub cluster: usize,
    /// How often it was chosen; a large cluster may be more than once.
    pub hits: u32,
    /// Interviews in it, at most its size.
    pub interviews: u32,
    /// Expected number of hits, takes × size / total; below 1 it is the inclusion probability. None without chance.
    pub expected_hits: Option<f64>,
}

/// The clusters of one unit.
#[derive(Debug, Clone, PartialEq)]
pub struct ClusterDraw {
    /// Clusters visited, in the order given.
    pub shares: Vec<ClusterShare>,
    /// Interviews that found no place, the clusters chosen being too small.
    pub unplaced: u32,
}

/// People per cluster, interviews in all, interviews wanted per visit and the way of choosing in; the visits out.
///
/// Takes: interviews / `take`, rounded half up, at least 1. Systematic: points r, r + T, r + 2T, … on the line of the
/// clusters' sizes, each `takes` long, r uniform on 0 … T − 1 (T people): integers, so cluster i is hit takes · size / T times
/// in expectation and that number rounded down or up in every draw (Madow 1949). Each hit carries the same number of
/// interviews (± 1), which gives every person the same chance; the order of the clusters stratifies. Interviews beyond a
/// cluster's people move to the other clusters chosen, in proportion to the room left. None for no people or `take` 0.
pub fn clusters(people: &[u32], interviews: u32, take: u32, selection: Selection) -> Option<ClusterDraw> {
    let total = sum(people);
    if total == 0 || take == 0 {
        return None;
    }
    let takes = ((u64::from(interviews) + u64::from(take) / 2) / u64::from(take)).max(1);
    let hits = match selection {
        Selection::Proportional => largest_remainder(takes, people),
        Selection::Systematic { seed, stream } => {
            let mut rng = ChaCha8Rng::seed_from_u64(seed);
            rng.set_stream(stream);
            // Multiply and shift: uniform to 2^−64 · T, and independent of how a library samples ranges.
            let start = (u128::from(rng.next_u64()) * u128::from(total)) >> 64;
            systematic(people, takes, start)
        }
    };
    let mut given = largest_remainder(u64::from(interviews), &hits);
    let mut unplaced = 0;
    for (count, &size) in given.iter_mut().zip(people) {
        unplaced += count.saturating_sub(size);
        *count = (*count).min(size);
    }
    let room: Vec<u32> = (0..people.len()).map(|c| if hits[c] > 0 { people[c] - given[c] } else { 0 }).collect();
    let moved = u32::try_from(sum(&room)).unwrap_or(u32::MAX).min(unplaced);
    for (count, more) in given.iter_mut().zip(largest_remainder(u64::from(moved), &room)) {
        *count += more;
    }
    let expected = |cluster: usize| takes as f64 * f64::from(people[cluster]) / total as f64;
    let is_drawn = matches!(selection, Selection::Systematic { .. });
    let share = |cluster: usize| ClusterShare {
        cluster,
        hits: hits[cluster],
        interviews: given[cluster],
        expected_hits: is_drawn.then(|| expected(cluster)),
    };
    let shares = (0..people.len()).filter(|&cluster| hits[cluster] > 0).map(share).collect();
    Some(ClusterDraw { shares, unplaced: unplaced - moved })
}

/// Hits per cluster of the points start + k·T on a line where a person is `takes` long.
fn systematic(people: &[u32], takes: u64, start: u128) -> Vec<u32> {
    let total = u128::from(sum(people));
    // Points below an end: k < (end − start) / T, rounded up.
    let points_below = |end: u128| if end > start { (end - start).div_ceil(total) } else { 0 };
    let (mut end, mut before) = (0, 0);
    let mut hits = Vec::with_capacity(people.len());
    for &size in people {
        end += u128::from(size) * u128::from(takes);
        let now = points_below(end);
        hits.push(u32::try_from(now - before).unwrap_or(u32::MAX));
        before = now;
    }
    hits
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn over_all_starts_a_cluster_is_hit_in_proportion_to_its_people() {
        let people = [3, 0, 5, 1, 9, 2];
        let (takes, total) = (4, 20);
        let mut hits = [0; 6];
        for start in 0..total {
            let once = systematic(&people, takes, start);
            assert_eq!(sum(&once), takes);
            hits.iter_mut().zip(once).for_each(|(all, more)| *all += more);
        }
        // takes · size / T hits in each of T starts.
        assert_eq!(hits, people.map(|size| 4 * size));
    }

    #[test]
    fn a_hundred_interviews_at_ten_a_visit_make_ten_visits_of_ten() {
        let people = [400, 350, 700, 120, 260, 90, 310, 510, 230, 180, 440, 150, 330, 270, 60];
        let draw = clusters(&people, 100, 10, Selection::Systematic { seed: 7, stream: 3 }).unwrap();
        assert!(draw.shares.iter().all(|share| share.interviews == 10 * share.hits));
        assert_eq!(draw.shares.iter().map(|share| share.hits).sum::<u32>(), 10);
        assert_eq!(draw, clusters(&people, 100, 10, Selection::Systematic { seed: 7, stream: 3 }).unwrap());
        let fixed = clusters(&people, 100, 10, Selection::Proportional).unwrap();
        assert_eq!(fixed.shares.iter().map(|share| share.hits).sum::<u32>(), 10);
        assert_eq!((fixed.shares[2].cluster, fixed.shares[2].hits, fixed.shares[2].expected_hits), (2, 2, None));
    }

    #[test]
    fn without_people_or_take_there_is_no_draw() {
        assert_eq!(clusters(&[], 10, 5, Selection::Proportional), None);
        assert_eq!(clusters(&[0, 0], 10, 5, Selection::Proportional), None);
        assert_eq!(clusters(&[9], 10, 0, Selection::Proportional), None);
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn interviews_are_exact_and_never_exceed_a_cluster(
            people in proptest::collection::vec(0_u32..400, 1..40), n in 0_u32..300, take in 1_u32..30, seed in any::<u64>(),
        ) {
            for selection in [Selection::Systematic { seed, stream: 1 }, Selection::Proportional] {
                let Some(draw) = clusters(&people, n, take, selection) else { continue };
                let placed: u32 = draw.shares.iter().map(|share| share.interviews).sum();
                prop_assert_eq!(placed + draw.unplaced, n);
                for share in &draw.shares {
                    prop_assert!(share.interviews <= people[share.cluster]);
                    if let Some(expected) = share.expected_hits {
                        prop_assert!((f64::from(share.hits) - expected).abs() < 1.0);
                    }
                    prop_assert!(draw.unplaced == 0 || share.interviews == people[share.cluster]);
                }
            }
        }
    }
}
