//! What the targets share: one reading, and what counts as a crash.
//!
//! libFuzzer's Rust glue ends the process in a panic hook, before anything can be caught. The readers catch panics of
//! the crates below them on purpose, so [`quietly`] puts a silent hook in its place: a panic that escapes from the
//! library still unwinds into the glue, which aborts, and that is the crash we look for. So does a single allocation
//! beyond [`LARGEST`]: a file of a few bytes must not reserve memory for what it claims to hold.

use std::alloc::{GlobalAlloc, Layout, System};
use yinxiang::audit::{Audit, InputFile};
use yinxiang::extract::{self, RawTable};

/// Bytes of the largest single allocation that a small file may cause.
const LARGEST: usize = 256 << 20;

struct Limited;

#[global_allocator]
static ALLOCATOR: Limited = Limited;

fn check(size: usize) {
    if size > LARGEST {
        // Printing may allocate, but far less than the limit.
        eprintln!("a single allocation of {size} bytes");
        std::process::abort();
    }
}

// SAFETY: every call is handed on unchanged to the system's allocator.
unsafe impl GlobalAlloc for Limited {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        check(layout.size());
        unsafe { System.alloc(layout) }
    }
    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        check(layout.size());
        unsafe { System.alloc_zeroed(layout) }
    }
    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        unsafe { System.dealloc(pointer, layout) }
    }
    unsafe fn realloc(&self, pointer: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        check(size);
        unsafe { System.realloc(pointer, layout, size) }
    }
}

/// Lets panics that the library catches pass without a word.
pub fn quietly() {
    std::panic::set_hook(Box::new(|panic| {
        if std::env::var_os("SHOW_PANICS").is_some() {
            eprintln!("{panic}");
        }
    }));
}

/// Bytes as a delivered file in, its tables out; it is either read or explained.
pub fn read(path: &str, bytes: &[u8]) -> Vec<RawTable> {
    let mut audit = Audit::default();
    let tables = extract::read(&[InputFile { path: path.into(), bytes: bytes.into() }], &mut audit);
    assert!(!tables.is_empty() || !audit.diagnostics().is_empty(), "neither read nor explained");
    for table in &tables {
        let width = table.rows.first().map_or(0, Vec::len);
        assert!(table.rows.iter().all(|row| row.len() == width), "a table is rectangular");
    }
    tables
}
