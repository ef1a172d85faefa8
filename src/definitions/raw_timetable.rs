//! Definition files as written: the timetable of a period, and what good delivery is worth.

use super::Offset;
use super::raw::raw;
use schemars::JsonSchema;
use serde::Deserialize;

raw! {
    /// 一期里的一个步骤。
    RawStep {
        /// 英文标识。
        id: Option<String>,
        /// 名称。
        name: Option<String>,
        /// 由谁做。
        who: Option<String>,
        /// 哪一天(只有一天的步骤)。
        at: Option<Offset>,
        /// 从哪一天起。
        from: Option<Offset>,
        /// 到哪一天止。
        to: Option<Offset>,
        /// 是不是报送截止;是的可不写日子,按 due_working_days。
        due: Option<bool>,
        /// 只在这些月份结束的期次才有这一步;不写即每期都有。
        months: Vec<u32>,
        /// 收进什么。
        takes: Option<String>,
        /// 产出什么。
        gives: Option<String>,
    }
}

raw! {
    /// 报送质量分:从满分起扣,扣完为止。
    RawQuality {
        /// 满分。
        full: Option<f64>,
        /// 每迟报 1 个工作日扣几分。
        late_day: Option<f64>,
        /// 每个错误扣几分。
        error: Option<f64>,
        /// 每条未答复的疑问扣几分。
        open_question: Option<f64>,
        /// 每次更正扣几分。
        correction: Option<f64>,
    }
}
