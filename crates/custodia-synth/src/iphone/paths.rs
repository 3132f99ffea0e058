//! Where things lie on an iPhone.

use crate::phone::{named, partner};
use crate::rng::{For, Rng};
use crate::world::{Device, Packing, World};

/// Pictures of the camera.
pub const CAMERA: &str = "private/var/mobile/Media/DCIM/100APPLE";

/// The database of SIM cards.
pub const CARDS: &str = "private/var/wireless/Library/Databases/CellularUsage.db";

/// Preferences of the user.
pub const PREFERENCES: &str = "private/var/mobile/Library/Preferences";

/// The folder of containers that apps share.
pub const SHARED: &str = "private/var/mobile/Containers/Shared/AppGroup";

/// What stands before the paths of a phone: some tools lay each file system into a folder of its own.
pub fn root(device: &Device) -> &'static str {
    if device.packing != Packing::Backup && device.owner % 16 == 3 { "filesystem1/" } else { "" }
}

/// The group of the app.
pub fn group(device: &Device) -> &'static str {
    if device.business { "group.net.whatsapp.WhatsAppSMB.shared" } else { "group.net.whatsapp.WhatsApp.shared" }
}

/// The shared container of the app. A full file system names it by a number, a backup by its group.
pub fn container(world: &World, device: &Device) -> String {
    match device.packing {
        Packing::Backup => format!("{SHARED}/{}", group(device)),
        _ => format!("{SHARED}/{}", uuid(&mut Rng::new(world.seed, For::Phone, u64::from(device.owner), 6 << 40))),
    }
}

/// Path of a message's file below `Message`, as the message names it.
pub fn media(world: &World, device: &Device, message: u32) -> String {
    let said = &world.messages[message as usize];
    let chat = match partner(world, device, said.chat) {
        Some(person) => world.address(named(world, device, said.chat, person, said.sent)),
        None => world.groups[said.chat as usize].address.clone(),
    };
    let mut rng = Rng::new(world.seed, For::Phone, u64::from(device.owner), 7 << 40 | u64::from(message));
    let name = uuid(&mut rng).to_lowercase();
    let [first, second] = [0, 1].map(|at| name.get(at..at + 1).unwrap_or("0"));
    format!("Media/{chat}/{first}/{second}/{name}.png")
}

/// A name of 32 hex digits in the usual groups.
pub fn uuid(rng: &mut Rng) -> String {
    let mut bytes = [0; 16];
    rng.fill(&mut bytes);
    // Version 4, variant 1 (RFC 9562).
    bytes[6] = bytes[6] & 0x0f | 0x40;
    bytes[8] = bytes[8] & 0x3f | 0x80;
    let hex = hex::encode_upper(bytes);
    [&hex[..8], &hex[8..12], &hex[12..16], &hex[16..20], &hex[20..]].join("-")
}
