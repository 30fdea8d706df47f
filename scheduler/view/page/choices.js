// Choices: by what a run is made again; and at a decision, what else could have been chosen, and what
// to type for the run in which it is: all other choices stay as they are, since a plan and a command
// know each by its site and count.

const MOST_CHOICES = 24;
const PARTS = 8n; // of the way to the last choice

/** Splits "L08:Pabc" into what is before the plan's letters, and these. */
function split_token(token) {
  const place = (token || "").lastIndexOf(":") + 1;
  return { before: (token || "").slice(0, place), letters: (token || "").slice(place) };
}

/** The plan that a run was made by, or null: then no token can name another choice. */
function plan_of_run(run) {
  const plan = decode_plan(split_token(run.header.token).letters);
  return plan && (plan.strategy === "plan" || plan.strategy === "hosts") ? plan : null;
}

/** The token of the same run but for one choice, or "" when the run has no plan. */
function token_with(run, event, choice) {
  const plan = plan_of_run(run);
  if (!plan || !event.key) return "";
  const site = site_of(event), nth = BigInt(event.count || 0);
  const when = new Map();
  for (const other of run.events) if (other.kind === "decide" && other.key) when.set(site_of(other) + "/" + (other.count || 0), other.i);
  // What the trace does not have was chosen before it began: the world.
  const time_of = (deviation) => when.get(deviation.site + "/" + deviation.nth) ?? -1;
  const others = plan.deviations.filter((deviation) => deviation.site !== site || deviation.nth !== nth);
  const place = others.findIndex((deviation) => time_of(deviation) > event.i);
  if (choice !== 0) others.splice(place < 0 ? others.length : place, 0, { site, nth, choice: BigInt(choice) });
  return split_token(run.header.token).before + encode_plan({ ...plan, deviations: others });
}

/** short_key() of simnet/explore/plan.h. */
function site_of(event) {
  return BigInt("0x" + String(event.key).replace(/^0x/, "")) >> 24n;
}

// ---- a program's run, drawn from a seed, but for the choices of its command ----------------------

/** decision_word() of scheduler/choice.h: "turn@00c2d4e6b7085f3a:4". */
function decision_word({ site, key, count }) {
  return String(site).replace(/[^A-Za-z0-9._-]+/g, "-") + "@" + String(key).padStart(16, "0") + ":" + (count || 0);
}

const decision_in = (choice_word) => choice_word.slice(0, choice_word.lastIndexOf(":"));

/** The decisions that the run's command made, as words. */
function chosen_decisions(run) {
  return new Set((run.header.chosen || []).map(decision_in));
}

function was_chosen(run, event) {
  return chosen_decisions(run).has(decision_word(event));
}

const MOST_OF_64_BITS = (1n << 64n) - 1n;

/** scatter() of scheduler/oracle.h. */
function scatter(x) {
  x = (x + 0x9E3779B97F4A7C15n) & MOST_OF_64_BITS;
  x = ((x ^ (x >> 30n)) * 0xBF58476D1CE4E5B9n) & MOST_OF_64_BITS;
  x = ((x ^ (x >> 27n)) * 0x94D049BB133111EBn) & MOST_OF_64_BITS;
  return x ^ (x >> 31n);
}

/** What the seed says at a decision: as SeededOracle of scheduler/oracle.h draws it. */
function drawn_choice(run, event) {
  const place = (BigInt("0x" + event.key) + BigInt(event.count || 0)) & MOST_OF_64_BITS;
  return (scatter(scatter(BigInt(run.header.seed)) ^ scatter(place)) * BigInt(event.of || 0)) >> 64n;
}

/** What to type for a program's run, with choices of its own or these; "" for any other run. */
function command_with(run, chosen = run.header.chosen || []) {
  const { command, seed, token } = run.header;
  if (token || !command || seed === undefined) return "";
  return command + " --seed " + seed + chosen.map((choice) => " --choose " + choice).join("");
}

/** Whether a command can make this decision otherwise. */
function is_by_command(run, event) {
  return Boolean(event.key) && command_with(run) !== "";
}

/** The same with one choice more, or another one; without it where the seed says so anyway. */
function command_choosing(run, event, choice) {
  if (!is_by_command(run, event)) return "";
  const decision = decision_word(event), chosen = (run.header.chosen || []).filter((other) => decision_in(other) !== decision);
  if (BigInt(choice) !== drawn_choice(run, event)) chosen.push(decision + ":" + choice);
  return command_with(run, chosen);
}

// ---- either --------------------------------------------------------------------------------------

/** What to type for another choice; where nothing can be typed, what the choice is called. */
function way_to(run, event, choice) {
  const token = token_with(run, event, choice);
  return token ? command_of(token) : command_choosing(run, event, choice) || event.site + ":" + (event.count || 0) + ":" + choice;
}

/** What was chosen at a decision, and what the ways to other choices are. */
function about_choices(run, event) {
  const by_command = is_by_command(run, event);
  const chose = "It chose " + (event.choice || 0) + " of " + event.of + (by_command && was_chosen(run, event) ? ", as the command says; the seed says " + drawn_choice(run, event) : "") + ". ";
  if (plan_of_run(run) !== null && event.key) return chose + "The same run with another choice, for the test that wrote this trace:";
  if (by_command) return chose + "The same run with another choice here, and its page with --view FILE:";
  return chose + "This run was drawn from its seed, so no token can change a single choice of it: the names below are site:count:choice. Another --seed chooses anew everywhere.";
}

/** What to type for the same run; "" where nothing names it. */
function way_again(run) {
  return run.header.token ? command_of(run.header.token) : command_with(run);
}

/** What to type for the run that a token names: of a lesson the whole command, of a test its argument. */
function command_of(token) {
  return (split_token(token).before !== "" ? "./rill run --replay " : "--replay=") + token;
}

/** Something to type. Words stay whole at the end of a line, also at their hyphens, unless one is longer than that. */
function to_type(text) {
  return element("code", { class: "token", tabindex: 0 }, ...text.split(" ").flatMap((word, place) => [place > 0 ? " " : "", element("span", {}, word)]));
}

/** How this run is made again; null where it cannot be. */
function again_part(panel, run) {
  const { token, seed, world } = run.header, way = way_again(run);
  if (way) {
    const is_of_test = token && split_token(token).before === "";
    return panel.part("This run again", "again", element("p", {}, to_type(way), " ",
      element("button", { "data-key": "again", click: () => copy(way), title: "Copy" }, "copy")),
      is_of_test ? element("p", { class: "soft" }, "for the test that wrote this trace") : null);
  }
  if (seed === undefined || world !== "sim") return null;
  return panel.part("This run again", "again", element("p", {}, to_type("--seed " + seed), element("span", { class: "soft" }, " and the other flags that it had")));
}

/** How many a decision had beside the one it made; as a BigInt, as it may have 64 bits. */
function count_of_others(event) {
  const of = BigInt(event.of || 0);
  return of > 0n ? of - 1n : 0n;
}

/**
 * Other choices of a decision, at most MOST_CHOICES, in their order. Of many: the first ones, which
 * are the strengths of a fault; some on the way to the last one; and that of the seed.
 */
function other_choices(run, event) {
  const of = BigInt(event.of || 0), made = BigInt(event.choice || 0), choices = new Set();
  const add = (choice) => { if (choice < of && choice !== made) choices.add(choice); };
  if (is_by_command(run, event)) add(drawn_choice(run, event));
  for (let part = 1n; part <= PARTS && of > 0n; ++part) add(((of - 1n) * part) / PARTS);
  for (let choice = 0n; choice < of && choices.size < MOST_CHOICES; ++choice) add(choice);
  return [...choices].sort((a, b) => (a < b ? -1 : 1)).map((choice) => (Number.isSafeInteger(Number(choice)) ? Number(choice) : String(choice)));
}

/** "3", "0, the plain one". */
function choice_label(run, event, choice) {
  const is_taken_back = was_chosen(run, event) && is_by_command(run, event) && BigInt(choice) === drawn_choice(run, event);
  return choice + (choice === 0 ? ", the plain one" : "") + (is_taken_back ? ", as the seed says" : "");
}
