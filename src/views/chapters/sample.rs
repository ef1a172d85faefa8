//! A made-up project of three units, for the tests: two periods, one survey, two rules, a withheld figure.

use crate::audit::{Audit, InputFile};
use crate::views::Assessment;
use crate::views::comparison::Comparison;
use crate::views::document::{Block, Cell, Document, Section, Table};
use crate::views::figures::Pictures;
use crate::workflow::{Project, compute};
use std::collections::BTreeMap;

const DEFINITIONS: &str = r#"
format = 1
[index]
id = "t"
name = "试验指数"
edition = "1"
illustrative = true
disclaimer = "不是真的"
watermark = "样张"
unit_word = "片区"
element_word = "方面"
total_word = "全域"
frequency = "quarter"
scale = [0, 100]
decimals = 2
aggregate = "arithmetic"
at_floor = 60
at_target = 100
suppress_below = 10
caution_below = 30
[[grade]]
id = "a"
name = "甲等"
min = 80
[[grade]]
id = "b"
name = "乙等"
min = 0
[[department]]
code = "D"
name = "住建局"
[[element]]
code = "A"
id = "care"
name = "照护"
weight = 60
[[element]]
code = "B"
id = "joy"
name = "文体"
weight = 40
[[measure]]
id = "done"
name = "完成户数"
department = "D"
unit = "户"
[[measure]]
id = "planned"
name = "任务户数"
department = "D"
unit = "户"
[[indicator]]
code = "A01"
id = "done_rate"
name = "改造完成率"
element = "A"
weight = 100
unit = "%"
numerator = "done"
denominator = "planned"
scale = 100
basis = "point"
score = { efficacy = { target = 80, floor = 40 } }
missing = "carry"
work_unit = "户"
department = "D"
[[survey]]
id = "s"
name = "满意度调查"
department = "D"
unit_column = "片区"
[[scale]]
id = "two"
answers = [{ code = "1", word = "满意", points = 100 }, { code = "2", word = "不满意", points = 30 }]
[[question]]
id = "q"
survey = "s"
text = "满意吗?"
scale = "two"
statistic = "mean"
[[indicator]]
code = "B01"
id = "content"
name = "满意度"
element = "B"
weight = 100
unit = "分"
question = "q"
basis = "period"
score = { efficacy = { target = 90, floor = 60 } }
missing = "drop"
department = "D"
[[rule]]
id = "C1"
name = "覆盖率不足"
kind = "grade-cap"
per = "unit"
trigger = "coverage < 40"
rank = "leave-out"
note = "低于 40% 不排名"
[[rule]]
id = "C2"
name = "覆盖率偏低"
kind = "grade-cap"
per = "unit"
trigger = "coverage >= 40 AND coverage < 60"
rank = "flag"
note = "低于 60% 位次标 △"
[[table]]
id = "events"
name = "事项"
columns = [
  { id = "unit", name = "片区", kind = "unit", required = true },
  { id = "type", name = "类型", kind = "text", required = true },
  { id = "evidence", name = "佐证", kind = "text", required = false },
]
[rules]
bonus_cap = 5
deduction_cap = 5
[[rule]]
id = "R1"
name = "推广"
kind = "bonus"
table = "events"
trigger = "type = '推广'"
points = "1.5"
needs = ["evidence"]
legal_basis = "示例"
approved_by = "示例"
[[rule]]
id = "R2"
name = "差错"
kind = "deduction"
table = "events"
trigger = "type = '差错'"
points = "0.4"
legal_basis = "示例"
approved_by = "示例"
[register]
name_columns = ["片区"]
[[unit]]
code = "东 1"
name = "东片区"
group = "城"
[[unit]]
code = "x2"
name = "西片区"
group = "城"
[[unit]]
code = "x3"
name = "南片区"
group = "乡"
"#;

const EVENTS: &str = "片区,类型,佐证\n东片区,推广,简报1号\n西片区,差错,\n南片区,推广,\n";

fn file(path: &str, text: &str) -> InputFile {
    InputFile { path: path.into(), bytes: text.as_bytes().into() }
}

/// Twenty answers from the first two units, and seven, all of them 不满意, from the third.
fn answers() -> String {
    let of =
        |unit: &str, good: usize, bad: usize| format!("{unit},1\n").repeat(good) + &format!("{unit},2\n").repeat(bad);
    format!("片区,q\n{}{}{}", of("东片区", 18, 2), of("西片区", 11, 9), of("南片区", 0, 7))
}

/// The assessment of the second period and what was found on the way.
pub(super) fn assessment() -> (Assessment, Audit) {
    let before = "片区,完成户数,任务户数\n东片区,70,100\n西片区,60,100\n南片区,50,100\n";
    let now = "片区,完成户数,任务户数\n东片区,75,100\n西片区,64,100\n南片区,30,100\n";
    let mut periods = BTreeMap::new();
    let survey = answers();
    let first = vec![file("data/2022Q2/住建局.csv", before), file("data/2022Q2/survey-s.csv", &survey)];
    let second = vec![
        file("data/2022Q3/住建局.csv", now),
        file("data/2022Q3/survey-s.csv", &survey),
        file("data/2022Q3/events.csv", EVENTS),
    ];
    periods.insert("2022Q2".parse().expect("a period"), first);
    periods.insert("2022Q3".parse().expect("a period"), second);
    let definitions = vec![file("indicators/index.toml", DEFINITIONS)];
    let project = Project { definitions, periods, ..Project::default() };
    let mut audit = Audit::default();
    let assessment = compute(&project, "2022Q3".parse().expect("a period"), &mut audit, &mut |_| {});
    let errors: Vec<String> = audit.diagnostics().iter().map(ToString::to_string).collect();
    (assessment.unwrap_or_else(|| panic!("{errors:?}")), audit)
}

/// The report without its pictures.
pub(super) fn document(assessment: &Assessment, audit: &Audit) -> Document {
    let current = assessment.current().expect("a computed period");
    let pictures = Pictures::default();
    super::document(&Comparison::new(assessment, current), &pictures, audit)
}

/// All tables of a document, the folded ones too.
pub(super) fn tables(document: &Document) -> Vec<&Table> {
    fn of<'a>(blocks: &'a [Block], found: &mut Vec<&'a Table>) {
        for block in blocks {
            match block {
                Block::Table(table) => found.push(table),
                Block::Fold { blocks, .. } | Block::Beside(blocks) => of(blocks, found),
                _ => {}
            }
        }
    }
    let mut found = Vec::new();
    document.sections.iter().for_each(|section: &Section| of(&section.blocks, &mut found));
    found
}

/// The table with an id.
pub(super) fn table<'a>(document: &'a Document, id: &str) -> &'a Table {
    tables(document).into_iter().find(|table| table.id == id).unwrap_or_else(|| panic!("no table {id}"))
}

/// What a column of a row shows, the column named by its head.
pub(super) fn shown(table: &Table, row: &[Cell], header: &str) -> String {
    let column = table.columns.iter().position(|column| column.header == header);
    row[column.unwrap_or_else(|| panic!("no column {header}"))].shown()
}
