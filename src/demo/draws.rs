//! Random numbers that depend on what they are for, and on nothing else.

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};

/// The source of all randomness of one generation.
#[derive(Clone, Copy, Debug)]
pub(super) struct Draws {
    seed: u64,
}

impl Draws {
    pub(super) fn new(seed: u64) -> Self {
        Draws { seed }
    }

    /// The numbers for one purpose, period, unit and item: the same whenever and in whatever order they are asked for.
    pub(super) fn stream(self, purpose: &str, when: &str, unit: &str, item: &str) -> Stream {
        let words = [self.seed, hash(&[purpose, when]), hash(&[unit]), hash(&[item])];
        let mut key = [0; 32];
        for (slot, word) in key.chunks_exact_mut(8).zip(words) {
            slot.copy_from_slice(&word.to_le_bytes());
        }
        Stream(ChaCha8Rng::from_seed(key))
    }
}

/// FNV-1a, 64 bits, <http://www.isthe.com/chongo/tech/comp/fnv/>; ChaCha does the mixing.
fn hash(parts: &[&str]) -> u64 {
    const BASIS: u64 = 0xcbf2_9ce4_8422_2325;
    const PRIME: u64 = 0x0000_0100_0000_01b3;
    let step = |state: u64, byte: u8| (state ^ u64::from(byte)).wrapping_mul(PRIME);
    // No byte of UTF-8 text is 0xFF, so the parts cannot run into each other.
    parts.iter().fold(BASIS, |state, part| step(part.bytes().fold(state, step), 0xff))
}

/// A sequence of random numbers.
pub(super) struct Stream(ChaCha8Rng);

impl Stream {
    /// Uniform in [0, 1).
    pub(super) fn uniform(&mut self) -> f64 {
        #[expect(clippy::cast_precision_loss, reason = "53 bits fit a float")]
        let bits = (self.0.next_u64() >> 11) as f64;
        bits / (1_u64 << 53) as f64
    }

    /// Uniform in [low, high).
    pub(super) fn between(&mut self, low: f64, high: f64) -> f64 {
        low + (high - low) * self.uniform()
    }

    /// Mean 0, deviation 1, never beyond ±3.47: the sum of four uniform numbers, so that no logarithm is needed.
    pub(super) fn bell(&mut self) -> f64 {
        let sum: f64 = (0..4).map(|_| self.uniform()).sum();
        (sum - 2.0) * 3_f64.sqrt()
    }

    /// A position below `count`; 0 where there is none.
    pub(super) fn below(&mut self, count: usize) -> usize {
        // The bias is below count / 2^64.
        let wide = u128::from(self.0.next_u64()) * count as u128;
        usize::try_from(wide >> 64).expect("a position is below its count")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_depends_on_every_part_of_its_purpose_and_not_on_what_was_drawn_before() {
        let draws = Draws::new(7);
        let first = draws.stream("noise", "2022Q3", "U1", "m").uniform();
        for (seed, purpose, when, unit, item) in [
            (8, "noise", "2022Q3", "U1", "m"),
            (7, "nois", "e2022Q3", "U1", "m"),
            (7, "noise", "2022Q2", "U1", "m"),
            (7, "noise", "2022Q3", "U2", "m"),
            (7, "noise", "2022Q3", "U1", "n"),
        ] {
            let other = Draws::new(seed).stream(purpose, when, unit, item).uniform();
            assert!((first - other).abs() > 1e-9, "{seed} {purpose} {when} {unit} {item}");
        }
        assert_eq!(first.to_bits(), draws.stream("noise", "2022Q3", "U1", "m").uniform().to_bits());
    }

    #[test]
    fn draws_stay_in_their_range_and_the_bell_is_centred_with_deviation_one() {
        let mut stream = Draws::new(1).stream("", "", "", "");
        let bells: Vec<f64> = (0..4000).map(|_| stream.bell()).collect();
        let mean = bells.iter().sum::<f64>() / 4000.0;
        let variance = bells.iter().map(|bell| bell * bell).sum::<f64>() / 4000.0;
        assert!(mean.abs() < 0.06 && (variance - 1.0).abs() < 0.08, "{mean} {variance}");
        assert!((0..1000).all(|_| stream.below(7) < 7 && (0.0..1.0).contains(&stream.uniform())));
        assert_eq!(stream.below(0), 0);
    }
}
