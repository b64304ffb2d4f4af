//! One solution for the public: claims apart from proofs, with the age of every datum.

use super::{id, show};
use crate::{
    Showroom,
    acts::solutions::{self, Found},
    solution::{Solution, Stage},
};
use axum::{
    extract::State,
    response::{IntoResponse, Response},
};
use kernel::{text::Lang, time::Date};
use web::{
    extract::Path,
    html::{Html, esc},
    kit::{self, Column, Mood, Table, Weight},
    page::Shell,
    problem::PageError,
    visitor::Visitor,
    when,
};

pub async fn page(State(s): State<Showroom>, v: Visitor, Path(sol): Path<String>) -> Result<Response, PageError> {
    let Found { solution, provider, .. } = solutions::public(&s, id(&sol)?).await?;
    let (lang, today) = (v.lang, s.now().date());
    let l = &solution.listing;
    let standing = if solution.stage == Stage::Suspended { suspended(&s, &solution, lang) } else { Html::default() };
    let conditions = &s.catalog.rules.conditions;
    let actions = kit::button_group(&[
        kit::link_button(
            &format!("/showroom/solutions/{}/contact", solution.id),
            lang.pick("Nhờ nhà cung cấp liên hệ", "Ask the provider to call"),
            Weight::Main,
        ),
        kit::link_button(&format!("/showroom/compare?s={}", solution.id), lang.pick("So sánh", "Compare"), Weight::Quiet),
        kit::link_button(&format!("/showroom/booth/{}", solution.id), lang.pick("Trang quầy và mã QR", "Booth page and QR code"), Weight::Quiet),
    ]);
    let functions = if l.functions.is_empty() {
        Html::default()
    } else {
        Html(format!("<h2>{}</h2>{}", lang.pick("Chức năng", "Functions"), kit::bullets(&l.functions.iter().map(|f| Html::text(f)).collect::<Vec<_>>())))
    };
    let website = if provider.profile.website.is_empty() {
        Html::default()
    } else {
        Html(format!(" · <a href=\"{0}\" rel=\"nofollow noopener\">{0}</a>", esc(&provider.profile.website)))
    };
    let main = Html(format!(
        "<p class=\"caption\">{}{website}</p><h1>{}</h1>{standing}<p class=\"lead\">{}</p><p class=\"muted\">{}</p>{actions}<h2>{}</h2>{}{functions}{}{}{}{}",
        esc(&provider.profile.name),
        esc(l.name.get(lang)),
        esc(l.summary.get(lang)),
        dates(&solution, today, lang),
        lang.pick("Thông tin", "Facts"),
        show::facts(&s, l, lang, solution.proven(&conditions.portal_proof, today), solution.proven(&conditions.label_proof, today)),
        claims(&s, &solution, today, lang),
        proofs(&s, &solution, today, lang),
        references(&solution, today, lang),
        outcomes(&s, &solution, lang),
    ));
    Ok(Shell::new(&v, l.name.get(lang), main).back("/showroom", lang.pick("Showroom", "Showroom")).render().into_response())
}

fn dates(x: &Solution, today: Date, lang: Lang) -> String {
    let listed = x.listed_at.map(|at| format!("{} {}", lang.pick("Niêm yết từ", "Listed since"), when::day(at.date(), lang))).unwrap_or_default();
    format!(
        "{listed} · {} {} · {} {}",
        lang.pick("dữ liệu cập nhật", "data updated"),
        show::age(x.changed_at.date(), today, lang),
        lang.pick("giá từ", "price from"),
        show::age(x.listing.price.from, today, lang)
    )
}

fn suspended(s: &Showroom, x: &Solution, lang: Lang) -> Html {
    let rule = x.decision.as_ref().and_then(|d| d.rule.as_deref()).and_then(|r| s.catalog.suspension.get(r));
    let why = rule.map(|r| r.name.get(lang)).unwrap_or_default();
    kit::banner(
        Mood::Warn,
        lang.pick("Đang tạm dừng", "Suspended"),
        &Html(format!(
            "<p>{}: {}</p><p><a href=\"/showroom/rules\">{}</a></p>",
            lang.pick("Theo quy tắc", "Under the rule"),
            esc(why),
            lang.pick("Các quy tắc", "The rules")
        )),
    )
}

fn claims(s: &Showroom, x: &Solution, today: Date, lang: Lang) -> Html {
    let rows = x
        .listing
        .claims
        .iter()
        .enumerate()
        .map(|(i, claim)| {
            let place = u16::try_from(i).unwrap_or(u16::MAX);
            let behind: Vec<&str> = x
                .proofs
                .iter()
                .filter(|p| p.valid(today) && p.new.claims.contains(&place))
                .map(|p| s.catalog.proofs.get(&p.new.kind).map_or(p.new.kind.as_str(), |k| k.name.get(lang)))
                .collect();
            let proven = if behind.is_empty() {
                kit::chip(Mood::Warn, lang.pick("chỉ là lời giới thiệu", "a claim only"))
            } else {
                Html(format!("{} {}", kit::chip(Mood::Good, lang.pick("có minh chứng", "proven")), esc(&behind.join(", "))))
            };
            vec![Html::text(claim), proven]
        })
        .collect();
    let table = kit::table(&Table {
        caption: lang.pick("Lời giới thiệu của nhà cung cấp", "What the provider claims").into(),
        caption_hidden: true,
        columns: vec![Column::text(lang.pick("Lời giới thiệu", "Claim")), Column::text(lang.pick("Minh chứng đứng sau", "Proof behind it"))],
        rows,
        empty: lang.pick("Nhà cung cấp không nêu lời giới thiệu nào.", "The provider makes no claims.").into(),
    });
    Html(format!(
        "<h2>{}</h2><p class=\"muted\">{}</p>{table}",
        lang.pick("Lời giới thiệu của nhà cung cấp", "What the provider claims"),
        lang.pick(
            "Đây là lời của nhà cung cấp. Chỉ dòng có minh chứng đã được Trung tâm kiểm tra mới được tính khi xếp hạng.",
            "These are the provider's words. Only lines with a proof the centre has checked count in the ranking."
        )
    ))
}

fn proofs(s: &Showroom, x: &Solution, today: Date, lang: Lang) -> Html {
    let rows = x
        .proofs
        .iter()
        .filter(|p| p.accepted())
        .map(|p| {
            let kind = s.catalog.proofs.get(&p.new.kind).map_or(p.new.kind.as_str(), |k| k.name.get(lang));
            let checked = p.verdict.as_ref().map(|w| when::day(w.at.date(), lang)).unwrap_or_default();
            vec![
                Html(format!("{}<br><span class=\"muted\">{}</span>", esc(&p.new.title), esc(kind))),
                Html::text(&when::day(p.new.issued, lang)),
                show::until(p.new.until, today, lang),
                Html::text(&checked),
            ]
        })
        .collect();
    let table = kit::table(&Table {
        caption: lang.pick("Minh chứng đã kiểm tra", "Checked proofs").into(),
        caption_hidden: true,
        columns: [("Minh chứng", "Proof"), ("Cấp ngày", "Issued"), ("Đến hết ngày", "Up to"), ("Trung tâm kiểm tra ngày", "Checked by the centre on")]
            .into_iter()
            .map(|(vi, en)| Column::text(lang.pick(vi, en)))
            .collect(),
        rows,
        empty: lang.pick("Chưa có minh chứng nào được kiểm tra.", "No proof has been checked yet.").into(),
    });
    Html(format!("<h2>{}</h2>{table}", lang.pick("Minh chứng đã kiểm tra", "Checked proofs")))
}

fn references(x: &Solution, today: Date, lang: Lang) -> Html {
    let yes = |b: bool| if b { kit::chip(Mood::Good, lang.pick("có", "yes")) } else { kit::chip(Mood::Bad, lang.pick("không", "no")) };
    let rows = x
        .references
        .iter()
        .filter_map(|r| match &r.state {
            crate::solution::ReferenceState::Answered { answer, at } => Some(vec![
                Html(format!("{}<br><span class=\"muted\">{}</span>", esc(&r.client), esc(&r.sector))),
                yes(answer.using),
                Html(answer.months.to_string()),
                Html::text(&answer.gain.map_or_else(|| lang.pick("không đo", "not measured").to_owned(), |g| format!("{g} %"))),
                yes(answer.satisfied),
                Html::text(&answer.comment),
                Html::text(&show::age(at.date(), today, lang)),
            ]),
            _ => None,
        })
        .collect();
    let columns = [
        ("Khách hàng", "Client", false),
        ("Còn dùng", "Still in use", false),
        ("Số tháng", "Months", true),
        ("Năng suất (tự đánh giá)", "Productivity (own view)", true),
        ("Hài lòng", "Satisfied", false),
        ("Nhận xét", "Comment", false),
        ("Trả lời", "Answered", false),
    ];
    let table = kit::table(&Table {
        caption: lang.pick("Khách hàng tự xác nhận", "Clients who confirmed themselves").into(),
        caption_hidden: true,
        columns: columns.into_iter().map(|(vi, en, num)| Column { label: lang.pick(vi, en).into(), num }).collect(),
        rows,
        empty: lang.pick("Chưa có khách hàng nào xác nhận.", "No client has confirmed yet.").into(),
    });
    Html(format!("<h2>{}</h2>{table}", lang.pick("Khách hàng tự xác nhận", "Clients who confirmed themselves")))
}

fn outcomes(s: &Showroom, x: &Solution, lang: Lang) -> Html {
    let o = x.outcome_sum();
    let body = if o.cases == 0 {
        kit::para(lang.pick(
            "Chưa có kết quả nào được đo và xác minh tại doanh nghiệp do Trung tâm đồng hành.",
            "No outcome has been measured and verified at an enterprise the centre accompanied.",
        ))
    } else {
        let mean = o.change.div_euclid(i64::from(o.cases));
        let k = s.catalog.rules.shrinkage.k;
        let text = match lang {
            Lang::Vi => format!(
                "KPI thay đổi trung bình {} trên {} trường hợp đã xác minh; {} trên {} doanh nghiệp được theo dõi còn dùng. Khi xếp hạng, số này được kéo về trung bình chung theo k = {k} vì còn ít trường hợp.",
                show::percent(mean, lang),
                o.cases,
                o.kept,
                o.followed
            ),
            Lang::En => format!(
                "KPI changed by {} on average over {} verified cases; {} of {} followed enterprises still use it. In the ranking the figure is drawn towards the common mean with k = {k}, since cases are few.",
                show::percent(mean, lang),
                o.cases,
                o.kept,
                o.followed
            ),
        };
        kit::para(&text)
    };
    Html(format!("<h2>{}</h2>{body}", lang.pick("Kết quả đo được", "Measured outcomes")))
}
