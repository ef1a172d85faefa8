//! Weighted quantiles by R's rules (`svyquantile`, survey ≥ 4.1) and Woodruff intervals.

/// A value and the weight it carries.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct WeightedValue {
    /// The value.
    pub value: f64,
    /// Its weight, ≥ 0; weight 0 is passed over.
    pub weight: f64,
}

/// How a quantile is read off the weights. C(k) = Σ weight of the first k values, C = C(n).
///
/// [`Rule::Math`] and [`Rule::School`] give the same whether equal values are one row or many. The others depend on
/// the rows (and the first of equal values differs from the last in weight), so they need one row a respondent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rule {
    /// The smallest value with C(k) ≥ p C: the inverse of the distribution function (Hyndman & Fan 1).
    Math,
    /// The same, except that at C(k) = p C it is the mean of values k and k + 1 (Hyndman & Fan 2).
    School,
    /// Value k at the largest p(k) ≤ p, p(k) = (S(k) + ½ − v(k)/2) / (n + 1), v = weight / mean weight, S(k) = Σ v
    /// (Shah & Vaish 2006).
    ShahVaish,
    /// As [`Rule::ShahVaish`] with the raw weight in place of v in "− v/2", as R's survey 4.1 computes it: with weights
    /// that do not average 1 the result is shifted. Only to compare with R.
    ShahVaishRawWeight,
    /// Linear between the points p(k) = C(k−1) / C(n−1) (Hyndman & Fan 7, weighted).
    HyndmanFan7,
}

/// A quantile with its interval.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Interval {
    /// The quantile.
    pub quantile: f64,
    /// Lower end.
    pub lower: f64,
    /// Upper end.
    pub upper: f64,
    /// (upper − lower) / (2 × critical value), as R gives it.
    pub se: f64,
}

/// C(k) = p C within this share of C counts as equal: sums of weights are rounded.
const EQUAL: f64 = 1e-12;

/// Values in ascending order, 0 ≤ p ≤ 1, the rule → the quantile.
///
/// `None` when there is no weight, p is out of range, values are not ascending, or a number is not usable. Below the
/// first value's share [`Rule::Math`] and [`Rule::School`] give the first value (R 4.1 gives the second).
#[must_use]
pub fn quantile(sorted: &[WeightedValue], p: f64, rule: Rule) -> Option<f64> {
    let usable = |row: &WeightedValue| row.value.is_finite() && row.weight >= 0.0 && row.weight.is_finite();
    let ascending = sorted.windows(2).all(|pair| pair[0].value <= pair[1].value);
    if !(0.0..=1.0).contains(&p) || !ascending || !sorted.iter().all(usable) {
        return None;
    }
    let rows: Vec<WeightedValue> = sorted.iter().filter(|row| row.weight > 0.0).copied().collect();
    let total: f64 = rows.iter().map(|row| row.weight).sum();
    if rows.is_empty() || !total.is_finite() {
        return None;
    }
    let found = match rule {
        Rule::Math => stepwise(&rows, p * total, total, AtStep::Lower),
        Rule::School => stepwise(&rows, p * total, total, AtStep::Mean),
        Rule::ShahVaish => shah_vaish(&rows, p, total, |_, relative| relative),
        Rule::ShahVaishRawWeight => shah_vaish(&rows, p, total, |raw, _| raw),
        Rule::HyndmanFan7 => hyndman_fan_7(&rows, p),
    };
    found.filter(|value| value.is_finite())
}

#[derive(Clone, Copy)]
enum AtStep {
    Lower,
    Mean,
}

fn stepwise(rows: &[WeightedValue], wanted: f64, total: f64, at_step: AtStep) -> Option<f64> {
    let mut sum = 0.0;
    for (at, row) in rows.iter().enumerate() {
        sum += row.weight;
        if (sum - wanted).abs() <= EQUAL * total {
            let next = rows.get(at + 1).unwrap_or(row);
            return Some(match at_step {
                AtStep::Lower => row.value,
                AtStep::Mean => f64::midpoint(row.value, next.value),
            });
        }
        if sum > wanted {
            return Some(row.value);
        }
    }
    rows.last().map(|row| row.value)
}

struct Point {
    share: f64,
    value: f64,
}

fn shah_vaish(rows: &[WeightedValue], p: f64, total: f64, half: impl Fn(f64, f64) -> f64) -> Option<f64> {
    let n = rows.len() as f64;
    let mean = total / n;
    let mut sum = 0.0;
    let mut points: Vec<Point> = Vec::with_capacity(rows.len());
    for row in rows {
        let relative = row.weight / mean;
        sum += relative;
        points.push(Point { share: (sum + 0.5 - half(row.weight, relative) / 2.0) / (n + 1.0), value: row.value });
    }
    // With raw weights the points need not ascend; R sorts them and takes the mean of equal ones.
    points.sort_by(|a, b| a.share.total_cmp(&b.share));
    let first = points.first()?.share;
    let share = points.iter().map(|point| point.share).filter(|&share| share <= p).fold(first, f64::max);
    let equal = || points.iter().filter(|point| point.share.total_cmp(&share).is_eq()).map(|point| point.value);
    Some(equal().sum::<f64>() / equal().count() as f64)
}

fn hyndman_fan_7(rows: &[WeightedValue], p: f64) -> Option<f64> {
    let (last, others) = rows.split_last()?;
    let before_last: f64 = others.iter().map(|row| row.weight).sum();
    let mut sum = 0.0;
    for (row, next) in others.iter().zip(&rows[1..]) {
        let (left, right) = (sum / before_last, (sum + row.weight) / before_last);
        if p <= right {
            let way = ((p - left) / (right - left)).clamp(0.0, 1.0);
            return Some(row.value + (next.value - row.value) * way);
        }
        sum += row.weight;
    }
    Some(last.value)
}

/// Values in ascending order, p, the rule, the critical value (t or z) and the standard error of the share at or below
/// a value → the quantile with Woodruff's interval (1952): share ± critical × SE, read off by the same rule.
///
/// R's `interval.type = "mean"`: the interval lies around the share reached at the quantile, which is not exactly p.
/// Ends beyond 0 or 1 are the smallest and the largest value. `None` as for [`quantile`], or without an SE.
#[must_use]
pub fn woodruff(
    sorted: &[WeightedValue],
    p: f64,
    rule: Rule,
    critical: f64,
    se_of_share: impl FnOnce(f64) -> Option<f64>,
) -> Option<Interval> {
    let found = quantile(sorted, p, rule)?;
    let total: f64 = sorted.iter().map(|row| row.weight).sum();
    let below: f64 = sorted.iter().take_while(|row| row.value <= found).map(|row| row.weight).sum();
    let margin = critical * se_of_share(found)?;
    if !(margin >= 0.0 && margin.is_finite() && critical > 0.0) {
        return None;
    }
    let end = |share: f64| quantile(sorted, share.clamp(0.0, 1.0), rule);
    let (lower, upper) = (end(below / total - margin)?, end(below / total + margin)?);
    let se = (upper - lower) / (2.0 * critical);
    se.is_finite().then_some(Interval { quantile: found, lower, upper, se })
}

#[cfg(test)]
#[path = "quantile_tests.rs"]
mod tests;
