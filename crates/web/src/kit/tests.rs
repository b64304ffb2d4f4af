use super::*;
use crate::extract::FormData;
use kernel::{Refusal, text::Lang};

#[test]
fn a_table_cell_carries_its_label() {
    let html = table(&Table {
        caption: "Hồ sơ <1>".into(),
        columns: vec![Column::text("Mã"), Column::num("Phí")],
        rows: vec![vec![Html::text("A"), Html::text("15.000")]],
        ..Table::default()
    })
    .0;
    assert!(html.contains("<caption>Hồ sơ &lt;1&gt;</caption>"));
    assert!(html.contains("<th scope=\"row\" role=\"rowheader\" data-label=\"Mã\">A</th>"));
    assert!(html.contains("<td role=\"cell\" data-label=\"Phí\" class=\"num\">15.000</td>"));
}

#[test]
fn an_empty_table_says_so() {
    let html = table(&Table { caption: "Hồ sơ".into(), empty: "Chưa có hồ sơ nào.".into(), ..Table::default() }).0;
    assert!(html.contains("Chưa có hồ sơ nào.") && !html.contains("<table"));
}

#[test]
fn an_error_is_tied_to_its_field_whichever_way_it_is_named() {
    let refusal = Refusal::invalid("form", "Sai", "Wrong").because(Some("/owner/name"), "Nhập họ tên", "Enter a name");
    let summary = error_summary(Lang::Vi, &refusal.reasons).0;
    let field = Field::new(Lang::Vi, "owner.name", "Họ tên").hint("Như trên giấy tờ").errors(&refusal.reasons).autocomplete("name").input().0;
    assert!(summary.contains("href=\"#f-owner-name\""));
    assert!(field.contains("id=\"f-owner-name\"") && field.contains("aria-invalid=\"true\""));
    assert!(field.contains("aria-describedby=\"f-owner-name-hint f-owner-name-error\""));
    assert!(field.contains("<span class=\"vh\">Lỗi: </span>Nhập họ tên"));
    assert!(error_summary(Lang::Vi, &[]).is_empty());
}

#[test]
fn what_a_person_typed_cannot_become_markup() {
    let evil = "\"><script>alert(1)</script>";
    let all = [
        Field::new(Lang::Vi, evil, evil).hint(evil).error(Some(evil)).value(evil).input(),
        Field::new(Lang::Vi, "a", "A").value("</textarea><script>").textarea(3),
        Field::new(Lang::Vi, "a", "A").value(evil).select(&[Choice::new(evil, evil)]),
        Field::new(Lang::Vi, "a", "A").value(evil).radios(&[Choice::new(evil, evil).hint(evil)]),
        Field::new(Lang::Vi, "a", "A").values(vec![evil.into(), evil.into(), evil.into()]).date(),
        chip(Mood::Warn, evil),
        link_button(evil, evil, Weight::Quiet),
        Button::new(evil).named(evil, evil).key(evil).html(),
        summary_list(&[Line::new(evil, evil).action(evil, evil, evil)]),
        task_list(&[Task { label: evil.into(), href: Some(evil.into()), hint: Some(evil.into()), status: Html::default() }]),
        pagination(Lang::Vi, Some(evil), Some(evil)),
    ];
    for html in all {
        assert!(!html.0.contains("<script"), "{html}");
    }
}

#[test]
fn a_date_is_three_boxes_and_reads_back() {
    let html = Field::new(Lang::Vi, "born", "Ngày sinh").value("2026-11-02").autocomplete("bday").date().0;
    assert!(html.contains("name=\"born-day\"") && html.contains("value=\"02\"") && html.contains("autocomplete=\"bday-year\""));
    assert!(html.contains("<fieldset") && html.contains("id=\"f-born\""));
    let form = |text: &str| FormData::parse(text.as_bytes());
    assert_eq!(date_answer(&form("born-day=2&born-month=11&born-year=2026"), "born"), Ok(Some(kernel::time::date(2026, 11, 2))));
    assert_eq!(date_answer(&form(""), "born"), Ok(None));
    assert_eq!(date_answer(&form("born-day=31&born-month=2&born-year=2026"), "born"), Err(["31".into(), "2".into(), "2026".into()]));
}

#[test]
fn states_have_a_word_and_a_shape() {
    assert_eq!(chip(Mood::Good, "Xong").0, "<span class=\"chip good\"><span aria-hidden=\"true\">✓</span> Xong</span>");
    assert!(chip_with(Mood::Info, Shape::Pause, "Tạm dừng").0.contains("❙❙"));
}

#[test]
fn nothing_carries_a_style_attribute() {
    let clock = clocks(Lang::Vi, &[Clock { label: "Hạn".into(), text: "10:15".into(), chip: chip(Mood::Bad, "quá hạn"), used: Some(120), mood: Mood::Bad }]).0;
    assert!(!clock.contains("style="));
    assert!(clock.contains("<progress class=\"meter bad\" max=\"100\" value=\"100\""));
}

#[test]
fn an_upload_form_carries_its_token_in_the_address() {
    let visitor = crate::visitor::Visitor { csrf: "t0".into(), ..Default::default() };
    assert!(upload_form(&visitor, "/files?x=1", &Html::default()).0.contains("action=\"/files?x=1&amp;_csrf=t0\""));
    assert!(form(&visitor, "/apply", &Html::default()).0.contains("name=\"_csrf\" value=\"t0\""));
}

#[test]
fn a_question_carries_what_the_scripts_need() {
    let html = Field::new(Lang::Vi, "storeys", "Số tầng").attr("data-count", "20").shows_when("kind=house & \"").input().0;
    assert!(html.starts_with("<div class=\"field\" data-shows-when=\"kind=house &amp; &quot;\">"));
    assert!(html.contains("data-count=\"20\" "));
    assert!(!Field::new(Lang::Vi, "f", "Tệp").file(".pdf", true).0.contains("aria-required"));
}
