//! What comes back: JSON, a stream of events, or a sentence that says why not.

use custodia_case::CaseError;
use custodia_case::pages::Value;
use custodia_model::Time;
use serde_json::{Value as Json, json};

/// An answer.
pub enum Answer {
    /// JSON.
    Json(Json),
    /// Progress of examinations, for as long as somebody listens.
    Progress,
}

/// Why there is none.
#[derive(Debug)]
pub struct Wrong {
    /// The HTTP status.
    pub status: u16,
    /// A sentence.
    pub says: String,
}

impl Wrong {
    /// A status and a sentence.
    pub fn new(status: u16, says: impl Into<String>) -> Wrong {
        Wrong { status, says: says.into() }
    }

    /// The asker's to mend.
    pub fn asked(says: impl Into<String>) -> Wrong {
        Wrong::new(400, says)
    }
}

impl From<CaseError> for Wrong {
    fn from(error: CaseError) -> Wrong {
        let status = if matches!(error, CaseError::Question(_)) { 400 } else { 500 };
        Wrong::new(status, error.to_string())
    }
}

/// A cell as JSON: instants as ISO 8601.
pub fn cell(value: &Value) -> Json {
    match value {
        Value::Null => Json::Null,
        Value::Text(text) => json!(text),
        Value::Int(number) => json!(number),
        Value::Real(number) => json!(number),
        Value::Bool(is) => json!(is),
        Value::Time(at) => json!(Time(*at).to_string()),
    }
}

/// An instant as JSON.
pub fn instant(at: Option<i64>) -> Json {
    at.map_or(Json::Null, |at| json!(Time(at).to_string()))
}
