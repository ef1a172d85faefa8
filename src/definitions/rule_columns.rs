//! The columns that rule expressions may use: name, type, from which step on they are known, what they mean.

use super::{ColumnKind, Element, Indicator, Measure, RuleStep, Scope, TableLayout, computed_columns};
use polars::prelude::DataType;

/// A column of the lines a rule looks at.
#[derive(Clone, Debug, PartialEq)]
pub struct RuleColumn {
    /// Name in expressions.
    pub name: String,
    /// Short Chinese name, for reasons.
    pub label: String,
    /// Type.
    pub kind: DataType,
    /// The step from which on it is known.
    pub step: RuleStep,
    /// What it means, in Chinese, for the manual and for messages.
    pub meaning: &'static str,
}

const NUMBER: DataType = DataType::Float64;
const TEXT: DataType = DataType::String;
const FLAG: DataType = DataType::Boolean;

/// Name, short Chinese name, type, step, meaning.
type Fixed = (&'static str, &'static str, DataType, RuleStep, &'static str);

const UNIT: &[Fixed] = &[
    ("code", "代码", TEXT, RuleStep::Score, "单位代码"),
    ("unit", "单位", TEXT, RuleStep::Score, "单位名称"),
    ("group", "组别", TEXT, RuleStep::Score, "组别"),
    ("period_part", "年内第几期", NUMBER, RuleStep::Score, "年内第几期(一季度为 1)"),
    ("base", "基础分", NUMBER, RuleStep::Score, "基础分(公布数)"),
    ("coverage", "覆盖率", NUMBER, RuleStep::Score, "数据覆盖率,%"),
    ("min_dimension", "层级最低分", NUMBER, RuleStep::Score, "第一层级(维度)得分的最低分;有一个没有得分即为空"),
    ("max_dimension", "层级最高分", NUMBER, RuleStep::Score, "第一层级(维度)得分的最高分"),
    ("red_count", "红灯数", NUMBER, RuleStep::Score, "红灯指标个数"),
    ("new_red_count", "新增红灯数", NUMBER, RuleStep::Score, "上期不是红灯、本期是红灯的指标个数"),
    (
        "missing_count",
        "缺数指标数",
        NUMBER,
        RuleStep::Score,
        "适用而没有本期数据可用的指标个数(未报、暂用上期、样本偏少、不予公布)",
    ),
    ("gate_below_count", "未达底线的底线指标数", NUMBER, RuleStep::Score, "没有达到底线值的底线指标个数"),
    ("gate_missing_count", "缺报的底线指标数", NUMBER, RuleStep::Score, "缺报的底线指标个数"),
    (
        "gate_shortfall",
        "低于底线",
        NUMBER,
        RuleStep::Score,
        "底线指标低于底线值最多的差距,按指标自己的计量单位;都达到即为空",
    ),
    (
        "previous_base",
        "上期可比基础分",
        NUMBER,
        RuleStep::Score,
        "上期基础分,按本期与上期都有得分的指标重算;可比权重不足九成、没有上期即为空",
    ),
    ("comparable_base", "本期可比基础分", NUMBER, RuleStep::Score, "本期基础分,按同一批指标重算"),
    ("rise", "基础分升幅", NUMBER, RuleStep::Score, "comparable_base 减 previous_base"),
    ("progress_rate", "进步率", NUMBER, RuleStep::Score, "进步率,%:rise ÷ (满分 − previous_base);上期满分即为空"),
    ("item_open_count", "未销号问题数", NUMBER, RuleStep::Score, "以前各期立项、期末尚未销号的问题数"),
    ("item_overdue_count", "逾期问题数", NUMBER, RuleStep::Score, "其中逾期的问题数"),
    ("plan_progress", "整改平均进展", NUMBER, RuleStep::Score, "尚未销号的问题的平均进展,%;没有问题即为空"),
    ("recheck_tolerance", "复核容许误差", NUMBER, RuleStep::Score, "复核误差的容许范围([rules] 里的同名键)"),
    ("recheck_void", "复核作废界限", NUMBER, RuleStep::Score, "复核误差超过它,指标得最低分([rules] 里的同名键)"),
    ("is_vetoed", "一票否决", FLAG, RuleStep::Bonus, "是否被一票否决"),
    ("bonus", "加分", NUMBER, RuleStep::Deduction, "加分合计"),
    ("deduction", "扣分", NUMBER, RuleStep::Final, "扣分合计"),
    ("final", "综合得分", NUMBER, RuleStep::Final, "综合得分(公布数)"),
    ("grade", "等次", TEXT, RuleStep::Final, "按综合得分定的等次(id)"),
    ("settled_grade", "最终等次", TEXT, RuleStep::Rank, "限级、否决之后的等次(id)"),
    ("rank", "排名", NUMBER, RuleStep::Rank, "总排名;不参与排名即为空"),
    ("group_rank", "组内排名", NUMBER, RuleStep::Rank, "组内排名"),
    ("is_last_in_group", "组内末位", FLAG, RuleStep::Rank, "是否组内最后一名(组内至少两个单位)"),
];

const ELEMENT: &[Fixed] = &[
    ("element", "层级", TEXT, RuleStep::Score, "层级代码"),
    ("level", "层次", NUMBER, RuleStep::Score, "第几层:维度为 1"),
    ("score", "得分", NUMBER, RuleStep::Score, "层级得分(公布数)"),
    ("previous_score", "上期得分", NUMBER, RuleStep::Score, "上期层级得分"),
];

const INDICATOR: &[Fixed] = &[
    ("indicator", "指标", TEXT, RuleStep::Score, "指标代码"),
    ("element", "层级", TEXT, RuleStep::Score, "所属上级的代码"),
    ("score", "得分", NUMBER, RuleStep::Score, "指标得分(公布数)"),
    ("previous_score", "上期得分", NUMBER, RuleStep::Score, "上期指标得分"),
    ("value", "指标值", NUMBER, RuleStep::Score, "指标值"),
    ("shortfall", "低于底线", NUMBER, RuleStep::Score, "比底线值差多少,按指标自己的计量单位;达到底线为 0 或负"),
    ("due_percent", "占应达进度", NUMBER, RuleStep::Score, "累计进度占应达进度的百分比;不按序时计分的为空"),
    ("weight", "权重", NUMBER, RuleStep::Score, "实际权重,%"),
    ("is_gate", "底线指标", FLAG, RuleStep::Score, "是否底线指标"),
    ("is_red", "红灯", FLAG, RuleStep::Score, "是否红灯"),
    ("is_new_red", "新增红灯", FLAG, RuleStep::Score, "上期不是红灯、本期是红灯"),
    ("is_missing", "缺数", FLAG, RuleStep::Score, "适用而没有本期数据可用"),
    ("red_streak", "连续红灯期数", NUMBER, RuleStep::Score, "到本期为止连续几期红灯"),
    ("item_state", "台账状态", TEXT, RuleStep::Score, "台账里这个指标最近一项问题的状态;没有即为空"),
];

const PROJECT: &[Fixed] = &[
    ("project", "项目", TEXT, RuleStep::Score, "项目代码"),
    ("composite", "项目综合分", NUMBER, RuleStep::Score, "项目综合分:所属指标按实际权重加权平均(公布数)"),
    ("group_place", "组内名次", NUMBER, RuleStep::Score, "项目综合分在组内的名次"),
    ("lead", "领先", NUMBER, RuleStep::Score, "比组内第二名(不是第一名的,比第一名)高多少分"),
    (
        "due_percent_min",
        "最低占应达进度",
        NUMBER,
        RuleStep::Score,
        "所属序时指标中,累计进度占应达进度最低的百分比;没有序时指标即为空",
    ),
    ("survey_gap", "满意度低于目标", NUMBER, RuleStep::Score, "所属满意度指标比目标值低多少,取最大;没有即为空"),
    ("project_red_count", "项目红灯数", NUMBER, RuleStep::Score, "所属指标中红灯个数"),
    ("project_missing_count", "项目缺数指标数", NUMBER, RuleStep::Score, "所属指标中没有本期数据可用的个数"),
];

const ITEM: &[Fixed] = &[
    ("item", "问题", TEXT, RuleStep::Score, "问题编号"),
    ("indicator", "指标", TEXT, RuleStep::Score, "指标代码;不是指标的问题为空"),
    ("source", "来源", TEXT, RuleStep::Score, "问题来源"),
    ("severity", "等级", TEXT, RuleStep::Score, "问题等级"),
    ("state", "状态", TEXT, RuleStep::Score, "期末状态"),
    ("overdue_days", "逾期工作日", NUMBER, RuleStep::Score, "到期末(已销号的到销号日)逾期几个工作日"),
    ("progress", "进展", NUMBER, RuleStep::Score, "最近一次登记的进展,%"),
    ("is_open", "未销号", FLAG, RuleStep::Score, "期末是否尚未销号"),
    ("is_closed_now", "本期销号", FLAG, RuleStep::Score, "是否本期销号"),
];

/// The columns of a small table as rules see them: name and type, declared first, then computed.
fn of_table(layout: &TableLayout) -> Vec<RuleColumn> {
    let declared = layout.columns.iter().map(|column| {
        let kind = match column.kind {
            ColumnKind::Number => NUMBER,
            ColumnKind::Flag => FLAG,
            ColumnKind::Text | ColumnKind::Date | ColumnKind::Unit | ColumnKind::Measure | ColumnKind::Department => {
                TEXT
            }
        };
        RuleColumn {
            name: column.id.clone(),
            label: column.name.clone(),
            kind,
            step: RuleStep::Score,
            meaning: "小表的一列",
        }
    });
    let computed = computed_columns(layout).into_iter().map(|id| RuleColumn {
        name: id.to_owned(),
        label: if id == "late_days" { "迟报工作日" } else { "误差" }.to_owned(),
        kind: NUMBER,
        step: RuleStep::Score,
        meaning: if id == "late_days" { "迟报工作日数" } else { "相对误差,|报送 − 核实| ÷ 核实" },
    });
    declared.chain(computed).collect()
}

/// What column names are derived from, beside the fixed ones.
#[derive(Clone, Copy, Debug)]
pub struct Vocabulary<'a> {
    /// Small tables.
    pub tables: &'a [TableLayout],
    /// Elements, the root first.
    pub elements: &'a [Element],
    /// Indicators.
    pub indicators: &'a [Indicator],
    /// Measures.
    pub measures: &'a [Measure],
}

impl<'a> Vocabulary<'a> {
    /// Of checked definitions.
    pub fn of(definitions: &'a super::Definitions) -> Self {
        Vocabulary {
            tables: &definitions.tables,
            elements: &definitions.elements,
            indicators: &definitions.indicators,
            measures: &definitions.measures,
        }
    }
}

/// All columns of a scope: its own, then those of the unit, then scores, values and measures by code.
///
/// A name that the scope itself has hides the unit's column of the same name.
pub fn columns(vocabulary: Vocabulary, scope: Scope) -> Vec<RuleColumn> {
    let fixed = |list: &[Fixed]| {
        list.iter()
            .map(|(name, label, kind, step, meaning)| RuleColumn {
                name: (*name).to_owned(),
                label: (*label).to_owned(),
                kind: kind.clone(),
                step: *step,
                meaning,
            })
            .collect::<Vec<_>>()
    };
    let mut list = match scope {
        Scope::Table(table) => of_table(&vocabulary.tables[table]),
        Scope::Unit => Vec::new(),
        Scope::Element => fixed(ELEMENT),
        Scope::Indicator => fixed(INDICATOR),
        Scope::Project => fixed(PROJECT),
        Scope::Item => fixed(ITEM),
    };
    let by_code = |prefix: &str, code: &str, label: &str, meaning: &'static str| RuleColumn {
        name: format!("{prefix}_{code}"),
        label: label.to_owned(),
        kind: NUMBER,
        step: RuleStep::Score,
        meaning,
    };
    let mut of_unit = fixed(UNIT);
    for element in vocabulary.elements.iter().skip(1) {
        of_unit.push(by_code("score", &element.code, &format!("{}得分", element.name), "层级得分"));
    }
    for indicator in vocabulary.indicators {
        of_unit.push(by_code("score", &indicator.code, &format!("{}得分", indicator.name), "指标得分"));
        of_unit.push(by_code("value", &indicator.code, &indicator.name, "指标值"));
    }
    of_unit.extend(vocabulary.measures.iter().map(|measure| by_code("measure", &measure.id, &measure.name, "数据项")));
    let own: std::collections::BTreeSet<String> = list.iter().map(|column| column.name.clone()).collect();
    list.extend(of_unit.into_iter().filter(|column| !own.contains(&column.name)));
    list
}
