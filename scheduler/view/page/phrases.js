// Phrases: what sentences are put together from: counts, names, texts on one line. phrases.cc is the
// same in C++.

/** "1 event", "2 events" */
function counted(count, noun) {
  return count + " " + noun + (count === 1 ? "" : "s");
}

/** "a#1, b#2 and 3 more". */
function some_names(names) {
  return names.slice(0, 4).join(", ") + (names.length > 4 ? " and " + (names.length - 4) + " more" : "");
}

/** A task's name without its number. */
const plain_name = (name) => name.replace(/#\d+$/, "");

/**
 * Without what turns the order of letters around: a name may be written from right to left, but must
 * not make what stands beside it be read so, such as "#148" as "841#".
 */
const in_order = (text) => text.replace(/[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/g, " ");

const first_line = (text) => text.split("\n", 1)[0];

/** All of it; what ends its lines, with the spaces that follow, becomes one space. */
const one_line = (text) => text.replace(/[\r\n]+ */g, " ");
