//! A question that the corpus does not answer, handed to an office: asked, answered by a named official.

pub mod views;

use crate::Law;
use kernel::{
    Actor, Instant, Refusal,
    id::{Id, Kind, OfficeCode},
    time::Date,
};
use records::{Author, Failure, Record};
use serde::{Deserialize, Serialize};
use store::{Batch, values};

/// A question that somebody has to answer.
#[derive(Debug)]
pub enum QuestionKind {}
impl Kind for QuestionKind {
    const PREFIX: &'static str = "lawq";
}
pub type QuestionId = Id<QuestionKind>;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    Open,
    Answered,
}

impl State {
    pub const fn code(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Answered => "answered",
        }
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Asked {
    pub id: QuestionId,
    /// What the citizen follows it by; nobody guesses it.
    pub code: String,
    /// Numbers of persons and telephones masked.
    pub text: String,
    /// The day it is asked about.
    pub on: Date,
    /// Why nothing was answered: [`crate::answer::Refused`].
    pub why: String,
    /// The passages shown as nearest, cited.
    pub shown: Vec<String>,
    pub office: OfficeCode,
    pub office_name: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Given {
    pub text: String,
    /// Citations of the answer that resolved, as shown.
    pub cited: Vec<String>,
    pub by: String,
    pub title: String,
    pub office: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "snake_case")]
pub enum Event {
    Asked(Asked),
    Answered(Given),
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Question {
    pub asked: Asked,
    pub at: Instant,
    pub state: State,
    pub answer: Option<Given>,
    pub answered: Option<Instant>,
}

impl Record for Question {
    type Event = Event;
    const KIND: &'static str = "law_question";

    fn evolve(before: Option<Self>, event: &Event, at: Instant) -> Option<Self> {
        match (before, event) {
            (None, Event::Asked(asked)) => Some(Self { asked: asked.clone(), at, state: State::Open, answer: None, answered: None }),
            (Some(q), Event::Answered(given)) => Some(Self { state: State::Answered, answer: Some(given.clone()), answered: Some(at), ..q }),
            _ => None,
        }
    }

    fn rows(batch: &mut Batch, before: Option<&Self>, after: &Self, _: &Event, _: i64, at: Instant) {
        let a = &after.asked;
        if before.is_none() {
            batch.exec(
                "INSERT INTO law_question (province, id, code, state, office, asked, text) VALUES ($1, $2, $3, $4, $5, $6, $7)",
                values![a.id, &a.code, after.state.code(), &a.office, at, &a.text],
            );
        } else {
            batch.exec("UPDATE law_question SET state = $3 WHERE province = $1 AND id = $2", values![a.id, after.state.code()]);
        }
    }
}

/// The longest question and answer that are kept.
pub const QUESTION: usize = 2_000;
pub const ANSWER: usize = 8_000;
/// The length of a code, with room for a slip of the finger.
const CODE: usize = 20;

/// Runs of digits that name a person or a telephone, and e-mail addresses, are not kept.
pub fn masked(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for part in text.split_inclusive(char::is_whitespace) {
        let digits = part.chars().filter(char::is_ascii_digit).count();
        let plain = part.chars().all(|c| c.is_ascii_digit() || matches!(c, '.' | '-' | '+' | ',' | ';' | '?' | '(' | ')') || c.is_whitespace());
        if (digits >= 9 && plain) || (part.contains('@') && part.contains('.')) {
            out.push_str("•••");
            out.extend(part.chars().filter(|c| c.is_whitespace()));
        } else {
            out.push_str(part);
        }
    }
    out
}

/// Twelve letters and digits that are not mistaken for each other, in groups of four.
fn code() -> String {
    const SIGNS: &[u8; 32] = b"23456789ABCDEFGHJKLMNPQRSTUVWXYZ";
    let random = uuid::Uuid::new_v4();
    let letters: Vec<char> = random.as_bytes().iter().take(14).filter_map(|b| SIGNS.get(usize::from(b % 32))).map(|b| char::from(*b)).collect();
    // Bytes 6 and 8 of a version 4 id are not random throughout.
    let picked: Vec<char> = letters.iter().enumerate().filter(|(i, _)| *i != 6 && *i != 8).map(|(_, c)| *c).collect();
    picked.chunks(4).map(|c| c.iter().collect::<String>()).collect::<Vec<_>>().join("-")
}

/// What a page hands over.
pub struct HandOver<'a> {
    pub text: &'a str,
    pub on: Date,
    pub why: &'a str,
    pub shown: Vec<String>,
}

impl Law {
    /// Keeps a question for the office that answers.
    pub async fn hand_over(&self, who: Option<&Actor>, h: HandOver<'_>) -> Result<Question, Failure> {
        let text = masked(h.text.trim());
        if text.chars().filter(|c| c.is_alphanumeric()).count() < 8 {
            return Err(Refusal::invalid("law-question", "Chưa gửi được: câu hỏi quá ngắn", "Not sent: the question is too short")
                .because(Some("q"), "Hãy viết rõ câu hỏi, ít nhất vài từ.", "Write the question out, a few words at least.")
                .into());
        }
        if text.chars().count() > QUESTION {
            return Err(Refusal::invalid("law-question", "Chưa gửi được: câu hỏi quá dài", "Not sent: the question is too long")
                .because(Some("q"), "Hãy rút gọn còn dưới 2.000 ký tự.", "Shorten it to less than 2,000 characters.")
                .into());
        }
        let nobody = kernel::id::AccountId::new(uuid::Uuid::nil());
        let by = Author { account: who.map_or(nobody, |a| a.account), name: String::new(), at: self.now() };
        let id = QuestionId::new(uuid::Uuid::now_v7());
        let asked = Asked { id, code: code(), text, on: h.on, why: h.why.to_owned(), shown: h.shown.into_iter().take(5).collect(), office: self.office.code.clone(), office_name: self.office.name.vi.clone() };
        records::change::<Question>(&self.scope, &id.to_string(), &by, |found| Ok(found.is_none().then(|| Event::Asked(asked.clone())))).await
    }

    /// A question by the code its citizen holds.
    pub async fn question_by_code(&self, code: &str) -> Result<Option<Question>, Failure> {
        // Whatever stands in an address that is no code is nobody's.
        let code = code.trim().to_uppercase();
        if code.len() > CODE || !code.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-') {
            return Ok(None);
        }
        let row = self.scope.one("SELECT id FROM law_question WHERE province = $1 AND code = $2", values![code]).await?;
        match row {
            Some(r) => Ok(records::load::<Question>(&self.scope, r.text("id")?).await?.map(|f| f.state)),
            None => Ok(None),
        }
    }

    /// A question for an official of the office it was handed to; for anybody else it is not there.
    pub async fn question_for(&self, actor: &Actor, id: QuestionId) -> Result<Question, Failure> {
        let found = records::load::<Question>(&self.scope, &id.to_string()).await?;
        found.map(|f| f.state).filter(|q| actor.office.as_ref() == Some(&q.asked.office)).ok_or_else(|| records::gone().into())
    }

    /// Answers a question in one's own name. Every citation of the answer must resolve to a text in force on the asked day.
    pub async fn answer_question(&self, actor: &Actor, id: QuestionId, text: &str) -> Result<Question, Failure> {
        let q = self.question_for(actor, id).await?;
        let text = text.trim();
        let wrong = |vi: String, en: String| Refusal::invalid("law-answer", "Chưa gửi được câu trả lời", "The answer was not sent").because(Some("answer"), vi, en);
        if text.chars().count() < 10 || text.chars().count() > ANSWER {
            return Err(wrong("Câu trả lời từ 10 đến 8.000 ký tự.".into(), "An answer has 10 to 8,000 characters.".into()).into());
        }
        let library = self.library().await?;
        let checked = crate::check::citations(text, &library, &self.catalog, q.asked.on);
        if let Some(fault) = checked.faults.first() {
            return Err(wrong(format!("“{}”: {}", fault.text, fault.say.vi), format!("“{}”: {}", fault.text, fault.say.en)).into());
        }
        let office = q.asked.office_name.clone();
        let given = Given { text: text.to_owned(), cited: checked.resolved, by: actor.name.clone(), title: actor.title.clone().unwrap_or_default(), office };
        let by = Author::new(actor, self.now());
        records::change::<Question>(&self.scope, &id.to_string(), &by, |found| match found {
            Some(q) if q.state == State::Open => Ok(Some(Event::Answered(given.clone()))),
            Some(_) => Err(Refusal::conflict("law-answered", "Câu hỏi này đã có người trả lời; hãy tải lại trang.", "Somebody has answered this question; reload the page.")),
            None => Err(records::gone()),
        })
        .await
    }
}

#[cfg(test)]
mod tests {
    use super::{code, masked};

    #[test]
    fn numbers_of_persons_are_not_kept() {
        assert_eq!(masked("Tôi là 079200001234, gọi 0912.345.678 hoặc a@b.vn về Điều 5 Luật 31/2024/QH15"), "Tôi là ••• gọi ••• hoặc ••• về Điều 5 Luật 31/2024/QH15");
        let (a, b) = (code(), code());
        assert_eq!(a.len(), 14);
        assert_ne!(a, b);
    }
}
