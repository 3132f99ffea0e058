//! How many numbers each pair of devices has in common.

use std::path::Path;

use super::common::{Common, SAMPLE};
use super::sparse::Lists;
use crate::CaseError;

/// Adds a file's numbers to an empty list.
type Read<'a> = &'a mut dyn FnMut(&Path, &mut Vec<i64>) -> Result<(), CaseError>;

/// For each pair of devices, the smaller first, how many numbers of their files both have.
pub fn shared(devices: usize, files: &[(usize, &Path)], read: Read<'_>) -> Result<Vec<u32>, CaseError> {
    // Some devices from the whole list come first and say which numbers are common.
    let apart = files.len() / SAMPLE;
    let is_sample = |place: usize| apart >= 4 && place.is_multiple_of(apart) && place / apart < SAMPLE;
    let (sample, others): (Vec<usize>, Vec<usize>) = (0..files.len()).partition(|place| is_sample(*place));
    let mut lists = Lists::new(devices);
    let mut numbers = Vec::new();
    let mut next = |place: usize, numbers: &mut Vec<i64>| {
        let (device, path) = files[place];
        numbers.clear();
        read(path, numbers).map(|()| device)
    };
    let mut held = Vec::new();
    for place in sample {
        let device = next(place, &mut numbers)?;
        lists.extend(device, &numbers);
        held.push(device);
    }
    held.sort_unstable();
    held.dedup();
    let mut common = None;
    if !held.is_empty() {
        let lists_of: Vec<Vec<i64>> = held.iter().map(|device| ascending(lists.take(*device))).collect();
        common = Common::of(&lists_of.iter().map(Vec::as_slice).collect::<Vec<_>>(), devices);
        for (device, list) in held.iter().zip(lists_of) {
            match &mut common {
                Some(common) => common.take(*device, &list, &mut lists),
                None => lists.extend(*device, &list),
            }
        }
    }
    for place in others {
        let device = next(place, &mut numbers)?;
        match &mut common {
            Some(common) => common.take(device, &numbers, &mut lists),
            None => lists.extend(device, &numbers),
        }
    }
    let mut pairs = lists.pairs();
    if let Some(common) = common {
        common.add(&mut pairs);
    }
    Ok(pairs)
}

fn ascending(mut list: Vec<i64>) -> Vec<i64> {
    list.sort();
    list.dedup();
    list
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use super::*;

    /// Few and many devices; numbers that all, many and few have; devices with several files.
    #[test]
    fn pairs_are_counted_with_and_without_common_numbers() {
        for (devices, most) in [(5, 1), (100, 1), (100, 3), (100, 40)] {
            let has = |device: usize, number: i64| match number % most {
                0 => (device as i64 + number) % 3 != 0,
                _ => device as i64 == number % 97,
            };
            let paths: Vec<PathBuf> = (0..devices * 2).map(|place| place.to_string().into()).collect();
            let files: Vec<(usize, &Path)> =
                paths.iter().enumerate().map(|(place, path)| (place / 2, path.as_path())).collect();
            let pairs = shared(devices, &files, &mut |path, numbers| {
                let place: usize = path.to_str().and_then(|text| text.parse().ok()).unwrap_or_default();
                let part = 1000 * (place % 2) as i64;
                numbers.extend((part..part + 1000).filter(|n| has(place / 2, *n)).flat_map(|n| [n * 7919, n * 7919]));
                Ok(())
            })
            .unwrap();
            for (a, b) in [(0, 1), (1, 3), (0, devices - 1), (devices / 2, devices - 1)] {
                let expected = (0..2000).filter(|number| has(a, *number) && has(b, *number)).count() as u32;
                assert_eq!(pairs[a * devices + b], expected, "{a} and {b} of {devices}, {most}");
            }
        }
    }
}
