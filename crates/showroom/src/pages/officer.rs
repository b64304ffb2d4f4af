//! The centre's desk: what waits, the evidence check with its checklist, listing, suspension, withdrawal, appeals.

use super::{
    forms::{self, Again, Done},
    id, own, provider, show,
};
use crate::{
    Showroom,
    acts::solutions::{self, Found},
    catalog::Sanction,
    solution::{CheckResult, ReferenceState, Solution, Stage, same_words},
    views::{self, Listed},
};
use axum::{
    extract::State,
    response::{IntoResponse, Response},
};
use kernel::{Instant, text::Lang};
use serde::Deserialize;
use web::{
    extract::{Path, Query},
    html::{Html, esc, url_part},
    kit::{self, Choice, Column, Mood, Table, Weight},
    page::{Shell, Width},
    problem::PageError,
    visitor::Visitor,
    when,
};

const PAGE: i64 = 50;

#[derive(Deserialize, Default)]
#[serde(default)]
pub struct Queue {
    stage: String,
    after: String,
}

pub async fn queue(State(s): State<Showroom>, v: Visitor, Query(q): Query<Queue>) -> Result<Response, PageError> {
    let lang = v.lang;
    let stage = Stage::parse(&q.stage).filter(|st| *st != Stage::Draft);
    let rows = match stage {
        None => {
            let after = q.after.split_once(' ').and_then(|(at, id)| Some((Instant::from_micros(at.parse().ok()?), id.parse().ok()?)));
            views::waiting(&s.scope, after, PAGE).await
        }
        Some(stage) => {
            let after = q.after.split_once(' ').and_then(|(id, name)| Some((kernel::text::clean(name), id.parse().ok()?)));
            views::in_stage(&s.scope, stage.code(), after, PAGE).await
        }
    }
    .map_err(PageError::internal)?;
    let next = rows.last().filter(|_| i64::try_from(rows.len()).unwrap_or(0) == PAGE).map(|r| {
        let after = match (stage, r.waiting_since) {
            (None, Some(at)) => format!("{} {}", at.micros(), r.id),
            _ => format!("{} {}", r.id, r.sort_name),
        };
        format!("/centre/solutions?stage={}&after={}", stage.map_or("", Stage::code), url_part(&after))
    });
    let title = lang.pick("Thẩm định giải pháp", "Vetting of solutions");
    let endings = if stage.is_none() { provider::endings(&s, lang, None, "/centre/solutions").await? } else { Html::default() };
    let main = Html(format!("<h1>{title}</h1>{}{}{}{endings}", tabs(stage, lang), list(&s, &rows, lang), kit::pagination(lang, None, next.as_deref())));
    Ok(Shell::new(&v, title, main).width(Width::Wide).nav(web::rail::of(&v)).render().into_response())
}

/// The states, as ways to their solutions.
fn tabs(stage: Option<Stage>, lang: Lang) -> Html {
    let tab = |href: &str, label: &str, here: bool| format!("<li><a href=\"{href}\"{}>{}</a></li>", if here { " aria-current=\"page\"" } else { "" }, web::esc(label));
    let waiting = tab("/centre/solutions", lang.pick("Đang chờ", "Waiting"), stage.is_none());
    let states = Stage::ALL.into_iter().filter(|s| *s != Stage::Draft);
    let states: String = states.map(|s| tab(&format!("/centre/solutions?stage={}", s.code()), s.text().get(lang), stage == Some(s))).collect();
    Html(format!("<nav class=\"tabs\" aria-label=\"{}\"><ul>{waiting}{states}</ul></nav>", lang.pick("Trạng thái", "States")))
}

fn list(s: &Showroom, rows: &[Listed], lang: Lang) -> Html {
    let now = s.now();
    let rows = rows
        .iter()
        .map(|r| {
            let waiting = match r.waiting_for.as_deref() {
                Some("check") => lang.pick("kiểm tra mới", "a new check"),
                Some("checking") => lang.pick("đang kiểm tra", "being checked"),
                Some("change") => lang.pick("duyệt thay đổi", "a change"),
                Some("appeal") => lang.pick("trả lời khiếu nại", "an appeal"),
                Some("proof") => lang.pick("minh chứng mới", "a new proof"),
                _ => "",
            };
            let since = r.waiting_since.map_or_else(Html::default, |at| when::ago_time(at, now, lang));
            vec![
                kit::link(&format!("/centre/solutions/{}", r.id), lang.pick(&r.name.0, &r.name.1)),
                Html::text(&r.provider_name),
                show::stage_chip(Stage::parse(&r.stage).unwrap_or(Stage::Draft), lang),
                Html::text(waiting),
                since,
            ]
        })
        .collect();
    kit::table(&Table {
        caption: lang.pick("Giải pháp", "Solutions").into(),
        caption_hidden: true,
        columns: [("Giải pháp", "Solution"), ("Nhà cung cấp", "Provider"), ("Trạng thái", "State"), ("Chờ", "Waits for"), ("Từ", "Since")]
            .into_iter()
            .map(|(vi, en)| Column::text(lang.pick(vi, en)))
            .collect(),
        rows,
        empty: lang.pick("Không có giải pháp nào.", "No solution here.").into(),
    })
}

pub async fn page(State(s): State<Showroom>, v: Visitor, Path(sol): Path<String>, Query(said): Query<Done>) -> Result<Response, PageError> {
    show_page(&s, &v, &sol, &Again::first(), &said).await
}

pub(super) async fn show_page(s: &Showroom, v: &Visitor, sol: &str, again: &Again, said: &Done) -> Result<Response, PageError> {
    let Found { solution: x, provider: p, .. } = solutions::vetted(s, id(sol)?).await?;
    let (lang, today) = (v.lang, s.now().date());
    let conditions = &s.catalog.rules.conditions;
    let history = solutions::history(s, x.id).await?;
    let founded = p.profile.founded.map_or_else(|| lang.pick("chưa khai", "not given").to_owned(), |d| when::day(d, lang));
    let company = kit::summary_list(&[
        kit::Line::new(lang.pick("Nhà cung cấp", "Provider"), Html(format!("{} · {}", esc(&p.profile.name), esc(p.profile.tax_code.as_str())))),
        kit::Line::new(lang.pick("Ngày đăng ký", "Registered"), Html::text(&founded)),
        kit::Line::new(lang.pick("Liên hệ", "Contact"), Html(format!("{} · {}", esc(p.profile.email.as_str()), esc(&p.profile.phone.to_string())))),
        kit::Line::new(lang.pick("Người kiểm tra", "Checked by"), Html::text(x.officer.as_ref().map_or("–", |o| o.name.as_str()))),
    ]);
    let pending = x.pending.as_ref().map_or_else(Html::default, |l| {
        Html(format!(
            "<h2>{}</h2>{}",
            lang.pick("Bản thay đổi đang chờ", "The change that waits"),
            show::facts(s, l, lang, x.proven(&conditions.portal_proof, today), x.proven(&conditions.label_proof, today))
        ))
    });
    let main = Html(format!(
        "{}{}<h1>{}</h1><p>{}</p>{}{company}{}<h2>{}</h2>{}<h2>{}</h2>{}<h2>{}</h2>{}{pending}<h2>{}</h2><p>{}</p>{}{}{}",
        said.banner(lang),
        again.summary(lang),
        esc(x.listing.name.get(lang)),
        show::stage_chip(x.stage, lang),
        own::standing(s, &x, lang),
        acts(s, v, &x, again),
        lang.pick("Danh mục kiểm tra", "Checklist"),
        checklist(s, v, &x, again),
        lang.pick("Minh chứng", "Proofs"),
        proofs(s, v, &x, again),
        lang.pick("Khách hàng giới thiệu", "Client references"),
        references(s, &x, lang),
        lang.pick("Bản giới thiệu", "Listing"),
        esc(x.listing.summary.get(lang)),
        show::facts(s, &x.listing, lang, x.proven(&conditions.portal_proof, today), x.proven(&conditions.label_proof, today)),
        own::claims(&x, lang),
        kit::details(lang.pick("Lịch sử", "History"), &own::timeline(&history, lang), false),
    ));
    Ok(again.answer(
        Shell::new(v, x.listing.name.get(lang), main).width(Width::Wide).nav(web::rail::of(v)).back("/centre/solutions", lang.pick("Thẩm định giải pháp", "Vetting of solutions")),
    ))
}

/// What can be done in this stage; the others are not offered.
fn acts(s: &Showroom, v: &Visitor, x: &Solution, again: &Again) -> Html {
    let lang = v.lang;
    let base = format!("/centre/solutions/{}/acts", x.id);
    let simple = |act: &str, vi: &str, en: &str| Html(format!("<div class=\"mb\">{}</div>", kit::form(v, &format!("{base}/{act}"), &kit::button(lang.pick(vi, en)))));
    let reasoned = |act: &str, vi: &str, en: &str, rules: Option<Sanction>, weight: Weight| {
        let mut body = Vec::new();
        if let Some(effect) = rules {
            let list: Vec<Choice> =
                s.catalog.suspension.rules.iter().filter(|r| r.effect == effect).map(|r| Choice::new(r.code.as_str(), r.name.get(lang))).collect();
            body.push(again.field(lang, act, "rule", lang.pick("Theo quy tắc đã công bố", "Under the published rule"), "").select(&list));
        }
        body.push(
            again.field(lang, act, "reason", lang.pick("Lý do, nhà cung cấp sẽ đọc", "Reason, for the provider to read"), "").max_length(2000).textarea(4),
        );
        kit::details(lang.pick(vi, en), &forms::form(v, &format!("{base}/{act}"), &body, lang.pick(vi, en), weight), again.is(act))
    };
    let mut parts = Vec::new();
    match x.stage {
        Stage::Submitted => parts.push(simple("take", "Nhận kiểm tra", "Take for the check")),
        Stage::Checking => parts.push(simple("list", "Niêm yết", "List")),
        _ => {}
    }
    if x.pending.is_some() && x.is_public() {
        parts.push(simple("accept-change", "Nhận thay đổi", "Accept the change"));
        parts.push(reasoned("refuse-change", "Không nhận thay đổi", "Do not accept the change", None, Weight::Quiet));
    }
    if matches!(x.stage, Stage::Submitted | Stage::Checking) {
        parts.push(reasoned("return", "Trả lại để bổ sung", "Send back to be completed", None, Weight::Quiet));
    }
    if x.stage == Stage::Listed {
        parts.push(reasoned("suspend", "Tạm dừng", "Suspend", Some(Sanction::Suspend), Weight::Risk));
    }
    if x.stage == Stage::Suspended {
        parts.push(reasoned("reinstate", "Niêm yết lại", "List again", None, Weight::Main));
    }
    if x.stage != Stage::Withdrawn {
        parts.push(reasoned("withdraw", "Gỡ khỏi showroom", "Take off the showroom", Some(Sanction::Withdraw), Weight::Risk));
    }
    if x.appeal.as_ref().is_some_and(|a| a.answer.is_none()) {
        let body = [
            again.field(lang, "answer", "overturned", lang.pick("Trả lời khiếu nại", "Answer to the appeal"), "").radios(&[
                Choice::new("yes", lang.pick("Chấp nhận: quyết định bị hủy", "Upheld: the decision is void")),
                Choice::new("no", lang.pick("Không chấp nhận", "Dismissed")),
            ]),
            again.field(lang, "answer", "reason", lang.pick("Lý do", "Reason"), "").max_length(2000).textarea(4),
        ];
        parts.insert(
            0,
            kit::card(
                lang.pick("Khiếu nại đang chờ", "An appeal waits"),
                &forms::form(v, &format!("{base}/answer"), &body, lang.pick("Trả lời", "Answer"), Weight::Main),
            ),
        );
    }
    Html::join(&parts)
}

fn checklist(s: &Showroom, v: &Visitor, x: &Solution, again: &Again) -> Html {
    let lang = v.lang;
    let editable = x.stage == Stage::Checking;
    let results: Vec<Choice> = CheckResult::ALL.iter().map(|r| Choice::new(r.code(), r.text().get(lang))).collect();
    let mut rows = Vec::new();
    let mut fields = Html::default();
    for item in &s.catalog.vetting.checklist {
        let done = x.checks.get(&item.code);
        let result = done.map_or_else(
            || Html::text("–"),
            |d| {
                let mood = match d.result {
                    CheckResult::Pass => Mood::Good,
                    CheckResult::Fail => Mood::Bad,
                    CheckResult::NotApplicable => Mood::Info,
                };
                Html(format!(
                    "{} {} <span class=\"muted\">{} · {}</span>",
                    kit::chip(mood, d.result.text().get(lang)),
                    esc(&d.note),
                    esc(&d.by.name),
                    when::day(d.at.date(), lang)
                ))
            },
        );
        let must = lang.pick(if item.must { "bắt buộc" } else { "khi có khai" }, if item.must { "required" } else { "when claimed" });
        let basis = item.legal_basis.as_ref().map_or_else(Html::default, |b| show::basis(b, lang));
        rows.push(vec![Html(format!("{} <span class=\"muted\">({must})</span><br>{basis}", esc(item.name.get(lang)))), result]);
        if editable {
            let kept = done.map_or("", |d| d.result.code());
            let note = done.map_or("", |d| d.note.as_str());
            fields.push(&kit::fieldset(
                item.name.get(lang),
                &Html::join(&[
                    again.field(lang, "check", &format!("{}-result", item.code), lang.pick("Kết quả", "Result"), kept).optional(true).select(&results),
                    again
                        .field(
                            lang,
                            "check",
                            &format!("{}-note", item.code),
                            lang.pick("Ghi chú (bắt buộc khi không đạt)", "Note (needed unless passed)"),
                            note,
                        )
                        .optional(true)
                        .max_length(2000)
                        .input(),
                ]),
            ));
        }
    }
    let table = kit::table(&Table {
        caption: lang.pick("Danh mục kiểm tra", "Checklist").into(),
        caption_hidden: true,
        columns: vec![Column::text(lang.pick("Mục", "Item")), Column::text(lang.pick("Kết quả", "Result"))],
        rows,
        ..Table::default()
    });
    if !editable {
        return table;
    }
    let form =
        forms::form(v, &format!("/centre/solutions/{}/acts/check", x.id), &[fields], lang.pick("Lưu kết quả kiểm tra", "Save the results"), Weight::Main);
    Html(format!("{table}{}", kit::details(lang.pick("Chấm danh mục", "Answer the checklist"), &form, again.is("check") || x.checks.is_empty())))
}

fn proofs(s: &Showroom, v: &Visitor, x: &Solution, again: &Again) -> Html {
    let (lang, today) = (v.lang, s.now().date());
    let open = matches!(x.stage, Stage::Checking | Stage::Listed | Stage::Suspended);
    let rows = x
        .proofs
        .iter()
        .enumerate()
        .map(|(i, p)| {
            let kind = s.catalog.proofs.get(&p.new.kind).map_or(p.new.kind.as_str(), |k| k.name.get(lang));
            let verdict = match &p.verdict {
                None => kit::chip(Mood::Info, lang.pick("chờ kiểm tra", "waiting")),
                Some(w) if w.accepted => {
                    Html(format!("{} <span class=\"muted\">{}</span>", kit::chip(Mood::Good, lang.pick("chấp nhận", "accepted")), esc(&w.by.name)))
                }
                Some(w) => Html(format!("{} {}", kit::chip(Mood::Bad, lang.pick("không chấp nhận", "not accepted")), esc(&w.reason))),
            };
            let prefix = format!("proof{i}");
            let body = Html::join(&[
                kit::hidden("proof", &p.new.id.to_string()),
                kit::hidden("prefix", &prefix),
                again
                    .field(lang, &prefix, "reason", lang.pick("Lý do nếu không chấp nhận", "Reason if not accepted"), "")
                    .optional(true)
                    .max_length(2000)
                    .input(),
                kit::button_group(&[
                    kit::Button::new(lang.pick("Chấp nhận", "Accept")).named("accepted", "yes").html(),
                    kit::Button::new(lang.pick("Không chấp nhận", "Do not accept")).named("accepted", "no").weight(Weight::Quiet).html(),
                ]),
            ]);
            let act = if open {
                kit::details(lang.pick("Kiểm tra", "Check"), &kit::form(v, &format!("/centre/solutions/{}/acts/proof", x.id), &body), again.is(&prefix))
            } else {
                Html::default()
            };
            let claims: Vec<&str> = p.new.claims.iter().filter_map(|c| x.listing.claims.get(usize::from(*c))).map(String::as_str).collect();
            vec![
                Html(format!(
                    "<a href=\"/centre/solutions/{}/proofs/{}\">{}</a><br><span class=\"muted\">{} · SHA-256 {}…</span>",
                    x.id,
                    p.new.id,
                    esc(&p.new.title),
                    esc(kind),
                    esc(p.new.sha256.get(..12).unwrap_or_default())
                )),
                Html::text(&claims.join("; ")),
                Html(format!("{} – {}", when::day(p.new.issued, lang), show::until(p.new.until, today, lang))),
                Html(format!("{verdict}{act}")),
            ]
        })
        .collect();
    kit::table(&Table {
        caption: lang.pick("Minh chứng", "Proofs").into(),
        caption_hidden: true,
        columns: [("Minh chứng", "Proof"), ("Cho lời giới thiệu", "For the claim"), ("Thời hạn", "Dates"), ("Kết quả", "Result")]
            .into_iter()
            .map(|(vi, en)| Column::text(lang.pick(vi, en)))
            .collect(),
        rows,
        empty: lang.pick("Chưa có minh chứng nào.", "No proof yet.").into(),
    })
}

/// The links are shown here only: an officer sends each to the client's own address.
fn references(s: &Showroom, x: &Solution, lang: Lang) -> Html {
    let same = same_words(&x.references);
    let rows = x
        .references
        .iter()
        .map(|r| {
            let state = match &r.state {
                ReferenceState::Invited => {
                    let link =
                        format!("{}/showroom/reference/{}", s.public_url.trim_end_matches('/'), s.link_key.token(s.scope.province(), x.id, r.id, r.expires));
                    Html(format!(
                        "{}<br><span class=\"code\">{}</span><br><span class=\"muted\">{} {}</span>",
                        esc(lang.pick("Gửi liên kết này cho khách hàng:", "Send this link to the client:")),
                        esc(&link),
                        lang.pick("đến hết ngày", "up to"),
                        when::day(r.expires, lang)
                    ))
                }
                ReferenceState::Cancelled => Html::text(lang.pick("đã hủy", "cancelled")),
                ReferenceState::Answered { answer, .. } => {
                    let flag = if same.contains(&r.id) {
                        kit::chip(Mood::Warn, lang.pick("lời giống khách hàng khác", "the same words as another client"))
                    } else {
                        Html::default()
                    };
                    Html(format!("{} ({}) {flag}<br>{}", esc(&answer.person), esc(&answer.position), esc(&answer.comment)))
                }
            };
            vec![Html(format!("{}<br><span class=\"muted\">{} · {}</span>", esc(&r.client), esc(&r.tax_code), esc(&r.email))), state]
        })
        .collect();
    kit::table(&Table {
        caption: lang.pick("Khách hàng giới thiệu", "Client references").into(),
        caption_hidden: true,
        columns: vec![Column::text(lang.pick("Khách hàng", "Client")), Column::text(lang.pick("Xác nhận", "Confirmation"))],
        rows,
        empty: lang.pick("Không có.", "None.").into(),
    })
}
