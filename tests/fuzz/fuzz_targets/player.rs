//! A player of whatever parses keeps its word, whatever it is asked for.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| nex_tests::playing::any_calls(data));
