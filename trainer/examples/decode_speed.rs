//! How many frames per second does one thread decode?
//!
//!     cargo run --release -p ne-train --example decode_speed -- FILE.nex [REPEATS] [KERNEL]
//!
//! Decodes the whole clip, once to warm up and then REPEATS times (15), and
//! prints one line of JSON with the median.

use nex_runtime::{Kernel, Sound};
use std::{error::Error, time::Instant};

fn main() -> Result<(), Box<dyn Error>> {
    let mut args = std::env::args().skip(1);
    let path = args.next().ok_or("usage: decode_speed FILE.nex [REPEATS] [KERNEL]")?;
    let repeats: usize = args.next().map_or(Ok(15), |n| n.parse())?;
    let kernel = match args.next() {
        None => Kernel::best(),
        Some(name) => Kernel::ALL
            .into_iter()
            .find(|k| format!("{k:?}").eq_ignore_ascii_case(&name) && k.is_available())
            .ok_or("no such kernel on this machine")?,
    };
    let bytes = std::fs::read(path)?;
    let mut sound = Sound::open(&bytes)?;
    sound.set_kernel(kernel)?;
    let (info, network) = (sound.info(), sound.network().ok_or("not a neural sound")?);
    let mut out = vec![0; info.frames as usize * sound.channels()];
    let mut memory = vec![0; sound.best_len()];
    let mut playback = sound.play(&mut memory)?;
    playback.decode_into(&mut out)?;
    let mut seconds = Vec::new();
    for _ in 0..repeats.max(1) {
        let begin = Instant::now();
        playback.decode_into(std::hint::black_box(&mut out))?;
        seconds.push(begin.elapsed().as_secs_f64());
    }
    seconds.sort_by(f64::total_cmp);
    let speed = |s: f64| f64::from(info.frames) / s;
    let result = serde_json::json!({
        "decoder": format!("nex-runtime {}", env!("CARGO_PKG_VERSION")),
        "kernel": format!("{kernel:?}").to_lowercase(),
        "threads": 1,
        "frames": info.frames,
        "bytes": info.file_bytes,
        "macs_per_frame": network.macs,
        "sines_per_frame": network.sines,
        "frames_per_second": speed(seconds[seconds.len() / 2]),
        "fastest": speed(seconds[0]),
        "slowest": speed(seconds[seconds.len() - 1]),
    });
    println!("{result}");
    Ok(())
}
