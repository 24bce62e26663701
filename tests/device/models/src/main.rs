//! Which bits does this machine decode from the models, and from other files?
//!
//!     nex-device-models FOLDER FILE.nex...
//!
//! Writes every model into the folder. Prints a line for each and for each
//! file named: path and CRC-32 of the samples, little-endian.

use nex_runtime::{Decoder, MAX_TILE, SampleChecksum, compact::CompactDecoder};
use std::{env, error::Error, fs, path::Path};

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = env::args().skip(1);
    let folder = arguments.next().ok_or("usage: nex-device-models FOLDER FILE.nex...")?;
    fs::create_dir_all(&folder)?;
    for model in nex_device_models::all()? {
        let path = Path::new(&folder).join(model.name).with_extension("nex");
        fs::write(&path, &model.bytes)?;
        println!("{} {}", path.display(), crc(&decode(&model.bytes)?));
    }
    for path in arguments {
        println!("{path} {}", crc(&decode(&fs::read(&path)?)?));
    }
    Ok(())
}

fn decode(file: &[u8]) -> Result<Vec<i16>, Box<dyn Error>> {
    if let Ok(decoder) = CompactDecoder::parse(file) {
        let header = decoder.header();
        let mut out = vec![0; header.frames as usize * usize::from(header.channels)];
        let mut memory = vec![0; decoder.stream_len()];
        let mut stream = decoder.stream(&mut memory).map_err(|e| e.to_string())?;
        let mut at = 0;
        loop {
            match stream.decode_block(&mut out[at..]) {
                0 => return Ok(out),
                frames => at += frames * usize::from(header.channels),
            }
        }
    }
    let decoder = Decoder::parse(file).map_err(|e| e.to_string())?;
    let info = decoder.info();
    let mut out = vec![0; info.frames as usize * usize::from(info.channels)];
    let mut scratch = vec![0; decoder.scratch_len(MAX_TILE)];
    decoder.decode_block(0, &mut out, &mut scratch).map_err(|e| e.to_string())?;
    Ok(out)
}

fn crc(samples: &[i16]) -> u32 {
    let mut crc = SampleChecksum::new();
    crc.add(samples);
    crc.value()
}
