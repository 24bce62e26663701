//! What parses as a compact shape says the same distances every way.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| nex_tests::compact_shape::parse_decode(data));
