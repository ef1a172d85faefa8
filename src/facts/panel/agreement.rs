//! Scores of assessors in, trimmed means, severities and measures of agreement out. Pure, and no NaN comes out.

/// A mean after the extremes were dropped.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct TrimmedMean {
    /// The mean of what was kept.
    pub mean: f64,
    /// Sum of what was kept.
    pub sum: f64,
    /// Scores that were kept; at least one.
    pub kept_count: usize,
    /// Scores dropped at each end.
    pub trimmed_count: usize,
}

/// Scores and the share to drop at each end in, the mean of the rest out; `None` without any score.
///
/// At each end ⌊share × n⌋ scores are dropped, so that 0.1 drops none of nine and one of ten. The scores are added up
/// in ascending order, so that the order they come in changes nothing.
pub fn trimmed_mean(scores: &[f64], share: f64) -> Option<TrimmedMean> {
    /// 0.29 × 100 is a hair below 29 in binary.
    const HAIR: f64 = 1e-9;
    let mut sorted = scores.to_vec();
    sorted.sort_by(f64::total_cmp);
    let most = sorted.len().checked_sub(1)? / 2;
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a share of a count, not negative")]
    let trimmed_count = ((share.max(0.0) * count(sorted.len()) + HAIR).floor() as usize).min(most);
    let kept = &sorted[trimmed_count..sorted.len() - trimmed_count];
    let sum: f64 = kept.iter().sum();
    Some(TrimmedMean { mean: sum / count(kept.len()), sum, kept_count: kept.len(), trimmed_count })
}

/// How mild or strict an assessor is.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Severity {
    /// Mean difference from the mean of the others over the same cells, in points: positive is lenient.
    pub points: f64,
    /// Cells that somebody else scored too.
    pub cell_count: usize,
}

/// What each assessor gave (rows: assessors, columns: cells, the same for all) in, each one's severity out.
///
/// For every cell an assessor scored and at least one other did: own score − mean of the others; then the mean over
/// these cells. `None` for an assessor without such a cell.
pub fn severities(scores: &[Vec<Option<f64>>]) -> Vec<Option<Severity>> {
    let of = |own: usize| {
        let (mut sum, mut cell_count) = (0.0, 0);
        for (cell, score) in scores[own].iter().enumerate() {
            let Some(score) = score else { continue };
            let others = scores.iter().enumerate().filter(|(other, _)| *other != own).filter_map(|(_, row)| row[cell]);
            let (total, other_count) = others.fold((0.0, 0), |(sum, count), score| (sum + score, count + 1));
            if other_count > 0 {
                sum += score - total / count(other_count);
                cell_count += 1;
            }
        }
        (cell_count > 0).then(|| Severity { points: sum / count(cell_count), cell_count })
    };
    (0..scores.len()).map(of).collect()
}

/// Why there is no measure of agreement.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoAgreement {
    /// Fewer than two assessors, or fewer than two units that all of them scored.
    NoBlock,
    /// The scores do not differ in a way that could be compared.
    NoSpread,
}

/// Kendall's coefficient of concordance.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Concordance {
    /// W: 0 where the rankings have nothing in common, 1 where they are the same.
    pub w: f64,
    /// χ² = m (n − 1) W for m assessors and n units.
    pub chi_square: f64,
    /// Degrees of freedom, n − 1.
    pub freedom: usize,
    /// Probability of such a χ² or a larger one if the rankings had nothing in common.
    pub p: f64,
}

/// A complete block (rows: units, columns: assessors) in, Kendall's W with correction for ties out.
///
/// `W = 12 S / (m² (n³ − n) − m Σ (t³ − t))` with S the sum of squared deviations of the rank sums and t the sizes of
/// groups of equal scores; M. G. Kendall, Rank Correlation Methods (1948), chapter 6.
///
/// # Errors
/// Says why there is none: the block is too small, or every assessor gave the same score to all units.
pub fn concordance(block: &[Vec<f64>]) -> Result<Concordance, NoAgreement> {
    let (n, m) = size(block)?;
    let mut sums = vec![0.0; n];
    let mut ties = 0.0;
    for assessor in 0..m {
        let column: Vec<f64> = block.iter().map(|row| row[assessor]).collect();
        let mut sorted = column.clone();
        sorted.sort_by(f64::total_cmp);
        for (sum, score) in sums.iter_mut().zip(&column) {
            let below = sorted.partition_point(|other| other.total_cmp(score).is_lt());
            let equal = sorted.partition_point(|other| other.total_cmp(score).is_le()) - below;
            *sum += count(below) + (count(equal) + 1.0) / 2.0;
            // Every member of a group of t adds (t³ − t) / t.
            ties += count(equal) * count(equal) - 1.0;
        }
    }
    let (units, assessors) = (count(n), count(m));
    let middle = assessors * (units + 1.0) / 2.0;
    let s: f64 = sums.iter().map(|sum| (sum - middle) * (sum - middle)).sum();
    let divisor = assessors * assessors * (units * units * units - units) - assessors * ties;
    // Ranks are multiples of one half: what is not zero is at least 1.
    if divisor < 0.5 {
        return Err(NoAgreement::NoSpread);
    }
    let w = (12.0 * s / divisor).clamp(0.0, 1.0);
    let chi_square = assessors * (units - 1.0) * w;
    Ok(Concordance { w, chi_square, freedom: n - 1, p: chi_square_tail(chi_square, n - 1) })
}

/// Intraclass correlations of the two-way random model.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Correlation {
    /// ICC(2,1): how far the scores of one assessor can be relied on.
    pub single: f64,
    /// ICC(2,k): how far the mean of the k assessors can be relied on.
    pub mean: f64,
}

/// A complete block (rows: units, columns: assessors) in, ICC(2,1) and ICC(2,k) out.
///
/// With mean squares of units R, assessors C and rest E: `(R − E) / (R + (k − 1) E + k (C − E) / n)` and
/// `(R − E) / (R + (C − E) / n)`; P. E. Shrout, J. L. Fleiss, Intraclass Correlations (1979), Psychological Bulletin 86.
///
/// # Errors
/// Says why there is none: the block is too small, or the scores differ too little to divide by.
pub fn correlation(block: &[Vec<f64>]) -> Result<Correlation, NoAgreement> {
    /// A divisor this small a part of the mean squares is rounding.
    const NOTHING: f64 = 1e-9;
    let (n, k) = size(block)?;
    let (units, assessors) = (count(n), count(k));
    let first = block[0][0];
    if block.iter().flatten().all(|score| score.total_cmp(&first).is_eq()) {
        return Err(NoAgreement::NoSpread);
    }
    let grand = block.iter().flatten().sum::<f64>() / (units * assessors);
    let rows: Vec<f64> = block.iter().map(|row| row.iter().sum::<f64>() / assessors).collect();
    let columns: Vec<f64> = (0..k).map(|column| block.iter().map(|row| row[column]).sum::<f64>() / units).collect();
    let square = |difference: f64| difference * difference;
    let between_units = assessors * rows.iter().map(|mean| square(mean - grand)).sum::<f64>() / (units - 1.0);
    let between_assessors = units * columns.iter().map(|mean| square(mean - grand)).sum::<f64>() / (assessors - 1.0);
    let mut rest = 0.0;
    for (row, unit_mean) in block.iter().zip(&rows) {
        for (score, assessor_mean) in row.iter().zip(&columns) {
            rest += square(score - unit_mean - assessor_mean + grand);
        }
    }
    let rest = rest / ((units - 1.0) * (assessors - 1.0));
    let excess = (between_assessors - rest) / units;
    let of_one = between_units + (assessors - 1.0) * rest + assessors * excess;
    let of_mean = between_units + excess;
    let least = NOTHING * (between_units + between_assessors + rest);
    if of_one <= least || of_mean <= least {
        return Err(NoAgreement::NoSpread);
    }
    Ok(Correlation { single: (between_units - rest) / of_one, mean: (between_units - rest) / of_mean })
}

/// Units and assessors of a block that is large enough.
fn size(block: &[Vec<f64>]) -> Result<(usize, usize), NoAgreement> {
    let columns = block.first().map_or(0, Vec::len);
    if block.len() < 2 || columns < 2 { Err(NoAgreement::NoBlock) } else { Ok((block.len(), columns)) }
}

/// Probability that χ² with so many degrees of freedom is at least as large.
///
/// The regularised upper gamma function of half the freedom, from Q(½, x) = erfc √x or Q(1, x) = e^−x upwards by
/// Q(a + 1, x) = Q(a, x) + xᵃ e^−x / Γ(a + 1); Abramowitz and Stegun, Handbook of Mathematical Functions (1964), 6.5.21.
fn chi_square_tail(chi_square: f64, freedom: usize) -> f64 {
    let x = chi_square / 2.0;
    if x <= 0.0 {
        return 1.0;
    }
    let (mut a, mut tail) = if freedom % 2 == 1 { (0.5, libm::erfc(x.sqrt())) } else { (1.0, libm::exp(-x)) };
    while a + 0.5 < count(freedom) / 2.0 {
        tail += libm::exp(a * libm::log(x) - x - libm::lgamma(a + 1.0));
        a += 1.0;
    }
    tail.clamp(0.0, 1.0)
}

#[expect(clippy::cast_precision_loss, reason = "counts of scores are far below 2^53")]
pub(in crate::facts) fn count(count: usize) -> f64 {
    count as f64
}

#[cfg(test)]
mod tests;
