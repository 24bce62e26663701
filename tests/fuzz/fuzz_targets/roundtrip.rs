//! What is written is read back, and decodes as specified.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: [u8; 8]| nex_tests::fuzzing::roundtrip(u64::from_le_bytes(
    data
)));
