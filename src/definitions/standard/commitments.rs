//! What owners report of their commitments, and what their peers think of it.

use super::column;
use crate::definitions::{ColumnKind, TableColumn, TableLayout};

/// Identifier of the table of reports.
pub(crate) const REPORTS: &str = "commitment-reports";
/// Identifier of the table of peer scores.
pub(crate) const SCORES: &str = "commitment-scores";

/// Reports at mid-year and year-end, and peer scores. Figures are texts here: their unit is known with the commitment.
pub(super) fn layouts() -> Vec<TableLayout> {
    vec![
        TableLayout {
            id: REPORTS.to_owned(),
            name: "承诺汇报登记表".to_owned(),
            columns: vec![
                commitment(),
                column("date", "日期", &["汇报日期"], ColumnKind::Date, true),
                column("stage", "阶段", &["汇报阶段"], ColumnKind::Text, true),
                column("value", "完成值", &["完成数"], ColumnKind::Text, false),
                column("rank", "排名", &["位次", "名次"], ColumnKind::Text, false),
                column("situation", "情况", &["进展情况", "兑现情况"], ColumnKind::Text, false),
                column("evidence", "佐证材料编号", &["佐证材料", "佐证"], ColumnKind::Text, false),
                column("self_rating", "自评", &["自评结果"], ColumnKind::Text, false),
            ],
            within_period: false,
        },
        TableLayout {
            id: SCORES.to_owned(),
            name: "承诺评分登记表".to_owned(),
            columns: vec![
                commitment(),
                column("assessor", "评分人代码", &["评分代码"], ColumnKind::Text, true),
                column("assessor_unit", "评分人所在单位", &["评分单位", "所在单位"], ColumnKind::Text, true),
                column("score", "分值", &["评分", "得分", "分数"], ColumnKind::Text, true),
            ],
            within_period: false,
        },
    ]
}

fn commitment() -> TableColumn {
    column("commitment", "承诺事项编号", &["承诺编号", "事项编号", "编号"], ColumnKind::Text, true)
}
