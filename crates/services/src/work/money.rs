//! What a case owes, its apology and the members of a set, as its official sees them.

use super::{case::basis, room::Room};
use casework::{
    Due, DueStatus, Found,
    definition::{Before, FeeKind, Holds},
};
use web::{
    html::{Html, esc, url_part},
    kit::{self, Column, Mood, Table},
    when,
};

pub fn html(room: &Room<'_>, found: &Found) -> Html {
    let mut out = apology(room, found);
    out.push(&dues(room, found));
    out.push(&members(room, found));
    out
}

fn apology(room: &Room<'_>, found: &Found) -> Html {
    let Some(apology) = &found.state.apology else { return Html::default() };
    let lang = room.lang();
    match &apology.signed {
        Some(signed) => {
            let said = format!(
                "{}: {} → {}. {}",
                room.pick("Ngày hẹn trả", "Promised"),
                when::exact(signed.was, lang),
                when::exact(signed.due, lang),
                signed.reason
            );
            let title = room.pick("Đã xin lỗi và hẹn lại ngày trả; không gia hạn được nữa", "An apology with a new date was given; no second extension");
            kit::banner(Mood::Info, title, &kit::para(&said))
        }
        None if found.definition.state("handling", found.state.track("handling")).is_some_and(|s| s.terminal || s.national == Some(9)) => Html::default(),
        None => {
            let title = room.pick("Sắp đến hạn, chưa ký kết quả", "Due soon and not signed");
            let said = room.pick(
                "Văn bản xin lỗi (Mẫu 04) chờ người đứng đầu cơ quan giải quyết ký, chậm nhất một ngày trước ngày hẹn trả.",
                "The apology (form 04) waits for the head of the deciding office, at the latest one day before the promised date.",
            );
            kit::banner(Mood::Warn, title, &kit::para(said))
        }
    }
}

pub fn kind(lang: kernel::text::Lang, kind: FeeKind) -> &'static str {
    match kind {
        FeeKind::Fee => lang.pick("phí", "fee"),
        FeeKind::Charge => lang.pick("lệ phí", "charge"),
        FeeKind::Obligation => lang.pick("nghĩa vụ tài chính", "financial obligation"),
    }
}

/// The state of a sum by word and colour.
pub fn chip(lang: kernel::text::Lang, due: &Due) -> Html {
    let (mood, word) = match due.status {
        DueStatus::Due => (Mood::Warn, lang.pick("chưa nộp", "to be paid")),
        DueStatus::Paid => (Mood::Good, lang.pick("đã nộp", "paid")),
        DueStatus::Waived => (Mood::Good, lang.pick("được miễn", "waived")),
        DueStatus::Refunded => (Mood::Info, lang.pick("đã hoàn trả", "refunded")),
    };
    kit::chip(mood, word)
}

fn dues(room: &Room<'_>, found: &Found) -> Html {
    let lang = room.lang();
    if found.state.dues.is_empty() {
        return Html::default();
    }
    let rows = found.state.dues.iter().map(|d| {
        let mut name = format!("{} <span class=\"muted\">({})</span>", esc(d.name.get(lang)), kind(lang, d.kind));
        if let Some(b) = &d.basis {
            name.push_str(&format!("<br><span class=\"muted\">{}</span>", basis(room, b)));
        }
        let mut state = chip(lang, d);
        if let Some(p) = &d.paid {
            state.push(&Html(format!("<br><span class=\"muted\">{} · {}</span>", esc(&p.reference), when::at_time(p.at, room.now, lang))));
        } else if d.unpaid() {
            let held = match (d.before, d.holds) {
                (Before::Intake, _) => room.pick("nộp trước khi tiếp nhận", "before intake"),
                (Before::Result, Holds::Issue) => room.pick("nộp trước khi phát hành kết quả", "before the result is issued"),
                (Before::Result, Holds::Return) => room.pick("nộp trước khi trả kết quả", "before the result is given"),
            };
            state.push(&Html(format!("<br><span class=\"muted\">{held}</span>")));
        }
        vec![Html(name), Html::text(&d.amount.to_string()), Html::text(d.why.get(lang)), state]
    });
    let title = room.pick("Khoản phải nộp", "What is owed");
    let table = kit::table(&Table {
        caption: title.to_owned(),
        caption_hidden: true,
        columns: [("Khoản", "Sum"), ("Số tiền", "Amount"), ("Cách tính", "How it is counted"), ("Tình trạng", "State")]
            .map(|(vi, en)| Column::text(room.pick(vi, en)))
            .to_vec(),
        rows: rows.collect(),
        empty: String::new(),
    });
    kit::card(title, &table)
}

fn members(room: &Room<'_>, found: &Found) -> Html {
    let lang = room.lang();
    let mut out = Html::default();
    if let Some(set) = &found.state.set {
        let link = kit::link(&format!("/work/cases/{}", url_part(set.code.as_str())), set.code.as_str());
        out.push(&Html(format!("<p class=\"muted\">{} {link}</p>", room.pick("Thuộc bộ thủ tục liên thông", "Member of the linked set"))));
    }
    if found.definition.set.is_empty() {
        return out;
    }
    let lines = found.definition.set.iter().map(|m| {
        let linked = found.state.linked(&m.name_in_set);
        let (mood, word) = match linked.and_then(|l| l.outcome.as_deref()) {
            Some("granted") => (Mood::Good, room.pick("được giải quyết", "granted")),
            Some("refused") => (Mood::Bad, room.pick("không được giải quyết", "refused")),
            Some(_) => (Mood::Bad, room.pick("dừng", "stopped")),
            None if linked.is_some_and(|l| l.case.is_some()) => (Mood::Info, room.pick("đang giải quyết", "in progress")),
            None => (Mood::Info, room.pick("chờ thủ tục trước", "waits for another")),
        };
        let code = linked.and_then(|l| l.code.as_ref()).map(|c| kit::link(&format!("/work/cases/{}", url_part(c.as_str())), c.as_str()));
        Html(format!("{} {} {}", esc(m.name.get(lang)), code.unwrap_or_default(), kit::chip(mood, word)))
    });
    out.push(&kit::card(room.pick("Các thủ tục trong bộ", "Procedures of the set"), &kit::bullets(&lines.collect::<Vec<_>>())));
    out
}
