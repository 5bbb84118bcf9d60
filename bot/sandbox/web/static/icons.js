// The icons' paths, drawn on 24 by 24 for this page.

export const HASH =
  "M9.2 3h2l-.7 5h4l.7-5h2l-.7 5H20v2h-3.8l-.5 4H19v2h-3.6l-.7 5h-2l.7-5h-4l-.7 5h-2l.7-5H4v-2h3.7l.5-4H5V8h3.5zm1 7-.5 4h4l.5-4z";
export const AT =
  "M12 2a10 10 0 1 0 5.6 18.3l-1.1-1.7A8 8 0 1 1 20 12v1.2a1.3 1.3 0 0 1-2.6 0V8h-2v.7a5 5 0 1 0 .5 6.5A3.3 3.3 0 0 0 22 13.2V12A10 10 0 0 0 12 2m0 13a3 3 0 1 1 0-6 3 3 0 0 1 0 6";
export const PLUS = "M12 2a10 10 0 1 0 0 20 10 10 0 0 0 0-20m1 5v4h4v2h-4v4h-2v-4H7v-2h4V7z";
export const SEND = "M3 20.5V14l9-2-9-2V3.5l19 8.5z";
export const MORE =
  "M4 12a2 2 0 1 0 4 0 2 2 0 0 0-4 0m6 0a2 2 0 1 0 4 0 2 2 0 0 0-4 0m6 0a2 2 0 1 0 4 0 2 2 0 0 0-4 0";
export const REPLY = "M10 8.3V4L2 11.5 10 19v-4.4c5 0 8.5 1.4 11.5 5.4-1-6-4.5-11-11.5-11.7";
export const CLOSE =
  "M18.4 4.2 12 10.6 5.6 4.2 4.2 5.6l6.4 6.4-6.4 6.4 1.4 1.4 6.4-6.4 6.4 6.4 1.4-1.4-6.4-6.4 6.4-6.4z";
export const EYE =
  "M12 5C6.5 5 2.7 9.4 1.5 12c1.2 2.6 5 7 10.5 7s9.3-4.4 10.5-7C21.3 9.4 17.5 5 12 5m0 11.5a4.5 4.5 0 1 1 0-9 4.5 4.5 0 0 1 0 9m0-2a2.5 2.5 0 1 0 0-5 2.5 2.5 0 0 0 0 5";
export const DOWN = "M5.6 8.3 12 14.7l6.4-6.4 1.4 1.4-7.8 7.8-7.8-7.8z";
export const OUT =
  "M14 3h7v7h-2V6.4l-9.3 9.3-1.4-1.4L17.6 5H14zM5 5h6v2H5v12h12v-6h2v6a2 2 0 0 1-2 2H5a2 2 0 0 1-2-2V7a2 2 0 0 1 2-2";
export const FILE = "M6 2h8l6 6v12a2 2 0 0 1-2 2H6a2 2 0 0 1-2-2V4a2 2 0 0 1 2-2m7 1.5V9h5.5z";
export const PICTURE =
  "M4 4h16a2 2 0 0 1 2 2v12a2 2 0 0 1-2 2H4a2 2 0 0 1-2-2V6a2 2 0 0 1 2-2m4.5 3.5a2 2 0 1 0 0 4 2 2 0 0 0 0-4M4 18h16l-5.5-7-4 5-2.5-3z";
export const SAVE = "M11 3h2v9.2l3.3-3.3 1.4 1.4L12 16l-5.7-5.7 1.4-1.4 3.3 3.3zM4 18h16v2H4z";
export const BARS = "M3 5h18v2H3zm0 6h18v2H3zm0 6h18v2H3z";
export const DIALS =
  "M10 4h2v5h-2V7.5H3v-2h7zm4 1.5h7v2h-7zM14 9.5h2v5h-2V13H3v-2h11zm4 1.5h3v2h-3zM7 15h2v5H7v-1.5H3v-2h4zm4 1.5h10v2H11z";
export const CHECK = "M9.5 17.9 3.6 12 5 10.6l4.5 4.5L19 5.6 20.4 7z";
export const COPY =
  "M8 2h11a2 2 0 0 1 2 2v12h-2V4H8zM5 6h9a2 2 0 0 1 2 2v12a2 2 0 0 1-2 2H5a2 2 0 0 1-2-2V8a2 2 0 0 1 2-2";
export const WARN = "M12 2 1 21h22zm-1 7h2v6h-2zm0 8h2v2h-2z";
export const BIN = "M9 2h6l1 2h5v2H3V4h5zM5 8h14l-1 13a1 1 0 0 1-1 1H7a1 1 0 0 1-1-1z";
export const SLASH =
  "M5 2h14a3 3 0 0 1 3 3v14a3 3 0 0 1-3 3H5a3 3 0 0 1-3-3V5a3 3 0 0 1 3-3m9.5 4-7 12h2.2l7-12z";
