//! Which bits does this machine decode from the networks, and from other files?
//!
//!     nex-device-networks FOLDER FILE.nex...
//!
//! Writes every network into the folder. Prints a line for each and for each
//! file named: path and CRC-32 of the samples, little-endian; of a picture, of its
//! windows in 16 bits a pixel; of a shape, of distances and gradients all over its cube.

#[path = "../../places.rs"]
mod places;

use nex_runtime::{Picture, SampleChecksum, Shape, Signal, Sound};
use std::{env, error::Error, fs, path::Path};

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = env::args().skip(1);
    let folder = arguments.next().ok_or("usage: nex-device-networks FOLDER FILE.nex...")?;
    fs::create_dir_all(&folder)?;
    for network in nex_device_networks::all()? {
        let path = Path::new(&folder).join(network.name).with_extension("nex");
        fs::write(&path, &network.bytes)?;
        println!("{} {}", path.display(), crc(&network.bytes)?);
    }
    for path in arguments {
        println!("{path} {}", crc(&fs::read(&path)?)?);
    }
    Ok(())
}

fn crc(file: &[u8]) -> Result<u32, Box<dyn Error>> {
    match nex_runtime::Kind::of(file)?.signal {
        Signal::Picture => {
            let picture = Picture::open(file)?;
            return Ok(picture.windows(&mut vec![0; picture.best_len()])?.checksum());
        }
        Signal::Shape => return touched(file),
        _ => {}
    }
    let sound = Sound::open(file)?;
    let mut out = vec![0; sound.info().frames as usize * sound.channels()];
    let mut memory = vec![0; sound.best_len()];
    sound.play(&mut memory)?.decode_into(&mut out)?;
    let mut crc = SampleChecksum::new();
    crc.add(&out);
    Ok(crc.value())
}

fn touched(file: &[u8]) -> Result<u32, Box<dyn Error>> {
    let shape = Shape::open(file)?;
    let mut memory = vec![0; shape.memory_len()];
    let mut distances = shape.distances(&mut memory)?;
    let mut crc = SampleChecksum::new();
    for at in places::places(shape.info().cells) {
        crc.add(&[distances.sdf_at(at)?]);
        for rise in distances.gradient_at(at)? {
            crc.add(&[rise as i16, (rise >> 16) as i16]);
        }
    }
    Ok(crc.value())
}
