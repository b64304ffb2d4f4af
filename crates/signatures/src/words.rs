//! What is said of a signature, for people who have never seen a certificate.

use crate::verdict::{Broken, Expired, NotKnown, Report, Verdict};
use kernel::Text;

impl Verdict {
    /// Short name for records.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Valid => "valid",
            Self::UnknownIssuer => "unknown-issuer",
            Self::ThenUnknown => "then-unknown",
            Self::Expired(Expired::AtSigning) => "expired-at-signing",
            Self::Expired(Expired::Since) => "expired-since",
            Self::Revoked => "revoked",
            Self::Weak => "weak",
            Self::Broken(Broken::Range) => "broken-range",
            Self::Broken(Broken::Content) => "broken-content",
            Self::Broken(Broken::Signature) => "broken-signature",
            Self::Broken(Broken::ChangedAfter) => "broken-changed-after",
            Self::Broken(Broken::Certificate) => "broken-certificate",
            Self::Broken(Broken::Use) => "broken-use",
            Self::NotKnown(NotKnown::Kind) => "not-known-kind",
            Self::NotKnown(NotKnown::Form) => "not-known-form",
        }
    }
    pub const ALL: [Self; 15] = [
        Self::Valid,
        Self::UnknownIssuer,
        Self::ThenUnknown,
        Self::Expired(Expired::AtSigning),
        Self::Expired(Expired::Since),
        Self::Revoked,
        Self::Weak,
        Self::Broken(Broken::Range),
        Self::Broken(Broken::Content),
        Self::Broken(Broken::Signature),
        Self::Broken(Broken::ChangedAfter),
        Self::Broken(Broken::Certificate),
        Self::Broken(Broken::Use),
        Self::NotKnown(NotKnown::Kind),
        Self::NotKnown(NotKnown::Form),
    ];
    /// The verdict of a record; one that is no longer known counts as not known.
    pub fn of_code(code: &str) -> Self {
        Self::ALL.into_iter().find(|v| v.code() == code).unwrap_or(Self::NotKnown(NotKnown::Form))
    }

    /// Three words for a list.
    pub fn short(self) -> Text {
        let (vi, en) = match self {
            Self::Valid => ("chữ ký số hợp lệ", "valid signature"),
            Self::UnknownIssuer => ("chữ ký số chưa rõ nơi cấp", "signature of an unknown issuer"),
            Self::ThenUnknown => ("có người lạ ký thêm", "a stranger signed afterwards"),
            Self::Expired(_) => ("chữ ký số hết hạn", "expired signature"),
            Self::Revoked => ("chứng thư đã bị thu hồi", "revoked certificate"),
            Self::Weak => ("chữ ký số yếu", "weak signature"),
            Self::Broken(_) => ("chữ ký số hỏng", "broken signature"),
            Self::NotKnown(_) => ("chữ ký chưa kiểm tra được", "signature that cannot be checked"),
        };
        Text::new(vi, en)
    }

    /// What was found, in one sentence.
    pub fn sentence(self) -> Text {
        let (vi, en) = match self {
            Self::Valid => ("Chữ ký số hợp lệ: tệp không bị sửa sau khi ký, chứng thư còn hiệu lực khi ký.", "The signature is valid: nothing was changed after signing, and the certificate was in force."),
            Self::UnknownIssuer => (
                "Tệp không bị sửa sau khi ký, nhưng chứng thư của người ký do nơi không có trong danh sách tin cậy cấp, nên chưa biết chắc người ký là ai.",
                "Nothing was changed after signing, but the signer's certificate comes from somebody who is not in the list of trusted issuers, so who signed is not certain.",
            ),
            Self::ThenUnknown => (
                "Chữ ký này đúng, nhưng sau đó có chữ ký khác được thêm mà chưa biết chắc của ai; phần thêm có thể che nội dung.",
                "This signature is right, but another was added afterwards and whose it is is not certain; what was added may hide something.",
            ),
            Self::Expired(Expired::AtSigning) => ("Chữ ký số không dùng được: khi ký, chứng thư đã hết hạn hoặc chưa có hiệu lực.", "The signature does not count: the certificate was not in force when it signed."),
            Self::Expired(Expired::Since) => (
                "Chứng thư của người ký nay đã hết hạn, và không có dấu thời gian chứng minh chữ ký có từ trước khi hết hạn.",
                "The signer's certificate has expired since, and no time stamp shows that the signature is older.",
            ),
            Self::Revoked => ("Chứng thư của người ký đã bị thu hồi.", "The signer's certificate has been revoked."),
            Self::Weak => ("Chữ ký số dùng thuật toán cũ (SHA-1 hoặc khóa ngắn) có thể bị làm giả, nên không được tính là hợp lệ.", "The signature uses an old algorithm (SHA-1 or a short key) that can be forged; it does not count as valid."),
            Self::Broken(Broken::Content) => ("Chữ ký số không khớp nội dung: tệp đã bị sửa sau khi ký, hoặc chữ ký lấy từ tệp khác.", "The signature does not fit the content: the file was changed after signing, or the signature is from another file."),
            Self::Broken(Broken::ChangedAfter) => ("Có nội dung được thêm hoặc thay đổi sau khi ký; phần đó không ai ký.", "Something was added or changed after signing; nobody signed that part."),
            Self::Broken(Broken::Range) => ("Chữ ký số không bao trùm cả tệp như quy định; có phần không ai ký.", "The signature does not cover the file as it must; some part is signed by nobody."),
            Self::Broken(Broken::Signature) => ("Chữ ký số không đúng với chứng thư đi kèm.", "The signature does not fit the certificate that came with it."),
            Self::Broken(Broken::Certificate) => ("Chứng thư đi kèm bị thiếu hoặc không phải chứng thư mà chữ ký nêu.", "The certificate is missing, or is not the one that the signature names."),
            Self::Broken(Broken::Use) => ("Chứng thư đi kèm không được dùng để ký văn bản.", "The certificate may not be used to sign documents."),
            Self::NotKnown(NotKnown::Kind) => ("Loại chữ ký số này cũ hoặc hiếm, hệ thống không kiểm tra được.", "The signature is of an old or rare kind that cannot be checked here."),
            Self::NotKnown(NotKnown::Form) => ("Chữ ký số không đọc được.", "The signature cannot be read."),
        };
        Text::new(vi, en)
    }

    /// What the person who gives the file may do next; nothing for a valid one.
    pub fn advice(self) -> Option<Text> {
        let (vi, en) = match self {
            Self::Valid => return None,
            Self::UnknownIssuer | Self::ThenUnknown => (
                "Tệp đã được nhận; cán bộ sẽ xem xét. Nếu có bản ký bằng chứng thư do tổ chức được cấp phép tại Việt Nam cấp, hãy tải bản đó.",
                "The file is kept and an official will look at it. If you have one signed with a certificate of an issuer licensed in Viet Nam, upload that.",
            ),
            Self::Expired(_) | Self::Revoked | Self::Weak => (
                "Tệp đã được nhận và đánh dấu. Hãy nhờ người ký ký lại bằng chứng thư còn hiệu lực rồi tải bản mới; nếu không có, nộp bản chụp kèm bản giấy khi được yêu cầu.",
                "The file is kept and marked. Ask the signer to sign again with a certificate in force and upload the new one; otherwise bring the paper when asked.",
            ),
            Self::Broken(_) => (
                "Tệp đã được nhận nhưng không được coi là bản đã ký. Hãy tải lại đúng tệp gốc nhận từ người ký: không mở rồi lưu lại, không ghép, không in ra tệp mới.",
                "The file is kept but does not count as signed. Upload the very file you got from the signer: not opened and saved again, not merged, not printed to a new file.",
            ),
            Self::NotKnown(_) => ("Tệp đã được nhận như tệp không ký; cán bộ sẽ xem xét.", "The file is kept as one without a signature; an official will look at it."),
        };
        Some(Text::new(vi, en))
    }
}

impl Report {
    /// The worst that was found of a paper, to say it at once.
    pub fn worst(&self) -> Option<Verdict> {
        let rank = |v: Verdict| match v {
            Verdict::Valid => 0,
            Verdict::ThenUnknown | Verdict::UnknownIssuer => 1,
            Verdict::Expired(_) => 2,
            Verdict::NotKnown(_) => 3,
            Verdict::Weak => 4,
            Verdict::Revoked => 5,
            Verdict::Broken(_) => 6,
        };
        self.signatures.iter().map(|s| s.verdict).max_by_key(|v| rank(*v))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_verdict_has_its_code_and_its_words() {
        let mut codes: Vec<&str> = Verdict::ALL.iter().map(|v| v.code()).collect();
        codes.sort_unstable();
        codes.dedup();
        assert_eq!(codes.len(), Verdict::ALL.len());
        for v in Verdict::ALL {
            assert_eq!(Verdict::of_code(v.code()), v);
            assert_eq!(v.advice().is_none(), v.is_valid(), "{}", v.code());
            assert!(v.sentence().vi != v.sentence().en && !v.short().vi.is_empty());
        }
        assert!(!Verdict::of_code("something of next year").is_valid());
    }
}
