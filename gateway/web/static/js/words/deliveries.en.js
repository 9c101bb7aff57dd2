/** The English words for how a receiver takes what it is sent: why an attempt ended so, and what a check of it found. */

export const deliveries = {
  why: (reason, text) => text,
  check: {
    run: "Check the receiver",
    running: "Sends up to nine samples, one after the other",
    allRight: (n) => `It did right with all ${n}: what was signed it took, what was forged it refused.`,
    wrong: (n, all) => `It got ${n} of ${all} wrong.`,
    close: "Close",
    title: (name) => `Check of ${name}`,
    trial: (name) => name,
    wanted: { taken: "to be taken", refused: "to be refused" },
    hint: (name, hint) => `What helps: ${hint}.`,
  },
};
