//! Keys and passwords of encrypted backups, as the operator gives them: in files or in the environment, never on the command
//! line itself, where every program of the machine and the shell's history would see them. They are never printed.

use std::ffi::OsStr;
use std::io::Read;
use std::path::{Path, PathBuf};

use clap::Args;
use custodia_intake::secrets::Secrets;

use crate::failure::Failure;

/// Bytes of a file of passwords or of a key that are read.
const LARGEST: u64 = 1 << 20;
/// Files of keys, as a list of paths.
const KEYS: &str = "CUSTODIA_BACKUP_KEYS";
/// A file of passwords.
const PASSWORDS: &str = "CUSTODIA_PASSWORD_FILE";
/// One password.
const PASSWORD: &str = "CUSTODIA_BACKUP_PASSWORD";

/// What opens encrypted backups.
#[derive(Args, Clone, Debug)]
pub struct SecretArguments {
    /// File with a key of WhatsApp backups: `key`, `encrypted_backup.key`, or a text of 64 hex digits. May be given several
    /// times, also as CUSTODIA_BACKUP_KEYS with `:` between the files. Keys that lie in an exhibit are found without it.
    #[arg(long, value_name = "FILE")]
    backup_key: Vec<PathBuf>,
    /// File with passwords of backups, one a line. Also as CUSTODIA_PASSWORD_FILE; one password as CUSTODIA_BACKUP_PASSWORD.
    #[arg(long, value_name = "FILE")]
    password_file: Option<PathBuf>,
}

impl SecretArguments {
    /// Reads the files and the environment.
    pub fn load(&self) -> Result<Secrets, Failure> {
        let mut secrets = Secrets::default();
        let of = |name: &str| std::env::var_os(name).filter(|value| !value.is_empty());
        let keys: Vec<PathBuf> = of(KEYS).map(|list| std::env::split_paths(&list).collect()).unwrap_or_default();
        for path in self.backup_key.iter().chain(&keys).filter(|path| !path.as_os_str().is_empty()) {
            let content = read(path, "--backup-key")?;
            secrets.add_key(&content).map_err(|why| Failure::Input(format!("{}: {why}", path.display())))?;
        }
        if let Some(path) = self.password_file.clone().or_else(|| of(PASSWORDS).map(PathBuf::from)) {
            add_passwords(&mut secrets, &path)?;
        }
        if let Some(password) = of(PASSWORD) {
            let password = password.to_str().ok_or_else(|| {
                Failure::Input(format!(
                    "the password in {PASSWORD} is no UTF-8; write it into a file for --password-file"
                ))
            })?;
            secrets.add_password(password);
        }
        Ok(secrets)
    }
}

fn add_passwords(secrets: &mut Secrets, path: &Path) -> Result<(), Failure> {
    let content = read(path, "--password-file")?;
    let text = str::from_utf8(&content).map_err(|why| {
        let says = "expected passwords in UTF-8, one a line";
        Failure::Input(format!("{}: {says}; byte {} is none", path.display(), why.valid_up_to()))
    })?;
    // Blanks belong to a password, the line's end does not.
    let lines = text.trim_start_matches('\u{feff}').split('\n').map(|line| line.strip_suffix('\r').unwrap_or(line));
    let mut any = false;
    for line in lines.filter(|line| !line.is_empty()) {
        secrets.add_password(line);
        any = true;
    }
    if any {
        return Ok(());
    }
    Err(Failure::Input(format!("{}: expected passwords, one a line, found none", path.display())))
}

/// The content of a small file. What is no path may be the secret itself, so it is not repeated.
fn read(path: &Path, option: &str) -> Result<Vec<u8>, Failure> {
    if looks_like_a_key(path.as_os_str()) {
        return Err(Failure::Input(format!(
            "{option} takes the path of a file, found what looks like a key itself: write it into a file that nobody else may \
             read, and remove this command from the shell's history"
        )));
    }
    let failed = |why: &dyn std::fmt::Display| Failure::Input(format!("{}: cannot be read: {why}", path.display()));
    let file = std::fs::File::open(path).map_err(|why| match why.kind() {
        std::io::ErrorKind::NotFound => Failure::Input(format!(
            "{option} takes the path of a file: there is no file where it points, so it cannot be read"
        )),
        _ => failed(&why),
    })?;
    let mut content = Vec::new();
    file.take(LARGEST + 1).read_to_end(&mut content).map_err(|why| failed(&why))?;
    if content.len() as u64 > LARGEST {
        return Err(Failure::Input(format!("{}: expected at most {LARGEST} bytes for {option}", path.display())));
    }
    Ok(content)
}

fn looks_like_a_key(text: &OsStr) -> bool {
    let text = text.to_string_lossy();
    let digits = text.chars().filter(char::is_ascii_hexdigit).count();
    digits == 64 && text.chars().all(|character| character.is_ascii_hexdigit() || matches!(character, ' ' | '-' | ':'))
}
