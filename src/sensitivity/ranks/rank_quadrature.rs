//! The integral behind the exact rank distribution: Gauss-Legendre panels over the value of a unit, with the
//! Poisson-binomial distribution of how many other units lie above it inside.

use crate::facts::probability::normal;
use crate::sensitivity::ranks::estimates::Estimate;

/// Points per panel.
const NODES: usize = 16;
/// Points of a panel that is at most a quarter as wide as it might be (between the edges of many similar units).
const FEW_NODES: usize = 8;
/// A panel is at most this many times `1 / sqrt(sum 1 / se²)` wide (sum over the units that vary there), the width of
/// the bumps of the integrand. Panels half as wide change no probability by 1e-12 (tested).
const PANEL_WIDTH: f64 = 5.0;
/// Beyond so many standard errors a unit is taken as certainly above or below: the tail there is 1e-17.
const REACH: f64 = 8.5;
/// Standard errors below this are 0 (their squares leave the range of f64).
const SMALLEST: f64 = 1e-100;
/// Only float debris (units whose spread f64 cannot resolve beside their value) would need more.
const MOST_PANELS: f64 = 4096.0;

/// Where, along the line of values, something starts or stops to vary.
#[derive(Debug, Clone, Copy)]
struct Edge {
    unit: usize,
    /// Distance from the unit's value; kept apart from it so that small standard errors at large values survive.
    offset: f64,
    what: Happens,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Happens {
    Starts,
    Jumps,
    Stops,
}

/// P(unit i has rank r) in cell `[i][r - 1]`, for independent normal estimates; see `RankDistribution::exact`.
pub(crate) fn exact_probabilities(estimates: &[Estimate]) -> Vec<Vec<f64>> {
    integrate(estimates, PANEL_WIDTH)
}

fn integrate(estimates: &[Estimate], panel_width: f64) -> Vec<Vec<f64>> {
    let units = estimates.len();
    let mut sweep = Sweep {
        estimates,
        rows: vec![vec![0.0; units]; units],
        active: Vec::with_capacity(units),
        above: units,
        legendre: gauss_legendre(NODES),
        few: gauss_legendre(FEW_NODES),
        // Halving k units ends after log2 k steps, rounded up.
        scratch: vec![Vec::new(); usize::BITS as usize],
    };
    let edges = sorted_edges(estimates);
    for (position, edge) in edges.iter().enumerate() {
        match edge.what {
            Happens::Starts => {
                sweep.above -= 1;
                let place = sweep.active.partition_point(|u| *u < edge.unit);
                sweep.active.insert(place, edge.unit);
            }
            Happens::Stops => sweep.active.retain(|u| *u != edge.unit),
            Happens::Jumps => sweep.above -= 1,
        }
        if let Some(next) = edges.get(position + 1) {
            sweep.interval(edge, next, panel_width);
        }
    }
    known_scores(estimates, &mut sweep.rows);
    sweep.rows
}

fn is_known(estimate: &Estimate) -> bool {
    estimate.standard_error < SMALLEST
}

fn sorted_edges(estimates: &[Estimate]) -> Vec<Edge> {
    let mut edges = Vec::with_capacity(2 * estimates.len());
    for (unit, estimate) in estimates.iter().enumerate() {
        if is_known(estimate) {
            edges.push(Edge { unit, offset: 0.0, what: Happens::Jumps });
        } else {
            let reach = REACH * estimate.standard_error;
            edges.push(Edge { unit, offset: -reach, what: Happens::Starts });
            edges.push(Edge { unit, offset: reach, what: Happens::Stops });
        }
    }
    let place = |e: &Edge| estimates[e.unit].value + e.offset;
    edges.sort_by(|a, b| {
        place(a)
            .total_cmp(&place(b))
            .then(a.offset.total_cmp(&b.offset))
            .then(a.what.cmp(&b.what))
            .then(a.unit.cmp(&b.unit))
    });
    edges
}

/// State while going up the line of values.
struct Sweep<'a> {
    estimates: &'a [Estimate],
    rows: Vec<Vec<f64>>,
    /// Units that may lie on either side of the present value, ascending.
    active: Vec<usize>,
    /// Units certainly above it.
    above: usize,
    legendre: Vec<Node>,
    few: Vec<Node>,
    scratch: Vec<Vec<f64>>,
}

impl Sweep<'_> {
    /// Adds the integral between two neighbouring edges to the rows of the active units.
    fn interval(&mut self, from: &Edge, to: &Edge, panel_width: f64) {
        let spread = |u: &usize| self.estimates[*u].standard_error;
        let Some(origin) = self.active.iter().copied().min_by(|a, b| spread(a).total_cmp(&spread(b))) else {
            return;
        };
        // The unit with the smallest spread is the origin: the others bear the rounding of the differences better.
        let origin = self.estimates[origin];
        let relative = |e: &Edge| (self.estimates[e.unit].value - origin.value) + e.offset;
        let (start, end) = (relative(from), relative(to));
        let width = end - start;
        if width <= 0.0 {
            return;
        }
        let precision: f64 = self.active.iter().map(|u| origin.standard_error / spread(u)).map(|r| r * r).sum();
        let widest = panel_width * origin.standard_error / precision.sqrt();
        let panels = (width / widest).ceil().clamp(1.0, MOST_PANELS);
        let half = 0.5 * width / panels;
        let rule = if width <= 0.25 * widest { self.few.clone() } else { self.legendre.clone() };
        let mut panel = 0.0;
        while panel < panels {
            let centre = start + (2.0 * panel + 1.0) * half;
            for node in &rule {
                self.node(&origin, centre + half * node.at, half * node.weight);
            }
            panel += 1.0;
        }
    }

    /// Adds weight × density × Poisson-binomial at one value (given as its distance from the origin's value).
    fn node(&mut self, origin: &Estimate, distance: f64, weight: f64) {
        let mut sides = Vec::with_capacity(self.active.len());
        let mut factors = Vec::with_capacity(self.active.len());
        for unit in &self.active {
            let e = self.estimates[*unit];
            let z = ((origin.value - e.value) + distance) / e.standard_error;
            sides.push(Sides::at(z));
            factors.push(weight / e.standard_error * normal::density(z));
        }
        let mut scratch = std::mem::take(&mut self.scratch);
        leave_one_out(&sides, 0, &[1.0], &mut scratch, &mut |place, others| {
            let row = &mut self.rows[self.active[place]][self.above..];
            let factor = factors[place];
            for (cell, p) in row.iter_mut().zip(others) {
                *cell += factor * p;
            }
        });
        self.scratch = scratch;
    }
}

/// How likely a unit lies above and below a value; both kept because `1 - above` loses small numbers.
#[derive(Debug, Clone, Copy)]
struct Sides {
    above: f64,
    below: f64,
}

impl Sides {
    fn at(z: f64) -> Self {
        let tail = normal::upper_tail(z.abs());
        if z > 0.0 { Self { above: tail, below: 1.0 - tail } } else { Self { above: 1.0 - tail, below: tail } }
    }
}

/// Calls `found(i, d)` for every unit i with d, the distribution of how many of the *other* units lie above.
///
/// Halves the list: the left half starts from the units of the right one, and the other way round. O(k² log k) sums
/// and products of positive numbers, so that small probabilities keep their digits (dividing one factor out of the
/// distribution of all would be O(k²), but loses them).
fn leave_one_out(
    sides: &[Sides],
    first: usize,
    others: &[f64],
    scratch: &mut [Vec<f64>],
    found: &mut impl FnMut(usize, &[f64]),
) {
    if sides.len() <= 1 {
        if !sides.is_empty() {
            found(first, others);
        }
        return;
    }
    let Some((here, deeper)) = scratch.split_first_mut() else { return };
    let (left, right) = sides.split_at(sides.len() / 2);
    for (part, rest, start) in [(left, right, first), (right, left, first + left.len())] {
        here.clear();
        here.extend_from_slice(others);
        include(here, rest);
        leave_one_out(part, start, here, deeper, found);
    }
}

/// Poisson-binomial: adds units to the distribution of the number above.
fn include(distribution: &mut Vec<f64>, units: &[Sides]) {
    for side in units {
        distribution.push(0.0);
        let mut fewer = 0.0;
        for cell in distribution.iter_mut() {
            let same = *cell;
            *cell = same * side.below + fewer * side.above;
            fewer = same;
        }
    }
}

/// Rows of the units whose score is known; equal known scores share their places evenly.
fn known_scores(estimates: &[Estimate], rows: &mut [Vec<f64>]) {
    for (unit, estimate) in estimates.iter().enumerate().filter(|(_, e)| is_known(e)) {
        let mut sides = Vec::new();
        let (mut above, mut tied) = (0, 0);
        for other in estimates {
            if !is_known(other) {
                sides.push(Sides::at((estimate.value - other.value) / other.standard_error));
            } else if other.value > estimate.value {
                above += 1;
            } else if other.value >= estimate.value {
                tied += 1;
            }
        }
        let mut distribution = vec![1.0];
        include(&mut distribution, &sides);
        for share in 0..tied {
            for (cell, p) in rows[unit][above + share..].iter_mut().zip(&distribution) {
                *cell += p / tied as f64;
            }
        }
    }
}

/// A quadrature point on [-1, 1].
#[derive(Debug, Clone, Copy)]
struct Node {
    at: f64,
    weight: f64,
}

/// Nodes and weights of the Gauss-Legendre rule by Newton's method on the Legendre polynomial.
///
/// Source: Abramowitz and Stegun (1964), 25.4.29; start values `cos(pi (i + 3/4) / (n + 1/2))` from 22.16.6.
fn gauss_legendre(points: usize) -> Vec<Node> {
    let n = points as f64;
    let node = |i: usize| {
        let mut x = libm::cos(std::f64::consts::PI * (i as f64 + 0.75) / (n + 0.5));
        let mut slope = 1.0;
        for _ in 0..8 {
            let (mut value, mut before) = (x, 1.0);
            for degree in 2..=points {
                let d = degree as f64;
                let next = ((2.0 * d - 1.0) * x * value - (d - 1.0) * before) / d;
                before = value;
                value = next;
            }
            slope = n * (x * value - before) / (x * x - 1.0);
            x -= value / slope;
        }
        Node { at: x, weight: 2.0 / ((1.0 - x * x) * slope * slope) }
    };
    (0..points).map(node).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_nodes_are_those_printed_for_sixteen_points() {
        // Abramowitz & Stegun, table 25.4, n = 16: first and last pair.
        let rule = gauss_legendre(NODES);
        let printed = [
            (7, 0.095_012_509_837_637_44, 0.189_450_610_455_068_5),
            (0, 0.989_400_934_991_649_9, 0.027_152_459_411_754_1),
        ];
        for (i, at, weight) in printed {
            assert!((rule[i].at - at).abs() < 1e-15 && (rule[i].weight - weight).abs() < 1e-15, "{:?}", rule[i]);
        }
        let sum: f64 = rule.iter().map(|n| n.weight).sum();
        assert!((sum - 2.0).abs() < 1e-14);
    }

    proptest! {
        #[test]
        fn panels_half_as_wide_give_the_same_probabilities(
            units in prop::collection::vec((-3.0..3.0_f64, -3.0..3.0_f64), 1..24)
        ) {
            let estimates: Vec<Estimate> = units
                .iter()
                .map(|(value, magnitude)| Estimate { value: *value, standard_error: libm::exp10(*magnitude) })
                .collect();
            let wide = integrate(&estimates, PANEL_WIDTH);
            let narrow = integrate(&estimates, 0.5 * PANEL_WIDTH);
            for (a, b) in wide.iter().flatten().zip(narrow.iter().flatten()) {
                prop_assert!((a - b).abs() < 1e-12, "{a} {b}");
            }
        }
    }
}
