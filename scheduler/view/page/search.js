// Search: words, all of which an event must have; "task:reader", "kind:recv", "conn:2",
// "object:channel#1", "host:server", "at:echo.cc" look in that field only, and "-word" must not be there.

const FIELDS = {
  __proto__: null, // "constructor:x" is a word, and no field
  task: (event) => (event.task || "") + " " + (event.target || ""),
  kind: (event) => event.kind,
  conn: (event) => String(event.conn || ""),
  object: (event) => event.object || "",
  host: (event) => event.host || "",
  at: (event) => event.at || "",
  site: (event) => event.site || "",
  n: (event) => String(event.n),
};
const EXACT_FIELDS = new Set(["conn", "object", "kind", "n"]);

/** Words of a query: {field, text, is_not}. "quoted words" stay together. */
function parse_query(query) {
  const terms = [];
  for (const match of query.matchAll(/(-?)(?:([a-z]+):)?(?:"([^"]*)"|(\S+))/g)) {
    const [whole, minus, field, phrase, word] = match;
    const text = (phrase ?? word ?? "").toLowerCase();
    if (field && !(field in FIELDS)) terms.push({ field: "", text: whole.slice(minus.length).toLowerCase(), is_not: minus === "-" });
    else terms.push({ field: field || "", text, is_not: minus === "-" });
  }
  return terms;
}

/** All that is said about an event, in small letters. */
function text_of(run, event) {
  const chain = (event.chain || []).join(" ");
  return [event.kind, who(run, event), event.host, describe(run, event), event.data, event.at, event.site, chain, event.on]
    .filter(Boolean).join(" ").toLowerCase();
}

function search(run, query) {
  const terms = parse_query(query), found = new Set();
  if (terms.length === 0) return found;
  const needs_text = terms.some((term) => !term.field);
  for (const event of run.events) {
    const all = needs_text ? text_of(run, event) : "";
    const has = ({ field, text }) => {
      if (!field) return all.includes(text);
      const value = FIELDS[field](event).toLowerCase();
      return EXACT_FIELDS.has(field) ? value === text : value.includes(text);
    };
    if (terms.every((term) => has(term) !== term.is_not)) found.add(event.i);
  }
  return found;
}

// ---- on the page -----------------------------------------------------------------------------------

function focus_search(page) {
  page.find("query").focus();
  page.find("query").select();
}

/** After a change of what is searched for, or of whether all else is left out. */
function find_matches(page) {
  const query = page.find("query").value.trim(), only = page.find("only").checked;
  for (const picture of page.pictures) {
    picture.matches = search(picture.run, query);
    picture.only_matches = only && query !== "";
    // A match that is folded would not be seen.
    if (picture.only_matches) for (const i of picture.matches) picture.opened.add(i), picture.opened_by_search = true;
    else if (picture.opened_by_search) { picture.opened.clear(); picture.opened_by_search = false; }
    picture.refold();
  }
  page.find("found").textContent = query === "" ? "" : counted(page.current.matches.size, "match").replace("matchs", "matches");
  page.moved(page.current);
}

function go_to_match(page, by) {
  const list = [...page.current.matches];
  if (list.length === 0) return;
  const here = page.current.selected;
  const next = by > 0 ? list.find((i) => i > here) ?? list[0] : list.reverse().find((i) => i < here) ?? list[0];
  page.current.select(next, { opens: true });
}

function toggle_only_matches(page) {
  page.find("only").checked = !page.find("only").checked;
  find_matches(page);
}
