//! Requirements and weights: forms with a page of their own.

use super::{
    actor, choice,
    forms::{self, Again, Sent, done, wrong},
    show,
};
use crate::{
    Showroom,
    acts::choices::{self, Found},
    choice::{Choice, Fact},
    rank::{Gap, Need, Weights, ahp, weights as rank_weights},
    store::ActError,
};
use axum::{extract::State, response::Response};
use kernel::{
    Refusal,
    text::{Lang, clean},
};
use web::{
    extract::{FormData, Path},
    html::{Html, esc},
    kit::{self, Choice as Option_, Weight},
    page::{Shell, Width},
    problem::PageError,
    visitor::Visitor,
};

const NEED: &str = "need";
/// Rows of gaps offered besides those that are there.
const MORE_GAPS: usize = 3;

type Place = Path<(String, String)>;

fn here(v: &Visitor, c: &Choice) -> String {
    format!("{}/{}", choice::base(v, c.enterprise), c.id)
}

fn page(v: &Visitor, c: &Choice, title: &str, again: &Again, body: &Html) -> Response {
    let main = Html(format!("{}<p class=\"caption\">{}</p><h1>{title}</h1>{body}", again.summary(v.lang), esc(&c.title)));
    again.answer(Shell::new(v, title, main).width(Width::Narrow).back(here(v, c), v.pick("Việc lựa chọn", "The choice")))
}

pub async fn need(State(s): State<Showroom>, v: Visitor, Path((ent, id)): Place) -> Result<Response, PageError> {
    let Found { choice: c, .. } = choice::find(&s, &v, &ent, &id).await?;
    Ok(need_page(&s, &v, &c, &Again::first()))
}

fn need_page(s: &Showroom, v: &Visitor, c: &Choice, again: &Again) -> Response {
    let (lang, n, terms) = (v.lang, &c.need, &s.catalog.terms);
    let f = |name: &str, vi: &str, en: &str, kept: &str| again.field(lang, NEED, name, lang.pick(vi, en), kept);
    let many = |name: &str, vi: &str, en: &str, set: &std::collections::BTreeSet<String>, list: &[crate::catalog::Term]| {
        let field = again.many(lang, NEED, name, lang.pick(vi, en), set.iter().map(String::as_str)).optional(true).checkboxes(&show::choices(list, lang));
        Html(format!("<div class=\"many\">{field}</div>"))
    };
    let tick = |name: &str, vi: &str, en: &str, is: bool| {
        again
            .many(lang, NEED, name, lang.pick("Điều kiện", "Condition"), is.then_some("1"))
            .optional(true)
            .checkboxes(&[Option_::new("1", lang.pick(vi, en))])
    };
    let mut body = vec![Html(format!("<h2>{}</h2>", lang.pick("Khoảng trống", "Gaps")))];
    let types = show::types(s, lang);
    let levels = [1, 2, 3].map(|goal| Option_::new(goal.to_string(), choice::importance(goal, lang)));
    for i in 0..n.gaps.len() + MORE_GAPS {
        let g = n.gaps.get(i);
        let kind = f(&format!("gap{i}-kind"), "Loại giải pháp còn thiếu", "Type that is missing", g.map_or("", |g| &g.kind)).optional(true);
        let legend = format!("{} {}", lang.pick("Khoảng trống", "Gap"), i + 1);
        let fields = kit::fieldset(
            &legend,
            &Html::join(&[
                if types.is_empty() { kind.width("w20").input() } else { kind.select(&types) },
                f(&format!("gap{i}-size"), "Độ lớn, 1–1000", "Size, 1–1000", &g.map_or(String::new(), |g| g.size.to_string()))
                    .optional(true)
                    .numeric()
                    .width("w4")
                    .input(),
                f(&format!("gap{i}-goal"), "Mức quan trọng", "Importance", &g.map_or("1".to_owned(), |g| g.goal.to_string())).optional(true).select(&levels),
                f(&format!("gap{i}-stage"), "Giai đoạn cần tới", "The stage that is next", &g.map_or("1".to_owned(), |g| g.stage.to_string()))
                    .optional(true)
                    .select(&show::choices(&terms.stages, lang)),
            ]),
        );
        body.push(Html(format!("<div class=\"gap\">{fields}</div>")));
    }
    body.extend([
        f("sector", "Mã ngành (VSIC)", "Sector code (VSIC)", &n.sector)
            .hint(lang.pick("Ví dụ: G47, C10, A03", "For example G47, C10, A03"))
            .optional(true)
            .width("w10")
            .input(),
        f("size", "Quy mô", "Size", &n.size).optional(true).select(&show::choices(&terms.sizes, lang)),
        f("budget", "Ngân sách năm đầu, đồng", "First-year budget, đồng", &n.budget.map_or(String::new(), |b| web::when::number(b.0, Lang::Vi)))
            .hint(lang.pick("Ví dụ 50.000.000, 50 triệu hoặc 1,2 tỷ. Chưa rõ thì để trống.", "Such as 50.000.000, 50 triệu or 1,2 tỷ. Leave empty if not known."))
            .optional(true)
            .width("w20")
            .input(),
        f("users", "Số người dùng", "Users", &n.users.to_string()).numeric().width("w4").input(),
        f("transactions", "Số giao dịch mỗi tháng", "Transactions a month", &n.transactions.map_or(String::new(), |t| t.to_string()))
            .optional(true)
            .numeric()
            .width("w10")
            .input(),
        many("required", "Kết nối bắt buộc phải có", "Integrations that must be there", &n.required_integrations, &terms.integrations),
        many("wished", "Kết nối mong muốn", "Integrations wished for", &n.wished_integrations, &terms.integrations),
        many("languages", "Ngôn ngữ cần có", "Languages needed", &n.languages, &terms.languages),
        many("hosting", "Nơi đặt dữ liệu chấp nhận được (để trống: nơi nào cũng được)", "Acceptable hosting (empty: anywhere)", &n.hosting, &terms.hosting),
        tick("accessible", "Người khuyết tật phải dùng được", "People with disabilities must be able to use it", n.accessible),
        tick(
            "traceability",
            "Sản phẩm phải truy xuất nguồn gốc: chỉ giải pháp đã kết nối Cổng quốc gia",
            "The product must be traceable: only solutions connected to the national portal",
            n.traceability,
        ),
    ]);
    let form = forms::form(v, &format!("{}/need", here(v, c)), &body, lang.pick("Lưu yêu cầu", "Save the requirements"), Weight::Main);
    page(v, c, lang.pick("Yêu cầu", "Requirements"), again, &form)
}

fn read_need(s: &Showroom, c: &Choice, form: &FormData) -> Result<Need, Refusal> {
    let f = Sent { form, prefix: NEED };
    let mut gaps = Vec::new();
    for i in 0..c.need.gaps.len() + MORE_GAPS {
        let kind = f.text(&format!("gap{i}-kind"));
        if kind.is_empty() {
            continue;
        }
        if !s.catalog.knows_type(&kind) {
            return Err(wrong(&format!("gap{i}-kind"), "Chọn loại giải pháp trong danh sách.", "Choose the type from the list."));
        }
        let size = f
            .number::<u32>(&format!("gap{i}-size"))?
            .filter(|n| (1..=1000).contains(n))
            .ok_or_else(|| wrong(&format!("gap{i}-size"), "Nhập độ lớn từ 1 đến 1000.", "Enter a size of 1 to 1000."))?;
        gaps.push(Gap { kind, size, goal: f.number(&format!("gap{i}-goal"))?.unwrap_or(1), stage: f.number(&format!("gap{i}-stage"))?.unwrap_or(1) });
    }
    let set = |name: &str, list: &[crate::catalog::Term]| f.all(name).into_iter().filter(|c| list.iter().any(|t| &t.code == c)).collect();
    let terms = &s.catalog.terms;
    Need {
        enterprise: c.enterprise,
        sector: clean(f.get("sector")).chars().take(10).collect(),
        size: f.text("size"),
        gaps,
        budget: f.money("budget")?,
        users: f.number("users")?.unwrap_or(1),
        transactions: f.number("transactions")?,
        required_integrations: set("required", &terms.integrations),
        wished_integrations: set("wished", &terms.integrations),
        languages: set("languages", &terms.languages),
        hosting: set("hosting", &terms.hosting),
        accessible: f.ticked("accessible"),
        traceability: f.ticked("traceability"),
    }
    .checked()
}

pub async fn save_need(State(s): State<Showroom>, v: Visitor, Path((ent, id)): Place, form: FormData) -> Result<Response, PageError> {
    let Found { choice: c, .. } = choice::find(&s, &v, &ent, &id).await?;
    let who = actor(&v)?;
    let saved = match read_need(&s, &c, &form) {
        Ok(need) => choices::act(&s, &who, c.id, |_, _| Ok(Fact::NeedChanged { need: Box::new(need.clone()) })).await,
        Err(r) => Err(r.into()),
    };
    match saved {
        Ok(_) => Ok(done(&here(&v, &c))),
        Err(e) => Ok(need_page(&s, &v, &c, &Again::after(NEED, form, e)?)),
    }
}

/// The name of a criterion or gap by its code.
pub(super) fn criterion_name(s: &Showroom, code: &str, lang: Lang) -> String {
    if let Some(kind) = code.strip_prefix("gap:") {
        return format!("{}: {}", lang.pick("Khoảng trống", "Gap"), s.catalog.type_name(kind, lang));
    }
    if code == "gaps" {
        return s.catalog.rules.gaps.name.get(lang).to_owned();
    }
    s.catalog.rules.criteria.iter().find(|c| c.code == code).map_or_else(|| code.to_owned(), |c| c.name.get(lang).to_owned())
}

fn current(s: &Showroom, c: &Choice) -> Weights {
    rank_weights::columns(&s.catalog.rules, &c.need, &c.weights).into_iter().map(|x| (x.code, x.weight)).collect()
}

pub async fn weights(State(s): State<Showroom>, v: Visitor, Path((ent, id)): Place) -> Result<Response, PageError> {
    let Found { choice: c, .. } = choice::find(&s, &v, &ent, &id).await?;
    Ok(weights_page(&s, &v, &c, &Again::first()))
}

fn weights_page(s: &Showroom, v: &Visitor, c: &Choice, again: &Again) -> Response {
    let lang = v.lang;
    let defaults = rank_weights::defaults(&s.catalog.rules, &c.need);
    let mut body = vec![kit::para(lang.pick(
        "Số càng lớn thì tiêu chí càng quan trọng; 0 là không tính. Chỉ tỷ lệ giữa các số có nghĩa.",
        "The larger the figure, the more the criterion counts; 0 leaves it out. Only the proportions matter.",
    ))];
    for (code, weight) in current(s, c) {
        let default = defaults.get(&code).copied().unwrap_or(0);
        body.push(
            again
                .field(lang, "w", &code, &criterion_name(s, &code, lang), weight.to_string())
                .hint(format!("{} {default}", lang.pick("Mặc định", "Default")))
                .numeric()
                .width("w4")
                .input(),
        );
    }
    let form = forms::form(v, &format!("{}/weights", here(v, c)), &body, lang.pick("Lưu trọng số", "Save the weights"), Weight::Main);
    let reset = kit::form(
        v,
        &format!("{}/weights", here(v, c)),
        &Html::join(&[kit::hidden("reset", "1"), kit::Button::new(lang.pick("Về mặc định", "Back to the defaults")).weight(Weight::Quiet).html()]),
    );
    let pairs = kit::link(&format!("{}/pairs", here(v, c)), lang.pick("Không chắc? So sánh từng cặp tiêu chí", "Not sure? Compare the criteria in pairs"));
    page(v, c, lang.pick("Trọng số", "Weights"), again, &Html(format!("<p>{pairs}</p>{form}{reset}")))
}

pub async fn save_weights(State(s): State<Showroom>, v: Visitor, Path((ent, id)): Place, form: FormData) -> Result<Response, PageError> {
    let Found { choice: c, .. } = choice::find(&s, &v, &ent, &id).await?;
    let who = actor(&v)?;
    let saved: Result<_, ActError> = match read_weights(&s, &c, &form) {
        Ok(weights) => choices::act(&s, &who, c.id, |_, _| Ok(Fact::WeightsChanged { weights: weights.clone() })).await,
        Err(r) => Err(r.into()),
    };
    match saved {
        Ok(_) => Ok(done(&here(&v, &c))),
        Err(e) => Ok(weights_page(&s, &v, &c, &Again::after("w", form, e)?)),
    }
}

/// Only what differs from the default is the owner's choice.
fn read_weights(s: &Showroom, c: &Choice, form: &FormData) -> Result<Weights, Refusal> {
    let f = Sent { form, prefix: "w" };
    if form.get("reset").is_some() {
        return Ok(Weights::new());
    }
    let mut chosen = Weights::new();
    for (code, default) in rank_weights::defaults(&s.catalog.rules, &c.need) {
        if let Some(weight) = f.number::<u32>(&code)?.filter(|w| *w != default) {
            chosen.insert(code, weight);
        }
    }
    Ok(chosen)
}

const SCALE: [i8; 9] = [-9, -7, -5, -3, 1, 3, 5, 7, 9];

pub async fn pairs(State(s): State<Showroom>, v: Visitor, Path((ent, id)): Place) -> Result<Response, PageError> {
    let Found { choice: c, .. } = choice::find(&s, &v, &ent, &id).await?;
    Ok(pairs_page(&s, &v, &c, &Again::first()))
}

fn pairs_page(s: &Showroom, v: &Visitor, c: &Choice, again: &Again) -> Response {
    let lang = v.lang;
    let mut body = vec![kit::para(lang.pick(
        "Với mỗi cặp, chọn bên nào quan trọng hơn và hơn bao nhiêu. Câu trả lời mâu thuẫn nhau quá nhiều sẽ được báo lại.",
        "For each pair, say which matters more and by how much. If the answers contradict one another too much, you are told.",
    ))];
    for (i, (a, b)) in ahp::questions(&s.catalog.rules.ahp).iter().enumerate() {
        let (a, b) = (criterion_name(s, a, lang), criterion_name(s, b, lang));
        let options: Vec<Option_> = SCALE.iter().rev().map(|n| Option_::new(n.to_string(), scale(*n, &a, &b, lang))).collect();
        body.push(again.field(lang, "pairs", &format!("q{i}"), &format!("{a} – {b}"), "1").select(&options));
    }
    let form = forms::form(v, &format!("{}/pairs", here(v, c)), &body, lang.pick("Tính trọng số", "Work out the weights"), Weight::Main);
    page(v, c, lang.pick("So sánh từng cặp", "Compare in pairs"), again, &form)
}

fn scale(n: i8, a: &str, b: &str, lang: Lang) -> String {
    let more = match n.unsigned_abs() {
        1 => return lang.pick("Quan trọng như nhau", "Equally important").to_owned(),
        3 => lang.pick("hơn một chút", "a little more"),
        5 => lang.pick("hơn rõ", "clearly more"),
        7 => lang.pick("hơn nhiều", "much more"),
        _ => lang.pick("hơn tuyệt đối", "absolutely more"),
    };
    format!("{}: {more}", if n > 0 { a } else { b })
}

pub async fn save_pairs(State(s): State<Showroom>, v: Visitor, Path((ent, id)): Place, form: FormData) -> Result<Response, PageError> {
    let Found { choice: c, .. } = choice::find(&s, &v, &ent, &id).await?;
    let who = actor(&v)?;
    let saved: Result<_, ActError> = match read_pairs(&s, &form) {
        Ok(outcome) => {
            let weights = ahp::spread(&outcome, &current(&s, &c));
            choices::act(&s, &who, c.id, |_, _| Ok(Fact::WeightsChanged { weights: weights.clone() })).await
        }
        Err(r) => Err(r.into()),
    };
    match saved {
        Ok(_) => Ok(done(&here(&v, &c))),
        Err(e) => Ok(pairs_page(&s, &v, &c, &Again::after("pairs", form, e)?)),
    }
}

fn read_pairs(s: &Showroom, form: &FormData) -> Result<ahp::Outcome, Refusal> {
    let (f, rules) = (Sent { form, prefix: "pairs" }, &s.catalog.rules.ahp);
    let mut pairs = Vec::new();
    for (i, (a, b)) in ahp::questions(rules).into_iter().enumerate() {
        let name = format!("q{i}");
        let answer: i8 = f.get(&name).parse().ok().filter(|n| SCALE.contains(n)).ok_or_else(|| wrong(&name, "Chọn một câu trả lời.", "Choose an answer."))?;
        pairs.push(ahp::Pair { a, b, answer });
    }
    let outcome = ahp::weigh(rules, &pairs);
    if outcome.consistent {
        return Ok(outcome);
    }
    let (vi, en) = (show::percent(outcome.ratio, Lang::Vi), show::percent(outcome.ratio, Lang::En));
    let (most_vi, most_en) = (show::percent(rules.ratio, Lang::Vi), show::percent(rules.ratio, Lang::En));
    Err(Refusal::invalid(
        "inconsistent",
        format!("Các câu trả lời mâu thuẫn nhau: tỷ số nhất quán {vi}, nên không quá {most_vi}. Xem lại vài cặp, ví dụ những cặp chọn “hơn tuyệt đối”."),
        format!(
            "The answers contradict one another: the consistency ratio is {en}, at most {most_en} is wanted. Look at some pairs again, such as those with “absolutely more”."
        ),
    ))
}
