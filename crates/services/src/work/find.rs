//! `/work/find`: dossiers by code, by a person's name or by a phone's last digits, among those the official may see.

use super::{lists::case_cell, room::Room};
use crate::openings::What;
use casework::views_find::{self, Asked as Typed, Found, Place};
use identity::CaseFilter;
use serde::Deserialize;
use web::{
    html::{Html, esc, url_part},
    kit::{self, Column, Field, Table},
    problem::PageError,
    when,
};

const PAGE: usize = 50;

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    pub q: String,
    pub after: String,
}

/// Text that a code or a name may have; the rest of what somebody pastes is of no use here.
const TYPED_MAX: usize = 200;

/// The question as a form, for this page and for the head of the lists.
pub fn form(room: &Room<'_>, q: &str, error: Option<String>) -> Html {
    let label = room.pick("Tìm hồ sơ: mã, tên người hoặc số cuối điện thoại", "Find a case: code, person's name or last digits of a phone");
    let field = Field::new(room.lang(), "q", label).value(q).kind("search").autocomplete("off").error(error);
    let mut body = field.input();
    body.push(&kit::Button::new(room.pick("Tìm", "Find")).weight(kit::Weight::Quiet).html());
    kit::search_form("/work/find", &body)
}

pub async fn page(room: &Room<'_>, asked: &Asked) -> Result<Html, PageError> {
    let q: String = kernel::text::clean(&asked.q).chars().take(TYPED_MAX).collect();
    let title = room.pick("Tìm hồ sơ", "Find a case");
    let typed = Typed::of(&q);
    let after: Option<Place> = asked.after.parse().ok();
    let desk = &room.services.desk;
    // One's own applications are followed in the citizens' part.
    let filter = CaseFilter { party: None, ..desk.identity().case_filter(room.actor) };
    let found = views_find::find(desk, &filter, &typed, after.as_ref(), PAGE).await.map_err(PageError::internal)?;
    let codes: Vec<&str> = found.cases.iter().map(|c| c.code.as_str()).collect();
    room.services.listed(room.actor, &codes, What::Search).await.map_err(PageError::internal)?;
    let short = !q.is_empty() && typed == Typed::TooShort;
    let error = short.then(|| {
        room.pick("Gõ ít nhất 2 chữ của tên, 3 chữ số cuối của điện thoại hoặc phần đầu của mã hồ sơ.", "Type at least 2 letters of a name, 3 last digits of a phone, or the beginning of a case code.").to_owned()
    });
    let mut main = kit::heading(title, None);
    main.push(&form(room, &q, error));
    main.push(&hint(room));
    if !q.is_empty() && !short {
        main.push(&summary(room, &q, &found.cases, after.is_some(), found.next.is_some()));
        main.push(&Html(format!("<div class=\"card flush\">{}</div>", table(room, title, &found.cases, found.next.is_some()))));
        let next = found.next.as_ref().map(|p| address(&q, Some(p)));
        main.push(&kit::pagination(room.lang(), None, next.as_deref()));
    }
    Ok(room.page(title, "find", main).await?.render())
}

/// The address of the same question with another beginning.
pub fn address(q: &str, after: Option<&Place>) -> String {
    let after = after.map_or_else(String::new, |p| format!("&after={}", url_part(&p.to_string())));
    format!("/work/find?q={}{after}", url_part(q))
}

fn hint(room: &Room<'_>) -> Html {
    kit::para(room.pick(
        "Mã gõ liền, có dấu chấm, gạch hay không đều được; tên không cần dấu, thứ tự chữ nào cũng được. Chỉ có hồ sơ mà cơ quan bạn được xem.",
        "Codes with or without dots and dashes; names with or without accents, in any order. Only cases your office may see are listed.",
    ))
}

fn summary(room: &Room<'_>, q: &str, cases: &[Found], later: bool, more: bool) -> Html {
    let n = cases.len();
    let count = if more {
        format!("{} {n} {}", room.pick("Đang xem", "Showing"), room.pick("hồ sơ; còn trang sau.", "cases; there are more pages."))
    } else {
        format!("{n} {}", room.pick("hồ sơ.", if n == 1 { "case." } else { "cases." }))
    };
    let back = if later { kit::link(&address(q, None), room.pick("Về đầu danh sách", "Back to the first page")).0 } else { String::new() };
    Html(format!("<div class=\"summary-line\" role=\"status\"><p>{}</p>{back}</div>", esc(&format!("“{q}”: {count}"))))
}

fn table(room: &Room<'_>, title: &str, cases: &[Found], more: bool) -> Html {
    let lang = room.lang();
    let definitions = &room.services.desk.rules().definitions;
    let row = |f: &Found| {
        let definition = definitions.pinned(&f.definition, &f.pinned);
        let state = definition.and_then(|d| d.state("handling", &f.handling));
        vec![
            case_cell(&f.code, &f.title, "find"),
            Html::text(f.person.as_deref().unwrap_or_default()),
            Html::text(definition.map_or(f.definition.as_str(), |d| d.name.get(lang))),
            Html::text(state.map_or(f.handling.as_str(), |s| s.name.get(lang))),
            Html::text(&room.office_name(&f.decides)),
            when::at_time(f.filed_at, room.now, lang),
            f.due.map_or_else(Html::default, |due| when::at_time(due, room.now, lang)),
        ]
    };
    let empty = if more {
        room.pick(
            "Chữ này rất thường gặp: chưa thấy trong phần mới nhất. Gõ thêm một chữ của tên, hoặc xem trang sau.",
            "These words are very common: nothing in the newest part. Type another word of the name, or go to the next page.",
        )
    } else {
        room.pick(
            "Không có hồ sơ nào mà bạn được xem. Kiểm tra lại mã trên giấy tiếp nhận, thử tên không dấu hoặc 4 số cuối điện thoại; hồ sơ của cơ quan khác không có ở đây.",
            "There is no such case you may see. Check the code on the receipt, try the name without accents or the last 4 digits of the phone; another office's cases are not here.",
        )
    };
    kit::table(&Table {
        caption: title.to_owned(),
        caption_hidden: true,
        columns: [
            ("Hồ sơ", "Case"), ("Người", "Person"), ("Thủ tục", "Procedure"), ("Tình trạng", "State"),
            ("Cơ quan giải quyết", "Decides"), ("Nộp lúc", "Filed"), ("Hạn", "Due"),
        ]
        .map(|(vi, en)| Column::text(room.pick(vi, en)))
        .to_vec(),
        rows: cases.iter().map(row).collect(),
        empty: empty.to_owned(),
    })
}
