// Tokens: the plan of a run as letters and digits, read and written as
// simnet/explore/token_codec.h and plan.cc do it. tests/view compares the two.

const TOKEN_ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz";
const STRATEGIES = ["plan", "fifo", "random", "pct", "walk", "hosts"];

const next_check = (check, symbol) => (check * 37 + symbol + 1) % 1021;

class TokenWriter {
  constructor() { this.text = ""; this.check = 0; }
  put(symbol) {
    this.text += TOKEN_ALPHABET[symbol];
    this.check = next_check(this.check, symbol);
  }
  fixed(value, symbols) {
    for (let i = 0; i < symbols; ++i, value >>= 5n) this.put(Number(value & 31n));
  }
  number(value) {
    for (; value > 15n; value >>= 4n) this.put(Number((value & 15n) | 16n));
    this.put(Number(value));
  }
  finish() {
    this.fixed(BigInt(this.check), 2);
    return this.text;
  }
}

class TokenReader {
  constructor(text) { this.text = text; this.position = 0; this.check = 0; this.is_good = true; }
  get() {
    const symbol = this.position < this.text.length ? TOKEN_ALPHABET.indexOf(this.text[this.position++]) : -1;
    if (symbol < 0) { this.is_good = false; return 0; }
    this.check = next_check(this.check, symbol);
    return symbol;
  }
  fixed(symbols) {
    let value = 0n;
    for (let i = 0; i < symbols; ++i) value |= BigInt(this.get()) << BigInt(5 * i);
    return value;
  }
  number() {
    let value = 0n;
    for (let shift = 0n; shift < 64n; shift += 4n) {
      const symbol = this.get();
      value |= BigInt(symbol & 15) << shift;
      if (symbol < 16) return value;
    }
    this.is_good = false;
    return 0n;
  }
  finish() {
    const expected = BigInt(this.check);
    return this.fixed(2) === expected && this.is_good && this.position === this.text.length;
  }
}

function encode_plan(named) {
  const writer = new TokenWriter();
  writer.fixed(named.test, 3);
  writer.number(named.seed);
  writer.number(BigInt(STRATEGIES.indexOf(named.strategy)));
  writer.number(BigInt(named.deviations.length));
  for (const { site, nth, choice } of named.deviations) {
    writer.fixed(site, 8);
    writer.number(nth);
    writer.number(choice);
  }
  writer.number(BigInt(named.draws.length));
  for (const { site, nth, path } of named.draws) {
    writer.fixed(site, 8);
    writer.number(nth);
    writer.number(BigInt(path.length));
    for (const index of path) writer.number(index);
  }
  return "P" + writer.finish();
}

/** The plan, or null unless the text is exactly what encode_plan() gives. */
function decode_plan(text) {
  if (typeof text !== "string" || text[0] !== "P") return null;
  const reader = new TokenReader(text.slice(1));
  const named = { test: reader.fixed(3), seed: reader.number(), strategy: STRATEGIES[Number(reader.number())], deviations: [], draws: [] };
  if (!named.strategy) return null;
  for (let left = reader.number(); left > 0n && reader.is_good; --left) {
    named.deviations.push({ site: reader.fixed(8), nth: reader.number(), choice: reader.number() });
  }
  for (let left = reader.number(); left > 0n && reader.is_good; --left) {
    const draw = { site: reader.fixed(8), nth: reader.number(), path: [] };
    for (let steps = reader.number(); steps > 0n && reader.is_good; --steps) draw.path.push(reader.number());
    named.draws.push(draw);
  }
  return reader.finish() && encode_plan(named) === text ? named : null;
}
