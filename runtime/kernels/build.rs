//! Which instructions does the target have?
//!
//! Of Armv7E-M's DSP instructions the compiler knows, but stable Rust has no `cfg` for it: every `thumbv7em`
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
    // Armv6-M and the small Armv8-M multiply 32 bits by 32 to 32 bits alone.
    println!("cargo:rustc-check-cfg=cfg(nex_narrow)");
    if target.starts_with("thumbv6m") || target.starts_with("thumbv8m.base") {
        println!("cargo:rustc-cfg=nex_narrow");
    }
    let features = std::env::var("CARGO_CFG_TARGET_FEATURE").unwrap_or_default();
    println!("cargo:rustc-check-cfg=cfg(nex_simd128)");
    if features.split(',').any(|feature| feature == "simd128") {
        println!("cargo:rustc-cfg=nex_simd128");
    }
    println!("cargo:rerun-if-changed=build.rs");
}
