//! The catalogue of problems: one identifier, severity and description each.

/// How bad a message is. Errors block the final report; nothing else does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// The cell, row or file is not used and no final report is written.
    Error,
    /// Used as it is, but somebody should look.
    Warning,
    /// Somebody has to answer; until then the careful reading is taken.
    Question,
    /// Worth knowing.
    Note,
}

impl Severity {
    /// The Chinese word printed before a message.
    pub fn word(self) -> &'static str {
        match self {
            Severity::Error => "错误",
            Severity::Warning => "警告",
            Severity::Question => "疑问",
            Severity::Note => "提示",
        }
    }

    /// The English word in files for programs.
    pub fn id(self) -> &'static str {
        match self {
            Severity::Error => "error",
            Severity::Warning => "warning",
            Severity::Question => "question",
            Severity::Note => "note",
        }
    }
}

macro_rules! catalogue {
    ($($variant:ident, $severity:ident, $id:literal, $description:literal;)+) => {
        /// The kinds of problems this program knows. Each has a smallest example under `tests/projects/broken/<id>/`.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Code {
            $(#[doc = $description] $variant,)+
        }

        impl Code {
            /// Every code, in catalogue order.
            pub const ALL: &'static [Code] = &[$(Code::$variant,)+];

            /// Kebab-case identifier.
            pub fn id(self) -> &'static str {
                match self { $(Code::$variant => $id,)+ }
            }

            /// Severity.
            pub fn severity(self) -> Severity {
                match self { $(Code::$variant => Severity::$severity,)+ }
            }

            /// One Chinese sentence that says what the code means.
            pub fn description(self) -> &'static str {
                match self { $(Code::$variant => $description,)+ }
            }
        }
    };
}

catalogue! {
    // definitions
    TomlSyntax, Error, "toml-syntax", "定义文件不是合法的 TOML";
    UnknownKey, Error, "unknown-key", "定义文件里有不认识的键";
    WrongType, Error, "wrong-type", "定义文件里某个键的值类型或取值不对";
    MissingKey, Error, "missing-key", "定义文件缺少必填的键";
    FormatUnsupported, Error, "format-unsupported", "定义文件的 format 号不是本程序支持的";
    DuplicateCode, Error, "duplicate-code", "同一代码或名称定义了两次";
    UnknownReference, Error, "unknown-reference", "引用了没有定义的代码";
    HierarchyCycle, Error, "hierarchy-cycle", "层级绕成了环";
    EmptyElement, Error, "empty-element", "某个维度下面没有任何指标";
    WeightSum, Error, "weight-sum", "同一上级下的权重合计不等于规定值";
    WeightNegative, Error, "weight-negative", "权重为负数或不是有限数";
    ScoringParameters, Error, "scoring-parameters", "赋分方法的参数自相矛盾";
    ExpressionInvalid, Error, "expression-invalid", "规则里的表达式写错了";
    RuleCircular, Error, "rule-circular", "规则用了要等它算完之后才有的数";
    InterviewByRank, Error, "interview-by-rank", "提醒约谈规则只凭排名触发";
    DefinitionsMissing, Error, "definitions-missing", "没有找到定义文件";
    // files
    DataMissing, Error, "data-missing", "没有找到这一期的数据";
    ThemeInvalid, Warning, "theme-invalid", "report/ 里的行文或配色写错了,没有采用";
    FileUnreadable, Error, "file-unreadable", "文件损坏或格式不认识,读不出来";
    FileTooLarge, Error, "file-too-large", "文件或里面的表太大,没有读取";
    SheetHidden, Note, "sheet-hidden", "隐藏的工作表里有内容,没有读取";
    CellsHidden, Warning, "cells-hidden", "表里有隐藏的行或列,已照常读取";
    FormulaWithoutValue, Warning, "formula-without-value", "公式没有算出的结果,按空白处理";
    ExternalLink, Warning, "external-link", "公式引用了别的文件,数值是上次保存时的";
    HeaderNotFound, Error, "header-not-found", "表里找不到表头行";
    ColumnUnmatched, Warning, "column-unmatched", "有一列对不上任何数据项,没有采用";
    ColumnDuplicate, Error, "column-duplicate", "同一数据项出现了两次";
    PersonalData, Error, "personal-data", "文件含有个人信息,整份退回";
    PeriodWrong, Error, "period-wrong", "表里写的期次不是本期";
    TemplateOutdated, Warning, "template-outdated", "用的不是本期的模板,口径或数据项可能已变";
    VersionReplaced, Note, "version-replaced", "有更晚的一份文件,重复的数以后者为准";
    VersionUndecided, Error, "version-undecided", "两份文件的同一数据项不一样,看不出哪一份在后";
    FileLate, Warning, "file-late", "报表在截止日之后才收到";
    LockFileSkipped, Note, "lock-file-skipped", "跳过了办公软件的临时锁文件";
    FileNotReceived, Warning, "file-not-received", "应报部门的文件没有收到";
    ItemNotReceived, Warning, "item-not-received", "应报的数据项在所有文件里都没有";
    // units
    UnitUnknown, Error, "unit-unknown", "不认识的单位名称";
    UnitNearMiss, Question, "unit-near-miss", "单位名称像是写错了字,答复之前这一行不采用";
    UnitBlank, Error, "unit-blank", "有数的一行没有写单位名称";
    UnitMissing, Error, "unit-missing", "表里缺少应报的单位";
    UnitDuplicate, Error, "unit-duplicate", "同一单位出现了两次";
    UnitAmbiguous, Error, "unit-ambiguous", "单位名称有歧义(已撤并)";
    UnitConflict, Error, "unit-conflict", "单位代码与名称对不上";
    AliasUsed, Note, "alias-used", "单位用了别名,已按标准名称归并";
    RowBlank, Note, "row-blank", "数据中间有空行,已跳过";
    RowsAdded, Note, "rows-added", "同一单位分几行填报,已按单位相加";
    ExtraCell, Warning, "extra-cell", "表头之外还有内容,没有采用";
    RowShifted, Error, "row-shifted", "文本表格里这一行的格数比表头多,整行没有采用";
    MissingCell, Warning, "missing-cell", "这一行的格数比表头少";
    DateInvalid, Warning, "date-invalid", "应为日期的单元格不是日期";
    // values
    ValueNotNumber, Error, "value-not-number", "应为数字的单元格不是数字";
    ValueOutOfRange, Error, "value-out-of-range", "数值超出允许范围";
    PercentMixed, Error, "percent-mixed", "同一列里百分数和小数混用";
    PercentOrFraction, Question, "percent-or-fraction", "以 % 计的一列像是写成了小数,暂按小数读";
    TotalMismatch, Warning, "total-mismatch", "合计行与各行之和不一致";
    CumulativeDecrease, Warning, "cumulative-decrease", "累计数比上期小";
    PeriodRepeated, Warning, "period-repeated", "一列数与上期完全相同";
    ChangeUnusual, Warning, "change-unusual", "与上期相比的变动远大于其他单位";
    AllAtLimit, Warning, "all-at-limit", "所有单位都是 100%";
    DenominatorSmall, Warning, "denominator-small", "分母过小,只列示、不评分";
    FrozenMismatch, Warning, "frozen-mismatch", "部门表里的数与年内固定数相差过大";
    RankColumn, Warning, "rank-column", "一列数正好是 1 到单位个数,像是位次";
    RoundedValues, Warning, "rounded-values", "一列数大多是 5 的倍数,像是估计数";
    NumeratorAboveDenominator, Error, "numerator-above-denominator", "分子大于分母";
    TaskExceeded, Question, "task-exceeded", "完成数大于任务数,请确认是否含上年结转";
    DenominatorZero, Question, "denominator-zero", "分母为 0,无法计算";
    EmptyAmbiguous, Question, "empty-ambiguous", "空白或“无”“—”一类记号含义不明,暂按未报处理";
    NotApplicableUnexpected, Question, "not-applicable-unexpected", "该指标不允许“不适用”,暂按未报处理";
    RowInvalid, Error, "row-invalid", "登记表里的一行缺少必填内容或内容不对";
    AnswerInvalid, Warning, "answer-invalid", "问卷里有不在选项内的答案,未计入";
    SkipIgnored, Warning, "skip-ignored", "按跳转规则不该问到的人有回答,未计入";
    UnitNotAsked, Warning, "unit-not-asked", "调查来了,有的单位一份能用的答卷也没有";
    ClusterLonely, Warning, "cluster-lonely", "有的估计值推算不出误差,例如一个层只抽到一个抽样单元而没有选定处理办法";
    ClusterCountSmall, Warning, "cluster-count-small", "抽到的抽样单元比登记的总数还多,没有作有限总体校正";
    PopulationMissing, Warning, "population-missing", "加权要用的人口表没有找到,或有的行不能用";
    MarginUnmet, Warning, "margin-unmet", "权数调整不到人口数,本期用设计权数";
    ClassesJoined, Note, "classes-joined", "有的类答卷太少,加权时与相邻的类合并";
    FieldworkSuspect, Note, "fieldwork-suspect", "访问质量检查有需要复看之处";
    EventUnmatched, Error, "event-unmatched", "登记的事项没有规则认领,不加分也不扣分";
    EventOutsidePeriod, Error, "event-outside-period", "登记的日期不在本期之内";
    EventDuplicate, Error, "event-duplicate", "同一事项编号登记了两次";
    ApprovalMissing, Error, "approval-missing", "改动数据或时限没有写明由谁批准";
    ProgressIncomparable, Note, "progress-incomparable", "与上期不可比,本期不评进步奖";
    AssessorMissing, Warning, "assessor-missing", "联合考评有评委没有打分或没有打全,按收到的分计算";
    OwnUnitExcluded, Note, "own-unit-excluded", "评委给本单位打的分已剔除,不计入";
    EvidenceMissing, Question, "evidence-missing", "事项缺少佐证或审批,列为待核,不计分";
    LedgerItemUnknown, Error, "ledger-item-unknown", "登记的问题编号不在整改台账里";
    LedgerTransition, Error, "ledger-transition", "整改台账里不允许的状态变化";
    LedgerClosing, Error, "ledger-closing", "销号没有依据,或由整改单位自己核验";
    LedgerComputed, Warning, "ledger-computed", "台账里由程序算出的内容被手工改动,没有采用";
    AnswerUnclear, Warning, "answer-unclear", "答复看不懂或没有写全,没有采用";
    AnswerUnmatched, Warning, "answer-unmatched", "答复表里的一行没有对上任何疑问或警告";
    AnswerRefused, Warning, "answer-refused", "答复针对的是错误,错误不能靠答复放行";
    FundInvalid, Error, "fund-invalid", "登记的一笔资金写错了,没有清算";
    FundUnsettled, Warning, "fund-unsettled", "缺分配因素或等次,一笔资金暂不清算";
    OverrideUnmatched, Warning, "override-unmatched", "复核表里的一行没有对上任何数据";
    OwnScoreExcluded, Note, "own-score-excluded", "承诺单位自己的人给自己评了分,分值不计";
    EarlierPeriod, Warning, "earlier-period-errors", "较早一期的材料有错误,趋势和结转按能用的部分计算";
    // scoring
    IndicatorDropped, Warning, "indicator-dropped", "所有单位都没有数据,本期整体缺数,指标不计";
}

impl Code {
    /// Whether the file it is about came and nothing of it, or of one of its sheets, could be used.
    pub fn loses_file(self) -> bool {
        matches!(self, Code::PersonalData | Code::FileUnreadable | Code::FileTooLarge)
    }
}
