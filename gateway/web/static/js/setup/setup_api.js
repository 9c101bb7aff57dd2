/** The first start's own API. It is another application than the gateway's, which does not run yet. */

import { answered, ApiError, reason } from "../api.js";
import { words } from "../words/words.js";

const ROOT = "/api/setup";
const TIMEOUT_MS = 120_000; // a subnet is asked address by address

export const enter = (code) => ask("POST", "/session", { code });
export const getStart = () => ask("GET", "/start");
export const find = (search) => ask("POST", "/find", search);
export const check = (answers) => ask("POST", "/check", answers);
export const attempt = (answers, device) => ask("POST", "/try", { answers, device });
export const write = (answers) => ask("POST", "/write", answers);

async function ask(method, path, body) {
  const response = await fetch(ROOT + path, {
    method,
    credentials: "same-origin",
    headers: body === undefined ? {} : { "Content-Type": "application/json" },
    body: body === undefined ? undefined : JSON.stringify(body),
    signal: AbortSignal.timeout(TIMEOUT_MS),
  }).catch(() => {
    throw new ApiError(0, words.errors.network);
  });
  if (!response.ok) {
    throw new ApiError(response.status, await reason(response));
  }
  return response.status === 204 ? null : answered(response);
}
