//! Where one case goes. Pure.

use crate::model::{OfficeMove, Plan};
use casework::{CaseState, event::Transfer};
use kernel::id::{AccountId, OfficeCode, PartyId, ProvinceCode};
use std::collections::HashMap;

/// The plan's moves, looked up by what leaves.
pub struct Routes<'a> {
    plan: &'a Plan,
    offices: HashMap<(&'a ProvinceCode, &'a OfficeCode), &'a OfficeMove>,
}

/// People of the leaving province whom the receiving one knows already: parties and accounts, old to new.
#[derive(Debug, Clone, Default)]
pub struct Known {
    pub parties: HashMap<PartyId, PartyId>,
    pub accounts: HashMap<AccountId, AccountId>,
}

impl<'a> Routes<'a> {
    pub fn of(plan: &'a Plan) -> Self {
        Self { plan, offices: plan.offices.iter().map(|m| ((&m.province, &m.office), m)).collect() }
    }

    pub fn office(&self, province: &ProvinceCode, office: &OfficeCode) -> Option<&'a OfficeMove> {
        self.offices.get(&(province, office)).copied()
    }

    /// The receiver of one office of a case; a divided office by the commune the case is about.
    pub fn receiver(&self, m: &'a OfficeMove, s: &CaseState) -> Option<&'a OfficeCode> {
        let commune = s.answers.get("commune").and_then(serde_json::Value::as_str);
        commune.and_then(|c| m.by_commune.get(c)).or(m.to.as_ref())
    }

    /// The province a case goes to: with the whole of its province, or with the office that decides on it.
    pub fn province(&self, from: &ProvinceCode, s: &CaseState) -> Option<&'a ProvinceCode> {
        if let Some(whole) = self.plan.provinces.iter().find(|m| m.from == *from && m.whole) {
            return Some(&whole.to);
        }
        let moved = self.office(from, &s.offices.decides).or_else(|| self.office(from, &s.offices.received))?;
        (moved.to_province != *from).then_some(&moved.to_province)
    }

    /// How a case goes on in the other province. An office of it that does not move keeps its code.
    pub fn transfer(&self, from: &ProvinceCode, to: &ProvinceCode, s: &CaseState, known: &Known) -> Transfer {
        let mut offices: Vec<(OfficeCode, OfficeCode)> = Vec::new();
        for place in s.places() {
            if let Some(receiver) = self.office(from, place).and_then(|m| self.receiver(m, s)).filter(|r| *r != place)
                && !offices.iter().any(|(f, _)| f == place)
            {
                offices.push((place.clone(), receiver.clone()));
            }
        }
        let p = &s.people;
        let parties = [Some(&p.applicant), Some(&p.owner), p.proxy.as_ref()].into_iter().flatten().filter_map(|x| x.party);
        let mut parties: Vec<(PartyId, PartyId)> = parties.filter_map(|x| Some((x, *known.parties.get(&x)?))).collect();
        parties.dedup();
        let members = s.members.values().flatten().map(|m| m.account);
        let mut accounts: Vec<(AccountId, AccountId)> =
            members.chain(s.assignee.as_ref().map(|a| a.account)).filter_map(|x| Some((x, *known.accounts.get(&x)?))).collect();
        accounts.dedup();
        Transfer { plan: self.plan.id.clone(), document: self.plan.basis.clone(), from: from.clone(), to: to.clone(), offices, parties, accounts }
    }

    /// Inside one province: the offices of a case that are succeeded, and by whom.
    pub fn inside(&self, province: &ProvinceCode, s: &CaseState) -> Vec<(OfficeCode, OfficeCode)> {
        let mut all: Vec<(OfficeCode, OfficeCode)> = Vec::new();
        for place in s.places() {
            let Some(m) = self.office(province, place).filter(|m| m.to_province == *province) else { continue };
            if let Some(to) = self.receiver(m, s).filter(|r| *r != place)
                && !all.iter().any(|(f, _)| f == place)
            {
                all.push((place.clone(), to.clone()));
            }
        }
        all
    }
}
