//! What a person's certificate is worth: who vouches for it, whether it is in force, and whether it bears the person's name.

use super::refused;
use kernel::{Instant, Refusal, Text, text::fold};
use serde::{Deserialize, Serialize};
use signatures::{
    Certificate, Report, Trust, Verdict,
    trust::{Purpose, Told},
};

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Standing {
    Valid,
    /// Who issued it is not in the list.
    UnknownIssuer,
    /// It vouches for itself.
    SelfSigned,
    Expired,
    NotYet,
    Revoked,
    /// Made with what can be forged today.
    Weak,
    /// It may not be used to sign.
    NotForSigning,
}

impl Standing {
    pub const fn code(self) -> &'static str {
        match self {
            Self::Valid => "valid",
            Self::UnknownIssuer => "unknown_issuer",
            Self::SelfSigned => "self_signed",
            Self::Expired => "expired",
            Self::NotYet => "not_yet",
            Self::Revoked => "revoked",
            Self::Weak => "weak",
            Self::NotForSigning => "not_for_signing",
        }
    }
    /// May stand on an account: in force, and either known or at least somebody else's word.
    pub const fn may_connect(self) -> bool {
        matches!(self, Self::Valid | Self::UnknownIssuer)
    }
    /// For a list.
    pub fn short(self) -> Text {
        let (vi, en) = match self {
            Self::Valid => ("Còn hiệu lực", "In force"),
            Self::UnknownIssuer => ("Chưa rõ nơi cấp", "Unknown issuer"),
            Self::SelfSigned => ("Tự ký", "Self-signed"),
            Self::Expired => ("Hết hạn", "Expired"),
            Self::NotYet => ("Chưa có hiệu lực", "Not in force yet"),
            Self::Revoked => ("Đã bị thu hồi", "Revoked"),
            Self::Weak => ("Thuật toán yếu", "Weak algorithm"),
            Self::NotForSigning => ("Không dùng để ký", "Not for signing"),
        };
        Text::new(vi, en)
    }
    /// What it means and what to do.
    pub fn sentence(self) -> Text {
        let (vi, en) = match self {
            Self::Valid => ("Chứng thư do tổ chức trong danh sách tin cậy cấp và còn hiệu lực.", "The certificate comes from a trusted issuer and is in force."),
            Self::UnknownIssuer => (
                "Nơi cấp chứng thư chưa có trong danh sách tin cậy của cổng: chứng thư được ghi nhận nhưng chưa tính là chữ ký số hợp lệ. Hãy kiểm tra với tổ chức đã cấp.",
                "The issuer is not in the portal's list: the certificate is noted and does not count as a valid digital signature yet. Ask your issuer.",
            ),
            Self::SelfSigned => (
                "Chứng thư này tự ký, không do tổ chức nào cấp, nên không liên kết được. Hãy dùng chứng thư của tổ chức cung cấp dịch vụ chứng thực chữ ký số.",
                "This certificate is signed by itself and issued by nobody, so it cannot be connected. Use one of a certification authority.",
            ),
            Self::Expired => ("Chứng thư đã hết hạn. Hãy gia hạn với tổ chức cấp rồi gửi chứng thư mới.", "The certificate has expired. Renew it with its issuer and send the new one."),
            Self::NotYet => ("Chứng thư chưa đến ngày có hiệu lực. Hãy gửi lại từ ngày đó.", "The certificate is not in force yet. Send it again from that day on."),
            Self::Revoked => ("Chứng thư đã bị tổ chức cấp thu hồi. Hãy xin cấp chứng thư mới.", "The certificate was revoked by its issuer. Ask for a new one."),
            Self::Weak => ("Chứng thư dùng thuật toán hoặc độ dài khóa không còn an toàn. Hãy xin cấp chứng thư mới.", "The certificate uses an algorithm or key that is no longer safe. Ask for a new one."),
            Self::NotForSigning => ("Chứng thư này không dùng để ký (ví dụ chỉ để đăng nhập, mã hóa). Hãy chọn chứng thư ký số.", "This certificate is not for signing (but for signing in or encryption). Choose the one for signatures."),
        };
        Text::new(vi, en)
    }
}

/// Judges a certificate by itself at an instant.
pub fn standing(c: &Certificate, chain: &[Certificate], trust: &Trust, at: Instant) -> Standing {
    if !c.may_sign() || c.ca {
        return Standing::NotForSigning;
    }
    let itself = c.subject.same(&c.issuer) && c.signed_by(c);
    let path = trust.path(c, chain, Purpose::Signing, at);
    let revoked = path.as_ref().and_then(|p| trust.revoked(p, &Told::default(), at).0);
    if revoked.is_some_and(|since| since <= at) {
        return Standing::Revoked;
    }
    if at > c.to {
        return Standing::Expired;
    }
    if at < c.from {
        return Standing::NotYet;
    }
    if itself && path.is_none() {
        return Standing::SelfSigned;
    }
    if c.is_weak() || path.as_ref().is_some_and(|p| p.certificates.iter().any(Certificate::is_weak)) {
        return Standing::Weak;
    }
    match path {
        Some(p) if p.from <= at && at <= p.to => Standing::Valid,
        Some(_) => Standing::Expired,
        None => Standing::UnknownIssuer,
    }
}

/// Whether the certificate bears the person's name: words composed, without marks and case, in any order of its other words.
pub fn names(c: &Certificate, person: &str) -> bool {
    let subject = fold(&c.subject.said());
    let words: Vec<&str> = subject.split_whitespace().collect();
    let wanted = fold(person);
    let wanted: Vec<&str> = wanted.split_whitespace().collect();
    !wanted.is_empty() && words.windows(wanted.len()).any(|w| w == wanted)
}

/// Whether a returned page shows that the person holds the certificate's key.
pub fn returned(bytes: &[u8], page: &[u8], c: &Certificate, report: &Report, signers: &[Option<Certificate>]) -> Result<(), Refusal> {
    if !report.pdf {
        return Err(refused("page", "Tệp này không phải PDF. Hãy ký phiếu đã tải về rồi gửi lại.", "This file is no PDF. Sign the page you downloaded and return it."));
    }
    if !bytes.starts_with(page) {
        return Err(refused(
            "page",
            "Tệp gửi lại không phải phiếu của lần này, hoặc nội dung phiếu đã bị ghi lại. Hãy tải phiếu mới nhất, ký mà không sửa, in hoặc lưu thành tệp khác.",
            "The file is not the page of this time, or its content was written anew. Download the latest page and sign it without changing, printing or saving it as another file.",
        ));
    }
    if report.signatures.is_empty() {
        return Err(refused("page", "Phiếu gửi lại chưa có chữ ký số. Hãy ký phiếu bằng chứng thư này rồi gửi lại.", "The page has no signature. Sign it with this certificate and return it."));
    }
    let mine = report.signatures.iter().zip(signers).filter(|(_, s)| s.as_ref().is_some_and(|s| s.der == c.der)).map(|(g, _)| g.verdict);
    let Some(verdict) = mine.last() else {
        return Err(refused("page", "Phiếu được ký bằng chứng thư khác. Hãy ký bằng đúng chứng thư đã gửi, hoặc gửi chứng thư đã dùng để ký.", "The page was signed with another certificate. Sign with the one you sent, or send the one you signed with."));
    };
    match verdict {
        Verdict::Valid | Verdict::UnknownIssuer if !report.more => Ok(()),
        other => {
            let why = other.sentence();
            Err(refused("page", format!("Chữ ký trên phiếu không dùng được: {}", why.vi), format!("The signature on the page cannot be used: {}", why.en)))
        }
    }
}
