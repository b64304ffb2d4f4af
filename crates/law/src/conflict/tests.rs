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
