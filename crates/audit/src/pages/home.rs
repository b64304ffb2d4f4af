//! Whether the journal holds: the last verification, the alarm, the heads, and how to check without us.

use super::actor;
use crate::{Audit, model::Run, views};
use axum::{extract::State, response::Redirect};
use identity::{Subject, actions::AUDIT_SEARCH};
use kernel::text::Lang;
use store::seal::{Head, head};
use web::{
    extract::Query,
    html::{Html, esc},
    kit::{self, Column, Line, Mood, Table},
    page::{Shell, Width},
    problem::PageError,
    visitor::Visitor,
    when,
};

#[derive(serde::Deserialize, Default)]
#[serde(default)]
pub struct Asked {
    /// `asked` or `waiting` after the button.
    done: String,
}

pub async fn show(State(s): State<Audit>, v: Visitor, Query(asked): Query<Asked>) -> Result<Html, PageError> {
    let runs = views::runs(&s.scope, 20).await.map_err(PageError::internal)?;
    let heads = head::before(&s.scope, i64::MAX as u64, 10).await.map_err(PageError::internal)?;
    let title = v.pick("Kiểm chứng nhật ký", "Verification of the journal");
    let lead = v.pick(
        "Mọi việc làm trên hệ thống được ghi vào một nhật ký. Vài giây một lần, nhật ký được niêm phong: ai sửa, xoá hay chèn một bản ghi sau đó đều để lại dấu vết mà lần kiểm chứng sẽ chỉ ra.",
        "Everything done in the system is written into one journal. Every few seconds the journal is sealed: whoever alters, removes or inserts an entry afterwards leaves a trace that a verification points at.",
    );
    let mut main = kit::heading(title, None);
    main.push(&Html(format!("<p class=\"lead\">{lead}</p>")));
    match asked.done.as_str() {
        "asked" => main.push(&kit::banner(Mood::Good, v.pick("Đã yêu cầu kiểm chứng", "Verification asked for"), &kit::para(v.pick("Kết quả hiện ở đây sau ít phút; hãy mở lại trang.", "The result appears here in a few minutes; open the page again.")))),
        "waiting" => main.push(&kit::banner(Mood::Info, v.pick("Một lần kiểm chứng đang chờ", "A verification is waiting"), &kit::para(v.pick("Chưa cần yêu cầu thêm.", "There is no need to ask again.")))),
        _ => {}
    }
    main.push(&state(&s, &v, &runs));
    let again = kit::form(&v, "/admin/audit/verify", &kit::Button::new(v.pick("Kiểm chứng ngay", "Verify now")).html());
    main.push(&again);
    if may_search(&s, &v) {
        main.push(&Html(format!("<p>{}</p>", kit::link("/admin/audit/entries", v.pick("Tra cứu nhật ký", "Search the journal")))));
    }
    main.push(&Html(format!("<h2>{}</h2>", v.pick("Các lần kiểm chứng", "Verifications"))));
    main.push(&history(&s, &v, &runs));
    main.push(&Html(format!("<h2>{}</h2>", v.pick("Niêm phong mới nhất", "Newest seals"))));
    main.push(&seals(&s, &v, &heads));
    main.push(&outside(&s, &v));
    Ok(Shell::new(&v, title, main).width(Width::Wide).render())
}

fn may_search(s: &Audit, v: &Visitor) -> bool {
    s.identity.permits(v.actor.as_deref(), AUDIT_SEARCH, &Subject::Portal)
}

/// The last result in plain words: all well, an alarm with the entries named, or nothing yet.
fn state(s: &Audit, v: &Visitor, runs: &[Run]) -> Html {
    let Some((run, ended)) = runs.iter().find_map(|r| Some((r, r.ended_at?))) else {
        return kit::banner(Mood::Info, v.pick("Chưa kiểm chứng lần nào", "Not verified yet"), &kit::para(v.pick("Hệ thống tự kiểm chứng mỗi ngày một lần.", "The system verifies by itself once a day.")));
    };
    let lang = v.lang;
    let at = when::at_time(ended, s.now(), lang);
    if run.faults.is_empty() {
        let n = |x| when::number(x, lang);
        let said = match lang {
            Lang::Vi => format!("{} bản ghi dưới {} niêm phong đều đúng như lúc ghi; {} bản ghi mới chờ niêm phong.", n(run.sealed), n(run.heads), n(run.unsealed)),
            Lang::En => format!("{} entries under {} seals are as they were written; {} new ones wait for the next seal.", n(run.sealed), n(run.heads), n(run.unsealed)),
        };
        return kit::banner(Mood::Good, v.pick("Nhật ký nguyên vẹn", "The journal is whole"), &Html(format!("<p>{} {at}</p>", esc(&said))));
    }
    let faults: Vec<Html> = run.faults.iter().map(|f| Html::text(f.get(lang))).collect();
    let next = v.pick(
        "Giữ nguyên máy chủ và bản sao lưu, báo ngay cho người phụ trách an toàn thông tin; so với bản sao lưu gần nhất để biết nội dung cũ.",
        "Leave the server and the backups as they are, tell whoever is in charge of security at once; compare with the latest backup to see what was written before.",
    );
    kit::banner(Mood::Bad, v.pick("Báo động: nhật ký không khớp niêm phong", "Alarm: the journal does not agree with its seals"), &Html(format!("<p>{at}</p>{}<p>{}</p>", kit::bullets(&faults), esc(next))))
}

fn history(s: &Audit, v: &Visitor, runs: &[Run]) -> Html {
    let lang = v.lang;
    let row = |r: &Run| {
        let result = match (&r.ended_at, r.faults.len()) {
            (None, _) => kit::chip(Mood::Info, v.pick("đang chờ", "waiting")),
            (Some(_), 0) => kit::chip(Mood::Good, v.pick("nguyên vẹn", "whole")),
            (Some(_), n) => kit::chip(Mood::Bad, &match lang {
                Lang::Vi => format!("{n} sai khác"),
                Lang::En => format!("{n} differences"),
            }),
        };
        let who = if r.asked_by.is_empty() { v.pick("hằng ngày", "daily").to_owned() } else { v.pick("theo yêu cầu", "on demand").to_owned() };
        vec![
            when::at_time(r.asked_at, s.now(), lang),
            Html::text(&who),
            result,
            Html::text(&when::number(r.sealed, lang)),
            Html(if r.root.is_empty() { "–".to_owned() } else { format!("<code class=\"hash\">{}</code>", esc(&r.root)) }),
        ]
    };
    kit::table(&Table {
        caption: v.pick("Các lần kiểm chứng", "Verifications").to_owned(),
        caption_hidden: true,
        columns: vec![
            Column::text(v.pick("Lúc yêu cầu", "Asked at")),
            Column::text(v.pick("Do", "Why")),
            Column::text(v.pick("Kết quả", "Result")),
            Column::num(v.pick("Bản ghi", "Entries")),
            Column::text(v.pick("Dấu gốc", "Root")),
        ],
        rows: runs.iter().map(row).collect(),
        empty: v.pick("Chưa có lần nào.", "None yet.").to_owned(),
    })
}

fn seals(s: &Audit, v: &Visitor, heads: &[Head]) -> Html {
    let row = |h: &Head| {
        let size = when::number(i64::try_from(h.size).unwrap_or(i64::MAX), v.lang);
        let good = h.signed_by(&[s.trusted]);
        vec![
            Html::text(&size),
            when::at_time(h.at, s.now(), v.lang),
            if good { kit::chip(Mood::Good, v.pick("đúng khoá", "signed")) } else { kit::chip(Mood::Bad, v.pick("sai khoá", "wrong key")) },
            Html(format!("<code class=\"hash\">{}</code>", hex::encode(h.root))),
            Html(format!("<a href=\"/admin/audit/heads/{}\" download>{}<span class=\"vh\"> {size}</span></a>", h.size, v.pick("Tải về", "Download"))),
        ]
    };
    kit::table(&Table {
        caption: v.pick("Niêm phong mới nhất", "Newest seals").to_owned(),
        caption_hidden: true,
        columns: vec![
            Column::num(v.pick("Số bản ghi", "Entries")),
            Column::text(v.pick("Lúc", "At")),
            Column::text(v.pick("Chữ ký", "Signature")),
            Column::text(v.pick("Dấu gốc", "Root")),
            Column::text(v.pick("Để lưu giữ", "To keep")),
        ],
        rows: heads.iter().map(row).collect(),
        empty: v.pick("Chưa có niêm phong nào.", "No seal yet.").to_owned(),
    })
}

/// How to check without this program, and what the check cannot see by itself.
fn outside(s: &Audit, v: &Visitor) -> Html {
    let key = hex::encode(s.trusted.as_bytes());
    let lines = [
        Line::new(v.pick("Khoá công khai", "Public key"), Html(format!("<code class=\"hash\">{key}</code>"))),
        Line::new(v.pick("Kiểm tra bằng chứng", "Check a proof"), Html(format!("<code>python3 check.py proof.json --key {}…</code>", esc(key.get(..8).unwrap_or_default())))),
    ];
    let cut = v.pick(
        "Cắt bỏ các bản ghi mới nhất cùng niêm phong của chúng chỉ lộ ra khi so với một niêm phong giữ ở nơi khác. Hệ thống giữ niêm phong mới nhất ngoài cơ sở dữ liệu; hãy định kỳ tải một niêm phong về và nộp lưu trữ.",
        "Cutting off the newest entries together with their seals shows only against a seal kept elsewhere. The system keeps the newest one outside the database; download one regularly and give it to the archive.",
    );
    kit::details(v.pick("Kiểm tra độc lập, không cần hệ thống này", "Checking independently, without this system"), &Html(format!("{}<p>{}</p>", kit::summary_list(&lines), esc(cut))), false)
}

pub async fn verify(State(s): State<Audit>, v: Visitor) -> Result<Redirect, PageError> {
    let actor = actor(&v)?;
    let asked = s.ask(&actor, s.now()).await.map_err(PageError::internal)?;
    Ok(Redirect::to(if asked { "/admin/audit?done=asked" } else { "/admin/audit?done=waiting" }))
}
