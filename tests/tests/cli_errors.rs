//! Does the program say what is wrong, and leave everything as it was?

use nex_runtime::Sound;
use nex_tests::{
    fuzzing::with_checksum,
    program::{self, Row, Samples, check_rows, files, run, succeed, wav},
};
use std::fs;
use tempfile::TempDir;

const WAV16: Samples = Samples::Integer(16);
const FRAMES: usize = 400;

/// A folder with good and bad inputs.
fn folder() -> TempDir {
    let folder = TempDir::new().unwrap();
    let write = |name: &str, bytes: &[u8]| fs::write(folder.path().join(name), bytes).unwrap();
    let tones = program::tones(2 * FRAMES);
    let sound = wav(WAV16, 8000, 1, &tones[..FRAMES]);
    write("sound.wav", &sound);
    write("faster.wav", &wav(WAV16, 16_000, 1, &tones[..FRAMES]));
    write("stereo.wav", &wav(WAV16, 8000, 2, &tones));
    write("longer.wav", &wav(WAV16, 8000, 1, &tones));
    write("empty.wav", b"");
    write("text.wav", b"To be, or not to be\n");
    write("mp3.wav", b"ID3\x04\0\0\0\0\0\0");
    write("stub.wav", &sound[..12]);
    write("head.wav", &sound[..30]);
    write("cut.wav", &sound[..sound.len() - 100]);
    write("none.wav", &wav(WAV16, 8000, 1, &[]));
    write("many.wav", &wav(WAV16, 8000, 9, &tones[..90]));
    write("slow.wav", &wav(WAV16, 0, 1, &tones[..90]));
    write("odd.wav", &patched(&sound, 34, &65u16.to_le_bytes()));
    write("gsm.wav", &patched(&sound, 20, &0x31u16.to_le_bytes()));
    let float = wav(Samples::Float, 8000, 1, &tones[..FRAMES]);
    write("nan.wav", &patched(&float, 44 + 4 * 17, &f32::NAN.to_le_bytes()));
    write("infinite.wav", &patched(&float, 44 + 4 * 3, &f32::INFINITY.to_le_bytes()));
    write("taken.nex", b"mine");
    write("taken.wav", b"mine");
    fs::create_dir(folder.path().join("folder")).unwrap();

    succeed(folder.path(), "export sound.wav good.nex SMALL --run-dir fit --bake-routing=never");
    succeed(folder.path(), "export sound.wav again.nex SMALL --run-dir damaged");
    write("damaged/checkpoint", b"not a checkpoint");
    let good = fs::read(folder.path().join("good.nex")).unwrap();
    write("magic.nex", &patched(&good, 0, b"PEX"));
    write("newer.nex", &patched(&good, 3, &[2]));
    write("cut.nex", &good[..good.len() / 2]);
    write("short.nex", &good[..2]);
    write("longer.nex", &[&good[..], b"\0"].concat());
    write("flipped.nex", &patched(&good, good.len() / 2, &[!good[good.len() / 2]]));
    write("empty.nex", b"");
    // 8000 Hz and 400 frames are two bytes each; now 2^32 - 1 frames.
    let frames = nex_tests::forge::header_at(&good) + 3;
    let most = [0xff, 0xff, 0xff, 0xff, 0x0f];
    let endless = [&good[..frames], &most, &good[frames + 2..]].concat();
    write("endless.nex", &with_checksum(&endless));
    folder
}

fn patched(bytes: &[u8], at: usize, with: &[u8]) -> Vec<u8> {
    let mut bytes = bytes.to_vec();
    bytes[at..at + with.len()].copy_from_slice(with);
    bytes
}

#[test]
fn bad_sounds_are_refused() {
    let folder = folder();
    #[rustfmt::skip]
    let rows: &[Row] = &[
        ("missing", "export no.wav o.nex QUICK", 1, &["no.wav: no such file", "check the path"]),
        ("a directory", "export folder o.nex QUICK", 1, &["folder: is a directory", "name a file in it"]),
        ("empty", "export empty.wav o.nex QUICK", 1, &["empty.wav: is empty", "record or export it again"]),
        ("empty pipe", "export - o.nex QUICK", 1, &["-: is empty"]),
        ("text", "export text.wav o.nex QUICK", 1, &["text.wav: ", "To be", "ffmpeg"]),
        ("MP3", "export mp3.wav o.nex QUICK", 1, &["mp3.wav: ", "MP3", "ffmpeg"]),
        ("only RIFF and WAVE", "export stub.wav o.nex QUICK", 1, &["stub.wav: is a damaged WAV file", "convert it again"]),
        ("cut in the header", "export head.wav o.nex QUICK", 1, &["head.wav: is a damaged WAV file", "cut off", "convert it again"]),
        ("cut in the samples", "export cut.wav o.nex QUICK", 1, &["cut.wav: is truncated", "800 bytes", "700 are there", "copy it again"]),
        ("no samples", "export none.wav o.nex QUICK", 1, &["none.wav: holds no samples", "at least one"]),
        ("9 channels", "export many.wav o.nex QUICK", 1, &["many.wav: has 9 channels", "remix"]),
        ("0 Hz", "export slow.wav o.nex QUICK", 1, &["slow.wav", "rate of 0 Hz"]),
        ("65 bits", "export odd.wav o.nex QUICK", 1, &["odd.wav: 65-bit integer samples", "convert with"]),
        ("GSM", "export gsm.wav o.nex QUICK", 1, &["gsm.wav: GSM 6.10 samples", "convert with"]),
        ("NaN", "export nan.wav o.nex QUICK", 1, &["nan.wav: frame 17, channel 0 is NaN", "repair it"]),
        ("infinity", "export infinite.wav o.nex QUICK", 1, &["infinite.wav: frame 3, channel 0 is inf", "repair it"]),
        ("a .nex file", "export good.nex o.nex QUICK", 1, &["good.nex: is a .nex file already", "ne-train decode"]),
        ("another rate", "check good.nex faster.wav", 1, &["faster.wav: the sample rates differ", "8,000", "16,000", "resample"]),
        ("other channels", "check good.nex stereo.wav --json", 1, &["stereo.wav: the channels differ", "--mono"]),
        ("another length", "check good.nex longer.wav", 1, &["longer.wav: the lengths in frames differ", "400", "800", "trim"]),
        ("plot, another length", "plot good.nex longer.wav o.svg", 1, &["longer.wav: the lengths in frames differ"]),
        ("missing original", "check good.nex no.wav", 1, &["no.wav: no such file"]),
    ];
    check_rows(folder.path(), rows);
}

#[test]
fn bad_nex_files_are_refused() {
    let folder = folder();
    #[rustfmt::skip]
    let rows: &[Row] = &[
        ("missing", "decode no.nex o.wav", 1, &["no.nex: no such file", "check the path"]),
        ("a directory", "info folder --json", 1, &["folder: is a directory", "name a .nex file"]),
        ("empty", "decode empty.nex o.wav", 1, &["empty.nex: is empty", "export it again"]),
        ("a WAV file", "decode sound.wav o.wav", 1, &["sound.wav: is a WAV file", "ne-train export"]),
        ("text", "decode text.wav o.wav", 1, &["text.wav: cannot be decoded", "not a .nex file"]),
        ("magic", "decode magic.nex o.wav", 1, &["magic.nex: cannot be decoded", "because: not a .nex file"]),
        ("newer", "decode newer.nex o.wav", 1, &["newer.nex: cannot be decoded", "version 2 is not supported"]),
        ("cut", "decode cut.nex o.wav", 1, &["cut.nex", "ends too early", "intact copy"]),
        ("2 bytes", "decode short.nex o.wav", 1, &["short.nex", "ends too early"]),
        ("trailing byte", "decode longer.nex o.wav", 1, &["longer.nex", "bytes follow the end"]),
        ("flipped", "decode flipped.nex -", 1, &["flipped.nex", "checksum does not match"]),
        ("6 PB", "decode endless.nex o.wav --rate 768000", 2, &["endless.nex", "above the limit", "--max-samples"]),
        ("8 GB", "decode endless.nex -", 2, &["endless.nex", "above the limit", "--max-samples"]),
        ("8 GB allowed", "decode endless.nex - --max-samples 9999999999", 1, &["do not fit a WAV file"]),
        ("info", "info flipped.nex", 1, &["flipped.nex", "checksum does not match"]),
        ("check", "check flipped.nex sound.wav", 1, &["flipped.nex", "checksum does not match"]),
        ("plot", "plot flipped.nex o.svg", 1, &["flipped.nex", "checksum does not match"]),
    ];
    check_rows(folder.path(), rows);
}

#[test]
fn bad_places_and_arguments_are_refused() {
    let folder = folder();
    #[rustfmt::skip]
    let rows: &[Row] = &[
        ("export over a file", "export sound.wav taken.nex QUICK", 1, &["taken.nex: exists already", "--force"]),
        ("decode over a file", "decode good.nex taken.wav", 1, &["taken.wav: exists already", "--force"]),
        ("over the input", "export sound.wav sound.wav QUICK", 2, &["is the input itself", "give another name"]),
        ("export into no folder", "export sound.wav no/o.nex QUICK", 1, &["no/o.nex: the folder no does not exist", "create it"]),
        ("decode into no folder", "decode good.nex no/o.wav", 1, &["no/o.wav: the folder no does not exist", "create it"]),
        ("export to a directory", "export sound.wav folder QUICK", 1, &["folder: is a directory", "name a file in it"]),
        ("decode to a directory", "decode good.nex folder --force", 1, &["folder: is a directory", "name a file in it"]),
        ("export after the end", "export sound.wav o.nex QUICK --start 9", 2, &["--start and --end", "0.050 s long"]),
        ("decode after the end", "decode good.nex o.wav --start 0.05", 2, &["--start and --end", "0.050 s long"]),
        ("end before start", "decode good.nex o.wav --start 0.03 --end 0.02", 2, &["--start and --end"]),
        ("negative start", "decode good.nex o.wav --start=-1", 2, &["--start", "must not be negative"]),
        ("rate 0", "decode good.nex o.wav --rate 0", 2, &["--rate", "1 to 768000 Hz"]),
        ("preset", "export sound.wav o.nex --preset huge", 2, &["huge", "tiny, small, paper"]),
        ("steps", "export sound.wav o.nex --steps 0", 2, &["--steps", "0 is not in 1.."]),
        ("steps and seconds", "export sound.wav o.nex --steps 1 --seconds 1", 2, &["--steps", "--seconds"]),
        ("experts", "export sound.wav o.nex QUICK --experts 100000", 2, &["experts is 100000", "1..=256"]),
        ("width", "export sound.wav o.nex QUICK --width 99999999999", 2, &["must lie in 1..=1024"]),
        ("no width", "export sound.wav o.nex QUICK --width 0", 2, &["--width", "must be above 0"]),
        ("no layers", "export sound.wav o.nex QUICK --layers 0", 2, &["--layers", "must be above 0"]),
        ("threads", "export sound.wav o.nex --threads 100000", 2, &["--threads", "up to 1024"]),
        ("batch size", "export sound.wav o.nex --batch-size 0", 2, &["--batch-size", "must be above 0"]),
        ("rate of learning", "export sound.wav o.nex --learning-rate nan", 2, &["--learning-rate", "must be finite"]),
        ("diverges", "export sound.wav o.nex QUICK --learning-rate 1e300", 1, &["diverged", "try a lower --learning-rate"]),
        ("JSON and file", "export sound.wav - QUICK --json", 2, &["--json", "standard output"]),
        ("two pipes", "check - -", 2, &["standard input"]),
        ("picture", "plot good.nex o.gif", 2, &["o.gif: must end in .svg or .png"]),
        ("another configuration", "export sound.wav o.nex QUICK --run-dir fit --resume", 1, &["the run in fit has other constants", "repeat its flags"]),
        ("a run is there", "export sound.wav o.nex SMALL --run-dir fit", 1, &["fit holds a run already", "--resume"]),
        ("a run of another sound", "export longer.wav o.nex SMALL --run-dir fit --resume", 1, &["the run in fit is of another sound", "give that sound"]),
        ("no run", "export sound.wav o.nex QUICK --run-dir no --resume", 1, &["cannot use no"]),
        ("resume what", "export sound.wav o.nex QUICK --resume", 2, &["--run-dir"]),
        ("bad checkpoint", "export sound.wav o.nex SMALL --run-dir damaged --resume", 1, &["damaged/checkpoint is damaged", "delete it"]),
        ("no command", "play good.nex", 2, &["play", "--help"]),
    ];
    check_rows(folder.path(), rows);
}

/// Permission bits do not stop root; these places stop everyone.
#[cfg(target_os = "linux")]
#[test]
fn places_that_cannot_be_written_are_named() {
    let folder = folder();
    let rows: &[Row] = &[
        (
            "export, read-only",
            "export sound.wav /proc/o.nex --steps 1000000000",
            1,
            &["/proc/o.nex: cannot be"],
        ),
        ("decode, read-only", "decode good.nex /proc/o.wav", 1, &["/proc/o.wav: cannot be"]),
        ("export, full", "export sound.wav /dev/full QUICK", 1, &["/dev/full", "No space left"]),
        ("decode, full", "decode good.nex /dev/full", 1, &["/dev/full", "No space left"]),
        ("plot, read-only", "plot good.nex /proc/o.svg", 1, &["/proc/o.svg: cannot be"]),
        ("run folder", "export sound.wav o.nex QUICK --run-dir /proc/o", 1, &["/proc/o"]),
    ];
    check_rows(folder.path(), rows);
}

/// Sizes that would exhaust the memory of whoever believes them.
#[test]
fn absurd_sizes_in_intact_headers_are_refused() {
    const MOST: &[u8] = &[0xff, 0xff, 0xff, 0xff, 0x0f];
    const SOUND: &[u8] = b"NEX\x01\0\xc0\x3e\x01\x90\x03\xe0\x5d";
    // Integers, no manager, then an encoder of 8 units in one layer.
    const ENCODER: &[u8] = b"\0\0\x01\0\x08\x01\x04";
    const EXPERT: &[u8] = b"\0\x08\x02\x03\x03";
    let headers: &[(&[&[u8]], &str)] = &[
        (&[b"NEX\x01\0", MOST, b"\x01\x90\x03\xe0\x5d"], "sample rate is malformed"),
        (&[b"NEX\x01\0\xc0\x3e\xff\x90\x03\xe0\x5d"], "channel count is above"),
        (&[b"NEX\x01\0\xc0\x3e\x01\0\xe0\x5d"], "frame count is malformed"),
        (&[b"NEX\x01\0\xc0\x3e\x01\xff", MOST, b"\xe0\x5d"], "frame count is malformed"),
        (&[SOUND, b"\0\0\x01\0\xff\xff\x03\x01\x04\0\x01", EXPERT], "layer width is above"),
        (&[SOUND, b"\0\0\x01\0\x08", MOST], "too early"),
        (&[SOUND, b"\0\0\x01\0\x08\x7f", &[3; 127], b"\0\x01", EXPERT], "layer count is above"),
        (&[SOUND, ENCODER, b"\0\xff\xff\x03", EXPERT], "experts is above"),
        (&[b"NEX\x01\x80\x09\x81\0\x82\0\x83\0\x84\0"], "section table is above"),
        (&[b"NEX\x01\x80\x02\x01", MOST, b"\x03", MOST], "too early"),
    ];
    let folder = TempDir::new().unwrap();
    for (parts, reason) in headers {
        let mut bytes = parts.concat();
        bytes.extend([0; 64]);
        let bytes = with_checksum(&bytes);
        fs::write(folder.path().join("absurd.nex"), &bytes).unwrap();
        for line in ["info absurd.nex", "decode absurd.nex o.wav"] {
            let outcome = run(folder.path(), line);
            assert_eq!(outcome.code, Some(1), "{reason}: {}", outcome.stderr);
            for word in ["absurd.nex: cannot be decoded", *reason] {
                assert!(outcome.stderr.contains(word), "{reason}: {}", outcome.stderr);
            }
        }
        assert_eq!(files(folder.path()).len(), 1);
    }
}

#[test]
fn every_flipped_bit_of_a_real_file_is_noticed() {
    let folder = TempDir::new().unwrap();
    let sound = wav(WAV16, 8000, 1, &program::tones(FRAMES));
    fs::write(folder.path().join("sound.wav"), sound).unwrap();
    succeed(folder.path(), "export sound.wav good.nex SMALL --comment damage_me");
    let good = fs::read(folder.path().join("good.nex")).unwrap();
    assert!(good.len() < 2000, "{} bytes", good.len());
    assert!(Sound::open(&good).is_ok());
    for i in 0..8 * good.len() {
        let bytes = patched(&good, i / 8, &[good[i / 8] ^ 1 << (i % 8)]);
        assert!(Sound::open(&bytes).is_err(), "bit {i}");
    }
    for k in 0..12 {
        let at = k * (good.len() - 1) / 11;
        let bytes = patched(&good, at, &[good[at] ^ 1 << (k % 8)]);
        fs::write(folder.path().join("bad.nex"), bytes).unwrap();
        let before = files(folder.path());
        let outcome = run(folder.path(), "decode bad.nex o.wav");
        assert_eq!(outcome.code, Some(1), "byte {at}: {}", outcome.stderr);
        assert!(outcome.stderr.contains("bad.nex: cannot be decoded"), "{}", outcome.stderr);
        assert!(files(folder.path()) == before, "byte {at}");
    }
}
