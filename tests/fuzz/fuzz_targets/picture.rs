//! What parses as a compact picture decodes to the same samples every way.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| nex_tests::compact_picture::parse_decode_few(data));
