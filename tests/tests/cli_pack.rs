//! Do all commands read packed files, and say so?

use nex_format::neural::unpack;
use nex_tests::program::{self, Samples, pipe, run, succeed, wav};
use serde_json::Value;
use std::fs;
use tempfile::TempDir;

fn json(bytes: &[u8]) -> Value {
    serde_json::from_slice(bytes).unwrap()
}

#[test]
fn packed_files_serve_like_plain_ones() {
    let folder = TempDir::new().unwrap();
    let path = folder.path();
    fs::write(path.join("sound.wav"), wav(Samples::Integer(16), 8000, 1, &program::tones(400)))
        .unwrap();
    for precision in ["i8", "i16", "f16", "f32"] {
        let fit = format!("QUICK --precision {precision} --comment by_me -f");
        succeed(path, &format!("export sound.wav plain.nex {fit}"));
        let exported = json(&succeed(path, &format!("export sound.wav p.nex {fit} --pack --json")));
        let (plain, packed) =
            (fs::read(path.join("plain.nex")).unwrap(), fs::read(path.join("p.nex")).unwrap());
        println!("{precision}: {} bytes packed in {}", plain.len(), packed.len());
        assert!(packed.len() < plain.len());
        let mut out = vec![0; plain.len()];
        assert_eq!(unpack(&packed, &mut out), Ok(plain.len()));
        assert!(out == plain, "{precision}");

        let wav = succeed(path, "decode plain.nex -");
        assert!(succeed(path, "decode p.nex -") == wav);
        assert!(pipe(path, "decode - -", &packed).stdout == wav);
        let report = json(&succeed(path, "check p.nex sound.wav --json"));
        let plain_report = json(&succeed(path, "check plain.nex sound.wav --json"));
        assert_eq!(report["bytes"], packed.len());
        assert_eq!(exported["bytes"], packed.len());
        assert_eq!(plain_report["bytes"], plain.len());
        assert_eq!(report["snr_db"], plain_report["snr_db"]);
        succeed(path, "plot p.nex sound.wav p.svg -f");

        let facts = json(&succeed(path, "info p.nex --json"));
        assert_eq!((&facts["packed"], &facts["comment"]), (&true.into(), &"by_me".into()));
        assert_eq!(
            (&facts["bytes"], &facts["plain_bytes"]),
            (&packed.len().into(), &plain.len().into())
        );
        let sections = facts["sections"].as_array().unwrap();
        let stored: u64 = sections.iter().map(|s| s["bytes"].as_u64().unwrap()).sum();
        assert_eq!(packed.len() as u64, stored + facts["header_bytes"].as_u64().unwrap());
        assert!(sections.iter().any(|s| s["name"] == "packed experts"));
        let facts = json(&succeed(path, "info plain.nex --json"));
        assert_eq!((&facts["packed"], &facts["plain_bytes"]), (&false.into(), &plain.len().into()));
        let text = String::from_utf8(succeed(path, "info p.nex")).unwrap();
        assert!(text.contains("packed (") && text.contains("packed experts"), "{text}");

        fs::write(path.join("cut.nex"), &packed[..packed.len() / 2]).unwrap();
        let outcome = run(path, "info cut.nex");
        assert_eq!(outcome.code, Some(1));
        assert!(outcome.stderr.contains("cut.nex: cannot be decoded"), "{}", outcome.stderr);
    }
}
