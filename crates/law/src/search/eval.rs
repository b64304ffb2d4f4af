//! How well questions find their articles: recall at 1, 5, 10, 20 and MRR at 10.

use serde::{Deserialize, Serialize};

/// One line of a set of questions.
#[derive(Debug, Clone, Deserialize)]
pub struct Asked {
    #[serde(default)]
    pub id: String,
    pub question: String,
    /// Units that answer: `91/2015/QH13 art_117`, `luat:31/2024/QH15 art_5`. Empty: nothing answers, a refusal is right.
    #[serde(default)]
    pub gold: Vec<String>,
    #[serde(default)]
    pub date: Option<kernel::time::Date>,
    /// `tune` or `keep`: constants are chosen on the first only.
    #[serde(default)]
    pub part: String,
}

/// Sums over questions; shares are printed in thousandths of all.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Figures {
    pub questions: usize,
    pub at1: f64,
    pub at5: f64,
    pub at10: f64,
    pub at20: f64,
    pub mrr10: f64,
    /// Questions with an answer that were refused.
    pub refused: usize,
    /// Questions without an answer: all, and those refused.
    pub unanswerable: usize,
    pub rightly_refused: usize,
}

impl Figures {
    /// Adds one question: its gold, what was found in order, and whether it was refused.
    pub fn add(&mut self, gold: &[String], found: &[String], refused: bool) {
        if gold.is_empty() {
            self.unanswerable += 1;
            self.rightly_refused += usize::from(refused);
            return;
        }
        self.questions += 1;
        self.refused += usize::from(refused);
        let at = |k: usize| gold.iter().filter(|g| found.iter().take(k).any(|f| f == *g)).count() as f64 / gold.len() as f64;
        self.at1 += at(1);
        self.at5 += at(5);
        self.at10 += at(10);
        self.at20 += at(20);
        if let Some(rank) = found.iter().take(10).position(|f| gold.contains(f)) {
            self.mrr10 += 1.0 / (rank + 1) as f64;
        }
    }

    pub fn line(&self, name: &str) -> String {
        let n = self.questions.max(1) as f64;
        format!(
            "{name:<24} {:>5} questions  R@1 {:.3}  R@5 {:.3}  R@10 {:.3}  R@20 {:.3}  MRR@10 {:.3}  answered {:.3}  refused rightly {}/{}",
            self.questions,
            self.at1 / n,
            self.at5 / n,
            self.at10 / n,
            self.at20 / n,
            self.mrr10 / n,
            1.0 - self.refused as f64 / n,
            self.rightly_refused,
            self.unanswerable
        )
    }
}

/// `luat:91/2015/QH13 art_117` and `91/2015/QH13 art_117` are one.
pub fn gold_key(text: &str) -> String {
    let text = text.trim();
    text.split_once(':').map_or(text, |(_, rest)| rest).to_owned()
}
