//! Does the C header say what the library does?
//!
//!     cargo run -p nex-c-header              writes include/nex.h
//!     cargo run -p nex-c-header -- --check   fails if it would differ

use std::{env, error::Error, fs, path::Path, process::ExitCode};

fn main() -> Result<ExitCode, Box<dyn Error>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let path = folder.join("include/nex.h");
    let config = cbindgen::Config::from_file(folder.join("cbindgen.toml"))?;
    let mut builder = cbindgen::Builder::new().with_config(config);
    let files = ["status", "info", "memory"].into_iter();
    let api = ["api/file", "api/text", "api/sound", "api/player", "api/picture", "api/shape"];
    for module in files.chain(api) {
        builder = builder.with_src(folder.join("src").join(module).with_extension("rs"));
    }
    let mut header = Vec::new();
    builder.generate()?.write(&mut header);
    // Rust's heading means something to Rust's tools alone.
    let header = String::from_utf8(header)?.replace("# Safety\n", "The caller promises:\n");
    if env::args().any(|argument| argument == "--check") {
        if fs::read_to_string(&path)? != header {
            eprintln!(
                "error: include/nex.h differs from the library; run: cargo run -p nex-c-header"
            );
            return Ok(ExitCode::FAILURE);
        }
        println!("include/nex.h is what the library says");
    } else {
        fs::write(&path, header)?;
        println!("wrote include/nex.h");
    }
    Ok(ExitCode::SUCCESS)
}
