// Names: a task is called one thing everywhere: "client#3", as the trace has it. The sentences that
// the scheduler wrote into it say #3 'client'. names.cc is the same in C++.

const OTHER_NAME = /(?<!\w)#(\d+)(?: '[^'\n]*'|(?=, which has ended))/g;

/** A text in which each task has the name that its lane has. */
function with_lane_names(run, text) {
  return text.replace(OTHER_NAME, (whole, number) => run.name_by_number.get(number) || whole);
}

/** "connection 3" */
const name_of_connection = (number) => "connection " + number;

/** For all that the scheduler said. What the program said, and calls its verdicts, is its own. */
function name_tasks_alike(run) {
  run.name_by_number = new Map();
  for (const task of run.tasks) {
    const number = /#(\d+)$/.exec(task.name);
    if (number && !run.name_by_number.has(number[1])) run.name_by_number.set(number[1], task.name);
  }
  for (const event of run.events) {
    if (event.text && event.kind !== "note" && event.kind !== "property") event.text = with_lane_names(run, event.text);
  }
}
