// What a part shows of the server, read when it opens, after each change and, where others change it, now and then.
// Knows no call.
import { useCallback, useEffect, useRef, useState } from "../ui.js";
import { tellProblem } from "./notices.js";

// What `ask` answers, null until it does, and how to have it read anew; the answer to an earlier reading comes too late.
// With `everyMs` it is read so often by itself while the page is seen; what goes wrong then is not worth a word.
export function useReading(ask, everyMs = null) {
  const [found, setFound] = useState(null);
  const latest = useRef(0);
  const read = useCallback(async ({ quietly = false } = {}) => {
    latest.current += 1;
    const number = latest.current;
    try {
      const answer = await ask();
      if (number === latest.current) setFound(() => answer);
    } catch (problem) {
      if (number === latest.current && !quietly) tellProblem(problem);
    }
  }, []);
  useEffect(() => {
    read();
    const timer = everyMs && setInterval(() => document.hidden || read({ quietly: true }), everyMs);
    return () => {
      latest.current += 1;
      clearInterval(timer);
    };
  }, []);
  return [found, read];
}
