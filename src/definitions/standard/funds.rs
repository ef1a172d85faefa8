//! The table of pools of money that are settled in a period (资金清算登记表).

use super::column;
use crate::definitions::{ColumnKind, TableLayout};

/// Its layout: one row a pool. The amount is text, so that it is read to the 分 and not as a float.
pub(super) fn layout() -> TableLayout {
    TableLayout {
        id: "funds".to_owned(),
        name: "资金清算登记表".to_owned(),
        columns: vec![
            column("id", "资金编号", &["编号"], ColumnKind::Text, true),
            column("name", "资金名称", &["名称"], ColumnKind::Text, true),
            column("rule", "规则", &["清算规则"], ColumnKind::Text, false),
            column("amount", "总额(万元)", &["总额", "金额(万元)"], ColumnKind::Text, true),
            column("span", "结算期间", &["期间"], ColumnKind::Text, true),
            column("evidence", "依据文件", &["依据", "文号"], ColumnKind::Text, false),
            column("note", "备注", &[], ColumnKind::Text, false),
        ],
        within_period: false,
    }
}
