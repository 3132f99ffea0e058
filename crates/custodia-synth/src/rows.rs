//! Rows of one large phone, pushed straight into whoever keeps rows: for measuring joins over many phones without the
//! time that databases take to write and to read.

use std::collections::BTreeMap;

use custodia_model::tables::{Account, Attachment, Chat, Membership, Message, Row};
use custodia_model::{Found, Origin, Rows, Text, Time};

use crate::nations::NATIONS;
use crate::rng::{For, Rng};
use crate::words::LANGUAGES;
use crate::world::{END, START};

/// Groups, each of them on every phone.
const GROUPS: u64 = 25;
/// Members that a phone lists in a group.
const MEMBERS: u64 = 253;
/// People who were ever in a group, for each phone: phones see different times of a group's life.
const EVER: u64 = 68;
/// Files that are shared.
const FILES: u64 = 40_000;
/// Texts that are said.
const TEXTS: usize = 2_048;

/// Pushes the rows of phone `device` of `devices`: the own account, 25 chats of groups, about 6,300 members, and
/// `rows_per_device` messages, 8 % of them with an attachment. Same numbers, same rows.
///
/// With 300 phones there are about 500,000 pairs of group and account, 1.9 million of phone, group and account, and 250,000
/// accounts that stand on several phones. Each account is in two groups. Half of the accounts are numbers as long as there
/// are any, the others hide theirs. No two phones hold the same message.
pub fn generate_rows(devices: usize, rows_per_device: usize, seed: u64, device: usize, rows: &mut dyn Rows) {
    let mut phone = Phone::new(devices, seed, device, rows);
    phone.frame();
    phone.messages(rows_per_device);
}

struct Phone<'a> {
    rows: &'a mut dyn Rows,
    rng: Rng,
    path: Text,
    owner: Text,
    groups: Vec<Group>,
    files: Vec<Text>,
    texts: Vec<Text>,
    words: Words,
}

/// A group as the phone knows it.
struct Group {
    chat: Text,
    members: Vec<Text>,
}

/// Values that stand in very many rows.
struct Words {
    service: Text,
    message: Text,
    media: Text,
    text: Text,
    image: Text,
    mime: Text,
    member: Text,
    admin: Text,
    current: Text,
}

impl<'a> Phone<'a> {
    fn new(devices: usize, seed: u64, device: usize, rows: &'a mut dyn Rows) -> Phone<'a> {
        let mut rng = Rng::new(seed, For::Bench, device as u64, 10);
        let ever = (devices as u64 * EVER).max(MEMBERS);
        // An account beyond all that groups have.
        let owner = account(GROUPS * ever / 2 + 1 + device as u64);
        let mut known: BTreeMap<u64, Text> = BTreeMap::new();
        let groups = (0..GROUPS).map(|group| {
            let chat =
                format!("120363{:012}@g.us", Rng::new(seed, For::Bench, group, 11).below(1_000_000_000_000)).into();
            let members = (0..MEMBERS).map(|place| {
                // One of each stretch of those who ever were there, so that none is listed twice.
                let (from, until) = (place * ever / MEMBERS, (place + 1) * ever / MEMBERS);
                let number = (rng.range(from, until) * GROUPS + group) / 2;
                known.entry(number).or_insert_with(|| account(number)).clone()
            });
            Group { members: members.collect(), chat }
        });
        let groups = groups.collect();
        let mut digest = [0; 32];
        let files = (0..FILES).map(|file| {
            Rng::new(seed, For::Bench, file, 12).fill(&mut digest);
            hex::encode(digest).into()
        });
        let mut said = Rng::new(seed, For::Bench, 0, 13);
        let texts = (0..TEXTS).map(|text| LANGUAGES[text % LANGUAGES.len()].sentence(&mut said).into());
        Phone {
            rows,
            rng,
            path: format!("/phone-{device:03}.zip/data/data/com.whatsapp/databases/msgstore.db").into(),
            owner,
            groups,
            files: files.collect(),
            texts: texts.collect(),
            words: Words {
                service: "whatsapp".into(),
                message: "message".into(),
                media: "message_media".into(),
                text: "text".into(),
                image: "image".into(),
                mime: "image/jpeg".into(),
                member: "member".into(),
                admin: "admin".into(),
                current: "current".into(),
            },
        }
    }

    /// The own account, the chats, the members.
    fn frame(&mut self) {
        let settings = self.path.replace("databases/msgstore.db", "shared_prefs/com.whatsapp_preferences_light.xml");
        let own = Account {
            account: self.owner.clone(),
            service: self.words.service.clone(),
            phone: custodia_model::account::phone(&self.owner).map(Text::from),
            name: Some("Invented Owner".into()),
            name_kind: Some("push name".into()),
            own: true,
        };
        self.rows.put(Origin::at(settings.into(), "line".into(), 3), own.into());
        let (chats, participants): (Text, Text) = ("chat".into(), "group_participant_user".into());
        let kind: Text = "group".into();
        let mut row = 0;
        for (g, group) in self.groups.iter().enumerate() {
            let created = time(START + g as u64 * 3_600_000);
            let chat = Chat {
                owner: Some(self.owner.clone()),
                chat: group.chat.clone(),
                service: self.words.service.clone(),
                chat_kind: kind.clone(),
                subject: Some(format!("Group {g}").into()),
                created,
                ..Chat::default()
            };
            self.rows.put(Origin::at(self.path.clone(), chats.clone(), g as i64 + 1), chat.into());
            for (place, account) in group.members.iter().enumerate() {
                row += 1;
                let since = time(START + self.rng.below((END - START) / 2)).filter(|_| place % 3 == 0);
                let member = Membership {
                    owner: Some(self.owner.clone()),
                    chat: group.chat.clone(),
                    account: account.clone(),
                    standing: self.words.current.clone(),
                    role: Some(if place % 50 == 0 { &self.words.admin } else { &self.words.member }.clone()),
                    since,
                    pending: Some(false),
                    ..Membership::default()
                };
                self.rows.put(Origin::at(self.path.clone(), participants.clone(), row), member.into());
            }
        }
    }

    fn messages(&mut self, count: usize) {
        let step = (END - START) / count.max(1) as u64;
        for index in 0..count as u64 {
            let row = index as i64 + 2;
            let bits = self.rng.bits();
            let low = |from: u32, below: u64| ((bits >> from & 0xffff) * below) >> 16;
            let group = &self.groups[low(0, GROUPS) as usize];
            let own = low(16, 1000) < 30;
            let sender = if own { &self.owner } else { &group.members[low(32, MEMBERS) as usize] };
            let image = low(48, 1000) < 80;
            let more = self.rng.bits();
            let sent = START + index * step + (more & 0xff);
            let key = key(self.rng.bits(), more);
            let text = (!image && more >> 8 & 7 != 0).then(|| self.texts[(more >> 12) as usize % TEXTS].clone());
            let forwarded = more >> 40 & 15 == 0;
            let kind = if image { &self.words.image } else { &self.words.text };
            if image {
                let attachment = Attachment {
                    owner: Some(self.owner.clone()),
                    chat: group.chat.clone(),
                    key: key.clone(),
                    from_me: own,
                    sender: Some(sender.clone()),
                    sent: time(sent),
                    message_kind: kind.clone(),
                    sha256: Some(self.files[(((more >> 16 & 0xff_ffff) * FILES) >> 24) as usize].clone()),
                    mime: Some(self.words.mime.clone()),
                    stored_size: Some(20_000 + (more >> 20 & 0x3_ffff) as i64),
                    forwarded,
                    ..Attachment::default()
                };
                let origin = self.origin(&self.words.media, row);
                self.rows.put(origin, attachment.into());
            }
            let message = Message {
                owner: Some(self.owner.clone()),
                chat: group.chat.clone(),
                key,
                from_me: own,
                sender: Some(sender.clone()),
                sent: time(sent),
                received: time(sent + 900 + (more >> 48 & 0xfff)).filter(|_| !own),
                server_received: time(sent + 200),
                message_kind: kind.clone(),
                code: i64::from(image),
                status: Some(if own { 13 } else { 0 }),
                text,
                forwarded,
                ..Message::default()
            };
            let origin = self.origin(&self.words.message, row);
            self.rows.put(origin, Row::from(message));
        }
    }

    fn origin(&self, part: &Text, row: i64) -> Origin {
        Origin { path: self.path.clone(), part: Some(part.clone()), number: Some(row), found: Found::Live }
    }
}

fn time(at: u64) -> Option<Time> {
    Some(Time(at as i64))
}

/// 32 capital hex digits, as Android writes them.
fn key(high: u64, low: u64) -> Text {
    let mut digits = [0; 32];
    let bits = u128::from(high) << 64 | u128::from(low);
    for (place, digit) in digits.iter_mut().enumerate() {
        *digit = b"0123456789ABCDEF"[(bits >> (place * 4) & 15) as usize];
    }
    std::str::from_utf8(&digits).unwrap_or_default().into()
}

/// The address of account `n`: every second one is a number of some country, the others hide theirs.
fn account(n: u64) -> Text {
    let nation = &NATIONS[(n / 2) as usize % NATIONS.len()];
    let number = n.is_multiple_of(2).then(|| nation.number(n / 2 / NATIONS.len() as u64)).flatten();
    number.map_or_else(|| format!("{}@lid", 100_000_000_000_000 + n * 7_919), |n| format!("{n}@s.whatsapp.net")).into()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::{BTreeMap, BTreeSet};

    /// A tenth of the phones, whose groups have a tenth of the people.
    #[test]
    fn pairs_and_triples_are_as_many_as_promised() {
        let mut pairs: BTreeSet<(Text, Text)> = BTreeSet::new();
        let mut phones: BTreeMap<Text, usize> = BTreeMap::new();
        let (mut triples, mut keys, mut owners) = (0, BTreeSet::new(), BTreeSet::new());
        for device in 0..30 {
            let mut rows = Vec::new();
            generate_rows(30, 2_000, 1, device, &mut rows);
            let mut again = Vec::new();
            generate_rows(30, 2_000, 1, device, &mut again);
            assert!(rows == again, "the same numbers gave other rows");
            let (mut here, mut messages, mut attachments) = (BTreeSet::new(), 0, 0);
            for (_, row) in rows {
                match row {
                    Row::Membership(row) => assert!(here.insert((row.chat, row.account))),
                    Row::Message(row) => {
                        messages += 1;
                        assert!(row.from_me || here.contains(&(row.chat, row.sender.unwrap())));
                        assert!(keys.insert(row.key));
                    }
                    Row::Attachment(row) => attachments += i32::from(row.sha256.is_some()),
                    Row::Account(row) => assert!(owners.insert(row.account)),
                    _ => {}
                }
            }
            assert!(messages == 2_000 && (100..230).contains(&attachments), "{messages} {attachments}");
            triples += here.len();
            let accounts: BTreeSet<&Text> = here.iter().map(|(_, account)| account).collect();
            accounts.into_iter().for_each(|account| *phones.entry(account.clone()).or_default() += 1);
            pairs.extend(here);
        }
        let several = phones.values().filter(|phones| **phones > 1).count();
        assert!((185_000..195_000).contains(&triples), "{triples}");
        assert!((48_000..52_000).contains(&pairs.len()), "{}", pairs.len());
        assert!((24_000..26_000).contains(&several), "{several}");
    }
}
