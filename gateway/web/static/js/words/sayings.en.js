/** What is said of a device that is tried, or found, in English: the gateway's own sentences are. */

export const sayings = {
  said: ({ text }) => text,
  obstacle: (obstacle, note) => note,
};
