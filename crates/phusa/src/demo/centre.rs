//! The support centre's demonstration: 5,500 enterprises with sizes, consents, assessments and the barrier survey, made by the
//! room's own events. Shares of barriers are those that Thừa Thiên Huế's survey found: skills 17 %, weak infrastructure 16.7 %,
//! mindset 15.7 %.

use super::{dice::Dice, names};
use crate::centre_rooms::CentreRooms;
use centre::{
    Centre,
    model::{
        Assessment, AssessmentEvent, Enterprise, EnterpriseEvent, EnterpriseKind, Profile, Purpose, SizeInputs, Started, fold_assessment,
        fold_enterprise,
    },
    store as tables,
};
use kernel::{
    Instant,
    id::{AccountId, AssessmentId, EnterpriseId},
    time::date,
};
use scoring::{Answer, Answers, Framework, Given, Tier, definition::ScaleType};
use store::Batch;

/// Enterprises of the province.
pub const ENTERPRISES: usize = 5_500;
/// Enterprises in one commit.
const TOGETHER: usize = 250;
const DAY: i64 = 86_400;

/// Line of business, its share in a thousand, and words for names.
const LINES: [(&str, u64, &[&str]); 12] = [
    ("A03", 90, &["Thủy sản", "Lươn giống", "Cá thát lát", "Nuôi trồng"]),
    ("A01", 70, &["Nông sản", "Rau sạch", "Trái cây"]),
    ("C10", 120, &["Thực phẩm", "Chả cá", "Chế biến", "Bánh kẹo"]),
    ("C14", 60, &["May mặc", "Thời trang"]),
    ("C25", 80, &["Cơ khí", "Kết cấu thép"]),
    ("F41", 90, &["Xây dựng", "Nhà ở"]),
    ("G46", 130, &["Thương mại", "Phân phối"]),
    ("G47", 140, &["Bách hóa", "Siêu thị mini", "Cửa hàng"]),
    ("H49", 60, &["Vận tải", "Giao nhận"]),
    ("I56", 70, &["Nhà hàng", "Quán ăn", "Cà phê"]),
    ("J62", 40, &["Phần mềm", "Giải pháp số"]),
    ("P85", 50, &["Giáo dục", "Đào tạo", "Ngoại ngữ"]),
];
const GIVEN: [&str; 16] =
    ["Phù Sa", "Đồng Tâm", "Hưng Thịnh", "Minh Phát", "An Khang", "Bình Minh", "Sông Hậu", "Tân Tiến", "Phú Quý", "Hòa Bình", "Thành Công", "Vạn Xuân", "Đại Phát", "Kim Long", "Nam Việt", "Hải Đăng"];
/// Share in a thousand of each barrier among those who answer; the first three as surveyed, the others invented.
const BARRIERS: [(&str, u64); 9] = [
    ("staff", 170),
    ("infrastructure", 167),
    ("habits", 157),
    ("cost", 220),
    ("information", 120),
    ("integration", 90),
    ("management_commitment", 60),
    ("employee_commitment", 70),
    ("data_leak", 80),
];

pub struct Made {
    pub enterprises: usize,
    pub assessments: usize,
}

/// Fills an empty register; nothing when there is one.
pub async fn fill(rooms: &CentreRooms, owner: Option<AccountId>) -> anyhow::Result<Made> {
    let c = &rooms.centre;
    if c.scope.one("SELECT 1 AS one FROM enterprise WHERE province = $1 LIMIT 1", Vec::new()).await?.is_some() {
        return Ok(Made { enterprises: 0, assessments: 0 });
    }
    let mut dice = Dice::new(79_001);
    let now = c.now();
    let communes: Vec<String> = c.areas.communes(c.scope.province().as_str(), now.date()).iter().map(|u| u.code.to_string()).collect();
    let (mut batch, mut made) = (c.scope.batch(), Made { enterprises: 0, assessments: 0 });
    for n in 0..ENTERPRISES {
        let mut story = Story::begin(&mut dice, &communes, n, now, owner.filter(|_| n == 0));
        story.live(c, &mut dice, &mut batch, &mut made);
        made.enterprises += 1;
        if made.enterprises % TOGETHER == 0 {
            c.scope.commit(std::mem::replace(&mut batch, c.scope.batch())).await?;
        }
    }
    c.scope.commit(batch).await?;
    Ok(made)
}

/// One enterprise from its registration on.
struct Story {
    id: EnterpriseId,
    state: Option<Enterprise>,
    profile: Profile,
    member: Option<AccountId>,
    at: Instant,
    now: Instant,
    /// How digital it is, 0–100: answers lean on it.
    ripeness: i64,
}

impl Story {
    fn begin(dice: &mut Dice, communes: &[String], n: usize, now: Instant, member: Option<AccountId>) -> Self {
        let at = now.plus_seconds(-dice.between(20, 700) * DAY);
        let id = EnterpriseId::new(dice.id(at));
        let kind = match dice.below(100) {
            0..=71 => EnterpriseKind::Enterprise,
            72..=95 => EnterpriseKind::Household,
            _ => EnterpriseKind::Cooperative,
        };
        let (vsic, _, words) = weighted(dice, &LINES, |l| l.1);
        let named = format!("{} {}", dice.word(words), dice.word(&GIVEN));
        let name = match kind {
            EnterpriseKind::Enterprise if dice.per_mille(200) => format!("Công ty cổ phần {named}"),
            EnterpriseKind::Enterprise => format!("Công ty TNHH {named} {}", n % 97 + 1),
            EnterpriseKind::Household => {
                let female = dice.per_mille(500);
                format!("Hộ kinh doanh {}", names::name(dice, female))
            }
            EnterpriseKind::Cooperative => format!("Hợp tác xã {named}"),
        };
        let profile = Profile {
            kind,
            code: tax_code(n),
            name,
            vsic: (*vsic).to_owned(),
            area: dice.pick(communes).cloned().unwrap_or_default(),
            founded: Some(date(i16::try_from(dice.between(2004, 2024)).unwrap_or(2018), 3, 15)),
            phone: Some(format!("028{:07}", dice.below(10_000_000))),
            address: None,
            women_owned: dice.per_mille(220),
            social_enterprise: dice.per_mille(15),
        };
        Self { id, state: None, profile, member, at, now, ripeness: dice.between(4, 46) + dice.between(0, 30) }
    }

    fn say(&mut self, batch: &mut Batch, event: EnterpriseEvent) {
        if let Some(after) = fold_enterprise(self.id, self.state.take(), &event, self.at) {
            tables::write_enterprise(batch, &after, &event, None);
            self.state = Some(after);
        }
    }

    fn later(&mut self, dice: &mut Dice, days: i64) {
        self.at = self.at.plus_seconds(dice.between(1, days) * DAY).min(self.now.plus_seconds(-3600));
    }

    fn live(&mut self, c: &Centre, dice: &mut Dice, batch: &mut Batch, made: &mut Made) {
        self.say(batch, EnterpriseEvent::Registered { profile: self.profile.clone(), member: self.member, name: None });
        if dice.per_mille(800) {
            self.declare(c, dice, batch);
        }
        if dice.per_mille(700) {
            self.say(batch, EnterpriseEvent::Consented { purpose: Purpose::Advice });
            self.say(batch, EnterpriseEvent::Consented { purpose: Purpose::Statistics });
        }
        if let Some(f) = c.frameworks.latest("barriers") {
            let answers = survey(f, dice);
            self.assess(c, dice, batch, f, answers, None, false);
            made.assessments += 1;
        }
        if !dice.per_mille(640) {
            return;
        }
        let Some(f) = c.frameworks.latest("dbi-2021-sme") else { return };
        let verified = dice.per_mille(300);
        let answers = drawn(f, dice, self.ripeness);
        let first = self.assess(c, dice, batch, f, answers, None, verified);
        made.assessments += 1;
        // Some look again by themselves. Stages beyond come from engagements alone.
        if dice.per_mille(20) {
            self.later(dice, 120);
            let ripeness = (self.ripeness + dice.between(0, 22)).min(95);
            let answers = drawn(f, dice, ripeness);
            self.assess(c, dice, batch, f, answers, first, true);
            made.assessments += 1;
        }
    }

    fn declare(&mut self, c: &Centre, dice: &mut Dice, batch: &mut Batch) {
        let big = dice.below(1000);
        let (people, billions) = match big {
            0..=599 => (dice.between(1, 9), dice.between(1, 3)),
            600..=899 => (dice.between(11, 48), dice.between(4, 45)),
            900..=979 => (dice.between(52, 190), dice.between(60, 190)),
            _ => (dice.between(220, 900), dice.between(320, 2_000)),
        };
        let inputs = SizeInputs {
            year: self.now.date().year(),
            headcount: u32::try_from(people).unwrap_or(1),
            women: u32::try_from(dice.between(0, people)).unwrap_or(0),
            revenue: Some(billions * 1_000_000_000),
            capital: Some(billions * 700_000_000),
        };
        let class = c.sizes.classify(&self.profile, &inputs).map(|a| a.code);
        self.say(batch, EnterpriseEvent::SizeDeclared { inputs, class, by: "Người đại diện".to_owned() });
    }

    /// One assessment, handed in; what follows from it for the enterprise is said beside it.
    #[expect(clippy::too_many_arguments, reason = "one call for each of three kinds of round")]
    fn assess(&mut self, c: &Centre, dice: &mut Dice, batch: &mut Batch, f: &Framework, answers: Answers, earlier: Option<AssessmentId>, verified: bool) -> Option<AssessmentId> {
        self.later(dice, 30);
        let id = AssessmentId::new(dice.id(self.at));
        let size = self.state.as_ref().and_then(|e| e.size().map(str::to_owned));
        let started = Started {
            framework: f.framework.clone(),
            edition: f.version.clone(),
            stage: if earlier.is_some() { "t1".into() } else { "t0".into() },
            vsic: self.profile.vsic.clone(),
            area: self.profile.area.clone(),
            owner: id.to_string(),
            enterprise: Some(self.id),
            earlier,
            subject: None,
            answers: if verified { raised(answers) } else { answers },
        };
        let mut state: Option<Assessment> = None;
        let mut events = vec![AssessmentEvent::Started(Box::new(started)), AssessmentEvent::Submitted];
        if verified {
            events.push(AssessmentEvent::Verified);
        }
        let mut known = None;
        for event in events {
            let after = fold_assessment(id, state.take(), &event, self.at)?;
            // The answers do not change between these events, so they are scored once.
            let figures = known.get_or_insert_with(|| c.figures(&after, size.clone()));
            tables::write_assessment(batch, &after, figures, &event, None);
            state = Some(after);
        }
        let done = if verified { AssessmentEvent::Verified } else { AssessmentEvent::Submitted };
        if let Some(followed) = centre::level::follows(&c.catalog, f, &state?, &known?, &done, self.state.as_ref()?) {
            self.say(batch, followed);
        }
        Some(id)
    }
}

/// As a consultant leaves them after having looked at all.
fn raised(answers: Answers) -> Answers {
    answers.into_iter().map(|(code, a)| (code, a.at(Tier::Consultant))).collect()
}

/// Answers around a ripeness; a fifth of the questions is left open by those who did the short set only.
pub fn drawn(f: &Framework, dice: &mut Dice, ripeness: i64) -> Answers {
    let whole = dice.per_mille(600);
    let mut answers = Answers::new();
    for p in f.criteria() {
        if !whole && !p.quick {
            continue;
        }
        let lean = (ripeness + dice.between(-25, 25)).clamp(0, 100);
        let at = |n: usize| usize::try_from(lean).unwrap_or(0) * n / 101;
        let value = match p.scale.kind {
            ScaleType::Single | ScaleType::Ladder => p.scale.options.get(at(p.scale.options.len())).map(|o| Given::Text(o.code.clone())),
            ScaleType::Ratio => Some(Given::Ratio(scoring::Ratio { n: Some(lean.into()), d: Some(100.into()) })),
            ScaleType::Count => Some(Given::Text((lean / 20).to_string())),
            ScaleType::Gate => Some(Given::Truth(lean > 50)),
            ScaleType::Multi | ScaleType::Matrix | ScaleType::Evidence => None,
        };
        if let Some(value) = value {
            answers.insert(p.criterion.code.clone(), Answer::of(value));
        }
    }
    answers
}

fn survey(f: &Framework, dice: &mut Dice) -> Answers {
    let mut answers = Answers::new();
    let chosen: Vec<String> = BARRIERS.iter().filter(|b| dice.per_mille(b.1)).map(|b| b.0.to_owned()).collect();
    for p in f.criteria().filter(|p| p.scale.kind == ScaleType::Multi && p.scale.choice("staff").is_some()) {
        let mut chosen = chosen.clone();
        if chosen.is_empty()
            && let Some(none) = p.scale.options.iter().find(|o| o.excludes_others)
        {
            chosen.push(none.code.clone());
        }
        answers.insert(p.criterion.code.clone(), Answer::of(Given::Many(chosen)));
    }
    answers
}

fn weighted<'a, T>(dice: &mut Dice, from: &'a [T], weight: fn(&T) -> u64) -> &'a T {
    let all: u64 = from.iter().map(weight).sum();
    let mut left = dice.below(all);
    for item in from {
        let w = weight(item);
        if left < w {
            return item;
        }
        left -= w;
    }
    &from[0]
}

/// The nth invented tax code that passes its check digit (Circular 105/2020/TT-BTC).
pub fn tax_code(n: usize) -> String {
    const WEIGHTS: [u64; 9] = [31, 29, 23, 19, 17, 13, 7, 5, 3];
    let mut base = 310_000_000 + n as u64 * 13;
    loop {
        let digits = format!("{base:09}");
        let sum: u64 = digits.bytes().zip(WEIGHTS).map(|(d, w)| u64::from(d - b'0') * w).sum();
        let check = 10 - sum % 11;
        if check <= 9 && sum % 11 != 0 {
            return format!("{digits}{check}");
        }
        base += 1;
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn invented_codes_are_valid_and_no_two_are_alike() {
        let all: std::collections::BTreeSet<String> = (0..ENTERPRISES).map(tax_code).collect();
        assert_eq!(all.len(), ENTERPRISES);
        for code in all {
            kernel::party::Identifier::parse("tax_code", &code).unwrap();
        }
    }
}
