//! The variance of a total of linearised scores under a stratified cluster sample.

/// Why there is no variance.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum NoVariance {
    /// A stratum has one cluster only, so nothing varies inside it.
    LonelyCluster {
        /// The stratum.
        stratum: u32,
    },
    /// Lists of different length, or a score that is not finite.
    NotUsable,
}

/// Stratum of every cluster and Σ score of every cluster → Σ over strata of n/(n−1) Σ (t − t̄)².
///
/// With-replacement variance of a total (Särndal, Swensson & Wretman 1992, 2.9; R's `svyrecvar` without fpc). Every
/// cluster of the sample is listed, also those without respondents of the domain (score 0).
///
/// # Errors
/// [`NoVariance`].
pub fn between_clusters(stratum_of_cluster: &[u32], scores: &[f64]) -> Result<f64, NoVariance> {
    if stratum_of_cluster.len() != scores.len() || scores.iter().any(|score| !score.is_finite()) {
        return Err(NoVariance::NotUsable);
    }
    let mut strata = stratum_of_cluster.to_vec();
    strata.sort_unstable();
    strata.dedup();
    let mut variance = 0.0;
    for &stratum in &strata {
        let of_stratum = || (stratum_of_cluster.iter().zip(scores)).filter(|&(&s, _)| s == stratum).map(|(_, &t)| t);
        let clusters = of_stratum().count() as f64;
        if clusters < 2.0 {
            return Err(NoVariance::LonelyCluster { stratum });
        }
        let mean = of_stratum().sum::<f64>() / clusters;
        variance += clusters / (clusters - 1.0) * of_stratum().map(|t| (t - mean) * (t - mean)).sum::<f64>();
    }
    if variance.is_finite() { Ok(variance) } else { Err(NoVariance::NotUsable) }
}
