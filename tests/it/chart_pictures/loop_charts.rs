//! Progress, satisfaction, ranks, reasons and the wall: invented figures of a county.

use super::{NAMES, UNITS, scatter, scores};
use yinxiang::views::charts::{
    BulletRow, ChangeWaterfall, Estimate, MatrixCell, MatrixColumn, MatrixRow, Opinion, Progress, ProjectBullets,
    RankSlope, SatisfactionDots, SatisfactionPanel, SatisfactionRow, SlopeRow, SupportMatrix, WaterfallPanel,
};
use yinxiang::views::document::Light;
use yinxiang::views::theme::palette::Palette;

const PROJECTS: [(&str, &str); 6] = [
    ("银龄乐学赋能", "人"),
    ("四位一体服务体系", "个照料中心"),
    ("居家适老化改造", "户"),
    ("智慧养老监护", "台"),
    ("畅通医疗服务", "人"),
    ("跨越数字鸿沟", "个场所"),
];

fn light(share: f64) -> Light {
    if share >= 1.0 {
        Light::Green
    } else if share >= 0.8 {
        Light::Yellow
    } else {
        Light::Red
    }
}

pub(super) fn bullets(count: usize) -> ProjectBullets {
    let row = |number: usize| {
        let year = 60.0 + (scatter(number, 3) * 900.0).round();
        let due = year * [0.75, 0.8, 0.7][number % 3];
        let done = (due * (0.62 + scatter(number, 8) * 0.55)).round();
        let gap = if number == 1 { 3.0 } else { due - done };
        BulletRow {
            project: PROJECTS[number * 6 / count.max(6)].0.to_owned(),
            name: format!("A{:02} {}", number + 1, NAMES[(number + 4) % NAMES.len()]),
            unit: PROJECTS[number * 6 / count.max(6)].1.to_owned(),
            progress: (number != 7).then_some(Progress { done, due, year, gap }),
            decimals: 0,
            light: light(done / due),
        }
    };
    ProjectBullets {
        title: "2022年第三季度全县项目进度".to_owned(),
        note: "条形为实完成占年度任务的比例，竖线为序时应完成。“还差”按各镇（街道）分别计算后相加，超额的不抵减。"
            .to_owned(),
        watermark: "模拟数据".to_owned(),
        rows: (0..count).map(row).collect(),
    }
}

pub(super) fn satisfaction(panels: usize, has_intervals: bool) -> SatisfactionDots {
    let panel = |number: usize| {
        let estimate = |unit: usize| {
            let value = 78.0 + 19.0 * scatter(unit + number, 4 + number);
            let respondents = 18 + u32::try_from(unit * 37 % 140).expect("small");
            let half = 26.0 / f64::from(respondents).sqrt();
            let interval = has_intervals.then_some((value - half, value + half));
            Estimate { value, interval, respondents }
        };
        let row = |unit: usize| SatisfactionRow {
            name: UNITS[unit].1.to_owned(),
            opinion: match (unit + number) % 13 {
                11 => Opinion::Suppressed,
                12 => Opinion::Missing,
                _ => Opinion::Given {
                    estimate: estimate(unit),
                    is_small: estimate(unit).respondents < 30,
                    differs: estimate(unit).interval.map(|_| unit.is_multiple_of(3)),
                },
            },
        };
        let total = Estimate { value: 88.4, interval: has_intervals.then_some((87.1, 89.7)), respondents: 1_186 };
        SatisfactionPanel {
            name: format!("A{:02} {}", number + 7, NAMES[(number + 6) % NAMES.len()]),
            unit: "分".to_owned(),
            total: Some(total),
            rows: (0..UNITS.len()).map(row).collect(),
        }
    };
    SatisfactionDots {
        title: "2022年第三季度问卷调查结果".to_owned(),
        note: "每个调查指标一幅，从高到低排列；样本是有效答卷数。".to_owned(),
        watermark: "模拟数据".to_owned(),
        total_word: "全县".to_owned(),
        panels: (0..panels).map(panel).collect(),
        decimals: 2,
    }
}

pub(super) fn slope() -> RankSlope {
    let before = [4, 1, 9, 2, 6, 3, 5, 12, 7, 8, 10, 10, 13];
    let row = |(place, (unit, ..)): (usize, (usize, f64, f64, f64, f64))| SlopeRow {
        name: UNITS[unit].0.to_owned(),
        before: Some(before[place]),
        now: (place != 12).then(|| if place == 5 { 5 } else { u32::try_from(place + 1).expect("small") }),
    };
    RankSlope {
        title: "2022年第三季度镇街位次变化".to_owned(),
        note: "位次按综合得分；变化不到3位的画成浅色。".to_owned(),
        watermark: "模拟数据".to_owned(),
        before: "2022年第二季度".to_owned(),
        now: "2022年第三季度".to_owned(),
        rows: scores().into_iter().enumerate().map(row).collect(),
        threshold: 3,
    }
}

pub(super) fn waterfall(count: usize) -> ChangeWaterfall {
    let panel = |number: usize| {
        let parts: Vec<(String, f64)> = (0..11)
            .map(|at| {
                let points = (scatter(at + number, 6 + number) - 0.42 - 0.1 * f64::from(u8::from(number == 1))) * 3.0;
                (format!("A{:02} {}", at + 1, NAMES[at]), points)
            })
            .collect();
        let others = [("权重变化", 0.12), ("加分", 1.5), ("扣分", if number == 2 { -2.0 } else { 0.0 })];
        let others: Vec<(String, f64)> = others.map(|(label, points)| (label.to_owned(), points)).to_vec();
        let start = 78.4 + f64::from(u8::try_from(number).expect("few"));
        let end = start + parts.iter().chain(&others).map(|(_, points)| points).sum::<f64>();
        WaterfallPanel { name: UNITS[number * 3 % 13].0.to_owned(), start, end, parts, others }
    };
    ChangeWaterfall {
        title: "2022年第三季度得分变化最大的镇街：变在哪里".to_owned(),
        note: String::new(),
        watermark: "模拟数据".to_owned(),
        before: "上季".to_owned(),
        now: "本季".to_owned(),
        panels: (0..count).map(panel).collect(),
        most: 6,
        decimals: 2,
    }
}

pub(super) fn matrix() -> SupportMatrix {
    let cell = |unit: usize, project: usize| {
        let due = 12.0 + (scatter(unit, project + 2) * 180.0).round();
        let done = (due * (0.6 + 0.55 * scatter(project, unit + 5))).round();
        match (unit * 6 + project) % 29 {
            11 => MatrixCell::NotApplicable,
            17 => MatrixCell::NotReported,
            _ => MatrixCell::Work { done, due, light: light(done / due) },
        }
    };
    let row = |unit: usize| MatrixRow {
        name: UNITS[unit].0.to_owned(),
        cells: (0..PROJECTS.len()).map(|project| cell(unit, project)).collect(),
    };
    let column = |(name, unit): (&str, &str)| MatrixColumn {
        name: name.to_owned(),
        unit: unit.to_owned(),
        decimals: 0,
        score: None,
    };
    SupportMatrix {
        title: "六项实项目推进情况".to_owned(),
        note: "截至2022年9月30日。".to_owned(),
        watermark: "模拟数据".to_owned(),
        total_word: "全县".to_owned(),
        columns: PROJECTS.into_iter().map(column).collect(),
        rows: (0..UNITS.len()).map(row).collect(),
    }
}

pub(super) fn pictures() -> Vec<(&'static str, String)> {
    let palette = &Palette::default();
    vec![
        ("bullets", bullets(9).draw(palette).expect("drawable")),
        ("satisfaction", satisfaction(4, true).draw(palette).expect("drawable")),
        ("slope", slope().draw(palette).expect("drawable")),
        ("waterfall", waterfall(3).draw(palette).expect("drawable")),
        ("matrix", matrix().draw(palette).expect("drawable")),
    ]
}
