//! Leads in texts: links, addresses, numbers, e-mail addresses, wallets, wherever a parser reads a text.
//!
//! It looks at every text of every message, so a text without a lead must cost nearly nothing: see [`crate::scan`].

pub use crate::scan::anchors::MOST;
pub use crate::scan::{Kind, Lead};

/// Every lead in a text, at most [`MOST`], in the order in which they stand.
#[inline]
pub fn leads(text: &str) -> Vec<Lead> {
    crate::scan::of_text(text)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const CODE22: &str = "AbCdEfGhIjKlMnOpQrStU1";

    fn found(text: &str) -> Vec<(Kind, String, &str)> {
        leads(text).into_iter().map(|lead| (lead.kind, lead.value, &text[lead.range])).collect()
    }

    #[test]
    fn forms_and_their_values() {
        use Kind::{Account, ChatLink, GroupAddress, InviteLink};
        let phone = "34600000002@s.whatsapp.net";
        let invites = [
            "https://chat.whatsapp.com/{}",
            "http://www.chat.whatsapp.com/{}",
            "chat.whatsapp.com/{}",
            "HTTPS://Chat.WhatsApp.com/{}",
            "https://chat.whatsapp.com/invite/{}",
            "whatsapp://chat?code={}",
            "whatsapp://chat/?code={}",
            "https://web.whatsapp.com/accept?code={}",
        ];
        for form in invites {
            let link = form.replace("{}", CODE22);
            for (before, after) in [
                ("", ""),
                ("¡Únete! ", "?mode=ac_t"),
                ("(", ")."),
                ("_", "_"),
                ("*", "*"),
                ("Entra:", "\nya"),
                ("-", "--"),
            ] {
                let text = format!("{before}{link}{after}");
                assert_eq!(found(&text), [(InviteLink, CODE22.to_owned(), link.as_str())], "{text}");
            }
        }
        let chats = [
            "https://wa.me/34600000002",
            "wa.me/34600000002",
            "Wa.me/+34600000002",
            "https://api.whatsapp.com/send?phone=34600000002",
            "https://api.whatsapp.com/send/?phone=34600000002",
            "https://api.whatsapp.com/send?text=hola%20a%20todos&phone=%2B34600000002",
            "https://web.whatsapp.com/send?l=es&amp;phone=+34600000002",
            "whatsapp://send?phone=34600000002",
            "WhatsApp://send/?phone=34600000002",
        ];
        for link in chats {
            for (before, after) in [("", ""), ("ñ ", "&text=hola"), ("<", ">"), ("_", "_"), ("", "/?text=x"), ("", ".")]
            {
                let text = format!("{before}{link}{after}");
                assert_eq!(found(&text), [(ChatLink, phone.to_owned(), link)], "{text}");
            }
        }
        let addresses = [
            (Account, "34600000002@s.whatsapp.net", phone),
            (Account, "34600000002:12@s.whatsapp.net", phone),
            (Account, "34600000002.0:12@S.WhatsApp.net", phone),
            (Account, "34600000002@c.us", phone),
            (Account, "123456789012345@lid", "123456789012345@lid"),
            (Account, "123456789012345:3@lid", "123456789012345@lid"),
            (GroupAddress, "120363041234567890@g.us", "120363041234567890@g.us"),
            (GroupAddress, "34600000002-1445147498@G.US", "34600000002-1445147498@g.us"),
        ];
        for (kind, written, value) in addresses {
            for (before, after) in
                [("", ""), ("ñ", "ñ"), ("id=", "."), ("\"", "\","), ("- ", " -"), ("-", "-"), ("+", "/"), ("tel:", ":")]
            {
                let text = format!("{before}{written}{after}");
                let mut found = found(&text);
                // `+34600000002:12@…` begins with a number too.
                found.retain(|(kind, ..)| *kind != Kind::Phone);
                assert_eq!(found, [(kind, value.to_owned(), written)], "{text}");
            }
        }
        assert_eq!(found(&format!("chat.whatsapp.com/{CODE22} y wa.me/34600000002 y 1@g.us")).len(), 2);
    }

    #[test]
    fn what_is_no_lead() {
        for text in [
            "",
            "/",
            "@",
            "e/",
            "whatsapp:/",
            "whatsapp://",
            "mañana a las 5/6, nos vemos @ casa",
            "https://chat.whatsapp.com/",
            "https://chat.whatsapp.com/short",
            "https://chat.whatsapp.com/AbCdEfGhIjKlMnOpQrStU",
            "https://chat.whatsapp.com/AbCdEfGhIjKlMnOpQrStU12",
            "https://chat.whatsapp.com/AbCdEfGhIjKlMnOpQrStU1-x",
            "https://chat.whatsapp.com/AbCdEfGhIjKlMnOpQrStU1AbCdEfGhIjKlMnOpQrStU1",
            "https://notchat.whatsapp.com.example/AbCdEfGhIjKlMnOpQrStU1",
            "https://mychat.whatsapp.com/AbCdEfGhIjKlMnOpQrStU1",
            "https://no-chat.whatsapp.com/AbCdEfGhIjKlMnOpQrStU1",
            "https://whatsapp.com/canal/AbCdEfGhIjKlMnOpQrStU1",
            "https://kawa.me/34600000002",
            "https://wa.me/message/ABC",
            "https://wa.me/0034600000002",
            "https://wa.me/34600000002a",
            "https://wa.me/1234567890123456",
            "https://api.whatsapp.com/send?text=34600000002",
            "https://api.whatsapp.com/sender?phone=34600000002",
            "https://api.whatsapp.com/send?text=a phone=34600000002",
            "notwhatsapp://send?phone=34600000002",
            "34600000002@s.whatsapp.network",
            "34600000002@s.whatsapp.net.example",
            "a34600000002@s.whatsapp.net",
            "a.34600000002@s.whatsapp.net",
            "1234@lid",
            "123456789012345@lidl",
            "123456789012345@lid.example",
            "mail_123456789012345@lid",
            "12036304@g.us",
            "1-1445147498@g.us",
            "34600000002-144514749@g.us",
            "x34600000002-1445147498@g.us",
            "status@broadcast",
        ] {
            let mut found = found(text);
            found.retain(|(kind, ..)| !matches!(kind, Kind::Url | Kind::EMail));
            assert_eq!(found, [], "{text}");
        }
    }

    #[test]
    fn one_text_gives_so_many_and_no_more() {
        let text = "wa.me/34600000002 ".repeat(MOST + 10);
        assert_eq!(leads(&text).len(), MOST);
    }

    proptest! {
        /// Words that forms are made of, in any order, between any characters.
        #[test]
        fn nothing_panics_and_ranges_are_whole_characters(
            words in proptest::collection::vec(
                prop_oneof![
                    Just("chat.whatsapp.com/"), Just("invite/"), Just("AbCdEfGhIjKlMnOpQrStU1"), Just("wa.me/"), Just("/"),
                    Just("api.whatsapp.com/send?"), Just("phone="), Just("&"), Just("amp;"), Just("whatsapp://"), Just("send"),
                    Just("34600000002"), Just("120363041234567890"), Just("@g.us"), Just("@s.whatsapp.net"), Just("@lid"),
                    Just("@"), Just(":"), Just("-"), Just("."), Just("_"), Just("+"), Just("%2B"), Just("ñ"), Just("😀"), Just(" "),
                    Just("code="), Just("?"), Just("12"), Just("é@lid"),
                ],
                0..12,
            ),
            noise in ".{0,6}",
        ) {
            let text = format!("{}{noise}", words.concat());
            for lead in leads(&text) {
                prop_assert!(text.get(lead.range.clone()).is_some_and(|written| !written.is_empty()), "{text} {lead:?}");
                prop_assert!(lead.value.is_ascii());
            }
        }

        #[test]
        fn any_text_is_looked_through(text in ".*") {
            for lead in leads(&text) {
                prop_assert!(text.get(lead.range).is_some());
            }
        }
    }
}
