//! What reading costs: the workbooks of a quarter, and how a large CSV grows. Run by `cargo bench --bench reading`.

use std::hint::black_box;

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use rust_xlsxwriter::{Format, Workbook};
use yinxiang::audit::{Audit, InputFile};
use yinxiang::extract;

/// Departments that report in a quarter.
const WORKBOOK_COUNT: usize = 14;

/// Units in each workbook.
const UNIT_COUNT: u32 = 13;

/// Rows of the large CSV: 1, 4 and 16 times as many.
const ROW_COUNTS: [usize; 3] = [12_500, 50_000, 200_000];

/// A form as departments send it: a title, a header of two rows, percentages, a total, notes.
fn workbook(number: usize) -> InputFile {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    let (plain, percent) = (Format::new(), Format::new().set_num_format("0.0%"));
    sheet.merge_range(0, 0, 0, 7, "附件2 三季度数据", &plain).expect("in range");
    sheet.write(1, 0, "填报单位:县民政局").expect("in range");
    sheet.merge_range(2, 0, 3, 0, "镇街", &plain).expect("in range");
    sheet.merge_range(2, 1, 2, 6, "床位", &plain).expect("in range");
    sheet.merge_range(2, 7, 3, 7, "占比", &plain).expect("in range");
    for column in 1..7 {
        sheet.write(3, column, format!("数据项{column}")).expect("in range");
    }
    for row in 4..4 + UNIT_COUNT {
        sheet.write(row, 0, format!("第{row}镇")).expect("in range");
        for column in 1..7 {
            sheet.write(row, column, f64::from(row * 7 + u32::from(column))).expect("in range");
        }
        sheet.write_with_format(row, 7, 0.853, &percent).expect("in range");
    }
    sheet.write(5 + UNIT_COUNT, 0, "注:1.口径为期末数。").expect("in range");
    let bytes = book.save_to_buffer().expect("a sound workbook");
    InputFile { path: format!("data/2022Q3/部门{number}.xlsx").into(), bytes: bytes.into() }
}

fn csv(row_count: usize) -> InputFile {
    let mut text = "编号,镇街,数据项,数值,占比,备注\n".to_owned();
    for row in 0..row_count {
        text.push_str(&format!("{row},第{}镇,床位数,{},{}.5%,无\n", row % 13, row * 3 % 997, row % 100));
    }
    InputFile { path: "data/2022Q3/明细.csv".into(), bytes: text.into_bytes().into() }
}

/// All workbooks of a quarter together; the goal is 150 ms with checking.
fn read_workbooks(criterion: &mut Criterion) {
    let files: Vec<InputFile> = (0..WORKBOOK_COUNT).map(workbook).collect();
    criterion.bench_function("read_workbooks", |bencher| {
        bencher.iter(|| extract::read(black_box(&files), &mut Audit::default()));
    });
}

/// Rows of about six cells; the goal is 500 ms for 200,000, and growth in line with the rows.
fn read_csv_rows(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("read_csv_rows");
    group.sample_size(10);
    for row_count in ROW_COUNTS {
        let files = [csv(row_count)];
        group.throughput(Throughput::Elements(row_count as u64));
        group.bench_with_input(BenchmarkId::from_parameter(row_count), &files, |bencher, files| {
            bencher.iter(|| extract::read(black_box(files), &mut Audit::default()));
        });
    }
    group.finish();
}

criterion_group!(benches, read_workbooks, read_csv_rows);
criterion_main!(benches);
