#![no_main]
#![allow(missing_docs, reason = "the macro makes a function")]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| properties::connection(bytes));
