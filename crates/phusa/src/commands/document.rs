//! `phusa document`: one template of the catalogue set with data of one's own, or with its sample, without an installation.

use crate::{
    catalog::{self, Catalog},
    commands::{findings, private_file},
};
use anyhow::Context as _;
use serde_json::{Value, json};
use std::{
    io::Write as _,
    path::{Path, PathBuf},
};

/// Prints the codes of all templates with their names.
pub fn list(overlays: &[PathBuf]) -> anyhow::Result<()> {
    let catalog = read(overlays)?;
    for code in catalog.templates.codes() {
        let name = catalog.templates.get(code).map(|t| &t.sheet.name);
        println!("{code}\t{}", name.map_or_else(String::new, |n| format!("{} / {}", n.vi, n.en)));
    }
    Ok(())
}

/// Sets a template and writes the PDF. Without data the sample of the template is set and marked as one.
pub fn set(code: &str, data: Option<&Path>, to: &Path, overlays: &[PathBuf]) -> anyhow::Result<()> {
    let catalog = read(overlays)?;
    let template = catalog.templates.get(code).with_context(|| format!("no template {code}: see `phusa document`"))?;
    let data: Value = match data {
        Some(path) => {
            let text = std::fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))?;
            serde_json::from_str(&text).with_context(|| format!("{} is not JSON", path.display()))?
        }
        None => {
            let mut sample = template.sample.clone();
            sample["demo"] = json!(true);
            sample
        }
    };
    let pdf = catalog.templates.render(code, &data).map_err(|e| {
        let said = e.text();
        anyhow::anyhow!("{}\n{}", said.vi, said.en)
    })?;
    private_file(to).and_then(|mut file| file.write_all(&pdf)).with_context(|| format!("cannot write {}", to.display()))?;
    println!("{}: {} bytes", to.display(), pdf.len());
    Ok(())
}

fn read(overlays: &[PathBuf]) -> anyhow::Result<Catalog> {
    Catalog::load(&catalog::layered(overlays)?).map_err(|f| anyhow::anyhow!(findings(&f)))
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn a_template_is_set_with_its_sample_or_with_fields_of_ones_own() {
        let folder = std::env::temp_dir().join(format!("phusa-document-{}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        let (to, fields) = (folder.join("a.pdf"), folder.join("fields.json"));
        set("admin-letter", None, &to, &[]).unwrap();
        assert!(std::fs::read(&to).unwrap().starts_with(b"%PDF"));
        std::fs::write(&fields, r#"{"issued_at": "2026-11-22T08:00:00+07:00"}"#).unwrap();
        let lacks = set("admin-letter", Some(&fields), &to, &[]).unwrap_err().to_string();
        assert!(lacks.contains("còn thiếu") && lacks.contains("lacks"), "{lacks}");
        assert!(set("admin-nothing", None, &to, &[]).unwrap_err().to_string().contains("no template admin-nothing"));
        std::fs::write(&fields, "{").unwrap();
        assert!(set("admin-letter", Some(&fields), &to, &[]).unwrap_err().to_string().contains("is not JSON"));
        std::fs::remove_dir_all(&folder).unwrap();
    }
}
