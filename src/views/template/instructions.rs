//! The sheet that explains the form: how to fill it in, and the calibre of every item.

use super::layout::lines_in;
use super::rules::{Allowed, NOT_APPLICABLE};
use super::sheet::{clipped, height_of};
use super::styles;
use crate::definitions::calendar::Period;
use crate::definitions::forms::{Form, INSTRUCTIONS};
use crate::definitions::{Basis, Definitions};
use rust_xlsxwriter::{Worksheet, XlsxError};

/// Headers of the table of items with the widths of its columns.
const COLUMNS: [(&str, f64); 7] = [
    ("序号", 6.0),
    ("数据项", 26.0),
    ("计量单位", 10.0),
    ("口径", 52.0),
    ("时期", 16.0),
    ("允许填", 18.0),
    ("不适用", 30.0),
];

pub(super) fn sheet(definitions: &Definitions, period: Period, form: &Form) -> Result<Worksheet, XlsxError> {
    let mut sheet = Worksheet::new();
    sheet.set_name(INSTRUCTIONS)?;
    let last = 6;
    let whole_width: f64 = COLUMNS.iter().map(|(_, width)| width).sum();
    for (column, (_, width)) in (0..).zip(COLUMNS) {
        sheet.set_column_width(column, width)?;
    }
    let title = format!("{}{}填报说明", form.party.name(definitions), period.title());
    sheet.merge_range(0, 0, 0, last, &clipped(&title), &styles::title())?;
    sheet.set_row_height(0, 30)?;
    let mut row = 1;
    for line in guidance(definitions, period, form) {
        sheet.merge_range(row, 0, row, last, &clipped(&line), &styles::wrapped())?;
        sheet.set_row_height(row, height_of(lines_in(&line, whole_width)))?;
        row += 1;
    }
    row += 1;
    for (column, (header, _)) in (0..).zip(COLUMNS) {
        sheet.write_string_with_format(row, column, header, &styles::header())?;
    }
    let header_row = row;
    row += 1;
    let format = styles::explained();
    for (number, &measure) in form.asked.iter().chain(&form.fixed).enumerate() {
        let cells = item(definitions, number + 1, measure);
        let mut lines = 1;
        for ((column, text), (_, width)) in (0..).zip(&cells).zip(COLUMNS) {
            sheet.write_string_with_format(row, column, clipped(text), &format)?;
            lines = lines.max(lines_in(text, width));
        }
        sheet.set_row_height(row, height_of(lines))?;
        row += 1;
    }
    sheet.set_landscape().set_paper_size(9).set_print_fit_to_pages(1, 0).set_margins(0.5, 0.5, 0.6, 0.6, 0.3, 0.3);
    sheet.set_repeat_rows(header_row, header_row)?;
    sheet.set_print_area(0, 0, row - 1, last)?;
    sheet.protect();
    Ok(sheet)
}

/// How the form is filled in.
fn guidance(definitions: &Definitions, period: Period, form: &Form) -> Vec<String> {
    let index = &definitions.index;
    let measures = form.asked.iter().map(|&measure| &definitions.measures[measure]);
    let mut lines = vec![
        "一、只填“报送表”里的黄色格。代码、名称、上期数、年内固定的数已填好并锁定;表头、单位名称、模板版本请不要改。"
            .to_owned(),
        format!(
            "二、三种空要分清:没有发生,填 0;没有这回事,填“{NOT_APPLICABLE}”(只限下表注明可以的数据项);还没有统计,先空着,\
             会来询问,问清以前按未报处理。不要填“—”“/”“无”,看不出是哪一种。"
        ),
        format!(
            "三、“上期”列是{}采用的数(复核过的是核实数),供对照;空着表示上期没有数。累计数不应比本年上期小。",
            period.previous().title()
        ),
    ];
    if measures.clone().any(|measure| measure.unit == "%") {
        lines.push("    百分数填 85.3 或 85.3%,不要填 0.853。".to_owned());
    }
    lines.push(format!(
        "四、期末({})之后第 {} 个工作日以前报送。存成 .xlsx,文件名可以改。",
        period.last_day(),
        index.due_working_days
    ));
    lines.push("五、只报汇总数,不附名单:含有个人信息的文件会整份退回。填报人、审核人不会被保存。".to_owned());
    if index.illustrative && !index.disclaimer.is_empty() {
        lines.push(format!("六、{}。", index.disclaimer.trim_end_matches('。')));
    }
    lines
}

/// The row of an item.
fn item(definitions: &Definitions, number: usize, position: usize) -> [String; 7] {
    let measure = &definitions.measures[position];
    let allowed = Allowed::of(definitions, position);
    let is_fixed = measure.basis == Basis::Frozen;
    let not_applicable = match allowed.not_applicable.as_deref() {
        _ if is_fixed => String::new(),
        Some("") => "可以".to_owned(),
        Some(when) => format!("可以:{when}"),
        None => "不可以".to_owned(),
    };
    [
        number.to_string(),
        measure.name.clone(),
        measure.unit.clone(),
        if measure.calibre.is_empty() {
            "按名称理解;不清楚的先问。".to_owned()
        } else {
            measure.calibre.clone()
        },
        measure.basis.words().to_owned(),
        if is_fixed { "已填好,不用报".to_owned() } else { allowed.words() },
        not_applicable,
    ]
}
