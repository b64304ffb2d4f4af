//! One administrative unit over the time in which it stood unchanged.

use crate::{Text, time::Date};
use serde::{Deserialize, Serialize};
use unicode_normalization::UnicodeNormalization;

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Level {
    Province,
    /// Abolished on 1 July 2025; kept because old papers name it.
    District,
    Commune,
}

impl Level {
    /// Two digits are a province, three a district, five a commune.
    pub fn of(code: &str) -> Option<Self> {
        match code.len() {
            _ if !code.bytes().all(|b| b.is_ascii_digit()) => None,
            2 => Some(Self::Province),
            3 => Some(Self::District),
            5 => Some(Self::Commune),
            _ => None,
        }
    }
}

macro_rules! kinds {
    ($($(#[$doc:meta])* $kind:ident $level:ident $vi:literal $en:literal;)*) => {
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
        #[serde(rename_all = "snake_case")]
        pub enum Kind { $($(#[$doc])* $kind,)* }
        impl Kind {
            pub(super) const ALL: &'static [Self] = &[$(Self::$kind,)*];
            pub const fn level(self) -> Level {
                match self { $(Self::$kind => Level::$level,)* }
            }
            pub(super) const fn words(self) -> (&'static str, &'static str) {
                match self { $(Self::$kind => ($vi, $en),)* }
            }
        }
    };
}

kinds! {
    Province Province "tỉnh" "Province";
    City Province "thành phố" "City";
    UrbanDistrict District "quận" "District";
    RuralDistrict District "huyện" "Rural District";
    Town District "thị xã" "Town";
    /// A city below a province, before 1 July 2025.
    ProvincialCity District "thành phố" "City";
    Ward Commune "phường" "Ward";
    Commune Commune "xã" "Commune";
    Township Commune "thị trấn" "Township";
    SpecialZone Commune "đặc khu" "Special Zone";
}

impl Kind {
    pub fn text(self) -> Text {
        let (vi, en) = self.words();
        Text::new(vi, en.to_lowercase())
    }
    /// The kind a Vietnamese word names at a level.
    pub fn of(level: Level, word: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|kind| kind.level() == level && kind.words().0 == word)
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unit {
    pub code: Box<str>,
    pub kind: Kind,
    /// Without the kind: `Sài Gòn`, `1` for Quận 1.
    pub name: Box<str>,
    /// Code of the unit above; empty for a province.
    pub parent: Box<str>,
    /// First day, where it is recorded.
    pub valid_from: Option<Date>,
    /// Last day, for a unit that is no longer.
    pub valid_to: Option<Date>,
    /// Number of the decision that made this state; empty where it is not recorded.
    pub decision: Box<str>,
}

impl Unit {
    pub const fn level(&self) -> Level {
        self.kind.level()
    }
    pub fn valid_on(&self, day: Date) -> bool {
        self.valid_from.is_none_or(|from| from <= day) && self.valid_to.is_none_or(|to| day <= to)
    }
    /// The day within this unit's time that is nearest to the one asked.
    pub(super) fn day_near(&self, day: Date) -> Date {
        let day = self.valid_from.map_or(day, |from| day.max(from));
        self.valid_to.map_or(day, |to| day.min(to))
    }
    /// The name without Vietnamese letters: `Sai Gon`.
    pub fn name_en(&self) -> String {
        let plain = self.name.nfd().filter(|c| !('\u{300}'..='\u{36f}').contains(c));
        plain
            .map(|c| match c {
                'đ' => 'd',
                'Đ' => 'D',
                c => c,
            })
            .collect()
    }
    /// Kind and name: `Phường Sài Gòn`, `Sai Gon Ward`; `Quận 1`, `District 1`.
    pub fn text(&self) -> Text {
        let (vi, en) = self.kind.words();
        let mut letters = vi.chars();
        let first = letters.next().map(|c| c.to_uppercase().to_string()).unwrap_or_default();
        let name = self.name_en();
        let numbered = name.starts_with(|c: char| c.is_ascii_digit());
        Text::new(
            format!("{first}{} {}", letters.as_str(), self.name),
            if numbered { format!("{en} {name}") } else { format!("{name} {en}") },
        )
    }
}
