//! Invented phones, each a folder below `testdata/device`.

use super::android::{Properties, Settings, SimCards};
use super::{ios, ufed};
use crate::parsers::fixtures::{self, folder};
use crate::parsers::{PARSERS, Parser};

const KIND: &str = "device/android";
const IOS: &str = "device/ios";
const UFED: &str = "device/ufed";

#[test]
fn invented_phones_read_as_expected() {
    fixtures::read_as_expected(KIND, &[&SimCards, &Properties, &Settings]);
    fixtures::read_as_expected(IOS, &[&ios::SimCards, &ios::Settings, &ios::BackupInfo]);
    fixtures::read_as_expected(UFED, &[&ufed::Report]);
}

/// Files cut at many lengths and with bytes changed.
#[test]
fn damage_never_panics() {
    for case in ["until_2017", "since_2018"] {
        fixtures::damage_never_panics(&folder(KIND).join(case));
    }
    for case in ["phone", "backup"] {
        fixtures::damage_never_panics(&folder(IOS).join(case));
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
    assert_eq!(fits("/x/private/var/wireless/Library/Databases/CellularUsage.db"), name(&ios::SimCards));
    assert_eq!(fits("/private/var/mobile/Library/Preferences/.GlobalPreferences.plist"), name(&ios::Settings));
    for path in [
        "/private/var/containers/Bundle/Application/X/A.app/Info.plist",
        "/private/var/db/timezone/localtime",
        "/private/var/mobile/Containers/Data/Application/X/Library/Preferences/.GlobalPreferences.plist",
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
