//! Which processor of the table does a name mean?

use super::names;
use std::str::FromStr;

/// A processor of the table, or a chip that has one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Target {
    /// As it was asked for, in one spelling.
    pub name: &'static str,
    /// Whose costs were measured.
    pub processor: &'static str,
}

/// Chips and the processors whose costs are theirs, or nearest to theirs.
const CHIPS: [(&str, &str); 5] = [
    ("rp2040", "cortex-m0plus"),
    ("rp2350", "cortex-m33"),
    ("nrf52840", "cortex-m4f"),
    ("esp32-c3", "cortex-m0plus"),
    ("riscv32imc", "cortex-m0plus"),
];

/// Processors that were not measured, by how their names begin, and the nearest
/// that were.
const NEAREST: [(&str, &str); 11] = [
    ("cortexm0", "cortex-m0plus"),
    ("cortexm1", "cortex-m0plus"),
    ("cortexm23", "cortex-m0plus"),
    ("cortexm3", "cortex-m4f"),
    ("cortexm4", "cortex-m4f"),
    ("cortexm5", "cortex-m33"),
    ("cortexm8", "cortex-m7"),
    ("riscv", "riscv32imc"),
    ("rv32", "riscv32imc"),
    ("esp32", "esp32-c3"),
    ("rp2", "rp2040"),
];

/// Names are the same without capitals, dashes and the like.
fn plain(name: &str) -> String {
    let name = name.to_lowercase().replace('+', "plus");
    name.chars().filter(|c| c.is_alphanumeric()).collect()
}

impl FromStr for Target {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let asked = plain(text);
        let processors = || names().into_iter().map(|name| (name, name));
        let known = processors().chain(CHIPS).find(|(name, _)| plain(name) == asked);
        known.map(|(name, processor)| Self { name, processor }).ok_or_else(|| {
            let nearest = NEAREST.iter().find(|(begin, _)| asked.starts_with(begin));
            let nearest = nearest.map(|(_, name)| format!("the nearest that was is {name}; "));
            let all: Vec<_> = processors().chain(CHIPS).map(|(name, _)| name).collect();
            format!(
                "its costs were not measured; {}there are {}",
                nearest.unwrap_or_default(),
                all.join(", ")
            )
        })
    }
}

impl Target {
    /// What is not the same as on the processor that was measured.
    #[must_use]
    pub fn note(&self) -> Option<&'static str> {
        matches!(self.name, "esp32-c3" | "riscv32imc").then_some(
            "not counted on RISC-V: these are a cortex-m0plus's figures, whose products of 64 bits \
             take more instructions",
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chips_have_processors_and_others_a_nearest_one() {
        for (name, processor) in [
            ("cortex-m4f", "cortex-m4f"),
            ("Cortex-M0+", "cortex-m0plus"),
            ("RP2040", "cortex-m0plus"),
            ("rp2350", "cortex-m33"),
            ("ESP32-C3", "cortex-m0plus"),
            ("esp32c3", "cortex-m0plus"),
        ] {
            assert_eq!(name.parse::<Target>().unwrap().processor, processor, "{name}");
        }
        for (name, nearest) in [
            ("cortex-m0", "cortex-m0plus"),
            ("cortex-m1", "cortex-m0plus"),
            ("cortex-m23", "cortex-m0plus"),
            ("cortex-m3", "cortex-m4f"),
            ("cortex-m4", "cortex-m4f"),
            ("cortex-m55", "cortex-m33"),
            ("cortex-m85", "cortex-m7"),
            ("rv32imac", "riscv32imc"),
            ("esp32-c6", "esp32-c3"),
        ] {
            let text = name.parse::<Target>().unwrap_err();
            assert!(
                text.contains(&format!("the nearest that was is {nearest};")),
                "{name}: {text}"
            );
        }
        assert!(!"z80".parse::<Target>().unwrap_err().contains("nearest"));
        for (_, processor) in CHIPS {
            assert!(names().contains(&processor), "{processor}");
        }
        for (_, name) in NEAREST {
            assert!(name.parse::<Target>().is_ok(), "{name}");
        }
    }
}
