//! `/ioc/walls`: the walls there are, and laying one out without a vendor: panels, and in each the figures chosen from what the house tells.
//! Each step is taken at once and shows on the wall.

use super::{WALL, WALLS, actor, done, off_paper, said::{Said, unknown_act}, shell};
use crate::{
    Ops,
    asks::Offered,
    catalog::{Feel, MOST_ALERTS, MOST_EXCEPTIONS, MOST_FIGURES, MOST_NEWEST, MOST_OFFICES, MOST_PANELS, Panel, Wall},
    layout::{self, Change, Layout, WallId, may_lay},
};
use axum::{
    extract::State as Shared,
    response::{IntoResponse, Redirect, Response},
};
use kernel::{Refusal, Text};
use records::refusal_of;
use serde::Deserialize;
use web::{
    extract::{FormData, Path, Query},
    html::{Html, esc},
    kit::{self, Button, Choice, Column, Mood, Shape, Table, Weight},
    problem::PageError,
    visitor::Visitor,
    when,
};

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    done: String,
}

fn path_of(id: WallId) -> String {
    format!("{WALLS}/{id}")
}

fn shown_at(code: &str) -> String {
    format!("{WALL}?wall={code}")
}

fn size(w: &Wall, v: &Visitor) -> String {
    let figures: usize = w.panels.iter().map(|p| p.figures.len()).sum();
    format!("{} {}, {figures} {}", w.panels.len(), v.pick("khung", "panels"), v.pick("số liệu", "figures"))
}

pub async fn list(Shared(s): Shared<Ops>, v: Visitor, Query(q): Query<Asked>) -> Result<Html, PageError> {
    super::wall::may(&s, &v)?;
    all(&s, &v, &Said::typed("lay", vec![("id".into(), WallId::new(uuid::Uuid::now_v7()).to_string()), ("like".into(), "none".into())]), &q.done).await
}

async fn all(s: &Ops, v: &Visitor, said: &Said, told: &str) -> Result<Html, PageError> {
    let lays = may_lay(&s.who(&*actor(v)?)).is_ok();
    let own = layout::lines(&s.scope).await.map_err(PageError::internal)?;
    let title = v.pick("Các màn hình điều hành", "Walls");
    let link = |w: &Wall| Html(format!("<a href=\"{}\">{}</a>", esc(&shown_at(&w.code)), esc(w.name.get(v.lang))));
    let mut rows: Vec<Vec<Html>> = s.catalog.walls.iter().map(|w| vec![link(w), Html::text(&size(w, v)), Html::text(v.pick("danh mục", "catalogue")), Html::text("–")]).collect();
    rows.extend(own.iter().map(|l| {
        let way = if lays { kit::link(&path_of(l.id), v.pick("Bố trí", "Lay out")) } else { Html::text("–") };
        vec![link(&l.wall), Html::text(&size(&l.wall, v)), Html::text(&format!("{}, {}", l.by_name, when::exact(l.changed, v.lang))), way]
    }));
    let columns = [("Màn hình", "Wall"), ("Gồm", "Holds"), ("Người bố trí", "Laid out by"), ("Việc", "To do")];
    let table = kit::table(&Table { caption: title.into(), caption_hidden: true, columns: columns.iter().map(|(vi, en)| Column::text(v.pick(vi, en))).collect(), rows, empty: v.pick("Chưa có màn hình nào.", "There is no wall.").into() });
    let form = if lays { off_paper(&new_wall(s, v, said, &own)) } else { Html::default() };
    let main = Html(format!("{}{}{}{table}{form}", done(v, told), said.summary(v.lang), kit::heading(title, None)));
    Ok(shell(v, title, main).back(super::PHONE, v.pick("Việc cần lãnh đạo xem", "For the leader")).error(said.is_error()).render())
}

fn new_wall(s: &Ops, v: &Visitor, said: &Said, own: &[layout::Line]) -> Html {
    const ACT: &str = "lay";
    let mut like = vec![Choice::new("none", v.pick("Màn hình trống", "An empty wall"))];
    like.extend(s.catalog.walls.iter().chain(own.iter().map(|l| &l.wall)).map(|w| Choice::new(w.code.clone(), w.name.get(v.lang))));
    let body = Html(format!(
        "{}{}{}{}{}{}",
        kit::hidden("act", ACT),
        kit::hidden("id", said.value(ACT, "id")),
        said.field(v, ACT, "name", ("Tên màn hình", "Name of the wall")).input(),
        said.field(v, ACT, "name_en", ("Tên tiếng Anh", "Name in English")).optional(true).input(),
        said.field(v, ACT, "like", ("Bắt đầu từ", "Begin with")).select(&like),
        kit::button(v.pick("Tạo màn hình", "Make the wall")),
    ));
    Html(format!("<h2>{}</h2>{}", v.pick("Màn hình mới", "A new wall"), kit::form(v, WALLS, &body)))
}

pub async fn create(Shared(s): Shared<Ops>, v: Visitor, f: FormData) -> Result<Response, PageError> {
    let me = actor(&v)?;
    let text = |n: &str| f.get(n).unwrap_or_default();
    let Ok(id) = text("id").parse::<WallId>() else { return Err(unknown_act().into()) };
    let like = match text("like") {
        "" | "none" => None,
        code => s.wall(code).await.map_err(PageError::internal)?,
    };
    match s.lay(&me, id, &Text::new(text("name"), text("name_en")), like.as_ref()).await {
        Ok(l) => Ok(Redirect::to(&format!("{}?done=1", path_of(l.id))).into_response()),
        Err(e) => {
            let said = Said::refused(f, refusal_of(e)?);
            let page = all(&s, &v, &said, "").await?;
            Ok(said.answer(|_| page.clone()))
        }
    }
}

async fn found(s: &Ops, v: &Visitor, id: &str) -> Result<Layout, PageError> {
    may_lay(&s.who(&*actor(v)?))?;
    let id: WallId = id.parse().map_err(|_| PageError::not_found())?;
    s.layout(id).await.map_err(PageError::internal)?.ok_or_else(PageError::not_found)
}

pub async fn show(Shared(s): Shared<Ops>, v: Visitor, Path(id): Path<String>, Query(q): Query<Asked>) -> Result<Html, PageError> {
    let l = found(&s, &v, &id).await?;
    Ok(page(&s, &v, &l, &Said::default(), &q.done))
}

/// The numbers of an act, `drop-figure.1.2`: which panel, which figure.
fn parts(act: &str) -> (&str, Option<usize>, Option<usize>) {
    let mut parts = act.split('.');
    let verb = parts.next().unwrap_or_default();
    let mut next = || parts.next().and_then(|p| p.parse().ok());
    (verb, next(), next())
}

fn read(f: &FormData) -> Result<Option<Change>, Refusal> {
    let text = |n: &str| f.get(n).unwrap_or_default();
    let count = |n: &str| text(n).trim().parse::<usize>().map_err(|_| Refusal::invalid("wall-form", "Chưa ghi được: có chỗ cần sửa", "Not recorded: something needs correcting").because(Some(n), "Ghi một số nguyên.", "Write a whole number."));
    let (verb, panel, figure) = parts(text("act"));
    let at = panel.unwrap_or(usize::MAX);
    Ok(Some(match verb {
        "name" => Change::Name { name: Text::new(text("name"), text("name_en")), newest: count("newest")?, exceptions: count("exceptions")?, alerts: count("alerts")?, offices: count("offices")? },
        "add-panel" => Change::AddPanel { name: Text::new(text("panel_name"), text("panel_name_en")) },
        "name-panel" => {
            let stale = format!("stale_{at}");
            Change::NamePanel { panel: at, name: Text::new(text(&format!("panel_name_{at}")), text(&format!("panel_name_en_{at}"))), stale_minutes: i64::try_from(count(&stale)?).unwrap_or(0) }
        }
        "drop-panel" => Change::DropPanel { panel: at },
        "raise-panel" => Change::RaisePanel { panel: at },
        "add-figure" => Change::AddFigure { panel: at, code: text(&format!("figure_{at}")).to_owned(), mood: Feel::of(text(&format!("mood_{at}"))).unwrap_or_default() },
        "drop-figure" => Change::DropFigure { panel: at, figure: figure.unwrap_or(usize::MAX) },
        "raise-figure" => Change::RaiseFigure { panel: at, figure: figure.unwrap_or(usize::MAX) },
        "withdraw" => return Ok(None),
        _ => return Err(unknown_act()),
    }))
}

pub async fn post(Shared(s): Shared<Ops>, v: Visitor, Path(id): Path<String>, f: FormData) -> Result<Response, PageError> {
    let me = actor(&v)?;
    let l = found(&s, &v, &id).await?;
    let seen = f.get("seen").and_then(|n| n.parse().ok()).unwrap_or(0);
    let result = match read(&f) {
        Ok(Some(change)) => s.relay(&me, l.id, seen, &change).await,
        Ok(None) => {
            s.withdraw_wall(&me, l.id).await?;
            return Ok(Redirect::to(&format!("{WALLS}?done=1")).into_response());
        }
        Err(r) => Err(r.into()),
    };
    match result {
        Ok(after) => {
            let (_, panel, _) = parts(f.get("act").unwrap_or_default());
            let at = panel.filter(|p| *p < after.wall.panels.len()).map_or_else(String::new, |p| format!("#panel-{p}"));
            Ok(Redirect::to(&format!("{}?done=1{at}", path_of(after.id))).into_response())
        }
        Err(e) => {
            let said = Said::refused(f, refusal_of(e)?);
            let l = found(&s, &v, &id).await?;
            Ok(said.answer(|said| page(&s, &v, &l, said, "")))
        }
    }
}

fn page(s: &Ops, v: &Visitor, l: &Layout, said: &Said, told: &str) -> Html {
    let offered = s.offered();
    let title = l.wall.name.get(v.lang);
    let panels: String = l.wall.panels.iter().enumerate().map(|(n, p)| panel(v, l, n, p, &offered, said).0).collect();
    let full = l.wall.panels.len() >= MOST_PANELS;
    let main = Html(format!(
        "{}{}{}<p>{} <a href=\"{}\">{}</a></p>{panels}{}{}{}",
        done(v, told),
        said.summary(v.lang),
        kit::heading(title, Some(v.pick("Bố trí màn hình điều hành", "Laying out a wall"))),
        v.pick("Mỗi bước được ghi ngay và hiện trên màn hình.", "Each step is recorded at once and shows on the wall."),
        esc(&shown_at(&l.wall.code)),
        v.pick("Xem màn hình", "See the wall"),
        if full { kit::inset(&kit::para(&format!("{} {MOST_PANELS} {}", v.pick("Màn hình đã đủ", "The wall has its"), v.pick("khung.", "panels.")))) } else { new_panel(v, l, said) },
        names(v, l, said),
        withdraw(v, l, said),
    ));
    shell(v, title, main).back(WALLS, v.pick("Các màn hình điều hành", "Walls")).error(said.is_error()).render()
}

/// What every form of the page carries: what is done, against which state.
fn head(l: &Layout, act: &str) -> Html {
    Html(format!("{}{}", kit::hidden("act", act), seen(l)))
}

fn seen(l: &Layout) -> Html {
    kit::hidden("seen", &l.changes.to_string())
}

fn small(act: &str, label: &str, of: &str) -> String {
    format!("<button type=\"submit\" class=\"btn quiet small\" name=\"act\" value=\"{}\">{}<span class=\"vh\"> {}</span></button>", esc(act), esc(label), esc(of))
}

fn panel(v: &Visitor, l: &Layout, n: usize, p: &Panel, offered: &[Offered], said: &Said) -> Html {
    let name = p.name.get(v.lang);
    let rows: String = p.figures.iter().enumerate().map(|(i, f)| {
        let title = f.name.get(v.lang);
        let (mood, shape) = match f.mood {
            Feel::Good => (Mood::Good, Shape::Tick),
            Feel::Warn => (Mood::Warn, Shape::Triangle),
            Feel::Bad => (Mood::Bad, Shape::Cross),
            Feel::Plain => (Mood::Info, Shape::Dot),
        };
        let felt = if f.mood == Feel::Plain { String::new() } else { kit::chip_with(mood, shape, f.mood.text().get(v.lang)).0 };
        let gone = if offered.iter().any(|o| o.code == f.code) { String::new() } else { kit::chip(Mood::Warn, v.pick("không còn trong danh mục", "no longer in the catalogue")).0 };
        let up = if i > 0 { small(&format!("raise-figure.{n}.{i}"), v.pick("Lên trước", "Move up"), title) } else { String::new() };
        format!("<li class=\"lay\"><span>{} {felt} {gone}</span><span class=\"lay-do\">{up}{}</span></li>", esc(title), small(&format!("drop-figure.{n}.{i}"), v.pick("Bỏ", "Take away"), title))
    }).collect();
    let list = if rows.is_empty() { kit::para(v.pick("Khung này chưa có số liệu nên chưa hiện trên màn hình.", "This panel has no figures yet, so the wall does not show it.")) } else { kit::form(v, &path_of(l.id), &Html(format!("{}<ol class=\"lays\">{rows}</ol>", seen(l)))) };
    let up = if n > 0 { small(&format!("raise-panel.{n}"), v.pick("Đưa khung lên trước", "Move the panel up"), name) } else { String::new() };
    let moves = kit::form(v, &path_of(l.id), &Html(format!("{}<div class=\"btns\">{up}{}</div>", seen(l), small(&format!("drop-panel.{n}"), v.pick("Bỏ khung", "Take the panel away"), name))));
    Html(format!(
        "<section class=\"card\" id=\"panel-{n}\"><h2>{}</h2>{list}{}{}{moves}</section>",
        esc(name),
        if p.figures.len() < MOST_FIGURES { add_figure(v, l, n, p, offered, said) } else { Html::default() },
        rename(v, l, n, p, said),
    ))
}

fn add_figure(v: &Visitor, l: &Layout, n: usize, p: &Panel, offered: &[Offered], said: &Said) -> Html {
    let act = format!("add-figure.{n}");
    let mut choices = vec![Choice::new("", v.pick("Chọn số liệu…", "Choose a figure…"))];
    let free = offered.iter().filter(|o| !p.figures.iter().any(|f| f.code == o.code));
    choices.extend(free.map(|o| Choice::new(o.code.clone(), format!("{}: {}", o.kind.get(v.lang), o.name.get(v.lang)))));
    let moods: Vec<Choice> = Feel::ALL.iter().map(|f| Choice::new(f.code(), f.text().get(v.lang))).collect();
    let mood = format!("mood_{n}");
    let said = &filled(said, &act, vec![(mood.clone(), Feel::Plain.code().to_owned())]);
    let body = Html(format!(
        "{}<div class=\"row\">{}{}</div>{}",
        head(l, &act),
        said.field(v, &act, &format!("figure_{n}"), ("Số liệu", "Figure")).select(&choices),
        said.field(v, &act, &mood, ("Cảm nhận", "Felt as")).select(&moods),
        Button::new(v.pick("Thêm số liệu", "Add the figure")).weight(Weight::Quiet).html(),
    ));
    kit::form(v, &path_of(l.id), &body)
}

/// The form as it was typed, or as the wall is.
fn filled(said: &Said, act: &str, now: Vec<(String, String)>) -> Said {
    if said.act == act { said.clone() } else { Said::typed(act, now) }
}

fn rename(v: &Visitor, l: &Layout, n: usize, p: &Panel, said: &Said) -> Html {
    let act = format!("name-panel.{n}");
    let field = |name: &str| format!("{name}_{n}");
    let f = filled(said, &act, vec![(field("panel_name"), p.name.vi.clone()), (field("panel_name_en"), p.name.en.clone()), (field("stale"), p.stale_minutes.to_string())]);
    let body = Html(format!(
        "{}{}{}{}{}",
        head(l, &act),
        f.field(v, &act, &field("panel_name"), ("Tên khung", "Name of the panel")).input(),
        f.field(v, &act, &field("panel_name_en"), ("Tên tiếng Anh", "Name in English")).optional(true).input(),
        f.field(v, &act, &field("stale"), ("Nguồn cũ sau bao nhiêu phút", "Minutes after which the source is old")).numeric().width("w4").input(),
        Button::new(v.pick("Lưu khung", "Save the panel")).weight(Weight::Quiet).html(),
    ));
    kit::details(v.pick("Đổi tên khung", "Rename the panel"), &kit::form(v, &path_of(l.id), &body), said.act == act && said.is_error())
}

fn new_panel(v: &Visitor, l: &Layout, said: &Said) -> Html {
    const ACT: &str = "add-panel";
    let body = Html(format!(
        "{}{}{}{}",
        head(l, ACT),
        said.field(v, ACT, "panel_name", ("Tên khung mới", "Name of the new panel")).input(),
        said.field(v, ACT, "panel_name_en", ("Tên tiếng Anh", "Name in English")).optional(true).input(),
        Button::new(v.pick("Thêm khung", "Add a panel")).html(),
    ));
    Html(format!("<h2>{}</h2>{}", v.pick("Thêm khung", "Another panel"), kit::form(v, &path_of(l.id), &body)))
}

fn names(v: &Visitor, l: &Layout, said: &Said) -> Html {
    const ACT: &str = "name";
    let w = &l.wall;
    let pairs = [("name", w.name.vi.clone()), ("name_en", w.name.en.clone()), ("newest", w.newest.to_string()), ("exceptions", w.exceptions.to_string()), ("alerts", w.alerts.to_string()), ("offices", w.offices.to_string())];
    let f = filled(said, ACT, pairs.map(|(n, t)| (n.to_owned(), t)).to_vec());
    let count = |name: &str, label: (&str, &str), most: usize| f.field(v, ACT, name, label).hint(format!("0–{most}")).numeric().width("w4").input();
    let body = Html(format!(
        "{}{}{}{}{}{}{}{}",
        head(l, ACT),
        f.field(v, ACT, "name", ("Tên màn hình", "Name of the wall")).input(),
        f.field(v, ACT, "name_en", ("Tên tiếng Anh", "Name in English")).optional(true).input(),
        count("exceptions", ("Số việc cần lãnh đạo xem", "Tasks for the leader"), MOST_EXCEPTIONS),
        count("offices", ("Số đơn vị", "Offices"), MOST_OFFICES),
        count("alerts", ("Số cảnh báo", "Alerts"), MOST_ALERTS),
        count("newest", ("Số việc mới nhất", "Newest acts"), MOST_NEWEST),
        Button::new(v.pick("Lưu", "Save")).weight(Weight::Quiet).html(),
    ));
    kit::details(v.pick("Tên màn hình và các danh sách", "Name of the wall and its lists"), &kit::form(v, &path_of(l.id), &body), said.act == ACT && said.is_error())
}

fn withdraw(v: &Visitor, l: &Layout, said: &Said) -> Html {
    let body = Html(format!("{}{}{}", kit::para(v.pick("Màn hình đang mở ở đâu cũng ngừng. Nhật ký giữ cách bố trí.", "It stops wherever it is open. The journal keeps the layout.")), head(l, "withdraw"), Button::new(v.pick("Gỡ màn hình", "Take the wall down")).weight(Weight::Risk).html()));
    kit::details(v.pick("Gỡ màn hình này", "Take this wall down"), &kit::form(v, &path_of(l.id), &body), said.act == "withdraw" && said.is_error())
}
