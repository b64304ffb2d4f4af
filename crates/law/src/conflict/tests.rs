use super::pairs;
use crate::catalog::built_in;

const PAIRS: &str = include_str!("../../tests/pairs.json");

fn part(name: &str) -> Vec<pairs::Pair> {
    pairs::read(PAIRS).unwrap().into_iter().filter(|p| p.part == name).collect()
}

#[test]
fn the_five_public_contradictions_and_their_compliant_twins() {
    let c = built_in();
    for p in part("tune").iter().filter(|p| p.id.starts_with('P')) {
        let found: Vec<String> = pairs::findings(p, &c).into_iter().map(|f| f.family).collect();
        assert_eq!(found.first(), p.family.as_ref(), "{}: {found:?}", p.id);
    }
}

#[test]
fn own_pairs_keep_the_bars() {
    let c = built_in();
    for (name, precision, recall) in [("tune", 950, 950), ("keep", 700, 500)] {
        let (sums, wrong) = pairs::measure(&part(name), &c);
        let s = sums["all"];
        eprintln!("{}", s.line(name));
        if name == "tune" || std::env::var_os("SHOW").is_some() {
            wrong.iter().for_each(|w| eprintln!("  {w}"));
        }
        for (family, f) in sums.iter().filter(|(n, _)| n.starts_with("family")) {
            eprintln!("  {}", f.line(family));
        }
        assert!(s.precision() >= precision && s.recall() >= recall && s.apart * 10 >= s.twins * 6, "{}", s.line(name));
    }
}

/// One number, actor or date of a consistent text changed: what is then found, by kind of change.
#[test]
fn a_planted_change_in_a_consistent_text_is_found() {
    let c = built_in();
    let mut sums: std::collections::BTreeMap<&str, (usize, usize)> = std::collections::BTreeMap::new();
    let consistent = pairs::read(PAIRS).unwrap().into_iter().filter(|p| p.family.is_none() && p.id.ends_with('y') && pairs::findings(p, &c).is_empty());
    for p in consistent {
        for (kind, text) in planted(&p.here.text, &c) {
            let mut q = p.clone();
            q.here.text = text;
            let hit = !pairs::findings(&q, &c).is_empty();
            let s = sums.entry(kind).or_default();
            s.1 += 1;
            s.0 += usize::from(hit);
            if !hit {
                eprintln!("  missed {kind}: {} {}", p.id, q.here.text.lines().next().unwrap_or_default());
            }
        }
    }
    for (kind, (found, of)) in &sums {
        eprintln!("planted {kind}: {found} of {of}");
    }
    let (found, of) = sums.values().fold((0, 0), |a, s| (a.0 + s.0, a.1 + s.1));
    assert!(of >= 20 && found * 10 >= of * 5, "{found} of {of}");
}

/// The text with one part changed, and which kind of part it is.
fn planted(text: &str, c: &crate::Catalog) -> Vec<(&'static str, String)> {
    let norms = crate::norms::read("", text, c);
    let put = |(s, e): (usize, usize), new: &str| format!("{}{new}{}", &text[..s], &text[e..]);
    let mut out = Vec::new();
    for n in &norms {
        for q in &n.quantities {
            let digits = |at: &usize| text[*at..q.span.1].bytes().take_while(u8::is_ascii_digit).count();
            let Some(at) = (q.span.0..q.span.1).find(|i| text.is_char_boundary(*i) && digits(i) > 0) else { continue };
            let len = digits(&at);
            let value: u64 = text[at..at + len].parse().unwrap();
            // What bounds from below is lowered, all else is raised.
            let new = if q.high.is_none() { value / 4 } else { value * 4 };
            out.push((if q.deadline { "deadline" } else { "number" }, put((at, at + len), &new.to_string())));
        }
        if let (Some((code, span)), Some(_)) = (&n.actor, &n.act)
            && c.norms.actor(code).is_some_and(|a| a.authority)
        {
            out.push(("actor", put(*span, "Sở Y tế")));
        }
    }
    if let Some(at) = text.find("năm 202") {
        out.push(("date", put((at, at + "năm 2021".len()), "năm 2019")));
    }
    out
}
