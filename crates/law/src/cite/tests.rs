//! The rows of domain/law.md §1.5: what each citation names, and what that resolves to.

use super::{Doc, Known, Registry, Seen, State, find};
use crate::{catalog, number::Docno};
use kernel::time::{Date, date};

fn known(key: &str, name: &str, title: &str, issued: Date, from: Date, until: Option<Date>, body: Option<&str>) -> Known {
    let (kind, number) = key.split_once(':').unwrap_or((key, ""));
    let number = number.split('@').next().unwrap_or_default();
    Known { key: key.into(), kind: kind.into(), rank: 2, number: Docno::parse(number), body: body.map(Into::into), name: name.into(), title: title.into(), issued: Some(issued), effective: Some(from), until, articles: None }
}

fn registry() -> Registry {
    let d = date;
    let law = |key: &str, name: &str, issued: Date, from: Date, until: Option<Date>| known(key, name, &format!("Luật {name}"), issued, from, until, None);
    let other = |key: &str, issued: Date| known(key, "", key, issued, issued, None, None);
    Registry::of(vec![
        law("luat:31/2024/QH15", "Đất đai", d(2024, 1, 18), d(2024, 8, 1), None),
        law("luat:45/2013/QH13", "Đất đai", d(2013, 11, 29), d(2014, 7, 1), Some(d(2024, 8, 1))),
        law("luat:35/2005/QH11", "Đường sắt", d(2005, 6, 14), d(2006, 1, 1), Some(d(2018, 7, 1))),
        law("luat:61/2020/QH14", "Đầu tư", d(2020, 6, 17), d(2021, 1, 1), None),
        law("luat:67/2014/QH13", "Đầu tư", d(2014, 11, 26), d(2015, 7, 1), Some(d(2021, 1, 1))),
        law("luat:60/2014/QH13", "Hộ tịch", d(2014, 11, 20), d(2016, 1, 1), None),
        law("luat:91/2015/QH13", "Dân sự", d(2015, 11, 24), d(2017, 1, 1), None),
        law("luat:100/2015/QH13", "Hình sự", d(2015, 11, 27), d(2018, 1, 1), None),
        law("luat:50/2014/QH13", "Xây dựng", d(2014, 6, 18), d(2015, 1, 1), None),
        law("luat:62/2020/QH14", "sửa đổi, bổ sung một số điều của Luật Xây dựng", d(2020, 6, 17), d(2021, 1, 1), None),
        law("luat:59/2020/QH14", "Doanh nghiệp", d(2020, 6, 17), d(2021, 1, 1), None),
        law("luat:43/2013/QH13", "Đấu thầu", d(2013, 11, 26), d(2014, 7, 1), Some(d(2024, 1, 1))),
        known("hp:", "", "Hiến pháp", d(2013, 11, 28), d(2014, 1, 1), None, None),
        other("nd:78/2025/NĐ-CP", d(2025, 4, 1)),
        other("nd:187/2025/NĐ-CP", d(2025, 7, 1)),
        other("nd:40/2010/NĐ-CP", d(2010, 4, 12)),
        other("nd:29/2011/NĐ-CP", d(2011, 4, 18)),
        other("nd:15/2015/NĐ-CP", d(2015, 2, 14)),
        other("nd:56/2015/NĐ-CP", d(2015, 6, 9)),
        other("nq:66.20/2026/NQ-CP", d(2026, 1, 1)),
        other("nq:206/2025/QH15", d(2025, 6, 24)),
        other("pl:02/2020/UBTVQH14", d(2020, 12, 9)),
        other("ttlt:14/2015/TTLT-BTNMT-BTP", d(2015, 4, 4)),
        other("ttlt:01/2024/TTLT-VKSNDTC-BCA-BQP-BNN&PTNT-BTC", d(2024, 1, 1)),
        other("nqlt:72/2025/NQLT/UBTVQH15-CP-ĐCTUBTWMTTQVN", d(2025, 1, 1)),
        other("vbhn:11/VBHN-VPQH", d(2025, 2, 24)),
        other("tt:24/2014/TT-BTNMT", d(2014, 5, 19)),
        known("nq:31/2025/NQ-HĐND@hdnd-lao-cai", "", "", d(2025, 12, 10), d(2025, 12, 20), None, Some("HĐND tỉnh Lào Cai")),
        known("qd:12/2026/QĐ-UBND@ubnd-lao-cai", "", "", d(2026, 2, 3), d(2026, 2, 13), None, Some("UBND tỉnh Lào Cai")),
        known("qd:12/2026/QĐ-UBND@ubnd-can-tho", "", "", d(2026, 2, 4), d(2026, 2, 14), None, Some("UBND thành phố Cần Thơ")),
        known("qd:18/2025/QĐ-UBND@ubnd-lao-cai", "", "", d(2025, 2, 3), d(2025, 2, 13), None, Some("UBND tỉnh Lào Cai")),
    ])
}

/// All targets of a text: `KEY path`, and the state of each citation.
fn answer(text: &str, seen: &Seen<'_>) -> (Vec<String>, Vec<State>) {
    let (catalog, registry) = (catalog::built_in(), registry());
    let mut targets = Vec::new();
    let mut states = Vec::new();
    for c in find(text, &catalog, &registry) {
        assert!(text.get(c.start..c.end).is_some(), "{text}: {}..{}", c.start, c.end);
        let r = registry.resolve(&c, seen, &catalog);
        targets.extend(r.targets.iter().map(|t| format!("{} {}", t.key, t.path.eid()).trim_end().to_owned()));
        states.push(r.state);
    }
    (targets, states)
}

const SELF: &str = "luat:1/2026/QH15";

fn seen() -> Seen<'static> {
    Seen { key: Some(SELF), article: Some("9"), clause: Some("3"), body: None, on: date(2026, 11, 23) }
}

#[test]
fn citations_resolve_as_the_table_says() {
    use State::{Administrative, Ambiguous, Blanket, Inferred, Near, Party, Precedent, Resolved, Standard};
    let rows: Vec<(&str, Vec<&str>, State)> = vec![
        ("Điều 5 Luật Đất đai năm 2024", vec!["luat:31/2024/QH15 art_5"], Resolved),
        ("khoản 2 Điều 5 Luật Đất đai số 31/2024/QH15", vec!["luat:31/2024/QH15 art_5__para_2"], Resolved),
        ("điểm đ khoản 1 Điều 64 của Luật Đất đai năm 2013", vec!["luat:45/2013/QH13 art_64__para_1__point_dd"], Resolved),
        ("các điểm a, b và c khoản 1 Điều này", vec!["luat:1/2026/QH15 art_9__para_1__point_a", "luat:1/2026/QH15 art_9__para_1__point_b", "luat:1/2026/QH15 art_9__para_1__point_c"], Resolved),
        ("điểm a, điểm c khoản 1 Điều 97 Luật Đường sắt năm 2005", vec!["luat:35/2005/QH11 art_97__para_1__point_a", "luat:35/2005/QH11 art_97__para_1__point_c"], Resolved),
        ("khoản 2 và khoản 3 Điều 47 của Luật này", vec!["luat:1/2026/QH15 art_47__para_2", "luat:1/2026/QH15 art_47__para_3"], Resolved),
        ("các Điều 30, 31, 32, 36 Luật Đầu tư", vec!["luat:61/2020/QH14 art_30", "luat:61/2020/QH14 art_31", "luat:61/2020/QH14 art_32", "luat:61/2020/QH14 art_36"], Resolved),
        ("từ Điều 37 đến Điều 41 của Luật này", vec!["luat:1/2026/QH15 art_37", "luat:1/2026/QH15 art_38", "luat:1/2026/QH15 art_39", "luat:1/2026/QH15 art_40", "luat:1/2026/QH15 art_41"], Resolved),
        ("Chương III của Luật Hộ tịch năm 2014", vec!["luat:60/2014/QH13 chp_III"], Resolved),
        ("Mục 2 Chương IV Nghị định này", vec!["luat:1/2026/QH15 chp_IV__sec_2"], Resolved),
        ("Tiểu mục 1 Mục 7 Chương XV Phần thứ ba Bộ luật Dân sự", vec!["luat:91/2015/QH13 part_3__chp_XV__sec_7__subsec_1"], Resolved),
        ("Nghị định số 78/2025/NĐ-CP ngày 01 tháng 4 năm 2025 của Chính phủ quy định chi tiết", vec!["nd:78/2025/NĐ-CP"], Resolved),
        ("Nghị định 78", vec!["nd:78/2025/NĐ-CP"], Ambiguous),
        ("Nghị định số 78/2025/NĐ-CP được sửa đổi, bổ sung bởi Nghị định số 187/2025/NĐ-CP", vec!["nd:78/2025/NĐ-CP"], Resolved),
        ("khoản 33 Điều 1 của Luật số 62/2020/QH14", vec!["luat:62/2020/QH14 art_1__para_33"], Resolved),
        ("Điều 94 của Luật Xây dựng năm 2014 được sửa đổi, bổ sung tại khoản 33 Điều 1 của Luật số 62/2020/QH14", vec!["luat:50/2014/QH13 art_94"], Resolved),
        ("Quyết định số 12/2026/QĐ-UBND của UBND tỉnh Lào Cai", vec!["qd:12/2026/QĐ-UBND@ubnd-lao-cai"], Resolved),
        ("Quyết định số 12/2026/QĐ-UBND", vec!["qd:12/2026/QĐ-UBND@ubnd-lao-cai", "qd:12/2026/QĐ-UBND@ubnd-can-tho"], Ambiguous),
        ("Quyết định số 1410/QĐ-UBND ngày 14/6/2026", vec![], Administrative),
        ("Nghị quyết số 31/NQ-HĐND ngày 10/12/2025", vec!["nq:31/2025/NQ-HĐND@hdnd-lao-cai"], Near),
        ("Nghị quyết số 66.20/2026/NQ-CP", vec!["nq:66.20/2026/NQ-CP"], Resolved),
        ("Nghị quyết số 1656/NQ-UBTVQH15", vec![], Administrative),
        ("Pháp lệnh số 02/2020/UBTVQH14", vec!["pl:02/2020/UBTVQH14"], Resolved),
        ("Thông tư liên tịch số 14/2015/TTLT-BTNMT-BTP", vec!["ttlt:14/2015/TTLT-BTNMT-BTP"], Resolved),
        ("01/2024/TTLT-VKSNDTC-BCA-BQP- BNN&PTNT-BTC", vec!["ttlt:01/2024/TTLT-VKSNDTC-BCA-BQP-BNN&PTNT-BTC"], Resolved),
        ("72/2025/NQLT/UBTVQH15-CP-ĐCTUBTWMTTQVN", vec!["nqlt:72/2025/NQLT/UBTVQH15-CP-ĐCTUBTWMTTQVN"], Resolved),
        ("Văn bản hợp nhất số 11/VBHN-VPQH", vec!["vbhn:11/VBHN-VPQH"], Resolved),
        ("Điều 2 Quy định ban hành kèm theo Quyết định số 18/2025/QĐ-UBND của UBND tỉnh Lào Cai", vec!["qd:18/2025/QĐ-UBND@ubnd-lao-cai !quy-dinh__art_2"], Resolved),
        ("Mẫu số 11/ĐK ban hành kèm theo Thông tư số 24/2014/TT-BTNMT", vec!["tt:24/2014/TT-BTNMT form_11-DDK"], Resolved),
        ("Phụ lục II Nghị định số 29/2011/NĐ-CP", vec!["nd:29/2011/NĐ-CP annex_II"], Resolved),
        ("số thứ tự 5 Mục II Phụ lục I Nghị định này", vec!["luat:1/2026/QH15 annex_I__sec_II__row_5"], Resolved),
        ("điểm a1 khoản 2a Điều 15a Luật này", vec!["luat:1/2026/QH15 art_15a__para_2a__point_a1"], Resolved),
        ("Điểm b, Khoản 1, Điều 48 Luật Đất đai 2024", vec!["luat:31/2024/QH15 art_48__para_1__point_b"], Resolved),
        ("Điểm 1.1.a, Phần IV, Điều 1 Nghị định này", vec!["luat:1/2026/QH15 part_4__art_1__point_1.1.a"], Resolved),
        ("khoản 2 Điều 14 Hiến pháp năm 2013", vec!["hp: art_14__para_2"], Resolved),
        ("Bộ luật Hình sự năm 2015, sửa đổi, bổ sung năm 2017", vec!["luat:100/2015/QH13"], Resolved),
        ("Điều 468 BLDS 2015", vec!["luat:91/2015/QH13 art_468"], Resolved),
        ("theo LĐĐ", vec!["luat:31/2024/QH15"], Resolved),
        ("theo LDN", vec!["luat:59/2020/QH14"], Resolved),
        ("Công văn số 3954/UBND-VX", vec![], Administrative),
        ("Kế hoạch số 222/KH-UBND ngày 01/3/2026 của UBND thành phố", vec![], Administrative),
        ("Kết luận số 83-KL/TW", vec![], Party),
        ("Nghị quyết số 18-NQ/TW", vec![], Party),
        ("QCVN 41:2024/BGTVT", vec![], Standard),
        ("TCVN 6909:2001", vec![], Standard),
        ("Án lệ số 43/2021/AL", vec![], Precedent),
        ("Điều 9 khoản 2", vec!["luat:1/2026/QH15 art_9__para_2"], Inferred),
        ("Điều 15 Nghị định số 15/2015/NĐ–CP", vec!["nd:15/2015/NĐ-CP art_15"], Resolved),
        ("Nghị định số 56/ 2015/ NĐ - CP", vec!["nd:56/2015/NĐ-CP"], Resolved),
        ("43/2013/QH14", vec![], State::Impossible("43/2013/QH13".into())),
        ("theo quy định của pháp luật về đất đai", vec![], Blanket),
        ("dieu 117 bo luat dan su 2015", vec!["luat:91/2015/QH13 art_117"], Resolved),
        ("Điều 5 của Luật đất đai số 45/2013/QH13", vec!["luat:45/2013/QH13 art_5"], Resolved),
        ("Luật Ma trận số 99/2025/QH15", vec![], State::Unknown),
        ("điểm a khoản 1, điểm b khoản 2 Điều 5 Luật Đầu tư", vec!["luat:61/2020/QH14 art_5__para_1__point_a", "luat:61/2020/QH14 art_5__para_2__point_b"], Resolved),
        ("khoản 1 Điều 5, Điều 6 và Điều 7 Luật Đầu tư", vec!["luat:61/2020/QH14 art_5__para_1", "luat:61/2020/QH14 art_6", "luat:61/2020/QH14 art_7"], Resolved),
    ];
    let mut wrong = Vec::new();
    for (text, targets, state) in &rows {
        let (found, states) = answer(text, &seen());
        if found != *targets || states.first() != Some(state) || states.len() != 1 {
            wrong.push(format!("{text}\n   want {targets:?} {state:?}\n   have {found:?} {states:?}"));
        }
    }
    assert!(wrong.is_empty(), "{} of {} rows:\n{}", wrong.len(), rows.len(), wrong.join("\n"));
}

#[test]
fn what_a_text_says_of_itself_is_used() {
    let (found, _) = answer("Nghị định số 40/2010/NĐ-CP ngày 12 tháng 4 năm 2010 của Chính phủ (sau đây gọi tắt là Nghị định số 40) … theo Điều 3 Nghị định số 40; Nghị định 40 nêu", &seen());
    assert_eq!(found, ["nd:40/2010/NĐ-CP", "nd:40/2010/NĐ-CP art_3", "nd:40/2010/NĐ-CP"]);
    let local = Seen { body: Some("UBND tỉnh Lào Cai"), ..seen() };
    assert_eq!(answer("Quyết định số 12/2026/QĐ-UBND", &local), (vec!["qd:12/2026/QĐ-UBND@ubnd-lao-cai".to_owned()], vec![State::Inferred]));
    // The law of the day that is asked about.
    let before = Seen { on: date(2020, 1, 1), ..seen() };
    assert_eq!(answer("Điều 97 Luật Đất đai", &before).0, ["luat:45/2013/QH13 art_97"]);
    assert_eq!(answer("Điều 97 Luật Đất đai", &seen()).0, ["luat:31/2024/QH15 art_97"]);
    assert_eq!(answer("Điều 9 khoản 2; Điều 8 khoản 6", &seen()).0, ["luat:1/2026/QH15 art_9__para_2", "luat:1/2026/QH15 art_8__para_6"]);
}

#[test]
fn relations_are_no_targets() {
    let (catalog, registry) = (catalog::built_in(), registry());
    let text = "Điều 94 của Luật Xây dựng năm 2014 được sửa đổi, bổ sung tại khoản 33 Điều 1 của Luật số 62/2020/QH14";
    let found = find(text, &catalog, &registry);
    assert_eq!(found.len(), 1);
    assert_eq!(found[0].amended.len(), 1);
    assert_eq!(found[0].amended[0].paths[0].eid(), "art_1__para_33");
    let years = find("Bộ luật Hình sự năm 2015, sửa đổi, bổ sung năm 2017", &catalog, &registry);
    assert_eq!(years[0].amended_years, [2017]);
    assert!(matches!(years[0].doc, Doc::Named(_)));
}

#[test]
fn what_is_no_citation_is_left_alone() {
    for text in ["", "mức 2 và phần 3 của bài", "luật sư và pháp luật", "điều kiện 5 sao", "🙂🙂", "khoản tiền 5 triệu", "Luật", "Nghị định", "điểm"] {
        let (found, states) = answer(text, &seen());
        assert!(found.is_empty() && states.len() <= 1, "{text}: {found:?} {states:?}");
    }
    let long = "Điều 1, ".repeat(20_000);
    assert!(!find(&long, &catalog::built_in(), &registry()).is_empty());
}
