// Head: what stands above the picture: the run's title, and whether it failed, or another one did.

function show_title(page) {
  page.find("title").textContent = document.title = in_order(document.body.dataset.title || run_title(page.runs[0]));
  const verdict = page.find("verdict"), failing = find_failing(page);
  verdict.hidden = false;
  verdict.disabled = failing < 0;
  if (failing >= 0) {
    const run = page.runs[failing], first = run.events[run.fails[0]];
    verdict.className = "bad";
    verdict.textContent = "✗ " + (failing > 0 ? "the other run: " : "") + in_order(one_line(first.kind === "property" ? first.name : describe(run, first))).slice(0, 160);
    verdict.title = "Go to the first failure (f)";
    return;
  }
  const torn = page.runs.find((run) => !run.end || missing_events(run) > 0); // what is missing may be the failure
  verdict.className = torn ? "soft" : "good";
  verdict.textContent = torn ? (torn.end ? counted(missing_events(torn), "event") + " missing" : "cut off") : "✓ " + what_holds(page.runs[0]);
}

function what_holds({ properties: { size } }) {
  return size === 0 ? "nothing failed" : size === 1 ? "the property holds" : "all " + size + " properties hold";
}
