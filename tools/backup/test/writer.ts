// A process that is paused by a spec: it says how often it has written.
let written = 0;
setInterval(() => console.log(`written ${(written += 1)}`), 5);
