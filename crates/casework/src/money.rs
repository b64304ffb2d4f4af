//! What is due: pure arithmetic in whole đồng over dated lines. Nothing is guessed: a day without a rate, a quantity that is
//! no whole number or a sum past what a number holds is a refusal.

use crate::{
    Definition,
    definition::{Brackets, BracketRow, Before, Channel, ChannelRate, Each, Fee, FeeKind, Formula, Holds},
    event::Person,
};
use kernel::{Dong, Instant, Refusal, Text, catalog::LegalBasis, party::Identifier, time::Date};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

/// The track derived from the dues of a case.
pub const TRACK: &str = "money";
/// The handling state in which an obligation is awaited.
pub const AWAITING_DUTY: &str = "awaiting_duty";

/// One sum a case owes, with how it was counted.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Due {
    /// Unique in the case.
    pub code: String,
    pub kind: FeeKind,
    pub name: Text,
    pub amount: Dong,
    #[serde(default)]
    pub before: Before,
    #[serde(default)]
    pub holds: Holds,
    /// The formula in words, or why nothing is to be paid.
    pub why: Text,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub basis: Option<LegalBasis>,
    /// Number of the tax office's notice, of an obligation.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub notice: Option<String>,
    #[serde(default = "yes")]
    pub refundable: bool,
    pub status: DueStatus,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub paid: Option<Paid>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub refund: Option<Refund>,
}

const fn yes() -> bool {
    true
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DueStatus {
    Due,
    Paid,
    Waived,
    Refunded,
}

/// How a due was settled.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Paid {
    pub amount: Dong,
    /// Of the payment, unique with the payer's side.
    pub reference: String,
    /// gateway (our own), portal (the national one), bank, cash or treasury.
    pub how: String,
    pub online: bool,
    pub at: Instant,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Refund {
    pub amount: Dong,
    pub reference: String,
    pub reason: String,
    pub at: Instant,
}

impl Due {
    pub fn unpaid(&self) -> bool {
        self.status == DueStatus::Due && self.amount.0 > 0
    }
}

/// Where the track `money` stands with these dues.
pub fn track(dues: &[Due]) -> &'static str {
    let any = |status| dues.iter().any(|d| d.status == status);
    if dues.iter().any(Due::unpaid) {
        "due"
    } else if any(DueStatus::Paid) {
        "paid"
    } else if any(DueStatus::Refunded) {
        "refunded"
    } else if any(DueStatus::Waived) {
        "waived"
    } else {
        "none"
    }
}

/// What conditions of fees may know of who applies: `applicant.kind` is `person`, `enterprise` or `unknown`.
pub fn applicant(owner: &Person) -> Value {
    let kind = match &owner.identifier {
        Some(Identifier::PersonalNumber(_)) => "person",
        Some(_) => "enterprise",
        None => "unknown",
    };
    json!({ "kind": kind })
}

/// Before anybody is known.
pub fn nobody() -> Value {
    json!({"kind": "unknown"})
}

/// All that a case filed on a date owes, in the order of the definition. Lines of nothing are left out; who is exempt is
/// written with an amount of zero.
pub fn fees(d: &Definition, answers: &Value, channel: Channel, applicant: &Value, date: Date) -> Result<Vec<Due>, Refusal> {
    let mut dues: Vec<Due> = Vec::new();
    for fee in d.fees.iter().filter(|f| f.is_rate()) {
        let mut rates = d.fees.iter().filter(|f| f.code == fee.code);
        if !rates.any(|f| f.effective.contains(date)) {
            return Err(gap(fee, date));
        }
        let known = dues.iter().any(|x| x.code == fee.code);
        let holds = |g: &crate::guard::Guard| Fee::holds_for(g, date, answers, applicant, channel) == Ok(true);
        if known || !fee.effective.contains(date) || !fee.when.as_ref().is_none_or(&holds) {
            continue;
        }
        let exempt = fee.exempt.iter().find(|e| holds(&e.when));
        let (amount, why) = match exempt {
            Some(e) => (Dong(0), Text::new(format!("Miễn: {}", e.name.vi), format!("Exempt: {}", e.name.en))),
            None => amount(fee, answers, channel, applicant, date)?,
        };
        if amount.0 == 0 && exempt.is_none() {
            continue;
        }
        let basis = exempt.and_then(|e| e.legal_basis.clone()).unwrap_or_else(|| fee.legal_basis.clone());
        dues.push(Due {
            code: fee.code.clone(),
            kind: fee.kind,
            name: fee.name.clone(),
            amount,
            before: fee.before,
            holds: fee.holds,
            why,
            basis: Some(basis),
            notice: None,
            refundable: fee.refundable,
            status: if exempt.is_some() { DueStatus::Waived } else { DueStatus::Due },
            paid: None,
            refund: None,
        });
    }
    Ok(dues)
}

/// The amount of one line and how it came about: the class, then the channel.
pub(crate) fn amount(fee: &Fee, answers: &Value, channel: Channel, applicant: &Value, date: Date) -> Result<(Dong, Text), Refusal> {
    let class = fee.classes.iter().find(|c| Fee::holds_for(&c.when, date, answers, applicant, channel) == Ok(true));
    let (amount, mut why) = match class {
        None => counted(fee.amount, fee.formula.as_ref(), answers, &fee.code)?,
        Some(c) if c.percent.is_some() => {
            let (whole, why) = counted(fee.amount, fee.formula.as_ref(), answers, &fee.code)?;
            let percent = c.percent.unwrap_or(100);
            (share(whole, percent, &fee.code)?, Text::new(format!("{percent}% × ({})", why.vi), format!("{percent}% × ({})", why.en)))
        }
        Some(c) => counted(c.amount, c.formula.as_ref(), answers, &fee.code)?,
    };
    if let Some(c) = class {
        why = Text::new(format!("{} – {}", c.name.vi, why.vi), format!("{} – {}", c.name.en, why.en));
    }
    let own = class.and_then(|c| c.channels.get(channel.code()).copied());
    let by_channel = match class {
        Some(c) if !c.channels.is_empty() => own,
        _ => fee.channel(channel),
    };
    let name = channel.name();
    match by_channel {
        None => Ok((amount, why)),
        Some(ChannelRate::Percent(percent)) => {
            let why = Text::new(
                format!("{percent}% × ({}) – {}", why.vi, name.vi.to_lowercase()),
                format!("{percent}% × ({}) – {}", why.en, name.en.to_lowercase()),
            );
            Ok((share(amount, percent, &fee.code)?, why))
        }
        // A class keeps what is better for it; its own channel rate is meant as it stands.
        Some(ChannelRate::Amount(fixed)) => {
            let takes = own.is_some() || class.is_none() || fixed < amount;
            let said = Text::new(format!("{fixed} – {}", name.vi.to_lowercase()), format!("{} – {}", en(fixed), name.en.to_lowercase()));
            Ok(if takes { (fixed, said) } else { (amount, why) })
        }
    }
}

fn counted(fixed: Option<Dong>, formula: Option<&Formula>, answers: &Value, code: &str) -> Result<(Dong, Text), Refusal> {
    match formula {
        None => {
            let amount = fixed.unwrap_or_default();
            Ok((amount, Text::new(amount.to_string(), en(amount))))
        }
        Some(Formula::Each(each)) => each_of(each, answers, code),
        Some(Formula::Brackets(brackets)) => bracket(brackets, answers, code),
    }
}

/// Units by tiers, a base once, a cap, and all of it once more for each of `times`.
fn each_of(each: &Each, answers: &Value, code: &str) -> Result<(Dong, Text), Refusal> {
    let units = quantity(answers, &each.of, 1, code)?;
    let times = each.times.as_deref().map_or(Ok(1), |t| quantity(answers, t, 1, code))?;
    let mut sum = i128::from(each.base.map_or(0, |b| b.0));
    let (mut vi, mut en_words) = (Vec::new(), Vec::new());
    if let Some(base) = each.base.filter(|b| b.0 > 0) {
        vi.push(base.to_string());
        en_words.push(en(base));
    }
    let mut from = 0_u64;
    for tier in &each.tiers {
        let upto = tier.upto.unwrap_or(u64::MAX).min(units);
        let count = upto.saturating_sub(from);
        if count > 0 {
            sum += i128::from(count) * i128::from(tier.amount.0);
            vi.push(format!("{count} × {}", tier.amount));
            en_words.push(format!("{count} × {}", en(tier.amount)));
        }
        from = from.max(upto);
    }
    let cap = each.cap.map(|c| i128::from(c.0)).filter(|c| sum > *c);
    if let (Some(cap), Some(most)) = (cap, each.cap) {
        sum = cap;
        vi = vec![format!("{}, tối đa {most}", vi.join(" + "))];
        en_words = vec![format!("{}, at most {}", en_words.join(" + "), en(most))];
    }
    let (mut vi, mut en_words) = (vi.join(" + "), en_words.join(" + "));
    if each.times.is_some() {
        sum *= i128::from(times);
        vi = format!("{times} × ({vi})");
        en_words = format!("{times} × ({en_words})");
    }
    if vi.is_empty() {
        (vi, en_words) = ("0 đồng".into(), "0 VND".into());
    }
    Ok((whole(sum, code)?, Text::new(vi, en_words)))
}

/// The row the sum falls into: its base and the thousandths of what exceeds its threshold, rounded down to a đồng.
fn bracket(brackets: &Brackets, answers: &Value, code: &str) -> Result<(Dong, Text), Refusal> {
    let sum = quantity(answers, &brackets.of, 0, code)?;
    let row: Option<&BracketRow> = brackets.rows.iter().find(|r| r.upto.is_none_or(|upto| sum <= upto));
    let row = row.ok_or_else(|| broken(code, "không có mức cho giá trị này", "no bracket takes this value"))?;
    let excess = sum.saturating_sub(row.over);
    let part = i128::from(excess) * i128::from(row.per_mille) / 1000;
    let amount = whole(i128::from(row.base.0) + part, code)?;
    if row.per_mille == 0 {
        return Ok((amount, Text::new(row.base.to_string(), en(row.base))));
    }
    let excess = Dong(i64::try_from(excess).unwrap_or(i64::MAX));
    let percent = per_cent(row.per_mille);
    Ok((
        amount,
        Text::new(
            format!("{} + {}% × {excess}", row.base, percent.replace('.', ",")),
            format!("{} + {percent}% × {}", en(row.base), en(excess)),
        ),
    ))
}

/// Thousandths as a percentage: 5 is `0.5`.
fn per_cent(per_mille: u32) -> String {
    match per_mille % 10 {
        0 => (per_mille / 10).to_string(),
        rest => format!("{}.{rest}", per_mille / 10),
    }
}

/// A whole number of the answers, not negative; a text of digits counts as one, as forms of other systems send it.
fn quantity(answers: &Value, pointer: &str, absent: u64, code: &str) -> Result<u64, Refusal> {
    let value = match answers.pointer(pointer) {
        None | Some(Value::Null) => return Ok(absent),
        Some(Value::Array(list)) => return Ok(list.len() as u64),
        Some(value) => value,
    };
    let number = value.as_u64().or_else(|| value.as_str()?.parse().ok());
    number.ok_or_else(|| broken(code, "số lượng phải là số nguyên không âm", "the quantity must be a whole number, not negative"))
}

fn share(amount: Dong, percent: u32, code: &str) -> Result<Dong, Refusal> {
    whole(i128::from(amount.0) * i128::from(percent) / 100, code)
}

fn whole(sum: i128, code: &str) -> Result<Dong, Refusal> {
    i64::try_from(sum).map(Dong).map_err(|_| broken(code, "số tiền lớn quá mức", "the sum is too large"))
}

fn broken(code: &str, vi: &str, en: &str) -> Refusal {
    Refusal::invalid(
        "fee",
        format!("Không tính được khoản thu “{code}”: {vi}"),
        format!("The fee “{code}” cannot be counted: {en}"),
    )
}

/// Nothing is guessed on a day without a rate.
fn gap(fee: &Fee, date: Date) -> Refusal {
    let day = format!("{:02}/{:02}/{}", date.day(), date.month(), date.year());
    Refusal::conflict(
        "fee-gap",
        format!("Ngày {day} chưa có mức thu “{}” nên chưa nhận được hồ sơ; báo quản trị danh mục bổ sung mức thu", fee.name.vi),
        format!("No rate of “{}” is declared for {day}, so nothing can be filed; tell the catalogue administrator", fee.name.en),
    )
}

fn en(amount: Dong) -> String {
    amount.to_string().replace('.', ",").replace("đồng", "VND")
}

/// A line as the public page prints it, whatever the answers will be.
pub(crate) fn said(fee: &Fee, channel: Channel) -> Text {
    let ordinary = match (&fee.formula, fee.amount) {
        (None, None) => Text::new("theo thông báo của cơ quan thuế", "by notice of the tax office"),
        (None, Some(amount)) => Text::new(amount.to_string(), en(amount)),
        (Some(Formula::Each(each)), _) => each_said(each),
        (Some(Formula::Brackets(b)), _) => Text::new(
            b.rows.iter().map(|r| row_said(r).vi).collect::<Vec<_>>().join("; "),
            b.rows.iter().map(|r| row_said(r).en).collect::<Vec<_>>().join("; "),
        ),
    };
    match fee.channel(channel) {
        None => ordinary,
        Some(ChannelRate::Amount(amount)) => Text::new(amount.to_string(), en(amount)),
        Some(ChannelRate::Percent(p)) => match fee.amount.filter(|_| fee.formula.is_none()) {
            Some(amount) => share(amount, p, &fee.code).map_or(ordinary, |a| Text::new(a.to_string(), en(a))),
            None => Text::new(format!("{p}% × ({})", ordinary.vi), format!("{p}% × ({})", ordinary.en)),
        },
    }
}

fn each_said(each: &Each) -> Text {
    let (unit_vi, unit_en) = each.unit.as_ref().map_or(("đơn vị", "unit"), |u| (u.vi.as_str(), u.en.as_str()));
    let (mut vi, mut en_words) = (Vec::new(), Vec::new());
    if let Some(base) = each.base {
        vi.push(base.to_string());
        en_words.push(en(base));
    }
    let mut from = 0;
    for tier in &each.tiers {
        let since = if from == 0 { (String::new(), String::new()) } else { (format!(" từ {unit_vi} thứ {}", from + 1), format!(" from {unit_en} {}", from + 1)) };
        if tier.amount.0 > 0 || each.tiers.len() == 1 {
            vi.push(format!("{}/{unit_vi}{}", tier.amount, since.0));
            en_words.push(format!("{} per {unit_en}{}", en(tier.amount), since.1));
        }
        from = tier.upto.unwrap_or(from);
    }
    if let Some(cap) = each.cap {
        vi.push(format!("tối đa {cap}"));
        en_words.push(format!("at most {}", en(cap)));
    }
    Text::new(vi.join(", "), en_words.join(", "))
}

fn row_said(row: &BracketRow) -> Text {
    let sum = |n: u64| Dong(i64::try_from(n).unwrap_or(i64::MAX));
    let part = match row.per_mille {
        0 => (String::new(), String::new()),
        p => {
            let percent = per_cent(p);
            (format!(" + {}% phần vượt {}", percent.replace('.', ","), sum(row.over)), format!(" + {percent}% of what exceeds {}", en(sum(row.over))))
        }
    };
    let upto = row.upto.map_or((" (trên mức trước)".to_owned(), " (above)".to_owned()), |u| (format!(" (đến {})", sum(u)), format!(" (up to {})", en(sum(u)))));
    Text::new(format!("{}{}{}", row.base, part.0, upto.0), format!("{}{}{}", en(row.base), part.1, upto.1))
}
