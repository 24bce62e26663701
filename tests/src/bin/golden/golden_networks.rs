//! Which further networks are golden files?
//!
//! In a folder of their own: a decoder may be built without them.

use nex_format::neural::{Activation, File, Header, PictureHeader, SoundHeader, WeightType};
use nex_tests::{
    forge::{Random, header_at},
    fuzzing, golden,
    networks::{self, Network},
};
use std::{error::Error, fs};

const SOUND: Header =
    Header::Sound(SoundHeader { rate_hz: 8000, channels: 1, frames: 500, peak: 30_000 });
const PICTURE: Header = Header::Picture(PictureHeader { width: 21, height: 13, channels: 3 });

fn grid_of(network: &Network, storage: WeightType) -> bool {
    network.design.grid.as_ref().is_some_and(|grid| grid.storage == storage)
}

fn experts(network: &Network) -> usize {
    network.mixture.experts.len()
}

/// What is looked for in a forged network.
type Trait = fn(&Network) -> bool;

/// Writes the forged files, and files that must fail.
pub fn make() -> Result<(), Box<dyn Error>> {
    fs::create_dir_all(golden::networks())?;
    let write =
        |name: &str, bytes: &[u8]| fs::write(golden::networks().join(format!("{name}.nex")), bytes);
    let wanted: [(&str, Header, Trait); 10] = [
        ("models-finer-sound", SOUND, |n| {
            n.design.grid.is_none() && n.design.encoder == Activation::Finer && experts(n) > 2
        }),
        ("models-soft-plus-sound", SOUND, |n| {
            n.design.encoder == Activation::SoftPlus && n.design.grid.is_none()
        }),
        ("models-grid-f32-sound", SOUND, |n| grid_of(n, WeightType::F32) && experts(n) > 1),
        ("models-finer-picture", PICTURE, |n| {
            n.design.grid.is_none()
                && n.design.encoder == Activation::Finer
                && n.design.expert == Activation::Finer
        }),
        ("models-soft-plus-picture", PICTURE, |n| {
            n.design.grid.is_none()
                && n.design.encoder == Activation::SoftPlus
                && n.design.expert == Activation::SoftPlus
        }),
        ("models-relu-picture", PICTURE, |n| {
            n.design.encoder == Activation::Relu && n.design.grid.is_none() && experts(n) > 1
        }),
        ("models-alone-picture", PICTURE, |n| n.design.alone && experts(n) > 3),
        ("models-shared-picture", PICTURE, |n| {
            n.mixture.manager.as_ref().is_some_and(|(own, _)| own.layers.is_empty())
        }),
        ("models-grid-f16-picture", PICTURE, |n| grid_of(n, WeightType::F16) && experts(n) == 1),
        ("models-grid-i8-picture", PICTURE, |n| grid_of(n, WeightType::I8) && experts(n) > 1),
    ];
    for (name, signal, is_wanted) in wanted {
        let mut networks = (0..).map(|seed| networks::network(signal, &mut Random::new(seed)));
        let fits = |n: &Network| is_wanted(n) && n.file().len() < 2500;
        let network = networks.find(fits).ok_or("no such network")?;
        let bytes = network.file();
        write(name, &bytes)?;
        if name == "models-grid-f16-picture" {
            // The picture, arithmetic and gate; then the encoder's kind and fields.
            let levels = header_at(&bytes) + 3 + 1 + 1 + 1;
            write("x-models-grid-no-levels", &changed(&bytes, levels, 0)?)?;
            write("x-models-grid-large-tables", &changed(&bytes, levels + 2, 25)?)?;
        }
        if name == "models-soft-plus-picture" {
            let mut sine = network;
            sine.design.expert = Activation::Relu;
            let bytes = sine.file();
            let file = File::parse(&bytes)?;
            let first = file.sections().next().ok_or("no sections")?.offset;
            // The expert's block ends in front of the sections: an activation, a
            // width, a length and types.
            let types = file.mixture().experts.get(0).len();
            write("x-models-sine-of-large-features", &changed(&bytes, first - types - 3, 0)?)?;
        }
    }
    Ok(())
}

/// With another byte and the right checksum; must not parse.
fn changed(good: &[u8], at: usize, byte: u8) -> Result<Vec<u8>, Box<dyn Error>> {
    let mut bytes = good.to_vec();
    *bytes.get_mut(at).ok_or("no such byte")? = byte;
    let bytes = fuzzing::with_checksum(&bytes);
    match File::parse(&bytes) {
        Ok(_) => Err("a bad file parses".into()),
        Err(_) => Ok(bytes),
    }
}
