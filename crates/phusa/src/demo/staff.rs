//! The hands of the demonstration: who acts for an office in each role.

use super::course::Hand;
use anyhow::Context as _;
use identity::{Directory, Offices, demo as people, demo::DemoAccount, dev_provider::DEMO_ISSUER_KEY, new_post, roles};
use kernel::{
    Actor, Instant,
    id::{AccountId, OfficeCode, ProvinceCode},
};
use std::collections::HashMap;

/// The officials of one office, as they act.
#[derive(Debug, Clone)]
pub struct Staff {
    pub one_stop: Actor,
    pub specialist: Actor,
    pub head: Actor,
    pub leader: Actor,
    pub clerk: Actor,
}

/// Everybody who acts in the demonstration.
pub struct Hands {
    pub offices: HashMap<OfficeCode, Staff>,
    /// Who gives an opinion for an office that is asked.
    pub consulted: HashMap<OfficeCode, Actor>,
    pub system: Actor,
}

impl Hands {
    /// The actor behind a hand in a case of an office. The applicant is not an official: the caller knows them.
    pub fn of(&self, office: &OfficeCode, hand: &Hand) -> Option<&Actor> {
        let staff = self.offices.get(office)?;
        Some(match hand {
            Hand::OneStop => &staff.one_stop,
            Hand::Specialist => &staff.specialist,
            Hand::Head => &staff.head,
            Hand::Leader => &staff.leader,
            Hand::Clerk => &staff.clerk,
            Hand::Consulted(office) => self.consulted.get(office)?,
            Hand::System => &self.system,
            Hand::Applicant => return None,
        })
    }

    /// The accounts that are there, read as actors of today.
    pub async fn read(directory: &Directory, offices: &Offices, accounts: &[DemoAccount], now: Instant) -> anyhow::Result<Self> {
        let province = directory.scope().province().clone();
        let mut by_role: HashMap<(OfficeCode, &str), Actor> = HashMap::new();
        for account in accounts {
            let Some((office, role, _)) = &account.post else { continue };
            let known = directory.by_subject(DEMO_ISSUER_KEY, &account.key).await?.with_context(|| format!("no account {}", account.key))?;
            let actor = directory.actor(known.id, now).await?.with_context(|| format!("{} is closed", account.key))?;
            by_role.insert((office.clone(), *role), actor);
        }
        let mut hands = Self { offices: HashMap::new(), consulted: HashMap::new(), system: Actor::system(province) };
        for office in offices.in_level(identity::Level::Commune) {
            let held = |roles: &[&'static str]| roles.iter().find_map(|r| by_role.get(&(office.code.clone(), *r))).cloned();
            let staff = (|| {
                Some(Staff {
                    one_stop: held(&[roles::ONE_STOP])?,
                    specialist: held(&[roles::SPECIALIST])?,
                    head: held(&[roles::HEAD, roles::LEADER])?,
                    leader: held(&[roles::LEADER])?,
                    clerk: held(&[roles::CLERK, roles::ONE_STOP])?,
                })
            })();
            if let Some(staff) = staff {
                hands.offices.insert(office.code.clone(), staff);
            }
        }
        for ((office, role), actor) in by_role {
            if role == roles::CONSULTED {
                hands.consulted.insert(office, actor);
            }
        }
        Ok(hands)
    }
}

/// The people the demonstration shows by name: identity's, and those of rooms above it.
pub fn people() -> Vec<DemoAccount> {
    let mut all = people::people();
    let unit = [
        ("van", "Cung Thị Vân", roles::DATA_PROTECTION, "Cán bộ bảo vệ dữ liệu cá nhân"),
        ("truc", "Lương Thanh Trúc", roles::LEADER, "Trưởng bộ phận"),
        ("duyen", "Hồng Mỹ Duyên", roles::CLERK, "Văn thư"),
    ];
    let centre = [("khue", "Diệp Minh Khuê", roles::CLERK, "Văn thư")];
    let unit = unit.into_iter().map(|p| ("H29.11", p)).chain(centre.into_iter().map(|p| ("H29.10", p)));
    all.extend(unit.map(|(office, (key, name, role, title))| {
        let post = (OfficeCode::new(office), role, title.to_owned());
        DemoAccount { key: key.into(), name: name.into(), personal_number: None, phone: None, birthdate: None, post: Some(post) }
    }));
    all
}

/// Creates those of the named people that are not there yet, with their second posts. Returns their ids in the given order.
pub async fn install_named(directory: &Directory, named: &[DemoAccount], by: AccountId) -> anyhow::Result<Vec<AccountId>> {
    let since = people::since();
    let ids = people::install(directory, named, by, since).await?;
    for (account, id) in named.iter().zip(&ids) {
        let Some((office, role, _)) = account.post.as_ref().filter(|p| p.1 == roles::DATA_PROTECTION) else { continue };
        if directory.posts(*id).await?.len() == 1 {
            let mut batch = directory.scope().batch();
            second_post(directory, &mut batch, *id, office, role, by);
            directory.scope().commit(batch).await?;
        }
    }
    Ok(ids)
}

/// The named people of the demonstration, and for the city three officials in every commune that has none.
pub fn accounts(offices: &Offices, city: bool) -> Vec<DemoAccount> {
    let mut all = self::people();
    if city {
        let staffed: Vec<OfficeCode> = all.iter().filter_map(|a| a.post.as_ref().map(|p| p.0.clone())).collect();
        let empty = offices.in_level(identity::Level::Commune).filter(|o| !staffed.contains(&o.code));
        let generated: Vec<DemoAccount> = empty.enumerate().flat_map(|(n, o)| people::commune_staff(o, n)).collect();
        all.extend(generated);
    }
    all
}

/// In a small commune the leader heads the division too, and the one-stop officer keeps the registers.
pub async fn install(directory: &Directory, accounts: &[DemoAccount], province: &ProvinceCode) -> anyhow::Result<()> {
    let by = Actor::system(province.clone()).account;
    let since = people::since();
    let named = self::people().len();
    let (first, generated) = accounts.split_at(named.min(accounts.len()));
    install_named(directory, first, by).await?;
    for chunk in generated.chunks(60) {
        let mut batch = directory.scope().batch();
        for account in chunk {
            if directory.by_subject(DEMO_ISSUER_KEY, &account.key).await?.is_some() {
                continue;
            }
            let id = people::add(directory, &mut batch, account, by, since);
            if let Some((office, role, _)) = &account.post {
                second_post(directory, &mut batch, id, office, role, by);
            }
        }
        if !batch.is_empty() {
            directory.scope().commit(batch).await?;
        }
    }
    Ok(())
}

/// Who signs documents in the demonstration, for trial certificates: leaders and heads.
pub async fn signers(directory: &Directory, offices: &Offices, accounts: &[DemoAccount]) -> anyhow::Result<Vec<signing::trial::Person>> {
    let mut signers = Vec::new();
    for account in accounts {
        let Some((office, _, _)) = account.post.as_ref().filter(|p| p.1 == roles::LEADER || p.1 == roles::HEAD) else { continue };
        let known = directory.by_subject(DEMO_ISSUER_KEY, &account.key).await?.with_context(|| format!("no account {}", account.key))?;
        let organisation = offices.get(office.as_str()).map_or_else(|| office.to_string(), |o| o.name.vi.clone());
        signers.push(signing::trial::Person { account: known.id, name: account.name.clone(), organisation });
    }
    Ok(signers)
}

fn second_post(directory: &Directory, batch: &mut store::Batch, id: AccountId, office: &OfficeCode, role: &str, by: AccountId) {
    let (role, title) = match role {
        roles::LEADER => (roles::HEAD, "Chủ tịch kiêm phụ trách phòng chuyên môn"),
        roles::ONE_STOP => (roles::CLERK, "Công chức một cửa kiêm văn thư"),
        // Requests of data subjects are worked on by a post of the office that receives them.
        roles::DATA_PROTECTION => (roles::SPECIALIST, "Cán bộ giải quyết yêu cầu về dữ liệu cá nhân"),
        _ => return,
    };
    let since = people::since();
    directory.add_post(batch, &new_post(id, office, role, title, since, None), 3, by, since);
}
