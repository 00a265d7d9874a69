// The one kind of error that people are shown: what is wrong, where, what was expected, what was found.
export class Failure extends Error {
  constructor(what, where = "", expected = "", got = "") {
    super(what);
    this.details = { what, where, expected, got };
  }
}

// Of any error: what a message to the page can carry.
export const detailsOf = (error) => error.details ?? { what: String(error.message ?? error) };
