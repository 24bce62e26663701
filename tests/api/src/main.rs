//! What do the crates show to others?
//!
//!     cargo run --manifest-path tests/api/Cargo.toml [-- --bless]
//!
//! Beside this file lies a listing for each crate that is published: its public
//! items without their bodies. One that is no longer true is a failure, so that
//! nobody changes the interface without seeing it, and a reviewer sees every
//! change of it in the listing's difference; `--bless` writes them anew.
//!
//! Read off the source, not off the compiler: the listing is the same whatever
//! the compiler's version, shows what is behind a feature or for another
//! processor, and takes no unstable option. The price: what a macro makes is not
//! seen, nor which types are `Send`.
//!
//! From the same listing: does a feature add what breaks a crate that does not
//! know of it? See `additive`.

mod additive;
mod listing;
mod source;

use source::Crate;
use std::{fs, path::Path, process::ExitCode};

const CRATES: [(&str, &str); 5] = [
    ("nex-coding", "format/coding"),
    ("nex-encoder", "trainer/encoder"),
    ("nex-format", "format"),
    ("nex-kernels", "runtime/kernels"),
    ("nex-runtime", "runtime"),
];

/// The breaks that are known, a line each; none may be added.
const KNOWN: &str = "not-additive.txt";

fn main() -> ExitCode {
    let bless = std::env::args().any(|word| word == "--bless");
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut failures = Vec::new();
    let mut breaks = Vec::new();
    for (name, folder) in CRATES {
        let code = Crate::read(&here.join("../..").join(folder).join("src/lib.rs"));
        let listing = listing::of(&code);
        breaks.extend(additive::breaks(&listing).into_iter().map(|line| format!("{name}: {line}")));
        let text = prettyplease::unparse(&listing).replace("__private: _,", "// private fields");
        let path = here.join(format!("{name}.txt"));
        if bless {
            fs::write(&path, &text).expect("the listing is written");
        } else if let Some(line) =
            first_difference(&fs::read_to_string(&path).unwrap_or_default(), &text)
        {
            failures.push(format!(
                "tests/api/{name}.txt is no longer what {name} shows, {line}\n  if that is meant: tests/checks --bless"
            ));
        }
    }
    let known = fs::read_to_string(here.join(KNOWN)).unwrap_or_default();
    let known: Vec<&str> = known.lines().filter(|line| !line.starts_with('#')).collect();
    for line in breaks.iter().filter(|line| !known.contains(&line.as_str())) {
        failures.push(format!("a feature breaks crates that do not know of it: {line}"));
    }
    for line in known.iter().filter(|line| !breaks.iter().any(|b| b == *line)) {
        failures.push(format!("tests/api/{KNOWN} has what is no longer so: {line}"));
    }
    for failure in &failures {
        eprintln!("error: {failure}");
    }
    println!("{} interfaces listed, {} known breaks by features", CRATES.len(), known.len());
    ExitCode::from(u8::from(!failures.is_empty()))
}

/// Where two texts part, for the reader; `None` if nowhere.
fn first_difference(before: &str, now: &str) -> Option<String> {
    let (mut before, mut now) = (before.lines(), now.lines());
    for number in 1.. {
        match (before.next(), now.next()) {
            (None, None) => break,
            (was, is) if was == is => {}
            (was, is) => {
                let line = |line: Option<&str>| line.unwrap_or("(the end)").trim().to_owned();
                return Some(format!("line {number}:\n  - {}\n  + {}", line(was), line(is)));
            }
        }
    }
    None
}
