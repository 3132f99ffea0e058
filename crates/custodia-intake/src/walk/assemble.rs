//! The second part of a walk: what can only be opened when everything has been seen.
//!
//! Assemblies are opened one after another, in the order of the list and then of the items, so that nothing depends on
//! threads; what one of them holds is taken in before the next is opened, since it may be its key.

use std::collections::{HashSet, VecDeque};
use std::panic::{AssertUnwindSafe, catch_unwind};

use custodia_model::{Origin, Text, tables::DeviceFact, tables::Warning};

use super::Outcome;
use super::level::Level;
use super::walker::Walker;
use crate::assemblies::{ASSEMBLIES, Assembly, Exhibit, Held, Refused, wanted};
use crate::content;
use crate::evidence::{Item, Kept};
use crate::secrets::Secrets;

/// Opens every assembly of the exhibit, then lets go of what was kept for them alone.
pub(super) fn all(walker: &mut Walker<'_>, secrets: &Secrets) {
    let mut exhibit = Exhibit::new(secrets);
    let mut waiting: Vec<VecDeque<usize>> = ASSEMBLIES.iter().map(|_| VecDeque::new()).collect();
    let mut taken_in = 0;
    loop {
        for (index, item) in walker.items.iter().enumerate().skip(taken_in) {
            if item.head.is_empty() || !wanted(&item.path, &item.head) {
                continue;
            }
            exhibit.add(item);
            let fits = ASSEMBLIES.iter().position(|assembly| assembly.fits(&item.path, &item.head));
            if let Some(queue) = fits.and_then(|place| waiting.get_mut(place)) {
                queue.push_back(index);
            }
        }
        taken_in = walker.items.len();
        let next =
            ASSEMBLIES.iter().zip(&mut waiting).find_map(|(assembly, queue)| Some((assembly, queue.pop_front()?)));
        let Some((assembly, index)) = next else { break };
        open(walker, *assembly, index, &exhibit);
    }
    let shared = walker.shared;
    for index in 0..walker.items.len() {
        let (Some(item), Some(ended)) = (walker.items.get_mut(index), walker.ended.get(index)) else { continue };
        let unread = (ended.source.is_none() || ended.outcome == Outcome::Rejected) && !walker.sealed.contains(&index);
        if !item.head.is_empty() && !super::intake::of_use(shared, &item.path, &item.head, unread) {
            let changed = std::mem::replace(&mut item.kept, Kept::No).changed();
            item.head = Vec::new();
            walker.unlike(index, changed);
        }
    }
}

/// Kinds of warnings that say that a container is encrypted and no key opens it.
const ENCRYPTED: [&str; 2] = ["encrypted", "authentication failed"];

/// Places of the parts of a container among the first `before` items.
fn parts(walker: &Walker<'_>, assembly: &'static dyn Assembly, path: &str, before: usize) -> Vec<usize> {
    let below = assembly.below(path);
    let part = |item: &Item| {
        let rest = item.path.strip_prefix(below).and_then(|rest| rest.strip_prefix('/'));
        rest.is_some_and(|rest| assembly.part(rest))
    };
    let items = walker.items.iter().take(before).enumerate();
    items.filter(|(_, item)| part(item)).map(|(index, _)| index).collect()
}

fn sha256(item: &Item) -> Option<[u8; 32]> {
    item.digests.as_ref().map(|digests| digests.sha256)
}

fn open(walker: &mut Walker<'_>, assembly: &'static dyn Assembly, index: usize, exhibit: &Exhibit<'_>) {
    let Some(item) = walker.items.get(index) else { return };
    let path = item.path.clone();
    // Why it could not be read to its end or kept has been told.
    let Some(own) = Held::of(item) else { return };
    let depth = walker.depths.get(index).copied().unwrap_or(0);
    let limits = walker.shared.limits;
    let name = assembly.about().name;
    let warn = |walker: &mut Walker<'_>, kind: &str, says: String| {
        walker.warnings.push((Origin::file(path.clone()), Warning::new(kind, says)));
    };
    let outcome = if depth >= limits.depth {
        warn(
            walker,
            "depth",
            format!("{depth} containers lie around this one, the limit; it was digested, not opened"),
        );
        Outcome::Partial
    } else {
        let below: Text = assembly.below(&path).into();
        // As with parsers: should one panic all the same, it costs this container alone.
        let before = walker.items.len();
        let opened = catch_unwind(AssertUnwindSafe(|| {
            let mut level = Level::inside(walker, below, depth + 1).named(path.clone());
            let opened = assembly.open(&path, &own, exhibit, limits, &mut level);
            (opened, level.finish())
        }));
        match opened {
            Ok((Ok(opened), damaged)) => {
                let plain = opened.key.is_none();
                if let Some(key) = opened.key {
                    let fact = DeviceFact { fact: "backup key".into(), fact_value: key.into() };
                    walker.facts.push((Origin::file(path.clone()), fact));
                }
                let ends = assembly.number_ends(&own);
                walker.number_ends.extend(ends.map(|ends| (path.clone(), ends)));
                // A file of an unencrypted backup that no list of it names is read by nobody else.
                let handed: HashSet<[u8; 32]> = walker.items.iter().skip(before).filter_map(sha256).collect();
                let unlisted = |item: &Item| {
                    let bytes = assembly.wants(&item.path, &item.head) && !assembly.fits(&item.path, &item.head);
                    let beside = content::is_beside_database(&item.path, &item.head);
                    plain && bytes && !beside && sha256(item).is_some_and(|own| !handed.contains(&own))
                };
                for part in parts(walker, assembly, &path, before) {
                    if walker.items.get(part).is_some_and(unlisted) {
                        continue;
                    }
                    if let Some(ended) = walker.ended.get_mut(part).filter(|ended| ended.source.is_none()) {
                        ended.source = Some(name);
                    }
                }
                if damaged { Outcome::Partial } else { Outcome::Whole }
            }
            Ok((Err(Refused::Other), _)) => return,
            Ok((Err(Refused::Because(kind, says)), _)) => {
                let ends = assembly.number_ends(&own);
                walker.number_ends.extend(ends.map(|ends| (path.clone(), ends)));
                let head = walker.items.get(index).map_or(&[][..], |item| &item.head);
                if ENCRYPTED.contains(&kind) && assembly.marked(&path, head) {
                    let parts = parts(walker, assembly, &path, before);
                    walker.sealed.extend(parts);
                    walker.sealed.insert(index);
                }
                warn(walker, kind, says);
                Outcome::Rejected
            }
            Err(_) => {
                warn(walker, "parser failed", format!("{name}: it failed on this file; please report it"));
                Outcome::Rejected
            }
        }
    };
    if let Some(ended) = walker.ended.get_mut(index) {
        ended.source = Some(name);
        if outcome != Outcome::Whole {
            ended.outcome = outcome;
        }
    }
}
