//! Invented phones, each a folder below `testdata/device/android`.

use super::android::{Properties, Settings, SimCards};
use crate::parsers::fixtures::{self, folder};
use crate::parsers::{PARSERS, Parser};

const KIND: &str = "device/android";

#[test]
fn invented_phones_read_as_expected() {
    fixtures::read_as_expected(KIND, &[&SimCards, &Properties, &Settings]);
}

/// Files cut at many lengths and with bytes changed.
#[test]
fn damage_never_panics() {
    for case in ["until_2017", "since_2018"] {
        fixtures::damage_never_panics(&folder(KIND).join(case));
    }
}

#[test]
fn only_files_of_the_device_fit() {
    let fits = |path: &str| PARSERS.iter().find(|parser| parser.fits(path, &[])).map(|parser| parser.about().name);
    let name = |parser: &dyn Parser| Some(parser.about().name);
    for path in ["/data/property/persistent_properties", "data/property/persist.sys.locale"] {
        assert_eq!(fits(path), name(&Properties), "{path}");
    }
    for path in ["/data/system/users/0/settings_system.xml", "system/users/10/settings_system.xml"] {
        assert_eq!(fits(path), name(&Settings), "{path}");
    }
    assert_eq!(fits("/data/user_de/0/com.android.providers.telephony/databases/telephony.db"), name(&SimCards));
    for path in [
        "/sdcard/Download/telephony.db",
        "/sdcard/metadata/property/persistent_properties.txt",
        "/sdcard/mydata/property/persist.sys.locale",
        "/data/property/persist.sys.usb.config",
        "/data/system/users/0/settings_secure.xml",
        "/data/system/users/settings_system.xml",
        "/data/system/users/zero/settings_system.xml",
        "/system/build.prop",
    ] {
        assert_eq!(fits(path), None, "{path}");
    }
}
