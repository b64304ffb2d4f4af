//! `/work/meetings`: my meetings, and what a quarter of them saved.

use super::{HOME, PAGE, Said, actor, path_of, place, shell, sources};
use crate::{
    Meetings,
    meeting::{
        State,
        views::{self, Line, Which},
    },
};
use axum::extract::State as Shared;
use kernel::{
    Instant,
    time::{Date, date, midnight},
};
use serde::Deserialize;
use web::{
    extract::Query,
    html::{Html, esc, url_part},
    kit::{self, Choice, Column, Mood, Table, Weight},
    problem::PageError,
    visitor::Visitor,
    when,
};

#[derive(Deserialize, Default)]
#[serde(default)]
pub struct Asked {
    which: String,
    kind: String,
    after: String,
    quarter: String,
    show: String,
}

/// A quarter of a year.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Quarter {
    year: i16,
    n: i8,
}

impl Quarter {
    fn of(day: Date) -> Self {
        Self { year: day.year(), n: (day.month() + 2) / 3 }
    }
    fn read(text: &str) -> Option<Self> {
        let (year, n) = text.split_once('-')?;
        let (year, n) = (year.parse().ok().filter(|y| (2000..=2200).contains(y))?, n.parse().ok().filter(|n| (1..=4).contains(n))?);
        Some(Self { year, n })
    }
    fn next(self) -> Self {
        if self.n == 4 { Self { year: self.year + 1, n: 1 } } else { Self { n: self.n + 1, ..self } }
    }
    fn before(self) -> Self {
        if self.n == 1 { Self { year: self.year - 1, n: 4 } } else { Self { n: self.n - 1, ..self } }
    }
    fn begins(self) -> Instant {
        midnight(date(self.year, self.n * 3 - 2, 1))
    }
    fn code(self) -> String {
        format!("{}-{}", self.year, self.n)
    }
    fn text(self, v: &Visitor) -> String {
        let roman = ["I", "II", "III", "IV"].get(usize::try_from(self.n - 1).unwrap_or(0)).copied().unwrap_or("I");
        match v.lang {
            kernel::text::Lang::Vi => format!("quý {roman}/{}", self.year),
            kernel::text::Lang::En => format!("quarter {} of {}", self.n, self.year),
        }
    }
}

pub async fn show(Shared(s): Shared<Meetings>, v: Visitor, Query(q): Query<Asked>) -> Result<Html, PageError> {
    let me = actor(&v)?;
    let which = Which::of(&q.which);
    let kind = s.catalog.kind(&q.kind).map_or("", |k| k.code.as_str());
    let ask = views::Ask { account: me.account, which, kind, after: place(&q.after), limit: PAGE + 1 };
    let mut lines = views::list(&s.scope, &ask).await.map_err(PageError::internal)?;
    let more = lines.len() > PAGE as usize;
    lines.truncate(PAGE as usize);
    let base = format!("{HOME}?which={}&kind={}", which.code(), url_part(kind));
    let next = lines.last().filter(|_| more).map(|l| format!("{base}&after={}", url_part(&format!("{}.{}", l.starts.micros(), l.id))));
    let quarter = Quarter::read(&q.quarter).unwrap_or_else(|| Quarter::of(s.now().date()));
    let held = views::held(&s.scope, me.account, quarter.begins(), quarter.next().begins()).await.map_err(PageError::internal)?;
    let title = v.pick("Cuộc họp của tôi", "My meetings");
    let hold = s.may_hold(&me).then(|| kit::link_button(&format!("{HOME}/new"), v.pick("Chuẩn bị cuộc họp", "Prepare a meeting"), Weight::Main));
    let news = super::told::news(&s, &v, me.account).await?;
    let main = Html(format!(
        "{}{news}{}{}{}{}{}{}",
        kit::heading(title, None),
        hold.unwrap_or_default(),
        tabs(&v, which, kind),
        filter(&s, &v, which, kind),
        table(&s, &v, &lines, which),
        kit::pagination(v.lang, None, next.as_deref()),
        figures(&s, &v, quarter, &held, &q.show),
    ));
    Ok(shell(&v, title, main).render())
}

fn tabs(v: &Visitor, which: Which, kind: &str) -> Html {
    let label = |w: Which| match w {
        Which::Coming => v.pick("Sắp tới, đang họp", "Coming"),
        Which::Past => v.pick("Đã họp", "Past"),
        Which::Cancelled => v.pick("Đã hủy", "Cancelled"),
    };
    let one = |w: Which| {
        let current = if w == which { " aria-current=\"page\"" } else { "" };
        format!("<li><a href=\"{HOME}?which={}&amp;kind={}\"{current}>{}</a></li>", w.code(), url_part(kind), label(w))
    };
    Html(format!("<nav class=\"tabs\" aria-label=\"{}\"><ul>{}</ul></nav>", v.pick("Trạng thái", "States"), Which::ALL.map(one).concat()))
}

fn filter(s: &Meetings, v: &Visitor, which: Which, kind: &str) -> Html {
    let kinds: Vec<Choice> = s.catalog.kinds.iter().map(|k| Choice::new(k.code.as_str(), k.name.get(v.lang))).collect();
    let field = Said::default().field(v.lang, "filter", "kind", v.pick("Loại cuộc họp", "Kind of meeting")).value(kind).optional(true).select(&kinds);
    let go = kit::Button::new(v.pick("Lọc", "Filter")).weight(Weight::Quiet).html();
    kit::search_form(HOME, &Html(format!("{}{field}{go}", kit::hidden("which", which.code()))))
}

/// How a state is felt.
pub fn chip(v: &Visitor, state: State) -> Html {
    let mood = match state {
        State::Drafting | State::Closed => Mood::Warn,
        State::Sent | State::Open => Mood::Info,
        State::Concluded => Mood::Good,
        State::Cancelled => Mood::Bad,
    };
    kit::chip(mood, state.text().get(v.lang))
}

fn table(s: &Meetings, v: &Visitor, lines: &[Line], which: Which) -> Html {
    let now = s.now();
    let rows = lines
        .iter()
        .map(|l| {
            let kind = s.catalog.kind(&l.kind).map_or(l.kind.as_str(), |k| k.name.get(v.lang));
            let online = if l.online { format!(" {}", kit::chip(Mood::Info, v.pick("trực tuyến", "online"))) } else { String::new() };
            vec![
                kit::link(&path_of(l.id), &l.title),
                Html::text(kind),
                when::at_time(l.starts, now, v.lang),
                Html(format!("{}{online}", esc(&l.place))),
                Html::text(&l.chair),
                l.state.map_or_else(Html::default, |state| chip(v, state)),
            ]
        })
        .collect();
    let empty = match which {
        Which::Coming => v.pick("Không có cuộc họp sắp tới.", "No meeting is coming."),
        Which::Past => v.pick("Chưa có cuộc họp nào.", "No meeting has been held."),
        Which::Cancelled => v.pick("Không có cuộc họp bị hủy.", "No meeting was cancelled."),
    };
    kit::table(&Table {
        caption: v.pick("Các cuộc họp", "Meetings").to_owned(),
        caption_hidden: true,
        columns: vec![
            Column::text(v.pick("Cuộc họp", "Meeting")),
            Column::text(v.pick("Loại", "Kind")),
            Column::text(v.pick("Thời gian", "Time")),
            Column::text(v.pick("Địa điểm", "Place")),
            Column::text(v.pick("Chủ trì", "Chair")),
            Column::text(v.pick("Trạng thái", "State")),
        ],
        rows,
        empty: empty.to_owned(),
    })
}

/// What the quarter's figures are counted from, and by what.
struct Sums {
    online: usize,
    unprinted: i64,
    uncounted: i64,
}

fn sums(held: &[Line]) -> Sums {
    Sums {
        online: held.iter().filter(|l| l.online).count(),
        unprinted: held.iter().map(Line::unprinted).fold(0, i64::saturating_add),
        uncounted: held.iter().map(|l| l.uncounted).sum(),
    }
}

/// Three figures, each with its parts and the way to the meetings behind it.
fn figures(s: &Meetings, v: &Visitor, quarter: Quarter, held: &[Line], show: &str) -> Html {
    let sums = sums(held);
    let day = quarter.begins().date();
    let per_sheet = s.catalog.printing(day).or_else(|_| s.catalog.printing(s.now().date())).map_or(1, |p| i64::from(p.pages_per_sheet.max(1)));
    let way = |show: &str, word: &str, n: usize| if n == 0 { Html::default() } else { Html(format!(" {}", kit::link(&format!("{HOME}?quarter={}&show={show}#figures", quarter.code()), word))) };
    let percent = (sums.online * 100).checked_div(held.len()).map_or_else(String::new, |p| format!(" ({p} %)"));
    let which = v.pick("xem các cuộc họp", "see the meetings");
    let sheets = sums.unprinted / per_sheet + i64::from(sums.unprinted % per_sheet != 0);
    let with_papers = held.iter().filter(|l| l.unprinted() > 0 || l.uncounted > 0).count();
    let lines = [
        kit::Line::new(v.pick("Cuộc họp đã diễn ra", "Meetings held"), Html(format!("<b>{}</b>{}", held.len(), way("held", which, held.len())))),
        kit::Line::new(v.pick("Có họp trực tuyến / tổng số", "With a conference / all"), Html(format!("<b>{}/{}</b>{percent}{}", sums.online, held.len(), way("online", which, sums.online)))),
        kit::Line::new(
            v.pick("Trang tài liệu không phải in", "Pages not printed"),
            Html(format!("<b>{}</b> {} · {sheets} {}{}", sums.unprinted, v.pick("trang", "pages"), v.pick("tờ giấy", "sheets"), way("papers", which, with_papers))),
        ),
    ];
    let uncounted = if sums.uncounted == 0 { Html::default() } else { kit::para(&format!("{} {}", sums.uncounted, v.pick("tài liệu không đếm được số trang, chưa tính.", "papers whose pages could not be counted are left out."))) };
    let how = Html(format!(
        "<p>{}</p>{}",
        v.pick(
            "Trang không phải in = tổng số trang của bản tài liệu mới nhất × số cán bộ được mời, cộng qua các cuộc họp đã diễn ra mà bạn dự. Tỷ lệ trực tuyến = số cuộc họp có đường dẫn họp trực tuyến / số cuộc họp đã diễn ra.",
            "Pages not printed = pages of the latest papers × officials invited, over the meetings held that you take part in. The online share = meetings with a conference link / meetings held."
        ),
        sources(v, s.catalog.sources(day)[1]),
    ));
    let (before, next) = (quarter.before(), quarter.next());
    let to = |q: Quarter, word: &str| kit::link(&format!("{HOME}?quarter={}#figures", q.code()), &format!("{word}: {}", q.text(v)));
    let around = Html(format!("<p>{} · {}</p>", to(before, v.pick("Quý trước", "Quarter before")), to(next, v.pick("Quý sau", "Next quarter"))));
    Html(format!(
        "<h2 id=\"figures\">{} {}</h2>{}{uncounted}{}{}{around}",
        v.pick("Họp không giấy,", "Meetings without paper,"),
        esc(&quarter.text(v)),
        kit::summary_list(&lines),
        kit::details(v.pick("Cách tính", "How it is counted"), &how, false),
        behind(s, v, held, show),
    ))
}

/// The meetings behind a figure.
fn behind(s: &Meetings, v: &Visitor, held: &[Line], show: &str) -> Html {
    let is_behind = |l: &&Line| match show {
        "held" => true,
        "online" => l.online,
        "papers" => l.unprinted() > 0 || l.uncounted > 0,
        _ => false,
    };
    let rows: Vec<Vec<Html>> = held
        .iter()
        .filter(is_behind)
        .map(|l| {
            vec![
                kit::link(&path_of(l.id), &l.title),
                when::at_time(l.starts, s.now(), v.lang),
                Html::text(if l.online { v.pick("có", "yes") } else { "–" }),
                Html::text(&l.pages.to_string()),
                Html::text(&l.readers.to_string()),
                Html::text(&l.unprinted().to_string()),
            ]
        })
        .collect();
    if rows.is_empty() {
        return Html::default();
    }
    kit::table(&Table {
        caption: v.pick("Các cuộc họp của con số này", "The meetings behind this figure").to_owned(),
        columns: vec![
            Column::text(v.pick("Cuộc họp", "Meeting")),
            Column::text(v.pick("Thời gian", "Time")),
            Column::text(v.pick("Trực tuyến", "Online")),
            Column::num(v.pick("Số trang tài liệu", "Pages of papers")),
            Column::num(v.pick("Cán bộ được mời", "Officials invited")),
            Column::num(v.pick("Trang không phải in", "Pages not printed")),
        ],
        rows,
        ..Table::default()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quarters_follow_one_another() {
        let q = Quarter::of(date(2026, 11, 23));
        assert_eq!((q, q.next().code(), q.before().code()), (Quarter { year: 2026, n: 4 }, "2027-1".to_owned(), "2026-3".to_owned()));
        assert_eq!(Quarter::of(date(2026, 1, 1)).before().code(), "2025-4");
        assert_eq!(q.begins().date(), date(2026, 10, 1));
        for bad in ["", "2026", "2026-0", "2026-5", "x-1", "99999-1"] {
            assert_eq!(Quarter::read(bad), None, "{bad}");
        }
    }
}
