/** Where the page starts: who is looking, then the live view or the sign-in. */

import { ApiError, getSession, signOut } from "./api.js";
import { App } from "./app.js";
import { Live } from "./live.js";
import { SignIn, unreachable } from "./sign_in.js";
import { Store } from "./store.js";
import { clock } from "./kit/time.js";

const RETRY_MS = 3000;

async function start() {
  try {
    enter(await getSession());
  } catch (error) {
    if (!(error instanceof ApiError)) {
      throw error;
    }
    error.status === 401 ? show(new SignIn(start).element) : wait();
  }
}

/** The gateway does not answer: say so, and ask again by ourselves. */
function wait() {
  const timer = setTimeout(start, RETRY_MS);
  const retry = () => {
    clearTimeout(timer);
    start();
  };
  show(unreachable(retry));
}

/** @param {import("./types/types.js").Session} session */
function enter(session) {
  const store = new Store();
  const takeSession = (/** @type {import("./types/types.js").Session} */ fresh) => {
    if (fresh.party.code !== session.party.code) {
      location.reload(); // another tab signed in as someone else: what is shown and what is said here would be of two
      return;
    }
    store.session = fresh;
    clock.sync(fresh.clock.now, fresh.clock.speed);
    store.changed("session");
  };
  takeSession(session);
  const live = new Live(store, {
    onSession: takeSession,
    onSignedOut: () => location.reload(), // nothing of one party may stay in sight of the next
    onError: (error) => app.showError(error),
  });
  const leave = async () => {
    live.stop();
    await signOut().catch(() => null); // a session that is gone already is what we want
    location.replace(location.pathname);
  };
  const app = new App(store, { leave, resync: () => live.resync() });
  show(app.element);
  app.start();
  live.start();
  window.addEventListener("focus", () => live.checkSession());
  window.addEventListener("pageshow", (event) => event.persisted && location.reload()); // as it was before one left
}

/** @param {HTMLElement} element */
function show(element) {
  document.body.replaceChildren(element);
}

start();
