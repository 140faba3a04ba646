// A Vietnamese syllable while it is typed: letters with their marks, and one tone for the whole.
// The tone stands where official papers and the names of places have it (hòa, thúy, Khánh Hòa), not
// on the last letter (hoà, thuý). Everything that leaves this module is in NFC.

/** Tones by the combining mark that writes them; "" is the level tone. */
export const TONES = { acute: "\u0301", grave: "\u0300", hook: "\u0309", tilde: "\u0303", dot: "\u0323" };
const TONE = new RegExp(`[${Object.values(TONES).join("")}]`, "u");

// The rest of a syllable behind its first consonants, without tone; with k in names (Đắk Lắk).
const RIMES = new Set(
  `a ac ach ai am an ang anh ao ap at au ay ăc ăm ăn ăng ăp ăt âc âm ân âng âp ât âu ây
  e ec em en eng eo ep et ê êch êm ên ênh êp êt êu i ia ich im in inh ip it iu iêc iêm iên iêng
  iêp iêt iêu o oc oi om on ong op ot ooc oong oa oac oach oai oam oan oang oanh oao oap oat oay
  oăc oăm oăn oăng oăp oăt oe oem oen oeo oet ô ôc ôi ôm ôn ông ôp ôt ôông ơ ơi ơm ơn ơp ơt u ua uc
  ui um un ung up ut uân uâng uât uây uê uêch uênh uênh uơ uôc uôi uôm uôn uông uôt uy uya uych uyn
  uynh uyp uyt uyu uyên uyêt ư ưa ưc ưi ưm ưn ưng ưt ưu ươc ươi ươm ươn ương ươp ươt ươu
  y yêm yên yêng yêt yêu ych ynh yt
  ak ăk âk ek êk ik ok ôk uk ưk`.split(/\s+/),
);
// Their beginnings, and these without marks: a mark may be typed after the letters behind it.
const BEGUN = new Set(
  [...RIMES]
    .flatMap((rime) => [...rime].map((_, at) => rime.slice(0, at + 1)))
    .flatMap((part) => [part, part.normalize("NFD").replace(/\p{M}/gu, "")]),
);
const INITIAL = /^(ngh|ng|nh|gh|gi(?=[aăâeêioôơuưy])|g|kh|k|ch|c|ph|p|qu|q|th|tr|t|b|d|đ|h|l|m|n|r|s|v|x)?/u;
const MARKED = /[ăâêôơư]/u;
const STOPPED = /(c|ch|k|p|t)$/u; // such syllables have only two tones

const bare = (text) => text.normalize("NFD").replace(TONE, "").normalize("NFC");

/** A word taken apart: its letters without tone, and the tone. */
export function parse(word) {
  const tone = word.normalize("NFD").match(TONE);
  return { letters: bare(word), tone: tone ? tone[0] : "" };
}

/** Where the first consonants end; `qu` and `gi` before a vowel are among them. */
function start(low) {
  return INITIAL.exec(low)[0].length;
}

/** Whether the letters are, or may become, a Vietnamese syllable with that tone. */
export function possible(letters, tone = "") {
  const low = letters.toLowerCase();
  const rime = low.slice(start(low));
  if (!BEGUN.has(rime)) return false;
  return !STOPPED.test(rime) || ["", TONES.acute, TONES.dot].includes(tone);
}

/** The place of the letter that carries the tone; -1 when there is no vowel. */
function carrier(letters) {
  const low = letters.toLowerCase();
  const from = start(low);
  const vowels = /^[aăâeêioôơuưy]*/u.exec(low.slice(from))[0];
  if (vowels === "") return /^gi/.test(low) ? 1 : -1; // gì, gìn
  const marked = [...vowels].map((vowel) => MARKED.test(vowel)).lastIndexOf(true);
  if (marked >= 0) return from + marked;
  const closed = from + vowels.length < low.length;
  if (vowels.length === 1) return from;
  return from + (closed || vowels.length > 2 || vowels === "uơ" ? 1 : 0);
}

/** The word of some letters with a tone, in NFC. */
export function spell(letters, tone) {
  const at = carrier(letters);
  if (tone === "" || at < 0) return letters.normalize("NFC");
  return (letters.slice(0, at + 1) + tone + letters.slice(at + 1)).normalize("NFC");
}

export const hasVowel = (letters) => carrier(letters) >= 0;

/** `letter` in the case of `like`. */
export const inCaseOf = (like, letter) => (like === like.toLowerCase() ? letter : letter.toUpperCase());
