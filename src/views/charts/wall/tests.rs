//! Whatever the project, nothing overlaps and nothing runs off the sheet.

use super::*;
use crate::definitions::decimal::Published;
use crate::views::charts::{MatrixColumn, MatrixRow};
use crate::views::document::Light;

struct Word {
    text: String,
    size: f64,
    left: f64,
    right: f64,
    top: f64,
    bottom: f64,
}

fn attribute<'a>(tag: &'a str, name: &str) -> &'a str {
    let from = tag.find(&format!(" {name}=\"")).expect("the attribute") + name.len() + 3;
    &tag[from..from + tag[from..].find('"').expect("a quote")]
}

/// Every text of the sheet but the watermark across it, with its box.
fn words(svg: &str) -> Vec<Word> {
    let mut words = Vec::new();
    for part in svg.split("<text").skip(1) {
        let (tag, rest) = part.split_once('>').expect("a tag");
        if tag.contains("transform") {
            continue;
        }
        let text = rest.split("</text>").next().unwrap_or_default().trim().to_owned();
        let number = |name: &str| attribute(tag, name).parse::<f64>().expect("a number");
        let (x, y, size) = (number("x"), number("y"), number("font-size"));
        let weight = if tag.contains("bold") { Weight::Bold } else { Weight::Regular };
        let width = text_width(&text, size, weight);
        let left = match attribute(tag, "text-anchor") {
            "middle" => x - width / 2.0,
            "end" => x - width,
            _ => x,
        };
        // Digits and letters reach from 0.02 to 0.78 em below the point.
        let (top, bottom) = (y + 0.02 * size, y + 0.78 * size);
        words.push(Word { text, size, left, right: left + width, top, bottom });
    }
    words
}

fn faults(svg: &str) -> Vec<String> {
    let words = words(svg);
    let mut faults = Vec::new();
    for (number, word) in words.iter().enumerate() {
        if word.left < 0.0 || word.top < 0.0 || word.right > f64::from(WIDTH) || word.bottom > f64::from(HEIGHT) {
            faults.push(format!("off the sheet: {}", word.text));
        }
        for other in &words[number + 1..] {
            let across = word.right.min(other.right) - word.left.max(other.left);
            let down = word.bottom.min(other.bottom) - word.top.max(other.top);
            if across > 1.5 && down > 1.5 {
                faults.push(format!("one over the other: {} / {}", word.text, other.text));
            }
        }
    }
    faults
}

fn chart(units: usize, name: &str, projects: usize, problems: usize, steps: usize, on_grid: bool) -> WallChart {
    let unit = |number: usize| WallUnit {
        name: name.to_owned(),
        place: on_grid.then(|| (u32::try_from(number / 5).expect("few"), u32::try_from(number % 5).expect("few"))),
        rank: (number + 1).to_string(),
        score: (number != 3).then(|| "100.00".to_owned()),
        grade: "待提升".to_owned(),
        grade_rank: number % 4,
        arrow: Some(Change::Down(12)),
    };
    let cell = |unit: usize, project: usize| match (unit + project) % 7 {
        2 => MatrixCell::NotApplicable,
        5 => MatrixCell::NotReported,
        _ if project == 1 => MatrixCell::Score { score: Published::of_steps(10_000, 2), light: Light::Green },
        _ => MatrixCell::Work { done: 10_480.0, due: 15_300.0, light: Light::Red },
    };
    let column = |project: usize| MatrixColumn {
        name: "困难老年人家庭居家适老化改造".to_owned(),
        unit: "人".to_owned(),
        decimals: 0,
        score: (project == 1).then(|| (Published::of_steps(8_712, 2), Light::Yellow)),
    };
    let problem = |number: usize| WallProblem {
        id: format!("2022Q3-330521113-B01-{number:02}"),
        unit: name.to_owned(),
        what: "B01 65岁及以上老年人城乡社区规范健康管理服务率实际90.6%，底线95%，目标100%，还差28人".to_owned(),
        helper: "县12345政务服务便民热线承办单位".to_owned(),
        due: "2023年12月31日前".to_owned(),
        is_overdue: number.is_multiple_of(2),
        closed_on: String::new(),
    };
    let step = |number: usize| WallStep {
        name: "反馈与申诉".to_owned(),
        days: "10.21至12.25".to_owned(),
        who: "县委老干部局起草，联席会议商定，统计局核分母".to_owned(),
        time: if number < 4 { StepTime::Past } else { StepTime::Ahead },
    };
    let figure = |name: &str| WallFigure {
        name: name.to_owned(),
        score: Some("100.00".to_owned()),
        change: "环比 −10.13".to_owned(),
    };
    WallChart {
        title: "2022年第三季度老年人服务评价指数（示例）".to_owned(),
        note: "数据截止 2022年10月17日".to_owned(),
        watermark: "模拟数据".to_owned(),
        logo: None,
        standing: WallStanding {
            whole: ["全县指数", "老有所养", "老有所医", "老有所学", "老有所为", "老有所乐"].map(figure).to_vec(),
            units: (0..units).map(unit).collect(),
            unit_word: "单位".to_owned(),
            grades: ["优秀", "良好", "合格", "待提升"].map(String::from).to_vec(),
            caption: "示意布局，不代表行政区划界线。".to_owned(),
        },
        matrix: SupportMatrix {
            title: String::new(),
            note: String::new(),
            watermark: String::new(),
            total_word: "全县".to_owned(),
            columns: (0..projects).map(column).collect(),
            rows: (0..units)
                .map(|unit| MatrixRow {
                    name: name.to_owned(),
                    cells: (0..projects).map(|project| cell(unit, project)).collect(),
                })
                .collect(),
        },
        problems: WallProblems {
            open: (0..problems).map(problem).collect(),
            closed: (0..problems / 3)
                .map(|number| WallProblem { closed_on: "9月30日".to_owned(), ..problem(number) })
                .collect(),
        },
        steps: (0..steps).map(step).collect(),
        cut_off: "10月17日".to_owned(),
        foot: vec!["来源：各部门报送数据，材料校验值 6a85674f。".to_owned(), "示例，不代表实际。".to_owned()],
    }
}

fn drawn(chart: &WallChart) -> String {
    chart.draw(&Palette::default()).expect("plain letters")
}

#[test]
fn nothing_overlaps_or_runs_off_the_sheet_whatever_the_project_holds() {
    let long = "经济技术开发区长者服务处";
    let cases = [
        (13, "下渚湖", 7, 26, 13, true),
        (13, long, 6, 26, 14, true),
        (13, long, 6, 26, 13, false),
        (1, "甲", 1, 1, 1, true),
        (120, long, 20, 200, 30, true),
        (120, "甲镇", 6, 5, 13, false),
        (2, "甲镇", 0, 0, 0, false),
        (0, "", 0, 0, 0, true),
    ];
    for (units, name, projects, problems, steps, on_grid) in cases {
        let found = faults(&drawn(&chart(units, name, projects, problems, steps, on_grid)));
        assert!(found.is_empty(), "{units} units {name}, {projects} projects: {found:#?}");
    }
}

#[test]
fn units_scores_and_title_are_large_enough_for_two_metres() {
    // reports.md §4; a pixel is half a millimetre, a point 0.3528 mm.
    let svg = drawn(&chart(13, "下渚湖", 6, 20, 13, true));
    let least = |text: &str, points: f64| {
        let found: Vec<f64> = words(&svg).iter().filter(|word| word.text == text).map(|word| word.size).collect();
        assert!(!found.is_empty() && found.iter().all(|size| size * 0.5 / 0.3528 >= points), "{text}: {found:?}");
    };
    least("下渚湖", 24.0);
    let tiles: Vec<f64> = words(&svg).iter().filter(|word| word.text == "100.00").map(|word| word.size).collect();
    assert!(tiles.iter().filter(|size| *size * 0.5 / 0.3528 >= 36.0).count() >= 12 + 6, "{tiles:?}");
    least("2022年第三季度老年人服务评价指数（示例）", 90.0);
}

#[test]
fn the_sheet_is_a1_and_what_has_no_room_is_counted() {
    let svg = drawn(&chart(120, "甲镇", 6, 200, 30, false));
    assert!(svg.starts_with("<svg width=\"841mm\" height=\"594mm\" viewBox=\"0 0 1682 1188\""), "{}", &svg[..90]);
    for told in ["个单位未列出", "合计含全部单位", "未销号 200 项，本期已销号 66 项。另有", "另有 16 步未列出"]
    {
        assert!(svg.contains(told), "{told}");
    }
}

#[test]
fn a_problem_that_was_closed_has_its_stamp_and_an_open_one_has_none() {
    let mut own = chart(3, "甲镇", 1, 2, 3, true);
    assert!(!drawn(&own).contains(">\n已销号\n"));
    own.problems.closed = own.problems.open.split_off(1);
    own.problems.closed[0].closed_on = "9月30日".to_owned();
    let svg = drawn(&own);
    assert!(svg.contains(">\n已销号\n") && svg.contains(">\n9月30日\n"));
}

#[test]
fn a_sign_of_the_office_stands_left_of_the_title_and_words_lie_over_all() {
    let own = WallChart { logo: Some("data:image/png;base64,AAAA".to_owned()), ..chart(3, "甲镇", 1, 2, 3, true) };
    let svg = drawn(&own);
    assert!(svg.contains("href=\"data:image/png;base64,AAAA\""));
    assert_eq!(svg.matches(">模拟数据<").count(), 3);
    let title = words(&svg).into_iter().find(|word| word.text.contains("第三季度")).expect("a title");
    assert!(title.left >= f64::from(EDGE + TITLE_SIZE));
}
