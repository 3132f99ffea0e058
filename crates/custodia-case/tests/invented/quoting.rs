//! A phone on which messages quote others: of another chat, and with the copy of a file.

use super::*;

/// Beto's phone. Ana answers him in private to what Carla wrote in the group, once to a message that the phone holds and once to one
/// that is gone; and to a message with a listed file that is gone too.
pub fn quoting(folder: &Path) -> Case {
    let (case, key) = begun(folder);
    let mut beto = Phone::new(BETO);
    beto.chat(1, GROUP, Some("Circles"));
    beto.message(2, GROUP, CARLA, "K2", 10, "a blue circle");
    for (number, key, quoted, text) in [(3, "P3", "K2", "a blue circle"), (4, "P4", "K9", "a red circle")] {
        beto.message(number, ANA, ANA, key, 20, "which one?");
        let Some((_, Row::Message(row))) = beto.rows.last_mut() else { unreachable!() };
        row.quoted_key = Some(t(quoted));
        row.quoted_sender = Some(t(CARLA));
        row.quoted_text = Some(t(text));
        row.quoted_chat = Some(t(GROUP));
    }
    beto.message(5, ANA, ANA, "P5", 30, "where is it?");
    let copy = Attachment {
        owner: Some(t(BETO)),
        chat: t(GROUP),
        key: t("K8"),
        sender: Some(t(CARLA)),
        sent: minute(9),
        message_kind: t("image"),
        sha256: Some(t(FILE)),
        ..Attachment::default()
    };
    beto.put(Attachment::QUOTED, 5, copy);
    beto.seal(&case, "CO-1", "CO", &key);
    let mut list = Import::begin(&case, &"list".parse().unwrap()).unwrap();
    let entry = Known { list: t("list"), list_kind: t("known"), sha256: Some(t(FILE)), ..Known::default() };
    list.writer.put(Origin::at(t("/list.txt"), t("line"), 1), entry.into());
    list.publish(Source::default(), &key).unwrap();
    case
}
