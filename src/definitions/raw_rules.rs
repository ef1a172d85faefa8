//! Definition files as written, second half: small tables, rules.

use super::raw::raw;
use super::{ColumnKind, Per, RankMark, RuleKind};
use schemars::JsonSchema;
use serde::Deserialize;
use std::collections::BTreeMap;

raw! {
    /// 加减分的总上限与复核界限。
    RawRules {
        /// 加分合计上限。
        bonus_cap: Option<f64>,
        /// 扣分合计上限。
        deduction_cap: Option<f64>,
        /// 综合得分的上下限。
        final_range: Option<[f64; 2]>,
        /// 与上期可比的权重至少百分之几,才比较进步。
        comparable_share: Option<f64>,
        /// 红榜前几名;不写即不设。
        red_list_count: usize,
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
        /// 日期是否必须在本期之内。
        within_period: bool,
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
        /// 种类。
        kind: Option<RuleKind>,
        /// 逐行看哪张小表(与 per 二者选一)。
        table: Option<String>,
        /// 逐个看单位、层级、指标、项目或台账里的问题(与 table 二者选一)。
        per: Option<Per>,
        /// 触发条件(SQL 表达式)。
        trigger: Option<String>,
        /// 每行分值(SQL 表达式);资金清算写分配因素。
        points: Option<String>,
        /// 只奖前几名:各名次的分值。
        places: Vec<f64>,
        /// 按什么排名次(SQL 表达式),从大到小。
        order_by: Option<String>,
        /// 每单位每期上限。
        cap: Option<f64>,
        /// 与哪些规则共用上限(写同一个组名);不写即单独计。
        cap_group: Option<String>,
        /// 同一内容只计一次的列。
        once_per: Option<String>,
        /// 往前看几个月。
        once_within_months: Option<u32>,
        /// 同一内容再次出现时加倍的列。
        repeat_per: Option<String>,
        /// 再次出现往前看几期。
        repeat_within_periods: Option<u32>,
        /// 再次出现时分值乘几。
        repeat_factor: Option<f64>,
        /// 为“是”时减半的列。
        halved_by: Option<String>,
        /// 缺了就列为待核的列。
        needs: Vec<String>,
        /// 事项(SQL 表达式):同一事项只在一条扣分规则里计。
        dedup_key: Option<String>,
        /// 印在标记旁边的字(SQL 表达式)。
        label: Option<String>,
        /// 命中后等次至多到哪一等(等次的 id)。
        limit: Option<String>,
        /// 命中后排名怎么办。
        rank: Option<RankMark>,
        /// 连续命中逐级升级的各步。
        steps: Vec<String>,
        /// 何时退一步(SQL 表达式)。
        suspended_when: Option<String>,
        /// 立项问题的等级(SQL 表达式);不写即不立项。
        severity: Option<String>,
        /// 资金清算的办法。
        fund: Option<RawFund>,
        /// 自哪一天起有效。
        valid_from: Option<String>,
        /// 到哪一天为止有效。
        valid_to: Option<String>,
        /// 试运行:只计算、列示,不计分。
        trial: bool,
        /// 依据。
        legal_basis: Option<String>,
        /// 批准。
        approved_by: Option<String>,
        /// 说明。
        note: Option<String>,
    }
}

raw! {
    /// 资金清算的办法;各项都是 0–1 的比例。
    RawFund {
        /// 预拨比例。
        advance: Option<f64>,
        /// 各等次按多大比例结算(等次的 id = 比例)。
        grade_shares: BTreeMap<String, f64>,
        /// 一票否决的按多大比例结算。
        veto_share: f64,
        /// 扣留部分至少多大比例定向用于补劣。
        earmark: Option<f64>,
        /// 最高一等至多再加多大比例。
        extra: f64,
    }
}

raw! {
    /// 补劣支持与整改台账。
    RawSupport {
        /// 每期重点帮扶几个。
        key_count: Option<usize>,
        /// 指标得分达到多少才能销号。
        exit_score: Option<f64>,
        /// 连续几期没有短板才退出帮扶。
        exit_periods: Option<u32>,
        /// 销号后几期内再亮红灯算反弹。
        relapse_periods: Option<u32>,
        /// 期末后第几天交办。
        assign_days: Option<u32>,
        /// 整改时限为之后第几期的期末。
        due_periods: Option<u32>,
    }
}
