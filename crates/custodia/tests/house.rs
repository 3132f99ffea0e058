//! The walls of the house: which room may know which, and which guest lives where.
//!
//! A wall is easiest to lose by one convenient line in a manifest, so the manifests are read here. Whoever moves a wall on
//! purpose changes this file in the same commit, and `ARCHITECTURE.md` with it.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

/// A room and the rooms that it may know. Its tests may know more.
const ROOMS: &[(&str, &[&str])] = &[
    ("custodia-model", &[]),
    ("custodia-intake", &["custodia-model"]),
    ("custodia-trust", &[]),
    ("custodia-case", &["custodia-model", "custodia-trust"]),
    ("custodia-output", &["custodia-case", "custodia-model"]),
    ("custodia-synth", &["custodia-model"]),
    (
        "custodia",
        &["custodia-case", "custodia-intake", "custodia-model", "custodia-output", "custodia-synth", "custodia-trust"],
    ),
];

/// A guest and the rooms that it may live in, tests aside. A guest that is not named may live anywhere; no room at all
/// means that it is not for this house.
const GUESTS: &[(&str, &[&str])] = &[
    // Tables on disk and questions: one room, so that the rest can be built and read without them.
    ("arrow", &["custodia-case"]),
    ("parquet", &["custodia-case"]),
    ("datafusion", &["custodia-case"]),
    ("object_store", &["custodia-case"]),
    ("tantivy", &["custodia-case"]),
    ("tokio", &["custodia-case", "custodia"]),
    ("futures", &["custodia-case", "custodia"]),
    // Evidence never meets a database engine; the journal is kept and invented databases are written by one.
    ("rusqlite", &["custodia-synth", "custodia-trust"]),
    // Secrets and random numbers.
    ("ed25519-dalek", &["custodia-trust"]),
    ("getrandom", &["custodia-trust"]),
    // Ciphers open backups of the evidence and nothing else.
    ("aes", &["custodia-intake"]),
    ("aes-kw", &["custodia-intake"]),
    ("cbc", &["custodia-intake"]),
    ("cipher", &["custodia-intake"]),
    ("ctr", &["custodia-intake"]),
    ("ghash", &["custodia-intake"]),
    ("curve25519-dalek", &["custodia-intake"]),
    ("hmac", &["custodia-intake"]),
    ("pbkdf2", &["custodia-intake"]),
    ("plist", &["custodia-intake"]),
    // The terminal.
    ("clap", &["custodia"]),
    ("indicatif", &["custodia"]),
    // The page's server, on loopback alone.
    ("axum", &["custodia"]),
    ("rust-embed", &["custodia"]),
    // Clients of the network.
    ("reqwest", &[]),
    ("hyper", &[]),
    ("ureq", &[]),
];

#[test]
fn rooms_know_whom_they_may() {
    let mut wrong = Vec::new();
    for (room, manifest) in manifests() {
        let Some((_, may)) = ROOMS.iter().find(|(name, _)| *name == room) else {
            wrong.push(format!("{room} is a room that ROOMS in this file does not know"));
            continue;
        };
        for guest in guests(&manifest) {
            if guest.starts_with("custodia") && !may.contains(&guest.as_str()) {
                wrong.push(format!("{room} knows {guest}: it may know {may:?} alone"));
            }
            if let Some((_, homes)) = GUESTS.iter().find(|(name, _)| *name == guest)
                && !homes.contains(&room.as_str())
            {
                wrong.push(format!("{guest} lives in {room}: it may live in {homes:?} alone"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// A version chosen in a room would escape the reasons and the review at the root.
#[test]
fn guests_are_declared_at_the_root() {
    let mut wrong = Vec::new();
    for (room, manifest) in manifests() {
        for kind in ["dependencies", "dev-dependencies", "build-dependencies"] {
            for (guest, how) in manifest.get(kind).and_then(|table| table.as_table()).into_iter().flatten() {
                if how.get("workspace").and_then(|value| value.as_bool()) != Some(true) {
                    wrong.push(format!("{room}: {kind}.{guest} does not say workspace = true"));
                }
            }
        }
        if manifest.get("lints").and_then(|lints| lints.get("workspace")?.as_bool()) != Some(true) {
            wrong.push(format!("{room}: [lints] does not say workspace = true"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// A module says what it is for before anything else.
#[test]
fn modules_open_with_what_they_are_for() {
    let mut silent = Vec::new();
    let mut folders = vec![root().join("crates")];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|end| end == "rs")
                && path.components().any(|part| part.as_os_str() == "src")
            {
                let text = fs::read_to_string(&path).unwrap();
                if !text.starts_with("//!") {
                    silent.push(path.strip_prefix(root()).unwrap().display().to_string());
                }
            }
        }
    }
    silent.sort();
    assert!(silent.is_empty(), "no `//!` sentence at the top of:\n{}", silent.join("\n"));
}

/// The folder of the workspace.
fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(2).unwrap().to_path_buf()
}

/// Every room's manifest, by its name.
fn manifests() -> Vec<(String, toml::Table)> {
    let mut all = Vec::new();
    for entry in fs::read_dir(root().join("crates")).unwrap() {
        let path = entry.unwrap().path().join("Cargo.toml");
        let text = fs::read_to_string(&path).unwrap_or_else(|why| panic!("{}: {why}", path.display()));
        let manifest: toml::Table = text.parse().unwrap_or_else(|why| panic!("{}: {why}", path.display()));
        all.push((manifest["package"]["name"].as_str().unwrap().to_owned(), manifest));
    }
    all.sort_by(|(a, _), (b, _)| a.cmp(b));
    assert_eq!(all.len(), ROOMS.len(), "a room was added or removed");
    all
}

/// What a room is built with: for every target, its build script included, its tests not.
fn guests(manifest: &toml::Table) -> BTreeSet<String> {
    let mut tables = vec![manifest];
    let targets = manifest.get("target").and_then(|targets| targets.as_table());
    tables.extend(targets.into_iter().flatten().filter_map(|(_, target)| target.as_table()));
    let kinds = ["dependencies", "build-dependencies"];
    let listed = tables.iter().flat_map(|table| kinds.iter().filter_map(|kind| table.get(*kind)?.as_table()));
    listed.flat_map(|table| table.keys().cloned()).collect()
}
