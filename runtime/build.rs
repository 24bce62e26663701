//! Does the target have the Armv7E-M DSP instructions?
//!
//! The compiler knows, but stable Rust has no `cfg` for it: every `thumbv7em`
//! processor has them; on `thumbv8m.main` they are optional, and the feature
//! `arm-dsp` says that they are there.

fn main() {
    let target = std::env::var("TARGET").unwrap_or_default();
    let promised = std::env::var_os("CARGO_FEATURE_ARM_DSP").is_some();
    let has_dsp =
        target.starts_with("thumbv7em") || (promised && target.starts_with("thumbv8m.main"));
    println!("cargo:rustc-check-cfg=cfg(nex_arm_dsp)");
    if has_dsp {
        println!("cargo:rustc-cfg=nex_arm_dsp");
    }
    println!("cargo:rerun-if-changed=build.rs");
}
