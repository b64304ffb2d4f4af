//! Every figure of the operations centre, page by page: the pages are found by their links, each number opens its list, and the
//! rows of the list are counted. What is divided is divided again.

use crate::{house::House, ops::Room};
use kernel::id::ProvinceCode;
use phusa::demo;
use std::collections::{BTreeMap, BTreeSet, HashMap, VecDeque};
use store::Db;
use testkit::{on_each_database, visible};

on_each_database!(every_figure_on_every_page_opens_what_it_counts);

/// Where the figures of the centre begin, and who reads them.
const READERS: [(&str, &[&str]); 4] = [
    ("thanh", &["/ioc", "/ioc/wall", "/ioc/walls", "/ioc/figures", "/ioc/indicators", "/ioc/indices", "/ioc/periods", "/work/index", "/work/board", "/work/directives", "/work/directives/report", "/work/alerts", "/work/alerts/rules", "/work/explanations", "/ioc/usage"]),
    ("ngoc", &["/ioc", "/ioc/indicators", "/work/index", "/work/index/portal", "/work/board", "/work/directives/report"]),
    ("khanh", &["/ioc", "/ioc/figures", "/work/index", "/work/board", "/work/alerts"]),
    ("binh", &["/work/board", "/work/directives", "/work/index"]),
];
/// Pages of the centre; what lies elsewhere is a record.
const ROOMS: [&str; 6] = ["/ioc", "/work/index", "/work/board", "/work/directives", "/work/alerts", "/work/explanations"];
/// Of one kind of page, as many for one reader.
const OF_A_KIND: usize = 4;
/// Columns whose numbers are computed from figures of the same page (scores; hours of all; a whole where nothing was to be done), or were
/// entered and stand with who said so.
const SCORES: [&str; 9] = ["Tỷ lệ", "Điểm", "Tối đa", "Tự tính", "Tự đánh giá", "Thẩm định", "Công bố", "Cổng: tử / mẫu", "Lệch"];

async fn every_figure_on_every_page_opens_what_it_counts(db: Db) {
    let house = House::open(db).await;
    let accounts = demo::staff::accounts(house.it.identity.offices(), false);
    demo::staff::install(house.it.identity.directory(), &accounts, &ProvinceCode::new(demo::PROVINCE)).await.unwrap();
    demo::fill(&house.it, &accounts, None, &house.data).await.unwrap();
    demo::operations::fill(&house.it.rooms.ops, house.it.identity.directory()).await.unwrap();
    house.effects().await;
    house.follow().await;
    house.it.rooms.ops.run_alerts().await.unwrap();
    let mut room = Room::of(&house);
    let said = [("period", "2026-Q4"), ("n", "851"), ("d", "1000"), ("supplier", "Sở"), ("document", "1/BC"), ("note", ""), ("reason", "")];
    room.does("thanh", "/ioc/indicators/households.fibre", &said);
    let published = indicators::published::read("1.4;;40;60\n2.1;;3;9\n5.1;;3;9\n", |_| true).unwrap();
    let system = kernel::Actor::system(ProvinceCode::new(demo::PROVINCE));
    house.it.rooms.indicators.enter("", "2026-11".parse().unwrap(), &published, &system, house.now()).await.unwrap();

    let mut walk = Walk { room, pages: 0, opened: HashMap::new(), shares: 0, lists: BTreeMap::new(), wrong: BTreeSet::new() };
    for (who, starts) in READERS {
        walk.reader(who, starts);
    }
    println!("{} pages, {} figures, {} shares; by list: {:?}", walk.pages, walk.opened.len(), walk.shares, walk.lists);
    assert!(walk.wrong.is_empty(), "{} wrong:\n{}", walk.wrong.len(), walk.wrong.iter().take(40).cloned().collect::<Vec<_>>().join("\n"));
    assert!(walk.pages > 100 && walk.opened.len() > 300 && walk.shares > 50, "{} pages, {} figures, {} shares", walk.pages, walk.opened.len(), walk.shares);
    for list in ["/work/index/dossiers", "/work/board/dossiers", "/work/directives", "/work/alerts"] {
        assert!(walk.lists.get(list).is_some_and(|n| *n > 5), "{list} was opened too seldom: {:?}", walk.lists);
    }
}

struct Walk<'h> {
    room: Room<'h>,
    pages: usize,
    /// What each link of each reader counts.
    opened: HashMap<(&'static str, String), Option<i64>>,
    shares: usize,
    lists: BTreeMap<String, usize>,
    wrong: BTreeSet<String>,
}

impl Walk<'_> {
    fn reader(&mut self, who: &'static str, starts: &[&str]) {
        let mut seen: BTreeSet<String> = starts.iter().map(|s| (*s).to_owned()).collect();
        let mut todo: VecDeque<String> = seen.iter().cloned().collect();
        let mut kinds: HashMap<String, usize> = HashMap::new();
        while let Some(path) = todo.pop_front() {
            let answer = self.room.browser(who).get(&path);
            if answer.status != 200 {
                assert!(matches!(answer.status, 303 | 403 | 404), "{who} {path}: {}", answer.status);
                continue;
            }
            let page = answer.text();
            self.pages += 1;
            self.figures(who, &path, &page);
            self.shares(who, &path, &page);
            self.columns(who, &path, &page);
            for href in links(&page) {
                let kind = kind(&href);
                // Numbers are read as Vietnamese writes them; the other language has the same pages.
                let walked = !href.contains("lang=") && ROOMS.iter().any(|r| href == *r || href.strip_prefix(r).is_some_and(|rest| rest.starts_with(['/', '?'])));
                let file = href.split('?').next().is_some_and(|p| p.ends_with(".csv") || p.ends_with(".json") || p.ends_with("/events"));
                if walked && !file && !seen.contains(&href) && kinds.get(&kind).is_none_or(|n| *n < OF_A_KIND) {
                    *kinds.entry(kind).or_default() += 1;
                    seen.insert(href.clone());
                    todo.push_back(href);
                }
            }
        }
    }

    /// Every number with a link opens a list of as many rows.
    fn figures(&mut self, who: &'static str, path: &str, page: &str) {
        for (tag, n) in marked(page, "data-count") {
            let Some(href) = attribute(tag, "href").map(|h| h.replace("&amp;", "&")) else { continue };
            let known = self.opened.get(&(who, href.clone())).copied();
            let rows = known.unwrap_or_else(|| self.rows(who, &href, n));
            self.opened.insert((who, href.clone()), rows);
            if rows.is_some_and(|rows| rows != n) {
                self.wrong.insert(format!("{who} {path}: says {n}, {href} has {rows:?}"));
            }
        }
    }

    /// The rows of a list, page by page; nothing where a figure opens how it came about and not what it counts.
    fn rows(&mut self, who: &'static str, href: &str, n: i64) -> Option<i64> {
        let mut rows = 0;
        let mut at = href.split('#').next().unwrap().to_owned();
        let list = at.split('?').next().unwrap().to_owned();
        *self.lists.entry(list.clone()).or_default() += 1;
        for _ in 0..100 {
            let answer = self.room.browser(who).get(&at);
            if answer.status != 200 {
                self.wrong.insert(format!("{who}: {at} answers {}", answer.status));
                return None;
            }
            let page = answer.text();
            let Some((before, records)) = page.split_once(" data-records") else {
                // Entered values and scores stand on a page of their own.
                let stands = list.starts_with("/ioc/indicators/") || list.starts_with("/work/index");
                let shown = web::when::number(n, kernel::text::Lang::Vi);
                if !stands || !page.contains(&shown) {
                    self.wrong.insert(format!("{who}: {at} is no list of records and does not show {shown}"));
                }
                return None;
            };
            let (from, to, row) = match before.rsplit('<').next().unwrap().split(' ').next().unwrap() {
                "table" => ("<tbody", "</tbody>", "<tr"),
                "div" => ("<ul", "</ul>", "<li"),
                // “There is nothing”.
                _ => return Some(0),
            };
            let records = if row == "<li" { records.split("</div>").next().unwrap() } else { records };
            rows += records.split(from).nth(1).map_or(0, |r| r.split(to).next().unwrap().matches(row).count());
            match page.split("<a rel=\"next\"").nth(1).and_then(|a| attribute(a.split('>').next().unwrap(), "href").map(|h| h.replace("&amp;", "&"))) {
                Some(next) => at = next,
                None => return i64::try_from(rows).ok(),
            }
        }
        panic!("{href} has no end")
    }

    /// What is divided stands beside both of its numbers and is their quotient.
    fn shares(&mut self, who: &str, path: &str, page: &str) {
        for (tag, part) in marked(page, "data-part") {
            let whole: i64 = attribute(tag, "data-whole").unwrap().parse().unwrap();
            let at = tag.as_ptr() as usize - page.as_ptr() as usize;
            let text = page[at + tag.len()..].split('<').next().unwrap().trim_start_matches('>').trim();
            self.shares += 1;
            if !is_quotient(text, part, whole) {
                self.wrong.insert(format!("{who} {path}: {text} of {part} / {whole}"));
            }
            let from = page[..at].rfind("<tr").into_iter().chain(page[..at].rfind("<li")).chain(page[..at].rfind("<dd")).max().unwrap_or(0);
            let row = &page[from..page[at..].find("</tr>").into_iter().chain(page[at..].find("</li>")).chain(page[at..].find("</dd>")).min().map_or(page.len(), |n| at + n)];
            for n in [part, whole] {
                if !row.contains(&format!("data-count=\"{n}\"")) {
                    self.wrong.insert(format!("{who} {path}: {n} of {text} ({part} / {whole}) does not stand beside it"));
                }
            }
        }
    }

    /// No number of a column of figures is without one of the marks.
    fn columns(&mut self, who: &str, path: &str, page: &str) {
        for cell in page.split("<td").skip(1).filter_map(|c| c.split("</td>").next()) {
            let Some((tag, content)) = cell.split_once('>') else { continue };
            let label = attribute(tag, "data-label").unwrap_or_default();
            let told = visible(content);
            let bare = told.chars().any(|c| c.is_ascii_digit()) && !["data-count", "data-part", "class=\"tally\""].iter().any(|m| content.contains(m));
            if tag.contains("class=\"num\"") && bare && !SCORES.iter().any(|s| label.starts_with(s)) {
                self.wrong.insert(format!("{who} {path}: “{label}” says {told} and opens nothing"));
            }
        }
        for stat in page.split("<dl class=\"stats").skip(1).filter_map(|d| d.split("</dl>").next()) {
            for (name, value) in stat.split("<dt>").skip(1).filter_map(|s| s.split_once("</dt>")) {
                let told = visible(value);
                let bare = told.chars().any(|c| c.is_ascii_digit()) && !value.contains("data-count");
                if bare && !name.contains("điểm") {
                    self.wrong.insert(format!("{who} {path}: “{name}” says {told} and opens nothing"));
                }
            }
        }
    }
}

/// `87,4 %` is the quotient, half up, to as many decimals as it shows; a dash of nothing.
fn is_quotient(text: &str, part: i64, whole: i64) -> bool {
    if whole == 0 {
        return text.starts_with('–') || text.is_empty();
    }
    let Some(shown) = text.strip_suffix("\u{a0}%") else { return false };
    let decimals = shown.split_once(',').map_or(0, |(_, d)| d.len());
    let one = 10_i128.pow(u32::try_from(decimals).unwrap());
    let scaled = (i128::from(part) * 200 * one + i128::from(whole)).div_euclid(i128::from(whole) * 2);
    shown.replace(['.', ','], "").parse() == Ok(scaled)
}

/// The tags that carry a mark with a number.
fn marked<'p>(page: &'p str, mark: &str) -> Vec<(&'p str, i64)> {
    let pattern = format!(" {mark}=\"");
    page.match_indices(&pattern)
        .map(|(at, _)| {
            let from = page[..at].rfind('<').unwrap();
            let tag = &page[from..at + page[at..].find('>').unwrap()];
            (tag, attribute(tag, mark).unwrap().parse().unwrap())
        })
        .collect()
}

fn attribute<'t>(tag: &'t str, name: &str) -> Option<&'t str> {
    tag.split(&format!(" {name}=\"")).nth(1)?.split('"').next()
}

fn links(page: &str) -> Vec<String> {
    page.split("<a").skip(1).filter_map(|a| attribute(a.split('>').next()?, "href")).filter(|h| h.starts_with('/')).map(|h| h.replace("&amp;", "&").split('#').next().unwrap().to_owned()).collect()
}

/// A page's kind: its address without what names one record, and the names of what is asked.
fn kind(href: &str) -> String {
    let (path, query) = href.split_once('?').unwrap_or((href, ""));
    // Every indicator, index and figure is a page of its own.
    let own = path.starts_with("/ioc/indicators/") || path.starts_with("/ioc/indices/") || path.starts_with("/ioc/figures/");
    let path: Vec<String> = path.split('/').map(|s| if !own && s.chars().any(|c| c.is_ascii_digit()) { "*".to_owned() } else { s.to_owned() }).collect();
    let mut asked: Vec<&str> = query.split('&').filter_map(|p| p.split('=').next()).collect();
    asked.sort_unstable();
    let of = query.split('&').find_map(|p| p.strip_prefix("of=")).map_or("", |of| of.split("%3A").next().unwrap_or("").split(':').next().unwrap_or(""));
    format!("{}?{} {of}", path.join("/"), asked.join("&"))
}
