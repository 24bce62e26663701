//! Does every expert of a model own one stretch of the clip?

use nex_device_models::{FRAMES, all};
use nex_runtime::{Decoder, MAX_TILE};

#[test]
fn every_expert_owns_one_stretch() {
    for model in all().unwrap() {
        let decoder = Decoder::parse(&model.bytes).unwrap();
        let mut scratch = vec![0; decoder.scratch_len(MAX_TILE)];
        let mut experts = vec![0; FRAMES as usize];
        assert_eq!(decoder.experts_block(0, &mut experts, &mut scratch), Ok(experts.len()));
        experts.dedup();
        let all: Vec<u8> = (0..decoder.info().experts as u8).collect();
        assert_eq!(experts, all, "{}", model.name);
    }
}
