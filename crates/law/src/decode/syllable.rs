//! Whether a word is a Vietnamese syllable by its letters: an onset, then a rhyme.

use crate::text::{bare, fold};

const ONSETS: [&str; 27] = ["ngh", "ng", "nh", "ch", "gh", "gi", "kh", "ph", "qu", "th", "tr", "b", "c", "d", "g", "h", "k", "l", "m", "n", "p", "r", "s", "t", "v", "x", ""];

const RHYMES: &str = " a ac ach ai am an ang anh ao ap at au ay e ec ech em en eng enh eo ep et eu i ia ich ie iec iem ien ieng iep iet ieu im in inh ip it iu \
o oa oac oach oai oam oan oang oanh oao oap oat oay oc oe oem oen oeo oet oi om on ong ooc oong op ot u ua uac uan uang uanh uat uau uay uc ue uech uenh ui um un \
ung uo uoc uoi uom uon uong uop uot uou up ut uu uy uya uych uyen uyet uynh uyt uyu uyn y ych yem yen yet yeu yn ynh yp yt ";

/// Letters that Vietnamese has, and one onset and one rhyme.
pub fn is_syllable(word: &str) -> bool {
    let mut marks = 0;
    for c in word.chars() {
        if c.is_ascii_alphabetic() {
            continue;
        }
        // A letter of another alphabet is bare already.
        if bare(c) == c {
            return false;
        }
        marks += u32::from(!matches!(c, 'đ' | 'Đ'));
    }
    let folded = fold(word);
    marks <= 3 && folded.len() <= 8 && ONSETS.iter().any(|o| folded.strip_prefix(o).is_some_and(|r| !r.is_empty() && RHYMES.contains(&format!(" {r} "))))
}
