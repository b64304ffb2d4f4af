//! A request for an explanation (yêu cầu giải trình): from a figure or a record, to one office, answered in place with a clock.

use crate::{Author, Failure, Ops, Who, asks::UnitRef};
use kernel::{
    Actor, Instant, Refusal, Text,
    calendar::Span,
    id::{AccountId, Id, Kind, OfficeCode},
    text::clean,
};
use records::Record;
use serde::{Deserialize, Serialize};
use store::{Batch, Row, Scope, StoreError, values};

/// `question_…`.
#[derive(Debug, Clone, Copy)]
pub struct QuestionKind;
impl Kind for QuestionKind {
    const PREFIX: &'static str = "question";
}
pub type QuestionId = Id<QuestionKind>;

/// What is asked about, frozen as it was seen.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct About {
    /// What kind of thing: `directive`, `figure`, `dossier`.
    pub kind: String,
    /// In words, with the value that was seen.
    pub label: String,
    /// A page of this site.
    pub path: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    Open,
    Answered,
    /// The answer is enough.
    Closed,
}

impl State {
    pub const fn code(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Answered => "answered",
            Self::Closed => "closed",
        }
    }
    fn of(code: &str) -> Self {
        match code {
            "answered" => Self::Answered,
            "closed" => Self::Closed,
            _ => Self::Open,
        }
    }
    pub fn text(self) -> Text {
        match self {
            Self::Open => Text::new("Chưa trả lời", "Not answered"),
            Self::Answered => Text::new("Đã trả lời", "Answered"),
            Self::Closed => Text::new("Đã xem", "Seen"),
        }
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Answer {
    pub by: String,
    pub at: Instant,
    pub text: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Question {
    pub id: QuestionId,
    pub about: About,
    pub text: String,
    pub office: UnitRef,
    pub asker: AccountId,
    pub asker_name: String,
    pub asker_office: OfficeCode,
    pub asked: Instant,
    /// In the working time of the office asked.
    pub answer_by: Instant,
    pub state: State,
    #[serde(default)]
    pub answers: Vec<Answer>,
}

impl Question {
    pub fn sees(&self, who: &Who) -> bool {
        self.asker == who.author.account || (who.manages && who.office.as_ref() == Some(&self.office.code)) || (who.leads && who.office.as_ref() == Some(&self.asker_office)) || who.oversees
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "snake_case")]
pub enum QuestionEvent {
    Asked { id: QuestionId, about: About, text: String, office: UnitRef, answer_by: Instant, by: AccountId, name: String, of: OfficeCode },
    Answered { text: String, name: String },
    Closed { name: String },
}

impl Record for Question {
    type Event = QuestionEvent;
    const KIND: &'static str = "question";

    fn evolve(before: Option<Self>, event: &QuestionEvent, at: Instant) -> Option<Self> {
        use QuestionEvent as E;
        match (before, event) {
            (None, E::Asked { id, about, text, office, answer_by, by, name, of }) => Some(Self {
                id: *id,
                about: about.clone(),
                text: text.clone(),
                office: office.clone(),
                asker: *by,
                asker_name: name.clone(),
                asker_office: of.clone(),
                asked: at,
                answer_by: *answer_by,
                state: State::Open,
                answers: Vec::new(),
            }),
            (Some(mut q), E::Answered { text, name }) => {
                q.state = State::Answered;
                q.answers.push(Answer { by: name.clone(), at, text: text.clone() });
                Some(q)
            }
            (Some(mut q), E::Closed { .. }) => {
                q.state = State::Closed;
                Some(q)
            }
            _ => None,
        }
    }

    fn rows(batch: &mut Batch, before: Option<&Self>, q: &Self, _: &QuestionEvent, _: i64, _: Instant) {
        let answered = q.answers.first().map(|a| a.at);
        if before.is_none() {
            batch.exec(
                "INSERT INTO ops_question (province, id, about, label, href, text, office, office_name, asker, asker_name, asked, answer_by, answered, state) \
                 VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)",
                values![q.id, &q.about.kind, &q.about.label, &q.about.path, &q.text, &q.office.code, &q.office.name, q.asker, &q.asker_name, q.asked, q.answer_by, answered, q.state.code()],
            );
        } else {
            batch.exec("UPDATE ops_question SET answered = $3, state = $4 WHERE province = $1 AND id = $2", values![q.id, answered, q.state.code()]);
        }
    }
}

const TEXT_MAX: usize = 2_000;

fn said(text: &str, field: &str, vi: &str, en: &str) -> Result<String, Refusal> {
    let text = clean(text);
    let wrong = |vi: String, en: String| Refusal::invalid("question-form", "Chưa gửi được: có chỗ cần sửa", "Not sent: something needs correcting").because(Some(field), vi, en);
    match text.chars().count() {
        0 => Err(wrong(format!("{vi}."), format!("{en}."))),
        n if n > TEXT_MAX => Err(wrong(format!("Tối đa {TEXT_MAX} ký tự; đang có {n}."), format!("At most {TEXT_MAX} characters; there are {n}."))),
        _ => Ok(text),
    }
}

/// Asks. Only a leader does (the door says so too).
pub fn ask(id: QuestionId, about: &About, text: &str, office: &UnitRef, answer_by: Instant, who: &Who) -> Result<QuestionEvent, Refusal> {
    let of = who.office.clone().filter(|_| who.leads || who.oversees).ok_or_else(|| Refusal::forbidden("not-yours", "Lãnh đạo yêu cầu giải trình.", "Leaders ask for explanations."))?;
    let text = said(text, "question", "Ghi câu hỏi", "Write the question")?;
    Ok(QuestionEvent::Asked { id, about: about.clone(), text, office: office.clone(), answer_by, by: who.author.account, name: who.author.name.clone(), of })
}

/// Answers; until the asker has seen it, an answer may be followed by another.
pub fn answer(q: &Question, text: &str, who: &Who) -> Result<Option<QuestionEvent>, Refusal> {
    if !(who.manages && who.office.as_ref() == Some(&q.office.code)) {
        return Err(Refusal::forbidden("not-yours", "Đơn vị được hỏi trả lời.", "The office that was asked answers."));
    }
    let text = said(text, "answer", "Ghi nội dung giải trình", "Write the explanation")?;
    if q.answers.last().is_some_and(|a| a.text == text) {
        return Ok(None);
    }
    if q.state == State::Closed {
        return Err(Refusal::conflict("closed", "Người hỏi đã xem và kết thúc yêu cầu này.", "Whoever asked has seen it and closed this request."));
    }
    Ok(Some(QuestionEvent::Answered { text, name: who.author.name.clone() }))
}

pub fn close(q: &Question, who: &Who) -> Result<Option<QuestionEvent>, Refusal> {
    if q.asker != who.author.account {
        return Err(Refusal::forbidden("not-yours", "Chỉ người hỏi kết thúc yêu cầu này.", "Only whoever asked closes this request."));
    }
    match q.state {
        State::Closed => Ok(None),
        State::Answered => Ok(Some(QuestionEvent::Closed { name: who.author.name.clone() })),
        State::Open => Err(Refusal::conflict("not-answered", "Đơn vị chưa trả lời.", "The office has not answered yet.")),
    }
}

impl Ops {
    /// Asks an office to explain, within the time of the rules of today in its own working hours.
    pub async fn ask(&self, actor: &Actor, id: QuestionId, about: &About, text: &str, office: &OfficeCode) -> Result<Question, Failure> {
        let who = self.who(actor);
        let unknown = || Refusal::invalid("question-form", "Chưa gửi được: có chỗ cần sửa", "Not sent: something needs correcting").because(Some("office"), "Chọn cơ quan trong danh sách.", "Choose an office of the list.");
        let unit = self.unit_ref(office).ok_or_else(unknown)?;
        let at = who.author.at;
        let span: Span = self.catalog.rules(at.date())?.explanation;
        let answer_by = self.units.calendar(office)?.step_due(at, span).map_err(Refusal::from)?;
        records::change::<Question>(&self.scope, &id.to_string(), &who.author, |found| match found {
            None => ask(id, about, text, &unit, answer_by, &who).map(Some),
            Some(q) if q.asker == who.author.account => Ok(None),
            Some(_) => Err(records::gone()),
        })
        .await
    }
    pub async fn answer(&self, actor: &Actor, id: QuestionId, text: &str) -> Result<Question, Failure> {
        self.on_question(actor, id, |q, who| answer(q, text, who)).await
    }
    pub async fn close_question(&self, actor: &Actor, id: QuestionId) -> Result<Question, Failure> {
        self.on_question(actor, id, close).await
    }
    async fn on_question(&self, actor: &Actor, id: QuestionId, decide: impl Fn(&Question, &Who) -> Result<Option<QuestionEvent>, Refusal>) -> Result<Question, Failure> {
        let who = self.who(actor);
        records::change::<Question>(&self.scope, &id.to_string(), &who.author, |found| {
            let q = found.filter(|q| q.sees(&who)).ok_or_else(records::gone)?;
            decide(q, &who)
        })
        .await
    }
    pub async fn question_for(&self, who: &Who, id: QuestionId) -> Result<Question, Failure> {
        let found = records::load::<Question>(&self.scope, &id.to_string()).await?;
        found.map(|f| f.state).filter(|q| q.sees(who)).ok_or_else(|| records::gone().into())
    }
    /// A question for demonstration data, in the caller's batch.
    pub fn course_question(&self, batch: &mut Batch, author: &Author, id: QuestionId, event: &QuestionEvent, answered: Option<(&Author, &QuestionEvent)>) -> Result<(), Failure> {
        let found = records::write::<Question>(batch, &id.to_string(), None, event, author)?;
        if let Some((by, event)) = answered {
            records::write(batch, &id.to_string(), Some(&found), event, by)?;
        }
        Ok(())
    }
}

/// A question in a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    pub id: QuestionId,
    pub label: String,
    pub text: String,
    pub office: OfficeCode,
    pub office_name: String,
    pub asker: AccountId,
    pub asker_name: String,
    pub asked: Instant,
    pub answer_by: Instant,
    pub answered: Option<Instant>,
    pub state: State,
}

impl Line {
    pub fn is_late(&self, now: Instant) -> bool {
        self.answered.unwrap_or(now) > self.answer_by
    }
}

fn line(row: &Row) -> Result<Line, StoreError> {
    Ok(Line {
        id: row.id("id")?,
        label: row.string("label")?,
        text: row.string("text")?,
        office: OfficeCode::new(row.text("office")?),
        office_name: row.string("office_name")?,
        asker: row.id("asker")?,
        asker_name: row.string("asker_name")?,
        asked: row.instant("asked")?,
        answer_by: row.instant("answer_by")?,
        answered: row.opt_instant("answered")?,
        state: State::of(row.text("state")?),
    })
}

const SELECT: &str = "SELECT id, label, text, office, office_name, asker, asker_name, asked, answer_by, answered, state FROM ops_question WHERE province = $1";
/// Most questions of one list.
const MOST: i64 = 500;

/// Those put to an office: open first, soonest first.
pub async fn of_office(scope: &Scope, office: &OfficeCode) -> Result<Vec<Line>, StoreError> {
    let sql = format!("{SELECT} AND office = $2 ORDER BY CASE WHEN state = 'open' THEN 0 ELSE 1 END, answer_by, id LIMIT $3");
    scope.query(&sql, values![office, MOST]).await?.iter().map(line).collect()
}

/// Those an account asked, latest first.
pub async fn asked_by(scope: &Scope, account: AccountId) -> Result<Vec<Line>, StoreError> {
    let sql = format!("{SELECT} AND asker = $2 ORDER BY asked DESC, id LIMIT $3");
    scope.query(&sql, values![account, MOST]).await?.iter().map(line).collect()
}

/// Those asked in the province from an instant on, and before another; latest first.
pub async fn asked_between(scope: &Scope, from: Instant, to: Instant) -> Result<Vec<Line>, StoreError> {
    let sql = format!("{SELECT} AND asked >= $2 AND asked < $3 ORDER BY asked DESC, id LIMIT $4");
    scope.query(&sql, values![from, to, 50_000]).await?.iter().map(line).collect()
}

/// Those of the province that nobody has answered.
pub async fn open(scope: &Scope) -> Result<Vec<Line>, StoreError> {
    let sql = format!("{SELECT} AND state = $2 ORDER BY answer_by, id LIMIT $3");
    scope.query(&sql, values!["open", MOST]).await?.iter().map(line).collect()
}
