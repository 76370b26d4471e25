//! Identities: 32 hexadecimal digits, as Execute's are.
//!
//! An identity is a scrambled form of what it names, so it can be made without a table and read back without one.

use crate::noise::{Aspect, GOLDEN, Noise, mix, unmix};

/// The identity of a document, a list item or anything else that needs one.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Id(u64, u64);

impl Id {
    /// The identity of an item in a list of the document that this identity names.
    pub(crate) fn item(self, list: u64, index: u64) -> Id {
        let place = (list << 40 | index).wrapping_add(1).wrapping_mul(GOLDEN);
        Id(mix(self.0 ^ place), mix(self.1.wrapping_add(place)))
    }

    pub(crate) fn write(self, out: &mut Vec<u8>) {
        for half in [self.0, self.1] {
            let mut digits = [0; 16];
            for (n, digit) in digits.iter_mut().enumerate() {
                *digit = b"0123456789ABCDEF"[(half >> (60 - 4 * n) & 15) as usize];
            }
            out.extend_from_slice(&digits);
        }
    }

    fn parse(text: &str) -> Option<Id> {
        let plain = text.len() == 32 && text.bytes().all(|b| b.is_ascii_digit() || (b'A'..=b'F').contains(&b));
        let half = |digits: &str| u64::from_str_radix(digits, 16).ok();
        plain.then(|| Some(Id(half(&text[..16])?, half(&text[16..])?)))?
    }
}

impl std::fmt::Display for Id {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:016X}{:016X}", self.0, self.1)
    }
}

/// Makes the identities of one world, and reads them.
#[derive(Clone, Copy)]
pub(crate) struct Ids {
    first: u64,
    second: u64,
}

impl Ids {
    pub(crate) fn new(noise: Noise) -> Ids {
        let mut dice = noise.dice(Aspect::Ids, 0);
        Ids { first: dice.roll(), second: dice.roll() }
    }

    /// Two different numbers never have the same identity.
    pub(crate) fn of(self, number: u64) -> Id {
        let first = mix(number ^ self.first);
        Id(first, mix(first ^ self.second))
    }

    /// The number that [`Ids::of`] was given; none when the text is not an identity of this world.
    pub(crate) fn number(self, text: &str) -> Option<u64> {
        let id = Id::parse(text)?;
        let number = unmix(id.0) ^ self.first;
        (self.of(number) == id).then_some(number)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_identity_can_be_read_back() {
        let ids = Ids::new(Noise::new(3));
        for number in [0, 1, 77 << 32, u64::MAX] {
            let text = ids.of(number).to_string();
            assert_eq!((text.len(), ids.number(&text)), (32, Some(number)));
            let mut bytes = Vec::new();
            ids.of(number).write(&mut bytes);
            assert_eq!(bytes, text.as_bytes());
        }
        assert_eq!(ids.number("00000000000000000000000000000000"), None);
        assert_eq!(ids.number("é"), None);
        assert_eq!(Ids::new(Noise::new(4)).number(&ids.of(1).to_string()), None);
    }
}
