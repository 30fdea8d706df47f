// Text view: the text of twin.js in the picture's place, for who reads rather than looks: the rows
// that the picture has, filtered and folded as it is, and the same cursor.

const MOST_TEXT_ROWS = 5000; // more take a browser too long to lay out; it holds those around the cursor

class TextView {
  /** `choose(i)` is called when somebody clicks the row of event i. */
  constructor(box, choose) {
    this.box = box;
    this.folded = null; // the one whose text is there
    this.first = 0;
    this.rows = new Map(); // by event
    box.addEventListener("click", (event) => {
      const row = event.target.closest(".row");
      if (row && getSelection().isCollapsed) choose(Number(row.dataset.i));
    });
  }

  get is_shown() { return !this.box.hidden; }

  /** As the picture is now. Where only its cursor has moved, only the mark moves. */
  show(picture) {
    const { rows } = picture.folded, row = picture.selected < 0 ? -1 : picture.row_of(picture.selected);
    const is_within = row < 0 || (row >= this.first && row < this.first + MOST_TEXT_ROWS);
    if (this.folded !== picture.folded || !is_within) this.fill(picture, Math.max(0, row));
    const marked = this.box.querySelector(".it"), now = this.rows.get(rows[row]);
    if (marked === (now || null)) return;
    if (marked) { marked.classList.remove("it"); marked.removeAttribute("aria-current"); }
    if (!now) return;
    now.classList.add("it");
    now.setAttribute("aria-current", "true");
    now.scrollIntoView({ block: "nearest", inline: "nearest" });
  }

  fill(picture, row) {
    const { folded } = picture;
    this.folded = folded;
    this.first = Math.max(0, Math.min(row - MOST_TEXT_ROWS / 2, folded.rows.length - MOST_TEXT_ROWS));
    this.rows.clear();
    const page = document.createDocumentFragment();
    for (const { text, i } of twin_lines(picture, this.first, MOST_TEXT_ROWS)) {
      if (i < 0) { page.append(text + "\n"); continue; }
      const line = element("span", { class: "row", "data-i": i }, text + "\n");
      this.rows.set(i, line);
      page.append(line);
    }
    this.box.replaceChildren(page);
  }
}
