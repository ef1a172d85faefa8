//! Variances and covariances of linearised estimates: what each stratum adds, and under which lonely-PSU rule.

use crate::facts::survey::estimate::design::{Design, DesignError, LonelyPsu, Psu};
use crate::facts::survey::estimate::groups::Moments;
use crate::facts::survey::estimate::linearisation::{ROUNDING, Sums};

/// A linearised estimate: the value of a respondent inside is `of_y·y + of_x·x − fit`, outside −fit.
pub(crate) struct Linear<'a> {
    pub(crate) variable: &'a [Moments],
    pub(crate) inside: Vec<bool>,
    pub(crate) of_y: f64,
    pub(crate) of_x: f64,
    pub(crate) factors: Option<&'a [f64]>,
    pub(crate) fitted: Vec<f64>,
    /// By row of the design: Σ w (value).
    pub(crate) rows: Vec<f64>,
    pub(crate) rounding: f64,
}

impl Linear<'_> {
    pub(crate) fn factor(&self, cell: usize) -> f64 {
        self.factors.map_or(1.0, |factors| factors[cell])
    }

    pub(crate) fn fit(&self, cell: usize) -> f64 {
        self.fitted.get(cell).copied().unwrap_or(0.0)
    }

    /// Σ w u of a group with design weights, before the fit is taken off.
    pub(crate) fn sum(&self, place: usize) -> f64 {
        if self.inside[place] { self.of_y * self.variable[place].y + self.of_x * self.variable[place].x } else { 0.0 }
    }
}

/// What a stratum adds to a covariance.
#[derive(Clone, Copy)]
pub(crate) enum Share {
    Nothing,
    /// This much of the products of distances from the stratum's mean.
    FromOwnMean(f64),
    /// This much of the product of the totals.
    FromZero(f64),
}

impl Design {
    pub(crate) fn variance(&self, linear: &Linear) -> Result<f64, DesignError> {
        let shares = self.stratum_shares(&self.taking_part(std::slice::from_ref(linear)))?;
        let variance = self.product(&shares, linear, linear);
        Ok(if variance <= linear.rounding { 0.0 } else { variance })
    }

    /// By stratum: does it have respondents of a domain? After a calibration all have (R keeps their rows then).
    pub(crate) fn taking_part(&self, linears: &[Linear]) -> Vec<bool> {
        let mut taking = vec![linears.iter().any(|linear| linear.factors.is_some()); self.strata.len()];
        for (place, &stratum) in self.stratum_of.iter().enumerate() {
            taking[stratum] |= linears.iter().any(|linear| linear.inside[place]);
        }
        taking
    }

    /// By stratum: what multiplies its sum of products in a covariance.
    pub(crate) fn stratum_shares(&self, taking_part: &[bool]) -> Result<Vec<Share>, DesignError> {
        let mut shares = vec![Share::Nothing; self.strata.len()];
        let (mut all, mut lonely) = (0_u32, 0_u32);
        for (place, stratum) in self.strata.iter().enumerate().filter(|&(place, _)| taking_part[place]) {
            let correction = stratum.correction();
            all += 1;
            if correction < 1e-7 {
                continue;
            }
            if stratum.sampled > 1 {
                let sampled = f64::from(stratum.sampled);
                shares[place] = Share::FromOwnMean(correction * sampled / (sampled - 1.0));
                continue;
            }
            match self.lonely {
                LonelyPsu::Fail => return Err(DesignError::LonelyPsu { stratum: stratum.number }),
                LonelyPsu::Remove | LonelyPsu::Certainty => {}
                LonelyPsu::Adjust => shares[place] = Share::FromZero(correction),
                LonelyPsu::Average => lonely += 1,
            }
        }
        if lonely > 0 {
            if lonely == all {
                return Err(DesignError::OnlyLonelyStrata);
            }
            let average = f64::from(all) / f64::from(all - lonely);
            for share in &mut shares {
                if let Share::FromOwnMean(scale) = share {
                    *scale *= average;
                }
            }
        }
        Ok(shares)
    }

    /// The covariance of two linearised estimates.
    pub(crate) fn product(&self, shares: &[Share], left: &Linear, right: &Linear) -> f64 {
        let within = match self.psu {
            Psu::Cluster => Vec::new(),
            Psu::Respondent => self.products_by_stratum(left, right),
        };
        let mut sum = 0.0;
        for (place, (share, stratum)) in shares.iter().zip(&self.strata).enumerate() {
            let (left, right) = (&left.rows[stratum.rows.clone()], &right.rows[stratum.rows.clone()]);
            let sampled = f64::from(stratum.sampled);
            let (a, b) = (left.iter().sum::<f64>(), right.iter().sum::<f64>());
            sum += match share {
                Share::Nothing => 0.0,
                Share::FromZero(scale) => scale * a * b,
                Share::FromOwnMean(scale) => match self.psu {
                    Psu::Cluster => {
                        let (a, b) = (a / sampled, b / sampled);
                        scale * left.iter().zip(right).map(|(&x, &y)| (x - a) * (y - b)).sum::<f64>()
                    }
                    Psu::Respondent => scale * (within[place] - a * b / sampled),
                },
            };
        }
        sum
    }

    /// By stratum: Σ over respondents of the products of two linearised values, each with its weight.
    fn products_by_stratum(&self, left: &Linear, right: &Linear) -> Vec<f64> {
        let mut products = vec![0.0; self.strata.len()];
        for &place in &self.order {
            let cell = self.groups[place].key.cell as usize;
            let moments = &left.variable[place];
            let (in_left, in_right) = (left.inside[place], right.inside[place]);
            let (fit, other_fit) = (left.fit(cell), right.fit(cell));
            let mut product = fit * other_fit * self.groups[place].everybody.square;
            if in_left {
                product -= other_fit * (left.of_y * moments.square_y + left.of_x * moments.square_x);
            }
            if in_right {
                product -= fit * (right.of_y * moments.square_y + right.of_x * moments.square_x);
            }
            if in_left && in_right {
                product += left.of_y * right.of_y * moments.square_yy
                    + (left.of_y * right.of_x + left.of_x * right.of_y) * moments.square_xy
                    + left.of_x * right.of_x * moments.square_xx;
            }
            products[self.stratum_of[place]] += left.factor(cell) * right.factor(cell) * product;
        }
        products
    }

    /// A variance not above this is rounding. Sums of a cluster are off by some ε of their terms; with respondents as
    /// PSUs, Σ w²u² is a difference of squares and off by some ε of those.
    pub(crate) fn rounding(&self, linear: &Linear, sums: &Sums) -> f64 {
        match self.psu {
            Psu::Cluster => {
                let size = linear.of_y.abs() * (sums.yy * sums.weight).abs().sqrt()
                    + linear.of_x.abs() * (sums.xx * sums.weight).abs().sqrt();
                (ROUNDING * size) * (ROUNDING * size)
            }
            Psu::Respondent => {
                let size = |place: usize| {
                    let moments = &linear.variable[place];
                    let factor = linear.factor(self.groups[place].key.cell as usize);
                    let terms = linear.of_y * linear.of_y * moments.square_yy
                        + 2.0 * (linear.of_y * linear.of_x * moments.square_xy).abs()
                        + linear.of_x * linear.of_x * moments.square_xx;
                    factor * factor * terms
                };
                let inside = self.order.iter().filter(|&&place| linear.inside[place]);
                ROUNDING * inside.map(|&place| size(place)).sum::<f64>()
            }
        }
    }
}
