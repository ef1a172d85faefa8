//! The web page, tried with a report of the size the program writes. It is left in `target/page-sample/` to look at.

use std::collections::BTreeSet;
use yinxiang::views::document::{
    Block, Card, Cell, Column, Document, Figure, Inline, Light, Row, RowKind, Section, Table, Tone,
};
use yinxiang::views::html::render;

const UNITS: [&str; 13] = [
    "青石",
    "临江",
    "云和",
    "望湖",
    "松岭",
    "白马",
    "新桥",
    "清溪",
    "东屏",
    "梅林",
    "竹园",
    "古城",
    "云雾湖湿地风景旅游度假区管理委员会",
];
const DIMENSIONS: [&str; 5] = ["老有所养", "老有所医", "老有所学", "老有所为", "老有所乐"];

/// A figure between 40 and 100 that looks measured.
fn figure_of(unit: usize, item: usize) -> f64 {
    let mixed = (unit * 7919 + item * 104_729 + 31) % 6000;
    40.0 + f64::from(u16::try_from(mixed).expect("below 6000")) / 100.0
}

fn light_of(score: f64) -> Light {
    if score >= 90.0 {
        Light::Green
    } else if score >= 60.0 {
        Light::Yellow
    } else {
        Light::Red
    }
}

fn group_of(unit: usize) -> &'static str {
    if unit < 5 { "街道" } else { "镇" }
}

fn score(value: f64) -> Cell {
    Cell::number(format!("{value:.2}"), value)
}

fn bars(id: &str, caption: &str, values: &[(&str, f64)]) -> Block {
    let height = values.len() * 26 + 40;
    let mut svg = format!(
        "<?xml version=\"1.0\"?>\n<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"720\" height=\"{height}\" viewBox=\"0 0 720 {height}\">\
         <defs><clipPath id=\"plot\"><rect x=\"120\" y=\"0\" width=\"560\" height=\"{height}\"/></clipPath></defs>"
    );
    for (place, (name, value)) in values.iter().enumerate() {
        let (y, width) = (place * 26 + 16, value * 5.2);
        let name: String = name.chars().take(6).collect();
        svg.push_str(&format!(
            "<text x=\"112\" y=\"{}\" text-anchor=\"end\" font-size=\"14\">{name}</text>\
             <rect x=\"120\" y=\"{y}\" width=\"{width:.1}\" height=\"18\" fill=\"#1f4068\" clip-path=\"url(#plot)\"/>\
             <text x=\"{:.1}\" y=\"{}\" font-size=\"13\">{value:.2}</text>",
            y + 14,
            width + 126.0,
            y + 14
        ));
    }
    svg.push_str("</svg>");
    let alt = format!("{caption}：最高 {}", values.first().map_or("", |(name, _)| name));
    Block::Figure(Figure { id: id.into(), svg, caption: caption.into(), alt })
}

fn ranking() -> Table {
    let mut columns = vec![
        Column::number("位次"),
        Column::text("单位"),
        Column::text("类别"),
        Column::number("基础分").under("得分构成"),
        Column::number("加分").under("得分构成"),
        Column::number("扣分").under("得分构成"),
        Column::number("总分").under("得分构成"),
        Column::text("等次").sortable(),
        Column::number("上季位次"),
        Column::number("指标覆盖率（%）"),
    ];
    columns[7].align = yinxiang::views::document::Align::Centre;
    let mut table = Table::new("table-ranking", "表1 总分与位次", columns);
    table.row_header = 1;
    table.filter = Some(2);
    for (unit, name) in UNITS.iter().enumerate() {
        let base = 88.4 - f64::from(u8::try_from(unit).expect("thirteen")) * 1.73;
        let place = unit + 1;
        let grade = if unit < 3 { "优秀" } else { "良好" };
        table.rows.push(Row::new(vec![
            Cell::number(place.to_string(), f64::from(u8::try_from(place).expect("thirteen"))),
            Cell::link(format!("unit-{unit}"), *name),
            Cell::text(group_of(unit)),
            score(base),
            score(1.5),
            if unit % 4 == 3 { Cell::number("−2.00", -2.0).tone(Tone::Poor) } else { Cell::number("0.00", 0.0) },
            score(base + 1.5).tone(Tone::Leading),
            Cell::text(grade).tone(if unit < 3 { Tone::Good } else { Tone::Middle }),
            if unit == 4 {
                Cell { content: vec![Inline::Light(Light::NotReported)], ..Cell::default() }
            } else {
                score(3.0)
            },
            score(100.0),
        ]));
    }
    let mut whole: Vec<Cell> = (0..10).map(|_| Cell::text("—")).collect();
    whole[1] = Cell::text("全县");
    whole[3] = score(76.31);
    table.rows.push(Row::new(whole).kind(RowKind::Total));
    table.notes = vec![
        "注：总分＝基础分＋加分－扣分；覆盖率低于 80 % 的不参加排名。".into(),
        "数据截止日期：2022-10-08。".into(),
    ];
    table
}

fn heat() -> Table {
    let mut columns = vec![Column::text("单位")];
    columns
        .extend((1..=18).map(|item| Column::sign(format!("A{item:02}")).under(DIMENSIONS[(item - 1) / 4]).sortable()));
    let mut table = Table::new("table-lights", "表2 各项指标红黄绿灯一览", columns);
    for (unit, name) in UNITS.iter().enumerate() {
        let mut cells = vec![Cell::link(format!("unit-{unit}"), *name)];
        cells.extend((1..=18).map(|item| match (unit + item) % 17 {
            0 => Cell::light(Light::NotApplicable),
            5 => Cell::light(Light::Suppressed),
            _ => Cell::light(light_of(figure_of(unit, item))),
        }));
        table.rows.push(Row::new(cells));
    }
    table.notes = vec!["● 绿灯　▲ 黄灯　■ 红灯　○ 不适用　— 未报　◇ 隐去".into()];
    table
}

fn wide() -> Table {
    let mut columns = vec![Column::text("单位")];
    columns.extend((1..=20).map(|item| Column::number(format!("第 {item} 项每万名老年人拥有数"))));
    let mut table = Table::new("table-wide", "附表 全部得分", columns);
    for (unit, name) in UNITS.iter().enumerate() {
        let mut cells = vec![Cell::text(*name)];
        cells.extend((1..=20).map(|item| score(figure_of(unit, item + 40))));
        table.rows.push(Row::new(cells));
    }
    table
}

fn indicators(unit: usize) -> Table {
    let columns = vec![
        Column::text("代码"),
        Column::text("指标"),
        Column::number("分子"),
        Column::number("分母"),
        Column::number("指标值"),
        Column::number("得分"),
        Column::sign("灯").sortable(),
        Column::text("责任部门"),
    ];
    let mut table = Table::new(format!("table-unit-{unit}"), "36 项指标的值、得分与来源", columns);
    table.row_header = 1;
    for item in 0..36 {
        if item % 8 == 0 {
            let mut head: Vec<Cell> = (0..8).map(|_| Cell::default()).collect();
            head[1] = Cell::text(DIMENSIONS[item / 8]);
            table.rows.push(Row::new(head).kind(RowKind::Group));
        }
        let value = figure_of(unit, item);
        let source = format!("data/2022Q3/县民政局.xlsx › 养老服务!{}{}", char::from(b'C' + 2), item + 5);
        table.rows.push(Row::new(vec![
            Cell {
                content: vec![Inline::Code(format!("{}{:02}", ["A", "B", "C", "D", "E"][item / 8], item % 8 + 1))],
                ..Cell::default()
            },
            Cell::text(["每万名老人持证护理员数", "家庭医生签约率", "老年学堂覆盖率", "银龄志愿者占比"][item % 4]),
            Cell::number(format!("{:.0}", value * 31.0), value * 31.0).source(&*source),
            Cell::number(format!("{:.0}", 12_345.0 + value), 12_345.0 + value).source(&*source),
            Cell::number(format!("{value:.1} %"), value),
            score(value),
            Cell::light(light_of(value)),
            Cell::text(["县民政局", "县卫生健康局", "县教育局"][item % 3]),
        ]));
    }
    table
}

fn unit(place: usize, name: &str) -> Section {
    let scores: Vec<(&str, f64)> =
        DIMENSIONS.iter().enumerate().map(|(at, name)| (*name, figure_of(place, at * 3))).collect();
    let cards = vec![
        Card::new("总分", "81.20", "上季 79.95，升 1.25"),
        Card::new("全县位次", (place + 1).to_string(), "90 % 区间 2–6"),
        Card::new("等次", "良好", ""),
        Card {
            label: "灯".into(),
            value: vec![
                Inline::Light(Light::Green),
                Inline::text(" 20　"),
                Inline::Light(Light::Red),
                Inline::text(" 4"),
            ],
            note: "另有 2 项不适用".into(),
        },
    ];
    Section::new(format!("unit-{place}"), 2, name)
        .on_new_page()
        .with(Block::Cards(cards))
        .with(Block::Paragraph(vec![
            Inline::text("主要短板是"),
            Inline::strong("老有所医"),
            Inline::text("，其中家庭医生签约率低于全县平均 12.3 个百分点。全部单位的比较见"),
            Inline::link("ranking", "总分与位次"),
            Inline::text("。"),
        ]))
        .with(Block::Beside(vec![
            bars(&format!("figure-unit-{place}"), "五个维度的得分", &scores),
            Block::List {
                ordered: true,
                items: vec![
                    vec![
                        Inline::text("家庭医生签约率："),
                        Inline::Light(Light::Red),
                        Inline::text(" 41.20，责任部门县卫生健康局"),
                    ],
                    vec![
                        Inline::text("老年学堂覆盖率："),
                        Inline::Light(Light::Yellow),
                        Inline::text(" 63.05，责任部门县教育局"),
                    ],
                    vec![
                        Inline::text("银龄志愿者占比："),
                        Inline::Light(Light::Green),
                        Inline::text(" 93.40，责任部门县文明办"),
                    ],
                ],
            },
        ]))
        .with(Block::Table(indicators(place)))
        .with(Block::Fold {
            summary: "总分是怎样算出来的".into(),
            blocks: vec![
                Block::text("维度得分按权重加总得基础分，再加规则加分、减规则扣分。"),
                Block::Paragraph(vec![Inline::Code("0.30 × 66.20 + 0.25 × 71.05 + … = 79.70".into())]),
            ],
        })
}

/// The sample: thirteen units, tables of 36 rows, a wide table, pictures, deep sections, very long names.
fn document() -> Document {
    let totals: Vec<(&str, f64)> =
        UNITS.iter().enumerate().map(|(at, name)| (*name, 95.0 - figure_of(at, 2) / 9.0)).collect();
    let mut sections = vec![
        Section::new("summary", 1, "一、总体情况")
            .with(Block::Cards(vec![
                Card::new("参评单位", "13", "街道 5、镇 8"),
                Card::new("平均总分", "77.81", "上季 76.40"),
                Card::new("优秀", "3", "较上季增加 1"),
                Card::new("红灯指标", "41", "占 8.8 %"),
            ]))
            .with(Block::text("本季度各单位总体平稳，平均总分比上季提高 1.41 分。老有所养、老有所乐两个维度进步明显，老有所医仍是多数单位的短板，其中家庭医生签约率、护理型床位占比两项红灯最多。"))
            .with(Block::warning("有 3 项指标缺报，已按方案暂用上季得分，详见方法说明。"))
            .with(Block::info("位次只供工作改进参考。")),
        Section::new("ranking", 1, "二、总分与位次").with(Block::Table(ranking())).with(bars("figure-ranking", "图1 总分排列", &totals)),
        Section::new("lights", 1, "三、指标灯谱").with(Block::Table(heat())),
        Section::new("wide", 1, "附表").with(Block::Table(wide())),
        Section::new("units", 1, "四、各单位").with(Block::Paragraph(
            UNITS.iter().enumerate().flat_map(|(at, name)| [Inline::link(format!("unit-{at}"), *name), Inline::text("　")]).collect(),
        )),
    ];
    sections.extend(UNITS.iter().enumerate().map(|(place, name)| unit(place, name)));
    let list = |items: &[&str]| Block::List {
        ordered: false,
        items: items.iter().map(|item| vec![Inline::text(*item)]).collect(),
    };
    sections.extend([
        Section::new("methods", 1, "五、方法说明").on_new_page().with(Block::text("以下文字由指标定义生成。")),
        Section::new("methods-score", 2, "计分")
            .with(list(&["功效系数法：目标值得 100 分，底线值得 60 分。", "超出目标不再加分。"])),
        Section::new("methods-score-missing", 3, "缺数处理")
            .unlisted()
            .with(Block::text("暂用上季一次，之后不计分并把权重分给同维度的其他指标。")),
        Section::new("methods-rules", 2, "规则").with(Block::text("W".repeat(180))),
    ]);
    Document {
        title: "老年友好指数报告".into(),
        subtitle: "2022 年第三季度 · 县老龄工作委员会办公室 · 数据截止 2022-10-08".into(),
        watermark: Some("模拟数据 仅供演示".into()),
        disclaimer: Some("本报告全部数据为模拟数据，仅供演示，不代表任何真实单位的情况。".into()),
        footer_lines: vec!["yinxiang 0.1.0 · 指标体系 2022 版 · 随机种子 20220930".into()],
        sections,
    }
}

#[test]
fn the_sample_page_is_written_to_be_looked_at() {
    let page = render(&document()).expect("the sample keeps its promises");
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("target/page-sample");
    fs_err::create_dir_all(&folder).expect("the build folder can be written");
    fs_err::write(folder.join("index.html"), &page).expect("the build folder can be written");
    assert!(page.len() < 2_000_000, "{} bytes", page.len());
}

#[test]
fn the_page_refers_to_nothing_outside_itself() {
    let page = render(&document()).expect("the sample keeps its promises");
    for outside in ["http://", "https://", "src=", "@import", "url(http", "href=\"/", "<link rel=\"stylesheet"] {
        assert!(!page.contains(outside), "{outside}");
    }
    assert!(page.contains("lang=\"zh-CN\"") && page.contains("default-src 'none'"));
}

#[test]
fn every_id_stands_once_and_every_reference_meets_one() {
    let page = render(&document()).expect("the sample keeps its promises");
    let values = |name: &str| -> Vec<String> {
        page.split(&format!(" {name}=\"")).skip(1).filter_map(|rest| rest.split('"').next()).map(String::from).collect()
    };
    let ids = values("id");
    let unique: BTreeSet<_> = ids.iter().cloned().collect();
    assert_eq!(ids.len(), unique.len());
    let links: Vec<_> = values("href").iter().filter_map(|to| to.strip_prefix('#').map(String::from)).collect();
    assert!(links.len() > 30);
    for id in links.iter().chain(&values("aria-labelledby")) {
        assert!(unique.contains(id), "{id}");
    }
}

#[test]
fn watermark_and_disclaimer_are_on_the_screen_and_on_every_sheet() {
    let page = render(&document()).expect("the sample keeps its promises");
    assert!(page.contains("<svg id=\"page-watermark\"") && page.contains(">模拟数据 仅供演示</text>"));
    assert!(page.contains("<p class=\"disclaimer\" role=\"note\">本报告全部数据为模拟数据"));
    assert!(page.contains("@top-center { content: \"本报告全部数据为模拟数据"));
}

#[test]
fn the_same_document_gives_the_same_bytes() {
    assert_eq!(render(&document()).ok(), render(&document()).ok());
}

#[test]
fn every_cell_of_every_table_is_on_the_page() {
    fn cells<'a>(blocks: &'a [Block], into: &mut Vec<&'a Cell>) {
        for block in blocks {
            match block {
                Block::Table(table) => into.extend(table.rows.iter().flat_map(|row| &row.cells)),
                Block::Fold { blocks, .. } | Block::Beside(blocks) => cells(blocks, into),
                _ => (),
            }
        }
    }
    let document = document();
    let page = render(&document).expect("the sample keeps its promises");
    let mut all = Vec::new();
    document.sections.iter().for_each(|section| cells(&section.blocks, &mut all));
    assert!(all.len() > 4000);
    let texts: BTreeSet<&str> = page.split('>').filter_map(|part| part.split('<').next()).collect();
    for inline in all.iter().flat_map(|cell| &cell.content) {
        assert!(texts.contains(inline.shown()), "{}", inline.shown());
    }
}
