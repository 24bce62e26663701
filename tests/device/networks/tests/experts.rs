//! Does every expert of a network own one stretch of the clip?

use nex_device_networks::{FRAMES, all};
use nex_runtime::Sound;

#[test]
fn every_expert_owns_one_stretch() {
    for network in all().unwrap() {
        let sound = Sound::open(&network.bytes).unwrap();
        let count = sound.network().unwrap().experts;
        let mut memory = vec![0; sound.best_len()];
        let mut experts = vec![0; FRAMES as usize];
        let mut playback = sound.play(&mut memory).unwrap();
        assert_eq!(playback.experts_block(0, &mut experts), Ok(experts.len()));
        experts.dedup();
        let all: Vec<u8> = (0..count as u8).collect();
        assert_eq!(experts, all, "{}", network.name);
    }
}
