//! Eighteen countries: dialling codes, number ranges that are nobody's, language, clock, network.
//!
//! Ranges: US and CA 555-01xx (reserved for fiction, NANPA), GB 07700 900xxx (reserved for drama, Ofcom), FR 06 39 98
//! (reserved for audiovisual works, Arcep). The other countries reserve none; there the number is a mobile prefix
//! followed by a run of noughts, of the right length. Three codes are shared: +1 (US, CA), +7 (RU, KZ), +44 (GB and
//! the islands).

/// A country.
pub struct Nation {
    /// ISO 3166-1 alpha-2.
    pub code: &'static str,
    /// Dialling code, without `+`.
    pub dial: &'static str,
    /// First digits of the numbers, dialling code included.
    ranges: &'static [&'static str],
    /// Digits that follow a range.
    tail: u32,
    /// Language of its people, index into [`crate::words::LANGUAGES`].
    pub language: usize,
    /// Its share of the people, of the sum over all countries.
    pub weight: u64,
    /// Minutes east of Greenwich: standard time, summer time.
    zone: [i32; 2],
    /// Standard time from and to (Unix seconds), for the winter of 2016/17 in the north, the southern spring before.
    standard: [i64; 2],
    /// Mobile country code (ITU-T E.212).
    pub mcc: u16,
    /// Time zone of its capital or largest city, a name that `zone.tab` of the IANA database gives
    /// to this country alone.
    pub zone_name: &'static str,
}

/// ISO 639-1 codes of [`crate::words::LANGUAGES`].
const LANGUAGE_CODES: [&str; 7] = ["en", "es", "it", "pt", "de", "fr", "ru"];

const ALWAYS: [i64; 2] = [0, i64::MAX];
const EUROPE: [i64; 2] = [1_477_789_200, 1_490_490_000];
const NORTH_AMERICA: [i64; 2] = [1_478_412_000, 1_489_302_000];

const EN: usize = 0;
const ES: usize = 1;
const IT: usize = 2;
const PT: usize = 3;
const DE: usize = 4;
const FR: usize = 5;
const RU: usize = 6;

macro_rules! nation {
    ($code:literal, $dial:literal, $ranges:expr, $tail:literal, $language:expr, $weight:literal, $zone:expr, $standard:expr,
     $mcc:literal, $zone_name:literal) => {
        Nation {
            code: $code,
            dial: $dial,
            ranges: &$ranges,
            tail: $tail,
            language: $language,
            weight: $weight,
            zone: $zone,
            standard: $standard,
            mcc: $mcc,
            zone_name: $zone_name,
        }
    };
}

const US_RANGES: [&str; 12] = [
    "121255501",
    "130555501",
    "131055501",
    "131255501",
    "141555501",
    "151255501",
    "161755501",
    "170255501",
    "171355501",
    "120655501",
    "130355501",
    "140455501",
];
const CA_RANGES: [&str; 10] = [
    "141655501",
    "151455501",
    "160455501",
    "140355501",
    "161355501",
    "120455501",
    "141855501",
    "190255501",
    "178055501",
    "125055501",
];

/// The countries, in the order of the reported arrests where there were any.
pub const NATIONS: [Nation; 18] = [
    nation!("ES", "34", ["3460000"], 4, ES, 22, [60, 120], EUROPE, 214, "Europe/Madrid"),
    nation!("CO", "57", ["57300000"], 4, ES, 10, [-300, -300], ALWAYS, 732, "America/Bogota"),
    nation!("IT", "39", ["39320000"], 4, IT, 9, [60, 120], EUROPE, 222, "Europe/Rome"),
    nation!("BO", "591", ["5917000"], 4, ES, 5, [-240, -240], ALWAYS, 736, "America/La_Paz"),
    nation!("DE", "49", ["491520000"], 4, DE, 6, [60, 120], EUROPE, 262, "Europe/Berlin"),
    nation!("CR", "506", ["5066000"], 4, ES, 4, [-360, -360], ALWAYS, 712, "America/Costa_Rica"),
    nation!("PY", "595", ["59598100"], 4, ES, 4, [-240, -180], [1_490_497_200, i64::MAX], 744, "America/Asuncion"),
    nation!("CL", "56", ["5692000"], 4, ES, 4, [-180, -180], ALWAYS, 730, "America/Santiago"),
    nation!("SV", "503", ["5037000"], 4, ES, 3, [-360, -360], ALWAYS, 706, "America/El_Salvador"),
    nation!("PT", "351", ["35191000"], 4, PT, 5, [0, 60], EUROPE, 268, "Europe/Lisbon"),
    nation!("MX", "52", ["52551000"], 4, ES, 6, [-360, -360], ALWAYS, 334, "America/Mexico_City"),
    nation!("AR", "54", ["549112000"], 4, ES, 5, [-180, -180], ALWAYS, 722, "America/Argentina/Buenos_Aires"),
    nation!("US", "1", US_RANGES, 2, EN, 5, [-300, -240], NORTH_AMERICA, 310, "America/New_York"),
    nation!("CA", "1", CA_RANGES, 2, EN, 3, [-300, -240], NORTH_AMERICA, 302, "America/Toronto"),
    nation!("GB", "44", ["447700900"], 3, EN, 4, [0, 60], EUROPE, 234, "Europe/London"),
    nation!("RU", "7", ["7900000"], 4, RU, 3, [180, 180], ALWAYS, 250, "Europe/Moscow"),
    nation!("KZ", "7", ["7700000", "7701000"], 4, RU, 2, [360, 360], ALWAYS, 401, "Asia/Almaty"),
    nation!("FR", "33", ["3363998"], 4, FR, 3, [60, 120], EUROPE, 208, "Europe/Paris"),
];

impl Nation {
    /// The `n`-th number of the country, international form without `+`; none when its ranges are used up.
    pub fn number(&self, n: u64) -> Option<String> {
        let ranges = self.ranges.len() as u64;
        let size = 10u64.pow(self.tail);
        let place = n / ranges;
        // 7919 has no factor in common with a power of ten: every tail comes once, neighbours far apart.
        let tail = (place * 7919 + 13) % size;
        (place < size).then(|| format!("{}{tail:0w$}", self.ranges[(n % ranges) as usize], w = self.tail as usize))
    }

    /// Language and country as a phone's settings write them: `es-CO`.
    pub fn locale(&self) -> String {
        format!("{}-{}", LANGUAGE_CODES[self.language], self.code)
    }

    /// Minutes east of Greenwich at a moment (Unix milliseconds).
    pub fn offset(&self, at: u64) -> i32 {
        let seconds = (at / 1000) as i64;
        self.zone[usize::from(!(self.standard[0] <= seconds && seconds < self.standard[1]))]
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn numbers_are_unique_and_as_long_as_they_should_be() {
        let mut seen = BTreeSet::new();
        for nation in &NATIONS {
            for n in 0..400 {
                let number = nation.number(n).unwrap();
                assert!(number.starts_with(nation.dial) && number.len() >= 11 || nation.tail > 2, "{number}");
                assert!(seen.insert(number));
            }
        }
        assert_eq!(NATIONS[12].number(0).unwrap(), "12125550113");
        assert_eq!(NATIONS[14].number(1000), None);
    }

    #[test]
    fn clocks_change_in_spring() {
        let spain = &NATIONS[0];
        assert_eq!(spain.offset(1_490_400_000_000), 60);
        assert_eq!(spain.offset(1_490_680_000_000), 120);
        assert_eq!(spain.offset(1_473_000_000_000), 120);
        assert_eq!(NATIONS[6].offset(1_490_400_000_000), -180);
    }
}
