//! The deflate format (RFC 1951) with a limit: what a spreadsheet unpacks to is known before anything reads it. The size
//! that an archive states of itself is not believed.

/// Why a stream was given up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Broken {
    /// More than the limit.
    TooLarge,
    Damaged,
}

struct Bits<'a> {
    data: &'a [u8],
    next: usize,
    held: u32,
    count: u32,
}

impl Bits<'_> {
    fn take(&mut self, n: u32) -> Result<u32, Broken> {
        while self.count < n {
            let byte = *self.data.get(self.next).ok_or(Broken::Damaged)?;
            self.held |= u32::from(byte) << self.count;
            self.next += 1;
            self.count += 8;
        }
        let value = self.held & ((1 << n) - 1);
        self.held >>= n;
        self.count -= n;
        Ok(value)
    }
    /// To the next whole byte.
    fn align(&mut self) {
        (self.held, self.count) = (0, 0);
    }
}

/// A canonical Huffman code: how many words of each length, and the symbols in their order (RFC 1951 §3.2.2).
struct Code {
    counts: [u16; 16],
    symbols: Vec<u16>,
}

impl Code {
    fn new(lengths: &[u8]) -> Result<Self, Broken> {
        let mut counts = [0_u16; 16];
        for l in lengths {
            *counts.get_mut(usize::from(*l)).ok_or(Broken::Damaged)? += 1;
        }
        // More words of a length than there is room for: no code at all.
        let mut left = 1_i32;
        for n in counts.iter().skip(1) {
            left = left * 2 - i32::from(*n);
            if left < 0 {
                return Err(Broken::Damaged);
            }
        }
        let mut symbols: Vec<(u8, u16)> = (0_u16..).zip(lengths).filter(|(_, l)| **l > 0).map(|(symbol, l)| (*l, symbol)).collect();
        symbols.sort_unstable();
        Ok(Self { counts, symbols: symbols.into_iter().map(|s| s.1).collect() })
    }

    fn read(&self, bits: &mut Bits<'_>) -> Result<u16, Broken> {
        let (mut code, mut first, mut index) = (0_i32, 0_i32, 0_i32);
        for n in self.counts.iter().skip(1) {
            code |= i32::try_from(bits.take(1)?).map_err(|_| Broken::Damaged)?;
            let n = i32::from(*n);
            if code - n < first {
                let place = usize::try_from(index + code - first).map_err(|_| Broken::Damaged)?;
                return self.symbols.get(place).copied().ok_or(Broken::Damaged);
            }
            index += n;
            first = (first + n) << 1;
            code <<= 1;
        }
        Err(Broken::Damaged)
    }
}

const LENGTHS: [(u16, u8); 29] = [
    (3, 0), (4, 0), (5, 0), (6, 0), (7, 0), (8, 0), (9, 0), (10, 0), (11, 1), (13, 1), (15, 1), (17, 1), (19, 2), (23, 2), (27, 2),
    (31, 2), (35, 3), (43, 3), (51, 3), (59, 3), (67, 4), (83, 4), (99, 4), (115, 4), (131, 5), (163, 5), (195, 5), (227, 5), (258, 0),
];
const DISTANCES: [(u16, u8); 30] = [
    (1, 0), (2, 0), (3, 0), (4, 0), (5, 1), (7, 1), (9, 2), (13, 2), (17, 3), (25, 3), (33, 4), (49, 4), (65, 5), (97, 5), (129, 6),
    (193, 6), (257, 7), (385, 7), (513, 8), (769, 8), (1025, 9), (1537, 9), (2049, 10), (3073, 10), (4097, 11), (6145, 11), (8193, 12),
    (12289, 12), (16385, 13), (24577, 13),
];
/// The order in which the lengths of the code of lengths are written.
const ORDER: [usize; 19] = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15];

/// Unpacks a whole stream; never holds more than `limit` bytes.
pub fn inflate(data: &[u8], limit: usize) -> Result<Vec<u8>, Broken> {
    let mut bits = Bits { data, next: 0, held: 0, count: 0 };
    let mut out = Vec::new();
    loop {
        let last = bits.take(1)? == 1;
        match bits.take(2)? {
            0 => stored(&mut bits, &mut out, limit)?,
            1 => {
                let mut lengths = [8_u8; 288];
                lengths.iter_mut().take(256).skip(144).for_each(|l| *l = 9);
                lengths.iter_mut().take(280).skip(256).for_each(|l| *l = 7);
                block(&mut bits, &mut out, limit, &Code::new(&lengths)?, &Code::new(&[5; 30])?)?;
            }
            2 => {
                let (literals, distances) = tables(&mut bits)?;
                block(&mut bits, &mut out, limit, &literals, &distances)?;
            }
            _ => return Err(Broken::Damaged),
        }
        if last {
            return Ok(out);
        }
    }
}

fn stored(bits: &mut Bits<'_>, out: &mut Vec<u8>, limit: usize) -> Result<(), Broken> {
    bits.align();
    let (size, check) = (bits.take(16)?, bits.take(16)?);
    if size != !check & 0xffff {
        return Err(Broken::Damaged);
    }
    let size = usize::try_from(size).map_err(|_| Broken::Damaged)?;
    let part = bits.data.get(bits.next..bits.next + size).ok_or(Broken::Damaged)?;
    if out.len() + size > limit {
        return Err(Broken::TooLarge);
    }
    out.extend_from_slice(part);
    bits.next += size;
    Ok(())
}

fn tables(bits: &mut Bits<'_>) -> Result<(Code, Code), Broken> {
    let number = |n: u32| usize::try_from(n).map_err(|_| Broken::Damaged);
    let (literals, distances, codes) = (number(bits.take(5)?)? + 257, number(bits.take(5)?)? + 1, number(bits.take(4)?)? + 4);
    let mut lengths = [0_u8; 19];
    for place in ORDER.iter().take(codes) {
        *lengths.get_mut(*place).ok_or(Broken::Damaged)? = u8::try_from(bits.take(3)?).map_err(|_| Broken::Damaged)?;
    }
    let code = Code::new(&lengths)?;
    let mut all: Vec<u8> = Vec::with_capacity(literals + distances);
    while all.len() < literals + distances {
        let (value, times) = match code.read(bits)? {
            symbol @ 0..=15 => (u8::try_from(symbol).map_err(|_| Broken::Damaged)?, 1),
            16 => (*all.last().ok_or(Broken::Damaged)?, 3 + bits.take(2)?),
            17 => (0, 3 + bits.take(3)?),
            _ => (0, 11 + bits.take(7)?),
        };
        all.extend((0..times).map(|_| value));
    }
    let (a, b) = all.split_at_checked(literals).ok_or(Broken::Damaged)?;
    Ok((Code::new(a)?, Code::new(b.get(..distances).ok_or(Broken::Damaged)?)?))
}

fn block(bits: &mut Bits<'_>, out: &mut Vec<u8>, limit: usize, literals: &Code, distances: &Code) -> Result<(), Broken> {
    loop {
        match literals.read(bits)? {
            literal @ 0..=255 => {
                if out.len() >= limit {
                    return Err(Broken::TooLarge);
                }
                out.push(u8::try_from(literal).map_err(|_| Broken::Damaged)?);
            }
            256 => return Ok(()),
            symbol => {
                let (base, extra) = *LENGTHS.get(usize::from(symbol) - 257).ok_or(Broken::Damaged)?;
                let length = usize::from(base) + usize::try_from(bits.take(u32::from(extra))?).map_err(|_| Broken::Damaged)?;
                let (base, extra) = *DISTANCES.get(usize::from(distances.read(bits)?)).ok_or(Broken::Damaged)?;
                let distance = usize::from(base) + usize::try_from(bits.take(u32::from(extra))?).map_err(|_| Broken::Damaged)?;
                let from = out.len().checked_sub(distance).ok_or(Broken::Damaged)?;
                if out.len() + length > limit {
                    return Err(Broken::TooLarge);
                }
                for place in from..from + length {
                    out.push(*out.get(place).ok_or(Broken::Damaged)?);
                }
            }
        }
    }
}

#[cfg(test)]
pub(super) mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use proptest::prelude::*;
    use sha2::{Digest, Sha256};

    /// A stream of fixed codes: a zero byte, then `repeats` copies of 258 zeros; 13 bits for 258 bytes.
    pub fn bomb(repeats: usize) -> Vec<u8> {
        let (mut out, mut held, mut count) = (Vec::new(), 0_u32, 0);
        let mut put = |value: u32, n: u32| {
            // Huffman words go in from their highest bit.
            for i in (0..n).rev() {
                held |= ((value >> i) & 1) << count;
                count += 1;
                if count == 8 {
                    out.push(held as u8);
                    (held, count) = (0, 0);
                }
            }
        };
        put(0b1, 1);
        put(0b10, 2); // block type 1, lowest bit first
        put(0b0011_0000, 8);
        for _ in 0..repeats {
            put(0b1100_0101, 8);
            put(0, 5);
        }
        put(0, 7);
        put(0, 7);
        out
    }

    #[test]
    fn what_zlib_packed_is_read() {
        // Python's zlib, raw, with the fixed code and with codes of its own.
        let fixed = hex::decode("733ebc252f5da1a45221c4cfc343c1e7d886630bf3148e4c78b87b725eba8e82338a6c48c6e185250a3e40420f4d86f6fa00").unwrap();
        assert_eq!(inflate(&fixed, 1000).unwrap(), "Công ty TNHH Lươn Đồng, Công ty TNHH Thát Lát. ".repeat(3).into_bytes());
        let own = hex::decode(
            "cb78b87ba64276665e86424a7e22902c39bc2a4fc1c8dcd0d812c28488e6a567643edcdd5e40809b7c784b5eba4249a582b3a10156edb987172b143fdc3d51a124a3f4e1aefd080d7006ba0a3403202e831b6f60686060686864626c8ea191543e8adb713a0724893f0c402a909c05e262d104f1074e37803d9781163548b18264018abb214a2024aeb82110c228de8733d0dd82e4002426b628c7ea15b8b9489a09241502d2103fe3742f3a1fe44b6c718be27bec9e242d26b1594c6c54a02523b836dccab0391ddd12e2831c6429a180442a2fd0b583a5c00459718948cf5893109237f0a842e30300",
        )
        .unwrap();
        let text = inflate(&own, 2000).unwrap();
        assert_eq!(hex::encode(Sha256::digest(&text)), "f79032189a0220b7e10debbc51e98f89ce8b0141a29584b1158b58218c2d5437");
        assert_eq!(inflate(&own, text.len() - 1), Err(Broken::TooLarge));
        assert_eq!(inflate(&own[..own.len() / 2], 2000), Err(Broken::Damaged));
        assert_eq!(inflate(&[1, 3, 0, 0xfc, 0xff, b'a', b'b', b'c'], 10), Ok(b"abc".to_vec()));
        assert_eq!(inflate(&[1, 3, 0, 0xfc, 0xff, b'a', b'b', b'c'], 2), Err(Broken::TooLarge));
        assert_eq!(inflate(&[], 10), Err(Broken::Damaged));
        assert_eq!(inflate(&[7], 10), Err(Broken::Damaged));
    }

    #[test]
    fn a_bomb_is_stopped_at_the_limit() {
        assert_eq!(inflate(&bomb(3), 10_000).unwrap().len(), 1 + 3 * 258);
        assert_eq!(inflate(&bomb(100_000), 1 << 20), Err(Broken::TooLarge));
    }

    proptest! {
        #[test]
        fn nothing_breaks_it(data in proptest::collection::vec(any::<u8>(), 0..400)) {
            if let Ok(out) = inflate(&data, 5_000) { prop_assert!(out.len() <= 5_000); }
        }
    }
}
