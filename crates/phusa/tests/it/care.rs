//! Notices outside: once per person, event and channel, through faults, to those who want them.

use crate::{dossier::Dossier, house::House};
use citizen_care::channel::{Carriers, mail::Smtp, simulator, sms::Gateway};
use phusa::rooms::Outside;
use std::sync::Arc;
use store::{Db, values};
use testkit::on_each_database;

on_each_database! {
    every_notice_leaves_once_through_faults
    a_channel_turned_off_and_a_number_that_does_not_exist
}

const SECRET: &[u8] = b"a secret of the test, thirty-two bytes";

pub struct Out {
    pub house: House,
    pub sms: simulator::Book,
    pub mail: simulator::Book,
}

pub async fn out(db: Db) -> Out {
    let (gateway, sms) = simulator::sms(SECRET).await.unwrap();
    let (server, mail) = simulator::smtp().await.unwrap();
    let carriers = Carriers {
        email: Some(Arc::new(Smtp::new(&server, "Một cửa <mot-cua@phusa.example>").unwrap())),
        sms: Some(Arc::new(Gateway::new(&gateway, SECRET, "PHUSA"))),
    };
    Out { house: House::connected(db, Outside { carriers, ..Outside::default() }).await, sms, mail }
}

/// Carries until nothing is due, moving the clock over the pauses.
pub async fn carry(h: &House) {
    let care = &h.it.rooms.citizen_care;
    for _ in 0..1_000 {
        if care.carry_due(h.now()).await.unwrap() > 0 {
            continue;
        }
        let next = h.it.scope.one("SELECT MIN(due) AS due FROM care_message WHERE province = $1 AND due IS NOT NULL", values![]).await.unwrap();
        match next.and_then(|r| r.opt_instant("due").unwrap()) {
            Some(due) => h.set_to(due.max(h.now())),
            None => return,
        }
    }
    panic!("it never ends");
}

async fn every_notice_leaves_once_through_faults(db: Db) {
    let Out { house: h, sms, mail } = out(db).await;
    sms.lock().unwrap().failing = 40;
    mail.lock().unwrap().failing = 40;
    let dossiers: Vec<Dossier> = (0..12).map(|_| Dossier::file(&h, "1.013225")).collect();
    h.effects().await;
    carry(&h).await;
    let waiting = h.count("SELECT COUNT(*) AS n FROM care_message WHERE province = $1 AND state <> 'sent'").await;
    assert_eq!(waiting, 0);
    let sent = h.count("SELECT COUNT(*) AS n FROM care_message WHERE province = $1 AND channel = 'sms'").await as usize;
    let book = sms.lock().unwrap();
    // A message whose answer was lost is offered again under the same key: the gateway knows it.
    assert_eq!(book.messages.len(), sent);
    assert!(book.offers as usize > sent, "the faults were not on");
    for d in &dossiers {
        assert_eq!(book.messages.values().filter(|(_, text)| text.contains(&d.code)).count(), sent / dossiers.len(), "{}", d.code);
    }
    let (_, text) = book.messages.values().next().unwrap();
    assert!(text.is_ascii() && text.contains("Ho so H29.") && text.contains("truoc "), "{text}");
    let letters = mail.lock().unwrap();
    let (to, letter) = letters.messages.values().next().unwrap();
    assert!(to.contains('@') && letter.contains("Subject: "), "{letter}");
}

async fn a_channel_turned_off_and_a_number_that_does_not_exist(db: Db) {
    let Out { house: h, sms, mail } = out(db).await;
    let d = Dossier::file(&h, "1.013225");
    h.effects().await;
    let rows = h.it.scope.query("SELECT party, address FROM care_message WHERE province = $1 AND channel = 'sms'", values![]).await.unwrap();
    let (party, address) = (rows[0].string("party").unwrap(), rows[0].string("address").unwrap());
    // The number does not exist: given up at once, with the reason, and nobody else is held up.
    sms.lock().unwrap().unknown.push(address);
    carry(&h).await;
    assert_eq!(h.count("SELECT COUNT(*) AS n FROM care_message WHERE province = $1 AND state = 'given_up'").await, 1);
    assert!(!mail.lock().unwrap().messages.is_empty());
    // From now on this person wants no short messages.
    let mut batch = h.it.scope.batch();
    batch.exec(
        "INSERT INTO care_choice (province, party, channel, wanted, proved, code_tries, changed_at) VALUES ($1, $2, 'sms', 0, 0, 0, $3)",
        values![party.as_str(), h.now()],
    );
    h.it.scope.commit(batch).await.unwrap();
    let before = h.count("SELECT COUNT(*) AS n FROM care_message WHERE province = $1 AND channel = 'sms'").await;
    let mut d = d;
    d.act("thu", "receive");
    h.effects().await;
    assert_eq!(h.count("SELECT COUNT(*) AS n FROM care_message WHERE province = $1 AND channel = 'sms'").await, before);
    assert!(h.count("SELECT COUNT(*) AS n FROM care_message WHERE province = $1 AND channel = 'email'").await >= 2);
}
