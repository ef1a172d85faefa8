//! The survey oracles as groups, for tests: respondents of `02_survey`, their sums, and rows of R's tables.

use std::collections::BTreeMap;

use crate::facts::survey::estimate::design::{Design, Group, LonelyPsu, Psu, StratumPopulation};
use crate::facts::survey::estimate::groups::{Everybody, GroupKey, Moments};

/// Where the oracles lie.
pub(crate) const ORACLES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/oracles");

pub(crate) const VARIABLES: [&str; 13] =
    ["q1", "q2", "q3", "q4", "q5", "q6", "t1", "t2", "t3", "t4", "t5", "t6", "sat100"];
const AGES: [&str; 3] = ["60-69", "70-79", "80+"];
const ZONES: [&str; 3] = ["urban", "suburb", "rural"];

/// A row of a CSV file by its header.
pub(crate) struct Row(BTreeMap<String, String>);

impl Row {
    pub(crate) fn text(&self, column: &str) -> &str {
        self.0.get(column).map_or_else(|| panic!("no column {column}"), String::as_str)
    }

    pub(crate) fn number(&self, column: &str) -> f64 {
        self.text(column).parse().unwrap()
    }
}

/// The rows of a file below the oracles.
pub(crate) fn table(path: &str) -> Vec<Row> {
    read_table(&std::fs::read(format!("{ORACLES}/{path}")).unwrap())
}

pub(crate) fn read_table(bytes: &[u8]) -> Vec<Row> {
    let mut reader = csv::Reader::from_reader(bytes);
    let header = reader.headers().unwrap().clone();
    let row = |record: &csv::StringRecord| {
        Row(header.iter().map(str::to_owned).zip(record.iter().map(str::to_owned)).collect())
    };
    reader.records().map(|record| row(&record.unwrap())).collect()
}

/// A respondent as the file has it.
#[derive(Clone)]
pub(crate) struct Respondent {
    pub(crate) id: u32,
    pub(crate) township: u32,
    pub(crate) zone: u32,
    pub(crate) village: u32,
    pub(crate) age: u32,
    pub(crate) sex: u32,
    pub(crate) weight: f64,
    pub(crate) villages: u32,
    pub(crate) answers: [Option<f64>; 6],
}

impl Respondent {
    pub(crate) fn value(&self, variable: &str) -> Option<f64> {
        if variable == "sat100" {
            let given: Vec<f64> = self.answers.iter().flatten().copied().collect();
            let mean = given.iter().sum::<f64>() / given.len() as f64;
            return (given.len() >= 4).then_some((mean - 1.0) / 4.0 * 100.0);
        }
        let answer = self.answers[variable[1..].parse::<usize>().unwrap() - 1];
        answer.map(|answer| if variable.starts_with('q') { answer } else { f64::from(answer >= 4.0) })
    }

    fn domain(&self) -> u32 {
        ((self.zone * 20 + self.township) * 3 + self.age) * 2 + self.sex
    }
}

pub(crate) fn respondents(path: &str) -> Vec<Respondent> {
    let place = |list: &[&str], text: &str| u32::try_from(list.iter().position(|&one| one == text).unwrap()).unwrap();
    let after = |text: &str| text[1..].parse::<u32>().unwrap();
    let read = |row: &Row| {
        let township = after(row.text("township"));
        Respondent {
            id: row.text("id").parse().unwrap(),
            township,
            zone: place(&ZONES, row.text("zone")),
            village: township * 1000 + after(&row.text("village")[4..]),
            age: place(&AGES, row.text("age")),
            sex: place(&["F", "M"], row.text("sex")),
            weight: row.number("weight"),
            villages: row.text("n_villages_in_township").parse().unwrap(),
            answers: std::array::from_fn(|item| row.text(&format!("q{}", item + 1)).parse().ok()),
        }
    };
    table(path).iter().map(read).collect()
}

/// The four designs of `survey.R`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Kind {
    A,
    Afpc,
    B,
    C,
}

impl Kind {
    pub(crate) fn named(name: &str) -> Self {
        match name {
            "A_strata_township_psu_village" => Self::A,
            "Afpc_strata_township_psu_village_fpc" => Self::Afpc,
            "B_strata_zone_psu_village" => Self::B,
            "C_weights_only" => Self::C,
            _ => panic!("{name}"),
        }
    }
}

/// A design and the groups of the respondents under it.
pub(crate) struct Sample {
    pub(crate) design: Design,
    members: Vec<Vec<Respondent>>,
}

impl Sample {
    pub(crate) fn new(kind: Kind, lonely: LonelyPsu, people: &[Respondent]) -> Self {
        let key = |one: &Respondent| {
            let (stratum, cluster) = match kind {
                Kind::A | Kind::Afpc => (one.township, one.village),
                Kind::B => (one.zone, one.village),
                Kind::C => (0, 0),
            };
            GroupKey { stratum, cluster, domain: one.domain(), cell: one.township * 3 + one.age }
        };
        let mut people = people.to_vec();
        people.sort_by_key(|one| one.id);
        let mut by_key: BTreeMap<GroupKey, Vec<Respondent>> = BTreeMap::new();
        for one in &people {
            by_key.entry(key(one)).or_default().push(one.clone());
        }
        let sums = |members: &Vec<Respondent>| Everybody {
            count: u32::try_from(members.len()).unwrap(),
            weight: members.iter().map(|one| one.weight).sum(),
            square: members.iter().map(|one| one.weight * one.weight).sum(),
        };
        let groups: Vec<Group> = by_key.iter().map(|(&key, members)| Group { key, everybody: sums(members) }).collect();
        let populations: Vec<StratumPopulation> = match kind {
            Kind::Afpc => people
                .iter()
                .map(|one| StratumPopulation { stratum: one.township, population: Some(one.villages) })
                .collect(),
            Kind::A | Kind::B | Kind::C => Vec::new(),
        };
        let psu = if kind == Kind::C { Psu::Respondent } else { Psu::Cluster };
        let design = Design::new(psu, lonely, &groups, &populations).unwrap();
        Self { design, members: by_key.into_values().collect() }
    }

    /// The sums of y / x over those with both.
    pub(crate) fn pair(
        &self,
        y: &dyn Fn(&Respondent) -> Option<f64>,
        x: &dyn Fn(&Respondent) -> Option<f64>,
    ) -> Vec<Moments> {
        let sum = |members: &Vec<Respondent>| {
            let mut sums = Moments::default();
            for one in members {
                if let (Some(y), Some(x)) = (y(one), x(one)) {
                    add(&mut sums, one.weight, y, x);
                }
            }
            sums
        };
        self.members.iter().map(sum).collect()
    }

    pub(crate) fn variable_of(&self, y: &dyn Fn(&Respondent) -> Option<f64>) -> Vec<Moments> {
        self.pair(y, &|_| Some(1.0))
    }

    pub(crate) fn variable(&self, name: &str) -> Vec<Moments> {
        self.variable_of(&|one| one.value(name))
    }
}

fn add(sums: &mut Moments, w: f64, y: f64, x: f64) {
    sums.count += 1;
    sums.x += w * x;
    sums.y += w * y;
    sums.xx += w * x * x;
    sums.xy += w * x * y;
    sums.yy += w * y * y;
    sums.square += w * w;
    sums.square_x += w * w * x;
    sums.square_y += w * w * y;
    sums.square_xx += w * w * x * x;
    sums.square_xy += w * w * x * y;
    sums.square_yy += w * w * y * y;
    sums.weight += w;
}

/// Is a group in the level of a domain as R's tables name them?
pub(crate) fn is_in(key: &GroupKey, domain: &str, level: &str) -> bool {
    let (sex, age) = (key.domain % 2, key.domain / 2 % 3);
    let (township, zone) = (key.domain / 6 % 20, key.domain / 120);
    match domain {
        "overall" => true,
        "township" => level == "ALL" || level == format!("T{township:02}"),
        "age" => level == AGES[age as usize],
        "sex" => level == ["F", "M"][sex as usize],
        "zone" => level == ZONES[zone as usize],
        _ => panic!("{domain}"),
    }
}

/// |a/b − 1|, with 0 for two zeros.
pub(crate) fn relative(a: f64, b: f64) -> f64 {
    if a.to_bits() == b.to_bits() { 0.0 } else { (a / b - 1.0).abs() }
}

/// The largest difference seen, with the row it was seen in.
#[derive(Debug, Default)]
pub(crate) struct Worst {
    pub(crate) difference: f64,
    pub(crate) row: String,
    pub(crate) rows: usize,
}

impl Worst {
    pub(crate) fn see(&mut self, difference: f64, row: impl Fn() -> String) {
        assert!(difference.is_finite(), "{}", row());
        self.rows += 1;
        if difference > self.difference || self.row.is_empty() {
            (self.difference, self.row) = (difference, row());
        }
    }
}
