//! What chance gives when respondents are handed out at random within strata: exact tails and permutations.

use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;

/// A group's part of one stratum.
#[derive(Debug, Clone, Copy)]
pub(super) struct Stratum {
    /// People of the stratum.
    pub(super) all: u32,
    /// Marked people among them.
    pub(super) marked: u32,
    /// People of the stratum that belong to the group.
    pub(super) group: u32,
}

impl Stratum {
    pub(super) fn expected(&self) -> f64 {
        if self.all == 0 { 0.0 } else { f64::from(self.group) * f64::from(self.marked) / f64::from(self.all) }
    }

    /// P(X = 0), P(X = 1), … of the hypergeometric number of marked people in the group.
    fn probabilities(&self) -> Vec<f64> {
        let log_choose = |n: u32, k: u32| {
            let log_factorial = |n: u32| libm::lgamma(f64::from(n) + 1.0);
            log_factorial(n) - log_factorial(k) - log_factorial(n - k)
        };
        let (marked, group) = (self.marked.min(self.all), self.group.min(self.all));
        let plain = self.all - marked;
        let all = log_choose(self.all, group);
        let one = |k: u32| {
            if group - k > plain { 0.0 } else { libm::exp(log_choose(marked, k) + log_choose(plain, group - k) - all) }
        };
        (0..=marked.min(group)).map(one).collect()
    }
}

/// P(marked people in the group ≥ `observed`), the strata drawn independently: Fisher's exact test, stratified (the margins
/// are held, so the rate need not be known). Summed from the small end of the tail.
pub(super) fn at_least(observed: u32, strata: &[Stratum]) -> f64 {
    let mut sum = vec![1.0];
    for stratum in strata {
        let more = stratum.probabilities();
        let mut next = vec![0.0; sum.len() + more.len() - 1];
        for (a, left) in sum.iter().enumerate() {
            for (b, right) in more.iter().enumerate() {
                next[a + b] += left * right;
            }
        }
        sum = next;
    }
    sum.iter().skip(observed as usize).rev().sum::<f64>().min(1.0)
}

/// Shuffles positions within strata (lists of positions); draw number `draw` has its own stream.
pub(super) fn shuffled<T: Copy>(values: &[T], strata: &[Vec<usize>], seed: u64, draw: u64) -> Vec<T> {
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    rng.set_stream(draw);
    let mut order = values.to_vec();
    for stratum in strata {
        for last in (1..stratum.len()).rev() {
            let range = last as u64 + 1;
            let other = usize::try_from((u128::from(rng.next_u64()) * u128::from(range)) >> 64).unwrap_or(0);
            order.swap(stratum[last], stratum[other]);
        }
    }
    order
}

/// Positions per value of `key`, in ascending order of the key.
pub(super) fn strata(keys: &[u32], positions: &[usize]) -> Vec<Vec<usize>> {
    let mut sorted = positions.to_vec();
    sorted.sort_by_key(|&position| (keys[position], position));
    sorted.chunk_by(|&a, &b| keys[a] == keys[b]).map(<[usize]>::to_vec).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_lady_tasting_tea_has_fishers_p() {
        let tea = Stratum { all: 8, marked: 4, group: 4 };
        assert!((at_least(3, &[tea]) - 17.0 / 70.0).abs() < 1e-13);
        assert!((at_least(4, &[tea]) - 1.0 / 70.0).abs() < 1e-13);
        // Twice: both 4, or 4 and 3.
        assert!((at_least(7, &[tea, tea]) - (1.0 + 2.0 * 16.0) / 4900.0).abs() < 1e-13);
        assert!((at_least(0, &[tea, tea]) - 1.0).abs() < 1e-13);
    }

    #[test]
    fn shuffling_keeps_strata_and_repeats() {
        let values = [0, 1, 2, 3, 4, 5, 6, 7];
        let strata = strata(&[5, 5, 1, 1, 5, 1, 5, 5], &[0, 1, 2, 3, 4, 5, 6, 7]);
        assert_eq!(strata, [vec![2, 3, 5], vec![0, 1, 4, 6, 7]]);
        let once = shuffled(&values, &strata, 3, 9);
        let mut low = [once[2], once[3], once[5]];
        low.sort_unstable();
        assert_eq!(low, [2, 3, 5]);
        assert_eq!(once, shuffled(&values, &strata, 3, 9));
        assert_ne!(once, shuffled(&values, &strata, 3, 10));
    }
}
