//! Definition files as written: annual commitments.

use super::Direction;
use super::raw::raw;
use schemars::JsonSchema;
use serde::Deserialize;

raw! {
    /// 承诺事项怎样评分。
    RawCommitments {
        /// 同事评分两头各去掉多少(占份数的比例)。
        trim: Option<f64>,
        /// 达到目标值的多少算完成。
        done: Option<f64>,
        /// 达到目标值的多少算基本完成。
        nearly: Option<f64>,
        /// 完成值在得分里的权重。
        weight_value: Option<f64>,
        /// 位次在得分里的权重。
        weight_rank: Option<f64>,
        /// 同事评分在得分里的权重。
        weight_peer: Option<f64>,
        /// 评分少于几份,不印也不计平均分。
        min_peers: Option<u32>,
        /// 报告这一节开头的说明。
        note: Option<String>,
    }
}

raw! {
    /// 一项年度承诺。
    RawCommitment {
        /// 承诺事项编号。
        id: Option<String>,
        /// 谁承诺的:部门代码,或别的名称。
        owner: Option<String>,
        /// 年份。
        year: Option<i32>,
        /// 承诺做什么。
        task: Option<String>,
        /// 目标值;不写即定性承诺。
        target: Option<f64>,
        /// 目标值的计量单位。
        unit: Option<String>,
        /// 大好还是小好。
        direction: Option<Direction>,
        /// 位次目标:前几名。
        rank_goal: Option<u32>,
        /// 在什么范围里排位,如“全省”。
        rank_scope: Option<String>,
        /// 承诺时的位次。
        baseline_rank: Option<u32>,
        /// 在哪里、怎么说的(原话)。
        source: Option<String>,
        /// 说明。
        note: Option<String>,
    }
}
