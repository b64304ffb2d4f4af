//! A draft as people will meet it: the public page, the form, the diagram, the printed decision.

use super::{
    Catalogue, drafting,
    parts::{actor, draft_address, page},
    releases,
};
use crate::{citizen::home, form_view::Questions, paper};
use axum::{
    body::Body,
    extract::State,
    http::{HeaderValue, header},
    response::Response,
};
use casework::Definition;
use serde_json::Value;
use std::sync::Arc;
use web::{
    extract::Path,
    html::{Html, esc, url_part},
    kit,
    problem::PageError,
    visitor::Visitor,
};

struct Draft {
    release: releases::Release,
    definition: Arc<Definition>,
}

async fn draft(s: &Catalogue, id: &str) -> Result<Draft, PageError> {
    let release = releases::find(s.services.desk.scope(), drafting::id_of(id)?).await?;
    let (definition, findings) = drafting::definition(s, &release).await?;
    let definition = definition.ok_or_else(|| {
        let why = findings.first().map(|f| f.reason.clone()).unwrap_or_default();
        kernel::Refusal::conflict(
            "draft-faulty",
            format!("Bản dự thảo còn lỗi nên chưa xem trước được: {}", why.vi),
            format!("The draft has faults and cannot be previewed yet: {}", why.en),
        )
    })?;
    Ok(Draft { release, definition })
}

fn shown(v: &Visitor, d: &Draft, what: &str, main: Html) -> Html {
    let note = format!(
        "{} {} · {}. {}",
        v.pick("Xem trước bản", "Preview of version"),
        d.definition.code,
        d.release.version,
        v.pick("Người dân chưa thấy trang này.", "People do not see this page yet.")
    );
    let body = Html(format!("{}<div class=\"preview\">{main}</div>", kit::inset(&Html::text(&note))));
    page(v, what, "/admin/catalogue/drafts", body).back(draft_address(d.release.id), v.pick("Bản dự thảo", "The draft")).render()
}

pub async fn public_page(State(s): State<Catalogue>, v: Visitor, Path(id): Path<String>) -> Result<Html, PageError> {
    let d = draft(&s, &id).await?;
    let decision = format!("{}/decision", draft_address(d.release.id));
    let main = home::procedure_page(&v, &d.definition, &Html::default(), &decision, &home::Opened::new());
    Ok(shown(&v, &d, d.definition.name.get(v.lang), main))
}

pub async fn form(State(s): State<Catalogue>, v: Visitor, Path(id): Path<String>) -> Result<Html, PageError> {
    let d = draft(&s, &id).await?;
    let q = Questions { definition: &d.definition, offices: s.services.desk.identity().offices(), lang: v.lang, reasons: &[] };
    let title = v.pick("Tờ khai", "The form");
    let mut main = kit::heading(title, Some(d.definition.name.get(v.lang)));
    for section in &d.definition.form.sections {
        let hint = section.hint.as_ref().map_or_else(Html::default, |h| kit::para(h.get(v.lang)));
        main.push(&kit::card(section.title.get(v.lang), &Html(format!("{hint}{}", q.section(section, &Value::Null, None)))));
    }
    Ok(shown(&v, &d, title, main))
}

pub async fn diagram(State(s): State<Catalogue>, v: Visitor, Path(id): Path<String>) -> Result<Html, PageError> {
    let d = draft(&s, &id).await?;
    let title = v.pick("Sơ đồ quy trình", "Diagram of the process");
    let svg = casework::diagram::svg(&d.definition, None, v.lang);
    let heading = kit::heading(title, Some(d.definition.name.get(v.lang)));
    let main = Html(format!("{heading}<div class=\"flow\" tabindex=\"0\" role=\"region\" aria-label=\"{}\">{svg}</div>", esc(title)));
    Ok(shown(&v, &d, title, main))
}

/// The decision with its annex, from the data of the draft (§2.5): what is signed and what will run are the same.
pub async fn decision(State(s): State<Catalogue>, v: Visitor, Path(id): Path<String>) -> Result<Response, PageError> {
    let d = draft(&s, &id).await?;
    let bytes = paper::process(&s.services, &d.definition, Some(actor(&v)?)).await?;
    let name = format!("Quy-trinh-noi-bo-{}-{}.pdf", d.definition.code, d.release.version);
    let mut response = Response::new(Body::from(bytes));
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/pdf"));
    let disposition = format!("inline; filename*=UTF-8''{}", url_part(&name));
    headers.insert(header::CONTENT_DISPOSITION, HeaderValue::from_str(&disposition).unwrap_or(HeaderValue::from_static("inline")));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("private, no-store"));
    Ok(response)
}
