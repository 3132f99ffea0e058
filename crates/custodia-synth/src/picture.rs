//! Harmless pictures: coloured shapes with a serial number, as small PNG files.
//!
//! Own writer, forty lines: indexed colour, one filter, one zlib stream (PNG, W3C 2003, chapters 5 and 11).

use std::io::Write;

use flate2::{Compression, Crc, write::ZlibEncoder};

use crate::rng::{For, Rng};

/// Rows of the digits 0 to 9, three bits each, five rows.
const DIGITS: [[u8; 5]; 10] = [
    [7, 5, 5, 5, 7],
    [2, 6, 2, 2, 7],
    [7, 1, 7, 4, 7],
    [7, 1, 7, 1, 7],
    [5, 5, 7, 1, 1],
    [7, 4, 7, 1, 7],
    [7, 4, 7, 5, 7],
    [7, 1, 1, 2, 2],
    [7, 5, 7, 5, 7],
    [7, 5, 7, 1, 7],
];

/// The picture of a serial number at a size of `side` pixels: the same shapes at every size, other bytes.
pub fn png(seed: u64, serial: u64, side: u32) -> Vec<u8> {
    let mut rng = Rng::new(seed, For::Picture, serial, 0);
    let side = side.clamp(32, 256);
    let height = side * 3 / 4;
    let mut palette = [[0u8; 3]; 8];
    for colour in &mut palette {
        rng.fill(colour);
    }
    palette[6] = [250, 250, 245];
    palette[7] = [15, 15, 20];
    let mut pixels = vec![0u8; (side * height) as usize];
    let shapes = rng.range(3, 6);
    for shape in 0..shapes {
        let colour = (1 + shape) as u8;
        // Positions in thousandths of the side, so that a resize keeps them.
        let [x, y, r] =
            [rng.range(50, 950), rng.range(50, 700), rng.range(60, 300)].map(|part| (part as u32 * side / 1000) as i64);
        let round = rng.per_mille(500);
        for row in 0..i64::from(height) {
            for column in 0..i64::from(side) {
                let (dx, dy) = (column - x, row - y);
                let inside = if round { dx * dx + dy * dy <= r * r } else { dx.abs() <= r && dy.abs() <= r / 2 };
                if inside {
                    pixels[(row * i64::from(side) + column) as usize] = colour;
                }
            }
        }
    }
    let scale = (side / 40).max(1);
    let text = format!("{serial:07}");
    for row in 0..7 * scale {
        for column in 0..(4 * text.len() as u32 + 1) * scale {
            let (r, c) = (row / scale, column / scale);
            let digit =
                text.as_bytes().get((c.saturating_sub(1) / 4) as usize).map_or(0, |byte| usize::from(byte - b'0'));
            let ink = c > 0
                && (1..6).contains(&r)
                && (c - 1) % 4 < 3
                && DIGITS[digit][(r - 1) as usize] >> (2 - (c - 1) % 4) & 1 == 1;
            if row < height && column < side {
                pixels[(row * side + column) as usize] = if ink { 7 } else { 6 };
            }
        }
    }
    encode(side, height, &palette, &pixels)
}

fn encode(width: u32, height: u32, palette: &[[u8; 3]; 8], pixels: &[u8]) -> Vec<u8> {
    let mut header = Vec::with_capacity(13);
    header.extend(width.to_be_bytes());
    header.extend(height.to_be_bytes());
    header.extend([4, 3, 0, 0, 0]); // four bits a pixel, indexed, deflate, adaptive filters, no interlace
    let mut body = ZlibEncoder::new(Vec::new(), Compression::new(6));
    let mut line = Vec::with_capacity(width as usize / 2 + 2);
    for row in pixels.chunks(width as usize) {
        line.clear();
        line.push(0);
        line.extend(row.chunks(2).map(|pair| pair[0] << 4 | pair.get(1).copied().unwrap_or(0)));
        body.write_all(&line).expect("a Vec takes every byte");
    }
    let body = body.finish().expect("a Vec takes every byte");
    let mut out = b"\x89PNG\r\n\x1a\n".to_vec();
    for (kind, data) in [(b"IHDR", &header[..]), (b"PLTE", palette.as_flattened()), (b"IDAT", &body), (b"IEND", &[])] {
        out.extend((data.len() as u32).to_be_bytes());
        let mut crc = Crc::new();
        crc.update(kind);
        crc.update(data);
        out.extend(kind);
        out.extend(data);
        out.extend(crc.sum().to_be_bytes());
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pictures_are_small_and_differ() {
        let sizes: Vec<usize> = (0..200).map(|serial| png(1, serial, 48 + (serial % 5) as u32 * 16).len()).collect();
        assert!(sizes.iter().all(|size| (200..2500).contains(size)), "{sizes:?}");
        assert_ne!(png(1, 5, 64), png(1, 6, 64));
        assert_ne!(png(1, 5, 64), png(1, 5, 96));
        assert_eq!(png(1, 5, 64), png(1, 5, 64));
    }
}
