/** Escape closes the innermost thing that is open, and nothing beneath it. */

/** What listens for keys in something that opens. @param {() => void} close  @returns {(event: KeyboardEvent) => void} */
export const onEscape = (close) => (event) => {
  if (event.key === "Escape") {
    event.stopPropagation();
    close();
  }
};
