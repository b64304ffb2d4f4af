//! Papers that need not be handed in: data instead of them, and the person's own results used again.

use super::{Answered, Check, OwnDocument};
use crate::{Services, drafts::{self, Draft}};
use axum::{
    extract::State,
    response::Redirect,
};
use casework::{
    Definition, Found,
    definition::Component,
    event::{GivenFile, OriginKind},
};
use kernel::{Actor, id::DraftId, refusal::Reason};
use web::{
    extract::Path,
    html::{Html, esc, url_part},
    kit::{self, Mood},
    problem::PageError,
    visitor::Visitor,
    when,
};

/// The person's results that a draft may use, by component.
#[derive(Default)]
pub struct Own(Vec<(String, Vec<OwnDocument>)>);

/// What may be used again in a draft; nothing when there is no such room.
pub async fn own(s: &Services, actor: &Actor, d: &Definition) -> Result<Own, PageError> {
    let Some(room) = &s.base_data else { return Ok(Own::default()) };
    let mut all = Vec::new();
    for c in d.components.iter().filter(|c| c.from_database.is_none()) {
        let documents = room.documents(actor, d.code.as_str(), &c.code, s.now()).await.map_err(PageError::internal)?;
        all.push((c.code.clone(), documents));
    }
    Ok(Own(all))
}

impl Own {
    /// Offers for one component: what is declared to fit is open to the eye, the rest is behind a fold.
    pub fn boxes(&self, v: &Visitor, c: &Component, draft: &Draft) -> Html {
        let Some((_, documents)) = self.0.iter().find(|(code, _)| *code == c.code) else { return Html::default() };
        if draft.files.iter().any(|f| f.component == c.code) {
            return Html::default();
        }
        let line = |d: &&OwnDocument| {
            let said = format!("{} · {} · {}", d.printed, when::day(d.issued_at.date(), v.lang), d.title);
            let button = format!("<button class=\"btn quiet\" form=\"{}\">{}<span class=\"vh\">: {}</span></button>", form_id(&c.code, &d.id), v.pick("Dùng lại giấy này", "Use this one again"), esc(d.name.get(v.lang)));
            Html(format!("<b>{}</b> <span class=\"muted\">{}</span> {button}", esc(d.name.get(v.lang)), esc(&said)))
        };
        let fit: Vec<Html> = documents.iter().filter(|d| d.fits).map(|d| line(&d)).collect();
        let rest: Vec<Html> = documents.iter().filter(|d| !d.fits).map(|d| line(&d)).collect();
        let mut out = Html::default();
        if !fit.is_empty() {
            out.push(&Html(format!("<div class=\"own-papers\"><p>{}</p>{}</div>", v.pick("Bạn đã có giấy này, không cần tải lên:", "You have this already; no need to upload:"), kit::bullets(&fit))));
        }
        if !rest.is_empty() {
            out.push(&kit::details(v.pick("Chọn từ giấy tờ của tôi", "Choose from my documents"), &kit::bullets(&rest), false));
        }
        out
    }

    /// The forms of those buttons; they stand outside the upload form.
    pub fn forms(&self, v: &Visitor, base: &str) -> Html {
        let forms = self.0.iter().flat_map(|(component, documents)| documents.iter().map(move |d| (component, d)));
        Html(
            forms
                .map(|(component, d)| {
                    format!(
                        "<form id=\"{}\" method=\"post\" action=\"{base}/reuse/{}/{}\">{}</form>",
                        form_id(component, &d.id),
                        url_part(component),
                        url_part(&d.id),
                        kit::csrf(v)
                    )
                })
                .collect(),
        )
    }
}

fn form_id(component: &str, document: &str) -> String {
    esc(&format!("reuse-{component}-{document}"))
}

/// Takes one of the person's results as a component: one press, nothing uploaded.
pub async fn reused(State(s): State<Services>, v: Visitor, Path((id, component, document)): Path<(String, String, String)>) -> Result<Redirect, PageError> {
    let actor = crate::citizen::actor(&v)?;
    let draft: DraftId = id.parse().map_err(|_| PageError::not_found())?;
    let mut draft = drafts::find(s.desk.scope(), &actor, draft).await?;
    let (d, _) = drafts::definition_of(s.desk.rules(), &draft, s.now())?;
    let wanted = d.component(&component).filter(|c| c.from_database.is_none());
    let (Some(_), Some(room)) = (wanted, &s.base_data) else { return Err(PageError::not_found()) };
    let file = room.reuse(&actor, &document, &component, s.now()).await?;
    drafts::add_files(s.desk.scope(), &mut draft, vec![file], s.now()).await?;
    Ok(Redirect::to(&format!("/drafts/{}/files", draft.id)))
}

/// At submission: the databases are asked about what they replace. Whatever they do, the application goes on.
pub async fn at_submission(s: &Services, actor: &Actor, d: &Definition, draft: &mut Draft) {
    let Some(room) = &s.base_data else { return };
    // A draft submitted again after a correction is asked about anew.
    draft.files.retain(|f| f.origin.as_ref().is_none_or(|o| o.kind != OriginKind::Database));
    match room.check(actor, d, &draft.id.to_string(), &draft.answers, s.now()).await {
        Ok(files) => draft.files.extend(files),
        Err(error) => tracing::error!(draft = %draft.id, "components were not checked: {error}"),
    }
}

/// After submission: the dossier is known under its code too. The follower of the journal says the same when this is lost.
pub async fn filed(s: &Services, draft: DraftId, found: &Found) {
    if let Some(room) = &s.base_data
        && let Err(error) = room.filed(&draft.to_string(), found, s.now()).await
    {
        tracing::warn!(case = %found.state.code, "{error}");
    }
}

fn mood(a: Answered) -> Mood {
    match a {
        Answered::Good => Mood::Good,
        Answered::Lacking => Mood::Warn,
        Answered::Later => Mood::Info,
    }
}

/// What the database said of one component, for the applicant.
pub fn answered(v: &Visitor, check: &Check) -> Html {
    let l = &check.looked;
    let mut out = Html(format!("{} <span class=\"origin\">{} {}, {}</span>", kit::chip(mood(l.answered), l.word.get(v.lang)), v.pick("Nguồn:", "Source:"), esc(l.database.get(v.lang)), when::exact(check.at, v.lang)));
    match l.answered {
        Answered::Good => {}
        Answered::Later => out.push(&Html(format!("<br>{}", esc(v.pick("Cơ quan tra cứu tiếp, bạn không phải làm gì.", "The office asks again; there is nothing for you to do."))))),
        Answered::Lacking => out.push(&Html(format!(
            "<br>{} <b>{}</b>. {}",
            esc(v.pick("Nơi sửa dữ liệu:", "Where the data are corrected:")),
            esc(l.correct_at.get(v.lang)),
            esc(v.pick("Cơ quan sẽ báo bạn bổ sung giấy tờ chứng minh.", "The office will ask you for a paper that proves it."))
        ))),
    }
    out
}

/// On the page of a case: what the databases said, and what happens where they had nothing.
pub async fn of_case(s: &Services, v: &Visitor, f: &Found) -> Result<Html, PageError> {
    let Some(room) = &s.base_data else { return Ok(Html::default()) };
    let checks = room.checks_of_case(f.state.code.as_str()).await.map_err(PageError::internal)?;
    if checks.is_empty() {
        return Ok(Html::default());
    }
    let lines: Vec<kit::Line> = checks
        .iter()
        .map(|c| kit::Line::new(f.definition.component(&c.component).map_or(c.component.as_str(), |x| x.name.get(v.lang)), answered(v, c)))
        .collect();
    let lacking = checks.iter().any(|c| c.looked.answered == Answered::Lacking);
    let owed = room.owed(f).filter(|_| lacking && f.state.supplements.is_empty());
    let notice = owed.map_or_else(Html::default, |o| {
        let said = format!("{} {}: {}.", v.pick("Bạn sẽ nhận", "You will receive:"), o.name.get(v.lang), when::due(o.due, s.now(), v.lang));
        kit::inset(&Html(format!("{} {}", esc(&said), kit::link("/my/data-access", v.pick("Ai đã xem dữ liệu của tôi", "Who looked at my data")))))
    });
    let title = v.pick("Giấy tờ được thay bằng dữ liệu", "Papers replaced by data");
    let body = Html(format!("{notice}{}", kit::summary_list(&lines)));
    Ok(Html(format!("<h2>{title}</h2>{body}")))
}

/// Where a file of a dossier came from when nobody uploaded it.
pub fn origin_word(v: &Visitor, f: &GivenFile) -> Option<String> {
    let o = f.origin.as_ref()?;
    Some(match o.kind {
        OriginKind::Database => esc(v.pick("dữ liệu của Nhà nước", "the State's data")),
        OriginKind::Store => format!("{} {}", esc(v.pick("dùng lại kết quả hồ sơ", "result used again, case")), esc(&o.source)),
    })
}

pub fn file_chip(v: &Visitor, f: &GivenFile) -> Html {
    kit::chip(Mood::Good, if f.origin.is_some() { v.pick("dùng lại", "used again") } else { v.pick("đã lưu", "saved") })
}

/// The way out where a database has nothing, or something wrong: the paper itself, never asked for, always taken.
pub fn proof(v: &Visitor, c: &Component, reasons: &[Reason]) -> Html {
    let field = kit::Field::new(v.lang, format!("file-{}", c.code), v.pick("Giấy tờ chứng minh", "Paper that proves it"))
        .hint(v.pick("Chỉ khi dữ liệu của bạn sai hoặc chưa có. PDF hoặc ảnh chụp rõ.", "Only if your data are wrong or missing. PDF or a clear photo."))
        .optional(true)
        .errors(reasons)
        .kind("file")
        .file(".pdf,.jpg,.jpeg,.png,.docx,.xlsx,.odt", true);
    let open = reasons.iter().any(|r| r.field.as_deref() == Some(&format!("file-{}", c.code)));
    let summary = format!("{}: {}", v.pick("Dữ liệu sai hoặc chưa có", "Data wrong or missing"), c.name.get(v.lang));
    kit::details(&summary, &field, open)
}
