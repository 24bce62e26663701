/* The sounds, as they are, in flash: COMPACT and NEURAL are paths. */
    .section .rodata.clips, "a"
    .global compact_clip, compact_clip_end, neural_clip, neural_clip_end
compact_clip:
    .incbin COMPACT
compact_clip_end:
neural_clip:
    .incbin NEURAL
neural_clip_end:
