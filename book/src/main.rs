//! Builds, serves and checks the book.

use std::process::ExitCode;

fn main() -> ExitCode {
    wire_book::run()
}
