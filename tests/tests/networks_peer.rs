//! Does a second decoder, in Python and made from SPEC.md alone, give the same
//! samples of further networks?

use nex_format::neural::{bake, write::Layer};
use nex_runtime::Picture;
use nex_tests::sounds::Decoder;
use nex_tests::{
    forge::{self, Random},
    networks::{self, Network},
    peers,
};
use std::fs;

/// NumPy's additions and products are this machine's.
fn samples(bytes: &[u8]) -> Vec<u8> {
    if let Ok(picture) = Picture::open(bytes) {
        let info = picture.info();
        let mut out = vec![0; (info.width * info.height) as usize * usize::from(info.channels)];
        picture.decode_into(&mut out, &mut vec![0; picture.memory_len() * 64]).unwrap();
        return out;
    }
    let sound = Decoder::parse(bytes).unwrap();
    let info = sound.info();
    let mut out = vec![0i16; info.frames as usize * usize::from(info.channels)];
    sound.decode_into(&mut out, &mut vec![0; sound.scratch_len(64)]).unwrap();
    out.iter().flat_map(|s| s.to_le_bytes()).collect()
}

/// Layers of the first encoder that read the position.
fn reads_position(network: &Network) -> bool {
    network.mixture.encoder.layers.iter().any(|l| matches!(l, Layer::Position { .. }))
}

#[test]
fn python_decodes_forged_networks_alike() {
    let folder = tempfile::tempdir().unwrap();
    let mut names = Vec::new();
    let mut seen = [0; 3];
    for seed in 0..70 {
        let network = if seed % 2 == 0 { networks::sound(seed) } else { networks::picture(seed) };
        let mut bytes = network.file();
        let experts = network.mixture.experts.len();
        if seed % 7 == 3 && experts > 1 {
            let mut random = Random::new(seed);
            let channels = usize::from(network.header.channels());
            let bytes_each = if seed % 2 == 0 { 2 } else { 1 };
            let points = samples(&bytes).len() / channels / bytes_each;
            bytes = bake(&bytes, &forge::routing(points, experts, &mut random)).unwrap();
            seen[0] += 1;
        }
        seen[1] += usize::from(network.design.grid.is_some());
        seen[2] += usize::from(reads_position(&network));
        for (ending, content) in [("nex", bytes.clone()), ("raw", samples(&bytes))] {
            let name = format!("{seed}.{ending}");
            fs::write(folder.path().join(&name), content).unwrap();
            names.push(name);
        }
    }
    assert!(seen.iter().all(|&n| n > 3), "{seen:?}");
    peers::same_bits("networks.py", &names, folder.path(), names.len() / 2);
}
