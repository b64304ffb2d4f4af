//! The notice of a decision: how its document stands, for the enterprise and for the staff.

use super::{actor, desk::dossier_address, dossier::acted, mine, papers::send};
use crate::{
    Support,
    dossier::{Dossier, DossierId, Status},
    notice::Paper,
};
use axum::{extract::State, response::Response};
use kernel::id::EnterpriseId;
use web::{
    extract::{FormData, Path},
    html::{Html, esc},
    kit::{self, Mood, Weight},
    problem::PageError,
    visitor::Visitor,
};

/// The document of the last decision, for whoever reads the page.
pub async fn of(s: &Support, v: &Visitor, d: &Dossier) -> Result<Option<Paper>, PageError> {
    Ok(s.notice_paper(d, &*actor(v)?).await?)
}

/// For the enterprise: the file once it went out, before that that it is on its way.
pub fn own(v: &Visitor, d: &Dossier, paper: Option<&Paper>) -> Html {
    let Some(p) = paper else { return Html::default() };
    match &p.issued {
        Some(_) if p.ended => Html(format!("<p>{}</p>", kit::chip(Mood::Bad, v.pick("Thông báo đã bị thu hồi", "The notice was recalled")))),
        Some((_, verify)) => Html(format!(
            "<p>{} · {}</p>",
            kit::link(&format!("{}/{}/notice", mine::address(d.enterprise), d.id), v.pick("Tải thông báo đã ký (PDF)", "Download the signed notice (PDF)")),
            kit::link(verify, v.pick("Kiểm tra văn bản", "Check the document")),
        )),
        None => kit::para(v.pick(
            "Văn bản thông báo đang được ký, cấp số và đóng dấu; khi phát hành, bạn tải được tệp tại đây.",
            "The notice is being signed, numbered and sealed; when it is issued its file is here.",
        )),
    }
}

/// For the staff: where the document is, or the button that makes it.
pub fn desk(v: &Visitor, d: &Dossier, paper: Option<&Paper>) -> Html {
    if d.notice.is_none() {
        return Html::default();
    }
    let mut body = Html::default();
    if let Some(p) = paper {
        let number = p.number.as_deref().map_or_else(String::new, |n| format!(" {}", esc(n)));
        let mood = match (p.ended, &p.issued) {
            (true, _) => Mood::Bad,
            (false, Some(_)) => Mood::Good,
            (false, None) => Mood::Info,
        };
        let link = p.path.as_ref().map_or_else(String::new, |path| format!(" · {}", kit::link(path, v.pick("Mở văn bản", "Open the document"))));
        body.push(&Html(format!("<p>{}{number}{link}</p>", kit::chip(mood, p.stage.get(v.lang)))));
    }
    let decided = matches!(d.status, Status::Approved | Status::Refused);
    if decided && paper.is_none_or(|p| p.ended) {
        body.push(&kit::para(v.pick("Lập văn bản để trình ký, lấy số, đóng dấu; doanh nghiệp tải được khi phát hành.", "Makes the document to be signed, numbered and sealed; the enterprise downloads it when it is issued.")));
        let button = kit::Button::new(v.pick("Lập văn bản thông báo", "Make the notice a document")).weight(Weight::Quiet).html();
        body.push(&kit::form(v, &format!("{}/notice", dossier_address(d.id)), &button));
    }
    kit::card(v.pick("Văn bản thông báo", "The notice as a document"), &body)
}

pub async fn make(State(s): State<Support>, v: Visitor, Path(id): Path<DossierId>, form: FormData) -> Result<Response, PageError> {
    let actor = actor(&v)?;
    let made = async {
        let d = s.dossier(id).await?;
        s.draft_notice(&d, &actor).await?;
        Ok(d)
    };
    acted(&s, &v, id, "notice", &form, made).await
}

/// The file that went out.
pub async fn download(State(s): State<Support>, v: Visitor, Path((ent, id)): Path<(EnterpriseId, DossierId)>) -> Result<Response, PageError> {
    let (_, d) = mine::own_dossier(&s, &v, ent, id).await?;
    let paper = of(&s, &v, &d).await?.filter(|p| !p.ended);
    let (file, _) = paper.and_then(|p| p.issued).ok_or_else(PageError::not_found)?;
    send(&s, file).await
}
