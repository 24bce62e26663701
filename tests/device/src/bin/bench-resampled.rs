//! How evenly does a player work at the rate of most DACs?
#![no_std]
#![no_main]

use nex_device_tests::player::{Ways, bench};

#[cortex_m_rt::entry]
fn main() -> ! {
    bench(Ways::Resampled)
}
