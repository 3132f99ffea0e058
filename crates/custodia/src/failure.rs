//! How a command ends when it does not end well.

use std::fmt;
use std::process::ExitCode;

use custodia_case::{CaseError, ExhibitError};

/// Why a command did not do all that was asked.
#[derive(Debug)]
pub enum Failure {
    /// Something differs from what it should be: exit code 1.
    Differs(String),
    /// The input cannot be used as given: exit code 2.
    Input(String),
    /// The reader of our output went away.
    Pipe,
}

impl Failure {
    /// The exit code.
    pub fn code(&self) -> ExitCode {
        match self {
            Failure::Differs(_) => ExitCode::from(1),
            Failure::Input(_) => ExitCode::from(2),
            Failure::Pipe => ExitCode::SUCCESS,
        }
    }

    /// Bad input, as a sentence.
    pub fn input(why: impl fmt::Display) -> Failure {
        Failure::Input(why.to_string())
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Failure::Differs(why) | Failure::Input(why) => f.write_str(why),
            Failure::Pipe => f.write_str("the reader of the output went away"),
        }
    }
}

impl From<CaseError> for Failure {
    fn from(error: CaseError) -> Failure {
        Failure::Input(error.to_string())
    }
}

impl From<ExhibitError> for Failure {
    fn from(error: ExhibitError) -> Failure {
        Failure::Input(error.to_string())
    }
}

impl From<std::io::Error> for Failure {
    fn from(error: std::io::Error) -> Failure {
        match error.kind() {
            std::io::ErrorKind::BrokenPipe => Failure::Pipe,
            _ => Failure::Input(format!("the output could not be written: {error}")),
        }
    }
}

/// Prints a line. That its reader went away ends no work: an examination that is watched through `head` is sealed all the same,
/// and the exit code is that of the work.
macro_rules! say {
    () => { $crate::failure::line(format_args!("")) };
    ($($what:tt)*) => { $crate::failure::line(format_args!($($what)*)) };
}

/// See [`say`].
pub fn line(what: fmt::Arguments<'_>) {
    use std::io::Write;
    if let Err(error) = writeln!(std::io::stdout(), "{what}")
        && error.kind() != std::io::ErrorKind::BrokenPipe
    {
        eprintln!("custodia: the output could not be written: {error}");
    }
}
