/** The gateway's HTTP API. Every failure becomes an ApiError with a sentence for people. */

import { words } from "./words/words.js";

const ROOT = "/api/v1";
const MOST = 1000; // items in one answer
const TIMEOUT_MS = 15_000;
const LONG_MS = 300_000; // all that waited is read again before the answer

export class ApiError extends Error {
  /** @param {number} status  0: no answer  @param {string} detail */
  constructor(status, detail) {
    super(detail);
    this.name = "ApiError";
    this.status = status;
  }
}

/** @returns {Promise<import("./types/types.js").Session>} */
export const getSession = () => request("GET", "/session");
export const signIn = (token) => request("POST", "/session", { token });
export const signOut = () => request("DELETE", "/session");

/** The parties a demo offers to look as; none outside of a demo. */
export async function demoParties() {
  try {
    return await request("GET", "/demo/parties");
  } catch (error) {
    if (error instanceof ApiError && error.status !== 0) {
      return [];
    }
    throw error;
  }
}
export const demoSignIn = (party) => request("POST", "/demo/session", { party });

export const getPlaces = () => items("/places");
export const getPositions = () => items("/positions");
export const getShipments = () => items(`/shipments?limit=${MOST}`);

/** Every open alert, and the newest of those that ended. */
export async function getAlerts() {
  const [open, newest] = await Promise.all([items(`/alerts?state=open&limit=${MOST}`), items("/alerts")]);
  return [...newest, ...open];
}
/** A page of alerts, newest first. @param {string} before  `next_before` of the page before; empty: from the newest */
export const getAlertsBefore = (before) => request("GET", `/alerts${before ? `?before=${encodeURIComponent(before)}` : ""}`);
/** @returns {Promise<import("./types/types.js").Why>} */
export const getWhy = (alert) => request("GET", `/alerts/${encodeURIComponent(alert)}/explanation`);
/** Where an asset was in the last hours, oldest first. @returns {Promise<{lat: number, lon: number, at: string}[]>} */
export const getTrail = (asset, hours) => items(`/trails?asset=${encodeURIComponent(asset)}&hours=${hours}`);
export const getBoard = () => request("GET", "/board");
export const getAsset = (id) => request("GET", `/assets/${encodeURIComponent(id)}`);
export const acknowledge = (alert, answer) =>
  request("POST", `/alerts/${encodeURIComponent(alert)}/acknowledge`, answer);
export const getRemarks = (alert) => items(`/alerts/${encodeURIComponent(alert)}/remarks?limit=${MOST}`);
export const say = (alert, remark) => request("POST", `/alerts/${encodeURIComponent(alert)}/remarks`, remark);
export const shelve = (alert, shelf) => request("POST", `/alerts/${encodeURIComponent(alert)}/shelve`, shelf);
export const unshelve = (alert) => request("DELETE", `/alerts/${encodeURIComponent(alert)}/shelve`);

export const getFindings = (state) => items(`/quality/findings?limit=${MOST}${state ? `&state=${state}` : ""}`);
export const getScores = (days) => request("GET", `/quality/scores?days=${days}`);
export const getNames = () => items(`/names?limit=${MOST}`);
export const removeName = (number) => request("DELETE", `/names/${number}`);
export const enterName = (name) => request("POST", "/names", name, LONG_MS);
export const setFinding = (finding, state) => request("POST", `/quality/findings/${encodeURIComponent(finding)}`, { state });
export const replayFinding = (finding) => request("POST", "/quality/replay", { finding }, LONG_MS);
export const FINDINGS_CSV = `${ROOT}/quality/findings.csv?bom=true`;

export const STREAM = `${ROOT}/stream`;

async function items(path) {
  return (await request("GET", path)).items;
}

export async function request(method, path, body, timeoutMs = TIMEOUT_MS) {
  const response = await ask(method, path, body, timeoutMs);
  if (!response.ok) {
    throw new ApiError(response.status, await reason(response));
  }
  return response.status === 204 ? null : answered(response);
}

/** What was answered: a connection that broke amid it, or the page of a stranger between us, is no answer. */
export async function answered(response) {
  try {
    return await response.json();
  } catch {
    throw new ApiError(0, words.errors.network);
  }
}

async function ask(method, path, body, timeoutMs) {
  try {
    return await fetch(ROOT + path, {
      method,
      credentials: "same-origin",
      headers: body === undefined ? {} : { "Content-Type": "application/json" },
      body: body === undefined ? undefined : JSON.stringify(body),
      signal: AbortSignal.timeout(timeoutMs),
    });
  } catch {
    throw new ApiError(0, words.errors.network);
  }
}

/** What a problem says, to who reads. @param {import("./types/types.js").Problem} problem */
const inWords = (problem) => words.problems.said(problem) || problem.detail || problem.title;

/** What a problem+json answer says went wrong. */
export async function reason(response) {
  try {
    return inWords(await response.json());
  } catch {
    return response.statusText || String(response.status);
  }
}
