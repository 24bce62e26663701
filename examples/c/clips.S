/* The sounds, as they are, in flash: COMPACT and NEURAL are paths. */
    .global compact_clip, compact_clip_end, neural_clip, neural_clip_end
    .section .rodata.compact, "a"
compact_clip:
    .incbin COMPACT
compact_clip_end:
    .section .rodata.neural, "a"
neural_clip:
    .incbin NEURAL
neural_clip_end:
