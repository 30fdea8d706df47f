// Heap: what comes next, of what comes one by one.

/** Values by number, the least first. */
class Heap {
  constructor() { this.items = []; }
  get size() { return this.items.length; }
  get least() { return this.items[0].number; }
  get top() { return this.items[0].value; }

  push(number, value) {
    const { items } = this;
    let place = items.push({ number, value }) - 1;
    for (let up; place > 0 && items[(up = (place - 1) >> 1)].number > items[place].number; place = up) {
      [items[up], items[place]] = [items[place], items[up]];
    }
  }

  pop() {
    const { items } = this, { value } = items[0], last = items.pop();
    if (items.length === 0) return value;
    items[0] = last;
    for (let place = 0; ;) {
      const left = 2 * place + 1, right = left + 1;
      let least = place;
      if (left < items.length && items[left].number < items[least].number) least = left;
      if (right < items.length && items[right].number < items[least].number) least = right;
      if (least === place) return value;
      [items[least], items[place]] = [items[place], items[least]];
      place = least;
    }
  }
}
