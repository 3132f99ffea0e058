//! Whom an account stands for, as functions of SQL. A join with `persons` says the same, but copies every column of every
//! row for each account that it looks up: with millions of messages, each naming a sender, a chat and an owner, that took
//! longer than all the rest of the question.

use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::{Arc, OnceLock};

use datafusion::arrow::array::{Array, ArrayRef, AsArray, BooleanArray, StringArray, StringBuilder};
use datafusion::arrow::compute::cast;
use datafusion::arrow::datatypes::DataType;
use datafusion::common::ScalarValue;
use datafusion::error::DataFusionError;
use datafusion::logical_expr::{ColumnarValue, ScalarUDF, Volatility, create_udf};

/// Chats that bear the same address on every phone.
const APART: [&str; 5] = ["@g.us", "@broadcast", "@newsletter", "@status", ".export"];

/// The persons of a case, once the link `persons` has been built.
#[derive(Clone, Debug, Default)]
pub struct Who(Arc<OnceLock<HashMap<String, String>>>);

/// Who sent a message of which no row says it.
pub(crate) const UNKNOWN: &str = "unknown";

/// Names of the functions, with the parenthesis that follows: a question that bears one needs `persons`.
const FUNCTIONS: [&str; 3] = ["person_of(", "sender_of(", "chat_of("];

impl Who {
    /// Whether a question asks for a person.
    pub fn asked(sql: &str) -> bool {
        FUNCTIONS.iter().any(|name| sql.contains(name))
    }

    /// Whether the persons are there.
    pub fn known(&self) -> bool {
        self.0.get().is_some()
    }

    /// Takes the persons: pairs of account and person. Later ones are not taken: a case that changes is opened anew.
    pub fn learn(&self, persons: HashMap<String, String>) {
        self.0.get_or_init(|| persons);
    }

    /// The functions, for a session of SQL.
    pub fn functions(&self) -> [ScalarUDF; 3] {
        [self.person_of(), self.sender_of(), self.chat_of()]
    }

    fn persons(&self) -> Result<&HashMap<String, String>, DataFusionError> {
        self.0
            .get()
            .ok_or_else(|| DataFusionError::Execution("the persons of the case have not been joined yet".into()))
    }

    /// `person_of(account)`: the account that stands for all of the person's; an account that nothing ties stands for itself.
    fn person_of(&self) -> ScalarUDF {
        let who = self.clone();
        function("person_of", vec![DataType::Utf8], move |columns| {
            let persons = who.persons()?;
            Ok(columns[0]
                .as_string::<i32>()
                .iter()
                .map(|account| account.map(|account| of(persons, account)))
                .collect())
        })
    }

    /// `sender_of(sender, from_me, device, otherwise)`: the person who sent a message; `owner of DEVICE` where the row is
    /// marked as written on the device's account and names none, or whom the same messages on other phones name.
    fn sender_of(&self) -> ScalarUDF {
        let who = self.clone();
        let kinds = vec![DataType::Utf8, DataType::Boolean, DataType::Utf8, DataType::Utf8];
        function("sender_of", kinds, move |columns| {
            let persons = who.persons()?;
            let (senders, devices, otherwise) = (columns[0].as_string::<i32>(), texts(columns, 2), texts(columns, 3));
            let own: &BooleanArray = columns[1].as_boolean();
            let mut out = room(senders);
            for row in 0..senders.len() {
                let named = senders.is_valid(row).then(|| senders.value(row));
                let device = devices.is_valid(row).then(|| devices.value(row));
                match sender(persons, named, own.is_valid(row) && own.value(row), device) {
                    Some(person) => out.append_value(person),
                    None if otherwise.is_valid(row) => out.append_value(otherwise.value(row)),
                    None => out.append_null(),
                }
            }
            Ok(out.finish())
        })
    }

    /// `chat_of(chat, owner, device)`: the chat in the form that is the same on every phone: the address of a group or of an exported chat, for a
    /// chat of two the two persons, sorted.
    fn chat_of(&self) -> ScalarUDF {
        let who = self.clone();
        function("chat_of", vec![DataType::Utf8, DataType::Utf8, DataType::Utf8], move |columns| {
            let persons = who.persons()?;
            let (chats, owners, devices) = (columns[0].as_string::<i32>(), texts(columns, 1), texts(columns, 2));
            let mut out = room(chats);
            for row in 0..chats.len() {
                if chats.is_null(row) {
                    out.append_null();
                    continue;
                }
                let owner = owners.is_valid(row).then(|| owners.value(row));
                let text = chats.value(row);
                match owner.is_some() || devices.is_valid(row) || is_alike(text) {
                    true => out.append_value(chat(persons, text, owner, devices.value(row))),
                    false => out.append_null(),
                }
            }
            Ok(out.finish())
        })
    }
}

/// Whether a chat bears the same address on every phone.
pub(crate) fn is_alike(chat: &str) -> bool {
    APART.iter().any(|server| chat.ends_with(server))
}

/// The person who sent a message; none where the row neither names the sender nor is the device's own.
pub(crate) fn sender<'a>(
    persons: &'a HashMap<String, String>,
    sender: Option<&'a str>,
    own: bool,
    device: Option<&str>,
) -> Option<Cow<'a, str>> {
    match (sender, device) {
        (Some(sender), _) => Some(of(persons, sender).into()),
        (None, Some(device)) if own => {
            let owner = format!("owner of {device}");
            Some(persons.get(&owner).map_or_else(|| Cow::Owned(owner), |person| person.as_str().into()))
        }
        _ => None,
    }
}

/// The chat in the form that is the same on every phone.
pub(crate) fn chat<'a>(
    persons: &HashMap<String, String>,
    chat: &'a str,
    owner: Option<&str>,
    device: &str,
) -> Cow<'a, str> {
    if is_alike(chat) {
        return chat.into();
    }
    let other = of(persons, chat);
    let unnamed;
    let own = match owner {
        Some(owner) => of(persons, owner),
        None => {
            unnamed = format!("owner of {device}");
            of(persons, &unnamed)
        }
    };
    let (first, second) = if own < other { (own, other) } else { (other, own) };
    format!("{first} {second}").into()
}

fn of<'a>(persons: &'a HashMap<String, String>, account: &'a str) -> &'a str {
    persons.get(account).map_or(account, String::as_str)
}

fn texts(columns: &[ArrayRef], at: usize) -> &StringArray {
    columns[at].as_string::<i32>()
}

fn room(like: &StringArray) -> StringBuilder {
    StringBuilder::with_capacity(like.len(), like.value_data().len().min(like.len() * 64))
}

/// A function of columns of these kinds that answers with texts.
fn function(
    name: &str,
    kinds: Vec<DataType>,
    answer: impl Fn(&[ArrayRef]) -> Result<StringArray, DataFusionError> + Send + Sync + 'static,
) -> ScalarUDF {
    let expected = kinds.clone();
    let call = move |arguments: &[ColumnarValue]| {
        let rows = arguments.iter().find_map(|argument| match argument {
            ColumnarValue::Array(array) => Some(array.len()),
            ColumnarValue::Scalar(_) => None,
        });
        let columns = arguments.iter().zip(&expected).map(|(argument, kind)| {
            let array = argument.clone().into_array(rows.unwrap_or(1))?;
            if array.data_type() == kind { Ok(array) } else { Ok(cast(&array, kind)?) }
        });
        let answered: ArrayRef = Arc::new(answer(&columns.collect::<Result<Vec<_>, DataFusionError>>()?)?);
        Ok(match rows {
            Some(_) => ColumnarValue::Array(answered),
            None => ColumnarValue::Scalar(ScalarValue::try_from_array(&answered, 0)?),
        })
    };
    // Stable: the same for the whole of a question, but never worked out before the persons are there.
    create_udf(name, kinds, DataType::Utf8, Volatility::Stable, Arc::new(call))
}
