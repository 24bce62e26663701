//! What parses as a compact sound decodes to the same bits every way.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| nex_tests::compact::parse_decode_few(data));
