//! What a text says of a file, a place, or of itself: the words that the app puts there, told from those that a person wrote
//! as far as the export allows.

use memchr::{memchr, memmem};

use super::words;
use crate::scan::ByteSet;

/// The mark of direction before what the app itself writes. On iOS it is the only sign that no person wrote it.
pub const MARK: &str = "\u{200e}";

/// What a text is.
#[derive(Debug, Default, PartialEq)]
pub struct Content<'t> {
    /// Kind of message.
    pub kind: Option<&'static str>,
    /// Name of the file.
    pub file: Option<&'t str>,
    /// What stands beside it.
    pub caption: Option<&'t str>,
    /// Degrees north and east.
    pub position: Option<(f64, f64)>,
    /// Whether the app's own words begin the text.
    pub marked: bool,
    /// The app's own words that the kind is known by.
    pub words: Option<&'t str>,
}

/// Looks at a text in which these bytes stand. `ios` is whether the app's own words bear the mark.
pub fn read(text: &str, bytes: ByteSet, ios: bool) -> Content<'_> {
    // Nearly every text is ordinary: it has no bracket, no mark, no link and is no word of the app's.
    let mark = if bytes.has(ByteSet::MARK) { text.find(MARK) } else { None };
    let marked = mark == Some(0);
    let found = if bytes.has(ByteSet::LESS) { attached_ios(text, ios) } else { None };
    let found = found.or_else(|| if bytes.has(ByteSet::BRACKET) { attached(text, marked) } else { None });
    let found = found.or_else(|| if bytes.has(ByteSet::SLASH) { place(text) } else { None });
    if let Some(content) = found {
        return Content { marked, ..content };
    }
    let words = match (ios, mark) {
        (true, None) => None,
        (true, Some(_)) => text.rsplit(MARK).next(),
        // A caption stands below the word for a file that was left out.
        (false, _) if bytes.has(ByteSet::LESS) => text.strip_prefix(MARK).unwrap_or(text).lines().next(),
        (false, _) if !words::may_be(text) => None,
        (false, _) => Some(text.strip_prefix(MARK).unwrap_or(text)),
    };
    let words = words.map(str::trim);
    let kind = words.and_then(words::kind);
    let words = words.filter(|_| kind.is_some());
    let kind = kind
        .or_else(|| (marked && text.get(MARK.len()..).is_some_and(|text| text.starts_with("POLL:"))).then_some("poll"))
        .or_else(|| (!ios && text.starts_with("POLL:\n") && text.contains("\nOPTION: ")).then_some("poll"));
    // `Report.pdf • 2 pages document omitted`.
    let named = if kind == Some("document") && !marked { text.split(['\u{200e}', '•']).next() } else { None };
    let file = named.map(str::trim).filter(|name| extension(name).is_some());
    Content { kind, file, marked, words, ..Content::default() }
}

/// `<attached: F>`, and `F <attached>` of old releases.
fn attached_ios(text: &str, ios: bool) -> Option<Content<'_>> {
    // The mark is what tells it from words of a person; what is no mark is only taken as a whole text.
    let open = text.rfind('<')?;
    let close = open + text.get(open..)?.find('>')?;
    let inner = text
        .get(open + 1..close)?
        .trim_matches(|c: char| c == '\u{200e}' || c == '\u{a0}' || c == '\u{202f}' || c == ' ');
    let before = text.get(..open)?;
    let (word, name) = inner.split_once(':').map_or((inner, None), |(word, name)| (word, Some(name)));
    let word = word.trim_end_matches([' ', '\u{a0}', '\u{202f}']);
    let known = words::ATTACHED_IOS.contains(&word);
    match name {
        Some(name) => {
            let name = name.trim_matches(|c: char| c.is_whitespace() || c == '\u{200e}');
            let sure = before.ends_with(MARK) || (known && before.trim().is_empty() && !ios);
            if !sure || (!known && extension(name).is_none()) || !is_name(name) {
                return None;
            }
            let beside = without_marks(before);
            let after = text.get(close + 1..).map(str::trim).filter(|after| !after.is_empty());
            let caption = if beside.is_empty() || is_label(beside, name) { after } else { Some(beside) };
            Some(Content { kind: Some(kind_of(name)), file: Some(name), caption, ..Content::default() })
        }
        None if known => {
            let name = before.trim().trim_start_matches(MARK).trim();
            let marked = text.get(open..close)?.contains(MARK);
            let is = marked && is_name(name) && extension(name).is_some();
            is.then(|| Content { kind: Some(kind_of(name)), file: Some(name), ..Content::default() })
        }
        None => None,
    }
}

/// Whether the app wrote this beside a document: `Report.pdf • 2 pages` before `00000012-Report.pdf`.
fn is_label(beside: &str, name: &str) -> bool {
    let shown = beside.split_once('•').map(|(shown, _)| without_marks(shown));
    kind_of(name) == "document" && shown.is_some_and(|shown| !shown.is_empty() && name.ends_with(shown))
}

fn without_marks(text: &str) -> &str {
    text.trim_matches(|c: char| c.is_whitespace() || super::names::is_mark(c))
}

/// `F (file attached)`, and the caption below it.
fn attached(text: &str, marked: bool) -> Option<Content<'_>> {
    let end = memchr(b'\n', text.as_bytes());
    let first = text.get(..end.unwrap_or(text.len()))?.trim_end();
    if !first.ends_with(')') {
        return None;
    }
    let below = end.and_then(|end| text.get(end + 1..));
    let open = first.rfind('(')?;
    let name = first.get(..open)?.trim_end().strip_prefix(MARK).unwrap_or(first.get(..open)?.trim_end());
    let known = first.get(open..).is_some_and(|words| words::ATTACHED.contains(&words));
    // Words of a language that is not known count behind a name that the app gives.
    if !(known || marked || is_given(name)) || extension(name).is_none() || !is_name(name) {
        return None;
    }
    let caption = below.filter(|below| !below.trim().is_empty());
    Some(Content { kind: Some(kind_of(name)), file: Some(name), caption, ..Content::default() })
}

/// `location: https://maps.google.com/?q=lat,lon`.
fn place(text: &str) -> Option<Content<'_>> {
    const LINK: &str = "https://maps.google.com/?q=";
    let at = memmem::find(text.as_bytes(), LINK.as_bytes())?;
    let before = without_marks(text.get(..at)?);
    if !words::PLACES.iter().any(|word| before.to_lowercase() == *word) {
        return None;
    }
    let rest = text.get(at + LINK.len()..)?;
    let numbers = rest.split(|c: char| !(c.is_ascii_digit() || matches!(c, '.' | '-' | ','))).next()?;
    let (north, east) = numbers.split_once(',')?;
    let degrees = |text: &str, most: f64| text.parse::<f64>().ok().filter(|number| number.abs() <= most);
    let position = (degrees(north, 90.0)?, degrees(east, 180.0)?);
    Some(Content { kind: Some("location"), position: Some(position), ..Content::default() })
}

/// Whether a text can be the name of a file.
fn is_name(name: &str) -> bool {
    !name.is_empty() && name.len() <= 255 && !name.contains(['/', '\\', '\n', '<', '>'])
}

/// Names as the app gives them on Android: `IMG-20240301-WA0000.jpg`.
fn is_given(name: &str) -> bool {
    let mut parts = name.split('-');
    let kind =
        parts.next().is_some_and(|kind| (3..=4).contains(&kind.len()) && kind.bytes().all(|b| b.is_ascii_uppercase()));
    let day = parts.next().is_some_and(|day| day.len() == 8 && day.bytes().all(|b| b.is_ascii_digit()));
    kind && day && parts.next().is_some_and(|number| number.starts_with("WA"))
}

fn extension(name: &str) -> Option<&str> {
    let (stem, extension) = name.rsplit_once('.')?;
    let good = (1..=5).contains(&extension.len()) && extension.bytes().all(|b| b.is_ascii_alphanumeric());
    (good && !stem.is_empty()).then_some(extension)
}

/// Kind of message by the name that the app gives a file, else by what the name ends with.
fn kind_of(name: &str) -> &'static str {
    const GIVEN: &[(&str, &str)] = &[
        ("IMG-", "image"),
        ("VID-", "video"),
        ("PTT-", "audio"),
        ("AUD-", "audio"),
        ("STK-", "sticker"),
        ("DOC-", "document"),
        ("-PHOTO-", "image"),
        ("-VIDEO-", "video"),
        ("-AUDIO-", "audio"),
        ("-GIF-", "gif"),
        ("-STICKER-", "sticker"),
    ];
    let given =
        GIVEN.iter().find(|(mark, _)| if mark.starts_with('-') { name.contains(mark) } else { name.starts_with(mark) });
    if let Some((_, kind)) = given {
        return kind;
    }
    match extension(name).unwrap_or_default().to_ascii_lowercase().as_str() {
        "jpg" | "jpeg" | "png" | "heic" => "image",
        "mp4" | "mov" | "3gp" | "mkv" => "video",
        "opus" | "m4a" | "mp3" | "ogg" | "aac" | "amr" | "wav" => "audio",
        "webp" => "sticker",
        "gif" => "gif",
        "vcf" => "contact",
        _ => "document",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(text: &str, ios: bool) -> String {
        let content = read(text, ByteSet::of(text.as_bytes()), ios);
        let [kind, file, caption] = [content.kind, content.file, content.caption].map(|part| part.unwrap_or("-"));
        format!("{kind}|{file}|{caption}")
    }

    #[test]
    fn on_android() {
        for (text, wanted) in [
            ("hello", "-|-|-"),
            ("<Media omitted>", "media|-|-"),
            ("IMG-20240301-WA0000.jpg (file attached)", "image|IMG-20240301-WA0000.jpg|-"),
            ("\u{200e}IMG-20240301-WA0000.jpg (archivo adjunto)\nuno\ndos", "image|IMG-20240301-WA0000.jpg|uno\ndos"),
            ("a report.pdf (Datei angehängt)", "document|a report.pdf|-"),
            ("PTT-20240301-WA0000.opus (bestand bijgevoegd)", "audio|PTT-20240301-WA0000.opus|-"),
            ("a report.pdf (a draft)", "-|-|-"),
            ("../x.jpg (file attached)", "-|-|-"),
            ("This message was deleted", "revoked|-|-"),
            ("I think this message was deleted", "-|-|-"),
            ("location: https://maps.google.com/?q=40.5,-3.25", "location|-|-"),
            ("see https://maps.google.com/?q=40.5,-3.25", "-|-|-"),
            ("<Media omitted>\nuno\ndos", "media|-|-"),
            ("uno\n<Media omitted>", "-|-|-"),
            ("POLL:\nWhere?\nOPTION: Here (2 votes)", "poll|-|-"),
            ("POLL:\nWhere?", "-|-|-"),
            ("<3", "-|-|-"),
            ("<", "-|-|-"),
            (">", "-|-|-"),
            ("(", "-|-|-"),
            (")", "-|-|-"),
        ] {
            assert_eq!(of(text, false), wanted, "{text}");
        }
        let place = "location: https://maps.google.com/?q=40.5,-3.25";
        assert_eq!(read(place, ByteSet::of(place.as_bytes()), false).position, Some((40.5, -3.25)));
    }

    #[test]
    fn on_ios() {
        for (text, wanted) in [
            (
                "\u{200e}<attached: 00000042-PHOTO-2024-03-01-10-00-00.jpg>",
                "image|00000042-PHOTO-2024-03-01-10-00-00.jpg|-",
            ),
            ("a boat \u{200e}<adjunto: 00000042-VIDEO-2024.mp4>", "video|00000042-VIDEO-2024.mp4|a boat"),
            ("\u{200e}<\u{a0}pièce jointe\u{a0}: 00000042-AUDIO-2024.opus\u{a0}>", "audio|00000042-AUDIO-2024.opus|-"),
            ("Report.pdf • \u{200e}2 pages \u{200e}<attached: 00000002-Report.pdf>", "document|00000002-Report.pdf|-"),
            (
                "Report.pdf • \u{200e}2 pages \u{200e}<attached: 00000002-Report.pdf>\nplease read",
                "document|00000002-Report.pdf|please read",
            ),
            ("see this • now \u{200e}<attached: 00000002-Report.pdf>", "document|00000002-Report.pdf|see this • now"),
            ("2015-08-04-PHOTO-00004762.jpg <\u{200e}attached>", "image|2015-08-04-PHOTO-00004762.jpg|-"),
            ("\u{200e}image omitted", "image|-|-"),
            ("image omitted", "-|-|-"),
            ("Report.pdf • \u{200e}2 pages \u{200e}document omitted", "document|Report.pdf|-"),
            ("\u{200e}This message was deleted.", "revoked|-|-"),
            ("This message was deleted.", "-|-|-"),
            ("<attached: x.jpg>", "-|-|-"),
            ("\u{200e}", "-|-|-"),
        ] {
            assert_eq!(of(text, true), wanted, "{text}");
        }
    }
}
