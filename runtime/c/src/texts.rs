//! What do the numbers of errors and parts mean, in English?

use core::ffi::{CStr, c_int};

/// Indexed by the error's number without its sign.
static ERRORS: [&CStr; 26] = [
    c"no error",
    c"the file ends too early",
    c"not a .nex file (it does not begin with \"NEX\")",
    c"this format version is not supported",
    c"the checksum does not match: the file is damaged",
    c"bytes follow the end of the file",
    c"a field of the header is malformed",
    c"a kind that this decoder does not know",
    c"a size above this decoder's limit",
    c"weights that are not finite or could overflow",
    c"the file is packed; unpack it before it is decoded",
    c"the memory does not suffice",
    c"the position lies past the end",
    c"a pointer is NULL",
    c"a pointer is not aligned",
    c"a length is larger than any object",
    c"the decoder is not open",
    c"the library was built without what this file needs",
    c"another error",
    c"the file holds another kind of signal",
    c"the queue is full",
    c"no player has that rate or those channels",
    c"the output lies in the decoder's memory",
    c"something has written over what was open",
    c"a compact picture has no value between its pixels",
    c"windows or rows of the picture have not been begun",
];

/// Indexed by the part's number.
static PARTS: [&CStr; 30] = [
    c"file",
    c"signal",
    c"sample rate",
    c"channel count",
    c"frame count",
    c"output range",
    c"arithmetic",
    c"gate",
    c"encoder",
    c"experts",
    c"activation",
    c"layer width",
    c"layer count",
    c"weight type",
    c"section table",
    c"encoder weights",
    c"manager weights",
    c"expert weights",
    c"comment",
    c"block lengths",
    c"quantiser",
    c"set of models",
    c"chunk table",
    c"baked routing",
    c"unknown part",
    c"profile",
    c"size",
    c"cube",
    c"loop",
    c"form of planes",
];

/// A sentence for an error's number; results of functions are "no error".
pub(crate) fn error_text(code: c_int) -> &'static CStr {
    let index = if code >= 0 { 0 } else { code.unsigned_abs() as usize };
    ERRORS.get(index).copied().unwrap_or(c"not an error of this library")
}

/// A name for a part's number.
pub(crate) fn part_text(part: u32) -> &'static CStr {
    PARTS.get(part as usize).copied().unwrap_or(c"unknown part")
}
