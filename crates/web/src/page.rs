//! The shell every page stands in: skip link, bar, navigation, way back, main part, footer.

use crate::{
    assets,
    html::{Html, esc},
    visitor::Visitor,
};
use kernel::text::{Lang, Text};

/// What an installation calls itself and where it can be reached. One per installation or province.
#[derive(Debug, Clone)]
pub struct Site {
    pub name: Text,
    /// Telephone of the public service line; shown as a `tel:` link.
    pub hotline: String,
    pub email: String,
    /// Where whoever operates it is found.
    pub address: Option<Text>,
    /// Where the source of the program can be read.
    pub source: String,
    /// A line under the bar when the installation is not the real one (demonstration, training).
    pub notice: Option<Text>,
    /// Places of the rooms that share one navigation; see [`crate::rail`].
    pub rail: Vec<crate::rail::Place>,
}

impl Default for Site {
    fn default() -> Self {
        Self {
            name: Text::new("Thành phố Phù Sa", "Phù Sa City"),
            hotline: "1022".to_owned(),
            email: String::new(),
            address: None,
            source: "/about".to_owned(),
            notice: None,
            rail: Vec::new(),
        }
    }
}

/// Which part of the house a page belongs to; decides density and the bar's name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Area {
    #[default]
    Citizen,
    Work,
    Centre,
    Admin,
    Api,
}

impl Area {
    pub fn of_path(path: &str) -> Self {
        match path.split(['/', '?']).nth(1) {
            Some("work") => Self::Work,
            Some("centre") => Self::Centre,
            Some("admin") => Self::Admin,
            Some("api") => Self::Api,
            _ => Self::Citizen,
        }
    }
    const fn class(self) -> &'static str {
        match self {
            Self::Citizen => "citizen",
            Self::Work => "work dense",
            Self::Centre => "centre dense",
            Self::Admin => "admin dense",
            Self::Api => "api",
        }
    }
    const fn home(self) -> &'static str {
        match self {
            Self::Citizen => "/",
            Self::Work => "/work",
            Self::Centre => "/centre",
            Self::Admin => "/admin",
            Self::Api => "/api",
        }
    }
    /// The name in the bar; the citizen's part carries the name of the place itself.
    fn name(self, site: &Site, lang: Lang) -> String {
        match self {
            Self::Citizen => site.name.get(lang),
            Self::Work => lang.pick("Bàn làm việc", "My work"),
            Self::Centre => lang.pick("Trung tâm chuyển đổi số", "Digital centre"),
            Self::Admin => lang.pick("Quản trị", "Administration"),
            Self::Api => lang.pick("Giao diện lập trình", "Programming interface"),
        }
        .to_owned()
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Width {
    /// One column to read or fill in.
    Narrow,
    #[default]
    Normal,
    /// The official's screen: rail, content, side.
    Wide,
    /// Bands across the whole window; the page sets its own columns.
    Full,
}

impl Width {
    const fn class(self) -> &'static str {
        match self {
            Self::Narrow => "wrap narrow",
            Self::Normal => "wrap",
            Self::Wide => "wrap wide",
            Self::Full => "full",
        }
    }
}

/// One link of the page's navigation.
#[derive(Debug, Clone, Default)]
pub struct NavItem {
    pub href: String,
    pub label: String,
    pub current: bool,
    pub count: Option<i64>,
}

impl NavItem {
    pub fn new(href: impl Into<String>, label: impl Into<String>, current: bool) -> Self {
        Self { href: href.into(), label: label.into(), current, count: None }
    }
    #[must_use]
    pub fn count(mut self, count: i64) -> Self {
        self.count = Some(count);
        self
    }
}

/// Everything the shell needs; `main` holds the page's own `<h1>`.
#[derive(Debug, Clone, Default)]
pub struct Shell {
    pub title: String,
    pub visitor: Visitor,
    pub area: Area,
    pub width: Width,
    pub nav: Vec<NavItem>,
    pub back: Option<(String, String)>,
    pub main: Html,
    /// The page shows an error: the title says so first, for people who hear it.
    pub error_title: bool,
}

impl Shell {
    pub fn new(visitor: &Visitor, title: impl Into<String>, main: Html) -> Self {
        Self { title: title.into(), visitor: visitor.clone(), area: Area::of_path(&visitor.path), main, ..Self::default() }
    }
    #[must_use]
    pub fn area(mut self, area: Area) -> Self {
        self.area = area;
        self
    }
    #[must_use]
    pub fn width(mut self, width: Width) -> Self {
        self.width = width;
        self
    }
    #[must_use]
    pub fn nav(mut self, nav: Vec<NavItem>) -> Self {
        self.nav = nav;
        self
    }
    #[must_use]
    pub fn back(mut self, href: impl Into<String>, label: impl Into<String>) -> Self {
        self.back = Some((href.into(), label.into()));
        self
    }
    #[must_use]
    pub fn error(mut self, error: bool) -> Self {
        self.error_title = error;
        self
    }
    pub fn render(&self) -> Html {
        shell(self)
    }
}

const MARK: &str = r##"<svg viewBox="0 0 32 32" aria-hidden="true" focusable="false"><path fill="#bcded8" d="M2 20c5-5 9-5 14 0s9 5 14 0v4c-5 5-9 5-14 0s-9-5-14 0z"/><path fill="#fff" d="M2 12c5-5 9-5 14 0s9 5 14 0v4c-5 5-9 5-14 0s-9-5-14 0z"/><circle cx="23" cy="6" r="3" fill="#f0a77f"/></svg>"##;

/// The full page.
pub fn shell(s: &Shell) -> Html {
    let v = &s.visitor;
    let lang = v.lang;
    let site = &v.site;
    let prefix = if s.error_title { lang.pick("Lỗi: ", "Error: ") } else { "" };
    let name = site.name.get(lang);
    let title = if s.title.is_empty() { name.to_owned() } else { format!("{prefix}{} – {name}", s.title) };
    Html(format!(
        "<!doctype html>\n<html lang=\"{lang}\" class=\"{area}\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>{title}</title>\n\
         <meta name=\"theme-color\" content=\"#0a4642\">\n<meta name=\"color-scheme\" content=\"light\">\n{links}</head>\n\
         <body>\n<a class=\"skip\" href=\"#main\">{skip}</a>\n{bar}{notice}<div class=\"{width}\">\n{back}{body}</div>\n{footer}</body>\n</html>\n",
        lang = lang.code(),
        area = s.area.class(),
        title = esc(&title),
        links = links(),
        skip = lang.pick("Đến nội dung chính", "Skip to main content"),
        bar = bar(s),
        notice = notice(site, lang),
        width = s.width.class(),
        back = back(s.back.as_ref(), lang),
        body = body(s),
        footer = footer(s),
    ))
}

fn links() -> String {
    let mut out = String::new();
    for font in assets::first_fonts() {
        out.push_str(&format!("<link rel=\"preload\" href=\"{font}\" as=\"font\" type=\"font/woff2\" crossorigin>\n"));
    }
    out.push_str(&format!("<link rel=\"stylesheet\" href=\"{}\">\n", assets::url("app.css")));
    out.push_str(&format!("<script type=\"module\" src=\"{}\"></script>\n", assets::url("app.js")));
    if assets::has("icon.svg") {
        out.push_str(&format!("<link rel=\"icon\" href=\"{}\" type=\"image/svg+xml\">\n", assets::url("icon.svg")));
    } else {
        out.push_str("<link rel=\"icon\" href=\"data:,\">\n");
    }
    out
}

fn bar(s: &Shell) -> String {
    let v = &s.visitor;
    let (other, label) = match v.lang {
        Lang::Vi => (Lang::En, "English"),
        Lang::En => (Lang::Vi, "Tiếng Việt"),
    };
    let account = match &v.actor {
        Some(actor) => {
            let title = actor.title.as_deref().map_or_else(String::new, |t| format!("<span class=\"hide-s\"> · {}</span>", esc(t)));
            format!(
                "<details class=\"who\"><summary><span class=\"who-name\">{name}</span>{title}</summary><div class=\"menu\"><a href=\"/account\">{account}</a>\
                 <form method=\"post\" action=\"/sign-out\"><input type=\"hidden\" name=\"_csrf\" value=\"{csrf}\"><button class=\"link\">{out}</button></form></div></details>",
                name = name_in_bar(&actor.name),
                account = v.pick("Tài khoản của tôi", "My account"),
                csrf = esc(&v.csrf),
                out = v.pick("Đăng xuất", "Sign out"),
            )
        }
        None => format!("<a href=\"{}\" class=\"sign-in\">{}</a>", esc(&v.sign_in_path()), v.pick("Đăng nhập", "Sign in")),
    };
    format!(
        "<header class=\"bar\"><div class=\"{width}\"><a class=\"mark\" href=\"{home}\">{MARK}<span>{name}</span></a><span class=\"grow\"></span>\
         <a class=\"lang\" href=\"{switch}\" lang=\"{code}\" hreflang=\"{code}\">{label}</a>{account}</div></header>\n",
        width = if s.width == Width::Wide { "wrap wide" } else { "wrap" },
        home = s.area.home(),
        name = esc(&s.area.name(&v.site, v.lang)),
        switch = esc(&v.path_in(other)),
        code = other.code(),
    )
}

/// Vietnamese people are called by their given name, the last word: on a phone it stands alone.
fn name_in_bar(name: &str) -> String {
    match name.trim().rsplit_once(' ') {
        Some((family, given)) => format!("<span class=\"hide-s\">{} </span>{}", esc(family), esc(given)),
        None => esc(name),
    }
}

fn notice(site: &Site, lang: Lang) -> String {
    site.notice.as_ref().map_or_else(String::new, |text| format!("<aside class=\"phase\" aria-label=\"{}\">{}</aside>\n", lang.pick("Thông báo", "Notice"), esc(text.get(lang))))
}

fn back(back: Option<&(String, String)>, lang: Lang) -> String {
    back.map_or_else(String::new, |(href, label)| {
        format!("<nav aria-label=\"{}\"><a class=\"back\" href=\"{}\">{}</a></nav>\n", lang.pick("Quay lại", "Back"), esc(href), esc(label))
    })
}

fn body(s: &Shell) -> String {
    let main = format!("<main id=\"main\" tabindex=\"-1\">\n{}\n</main>\n", s.main);
    if s.nav.is_empty() {
        return main;
    }
    let label = s.visitor.pick("Mục", "Sections");
    let mut nav = format!("<nav class=\"rail\" aria-label=\"{label}\">");
    for item in &s.nav {
        let current = if item.current { " aria-current=\"page\"" } else { "" };
        let count = item.count.map_or_else(String::new, |n| format!(" <b class=\"count\">{n}</b>"));
        nav.push_str(&format!("<a href=\"{}\"{current}><span>{}</span>{count}</a>", esc(&item.href), esc(&item.label)));
    }
    nav.push_str("</nav>\n");
    format!("<div class=\"railed\">\n{nav}{main}</div>\n")
}

fn footer(s: &Shell) -> String {
    let v = &s.visitor;
    let site = &v.site;
    let address = site.address.as_ref().map_or_else(String::new, |a| format!("<br>{}", esc(a.get(v.lang))));
    let mut items = Vec::new();
    if !site.hotline.is_empty() {
        items.push(format!("<li>{}: <a href=\"tel:{n}\">{n}</a></li>", v.pick("Tổng đài", "Service line"), n = esc(&site.hotline)));
    }
    if !site.email.is_empty() {
        items.push(format!("<li><a href=\"mailto:{n}\">{n}</a></li>", n = esc(&site.email)));
    }
    items.push(format!("<li><a href=\"/accessibility\">{}</a></li>", v.pick("Tiếp cận cho mọi người", "Accessibility statement")));
    items.push(format!("<li><a href=\"/api\">{}</a></li>", v.pick("Cho lập trình viên", "For developers")));
    items.push(format!("<li><a href=\"{}\">{}</a></li>", esc(&site.source), v.pick("Giới thiệu và mã nguồn", "About and source code")));
    format!(
        "<footer class=\"foot\"><div class=\"{width}\"><p><b>{name}</b>{address}</p><ul>{items}</ul></div></footer>\n",
        width = if s.width == Width::Wide { "wrap wide" } else { "wrap" },
        name = esc(site.name.get(v.lang)),
        items = items.join(""),
    )
}
