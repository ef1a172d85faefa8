//! The command line: arguments in, an exit code out.

mod cli;

use std::panic::{self, PanicHookInfo};
use std::process::ExitCode;
use std::sync::{Mutex, PoisonError};

/// Where the last panic happened, in case it is one of our own broken promises and not one that was caught.
static LAST_PANIC: Mutex<String> = Mutex::new(String::new());

fn main() -> ExitCode {
    // Readers of damaged workbooks may panic inside a library; that is caught where it happens and must not be printed.
    panic::set_hook(Box::new(|panic: &PanicHookInfo<'_>| {
        *LAST_PANIC.lock().unwrap_or_else(PoisonError::into_inner) = panic.to_string();
    }));
    match panic::catch_unwind(cli::run) {
        Ok(Ok(code)) => code,
        Ok(Err(error)) => {
            eprintln!("{error:#}");
            ExitCode::from(2)
        }
        Err(_) => {
            let what = LAST_PANIC.lock().unwrap_or_else(PoisonError::into_inner).replace('\n', " ");
            eprintln!("程序内部出错,没有写出任何结果。请把这一行连同所用的文件告诉维护人员:{what}");
            ExitCode::from(2)
        }
    }
}
