//! `/work/cases/{code}`: the whole of a case for its official, clocks before content, acts beside it.

use super::{
    clocks, defects,
    panel::{Tried, panel},
    registers::{self, Reader, file_link},
    room::{Room, list_name},
    timeline,
};
use crate::form_view::Questions;
use casework::{Definition, Found, event::Person};
use web::{
    html::{Html, esc, url_part},
    kit::{self, Column, Line, Mood, Table},
    problem::PageError,
    when,
};

/// How the page was come to.
#[derive(Debug, Clone, Default, serde::Deserialize)]
#[serde(default)]
pub struct Asked {
    /// The list it was opened from.
    pub from: String,
    /// The act just done.
    pub done: String,
}

/// The page; with an act that was refused, its words and what was typed.
pub async fn page(room: &Room<'_>, found: &Found, asked: &Asked, tried: Option<&Tried<'_>>) -> Result<Html, PageError> {
    let history = room.services.desk.history(found.state.id).await.map_err(PageError::internal)?;
    let panel = panel(room, found, tried).await?;
    let code = found.state.code.as_str();
    let mut content = panel.errors.clone();
    content.push(&done_banner(room, &found.definition, &asked.done));
    content.push(&head(room, found, &asked.from));
    content.push(&clocks::html(room, found));
    content.push(&super::money::html(room, found));
    let gathered = registers::html(Reader { visitor: room.visitor, now: room.now, inside: true }, found);
    let at_the_counter = crate::counter::about(room, found).await?;
    let from_databases = crate::prefill::work_card(room.services, room.visitor, found).await.map_err(PageError::internal)?;
    let checks = crate::uploads::checks(room.services, &found.state.files).await.map_err(PageError::internal)?;
    for part in [form(room, found), components(room, found, &checks), from_databases, at_the_counter, gathered, supplements(room, found), opinions(room, found), documents(room, found), process(room, found), legal(room, found)] {
        content.push(&part);
    }
    if let Some(beside) = room.services.beside.get() {
        content.push(&beside.at_work(room.visitor, found).await?);
    }
    content.push(&crate::signed::card(room.visitor, room.now, &found.state.files));
    content.push(&Html(format!("<a class=\"btn to-acts\" href=\"#acts\">{}</a>", room.pick("Việc có thể làm", "What you can do"))));
    let events = kit::card(room.pick("Diễn biến", "What happened"), &timeline::html(room, found, &history));
    let main = Html(format!("<div class=\"page\"><div>{content}</div><aside>{}{events}</aside></div>", panel.html));
    let title = format!("{code} – {}", found.definition.name.get(room.lang()));
    let list = super::query::List::of(&asked.from).unwrap_or_default();
    Ok(room.page(&title, list.code(), main).await?.error(tried.is_some()).render())
}

fn done_banner(room: &Room<'_>, d: &Definition, act: &str) -> Html {
    d.acts.get(act).map_or_else(Html::default, |decl| {
        kit::banner(Mood::Good, room.pick("Đã ghi nhận", "Recorded"), &kit::para(decl.done.get(room.lang())))
    })
}

fn head(room: &Room<'_>, found: &Found, from: &str) -> Html {
    let s = &found.state;
    let list = super::query::List::of(from).unwrap_or_default();
    let owner = &s.people.owner;
    let mut about = vec![format!("<b class=\"code\">{}</b>", esc(s.code.as_str())), esc(&owner.name)];
    about.extend(owner.address.as_deref().map(esc));
    let state = found.definition.state("handling", s.track("handling"));
    let state = state.map_or_else(Html::default, |d| kit::chip(mood(d.tone), d.name.get(room.lang())));
    let title = if s.title.is_empty() || s.title == owner.name { String::new() } else { format!("<p>{}</p>", esc(&s.title)) };
    Html(format!(
        "<div class=\"head\"><p class=\"muted\"><a href=\"/work?list={}\">← {}</a></p><h1>{}</h1><p>{} {state}</p>{title}</div>",
        list.code(),
        list_name(list, room.lang()),
        esc(found.definition.name.get(room.lang())),
        about.join(" · "),
    ))
}

fn mood(tone: casework::definition::Tone) -> Mood {
    use casework::definition::Tone;
    match tone {
        Tone::Info => Mood::Info,
        Tone::Good => Mood::Good,
        Tone::Warn => Mood::Warn,
        Tone::Bad => Mood::Bad,
    }
}

fn person(room: &Room<'_>, role: &str, p: &Person) -> Line {
    let mut parts = vec![p.name.clone()];
    parts.extend(p.identifier.as_ref().map(|i| format!("{} {}", i.label().get(room.lang()), i.masked())));
    parts.extend(p.phone.clone());
    parts.extend(p.email.clone());
    parts.extend(p.address.clone());
    Line::new(role, Html::text(&parts.join(" · ")))
}

fn form(room: &Room<'_>, found: &Found) -> Html {
    let s = &found.state;
    let questions = Questions {
        definition: &found.definition,
        offices: room.services.desk.identity().offices(),
        lang: room.lang(),
        reasons: &[],
    };
    let mut people = vec![person(room, room.pick("Người nộp", "Applicant"), &s.people.applicant)];
    if s.people.owner != s.people.applicant {
        people.push(person(room, room.pick("Chủ hồ sơ", "Owner"), &s.people.owner));
    }
    people.extend(s.people.proxy.as_ref().map(|p| person(room, room.pick("Người được ủy quyền", "Proxy"), p)));
    if let Some(by) = &s.people.assisted_by {
        people.push(Line::new(room.pick("Cán bộ hỗ trợ nhập", "Typed with the help of"), Html::text(&by.name)));
    }
    let filed = format!("{} · {}", s.channel.name().get(room.lang()), when::at(s.filed_at, room.now, room.lang()));
    people.push(Line::new(room.pick("Nộp", "Filed"), when::time(s.filed_at, &filed, room.lang())));
    let old = casework::old_numbers(&s.answers);
    if !old.is_empty() {
        let fields: Vec<String> = old.iter().filter_map(|f| Some(found.definition.form.field(f)?.title.get(room.lang()).to_owned())).collect();
        let chip = kit::chip(Mood::Warn, room.pick("số cũ 9 số, đối chiếu với số định danh 12 số", "old 9-digit number, compare with the 12-digit one"));
        people.push(Line::new(room.pick("Cần rà soát", "To be reviewed"), Html(format!("{} {chip}", esc(&fields.join("; "))))));
    }
    let mut body = kit::summary_list(&people);
    for section in &found.definition.form.sections {
        let summary = questions.summary(section, &s.answers, None, true);
        if !summary.is_empty() {
            body.push(&Html(format!("<h3>{}</h3>{summary}", esc(section.title.get(room.lang())))));
        }
    }
    body.push(&crate::address::card(&room.services.areas, room.lang(), &found.definition, &s.answers, s.filed_at.date()));
    kit::card(room.pick("Tờ khai", "Application form"), &body)
}

fn components(room: &Room<'_>, found: &Found, checks: &crate::uploads::Checks) -> Html {
    let (s, d, lang) = (&found.state, &found.definition, room.lang());
    let mut rows = Vec::new();
    for c in &d.components {
        let files: Vec<String> = s.files.iter().filter(|f| f.component == c.code).map(|f| format!("{}{}", file_link(found, f), crate::uploads::mark(lang, checks, f))).collect();
        let source = match &c.from_database {
            Some(db) => format!("{}, {}", db.name.get(lang), room.pick("không cần nộp", "not asked for")),
            None if c.original => room.pick("Bản chính", "Original").to_owned(),
            None => room.pick("Bản sao hoặc tệp", "Copy or file").to_owned(),
        };
        let state = if !files.is_empty() {
            kit::chip(Mood::Good, room.pick("đã có", "given"))
        } else if s.waived.contains(&c.code) || c.from_database.is_some() {
            kit::chip(Mood::Good, room.pick("không phải nộp", "not needed"))
        } else if d.requires(c, &s.answers) {
            kit::chip(Mood::Warn, room.pick("thiếu", "missing"))
        } else {
            kit::chip(Mood::Info, room.pick("không bắt buộc", "optional"))
        };
        let state = Html(format!("{state}{}", crate::signed::chips(lang, s.files.iter().filter(|f| f.component == c.code))));
        rows.push(vec![Html::text(c.name.get(lang)), Html::text(&source), Html(files.join("<br>")), state]);
    }
    let c = |vi: &'static str, en: &'static str| Column::text(room.pick(vi, en));
    let title = room.pick("Thành phần hồ sơ", "Papers");
    let table = kit::table(&Table {
        caption: title.to_owned(),
        caption_hidden: true,
        columns: vec![c("Giấy tờ", "Paper"), c("Nguồn", "Source"), c("Tệp", "Files"), c("Tình trạng", "State")],
        rows,
        empty: room.pick("Thủ tục này không yêu cầu giấy tờ nào.", "This procedure asks for no papers.").to_owned(),
    });
    kit::card(title, &table)
}

fn supplements(room: &Room<'_>, found: &Found) -> Html {
    let lang = room.lang();
    if found.state.supplements.is_empty() {
        return Html::default();
    }
    let mut body = Html::default();
    for s in found.state.supplements.iter().rev() {
        let answered = match s.answered {
            Some(at) => kit::chip(Mood::Good, &format!("{} {}", room.pick("đã bổ sung", "answered"), when::at(at, room.now, lang))),
            None => kit::chip(Mood::Warn, room.pick("chưa bổ sung", "not answered yet")),
        };
        let asked = when::at_time(s.asked, room.now, lang);
        let title = format!("{} {}", room.pick("Phiếu số", "Notice no."), s.number);
        body.push(&Html(format!("<h3>{} {answered}</h3><p class=\"muted\">{}, {asked}</p>", esc(&title), esc(&s.by.name))));
        let lines: Vec<Html> = s
            .defects
            .iter()
            .map(|x| match defects::about(&found.definition, &x.about, lang) {
                Some(about) => Html(format!("<b>{}</b>: {}", esc(&about), esc(&x.what))),
                None => Html::text(&x.what),
            })
            .collect();
        body.push(&kit::bullets(&lines));
        for late in &s.late {
            let chip = kit::chip(Mood::Warn, room.pick("nộp muộn, cần xem", "came late, to be looked at"));
            let files = format!("{} {}", late.files, room.pick("tệp", "files"));
            let at = when::at_time(late.at, room.now, lang);
            body.push(&Html(format!("<p>{chip} {at}, {}: {}</p>", esc(&files), esc(&late.note))));
        }
        for (label, text) in [(room.pick("Lý do", "Reason"), &s.reason), (room.pick("Ghi chú của người nộp", "The applicant's note"), &s.note)] {
            if !text.is_empty() {
                body.push(&kit::para(&format!("{label}: {text}")));
            }
        }
    }
    kit::card(room.pick("Bổ sung hồ sơ", "Supplements"), &body)
}

fn opinions(room: &Room<'_>, found: &Found) -> Html {
    let lang = room.lang();
    if found.state.requests.is_empty() {
        return Html::default();
    }
    // Of a complaint it is no opinion: the office concerned explains itself.
    let of_data = found.definition.kind == "data-request";
    let explains = of_data || found.definition.kind == "complaint";
    let mut lines = Vec::new();
    for r in &found.state.requests {
        let answer = match &r.answer {
            None => kit::chip(Mood::Warn, room.pick("chưa trả lời", "not answered yet")).0 + &format!(" {}", when::due_time(r.due, room.now, lang)),
            Some(a) if a.tacit && explains => kit::chip(Mood::Bad, room.pick("không giải trình trong thời hạn", "did not explain in time")).0,
            Some(a) if a.tacit => kit::chip(Mood::Good, room.pick("im lặng, coi là đồng ý", "silent: consent is assumed")).0,
            Some(a) => {
                let (mood, word) = match (a.agrees, explains) {
                    (true, false) => (Mood::Good, room.pick("đồng ý", "agrees")),
                    (false, false) => (Mood::Bad, room.pick("không đồng ý", "does not agree")),
                    (true, true) if of_data => (Mood::Info, room.pick("đúng nhiệm vụ", "part of the duty")),
                    (false, true) if of_data => (Mood::Bad, room.pick("không đúng nhiệm vụ", "not part of the duty")),
                    (true, true) => (Mood::Info, room.pick("thừa nhận phản ánh đúng", "admits that it was right")),
                    (false, true) => (Mood::Info, room.pick("không thừa nhận", "does not admit it")),
                };
                format!("{} {}<br><span class=\"muted\">{}, {}</span>", kit::chip(mood, word), esc(&a.text), esc(&a.by.name), when::at_time(a.at, room.now, lang))
            }
        };
        let question = format!("<p>{}</p>", esc(&r.question));
        lines.push(Line::new(room.office_name(r.office.as_str()), Html(format!("{question}{answer}"))));
    }
    let title = if explains { room.pick("Giải trình của cơ quan liên quan", "Explanations of the offices concerned") } else { room.pick("Ý kiến cơ quan phối hợp", "Opinions of other offices") };
    kit::card(title, &kit::summary_list(&lines))
}

fn documents(room: &Room<'_>, found: &Found) -> Html {
    let lang = room.lang();
    let mut items: Vec<Html> = found
        .state
        .documents
        .iter()
        .rev()
        .map(|d| {
            let link = timeline::document_link(room, found, &d.document, d.number, &d.symbol);
            let seal = crate::signed::sealed(lang, d);
            Html(format!("{link} <span class=\"muted\">{}, {}</span>{seal}", esc(&d.by.name), when::at_time(d.at, room.now, lang)))
        })
        .collect();
    let slip = format!("/documents/{}/slip-06", url_part(found.state.code.as_str()));
    items.push(kit::link(&slip, room.pick("Phiếu kiểm soát quá trình giải quyết (Mẫu 06)", "Control slip (form 06)")));
    let package = format!("/work/cases/{}/archive.zip", url_part(found.state.code.as_str()));
    items.push(kit::link(&package, room.pick("Gói lưu trữ hồ sơ điện tử (ZIP)", "The dossier as an archive package (ZIP)")));
    kit::card(room.pick("Văn bản", "Documents"), &kit::bullets(&items))
}

fn process(room: &Room<'_>, found: &Found) -> Html {
    let step = found.state.step.as_ref().map(|s| s.code.as_str());
    // Drawn by our own code from names it escapes.
    let svg = Html(casework::diagram::svg(&found.definition, step, room.lang()));
    let label = room.pick("Sơ đồ quy trình", "Diagram of the process");
    let flow = Html(format!("<div class=\"flow\" tabindex=\"0\" role=\"region\" aria-label=\"{label}\">{svg}</div>"));
    let body = kit::details(label, &flow, false);
    Html(format!("<section class=\"card\">{body}</section>"))
}

fn legal(room: &Room<'_>, found: &Found) -> Html {
    let mut bases: Vec<Html> = found.definition.legal_basis.iter().map(|b| basis(room, b)).collect();
    bases.extend(found.definition.clocks.iter().filter_map(|(_, c)| {
        let b = c.legal_basis.as_ref()?;
        Some(Html(format!("{}: {}", esc(c.name.get(room.lang())), basis(room, b))))
    }));
    let title = room.pick("Căn cứ pháp lý của thủ tục này", "Legal basis of this procedure");
    Html(format!("<section class=\"card\">{}</section>", kit::details(title, &kit::bullets(&bases), false)))
}

/// A citation; one that nobody has read at its source says so.
pub fn basis(room: &Room<'_>, b: &kernel::catalog::LegalBasis) -> Html {
    let mut out = Html::text(&b.to_string());
    if let Some(note) = &b.note {
        out.push(&Html(format!(" <span class=\"muted\">{}</span>", esc(note))));
    }
    if !b.verified {
        out.push(&Html(format!(" <span class=\"unverified\">{}</span>", room.pick("chưa đối chiếu nguồn", "not checked at its source"))));
    }
    out
}
