use super::*;
use crate::catalog::built_in;

/// Low, high, open ends, unit of each quantity.
fn numbers(text: &str) -> Vec<(Option<i64>, Option<i64>, String)> {
    let c = built_in();
    let toks = tokens(text, 0);
    let mut silent = vec![false; toks.len()];
    quantity::read(&toks, &c.lexicon, &mut silent).into_iter().map(|q| (q.low, q.high, q.unit)).collect()
}

#[test]
fn numbers_are_read_with_unit_and_bound() {
    let k = 1000;
    for (text, low, high, unit) in [
        ("không quá 12 tháng", None, Some(12 * k), "month"),
        ("tối đa là 48 tháng", None, Some(48 * k), "month"),
        ("không quá 02 năm", None, Some(24 * k), "year"),
        ("trong thời hạn 03 (ba) tháng kể từ ngày", None, Some(3 * k), "month"),
        ("nộp lệ phí 30.000 đồng", Some(30_000 * k), Some(30_000 * k), "dong"),
        ("phạt tiền 1,5 triệu đồng", Some(1_500_000 * k), Some(1_500_000 * k), "dong"),
        ("lãi 0,03 % mỗi ngày", Some(30), Some(30), "percent"),
        ("không quá 20%/năm của khoản tiền vay", None, Some(20 * k), "percent"),
        ("từ đủ 16 tuổi đến dưới 18 tuổi", Some(16 * k), Some(18 * k), "age"),
        ("từ 05 đến 10 ngày làm việc", Some(5 * k), Some(10 * k), "working_day"),
        ("đủ 18 tuổi trở lên", Some(18 * k), None, "age"),
        ("trong thời hạn ba mươi ngày", None, Some(30 * k), "day"),
        ("chậm nhất là mười lăm ngày làm việc", None, Some(15 * k), "working_day"),
        ("mười năm", Some(120 * k), Some(120 * k), "year"),
        ("diện tích tối thiểu 0,5 ha", Some(5_000 * k), None, "hectare"),
        ("ít nhất 50 m2", Some(50 * k), None, "square_metre"),
        ("một trăm hai mươi ngày", Some(120 * k), Some(120 * k), "day"),
    ] {
        assert_eq!(numbers(text), [(low, high, unit.to_owned())], "{text}");
    }
    for text in ["ngày 01 tháng 7 năm 2025", "Điều 5 khoản 2 điểm a", "số 12 ngày 05/3/2020", "tháng 7 năm 2025", "1/3 diện tích", "năm 2024", "không năm nào", "một trong các trường hợp", "9999999999999999999999 đồng", "999999999999 tỷ tỷ đồng"] {
        assert_eq!(numbers(text), [], "{text}");
    }
}

#[test]
fn a_sentence_is_a_norm_with_its_parts_at_their_places() {
    let c = built_in();
    let body = "1. Thời hạn giấy phép thăm dò không quá 48 tháng và có thể được gia hạn.\n2. Trong thời hạn 15 ngày kể từ ngày nhận đủ hồ sơ, Ủy ban nhân dân cấp xã phải giải quyết; trường hợp không giải quyết thì trả lời bằng văn bản.\n3. Người sử dụng đất không phải nộp lệ phí trong các trường hợp sau đây:\na) Hộ nghèo;\nb) Người cao tuổi.";
    let all = read("Thời hạn", body, &c);
    let at = |s: Span| &body[s.0..s.1];
    assert_eq!(all.iter().map(|n| n.unit.as_str()).collect::<Vec<_>>(), ["para_1", "para_2", "para_2", "para_3", "para_3__point_a", "para_3__point_b"], "{:?}", all.iter().map(|n| at(n.span)).collect::<Vec<_>>());
    let two = &all[1];
    assert_eq!(two.modality.map(|(m, s)| (m, at(s))), Some((Modality::Duty, "phải")));
    assert_eq!(two.actor.as_ref().map(|(c, s)| (c.as_str(), at(*s))), Some(("ubnd-xa", "Ủy ban nhân dân cấp xã")));
    assert_eq!(two.act.as_ref().map(|(c, s)| (c.as_str(), at(*s))), Some(("giải quyết", "giải quyết")));
    assert_eq!(two.term.map(|i| at(two.quantities[i].span)), Some("Trong thời hạn 15 ngày"));
    assert!(two.process && two.quantities[0].deadline);
    assert_eq!(all[2].condition.map(at), Some("trường hợp không giải quyết thì trả lời bằng văn bản."));
    assert_eq!(all[3].modality.map(|(m, s)| (m, at(s))), Some((Modality::Exemption, "không phải nộp")));
    assert!(all[3].charge);
    let weigh = |_: u64| 1.0;
    assert!(alike(&all[0].own, &all[0].own, &weigh) == 1000 && alike(&all[0].own, &all[3].own, &weigh) < 200);
}

#[test]
fn odd_texts_are_read_without_a_fault() {
    let c = built_in();
    for text in ["", "\n\n", "%", "1.", "a)", "🙂 10 🙂 ngày", "từ", "từ 5 đến", "không quá", "đến 5 ngày", "(ba) tháng", "1.000.000.000.000.000.000.000 đồng", "0,0,0 %", "trong thời hạn trong thời hạn 5", "phải phải phải"] {
        read(text, text, &c);
    }
}

/// Rows of the words that the grammars look for, in any order, with odd ones between: what no example thought of.
mod any_order {
    use crate::{catalog::built_in, cite, number, parse, unit};
    use proptest::prelude::*;

    const WORDS: [&str; 64] = [
        "không quá", "tối đa", "từ", "đến", "dưới", "đủ", "trong thời hạn", "chậm nhất", "trở lên", "05", "1.800.000", "0,03", "999999999999", "ba", "mười", "mươi", "lăm", "trăm", "linh", "nghìn",
        "triệu", "tỷ", "ngày", "ngày làm việc", "tháng", "năm", "tuổi", "đồng", "%", "m2", "ha", "(", ")", ".", ",", ";", ":", "/", "-", "\n", "1. ", "a) ", "đ) ", "Điều", "khoản", "điểm", "các", "và",
        "Luật Đất đai", "này", "năm 2024", "Nghị định số 78/2025/NĐ-CP", "31/2024/QH15", "phải", "không được", "được miễn", "Ủy ban nhân dân cấp xã", "do", "quyết định", "hồ sơ gồm:", "“", "”", "🙂", "\u{301}",
    ];

    proptest! {
        #![proptest_config(ProptestConfig { cases: 256, ..ProptestConfig::default() })]
        #[test]
        fn grammars_read_any_row_of_their_words(picked in proptest::collection::vec(0usize..WORDS.len(), 0..60), glue in proptest::collection::vec(any::<bool>(), 60), free in ".{0,40}") {
            let c = built_in_once();
            let mut text = free;
            for (w, space) in picked.iter().zip(glue) {
                text.push_str(WORDS[*w]);
                if space {
                    text.push(' ');
                }
            }
            for n in super::read(&text, &text, c) {
                // Places are places of the text.
                prop_assert!(text.get(n.span.0..n.span.1).is_some());
                for s in n.quantities.iter().map(|q| q.span).chain(n.modality.map(|m| m.1)).chain(n.actors.iter().map(|a| a.1)).chain(n.condition).chain(n.object) {
                    prop_assert!(text.get(s.0..s.1).is_some() && s.0 >= n.span.0 && s.1 <= n.span.1);
                }
                for q in &n.quantities {
                    prop_assert!(q.low.is_some() || q.high.is_some());
                }
            }
            for found in cite::find(&text, c, &cite::Registry::default()) {
                prop_assert!(text.get(found.start..found.end).is_some());
            }
            number::first(&text);
            unit::clauses(&text);
            parse::parse(&text);
        }
    }

    fn built_in_once() -> &'static crate::Catalog {
        static ONCE: std::sync::OnceLock<crate::Catalog> = std::sync::OnceLock::new();
        ONCE.get_or_init(built_in)
    }
}
