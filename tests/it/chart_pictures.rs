//! One picture per chart, to look at: `target/chart-pictures/*.png`, from invented scores.

mod extremes;
mod loop_charts;

use std::path::Path;
use yinxiang::views::charts::{
    Change, DimensionTrend, DotRow, GradeBorder, HeatCell, HeatMap, HeatRow, RankingBars, RankingRow, Tile, TileGrid,
    TrendPanel, UnitDots, for_page, png,
};
use yinxiang::views::document::Light;
use yinxiang::views::theme::palette::Palette;
use yinxiang::views::theme::{Weight, text_width};

const UNITS: [(&str, &str, &str, u32, u32); 13] = [
    ("武康街道", "武康", "街道", 1, 1),
    ("舞阳街道", "舞阳", "街道", 2, 1),
    ("阜溪街道", "阜溪", "街道", 0, 1),
    ("下渚湖街道", "下渚湖", "街道", 2, 2),
    ("康乾街道", "康乾", "街道", 1, 2),
    ("乾元镇", "乾元", "镇", 1, 3),
    ("新市镇", "新市", "镇", 0, 4),
    ("洛舍镇", "洛舍", "镇", 0, 2),
    ("钟管镇", "钟管", "镇", 0, 3),
    ("雷甸镇", "雷甸", "镇", 2, 3),
    ("禹越镇", "禹越", "镇", 2, 4),
    ("新安镇", "新安", "镇", 1, 4),
    ("莫干山镇", "莫干山", "镇", 0, 0),
];

const DIMENSIONS: [(&str, char, usize); 5] =
    [("老有所养", 'A', 10), ("老有所医", 'B', 8), ("老有所学", 'C', 6), ("老有所为", 'D', 6), ("老有所乐", 'E', 6)];

const NAMES: [&str; 12] = [
    "护理型床位占比",
    "每百名老人养老床位数",
    "居家养老服务中心覆盖率",
    "特殊困难老年人月探访率",
    "困难老年人家庭适老化改造完成率",
    "65岁及以上老年人健康管理率",
    "家庭医生签约服务满意度",
    "老年教育村（社区）覆盖率",
    "每万名老年人志愿者数",
    "15分钟文体活动圈覆盖率",
    "经过专门培训并取得职业技能等级证书的养老护理员占全部养老护理员的比例",
    "老年食堂（助餐点）覆盖率",
];

/// Invented, even-looking, always the same.
fn scatter(a: usize, b: usize) -> f64 {
    #[expect(clippy::cast_precision_loss, reason = "below 1000")]
    let step = ((a * 37 + b * 61 + a * b * 17 + 11) % 97) as f64;
    step / 97.0
}

fn grade(score: f64) -> (&'static str, usize) {
    match score {
        score if score >= 90.0 => ("优秀", 0),
        score if score >= 80.0 => ("良好", 1),
        score if score >= 70.0 => ("一般", 2),
        _ => ("待提升", 3),
    }
}

fn scores() -> Vec<(usize, f64, f64, f64, f64)> {
    let mut scores: Vec<_> = (0..UNITS.len())
        .map(|unit| {
            let base = (6600.0 + scatter(unit, 3) * 2700.0).round() / 100.0;
            let bonus = if unit % 3 == 0 { (scatter(unit, 5) * 400.0).round() / 100.0 } else { 0.0 };
            let deduction = if unit % 4 == 1 { (scatter(unit, 7) * 500.0).round() / 100.0 } else { 0.0 };
            (unit, base, bonus, deduction, base + bonus - deduction)
        })
        .collect();
    scores.sort_by(|one, other| other.4.total_cmp(&one.4));
    scores
}

fn ranking() -> RankingBars {
    let row = |(place, (unit, base, bonus, deduction, last)): (u32, (usize, f64, f64, f64, f64))| RankingRow {
        rank: if unit == 12 { None } else { Some(place) },
        tie: place == 5 || place == 6,
        name: UNITS[unit].0.to_owned(),
        group: UNITS[unit].2.to_owned(),
        base,
        bonus,
        deduction,
        final_score: last,
        decimals: 2,
        grade: grade(last).0.to_owned(),
        marks: match unit {
            3 => "※ 限级".to_owned(),
            12 => "△".to_owned(),
            _ => String::new(),
        },
    };
    let border = |name: &str, min| GradeBorder { name: name.to_owned(), min };
    RankingBars {
        title: "2022年第三季度各镇（街道）综合得分".to_owned(),
        note: "综合得分 = 基础分 + 加分 - 扣分；※ 一票否决，△ 数据覆盖率低于80%、不参加排名。数据截止2022年10月10日。"
            .to_owned(),
        watermark: "模拟数据".to_owned(),
        rows: (1..).zip(scores()).map(row).collect(),
        borders: vec![border("优秀", 90.0), border("良好", 80.0), border("一般", 70.0), border("待提升", 0.0)],
        scale_max: 100.0,
    }
}

fn tiles() -> TileGrid {
    let tile = |(unit, _, _, _, last): (usize, f64, f64, f64, f64)| Tile {
        row: UNITS[unit].3,
        column: UNITS[unit].4,
        name: UNITS[unit].1.to_owned(),
        score: (unit != 12).then(|| format!("{last:.2}")),
        grade: grade(last).0.to_owned(),
        grade_rank: grade(last).1,
        arrow: match unit % 4 {
            0 => Some(Change::Up(2)),
            1 => Some(Change::Down(11)),
            2 => Some(Change::Same),
            _ => None,
        },
    };
    TileGrid {
        title: "2022年第三季度综合得分与等次分布".to_owned(),
        caption: "示意布局，不代表行政区划界线。".to_owned(),
        watermark: "模拟数据".to_owned(),
        tiles: scores().into_iter().map(tile).collect(),
        grades: ["优秀", "良好", "一般", "待提升"].map(String::from).to_vec(),
    }
}

fn heat(columns: Vec<String>) -> HeatMap {
    let cell = |score: f64, unit: usize, row: usize| match (unit * 7 + row * 3) % 71 {
        0 => HeatCell { text: "—".to_owned(), light: Light::NotReported },
        1 => HeatCell { text: "○".to_owned(), light: Light::NotApplicable },
        2 => HeatCell { text: String::new(), light: Light::Suppressed },
        _ if score >= 90.0 => HeatCell { text: format!("{score:.2}"), light: Light::Green },
        _ if score >= 60.0 => HeatCell { text: format!("{score:.2}"), light: Light::Yellow },
        _ => HeatCell { text: format!("{score:.2}"), light: Light::Red },
    };
    let mut rows = Vec::new();
    for (dimension, letter, count) in DIMENSIONS {
        for number in 1..=count {
            let row = rows.len();
            rows.push(HeatRow {
                group: dimension.to_owned(),
                label: format!("{letter}{number:02} {}", NAMES[(row * 5 + 4) % NAMES.len()]),
                cells: (0..columns.len())
                    .map(|unit| cell(100.0 - 70.0 * scatter(unit + 2, row).powi(2), unit, row))
                    .collect(),
            });
        }
    }
    HeatMap {
        title: "2022年第三季度指标得分热力图".to_owned(),
        note: "格内为指标得分（百分制）：90分及以上为绿灯，60至90分为黄灯，60分以下为红灯。".to_owned(),
        watermark: "模拟数据".to_owned(),
        columns,
        rows,
    }
}

fn trend(panels: usize) -> DimensionTrend {
    let panel = |number: usize| {
        let total: Vec<_> = (0..5)
            .map(|at| (at != 2 || number != 3).then(|| 74.0 + 8.0 * scatter(number, 2) + 2.0 * scatter(number, at)))
            .collect();
        let near = |sign: f64| {
            let shift = |at: usize| sign * (5.0 + 9.0 * scatter(number + at, 9));
            (0..).zip(&total).map(|(at, value)| value.map(|value| value + shift(at))).collect()
        };
        TrendPanel { name: DIMENSIONS[number % 5].0.to_owned(), low: near(-1.0), high: near(1.0), total }
    };
    DimensionTrend {
        title: "近五个季度各维度得分走势".to_owned(),
        note: "各图纵轴相同；缺数的季度断开。".to_owned(),
        watermark: "模拟数据".to_owned(),
        periods: ["2021Q3", "2021Q4", "2022Q1", "2022Q2", "2022Q3"].map(String::from).to_vec(),
        panels: (0..panels).map(panel).collect(),
        total_word: "全县".to_owned(),
        decimals: 2,
    }
}

fn dots() -> UnitDots {
    let row = |(number, (name, ..)): (usize, (&str, char, usize))| DotRow {
        name: name.to_owned(),
        own: (number != 4).then(|| 66.2 + 8.0 * scatter(number, 1)),
        mean: Some(if number == 1 { 67.5 } else { 76.4 }),
        best: Some(if number == 2 { 79.9 } else { 93.1 }),
    };
    UnitDots {
        rows: DIMENSIONS.into_iter().enumerate().map(row).collect(),
        own_name: "本镇".to_owned(),
        mean_name: "镇组均值".to_owned(),
        best_name: "全县最好".to_owned(),
        scale: (40.0, 100.0),
        decimals: 2,
    }
}

fn short_names() -> Vec<String> {
    UNITS.iter().map(|unit| unit.1.to_owned()).collect()
}

fn pictures() -> Vec<(&'static str, String)> {
    let mut pictures = loop_charts::pictures();
    pictures.extend([
        ("ranking", ranking().draw(&Palette::default()).expect("drawable")),
        ("tiles", tiles().draw(&Palette::default()).expect("drawable")),
        ("heat", heat(short_names()).draw(&Palette::default()).expect("drawable")),
        ("trend", trend(5).draw(&Palette::default()).expect("drawable")),
        ("dots", dots().draw(&Palette::default()).expect("drawable")),
    ]);
    pictures
}

/// Long names, odd scores, one unit, many units: looked at in `page.html`, since pixels of them take a minute.
fn stress() -> Vec<(&'static str, String)> {
    let mut long = ranking();
    long.rows[0].name = "新疆生产建设兵团第十三师红星四场社区管理委员会".to_owned();
    long.rows[1].base = -12.5;
    long.rows[1].final_score = -12.5 + long.rows[1].bonus - long.rows[1].deduction;
    long.rows[2].final_score = 108.0;
    long.rows[2].bonus = 108.0 - long.rows[2].base;
    long.rows[2].deduction = 0.0;
    long.title = long.title.repeat(4);
    let mut close = ranking();
    close.borders.iter_mut().zip([90.0, 89.0, 87.5, 86.0]).for_each(|(border, min)| border.min = min);
    let mut one = ranking();
    one.rows.truncate(1);
    let mut many = ranking();
    let first = many.rows.clone();
    many.rows =
        (0..200).map(|number| RankingRow { rank: Some(number + 1), ..first[number as usize % 13].clone() }).collect();
    let mut crowd = tiles();
    let first = crowd.tiles.clone();
    crowd.tiles =
        (0..200).map(|at| Tile { row: at / 16, column: at % 16, ..first[at as usize % 13].clone() }).collect();
    crowd.tiles[7].name = "新疆生产建设兵团第十三师".to_owned();
    crowd.tiles[8].score = Some("-1234567.89".to_owned());
    crowd.tiles[9].grade = "有待进一步提升".to_owned();
    let mut named = dots();
    named.rows[0].name = "老年人精神文化生活与社会参与状况".to_owned();
    named.rows[2].own = Some(-17.5);
    named.rows[3].best = Some(79.2);
    named.best_name = "全市同类地区中的最好水平".to_owned();
    let mut low = trend(4);
    low.panels[1].total = [Some(-3.0), None, Some(140.0), Some(12.0), None].to_vec();
    low.panels[2].high = low.panels[2].total.clone();
    low.periods = (2018..2023).map(|year| format!("{year}年第三季度")).collect();
    let words = || ["United Arab Emirates", "Côte d’Ivoire", "Bosnia and Herzegovina", "新疆生产建设兵团第十三师"];
    let mut wide: Vec<String> = short_names().into_iter().cycle().take(36).collect();
    wide.extend(words().map(String::from));
    vec![
        ("ranking-long", long.draw(&Palette::default()).expect("drawable")),
        ("ranking-close", close.draw(&Palette::default()).expect("drawable")),
        ("ranking-one", one.draw(&Palette::default()).expect("drawable")),
        ("ranking-many", many.draw(&Palette::default()).expect("drawable")),
        ("ranking-none", RankingBars { rows: Vec::new(), ..one }.draw(&Palette::default()).expect("drawable")),
        ("tiles-many", crowd.draw(&Palette::default()).expect("drawable")),
        ("dots-long", named.draw(&Palette::default()).expect("drawable")),
        ("trend-low", low.draw(&Palette::default()).expect("drawable")),
        ("heat-40", heat(wide).draw(&Palette::default()).expect("drawable")),
        ("heat-1", heat(vec!["武康".to_owned()]).draw(&Palette::default()).expect("drawable")),
        ("trend-8", trend(8).draw(&Palette::default()).expect("drawable")),
        ("trend-1", trend(1).draw(&Palette::default()).expect("drawable")),
    ]
}

#[test]
fn every_chart_makes_a_picture_of_twice_its_size() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("target/chart-pictures");
    fs_err::create_dir_all(&folder).expect("a folder to write to");
    let pictures = pictures();
    let mut page = String::from("<!doctype html><meta charset=utf-8><body style='max-width:1400px'>");
    for (name, svg) in &pictures {
        let bytes = png(svg, 2.0).expect("rasterised");
        let size = |at: usize| u32::from_be_bytes(bytes[at..at + 4].try_into().expect("four bytes"));
        let width = svg.split('"').nth(1).and_then(|text| text.parse::<u32>().ok()).expect("the width comes first");
        assert_eq!(size(16), 2 * width, "{name}");
        fs_err::write(folder.join(format!("{name}.svg")), svg).expect("written");
        fs_err::write(folder.join(format!("{name}.png")), bytes).expect("written");
        page.push_str(&for_page(svg));
    }
    for (name, svg) in stress().into_iter().map(|(name, svg)| (name.to_owned(), svg)).chain(extremes::pictures()) {
        fs_err::write(folder.join(format!("{name}.svg")), &svg).expect("written");
        page.push_str(&for_page(&svg));
    }
    fs_err::write(folder.join("page.html"), page).expect("written");
}

#[test]
fn every_unit_stands_in_every_chart_of_units() {
    let (ranking, tiles, heat) = (
        ranking().draw(&Palette::default()),
        tiles().draw(&Palette::default()),
        heat(short_names()).draw(&Palette::default()),
    );
    let (ranking, tiles, heat) = (ranking.expect("drawable"), tiles.expect("drawable"), heat.expect("drawable"));
    for (name, short, ..) in UNITS {
        assert!(ranking.contains(name) && tiles.contains(short) && heat.contains(short), "{name}");
    }
}

#[test]
fn the_same_figures_give_the_same_bytes() {
    assert_eq!(pictures(), pictures());
}

/// Left, top, right, bottom and the text, of every text in an SVG drawn here.
fn texts(svg: &str) -> Vec<([f64; 4], String)> {
    let mut texts = Vec::new();
    for part in svg.split("<text ").skip(1) {
        let (tag, rest) = part.split_once('>').expect("a tag ends");
        let text = rest.split_once("</text>").expect("an element ends").0.trim().to_owned();
        let attribute = |name: &str| {
            let from = tag.find(&format!("{name}=\""))? + name.len() + 2;
            tag[from..].split('"').next()
        };
        let number = |name: &str| attribute(name).and_then(|text| text.parse::<f64>().ok()).expect("a number");
        let weight = if attribute("font-weight") == Some("bold") { Weight::Bold } else { Weight::Regular };
        let size = number("font-size");
        let width = text_width(&text.replace("&apos;", "'"), size, weight);
        let left = match attribute("text-anchor") {
            Some("middle") => number("x") - width / 2.0,
            Some("end") => number("x") - width,
            _ => number("x"),
        };
        // The baseline is 0.76 em below y; letters reach from 0.8 em above it to 0.08 em below.
        let baseline = number("y") + 0.76 * size;
        texts.push(([left, baseline - 0.8 * size, left + width, baseline + 0.08 * size], text));
    }
    texts
}

#[test]
fn no_text_touches_another_or_runs_off_the_picture() {
    let mut complaints = Vec::new();
    let own = pictures().into_iter().chain(stress()).map(|(name, svg)| (name.to_owned(), svg));
    for (name, svg) in own.chain(extremes::pictures()) {
        let view = svg.split("viewBox=\"0 0 ").nth(1).and_then(|rest| rest.split('"').next()).expect("a view box");
        let (width, height) = view.split_once(' ').expect("two numbers");
        let (width, height): (f64, f64) = (width.parse().expect("a number"), height.parse().expect("a number"));
        let texts = texts(&svg);
        if texts.is_empty() {
            complaints.push(format!("{name}: no text"));
        }
        for (number, ([left, top, right, bottom], text)) in texts.iter().enumerate() {
            if *left < 0.0 || *top < 0.0 || *right > width || *bottom > height {
                complaints.push(format!("{name}: “{text}” runs off"));
            }
            for ([l, t, r, b], other) in &texts[number + 1..] {
                let apart = r <= left || right <= l || b <= top || bottom <= t;
                if !apart {
                    complaints.push(format!("{name}: “{text}” touches “{other}”"));
                }
            }
        }
    }
    assert!(
        complaints.is_empty(),
        "{} in all, such as\n{}",
        complaints.len(),
        complaints[..complaints.len().min(40)].join("\n")
    );
}
