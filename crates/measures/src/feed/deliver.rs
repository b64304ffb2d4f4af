//! A delivery taken: read, each row decided like a value that a person enters, what became of it kept.

use super::{Delivery, DeliveryId, FeedEvent, MOST_BYTES, MOST_WRONG, Way, WrongRow, catalog::Feed, rows::{self, Row, part}};
use crate::{Measures, Who, reading::{self, Reading, Sent}};
use kernel::{Actor, Refusal, Text, id::OfficeCode, refusal::RefusalKind};
use records::Failure;
use sha2::{Digest as _, Sha256};
use std::collections::BTreeSet;

const HOUR: i64 = 3_600;

enum Became {
    New,
    Corrected,
    Same,
}

/// Whether these bytes were taken before; otherwise their SHA-256.
enum Before {
    There(Box<Delivery>),
    New(String),
}

fn readable(feed: &Feed, media_type: &str, bytes: &[u8]) -> Result<Vec<Row>, Refusal> {
    if bytes.len() > MOST_BYTES {
        let most = MOST_BYTES >> 20;
        return Err(Refusal::invalid("bad-delivery", format!("Tệp lớn hơn {most} MB; chia thành nhiều lần gửi."), format!("It is larger than {most} MB; send it in parts.")));
    }
    rows::rows(feed, media_type, bytes)
}

fn blank(feed: &Feed, who: &Who, way: Way, bytes: &[u8], sha256: String) -> Delivery {
    Delivery {
        id: DeliveryId::new(uuid::Uuid::now_v7()),
        feed: feed.code.clone(),
        sha256,
        bytes: bytes.len(),
        rows: 0,
        new: 0,
        corrected: 0,
        same: 0,
        refused: 0,
        wrong: Vec::new(),
        mapping: feed.columns.clone(),
        by: who.author.account,
        name: who.author.name.clone(),
        office: who.office.clone(),
        at: who.author.at,
        way,
        unreadable: Vec::new(),
    }
}

impl Measures {
    pub fn feed(&self, code: &str) -> Option<&Feed> {
        self.catalog.feeds.iter().find(|f| f.code == code)
    }

    /// Takes what a system sent over HTTP. The same bytes again change nothing and answer what was answered (`true`).
    ///
    /// # Errors
    /// What does not read at all is refused and leaves nothing: the sender hears it.
    pub async fn deliver(&self, actor: &Actor, feed: &Feed, media_type: &str, bytes: &[u8]) -> Result<(Delivery, bool), Failure> {
        let who = self.who(actor);
        let sha256 = match self.before(feed, &who, bytes).await? {
            Before::There(found) => return Ok((*found, true)),
            Before::New(sha256) => sha256,
        };
        let all = readable(feed, media_type, bytes)?;
        self.take_all(feed, &who, &all, blank(feed, &who, Way::Http, bytes, sha256)).await
    }

    /// Takes what came by folder or by message, in the name of the feed's office. What does not read is a delivery of no rows with its reasons.
    ///
    /// # Errors
    /// Too many in an hour, or the store: it is to be brought again later.
    pub async fn deliver_by(&self, feed: &Feed, way: Way, media_type: &str, bytes: &[u8]) -> Result<(Delivery, bool), Failure> {
        let name = match &way {
            Way::Http => feed.name.vi.clone(),
            Way::Folder(_) => format!("Thư mục của nguồn “{}”", feed.name.vi),
            Way::Message(_) => format!("Tin nhắn của nguồn “{}”", feed.name.vi),
        };
        let office = feed.office.as_deref().map(OfficeCode::new);
        let who = self.who(&Actor { name, office, ..Actor::system(self.scope.province().clone()) });
        let sha256 = match self.before(feed, &who, bytes).await? {
            Before::There(found) => return Ok((*found, true)),
            Before::New(sha256) => sha256,
        };
        let blank = blank(feed, &who, way, bytes, sha256);
        match readable(feed, media_type, bytes) {
            Ok(all) => self.take_all(feed, &who, &all, blank).await,
            Err(r) => {
                let reasons = if r.reasons.is_empty() { vec![r.message] } else { r.reasons.into_iter().map(|r| r.message).collect() };
                self.keep(Delivery { unreadable: reasons, ..blank }, &who).await
            }
        }
    }

    async fn before(&self, feed: &Feed, who: &Who, bytes: &[u8]) -> Result<Before, Failure> {
        let sha256 = hex::encode(Sha256::digest(bytes));
        if let Some(found) = super::same(&self.scope, &feed.code, &sha256).await? {
            return Ok(Before::There(Box::new(found)));
        }
        if super::since(&self.scope, &feed.code, who.author.at.plus_seconds(-HOUR)).await? >= i64::from(feed.an_hour) {
            return Err(Refusal::new(
                RefusalKind::TooMany,
                "feed-floods",
                format!("Nguồn này gửi tối đa {} lần mỗi giờ. Gộp các dòng lại và gửi sau.", feed.an_hour),
                format!("This source sends at most {} times an hour. Put the rows together and send them later.", feed.an_hour),
            )
            .into());
        }
        Ok(Before::New(sha256))
    }

    async fn take_all(&self, feed: &Feed, who: &Who, all: &[Row], mut d: Delivery) -> Result<(Delivery, bool), Failure> {
        d.rows = all.len();
        let mut seen = BTreeSet::new();
        let (area, code) = (|r: &Row| part(r, feed.columns.area.as_ref()), |r: &Row| part(r, Some(&feed.columns.indicator)));
        let placed: BTreeSet<String> = all.iter().filter(|r| !area(r).is_empty()).map(code).collect();
        for (n, row) in all.iter().enumerate() {
            let total = area(row).is_empty() && placed.contains(&code(row));
            let became = if total { Err(vec![reading::unplaced(self.scope.province().as_str())]) } else { self.take(feed, row, who, &mut seen).await? };
            match became {
                Ok(Became::New) => d.new += 1,
                Ok(Became::Corrected) => d.corrected += 1,
                Ok(Became::Same) => d.same += 1,
                Err(reasons) => {
                    d.refused += 1;
                    if d.wrong.len() < MOST_WRONG {
                        d.wrong.push(WrongRow { row: n + 1, reasons });
                    }
                }
            }
        }
        self.keep(d, who).await
    }

    async fn keep(&self, d: Delivery, who: &Who) -> Result<(Delivery, bool), Failure> {
        let event = FeedEvent::Delivered { delivery: Box::new(d.clone()) };
        let kept = records::change::<Delivery>(&self.scope, &d.id.to_string(), &who.author, |found| Ok(found.is_none().then(|| event.clone()))).await;
        match kept {
            Ok(kept) => Ok((kept, false)),
            // The same bytes came twice at once: the other one is the delivery.
            Err(failure) => super::same(&self.scope, &d.feed, &d.sha256).await?.map(|found| (found, true)).ok_or(failure),
        }
    }

    /// One row: what became of it, or why it was not taken.
    async fn take(&self, feed: &Feed, row: &Row, who: &Who, seen: &mut BTreeSet<String>) -> Result<Result<Became, Vec<Text>>, Failure> {
        let c = &feed.columns;
        let foreign = rows::foreign(row, c, self.scope.province().as_str(), who.author.at);
        if !foreign.is_empty() {
            return Ok(Err(foreign));
        }
        let code = part(row, Some(&c.indicator));
        let Some(indicator) = self.catalog.indicator(&code) else {
            let code: String = code.chars().take(60).collect();
            return Ok(Err(vec![Text::new(format!("Không có chỉ tiêu “{code}”."), format!("There is no indicator “{code}”."))]));
        };
        let sent = Sent {
            period: part(row, Some(&c.period)),
            area: part(row, c.area.as_ref()),
            n: part(row, Some(&c.n)),
            d: part(row, c.d.as_ref()),
            document: part(row, Some(&c.document)),
            note: part(row, c.note.as_ref()),
            supplier: feed.supplier.vi.clone(),
            ..Sent::default()
        };
        let read = match reading::read(self, indicator, &sent, who.author.at) {
            Ok(read) => read,
            Err(r) => return Ok(Err(r.reasons.into_iter().map(|r| r.message).collect())),
        };
        let stream = reading::stream(&indicator.code, &read.area, read.period);
        if !seen.insert(stream.clone()) {
            return Ok(Err(vec![Text::new("Chỉ tiêu, kỳ, địa bàn này đã có ở dòng trên.", "This indicator, period and area are on a row above.")]));
        }
        let before = records::load::<Reading>(&self.scope, &stream).await?.map_or(0, |f| f.state.vintages.len());
        let reason = format!("Nguồn “{}” gửi lại", feed.name.vi);
        let after = records::change::<Reading>(&self.scope, &stream, &who.author, |found| reading::declare(found, indicator, &read, &reason, who)).await;
        Ok(match after {
            Ok(r) if before == 0 && r.vintages.len() == 1 => Ok(Became::New),
            Ok(r) if r.vintages.len() > before => Ok(Became::Corrected),
            Ok(_) => Ok(Became::Same),
            Err(Failure::Refused(r)) => Err(if r.reasons.is_empty() { vec![r.message] } else { r.reasons.into_iter().map(|r| r.message).collect() }),
            Err(failure) => return Err(failure),
        })
    }
}
