//! Reads the oracle files for the tests; the only place that knows where they lie.

use crate::facts::survey::calibrate::{Cells, Margin};

/// Where the oracle files lie (in the project: `tests/oracles`).
const ORACLES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/oracles");

/// A CSV file: rows of text, columns by name.
pub(crate) struct Table {
    head: Vec<String>,
    rows: Vec<Vec<String>>,
}

impl Table {
    pub(crate) fn read(path: &str) -> Self {
        let mut reader = csv::Reader::from_path(format!("{ORACLES}/{path}")).unwrap();
        let head = reader.headers().unwrap().iter().map(str::to_owned).collect();
        let rows = reader.records().map(|row| row.unwrap().iter().map(str::to_owned).collect()).collect();
        Self { head, rows }
    }

    pub(crate) fn text(&self, column: &str) -> Vec<String> {
        let at = self.head.iter().position(|name| name == column).unwrap();
        self.rows.iter().map(|row| row[at].clone()).collect()
    }

    pub(crate) fn numbers(&self, column: &str) -> Vec<f64> {
        self.text(column).iter().map(|text| text.parse().unwrap()).collect()
    }

    pub(crate) fn gaps(&self, column: &str) -> Vec<Option<f64>> {
        self.text(column).iter().map(|text| text.parse().ok()).collect()
    }
}

/// Texts → distinct ones sorted, and the position of each.
pub(crate) fn classes(texts: &[String]) -> (Vec<String>, Vec<u32>) {
    let mut names = texts.to_vec();
    names.sort();
    names.dedup();
    let codes = texts.iter().map(|text| u32::try_from(names.binary_search(text).unwrap()).unwrap()).collect();
    (names, codes)
}

/// The respondents of `02_survey`.
pub(crate) struct Survey {
    pub(crate) weight: Vec<f64>,
    /// township × age × sex, 78 cells, in the order of population.csv.
    pub(crate) cell: Vec<u32>,
    pub(crate) township: Vec<u32>,
    pub(crate) townships: Vec<String>,
    pub(crate) village: Vec<u32>,
    pub(crate) township_of_village: Vec<u32>,
    pub(crate) cell_weights: Vec<f64>,
    pub(crate) cell_counts: Vec<u32>,
    pub(crate) population: Vec<f64>,
    /// township, age, sex with the published totals.
    pub(crate) margins: Vec<Margin>,
    respondents: Table,
}

impl Survey {
    pub(crate) fn read() -> Self {
        let respondents = Table::read("02_survey/respondents.csv");
        let people = Table::read("02_survey/population.csv");
        let join = |table: &Table| -> Vec<String> {
            let (a, b, c) = (table.text("township"), table.text("age"), table.text("sex"));
            a.iter().zip(&b).zip(&c).map(|((a, b), c)| format!("{a}|{b}|{c}")).collect()
        };
        let keys = join(&people);
        let cell: Vec<u32> = join(&respondents)
            .iter()
            .map(|key| u32::try_from(keys.iter().position(|name| name == key).unwrap()).unwrap())
            .collect();
        let weight = respondents.numbers("weight");
        let (townships, township) = classes(&respondents.text("township"));
        let (villages, village) = classes(&respondents.text("village"));
        let mut township_of_village = vec![0; villages.len()];
        let (mut cell_weights, mut cell_counts) = (vec![0.0; keys.len()], vec![0; keys.len()]);
        for i in 0..weight.len() {
            township_of_village[village[i] as usize] = township[i];
            cell_weights[cell[i] as usize] += weight[i];
            cell_counts[cell[i] as usize] += 1;
        }
        let margins = ["township", "age", "sex"]
            .into_iter()
            .map(|name| {
                let table = Table::read(&format!("02_survey/margin_{name}.csv"));
                let (names, class_of_cell) = classes(&people.text(name));
                assert_eq!(names, table.text(name));
                Margin {
                    name: name.to_owned(),
                    class_of_cell,
                    totals: table.numbers("Freq").into_iter().map(Some).collect(),
                }
            })
            .collect();
        let population = people.numbers("N");
        Self {
            weight,
            cell,
            township,
            townships,
            village,
            township_of_village,
            cell_weights,
            cell_counts,
            population,
            margins,
            respondents,
        }
    }

    pub(crate) fn cells(&self) -> Cells<'_> {
        Cells { weights: &self.cell_weights, counts: &self.cell_counts }
    }

    /// The post-strata township × age.
    pub(crate) fn township_age(&self) -> Margin {
        let ages = u32::try_from(self.margins[1].totals.len()).unwrap();
        let class_of_cell: Vec<u32> = (self.margins[0].class_of_cell.iter().zip(&self.margins[1].class_of_cell))
            .map(|(township, age)| township * ages + age)
            .collect();
        let mut totals = vec![0.0; self.margins[0].totals.len() * ages as usize];
        for (&class, n) in class_of_cell.iter().zip(&self.population) {
            totals[class as usize] += n;
        }
        Margin { name: "township × age".to_owned(), class_of_cell, totals: totals.into_iter().map(Some).collect() }
    }

    /// q1…q6; t1…t6 = 4 or 5; sat100 = (mean of at least four answers − 1) / 4 × 100.
    pub(crate) fn variable(&self, name: &str) -> Vec<Option<f64>> {
        if let Some(item) = name.strip_prefix('t') {
            let answers = self.respondents.gaps(&format!("q{item}"));
            return answers.into_iter().map(|q| q.map(|q| f64::from(u8::from(q >= 4.0)))).collect();
        }
        if name != "sat100" {
            return self.respondents.gaps(name);
        }
        let items: Vec<_> = (1..=6).map(|j| self.respondents.gaps(&format!("q{j}"))).collect();
        (0..self.weight.len())
            .map(|i| {
                let answers: Vec<f64> = items.iter().filter_map(|item| item[i]).collect();
                let mean = answers.iter().sum::<f64>() / answers.len() as f64;
                (answers.len() >= 4).then(|| (mean - 1.0) / 4.0 * 100.0)
            })
            .collect()
    }

    /// Final weights of the respondents under the factors.
    pub(crate) fn weights(&self, factors: &[f64]) -> Vec<f64> {
        self.weight.iter().zip(&self.cell).map(|(w, &cell)| w * factors[cell as usize]).collect()
    }

    /// Largest |weight / oracle − 1| against a column of `r_weights.csv`.
    pub(crate) fn farthest(weights: &[f64], column: &str) -> f64 {
        let expected = Table::read("02_survey/r_weights.csv").numbers(column);
        assert_eq!(expected.len(), weights.len());
        expected.iter().zip(weights).map(|(e, w)| (w / e - 1.0).abs()).fold(0.0, f64::max)
    }
}

/// Lower and upper logit bound, upper trimming bound.
pub(crate) fn parameters() -> [f64; 3] {
    let text = std::fs::read_to_string(format!("{ORACLES}/02_survey/r_weight_params.txt")).unwrap();
    let numbers: Vec<f64> = text.split([' ', ';', '\n']).filter_map(|word| word.parse().ok()).collect();
    numbers.try_into().unwrap()
}
