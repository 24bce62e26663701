//! Does the program bake routing when it should, and say so?

use nex_format::{
    SectionId,
    neural::{Arithmetic, File},
    sections,
};
use nex_tests::{
    forge::{self, Plan, Random},
    program::{self, Row, Samples, check_rows, pipe, run, succeed, wav},
};
use serde_json::Value;
use std::{fs, path::Path};
use tempfile::TempDir;

fn json(bytes: &[u8]) -> Value {
    serde_json::from_slice(bytes).unwrap()
}

fn folder() -> TempDir {
    let folder = TempDir::new().unwrap();
    let sound = wav(Samples::Integer(16), 8000, 2, &program::tones(2 * 400));
    fs::write(folder.path().join("sound.wav"), sound).unwrap();
    folder
}

/// Exports with some options; what it printed as JSON, and the file.
fn export(path: &Path, options: &str) -> (Value, Vec<u8>) {
    let facts = succeed(path, &format!("export sound.wav out.nex QUICK -f --json {options}"));
    (json(&facts), fs::read(path.join("out.nex")).unwrap())
}

fn is_baked(bytes: &[u8]) -> bool {
    let sections = sections(bytes).unwrap();
    sections.into_iter().any(|s| s.id == SectionId::RUNS)
}

#[test]
fn baking_keeps_every_sample() {
    let folder = folder();
    let path = folder.path();
    for precision in ["i8", "f32"] {
        for pack in ["", "--pack"] {
            let fit = format!("--precision {precision} {pack} --comment by_me");
            let (with, manager) = export(path, &format!("{fit} --bake-routing=never"));
            fs::write(path.join("manager.nex"), &manager).unwrap();
            let (without, baked) = export(path, &format!("{fit} --bake-routing"));
            assert!(!is_baked(&manager) && is_baked(&baked), "{fit}");
            assert_eq!((&with["routing"]["kind"]), "manager");
            assert_eq!((&without["routing"]["kind"]), "baked");
            for same in ["snr_db", "mse", "expert_share", "original_bytes"] {
                assert_eq!(with[same], without[same], "{fit}: {same}");
            }
            let macs = |facts: &Value| facts["macs_per_sample"].as_u64().unwrap();
            assert!(macs(&without) < macs(&with));

            // The command does what the option does.
            let line = "bake manager.nex later.nex -f";
            let change = json(&succeed(path, &format!("{line} --json")));
            assert!(fs::read(path.join("later.nex")).unwrap() == baked, "{fit}");
            assert_eq!(change["bytes_before"], manager.len());
            assert_eq!(change["bytes"], baked.len());
            assert_eq!(change["routing"], without["routing"]);
            assert_eq!(change["routing_before"], with["routing"]);
            assert_eq!(change["macs_per_sample"], without["macs_per_sample"]);
            assert_eq!(change["macs_per_sample_before"], with["macs_per_sample"]);
            let text = String::from_utf8(succeed(path, line)).unwrap();
            assert!(text.contains("baked, "), "{text}");
            let piped = pipe(path, "bake - -", &manager);
            assert!(piped.stdout == baked && piped.stderr.contains("baked, "), "{}", piped.stderr);
            assert!(succeed(path, "bake -q manager.nex later.nex -f").is_empty());

            // Everything reads it.
            assert!(succeed(path, "decode out.nex -") == succeed(path, "decode manager.nex -"));
            succeed(path, "decode out.nex - --rate 11025");
            succeed(path, "check out.nex sound.wav");
            succeed(path, "plot out.nex sound.wav p.svg -f");
            let facts = json(&succeed(path, "info out.nex --json"));
            assert_eq!(facts["routing"], without["routing"]);
            assert_eq!(
                (&facts["manager_macs_per_sample"], &facts["comment"]),
                (&0.into(), &"by_me".into())
            );
            let text = String::from_utf8(succeed(path, "info out.nex")).unwrap();
            let routing = &without["routing"];
            let said = format!("baked, {} runs, {} bytes", routing["runs"], routing["bytes"]);
            assert!(text.contains(&said), "{said} in:\n{text}");
        }
    }
}

#[test]
fn auto_writes_the_smaller_file() {
    let folder = folder();
    let path = folder.path();
    for pack in ["", "--pack"] {
        let size = |baking: &str| export(path, &format!("{pack} {baking}")).1.len();
        let (never, always) = (size("--bake-routing=never"), size("--bake-routing=always"));
        assert_eq!(size(""), never.min(always));
        assert_eq!(size("--bake-routing=auto"), never.min(always));
    }
    // An expert changes at every frame: the runs take more than the manager.
    let plan =
        Plan { arithmetic: Arithmetic::Integer, experts: 6, channels: 1, frames: 4000, widest: 2 };
    let bytes = forge::file_of(&plan, &mut Random::new(3));
    fs::write(path.join("many.nex"), &bytes).unwrap();
    let change = json(&succeed(path, "bake many.nex baked.nex --json"));
    let baked = fs::read(path.join("baked.nex")).unwrap();
    assert!(File::parse(&baked).is_ok());
    assert_eq!(change["bytes"], baked.len());
}

#[test]
fn a_limit_of_work_bakes_the_routing() {
    let folder = folder();
    let path = folder.path();
    let (with, _) = export(path, "--bake-routing=never");
    let (without, _) = export(path, "--bake-routing");
    let macs = |facts: &Value| facts["macs_per_sample"].as_u64().unwrap();
    let (most, least) = (macs(&with), macs(&without));
    for limit in [least, most - 1] {
        let (facts, bytes) = export(path, &format!("--max-macs {limit}"));
        assert_eq!((macs(&facts), is_baked(&bytes)), (least, true));
    }
    let (facts, bytes) = export(path, &format!("--max-macs {most} --bake-routing=never"));
    assert_eq!((macs(&facts), is_baked(&bytes)), (most, false));

    fs::remove_file(path.join("out.nex")).unwrap();
    let fit = format!("export sound.wav out.nex QUICK --max-macs {}", least - 1);
    let outcome = run(path, &fit);
    assert_eq!(outcome.code, Some(3), "{}", outcome.stderr);
    for word in [&format!("{most} MAC"), &format!("{least} with baked"), "--width"] {
        assert!(outcome.stderr.contains(word), "{word} in {}", outcome.stderr);
    }
    let fit = format!("export sound.wav out.nex QUICK --max-macs {least} --bake-routing=never");
    let outcome = run(path, &fit);
    assert_eq!(outcome.code, Some(3), "{}", outcome.stderr);
    assert!(outcome.stderr.contains("--bake-routing=never"), "{}", outcome.stderr);
    assert!(!path.join("out.nex").exists());
}

#[test]
fn what_cannot_be_baked_is_said() {
    let folder = folder();
    let path = folder.path();
    succeed(path, "export sound.wav one.nex QUICK --experts 1");
    succeed(path, "export sound.wav compact.nex");
    succeed(path, "export sound.wav baked.nex QUICK --bake-routing");
    fs::write(path.join("broken.nex"), b"NEX\x01").unwrap();
    let rows: [Row; 9] = [
        ("one expert", "bake one.nex x.nex", 1, &["one.nex", "one expert"]),
        ("a compact sound", "bake compact.nex x.nex", 1, &["compact sound", "no manager"]),
        ("baked", "bake baked.nex x.nex", 1, &["baked already"]),
        ("a WAV file", "bake sound.wav x.nex", 1, &["WAV file"]),
        ("a broken file", "bake broken.nex x.nex", 1, &["cannot be decoded", "because"]),
        ("no file", "bake none.nex x.nex", 1, &["no such file"]),
        ("a file that is there", "bake baked.nex one.nex", 1, &["--force"]),
        (
            "one expert, to be baked",
            "export sound.wav x.nex QUICK --experts 1 --bake-routing",
            2,
            &["one expert", "--experts"],
        ),
        ("no such time", "export sound.wav x.nex --bake-routing=now", 2, &["auto"]),
    ];
    check_rows(path, &rows);
}
