// Checkpoints of several logs: a log that was declared names, in each of its checkpoints, where those before it ended.

/**
 * Sorts kept checkpoints by what they say about the log of `checkpoint`. `own` are of that log. `faults` are those that
 * cannot be explained: two trees of one log, a head beyond the one at which a log was declared to end, another log.
 * `ended` are the logs before it of which a checkpoint was kept; what they held is compared with nothing here.
 */
export function sortByLog(checkpoint, earlier) {
  const faults = twoTrees([...earlier, { ...checkpoint, file: 'checkpoint' }, ...checkpoint.follows.map(named)]);
  const own = earlier.filter(({ origin }) => origin === checkpoint.origin);
  const ended = new Map();
  for (const { origin, size, file } of earlier) {
    if (origin === checkpoint.origin) continue;
    const end = checkpoint.follows.find((each) => each.origin === origin);
    if (end === undefined) faults.push({ fault: 'other-log', file, origin });
    else if (size > end.size) faults.push({ fault: 'log-cut', file, origin, size, ended: end.size });
    else ended.set(origin, end);
  }
  return { own, faults, ended: [...ended.values()] };
}

function named(head) {
  return { ...head, file: 'checkpoint' };
}

/** Two checkpoints of one log and one size with different roots: whoever signed both has two trees. */
function twoTrees(heads) {
  const seen = new Map();
  const faults = [];
  for (const head of heads) {
    const place = `${head.size} ${head.origin}`;
    const before = seen.get(place);
    if (before === undefined) seen.set(place, head);
    else if (!before.root.equals(head.root))
      faults.push({ fault: 'two-trees', origin: head.origin, size: head.size, one: before.file, other: head.file });
  }
  return faults;
}
