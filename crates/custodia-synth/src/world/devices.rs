//! Which phones are seized, and what kind of phone each is.

use std::collections::BTreeMap;

use super::{DAY, MINUTE, Person, Size};
use crate::Scale;
use crate::nations::NATIONS;
use crate::rng::{For, Rng};

/// Which shape the databases have.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Schema {
    /// One wide table of messages.
    Legacy,
    /// The modern tables as of 2021.
    Of2021,
    /// As of 2023.
    Of2023,
    /// As of 2026.
    Of2026,
}

/// How the file system of a phone is handed over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Packing {
    /// A zip archive, deflated.
    Zip,
    /// A zip archive, stored.
    StoredZip,
    /// A tar archive, gzipped.
    TarGz,
    /// A folder.
    Folder,
    /// A folder as Finder leaves a backup, of iPhones alone.
    Backup,
}

/// A seized phone.
#[derive(Clone, Debug)]
pub struct Device {
    /// Exhibit label, such as `ES-001`.
    pub label: String,
    /// Index of its owner.
    pub owner: u32,
    /// Index into [`NATIONS`] of the country where it was seized.
    pub seized_in: usize,
    /// Moment of the seizure (Unix milliseconds); nothing on the phone is younger.
    pub seized: u64,
    /// Whether it is an iPhone.
    pub iphone: bool,
    /// Shape of the databases; of an iPhone the release of that time.
    pub schema: Schema,
    /// How it is handed over.
    pub packing: Packing,
    /// Whether it runs the Business app.
    pub business: bool,
    /// Whether its newest rows stand in the write-ahead log alone.
    pub wal: bool,
    /// Whether groups addressed by LID show LIDs on it.
    pub lid: bool,
    /// Of 1,000 LIDs, those that its `jid_map` ties to a number.
    pub jid_map: u64,
    /// Whether `axolotl.db` stands beside the messages.
    pub identities: bool,
    /// Whether some messages name the device that sent them.
    pub author_devices: bool,
    /// Whether the database of its SIM cards is there.
    pub sim: bool,
    /// Whether its lasting system properties are there.
    pub properties: bool,
    /// Whether `wa.db` has rows of the groups' settings with their creators.
    pub settings: bool,
    /// Whether the owner's own entry is written as action 4 without a person.
    pub short_entry: bool,
    /// What its clock shows beyond the true time, in milliseconds; whole seconds.
    pub clock: i64,
    /// From when until when it had no network: what others said in groups meanwhile never reached it.
    pub offline: Option<(u64, u64)>,
    /// Groups the owner enters, ascending.
    pub groups: Vec<usize>,
}

impl Device {
    /// What its clock shows at a moment.
    pub fn stamp(&self, at: u64) -> u64 {
        at.saturating_add_signed(self.clock)
    }

    /// Whether it has no network.
    pub fn is_offline(&self, at: u64) -> bool {
        self.offline.is_some_and(|(from, until)| (from..until).contains(&at))
    }

    /// Name of the app's package.
    pub fn package(&self) -> &'static str {
        if self.business { "com.whatsapp.w4b" } else { "com.whatsapp" }
    }
}

/// Whether a group shows LIDs on every phone that is seized, see [`super::Group`].
pub fn hides_numbers(group: usize) -> bool {
    group % 5 == 2
}

/// Invents the seized phones; device `i` belongs to person `i`.
pub fn invent(seed: u64, scale: Scale, size: &Size, people: &[Person]) -> Vec<Device> {
    let mut labels: BTreeMap<&str, u32> = BTreeMap::new();
    let mut devices: Vec<Device> = (0..size.devices)
        .map(|index| {
            let mut rng = Rng::new(seed, For::Device, index as u64, 0);
            let schema =
                [Schema::Of2023, Schema::Legacy, Schema::Of2026, Schema::Of2021, Schema::Of2023, Schema::Of2026]
                    [index % 6];
            let iphone = index % 4 == 3;
            let packing = match (scale, index) {
                (Scale::Tantalio, _) if index % 32 == 7 => Packing::Backup,
                (Scale::Tiny | Scale::Small, _) if index % 8 == 7 => Packing::Backup,
                // Thousands of loose files are slow to make and to copy: at full size few phones come as folders.
                (Scale::Tantalio, _) if index % 16 == 1 => Packing::Folder,
                (Scale::Tantalio, _) if index % 12 == 3 => Packing::StoredZip,
                (Scale::Tantalio, _) if index % 4 == 2 => Packing::TarGz,
                (Scale::Tantalio, _) => Packing::Zip,
                _ => [Packing::Zip, Packing::Folder, Packing::TarGz, Packing::StoredZip][index % 4],
            };
            let home = people[index].nation;
            let seized_in = if index % 9 == 4 { (home + 2) % NATIONS.len() } else { home };
            // Action days are 28 to 30 March 2017; some phones were taken in the winter before.
            let seized = if index % 7 == 5 {
                1_480_000_000_000 + rng.below(80 * DAY)
            } else {
                1_490_673_600_000 + rng.below(2 * DAY + 6 * 60 * MINUTE)
            };
            let code = NATIONS[seized_in].code;
            let number = labels.entry(code).or_default();
            *number += 1;
            let recent = schema >= Schema::Of2023;
            Device {
                label: format!("{code}-{number:03}"),
                owner: index as u32,
                seized_in,
                seized: seized / 1000 * 1000,
                iphone,
                schema,
                packing,
                business: index % 5 == 3,
                wal: if iphone { packing != Packing::Backup } else { index % 4 == 0 || index % 7 == 0 },
                lid: recent && (iphone || index % 2 == 0),
                jid_map: if recent && index % 4 != 2 { 500 } else { 0 },
                identities: !iphone && recent && (index / 2) % 3 != 1,
                author_devices: !iphone && recent && index % 3 != 1,
                sim: index % 7 != 3,
                properties: index % 5 != 4,
                settings: schema != Schema::Legacy && index % 3 == 0,
                short_entry: index % 4 == 2,
                // No row of an iPhone says when something arrived, so nothing would tell that its clock is wrong.
                clock: if !iphone && (index + index / 8) % 8 == 2 { clock(seed, index) } else { 0 },
                offline: None,
                groups: choose(&mut rng, scale, size, index, recent),
            }
        })
        .collect();
    for device in &mut devices {
        device.lid |= device.schema >= Schema::Of2023 && device.groups.iter().any(|group| hides_numbers(*group));
    }
    devices
}

/// Half a minute to two hours, fast or slow.
fn clock(seed: u64, index: usize) -> i64 {
    let mut rng = Rng::new(seed, For::Flaw, index as u64, 0);
    let most = rng.pick(&[120, 600, 7200]);
    let seconds = rng.range(30, most + 1) as i64;
    if rng.per_mille(500) { seconds * 1000 } else { -seconds * 1000 }
}

fn choose(rng: &mut Rng, scale: Scale, size: &Size, index: usize, recent: bool) -> Vec<usize> {
    let count = match scale {
        Scale::Tiny => 2,
        Scale::Small => 3 + rng.index(3),
        Scale::Tantalio => rng.pick(&[1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 2, 2, 2, 2, 2, 2, 2, 3, 4]),
    };
    let mut groups = Vec::new();
    let mut next = index % size.groups;
    while groups.len() < count.min(size.groups - 1) {
        // An old app cannot show a LID, so its owner stays out of the groups that hide every number.
        while groups.contains(&next) || (!recent && hides_numbers(next)) {
            next = (next + 1) % size.groups;
        }
        groups.push(next);
        next = rng.index(size.groups);
        if groups.len() >= size.groups - size.groups.div_ceil(5) - 1 {
            break;
        }
    }
    groups.sort_unstable();
    groups
}
