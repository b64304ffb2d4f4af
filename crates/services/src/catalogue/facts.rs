//! A definition as a list of sentences, each under a name that stays the same from version to version: what two versions are
//! compared by. Here too: every source a definition cites, and what nobody has checked.

use casework::{
    Definition,
    definition::{ActDecl, Component, Fee, FieldKind, OfficeRelation, Required, Step, Verb, Who},
};
use identity::roles;
use kernel::{Text, catalog::LegalBasis, text::Lang};

/// The parts of a procedure, in the order people read about it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Part {
    General,
    Time,
    Money,
    Papers,
    Questions,
    Steps,
    Acts,
    Documents,
    Law,
}

impl Part {
    pub const ALL: [Self; 9] =
        [Self::General, Self::Time, Self::Money, Self::Papers, Self::Questions, Self::Steps, Self::Acts, Self::Documents, Self::Law];

    pub fn name(self) -> Text {
        match self {
            Self::General => Text::new("Thông tin chung", "General"),
            Self::Time => Text::new("Thời hạn", "Time"),
            Self::Money => Text::new("Phí, lệ phí", "Fees and charges"),
            Self::Papers => Text::new("Thành phần hồ sơ", "Papers"),
            Self::Questions => Text::new("Câu hỏi của tờ khai", "Questions of the form"),
            Self::Steps => Text::new("Các bước giải quyết", "Steps"),
            Self::Acts => Text::new("Việc được làm", "Acts"),
            Self::Documents => Text::new("Văn bản ban hành", "Documents issued"),
            Self::Law => Text::new("Căn cứ pháp lý", "Legal basis"),
        }
    }
}

/// One sentence about a definition.
#[derive(Debug, Clone, PartialEq)]
pub struct Fact {
    pub part: Part,
    /// The same in every version.
    pub key: String,
    /// What it is about.
    pub about: Text,
    pub says: Text,
}

fn both(text: impl Into<String>) -> Text {
    let text = text.into();
    Text::new(text.clone(), text)
}

/// Joins sentences of both languages.
fn joined(parts: impl IntoIterator<Item = Text>, with: &str) -> Text {
    let (vi, en): (Vec<String>, Vec<String>) = parts.into_iter().filter(|t| !t.vi.is_empty()).map(|t| (t.vi, t.en)).unzip();
    Text::new(vi.join(with), en.join(with))
}

pub fn cited(b: &LegalBasis) -> Text {
    let note = b.note.as_deref().map(|n| format!(" – {n}")).unwrap_or_default();
    match b.verified {
        true => both(format!("{b}{note}")),
        false => Text::new(format!("{b}{note} (chưa đối chiếu)"), format!("{b}{note} (not verified)")),
    }
}

struct List(Vec<Fact>);

impl List {
    fn add(&mut self, part: Part, key: impl Into<String>, about: Text, says: Text) {
        self.0.push(Fact { part, key: key.into(), about, says });
    }
}

/// All of a definition.
pub fn facts(d: &Definition) -> Vec<Fact> {
    let mut list = List(Vec::new());
    general(d, &mut list);
    time(d, &mut list);
    for fee in &d.fees {
        money(d, fee, &mut list);
    }
    papers(d, &mut list);
    questions(d, &mut list);
    for (n, step) in d.steps.iter().enumerate() {
        list.add(Part::Steps, &step.code, step.name.clone(), step_says(n, step));
    }
    for (code, act) in &d.acts {
        list.add(Part::Acts, code, act.name.clone(), act_says(d, act));
    }
    for (code, doc) in &d.documents {
        let own = if doc.fields.is_empty() { Text::default() } else { Text::new(format!("{} mục điền riêng", doc.fields.len()), format!("{} fields of its own", doc.fields.len())) };
        let form = doc.form.as_deref().map_or_else(Text::default, both);
        let seen = if doc.public { Text::new("người nộp tải được", "the applicant may fetch it") } else { Text::new("nội bộ", "internal") };
        let numbered = Text::new(format!("sổ {}, ký hiệu {}", doc.register, doc.symbol), format!("register {}, symbol {}", doc.register, doc.symbol));
        let template = Text::new(format!("mẫu {}", doc.template), format!("template {}", doc.template));
        list.add(Part::Documents, code, doc.name.clone(), joined([form, template, numbered, seen, own], "; "));
    }
    for (n, b) in d.legal_basis.iter().enumerate() {
        let again = d.legal_basis.iter().take(n).filter(|x| x.document == b.document).count();
        list.add(Part::Law, format!("{}#{again}", b.document), both(&b.document), cited(b));
    }
    list.0
}

fn general(d: &Definition, list: &mut List) {
    use Part::General as P;
    list.add(P, "name", Text::new("Tên", "Name"), d.name.clone());
    list.add(P, "about", Text::new("Giới thiệu", "About"), d.about.clone());
    if let Some(e) = &d.eligibility {
        list.add(P, "eligibility", Text::new("Ai được làm", "Who qualifies"), e.clone());
    }
    list.add(P, "level", Text::new("Cấp giải quyết", "Level"), both(format!("{:?}", d.level).to_lowercase()));
    let level = match d.service_level {
        casework::definition::ServiceLevel::Full => Text::new("toàn trình", "fully online"),
        casework::definition::ServiceLevel::Partial => {
            let why = d.partial_reason.clone().unwrap_or_default();
            Text::new(format!("một phần: {}", why.vi), format!("partly online: {}", why.en))
        }
    };
    list.add(P, "service_level", Text::new("Mức độ trực tuyến", "Service level"), level);
    list.add(P, "channels", Text::new("Cách nộp", "Channels"), joined(d.channels.iter().map(|c| c.name()), "; "));
    list.add(P, "sector", Text::new("Lĩnh vực", "Sector"), d.sector.name.clone());
    let kind = |a: &casework::definition::Audience| match a {
        casework::definition::Audience::Citizen => Text::new("công dân", "citizens"),
        casework::definition::Audience::Enterprise => Text::new("doanh nghiệp", "enterprises"),
    };
    list.add(P, "audience", Text::new("Đối tượng", "For whom"), joined(d.audience.iter().map(kind), ", "));
    list.add(P, "result", Text::new("Kết quả", "Result"), d.result.name.clone());
    for (key, about, office) in [
        ("received_by", Text::new("Nơi tiếp nhận cố định", "Received only by"), &d.received_by),
        ("decided_by", Text::new("Nơi giải quyết cố định", "Decided only by"), &d.decided_by),
    ] {
        if let Some(office) = office {
            list.add(P, key, about, both(office.as_str()));
        }
    }
    for member in &d.set {
        list.add(P, format!("set.{}", member.name_in_set), Text::new("Thủ tục trong bộ", "Procedure of the set"), Text::new(format!("{} ({})", member.name.vi, member.definition), format!("{} ({})", member.name.en, member.definition)));
    }
}

fn time(d: &Definition, list: &mut List) {
    use Part::Time as P;
    let t = &d.time;
    list.add(P, "span", Text::new("Thời hạn giải quyết", "Statutory time"), t.span.text());
    if let Some(note) = &t.note {
        list.add(P, "note", Text::new("Ghi chú thời hạn", "Note on the time"), note.clone());
    }
    for c in &t.cases {
        let says = c.span.text();
        let when = c.when.text();
        list.add(P, format!("case.{}", c.name.vi), c.name.clone(), Text::new(format!("{} khi {when}", says.vi), format!("{} when {when}", says.en)));
    }
    if let Some(v) = &t.verification {
        list.add(P, "verification", Text::new("Thêm khi phải xác minh", "Added for verification"), v.span.text());
    }
    if let Some(e) = &t.extension {
        let says = Text::new(
            format!("xin lỗi và hẹn lại {} lần, ký chậm nhất {} ngày trước hạn", e.times, e.before_days),
            format!("apology with a new date {} time(s), signed at latest {} day(s) before", e.times, e.before_days),
        );
        list.add(P, "extension", Text::new("Gia hạn", "Extension"), says);
    }
    if let Some(s) = &d.silence {
        list.add(P, "silence", Text::new("Im lặng là chấp thuận", "Silence is consent"), s.text.clone());
    }
    for (name, c) in &d.clocks {
        let span = c.span.unwrap_or(t.span).text();
        let restart = if c.restarts_in_full { Text::new("tính lại từ đầu sau bổ sung", "starts anew after a supplement") } else { Text::default() };
        let due = c.on_due.as_ref().and_then(|a| d.acts.get(a)).map_or_else(Text::default, |a| Text::new(format!("hết hạn: {}", a.name.vi), format!("at its end: {}", a.name.en)));
        list.add(P, format!("clock.{name}"), c.name.clone(), joined([span, restart, due], "; "));
    }
}

fn money(d: &Definition, fee: &Fee, list: &mut List) {
    let same = d.fees.iter().filter(|f| f.code == fee.code).count();
    // One code with several rates is told apart by the day each begins.
    let key = if same > 1 { format!("{}@{}", fee.code, fee.effective.from) } else { fee.code.clone() };
    let mut parts = Vec::new();
    for channel in &d.channels {
        let (name, said) = (channel.name(), if fee.is_rate() { fee.said(*channel) } else { Text::new("theo thông báo của cơ quan thuế", "by notice of the tax office") });
        parts.push(Text::new(format!("{}: {}", name.vi, said.vi), format!("{}: {}", name.en, said.en)));
    }
    parts.extend(fee.exempt.iter().map(|e| Text::new(format!("miễn: {}", e.name.vi), format!("exempt: {}", e.name.en))));
    if let Some(when) = &fee.when {
        parts.push(Text::new(format!("khi {}", when.text()), format!("when {}", when.text())));
    }
    if !fee.refundable {
        parts.push(Text::new("không hoàn lại", "not refundable"));
    }
    let said = |lang| {
        let to = fee.effective.to.map(|t| format!(" – {}", web::when::day(t, lang))).unwrap_or_default();
        format!("{}{to}", web::when::day(fee.effective.from, lang))
    };
    parts.push(Text::new(format!("áp dụng từ {}", said(Lang::Vi)), format!("in force from {}", said(Lang::En))));
    parts.push(cited(&fee.legal_basis));
    list.add(Part::Money, key, fee.name.clone(), joined(parts, "; "));
}

fn papers(d: &Definition, list: &mut List) {
    for c in &d.components {
        list.add(Part::Papers, &c.code, c.name.clone(), paper_says(c));
    }
}

fn paper_says(c: &Component) -> Text {
    if let Some(source) = &c.from_database {
        return Text::new(format!("không phải nộp, lấy từ {}", source.name.vi), format!("not asked for, taken from {}", source.name.en));
    }
    let kind = if c.original { Text::new("bản chính", "original") } else { Text::new("bản sao", "copy") };
    let needed = match &c.required {
        Required::Fixed(false) => Text::new("không bắt buộc", "optional"),
        Required::When(g) => Text::new(format!("bắt buộc khi {}", g.text()), format!("required when {}", g.text())),
        _ => Text::new("bắt buộc", "required"),
    };
    Text::new(format!("{} {}, {}", c.copies, kind.vi, needed.vi), format!("{} {}, {}", c.copies, kind.en, needed.en))
}

fn questions(d: &Definition, list: &mut List) {
    for section in &d.form.sections {
        for name in &section.fields {
            let Some(f) = d.form.field(name) else { continue };
            let kind = match &f.kind {
                FieldKind::Line { .. } => Text::new("một dòng", "one line"),
                FieldKind::Paragraph => Text::new("nhiều dòng", "several lines"),
                FieldKind::Integer => Text::new("số nguyên", "whole number"),
                FieldKind::Decimal => Text::new("số", "number"),
                FieldKind::Date => Text::new("ngày", "date"),
                FieldKind::YesNo => Text::new("có hoặc không", "yes or no"),
                FieldKind::Commune => Text::new("phường, xã", "commune"),
                FieldKind::Choice(options) => {
                    let names = joined(options.iter().map(|(_, t)| t.clone()), " / ");
                    Text::new(format!("chọn: {}", names.vi), format!("choice: {}", names.en))
                }
            };
            let needed = if f.required { Text::new("bắt buộc", "required") } else { Text::new("không bắt buộc", "optional") };
            let shown = f.shown_when.as_ref().map_or_else(Text::default, |(other, value)| Text::new(format!("hỏi khi {other} = {value}"), format!("asked when {other} = {value}")));
            let hint = f.hint.clone().unwrap_or_default();
            let place = Text::new(format!("phần {}", section.title.vi), format!("section {}", section.title.en));
            list.add(Part::Questions, name, f.title.clone(), joined([kind, needed, shown, hint, place], "; "));
        }
    }
}

fn step_says(n: usize, s: &Step) -> Text {
    let (role, office) = (roles::name(s.role.as_str()), office_of(s.office));
    let span = s.budget.text();
    Text::new(
        format!("bước {}: {}, {}; {}; ra {}", n + 1, role.vi, office.vi, span.vi, s.product.vi),
        format!("step {}: {}, {}; {}; product {}", n + 1, role.en, office.en, span.en, s.product.en),
    )
}

fn office_of(o: OfficeRelation) -> Text {
    match o {
        OfficeRelation::Received => Text::new("nơi tiếp nhận", "receiving office"),
        OfficeRelation::Decides => Text::new("nơi giải quyết", "deciding office"),
        OfficeRelation::Consulted => Text::new("nơi được lấy ý kiến", "consulted office"),
    }
}

fn who_says(d: &Definition, w: &Who) -> Text {
    let of = |role: &str, office: OfficeRelation| {
        let (r, o) = (roles::name(role), office_of(office));
        Text::new(format!("{}, {}", r.vi, o.vi), format!("{}, {}", r.en, o.en))
    };
    match w {
        Who::Applicant => Text::new("người nộp", "applicant"),
        Who::System => Text::new("hệ thống", "the system"),
        Who::Step => Text::new("người giữ bước", "whoever holds the step"),
        Who::Consulted => Text::new("cơ quan được lấy ý kiến", "consulted office"),
        Who::Received(role) => of(role.as_str(), OfficeRelation::Received),
        Who::Decides(role) => of(role.as_str(), OfficeRelation::Decides),
        Who::Member(role) => d.members.get(role).map_or_else(|| both(role), |m| m.name.clone()),
    }
}

fn act_says(d: &Definition, a: &ActDecl) -> Text {
    let state = |track: &str, s: &str| d.state(track, s).map_or_else(|| both(s), |x| x.name.clone());
    let who = joined(a.who.iter().map(|w| who_says(d, w)), ", ");
    let from = joined(a.when.iter().flat_map(|(t, states)| states.iter().map(|s| state(t, s))), ", ");
    let to = joined(a.to.iter().map(|(t, s)| state(t, s)), ", ");
    let steps = joined(a.at.iter().filter_map(|s| d.step(s)).map(|s| s.name.clone()), ", ");
    let labelled = |vi: &str, en: &str, t: Text| if t.vi.is_empty() { Text::default() } else { Text::new(format!("{vi}: {}", t.vi), format!("{en}: {}", t.en)) };
    let guards = joined(a.guards.iter().map(|g| g.otherwise.clone()), " / ");
    let does = a.verbs.iter().map(verb).collect::<Vec<_>>().join(", ");
    let asks = a.input.as_ref().and_then(|i| i.get("properties")).and_then(|p| p.as_object()).map(|p| p.keys().cloned().collect::<Vec<_>>().join(", ")).unwrap_or_default();
    joined(
        [
            labelled("ai", "who", who),
            labelled("khi", "when", from),
            labelled("ở bước", "at", steps),
            labelled("chuyển sang", "to", to),
            labelled("chặn nếu", "refused if", guards),
            labelled("hỏi", "asks", both(asks)),
            labelled("làm", "does", both(does)),
        ],
        "; ",
    )
}

/// `start processing`, `step next`: as the catalogue writes it.
fn verb(v: &Verb) -> String {
    match serde_json::to_value(v) {
        Ok(serde_json::Value::String(name)) => name,
        Ok(serde_json::Value::Object(map)) => map.iter().map(|(k, v)| format!("{k} {}", v.as_str().map_or_else(|| v.to_string(), str::to_owned))).collect::<Vec<_>>().join(" "),
        _ => String::new(),
    }
}

/// Every source a definition cites, with what of it rests on the source.
pub fn bases(d: &Definition) -> Vec<(Text, &LegalBasis)> {
    let mut all: Vec<(Text, &LegalBasis)> = d.legal_basis.iter().map(|b| (Text::new("Căn cứ của thủ tục", "Basis of the procedure"), b)).collect();
    all.push((Text::new("Thời hạn giải quyết", "Statutory time"), &d.time.legal_basis));
    all.extend(d.time.cases.iter().filter_map(|c| Some((c.name.clone(), c.legal_basis.as_ref()?))));
    all.extend(d.time.verification.iter().map(|v| (Text::new("Thời gian xác minh", "Time for verification"), &v.legal_basis)));
    all.extend(d.time.extension.iter().map(|e| (Text::new("Gia hạn", "Extension"), &e.legal_basis)));
    all.extend(d.silence.iter().map(|s| (Text::new("Im lặng là chấp thuận", "Silence is consent"), &s.legal_basis)));
    all.extend(d.clocks.values().filter_map(|c| Some((c.name.clone(), c.legal_basis.as_ref()?))));
    for fee in &d.fees {
        all.push((fee.name.clone(), &fee.legal_basis));
        all.extend(fee.exempt.iter().filter_map(|e| Some((e.name.clone(), e.legal_basis.as_ref()?))));
        all.extend(fee.classes.iter().filter_map(|c| Some((c.name.clone(), c.legal_basis.as_ref()?))));
    }
    for c in &d.components {
        all.extend(c.from_database.iter().map(|s| (c.name.clone(), &s.legal_basis)));
    }
    all
}

/// What nobody has compared with its source, in words.
pub fn unverified(d: &Definition) -> Vec<(Text, Text)> {
    let mut all: Vec<(Text, Text)> = bases(d).into_iter().filter(|(_, b)| !b.verified).map(|(what, b)| (what, both(b.to_string()))).collect();
    let steps = d.steps.iter().filter(|s| s.verified == Some(false));
    all.extend(steps.map(|s| (s.name.clone(), Text::new(format!("mức {} là minh họa", s.budget.text().vi), format!("{} is illustrative", s.budget.text().en)))));
    let papers = d.components.iter().filter(|c| c.verified == Some(false));
    all.extend(papers.map(|c| (c.name.clone(), Text::new("thành phần hồ sơ chưa đối chiếu", "paper not verified"))));
    all.dedup();
    all
}
