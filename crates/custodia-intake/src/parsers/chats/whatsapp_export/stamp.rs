//! The date and time that begin a line, in every form that the apps for Android and iOS write.
//!
//! Source: forms collected by public readers of exports (whats_json, whatsapp-chat-parser, rwhatsapp).

use super::at::At;
use super::order::Order;

/// How a line of one export begins; lines that begin otherwise are text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shape {
    /// `[` for `[date, time] `, `-` for `date, time - `, `:` for the old `date time: ` of iOS.
    pub frame: u8,
    /// What stands between the numbers of the date; a blank where the month is a word.
    pub separator: u8,
    /// The order of day and month that the form itself gives.
    pub order: Order,
    /// Whether the year has four digits.
    pub long_year: bool,
    /// Whether it is as copied from WhatsApp Web: in brackets without a year, or the time first and without seconds. The app for
    /// iOS always writes seconds, and marks its own words, which a copy does not.
    pub copied: bool,
    /// Whether the time stands first.
    clock_first: bool,
}

/// The beginning of a line.
#[derive(Clone, Copy, Debug)]
pub struct Stamp {
    /// Its form.
    pub shape: Shape,
    /// The year in full; 0 where none is written.
    pub year: i16,
    /// The other two numbers of the date, in the order in which they stand.
    pub parts: (u8, u8),
    /// Hour, minute, second.
    pub clock: Clock,
    /// Where date and time stand in the line.
    pub from: usize,
    /// Their end.
    pub to: usize,
    /// Where the rest begins.
    pub rest: usize,
    /// Whether a comma stands between date and time.
    pub comma: bool,
}

/// Hour, minute, second.
pub type Clock = (u8, u8, u8);

/// Reads the beginnings of lines. One after another differ in the digits of the time, or not at all, so they are compared with the
/// last, but for those digits, instead of being read anew.
#[derive(Default)]
pub struct Stamps {
    last: Option<Last>,
}

/// Bytes of a beginning that can be compared at once. Those in other digits than ours may be longer.
const COMPARED: usize = 32;

/// The same, in numbers of 8 bytes.
type Compared = [u64; COMPARED / 8];

/// The first bytes of a line; where there are fewer, zeros follow.
#[inline]
fn compared(line: &[u8]) -> Compared {
    let mut room = [0; COMPARED];
    let bytes = line.first_chunk().unwrap_or_else(|| {
        room.iter_mut().zip(line).for_each(|(to, from)| *to = *from);
        &room
    });
    let (words, _) = bytes.as_chunks::<8>();
    let mut numbers = Compared::default();
    numbers.iter_mut().zip(words).for_each(|(to, from)| *to = u64::from_le_bytes(*from));
    numbers
}

/// The last beginning.
struct Last {
    stamp: Stamp,
    written: Compared,
    /// All bits of its bytes, but for those of digits that may be others.
    fixed: Compared,
    digits: Digits,
}

/// Where two digits stand that may be others without making anything else of a line.
#[derive(Clone, Copy, Default)]
struct Digits {
    hour: Option<usize>,
    minute: Option<usize>,
    second: Option<usize>,
}

impl Digits {
    fn each(&self) -> impl Iterator<Item = usize> {
        [self.hour, self.minute, self.second].into_iter().flatten()
    }
}

impl Stamps {
    /// Reads the beginning of a line.
    #[inline]
    pub fn read(&mut self, line: &[u8]) -> Option<Stamp> {
        match self.last.as_mut().and_then(|last| last.like(line)) {
            Some(stamp) => Some(stamp),
            None => self.anew(line),
        }
    }

    #[inline(never)]
    fn anew(&mut self, line: &[u8]) -> Option<Stamp> {
        let (stamp, digits) = placed(line)?;
        let written = line.get(..stamp.rest)?;
        // Without the blank behind it, another line may go on as a beginning does not.
        self.last = (written.ends_with(b" ") && written.len() <= COMPARED).then(|| Last::new(stamp, written, digits));
        Some(stamp)
    }
}

impl Last {
    fn new(stamp: Stamp, beginning: &[u8], digits: Digits) -> Last {
        let mut fixed = [0; COMPARED];
        fixed.iter_mut().take(beginning.len()).for_each(|fixed| *fixed = 0xff);
        for at in digits.each() {
            fixed.iter_mut().skip(at).take(2).for_each(|fixed| *fixed = 0);
        }
        Last { stamp, written: compared(beginning), fixed: compared(&fixed), digits }
    }

    /// The beginning of a line, if it is as this one but for its digits.
    #[inline]
    fn like(&mut self, line: &[u8]) -> Option<Stamp> {
        let differ = |((a, b), fixed): ((u64, &u64), &u64)| (a ^ b) & fixed;
        if compared(line).into_iter().zip(&self.written).zip(&self.fixed).map(differ).fold(0, |all, one| all | one) != 0
        {
            return None;
        }
        let two = |at: Option<usize>, last: u8, below: u8| {
            let Some(at) = at else { return Some(last) };
            let [one, two] = *line.get(at..)?.first_chunk()?;
            let (one, two) = (one.wrapping_sub(b'0'), two.wrapping_sub(b'0'));
            (one < 10 && two < 10 && one * 10 + two < below).then(|| one * 10 + two)
        };
        let (hour, minute, second) = self.stamp.clock;
        let Digits { hour: hour_at, minute: minute_at, second: second_at } = self.digits;
        self.stamp.clock = (two(hour_at, hour, 24)?, two(minute_at, minute, 60)?, two(second_at, second, 60)?);
        Some(self.stamp)
    }
}

/// Reads the beginning of a line.
pub fn read(line: &[u8]) -> Option<Stamp> {
    placed(line).map(|(stamp, _)| stamp)
}

/// The beginning of a line, and which of its digits may be others. Where the time stands first, its digits may make it a date, so that
/// none may be others.
fn placed(line: &[u8]) -> Option<(Stamp, Digits)> {
    let mut at = At::new(line);
    at.blanks();
    let bracket = at.take(b'[');
    at.blanks();
    let from = at.at;
    // Most lines that are no beginning end here. Digits of Arabic begin with one of two bytes.
    if !matches!(line.get(from)?, b'0'..=b'9' | 0xd9 | 0xdb) {
        return None;
    }
    let start = at;
    let date_first = date_then_clock(&mut at, bracket);
    let (date, (clock, digits), comma) = match date_first {
        Some(found) => found,
        None => {
            at = start;
            clock_then_date(&mut at)?
        }
    };
    let to = at.at;
    at.blanks();
    let frame = match at.next()? {
        b']' if bracket => b'[',
        b'-' if !bracket && at.at > to + 1 => b'-',
        0xe2 if !bracket && at.at > to + 1 && at.bytes(&[0x80, 0x93]) => b'-',
        b':' if !bracket && matches!(date.separator, b'.' | b'/') => b':',
        _ => return None,
    };
    let found = line.get(at.at);
    if found == Some(&b' ') {
        at.at += 1;
    } else if found.is_some() && !at.word("\u{a0}") && !at.word("\u{202f}") {
        return None;
    }
    let Date { separator, order, long_year, year, parts } = date;
    let clock_first = date_first.is_none();
    // Early releases wrote the year of dates of other years alone, and the time before those: both are lines of one export.
    let early = separator == b' ';
    let minutes = line.get(from..to).is_some_and(|stamp| stamp.iter().filter(|byte| **byte == b':').count() == 1);
    let copied = bracket && (year == 0 || (clock_first && minutes));
    let shape =
        Shape { frame, separator, order, long_year: long_year && !early, copied, clock_first: clock_first && !early };
    let stamp = Stamp { shape, year, parts, clock, from, to, rest: at.at, comma };
    let two = |at: &usize| line.get(*at..*at + 2).is_some_and(|digits| digits.iter().all(u8::is_ascii_digit));
    let Digits { hour, minute, second } = if clock_first { Digits::default() } else { digits };
    Some((stamp, Digits { hour: hour.filter(two), minute: minute.filter(two), second: second.filter(two) }))
}

#[derive(Clone, Copy)]
struct Date {
    separator: u8,
    order: Order,
    long_year: bool,
    year: i16,
    parts: (u8, u8),
}

/// A time, and which of its digits may be others.
type Placed = (Clock, Digits);

/// What languages put between a date and a time: Finnish, French, Portuguese, German, Spanish.
const BEFORE_TIME: &[&str] = &["klo", "às", "à", "um", "a las"];

fn date_then_clock(at: &mut At<'_>, bracket: bool) -> Option<(Date, Placed, bool)> {
    let date = date(at, bracket)?;
    at.take(b'.');
    let mut comma = at.take(b',') || at.word("،");
    at.blanks();
    // The Buddhist calendar, and what Finnish says before a time.
    if at.word("BE") {
        comma |= at.take(b',');
    } else {
        BEFORE_TIME.iter().any(|word| at.word(word));
    }
    at.blanks();
    Some((date, clock(at)?, comma))
}

/// `HH:MM:SS, m/d/yy`, the order of Vietnamese, and of early releases.
fn clock_then_date(at: &mut At<'_>) -> Option<(Date, Placed, bool)> {
    let clock = clock(at)?;
    if !at.take(b',') {
        return None;
    }
    at.blanks();
    Some((date(at, false)?, clock, true))
}

/// With `yearless`, two numbers with a comma behind them are a date too: `[1/29, 9:50 AM] `, as copied from WhatsApp Web.
fn date(at: &mut At<'_>, yearless: bool) -> Option<Date> {
    let (one, one_long) = at.number(4)?;
    let Some(separator) = at.next().filter(|b| matches!(b, b'/' | b'.' | b'-')) else {
        return month_as_word(at, one);
    };
    at.blanks();
    let (two, _) = at.number(2)?;
    let fits = |part: u8| (1..=31).contains(&part);
    if yearless && one_long <= 2 && at.peek() == Some(b',') {
        let parts = (u8::try_from(one).ok()?, u8::try_from(two).ok()?);
        let is_date = fits(parts.0) && fits(parts.1) && (parts.0 <= 12 || parts.1 <= 12);
        return is_date.then_some(Date { separator, order: Order::Unknown, long_year: false, year: 0, parts });
    }
    if at.next()? != separator {
        return None;
    }
    at.blanks();
    // Japanese eras: Reiwa, Heisei.
    let era = match at.peek() {
        Some(b'R') => 2018,
        Some(b'H') => 1988,
        _ => 0,
    };
    at.at += usize::from(era > 0);
    let (three, three_long) = at.number(4)?;
    let (year, long, parts) = match (one_long, three_long) {
        (1..=2, 1..=2) if era > 0 => (era + three, 4, (one, two)),
        (4, 1..=2) => (one, 4, (two, three)),
        (1..=2, 2 | 4) => (three, three_long, (one, two)),
        _ => return None,
    };
    let year = match long {
        2 => year + 2000,
        // The Buddhist calendar.
        _ if (2500..2700).contains(&year) => year - 543,
        _ => year,
    };
    let parts = (u8::try_from(parts.0).ok()?, u8::try_from(parts.1).ok()?);
    if !fits(parts.0) || !fits(parts.1) {
        return None;
    }
    let order = if one_long == 4 { Order::MonthFirst } else { Order::Unknown };
    Some(Date { separator, order, long_year: long == 4, year: i16::try_from(year).ok()?, parts })
}

/// `28 Aug 2013`, `28 Aug`: the form of early releases on Android.
fn month_as_word(at: &mut At<'_>, day: u32) -> Option<Date> {
    // The byte that was no separator.
    if at.at == 0 || at.line.get(at.at - 1) != Some(&b' ') {
        return None;
    }
    let month = at.month()?;
    at.take(b'.');
    at.blanks();
    let before = *at;
    // What follows without a year is the time.
    let year = match at.number(4) {
        Some((year, 4)) => i16::try_from(year).ok()?,
        _ => {
            *at = before;
            0
        }
    };
    let day = u8::try_from(day).ok().filter(|day| (1..=31).contains(day))?;
    Some(Date { separator: b' ', order: Order::DayFirst, long_year: year > 0, year, parts: (day, month) })
}

fn clock(at: &mut At<'_>) -> Option<Placed> {
    let before = at.half_of_day(false);
    let mut digits = Digits { hour: Some(at.at), ..Digits::default() };
    let (hour, hour_long) = at.number(2)?;
    let between = at.next().filter(|b| matches!(b, b':' | b'.'))?;
    digits.minute = Some(at.at);
    let (minute, 2) = at.number(2)? else { return None };
    let ahead = *at;
    let second_at = ahead.at + 1;
    let seconds = if at.take(between) { at.number(2).filter(|&(_, digits)| digits == 2) } else { None };
    match seconds {
        Some(_) => digits.second = Some(second_at),
        None => *at = ahead,
    }
    let second = seconds.map_or(0, |(second, _)| second);
    let mut hour = u8::try_from(hour).ok()?;
    let half = before.or_else(|| at.half_of_day(true));
    if let Some(afternoon) = half {
        if before.is_none() && !(1..=12).contains(&hour) {
            return None;
        }
        hour = hour % 12 + if afternoon { 12 } else { 0 };
    }
    // The half of the day makes another hour of the digits.
    if half.is_some() || hour_long < 2 {
        digits.hour = None;
    }
    let (minute, second) = (u8::try_from(minute).ok()?, u8::try_from(second).ok()?);
    (hour < 24 && minute < 60 && second < 60).then_some(((hour, minute, second), digits))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn beginnings_like_the_last() {
        let mut stamps = Stamps::default();
        for line in [
            "1/31/22, 15:49 - A: b",
            "1/31/22, 15:49 - C",
            "1/31/22, 15:490 - C",
            "1/31/22, 15:49 - ",
            "1/31/22, 15:49 -",
            "1/31/22, 15:49 -x",
            "text",
            "1/31/22, 15:50 - D",
            "1/31/22, 23:59 - a text that is longer than what is compared at once",
            "1/31/22, 24:00 - D",
            "1/31/22, 15:60 - D",
            "1/31/22, 1a:00 - D",
            "1/31/22, 00:0",
            "1/31/22, 9:00 - D",
            "1/31/22, 9:01 - D",
            "1/31/22, 10:01 - D",
            "1/31/22, 10:01:02 - D",
            "1/31/22, 11:59:59 - D",
            "1/31/22, 11:59:60 - D",
            "1/31/22, 11:59\u{202f}PM - D",
            "1/31/22, 12:01\u{202f}PM - D",
            "1/31/22, 12:02\u{202f}AM - D",
            "1/31/22, 13:02\u{202f}AM - D",
            "1/31/22, 3:02\u{202f}AM - D",
            "2/31/22, 3:02\u{202f}AM - D",
            "[1/31/22, 15:50:00] D",
            "[1/31/22, 16:51:07] D",
            "[1/31/22, 16:51:7] D",
            "[12.49.07, 11.10.22] D",
            "[12.10.07, 11.10.22] D",
            "[12.11.07, 11.10.22] D",
            "[٣١/١/٢٠٢٢، ٣:٤٩:٠٧] D",
            "[٣١/١/٢٠٢٢، ٣:٤٩:٠٨] D",
            "31.1.2022 klo 15.49 - D",
            "31.1.2022 klo 16.50 - D",
        ] {
            assert_eq!(format!("{:?}", stamps.read(line.as_bytes())), format!("{:?}", read(line.as_bytes())), "{line}");
        }
    }

    #[test]
    fn forms() {
        let cases = [
            ("1/31/22, 15:49 - A: b", b'-', 2022, (1, 31), (15, 49, 0), "A: b"),
            ("31/01/2022, 12:05 am - A: b", b'-', 2022, (31, 1), (0, 5, 0), "A: b"),
            ("1/31/22, 3:49\u{202f}PM - A: b", b'-', 2022, (1, 31), (15, 49, 0), "A: b"),
            ("31/1/22, 3:49 p.\u{a0}m. - A: b", b'-', 2022, (31, 1), (15, 49, 0), "A: b"),
            ("2022-01-31, 12:49 p.m. - A: b", b'-', 2022, (1, 31), (12, 49, 0), "A: b"),
            ("31.01.22, 15:49 - A: b", b'-', 2022, (31, 1), (15, 49, 0), "A: b"),
            ("31.01.22 15:49 - A: b", b'-', 2022, (31, 1), (15, 49, 0), "A: b"),
            ("31-01-2022 15:49 - A: b", b'-', 2022, (31, 1), (15, 49, 0), "A: b"),
            ("31.1.2022 klo 15.49 - A: b", b'-', 2022, (31, 1), (15, 49, 0), "A: b"),
            ("31/01/2022 à 15:49 - A: b", b'-', 2022, (31, 1), (15, 49, 0), "A: b"),
            ("31/01/2022 às 15:49 - A: b", b'-', 2022, (31, 1), (15, 49, 0), "A: b"),
            ("31. 1. 2022. 15:49:01 - A: b", b'-', 2022, (31, 1), (15, 49, 1), "A: b"),
            ("2022/1/31 下午3:49 - A: b", b'-', 2022, (1, 31), (15, 49, 0), "A: b"),
            ("1/31/22, 9:15 in the morning - A: b", b'-', 2022, (1, 31), (9, 15, 0), "A: b"),
            ("1/31/22, 1:15 in the afternoon - A: b", b'-', 2022, (1, 31), (13, 15, 0), "A: b"),
            ("19:23, 28 Aug 2013 - A: b", b'-', 2013, (28, 8), (19, 23, 0), "A: b"),
            ("18 Mar 12:14 - A: b", b'-', 0, (18, 3), (12, 14, 0), "A: b"),
            ("[31.01.22, 15:49:07] A: b", b'[', 2022, (31, 1), (15, 49, 7), "A: b"),
            ("\u{200e}[1/31/22, 3:49:07\u{202f}PM] A: \u{200e}b", b'[', 2022, (1, 31), (15, 49, 7), "A: \u{200e}b"),
            ("[31/01/2022 15:49:07] A: b", b'[', 2022, (31, 1), (15, 49, 7), "A: b"),
            ("[31/01/22 15.49.07] A: b", b'[', 2022, (31, 1), (15, 49, 7), "A: b"),
            ("[9:50, 1/29/2018] A: b", b'[', 2018, (1, 29), (9, 50, 0), "A: b"),
            ("[9:50 PM, 1/29/2018] A: b", b'[', 2018, (1, 29), (21, 50, 0), "A: b"),
            ("[1/29, 9:50 AM] A: b", b'[', 0, (1, 29), (9, 50, 0), "A: b"),
            ("[29.1, 21:50] A: b", b'[', 0, (29, 1), (21, 50, 0), "A: b"),
            ("[15:49:07, 31/1/22] A: b", b'[', 2022, (31, 1), (15, 49, 7), "A: b"),
            ("[31/1/2565 BE, 15:49:07] A: b", b'[', 2022, (31, 1), (15, 49, 7), "A: b"),
            ("[1/31/R4, 15:49:07] A: b", b'[', 2022, (1, 31), (15, 49, 7), "A: b"),
            ("[1/31/H31, 15:49:07] A: b", b'[', 2019, (1, 31), (15, 49, 7), "A: b"),
            ("[\u{200f}31\u{200f}/1\u{200f}/2022، 15:49:07] A: b", b'[', 2022, (31, 1), (15, 49, 7), "A: b"),
            ("[٣١\u{200f}/١\u{200f}/٢٠٢٢، ٣:٤٩:٠٧\u{a0}م] A: b", b'[', 2022, (31, 1), (15, 49, 7), "A: b"),
            ("[۳۱/۱/۲۰۲۲، ۱۵:۴۹:۰۷] A: b", b'[', 2022, (31, 1), (15, 49, 7), "A: b"),
            ("31.01.22 15.49.07: A: b", b':', 2022, (31, 1), (15, 49, 7), "A: b"),
            ("\u{feff}1/31/22, 15:49 - ", b'-', 2022, (1, 31), (15, 49, 0), ""),
        ];
        for (line, frame, year, parts, clock, rest) in cases {
            let stamp = read(line.as_bytes()).unwrap_or_else(|| panic!("{line}"));
            assert_eq!(
                (stamp.shape.frame, stamp.year, stamp.parts, stamp.clock),
                (frame, year, parts, clock),
                "{line}"
            );
            assert_eq!(&line[stamp.rest..], rest, "{line}");
        }
    }

    #[test]
    fn both_early_forms_are_of_one_export() {
        let shape = |line: &str| read(line.as_bytes()).unwrap().shape;
        assert_eq!(shape("19:23, 28 Aug 2013 - A: b"), shape("18 Mar 12:14 - A: b"));
    }

    #[test]
    fn no_beginnings() {
        for line in [
            "",
            "[",
            "1",
            "1/",
            "1/1",
            "1/1/",
            "1/1/22",
            "1/1/22,",
            "1/1/22, 1",
            "1/1/22, 25:00 - a",
            "1/1/22, 13:00 PM - a",
            "1/1/22, 12:60 - a",
            "0/1/22, 12:00 - a",
            "1/32/22, 12:00 - a",
            "1/1/22, 12:00 a",
            "1/1/22, 12:00-a",
            "1/1-22, 12:00 - a",
            "[1/1/22, 12:00 - a",
            "[1/29 9:50 AM] A: b",
            "1/29, 9:50 AM - A: b",
            "[29/29, 9:50] A: b",
            "[1.29, 9] A: b",
            "99999/1/22, 12:00 - a",
            "1/1/222, 12:00 - a",
            "2022-01-31 12:00:00: a",
            "12 monkeys 12:00 - a",
        ] {
            assert!(read(line.as_bytes()).is_none(), "{line}");
        }
    }
}
