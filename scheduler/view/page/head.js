// Head: what stands above the picture of the run as a whole: its title, and whether it failed.

function show_title(page) {
  const run = page.runs[0];
  page.find("title").textContent = document.title = document.body.dataset.title || run_title(run);
  const verdict = page.find("verdict"), count = run.fails.length;
  verdict.hidden = false;
  verdict.className = count ? "bad" : "good";
  if (count) {
    const first = run.events[run.fails[0]];
    verdict.textContent = "✗ " + one_line(first.kind === "property" ? first.name : describe(run, first)).slice(0, 160);
    verdict.title = "Go to the first failure (f)";
  } else if (!run.end || left_out_events(run) > 0) { // what is missing may be the failure
    verdict.className = "soft";
    verdict.textContent = run.end ? counted(left_out_events(run), "event") + " missing" : "cut off";
    verdict.disabled = true;
  } else {
    verdict.textContent = run.properties.size ? "✓ " + (run.properties.size === 1 ? "the property holds" : "all " + run.properties.size + " properties hold") : "✓ nothing failed";
    verdict.disabled = true;
  }
}
