//! One cell as number, date, text and tick. A first line, if there are two, is the declared unit.
#![no_main]

use libfuzzer_sys::fuzz_target;
use yinxiang::extract::RawValue;
use yinxiang::extract::values::{Reading, date, flag, number, text};

fuzz_target!(
    init: yinxiang_fuzz::quietly(),
    |bytes: &[u8]| {
        let Ok(content) = std::str::from_utf8(bytes) else { return };
        let (unit, cell) = content.split_once('\n').unwrap_or(("", content));
        let mut values = vec![RawValue::Text(cell.into()), RawValue::Error(cell.into())];
        if let Some(bits) = bytes.first_chunk::<8>() {
            values.push(RawValue::Number(f64::from_le_bytes(*bits)));
        }
        for value in values {
            if let Reading::Number { value, .. } = number(&value, unit) {
                assert!(value.is_finite());
            }
            if let Some(date) = date(&value) {
                assert!((1900..=2099).contains(&date.year));
            }
            text(&value);
            flag(&value);
        }
    }
);
