//! The OpenAPI document, made of the list of routes.

use serde_json::{Map, Value, json};

use super::App;
use super::answer::{Answer, Wrong};
use super::asked::Asked;
use super::routes::{Method, ROUTES, Route};
use super::session::Session;

pub fn route(_: &App, _: &Session, _: &Asked) -> Result<Answer, Wrong> {
    Ok(Answer::Json(document()))
}

/// The document.
pub fn document() -> Value {
    let mut paths: Map<String, Value> = Map::new();
    for route in ROUTES {
        let method = match route.method {
            Method::Get => "get",
            Method::Post => "post",
        };
        if let Some(path) = paths.entry(route.path).or_insert_with(|| json!({})).as_object_mut() {
            path.insert(method.into(), operation(route));
        }
    }
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": "Custodia",
            "version": env!("CARGO_PKG_VERSION"),
            "description": "What the page of `custodia serve` asks. Loopback alone; a session's cookie is got by the one-time link \
                that the program prints. Instants are ISO 8601 in UTC with milliseconds. Texts are what the evidence stores: \
                whoever shows them makes them inert.",
        },
        "paths": paths,
        "components": {
            "securitySchemes": {
                "session": {"type": "apiKey", "in": "cookie", "name": "custodia-PORT"},
                "word": {"type": "apiKey", "in": "header", "name": "X-Custodia-Csrf"},
            },
            "schemas": {"Error": schema("{error: text}")},
        },
        "security": [{"session": []}],
    })
}

fn operation(route: &Route) -> Value {
    let text = json!({"type": "string"});
    let parts = route.path.split('{').skip(1).filter_map(|part| part.split_once('}'));
    let mut parameters: Vec<Value> =
        parts.map(|(name, _)| json!({"name": name, "in": "path", "required": true, "schema": text})).collect();
    let refused = json!({
        "description": "Why not, in a sentence.",
        "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Error"}}},
    });
    let (kind, form) = match route.gives {
        "events" => ("text/event-stream", text.clone()),
        form => ("application/json", schema(form)),
    };
    let mut operation = json!({
        "summary": route.doc,
        "responses": {
            "200": {"description": "The answer.", "content": {kind: {"schema": form}}},
            "default": refused,
        },
    });
    match route.method {
        Method::Get => parameters.extend(route.takes.iter().map(|takes| {
            json!({"name": takes.name, "in": "query", "required": takes.must, "description": takes.doc, "schema": text})
        })),
        Method::Post => {
            let fields: Map<String, Value> =
                route.takes.iter().map(|takes| (takes.name.to_owned(), json!({"description": takes.doc}))).collect();
            let must: Vec<_> = route.takes.iter().filter(|takes| takes.must).map(|takes| takes.name).collect();
            operation["requestBody"] = json!({
                "required": true,
                "content": {"application/json": {"schema": {"type": "object", "properties": fields, "required": must}}},
            });
            operation["security"] = json!([{"session": [], "word": []}]);
        }
    }
    if !parameters.is_empty() {
        operation["parameters"] = Value::from(parameters);
    }
    operation
}

/// A JSON schema from its short form: `text`, `int`, `real`, `bool`, `any`, `[form]`, `{name: form, …}`, and `form?` for what may be null.
pub fn schema(form: &str) -> Value {
    let form = form.trim();
    if let Some(form) = form.strip_suffix('?') {
        return json!({"anyOf": [schema(form), {"type": "null"}]});
    }
    if let Some(item) = form.strip_prefix('[').and_then(|form| form.strip_suffix(']')) {
        return json!({"type": "array", "items": schema(item)});
    }
    if let Some(fields) = form.strip_prefix('{').and_then(|form| form.strip_suffix('}')) {
        let fields: Vec<_> = apart(fields).into_iter().filter_map(|field| field.split_once(':')).collect();
        let names: Vec<_> = fields.iter().map(|(name, _)| name.trim()).collect();
        let of: Map<String, Value> = fields.iter().map(|(name, form)| (name.trim().to_owned(), schema(form))).collect();
        return json!({"type": "object", "properties": of, "required": names});
    }
    match form {
        "text" => json!({"type": "string"}),
        "int" => json!({"type": "integer"}),
        "real" => json!({"type": "number"}),
        "bool" => json!({"type": "boolean"}),
        _ => json!({}),
    }
}

/// The fields of an object, split where no bracket is open.
fn apart(fields: &str) -> Vec<&str> {
    let (mut parts, mut depth, mut from) = (Vec::new(), 0, 0);
    for (at, c) in fields.char_indices() {
        match c {
            '[' | '{' => depth += 1,
            ']' | '}' => depth -= 1,
            ',' if depth == 0 => {
                parts.push(&fields[from..at]);
                from = at + 1;
            }
            _ => {}
        }
    }
    parts.push(&fields[from..]);
    parts
}
