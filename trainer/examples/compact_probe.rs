//! Scratch: sizes and SNRs.
use ne_train::{audio, compact::*};
fn main() {
    let args: Vec<String> = std::env::args().collect();
    let get = |k: &str| args.iter().find_map(|a| a.strip_prefix(k).map(str::to_string));
    let max: u8 = get("max=").map_or(9, |v| v.parse().unwrap());
    let tune = if get("perc=").is_some() { Tune::Perceptual } else { Tune::Snr };
    let targets: Vec<f64> =
        get("bps=").unwrap_or("1,2,4".into()).split(',').map(|v| v.parse().unwrap()).collect();
    let mut sums = vec![(0.0, 0.0); targets.len()];
    let mut n = 0.0;
    let t0 = std::time::Instant::now();
    let mut secs = 0.0;
    for path in args.iter().skip(1).filter(|a| a.ends_with(".wav")) {
        let clip = audio::read(std::path::Path::new(path)).unwrap();
        let mut line = String::new();
        for (i, bps) in targets.iter().enumerate() {
            let target = if let Some(s) = get("snr=") {
                Target::Snr(s.parse().unwrap())
            } else {
                Target::Size((bps * clip.samples.len() as f64 / 8.0) as usize)
            };
            let options = Options {
                target,
                tune,
                max_log2: max,
                comment: None,
                gamma: get("gamma=").map(|v| v.parse().unwrap()),
                fill: get("fill=").map(|v| v.parse().unwrap()),
                lambda: get("lambda=").map(|v| v.parse().unwrap()),
            };
            let e = encode(&clip, &options).unwrap();
            secs += clip.seconds();
            line += &format!(
                " {}B {:.2}dB (over {:.2}%) m{:?} o{:?}",
                e.bytes.len(),
                e.snr_db,
                100.0 * (e.bytes.len() as f64 * 8.0 / e.ideal_bits - 1.0),
                (0..4).map(|m| e.models.iter().filter(|&&x| x == m).count()).collect::<Vec<_>>(),
                e.quantiser.offsets
            );
            sums[i].0 += e.snr_db;
            sums[i].1 += e.bytes.len() as f64;
            if let Some(dir) = get("out=") {
                let stem = std::path::Path::new(path).file_stem().unwrap().to_str().unwrap();
                std::fs::write(format!("{dir}/{stem}-{i}.nex"), &e.bytes).unwrap();
            }
        }
        n += 1.0;
        if get("quiet=").is_none() {
            println!("{} {line}", path.rsplit('/').next().unwrap());
        }
    }
    for (s, b) in sums {
        println!("mean {:.3} dB {:.0} B", s / n, b / n);
    }
    println!("{:.3} s per s", t0.elapsed().as_secs_f64() / secs);
}
