//! What does one codec make of one mesh?

use super::{GRID, Options, Original, Row, codec::Codec, codec::Job, grid};
use crate::{
    audio,
    compact::shape::{Options as Wishes, Target, export},
    io::MeshFormat,
    measure::{
        bench::{
            BenchError, files,
            tools::{self, Call},
        },
        shape::ShapeMetrics,
    },
    shape::{self, DOMAIN, Field},
};
use flate2::{Compression, read::ZlibDecoder, write::ZlibEncoder};
use nex_runtime::Shape;
use std::{
    fs,
    io::{Read, Write},
    path::{Path, PathBuf},
};

/// The mesh that others are made of: in the cube, as an OBJ file.
const REFERENCE: &str = "reference.obj";

/// Where the files of a mesh are.
struct Place<'a> {
    original: &'a Original,
    folder: &'a Path,
}

/// Puts a mesh into its folder.
pub(super) fn write_reference(original: &Original, folder: &Path) -> Result<(), BenchError> {
    let place = Place { original, folder };
    files::make_folder(&folder.join(&original.name))?;
    let path = place.at(REFERENCE);
    let bytes = shape::mesh_bytes(&original.mesh, MeshFormat::Obj).map_err(files::failed(&path))?;
    fs::write(&path, bytes).map_err(files::failed(&path))
}

/// Encodes, decodes, measures.
pub(super) fn measure(
    original: &Original,
    job: Job,
    options: &Options,
) -> Result<Vec<Row>, BenchError> {
    let place = Place { original, folder: &options.folder };
    match job {
        Job::Compact(voxels, qualities) => place.compact(voxels, qualities),
        Job::Neural(preset) => Ok(vec![place.neural(preset, &options.program)?]),
        Job::Draco(triangles, bits) => place.draco(triangles, bits),
        Job::Grid(side, most) => place.grid(side, most, &options.codecs),
    }
}

impl Place<'_> {
    fn at(&self, name: &str) -> PathBuf {
        self.folder.join(&self.original.name).join(name)
    }

    fn write(&self, name: &str, bytes: &[u8]) -> Result<(), BenchError> {
        let path = self.at(name);
        fs::write(&path, bytes).map_err(files::failed(&path))
    }

    fn read(&self, name: &str) -> Result<Vec<u8>, BenchError> {
        let path = self.at(name);
        fs::read(&path).map_err(files::failed(&path))
    }

    /// A file of this name, and how close what comes back is.
    fn row(
        &self,
        codec: Codec,
        (setting, name): (String, &str),
        metrics: ShapeMetrics,
    ) -> Result<Row, BenchError> {
        Ok(Row {
            mesh: self.original.name.clone(),
            codec,
            setting,
            bytes: self.read(name)?.len() as u64,
            metrics,
            encoded: Path::new(&self.original.name).join(name),
        })
    }

    fn compact(&self, voxels: u16, qualities: &[u8]) -> Result<Vec<Row>, BenchError> {
        let Original { path, placed, field, .. } = self.original;
        let volume = field.volume(placed, voxels);
        let row = |quality: &u8| {
            let target = Target::Quality((*quality).into());
            let encoded = export(&volume, &Wishes { target, ..Wishes::default() });
            let failed = |source| BenchError::EncodeShape { path: path.clone(), source };
            let name = format!("compact-{voxels}-{quality}.nex");
            self.write(&name, &encoded.map_err(failed)?.bytes)?;
            let setting = format!("--voxels {voxels} --quality {quality}");
            // As many points as voxels, or what is compared would be the grid.
            self.stored(Codec::Compact, (setting, &name), GRID.max(voxels.into()))
        };
        qualities.iter().map(row).collect()
    }

    fn neural(&self, preset: &str, program: &Path) -> Result<Row, BenchError> {
        let name = format!("neural-{preset}.nex");
        let options = ["--profile", "neural", "--preset", preset];
        tools::export(program, &self.original.path, &self.at(&name)).with(options).run()?;
        self.stored(Codec::Neural, (format!("--preset {preset}"), &name), GRID)
    }

    /// A `.nex` file, whose surface is found on a grid of so many points.
    fn stored(
        &self,
        codec: Codec,
        (setting, name): (String, &str),
        points: usize,
    ) -> Result<Row, BenchError> {
        let bytes = self.read(name)?;
        let damaged = || BenchError::NotExact(self.at(name));
        let stored = Shape::open(&bytes).map_err(|_| damaged())?;
        let decode = |points| shape::decode_grid(&stored, points).map_err(|_| damaged());
        let grid = decode(GRID)?;
        let surface =
            if points == GRID { shape::march(&grid) } else { shape::march(&decode(points)?) };
        self.row(codec, (setting, name), self.original.truth.compare(&grid, &surface))
    }

    fn draco(&self, triangles: u32, bits: &[u8]) -> Result<Vec<Row>, BenchError> {
        let name = format!("draco-{triangles}");
        let fewer = self.at(&format!("{name}.obj"));
        let files = [self.at(REFERENCE), fewer.clone()];
        Call::new("mesh-simplify", files).with([triangles.to_string()]).run()?;
        let row = |bits: &u8| {
            let encoded = format!("{name}-{bits}.drc");
            let decoded = self.at(&format!("{name}-{bits}.obj"));
            let path = self.at(&encoded);
            Call::new("draco_encoder", ["-cl", "10", "-qp", &bits.to_string(), "-i"])
                .with([fewer.as_path(), Path::new("-o"), &path])
                .run()?;
            Call::new("draco_decoder", ["-i"])
                .with([path.as_path(), Path::new("-o"), &decoded])
                .run()?;
            let surface = shape::parse(&decoded, &audio::load(&decoded)?)?.mesh;
            // Only what is inside counts of the distances.
            let grid = Field::new(&surface).grid_within((GRID, DOMAIN), 0.0);
            let setting = format!("{triangles} triangles, {bits} bits");
            let metrics = self.original.truth.compare(&grid, &surface);
            self.row(Codec::Draco, (setting, &encoded), metrics)
        };
        bits.iter().map(row).collect()
    }

    fn grid(&self, side: u8, most: i8, codecs: &[Codec]) -> Result<Vec<Row>, BenchError> {
        let Original { placed, field, .. } = self.original;
        let plain = grid::bytes(field, placed, side, most);
        let decoded = grid::read(&plain, GRID);
        let metrics = self.original.truth.compare(&decoded, &shape::march(&decoded));
        let setting = format!("{side}^3, -{most} to {most}");
        let raw = format!("grid-{side}-{most}");
        let mut rows = Vec::new();
        for codec in codecs {
            let (name, back) = match codec {
                Codec::Zlib => (format!("{raw}.zlib"), self.zlib(&raw, &plain)?),
                Codec::Xz => (format!("{raw}.lzma"), self.xz(&raw, &plain)?),
                _ => continue,
            };
            if back != plain {
                return Err(BenchError::NotExact(self.at(&name)));
            }
            rows.push(self.row(*codec, (setting.clone(), &name), metrics)?);
        }
        Ok(rows)
    }

    fn zlib(&self, raw: &str, plain: &[u8]) -> Result<Vec<u8>, BenchError> {
        let name = format!("{raw}.zlib");
        let failed = files::failed(&self.at(&name));
        let mut encoder = ZlibEncoder::new(Vec::new(), Compression::best());
        let packed = encoder.write_all(plain).and_then(|()| encoder.finish()).map_err(&failed)?;
        self.write(&name, &packed)?;
        let mut back = Vec::new();
        ZlibDecoder::new(packed.as_slice()).read_to_end(&mut back).map_err(&failed)?;
        Ok(back)
    }

    /// In the older format of xz, `.lzma`, which takes fewer bytes.
    fn xz(&self, raw: &str, plain: &[u8]) -> Result<Vec<u8>, BenchError> {
        self.write(raw, plain)?;
        let xz = |options: &[&str], name| Call::new("xz", options).with([self.at(name)]).run();
        xz(&["--format=lzma", "-9e", "-f"], raw)?;
        xz(&["-d", "-k", "-f"], &format!("{raw}.lzma"))?;
        self.read(raw)
    }
}
