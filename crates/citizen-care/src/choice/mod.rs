//! How a person wants to be told: channels, an address proved by a code, hours in which nothing is sent. Pure; acts and rows are
//! beside it.

mod acts;
pub use acts::Chosen;
pub mod store;

use crate::channel::Channel;
use kernel::{Instant, Refusal};
use sha2::{Digest as _, Sha256};

/// Minutes of the day in which nothing is sent, Vietnamese time; the end may lie on the next day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Quiet {
    pub from: u16,
    pub to: u16,
}

const DAY: u16 = 24 * 60;

impl Quiet {
    /// `22:00`, `06:30`; both or neither.
    pub fn read(from: &str, to: &str) -> Result<Option<Self>, Refusal> {
        if from.trim().is_empty() && to.trim().is_empty() {
            return Ok(None);
        }
        let mut refusal = Refusal::invalid("quiet", "Giờ không gửi cần sửa", "The quiet hours need correction");
        let (a, b) = (minutes(from), minutes(to));
        for (field, value) in [("quiet_from", a), ("quiet_to", b)] {
            if value.is_none() {
                refusal = refusal.because(Some(field), "Ghi giờ và phút, ví dụ 22:00; hoặc để trống cả hai ô", "Write hours and minutes, such as 22:00; or leave both empty");
            }
        }
        match (a, b) {
            (Some(a), Some(b)) if a == b => Err(refusal.because(Some("quiet_to"), "Hai giờ phải khác nhau", "The two times must differ")),
            (Some(from), Some(to)) => Ok(Some(Self { from, to })),
            _ => Err(refusal),
        }
    }

    fn holds(self, minute: u16) -> bool {
        if self.from < self.to { (self.from..self.to).contains(&minute) } else { minute >= self.from || minute < self.to }
    }

    /// When something may be sent that is ready now.
    pub fn after(self, now: Instant) -> Instant {
        let civil = now.civil();
        let minute = u16::try_from(i32::from(civil.hour()) * 60 + i32::from(civil.minute())).unwrap_or(0);
        if !self.holds(minute) {
            return now;
        }
        let wait = (i64::from(self.to) - i64::from(minute)).rem_euclid(i64::from(DAY));
        now.plus_seconds(wait * 60 - i64::from(civil.second()))
    }

    pub fn text(minute: u16) -> String {
        format!("{:02}:{:02}", minute / 60, minute % 60)
    }
}

fn minutes(text: &str) -> Option<u16> {
    let (h, m) = text.trim().split_once(':')?;
    let (h, m) = (h.parse::<u16>().ok()?, m.parse::<u16>().ok()?);
    (h < 24 && m < 60).then_some(h * 60 + m)
}

/// An address as it is kept: a telephone number without spaces, an e-mail address in lower case of the domain.
pub fn address(channel: Channel, typed: &str) -> Result<String, Refusal> {
    let refused = |vi: &str, en: &str| Err(Refusal::invalid("address", "Địa chỉ cần sửa", "The address needs correction").because(Some("address"), vi, en));
    match channel {
        Channel::Sms => {
            let digits: String = typed.chars().filter(|c| !matches!(c, ' ' | '.' | '-')).collect();
            let digits = digits.strip_prefix("+84").map_or_else(|| digits.clone(), |rest| format!("0{rest}"));
            let right = digits.len() == 10 && digits.starts_with('0') && digits.bytes().all(|b| b.is_ascii_digit());
            if right { Ok(digits) } else { refused("Số điện thoại có 10 chữ số, bắt đầu bằng 0", "A telephone number has 10 digits and begins with 0") }
        }
        Channel::Email => {
            let typed = typed.trim();
            let right = typed.len() <= 120 && typed.parse::<lettre::Address>().is_ok() && typed.rsplit('@').next().is_some_and(|d| d.contains('.'));
            match typed.rsplit_once('@') {
                Some((name, domain)) if right => Ok(format!("{name}@{}", domain.to_lowercase())),
                _ => refused("Ghi địa chỉ dạng ten@vidu.vn", "Write an address such as name@example.vn"),
            }
        }
    }
}

/// What is kept of a code.
pub fn hash(party: &str, channel: Channel, address: &str, code: &str) -> String {
    hex::encode(Sha256::digest(format!("{party}\n{}\n{address}\n{code}", channel.code())))
}

/// Six digits of a random number.
pub fn code(random: u32) -> String {
    format!("{:06}", random % 1_000_000)
}

/// A code that was sent, as it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sent {
    pub address: String,
    pub hash: String,
    pub until: Instant,
    pub tries: i64,
}

/// Whether a typed code proves the address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Proof {
    Proved,
    /// Another wrong try.
    Wrong,
    /// Too old or tried too often: another code is needed.
    Over,
}

pub fn prove(sent: &Sent, party: &str, channel: Channel, typed: &str, tries: i64, now: Instant) -> Proof {
    if now > sent.until || sent.tries >= tries {
        return Proof::Over;
    }
    let typed: String = typed.chars().filter(char::is_ascii_digit).collect();
    if hash(party, channel, &sent.address, &typed) == sent.hash { Proof::Proved } else { Proof::Wrong }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Instant {
        format!("2026-11-23T{text}+07:00").parse().unwrap()
    }

    #[test]
    fn quiet_hours_pass_midnight() {
        let night = Quiet::read("22:00", "06:30").unwrap().unwrap();
        assert_eq!(night.after(at("21:59:59")), at("21:59:59"));
        assert_eq!(night.after(at("22:00:00")).civil().to_string(), "2026-11-24T06:30:00");
        assert_eq!(night.after(at("05:10:20")), at("06:30:00"));
        assert_eq!(night.after(at("06:30:00")), at("06:30:00"));
        let noon = Quiet::read("11:30", "13:00").unwrap().unwrap();
        assert_eq!((noon.after(at("12:00:00")), noon.after(at("13:00:00"))), (at("13:00:00"), at("13:00:00")));
        assert_eq!(Quiet::read("", " ").unwrap(), None);
        assert_eq!(Quiet::read("24:00", "").unwrap_err().reasons.len(), 2);
        assert!(Quiet::read("07:00", "07:00").is_err());
    }

    #[test]
    fn an_address_is_read_as_people_type_it() {
        for typed in ["0901 000 011", "+84901000011", "0901.000.011"] {
            assert_eq!(address(Channel::Sms, typed).unwrap(), "0901000011");
        }
        for typed in ["", "901000011", "09010000111", "09010000a1"] {
            assert!(address(Channel::Sms, typed).is_err(), "{typed}");
        }
        assert_eq!(address(Channel::Email, " Lan@VIDU.vn ").unwrap(), "Lan@vidu.vn");
        for typed in ["lan", "lan@", "lan@vidu", "a b@vidu.vn", "lan@vidu.vn\nBcc: x@y.z"] {
            assert!(address(Channel::Email, typed).is_err(), "{typed}");
        }
    }

    #[test]
    fn a_code_proves_its_own_address_only_in_time_and_a_few_times() {
        let sent = Sent { address: "0901000011".into(), hash: hash("p", Channel::Sms, "0901000011", "012345"), until: at("09:15:00"), tries: 0 };
        assert_eq!(code(4_012_345), "012345");
        assert_eq!(prove(&sent, "p", Channel::Sms, " 012 345", 5, at("09:15:00")), Proof::Proved);
        assert_eq!(prove(&sent, "p", Channel::Sms, "012346", 5, at("09:00:00")), Proof::Wrong);
        assert_eq!(prove(&sent, "q", Channel::Sms, "012345", 5, at("09:00:00")), Proof::Wrong, "another person's code");
        assert_eq!(prove(&sent, "p", Channel::Sms, "012345", 5, at("09:15:01")), Proof::Over);
        assert_eq!(prove(&Sent { tries: 5, ..sent }, "p", Channel::Sms, "012345", 5, at("09:00:00")), Proof::Over);
    }
}
