//! Facts from records: points, contradictions, fingerprints and corrections as the full path has them.

use super::{d, fact};
use crate::{
    model::{Assessment, AssessmentEvent, Check, Started, fold_assessment},
    trust::fact::{Scale, texts},
};
use kernel::{Instant, catalog::Files, id::AssessmentId};
use scoring::{Answer, Answers, Context, Decimal, Framework, Given, Ratio};

fn dbi() -> Framework {
    let mut files = Files::new();
    files.insert("frameworks/dbi-2021-sme.yaml", include_str!("../../../../../catalog/frameworks/dbi-2021-sme.yaml"));
    let (frameworks, findings) = scoring::load(&files);
    assert!(findings.is_empty());
    frameworks.latest("dbi-2021-sme").unwrap().clone()
}

fn ratio(n: i64, d: i64) -> Given {
    Given::Ratio(Ratio { n: Some(n.into()), d: Some(d.into()) })
}

fn declared() -> Answers {
    let mut answers = Answers::new();
    // Every invoice is electronic, and yet nothing is done online with the state: the framework calls that a contradiction.
    answers.insert("p3.2.einvoice".into(), Answer::of(ratio(100, 100)));
    answers.insert("p1.2.state".into(), Answer::option("none"));
    let mut website = Answer::option("week");
    website.note = "  Công ty chúng tôi có website bán hàng   do nhà cung cấp XYZ làm và quản trị  ".into();
    answers.insert("p1.1.website".into(), website);
    answers.insert("p1.1.social".into(), Answer { note: "ngắn".into(), ..Answer::option("immediate") });
    answers
}

fn story() -> Vec<AssessmentEvent> {
    let started = Started {
        framework: "dbi-2021-sme".into(),
        edition: "2021".into(),
        stage: "t0".into(),
        vsic: "C10".into(),
        area: String::new(),
        owner: "x".into(),
        enterprise: None,
        earlier: None,
        subject: None,
        answers: Answers::new(),
    };
    let mut events = vec![AssessmentEvent::Started(Box::new(started))];
    for (criterion, answer) in declared() {
        events.push(AssessmentEvent::Answered { criterion, answer, respondent: String::new(), invite: None, device: None });
    }
    events.push(AssessmentEvent::Submitted);
    let check = |criterion: &str, corrected: Option<Given>| {
        let at = Instant::from_micros(0);
        AssessmentEvent::Checked(Check { criterion: criterion.into(), tier: "consultant".into(), corrected, reason: "đã xem".into(), by: "A".into(), at, device: None, dated: None, version: 0 })
    };
    // Five points become two, five stay five, nothing declared becomes three; the second check of a question counts.
    events.extend([
        check("p1.1.website", Some(Given::Text("month".into()))),
        check("p1.1.website", Some(Given::Text("half_year".into()))),
        check("p3.2.einvoice", None),
        check("p1.1.catalogue", Some(Given::Text("quarter".into()))),
    ]);
    events.push(AssessmentEvent::Verified);
    events
}

fn folded(events: &[AssessmentEvent]) -> Assessment {
    let id = AssessmentId::new(uuid::Uuid::from_u128(1));
    events.iter().fold(None, |state, e| fold_assessment(id, state, e, Instant::from_micros(0))).unwrap()
}

#[test]
fn a_record_becomes_what_the_full_path_says() {
    let f = dbi();
    let mut scale = Scale::of(&f).unwrap();
    let before: Vec<AssessmentEvent> = story().into_iter().take_while(|e| !matches!(e, AssessmentEvent::Checked(_))).collect();
    let record = folded(&before);
    let mut known = fact(1, "0");
    scale.score(&mut known, &serde_json::to_string(&record).unwrap()).unwrap();
    let full = scoring::score(&f, &record.answers, &Context::default());
    assert_eq!((known.points, known.share, known.given), (full.total, full.share, 4));
    let told: Vec<_> = known.contradictions.iter().map(|at| f.contradictions[*at].text.clone()).collect();
    assert_eq!(told, full.contradictions.iter().map(|c| c.text.clone()).collect::<Vec<_>>());
    assert_eq!(told.len(), 1);
    // Another answer, another fingerprint; the same answers, whatever the notes, the same.
    let mut other = record.clone();
    let mut again = fact(1, "0");
    other.answers.get_mut("p1.1.website").unwrap().note.clear();
    scale.score(&mut again, &serde_json::to_string(&other).unwrap()).unwrap();
    assert_eq!(again.answers, known.answers);
    other.answers.insert("p1.1.social".into(), Answer::option("none"));
    scale.score(&mut again, &serde_json::to_string(&other).unwrap()).unwrap();
    assert_ne!(again.answers, known.answers);
    assert!(scale.score(&mut again, "{\"answers\": [").is_err());
    assert!(scale.score(&mut again, "nothing").is_err());
}

#[test]
fn notes_are_compared_without_spaces_case_and_accents() {
    let record = folded(&story());
    let found = texts(&record, 40);
    assert_eq!(found.iter().map(|t| t.0.as_str()).collect::<Vec<_>>(), ["p1.1.website"]);
    let mut other = record.clone();
    other.answers.get_mut("p1.1.website").unwrap().note = "CONG TY CHUNG TOI co website ban hang do nha cung cap xyz lam\nva quan tri".into();
    assert_eq!(texts(&other, 40), found);
    other.answers.get_mut("p1.1.website").unwrap().note.push_str(" khác");
    assert_ne!(texts(&other, 40), found);
    assert!(texts(&record, 400).is_empty());
}

#[test]
fn the_correction_is_what_was_checked_against_what_was_declared() {
    let f = dbi();
    let mut scale = Scale::of(&f).unwrap();
    let found = scale.correction(&story()).unwrap();
    assert_eq!((found.checks, found.changed), (3, 2));
    // −3 for the website, +3 for the catalogue.
    assert_eq!((found.points, found.of), (Decimal::ZERO, d("15")));
    let only: Vec<AssessmentEvent> = story().into_iter().filter(|e| !matches!(e, AssessmentEvent::Checked(c) if c.criterion == "p1.1.catalogue")).collect();
    assert_eq!(scale.correction(&only).unwrap().points, d("-3"));
    let none: Vec<AssessmentEvent> = story().into_iter().filter(|e| !matches!(e, AssessmentEvent::Checked(_))).collect();
    assert_eq!(scale.correction(&none), None);
}
