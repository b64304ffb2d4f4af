//! Ratings: what may be said of a case that has ended, and what the office owes somebody who was not satisfied. Pure; the store and
//! the acts are beside it.

mod acts;
pub mod store;

use crate::catalog::RatingRules;
use casework::{CaseState, Definition};
use kernel::{Actor, Instant, Refusal, id::{CaseCode, CaseId, OfficeCode, PartyId}};
use serde::{Deserialize, Serialize};

/// Longest words that come with a rating, in characters.
pub const WORDS_MAX: usize = 2_000;
/// Shortest answer to somebody who was not satisfied.
pub const ANSWER_MIN: usize = 10;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FollowUp {
    None,
    Open,
    Done,
}

impl FollowUp {
    pub const fn code(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Open => "open",
            Self::Done => "done",
        }
    }
    pub fn of_code(code: &str) -> Self {
        [Self::Open, Self::Done].into_iter().find(|f| f.code() == code).unwrap_or(Self::None)
    }
}

/// What the applicant of a case said, and what the office answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rating {
    pub case: CaseId,
    pub code: CaseCode,
    /// The kind of case: `dossier`, `complaint`…
    pub kind: String,
    pub definition: String,
    /// The office that decided.
    pub office: OfficeCode,
    pub party: PartyId,
    /// 1 to 5, 5 is best.
    pub stars: u8,
    pub words: String,
    pub version: i64,
    pub given_at: Instant,
    pub changed_at: Instant,
    /// It may be changed until then.
    pub until: Instant,
    pub follow: FollowUp,
    pub follow_due: Option<Instant>,
    pub answer: String,
    pub answered_by: String,
    pub answered_at: Option<Instant>,
}

/// What somebody sends.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Said {
    pub stars: u8,
    pub words: String,
}

/// The form read: both faults at once.
pub fn read(stars: Option<&str>, words: &str) -> Result<Said, Refusal> {
    let mut refusal = Refusal::invalid("rating", "Đánh giá còn chỗ cần sửa", "The rating needs correction");
    let stars = stars.and_then(|s| s.parse::<u8>().ok()).filter(|n| (1..=5).contains(n));
    if stars.is_none() {
        refusal = refusal.because(Some("stars"), "Chọn một trong 5 mức", "Choose one of the five steps");
    }
    let words = kernel::text::clean(words);
    if words.chars().count() > WORDS_MAX {
        refusal = refusal.because(Some("words"), format!("Viết tối đa {WORDS_MAX} ký tự"), format!("Write at most {WORDS_MAX} characters"));
    }
    match stars {
        Some(stars) if refusal.reasons.is_empty() => Ok(Said { stars, words }),
        _ => Err(refusal),
    }
}

/// Whether the case has ended for its applicant: a decision is out, or nothing more can happen.
pub fn ended(d: &Definition, s: &CaseState) -> bool {
    let terminal = d.state("handling", s.track("handling")).is_some_and(|x| x.terminal);
    let decided = s.clocks.get("processing").is_some_and(|c| c.stopped.is_some());
    terminal || decided
}

/// The one who may rate: the applicant, not a proxy and not the official who helped.
pub fn may_rate(s: &CaseState, actor: &Actor) -> bool {
    actor.party.is_some() && actor.party == s.people.applicant.party
}

/// Decides a rating: the first, a change in time, or a refusal. `due` is when the office must have answered an unhappy one.
pub fn decide(rules: &RatingRules, d: &Definition, s: &CaseState, known: Option<&Rating>, said: &Said, by: PartyId, now: Instant, due: Instant) -> Result<Rating, Refusal> {
    if !ended(d, s) {
        return Err(Refusal::conflict(
            "not-ended",
            "Hồ sơ chưa có kết quả nên chưa đánh giá được; bạn có thể gửi phản ánh ngay bây giờ",
            "The case has no result yet, so it cannot be rated; you may send a complaint now",
        ));
    }
    let unhappy = rules.unhappy(said.stars);
    let follow = |before: FollowUp| match (before, unhappy) {
        (FollowUp::Done, _) => FollowUp::Done,
        (_, true) => FollowUp::Open,
        (_, false) => FollowUp::None,
    };
    let Some(known) = known else {
        let follow = follow(FollowUp::None);
        return Ok(Rating {
            case: s.id,
            code: s.code.clone(),
            kind: d.kind.clone(),
            definition: d.code.to_string(),
            office: s.offices.decides.clone(),
            party: by,
            stars: said.stars,
            words: said.words.clone(),
            version: 1,
            given_at: now,
            changed_at: now,
            until: now.plus_seconds(i64::from(rules.change_days) * 86_400),
            follow,
            follow_due: (follow == FollowUp::Open).then_some(due),
            answer: String::new(),
            answered_by: String::new(),
            answered_at: None,
        });
    };
    in_time(rules, known, now)?;
    let follow = follow(known.follow);
    let follow_due = match follow {
        FollowUp::None => None,
        _ => known.follow_due.or(Some(due)),
    };
    Ok(Rating { stars: said.stars, words: said.words.clone(), version: known.version + 1, changed_at: now, follow, follow_due, ..known.clone() })
}

/// Whether a rating may still be changed: until its last instant, that one included.
fn in_time(rules: &RatingRules, known: &Rating, now: Instant) -> Result<(), Refusal> {
    if now <= known.until {
        return Ok(());
    }
    let days = rules.change_days;
    Err(Refusal::conflict(
        "too-late",
        format!("Đã quá {days} ngày nên không sửa được đánh giá này"),
        format!("More than {days} days have passed, so this rating can no longer be changed"),
    ))
}

/// The office's answer to somebody who was not satisfied; once.
pub fn answer(known: &Rating, text: &str, by: &str, now: Instant) -> Result<Rating, Refusal> {
    if known.follow != FollowUp::Open {
        return Err(Refusal::conflict("not-open", "Đánh giá này không chờ trả lời", "This rating waits for no answer"));
    }
    let text = kernel::text::clean(text);
    let length = text.chars().count();
    if length < ANSWER_MIN || length > WORDS_MAX {
        return Err(Refusal::invalid("answer", "Nội dung trả lời cần sửa", "The answer needs correction").because(
            Some("answer"),
            format!("Viết cho người dân biết cơ quan đã làm gì, từ {ANSWER_MIN} đến {WORDS_MAX} ký tự"),
            format!("Tell the person what the office has done, in {ANSWER_MIN} to {WORDS_MAX} characters"),
        ));
    }
    Ok(Rating { follow: FollowUp::Done, answer: text, answered_by: by.to_owned(), answered_at: Some(now), version: known.version + 1, ..known.clone() })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rules() -> RatingRules {
        kernel::catalog::parse_yaml(crate::catalog::RATINGS, &include_str!("../../../../catalog/care/ratings.yaml").replace("\"no\"", "false")).unwrap()
    }

    fn at(day: u32) -> Instant {
        format!("2026-11-{day:02}T09:00:00+07:00").parse().unwrap()
    }

    fn first(stars: u8) -> Rating {
        let open = stars <= 2;
        Rating {
            case: CaseId::new(uuid::Uuid::nil()),
            code: CaseCode::new("H29.161-261102-0001"),
            kind: "dossier".into(),
            definition: "1.013225".into(),
            office: OfficeCode::new("H29.161"),
            party: PartyId::new(uuid::Uuid::nil()),
            stars,
            words: String::new(),
            version: 1,
            given_at: at(2),
            changed_at: at(2),
            until: at(17),
            follow: if open { FollowUp::Open } else { FollowUp::None },
            follow_due: open.then(|| at(9)),
            answer: String::new(),
            answered_by: String::new(),
            answered_at: None,
        }
    }

    #[test]
    fn a_form_tells_both_faults() {
        let refused = read(Some("6"), &"a".repeat(WORDS_MAX + 1)).unwrap_err();
        let fields: Vec<_> = refused.reasons.iter().filter_map(|r| r.field.as_deref()).collect();
        assert_eq!(fields, ["stars", "words"]);
        assert!(read(None, "").is_err() && read(Some("0"), "").is_err());
        assert_eq!(read(Some("5"), " nhanh,  gọn ").unwrap(), Said { stars: 5, words: kernel::text::clean(" nhanh,  gọn ") });
    }

    #[test]
    fn an_answer_is_given_once_and_only_to_the_unhappy() {
        assert_eq!(answer(&first(4), "Cảm ơn ông bà đã góp ý", "Hà", at(3)).unwrap_err().code, "not-open");
        let unhappy = first(1);
        assert_eq!(answer(&unhappy, "ừ", "Hà", at(3)).unwrap_err().reasons.len(), 1);
        let done = answer(&unhappy, "Chúng tôi đã gọi điện xin lỗi", "Hà", at(3)).unwrap();
        assert_eq!((done.follow, done.version, done.answered_at), (FollowUp::Done, 2, Some(at(3))));
        assert_eq!(answer(&done, "Chúng tôi đã gọi điện xin lỗi", "Hà", at(3)).unwrap_err().code, "not-open");
    }

    #[test]
    fn a_rating_is_changed_until_its_last_instant() {
        let (rules, known) = (rules(), first(4));
        let after = |micros: i64| Instant::from_micros(known.until.micros() + micros);
        for (now, may) in [(known.given_at, true), (after(-1), true), (known.until, true), (after(1), false), (after(86_400_000_000), false)] {
            let said = in_time(&rules, &known, now);
            assert_eq!(said.is_ok(), may, "{now:?}");
            if let Err(refusal) = said {
                assert_eq!(refusal.code, "too-late");
                assert!(refusal.message.vi.contains(&format!("{} ngày", rules.change_days)), "{refusal:?}");
            }
        }
    }

    #[test]
    fn the_catalogue_says_who_is_unhappy() {
        let rules = rules();
        assert_eq!((1..=5).map(|n| rules.unhappy(n)).collect::<Vec<_>>(), [true, true, false, false, false]);
    }
}
