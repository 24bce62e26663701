//! What finds one of many by its name?

use super::facts::{Constant, Facts};
use nex_runtime::Signal;

/// What the index of one signal is called, and what it says of each file.
pub(super) struct Index {
    pub signal: Signal,
    pub rust: RustNames,
    pub c: CNames,
    /// The constants that a row has, but for its name and its file.
    fields: &'static [&'static str],
}

/// In Rust.
pub(super) struct RustNames {
    pub row: &'static str,
    pub table: &'static str,
    pub find: &'static str,
    pub memory: &'static str,
}

/// In C; macros begin with the table's.
pub(super) struct CNames {
    pub row: &'static str,
    pub table: &'static str,
    pub find: &'static str,
}

static ALL: [Index; 2] = [
    Index {
        signal: Signal::Sound,
        rust: RustNames { row: "Clip", table: "CLIPS", find: "find", memory: "MEMORY_WORDS" },
        c: CNames { row: "nex_clip", table: "nex_clips", find: "nex_find_clip" },
        fields: &["FILE_BYTES", "RATE_HZ", "CHANNELS", "FRAMES", "MEMORY_WORDS"],
    },
    Index {
        signal: Signal::Picture,
        rust: RustNames {
            row: "PictureFile",
            table: "PICTURES",
            find: "find_picture",
            memory: "PICTURES_MEMORY_WORDS",
        },
        // nex.h has a struct nex_picture.
        c: CNames { row: "nex_picture_file", table: "nex_pictures", find: "nex_find_picture" },
        fields: &["FILE_BYTES", "WIDTH", "HEIGHT", "CHANNELS", "MEMORY_WORDS"],
    },
];

/// All files of one signal, at least one.
pub(super) struct Group<'f, 'a> {
    pub index: &'static Index,
    first: &'f Facts<'a>,
    pub all: Vec<&'f Facts<'a>>,
}

impl<'f, 'a> Group<'f, 'a> {
    /// The groups of which there are files, which stay in their order.
    pub fn of(all: &'f [Facts<'a>]) -> Vec<Self> {
        let group = |index: &'static Index| {
            let all: Vec<_> = all.iter().filter(|facts| facts.signal() == index.signal).collect();
            Some(Self { index, first: all.first()?, all })
        };
        ALL.iter().filter_map(group).collect()
    }

    /// The name that an example looks up.
    pub fn example(&self) -> &'f str {
        &self.first.name
    }

    /// What a row has, but for its name and its file; the values are one file's.
    pub fn fields(&self) -> Vec<Constant> {
        let mut all = self.first.constants();
        all.retain(|constant| self.index.fields.contains(&constant.name));
        all
    }

    /// The working memory that suffices for each.
    pub fn most_words(&self) -> u64 {
        self.all.iter().map(|facts| facts.memory_words).max().unwrap_or(0) as u64
    }

    /// Whether networks are among them, and whether others are.
    pub fn profiles(&self) -> (bool, bool) {
        let neural = |facts: &&Facts<'_>| facts.network.is_some();
        (self.all.iter().any(neural), !self.all.iter().all(neural))
    }
}

/// `2 sounds and 1 picture`.
pub(super) fn counted(groups: &[Group<'_, '_>]) -> String {
    let count = |group: &Group<'_, '_>| {
        let (n, name) = (group.all.len(), group.index.signal.name());
        format!("{n} {name}{}", if n == 1 { "" } else { "s" })
    };
    groups.iter().map(count).collect::<Vec<_>>().join(" and ")
}
