//! Where a file of a backup lay on the device. Source: `dissect.target`, `loaders/itunes.py`.

/// Domains that name an app or a group after a dash, and the folder that holds a folder for each.
const WITH_NAME: &[(&str, &str)] = &[
    ("AppDomain-", "private/var/mobile/Containers/Data/Application"),
    ("AppDomainGroup-", "private/var/mobile/Containers/Shared/AppGroup"),
    ("AppDomainPlugin-", "private/var/mobile/Containers/Data/PluginKitPlugin"),
    ("SysContainerDomain-", "private/var/containers/Data/System"),
    ("SysSharedContainerDomain-", "private/var/containers/Shared/SystemGroup"),
];

const PLAIN: &[(&str, &str)] = &[
    ("AppDomain", "private/var/mobile/Containers/Data/Application"),
    ("AppDomainGroup", "private/var/mobile/Containers/Shared/AppGroup"),
    ("AppDomainPlugin", "private/var/mobile/Containers/Data/PluginKitPlugin"),
    ("BooksDomain", "private/var/mobile/Media/Books"),
    ("CameraRollDomain", "private/var/mobile"),
    ("DatabaseDomain", "private/var/db"),
    ("HealthDomain", "private/var/mobile/Library"),
    ("HomeDomain", "private/var/mobile"),
    ("HomeKitDomain", "private/var/mobile"),
    ("InstallDomain", "private/var/installd"),
    ("KeyboardDomain", "private/var/mobile"),
    ("KeychainDomain", "private/var/Keychains"),
    ("ManagedPreferencesDomain", "private/var/Managed Preferences"),
    ("MediaDomain", "private/var/mobile"),
    ("MobileDeviceDomain", "private/var/MobileDevice"),
    ("RootDomain", "private/var/root"),
    ("SysContainerDomain", "private/var/containers/Data/System"),
    ("SysSharedContainerDomain", "private/var/containers/Shared/SystemGroup"),
    ("SystemPreferencesDomain", "private/var/preferences"),
    ("TonesDomain", "private/var/mobile"),
    ("WirelessDomain", "private/var/wireless"),
];

/// The path of a file on the device, without a leading `/`; a domain that is not known stands as it is stored.
pub(super) fn path(domain: &str, relative: &str) -> String {
    let named =
        WITH_NAME.iter().find_map(|(prefix, folder)| Some(format!("{folder}/{}", domain.strip_prefix(prefix)?)));
    let plain = || PLAIN.iter().find(|(name, _)| *name == domain).map(|(_, folder)| (*folder).to_owned());
    let folder = named.or_else(plain).unwrap_or_else(|| domain.to_owned());
    if relative.is_empty() { folder } else { format!("{folder}/{relative}") }
}
