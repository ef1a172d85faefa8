//! Ratios, means, shares and totals of domains with their standard errors and covariances by Taylor linearisation.
//!
//! Of an estimate with linearised values u (for a ratio R = Σwy / Σwx: u = (y − Rx) / Σwx inside the domain, 0 outside
//! and without a valid value) the variance is `Σ_h f_h n_h/(n_h−1) Σ_c (t_hc − t̄_h)²`, where `t_hc` is Σ w u over PSU c of
//! stratum h, `n_h` counts the stratum's PSUs in the whole sample and `f_h = 1 − n_h/N_h` (Särndal, Swensson and Wretman
//! 1992, ch. 5; Lumley, R package survey 4.1-1, `svyrecvar`). With calibrated weights u becomes the residual of u on
//! the calibration's auxiliary variables (Deville and Särndal 1992).

use crate::facts::survey::estimate::design::{Design, DesignError, Psu};
use crate::facts::survey::estimate::groups::{GroupKey, Moments};
use crate::facts::survey::estimate::variance::Linear;

/// Takes by cell Σ w u and Σ w, gives by cell the fitted u.
pub type Fit<'a> = dyn Fn(&[f64], &[f64]) -> Vec<f64> + 'a;

/// Calibrated weights: what they multiply the design weights with, and what they know.
pub struct Calibration<'a> {
    /// By cell: calibrated weight / design weight.
    pub factors: &'a [f64],
    /// Takes by cell Σ w u and Σ w over everybody in the cell, both with calibrated weights; gives by cell the fitted
    /// u of a regression on the auxiliary variables. Post-stratification: the cell's mean, Σ w u / Σ w.
    /// R's `calibrate` regresses with design weights: divide both sums by the cell's factor first.
    pub fit: &'a Fit<'a>,
}

/// One estimate: a variable, a domain, and the weights.
#[derive(Clone, Copy)]
pub struct Asked<'a> {
    /// The variable, by group in the order of the design's groups.
    pub variable: &'a [Moments],
    /// Who is in the domain.
    pub domain: &'a dyn Fn(&GroupKey) -> bool,
    /// `None`: design weights.
    pub calibration: Option<&'a Calibration<'a>>,
}

/// The ratio Σ w y / Σ w x of a domain; with x = 1 a mean, and with y of 0 and 1 a share.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Estimate {
    /// Σ w y / Σ w x
    pub value: f64,
    /// Linearised; 0 where all PSUs agree.
    pub standard_error: f64,
    /// PSUs − strata among those with valid respondents of the domain; 0 allows no interval.
    pub df: u32,
    /// Respondents with a valid value.
    pub count: u32,
    /// (Σw)² / Σw² (Kish 1965)
    pub effective_count: f64,
    /// Σw over those with a valid value.
    pub weight: f64,
    /// Variance / that of a simple random sample without replacement from Σw people (R's `deff = TRUE`); `None` with
    /// one respondent, equal values, or Σw not above the respondents.
    pub design_effect: Option<f64>,
    /// Variance / that of a simple random sample with replacement (R's `deff = "replace"`).
    pub design_effect_replace: Option<f64>,
    /// Kish's design effect of weighting, n Σw² / (Σw)².
    pub kish: f64,
}

/// The total Σ w y of a domain.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Total {
    /// Σ w y
    pub value: f64,
    /// Linearised.
    pub standard_error: f64,
    /// PSUs − strata among those with valid respondents of the domain.
    pub df: u32,
    /// Respondents with a valid value.
    pub count: u32,
}

/// Below this share of the summands' size a variance by differences is rounding.
pub(crate) const ROUNDING: f64 = 64.0 * f64::EPSILON;

impl Design {
    /// Takes a variable, a domain and weights; gives the ratio Σ w y / Σ w x (x = 1: mean or share).
    ///
    /// # Errors
    /// [`DesignError`]: sums that do not fit the design, an empty domain, no weight, a lonely PSU under
    /// [`LonelyPsu::Fail`](crate::facts::survey::estimate::design::LonelyPsu::Fail), a calibration that lacks a cell.
    pub fn ratio(&self, asked: &Asked) -> Result<Estimate, DesignError> {
        let sums = self.sums(asked)?;
        let linear = self.linearise(asked, &sums, Functional::Ratio)?;
        let variance = self.variance(&linear)?;
        let ratio = sums.y / sums.x;
        let effective_count = sums.weight * sums.weight / sums.square;
        let [by_replacement, without] = sums.simple_variances(ratio);
        let effect = |simple: Option<f64>| simple.map(|simple| variance / simple).filter(|effect| effect.is_finite());
        let kish = f64::from(sums.count) / effective_count;
        finite(&[ratio, variance, effective_count, kish])?;
        Ok(Estimate {
            value: ratio,
            standard_error: variance.sqrt(),
            df: sums.df(self.psu),
            count: sums.count,
            effective_count,
            weight: sums.weight,
            design_effect: effect(without),
            design_effect_replace: effect(by_replacement),
            kish,
        })
    }

    /// Takes a variable (its x is ignored), a domain and weights; gives the total Σ w y.
    ///
    /// # Errors
    /// As [`Design::ratio`].
    pub fn total(&self, asked: &Asked) -> Result<Total, DesignError> {
        let sums = self.sums(asked)?;
        let linear = self.linearise(asked, &sums, Functional::Total)?;
        let variance = self.variance(&linear)?;
        finite(&[sums.y, variance])?;
        Ok(Total { value: sums.y, standard_error: variance.sqrt(), df: sums.df(self.psu), count: sums.count })
    }

    /// Takes several ratios, gives the matrix of their covariances, row by row in the given order. Domains may overlap
    /// and may cross strata and clusters. Variables may differ if clusters are the PSUs. R: `svyby(covmat = TRUE)`.
    ///
    /// # Errors
    /// As [`Design::ratio`]; [`DesignError::TwoVariables`] with respondents as PSUs.
    pub fn covariance(&self, asked: &[Asked]) -> Result<Vec<Vec<f64>>, DesignError> {
        let mut linears = Vec::with_capacity(asked.len());
        for one in asked {
            let same = asked.first().is_some_and(|first| std::ptr::eq(first.variable, one.variable));
            if self.psu == Psu::Respondent && !same {
                return Err(DesignError::TwoVariables);
            }
            linears.push(self.linearise(one, &self.sums(one)?, Functional::Ratio)?);
        }
        let shares = self.stratum_shares(&self.taking_part(&linears))?;
        let mut matrix = vec![vec![0.0; linears.len()]; linears.len()];
        for row in 0..linears.len() {
            for column in row..linears.len() {
                let value = self.product(&shares, &linears[row], &linears[column]);
                let rounded = row == column && value <= linears[row].rounding;
                let value = if rounded { 0.0 } else { value };
                finite(&[value])?;
                matrix[row][column] = value;
                matrix[column][row] = value;
            }
        }
        Ok(matrix)
    }

    /// Sums over the domain with calibrated weights, after checking everything that was given.
    pub(crate) fn sums(&self, asked: &Asked) -> Result<Sums, DesignError> {
        let groups = self.groups.len();
        if asked.variable.len() != groups {
            return Err(DesignError::Length { groups, given: asked.variable.len() });
        }
        let mut sums = Sums { inside: vec![false; groups], ..Sums::default() };
        let (mut last_row, mut last_stratum) = (None, None);
        for &place in &self.order {
            let key = &self.groups[place].key;
            let moments = &asked.variable[place];
            if !is_sound(moments) || moments.count > self.groups[place].everybody.count {
                return Err(DesignError::VariableSums { key: *key });
            }
            let factor = factor(asked.calibration, key.cell)?;
            if moments.count == 0 || !(asked.domain)(key) {
                continue;
            }
            sums.inside[place] = true;
            sums.count = sums.count.saturating_add(moments.count);
            sums.weight += factor * moments.weight;
            sums.square += factor * factor * moments.square;
            sums.x += factor * moments.x;
            sums.y += factor * moments.y;
            sums.xx += factor * moments.xx;
            sums.xy += factor * moments.xy;
            sums.yy += factor * moments.yy;
            sums.clusters += u32::from(last_row.replace(self.row_of[place]) != Some(self.row_of[place]));
            sums.strata += u32::from(last_stratum.replace(self.stratum_of[place]) != Some(self.stratum_of[place]));
        }
        if sums.count == 0 {
            return Err(DesignError::EmptyDomain);
        }
        if sums.weight <= 0.0 || sums.square <= 0.0 {
            return Err(DesignError::ZeroWeight);
        }
        Ok(sums)
    }

    fn linearise<'a>(&self, asked: &Asked<'a>, sums: &Sums, functional: Functional) -> Result<Linear<'a>, DesignError> {
        let (of_y, of_x) = match functional {
            Functional::Total => (1.0, 0.0),
            Functional::Ratio if sums.x == 0.0 => return Err(DesignError::ZeroWeight),
            Functional::Ratio => (1.0 / sums.x, -sums.y / sums.x / sums.x),
        };
        finite(&[of_y, of_x])?;
        let mut linear = Linear {
            variable: asked.variable,
            inside: sums.inside.clone(),
            of_y,
            of_x,
            factors: asked.calibration.map(|calibration| calibration.factors),
            fitted: Vec::new(),
            rows: vec![0.0; self.clusters.len()],
            rounding: 0.0,
        };
        if let Some(calibration) = asked.calibration {
            let cells = calibration.factors.len();
            let (mut values, mut weights) = (vec![0.0; cells], vec![0.0; cells]);
            for &place in &self.order {
                let cell = self.groups[place].key.cell as usize;
                values[cell] += linear.factor(cell) * linear.sum(place);
                weights[cell] += linear.factor(cell) * self.groups[place].everybody.weight;
            }
            linear.fitted = (calibration.fit)(&values, &weights);
            let fitted = linear.fitted.iter().filter(|value| value.is_finite()).count();
            if fitted != cells || linear.fitted.len() != cells {
                return Err(DesignError::Fit { cells, fitted });
            }
        }
        for &place in &self.order {
            let cell = self.groups[place].key.cell as usize;
            let residual = linear.sum(place) - linear.fit(cell) * self.groups[place].everybody.weight;
            linear.rows[self.row_of[place]] += linear.factor(cell) * residual;
        }
        linear.rounding = self.rounding(&linear, sums);
        Ok(linear)
    }
}

#[derive(Clone, Copy)]
enum Functional {
    Ratio,
    Total,
}

/// Sums over the valid respondents of a domain, with calibrated weights.
#[derive(Default)]
pub(crate) struct Sums {
    pub(crate) inside: Vec<bool>,
    pub(crate) count: u32,
    pub(crate) weight: f64,
    pub(crate) square: f64,
    pub(crate) x: f64,
    pub(crate) y: f64,
    pub(crate) xx: f64,
    pub(crate) xy: f64,
    pub(crate) yy: f64,
    clusters: u32,
    strata: u32,
}

impl Sums {
    fn df(&self, psu: Psu) -> u32 {
        let psus = match psu {
            Psu::Cluster => self.clusters,
            Psu::Respondent => self.count,
        };
        psus.saturating_sub(self.strata)
    }

    /// Variances of the ratio in a simple random sample with and without replacement; `None` where not defined.
    fn simple_variances(&self, ratio: f64) -> [Option<f64>; 2] {
        let count = f64::from(self.count);
        let squares = self.yy - 2.0 * ratio * self.xy + ratio * ratio * self.xx;
        let size = self.yy + 2.0 * (ratio * self.xy).abs() + ratio * ratio * self.xx;
        if self.count < 2 || squares <= ROUNDING * size {
            return [None, None];
        }
        let replace = squares * self.weight / (self.x * self.x) / (count - 1.0);
        let left = 1.0 - count / self.weight;
        [Some(replace), (left > 0.0).then_some(replace * left)]
    }
}

/// Nobody has a value, or the sums are finite and the weights positive.
fn is_sound(moments: &Moments) -> bool {
    let Moments { count, x, y, xx, xy, yy, square, square_x, square_y, square_xx, square_xy, square_yy, weight } =
        *moments;
    let sums = [x, y, xx, xy, yy, square, square_x, square_y, square_xx, square_xy, square_yy, weight];
    if count == 0 {
        sums.iter().all(|&sum| sum == 0.0)
    } else {
        sums.iter().all(|sum| sum.is_finite()) && weight > 0.0 && square > 0.0
    }
}

fn factor(calibration: Option<&Calibration>, cell: u32) -> Result<f64, DesignError> {
    match calibration {
        None => Ok(1.0),
        Some(calibration) => match calibration.factors.get(cell as usize) {
            Some(&factor) if factor.is_finite() => Ok(factor),
            _ => Err(DesignError::CellWithoutFactor { cell }),
        },
    }
}

fn finite(values: &[f64]) -> Result<(), DesignError> {
    if values.iter().all(|value| value.is_finite()) { Ok(()) } else { Err(DesignError::NotFinite) }
}
