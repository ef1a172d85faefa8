//! Values to pixels: ranges with round ends and round steps.

/// A range of values laid over a range of pixels.
#[derive(Clone, Copy, Debug)]
pub(super) struct Axis {
    pub(super) low: f64,
    pub(super) high: f64,
    pub(super) step: f64,
    from: i32,
    to: i32,
}

impl Axis {
    /// The range from `low` to `high`, widened to whole steps of 1, 2 or 5 × 10ⁿ, about `steps` of them.
    pub(super) fn round(low: f64, high: f64, steps: u32) -> Self {
        let span = if high - low > 1e-6 { high - low } else { 1.0 };
        let rough = span / f64::from(steps.max(1));
        let power = 10_f64.powi(magnitude(rough));
        let step = [1.0, 2.0, 5.0].into_iter().map(|factor| factor * power).find(|step| *step >= rough * 0.999);
        let step = step.unwrap_or(10.0 * power);
        let low = (low / step + 1e-9).floor() * step;
        let mut high = (high / step - 1e-9).ceil() * step;
        if high - low < step / 2.0 {
            high = low + step;
        }
        Axis { low, high, step, from: 0, to: 1 }
    }

    /// The range from `low` to `high` as it is, for bars that carry their figures.
    pub(super) fn between(low: f64, high: f64) -> Self {
        let span = if high - low > 1e-9 { high - low } else { 1.0 };
        Axis { low, high: low + span, step: span, from: 0, to: 1 }
    }

    /// The same range between two pixels; `from` may be the greater, for an axis that points up.
    pub(super) fn over(self, from: i32, to: i32) -> Self {
        Axis { from, to, ..self }
    }

    /// The same range ending at `high`, which lies within the last step.
    pub(super) fn ending_at(self, high: f64) -> Self {
        Axis { high: if high > self.low { high } else { self.high }, ..self }
    }

    /// The pixel of a value; values outside are put on the nearer end.
    pub(super) fn at(&self, value: f64) -> i32 {
        let share = ((value - self.low) / (self.high - self.low)).clamp(0.0, 1.0);
        #[expect(clippy::cast_possible_truncation, reason = "between two pixels")]
        let offset = (share * f64::from(self.to - self.from)).round() as i32;
        self.from + offset
    }

    /// Round values from end to end, as (value, label).
    pub(super) fn ticks(&self) -> Vec<(f64, String)> {
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "few steps by construction")]
        let count = ((self.high - self.low) / self.step + 1e-6).floor() as u32;
        #[expect(clippy::cast_sign_loss, reason = "not negative by max")]
        let decimals = (-magnitude(self.step)).max(0) as usize;
        (0..=count.min(50))
            .map(|number| {
                let value = self.low + f64::from(number) * self.step;
                let value = if value.abs() < self.step / 1e3 { 0.0 } else { value };
                (value, format!("{value:.decimals$}"))
            })
            .collect()
    }
}

/// Power of ten of the first digit of a positive number.
fn magnitude(value: f64) -> i32 {
    let mut power = 0;
    while 10_f64.powi(power + 1) <= value * (1.0 + 1e-9) && power < 12 {
        power += 1;
    }
    while 10_f64.powi(power) > value * (1.0 + 1e-9) && power > -6 {
        power -= 1;
    }
    power
}

/// Intervals of pixels in, a lane for each out so that no two of a lane come nearer than `gap`; lane 0 is filled first.
pub(super) fn lanes(intervals: &[(i32, i32)], gap: i32) -> Vec<usize> {
    let mut taken: Vec<Vec<(i32, i32)>> = Vec::new();
    let mut lanes = Vec::new();
    for &(from, to) in intervals {
        let is_free =
            |lane: &Vec<(i32, i32)>| lane.iter().all(|&(left, right)| to + gap <= left || right + gap <= from);
        let lane = taken.iter().position(is_free).unwrap_or(taken.len());
        if lane == taken.len() {
            taken.push(Vec::new());
        }
        taken[lane].push((from, to));
        lanes.push(lane);
    }
    lanes
}

#[cfg(test)]
mod tests {
    use super::*;

    fn labels(axis: &Axis) -> Vec<String> {
        axis.ticks().into_iter().map(|(_, label)| label).collect()
    }

    #[test]
    fn ends_are_widened_to_round_steps() {
        assert_eq!(labels(&Axis::round(63.4, 97.1, 4)), ["60", "70", "80", "90", "100"]);
    }

    #[test]
    fn small_ranges_get_decimals_and_negative_ones_pass_through_zero() {
        assert_eq!(labels(&Axis::round(0.1, 0.32, 3)), ["0.1", "0.2", "0.3", "0.4"]);
        assert_eq!(labels(&Axis::round(-12.0, 31.0, 5)), ["-20", "-10", "0", "10", "20", "30", "40"]);
    }

    #[test]
    fn a_single_value_still_has_a_range() {
        let axis = Axis::round(80.0, 80.0, 4).over(0, 100);
        assert!(axis.high > axis.low);
        assert_eq!(axis.at(80.0), 0);
    }

    #[test]
    fn values_become_pixels_and_stay_on_the_axis() {
        let axis = Axis::round(0.0, 100.0, 5).over(200, 0);
        assert_eq!([axis.at(0.0), axis.at(25.0), axis.at(100.0), axis.at(1e6)], [200, 150, 0, 0]);
    }

    #[test]
    fn labels_that_would_touch_go_to_another_lane() {
        assert_eq!(lanes(&[(0, 10), (8, 20), (22, 30), (40, 50)], 4), [0, 1, 0, 0]);
    }
}
