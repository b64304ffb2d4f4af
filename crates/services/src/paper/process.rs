//! The internal process of a procedure (quy trình nội bộ) as the decision that approves it, for signature: what is
//! approved and what runs are the same data.

use casework::{
    Definition,
    definition::{Channel, Level, OfficeRelation, Step},
};
use identity::{Offices, account::roles, offices::Level as OfficeLevel};
use kernel::{Instant, calendar::Span, text::Lang};
use serde_json::{Value, json};
use web::when;

pub struct Draft<'a> {
    pub definition: &'a Definition,
    pub offices: &'a Offices,
    pub province: &'a str,
    pub at: Instant,
    pub demo: bool,
}

impl Draft<'_> {
    pub fn data(&self) -> Value {
        let d = self.definition;
        let committee = self.offices.iter().find(|o| {
            o.level == OfficeLevel::Province && self.offices.province_of(o.code.as_str()).is_some_and(|p| p.as_str() == self.province)
        });
        let agency = committee.map_or_else(
            || json!({"name": "Ủy ban nhân dân cấp tỉnh", "place": "…"}),
            |o| self.offices.letterhead(&o.code),
        );
        let name = agency["name"].as_str().unwrap_or_default().to_owned();
        let bases: Vec<String> = d.legal_basis.iter().map(ToString::to_string).collect();
        json!({
            "document_id": format!("internal-process/{}/{}", d.code, d.version),
            "issued_at": self.at,
            "symbol": "QĐ-UBND",
            "demo": self.demo,
            "agency": agency,
            "decision": {"authority": format!("Chủ tịch {name}"), "bases": bases},
            "process": {
                "name": d.name.vi,
                "code": d.code,
                "effective": d.effective.from.to_string(),
                "channels": d.channels.iter().map(|c| c.name().vi).collect::<Vec<_>>().join("; "),
                "place": place(d.level),
                "total_time": self.total_time(),
                "fee": self.fee(),
                "result": d.result.name.vi,
                "legal_bases": bases,
            },
            "components": self.components(),
            "copies": 1,
            "steps": d.steps.iter().map(|s| self.step(s)).collect::<Vec<_>>(),
            "notes": self.notes(),
            // A draft: the name is written by whoever signs.
            "signer": {"title": "Chủ tịch", "name": "…………………………"},
        })
    }

    /// The statutory time, and the sum of the steps where each has a fixed working time.
    fn total_time(&self) -> String {
        let d = self.definition;
        let statutory = d.time.span.text().vi;
        let sum: Option<i64> = d.steps.iter().map(|s| s.budget.working_seconds()).sum();
        match sum.and_then(|s| u32::try_from(s / 60).ok()).map(Span::Hours) {
            Some(sum) => format!("{statutory} (cộng các bước: {})", sum.text().vi),
            None => statutory,
        }
    }

    fn fee(&self) -> String {
        let d = self.definition;
        let fees = d.fees.iter().filter(|f| f.effective.contains(self.at.date()));
        let lines: Vec<String> = fees
            .map(|f| {
                let (counter, online) = (f.said(Channel::Counter).vi, f.said(Channel::Online).vi);
                match online != counter {
                    true => format!("{}: {counter} (trực tuyến {online})", f.name.vi),
                    false => format!("{}: {counter}", f.name.vi),
                }
            })
            .collect();
        if lines.is_empty() { "Không thu".to_owned() } else { lines.join("; ") }
    }

    fn components(&self) -> Vec<Value> {
        let form = json!({"name": "Tờ khai theo mẫu của thủ tục", "kind": "Bản chính hoặc bản điện tử", "copies": 1});
        let papers = self.definition.components.iter().map(|c| match &c.from_database {
            Some(source) => json!({
                "name": c.name.vi, "kind": "Dữ liệu", "copies": "–",
                "note": format!("không phải nộp, khai thác từ {}", source.name.vi),
            }),
            None => json!({
                "name": c.name.vi, "copies": c.copies, "kind": if c.original { "Bản chính" } else { "Bản sao" },
                "note": matches!(c.required, casework::definition::Required::When(_)).then_some("khi thuộc trường hợp phải nộp"),
            }),
        });
        std::iter::once(form).chain(papers).collect()
    }

    fn step(&self, s: &Step) -> Value {
        let office = match s.office {
            OfficeRelation::Received => "nơi tiếp nhận",
            OfficeRelation::Decides => "cơ quan giải quyết",
            OfficeRelation::Consulted => "cơ quan phối hợp",
        };
        json!({
            "action": s.name.vi,
            "responsible": format!("{}, {office}", roles::name(s.role.as_str()).vi),
            "time": s.budget.text().vi,
            "product": s.product.vi,
        })
    }

    fn notes(&self) -> Vec<String> {
        let d = self.definition;
        let mut notes: Vec<String> = d
            .clocks
            .iter()
            .filter(|(name, _)| *name != "processing")
            .filter_map(|(name, c)| Some(format!("{}: {}.", c.name.vi, d.clock_span(name)?.text().vi)))
            .collect();
        if d.steps.iter().any(|s| s.verified == Some(false)) {
            notes.push("Thời gian của các bước là mức minh họa, chưa đối chiếu với quyết định của tỉnh.".to_owned());
        }
        notes.push(format!("Bản in từ danh mục thủ tục, phiên bản {}, ngày {}.", d.version, when::day(self.at.date(), Lang::Vi)));
        notes
    }
}

const fn place(level: Level) -> &'static str {
    match level {
        Level::Commune => "Bộ phận một cửa cấp xã hoặc Trung tâm Phục vụ hành chính công, không phụ thuộc địa giới trong tỉnh",
        Level::Province | Level::Department => "Trung tâm Phục vụ hành chính công cấp tỉnh",
    }
}
