//! Writes small forged files as a seed corpus for the fuzz targets.

use nex_tests::{
    compact, compact_picture,
    forge::{self, Plan, Random},
    golden, networks, solids,
};
use std::{error::Error, fs, path::PathBuf};

fn main() -> Result<(), Box<dyn Error>> {
    let corpus = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("fuzz/corpus");
    for target in ["parse", "parse_decode", "unpack", "compact"] {
        let folder = corpus.join(target);
        fs::create_dir_all(&folder)?;
        for seed in 0..40 {
            if target.starts_with("parse") && seed % 4 == 2 {
                let (sound, picture) = (networks::sound(seed), networks::picture(seed));
                let network = if seed % 8 == 2 { sound } else { picture };
                fs::write(folder.join(format!("network-{seed}")), network.file())?;
            }
            let mut random = Random::new(seed);
            if target == "compact" {
                let file = compact::file(&mut random, 300, 40);
                fs::write(folder.join(format!("forged-{seed}")), file)?;
                continue;
            }
            let plan = Plan { widest: random.within(1..=8), ..Plan::any(&mut random) };
            let mut bytes = forge::file_of(&plan, &mut random);
            if seed % 4 == 3 && plan.experts > 1 {
                bytes = forge::baked(&bytes, &plan, &mut random);
            }
            if target == "unpack" {
                bytes = nex_format::neural::pack(&bytes)?;
            }
            fs::write(folder.join(format!("forged-{seed}")), bytes)?;
            if seed % 4 == 0 {
                let plan =
                    Plan { widest: random.within(1..=8), channels: seed as usize % 3 + 1, ..plan };
                let size = (random.within(1..=300) as u16, random.within(1..=200) as u16);
                let mut bytes = forge::image_of(&plan, size, &mut random);
                if target == "unpack" {
                    bytes = nex_format::neural::pack(&bytes)?;
                }
                fs::write(folder.join(format!("image-{seed}")), bytes)?;
                let cells = Random::new(1000 + seed).within(1..=300) as u16;
                let mut bytes = forge::shape_of(&plan, cells, &mut Random::new(2000 + seed));
                if target == "unpack" {
                    bytes = nex_format::neural::pack(&bytes)?;
                }
                fs::write(folder.join(format!("shape-{seed}")), bytes)?;
            }
        }
    }
    let folder = corpus.join("shape");
    fs::create_dir_all(&folder)?;
    for seed in 0..20 {
        let mut random = Random::new(seed);
        let bytes = if seed % 2 == 0 {
            solids::noise(&mut random, 60, 150)
        } else {
            solids::file(&mut random, 16)
        };
        if bytes.len() <= 600 {
            fs::write(folder.join(format!("forged-{seed}")), bytes)?;
        }
    }
    let folder = corpus.join("picture");
    fs::create_dir_all(&folder)?;
    for (name, bytes) in golden::compact_pictures() {
        if bytes.len() <= 400 {
            fs::write(folder.join(name), bytes)?;
        }
    }
    for seed in 0..24 {
        let file = compact_picture::file(&mut Random::new(seed), (64, 64), 60);
        fs::write(folder.join(format!("forged-{seed}")), file)?;
    }
    Ok(())
}
