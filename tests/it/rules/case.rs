//! A small county for the worked examples of the rules: the shipped `indicators/rules.toml` over five plain dimensions.

use crate::project::{Outcome, repository};
use std::collections::BTreeMap;
use std::fmt::Write as _;
use yinxiang::audit::InputFile;
use yinxiang::rules::{Adjustment, Settled};
use yinxiang::workflow::Project;

/// Units in the order of the register; the first two of the second group are 街道.
pub(crate) const UNITS: [(&str, &str); 6] = [
    ("甲镇", "镇组"),
    ("乙街道", "街道组"),
    ("丙镇", "镇组"),
    ("丁镇", "镇组"),
    ("戊街道", "街道组"),
    ("己镇", "镇组"),
];

/// Measures: identifier and what stands there unless a case says otherwise. All indicators of weight 0 but the five
/// dimensions' own and A05.
const MEASURES: [(&str, &str); 15] = [
    ("a01", "80"),
    ("a05", "100"),
    ("b01", "80"),
    ("c01", "80"),
    ("d01", "80"),
    ("e01", "80"),
    ("homes_done", "75"),
    ("homes_due", "100"),
    ("a08", "95"),
    ("c04", "75"),
    ("c05", "80"),
    ("p2", "80"),
    ("p4", "80"),
    ("population_60", "1000"),
    ("visits_due", "0"),
];

/// A county whose quarters are as alike as can be, until a case changes them.
#[derive(Clone, Default)]
pub(crate) struct Case {
    values: BTreeMap<(String, String, String), String>,
    tables: BTreeMap<(String, String), String>,
    rules: Vec<(String, String)>,
    survey: BTreeMap<String, u32>,
    survey_weight: Option<u32>,
    periods: Vec<String>,
}

impl Case {
    /// 2022Q2 and 2022Q3, everything at its default.
    pub(crate) fn new() -> Self {
        Case { periods: vec!["2022Q2".to_owned(), "2022Q3".to_owned()], ..Case::default() }
    }

    /// With other quarters.
    pub(crate) fn over(periods: &[&str]) -> Self {
        Case { periods: periods.iter().map(|&period| period.to_owned()).collect(), ..Case::default() }
    }

    /// What one unit reports in one quarter.
    pub(crate) fn set(mut self, period: &str, unit: &str, values: &[(&str, &str)]) -> Self {
        for (measure, value) in values {
            self.values.insert((period.into(), unit.into(), (*measure).into()), (*value).into());
        }
        self
    }

    /// The five dimension scores of a unit, with A05 at `gate`: A = 0.8·a01 + 0.2·score(A05).
    pub(crate) fn dimensions(self, period: &str, unit: &str, scores: [f64; 5], gate: f64) -> Self {
        let of_gate = (60.0 + 40.0 * (gate - 95.0) / 5.0_f64).clamp(0.0, 100.0);
        let own = (scores[0] - 0.2 * of_gate) / 0.8;
        let text = |number: f64| format!("{number:.4}");
        let values = [own, scores[1], scores[2], scores[3], scores[4], gate].map(text);
        let keys = ["a01", "b01", "c01", "d01", "e01", "a05"];
        let pairs: Vec<(&str, &str)> = keys.into_iter().zip(values.iter().map(String::as_str)).collect();
        self.set(period, unit, &pairs)
    }

    /// A row of `events`: number, date, unit, type, level, practice, then anything else as `header=value`.
    pub(crate) fn event(mut self, period: &str, row: [&str; 6], others: &[(&str, &str)]) -> Self {
        let columns = ["verified_by", "evidence", "approved_by", "self_reported", "item"];
        let usual = ["主管部门", "材料1号", "联席会议", "", ""];
        let rest = columns
            .iter()
            .zip(usual)
            .map(|(column, usual)| others.iter().find(|(key, _)| key == column).map_or(usual, |(_, value)| *value));
        let line = row.into_iter().chain(rest).collect::<Vec<_>>().join(",");
        let table = self.tables.entry((period.into(), "events".into())).or_insert_with(|| {
            "事项编号,日期,镇街,类型,级别,做法或事由,核实单位,佐证材料编号,审批,主动发现并整改,关联问题编号\n".into()
        });
        table.push_str(&line);
        table.push('\n');
        self
    }

    /// Another small table, as text.
    pub(crate) fn table(mut self, period: &str, id: &str, text: &str) -> Self {
        self.tables.insert((period.into(), id.into()), text.into());
        self
    }

    /// Replaces a piece of the shipped rules.
    pub(crate) fn rules(mut self, before: &str, after: &str) -> Self {
        self.rules.push((before.into(), after.into()));
        self
    }

    /// How many of a unit's hundred respondents are satisfied; 95 unless said.
    pub(crate) fn satisfied(mut self, unit: &str, count: u32) -> Self {
        self.survey.insert(unit.into(), count);
        self
    }

    /// Gives A07, a survey, a weight and takes it from A01.
    pub(crate) fn with_survey_weight(mut self, weight: u32) -> Self {
        self.survey_weight = Some(weight);
        self
    }

    /// Reverses the lines of the events of a quarter.
    pub(crate) fn with_events_reversed(mut self, period: &str) -> Self {
        let table = self.tables.get_mut(&(period.to_owned(), "events".to_owned())).expect("the case has events");
        let mut lines: Vec<&str> = table.lines().collect();
        lines[1..].reverse();
        *table = format!("{}\n", lines.join("\n"));
        self
    }

    fn project(&self) -> Project {
        let read = |path: &str| std::fs::read_to_string(repository(path)).expect("a shipped definition");
        let mut rules = read("indicators/rules.toml");
        for (before, after) in &self.rules {
            assert!(rules.contains(before), "the shipped rules do not say {before}");
            rules = rules.replace(before, after);
        }
        let file = |path: String, text: String| InputFile { path: path.into(), bytes: text.into_bytes().into() };
        let definitions = vec![
            file("indicators/index.toml".into(), definitions(self.survey_weight.unwrap_or(0))),
            file("indicators/rules.toml".into(), rules),
        ];
        let frozen = vec![file("data/frozen/2022-calendar.csv".into(), read("data/frozen/2022-calendar.csv"))];
        let mut periods = BTreeMap::new();
        for period in &self.periods {
            let mut files = vec![file(format!("data/{period}/测试局.csv"), self.department(period))];
            files.push(file(format!("data/{period}/survey-s.csv"), self.respondents()));
            for ((_, id), text) in self.tables.iter().filter(|((of, _), _)| of == period) {
                files.push(file(format!("data/{period}/{id}.csv"), text.clone()));
            }
            periods.insert(period.parse().expect("a period"), files);
        }
        Project { definitions, frozen, periods, ..Project::default() }
    }

    fn department(&self, period: &str) -> String {
        let names: Vec<String> = MEASURES.iter().map(|(id, _)| format!("数据项{id}")).collect();
        let mut text = format!("镇街,{}\n", names.join(","));
        for (unit, _) in UNITS {
            let value = |(id, usual): &(&str, &str)| {
                let own = self.values.get(&(period.to_owned(), unit.to_owned(), (*id).to_owned()));
                // Tasks of the year are done as far as they are due.
                let due = match &period[4..] {
                    "Q1" => "10",
                    "Q2" => "40",
                    "Q3" => "75",
                    _ => "100",
                };
                let usual = if matches!(*id, "homes_done" | "c04") { due } else { usual };
                own.cloned().unwrap_or_else(|| usual.to_owned())
            };
            let _ = writeln!(text, "{unit},{}", MEASURES.iter().map(value).collect::<Vec<_>>().join(","));
        }
        text
    }

    fn respondents(&self) -> String {
        let mut text = String::from("镇街,q\n");
        for (unit, _) in UNITS {
            let satisfied = self.survey.get(unit).copied().unwrap_or(95);
            for number in 0..100 {
                let _ = writeln!(text, "{unit},{}", if number < satisfied { 1 } else { 2 });
            }
        }
        text
    }

    /// The outcome of the newest quarter; the material must be sound.
    pub(crate) fn run(&self) -> Outcome {
        let outcome = self.try_run();
        assert!(!outcome.audit.has_errors(), "{}", outcome.findings());
        outcome
    }

    /// The same, errors and all.
    pub(crate) fn try_run(&self) -> Outcome {
        Outcome::of(&self.project(), None)
    }
}

/// What a test asks of a result.
pub(crate) struct Seen<'a>(pub(crate) &'a Outcome);

impl Seen<'_> {
    /// A unit of the newest quarter.
    pub(crate) fn unit(&self, name: &str) -> &Settled {
        &self.0.scored().current().expect("a quarter").settlement.units[position(name)]
    }

    /// Adjustments and effects of one rule for a unit.
    pub(crate) fn hits(&self, name: &str, rule: &str) -> Vec<&Adjustment> {
        let assessment = self.0.scored();
        let settlement = &assessment.current().expect("a quarter").settlement;
        let is_wanted = |hit: &&Adjustment| {
            hit.unit == position(name) && assessment.definitions.rules.rules[hit.rule].id.starts_with(rule)
        };
        settlement.adjustments.iter().chain(&settlement.effects).filter(is_wanted).collect()
    }

    /// The first hit of a rule for a unit, in words.
    pub(crate) fn reason(&self, name: &str, rule: &str) -> String {
        let assessment = self.0.scored();
        self.hits(name, rule)[0].reason(&assessment.definitions, &assessment.current().expect("a quarter").facts)
    }

    /// Points that a rule gives or takes a unit, summed, as printed.
    pub(crate) fn points(&self, name: &str, rule: &str) -> String {
        let hits = self.hits(name, rule);
        let total: i64 = hits.iter().map(|hit| hit.points.steps()).sum();
        yinxiang::definitions::decimal::Published::of_steps(total, 2).to_string()
    }

    /// Base, bonus, deduction, final as printed.
    pub(crate) fn figures(&self, name: &str) -> String {
        let unit = self.unit(name);
        let text = |figure: Option<yinxiang::definitions::decimal::Published>| figure.map(|it| it.to_string());
        let (base, last) = (text(unit.base).unwrap_or_default(), text(unit.final_score).unwrap_or_default());
        format!("基础 {base} 加 {} 减 {} 综合 {last} {}", unit.bonus, unit.deduction, self.grade(name))
    }

    /// The grade as printed.
    pub(crate) fn grade(&self, name: &str) -> String {
        self.unit(name).grade_text(&self.0.scored().definitions)
    }
}

pub(crate) fn position(name: &str) -> usize {
    UNITS.iter().position(|(unit, _)| *unit == name).expect("a unit of the case")
}

fn definitions(survey_weight: u32) -> String {
    let mut text = String::from(
        r#"format = 1
[index]
id = "rules"
name = "规则算例"
edition = "1"
illustrative = true
disclaimer = "算例,数是编的"
watermark = "模拟数据"
unit_word = "镇街"
element_word = "维度"
total_word = "全县"
[register]
name_columns = ["镇街"]
[[department]]
code = "D"
name = "测试局"
[[survey]]
id = "s"
name = "满意度"
department = "D"
unit_column = "镇街"
[[scale]]
id = "two"
answers = [{ code = "1", word = "满意", points = 100 }, { code = "2", word = "不满意", points = 0 }]
[[question]]
id = "q"
survey = "s"
text = "满意吗"
scale = "two"
statistic = "mean"
"#,
    );
    for (id, name, min) in
        [("excellent", "优秀", 90), ("good", "良好", 80), ("pass", "合格", 70), ("weak", "待提升", 0)]
    {
        let _ = writeln!(text, "[[grade]]\nid = \"{id}\"\nname = \"{name}\"\nmin = {min}");
    }
    for number in 1..=6 {
        let _ = writeln!(text, "[[project]]\ncode = \"P{number}\"\nid = \"p{number}\"\nname = \"项目{number}\"");
    }
    for (number, (name, group)) in UNITS.iter().enumerate() {
        let _ = writeln!(text, "[[unit]]\ncode = \"{}\"\nname = \"{name}\"\ngroup = \"{group}\"", 101 + number);
    }
    for (code, name, weight) in [("A", "养", 30), ("B", "医", 24), ("C", "学", 16), ("D", "为", 14), ("E", "乐", 16)]
    {
        let id = code.to_lowercase();
        let _ =
            writeln!(text, "[[element]]\ncode = \"{code}\"\nid = \"{id}\"\nname = \"老有所{name}\"\nweight = {weight}");
    }
    for (id, _) in MEASURES {
        let unit = if id.starts_with("homes") { "户" } else { "分" };
        let _ = writeln!(
            text,
            "[[measure]]\nid = \"{id}\"\nname = \"数据项{id}\"\ndepartment = \"D\"\nunit = \"{unit}\"\nbasis = \"{}\"\nmax = 1000000",
            if id.starts_with("homes") || id == "c04" { "ytd" } else { "point" }
        );
    }
    const PLAIN: &str = "{ goalposts = { lower = 0, upper = 100 } }";
    const RATE: &str = "{ pro-rata = { annual = 100, path = [0.10, 0.40, 0.75, 1.00], target = 100, floor = 80 } }";
    let gate = "{ efficacy = { target = 100, floor = 95 } }";
    let device = "{ efficacy = { target = 95, floor = 85 } }";
    for (code, element, weight, source, score, more) in [
        ("A01", "A", 80 - survey_weight, "measure = \"a01\"", PLAIN, ""),
        ("A05", "A", 20, "measure = \"a05\"", gate, "gate = true"),
        (
            "A06",
            "A",
            0,
            "numerator = \"homes_done\"\ndenominator = \"homes_due\"\nscale = 100\nwork_unit = \"户\"",
            RATE,
            "projects = [\"P3\"]",
        ),
        ("A07", "A", survey_weight, "question = \"q\"", device, "projects = [\"P3\"]"),
        ("A08", "A", 0, "measure = \"a08\"", device, ""),
        ("B01", "B", 100, "measure = \"b01\"", PLAIN, "projects = [\"P1\"]"),
        ("B02", "B", 0, "measure = \"p2\"", PLAIN, ""),
        ("C01", "C", 100, "measure = \"c01\"", PLAIN, ""),
        ("C04", "C", 0, "measure = \"c04\"", RATE, "projects = [\"P6\"]"),
        ("C05", "C", 0, "measure = \"c05\"", PLAIN, "projects = [\"P6\"]"),
        ("D01", "D", 100, "measure = \"d01\"", PLAIN, "projects = [\"P2\"]"),
        ("E01", "E", 100, "measure = \"e01\"", PLAIN, "projects = [\"P4\"]"),
    ] {
        let basis = if matches!(code, "A06" | "C04") { "ytd" } else { "point" };
        let id = code.to_lowercase();
        let _ = writeln!(
            text,
            "[[indicator]]\ncode = \"{code}\"\nid = \"{id}\"\nname = \"指标{code}\"\nelement = \"{element}\"\nweight = {weight}\nunit = \"%\"\n{source}\nbasis = \"{basis}\"\nscore = {score}\nmissing = \"drop\"\nmay_not_apply = true\ndepartment = \"D\"\n{more}"
        );
    }
    text
}
