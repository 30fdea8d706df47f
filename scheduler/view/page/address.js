// Address: a link goes to an event, "#n=123", of the other run with "&run=2", or to the first failure,
// "#fail". One that is handed on also says of which run it is, since another file may have its name.

/** The link to what is at the cursor, with the seed and the token of the run. */
function link_to_share(page) {
  const { seed, token } = page.runs[0].header, link = new URLSearchParams(page.link.slice(1));
  if (seed !== undefined) link.set("seed", seed);
  if (token) link.set("token", token);
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
  const link = new URLSearchParams(location.hash.slice(1)), { header } = page.runs[0];
  const meant = ["token", "seed"].find((name) => link.has(name) && link.get(name) !== String(header[name] ?? ""));
  page.complain(meant ? "This link is of another run, " + meant + " " + link.get(meant) + "; here is " + (header[meant] === undefined ? "one without a " + meant : meant + " " + header[meant]) + "." : "");
  if (link.get("run") === "2" && page.pictures.length > 1) page.make_current(1);
  if (link.has("fail")) go_to_failure(page);
  else if (link.has("n")) page.go(Number(link.get("n")));
}
