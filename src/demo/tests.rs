//! The whole of the synthetic data for a small invented index that has every feature once.

use super::*;
use crate::audit::{Audit, InputFile};
use crate::extract::{RawTable, RawValue};
use encoding_rs::GB18030;

const DEFINITIONS: &str = r#"
format = 1
[index]
id = "small"
name = "小指数"
edition = "1"
[register]
total_rows = ["合计"]
ambiguous = ["老东镇"]
name_columns = ["单位名称"]
code_columns = ["单位代码"]
ignored_columns = ["序号"]

unit = []
"#;

const UNITS: [(&str, &str, &str, &str); 4] = [
    ("01", "东镇", "东", "老东镇"),
    ("02", "西镇", "西", "西山乡"),
    ("03", "南镇", "南", "南塘乡"),
    ("04", "北镇", "北", "北洋乡"),
];

const REST: &str = r#"
[[grade]]
id = "good"
name = "良好"
min = 0
[[department]]
code = "D1"
name = "一局"
[[department]]
code = "D2"
name = "二局"
[[department]]
code = "D3"
name = "三局"
[[department]]
code = "D4"
name = "四局"
[[department]]
code = "D5"
name = "五局"
[[department]]
code = "D6"
name = "统计局"
[[element]]
code = "A"
name = "甲"
weight = 1

[[measure]]
id = "population"
name = "人口"
department = "D6"
unit = "人"
basis = "frozen"
typical = 9000
[[measure]]
id = "beds_care"
name = "护理床位"
department = "D1"
unit = "张"
typical = 130
[[measure]]
id = "beds"
name = "床位"
department = "D1"
unit = "张"
typical = 250
[[measure]]
id = "homes_done"
name = "完成户数"
department = "D2"
unit = "户"
basis = "ytd"
typical = 30
[[measure]]
id = "homes_task"
name = "任务户数"
department = "D2"
unit = "户"
typical = 40
[[measure]]
id = "minutes"
name = "响应时长"
department = "D3"
unit = "分钟"
basis = "period"
typical = 600
[[measure]]
id = "alerts"
name = "预警数"
department = "D3"
unit = "起"
basis = "period"
typical = 40
[[measure]]
id = "activities"
name = "活动次数"
department = "D4"
unit = "次"
basis = "period"
typical = 25
[[measure]]
id = "teams"
name = "团队数"
department = "D4"
unit = "支"
typical = 5
[[measure]]
id = "managed"
name = "管理人数"
department = "D5"
unit = "人"
basis = "ytd"
typical = 4000
[[measure]]
id = "rate"
name = "达标率"
department = "D5"
unit = "%"
basis = "period"
max = 100
typical = 90

[[indicator]]
code = "A01"
name = "护理床位占比"
element = "A"
weight = 1
unit = "%"
numerator = "beds_care"
denominator = "beds"
scale = 100
score = { efficacy = { target = 55, floor = 40 } }
may_not_apply = true
[[indicator]]
code = "A02"
name = "改造完成率"
element = "A"
weight = 1
unit = "%"
numerator = "homes_done"
denominator = "homes_task"
scale = 100
basis = "ytd"
score = { pro-rata = { annual = 100, path = [0.1, 0.4, 0.75, 1.0], target = 100, floor = 80 } }
[[indicator]]
code = "A03"
name = "平均响应"
element = "A"
weight = 1
unit = "分钟"
numerator = "minutes"
denominator = "alerts"
basis = "period"
score = { efficacy = { target = 10, floor = 30 } }
[[indicator]]
code = "A04"
name = "队均活动"
element = "A"
weight = 1
numerator = "activities"
denominator = "teams"
basis = "period"
score = { band = { low = 3, high = 9, floor_low = 1, floor_high = 15 } }
[[indicator]]
code = "A05"
name = "管理率"
element = "A"
weight = 1
unit = "%"
numerator = "managed"
denominator = "population"
scale = 100
basis = "ytd"
score = { pro-rata = { annual = 70, path = [0.1, 0.45, 0.8, 1.0], target = 100, floor = 85 } }
[[indicator]]
code = "A06"
name = "平均达标率"
element = "A"
weight = 1
unit = "%"
measure = "rate"
basis = "period"
score = { efficacy = { target = 95, floor = 80 } }
[[indicator]]
code = "A07"
name = "满意度"
element = "A"
weight = 1
question = "q1"
score = { efficacy = { target = 90, floor = 75 } }

[[scale]]
id = "five"
answers = [
  { code = "1", word = "满意", points = 100 },
  { code = "2", word = "一般", points = 60 },
  { code = "3", word = "不满意", points = 0 },
  { code = "9", word = "说不清" },
]
[[survey]]
id = "general"
name = "满意度调查"
department = "D6"
unit_column = "单位名称"
weight_column = "权重"
typical = 50
[[survey]]
id = "learners"
name = "学员问卷"
department = "D6"
unit_column = "单位名称"
typical = 40
[[survey]]
id = "homes"
name = "回访问卷"
department = "D6"
unit_column = "单位名称"
typical = 30
[[question]]
id = "q1"
survey = "general"
scale = "five"
[[question]]
id = "q2"
survey = "learners"
scale = "five"
[[question]]
id = "q3"
survey = "homes"
scale = "five"
statistic = "share"

[[table]]
id = "events"
name = "事项表"
columns = [
  { id = "date", name = "日期", kind = "date", required = true },
  { id = "unit", name = "单位名称", kind = "unit", required = true },
]
[[table]]
id = "arrivals"
name = "收到登记"
columns = [
  { id = "sender", name = "报送部门", kind = "department" },
  { id = "arrived_on", name = "收到日期", kind = "date", required = true },
]
[[table]]
id = "rechecks"
name = "复核表"
columns = [
  { id = "unit", name = "单位名称", kind = "unit", required = true },
  { id = "measure", name = "数据项", kind = "measure", required = true },
  { id = "reported", name = "报送数", kind = "number" },
  { id = "verified", name = "核实数", kind = "number", required = true },
]

[demo]
first = "2021Q3"
last = "2022Q3"
population = 9000
row = [
  { period = "2022Q1", table = "events", values = { date = "2022-02-03", unit = "东镇" } },
  { period = "2022Q1", table = "arrivals", values = { sender = "D2", arrived_on = "2022-04-07" } },
  { period = "2022Q2", table = "rechecks", values = { unit = "西镇", measure = "管理人数", verified = "x0.93" } },
]
mishap = [
  { measure = "beds_care", unit = "03", cell = "不适用" },
  { measure = "beds", unit = "03", cell = "不适用" },
  { period = "2022Q3", measure = "activities" },
  { period = "2022Q3", measure = "teams", unit = "01", cell = "{fullwidth}" },
  { period = "2022Q3", measure = "homes_task", unit = "02", cell = "{unit}" },
  { period = "2022Q3", measure = "managed", unit = "04", cell = "{comma}" },
  { period = "2022Q3", measure = "alerts", unit = "04", cell = "{empty}" },
  { period = "2022Q2", measure = "homes_done", unit = "01", factor = 0.5 },
]
"#;

fn source() -> String {
    let unit = |(code, name, short, alias): &(&str, &str, &str, &str)| {
        format!("[[unit]]\ncode = \"{code}\"\nname = \"{name}\"\nshort = \"{short}\"\naliases = [\"{alias}\"]\n")
    };
    let units: String = UNITS.iter().map(unit).collect();
    DEFINITIONS.replace("unit = []\n", &units) + REST
}

/// Definitions of the small index.
pub(super) fn definitions() -> Definitions {
    let file = InputFile { path: "indicators/index.toml".into(), bytes: source().as_bytes().into() };
    let mut audit = Audit::default();
    let definitions = crate::definitions::parse(&[file], &mut audit);
    assert!(audit.diagnostics().is_empty(), "{:#?}", audit.diagnostics());
    definitions.expect("sound definitions")
}

fn values_of(definitions: &Definitions, check: impl Fn(&Values<'_>)) {
    let script = definitions.demo.as_ref().expect("the small index has a script");
    check(&Values::new(definitions, script, Draws::new(1), "2022Q3".parse().expect("a period")));
}

fn year(year: i32) -> Vec<Period> {
    (1..=4).map(|part| format!("{year}Q{part}").parse().expect("a period")).collect()
}
