// Order among calls about one thing: changes go one after another, and what was read before a change ended, or before
// what is known by now, is not taken. Knows no call.

// Turns of each of many things, by its id.
export function turnsOf() {
  const all = new Map();
  return (id) => {
    if (!all.has(id)) all.set(id, turns());
    return all.get(id);
  };
}

export function turns() {
  let last = Promise.resolve();
  let ended = 0;
  let asked = 0;
  let taken = 0;

  // Make a change that no other waits for.
  async function beside(act) {
    try {
      return await act();
    } finally {
      ended += 1;
    }
  }

  // Make a change when those before it have ended, however they ended.
  function change(act) {
    const mine = last.then(() => beside(act));
    last = mine.catch(() => {});
    return mine;
  }

  // Read, and read again where a change ended in between.
  async function read(ask) {
    for (;;) {
      const before = ended;
      const answer = await ask();
      if (before === ended) return answer;
    }
  }

  // The same of a thing that is read as a whole: `take` is not called with what a later reading has overtaken.
  async function readWhole(ask, take) {
    asked += 1;
    const number = asked;
    const answer = await read(ask);
    if (number > taken) {
      taken = number;
      take(answer);
    }
    return answer;
  }

  return { beside, change, read, readWhole };
}
