//! The lean path against the full one: equal in every number, or refused at preparation.

use super::{
    catalogue::catalogue,
    fixture::{d, dbi, small, with_points},
};
use crate::{
    Answer, Answers, Context, Decimal, Framework, Frameworks, Given, Outcome, Ratio, Tier,
    definition::ScaleType,
    lean::{Lean, Room, Sheet, Short},
    score,
};
use proptest::prelude::*;
use std::{collections::BTreeMap, sync::LazyLock};

static CATALOGUE: LazyLock<Frameworks> = LazyLock::new(catalogue);

/// Draws from a seed.
struct Draw(u64);

impl Draw {
    fn below(&mut self, n: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % u64::try_from(n.max(1)).unwrap()).unwrap()
    }
    fn pick<'a, T>(&mut self, of: &'a [T]) -> &'a T {
        &of[self.below(of.len())]
    }
    fn number(&mut self) -> Decimal {
        let odd = ["0", "1", "0.0001", "33.3333", "-1", "999999999999999", "1000000000000000", "437500000.0001", "100", "50"];
        if self.below(4) == 0 { d(odd[self.below(odd.len())]) } else { i64::try_from(self.below(60)).unwrap().into() }
    }
}

/// What somebody may have stored: mostly in order, some of it empty, half filled, of another type or unknown.
fn value(scale: &crate::definition::Scale, draw: &mut Draw) -> Given {
    if draw.below(12) == 0 {
        let rubbish = [
            Given::Truth(draw.below(2) == 0),
            Given::Text((*draw.pick(&["???", "none", "12.5", "-3", "a code that is longer than sixteen bytes"])).to_owned()),
            Given::Number(draw.number()),
            Given::Many(vec!["none".into(), "???".into()]),
            Given::Many(Vec::new()),
            Given::Ratio(Ratio { n: Some(draw.number()), d: None }),
            Given::Ratio(Ratio::default()),
            Given::Rows(BTreeMap::from([("x".to_owned(), "y".to_owned())])),
        ];
        return draw.pick(&rubbish).clone();
    }
    let option = |draw: &mut Draw| draw.pick(&scale.options).code.clone();
    match scale.kind {
        ScaleType::Single | ScaleType::Ladder => Given::Text(option(draw)),
        ScaleType::Multi => Given::Many((0..draw.below(4)).map(|_| option(draw)).collect()),
        ScaleType::Ratio => {
            let whole = draw.number();
            let part = if draw.below(3) == 0 { draw.number() } else { Decimal::from(i64::try_from(draw.below(40)).unwrap()).min(whole) };
            Given::Ratio(Ratio { n: Some(part), d: Some(whole) })
        }
        ScaleType::Count if draw.below(2) == 0 => Given::Text(draw.number().to_string()),
        ScaleType::Count => Given::Number(draw.number()),
        ScaleType::Matrix => {
            let rows = scale.rows.iter().filter(|_| draw.0 % 7 != 0);
            let codes: Vec<String> = rows.map(|r| r.code.clone()).collect();
            Given::Rows(codes.into_iter().map(|row| (row, option(draw))).collect())
        }
        ScaleType::Evidence | ScaleType::Gate => Given::Truth(draw.below(2) == 0),
    }
}

fn some(f: &Framework, draw: &mut Draw) -> Answers {
    let gaps = draw.below(4);
    let mut answers = Answers::new();
    for p in f.criteria() {
        if draw.below(10) < gaps {
            continue;
        }
        let answer = Answer {
            value: (draw.below(20) != 0).then(|| value(p.scale, draw)),
            na: draw.below(10) == 0,
            note: "ghi chú có \"dấu ngoặc\"\n".repeat(draw.below(2)),
            evidence: (0..draw.below(2)).map(|n| format!("f{n}")).collect(),
            tier: *draw.pick(&Tier::ALL),
        };
        answers.insert(p.criterion.code.clone(), answer);
    }
    if draw.below(5) == 0 {
        answers.insert("a.criterion.of.nobody".into(), Answer::option("s1"));
        answers.insert("~".into(), Answer::not_applicable());
    }
    answers
}

fn same(lean: &Lean, sheet: &Sheet, room: &Room, short: Short, full: &Outcome, f: &Framework) {
    assert_eq!((short.total, short.max, short.score), (full.total, full.max, full.score));
    assert_eq!((short.level, short.placement), (full.level, full.placement));
    let dimensions: Vec<_> = full.dimensions.iter().map(|d| (d.points, d.max, d.level)).collect();
    assert_eq!(room.dimensions().collect::<Vec<_>>(), dimensions);
    let groups: Vec<_> = full.dimensions.iter().flat_map(|d| &d.groups).map(|g| (g.points, g.max)).collect();
    assert_eq!(room.groups().collect::<Vec<_>>(), groups);
    let criteria: Vec<_> = full.criteria.iter().map(|c| c.points).collect();
    assert_eq!(room.criteria().collect::<Vec<_>>(), criteria);
    assert_eq!(room.answered(), full.criteria.iter().filter(|c| c.answered()).count());
    let found: Vec<_> = lean.contradictions(sheet, room).map(|at| f.contradictions[at].text.clone()).collect();
    assert_eq!(found, full.contradictions.iter().map(|c| c.text.clone()).collect::<Vec<_>>());
}

fn both(f: &Framework, lean: &Lean, answers: &Answers, members: &[Decimal]) {
    let (mut sheet, mut room) = (lean.sheet(), lean.room());
    lean.fill(&mut sheet, answers);
    let short = lean.score(&sheet, members, &mut room);
    same(lean, &sheet, &room, short, &score(f, answers, &Context { sector: None, members }), f);
    let text = serde_json::to_string(answers).unwrap();
    // What was made by hand and reads back as something else (empty rows as an empty ratio) is compared as it reads.
    let stored: Answers = serde_json::from_str(&text).unwrap();
    lean.fill(&mut sheet, &stored);
    let mut again = lean.sheet();
    lean.read(&mut again, &text).unwrap();
    assert_eq!(sheet, again, "{text}");
    lean.read_field(&mut again, &format!("{{\"a\": [{{}}], \"answers\": {text}, \"z\": null}}"), "answers").unwrap();
    assert_eq!(sheet, again);
}

fn prepared(f: &Framework) -> Lean {
    Lean::prepare(f).unwrap_or_else(|e| panic!("{f:?}: {e}"))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn the_lean_path_equals_the_full_one_over_the_catalogue(seed in 1_u64.., members in proptest::collection::vec(0_i64..100, 0..3)) {
        let mut draw = Draw(seed);
        let members: Vec<Decimal> = members.into_iter().map(Decimal::from).collect();
        for f in CATALOGUE.iter() {
            let lean = prepared(f);
            both(f, &lean, &some(f, &mut draw), &members);
        }
    }
}

/// A sheet and a room used again carry nothing over.
#[test]
fn a_sheet_and_a_room_are_used_again() {
    for f in CATALOGUE.iter() {
        let lean = prepared(f);
        let (mut sheet, mut room) = (lean.sheet(), lean.room());
        let mut draw = Draw(7);
        for _ in 0..50 {
            let answers = some(f, &mut draw);
            lean.fill(&mut sheet, &answers);
            let short = lean.score(&sheet, &[], &mut room);
            same(&lean, &sheet, &room, short, &score(f, &answers, &Context::default()), f);
        }
    }
}

#[test]
fn golden_vectors_of_answers_come_out_of_the_lean_path() {
    let mut seen = 0;
    for f in CATALOGUE.iter() {
        let lean = prepared(f);
        for vector in f.vectors.iter().filter(|v| !v.answers.is_empty()) {
            let mut answers = Answers::new();
            for (code, given) in &vector.answers {
                let answer = match serde_json::from_value::<Answer>(given.clone()) {
                    Ok(answer) => answer,
                    Err(_) => Answer { value: crate::check_value(f, code, given).unwrap(), ..Answer::default() },
                };
                answers.insert(code.clone(), answer);
            }
            let (mut sheet, mut room) = (lean.sheet(), lean.room());
            lean.fill(&mut sheet, &answers);
            let short = lean.score(&sheet, &vector.members, &mut room);
            if let Some(level) = vector.expect.level {
                assert_eq!(short.level, level, "{}", vector.name);
            }
            if let Some(total) = vector.expect.total {
                assert_eq!(short.total, total, "{}", vector.name);
            }
            if vector.expect.score.is_some() {
                assert_eq!(short.score, vector.expect.score, "{}", vector.name);
            }
            seen += 1;
        }
    }
    assert!(seen >= 3, "{seen}");
}

/// The edges of the level rule of DBI, by known points: 20 and 21, 64 and 65, the fewest dimensions.
#[test]
fn edges_of_the_level_rule() {
    let f = dbi();
    let lean = prepared(&f);
    for points in [[20, 0, 0, 0, 0, 0], [21, 0, 0, 0, 0, 0], [13, 5, 16, 13, 10, 7], [14, 5, 17, 14, 10, 7], [26, 10, 32, 26, 20, 14], [65, 25, 80, 65, 50, 35]] {
        both(&f, &lean, &with_points(&f, points), &[]);
    }
}

const STEP: &str = "  s: {type: ladder, options: [{code: a, points: 0, text: {vi: A, en: A}}, {code: b, points: \"2.5\", text: {vi: B, en: B}}]}\n";

/// What the catalogue does not have: conditions on gates and negations, caps, evidence, every expression, members.
#[test]
fn a_framework_with_everything() {
    let f = small(
        &format!("{STEP}  g: {{type: gate}}\n  e: {{type: evidence, points: 3}}\n  c: {{type: count, buckets: [{{up_to: 3, points: 0}}, {{points: 4}}]}}\n"),
        "  - code: p\n    name: {vi: P, en: P}\n    weight: \"0.3\"\n    max: 3\n    levels: [1, 2, 3]\n    groups:\n      - code: p.1\n        name: {vi: G, en: G}\n        cap: 3\n        criteria:\n          - {code: gate, text: {vi: H, en: Q}, scale: g}\n          - {code: one, text: {vi: H, en: Q}, scale: s, na: excluded}\n          - {code: two, text: {vi: H, en: Q}, scale: s, when: \"gate('gate') and not chosen('one', 'b')\", hidden: zero}\n\
         \x20 - code: q\n    name: {vi: Q, en: Q}\n    weight: \"0.7\"\n    max: 7\n    levels: [2, 7]\n    groups:\n      - code: q.1\n        name: {vi: G, en: G}\n        criteria:\n          - {code: proof, text: {vi: H, en: Q}, scale: e, na: zero}\n          - {code: count, text: {vi: H, en: Q}, scale: c, when: \"not answered('proof') or value('one') / 0 > 1\", na: excluded}\n",
        "zero_below: {share: \"10\", at: down}\nlevels:\n  - {level: 1, name: {vi: M, en: L}, rule: \"not (share > 50 or min_share >= 30)\"}\n  - {level: 2, name: {vi: M, en: L}, rule: \"weighted_share >= 20 and (raw('count') > 3 or members_min < 40 or level('p') == 1)\"}\n  - {level: 3, name: {vi: M, en: L}, rule: \"not gate('gate') and points('p.1') * 2 - 1 > share('q') / 30 and min_points >= 0 and max_total > 1\"}\nscore: \"mean_dimensions + members_mean - -1\"\n",
    );
    let lean = prepared(&f);
    let mut draw = Draw(99);
    for n in 0..3_000 {
        let members: &[Decimal] = if n % 2 == 0 { &[] } else { &[Decimal::ONE, Decimal::HUNDRED] };
        both(&f, &lean, &some(&f, &mut draw), members);
    }
}

#[test]
fn what_cannot_be_expressed_is_refused() {
    let options: Vec<String> = (0..62).map(|n| format!("{{code: o{n}, points: 1, text: {{vi: A, en: A}}}}")).collect();
    let one = |scale: &str, max: &str| {
        small(
            &format!("  s: {scale}\n"),
            &format!("  - code: p\n    name: {{vi: P, en: P}}\n    max: {max}\n    groups:\n      - code: p.1\n        name: {{vi: G, en: G}}\n        criteria:\n          - {{code: one, text: {{vi: H, en: Q}}, scale: s}}\n"),
            "",
        )
    };
    let wide = one(&format!("{{type: multi, options: [{}]}}", options.join(", ")), "62");
    assert!(Lean::prepare(&wide).unwrap_err().0.en.contains("more than 61 options"));
    let many = one("{type: matrix, factor: 1000000, rows: [{code: r, text: {vi: A, en: A}}], options: [{code: a, points: 0, text: {vi: A, en: A}}, {code: b, points: 1000, text: {vi: B, en: B}}]}", "1000000000");
    assert!(Lean::prepare(&many).unwrap_err().0.en.contains("too many"));
    let rows: Vec<String> = (0..21).map(|n| format!("{{code: r{n}, text: {{vi: A, en: A}}}}")).collect();
    let matrix = one(&format!("{{type: matrix, rows: [{}], options: [{}]}}", rows.join(", "), options[..8].join(", ")), "1");
    assert!(Lean::prepare(&matrix).unwrap_err().0.en.contains("too wide"));
}

#[test]
fn what_the_full_reader_refuses_the_lean_one_refuses_too() {
    let f = CATALOGUE.get("dbi-2021-sme", "2021").unwrap();
    let lean = prepared(f);
    let mut sheet = lean.sheet();
    for text in ["", "[]", "{\"p1.1.website\": 3}", "{\"p1.1.website\": {\"valeu\": \"none\"}}", "{\"p1.1.website\": {\"tier\": \"king\"}}", "{} {}", "{\"p1.1.website\": {\"evidence\": [1]}}"] {
        assert!(serde_json::from_str::<Answers>(text).is_err(), "{text}");
        assert!(lean.read(&mut sheet, text).is_err(), "{text}");
    }
}
