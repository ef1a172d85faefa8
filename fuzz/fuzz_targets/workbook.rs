//! Everything that is no plain text: xlsx, xlsb, xls, ods, HTML, Parquet, told by its bytes as delivered files are.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(
    init: yinxiang_fuzz::quietly(),
    |bytes: &[u8]| {
        yinxiang_fuzz::read("data/2022Q3/表.xls", bytes);
    }
);
