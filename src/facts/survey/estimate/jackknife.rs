//! The stratified delete-one-cluster jackknife (`JKn`) of a ratio, from the clusters' sums.

use crate::facts::survey::estimate::design::{Design, DesignError, LonelyPsu, Psu};
use crate::facts::survey::estimate::groups::{GroupKey, Moments};
use crate::facts::survey::estimate::linearisation::Asked;

/// A ratio and its jackknife standard error.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Jackknife {
    /// Σ w y / Σ w x of the whole sample.
    pub value: f64,
    /// `√ Σ_hc f_h (n_h − 1)/n_h (θ_hc − θ̄)²`, θ̄ the mean of all replicates.
    pub standard_error: f64,
}

/// A cluster's Σ w y and Σ w x over the domain.
#[derive(Clone, Copy, Default)]
struct Pair {
    y: f64,
    x: f64,
}

impl Design {
    /// Takes a variable and a domain, gives the ratio and its jackknife standard error, with design weights. A
    /// replicate leaves one cluster out and multiplies the others of its stratum by n/(n−1) (Rust and Rao 1996; R
    /// survey 4.1-1, `as.svrepdesign(type = "JKn")`, centred at the mean of the replicates as R does by default). A
    /// stratum of one cluster has no replicate under [`LonelyPsu::Remove`] and [`LonelyPsu::Certainty`].
    ///
    /// # Errors
    /// As [`Design::ratio`]; a lonely PSU under any other rule; respondents as PSUs; a replicate without the domain.
    pub fn jackknife(
        &self,
        variable: &[Moments],
        domain: &dyn Fn(&GroupKey) -> bool,
    ) -> Result<Jackknife, DesignError> {
        if self.psu == Psu::Respondent {
            return Err(DesignError::JackknifeOfRespondents);
        }
        let sums = self.sums(&Asked { variable, domain, calibration: None })?;
        let value = sums.y / sums.x;
        if !value.is_finite() {
            return Err(DesignError::ZeroWeight);
        }
        let mut rows = vec![Pair::default(); self.clusters.len()];
        for &place in self.order.iter().filter(|&&place| sums.inside[place]) {
            rows[self.row_of[place]].y += variable[place].y;
            rows[self.row_of[place]].x += variable[place].x;
        }
        let mut replicates: Vec<(f64, f64)> = Vec::with_capacity(rows.len());
        for stratum in &self.strata {
            let correction = stratum.correction();
            if correction < 1e-7 {
                continue;
            }
            if stratum.sampled < 2 {
                match self.lonely {
                    LonelyPsu::Remove | LonelyPsu::Certainty => continue,
                    LonelyPsu::Fail | LonelyPsu::Adjust | LonelyPsu::Average => {
                        return Err(DesignError::LonelyPsu { stratum: stratum.number });
                    }
                }
            }
            let sampled = f64::from(stratum.sampled);
            let mean = rows[stratum.rows.clone()]
                .iter()
                .fold(Pair::default(), |sum, row| Pair { y: sum.y + row.y / sampled, x: sum.x + row.x / sampled });
            // The others of the stratum times n/(n−1), less the stratum, is n/(n−1) × (the stratum's mean − cluster).
            let scale = sampled / (sampled - 1.0);
            for row in stratum.rows.clone() {
                let y = sums.y + scale * (mean.y - rows[row].y);
                let x = sums.x + scale * (mean.x - rows[row].x);
                // What is left of a sum whose terms all lay in this cluster is rounding.
                if x.abs() <= 1e-13 * sums.x.abs() || !(y / x).is_finite() {
                    return Err(DesignError::EmptyReplicate { cluster: self.clusters[row] });
                }
                replicates.push((y / x, correction / scale));
            }
        }
        let mean = replicates.iter().map(|&(theta, _)| theta).sum::<f64>() / replicates.len().max(1) as f64;
        let variance: f64 = replicates.iter().map(|&(theta, share)| share * (theta - mean) * (theta - mean)).sum();
        if variance.is_finite() {
            Ok(Jackknife { value, standard_error: variance.sqrt() })
        } else {
            Err(DesignError::NotFinite)
        }
    }
}
