// Reads Chrome traces with the trace engine of Chrome's DevTools, without a browser, and prints what it
// understood: for each file {processes, tracks, threads, waits, arrows} or {error}.
// Usage: node devtools_parse.mjs TRACE_ENGINE/models/trace/trace.js CHROME_TRACE...
import fs from 'node:fs';
import module from 'node:module';
import url from 'node:url';

// Two packages of facts about the web's pages, which it asks only about an event that has a URL.
const hooks = `export const resolve = (name, context, next) =>
  ['third-party-web', 'legacy-javascript'].includes(name)
    ? {url: 'data:text/javascript,export default {}', shortCircuit: true} : next(name, context);`;
module.register('data:text/javascript,' + encodeURIComponent(hooks));
const {Handlers, Helpers, Processor} = await import(url.pathToFileURL(process.argv[2]));

// Slices and instants in the tree that the engine makes of them. What does not nest is not in it.
function understood(thread) {
  const slices = [], instants = [];
  let dropped = 0;
  for (const event of thread.entries) {
    const node = thread.entryToNode.get(event);
    const {name, ts, dur, args} = event;
    if (!node) ++dropped;
    else if (event.ph === 'X') slices.push({name, ts, dur: dur ?? 0, depth: node.depth});
    else instants.push({ts, n: args.n, step: node.parent ? node.parent.entry.args.step : null});
  }
  return {pid: thread.pid, tid: thread.tid, slices, instants, dropped};
}

function waits(events) {
  return Helpers.Trace.createMatchedSortedSyntheticEvents(events.filter(event => 'be'.includes(event.ph)))
    .map(({rawSourceEvent, ts, dur}) => ({kind: rawSourceEvent.cat, id: rawSourceEvent.id, ts, dur}));
}

// The engine ties the ends of an arrow to events of the arrow's own category that begin at that very
// time, while Perfetto wants them within slices: each end gets an event for it to be tied to.
async function arrows(events) {
  const {Flows} = Handlers.ModelHandlers;
  Flows.reset();
  for (const event of events.filter(event => 'sf'.includes(event.ph))) {
    const {cat, pid, tid, ts} = event;
    Flows.handleEvent({...event});
    Flows.handleEvent({ph: 'X', name: 'an end', cat, pid, tid, ts, dur: 0});
  }
  await Flows.finalize();
  return Flows.data().flows.map(flow => flow.map(({tid, ts}) => ({tid, ts})));
}

async function read(path) {
  try {
    const events = JSON.parse(fs.readFileSync(path, 'utf8')).traceEvents;
    const engine = Processor.TraceProcessor.createWithAllHandlers();
    await engine.parse(events, {});
    const {processNames, threadsInProcess} = engine.data.Meta;
    return {
      processes: [...processNames].map(([pid, event]) => ({pid, name: event.args.name})),
      tracks: [...threadsInProcess].flatMap(
        ([pid, threads]) => [...threads].map(([tid, event]) => ({pid, tid, name: event.args.name}))),
      threads: Handlers.Threads.threadsInTrace(engine.data).map(understood),
      waits: waits(events),
      arrows: await arrows(events),
    };
  } catch (error) {
    return {error: String(error)};
  }
}

const all = [];
for (const path of process.argv.slice(3)) all.push(await read(path));
console.log(JSON.stringify(all));
