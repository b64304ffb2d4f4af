//! The files of the catalogue, and every mistake of one at its line.

use super::*;

#[test]
fn the_catalogue_is_sound_and_holds_what_it_should() {
    let all = catalogue();
    let codes: Vec<&str> = all.iter().map(|i| i.code.as_str()).collect();
    for code in ["dti-922", "dti-405", "factors-a", "factors-b", "four-no-one-yes", "digital-citizen", "digital-economy", "service-quality-766", "vn-aqi"] {
        assert!(codes.contains(&code), "{code}");
    }
    assert!(all.iter().all(|i| !i.vectors.is_empty()), "each has a golden vector");
}

#[test]
fn the_922_skeleton_adds_up() {
    let all = catalogue();
    let dti = all.get("dti-922", "2022").unwrap();
    assert_eq!(dti.full(), exact("1000"));
    assert_eq!(dti.parts.iter().map(Node::count).sum::<usize>(), 98);
    assert_eq!(dti.node("foundation").unwrap().count(), 56);
    assert_eq!(dti.node("activity").unwrap().count(), 42);
    assert_eq!(dti.node("smart_city").unwrap().full(), Exact::ZERO);
    // A main index too many, or a point, is found.
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../catalog/indices/dti-922.yaml");
    let text = std::fs::read_to_string(path).unwrap();
    assert!(read(&text.replace("max: \"0\", components: 3", "max: \"0\", components: 4")).unwrap_err().contains("99"));
    assert!(read(&text.replace("max: \"200\"", "max: \"201\"")).unwrap_err().contains("501"));
}

#[test]
fn two_methods_stay_two_numbers() {
    let all = catalogue();
    let index = all.get("digital-economy", "2025").unwrap();
    let out = score(index, &given(index, &[("gso", "13,17%"), ("mic", "18,3%")]));
    assert_eq!((out.shown, out.whole.max), (None, Exact::ZERO));
    assert_eq!(out.whole.parts.len(), 2);
}

/// One factor of seven has data: the total is of that one, and says so.
#[test]
fn a_total_says_of_how_many_components_something_is_known() {
    let all = catalogue();
    let index = all.get("factors-b", "1").unwrap();
    let out = score(index, &given(index, &[("identity_n", "25736"), ("identity_d", "36845")]));
    assert_eq!((out.shown, out.told()), (Some(exact("69.85")), (1, 7)));
    assert_eq!(score(index, &Inputs::new()).told(), (0, 7));
}

const SMALL: &str = "code: s\nversion: \"1\"\nname: {vi: a, en: a}\nabout: {vi: a, en: a}\neffective: {from: 2026-01-01}\nlegal_basis: []\nshown_as: points\nrounding: 2\n\
inputs:\n  - {code: a, name: {vi: a, en: a}, type: number, kind: declared}\n  - {code: yes1, name: {vi: a, en: a}, type: yes, kind: declared}\n\
derived:\n  - {code: d1, name: {vi: a, en: a}, formula: \"a + 1\"}\n  - {code: d2, name: {vi: a, en: a}, formula: \"d1 * 2\"}\n\
parts:\n  - {code: x, name: {vi: x, en: x}, max: \"10\", formula: \"FORMULA\"}\n  - {code: y, name: {vi: y, en: y}, max: \"10\", formula: \"points(x)\"}\n";

#[test]
fn every_mistake_of_a_formula_is_said_at_its_line() {
    let line = SMALL.lines().position(|l| l.contains("FORMULA")).unwrap() + 1;
    for (formula, said) in [
        ("b + 1", "names “b”"),
        ("points(nobody)", "no component “nobody”"),
        ("rato(a, 1)", "no function “rato”"),
        ("ratio(a)", "takes 2 arguments"),
        ("a +", "Expected a number"),
        ("(a", "Expected “)”"),
        ("a + yes1", "needs a number and finds yes or no"),
        ("if(a, 1, 0)", "needs yes or no and finds a number"),
        ("bands(a, 60%: 1, 85%: 2, else: 0)", "have to fall"),
        ("within(a, 60: 1, 30: 2)", "have to rise"),
        ("bands(a, else: 0)", "at least one row"),
        ("a ^ 2", "no place in a formula"),
        ("1.2.3", "does not read"),
    ] {
        let found = read(&SMALL.replace("FORMULA", formula)).unwrap_err();
        assert!(found.contains(said), "{formula}: {found}");
        assert!(found.contains(&format!("indices/x.yaml:{line}: ")), "{formula}: {found}");
    }
    let deep = format!("{}a{}", "(".repeat(60), ")".repeat(60));
    assert!(read(&SMALL.replace("FORMULA", &deep)).unwrap_err().contains("nested"));
    assert!(read(&SMALL.replace("FORMULA", &"a + ".repeat(400))).unwrap_err().contains("1000"));
}

#[test]
fn a_circle_is_named_with_its_way() {
    assert!(read(&SMALL.replace("FORMULA", "points(y)")).unwrap_err().contains("x → y → x"));
    assert!(read(&SMALL.replace("FORMULA", "points(x)")).unwrap_err().contains("x → x"));
    assert!(read(&SMALL.replace("FORMULA", "a").replace("\"a + 1\"", "\"d2 + 1\"")).unwrap_err().contains("d1 → d2 → d1"));
    assert!(read(&SMALL.replace("FORMULA", "d2")).is_ok());
}

#[test]
fn what_people_type_is_read_or_asked_back() {
    let index = read(&SMALL.replace("FORMULA", "a")).unwrap();
    let number = |t: &str| typed(index.input("a").unwrap(), t);
    assert_eq!(number("85,5%").unwrap(), Value::Number(exact("0.855"), true));
    assert_eq!(number("85,5").unwrap(), Value::Number(exact("85.5"), false));
    assert_eq!(number("1.234.567").unwrap(), Value::Number(exact("1234567"), false));
    assert!(number("1.234").unwrap_err().en.contains("two ways"));
    assert!(number("nhiều").is_err());
    assert!(matches!(number("na").unwrap(), Value::Na(_)));
    assert!(typed(index.input("yes1").unwrap(), "maybe").is_err());
}
