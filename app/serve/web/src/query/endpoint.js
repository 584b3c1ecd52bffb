// The endpoint: questions with a time limit, that stop on the server when they are given up.
const ENDPOINT = '/sparql';

/** What the server said no with: `line` and `column` where it named a place in the query. */
export class EngineError extends Error {
  constructor(status, problem) {
    super((problem.detail ?? problem.title ?? `The server answered ${status}.`).replace(/^error at \d+:\d+: /, ''));
    this.status = status;
    this.problem = problem;
    const place = String(problem.where ?? '').match(/^(\d+):(\d+)$/) ?? String(problem.detail ?? '').match(/\bat (\d+):(\d+)/);
    this.line = place ? Number(place[1]) : null;
    this.column = place ? Number(place[2]) : null;
  }
}

/** POST a query; resolves to the Response. Raises EngineError, or AbortError when `signal` gives up. */
export async function post(query, { accept, signal } = {}) {
  const body = new URLSearchParams({ query });
  const answer = await fetch(ENDPOINT, { method: 'POST', body, signal, headers: { accept } });
  if (!answer.ok) throw new EngineError(answer.status, await answer.json().catch(() => ({})));
  return answer;
}

/** Put an editor's own question: rows of a SELECT. Raises EngineError, though the server says it with status 200 here. */
export async function select(query, { signal, timeout } = {}) {
  return (await probe({ query, timeout: timeout ?? 3 }, signal)).results.bindings;
}

/** Have the engine read a query without asking it of the graph; resolves to the EngineError or null. */
export async function check(query, signal) {
  try {
    await probe({ query, read_only: '1' }, signal);
    return null;
  } catch (error) {
    if (error instanceof EngineError) return error.status === 400 ? error : null;
    throw error;
  }
}

async function probe(fields, signal) {
  const answer = await fetch('/query/probe', { method: 'POST', body: new URLSearchParams(fields), signal, headers: { accept: 'application/json' } });
  if (!answer.ok) throw new Error(`The server answered ${answer.status}.`);
  const body = await answer.json();
  if (body.error) throw new EngineError(body.error.status, body.error);
  return body;
}
