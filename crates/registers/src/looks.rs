//! Questions about a person in the words people read, for whoever shows them beside other looks at their data.

use crate::{Registers, follow::JOURNAL, views::{self, Look}};
use ::store::StoreError;
use kernel::{Instant, Text, text::Lang};

/// One question as it is told.
#[derive(Debug, Clone, PartialEq)]
pub struct Told {
    pub look: Look,
    /// The database, or the journal that an auditor opened.
    pub database: Text,
    pub fields: Text,
    /// What it answered; nothing of a journal.
    pub answer: Option<Text>,
}

impl Registers {
    /// Questions about a person, newest first, before a place in the list, of one dossier or of all.
    pub async fn looks_told(&self, personal_number: &str, before: (Instant, &str), case: Option<&str>, limit: i64) -> Result<Vec<Told>, StoreError> {
        let looks = views::looks_at(&self.scope, personal_number, before, case, limit).await?;
        Ok(looks.into_iter().map(|look| self.told(look)).collect())
    }

    fn told(&self, look: Look) -> Told {
        let a = &look.asked;
        let both = |of: &dyn Fn(Lang) -> String| Text::new(of(Lang::Vi), of(Lang::En));
        Told {
            database: both(&|lang| self.database_name(&a.source, lang)),
            fields: both(&|lang| self.field_names(&a.source, &a.fields, lang)),
            answer: (a.source != JOURNAL).then(|| a.outcome.name()),
            look,
        }
    }

    /// The fields of a database in the words people read.
    pub fn field_names(&self, source: &str, fields: &[String], lang: Lang) -> String {
        let db = self.catalog.database(source);
        let named: Vec<&str> = fields.iter().map(|f| db.and_then(|d| d.fields.get(f)).map_or(f.as_str(), |t| t.get(lang))).collect();
        named.join(", ")
    }

    pub fn database_name(&self, source: &str, lang: Lang) -> String {
        if source == JOURNAL {
            return lang.pick("Nhật ký hệ thống", "The system's journal").to_owned();
        }
        self.catalog.database(source).map_or_else(|| source.to_owned(), |d| d.name.get(lang).to_owned())
    }
}
