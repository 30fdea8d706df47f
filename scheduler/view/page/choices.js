// Choices: by what a run is made again; and at a decision, what else could have been chosen, and the
// token of the run in which it is: all other choices stay as they are, since a plan knows each by
// its site and count.

const MOST_CHOICES = 24;

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

/** What to type for another choice: {text, is_command}. */
function way_to(run, event, choice) {
  const token = token_with(run, event, choice);
  if (!token) return { text: event.site + ":" + (event.count || 0) + ":" + choice, is_command: false };
  return { text: command_of(token), is_command: true };
}

/** What to type for the run that a token names: of a lesson the whole command, of a test its argument. */
function command_of(token) {
  return (split_token(token).before !== "" ? "./rill run --replay " : "--replay=") + token;
}

/** How this run is made again; null where it cannot be. */
function again_part(panel, run) {
  const { token, seed, world } = run.header;
  if (token) {
    const is_of_test = split_token(token).before === "";
    return panel.part("This run again", "again", element("p", {}, element("code", { class: "token", tabindex: 0 }, command_of(token)), " ",
      element("button", { "data-key": "again", click: () => copy(command_of(token)), title: "Copy" }, "copy")),
      is_of_test ? element("p", { class: "soft" }, "for the test that wrote this trace") : null);
  }
  if (seed === undefined || world !== "sim") return null;
  return panel.part("This run again", "again", element("p", {}, element("code", { class: "token", tabindex: 0 }, "--seed " + seed), element("span", { class: "soft" }, " and the other flags that it had")));
}

/** How many a decision had beside the one it made; as a BigInt, as it may have 64 bits. */
function count_of_others(event) {
  const of = BigInt(event.of || 0);
  return of > 0n ? of - 1n : 0n;
}

/** The other choices of a decision, at most MOST_CHOICES. */
function other_choices(event) {
  const choices = [];
  for (let choice = 0; choice < (event.of || 0) && choices.length < MOST_CHOICES; ++choice) {
    if (choice !== (event.choice || 0)) choices.push(choice);
  }
  return choices;
}
