//! What a procedure costs, line by line, each dated and cited.
//!
//! One `code` is one fee; its lines are the rates of different times. What is fixed stands in `amount`, what is counted in
//! `formula`. An obligation (`kind: obligation`) carries neither: its amount comes by notice of the tax office.

use super::{Channel, Definition, Ordered};
use crate::guard::Guard;
use kernel::{
    Dong, Text,
    catalog::{Effective, LegalBasis},
    time::Date,
};
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// One line of money. Three kinds are never mixed: fee (phí), charge (lệ phí), obligation (nghĩa vụ tài chính).
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Fee {
    pub code: String,
    pub kind: FeeKind,
    pub name: Text,
    /// What waits for the payment; of `before: result`, `holds` says which act.
    #[serde(default)]
    pub before: Before,
    #[serde(default)]
    pub holds: Holds,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub amount: Option<Dong>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub formula: Option<Formula>,
    /// The older way to say `channels: {online: {amount: …}}`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub online: Option<Dong>,
    #[serde(default, skip_serializing_if = "Ordered::is_empty")]
    pub channels: ChannelRates,
    /// Groups of applicants who pay otherwise; the first that holds counts.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub classes: Vec<FeeClass>,
    /// Who pays nothing; the first that holds is written beside the line.
    #[serde(default, deserialize_with = "one_or_many", skip_serializing_if = "Vec::is_empty")]
    pub exempt: Vec<Exemption>,
    #[serde(default)]
    pub when: Option<Guard>,
    /// Some laws give nothing back (Decree 297/2025 for the karaoke set).
    #[serde(default = "super::yes")]
    pub refundable: bool,
    pub effective: Effective,
    pub legal_basis: LegalBasis,
    #[serde(default)]
    pub note: Option<Text>,
}

/// What differs by channel, by its name: `online`, `counter`, `post`.
pub type ChannelRates = Ordered<ChannelRate>;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FeeKind {
    #[default]
    Fee,
    Charge,
    Obligation,
}

/// What may not happen while the line is unpaid.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Before {
    /// The dossier is not received.
    Intake,
    /// A granted result is not given.
    #[default]
    Result,
}

/// Which act a line with `before: result` holds back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Holds {
    /// The result is not numbered and issued.
    Issue,
    /// The result is ready and is not handed over.
    #[default]
    Return,
}

/// How an amount is counted from the answers: exactly one of the two.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Formula {
    /// So much for each unit, in tiers: pages, copies, parcels.
    Each(Each),
    /// So much by the size of a sum, as a piecewise line.
    Brackets(Brackets),
}

#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Each {
    /// JSON pointer to a whole number in the answers; absent counts as one.
    pub of: String,
    /// Units up to and including `upto` cost `amount` each; the last tier has no `upto`.
    pub tiers: Vec<Tier>,
    /// Added once, before the cap.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub base: Option<Dong>,
    /// Never more than this, for one of `times`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cap: Option<Dong>,
    /// JSON pointer: the whole once more for each (copies of a paper).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub times: Option<String>,
    /// What one unit is called: `trang`, `bản`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unit: Option<Text>,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Tier {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub upto: Option<u64>,
    pub amount: Dong,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Brackets {
    /// JSON pointer to a whole number of đồng in the answers; absent counts as nothing.
    pub of: String,
    pub rows: Vec<BracketRow>,
}

/// Up to and including `upto`: `base`, and `per_mille` thousandths of what exceeds `over`, rounded down to a đồng.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BracketRow {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub upto: Option<u64>,
    pub base: Dong,
    #[serde(default)]
    pub over: u64,
    #[serde(default)]
    pub per_mille: u32,
}

/// By one channel: a part of the amount in hundredths, or an amount. Exactly one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ChannelRate {
    /// What is left to pay of a hundred: 95 is five per cent off.
    Percent(u32),
    Amount(Dong),
}

/// A group of applicants with a rate of their own: one of amount, formula, percent.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FeeClass {
    pub when: Guard,
    pub name: Text,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub amount: Option<Dong>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub formula: Option<Formula>,
    /// Of the ordinary amount, in hundredths.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub percent: Option<u32>,
    /// Of this class; absent: those of the line.
    #[serde(default, skip_serializing_if = "Ordered::is_empty")]
    pub channels: ChannelRates,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub legal_basis: Option<LegalBasis>,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Exemption {
    pub when: Guard,
    pub name: Text,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub legal_basis: Option<LegalBasis>,
}

/// One mapping or a list of them; not derived as untagged, which would hide what is wrong inside.
fn one_or_many<'de, D: serde::Deserializer<'de>>(d: D) -> Result<Vec<Exemption>, D::Error> {
    let value = Value::deserialize(d)?;
    match value {
        Value::Null => Ok(Vec::new()),
        Value::Array(_) => serde_json::from_value(value).map_err(serde::de::Error::custom),
        one => serde_json::from_value(one).map(|e| vec![e]).map_err(serde::de::Error::custom),
    }
}

impl Channel {
    pub const fn code(self) -> &'static str {
        match self {
            Self::Online => "online",
            Self::Counter => "counter",
            Self::Post => "post",
        }
    }
}

impl Fee {
    /// Assessed by the house itself; an obligation is assessed by the tax office.
    pub const fn is_rate(&self) -> bool {
        self.amount.is_some() || self.formula.is_some()
    }

    /// Costs nothing by this channel, whatever the answers are.
    pub fn is_free(&self, channel: Channel) -> bool {
        match self.channel(channel) {
            Some(ChannelRate::Amount(amount)) => amount.0 == 0,
            Some(ChannelRate::Percent(0)) => true,
            _ => self.formula.is_none() && self.amount.is_some_and(|a| a.0 == 0),
        }
    }

    /// The rate of one channel, of this line.
    pub fn channel(&self, channel: Channel) -> Option<ChannelRate> {
        let old = self.online.filter(|_| channel == Channel::Online).map(ChannelRate::Amount);
        self.channels.get(channel.code()).copied().or(old)
    }

    /// Whether the line is due for these answers on a date. A condition may look at `today`, written `2026-11-21`:
    /// dates of the form are written alike, so they compare as texts.
    pub fn applies(&self, date: Date, answers: &Value) -> bool {
        self.effective.contains(date)
            && self.when.as_ref().is_none_or(|g| Self::holds(g, date, answers).unwrap_or(false))
    }

    /// The condition as the check at publish sees it: an error is a fault of the catalogue.
    pub(super) fn holds(guard: &Guard, date: Date, answers: &Value) -> Result<bool, String> {
        Self::holds_for(guard, date, answers, &crate::money::nobody(), Channel::Online)
    }

    pub(crate) fn holds_for(guard: &Guard, date: Date, answers: &Value, applicant: &Value, channel: Channel) -> Result<bool, String> {
        let (today, channel) = (Value::String(date.to_string()), Value::String(channel.code().to_owned()));
        guard.evaluate(&[("answers", answers), ("today", &today), ("applicant", applicant), ("channel", &channel)])
    }

    /// The amount or the formula in words, as the public page prints it.
    pub fn said(&self, channel: Channel) -> Text {
        crate::money::said(self, channel)
    }
}

impl Definition {
    /// The fees that hold on a date by a channel for these answers, before exemptions by who applies; what cannot be counted
    /// is left out here and refused at filing.
    pub fn fees_on(&self, date: Date, channel: Channel, answers: &Value) -> Vec<(&Fee, Dong)> {
        let nobody = crate::money::nobody();
        self.fees
            .iter()
            .filter(|f| f.is_rate() && f.applies(date, answers))
            .filter_map(|f| Some((f, crate::money::amount(f, answers, channel, &nobody, date).ok()?.0)))
            .collect()
    }

    /// The financial obligations that may come by notice.
    pub fn obligations(&self) -> impl Iterator<Item = &Fee> {
        self.fees.iter().filter(|f| f.kind == FeeKind::Obligation && !f.is_rate())
    }
}
