// First look: of a run that fails what a reader of the page sees first, as lines of the text.
// first_look.cc is the same in C++.

const MOST_IN_FIRST_LOOK = 20; // lines of one part

/** None of a run in which nothing failed. */
function first_look(run) {
  const opening = opening_of(run);
  if (!opening) return [];
  const told = (i, more = "", place = i) => "#" + run.events[i].n + " " + clue_text(run, { i, more }) + (run.events[place].at ? "  (" + run.events[place].at + ")" : "");
  const lines = ["", told(run.fails[0])], deadlock = find_deadlock(run), clues = clues_of(run);
  if (opening.why) lines.push("  " + opening.why, "", told(opening.i));
  for (const { text } of turn_of(run, opening.i)) lines.push("  " + text);
  if (deadlock !== undefined) {
    for (const { title, lines: waits } of knot_of(run, deadlock)) {
      lines.push("", title + ":");
      for (const { names, text, i } of waits.slice(0, MOST_IN_FIRST_LOOK)) lines.push("  " + names + text + "  (#" + run.events[i].n + (run.events[i].at ? ", " + run.events[i].at : "") + ")");
      if (waits.length > MOST_IN_FIRST_LOOK) lines.push("  and " + (waits.length - MOST_IN_FIRST_LOOK) + " more");
    }
  }
  if (clues.length > 0) lines.push("", "Worth a look:");
  for (const { i, more, place } of clues.slice(0, MOST_IN_FIRST_LOOK)) lines.push("  " + told(i, more, place));
  if (clues.length > MOST_IN_FIRST_LOOK) lines.push("  and " + (clues.length - MOST_IN_FIRST_LOOK) + " more");
  return lines;
}
