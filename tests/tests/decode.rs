//! Does the decoder give the specified bits, however it is asked?

use nex_format::neural::{Arithmetic, File, write::encode};
use nex_runtime::{DecodeError, MAX_TILE, Position, Sound};
use nex_tests::{
    forge::{self, Plan, Random},
    fuzzing, reference,
    sounds::Decoder,
};

const SEEDS: u64 = 400;

fn whole(decoder: &Decoder<'_>) -> Vec<i16> {
    let info = decoder.info();
    let mut out = vec![0; info.frames as usize * usize::from(info.channels)];
    let mut scratch = vec![0; decoder.scratch_len(MAX_TILE)];
    assert_eq!(decoder.decode_into(&mut out, &mut scratch), Ok(info.frames as usize));
    out
}

#[test]
fn samples_and_experts_are_the_specified_ones() {
    for seed in 0..SEEDS {
        let bytes = forge::file(seed);
        let file = File::parse(&bytes).unwrap();
        let decoder = Decoder::parse(&bytes).unwrap();
        let info = decoder.info();
        let decoded = whole(&decoder);
        let mut scratch = vec![0; decoder.scratch_len(7)];
        let mut experts = vec![0; info.frames as usize];
        decoder.experts_block(0, &mut experts, &mut scratch).unwrap();
        let frames = decoded.chunks_exact(info.channels.into());
        for (frame, (samples, expert)) in frames.zip(experts).enumerate() {
            let expected = reference::point(&file, frame as u32, 0);
            assert_eq!((expert, samples.to_vec()), expected, "seed {seed}, frame {frame}");
        }
        let mut samples = vec![0; info.channels.into()];
        for fraction in [1, 1 << 30, 0x8000_0000, u32::MAX] {
            let frame = (seed as u32).wrapping_mul(fraction) % info.frames;
            let at = Position::new(frame, fraction);
            decoder.sample_at(at, &mut samples, &mut scratch).unwrap();
            let expected = reference::point(&file, frame, fraction);
            let expert = decoder.expert_at(at, &mut scratch).unwrap();
            assert_eq!((expert, samples.clone()), expected, "seed {seed}, {at:?}");
        }
    }
}

#[test]
fn every_way_to_decode_gives_the_same_bits() {
    for seed in 0..SEEDS {
        fuzzing::parse_decode(&forge::file(seed));
    }
}

#[test]
fn what_is_written_is_read_back() {
    (0..SEEDS).for_each(fuzzing::roundtrip);
}

#[test]
fn blocks_of_any_size_make_the_whole() {
    for seed in 0..60 {
        let bytes = forge::file(seed);
        let decoder = Decoder::parse(&bytes).unwrap();
        let channels = usize::from(decoder.info().channels);
        let expected = whole(&decoder);
        let mut random = Random::new(seed);
        let mut scratch = vec![7; decoder.scratch_len(MAX_TILE)];
        let (mut out, mut frame) = (Vec::<i16>::new(), 0);
        loop {
            let mut block = vec![-1; channels * random.within(1..=97)];
            let columns = random.within(1..=MAX_TILE);
            let scratch = &mut scratch[..decoder.scratch_len(columns)];
            let frames = decoder.decode_block(frame, &mut block, scratch).unwrap();
            if frames == 0 {
                break;
            }
            out.extend(&block[..frames * channels]);
            frame += frames as u32;
        }
        assert_eq!(out, expected, "seed {seed}");
    }
}

#[test]
fn long_clips_do_not_drift() {
    for arithmetic in [Arithmetic::Integer, Arithmetic::Float] {
        let plan = Plan { arithmetic, experts: 3, channels: 1, frames: u32::MAX, widest: 12 };
        let bytes = forge::file_of(&plan, &mut Random::new(5));
        let (file, decoder) = (File::parse(&bytes).unwrap(), Decoder::parse(&bytes).unwrap());
        let mut scratch = vec![0; decoder.scratch_len(16)];
        for start in [0, 1 << 24, 0x7fff_fff0, u32::MAX - 20] {
            let mut out = [0; 40];
            let frames = decoder.decode_block(start, &mut out, &mut scratch).unwrap();
            assert_eq!(frames, 40.min((u32::MAX - start) as usize));
            for (i, sample) in out.iter().enumerate().take(frames) {
                let expected = reference::point(&file, start + i as u32, 0).1;
                assert_eq!(vec![*sample], expected, "frame {}", start + i as u32);
            }
        }
    }
}

#[test]
fn only_the_chosen_expert_matters() {
    for seed in 0..80 {
        let mut random = Random::new(seed);
        let plan = Plan { experts: 4, ..Plan::any(&mut random) };
        let (audio, mixture) = forge::mixture(&plan, &mut random);
        let bytes = encode(&audio, &mixture, None).unwrap();
        let decoder = Decoder::parse(&bytes).unwrap();
        let expected = whole(&decoder);
        let mut scratch = vec![0; decoder.scratch_len(8)];
        let mut experts = vec![0; audio.frames as usize];
        decoder.experts_block(0, &mut experts, &mut scratch).unwrap();
        for k in 0..4 {
            // Expert k's weights everywhere: right exactly where k decides.
            let mut changed = mixture.clone();
            changed.experts = vec![mixture.experts[k].clone(); 4];
            let bytes = encode(&audio, &changed, None).unwrap();
            let got = whole(&Decoder::parse(&bytes).unwrap());
            let frames = expected.chunks_exact(plan.channels).zip(got.chunks_exact(plan.channels));
            for ((a, b), &expert) in frames.zip(&experts) {
                assert!(usize::from(expert) != k || a == b, "seed {seed}, expert {k}");
            }
        }
    }
}

#[test]
fn callers_mistakes_are_errors() {
    let bytes = forge::file(3);
    let decoder = Decoder::parse(&bytes).unwrap();
    let info = decoder.info();
    let needed = decoder.scratch_len(1);
    let mut small = vec![0; needed - 1];
    let mut scratch = vec![0; needed];
    let too_small = Err(DecodeError::ScratchTooSmall { needed });
    let mut out = vec![0; usize::from(info.channels)];
    assert_eq!(decoder.decode_block(0, &mut out, &mut small), too_small);
    let sound = Sound::open(&bytes).unwrap();
    assert_eq!(sound.play(&mut small).err(), Some(DecodeError::ScratchTooSmall { needed }));
    assert_eq!(decoder.decode_block(info.frames, &mut out, &mut scratch), Ok(0));
    assert_eq!(decoder.decode_block(u32::MAX, &mut out, &mut scratch), Ok(0));
    let end = Position::from_frame(info.frames);
    assert_eq!(decoder.sample_at(end, &mut out, &mut scratch), Err(DecodeError::OutOfRange));
    assert_eq!(decoder.expert_at(end, &mut scratch), Err(DecodeError::OutOfRange));
    let needed = info.frames as usize * usize::from(info.channels);
    let mut short = vec![0; needed - 1];
    let error = Err(DecodeError::OutputTooSmall { needed });
    assert_eq!(decoder.decode_into(&mut short, &mut scratch), error);
    assert_eq!(
        decoder.sample_at(Position::default(), &mut [], &mut scratch),
        Err(DecodeError::OutputTooSmall { needed: info.channels.into() })
    );
}

#[test]
fn files_may_lie_anywhere_in_memory() {
    for seed in 0..20 {
        let bytes = forge::file(seed);
        let expected = whole(&Decoder::parse(&bytes).unwrap());
        for offset in 0..8 {
            let mut memory = vec![0xa5; offset];
            memory.extend(&bytes);
            assert_eq!(whole(&Decoder::parse(&memory[offset..]).unwrap()), expected);
        }
    }
}
