//! `/ioc/indices/{index}`: the tree of scores, each node with its reasons and whose word it is; what-if, which stores nothing.

use super::{INDICATORS, INDICES, actor, choose, download, hrefs, indices::{known, total}, num, offered, period_of, said::Said, shell, sources};
use crate::{
    Measures, Period, Who,
    closing::state,
    figures::Figure,
    standing::{self, Score, Sent, Side},
};
use axum::{
    extract::State as Shared,
    response::{IntoResponse, Redirect, Response},
};
use ::indices::{Exact, Index, Inputs, Node, Outcome, Scored, State, Step, Value, score, typed};
use records::refusal_of;
use std::collections::BTreeMap;
use web::{
    extract::{FormData, Path, Query},
    html::{Html, esc},
    kit::{self, Column, Mood, Table, Weight},
    problem::PageError,
    visitor::Visitor,
};

type Asked = BTreeMap<String, String>;

/// What is typed for a what-if begins with this.
const IF: &str = "if.";
/// Components named as the dearest.
const DEAREST: usize = 5;

struct Page<'s> {
    s: &'s Measures,
    who: Who,
    index: &'s Index,
    period: Period,
    inputs: Inputs,
    figures: BTreeMap<String, Figure>,
    scores: BTreeMap<(String, Side), Score>,
    out: Outcome,
}

impl<'s> Page<'s> {
    async fn of(s: &'s Measures, v: &Visitor, code: &str, q: &Asked) -> Result<Self, PageError> {
        let who = s.who(&*actor(v)?);
        let period = period_of(s, q.get("period").map_or("", String::as_str))?;
        let day = period.day_after().yesterday().unwrap_or_else(|_| period.first_day()).min(s.now().date());
        let index = match q.get("version") {
            Some(version) => s.catalog.indices.get(code, version),
            None => s.catalog.indices.on(code, day),
        }
        .ok_or_else(PageError::not_found)?;
        let (inputs, figures) = s.live().inputs(index, period).await.map_err(PageError::internal)?;
        let scores = standing::scores(&s.scope, index, period).await.map_err(PageError::internal)?;
        let out = score(index, &inputs);
        Ok(Self { s, who, index, period, inputs, figures, scores, out })
    }

    fn path(&self) -> String {
        format!("{INDICES}/{}", self.index.code)
    }

    fn html(&self, v: &Visitor, q: &Asked, said: &Said) -> Html {
        let title = self.index.name.get(v.lang);
        let done = if q.contains_key("done") { kit::banner(Mood::Good, v.pick("Đã ghi nhận", "Recorded"), &Html::default()) } else { Html::default() };
        let month = crate::PeriodType::Month.of(self.s.now().date());
        let held: Vec<Html> = self.out.held.iter().filter_map(|i| self.index.gates.get(*i)).map(|g| Html::text(g.text.get(v.lang))).collect();
        let gates = if held.is_empty() { Html::default() } else { kit::banner(Mood::Warn, v.pick("Điều kiện chưa đạt", "Conditions not met"), &kit::bullets(&held)) };
        let main = Html(format!(
            "{done}{}{}<p>{}</p>{}<p>{} <span class=\"muted\">· {}</span></p>{gates}{}{}{}{}<p class=\"no-print\"><a href=\"{}/scores.csv?period={}\">{}</a></p>{}",
            said.summary(v),
            kit::heading(title, Some(&format!("{} {}", v.pick("Phiên bản", "Version"), self.index.version))),
            esc(self.index.about.get(v.lang)),
            choose(v, &self.path(), self.period, &offered(month, 12), &Html::default()),
            total(self.index, &self.out, v),
            esc(&known(&self.out, v)),
            self.tree(v),
            self.dearest(v),
            self.what_if(v, q),
            self.form(v, said),
            self.path(),
            self.period,
            v.pick("Tải bảng điểm (CSV)", "Download the scores (CSV)"),
            kit::details(v.pick("Căn cứ", "Sources"), &sources(v, &self.index.legal_basis), false),
        ));
        shell(v, title, main).back(INDICES, v.pick("Bộ chỉ số", "Indices")).error(said.is_error()).render()
    }

    fn tree(&self, v: &Visitor) -> Html {
        let mut rows = Vec::new();
        let whole = vec![kit_bold(v.pick("Tổng", "Total")), Html::text(&self.out.whole.max.show(v.lang, 2)), Html(format!("<b>{}</b>", points(&self.out.whole, v)))];
        rows.push(whole.into_iter().chain(self.sides(&self.index.code, v)).chain([Html::default()]).collect());
        self.rows(&self.index.parts, &self.out.whole.parts, 0, v, &mut rows);
        let mut columns = vec![Column::text(v.pick("Chỉ số", "Index")), Column::num(v.pick("Tối đa", "Maximum")), Column::num(v.pick("Tự tính", "Computed"))];
        columns.extend(Side::ALL.map(|s| Column::num(s.text().get(v.lang).to_owned())));
        columns.push(Column::text(v.pick("Vì sao", "Why")));
        kit::table(&Table { caption: v.pick("Điểm từng chỉ số", "Scores").to_owned(), caption_hidden: true, columns, rows, empty: String::new() })
    }

    fn rows(&self, nodes: &[Node], scored: &[Scored], depth: usize, v: &Visitor, rows: &mut Vec<Vec<Html>>) {
        for (n, s) in nodes.iter().zip(scored) {
            let name = format!("{}{}", "\u{2003}".repeat(depth), n.name.get(v.lang));
            let unlisted = n.components.filter(|_| !n.is_group()).map_or_else(String::new, |c| if c == 0 { String::new() } else { format!(" <span class=\"muted\">({c} {})</span>", v.pick("chỉ số thành phần", "components")) });
            let name = if n.is_group() { Html(format!("<b>{}</b>", esc(&name))) } else { Html(format!("{}{unlisted}", esc(&name))) };
            let row = vec![name, Html::text(&n.full().show(v.lang, 2)), Html(points(s, v))];
            rows.push(row.into_iter().chain(self.sides(&n.code, v)).chain([self.why(n, s, v)]).collect());
            self.rows(&n.parts, &s.parts, depth + 1, v, rows);
        }
    }

    /// The scores by whose word, with the reason where one differs from the one before.
    fn sides(&self, node: &str, v: &Visitor) -> Vec<Html> {
        let told = |side: Side| {
            self.scores.get(&(node.to_owned(), side)).map_or_else(
                || Html::text("–"),
                |s| {
                    let why = if s.reason.is_empty() { String::new() } else { format!("<br><span class=\"muted\">{}</span>", esc(&s.reason)) };
                    Html(format!("{}<br><span class=\"muted\">{}</span>{why}", esc(&s.points.show(v.lang, 2)), esc(&s.document)))
                },
            )
        };
        Side::ALL.map(told).into()
    }

    fn why(&self, n: &Node, s: &Scored, v: &Visitor) -> Html {
        if n.is_group() {
            return Html::default();
        }
        let mut lines: Vec<Html> = Vec::new();
        match &s.state {
            State::NotApplicable(reason) => lines.push(Html(format!("{} {}", kit::chip(Mood::Info, v.pick("không áp dụng", "not applicable")), esc(reason.get(v.lang))))),
            State::Unknown(missing) if missing.is_empty() => lines.push(kit::chip(Mood::Warn, v.pick("chưa có công thức trong danh mục", "no formula in the catalogue"))),
            State::Unknown(_) => lines.push(kit::chip(Mood::Warn, v.pick("chưa có số liệu", "no data"))),
            State::Counted => {}
        }
        if let Some(Value::Number(x, is_percent)) = &s.value {
            lines.push(Html(format!("{} <b>{}</b>", v.pick("Giá trị:", "Value:"), if *is_percent { super::percent(*x, v) } else { num(*x, v) })));
        }
        lines.extend(s.steps.iter().map(|step| {
            let text = esc(step.text().get(v.lang));
            Html(if matches!(step, Step::Over { .. }) { format!("{} {text}", kit::chip(Mood::Bad, v.pick("khác cơ sở", "base mismatch"))) } else { text })
        }));
        lines.extend(self.index.inputs_of(&n.code).iter().filter_map(|i| {
            let code = i.indicator.as_ref()?;
            let value = self.inputs.get(&i.code).and_then(|x| match x { Value::Number(x, _) => Some(num(*x, v)), _ => None });
            let href = self.figures.get(code).filter(|_| self.who.oversees).map_or_else(|| format!("{INDICATORS}/{code}?period={}", self.period), |f| {
                let (n, d) = hrefs(code, f);
                if i.part == ::indices::Part::Denominator { d } else { n }
            });
            Some(Html(format!("{}: <a href=\"{}\">{}</a> <span class=\"muted\">{}</span>", esc(i.name.get(v.lang)), esc(&href), esc(&value.unwrap_or_else(|| v.pick("chưa có", "none").to_owned())), esc(i.kind.text().get(v.lang)))))
        }));
        let fact = |label: &str, t: &Option<kernel::Text>| t.as_ref().map(|t| Html(format!("{label} {}", esc(t.get(v.lang)))));
        lines.extend(fact(v.pick("Cách tính:", "Method:"), &n.method));
        lines.extend(fact(v.pick("Minh chứng:", "Evidence:"), &n.evidence));
        lines.extend(fact(v.pick("Cơ quan thẩm định:", "Verified by:"), &n.verifies));
        lines.extend(n.cut_off.as_ref().map(|c| Html(format!("{} {}", v.pick("Chốt số liệu ngày", "Figures frozen on"), esc(c)))));
        if let Some(f) = &n.formula {
            lines.push(Html(format!("{} <code>{}</code>", v.pick("Công thức:", "Formula:"), esc(f))));
        }
        if lines.is_empty() { Html::default() } else { kit::details(v.pick("Giải thích", "Explain"), &kit::bullets(&lines), false) }
    }

    /// What costs most points, what can be raised within a month first.
    fn dearest(&self, v: &Visitor) -> Html {
        let mut lost: Vec<(&Node, Exact)> = self.index.nodes().into_iter().filter(|n| !n.is_group()).filter_map(|n| Some((n, self.out.node(&n.code)?.lost()))).filter(|(_, l)| *l > Exact::ZERO).collect();
        lost.sort_by(|a, b| (b.0.quick, b.1).cmp(&(a.0.quick, a.1)));
        if lost.is_empty() {
            return Html::default();
        }
        let lines: Vec<Html> = lost
            .iter()
            .take(DEAREST)
            .map(|(n, l)| {
                let quick = if n.quick { format!(" {}", kit::chip(Mood::Good, v.pick("nâng được bằng công việc hằng ngày", "can be raised by daily work"))) } else { String::new() };
                Html(format!("{}: −{} {}{quick}", esc(n.name.get(v.lang)), esc(&l.show(v.lang, 2)), v.pick("điểm", "points")))
            })
            .collect();
        Html(format!("<h2>{}</h2>{}", v.pick("Mất nhiều điểm nhất", "Most points lost"), kit::bullets(&lines)))
    }

    fn what_if(&self, v: &Visitor, q: &Asked) -> Html {
        if self.index.inputs.is_empty() {
            return Html::default();
        }
        let (mut inputs, mut wrong, mut tried) = (self.inputs.clone(), BTreeMap::new(), false);
        for input in &self.index.inputs {
            let Some(text) = q.get(&format!("{IF}{}", input.code)).filter(|t| !t.trim().is_empty()) else { continue };
            tried = true;
            match typed(input, text) {
                Ok(value) => {
                    inputs.insert(input.code.clone(), value);
                }
                Err(why) => {
                    wrong.insert(input.code.clone(), why.get(v.lang).to_owned());
                }
            }
        }
        let fields: String = self
            .index
            .inputs
            .iter()
            .map(|i| {
                let now = self.inputs.get(&i.code).and_then(|x| match x { Value::Number(x, _) => Some(num(*x, v)), _ => None });
                let name = format!("{IF}{}", i.code);
                kit::Field::new(v.lang, name.as_str(), i.name.get(v.lang))
                    .value(q.get(&name).map_or("", String::as_str))
                    .hint(format!("{} {}", v.pick("Hiện nay:", "Now:"), now.unwrap_or_else(|| v.pick("chưa có", "none").to_owned())))
                    .error(wrong.get(&i.code).cloned())
                    .optional(true)
                    .input()
                    .0
            })
            .collect();
        let result = if tried && wrong.is_empty() {
            let then = score(self.index, &inputs);
            let changed: Vec<Html> = then
                .nodes()
                .into_iter()
                .filter(|n| n.parts.is_empty())
                .filter_map(|n| {
                    let before = self.out.node(&n.code)?;
                    let node = self.index.node(&n.code)?;
                    (before.points != n.points || before.state != n.state).then(|| Html(format!("{}: {} → <b>{}</b>", esc(node.name.get(v.lang)), points(before, v), points(n, v))))
                })
                .collect();
            kit::inset(&Html(format!("<p>{} {} → {}</p>{}", v.pick("Nếu vậy:", "Then:"), total(self.index, &self.out, v), total(self.index, &then, v), kit::bullets(&changed))))
        } else {
            Html::default()
        };
        let body = Html(format!("{}{fields}{}", kit::hidden("period", &self.period.to_string()), kit::Button::new(v.pick("Thử", "Try")).weight(Weight::Quiet).html()));
        let form = Html(format!("<p>{}</p>{result}<form method=\"get\" action=\"{}\">{body}</form>", v.pick("Không ghi lại gì. Để trống ô nào thì giữ số hiện nay; ghi na nếu không áp dụng.", "Nothing is stored. An empty box keeps today's value; write na where it does not apply."), self.path()));
        Html(format!("<div class=\"no-print\" id=\"what-if\">{}</div>", kit::details(v.pick("Thử: nếu số liệu khác đi thì sao?", "What if the figures were different?"), &form, tried)))
    }

    fn form(&self, v: &Visitor, said: &Said) -> Html {
        let scored: Vec<&Node> = self.index.nodes().into_iter().filter(|n| !n.full().is_zero()).collect();
        if scored.is_empty() || !(self.who.judges || self.who.top) {
            return Html::default();
        }
        let mut nodes = vec![kit::Choice::new(self.index.code.as_str(), v.pick("Tổng", "Total"))];
        nodes.extend(scored.iter().map(|n| kit::Choice::new(n.code.as_str(), n.name.get(v.lang))));
        let sides: Vec<kit::Choice> = Side::ALL.into_iter().filter(|s| self.who.judges || *s == Side::Declared).map(|s| kit::Choice::new(s.code(), s.text().get(v.lang))).collect();
        let body = Html(format!(
            "{}{}{}{}{}{}{}",
            kit::hidden("period", &self.period.to_string()),
            said.field(v, "node", ("Chỉ số", "Index"), &self.index.code).select(&nodes),
            said.field(v, "side", ("Điểm của", "Whose score"), Side::Declared.code()).select(&sides),
            said.field(v, "points", ("Điểm", "Points"), "").inputmode("decimal").input(),
            said.field(v, "document", ("Số, ngày văn bản hoặc nơi công bố", "Document, or where it was published"), "").input(),
            said.field(v, "reason", ("Lý do khác với bước trước", "Why it differs from the step before"), "").optional(true).input(),
            kit::button(v.pick("Ghi điểm", "Record the score")),
        ));
        Html(format!("<div class=\"no-print\">{}</div>", kit::details(v.pick("Ghi điểm tự đánh giá, thẩm định, công bố", "Record declared, verified, published scores"), &kit::form(v, &self.path(), &body), said.is_error())))
    }
}

fn kit_bold(text: &str) -> Html {
    Html(format!("<b>{}</b>", esc(text)))
}

fn points(s: &Scored, v: &Visitor) -> String {
    match &s.state {
        State::Counted => s.points.show(v.lang, 2),
        State::NotApplicable(_) => v.pick("không áp dụng", "n/a").to_owned(),
        State::Unknown(_) => "–".to_owned(),
    }
}

pub async fn show(Shared(s): Shared<Measures>, v: Visitor, Path(code): Path<String>, Query(q): Query<Asked>) -> Result<Html, PageError> {
    Ok(Page::of(&s, &v, &code, &q).await?.html(&v, &q, &Said::default()))
}

pub async fn post(Shared(s): Shared<Measures>, v: Visitor, Path(code): Path<String>, form: FormData) -> Result<Response, PageError> {
    let me = actor(&v)?;
    let who = s.who(&me);
    let text = |name: &str| form.get(name).unwrap_or_default().to_owned();
    let q: Asked = [("period".to_owned(), text("period"))].into();
    let page = Page::of(&s, &v, &code, &q).await?;
    if !(who.judges || who.top) {
        return Err(kernel::Refusal::forbidden("not-yours", "Cơ quan của tỉnh, thành phố ghi điểm bộ chỉ số.", "The province's own office records the scores of an index.").into());
    }
    let sent = Sent { node: text("node"), side: text("side"), points: text("points"), document: text("document"), reason: text("reason") };
    match s.score(&me, page.index, page.period, &sent).await {
        Ok(_) => Ok(Redirect::to(&format!("{}?period={}&done=1", page.path(), page.period)).into_response()),
        Err(failure) => {
            let said = Said::refused(form, refusal_of(failure)?);
            Ok(said.answer(page.html(&v, &q, &said)))
        }
    }
}

pub async fn sheet(Shared(s): Shared<Measures>, v: Visitor, Path(code): Path<String>, Query(q): Query<Asked>) -> Result<Response, PageError> {
    let page = Page::of(&s, &v, &code, &q).await?;
    let head = ["index", "version", "period", "node", "name", "state", "points", "maximum", "full", "declared", "verified", "published", "formula", "as_of"];
    let mut rows = vec![head.iter().map(|h| (*h).to_owned()).collect::<Vec<_>>()];
    for n in page.index.nodes() {
        let Some(scored) = page.out.node(&n.code) else { continue };
        let side = |side: Side| page.scores.get(&(n.code.clone(), side)).map_or_else(String::new, |s| s.points.to_string());
        rows.push(vec![
            code.clone(), page.index.version.clone(), page.period.to_string(), n.code.clone(), n.name.get(v.lang).to_owned(), state(&scored.state).to_owned(), scored.points.to_string(), scored.max.to_string(),
            n.full().to_string(), side(Side::Declared), side(Side::Verified), side(Side::Published), n.formula.clone().unwrap_or_default(), s.now().to_string(),
        ]);
    }
    Ok(download(&format!("{code}-{}.csv", page.period), rows))
}
