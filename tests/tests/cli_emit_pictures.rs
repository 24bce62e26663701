//! Does the source of an emitted picture compile, and draw what its file holds?

use nex_encoder::picture::{DrawnOptions, Options, Pixels, Target, export, export_drawn};
use nex_runtime::{Look, Picture};
use nex_tests::{
    fuzzing::crc32,
    golden,
    program::{run, rustc, succeed, tool},
};
use std::{fs, path::Path};
use tempfile::TempDir;

/// A compact picture of a size, with tiles or without.
fn picture((width, height): (usize, usize), channels: usize, tile: Option<u32>) -> Vec<u8> {
    let sample = |i: usize| (i / channels % width * 3 + i * 7 % 40 + i / (channels * width)) as u8;
    let samples = (0..width * height * channels).map(sample).collect();
    let pixels = Pixels { width, height, channels, samples };
    let options = Options { target: Target::Quality(60.0), tile, ..Options::default() };
    export(&pixels, &options).unwrap().bytes
}

/// A drawn picture of a size: stripes with alpha.
fn drawn((width, height): (usize, usize)) -> Vec<u8> {
    let pixel = |i: usize| [200, (i % width / 5 * 40) as u8, 30, if i % 7 < 3 { 255 } else { 90 }];
    let samples = (0..width * height).flat_map(pixel).collect();
    let pixels = Pixels { width, height, channels: 4, samples };
    export_drawn(&pixels, &DrawnOptions::default()).unwrap().bytes
}

/// CRC-32 of a picture's windows in 16 bits a pixel.
fn shown(file: &[u8]) -> String {
    let picture = Picture::open(file).unwrap();
    let mut memory = vec![0; picture.memory_len()];
    let mut windows = picture.windows(&mut memory).unwrap();
    let (mut pixels, mut bytes) = ([0; 32 * 32], Vec::new());
    while let Some(window) = windows.next_window() {
        let count = window.rgb565(Look::DEFAULT, &mut pixels);
        bytes.extend(pixels[..count].iter().flat_map(|pixel| pixel.to_le_bytes()));
    }
    format!("{:08x}", crc32(&bytes))
}

/// The examples in what a source says of itself, each between two lines, without what
/// every line begins with.
fn examples(source: &str, begin: &str, end: &str, prefix: &str) -> String {
    let mut examples = String::new();
    let mut inside = false;
    for line in source.lines() {
        if line == end {
            examples += if inside { "}\n" } else { "" };
            inside = false;
        } else if line == begin {
            examples += "{\n";
            inside = true;
        } else if inside {
            examples += line.strip_prefix(prefix).unwrap();
            examples += "\n";
        }
    }
    assert!(examples.contains("display"), "{source}");
    examples
}

/// A program that runs the examples of an emitted module, with a display that says the
/// CRC-32 of what it was sent.
fn program_of(path: &Path, module: &str, more: &str) -> String {
    let source = fs::read_to_string(path.join(module).with_extension("rs")).unwrap();
    let lines = examples(&source, "//! ```ignore", "//! ```", "//! ");
    let main = format!(
        "#![allow(unused)]\nmod {module};\nuse nex_runtime::{{Area, SampleChecksum}};\n\
         struct Display(SampleChecksum);\nimpl Display {{\n\
         fn send(&mut self, area: Area, pixels: &[u16]) {{\n\
         assert_eq!((area.width * area.height) as usize, pixels.len());\n\
         pixels.iter().for_each(|pixel| self.0.add_bytes(&pixel.to_le_bytes()));\n}}\n}}\n\
         fn main() -> Result<(), Box<dyn std::error::Error>> {{\n\
         let mut display = Display(SampleChecksum::new());\n{lines}{more}\n\
         println!(\"{{:08x}}\", display.0.value());\nOk(())\n}}\n"
    );
    fs::write(path.join("main.rs"), main).unwrap();
    let built = rustc(path).args(["main.rs", "-o", "program"]).output().unwrap();
    assert!(built.status.success(), "{}", String::from_utf8_lossy(&built.stderr));
    tool(path, "./program")
}

/// With nex.h, what a C header says of itself compiles.
fn c_examples(path: &Path, header: &str) {
    let source = fs::read_to_string(path.join(header)).unwrap();
    let lines: String = source
        .lines()
        .take_while(|line| !line.starts_with(" */"))
        .map(|line| line.strip_prefix(" *     ").unwrap_or(if line == " *" { "}{" } else { "" }))
        .map(|line| format!("{line}\n"))
        .collect();
    let main = format!(
        "#include \"nex.h\"\n#include \"{header}\"\n#include <stddef.h>\n\
         static void display_send(const struct nex_area *area, const uint16_t *pixels) {{\n\
         (void)area; (void)pixels;\n}}\n\
         int main(void) {{ {{\n{lines}\n}} return 0; }}\n"
    );
    assert!(lines.contains("display_send"), "{source}");
    fs::write(path.join("example.c"), main).unwrap();
    let include = Path::new(env!("CARGO_MANIFEST_DIR")).join("../runtime/c/include");
    let line = "cc -std=c99 -Wall -Wextra -Werror -fsyntax-only example.c -I";
    tool(path, &format!("{line} {}", include.display()));
}

#[test]
fn pictures_are_drawn_as_their_source_says() {
    let folder = TempDir::new().unwrap();
    let path = folder.path();
    let neural = golden::folder().join("images/image-integer-rgba.nex");
    for (file, tile) in [
        (picture((40, 33), 3, None), ""),
        (picture((48, 16), 1, None), ""),
        (picture((71, 35), 4, Some(32)), "32 x 32"),
        (picture((1, 1), 2, None), ""),
        (drawn((45, 38)), ""),
        (fs::read(neural).unwrap(), ""),
    ] {
        fs::write(path.join("1-photo.nex"), &file).unwrap();
        succeed(path, "emit 1-photo.nex --rust photo.rs --name photo --c photo.h -f");
        let info = Picture::open(&file).unwrap().info();
        let words = Picture::open(&file).unwrap().memory_len();
        let (width, height, channels) = (info.width, info.height, info.channels);
        let crc = shown(&file);
        let facts = format!("{width} x {height} x {channels} in {} {crc}", 4 * words);
        // Tiles are named where there are some.
        let (rust, c) = if tile.is_empty() {
            ("String::new()", "printf(\"\\n\");\n#ifdef PHOTO_TILE_ROWS\n#error none\n#endif\n")
        } else {
            (
                "format!(\"{} x {}\", photo::TILE_COLUMNS, photo::TILE_ROWS)",
                "printf(\"%u x %u\\n\", PHOTO_TILE_COLUMNS, PHOTO_TILE_ROWS);",
            )
        };
        let more = format!(
            "assert!(photo::FILE.as_ptr() as usize % 4 == 0);\n\
             std::fs::write(\"out\", photo::FILE)?;\n\
             println!(\"{{}} x {{}} x {{}} in {{}} {{:08x}}\", photo::WIDTH, photo::HEIGHT,\n\
             photo::CHANNELS, 4 * photo::MEMORY_WORDS, photo::PIXELS_CRC32);\n\
             println!(\"{{}}\", {rust});"
        );
        let printed = program_of(path, "photo", &more);
        assert_eq!(printed, format!("{facts}\n{tile}\n{crc}\n"));
        assert!(fs::read(path.join("out")).unwrap() == file);

        let main = format!(
            "#include \"photo.h\"\n#include <stdio.h>\nint main(void) {{\n\
             FILE *out = fopen(\"out\", \"wb\");\n\
             if (!out || ((uintptr_t)photo_file & 3) != 0) return 1;\n\
             if (fwrite(photo_file, 1, sizeof photo_file, out) != PHOTO_FILE_BYTES) return 1;\n\
             fclose(out);\n\
             printf(\"%u x %u x %u in %u %08x\\n\", PHOTO_WIDTH, PHOTO_HEIGHT, PHOTO_CHANNELS,\n\
             PHOTO_MEMORY_BYTES, PHOTO_PIXELS_CRC32);\n{c}\nreturn 0;\n}}\n"
        );
        fs::write(path.join("main.c"), &main).unwrap();
        fs::write(path.join("main.cpp"), &main).unwrap();
        fs::write(path.join("out"), "").unwrap();
        for compiler in ["cc -std=c99 main.c", "c++ -std=c++11 -pedantic main.cpp"] {
            tool(path, &format!("{compiler} -Wall -Wextra -Werror -o program"));
            assert_eq!(tool(path, "./program"), format!("{facts}\n{tile}\n"), "{compiler}");
            assert!(fs::read(path.join("out")).unwrap() == file, "{compiler}");
        }
        c_examples(path, "photo.h");
    }
}

#[test]
fn sounds_and_pictures_have_an_index_each() {
    let folder = TempDir::new().unwrap();
    let path = folder.path();
    let all = path.join("all");
    fs::create_dir_all(all.join("pictures")).unwrap();
    let sound = golden::folder().join("compact-stereo.nex");
    fs::copy(&sound, all.join("beep.nex")).unwrap();
    fs::copy(&sound, path.join("compact-stereo.nex")).unwrap();
    let (large, small) = (picture((140, 9), 3, None), picture((5, 7), 1, None));
    let icon = drawn((48, 48));
    fs::write(all.join("pictures/icon.nex"), &icon).unwrap();
    fs::write(all.join("pictures/large.nex"), &large).unwrap();
    fs::write(all.join("a-small.nex"), &small).unwrap();
    succeed(path, "emit all --rust clips.rs --c clips.h");
    let more = "assert!(clips::CLIPS.len() == 1 && clips::find(\"a_small\").is_none());\n\
        assert!(clips::find_picture(\"beep\").is_none());\n\
        for row in &clips::PICTURES {\n\
        let found = clips::find_picture(row.name).unwrap();\n\
        let picture = nex_runtime::Picture::open(found.file)?;\n\
        let info = picture.info();\n\
        assert_eq!((row.width, row.height), (info.width, info.height));\n\
        assert_eq!((row.channels, row.memory_words), (info.channels.into(), picture.memory_len()));\n\
        let mut memory = [0; clips::PICTURES_MEMORY_WORDS];\n\
        println!(\"{} {:08x}\", row.name, picture.windows(&mut memory)?.checksum());\n}";
    let (crc, rows) = (
        shown(&small),
        [("a_small", &small), ("pictures_icon", &icon), ("pictures_large", &large)],
    );
    let printed: String =
        rows.iter().map(|(name, file)| format!("{name} {}\n", shown(file))).collect();
    // The example draws the first one.
    assert_eq!(program_of(path, "clips", more), format!("{printed}{crc}\n"));

    let main = "#include \"clips.h\"\n#include <stdio.h>\nint main(void) {\n\
        unsigned i;\nfor (i = 0; i < NEX_PICTURES; i++) {\n\
        const nex_picture_file *row = nex_find_picture(nex_pictures[i].name);\n\
        if (row != &nex_pictures[i] || ((uintptr_t)row->file & 3) != 0) return 1;\n\
        if (row->memory_bytes > NEX_PICTURES_MEMORY_BYTES) return 2;\n\
        printf(\"%s %u x %u x %u, %u\\n\", row->name, (unsigned)row->width,\n\
        (unsigned)row->height, (unsigned)row->channels, (unsigned)row->file_bytes);\n}\n\
        if (NEX_CLIPS != 1 || !nex_find_clip(\"beep\") || nex_find_clip(\"a_small\")) return 3;\n\
        return nex_find_picture(\"beep\") != NULL;\n}\n";
    fs::write(path.join("main.c"), main).unwrap();
    fs::write(path.join("main.cpp"), main).unwrap();
    let expected = format!(
        "a_small 5 x 7 x 1, {}\npictures_icon 48 x 48 x 4, {}\npictures_large 140 x 9 x 3, {}\n",
        small.len(),
        icon.len(),
        large.len()
    );
    for compiler in ["cc -std=c99 -pedantic main.c", "c++ -std=c++11 -pedantic main.cpp"] {
        tool(path, &format!("{compiler} -Wall -Wextra -Werror -o program"));
        assert_eq!(tool(path, "./program"), expected, "{compiler}");
    }
    c_examples(path, "clips.h");

    // An index of nothing is not written, and a name stands for one file.
    succeed(path, "emit all/pictures --rust pictures.rs --c pictures.h");
    succeed(path, "emit all/beep.nex compact-stereo.nex --rust sounds.rs --c sounds.h");
    let text = |name: &str| fs::read_to_string(path.join(name)).unwrap().to_lowercase();
    assert!(!text("pictures.rs").contains("clip;") && !text("pictures.h").contains("nex_clip"));
    assert!(!text("sounds.rs").contains("picture") && !text("sounds.h").contains("picture"));
    c_examples(path, "pictures.h");
    fs::write(path.join("beep.nex"), small).unwrap();
    let outcome = run(path, "emit all beep.nex --rust a.rs");
    assert_eq!(outcome.code, Some(2));
    assert!(outcome.stderr.contains("would both be called beep"), "{}", outcome.stderr);
}
