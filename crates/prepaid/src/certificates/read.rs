//! A certificate out of the file somebody gives: PEM or DER, with the issuers that came with it.

use super::refused;
use kernel::Refusal;
use signatures::{Certificate, trust::pem};

/// The largest file, and the most certificates read of it.
pub const MAX_BYTES: usize = 64 << 10;
const MOST: usize = 6;

/// The person's certificate, and the others of the file.
pub fn read(bytes: &[u8]) -> Result<(Certificate, Vec<Certificate>), Refusal> {
    if bytes.is_empty() {
        return Err(refused("certificate", "Chưa chọn tệp, hoặc tệp rỗng. Hãy chọn tệp chứng thư (.cer, .crt, .pem).", "No file was chosen, or it is empty. Choose the certificate (.cer, .crt, .pem)."));
    }
    if bytes.len() > MAX_BYTES {
        return Err(refused("certificate", "Tệp quá lớn; một chứng thư chỉ vài KB. Hãy xuất riêng chứng thư.", "The file is too large; a certificate has a few KB. Export the certificate alone."));
    }
    let text = std::str::from_utf8(bytes).ok();
    if text.is_some_and(|t| t.contains("PRIVATE KEY")) {
        return Err(refused(
            "certificate",
            "Tệp này chứa khóa bí mật. Không gửi khóa bí mật cho bất kỳ ai; hãy xuất riêng chứng thư (.cer, .crt) rồi gửi lại.",
            "This file holds a private key. Send it to nobody; export the certificate alone (.cer, .crt) and send that.",
        ));
    }
    let blocks = match text {
        Some(t) if t.contains("-----BEGIN") => pem(t, "CERTIFICATE").unwrap_or_default(),
        _ => vec![bytes.to_vec()],
    };
    let mut all: Vec<Certificate> = blocks.iter().take(MOST).filter_map(|der| Certificate::of(der)).collect();
    // The person's is the one that vouches for nobody.
    let own = all.iter().position(|c| !c.ca).unwrap_or(0);
    if all.is_empty() {
        return Err(refused(
            "certificate",
            "Không đọc được chứng thư trong tệp. Hãy xuất chứng thư dạng PEM hoặc DER (.cer, .crt, .pem); không dùng tệp .p12, .pfx.",
            "No certificate can be read in the file. Export it as PEM or DER (.cer, .crt, .pem); not as .p12 or .pfx.",
        ));
    }
    let certificate = all.swap_remove(own);
    Ok((certificate, all))
}
