//! Do further networks decode to the specified bits, and are bad ones refused?

use nex_format::{
    Error, Part,
    neural::{
        Activation, Arithmetic, File, Header, PictureHeader, WeightType, bake, pack,
        write::{Design, Grid, GridLevel, Layer, Mixture, Mlp, encode_as},
    },
};
use nex_runtime::{Picture, Position};
use nex_tests::{
    forge::{self, Random},
    fuzzing, networks, packing, reference,
    sounds::Decoder,
};

const SEEDS: u64 = 300;

#[test]
fn sounds_decode_to_the_specified_bits_in_every_way() {
    let mut moving = 0;
    for seed in 0..SEEDS {
        let bytes = networks::sound(seed).file();
        let (file, decoder) = (File::parse(&bytes).unwrap(), Decoder::parse(&bytes).unwrap());
        let info = decoder.info();
        let mut scratch = vec![0; decoder.scratch_len(7)];
        let mut samples = vec![0; info.channels.into()];
        let mut values = Vec::new();
        for (frame, fraction) in (0..info.frames).zip((0u32..).step_by(0x1357_9bdf % 7919)) {
            let fraction = if frame % 3 == 0 { 0 } else { fraction.wrapping_mul(0x9e37_79b9) };
            let at = Position::new(frame, fraction);
            decoder.sample_at(at, &mut samples, &mut scratch).unwrap();
            let expert = decoder.expert_at(at, &mut scratch).unwrap();
            let expected = reference::point(&file, frame, fraction);
            assert_eq!((expert, samples.clone()), expected, "seed {seed}, {at:?}");
            values.push(samples[0]);
        }
        moving += usize::from(values.windows(2).any(|pair| pair[0] != pair[1]));
        fuzzing::parse(&bytes);
        fuzzing::parse_decode(&bytes);
    }
    assert!(moving > SEEDS as usize / 2, "{moving} are not constant");
}

#[test]
fn pictures_decode_to_the_specified_bits_in_every_way() {
    let mut moving = 0;
    for seed in 0..SEEDS {
        let bytes = networks::picture(seed).file();
        let (file, decoder) = (File::parse(&bytes).unwrap(), Picture::open(&bytes).unwrap());
        let info = decoder.info();
        let channels = usize::from(info.channels);
        let mut whole = vec![0; (info.width * info.height) as usize * channels];
        let mut scratch = vec![0; decoder.memory_len() * 64];
        decoder.decode_into(&mut whole, &mut scratch).unwrap();
        for (i, pixel) in whole.chunks_exact(channels).enumerate() {
            let (x, y) = (i as u64 % u64::from(info.width), i as u64 / u64::from(info.width));
            let half = 1 << 31;
            let (_, expected) = reference::pixel(&file, (x << 32) + half, (y << 32) + half);
            assert_eq!(pixel, expected, "seed {seed}, pixel {x}, {y}");
        }
        moving += usize::from(whole.windows(2).any(|pair| pair[0] != pair[1]));
        fuzzing::parse(&bytes);
        fuzzing::parse_decode(&bytes);
        fuzzing::parse_decode_few(&bytes);
    }
    assert!(moving > SEEDS as usize / 2, "{moving} are not constant");
}

#[test]
fn packed_networks_unpack_to_the_same_bytes() {
    for seed in 0..60 {
        for network in [networks::sound(seed), networks::picture(seed)] {
            let bytes = network.file();
            let packed = pack(&bytes).unwrap();
            assert_eq!(packing::plain(&packed).unwrap(), bytes, "seed {seed}");
            packing::unpack_parse_decode(&packed);
        }
    }
}

/// Damage that a matching checksum hides: never a panic, and what still
/// parses still decodes to the same bits every way.
#[test]
fn damage_does_no_harm() {
    let mut read = 0;
    for seed in 0..120 {
        let network = if seed % 2 == 0 { networks::sound(seed) } else { networks::picture(seed) };
        let good = network.file();
        let mut random = Random::new(seed);
        for _ in 0..60 {
            let mut bytes = good.clone();
            for _ in 0..random.within(1..=3) {
                let header = random.within(0..=1) == 0;
                let end = if header { 60.min(bytes.len()) } else { bytes.len() };
                bytes[random.within(4..=end - 1)] = random.bits() as u8;
            }
            assert!(bytes == good || File::parse(&bytes).is_err());
            let bytes = fuzzing::with_checksum(&bytes);
            fuzzing::parse(&bytes);
            fuzzing::parse_decode_few(&bytes);
            read += usize::from(File::parse(&bytes).is_ok());
        }
        for len in 0..good.len().min(400) {
            assert!(File::parse(&good[..len]).is_err());
        }
    }
    assert!(read > 1000, "{read} damaged files were read");
}

/// Routing of a picture that is stored: by the manager's decisions the same
/// pixels, by any others the pixels of those experts.
#[test]
fn stored_routing_of_pictures_is_followed() {
    let mut baked = 0;
    for seed in 0..60 {
        let bytes = if seed % 2 == 0 { networks::picture(seed).file() } else { forge::image(seed) };
        let decoder = Picture::open(&bytes).unwrap();
        let info = decoder.info();
        if decoder.network().unwrap().experts == 1 {
            continue;
        }
        baked += 1;
        let mut scratch = vec![0; decoder.memory_len() * 8];
        let mut experts = vec![0; (info.width * info.height) as usize];
        for (y, row) in experts.chunks_exact_mut(info.width as usize).enumerate() {
            let start = (Position::new(0, 1 << 31), Position::new(y as u32, 1 << 31));
            decoder
                .field()
                .unwrap()
                .experts_line(start, Position::FRAME, row, &mut scratch)
                .unwrap();
        }
        let pixels = |bytes: &[u8]| {
            let decoder = Picture::open(bytes).unwrap();
            let mut out = vec![0; experts.len() * usize::from(info.channels)];
            decoder.decode_into(&mut out, &mut vec![0; decoder.memory_len() * 64]).unwrap();
            out
        };
        let stored = bake(&bytes, &experts).unwrap();
        assert_eq!(pixels(&stored), pixels(&bytes), "seed {seed}");
        let mut random = Random::new(seed);
        let other =
            forge::routing(experts.len(), decoder.network().unwrap().experts.into(), &mut random);
        for bytes in [stored, bake(&bytes, &other).unwrap()] {
            fuzzing::parse(&bytes);
            fuzzing::parse_decode(&bytes);
        }
    }
    assert!(baked > 30);
}

/// The largest finite weights leave no sum that overflows.
#[test]
fn the_largest_weights_give_samples() {
    let image = PictureHeader { width: 3, height: 2, channels: 1 };
    for activation in [Activation::Finer, Activation::SoftPlus, Activation::Relu] {
        let large = |rows: usize, cols: usize, sum: f32| {
            let weight = |i: usize| if i.is_multiple_of(2) { sum } else { -sum } / cols as f32;
            ((0..rows * cols).map(weight).collect::<Vec<f32>>(), vec![0.0; rows])
        };
        let position = |cols| {
            let (weights, biases) = large(2, cols, 16_384.0);
            Layer::Position { half: false, weights, biases }
        };
        let plain = |rows| {
            let (weights, biases) = large(rows, 2, 65_536.0);
            Layer::F32 { weights, biases }
        };
        let mixture = Mixture {
            arithmetic: Arithmetic::Float,
            manager: None,
            encoder: Mlp { width: 2, layers: vec![position(2), plain(2), position(4)] },
            experts: vec![Mlp { width: 2, layers: vec![plain(2), plain(2), plain(1)] }],
        };
        let design = Design { encoder: activation, expert: activation, ..Design::default() };
        let bytes = encode_as(&image, &mixture, &design, None).unwrap();
        fuzzing::parse_decode(&bytes);
    }
}

fn small() -> (Mixture, Design) {
    let layer =
        |rows, cols| Layer::F32 { weights: vec![0.1; rows * cols], biases: vec![0.0; rows] };
    let position = Layer::Position { half: false, weights: vec![0.5; 4], biases: vec![0.0; 2] };
    let mixture = Mixture {
        arithmetic: Arithmetic::Float,
        manager: None,
        encoder: Mlp { width: 2, layers: vec![position] },
        experts: vec![Mlp { width: 2, layers: vec![layer(2, 2), layer(1, 2)] }],
    };
    (mixture, Design { expert: Activation::Relu, ..Design::default() })
}

fn written(mixture: &Mixture, design: &Design) -> Result<Vec<u8>, Error> {
    encode_as(
        Header::Picture(PictureHeader { width: 4, height: 4, channels: 1 }),
        mixture,
        design,
        None,
    )
}

#[test]
fn what_does_not_fit_together_is_refused() {
    let (mixture, design) = small();
    assert!(written(&mixture, &design).is_ok());
    // A sine that reads large features.
    let open = Design { encoder: Activation::SoftPlus, ..Design::default() };
    assert_eq!(written(&mixture, &open), Err(Error::BadHeader(Part::Activation)));
    // Activations of integer arithmetic.
    let integer = Mixture { arithmetic: Arithmetic::Integer, ..mixture.clone() };
    assert_eq!(written(&integer, &design), Err(Error::BadHeader(Part::WeightType)));
    // A row that could leave the sine's range.
    let mut steep = mixture.clone();
    steep.encoder.layers =
        vec![Layer::Position { half: false, weights: vec![8192.1; 4], biases: vec![0.0; 2] }];
    assert_eq!(written(&steep, &design), Err(Error::BadWeights(Part::EncoderWeights)));
    // An expert that reads the position.
    let mut reads = mixture.clone();
    reads.experts[0].layers[0] =
        Layer::Position { half: false, weights: vec![0.1; 8], biases: vec![0.0; 2] };
    assert_eq!(written(&reads, &design), Err(Error::BadHeader(Part::WeightType)));
}

fn with_grid(change: impl FnOnce(&mut Grid)) -> Result<Vec<u8>, Error> {
    let (mut mixture, design) = small();
    mixture.encoder.layers.clear();
    let values = |entries: usize| (0..2 * entries).map(|i| i as f32 / 10.0 - 1.0).collect();
    let scale = |vertices: u16| u32::from(vertices - 1) << 16;
    let level =
        |vertices, entries| GridLevel { vertices, scale: scale(vertices), values: values(entries) };
    let mut grid = Grid {
        features: 2,
        table_log2: 4,
        storage: WeightType::F32,
        offset: 0,
        levels: vec![level(3, 9), level(9, 16)],
    };
    change(&mut grid);
    let width = grid.levels.len() * usize::from(grid.features);
    mixture.experts[0].layers[0] =
        Layer::F32 { weights: vec![0.1; 2 * width], biases: vec![0.0; 2] };
    written(&mixture, &Design { grid: Some(grid), ..design })
}

#[test]
fn bad_grids_are_refused() {
    assert!(with_grid(|_| ()).is_ok());
    let header = Err(Error::BadHeader(Part::Encoder));
    let limit = Err(Error::LimitExceeded(Part::Encoder));
    let sections = Err(Error::BadHeader(Part::Sections));
    let weights = Err(Error::BadWeights(Part::EncoderWeights));
    assert_eq!(with_grid(|g| g.levels.clear()), header);
    assert_eq!(with_grid(|g| g.features = 0), header);
    assert_eq!(with_grid(|g| g.levels[0].vertices = 1), header);
    assert_eq!(with_grid(|g| g.levels[0].scale = 1 << 31), header);
    assert_eq!(with_grid(|g| g.features = 9), limit);
    assert_eq!(with_grid(|g| g.table_log2 = 25), limit);
    assert_eq!(with_grid(|g| g.levels = vec![g.levels[0].clone(); 33]), limit);
    assert_eq!(with_grid(|g| g.levels[0].vertices = 4), sections);
    assert_eq!(with_grid(|g| g.levels[1].values[3] = f32::NAN), weights);
    assert_eq!(with_grid(|g| g.levels[1].values[3] = 65_537.0), weights);
    let types = Err(Error::BadHeader(Part::WeightType));
    assert_eq!(with_grid(|g| g.storage = WeightType::Oscillator), types);
    // A table of 2^24 entries is no reason to read past the end.
    assert_eq!(with_grid(|g| (g.table_log2, g.levels[1].vertices) = (24, 65_535)), sections);
}

/// Values of 8 bits are within half a step of the ones that were stored.
#[test]
fn eight_bits_are_close() {
    let values: Vec<f32> = (0..18).map(|i| (i as f32 * 0.7).sin() * 0.03).collect();
    let bytes = with_grid(|g| {
        g.levels[0].values = values.clone();
        g.storage = WeightType::I8;
    })
    .unwrap();
    let file = File::parse(&bytes).unwrap();
    let level = file.mixture().grid().unwrap().levels().next().unwrap();
    let largest = values.iter().fold(0.0f32, |m, v| m.max(v.abs()));
    for (i, value) in values.iter().enumerate() {
        let stored = level.value(i / 2, i % 2) * level.multiplier();
        assert!((stored - value).abs() <= 0.501 * largest / 127.0, "{stored} for {value}");
    }
}
