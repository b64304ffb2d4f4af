//! What is looked for: names, how it is measured, figures with what they are a part of.

use crate::trust::{alike::Group, known::Findings, rules::Rules};
use kernel::{Text, catalog::LegalBasis, text::Lang};

/// What is looked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Section {
    Outliers,
    Contradictions,
    SameTexts,
    SameAnswers,
    Drift,
    Rounds,
}

impl Section {
    pub const ALL: [Self; 6] = [Self::Outliers, Self::Contradictions, Self::SameTexts, Self::SameAnswers, Self::Drift, Self::Rounds];
    pub const fn code(self) -> &'static str {
        match self {
            Self::Outliers => "outliers",
            Self::Contradictions => "contradictions",
            Self::SameTexts => "same-texts",
            Self::SameAnswers => "same-answers",
            Self::Drift => "consultants",
            Self::Rounds => "rounds",
        }
    }
    pub fn name(self) -> Text {
        let (vi, en) = match self {
            Self::Outliers => ("Kết quả lệch xa nhóm tương đồng", "Results far from their peers"),
            Self::Contradictions => ("Câu trả lời mâu thuẫn nhau", "Answers that contradict one another"),
            Self::SameTexts => ("Ghi chú giống hệt ở nhiều đơn vị", "The same note from several firms"),
            Self::SameAnswers => ("Cả bài giống hệt ở nhiều đơn vị", "All answers the same at several firms"),
            Self::Drift => ("Độ lệch khi xác nhận của từng tư vấn viên", "How consultants' corrections differ"),
            Self::Rounds => ("Lần đo sau không so được với lần đầu", "Later rounds that do not compare with the first"),
        };
        Text::new(vi, en)
    }
    /// How it was measured.
    pub fn how(self, rules: &Rules) -> Text {
        let (o, a, d) = (&rules.outliers, &rules.alike, &rules.drift);
        let (z, gap, dev) = (o.robust_z, o.least_gap, d.deviation);
        let (zv, gapv, devv) = (z.show(Lang::Vi, 2), gap.show(Lang::Vi, 2), dev.show(Lang::Vi, 2));
        match self {
            Self::Outliers => Text::new(
                format!("So với ít nhất {} kết quả khác cùng phiên bản bộ tiêu chí, cùng mức tin cậy, cùng ngành (VSIC cấp 1) và quy mô. Khoảng cách tính bằng z bền vững 0,6745 × (tỷ lệ điểm − trung vị) / MAD; nêu khi |z| > {zv} và lệch từ {gapv} điểm phần trăm.", o.peers),
                format!("Compared with at least {} other results of the same framework version, trust tier, sector (VSIC section) and size class. Distance is the robust z 0.6745 × (share of points − median) / MAD; flagged when |z| > {z} and the gap is {gap} percentage points or more.", o.peers),
            ),
            Self::Contradictions => Text::new(
                "Mỗi bộ tiêu chí tự khai báo những câu trả lời không thể cùng đúng; ở đây là các bài đã gửi có ít nhất một mâu thuẫn. Mâu thuẫn không trừ điểm.",
                "Each framework declares answers that cannot both be true; these are submitted results with at least one. A contradiction takes no points.",
            ),
            Self::SameTexts => Text::new(
                format!("Ghi chú từ {} ký tự trở lên, bỏ qua dấu, chữ hoa và khoảng trắng, xuất hiện ở hai đơn vị khác nhau trở lên. Chi nhánh cùng mã số thuế tính là một đơn vị.", a.text_length),
                format!("Notes of {} characters or more, accents, case and spaces aside, that two or more different firms gave. Branches of one tax code are one firm.", a.text_length),
            ),
            Self::SameAnswers => Text::new(
                format!("Bài có từ {} câu trả lời và có điểm, mọi câu trả lời trùng nhau ở hai đơn vị khác nhau trở lên, cùng phiên bản bộ tiêu chí.", a.answers),
                format!("Results with {} answers or more and some points, every answer the same at two or more different firms, in one framework version.", a.answers),
            ),
            Self::Drift => Text::new(
                format!("Điểm sau khi xác nhận trừ điểm đơn vị tự khai, trên điểm tối đa của các câu đã xác nhận; so với mức chung của mọi tư vấn viên. Nêu khi lệch từ {devv} điểm phần trăm và đã xác nhận từ {} câu.", d.checks),
                format!("Points after checking less points declared, over the maximum of the checked questions, beside that of all consultants. Flagged at {dev} percentage points or more and {} checked answers or more.", d.checks),
            ),
            Self::Rounds => Text::new(
                "T1, T2 phải cùng phiên bản bộ tiêu chí, cùng mức tin cậy với T0 và do người khác xác nhận; nếu không, phần tăng giảm không nói lên điều gì.",
                "T1 and T2 need the framework version and trust tier of T0 and another assessor; otherwise the change says nothing.",
            ),
        }
    }
    pub fn basis(self, rules: &Rules) -> &[LegalBasis] {
        match self {
            Self::Outliers => &rules.outliers.legal_basis,
            Self::SameTexts | Self::SameAnswers => &rules.alike.legal_basis,
            Self::Drift => &rules.drift.legal_basis,
            Self::Rounds => &rules.rounds.legal_basis,
            Self::Contradictions => &[],
        }
    }
    /// How many were found, of how many that could be looked at.
    pub fn figure(self, f: &Findings) -> (usize, usize) {
        match self {
            Self::Outliers => (f.outliers.found.len(), f.outliers.judged),
            Self::Contradictions => (f.contradicting.len(), f.facts.len()),
            Self::SameTexts => (results(&f.same_texts), f.with_texts),
            Self::SameAnswers => (results(&f.same_answers), f.comparable),
            Self::Drift => (f.drift.consultants.iter().filter(|c| c.flagged).count(), f.drift.consultants.len()),
            Self::Rounds => (f.broken().count(), f.rounds.len()),
        }
    }
    pub const fn unit(self) -> (&'static str, &'static str) {
        match self {
            Self::Outliers => ("kết quả có đủ nhóm so sánh", "results with enough peers"),
            Self::Contradictions => ("kết quả đã gửi", "submitted results"),
            Self::SameTexts => ("kết quả có ghi chú dài", "results with a long note"),
            Self::SameAnswers => ("kết quả đủ dài", "results long enough"),
            Self::Drift => ("tư vấn viên đã xác nhận", "consultants who checked"),
            Self::Rounds => ("lần đo sau", "later rounds"),
        }
    }
}

fn results(groups: &[Group]) -> usize {
    groups.iter().map(|g| g.facts.len()).sum()
}
