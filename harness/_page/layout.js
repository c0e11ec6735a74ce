// Where everything is. Time runs down; events at the same instant follow each other.

/** How wide the columns are: the times, what became of something, a lane at least. */
const USUAL_WIDTHS = { time: 96, fate: 80, lane: 64 };
const NARROW_WIDTHS = { time: 82, fate: 66, lane: 44 };
const LANE_MOST = 230;

/** Below this, a window is narrow. */
const NARROW = 480;

/** How much of the width lanes may take, if they can do with it. */
const SHARE = 0.42;

/** How high a row is, at each step of zoom. */
const HEIGHTS = [2, 4, 7, 11, 16, 22, 28, 36];
const USUAL = HEIGHTS.indexOf(22);

/** Below this, there is no room for text. */
const READABLE = 11;

/** How many rows are drawn together on the screen. */
const CHUNK = 64;

/** After how many seconds a pause is worth being named. */
const LONG = 0.5;

class Layout {
  /**
   * @param {number[]} shown The numbers of the rows that are shown.
   * @param {number} height How high a row is.
   * @param {number} width How wide everything may be.
   * @param {number} chunk How many rows are drawn together.
   */
  constructor(shown, height, width, chunk = CHUNK) {
    this.shown = shown;
    this.height = height;
    this.chunk = chunk;
    this.readable = height >= READABLE;
    this.widths = width < NARROW ? NARROW_WIDTHS : USUAL_WIDTHS;
    this.lanes = this.#usedLanes();
    this.laneWidth = this.#laneWidth(width);
    this.textAt = this.widths.time + this.laneWidth * this.lanes.length;
    this.tops = new Float64Array(shown.length + 1);
    this.place = new Int32Array(rows.length).fill(-1);
    this.#stack();
    this.long = this.#longArrows();
    this.down = this.#downtimes();
  }

  get total() {
    return this.tops[this.shown.length];
  }

  /** Where the middle of a lane is. */
  x(lane) {
    return this.widths.time + this.laneWidth * (this.column[lane] + 0.5);
  }

  /** Where the middle of a row is, by its place. */
  middle(place) {
    return this.tops[place + 1] - this.height / 2;
  }

  /** How much room there is for a pause before a row. */
  pause(place) {
    return this.tops[place + 1] - this.tops[place] - this.height;
  }

  /** The place of the row at a height. */
  at(y) {
    let low = 0;
    let high = this.shown.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (this.tops[middle] <= y) low = middle;
      else high = middle - 1;
    }
    return low;
  }

  /** The number of the chunk that a place is in. */
  chunkOf(place) {
    return Math.floor(place / this.chunk);
  }

  /** How many seconds have passed since the row before. */
  passed(place) {
    return place ? rows[this.shown[place]].time - rows[this.shown[place - 1]].time : 0;
  }

  /** The numbers of the lanes in which there is something. */
  #usedLanes() {
    const used = new Set(this.shown.flatMap((number) => [rows[number].lane, rows[number].to ?? rows[number].lane]));
    const lanes = [...used].sort((one, other) => one - other);
    this.column = Object.fromEntries(lanes.map((lane, column) => [lane, column]));
    return lanes;
  }

  #laneWidth(width) {
    const room = (width - this.widths.time) * (this.readable ? SHARE : 0.95);
    const share = room / Math.max(1, this.lanes.length);
    return Math.round(Math.min(this.readable ? LANE_MOST : share, Math.max(this.widths.lane, share)));
  }

  #stack() {
    let top = 0;
    this.shown.forEach((number, place) => {
      this.place[number] = place;
      this.tops[place] = top;
      top += this.height + this.#room(this.passed(place));
    });
    this.tops[this.shown.length] = top;
  }

  #room(passed) {
    if (passed <= 0) return 0;
    if (!this.readable) return passed >= LONG ? 2 : 0;
    return passed >= LONG ? 22 : 5;
  }

  /** Arrows that end in another row than they begin, by the chunks that they cross. */
  #longArrows() {
    const long = new Map();
    this.shown.forEach((number, place) => {
      const row = rows[number];
      if (row.to === undefined || row.arrival === undefined) return;
      const last = this.place[row.arrival];
      for (let chunk = this.chunkOf(place); chunk <= this.chunkOf(last); chunk++) {
        if (!long.has(chunk)) long.set(chunk, []);
        long.get(chunk).push(number);
      }
    });
    return long;
  }

  /** From where to where each machine is down: lane, top and bottom. */
  #downtimes() {
    const down = [];
    const since = new Map();
    const last = this.total;
    for (const row of rows) {
      if (row.kind !== "crash" && row.kind !== "restart") continue;
      const y = this.#heightOf(row);
      if (row.kind === "crash") since.set(row.source, y);
      else if (since.has(row.source)) {
        down.push({ machine: row.source, top: since.get(row.source), bottom: y });
        since.delete(row.source);
      }
    }
    since.forEach((top, machine) => down.push({ machine, top, bottom: last }));
    return down;
  }

  /** Where a row is, or where it would be if it were shown. */
  #heightOf(row) {
    let number = row.number;
    while (number < rows.length && this.place[number] < 0) number++;
    return number < rows.length ? this.middle(this.place[number]) : this.total;
  }
}
