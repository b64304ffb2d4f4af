//! A provider's lines beside ours: one of theirs for one of ours, and what is left over on either side.

use super::file::{Theirs, serial_of};
use kernel::{Dong, Instant, Text, id::PurseId};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, VecDeque};

/// One signature of the account book.
#[derive(Debug, Clone)]
pub struct Line {
    pub ours: Ours,
    pub at: Instant,
    pub serial: String,
    pub reference: String,
    /// It is charged, and in the month that is compared.
    pub owed: bool,
}

/// Our side of a difference, as it stood when it was compared.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ours {
    pub purse: PurseId,
    pub number: u64,
    pub state: String,
    pub amount: Dong,
    /// Of a person's own account, which is nobody else's to open.
    #[serde(default)]
    pub personal: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// They count it; we do not, or not yet.
    OnlyTheirs,
    /// We count it; they do not.
    OnlyOurs,
    /// Both, at another price.
    Price,
    /// They count one of ours again.
    Twice,
}

impl Kind {
    pub const ALL: [Self; 4] = [Self::OnlyTheirs, Self::OnlyOurs, Self::Price, Self::Twice];
    pub const fn code(self) -> &'static str {
        match self {
            Self::OnlyTheirs => "only_theirs",
            Self::OnlyOurs => "only_ours",
            Self::Price => "price",
            Self::Twice => "twice",
        }
    }
    pub fn text(self) -> Text {
        match self {
            Self::OnlyTheirs => Text::new("Chỉ nhà cung cấp có", "Only with them"),
            Self::OnlyOurs => Text::new("Chỉ sổ của ta có", "Only with us"),
            Self::Price => Text::new("Khác giá", "Price differs"),
            Self::Twice => Text::new("Tính hai lần", "Counted twice"),
        }
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Difference {
    pub kind: Kind,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub theirs: Option<Theirs>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ours: Option<Ours>,
}

#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Compared {
    pub equal: i64,
    /// What each side adds up to.
    pub theirs: Dong,
    pub ours: Dong,
    pub differences: Vec<Difference>,
}

/// Which of their lines stands beside which of ours.
struct Pairs {
    theirs: Vec<Option<usize>>,
    ours: Vec<Option<usize>>,
}

impl Pairs {
    fn join(&mut self, t: usize, o: usize) {
        if let (Some(a), Some(b)) = (self.theirs.get_mut(t), self.ours.get_mut(o)) {
            (*a, *b) = (Some(o), Some(t));
        }
    }
    fn free_theirs(&self, t: usize) -> bool {
        self.theirs.get(t).is_some_and(Option::is_none)
    }
    fn free_ours(&self, o: usize) -> bool {
        self.ours.get(o).is_some_and(Option::is_none)
    }
}

/// Compares. Lines are joined by certificate and what the signature was for; where the provider does not say that, by certificate and time.
/// Charged lines come first, then those that we hold, doubt or gave back.
pub fn compare(theirs: &[Theirs], ours: &[Line], within_seconds: i64) -> Compared {
    let mut pairs = Pairs { theirs: vec![None; theirs.len()], ours: vec![None; ours.len()] };
    let serials: Vec<String> = ours.iter().map(|o| serial_of(&o.serial)).collect();
    for charged in [true, false] {
        let wanted = |o: &Line| (o.ours.state == "charged") == charged;
        by_reference(theirs, ours, &serials, &mut pairs, wanted);
        by_time(theirs, ours, &serials, &mut pairs, wanted, within_seconds);
    }
    found(theirs, ours, &pairs)
}

fn by_reference(theirs: &[Theirs], ours: &[Line], serials: &[String], pairs: &mut Pairs, wanted: impl Fn(&Line) -> bool) {
    let mut waiting: BTreeMap<(&str, &str), VecDeque<usize>> = BTreeMap::new();
    for (o, (line, serial)) in ours.iter().zip(serials).enumerate() {
        if wanted(line) && pairs.free_ours(o) && !line.reference.is_empty() {
            waiting.entry((serial, &line.reference)).or_default().push_back(o);
        }
    }
    for (t, line) in theirs.iter().enumerate() {
        if pairs.free_theirs(t)
            && !line.reference.is_empty()
            && let Some(o) = waiting.get_mut(&(line.serial.as_str(), line.reference.as_str())).and_then(VecDeque::pop_front)
        {
            pairs.join(t, o);
        }
    }
}

/// Those of one certificate in the order of their times: the earlier of two that are too far apart is left over.
fn by_time(theirs: &[Theirs], ours: &[Line], serials: &[String], pairs: &mut Pairs, wanted: impl Fn(&Line) -> bool, within: i64) {
    let mut sides: BTreeMap<&str, (Vec<usize>, Vec<usize>)> = BTreeMap::new();
    for (t, line) in theirs.iter().enumerate().filter(|(t, l)| pairs.free_theirs(*t) && l.reference.is_empty()) {
        sides.entry(&line.serial).or_default().0.push(t);
    }
    for (o, (line, serial)) in ours.iter().zip(serials).enumerate() {
        if wanted(line) && pairs.free_ours(o) {
            sides.entry(serial).or_default().1.push(o);
        }
    }
    for (mut left, mut right) in sides.into_values() {
        left.sort_by_key(|t| theirs.get(*t).map(|l| l.at));
        right.sort_by_key(|o| ours.get(*o).map(|l| l.at));
        let (mut left, mut right) = (left.into_iter().peekable(), right.into_iter().peekable());
        while let (Some(t), Some(o)) = (left.peek().copied(), right.peek().copied()) {
            let (Some(a), Some(b)) = (theirs.get(t), ours.get(o)) else { break };
            let apart = a.at.seconds_since(b.at);
            if apart.abs() <= within {
                pairs.join(t, o);
                left.next();
                right.next();
            } else if apart < 0 {
                left.next();
            } else {
                right.next();
            }
        }
    }
}

fn found(theirs: &[Theirs], ours: &[Line], pairs: &Pairs) -> Compared {
    let mut out = Compared { theirs: Dong(theirs.iter().map(|t| t.amount.0).sum()), ours: Dong(ours.iter().filter(|o| o.owed).map(|o| o.ours.amount.0).sum()), ..Compared::default() };
    // What a line that is left over may be a repetition of: the same signature by its name, or by its very instant.
    let mut again: BTreeMap<(&str, &str, Option<Instant>), usize> = BTreeMap::new();
    for (t, o) in theirs.iter().zip(&pairs.theirs).filter_map(|(t, o)| Some((t, (*o)?))) {
        again.insert((&t.serial, &t.reference, t.reference.is_empty().then_some(t.at)), o);
    }
    for (t, o) in theirs.iter().zip(&pairs.theirs) {
        let side = |o: usize| ours.get(o).map(|l| l.ours.clone());
        let (kind, ours) = match o.and_then(side) {
            Some(ours) if ours.state != "charged" => (Kind::OnlyTheirs, Some(ours)),
            Some(ours) if ours.amount != t.amount => (Kind::Price, Some(ours)),
            Some(_) => {
                out.equal += 1;
                continue;
            }
            None => match again.get(&(t.serial.as_str(), t.reference.as_str(), t.reference.is_empty().then_some(t.at))) {
                Some(o) => (Kind::Twice, side(*o)),
                None => (Kind::OnlyTheirs, None),
            },
        };
        out.differences.push(Difference { kind, theirs: Some(t.clone()), ours });
    }
    let left = ours.iter().zip(&pairs.ours).filter(|(o, t)| o.owed && t.is_none());
    out.differences.extend(left.map(|(o, _)| Difference { kind: Kind::OnlyOurs, theirs: None, ours: Some(o.ours.clone()) }));
    out
}

/// How many of each kind.
pub fn counts(differences: &[Difference]) -> BTreeMap<Kind, usize> {
    let mut out: BTreeMap<Kind, usize> = Kind::ALL.into_iter().map(|k| (k, 0)).collect();
    for d in differences {
        *out.entry(d.kind).or_default() += 1;
    }
    out
}
