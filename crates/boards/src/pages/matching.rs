//! `/centre/matching`: what the matching would do, and why. It proposes; a person assigns.

use super::{Said, centre, choices};
use crate::{
    Boards,
    expert::views,
    matching::{self, Candidate, FirmFacts, Input, Need, Placed, Plan, SkillNeed},
};
use axum::extract::State;
use kernel::Refusal;
use web::{
    Page,
    extract::{FormData, Query},
    html::{Html, esc},
    kit::{self, Choice, Column, Mood, Table, Weight},
    visitor::Visitor,
};

impl Boards {
    /// The plan for everything that waits, with what stands kept. For the engagement room and the preview page.
    pub async fn plan(&self, extra: Option<Need>, seed: u64) -> Result<Plan, crate::Failure> {
        let today = self.now().date();
        let (rules, conflicts) = (self.catalog.matching(today)?, self.catalog.conflicts(today)?);
        let mut needs = self.cases.waiting().await?;
        needs.extend(extra);
        let kept = self.cases.assigned().await?;
        let candidates = views::all_active(&self.scope).await?.iter().map(|x| Candidate::of(x, rules, today)).collect();
        let catalog = self.catalog.clone();
        let (rules, conflicts) = (rules.clone(), conflicts.clone());
        // Seconds of arithmetic do not belong on the threads that answer requests.
        let work = tokio::task::spawn_blocking(move || matching::plan(&Input { catalog: &catalog, rules: &rules, conflicts: &conflicts, needs, candidates, kept, today, seed }));
        work.await.map_err(|e| crate::Failure::Internal(e.into()))
    }
}

pub async fn show(State(s): State<Boards>, v: Visitor, Query(pairs): Query<Vec<(String, String)>>) -> Page {
    let f = FormData(pairs.into_iter().map(|(k, x)| (k, kernel::text::clean(&x))).collect());
    let (need, said) = match read(&s, &v, &f) {
        Ok(need) => (need, Said { act: "try".into(), form: f.clone(), ..Said::default() }),
        Err(refusal) => (None, Said { act: "try".into(), ..Said::refused(f.clone(), refusal) }),
    };
    let seed = f.filled("seed").and_then(|t| t.parse().ok()).unwrap_or(0);
    let plan = s.plan(need, seed).await?;
    let title = v.pick("Phân công chuyên gia: xem trước", "Matching experts: preview");
    let [_, conflicts, rules] = s.catalog.sources(s.now().date());
    let basis = kit::details(v.pick("Căn cứ của quy tắc", "Sources of the rules"), &Html(format!("{}{}", super::sources(&v, conflicts), super::sources(&v, rules))), false);
    let main = Html(format!(
        "{}{}<p class=\"lead\">{}</p>{basis}{}{}{}{}<p class=\"muted\">{} {} · {} <code>{}</code></p>",
        kit::error_summary(v.lang, &said.reasons),
        kit::heading(title, None),
        v.pick(
            "Máy đề xuất, người quyết định. Đủ năng lực cho từng việc, không xung đột lợi ích, không quá giờ; rồi mới xét điểm phù hợp và chia đều.",
            "The program proposes, a person decides. Every competence covered, no conflict, nobody above their hours; then fit, then evenness.",
        ),
        form(&s, &v, &said),
        served(&s, &v, &plan),
        unserved(&v, &plan),
        excluded(&s, &v, &plan),
        v.pick("Số bốc:", "Seed:"),
        seed,
        if plan.proven { v.pick("đã chứng minh không có phương án tốt hơn · dấu", "proven: no plan is better · print") } else { v.pick("tốt nhất tìm được · dấu", "best found · print") },
        plan.print.get(..16).unwrap_or(&plan.print),
    ));
    Ok(centre(&v, title, main).error(said.is_error()).render())
}

/// A need typed on the page: up to three competences. `None` when nothing is typed.
fn read(s: &Boards, v: &Visitor, f: &FormData) -> Result<Option<Need>, Refusal> {
    let text = |name: &str| f.get(name).unwrap_or_default().to_owned();
    let mut skills = Vec::new();
    let mut wrong = Refusal::invalid("need", "Chưa tính được: có chỗ cần sửa", "Not computed: something needs correcting");
    for n in 1..=3 {
        let Some(competence) = f.filled(&format!("c{n}")) else { continue };
        let number = |name: String| f.get(&name).and_then(|t| t.parse::<u32>().ok());
        let level = number(format!("l{n}")).and_then(|l| u8::try_from(l).ok()).filter(|l| *l >= 1 && usize::from(*l) <= s.catalog.competences.levels.len());
        let hours = number(format!("h{n}")).filter(|h| (1..=2_000).contains(h));
        if s.catalog.competence(competence).is_none() || level.is_none() {
            wrong = wrong.because(Some(&format!("l{n}")), "Chọn năng lực và mức.", "Choose the competence and the level.");
        }
        if hours.is_none() {
            wrong = wrong.because(Some(&format!("h{n}")), "Nhập số giờ, từ 1 đến 2.000.", "Enter hours, 1 to 2,000.");
        }
        if let (Some(level), Some(hours)) = (level, hours) {
            skills.push(SkillNeed { competence: competence.to_owned(), level, hours });
        }
    }
    if !wrong.reasons.is_empty() {
        return Err(wrong);
    }
    if skills.is_empty() {
        return Ok(None);
    }
    Ok(Some(Need {
        id: "preview".into(),
        title: v.pick("Việc đang thử", "The need being tried").to_owned(),
        path: String::new(),
        skills,
        sector: text("sector"),
        language: text("language"),
        area: text("area"),
        firm: FirmFacts { name: text("firm"), tax_code: text("tax_code"), email: text("email"), ..FirmFacts::default() },
        tender: f.filled("tender").map(str::to_owned),
        since: s.now().date(),
    }))
}

fn form(s: &Boards, v: &Visitor, said: &Said) -> Html {
    let c = &s.catalog.competences;
    let competences: Vec<Choice> = c.competences.iter().map(|k| Choice::new(k.code.as_str(), k.name.get(v.lang))).collect();
    let levels: Vec<Choice> = (1u8..).zip(&c.levels).map(|(n, _)| Choice::new(n.to_string(), super::level_name(s, v, n))).collect();
    let field = |name: &str, vi: &str, en: &str| said.field(v.lang, "try", name, v.pick(vi, en)).optional(true);
    let mut body = String::new();
    for n in 1..=3 {
        let number = |vi: &str, en: &str| (format!("{vi} {n}"), format!("{en} {n}"));
        let ((cv, ce), (lv, le), (hv, he)) = (number("Năng lực", "Competence"), number("Mức", "Level"), number("Số giờ", "Hours"));
        body.push_str(&format!("{}{}{}", field(&format!("c{n}"), &cv, &ce).select(&competences), field(&format!("l{n}"), &lv, &le).select(&levels), field(&format!("h{n}"), &hv, &he).numeric().width("w4").input()));
    }
    body.push_str(&format!(
        "{}{}{}{}{}{}{}{}",
        field("sector", "Ngành", "Sector").select(&choices(v, &c.sectors)),
        field("language", "Ngôn ngữ", "Language").select(&choices(v, &c.languages)),
        field("area", "Mã xã, phường", "Commune code").numeric().width("w4").input(),
        field("firm", "Tên doanh nghiệp", "Firm").input(),
        field("tax_code", "Mã số thuế doanh nghiệp", "Firm's tax code").numeric().width("w20").input(),
        field("email", "Thư điện tử doanh nghiệp", "Firm's e-mail").input(),
        field("seed", "Số bốc khi mọi điều bằng nhau", "Seed for what is equal").numeric().width("w10").input(),
        kit::Button::new(v.pick("Tính", "Compute")).weight(Weight::Quiet).html(),
    ));
    let open = said.is_error() || said.form.filled("c1").is_some();
    let form = Html(format!("<form method=\"get\" action=\"/centre/matching\">{body}</form>"));
    kit::details(v.pick("Thử một nhu cầu", "Try a need"), &form, open)
}

fn served(s: &Boards, v: &Visitor, p: &Plan) -> Html {
    let mut rows = Vec::new();
    for need in &p.served {
        for place in &need.places {
            let title = if need.path.is_empty() { Html::text(&need.title) } else { kit::link(&need.path, &need.title) };
            rows.push(vec![title, Html::text(&super::competence_name(s, v, &place.competence)), kit::link(&format!("/centre/experts/{}", place.expert), &place.name), Html::text(&place.hours.to_string()), why(v, place)]);
        }
    }
    kit::table(&Table {
        caption: v.pick("Đề xuất", "Proposed").to_owned(),
        columns: vec![Column::text(v.pick("Việc", "Need")), Column::text(v.pick("Năng lực", "Competence")), Column::text(v.pick("Chuyên gia", "Expert")), Column::num(v.pick("Giờ", "Hours")), Column::text(v.pick("Vì sao", "Why"))],
        rows,
        empty: v.pick("Không có việc nào được phân công.", "Nothing is assigned.").to_owned(),
        ..Table::default()
    })
}

fn why(v: &Visitor, p: &Placed) -> Html {
    if p.kept {
        return Html(format!("{} {}", kit::chip(Mood::Info, v.pick("giữ nguyên", "kept")), esc(v.pick("đã phân công từ trước", "assigned before"))));
    }
    let points: Vec<String> = p.points.iter().map(|x| format!("{} (+{})", x.text.get(v.lang), x.points)).collect();
    let others: Vec<Html> = p.others.iter().map(|(name, fit, why)| Html::text(&format!("{name}: {fit} – {}", why.get(v.lang)))).collect();
    let others = if others.is_empty() { Html::default() } else { kit::details(v.pick("Những người khác", "Others"), &kit::bullets(&others), false) };
    Html(format!("<b>{}</b> · {} · {} {} {others}", p.fit, esc(&points.join(", ")), v.pick("đang mang", "carries"), esc(&format!("{} {}", p.load, v.pick("giờ", "hours")))))
}

fn unserved(v: &Visitor, p: &Plan) -> Html {
    if p.unserved.is_empty() {
        return Html::default();
    }
    let rows = p
        .unserved
        .iter()
        .map(|u| {
            let title = if u.path.is_empty() { Html::text(&u.title) } else { kit::link(&u.path, &u.title) };
            vec![title, Html::text(&u.reasons.iter().map(|r| r.get(v.lang)).collect::<Vec<_>>().join("; "))]
        })
        .collect();
    kit::table(&Table {
        caption: v.pick("Chưa phân công được", "Not assigned").to_owned(),
        columns: vec![Column::text(v.pick("Việc", "Need")), Column::text(v.pick("Vì sao", "Why"))],
        rows,
        ..Table::default()
    })
}

fn excluded(s: &Boards, v: &Visitor, p: &Plan) -> Html {
    if p.excluded.is_empty() {
        return Html::default();
    }
    let title = |id: &str| p.served.iter().find(|x| x.need == id).map(|x| x.title.as_str()).or_else(|| p.unserved.iter().find(|x| x.need == id).map(|x| x.title.as_str())).unwrap_or(id).to_owned();
    let rows = p
        .excluded
        .iter()
        .take(500)
        .map(|x| {
            let freed = if x.was_assigned { kit::chip(Mood::Warn, v.pick("đang được phân công, phải thay", "was assigned, must be replaced")) } else { Html::default() };
            vec![Html::text(&x.name), Html::text(&title(&x.need)), Html::text(&super::competence_name(s, v, &x.competence)), Html(format!("{} {freed}", esc(x.why.get(v.lang))))]
        })
        .collect();
    let table = kit::table(&Table {
        caption: v.pick("Có năng lực nhưng không nhận được", "Has the competence and still cannot take it").to_owned(),
        columns: vec![Column::text(v.pick("Chuyên gia", "Expert")), Column::text(v.pick("Việc", "Need")), Column::text(v.pick("Năng lực", "Competence")), Column::text(v.pick("Vì sao", "Why"))],
        rows,
        ..Table::default()
    });
    kit::details(v.pick("Ai không được chọn và vì sao", "Who is left out and why"), &table, p.excluded.iter().any(|x| x.was_assigned))
}
