//! Definition files as written: questionnaires, their scales and questions.

use super::raw::raw;
use super::{
    Answer, FieldworkTerms, FormHeader, LonelyCluster, Pooling, RateInterval, RespondentClass, Statistic, Weighting,
};
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
        /// 问卷右上角的表号、制定机关、批准文号、有效期。
        form: Option<FormHeader>,
        /// 分层列的表头;不写即每个单位一层。
        stratum_column: Option<String>,
        /// 村(社区)等初级抽样单元列的表头;不写即逐人抽取。
        cluster_column: Option<String>,
        /// 各单位初级抽样单元总数的数据项。
        cluster_count: Option<String>,
        /// 抽到的初级抽样单元里是否人人都访问;是,才按总数作有限总体校正。
        whole_clusters: Option<bool>,
        /// 一层只抽了一个初级抽样单元时怎么办。
        lonely_cluster: Option<LonelyCluster>,
        /// 置信水平,默认 0.95。
        confidence: Option<f64>,
        /// 比率的置信区间算法。
        rate_interval: Option<RateInterval>,
        /// 受访者的类别:年龄段、性别等。
        classes: Vec<RespondentClass>,
        /// 权数怎样调整到人口。
        weighting: Option<Weighting>,
        /// 是否与前几期合并。
        pooling: Option<Pooling>,
        /// 访问质量检查的列和界限。
        fieldwork: Option<FieldworkTerms>,
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
    /// 一道题,或由几道题合成的数。
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
        /// 占比计入哪些答案(代码);不写即分值不低于满分一半的。
        good: Vec<String>,
        /// 由哪几道题的平均分合成。
        items: Vec<String>,
        /// 合成时至少答几题。
        min_answered: Option<u32>,
        /// statistic 为 ratio 时,除以哪道题。
        over: Option<String>,
        /// 跳转:只问在这道题上……
        asked_if: Option<String>,
        /// ……选了这些答案(代码)的人。
        asked_answers: Vec<String>,
        /// 与哪个指标说的是同一件事:部门报数与群众回答对照。
        compares_with: Option<String>,
        /// 问的是哪个层级或指标的重要程度(代码)。
        importance_of: Option<String>,
    }
}
