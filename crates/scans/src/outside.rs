//! The programs that read: poppler draws the pages of a PDF and gives their text, tesseract reads pictures. What they open came from
//! outside: each runs for itself, in a folder of its own, with a limit of memory and time and an empty environment.

use crate::Rules;
use bytes::Bytes;
use std::{
    ffi::OsStr,
    io,
    path::{Path, PathBuf},
    process::{Output, Stdio},
    time::{Duration, Instant},
};
use tokio::process::Command;
use unicode_normalization::UnicodeNormalization;

/// Memory one program may take, in bytes.
const MEMORY: u64 = 2 << 30;
/// Longest text of one page that is kept, in characters.
const PAGE_MAX: usize = 40_000;

/// What was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reading {
    /// Page by page; empty where there are no words.
    pub pages: Vec<String>,
    /// How many of them were read from a picture.
    pub pictures: usize,
}

/// Why nothing was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Unread {
    /// This machine has not the program; the package that brings it.
    Missing(String),
    /// The file cannot be opened, or takes too long.
    Unreadable(String),
    /// The machine refuses for now: no folder, no process.
    Later(String),
}

/// A folder that is gone when the reading is over.
struct Folder(PathBuf);

impl Folder {
    fn new() -> Result<Self, Unread> {
        let path = std::env::temp_dir().join(format!("phusa-words-{}", uuid::Uuid::new_v4()));
        std::fs::create_dir(&path).map_err(|e| Unread::Later(format!("{}: {e}", path.display())))?;
        Ok(Self(path))
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// The words of a PDF, or of a picture.
pub async fn read(bytes: &Bytes, media_type: &str, rules: &Rules) -> Result<Reading, Unread> {
    let folder = Folder::new()?;
    let given = folder.0.join("given");
    tokio::fs::write(&given, bytes).await.map_err(|e| Unread::Later(e.to_string()))?;
    if media_type != "application/pdf" {
        let page = picture(&given, &folder.0, rules).await?;
        return Ok(Reading { pages: vec![page], pictures: 1 });
    }
    let last = rules.most_pages.to_string();
    let text = run("pdftotext", "poppler-utils", &folder.0, rules.seconds_a_page, ["-q".as_ref(), "-enc".as_ref(), "UTF-8".as_ref(), "-l".as_ref(), last.as_ref(), given.as_os_str(), "-".as_ref()]).await?;
    let mut pages: Vec<String> = text.split('\u{c}').map(clean).collect();
    // A form feed stands behind the last page too.
    pages.pop();
    let mut pictures = 0;
    let until = Instant::now() + Duration::from_secs(rules.seconds_a_file);
    for (n, page) in pages.iter_mut().enumerate() {
        if page.chars().filter(|c| c.is_alphanumeric()).count() >= rules.letters_of_a_text_page {
            continue;
        }
        if Instant::now() > until {
            break;
        }
        let drawn = draw(&given, n + 1, &folder.0, rules).await?;
        let read = picture(&drawn, &folder.0, rules).await?;
        let _ = tokio::fs::remove_file(&drawn).await;
        pictures += 1;
        if read.len() > page.len() {
            *page = read;
        }
    }
    Ok(Reading { pages, pictures })
}

/// A page of a PDF as a picture.
async fn draw(pdf: &Path, page: usize, folder: &Path, rules: &Rules) -> Result<PathBuf, Unread> {
    let (n, dots, to) = (page.to_string(), rules.dots_per_inch.to_string(), folder.join("page"));
    let arguments: [&OsStr; 12] = [
        "-q".as_ref(), "-png".as_ref(), "-gray".as_ref(), "-singlefile".as_ref(), "-r".as_ref(), dots.as_ref(), "-f".as_ref(), n.as_ref(), "-l".as_ref(), n.as_ref(),
        pdf.as_os_str(), to.as_os_str(),
    ];
    run("pdftoppm", "poppler-utils", folder, rules.seconds_a_page, arguments).await?;
    Ok(folder.join("page.png"))
}

async fn picture(file: &Path, folder: &Path, rules: &Rules) -> Result<String, Unread> {
    let languages = rules.languages.join("+");
    let packages = rules.languages.iter().map(|l| format!(" tesseract-ocr-{l}")).collect::<String>();
    let arguments: [&OsStr; 4] = [file.as_os_str(), "stdout".as_ref(), "-l".as_ref(), languages.as_ref()];
    let read = run("tesseract", &format!("tesseract-ocr{packages}"), folder, rules.seconds_a_page, arguments).await?;
    Ok(clean(&read))
}

/// Composed letters, one blank line at most, no more than a page holds.
fn clean(text: &str) -> String {
    let mut out = String::new();
    let mut blank = true;
    for line in text.lines().map(str::trim_end) {
        if line.trim().is_empty() {
            if !blank {
                out.push('\n');
            }
            blank = true;
        } else {
            out.extend(line.nfc().filter(|c| !c.is_control()));
            out.push('\n');
            blank = false;
        }
    }
    out.trim_end().chars().take(PAGE_MAX).collect()
}

async fn run<'a>(program: &str, package: &str, folder: &Path, seconds: u64, arguments: impl IntoIterator<Item = &'a OsStr>) -> Result<String, Unread> {
    let at = find(program).ok_or_else(|| Unread::Missing(package.to_owned()))?;
    // util-linux is on every Debian machine; without it there is no limit, and nothing is opened.
    let limiter = find("prlimit").ok_or_else(|| Unread::Missing("util-linux".to_owned()))?;
    let mut command = Command::new(limiter);
    command
        .arg(format!("--as={MEMORY}"))
        .arg(format!("--cpu={}", seconds + 1))
        .arg("--core=0")
        .arg("--")
        .arg(at)
        .args(arguments)
        .current_dir(folder)
        .env_clear()
        .env("LC_ALL", "C.UTF-8")
        .env("OMP_THREAD_LIMIT", "1")
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .kill_on_drop(true);
    let ran = tokio::time::timeout(Duration::from_secs(seconds), command.output()).await;
    match ran {
        Err(_) => Err(Unread::Unreadable(format!("{program} needed more than {seconds} s"))),
        Ok(Err(e)) => Err(Unread::Later(format!("{program}: {e}"))),
        Ok(Ok(out)) => said(program, package, out),
    }
}

fn said(program: &str, package: &str, out: Output) -> Result<String, Unread> {
    if out.status.success() {
        return Ok(String::from_utf8_lossy(&out.stdout).into_owned());
    }
    let why: String = String::from_utf8_lossy(&out.stderr).chars().take(300).collect();
    // The program is there, the words of the language are not.
    if why.contains("Failed loading language") || why.contains("Error opening data file") {
        return Err(Unread::Missing(package.to_owned()));
    }
    Err(Unread::Unreadable(format!("{program}: {}", why.trim())))
}

/// Where a program is: its folder alone is taken from the surroundings.
fn find(program: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_else(|| "/usr/bin:/bin".into());
    std::env::split_paths(&path).map(|folder| folder.join(program)).find(|file| is_program(file).unwrap_or(false))
}

fn is_program(file: &Path) -> io::Result<bool> {
    use std::os::unix::fs::PermissionsExt as _;
    let known = std::fs::metadata(file)?;
    Ok(known.is_file() && known.permissions().mode() & 0o111 != 0)
}

#[cfg(test)]
mod tests {
    use super::clean;

    #[test]
    fn what_a_program_read_is_composed_and_short() {
        assert_eq!(clean("  \n\nU\u{31b}\u{309} y ban\u{7} \n\n\n\nnhân dân \n"), "Ử y ban\n\nnhân dân");
        assert_eq!(clean(&"a".repeat(50_000)).len(), super::PAGE_MAX);
    }
}
