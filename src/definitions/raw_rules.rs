//! Definition files as written, second half: questionnaires, small tables, rules.

use super::raw::raw;
use super::{Answer, ColumnKind, RuleKind, Statistic};
use schemars::JsonSchema;
use serde::Deserialize;

raw! {
    /// 一份问卷。
    RawSurvey {
        /// 英文标识;文件名为 survey-<id>.*。
        id: Option<String>,
        /// 名称。
        name: Option<String>,
        /// 实施单位代码。
        department: Option<String>,
        /// 单位列的表头。
        unit_column: Option<String>,
        /// 权数列的表头;不写即每份一票。
        weight_column: Option<String>,
        /// 每单位答卷数,只用来造演示数据。
        typical: Option<f64>,
    }
}

raw! {
    /// 一个答案量表。
    RawScale {
        /// 英文标识。
        id: Option<String>,
        /// 各答案:代码、文字、分值(没有分值的不计入)。
        answers: Vec<Answer>,
    }
}

raw! {
    /// 一道题。
    RawQuestion {
        /// 英文标识,即文件里的列名。
        id: Option<String>,
        /// 所属问卷。
        survey: Option<String>,
        /// 题目。
        text: Option<String>,
        /// 量表。
        scale: Option<String>,
        /// 统计量。
        statistic: Option<Statistic>,
    }
}

raw! {
    /// 加减分的总上限与复核界限。
    RawRules {
        /// 加分合计上限。
        bonus_cap: Option<f64>,
        /// 扣分合计上限。
        deduction_cap: Option<f64>,
        /// 综合得分的上下限。
        final_range: Option<[f64; 2]>,
        /// 复核误差超过此比例:按核实数并扣分。
        recheck_tolerance: Option<f64>,
        /// 复核误差超过此比例:指标计 0 分。
        recheck_void: Option<f64>,
    }
}

raw! {
    /// 一张由人登记的小表。
    RawTableLayout {
        /// 英文标识,即文件名(不含扩展名)。
        id: Option<String>,
        /// 名称。
        name: Option<String>,
        /// 各列。
        columns: Vec<RawTableColumn>,
    }
}

raw! {
    /// 小表的一列。
    RawTableColumn {
        /// 英文标识,规则表达式里用它。
        id: Option<String>,
        /// 表头。
        name: Option<String>,
        /// 其他表头写法。
        aliases: Vec<String>,
        /// 内容。
        kind: Option<ColumnKind>,
        /// 是否必填。
        required: bool,
    }
}

raw! {
    /// 一条加减分规则。
    RawRule {
        /// 编号。
        id: Option<String>,
        /// 名称。
        name: Option<String>,
        /// 加分或扣分。
        kind: Option<RuleKind>,
        /// 看哪张小表。
        table: Option<String>,
        /// 触发条件(SQL 表达式)。
        trigger: Option<String>,
        /// 每行分值(SQL 表达式)。
        points: Option<String>,
        /// 每单位每期上限。
        cap: Option<f64>,
        /// 与哪些规则共用上限(写同一个组名);不写即单独计。
        cap_group: Option<String>,
        /// 同一内容只计一次的列。
        once_per: Option<String>,
        /// 往前看几个月。
        once_within_months: Option<u32>,
        /// 为“是”时减半的列。
        halved_by: Option<String>,
        /// 缺了就列为待核的列。
        needs: Vec<String>,
        /// 依据。
        legal_basis: Option<String>,
        /// 批准。
        approved_by: Option<String>,
        /// 说明。
        note: Option<String>,
    }
}
