//! What breaks naive readers, each a row.

use super::parse;

fn eids(text: &str) -> Vec<String> {
    parse(text).blocks.into_iter().map(|b| b.eid).collect()
}

#[test]
fn a_law_is_read_to_its_articles() {
    let p = parse("QUỐC HỘI\n\nLuật số: 31/2024/QH15\n\nHà Nội, ngày 18 tháng 01 năm 2024\n\nLUẬT\n\nĐẤT ĐAI\n\nCăn cứ Hiến pháp;\n\nChương I\n\nQUY ĐỊNH CHUNG\n\nĐiều 1. Phạm vi\n\nLuật này quy định.\n\nMục 1. TÊN\nĐiều 2. Đối tượng\n1. Một.\nĐiều 2a. Thêm\nĐiều 3\nGiải thích từ ngữ\nNội dung.\n");
    assert_eq!(p.head.number.as_ref().map(ToString::to_string).as_deref(), Some("31/2024/QH15"));
    assert_eq!(p.head.title, "ĐẤT ĐAI");
    assert_eq!(p.head.kind.as_deref(), Some("LUẬT"));
    assert_eq!(p.head.issued, Some(kernel::time::date(2024, 1, 18)));
    let found: Vec<_> = p.blocks.iter().map(|b| (b.eid.as_str(), b.heading.as_str(), b.path.len())).collect();
    assert_eq!(found, [("art_1", "Phạm vi", 1), ("art_2", "Đối tượng", 2), ("art_2a", "Thêm", 2), ("art_3", "Giải thích từ ngữ", 2)]);
    assert_eq!(p.blocks[0].path, ["Chương I. QUY ĐỊNH CHUNG"]);
}

#[test]
fn quoted_text_opens_nothing() {
    for text in [
        "Điều 1. Một\n1. Sửa Điều 5 như sau:\n“Điều 5. Khác\n1. A.\nĐiều 6. Nữa\nB.”.\nĐiều 2. Hai\nx\n",
        "Điều 1. Một\n1. Sửa như sau:\n\"Điều 5. Khác\nnội dung.\"\nĐiều 2. Hai\nx\n",
        "Điều 1. Một\ntheo\nĐiều 5 của Luật này quy định.\nĐiều 2. Hai\nx\n",
        "Điều 1. Một\nvay theo điểm a khoản 2\nĐiều 11 của Luật này.\nĐiều 2. Hai\nx\n",
    ] {
        assert_eq!(eids(text), ["art_1", "art_2"], "{text}");
    }
}

#[test]
fn annexes_and_attached_texts_are_their_own() {
    let text = "QUYẾT ĐỊNH\nBan hành Quy định\nĐiều 1. Ban hành kèm theo\nĐiều 2. Thi hành\nx\nTM. ỦY BAN NHÂN DÂN\nQUY ĐỊNH\n(Ban hành kèm theo Quyết định số 18/2025/QĐ-UBND)\nĐiều 1. Phạm vi\ny\nĐiều 2. Giá\nz\nPHỤ LỤC I\nBẢNG GIÁ\n1.1. Đất\nPhụ lục I\n1.2. Đất\nPhụ lục II\nkhác\n";
    assert_eq!(eids(text), ["art_1", "art_2", "!kem-theo-quyet-dinh__art_1", "!kem-theo-quyet-dinh__art_2", "annex_I", "annex_II"]);
}

#[test]
fn bad_texts_are_noted_not_crashed_on() {
    assert!(parse("").blocks.is_empty());
    assert_eq!(eids("chỉ là một bảng | 1 | 2\n"), ["body"]);
    let two = parse("Điều 1. A\nx\nĐiều 2. B\nTM. CHÍNH PHỦ\nĐiều 1. C\ny\n");
    assert!(two.notes.iter().any(|n| n.code == "second-text"));
    assert_eq!(two.blocks.len(), 3);
    let gap = parse("Điều 1. A\nx\nĐiều 4. B\ny\n");
    assert!(gap.notes.iter().any(|n| n.code == "gap"));
    let before = parse("Điều 15a. A\nx\nĐiều 16. B\n");
    assert_eq!(before.blocks.len(), 2);
    let hidden = parse("Điều 1.\u{200b} A\n\u{202e}x\n");
    assert_eq!(hidden.blocks[0].body, "x");
    let huge = "Điều 1. A\n".to_owned() + &"1.1. đất | 5\n".repeat(50_000);
    assert_eq!(parse(&huge).blocks.len(), 1);
    // NFD is the same text.
    use unicode_normalization::UnicodeNormalization as _;
    let nfd: String = "Điều 1. Đất đai\nquyền\n".nfd().collect();
    assert_eq!(parse(&nfd).blocks[0].heading, "Đất đai");
}
