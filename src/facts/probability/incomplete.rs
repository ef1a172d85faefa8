//! Regularised incomplete beta and gamma functions, both tails, to about 1e-13 relative.
//!
//! The factor in front is taken through Loader's deviances (Loader 2000, "Fast and accurate computation of binomial
//! probabilities"), because differences of log-gammas lose digits at large arguments; the rest are the continued
//! fractions and the series of Press et al., Numerical Recipes (3rd ed.), 6.2 and 6.4, by Lentz's method.

use std::f64::consts::PI;

/// Both tails of a distribution, neither taken as 1 minus the other where that would lose digits.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Tails {
    /// P(X ≤ x)
    pub lower: f64,
    /// P(X > x)
    pub upper: f64,
}

impl Tails {
    /// Rounding may put a tail of almost 1 beyond it, and so its complement below 0.
    fn bounded(self) -> Option<Self> {
        let finite = self.lower.is_finite() && self.upper.is_finite();
        finite.then(|| Self { lower: self.lower.clamp(0.0, 1.0), upper: self.upper.clamp(0.0, 1.0) })
    }
}

/// A place between 0 and 1 with its distance from 1.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Place {
    /// x
    pub x: f64,
    /// 1 − x
    pub rest: f64,
}

impl Place {
    /// Takes the log-odds ln(x / (1 − x)), gives the place.
    fn of_logit(logit: f64) -> Self {
        Self { x: 1.0 / (1.0 + libm::exp(-logit)), rest: 1.0 / (1.0 + libm::exp(logit)) }
    }
}

/// Continued fractions take about √(largest argument) steps.
const STEPS: u32 = 200_000;
const TINY: f64 = 1e-300;

/// Takes a place and a, b > 0; gives `I_x(a, b)` and its complement. `None`: arguments outside, or no convergence
/// (arguments beyond about 1e9).
pub(crate) fn beta_tails(place: Place, a: f64, b: f64) -> Option<Tails> {
    let Place { x, rest } = place;
    let inside = |value: f64| (0.0..=1.0).contains(&value);
    if !inside(x) || !inside(rest) || !is_shape(a) || !is_shape(b) {
        return None;
    }
    if x == 0.0 {
        return Some(Tails { lower: 0.0, upper: 1.0 });
    }
    if rest == 0.0 {
        return Some(Tails { lower: 1.0, upper: 0.0 });
    }
    let front = beta_front(place, a, b);
    let tails = if x < (a + 1.0) / (a + b + 2.0) {
        let lower = front * beta_fraction(x, a, b)? / a;
        Tails { lower, upper: 1.0 - lower }
    } else {
        let upper = front * beta_fraction(rest, b, a)? / b;
        Tails { lower: 1.0 - upper, upper }
    };
    tails.bounded()
}

/// Takes both tails of a beta distribution (they sum to 1, both above 0) and a, b > 0; gives its quantile. Newton's
/// method in the log-odds of the place on the log of the smaller tail, kept between bisected bounds.
pub(crate) fn beta_place(tails: Tails, a: f64, b: f64) -> Option<Place> {
    beta_logit(tails, a, b).map(Place::of_logit)
}

/// As [`beta_place`], as log-odds: these keep their digits near both ends.
pub(crate) fn beta_logit(tails: Tails, a: f64, b: f64) -> Option<f64> {
    let open = |tail: f64| tail > 0.0 && tail < 1.0;
    if !open(tails.lower) || !open(tails.upper) || !is_shape(a) || !is_shape(b) {
        return None;
    }
    let below = tails.lower <= tails.upper;
    let (mut low, mut high) = (-700.0, 700.0);
    let mut logit = libm::log(a / b).clamp(-600.0, 600.0);
    for _ in 0..200 {
        let place = Place::of_logit(logit);
        let at = beta_tails(place, a, b)?;
        let front = beta_front(place, a, b);
        // Distance in the log of a tail, growing with the place, and its slope: dI/dlogit is the factor in front.
        let (distance, slope) = if below {
            (libm::log(at.lower / tails.lower), front / at.lower)
        } else {
            (-libm::log(at.upper / tails.upper), front / at.upper)
        };
        if distance == 0.0 {
            return Some(logit);
        }
        if distance < 0.0 {
            low = logit;
        } else {
            high = logit;
        }
        let newton = logit - distance / slope;
        let next = if newton > low && newton < high { newton } else { f64::midpoint(low, high) };
        if (next - logit).abs() <= f64::EPSILON * logit.abs().max(0.25) {
            return Some(next);
        }
        logit = next;
    }
    Some(logit)
}

/// Takes x ≥ 0 and a > 0; gives the regularised incomplete gamma functions P(a, x) and Q(a, x).
pub(crate) fn gamma_tails(x: f64, a: f64) -> Option<Tails> {
    if !(x >= 0.0 && x.is_finite() && is_shape(a)) {
        return None;
    }
    if x == 0.0 {
        return Some(Tails { lower: 0.0, upper: 1.0 });
    }
    // xᵃ e⁻ˣ / Γ(a + 1)
    let front = libm::exp(-stirling_error(a) - deviance(a, x)) / (2.0 * PI * a).sqrt();
    let tails = if x < a + 1.0 {
        let (mut term, mut sum) = (1.0, 1.0);
        for step in 1..STEPS {
            term *= x / (a + f64::from(step));
            sum += term;
            if term < sum * 1e-17 {
                break;
            }
        }
        Tails { lower: front * sum, upper: 1.0 - front * sum }
    } else {
        let upper = front * a * gamma_fraction(x, a)?;
        Tails { lower: 1.0 - upper, upper }
    };
    tails.bounded()
}

fn is_shape(value: f64) -> bool {
    (1e-100..=1e25).contains(&value)
}

/// xᵃ (1−x)ᵇ / B(a, b), which is x (1−x) times the beta density.
fn beta_front(place: Place, a: f64, b: f64) -> f64 {
    let n = a + b;
    let log = stirling_error(n)
        - stirling_error(a)
        - stirling_error(b)
        - deviance(a, n * place.x)
        - deviance(b, n * place.rest);
    (a / (2.0 * PI) * (b / n)).sqrt() * libm::exp(log)
}

fn beta_fraction(x: f64, a: f64, b: f64) -> Option<f64> {
    let away = |value: f64| if value.abs() < TINY { TINY } else { value };
    let mut c = 1.0;
    let mut d = 1.0 / away(1.0 - (a + b) * x / (a + 1.0));
    let mut fraction = d;
    for step in 1..STEPS {
        let m = f64::from(step);
        let even = m * (b - m) * x / ((a + 2.0 * m - 1.0) * (a + 2.0 * m));
        d = 1.0 / away(1.0 + even * d);
        c = away(1.0 + even / c);
        fraction *= d * c;
        let odd = -(a + m) * (a + b + m) * x / ((a + 2.0 * m) * (a + 2.0 * m + 1.0));
        d = 1.0 / away(1.0 + odd * d);
        c = away(1.0 + odd / c);
        fraction *= d * c;
        if (d * c - 1.0).abs() <= f64::EPSILON {
            return Some(fraction);
        }
    }
    None
}

fn gamma_fraction(x: f64, a: f64) -> Option<f64> {
    let mut b = x + 1.0 - a;
    let mut c = 1.0 / TINY;
    let mut d = 1.0 / b;
    let mut fraction = d;
    for step in 1..STEPS {
        let m = f64::from(step);
        let an = -m * (m - a);
        b += 2.0;
        d = an * d + b;
        d = 1.0 / if d.abs() < TINY { TINY } else { d };
        c = b + an / c;
        c = if c.abs() < TINY { TINY } else { c };
        fraction *= d * c;
        if (d * c - 1.0).abs() <= f64::EPSILON {
            return Some(fraction);
        }
    }
    None
}

/// ln Γ(n+1) − (n + ½) ln n + n − ½ ln 2π
fn stirling_error(n: f64) -> f64 {
    if n < 10.0 {
        return libm::lgamma(n + 1.0) - (n + 0.5) * libm::log(n) + n - 0.5 * libm::log(2.0 * PI);
    }
    // Bernoulli numbers B₂ₖ / (2k (2k − 1)), from the last one on.
    let terms = [
        -3617.0 / 122_400.0,
        1.0 / 156.0,
        -691.0 / 360_360.0,
        1.0 / 1188.0,
        -1.0 / 1680.0,
        1.0 / 1260.0,
        -1.0 / 360.0,
        1.0 / 12.0,
    ];
    terms.iter().fold(0.0, |sum, term| sum / (n * n) + term) / n
}

/// x ln(x/m) + m − x, without cancellation where x is near m.
pub(crate) fn deviance(x: f64, m: f64) -> f64 {
    if (x - m).abs() >= 0.1 * (x + m) {
        return x * libm::log(x / m) + m - x;
    }
    let v = (x - m) / (x + m);
    let mut sum = (x - m) * v;
    let mut term = 2.0 * x * v;
    for step in 1..1000 {
        term *= v * v;
        let next = sum + term / f64::from(2 * step + 1);
        if next.to_bits() == sum.to_bits() {
            break;
        }
        sum = next;
    }
    sum
}
