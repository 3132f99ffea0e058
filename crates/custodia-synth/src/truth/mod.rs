//! `truth.json`: what the seized evidence can show, streamed kind by kind.

mod copies;
mod groups;
mod ties;

use std::collections::{BTreeMap, BTreeSet};
use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::Path;

use crate::Scale;
use crate::error::{SynthError, at};
use crate::lists::{self, List};
use crate::nations::NATIONS;
use crate::phone::{Facts, Setting};
use crate::world::{Account, Form, World};

/// Rows written for each kind, in the order of the file.
pub type Counts = Vec<(&'static str, u64)>;

/// Writes the truth about all phones; `facts` stand in the order of the devices.
pub fn write(path: &Path, world: &World, scale: Scale, facts: &[Facts]) -> Result<Counts, SynthError> {
    let out = BufWriter::with_capacity(1 << 20, File::create(path).map_err(at(path))?);
    let mut truth = Truth::new(world, facts, out);
    truth.all(scale).map_err(at(path))?;
    Ok(truth.counts)
}

struct Truth<'a, W> {
    world: &'a World,
    facts: &'a [Facts],
    out: W,
    accounts: BTreeSet<Account>,
    /// Address that stands for a person.
    names: Vec<String>,
    counts: Counts,
    rows: u64,
}

impl<'a, W: Write> Truth<'a, W> {
    fn new(world: &'a World, facts: &'a [Facts], out: W) -> Self {
        let accounts: BTreeSet<Account> = facts.iter().flat_map(|facts| &facts.accounts).copied().collect();
        let name = |person: u32| {
            let forms = [Form::NewPhone, Form::Phone, Form::Lid];
            let seen = forms.into_iter().find(|form| accounts.contains(&Account { person, form: *form }));
            world.address(Account { person, form: seen.unwrap_or(Form::Phone) })
        };
        let names = (0..world.people.len() as u32).map(name).collect();
        Truth { world, facts, out, accounts, names, counts: Vec::new(), rows: 0 }
    }

    fn all(&mut self, scale: Scale) -> io::Result<()> {
        write!(self.out, "{{\"version\":1,\"scale\":\"{scale}\",\"seed\":{},\"persons\":[", self.world.seed)?;
        self.persons()?;
        write!(self.out, "],\"facts\":{{")?;
        self.groups()?;
        self.members()?;
        self.aliases()?;
        self.invitations()?;
        self.messages()?;
        self.presence()?;
        self.shares()?;
        self.hits()?;
        self.countries()?;
        self.devices()?;
        self.country_reasons()?;
        self.group_lives()?;
        self.absences()?;
        self.states()?;
        self.clock_offsets()?;
        write!(self.out, "}}}}")?;
        self.out.flush()
    }

    /// Everybody of whom some phone shows an account, with all their accounts.
    fn persons(&mut self) -> io::Result<()> {
        let shown: BTreeSet<u32> = self.accounts.iter().map(|account| account.person).collect();
        for (place, person) in shown.iter().enumerate() {
            let who = &self.world.people[*person as usize];
            let accounts: Vec<String> =
                who.accounts().into_iter().map(|form| format!("\"{}\"", who.address(form))).collect();
            let comma = if place == 0 { "" } else { "," };
            let code = NATIONS[who.nation].code;
            write!(self.out, "{comma}{{\"accounts\":[{}],\"country\":\"{code}\"}}", accounts.join(","))?;
        }
        self.counts.push(("persons", shown.len() as u64));
        Ok(())
    }

    fn kind(&mut self, kind: &'static str, columns: &str) -> io::Result<()> {
        let comma = if self.counts.len() > 1 { "," } else { "" };
        let columns = columns.split(' ').map(|column| format!("\"{column}\"")).collect::<Vec<_>>().join(",");
        self.rows = 0;
        self.counts.push((kind, 0));
        write!(self.out, "{comma}\n\"{kind}\":{{\"columns\":[{columns}],\"rows\":[")
    }

    /// A row from parts that are JSON already.
    fn row(&mut self, parts: std::fmt::Arguments<'_>) -> io::Result<()> {
        let comma = if self.rows == 0 { "" } else { "," };
        self.rows += 1;
        write!(self.out, "{comma}\n[{parts}]")
    }

    fn end(&mut self) -> io::Result<()> {
        if let Some(count) = self.counts.last_mut() {
            count.1 = self.rows;
        }
        write!(self.out, "]}}")
    }

    fn groups(&mut self) -> io::Result<()> {
        self.kind("groups", "group creator")?;
        let facts = self.facts;
        let groups: BTreeSet<u32> = facts.iter().flat_map(|facts| &facts.groups).copied().collect();
        let stated: BTreeSet<u32> = facts.iter().flat_map(|facts| &facts.creators).copied().collect();
        for g in groups {
            let group = &self.world.groups[g as usize];
            let told = stated.contains(&g) || group.address.contains('-');
            let creator = told.then(|| self.names[group.creator as usize].clone());
            self.row(format_args!("\"{}\",{}", group.address, text(creator.as_deref())))?;
        }
        self.end()
    }

    fn members(&mut self) -> io::Result<()> {
        self.kind("members", "group account")?;
        let facts = self.facts;
        let mut members: BTreeSet<(u32, u32)> = facts.iter().flat_map(|facts| &facts.members).copied().collect();
        let shown = facts.iter().flat_map(|facts| &facts.shown);
        members.extend(shown.map(|(g, account)| (*g, account.person)));
        for (g, person) in members {
            let name = self.names[person as usize].clone();
            self.row(format_args!("\"{}\",\"{name}\"", self.world.groups[g as usize].address))?;
        }
        self.end()
    }

    fn aliases(&mut self) -> io::Result<()> {
        self.kind("aliases", "account other")?;
        let facts = self.facts;
        let aliases: BTreeSet<(Account, Account)> = facts.iter().flat_map(|facts| &facts.aliases).copied().collect();
        for (account, other) in aliases {
            self.row(format_args!("\"{}\",\"{}\"", self.world.address(account), self.world.address(other)))?;
        }
        self.end()
    }

    fn invitations(&mut self) -> io::Result<()> {
        self.kind("invitations", "group inviter invitee at how")?;
        let facts = self.facts;
        let entries: BTreeSet<_> = facts.iter().flat_map(|facts| &facts.invitations).copied().collect();
        for (g, inviter, invitee, at, link) in entries {
            let group = &self.world.groups[g as usize].address;
            let inviter = inviter.map(|person| self.names[person as usize].clone());
            let invitee = self.names[invitee as usize].clone();
            let how = if link { "link" } else { "added" };
            self.row(format_args!("\"{group}\",{},\"{invitee}\",{at},\"{how}\"", text(inviter.as_deref())))?;
        }
        self.end()
    }

    /// Group, sender and key of a message as JSON.
    fn message(&self, index: u32) -> String {
        let message = &self.world.messages[index as usize];
        let group = &self.world.groups[message.chat as usize].address;
        let sender = &self.names[message.sender as usize];
        format!("\"{group}\",\"{sender}\",\"{}\"", crate::phone::key(self.world, index))
    }

    fn messages(&mut self) -> io::Result<()> {
        self.kind("messages", "group sender key")?;
        for index in union(self.world, self.facts.iter().map(|facts| &facts.messages)) {
            let row = self.message(index);
            self.row(format_args!("{row}"))?;
        }
        self.end()
    }

    fn presence(&mut self) -> io::Result<()> {
        self.kind("presence", "device group sender key")?;
        let facts = self.facts;
        for (device, facts) in facts.iter().enumerate() {
            let label = &self.world.devices[device].label;
            for index in &facts.messages {
                let row = self.message(*index);
                self.row(format_args!("\"{label}\",{row}"))?;
            }
        }
        self.end()
    }

    fn shares(&mut self) -> io::Result<()> {
        self.kind("shares", "group sender key sha256")?;
        let shares = union(self.world, self.facts.iter().map(|facts| &facts.shares));
        // Who sent first is told by the senders' clocks.
        let mut first: BTreeMap<u32, (u64, u32)> = BTreeMap::new();
        for index in &shares {
            let message = &self.world.messages[*index as usize];
            let Some(file) = message.file() else { continue };
            let earliest = first.entry(file).or_insert((message.sent, *index));
            *earliest = (*earliest).min((message.sent, *index));
            let (row, sha256) = (self.message(*index), self.sha256(file));
            self.row(format_args!("{row},\"{sha256}\""))?;
        }
        self.end()?;
        self.kind("first_shares", "sha256 group sender key sent")?;
        for (file, (sent, index)) in first {
            let (row, sha256) = (self.message(index), self.sha256(file));
            self.row(format_args!("\"{sha256}\",{row},{sent}"))?;
        }
        self.end()
    }

    fn sha256(&self, file: u32) -> String {
        hex::encode(self.world.pictures[file as usize].sha256)
    }

    fn hits(&mut self) -> io::Result<()> {
        self.kind("hits", "device how chat key sha256 list category")?;
        let facts = self.facts;
        let anywhere: BTreeSet<u32> = facts.iter().flat_map(|facts| &facts.files).copied().collect();
        for (device, facts) in facts.iter().enumerate() {
            for file in &facts.files {
                for list in lists::known(*file) {
                    self.hit(device, "file present", "null,null", *file, list)?;
                }
            }
            for index in &facts.known {
                let Some(file) = self.world.messages[*index as usize].file() else { continue };
                let place = format!("\"{}\",\"{}\"", self.chat(device, *index), crate::phone::key(self.world, *index));
                for list in lists::known(file) {
                    if list == List::PlainSha256 || facts.files.contains(&file) {
                        self.hit(device, "hash in message", &place, file, list)?;
                    } else if anywhere.contains(&file) {
                        self.hit(device, "other device's copy", &place, file, list)?;
                    }
                }
            }
        }
        self.end()
    }

    fn hit(&mut self, device: usize, how: &str, place: &str, file: u32, list: List) -> io::Result<()> {
        let category = list.category(file).map_or("null".to_owned(), |number| number.to_string());
        let (label, sha256) = (&self.world.devices[device].label, self.sha256(file));
        self.row(format_args!("\"{label}\",\"{how}\",{place},\"{sha256}\",\"{}\",{category}", list.name()))
    }

    /// Address of a message's chat as a phone has it.
    fn chat(&self, device: usize, index: u32) -> String {
        let message = &self.world.messages[index as usize];
        let device = &self.world.devices[device];
        match crate::phone::partner(self.world, device, message.chat) {
            Some(person) => {
                self.world.address(crate::phone::named(self.world, device, message.chat, person, message.sent))
            }
            None => self.world.groups[message.chat as usize].address.clone(),
        }
    }

    fn countries(&mut self) -> io::Result<()> {
        self.kind("countries", "account country")?;
        let accounts = std::mem::take(&mut self.accounts);
        for account in accounts.iter().filter(|account| account.form != Form::Lid) {
            let nation = &NATIONS[self.world.people[account.person as usize].nation];
            self.row(format_args!("\"{}\",\"{}\"", self.world.address(*account), nation.code))?;
        }
        self.end()
    }

    /// Countries that the settings of a phone name, for the account that it states as its own.
    fn country_reasons(&mut self) -> io::Result<()> {
        self.kind("country_reasons", "account kind country")?;
        let facts = self.facts;
        for (device, facts) in self.world.devices.iter().zip(facts) {
            let account = self.world.address(Account { person: device.owner, form: Form::Phone });
            for (setting, nation) in &facts.settings {
                let kind = match setting {
                    Setting::Sim => "SIM",
                    Setting::Zone => "time zone",
                    Setting::Locale => "locale",
                };
                self.row(format_args!("\"{account}\",\"{kind}\",\"{}\"", NATIONS[*nation].code))?;
            }
        }
        self.end()
    }

    fn devices(&mut self) -> io::Result<()> {
        self.kind("devices", "device account country_of_seizure")?;
        for device in &self.world.devices {
            let owner = self.names[device.owner as usize].clone();
            self.row(format_args!("\"{}\",\"{owner}\",\"{}\"", device.label, NATIONS[device.seized_in].code))?;
        }
        self.end()
    }
}

fn text(value: Option<&str>) -> String {
    value.map_or("null".to_owned(), |value| format!("\"{value}\""))
}

/// Whether each message stands in at least one list.
fn held<'a>(world: &World, lists: impl Iterator<Item = &'a Vec<u32>>) -> Vec<bool> {
    let mut seen = vec![false; world.messages.len()];
    for index in lists.flatten() {
        seen[*index as usize] = true;
    }
    seen
}

/// Indices that stand in at least one list, ascending.
fn union<'a>(world: &World, lists: impl Iterator<Item = &'a Vec<u32>>) -> Vec<u32> {
    let seen = held(world, lists);
    (0..seen.len() as u32).filter(|index| seen[*index as usize]).collect()
}
