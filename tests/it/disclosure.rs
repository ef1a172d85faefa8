//! A unit with few respondents: nothing that anybody is sent may depend on what they said, or on how many they were.
//!
//! Two counties are alike but for the respondents of one unit, too few to be printed. If any byte of any product but the
//! checksums of the input differed, somebody could tell the two apart.

use crate::command::{run, yinxiang};
use crate::project::write;
use crate::tools::tool;
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::io::Read as _;
use std::path::Path;
use std::process::Command;

const DEFINITIONS: &str = r#"format = 1
[index]
id = "t"
name = "试验指数"
edition = "1"
illustrative = true
disclaimer = "模拟数据"
watermark = "模拟数据"
frequency = "quarter"
suppress_below = 10
caution_below = 30
[[grade]]
id = "all"
name = "已评"
min = 0
[[department]]
code = "D"
name = "调查单位"
[[element]]
code = "A"
id = "a"
name = "满意"
weight = 60
[[element]]
code = "B"
id = "b"
name = "知晓"
weight = 40
[[survey]]
id = "s"
name = "问卷"
department = "D"
unit_column = "片区"
weight_column = "权数"
cluster_column = "村"
lonely_cluster = "certainty"
classes = [{ id = "age", column = "年龄", values = ["六十", "七十"] }]
weighting = { post-stratify = { by = ["age"], population = "population", least = 2 } }
fieldwork = { interviewer_column = "访问员", straight_items = 3 }
[[scale]]
id = "five"
answers = [
  { code = "1", word = "很满意", points = 100 },
  { code = "2", word = "比较满意", points = 80 },
  { code = "3", word = "一般", points = 60 },
  { code = "4", word = "不太满意", points = 30 },
  { code = "5", word = "很不满意", points = 0 },
]
[[question]]
id = "q1"
survey = "s"
text = "满意吗?"
scale = "five"
compares_with = "B02"
[[question]]
id = "q2"
survey = "s"
text = "知道吗?"
scale = "five"
statistic = "top-two"
[[question]]
id = "q3"
survey = "s"
text = "满意要紧吗?"
scale = "five"
importance_of = "A"
[[question]]
id = "q4"
survey = "s"
text = "知晓要紧吗?"
scale = "five"
importance_of = "B"
[[measure]]
id = "m"
name = "报数"
department = "D"
unit = "%"
[[indicator]]
code = "A01"
id = "content"
name = "满意度"
element = "A"
weight = 100
unit = "分"
question = "q1"
basis = "period"
score = { efficacy = { target = 90, floor = 30 } }
missing = "drop"
[[indicator]]
code = "B01"
id = "aware"
name = "知晓率"
element = "B"
weight = 50
unit = "%"
question = "q2"
basis = "period"
score = { efficacy = { target = 90, floor = 10 } }
missing = "drop"
[[indicator]]
code = "B02"
id = "told"
name = "报数"
element = "B"
weight = 50
unit = "%"
measure = "m"
basis = "period"
score = { efficacy = { target = 100, floor = 0 } }
missing = "drop"
[register]
name_columns = ["片区"]
"#;

/// Units with their groups; the last one has few respondents.
const UNITS: [(&str, &str); 4] = [("东片区", "甲"), ("西片区", "甲"), ("南片区", "乙"), ("北片区", "乙")];

/// Lays a county; the few respondents of the last unit give these answers.
fn lay(root: &Path, few: &[[u8; 4]]) {
    let mut definitions = DEFINITIONS.to_owned();
    for (number, (name, group)) in UNITS.iter().enumerate() {
        let code = number + 1;
        let _ = write!(
            definitions,
            "[[unit]]\ncode = \"{code}\"\nname = \"{name}\"\nshort = \"{name}\"\ngroup = \"{group}\"\n"
        );
    }
    write(root, "indicators/index.toml", &definitions);
    let mut population = String::from("片区,年龄,人数\n");
    let mut measures = String::from("片区,报数\n");
    let mut answers = String::from("片区,村,权数,年龄,访问员,q1,q2,q3,q4\n");
    for (number, (name, _)) in (0_u32..).zip(UNITS) {
        let _ = writeln!(population, "{name},六十,{}\n{name},七十,{}", 900 + number * 10, 600 - number * 7);
        let _ = writeln!(measures, "{name},{}", 70 + number);
        let count = if number == 3 { 0 } else { 60 };
        for person in 0..count {
            let answer = |question: u32| 1 + (person * 7 + question * 5 + number + person * person % 11) % 5;
            let age = if person % 3 == 0 { "七十" } else { "六十" };
            let village = person / 10;
            let asker = person % 4;
            let _ = write!(answers, "{name},{name}{village}村,1.{},{age},F{asker}", person % 4);
            let _ = writeln!(answers, ",{},{},{},{}", answer(1), answer(2), answer(3), answer(4));
        }
    }
    for (person, given) in few.iter().enumerate() {
        let age = if person % 2 == 0 { "七十" } else { "六十" };
        let [a, b, c, d] = given;
        let _ = writeln!(answers, "北片区,北片区{}村,1.5,{age},F{},{a},{b},{c},{d}", person / 3, person % 4);
    }
    write(root, "data/frozen/2022-population.csv", &population);
    write(root, "data/2022Q3/调查单位.csv", &measures);
    write(root, "data/2022Q3/survey-s.csv", &answers);
}

/// All products by name, but for the checksums, and for what goes back to the department that sent the file.
fn products(few: &[[u8; 4]]) -> BTreeMap<String, Vec<u8>> {
    let root = tempfile::tempdir().expect("a temporary folder");
    lay(root.path(), few);
    let target = root.path().join("report");
    let ran = run(yinxiang().args(["run", "-C"]).arg(root.path()).arg("--out").arg(&target));
    assert_eq!(ran.code, 0, "{ran:?}");
    let mut found = BTreeMap::new();
    collect(&target, "", &mut found);
    found.retain(|name, _| name != "manifest.json" && !name.starts_with("receipts/"));
    let svg = String::from_utf8(found["wall-chart.svg"].clone()).expect("UTF-8");
    let (_, hash) = svg.split_once("材料校验值 ").expect("the small print");
    let hash: String = hash.chars().take(8).collect();
    found.retain(|name, bytes| match readable(&target.join(name), bytes) {
        Some(text) => {
            assert!(!text.is_empty(), "{name}");
            *bytes = text.replace(&hash, "").into_bytes();
            true
        }
        None => false,
    });
    found
}

/// What a product says; `None` for a PDF where no program is there to read it.
fn readable(path: &Path, bytes: &[u8]) -> Option<String> {
    match path.extension().and_then(|extension| extension.to_str()) {
        Some("pdf") => tool("pdftotext", &["-v"]).then(|| {
            let output = Command::new("pdftotext").arg(path).arg("-").output().expect("pdftotext starts");
            assert!(output.status.success(), "{}", path.display());
            String::from_utf8(output.stdout).expect("UTF-8")
        }),
        Some("docx" | "xlsx") => {
            let mut archive = zip::ZipArchive::new(std::io::Cursor::new(bytes)).expect("an archive");
            let mut text = String::new();
            for number in 0..archive.len() {
                let mut part = archive.by_index(number).expect("a part");
                let mut own = Vec::new();
                part.read_to_end(&mut own).expect("a sound part");
                text.push_str(&String::from_utf8_lossy(&own));
            }
            Some(text)
        }
        // Pictures and Parquet: every byte.
        _ => Some(bytes.iter().map(|&byte| char::from(byte)).collect()),
    }
}

fn collect(folder: &Path, prefix: &str, found: &mut BTreeMap<String, Vec<u8>>) {
    for entry in fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        let name = format!("{prefix}{}", path.file_name().expect("a name").to_string_lossy());
        if path.is_dir() {
            collect(&path, &format!("{name}/"), found);
        } else {
            found.insert(name, fs::read(&path).expect("a product"));
        }
    }
}

fn differing(one: &BTreeMap<String, Vec<u8>>, other: &BTreeMap<String, Vec<u8>>) -> Vec<String> {
    assert_eq!(one.keys().collect::<Vec<_>>(), other.keys().collect::<Vec<_>>());
    one.iter().filter(|(name, bytes)| other[*name] != **bytes).map(|(name, _)| name.clone()).collect()
}

#[test]
fn no_product_tells_what_few_respondents_said_or_how_many_they_were() {
    let six = [[1, 2, 1, 2], [2, 1, 3, 1], [1, 1, 2, 2], [3, 2, 1, 1], [2, 2, 2, 3], [1, 3, 1, 1]];
    let own = products(&six);
    assert!(own.contains_key("index.html") && own.contains_key("result.json") && own.len() > 20, "{:?}", own.keys());
    let turned = six.map(|answers| answers.map(|answer| 6 - answer));
    assert_eq!(differing(&own, &products(&turned)), Vec::<String>::new(), "other answers");
    let eight = [&six[..], &[[5, 4, 5, 3], [4, 5, 4, 5]]].concat();
    assert_eq!(differing(&own, &products(&eight)), Vec::<String>::new(), "more people");
}

#[test]
fn answers_of_many_do_show() {
    let many = [[1, 2, 1, 2]; 40];
    let other = [[5, 4, 5, 4]; 40];
    let told = differing(&products(&many), &products(&other));
    for name in ["index.html", "result.json", "indicators.csv", "tables.xlsx", "bulletin.pdf"] {
        assert!(told.iter().any(|own| own == name), "{name} is not among {told:?}");
    }
}
