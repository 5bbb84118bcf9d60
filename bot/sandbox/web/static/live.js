// The line to the server: one WebSocket per tab, opened again for as long as the page is there.

const FIRST_WAIT = 500; // ms
const LONGEST_WAIT = 5000; // ms

/** Keeps the line open. `read` gets each event; `opened` is told of every opening, `lost` of every end, and
 * `revive` tells whether the server is there again, before the line is. */
export class Live {
  constructor(told) {
    this.told = told;
    this.wait = FIRST_WAIT;
    this.socket = null;
  }

  /** Listen as this member, and no longer as another. */
  listen(as) {
    this.close();
    this.as = as;
    const socket = new WebSocket(`ws://${location.host}/api/events?as=${encodeURIComponent(as)}`);
    this.socket = socket;
    socket.onopen = () => {
      this.wait = FIRST_WAIT;
      this.told.opened();
    };
    socket.onmessage = (event) => {
      if (socket === this.socket) this.told.read(JSON.parse(event.data));
    };
    socket.onclose = () => {
      if (socket === this.socket) this.retry();
    };
  }

  retry() {
    this.told.lost();
    this.timer = setTimeout(async () => {
      const as = await this.told.revive();
      if (as) this.listen(as);
      else this.retry();
    }, this.wait);
    this.wait = Math.min(LONGEST_WAIT, this.wait * 2);
  }

  close() {
    clearTimeout(this.timer);
    const socket = this.socket;
    this.socket = null;
    socket?.close();
  }
}
