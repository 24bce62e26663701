//! What does decoding a neural sound cost?
#![no_std]
#![no_main]

#[cortex_m_rt::entry]
fn main() -> ! {
    nex_device_tests::bench::bench()
}
