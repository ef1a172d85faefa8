//! Projects in memory whose delivered values are their scores, so that a test sees only what happens after scoring.

use crate::project::Outcome;
use std::fmt::Write as _;
use yinxiang::audit::InputFile;
use yinxiang::definitions::calendar::Period;
use yinxiang::views::{Assessment, PeriodResult};
use yinxiang::workflow::Project;

/// An element: code, weight, and its indicators with their weights.
pub(crate) type Branch<'a> = (&'a str, f64, &'a [(&'a str, f64)]);

/// Score of an indicator whose value is its score.
pub(crate) const AS_IT_IS: &str = "{ goalposts = { lower = 0, upper = 100 } }";

/// A project in the making.
pub(crate) struct Direct {
    definitions: String,
    columns: Vec<String>,
    unit_count: usize,
    periods: Vec<(Period, Vec<InputFile>)>,
}

/// Name of a unit by position; its code is the position.
pub(crate) fn unit_name(unit: usize) -> String {
    format!("单位{unit:03}")
}

impl Direct {
    /// `index_keys` go into `[index]`; `indicator_keys` (with the score) into every `[[indicator]]`.
    pub(crate) fn new(index_keys: &str, unit_count: usize, branches: &[Branch<'_>], indicator_keys: &str) -> Self {
        let mut text =
            format!("format = 1\n[index]\nid = \"direct\"\nname = \"直接\"\nedition = \"1\"\n{index_keys}\n");
        text.push_str("[[department]]\ncode = \"D\"\nname = \"部门\"\n[register]\nname_columns = [\"单位\"]\n");
        for unit in 0..unit_count {
            let _ = writeln!(text, "[[unit]]\ncode = \"{unit:03}\"\nname = \"{}\"", unit_name(unit));
        }
        let mut columns = Vec::new();
        for (code, weight, indicators) in branches {
            let _ = writeln!(text, "[[element]]\ncode = \"{code}\"\nname = \"{code}\"\nweight = {weight}");
            for (indicator, weight) in *indicators {
                let _ = writeln!(
                    text,
                    "[[measure]]\nid = \"m_{indicator}\"\nname = \"数{indicator}\"\ndepartment = \"D\"\nmin = -inf\n[[indicator]]\ncode = \"{indicator}\"\nname = \"{indicator}\"\nelement = \"{code}\"\nweight = {weight}\nmeasure = \"m_{indicator}\"\n{indicator_keys}"
                );
                columns.push(format!("m_{indicator}"));
            }
        }
        Direct { definitions: text, columns, unit_count, periods: Vec::new() }
    }

    /// Adds sections to the definitions.
    pub(crate) fn and(mut self, sections: &str) -> Self {
        self.definitions.push_str(sections);
        self
    }

    /// Adds a period: for each unit its cells in the order of the indicators, as text.
    pub(crate) fn period(mut self, name: &str, rows: &[Vec<String>]) -> Self {
        assert_eq!(rows.len(), self.unit_count, "a row a unit");
        let mut text = format!("单位,{}\n", self.columns.join(","));
        for (unit, cells) in rows.iter().enumerate() {
            let _ = writeln!(text, "{},{}", unit_name(unit), cells.join(","));
        }
        let path = format!("data/{name}/部门.csv");
        let file = InputFile { path: path.into(), bytes: text.into_bytes().into() };
        self.periods.push((name.parse().expect("a period"), vec![file]));
        self
    }

    /// Adds a file to the last period.
    pub(crate) fn file(mut self, name: &str, text: &str) -> Self {
        let (period, files) = self.periods.last_mut().expect("a period first");
        let path = format!("data/{period}/{name}");
        files.push(InputFile { path: path.into(), bytes: text.as_bytes().into() });
        self
    }

    /// Runs the pipeline for the last period.
    pub(crate) fn outcome(self) -> Outcome {
        let definitions =
            vec![InputFile { path: "indicators/direct.toml".into(), bytes: self.definitions.into_bytes().into() }];
        let periods = self.periods.into_iter().collect();
        Outcome::of(&Project { definitions, periods, ..Project::default() }, None)
    }
}

/// The result of the period asked for.
pub(crate) fn current(assessment: &Assessment) -> &PeriodResult {
    assessment.current().expect("a period was computed")
}

/// Cells of one unit.
pub(crate) fn cells(values: &[f64]) -> Vec<String> {
    values.iter().map(ToString::to_string).collect()
}
