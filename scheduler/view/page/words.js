// Words: events as plain sentences, times and bytes as text. words.cc says the same in C++, and
// tests/view compares the two, sentence by sentence.

const MOST_SHOWN_BYTES = 40;

/** Nanoseconds as milliseconds with three places: 6476000 -> "6.476". */
function milliseconds(ns) {
  const us = Math.floor(ns / 1000);
  return Math.floor(us / 1000) + "." + String(us % 1000).padStart(3, "0");
}

const ESCAPES = { "\n": "\\n", "\r": "\\r", "\t": "\\t", "\0": "\\0", '"': '\\"', "\\": "\\\\" };

/** Bytes of a stream, one a character, as a person can read them: as print::quoted() has it. */
function quoted(data, most = MOST_SHOWN_BYTES) {
  let text = '"', characters = 0;
  for (const c of data) {
    const piece = ESCAPES[c] || (c >= " " && c <= "~" ? c : "\\x" + c.charCodeAt(0).toString(16).padStart(2, "0"));
    characters += piece.length;
    if (characters > most) return text + '"…';
    text += piece;
  }
  return text + '"';
}

function sized(bytes, data) {
  return bytes + " B" + (data ? " " + quoted(data) : "");
}

const after = (text, separator = ": ") => (text ? separator + text : "");

const SIGNALS = { 1: "SIGHUP", 2: "SIGINT", 3: "SIGQUIT", 10: "SIGUSR1", 12: "SIGUSR2", 15: "SIGTERM" };

/** What happened, without who did it: "receives 3 B "hel"". */
function describe(run, event) {
  const text = event.text || "";
  switch (event.kind) {
    case "host": return "has the address " + (event.address || "?");
    case "spawn": return event.task ? "spawns " + event.target : "starts";
    case "step": return "runs";
    case "block": return waits(event);
    case "wake": return (event.task ? "" : "the " + (event.why || "loop") + " ") + "wakes " + event.target;
    case "finish": return "returns";
    case "fail": return "fails" + after(first_line(text));
    case "kill": return (event.task && event.task !== event.target ? "kills " + event.target : "is killed") + after(text);
    case "time_out": return "runs into its timeout" + (event.limit !== undefined ? " of " + milliseconds(event.limit) + " ms" : "");
    case "sync": return told_deed(event) + let_go(run, event);
    case "decide": return event.choice && text ? text : "chooses " + (event.choice || 0) + " of " + (event.of || 0) + " at " + (event.site || "?") + after(text);
    case "listen": return "listens on port " + (event.port || 0);
    case "connect": return "connects to " + peer_of(run, event) + (event.again ? ", once more" : "");
    case "established": return "is connected to " + peer_of(run, event);
    case "accept": return "accepts " + peer_of(run, event);
    case "send": return "sends " + sized(event.bytes, event.data);
    case "segment": return sized(event.bytes, stream_bytes(run, event)) + " → " + peer_of(run, event) + (event.again ? ", once more" : "");
    case "lost": return event.bytes + " B to " + peer_of(run, event) + " are lost" + after(text);
    case "deliver": return event.bytes + " B arrive from " + peer_of(run, event);
    case "recv": return event.bytes === 0 ? "receives the end of the stream" : "receives " + sized(event.bytes, event.data);
    case "shutdown": return "ends its side (FIN)";
    case "end_of_stream": return "FIN arrives from " + peer_of(run, event);
    case "close": return event.conn ? "closes the connection to " + peer_of(run, event) : "closes " + (event.socket ? "the listener" : "a socket");
    case "reset": return "the connection to " + peer_of(run, event) + " is reset (RST)";
    case "refuse": return "the connection is refused: nobody listens on port " + (event.port || 0);
    case "resolve": return "resolves " + (event.name || "?") + after(event.addresses);
    case "signal": return "gets " + (SIGNALS[event.signal] || "signal " + event.signal);
    case "fault": return text || "fault: " + (event.site || "?");
    case "property": return (event.holds ? "✓ " : "✗ ") + (event.name || "") + after(first_line(text)) + broken_by(run, event);
    case "note": return text;
    case "run_fails": return "the run fails" + after(first_line(text.startsWith("the run: ") ? text.slice(9) : text));
    default: return event.kind + after(text);
  }
}

/** Whose step broke a property: ", broken by worker#3 in #24". */
function broken_by(run, event) {
  if (!event.cause) return "";
  const step = run.events[run.index_of.get(event.cause)];
  return ", broken by " + (step && step.task ? step.task + " in " : "") + "#" + event.cause;
}

/** What somebody waits for, and until when. */
function waits(event) {
  const is_timed = event.until !== undefined && event.limit !== undefined;
  const limit = is_timed ? milliseconds(event.limit) + " ms" : "", until = is_timed ? milliseconds(event.until) + " ms" : "";
  if (is_timed && event.on === "sleep" && !event.limit_at) return "sleeps " + limit + " until " + until;
  return "waits: " + (event.text || event.on || "?") + (event.object ? " (" + event.object + ")" : "") +
    (is_timed ? ", until " + until + " at most (timeout of " + limit + after(event.limit_at, " at ") + ")" : "");
}

/** Who does it: a task, a host, or the network itself. */
function who(run, event) {
  switch (event.kind) {
    case "fault": return "";
    case "finish": case "fail": case "time_out": return event.target || event.task || "";
    case "kill": return (event.task && event.task !== event.target ? event.task : event.target) || "";
    case "spawn": return event.task || event.target || "";
    default: return event.task || run.woken.get(event.n) || event.host || "";
  }
}

/** Who is at the other end, as far as the trace knows. */
function peer_of(run, event) {
  const connection = run.connections.get(event.conn);
  if (!connection) return "?";
  const other = connection[event.end === "a" ? "b" : "a"];
  return other.host || other.address || "the peer";
}

/** The bytes that a segment carries, from what was sent; "" when they are not in the trace. */
function stream_bytes(run, event) {
  const connection = run.connections.get(event.conn);
  if (!connection || !event.bytes) return "";
  const sent = connection[event.end].sent;
  let low = 0, high = sent.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (sent[middle].offset + sent[middle].bytes <= event.offset) low = middle + 1;
    else high = middle;
  }
  let data = "";
  const wanted = Math.min(event.bytes, MOST_SHOWN_BYTES + 1);
  for (; low < sent.length && data.length < wanted; ++low) {
    const skipped = event.offset + data.length - sent[low].offset;
    if (skipped < 0 || !sent[low].data) break;
    const part = sent[low].data.slice(skipped, skipped + wanted - data.length);
    data += part;
    if (part.length < wanted && skipped + part.length < sent[low].bytes) break;
  }
  return data;
}
