//! The script for synthetic demonstration data.

use std::collections::BTreeMap;

/// Script for the synthetic data of `yinxiang demo`.
#[derive(Clone, Debug, Default, serde::Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct DemoScript {
    /// First period.
    pub first: String,
    /// Last period.
    pub last: String,
    /// Older inhabitants of an average unit.
    pub population: f64,
    /// Rows for the small tables: period, table, then the values by column identifier.
    pub row: Vec<DemoRow>,
    /// What goes wrong in the files.
    pub mishap: Vec<DemoMishap>,
}

/// A scripted row of a small table.
#[derive(Clone, Debug, Default, serde::Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct DemoRow {
    /// Period in whose folder it stands.
    pub period: String,
    /// Identifier of the table.
    pub table: String,
    /// Values by column identifier.
    pub values: BTreeMap<String, String>,
}

/// A scripted peculiarity of a delivered file.
#[derive(Clone, Debug, Default, serde::Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct DemoMishap {
    /// Period, or empty for every period.
    #[serde(default)]
    pub period: String,
    /// Identifier of the measure.
    pub measure: String,
    /// Code of the unit, or empty for all.
    #[serde(default)]
    pub unit: String,
    /// What stands in the cell: text written as it is; empty leaves the whole column out.
    #[serde(default)]
    pub cell: String,
    /// Multiplies the synthetic value instead.
    #[serde(default)]
    pub factor: Option<f64>,
}
