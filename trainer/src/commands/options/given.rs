//! Which options were given, and for which inputs do they mean something?
//!
//! An option says by the heading that it stands under in the help what it is for;
//! one without a heading is for everything. So nothing is listed twice.

use crate::commands::terminal::Failure;
use clap::{ArgMatches, Command, parser::ValueSource};
use nex_runtime::{Kind, Profile, Signal};
use std::{ffi::OsString, path::Path};

pub const SOUND: &str = "Sound";
pub const PICTURE: &str = "Picture";
pub const SHAPE: &str = "Shape";
pub const SOUND_OR_PICTURE: &str = "Sound or picture";
pub const PICTURE_OR_SHAPE: &str = "Picture, or a picture of a shape";
pub const COMPACT: &str = "Compact profile";
pub const COMPACT_SOUND: &str = "Compact profile: sounds";
pub const COMPACT_NOT_SHAPES: &str = "Compact profile: sounds and pictures";
pub const COMPACT_PICTURE: &str = "Compact profile: pictures";
pub const COMPACT_SHAPE: &str = "Compact profile: shapes";
pub const NETWORK: &str = "Neural profile: network";
pub const TRAINING: &str = "Neural profile: training (what is not given comes from the preset)";
pub const MACHINE: &str = "Neural profile: machine";
pub const OF_SOUNDS: &str = "Neural profile: sounds";
pub const OF_SHAPES: &str = "Neural profile: shapes";
pub const NOT_SHAPES: &str = "Neural profile: sounds and pictures";
pub const BATCH: &str = "Many files";

const ALL: &[Signal] = &[Signal::Sound, Signal::Picture, Signal::Shape];

/// The inputs that the options under a heading are for.
struct Heading {
    name: &'static str,
    signals: &'static [Signal],
    /// `None`: either.
    profile: Option<Profile>,
}

const fn heading(
    name: &'static str,
    signals: &'static [Signal],
    profile: Option<Profile>,
) -> Heading {
    Heading { name, signals, profile }
}

/// The headings; those that are not here are for everything.
const HEADINGS: [Heading; 16] = [
    heading(SOUND, &[Signal::Sound], None),
    heading(PICTURE, &[Signal::Picture], None),
    heading(SHAPE, &[Signal::Shape], None),
    heading(SOUND_OR_PICTURE, &[Signal::Sound, Signal::Picture], None),
    heading(PICTURE_OR_SHAPE, &[Signal::Picture, Signal::Shape], None),
    heading(COMPACT, ALL, Some(Profile::Compact)),
    heading(COMPACT_NOT_SHAPES, &[Signal::Sound, Signal::Picture], Some(Profile::Compact)),
    heading(COMPACT_SOUND, &[Signal::Sound], Some(Profile::Compact)),
    heading(COMPACT_PICTURE, &[Signal::Picture], Some(Profile::Compact)),
    heading(COMPACT_SHAPE, &[Signal::Shape], Some(Profile::Compact)),
    heading(NETWORK, ALL, Some(Profile::Neural)),
    heading(TRAINING, ALL, Some(Profile::Neural)),
    heading(MACHINE, ALL, Some(Profile::Neural)),
    heading(OF_SOUNDS, &[Signal::Sound], Some(Profile::Neural)),
    heading(OF_SHAPES, &[Signal::Shape], Some(Profile::Neural)),
    heading(NOT_SHAPES, &[Signal::Sound, Signal::Picture], Some(Profile::Neural)),
];

impl Heading {
    fn suits(&self, kind: Kind) -> bool {
        self.signals.contains(&kind.signal) && self.profile.is_none_or(|own| own == kind.profile)
    }

    /// Such as "sounds and pictures".
    fn words(&self) -> String {
        let signals: Vec<_> = self.signals.iter().map(|s| format!("{}s", s.name())).collect();
        match signals.as_slice() {
            [most @ .., last] if !most.is_empty() => format!("{} and {last}", most.join(", ")),
            signals => signals.concat(),
        }
    }
}

/// An option of a command line.
struct Item {
    id: String,
    long: String,
    heading: Option<&'static Heading>,
    values: Option<Vec<OsString>>,
}

/// The options of a command line, as they were given.
pub struct Given(Vec<Item>);

impl Given {
    /// What was given to the subcommand that was called.
    pub fn of(program: &Command, matches: &ArgMatches) -> Self {
        let Some((name, matches)) = matches.subcommand() else { return Self(Vec::new()) };
        let arguments = program.find_subcommand(name).into_iter().flat_map(Command::get_arguments);
        let given = arguments.filter_map(|arg| {
            let id = arg.get_id().as_str();
            (matches.value_source(id) == Some(ValueSource::CommandLine)).then_some(())?;
            let raw = || matches.get_raw(id).into_iter().flatten().map(OsString::from).collect();
            Some(Item {
                id: id.into(),
                long: arg.get_long()?.into(),
                heading: HEADINGS.iter().find(|h| arg.get_help_heading() == Some(h.name)),
                values: arg.get_action().takes_values().then(raw),
            })
        });
        Self(given.collect())
    }

    /// The first option that means nothing for an input.
    fn odd(&self, kind: Kind) -> Option<(&str, &Heading)> {
        let odd = |o: &&Item| o.heading.is_some_and(|heading| !heading.suits(kind));
        self.0.iter().find(odd).and_then(|o| Some((o.long.as_str(), o.heading?)))
    }

    /// Refuses options that mean nothing for an input of this kind.
    pub fn suit(&self, path: &Path, kind: Kind) -> Result<(), Failure> {
        self.suit_signal(path, kind.signal)?;
        let Some((option, heading)) = self.odd(kind) else { return Ok(()) };
        let own = heading.profile.unwrap_or(kind.profile).name();
        let (path, is, signal) = (path.display(), kind.profile.name(), kind.signal.name());
        Err(Failure::Usage(format!(
            "--{option} belongs to --profile {own}, and {path} is stored as a {is} {signal}; leave it out, \
             or choose the profile"
        )))
    }

    /// The profile that the options of a signal ask for: the first that all of
    /// them suit.
    pub fn profile(&self, path: &Path, signal: Signal) -> Result<Profile, Failure> {
        self.suit_signal(path, signal)?;
        let [compact, neural] =
            [Profile::Compact, Profile::Neural].map(|profile| self.odd(Kind { signal, profile }));
        match (compact, neural) {
            (None, _) => Ok(Profile::Compact),
            (_, None) => Ok(Profile::Neural),
            (Some((one, _)), Some((other, _))) => Err(Failure::Usage(format!(
                "options of both profiles are given, --{other} and --{one}; choose one with \
                 --profile compact or neural"
            ))),
        }
    }

    /// The profile asked for, or, if any may be, that of the options; all have to suit it.
    pub fn chosen(
        &self,
        asked: super::Profile,
        path: &Path,
        signal: Signal,
    ) -> Result<Profile, Failure> {
        let profile = match asked {
            super::Profile::Auto => self.profile(path, signal)?,
            super::Profile::Compact => Profile::Compact,
            super::Profile::Neural => Profile::Neural,
        };
        self.suit(path, Kind { signal, profile })?;
        Ok(profile)
    }

    /// Refuses options that mean nothing for a signal, in whichever profile.
    pub fn suit_signal(&self, path: &Path, signal: Signal) -> Result<(), Failure> {
        let odd = |o: &&Item| o.heading.is_some_and(|heading| !heading.signals.contains(&signal));
        match self.0.iter().find(odd) {
            Some(Item { long, heading: Some(heading), .. }) => Err(Failure::Usage(format!(
                "--{long} is for {}, and {} is a {}; leave it out",
                heading.words(),
                path.display(),
                signal.name()
            ))),
            _ => Ok(()),
        }
    }

    /// The options as words of a command line, but for those named.
    pub fn words(&self, but: &[&str]) -> Vec<OsString> {
        let mut words = Vec::new();
        for option in self.0.iter().filter(|option| !but.contains(&option.id.as_str())) {
            let long = format!("--{}", option.long);
            match &option.values {
                None => words.push(long.into()),
                Some(values) => words.extend(values.iter().map(|value| {
                    let mut word = OsString::from(format!("{long}="));
                    word.push(value);
                    word
                })),
            }
        }
        words
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::commands::options::Cli;
    use clap::CommandFactory;

    fn given(line: &str) -> Given {
        let program = Cli::command();
        let matches = program.clone().try_get_matches_from(line.split(' ')).unwrap();
        Given::of(&program, &matches)
    }

    fn refusal(line: &str, signal: Signal, profile: Profile) -> Option<String> {
        match given(line).suit(Path::new("x"), Kind { signal, profile }) {
            Err(Failure::Usage(text)) => Some(text),
            Err(other) => panic!("{other:?}"),
            Ok(()) => None,
        }
    }

    #[test]
    fn options_are_refused_where_they_mean_nothing() {
        let of = |line: &str, signal| refusal(line, signal, Profile::Neural);
        let text = of("ne-train decode a b --rate 8000", Signal::Picture).unwrap();
        assert!(text.contains("--rate is for sounds, and x is a picture"), "{text}");
        let text = of("ne-train export a b --size 400", Signal::Sound).unwrap();
        assert!(
            text.contains("--size belongs to --profile compact, and x is stored as a neural sound"),
            "{text}"
        );
        let text = of("ne-train export a b --domain -1,1", Signal::Shape).unwrap();
        assert!(text.contains("--domain is for sounds and pictures"), "{text}");
        assert_eq!(of("ne-train export a b --steps 4 --json -v", Signal::Shape), None);
        assert_eq!(of("ne-train decode a b --size 4x4", Signal::Shape), None);
        assert_eq!(of("ne-train decode a b --rate 8000", Signal::Sound), None);
        for line in ["decode a b --max-samples 4", "check a b --max-samples 4", "export a b -f"] {
            assert_eq!(of(&format!("ne-train {line} --quiet"), Signal::Sound), None, "{line}");
        }
    }

    #[test]
    fn options_choose_the_profile() {
        let of = |line: &str| given(line).profile(Path::new("x"), Signal::Sound);
        assert_eq!(of("ne-train export a b --mono").unwrap(), Profile::Compact);
        assert_eq!(of("ne-train export a b --size 400").unwrap(), Profile::Compact);
        assert_eq!(of("ne-train export a b --preset tiny").unwrap(), Profile::Neural);
        let Err(Failure::Usage(text)) = of("ne-train export a b --size 400 --steps 3") else {
            panic!()
        };
        assert!(text.contains("options of both profiles are given, --size and --steps"), "{text}");
        let Err(Failure::Usage(text)) = of("ne-train export a b --max-side 40") else { panic!() };
        assert!(text.contains("--max-side is for pictures, and x is a sound"), "{text}");
    }

    #[test]
    fn what_was_given_can_be_given_again() {
        let line = "ne-train export a b --json --snr=-3 --mono --force --bake-routing=never";
        assert_eq!(
            given(line).words(&["json", "force"]),
            ["--mono", "--snr=-3", "--bake-routing=never"]
        );
    }
}
