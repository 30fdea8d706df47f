// Address: a link goes to an event, "#n=123", of the other run with "&run=2", or to the first failure,
// "#fail". One that is handed on also says of which run it is, since another file may have its name.

/** By what a run is told from others: {seed, choices, token}, each as a text, or undefined. */
function names_of_run({ header }) {
  const text = (value) => (value === undefined ? undefined : String(value));
  return { seed: text(header.seed), choices: header.chosen && header.chosen.join(" "), token: text(header.token) };
}

/** "seed 7", or "one without a seed". */
function told_name(name, text) {
  return text ? name + " " + text : "one without " + (name === "choices" ? name : "a " + name);
}

/** The link to an event of one of the page's runs. */
function link_to(page, run, n) {
  return "#n=" + n + (run === page.runs[1] ? "&run=2" : "");
}

/** The link to what is at the cursor, with what names the run. */
function link_to_share(page) {
  const names = names_of_run(page.runs[0]), link = new URLSearchParams(page.link.slice(1));
  for (const [name, text] of Object.entries(names)) if (text) link.set(name, text);
  return location.href.replace(/#.*/, "") + "#" + link;
}

/** In the address bar. Browsers refuse that when it changes too often, as while the strip is dragged. */
function show_link(page) {
  try {
    if (location.hash !== page.link) history.replaceState(null, "", page.link);
  } catch {
    clearTimeout(page.link_timer);
    page.link_timer = setTimeout(() => show_link(page), 1000);
  }
}

function follow_link(page) {
  const link = new URLSearchParams(location.hash.slice(1)), names = names_of_run(page.runs[0]);
  const is_seeded = link.has("seed"); // then a link without choices is of the run that has none
  const meant = ["token", "seed", "choices"].find((name) => (link.has(name) || (name === "choices" && is_seeded)) && (link.get(name) ?? "") !== (names[name] ?? ""));
  page.complain(meant ? "This link is of another run, " + told_name(meant, link.get(meant)) + "; here is " + told_name(meant, names[meant]) + "." : "");
  const place = link.get("run") === "2" ? 1 : link.has("fail") ? find_failing(page) : 0;
  if (page.pictures[place] && (link.has("fail") || link.has("n"))) page.make_current(place);
  if (link.has("fail")) go_to_failure(page);
  else if (link.has("n") && !page.go(Number(link.get("n"))) && !meant) page.complain("This run has no event " + link.get("n") + ".");
}
