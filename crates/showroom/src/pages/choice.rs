//! A choice as its enterprise and its advisers see it: requirements, advice, shortlist, notes, quotes, decision.

use super::{
    actor,
    forms::{self, Again, Done, Sent, done},
    id, show,
};
use crate::{
    Showroom,
    acts::choices::{self, Found},
    choice::{Choice, Role, Stage},
    ids::fresh,
    views,
};
use axum::{extract::State, response::Response};
use kernel::{
    id::{ChoiceId, EnterpriseId, SolutionId},
    text::Lang,
};
use web::{
    extract::{FormData, Path, Query},
    html::{Html, esc},
    kit::{self, Choice as Option_, Column, Line, Moment, Mood, Table, Weight},
    page::{Shell, Width},
    problem::PageError,
    visitor::Visitor,
    when,
};

/// The address of an enterprise's choices, from the side the visitor came in by.
pub(super) fn base(v: &Visitor, ent: EnterpriseId) -> String {
    if v.path.starts_with("/centre/") { format!("/centre/enterprises/{ent}/choices") } else { format!("/my-enterprise/{ent}/choices") }
}

/// The choice, when it is of the enterprise in the address and the visitor may see it.
pub(super) async fn find(s: &Showroom, v: &Visitor, ent: &str, choice: &str) -> Result<Found, PageError> {
    let enterprise: EnterpriseId = id(ent)?;
    let found = choices::find(s, &*actor(v)?, id(choice)?).await?;
    if found.choice.enterprise == enterprise { Ok(found) } else { Err(PageError::not_found()) }
}

pub async fn list(State(s): State<Showroom>, v: Visitor, Path(ent): Path<String>, Query(said): Query<Done>) -> Result<Response, PageError> {
    show_list(&s, &v, &ent, &Again::first(), &said).await
}

async fn show_list(s: &Showroom, v: &Visitor, ent: &str, again: &Again, said: &Done) -> Result<Response, PageError> {
    let enterprise: EnterpriseId = id(ent)?;
    let standing = choices::standing(s, &*actor(v)?, enterprise).await?;
    let (lang, base) = (v.lang, base(v, enterprise));
    let rows = views::choices(&s.scope, enterprise)
        .await
        .map_err(PageError::internal)?
        .iter()
        .map(|c| {
            let stage = Stage::ALL.into_iter().find(|x| x.code() == c.stage).unwrap_or(Stage::Open);
            vec![kit::link(&format!("{base}/{}", c.id), &c.title), stage_chip(stage, lang), Html::text(&when::day(c.opened_at.date(), lang))]
        })
        .collect();
    let title = lang.pick("Lựa chọn giải pháp", "Choosing solutions");
    let table = kit::table(&Table {
        caption: title.into(),
        caption_hidden: true,
        columns: [("Việc", "Choice"), ("Trạng thái", "State"), ("Mở ngày", "Opened")].into_iter().map(|(vi, en)| Column::text(lang.pick(vi, en))).collect(),
        rows,
        empty: lang.pick("Chưa có việc lựa chọn nào.", "No choice yet.").into(),
    });
    let body = [
        kit::hidden("open.id", &fresh::<kernel::id::ChoiceKind>().to_string()),
        again
            .field(lang, "open", "title", lang.pick("Bạn cần chọn gì?", "What do you need to choose?"), "")
            .hint(lang.pick("Ví dụ: Phần mềm bán hàng cho ba cửa hàng", "For example: point of sale for three shops"))
            .max_length(200)
            .input(),
    ];
    let main = Html(format!(
        "{}{}<p class=\"caption\">{}</p><h1>{title}</h1>{table}<h2>{}</h2>{}",
        said.banner(lang),
        again.summary(lang),
        esc(&standing.name),
        lang.pick("Mở việc mới", "Open a new one"),
        forms::form(v, &base, &body, lang.pick("Bắt đầu", "Begin"), Weight::Main)
    ));
    Ok(again.answer(Shell::new(v, title, main).nav(web::rail::of(v))))
}

pub async fn open(State(s): State<Showroom>, v: Visitor, Path(ent): Path<String>, form: FormData) -> Result<Response, PageError> {
    let (who, enterprise): (_, EnterpriseId) = (actor(&v)?, id(&ent)?);
    let sent = Sent { form: &form, prefix: "open" };
    let choice: ChoiceId = sent.get("id").parse().unwrap_or_else(|_| fresh());
    choices::standing(&s, &who, enterprise).await?;
    let need = choices::known_need(&s, enterprise).await?;
    match choices::open(&s, &who, enterprise, choice, sent.get("title"), need).await {
        Ok(c) => Ok(done(&format!("{}/{}", base(&v, enterprise), c.id))),
        Err(e) => show_list(&s, &v, &ent, &Again::after("open", form, e)?, &Done::default()).await,
    }
}

fn stage_chip(stage: Stage, lang: Lang) -> Html {
    let mood = match stage {
        Stage::Open | Stage::Comparing => Mood::Info,
        Stage::Decided => Mood::Good,
        Stage::Abandoned => Mood::Warn,
    };
    kit::chip(mood, stage.text().get(lang))
}

pub async fn page(State(s): State<Showroom>, v: Visitor, Path((ent, choice)): Path<(String, String)>, Query(said): Query<Done>) -> Result<Response, PageError> {
    show_page(&s, &v, &ent, &choice, &Again::first(), &said).await
}

pub(super) async fn show_page(s: &Showroom, v: &Visitor, ent: &str, choice: &str, again: &Again, said: &Done) -> Result<Response, PageError> {
    let Found { choice: c, standing, .. } = find(s, v, ent, choice).await?;
    let lang = v.lang;
    let here = format!("{}/{}", base(v, c.enterprise), c.id);
    let open = matches!(c.stage, Stage::Open | Stage::Comparing);
    let advice = match c.advices.last() {
        None => Html::default(),
        Some(a) => match views::advice(&s.scope, a.id).await.map_err(PageError::internal)? {
            None => Html::default(),
            Some(stored) => Html(format!(
                "{}<p><a href=\"{here}/advice/{}\">{}</a></p>",
                super::advice::summary(s, v, &c, &stored.result, &here, open),
                a.id,
                lang.pick("Vì sao có thứ tự này; những giải pháp bị loại và lý do", "Why this order; what was left out and why")
            )),
        },
    };
    let ask =
        if open {
            kit::button_group(&[
                kit::form(
                    v,
                    &format!("{here}/acts/advise"),
                    &kit::button(lang.pick(
                        if c.advices.is_empty() { "Xem gợi ý" } else { "Gợi ý lại" },
                        if c.advices.is_empty() { "Get advice" } else { "Get advice again" },
                    )),
                ),
                kit::link_button(&format!("{here}/weights"), lang.pick("Sửa trọng số", "Change the weights"), Weight::Quiet),
            ])
        } else {
            Html::default()
        };
    // What a board has before it is the centre's work; the enterprise reads the decision.
    let boards = if standing.role == Role::Member { Html::default() } else { s.before_boards.card(v, c.id).await? };
    let history = choices::history(s, c.id).await?;
    let moments: Vec<Moment> = history
        .iter()
        .rev()
        .map(|e| Moment {
            title: e.fact.text().get(lang).to_owned(),
            body: Html::text(e.fact.reason()),
            when: Html(format!("{} · {}", esc(&e.by.name), when::exact(e.at, lang))),
            next: false,
        })
        .collect();
    let main = Html(format!(
        "{}{}<p class=\"caption\">{}</p><h1>{}</h1><p>{}</p>{}<h2>{}</h2>{}<h2>{}</h2>{ask}{advice}{}{}{}{}{boards}{}",
        said.banner(lang),
        again.summary(lang),
        esc(&c.enterprise_name),
        esc(&c.title),
        stage_chip(c.stage, lang),
        decided(&c, lang),
        lang.pick("Yêu cầu", "Requirements"),
        need(s, &c, &here, open, lang),
        lang.pick("Gợi ý", "Advice"),
        shortlist(s, v, &c, &here, open, again),
        declarations(v, &c, &here, open, standing.role, again),
        notes(&c, lang),
        super::choice_acts::forms(v, &c, &here, standing.role, again),
        kit::details(lang.pick("Lịch sử", "History"), &kit::timeline(&moments), false),
    ));
    Ok(again.answer(Shell::new(v, c.title.as_str(), main).width(Width::Wide).nav(web::rail::of(v)).back(base(v, c.enterprise), lang.pick("Các lựa chọn", "Choices"))))
}

fn decided(c: &Choice, lang: Lang) -> Html {
    let Some(d) = &c.decision else { return Html::default() };
    let what = d
        .solution
        .and_then(|s| c.shortlisted(s))
        .map_or_else(|| lang.pick("Không chọn giải pháp nào", "None of them").to_owned(), |s| s.candidate.name.clone());
    kit::banner(
        Mood::Good,
        &format!("{}: {what}", lang.pick("Doanh nghiệp đã quyết định", "The enterprise has decided")),
        &Html(format!("<p>{}</p><p class=\"muted\">{} · {}</p>", esc(&d.reason), esc(&d.by.name), when::exact(d.at, lang))),
    )
}

fn need(s: &Showroom, c: &Choice, here: &str, open: bool, lang: Lang) -> Html {
    let (n, terms) = (&c.need, &s.catalog.terms);
    let gaps: Vec<Html> = n
        .gaps
        .iter()
        .map(|g| {
            Html(format!(
                "<b>{}</b> – {} {}/1.000 · {} · {} {}",
                esc(s.catalog.type_name(&g.kind, lang)),
                lang.pick("độ lớn", "size"),
                g.size,
                importance(g.goal, lang),
                lang.pick("giai đoạn", "stage"),
                esc(crate::catalog::name(&terms.stages, &g.stage.to_string(), lang)),
            ))
        })
        .collect();
    let gaps = if gaps.is_empty() {
        Html::text(lang.pick("chưa có; làm bài tự đánh giá hoặc tự nêu", "none yet; assess first or state them"))
    } else {
        kit::bullets(&gaps)
    };
    let or_none = |t: String| if t.is_empty() { "–".to_owned() } else { t };
    let mut lines = vec![
        Line::new(lang.pick("Khoảng trống", "Gaps"), gaps),
        Line::new(
            lang.pick("Ngành, quy mô", "Sector, size"),
            Html::text(&format!("{} · {}", or_none(sector(s, &n.sector, lang)), or_none(crate::catalog::name(&terms.sizes, &n.size, lang).to_owned()))),
        ),
        Line::new(
            lang.pick("Ngân sách năm đầu", "First-year budget"),
            Html::text(&n.budget.map_or_else(|| lang.pick("chưa rõ", "not known").to_owned(), |b| super::amount::said(b, lang))),
        ),
        Line::new(lang.pick("Số người dùng", "Users"), Html(n.users.to_string())),
        Line::new(
            lang.pick("Kết nối bắt buộc", "Required integrations"),
            Html::text(&or_none(show::named(&terms.integrations, &n.required_integrations, lang))),
        ),
        Line::new(lang.pick("Kết nối mong muốn", "Wished integrations"), Html::text(&or_none(show::named(&terms.integrations, &n.wished_integrations, lang)))),
        Line::new(lang.pick("Ngôn ngữ", "Languages"), Html::text(&or_none(show::named(&terms.languages, &n.languages, lang)))),
        Line::new(lang.pick("Nơi đặt dữ liệu", "Hosting"), Html::text(&or_none(show::named(&terms.hosting, &n.hosting, lang)))),
    ];
    if open && let Some(first) = lines.first_mut() {
        *first = first.clone().action(format!("{here}/need"), lang.pick("Sửa yêu cầu", "Change the requirements"), "");
    }
    kit::summary_list(&lines)
}

/// How much a gap matters, in the words of the form.
pub(super) fn importance(goal: u32, lang: Lang) -> &'static str {
    match goal {
        0 | 1 => lang.pick("bình thường", "ordinary"),
        2 => lang.pick("quan trọng", "important"),
        _ => lang.pick("lý do phải làm ngay", "the reason to act now"),
    }
}

/// `C10 – Sản xuất, chế biến thực phẩm`: the code with the name of the narrowest sector that the list has for it.
fn sector(s: &Showroom, code: &str, lang: Lang) -> String {
    let named = s.catalog.terms.sectors.iter().filter(|t| t.code != "*" && code.starts_with(t.code.as_str())).max_by_key(|t| t.code.len());
    named.map_or_else(|| code.to_owned(), |t| format!("{code} – {}", t.name.get(lang)))
}

fn shortlist(s: &Showroom, v: &Visitor, c: &Choice, here: &str, open: bool, again: &Again) -> Html {
    let (lang, today) = (v.lang, s.now().date());
    let compare: Vec<String> = c.shortlist.iter().take(4).map(|x| format!("s={}", x.candidate.solution)).collect();
    let rows = c
        .shortlist
        .iter()
        .map(|x| {
            let k = &x.candidate;
            let quotes: Vec<Html> = c
                .quotes
                .iter()
                .filter(|q| q.solution == k.solution)
                .map(|q| Html(format!("{} · {} {}", super::amount::said(q.amount, lang), lang.pick("hiệu lực đến hết", "valid up to"), show::until(Some(q.valid_until), today, lang))))
                .collect();
            let rank = k.rank.map_or_else(
                || kit::chip(Mood::Warn, lang.pick("ngoài gợi ý", "not from the advice")),
                |r| Html(format!("{} {r}", lang.pick("hạng", "place"))),
            );
            vec![
                Html(format!("<a href=\"/showroom/solutions/{}\">{}</a><br><span class=\"muted\">{}</span>", k.solution, esc(&k.name), esc(&k.provider_name))),
                rank,
                Html::text(&x.reason),
                if quotes.is_empty() { Html::text("–") } else { kit::bullets(&quotes) },
            ]
        })
        .collect();
    let table = kit::table(&Table {
        caption: lang.pick("Danh sách ngắn", "Shortlist").into(),
        caption_hidden: true,
        columns: [("Giải pháp", "Solution"), ("Theo gợi ý", "In the advice"), ("Vì sao", "Why"), ("Báo giá", "Quotes")]
            .into_iter()
            .map(|(vi, en)| Column::text(lang.pick(vi, en)))
            .collect(),
        rows,
        empty: lang.pick("Chưa có giải pháp nào trong danh sách ngắn.", "Nothing on the shortlist yet.").into(),
    });
    let link = if compare.is_empty() {
        Html::default()
    } else {
        Html(format!("<p>{}</p>", kit::link(&format!("/showroom/compare?{}", compare.join("&")), lang.pick("So sánh cạnh nhau", "Compare side by side"))))
    };
    let off = if open && !c.shortlist.is_empty() {
        let body =
            [solution_field(c, again, lang, "take-off"), again.field(lang, "take-off", "reason", lang.pick("Vì sao", "Why"), "").max_length(1000).input()];
        kit::details(
            lang.pick("Bỏ một giải pháp", "Take one off"),
            &forms::form(v, &format!("{here}/acts/take-off"), &body, lang.pick("Bỏ", "Take off"), Weight::Quiet),
            again.is("take-off"),
        )
    } else {
        Html::default()
    };
    Html(format!("<h2>{}</h2>{table}{link}{off}", lang.pick("Danh sách ngắn", "Shortlist")))
}

/// One of the shortlist.
pub(super) fn solution_field(c: &Choice, again: &Again, lang: Lang, prefix: &str) -> Html {
    let options: Vec<Option_> = c.shortlist.iter().map(|x| Option_::new(x.candidate.solution.to_string(), x.candidate.name.as_str())).collect();
    again.field(lang, prefix, "solution", lang.pick("Giải pháp", "Solution"), "").select(&options)
}

fn declarations(v: &Visitor, c: &Choice, here: &str, open: bool, role: Role, again: &Again) -> Html {
    let lang = v.lang;
    let rows: Vec<Vec<Html>> = c
        .declarations
        .iter()
        .map(|d| {
            let what = if d.providers.is_empty() {
                kit::chip(Mood::Good, lang.pick("không có xung đột", "no conflict"))
            } else {
                kit::chip(Mood::Warn, lang.pick("có liên quan", "tied"))
            };
            vec![
                Html(format!("{} <span class=\"muted\">({})</span>", esc(&d.by.name), esc(d.role.text().get(lang)))),
                Html(format!("{what} {}", esc(&d.text))),
                Html::text(&when::day(d.at.date(), lang)),
            ]
        })
        .collect();
    let mine = v.actor.as_ref().and_then(|a| c.declaration(a.account)).is_some();
    // Advisers must declare before they are heard; the enterprise's own people may, once there is somebody to be tied to.
    let needed = open && role != Role::Member;
    let may = needed || (open && !c.shortlist.is_empty());
    if rows.is_empty() && !may {
        return Html::default();
    }
    let table = kit::table(&Table {
        caption: lang.pick("Kê khai xung đột lợi ích", "Conflicts of interest").into(),
        caption_hidden: true,
        columns: [("Ai", "Who"), ("Kê khai", "Declared"), ("Ngày", "On")].into_iter().map(|(vi, en)| Column::text(lang.pick(vi, en))).collect(),
        rows,
        empty: lang.pick("Chưa có kê khai nào.", "Nothing declared yet.").into(),
    });
    let form = if may { super::choice_acts::declare_form(v, c, here, again, needed && !mine) } else { Html::default() };
    Html(format!("<h2>{}</h2>{table}{form}", lang.pick("Kê khai xung đột lợi ích", "Conflicts of interest")))
}

fn notes(c: &Choice, lang: Lang) -> Html {
    let name = |s: SolutionId| c.shortlisted(s).map_or_else(|| s.to_string(), |x| x.candidate.name.clone());
    let mut out = Html::default();
    for (vi, en, list) in [("Buổi trình diễn", "Demo days", &c.demos), ("Cuộc gọi khách hàng cũ", "Calls to references", &c.calls)] {
        if list.is_empty() {
            continue;
        }
        let moments: Vec<Moment> = list
            .iter()
            .map(|n| Moment {
                title: format!("{} · {}", name(n.solution), when::day(n.on, lang)),
                body: Html::text(&n.text),
                when: Html(format!("{} ({}) · {} {}", esc(&n.by.name), esc(n.role.text().get(lang)), lang.pick("nói chuyện với", "spoke with"), esc(&n.with))),
                next: false,
            })
            .collect();
        out.push(&Html(format!("<h2>{}</h2>{}", lang.pick(vi, en), kit::timeline(&moments))));
    }
    out
}
