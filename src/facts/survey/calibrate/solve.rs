//! Symmetric positive semidefinite systems, also singular ones: Cholesky with diagonal pivoting.

/// A factored matrix: P'AP = LL' with the pivots that count.
#[derive(Clone, Debug)]
pub(crate) struct Cholesky {
    size: usize,
    /// Positions in the order they were eliminated; the first `rank` are used, the others get solution 0.
    order: Vec<usize>,
    rank: usize,
    /// Rows of L in pivot order, `rank` × `rank`, lower triangle.
    lower: Vec<f64>,
}

/// A diagonal element that has lost this share of its own size is a combination of columns taken before.
const LEAST_PIVOT: f64 = 1e-12;

impl Cholesky {
    /// A symmetric matrix by rows → its factors; columns that depend on others are left out (Higham 2002, 10.3).
    ///
    /// `None` when an element is not finite or the length is not size².
    pub(crate) fn of(matrix: &[f64], size: usize) -> Option<Self> {
        if matrix.len() != size * size || matrix.iter().any(|element| !element.is_finite()) {
            return None;
        }
        let mut order: Vec<usize> = (0..size).collect();
        // The share of each diagonal that is left: scale-free, so a small class is not taken for a dependent one.
        let start: Vec<f64> = (0..size).map(|i| matrix[i * size + i]).collect();
        let mut left = start.clone();
        let mut rows = vec![0.0; size * size]; // row of position i, column of pivot k
        let mut rank = 0;
        while rank < size {
            let share = |i: usize| if start[i] > 0.0 { left[i] / start[i] } else { 0.0 };
            let mut best = rank;
            for k in rank + 1..size {
                if share(order[k]) > share(order[best]) {
                    best = k;
                }
            }
            if share(order[best]) <= LEAST_PIVOT {
                break;
            }
            order.swap(rank, best);
            let pivot = order[rank];
            let root = left[pivot].sqrt();
            rows[pivot * size + rank] = root;
            for &i in &order[rank + 1..] {
                let dot: f64 = (0..rank).map(|k| rows[i * size + k] * rows[pivot * size + k]).sum();
                let element = (matrix[i * size + pivot] - dot) / root;
                rows[i * size + rank] = element;
                left[i] -= element * element;
            }
            rank += 1;
        }
        let lower = order[..rank].iter().flat_map(|&i| rows[i * size..i * size + rank].to_vec()).collect();
        Some(Self { size, order, rank, lower })
    }

    /// Right side → a solution of a consistent system; positions left out are 0.
    pub(crate) fn solve(&self, right: &[f64]) -> Vec<f64> {
        let rank = self.rank;
        let mut solved: Vec<f64> = self.order[..rank].iter().map(|&i| right.get(i).copied().unwrap_or(0.0)).collect();
        for i in 0..rank {
            let dot: f64 = (0..i).map(|k| self.lower[i * rank + k] * solved[k]).sum();
            solved[i] = (solved[i] - dot) / self.lower[i * rank + i];
        }
        for i in (0..rank).rev() {
            let dot: f64 = (i + 1..rank).map(|k| self.lower[k * rank + i] * solved[k]).sum();
            solved[i] = (solved[i] - dot) / self.lower[i * rank + i];
        }
        let mut solution = vec![0.0; self.size];
        for (&position, value) in self.order.iter().zip(solved) {
            solution[position] = value;
        }
        solution
    }
}

/// Columns by cell and a mass by cell → Σ mass x x' by rows. Columns shorter than the masses count as 0 there.
pub(crate) fn cross_products(columns: &[Vec<f64>], masses: &[f64]) -> Vec<f64> {
    let size = columns.len();
    let mut matrix = vec![0.0; size * size];
    for i in 0..size {
        for j in 0..=i {
            let sum: f64 = columns[i].iter().zip(&columns[j]).zip(masses).map(|((a, b), mass)| a * b * mass).sum();
            matrix[i * size + j] = sum;
            matrix[j * size + i] = sum;
        }
    }
    matrix
}

/// Columns by cell and coefficients → x'b by cell.
pub(crate) fn combination(columns: &[Vec<f64>], coefficients: &[f64], cells: usize) -> Vec<f64> {
    let mut sums = vec![0.0; cells];
    for (column, coefficient) in columns.iter().zip(coefficients) {
        for (sum, x) in sums.iter_mut().zip(column) {
            *sum += coefficient * x;
        }
    }
    sums
}

#[cfg(test)]
mod tests {
    use super::Cholesky;

    #[test]
    fn a_singular_consistent_system_is_solved() {
        // Rows 1 + 2 = row 0, as class indicators under an intercept.
        let matrix = [5.0, 2.0, 3.0, 2.0, 2.0, 0.0, 3.0, 0.0, 3.0];
        let factors = Cholesky::of(&matrix, 3).unwrap();
        let solution = factors.solve(&[10.0, 1.0, 9.0]);
        for (row, right) in [10.0, 1.0, 9.0].into_iter().enumerate() {
            let left: f64 = (0..3).map(|j| matrix[row * 3 + j] * solution[j]).sum();
            assert!((left - right).abs() < 1e-12);
        }
        assert_eq!(factors.rank, 2);
    }

    #[test]
    fn a_zero_matrix_gives_zeros() {
        assert_eq!(Cholesky::of(&[0.0; 4], 2).unwrap().solve(&[0.0, 0.0]), [0.0, 0.0]);
        assert!(Cholesky::of(&[f64::NAN], 1).is_none());
    }
}
