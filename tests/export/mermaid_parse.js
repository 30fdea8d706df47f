// Reads sequence diagrams with Mermaid itself, without a browser, and prints what it understood: an
// array with {actors, messages} or {error} for each file.
// Usage: node mermaid_parse.js MERMAID.MIN.JS DIAGRAM...
const fs = require('fs');
const vm = require('vm');

globalThis.window = {};  // it looks there for what colours the browser knows
vm.runInThisContext(fs.readFileSync(process.argv[2], 'utf8'));

async function read(path) {
  try {
    const text = fs.readFileSync(path, 'utf8');
    await globalThis.mermaid.parse(text);
    const diagram = await globalThis.mermaid.mermaidAPI.getDiagramFromText(text);
    const actors = [...diagram.db.getActors().values()].map(actor => actor.description);
    return {actors, messages: diagram.db.getMessages()};
  } catch (error) {
    return {error: String(error)};
  }
}

(async () => {
  const all = [];
  for (const path of process.argv.slice(3)) all.push(await read(path));
  console.log(JSON.stringify(all));
})();
