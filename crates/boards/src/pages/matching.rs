//! `/centre/matching`: what the matching would do, and why. It proposes; a person assigns.

use super::{Said, centre, choices};
use crate::{
    Boards,
    expert::{Expert, ExpertState, views},
    matching::{self, Candidate, FirmFacts, Input, Need, Placed, Plan, SkillNeed},
};
use axum::{
    extract::State,
    response::{IntoResponse, Redirect, Response},
};
use kernel::{
    Refusal, Text,
    id::ExpertId,
    refusal::{Reason, RefusalKind},
};
use std::collections::BTreeSet;
use web::{
    Page,
    extract::{FormData, Query},
    html::{Html, esc},
    kit::{self, Choice, Column, Mood, Table, Weight},
    problem::{Fault, PageError},
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
    page(&s, &v, pairs, &[]).await
}

/// `/centre/matching/assign`: the officer takes up a proposal. The case decides as on its own page: who may invite, and when.
pub async fn assign(State(s): State<Boards>, v: Visitor, f: FormData) -> Result<Response, PageError> {
    match invite(&s, &v, &f).await {
        Ok(path) => Ok(Redirect::to(&format!("{path}?done=invite_expert")).into_response()),
        Err(PageError(Fault::Refused(refusal))) if refusal.kind != RefusalKind::NotFound => {
            let status = Fault::from(refusal.clone()).status();
            // What the case says of its own form has no field here.
            let said = std::iter::once(&refusal.message).chain(refusal.reasons.iter().map(|r| &r.message));
            let reasons: Vec<Reason> = said.map(|m| Reason { field: None, message: m.clone() }).collect();
            Ok((status, page(&s, &v, Vec::new(), &reasons).await?).into_response())
        }
        Err(e) => Err(e),
    }
}

async fn invite(s: &Boards, v: &Visitor, f: &FormData) -> Result<String, PageError> {
    let me = super::actor(v)?;
    let mut path = None;
    for id in f.all("expert") {
        let x = able(s, id).await?;
        path = Some(s.cases.invite(&me, f.get("case").unwrap_or_default(), x.account).await?);
    }
    path.ok_or_else(PageError::not_found)
}

/// Somebody of the network who can be appointed to a case today.
async fn able(s: &Boards, id: &str) -> Result<Expert, PageError> {
    let x = s.expert(id.parse().map_err(|_| PageError::not_found())?).await?;
    if x.state != ExpertState::Active {
        return Err(Refusal::conflict("not-active", "Chuyên gia này không còn được công nhận hoặc đang tạm dừng; hãy tải lại trang và chọn người khác.", "This expert is no longer recognised or is suspended; reload the page and choose somebody else.").into());
    }
    if !s.people.may_sign_in(x.account).await? {
        return Err(Refusal::conflict("no-account", no_account().vi, no_account().en).into());
    }
    Ok(x)
}

fn no_account() -> Text {
    Text::new(
        "Chuyên gia chưa có tài khoản dùng được. Liên hệ để họ đăng nhập Cổng một lần bằng định danh điện tử (hoặc nhờ quản trị mở lại tài khoản), rồi tải lại trang.",
        "The expert has no account that works. Ask them to sign in to the portal once with their electronic identity (or an administrator to reopen the account), then reload the page.",
    )
}

async fn page(s: &Boards, v: &Visitor, pairs: Vec<(String, String)>, refused: &[Reason]) -> Page {
    let f = FormData(pairs.into_iter().map(|(k, x)| (k, kernel::text::clean(&x))).collect());
    let (need, said) = match read(s, v, &f) {
        Ok(need) => (need, Said { act: "try".into(), form: f.clone(), ..Said::default() }),
        Err(refusal) => (None, Said { act: "try".into(), ..Said::refused(f.clone(), refusal) }),
    };
    let errors = if refused.is_empty() { said.reasons.clone() } else { refused.to_vec() };
    let seed = f.filled("seed").and_then(|t| t.parse().ok()).unwrap_or(0);
    let plan = s.plan(need, seed).await?;
    let ways = Ways::of(s, v, &plan).await?;
    let title = v.pick("Phân công chuyên gia: xem trước", "Matching experts: preview");
    let [_, conflicts, rules] = s.catalog.sources(s.now().date());
    let basis = kit::details(v.pick("Căn cứ của quy tắc", "Sources of the rules"), &Html(format!("{}{}", super::sources(v, conflicts), super::sources(v, rules))), false);
    let main = Html(format!(
        "{}{}<p class=\"lead\">{}</p>{basis}{}{}{}{}<p class=\"muted\">{} {} · {} <code>{}</code></p>",
        kit::error_summary(v.lang, &errors),
        kit::heading(title, None),
        v.pick(
            "Máy đề xuất, người quyết định. Đủ năng lực cho từng việc, không xung đột lợi ích, không quá giờ; rồi mới xét điểm phù hợp và chia đều.",
            "The program proposes, a person decides. Every competence covered, no conflict, nobody above their hours; then fit, then evenness.",
        ),
        form(s, v, &said),
        served(s, v, &plan, &ways),
        unserved(v, &plan),
        excluded(s, v, &plan),
        v.pick("Số bốc:", "Seed:"),
        seed,
        if plan.proven { v.pick("đã chứng minh không có phương án tốt hơn · dấu", "proven: no plan is better · print") } else { v.pick("tốt nhất tìm được · dấu", "best found · print") },
        plan.print.get(..16).unwrap_or(&plan.print),
    ));
    Ok(centre(v, title, main).error(!errors.is_empty()).render())
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

/// What the officer may do with the proposals: the cases into which they may invite, and who cannot be invited anywhere.
struct Ways {
    cases: BTreeSet<String>,
    without_account: BTreeSet<ExpertId>,
}

impl Ways {
    async fn of(s: &Boards, v: &Visitor, p: &Plan) -> Result<Self, PageError> {
        let me = super::actor(v)?;
        let proposed: Vec<String> = p.served.iter().filter(|n| n.places.iter().any(|x| !x.kept)).map(|n| n.need.clone()).collect();
        let mut without_account = BTreeSet::new();
        for place in p.served.iter().flat_map(|n| &n.places).filter(|x| !x.kept) {
            let x = s.expert(place.expert).await?;
            if !s.people.may_sign_in(x.account).await? {
                without_account.insert(place.expert);
            }
        }
        Ok(Self { cases: s.cases.invitable(&me, &proposed).await?, without_account })
    }

    /// The button of one proposal, or why there is none.
    fn html(&self, v: &Visitor, need: &matching::Served, place: &Placed) -> Html {
        if place.kept || !self.cases.contains(&need.need) {
            return Html::text("–");
        }
        if self.without_account.contains(&place.expert) {
            return Html(format!("<span class=\"muted\">{}</span>", esc(no_account().get(v.lang))));
        }
        // Once somebody is invited the case waits no longer: who is proposed together can be invited together.
        let fresh: BTreeSet<ExpertId> = need.places.iter().filter(|x| !x.kept && !self.without_account.contains(&x.expert)).map(|x| x.expert).collect();
        let first = need.places.iter().find(|x| fresh.contains(&x.expert)).is_some_and(|x| std::ptr::eq(x, place));
        let one = invitation(v, &need.need, &BTreeSet::from([place.expert]), v.pick("Mời vào đợt hỗ trợ", "Invite to the engagement"));
        let all = format!("{} ({})", v.pick("Mời tất cả người được đề xuất", "Invite all proposed"), fresh.len());
        let all = if first && fresh.len() > 1 { invitation(v, &need.need, &fresh, &all) } else { Html::default() };
        Html(format!("{one}{all}"))
    }
}

fn invitation(v: &Visitor, case: &str, experts: &BTreeSet<ExpertId>, label: &str) -> Html {
    let experts: String = experts.iter().map(|x| kit::hidden("expert", &x.to_string()).0).collect();
    let body = Html(format!("{}{experts}{}", kit::hidden("case", case), kit::Button::new(label).weight(Weight::Quiet).html()));
    kit::form(v, "/centre/matching/assign", &body)
}

fn served(s: &Boards, v: &Visitor, p: &Plan, ways: &Ways) -> Html {
    let mut rows = Vec::new();
    for need in &p.served {
        for place in &need.places {
            let title = if need.path.is_empty() { Html::text(&need.title) } else { kit::link(&need.path, &need.title) };
            rows.push(vec![title, Html::text(&super::competence_name(s, v, &place.competence)), kit::link(&format!("/centre/experts/{}", place.expert), &place.name), Html::text(&place.hours.to_string()), why(v, place), ways.html(v, need, place)]);
        }
    }
    kit::table(&Table {
        caption: v.pick("Đề xuất", "Proposed").to_owned(),
        columns: vec![Column::text(v.pick("Việc", "Need")), Column::text(v.pick("Năng lực", "Competence")), Column::text(v.pick("Chuyên gia", "Expert")), Column::num(v.pick("Giờ", "Hours")), Column::text(v.pick("Vì sao", "Why")), Column::text(v.pick("Phân công", "Assign"))],
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
