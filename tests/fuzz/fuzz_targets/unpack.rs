//! What unpacks parses, decodes, and packs to a file that unpacks to the same.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| nex_tests::packing::unpack_parse_decode(data));
