//! The operator's seal key. One key for one operator on one machine: equal evidence then gives equal bundles, seal
//! included.

use std::path::PathBuf;

use clap::Args;
use custodia_trust::SealKey;

use crate::failure::Failure;

/// Which key seals.
#[derive(Args, Clone, Debug)]
pub struct KeyArguments {
    /// File of the key that seals; made when it is absent. Without it: `custodia/seal.key` in the user's configuration folder.
    #[arg(long, env = "CUSTODIA_KEY", value_name = "FILE")]
    key: Option<PathBuf>,
}

impl KeyArguments {
    /// Loads the key, or makes it at its first use.
    pub fn load(&self) -> Result<SealKey, Failure> {
        let path = match &self.key {
            Some(path) => path.clone(),
            None => configuration()?.join("custodia").join("seal.key"),
        };
        if let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
            std::fs::create_dir_all(folder)
                .map_err(|why| Failure::Input(format!("{}: cannot be made: {why}", folder.display())))?;
        }
        SealKey::load_or_create(&path).map_err(Failure::input)
    }
}

fn configuration() -> Result<PathBuf, Failure> {
    let of = |name: &str| std::env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
    of("XDG_CONFIG_HOME")
        .or_else(|| of("HOME").map(|home| home.join(".config")))
        .ok_or_else(|| Failure::Input("no home folder for the seal key: name one by --key FILE".into()))
}
