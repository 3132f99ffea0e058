//! The world by country, as inline SVG. Shades are in four steps by number of accounts; each country bears its numbers
//! as text, so nothing is said by colour alone.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::page::{Rows, int, text};
use crate::html;

/// Outlines made from public-domain data; see `assets/README.md`.
const WORLD: &str = include_str!("../../assets/world.json");

#[derive(Deserialize)]
struct World {
    #[serde(rename = "viewBox")]
    view_box: String,
    countries: BTreeMap<String, Shape>,
}

#[derive(Deserialize)]
struct Shape {
    d: String,
    x: f64,
    y: f64,
}

/// The map for the rows of view `countries`.
pub fn svg(rows: &Rows) -> String {
    let Ok(world) = serde_json::from_str::<World>(WORLD) else { return String::new() };
    let most = rows.iter().map(|row| int(row, "accounts")).max().unwrap_or(0).max(1);
    let by_country: BTreeMap<String, i64> =
        rows.iter().map(|row| (text(row, "country"), int(row, "accounts"))).collect();
    let level = |accounts: i64| match accounts {
        0 => 0,
        n if n * 8 > most * 4 => 4,
        n if n * 8 > most * 2 => 3,
        n if n * 8 > most => 2,
        _ => 1,
    };
    let mut svg =
        format!("<svg viewBox=\"{}\" role=img aria-label=\"Accounts by country\">", html::text(&world.view_box));
    let mut labels = String::new();
    for (code, shape) in &world.countries {
        let accounts = by_country.get(code).copied().unwrap_or(0);
        let title = format!("{}: {accounts} accounts", html::text(code));
        if !shape.d.is_empty() {
            svg.push_str(&format!(
                "<path class=l{} d=\"{}\"><title>{title}</title></path>",
                level(accounts),
                html::text(&shape.d)
            ));
        } else if accounts > 0 {
            svg.push_str(&format!(
                "<circle class=l{} cx={} cy={} r=3><title>{title}</title></circle>",
                level(accounts),
                shape.x,
                shape.y
            ));
        }
        if accounts > 0 {
            labels.push_str(&format!("<text x={} y={}>{} {accounts}</text>", shape.x, shape.y, html::text(code)));
        }
    }
    svg.push_str(&labels);
    svg.push_str("</svg>");
    svg
}
