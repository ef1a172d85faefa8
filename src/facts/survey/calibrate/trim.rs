//! Trimming of weights. Respondents of a cell differ in weight, so this works on rows of equal weight.

/// Respondents of one cell with the same weight.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct WeightRow {
    /// Weight of each of them.
    pub weight: f64,
    /// Their calibration cell.
    pub cell: u32,
    /// How many they are.
    pub count: u32,
}

/// Between what weights must lie; `None`: no bound on that side.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Limits {
    /// Smallest weight.
    pub lower: Option<f64>,
    /// Largest weight.
    pub upper: Option<f64>,
}

/// How often weights are cut.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cut {
    /// Once: what is spread may push other weights outside (R: `strict = FALSE`).
    Once,
    /// Until none is outside (R: `strict = TRUE`).
    UntilNoneIsOutside,
}

/// Trimmed weights.
#[derive(Clone, Debug, PartialEq)]
pub struct Trimmed {
    /// New weight of every row, in the order of the rows.
    pub weights: Vec<f64>,
    /// Whether the row was cut to a limit.
    pub cut: Vec<bool>,
    /// Respondents in rows that were cut.
    pub respondents_cut: u32,
    /// Cuts done, 0 when no weight was outside.
    pub rounds: u32,
    /// Weight taken away over the limits (or, negative, given up to the lower one), in all rounds.
    pub spread: f64,
}

/// Why weights cannot be trimmed.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Untrimmable {
    /// A weight or limit that is not a number, or limits the wrong way round.
    NotUsable,
    /// Every weight was cut, so nobody is left to take what was cut: the limits do not allow for the sum.
    NobodyLeft {
        /// Σ weight before.
        sum: f64,
        /// Σ weight with all at their limits.
        at_limits: f64,
    },
}

/// Rows of equal weights and limits → trimmed weights with the same sum.
///
/// What is cut off is spread in equal parts (not shares) over the respondents not yet cut, as by R's `trimWeights`,
/// and again while that pushes others outside. Rows once cut stay at their limit. In R 4.1 they take part in the next
/// spreading and are cut again; with an upper limit alone that tends to the same weights (all uncut rows gain the same
/// amount, and the sum fixes it). Margins are no longer met exactly: the certificate shows by how much.
///
/// # Errors
/// [`Untrimmable`].
pub fn trim(rows: &[WeightRow], limits: Limits, repetition: Cut) -> Result<Trimmed, Untrimmable> {
    let lower = limits.lower.unwrap_or(f64::NEG_INFINITY);
    let upper = limits.upper.unwrap_or(f64::INFINITY);
    let numbers = limits.lower.iter().chain(&limits.upper).all(|limit| limit.is_finite());
    if !numbers || lower > upper || rows.iter().any(|row| !row.weight.is_finite()) {
        return Err(Untrimmable::NotUsable);
    }
    let mut weights: Vec<f64> = rows.iter().map(|row| row.weight).collect();
    let mut cut = vec![false; rows.len()];
    let (mut rounds, mut spread) = (0, 0.0);
    loop {
        let mut excess = 0.0;
        let mut any = false;
        for ((weight, cut), row) in weights.iter_mut().zip(&mut cut).zip(rows) {
            let within = weight.clamp(lower, upper);
            if *weight < lower || *weight > upper {
                excess += (*weight - within) * f64::from(row.count);
                (*weight, *cut, any) = (within, true, true);
            }
        }
        if !any {
            break;
        }
        rounds += 1;
        spread += excess;
        let free: f64 = rows.iter().zip(&cut).filter(|&(_, cut)| !cut).map(|(row, _)| f64::from(row.count)).sum();
        if free > 0.0 {
            for (weight, _) in weights.iter_mut().zip(&cut).filter(|&(_, cut)| !cut) {
                *weight += excess / free;
            }
        } else {
            let sum: f64 = rows.iter().map(|row| row.weight * f64::from(row.count)).sum();
            let at_limits: f64 = rows.iter().zip(&weights).map(|(row, weight)| weight * f64::from(row.count)).sum();
            let finite = sum.is_finite() && at_limits.is_finite();
            return Err(if finite { Untrimmable::NobodyLeft { sum, at_limits } } else { Untrimmable::NotUsable });
        }
        if repetition == Cut::Once {
            break;
        }
    }
    if weights.iter().any(|weight| !weight.is_finite()) {
        return Err(Untrimmable::NotUsable);
    }
    let respondents_cut =
        rows.iter().zip(&cut).filter(|&(_, cut)| *cut).fold(0_u32, |sum, (row, _)| sum.saturating_add(row.count));
    Ok(Trimmed { weights, cut, respondents_cut, rounds, spread })
}

/// Rows, those of a unit together, and the cells a unit has → every unit trimmed by itself until no weight is outside,
/// so that what is cut off stays in its unit. A unit that cannot be trimmed keeps its weights.
#[must_use]
pub fn trim_by_unit(rows: &[WeightRow], limits: Limits, cells_of_unit: u32) -> Trimmed {
    let unit = |row: &WeightRow| row.cell / cells_of_unit.max(1);
    let mut all = Trimmed { weights: Vec::new(), cut: Vec::new(), respondents_cut: 0, rounds: 0, spread: 0.0 };
    for own in rows.chunk_by(|one, other| unit(one) == unit(other)) {
        match trim(own, limits, Cut::UntilNoneIsOutside) {
            Ok(trimmed) => {
                all.weights.extend(trimmed.weights);
                all.cut.extend(trimmed.cut);
                all.respondents_cut = all.respondents_cut.saturating_add(trimmed.respondents_cut);
                all.rounds = all.rounds.max(trimmed.rounds);
                all.spread += trimmed.spread;
            }
            Err(_) => {
                all.weights.extend(own.iter().map(|row| row.weight));
                all.cut.resize(all.weights.len(), false);
            }
        }
    }
    all
}

#[cfg(test)]
mod tests {
    use super::{Cut, Limits, Untrimmable, WeightRow, trim};
    use crate::facts::survey::calibrate::oracle::{Survey, Table, parameters};
    use proptest::prelude::*;

    fn rows(weights: &[f64], counts: &[u32]) -> Vec<WeightRow> {
        weights.iter().zip(counts).map(|(&weight, &count)| WeightRow { weight, cell: 0, count }).collect()
    }

    fn below(upper: f64) -> Limits {
        Limits { lower: None, upper: Some(upper) }
    }

    #[test]
    fn trimmed_weights_are_those_of_r() {
        let raked = Table::read("02_survey/r_weights.csv").numbers("raked");
        let [_, _, upper] = parameters();
        let rows = rows(&raked, &vec![1; raked.len()]);
        let trimmed = trim(&rows, below(upper), Cut::UntilNoneIsOutside).unwrap();
        let farthest = Survey::farthest(&trimmed.weights, "raked_trimmed3median");
        assert!(farthest < 1e-8, "{farthest:e}");
    }

    #[test]
    fn once_leaves_those_outside_that_the_spread_has_pushed_there() {
        let rows = rows(&[1.0, 9.5, 14.0], &[2, 1, 1]);
        let once = trim(&rows, below(10.0), Cut::Once).unwrap();
        assert_eq!(once.rounds, 1);
        assert!(once.weights[1] > 10.0);
        let all = trim(&rows, below(10.0), Cut::UntilNoneIsOutside).unwrap();
        assert_eq!((all.rounds, all.respondents_cut), (2, 2));
        assert!((all.weights[0] - 2.75).abs() < 1e-12);
    }

    #[test]
    fn limits_that_do_not_allow_for_the_sum_are_an_error() {
        let found = trim(&rows(&[5.0, 9.0], &[1, 1]), below(4.0), Cut::UntilNoneIsOutside).unwrap_err();
        assert_eq!(found, Untrimmable::NobodyLeft { sum: 14.0, at_limits: 8.0 });
        let wrong = Limits { lower: Some(2.0), upper: Some(1.0) };
        assert_eq!(trim(&[], wrong, Cut::Once).unwrap_err(), Untrimmable::NotUsable);
        assert!(trim(&rows(&[f64::NAN], &[1]), below(4.0), Cut::Once).is_err());
        assert!(trim(&rows(&[1.0], &[1]), below(f64::NAN), Cut::Once).is_err());
    }

    proptest! {
        #[test]
        fn the_sum_is_kept_and_no_weight_is_outside(
            weights in prop::collection::vec(0.1_f64..50.0, 1..40), share in 1.05_f64..3.0,
        ) {
            let rows = rows(&weights, &vec![3; weights.len()]);
            let mean = weights.iter().sum::<f64>() / weights.len() as f64;
            let limits = Limits { lower: Some(mean / share), upper: Some(mean * share) };
            let Ok(trimmed) = trim(&rows, limits, Cut::UntilNoneIsOutside) else { return Ok(()) };
            prop_assert!((trimmed.weights.iter().sum::<f64>() / weights.iter().sum::<f64>() - 1.0).abs() < 1e-12);
            prop_assert!(trimmed.weights.iter().all(|w| (mean / share..=mean * share).contains(w)));
        }
    }
}
