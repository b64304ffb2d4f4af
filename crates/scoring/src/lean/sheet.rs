//! Answers as positions: which option, which options, which numbers. What they are worth is the framework's business.

use super::{Criterion, Kind, Lean};
use crate::{
    answer::{Answer, Answers, Given, Tier},
    decimal::Decimal,
};

/// Answers of one result to one framework, made by [`Lean::fill`] or [`Lean::read`]. Equal sheets are equal answers.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Sheet {
    /// By criterion: the kind of answer in the low bits, what was given above.
    cells: Vec<u64>,
    /// Typed numbers: numerator and denominator, or a count.
    numbers: Vec<(Decimal, Decimal)>,
}

const SHIFT: u32 = 3;
/// Bits there are for what was given.
pub(super) const BITS: usize = 61;

pub(super) const BLANK: u64 = 0;
pub(super) const NA: u64 = 1;
pub(super) const GIVEN: u64 = 2;
/// Does not fit this version of the framework.
pub(super) const INVALID: u64 = 3;
pub(super) const INCOMPLETE: u64 = 4;
pub(super) const AWAITING: u64 = 5;

pub(super) const fn state(cell: u64) -> u64 {
    cell & 7
}
pub(super) const fn given(cell: u64) -> u64 {
    cell >> SHIFT
}
fn chosen(at: Option<usize>) -> u64 {
    at.and_then(|at| u64::try_from(at).ok()).map_or(INVALID, |at| GIVEN | at << SHIFT)
}

impl Sheet {
    pub(super) fn new(criteria: usize, numbers: usize) -> Self {
        Self { cells: vec![BLANK; criteria], numbers: vec![(Decimal::ZERO, Decimal::ZERO); numbers] }
    }
    pub(super) fn clear(&mut self) {
        self.cells.fill(BLANK);
        self.numbers.fill((Decimal::ZERO, Decimal::ZERO));
    }
    pub(super) fn cell(&self, at: usize) -> u64 {
        self.cells.get(at).copied().unwrap_or(BLANK)
    }
    pub(super) fn typed(&self, slot: usize) -> (Decimal, Decimal) {
        self.numbers.get(slot).copied().unwrap_or_default()
    }
    pub(super) fn numbers(&self, slot: usize) -> (i128, i128) {
        let (n, d) = self.typed(slot);
        (n.units(), d.units())
    }
    pub(super) fn set(&mut self, at: usize, cell: u64) {
        if let Some(place) = self.cells.get_mut(at) {
            *place = cell;
        }
    }
    fn keep(&mut self, slot: usize, numbers: (Decimal, Decimal)) -> u64 {
        if let Some(place) = self.numbers.get_mut(slot) {
            *place = numbers;
        }
        GIVEN
    }
    /// How many questions have something typed or chosen.
    pub fn given(&self) -> usize {
        self.cells.iter().filter(|c| state(**c) == GIVEN).count()
    }
}

impl Lean {
    /// Puts answers into a sheet of this framework; what was in it is gone. Codes the framework does not have are passed over.
    pub fn fill(&self, sheet: &mut Sheet, answers: &Answers) {
        sheet.clear();
        // Both run in the order of the codes.
        let mut order = self.order.iter();
        let mut here = order.next();
        for (code, answer) in answers {
            while let Some(at) = here {
                let Some(criterion) = self.criteria.get(*at) else { return };
                match criterion.code.as_ref().cmp(code.as_str()) {
                    std::cmp::Ordering::Less => here = order.next(),
                    std::cmp::Ordering::Greater => break,
                    std::cmp::Ordering::Equal => {
                        let cell = put(criterion, answer, sheet);
                        sheet.set(*at, cell);
                        here = order.next();
                        break;
                    }
                }
            }
        }
    }
}

fn put(criterion: &Criterion, answer: &Answer, sheet: &mut Sheet) -> u64 {
    if answer.na {
        return NA;
    }
    if let Kind::Evidence { .. } = criterion.kind {
        return evidence(!answer.evidence.is_empty(), answer.tier, answer.value == Some(Given::Truth(false)));
    }
    let Some(given) = &answer.value else { return BLANK };
    match (&criterion.kind, given) {
        (_, Given::Text(code)) => text(criterion, code, sheet),
        (Kind::Multi { .. }, Given::Many(codes)) => many(criterion, codes.iter().map(String::as_str)),
        (Kind::Ratio { .. } | Kind::Matrix { .. }, Given::Ratio(r)) => pair(criterion, r.n, r.d, sheet),
        (Kind::Matrix { .. }, Given::Rows(rows)) => matrix(criterion, rows.iter().map(|(r, o)| (r.as_str(), o.as_str()))),
        (Kind::Count { .. }, Given::Number(n)) => number(criterion, *n, sheet),
        (Kind::Gate, Given::Truth(open)) => GIVEN | u64::from(*open) << SHIFT,
        _ => INVALID,
    }
}

/// “Not applicable” goes before numbers typed beside it.
pub(super) fn forget(criterion: &Criterion, sheet: &mut Sheet) {
    if let Kind::Ratio { slot, .. } | Kind::Count { slot, .. } = criterion.kind {
        sheet.keep(slot, (Decimal::ZERO, Decimal::ZERO));
    }
}

pub(super) fn evidence(files: bool, tier: Tier, none: bool) -> u64 {
    match (files, tier) {
        (true, Tier::Evidence) => GIVEN | 1 << SHIFT,
        (true, _) => AWAITING,
        (false, _) if none => GIVEN,
        (false, _) => BLANK,
    }
}

pub(super) fn truth(criterion: &Criterion, open: bool) -> u64 {
    if let Kind::Gate = criterion.kind { GIVEN | u64::from(open) << SHIFT } else { INVALID }
}

pub(super) fn text(criterion: &Criterion, code: &str, sheet: &mut Sheet) -> u64 {
    match criterion.kind {
        Kind::Choice { .. } => chosen(criterion.options.find(code)),
        Kind::Count { slot, .. } => code.parse().map_or(INVALID, |n| sheet.keep(slot, (n, Decimal::ZERO))),
        _ => INVALID,
    }
}

pub(super) fn number(criterion: &Criterion, n: Decimal, sheet: &mut Sheet) -> u64 {
    if let Kind::Count { slot, .. } = criterion.kind { sheet.keep(slot, (n, Decimal::ZERO)) } else { INVALID }
}

pub(super) fn many<'a>(criterion: &Criterion, mut codes: impl Iterator<Item = &'a str>) -> u64 {
    let Kind::Multi { .. } = criterion.kind else { return INVALID };
    let mask = codes.try_fold(0_u64, |mask, code| Some(mask | 1 << criterion.options.find(code)?));
    mask.map_or(INVALID, |mask| if mask == 0 { BLANK } else { GIVEN | mask << SHIFT })
}

/// Two numbers; an empty object of a matrix reads as a ratio without numbers.
pub(super) fn pair(criterion: &Criterion, n: Option<Decimal>, d: Option<Decimal>, sheet: &mut Sheet) -> u64 {
    match (&criterion.kind, n, d) {
        (Kind::Ratio { .. } | Kind::Matrix { .. }, None, None) => BLANK,
        (Kind::Ratio { slot, .. }, Some(n), Some(d)) => sheet.keep(*slot, (n, d)),
        (Kind::Ratio { .. }, ..) => INCOMPLETE,
        _ => INVALID,
    }
}

pub(super) fn matrix<'a>(criterion: &Criterion, mut given: impl Iterator<Item = (&'a str, &'a str)>) -> u64 {
    let Kind::Matrix { bits, rows, .. } = criterion.kind else { return INVALID };
    let packed = given.try_fold((0_u64, 0_u64), |(seen, all), (row, option)| {
        let (row, option) = (u32::try_from(criterion.rows.find(row)?).ok()?, u64::try_from(criterion.options.find(option)?).ok()?);
        // A row given again overwrites, as in a map.
        let place = row * bits;
        Some((seen | 1 << row, (all & !(((1 << bits) - 1) << place)) | option << place))
    });
    match packed {
        None => INVALID,
        Some((seen, _)) if usize::try_from(seen.count_ones()).unwrap_or_default() < rows => INCOMPLETE,
        Some((_, all)) => GIVEN | all << SHIFT,
    }
}
