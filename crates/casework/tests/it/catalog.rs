//! The shipped catalogue has no faults, one file is enough for a procedure, and each kind of mistake is told with file and line.
#![allow(clippy::unwrap_used)]

use casework::{
    Definition, Definitions,
    definition::{Channel, FieldKind, load},
};
use kernel::{
    calendar::Span,
    catalog::{Files, Finding},
    time::date,
};
use serde_json::{Value, json};
use std::{collections::BTreeSet, fs, path::Path};

const BIRTH: &str = "procedures/1.001193-birth-registration.yaml";
const BUSINESS: &str = "procedures/1.001612-household-business.yaml";
const PERMIT: &str = "procedures/1.013225-house-building-permit.yaml";
const FOURTH: &str = include_str!("fourth.yaml");

/// Reads the text files of a catalogue folder the way the program does, by relative path.
fn read_folder(root: &Path, below: &str, files: &mut Files) {
    for entry in fs::read_dir(root.join(below)).unwrap() {
        let entry = entry.unwrap();
        let path = format!("{below}/{}", entry.file_name().to_str().unwrap());
        if entry.path().is_dir() {
            read_folder(root, &path, files);
        } else {
            files.insert(path, fs::read_to_string(entry.path()).unwrap());
        }
    }
}

fn root() -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../catalog")
}

fn catalogue() -> Files {
    let mut files = Files::new();
    for folder in ["flows", "procedures"] {
        read_folder(&root(), folder, &mut files);
    }
    files
}

fn definitions() -> Definitions {
    let (definitions, findings) = load(&catalogue());
    assert!(findings.is_empty(), "{}", all(&findings));
    definitions
}

fn all(findings: &[Finding]) -> String {
    findings.iter().map(|f| format!("{f}\n")).collect()
}

fn get<'a>(definitions: &'a Definitions, code: &str) -> &'a Definition {
    definitions.pinned(code, "2026-07-01").unwrap()
}

#[test]
fn the_shipped_catalogue_has_no_faults() {
    let definitions = definitions();
    let codes: Vec<&str> = definitions.all().map(|d| d.code.as_str()).collect();
    for code in ["1.001193", "1.001612", "1.013225"] {
        assert!(codes.contains(&code), "{code} is missing: {codes:?}");
    }
    assert!(definitions.current("1.013225", date(2026, 11, 21)).is_some());
    assert!(definitions.current("1.013225", date(2026, 6, 30)).is_none(), "not in force before Decree 217/2026");
}

#[test]
fn every_example_passes_its_own_form() {
    for d in definitions().all() {
        let schema = d.compiled.form.as_ref().unwrap();
        let examples = d.form.schema["examples"].as_array().unwrap();
        assert!(!examples.is_empty(), "{}", d.code);
        for (n, example) in examples.iter().enumerate() {
            let faults: Vec<String> = schema.iter_errors(example).map(|e| format!("{}: {e}", e.instance_path())).collect();
            assert!(faults.is_empty(), "{} example {n}: {faults:?}", d.code);
            assert!(example.pointer(&d.form.title_from).is_some_and(Value::is_string), "{} example {n}", d.code);
        }
    }
}

#[test]
fn every_form_can_be_filled_in_by_a_person() {
    for d in definitions().all() {
        let form = &d.form;
        for section in &form.sections {
            assert!((2..=7).contains(&section.fields.len()), "{} {}: {} fields", d.code, section.code, section.fields.len());
        }
        let commune = form.field(form.office_from.as_deref().unwrap()).unwrap();
        assert!(matches!(commune.kind, FieldKind::Commune) && commune.required, "{}", d.code);
        for contact in ["phone", "email"] {
            assert!(form.field(contact).is_some(), "{} asks for no {contact}", d.code);
        }
        for field in form.fields() {
            bilingual(d, &field.title, &field.name);
            if let Some(hint) = &field.hint {
                bilingual(d, hint, &field.name);
            }
            let property = &form.schema["properties"][&field.name];
            match &field.kind {
                FieldKind::Choice(options) => {
                    assert_eq!(options.len(), property["oneOf"].as_array().unwrap().len(), "{} {}", d.code, field.name);
                }
                FieldKind::Integer | FieldKind::Decimal => {
                    assert!(property["maximum"].is_number(), "{} {} has no upper limit", d.code, field.name);
                    assert!(property["x-inputmode"].is_string(), "{} {} has no keyboard", d.code, field.name);
                }
                FieldKind::YesNo => {}
                _ => assert!(field.max_length.is_some(), "{} {} has no maxLength", d.code, field.name),
            }
            if property["pattern"].is_string() {
                assert!(field.hint.is_some(), "{} {} has a pattern and no hint", d.code, field.name);
            }
            if let Some((other, value)) = &field.shown_when {
                conditional(d, &field.name, other, value);
            }
        }
    }
}

fn bilingual(d: &Definition, text: &kernel::Text, what: &str) {
    assert!(!text.vi.trim().is_empty() && !text.en.trim().is_empty(), "{} {what}: {text:?}", d.code);
}

/// The question it hangs on exists, has that answer, and stands before it; it is never required of everybody.
fn conditional(d: &Definition, field: &str, other: &str, value: &str) {
    let order: Vec<&String> = d.form.sections.iter().flat_map(|s| &s.fields).collect();
    let place = |name: &str| order.iter().position(|f| *f == name);
    assert!(place(other) < place(field) && place(other).is_some(), "{} {field} stands before {other}", d.code);
    let known = match d.form.field(other).unwrap().kind {
        FieldKind::Choice(options) => options.iter().any(|(v, _)| v == value),
        FieldKind::YesNo => value == "true" || value == "false",
        _ => false,
    };
    assert!(known, "{} {field}: {other} is never “{value}”", d.code);
    let always = d.form.schema["required"].as_array().unwrap().contains(&json!(field));
    assert!(!always, "{} {field} is required though it may be hidden", d.code);
}

#[test]
fn communes_in_examples_and_templates_of_documents_exist() {
    let communes = fs::read_to_string(root().join("areas/communes-2025.csv")).unwrap();
    for d in definitions().all() {
        for example in d.form.schema["examples"].as_array().unwrap() {
            let code = example[d.form.office_from.as_deref().unwrap()].as_str().unwrap();
            assert!(communes.lines().any(|l| l.split(',').any(|c| c.trim_matches('"') == code)), "{}: no commune {code}", d.code);
        }
        for (name, document) in &d.documents {
            assert!(root().join("templates").join(&document.template).join("template.yaml").is_file(), "{} {name}: {}", d.code, document.template);
        }
    }
}

#[test]
fn papers_and_fees_follow_the_answers() {
    let definitions = definitions();
    let birth = get(&definitions, "1.001193");
    let mut answers = birth.form.example().unwrap().clone();
    assert_eq!(required(birth, &answers), BTreeSet::new(), "electronic birth record, father applies");
    answers["birth_record"] = json!("paper");
    answers["requester_relation"] = json!("proxy");
    assert_eq!(required(birth, &answers), BTreeSet::from(["birth_record", "proxy_paper"]));
    let total = |answers: &Value| -> i64 { birth.fees_on(date(2026, 11, 21), Channel::Online, answers).iter().map(|f| f.1.0).sum() };
    assert_eq!(total(&answers), 0, "Law 60/2014 Art. 11: in time is exempt");
    answers["registration_timing"] = json!("late");
    assert!(total(&answers) > 0);

    let permit = get(&definitions, "1.013225");
    let house = permit.form.example().unwrap();
    let wanted = required(permit, house);
    assert!(!wanted.contains("land_paper"), "Resolution 66.7/2025: the land database replaces the paper");
    assert!(wanted.contains("neighbour_undertaking") && wanted.contains("review_report") && !wanted.contains("proxy_paper"));
}

fn required<'d>(d: &'d Definition, answers: &Value) -> BTreeSet<&'d str> {
    d.components.iter().filter(|c| d.requires(c, answers)).map(|c| c.code.as_str()).collect()
}

#[test]
fn the_permit_keeps_the_times_of_decree_217() {
    let definitions = definitions();
    let d = get(&definitions, "1.013225");
    assert_eq!(d.clock_span("processing"), Some(Span::working_days(7)));
    assert_eq!(d.clock_span("applicant"), Some(Span::working_days(2)));
    assert_eq!(d.clock_span("consultation"), Some(Span::working_days(2)));
    assert_eq!(d.clocks["consultation"].on_due.as_deref(), Some("tacit_consent"));
    assert_eq!(d.channels, [Channel::Online]);
    for act in ["allow_second_supplement", "allow_second_supplement_intake"] {
        assert!(!d.acts.contains_key(act), "{act}: one request only");
    }
}

#[test]
fn one_file_adds_a_fourth_procedure() {
    let mut files = catalogue();
    files.insert("procedures/2.009908-copy-from-register.yaml", FOURTH);
    let (definitions, findings) = load(&files);
    assert!(findings.is_empty(), "{}", all(&findings));
    let d = get(&definitions, "2.009908");
    let hours: Vec<i64> = d.steps.iter().map(|s| s.budget.working_seconds().unwrap() / 3600).collect();
    assert_eq!(hours, [2, 3, 2, 1]);
    assert!(d.compiled.search.contains("cap ban sao tu so goc"), "found without diacritics");
}

#[test]
fn each_kind_of_mistake_is_told_with_file_and_line() {
    // What is broken, the text replaced, its replacement, a word of the reason.
    let broken: &[(&str, &str, &str, &str)] = &[
        ("unknown key", "life_events: [having_a_child]", "life_event: [having_a_child]", "life_event"),
        ("unknown key below", "    birth_record_number:\n", "    birth_record_numbr:\n", "birth_record_number"),
        ("unknown state", "when: {handling: [confirming]}\n    input:", "when: {handling: [confirmed]}\n    input:", "confirmed"),
        ("unknown state to go to", "to: {handling: confirming}", "to: {handling: waiting}", "waiting"),
        ("unknown track", "when: {handling: [processing]}\n    at: [appraise]\n    to", "when: {handing: [processing]}\n    at: [appraise]\n    to", "handing"),
        ("missing en", "name: {vi: Đăng ký khai sinh, en: Birth registration}", "name: {vi: Đăng ký khai sinh}", "en"),
        ("empty en", "name: {vi: Đăng ký khai sinh, en: Birth registration}", "name: {vi: Đăng ký khai sinh, en: \"\"}", "both languages"),
        ("bad span", "span: same-day before 15:00", "span: same day", "same day"),
        ("bad span of a step", "budget: 3h", "budget: 3 hours", "3 hours"),
        ("bad CEL", "required: \"answers.birth_record == 'paper'\"", "required: \"answers.birth_record ==\"", "answers.birth_record =="),
        ("CEL over an unknown answer", "answers.birth_record == 'witness'", "answers.birth_recrd == 'witness'", "witness_statement"),
        ("bad CEL of a fee", "when: \"answers.registration_timing == 'late'\"", "when: \"answers.late and\"", "answers.late and"),
        ("CEL of a fee over an unknown answer", "answers.registration_timing == 'late'", "answers.timing == 'late'", "birth_late"),
        ("circular alias", "keywords: [khai sinh,", "keywords: &words [*words,", ""),
        ("missing example", "    examples:\n      - child_name: Nguyễn Minh An", "    $comment: none\n    enum:\n      - child_name: Nguyễn Minh An", "examples"),
        ("example against the form", "child_sex: female\n        child_ethnicity: Kinh", "child_sex: girl\n        child_ethnicity: Kinh", "example"),
        ("step without act", "  - code: return\n", "  - code: goodbye\n", "goodbye"),
        ("field in no section", "child_birth_place, child_native_place]", "child_birth_place]", "child_native_place"),
        ("wrong extends", "extends: one-stop", "extends: two-stop", "two-stop"),
        ("no such document", "granted: birth_certificate", "granted: birth_paper", "birth_paper"),
        ("no such clock", "- {start: confirmation}", "- {start: confirming}", "confirming"),
        ("no such verb", "- {suspend: processing}\n", "- {pause: processing}\n", "pause"),
        ("no such act at the end of a clock", "on_due: confirm_by_silence", "on_due: silence", "silence"),
        ("field that does not lead to an office", "office_from: commune", "office_from: ward", "ward"),
        ("title from nothing", "title_from: /child_name", "title_from: /name", "title_from"),
        ("partial without reason", "service_level: full", "service_level: partial", "reason"),
        ("code given twice", "version: \"2026-07-01\"", "version: \"2026-07-01\"\nversion: \"2026-08-01\"", "already"),
        ("steps longer than the law", "budget: 3h", "budget: 30h", "34 hours of the statutory 8"),
        ("owner from no question", "owner_from: requester", "owner_from: applicant", "applicant_name"),
        ("second example wrong", "birth_record: paper\n        registration_timing: late", "birth_record: none\n        registration_timing: late", "example 2"),
        ("step that is not there", "at: [appraise]\n    to: {handling: confirming}", "at: [apprise]\n    to: {handling: confirming}", "apprise"),
        ("guard over nothing known", "    to: {handling: confirming}", "    guards:\n      - {require: \"case.supplement == 0\", otherwise: {vi: a, en: b}}\n    to: {handling: confirming}", "case.supplement"),
        ("guard that is no condition", "    to: {handling: confirming}", "    guards:\n      - {require: \"case.supplements\", otherwise: {vi: a, en: b}}\n    to: {handling: confirming}", "not true or false"),
        ("moves a track from anywhere", "when: {handling: [confirming]}\n    input:", "when: {}\n    input:", "`when` must name"),
        ("negative fee", "amount: 8000", "amount: -8000", "negative"),
        ("not YAML", "audience: [citizen]", "audience: [citizen", ""),
        ("no such date", "effective: {from: 2026-07-01}\nlegal_basis", "effective: {from: 2026-02-30}\nlegal_basis", "effective"),
        ("no legal basis", "legal_basis:\n  - {document: Luật Hộ tịch 60/2014/QH13, article: \"Điều 5", "legal_base:\n  - {document: Luật Hộ tịch 60/2014/QH13, article: \"Điều 5", "legal_bas"),
    ];
    let good = catalogue();
    let text = good.get(BIRTH).unwrap();
    for (what, from, to, word) in broken {
        assert!(text.contains(from), "{what}: the file has no “{from}” to break");
        let mut files = good.clone();
        files.insert(BIRTH, text.replacen(from, to, 1));
        let (definitions, findings) = load(&files);
        assert!(definitions.pinned("1.001193", "2026-07-01").is_none(), "{what}: taken though broken");
        assert!(definitions.pinned("1.013225", "2026-07-01").is_some(), "{what}: takes the others down with it");
        let told = findings.iter().find(|f| f.file == BIRTH && f.reason.en.contains(word));
        let told = told.unwrap_or_else(|| panic!("{what}: no finding says “{word}”:\n{}", all(&findings)));
        assert!(told.line.is_some_and(|l| l >= 1), "{what}: no line: {told}");
        assert!(!told.reason.vi.is_empty(), "{what}: {told}");
    }
}

#[test]
fn the_line_of_a_finding_is_the_line_of_the_mistake() {
    let good = catalogue();
    let text = good.get(BIRTH).unwrap();
    for (from, to) in [("budget: 3h", "budget: 3 hours"), ("span: same-day before 15:00", "span: same day"), ("extends: one-stop", "extends: two-stop")] {
        let line = text.lines().position(|l| l.contains(from)).unwrap() + 1;
        let mut files = good.clone();
        files.insert(BIRTH, text.replacen(from, to, 1));
        let (_, findings) = load(&files);
        assert_eq!(findings.iter().map(|f| f.line).collect::<Vec<_>>(), [Some(line)], "{to}: {}", all(&findings));
    }
}

/// A fault of the flow is told once, in the flow's own file, at its line, and not again by each procedure over it.
#[test]
fn each_flow_is_checked_on_its_own() {
    const FLOW: &str = "flows/one-stop.yaml";
    let broken: &[(&str, &str, &str)] = &[
        ("    at: [appraise]\n    guards:", "    att: [appraise]\n    guards:", "att"),
        ("- {suspend: intake}", "- {suspend: intakes}", "intakes"),
        ("to: {handling: supplementing_intake}", "to: {handling: waiting}", "waiting"),
        ("span: 15wd", "span: 15 days", "15 days"),
        ("on_due: lapse", "on_due: laps", "laps"),
        ("case.open_requests == 0", "case.open_request == 0", "case.open_request"),
        ("- {issue: slip_05}", "- {issue: slip_09}", "slip_09"),
        ("examples: [{how: electronic, to: Nguyễn Văn Bình}]", "examples: [{how: electronic}]", "example 1"),
    ];
    let good = catalogue();
    let text = good.get(FLOW).unwrap();
    for (from, to, word) in broken {
        assert!(text.contains(from), "the flow has no “{from}” to break");
        let mut files = good.clone();
        files.insert(FLOW, text.replacen(from, to, 1));
        let (definitions, findings) = load(&files);
        assert_eq!(definitions.all().count(), 0, "{to}");
        let own: Vec<&Finding> = findings.iter().filter(|f| f.file == FLOW).collect();
        assert!(own.len() == 1 && own[0].reason.en.contains(word), "{to}: {}", all(&findings));
        assert!(own[0].line.is_some_and(|l| l > 1), "{to}: no line: {}", own[0]);
        let others = findings.iter().filter(|f| f.file != FLOW);
        let procedures = good.iter().filter(|(path, _)| path.starts_with("procedures/")).count();
        assert!(others.clone().count() == procedures && others.clone().all(|f| f.reason.en.contains("has faults")), "{}", all(&findings));
    }
}

/// A fee may hang on the day: written like the dates of the form.
#[test]
fn a_fee_may_ask_what_day_it_is() {
    let mut files = catalogue();
    let text = files.get(BIRTH).unwrap();
    let condition = "when: \"timestamp(today + 'T00:00:00Z') - timestamp(answers.child_birth_date + 'T00:00:00Z') > duration('1440h')\"";
    let text = text.replacen("when: \"answers.registration_timing == 'late'\"", condition, 1);
    files.insert(BIRTH, text);
    let (definitions, findings) = load(&files);
    assert!(findings.is_empty(), "{}", all(&findings));
    let birth = get(&definitions, "1.001193");
    let mut answers = birth.form.example().unwrap().clone();
    answers["registration_timing"] = json!("late"); // no longer asked: the day decides
    let total = |day| -> i64 { birth.fees_on(day, Channel::Online, &answers).iter().map(|f| f.1.0).sum() };
    assert_eq!((total(date(2026, 12, 1)), total(date(2027, 2, 1))), (0, 8000));
}

#[test]
fn a_wrong_email_is_told_as_one() {
    let definitions = definitions();
    let birth = get(&definitions, "1.001193");
    let mut answers = birth.form.example().unwrap().clone();
    answers["email"] = json!("binh.nguyen");
    let refusal = casework::check_answers(birth, &answers).unwrap_err();
    assert_eq!(refusal.reasons.len(), 1);
    assert!(refusal.reasons[0].message.vi.contains("binh.nguyen@example.vn"), "{:?}", refusal.reasons);
}

#[test]
fn a_version_is_declared_once() {
    let mut files = catalogue();
    let again = files.get(BUSINESS).unwrap().to_owned();
    files.insert("procedures/copy.yaml", again);
    let (definitions, findings) = load(&files);
    assert_eq!(findings.len(), 1, "{}", all(&findings));
    assert!(findings[0].line.is_some() && findings[0].file == "procedures/copy.yaml", "{}", findings[0]);
    assert_eq!(definitions.all().filter(|d| d.code.as_str() == "1.001612").count(), 1);
}

/// A new version applies to new cases only: the old one stays, pinned.
#[test]
fn a_later_version_stands_beside_the_former() {
    let mut files = catalogue();
    let next = files.get(PERMIT).unwrap().replacen("version: \"2026-07-01\"", "version: \"2027-03-01\"", 1).replacen(
        "effective: {from: 2026-07-01}",
        "effective: {from: 2027-03-01}",
        1,
    );
    files.insert("procedures/next.yaml", next);
    let (definitions, findings) = load(&files);
    assert!(findings.is_empty(), "{}", all(&findings));
    let on = |y, m, d| definitions.current("1.013225", date(y, m, d)).unwrap().version.clone();
    assert_eq!((on(2027, 2, 28).as_str(), on(2027, 3, 1).as_str()), ("2026-07-01", "2027-03-01"));
    assert!(definitions.pinned("1.013225", "2026-07-01").is_some());
}
