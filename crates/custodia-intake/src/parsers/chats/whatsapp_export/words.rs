//! What the app itself writes in place of a text: files left out, messages taken back, calls that were missed.
//!
//! Source: interface strings and exports collected by whats_json and WhatsR. Words that a comment marks stand in one source alone.

/// Bytes of the longest of the app's own words, and what may stand around them.
pub const LONGEST: usize = 96;

/// The kind of a message by the app's own words in place of its text, without the mark of direction and the full stop.
pub fn kind(text: &str) -> Option<&'static str> {
    let text = text.strip_suffix('.').unwrap_or(text);
    alike(*text.as_bytes().first()?).iter().find(|(word, _)| *word == text).map(|(_, kind)| *kind)
}

/// Whether a text may be such words, with blanks around them. Every message is asked, and nearly none is one.
#[inline]
pub fn may_be(text: &str) -> bool {
    text.len() <= LONGEST
        && text.as_bytes().first().is_some_and(|first| !first.is_ascii_alphanumeric() || !alike(*first).is_empty())
}

/// Those with this first byte: few words begin alike, and fewer are as long.
fn alike(first: u8) -> &'static [(&'static str, &'static str)] {
    let place = |at: usize| BEGINS.get(at).map_or(0, |place| usize::from(*place));
    let first = usize::from(first);
    WORDS.get(place(first)..place(first + 1)).unwrap_or_default()
}

/// Whether words for a message that was taken back say that the person who exported the chat did so.
pub fn says_you(text: &str) -> bool {
    REVOKED_BY_YOU.contains(&text.strip_suffix('.').unwrap_or(text))
}

/// How the app says so, in the languages whose sentences public sources hold.
const REVOKED_BY_YOU: &[&str] = &[
    "You deleted this message",
    "Eliminaste este mensaje",
    "Apagou esta mensagem",
    "Você apagou esta mensagem",
    "Hai eliminato questo messaggio",
    "Du hast diese Nachricht gelöscht",
    "Vous avez supprimé ce message",
];

/// Where words with each first byte begin.
const BEGINS: [u8; 257] = begins();

const fn begins() -> [u8; 257] {
    assert!(WORDS.len() < 256, "places are bytes");
    let (mut begins, mut byte, mut place) = ([0; 257], 0, 0);
    while byte < 257 {
        while place < WORDS.len() && (WORDS[place].0.as_bytes()[0] as usize) < byte {
            place += 1;
        }
        begins[byte] = place as u8;
        byte += 1;
    }
    begins
}

/// What stands in brackets behind the name of a file on Android: `IMG-20240301-WA0000.jpg (file attached)`.
pub const ATTACHED: &[&str] = &[
    "(file attached)",
    "(archivo adjunto)",
    "(archivo adjuntado)",
    "(ficheiro anexado)",
    "(arquivo anexado)",
    "(file allegato)",
    "(Datei angehängt)",
    "(fichier joint)",
];

/// What stands before the name of a file on iOS: `<attached: 00000042-PHOTO-2024-03-01-10-00-00.jpg>`; in old releases
/// behind it.
pub const ATTACHED_IOS: &[&str] =
    &["attached", "adjunto", "anexo", "anexado", "allegato", "Anhang", "angehängt", "pièce jointe"];

/// What stands before the link of a place.
pub const PLACES: &[&str] =
    &["location:", "ubicación:", "localização:", "posizione:", "standort:", "localisation :", "localisation:"];

/// The languages by the words of media left out, as far as a word belongs to one alone.
#[rustfmt::skip]
pub const LANGUAGES: &[(&str, &str)] = &[
    ("<Media omitted>", "English"), ("(file attached)", "English"),
    ("<Archivo omitido>", "Spanish"), ("<Multimedia omitido>", "Spanish"), ("(archivo adjunto)", "Spanish"), ("(archivo adjuntado)", "Spanish"),
    ("<Ficheiro não revelado>", "Portuguese"), ("<Mídia omitida>", "Portuguese"), ("<Arquivo de mídia oculto>", "Portuguese"),
    ("(ficheiro anexado)", "Portuguese"), ("(arquivo anexado)", "Portuguese"),
    ("<Media omesso>", "Italian"), ("<Media omessi>", "Italian"), ("(file allegato)", "Italian"),
    ("<Medien weggelassen>", "German"), ("<Medien ausgeschlossen>", "German"), ("(Datei angehängt)", "German"),
    ("<Fichier omis>", "French"), ("<Médias omis>", "French"), ("(fichier joint)", "French"),
];

/// Sorted by their bytes.
#[rustfmt::skip]
const WORDS: &[(&str, &str)] = &[
    ("<Archivo omitido>", "media"),
    ("<Arquivo de mídia oculto>", "media"),
    ("<Ficheiro não revelado>", "media"),
    ("<Fichier omis>", "media"),
    ("<Media har utelämnats>", "media"),
    ("<Media omessi>", "media"),
    ("<Media omesso>", "media"),
    ("<Media omitted>", "media"),
    ("<Media weggelaten>", "media"),
    ("<Medien ausgeschlossen>", "media"),
    ("<Medien weggelassen>", "media"),
    ("<Medya dahil edilmedi>", "media"),
    ("<Multimedia omitido>", "media"),
    ("<Médias omis>", "media"),
    ("<Mídia omitida>", "media"),
    ("<pominięte multimedia>", "media"),
    ("<pominięto multimedia>", "media"),
    ("<Без медиафайлов>", "media"),
    ("Apagou esta mensagem", "revoked"),
    ("Appel vidéo manqué", "missed call"),
    ("Appel vocal manqué", "missed call"),
    ("Audio weggelassen", "audio"),
    ("Bild weggelassen", "image"),
    ("Cartão do contato omitido", "contact"),
    ("Ce message a été supprimé", "revoked"),
    ("Chamada de voz perdida", "missed call"),
    ("Chamada de vídeo perdida", "missed call"),
    ("Chiamata vocale persa", "missed call"),
    ("Contact card omitted", "contact"),
    ("Contacto não revelado", "contact"),
    ("Diese Nachricht wurde gelöscht", "revoked"),
    ("Dokument weggelassen", "document"),
    ("Du hast diese Nachricht gelöscht", "revoked"),
    ("Eliminaste este mensaje", "revoked"),
    ("Esta mensagem foi apagada", "revoked"),
    ("Este mensaje fue eliminado", "revoked"),
    ("Está a partilhar a sua localização", "live location"),
    ("Fiche contact manquante", "contact"),
    ("GIF esclusa", "gif"),
    ("GIF não revelada", "gif"),
    ("GIF omitido", "gif"),
    ("GIF omitted", "gif"),
    ("GIF retiré", "gif"),
    ("GIF weggelassen", "gif"),
    ("Hai eliminato questo messaggio", "revoked"),
    ("Kontaktkarte ausgelassen", "contact"),
    ("Live location shared", "live location"),
    ("Live-Standort wird geteilt", "live location"),
    ("Llamada de voz perdida", "missed call"),
    ("Llamada perdida", "missed call"),
    ("Localisation en direct partagée", "live location"),
    ("Mensagem apagada", "revoked"),
    ("Missed video call", "missed call"),
    ("Missed voice call", "missed call"),
    ("Questo messaggio è stato eliminato", "revoked"),
    ("Scheda contatto omessa", "contact"),
    ("Se eliminó este mensaje", "revoked"),
    ("Sticker weggelassen", "sticker"),
    ("Tarjeta de contacto omitida", "contact"),
    ("This message was deleted", "revoked"),
    ("Verpasster Sprachanruf", "missed call"),
    ("Verpasster Videoanruf", "missed call"),
    ("Video omitido", "video"),
    ("Video weggelassen", "video"),
    ("Videochamada perdida", "missed call"),
    ("Videochiamata persa", "missed call"),
    ("Videollamada perdida", "missed call"),
    ("Você apagou esta mensagem", "revoked"),
    ("Vous avez supprimé ce message", "revoked"),
    ("Waiting for this message", "not decrypted"),
    ("Waiting for this message. This may take a while", "not decrypted"),
    ("You deleted this message", "revoked"),
    ("audio omesso", "audio"),
    ("audio omis", "audio"),
    ("audio omitido", "audio"),
    ("audio omitted", "audio"),
    ("document manquant", "document"),
    ("document omitted", "document"),
    ("documento não revelado", "document"),
    ("documento omesso", "document"),
    ("documento omitido", "document"),
    ("ficheiro de áudio não revelado", "audio"),
    ("figurinha omitida", "sticker"),
    ("image absente", "image"),
    ("image omitted", "image"),
    ("imagem não revelada", "image"),
    ("imagem ocultada", "image"),
    ("imagen omitida", "image"),
    ("immagine omessa", "image"),
    ("live location shared", "live location"),
    ("localização atual compartilhada", "live location"),
    ("posizione attuale condivisa", "live location"),
    ("sticker non incluso", "sticker"),
    ("sticker não revelado", "sticker"),
    ("sticker omis", "sticker"),
    ("sticker omitido", "sticker"),
    ("sticker omitted", "sticker"),
    ("ubicación en tiempo real compartida", "live location"),
    ("video omesso", "video"),
    ("video omitido", "video"),
    ("video omitted", "video"),
    ("vidéo absente", "video"),
    ("vídeo não revelado", "video"),
    ("vídeo omitido", "video"),
    ("áudio ocultado", "audio"),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_sorted_and_found() {
        assert!(WORDS.is_sorted_by(|(a, _), (b, _)| a < b));
        assert!(WORDS.iter().all(|(word, _)| kind(word).is_some()));
        assert!(
            WORDS
                .iter()
                .all(|(word, _)| word.len() < LONGEST / 2 && may_be(word) && may_be(&format!("\u{a0}{word}. ")))
        );
        assert!(!may_be("xylophone") && !may_be(""));
        assert_eq!(kind("This message was deleted."), Some("revoked"));
        assert_eq!(kind("image omitted"), Some("image"));
        assert_eq!(kind("an image omitted"), None);
        assert!(REVOKED_BY_YOU.iter().all(|words| kind(words) == Some("revoked")));
        assert!(says_you("You deleted this message.") && !says_you("This message was deleted."));
    }
}
