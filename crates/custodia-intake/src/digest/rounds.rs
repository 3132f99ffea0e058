//! The steps of MD5 (RFC 1321), one by one, for [`super::braid`]: crates give MD5 as a whole block, and what is to stand between
//! its steps needs them apart.

use super::blocks::BLOCK;

/// RFC 1321, section 3.3.
pub(super) const START: [u32; 4] = [0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476];

/// The sines of RFC 1321, section 3.4.
#[rustfmt::skip]
const SINES: [u32; 64] = [
    0xd76aa478, 0xe8c7b756, 0x242070db, 0xc1bdceee, 0xf57c0faf, 0x4787c62a, 0xa8304613, 0xfd469501,
    0x698098d8, 0x8b44f7af, 0xffff5bb1, 0x895cd7be, 0x6b901122, 0xfd987193, 0xa679438e, 0x49b40821,
    0xf61e2562, 0xc040b340, 0x265e5a51, 0xe9b6c7aa, 0xd62f105d, 0x02441453, 0xd8a1e681, 0xe7d3fbc8,
    0x21e1cde6, 0xc33707d6, 0xf4d50d87, 0x455a14ed, 0xa9e3e905, 0xfcefa3f8, 0x676f02d9, 0x8d2a4c8a,
    0xfffa3942, 0x8771f681, 0x6d9d6122, 0xfde5380c, 0xa4beea44, 0x4bdecfa9, 0xf6bb4b60, 0xbebfbc70,
    0x289b7ec6, 0xeaa127fa, 0xd4ef3085, 0x04881d05, 0xd9d4d039, 0xe6db99e5, 0x1fa27cf8, 0xc4ac5665,
    0xf4292244, 0x432aff97, 0xab9423a7, 0xfc93a039, 0x655b59c3, 0x8f0ccc92, 0xffeff47d, 0x85845dd1,
    0x6fa87e4f, 0xfe2ce6e0, 0xa3014314, 0x4e0811a1, 0xf7537e82, 0xbd3af235, 0x2ad7d2bb, 0xeb86d391,
];

/// By how many bits the steps of each round turn.
const TURNS: [[u32; 4]; 4] = [[7, 12, 17, 22], [5, 9, 14, 20], [4, 11, 16, 23], [6, 10, 15, 21]];

/// Keeps the compiler from computing this sum in another order. Each step waits for the one before it, so it must come to the
/// newest word as late as can be; the compiler, who sees only sums that are equal, makes the chain of steps a fifth longer.
#[inline(always)]
fn settled(sum: u32) -> u32 {
    #[cfg(target_arch = "x86_64")]
    {
        let mut sum = sum;
        // SAFETY: no instruction at all; the word goes in and comes out unchanged.
        #[allow(unsafe_code)]
        unsafe {
            std::arch::asm!("/* {0:e} */", inout(reg) sum, options(pure, nomem, nostack, preserves_flags));
        }
        sum
    }
    #[cfg(not(target_arch = "x86_64"))]
    sum
}

/// Step `STEP` of 64.
#[inline(always)]
pub(super) fn step<const STEP: usize>(words: &mut [u32; 4], block: &[u8; BLOCK]) {
    let [a, b, c, d] = std::array::from_fn(|at| words[(at + 4 - STEP % 4) % 4]);
    let place = [STEP, 5 * STEP + 1, 3 * STEP + 5, 7 * STEP][STEP / 16] % 16;
    let word = u32::from_le_bytes(std::array::from_fn(|at| block[4 * place + at]));
    // All that does not wait for `b`, the newest word.
    let base = settled(a.wrapping_add(SINES[STEP]).wrapping_add(word));
    let sum = match STEP / 16 {
        0 => base.wrapping_add(d ^ (b & (c ^ d))),
        // Both parts of the choice have no bit in common, so their sum is their union.
        1 => settled(base.wrapping_add(c & !d)).wrapping_add(b & d),
        2 => base.wrapping_add(b ^ settled(c ^ d)),
        _ => base.wrapping_add(c ^ (b | !d)),
    };
    words[(4 - STEP % 4) % 4] = sum.rotate_left(TURNS[STEP / 16][STEP % 4]).wrapping_add(b);
}

/// The steps of the given numbers.
macro_rules! steps {
    ($words:expr, $block:expr, $($step:expr),*) => { $( $crate::digest::rounds::step::<{ $step }>($words, $block); )* };
}
pub(super) use steps;

/// All steps of every block.
pub(super) fn compress(words: &mut [u32; 4], blocks: &[[u8; BLOCK]]) {
    for block in blocks {
        let before = *words;
        macro_rules! sixteen {
            ($from:expr) => {
                steps!(
                    words,
                    block,
                    $from,
                    $from + 1,
                    $from + 2,
                    $from + 3,
                    $from + 4,
                    $from + 5,
                    $from + 6,
                    $from + 7
                );
                steps!(
                    words,
                    block,
                    $from + 8,
                    $from + 9,
                    $from + 10,
                    $from + 11,
                    $from + 12,
                    $from + 13,
                    $from + 14,
                    $from + 15
                );
            };
        }
        sixteen!(0);
        sixteen!(16);
        sixteen!(32);
        sixteen!(48);
        for (word, before) in words.iter_mut().zip(before) {
            *word = word.wrapping_add(before);
        }
    }
}
