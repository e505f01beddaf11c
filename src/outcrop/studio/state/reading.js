// What a part shows of the server, read when it opens and after each change. Knows no call.
import { useCallback, useEffect, useRef, useState } from "../ui.js";
import { tellProblem } from "./notices.js";

// What `ask` answers, null until it does, and how to have it read anew; the answer to an earlier reading comes too late.
export function useReading(ask) {
  const [found, setFound] = useState(null);
  const latest = useRef(0);
  const read = useCallback(async () => {
    latest.current += 1;
    const number = latest.current;
    try {
      const answer = await ask();
      if (number === latest.current) setFound(() => answer);
    } catch (problem) {
      if (number === latest.current) tellProblem(problem);
    }
  }, []);
  useEffect(() => {
    read();
    return () => {
      latest.current += 1;
    };
  }, []);
  return [found, read];
}
