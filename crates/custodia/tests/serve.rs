//! The page's server over real HTTP: who may ask, and that every answer is what the command line says.

// These tests run the program itself and talk to it on loopback.
#![allow(clippy::disallowed_methods)]

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;

use serde_json::{Value, json};

/// A tiny operation, examined, its lists imported: made once, and every test that changes it takes a copy.
fn operation() -> &'static Path {
    static MADE: OnceLock<tempfile::TempDir> = OnceLock::new();
    let folder = MADE.get_or_init(|| {
        let folder = tempfile::tempdir().unwrap();
        custodia(folder.path(), &["synth", "op", "--scale", "tiny", "--seed", "5"]);
        custodia(folder.path(), &["examine", "case", "--manifest", "op/exhibits.csv"]);
        for list in ["vics.json", "plain-md5.txt", "plain-sha256.txt"] {
            custodia(folder.path(), &["known", "import", "case", &format!("op/known/{list}")]);
        }
        folder
    });
    folder.path()
}

fn custodia(folder: &Path, arguments: &[&str]) -> String {
    let output = Command::new(env!("CARGO_BIN_EXE_custodia"))
        .args(arguments)
        .current_dir(folder)
        .env("CUSTODIA_KEY", folder.join("seal.key"))
        .output()
        .unwrap();
    assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap().flatten() {
        let (path, to) = (entry.path(), to.join(entry.file_name()));
        if path.is_dir() {
            copy(&path, &to);
        } else {
            std::fs::copy(&path, &to).unwrap();
        }
    }
}

/// A server that ends with this value.
struct Served {
    child: Child,
    port: u16,
    ticket: String,
    cookie: String,
    csrf: String,
    case: PathBuf,
    _folder: tempfile::TempDir,
}

impl Drop for Served {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

struct Reply {
    status: u16,
    head: String,
    body: Vec<u8>,
}

impl Reply {
    fn json(&self) -> Value {
        serde_json::from_slice(&self.body)
            .unwrap_or_else(|why| panic!("{why}: {}", String::from_utf8_lossy(&self.body)))
    }
}

fn request(port: u16, method: &str, path: &str, headers: &[(&str, &str)], body: &str) -> Reply {
    let mut stream = TcpStream::connect(("127.0.0.1", port)).unwrap();
    let mut text = format!("{method} {path} HTTP/1.1\r\nConnection: close\r\nContent-Length: {}\r\n", body.len());
    if !headers.iter().any(|(name, _)| *name == "Host") {
        text.push_str(&format!("Host: 127.0.0.1:{port}\r\n"));
    }
    for (name, value) in headers {
        text.push_str(&format!("{name}: {value}\r\n"));
    }
    stream.write_all(format!("{text}\r\n{body}").as_bytes()).unwrap();
    let mut all = Vec::new();
    stream.read_to_end(&mut all).unwrap();
    let end = all.windows(4).position(|four| four == b"\r\n\r\n").unwrap();
    let head = String::from_utf8(all[..end].to_vec()).unwrap();
    let mut body = all[end + 4..].to_vec();
    if head.to_lowercase().contains("transfer-encoding: chunked") {
        body = unchunked(&body);
    }
    let status = head[9..12].parse().unwrap();
    Reply { status, head, body }
}

fn unchunked(mut bytes: &[u8]) -> Vec<u8> {
    let mut all = Vec::new();
    while let Some(end) = bytes.windows(2).position(|two| two == b"\r\n") {
        let length = usize::from_str_radix(std::str::from_utf8(&bytes[..end]).unwrap(), 16).unwrap();
        all.extend_from_slice(&bytes[end + 2..end + 2 + length]);
        bytes = &bytes[end + 4 + length..];
        if length == 0 {
            break;
        }
    }
    all
}

/// A value as it may stand in a query.
fn quoted(text: &str) -> String {
    text.bytes()
        .map(|byte| if byte.is_ascii_alphanumeric() { (byte as char).to_string() } else { format!("%{byte:02X}") })
        .collect()
}

impl Served {
    /// Serves a copy of the tiny operation.
    fn new() -> Served {
        let folder = tempfile::tempdir().unwrap();
        let case = folder.path().join("case");
        copy(&operation().join("case"), &case);
        let mut child = Command::new(env!("CARGO_BIN_EXE_custodia"))
            .args(["serve", "case", "--lazy", "--threads", "2", "--author", "A. Analyst"])
            .current_dir(folder.path())
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut link = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut link).unwrap();
        let (address, ticket) = link.trim().split_once("/enter?ticket=").unwrap();
        let port = address.rsplit(':').next().unwrap().parse().unwrap();
        let mut served = Served {
            child,
            port,
            ticket: ticket.to_owned(),
            cookie: String::new(),
            csrf: String::new(),
            case,
            _folder: folder,
        };
        let entered = request(port, "GET", &format!("/enter?ticket={ticket}"), &[], "");
        assert_eq!(entered.status, 303, "{}", entered.head);
        let set = entered.head.lines().find(|line| line.to_lowercase().starts_with("set-cookie:")).unwrap();
        assert!(set.contains("HttpOnly") && set.contains("SameSite=Strict") && set.contains("Path=/"), "{set}");
        served.cookie = set.split_once(": ").unwrap().1.split(';').next().unwrap().to_owned();
        served.csrf = served.get("/api/session")["csrf"].as_str().unwrap().to_owned();
        served
    }

    fn reply(&self, path: &str) -> Reply {
        request(self.port, "GET", path, &[("Cookie", &self.cookie)], "")
    }

    fn get(&self, path: &str) -> Value {
        let reply = self.reply(path);
        assert_eq!(reply.status, 200, "{path}: {}", String::from_utf8_lossy(&reply.body));
        reply.json()
    }

    fn post(&self, path: &str, body: &Value) -> Reply {
        let headers =
            [("Cookie", self.cookie.as_str()), ("X-Custodia-Csrf", &self.csrf), ("Content-Type", "application/json")];
        request(self.port, "POST", path, &headers, &body.to_string())
    }

    /// Every row of a view, page by page.
    fn all(&self, view: &str, limit: usize, more: &str) -> Vec<Value> {
        let (mut rows, mut cursor) = (Vec::new(), String::new());
        loop {
            let page = self.get(&format!("/api/rows/{view}?limit={limit}{more}{cursor}"));
            rows.extend(page["rows"].as_array().unwrap().iter().cloned());
            match page["next"].as_str() {
                Some(next) => cursor = format!("&cursor={}", quoted(next)),
                None => return rows,
            }
        }
    }

    /// What the command line answers, as rows in the order of these columns.
    fn asked(&self, question: &str, columns: &[String]) -> Vec<Value> {
        let case = self.case.to_str().unwrap();
        let text = custodia(operation(), &["ask", case, question, "--json"]);
        let rows: Vec<Value> = serde_json::from_str(&text).unwrap();
        rows.iter()
            .map(|row| columns.iter().map(|name| row.get(name).cloned().unwrap_or(Value::Null)).collect())
            .collect()
    }
}

fn columns(served: &Served, view: &str) -> Vec<(String, String)> {
    let tables = served.get("/api/tables");
    let table = tables.as_array().unwrap().iter().find(|table| table["name"] == view).unwrap();
    let columns = table["columns"].as_array().unwrap();
    columns
        .iter()
        .map(|column| (column["name"].as_str().unwrap().into(), column["type"].as_str().unwrap().into()))
        .collect()
}

/// Instants are printed with and without milliseconds: they are compared as instants.
fn plain(rows: Vec<Value>, kinds: &[String]) -> Vec<String> {
    let cell = |(place, cell): (usize, &Value)| match (kinds[place].as_str(), cell.as_str()) {
        ("time", Some(text)) => format!("{:?}", custodia_model::Time::from_iso(text)),
        ("real", None) => cell.as_f64().map_or_else(|| "null".into(), |number| format!("{number:.9}")),
        _ => cell.to_string(),
    };
    rows.iter().map(|row| row.as_array().unwrap().iter().enumerate().map(cell).collect::<Vec<_>>().join("\t")).collect()
}

#[test]
fn who_has_no_session_gets_nothing() {
    let served = Served::new();
    let port = served.port;
    let status = |path: &str, headers: &[(&str, &str)]| request(port, "GET", path, headers, "").status;
    assert_eq!(status(&format!("/enter?ticket={}", served.ticket), &[]), 403, "a ticket is good once");
    assert_eq!(status("/enter?ticket=0", &[]), 403);
    for path in
        ["/", "/groups", "/api/session", "/api/rows/groups", "/api/nothing", "/api/openapi.json", "/api/progress"]
    {
        assert_eq!(status(path, &[]), 401, "{path}");
        assert_eq!(status(path, &[("Cookie", &format!("custodia-{port}=0"))]), 401, "{path}");
    }
    let cookie = ("Cookie", served.cookie.as_str());
    for host in ["example.org", "127.0.0.1", "127.0.0.1:1", "localhost.example.org", ""] {
        assert_eq!(status("/api/session", &[cookie, ("Host", host)]), 403, "{host:?}");
    }
    assert_eq!(status("/api/session", &[cookie, ("Host", &format!("localhost:{port}"))]), 200);
    assert_eq!(status("/api/session", &[cookie, ("Origin", "http://example.org")]), 403);
    assert_eq!(status("/api/session", &[cookie, ("Origin", "null")]), 403);
    assert_eq!(status("/api/nothing", &[cookie]), 404);
}

#[test]
fn what_changes_something_bears_the_word() {
    let served = Served::new();
    let body = json!({"what": "note", "subject": "x", "value": "y"}).to_string();
    let cookie = ("Cookie", served.cookie.as_str());
    for word in ["", "0", &"0".repeat(64)] {
        let reply = request(served.port, "POST", "/api/decisions", &[cookie, ("X-Custodia-Csrf", word)], &body);
        assert_eq!(reply.status, 403, "{word:?}");
    }
    assert_eq!(request(served.port, "POST", "/api/decisions", &[("X-Custodia-Csrf", &served.csrf)], &body).status, 401);
    assert_eq!(request(served.port, "DELETE", "/api/decisions", &[cookie], "").status, 405);
    assert_eq!(served.get("/api/decisions")["rows"], json!([]));
    let large = served.post("/api/decisions", &json!({"what": "note", "subject": "x", "value": "y".repeat(100_000)}));
    assert_eq!(large.status, 413);
}

#[test]
fn every_answer_says_what_a_browser_may_do() {
    let served = Served::new();
    for path in ["/api/session", "/", "/api/nothing"] {
        let head = served.reply(path).head.to_lowercase();
        for header in [
            "content-security-policy: default-src 'none'; script-src 'self'",
            "x-content-type-options: nosniff",
            "referrer-policy: no-referrer",
        ] {
            assert!(head.contains(header), "{path}: {header}\n{head}");
        }
    }
    assert!(served.reply("/api/session").head.to_lowercase().contains("cache-control: no-store"));
}

/// The interface's own document, kept beside the others.
#[test]
fn the_document_is_current() {
    let served = Served::new();
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/openapi.json");
    let now = serde_json::to_string_pretty(&served.get("/api/openapi.json")).unwrap() + "\n";
    if std::env::var_os("UPDATE").is_some() {
        std::fs::write(&path, &now).unwrap();
    }
    let kept = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(
        kept == now,
        "docs/openapi.json is not what the routes say: UPDATE=1 cargo test --release -p custodia --test serve"
    );
    let document: Value = serde_json::from_str(&kept).unwrap();
    for (path, operations) in document["paths"].as_object().unwrap() {
        assert!(operations.as_object().is_some_and(|operations| !operations.is_empty()), "{path}");
        if operations.get("get").is_some() && path != "/api/progress" {
            let reply = served.reply(&path.replace("{view}", "groups").replace("{chat}", "x"));
            assert!([200, 400].contains(&reply.status), "{path}: {}", reply.status);
        }
    }
}

/// The heart of it: pages of every view, however they are cut, are what the command line answers.
#[test]
fn pages_hold_what_is_asked() {
    let served = Served::new();
    let tables = served.get("/api/tables");
    for table in tables.as_array().unwrap() {
        let view = table["name"].as_str().unwrap();
        let (names, kinds): (Vec<String>, Vec<String>) = columns(&served, view).into_iter().unzip();
        let first = served.get(&format!("/api/rows/{view}?limit=1"));
        assert_eq!(first["columns"], json!(names), "{view}");
        let mut paged = plain(served.all(view, 97, ""), &kinds);
        assert_eq!(paged, plain(served.all(view, 1000, ""), &kinds), "{view} in pages of another size");
        let mut asked = plain(served.asked(view, &names), &kinds);
        // The command line leaves rows that its order does not part in any order.
        paged.sort();
        asked.sort();
        assert_eq!(paged.len(), asked.len(), "{view}");
        assert_eq!(paged, asked, "{view}");
        assert_eq!(served.get(&format!("/api/count/{view}"))["total"], json!(asked.len()), "{view}");
    }
}

#[test]
fn pages_are_in_the_views_own_order() {
    let served = Served::new();
    for view in ["groups", "messages", "members", "accounts", "countries", "ledger", "presence"] {
        let (names, kinds): (Vec<String>, Vec<String>) = columns(&served, view).into_iter().unzip();
        assert_eq!(plain(served.all(view, 1000, ""), &kinds), plain(served.asked(view, &names), &kinds), "{view}");
    }
}

#[test]
fn pages_are_filtered_and_sorted() {
    let served = Served::new();
    let chat = served.get("/api/rows/groups?limit=1&columns=chat")["rows"][0][0].as_str().unwrap().to_owned();
    let count = |query: &str| served.get(&format!("/api/count/messages?{query}"))["total"].as_i64().unwrap();
    let asked = |sql: &str| {
        served.asked(&format!("SELECT count(*) AS n FROM messages WHERE {sql}"), &["n".into()])[0][0].as_i64().unwrap()
    };
    let is = |op: &str, value: &str| format!("where=chat:{op}:{}", quoted(value));
    assert_eq!(count(&is("eq", &chat)), asked(&format!("chat = '{chat}'")));
    assert_eq!(count(&is("ne", &chat)), asked(&format!("chat <> '{chat}'")));
    assert_eq!(count(&is("in", &format!("{chat}|nothing"))), asked(&format!("chat IN ('{chat}', 'nothing')")));
    assert_eq!(count("where=chat:eq:nothing"), 0);
    assert_eq!(count("where=text:null:"), asked("text IS NULL"));
    assert_eq!(count("where=text:notnull:"), asked("text IS NOT NULL"));
    assert_eq!(count("where=text:has:e"), asked("lower(text) LIKE '%e%'"));
    assert_eq!(count("where=devices:gte:2"), asked("devices >= 2"));
    assert_eq!(count("where=devices:lte:1&where=forwarded:eq:true"), asked("devices <= 1 AND forwarded"));
    let sent =
        served.get("/api/rows/messages?sort=-sent&limit=1&columns=sent")["rows"][0][0].as_str().unwrap().to_owned();
    assert_eq!(count(&format!("where=sent:gte:{}", quoted(&sent))), asked(&format!("sent >= '{sent}'")));
    let origin = served.get("/api/rows/messages?limit=1&columns=origin")["rows"][0][0].as_str().unwrap().to_owned();
    assert_eq!(count(&format!("where=origin:eq:{}", quoted(&origin))), 1);
    assert!(count(&format!("where=origin:has:{}", quoted(origin.rsplit('#').next().unwrap()))) >= 1);

    let names: Vec<String> = ["sent", "sender", "key", "chat"].map(String::from).to_vec();
    let pages = served.all("messages", 41, "&columns=sent,sender,key,chat&sort=-sent,sender&where=text:notnull:");
    let sql = "SELECT sent, sender, key, chat FROM messages WHERE text IS NOT NULL ORDER BY sent DESC NULLS LAST, sender, chat, key";
    let kinds: Vec<String> = ["time", "text", "text", "text"].map(String::from).to_vec();
    assert_eq!(plain(pages, &kinds), plain(served.asked(sql, &names), &kinds));

    let by = served.get("/api/count/messages?by=message_kind&limit=3");
    let rows = served.asked(
        "SELECT message_kind, count(*) AS n FROM messages GROUP BY message_kind ORDER BY n DESC, message_kind LIMIT 3",
        &["message_kind".into(), "n".into()],
    );
    assert_eq!(by["by"], json!(rows));
}

#[test]
fn what_is_asked_wrongly_is_answered_by_a_sentence() {
    let served = Served::new();
    for (path, status) in [
        ("/api/rows/nothing", 404),
        ("/api/rows/groups'%20OR%201=1", 404),
        ("/api/rows/groups?columns=nothing", 400),
        ("/api/rows/groups?where=chat", 400),
        ("/api/rows/groups?where=chat:like:x", 400),
        ("/api/rows/groups?where=nothing:eq:x", 400),
        ("/api/rows/groups?where=members:eq:x", 400),
        ("/api/rows/groups?where=created:gte:yesterday", 400),
        ("/api/rows/groups?where=members:has:1", 400),
        ("/api/rows/groups?sort=nothing", 400),
        ("/api/rows/groups?limit=0", 400),
        ("/api/rows/groups?limit=100000", 400),
        ("/api/rows/groups?limit=x", 400),
        ("/api/count/groups?by=subject&limit=1001", 400),
        ("/api/search?q=a&limit=201", 400),
        ("/api/graph?limit=0", 400),
        ("/api/rows/groups?cursor=1.2", 400),
        ("/api/graph/path", 400),
        ("/api/graph/neighbours?person=nobody", 404),
        ("/api/graph?kinds=nothing", 400),
        ("/api/source", 400),
        ("/api/search?q=x&cursor=y", 400),
        ("/api/search?q=x&mode=y", 400),
    ] {
        let reply = served.reply(path);
        assert_eq!(reply.status, status, "{path}: {}", String::from_utf8_lossy(&reply.body));
        assert!(reply.json()["error"].as_str().is_some_and(|says| says.len() > 10), "{path}");
    }
    let apostrophe = served.get("/api/count/groups?where=chat:eq:x'%20OR%20'1'%3D'1");
    assert_eq!(apostrophe["total"], 0);
}

#[test]
fn search_finds_what_the_command_line_finds() {
    let served = Served::new();
    let text = served.get("/api/rows/messages?where=text:notnull:&limit=1&columns=text")["rows"][0][0]
        .as_str()
        .unwrap()
        .to_owned();
    let word = text.split(|c: char| !c.is_alphanumeric()).find(|word| word.len() > 2).unwrap().to_owned();
    let page = served.get(&format!("/api/search?q={}&limit=20", quoted(&word)));
    let own = custodia(operation(), &["search", served.case.to_str().unwrap(), &word, "--json", "--limit", "20"]);
    let own: Value = serde_json::from_str(&own).unwrap();
    assert_eq!(page["total"], own["total"]);
    let texts =
        |page: &Value| page["hits"].as_array().unwrap().iter().map(|hit| hit["origin"].clone()).collect::<Vec<_>>();
    assert!(!texts(&page).is_empty());
    assert_eq!(texts(&page), texts(&own));
    let hit = &page["hits"][0];
    let units: Vec<u16> = hit["text"].as_str().unwrap().encode_utf16().collect();
    let mark = hit["marks"][0].as_array().unwrap();
    let marked =
        String::from_utf16(&units[mark[0].as_u64().unwrap() as usize..mark[1].as_u64().unwrap() as usize]).unwrap();
    assert_eq!(marked.to_lowercase(), word.to_lowercase());
    let counted = served.get(&format!("/api/search/facets?q={}", quoted(&word)));
    assert_eq!(counted["of"], page["total"], "{counted}");
    assert_eq!(counted["is_exact"], true);
    let sum = |name: &str| {
        counted["facets"][name].as_array().unwrap().iter().map(|one| one[1].as_u64().unwrap()).sum::<u64>()
    };
    assert_eq!(sum("kind"), page["total"].as_u64().unwrap());
    let two = served.get(&format!("/api/search?q={}&limit=1", quoted(&word)));
    if let Some(next) = two["next"].as_str() {
        let second = served.get(&format!("/api/search?q={}&limit=1&cursor={}", quoted(&word), quoted(next)));
        assert_eq!(second["hits"][0]["origin"], page["hits"][1]["origin"]);
    }
}

#[test]
fn the_graph_is_the_command_lines() {
    let served = Served::new();
    let case = served.case.to_str().unwrap().to_owned();
    let graph = served.get("/api/graph?kinds=co_membership&limit=1");
    let (a, b) = (graph["edges"][0]["a"].as_str().unwrap(), graph["edges"][0]["b"].as_str().unwrap());
    assert!(graph["cut"].as_bool().unwrap());
    let near = served.get(&format!("/api/graph/neighbours?person={}&limit=5", quoted(a)));
    let own = custodia(operation(), &["graph", &case, "neighbours", a, "--limit", "5", "--json"]);
    let own: Value = serde_json::from_str(&own).unwrap();
    let own: Vec<_> = own["ties"].as_array().unwrap().iter().map(|tie| tie["to"].clone()).collect();
    let ids: Vec<_> = near["nodes"].as_array().unwrap().iter().skip(1).map(|node| node["id"].clone()).collect();
    assert_eq!(ids, own);
    let path = served.get(&format!("/api/graph/path?from={}&to={}", quoted(a), quoted(b)));
    assert_eq!(path["nodes"].as_array().unwrap().len(), 2);
    let why = served.get(&format!("/api/graph/why?a={}&b={}&kind=co_membership", quoted(a), quoted(b)));
    assert_eq!(why["rows"].as_array().unwrap().len(), 2 * graph["edges"][0]["groups"].as_array().unwrap().len());
    let group = graph["edges"][0]["groups"][0].as_str().unwrap();
    let of_group = served.get(&format!("/api/graph?group={}&kinds=co_membership", quoted(group)));
    let members = served.get(&format!("/api/count/members?where=chat:eq:{}", quoted(group)))["total"].as_u64().unwrap();
    assert_eq!(of_group["edges"].as_array().unwrap().len() as u64, members * (members - 1) / 2);
    let ties = served.get("/api/graph?kinds=invitation");
    let sql = "SELECT count(*) AS n FROM (SELECT DISTINCT person, other, tie = 'added' FROM ties WHERE tie <> 'carried' AND person <> other)";
    assert_eq!(json!(ties["edges"].as_array().unwrap().len()), served.asked(sql, &["n".into()])[0][0]);
}

#[test]
fn a_decision_changes_the_answer() {
    let served = Served::new();
    let rows = served.get("/api/rows/account_countries?columns=account,country&limit=1&where=country:ne:PT");
    let account = rows["rows"][0][0].as_str().unwrap().to_owned();
    let country = || {
        served.get(&format!("/api/rows/account_countries?columns=country&where=account:eq:{}", quoted(&account)))["rows"][0][0].clone()
    };
    let before = country();
    assert_ne!(before, "PT");
    let no_reason = served.post("/api/decisions", &json!({"what": "country", "subject": account, "value": "PT"}));
    assert_eq!(no_reason.status, 400);
    let wrong =
        served.post("/api/decisions", &json!({"what": "country", "subject": account, "value": "??", "reason": "a"}));
    assert_eq!(wrong.status, 400);
    let made = served.post(
        "/api/decisions",
        &json!({"what": "country", "subject": account, "value": "PT", "reason": "statement 14"}),
    );
    assert_eq!(made.status, 200, "{}", String::from_utf8_lossy(&made.body));
    assert_eq!(country(), "PT");
    let decisions = served.get("/api/decisions");
    let author = decisions["columns"].as_array().unwrap().iter().position(|name| name == "author").unwrap();
    assert_eq!(decisions["rows"][0][author], "A. Analyst");
    let event = made.json()["event"].to_string();
    let taken = served.post("/api/decisions", &json!({"what": "withdraw", "subject": event, "reason": "by mistake"}));
    assert_eq!(taken.status, 200);
    assert_eq!(country(), before);

    let sha256 = served.get("/api/rows/known_files?columns=sha256&limit=1")["rows"][0][0].clone();
    let category =
        served.post("/api/decisions", &json!({"what": "category", "subject": sha256, "value": "2", "reason": "seen"}));
    assert_eq!(category.status, 200, "{}", String::from_utf8_lossy(&category.body));
    assert_eq!(served.get("/api/count/decisions?where=decision:eq:category")["total"], 1);

    assert_eq!(served.get("/api/searches"), json!([]));
    let query = json!({"path": "/search", "params": "q=tea"});
    assert_eq!(served.post("/api/searches", &json!({"name": "tea", "query": query})).status, 200);
    assert_eq!(served.get("/api/searches")[0]["query"], query);
    assert_eq!(served.post("/api/searches", &json!({"name": "tea", "query": null})).status, 200);
    assert_eq!(served.get("/api/searches"), json!([]));
}

/// A decision made by another process is seen too.
#[test]
fn what_others_add_is_seen() {
    let served = Served::new();
    assert_eq!(served.get("/api/count/decisions")["total"], 0);
    custodia(operation(), &["decide", served.case.to_str().unwrap(), "note", "x", "y"]);
    std::thread::sleep(std::time::Duration::from_millis(700));
    assert_eq!(served.get("/api/count/decisions")["total"], 1);
}

#[test]
fn a_row_leads_to_its_bytes() {
    let served = Served::new();
    let rows = served.get("/api/rows/messages?columns=origin,text&where=text:notnull:&limit=3");
    for row in rows["rows"].as_array().unwrap() {
        let origin = row[0].as_str().unwrap();
        let source = served.get(&format!("/api/source?origin={}", quoted(origin)));
        assert_eq!(source["available"], true, "{source}");
        assert_eq!(source["says"], Value::Null, "{source}");
        let cells = source["cells"].as_array().unwrap();
        let cell = |name: &str| cells.iter().find(|cell| cell["column"] == name);
        let text = cell("text_data").or_else(|| cell("data")).unwrap();
        assert_eq!(text["text"], row[1], "{source}");
        // The record itself holds the text, and it stands where it is said to stand.
        let hex = source["bytes"]["hex"].as_str().unwrap();
        assert!(hex.contains(&hex_of(row[1].as_str().unwrap())), "{source}");
    }
    let gone = served.get("/api/source?origin=XX-1%3A%2Fa%23message%2F1");
    assert_eq!(gone["available"], false);
    assert!(gone["says"].as_str().unwrap().contains("XX-1"));
    let device = rows["rows"][0][0].as_str().unwrap().split(':').next().unwrap();
    let outside = served.get(&format!("/api/source?origin={device}%3A%2F..%2F..%2Fseal.key"));
    assert_eq!(outside["available"], false, "{outside}");
}

fn hex_of(text: &str) -> String {
    text.bytes().map(|byte| format!("{byte:02x}")).collect()
}

#[test]
fn the_operation_at_a_glance_is_counted() {
    let served = Served::new();
    let glance = served.get("/api/operation");
    for count in glance["counts"].as_array().unwrap() {
        let sql = count["sql"].as_str().unwrap();
        let rows = served.asked(&format!("SELECT n FROM ({}) AS t(n)", sql), &["n".into()]);
        assert_eq!(count["value"], rows[0][0], "{count}");
    }
    let chat = served.get("/api/rows/groups?limit=1&columns=chat,messages")["rows"][0].clone();
    let heat = served.get(&format!("/api/groups/{}/heat", quoted(chat[0].as_str().unwrap())));
    let sum: i64 = heat["cells"].as_array().unwrap().iter().map(|cell| cell[2].as_i64().unwrap()).sum();
    assert_eq!(json!(sum), chat[1]);
}

/// Many ask at once before anything is prepared: all need the same joins, and each is answered.
#[test]
fn a_cold_case_answers_many_at_once() {
    let served = Served::new();
    let paths = [
        "/api/graph?limit=10",
        "/api/search?q=a",
        "/api/operation",
        "/api/rows/ledger?limit=5",
        "/api/rows/account_countries?limit=5",
        "/api/count/members",
        "/api/rows/invitation_tree?limit=5",
        "/api/rows/conflicts?limit=5",
    ];
    std::thread::scope(|scope| {
        for path in paths.iter().chain(&paths) {
            let served = &served;
            scope.spawn(move || served.get(path));
        }
    });
}
