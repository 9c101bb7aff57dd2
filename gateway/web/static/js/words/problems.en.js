/** What the gateway refuses, in English: its own sentences are. */

export const problems = {
  said: ({ detail }) => detail,
};
