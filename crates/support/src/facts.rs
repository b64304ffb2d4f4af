//! What the room must be told by others: the register of enterprises, the showroom, the network, the engagements.
//! The program implements these traits over the rooms that know; this room stores none of it but the copy on a dossier.

use crate::{
    catalog::{Percent, Tier},
    rules::SizeInputs,
};
use async_trait::async_trait;
use kernel::{
    Actor,
    id::{EnterpriseId, ExpertId, SolutionId},
    time::Date,
};
use serde::{Deserialize, Serialize};

/// What the register says of one enterprise in one year.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EnterpriseFacts {
    pub id: EnterpriseId,
    pub name: String,
    /// Tax or household code as printed.
    pub code: String,
    pub kind: EnterpriseKind,
    /// Figures for the size class of the year asked for; `None`: not declared yet.
    pub size: Option<SizeInputs>,
    /// The name of the officer who compared the figures with papers; `None`: self-declared.
    pub size_checked_by: Option<String>,
    pub ownership: Option<Ownership>,
    pub social_enterprise: bool,
    pub innovative_startup: bool,
    /// Head office in an ethnic-minority or hard area (Decree 224/2026 Art. 74).
    pub hard_area: bool,
    /// Main activity in a priority sector of the national programme (Art. 74).
    pub priority_sector: bool,
    /// The latest readiness assessment.
    pub readiness: Option<Readiness>,
    /// A dependent unit (13-digit code): the enterprise it belongs to.
    #[serde(default)]
    pub head: Option<Head>,
}

/// The enterprise behind a dependent unit: the same legal person, so the caps of a year are shared (Decree 80/2021 Art. 4.2).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Head {
    /// Its 10-digit code.
    pub code: String,
    /// `None`: it is not on the register.
    pub id: Option<EnterpriseId>,
}

impl EnterpriseFacts {
    /// Whose caps count and whose ledger is written: a dependent unit has none of its own.
    pub fn holder(&self) -> EnterpriseId {
        self.head.as_ref().and_then(|h| h.id).unwrap_or(self.id)
    }
    /// The code of the enterprise that must be registered before the unit can be supported.
    pub fn head_missing(&self) -> Option<&str> {
        self.head.as_ref().filter(|h| h.id.is_none()).map(|h| h.code.as_str())
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EnterpriseKind {
    Enterprise,
    /// Household or individual business.
    Household,
    Cooperative,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Ownership {
    pub women_capital: Percent,
    pub woman_manages: bool,
}

impl<'de> Deserialize<'de> for Ownership {
    fn deserialize<D: serde::Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        // Stored as hundredths of a percent, whatever the catalogue's way of writing a percentage is.
        #[derive(Deserialize)]
        struct Stored {
            women_capital: u32,
            woman_manages: bool,
        }
        let stored = Stored::deserialize(d)?;
        Ok(Self { women_capital: Percent(stored.women_capital), woman_manages: stored.woman_manages })
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Readiness {
    pub on: Date,
    /// Name of the framework and the level reached, as shown.
    pub framework: String,
    pub level: Option<i64>,
    /// Concluded by a consultant and trusted as far as money asks (`readiness` of `catalog/support/procedure.yaml`).
    pub confirmed: bool,
    /// The trust tier it counts with here; absent in copies from before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tier: Option<Tier>,
}

/// The register of enterprises.
#[async_trait]
pub trait Enterprises: Send + Sync {
    /// The enterprise if the actor may act for it; otherwise it does not exist for them.
    async fn own(&self, actor: &Actor, enterprise: EnterpriseId, year: i16) -> anyhow::Result<Option<EnterpriseFacts>>;
    /// The enterprise, for the centre's staff.
    async fn find(&self, enterprise: EnterpriseId, year: i16) -> anyhow::Result<Option<EnterpriseFacts>>;
}

/// What the showroom says of a solution.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SolutionFacts {
    pub id: SolutionId,
    pub name: String,
    pub supplier: String,
    /// Where it is publicly listed: the national portal, the ministry's, the supplier's site, or the centre's catalogue.
    pub listed_at: Option<String>,
    pub open_standard: bool,
    /// Data are given back at the end of the contract.
    pub returns_data: bool,
}

#[async_trait]
pub trait Solutions: Send + Sync {
    async fn solution(&self, id: SolutionId) -> anyhow::Result<Option<SolutionFacts>>;
    /// Solutions to choose from in the form: id and name, at most `limit`.
    async fn listed(&self, limit: u32) -> anyhow::Result<Vec<(SolutionId, String)>>;
}

/// What the network says of a consultant.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConsultantFacts {
    pub id: ExpertId,
    pub name: String,
    /// Recognised on the day asked for.
    pub recognised: bool,
    /// The network that recognised them.
    pub network: String,
    /// An official or civil servant cannot be an individual consultant (Circular 06/2022 Art. 8.1.a).
    pub official: bool,
}

#[async_trait]
pub trait Consultants: Send + Sync {
    async fn consultant(&self, id: ExpertId, on: Date) -> anyhow::Result<Option<ConsultantFacts>>;
    /// Recognised consultants to choose from in the form: id and name, at most `limit`.
    async fn recognised(&self, on: Date, limit: u32) -> anyhow::Result<Vec<(ExpertId, String)>>;
}

/// An acceptance record of an engagement.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Acceptance {
    pub reference: String,
    pub on: Date,
    pub about: String,
}

#[async_trait]
pub trait Acceptances: Send + Sync {
    /// Acceptance records of the enterprise's engagements, newest first; offered to the accountant.
    async fn of(&self, enterprise: EnterpriseId) -> anyhow::Result<Vec<Acceptance>>;
}
