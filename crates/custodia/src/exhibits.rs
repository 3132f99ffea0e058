//! `exhibits.csv`: which evidence is which exhibit, seized when and where, by which authority.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use custodia_case::Label;
use custodia_case::bundle::Exhibit;
use custodia_model::Time;

use crate::failure::Failure;

/// The columns, in any order.
pub const COLUMNS: [&str; 5] = ["label", "path", "seized_at", "country_of_seizure", "authority_ref"];

/// One exhibit to examine.
#[derive(Clone, Debug)]
pub struct Request {
    /// Where the evidence is.
    pub path: PathBuf,
    /// Its label, checked.
    pub label: Label,
    /// What the operator says of it.
    pub exhibit: Exhibit,
}

/// One line of the list: an exhibit, or why it is none.
pub type Line = Result<Request, String>;

/// Checks what an operator says of one exhibit.
pub fn request(
    path: PathBuf,
    label: &str,
    authority: &str,
    seized_at: Option<&str>,
    country: Option<&str>,
) -> Result<Request, String> {
    let label: Label = label.trim().parse()?;
    let authority = authority.trim();
    if authority.is_empty() {
        return Err(format!("exhibit {label}: no authority: nothing is examined without one"));
    }
    let seized_at = seized_at.map(str::trim).filter(|text| !text.is_empty());
    if let Some(text) = seized_at {
        Time::from_iso(text).ok_or_else(|| {
            format!("exhibit {label}: {text:?} is no time: expected ISO 8601 with offset, as 2017-03-28T06:30:00+02:00")
        })?;
    }
    let country = country.filter(|text| !text.trim().is_empty()).map(|text| {
        custodia_case::country::region(text).ok_or_else(|| {
            format!("exhibit {label}: {text:?} is no country: expected an ISO 3166-1 alpha-2 code, as ES")
        })
    });
    let country = country.transpose()?;
    let exhibit = Exhibit {
        label: label.to_string(),
        authority: authority.to_owned(),
        seized_at: seized_at.map(str::to_owned),
        country_of_seizure: country,
    };
    Ok(Request { path, label, exhibit })
}

/// Reads the list. Paths are relative to it. A line that cannot be used is an error of that line alone; a list
/// without the columns is an error of the whole.
pub fn read(list: &Path) -> Result<Vec<Line>, Failure> {
    let failed = |why: &dyn std::fmt::Display| Failure::Input(format!("{}: {why}", list.display()));
    let bytes = std::fs::read(list).map_err(|why| failed(&why))?;
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&bytes);
    let mut reader = csv::ReaderBuilder::new().trim(csv::Trim::All).flexible(true).from_reader(bytes);
    let header = reader.headers().map_err(|why| failed(&why))?.clone();
    let place = |name: &str| header.iter().position(|column| column == name);
    let missing: Vec<_> = COLUMNS.iter().filter(|name| place(name).is_none()).copied().collect();
    if !missing.is_empty() {
        return Err(failed(&format!("column {} is missing: expected {}", missing.join(", "), COLUMNS.join(","))));
    }
    let doubled: Vec<_> =
        COLUMNS.iter().filter(|name| header.iter().filter(|column| column == *name).count() > 1).copied().collect();
    if !doubled.is_empty() {
        return Err(failed(&format!("column {} stands there twice: each is expected once", doubled.join(", "))));
    }
    let base = list.parent().unwrap_or(Path::new("."));
    let mut labels = BTreeSet::new();
    let mut lines = Vec::new();
    for (index, record) in reader.records().enumerate() {
        // The header is line 1.
        let number = index + 2;
        let line = record.map_err(|why| why.to_string()).and_then(|record| {
            if record.iter().skip(header.len()).any(|cell| !cell.is_empty()) {
                return Err(format!(
                    "{} cells, and the header names {} columns: a cell with a comma stands in quotation marks",
                    record.len(),
                    header.len()
                ));
            }
            let cell = |name: &str| place(name).and_then(|at| record.get(at)).unwrap_or_default();
            if cell("path").is_empty() {
                return Err("no path".to_owned());
            }
            let request = request(
                base.join(cell("path")),
                cell("label"),
                cell("authority_ref"),
                Some(cell("seized_at")),
                Some(cell("country_of_seizure")),
            )?;
            if !labels.insert(request.label.clone()) {
                return Err(format!("exhibit {} is named twice in this list; the first is examined", request.label));
            }
            Ok(request)
        });
        lines.push(line.map_err(|why| format!("{} line {number}: {why}", list.display())));
    }
    if lines.is_empty() {
        return Err(failed(&"no exhibit in the list"));
    }
    Ok(lines)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_bad_line_leaves_the_others() {
        let folder = tempfile::tempdir().unwrap();
        let list = folder.path().join("exhibits.csv");
        std::fs::write(
            &list,
            "label,path,seized_at,country_of_seizure,authority_ref\n\
             ES-001,a.zip,2017-03-28T06:30:00+02:00,ES,JI 4/2017\n\
             ES-001,b.zip,2017-03-28T06:30:00+02:00,ES,JI 4/2017\n\
             ../x,c.zip,2017-03-28T06:30:00+02:00,ES,JI 4/2017\n\
             ES-002,d.zip,yesterday,ES,JI 4/2017\n\
             ES-003,e.zip,,it,\n\
             ES-004,f.zip,,it,ref\n\
             ES-005,g.zip,,XX,ref\n\
             ES-006,phones, left.zip,,ES,ref\n\
             ES-007,h.zip,,ES,ref,,\n",
        )
        .unwrap();
        let lines = read(&list).unwrap();
        let good: Vec<_> =
            lines.iter().filter_map(|line| line.as_ref().ok()).map(|request| request.label.to_string()).collect();
        assert_eq!(good, ["ES-001", "ES-004", "ES-007"]);
        assert!(lines[1].as_ref().unwrap_err().contains("line 3"), "{lines:?}");
        assert!(lines[6].as_ref().unwrap_err().contains("no country"), "{lines:?}");
        assert!(lines[7].as_ref().unwrap_err().contains("line 9: 6 cells"), "{lines:?}");
        std::fs::write(&list, "label,path,seized_at,country_of_seizure,authority_ref,path\nES-001,a.zip,,,ref,b.zip\n")
            .unwrap();
        let why = read(&list).unwrap_err().to_string();
        assert!(why.contains("column path stands there twice"), "{why}");
    }
}
