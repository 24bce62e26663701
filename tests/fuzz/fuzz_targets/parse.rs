//! Parsing never panics; what parses has sound parts.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| nex_tests::fuzzing::parse(data));
