//! Addresses of other systems as an operator gives them: what is sent there is encrypted on its way, or does not leave the machine.

/// Letters of a key shared with another system: fewer could be guessed.
pub const KEY_LEAST: usize = 32;

/// Refuses an address over which personal data would travel in the clear. Plain HTTP is for this machine only, where a tunnel or a
/// platform's own security server may end.
pub fn encrypted(setting: &str, url: &str) -> anyhow::Result<()> {
    let kept = url.starts_with("https://") || (url.starts_with("http://") && near(url));
    anyhow::ensure!(kept, "{setting}: the address must begin with https:// (http:// only for this machine)");
    Ok(())
}

/// The same of a mail server: `smtps://…`, or `smtp://…?tls=required`; a relay on this machine may be spoken to as it is.
pub fn encrypted_mail(setting: &str, url: &str) -> anyhow::Result<()> {
    let kept = url.starts_with("smtps://") || (url.starts_with("smtp://") && (url.ends_with("?tls=required") || near(url)));
    anyhow::ensure!(kept, "{setting}: write smtps://… or smtp://…?tls=required (smtp:// alone only for this machine)");
    Ok(())
}

fn near(url: &str) -> bool {
    matches!(host(url), "127.0.0.1" | "localhost" | "[::1]")
}

/// The host of an address, without user and port.
fn host(url: &str) -> &str {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    let authority = rest.split(['/', '?', '#']).next().unwrap_or(rest);
    let place = authority.rsplit_once('@').map_or(authority, |(_, place)| place);
    match place.find(']') {
        Some(end) => place.get(..=end).unwrap_or(place),
        None => place.split(':').next().unwrap_or(place),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_leaves_the_machine_in_the_clear() {
        for good in ["https://lgsp.example/a", "http://127.0.0.1:8080", "http://localhost/x", "http://[::1]:9/x"] {
            assert!(encrypted("x", good).is_ok(), "{good}");
        }
        for bad in ["http://lgsp.example", "http://localhost.example", "http://127.0.0.1@evil.example/", "http://evil.example/?http://localhost", "ftp://x", "", "http://evil.example#@localhost"] {
            assert!(encrypted("x", bad).is_err(), "{bad}");
        }
        for good in ["smtps://u:p@mail.example:465", "smtp://u:p@mail.example:587?tls=required", "smtp://localhost:25", "smtp://127.0.0.1"] {
            assert!(encrypted_mail("x", good).is_ok(), "{good}");
        }
        for bad in ["smtp://mail.example", "smtp://u:p@mail.example?tls=opportunistic", "smtp://localhost@mail.example", "mail.example"] {
            assert!(encrypted_mail("x", bad).is_err(), "{bad}");
        }
    }
}
