//! For the official: whether every component that data replace has its answer, and what is owed to the applicant if not.

use super::Answered;
use crate::Services;
use casework::Found;
use store::StoreError;
use web::{
    html::{Html, esc, url_part},
    kit::{self, Mood},
    visitor::Visitor,
    when,
};

/// The card on the official's page of a case; nothing where no database was asked.
pub async fn work_card(s: &Services, v: &Visitor, f: &Found) -> Result<Html, StoreError> {
    let Some(room) = &s.base_data else { return Ok(Html::default()) };
    let checks = room.checks_of_case(f.state.code.as_str()).await?;
    if checks.is_empty() {
        return Ok(Html::default());
    }
    let items: Vec<Html> = checks
        .iter()
        .map(|c| {
            let name = f.definition.component(&c.component).map_or(c.component.as_str(), |x| x.name.get(v.lang));
            let mood = match c.looked.answered {
                Answered::Good => Mood::Good,
                Answered::Lacking => Mood::Bad,
                Answered::Later => Mood::Info,
            };
            let correct = if c.looked.answered == Answered::Lacking {
                format!("<br><span class=\"muted\">{} {}</span>", esc(v.pick("Sửa tại gốc:", "Corrected at the source by:")), esc(c.looked.correct_at.get(v.lang)))
            } else {
                String::new()
            };
            Html(format!("{}: {} <span class=\"muted\">{}, {}</span>{correct}", esc(name), kit::chip(mood, c.looked.word.get(v.lang)), esc(c.looked.database.get(v.lang)), when::exact(c.at, v.lang)))
        })
        .collect();
    let lacking = checks.iter().any(|c| c.looked.answered == Answered::Lacking);
    let owed = room.owed(f).filter(|_| lacking && f.state.supplements.is_empty());
    let owed = owed.map_or_else(Html::default, |o| kit::warning(v.lang, &format!("{}: {}", o.name.get(v.lang), when::due(o.due, s.now(), v.lang))));
    let link = kit::link(&format!("/work/registers/{}", url_part(f.state.code.as_str())), v.pick("Chi tiết, tra cứu lại", "Details, ask again"));
    Ok(kit::card(v.pick("Dữ liệu thay giấy tờ", "Data instead of papers"), &Html(format!("{owed}{}<p>{link}</p>", kit::bullets(&items)))))
}
