//! What the checks know of one submitted result; made from its record once for each version.

use crate::model::{Assessment, AssessmentEvent};
use kernel::{
    Instant,
    id::{AssessmentId, EnterpriseId},
    text::fold,
};
use scoring::{
    Answers, Decimal, Framework,
    lean::{Lean, Room, Sheet},
};
use sha2::{Digest as _, Sha256};
use std::{
    collections::BTreeMap,
    hash::{BuildHasher as _, BuildHasherDefault, DefaultHasher},
};

/// A fingerprint of a text or of all answers.
pub type Print = [u8; 16];

#[derive(Debug, Clone, PartialEq)]
pub struct Fact {
    pub id: AssessmentId,
    pub version: i64,
    pub enterprise: EnterpriseId,
    /// Code of the firm, without the number of a dependent unit: branches are the same firm.
    pub firm: String,
    pub framework: String,
    pub edition: String,
    pub stage: String,
    /// Trust tier of the result.
    pub tier: String,
    pub verified: bool,
    /// VSIC section.
    pub sector: String,
    pub size: Option<String>,
    /// Account and name of who verifies.
    pub consultant: Option<(String, String)>,
    pub earlier: Option<AssessmentId>,
    /// Which product, where the framework assesses products.
    pub subject: Option<String>,
    pub submitted_at: Instant,
    pub verified_at: Option<Instant>,
    /// Points of the maximum, in percent.
    pub share: Option<Decimal>,
    pub points: Decimal,
    /// Questions with something chosen or typed.
    pub given: usize,
    pub answers: u64,
    /// Long notes by criterion.
    pub texts: Vec<(String, Print)>,
    /// Positions of the framework's contradictions that hold.
    pub contradictions: Vec<usize>,
    pub correction: Option<Correction>,
}

/// What checking changed in the points that the enterprise had declared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Correction {
    /// Answers checked.
    pub checks: u32,
    /// Of these with another value afterwards.
    pub changed: u32,
    /// Points after less points before; negative when declared too high.
    pub points: Decimal,
    /// Most points of the checked questions.
    pub of: Decimal,
}

/// A framework with what scoring many results of it needs.
pub struct Scale {
    pub framework: Framework,
    lean: Lean,
    sheet: Sheet,
    room: Room,
}

impl Scale {
    /// `None`: the framework has no lean path, and its results are not checked here.
    pub fn of(framework: &Framework) -> Option<Self> {
        let lean = Lean::prepare(framework).ok()?;
        Some(Self { framework: framework.clone(), sheet: lean.sheet(), room: lean.room(), lean })
    }

    /// Puts the result of a stored record into the fact: points, fingerprint, contradictions.
    ///
    /// # Errors
    /// A record that does not read.
    pub fn score(&mut self, fact: &mut Fact, record: &str) -> Result<(), serde_json::Error> {
        self.lean.read_field(&mut self.sheet, record, "answers")?;
        let short = self.lean.score(&self.sheet, &[], &mut self.room);
        fact.points = short.total;
        fact.share = short.total.percent_of(short.max);
        fact.given = self.sheet.given();
        // Two fixed functions would do no better: with 5,500 results two different ones meet once in 10¹² provinces.
        fact.answers = BuildHasherDefault::<DefaultHasher>::default().hash_one(&self.sheet);
        fact.contradictions = self.lean.contradictions(&self.sheet, &self.room).collect();
        Ok(())
    }

    /// Points of each criterion, in the order of the file.
    fn points(&mut self, answers: &Answers) -> Vec<Decimal> {
        self.lean.fill(&mut self.sheet, answers);
        self.lean.score(&self.sheet, &[], &mut self.room);
        self.room.criteria().collect()
    }

    /// What the consultant's checks changed. `events`: the journal of the result in order; who checked nothing corrected nothing.
    pub fn correction(&mut self, events: &[AssessmentEvent]) -> Option<Correction> {
        let mut declared = Answers::new();
        let mut checked: BTreeMap<&str, Option<&scoring::Given>> = BTreeMap::new();
        for event in events {
            match event {
                AssessmentEvent::Started(begun) => declared.clone_from(&begun.answers),
                AssessmentEvent::Answered { criterion, answer, .. } => drop(declared.insert(criterion.clone(), answer.clone())),
                AssessmentEvent::Checked(check) => {
                    let last = checked.entry(&check.criterion).or_default();
                    if check.corrected.is_some() {
                        *last = check.corrected.as_ref();
                    }
                }
                _ => {}
            }
        }
        if checked.is_empty() {
            return None;
        }
        let mut corrected = declared.clone();
        for (code, value) in &checked {
            if let Some(value) = value {
                let answer = corrected.entry((*code).to_owned()).or_default();
                (answer.value, answer.na) = (Some((*value).clone()), false);
            }
        }
        let (before, after) = (self.points(&declared), self.points(&corrected));
        let mut sum = Correction::default();
        for ((placed, before), after) in self.framework.criteria().zip(before).zip(after) {
            let Some(value) = checked.get(placed.criterion.code.as_str()) else { continue };
            sum.checks += 1;
            let stood = declared.get(&placed.criterion.code).and_then(|a| a.value.as_ref());
            sum.changed += u32::from(value.is_some() && *value != stood);
            sum.points = sum.points + after - before;
            sum.of = sum.of + placed.max;
        }
        Some(sum)
    }
}

/// Notes long enough to be compared, evened out so that spaces, case and accents make no difference.
pub fn texts(a: &Assessment, least: usize) -> Vec<(String, Print)> {
    let mut found = Vec::new();
    for (code, answer) in &a.answers {
        let even = fold(&answer.note).split_whitespace().collect::<Vec<_>>().join(" ");
        if even.chars().count() >= least {
            found.push((code.clone(), print(even.as_bytes())));
        }
    }
    found
}

pub fn print(bytes: &[u8]) -> Print {
    let mut short = Print::default();
    for (place, byte) in short.iter_mut().zip(Sha256::digest(bytes)) {
        *place = byte;
    }
    short
}

/// The firm behind a code: `0100112437-001` is a unit of `0100112437`.
pub fn firm(code: &str) -> String {
    crate::model::head_code(code).unwrap_or_else(|| code.to_owned())
}
