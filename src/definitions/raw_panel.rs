//! Definition files as written: panels of assessors.

use super::raw::raw;
use schemars::JsonSchema;
use serde::Deserialize;
use serde::de::{Deserializer, MapAccess, Visitor, value::MapAccessDeserializer};
use std::fmt;

raw! {
    /// 一次联合考评:几个部门的评委给同样的项目打分。
    RawPanel {
        /// 英文标识;文件名为 panel-<id>.*。
        id: Option<String>,
        /// 名称。
        name: Option<String>,
        /// 组织考评的部门代码。
        department: Option<String>,
        /// 打分的项目。
        items: Vec<RawPanelItem>,
        /// 允许的最低分与最高分。
        scale: Option<[f64; 2]>,
        /// 求平均前两端各去掉的比例;每端去掉的个数是“比例 × 有效分数”的整数部分。
        trim: Option<f64>,
        /// 有效分少于此数,只列示、不评分。
        min_assessors: Option<u32>,
        /// 应到的评委:只写代码,不写姓名。
        assessors: Vec<RawAssessor>,
    }
}

raw! {
    /// 一个打分项目。
    RawPanelItem {
        /// 英文标识,指标用它引用。
        id: Option<String>,
        /// 名称,文件里的项目名或列名。
        name: Option<String>,
    }
}

raw! {
    /// 一名评委。
    RawAssessorTable {
        /// 代码。
        code: Option<String>,
        /// 所在部门的代码。
        department: Option<String>,
        /// 所在单位(名称或代码):给本单位打的分不计。
        unit: Option<String>,
    }
}

/// 一名评委:只写代码,或者写代码、部门、所在单位。
#[derive(Clone, Debug, JsonSchema)]
#[serde(untagged)]
pub(super) enum RawAssessor {
    /// 只写代码。
    Code(String),
    /// 代码、部门、所在单位。
    Table(RawAssessorTable),
}

impl RawAssessor {
    /// The assessor as a table, however it was written.
    pub(super) fn table(&self) -> RawAssessorTable {
        match self {
            RawAssessor::Code(code) => RawAssessorTable { code: Some(code.clone()), ..RawAssessorTable::default() },
            RawAssessor::Table(table) => table.clone(),
        }
    }
}

// By hand: serde's own reading of an untagged enum says of every mistake only that nothing fits.
impl<'de> Deserialize<'de> for RawAssessor {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Either;
        impl<'de> Visitor<'de> for Either {
            type Value = RawAssessor;

            fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str("a string")
            }

            fn visit_str<E>(self, code: &str) -> Result<RawAssessor, E> {
                Ok(RawAssessor::Code(code.to_owned()))
            }

            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<RawAssessor, A::Error> {
                RawAssessorTable::deserialize(MapAccessDeserializer::new(map)).map(RawAssessor::Table)
            }
        }
        deserializer.deserialize_any(Either)
    }
}
