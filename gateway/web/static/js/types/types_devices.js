/**
 * The shapes of devices, for editors and readers; this file holds no code.
 *
 * @typedef {object} Device
 * @property {string} device
 * @property {string} driver
 * @property {string|null} place
 * @property {string|null} asset
 * @property {string|null} heard
 * @property {string} address
 * @property {"connected"|"failing"|"silent"} state
 * @property {string|null} since
 * @property {{at: string, kind: string, reason: string, text: string}|null} trouble
 * @property {number} links
 * @property {number} readings
 * @property {number} rejected
 * @property {number} bytes
 * @property {number} rate  readings per second
 * @property {number[]} rates  the oldest first
 *
 * @typedef {object} Tag
 * @property {string} epc
 * @property {string} asset
 * @property {string} label
 * @property {string} place
 * @property {number} count
 * @property {string} first
 * @property {string} last
 * @property {{antenna: number, count: number, last: string, rssi_dbm: number|null}[]} antennas
 *
 * @typedef {object} Value
 * @property {string} name
 * @property {number|boolean|string} value
 * @property {string} unit
 * @property {string} asset
 * @property {string} at
 *
 * @typedef {object} Read
 * @property {Tag[]} tags
 * @property {number[]} antennas
 * @property {Value[]} values
 * @property {{lat: number, lon: number, speed_mps: number|null, course_deg: number|null, accuracy_m: number|null, satellites: number|null, asset: string, at: string}|null} fix
 * @property {{kind: string, text: string, at: string}[]} told
 *
 * @typedef {object} Saying
 * @property {"ok"|"hint"|"fault"} grade
 * @property {string} text  the gateway's own sentence, in English
 * @property {"link"|"data"|"device"|"read"} kind
 * @property {string} reason  a stable word of its kind
 * @property {string} where
 * @property {number} baud
 * @property {boolean} is_asked
 * @property {number|null} share
 * @property {number} antenna
 * @property {number|null} rssi_dbm
 * @property {string} detail
 *
 * @typedef {object} Trial
 * @property {string} device
 * @property {"watched"|"connected"} how
 * @property {number} seconds
 * @property {number} bytes
 * @property {number} readings
 * @property {number} rejected
 * @property {{antenna: number, reads: number, tags: number, per_s: number, rssi_dbm: [number, number, number]|null}[]} antennas
 * @property {Saying[]} says
 *
 * @typedef {object} Find
 * @property {string} address
 * @property {string} driver
 * @property {string} description
 * @property {string} note
 * @property {""|"no_permission"|"in_use"} obstacle
 * @property {string} device
 * @property {string} entry
 *
 * @typedef {object} Search
 * @property {"none"|"running"|"done"|"cancelled"|"overdue"} state
 * @property {string} step
 * @property {number} asked
 * @property {number} to_ask
 * @property {Find[]} finds
 * @property {string[]} faults
 */
