//! In which order day and month stand. No file says so; its own dates may.
//!
//! Rules as in whatsapp-chat-parser: a number above 12 is a day; else the order in which time does not run backwards; else
//! the number that changes more often is the day.

use custodia_model::Time;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;

use super::stamp::Stamp;

/// Times may run back by so much: lines stand in the order of arrival. A wrong order of day and month shows as steps of
/// weeks.
const BACK: i64 = 26 * 3_600_000;

/// So many changes of one number, and so many times those of the other, say which of them is the day.
const CHANGES: u32 = 3;

/// The order of day and month.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Order {
    /// Day, month.
    DayFirst,
    /// Month, day; the only order after a year.
    MonthFirst,
    /// Both are possible.
    Unknown,
}

/// What an order is known by, from what proves it to what only hints at it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Basis {
    /// The form allows one alone, or both say the same.
    Form,
    /// A number above 12.
    Number,
    /// Time runs backwards in the other order.
    Sequence,
    /// One number changes more often.
    Changes,
    /// What stands between the numbers.
    Separator,
    /// The language of the app's own words.
    Language,
    /// Nothing.
    None,
}

/// What the dates of a file say.
#[derive(Clone, Debug, Default)]
pub struct Evidence {
    first_is_day: bool,
    second_is_day: bool,
    differ: bool,
    last: (Option<Time>, Option<Time>),
    back: (u32, u32),
    parts: Option<(u8, u8)>,
    changes: (u32, u32),
}

impl Evidence {
    /// Takes one line in. A notice of the app may bear a time other than that of its place; it is not `in_sequence`.
    pub fn take(&mut self, stamp: &Stamp, in_sequence: bool) {
        let (one, two) = stamp.parts;
        self.first_is_day |= one > 12;
        self.second_is_day |= two > 12;
        self.differ |= one != two;
        // As soon as a number decides, the rest need not be looked at.
        if !in_sequence || self.first_is_day || self.second_is_day {
            return;
        }
        if let Some((first, second)) = self.parts.replace(stamp.parts) {
            if (first, second) == stamp.parts {
                return;
            }
            self.changes.0 += u32::from(first != one);
            self.changes.1 += u32::from(second != two);
        }
        step(&mut self.last.0, &mut self.back.0, instant(stamp, Order::DayFirst));
        step(&mut self.last.1, &mut self.back.1, instant(stamp, Order::MonthFirst));
    }

    /// The order, where the dates leave one, and by what.
    pub fn order(&self) -> (Order, Basis) {
        if !self.differ {
            return (Order::DayFirst, Basis::Form);
        }
        match (self.first_is_day, self.second_is_day) {
            (true, false) => return (Order::DayFirst, Basis::Number),
            (false, true) => return (Order::MonthFirst, Basis::Number),
            (true, true) => return (Order::Unknown, Basis::None),
            (false, false) => {}
        }
        // A step back or two may be an error of a clock; the wrong order steps back again and again.
        let rarer = |one: u32, other: u32| other > 0 && one.saturating_mul(10) <= other;
        match self.back {
            (day, month) if rarer(day, month) => return (Order::DayFirst, Basis::Sequence),
            (day, month) if rarer(month, day) => return (Order::MonthFirst, Basis::Sequence),
            _ => {}
        }
        let more = |one: u32, other: u32| one >= CHANGES && one >= other.saturating_mul(CHANGES);
        match self.changes {
            (first, second) if more(first, second) => (Order::DayFirst, Basis::Changes),
            (first, second) if more(second, first) => (Order::MonthFirst, Basis::Changes),
            _ => (Order::Unknown, Basis::None),
        }
    }

    /// Whether some dates can only be read in one order and others only in the other.
    pub fn contradictory(&self) -> bool {
        self.first_is_day && self.second_is_day
    }
}

fn step(last: &mut Option<Time>, back: &mut u32, now: Option<Time>) {
    if let Some(now) = now {
        *back = back.saturating_add(u32::from(last.is_some_and(|last| now.0 < last.0.saturating_sub(BACK))));
        *last = Some(now);
    }
}

/// The time of a line read as if it were UTC; none where it has no such day, or where the order is not known and matters.
pub fn instant(stamp: &Stamp, order: Order) -> Option<Time> {
    let (one, two) = stamp.parts;
    let (day, month) = match order {
        _ if stamp.year == 0 => return None,
        Order::DayFirst => (one, two),
        Order::MonthFirst => (two, one),
        Order::Unknown if one == two || one > 12 => (one, two),
        Order::Unknown if two > 12 => (two, one),
        Order::Unknown => return None,
    };
    let (hour, minute, second) = stamp.clock;
    let signed = |number: u8| i8::try_from(number).ok();
    let at =
        DateTime::new(stamp.year, signed(month)?, signed(day)?, signed(hour)?, signed(minute)?, signed(second)?, 0)
            .ok()?;
    Time::from_unix_ms(TimeZone::UTC.to_timestamp(at).ok()?.as_millisecond())
}

/// The day that a line may mean in an order, as a text; without a year where none is written.
pub fn day(stamp: &Stamp, order: Order) -> String {
    let (day, month) = match order {
        Order::DayFirst => stamp.parts,
        _ => (stamp.parts.1, stamp.parts.0),
    };
    match stamp.year {
        0 => format!("--{month:02}-{day:02}"),
        year => format!("{year:04}-{month:02}-{day:02}"),
    }
}

#[cfg(test)]
mod tests {
    use super::super::stamp;
    use super::*;

    fn of(lines: &[&str]) -> (Order, Basis) {
        let mut evidence = Evidence::default();
        for line in lines {
            evidence.take(&stamp::read(format!("{line}, 10:00 - A: b").as_bytes()).unwrap(), true);
        }
        evidence.order()
    }

    #[test]
    fn what_dates_say() {
        assert_eq!(of(&["13/2/22"]), (Order::DayFirst, Basis::Number));
        assert_eq!(of(&["1/2/22", "2/13/22"]), (Order::MonthFirst, Basis::Number));
        assert_eq!(of(&["13/2/22", "2/13/22"]), (Order::Unknown, Basis::None));
        assert_eq!(of(&["3/4/22"]), (Order::Unknown, Basis::None));
        assert_eq!(of(&["4/4/22", "5/5/22"]), (Order::DayFirst, Basis::Form));
        assert_eq!(of(&["1/2/22", "2/1/22"]), (Order::MonthFirst, Basis::Sequence));
        assert_eq!(of(&["2/1/22", "1/2/22"]), (Order::DayFirst, Basis::Sequence));
        assert_eq!(of(&["3/1/22", "3/2/22", "3/3/22", "3/5/22"]), (Order::MonthFirst, Basis::Changes));
        assert_eq!(of(&["1/3/22", "2/3/22", "3/3/22", "5/3/22"]), (Order::DayFirst, Basis::Changes));
    }
}
