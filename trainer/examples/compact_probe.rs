//! Scratch: sizes and SNRs.
use ne_train::{audio, compact::*};
fn main() {
    let args: Vec<String> = std::env::args().collect();
    let get = |k: &str| args.iter().find_map(|a| a.strip_prefix(k).map(str::to_string));
    let max: u8 = get("max=").map_or(9, |v| v.parse().unwrap());
    let tune = if get("perc=").is_some() { Tune::Perceptual } else { Tune::Snr };
    let targets: Vec<f64> =
        get("bps=").unwrap_or("1,2,4".into()).split(',').map(|v| v.parse().unwrap()).collect();
    if let Some(list) = get("list=") {
        // Lines "in.wav size out.wav".
        use rayon::prelude::*;
        let num = |k: &str| get(k).map(|v| v.parse::<f32>().unwrap());
        std::fs::read_to_string(list).unwrap().lines().collect::<Vec<_>>().par_iter().for_each(
            |line| {
                let f: Vec<&str> = line.split(' ').collect();
                let clip = audio::read(std::path::Path::new(f[0])).unwrap();
                let options = Options {
                    target: Target::Size,
                    tune,
                    max_log2: Some(max),
                    limit: f[1].parse().ok(),
                    gamma: num("gamma=").map(|v| v as u8),
                    fill: num("fill=").map(|v| v as u8),
                    lambda: num("lambda="),
                    tilt: num("tilt=").map(|v| v as u8),
                    ..Options::default()
                };
                let e = encode(&clip, &options).unwrap();
                let d = nex_runtime::compact::CompactDecoder::parse(&e.bytes).unwrap();
                let mut m = vec![0; d.stream_len()];
                let mut out = vec![0; clip.samples.len()];
                d.stream(&mut m).unwrap().decode_block(&mut out);
                audio::write_wav(
                    std::path::Path::new(f[2]),
                    &audio::Clip::from_i16(clip.rate_hz, clip.channels, &out),
                    true,
                )
                .unwrap();
            },
        );
        return;
    }
    let mut sums = vec![(0.0, 0.0); targets.len()];
    let mut n = 0.0;
    let t0 = std::time::Instant::now();
    let mut secs = 0.0;
    for path in args.iter().skip(1).filter(|a| a.ends_with(".wav")) {
        let clip = audio::read(std::path::Path::new(path)).unwrap();
        let mut line = String::new();
        for (i, bps) in targets.iter().enumerate() {
            let target = match get("snr=") {
                Some(s) => Target::Snr(s.parse().unwrap()),
                None => Target::Size,
            };
            let limit = Some((bps * clip.samples.len() as f64 / 8.0) as usize)
                .filter(|_| target == Target::Size);
            let num = |k: &str| get(k).map(|v| v.parse::<f32>().unwrap());
            let options = Options {
                target,
                tune,
                max_log2: Some(max),
                limit,
                gamma: num("gamma=").map(|v| v as u8),
                fill: num("fill=").map(|v| v as u8),
                lambda: num("lambda="),
                tilt: num("tilt=").map(|v| v as u8),
                ..Options::default()
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
