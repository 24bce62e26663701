/* The files, as they are, in flash: COMPACT, NEURAL, PICTURE, ICON and SHAPE are paths. */
    .global compact_clip, compact_clip_end, neural_clip, neural_clip_end
    .global picture_clip, picture_clip_end, icon_clip, icon_clip_end
    .global shape_clip, shape_clip_end
    .section .rodata.compact, "a"
compact_clip:
    .incbin COMPACT
compact_clip_end:
    .section .rodata.neural, "a"
neural_clip:
    .incbin NEURAL
neural_clip_end:
    .section .rodata.picture, "a"
picture_clip:
    .incbin PICTURE
picture_clip_end:
    .section .rodata.icon, "a"
icon_clip:
    .incbin ICON
icon_clip_end:
    .section .rodata.shape, "a"
shape_clip:
    .incbin SHAPE
shape_clip_end:
