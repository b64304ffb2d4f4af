//! What the counter knows of a case, on the case's own page.

use super::store;
use crate::work::room::Room;
use casework::Found;
use web::{
    html::Html,
    kit::{self, Line},
    problem::PageError,
    when,
};

/// How it came in, what was shown, where the paper is; nothing for a dossier that met no counter.
pub(crate) async fn html(room: &Room<'_>, found: &Found) -> Result<Html, PageError> {
    let scope = room.services.desk.scope();
    let lang = room.lang();
    let mut lines = Vec::new();
    if let Some((received, keyed, meta)) = store::of_case(scope, found.state.id).await.map_err(PageError::internal)? {
        if let Some(p) = &meta.on_paper {
            let said = format!("{} {} · {} {} · {} {} · {}", room.pick("phiếu", "form"), p.number, room.pick("nhận", "received"), when::exact(received, lang), room.pick("nhập", "keyed"), when::exact(keyed, lang), p.reason);
            lines.push(Line::new(room.pick("Nhập sau khi mất hệ thống", "Keyed after an outage"), Html::text(&said)));
        }
        let shown: Vec<&str> = meta.waived().iter().filter_map(|c| found.definition.component(c)).map(|c| c.name.get(lang)).collect();
        if !shown.is_empty() {
            lines.push(Line::new(room.pick("Đã xuất trình tại quầy", "Shown at the counter"), Html::text(&shown.join("; "))));
        }
        if !meta.authorisation.is_empty() {
            lines.push(Line::new(room.pick("Giấy ủy quyền", "Authorisation"), Html::text(&meta.authorisation)));
        }
        if matches!(meta.came.identifier, Some(kernel::party::Identifier::OldIdCard(_))) {
            lines.push(Line::new(room.pick("Cần rà soát", "To be reviewed"), Html::text(room.pick("người nộp dùng số giấy tờ cũ 9 số", "the applicant gave an old 9-digit number"))));
        }
    }
    if let Some(b) = store::bundle_of(scope, found.state.code.as_str()).await.map_err(PageError::internal)? {
        let where_now = match &b.handed {
            Some(h) => format!("{} {} → {}, {}", room.pick("đã giao", "handed over"), h.giver, h.receiver, when::exact(h.at, lang)),
            None => format!("{} {}", room.pick("đang ở", "still at"), room.office_name(&b.giving)),
        };
        lines.push(Line::new(room.pick("Túi giấy tờ", "Paper bundle"), Html::text(&format!("{} {} · {where_now}", b.sheets, room.pick("tờ", "sheets")))));
    }
    if let Some((to, shown, authorisation, surrendered)) = store::returned(scope, found.state.id).await.map_err(PageError::internal)? {
        let parts = [Some(to), Some(shown), authorisation, Some(surrendered)];
        let said: Vec<String> = parts.into_iter().flatten().filter(|p| !p.is_empty()).collect();
        lines.push(Line::new(room.pick("Trả tại quầy", "Returned at the counter"), Html::text(&said.join(" · "))));
    }
    Ok(if lines.is_empty() { Html::default() } else { kit::card(room.pick("Tại quầy một cửa", "At the counter"), &kit::summary_list(&lines)) })
}
