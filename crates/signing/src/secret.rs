//! Secrets in files: PINs and passwords of clients.

use crate::store::{Mistake, read};
use std::{fmt, path::Path};

/// A text that is never printed.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

impl Secret {
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// The first line of a file that only the program's user may read.
    pub fn of_file(path: &Path) -> Result<Self, Mistake> {
        private(path)?;
        let text = read(path)?;
        let line = text.lines().next().unwrap_or_default().trim();
        if line.is_empty() { Err(Mistake::Unreadable(path.to_owned(), "it is empty".to_owned())) } else { Ok(Self::new(line)) }
    }

    pub(crate) fn reveal(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("***")
    }
}

/// A private key or PIN that others of the machine can read is no key of an office.
pub(crate) fn private(path: &Path) -> Result<(), Mistake> {
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let about = std::fs::metadata(path).map_err(|e| Mistake::Unreadable(path.to_owned(), e.to_string()))?;
        if about.permissions().mode() & 0o077 != 0 {
            return Err(Mistake::Open(path.to_owned()));
        }
    }
    Ok(())
}
