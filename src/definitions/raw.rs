//! Definition files as written: what each section may say. Nothing is checked here beyond the type of a value.
//!
//! Every key is optional, so that a file with five mistakes gives five messages; [`super::resolve`] asks for what is
//! missing.

pub(super) use super::raw_commitments::{RawCommitment, RawCommitments};
pub(super) use super::raw_panel::RawPanel;
pub(super) use super::raw_rules::{RawRule, RawRules, RawSupport, RawTableLayout};
pub(super) use super::raw_survey::{RawQuestion, RawScale, RawSurvey};
pub(super) use super::raw_timetable::{RawQuality, RawStep};

use super::{Aggregate, Basis, DemoScript, Frequency, MissingRule, ReportedBy, Scoring, decimal::Rounding};
use schemars::JsonSchema;
use serde::Deserialize;
use std::collections::BTreeMap;

/// The number every definition file carries as `format`.
pub(super) const FORMAT: u32 = 1;

macro_rules! sections {
    ($($(#[doc = $doc:literal])+ $name:ident: $kind:ty,)+) => {
        /// A definition file. Any section may stand in any file under `indicators/`.
        #[derive(JsonSchema)]
        #[schemars(deny_unknown_fields, title = "definitions")]
        #[expect(dead_code, reason = "describes the file for the JSON Schema; reading goes section by section")]
        pub(super) struct RawFile {
            /// Format number of definition files: 1.
            format: u32,
            $($(#[doc = $doc])+ $name: Option<$kind>,)+
        }

        /// Names of the sections a file may hold.
        pub(super) const SECTIONS: &[&str] = &[$(stringify!($name),)+];
    };
}

sections! {
    /// 指数本身:名称、分制、小数、灯、覆盖率。
    index: RawIndex,
    /// 等次,从高到低。
    grade: Vec<RawGrade>,
    /// 项目。
    project: Vec<RawProject>,
    /// 报送部门。
    department: Vec<RawDepartment>,
    /// 单位名册的识别规则。
    register: RawRegister,
    /// 合理性检查的界限。
    checks: RawChecks,
    /// 被评价单位。
    unit: Vec<RawUnit>,
    /// 维度等层级。
    element: Vec<RawElement>,
    /// 数据项:部门报送的分子、分母。
    measure: Vec<RawMeasure>,
    /// 指标。
    indicator: Vec<RawIndicator>,
    /// 问卷。
    survey: Vec<RawSurvey>,
    /// 答案量表。
    scale: Vec<RawScale>,
    /// 题目。
    question: Vec<RawQuestion>,
    /// 联合考评。
    panel: Vec<RawPanel>,
    /// 加减分的总上限。
    rules: RawRules,
    /// 补劣支持与整改台账。
    support: RawSupport,
    /// 由人登记的小表。
    table: Vec<RawTableLayout>,
    /// 规则。
    rule: Vec<RawRule>,
    /// 一期的时间表:从布置到回头看。
    step: Vec<RawStep>,
    /// 报送质量分。
    quality: RawQuality,
    /// 承诺事项怎样评分。
    commitments: RawCommitments,
    /// 年度承诺。
    commitment: Vec<RawCommitment>,
    /// 演示数据脚本。
    demo: DemoScript,
}

/// JSON Schema of a definition file, pretty-printed.
pub fn schema() -> String {
    let schema = schemars::schema_for!(RawFile);
    let mut text = serde_json::to_string_pretty(&schema).expect("a schema serialises");
    text.push('\n');
    text
}

macro_rules! raw {
    ($(#[doc = $doc:literal])+ $name:ident { $($(#[doc = $field_doc:literal])+ $field:ident: $kind:ty,)+ }) => {
        $(#[doc = $doc])+
        #[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
        #[serde(deny_unknown_fields, default)]
        pub(super) struct $name {
            $($(#[doc = $field_doc])+ pub(super) $field: $kind,)+
        }
    };
}
pub(super) use raw;

raw! {
    /// 指数本身。
    RawIndex {
        /// 英文标识。
        id: Option<String>,
        /// 名称。
        name: Option<String>,
        /// 版本。
        edition: Option<String>,
        /// 是否示例框架。
        illustrative: Option<bool>,
        /// 每页印的说明。
        disclaimer: Option<String>,
        /// 水印,空为不印。
        watermark: Option<String>,
        /// 被评价单位的统称。
        unit_word: Option<String>,
        /// 第一层级的统称。
        element_word: Option<String>,
        /// 全部单位合起来的称呼。
        total_word: Option<String>,
        /// 周期。
        frequency: Option<Frequency>,
        /// 最低分与最高分。
        scale: Option<[f64; 2]>,
        /// 公布小数位数(0–6)。
        decimals: Option<u8>,
        /// 修约方法。
        rounding: Option<Rounding>,
        /// 最上层的合成方法。
        aggregate: Option<Aggregate>,
        /// 同一上级下权重应当合计多少;不写则只看相对大小。
        weight_total: Option<f64>,
        /// 底线值得分。
        at_floor: Option<f64>,
        /// 目标值得分。
        at_target: Option<f64>,
        /// 绿灯起点(指标得分)。
        green_min: Option<f64>,
        /// 黄灯起点(指标得分)。
        yellow_min: Option<f64>,
        /// 按整数计的计量单位:模板里只许填整数。
        count_units: Vec<String>,
        /// 每张表是否必须列全所有单位。
        units_required: Option<bool>,
        /// 期末后第几个工作日为报送截止。
        due_working_days: Option<u32>,
        /// 期末后第几个工作日为更正截止。
        correction_working_days: Option<u32>,
        /// 问卷有效答卷少于此数不印不评。
        suppress_below: Option<u32>,
        /// 问卷有效答卷少于此数注明样本偏少。
        caution_below: Option<u32>,
    }
}

raw! {
    /// 一个等次。
    RawGrade {
        /// 英文标识。
        id: Option<String>,
        /// 名称。
        name: Option<String>,
        /// 综合得分(公布数)下限。
        min: Option<f64>,
    }
}

raw! {
    /// 一个项目。
    RawProject {
        /// 代码。
        code: Option<String>,
        /// 英文标识。
        id: Option<String>,
        /// 名称。
        name: Option<String>,
    }
}

raw! {
    /// 一个报送部门。
    RawDepartment {
        /// 代码。
        code: Option<String>,
        /// 名称。
        name: Option<String>,
        /// 其他写法。
        aliases: Vec<String>,
    }
}

raw! {
    /// 表里怎样认出单位。
    RawRegister {
        /// 本级自有数据的行名:列示、不排名。
        own_rows: Vec<String>,
        /// 合计行的行名。
        total_rows: Vec<String>,
        /// 有歧义、必须退回的名称或代码。
        ambiguous: Vec<String>,
        /// 名称前可省的字。
        prefixes: Vec<String>,
        /// 名称后可省的字。
        suffixes: Vec<String>,
        /// 单位名称列的表头。
        name_columns: Vec<String>,
        /// 单位代码列的表头。
        code_columns: Vec<String>,
        /// 不必识别的列的表头(序号、备注等)。
        ignored_columns: Vec<String>,
        /// 一行一个数据项的长表里,写数据项的列的表头。
        item_columns: Vec<String>,
        /// 长表里写数值的列的表头。
        value_columns: Vec<String>,
        /// 每行写期次的列的表头;与本期不符的行退回。
        period_columns: Vec<String>,
        /// 每行写日期的列的表头;只检查写法。
        date_columns: Vec<String>,
        /// 单位之下的明细(村、社区等)列的表头;有这一列,同一单位的各行相加。
        detail_columns: Vec<String>,
    }
}

raw! {
    /// 合理性检查的界限:只提醒,不改数。
    RawChecks {
        /// 合计行与各行之和允许相差多少:每行末位的一半的倍数。
        total_tolerance: Option<f64>,
        /// 与上期相比的变动超过多少个稳健标准差算异常。
        change_factor: Option<f64>,
        /// 变动比例低于此数(0.10 即 10%)一律不算异常。
        change_floor: Option<f64>,
        /// 与年内固定数相差的比例超过此数即提醒。
        frozen_tolerance: Option<f64>,
        /// 一列里 5 的倍数占比超过此数即提醒。
        round_share: Option<f64>,
        /// 一列至少有多少个数才做雷同、异常变动、取整检查。
        least_count: Option<u32>,
    }
}

raw! {
    /// 一个被评价单位。
    RawUnit {
        /// 代码。
        code: Option<String>,
        /// 名称。
        name: Option<String>,
        /// 短名。
        short: Option<String>,
        /// 分组。
        group: Option<String>,
        /// 方格图里的行、列(从 0 起)。
        tile: Option<[u32; 2]>,
        /// 别名。
        aliases: Vec<String>,
        /// 旧代码或误用代码。
        old_codes: Vec<String>,
    }
}

raw! {
    /// 一个层级(维度等)。
    RawElement {
        /// 代码。
        code: Option<String>,
        /// 英文标识。
        id: Option<String>,
        /// 名称。
        name: Option<String>,
        /// 短名。
        short: Option<String>,
        /// 上级代码;不写即在最上层之下。
        parent: Option<String>,
        /// 权重。
        weight: Option<f64>,
        /// 下级怎样合成;不写同最上层。
        aggregate: Option<Aggregate>,
    }
}

raw! {
    /// 一个数据项。
    RawMeasure {
        /// 英文标识。
        id: Option<String>,
        /// 表头名称。
        name: Option<String>,
        /// 其他表头写法。
        aliases: Vec<String>,
        /// 报送部门代码。
        department: Option<String>,
        /// 计量单位。
        unit: Option<String>,
        /// 口径:算什么、不算什么;印在填报模板里。
        calibre: Option<String>,
        /// 时期口径。
        basis: Option<Basis>,
        /// 允许的最小值。
        min: Option<f64>,
        /// 允许的最大值。
        max: Option<f64>,
        /// 一般规模,只用来造演示数据。
        typical: Option<f64>,
    }
}

raw! {
    /// 一个指标。
    RawIndicator {
        /// 代码。
        code: Option<String>,
        /// 英文标识。
        id: Option<String>,
        /// 名称。
        name: Option<String>,
        /// 所属层级代码。
        element: Option<String>,
        /// 权重。
        weight: Option<f64>,
        /// 计量单位。
        unit: Option<String>,
        /// 分子数据项。
        numerator: Option<String>,
        /// 分母数据项。
        denominator: Option<String>,
        /// 直接取用的数据项(没有分母时)。
        measure: Option<String>,
        /// 问卷题目。
        question: Option<String>,
        /// 联合考评;要同时写 item。
        panel: Option<String>,
        /// 联合考评里的项目。
        item: Option<String>,
        /// 指标值 = 分子 ÷ 分母 × scale。
        scale: Option<f64>,
        /// 时期口径。
        basis: Option<Basis>,
        /// 赋分方法。
        score: Option<Scoring>,
        /// 个别分组另用的赋分参数。
        group_score: BTreeMap<String, Scoring>,
        /// 分母(答卷数)低于此数只列示、不评分。
        min_denominator: Option<f64>,
        /// 是否允许“不适用”。
        may_not_apply: Option<bool>,
        /// “不适用”的说明。
        na_note: Option<String>,
        /// 未报时怎么办。
        missing: Option<MissingRule>,
        /// 是否底线指标。
        gate: Option<bool>,
        /// 所属项目代码。
        projects: Vec<String>,
        /// 分子一个单位叫什么(户、人、处),用来写差距。
        work_unit: Option<String>,
        /// 负责部门代码;不写同分子数据项。
        department: Option<String>,
        /// 由谁填报:部门、单位自报、第三方。
        reported_by: Option<ReportedBy>,
        /// 目标值依据。
        policy: Option<String>,
        /// 依据的核实程度。
        policy_status: Option<String>,
    }
}
