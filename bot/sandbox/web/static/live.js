// The line to the server: one WebSocket per tab, opened again for as long as the page is there.

const FIRST_WAIT = 500; // ms
const LONGEST_WAIT = 5000; // ms

/** Keeps the line open; `read` gets each event, `opened` is told of every opening after the first. */
export class Live {
  constructor(read, opened, lost) {
    this.read = read;
    this.opened = opened;
    this.lost = lost;
    this.wait = FIRST_WAIT;
    this.socket = null;
    this.was = false;
  }

  /** Listen as this member, and no longer as another. */
  listen(as) {
    this.as = as;
    this.was = false;
    this.close();
    this.open();
  }

  open() {
    const socket = new WebSocket(`ws://${location.host}/api/events?as=${encodeURIComponent(this.as)}`);
    this.socket = socket;
    socket.onopen = () => {
      this.wait = FIRST_WAIT;
      if (this.was) this.opened();
      this.was = true;
    };
    socket.onmessage = (event) => {
      if (socket === this.socket) this.read(JSON.parse(event.data));
    };
    socket.onclose = () => {
      if (socket === this.socket) this.retry();
    };
  }

  retry() {
    this.was = true;
    this.lost();
    this.timer = setTimeout(() => this.open(), this.wait);
    this.wait = Math.min(LONGEST_WAIT, this.wait * 2);
  }

  close() {
    clearTimeout(this.timer);
    const socket = this.socket;
    this.socket = null;
    socket?.close();
  }
}
