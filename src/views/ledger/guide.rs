//! The sheet that explains how the ledger is kept.

use super::{mark, page, span};
use crate::definitions::Definitions;
use crate::definitions::calendar::Period;
use crate::definitions::decimal::plain;
use crate::definitions::forms::INSTRUCTIONS;
use crate::views::receipt::{Look, height};
use rust_xlsxwriter::{Worksheet, XlsxError};

const WIDTH: u16 = 110;

pub(super) fn sheet(definitions: &Definitions, period: Period) -> Result<Worksheet, XlsxError> {
    let mut sheet = page(definitions, period, INSTRUCTIONS)?;
    sheet.set_paper_size(9);
    sheet.set_column_width(0, 4)?;
    sheet.set_column_width(1, WIDTH - 4)?;
    span(&mut sheet, 0, 1, "填报说明", &Look::title())?;
    sheet.set_row_height(0, 28)?;
    let words = Look::words();
    for (row, line) in (1..).zip(lines(definitions, period)) {
        span(&mut sheet, row, 1, &line, &words)?;
        sheet.set_row_height(row, height(&line, WIDTH, 11.0))?;
    }
    sheet.protect();
    Ok(sheet)
}

fn lines(definitions: &Definitions, period: Period) -> Vec<String> {
    let next = period.next();
    let exit = plain(definitions.rules.support.exit_score, 2);
    let mut lines = vec![
        format!(
            "一、这是{}期末的台账。只填“台账”里的黄色格,填好后把文件放进 data/{next}/,文件名仍为 ledger.xlsx。改动的格子就是下一期办理的动作,\
             没有改动的格子不起作用。也可以不填这张表,把动作登记在 data/{next}/actions.csv 里。",
            period.title()
        ),
        format!("二、日期都填 {} 至 {} 之间的日期。登记过的不能删去,也不能补改以前各期的。", next.first_day(), next.last_day()),
        "三、状态按顺序走:待交办、已交办、已签收、整改中、申请销号、已销号;核验退回后,先登记进展,再申请销号。逾期只是标记,不是状态。"
            .to_owned(),
        "四、进展写成“2022-08-15:60%,已完成18户”;批准延期至写成“2022-10-31(审批单位或文号,2022-09-20)”,后一个日期是批准日期,\
         要在到期以前;核验写成“核验单位/核验方式/2022-09-20”;回头看写成“2022-12-20/巩固”或“2022-12-20/反弹”。"
            .to_owned(),
        format!(
            "五、核验结论填“通过”或“退回(原因)”。销号要有佐证材料,由整改单位以外的单位核验;指标问题还要看得分:本期有数据的按本期得分,\
             没有数据的填“通过(实测92.5)”。得分不低于 {exit} 分才能销号。销号日期、状态由程序得出,不用填。"
        ),
        "六、撤销(数据有误)、长期坚持要有审批,登记在 actions 表里。手工发现的问题登记在 problems 表里。".to_owned(),
        "七、责任领导只写职务,不写姓名、电话。".to_owned(),
    ];
    let mark = mark(&definitions.index);
    if !mark.is_empty() {
        lines.push(format!("八、{mark}。"));
    }
    lines
}
