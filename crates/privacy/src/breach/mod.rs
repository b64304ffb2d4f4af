//! The register of breaches: what leaked, when it was noticed, and the time to tell the authority, which runs on in nights and
//! holidays (Law 91/2025/QH15, Art. 23). The form and the clock are pure; keeping is beside them.

pub mod store;

use crate::{Privacy, catalog::Breach as Rules, stored};
use casework::DeskError;
use kernel::{Actor, Instant, Refusal, Text, time::{Date, midnight}};
use ::store::CommitError;

/// A breach as it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Breach {
    pub id: String,
    pub version: i64,
    pub noticed: Instant,
    pub due: Instant,
    pub recorded: Instant,
    pub recorded_by: String,
    pub title: String,
    pub what: String,
    pub categories: Vec<String>,
    pub people: i64,
    pub serious: bool,
    pub measures: String,
    /// When the authority was told, and under which number.
    pub notified: Option<Instant>,
    pub reference: String,
    /// When the people concerned were told.
    pub told: Option<Instant>,
    pub closed: Option<Instant>,
    pub conclusion: String,
}

/// Telling the authority is a document like any other: submitted, signed, numbered and sealed where documents are.
#[async_trait::async_trait]
pub trait Notices: Send + Sync {
    /// Begins the document, written already, and answers its path. Asked again about the breach as it stands (`key`), it is the same
    /// document; after another step of the breach it is a new one.
    async fn draft(&self, key: &str, data: serde_json::Value, by: &Actor) -> Result<String, records::Failure>;
}

/// How the time to tell the authority stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// It was told in time, or late.
    Told { late: bool },
    /// Not told; the time runs, or has passed.
    Open { late: bool },
    /// Not serious: the law asks for no notice.
    NotOwed,
}

impl Breach {
    pub fn standing(&self, now: Instant) -> Standing {
        match self.notified {
            Some(at) => Standing::Told { late: self.serious && at > self.due },
            None if !self.serious => Standing::NotOwed,
            None => Standing::Open { late: now > self.due },
        }
    }
}

/// One step of what was done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    Recorded,
    /// Something was done or found.
    Followed,
    Notified,
    /// The people concerned were told.
    PeopleTold,
    Closed,
}

impl Step {
    const ALL: [Self; 5] = [Self::Recorded, Self::Followed, Self::Notified, Self::PeopleTold, Self::Closed];
    pub const fn code(self) -> &'static str {
        match self {
            Self::Recorded => "recorded",
            Self::Followed => "followed",
            Self::Notified => "notified",
            Self::PeopleTold => "people-told",
            Self::Closed => "closed",
        }
    }
    pub fn of(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|s| s.code() == code)
    }
    pub fn name(self) -> Text {
        match self {
            Self::Recorded => Text::new("Ghi vào sổ", "Recorded"),
            Self::Followed => Text::new("Xử lý, theo dõi", "Follow-up"),
            Self::Notified => Text::new("Đã thông báo cơ quan có thẩm quyền", "The authority was told"),
            Self::PeopleTold => Text::new("Đã thông báo người bị ảnh hưởng", "The people concerned were told"),
            Self::Closed => Text::new("Kết thúc", "Closed"),
        }
    }
}

/// What was typed to record one.
#[derive(Debug, Clone, Default)]
pub struct Typed {
    pub title: String,
    pub what: String,
    pub day: Option<Date>,
    /// `08:30`.
    pub time: String,
    pub categories: Vec<String>,
    pub people: String,
    pub serious: Option<bool>,
    pub measures: String,
}

fn clock(text: &str) -> Option<i64> {
    let (h, m) = text.trim().split_once([':', 'h', 'g'])?;
    let (h, m): (i64, i64) = (h.trim().parse().ok()?, m.trim().parse().ok()?);
    ((0..24).contains(&h) && (0..60).contains(&m)).then_some(h * 3600 + m * 60)
}

impl Typed {
    /// The breach, or everything that is wrong with the form at once.
    pub fn read(&self, rules: &Rules, by: &Actor, now: Instant) -> Result<Breach, Refusal> {
        let mut refusal = Refusal::invalid("breach", "Chưa ghi được vụ việc", "The breach cannot be recorded yet");
        let lengths = [("title", &self.title, 5, 150), ("what", &self.what, 20, 4000), ("measures", &self.measures, 5, 4000)];
        for (field, text, least, most) in lengths {
            if !(least..=most).contains(&text.chars().count()) {
                refusal = refusal.because(Some(field), format!("Viết từ {least} đến {most} ký tự."), format!("Write {least} to {most} characters."));
            }
        }
        let noticed = self.day.zip(clock(&self.time)).map(|(day, seconds)| midnight(day).plus_seconds(seconds));
        match (self.day, clock(&self.time), noticed) {
            (None, ..) => refusal = refusal.because(Some("noticed"), "Ghi ngày, tháng, năm phát hiện.", "Give the day, month and year it was noticed."),
            (_, None, _) => refusal = refusal.because(Some("time"), "Ghi giờ phát hiện, ví dụ 08:30.", "Give the time it was noticed, for example 08:30."),
            (.., Some(at)) if at > now => refusal = refusal.because(Some("noticed"), "Thời điểm phát hiện không thể ở tương lai.", "It cannot have been noticed in the future."),
            _ => {}
        }
        let known = |c: &String| rules.categories.iter().any(|k| k.code == *c);
        if self.categories.is_empty() || !self.categories.iter().all(known) {
            refusal = refusal.because(Some("categories"), "Chọn ít nhất một loại dữ liệu.", "Choose at least one category of data.");
        }
        let people = self.people.trim().replace(['.', ' '], "").parse::<i64>().ok().filter(|n| (0..=1_000_000_000).contains(n));
        if people.is_none() {
            refusal = refusal.because(Some("people"), "Ghi số người bị ảnh hưởng, ước tính cũng được; chưa biết thì ghi 0.", "Give the number of people concerned, an estimate if need be; 0 when unknown.");
        }
        if self.serious.is_none() {
            refusal = refusal.because(Some("serious"), "Chọn có phải thông báo cơ quan có thẩm quyền hay không.", "Choose whether the authority must be told.");
        }
        match (noticed, people, self.serious) {
            (Some(noticed), Some(people), Some(serious)) if refusal.reasons.is_empty() => Ok(Breach {
                id: uuid::Uuid::now_v7().simple().to_string(),
                version: 1,
                noticed,
                due: noticed.plus_seconds(3600 * i64::from(rules.notice_hours)),
                recorded: now,
                recorded_by: by.name.clone(),
                title: self.title.clone(),
                what: self.what.clone(),
                categories: self.categories.clone(),
                people,
                serious,
                measures: self.measures.clone(),
                notified: None,
                reference: String::new(),
                told: None,
                closed: None,
                conclusion: String::new(),
            }),
            _ => Err(refusal),
        }
    }
}

impl Privacy {
    pub async fn record_breach(&self, actor: &Actor, breach: &Breach) -> Result<(), DeskError> {
        let mut batch = self.scope.batch();
        store::recorded(&mut batch, breach, actor);
        Ok(self.scope.commit(batch).await.map_err(stored)?)
    }

    /// A further step. A breach whose notice is owed and was not given cannot be closed.
    pub async fn step_breach(&self, actor: &Actor, id: &str, step: Step, note: &str, now: Instant) -> Result<(), DeskError> {
        let b = store::one(&self.scope, id).await?.ok_or_else(|| Refusal::not_found("Không có vụ việc này", "There is no such breach"))?;
        let mut refusal = Refusal::invalid("breach-step", "Chưa ghi được", "It cannot be recorded yet");
        let least = if step == Step::Notified { 3 } else { 10 };
        if !(least..=2000).contains(&note.chars().count()) {
            let (vi, en) = if step == Step::Notified {
                ("Ghi số, ký hiệu văn bản đã gửi.", "Give the number of the document that was sent.")
            } else {
                ("Viết ít nhất 10 ký tự: đã làm gì, kết quả ra sao.", "Write at least 10 characters: what was done, and with what result.")
            };
            refusal = refusal.because(Some("note"), vi, en);
        }
        if b.closed.is_some() {
            return Err(Refusal::conflict("closed", "Vụ việc đã kết thúc; ghi vụ việc mới nếu phát hiện thêm", "It is closed; record a new one if more is found").into());
        }
        let again = (step == Step::Notified && b.notified.is_some()) || (step == Step::PeopleTold && b.told.is_some());
        if again {
            return Err(Refusal::conflict("told-already", "Việc thông báo đã được ghi rồi; ghi thêm ở mục theo dõi", "That was recorded already; add a follow-up").into());
        }
        if step == Step::Closed && b.serious && b.notified.is_none() {
            refusal = refusal.because(Some("note"), "Chưa thông báo cơ quan có thẩm quyền nên chưa kết thúc được; gửi thông báo và ghi số văn bản trước.", "The authority has not been told, so it cannot be closed; send the notice and record its number first.");
        }
        if !refusal.reasons.is_empty() || step == Step::Recorded {
            return Err(refusal.into());
        }
        let mut batch = self.scope.batch();
        store::stepped(&mut batch, &b, step, note, actor, now);
        match self.scope.commit(batch).await {
            Ok(()) => Ok(()),
            Err(CommitError::Conflict { .. }) => Err(Refusal::conflict("again", "Người khác vừa ghi thêm vào vụ việc này; hãy xem lại rồi ghi", "Somebody else has just added to it; look again, then record").into()),
            Err(e) => Err(stored(e).into()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use kernel::{id::ProvinceCode, time::date};

    fn rules() -> Rules {
        serde_json::from_value(serde_json::json!({
            "notice_hours": 72, "legal_basis": {"document": "Luật", "verified": false}, "authority": {"vi": "A05", "en": "A05"},
            "categories": [{"code": "name", "name": {"vi": "Họ tên", "en": "Name"}}],
        }))
        .unwrap()
    }

    fn typed() -> Typed {
        Typed {
            title: "Gửi nhầm danh sách".into(),
            what: "Tệp danh sách người nộp hồ sơ bị gửi nhầm ra ngoài cơ quan.".into(),
            day: Some(date(2026, 11, 20)),
            time: "16:30".into(),
            categories: vec!["name".into()],
            people: "1.200".into(),
            serious: Some(true),
            measures: "Đã yêu cầu người nhận xóa tệp.".into(),
        }
    }

    /// 72 hours from Friday afternoon end on Monday afternoon: the calendar's hours, not the office's.
    #[test]
    fn the_time_runs_over_the_weekend() {
        let now: Instant = "2026-11-20T17:00:00+07:00".parse().unwrap();
        let by = Actor::system(ProvinceCode::new("79"));
        let mut b = typed().read(&rules(), &by, now).unwrap();
        assert_eq!((b.due, b.people), ("2026-11-23T16:30:00+07:00".parse().unwrap(), 1200));
        assert_eq!(b.standing(b.due), Standing::Open { late: false });
        assert_eq!(b.standing(b.due.plus_seconds(1)), Standing::Open { late: true });
        b.notified = Some(b.due);
        assert_eq!(b.standing(b.due.plus_seconds(9)), Standing::Told { late: false });
        b.notified = Some(b.due.plus_seconds(1));
        assert_eq!(b.standing(now), Standing::Told { late: true });
        b = Breach { serious: false, notified: None, ..b };
        assert_eq!(b.standing(b.due.plus_seconds(9)), Standing::NotOwed);
    }

    #[test]
    fn every_fault_is_told_at_once() {
        let now: Instant = "2026-11-20T17:00:00+07:00".parse().unwrap();
        let by = Actor::system(ProvinceCode::new("79"));
        let refused = Typed::default().read(&rules(), &by, now).unwrap_err();
        let fields: Vec<_> = refused.reasons.iter().filter_map(|r| r.field.as_deref()).collect();
        assert_eq!(fields, ["title", "what", "measures", "noticed", "categories", "people", "serious"]);
        let future = Typed { time: "17:01".into(), ..typed() }.read(&rules(), &by, now).unwrap_err();
        assert_eq!(future.reasons[0].field.as_deref(), Some("noticed"));
        let wrong = Typed { time: "25:00".into(), ..typed() }.read(&rules(), &by, now).unwrap_err();
        assert_eq!(wrong.reasons[0].field.as_deref(), Some("time"));
    }
}
