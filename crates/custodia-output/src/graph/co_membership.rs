//! Ties by groups: two members of a group are tied the more, the fewer there are.
//!
//! Each group adds 1/(n-1) to each of its pairs, so that it adds 1 to every member in all, and a group of thousands
//! does not outweigh a group of three.

use std::collections::BTreeMap;

use super::{Edge, EdgeKind};

struct Group<'a> {
    address: &'a str,
    /// Sorted, each once.
    members: Vec<usize>,
}

/// An edge for every pair that shares a group: its weight is the sum of 1/(n-1) over the groups they share, n being the
/// members of the group; its count is the number of these groups, and `what` their addresses.
///
/// Edges come by `from`, then `to`, and `from` is the smaller. Each pair is made once and only the pairs of one account
/// are in memory at a time, so that whoever wants few of ten million may filter them as they come. Groups are summed in
/// the order of their addresses, whatever the order they are given in. An address that is given twice is one group.
pub fn co_membership(groups: &[(String, Vec<usize>)]) -> impl Iterator<Item = Edge> {
    let mut merged: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    for (address, members) in groups {
        merged.entry(address).or_default().extend(members);
    }
    let mut groups = Vec::new();
    let mut of: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    for (address, mut members) in merged {
        members.sort_unstable();
        members.dedup();
        for &member in &members {
            of.entry(member).or_default().push(groups.len());
        }
        groups.push(Group { address, members });
    }
    of.into_iter().flat_map(move |(account, places)| pairs(&groups, account, &places))
}

/// The pairs of one account with those behind it.
fn pairs(groups: &[Group<'_>], account: usize, places: &[usize]) -> Vec<Edge> {
    let mut shared: Vec<(usize, usize)> = Vec::new();
    for &place in places {
        let members = &groups[place].members;
        let behind = members.partition_point(|&member| member <= account);
        shared.extend(members[behind..].iter().map(|&member| (member, place)));
    }
    shared.sort_unstable();
    let pairs = shared.chunk_by(|a, b| a.0 == b.0);
    pairs
        .map(|pair| {
            let (mut weight, mut what) = (0.0, String::new());
            for &(_, place) in pair {
                let group = &groups[place];
                // Two members at least, or there were no pair.
                weight += 1.0 / (group.members.len() - 1) as f64;
                if !what.is_empty() {
                    what.push(' ');
                }
                what.push_str(group.address);
            }
            let (to, count) = (pair[0].0, i64::try_from(pair.len()).unwrap_or(i64::MAX));
            Edge { from: account, to, kind: EdgeKind::CoMembership, weight, count, what }
        })
        .collect()
}
