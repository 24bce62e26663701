//! Does emitted source compile, hold the file, and keep its budgets?

use nex_runtime::{SampleChecksum, Sound};
use nex_tests::{
    golden,
    program::{run, succeed, tool},
};
use std::{fs, path::Path, process::Command};
use tempfile::TempDir;

/// A folder with golden files of each kind.
fn folder() -> TempDir {
    let folder = TempDir::new().unwrap();
    for name in ["compact-stereo", "float-stereo", "packed-trained-hello-small-i8", "x-truncated"] {
        let file = format!("{name}.nex");
        fs::copy(golden::folder().join(&file), folder.path().join(&file)).unwrap();
    }
    folder
}

/// `checksum frames memory`, as a program prints that has the source.
fn expected(file: &[u8]) -> String {
    let sound = Sound::open(file).unwrap();
    let (frames, words) = (sound.info().frames, sound.memory_len());
    let mut out = vec![0; frames as usize * sound.channels()];
    sound.play(&mut vec![0; words]).unwrap().decode_into(&mut out).unwrap();
    let mut sum = SampleChecksum::new();
    sum.add(&out);
    format!("{:08x} {frames} {}\n", sum.value(), 4 * words)
}

fn plain(path: &Path) -> Vec<u8> {
    let bytes = fs::read(path).unwrap();
    nex_tests::packing::plain(&bytes).unwrap_or(bytes)
}

#[test]
fn rust_compiles_and_holds_the_file() {
    let folder = folder();
    let path = folder.path();
    for name in ["compact-stereo", "float-stereo", "packed-trained-hello-small-i8"] {
        succeed(path, &format!("emit {name}.nex --rust clip.rs -f"));
        let main = "#![deny(warnings)]\nmod clip;\n\
            const _: () = assert!(clip::FILE_BYTES < 16_384 && clip::MEMORY_WORDS <= 8_192);\n\
            fn main() {\n\
            assert!(clip::FILE.as_ptr() as usize % 4 == 0);\n\
            std::fs::write(\"out\", clip::FILE).unwrap();\n\
            println!(\"{:08x} {} {}\", clip::SAMPLES_CRC32, clip::FRAMES, 4 * clip::MEMORY_WORDS);\n}\n";
        fs::write(path.join("main.rs"), main).unwrap();
        tool(path, "rustc --edition 2024 main.rs -o program");
        let file = plain(&path.join(format!("{name}.nex")));
        assert_eq!(tool(path, "./program"), expected(&file), "{name}");
        assert!(fs::read(path.join("out")).unwrap() == file, "{name}");
    }
}

#[test]
fn a_budget_that_does_not_hold_stops_the_compiler() {
    let folder = folder();
    let path = folder.path();
    succeed(path, "emit compact-stereo.nex --rust clip.rs");
    let main = "mod clip;\nconst _: () = assert!(clip::FILE_BYTES < 10);\nfn main() {}\n";
    fs::write(path.join("main.rs"), main).unwrap();
    let mut rustc = Command::new("rustc");
    rustc.args(["--edition", "2024", "main.rs"]).current_dir(path);
    let done = rustc.output().unwrap();
    assert!(String::from_utf8_lossy(&done.stderr).contains("E0080"));
}

#[test]
fn c_and_cpp_compile_and_hold_the_file() {
    let folder = folder();
    let path = folder.path();
    for name in ["compact-stereo", "float-stereo", "packed-trained-hello-small-i8"] {
        // A name that is no identifier, and one that is.
        fs::copy(path.join(format!("{name}.nex")), path.join("9-lives.nex")).unwrap();
        succeed(path, "emit 9-lives.nex --c lives.h -f");
        succeed(path, &format!("emit {name}.nex --c clip.h --name my_clip -f"));
        let main = "#include \"clip.h\"\n#include \"lives.h\"\n#include <stdio.h>\n\
            #if MY_CLIP_FILE_BYTES >= 16384 || MY_CLIP_MEMORY_BYTES > 32768\n#error too much\n#endif\n\
            int main(void) {\n\
            FILE *out = fopen(\"out\", \"wb\");\n\
            if (!out || ((uintptr_t)my_clip_file & 3) != 0) return 1;\n\
            if (sizeof sound_9_lives_file != SOUND_9_LIVES_FILE_BYTES) return 1;\n\
            if (fwrite(my_clip_file, 1, sizeof my_clip_file, out) != MY_CLIP_FILE_BYTES) return 1;\n\
            fclose(out);\n\
            printf(\"%08lx %lu %lu\\n\", (unsigned long)MY_CLIP_SAMPLES_CRC32,\n\
            (unsigned long)MY_CLIP_FRAMES, (unsigned long)MY_CLIP_MEMORY_BYTES);\n\
            return 0;\n}\n";
        let file = plain(&path.join(format!("{name}.nex")));
        fs::write(path.join("main.c"), main).unwrap();
        fs::write(path.join("main.cpp"), main).unwrap();
        for compiler in ["cc -std=c99", "cc -std=c11 -pedantic", "c++ -std=c++11 -pedantic"] {
            let source = if compiler.starts_with("cc") { "main.c" } else { "main.cpp" };
            tool(path, &format!("{compiler} -Wall -Wextra -Werror {source} -o program"));
            assert_eq!(tool(path, "./program"), expected(&file), "{name}, {compiler}");
            assert!(fs::read(path.join("out")).unwrap() == file, "{name}, {compiler}");
        }
    }
}

#[test]
fn many_clips_have_an_index_by_name() {
    let folder = folder();
    let path = folder.path();
    let clips = path.join("clips");
    fs::create_dir_all(clips.join("more")).unwrap();
    for (from, to) in [
        ("compact-stereo", "beep"),
        ("float-stereo", "more/beep"),
        ("packed-trained-hello-small-i8", "a-hello"),
    ] {
        let to = clips.join(format!("{to}.nex"));
        fs::copy(path.join(format!("{from}.nex")), to).unwrap();
    }
    fs::write(clips.join("notes.txt"), "no clip").unwrap();
    let file = |name: &str| plain(&clips.join(format!("{name}.nex")));
    let expected: String = [("a_hello", "a-hello"), ("beep", "beep"), ("more_beep", "more/beep")]
        .iter()
        .map(|(name, path)| format!("{name} {}\n", crc32(&file(path))))
        .collect();
    succeed(path, "emit clips --rust clips.rs --c clips.h -f");
    let main = "#![deny(warnings)]\nmod clips;\nfn main() {\n\
        for clip in &clips::CLIPS {\n\
        assert!(clip.file.as_ptr() as usize % 4 == 0 && clip.memory_words <= clips::MEMORY_WORDS);\n\
        assert!(clip.rate_hz >= 8000 && clip.channels > 0 && clip.frames > 0);\n\
        let found = clips::find(clip.name).unwrap();\n\
        std::fs::write(\"out\", found.file).unwrap();\n\
        println!(\"{} {}\", clip.name, std::fs::read(\"out\").unwrap().len());\n}\n\
        assert!(clips::find(\"no\").is_none() && clips::find(\"zzz\").is_none());\n\
        std::fs::write(\"out\", clips::more_beep::FILE).unwrap();\n}\n";
    fs::write(path.join("main.rs"), main).unwrap();
    tool(path, "rustc --edition 2024 main.rs -o program");
    let lengths: String = [("a_hello", "a-hello"), ("beep", "beep"), ("more_beep", "more/beep")]
        .iter()
        .map(|(name, path)| format!("{name} {}\n", file(path).len()))
        .collect();
    assert_eq!(tool(path, "./program"), lengths);
    assert!(fs::read(path.join("out")).unwrap() == file("more/beep"));
    let main = "#include \"clips.h\"\n#include <stdio.h>\nint main(void) {\n\
        unsigned i;\nfor (i = 0; i < NEX_CLIPS; i++) {\n\
        const nex_clip *clip = nex_find_clip(nex_clips[i].name);\n\
        uint32_t crc = 0xffffffffu, n;\nint k;\n\
        if (clip != &nex_clips[i] || ((uintptr_t)clip->file & 3) != 0) return 1;\n\
        if (clip->memory_bytes > NEX_CLIPS_MEMORY_BYTES) return 2;\n\
        for (n = 0; n < clip->file_bytes; n++)\n\
        for (crc ^= clip->file[n], k = 0; k < 8; k++)\n\
        crc = crc >> 1 ^ (crc & 1 ? 0xedb88320u : 0);\n\
        printf(\"%s %08lx\\n\", clip->name, (unsigned long)(crc ^ 0xffffffffu));\n}\n\
        return nex_find_clip(\"no\") || nex_find_clip(\"zzz\");\n}\n";
    fs::write(path.join("main.c"), main).unwrap();
    fs::write(path.join("main.cpp"), main).unwrap();
    for compiler in
        ["cc -std=c99 main.c", "cc -std=c11 -pedantic main.c", "c++ -std=c++11 -pedantic main.cpp"]
    {
        tool(path, &format!("{compiler} -Wall -Wextra -Werror -o program"));
        assert_eq!(tool(path, "./program"), expected, "{compiler}");
    }
    fs::copy(clips.join("beep.nex"), path.join("beep.nex")).unwrap();
    for (line, words) in [
        ("emit clips beep.nex --rust a.rs", "would both be called beep"),
        ("emit clips --rust a.rs --name b", "--name is for one file"),
    ] {
        let outcome = run(path, line);
        assert_eq!(outcome.code, Some(2), "{line}: {}", outcome.stderr);
        assert!(outcome.stderr.contains(words), "{line}: {}", outcome.stderr);
    }
}

fn crc32(bytes: &[u8]) -> String {
    format!("{:08x}", nex_tests::fuzzing::crc32(bytes))
}

#[test]
fn mistakes_are_named() {
    let folder = folder();
    let path = folder.path();
    fs::copy(golden::folder().join("shapes/shape-float.nex"), path.join("shape.nex")).unwrap();
    let cases = [
        ("emit compact-stereo.nex", 2, "--rust"),
        ("emit compact-stereo.nex --rust - --c -", 2, "standard output"),
        ("emit compact-stereo.nex --c a.h --name 9-lives", 2, "sound_9_lives"),
        ("emit missing.nex --c a.h", 1, "missing.nex: no such file"),
        ("emit x-truncated.nex --c a.h", 1, "the file ends too early"),
        ("emit compact-stereo.nex --c no/where/a.h", 1, "no/where"),
        (
            "emit shape.nex compact-stereo.nex --c a.h",
            1,
            "shape, and emit is for sounds and pictures",
        ),
        ("info compact-stereo.nex --target z80", 2, "cortex-m4f"),
    ];
    for (line, code, words) in cases {
        let outcome = run(path, line);
        assert_eq!(outcome.code, Some(code), "{line}: {}", outcome.stderr);
        assert!(outcome.stderr.contains(words), "{line}: {}", outcome.stderr);
    }
    fs::write(path.join("a.h"), "mine").unwrap();
    assert!(run(path, "emit compact-stereo.nex --c a.h").stderr.contains("exists"));
    assert_eq!(fs::read(path.join("a.h")).unwrap(), b"mine");
    let out = succeed(path, "emit compact-stereo.nex --rust -");
    assert!(String::from_utf8(out).unwrap().contains("pub static FILE"));
}

#[test]
fn a_target_costs_what_its_row_says() {
    let folder = folder();
    let path = folder.path();
    for name in ["compact-stereo", "float-stereo"] {
        let bytes = fs::metadata(path.join(format!("{name}.nex"))).unwrap().len() as f64;
        for target in ["cortex-m4f", "cortex-m7", "cortex-m33", "cortex-m0plus"] {
            let line = format!("info {name}.nex --target {target}");
            let json = succeed(path, &format!("{line} --json"));
            let facts: serde_json::Value = serde_json::from_slice(&json).unwrap();
            let estimate = &facts["target"];
            let number = |key: &str| estimate[key].as_f64().unwrap();
            assert_eq!(number("flash_bytes"), number("decoder_flash_bytes") + bytes);
            let rate = facts["rate_hz"].as_f64().unwrap();
            let clock = number("instructions_per_sample") * rate / 1e6;
            assert!((number("clock_mhz") - clock).abs() < 1e-9 && clock > 0.0);
            let text = String::from_utf8(succeed(path, &line)).unwrap();
            assert!(text.contains(&format!("on a {target}")) && text.contains("MHz"), "{text}");
        }
        let facts = succeed(path, &format!("info {name}.nex --json"));
        let facts: serde_json::Value = serde_json::from_slice(&facts).unwrap();
        assert!(facts.get("target").is_none());
    }
}
