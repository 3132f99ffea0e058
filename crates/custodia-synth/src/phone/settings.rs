//! Whose phone it is: the app's settings, the system's properties, and a few plain notes.

use crate::nations::NATIONS;
use crate::rng::{For, Rng};
use crate::words::LANGUAGES;
use crate::world::{DAY, Schema, World};

/// Hands over the small files of phone `index`: path, content, time.
pub fn write(world: &World, index: usize, put: &mut impl FnMut(String, Vec<u8>, u64)) {
    let device = &world.devices[index];
    let person = &world.people[device.owner as usize];
    let nation = &NATIONS[person.nation];
    let national = person.number.strip_prefix(nation.dial).unwrap_or(&person.number);
    let package = device.package();
    let base = format!("data/data/{package}");
    let xml = format!(
        "<?xml version='1.0' encoding='utf-8' standalone='yes' ?>\n<map>\n    <string name=\"cc\">{}</string>\n    \
         <string name=\"ph\">{national}</string>\n    <string name=\"push_name\">{}</string>\n    \
         <string name=\"registration_jid\">{}</string>\n    <string name=\"my_current_status\">Tea &amp; chess</string>\n    \
         <string name=\"version\">2.{}.{}.7</string>\n    <boolean name=\"security_notifications\" value=\"false\" />\n</map>\n",
        nation.dial,
        person.shown_name().replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;"),
        person.number,
        17 + device.schema as u32 * 3,
        1 + index % 24,
    );
    let seized = device.seized;
    put(format!("{base}/shared_prefs/{package}_preferences_light.xml"), xml.into_bytes(), seized - DAY);
    put(format!("{base}/files/me"), person.number.clone().into_bytes(), seized - 90 * DAY);
    let properties = format!(
        "ro.product.manufacturer=Invented\nro.product.model=Model {}\nro.build.version.release={}\npersist.sys.timezone=UTC\n",
        index % 40 + 1,
        if device.schema == Schema::Legacy { 7 + index % 2 } else { 9 + index % 6 }
    );
    put("system/build.prop".into(), properties.into_bytes(), crate::world::START);
    let mut rng = Rng::new(world.seed, For::Phone, index as u64, 3);
    let language = &LANGUAGES[nation.language];
    for number in 1..=rng.range(1, 4) {
        let lines: String = (0..rng.range(2, 9)).map(|_| language.sentence(&mut rng) + "\n").collect();
        put(format!("data/media/0/Documents/note-{number}.txt"), lines.into_bytes(), seized - number * DAY);
    }
}
