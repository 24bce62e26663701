//! Does the format's SPEC.md list what this crate decodes?

#![cfg(feature = "neural")]

use nex_runtime::{Expert, Kernel, Position, Sound, sine_q15, sine_turns};

fn page() -> String {
    std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/../format/SPEC.md")).unwrap()
}

/// The bytes of a block of the page: offset, bytes, two spaces, words.
fn example(page: &str, name: &str) -> Vec<u8> {
    let start = format!("```{name}\n");
    let block = page.split_once(&start).and_then(|(_, rest)| rest.split_once("```"));
    let bytes = |line: &str| -> Vec<u8> {
        let hex = line.split("  ").nth(1).unwrap_or("");
        hex.split(' ').map(|b| u8::from_str_radix(b, 16).unwrap()).collect()
    };
    block.unwrap().0.lines().flat_map(bytes).collect()
}

/// The numbers of every line that begins with this word.
fn listed(page: &str, word: &str) -> Vec<Vec<i16>> {
    let numbers = |rest: &str| rest.split_whitespace().map(|n| n.parse().unwrap()).collect();
    let start = format!("    {word}  ");
    page.lines().filter_map(|line| line.strip_prefix(&start)).map(numbers).collect()
}

#[test]
fn the_example_decodes_to_the_listed_samples() {
    let page = page();
    let (samples, experts) = (listed(&page, "sample"), listed(&page, "expert"));
    assert_eq!((samples.len(), experts.len()), (3, 3));
    // With the manager: at the frames and between them; then with baked routing.
    for (name, between) in [("hex", 1), ("baked", 2)] {
        let bytes = example(&page, name);
        decodes(&bytes, 0, (&samples[0], &experts[0]));
        decodes(&bytes, 1 << 31, (&samples[between], &experts[between]));
    }
}

fn decodes(bytes: &[u8], fraction: u32, (samples, experts): (&[i16], &[i16])) {
    for kernel in Kernel::ALL.into_iter().filter(|kernel| kernel.is_available()) {
        let mut sound = Sound::open(bytes).unwrap();
        sound.set_kernel(kernel).unwrap();
        let mut memory = vec![0; sound.best_len()];
        let mut playback = sound.play(&mut memory).unwrap();
        let mut out = [0; 9];
        let decoded = playback.resample(Position::new(0, fraction), Position::FRAME, &mut out);
        assert_eq!(decoded, Ok(8));
        assert_eq!(&out[..8], samples, "{kernel:?}");
        for (frame, &index) in experts.iter().enumerate() {
            let at = Position::new(frame as u32, fraction);
            assert_eq!(playback.expert_at(at), Ok(Expert::Network { index: index as u8 }));
        }
    }
}

/// The code spans and numbers of a table row, after its first cell.
fn row<'p>(page: &'p str, start: &str) -> Vec<&'p str> {
    let row = page.lines().find_map(|line| line.strip_prefix(start)).unwrap();
    let cell = |cell: &'p str| cell.split_whitespace().next().map(|c| c.trim_matches('`'));
    row.split('|').filter_map(cell).collect()
}

#[test]
fn the_sines_have_the_listed_values() {
    let page = page();
    let hex = |s: &&str| u32::from_str_radix(s, 16).unwrap();
    let (phases, sines) = (row(&page, "| phase |"), row(&page, "| sine |"));
    assert_eq!((phases.len(), sines.len()), (7, 7));
    for (phase, sine) in phases.iter().zip(&sines) {
        assert_eq!(sine_q15(hex(phase)), sine.parse().unwrap(), "phase {phase}");
    }
    let (turns, sines) = (row(&page, "| t |"), row(&page, "| sine(t) |"));
    assert_eq!((turns.len(), sines.len()), (5, 5));
    for (turns, sine) in turns.iter().zip(&sines) {
        let value = sine_turns(f32::from_bits(hex(turns)));
        assert_eq!(value.to_bits(), hex(sine), "sine of {turns}");
    }
}

#[test]
fn the_table_is_the_listed_one() {
    let page = page();
    let block = page.split_once("In\nthe first quarter:\n").unwrap().1;
    let block = block.split_once("and T(128").unwrap().0;
    let quarter: Vec<i16> = block.split_whitespace().map(|n| n.parse().unwrap()).collect();
    assert_eq!(quarter.len(), 65);
    for (i, &value) in quarter.iter().enumerate() {
        let i = i as u32;
        let formula = 32_767.0 * (f64::from(i) * std::f64::consts::TAU / 256.0).sin();
        assert_eq!(f64::from(value), formula.round());
        for (at, value) in [(i, value), (128 - i, value), (128 + i, -value)] {
            assert_eq!(sine_q15(at << 24), value, "T({at})");
        }
    }
}
