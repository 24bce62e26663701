//! S4: does memory stay as it is, however long a sound is?
#![cfg(target_os = "linux")]

use nex_tests::program::{Samples, command, tones, wav};
use std::{
    fs,
    io::{Seek, SeekFrom, Write},
    path::Path,
    thread,
    time::Duration,
};
use tempfile::TempDir;

const RATE: u32 = 8_000;
const MEGABYTE: u64 = 1 << 20;

/// A stereo sound of so many seconds: a tone with silence after it, each second.
fn sound(path: &Path, seconds: u32) {
    let mut second = tones(RATE as usize / 8);
    second.resize(2 * RATE as usize, 0);
    let head = wav(Samples::Integer(16), RATE, 2, &[]);
    let mut file = fs::File::create(path).unwrap();
    file.write_all(&head).unwrap();
    let bytes: Vec<u8> = second.iter().flat_map(|s| s.to_le_bytes()).collect();
    (0..seconds).for_each(|_| file.write_all(&bytes).unwrap());
    let data = seconds * bytes.len() as u32;
    for (at, length) in [(4, data + 36), (40, data)] {
        file.seek(SeekFrom::Start(at)).unwrap();
        file.write_all(&length.to_le_bytes()).unwrap();
    }
}

/// The most memory that the program has held: read until it ends, as its parent
/// may not ask afterwards.
fn peak_bytes(folder: &Path, line: &str) -> u64 {
    let mut child = command(folder, line).spawn().unwrap();
    let status = format!("/proc/{}/status", child.id());
    let mut peak = 0;
    while child.try_wait().unwrap().is_none() {
        let text = fs::read_to_string(&status).unwrap_or_default();
        let line = text.lines().find_map(|line| line.strip_prefix("VmHWM:"));
        let kilobytes = line.and_then(|line| line.trim().strip_suffix(" kB")?.parse::<u64>().ok());
        peak = peak.max(kilobytes.unwrap_or(0) << 10);
        thread::sleep(Duration::from_millis(2));
    }
    assert!(child.wait().unwrap().success(), "{line}");
    assert!(peak > 0, "{line}: no peak seen");
    peak
}

#[test]
fn ten_minutes_take_the_memory_of_one() {
    let folder = TempDir::new().unwrap();
    let path = folder.path();
    sound(&path.join("60.wav"), 60);
    sound(&path.join("600.wav"), 600);
    // The sound has 19 MB as a file, and had ten times that in memory.
    let options = "--threads 2 --effort fast --force --quiet";
    for line in [
        format!("export N.wav N.nex {options}"),
        format!("export N.wav size.nex {options} --bitrate 6"),
        format!("export N.wav mono.nex {options} --mono --rate 6000 --gain -3 --fade-out 1"),
        "decode N.nex N.out.wav --force".into(),
        "decode N.nex - --rate 11025 --raw".into(),
        "check N.nex N.wav --quiet".into(),
    ] {
        // Standard output goes nowhere: nobody reads the pipe.
        let line = line.replace(" - ", " /dev/null ");
        let [short, long] = ["60", "600"].map(|n| peak_bytes(path, &line.replace('N', n)));
        let [short_mb, long_mb] = [short, long].map(|bytes| bytes / MEGABYTE);
        assert!(long < short + 20 * MEGABYTE, "{line}: {short_mb} MB, then {long_mb} MB");
        assert!(long < 80 * MEGABYTE, "{line}: {long_mb} MB");
    }
}
