//! The same figure in every product: one unit and the whole, walked through all of them.

use crate::paper::{demonstration_of, joined, sheet_of, text};
use calamine::{Data, Reader, Xlsx};
use polars::prelude::{ParquetReader, SerReader};
use serde_json::Value;
use std::io::{Cursor, Read as _};

/// The unit that is walked, by code: neither first nor last, with a bonus.
const CODE: &str = "330521002";

fn csv_row(name: &str, key: impl Fn(&csv::StringRecord) -> bool) -> (csv::StringRecord, csv::StringRecord) {
    let bytes = demonstration_of(name);
    let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").expect("a mark for Excel").to_vec();
    let mut reader = csv::Reader::from_reader(Cursor::new(bytes));
    let head = reader.headers().expect("a head").clone();
    let row = reader.records().map(|row| row.expect("a row")).find(key).expect("the unit's row");
    (head, row)
}

fn field<'a>((head, row): &'a (csv::StringRecord, csv::StringRecord), name: &str) -> &'a str {
    &row[head.iter().position(|own| own == name).expect("the column")]
}

#[test]
fn every_product_tells_the_same_score_base_place_and_indicator() {
    let scores = csv_row("scores.csv", |row| &row[1] == CODE);
    let [name, base, bonus, last, place] = ["name", "base", "bonus", "final", "rank"].map(|name| field(&scores, name));
    let indicator = csv_row("indicators.csv", |row| &row[1] == CODE && &row[3] == "A01");
    let own_score = field(&indicator, "score");

    let result: Value = serde_json::from_slice(&demonstration_of("result.json")).expect("JSON");
    let units = result["units"].as_array().expect("units");
    let unit = units.iter().find(|unit| unit["code"] == CODE).expect("the unit");
    assert_eq!(format!("{:.2}", unit["final"].as_f64().expect("a score")), last);
    assert_eq!(format!("{:.2}", unit["base"].as_f64().expect("a score")), base);
    assert_eq!(unit["rank"]["place"].to_string(), place);
    let of_json = unit["indicators"].as_array().expect("indicators").iter().find(|own| own["indicator"] == "A01");
    assert_eq!(format!("{:.4}", of_json.expect("A01")["score"].as_f64().expect("a score")), own_score);
    let total = format!("{:.2}", result["total"]["base"].as_f64().expect("a score"));

    let parquet = ParquetReader::new(Cursor::new(demonstration_of("scores.parquet"))).finish().expect("Parquet");
    let codes: Vec<String> = column(&parquet, "code");
    let at = codes.iter().position(|code| code == CODE).expect("the unit");
    assert_eq!(column(&parquet, "final")[at].parse::<f64>().ok(), last.parse().ok());

    let bytes = demonstration_of("tables.xlsx");
    let range = Xlsx::new(Cursor::new(bytes)).expect("a workbook").worksheet_range("综合得分").expect("the sheet");
    let row = range.rows().find(|row| row.contains(&Data::String(name.to_owned()))).expect("the unit's row");
    let figures: Vec<f64> = row
        .iter()
        .filter_map(|cell| match cell {
            Data::Float(number) => Some(*number),
            _ => None,
        })
        .collect();
    for wanted in [last, base] {
        assert!(figures.iter().any(|figure| format!("{figure:.2}") == wanted), "{wanted} in {figures:?}");
    }

    let page = String::from_utf8(demonstration_of("index.html")).expect("UTF-8");
    let (_, section) = page.split_once(&format!("id=\"unit-{CODE}\"")).expect("the unit's section");
    let (section, _) = section.split_once("<section").unwrap_or((section, ""));
    for wanted in [last, base, own_score] {
        assert!(section.contains(wanted), "{wanted} on the page");
    }
    assert!(page.contains(&total));

    let docx = demonstration_of("bulletin.docx");
    let mut document = String::new();
    let mut archive = zip::ZipArchive::new(Cursor::new(docx)).expect("a paper");
    archive.by_name("word/document.xml").expect("its text").read_to_string(&mut document).expect("UTF-8");
    let wall = String::from_utf8(demonstration_of("wall-chart.svg")).expect("UTF-8");
    for wanted in [last, &total] {
        assert!(document.contains(wanted), "{wanted} in the bulletin to edit");
        assert!(wall.contains(wanted), "{wanted} on the wall");
    }
    assert!(document.contains(base) && document.contains(&format!("+{bonus}")));

    let (Some(bulletin), Some(sheet)) = (text(&demonstration_of("bulletin.pdf")), text(&sheet_of(CODE))) else {
        return;
    };
    for wanted in [last, base, &total] {
        assert!(joined(&bulletin).contains(wanted), "{wanted} in the bulletin to send");
    }
    for wanted in [last, base, own_score] {
        assert!(joined(&sheet).contains(wanted), "{wanted} on the check-up sheet");
    }
}

/// A column as words.
fn column(frame: &polars::prelude::DataFrame, name: &str) -> Vec<String> {
    let column = frame.column(name).expect("the column");
    (0..frame.height()).map(|row| column.get(row).expect("a row").str_value().into_owned()).collect()
}
