//! One entry in words: who, what, when; each field by its name; what is personal masked until it is opened with a reason.

use super::actor;
use crate::{Audit, model, store::{self as tables, Opening}, views, words};
use axum::{
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
};
use identity::{Subject, actions::AUDIT_PERSONAL};
use kernel::{Instant, Refusal, refusal::Reason, text::Lang};
use serde_json::Value;
use std::collections::BTreeSet;
use store::{StoreError, journal::{self, Entry}};
use web::{
    extract::{FormData, Path},
    html::{Html, esc},
    kit::{self, Column, Field, Line, Table},
    page::{Shell, Width},
    problem::PageError,
    visitor::Visitor,
    when,
};

async fn found(s: &Audit, seq: i64) -> Result<Entry, PageError> {
    journal::entry(&s.scope, seq).await.map_err(PageError::internal)?.ok_or_else(PageError::not_found)
}

pub async fn show(State(s): State<Audit>, v: Visitor, Path(seq): Path<i64>) -> Result<Html, PageError> {
    page(&s, &v, &found(&s, seq).await?, "", &[]).await
}

async fn page(s: &Audit, v: &Visitor, entry: &Entry, typed: &str, reasons: &[Reason]) -> Result<Html, PageError> {
    let lang = v.lang;
    let actor = actor(v)?;
    let row = views::entry(&s.scope, entry.seq).await.map_err(PageError::internal)?;
    let opened = views::opened(&s.scope, actor.account, entry.seq, s.opened_since()).await.map_err(PageError::internal)?;
    let payload: Value = serde_json::from_str(&entry.payload).unwrap_or_default();
    let kind = s.kind(&entry.kind);
    let title = kind.get(lang);
    let number = match lang {
        Lang::Vi => format!("Bản ghi số {}", entry.seq),
        Lang::En => format!("Entry {}", entry.seq),
    };
    let mut main = kit::error_summary(lang, reasons);
    main.push(&kit::heading(title, Some(&number)));
    let (name, office) = row.as_ref().map_or(("", ""), |r| (r.name.as_str(), r.office.as_str()));
    let mut lines = vec![
        Line::new(v.pick("Lúc", "When"), when::time(entry.at, &when::exact(entry.at, lang), lang)),
        Line::new(v.pick("Ai", "Who"), Html::text(if name.is_empty() { &entry.actor } else { name })),
    ];
    if !office.is_empty() {
        lines.push(Line::new(v.pick("Cơ quan", "Office"), Html::text(&s.office_name(office, lang))));
    }
    if let Some(code) = row.as_ref().and_then(|r| r.case_code.as_deref()) {
        lines.push(Line::new(v.pick("Hồ sơ", "Case"), super::case(s, v, Some(code))));
    }
    let place = match lang {
        Lang::Vi => format!("{}, lần thứ {}", entry.stream, entry.version),
        Lang::En => format!("{}, change {}", entry.stream, entry.version),
    };
    lines.push(Line::new(v.pick("Đối tượng", "Record"), Html(format!("<code class=\"hash\">{}</code>", esc(&place)))));
    main.push(&kit::summary_list(&lines));
    main.push(&Html(format!("<h2>{}</h2>", v.pick("Nội dung", "Contents"))));
    main.push(&contents(s, v, &payload, opened));
    if opened.is_none() && s.identity.permits(Some(&actor), AUDIT_PERSONAL, &Subject::Portal) {
        main.push(&opening(s, v, entry.seq, typed, reasons));
    }
    main.push(&proof(v, entry.seq, opened.is_some()));
    Ok(Shell::new(v, title, main).width(Width::Normal).error(!reasons.is_empty()).back("/admin/audit/entries", v.pick("Tra cứu nhật ký", "Search the journal")).render())
}

fn contents(s: &Audit, v: &Visitor, payload: &Value, opened: Option<Instant>) -> Html {
    let lang = v.lang;
    let lines = words::lines(&s.words, payload, opened.is_some());
    let masked = lines.iter().filter(|l| l.value.is_none()).count();
    let row = |l: &words::Line| {
        let place: Vec<&str> = l.place.iter().map(|t| t.get(lang)).collect();
        let value = match &l.value {
            None => Html(format!("<span class=\"muted\"><span aria-hidden=\"true\">••••••</span><span class=\"vh\">{}</span></span>", v.pick("đã che", "masked"))),
            Some(told) => match words::instant(told) {
                Some(at) => when::time(at, &when::exact(at, lang), lang),
                None => Html::text(told.chars().take(2000).collect::<String>().as_str()),
            },
        };
        vec![Html::text(&place.join(" › ")), value]
    };
    let mut out = Html::default();
    if let Some(at) = opened {
        let said = v.pick("Bạn đã mở bản ghi này với lý do; người liên quan xem được điều đó.", "You opened this entry with a reason; the person concerned can see that.");
        out.push(&kit::inset(&Html(format!("{} {}", esc(said), when::at_time(at, s.now(), lang)))));
    } else if masked > 0 {
        let said = match lang {
            Lang::Vi => format!("{masked} giá trị được che vì có thể là dữ liệu cá nhân."),
            Lang::En => format!("{masked} values are masked because they may be personal data."),
        };
        out.push(&kit::inset(&Html::text(&said)));
    }
    out.push(&kit::table(&Table {
        caption: v.pick("Nội dung theo từng mục", "Contents field by field").to_owned(),
        caption_hidden: true,
        columns: [("Mục", "Field"), ("Giá trị", "Value")].map(|(vi, en)| Column::text(v.pick(vi, en))).to_vec(),
        rows: lines.iter().take(words::MOST).map(row).collect(),
        empty: v.pick("Bản ghi này không có nội dung.", "This entry has no contents.").to_owned(),
    }));
    if lines.len() > words::MOST {
        out.push(&kit::para(v.pick("Nội dung dài hơn; phần còn lại ở trong tệp bằng chứng.", "There is more; the rest is in the proof file.")));
    }
    out
}

fn opening(s: &Audit, v: &Visitor, seq: i64, typed: &str, reasons: &[Reason]) -> Html {
    let hint = v.pick("Lý do và tên bạn được ghi vào nhật ký và hiện cho người liên quan ở trang “Ai đã xem dữ liệu của tôi”.", "The reason and your name go into the journal and are shown to the person concerned on the page “Who looked at my data”.");
    let reason = Field::new(v.lang, "reason", v.pick("Lý do mở nội dung cá nhân", "Reason for opening the personal values")).hint(hint).errors(reasons).value(typed).max_length(500);
    let basis = s.words.legal_basis.iter().map(ToString::to_string).collect::<Vec<_>>().join("; ");
    let basis = if basis.is_empty() { String::new() } else { format!("<p class=\"muted\">{}: {}</p>", v.pick("Căn cứ", "Basis"), esc(&basis)) };
    let body = Html(format!("{}{basis}{}", reason.textarea(2), kit::Button::new(v.pick("Mở nội dung cá nhân", "Open the personal values")).html()));
    kit::card(v.pick("Mở nội dung cá nhân", "Open the personal values"), &kit::form(v, &format!("/admin/audit/entries/{seq}/open"), &body))
}

/// What the proof is and what is in it.
fn proof(v: &Visitor, seq: i64, with_contents: bool) -> Html {
    let what = v.pick(
        "Tệp bằng chứng cho phép bất kỳ ai, không cần hệ thống này, kiểm tra rằng bản ghi đúng là đã có trong nhật ký tại vị trí đó và chưa bị sửa: dấu của bản ghi, đường đi trong cây băm đến niêm phong có chữ ký, và việc niêm phong mới nhất nối tiếp niêm phong ấy.",
        "The proof lets anybody check without this system that the entry stood in the journal at its place and has not been altered: the entry's hash, the path through the hash tree to a signed head, and that the newest head continues that one.",
    );
    let inside = if with_contents {
        v.pick("Tệp chứa toàn bộ nội dung bản ghi, kể cả dữ liệu cá nhân: giữ như giữ hồ sơ.", "The file holds the whole entry with its personal data: keep it as you keep the file of the case.")
    } else {
        v.pick("Tệp không chứa nội dung bản ghi, chỉ dấu của nó; muốn có nội dung, hãy mở bản ghi trước.", "The file does not hold the entry's contents, only its hash; to have the contents in it, open the entry first.")
    };
    let link = format!("<p><a class=\"btn quiet\" href=\"/admin/audit/proof/{seq}\" download>{}</a></p>", v.pick("Tải bằng chứng", "Download the proof"));
    kit::card(v.pick("Bằng chứng", "Proof"), &Html(format!("<p>{}</p><p>{}</p>{link}", esc(what), esc(inside))))
}

pub async fn open(State(s): State<Audit>, v: Visitor, Path(seq): Path<i64>, form: FormData) -> Result<Response, PageError> {
    let actor = actor(&v)?;
    let entry = found(&s, seq).await?;
    let typed: String = form.get("reason").unwrap_or_default().chars().take(1000).collect();
    if let Err(reason) = model::reason(&typed) {
        let page = page(&s, &v, &entry, &typed, &[reason]).await?;
        return Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response());
    }
    let row = views::entry(&s.scope, seq).await.map_err(PageError::internal)?;
    let reason = kernel::text::clean(&typed);
    let opening = Opening {
        seq,
        kind: &entry.kind,
        purpose: s.kind(&entry.kind),
        case: row.as_ref().and_then(|r| r.case_code.as_deref()),
        subjects: subjects(&s, &entry).await.map_err(PageError::internal)?.into_iter().collect(),
        reason: &reason,
    };
    let mut batch = s.scope.batch();
    tables::opened(&mut batch, &opening, &actor, s.now());
    s.scope.commit(batch).await.map_err(|_| Refusal::conflict("again", "Chưa ghi được việc mở; hãy thử lại.", "The opening could not be recorded; try again."))?;
    Ok(Redirect::to(&format!("/admin/audit/entries/{seq}")).into_response())
}

/// Whom an opened entry concerns: everybody whose number is in it, and of a case the people it was filed for.
async fn subjects(s: &Audit, entry: &Entry) -> Result<BTreeSet<String>, StoreError> {
    let read = |payload: &str| words::personal_numbers(&serde_json::from_str(payload).unwrap_or_default());
    let mut all = read(&entry.payload);
    if entry.stream.starts_with("case_") && entry.version > 1 {
        if let Some(first) = views::first_payload(&s.scope, &entry.stream).await? {
            all.extend(read(&first));
        }
    }
    Ok(all)
}
