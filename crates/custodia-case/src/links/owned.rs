//! When the owner of a phone was in a group, and what of its messages the phone should therefore hold.

/// Clocks do not agree to the second: what was sent this close to coming or going decides nothing. Milliseconds.
const MARGIN: i64 = 120_000;

/// A stay of the owner. Unix milliseconds.
pub(super) struct Stay {
    pub entered: Option<i64>,
    pub ended: Option<i64>,
    /// When the phone was seized.
    pub seized: Option<i64>,
    /// The first message that shows the owner inside.
    pub shown: Option<i64>,
}

impl Stay {
    /// After this time a message is the owner's to receive. A first message shows that its time is inside; a dated entry may be a
    /// moment off. Of a later stay whose beginning no row says nothing is expected.
    fn from(&self) -> i64 {
        let entered = self.entered.map(|entered| entered.saturating_add(MARGIN));
        entered.or(self.shown.map(|shown| shown.saturating_sub(1))).unwrap_or(i64::MAX)
    }

    /// Before this time.
    fn until(&self) -> i64 {
        [self.ended, self.seized].into_iter().flatten().min().unwrap_or(i64::MAX).saturating_sub(MARGIN)
    }
}

/// The stays of a phone's owner in one group, in their order.
#[derive(Default)]
pub(super) struct Stays(pub Vec<Stay>);

impl Stays {
    /// Whether the phone should hold a message that its sender's clock places inside a stay: `Some(None)` when it should. The
    /// sender's clock may be wrong, so the arrival elsewhere counts too: what arrived nowhere before the owner went or the phone was
    /// seized is nothing that it lacks, and the word says why. None where the sender's clock places it outside.
    pub fn expected(&self, sent: i64, arrived: i64) -> Option<Option<&'static str>> {
        let holds = |(place, stay): &(usize, &Stay), at: i64| {
            // Another stay follows one without an end: nobody saw when the owner went.
            let end_unseen = stay.ended.is_none() && place + 1 < self.0.len();
            !end_unseen && at > stay.from() && at < stay.until()
        };
        let mut stays = self.0.iter().enumerate();
        let (place, stay) = stays.find(|stay| holds(stay, sent))?;
        if arrived < stay.until() || self.0.iter().enumerate().any(|other| holds(&other, arrived)) {
            return Some(None);
        }
        let after = |at: Option<i64>| at.is_some_and(|at| arrived >= at);
        Some(Some(if after(stay.seized) {
            "after seizure"
        } else if !after(stay.ended) {
            "near a change"
        } else {
            match self.0.get(place + 1) {
                None => "after leaving",
                Some(Stay { entered: None, .. }) => "entry unseen",
                Some(Stay { entered: Some(entered), .. }) if arrived <= *entered => "between stays",
                Some(_) => "near a change",
            }
        }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOUR: i64 = 3_600_000;

    fn stay(entered: i64, ended: Option<i64>) -> Stay {
        Stay { entered: Some(entered * HOUR), ended: ended.map(|at| at * HOUR), seized: Some(50 * HOUR), shown: None }
    }

    #[test]
    fn a_wrong_clock_of_the_sender_leaves_no_message_without_an_answer() {
        let stays = Stays(vec![stay(1, Some(10)), stay(20, Some(30))]);
        let expected = |sent: i64, arrived: i64| stays.expected(sent * HOUR, arrived * HOUR);
        assert_eq!(expected(5, 5), Some(None));
        assert_eq!(expected(5, 25), Some(None));
        assert_eq!(expected(9, 11), Some(Some("between stays")));
        assert_eq!(expected(29, 31), Some(Some("after leaving")));
        assert_eq!(expected(29, 60), Some(Some("after seizure")));
        assert_eq!(stays.expected(9 * HOUR, 10 * HOUR - 1), Some(Some("near a change")));
        assert_eq!(expected(15, 15), None);
    }

    #[test]
    fn nothing_is_expected_where_nobody_saw_the_end() {
        let stays = Stays(vec![stay(1, None), stay(20, None)]);
        assert_eq!(stays.expected(5 * HOUR, 5 * HOUR), None);
        assert_eq!(stays.expected(25 * HOUR, 25 * HOUR), Some(None));
    }
}
