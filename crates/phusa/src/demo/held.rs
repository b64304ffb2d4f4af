//! Keys that are held elsewhere, for a demonstration of them: the chairman's on a token (SoftHSM2 stands for one), the ward's seal at a
//! provider of remote signing, which is simulated. The other keys stay files.

use anyhow::Context as _;
use identity::{Directory, dev_provider::DEMO_ISSUER_KEY};
use serde_json::json;
use signing::{
    simulator::{CLIENT, PIN, SECRET, Simulator},
    trial::{self, Whose},
};
use std::{
    path::{Path, PathBuf},
    process::Command,
};

const LEADER: &str = "khanh";
const WARD: &str = "H29.161";
const TOKEN: &str = "Chu tich";
const LABEL: &str = "chu-ky";
/// Of the token that stands for the chairman's; nobody else's.
const TOKEN_PIN: &str = "483726";
const MODULES: [&str; 4] =
    ["/usr/lib/softhsm/libsofthsm2.so", "/usr/lib/x86_64-linux-gnu/softhsm/libsofthsm2.so", "/usr/lib64/pkcs11/libsofthsm2.so", "/usr/local/lib/softhsm/libsofthsm2.so"];
const INSTALL: &str = "--held-keys needs SoftHSM2: apt-get install -y softhsm2";

/// Puts the keys where they are held, and names those places in the list.
pub async fn prepare(folder: &Path, directory: &Directory) -> anyhow::Result<()> {
    let leader = directory.by_subject(DEMO_ISSUER_KEY, LEADER).await?.context("the demonstration has no chairman")?;
    let account = leader.id.to_string();
    token(folder, &account)?;
    let module = module()?;
    let on_token = json!({ "module": module, "token": TOKEN, "label": LABEL, "pin_file": "token-pin.txt", "certificate": format!("{account}.pem") });
    trial::elsewhere(folder, Whose::Account(&account), "pkcs11", on_token)?;

    let simulator = Simulator::serve()?;
    let read = |name: String| std::fs::read_to_string(folder.join(name));
    simulator.add("seal", &read(format!("{WARD}.pem"))?, &read(format!("{WARD}.key"))?)?;
    trial::secret(&folder.join("provider-secret.txt"), SECRET)?;
    trial::secret(&folder.join("provider-pin.txt"), PIN)?;
    let at_provider = json!({ "url": simulator.url(), "client_id": CLIENT, "secret_file": "provider-secret.txt", "credential": "seal", "pin_file": "provider-pin.txt" });
    Ok(trial::elsewhere(folder, Whose::Office(WARD), "remote", at_provider)?)
}

fn module() -> anyhow::Result<PathBuf> {
    MODULES.into_iter().map(PathBuf::from).find(|p| p.exists()).context(INSTALL)
}

/// A token with the chairman's key on it, unless it is there already. Where its files are the environment says (`SOFTHSM2_CONF`).
fn token(folder: &Path, account: &str) -> anyhow::Result<()> {
    let pin = folder.join("token-pin.txt");
    if pin.exists() {
        return Ok(());
    }
    anyhow::ensure!(std::env::var_os("SOFTHSM2_CONF").is_some(), "--held-keys needs SOFTHSM2_CONF: a file with directories.tokendir = FOLDER");
    tool(&["--init-token", "--free", "--label", TOKEN, "--so-pin", "59372648", "--pin", TOKEN_PIN])?;
    let key = folder.join(format!("{account}.key"));
    let key = key.to_str().context("the folder's name is no text")?;
    tool(&["--import", key, "--token", TOKEN, "--label", LABEL, "--id", "01", "--pin", TOKEN_PIN])?;
    Ok(trial::secret(&pin, TOKEN_PIN)?)
}

fn tool(args: &[&str]) -> anyhow::Result<()> {
    let done = Command::new("softhsm2-util").args(args).output().context(INSTALL)?;
    anyhow::ensure!(done.status.success(), "softhsm2-util {}: {}", args.first().unwrap_or(&""), String::from_utf8_lossy(&done.stderr));
    Ok(())
}
